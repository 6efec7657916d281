//! Names of new migrations. No I/O here.

use sea_orm::prelude::{ChronoDateTimeUtc, DateTime};

const FORMAT: &str = "m%Y%m%d_%H%M%S";
const LENGTH: usize = "m20261122_160000".len();

/// A name for a migration made `now` that sorts behind `last`, the newest one so far:
/// `m20261122_160000_add_phone`.
pub fn migration_name(now: ChronoDateTimeUtc, last: Option<&str>, message: &str) -> String {
    format!("{}_{}", time_behind(now, last), slug(message))
}

/// The migration's name with the time of a migration made `now` that sorts behind `last`.
pub(super) fn retimed(now: ChronoDateTimeUtc, last: Option<&str>, name: &str) -> String {
    let topic = match time_of(name) {
        Some(_) => name[LENGTH..].trim_start_matches('_'),
        None => name,
    };
    let topic = if topic.is_empty() { "change" } else { topic };
    format!("{}_{topic}", time_behind(now, last))
}

fn time_behind(now: ChronoDateTimeUtc, last: Option<&str>) -> String {
    let written = |time: DateTime| time.format(FORMAT).to_string();
    let now = written(now.naive_utc());
    match last.and_then(time_of) {
        // Names count whole seconds, and sort as their times do.
        Some(last) if now <= written(last) => written(last + std::time::Duration::from_secs(1)),
        Some(_) | None => now,
    }
}

/// Whether a name is like those that [`migration_name`] gives.
pub(super) fn is_timed(name: &str) -> bool {
    time_of(name).is_some()
        && name
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '_')
}

fn time_of(name: &str) -> Option<DateTime> {
    DateTime::parse_from_str(name.get(..LENGTH)?, FORMAT).ok()
}

/// A name for a migration that stands where `other` stands: with its time, if it has one.
pub fn name_like(other: &str, message: &str) -> String {
    match other.get(..16) {
        Some(time) if DateTime::parse_from_str(time, FORMAT).is_ok() => {
            format!("{time}_{}", slug(message))
        }
        Some(_) | None => format!("{other}_{}", slug(message)),
    }
}

/// The message as part of a Rust module's name.
fn slug(message: &str) -> String {
    let words: Vec<String> = message
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let mut slug = words.join("_");
    slug.truncate(60);
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() {
        "change".to_owned()
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> ChronoDateTimeUtc {
        text.parse().unwrap()
    }

    #[test]
    fn a_name_sorts_behind_the_last_and_is_a_module_name() {
        let now = at("2026-11-22T16:00:00Z");
        assert_eq!(
            migration_name(now, None, "Add phone!"),
            "m20261122_160000_add_phone"
        );
        assert_eq!(
            migration_name(now, Some("m20261122_160000_x"), "päge 2"),
            "m20261122_160001_p_ge_2"
        );
        assert_eq!(
            migration_name(now, Some("m20300101_000000_x"), ""),
            "m20300101_000001_change"
        );
        assert_eq!(
            migration_name(now, Some("create_users"), "y"),
            "m20261122_160000_y"
        );
        let last = Some("m20261122_160000_x");
        assert_eq!(
            retimed(now, last, "m20261101_000000_y"),
            "m20261122_160001_y"
        );
        assert_eq!(
            migration_name(at("2026-11-22T16:00:00.5Z"), last, "a"),
            "m20261122_160001_a"
        );
        assert_eq!(
            retimed(now, None, "create_users"),
            "m20261122_160000_create_users"
        );
    }
}
