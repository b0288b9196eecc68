//! Hashing many files, two at a time.
//!
//! A processor's instructions for SHA-256 wait for one another within a file, because each block builds on
//! the one before. Where blocks of two files alternate, it works on one while the other waits.

use crate::names::Digest;
use sha2::{Digest as _, Sha256};
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

/// How many files are hashed by turns.
const LANES: usize = 2;
/// What is hashed of each in a turn: one block of SHA-256.
const BLOCK_BYTES: usize = 64;
/// What is read of each at once: most documents whole, and so much stays in the processor's own memory.
const PART_BYTES: usize = 128 * 1024;

/// Memory through which files are hashed, a part for each lane; made once and used again.
pub(super) type Parts = [Vec<u8>; LANES];

/// The hashes of what all readers give, in their order; `unreadable` words the failure of the reader of an
/// index. Readers are asked for one by one, and no more than two of them are held.
pub(super) fn hash_all<R: Read, E>(
    readers: impl Iterator<Item = Result<R, E>>,
    unreadable: impl Fn(usize, &io::Error) -> E,
    parts: &mut Parts,
) -> Vec<Result<Digest, E>> {
    let mut readers = readers.enumerate();
    let mut lanes = parts.each_mut().map(Lane::new);
    let mut hashed = Vec::new();
    loop {
        for lane in &mut lanes {
            while lane.unhashed.is_empty() {
                if lane.file.is_none() {
                    match readers.next() {
                        Some((index, Ok(reader))) => lane.file = Some((index, reader, Sha256::new())),
                        Some((index, Err(e))) => hashed.push((index, Err(e))),
                        None => break,
                    }
                }
                if let Some((index, digest)) = lane.read() {
                    hashed.push((index, digest.map_err(|e| unreadable(index, &e))));
                }
            }
        }
        if !take_turns(&mut lanes) {
            break;
        }
    }
    hashed.sort_unstable_by_key(|(index, _)| *index);
    hashed.into_iter().map(|(_, digest)| digest).collect()
}

/// Hashes what has been read: whole blocks by turns, as long as both lanes have some; says whether any had.
fn take_turns<R>(lanes: &mut [Lane<'_, R>; LANES]) -> bool {
    let left = lanes.each_ref().map(|lane| lane.unhashed.len());
    let (least, most) = (left[0].min(left[1]), left[0].max(left[1]));
    let by_turns = least - least % BLOCK_BYTES;
    if let [Some((one, its)), Some((other, others))] = lanes.each_mut().map(|lane| lane.take(by_turns)) {
        for (its, others) in its.chunks_exact(BLOCK_BYTES).zip(others.chunks_exact(BLOCK_BYTES)) {
            one.update(its);
            other.update(others);
        }
    }
    // The end of a file, or one that no other keeps company.
    for lane in lanes {
        let left = lane.unhashed.len();
        let rest = if least == 0 || left < BLOCK_BYTES { left } else { 0 };
        if let Some((hasher, rest)) = lane.take(rest) {
            hasher.update(rest);
        }
    }
    most > 0
}

/// One file after the other.
struct Lane<'p, R> {
    /// The file under way, by its index.
    file: Option<(usize, R, Sha256)>,
    part: &'p mut [u8],
    /// What of the part is read and not hashed yet.
    unhashed: Range<usize>,
}

impl<'p, R> Lane<'p, R> {
    fn new(part: &'p mut Vec<u8>) -> Self {
        part.resize(PART_BYTES, 0);
        Self { file: None, part, unhashed: 0..0 }
    }

    /// Reads the next part of the file; at its end, or where that fails, gives its index and its hash.
    fn read(&mut self) -> Option<(usize, io::Result<Digest>)>
    where
        R: Read,
    {
        let (_, reader, _) = self.file.as_mut()?;
        let ended = match reader.read(self.part) {
            Ok(0) => Ok(()),
            Ok(count) => {
                self.unhashed = 0..count;
                return None;
            }
            Err(e) if e.kind() == ErrorKind::Interrupted => return None,
            Err(e) => Err(e),
        };
        let (index, _, hasher) = self.file.take()?;
        Some((index, ended.map(|()| Digest::from_bytes(hasher.finalize().into()))))
    }

    /// The next bytes that were read, for the hasher of the file.
    fn take(&mut self, count: usize) -> Option<(&mut Sha256, &[u8])> {
        let (_, _, hasher) = self.file.as_mut()?;
        let taken = &self.part[self.unhashed.start..][..count];
        self.unhashed.start += count;
        Some((hasher, taken))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives at most `step` bytes at a time, is interrupted before each, and fails at `fails_at`.
    struct Slow {
        bytes: Vec<u8>,
        at: usize,
        step: usize,
        fails_at: Option<usize>,
        interrupted: bool,
    }

    impl Read for Slow {
        fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(ErrorKind::Interrupted.into());
            }
            if self.fails_at.is_some_and(|fails_at| self.at >= fails_at) {
                return Err(ErrorKind::TimedOut.into());
            }
            let count = self.step.min(part.len()).min(self.bytes.len() - self.at);
            part[..count].copy_from_slice(&self.bytes[self.at..][..count]);
            self.at += count;
            Ok(count)
        }
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from((at * 31 + length) % 251).expect("a byte")).collect()
    }

    #[test]
    fn the_hashes_of_any_files_are_those_of_each_alone() {
        let lengths = [0, 1, 63, 64, 65, 100_000, 3, PART_BYTES, PART_BYTES + 1, 0, 2 * PART_BYTES, 127];
        for count in 0..=lengths.len() {
            for step in [1_000, 4_096, usize::MAX] {
                let files: Vec<Vec<u8>> = lengths[..count].iter().map(|length| bytes(*length)).collect();
                let readers = files.iter().map(|file| {
                    let bytes = file.clone();
                    Ok::<_, ()>(Slow { bytes, at: 0, step, fails_at: None, interrupted: false })
                });
                let expected: Vec<_> = files.iter().map(|file| Ok(Digest::of(file))).collect();
                assert_eq!(
                    hash_all(readers, |_, _| (), &mut Parts::default()),
                    expected,
                    "{count} files by {step} bytes"
                );
            }
        }
    }

    #[test]
    fn a_file_that_fails_takes_no_other_with_it() {
        let readers = (0..6).map(|index| match index {
            1 => Err("not opened".to_owned()),
            _ => Ok(Slow {
                bytes: bytes(1_000 * index),
                at: 0,
                step: 500,
                fails_at: (index == 3).then_some(2_000),
                interrupted: false,
            }),
        });
        let hashed = hash_all(readers, |index, e| format!("{index}: {:?}", e.kind()), &mut Parts::default());
        assert_eq!(hashed[1], Err("not opened".to_owned()));
        assert_eq!(hashed[3], Err("3: TimedOut".to_owned()));
        for index in [0, 2, 4, 5] {
            assert_eq!(hashed[index], Ok(Digest::of(&bytes(1_000 * index))));
        }
    }
}
