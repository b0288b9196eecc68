//! The archive's policy: how long closed cases are kept, as the root keys set it in the staff log.

use chrono::{Months, NaiveDate};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The days between a decision and the destruction, at the least.
pub const LEAST_WAITING_DAYS: u32 = 30;
/// The most days that a policy may ask for between the two.
pub const MOST_WAITING_DAYS: u32 = 3_650;
/// The most years that a policy may name.
pub const MOST_YEARS: u32 = 200;
/// The name under which the rule of all other categories stands.
const DEFAULT: &str = "default";

/// How long closed cases are kept. A category without a rule is kept for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Years after closing by category; `None` keeps that category for ever.
    pub retention: BTreeMap<String, Option<u32>>,
    /// Years after closing of every other category.
    pub default: Option<u32>,
    /// Days between the decision and the destruction, 30 or more.
    pub waiting_days: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self { retention: BTreeMap::new(), default: None, waiting_days: LEAST_WAITING_DAYS }
    }
}

impl Policy {
    /// Reads the `policy` of a staff note; fields it does not know are passed over. `None` where what it
    /// should know is of another kind or out of bounds: nobody guesses how long a case is kept.
    pub fn parse(value: &Value) -> Option<Self> {
        let mut policy = Self::default();
        let nothing = Map::new();
        let fields = value.as_object()?;
        let retention = fields.get("retention").map_or(Some(&nothing), Value::as_object)?;
        for (category, years) in retention {
            let years = match years {
                Value::Null => None,
                years => Some(within(years, 1, MOST_YEARS)?),
            };
            if category == DEFAULT {
                policy.default = years;
            } else if is_category(category) {
                policy.retention.insert(category.clone(), years);
            } else {
                return None;
            }
        }
        if let Some(days) = fields.get("waiting") {
            policy.waiting_days = within(days, LEAST_WAITING_DAYS, MOST_WAITING_DAYS)?;
        }
        Some(policy)
    }

    /// The `policy` of a staff note.
    pub fn json(&self) -> Value {
        let mut retention: Map<String, Value> =
            self.retention.iter().map(|(category, years)| (category.clone(), json!(years))).collect();
        if let Some(years) = self.default {
            retention.insert(DEFAULT.to_owned(), json!(years));
        }
        json!({ "retention": retention, "waiting": self.waiting_days })
    }

    /// How many years after closing a case of this category is kept; `None` for ever.
    pub fn years(&self, category: &str) -> Option<u32> {
        self.retention.get(category).copied().unwrap_or(self.default)
    }

    /// The day from which a case of this category may be disposed of that was closed on `since`; `None`
    /// never.
    pub fn ends(&self, category: &str, since: NaiveDate) -> Option<NaiveDate> {
        since.checked_add_months(Months::new(self.years(category)?.checked_mul(12)?))
    }

    /// The rule in force for a category, as entries name it: `retention.uasc.70`.
    pub fn rule(&self, category: &str) -> Option<String> {
        let named = self.retention.contains_key(category);
        let of = if named { category.to_ascii_lowercase() } else { DEFAULT.to_owned() };
        Some(format!("retention.{of}.{}", self.years(category)?))
    }
}

/// Whether this may be the category of a case.
pub fn is_category(text: &str) -> bool {
    (1..=12).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase())
        && !crate::names::OFFICE_WORDS.contains(&text)
}

fn within(value: &Value, least: u32, most: u32) -> Option<u32> {
    let number = u32::try_from(value.as_u64()?).ok()?;
    (least..=most).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_reads_back_as_it_was_written() {
        let mut policy = Policy { default: Some(25), waiting_days: 60, ..Policy::default() };
        policy.retention.insert("UASC".to_owned(), Some(70));
        policy.retention.insert("SEP".to_owned(), None);
        assert_eq!(Policy::parse(&policy.json()), Some(policy.clone()));
        assert_eq!(
            policy.json().to_string(),
            r#"{"retention":{"SEP":null,"UASC":70,"default":25},"waiting":60}"#
        );
        assert_eq!(
            (policy.years("UASC"), policy.years("SEP"), policy.years("X")),
            (Some(70), None, Some(25))
        );
        assert_eq!(policy.rule("UASC").as_deref(), Some("retention.uasc.70"));
        assert_eq!((policy.rule("SEP"), policy.rule("X").as_deref()), (None, Some("retention.default.25")));
    }

    #[test]
    fn what_is_out_of_bounds_is_no_policy_and_what_is_unknown_is_passed_over() {
        let parse = |text: &str| Policy::parse(&serde_json::from_str(text).expect("JSON"));
        assert_eq!(parse("{}"), Some(Policy::default()));
        assert_eq!(parse(r#"{"later":1,"waiting":30}"#), Some(Policy::default()));
        let bad = [
            r#"{"waiting":29}"#,
            r#"{"waiting":"30"}"#,
            r#"{"retention":{"UASC":0}}"#,
            r#"{"retention":{"UASC":201}}"#,
            r#"{"retention":{"uasc":70}}"#,
            r#"{"retention":{"STAFF":70}}"#,
            r#"{"retention":[]}"#,
            "[]",
        ];
        for text in bad {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_case_is_kept_to_the_day_years_later_and_to_the_end_of_february() {
        let policy = Policy { default: Some(1), ..Policy::default() };
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        assert_eq!(policy.ends("UASC", day("2016-02-29")), Some(day("2017-02-28")));
        assert_eq!(Policy::default().ends("UASC", day("2016-02-29")), None);
    }
}
