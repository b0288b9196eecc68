//! Strict JSON: no duplicate keys, integers only, no control characters.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

/// Reads one line of JSON that is an object, or `None` where any strictness is broken.
///
/// Two readers that differ on duplicate keys or on large numbers would see two histories in one file.
pub fn parse_object(line: &str) -> Option<Map<String, Value>> {
    if !is_plain(line) {
        return None;
    }
    match serde_json::from_str::<Strict>(line) {
        Ok(Strict(Value::Object(object))) => Some(object),
        _ => None,
    }
}

/// Whether [`parse_object`] reads the line; nothing of it is kept.
pub fn is_object(line: &str) -> bool {
    is_plain(line) && serde_json::from_str::<Checked>(line).is_ok()
}

fn is_plain(line: &str) -> bool {
    line.starts_with('{') && line.ends_with('}') && !line.bytes().any(|b| b < 0x20 || b == 0x7f)
}

/// A value that was checked and is not kept.
struct Checked;

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CheckedVisitor)
    }
}

struct CheckedVisitor;

/// Keys of one object that are compared one by one; of more a set is made.
const FEW: usize = 32;

impl<'de> Visitor<'de> for CheckedVisitor {
    type Value = Checked;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        StrictVisitor.expecting(f)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_unit<E: Error>(self) -> Result<Checked, E> {
        Ok(Checked)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Checked, A::Error> {
        while items.next_element::<Checked>()?.is_some() {}
        Ok(Checked)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Checked, A::Error> {
        let (mut few, mut many) = (Vec::new(), HashSet::new());
        while let Some((Key(key), Checked)) = items.next_entry::<Key<'de>, Checked>()? {
            if few.contains(&key) || many.contains(&key) {
                return Err(A::Error::custom("a duplicate key"));
            }
            if few.len() < FEW {
                few.push(key);
            } else {
                many.insert(key);
            }
        }
        Ok(Checked)
    }
}

/// A key, borrowed from the line where it is written without escapes.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor).map(Self)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}

struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without fractions and without duplicate keys")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::from(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some((key, Strict(value))) = items.next_entry::<String, Strict>()? {
            if object.insert(key, value).is_some() {
                return Err(A::Error::custom("a duplicate key"));
            }
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::{is_object, parse_object};

    #[test]
    fn accepts_integers_text_and_nesting() {
        let line = r#"{"a":1,"b":[-2,null,true,"é"],"c":{"a":0}}"#;
        assert!(parse_object(line).is_some());
        assert!(is_object(line));
    }

    #[test]
    fn a_key_given_twice_is_found_among_many_and_behind_escapes() {
        let keys: Vec<String> = (0..100).map(|n| format!(r#""k{n}":0"#)).collect();
        assert!(is_object(&format!("{{{}}}", keys.join(","))));
        for key in [r#""k1""#, r#""k99""#, r#""\u006b1""#] {
            assert!(!is_object(&format!("{{{},{key}:0}}", keys.join(","))), "{key}");
        }
    }

    #[test]
    fn refuses_everything_two_readers_could_read_differently() {
        for line in [
            r#"{"a":1,"a":1}"#,
            r#"{"b":{"a":1,"a":2}}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e3}"#,
            r#"{"a":-0}"#,
            r#"{"a":18446744073709551616}"#,
            "{\"a\":\t1}",
            "{\"a\":\"\u{7f}\"}",
            r#" {"a":1}"#,
            r#"{"a":1} "#,
            r#"["a"]"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":1}{"#,
        ] {
            assert!(parse_object(line).is_none(), "{line}");
            assert!(!is_object(line), "{line}");
        }
    }
}
