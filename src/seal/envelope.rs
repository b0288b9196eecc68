//! The keys of a folder, and the envelope that carries them to its readers.
//!
//! An envelope is an ordinary age identity file, sealed to every reader; whoever opens it with stock
//! `age` holds exactly the file that `age -d -i` takes.

use super::error::SealError;
use super::identity::Identity;
use super::identity_file::Lines;
use super::keys::Recipient;
use super::object::Sealed;
use super::stream;
use crate::error::Result;
use crate::names::Unit;
use age::secrecy::ExposeSecret as _;
use chrono::{DateTime, SecondsFormat, SubsecRound as _, Utc};
use std::fmt;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// The most bytes of a sealed envelope: room for more than a thousand generations and readers.
pub const ENVELOPE_LIMIT_BYTES: u64 = 1024 * 1024;

const VERSION: &str = "envelope/1";
const KIND: &str = "x25519";
/// More than the three lines of a generation take.
const GENERATION_BYTES: usize = 300;

/// One key of a folder, in use from a moment on. Its name is its recipient.
#[derive(Clone)]
pub struct Generation {
    from: DateTime<Utc>,
    key: age::x25519::Identity,
}

impl Generation {
    /// A new key that is in use from `from` (kept to the second).
    pub fn generate(from: DateTime<Utc>) -> Self {
        Self { from: from.trunc_subsecs(0), key: age::x25519::Identity::generate() }
    }

    /// What is sealed to this generation is sealed to this; entries name it as `key`.
    pub fn recipient(&self) -> Recipient {
        Recipient::new(self.key.to_public())
    }

    /// When it came into use, to the second.
    pub fn from(&self) -> DateTime<Utc> {
        self.from
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Generation({})", self.recipient())
    }
}

/// The keys of a folder: every generation that something in it may still be sealed to, newest first.
#[derive(Clone)]
pub struct FolderKeys {
    unit: Unit,
    generations: Vec<Generation>,
}

impl FolderKeys {
    /// The keys of a new folder.
    pub fn new(unit: Unit, first: Generation) -> Self {
        Self { unit, generations: vec![first] }
    }

    /// The folder's name as it was when the envelope was made.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// All generations, newest first, never none.
    pub fn generations(&self) -> &[Generation] {
        &self.generations
    }

    /// The generation of this name.
    pub fn generation(&self, recipient: &Recipient) -> Option<&Generation> {
        self.generations.iter().find(|generation| generation.recipient() == *recipient)
    }

    /// The same keys with a newer generation in front.
    #[must_use]
    pub fn with(&self, newer: Generation) -> Self {
        let generations = std::iter::once(newer).chain(self.generations.iter().cloned()).collect();
        Self { unit: self.unit.clone(), generations }
    }

    /// The union of two rings, for folders whose keys were changed at two places at once: newest first,
    /// by start and then by name.
    #[must_use]
    pub fn merged(&self, other: &Self) -> Self {
        let mut generations = [&self.generations[..], &other.generations[..]].concat();
        generations.sort_by_key(|generation| {
            (std::cmp::Reverse(generation.from), generation.recipient().to_string())
        });
        generations.dedup_by_key(|generation| generation.recipient());
        Self { unit: self.unit.clone(), generations }
    }

    pub(super) fn as_age(&self) -> Vec<&dyn age::Identity> {
        self.generations.iter().map(|generation| &generation.key as &dyn age::Identity).collect()
    }

    /// The text of the identity file inside the envelope.
    fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(format!("# casefile: {VERSION}\n# unit: {}\n", self.unit));
        // All at once: a string that grows leaves its old bytes behind.
        text.reserve(GENERATION_BYTES * self.generations.len());
        for generation in &self.generations {
            let from = generation.from.to_rfc3339_opts(SecondsFormat::Secs, true);
            let (public, secret) = (generation.recipient(), generation.key.to_string());
            let secret = secret.expose_secret();
            // Writing to a string cannot fail.
            let _ = write!(text, "# generation: {KIND} from {from}\n# public key: {public}\n{secret}\n");
        }
        text
    }

    fn parse(text: &[u8]) -> Result<Self> {
        let bad = |reason| SealError::malformed("a key envelope", reason);
        let text = std::str::from_utf8(text).map_err(|_| bad("it is not text"))?;
        let lines = Lines::of(text).map_err(bad)?;
        match lines.field("casefile") {
            Some(VERSION) => {}
            Some(version) if version.starts_with("envelope/") => return Err(newer()),
            _ => return Err(bad("its first line is not `# casefile: envelope/1`").into()),
        }
        let unit = lines.field("unit").and_then(|unit| unit.parse().ok());
        let unit = unit.ok_or_else(|| bad("it names no folder"))?;
        let mut generations = Vec::with_capacity(lines.secrets.len());
        let mut above = 0;
        for &(line, secret) in &lines.secrets {
            let comments: Vec<_> =
                lines.comments.iter().filter(|(number, ..)| (above..line).contains(number)).collect();
            let comment = |key| comments.iter().find(|(_, name, _)| *name == key).map(|(.., value)| *value);
            generations.push(parse_generation(secret, comment("generation"), comment("public key"))?);
            above = line + 1;
        }
        if generations.is_empty() {
            return Err(bad("it holds no key").into());
        }
        Ok(Self { unit, generations })
    }
}

impl fmt::Debug for FolderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderKeys")
            .field("unit", &self.unit)
            .field("generations", &self.generations)
            .finish()
    }
}

fn newer() -> crate::error::Error {
    SealError::Newer { what: "the key envelope" }.into()
}

fn parse_generation(secret: &str, head: Option<&str>, public: Option<&str>) -> Result<Generation> {
    let bad = |reason| SealError::malformed("a key envelope", reason);
    let (kind, from) = head
        .and_then(|head| head.split_once(" from "))
        .ok_or_else(|| bad("a key has no `# generation` line"))?;
    if kind != KIND {
        return Err(newer());
    }
    let from = DateTime::parse_from_rfc3339(from).map_err(|_| bad("the start of a key is no moment"))?;
    let key: age::x25519::Identity = secret.parse().map_err(|_| bad("a secret key is no key"))?;
    if public != Some(key.to_public().to_string().as_str()) {
        return Err(bad("a public key does not belong to its secret key").into());
    }
    Ok(Generation { from: from.with_timezone(&Utc), key })
}

/// Seals the keys of a folder to its readers.
///
/// # Errors
/// `seal.no-recipient` (input) without a reader; `seal.too-large` (input) beyond
/// [`ENVELOPE_LIMIT_BYTES`].
pub fn seal(keys: &FolderKeys, readers: &[Recipient]) -> Result<Sealed> {
    let recipients: Vec<_> = readers.iter().map(|reader| reader.as_age() as &dyn age::Recipient).collect();
    let bytes = stream::encrypt(keys.to_text().as_bytes(), &recipients)?;
    if bytes.len() as u64 > ENVELOPE_LIMIT_BYTES {
        return Err(SealError::TooLarge { what: "the key envelope", most: ENVELOPE_LIMIT_BYTES }.into());
    }
    Ok(Sealed::new(bytes))
}

/// Opens an envelope with a person's own key.
///
/// # Errors
/// `seal.no-key` (access) where it is not sealed to them; `seal.damaged` (damage); `seal.malformed`
/// (input) where something else was sealed; `seal.newer` (input) where it holds a kind of key that this
/// version does not know.
pub fn open(bytes: &[u8], identity: &Identity) -> Result<FolderKeys> {
    const WHAT: &str = "the keys of this folder";
    let key: &dyn age::Identity = identity.opening();
    let plain = stream::decrypt(bytes, &[key], ENVELOPE_LIMIT_BYTES)
        .map_err(|failure| failure.about(WHAT, ENVELOPE_LIMIT_BYTES))?;
    FolderKeys::parse(&plain)
}
