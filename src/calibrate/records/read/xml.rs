//! XML as a stream of starts, texts and ends, bounded, without document types or entities of its own.

use super::error::ReadError;
use super::limits::{MOST_CELL, MOST_DEPTH, MOST_XML};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{self, BufRead, BufReader, Read};

/// What was met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Met {
    /// An element opens: [`Xml::name`], [`Xml::attribute`].
    Start,
    /// Text inside the innermost element: [`Xml::text`]. Several pieces may follow each other.
    Text,
    /// The innermost element closes: [`Xml::name`].
    End,
    /// The end of the file.
    Eof,
}

/// A reader of XML.
pub struct Xml<R: Read> {
    reader: Reader<Metered<BufReader<R>>>,
    buffer: Vec<u8>,
    open: Vec<String>,
    name: String,
    text: String,
    attributes: Vec<(String, String)>,
    /// An empty element, whose end is still to be told.
    closing: bool,
    any: bool,
}

impl<R: Read> Xml<R> {
    /// Reads from UTF-8.
    pub fn new(source: R) -> Xml<R> {
        let metered = Metered { source: BufReader::with_capacity(1 << 16, source), taken: 0, line: 1 };
        let mut reader = Reader::from_reader(metered);
        reader.config_mut().expand_empty_elements = false;
        Xml {
            reader,
            buffer: Vec::new(),
            open: Vec::new(),
            name: String::new(),
            text: String::new(),
            attributes: Vec::new(),
            closing: false,
            any: false,
        }
    }

    /// The name of the element that opened or closed, without a prefix.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text just met.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// An attribute of the element that opened, by its name without a prefix.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Elements open, the one just opened included.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The line reached.
    pub fn line(&self) -> u32 {
        self.reader.get_ref().line
    }

    /// Goes to the next start, text or end.
    pub fn step(&mut self) -> Result<Met, ReadError> {
        if self.closing {
            self.closing = false;
            return self.close();
        }
        loop {
            self.buffer.clear();
            self.reader.get_mut().taken = 0;
            let line = self.reader.get_ref().line;
            let event = match self.reader.read_event_into(&mut self.buffer) {
                Ok(event) => event,
                Err(e) => return Err(broken(e, self.reader.get_ref().line)),
            };
            match event {
                Event::Start(start) => {
                    read_start(&start, &mut self.name, &mut self.attributes, line)?;
                    return self.push(line);
                }
                Event::Empty(start) => {
                    read_start(&start, &mut self.name, &mut self.attributes, line)?;
                    self.closing = true;
                    return self.push(line);
                }
                Event::End(_) => return self.close(),
                Event::Text(text) => {
                    self.text.clear();
                    self.text.push_str(&text);
                    if !self.open.is_empty() {
                        return Ok(Met::Text);
                    }
                    if !self.text.trim().is_empty() {
                        return Err(ReadError::damaged(line, "there is text outside the root element"));
                    }
                }
                Event::CData(text) => {
                    self.text.clear();
                    self.text.push_str(&text);
                    return Ok(Met::Text);
                }
                Event::GeneralRef(reference) => {
                    let known = match &*reference {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => reference.resolve_char_ref().ok().flatten(),
                    };
                    let Some(c) = known else {
                        return Err(ReadError::Refused {
                            what: "an entity that is not one of XML's five",
                            row: line,
                        });
                    };
                    self.text.clear();
                    self.text.push(c);
                    return Ok(Met::Text);
                }
                Event::DocType(_) => {
                    let what = "a document type (DTD): it could read other files or grow without end";
                    return Err(ReadError::Refused { what, row: line });
                }
                Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
                Event::Eof if !self.open.is_empty() => {
                    return Err(ReadError::damaged(
                        line,
                        "it ends before its elements are closed: is it complete?",
                    ));
                }
                Event::Eof if !self.any => {
                    return Err(if line == 1 {
                        ReadError::Empty
                    } else {
                        ReadError::damaged(line, "it has no elements")
                    });
                }
                Event::Eof => return Ok(Met::Eof),
            }
        }
    }

    /// The text up to the end of the element that has just opened, and that end; elements inside it are
    /// passed over. A longer text than a cell may have is cut.
    pub fn content(&mut self) -> Result<String, ReadError> {
        let depth = self.depth();
        let mut out = String::new();
        loop {
            match self.step()? {
                Met::Text if self.depth() == depth && out.len() + self.text.len() <= MOST_CELL => {
                    out.push_str(&self.text);
                }
                Met::End if self.depth() < depth => return Ok(out),
                Met::Eof => return Ok(out),
                _ => {}
            }
        }
    }

    fn push(&mut self, line: u32) -> Result<Met, ReadError> {
        if self.open.is_empty() && self.any {
            return Err(ReadError::damaged(line, "it has more than one root element"));
        }
        self.any = true;
        if self.open.len() >= MOST_DEPTH {
            let most = MOST_DEPTH as u64;
            return Err(ReadError::TooLarge { what: "elements inside each other", most, row: line });
        }
        self.open.push(self.name.clone());
        Ok(Met::Start)
    }

    fn close(&mut self) -> Result<Met, ReadError> {
        if let Some(name) = self.open.pop() {
            self.name = name;
        }
        Ok(Met::End)
    }
}

fn read_start(
    start: &BytesStart<'_>,
    name: &mut String,
    attributes: &mut Vec<(String, String)>,
    line: u32,
) -> Result<(), ReadError> {
    name.clear();
    name.push_str(start.local_name().as_ref());
    attributes.clear();
    for attribute in start.attributes() {
        let bad = || ReadError::damaged(line, "an attribute cannot be read");
        let attribute = attribute.map_err(|_| bad())?;
        let key: &str = attribute.key.local_name().into_inner();
        // Entities in attributes are not needed by any return: the five stay as they are written.
        attributes.push((key.to_owned(), attribute.value.to_string()));
        if attributes.len() > 256 {
            return Err(ReadError::TooLarge { what: "attributes of an element", most: 256, row: line });
        }
    }
    Ok(())
}

/// An error of the parser in our words: its own may quote the file.
fn broken(e: quick_xml::Error, line: u32) -> ReadError {
    match e {
        quick_xml::Error::Io(io) => match ReadError::from(io::Error::new(io.kind(), io.to_string())) {
            ReadError::Io(text) if text == TOO_LONG => {
                ReadError::TooLarge { what: "bytes in one tag or text", most: MOST_XML as u64, row: line }
            }
            other => unwrap_io(&io).unwrap_or(other),
        },
        quick_xml::Error::IllFormed(_) => {
            ReadError::damaged(line, "its elements do not open and close in order")
        }
        _ => ReadError::damaged(line, "it is not well-formed XML"),
    }
}

/// Our own error inside one of the system, if it is one.
fn unwrap_io(io: &io::Error) -> Option<ReadError> {
    io.get_ref().and_then(|e| e.downcast_ref::<ReadError>()).cloned()
}

const TOO_LONG: &str = "one piece of XML is too long";

/// Counts what one event takes, so that one without an end is stopped, and lines.
struct Metered<R> {
    source: R,
    taken: usize,
    line: u32,
}

impl<R: BufRead> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let n = ready.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..n), ready.get(..n)) {
            to.copy_from_slice(from);
        }
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken > MOST_XML {
            return Err(io::Error::other(TOO_LONG));
        }
        let ready = self.source.fill_buf()?;
        // No more at once than an event may take.
        Ok(ready.get(..ready.len().min(MOST_XML)).unwrap_or(ready))
    }

    fn consume(&mut self, n: usize) {
        let lines = self.source.fill_buf().map_or(0, |ready| {
            let used = ready.get(..n).unwrap_or(ready);
            u32::try_from(used.iter().filter(|b| **b == b'\n').count()).unwrap_or(0)
        });
        self.line = self.line.saturating_add(lines);
        self.taken += n;
        self.source.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Result<String, ReadError> {
        let mut xml = Xml::new(text.as_bytes());
        let mut out = String::new();
        loop {
            match xml.step()? {
                Met::Start => out.push_str(&format!("<{}:{}>", xml.name(), xml.depth())),
                Met::End => out.push_str(&format!("</{}>", xml.name())),
                Met::Text => out.push_str(xml.text()),
                Met::Eof => return Ok(out),
            }
        }
    }

    #[test]
    fn starts_texts_and_ends() {
        let text = "<?xml version='1.0'?><!-- x --><a p:k='1'><b/>x &amp; &#65;<![CDATA[<y>]]></a>\n";
        assert_eq!(walk(text).unwrap(), "<a:1><b:2></b>x & A<y></a>");
        let mut xml = Xml::new("<a><b k='v'>one<c>two</c> three</b></a>".as_bytes());
        assert_eq!(xml.step().unwrap(), Met::Start);
        assert_eq!(xml.step().unwrap(), Met::Start);
        assert_eq!(xml.attribute("k"), Some("v"));
        assert_eq!(xml.content().unwrap(), "one three");
        assert_eq!((xml.step().unwrap(), xml.depth()), (Met::End, 0));
    }

    #[test]
    fn what_is_dangerous_or_broken_is_refused() {
        let refused = |t: &str| matches!(walk(t), Err(ReadError::Refused { .. }));
        assert!(refused("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"));
        assert!(refused("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"));
        assert!(refused("<a>&b;</a>"));
        let damaged = |t: &str| matches!(walk(t), Err(ReadError::Damaged { .. }));
        for text in ["<a><b></a></b>", "<a>", "<a", "<a><b>", "<a/><b/>", "<a b=></a>", "x<a/>", "\n\n"] {
            assert!(damaged(text), "{text}: {:?}", walk(text));
        }
        assert_eq!(walk(""), Err(ReadError::Empty));
        let deep = "<a>".repeat(MOST_DEPTH + 1);
        assert!(matches!(walk(&deep), Err(ReadError::TooLarge { .. })));
    }

    #[test]
    fn a_piece_without_end_is_stopped() {
        let endless = |start: &'static [u8]| {
            let mut xml = Xml::new(start.chain(io::repeat(b'x')));
            loop {
                match xml.step() {
                    Ok(_) => {}
                    Err(e) => return (e, xml.buffer.capacity()),
                }
            }
        };
        for start in [&b"<a>"[..], b"<a b='", b"<", b"<!-- ", b"<![CDATA[", b"<?x "] {
            let (error, held) = endless(start);
            assert!(matches!(error, ReadError::TooLarge { .. } | ReadError::Damaged { .. }), "{error:?}");
            assert!(held < 8 * MOST_XML, "{held} bytes held");
        }
    }
}
