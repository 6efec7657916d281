//! A file that psql would read, as `pg_dump` writes them: statements, and between them psql's own
//! commands and rows. No I/O here.

use toolkit_text::tokens;

use crate::reach::words::{Word, statements, words};

/// A command of psql's own that the server does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaCommand {
    /// Its name, with the backslash.
    pub name: String,
    /// Its line, the first being 1.
    pub line: usize,
}

/// The statements of `text` without rows: those of `COPY … FROM stdin` are no part of a schema. Lines
/// stay where they are.
///
/// # Errors
/// The first command of psql's own that means something for what follows. `\restrict` and `\unrestrict`,
/// which `pg_dump` writes against names that hold other commands, mean nothing here.
pub fn statements_of(text: &str) -> Result<String, MetaCommand> {
    let mut sql = String::with_capacity(text.len());
    let mut rest = text;
    // Where the statement that is being read begins.
    let mut begin = 0;
    while let Some((kept, stop)) = until_stop(rest) {
        sql.push_str(&rest[..kept]);
        rest = &rest[kept..];
        let (skipped, is_end) = match stop {
            Stop::Backslash => (meta_command(rest, text)?, false),
            Stop::Semicolon => {
                let is_copy = copies_from_client(&words(&sql[begin..]));
                if is_copy {
                    blank(&mut sql, begin);
                }
                sql.push(';');
                rest = &rest[1..];
                (if is_copy { rows(rest) } else { 0 }, true)
            }
        };
        sql.extend(rest[..skipped].chars().filter(|it| *it == '\n'));
        rest = &rest[skipped..];
        if is_end {
            begin = sql.len();
        }
    }
    sql.push_str(rest);
    Ok(sql)
}

/// Each of the statements of `sql`.
pub fn each(sql: &str) -> Vec<&str> {
    let statements = statements(sql);
    let texts = statements.iter().map(|it| sql[it.start..it.end].trim());
    texts.collect()
}

/// Whether `sql` begins or ends a transaction itself.
pub fn has_transactions(sql: &str) -> bool {
    let heads = ["begin", "start", "commit", "end", "rollback", "abort"];
    statements(sql).iter().any(|statement| {
        let head = statement.words.first().and_then(Word::plain);
        head.is_some_and(|head| heads.contains(&head))
    })
}

/// Whether psql goes on to the same end although `statement` names what is not there: it drops it, or
/// sets what only a newer server knows.
pub fn is_idle_where_missing(statement: &str) -> bool {
    let words = words(statement);
    match words.first().and_then(Word::plain) {
        Some("drop" | "set") => true,
        Some("alter") => words.iter().any(|word| word.is("drop")),
        _ => false,
    }
}

enum Stop {
    Backslash,
    Semicolon,
}

/// The next place in `text` where something else than a statement may begin.
fn until_stop(text: &str) -> Option<(usize, Stop)> {
    tokens(text).find_map(|token| match token.text {
        ";" => Some((token.start, Stop::Semicolon)),
        "\\" => Some((token.start, Stop::Backslash)),
        _ => None,
    })
}

/// How long the command is that `rest` of `text` begins with, if it is one that means nothing.
fn meta_command(rest: &str, text: &str) -> Result<usize, MetaCommand> {
    let end = rest.find('\n').unwrap_or(rest.len());
    let name = rest[..end].split_whitespace().next().unwrap_or_default();
    if matches!(name, "\\restrict" | "\\unrestrict") {
        return Ok(end);
    }
    let before = &text[..text.len() - rest.len()];
    Err(MetaCommand {
        name: name.to_owned(),
        line: before.matches('\n').count() + 1,
    })
}

fn copies_from_client(words: &[Word]) -> bool {
    words.first().is_some_and(|word| word.is("copy"))
        && words
            .windows(2)
            .any(|pair| pair[0].is("from") && (pair[1].is("stdin") || pair[1].is("pstdin")))
}

/// How long the rows are that `rest` begins with, from the end of the line to `\.`.
fn rows(rest: &str) -> usize {
    let mut end = rest.find('\n').map_or(rest.len(), |end| end + 1);
    while end < rest.len() {
        let length = rest[end..].find('\n').map_or(rest.len() - end, |it| it + 1);
        let line = rest[end..end + length].trim_end_matches(['\n', '\r']);
        if line == "\\." {
            return end + line.len();
        }
        end += length;
    }
    end
}

/// Takes out what `sql` holds from `start` on but for its lines.
fn blank(sql: &mut String, start: usize) {
    let lines = sql[start..].matches('\n').count();
    sql.truncate(start);
    sql.extend(std::iter::repeat_n('\n', lines));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_restrictions_go_and_lines_stay() {
        let text = "\\restrict a'b\nSELECT 1;\nCOPY public.t (a, \"b;\") FROM stdin;\n1\t'\n;\\.x\n\\.\n\nSELECT 2;\n\\unrestrict a'b\n";
        let sql = statements_of(text).unwrap();
        assert_eq!(sql, "\nSELECT 1;\n;\n\n\n\n\nSELECT 2;\n\n");
        assert_eq!(sql.lines().count(), text.lines().count());
    }

    #[test]
    fn backslashes_in_texts_and_bodies_stay() {
        for text in [
            "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$\n\\i not a command\n\\. $$;",
            "COMMENT ON TABLE t IS E'a\n\\\\connect b';",
            "COMMENT ON TABLE t IS 'a\n\\i b';",
            "-- \\i\n/* \n\\c */ SELECT \"\\i\n\";",
            "COPY t TO stdout; SELECT 1",
        ] {
            assert_eq!(statements_of(text).as_deref(), Ok(text));
        }
    }

    #[test]
    fn other_commands_are_named_with_their_line() {
        for (text, name, line) in [
            ("SELECT 1;\n\\i other.sql\n", "\\i", 2),
            ("\\connect \"live\"\n", "\\connect", 1),
            ("SELECT 1 \\gexec\n", "\\gexec", 1),
            ("COPY t FROM stdin;\n1\n\\.\n\\! rm\n", "\\!", 4),
            ("\\.\n", "\\.", 1),
        ] {
            let name = name.to_owned();
            assert_eq!(
                statements_of(text),
                Err(MetaCommand { name, line }),
                "{text}"
            );
        }
    }

    #[test]
    fn what_drops_or_sets_what_is_missing_changes_nothing() {
        for text in [
            "DROP TABLE x",
            "ALTER TABLE ONLY x DROP CONSTRAINT y",
            "SET transaction_timeout = 0",
        ] {
            assert!(is_idle_where_missing(text), "{text}");
        }
        assert!(!is_idle_where_missing("CREATE TABLE x (a missing)"));
        assert!(has_transactions("SELECT 1; begin; SELECT 2"));
        assert_eq!(each("a; b ;\n-- c\n;"), ["a", "b"]);
    }
}
