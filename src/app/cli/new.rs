//! `caseflow new --authority NAME --out FILE`

use super::{End, Failure, say, statistics};
use crate::app::files;
use crate::base::diag::SourceMap;
use crate::calibrate::authority::{
    Fitted, Grade, Local, LocalError, Settings, YEARS, fit_history, fit_with, latest_year, look_back,
    model_text,
};
use crate::calibrate::data::{NOTICE, Statistics};
use crate::calibrate::outlook::{MEASURES, Outlook};
use crate::model::{self, Model, provenance};
use crate::present::calibration::{Council, council_files};
use crate::present::format;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Options of `new`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The council: its name, its code (new or old), or its number at the Department for Education
    #[arg(long, value_name = "NAME")]
    authority: String,
    /// The model file to write; its draws are written beside it as FILE.draws.csv
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Use returns up to 31 March of this year and no later [default: the council's last]
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2016..=2100))]
    upto: Option<i32>,
    /// What the council knows itself, written as a model file is: its tables are laid over the generated model and what is
    /// new in it is added (see models/local/wiltshire.toml)
    #[arg(long, value_name = "FILE")]
    local: Option<PathBuf>,
    /// Start from the last return and look ahead only; otherwise the model starts a year earlier, and its first year is
    /// fitted to the last return and set beside it
    #[arg(long)]
    from_now: bool,
    /// Statistics to use, as written by `caseflow data update` [default: the newest kept, else those in the program]
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Folder for a page: the simulated model over the published series and the years foreseen, what moved and why, the last
    /// year held out, what was missing, every assumption; each chart and table with its CSV
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
    /// Also write the years of the series as a model, fitted to each of them, with its draws as FILE.draws.csv: for looking back
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Replace the files if they are there
    #[arg(long)]
    force: bool,
    /// Print nothing but what is wrong
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: Args) -> Result<End, Failure> {
    let found = statistics::read(args.data.as_deref())?;
    let stats = found.statistics();
    let area = match stats.find(&args.authority) {
        Ok(area) => area,
        Err(unknown) => {
            super::tell(&format!("error: {unknown}"));
            return Ok(End::Problems);
        }
    };
    let draws = super::load::draws_beside(&args.out);
    // refuse before the work what could not be written after it
    for path in [&args.out, &draws] {
        if path.exists() && !args.force {
            return Err(files::FileError::Exists { path: path.display().to_string() }.into());
        }
    }
    let local = match args.local.as_deref().map(read_local).transpose()? {
        Some(Err(wrong)) => {
            let path = args.local.as_deref().unwrap_or(Path::new("")).display();
            super::tell(&format!("error: {path}: {wrong}"));
            return Ok(End::Problems);
        }
        other => other.and_then(Result::ok),
    };
    let folder = args.page.as_deref().map(|p| files::Folder::new(p, args.force)).transpose()?;
    let year = latest_year(stats, area, args.upto.unwrap_or(i32::MAX));
    let outlook = Outlook::learn(stats, &MEASURES, year, YEARS);
    let settings = Settings { from_now: args.from_now, local, ..Settings::default() };
    let fitted = fit_with(stats, area, year, &outlook, &settings);
    let text = match model_text(stats, &fitted) {
        Ok(text) => text,
        Err(wrong) => {
            super::tell(&format!("error: {}: {wrong}", args.local.unwrap_or_default().display()));
            return Ok(End::Problems);
        }
    };
    let Some(model) = check(&args, &text)? else { return Ok(End::Problems) };
    if let Some(folder) = folder {
        let before = Outlook::learn(stats, &MEASURES, year - 1, 1);
        let back = look_back(stats, &fitted, &outlook, &before)
            .ok_or("the years of the series cannot be simulated; nothing is written")?;
        let council = Council {
            stats,
            fitted: &fitted,
            back: &back,
            outlook: &outlook,
            before: &before,
            model: &model,
            version: env!("CARGO_PKG_VERSION").to_string(),
            command: std::env::args().collect::<Vec<_>>().join(" "),
            hash: Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect(),
        };
        for (name, bytes) in council_files(&council)? {
            folder.write(&name, &bytes)?;
        }
        folder.finish()?;
    }
    if let Some(path) = &args.history {
        let past = fit_history(stats, area, year, &outlook);
        let text = model_text(stats, &past).map_err(|e| e.to_string())?;
        write(&super::load::draws_beside(path), args.force, &past.draws.csv())?;
        write(path, args.force, &text)?;
    }
    write(&draws, args.force, &fitted.draws.csv())?;
    write(&args.out, args.force, &text)?;
    if !args.quiet {
        say(&summary(stats, &fitted, &found.place, &model.register));
        say(&format!("\nWritten: {} and {}", args.out.display(), draws.display()));
        if let Some(page) = &args.page {
            say(&format!("Open {}", page.join("index.html").display()));
        }
        say(&format!("Next: caseflow run {}", args.out.display()));
    }
    Ok(End::Done)
}

fn write(path: &Path, force: bool, text: &str) -> Result<(), Failure> {
    Ok(files::write_whole(path, force, |out| out.write_all(text.as_bytes()))?)
}

/// A local file, read; what is wrong with it is the user's to mend.
fn read_local(path: &Path) -> Result<Result<Local, LocalError>, Failure> {
    let bytes = files::read_up_to(path, Local::MOST_BYTES, "a local file")?;
    Ok(String::from_utf8(bytes)
        .map_err(|_| LocalError::Syntax("is not UTF-8".into()))
        .and_then(|text| Local::read(&text)))
}

/// The model must be one that can be run. If a local file was laid over it, what is wrong is shown in the model with that
/// file's lines in it, and there is no model; otherwise the tool has failed, not its user.
fn check(args: &Args, text: &str) -> Result<Option<Model>, Failure> {
    let mut sources = SourceMap::default();
    let file = sources.add(format!("{} (not written)", args.out.display()), text);
    match model::load(&sources, file, &[]) {
        Ok(loaded) => Ok(Some(loaded.model)),
        Err(found) if args.local.is_some() => {
            crate::app::diagnostics::show(&sources, &found, false);
            Ok(None)
        }
        Err(found) => {
            let first = found.iter().find(|d| d.is_error()).map(|d| sources.plain(d));
            let (line, message) = first.map_or((0, String::new()), |d| (d.line, d.message));
            Err(format!("the model that was made cannot be run (line {line}: {message}); nothing is written")
                .into())
        }
    }
}

/// What was made, in a few lines.
fn summary(stats: &Statistics, f: &Fitted, place: &str, register: &[provenance::Assumption]) -> String {
    let mut out = vec![
        format!("{} ({}), from returns up to 31 March {}", f.name, f.code, f.year),
        format!("Statistics: {} ({place})", stats.release),
        String::new(),
    ];
    // the first year that is not yet published
    let ahead = (f.year - f.starts).max(0) as usize;
    out.push(format!(
        "{:<52} {:>10} {:>10}",
        format!("Foreseen for the year to March {}", f.year + 1),
        "figure",
        "last"
    ));
    const TITLES: [(&str, &str, &str); 9] = [
        ("referrals", "referrals", "Referrals"),
        ("section_47", "s47", "Section 47 enquiries"),
        ("conferences", "icpc", "Initial child protection conferences"),
        ("plans_started", "cpp_starts", "Child protection plans started"),
        ("plans", "cpp_at_31_march", "Children on a child protection plan"),
        ("cin", "cin_at_31_march", "Children in need at 31 March"),
        ("cin_plans", "cin_plan_at_31_march", "Child in need plans"),
        ("care_starts", "cla_starts", "Children starting to be looked after"),
        ("care", "cla_at_31_march", "Children looked after"),
    ];
    for (measure, indicator, title) in TITLES {
        let aim = f.aim(measure, ahead).unwrap_or(f64::NAN);
        let last = f.counts.iter().find(|c| c.0 == indicator);
        let shown = last.map_or(String::new(), |c| format::count(c.1.value));
        let borrowed = last.filter(|c| c.1.grade >= Grade::Borrowed);
        let why = borrowed.map_or(String::new(), |c| format!("  {}", c.1.note));
        out.push(format!("{title:<52} {:>10} {shown:>10}{why}", format::count(aim)));
    }
    out.push(String::new());
    if let Some(gap) = &f.gap {
        const OTHERS: [(&str, &str); 2] =
            [("assessments", "Assessments completed"), ("cin_ended", "Episodes of need ended")];
        let mut titles = TITLES.iter().map(|t| (t.0, t.2)).chain(OTHERS);
        let worst = titles.find(|t| t.0 == gap.measure).map_or(gap.measure, |t| t.1);
        out.push(format!(
            "Simulated, {} of {} figures of the model's first year come within 10 %; the furthest, {worst}, is {} off.",
            gap.near,
            gap.of,
            format::percent(gap.largest)
        ));
    }
    let grades = ["measured", "derived", "borrowed", "assumed"].map(|g| {
        let n = register.iter().filter(|a| crate::present::report::grade_word(a.grade) == g).count();
        format!("{n} {g}")
    });
    out.push(format!("Of {} numbers in the file: {}.", register.len(), grades.join(", ")));
    out.push(format!("{} draws of what is not known about them.", f.draws.len()));
    out.push(NOTICE.to_string());
    out.join("\n")
}
