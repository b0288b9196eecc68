//! Calls that fail, and folders that nobody may look into.

use super::*;

#[test]
fn a_store_that_fails_at_the_nth_write_loses_nothing_acknowledged() {
    use casefile::store::LocalStore;
    use casefile::store::failing::{FailingStore, Failure};
    for failure in [Failure::Before, Failure::After] {
        for n in 0..6 {
            let agency = Agency::with_case();
            let store = LocalStore::open(agency.path()).expect("a store");
            let archive = Archive::with_store(Box::new(FailingStore::new(store, n, failure)), None)
                .expect("an archive");
            let mut acknowledged = 0;
            for seed in 0..2_u8 {
                acknowledged += usize::from(
                    archive.file(agency.who("ben"), &unit(), &[document(&[seed])], &clock(5)).is_ok(),
                );
            }
            let moved =
                archive.change_status(agency.who("selma"), &unit(), &change(Status::Inactive), &clock(6));
            let case = agency.open().case(&unit()).expect("a case");
            assert!(case.documents() >= 2 + acknowledged, "write {n}");
            if moved.is_ok() {
                assert_eq!(case.status(), Some(Status::Inactive), "write {n}");
            }
            assert!(agency.verify(Level::V3).damage.is_empty(), "write {n}");
        }
    }
}

#[test]
fn an_admission_that_crashed_can_be_repeated() {
    use casefile::store::LocalStore;
    use casefile::store::failing::{FailingStore, Failure};
    for failure in [Failure::Before, Failure::After] {
        let agency = Agency::new();
        let store = LocalStore::open(agency.path()).expect("a store");
        let archive =
            Archive::with_store(Box::new(FailingStore::new(store, 0, failure)), None).expect("an archive");
        assert!(archive.admit(agency.who("aisha"), &admission(), &clock(1)).is_err());
        assert_eq!(agency.open().case(&unit()).err().map(|e| code(&e)), Some("archive.no-case"));
        assert!(agency.open().cases().expect("listed").is_empty());
        assert!(agency.verify(Level::V3).damage.is_empty());
        agency.admit("aisha").expect("admitted the second time");
        assert_eq!(agency.open().case(&unit()).expect("a case").documents(), 2);
    }
}

#[test]
fn verifying_one_folder_says_whether_there_is_one() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let verify = |unit: &str| {
        let unit = Some(unit.parse().expect("a unit"));
        archive.verify(&VerifyOptions { level: Level::V2, identity: None, unit, now: None })
    };
    assert_eq!(verify(UNIT).expect("verified").counts.folders, 1);
    assert_eq!(verify("UASC-2016-9999").err().map(|e| e.class()), Some(Class::NotFound));
}

#[test]
fn a_person_is_added_once_under_one_key_and_never_as_a_root_key() {
    let agency = Agency::new();
    let mut archive = agency.open();
    let mut add = |person: &Identity| {
        archive
            .add_person(agency.who("nora"), &person.public(), &[Role::CaseManager], &clock(1))
            .map_err(|e| (e.class(), code(&e)))
            .err()
    };
    assert_eq!(add(agency.who("aisha")), Some((Class::Input, "archive.known-person")));
    let root = Identity::generate(id("r1"), "Root").expect("an identity");
    assert_eq!(add(&root), Some((Class::Input, "archive.bad-person")));
}

/// A store in which one prefix is closed to this user.
struct Closed(casefile::store::LocalStore, &'static str);

impl casefile::store::Store for Closed {
    fn list(&self, folder: &str) -> Result<casefile::store::Listing, Error> {
        if folder.starts_with(self.1) {
            let problem = casefile::error::Problem::error("store.denied", "permission denied");
            return Err(Error::new(Class::Access, problem));
        }
        let mut listing = self.0.list(folder)?;
        if folder.is_empty() {
            listing.objects.retain(|object| !object.name.starts_with(self.1));
            listing.denied.push(self.1.to_owned());
        }
        Ok(listing)
    }

    fn folders(&self, folder: &str) -> Result<Vec<String>, Error> {
        if folder == self.1 { self.list(folder).map(|_| vec![]) } else { self.0.folders(folder) }
    }

    fn read(&self, name: &str, limit_bytes: u64) -> Result<Vec<u8>, Error> {
        self.0.read(name, limit_bytes)
    }

    fn size(&self, name: &str) -> Result<Option<u64>, Error> {
        self.0.size(name)
    }

    fn put_batch(&self, batch: &[(String, Vec<u8>)]) -> Result<(), Error> {
        self.0.put_batch(batch)
    }

    fn rename_folder(&self, from: &str, to: &str) -> Result<bool, Error> {
        self.0.rename_folder(from, to)
    }

    fn remove(&self, name: &str) -> Result<bool, Error> {
        self.0.remove(name)
    }

    fn location(&self, name: &str) -> Option<PathBuf> {
        self.0.location(name)
    }
}

#[test]
fn a_closed_prefix_is_unknown_and_never_empty() {
    let agency = Agency::with_case();
    let closed = |prefix: &'static str| {
        let store = casefile::store::LocalStore::open(agency.path()).expect("a store");
        Archive::with_store(Box::new(Closed(store, prefix)), None).expect("an archive")
    };
    // The case lies elsewhere, but more of it might lie behind the closed door.
    let archive = closed("inactive");
    assert!(archive.case(&unit()).expect("a case").flags().contains(&Flag::Unknown));
    let refused =
        archive.file(agency.who("ben"), &unit(), &[document(b"x")], &clock(2)).expect_err("refused");
    assert_eq!((refused.class(), code(&refused)), (Class::Access, "archive.unknown-place"));
    assert_eq!(archive.cases().err().map(|e| e.class()), Some(Class::Access));
    let options = VerifyOptions { level: Level::V0, identity: None, unit: None, now: None };
    let damage = archive.verify(&options).expect("verified").damage;
    assert!(damage.iter().any(|finding| finding.code == "verify.unknown" && finding.path == "inactive"));
    // Nobody takes a case for absent because it is closed to them.
    let archive = closed("open");
    assert_eq!(archive.case(&unit()).err().map(|e| e.class()), Some(Class::Access));
    assert_eq!(
        archive.admit(agency.who("aisha"), &admission(), &clock(3)).err().map(|e| e.class()),
        Some(Class::Access)
    );
}
