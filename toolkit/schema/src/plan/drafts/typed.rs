//! Tables whose columns are those of a composite type. Neither changes as long as they belong together:
//! <https://www.postgresql.org/docs/current/sql-altertype.html>.

use super::inheritance::table_action;
use crate::{
    catalog::{ColumnRef, DataType, ObjectRef, QualifiedName, Table},
    plan::{
        draft::{Draft, Name, Part},
        facts::Context,
        step::TableAction,
    },
};

/// Parts a kept table from its type, and gives it the one that it shall have, perhaps the same again.
pub(super) fn drafts(context: &Context<'_>, from: &Table, to: &Table) -> Vec<Draft> {
    let changes = from.of_type != to.of_type
        || columns(from) != columns(to)
        || from.of_type.iter().any(|it| type_changes(context, it));
    if !changes {
        return Vec::new();
    }
    let parted = from.of_type.as_ref().map(|of_type| part(from, of_type));
    let joined = to.of_type.as_ref().map(|of_type| join(from, to, of_type));
    parted.into_iter().chain(joined).collect()
}

fn columns(table: &Table) -> Vec<(&str, &DataType, Option<&QualifiedName>)> {
    let columns = table.columns.iter();
    columns
        .map(|it| (it.name.as_str(), &*it.data_type, it.collation.as_deref()))
        .collect()
}

/// Whether a composite type is altered or made anew.
fn type_changes(context: &Context<'_>, name: &QualifiedName) -> bool {
    let mut altered = context.changes.composites.altered.iter();
    context.rebuilt.contains(name) || altered.any(|it| it.to.name == *name)
}

fn part(table: &Table, of_type: &QualifiedName) -> Draft {
    let columns = table.columns.iter();
    let columns = columns.map(|it| ObjectRef::column(&table.name, &it.name));
    table_action(&table.name, TableAction::NotOf)
        .releases(ObjectRef::Type(of_type.clone()))
        .releases_all(columns)
        .frees(Name::Typed(table.name.clone()))
        .frees(Name::HasTables(of_type.clone()))
}

fn join(from: &Table, to: &Table, of_type: &QualifiedName) -> Draft {
    let gone = from.columns.iter();
    let gone = gone.filter(|it| to.column(&it.name).is_none());
    let gone = gone.map(|it| ColumnRef::new(&to.name, &it.name));
    let columns = to.columns.iter();
    let columns = columns.map(|it| Part::Object(ObjectRef::column(&to.name, &it.name)));
    let draft = table_action(&to.name, TableAction::Of(of_type.clone()))
        .needs(ObjectRef::Type(of_type.clone()))
        .needs_all(columns)
        .takes(Name::Typed(to.name.clone()));
    gone.map(Name::Column).fold(draft, Draft::takes)
}
