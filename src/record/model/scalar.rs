//! The scalars of a record: private text, narratives, dates and times.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// Text that belongs to a person. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, description = "Text.")]
pub struct Text(pub String);

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"…\"")
    }
}

/// A calendar date, `YYYY-MM-DD`.
pub type Date = NaiveDate;

/// A time of day, `HH:MM`, 24 hours.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("pattern" = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
pub struct Time(pub String);

/// A code of a language as BCP 47 writes it: `en`, `ar`, `my`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline, extend("pattern" = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", "x-casefile" = "language"))]
pub struct Lang(pub String);

/// A narrative: text in a small Markdown (paragraphs, `- ` and `1. ` lists, `**bold**`, `*emphasis*`),
/// or that text with its language and with the words for the client's own copy.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(extend("x-casefile" = "narrative"))]
pub enum Narrative {
    /// Text alone.
    Plain(Text),
    /// Text with what goes with it.
    Full(FullNarrative),
}

/// A narrative with its language and the client's words.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FullNarrative {
    /// The text for the file.
    pub text: Text,
    /// The language the text is written in, where it is not the record's own.
    pub lang: Option<Lang>,
    /// The words for the client's copy, by language.
    #[serde(default)]
    pub client: BTreeMap<String, ClientWords>,
}

/// What the client reads, in the client's own language.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientWords {
    /// The text in that language.
    pub text: Text,
    /// Who translated it.
    pub translator: Option<Text>,
    /// When it was translated.
    pub date: Option<Date>,
}

impl Narrative {
    /// The text for the file.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) => &text.0,
            Self::Full(full) => &full.text.0,
        }
    }
}
