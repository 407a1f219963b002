//! The forms in which dates are written, so that a column that mixes them can be told.

use super::dates::{Said, date_text};
use super::row::Cell;

/// How a date is written. What stands between its parts, and whether a time follows, does not matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// 2024-03-31
    YearFirst,
    /// 31/03/2024, or with the month first
    YearLast,
    /// 31/03/24
    ShortYear,
    /// 31 March 2024
    Named,
    /// 20240331
    Compact,
    /// 45382: a day as spreadsheets number it, which is how their date cells are stored
    Serial,
}

/// The form of a cell that holds a date; `said` is what was read of it.
pub fn form(cell: Cell<'_>, said: Said) -> Option<Form> {
    if !matches!(said, Said::Date(_) | Said::EitherWay(..) | Said::DayFirst(_) | Said::MonthFirst(_)) {
        return None;
    }
    match cell {
        Cell::Number(x) if x >= 19_000_101.0 => Some(Form::Compact),
        Cell::Number(_) => Some(Form::Serial),
        Cell::Text(t) => Some(of_text(date_text(t))),
        _ => None,
    }
}

/// The form of a text that can be read as a date.
pub fn of_text(text: &str) -> Form {
    let digits = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(text);
    if text.bytes().any(|b| b.is_ascii_alphabetic()) {
        Form::Named
    } else if first == text.len() || (first == 5 && text.as_bytes().get(5) == Some(&b'.')) {
        if first == 8 { Form::Compact } else { Form::Serial }
    } else if first == 4 {
        Form::YearFirst
    } else if text.bytes().rev().take_while(u8::is_ascii_digit).count() == 2 {
        Form::ShortYear
    } else {
        Form::YearLast
    }
}

/// How often each form stands in a column.
#[derive(Clone, Copy, Debug, Default)]
pub struct Forms([u64; 6]);

impl Forms {
    /// Counts a cell.
    pub fn count(&mut self, form: Option<Form>) {
        if let Some(slot) = form.and_then(|f| self.0.get_mut(f as usize)) {
            *slot += 1;
        }
    }

    /// The form that most cells have, if there are others too; of two the first.
    pub fn usual(&self) -> Option<Form> {
        use Form::{Compact, Named, Serial, ShortYear, YearFirst, YearLast};
        let all = [YearFirst, YearLast, ShortYear, Named, Compact, Serial];
        let most = all.into_iter().zip(self.0).max_by_key(|(f, n)| (*n, std::cmp::Reverse(*f as usize)))?;
        (self.0.iter().sum::<u64>() > most.1).then_some(most.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::dates;
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let of = |t: &str| form(Cell::Text(t), dates::text(t).said);
        for (text, expected) in [
            ("2024-03-31", Form::YearFirst),
            ("2024/3/31T09:00:00", Form::YearFirst),
            ("31/03/2024", Form::YearLast),
            ("3.4.2024 00:00", Form::YearLast),
            ("31/3/24", Form::ShortYear),
            ("31-Mar-24", Form::Named),
            ("Sunday, 31 March 2024", Form::Named),
            ("20240331", Form::Compact),
            ("45382", Form::Serial),
            ("45382.5", Form::Serial),
        ] {
            assert_eq!(of(text), Some(expected), "{text}");
        }
        assert_eq!((of(""), of("soon"), of("31/12/9999")), (None, None, None));
        let number = |x| form(Cell::Number(x), dates::number(x, 0));
        assert_eq!((number(45_382.0), number(20_240_331.0)), (Some(Form::Serial), Some(Form::Compact)));
    }

    #[test]
    fn the_usual_form_is_told_only_of_a_mixed_column() {
        let mut forms = Forms::default();
        assert_eq!(forms.usual(), None);
        (0..3).for_each(|_| forms.count(Some(Form::YearLast)));
        assert_eq!(forms.usual(), None);
        forms.count(Some(Form::Named));
        assert_eq!(forms.usual(), Some(Form::YearLast));
    }
}
