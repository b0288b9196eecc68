//! What the crash tests found, each told by itself.

use super::acts;
use super::story::{Story, other_unit, unit, who};
use casefile::archive::{Archive, Level, VerifyOptions};
use casefile::store::{LocalStore, Step};
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// The number of an entry, from the name of its file.
fn number(path: &Path) -> Option<u32> {
    let name = path.file_name()?.to_str()?;
    name.ends_with(".note").then(|| name[..8].parse().unwrap())
}

#[test]
fn merged_entries_are_durable_before_those_that_build_on_them() {
    let (story, copy) = Story::parted();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = steps.clone();
    let store = LocalStore::open(story.folder()).unwrap().watched(move |step, path| {
        seen.lock().unwrap().push((step, number(path)));
        Ok(())
    });
    acts::merge(Box::new(store), copy.path()).unwrap();
    let (mut named, mut merged) = (None, 0);
    for (step, number) in steps.lock().unwrap().iter() {
        match (step, number) {
            (Step::Rename, Some(number)) => {
                assert!(named.is_none_or(|before| before == number), "{number} before {named:?} is durable");
                (named, merged) = (Some(number), merged + 1);
            }
            (Step::SyncFolder, _) => named = None,
            _ => {}
        }
    }
    assert!(merged > 1, "the copy had a filing and a change of status");
}

#[test]
fn an_old_number_that_a_relabelling_has_half_cleared_away_is_no_damage() {
    let story = Story::filed();
    acts::rekey(Box::new(LocalStore::open(story.folder()).unwrap()), true).unwrap();
    let removed = AtomicUsize::new(0);
    // The power goes when the entry of the deep re-key is gone from the old number, and those before it are
    // not.
    let store = LocalStore::open(story.folder()).unwrap().watched(move |step, _| {
        let dead = step == Step::Remove && removed.fetch_add(1, Ordering::SeqCst) >= 1;
        if dead { Err(io::Error::other("the power is gone")) } else { Ok(()) }
    });
    let _ = acts::relabel(Box::new(store));
    let archive = Archive::open(story.folder(), None).unwrap();
    let verify = || {
        let options = VerifyOptions { level: Level::V3, identity: Some(who("selma")), unit: None, now: None };
        archive.verify(&options).unwrap()
    };
    let found = verify();
    assert_eq!(found.damage, []);
    let told = found.notices.iter().filter(|notice| notice.code == "verify.relabelled").count();
    assert_eq!(told, 1, "{:?}", found.notices);
    acts::settle(Box::new(LocalStore::open(story.folder()).unwrap()), &[]).unwrap();
    assert_eq!((verify().damage, verify().notices), (vec![], vec![]));
    assert!(archive.case(&unit()).is_err() && archive.case(&other_unit()).is_ok());
    assert_eq!(story.folders_of(&unit()), Vec::<String>::new());
}
