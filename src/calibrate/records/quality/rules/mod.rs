//! One rule a file.

pub mod after_death;
pub mod before_birth;
pub mod begun_again;
pub mod birth_differs;
pub mod birth_implausible;
pub mod care_gap;
pub mod case_closed;
pub mod changed_end;
pub mod code_of_other_year;
pub mod contradiction;
pub mod cut_cell;
pub mod date_out_of_range;
pub mod duplicate;
pub mod end_before_start;
pub mod end_without_reason;
pub mod error_cell;
pub mod few_use_service;
pub mod formula;
pub mod future_date;
pub mod identifiers_differ;
pub mod idle_case;
pub mod implied_window;
pub mod late_record;
pub mod missing_column;
pub mod missing_identifier;
pub mod missing_start;
pub mod mixed_date_forms;
pub mod mixed_date_order;
pub mod month_first;
pub mod not_utf8;
pub mod odd_header;
pub mod open_past_eighteen;
pub mod open_too_long;
pub mod out_of_touch;
pub mod overlap;
pub mod placeholder_date;
pub mod ragged_row;
pub mod reason_without_end;
pub mod reopened;
pub mod repeated_column;
pub mod same_day;
pub mod same_file;
pub mod sex_differs;
pub mod short_breaks;
pub mod superseded;
pub mod two_digit_year;
pub mod unknown_code;
pub mod unknown_column;
pub mod unknown_sheet;
pub mod unknown_stage;
pub mod unreadable_date;
pub mod vanished;
pub mod very_long;

use super::rule::Rule;
use jiff::civil::Date;

/// See [`missing_column`].
pub static MISSING_COLUMN: Rule = missing_column::RULE;
/// See [`unknown_column`].
pub static UNKNOWN_COLUMN: Rule = unknown_column::RULE;
/// See [`repeated_column`].
pub static REPEATED_COLUMN: Rule = repeated_column::RULE;
/// See [`unknown_sheet`].
pub static UNKNOWN_SHEET: Rule = unknown_sheet::RULE;
/// See [`missing_identifier`].
pub static MISSING_IDENTIFIER: Rule = missing_identifier::RULE;
/// See [`missing_start`].
pub static MISSING_START: Rule = missing_start::RULE;
/// See [`unreadable_date`].
pub static UNREADABLE_DATE: Rule = unreadable_date::RULE;
/// See [`date_out_of_range`].
pub static DATE_OUT_OF_RANGE: Rule = date_out_of_range::RULE;
/// See [`placeholder_date`].
pub static PLACEHOLDER_DATE: Rule = placeholder_date::RULE;
/// See [`month_first`].
pub static MONTH_FIRST: Rule = month_first::RULE;
/// See [`mixed_date_forms`].
pub static MIXED_DATE_FORMS: Rule = mixed_date_forms::RULE;
/// See [`mixed_date_order`].
pub static MIXED_DATE_ORDER: Rule = mixed_date_order::RULE;
/// See [`two_digit_year`].
pub static TWO_DIGIT_YEAR: Rule = two_digit_year::RULE;
/// See [`unknown_code`].
pub static UNKNOWN_CODE: Rule = unknown_code::RULE;
/// See [`code_of_other_year`].
pub static CODE_OF_OTHER_YEAR: Rule = code_of_other_year::RULE;
/// See [`ragged_row`].
pub static RAGGED_ROW: Rule = ragged_row::RULE;
/// See [`error_cell`].
pub static ERROR_CELL: Rule = error_cell::RULE;
/// See [`formula`].
pub static FORMULA: Rule = formula::RULE;
/// See [`cut_cell`].
pub static CUT_CELL: Rule = cut_cell::RULE;
/// See [`not_utf8`].
pub static NOT_UTF8: Rule = not_utf8::RULE;
/// See [`odd_header`].
pub static ODD_HEADER: Rule = odd_header::RULE;
/// See [`implied_window`].
pub static IMPLIED_WINDOW: Rule = implied_window::RULE;
/// See [`same_file`].
pub static SAME_FILE: Rule = same_file::RULE;
/// See [`birth_differs`].
pub static BIRTH_DIFFERS: Rule = birth_differs::RULE;
/// See [`sex_differs`].
pub static SEX_DIFFERS: Rule = sex_differs::RULE;
/// See [`identifiers_differ`].
pub static IDENTIFIERS_DIFFER: Rule = identifiers_differ::RULE;
/// See [`reason_without_end`].
pub static REASON_WITHOUT_END: Rule = reason_without_end::RULE;
/// See [`few_use_service`].
pub static FEW_USE_SERVICE: Rule = few_use_service::RULE;
/// See [`short_breaks`].
pub static SHORT_BREAKS: Rule = short_breaks::RULE;
/// See [`unknown_stage`].
pub static UNKNOWN_STAGE: Rule = unknown_stage::RULE;
/// See [`birth_implausible`].
pub static BIRTH_IMPLAUSIBLE: Rule = birth_implausible::RULE;
/// See [`future_date`].
pub static FUTURE_DATE: Rule = future_date::RULE;
/// See [`end_before_start`].
pub static END_BEFORE_START: Rule = end_before_start::RULE;
/// See [`before_birth`].
pub static BEFORE_BIRTH: Rule = before_birth::RULE;
/// See [`after_death`].
pub static AFTER_DEATH: Rule = after_death::RULE;
/// See [`duplicate`].
pub static DUPLICATE: Rule = duplicate::RULE;
/// See [`contradiction`].
pub static CONTRADICTION: Rule = contradiction::RULE;
/// See [`changed_end`].
pub static CHANGED_END: Rule = changed_end::RULE;
/// See [`reopened`].
pub static REOPENED: Rule = reopened::RULE;
/// See [`late_record`].
pub static LATE_RECORD: Rule = late_record::RULE;
/// See [`vanished`].
pub static VANISHED: Rule = vanished::RULE;
/// See [`superseded`].
pub static SUPERSEDED: Rule = superseded::RULE;
/// See [`begun_again`].
pub static BEGUN_AGAIN: Rule = begun_again::RULE;
/// See [`case_closed`].
pub static CASE_CLOSED: Rule = case_closed::RULE;
/// See [`idle_case`].
pub static IDLE_CASE: Rule = idle_case::RULE;
/// See [`out_of_touch`].
pub static OUT_OF_TOUCH: Rule = out_of_touch::RULE;
/// See [`open_too_long`].
pub static OPEN_TOO_LONG: Rule = open_too_long::RULE;
/// See [`overlap`].
pub static OVERLAP: Rule = overlap::RULE;
/// See [`open_past_eighteen`].
pub static OPEN_PAST_EIGHTEEN: Rule = open_past_eighteen::RULE;
/// See [`care_gap`].
pub static CARE_GAP: Rule = care_gap::RULE;
/// See [`end_without_reason`].
pub static END_WITHOUT_REASON: Rule = end_without_reason::RULE;
/// See [`very_long`].
pub static VERY_LONG: Rule = very_long::RULE;
/// See [`same_day`].
pub static SAME_DAY: Rule = same_day::RULE;

/// Every rule, in the order in which they are reported.
pub static RULES: [&Rule; 53] = [
    &MISSING_COLUMN,
    &UNKNOWN_COLUMN,
    &REPEATED_COLUMN,
    &UNKNOWN_SHEET,
    &MISSING_IDENTIFIER,
    &MISSING_START,
    &UNREADABLE_DATE,
    &DATE_OUT_OF_RANGE,
    &PLACEHOLDER_DATE,
    &MONTH_FIRST,
    &MIXED_DATE_ORDER,
    &MIXED_DATE_FORMS,
    &TWO_DIGIT_YEAR,
    &UNKNOWN_CODE,
    &CODE_OF_OTHER_YEAR,
    &RAGGED_ROW,
    &ERROR_CELL,
    &FORMULA,
    &CUT_CELL,
    &NOT_UTF8,
    &ODD_HEADER,
    &IMPLIED_WINDOW,
    &SAME_FILE,
    &BIRTH_DIFFERS,
    &SEX_DIFFERS,
    &IDENTIFIERS_DIFFER,
    &REASON_WITHOUT_END,
    &FEW_USE_SERVICE,
    &UNKNOWN_STAGE,
    &SHORT_BREAKS,
    &BIRTH_IMPLAUSIBLE,
    &FUTURE_DATE,
    &END_BEFORE_START,
    &BEFORE_BIRTH,
    &AFTER_DEATH,
    &DUPLICATE,
    &CONTRADICTION,
    &CHANGED_END,
    &REOPENED,
    &LATE_RECORD,
    &VANISHED,
    &SUPERSEDED,
    &BEGUN_AGAIN,
    &CASE_CLOSED,
    &IDLE_CASE,
    &OUT_OF_TOUCH,
    &OPEN_TOO_LONG,
    &OVERLAP,
    &OPEN_PAST_EIGHTEEN,
    &CARE_GAP,
    &END_WITHOUT_REASON,
    &VERY_LONG,
    &SAME_DAY,
];

/// Days from one date to another.
pub(super) fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_distinct_names_and_say_what_is_done() {
        for (k, rule) in RULES.iter().enumerate() {
            assert!(RULES.iter().skip(k + 1).all(|other| other.id != rule.id), "{}", rule.id);
            for text in [rule.found, rule.done, rule.effect] {
                assert!(text.ends_with('.'), "{}: {text}", rule.id);
            }
        }
    }
}
