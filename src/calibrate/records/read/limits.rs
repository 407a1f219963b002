//! How much of anything is read. Beyond a limit a file is refused, so that memory stays bounded whatever the
//! file holds.

/// Bytes of one file of text or XML.
pub const MOST_BYTES: u64 = 4 << 30;
/// Bytes of one workbook as it is stored: it is held in memory.
pub const MOST_WORKBOOK: u64 = 256 << 20;
/// Bytes of one part of a workbook once unpacked; it is read as a stream, never held.
pub const MOST_UNPACKED: u64 = 1 << 30;
/// Times that a part of a workbook may grow when it is unpacked, once past the first megabyte.
pub const MOST_GROWTH: u64 = 200;
/// Entries in the directory of a workbook.
pub const MOST_ENTRIES: usize = 4_096;
/// Sheets of a workbook.
pub const MOST_SHEETS: usize = 256;
/// Bytes of all shared strings of a workbook.
pub const MOST_STRINGS: usize = 128 << 20;
/// Rows of one sheet or text file.
pub const MOST_ROWS: u32 = 40_000_000;
/// Columns.
pub const MOST_COLUMNS: usize = 1_024;
/// Bytes of one cell that are kept: what Excel holds in a cell, in characters.
pub const MOST_CELL: usize = 32_767;
/// Bytes of one row.
pub const MOST_ROW: usize = 1 << 20;
/// Bytes of one tag or text of XML.
pub const MOST_XML: usize = 1 << 16;
/// Depth of XML.
pub const MOST_DEPTH: usize = 64;
/// Files of one import.
pub const MOST_FILES: usize = 1_000;
/// Records of one import.
pub const MOST_RECORDS: usize = 10_000_000;
/// People of one import.
pub const MOST_PEOPLE: usize = 5_000_000;
/// Different services.
pub const MOST_SERVICES: usize = 500;
/// Rows at the top of a sheet among which the headings are looked for.
pub const HEADING_ROWS: u32 = 20;
