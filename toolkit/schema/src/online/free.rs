//! Names that nothing has. No I/O here.

use std::collections::BTreeSet;

use crate::{
    catalog::{Catalog, Column, QualifiedName},
    identifier::cut,
    plan::Twins,
};

/// Gives names that no table, column, index, constraint, sequence or definition has, each once.
#[derive(Debug)]
pub(super) struct FreeNames<'c> {
    catalogs: [&'c Catalog; 2],
    given: BTreeSet<String>,
}

impl<'c> FreeNames<'c> {
    pub(super) fn new(catalogs: [&'c Catalog; 2]) -> Self {
        Self {
            catalogs,
            given: BTreeSet::new(),
        }
    }

    /// A name of `base` and `suffix`, and a number where that is taken.
    pub(super) fn take(&mut self, base: &str, suffix: &str) -> String {
        let mut number = 1;
        let mut name = cut(base, suffix);
        while self.is_taken(&name) || self.given.contains(&name) {
            number += 1;
            name = cut(base, &format!("{suffix}{number}"));
        }
        self.given.insert(name.clone());
        name
    }

    /// Two columns of `table` with names for what keeps them equal.
    pub(super) fn twins(&mut self, table: &QualifiedName, columns: [&Column; 2]) -> Twins {
        let pair = columns.map(|it| it.name.as_str()).join("_");
        let function = self.take(&format!("{}_{pair}", table.name), "_sync");
        // Triggers fire in the order of their names: it sees what others have made of the row.
        // https://www.postgresql.org/docs/current/trigger-definition.html
        let trigger = self.take(&format!("zz_{pair}"), "_sync");
        Twins::new(table, columns, table.sibling(function), trigger)
    }

    fn is_taken(&self, name: &str) -> bool {
        self.catalogs.iter().any(|catalog| {
            let mut tables = catalog.tables.values();
            let mut definitions = catalog.definitions.values();
            tables.any(|table| {
                table.name.name == name
                    || table.column(name).is_some()
                    || table.constraints.contains_key(name)
                    || table.indexes.contains_key(name)
            }) || catalog.sequences.keys().any(|it| it.name == name)
                || definitions.any(|it| it.name.name == name)
        })
    }
}
