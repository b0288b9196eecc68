//! The certificate of destruction, from the archive's history: needs no reader's key, because none is left.

use super::press::{Made, Press};
use crate::archive::Archive;
use crate::document::{CERTIFICATE, Destruction, DestructionStep};
use crate::error::{Class, Error, Problem, Result};
use crate::log::{Judged, Part};
use crate::names::Unit;

/// Makes the certificate of a case or of a folder about the work that was destroyed.
///
/// # Errors
/// No such folder (not found); `workflow.not-destroyed` (input); those of the [`Press`].
pub fn certificate(archive: &Archive, press: &Press, unit: &Unit, lang: &str) -> Result<Made> {
    let destruction = destruction(archive, unit)?;
    let kind = press.kinds.get(CERTIFICATE)?;
    let document = crate::document::certificate(&kind, &destruction, lang)?;
    let pdf = press.engine.render(&document)?;
    Ok(Made { document, pdf })
}

/// What the history says about the destruction of a folder.
fn destruction(archive: &Archive, unit: &Unit) -> Result<Destruction> {
    let case = archive.case(unit)?;
    let steps = case.steps();
    let Some(destroyed) = steps.destroyed else {
        let problem = Problem::error("workflow.not-destroyed", format!("{unit} is not destroyed"));
        return Err(Error::new(Class::Input, problem.hint("casefile dispose due lists what is due")));
    };
    let all = [
        ("proposed", steps.proposed),
        ("approved", steps.approved),
        ("decided", steps.decided),
        ("destroyed", Some(destroyed)),
    ];
    let step = |(step, judged): (&'static str, &Judged)| DestructionStep {
        step,
        by: judged.entry.signers.iter().map(ToString::to_string).collect(),
        on: judged.entry.time.day(),
        number: judged.entry.seq,
        entry: judged.name.hash,
    };
    let objects = case.destroyed_objects();
    let checkpoints = archive.checkpoints_of_decision(&case)?.into_iter();
    Ok(Destruction {
        unit: unit.clone(),
        status: case.status(),
        since: case.kept_since().unwrap_or_default(),
        documents: objects.iter().filter(|added| added.r == Part::Doc).count(),
        objects: objects.len(),
        size_bytes: objects.iter().map(|added| added.n).sum(),
        steps: all.into_iter().filter_map(|(name, judged)| Some(step((name, judged?)))).collect(),
        rule: steps.decided.and_then(|judged| judged.entry.rule.as_ref()).map(ToString::to_string),
        checkpoints: checkpoints.map(|(by, name)| (format!("{by}/{}", name.seq), name.hash)).collect(),
        archive: archive.id(),
        reference: case.reference(),
    })
}
