//! What a column, a trigger or a policy may belong to.

use super::Context;
use crate::catalog::{DefinitionKind, ObjectRef, QualifiedName};

/// What a relation of that name can be.
pub(in crate::plan) fn owner_refs(owner: &QualifiedName) -> [ObjectRef; 4] {
    let definition = |kind: DefinitionKind| kind.reference(owner.clone());
    [
        ObjectRef::Table(owner.clone()),
        definition(DefinitionKind::View),
        definition(DefinitionKind::MaterializedView),
        definition(DefinitionKind::ForeignTable),
    ]
}

/// Whether the relation of that name is made again.
pub(in crate::plan) fn is_owner_replaced(context: &Context<'_>, owner: &QualifiedName) -> bool {
    owner_refs(owner).iter().any(|it| context.is_replaced(it))
}

/// What a column can be of: a relation or a composite type. Nothing where it is no column.
pub(in crate::plan) fn owners_of_column(object: &ObjectRef) -> Vec<ObjectRef> {
    let ObjectRef::Column(column) = object else {
        return Vec::new();
    };
    let relations = owner_refs(&column.table).into_iter();
    relations
        .chain([ObjectRef::Type(column.table.clone())])
        .collect()
}
