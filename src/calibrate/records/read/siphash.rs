//! SipHash-2-4 with a key and 128 bits out (Aumasson & Bernstein 2012): identifiers are turned into numbers
//! from which nobody without the key can find them again, and the key is forgotten.

/// A key: made anew for each import, never stored.
pub type Key = [u64; 2];

fn round(v: &mut [u64; 4]) {
    let [a, b, c, d] = v;
    *a = a.wrapping_add(*b);
    *b = b.rotate_left(13) ^ *a;
    *a = a.rotate_left(32);
    *c = c.wrapping_add(*d);
    *d = d.rotate_left(16) ^ *c;
    *a = a.wrapping_add(*d);
    *d = d.rotate_left(21) ^ *a;
    *c = c.wrapping_add(*b);
    *b = b.rotate_left(17) ^ *c;
    *c = c.rotate_left(32);
}

/// The hash of some bytes.
pub fn hash(key: Key, bytes: &[u8]) -> u128 {
    let [k0, k1] = key;
    let mut v = [
        k0 ^ 0x736f_6d65_7073_6575,
        k1 ^ 0x646f_7261_6e64_6f6d ^ 0xee,
        k0 ^ 0x6c79_6765_6e65_7261,
        k1 ^ 0x7465_6462_7974_6573,
    ];
    let take = |v: &mut [u64; 4], word: u64| {
        v[3] ^= word;
        round(v);
        round(v);
        v[0] ^= word;
    };
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        take(&mut v, u64::from_le_bytes(*word));
    }
    let mut last = (bytes.len() as u64) << 56;
    for (k, byte) in rest.iter().enumerate() {
        last |= u64::from(*byte) << (8 * k);
    }
    take(&mut v, last);
    let fold = |v: &[u64; 4]| v.iter().fold(0, |a, b| a ^ b);
    v[2] ^= 0xee;
    (0..4).for_each(|_| round(&mut v));
    let low = fold(&v);
    v[1] ^= 0xdd;
    (0..4).for_each(|_| round(&mut v));
    u128::from(low) | u128::from(fold(&v)) << 64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first two vectors of the reference implementation: key 00 to 0f, input empty and 00.
    #[test]
    fn reference_vectors() {
        let key = [0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908];
        let bytes = |input: &[u8]| hash(key, input).to_le_bytes();
        assert_eq!(
            bytes(&[]),
            [0xa3, 0x81, 0x7f, 0x04, 0xba, 0x25, 0xa8, 0xe6, 0x6d, 0xf6, 0x72, 0x14, 0xc7, 0x55, 0x02, 0x93]
        );
        assert_eq!(
            bytes(&[0]),
            [0xda, 0x87, 0xc1, 0xd8, 0x6b, 0x99, 0xaf, 0x44, 0x34, 0x76, 0x59, 0x11, 0x9b, 0x22, 0xfc, 0x45]
        );
        assert_ne!(hash(key, b"12345678"), hash([1, 2], b"12345678"));
        assert_ne!(hash(key, b"12345678"), hash(key, b"123456789"));
    }
}
