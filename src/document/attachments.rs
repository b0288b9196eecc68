//! The scans, letters and photographs of a record, as the kinds that show them print them.

use super::kind::{Attachments, Kind};
use super::photographs::Photographs;
use super::words::Words;
use super::{ImageSource, dates};
use crate::error::{Place, Problem};
use crate::names::Digest;
use crate::record::Subject;
use crate::record::model::Attachment;
use serde_json::{Value, json};

/// The largest attachment that is read for its hash, in bytes: as large as one that is filed.
const LIMIT_BYTES: u64 = 256 << 20;

/// The attachments of `record` for `kind`: `[{file, title, date, alt, identifying, sha256, photo}]`. `photo`
/// is there for a picture, and only where the kind shows pictures; `sha256` where the file is at hand.
pub(super) fn shown(kind: &Kind, record: Subject, words: &Words, photographs: &mut Photographs) -> Value {
    let (Some(wanted), Subject::Case(record)) = (kind.attachments(), record) else { return json!([]) };
    let all = record.case().attachments.iter().enumerate();
    all.map(|(at, it)| one(it, at, wanted, words, photographs)).collect()
}

fn one(
    it: &Attachment,
    at: usize,
    wanted: Attachments,
    words: &Words,
    photographs: &mut Photographs,
) -> Value {
    let field = |name: &str| format!("attachments[{at}].{name}");
    let bytes = bytes(it, &field("file"), photographs);
    let date = it.date.map(|date| dates::json(words, date));
    let picture = bytes.as_deref().is_some_and(is_picture);
    let photo = if picture && wanted == Attachments::Show { photo(it, &field, photographs) } else { None };
    let photo = photo.map(|path| json!({"path": path, "alt": it.alt, "caption": null, "date": null}));
    json!({
        "file": it.file, "title": it.title, "date": date, "alt": it.alt, "identifying": it.identifying,
        "sha256": bytes.map(|bytes| Digest::of(&bytes).to_string()), "picture": picture, "photo": photo,
    })
}

/// The path of a picture for the template; a problem where it has no words for those who cannot see it.
fn photo(it: &Attachment, field: &dyn Fn(&str) -> String, photographs: &mut Photographs) -> Option<String> {
    if it.alt.as_ref().is_none_or(|alt| alt.0.trim().is_empty()) {
        let place = Place { field: Some(field("alt")), ..Place::default() };
        let problem =
            Problem::error("document.photograph-alt", "this picture has no words for who cannot see it")
                .hint("say in `alt:` what it shows");
        photographs.problems.push(problem.at(place));
        return None;
    }
    photographs.add(&it.file, &field("file"))
}

fn bytes(it: &Attachment, field: &str, photographs: &mut Photographs) -> Option<Vec<u8>> {
    match photographs.find(&it.file, field)? {
        ImageSource::Bytes(bytes) => Some(bytes.to_vec()),
        ImageSource::File(path) => match crate::fs::read(&path, LIMIT_BYTES) {
            Ok(bytes) => Some(bytes),
            Err(error) => {
                photographs.problems.extend(error.problems().to_vec());
                None
            }
        },
    }
}

fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xd8\xff") || bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}
