//! The steps of a disposal, killed: nothing is lost that stays, and the next run ends what was begun.
//!
//! A case is destroyed once. So each kill strikes a copy of an agency that stands right before the step.

use super::run::{self, Histogram, Look, Pace};
use crate::agency::{Agency, CASE, example, files_below, noon};
use crate::crash::random::Random;
use crate::crash::story::document;
use casefile::archive::{Archive, Level, VerifyOptions};
use casefile::log::Stage;
use casefile::names::{Digest, Unit};
use casefile::seal::{DocId, Identity};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The case beside it, which stays.
const OTHER: &str = "FV-2016-0002";

/// Documents filed in the case that goes, so that its destruction is more than a moment.
const LETTERS: usize = 30;

/// A step: who takes it on which day, and how far the case is then.
pub struct Step {
    pub name: &'static str,
    by: &'static str,
    today: &'static str,
    arguments: &'static [&'static str],
    reached: Stage,
    /// How often it is killed in a quick run, and in a full one.
    pub kills: (usize, usize),
}

pub const STEPS: [Step; 4] = [
    Step {
        name: "dispose propose",
        by: "selma",
        today: "2018-01-01",
        arguments: &["dispose", "propose", CASE, "--reason", "a year is over"],
        reached: Stage::Proposed,
        kills: (1, 12),
    },
    Step {
        name: "dispose approve",
        by: "nora",
        today: "2018-01-02",
        arguments: &["dispose", "approve", CASE],
        reached: Stage::Approved,
        kills: (1, 12),
    },
    Step {
        name: "dispose decide",
        by: "nora",
        today: "2018-01-03",
        arguments: &["dispose", "run"],
        reached: Stage::Decided,
        kills: (1, 16),
    },
    Step {
        name: "dispose destroy",
        by: "nora",
        today: "2018-02-03",
        arguments: &["dispose", "run"],
        reached: Stage::Destroyed,
        kills: (4, 80),
    },
];

/// An agency that stands right before a step, and what lies in its archive.
pub struct Before {
    agency: Agency,
    /// Who reads both cases.
    aisha: Identity,
    files: BTreeMap<PathBuf, Vec<u8>>,
    /// What is in each document of each case.
    documents: BTreeMap<&'static str, BTreeSet<(DocId, Digest)>>,
    stage: Stage,
}

/// One for each step. Beside the case that is disposed of, another is open.
pub fn prepare() -> Vec<(&'static Step, Before)> {
    let agency = Agency::founded_for_tests();
    agency.ok("aisha", &["admit", &example(CASE)]);
    let letters: Vec<_> = (0..LETTERS).map(|number| document(number, 300)).collect();
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    archive.file(&agency.identity("aisha"), &unit(), &letters, &noon()).unwrap();
    agency.close();
    agency.ok("aisha", &["admit", &example(OTHER)]);
    agency.ok("nora", &["policy", "set", "--retain", "default=1y"]);
    let mut prepared = Vec::new();
    let mut stage = Stage::None;
    for step in &STEPS {
        if step.reached == Stage::Destroyed {
            agency.ok_on("2018-01-04", "selma", &["register"]);
            agency.ok_on(step.today, "nora", &["witness", "selma"]);
        }
        prepared.push((step, Before::new(agency.again(), stage)));
        agency.ok_on(step.today, step.by, step.arguments);
        stage = step.reached;
    }
    prepared
}

/// Kills one step again and again; gives where the kills fell.
pub fn kill(step: &Step, before: &Before, kills: usize, random: &mut Random) -> Histogram {
    let (mut histogram, mut fallen, mut pace) = (Histogram::new(), 0, Pace::new());
    while fallen < kills {
        let agency = before.agency.again();
        let look = Look::at(&agency);
        let mut command = agency.by(step.by, step.arguments);
        command.env("CASEFILE_TODAY", step.today);
        let folders = ["closed", "keys", "closed/UASC-2016-0012-C", "keys/UASC-2016-0012"]
            .map(|folder| agency.path("archive").join(folder));
        let moment = pace.next(random);
        let (took, done) = run::run(&agency, &command, &folders, moment);
        if done {
            pace.learn(moment, took);
        } else {
            fallen += 1;
        }
        *histogram.entry(look.fell(&Look::at(&agency), done)).or_insert(0) += 1;
        let after = After { before, step, agency };
        after.assert_whole(done);
        after.assert_ends();
    }
    histogram
}

impl Before {
    fn new(agency: Agency, stage: Stage) -> Self {
        let aisha = agency.identity("aisha");
        let files = contents(&agency.path("archive"));
        let archive = Archive::open(&agency.path("archive"), None).unwrap();
        let documents = [CASE, OTHER].map(|case| (case, opened(&archive, case, &aisha))).into();
        Self { agency, aisha, files, documents, stage }
    }
}

fn opened(archive: &Archive, case: &str, by: &Identity) -> BTreeSet<(DocId, Digest)> {
    let open = archive.unlock(&case.parse().unwrap(), by).unwrap();
    let documents = open.cards().unwrap().into_iter().map(|card| open.document(&card.d).unwrap());
    documents.map(|(card, bytes)| (card.d, Digest::of(&bytes))).collect()
}

fn contents(archive: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = files_below(archive).into_iter();
    files
        .map(|path| (path.strip_prefix(archive).unwrap().to_owned(), std::fs::read(&path).unwrap()))
        .collect()
}

fn unit() -> Unit {
    CASE.parse().unwrap()
}

/// Whether a file goes when the case is destroyed: its keys, and what is sealed for them.
fn goes(path: &Path) -> bool {
    let of_case = path.to_string_lossy().contains(CASE);
    of_case && path.extension().is_some_and(|extension| extension == "age" || extension == "snap")
}

/// An agency after a kill.
struct After<'a> {
    before: &'a Before,
    step: &'a Step,
    agency: Agency,
}

impl After<'_> {
    fn archive(&self) -> Archive {
        Archive::open(&self.agency.path("archive"), None).unwrap()
    }

    fn stage(&self) -> Stage {
        self.archive().case(&unit()).unwrap().stage()
    }

    fn verify(&self, level: Level, by: Option<&Identity>) -> Vec<(&'static str, String)> {
        let options = VerifyOptions { level, identity: by, unit: None, now: None };
        let found = self.archive().verify(&options).unwrap();
        assert_eq!(found.damage, [], "damage");
        found.notices.into_iter().map(|notice| (notice.code, notice.path)).collect()
    }

    /// No damage, no notice but what the moment explains, and everything there that stays.
    fn assert_whole(&self, done: bool) {
        let (name, stage) = (self.step.name, self.stage());
        assert!(stage == self.step.reached || !done && stage == self.before.stage, "{name}: {stage:?}");
        let now = contents(&self.agency.path("archive"));
        let gone: Vec<_> = self.before.files.keys().filter(|path| !now.contains_key(*path)).collect();
        let destroys = self.step.reached == Stage::Destroyed;
        assert!(gone.iter().all(|path| destroys && goes(path)), "{name}: {gone:?} is gone");
        for (path, bytes) in &self.before.files {
            assert!(now.get(path).is_none_or(|now| now == bytes), "{name}: {} is another", path.display());
        }
        let has_begun = stage < Stage::Destroyed && !gone.is_empty();
        let told = self.verify(Level::V2, None);
        for (code, path) in &told {
            let explained = match *code {
                "verify.temporary" => path.contains(".tmp-"),
                // The sealed reason of a proposal whose entry never came.
                "verify.orphan" => stage == Stage::None && goes(Path::new(path)),
                "verify.destruction" => has_begun,
                _ => false,
            };
            assert!(explained, "{name}: {code} {path}");
        }
        let says = told.iter().any(|(code, _)| *code == "verify.destruction");
        assert_eq!(says, has_begun, "{name}: {gone:?}");
        assert!(gone.is_empty() || self.keys().is_empty(), "{name}: an object went before the key");
        if gone.is_empty() {
            self.assert_opens(CASE);
        }
        self.assert_opens(OTHER);
    }

    /// Every document of a case opens and is what it was.
    fn assert_opens(&self, case: &str) {
        assert_eq!(opened(&self.archive(), case, &self.before.aisha), self.before.documents[case]);
    }

    fn keys(&self) -> Vec<PathBuf> {
        files_below(&self.agency.path("archive/keys").join(CASE))
    }

    /// The next one to run it ends it, and it stays so.
    fn assert_ends(&self) {
        let (step, stage) = (self.step, self.stage());
        if step.reached == Stage::Destroyed {
            self.agency.ok_on("2018-02-04", "selma", step.arguments);
        } else if stage != step.reached {
            self.agency.ok_on(step.today, step.by, step.arguments);
        }
        assert_eq!(self.stage(), step.reached);
        let now = contents(&self.agency.path("archive"));
        for (path, bytes) in &self.before.files {
            let should = step.reached != Stage::Destroyed || !goes(path);
            assert_eq!(now.get(path), should.then_some(bytes), "{}: {}", step.name, path.display());
        }
        let left: Vec<_> = now.keys().filter(|path| goes(path)).collect();
        assert!(step.reached != Stage::Destroyed || left.is_empty(), "{left:?} outlived it");
        let told = self.verify(Level::V3, Some(&self.before.aisha));
        let known =
            |code: &str| code == "verify.temporary" || code == "verify.orphan" && step.leaves_a_reason();
        assert!(told.iter().all(|(code, _)| known(code)), "{}: {told:?}", step.name);
        self.assert_opens(OTHER);
        // Someone who works here, and remembers, finds nothing amiss either.
        self.agency.ok_on("2018-02-05", "nora", &["verify", "--level", "V2"]);
        if step.reached == Stage::Destroyed {
            let said = self.agency.ok_on("2018-02-05", "nora", step.arguments);
            assert!(said.contains("nothing of it came back"), "{said}");
        }
    }
}

impl Step {
    /// Whether it seals a reason before its entry: killed between the two, it leaves that behind.
    fn leaves_a_reason(&self) -> bool {
        self.reached == Stage::Proposed
    }
}
