//! Files beside the record: they stay in its folder.

use super::Draft;
use crate::record::model::{Attachment, Client};
use std::path::{Component, Path};

/// The client's photograph and the attachments.
pub(super) fn all(draft: &mut Draft<'_>, client: Option<&Client>, folder: Option<&Path>) {
    if let Some(photograph) = client.and_then(|client| client.photograph.as_ref()) {
        file(draft, "client.photograph.file", &photograph.file, folder);
    }
    for (index, attachment) in draft.items::<Attachment>("attachments") {
        file(draft, &format!("attachments[{index}].file"), &attachment.file, folder);
    }
}

fn file(draft: &mut Draft<'_>, field: &str, name: &str, folder: Option<&Path>) {
    const BESIDE: &str = "put the file into the folder of the record and write its name from there";
    if !is_inside(name) {
        draft.error("record.outside-path", field, "the file must lie in the folder of the record", BESIDE);
        return;
    }
    let Some(folder) = folder else { return };
    let found = folder.join(name).canonicalize();
    match (found, folder.canonicalize()) {
        (Ok(found), Ok(folder)) if !found.starts_with(&folder) => {
            draft.error(
                "record.outside-path",
                field,
                "the file leads out of the folder of the record",
                BESIDE,
            );
        }
        (Ok(found), Ok(_)) if found.is_file() => {}
        (Ok(_), Ok(_)) => draft.error("record.not-a-file", field, "this is no file", BESIDE),
        _ => draft.error(
            "record.missing-file",
            field,
            "there is no such file in the folder of the record",
            BESIDE,
        ),
    }
}

/// Whether a name leads down from a folder only, on every system.
fn is_inside(name: &str) -> bool {
    let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    plain && !name.contains(['\\', ':', '\0'])
}
