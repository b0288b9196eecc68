//! Everything that is wrong with a kind before one of its documents is laid out.

use super::kind::Kind;
use super::missing::{has, missing};
use super::{Words, sample, sample_request};
use crate::error::{Place, Problem};
use crate::programme::Programmes;
use std::path::Path;

/// The problems of a kind in itself: what [`Kind::check`] finds, words that a language lacks (of `lang`
/// alone where it is given), a sample that is no record, lacks what the kind needs or shows nothing of what
/// the kind says it shows. Empty where all is well.
pub fn inspect(kind: &Kind, lang: Option<&str>, programmes: &Programmes) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(kind.check(Path::new(kind.id())).err().into_iter().flat_map(|e| e.problems().to_vec()));
    for own in kind.languages().iter().filter(|own| lang.is_none_or(|lang| lang == *own)) {
        match Words::of(kind, own) {
            Ok(words) => problems.extend(words.missing().iter().map(|word| untranslated(kind, own, word))),
            Err(error) => problems.extend(error.problems().to_vec()),
        }
    }
    match sample(kind, programmes) {
        Ok(checked) => {
            let period = sample_request(kind, &checked.record, "en").period;
            problems.extend(missing(kind, &checked.record, period));
            let unseen = kind.musts().iter().filter(|must| !has(&checked.record, &must.path));
            problems.extend(unseen.map(|must| not_shown(kind, &must.path)));
        }
        Err(error) => problems.extend(error.problems().to_vec()),
    }
    problems
}

fn untranslated(kind: &Kind, lang: &str, word: &str) -> Problem {
    let (folder, word) = match word.strip_prefix("kind.") {
        Some(own) => (kind.id(), own),
        None => ("_shared", word),
    };
    let place = Place::file(Path::new(folder).join(format!("words/{lang}.toml")));
    let message = format!("`{word}` has no translation; documents say it in English");
    Problem::warning("document.words-missing", message).at(place)
}

fn not_shown(kind: &Kind, path: &str) -> Problem {
    let message = format!("the kind says that it shows `{path}`, and its sample has nothing there");
    let place = Place::file(Path::new(kind.id()).join("sample.yaml"));
    Problem::warning("document.sample-lacks", message).at(place)
}
