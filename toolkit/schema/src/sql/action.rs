//! One statement for each action.

use super::{
    Names, column, constraint, definition, domain, index, object, online, privilege, rename,
    sequence, table,
};
use crate::{
    catalog::{Compression, Enum, QualifiedName},
    identifier::{quote_identifier, quote_literal},
    plan::{Action, ValuePosition},
};

#[allow(clippy::too_many_lines, reason = "a table: one arm an action")]
pub(super) fn statement(action: &Action, names: &Names) -> String {
    match action {
        Action::Rename(rename) => rename::statement(rename, names),
        Action::CreateSchema(schema) => format!("CREATE SCHEMA {}", quote_identifier(&schema.name)),
        Action::DropSchema(name) => format!("DROP SCHEMA {}", quote_identifier(name)),
        Action::CreateEnum(new) => create_enum(new, names),
        Action::AddEnumValue {
            name,
            value,
            position,
        } => add_value(name, value, position, names),
        Action::SetAsideType { name, aside } => {
            format!(
                "ALTER TYPE {} RENAME TO {}",
                names.object(name),
                quote_identifier(aside)
            )
        }
        Action::SetAside { object, aside } => object::rename(object, aside, names),
        Action::DropType(name) => format!("DROP TYPE {}", names.object(name)),
        Action::CreateSequence(new) => sequence::create(new, names),
        Action::AlterSequence(altered) => sequence::alter(altered, names),
        Action::SetSequenceOwner { sequence, owner } => {
            sequence::set_owner(sequence, owner.as_ref(), names)
        }
        Action::RenameSequence { from, to } => rename::sequence(from, to, names),
        Action::CarryPosition {
            from,
            to,
            first,
            counts_down,
        } => sequence::carry_position([from, to], *first, *counts_down, names),
        Action::DropSequence(name) => format!("DROP SEQUENCE {}", names.object(name)),
        Action::CreateTable(new) => table::create(new, names),
        Action::DropTable(name) => format!("DROP TABLE {}", names.object(name)),
        Action::SetPersistence { table, persistence } => {
            table::set_persistence(table, *persistence, names)
        }
        Action::SetAccessMethod { table, method } => {
            let method = if method.is_empty() {
                "DEFAULT".into()
            } else {
                quote_identifier(method)
            };
            let table = names.object(table);
            format!("ALTER TABLE {table} SET ACCESS METHOD {method}")
        }
        Action::SetTableOptions { table, options } => {
            object::set_options(&format!("ALTER TABLE {}", names.object(table)), options)
        }
        Action::AddColumn { table, column } => column::add(table, column, names),
        Action::DropColumn(column) => {
            format!(
                "ALTER TABLE {} DROP COLUMN {}",
                names.object(&column.table),
                quote_identifier(&column.column)
            )
        }
        Action::SetType {
            column,
            data_type,
            collation,
            conversion,
        } => {
            let what =
                column::set_type(column, data_type, collation.as_deref(), *conversion, names);
            column::alter(column, &what, names)
        }
        Action::SetDefault { column, default } => {
            column::alter(column, &format!("SET DEFAULT {}", default.sql), names)
        }
        Action::DropDefault(column) => column::alter(column, "DROP DEFAULT", names),
        Action::DropExpression(column) => column::alter(column, "DROP EXPRESSION", names),
        Action::SetNotNull(column) => column::alter(column, "SET NOT NULL", names),
        Action::DropNotNull(column) => column::alter(column, "DROP NOT NULL", names),
        Action::AddIdentity {
            column,
            identity,
            default_sequence,
        } => column::alter(
            column,
            &column::add_identity(identity, default_sequence, names),
            names,
        ),
        Action::AlterIdentity { column, identity } => {
            column::alter(column, &column::alter_identity(identity), names)
        }
        Action::DropIdentity(column) => column::alter(column, "DROP IDENTITY", names),
        Action::SetStorage { column, storage } => column::alter(
            column,
            &format!("SET STORAGE {}", storage.name().to_uppercase()),
            names,
        ),
        Action::SetCompression {
            column,
            compression,
        } => {
            let compression = compression.map_or("default", Compression::name);
            column::alter(column, &format!("SET COMPRESSION {compression}"), names)
        }
        Action::SetStatistics { column, statistics } => {
            let statistics = statistics.unwrap_or(-1);
            column::alter(column, &format!("SET STATISTICS {statistics}"), names)
        }
        Action::AddConstraint { table, constraint } => constraint::add(table, constraint, names),
        Action::AlterConstraint { table, constraint } => {
            constraint::alter(table, constraint, names)
        }
        Action::ValidateConstraint { table, name } => {
            format!(
                "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                names.object(table),
                quote_identifier(name)
            )
        }
        Action::DropConstraint { table, constraint } => {
            format!(
                "ALTER TABLE {} DROP CONSTRAINT {}",
                names.object(table),
                quote_identifier(&constraint.name)
            )
        }
        Action::CreateIndex { table, index } => index::create(table, index, names),
        Action::Online(action) => online::statement(action, names),
        Action::SetIndexOptions {
            table: _,
            index,
            options,
        } => object::set_options(&format!("ALTER INDEX {}", names.object(index)), options),
        Action::DropIndex { table: _, index } => {
            format!("DROP INDEX {}", names.object(index))
        }
        Action::Table { table, change } => table::change(table, change, names),
        Action::Domain { name, change } => domain::domain(name, change, names),
        Action::Composite { name, change } => domain::composite(name, change, names),
        Action::Definition(action) => definition::statement(action, names),
        Action::SetOwner { object, owner } => object::owner(object, owner, names),
        Action::Privileges(action) => privilege::statement(action, names),
        Action::SkipBodyChecks => "SET check_function_bodies = off".to_owned(),
        Action::Comment { target, comment } => object::comment(target, comment.as_deref(), names),
    }
}

fn create_enum(new: &Enum, names: &Names) -> String {
    let values: Vec<_> = new
        .values
        .iter()
        .map(|value| quote_literal(value))
        .collect();
    format!(
        "CREATE TYPE {} AS ENUM ({})",
        names.object(&new.name),
        values.join(", ")
    )
}

fn add_value(name: &QualifiedName, value: &str, position: &ValuePosition, names: &Names) -> String {
    let position = match position {
        ValuePosition::Last => String::new(),
        ValuePosition::Before(other) => format!(" BEFORE {}", quote_literal(other)),
        ValuePosition::After(other) => format!(" AFTER {}", quote_literal(other)),
    };
    format!(
        "ALTER TYPE {} ADD VALUE {}{position}",
        names.object(name),
        quote_literal(value)
    )
}
