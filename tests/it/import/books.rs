//! Workbooks and archives made by hand.

/// CRC-32, bit by bit: the reader's own table is not used to check the reader.
fn crc(bytes: &[u8]) -> u32 {
    let mut c = !0_u32;
    for byte in bytes {
        c ^= u32::from(*byte);
        for _ in 0..8 {
            c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
        }
    }
    !c
}

/// A part of an archive, with what may be lied about.
pub struct Part {
    pub name: String,
    pub method: u16,
    pub flags: u16,
    pub packed: Vec<u8>,
    pub size: u32,
    pub crc: u32,
}

impl Part {
    /// A deflated part.
    pub fn new(name: &str, bytes: &[u8]) -> Part {
        let packed = miniz_oxide::deflate::compress_to_vec(bytes, 6);
        Part { name: name.into(), method: 8, flags: 0, packed, size: bytes.len() as u32, crc: crc(bytes) }
    }

    /// A part as it is.
    pub fn stored(name: &str, bytes: &[u8]) -> Part {
        Part { method: 0, packed: bytes.to_vec(), ..Part::new(name, bytes) }
    }
}

/// An archive of parts.
pub fn archive(parts: &[Part]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for part in parts {
        let offset = out.len() as u32;
        let head = |out: &mut Vec<u8>| {
            out.extend(part.flags.to_le_bytes());
            out.extend(part.method.to_le_bytes());
            out.extend([0; 4]);
            out.extend(part.crc.to_le_bytes());
            out.extend((part.packed.len() as u32).to_le_bytes());
            out.extend(part.size.to_le_bytes());
            out.extend((part.name.len() as u16).to_le_bytes());
            out.extend([0; 2]);
        };
        out.extend(b"PK\x03\x04\x14\x00");
        head(&mut out);
        out.extend(part.name.as_bytes());
        out.extend(&part.packed);
        directory.extend(b"PK\x01\x02\x14\x00\x14\x00");
        head(&mut directory);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(part.name.as_bytes());
    }
    let (at, size, count) = (out.len() as u32, directory.len() as u32, parts.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// A cell of a sheet.
#[derive(Clone)]
pub enum C<'a> {
    /// Text, among the shared strings.
    S(&'a str),
    /// Text in the cell.
    I(&'a str),
    /// A number.
    N(f64),
    /// An error.
    E,
    /// A formula with its value.
    F(f64),
    /// A formula without.
    G,
    /// Nothing.
    O,
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

fn place(column: usize, row: usize) -> String {
    let mut name = String::new();
    let mut n = column + 1;
    while n > 0 {
        name.insert(0, char::from(b'A' + ((n - 1) % 26) as u8));
        n = (n - 1) / 26;
    }
    format!("{name}{row}")
}

/// The parts of a workbook of named sheets.
pub fn parts(sheets: &[(&str, Vec<Vec<C>>)], workbook: &str) -> Vec<Part> {
    let mut strings: Vec<&str> = Vec::new();
    let mut list = String::new();
    let mut rels = String::new();
    let mut out = Vec::new();
    for (k, (name, rows)) in sheets.iter().enumerate() {
        let n = k + 1;
        list.push_str(&format!("<sheet name=\"{}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>", escape(name)));
        rels.push_str(&format!("<Relationship Id=\"rId{n}\" Target=\"worksheets/sheet{n}.xml\"/>"));
        let mut data = String::new();
        for (r, row) in rows.iter().enumerate() {
            data.push_str(&format!("<row r=\"{}\">", r + 1));
            for (c, cell) in row.iter().enumerate() {
                let at = place(c, r + 1);
                data.push_str(&match cell {
                    C::S(text) => {
                        let k = strings.iter().position(|s| s == text).unwrap_or_else(|| {
                            strings.push(text);
                            strings.len() - 1
                        });
                        format!("<c r=\"{at}\" t=\"s\"><v>{k}</v></c>")
                    }
                    C::I(text) => {
                        format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escape(text))
                    }
                    C::N(x) => format!("<c r=\"{at}\"><v>{x}</v></c>"),
                    C::E => format!("<c r=\"{at}\" t=\"e\"><v>#N/A</v></c>"),
                    C::F(x) => format!("<c r=\"{at}\"><f>TODAY()</f><v>{x}</v></c>"),
                    C::G => format!("<c r=\"{at}\"><f>TODAY()</f></c>"),
                    C::O => String::new(),
                });
            }
            data.push_str("</row>");
        }
        let sheet = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
        out.push(Part::new(&format!("xl/worksheets/sheet{n}.xml"), sheet.as_bytes()));
    }
    let text: String = strings.iter().map(|s| format!("<si><t>{}</t></si>", escape(s))).collect();
    let whole = format!("<workbook>{workbook}<sheets>{list}</sheets></workbook>");
    out.push(Part::new("xl/workbook.xml", whole.as_bytes()));
    out.push(Part::new(
        "xl/_rels/workbook.xml.rels",
        format!("<Relationships>{rels}</Relationships>").as_bytes(),
    ));
    out.push(Part::new("xl/sharedStrings.xml", format!("<sst>{text}</sst>").as_bytes()));
    out
}

/// A workbook of one sheet.
pub fn book(name: &str, rows: Vec<Vec<C>>) -> Vec<u8> {
    archive(&parts(&[(name, rows)], ""))
}

/// The headings of Annex A list 1.
pub fn contacts<'a>() -> Vec<C<'a>> {
    ["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age", "Date of Contact", "Contact Source"]
        .map(C::S)
        .to_vec()
}

/// A row of Annex A list 1.
pub fn contact(id: f64, on: C<'_>) -> Vec<C<'_>> {
    vec![C::N(id), C::S("b) Female"), C::O, C::N(42_029.0), C::N(8.0), on, C::S("q) 6: Police")]
}
