//! Columns.

use std::sync::Arc;

use super::{Names, sequence};
use crate::{
    catalog::{
        Column, ColumnRef, DataType, Generated, GeneratedKind, Identity, IdentityKind, NotNull,
        QualifiedName, SequenceOptions,
    },
    diff::Altered,
    identifier::quote_identifier,
    plan::{Conversion, NewColumn},
};

/// The column as it stands in `CREATE TABLE` and after `ADD COLUMN`.
pub(super) fn definition(
    table: &QualifiedName,
    column: &Column,
    serial: bool,
    names: &Names,
) -> String {
    let name = quote_identifier(&column.name);
    if serial {
        let said = column.unusual_not_null(table).filter(|it| it.validated);
        let said = said.map(|it| not_null_constraint(it, None));
        let parts = [name.as_ref(), serial_type(&column.data_type)];
        return [&parts[..], said.as_deref().as_slice()].concat().join(" ");
    }
    let mut parts = vec![name.into_owned(), names.data_type(&column.data_type)];
    parts.extend(
        column
            .collation
            .as_ref()
            .map(|collation| format!("COLLATE {}", names.object(collation))),
    );
    parts.extend(column.generated.as_deref().map(generation));
    parts.extend(column.identity.as_ref().map(|identity| {
        let default = table.sibling(format!("{}_{}_seq", table.name, column.name));
        identity_definition(identity, &default, &column.data_type, names)
    }));
    parts.extend(
        column
            .default
            .as_ref()
            .map(|default| format!("DEFAULT {}", default.sql)),
    );
    parts.extend(not_null(table, column));
    parts.join(" ")
}

/// The column as it stands in a typed table, where the type says the rest; nothing where it says all.
pub(super) fn options(table: &QualifiedName, column: &Column) -> Option<String> {
    let default = column.default.as_ref();
    let mut parts = vec![
        quote_identifier(&column.name).into_owned(),
        "WITH OPTIONS".to_owned(),
    ];
    let said = parts.len();
    parts.extend(column.generated.as_deref().map(generation));
    parts.extend(default.map(|default| format!("DEFAULT {}", default.sql)));
    parts.extend(not_null(table, column));
    (parts.len() > said).then(|| parts.join(" "))
}

/// `NOT NULL`, with its name where that is not PostgreSQL's. `NOT VALID` cannot be said here.
fn not_null(table: &QualifiedName, column: &Column) -> Option<String> {
    if column.nullable {
        return None;
    }
    match column.unusual_not_null(table) {
        None => Some("NOT NULL".to_owned()),
        Some(constraint) if constraint.validated => Some(not_null_constraint(constraint, None)),
        Some(_) => None,
    }
}

/// `CONSTRAINT … NOT NULL`, of a column where it does not stand at one.
pub(super) fn not_null_constraint(constraint: &NotNull, column: Option<&str>) -> String {
    let NotNull {
        name,
        inherited: _,
        validated,
        no_inherit,
        comment: _,
        said: _,
    } = constraint;
    let column = column.map(|it| format!(" {}", quote_identifier(it)));
    format!(
        "CONSTRAINT {} NOT NULL{}{}{}",
        quote_identifier(name),
        column.unwrap_or_default(),
        if *no_inherit { " NO INHERIT" } else { "" },
        if *validated { "" } else { " NOT VALID" },
    )
}

fn serial_type(data_type: &DataType) -> &'static str {
    match data_type.name.as_str() {
        "smallint" => "smallserial",
        "bigint" => "bigserial",
        _ => "serial",
    }
}

fn generation(generated: &Generated) -> String {
    let kind = match generated.kind {
        GeneratedKind::Stored => "STORED",
        GeneratedKind::Virtual => "VIRTUAL",
    };
    format!("GENERATED ALWAYS AS ({}) {kind}", generated.expression.sql)
}

fn identity_definition(
    identity: &Identity,
    default_sequence: &QualifiedName,
    data_type: &DataType,
    names: &Names,
) -> String {
    let Identity {
        kind,
        sequence,
        options,
        comment: _,
    } = identity;
    // `SEQUENCE NAME` is what pg_dump writes.
    let name = if sequence == default_sequence {
        String::new()
    } else {
        format!(" SEQUENCE NAME {}", names.object(sequence))
    };
    let as_type = SequenceOptions {
        data_type: data_type.name.clone(),
        ..options.clone()
    };
    let options = format!("{name}{}", sequence::unusual(&as_type));
    let options = if options.is_empty() {
        String::new()
    } else {
        format!(" ({})", options.trim_start())
    };
    format!("GENERATED {} AS IDENTITY{options}", identity_kind(*kind))
}

fn identity_kind(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Always => "ALWAYS",
        IdentityKind::ByDefault => "BY DEFAULT",
    }
}

pub(super) fn add(table: &QualifiedName, new: &NewColumn, names: &Names) -> String {
    let NewColumn { column, serial } = new;
    format!(
        "ALTER TABLE {} ADD COLUMN {}",
        names.object(table),
        definition(table, column, *serial, names)
    )
}

/// `ALTER TABLE … ALTER COLUMN …` with `what` is done.
pub(super) fn alter(column: &ColumnRef, what: &str, names: &Names) -> String {
    let (table, column) = (
        names.object(&column.table),
        quote_identifier(&column.column),
    );
    format!("ALTER TABLE {table} ALTER COLUMN {column} {what}")
}

/// `ADD GENERATED … AS IDENTITY`.
pub(super) fn add_identity(
    identity: &Identity,
    default_sequence: &QualifiedName,
    names: &Names,
) -> String {
    let data_type = DataType::built_in(&identity.options.data_type);
    format!(
        "ADD {}",
        identity_definition(identity, default_sequence, &data_type, names)
    )
}

/// `TYPE …`.
pub(super) fn set_type(
    column: &ColumnRef,
    Altered { from, to }: &Altered<Arc<DataType>>,
    collation: Option<&QualifiedName>,
    conversion: Conversion,
    names: &Names,
) -> String {
    let (name, data_type) = (quote_identifier(&column.column), names.data_type(to));
    let collation = collation
        .map(|collation| format!(" COLLATE {}", names.object(collation)))
        .unwrap_or_default();
    let using = converted(&name, from, to, conversion, names)
        .map(|value| format!(" USING {value}"))
        .unwrap_or_default();
    format!("TYPE {data_type}{collation}{using}")
}

/// `value` of one type as one of another, where PostgreSQL does not convert it by itself.
pub(super) fn converted(
    value: &str,
    from: &DataType,
    to: &DataType,
    conversion: Conversion,
    names: &Names,
) -> Option<String> {
    let brackets = if from.array && to.array { "[]" } else { "" };
    let data_type = names.data_type(to);
    match conversion {
        Conversion::Assignment => None,
        Conversion::Cast => Some(format!("{value}::{data_type}")),
        Conversion::ViaInteger => Some(format!("{value}::integer{brackets}::{data_type}")),
        Conversion::ViaText => Some(format!("{value}::text{brackets}::{data_type}")),
    }
}

/// `SET GENERATED …` and the sequence's options.
pub(super) fn alter_identity(identity: &Altered<Identity>) -> String {
    let Altered { from, to } = identity;
    let kind = if from.kind == to.kind {
        String::new()
    } else {
        format!("SET GENERATED {}", identity_kind(to.kind))
    };
    let options = sequence::changed(&from.options, &to.options, "SET ");
    format!("{kind}{options}").trim_start().to_owned()
}
