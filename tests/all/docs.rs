//! The documents of this repository keep their word: every command is documented, every link leads somewhere.

use std::path::Path;

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
    for file in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", "docs/format.md"] {
        let text = read(file);
        let folder = Path::new(ROOT).join(file);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http")) {
            let target = folder.parent().unwrap().join(link.split('#').next().unwrap());
            assert!(target.exists(), "{file} links to {link}");
        }
    }
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
