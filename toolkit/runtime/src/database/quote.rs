//! Quoting for statements that cannot take parameters. No I/O here.

/// How many bytes a name has at most. PostgreSQL cuts longer ones, and then finds them no more by the
/// name that they were given.
pub(crate) const LONGEST_NAME: usize = 63;

/// `name` as a quoted identifier.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// `text` as a string literal, whatever `standard_conforming_strings` says.
pub(crate) fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!("E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}
