//! What a disk may hold after a power cut.

use super::disk::{Change, Disk, Entry, Node};
use crate::names::Digest;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

/// How many ways of a crash are tried.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// All of them where there are at most so many: 4,096 are twelve calls that each lasted or did not.
    pub exhaustive: usize,
    /// So many drawn from a seed where there are more.
    pub samples: usize,
    /// The seed.
    pub seed: u64,
}

/// What a store holds: objects by name, and its folders.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// The objects.
    pub objects: BTreeMap<String, Arc<[u8]>>,
    /// The folders, empty ones included.
    pub folders: BTreeSet<String>,
}

/// What a disk holds after one way of a crash.
#[derive(Debug, Clone)]
pub struct Crash {
    /// What can be seen.
    pub contents: Contents,
    /// Stands for the contents: equal contents have equal hashes.
    pub hash: Digest,
    /// The same without temporary files.
    pub hash_without_temporary: Digest,
}

/// What may have become of one call that no sync has made last.
#[derive(Clone, Copy)]
struct Pending {
    call: usize,
    ways: usize,
}

/// One way for each pending call; the others happened as they were called.
type Ways = BTreeMap<usize, usize>;

/// What the disk may hold before the call numbered `at`, each once.
pub(super) fn crashes(disk: &Disk, at: usize, effort: &Effort) -> Vec<Crash> {
    let calls = &disk.calls[..at];
    let pending = pending(disk, calls);
    let count = pending.iter().try_fold(1_usize, |count, p| count.checked_mul(p.ways));
    let all = count.filter(|count| *count <= effort.exhaustive);
    let mut random = Random(effort.seed ^ (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for number in 0..all.unwrap_or(effort.samples) {
        let ways = match (all, number) {
            (Some(_), _) => nth(&pending, number),
            // Nothing lasted, and everything did, are always among them.
            (None, 0) => pending.iter().map(|p| (p.call, 0)).collect(),
            (None, 1) => Ways::new(),
            (None, _) => random.draw(&pending),
        };
        let crash = replay(disk, calls, &ways);
        if seen.insert(crash.hash) {
            found.push(crash);
        }
    }
    found
}

/// The calls whose effect no later sync has made last, with the number of ways each may have ended.
fn pending(disk: &Disk, calls: &[Change]) -> Vec<Pending> {
    let synced_after = |call: usize, sync: &dyn Fn(&Change) -> bool| calls[call + 1..].iter().any(sync);
    let folder = |call: usize, of: Node| {
        synced_after(call, &|c: &Change| matches!(c, Change::SyncFolder(n) if *n == of))
    };
    let ways = |call: usize, change: &Change| match change {
        Change::Make((of, _), _) | Change::Remove((of, _)) => {
            if folder(call, *of) {
                1
            } else {
                2
            }
        }
        Change::Write(node, _) => {
            let synced = synced_after(call, &|c| matches!(c, Change::SyncFile(n) if n == node));
            if synced { 1 } else { 4 }
        }
        Change::Rename { from, to, node } => match (folder(call, from.0), folder(call, to.0)) {
            (true, _) => 1,
            // A folder has one name at a time.
            (false, true) if disk.is_folder(*node) => 1,
            (false, false) if disk.is_folder(*node) => 2,
            (false, true) => 2,
            (false, false) => 3,
        },
        Change::SyncFile(_) | Change::SyncFolder(_) => 1,
    };
    let of = |(call, change)| Pending { call, ways: ways(call, change) };
    calls.iter().enumerate().map(of).filter(|p| p.ways > 1).collect()
}

fn nth(pending: &[Pending], mut number: usize) -> Ways {
    let mut way = |p: &Pending| {
        let way = number % p.ways;
        number /= p.ways;
        (p.call, way)
    };
    pending.iter().map(&mut way).collect()
}

/// The tree that the calls give when each pending one ended in its way.
///
/// Ways of a name: 0 it did not last, then it did; of a rename that may not have lasted: 0 it did not, 1
/// both names are there, 2 it did; of one whose new name lasts: 0 both names, 1 it did. Of bytes: 0 none, 1
/// the first half, 2 zeroes, 3 all.
fn replay(disk: &Disk, calls: &[Change], ways: &Ways) -> Crash {
    let mut tree: BTreeMap<&Entry, Node> = BTreeMap::new();
    let mut bytes: BTreeMap<Node, Arc<[u8]>> = BTreeMap::new();
    let new_name_lasts = |call: usize, of: Node| {
        calls[call + 1..].iter().any(|c| matches!(c, Change::SyncFolder(n) if *n == of))
    };
    for (call, change) in calls.iter().enumerate() {
        let way = ways.get(&call).copied();
        match change {
            Change::Make(entry, node) if way != Some(0) => drop(tree.insert(entry, *node)),
            Change::Remove(entry) if way != Some(0) => drop(tree.remove(entry)),
            Change::Rename { from, to, node } => {
                let (made, removed) = match way {
                    None => (true, true),
                    Some(way) if disk.is_folder(*node) => (way == 1, way == 1),
                    Some(way) if new_name_lasts(call, to.0) => (true, way == 1),
                    Some(way) => (way > 0, way == 2),
                };
                if removed {
                    tree.remove(from);
                }
                if made {
                    tree.insert(to, *node);
                }
            }
            Change::Write(node, all) => drop(bytes.insert(*node, torn(all, way))),
            _ => {}
        }
    }
    seen(disk, &tree, &bytes)
}

fn torn(all: &Arc<[u8]>, way: Option<usize>) -> Arc<[u8]> {
    match way {
        Some(0) => Arc::from([]),
        Some(1) => all[..all.len() / 2].into(),
        Some(2) => vec![0; all.len()].into(),
        _ => Arc::clone(all),
    }
}

/// What can be reached from the archive's folder.
fn seen(disk: &Disk, tree: &BTreeMap<&Entry, Node>, bytes: &BTreeMap<Node, Arc<[u8]>>) -> Crash {
    let mut contents = Contents::default();
    let mut folders = vec![(0, String::new())];
    while let Some((folder, name)) = folders.pop() {
        for ((of, part), node) in tree.iter().map(|(entry, node)| (*entry, *node)) {
            if *of != folder {
                continue;
            }
            let name = if name.is_empty() { part.clone() } else { format!("{name}/{part}") };
            if disk.is_folder(node) {
                contents.folders.insert(name.clone());
                folders.push((node, name));
            } else {
                let bytes = bytes.get(&node).map_or_else(|| Arc::from([]), Arc::clone);
                contents.objects.insert(name, bytes);
            }
        }
    }
    Crash { hash: contents.hash(true), hash_without_temporary: contents.hash(false), contents }
}

impl Contents {
    fn hash(&self, temporary: bool) -> Digest {
        let mut text = Vec::new();
        for (name, bytes) in &self.objects {
            if temporary || !name.contains(".tmp-") {
                text.extend_from_slice(name.as_bytes());
                // A name has one content; what a crash leaves of it shows in these.
                let sum = bytes.iter().fold(0_u64, |sum, b| sum.wrapping_mul(31).wrapping_add(u64::from(*b)));
                text.extend_from_slice(&sum.to_le_bytes());
                text.extend_from_slice(&bytes.len().to_le_bytes());
            }
        }
        for name in &self.folders {
            text.push(b'/');
            text.extend_from_slice(name.as_bytes());
        }
        Digest::of(&text)
    }
}

/// The generator `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn draw(&mut self, pending: &[Pending]) -> Ways {
        let mut way = |p: &Pending| (p.call, usize::try_from(self.next() >> 33).unwrap_or(0) % p.ways);
        pending.iter().map(&mut way).collect()
    }
}
