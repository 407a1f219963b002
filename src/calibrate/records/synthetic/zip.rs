//! A zip archive of small files, always the same bytes for the same content.

/// An archive being written.
#[derive(Default)]
pub(super) struct Zip {
    out: Vec<u8>,
    directory: Vec<u8>,
    files: u16,
}

/// 1 January 1980, 00:00: archives carry no time, so that equal content gives equal bytes.
const DATE: u16 = 0x21;

impl Zip {
    /// Adds a file, deflated.
    pub fn add(&mut self, name: &str, content: &[u8]) {
        let packed = miniz_oxide::deflate::compress_to_vec(content, 6);
        let at = self.out.len() as u32;
        let mut common = Vec::new();
        // version 2.0, names in UTF-8, deflate
        for word in [20u16, 0x0800, 8, 0, DATE] {
            common.extend_from_slice(&word.to_le_bytes());
        }
        for word in [crc32(content), packed.len() as u32, content.len() as u32] {
            common.extend_from_slice(&word.to_le_bytes());
        }
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&0u16.to_le_bytes());
        self.out.extend_from_slice(&0x0403_4B50u32.to_le_bytes());
        self.out.extend_from_slice(&common);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(&packed);
        self.directory.extend_from_slice(&0x0201_4B50u32.to_le_bytes());
        self.directory.extend_from_slice(&20u16.to_le_bytes());
        self.directory.extend_from_slice(&common);
        // no comment, first disk, no attributes
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&at.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.files += 1;
    }

    /// The archive's bytes.
    pub fn finish(mut self) -> Vec<u8> {
        let (at, size) = (self.out.len() as u32, self.directory.len() as u32);
        self.out.extend_from_slice(&self.directory);
        self.out.extend_from_slice(&0x0605_4B50u32.to_le_bytes());
        for word in [0u16, 0, self.files, self.files] {
            self.out.extend_from_slice(&word.to_le_bytes());
        }
        for word in [size, at] {
            self.out.extend_from_slice(&word.to_le_bytes());
        }
        self.out.extend_from_slice(&0u16.to_le_bytes());
        self.out
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_usual_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }
}
