//! What a misspelt word was meant to be.

/// The known word nearest to `found`, if near enough.
pub(crate) fn suggest<'k>(found: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if found.len() > 200 {
        return None;
    }
    let plain = |word: &str| word.to_lowercase().replace([' ', '-'], "_");
    let wanted = plain(found);
    known
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(&wanted, &plain(word)), word))
        .filter(|(distance, word)| {
            let longest = word.len().max(wanted.len());
            *distance <= 1.max(longest / 3) && *distance < longest
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["lognormal", "gamma", "closed"];
        assert_eq!(suggest("lognromal", known), Some("lognormal"));
        assert_eq!(suggest("Closed", known), Some("closed"));
        assert_eq!(suggest("support", known), None);
    }
}
