//! "Did you mean …?", over allowed words only, so that no word of a record is ever repeated.

/// The allowed word nearest to what was written, where it is near enough to be a slip.
pub(crate) fn nearest<'a>(written: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = plain(written);
    let limit = (written.chars().count() / 3).clamp(1, 3);
    let near = allowed.into_iter().map(|word| (distance(&written, &plain(word)), word));
    near.filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// Small letters, with `_` and spaces as hyphens: the slips that are none of spelling.
fn plain(word: &str) -> String {
    let hyphen = |c: char| if matches!(c, '_' | ' ') { '-' } else { c };
    word.chars().take(64).flat_map(char::to_lowercase).map(hyphen).collect()
}

/// How many letters must be added, left out, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let changed = above[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = changed.min(above[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_the_word_that_was_meant() {
        let words = ["home-visit", "interview", "call", "email"];
        assert_eq!(nearest("home_visit", words), Some("home-visit"));
        assert_eq!(nearest("Home Visti", words), Some("home-visit"));
        assert_eq!(nearest("cal", words), Some("call"));
        assert_eq!(nearest("emial", words), Some("email"));
        assert_eq!(nearest("fatima", words), None);
        assert_eq!(nearest("", words), None);
    }
}
