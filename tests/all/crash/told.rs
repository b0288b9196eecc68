//! What `verify` may tell after a crash, and what it has to: nothing of it is damage, and all of it has a
//! reason in what was under way.

use super::story::{DECIDES, DESTROYS, Fact, Operation};
use casefile::archive::Finding;
use casefile::names::Digest;

/// What an operation that is cut short leaves behind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// Sealed objects that no entry names yet.
    Objects,
    /// An envelope that is not the newest: the next one, or the last.
    Envelope,
    /// Objects or an envelope that were taken out.
    TakenOut,
    /// The folder in the place of another status.
    Place,
    /// The folder under two numbers.
    Relabelling,
    /// Leaves of a register that no checkpoint covers.
    Leaves,
    /// A folder whose key is gone and whose end is not written.
    Destruction,
}

use Left::{Destruction, Envelope, Leaves, Objects, Place, Relabelling, TakenOut};

fn leaves(operation: &str) -> &'static [Left] {
    match operation {
        "init" | "person add" | "policy" | "announce" | "dispose approve" | "dispose run" | "witness" => &[],
        "person role" | "person retire" | "register" => &[Leaves],
        "admit" | "office" | "rekey" | "reader add" | "reader remove" | "reader limit" | "team" => {
            &[Objects, Envelope]
        }
        "rekey --deep" => &[Objects, Envelope, TakenOut],
        "an old copy" => &[Envelope, TakenOut],
        "move" | "move back with a document" | "move to aged-out" | "move to the end" | "close" => {
            &[Objects, Place]
        }
        "a late writer" | "settle" => &[Place],
        "relabel" => &[Objects, Envelope, Relabelling],
        DESTROYS => &[Destruction],
        _ => &[Objects],
    }
}

/// The object that a late writer leaves, which no entry ever names.
pub const STRAY: &[u8] = b"age-encryption.org/v1 of nobody";

/// What is known: the operations that were acknowledged, and those that may have begun.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub done: &'a [Operation],
    pub begun: &'a [Operation],
}

impl Known<'_> {
    /// What `verify` tells without a reason, or should tell and does not. `going` says that the case has
    /// lost its key and its end is not written; `went_on` that somebody has written since.
    pub fn judge(self, notices: &[Finding], going: bool, went_on: bool) -> Vec<String> {
        let (must, may) = self.flags();
        let told = |code: &str, message: &str| {
            notices.iter().any(|notice| notice.code == code && notice.message.contains(message))
        };
        let flags = must.iter().map(|flag| ("verify.flag", *flag));
        let due = flags.chain(going.then_some(("verify.destruction", "")));
        let missing = due.filter(|(code, message)| !told(code, message));
        let missing: Vec<String> =
            missing.map(|(code, message)| format!("{code} {message}: is not told")).collect();
        let odd = notices.iter().filter(|notice| {
            let has_reason = match notice.code {
                "verify.destruction" => going && self.left(Destruction),
                // Whoever files after a decision to destroy makes it void.
                "verify.flag" if notice.message == "disposal-void" => went_on && self.is_decided(),
                "verify.flag" => must.iter().chain(&may).any(|flag| notice.message == *flag),
                "verify.misplaced" if notice.message.starts_with("its place") => self.left(Place) && !went_on,
                _ => self.explains(notice),
            };
            !has_reason
        });
        let odd = odd.map(|notice| format!("{} {}: {}", notice.code, notice.path, notice.message));
        odd.chain(missing).collect()
    }

    /// Whether the destruction has begun, or may have.
    pub fn destroys(self) -> bool {
        self.done.iter().chain(self.begun).any(|op| op.name == DESTROYS)
    }

    /// Whether a destruction was decided, or may have been.
    fn is_decided(self) -> bool {
        self.done.iter().chain(self.begun).any(|op| op.name == DECIDES)
    }

    fn explains(self, notice: &Finding) -> bool {
        let path = &notice.path;
        match notice.code {
            "verify.temporary" => path.contains(".tmp-"),
            "verify.orphan" if path.starts_with("register/") => self.left(Leaves),
            "verify.orphan" if path.starts_with("keys/") => self.left(Envelope),
            "verify.orphan" => self.left(Objects) || self.is_stray(path),
            "verify.misplaced" => self.left(Relabelling) && path.ends_with(".note"),
            "verify.relabelled" => self.left(Relabelling),
            "verify.reappeared" => self.left(TakenOut),
            _ => false,
        }
    }

    fn is_stray(self, path: &str) -> bool {
        let wrote = self.done.iter().chain(self.begun).any(|op| op.name == "a late writer");
        wrote && path.ends_with(&format!("/{}.age", Digest::of(STRAY)))
    }

    /// Whether what is under way may have left this; or what was laid over the archive and not settled.
    fn left(self, what: Left) -> bool {
        let unsettled = self.done.iter().rev().take_while(|op| op.name != "settle");
        let mess = unsettled.filter(|op| op.name == "an old copy");
        let late = self.done.last().filter(|op| op.name == "a late writer");
        self.begun.iter().chain(mess).chain(late).any(|op| leaves(op.name).contains(&what))
    }

    /// The flags of the case: those that must be told, and those that may.
    fn flags(self) -> (Vec<&'static str>, Vec<&'static str>) {
        let ever = |ops: &[Operation], flag: &str| -> Vec<bool> {
            let of = |op: &Operation| match (op.name, flag) {
                ("hold", "hold") => Some(true),
                ("release", "hold") => Some(false),
                (_, "hold") => None,
                _ => op
                    .facts
                    .iter()
                    .find_map(|fact| if let Fact::Forked(is) = fact { Some(*is) } else { None }),
            };
            ops.iter().filter_map(of).collect()
        };
        let (mut must, mut may) = (Vec::new(), Vec::new());
        for flag in ["hold", "status-conflict"] {
            let is = ever(self.done, flag).last() == Some(&true);
            let changes = ever(self.begun, flag);
            if is && !changes.contains(&false) {
                must.push(flag);
            } else if is || changes.contains(&true) {
                may.push(flag);
            }
        }
        (must, may)
    }
}
