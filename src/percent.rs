//! Shares in whole per cent, rounded in one way wherever they are told.

/// `part` of `whole` in per cent, halves rounded up; `None` where there is nothing to take a part of.
pub(crate) fn percent(part: usize, whole: usize) -> Option<usize> {
    (whole > 0).then(|| (200 * part + whole) / (2 * whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_a_per_cent_are_rounded_up_and_nothing_has_no_share() {
        assert_eq!(percent(0, 0), None);
        assert_eq!(percent(0, 7), Some(0));
        assert_eq!(percent(1, 8), Some(13));
        assert_eq!(percent(2, 3), Some(67));
        assert_eq!(percent(9, 9), Some(100));
    }
}
