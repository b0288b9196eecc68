//! What can go wrong with keys and sealed things.

use crate::error::{Class, Error, Problem};
use thiserror::Error as ThisError;

/// How an error names a key file.
pub(super) const KEY_FILE: &str = "a key file";
/// How an error names a key file that is damaged.
pub(super) const THE_KEY_FILE: &str = "the key file";
/// How an error names the public part of a key.
pub(super) const PUBLIC_FILE: &str = "a public key file (.pub)";

/// Why something could not be sealed, opened or understood. It never holds content.
#[derive(Debug, ThisError)]
pub(super) enum SealError {
    /// The passphrase does not open the identity file.
    #[error("the passphrase does not open this key file")]
    WrongPassphrase,
    /// The identity file asks for more work than is sane.
    #[error("the key file asks for a work factor above {most}, the most that is accepted")]
    TooMuchWork {
        /// The largest work factor that is read.
        most: u8,
    },
    /// A work factor outside the range.
    #[error("the work factor must be from {least} to {most}")]
    WorkFactor {
        /// The smallest allowed.
        least: u8,
        /// The largest allowed.
        most: u8,
    },
    /// Something that is not what it should be.
    #[error("this is not {expected}: {reason}")]
    Malformed {
        /// What was expected, with its article.
        expected: &'static str,
        /// What is wrong, in fixed words.
        reason: &'static str,
    },
    /// Made by a later version of the program.
    #[error("{what} was made by a newer version of casefile")]
    Newer {
        /// What it is.
        what: &'static str,
    },
    /// None of the keys opens it.
    #[error("your key does not open {what}")]
    NoKey {
        /// What it is.
        what: &'static str,
    },
    /// The bytes were changed after sealing.
    #[error("{what} is damaged: it cannot be opened, although the key fits")]
    Damaged {
        /// What it is.
        what: &'static str,
    },
    /// Larger than allowed.
    #[error("{what} is larger than {most} bytes, the most that is kept here")]
    TooLarge {
        /// What it is.
        what: &'static str,
        /// The largest allowed.
        most: u64,
    },
    /// Nobody could open it.
    #[error("nothing can be sealed to no reader at all")]
    NoReader,
    /// The proof is not a signature over these keys.
    #[error("the proof of {id} does not fit the keys: it was not made by the holder of this signing key")]
    BadProof {
        /// Whose proof.
        id: String,
    },
    /// The system has no random numbers, or the cipher failed.
    #[error("the system could not supply what sealing needs")]
    System,
}

impl SealError {
    /// Shorthand for [`SealError::Malformed`].
    pub(super) fn malformed(expected: &'static str, reason: &'static str) -> Self {
        Self::Malformed { expected, reason }
    }

    fn class_and_code(&self) -> (Class, &'static str) {
        match self {
            Self::WrongPassphrase => (Class::Access, "seal.wrong-passphrase"),
            Self::TooMuchWork { .. } => (Class::Input, "seal.too-much-work"),
            Self::WorkFactor { .. } => (Class::Usage, "seal.work-factor"),
            Self::Malformed { .. } => (Class::Input, "seal.malformed"),
            Self::Newer { .. } => (Class::Input, "seal.newer"),
            Self::NoKey { .. } => (Class::Access, "seal.no-key"),
            Self::Damaged { .. } => (Class::Damage, "seal.damaged"),
            Self::TooLarge { .. } => (Class::Input, "seal.too-large"),
            Self::NoReader => (Class::Input, "seal.no-recipient"),
            Self::BadProof { .. } => (Class::Input, "seal.bad-proof"),
            Self::System => (Class::Unexpected, "seal.system"),
        }
    }

    fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::WrongPassphrase => "check the passphrase; a key file that was damaged shows the same",
            Self::NoKey { .. } => {
                "only the readers of a folder can open it; `casefile show CASE` names them, and one of them can help"
            }
            Self::Malformed { expected: KEY_FILE, .. } => {
                "with -i goes the key file itself (.key); a .pub file is only the part that others may have"
            }
            Self::Malformed { expected: PUBLIC_FILE, .. } => {
                "a .pub file comes from: casefile key show KEY > NAME.pub; the key itself is never given away"
            }
            Self::Damaged { what: THE_KEY_FILE } => {
                "take it from your own copy; without one make a new key with the same id, which an administrator \
                 puts in its place: casefile person rekey ID NEW.pub"
            }
            Self::Damaged { .. } => "run `casefile verify --level V1` to see what else is damaged",
            Self::Newer { .. } => "update casefile and try again",
            Self::WorkFactor { .. } => "the default is 18; each step doubles the time that opening takes",
            Self::BadProof { .. } => "ask for the .pub file again, made with `casefile key show KEY`",
            _ => return None,
        })
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        let (class, code) = error.class_and_code();
        let mut problem = Problem::error(code, error.to_string());
        problem.hint = error.hint().map(str::to_owned);
        Self::new(class, problem)
    }
}
