//! The documents of this repository keep their word: every command is documented, every link leads somewhere.

use std::path::{Path, PathBuf};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn the_readme_is_under_200_lines_and_names_both_set_up_commands() {
    let readme = read("README.md");
    assert!(readme.lines().count() < 200);
    assert!(readme.contains("cargo run -- demo demo-agency"));
    assert!(readme.contains("cargo test"));
}

#[test]
fn every_link_between_our_documents_leads_somewhere() {
    let documents: Vec<PathBuf> = walkdir::WalkDir::new(ROOT)
        .into_iter()
        .filter_entry(|entry| !["target", ".git", "corpus"].iter().any(|name| entry.file_name() == *name))
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .collect();
    assert!(documents.len() > 20, "{documents:?}");
    for file in &documents {
        let text = std::fs::read_to_string(file).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http")) {
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { file.clone() } else { file.parent().unwrap().join(path) };
            assert!(target.exists(), "{} links to {link}", file.display());
            let found = place.is_empty() || places(&target).iter().any(|it| it == place);
            assert!(found, "{} links to {link}, which has no such heading", file.display());
        }
    }
}

/// The places in a document that a link may name: its headings in small letters, with hyphens for spaces.
fn places(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let headings =
        text.lines().filter_map(|line| Some(line.strip_prefix('#')?.trim_start_matches('#').trim()));
    let plain = |heading: &str| heading.to_lowercase().replace(' ', "-");
    headings.map(|it| plain(it).chars().filter(|c| c.is_alphanumeric() || *c == '-').collect()).collect()
}

/// docs/architecture.md: imports run downwards, and the halves meet in `workflow` alone.
#[test]
fn the_documents_and_the_archive_know_nothing_of_each_other() {
    let halves = [
        ["record", "programme", "calendar", "figures", "document", "render", "pack"].as_slice(),
        ["archive", "seal", "log", "store"].as_slice(),
    ];
    let above = |half: usize| halves[1 - half].iter().copied().chain(["workflow"]);
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(Path::new(ROOT).join("src")) {
        let path = entry.unwrap().into_path();
        let inside = path.strip_prefix(Path::new(ROOT).join("src")).unwrap().to_string_lossy().into_owned();
        let room = inside.split(['/', '.']).next().unwrap();
        let Some(half) = halves.iter().position(|half| half.contains(&room)) else { continue };
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        seen += 1;
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for (line, other) in code.flat_map(|line| above(half).map(move |other| (line, other))) {
            assert!(!line.contains(&format!("crate::{other}::")), "src/{inside}: {line}");
        }
    }
    assert!(seen > 150, "{seen} files");
}

#[test]
fn every_command_has_help_with_an_example_or_needs_none() {
    let help = |arguments: &[&str]| {
        let output = assert_cmd::Command::cargo_bin("casefile").unwrap().args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let all = help(&["--help"]);
    let commands = all.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let names: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() > 15, "{names:?}");
    for name in names.iter().filter(|name| !["help", "key", "person", "completions", "man"].contains(name)) {
        assert!(help(&[name, "--help"]).contains("Example"), "casefile {name} --help shows no example");
    }
}

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_else(|_| panic!("{file} is missing"))
}
