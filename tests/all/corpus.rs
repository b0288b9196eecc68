//! The fuzz targets, run over their corpora, so that they keep compiling and keep holding.

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use std::path::Path;

/// Runs one target over its corpus and over every file of it cut short or with one byte changed; says how
/// often.
fn run(name: &str, target: fn(&[u8])) -> usize {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut runs = 0;
    for path in crate::agency::files_below(&corpus) {
        let bytes = std::fs::read(path).unwrap();
        target(&bytes);
        runs += 1;
        for part in 1..16 {
            let at = bytes.len() * part / 16;
            target(&bytes[..at]);
            let mut changed = bytes.clone();
            changed.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << (part % 8));
            target(&changed);
        }
    }
    runs
}

#[test]
fn no_fuzz_target_fails_on_its_corpus() {
    type Target = (&'static str, fn(&[u8]));
    let all: [Target; 9] = [
        ("note", targets::note),
        ("entry", targets::entry),
        ("card", targets::card),
        ("envelope", targets::envelope),
        ("path", targets::path),
        ("snapshot", targets::snapshot),
        ("root", targets::root),
        ("record", targets::record),
        ("narrative", targets::narrative),
    ];
    for (name, target) in all {
        assert!(run(name, target) >= 3, "the corpus of {name}");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz/fuzz_targets/{name}.rs"));
        let source = std::fs::read_to_string(file).unwrap();
        assert!(source.contains(&format!("targets::{name}(data)")), "{name} runs its target");
    }
}
