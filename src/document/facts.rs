//! The facts of a header, and the one rule by which long names are shortened.

/// The most characters a name may take in a header; a longer one is shortened by [`shorten`].
pub const NAME_CHARACTERS: usize = 36;

/// What a document's header shows on every page, exactly as printed (source 002 §5.5).
#[derive(Clone, PartialEq, Eq)]
pub struct Facts {
    /// Full case number; of a document about the work, the number of its folder.
    pub number: String,
    /// The status on the document's date, in the document's language; of a referral, that it is not
    /// admitted; empty in a folder of the office.
    pub status_word: String,
    /// Its code: `O`, `IA`, `AO` or `C`; empty where there is no status.
    pub status_code: String,
    /// Name of the report.
    pub report: String,
    /// The document's date in full.
    pub date_text: String,
    /// The case manager's name, shortened where it is long; of a document about the work, the author's.
    pub manager: String,
    /// The case supervisor's name, shortened where it is long; of a document about the work, that of the
    /// person responsible.
    pub supervisor: String,
}

/// A name as headers print it.
///
/// A name of at most [`NAME_CHARACTERS`] characters stands as it is. In a longer one every word but the
/// first and the last becomes its initial with a full stop; if that is still too long, it is cut and ends
/// with `…`. Runs of white space count as one space.
pub fn shorten(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let whole = words.join(" ");
    if whole.chars().count() <= NAME_CHARACTERS {
        return whole;
    }
    let last = words.len() - 1;
    let initials = words.iter().enumerate().map(|(at, word)| match word.chars().next() {
        Some(first) if at != 0 && at != last => format!("{first}."),
        _ => (*word).to_owned(),
    });
    let short = initials.collect::<Vec<_>>().join(" ");
    if short.chars().count() <= NAME_CHARACTERS {
        return short;
    }
    let cut: String = short.chars().take(NAME_CHARACTERS - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_fits_stands_as_it_is() {
        assert_eq!(shorten("Aisha  Rahman "), "Aisha Rahman");
        let fits = "Maria del Carmen Fernandez de Castro";
        assert_eq!(fits.chars().count(), NAME_CHARACTERS);
        assert_eq!(shorten(fits), fits);
    }

    #[test]
    fn a_long_name_keeps_its_first_and_last_word() {
        assert_eq!(shorten("Maria del Carmen Fernandez de Castro Ruiz"), "Maria d. C. F. d. C. Ruiz");
    }

    #[test]
    fn one_endless_word_is_cut_with_a_mark() {
        let short = shorten(&"x".repeat(100));
        assert_eq!(short.chars().count(), NAME_CHARACTERS);
        assert!(short.ends_with('…'));
    }
}
