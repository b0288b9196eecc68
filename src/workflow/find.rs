//! Finding a document by the first digits of its id.

use crate::archive::Archive;
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Part, Stage};
use crate::names::Unit;
use crate::seal::DocId;

/// The case and the full id of the document whose id begins with `digits`. Needs no key: ids stand in
/// the entries.
///
/// # Errors
/// `workflow.no-document` (not found), `workflow.ambiguous` (input) where several begin so.
pub fn find_document(archive: &Archive, digits: &str) -> Result<(Unit, DocId)> {
    let mut found = archive.find_documents(digits)?;
    if found.is_empty() {
        // What was destroyed is still named: opening it says so.
        found = destroyed(archive, digits)?;
        found.truncate(1);
    }
    match (found.pop(), found.is_empty()) {
        (Some(document), true) if !digits.is_empty() => Ok(document),
        (None, _) => {
            let problem = Problem::error(
                "workflow.no-document",
                "no document of this archive has an id that begins so",
            )
            .hint("casefile show CASE lists the documents of a case with their ids");
            Err(Error::new(Class::NotFound, problem))
        }
        _ => {
            let problem = Problem::error("workflow.ambiguous", "several documents have an id that begins so")
                .hint("give more of its digits; casefile show CASE --json prints the whole id");
            Err(Error::new(Class::Input, problem))
        }
    }
}

fn destroyed(archive: &Archive, digits: &str) -> Result<Vec<(Unit, DocId)>> {
    let mut found = Vec::new();
    for listing in archive.cases()?.into_iter().filter(|listing| listing.stage == Stage::Destroyed) {
        let Ok(case) = archive.case(&listing.unit) else { continue };
        let documents = case.destroyed_objects().into_iter().filter(|added| added.r == Part::Doc);
        let begins = documents.filter(|added| added.d.to_string().starts_with(digits));
        found.extend(begins.map(|added| (listing.unit.clone(), added.d)));
    }
    Ok(found)
}
