//! Feedback of a client: the sample form of source 003, attachment 1.

use super::Folder;
use crate::record::model::scalar::{Date, Lang, Narrative, Text};
use crate::record::model::vocabulary::vocabulary;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// How much something helped (source 003, attachment 1).
    Help {
        /// No help at all.
        None,
        /// A little bit of help.
        Little,
        /// A reasonable amount of help.
        Reasonable,
        /// Quite a lot of help.
        Lot,
        /// A great help.
        Great,
    }
    /// Whether the time with the worker was about right (source 003, attachment 1).
    WishedTime {
        /// Much less time.
        MuchLess,
        /// A bit less time.
        Less,
        /// About right.
        Right,
        /// A bit more time.
        More,
        /// A lot more time.
        MuchMore,
    }
}

impl Help {
    /// Its points, from 1 for none to 5 for a great help.
    pub fn points(self) -> u32 {
        match self {
            Self::None => 1,
            Self::Little => 2,
            Self::Reasonable => 3,
            Self::Lot => 4,
            Self::Great => 5,
        }
    }
}

/// One feedback form as a client filled it in (source 003, attachment 1).
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackRecord {
    /// Format of this file, always `feedback/1`.
    #[schemars(extend("const" = "feedback/1"))]
    pub casefile: String,
    /// Programme whose rules hold: the name of a file in `programmes/`.
    pub programme: String,
    /// Language the narratives are written in, where they do not say otherwise.
    #[serde(default = "super::super::english")]
    pub lang: Lang,
    /// The folder, its author and who is responsible.
    pub folder: Folder,
    /// Day the form was filled in.
    pub date: Date,
    /// How it was filled in: alone, with an interpreter, by telephone.
    pub how: Option<Text>,
    /// Overall, how much the service helped with the current situation.
    pub help_now: Option<Help>,
    /// Overall, how much the service has helped with the domestic violence situation in the longer term.
    pub help_longer: Option<Help>,
    /// How helpful and supportive the case manager was.
    pub help_manager: Option<Help>,
    /// About how many times a week the client spent with the case manager.
    #[schemars(range(min = 0, max = 50))]
    pub times_per_week: Option<u32>,
    /// For roughly how many hours each time.
    #[schemars(range(min = 0, max = 24))]
    pub hours_each: Option<u32>,
    /// Whether the client would have liked to spend more time with the worker.
    pub wished_time: Option<WishedTime>,
    /// The three things that were most useful, as one would tell a friend.
    #[serde(default)]
    pub useful: Vec<Narrative>,
    /// The three things that could be improved.
    #[serde(default)]
    pub improve: Vec<Narrative>,
    /// How satisfied the client is with the approach regarding the client's children.
    pub children: Option<Narrative>,
    /// What the client would advise the government.
    pub advice: Option<Narrative>,
    /// Other comments.
    pub comments: Option<Narrative>,
}
