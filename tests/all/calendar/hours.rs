//! Where the time of case managers goes, from their contacts.

use super::{case, date};
use casefile::calendar::{hours, last_full_month};

#[test]
fn the_last_full_month_is_the_one_before_this_one() {
    let month = |today: &str| last_full_month(date(today));
    assert_eq!(month("2016-03-01"), Some((date("2016-02-01"), date("2016-02-29"))));
    assert_eq!(month("2016-03-31"), Some((date("2016-02-01"), date("2016-02-29"))));
    assert_eq!(month("2017-01-15"), Some((date("2016-12-01"), date("2016-12-31"))));
}

/// The case was admitted on 1 February 2016: it is new until the end of April.
#[test]
fn time_counts_as_contact_where_the_client_was_and_as_new_in_the_first_three_months() {
    let contacts = "contacts:
  - { on: 2016-04-30, kind: home-visit, minutes: 30, with: [client], what: A visit. }
  - { on: 2016-05-01, kind: interview, minutes: 30, with: [client], what: A talk. }
  - { on: 2016-05-02, kind: coordination, minutes: 10, with: [school], what: A call. }
  - { on: 2016-05-02, kind: attempt, minutes: 5, with: [client], what: No answer. }
  - { on: 2016-05-03, kind: call, minutes: 20, with: [client], by: [aisha, tomas], what: Both rang. }
  - { on: 2016-05-04, kind: call, minutes: 25, with: [client], by: [tomas], what: Tomas rang. }
  - { on: 2016-05-05, kind: call, with: [client], what: Nobody looked at the clock. }
  - { on: 2016-06-01, kind: interview, minutes: 90, with: [client], what: In another month. }
";
    let views = [case("cpcm", "UASC-2016-0001", contacts)];
    let of = |from: &str, until: &str| {
        let all = hours(&views, (date(from), date(until)));
        assert_eq!(all.len(), 1, "only managers of these cases are listed");
        all[&"aisha".parse().unwrap()].clone()
    };
    let april = of("2016-04-01", "2016-04-30");
    assert_eq!((april.contact, april.contact_new, april.all), (30, 30, 30));
    let may = of("2016-05-01", "2016-05-31");
    assert_eq!((may.contact, may.contact_new, may.all), (50, 0, 65));
    assert_eq!((may.contact_percent(), may.new_percent()), (Some(77), Some(0)));
    assert_eq!(may.contact_share, Some((78, "002 §5.2.2.1".to_owned())));
    assert_eq!(may.new_share, Some((50, "002 §5.2.2.1".to_owned())));
    let july = of("2016-07-01", "2016-07-31");
    assert_eq!((july.contact_percent(), july.new_percent()), (None, None));
}
