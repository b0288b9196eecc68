use super::*;
use crate::error::Class;
use crate::store::conformance;
use crate::store::failing::{FailingStore, Failure};
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

fn store() -> (tempfile::TempDir, LocalStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    (folder, store)
}

fn batch(objects: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    objects.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
}

#[test]
fn a_folder_of_this_machine_keeps_the_contract() {
    let (_folder, store) = store();
    conformance::check(&store).unwrap();
}

#[test]
fn a_store_that_fails_far_away_keeps_the_contract_until_then() {
    let (_folder, store) = store();
    conformance::check(&FailingStore::new(store, usize::MAX, Failure::Before)).unwrap();
}

#[test]
fn syncs_each_file_before_its_name_and_the_folders_after_all_names() {
    let (folder, store) = store();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&steps);
    let root = folder.path().to_owned();
    let store = store.watched(move |step, path| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        seen.lock().unwrap().push((step, name));
        Ok(())
    });
    store.put_batch(&batch(&[("open/X-O/1.age", b"one"), ("open/X-O/2.age", b"two")])).unwrap();
    let expected = [
        (Step::MakeFolder, "open"),
        (Step::MakeTemporary, "open/X-O/1.age"),
        (Step::Write, "open/X-O/1.age"),
        (Step::WriteRest, "open/X-O/1.age"),
        (Step::MakeTemporary, "open/X-O/2.age"),
        (Step::Write, "open/X-O/2.age"),
        (Step::WriteRest, "open/X-O/2.age"),
        (Step::SyncFile, "open/X-O/1.age"),
        (Step::SyncFile, "open/X-O/2.age"),
        (Step::MakeFolder, "open/X-O"),
        (Step::Rename, "open/X-O/1.age"),
        (Step::Rename, "open/X-O/2.age"),
        (Step::SyncFolder, "open/X-O"),
        (Step::SyncFolder, ""),
        (Step::SyncFolder, "open"),
    ];
    assert_eq!(*steps.lock().unwrap(), expected.map(|(step, name)| (step, name.to_owned())));

    steps.lock().unwrap().clear();
    store.put_batch(&batch(&[("open/X-O/3.age", b"three")])).unwrap();
    let synced: Vec<_> =
        steps.lock().unwrap().iter().filter(|(step, _)| *step == Step::SyncFolder).cloned().collect();
    assert_eq!(synced, [(Step::SyncFolder, "open/X-O".to_owned())], "a known folder is synced alone");
}

/// Stores an object of seven bytes with a store whose n-th call to write them gives these errors in turn.
fn write_with(errors: &[(Step, ErrorKind)]) -> (tempfile::TempDir, Result<()>) {
    let (folder, store) = store();
    let left = Mutex::new(errors.to_vec());
    let store = store.watched(move |step, _| {
        let mut left = left.lock().unwrap();
        if left.first().is_none_or(|(at, _)| *at != step) {
            return Ok(());
        }
        Err(io::Error::from(left.remove(0).1))
    });
    let result = store.put_batch(&batch(&[("open/X-O/1.age", b"content")]));
    (folder, result)
}

#[test]
fn a_write_that_takes_only_part_is_gone_on_with_and_one_that_is_interrupted_is_made_again() {
    let interrupted = ErrorKind::Interrupted;
    for errors in [
        &[][..],
        &[(Step::Write, interrupted)],
        &[(Step::WriteRest, interrupted), (Step::WriteRest, interrupted)],
    ] {
        let (folder, result) = write_with(errors);
        result.unwrap();
        assert_eq!(fs::read(folder.path().join("open/X-O/1.age")).unwrap(), b"content", "{errors:?}");
    }
}

#[test]
fn a_write_that_takes_part_and_then_fails_leaves_nothing() {
    let (folder, result) =
        write_with(&[(Step::WriteRest, ErrorKind::Interrupted), (Step::WriteRest, ErrorKind::StorageFull)]);
    assert_eq!(result.unwrap_err().problems()[0].code, "store.full");
    let left = walkdir::WalkDir::new(folder.path()).into_iter().map(|entry| entry.unwrap());
    assert_eq!(left.filter(|entry| entry.file_type().is_file()).count(), 0);
}

#[test]
fn a_folder_is_moved_only_into_a_durable_one_and_its_new_name_is_synced_before_the_old() {
    let (folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let (seen, root) = (Arc::clone(&steps), folder.path().to_owned());
    let store = LocalStore::open(folder.path()).unwrap().watched(move |step, path| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        seen.lock().unwrap().push((step, name));
        Ok(())
    });
    store.rename_folder("open/X-O", "closed/X-C").unwrap();
    let expected = [
        (Step::MakeFolder, "closed"),
        (Step::SyncFolder, ""),
        (Step::Rename, "closed/X-C"),
        (Step::SyncFolder, "closed"),
        (Step::SyncFolder, "open"),
    ];
    assert_eq!(*steps.lock().unwrap(), expected.map(|(step, name)| (step, name.to_owned())));
}

/// Runs `work` with the n-th system call failing, for every n, until nothing fails any more.
fn fail_at_every_step(work: impl Fn(&LocalStore) -> Result<()>, judge: impl Fn(&LocalStore, usize)) {
    for n in 0.. {
        let (folder, store) = store();
        store.put_batch(&batch(&[("open/X-O/0.age", b"before")])).unwrap();
        let count = AtomicUsize::new(0);
        let failing = LocalStore::open(folder.path()).unwrap().watched(move |_, _| {
            let now = count.fetch_add(1, Ordering::SeqCst);
            if now == n { Err(io::Error::other("injected")) } else { Ok(()) }
        });
        let done = work(&failing).is_ok();
        judge(&store, n);
        if done {
            assert!(n > 3, "the steps were reached");
            return;
        }
    }
}

#[test]
fn every_failing_call_leaves_objects_whole_or_absent() {
    let objects =
        batch(&[("open/X-O/1.age", b"one"), ("closed/Y-C/2.age", b"two"), ("keys/X/3.age", b"three")]);
    fail_at_every_step(
        |store| store.put_batch(&objects),
        |store, n| {
            assert_eq!(store.read("open/X-O/0.age", 100).unwrap(), b"before", "step {n}");
            for (name, bytes) in &objects {
                if store.size(name).unwrap().is_some() {
                    assert_eq!(&store.read(name, 100).unwrap(), bytes, "step {n}");
                }
            }
            store.put_batch(&objects).unwrap();
            assert_eq!(store.list("").unwrap().objects.len(), 4, "step {n}: no temporary file is left");
        },
    );
}

#[test]
fn every_failing_call_of_a_move_leaves_each_object_in_one_of_the_folders() {
    let (one, two) = ("open/X-O/0.age", "closed/X-C/0.age");
    fail_at_every_step(
        |store| store.rename_folder("open/X-O", "closed/X-C").map(drop),
        |store, n| {
            let there = [one, two].map(|name| store.size(name).unwrap());
            assert!(there.contains(&Some(6)), "step {n}");
            store.rename_folder("open/X-O", "closed/X-C").unwrap();
            assert_eq!(store.read(two, 100).unwrap(), b"before", "step {n}");
        },
    );
}

#[test]
fn a_failed_sync_stops_all_further_writing_but_not_reading() {
    for failing in [Step::SyncFile, Step::SyncFolder] {
        let (_folder, store) = store();
        let broken = AtomicBool::new(true);
        let store = store.watched(move |step, _| {
            if step == failing && broken.swap(false, Ordering::SeqCst) {
                return Err(io::Error::other("injected"));
            }
            Ok(())
        });
        let objects = batch(&[("open/X-O/1.age", b"one")]);
        assert!(store.put_batch(&objects).is_err());
        let again = store.put_batch(&objects).unwrap_err();
        assert_eq!(again.problems()[0].code, "store.poisoned");
        assert!(store.remove("open/X-O/1.age").is_err() && store.rename_folder("open/X-O", "a").is_err());
        assert!(store.list("").is_ok());
    }
}

#[test]
fn a_folder_that_may_not_be_read_is_denied_and_not_empty() {
    let (_folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    let denied = || Err(io::Error::from(ErrorKind::PermissionDenied));
    let store = store.watched(move |step, _| if step == Step::List { denied() } else { Ok(()) });
    let error = store.list("open").unwrap_err();
    assert_eq!((error.class(), error.problems()[0].code), (Class::Access, "store.denied"));
    assert_eq!(store.folders("open").unwrap_err().class(), Class::Access);
}

#[test]
#[cfg(unix)]
fn folders_inside_that_may_not_be_read_are_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one"), ("open/Y-O/1.age", b"one")])).unwrap();
    let closed = folder.path().join("open/X-O");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&closed).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    let listing = store.list("open").unwrap();
    let error = store.list("open/X-O").unwrap_err();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!((listing.objects.len(), &listing.denied[..]), (1, &["open/X-O".to_owned()][..]));
    assert_eq!(error.class(), Class::Access);
}

#[test]
#[cfg(unix)]
fn links_are_foreign_and_never_followed() {
    use std::os::unix::fs::symlink;
    let (folder, store) = store();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("1.age"), b"outside").unwrap();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    symlink(outside.path(), folder.path().join("open/Y-O")).unwrap();
    symlink(outside.path().join("1.age"), folder.path().join("open/X-O/2.age")).unwrap();
    let listing = store.list("open").unwrap();
    assert_eq!(listing.foreign, ["open/X-O/2.age", "open/Y-O"]);
    assert_eq!(listing.objects.len(), 1);
    assert_eq!(store.folders("open").unwrap(), ["X-O"]);
    for name in ["open/Y-O/1.age", "open/X-O/2.age"] {
        assert_eq!(store.read(name, 100).unwrap_err().problems()[0].code, "store.foreign");
        assert!(store.size(name).is_err() && store.remove(name).is_err());
        assert!(store.put_batch(&batch(&[(name, b"x")])).is_err());
    }
    assert!(store.rename_folder("open/Y-O", "closed/Y-C").is_err());
    assert!(store.list("open/Y-O").is_err());
    assert_eq!(fs::read(outside.path().join("1.age")).unwrap(), b"outside");
}

/// Reading goes through a folder that is held open; what changes beside it must not be missed.
#[test]
#[cfg(unix)]
fn what_takes_the_place_of_an_object_after_a_first_read_is_seen() {
    use std::os::unix::fs::symlink;
    let (folder, store) = store();
    let object = folder.path().join("open/X-O/1.age");
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    let read = || store.read("open/X-O/1.age", 9);
    let digest = || store.digests(&["open/X-O/1.age"], 9).remove(0);
    assert_eq!(read().unwrap(), b"one");
    fs::write(&object, b"other").unwrap();
    assert_eq!((read().unwrap().as_slice(), digest().unwrap()), (&b"other"[..], Digest::of(b"other")));
    assert_eq!(store.read("open/X-O/1.age", 4).unwrap_err().problems()[0].code, "store.too-large");
    fs::rename(&object, folder.path().join("elsewhere")).unwrap();
    assert_eq!(read().unwrap_err().class(), Class::NotFound);
    symlink(folder.path().join("elsewhere"), &object).unwrap();
    assert_eq!(read().unwrap_err().problems()[0].code, "store.foreign");
    fs::remove_file(&object).unwrap();
    drop(std::os::unix::net::UnixListener::bind(&object).unwrap());
    assert_eq!(digest().unwrap_err().problems()[0].code, "store.foreign");
}

#[test]
fn a_folder_put_in_the_place_of_one_that_was_read_is_seen_after_a_listing_or_a_write() {
    let (folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    let exchange = |bytes: &[u8], old: &str| {
        fs::rename(folder.path().join("open/X-O"), folder.path().join(old)).unwrap();
        fs::create_dir(folder.path().join("open/X-O")).unwrap();
        fs::write(folder.path().join("open/X-O/1.age"), bytes).unwrap();
    };
    assert_eq!(store.read("open/X-O/1.age", 9).unwrap(), b"one");
    exchange(b"two", "a");
    store.names("open/X-O").unwrap();
    assert_eq!(store.read("open/X-O/1.age", 9).unwrap(), b"two");
    exchange(b"three", "b");
    store.put_batch(&batch(&[("open/Y-O/1.age", b"one")])).unwrap();
    assert_eq!(store.read("open/X-O/1.age", 9).unwrap(), b"three");
    store.rename_folder("open/X-O", "closed/X-C").unwrap();
    assert_eq!(store.read("open/X-O/1.age", 9).unwrap_err().class(), Class::NotFound);
}

#[test]
fn names_that_no_object_may_have_are_foreign() {
    let (folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    for name in ["1 (conflict copy).age", "été.age"] {
        fs::write(folder.path().join("open/X-O").join(name), b"x").unwrap();
    }
    let listing = store.list("").unwrap();
    assert_eq!(listing.objects.len(), 1);
    assert_eq!(listing.foreign, ["open/X-O/1 (conflict copy).age", "open/X-O/été.age"]);
}

#[test]
fn of_two_different_copies_of_one_name_none_is_lost_by_a_move() {
    let (_folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"good"), ("closed/X-C/1.age", b"bad")])).unwrap();
    store.rename_folder("open/X-O", "closed/X-C").unwrap();
    assert_eq!(store.read("open/X-O/1.age", 9).unwrap(), b"good");
    assert_eq!(store.read("closed/X-C/1.age", 9).unwrap(), b"bad");
}

#[test]
#[cfg(unix)]
fn objects_are_readable_to_whom_the_umask_allows() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    let plain = folder.path().join("plain");
    fs::write(&plain, b"").unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&folder.path().join("open/X-O/1.age")), mode(&plain));
}

#[test]
fn a_writer_that_races_a_move_loses_nothing() {
    let (folder, store) = store();
    let rounds: usize =
        if std::env::var_os("CASEFILE_TESTS").is_some_and(|t| t == "full") { 1_000 } else { 60 };
    store.put_batch(&batch(&[("open/X-O/start.age", b"start")])).unwrap();
    let mover = LocalStore::open(folder.path()).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..rounds {
                let (from, to) =
                    if round % 2 == 0 { ("open/X-O", "closed/X-C") } else { ("closed/X-C", "open/X-O") };
                mover.rename_folder(from, to).unwrap();
            }
        });
        for n in 0..rounds {
            store.put_batch(&batch(&[(&format!("open/X-O/{n}.age"), b"one")])).unwrap();
        }
    });
    let objects = store.list("").unwrap().objects;
    assert!(objects.iter().all(|object| !object.name.contains(".tmp-")), "no temporary file is left");
    let kept: HashSet<_> = objects.iter().filter_map(|object| object.name.rsplit('/').next()).collect();
    for n in 0..rounds {
        assert!(kept.contains(format!("{n}.age").as_str()), "object {n}");
    }
}

#[test]
fn a_writer_whose_folder_is_taken_away_while_it_is_empty_loses_nothing() {
    // Fewer than the tries that a writer has: nobody who tidies comes back to one folder without end.
    const AT_MOST: usize = 10;
    let (folder, store) = store();
    let rounds: usize =
        if std::env::var_os("CASEFILE_TESTS").is_some_and(|t| t == "full") { 3_000 } else { 150 };
    let (other, now) = (LocalStore::open(folder.path()).unwrap(), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..rounds {
                now.store(n, Ordering::SeqCst);
                store.put_batch(&batch(&[(&format!("open/X-{n}/1.age"), b"one")])).unwrap();
            }
        });
        let (mut round, mut taken) = (0, 0);
        while !writer.is_finished() {
            let n = now.load(Ordering::SeqCst);
            (round, taken) = if n == round { (round, taken) } else { (n, 0) };
            taken += usize::from(taken < AT_MOST && other.remove_folder(&format!("open/X-{n}")).unwrap());
        }
    });
    assert_eq!(store.list("").unwrap().objects.len(), rounds, "every object, and no temporary file");
}

#[test]
fn a_folder_that_is_taken_away_is_gone_for_good() {
    let (folder, store) = store();
    store.put_batch(&batch(&[("open/X-O/1.age", b"one")])).unwrap();
    store.remove("open/X-O/1.age").unwrap();
    let steps = Arc::new(Mutex::new(Vec::new()));
    let (seen, root) = (Arc::clone(&steps), folder.path().to_owned());
    let store = LocalStore::open(folder.path()).unwrap().watched(move |step, path| {
        seen.lock().unwrap().push((step, path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned()));
        Ok(())
    });
    assert!(store.remove_folder("open/X-O").unwrap() && !store.remove_folder("open/X-O").unwrap());
    let expected = [(Step::Remove, "open/X-O".to_owned()), (Step::SyncFolder, "open".to_owned())];
    assert_eq!(*steps.lock().unwrap(), expected);
    assert!(!store.remove_folder("").unwrap() && folder.path().is_dir(), "the archive's own folder stays");
}
