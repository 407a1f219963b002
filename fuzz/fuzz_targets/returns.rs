//! Any bytes as a return: read or refused, the same way each time, and never a panic. The first byte says in how many
//! files they come, so that the merging of years is tried too.
#![no_main]

use caseflow::calibrate::records::read::{Held, Input, Options, import};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let cut = match first % 4 {
        0 => rest.len() / 2,
        _ => rest.len(),
    };
    let (a, b) = rest.split_at(cut);
    let held: Vec<Held> =
        [a, b].into_iter().filter(|b| !b.is_empty()).map(|bytes| Held { name: "x", bytes }).collect();
    let inputs: Vec<&dyn Input> = held.iter().map(|h| h as &dyn Input).collect();
    let once = import(&inputs, Options { key: [1, 2], observed: None, rows: 10 });
    // the key links children and must not show in what comes out
    let again = import(&inputs, Options { key: [3, 4], observed: None, rows: 10 });
    match (once, again) {
        (Ok(a), Ok(b)) => {
            assert_eq!(a.findings, b.findings);
            assert_eq!(a.table.episodes(), b.table.episodes());
        }
        (Err(a), Err(b)) => assert_eq!(a, b),
        _ => panic!("two answers for one file"),
    }
});
