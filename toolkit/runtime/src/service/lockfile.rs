//! `migrations.lock`: a service's migrations in order, with what their sources were. No I/O here.
//!
//! ```text
//! # The migrations of this service, oldest first. Written by `toolkit lock`; commit it.
//! m20260901_000001_create_plans sha256:5f3c… chain:19ab…
//! m20260901_000002_create_tasks sha256:77d0… accepts:0c4e… chain:e07d…
//! ```
//!
//! `sha256` is the [`checksum`] of the migration's source, `accepts` that of an earlier text which
//! databases may have applied. `chain` is made of the line and of the chain of the line before it:
//! lines that two branches appended side by side do not follow each other, and a line that was
//! edited by hand follows none.

use std::{collections::BTreeSet, fmt};

use sha2::{Digest, Sha256};

const HEADER: &str =
    "# The migrations of this service, oldest first. Written by `toolkit lock`; commit it.";
/// Enough to tell lines apart; what protects the sources is the full checksum.
const CHAIN_DIGITS: usize = 16;
const CHECKSUM_DIGITS: usize = 64;
const CONFLICT_MARKERS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];

/// The migrations of a service in order, with what their sources were.
///
/// ```
/// use toolkit_runtime::{Entry, Lockfile, checksum};
///
/// let entry = Entry::new("m20260901_000001_create_plans", &checksum(b"fn up() {}\n"));
/// let text = Lockfile::from_iter([entry]).to_string();
///
/// let lockfile = Lockfile::parse(&text)?;
/// let entry = lockfile.entry("m20260901_000001_create_plans").unwrap();
/// assert!(entry.matches(&checksum(b"fn up() {}\r\n")));
/// assert!(!entry.matches(&checksum(b"fn up() { drop_everything() }\n")));
/// # Ok::<(), toolkit_runtime::LockfileError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lockfile {
    entries: Vec<Entry>,
    /// The chain of each entry, as the file has it.
    chains: Vec<String>,
}

/// One migration in a [`Lockfile`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The migration's name, `m20260901_000001_create_plans`.
    pub name: String,
    /// The [`checksum`] of its source.
    pub checksum: String,
    /// Checksums of earlier texts that a database may have applied, the oldest first.
    pub accepted: Vec<String>,
}

/// Why a line does not follow the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// It follows another line of the file: two branches were merged, or lines moved.
    Merged,
    /// It follows no line of the file: it was edited by hand, or a line before it is gone.
    Edited,
}

/// Why a text is not a [`Lockfile`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LockfileError {
    /// Git could not merge two branches' lines.
    #[error("line {line} of migrations.lock is a conflict marker: a merge is not finished")]
    Conflict {
        /// The line, counted from 1.
        line: usize,
    },
    /// A line is not as `toolkit lock` writes it.
    #[error("line {line} of migrations.lock cannot be understood: {problem}")]
    Line {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A migration has two lines.
    #[error("line {line} of migrations.lock names {name} again")]
    Duplicate {
        /// The second line, counted from 1.
        line: usize,
        /// The migration.
        name: String,
    },
}

impl LockfileError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => {
                "keep both sides' lines in src/lib.rs, then run `toolkit rebase --service NAME`, which \
                 settles this file"
            }
            Self::Line { .. } | Self::Duplicate { .. } => {
                "it is not edited by hand: restore it from version control, then run `toolkit lock`"
            }
        }
    }
}

impl Lockfile {
    /// Reads a lock file's text. Whether the lines follow each other is not asked here, but by
    /// [`Lockfile::broken`].
    ///
    /// # Errors
    /// [`LockfileError`] with the first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, LockfileError> {
        let mut lockfile = Self::default();
        let mut names = BTreeSet::new();
        for (position, text) in text.lines().enumerate() {
            let line = position + 1;
            if CONFLICT_MARKERS
                .iter()
                .any(|marker| text.starts_with(marker))
            {
                return Err(LockfileError::Conflict { line });
            }
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let (entry, chain) =
                parse_entry(text).map_err(|problem| LockfileError::Line { line, problem })?;
            if !names.insert(entry.name.clone()) {
                let name = entry.name;
                return Err(LockfileError::Duplicate { line, name });
            }
            lockfile.entries.push(entry);
            lockfile.chains.push(chain);
        }
        Ok(lockfile)
    }

    /// The entry of the migration `name`.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    /// The entries in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries that do not follow the one before them.
    pub fn broken(&self) -> Vec<(&Entry, Break)> {
        let mut before = "";
        let mut broken = Vec::new();
        for (entry, found) in self.entries.iter().zip(&self.chains) {
            let follows = |chain: &str| entry.chain(chain) == *found;
            if !follows(before) {
                let follows_another = follows("") || self.chains.iter().any(|chain| follows(chain));
                let kind = if follows_another {
                    Break::Merged
                } else {
                    Break::Edited
                };
                broken.push((entry, kind));
            }
            before = found;
        }
        broken
    }

    /// The names of the lines that the line of `name` builds on, the nearest first, as the chains
    /// say: what its branch had when it was written, wherever the lines stand now.
    pub fn ancestors(&self, name: &str) -> Vec<&str> {
        let mut ancestors: Vec<&str> = Vec::new();
        let mut place = self.entries.iter().position(|entry| entry.name == name);
        while let Some(position) = place {
            let (entry, found) = (&self.entries[position], &self.chains[position]);
            place = self
                .chains
                .iter()
                .position(|chain| entry.chain(chain) == *found);
            ancestors.extend(place.map(|before| self.entries[before].name.as_str()));
        }
        ancestors
    }
}

impl FromIterator<Entry> for Lockfile {
    /// A lock file of these entries, each following the one before it.
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let mut lockfile = Self::default();
        for entry in entries {
            let before = lockfile.chains.last().map_or("", String::as_str);
            lockfile.chains.push(entry.chain(before));
            lockfile.entries.push(entry);
        }
        lockfile
    }
}

/// The text of the file.
impl fmt::Display for Lockfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        for (entry, chain) in self.entries.iter().zip(&self.chains) {
            writeln!(f, "{entry} chain:{chain}")?;
        }
        Ok(())
    }
}

impl Entry {
    /// An entry without earlier texts.
    pub fn new(name: &str, checksum: &str) -> Self {
        Self {
            name: name.to_owned(),
            checksum: checksum.to_owned(),
            accepted: Vec::new(),
        }
    }

    /// Whether a database that applied a text with this checksum needs no more: the text is the
    /// present one, or an earlier one that was accepted.
    pub fn matches(&self, checksum: &str) -> bool {
        self.checksum == checksum || self.accepted.iter().any(|accepted| accepted == checksum)
    }

    fn chain(&self, before: &str) -> String {
        let mut chain = checksum(format!("{before}\n{self}").as_bytes());
        chain.truncate(CHAIN_DIGITS);
        chain
    }
}

/// The line without its chain.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            checksum,
            accepted,
        } = self;
        write!(f, "{name} sha256:{checksum}")?;
        accepted
            .iter()
            .try_for_each(|checksum| write!(f, " accepts:{checksum}"))
    }
}

/// The SHA-256 of a migration's source in hexadecimal digits. Line endings do not count: a checkout
/// on Windows has the same.
pub fn checksum(source: &[u8]) -> String {
    let mut hash = Sha256::new();
    let mut rest = source;
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        hash.update(&rest[..end]);
        rest = &rest[end + 1..];
    }
    hash.update(rest);
    let mut digits = String::with_capacity(CHECKSUM_DIGITS);
    for byte in hash.finalize() {
        let nibbles = [byte >> 4, byte & 0xf].map(u32::from);
        digits.extend(
            nibbles
                .iter()
                .filter_map(|nibble| char::from_digit(*nibble, 16)),
        );
    }
    digits
}

/// Whether a text is what [`checksum`] gives.
pub fn is_checksum(text: &str) -> bool {
    hexadecimal(text, CHECKSUM_DIGITS).is_ok()
}

/// An entry and its chain.
fn parse_entry(line: &str) -> Result<(Entry, String), String> {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    let (mut checksum, mut accepted, mut chain) = (None, Vec::new(), None);
    for word in words {
        match word.split_once(':') {
            Some(("sha256", digits)) if checksum.is_none() && accepted.is_empty() => {
                checksum = Some(hexadecimal(digits, CHECKSUM_DIGITS)?);
            }
            Some(("accepts", digits)) if chain.is_none() => {
                accepted.push(hexadecimal(digits, CHECKSUM_DIGITS)?);
            }
            Some(("chain", digits)) if chain.is_none() => {
                chain = Some(hexadecimal(digits, CHAIN_DIGITS)?);
            }
            _ => return Err(format!("{word:?} is not expected here")),
        }
    }
    let checksum = checksum.ok_or("there is no sha256:…")?;
    let chain = chain.ok_or("there is no chain:…")?;
    let entry = Entry {
        name: name.to_owned(),
        checksum,
        accepted,
    };
    Ok((entry, chain))
}

fn hexadecimal(digits: &str, length: usize) -> Result<String, String> {
    let is_digit = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    if digits.len() == length && digits.bytes().all(is_digit) {
        Ok(digits.to_owned())
    } else {
        Err(format!(
            "{digits:?} is not {length} lower-case hexadecimal digits"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str) -> Entry {
        Entry::new(name, &checksum(name.as_bytes()))
    }

    fn text(names: &[&str]) -> String {
        let lockfile: Lockfile = names.iter().map(|name| entry(name)).collect();
        lockfile.to_string()
    }

    fn broken(text: &str) -> Vec<(String, Break)> {
        let lockfile = Lockfile::parse(text).unwrap();
        let broken = lockfile.broken().into_iter();
        broken
            .map(|(entry, kind)| (entry.name.clone(), kind))
            .collect()
    }

    #[test]
    fn a_checksum_is_sha256_whatever_the_line_endings() {
        let digits = "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447";
        assert_eq!(checksum(b"hello world\n"), digits);
        assert_eq!(checksum(b"hello world\r\n"), digits);
        assert_ne!(checksum(b"hello\rworld\n"), checksum(b"hello\nworld\n"));
    }

    #[test]
    fn what_is_written_is_read() {
        let mut edited = entry("b");
        edited.accepted = vec![checksum(b"old"), checksum(b"older")];
        let lockfile = Lockfile::from_iter([entry("a"), edited.clone(), entry("c")]);
        let text = lockfile.to_string();
        assert_eq!(Lockfile::parse(&text).unwrap(), lockfile);
        assert_eq!(
            Lockfile::parse(&text.replace('\n', "\r\n")).unwrap(),
            lockfile
        );
        assert_eq!(broken(&text), []);
        assert!(edited.matches(&checksum(b"older")) && edited.matches(&checksum(b"b")));
        assert!(!edited.matches(&checksum(b"a")));
        assert_eq!(Lockfile::parse("").unwrap(), Lockfile::default());
    }

    #[test]
    fn lines_that_two_branches_appended_do_not_follow_each_other() {
        let (ours, theirs) = (text(&["a", "b"]), text(&["a", "c", "d"]));
        let added: Vec<&str> = theirs.lines().skip(2).collect();
        let merged = format!("{ours}{}\n", added.join("\n"));
        assert_eq!(broken(&merged), [("c".to_owned(), Break::Merged)]);
        let merged = Lockfile::parse(&merged).unwrap();
        assert_eq!(merged.ancestors("b"), ["a"]);
        assert_eq!(merged.ancestors("d"), ["c", "a"]);
        let swapped: Vec<&str> = theirs.lines().collect();
        let swapped = [swapped[0], swapped[2], swapped[1], swapped[3]].join("\n");
        assert_eq!(
            broken(&swapped),
            ["c", "a", "d"].map(|name| (name.to_owned(), Break::Merged))
        );
    }

    #[test]
    fn a_line_that_was_edited_follows_none() {
        let text = text(&["a", "b", "c"]);
        let edited = text.replace(&checksum(b"b"), &checksum(b"tampered"));
        assert_eq!(broken(&edited), [("b".to_owned(), Break::Edited)]);
        let without: Vec<&str> = text.lines().filter(|line| !line.starts_with('b')).collect();
        assert_eq!(
            broken(&without.join("\n")),
            [("c".to_owned(), Break::Edited)]
        );
    }

    #[test]
    fn what_cannot_be_understood_is_told_with_its_line() {
        let error = |text: &str| Lockfile::parse(text).unwrap_err().to_string();
        let sound = text(&["a"]);
        let line = sound.lines().nth(1).unwrap();
        assert!(error(&format!("{sound}<<<<<<< HEAD\n{line}\n")).contains("line 3"));
        assert!(error("=======\n").contains("conflict marker"));
        assert!(error(&format!("{sound}{line}\n")).contains("line 3 of migrations.lock names a"));
        assert!(error("a\n").contains("there is no sha256:…"));
        assert!(error("a sha256:12 chain:34\n").contains("64 lower-case hexadecimal digits"));
        assert!(error(&format!("{line} again\n")).contains("\"again\" is not expected here"));
        let no_chain = line.split(" chain").next().unwrap();
        assert!(error(no_chain).contains("there is no chain:…"));
    }
}
