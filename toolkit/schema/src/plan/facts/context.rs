//! The changes together with what follows from them.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    pieces,
    positions::{self, Carried},
};
use crate::{
    catalog::{
        Catalog, Column, ColumnRef, DataType, Definition, DefinitionKind, ObjectRef, QualifiedName,
        Table, Uses,
    },
    diff::Changes,
    plan::{Conversion, casts},
};

/// How a kept column's type changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::plan) enum Retyped {
    /// In length, precision or collation.
    InPlace,
    /// To another type.
    Anew,
}

/// The changes together with what follows from them.
pub(in crate::plan) struct Context<'c> {
    pub(in crate::plan) from: &'c Catalog,
    pub(in crate::plan) to: &'c Catalog,
    pub(in crate::plan) changes: &'c Changes<'c>,
    /// The tables that have columns from another one, by that one's name.
    children_from: BTreeMap<&'c QualifiedName, Vec<&'c Table>>,
    children_to: BTreeMap<&'c QualifiedName, Vec<&'c Table>>,
    /// Tables that are dropped and made again.
    anew: BTreeSet<QualifiedName>,
    /// Types that are made anew under their columns.
    pub(in crate::plan) rebuilt: BTreeSet<QualifiedName>,
    /// Those with the multirange types that come with them.
    pub(in crate::plan) rebuilt_with_parts: BTreeSet<QualifiedName>,
    /// Kept collations that are made again, for they cannot be altered.
    pub(in crate::plan) remade_collations: BTreeSet<ObjectRef>,
    /// Kept objects that are dropped and made again: generated columns, constraints, indexes,
    /// tables, definitions.
    pub(in crate::plan) replaced: BTreeSet<ObjectRef>,
    /// Kept columns whose default is dropped and set again.
    pub(in crate::plan) replaced_defaults: BTreeSet<ColumnRef>,
    pub(in crate::plan) retyped: BTreeMap<ColumnRef, Retyped>,
    /// What is not what it was once the plan has run: dropped or replaced.
    pub(in crate::plan) disturbed: BTreeSet<ObjectRef>,
    /// Sequences that take over from others.
    pub(in crate::plan) carried: Vec<Carried>,
    /// The keys and indexes of partitioned tables that are made in pieces, by table and name.
    in_pieces: OnceCell<BTreeSet<(QualifiedName, String)>>,
}

impl<'c> Context<'c> {
    /// What `changes` say themselves; what follows from them, the closure adds.
    pub(in crate::plan) fn new(changes: &'c Changes<'c>) -> Self {
        Self {
            from: &changes.from,
            to: changes.to,
            changes,
            children_from: children(&changes.from),
            children_to: children(changes.to),
            anew: anew(changes),
            rebuilt: BTreeSet::new(),
            rebuilt_with_parts: BTreeSet::new(),
            remade_collations: remade_collations(changes),
            replaced: BTreeSet::new(),
            replaced_defaults: BTreeSet::new(),
            retyped: BTreeMap::new(),
            disturbed: BTreeSet::new(),
            carried: positions::carried(changes),
            in_pieces: OnceCell::new(),
        }
    }

    /// Whether a kept constraint, index, generated column, table or definition is dropped and made
    /// again.
    pub(in crate::plan) fn is_replaced(&self, object: &ObjectRef) -> bool {
        self.replaced.contains(object)
    }

    /// Whether a kept column's default is dropped and set again.
    pub(in crate::plan) fn is_default_replaced(&self, column: &ColumnRef) -> bool {
        self.replaced_defaults.contains(column)
    }

    /// Whether the key or index `name` of a partitioned table, which is made, is made in pieces.
    pub(in crate::plan) fn is_in_pieces(&self, table: &QualifiedName, name: &str) -> bool {
        let in_pieces = self.in_pieces.get_or_init(|| pieces::in_pieces(self));
        in_pieces.contains(&(table.clone(), name.to_owned()))
    }

    /// Whether a kept column's type changes.
    pub(in crate::plan) fn is_retyped(&self, column: &ColumnRef) -> bool {
        self.retyped.contains_key(column)
    }

    /// Whether `object` exists now and stays untouched.
    pub(in crate::plan) fn is_untouched(&self, object: &ObjectRef) -> bool {
        let exists = match object {
            ObjectRef::Constraint { table, name } => self
                .from
                .tables
                .get(table)
                .is_some_and(|table| table.constraints.contains_key(name)),
            ObjectRef::Index { table, name } => self
                .from
                .tables
                .get(table)
                .is_some_and(|table| table.indexes.contains_key(name)),
            ObjectRef::Column(column) => {
                self.from.column(column).is_some() && !self.is_retyped(column)
            }
            ObjectRef::Schema(_)
            | ObjectRef::Type(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Table(_)
            | ObjectRef::Definition { .. }
            | ObjectRef::Unmanaged { .. } => true,
        };
        exists && !self.disturbed.contains(object)
    }

    /// Whether `object` is dropped, for good or to be made again.
    pub(in crate::plan) fn is_dropped(&self, object: &ObjectRef) -> bool {
        self.is_replaced(object) || !self.to.contains(object)
    }

    /// Whether `object` exists before and after, and is not dropped in between.
    pub(in crate::plan) fn is_kept(&self, object: &ObjectRef) -> bool {
        self.from.contains(object) && !self.is_dropped(object)
    }

    /// Whether `object` is made, for the first time or again.
    pub(in crate::plan) fn is_made(&self, object: &ObjectRef) -> bool {
        self.to.contains(object) && (self.is_replaced(object) || !self.from.contains(object))
    }

    /// The tables that have columns from `parent` now.
    pub(in crate::plan) fn children_from(&self, parent: &QualifiedName) -> &[&'c Table] {
        self.children_from.get(parent).map_or(&[], Vec::as_slice)
    }

    /// The tables that shall have columns from `parent`.
    pub(in crate::plan) fn children_to(&self, parent: &QualifiedName) -> &[&'c Table] {
        self.children_to.get(parent).map_or(&[], Vec::as_slice)
    }

    /// Whether a table is made again.
    pub(in crate::plan) fn is_anew(&self, table: &QualifiedName) -> bool {
        self.anew.contains(table)
    }

    /// Whether something among `uses` is dropped, for good or to be made again.
    pub(in crate::plan) fn is_disturbed(&self, uses: &Uses) -> bool {
        uses.iter().any(|object| self.disturbed.contains(object))
    }

    /// The tables that exist before and after and are altered at most.
    pub(in crate::plan) fn kept_tables(
        &self,
    ) -> impl Iterator<Item = (&'c Table, &'c Table)> + use<'c, '_> {
        let kept = self
            .from
            .tables
            .iter()
            .filter(|(name, _)| !self.anew.contains(*name));
        kept.filter_map(|(name, from)| Some((from, self.to.tables.get(name)?)))
    }

    /// The definitions that exist before and after, with what refers to them.
    pub(in crate::plan) fn kept_definitions(
        &self,
    ) -> impl Iterator<Item = (&'c ObjectRef, &'c Definition, &'c Definition)> + use<'c> {
        let (from, to) = (self.from, self.to);
        let both = from.definitions.iter();
        both.filter_map(move |(object, from)| Some((object, from, to.definitions.get(object)?)))
    }

    pub(in crate::plan) fn kept_columns(
        &self,
    ) -> impl Iterator<Item = (ColumnRef, &'c Column, &'c Column)> + use<'c, '_> {
        self.kept_tables().flat_map(|(from, to)| {
            from.columns.iter().filter_map(move |column| {
                Some((
                    ColumnRef::new(&from.name, &column.name),
                    column,
                    to.column(&column.name)?,
                ))
            })
        })
    }

    /// Whether both are of one type that is made anew.
    pub(in crate::plan) fn is_of_rebuilt(&self, from: &DataType, to: &DataType) -> bool {
        let mut rebuilt = self.rebuilt_with_parts.iter();
        rebuilt.any(|name| to.is_of(name) && from.is_of(name))
    }

    /// Whether a collation is made again.
    pub(in crate::plan) fn is_remade(&self, collation: Option<&QualifiedName>) -> bool {
        collation.is_some_and(|name| {
            let object = DefinitionKind::Collation.reference(name.clone());
            self.remade_collations.contains(&object)
        })
    }

    /// How the values of a kept column get from one type to the other: a domain's are those of the
    /// type under it.
    pub(in crate::plan) fn conversion(&self, from: &Column, to: &Column) -> Conversion {
        let from = base_type(self.from, &from.data_type);
        casts::conversion(from, base_type(self.to, &to.data_type))
    }

    pub(in crate::plan) fn uses_rebuilt(&self, uses: &Uses) -> bool {
        self.rebuilt
            .iter()
            .any(|name| uses.contains(&ObjectRef::Type(name.clone())))
    }
}

/// The type under a domain, or the type itself.
pub(in crate::plan) fn base_type<'c>(
    catalog: &'c Catalog,
    mut data_type: &'c DataType,
) -> &'c DataType {
    while !data_type.array {
        let name = QualifiedName::new(&data_type.schema, &data_type.name);
        match catalog.domains.get(&name) {
            Some(domain) => data_type = &domain.data_type,
            None => break,
        }
    }
    data_type
}

fn remade_collations(changes: &Changes<'_>) -> BTreeSet<ObjectRef> {
    let altered = changes.definitions.altered.iter();
    let altered = altered.filter(|it| it.to.kind == DefinitionKind::Collation);
    let remade = altered.filter(|it| it.from.text != it.to.text);
    remade.map(|it| it.to.reference()).collect()
}

fn children(catalog: &Catalog) -> BTreeMap<&QualifiedName, Vec<&Table>> {
    let mut children: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for table in catalog.tables.values() {
        for parent in table.parents() {
            children.entry(parent).or_default().push(table);
        }
    }
    children
}

/// The tables that are both dropped and added.
fn anew(changes: &Changes<'_>) -> BTreeSet<QualifiedName> {
    let tables = &changes.tables;
    let added: BTreeSet<_> = tables.added.iter().map(|table| &table.name).collect();
    let dropped = tables.dropped.iter().map(|table| &table.name);
    dropped
        .filter(|name| added.contains(name))
        .cloned()
        .collect()
}
