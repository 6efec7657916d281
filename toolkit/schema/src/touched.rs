//! What a migration touches: the objects that are not the same before and after. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Table};

/// Objects, as messages call them, each with the parts that changed. An object that came or went
/// has no parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched(BTreeMap<String, BTreeSet<String>>);

impl Touched {
    /// What differs between two catalogs.
    pub fn between(before: &Catalog, after: &Catalog) -> Self {
        let Catalog {
            server_version: _,
            role: _,
            schemas: _,
            enums,
            sequences,
            domains,
            composites,
            tables,
            definitions,
            privileges,
            default_privileges: _,
            passed_on: _,
            owners: _,
            owned_by_others: _,
            unmanaged,
            outsiders: _,
        } = after;
        let mut touched = Self::default();
        for name in changed(&before.tables, tables) {
            let parts = match (before.tables.get(name), tables.get(name)) {
                (Some(before), Some(after)) => parts(before, after),
                (None | Some(_), None | Some(_)) => BTreeSet::new(),
            };
            touched.0.insert(format!("table {}", name.name), parts);
        }
        let enums = changed(&before.enums, enums).map(|name| format!("enum {}", name.name));
        let sequences =
            changed(&before.sequences, sequences).map(|name| format!("sequence {}", name.name));
        let domains = changed(&before.domains, domains).map(|name| format!("domain {}", name.name));
        let composites =
            changed(&before.composites, composites).map(|name| format!("type {}", name.name));
        let definitions = changed(&before.definitions, definitions).map(ToString::to_string);
        let privileges = changed(&before.privileges, privileges);
        let privileges = privileges.map(|object| format!("privileges on {object}"));
        let others = before
            .unmanaged
            .iter()
            .filter(|object| !unmanaged.contains(object))
            .chain(
                unmanaged
                    .iter()
                    .filter(|object| !before.unmanaged.contains(object)),
            )
            .map(|object| format!("{} {}", object.kind, object.name.name));
        for name in enums
            .chain(sequences)
            .chain(domains)
            .chain(composites)
            .chain(definitions)
            .chain(privileges)
            .chain(others)
        {
            touched.0.insert(name, BTreeSet::new());
        }
        touched
    }

    /// Adds what another migration touches.
    pub fn extend(&mut self, other: Self) {
        for (object, parts) in other.0 {
            self.0.entry(object).or_default().extend(parts);
        }
    }

    /// What both touch, an object a line; with the parts, where they are the same.
    pub fn shared(&self, other: &Self) -> Vec<String> {
        let both = self.0.iter().filter_map(|(object, parts)| {
            let others = other.0.get(object)?;
            let same: Vec<&str> = parts.intersection(others).map(String::as_str).collect();
            Some(if same.is_empty() {
                object.clone()
            } else {
                format!("{object} ({})", same.join(", "))
            })
        });
        both.collect()
    }
}

/// The keys whose values are not the same.
fn changed<'c, K: Ord + 'c, T: PartialEq + 'c>(
    before: impl IntoIterator<Item = (&'c K, &'c T)>,
    after: impl IntoIterator<Item = (&'c K, &'c T)>,
) -> impl Iterator<Item = &'c K> {
    let before: BTreeMap<_, _> = before.into_iter().collect();
    let after: BTreeMap<_, _> = after.into_iter().collect();
    let keys: BTreeSet<&K> = before.keys().chain(after.keys()).copied().collect();
    keys.into_iter()
        .filter(move |key| before.get(key) != after.get(key))
}

/// The parts of a table that are not the same.
fn parts(before: &Table, after: &Table) -> BTreeSet<String> {
    let [was, is] = [before, after].map(|it| it.columns.iter().map(|it| (&it.name, it)));
    let columns = changed(was, is).map(|name| format!("column {name}"));
    let constraints = changed(&before.constraints, &after.constraints);
    let indexes = changed(&before.indexes, &after.indexes);
    columns
        .chain(constraints.map(|name| format!("constraint {name}")))
        .chain(indexes.map(|name| format!("index {name}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Enum, QualifiedName};

    fn catalog(enums: &[(&str, &[&str])]) -> Catalog {
        let enums = enums.iter().map(|(name, values)| {
            let name = QualifiedName::new("s", *name);
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            let comment = None;
            (
                name.clone(),
                Enum {
                    name,
                    values,
                    comment,
                },
            )
        });
        Catalog {
            enums: enums.collect(),
            ..Catalog::default()
        }
    }

    #[test]
    fn what_came_went_or_changed_is_touched() {
        let before = catalog(&[("gone", &[]), ("kept", &["a"]), ("changed", &["a"])]);
        let after = catalog(&[("new", &[]), ("kept", &["a"]), ("changed", &["a", "b"])]);
        let touched = Touched::between(&before, &after);
        let names: Vec<&str> = touched.0.keys().map(String::as_str).collect();
        assert_eq!(names, ["enum changed", "enum gone", "enum new"]);
        let other = Touched::between(&before, &catalog(&[("kept", &["a"]), ("changed", &["a"])]));
        assert_eq!(touched.shared(&other), ["enum gone"]);
    }

    #[test]
    fn parts_are_told_where_both_touch_the_same() {
        let touched = |parts: &[&str]| {
            let parts = parts.iter().map(|part| (*part).to_owned()).collect();
            Touched(BTreeMap::from([("table users".to_owned(), parts)]))
        };
        let ours = touched(&["column phone", "column name"]);
        assert_eq!(
            ours.shared(&touched(&["column phone"])),
            ["table users (column phone)"]
        );
        assert_eq!(ours.shared(&touched(&["column mail"])), ["table users"]);
        assert_eq!(ours.shared(&Touched::default()), [""; 0]);
    }
}
