//! The text inside a key file: an age identity file whose comments carry the rest.

use super::error::SealError;
use super::identity::{Identity, NAME_LIMIT_BYTES};
use super::keys;
use crate::error::Result;
use age::secrecy::ExposeSecret as _;
use std::fmt::Write as _;
use zeroize::Zeroizing;

const VERSION: &str = "identity/1";
/// More than a key file takes: the name is bounded, everything else is short.
const ROOM_BYTES: usize = NAME_LIMIT_BYTES + 1024;

/// The text of a person's keys.
pub(super) fn write(identity: &Identity) -> Zeroizing<String> {
    let seed = Zeroizing::new(keys::encode(identity.seed().as_ref()));
    let secret = identity.opening().to_string();
    // Room for all of it at once: a string that grows leaves its old bytes behind.
    let mut text = Zeroizing::new(String::with_capacity(ROOM_BYTES));
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "# casefile: {VERSION}\n# id: {}\n# name: {}\n# sign: {}\n# public key: {}\n{}\n",
        identity.id(),
        identity.name(),
        *seed,
        identity.recipient(),
        secret.expose_secret(),
    );
    text
}

/// Reads the text back. Comments it does not know are passed over, so that later versions may add some.
pub(super) fn parse(text: &[u8]) -> Result<Identity> {
    let bad = |reason| SealError::malformed("a key file", reason);
    let text = std::str::from_utf8(text).map_err(|_| bad("it is not text"))?;
    let lines = Lines::of(text).map_err(bad)?;
    match lines.field("casefile") {
        Some(VERSION) => {}
        Some(version) if version.starts_with("identity/") => {
            return Err(SealError::Newer { what: "the key file" }.into());
        }
        _ => return Err(bad("its first line is not `# casefile: identity/1`").into()),
    }
    let [(_, secret)] = lines.secrets[..] else { return Err(bad("expected one secret key").into()) };
    let opening: age::x25519::Identity = secret.parse().map_err(|_| bad("its secret key is no key"))?;
    if lines.field("public key") != Some(opening.to_public().to_string().as_str()) {
        return Err(bad("its public key does not belong to its secret key").into());
    }
    let id = lines.field("id").and_then(|id| id.parse().ok()).ok_or_else(|| bad("it names no person id"))?;
    let name = lines.field("name").ok_or_else(|| bad("it holds no name"))?;
    let seed = lines.field("sign").and_then(keys::decode_secret::<32>);
    let seed = seed.ok_or_else(|| bad("its signing key is not 32 bytes in base64"))?;
    Identity::from_parts(id, name, &seed, opening)
}

/// An age identity file in its parts: `# key: value` comments and secret keys, with their line numbers.
pub(super) struct Lines<'a> {
    /// Line number, key and value of each comment of that form.
    pub(super) comments: Vec<(usize, &'a str, &'a str)>,
    /// Line number and text of each line that is no comment.
    pub(super) secrets: Vec<(usize, &'a str)>,
}

impl<'a> Lines<'a> {
    /// Takes the text apart; a line is a comment or a secret key.
    pub(super) fn of(text: &'a str) -> std::result::Result<Self, &'static str> {
        let (mut comments, mut secrets) = (Vec::new(), Vec::new());
        for (number, line) in text.lines().enumerate() {
            match line.strip_prefix('#') {
                Some(comment) => comments
                    .extend(comment.split_once(": ").map(|(key, value)| (number, key.trim_start(), value))),
                None if line.is_empty() => {}
                None => secrets.push((number, line)),
            }
        }
        match comments.first() {
            Some((0, "casefile", _)) => Ok(Self { comments, secrets }),
            _ => Err("its first line does not say what it is"),
        }
    }

    /// The value of a comment that stands exactly once.
    pub(super) fn field(&self, key: &str) -> Option<&'a str> {
        let mut found = self.comments.iter().filter(|(_, name, _)| *name == key);
        match (found.next(), found.next()) {
            (Some((_, _, value)), None) => Some(value),
            _ => None,
        }
    }
}
