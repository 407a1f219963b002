//! The parts of a workbook's archive, unpacked as bounded streams.
//!
//! Only what spreadsheets write is read: stored and deflated parts, neither encrypted nor split.

use super::error::ReadError;
use super::limits::{MOST_ENTRIES, MOST_GROWTH, MOST_UNPACKED};
use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};
use std::io::{self, Read};

/// The directory of an archive.
pub struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    method: u16,
    encrypted: bool,
    crc: u32,
    packed: u32,
    offset: u32,
}

const DAMAGED: &str = "its archive cannot be read: is it complete?";

fn damaged() -> ReadError {
    ReadError::damaged(0, DAMAGED)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|b| u16::from_le_bytes(*b))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|b| u32::from_le_bytes(*b))
}

impl<'a> Archive<'a> {
    /// Reads the directory at the end.
    pub fn open(bytes: &'a [u8]) -> Result<Archive<'a>, ReadError> {
        let end = directory_end(bytes).ok_or_else(damaged)?;
        let field = |at: usize| u16_at(bytes, end + at).ok_or_else(damaged);
        let wide = |at: usize| u32_at(bytes, end + at).ok_or_else(damaged);
        let count = usize::from(field(10)?);
        let start = wide(16)? as usize;
        if field(4)? != 0 || count == 0xffff || start == 0xffff_ffff {
            let hint = "save the workbook again as .xlsx";
            return Err(ReadError::Kind { found: "a split or very large (Zip64) archive", hint });
        }
        if count > MOST_ENTRIES {
            return Err(ReadError::TooLarge {
                what: "parts of the workbook",
                most: MOST_ENTRIES as u64,
                row: 0,
            });
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(count);
        let mut at = start;
        for _ in 0..count {
            let (entry, next) = directory_entry(bytes, at).ok_or_else(damaged)?;
            if entries.iter().any(|e| e.name == entry.name) {
                return Err(ReadError::Refused { what: "an archive with two parts of one name", row: 0 });
            }
            entries.push(entry);
            at = next;
        }
        Ok(Archive { bytes, entries })
    }

    /// Whether there is a part of this name; case does not matter.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|e| e.name.eq_ignore_ascii_case(name))
    }

    /// Whether any part's name ends so.
    pub fn has_ending(&self, end: &str) -> bool {
        self.entries.iter().any(|e| e.name.to_ascii_lowercase().ends_with(end))
    }

    /// A part as a stream; none if there is none of this name.
    pub fn part(&self, name: &str) -> Result<Option<Part<'a>>, ReadError> {
        let Some(entry) = self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name)) else {
            return Ok(None);
        };
        if entry.encrypted {
            return Err(ReadError::Kind { found: "protected by a password", hint: "save it without one" });
        }
        let at = entry.offset as usize;
        let head = self.bytes.get(at..).filter(|b| b.starts_with(b"PK\x03\x04")).ok_or_else(damaged)?;
        let skip = 30
            + usize::from(u16_at(head, 26).ok_or_else(damaged)?)
            + usize::from(u16_at(head, 28).ok_or_else(damaged)?);
        let packed = head.get(skip..).and_then(|b| b.get(..entry.packed as usize)).ok_or_else(damaged)?;
        let state = match entry.method {
            0 => None,
            8 => Some(InflateState::new_boxed(DataFormat::Raw)),
            _ => return Err(ReadError::damaged(0, "it is packed in a way that spreadsheets do not use")),
        };
        Ok(Some(Part { packed, whole: packed.len(), state, given: 0, sum: !0, crc: entry.crc, ended: false }))
    }
}

/// The place of the directory's end record: the last one whose comment reaches to the end of the file.
fn directory_end(bytes: &[u8]) -> Option<usize> {
    let lowest = bytes.len().saturating_sub(22 + 0xffff);
    let highest = bytes.len().checked_sub(22)?;
    (lowest..=highest).rev().find(|&at| {
        bytes.get(at..).is_some_and(|b| b.starts_with(b"PK\x05\x06"))
            && u16_at(bytes, at + 20).is_some_and(|n| at + 22 + usize::from(n) <= bytes.len())
    })
}

fn directory_entry(bytes: &[u8], at: usize) -> Option<(Entry, usize)> {
    let head = bytes.get(at..).filter(|b| b.starts_with(b"PK\x01\x02"))?;
    let (name, extra, comment) = (u16_at(head, 28)?, u16_at(head, 30)?, u16_at(head, 32)?);
    let raw = head.get(46..46 + usize::from(name))?;
    let entry = Entry {
        name: String::from_utf8_lossy(raw).replace('\\', "/"),
        method: u16_at(head, 10)?,
        encrypted: u16_at(head, 8)? & 1 == 1,
        crc: u32_at(head, 16)?,
        packed: u32_at(head, 20)?,
        offset: u32_at(head, 42)?,
    };
    Some((entry, at + 46 + usize::from(name) + usize::from(extra) + usize::from(comment)))
}

/// A part being unpacked.
pub struct Part<'a> {
    packed: &'a [u8],
    whole: usize,
    state: Option<Box<InflateState>>,
    given: u64,
    sum: u32,
    crc: u32,
    ended: bool,
}

impl Part<'_> {
    /// Counts what was unpacked, and stops what grows without reason.
    fn count(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.given += bytes.len() as u64;
        for &byte in bytes {
            let at = (self.sum ^ u32::from(byte)) & 0xff;
            self.sum = CRC.get(at as usize).copied().unwrap_or(0) ^ (self.sum >> 8);
        }
        if self.given > MOST_UNPACKED {
            return Err(ReadError::TooLarge {
                what: "bytes of a sheet once unpacked",
                most: MOST_UNPACKED,
                row: 0,
            });
        }
        let used = (self.whole - self.packed.len()) as u64;
        if self.given > 1 << 20 && self.given / MOST_GROWTH > used {
            let what = "a part that unpacks to hundreds of times its size, as only an attack on memory does";
            return Err(ReadError::Refused { what, row: 0 });
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<usize, ReadError> {
        self.ended = true;
        if !self.sum != self.crc {
            return Err(ReadError::damaged(
                0,
                "a part's checksum is wrong: the file has changed since it was saved",
            ));
        }
        Ok(0)
    }

    fn unpack(&mut self, into: &mut [u8]) -> Result<usize, ReadError> {
        let Some(state) = self.state.as_mut() else {
            let n = self.packed.len().min(into.len());
            let (now, rest) = self.packed.split_at(n);
            if let Some(to) = into.get_mut(..n) {
                to.copy_from_slice(now);
            }
            self.packed = rest;
            if n == 0 {
                return self.finish();
            }
            self.count(now)?;
            return Ok(n);
        };
        loop {
            let result = inflate(state, self.packed, into, MZFlush::None);
            self.packed = self.packed.get(result.bytes_consumed..).unwrap_or_default();
            let n = result.bytes_written;
            match result.status {
                _ if n > 0 => {
                    self.count(into.get(..n).unwrap_or_default())?;
                    return Ok(n);
                }
                Ok(MZStatus::StreamEnd) => return self.finish(),
                Ok(_) if result.bytes_consumed > 0 => {}
                Ok(_) | Err(MZError::Buf) => return Err(damaged()),
                Err(_) => return Err(damaged()),
            }
        }
    }
}

impl Read for Part<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ended || into.is_empty() {
            return Ok(0);
        }
        Ok(self.unpack(into)?)
    }
}

/// The table of CRC-32 (polynomial EDB88320, reflected), as in the ZIP specification.
const CRC: [u32; 256] = {
    let mut table = [0_u32; 256];
    let mut k = 0;
    while k < 256 {
        let mut c = k as u32;
        let mut bit = 0;
        while bit < 8 {
            c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
            bit += 1;
        }
        table[k] = c;
        k += 1;
    }
    table
};
