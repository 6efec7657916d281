//! Edits of a text at places that were found before: nothing else in it changes. No I/O here.

use std::ops::Range;

use crate::rust::BYTE_ORDER_MARK;

/// Texts that take the place of others.
#[derive(Clone, Debug, Default)]
pub struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    /// Replaces what is at `place`.
    pub fn replace(&mut self, place: Range<usize>, text: String) {
        self.0.push((place, text));
    }

    /// `source` with the edits, which do not overlap. A byte order mark stays at the beginning.
    pub fn apply(mut self, source: &str) -> String {
        let first = if source.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len_utf8()
        } else {
            0
        };
        self.0.sort_by_key(|(place, _)| place.start);
        let mut text = source.to_owned();
        for (place, insert) in self.0.into_iter().rev() {
            let (start, end) = (place.start.max(first), place.end.max(first));
            text.replace_range(start..end, &insert);
        }
        text
    }
}
