//! Columns of kept tables.

use super::{
    collation_part, column_parts, constraints, defaults, identities, indexes, inheritance,
    not_null, partitions, sequences, serial::Serial, type_part,
};
use crate::{
    catalog::{Column, ColumnRef, ObjectRef, QualifiedName, Table},
    diff::Altered,
    plan::{
        draft::{Draft, Name, Part},
        facts::Context,
        step::{Action, NewColumn, TableAction},
    },
};

/// Whether the column is dropped, for good or to be made again.
pub(super) fn is_dropped(context: &Context<'_>, to: &Table, column: &str) -> bool {
    to.column(column).is_none() || context.is_replaced(&ObjectRef::column(&to.name, column))
}

pub(super) fn drafts(
    context: &Context<'_>,
    serial: &Serial<'_>,
    from: &Table,
    to: &Table,
) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for column in &from.columns {
        match to.column(&column.name) {
            Some(after) if !is_dropped(context, to, &column.name) => {
                let reference = ColumnRef::new(&to.name, &column.name);
                let left = context.after_parents(&reference, column);
                drafts.extend(alter(context, &to.name, &left, after));
            }
            Some(_) | None if inheritance::goes_with_parent(context, from, column) => {}
            Some(_) | None => drafts.push(drop_with_dependants(context, from, to, column)),
        }
    }
    for column in &to.columns {
        if from.column(&column.name).is_some() && !is_dropped(context, to, &column.name) {
            continue;
        }
        if let Some(given) = inheritance::comes_with_parent(context, to, column) {
            drafts.extend(alter(context, &to.name, &given, column));
        } else {
            drafts.extend(add_to_kept(context, serial, &to.name, column));
            drafts.extend(settings(&to.name, None, column));
        }
    }
    let drafts = drafts.into_iter();
    drafts
        .map(|draft| partitions::after_leaving(context, draft, &to.name))
        .map(|draft| draft.takes(Name::Typed(to.name.clone())))
        .collect()
}

/// Adds the column; one that would fail on rows is added nullable first.
fn add_to_kept(
    context: &Context<'_>,
    serial: &Serial<'_>,
    table: &QualifiedName,
    column: &Column,
) -> Vec<Draft> {
    let with_children = |draft: Draft| {
        let columns = context.with_children(&ColumnRef::new(table, &column.name));
        columns.iter().fold(draft, Draft::provides)
    };
    let Column {
        nullable,
        default,
        identity,
        generated,
        ..
    } = column;
    // Before PostgreSQL 17 a table with partitions takes no identity column, but an identity.
    let has_partitions = context
        .children(table)
        .iter()
        .any(|(_, to)| to.partition_of.is_some());
    if let Some(identity) = identity
        && has_partitions
        && context.to.server_version < 170_000
    {
        let reference = ColumnRef::new(table, &column.name);
        let plain = Column {
            nullable: true,
            identity: None,
            ..column.clone()
        };
        let mut drafts = vec![with_children(add(serial, table, &plain))];
        drafts.extend(not_null::set_whole(&reference, column));
        drafts.push(identities::add(&reference, identity));
        return drafts;
    }
    let fills_itself = *nullable || default.is_some() || identity.is_some() || generated.is_some();
    if fills_itself || serial.sequence(table, &column.name).is_some() {
        let mut drafts = vec![with_children(add(serial, table, column))];
        drafts.extend(not_null::beside(table, column, false));
        return drafts;
    }
    let nullable = Column {
        nullable: true,
        ..column.clone()
    };
    let mut drafts = vec![with_children(add(serial, table, &nullable))];
    let reference = ColumnRef::new(table, &column.name);
    drafts.extend(not_null::set_whole(&reference, column));
    drafts
}

pub(super) fn add(serial: &Serial<'_>, table: &QualifiedName, column: &Column) -> Draft {
    let reference = ColumnRef::new(table, &column.name);
    let sequence = serial.sequence(table, &column.name);
    let new = NewColumn {
        column: column.clone(),
        serial: sequence.is_some(),
    };
    let mut draft = Draft::new(Action::AddColumn {
        table: table.clone(),
        column: Box::new(new),
    })
    .needs(ObjectRef::Table(table.clone()))
    .needs_all(column_parts(column))
    .provides(ObjectRef::Column(reference.clone()))
    .takes(Name::Column(reference.clone()));
    if column.has_no_nulls() {
        draft = draft.provides(Part::NotNull(reference));
    }
    if let Some(sequence) = sequence {
        draft = draft
            .provides(ObjectRef::Sequence(sequence.name.clone()))
            .takes(Name::Relation(sequence.name.clone()));
    }
    if let Some(identity) = &column.identity {
        draft = draft
            .provides(ObjectRef::Sequence(identity.sequence.clone()))
            .takes(Name::Relation(identity.sequence.clone()));
    }
    draft
}

/// The drop of a column, without what goes with it.
pub(super) fn drop(context: &Context<'_>, table: &QualifiedName, column: &Column) -> Draft {
    let reference = ColumnRef::new(table, &column.name);
    let plain = Column {
        default: None,
        ..column.clone()
    };
    let mut draft = Draft::new(Action::DropColumn(reference.clone()))
        .ends(ObjectRef::Column(reference.clone()))
        .ends(Part::NotNull(reference.clone()))
        .releases_all(column_parts(&plain))
        .frees(Name::Column(reference.clone()));
    if let Some(default) = &column.default {
        let drop = Draft::new(Action::DropDefault(reference.clone()));
        draft = draft.implies_drop(drop.releases_all(default.uses.iter()));
    }
    if let Some(identity) = &column.identity {
        draft = draft.frees(Name::Relation(identity.sequence.clone()));
    }
    for sequence in sequences::owned(context, &reference) {
        draft = draft.implies_drop(sequences::drop(sequence));
    }
    draft
}

/// The drop of a column of a kept table, with what goes with it, in its children too.
fn drop_with_dependants(context: &Context<'_>, from: &Table, to: &Table, column: &Column) -> Draft {
    let mut draft = drop_in_table(context, from, to, column);
    for (from, to) in context.children(&from.name) {
        let inherited = from.column(&column.name).filter(|it| it.inherited);
        if let Some(column) = inherited {
            draft = draft.implies_drop(drop_with_dependants(context, from, to, column));
        }
    }
    draft
}

fn drop_in_table(context: &Context<'_>, from: &Table, to: &Table, column: &Column) -> Draft {
    let constraints = from.constraints.values();
    let constraints = constraints
        .filter(|constraint| {
            constraints::goes_with_column(context, to, constraint)
                && constraint
                    .columns(&from.name)
                    .contains(&column.name.as_str())
        })
        .map(|constraint| constraints::drop(&from.name, constraint));
    let indexes = from.indexes.values();
    let indexes = indexes
        .filter(|index| index.columns(&from.name).any(|name| name == column.name))
        .map(|index| indexes::drop(&from.name, index));
    constraints
        .chain(indexes)
        .fold(drop(context, &to.name, column), |draft, mut implied| {
            // Whichever of its columns goes first takes it along, so they need not wait for each other.
            implied
                .releases
                .retain(|part| !goes_from(context, to, part));
            draft.implies_drop(implied)
        })
}

/// Whether `part` is of a column that is dropped from `to`.
fn goes_from(context: &Context<'_>, to: &Table, part: &Part) -> bool {
    match part {
        Part::Object(ObjectRef::Column(column)) | Part::NotNull(column) => {
            column.table == to.name && is_dropped(context, to, &column.column)
        }
        Part::Alone(_)
        | Part::Attached(_)
        | Part::Begun(_)
        | Part::Called(_)
        | Part::Checked(_)
        | Part::Gone(_)
        | Part::Persistence(_)
        | Part::Object(
            ObjectRef::Schema(_)
            | ObjectRef::Type(_)
            | ObjectRef::Sequence(_)
            | ObjectRef::Table(_)
            | ObjectRef::Constraint { .. }
            | ObjectRef::Index { .. }
            | ObjectRef::Definition { .. }
            | ObjectRef::Unmanaged { .. },
        ) => false,
    }
}

fn alter(context: &Context<'_>, table: &QualifiedName, from: &Column, to: &Column) -> Vec<Draft> {
    let column = ColumnRef::new(table, &to.name);
    let mut drafts = Vec::new();
    if from.data_type != to.data_type || from.collation != to.collation {
        drafts.push(set_type(context, &column, from, to));
    }
    if from.generated.is_some() && to.generated.is_none() {
        let action = Action::DropExpression(column.clone());
        let draft = end_default(action, &column).provides(&column);
        drafts.push(after_detach(draft, &column).releases_all(column_parts(from)));
    }
    drafts.extend(defaults::drafts(context, &column, from, to));
    drafts.extend(identities::drafts(context, &column, from, to));
    drafts.extend(not_null::drafts(&column, from, to));
    drafts.extend(settings(table, Some(from), to));
    drafts
}

/// A partition can part with what it has from its partitioned table once it is none of its any more.
pub(super) fn after_detach(draft: Draft, column: &ColumnRef) -> Draft {
    draft.takes(Name::Partition(column.table.clone()))
}

pub(super) fn set_type(
    context: &Context<'_>,
    column: &ColumnRef,
    from: &Column,
    to: &Column,
) -> Draft {
    let action = Action::SetType {
        column: column.clone(),
        data_type: Altered {
            from: from.data_type.clone(),
            to: to.data_type.clone(),
        },
        collation: to.collation.clone(),
        conversion: context.conversion(from, to),
    };
    let draft = Draft::new(action)
        .needs_all(type_part(&to.data_type))
        .needs_all(to.collation.as_deref().map(collation_part))
        .releases_all(type_part(&from.data_type))
        .releases_all(from.collation.as_deref().map(collation_part));
    let columns = context.with_children(column);
    columns
        .iter()
        .fold(draft, |draft, column| draft.ends(column).provides(column))
}

/// What ends a default, an expression or an identity: before the type changes under it.
pub(super) fn end_default(action: Action, column: &ColumnRef) -> Draft {
    Draft::new(action)
        .releases(column)
        .frees(Name::Default(column.clone()))
}

/// Storage, compression and statistics: a new column has none of its own, and a change of type
/// resets the storage.
pub(super) fn settings(table: &QualifiedName, from: Option<&Column>, to: &Column) -> Vec<Draft> {
    let column = || ColumnRef::new(table, &to.name);
    let same_type = from.filter(|from| from.data_type == to.data_type);
    let mut actions = Vec::new();
    if same_type.and_then(|from| from.storage) != to.storage {
        let storage = to.storage.unwrap_or(to.default_storage);
        actions.push(Action::SetStorage {
            column: column(),
            storage,
        });
    }
    if from.and_then(|from| from.compression) != to.compression {
        actions.push(Action::SetCompression {
            column: column(),
            compression: to.compression,
        });
    }
    if from.and_then(|from| from.statistics) != to.statistics {
        actions.push(Action::SetStatistics {
            column: column(),
            statistics: to.statistics,
        });
    }
    let before = from.map(|from| from.options.clone()).unwrap_or_default();
    if before != to.options {
        actions.push(Action::Table {
            table: table.clone(),
            change: TableAction::SetColumnOptions {
                column: to.name.clone(),
                options: Altered {
                    from: before,
                    to: to.options.clone(),
                },
            },
        });
    }
    actions
        .into_iter()
        .map(|action| Draft::new(action).needs(&column()))
        .collect()
}
