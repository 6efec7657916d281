//! Masks credentials in text that repeats what a person wrote. No I/O here.
//!
//! A `DatabaseUrl` masks itself; this is for words that never became one: a URL where a name
//! belongs, an option that is not known.

const MASK: &str = "***";

/// `text` with the passwords of the URLs and connection strings in it masked.
pub(crate) fn masked(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| literals_masked(&parameters_masked(&urls_masked(line))))
        .collect()
}

/// A word of the command line that should have been a name: of a URL the password is masked, anything else that
/// may hold one as a whole.
pub(crate) fn masked_if_secret(word: &str) -> String {
    if word.contains("://") {
        masked(word)
    } else {
        masked_word(word)
    }
}

/// A single word, masked as a whole if it may hold a password: what is wrong with it is not known,
/// so neither is where a password begins in it.
pub(crate) fn masked_word(word: &str) -> String {
    if !is_suspicious(word) {
        return word.to_owned();
    }
    match word.split_once("://") {
        Some((scheme, _)) if !is_suspicious(scheme) => format!("{scheme}://{MASK}"),
        _ => MASK.to_owned(),
    }
}

/// Whether a text may hold a password.
pub(crate) fn is_suspicious(text: &str) -> bool {
    text.contains("://") || text.contains('@') || text.to_ascii_lowercase().contains("password")
}

fn urls_masked(line: &str) -> String {
    let mut parts = line.split("://");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        masked.push_str("://");
        masked.push_str(&authority_masked(part));
    }
    masked
}

/// `part` is what follows `://`, up to the next one or the line's end.
fn authority_masked(part: &str) -> String {
    let word = part.find(char::is_whitespace).unwrap_or(part.len());
    // What our own hints say.
    if word == 0 || part.starts_with("user:password@") {
        return part.to_owned();
    }
    // A password may hold a blank, so an @ behind the first word counts where that has none.
    let at = part[..word].rfind('@').or_else(|| part.rfind('@'));
    if let Some(at) = at {
        let (credentials, host) = part.split_at(at);
        return match credentials.split_once(':') {
            Some((user, _)) => format!("{user}:{MASK}{host}"),
            None if credentials.contains(char::is_whitespace) => format!("{MASK}{host}"),
            None => part.to_owned(),
        };
    }
    let end = part
        .find(|c: char| c.is_whitespace() || "/?#'\"`,;)".contains(c))
        .unwrap_or(part.len());
    let (authority, tail) = part.split_at(end);
    let is_port = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    // Without an @, what stands where a port belongs and is none is a password.
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.starts_with('[') && !is_port(port) => {
            let user = host.split(':').next().unwrap_or(host);
            format!("{user}:{MASK}{tail}")
        }
        _ => part.to_owned(),
    }
}

/// Masks `password=…` and `sslpassword=…`, of a URL or of libpq's words.
fn parameters_masked(line: &str) -> String {
    const NAME: &str = "password=";
    // Lower case of ASCII alone, so that positions stay the same.
    let lower = line.to_ascii_lowercase();
    let mut masked = String::new();
    let mut rest = 0;
    while let Some(found) = lower[rest..].find(NAME) {
        let value = rest + found + NAME.len();
        masked.push_str(&line[rest..value]);
        masked.push_str(MASK);
        rest = value + value_length(&line[value..]);
    }
    masked + &line[rest..]
}

/// Masks what follows `PASSWORD` in SQL: `PASSWORD 's3cret'`.
fn literals_masked(line: &str) -> String {
    const NAME: &str = "password";
    let lower = line.to_ascii_lowercase();
    let mut masked = String::new();
    let mut rest = 0;
    while let Some(found) = lower[rest..].find(NAME) {
        let after = rest + found + NAME.len();
        masked.push_str(&line[rest..after]);
        rest = after;
        let blank = line[after..].trim_start();
        let prefix = line.len() - after - blank.len();
        let quoted = blank.strip_prefix(['E', 'e']).unwrap_or(blank);
        if prefix > 0 && quoted.starts_with('\'') {
            // Doubled where the statement is a literal itself.
            let inside = quoted.trim_start_matches('\'');
            let end = inside.find('\'').unwrap_or(inside.len());
            masked.push_str(&format!(" '{MASK}"));
            rest = line.len() - inside.len() + end;
        }
    }
    masked + &line[rest..]
}

fn value_length(text: &str) -> usize {
    if let Some(quoted) = text.strip_prefix('\'') {
        return quoted.find('\'').map_or(text.len(), |end| end + 2);
    }
    text.find(|c: char| c.is_whitespace() || "&'\"".contains(c))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_a_text_are_masked_and_the_rest_is_not() {
        for (text, expected) in [
            (
                "there is no service mysql://u:s3cret@h/d",
                "there is no service mysql://u:***@h/d",
            ),
            (
                "'postgres://u:p@s3cret@h/d' is no name",
                "'postgres://u:***@h/d' is no name",
            ),
            ("postgres://u:a s3cret@h/d", "postgres://u:***@h/d"),
            ("postgres://u:s3cret", "postgres://u:***"),
            (
                "postgres://u:s3cret/d is no name",
                "postgres://u:***/d is no name",
            ),
            (
                "x://a:s3cret@h y://b:s3cret@i\nz://c:s3cret@j",
                "x://a:***@h y://b:***@i\nz://c:***@j",
            ),
            (
                "postgres://h/d?Password=s3cret&sslpassword=s3cret'",
                "postgres://h/d?Password=***&sslpassword=***'",
            ),
            (
                "host=h password='a s3cret' user=u",
                "host=h password=*** user=u",
            ),
            (
                "SQL statement \"ALTER ROLE a PASSWORD E's3cret' VALID\"",
                "SQL statement \"ALTER ROLE a PASSWORD '***' VALID\"",
            ),
            (
                "EXECUTE 'ALTER ROLE a password  ''s3cret'' '",
                "EXECUTE 'ALTER ROLE a password '***'' '",
            ),
        ] {
            assert_eq!(masked(text), expected);
        }
        for text in [
            "postgres://ann:***@db:5432/app",
            "postgres://ann@db:5432/app",
            "postgres://[::1]:6432/app (see https://www.postgresql.org/docs)",
            "password authentication failed for user \"ann\"",
            "a URL looks like postgres://user:password@host:5432/database",
            "it can be a postgres:// URL, file:PATH or ann@db",
            "m20260901_000001_create_plans: größer\nhint: ü",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn a_word_that_may_hold_a_password_is_masked_whole() {
        for (word, expected) in [
            ("mysql://u:s3cret@h/d", "mysql://***"),
            ("postgres://s3cret", "postgres://***"),
            ("u:s3cret@h/d", "***"),
            ("password=s3cret", "***"),
            ("--lock-timeout <DURATION>", "--lock-timeout <DURATION>"),
        ] {
            assert_eq!(masked_word(word), expected);
        }
    }
}
