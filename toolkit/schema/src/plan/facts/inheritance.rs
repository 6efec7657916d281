//! What children have from their parents.

use std::sync::Arc;

use super::{Context, not_null};
use crate::catalog::{Column, ColumnRef, ObjectRef, QualifiedName, Table};

impl<'c> Context<'c> {
    /// The kept tables that have columns from `parent` before and after.
    pub(in crate::plan) fn children(&self, parent: &QualifiedName) -> Vec<(&'c Table, &'c Table)> {
        let children = self.children_from(parent).iter().copied();
        let kept = children.filter(|from| !self.is_anew(&from.name));
        kept.filter_map(|from| Some((from, self.to.tables.get(&from.name)?)))
            .filter(|(from, to)| from.keeps_parent(to, parent))
            .collect()
    }

    /// Whether a change of the column comes by itself from a kept parent that has it.
    pub(in crate::plan) fn is_from_parent(&self, column: &ColumnRef) -> bool {
        !self.parents_of(column).is_empty()
    }

    /// Whether a kept column has the default of a parent, whose statements reach it.
    pub(in crate::plan) fn shares_default(&self, column: &ColumnRef) -> bool {
        let own = self.from.column(column).map(|it| &it.default);
        let mut parents = self.parents_of(column).into_iter();
        parents.any(|(before, _)| Some(&before.default) == own)
    }

    /// Whether a statement about a parent's default gives it to a kept column, too.
    pub(in crate::plan) fn is_default_given(&self, column: &ColumnRef) -> bool {
        let tables = (
            self.from.tables.get(&column.table),
            self.to.tables.get(&column.table),
        );
        let (Some(from), Some(to)) = tables else {
            return false;
        };
        let mut kept = from.parents().filter(|name| from.keeps_parent(to, name));
        kept.any(|name| {
            let parent = ColumnRef::new(name, &column.column);
            let (before, after) = (self.from.column(&parent), self.to.column(&parent));
            let both = before.zip(after);
            both.is_some_and(|(before, after)| before.default != after.default)
                || (both.is_some() && self.is_default_replaced(&parent))
                || self.is_default_given(&parent)
        })
    }

    /// The kept parents' columns, before and after, from which a kept column gets its changes.
    fn parents_of(&self, column: &ColumnRef) -> Vec<(&'c Column, &'c Column)> {
        let tables = (
            self.from.tables.get(&column.table),
            self.to.tables.get(&column.table),
        );
        let (Some(from), Some(to)) = tables else {
            return Vec::new();
        };
        let kept = from.parents().filter(|name| from.keeps_parent(to, name));
        kept.filter_map(|name| {
            let before = self.from.tables.get(name)?.column(&column.column)?;
            let after = self.to.tables.get(name)?.column(&column.column)?;
            Some((before, after))
        })
        .collect()
    }

    /// A column and those of all children that change with it.
    pub(in crate::plan) fn with_children(&self, column: &ColumnRef) -> Vec<ColumnRef> {
        let mut columns = vec![column.clone()];
        let mut place = 0;
        while let Some(next) = columns.get(place).cloned() {
            let children = self.children(&next.table).into_iter();
            let of_children = children.filter(|(from, to)| {
                from.column(&next.column).is_some() || to.column(&next.column).is_some()
            });
            columns.extend(of_children.map(|(_, to)| ColumnRef::new(&to.name, &next.column)));
            place += 1;
        }
        columns
    }

    /// `column` as the changes of its parents leave it.
    pub(in crate::plan) fn after_parents(&self, reference: &ColumnRef, column: &Column) -> Column {
        let mut left = column.clone();
        for (before, after) in self.parents_of(reference) {
            if (&before.data_type, &before.collation) != (&after.data_type, &after.collation) {
                left.data_type = Arc::clone(&after.data_type);
                left.collation.clone_from(&after.collation);
                left.storage = after.storage;
                left.default_storage = after.default_storage;
            }
            if before.hands_on_not_null() != after.hands_on_not_null() {
                left.nullable = after.nullable;
                left.not_null = not_null::left_by(after);
            }
            let itself = ObjectRef::Column(reference.clone());
            if self.is_default_given(reference) {
                left.default.clone_from(&after.default);
            }
            if before.generated != after.generated && !self.is_replaced(&itself) {
                left.generated.clone_from(&after.generated);
            }
            if before.storage != after.storage {
                left.storage = after.storage;
            }
            if before.options != after.options {
                left.options.clone_from(&after.options);
            }
            if before.statistics != after.statistics {
                left.statistics = after.statistics;
            }
        }
        left
    }
}
