//! The sorts of record: one for cases, and one for each sort of matter of the office.

use super::model::{
    CaseRecord, ComplaintRecord, DebriefingRecord, FeedbackRecord, HandoverRecord, ProgrammeRecord,
    ReferralRecord, StaffRecord,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;
use std::sync::LazyLock;

/// What a record is about. The first field of its file says so: `casefile: complaint/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A case.
    Case,
    /// A referral before admission.
    Referral,
    /// A member of staff.
    Staff,
    /// The debriefings of a person.
    Debriefing,
    /// A complaint.
    Complaint,
    /// A client's feedback.
    Feedback,
    /// A handover of cases.
    Handover,
    /// The programme as a whole.
    Programme,
}

impl Sort {
    /// Every sort.
    pub const ALL: [Self; 8] = [
        Self::Case,
        Self::Referral,
        Self::Staff,
        Self::Debriefing,
        Self::Complaint,
        Self::Feedback,
        Self::Handover,
        Self::Programme,
    ];

    /// Its word: `case`, `complaint`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Referral => "referral",
            Self::Staff => "staff",
            Self::Debriefing => "debriefing",
            Self::Complaint => "complaint",
            Self::Feedback => "feedback",
            Self::Handover => "handover",
            Self::Programme => "programme",
        }
    }

    /// What stands after `casefile:` in its file.
    pub fn format(self) -> &'static str {
        match self {
            Self::Case => "record/1",
            Self::Referral => "referral/1",
            Self::Staff => "staff/1",
            Self::Debriefing => "debriefing/1",
            Self::Complaint => "complaint/1",
            Self::Feedback => "feedback/1",
            Self::Handover => "handover/1",
            Self::Programme => "programme/1",
        }
    }

    /// The word with which the numbers of its folders begin; none for cases, whose category is the programme's.
    pub fn folder_word(self) -> Option<&'static str> {
        match self {
            Self::Case => None,
            Self::Referral => Some("REFERRAL"),
            Self::Staff => Some("STAFF"),
            Self::Debriefing => Some("DEBRIEF"),
            Self::Complaint => Some("COMPLAINT"),
            Self::Feedback => Some("FEEDBACK"),
            Self::Handover => Some("HANDOVER"),
            Self::Programme => Some("PROGRAMME"),
        }
    }

    /// The sort with this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.word() == word)
    }

    /// The sort whose files say this after `casefile:`.
    pub fn of_format(format: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.format() == format)
    }

    /// Its JSON Schema, generated from the types.
    pub fn schema(self) -> &'static Value {
        &SCHEMAS[self as usize]
    }

    /// The schema as the text of its file in `schemas/`.
    pub fn schema_text(self) -> String {
        format!("{:#}\n", self.schema())
    }

    /// Name of the file that holds its schema: `complaint.schema.json`.
    pub fn schema_file(self) -> String {
        format!("{}.schema.json", self.word())
    }

    /// A path of one of its fields as `casefile explain` takes it: `complaint/received.date`.
    pub fn explained(self, path: &str) -> String {
        match self {
            Self::Case => path.to_owned(),
            _ => format!("{}/{path}", self.word()),
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

static SCHEMAS: LazyLock<[Value; 8]> = LazyLock::new(|| {
    [
        schema::<CaseRecord>(Sort::Case),
        schema::<ReferralRecord>(Sort::Referral),
        schema::<StaffRecord>(Sort::Staff),
        schema::<DebriefingRecord>(Sort::Debriefing),
        schema::<ComplaintRecord>(Sort::Complaint),
        schema::<FeedbackRecord>(Sort::Feedback),
        schema::<HandoverRecord>(Sort::Handover),
        schema::<ProgrammeRecord>(Sort::Programme),
    ]
});

fn schema<T: JsonSchema>(sort: Sort) -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), json!(format!("casefile {}", sort.format())));
    schema.to_value()
}
