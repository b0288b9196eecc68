//! `casefile pack`: documents for somebody outside, as one file that opens without this program.

use super::admit::say_filed;
use super::args::{PackArgs, PackKindArg};
use super::context::{Context, Seat};
use super::give::{ground, say_consent};
use super::{output, preview, report};
use casefile::error::{Error, Result};
use casefile::pack::Bag;
use casefile::seal::identity::check_work_factor;
use casefile::seal::public::PUBLIC_FILE_LIMIT_BYTES;
use casefile::seal::{Passphrase, Public, Recipient, parcel};
use casefile::workflow::{Outgoing, PackFor, PackKind, prepare_pack};
use std::path::Path;
use std::process::ExitCode;

/// In what a pack leaves.
enum Wrapping {
    Keys(Vec<Recipient>),
    Passphrase(Passphrase, u8),
    Plain,
}

pub fn run(context: &Context, args: &PackArgs) -> Result<ExitCode> {
    casefile::fs::check_absent(&args.output)?;
    let recipients = args.to.iter().map(|to| recipient(to)).collect::<Result<Vec<_>>>()?;
    check_work_factor(args.work_factor, args.for_tests)?;
    let seat = context.seat()?;
    let pack = prepare_pack(&seat.desk(), &preview::press(context)?, &asked(args))?;
    for gift in &pack.gifts {
        report::problems(context, &gift.warnings);
        say_consent(context, gift);
    }
    report::problems(context, &pack.warnings);
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let wrapping = match (args.print, args.passphrase) {
        (true, _) => Wrapping::Plain,
        (_, true) => Wrapping::Passphrase(context.other_passphrase()?, args.work_factor),
        _ => Wrapping::Keys(recipients),
    };
    leave(context, &seat, &pack, &wrapping, &args.output)?;
    let what =
        if args.print { "folder, unencrypted, each page with whose copy it is" } else { "file, sealed" };
    let (files, output) = (pack.bag.paths().count(), output::typed(&args.output));
    output::say(context, &format!("{output}: one {what}; {files} files with the index."));
    let bag = pack.bag.name();
    match &wrapping {
        Wrapping::Keys(_) => output::say(
            context,
            &format!("It opens with: age -d -i KEY {output} | tar x; bagit.py --validate {bag}"),
        ),
        Wrapping::Passphrase(..) => output::say(
            context,
            &format!("It opens with: age -d {output} | tar x; send the passphrase another way"),
        ),
        Wrapping::Plain => output::say(context, "Print it, and delete the folder."),
    }
    if args.kind.is_some_and(|kind| matches!(kind, PackKindArg::Transfer)) {
        for case in &args.cases {
            output::say(
                context,
                &format!("When the other agency leads: casefile move {case} closed --reason …"),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Seals the pack and writes it beside where it goes; then writes each gift down, and only then puts it in
/// its place: nothing leaves the archive of which it does not know, and what is known to be given is there to
/// be given.
fn leave(context: &Context, seat: &Seat, pack: &Outgoing, wrapping: &Wrapping, output: &Path) -> Result<()> {
    let beside = tempfile::Builder::new().prefix(".tmp-").tempdir_in(casefile::fs::folder_of(output));
    let beside = beside.map_err(|error| Error::io("make a folder beside it", output, &error))?;
    let ready = beside.path().join("pack");
    match wrapping {
        Wrapping::Keys(keys) => {
            casefile::fs::write_atomic(&ready, parcel::seal_to(&pack.bag.tar()?, keys)?.bytes())?;
        }
        Wrapping::Passphrase(words, factor) => {
            casefile::fs::write_atomic(&ready, parcel::seal_with(&pack.bag.tar()?, words, *factor)?.bytes())?;
        }
        Wrapping::Plain => lay_out(&pack.bag, &ready)?,
    }
    pack.write_down(&seat.desk(), |gift, receipt| {
        output::say(context, &format!("Written down: given {}.", gift.given.words()));
        say_filed(context, receipt);
    })?;
    let put = std::fs::rename(&ready, output)
        .and_then(|()| casefile::fs::sync_folder(casefile::fs::folder_of(output)));
    put.map_err(|error| pack.stayed(&Error::io("put it in its place", output, &error)))
}

/// Writes a bag as a plain folder.
fn lay_out(bag: &Bag, folder: &Path) -> Result<()> {
    for (path, bytes) in bag.members() {
        let file = folder.join(path);
        let parent = casefile::fs::folder_of(&file);
        std::fs::create_dir_all(parent).map_err(|error| Error::io("make it", parent, &error))?;
        casefile::fs::write_atomic(&file, &bytes)?;
    }
    Ok(())
}

/// A key as it is written, the public part in a file, whose proof is checked, or a file with just the key, as
/// `age-keygen -y` prints it.
fn recipient(to: &str) -> Result<Recipient> {
    if to.starts_with("age1") {
        return to.parse();
    }
    let file = Path::new(to);
    let bytes = casefile::fs::read(file, PUBLIC_FILE_LIMIT_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    let key = text.trim();
    let read =
        if key.starts_with("age1") { key.parse() } else { Public::parse(&text).map(|public| public.age) };
    read.map_err(|error| error.in_file(file))
}

fn asked(args: &PackArgs) -> PackFor<'_> {
    let kind = |kind| match kind {
        PackKindArg::Conference => PackKind::Conference,
        PackKindArg::Referral => PackKind::Referral,
        PackKindArg::Court => PackKind::Court,
        PackKindArg::School => PackKind::School,
        PackKindArg::Transfer => PackKind::Transfer,
        PackKindArg::Client => PackKind::Client,
    };
    PackFor {
        cases: &args.cases,
        kind: args.kind.map(kind),
        documents: &args.documents,
        to: &args.whom,
        ground: ground(args.why.ground),
        purpose: &args.why.purpose,
        reference: args.why.reference.as_deref(),
        printed: args.print,
    }
}
