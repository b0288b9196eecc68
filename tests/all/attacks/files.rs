//! Odd things in the archive's folder.

use super::*;
use std::process::Command;

#[test]
fn pipes_links_and_folders_in_the_place_of_files_are_neither_read_nor_waited_for() {
    let scene = Scene::new();
    let secret = scene.dir.path().join("outside");
    std::fs::write(&secret, b"outside").unwrap();
    let names = ["00000009-", "", "00000001-"].map(|seq| format!("{seq}{}", "ab".repeat(32)));
    for folder in [scene.folder(), scene.path().join("staff"), scene.path().join(format!("keys/{UNIT}"))] {
        let fifo = folder.join(format!("{}.note", names[0]));
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        std::os::unix::fs::symlink(&secret, folder.join(format!("{}.age", names[1]))).unwrap();
        std::os::unix::fs::symlink("/dev/zero", folder.join(format!("{}.note", names[2]))).unwrap();
        std::fs::create_dir(folder.join(format!("{}.snap", names[2]))).unwrap();
    }
    assert_eq!(scene.titles("selma"), ["A letter"]);
    assert_eq!(scene.damage(), Vec::<&str>::new());
    scene.file("aisha", b"more", &day(2)).unwrap();
    scene.rekey("selma", true).unwrap();
    scene.open().settle(&[], day(90).now(), false).unwrap();
    assert_eq!(std::fs::read(&secret).unwrap(), b"outside");
}

#[test]
fn a_link_in_the_place_of_a_folder_is_not_followed() {
    let scene = Scene::new();
    let moved = scene.dir.path().join("elsewhere");
    std::fs::rename(scene.folder(), &moved).unwrap();
    std::os::unix::fs::symlink(&moved, scene.folder()).unwrap();
    assert!(scene.open().case(&unit()).is_err());
}

#[test]
fn a_title_that_steers_the_terminal_or_feigns_a_row_is_shown_without_that() {
    let agency = crate::agency::Agency::with_case();
    let case = crate::agency::CASE.parse().unwrap();
    let mut planted = letter(b"x");
    planted.title = "a\u{1b}]0;b\u{7}\u{9b}2J\u{202e}c\n  00000000  2016-12-01  record  feigned".to_owned();
    let archive = Archive::open(&agency.path("archive"), None).unwrap();
    archive.file(&agency.identity("nora"), &case, &[planted], &crate::agency::noon()).unwrap();
    let shown = agency.ok("selma", &["show", crate::agency::CASE]);
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']), "{shown:?}");
    assert!(shown.lines().all(|line| !line.trim_start().starts_with("00000000")), "{shown}");
    assert!(agency.ok("selma", &["show", crate::agency::CASE, "--json"]).contains("feigned"));
}

#[test]
fn a_kind_that_is_a_path_leads_out_of_no_folder() {
    let scene = Scene::new();
    let card = Card { kind: "/../../x\0".to_owned(), ..scene.cards("selma").unwrap().remove(0) };
    let name = casefile::workflow::file_name(&card);
    assert!(!name.contains(['/', '\0']) && !name.starts_with('.'), "{name}");
}
