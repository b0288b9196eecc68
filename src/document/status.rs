//! Which status is effective on a day.

use crate::names::Status;
use chrono::NaiveDate;

/// The statuses of a case with the day each became true, oldest first: what the record says of the time
/// before the archive, then what the archive knows. A later statement replaces everything from its day on.
pub(super) fn merged(
    record: &[(Status, NaiveDate)],
    archive: Option<&[(Status, NaiveDate)]>,
) -> Vec<(Status, NaiveDate)> {
    let mut all: Vec<(Status, NaiveDate)> = Vec::new();
    for (status, since) in record.iter().chain(archive.unwrap_or_default()) {
        all.retain(|(_, earlier)| earlier < since);
        all.push((*status, *since));
    }
    all
}

/// The status on `day`; `None` before the first one.
pub(super) fn on(statuses: &[(Status, NaiveDate)], day: NaiveDate) -> Option<Status> {
    statuses.iter().rfind(|(_, since)| *since <= day).map(|(status, _)| *status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{AgedOut, Closed, Inactive, Open};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_status_is_the_one_effective_on_the_day() {
        let statuses = [(Open, day("2016-01-10")), (Inactive, day("2016-05-01")), (Open, day("2016-06-15"))];
        let table = [
            ("2016-01-09", None),
            ("2016-01-10", Some(Open)),
            ("2016-04-30", Some(Open)),
            ("2016-05-01", Some(Inactive)),
            ("2016-06-14", Some(Inactive)),
            ("2016-06-15", Some(Open)),
            ("2030-01-01", Some(Open)),
        ];
        for (date, status) in table {
            assert_eq!(on(&statuses, day(date)), status, "{date}");
        }
    }

    #[test]
    fn the_archive_goes_on_where_the_record_ends() {
        let record = [(Open, day("2015-01-10")), (AgedOut, day("2016-02-01"))];
        let archive = [(AgedOut, day("2016-02-01")), (Closed, day("2016-08-01"))];
        let all = merged(&record, Some(&archive));
        assert_eq!(all, [record[0], archive[0], archive[1]]);
        assert_eq!(on(&all, day("2015-06-01")), Some(Open));
    }

    #[test]
    fn a_correction_with_an_earlier_day_replaces_what_followed_it() {
        let said = [(Open, day("2016-01-01")), (AgedOut, day("2016-10-01")), (Open, day("2016-10-01"))];
        assert_eq!(merged(&[], Some(&said)), [said[0], said[2]]);
    }
}
