//! Tables of children looked after: a column for what is counted and one for the number.

use super::super::csv::Table;

/// What is counted in the table of numbers and rates.
const LOOKED_AFTER: [(&str, &str); 3] = [
    ("Children ceasing to be looked after each year", "cla_ends"),
    ("Children looked after at 31 March each year", "cla_at_31_march"),
    ("Children starting to be looked after each year", "cla_starts"),
];

/// The columns of tables by group: group, what is counted in it, number. From 2025 on, and as they were called until 2024.
const LAYOUTS: [[&str; 3]; 2] =
    [["characteristic", "breakdown", "children_count"], ["cla_group", "characteristic", "number"]];

/// Whose groups they are, told by a word of the file's name: the same group (age, legal status) stands in several tables.
const BY_NAME: [(&str, &str); 3] =
    [("start", "cla_started"), ("ceas", "cla_ceased"), ("31_march", "cla_31mar")];

/// Groups that say by themselves what they count.
const BY_GROUP: [(&str, &str); 2] = [
    ("Location of new placements during the year", "cla_new_placements"),
    ("Reason for placement change during the year", "cla_placement_change"),
];

/// What one release calls so and others otherwise.
const SPELT: [(&str, &str); 1] = [("Special guardianship orders", "Special guardianship order")];

/// What a table by group lacks whose file's name does not say which it is.
pub(super) const NAMELESS: &str = "there is no figure that is known: what children are counted is told by the file's name, \
     which must have one of the words start, ceas or 31_march in it, as the department's names have";

/// The columns of what is counted, twice, and of the number, in a table of numbers and rates.
pub(super) fn numbers(t: &Table<'_>) -> Option<[&'static str; 3]> {
    (t.has("population_count") && t.has("number")).then_some([
        "population_count",
        "population_count",
        "number",
    ])
}

/// The indicator of what is counted there.
pub(super) fn looked_after(what: &str) -> Option<String> {
    LOOKED_AFTER.iter().find(|l| l.0 == what).map(|l| l.1.to_string())
}

/// The columns of group, what is counted and number in a table by group.
pub(super) fn groups(t: &Table<'_>) -> Option<[&'static str; 3]> {
    LAYOUTS.into_iter().find(|l| l.iter().all(|c| t.has(c)))
}

/// Which children a table by group counts, by the name of its file.
pub(super) fn whose(file: &str) -> Option<&'static str> {
    let name = file.rsplit(['/', '\\']).next()?.to_lowercase().replace(['-', ' '], "_");
    BY_NAME.iter().find(|g| name.contains(g.0)).map(|g| g.1)
}

/// The indicator of what is counted in a group.
pub(super) fn grouped(whose: Option<&str>, group: &str, what: &str) -> Option<String> {
    let what = SPELT.iter().find(|s| s.0 == what).map_or(what, |s| s.1);
    match BY_GROUP.iter().find(|g| g.0 == group) {
        Some((_, placements)) => Some(format!("{placements}: {what}")),
        None => whose.map(|start| format!("{start}.{group}: {what}")),
    }
}
