//! The byte form of notes: one text, one meaning.

use super::*;
use base64::prelude::{BASE64_STANDARD, Engine as _};

#[test]
fn a_note_reads_back_and_signed_note_reads_it_too() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let again = Note::parse(note.bytes(), &agency.root.id()).expect("well-formed");
    assert_eq!(again.name(), note.name());
    let key = agency.people["aisha"].verify_key();
    assert!(again.signed_by(&id("aisha"), &key, &agency.root.id()));
    assert!(!again.signed_by(&id("aisha"), &agency.people["ben"].verify_key(), &agency.root.id()));

    let name = format!("{}/aisha", agency.root.id().short(16));
    let encoded = [&[1][..], key.as_bytes()].concat();
    let key_id = signed_note::key_id(&name, &encoded);
    let vkey = format!("{name}+{key_id:08x}+{}", BASE64_STANDARD.encode(&encoded));
    let verifier = signed_note::StandardVerifier::new(&vkey).expect("a verifier key");
    let theirs = signed_note::Note::from_bytes(note.bytes()).expect("a C2SP note");
    let list = signed_note::VerifierList::new(vec![Box::new(verifier)]);
    assert_eq!(theirs.verify(&list).expect("verified").0.len(), 1);
}

#[test]
fn any_other_byte_makes_a_note_foreign() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let text = String::from_utf8(note.bytes().to_vec()).expect("text");
    let line = text.lines().last().expect("a signature line");
    let other = agency.admit("selma");
    let other = String::from_utf8(other.bytes().to_vec()).expect("text");
    let foreign_line = other.lines().last().expect("a signature line");
    let (head, encoded) = line.rsplit_once(' ').expect("base64");
    let variants = [
        format!("{text}{line}\n"),
        format!("{text}{foreign_line}\n"),
        format!("{text}\n"),
        text.trim_end().to_owned(),
        text.replace("\n\n", "\n\n\n"),
        text.replace("\n\n", "\r\n\r\n"),
        text.replacen(',', ", \t", 1),
        text.replacen('{', "{\"seq\":0,", 1),
        text.replace(line, &format!("{head}  {encoded}")),
        text.replace(encoded, encoded.trim_end_matches('=')),
        text.replace(encoded, &format!("{encoded}=")),
        text.replace(line, &line.replace('—', "-")),
        text.replace("\"seq\":0", "\"seq\":0.0"),
        format!("\u{feff}{text}"),
        text.replace("\"signers\":[\"aisha\"]", "\"signers\":[\"aisha\",\"aisha\"]"),
        text.replace("\"signers\":[\"aisha\"]", "\"signers\":[]"),
    ];
    for variant in variants {
        assert_ne!(variant, text, "the variant changes something");
        assert!(Note::parse(variant.as_bytes(), &agency.root.id()).is_err(), "{variant}");
    }
    // The last base64 digit before the padding has unused bits: another spelling of the same signature.
    let last = encoded.trim_end_matches('=').chars().last().expect("a digit");
    let sloppy = char::from_u32(last as u32 + 1).expect("a character");
    let respelled = encoded.replace(&format!("{last}="), &format!("{sloppy}="));
    assert!(Note::parse(text.replace(encoded, &respelled).as_bytes(), &agency.root.id()).is_err());
}

#[test]
fn a_further_signature_that_is_valid_itself_and_by_another_person_makes_a_note_foreign() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let name = format!("{}/selma", agency.root.id().short(16));
    let selma = &agency.people["selma"];
    let key_id = signed_note::key_id(&name, &[&[1][..], selma.verify_key().as_bytes()].concat());
    let encoded = BASE64_STANDARD.encode([&key_id.to_be_bytes()[..], &selma.sign(note.text())].concat());
    let line = format!("— {name} {encoded}\n");
    let text = String::from_utf8(note.bytes().to_vec()).expect("text");
    let parsed = |text: &str| Note::parse(text.as_bytes(), &agency.root.id());
    assert_eq!(parsed(&format!("{text}{line}")).err(), Some(Foreign::Signatures), "after the signer's");
    let (head, own) = text.split_once("\n\n").expect("a signature line");
    assert_eq!(parsed(&format!("{head}\n\n{line}{own}")).err(), Some(Foreign::Signatures), "before it");
    // The line is as good as one can be: where both are named, it counts.
    let mut both = note.content::<Entry>().expect("an entry");
    both.signers = vec![id("aisha"), id("selma")];
    let both = agency.sign(&both, &["aisha", "selma"]);
    assert!(both.signed_by(&id("selma"), &selma.verify_key(), &agency.root.id()));
    let theirs = String::from_utf8(both.bytes().to_vec()).expect("text");
    let last = theirs.lines().last().expect("a signature line");
    assert_eq!(last.split(' ').nth(1), line.split(' ').nth(1), "the same name");
    assert_eq!(last.split(' ').nth(2).map(|e| &e[..5]), Some(&encoded[..5]), "the same key");
}

#[test]
fn every_flipped_bit_of_a_note_is_foreign_or_unsigned() {
    let agency = Agency::new();
    let note = agency.admit("aisha");
    let key = agency.people["aisha"].verify_key();
    let step = if crate::support::full() { 1 } else { 7 };
    for bit in (0..note.bytes().len() * 8).step_by(step) {
        let mut bytes = note.bytes().to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(read) = Note::parse(&bytes, &agency.root.id()) {
            assert!(!read.signed_by(&id("aisha"), &key, &agency.root.id()), "bit {bit}");
        }
    }
}

#[test]
fn a_note_of_another_archive_is_foreign() {
    let (ours, theirs) = (Agency::new(), Agency::new());
    let note = theirs.admit("aisha");
    assert_eq!(Note::parse(note.bytes(), &ours.root.id()).err(), Some(Foreign::Archive));
}
