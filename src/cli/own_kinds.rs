//! `casefile kinds new`, `check` and `gallery`: kinds of an agency's own, and every kind to look at.

use super::args::{CheckKindsArgs, GalleryArgs, NewKindArgs};
use super::context::Context;
use super::{check, output, preview, report};
use casefile::document::{Kind, Kinds, inspect};
use casefile::error::{Class, Error, Place, Problem, Result, Severity};
use casefile::render::{Batch, Engine, EngineOptions};
use casefile::workflow::{Sample, contact_sheet, new_kind, render_samples};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

pub fn new(context: &Context, args: &NewKindArgs) -> Result<ExitCode> {
    let (folder, files) = new_kind(&args.name, &args.output)?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    for (path, bytes) in &files {
        let path = folder.join(path);
        make_folder(casefile::fs::folder_of(&path))?;
        casefile::fs::write_atomic(&path, bytes)?;
    }
    let shown = output::typed(&folder);
    output::say(context, &format!("A new kind lies in {shown}: change its files, then look:"));
    output::say(context, &format!("  casefile kinds check {shown}"));
    let kinds = output::typed(&args.output);
    output::say(context, &format!("  casefile --templates {kinds} preview {} RECORD -o form.pdf", args.name));
    Ok(ExitCode::SUCCESS)
}

pub fn check(context: &Context, args: &CheckKindsArgs) -> Result<ExitCode> {
    let (kinds, mut problems) = chosen(context, args.folder.as_deref())?;
    refuse_unknown(&kinds, args.lang.as_deref())?;
    let programmes = context.programmes()?;
    problems.extend(kinds.iter().flat_map(|kind| inspect(kind, args.lang.as_deref(), &programmes)));
    let samples = Sample::of_all(kinds.iter(), args.lang.as_deref(), false);
    let mut failed: Vec<(String, Vec<Problem>)> = Vec::new();
    let mut pages = 0;
    render_samples(&samples, &programmes, &workers(context)?, |sample, result| match result {
        Ok(pdf) => pages += pdf.pages(),
        Err(error) => failed.push((sample.file(), in_language(sample, &error))),
    })?;
    failed.sort_by(|a, b| a.0.cmp(&b.0));
    problems.extend(failed.into_iter().flat_map(|(_, problems)| problems));
    once(&mut problems);
    let (of_kinds, of_samples) = (check::count(kinds.len(), "kind"), check::count(samples.len(), "sample"));
    let what = format!("{of_kinds}, {of_samples}, {}", output::pages(pages));
    check::tell(context, &what, kinds.len(), &problems)
}

pub fn gallery(context: &Context, args: &GalleryArgs) -> Result<ExitCode> {
    let (kinds, _) = chosen(context, None)?;
    refuse_unknown(&kinds, args.lang.as_deref())?;
    let samples = Sample::of_all(kinds.iter(), args.lang.as_deref(), args.blank);
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    make_folder(&args.output)?;
    let (mut made, mut failed, mut unwritten) = (Vec::new(), Vec::new(), None);
    render_samples(&samples, &context.programmes()?, &workers(context)?, |sample, result| match result {
        Ok(pdf) => {
            let written = casefile::fs::write_atomic(&args.output.join(sample.file()), pdf.bytes());
            unwritten = unwritten.take().or(written.err());
            made.push((sample.clone(), pdf.pages()));
        }
        Err(error) => failed.extend(in_language(sample, &error)),
    })?;
    if let Some(error) = unwritten {
        return Err(error);
    }
    report::problems(context, &failed);
    let engine = Engine::new(EngineOptions { font_folders: context.fonts(), ..EngineOptions::default() })?;
    let sheet = args.output.join("gallery.pdf");
    let pdf = contact_sheet(&engine, &made, Context::clock()?.today())?;
    casefile::fs::write_atomic(&sheet, pdf.bytes())?;
    let message =
        format!("{} documents lie in {}; begin with {}.", made.len(), args.output.display(), sheet.display());
    output::say(context, &message);
    Ok(ExitCode::from(if failed.is_empty() { 0 } else { Class::Partial.exit_code() }))
}

/// The kinds of `folder`, or all that are known, and what kept others from being read.
fn chosen(context: &Context, folder: Option<&Path>) -> Result<(Vec<Arc<Kind>>, Vec<Problem>)> {
    let Some(folder) = folder else {
        return Ok((context.kinds()?.list().cloned().collect(), Vec::new()));
    };
    let (mut kinds, mut problems) = (Vec::new(), Vec::new());
    for kind in Kinds::own(folder)? {
        match kind {
            Ok(kind) => kinds.push(kind),
            Err(error) => problems.extend(error.problems().to_vec()),
        }
    }
    Ok((kinds, problems))
}

fn refuse_unknown(kinds: &[Arc<Kind>], lang: Option<&str>) -> Result<()> {
    let known = |lang: &str| kinds.iter().any(|kind| kind.languages().iter().any(|own| own == lang));
    if lang.is_none_or(|lang| kinds.is_empty() || known(lang)) {
        return Ok(());
    }
    let problem = Problem::error("document.language", "none of these kinds has words in this language");
    let hint = "put words/<language>.toml beside words/en.toml and the language into kind.toml";
    Err(Error::new(Class::Input, problem.hint(hint)))
}

fn workers(context: &Context) -> Result<Batch> {
    let options = EngineOptions {
        font_folders: context.fonts(),
        program: Some(preview::program()?),
        ..EngineOptions::default()
    };
    Ok(Batch { options, workers: std::thread::available_parallelism().map_or(1, Into::into) })
}

/// The problems of a sample that could not be laid out, each with the kind and the language where no file
/// is named.
fn in_language(sample: &Sample, error: &Error) -> Vec<Problem> {
    let mut problems = error.problems().to_vec();
    for problem in &mut problems {
        let place = problem.place.get_or_insert_default();
        if place.file.is_none() {
            place.file = Some(Path::new(sample.kind.id()).join("sample.yaml"));
            problem.message = format!("in {}: {}", sample.lang, problem.message);
        }
    }
    problems
}

/// Each problem once, however many kinds and languages have it; errors first.
fn once(problems: &mut Vec<Problem>) {
    let mut seen = std::collections::HashSet::new();
    problems.retain(|it| seen.insert((it.place.as_ref().map(Place::to_string), it.message.clone())));
    problems.sort_by_key(|it| it.severity == Severity::Warning);
}

fn make_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(|error| Error::io("make the folder", folder, &error))
}
