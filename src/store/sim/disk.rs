//! Recorded calls as changes of a disk: names in folders, bytes in files, and the syncs between them.

use super::super::Step;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A file or folder, whatever its name; 0 is the archive's own folder.
pub(super) type Node = usize;

/// A name in a folder.
pub(super) type Entry = (Node, String);

/// One system call that changes the disk or makes a change last.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// A file or folder is made under a name.
    Make(Entry, Node),
    /// Something takes another name.
    Rename { from: Entry, to: Entry, node: Node },
    /// A name is removed.
    Remove(Entry),
    /// Bytes are written into a file.
    Write(Node, Arc<[u8]>),
    /// The bytes of a file last.
    SyncFile(Node),
    /// The names in a folder last.
    SyncFolder(Node),
}

/// The call of the store that is under way: it knows what a system call alone does not say.
#[derive(Default)]
pub(super) enum Call {
    #[default]
    None,
    Put(BTreeMap<String, Arc<[u8]>>),
    Move {
        from: String,
        to: String,
    },
    Remove,
}

/// The calls so far, and the tree they give when nothing crashes.
#[derive(Default)]
pub(super) struct Disk {
    pub(super) calls: Vec<Change>,
    pub(super) call: Call,
    tree: BTreeMap<Entry, Node>,
    /// Temporary files on the way to a name.
    temporary: BTreeMap<String, (Entry, Node)>,
    folders: Vec<bool>,
}

impl Disk {
    pub(super) fn is_folder(&self, node: Node) -> bool {
        node == 0 || self.folders.get(node - 1).copied().unwrap_or(false)
    }

    pub(super) fn written(&self) -> impl Iterator<Item = &Arc<[u8]>> {
        self.calls.iter().filter_map(|change| match change {
            Change::Write(_, bytes) => Some(bytes),
            _ => None,
        })
    }

    /// Takes down a call of the store beneath, which happens right after.
    pub(super) fn step(&mut self, step: Step, name: &str) {
        match step {
            Step::MakeFolder => self.make_folder(name),
            Step::MakeTemporary => self.make_temporary(name),
            Step::Write => self.write(name),
            Step::SyncFile => {
                if let Some((_, node)) = self.temporary.get(name) {
                    self.calls.push(Change::SyncFile(*node));
                }
            }
            Step::SyncFolder => {
                if let Some(node) = self.node(name) {
                    self.calls.push(Change::SyncFolder(node));
                }
            }
            Step::Rename => self.rename(name),
            Step::Remove => self.remove(name),
            Step::WriteRest | Step::List => {}
        }
    }

    fn new_node(&mut self, folder: bool) -> Node {
        self.folders.push(folder);
        self.folders.len()
    }

    fn make_folder(&mut self, name: &str) {
        let Some(entry) = self.entry(name) else { return };
        if !self.tree.contains_key(&entry) {
            let node = self.new_node(true);
            self.tree.insert(entry.clone(), node);
            self.calls.push(Change::Make(entry, node));
        }
    }

    fn make_temporary(&mut self, target: &str) {
        let first = target.split_once('/').map_or("", |(first, _)| first);
        let Some(folder) = self.node(first) else { return };
        let node = self.new_node(false);
        let entry = (folder, format!(".tmp-{node}"));
        self.tree.insert(entry.clone(), node);
        self.temporary.insert(target.to_owned(), (entry.clone(), node));
        self.calls.push(Change::Make(entry, node));
    }

    fn write(&mut self, target: &str) {
        let Call::Put(objects) = &self.call else { return };
        if let (Some(bytes), Some((_, node))) = (objects.get(target), self.temporary.get(target)) {
            self.calls.push(Change::Write(*node, Arc::clone(bytes)));
        }
    }

    fn rename(&mut self, name: &str) {
        let Some(to) = self.entry(name) else { return };
        let from = match &self.call {
            Call::Put(_) => self.temporary.remove(name).map(|(entry, _)| entry),
            Call::Move { from, to: target } if name == target => {
                // Onto a folder in which something lies the system refuses: its files follow one by one.
                let taken = self.tree.get(&to).is_some_and(|target| !self.is_empty(*target));
                if taken { None } else { self.entry(from) }
            }
            Call::Move { from, .. } => {
                let file = name.rsplit('/').next().unwrap_or(name);
                self.entry(&format!("{from}/{file}"))
            }
            Call::None | Call::Remove => None,
        };
        let Some((from, node)) = from.and_then(|from| Some((from.clone(), self.tree.remove(&from)?))) else {
            return;
        };
        self.tree.insert(to.clone(), node);
        self.calls.push(Change::Rename { from, to, node });
    }

    fn remove(&mut self, name: &str) {
        let Some(entry) = self.entry(name) else { return };
        // The system keeps a folder in which something lies.
        if self.tree.get(&entry).is_some_and(|node| self.is_empty(*node)) {
            self.tree.remove(&entry);
            self.calls.push(Change::Remove(entry));
        }
    }

    fn is_empty(&self, folder: Node) -> bool {
        self.tree.range((folder, String::new())..).next().is_none_or(|((of, _), _)| *of != folder)
    }

    fn node(&self, name: &str) -> Option<Node> {
        if name.is_empty() { Some(0) } else { self.tree.get(&self.entry(name)?).copied() }
    }

    fn entry(&self, name: &str) -> Option<Entry> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        Some((self.node(folder)?, file.to_owned()))
    }
}
