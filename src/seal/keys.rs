//! The public keys and signatures, each with exactly one text.

use super::error::SealError;
use crate::error::{Error, Result};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;
use zeroize::Zeroizing;

/// Public X25519 points that give every sender the same secret; nothing may be sealed to them.
///
/// The `age` crate compares points modulo the field prime, so these five cover every encoding.
static WEAK_RECIPIENTS: LazyLock<Vec<age::x25519::Recipient>> =
    LazyLock::new(|| WEAK.iter().filter_map(|text| text.parse().ok()).collect());
const WEAK: [&str; 5] = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
    "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
];

/// What something can be sealed to: an age X25519 recipient (`age1…`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    pub(super) fn new(recipient: age::x25519::Recipient) -> Self {
        Self(recipient)
    }

    pub(super) fn as_age(&self) -> &age::x25519::Recipient {
        &self.0
    }
}

impl FromStr for Recipient {
    type Err = Error;

    /// Reads the one text of a recipient.
    ///
    /// # Errors
    /// `seal.malformed` (input): another spelling, another kind, or a point that protects nothing.
    fn from_str(text: &str) -> Result<Self> {
        let bad = |reason| SealError::malformed("an age recipient (age1…)", reason);
        let recipient: age::x25519::Recipient = text.parse().map_err(|_| bad("it cannot be read"))?;
        if recipient.to_string() != text {
            return Err(bad("it is not in its usual spelling").into());
        }
        if WEAK_RECIPIENTS.contains(&recipient) {
            return Err(bad("it protects nothing").into());
        }
        Ok(Self(recipient))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The public half of a signing key: ed25519, 32 bytes, written in base64 with padding (44 characters).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VerifyKey(ed25519_dalek::VerifyingKey);

impl VerifyKey {
    pub(super) fn new(key: ed25519_dalek::VerifyingKey) -> Self {
        Self(key)
    }

    /// The 32 bytes of the key.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// Whether `signature` is this key's over `message`, verified strictly (RFC 8032 without malleable
    /// signatures and without keys of small order).
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(message, &signature).is_ok()
    }
}

impl FromStr for VerifyKey {
    type Err = Error;

    /// Reads the one text of a signing key's public half.
    ///
    /// # Errors
    /// `seal.malformed` (input): not canonical base64 of 32 bytes, no point of the curve, or a weak one.
    fn from_str(text: &str) -> Result<Self> {
        let bad = |reason| SealError::malformed("a public signing key", reason);
        let bytes = decode::<32>(text).ok_or_else(|| bad("expected 32 bytes in base64"))?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| bad("it is no key"))?;
        let canonical = key.to_edwards().compress().to_bytes() == bytes;
        if key.is_weak() || !canonical {
            return Err(bad("it protects nothing").into());
        }
        Ok(Self(key))
    }
}

impl fmt::Display for VerifyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(self.as_bytes()))
    }
}

/// An ed25519 signature: 64 bytes, written in base64 with padding (88 characters).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature([u8; 64]);

impl Signature {
    /// A signature of these bytes.
    pub fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The 64 bytes.
    pub fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }
}

impl FromStr for Signature {
    type Err = Error;

    /// Reads the one text of a signature.
    ///
    /// # Errors
    /// `seal.malformed` (input): not canonical base64 of 64 bytes.
    fn from_str(text: &str) -> Result<Self> {
        let bad = || SealError::malformed("a signature", "expected 64 bytes in base64");
        Ok(Self(decode(text).ok_or_else(bad)?))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode(&self.0))
    }
}

/// Base64 with padding, the standard alphabet.
pub(super) fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// Exactly `N` bytes from their one base64 text.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = BASE64_STANDARD.decode(text).ok()?.try_into().ok()?;
    (encode(&bytes) == text).then_some(bytes)
}

/// The same for a secret: no copy of it is left in memory.
pub(super) fn decode_secret<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    BASE64_STANDARD.decode_vec(text, &mut bytes).ok()?;
    let secret = Zeroizing::new(<[u8; N]>::try_from(bytes.as_slice()).ok()?);
    (*Zeroizing::new(encode(&*secret)) == text).then_some(secret)
}

macro_rules! as_text {
    ($($name:ty => $expected:literal),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom(concat!("expected ", $expected)))
            }
        }
    )+};
}

as_text!(
    Recipient => "an age recipient",
    VerifyKey => "a public signing key in base64",
    Signature => "a signature in base64"
);
