//! The archive's policy: how long closed cases and folders about the work are kept, as the root keys set it
//! in the staff log.

use crate::names::OFFICE_WORDS;
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

/// The name of that rule of folders about the work, as entries name it.
const OFFICE: &str = "office";

/// Years by category, and those of all others; `None` is for ever.
type Rules = (BTreeMap<String, Option<u32>>, Option<u32>);

/// How long closed cases and folders about the work are kept. What has no rule is kept for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Years after closing by category; `None` keeps that category for ever.
    pub retention: BTreeMap<String, Option<u32>>,
    /// Years after closing of every other category.
    pub default: Option<u32>,
    /// Years after the last entry about the matter, of folders about the work, by their word; `None` keeps
    /// them for ever.
    pub office: BTreeMap<String, Option<u32>>,
    /// The same of every other folder about the work.
    pub office_default: Option<u32>,
    /// Days between the decision and the destruction, 30 or more.
    pub waiting_days: u32,
}

impl Default for Policy {
    fn default() -> Self {
        let (retention, office) = (BTreeMap::new(), BTreeMap::new());
        Self { retention, default: None, office, office_default: None, waiting_days: LEAST_WAITING_DAYS }
    }
}

impl Policy {
    /// Reads the `policy` of a staff note; fields it does not know are passed over. `None` where what it
    /// should know is of another kind or out of bounds: nobody guesses how long a case is kept.
    pub fn parse(value: &Value) -> Option<Self> {
        let mut policy = Self::default();
        let fields = value.as_object()?;
        (policy.retention, policy.default) = rules(fields.get("retention"), is_category)?;
        let is_word = |text: &str| OFFICE_WORDS.contains(&text);
        (policy.office, policy.office_default) = rules(fields.get(OFFICE), is_word)?;
        if let Some(days) = fields.get("waiting") {
            policy.waiting_days = within(days, LEAST_WAITING_DAYS, MOST_WAITING_DAYS)?;
        }
        Some(policy)
    }

    /// The `policy` of a staff note.
    pub fn json(&self) -> Value {
        let mut fields = Map::new();
        fields.insert("retention".to_owned(), stated(&self.retention, self.default));
        fields.insert("waiting".to_owned(), json!(self.waiting_days));
        if self.has_office() {
            fields.insert(OFFICE.to_owned(), stated(&self.office, self.office_default));
        }
        Value::Object(fields)
    }

    /// Whether it says anything about folders about the work.
    pub fn has_office(&self) -> bool {
        self.office_default.is_some() || !self.office.is_empty()
    }

    /// How many years a folder of this category or word is kept; `None` for ever.
    pub fn years(&self, category: &str) -> Option<u32> {
        let (rules, default) = self.rules_for(category);
        rules.get(category).copied().unwrap_or(default)
    }

    /// The day from which a folder of this category or word may be disposed of whose years count from
    /// `since`; `None` never.
    pub fn ends(&self, category: &str, since: NaiveDate) -> Option<NaiveDate> {
        since.checked_add_months(Months::new(self.years(category)?.checked_mul(12)?))
    }

    /// The rule in force for a category or word, as entries name it: `retention.uasc.70`.
    pub fn rule(&self, category: &str) -> Option<String> {
        let named = self.rules_for(category).0.contains_key(category);
        let of = match (named, OFFICE_WORDS.contains(&category)) {
            (true, _) => category.to_ascii_lowercase(),
            (false, true) => OFFICE.to_owned(),
            (false, false) => DEFAULT.to_owned(),
        };
        Some(format!("retention.{of}.{}", self.years(category)?))
    }

    fn rules_for(&self, category: &str) -> (&BTreeMap<String, Option<u32>>, Option<u32>) {
        if OFFICE_WORDS.contains(&category) {
            (&self.office, self.office_default)
        } else {
            (&self.retention, self.default)
        }
    }
}

/// Reads rules whose names are `default` or pass `is_name`; `None` where anything is out of bounds.
fn rules(value: Option<&Value>, is_name: impl Fn(&str) -> bool) -> Option<Rules> {
    let mut rules = Rules::default();
    let Some(value) = value else { return Some(rules) };
    for (name, years) in value.as_object()? {
        let years = match years {
            Value::Null => None,
            years => Some(within(years, 1, MOST_YEARS)?),
        };
        if name == DEFAULT {
            rules.1 = years;
        } else if is_name(name) {
            rules.0.insert(name.clone(), years);
        } else {
            return None;
        }
    }
    Some(rules)
}

fn stated(rules: &BTreeMap<String, Option<u32>>, default: Option<u32>) -> Value {
    let mut stated: Map<String, Value> =
        rules.iter().map(|(name, years)| (name.clone(), json!(years))).collect();
    if let Some(years) = default {
        stated.insert(DEFAULT.to_owned(), json!(years));
    }
    Value::Object(stated)
}

/// Whether this may be the category of a case.
pub fn is_category(text: &str) -> bool {
    (1..=12).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_uppercase())
        && !OFFICE_WORDS.contains(&text)
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
    fn folders_about_the_work_have_rules_of_their_own() {
        let mut policy = Policy { default: Some(25), office_default: Some(10), ..Policy::default() };
        policy.office.insert("STAFF".to_owned(), Some(7));
        policy.office.insert("PROGRAMME".to_owned(), None);
        assert_eq!(Policy::parse(&policy.json()), Some(policy.clone()));
        let rule = |category: &str| policy.rule(category).unwrap_or_default();
        assert_eq!(rule("STAFF"), "retention.staff.7");
        assert_eq!(rule("COMPLAINT"), "retention.office.10");
        assert_eq!(rule("UASC"), "retention.default.25");
        assert_eq!(policy.rule("PROGRAMME"), None);
        assert_eq!(Policy { default: Some(25), ..Policy::default() }.rule("STAFF"), None, "cases only");
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
            r#"{"office":{"UASC":7}}"#,
            r#"{"office":{"STAFF":0}}"#,
            r#"{"office":7}"#,
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
