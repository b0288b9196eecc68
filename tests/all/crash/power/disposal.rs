//! Power cuts during a disposal. A case is destroyed once: each cut strikes a fresh copy of it.

use super::{Disk, is_apart};
use crate::agency::copy;
use crate::crash::failing::contents;
use crate::crash::judge::check;
use crate::crash::random::Random;
use crate::crash::story::{DISPOSAL, Operation, Story};
use crate::crash::told::Known;
use crate::support::full;
use casefile::store::{LocalStore, Step};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// A case right before a step of its disposal, and how many calls that step makes.
struct Scene {
    step: usize,
    story: Story,
    calls: usize,
}

impl Scene {
    fn before(step: usize) -> Self {
        let story = Story::disposing(step);
        let folder = tempfile::tempdir().unwrap();
        copy(story.folder(), folder.path());
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let store = LocalStore::open(folder.path()).unwrap().watched(move |_, _| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
        DISPOSAL[step].1(Box::new(store)).unwrap();
        Self { step, story, calls: calls.load(Ordering::SeqCst) }
    }

    /// Cuts the power before call `n` of the step or, where it makes fewer, right after the last one; looks;
    /// and takes this step and the next ones to the end in what the cut left.
    fn cut(&self, disk: &Disk, n: usize, without: Option<Step>) -> Result<(), String> {
        disk.begin(self.story.folder());
        let (name, act) = DISPOSAL[self.step];
        let left = Arc::new(AtomicUsize::new(n));
        let result = act(Box::new(disk.store(&left, without)));
        if left.load(Ordering::SeqCst) as isize > 0 {
            assert!(result.is_ok(), "{name} failed by itself: {:?}", result.err());
            disk.cut();
        }
        disk.back();
        let operation = |name, facts| Operation { name, begin: 0, end: 0, facts };
        let mut known = self.story.operations.clone();
        known.extend(result.into_iter().map(|facts| operation(name, facts)));
        let look = |done: &[Operation], begun: &[Operation]| {
            check(Known { done, begun }, &[], &contents(&disk.archive()))
        };
        look(&known, &[operation(name, vec![])])?;
        for (name, act) in DISPOSAL.into_iter().skip(self.step) {
            match act(Box::new(LocalStore::open(disk.archive()).unwrap())) {
                Ok(facts) => known.push(operation(name, facts)),
                Err(e) if e.problems()[0].code == "archive.disposal-step" => {}
                Err(e) => return Err(format!("then {name} fails: {e}")),
            }
        }
        look(&known, &[]).map_err(|fault| format!("{fault}, after the next people went on"))
    }
}

#[test]
fn no_power_cut_on_a_real_disk_stops_a_disposal_or_destroys_too_early() {
    if !is_apart("disposal::no_power_cut_on_a_real_disk_stops_a_disposal_or_destroys_too_early") {
        return;
    }
    let Some(disk) = super::disk() else { return };
    let (start, mut random, mut cuts) = (Instant::now(), Random(20_161_130), 0);
    for (step, (name, _)) in DISPOSAL.iter().enumerate() {
        let (scene, destroys) = (Scene::before(step), step == DISPOSAL.len() - 1);
        for _ in 0..if full() { 8 } else { 1 } * if destroys { 5 } else { 1 } {
            let n = 1 + usize::try_from(random.below(scene.calls as u64 + 1)).unwrap();
            assert_eq!(scene.cut(&disk, n, None), Ok(()), "{name}, before call {n}");
            cuts += 1;
        }
    }
    println!("{cuts} power cuts in disposals, {:?}", start.elapsed());
}

#[test]
fn on_a_real_disk_a_destruction_without_its_syncs_is_found_out() {
    if !is_apart("disposal::on_a_real_disk_a_destruction_without_its_syncs_is_found_out") {
        return;
    }
    let Some(disk) = super::disk() else { return };
    let scene = Scene::before(DISPOSAL.len() - 1);
    for without in [Step::SyncFile, Step::SyncFolder] {
        let fault = scene.cut(&disk, scene.calls + 1, Some(without)).unwrap_err();
        println!("without {without:?}: {fault}");
    }
}
