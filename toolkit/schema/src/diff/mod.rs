//! What must change to make one catalog the other.
//! Pure and deterministic: no I/O, no order of execution, no SQL.

mod identical;
mod list;
mod moved;
mod propose;
mod rename;
pub(crate) mod rewrite;
mod table;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

pub use identical::identical_renames;
pub use list::{Altered, ListDiff};
pub use propose::{Proposal, likeliest, propose_renames};
pub use rename::Rename;
pub use table::TableChange;
pub(crate) use table::key_columns;

use crate::{
    Result,
    catalog::{
        Catalog, Composite, DefaultPrivilegesOf, Definition, Domain, Enum, ObjectRef, Schema,
        Sequence, Table,
    },
};

/// The difference between two catalogs.
#[derive(Debug, Clone)]
pub struct Changes<'c> {
    /// What is, after the renames.
    pub from: Cow<'c, Catalog>,
    /// What should be.
    pub to: &'c Catalog,
    /// The renames, each valid after those before it.
    pub renames: Vec<Rename>,
    /// Schemas.
    pub schemas: ListDiff<Schema>,
    /// Enum types.
    pub enums: ListDiff<Enum>,
    /// Sequences.
    pub sequences: ListDiff<Sequence>,
    /// Domains.
    pub domains: ListDiff<Domain>,
    /// Composite types.
    pub composites: ListDiff<Composite>,
    /// Tables. One that cannot be altered into the other is both dropped and added.
    pub tables: ListDiff<Table, TableChange>,
    /// What is compared by its definition.
    pub definitions: ListDiff<Definition>,
    /// Objects of both catalogs, or of `to` alone, whose privileges differ.
    pub privileges: BTreeSet<ObjectRef>,
    /// Objects of both catalogs, or of `to` alone, whose owners differ, where they were read.
    pub owners: BTreeSet<ObjectRef>,
    /// Default privileges that differ.
    pub default_privileges: BTreeSet<DefaultPrivilegesOf>,
}

impl Changes<'_> {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        let Self {
            from: _,
            to: _,
            renames,
            schemas,
            enums,
            sequences,
            domains,
            composites,
            tables,
            definitions,
            privileges,
            owners,
            default_privileges,
        } = self;
        renames.is_empty()
            && schemas.is_empty()
            && enums.is_empty()
            && sequences.is_empty()
            && domains.is_empty()
            && composites.is_empty()
            && tables.is_empty()
            && definitions.is_empty()
            && privileges.is_empty()
            && owners.is_empty()
            && default_privileges.is_empty()
    }
}

/// Compares two catalogs exactly: every name and every option counts, the order of columns does not.
///
/// `renames` are applied to `from` first, in the order given, except that one whose new name is
/// taken waits for the one that frees it, and a circle goes through a temporary name. The changes
/// back are those from `to` to `from` with [`Rename::reversed`].
///
/// ```
/// use toolkit_schema::{catalog::Catalog, diff::diff};
///
/// let (from, to) = (Catalog::default(), Catalog::default());
/// assert!(diff(&from, &to, &[])?.is_empty());
/// # Ok::<(), toolkit_schema::Error>(())
/// ```
///
/// # Errors
/// When a rename names what is not there or a name that is taken.
pub fn diff<'c>(from: &'c Catalog, to: &'c Catalog, renames: &[Rename]) -> Result<Changes<'c>> {
    let mut from = Cow::Borrowed(from);
    let renames = if renames.is_empty() {
        Vec::new()
    } else {
        rename::apply_all(from.to_mut(), renames)?
    };
    for extension in moved::extensions(&from, to) {
        moved::follow(from.to_mut(), to, &extension);
    }
    let mut privileges = unlike(&from.privileges, &to.privileges, to);
    privileges.extend(unlike(&from.passed_on, &to.passed_on, to));
    Ok(Changes {
        schemas: list::diff(&from.schemas, &to.schemas),
        enums: list::diff(&from.enums, &to.enums),
        sequences: list::diff(&from.sequences, &to.sequences),
        domains: list::diff(&from.domains, &to.domains),
        composites: list::diff(&from.composites, &to.composites),
        tables: tables(&from, to),
        definitions: list::diff(&from.definitions, &to.definitions),
        privileges,
        owners: unlike(&from.owners, &to.owners, to),
        default_privileges: list::unlike(&from.default_privileges, &to.default_privileges),
        from,
        to,
        renames,
    })
}

/// `catalog` as it is after `renames`.
pub(crate) fn renamed(mut catalog: Catalog, renames: &[Rename]) -> Result<Catalog> {
    rename::apply_all(&mut catalog, renames)?;
    Ok(catalog)
}

/// A table that must be made anew takes its partitions along.
fn tables(from: &Catalog, to: &Catalog) -> ListDiff<Table, TableChange> {
    let mut tables = list::diff_with(&from.tables, &to.tables, table::change);
    let mut anew: BTreeSet<_> = tables
        .altered
        .iter()
        .filter(|change| table::must_replace(&change.from, &change.to))
        .map(|change| change.to.name.clone())
        .collect();
    if anew.is_empty() {
        return tables;
    }
    loop {
        let goes_along = |table: &&Table| {
            let parent = table.partition_of.as_ref().map(|it| &it.parent);
            let stays = to
                .tables
                .get(&table.name)
                .is_some_and(|after| after.partition_of.as_ref().map(|it| &it.parent) == parent);
            stays && parent.is_some_and(|parent| anew.contains(parent))
        };
        let more: Vec<_> = from
            .tables
            .values()
            .filter(goes_along)
            .map(|table| table.name.clone())
            .collect();
        let known = anew.len();
        anew.extend(more);
        if anew.len() == known {
            break;
        }
    }
    tables
        .altered
        .retain(|change| !anew.contains(&change.to.name));
    let pick = |catalog: &Catalog| -> Vec<Table> {
        let tables = anew.iter().filter_map(|name| catalog.tables.get(name));
        tables.cloned().collect()
    };
    tables.dropped.extend(pick(from));
    tables.added.extend(pick(to));
    tables.dropped.sort_by(|a, b| a.name.cmp(&b.name));
    tables.added.sort_by(|a, b| a.name.cmp(&b.name));
    tables
}

/// What differs of the objects in `catalog`: what goes takes its privileges and its owner along.
fn unlike<T: PartialEq>(
    from: &BTreeMap<ObjectRef, T>,
    to: &BTreeMap<ObjectRef, T>,
    catalog: &Catalog,
) -> BTreeSet<ObjectRef> {
    let mut unlike = list::unlike(from, to);
    unlike.retain(|object| catalog.has_privileged(object));
    unlike
}
