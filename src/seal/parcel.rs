//! Parcels: files sealed for somebody who need not be on the roster, as stock `age` opens them.

use super::error::SealError;
use super::identity::check_work_factor;
use super::keys::Recipient;
use super::object::Sealed;
use super::passphrase::Passphrase;
use super::stream;
use crate::error::Result;

/// The most bytes of a parcel before sealing: what a pack of a whole caseload may hold.
pub const PARCEL_LIMIT_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Seals a file to these keys; each of them opens it alone.
///
/// # Errors
/// `seal.too-large` (input) beyond [`PARCEL_LIMIT_BYTES`]; `seal.no-recipient` where nobody is named.
pub fn seal_to(plain: &[u8], recipients: &[Recipient]) -> Result<Sealed> {
    check(plain)?;
    let recipients: Vec<&dyn age::Recipient> =
        recipients.iter().map(|recipient| -> &dyn age::Recipient { recipient.as_age() }).collect();
    Ok(Sealed::new(stream::encrypt(plain, &recipients)?))
}

/// Seals a file under a passphrase, which has to reach the recipient another way. `work_factor` is scrypt's,
/// 10 to 22: at 18 a guess takes about a second.
///
/// # Errors
/// `seal.too-large` (input) beyond [`PARCEL_LIMIT_BYTES`].
pub fn seal_with(plain: &[u8], passphrase: &Passphrase, work_factor: u8) -> Result<Sealed> {
    check(plain)?;
    check_work_factor(work_factor, true)?;
    let mut recipient = age::scrypt::Recipient::new(passphrase.secret());
    recipient.set_work_factor(work_factor);
    Ok(Sealed::new(stream::encrypt(plain, &[&recipient])?))
}

fn check(plain: &[u8]) -> Result<()> {
    if plain.len() as u64 > PARCEL_LIMIT_BYTES {
        return Err(SealError::TooLarge { what: "the pack", most: PARCEL_LIMIT_BYTES }.into());
    }
    Ok(())
}
