//! JSON that is harmless for a terminal, too. No I/O here.

use std::io;

use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};
use toolkit_text::is_hidden;

/// JSON that holds what is hidden as `\u001b`: a parser gives the same text, a terminal shows it.
#[derive(Default)]
pub(crate) struct HarmlessJson(PrettyFormatter<'static>);

impl Formatter for HarmlessJson {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_harmless(writer, fragment)
    }

    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

/// The same in one line.
pub(crate) struct HarmlessLine;

impl Formatter for HarmlessLine {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_harmless(writer, fragment)
    }
}

fn write_harmless<W: ?Sized + io::Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    if !fragment.chars().any(is_hidden) {
        return CompactFormatter.write_string_fragment(writer, fragment);
    }
    for c in fragment.chars() {
        // None of them is beyond what one unit of UTF-16 holds.
        if is_hidden(c) {
            write!(writer, "\\u{:04x}", u32::from(c))?;
        } else {
            write!(writer, "{c}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::*;

    #[test]
    fn json_holds_nothing_hidden_and_is_read_as_the_same_text() {
        let text = "a\"\\\r\n\u{1b}\u{7f}\u{9b}\u{202e}\u{2066}é";
        let mut json = Vec::new();
        let mut serializer =
            serde_json::Serializer::with_formatter(&mut json, HarmlessJson::default());
        [text].serialize(&mut serializer).unwrap();
        let json = String::from_utf8(json).unwrap();
        assert!(!json.chars().any(|c| is_hidden(c) && c != '\n'), "{json}");
        let read: [String; 1] = serde_json::from_str(&json).unwrap();
        assert_eq!(read, [text]);
    }
}
