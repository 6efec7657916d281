//! What `pg_dump` prints, as a set of statements.

/// What only one of two dumps holds; nothing when they are alike.
pub fn difference(is: &str, should_be: &str) -> Option<String> {
    let (is, should_be) = (normalize(is), normalize(should_be));
    if is == should_be {
        return None;
    }
    let only = |a: &[String], b: &[String], sign: &str| {
        let missing = a.iter().filter(|it| !b.contains(it));
        missing
            .flat_map(|it| [sign, " ", it, "\n"].map(str::to_owned))
            .collect::<String>()
    };
    Some(format!(
        "{}{}",
        only(&is, &should_be, "is       "),
        only(&should_be, &is, "should be")
    ))
}

/// A command to psql.
pub fn is_for_psql(line: &str) -> bool {
    line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ")
}

/// A setting that `pg_dump` 17 and newer begin with, and older servers do not know.
pub fn is_of_newer_servers(line: &str) -> bool {
    line == "SET transaction_timeout = 0;"
}

/// The statements that make objects, sorted, and the lines of each table too.
fn normalize(dump: &str) -> Vec<String> {
    let is_setting = |statement: &String| {
        statement.starts_with("SET ") || statement.starts_with("SELECT pg_catalog.set_config")
    };
    let mut statements: Vec<_> = statements(dump)
        .into_iter()
        .filter(|it| !is_setting(it))
        .map(|it| normal(&it))
        .collect();
    statements.sort();
    statements
}

/// A dump's statements without comments, as psql takes them apart.
pub fn statements(dump: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let (mut statement, mut depth) = (String::new(), 0_usize);
    let mut rest = dump;
    while let Some(next) = rest.chars().next() {
        let is_line = statement.is_empty() || statement.ends_with('\n');
        if rest.starts_with("--") || (is_line && is_for_psql(rest)) {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            continue;
        }
        let (token, after) = rest.split_at(token(rest, &statement));
        rest = after;
        match next {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' if depth == 0 && is_whole(&statement) => {
                statements.push(format!("{};", statement.trim()));
                statement.clear();
                continue;
            }
            _ => {}
        }
        statement.push_str(token);
    }
    statements
}

/// Whether a statement that ends here is one: one with a block ends with it.
fn is_whole(statement: &str) -> bool {
    let has_block = statement.contains("\n    BEGIN ATOMIC\n");
    !has_block || statement.ends_with("\nEND")
}

/// How long what `rest` begins with is: something quoted, or one character.
fn token(rest: &str, before: &str) -> usize {
    let closed_by = |quote: &str| {
        let end = rest[quote.len()..].find(quote);
        end.map_or(rest.len(), |end| quote.len() + end + quote.len())
    };
    match rest.as_bytes()[0] {
        b'\'' => closed_by("'"),
        b'"' => closed_by("\""),
        b'$' if !before.ends_with(is_of_word) => {
            let tag = rest[1..].find(|it| !is_of_word(it)).map(|end| end + 1);
            let tag = tag.filter(|end| rest[*end..].starts_with('$'));
            let tag = tag.filter(|_| !rest[1..].starts_with(|it: char| it.is_ascii_digit()));
            tag.map_or(1, |end| closed_by(&rest[..=end]))
        }
        _ => rest.chars().next().map_or(1, char::len_utf8),
    }
}

fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn normal(statement: &str) -> String {
    let (first, _) = statement.split_once('\n').unwrap_or((statement, ""));
    let is_kind = |kind: &str| first.starts_with("CREATE ") && first.contains(kind);
    let has_body = is_kind("FUNCTION ") || is_kind("PROCEDURE ");
    if has_body {
        return statement.to_owned();
    }
    let lines: Vec<_> = statement
        .lines()
        .filter(|line| !line.is_empty())
        .map(|line| drop_names(&sort_options(line)))
        .collect();
    if is_kind("TABLE ") && lines.len() > 2 {
        sort_columns(&lines)
    } else {
        lines.join("\n")
    }
}

/// A column that is added stands last.
fn sort_columns(lines: &[String]) -> String {
    let end = lines.iter().position(|line| line.starts_with(')'));
    let (inside, after) = lines.split_at(end.unwrap_or(lines.len()));
    let mut inside: Vec<_> = inside
        .iter()
        .map(|line| line.trim_end_matches(','))
        .collect();
    inside[1..].sort_unstable();
    inside.extend(after.iter().map(String::as_str));
    inside.join("\n")
}

/// The columns of a function that returns rows of a table are printed as many as there were, in the
/// order of the table.
fn drop_names(line: &str) -> String {
    let Some((call, (alias, (_, after)))) = line.split_once("() ").and_then(|(call, rest)| {
        let (alias, rest) = rest.split_once('(')?;
        Some((call, (alias, rest.split_once(')')?)))
    }) else {
        return line.to_owned();
    };
    format!("{call}() {alias}{}", drop_names(after))
}

/// Storage parameters have no order of their own.
fn sort_options(line: &str) -> String {
    let Some((before, list)) = line.split_once("WITH (") else {
        return line.to_owned();
    };
    let Some((list, after)) = list.split_once(')') else {
        return line.to_owned();
    };
    let mut options: Vec<_> = list.split(", ").collect();
    options.sort_unstable();
    format!("{before}WITH ({}){after}", options.join(", "))
}
