//! Contacts, early support assessments, Support.

use super::Writer;
use crate::calibrate::authority::fit::Fitted;
use crate::calibrate::authority::front::{AGAIN, CONTACT, DAYS, EARLY, SUPPORT};
use crate::calibrate::authority::number::{Grade, ground, quoted, spanned};

/// The review from which one council's shares of contacts are known.
const REVIEW: &str = "Wiltshire Council, Review of Support and Safeguarding, May 2023, 3.2: 38.5 % of contacts in 2020-21 and 46.5 % in 2021-22 led to an early support assessment, Support or a referral";

impl Writer<'_> {
    pub(super) fn front(&mut self) {
        self.line(
            "# ---------------------------------------------------------------- front door and early help",
        );
        let clock = self.timescale("1 working day");
        self.line(format!("[stages.contact]\ntitle = \"Contact at the front door\"\nshown_as = \"Contact\"\nstay = {{ uniform = {{ low = \"0 working days\", high = \"1 working day\" }}, grade = \"assumed\", note = \"decisions within the working day\" }}\nclock = {clock}\n[stages.contact.to]"));
        for (to, share) in ["referral", "support", "early_support"].iter().zip(CONTACT) {
            self.line(format!("{to} = {}", spanned(share, 0.3, 1.0)));
        }
        self.line("advised = \"rest\"");
        self.statute("review-2023-contacts", REVIEW);
        let own = self.f.name == "Wiltshire";
        let note = if own {
            "0.375 go on; with children coming back, about 43 % of all contacts lead to a referral or early help"
        } else {
            "another council's shares: not known to hold here; with children coming back, about 43 % of all contacts lead on"
        };
        let grade = if own { Grade::Derived } else { Grade::Borrowed };
        self.line(ground("review-2023-contacts", grade, note, false));
        let help = |name: &str, title: &str, shown: &str| {
            format!(
                "\n[stages.{name}]\ntitle = {}\nshown_as = {}\nstay = {{ lognormal = {{ mean = {{ value = \"{DAYS} days\", low = \"120 days\", high = \"270 days\" }}, sd = \"120 days\" }}, grade = \"assumed\", note = \"no length is published: two school terms\" }}\n[stages.{name}.to]",
                quoted(title),
                quoted(shown)
            )
        };
        let title = "Early support assessment (ESA), held by a partner";
        self.line(help("early_support", title, "Early support assessment"));
        for (to, share) in ["support", "referral"].iter().zip(EARLY) {
            self.line(format!("{to} = {}", spanned(share, 0.5, 1.0)));
        }
        self.line("help_ended = \"rest\"");
        self.line(ground("", Grade::Assumed, "no figure is known", false));
        self.line(help("support", "Support (targeted early help, family key worker)", "Support"));
        for (to, share) in ["early_support", "referral"].iter().zip(SUPPORT) {
            self.line(format!("{to} = {}", spanned(share, 0.35, 1.0)));
        }
        self.line("help_ended = \"rest\"");
        self.line(ground(
            "",
            Grade::Assumed,
            "in one council's sample half closed well and half stepped up (Wiltshire review 2023, 4.1.1); samples over-represent trouble",
            false,
        ));
        self.line("");
    }

    /// Ways out of the front door and of early help, and coming back to it.
    pub(super) fn front_exits(&mut self) {
        let note = "no figure is known: judgement";
        for (exit, title, year, ever, years) in [
            ("advised", "Advice and signposting", 0.14, AGAIN[0], "3 years"),
            ("help_ended", "Support or early support assessment ended", 0.08, AGAIN[1], "5 years"),
        ] {
            self.line(format!(
                "[exits.{exit}]\ntitle = \"{title}\"\n[exits.{exit}.returns]\nto = \"contact\"\nwithin = {{ \"12 months\" = {}, \"{years}\" = {}{} }}",
                spanned(year, 0.5, 1.0),
                spanned(ever, 0.5, 1.0),
                ground("", Grade::Assumed, note, true)
            ));
        }
    }

    /// Children in early help at the start: as many as the model itself keeps.
    pub(super) fn front_start(&mut self, early_help: &str) {
        let f = self.f;
        let stock = |starts: f64| starts * DAYS / 365.25;
        for (stage, n, had) in
            [("early_support", stock(f.front.early), 0.6), ("support", stock(f.front.support), 0.8)]
        {
            let rest = [early_help.to_string(), earlier(f, had)];
            let note = "no count is published: as many as the model itself keeps";
            self.stage(stage, n, "", Grade::Assumed, note, &rest);
        }
    }
}

/// Who had a plan before, at the start: `share` of the share of plans that are second or later.
pub(super) fn earlier(f: &Fitted, share: f64) -> String {
    format!(
        "set = {{ earlier_plan = {{ yes = {}, no = \"rest\", grade = \"assumed\", note = \"in step with the share of plans that are second or later\" }} }}",
        spanned((f.earlier * share * f.ratios.second.value).clamp(0.001, 0.9), 0.3, 1.0)
    )
}
