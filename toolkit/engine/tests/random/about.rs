//! What is said about an object, and who may use it.

use std::fmt::Write;

use crate::bytes::Bytes;

pub const ABOUT_BYTES: usize = 3;
/// The roles that privileges go to; the cluster has them once.
pub const ROLES: [&str; 2] = ["reader", "\"Writer 1\""];

/// An object as comments and privileges name it.
pub struct Object<'o> {
    pub kind: &'o str,
    pub name: &'o str,
    /// One of the privileges that there are for its kind.
    pub privilege: &'o str,
    /// A column, where columns have privileges of their own.
    pub column: Option<&'o str>,
}

impl<'o> Object<'o> {
    pub fn new(kind: &'o str, name: &'o str, privilege: &'o str) -> Self {
        Self {
            kind,
            name,
            privilege,
            column: None,
        }
    }
}

/// Writes the comment and the privileges that `bytes` describe, if any.
pub fn write(sql: &mut String, mut bytes: Bytes<'_>, object: &Object<'_>) {
    comment(sql, &mut bytes, object.kind, object.name);
    privileges(sql, &mut bytes, object);
}

/// Writes the comment that the next byte describes, if any.
pub fn comment(sql: &mut String, bytes: &mut Bytes<'_>, kind: &str, name: &str) {
    let text = match bytes.pick(5) {
        3 => "said of it",
        4 => "one line;\nanother''s line;",
        _ => return,
    };
    let _ = writeln!(sql, "COMMENT ON {kind} {name} IS '{text}';");
}

fn privileges(sql: &mut String, bytes: &mut Bytes<'_>, object: &Object<'_>) {
    let Object {
        kind,
        name,
        privilege,
        column,
    } = *object;
    let on = match kind {
        "TABLE" | "VIEW" | "MATERIALIZED VIEW" => format!("ON TABLE {name}"),
        "AGGREGATE" => format!("ON FUNCTION {name}"),
        kind => format!("ON {kind} {name}"),
    };
    let variant = bytes.pick(11);
    let [first, second] = match bytes.pick(2) {
        0 => ROLES,
        _ => [ROLES[1], ROLES[0]],
    };
    let _ = match (variant, column) {
        (4, _) => writeln!(sql, "GRANT {privilege} {on} TO {first};"),
        (5, _) => writeln!(sql, "GRANT ALL {on} TO {first};"),
        (6, _) => writeln!(sql, "GRANT {privilege} {on} TO {first} WITH GRANT OPTION;"),
        (7, _) => writeln!(
            sql,
            "REVOKE ALL {on} FROM PUBLIC;\nGRANT {privilege} {on} TO {first}, {second};"
        ),
        (8, _) => writeln!(sql, "GRANT {privilege} {on} TO PUBLIC;"),
        (9, Some(column)) => writeln!(
            sql,
            "GRANT SELECT ({column}), UPDATE ({column}) {on} TO {first};\n\
             GRANT SELECT {on} TO {second};"
        ),
        (10, _) => writeln!(sql, "REVOKE {privilege} {on} FROM CURRENT_USER;"),
        (_, _) => Ok(()),
    };
}
