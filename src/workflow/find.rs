//! Finding a document by the first digits of its id.

use crate::archive::Archive;
use crate::error::{Class, Error, Problem, Result};
use crate::names::Unit;
use crate::seal::DocId;

/// The case and the full id of the document whose id begins with `digits`. Needs no key: ids stand in
/// the entries.
///
/// # Errors
/// `workflow.no-document` (not found), `workflow.ambiguous` (input) where several begin so.
pub fn find_document(archive: &Archive, digits: &str) -> Result<(Unit, DocId)> {
    let mut found = archive.find_documents(digits)?;
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
