//! Which migrations made and changed a table.

use std::collections::BTreeMap;

use super::{Change, Picture, Table, What};

/// What migrations did to the tables of one schema, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Past(BTreeMap<String, Vec<Change>>);

impl Past {
    /// Notes what `migration` did, which found the schema as `before` and left it as `after`. A table that came while
    /// one went that has the same columns has got another name.
    pub fn note(&mut self, migration: &str, before: &Picture, after: &Picture) {
        let gone: Vec<&Table> = (before.tables.iter())
            .filter(|it| after.table(&it.name).is_none())
            .collect();
        let mut pasts = BTreeMap::new();
        for table in &after.tables {
            let (mut past, what) = match before.table(&table.name) {
                Some(known) if known == table => continue,
                Some(_) => (self.0.remove(&table.name), What::Changed),
                None => match renamed(table, &gone) {
                    Some(old) => (self.0.remove(&old.name), What::Renamed(old.name.clone())),
                    None => (None, What::Made),
                },
            };
            past.get_or_insert_default().push(Change {
                migration: migration.to_owned(),
                what,
            });
            pasts.insert(table.name.clone(), past.unwrap_or_default());
        }
        for table in gone {
            self.0.remove(&table.name);
        }
        self.0.extend(pasts);
    }

    /// Writes it beside the tables of `picture`.
    pub fn tell(&self, picture: &mut Picture) {
        for table in &mut picture.tables {
            table.migrations = self.0.get(&table.name).cloned().unwrap_or_default();
        }
    }
}

/// The one of the tables that went which has the same columns.
fn renamed<'t>(table: &Table, gone: &[&'t Table]) -> Option<&'t Table> {
    let mut alike = gone.iter().filter(|it| it.columns == table.columns);
    match (alike.next(), alike.next()) {
        (Some(old), None) => Some(old),
        (None | Some(_), _) => None,
    }
}
