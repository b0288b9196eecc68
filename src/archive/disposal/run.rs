//! Deciding a disposal, and carrying it out when its time has come.
//!
//! The order is what no crash can hurt: the decision is durable long before; then every key goes, then
//! every object, then the entry that says so. Whatever stops it, running it again goes on.

use super::super::case::Case;
use super::super::error;
use super::super::filing::Receipt;
use super::super::open::Archive;
use super::super::place::KEYS;
use super::proof::Proof;
use crate::clock::Clock;
use crate::error::Result;
use crate::log::policy::LEAST_WAITING_DAYS;
use crate::log::{Entry, Op, Stage};
use crate::names::{Digest, Unit};
use crate::seal::Identity;
use chrono::{DateTime, Duration, Utc};

/// The most objects that `destroyed` names: more would not find room in a note.
const MOST_DROPPED: usize = 12_000;

/// What was destroyed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroyed {
    /// The archive's receipt; none in a dry run.
    pub receipt: Option<Receipt>,
    /// How many envelopes were deleted by this run.
    pub keys: usize,
    /// How many sealed objects were deleted by this run.
    pub objects: usize,
    /// The checkpoint that proved the time of waiting: `nora/00000007-<h>`.
    pub checkpoint: String,
}

/// What a run did with one folder, or what it waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// It is decided now; destroyed it is not before this moment.
    Decided {
        /// The archive's receipt; none in a dry run.
        receipt: Option<Receipt>,
        /// When the time of waiting is over.
        from: DateTime<Utc>,
    },
    /// Its time of waiting is not over.
    Waits(DateTime<Utc>),
    /// Its time is over, and no checkpoint contains the decision.
    NotRegistered(DateTime<Utc>),
    /// A checkpoint contains the decision, and nothing signed proves that the time is over.
    NotProved(DateTime<Utc>),
    /// It is destroyed.
    Destroyed(Destroyed),
    /// It was destroyed before; this many files that came back were deleted again.
    Again(usize),
    /// There is nothing to run: its disposal is only this far.
    Nothing(Stage),
}

impl Archive {
    /// Does the next step of an approved disposal: decides it, or in a later call carries it out. A current
    /// reader or an administrator signs. With `dry_run` nothing is written and nothing deleted.
    ///
    /// # Errors
    /// As [`Archive::propose_disposal`], since policy and holds may have changed; *damage* where an entry
    /// that a register names is not here; *busy* where something foreign lies among the keys; the store's.
    /// Whatever fails, the same call goes on where it stopped.
    pub fn dispose(&self, by: &Identity, unit: &Unit, clock: &Clock, dry_run: bool) -> Result<Progress> {
        let case = self.case(unit)?;
        match case.stage() {
            Stage::Approved => self.decide(by, unit, clock, dry_run),
            Stage::Decided => self.carry_out(by, unit, clock, dry_run),
            Stage::Destroyed => self.delete_again(&case, dry_run),
            other => Ok(Progress::Nothing(other)),
        }
    }

    /// The folders that [`Archive::dispose`] may have something to do in: those that cannot be verified are
    /// not among them.
    ///
    /// # Errors
    /// The store's.
    pub fn in_disposal(&self) -> Result<Vec<Unit>> {
        let listings = self.cases()?.into_iter();
        Ok(listings.filter(|listing| listing.stage >= Stage::Approved).map(|listing| listing.unit).collect())
    }

    fn decide(&self, by: &Identity, unit: &Unit, clock: &Clock, dry_run: bool) -> Result<Progress> {
        let case = self.writable(by, unit)?;
        let rule = self.rule_of_disposal(&case, clock.today())?;
        self.refuse_concerned(by, &case, clock)?;
        let mut entry = self.next(&case, Op::Dispose, by, clock)?;
        entry.rule = rule.parse().ok();
        let note = self.judged(by, &entry, Some(&case))?;
        let from = self.over(latest(&case).max(clock.now()))?;
        if dry_run {
            return Ok(Progress::Decided { receipt: None, from });
        }
        let path = self.place_to_write(&entry, Some(&case));
        let receipt = self.put_entry(&entry, &note, &path, Vec::new())?;
        Ok(Progress::Decided { receipt: Some(receipt), from })
    }

    /// When the time of waiting is over that began at `moment`.
    fn over(&self, moment: DateTime<Utc>) -> Result<DateTime<Utc>> {
        let days = self.policy()?.map_or(LEAST_WAITING_DAYS, |policy| policy.waiting_days);
        Ok(moment + Duration::days(i64::from(days)))
    }

    fn carry_out(&self, by: &Identity, unit: &Unit, clock: &Clock, dry_run: bool) -> Result<Progress> {
        let case = self.writable(by, unit)?;
        self.rule_of_disposal(&case, clock.today())?;
        let from = self.over(case.thread().decided_at().unwrap_or_else(|| latest(&case)))?;
        if clock.now() < from {
            return Ok(Progress::Waits(from));
        }
        let checkpoint = match self.proof(&case, from)? {
            Proof::NotRegistered => return Ok(Progress::NotRegistered(from)),
            Proof::Early => return Ok(Progress::NotProved(from)),
            Proof::Given(checkpoint) => checkpoint,
        };
        let mut entry = self.next(&case, Op::Destroyed, by, clock)?;
        entry.drop = objects(&case);
        self.destroy(by, &case, &entry, checkpoint, dry_run).map(Progress::Destroyed)
    }

    /// Keys, objects, entry, in this order. The entry is signed and judged before anything goes.
    fn destroy(
        &self,
        by: &Identity,
        case: &Case,
        entry: &Entry,
        checkpoint: String,
        dry_run: bool,
    ) -> Result<Destroyed> {
        let note = self.judged(by, entry, Some(case))?;
        let remains = self.remains(case)?;
        let (keys, objects) = (remains.keys.len(), remains.objects.len());
        if dry_run {
            return Ok(Destroyed { receipt: None, keys, objects, checkpoint });
        }
        // The newest envelope goes last and by itself: as long as it is there, nothing is lost yet.
        if let Some((newest, older)) = remains.keys.split_last() {
            self.store.remove_batch(older)?;
            self.store.remove_batch(std::slice::from_ref(newest))?;
        }
        self.store.remove_batch(&remains.objects)?;
        let left = self.remains(case)?;
        if let Some(path) = left.keys.first().or(left.objects.first()) {
            let message = format!("{path} came back while {} was being destroyed", case.unit());
            let hint = "stop what copies files into the archive, then run the same command again";
            return Err(error::busy("archive.came-back", message, hint));
        }
        let path = self.place_to_write(entry, Some(case));
        let receipt = self.put_entry(entry, &note, &path, Vec::new())?;
        // Only its name was left; settling takes it away too.
        let _ = self.store.remove_folder(&format!("{KEYS}/{}", case.unit()));
        Ok(Destroyed { receipt: Some(receipt), keys, objects, checkpoint })
    }

    fn delete_again(&self, case: &Case, dry_run: bool) -> Result<Progress> {
        if case.threads.len() > 1 {
            // A twin lives under this number: settling tells the two apart.
            return Ok(Progress::Again(0));
        }
        let remains = self.remains(case)?;
        let number = remains.keys.len() + remains.objects.len();
        if number > 0 && !self.is_end_proved(case.thread())? {
            let message = format!("no register proves that anybody waited for the end of {}", case.unit());
            let hint = "what lies there is kept; ask who wrote the end: casefile history";
            return Err(error::busy("archive.unproved-end", message, hint));
        }
        if !dry_run {
            self.store.remove_batch(&remains.keys)?;
            self.store.remove_batch(&remains.objects)?;
        }
        Ok(Progress::Again(number))
    }
}

/// The latest time that an entry of the folder bears.
fn latest(case: &Case) -> DateTime<Utc> {
    let times = case.entries().map(|judged| judged.entry.time.moment());
    times.max().unwrap_or_default()
}

/// The objects that `destroyed` names: all that stand, as far as they find room.
fn objects(case: &Case) -> Vec<Digest> {
    let mut hashes: Vec<Digest> = case.live().map(|live| live.added.h).collect();
    hashes.sort();
    hashes.dedup();
    hashes.truncate(MOST_DROPPED);
    hashes
}
