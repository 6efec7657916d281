//! What PostgreSQL refuses whatever the order: found before anything is written. No I/O here.

use super::facts::{Context, owners, parents};
use crate::{
    Error, Result,
    catalog::{ColumnRef, DataType, ObjectRef, QualifiedName, Table},
    diff::key_columns,
};

/// Looks for what is made anew or changes its type under something that stays and uses it.
///
/// # Errors
/// [`Error::InUse`] names both.
pub(super) fn check(context: &Context<'_>) -> Result<()> {
    row_types(context)?;
    partition_keys(context)?;
    several_parents(context)?;
    keys_under_indexes(context)
}

/// The key of a partition whose index belongs to one of the partitioned table that is no key: neither is
/// dropped without the other.
fn keys_under_indexes(context: &Context<'_>) -> Result<()> {
    for (from, to) in context.kept_tables() {
        let Some(partition) = from.partition_of.as_ref() else {
            continue;
        };
        let stays = to.partition_of.as_ref() == Some(partition);
        let mut keys = from.constraints.values().filter_map(|key| {
            let index = ObjectRef::index(&partition.parent, key.parent.as_deref()?);
            let goes = context.from.contains(&index) && context.is_dropped(&index);
            goes.then(|| (index, ObjectRef::constraint(&from.name, &key.name)))
        });
        if let Some((index, key)) = keys.next().filter(|_| stays) {
            return Err(in_use(&index, &key));
        }
    }
    Ok(())
}

/// The row type of a table or a view that goes, or is written anew, under columns of that type:
/// <https://www.postgresql.org/docs/current/sql-altertable.html>.
fn row_types(context: &Context<'_>) -> Result<()> {
    let of_columns = context
        .kept_columns()
        .filter(|(column, _, _)| !context.is_replaced(&ObjectRef::Column(column.clone())));
    let of_columns = of_columns.map(|(column, from, to)| {
        let user = ObjectRef::Column(column);
        (user, &*from.data_type, &*to.data_type)
    });
    let of_domains = context.from.domains.values().filter_map(|from| {
        let to = context.to.domains.get(&from.name)?;
        let user = ObjectRef::Type(from.name.clone());
        Some((user, &from.data_type, &to.data_type))
    });
    let of_composites = context.from.composites.values().flat_map(|from| {
        let to = context.to.composites.get(&from.name);
        let pairs = from.attributes.iter().filter_map(move |attribute| {
            let after = to?.attribute(&attribute.name)?;
            Some((&attribute.data_type, &after.data_type))
        });
        pairs.map(|(before, after)| (ObjectRef::Type(from.name.clone()), before, after))
    });
    for (user, from, to) in of_columns.chain(of_domains).chain(of_composites) {
        if let Some(object) = goes(context, from, to) {
            return Err(in_use(&object, &user));
        }
        if let Some(column) = written_anew(context, from, &user) {
            return Err(in_use(&ObjectRef::Column(column), &user));
        }
    }
    Ok(())
}

/// The relation whose row type both are, where it goes.
fn goes(context: &Context<'_>, from: &DataType, to: &DataType) -> Option<ObjectRef> {
    let name = QualifiedName::new(&from.schema, &from.name);
    let stays = to.is_of(&name) && !context.rebuilt.contains(&name);
    let relations = owners::owners_of_column(&ObjectRef::column(&name, ""));
    let mut relations = relations.into_iter();
    relations.find(|it| stays && context.from.contains(it) && context.is_dropped(it))
}

/// A column of the table whose row type this is that gets another type.
fn written_anew(context: &Context<'_>, from: &DataType, user: &ObjectRef) -> Option<ColumnRef> {
    let name = QualifiedName::new(&from.schema, &from.name);
    let table = context.from.tables.get(&name)?;
    let to = context.to.tables.get(&name)?;
    let mut columns = table.columns.iter();
    let column = columns.find(|column| {
        let reference = ColumnRef::new(&name, &column.name);
        let after = to.column(&column.name);
        let rewrites = after.is_some_and(|after| {
            super::hazard::rewrites(&column.data_type, &after.data_type)
                || context.is_of_rebuilt(&column.data_type, &after.data_type)
        });
        let object = ObjectRef::Column(reference);
        rewrites && !context.is_replaced(&object) && object != *user
    })?;
    Some(ColumnRef::new(&name, &column.name))
}

/// The columns of a partition key keep their type:
/// <https://www.postgresql.org/docs/current/sql-altertable.html>.
fn partition_keys(context: &Context<'_>) -> Result<()> {
    for (from, to) in context.kept_tables() {
        if let Some(object) = key_changes(context, from, to) {
            let user = format!("the partition key of {}", from.name);
            return Err(Error::InUse {
                object: object.to_string(),
                user,
            });
        }
    }
    Ok(())
}

fn key_changes(context: &Context<'_>, from: &Table, to: &Table) -> Option<ObjectRef> {
    let uses = &from.partitioning.as_ref()?.uses;
    let mut columns = key_columns(from);
    let retyped = columns.find_map(|column| {
        let after = to.column(&column.name)?;
        let reference = ColumnRef::new(&from.name, &column.name);
        if !context.is_retyped(&reference) {
            return None;
        }
        if context.is_of_rebuilt(&column.data_type, &after.data_type) {
            let DataType { schema, name, .. } = &*column.data_type;
            return Some(ObjectRef::Type(QualifiedName::new(schema, name)));
        }
        Some(ObjectRef::Column(reference))
    });
    let mut used = uses.iter().filter(|it| !matches!(it, ObjectRef::Column(_)));
    retyped.or_else(|| {
        used.find(|it| context.from.contains(it) && context.is_dropped(it))
            .cloned()
    })
}

/// A table that must leave parents for a while has what it has from them alone as its own then.
fn several_parents(context: &Context<'_>) -> Result<()> {
    for (from, to) in context.kept_tables() {
        let parted = parents::parted(context, from, to);
        let Some((column, left)) =
            parted.and_then(|it| Some((it.columns.first().cloned()?, it.left?)))
        else {
            continue;
        };
        let user = format!("{}, which has {left} from other parents,", from.name);
        return Err(Error::InUse {
            object: ObjectRef::Column(column).to_string(),
            user,
        });
    }
    Ok(())
}

fn in_use(object: &ObjectRef, user: &ObjectRef) -> Error {
    Error::InUse {
        object: object.to_string(),
        user: user.to_string(),
    }
}
