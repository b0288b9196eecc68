use super::identity::{LEAST_WORK_FACTOR, check_work_factor};
use super::*;
use crate::error::{Class, Error};
use crate::names::{Digest, Status, Unit};
use chrono::{DateTime, NaiveDate, Utc};

fn identity(id: &str) -> Identity {
    Identity::generate(id.parse().unwrap(), "Nora Haddad").unwrap()
}

fn passphrase() -> Passphrase {
    Passphrase::from("correct horse battery staple")
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn unit() -> Unit {
    "UASC-2016-0012".parse().unwrap()
}

fn keys() -> FolderKeys {
    FolderKeys::new(unit(), Generation::generate(moment("2016-10-01T08:00:00.5Z")))
}

fn code(error: &Error) -> (Class, &'static str) {
    (error.class(), error.problems()[0].code)
}

/// A key file of any text, as a stranger might make one.
fn key_file(text: &str) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(passphrase().secret());
    recipient.set_work_factor(LEAST_WORK_FACTOR);
    stream::encrypt(text.as_bytes(), &[&recipient]).unwrap()
}

#[test]
fn a_key_file_comes_back_as_the_same_person() {
    let nora = identity("nora");
    let file = nora.to_file(&passphrase(), LEAST_WORK_FACTOR).unwrap();
    let back = Identity::from_file(&file, &passphrase()).unwrap();
    assert_eq!((back.id(), back.name()), (nora.id(), "Nora Haddad"));
    assert_eq!(back.public(), nora.public());
    assert_eq!(back.sign(b"x"), nora.sign(b"x"));
}

#[test]
fn a_wrong_passphrase_is_a_matter_of_access_and_not_of_damage() {
    let file = identity("nora").to_file(&passphrase(), LEAST_WORK_FACTOR).unwrap();
    for wrong in ["", "correct horse battery stapl", "correct horse battery staple "] {
        let error = Identity::from_file(&file, &Passphrase::from(wrong)).unwrap_err();
        assert_eq!(code(&error), (Class::Access, "seal.wrong-passphrase"));
    }
}

#[test]
fn what_is_no_key_file_is_said_to_be_none() {
    let error = |file: &[u8]| code(&Identity::from_file(file, &passphrase()).unwrap_err());
    let malformed = (Class::Input, "seal.malformed");
    assert_eq!(error(b""), malformed);
    assert_eq!(error(b"AGE-SECRET-KEY-1..."), malformed);
    assert_eq!(error(object::seal(b"x", &identity("nora").recipient()).unwrap().bytes()), malformed);
    for text in ["", "hello", "# casefile: archive/1\n", "# id: nora\n# casefile: identity/1\n"] {
        assert_eq!(error(&key_file(text)), malformed, "{text:?}");
    }
    assert_eq!(error(&key_file("# casefile: identity/2\n")), (Class::Input, "seal.newer"));
}

#[test]
fn a_key_file_of_a_later_version_may_say_more_but_nothing_twice() {
    let nora = identity("nora");
    let text = identity_file::write(&nora);
    let more = text.replace("# sign:", "# colour: green\n# a plain remark\n# sign:");
    assert_eq!(Identity::from_file(&key_file(&more), &passphrase()).unwrap().public(), nora.public());
    for twice in ["# id: nora", "# name: Nora Haddad"] {
        let doubled = text.replace(twice, &format!("{twice}\n{twice}"));
        assert!(Identity::from_file(&key_file(&doubled), &passphrase()).is_err(), "{twice}");
    }
    let other = identity("nora").recipient().to_string();
    let swapped = text.replace(&nora.recipient().to_string(), &other);
    assert!(Identity::from_file(&key_file(&swapped), &passphrase()).is_err());
}

#[test]
fn work_factors_are_bounded_and_small_ones_are_for_tests_only() {
    for (factor, for_tests, allowed) in
        [(9, true, false), (10, true, true), (10, false, false), (15, false, false), (16, false, true)]
    {
        assert_eq!(check_work_factor(factor, for_tests).is_ok(), allowed, "{factor}");
    }
    assert!(check_work_factor(22, false).is_ok());
    assert_eq!(code(&check_work_factor(23, true).unwrap_err()), (Class::Usage, "seal.work-factor"));
    assert!(identity("nora").to_file(&passphrase(), 23).is_err());
}

#[test]
fn a_key_file_that_asks_for_hours_of_work_is_refused_at_once() {
    let file = identity("nora").to_file(&passphrase(), LEAST_WORK_FACTOR).unwrap();
    let end = file.windows(4).position(|w| w == b" 10\n").unwrap();
    let greedy = [&file[..end], b" 63\n", &file[end + 4..]].concat();
    let error = Identity::from_file(&greedy, &passphrase()).unwrap_err();
    assert_eq!(code(&error), (Class::Input, "seal.too-much-work"));
}

#[test]
fn nothing_secret_shows_in_debug() {
    let nora = identity("nora");
    let shown = format!("{nora:?} {:?} {:?}", passphrase(), keys());
    for secret in ["AGE-SECRET", "horse", "Haddad"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_name_is_one_line() {
    for bad in ["", "  ", "Nora\nHaddad", "Nora\u{7f}", &"x".repeat(201)] {
        assert!(Identity::generate("nora".parse().unwrap(), bad).is_err());
    }
    assert_eq!(Identity::generate("nora".parse().unwrap(), " نورا ").unwrap().name(), "نورا");
}

#[test]
fn a_public_file_comes_back_and_its_signed_bytes_are_its_first_four_lines() {
    let selma = identity("selma");
    let mut public = selma.public();
    let text = public.to_text();
    assert_eq!(Public::parse(&text).unwrap(), public);
    assert_eq!(Public::parse(&text.replace('\n', "\r\n")).unwrap(), public);
    let signed: String = text.split_inclusive('\n').take(4).collect();
    assert!(selma.verify_key().verify(signed.as_bytes(), public.proof.as_bytes()));
    public.archive = Some(Digest::of(b"root"));
    assert_eq!(Public::parse(&public.to_text()).unwrap(), public);
}

#[test]
fn a_public_file_with_anything_changed_is_refused() {
    let (selma, aisha) = (identity("selma").public(), identity("aisha").public());
    let text = selma.to_text();
    for (what, with) in [
        ("id: selma", "id: aisha".to_owned()),
        (&selma.age.to_string(), aisha.age.to_string()),
        (&selma.sign.to_string(), aisha.sign.to_string()),
        (&selma.proof.to_string(), aisha.proof.to_string()),
    ] {
        assert_eq!(
            code(&Public::parse(&text.replace(what, &with)).unwrap_err()),
            (Class::Input, "seal.bad-proof")
        );
    }
    let long = format!("{text}archive: {}\nmore\n", Digest::of(b""));
    let swapped = text.replacen("casefile: person/1\n", "", 1) + "casefile: person/1\n";
    for bad in ["", "casefile: person/2\n", &format!("{text}x: y\n"), &long, &swapped, &text.to_uppercase()] {
        assert!(Public::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn keys_have_one_text_and_weak_ones_are_refused() {
    let nora = identity("nora");
    let (recipient, sign) = (nora.recipient().to_string(), nora.verify_key().to_string());
    assert_eq!(recipient.parse::<Recipient>().unwrap(), nora.recipient());
    assert!(recipient.to_uppercase().parse::<Recipient>().is_err());
    assert_eq!(sign.parse::<VerifyKey>().unwrap(), nora.verify_key());
    assert!(sign.trim_end_matches('=').parse::<VerifyKey>().is_err());
    for weak in
        ["AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "7P///////////////////////////////////////38="]
    {
        assert!(weak.parse::<VerifyKey>().is_err(), "{weak}");
    }
    for weak in [
        "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
        "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
        "age1amlllllllllllllllllllllllllllllllllllllllllllllllllsam3fc4",
    ] {
        assert!(weak.parse::<age::x25519::Recipient>().is_ok(), "age itself takes {weak}");
        assert!(weak.parse::<Recipient>().is_err(), "{weak}");
    }
}

#[test]
fn an_envelope_opens_for_each_reader_and_for_nobody_else() {
    let (aisha, selma, nora) = (identity("aisha"), identity("selma"), identity("nora"));
    let ring = keys().with(Generation::generate(moment("2016-11-05T10:00:00Z")));
    let sealed = envelope::seal(&ring, &[aisha.recipient(), selma.recipient()]).unwrap();
    for reader in [&aisha, &selma] {
        let back = envelope::open(sealed.bytes(), reader).unwrap();
        assert_eq!(back.unit(), &unit());
        let names = |ring: &FolderKeys| -> Vec<_> {
            ring.generations().iter().map(|g| (g.recipient(), g.from())).collect()
        };
        assert_eq!(names(&back), names(&ring));
        assert!(back.generations()[0].from() > back.generations()[1].from(), "newest first");
    }
    let error = envelope::open(sealed.bytes(), &nora).unwrap_err();
    assert_eq!(code(&error), (Class::Access, "seal.no-key"));
    assert_eq!(code(&envelope::seal(&ring, &[]).unwrap_err()), (Class::Input, "seal.no-recipient"));
}

#[test]
fn an_envelope_of_an_unknown_kind_of_key_asks_for_a_newer_version() {
    let aisha = identity("aisha");
    let open = |text: &str| {
        let sealed = object::seal(text.as_bytes(), &aisha.recipient()).unwrap();
        code(&envelope::open(sealed.bytes(), &aisha).unwrap_err())
    };
    let head = "# casefile: envelope/1\n# unit: UASC-2016-0012\n";
    let newer = (Class::Input, "seal.newer");
    let key = "# generation: mlkem768x25519 from 2030-01-01T00:00:00Z\n# public key: age1pq1x\nAGE-SECRET-KEY-PQ-1X\n";
    assert_eq!(open(&format!("{head}{key}")), newer);
    assert_eq!(open("# casefile: envelope/2\n"), newer);
    for bad in [head, "", "# casefile: envelope/1\n# unit: nonsense\n", &format!("{head}AGE-SECRET-KEY-1X\n")]
    {
        assert_eq!(open(bad), (Class::Input, "seal.malformed"), "{bad:?}");
    }
}

#[test]
fn rings_changed_at_two_places_merge_without_losing_or_doubling_a_key() {
    let base = keys();
    let (one, two) = (
        base.with(Generation::generate(moment("2016-11-01T00:00:00Z"))),
        base.with(Generation::generate(moment("2016-11-02T00:00:00Z"))),
    );
    let names =
        |ring: &FolderKeys| -> Vec<_> { ring.generations().iter().map(Generation::recipient).collect() };
    let merged = one.merged(&two);
    assert_eq!(names(&merged), names(&two.merged(&one)));
    assert_eq!(merged.generations().len(), 3);
    assert_eq!(merged.generations()[0].recipient(), two.generations()[0].recipient());
    assert!(merged.generation(&one.generations()[0].recipient()).is_some());
}

#[test]
fn an_object_opens_with_any_generation_of_its_folder_and_with_no_other_key() {
    let old = keys();
    let ring = old.with(Generation::generate(moment("2016-11-05T10:00:00Z")));
    for size in [0, 1, 65_535, 65_536, 65_537, 200_000] {
        let plain = vec![7; size];
        let sealed = object::seal(&plain, &old.generations()[0].recipient()).unwrap();
        assert_eq!(*object::open(sealed.bytes(), &ring).unwrap(), plain);
        assert_eq!(sealed.digest(), Digest::of(sealed.bytes()));
        let bound = stream::sealed_limit(size as u64, 1);
        assert!(sealed.size_bytes() <= bound, "{} > {bound}", sealed.size_bytes());
    }
    let sealed = object::seal(b"x", &keys().generations()[0].recipient()).unwrap();
    assert_eq!(code(&object::open(sealed.bytes(), &ring).unwrap_err()), (Class::Access, "seal.no-key"));
}

#[test]
fn every_flipped_bit_and_every_cut_of_a_sealed_object_is_noticed() {
    let ring = keys();
    let sealed = object::seal(b"a short document", &ring.generations()[0].recipient()).unwrap();
    for at in 0..sealed.bytes().len() {
        for bit in 0..8 {
            let mut bytes = sealed.bytes().to_vec();
            bytes[at] ^= 1 << bit;
            assert!(object::open(&bytes, &ring).is_err(), "byte {at} bit {bit}");
        }
        assert!(object::open(&sealed.bytes()[..at], &ring).is_err(), "cut at {at}");
    }
    let longer = [sealed.bytes(), b"x"].concat();
    assert_eq!(code(&object::open(&longer, &ring).unwrap_err()), (Class::Damage, "seal.damaged"));
}

fn card() -> Card {
    Card {
        casefile: card::CardVersion::One,
        archive: Digest::of(b"root"),
        folder: None,
        d: DocId::from_bytes([1; 16]),
        series: DocId::from_bytes([1; 16]),
        supersedes: vec![],
        doc: Digest::of(b"sealed"),
        plain: Digest::of(b"plain"),
        size: 5,
        media: "application/pdf".into(),
        title: "Progress report".into(),
        kind: "progress-report".into(),
        date: NaiveDate::from_ymd_opt(2016, 11, 30).unwrap(),
        period: NaiveDate::from_ymd_opt(2016, 11, 1).zip(NaiveDate::from_ymd_opt(2016, 11, 30)),
        lang: Some("en".into()),
        copy: card::Copy::Staff,
        status: Some(Status::Open),
        manager: Some("Aisha Rahman".into()),
        supervisor: Some("Selma Lindqvist".into()),
        confidential: true,
        template: None,
        source: card::Source::Rendered,
        signs: None,
        printed: Vec::new(),
    }
}

#[test]
fn a_card_is_one_line_of_json_and_comes_back() {
    let bytes = card().to_bytes().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        text.starts_with(r#"{"casefile":"card/1","archive":""#)
            && text.ends_with("\"source\":\"rendered\"}\n")
    );
    assert!(
        text.contains(
            r#""date":"2016-11-30","period":["2016-11-01","2016-11-30"],"lang":"en","copy":"staff""#
        )
    );
    assert_eq!(text.matches('\n').count(), 1);
    assert_eq!(Card::parse(&bytes).unwrap(), card());
    assert!(!format!("{:?}", card()).contains("Progress"));
}

#[test]
fn a_card_of_a_later_version_may_say_more() {
    let text = String::from_utf8(card().to_bytes().unwrap()).unwrap();
    let more = text.replace("\"size\":5", "\"size\":5,\"colour\":{\"a\":[1]}");
    assert_eq!(Card::parse(more.as_bytes()).unwrap(), card());
}

#[test]
fn a_card_that_cannot_be_read_says_so_without_its_content() {
    let text = String::from_utf8(card().to_bytes().unwrap()).unwrap();
    let doubled = text.replace("\"size\":5", "\"size\":5,\"size\":5");
    let other = text.replace("card/1", "card/2");
    let wrong = text.replace("\"size\":5", "\"size\":\"Progress\"");
    for bad in [doubled, other, wrong, "{}".into(), "Progress".into(), "x".repeat(70_000)] {
        let error = Card::parse(bad.as_bytes()).unwrap_err();
        assert!(!error.to_string().contains("Progress"), "{error}");
    }
}

#[test]
fn a_reason_comes_back_and_keeps_its_words_to_itself() {
    let reason = Reason {
        casefile: reason::ReasonVersion::One,
        archive: Digest::of(b"root"),
        folder: Some(Digest::of(b"genesis")),
        d: DocId::random().unwrap(),
        op: "move".into(),
        text: "no contact since 4 November".into(),
        matter: None,
        give: None,
    };
    assert_eq!(Reason::parse(&reason.to_bytes().unwrap()).unwrap(), reason);
    assert!(!format!("{reason:?}").contains("contact"));
}

#[test]
fn document_ids_are_32_small_hex_digits() {
    let id = DocId::random().unwrap();
    assert_ne!(id, DocId::random().unwrap());
    assert_eq!(id.to_string().parse::<DocId>().unwrap(), id);
    for bad in ["", "00", &"A".repeat(32), &"+".repeat(32), &"0".repeat(33), &format!("+{}", "0".repeat(31))]
    {
        assert!(bad.parse::<DocId>().is_err(), "{bad}");
    }
}

#[test]
fn a_secret_is_read_from_its_one_text_only() {
    use super::keys::{decode_secret, encode};
    let text = encode(&[7; 32]);
    assert_eq!(decode_secret::<32>(&text).map(|secret| *secret), Some([7; 32]));
    assert_eq!(decode_secret::<31>(&text), None);
    // The last digit before the padding has unused bits: another spelling of the same bytes.
    let other = text.replace("c=", "d=");
    assert!(other != text && decode_secret::<32>(&other).is_none());
    assert_eq!(decode_secret::<32>("no base64"), None);
}
