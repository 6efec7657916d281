//! Columns as `ColumnDef`.

use super::{
    code::Code,
    names::Names,
    types::{self, Type},
    value,
};
use crate::catalog::{
    Column, DataType, Expression, Generated, GeneratedKind, Identity, IdentityKind, QualifiedName,
    SequenceOptions,
};

/// What a column's own definition says of keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Keys {
    pub(super) primary: bool,
    pub(super) unique: bool,
}

/// The column for `.col(…)` and `.add_column(…)`; nothing where sea-query has no words for it.
pub(super) fn definition(
    table: &QualifiedName,
    column: &Column,
    serial: bool,
    keys: Keys,
    names: &Names<'_>,
) -> Option<Code> {
    let Column {
        name,
        data_type,
        inherited: _,
        collation,
        nullable,
        not_null: _,
        default,
        identity,
        generated,
        storage: _,
        default_storage: _,
        compression: _,
        statistics: _,
        options: _,
        comment: _,
    } = column;
    if column.unusual_not_null(table).is_some() {
        return None;
    }
    if serial {
        return Some(finish(
            start(name, &types::serial(data_type), false, Keys::default()),
            keys,
            false,
        ));
    }
    if let Some(identity) = identity {
        return with_identity(table, column, identity, keys, names);
    }
    if value::defaults_to_now(column)
        && let Some(helper) = now_helper(data_type)
    {
        return Some(finish(
            Code::Helper(helper, vec![Code::text(name)]),
            keys,
            false,
        ));
    }
    let sql_type = types::of(data_type, names);
    let mut code = start(name, &sql_type, *nullable, keys);
    if let Some(Expression { sql, uses: _ }) = default {
        code = code.with("default", value::default_value(sql, data_type, names));
    }
    if let Some(generated) = generated {
        code = generated_as(code, generated);
    }
    code = finish(code, keys, is_unique_helper(&sql_type, *nullable, keys));
    Some(match collation {
        Some(collation) => code.with(
            "extra",
            Code::text(format!("COLLATE {}", names.in_sql(collation))),
        ),
        None => code,
    })
}

fn generated_as(code: Code, generated: &Generated) -> Code {
    let Generated { kind, expression } = generated;
    let stored = match kind {
        GeneratedKind::Stored => "true",
        GeneratedKind::Virtual => "false",
    };
    code.with_both(
        "generated",
        Code::expression(&expression.sql),
        Code::raw(stored),
    )
}

/// The type alone, for `ALTER COLUMN … TYPE`.
pub(super) fn of_type(column: &str, data_type: &DataType, names: &Names<'_>) -> Code {
    let Type {
        method,
        arguments,
        helper: _,
    } = types::of(data_type, names);
    new(column).link(super::code::Link::Method(method, arguments))
}

/// `ColumnDef::new("name")`.
pub(super) fn new(column: &str) -> Code {
    Code::Call("ColumnDef::new", vec![Code::text(column)])
}

/// Name, type and whether it may be null.
fn start(name: &str, sql_type: &Type, nullable: bool, keys: Keys) -> Code {
    let Type {
        method,
        arguments,
        helper,
    } = sql_type.clone();
    let unique = is_unique_helper(sql_type, nullable, keys);
    let Some(helper) = helper else {
        let code = new(name).link(super::code::Link::Method(method, arguments));
        return if nullable {
            code
        } else {
            code.call("not_null")
        };
    };
    let function = match helper.unique {
        Some(function) if unique => function,
        Some(_) | None if nullable => helper.null,
        Some(_) | None => helper.not_null,
    };
    let function = if function == "uuid" && keys.primary {
        "pk_uuid"
    } else {
        function
    };
    Code::Helper(
        function,
        std::iter::once(Code::text(name)).chain(arguments).collect(),
    )
}

fn is_unique_helper(sql_type: &Type, nullable: bool, keys: Keys) -> bool {
    keys.unique
        && !keys.primary
        && !nullable
        && sql_type
            .helper
            .is_some_and(|helper| helper.unique.is_some())
}

fn finish(code: Code, keys: Keys, unique_is_said: bool) -> Code {
    let primary_is_said = says_primary(&code);
    let code = if keys.primary && !primary_is_said {
        code.call("primary_key")
    } else {
        code
    };
    if keys.unique && !unique_is_said {
        code.call("unique_key")
    } else {
        code
    }
}

fn says_primary(code: &Code) -> bool {
    let mut says = false;
    code.visit(&mut |part| {
        if let Code::Helper(function, _) = part {
            says |= ["pk_uuid", "pk_auto", "big_pk_auto"].contains(function);
        }
    });
    says
}

fn now_helper(data_type: &DataType) -> Option<&'static str> {
    match data_type.name.as_str() {
        "timestamp with time zone" => Some("timestamp_with_time_zone_default_now"),
        "timestamp without time zone" => Some("timestamp_default_now"),
        _ => None,
    }
}

/// Identities with options of their own are left to SQL.
fn with_identity(
    table: &QualifiedName,
    column: &Column,
    identity: &Identity,
    keys: Keys,
    names: &Names<'_>,
) -> Option<Code> {
    let Identity {
        kind,
        sequence,
        options,
        comment: _,
    } = identity;
    let data_type = &column.data_type;
    let default_sequence = table.sibling(format!("{}_{}_seq", table.name, column.name));
    if sequence != &default_sequence || options != &SequenceOptions::defaults(&data_type.name, 1) {
        return None;
    }
    let name = Code::text(&column.name);
    match (kind, data_type.name.as_str(), keys.primary) {
        (IdentityKind::ByDefault, "integer", true) => {
            return Some(finish(Code::Helper("pk_auto", vec![name]), keys, false));
        }
        (IdentityKind::ByDefault, "bigint", true) => {
            return Some(finish(Code::Helper("big_pk_auto", vec![name]), keys, false));
        }
        (IdentityKind::ByDefault | IdentityKind::Always, _, _) => {}
    }
    let sql = match kind {
        IdentityKind::Always => "GENERATED ALWAYS AS IDENTITY",
        IdentityKind::ByDefault => "GENERATED BY DEFAULT AS IDENTITY",
    };
    let start = start(
        &column.name,
        &types::of(data_type, names),
        column.nullable,
        Keys::default(),
    );
    Some(finish(start, keys, false).with("extra", Code::text(sql)))
}
