//! Archives in which a case was destroyed, frozen: every later version must read them the same.

use super::*;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/archive-1/ended")
}

/// What verifying without keys finds: damage, and the codes of the notices.
fn verified(dir: &Path, level: Level) -> (Vec<Finding>, Vec<&'static str>) {
    let options = VerifyOptions { level, identity: None, unit: None, now: None };
    let found = Archive::open(dir, None).unwrap().verify(&options).unwrap();
    (found.damage, found.notices.iter().map(|notice| notice.code).collect())
}

#[test]
fn a_case_that_was_destroyed_long_ago_reads_the_same_for_ever() {
    for (name, sealed_files) in [("destroyed", 0), ("came-back", 7)] {
        let dir = tempfile::tempdir().unwrap();
        crate::agency::copy(&fixtures().join(name), dir.path());
        let archive = Archive::open(dir.path(), None).unwrap();
        let case = archive.case(&unit()).unwrap();
        let summary: Vec<String> =
            case.entries().map(|one| format!("{} {}", one.entry.seq, one.entry.op)).collect();
        let steps =
            ["0 admit", "1 move", "2 propose-disposal", "3 approve-disposal", "4 dispose", "5 destroyed"];
        assert_eq!(summary, steps, "{name}");
        assert!(case.is_destroyed() && case.flags().is_empty(), "{name}: {:?}", case.flags());
        assert_eq!((case.live().count(), case.destroyed_objects().len()), (0, 6), "{name}");
        assert_eq!(archive.policy().unwrap(), Some(Policy { default: Some(1), ..Policy::default() }));
        assert_eq!(archive.checkpoints_of_decision(&case).unwrap().len(), 1);
        for level in [Level::V0, Level::V1, Level::V2] {
            let found = verified(dir.path(), level);
            assert_eq!(found, (vec![], vec!["verify.reappeared"; sealed_files]), "{name} at {level:?}");
        }
        if let Some((code, seen)) = independent_reader::read(dir.path(), None) {
            let notices = seen["notices"].as_array().unwrap().len();
            assert_eq!((code, notices), (0, sealed_files), "{name}: {seen}");
        }
        archive.settle(&[], day(40).now(), false).unwrap();
        assert_eq!(sealed(dir.path(), UNIT), Vec::<PathBuf>::new(), "{name}");
        assert_eq!(verified(dir.path(), Level::V2), (vec![], vec![]), "{name}");
    }
}

/// Makes the archives in the new folder `CASEFILE_FROZEN`.
#[test]
#[ignore = "the archives are frozen: they were made once and are never made again"]
fn make_the_archives_of_destroyed_cases() {
    let out = PathBuf::from(std::env::var_os("CASEFILE_FROZEN").unwrap());
    std::fs::create_dir(&out).unwrap();
    let office = Office::over();
    let came_back = out.join("came-back");
    crate::agency::copy(&office.path(), &came_back);
    assert!(matches!(office.run("nora", 32).unwrap(), Progress::Destroyed(_)));
    crate::agency::copy(&office.path(), &out.join("destroyed"));
    crate::agency::copy(&office.path(), &came_back);
}
