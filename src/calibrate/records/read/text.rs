//! Bytes to UTF-8, as a stream: UTF-8, UTF-16 of either order, and Windows-1252.

use super::error::ReadError;
use std::io::{self, Read};

/// How a file's text is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8 as far as it goes; bytes that are not are read as Windows-1252.
    Utf8,
    /// UTF-16, least byte first.
    Utf16Le,
    /// UTF-16, greatest byte first.
    Utf16Be,
}

/// Reads text of any of the encodings and gives UTF-8 without a byte order mark.
pub struct Decoder<R> {
    source: R,
    encoding: Encoding,
    raw: Vec<u8>,
    raw_at: usize,
    out: Vec<u8>,
    out_at: usize,
    ended: bool,
    /// Bytes that were not UTF-8.
    odd: u64,
    most: u64,
    taken: u64,
}

const CHUNK: usize = 1 << 16;

impl<R: Read> Decoder<R> {
    /// Looks at the first bytes and settles the encoding.
    pub fn new(source: R, most: u64) -> Result<Decoder<R>, ReadError> {
        let mut new = Decoder {
            source,
            encoding: Encoding::Utf8,
            raw: Vec::with_capacity(CHUNK),
            raw_at: 0,
            out: Vec::with_capacity(CHUNK * 2),
            out_at: 0,
            ended: false,
            odd: 0,
            most,
            taken: 0,
        };
        new.refill()?;
        (new.encoding, new.raw_at) = settle(&new.raw);
        Ok(new)
    }

    /// The encoding, as the first bytes tell it.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Bytes so far that were not UTF-8 and were read as Windows-1252.
    pub fn odd(&self) -> u64 {
        self.odd
    }

    /// Moves what is left to the front and reads on.
    fn refill(&mut self) -> Result<(), ReadError> {
        self.raw.drain(..self.raw_at);
        self.raw_at = 0;
        let have = self.raw.len();
        self.raw.resize(CHUNK, 0);
        let mut filled = have;
        while filled < CHUNK {
            let rest = self.raw.get_mut(filled..).unwrap_or_default();
            match self.source.read(rest) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(n) => filled = (filled + n).min(CHUNK),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        self.raw.truncate(filled);
        self.taken += (filled - have) as u64;
        if self.taken > self.most {
            return Err(ReadError::TooLarge { what: "bytes of text", most: self.most, row: 0 });
        }
        Ok(())
    }

    /// Decodes what is held, leaving an unfinished character for the next time.
    fn decode(&mut self) {
        self.out.clear();
        self.out_at = 0;
        let raw = self.raw.get(self.raw_at..).unwrap_or_default();
        let used = match self.encoding {
            Encoding::Utf8 => utf8(raw, self.ended, &mut self.out, &mut self.odd),
            Encoding::Utf16Le => utf16(raw, self.ended, u16::from_le_bytes, &mut self.out),
            Encoding::Utf16Be => utf16(raw, self.ended, u16::from_be_bytes, &mut self.out),
        };
        self.raw_at += used;
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let ready = self.out.get(self.out_at..).unwrap_or_default();
            if !ready.is_empty() {
                let n = ready.len().min(into.len());
                if let (Some(to), Some(from)) = (into.get_mut(..n), ready.get(..n)) {
                    to.copy_from_slice(from);
                }
                self.out_at += n;
                return Ok(n);
            }
            if self.ended && self.raw_at >= self.raw.len() {
                return Ok(0);
            }
            if self.raw_at > 0 || self.raw.is_empty() {
                self.refill()?;
            }
            self.decode();
        }
    }
}

/// The encoding and the length of the byte order mark; without one, text of mostly Latin letters in UTF-16 has
/// every other byte zero.
fn settle(raw: &[u8]) -> (Encoding, usize) {
    if raw.starts_with(&[0xef, 0xbb, 0xbf]) {
        return (Encoding::Utf8, 3);
    }
    if raw.starts_with(&[0xff, 0xfe]) {
        return (Encoding::Utf16Le, 2);
    }
    if raw.starts_with(&[0xfe, 0xff]) {
        return (Encoding::Utf16Be, 2);
    }
    let pairs: Vec<&[u8; 2]> = raw.as_chunks::<2>().0.iter().take(256).collect();
    let zeros = |k: usize| pairs.iter().filter(|p| p.get(k) == Some(&0)).count();
    let most = |n: usize| pairs.len() >= 4 && n * 10 >= pairs.len() * 9;
    match (most(zeros(0)), most(zeros(1))) {
        (false, true) => (Encoding::Utf16Le, 0),
        (true, false) => (Encoding::Utf16Be, 0),
        _ => (Encoding::Utf8, 0),
    }
}

/// Copies UTF-8 and reads each other byte as Windows-1252; says how many bytes were used.
fn utf8(mut raw: &[u8], ended: bool, out: &mut Vec<u8>, odd: &mut u64) -> usize {
    let whole = raw.len();
    loop {
        match std::str::from_utf8(raw) {
            Ok(_) => {
                out.extend_from_slice(raw);
                return whole;
            }
            Err(e) => {
                let (good, rest) = raw.split_at(e.valid_up_to());
                out.extend_from_slice(good);
                if e.error_len().is_none() && !ended {
                    return whole - rest.len();
                }
                let Some((&byte, after)) = rest.split_first() else { return whole };
                *odd += 1;
                push(out, windows_1252(byte));
                raw = after;
            }
        }
    }
}

fn utf16(raw: &[u8], ended: bool, join: fn([u8; 2]) -> u16, out: &mut Vec<u8>) -> usize {
    let (pairs, rest) = raw.as_chunks::<2>();
    let mut used = 0;
    let mut units = pairs.iter().map(|p| join(*p)).peekable();
    while let Some(unit) = units.next() {
        let high = (0xd800..0xdc00).contains(&unit);
        if high && units.peek().is_none() && !ended {
            return used;
        }
        used += 2;
        let low = if high { units.next_if(|u| (0xdc00..0xe000).contains(u)) } else { None };
        used += if low.is_some() { 2 } else { 0 };
        let both = std::iter::once(unit).chain(low);
        for c in char::decode_utf16(both) {
            push(out, c.unwrap_or('\u{fffd}'));
        }
    }
    if ended { used + rest.len() } else { used }
}

fn push(out: &mut Vec<u8>, c: char) {
    let mut buffer = [0; 4];
    out.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
}

/// Bytes 80 to 9f of Windows-1252; 0 where it has none. The rest are as in Latin-1.
const UPPER: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
    0x017d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
    0x0153, 0, 0x017e, 0x0178,
];

fn windows_1252(byte: u8) -> char {
    let upper = usize::from(byte).checked_sub(0x80).and_then(|k| UPPER.get(k)).copied().unwrap_or(0);
    if upper == 0 { char::from(byte) } else { char::from_u32(u32::from(upper)).unwrap_or('\u{fffd}') }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives a few bytes at a time.
    struct Drip<'a>(&'a [u8], usize);

    impl Read for Drip<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let n = self.1.min(self.0.len()).min(into.len());
            into[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    fn decode(bytes: &[u8]) -> String {
        let whole = |step| {
            let mut out = String::new();
            Decoder::new(Drip(bytes, step), 1 << 30).unwrap().read_to_string(&mut out).unwrap();
            out
        };
        let (a, b) = (whole(1), whole(7));
        assert_eq!(a, b);
        a
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "CHILD,Zoë’s café — 💠\n";
        assert_eq!(decode(text.as_bytes()), text);
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), text);
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&[&[0xff, 0xfe][..], &le].concat()), text);
        assert_eq!(decode(&[&[0xfe, 0xff][..], &be].concat()), text);
        let plain: Vec<u8> = "CHILD,DECOM,RNE".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&plain), "CHILD,DECOM,RNE");
        assert_eq!(decode(b"Zo\xeb\x92s caf\xe9 \x97 \x81"), "Zoë’s café — \u{81}");
    }

    #[test]
    fn characters_across_chunks_and_broken_ends() {
        let mut text = "x".repeat(CHUNK - 1);
        text.push_str("é💠");
        assert_eq!(decode(text.as_bytes()), text);
        assert_eq!(decode(b"ab\xe2\x82"), "abâ‚");
        assert_eq!(decode(&[0xff, 0xfe, 0x41, 0, 0x3d, 0xd8]), "A\u{fffd}");
        assert_eq!(decode(&[0xff, 0xfe, 0x41, 0, 0x42]), "A");
        assert_eq!(decode(b""), "");
    }

    #[test]
    fn too_much_is_refused() {
        let bytes = vec![b'a'; CHUNK * 3];
        let mut out = Vec::new();
        let error = Decoder::new(&bytes[..], 100_000).unwrap().read_to_end(&mut out).unwrap_err();
        assert!(matches!(ReadError::from(error), ReadError::TooLarge { .. }));
        assert!(out.len() <= CHUNK * 2);
    }
}
