//! Bytes that are read as choices.

pub struct Bytes<'b> {
    bytes: &'b [u8],
}

impl<'b> Bytes<'b> {
    pub fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// The next byte's choice among `count`.
    pub fn pick(&mut self, count: usize) -> usize {
        let (first, rest) = self.bytes.split_first().expect("enough bytes");
        self.bytes = rest;
        usize::from(*first) * count / 256
    }

    /// One of `choices`, as the next byte says.
    pub fn choose<'c, T>(&mut self, choices: &'c [T]) -> &'c T {
        &choices[self.pick(choices.len())]
    }

    /// Whether the next byte says so, in one of `count` cases.
    pub fn one_in(&mut self, count: usize) -> bool {
        self.pick(count) == count - 1 && count > 1
    }

    /// The next `length` bytes, to be read by themselves.
    pub fn stretch(&mut self, length: usize) -> Self {
        let (bytes, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        Self { bytes }
    }
}
