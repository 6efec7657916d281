//! The names of the databases that are made. No I/O here.
//!
//! Whatever is not named exactly so is somebody else's.

use std::fmt;

use toolkit_text::identifier::cut;

/// How many hexadecimal digits a template's key and a number at random have.
const DIGITS: usize = 16;
/// How much of a test's name its kept database has.
const TEST_BYTES: usize = 31;

/// What a database of ours is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    /// All migrations ran in it; copied, never used.
    Template(Key),
    /// A copy that waits for a test.
    Ready(Key, Token),
    /// A test uses it, or a template is being made in it.
    Test {
        /// The process that made it.
        process: u32,
        /// What that process holds a lock of.
        owner: Token,
        /// Which of its databases.
        number: u64,
    },
    /// A test that failed left it.
    Failed(String),
}

/// What a template was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) u64);

/// A number at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Token(u64);

const TEMPLATE: &str = "toolkit_template_";
const READY: &str = "toolkit_ready_";
const TEST: &str = "toolkit_test_";
const FAILED: &str = "toolkit_failed_";

/// What all of them begin with.
pub(crate) const PREFIX: &str = "toolkit_";

impl Key {
    /// The key of what has this checksum.
    pub(crate) fn of(checksum: &str) -> Self {
        Self(hexadecimal(&checksum[..DIGITS.min(checksum.len())]).unwrap_or_default())
    }

    /// As the number of an advisory lock.
    pub(crate) fn lock(self) -> i64 {
        self.0.cast_signed()
    }
}

impl Token {
    pub(crate) fn random() -> Self {
        Self(uuid::Uuid::new_v4().as_u64_pair().0)
    }

    /// As the number of an advisory lock.
    pub(crate) fn lock(self) -> i64 {
        self.0.cast_signed()
    }

    /// The one that is written so.
    pub(crate) fn parse(digits: &str) -> Option<Self> {
        hexadecimal(digits).map(Self)
    }
}

impl Name {
    /// What the names of the copies of the template `key` that wait begin with.
    pub(crate) fn ready_prefix(key: Key) -> String {
        format!("{READY}{key}_")
    }

    /// What `name` is, if it is one of ours.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        if let Some(key) = name.strip_prefix(TEMPLATE) {
            return hexadecimal(key).map(|key| Self::Template(Key(key)));
        }
        if let Some(rest) = name.strip_prefix(READY) {
            let (key, random) = rest.split_once('_')?;
            return Some(Self::Ready(Key(hexadecimal(key)?), Token::parse(random)?));
        }
        if let Some(rest) = name.strip_prefix(TEST) {
            let (process, rest) = rest.split_once('_')?;
            let (owner, number) = rest.split_once('_')?;
            return Some(Self::Test {
                process: process.parse().ok()?,
                owner: Token::parse(owner)?,
                number: number.parse().ok()?,
            });
        }
        let (_, digits) = name.strip_prefix(FAILED)?.rsplit_once('_')?;
        hexadecimal(digits).map(|_| Self::Failed(name.to_owned()))
    }

    /// That of the test `test`, of a program whose checksum is `program`, when it fails.
    pub(crate) fn failed(test: &str, program: &str) -> Self {
        let checksum = toolkit_runtime::checksum(format!("{program} {test}").as_bytes());
        let word = |it: char| if it.is_ascii_alphanumeric() { it } else { '_' };
        let words: String = test.to_ascii_lowercase().chars().map(word).collect();
        // What tells tests apart stands at the end.
        let words = &words[words.len().saturating_sub(TEST_BYTES)..];
        let words = words.trim_start_matches('_');
        Self::Failed(cut(
            &format!("{FAILED}{words}"),
            &format!("_{}", &checksum[..DIGITS.min(checksum.len())]),
        ))
    }
}

/// They need no quotes.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(key) => write!(f, "{TEMPLATE}{key}"),
            Self::Ready(key, random) => write!(f, "{READY}{key}_{random}"),
            Self::Test {
                process,
                owner,
                number,
            } => write!(f, "{TEST}{process}_{owner}_{number}"),
            Self::Failed(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

fn hexadecimal(digits: &str) -> Option<u64> {
    let is_ours = digits.len() == DIGITS && digits.bytes().all(|it| it.is_ascii_hexdigit());
    is_ours
        .then(|| u64::from_str_radix(digits, 16).ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_understood_as_it_is_written() {
        let (key, random) = (Key(0x00ff), Token(u64::MAX));
        let test = Name::Test {
            process: 4711,
            owner: random,
            number: 12,
        };
        let failed = Name::failed("users::joining::a_user_can_join", "abc");
        for name in [Name::Template(key), Name::Ready(key, random), test, failed] {
            assert_eq!(Name::parse(&name.to_string()), Some(name.clone()));
            assert!(name.to_string().len() <= 63, "{name}");
        }
    }

    #[test]
    fn what_is_named_otherwise_is_somebody_elses() {
        for name in [
            "toolkit_test_",
            "toolkit_test_mine",
            "toolkit_test_1_2_3",
            "toolkit_test_x_0123456789abcdef_1",
            "toolkit_test_1_0123456789abcdef_1_copy",
            "toolkit_template_users",
            "toolkit_ready_0123456789abcdef",
            "toolkit_failed_here",
            "toolkit_scratch_1_0123456789abcdef",
            "app",
        ] {
            assert_eq!(Name::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_test_that_fails_again_has_the_same_name_and_another_one_another() {
        let long = "a_crate::a_module::a_test_with_a_name_that_is_longer_than_that_of_a_database";
        let name = Name::failed(long, "abc").to_string();
        assert_eq!(name, Name::failed(long, "abc").to_string());
        assert_ne!(name, Name::failed(long, "abd").to_string());
        assert!(name.contains("longer_than_that_of_a_database_"), "{name}");
        assert!(name.len() <= 63, "{name}");
    }
}
