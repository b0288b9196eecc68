//! Sealing anew: every object of a folder opened and sealed to another generation, under the same ids.
//!
//! What a document says does not change, nor its plain hash; its sealed hash does, and with it its card.

use super::cards::Binding;
use super::cards_read::Word;
use super::error;
use super::unlocked::OpenCase;
use crate::cores::on_all_cores;
use crate::error::{Error, Result};
use crate::log::{Added, Live, Part};
use crate::names::Digest;
use crate::seal::{Card, DocId, Sealed, object, rebind};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// What must be sealed anew in one entry: a document with its card, or a reason.
pub(super) struct Item<'a>(Vec<&'a Live>);

/// What was sealed anew and what it replaces: the n-th of `drop` is what the n-th of `add` was before;
/// second copies that only go stand at the end of `drop`.
#[derive(Default)]
pub(super) struct Resealed {
    pub(super) add: Vec<Added>,
    pub(super) drop: Vec<Digest>,
}

/// The most objects of one id that are kept together: a document and its card are two.
const MOST_IN_ONE: usize = 100;
/// Items that one thread seals before it takes more.
const RUN: usize = 64;
/// Sealed bytes that one thread holds before it writes them.
const HELD_BYTES: u64 = 16 * 1024 * 1024;

/// Puts what belongs together into items, in the order of the history.
pub(super) fn items(live: &[Live]) -> Vec<Item<'_>> {
    let mut items: Vec<Item<'_>> = Vec::new();
    let mut at: HashMap<DocId, usize> = HashMap::new();
    for object in live {
        let of_document = object.added.r != Part::Reason;
        // More than this stand together under one id only where somebody means to be in the way.
        if let Some(at) =
            at.get(&object.added.d).filter(|at| of_document && items[**at].0.len() < MOST_IN_ONE)
        {
            items[*at].0.push(object);
            continue;
        }
        if of_document {
            at.insert(object.added.d, items.len());
        }
        items.push(Item(vec![object]));
    }
    items
}

/// Cuts items into parts of at most `limit` objects, never through an item.
pub(super) fn chunks<'a, 'b>(items: &'b [Item<'a>], limit: usize) -> Result<Vec<&'b [Item<'a>]>> {
    let limit = limit.max(2);
    let mut chunks = Vec::new();
    let (mut start, mut objects) = (0, 0);
    for (at, item) in items.iter().enumerate() {
        if item.0.len() > limit {
            return Err(error::internal("seal so many objects of one id anew"));
        }
        if objects + item.0.len() > limit {
            chunks.push(&items[start..at]);
            (start, objects) = (at, 0);
        }
        objects += item.0.len();
    }
    if start < items.len() {
        chunks.push(&items[start..]);
    }
    Ok(chunks)
}

/// The list behind a lock, whatever happened to another thread that held it.
pub(super) fn noted<T>(list: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens items, seals them to the new key and makes them durable in the folder `path`, on all cores.
/// Names what it writes in `written` before it writes it.
pub(super) fn seal_anew(
    open: &OpenCase<'_>,
    items: &[Item<'_>],
    to: &Binding<'_>,
    path: &str,
    written: &Mutex<Vec<String>>,
) -> Result<Resealed> {
    let from = From { open, word: open.word() };
    let parts = on_all_cores(items, RUN, |run| seal_run(&from, run, to, path, written))?;
    Ok(together(parts))
}

/// What is sealed anew, and whose word it is.
struct From<'a> {
    open: &'a OpenCase<'a>,
    word: &'a Word,
}

impl From<'_> {
    /// The content of an object, or what else is done with it: nothing, where it cannot be opened and is no
    /// loss.
    fn plain(&self, live: &Live) -> Result<Option<Zeroizing<Vec<u8>>>> {
        match self.open.open_object(&live.added.h) {
            Ok(plain) => Ok(Some(plain)),
            Err(_) if self.word.is_no_loss(self.open, live) => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// What was read of an object, or nothing where it is not what it should be and no loss.
    fn read<T>(&self, live: &Live, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(_) if self.word.is_no_loss(self.open, live) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// The parts one after the other; what only goes comes last.
fn together(parts: Vec<Anew>) -> Resealed {
    let (mut all, mut only) = (Resealed::default(), Vec::new());
    for part in parts {
        all.add.extend(part.add);
        all.drop.extend(part.replaced);
        only.extend(part.only);
    }
    all.drop.extend(only);
    all
}

/// Some items sealed anew.
#[derive(Default)]
struct Anew {
    add: Vec<Added>,
    /// What each addition was before.
    replaced: Vec<Digest>,
    /// Second copies, which go.
    only: Vec<Digest>,
    sealed: Vec<Sealed>,
}

fn seal_run(
    from: &From<'_>,
    run: &[Item<'_>],
    to: &Binding<'_>,
    path: &str,
    written: &Mutex<Vec<String>>,
) -> Result<Anew> {
    let mut anew = Anew::default();
    let write = |anew: &mut Anew| -> Result<()> {
        let name = |sealed: &Sealed| format!("{path}/{}", sealed.file_name());
        let batch: Vec<(String, Vec<u8>)> =
            anew.sealed.drain(..).map(|sealed| (name(&sealed), sealed.into_bytes())).collect();
        noted(written).extend(batch.iter().map(|(name, _)| name.clone()));
        if batch.is_empty() { Ok(()) } else { from.open.archive.store.put_batch(&batch) }
    };
    for item in run {
        seal_item(from, item, to, &mut anew)?;
        if anew.sealed.iter().map(Sealed::size_bytes).sum::<u64>() >= HELD_BYTES {
            write(&mut anew)?;
        }
    }
    write(&mut anew)?;
    Ok(anew)
}

impl Anew {
    fn push(&mut self, old: &Live, sealed: Sealed) {
        let Added { d, r, .. } = old.added;
        self.add.push(Added { d, r, h: sealed.digest(), n: sealed.size_bytes() });
        self.replaced.push(old.added.h);
        self.sealed.push(sealed);
    }
}

fn seal_item(from: &From<'_>, item: &Item<'_>, to: &Binding<'_>, anew: &mut Anew) -> Result<()> {
    let open = from.open;
    let folder = to.folder.ok_or_else(|| error::internal("seal anew without a folder"))?;
    let of = |part: Part| item.0.iter().copied().filter(move |live| live.added.r == part);
    for reason in of(Part::Reason) {
        let Some(plain) = from.plain(reason)? else { continue };
        let text = rebind::reason(&plain, &folder).map_err(|e| damage(open, reason, &e));
        let text = from.read(reason, text)?.unwrap_or(plain);
        anew.push(reason, object::seal(&text, to.key)?);
    }
    let mut cards = Vec::new();
    for live in of(Part::Card) {
        let Some(bytes) = from.plain(live)? else { continue };
        match from.read(live, open.check_card(live, &bytes))? {
            Some(card) => cards.push((live, card, bytes)),
            // Rubbish stays what it is, under a new seal.
            None => anew.push(live, object::seal(&bytes, to.key)?),
        }
    }
    let second = second_copies(&cards, &folder)?;
    let mut docs: HashMap<Digest, Digest> = HashMap::new();
    for live in of(Part::Doc).filter(|live| !second.contains(&live.added.h)) {
        let Some(plain) = from.plain(live)? else { continue };
        for (_, card, _) in cards.iter().filter(|(_, card, _)| card.doc == live.added.h) {
            from.read(live, open.check_plain(card, &plain))?;
        }
        let sealed = object::seal(&plain, to.key)?;
        docs.insert(live.added.h, sealed.digest());
        anew.push(live, sealed);
    }
    for (live, card, bytes) in cards.iter().filter(|(live, ..)| !second.contains(&live.added.h)) {
        let doc = docs.get(&card.doc).unwrap_or(&card.doc);
        let text = rebind::card(bytes, doc, &folder).map_err(|e| damage(open, live, &e))?;
        anew.push(live, object::seal(&text, to.key)?);
    }
    let live: HashSet<Digest> = item.0.iter().map(|live| live.added.h).collect();
    anew.only.extend(second.into_iter().filter(|hash| live.contains(hash)));
    Ok(())
}

/// Cards that say the same of the same document as one before them, with their documents: what two deep
/// re-keys leave that met.
fn second_copies(
    cards: &[(&Live, Card, zeroize::Zeroizing<Vec<u8>>)],
    folder: &Digest,
) -> Result<Vec<Digest>> {
    let mut said: HashMap<Vec<u8>, Digest> = HashMap::new();
    let mut second = Vec::new();
    for (live, card, bytes) in cards {
        let words = rebind::card(bytes, folder, folder)?.to_vec();
        match said.get(&words) {
            Some(first) => {
                second.push(live.added.h);
                second.extend((card.doc != *first).then_some(card.doc));
            }
            None => drop(said.insert(words, card.doc)),
        }
    }
    Ok(second)
}

fn damage(open: &OpenCase<'_>, live: &Live, e: &Error) -> Error {
    error::damaged(&open.path_of(&live.added.h), e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::NoteName;

    fn live(d: u8, r: Part, h: u8) -> Live {
        let added = Added { d: DocId::from_bytes([d; 16]), r, h: Digest::of(&[h]), n: 1 };
        Live { added, entry: NoteName { seq: 0, hash: Digest::of(b"") }, pending: false }
    }

    #[test]
    fn a_document_and_its_card_are_never_parted() {
        let all = [
            live(1, Part::Doc, 1),
            live(2, Part::Doc, 2),
            live(1, Part::Card, 3),
            live(1, Part::Reason, 4),
            live(2, Part::Card, 5),
        ];
        let items = items(&all);
        assert_eq!(items.iter().map(|item| item.0.len()).collect::<Vec<_>>(), [2, 2, 1]);
        let parts = |limit| chunks(&items, limit).expect("parts").iter().map(|c| c.len()).collect::<Vec<_>>();
        assert_eq!(parts(2), [1, 1, 1]);
        assert_eq!(parts(3), [1, 2]);
        assert_eq!(parts(4_000), [3]);
    }
}
