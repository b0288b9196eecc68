//! Strict JSON: no duplicate keys, integers only, no control characters.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Reads one line of JSON that is an object, or `None` where any strictness is broken.
///
/// Two readers that differ on duplicate keys or on large numbers would see two histories in one file.
pub fn parse_object(line: &str) -> Option<Map<String, Value>> {
    let plain = line.starts_with('{') && line.ends_with('}') && !line.bytes().any(|b| b < 0x20 || b == 0x7f);
    if !plain {
        return None;
    }
    match serde_json::from_str::<Strict>(line) {
        Ok(Strict(Value::Object(object))) => Some(object),
        _ => None,
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
    use super::parse_object;

    #[test]
    fn accepts_integers_text_and_nesting() {
        assert!(parse_object(r#"{"a":1,"b":[-2,null,true,"é"],"c":{"a":0}}"#).is_some());
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
        }
    }
}
