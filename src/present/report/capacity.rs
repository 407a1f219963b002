//! Teams and services at the end of a run, in two tables.

use super::Study;
use crate::experiment::estimate::Summariser;
use crate::present::html::{Block, Section};
use crate::present::table::{Cell, Column, Kind, Table};

/// How the periods of a year become one figure.
#[derive(Clone, Copy)]
enum Over {
    /// At the end of the last period.
    End,
    /// Mean of the last year's periods in which there is a figure.
    Mean,
    /// Sum over the last year.
    Sum,
}

/// Workers by role and team, and services; `None` for a model without either.
pub(super) fn section(study: &Study<'_>) -> Option<Section> {
    let tables: Vec<Table> = tables(study);
    let words = format!(
        "Means over futures: at the end of the run, and for what is counted over time or is a wait, over {}. Months, spreads and \
         chance are in periods.csv.",
        study.last_year().1
    );
    let mut blocks = vec![Block::Text(words)];
    blocks.extend(tables.into_iter().map(|t| Block::Table(Box::new(t))));
    (blocks.len() > 1).then(|| Section { title: "Teams and services".into(), blocks })
}

/// The tables that have rows.
pub(super) fn tables(study: &Study<'_>) -> Vec<Table> {
    let all = [caseloads(study), cover(study), use_of_services(study), waits(study)];
    all.into_iter().filter(|t| !t.rows.is_empty()).collect()
}

impl Study<'_> {
    /// The first period of the last year, and that year in words: all periods if they are not months or fewer than twelve.
    fn last_year(&self) -> (usize, &'static str) {
        let periods = self.network.period_edges().len().saturating_sub(1);
        let months = self.network.calendar().is_some() && periods >= 12 && periods.is_multiple_of(12);
        if months { (periods - 12, "the last twelve months") } else { (0, "the whole run") }
    }

    /// A figure of each replication; none if the layout has no such column.
    fn figure(&self, kind: &str, of: &str, (measure, part): (&str, &str), over: Over) -> Option<Vec<f64>> {
        let periods = self.network.period_edges().len().checked_sub(1)?;
        let from = match over {
            Over::End => periods.checked_sub(1)?,
            Over::Mean | Over::Sum => self.last_year().0,
        };
        let columns: Option<Vec<_>> = (from..periods)
            .map(|p| {
                Some(self.rows.values.column(self.network.layout().find(kind, measure, of, part, Some(p))?))
            })
            .collect();
        let columns = columns?;
        let one = |r: usize| {
            let known = || columns.iter().map(|c| c[r]).filter(|v| v.is_finite());
            match over {
                Over::Sum => known().sum::<f64>(),
                // not a number where no month has one
                Over::End | Over::Mean => known().sum::<f64>() / known().count() as f64,
            }
        };
        Some((0..self.rows.numbers.len()).map(one).collect())
    }

    /// Its mean over replications.
    fn mean(&self, kind: &str, of: &str, what: (&str, &str), over: Over) -> Option<f64> {
        let values = self.figure(kind, of, what, over)?;
        let known: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    }
}

fn number(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Number(1))
}

fn share(key: &str, heading: &str) -> Column {
    Column::new(key, heading, Kind::Percent)
}

/// Every role, then every team's posts: (team, role, kind of column, its name).
fn desks(study: &Study<'_>) -> Vec<(String, String, &'static str, String)> {
    let Some(staff) = &study.network.model().staff else { return Vec::new() };
    let all = staff.roles.iter().map(|r| ("All teams".into(), r.title.clone(), "role", r.name.clone()));
    let teams = staff.teams.iter().flat_map(|team| {
        team.posts.iter().filter_map(|posts| {
            let role = staff.roles.get(posts.role)?;
            Some((team.title.clone(), role.title.clone(), "staff", format!("{}/{}", team.name, role.name)))
        })
    });
    all.chain(teams).collect()
}

fn desk_columns() -> Vec<Column> {
    vec![Column::new("team", "Team", Kind::Text), Column::new("role", "Role", Kind::Text)]
}

fn caseloads(study: &Study<'_>) -> Table {
    let mut columns = desk_columns();
    columns.extend([
        number("posts", "Posts (FTE)"),
        number("vacant", "Vacant (FTE)"),
        number("agency", "Agency (FTE)"),
        number("caseload", "Cases a worker"),
        number("futures_low", "80% of futures, from"),
        number("futures_high", "to"),
        number("p10", "A tenth of workers below"),
        number("p90", "A tenth above"),
        share("over", "Workers over their caseload"),
    ]);
    let mut table = Table::new("teams", "Posts and caseloads at the end of the run", columns);
    let mut summariser = Summariser::of(study.network.model().run.level, study.rows);
    for (team, role, kind, of) in desks(study) {
        let end = |measure: &str, part: &str| study.mean(kind, &of, (measure, part), Over::End);
        let posts = end("in_post_end", "").zip(end("vacant_end", "")).map(|(a, b)| a + b);
        let futures = study.figure(kind, &of, ("caseload_mean", ""), Over::End).unwrap_or_default();
        let caseload = summariser.summary(ndarray::ArrayView1::from(&futures));
        table.row(vec![
            Cell::text(&team),
            Cell::text(&role),
            Cell::maybe(posts),
            Cell::maybe(end("vacant_end", "")),
            Cell::maybe(end("agency_end", "")),
            Cell::maybe(caseload.point),
            Cell::maybe(caseload.spread[1]),
            Cell::maybe(caseload.spread[5]),
            Cell::maybe(end("caseload", "q0.1")),
            Cell::maybe(end("caseload", "q0.9")),
            Cell::maybe(end("over_caseload_share", "")),
        ]);
    }
    table.note("FTE: full-time equivalents.");
    table
}

fn cover(study: &Study<'_>) -> Table {
    let mut columns = desk_columns();
    columns.extend([
        number("waiting", "Cases waiting for a worker at the end"),
        number("wait", "Mean wait (days)"),
        share("visits", "Visits on time"),
        number("joined", "Joined (FTE)"),
        number("left", "Left (FTE)"),
        number("cost", "Cost of the year (£ thousand)"),
    ]);
    let mut table = Table::new("teams-year", "Waits, visits, turnover and cost of workers", columns);
    for (team, role, kind, of) in desks(study) {
        let year = |measure: &str, over| study.mean(kind, &of, (measure, ""), over);
        table.row(vec![
            Cell::text(&team),
            Cell::text(&role),
            Cell::maybe(year("unallocated_end", Over::End)),
            Cell::maybe(year("wait_mean", Over::Mean)),
            Cell::maybe(year("visits_on_time_share", Over::Mean)),
            Cell::maybe(year("joined", Over::Sum)),
            Cell::maybe(year("left", Over::Sum)),
            Cell::maybe(year("cost", Over::Sum).map(|c| c / 1000.0)),
        ]);
    }
    table
        .note("Cost: pounds of the price year, by full-time equivalents at work, agency workers among them.");
    table
}

fn use_of_services(study: &Study<'_>) -> Table {
    let columns = vec![
        Column::new("service", "Service", Kind::Text),
        Column::new("of", "Counted in", Kind::Text),
        number("places", "Places"),
        share("use", "Places taken"),
        number("referrals", "Referrals in the year"),
        number("turned_away", "Turned away"),
        number("not_taken_up", "Not taken up"),
        number("gave_up", "Gave up"),
        number("started", "Started"),
        share("in_time", "Of these in time"),
    ];
    let mut table = Table::new("services", "Services: places and referrals", columns);
    for service in &study.network.model().services {
        let of = |measure: &str, over| Cell::maybe(study.mean("service", &service.name, (measure, ""), over));
        let whose = match service.of {
            crate::model::case::Level::Family => "families",
            crate::model::case::Level::Child => "children",
        };
        table.row(vec![
            Cell::text(&service.title),
            Cell::text(whose),
            of("places_mean", Over::Mean),
            of("use", Over::Mean),
            of("referrals", Over::Sum),
            of("turned_away", Over::Sum),
            of("not_taken_up", Over::Sum),
            of("gave_up", Over::Sum),
            of("started", Over::Sum),
            of("in_time_share", Over::Mean),
        ]);
    }
    table
}

fn waits(study: &Study<'_>) -> Table {
    let columns = vec![
        Column::new("service", "Service", Kind::Text),
        Column::new("provider", "Provider", Kind::Text),
        number("waiting", "Waiting at the end"),
        number("wait", "Median wait (days)"),
        number("long_wait", "90th percentile (days)"),
        number("unmet_children", "Children without it at the end"),
        number("unmet", "Child-weeks without it in the year"),
    ];
    let mut table = Table::new("services-waits", "Services: waits and unmet need", columns);
    for service in &study.network.model().services {
        let of = |what: (&str, &str), over| Cell::maybe(study.mean("service", &service.name, what, over));
        table.row(vec![
            Cell::text(&service.title),
            Cell::text(&service.provider),
            of(("waiting_end", ""), Over::End),
            of(("wait", "q0.5"), Over::Mean),
            of(("wait", "q0.9"), Over::Mean),
            of(("unmet_children_end", ""), Over::End),
            of(("unmet_child_weeks", ""), Over::Sum),
        ]);
    }
    table.note(
        "Waits are of those who started, means of the months' medians and 90th percentiles. Without it: waits, was turned away, \
         gave up or was not reached.",
    );
    table
}
