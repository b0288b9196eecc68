//! Time, passed in: the moment of signing and the business date.

use chrono::{DateTime, NaiveDate, Utc};

/// The time a command works with. Made once, at the edge of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    now: DateTime<Utc>,
    today: NaiveDate,
}

impl Clock {
    /// A clock at `now`, whose business date is `today` where given and the day of `now` otherwise.
    pub fn new(now: DateTime<Utc>, today: Option<NaiveDate>) -> Self {
        Self { now, today: today.unwrap_or_else(|| now.date_naive()) }
    }

    /// The moment of signing.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The business date: default of effective dates and document dates, never a signing time.
    pub fn today(&self) -> NaiveDate {
        self.today
    }
}
