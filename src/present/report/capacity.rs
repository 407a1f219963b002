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
    [workers(study), services(study)].into_iter().filter(|t| !t.rows.is_empty()).collect()
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

/// Every role, then every team's posts.
fn workers(study: &Study<'_>) -> Table {
    let columns = vec![
        Column::new("team", "Team", Kind::Text),
        Column::new("role", "Role", Kind::Text),
        number("posts", "Posts (FTE)"),
        number("vacant", "Vacant (FTE)"),
        number("agency", "Agency (FTE)"),
        number("caseload", "Cases a worker"),
        number("futures_low", "80% of futures, low end"),
        number("futures_high", "High end"),
        number("p10", "A tenth of workers below"),
        number("p90", "A tenth above"),
        share("over", "Workers over their caseload"),
        number("waiting", "Waiting for a worker"),
        number("wait", "Mean wait (days)"),
        share("visits", "Visits on time"),
        number("cost", "Cost of the year (£ thousand)"),
    ];
    let mut table = Table::new("teams", "Workers by role and team", columns);
    let Some(staff) = &study.network.model().staff else { return table };
    let mut summariser = Summariser::of(study.network.model().run.level, study.rows);
    let mut add = |team: &str, role: &str, kind: &str, of: &str| {
        let end = |measure: &str| study.mean(kind, of, (measure, ""), Over::End);
        let posts = end("in_post_end").zip(end("vacant_end")).map(|(a, b)| a + b);
        let futures = study.figure(kind, of, ("caseload_mean", ""), Over::End).unwrap_or_default();
        let caseload = summariser.summary(ndarray::ArrayView1::from(&futures));
        table.row(vec![
            Cell::text(team),
            Cell::text(role),
            Cell::maybe(posts),
            Cell::maybe(end("vacant_end")),
            Cell::maybe(end("agency_end")),
            Cell::maybe(caseload.point),
            Cell::maybe(caseload.spread[1]),
            Cell::maybe(caseload.spread[5]),
            Cell::maybe(study.mean(kind, of, ("caseload", "q0.1"), Over::End)),
            Cell::maybe(study.mean(kind, of, ("caseload", "q0.9"), Over::End)),
            Cell::maybe(end("over_caseload_share")),
            Cell::maybe(end("unallocated_end")),
            Cell::maybe(study.mean(kind, of, ("wait_mean", ""), Over::Mean)),
            Cell::maybe(study.mean(kind, of, ("visits_on_time_share", ""), Over::Mean)),
            Cell::maybe(study.mean(kind, of, ("cost", ""), Over::Sum).map(|c| c / 1000.0)),
        ]);
    };
    for role in &staff.roles {
        add("All teams", &role.title, "role", &role.name);
    }
    for team in &staff.teams {
        for posts in &team.posts {
            if let Some(role) = staff.roles.get(posts.role) {
                add(&team.title, &role.title, "staff", &format!("{}/{}", team.name, role.name));
            }
        }
    }
    table.note(
        "Cost: pounds of the price year, by full-time equivalents at work, agency workers among them. FTE: full-time equivalents.",
    );
    table
}

fn services(study: &Study<'_>) -> Table {
    let columns = vec![
        Column::new("service", "Service", Kind::Text),
        Column::new("provider", "Provider", Kind::Text),
        Column::new("of", "Counted in", Kind::Text),
        number("places", "Places"),
        share("use", "Places taken"),
        number("referrals", "Referrals in the year"),
        number("turned_away", "Turned away"),
        number("not_taken_up", "Not taken up"),
        number("gave_up", "Gave up"),
        number("started", "Started"),
        share("in_time", "Started in time"),
        number("finished", "Finished"),
        number("waiting", "Waiting at the end"),
        number("wait", "Median wait (days)"),
        number("long_wait", "90th percentile (days)"),
        number("unmet", "Unmet need in the year (child-weeks)"),
    ];
    let mut table = Table::new("services", "Services", columns);
    for service in &study.network.model().services {
        let of = |what: (&str, &str), over| Cell::maybe(study.mean("service", &service.name, what, over));
        let sum = |measure: &str| of((measure, ""), Over::Sum);
        let whose = match service.of {
            crate::model::case::Level::Family => "families",
            crate::model::case::Level::Child => "children",
        };
        table.row(vec![
            Cell::text(&service.title),
            Cell::text(&service.provider),
            Cell::text(whose),
            of(("places_mean", ""), Over::Mean),
            of(("use", ""), Over::Mean),
            sum("referrals"),
            sum("turned_away"),
            sum("not_taken_up"),
            sum("gave_up"),
            sum("started"),
            of(("in_time_share", ""), Over::Mean),
            sum("finished"),
            of(("waiting_end", ""), Over::End),
            of(("wait", "q0.5"), Over::Mean),
            of(("wait", "q0.9"), Over::Mean),
            sum("unmet_child_weeks"),
        ]);
    }
    table.note("Waits are of those who started, means of the months' medians and 90th percentiles; who gave up or was turned away is not in them.");
    table
}
