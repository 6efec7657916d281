//! What many kinds of objects share: comments and storage parameters.

use super::{Names, definition};
use crate::{
    catalog::{ObjectRef, Options},
    diff::Altered,
    identifier::{quote_identifier, quote_literal},
};

/// `COMMENT ON`.
pub(super) fn comment(target: &ObjectRef, comment: Option<&str>, names: &Names) -> String {
    let comment = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
    format!("COMMENT ON {} IS {comment}", named(target, names))
}

/// `ALTER … OWNER TO`.
pub(super) fn owner(object: &ObjectRef, owner: &str, names: &Names) -> String {
    let owner = quote_identifier(owner);
    format!("ALTER {} OWNER TO {owner}", named(object, names))
}

/// `ALTER … RENAME TO`.
pub(super) fn rename(object: &ObjectRef, name: &str, names: &Names) -> String {
    let name = quote_identifier(name);
    format!("ALTER {} RENAME TO {name}", named(object, names))
}

/// The object with its kind.
fn named(target: &ObjectRef, names: &Names) -> String {
    match target {
        ObjectRef::Schema(name) => format!("SCHEMA {}", quote_identifier(name)),
        ObjectRef::Type(name) => format!("TYPE {}", names.object(name)),
        ObjectRef::Sequence(name) => format!("SEQUENCE {}", names.object(name)),
        ObjectRef::Table(name) => format!("TABLE {}", names.object(name)),
        ObjectRef::Column(column) => {
            format!(
                "COLUMN {}.{}",
                names.object(&column.table),
                quote_identifier(&column.column)
            )
        }
        ObjectRef::Constraint { table, name } => {
            format!(
                "CONSTRAINT {} ON {}",
                quote_identifier(name),
                names.object(table)
            )
        }
        ObjectRef::Index { table, name } => format!("INDEX {}", names.object(&table.sibling(name))),
        ObjectRef::Definition {
            kind,
            name,
            distinction,
        } => {
            let keyword = kind.as_str().to_uppercase();
            format!(
                "{keyword} {}",
                definition::called(*kind, name, distinction, names)
            )
        }
        ObjectRef::Unmanaged { kind, name } => {
            format!("{} {}", kind.as_str().to_uppercase(), names.object(name))
        }
    }
}

/// `SET (…)`, or `RESET (…)` where only that is needed; both as actions of one statement.
pub(super) fn set_options(alter: &str, options: &Altered<Options>) -> String {
    set_options_of(alter, "", options)
}

/// The same with `part` before each action, as `ALTER COLUMN` must be.
pub(super) fn set_options_of(alter: &str, part: &str, options: &Altered<Options>) -> String {
    let Altered { from, to } = options;
    let set: Options = to
        .iter()
        .filter(|(name, value)| from.get(*name) != Some(value))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let reset: Vec<_> = from
        .keys()
        .filter(|name| !to.contains_key(*name))
        .map(String::as_str)
        .collect();
    let mut actions = Vec::new();
    if !set.is_empty() {
        actions.push(format!("{part}SET ({})", list_options(&set)));
    }
    if !reset.is_empty() {
        actions.push(format!("{part}RESET ({})", reset.join(", ")));
    }
    format!("{alter} {}", actions.join(", "))
}

/// ` WITH (…)`, or nothing.
pub(super) fn with_options(options: &Options) -> String {
    if options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", list_options(options))
    }
}

/// `name='value', …`: values in quotes, as `pg_dump` writes them.
pub(super) fn list_options(options: &Options) -> String {
    let list: Vec<_> = options
        .iter()
        .map(|(name, value)| format!("{name}={}", option_value(value)))
        .collect();
    list.join(", ")
}

fn option_value(value: &str) -> String {
    let plain = !value.is_empty()
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
    let plain =
        plain && quote_identifier(value).len() == value.len() || value.parse::<f64>().is_ok();
    if plain {
        value.to_owned()
    } else {
        quote_literal(value)
    }
}
