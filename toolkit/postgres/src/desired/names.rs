//! The names of keys and indexes that entities leave to SeaORM, told apart. No I/O here.
//!
//! SeaORM's names are as long as those of the table and the columns, and PostgreSQL keeps 63 bytes of
//! them: <https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS>. The
//! second of two that are equal then gets a number.

use std::collections::BTreeSet;

use toolkit_runtime::EntityTable;

use crate::identifier::cut;

/// The names of one table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// Of a primary key of several columns.
    pub(super) primary_key: String,
    /// Of its indexes, in their order.
    pub(super) indexes: Vec<String>,
    /// Of its foreign keys, in their order; none for one that was said before.
    pub(super) foreign_keys: Vec<Option<String>>,
}

/// The names of each table, in their order.
pub(super) fn names(tables: &[EntityTable]) -> Vec<Names> {
    // Tables and indexes share one space of names.
    let mut relations: BTreeSet<String> = tables.iter().map(|it| cut(&it.name, "")).collect();
    tables
        .iter()
        .map(|table| of_table(table, &mut relations))
        .collect()
}

fn of_table(table: &EntityTable, relations: &mut BTreeSet<String>) -> Names {
    let primary_key = if table.primary_key.len() > 1 {
        free(&format!("pk-{}", table.name), relations)
    } else {
        String::new()
    };
    let indexes = table.indexes.iter().map(|index| {
        let name = index.get_index_spec().get_name().unwrap_or_default();
        free(name, relations)
    });
    Names {
        indexes: indexes.collect(),
        foreign_keys: foreign_keys(table, &primary_key),
        primary_key,
    }
}

/// SeaORM's default name leaves the target out, so two keys on one column can share it. The same key
/// said twice, by both of its ends, is one.
fn foreign_keys(table: &EntityTable, primary_key: &str) -> Vec<Option<String>> {
    let mut constraints = BTreeSet::from([primary_key.to_owned()]);
    let mut seen = BTreeSet::new();
    let keys = table.foreign_keys.iter().map(|key| {
        let spec = key.get_foreign_key();
        let identity = format!(
            "{:?} {:?} {:?}",
            spec.get_columns(),
            spec.get_ref_table(),
            spec.get_ref_columns()
        );
        let default = format!("fk-{}-{}", table.name, spec.get_columns().join("-"));
        let wanted = spec.get_name().unwrap_or(&default);
        seen.insert(identity)
            .then(|| free(wanted, &mut constraints))
    });
    keys.collect()
}

/// `wanted` as PostgreSQL keeps it, with a number where it is taken.
fn free(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = cut(wanted, "");
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = cut(wanted, &format!("-{number}"));
        number += 1;
    }
    name
}

/// The name that PostgreSQL gives to the unique constraint of a column, without the number that it adds
/// where that is taken: it cuts the longer one of table and column.
pub(super) fn of_unique(table: &str, columns: &str) -> String {
    const LABEL: &str = "_key";
    let (mut table, mut columns) = (table.to_owned(), columns.to_owned());
    while table.len() + 1 + columns.len() + LABEL.len() > crate::identifier::MAX_BYTES {
        let longer = if table.len() > columns.len() {
            &mut table
        } else {
            &mut columns
        };
        longer.pop();
    }
    format!("{table}_{columns}{LABEL}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{free, of_unique};

    #[test]
    fn what_is_equal_after_the_cut_is_numbered() {
        let mut taken = BTreeSet::new();
        let long = "idx-".to_owned() + &"t".repeat(63);
        assert_eq!(free(&(long.clone() + "-a"), &mut taken), long[..63]);
        assert_eq!(
            free(&(long.clone() + "-b"), &mut taken),
            long[..61].to_owned() + "-2"
        );
        assert_eq!(free("fk-a-b", &mut taken), "fk-a-b");
        assert_eq!(free("fk-a-b", &mut taken), "fk-a-b-2");
        assert_eq!(free("fk-a-b", &mut taken), "fk-a-b-3");
    }

    #[test]
    fn names_of_unique_constraints_are_cut_as_postgresql_does() {
        assert_eq!(of_unique("accounts", "email"), "accounts_email_key");
        assert_eq!(
            of_unique(&"t".repeat(63), "email"),
            format!("{}_email_key", "t".repeat(53))
        );
        assert_eq!(
            of_unique(&"t".repeat(40), &"c".repeat(40)),
            format!("{}_{}_key", "t".repeat(29), "c".repeat(29))
        );
    }
}
