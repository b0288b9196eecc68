//! The contract of a store as checks that every backend passes.
//!
//! [`check`] runs on an empty store and panics with a sentence about the promise that was broken.

use super::{Listing, Store};
use crate::error::{Class, Result};
use crate::names::Digest;

/// Runs every check, each in its own part of an empty store.
///
/// # Errors
/// An error of the store where the contract promises success.
pub fn check(store: &dyn Store) -> Result<()> {
    gives_back_what_was_put(store)?;
    putting_again_changes_nothing(store)?;
    absent_is_not_an_error_of_listing(store)?;
    refuses_bad_names(store);
    bounds_what_is_read(store)?;
    removes_once(store)?;
    removes_a_batch(store)?;
    moves_a_folder(store)?;
    moves_into_a_folder_that_exists(store)?;
    takes_away_an_empty_folder(store)?;
    keeps_a_large_batch(store)?;
    lists_the_folders_of_a_folder(store)
}

fn put(store: &dyn Store, objects: &[(&str, &[u8])]) -> Result<()> {
    let batch: Vec<_> = objects.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    store.put_batch(&batch)
}

fn names(listing: &Listing) -> Vec<(&str, u64)> {
    listing.objects.iter().map(|object| (object.name.as_str(), object.size_bytes)).collect()
}

fn gives_back_what_was_put(store: &dyn Store) -> Result<()> {
    put(store, &[])?;
    put(store, &[("a/one/1.age", b"first"), ("a/2.age", b""), ("a/one/3.note", b"third\n")])?;
    assert_eq!(store.read("a/one/1.age", 100)?, b"first", "an object comes back as it was put");
    assert_eq!(store.read("a/2.age", 100)?, b"", "an empty object comes back empty");
    assert_eq!(store.size("a/one/3.note")?, Some(6), "the size is that of the bytes");
    let listing = store.list("a")?;
    let expected = [("a/2.age", 0), ("a/one/1.age", 5), ("a/one/3.note", 6)];
    assert_eq!(names(&listing), expected, "a listing is whole and ordered");
    assert!(listing.present && listing.foreign.is_empty() && listing.denied.is_empty());
    assert_eq!(names(&store.list("a/one")?), expected[1..], "a listing keeps to its folder");
    let unsized_names = store.names("a")?;
    let same = listing.objects.iter().map(|o| &o.name).eq(unsized_names.objects.iter().map(|o| &o.name));
    assert!(same && unsized_names.present, "names are those of the listing");
    let shallow = store.shallow("a")?;
    assert!(shallow.present && names(&shallow) == expected[..1], "a shallow listing enters no folder");
    let digests = store.digests(&["a/one/1.age", "a/one/9.age", "a/one/1.age"], 5);
    let [Ok(first), Err(_), Ok(again)] = &digests[..] else { panic!("what is absent alone has no hash") };
    assert_eq!((*first, *again), (Digest::of(b"first"), Digest::of(b"first")), "those of the bytes");
    assert!(store.digests(&["a/one/1.age"], 4)[0].is_err(), "hashing is bounded as reading is");
    Ok(())
}

fn putting_again_changes_nothing(store: &dyn Store) -> Result<()> {
    put(store, &[("b/x/1.age", b"same")])?;
    put(store, &[("b/x/1.age", b"same"), ("b/x/2.age", b"new")])?;
    assert_eq!(names(&store.list("b")?), [("b/x/1.age", 4), ("b/x/2.age", 3)]);
    assert_eq!(store.read("b/x/1.age", 4)?, b"same");
    Ok(())
}

fn absent_is_not_an_error_of_listing(store: &dyn Store) -> Result<()> {
    assert_eq!(store.list("nowhere")?, Listing::default(), "an absent folder lists nothing");
    assert!(store.folders("nowhere")?.is_empty(), "an absent folder has no folders");
    assert_eq!(store.size("nowhere/1.age")?, None, "an absent object has no size");
    let read = store.read("nowhere/1.age", 10).map_err(|e| e.class());
    assert_eq!(read, Err(Class::NotFound), "reading what is absent says that it is absent");
    assert!(!store.rename_folder("nowhere", "elsewhere")?, "nothing to move is no error");
    assert!(!store.list("elsewhere")?.present, "moving nothing makes nothing");
    Ok(())
}

fn refuses_bad_names(store: &dyn Store) {
    for name in ["../x", "/etc/passwd", "a/../../x", "a b", "a//b", "", "ä", "a\\b", "a/b/c/d/e"] {
        assert!(put(store, &[(name, b"x")]).is_err(), "`{name}` is no name to put");
        assert!(store.read(name, 10).is_err(), "`{name}` is no name to read");
        assert!(store.remove(name).is_err(), "`{name}` is no name to remove");
    }
}

fn bounds_what_is_read(store: &dyn Store) -> Result<()> {
    put(store, &[("c/x/1.age", b"12345")])?;
    assert_eq!(store.read("c/x/1.age", 5)?.len(), 5, "the bound itself is allowed");
    assert!(store.read("c/x/1.age", 4).is_err(), "more than the bound is refused");
    assert!(store.read("c/x", 4).is_err(), "a folder is no object");
    Ok(())
}

fn removes_once(store: &dyn Store) -> Result<()> {
    put(store, &[("d/x/1.age", b"1"), ("d/x/2.age", b"2")])?;
    assert!(store.remove("d/x/1.age")?, "removing says that it was there");
    assert!(!store.remove("d/x/1.age")?, "removing again says that it was not");
    assert_eq!(names(&store.list("d")?), [("d/x/2.age", 1)], "only that object went");
    Ok(())
}

fn removes_a_batch(store: &dyn Store) -> Result<()> {
    put(store, &[("j/x/1.age", b"1"), ("j/y/2.age", b"2"), ("j/x/3.age", b"3"), ("j/z/4.age", b"4")])?;
    let batch = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    store.remove_batch(&[])?;
    store.remove_batch(&batch(&["j/x/1.age", "j/nowhere/1.age", "j/y/2.age", "j/x/9.age", "j/x/1.age"]))?;
    assert_eq!(
        names(&store.list("j")?),
        [("j/x/3.age", 1), ("j/z/4.age", 1)],
        "a batch goes, absent ones pass"
    );
    store.remove_batch(&batch(&["j/x/1.age"]))?;
    put(store, &[("j/x/1.age", b"again")])?;
    assert_eq!(store.read("j/x/1.age", 9)?, b"again", "what was removed can be put again");
    assert!(store.remove_batch(&batch(&["j/x/3.age", "../x"])).is_err(), "a bad name is no name to remove");
    assert!(store.remove_batch(&batch(&["j/z"])).is_err(), "a folder is no object to remove");
    assert_eq!(store.size("j/z/4.age")?, Some(1), "what was not named stays");
    Ok(())
}

fn moves_a_folder(store: &dyn Store) -> Result<()> {
    put(store, &[("e/X-O/1.age", b"1"), ("e/X-O/2.age", b"22"), ("e/Y-O/1.age", b"y")])?;
    assert!(store.rename_folder("e/X-O", "f/X-C")?, "moving says that there was something");
    assert_eq!(names(&store.list("f")?), [("f/X-C/1.age", 1), ("f/X-C/2.age", 2)]);
    assert_eq!(names(&store.list("e")?), [("e/Y-O/1.age", 1)], "the source is gone, its neighbour stays");
    put(store, &[("e/X-O/3.age", b"late")])?;
    assert_eq!(store.read("e/X-O/3.age", 9)?, b"late", "a late writer finds a place");
    Ok(())
}

fn moves_into_a_folder_that_exists(store: &dyn Store) -> Result<()> {
    put(store, &[("g/X-O/1.age", b"one"), ("g/X-O/2.age", b"two")])?;
    put(store, &[("g/X-C/2.age", b"two"), ("g/X-C/3.age", b"three")])?;
    assert!(store.rename_folder("g/X-O", "g/X-C")?);
    assert_eq!(names(&store.list("g")?), [("g/X-C/1.age", 3), ("g/X-C/2.age", 3), ("g/X-C/3.age", 5)]);
    Ok(())
}

fn takes_away_an_empty_folder(store: &dyn Store) -> Result<()> {
    put(store, &[("k/X-O/1.age", b"1"), ("k/Y-O/1.age", b"y")])?;
    assert!(!store.remove_folder("k/X-O")? && !store.remove_folder("k")?, "where something lies it stays");
    assert!(!store.remove_folder("k/nowhere")?, "what is absent was not there");
    assert!(store.remove_folder("k/X-O/1.age").is_err(), "an object is no folder");
    assert!(store.remove_folder("../k").is_err(), "a bad name is no name to take away");
    assert_eq!(names(&store.list("k")?), [("k/X-O/1.age", 1), ("k/Y-O/1.age", 1)], "all objects stay");
    store.remove("k/X-O/1.age")?;
    store.remove_folder("k/X-O")?;
    assert!(!store.list("k/X-O")?.present, "an empty folder goes");
    assert_eq!(store.folders("k")?, ["Y-O"], "its neighbour stays");
    put(store, &[("k/X-O/2.age", b"2")])?;
    assert_eq!(store.read("k/X-O/2.age", 9)?, b"2", "and is made again by who puts something in it");
    Ok(())
}

fn keeps_a_large_batch(store: &dyn Store) -> Result<()> {
    let batch: Vec<_> = (0..300).map(|n| (format!("h/{}/{n:08}.age", n % 7), vec![b'x'; n])).collect();
    store.put_batch(&batch)?;
    let listing = store.list("h")?;
    assert_eq!(listing.objects.len(), 300, "every object of a batch is there");
    for (name, bytes) in &batch {
        assert_eq!(store.size(name)?, Some(bytes.len() as u64));
    }
    Ok(())
}

fn lists_the_folders_of_a_folder(store: &dyn Store) -> Result<()> {
    put(store, &[("i/B-O/1.age", b""), ("i/A-O/1.age", b""), ("i/file.age", b"")])?;
    assert_eq!(store.folders("i")?, ["A-O", "B-O"], "folders only, in order");
    assert!(store.folders("")?.iter().any(|name| name == "i"), "the root has folders too");
    Ok(())
}
