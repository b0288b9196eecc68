//! Small groups that could be worked out from what stands beside them: a total less its other parts, the
//! whole less a part. What would give them away is said as a range instead.

use super::{Count, LEAST, Row};

/// What is counted, and its group.
type Counted = (&'static str, &'static str);

/// A part of a whole, each by what it is and its group: what is left of the whole may be few as well.
const PARTS: [(Counted, Counted); 5] = [
    (("contacts.client", ""), ("contacts.all", "")),
    (("contacts.face-to-face", ""), ("contacts.client", "")),
    (("attendance", "there"), ("attendance", "sessions")),
    (("feedback", "helped"), ("feedback", "answers")),
    (("feedback", "helped-by-manager"), ("feedback", "answers")),
];

/// Says as ranges what would give a small group away; `numbers` are the true ones, row by row.
pub(super) fn hide(rows: &mut [Row], numbers: &[u32]) {
    total(rows, numbers);
    let (status, category) = (of(rows, "cases.status", "closed"), of(rows, "cases.category", ""));
    // Both are the same cases counted in two ways.
    let (in_status, in_category) = (spread(rows, numbers, &status), spread(rows, numbers, &category));
    widen_largest(rows, numbers, &category, in_status);
    widen_largest(rows, numbers, &status, in_category);
    for (part, whole) in PARTS {
        rest(rows, numbers, part, whole);
    }
}

/// The rows of a count, but for one group.
fn of(rows: &[Row], of: &str, but: &str) -> Vec<usize> {
    let wanted = |row: &Row| row.of == of && (but.is_empty() || row.group != but);
    rows.iter().enumerate().filter(|(_, row)| wanted(row)).map(|(at, _)| at).collect()
}

/// The total of contacts is no more exact than its parts are.
fn total(rows: &mut [Row], numbers: &[u32]) {
    let parts = of(rows, "contacts", "attempt");
    let spread = spread(rows, numbers, &parts);
    for at in of(rows, "contacts.all", "") {
        widen(&mut rows[at], numbers[at], spread);
    }
}

/// How far below and above their true sum some rows may be, for somebody who sees what is said of them.
fn spread(rows: &[Row], numbers: &[u32], which: &[usize]) -> (u32, u32) {
    which.iter().fold((0, 0), |(below, above), at| {
        let ((least, most), number) = (rows[*at].count.bounds(), numbers[*at]);
        (below + number.saturating_sub(least), above + most.saturating_sub(number))
    })
}

fn widen_largest(rows: &mut [Row], numbers: &[u32], which: &[usize], spread: (u32, u32)) {
    let exact = which.iter().filter(|at| matches!(rows[**at].count, Count::Exact(number) if number > 0));
    if let Some(at) = exact.max_by_key(|at| numbers[**at]).copied() {
        widen(&mut rows[at], numbers[at], spread);
    }
}

fn widen(row: &mut Row, number: u32, (below, above): (u32, u32)) {
    if matches!(row.count, Count::Exact(_)) && (below, above) != (0, 0) {
        row.count = Count::between(number.saturating_sub(below).max(1), number.saturating_add(above));
        row.minutes = None;
    }
}

/// Where few of the whole are not in the part, the part is said as a range.
fn rest(rows: &mut [Row], numbers: &[u32], part: Counted, whole: Counted) {
    let place = |(of, group): Counted| rows.iter().position(|row| row.of == of && row.group == group);
    let Some((part, whole)) = place(part).zip(place(whole)) else { return };
    let few = (1..LEAST).contains(&numbers[whole].saturating_sub(numbers[part]));
    if few && !matches!(rows[part].count, Count::Few(_)) {
        let (least, most) = rows[whole].count.bounds();
        rows[part].count = Count::between(least.saturating_sub(LEAST - 1), most.saturating_sub(1));
        rows[part].minutes = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(all: &[(&str, &str, u32)]) -> Vec<(u32, u32)> {
        let row = |(of, group, number): &(&str, &str, u32)| Row {
            of: (*of).to_owned(),
            group: (*group).to_owned(),
            count: Count::of(*number),
            minutes: Some(60),
        };
        let numbers: Vec<u32> = all.iter().map(|(.., number)| *number).collect();
        let mut rows: Vec<Row> = all.iter().map(row).collect();
        hide(&mut rows, &numbers);
        assert!(rows.iter().all(|row| matches!(row.count, Count::Between(_)) == row.minutes.is_none()));
        rows.iter().map(|row| row.count.bounds()).collect()
    }

    #[test]
    fn a_total_beside_one_small_part_is_a_range_that_tells_nothing_of_it() {
        for few in 1..5 {
            let rows = [("contacts", "call", 20), ("contacts", "email", few), ("contacts.all", "", 20 + few)];
            assert_eq!(hidden(&rows), [(20, 20), (1, 4), (21, 24)], "{few}");
        }
        let rows = [("contacts", "call", 20), ("contacts", "attempt", 2), ("contacts.all", "", 20)];
        assert_eq!(hidden(&rows)[2], (20, 20), "attempts are no part of it");
    }

    #[test]
    fn the_same_cases_counted_in_another_way_give_no_small_group_away() {
        for few in 1..5 {
            let rows = [
                ("cases.status", "closed", 7),
                ("cases.status", "inactive", few),
                ("cases.status", "open", 20),
                ("cases.category", "FV", 6),
                ("cases.category", "UASC", 14 + few),
            ];
            assert_eq!(hidden(&rows), [(7, 7), (1, 4), (20, 20), (6, 6), (15, 18)], "{few}");
        }
    }

    #[test]
    fn a_part_that_leaves_few_of_the_whole_is_a_range() {
        for few in 1..5 {
            let rows = [("contacts.client", "", 20), ("contacts.face-to-face", "", 20 - few)];
            assert_eq!(hidden(&rows), [(20, 20), (16, 19)], "{few}");
        }
        let rows = [("attendance", "sessions", 20), ("attendance", "there", 15)];
        assert_eq!(hidden(&rows), [(20, 20), (15, 15)]);
    }
}
