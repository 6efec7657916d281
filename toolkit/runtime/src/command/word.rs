//! From a word on the command line to a migration: its name, the beginning of one, or a place in the list.
//! No I/O here.

use crate::{Error, Service, Standing};

/// What a word says of a service's list of migrations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `head`: the last one.
    Head,
    /// `base`: before the first one.
    Base,
    /// `+2`: so many behind the last applied one.
    Forwards(u32),
    /// `-1`: so many before it.
    Backwards(u32),
    /// The one whose name this is, or begins so.
    Named(String),
}

impl From<&str> for Place {
    fn from(word: &str) -> Self {
        let count = |sign| word.strip_prefix(sign).and_then(|it| it.parse().ok());
        match (word, count('+'), count('-')) {
            ("head", ..) => Self::Head,
            ("base", ..) => Self::Base,
            (_, Some(count), _) => Self::Forwards(count),
            (_, _, Some(count)) => Self::Backwards(count),
            (name, None, None) => Self::Named(name.to_owned()),
        }
    }
}

/// Which of some names a word means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick<'n> {
    /// This one: it is the word, or alone begins with it.
    One(&'n str),
    /// Each of these begins with it.
    Several(Vec<&'n str>),
    /// None begins with it.
    Nothing,
}

/// The one of `names` that `word` is or alone begins with it, where `likened` makes of a name the texts that
/// a word may begin.
pub fn pick<'n>(names: &[&'n str], word: &str, likened: impl Fn(&str) -> Vec<String>) -> Pick<'n> {
    let wanted = plain(word);
    if wanted.is_empty() {
        return Pick::Nothing;
    }
    let exact = names.iter().find(|name| plain(name) == wanted);
    if let Some(name) = exact {
        return Pick::One(name);
    }
    let begins = |name: &&&str| {
        likened(name)
            .iter()
            .any(|it| plain(it).starts_with(&wanted))
    };
    let found: Vec<&str> = names.iter().filter(begins).copied().collect();
    match found.as_slice() {
        [] => Pick::Nothing,
        [name] => Pick::One(name),
        _ => Pick::Several(found),
    }
}

/// A name in which hyphens and case do not matter.
pub fn plain(name: &str) -> String {
    name.replace('-', "_").to_lowercase()
}

/// Those of `names` that are most like `word`, the most like first, where `part` is what counts of each.
pub fn nearest(names: &[&str], word: &str, part: impl Fn(&str) -> &str) -> Vec<String> {
    const ALIKE: f64 = 0.7;
    const MOST: usize = 3;
    let wanted = plain(part(word));
    let mut likened: Vec<(f64, &str)> = names
        .iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &plain(part(name))), *name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    likened.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let names = likened.into_iter().take(MOST);
    names.map(|(_, name)| name.to_owned()).collect()
}

/// The migration of `service` that `word` is, or the beginning of one alone, with or without its time stamp.
///
/// # Errors
/// [`Error::UnknownMigration`], [`Error::AmbiguousMigration`].
pub fn migration_named(service: &Service, word: &str) -> Result<String, Error> {
    let migrations = service.migrations();
    let names: Vec<&str> = migrations.iter().map(|it| it.name()).collect();
    match pick(&names, word, beginnings) {
        Pick::One(name) => Ok(name.to_owned()),
        Pick::Several(candidates) => Err(ambiguous(service, word, &candidates)),
        Pick::Nothing => Err(unknown(service.name(), word, &names)),
    }
}

/// The error for a `word` that none of `known` is, which are the migrations of `service`.
pub fn unknown(service: &str, word: &str, known: &[&str]) -> Error {
    Error::UnknownMigration {
        service: service.to_owned(),
        migration: word.to_owned(),
        nearest: nearest(known, word, behind_time_stamp),
        known: known.iter().map(|&name| name.to_owned()).collect(),
    }
}

/// The error for a `word` that begins each of `candidates`.
pub(super) fn ambiguous(service: &Service, word: &str, candidates: &[&str]) -> Error {
    Error::AmbiguousMigration {
        service: service.name().to_owned(),
        migration: word.to_owned(),
        candidates: candidates.iter().map(|&name| name.to_owned()).collect(),
    }
}

/// The migration of `service` that `place` is where `standing` says what is applied; nothing where it lies
/// before the first one.
///
/// # Errors
/// As [`migration_named`].
pub fn located(
    service: &Service,
    standing: &Standing,
    place: &Place,
) -> Result<Option<String>, Error> {
    let migrations = service.migrations();
    let applied = standing.newest_first();
    let applied = migrations
        .iter()
        .rposition(|it| applied.contains(&it.name()));
    let applied = applied.map_or(0, |position| position + 1);
    let wide = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    let end = match place {
        Place::Named(word) => return migration_named(service, word).map(Some),
        Place::Head => migrations.len(),
        Place::Base => 0,
        Place::Forwards(count) => applied.saturating_add(wide(*count)).min(migrations.len()),
        Place::Backwards(count) => applied.saturating_sub(wide(*count)),
    };
    let last = end.checked_sub(1).and_then(|last| migrations.get(last));
    Ok(last.map(|it| it.name().to_owned()))
}

/// What a word may be the beginning of: a migration's name, or what stands behind its time stamp.
pub fn beginnings(name: &str) -> Vec<String> {
    vec![name.to_owned(), behind_time_stamp(name).to_owned()]
}

/// What stands behind the time stamp of `m20260901_000001_create_plans`; the whole name where it has none.
fn behind_time_stamp(name: &str) -> &str {
    let digits = name.strip_prefix('m').unwrap_or(name);
    let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_');
    let has_stamp = digits.starts_with(|c: char| c.is_ascii_digit());
    if has_stamp && !rest.is_empty() {
        rest
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 3] = [
        "m20260901_000001_create_plans",
        "m20260901_000002_create_tasks",
        "m20260915_000001_add_task_priority",
    ];

    #[test]
    fn a_name_is_known_by_its_beginning_with_and_without_the_time_stamp() {
        let picked = |word| pick(&NAMES, word, beginnings);
        for word in ["m20260915", "add", "Add-Task", NAMES[2]] {
            assert_eq!(picked(word), Pick::One(NAMES[2]), "{word}");
        }
        let both = || Pick::Several(NAMES[..2].to_vec());
        assert_eq!(picked("create"), both());
        assert_eq!(picked("m20260901"), both());
        assert_eq!(picked("tasks"), Pick::Nothing);
        assert_eq!(picked(""), Pick::Nothing);
        // What is a whole name is meant, although it also begins another one.
        assert_eq!(pick(&["a", "ab"], "a", beginnings), Pick::One("a"));
    }

    #[test]
    fn a_word_is_a_place_in_the_list_or_a_name() {
        for (word, place) in [
            ("head", Place::Head),
            ("base", Place::Base),
            ("+2", Place::Forwards(2)),
            ("-1", Place::Backwards(1)),
            ("header", Place::Named("header".to_owned())),
            ("+x", Place::Named("+x".to_owned())),
        ] {
            assert_eq!(Place::from(word), place);
        }
    }

    #[test]
    fn the_nearest_names_are_those_that_are_alike_behind_the_time_stamp() {
        let near = |word| nearest(&NAMES, word, behind_time_stamp);
        assert_eq!(near("creat_plan")[0], NAMES[0]);
        assert_eq!(near("m20250101_000001_add_task_prio"), [NAMES[2]]);
        assert!(near("zzz").is_empty());
    }
}
