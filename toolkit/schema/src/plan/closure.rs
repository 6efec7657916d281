//! What must be dropped and made again although it does not differ: a closure over dependants.

mod settle;
mod spread;

use std::collections::BTreeSet;

use crate::{
    catalog::{Column, ColumnRef, QualifiedName},
    diff::Changes,
};

use super::{
    facts::{Context, Retyped},
    rebuilt,
};

/// Works out what `changes` entail.
pub(super) fn close<'c>(changes: &'c Changes<'c>) -> Context<'c> {
    let mut context = Context::new(changes);
    let mut rebuilt = rebuilt::rebuilt(&context);
    loop {
        context.close(rebuilt);
        let held = rebuilt::held(&context);
        if held.is_empty() {
            return context;
        }
        rebuilt = rebuilt::with_holders(&context, &held);
    }
}

impl Context<'_> {
    /// Works out the closure around `rebuilt` types.
    fn close(&mut self, rebuilt: BTreeSet<QualifiedName>) {
        self.rebuilt_with_parts = rebuilt::with_multiranges(self.from, &rebuilt);
        self.rebuilt = rebuilt;
        self.replaced.clear();
        self.replaced_defaults.clear();
        self.disturbed.clear();
        let kept = self.kept_columns();
        self.retyped = kept
            .filter_map(|(column, from, to)| self.retype(column, from, to))
            .collect();
        self.seed();
        while self.spread() {}
    }

    fn retype(
        &self,
        column: ColumnRef,
        from: &Column,
        to: &Column,
    ) -> Option<(ColumnRef, Retyped)> {
        if self.is_of_rebuilt(&from.data_type, &to.data_type)
            || !from.data_type.same_base(&to.data_type)
        {
            Some((column, Retyped::Anew))
        } else if from.data_type != to.data_type
            || from.collation != to.collation
            || self.is_remade(to.collation.as_deref())
        {
            Some((column, Retyped::InPlace))
        } else {
            None
        }
    }
}
