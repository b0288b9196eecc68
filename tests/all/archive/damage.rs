//! What is damaged is found and named; what others add changes nothing.

use super::*;

#[test]
fn a_sound_archive_verifies_at_every_level() {
    let agency = Agency::with_case();
    agency.file("ben", b"more").expect("filed");
    agency.change("selma", Status::Inactive).expect("moved");
    for level in [Level::V0, Level::V1, Level::V2, Level::V3] {
        let verified = agency.verify(level);
        assert_eq!((verified.damage, verified.notices), (vec![], vec![]), "{level:?}");
        assert_eq!(verified.proved.len(), level as usize + 1);
    }
    assert_eq!(agency.verify(Level::V3).counts.documents_opened, 3);
    let nora = VerifyOptions { level: Level::V3, identity: Some(agency.who("nora")), unit: None, now: None };
    let verified = agency.open().verify(&nora).expect("verified");
    assert_eq!((verified.counts.folders_opened, verified.counts.folders_not_yours), (0, 1));
}

#[test]
fn a_flipped_byte_anywhere_is_found_and_the_file_named() {
    let agency = Agency::with_case();
    agency.change("selma", Status::Inactive).expect("moved");
    let files = agency.files();
    assert!(files.len() >= 12);
    for file in files {
        let sound = std::fs::read(&file).expect("read");
        let name = file.strip_prefix(agency.path()).expect("inside").to_string_lossy().into_owned();
        let step = if crate::support::full() { 1 } else { sound.len().div_ceil(9) };
        for at in (0..sound.len()).step_by(step).chain([sound.len() - 1]) {
            let mut bytes = sound.clone();
            bytes[at] ^= 1 << (at % 8);
            std::fs::write(&file, &bytes).expect("written");
            assert!(is_named(&agency, &name), "byte {at} of {name}");
        }
        for cut in [0, sound.len() / 2, sound.len() - 1] {
            std::fs::write(&file, &sound[..cut]).expect("written");
            assert!(is_named(&agency, &name), "{name} cut to {cut}");
        }
        std::fs::write(&file, &sound).expect("written");
    }
    assert!(agency.verify(Level::V3).damage.is_empty(), "sound again");
}

/// Whether verifying at V2, or opening already, finds damage and names the file.
fn is_named(agency: &Agency, name: &str) -> bool {
    let options = VerifyOptions { level: Level::V2, identity: None, unit: None, now: None };
    match Archive::open(&agency.path(), None).and_then(|archive| archive.verify(&options)) {
        Ok(verified) => verified.damage.iter().any(|finding| finding.path == name),
        Err(e) => e.class() == Class::Damage && e.to_string().contains(name),
    }
}

#[test]
fn a_missing_file_is_found_at_v0() {
    let agency = Agency::with_case();
    agency.file("ben", b"more").expect("filed");
    agency.file("ben", b"and more").expect("filed");
    for file in agency.files() {
        let name = file.strip_prefix(agency.path()).expect("inside").to_string_lossy().into_owned();
        // The root and the first notes stop the archive from opening; the newest entry is known to
        // nobody but a client that remembers it (another test).
        if !name.contains(UNIT) || name.contains("/00000002-") {
            continue;
        }
        let bytes = std::fs::read(&file).expect("read");
        std::fs::remove_file(&file).expect("removed");
        let verified = agency.verify(Level::V0);
        assert!(verified.damage.iter().any(|finding| finding.path == name), "{name}: {:?}", verified.damage);
        std::fs::write(&file, bytes).expect("written");
    }
}

#[test]
fn a_copied_entry_with_an_extra_signature_line_changes_nothing() {
    let agency = Agency::with_case();
    agency.file("ben", b"more").expect("filed");
    agency.change("selma", Status::Inactive).expect("moved");
    let before = agency.open().case(&unit()).expect("a case");
    for note in agency.notes() {
        let text = std::fs::read_to_string(&note).expect("text");
        let line = text.lines().last().expect("a signature line").to_owned();
        let (head, _) = line.rsplit_once(' ').expect("base64");
        let variants = [
            format!("{text}{line}\n"),
            format!("{text}{head} {}\n", "A".repeat(91) + "="),
            text.replace(&line, &format!("{head}  {}", line.rsplit_once(' ').expect("base64").1)),
            format!("{text}\n"),
        ];
        for variant in variants {
            let name = note.file_name().expect("a name").to_string_lossy().into_owned();
            let seq = name.split('-').next().expect("a number").to_owned();
            let clone = note.with_file_name(format!("{seq}-{}.note", Digest::of(variant.as_bytes())));
            std::fs::write(&clone, &variant).expect("written");
            let case = agency.open().case(&unit()).expect("a case");
            assert_eq!(case.state(), before.state());
            assert_eq!(case.reference(), before.reference());
            assert_eq!(case.documents(), before.documents());
            assert_eq!(case.flags(), before.flags());
            let verified = agency.verify(Level::V3);
            assert!(verified.damage.is_empty(), "{:?}", verified.damage);
            let name = clone.file_name().expect("a name").to_string_lossy().into_owned();
            assert!(verified.notices.iter().any(|f| f.code == "verify.foreign" && f.path.ends_with(&name)));
            std::fs::remove_file(clone).expect("removed");
        }
    }
}

#[test]
fn a_forged_entry_that_names_its_makers_key_is_damage_and_changes_nothing() {
    use casefile::log::{Note, Op, Signer, Time, fold};
    let agency = Agency::with_case();
    let archive = agency.open();
    let before = archive.case(&unit()).expect("a case");
    let read =
        |path: &PathBuf| Note::parse(&std::fs::read(path).expect("read"), &archive.id()).expect("a note");
    let notes: Vec<Note> = agency.notes().iter().map(read).collect();
    let folded = fold(&unit(), &notes, archive.roster(), &std::collections::HashSet::new());
    let time = Time::new(clock(9).now());
    let mut entry = folded.threads[0].draft(archive.roster(), Op::File, &id("ben"), time).expect("a draft");
    entry.key = agency.who("ben").recipient();
    let ben = agency.who("ben");
    let act = |message: &[u8]| ben.sign(message);
    let signer = Signer { name: id("ben"), key: ben.verify_key(), sign: &act };
    let forged = Note::sign(&entry, &archive.id(), &[signer]).expect("a well-formed, well-signed note");
    let name = format!("open/UASC-2016-0012-O/{}.note", forged.name());
    std::fs::write(agency.path().join(&name), forged.bytes()).expect("written");
    let case = archive.case(&unit()).expect("a case");
    assert_eq!(case.state(), before.state());
    assert_eq!(case.reference(), before.reference());
    assert!(case.flags().contains(&Flag::Invalid));
    for level in [Level::V0, Level::V2] {
        let damage = agency.verify(level).damage;
        assert!(damage.iter().any(|f| f.path == name && f.code == "verify.invalid"), "{damage:?}");
    }
    // What is filed next builds on the sound history and is sealed to its key.
    let receipt = agency.file("aisha", b"more").expect("filed");
    assert_eq!(receipt.seq, 1);
    let open = archive.unlock(&unit(), agency.who("selma")).expect("opened");
    assert!(open.document(&receipt.documents[0]).is_ok());
}

#[test]
fn foreign_temporary_and_orphan_files_are_notices_and_change_nothing() {
    let agency = Agency::with_case();
    let folder = agency.path().join("open/UASC-2016-0012-O");
    let orphan = b"an orphan";
    std::fs::write(folder.join(".DS_Store"), "x").expect("written");
    std::fs::write(folder.join(".tmp-abc"), "x").expect("written");
    std::fs::write(folder.join(format!("{}.age", Digest::of(orphan))), orphan).expect("written");
    std::fs::write(folder.join(format!("{}.age (conflict)", Digest::of(b"y"))), "y").expect("written");
    std::fs::write(agency.path().join("README.txt"), "x").expect("written");
    let verified = agency.verify(Level::V3);
    assert!(verified.damage.is_empty(), "{:?}", verified.damage);
    let mut codes: Vec<&str> = verified.notices.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    assert_eq!(
        codes,
        ["verify.foreign", "verify.foreign", "verify.foreign", "verify.orphan", "verify.temporary"]
    );
    assert!(agency.file("ben", b"goes on").is_ok());
}

#[test]
fn a_document_swapped_for_another_is_damage() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let key = archive.case(&unit()).expect("a case").state().key.clone();
    // Anyone can seal to the folder's key; nobody can put it in place of what was signed.
    let forged = casefile::seal::object::seal(b"another report", &key).expect("sealed");
    let open = archive.unlock(&unit(), agency.who("aisha")).expect("opened");
    let card = &open.cards().expect("cards")[0];
    let path = agency.path().join(format!("open/UASC-2016-0012-O/{}.age", card.doc));
    std::fs::write(&path, forged.bytes()).expect("written");
    let refused = open.document(&card.d).expect_err("refused");
    assert_eq!(refused.class(), Class::Damage);
    assert!(refused.to_string().contains(&card.doc.to_string()));
    let missing = open.document(&DocId::from_bytes([0; 16])).expect_err("refused");
    assert_eq!(missing.class(), Class::NotFound);
}

#[test]
fn one_damaged_card_hides_no_other_document() {
    let agency = Agency::with_case();
    let archive = agency.open();
    let case = archive.case(&unit()).expect("a case");
    let card = case.live().find(|live| live.added.r == casefile::log::Part::Card).expect("a card").added.h;
    let path = agency.path().join(format!("open/UASC-2016-0012-O/{card}.age"));
    std::fs::write(&path, "damaged").expect("written");
    let open = archive.unlock(&unit(), agency.who("aisha")).expect("opened");
    let (cards, problems) = open.readable_cards().expect("read");
    assert_eq!((cards.len(), problems.len()), (1, 1));
    assert_eq!(open.cards().err().map(|e| e.class()), Some(Class::Damage));
}

#[test]
fn rendered_pdfs_say_in_their_keywords_what_their_card_says() {
    let agency = Agency::with_case();
    let template = Digest::of(b"template");
    let pdf = |code: &str| {
        let keywords = format!("UASC-2016-0012-{code}; {code}; 2016-11-30; progress-report; {template}");
        format!("%PDF-1.7\n<pdf:Keywords>{keywords}</pdf:Keywords>\n").into_bytes()
    };
    let rendered = |bytes: Vec<u8>| NewDocument {
        kind: "progress-report".to_owned(),
        template: Some(template),
        media: "application/pdf".to_owned(),
        source: Source::Rendered,
        ..document(&bytes)
    };
    let archive = agency.open();
    let file = |document| archive.file(agency.who("aisha"), &unit(), &[document], &clock(7)).expect("filed");
    file(rendered(pdf("O")));
    assert!(agency.verify(Level::V3).damage.is_empty());
    file(rendered(pdf("C")));
    file(NewDocument { media: "image/png".to_owned(), ..rendered(pdf("O")) });
    let damage = agency.verify(Level::V3).damage;
    assert_eq!(damage.len(), 2, "{damage:?}");
    assert!(damage.iter().all(|finding| finding.code == "verify.content"));
}
