//! Published statistics, and calibration by them.

use caseflow::calibrate::data::{Cell, Statistics, Unknown};

fn statistics() -> &'static Statistics {
    Statistics::embedded()
}

fn name(asked: &str) -> String {
    statistics().find(asked).map(|i| statistics().areas[i].name.clone()).unwrap_or_else(|e| e.to_string())
}

#[test]
fn all_councils_of_today_are_embedded_and_found_by_name_and_code() {
    let s = statistics();
    let today = s.councils();
    assert_eq!(today.len(), 153);
    for i in today {
        let a = &s.areas[i];
        assert_eq!(s.find(&a.name), Ok(i), "{}", a.name);
        assert_eq!(s.find(&a.code), Ok(i), "{}", a.code);
        assert_eq!(s.find(&a.dfe_number), Ok(i), "{}", a.name);
        assert!(
            s.neighbours(i).len() == 10 || a.name == "Isles of Scilly" || a.name == "City of London",
            "{}",
            a.name
        );
    }
}

#[test]
fn councils_are_found_by_what_people_call_them() {
    for (asked, found) in [
        ("wiltshire", "Wiltshire"),
        ("Wiltshire Council", "Wiltshire"),
        ("E06000048", "Northumberland"),
        ("E08000020", "Gateshead"),
        ("E10000002", "Buckinghamshire"),
        ("Bristol", "Bristol, City of"),
        ("hull", "Kingston upon Hull, City of"),
        ("London Borough of Hackney", "Hackney"),
        ("BOURNEMOUTH, Christchurch & Poole", "Bournemouth, Christchurch and Poole"),
        ("City of London", "City of London"),
        ("Dorset", "Dorset"),
    ] {
        let got = name(asked);
        assert!(got == found, "{asked}: {got}");
    }
}

#[test]
fn what_is_no_council_today_is_said() {
    let s = statistics();
    assert!(matches!(s.find("Wilshire"), Err(Unknown::NotFound { like, .. }) if like[0] == "Wiltshire"));
    assert!(
        matches!(s.find("Cumbria"), Err(Unknown::Abolished { now, .. }) if now == ["Cumberland", "Westmorland and Furness"])
    );
    assert!(matches!(s.find("South West"), Err(Unknown::NotCouncil { .. })));
    assert!(matches!(s.find("England"), Err(Unknown::NotCouncil { .. })));
    assert!(s.find("").is_err());
    assert!(s.find(&"x".repeat(100_000)).is_err());
}

/// Figures as the Department for Education prints them, and marks kept as marks.
#[test]
fn figures_and_marks_are_as_published() {
    let s = statistics();
    let w = s.find("Wiltshire").unwrap();
    assert_eq!(s.value("referrals", w, 2024), Some(3290.0));
    assert_eq!(s.value("cla_at_31_march", w, 2010), Some(349.0));
    assert_eq!(s.cell("d5.2_years_or_more", w, 2024), Cell::Marked('c'));
    assert_eq!(s.cell("referrals", w, 1999), Cell::Absent);
    let h = s.find("Hampshire").unwrap();
    assert_eq!(s.cell("referrals", h, 2024), Cell::Marked('u'));
    let months: f64 = (0..12)
        .map(|k| s.referrals_in_month(w, 2023 + (k + 3) / 12, (k + 3) % 12 + 1).value().unwrap())
        .sum();
    assert_eq!(months, 3290.0);
    assert_eq!(s.population_by_age(w, 2024).unwrap().persons.len(), 26);
}

#[test]
fn a_later_release_replaces_what_it_gives_and_no_more() {
    let mut s = statistics().clone();
    let w = s.find("Wiltshire").unwrap();
    let table = b"la_code,la_name,level,year,indicator,value,mark,source_file\nE06000054,Wiltshire,la,2026,referrals,2900,,c1\n";
    s.update("a test", &[("new.csv", table)]).unwrap();
    assert_eq!((s.value("referrals", w, 2026), s.value("referrals", w, 2024)), (Some(2900.0), Some(3290.0)));
    let again = Statistics::decode(&s.encode()).unwrap();
    assert_eq!(again.value("referrals", w, 2026), Some(2900.0));
    assert_eq!(again.release, "a test");
    let bad = b"la_code,year,indicator,value,mark\nE06000054,2026,referrals,many,\n";
    assert_eq!(
        s.update("x", &[("bad.csv", bad)]).unwrap_err().to_string(),
        "bad.csv, line 2: many is not a number"
    );
}

#[test]
fn damaged_files_are_refused_without_panic() {
    let good = statistics().encode();
    assert!(Statistics::decode(b"").is_err());
    assert!(Statistics::decode(&good[..good.len() / 2]).is_err());
    assert!(Statistics::decode(b"C|caseflow statistics|2\n").unwrap_err().to_string().contains("version 2"));
    assert!(Statistics::decode(b"C|caseflow statistics|1\nY|0|2013|1").is_err());
    assert!(
        Statistics::decode(b"C|caseflow statistics|1\nA|C|E|n|r|1|s|c||0|0\nI|a|b|c|d\nY|0|99999999|1")
            .is_err()
    );
}

/// Every council of today gives a model that checks without an error, also where refining finds that most closures go unseen.
#[test]
fn all_councils_make_a_model_that_checks() {
    use caseflow::calibrate::authority::{Settings, YEARS, fit_by_balance, latest_year, model_text};
    use caseflow::calibrate::outlook::{MEASURES, Outlook};
    use std::collections::BTreeMap;
    let s = statistics();
    let mut outlooks = BTreeMap::new();
    let mut bad = Vec::new();
    for area in s.councils() {
        let year = latest_year(s, area, 2025);
        let outlook = outlooks.entry(year).or_insert_with(|| Outlook::learn(s, &MEASURES, year, YEARS));
        let mut fitted = fit_by_balance(s, area, year, outlook, &Settings::default());
        let balanced = fitted.unseen.closures;
        for closures in [balanced, 0.8] {
            fitted.unseen.closures = closures;
            let text = model_text(s, &fitted).unwrap();
            bad.extend(faults(&text).into_iter().map(|found| format!("{}: {found}", fitted.name)));
        }
    }
    let first: Vec<&str> = bad.iter().take(5).map(String::as_str).collect();
    assert!(bad.is_empty(), "{} faults: {}", bad.len(), first.join("\n"));
}

/// Up to three faults of a model's text.
fn faults(text: &str) -> Vec<String> {
    use caseflow::base::diag::SourceMap;
    let mut sources = SourceMap::default();
    let file = sources.add("model.toml", text.to_string());
    let found = caseflow::model::load(&sources, file, &[]).err().unwrap_or_default();
    let errors = found.iter().filter(|d| d.is_error()).take(3).map(|d| sources.plain(d));
    errors.map(|d| format!("{} (line {})", d.message, d.line)).collect()
}

mod council {
    use super::statistics;
    use caseflow::base::diag::SourceMap;
    use caseflow::calibrate::authority::{
        Draws, Fitted, Local, Settings, YEARS, by_year, fit, fit_history, fit_with, latest_year, model_text,
    };
    use caseflow::calibrate::data::Statistics;
    use caseflow::calibrate::outlook::{MEASURES, Outlook};
    use std::sync::OnceLock;

    fn fitted(name: &str, upto: i32) -> Fitted {
        fit(statistics(), statistics().find(name).unwrap(), upto)
    }

    /// Wiltshire with its local file, as the bundled model is made; fitted once, as that takes a while.
    fn wiltshire() -> &'static Fitted {
        static FITTED: OnceLock<Fitted> = OnceLock::new();
        FITTED.get_or_init(|| {
            let local = Local::read(&crate::support::file("models/local/wiltshire.toml")).unwrap();
            let area = statistics().find("Wiltshire").unwrap();
            let year = latest_year(statistics(), area, 2025);
            let outlook = Outlook::learn(statistics(), &MEASURES, year, YEARS);
            let settings = Settings { local: Some(local), ..Settings::default() };
            fit_with(statistics(), area, year, &outlook, &settings)
        })
    }

    /// The bundled model and its draws are what `caseflow new` makes of the published statistics and the local file.
    #[test]
    fn the_bundled_model_is_made_by_the_command() {
        let text = model_text(statistics(), wiltshire()).unwrap();
        let same = text == crate::support::file("models/wiltshire.toml");
        assert!(
            same,
            "make it anew: caseflow new --authority Wiltshire --local models/local/wiltshire.toml --out models/wiltshire.toml --force"
        );
        assert!(
            wiltshire().draws.csv() == crate::support::file("models/wiltshire.draws.csv"),
            "its draws differ"
        );
    }

    /// The tables of a release after which all figures by year are cut off.
    fn known_in(year: i32) -> Statistics {
        let cut: String = statistics()
            .text()
            .lines()
            .map(|line| {
                let part: Vec<&str> = line.splitn(4, '|').collect();
                let [kind @ ("Y" | "M"), area, first, cells] = part[..] else { return format!("{line}\n") };
                let first: i32 = first.parse().unwrap();
                let last = if kind == "M" { year * 12 + 2 } else { year };
                let kept = (last - first + 1).max(0) as usize;
                let cells: Vec<&str> = cells.split(',').take(kept).collect();
                if cells.is_empty() {
                    String::new()
                } else {
                    format!("{kind}|{area}|{first}|{}\n", cells.join(","))
                }
            })
            .collect();
        Statistics::decode(cut.as_bytes()).unwrap()
    }

    /// A fit up to 2021 is the same, letter for letter, whether or not later figures are there to be seen.
    #[test]
    fn a_fit_uses_nothing_after_its_year() {
        let then = known_in(2021);
        for name in ["Torbay", "Hackney"] {
            let area = statistics().find(name).unwrap();
            let code = &statistics().areas[area].code;
            let (now, then) =
                (fit(statistics(), area, 2021), fit(&then, then.area_by_code(code).unwrap(), 2021));
            assert!(now.year <= 2021);
            assert_eq!(now.draws, then.draws, "{name}");
            let texts =
                [model_text(statistics(), &now), model_text(&known_in(2021), &then)].map(Result::unwrap);
            assert_eq!(texts[0], texts[1], "{name}");
        }
    }

    /// Every simulated year is near what is published or foreseen for it; 10 % is the bar of the first model.
    #[test]
    fn wiltshire_simulates_to_what_is_published_and_foreseen() {
        let f = wiltshire();
        assert_eq!((f.starts, f.years), (2024, 6));
        assert_eq!(f.aim("referrals", 0), Some(2770.0), "the check year is the last return");
        let got = by_year(&model_text(statistics(), f).unwrap(), 16, 6, false).unwrap();
        for aim in &f.aims {
            for (k, n) in aim.by_year.iter().enumerate() {
                // nobody foresees ends of episodes: they follow from what begins and what is open
                if aim.measure == "cin_ended" && k > 0 {
                    continue;
                }
                let most = if k == 0 { 0.1 } else { 0.12 };
                let got = got[aim.measure][k];
                assert!(
                    (got / n.value - 1.0).abs() < most,
                    "{} in year {k}: {got} against {}",
                    aim.measure,
                    n.value
                );
            }
        }
    }

    /// Every published year of a series is near what its own model gives: a tenth for flows and stocks of at least a hundred,
    /// chance of 16 replications and of a year's count beside it.
    #[test]
    fn every_year_of_a_series_is_fitted() {
        let area = statistics().find("Wiltshire").unwrap();
        let year = latest_year(statistics(), area, 2025);
        let outlook = Outlook::learn(statistics(), &MEASURES, year, 1);
        let f = fit_history(statistics(), area, year, &outlook);
        assert_eq!((f.starts, f.years), (2018, 7));
        let got = by_year(&model_text(statistics(), &f).unwrap(), 16, 7, false).unwrap();
        let mut compared = 0;
        for aim in &f.aims {
            for k in 0..f.years {
                let published = statistics().value(aim.indicator, area, f.starts + 1 + k);
                let Some(published) = published.filter(|&x| x >= 100.0) else { continue };
                let found = got[aim.measure][k as usize];
                compared += 1;
                assert!(
                    (found / published - 1.0).abs() < 0.1 + 1.0 / published.sqrt(),
                    "{} in the year to March {}: {found} against {published}",
                    aim.measure,
                    f.starts + 1 + k
                );
            }
        }
        assert_eq!(
            compared, 72,
            "11 measures in 7 years, child in need plans from 2022, two not published for 2025"
        );
    }

    #[test]
    fn draws_are_read_back_and_lie_over_the_model() {
        let f = wiltshire();
        let draws = Draws::read(&f.draws.csv()).unwrap();
        assert_eq!(draws, f.draws);
        let text = model_text(statistics(), f).unwrap();
        for k in [0, 7, 199] {
            let mut sources = SourceMap::default();
            let model = sources.add("model.toml", text.clone());
            let draw = sources.add("draw.toml", draws.scenario(k).unwrap());
            let loaded = caseflow::model::load(&sources, model, &[draw]);
            let found = loaded.err().map(|f| f.iter().map(|d| sources.plain(d).message).collect::<Vec<_>>());
            assert_eq!(found, None, "draw {k}");
        }
    }

    /// Councils that publish next to nothing say what was borrowed.
    #[test]
    fn borrowed_figures_are_said_to_be_borrowed() {
        for name in ["Isles of Scilly", "City of London"] {
            let f = fitted(name, 2024);
            let text = model_text(statistics(), &f).unwrap();
            assert!(text.contains("suppressed") && text.contains("grade = \"borrowed\""), "{name}");
            assert!(
                f.aims[0].by_year.len() == 6 && f.aims[0].by_year.iter().all(|n| n.value < 500.0),
                "{name}"
            );
        }
        let hampshire = fitted("Hampshire", 2024);
        assert_eq!(hampshire.year, 2023, "its 2024 return was judged unreliable");
    }
}
