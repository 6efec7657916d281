//! What is compared by its definition.

use super::Names;
use crate::{
    catalog::{
        ColumnSetting, Definition, DefinitionKind, Distinction, Family, Filled, QualifiedName,
        Replacement, Setting,
    },
    identifier::{quote_identifier, quote_literal},
    plan::DefinitionAction,
};

pub(super) fn statement(action: &DefinitionAction, names: &Names) -> String {
    match action {
        DefinitionAction::Create(definition) => create("CREATE", definition, names),
        DefinitionAction::Replace(definition) => replace(definition, names),
        DefinitionAction::Drop(definition) => drop(definition, names),
        DefinitionAction::Set {
            definition,
            setting,
            value,
        } => set(definition, setting, value.as_deref(), names),
    }
}

pub(super) fn create(verb: &str, definition: &Definition, names: &Names) -> String {
    let (keywords, text) = (&definition.keywords, &definition.text);
    if definition.kind.family() == Family::OfPublication {
        let member = published(&definition.name, &definition.distinction, names);
        let columns = if text.is_empty() {
            String::new()
        } else {
            format!(" {text}")
        };
        return format!("{} ADD {member}{columns}", publication(&definition.name));
    }
    // The list of arguments follows a routine's name without a space.
    let space = if definition.kind.is_routine() {
        ""
    } else {
        " "
    };
    let Filled(is_filled) = definition.filled;
    let data = if is_filled { "" } else { " WITH NO DATA" };
    let space = if text.is_empty() { "" } else { space };
    let own = own(definition, names);
    // It is the database's: another service may have made it, and `fresh` leaves it.
    let is_shared = definition.kind == DefinitionKind::Extension;
    let unless = if is_shared { "IF NOT EXISTS " } else { "" };
    format!("{verb} {keywords} {unless}{own}{space}{text}{data}")
}

fn replace(definition: &Definition, names: &Names) -> String {
    match &definition.replacement {
        Replacement::Recreate | Replacement::Replace(_) | Replacement::Options { .. } => {
            create("CREATE OR REPLACE", definition, names)
        }
        Replacement::Alter { same: _, text } => {
            format!(
                "ALTER {} {} {text}",
                definition.kind.as_str().to_uppercase(),
                own(definition, names)
            )
        }
    }
}

/// Its own name: bare where it belongs to a table or to the whole database.
fn own(definition: &Definition, names: &Names) -> String {
    match definition.kind.family() {
        Family::OfServer => called(
            definition.kind,
            &definition.name,
            &definition.distinction,
            names,
        ),
        Family::Database
        | Family::Schema
        | Family::Type
        | Family::Routine
        | Family::Operator
        | Family::Relation
        | Family::OfRelation
        | Family::Cast
        | Family::OfPublication => own_name(definition.kind, &definition.name, names),
    }
}

/// `ALTER PUBLICATION` of what is part of one.
fn publication(name: &QualifiedName) -> String {
    format!("ALTER PUBLICATION {}", quote_identifier(&name.name))
}

/// What is published. Without `ONLY` the children of a table would be, too.
fn published(name: &QualifiedName, distinction: &Distinction, names: &Names) -> String {
    match distinction {
        Distinction::Of(table) => format!("TABLE ONLY {}", names.object(&name.sibling(table))),
        Distinction::None | Distinction::Arguments(_) => {
            format!("TABLES IN SCHEMA {}", quote_identifier(&name.schema))
        }
    }
}

fn own_name(kind: DefinitionKind, name: &QualifiedName, names: &Names) -> String {
    match kind.family() {
        Family::Database | Family::OfRelation | Family::OfServer | Family::OfPublication => {
            quote_identifier(&name.name).into_owned()
        }
        Family::Cast => name.name.clone(),
        Family::Operator => names.operator(name),
        Family::Schema | Family::Type | Family::Routine | Family::Relation => names.object(name),
    }
}

fn drop(definition: &Definition, names: &Names) -> String {
    let Definition {
        kind,
        name,
        distinction,
        ..
    } = definition;
    if kind.family() == Family::OfPublication {
        let member = published(name, distinction, names);
        return format!("{} DROP {member}", publication(name));
    }
    let keyword = kind.as_str().to_uppercase();
    format!("DROP {keyword} {}", called(*kind, name, distinction, names))
}

/// `total(integer)`, `audit ON orders`: how statements other than `CREATE` call it, behind its kind.
pub(super) fn called(
    kind: DefinitionKind,
    name: &QualifiedName,
    distinction: &Distinction,
    names: &Names,
) -> String {
    let own = own_name(kind, name, names);
    match distinction {
        Distinction::Arguments(types) => format!("{own}{types}"),
        Distinction::Of(server) if kind.family() == Family::OfServer => {
            format!("FOR {own} SERVER {}", quote_identifier(server))
        }
        Distinction::Of(relation) => format!("{own} ON {}", names.object(&name.sibling(relation))),
        Distinction::None => own,
    }
}

fn set(definition: &Definition, setting: &Setting, value: Option<&str>, names: &Names) -> String {
    let name = own(definition, names);
    match setting {
        Setting::Firing if definition.kind.family() == Family::Database => {
            format!("ALTER EVENT TRIGGER {name} {}", value.unwrap_or("ENABLE"))
        }
        Setting::Firing => {
            let owner = definition.owner.as_ref().map(|owner| names.object(owner));
            format!(
                "ALTER TABLE {} {} {} {name}",
                owner.unwrap_or_default(),
                value.unwrap_or("ENABLE"),
                definition.kind.as_str().to_uppercase()
            )
        }
        Setting::FiringOn(table) => {
            let own = definition.settings.get(&Setting::Firing);
            let own = own.map_or("ENABLE", String::as_str);
            format!(
                "ALTER TABLE ONLY {} {} TRIGGER {name}",
                names.object(table),
                value.unwrap_or(own)
            )
        }
        Setting::Column(column, set) => {
            let kind = definition.kind.as_str().to_uppercase();
            let (column, change) = (quote_identifier(column), column_change(set, value));
            format!("ALTER {kind} {name} ALTER COLUMN {column} {change}")
        }
        Setting::DependsOn(extension) => {
            let Definition {
                kind,
                name,
                distinction,
                ..
            } = definition;
            let no = if value.is_some() { "" } else { "NO " };
            format!(
                "ALTER {} {} {no}DEPENDS ON EXTENSION {}",
                kind.as_str().to_uppercase(),
                called(*kind, name, distinction, names),
                quote_identifier(extension)
            )
        }
        Setting::StatisticsTarget => {
            format!(
                "ALTER STATISTICS {name} SET STATISTICS {}",
                value.unwrap_or("-1")
            )
        }
        Setting::ColumnDefault(column) => {
            let column = quote_identifier(column);
            let default = value.map_or_else(
                || "DROP DEFAULT".to_owned(),
                |value| format!("SET DEFAULT {value}"),
            );
            format!("ALTER VIEW {name} ALTER COLUMN {column} {default}")
        }
        Setting::ClusteredOn => {
            let change = value.map_or_else(
                || "SET WITHOUT CLUSTER".to_owned(),
                |index| format!("CLUSTER ON {}", quote_identifier(index)),
            );
            format!("ALTER MATERIALIZED VIEW {name} {change}")
        }
        Setting::Mapping(tokens) => {
            let change = value.map_or_else(
                || format!("DROP MAPPING FOR {tokens}"),
                |dictionaries| format!("ALTER MAPPING FOR {tokens} WITH {dictionaries}"),
            );
            format!("ALTER TEXT SEARCH CONFIGURATION {name} {change}")
        }
        Setting::Version => {
            let to = value.map(|version| format!(" TO {}", quote_literal(version)));
            format!("ALTER EXTENSION {name} UPDATE{}", to.unwrap_or_default())
        }
    }
}

fn column_change(set: &ColumnSetting, value: Option<&str>) -> String {
    match set {
        ColumnSetting::Statistics => format!("SET STATISTICS {}", value.unwrap_or("-1")),
        ColumnSetting::Storage { default } => {
            format!("SET STORAGE {}", value.unwrap_or(default).to_uppercase())
        }
        ColumnSetting::Compression => format!("SET COMPRESSION {}", value.unwrap_or("default")),
        ColumnSetting::Option(option) => {
            let name = quote_identifier(option);
            value.map_or_else(
                || format!("RESET ({name})"),
                |value| format!("SET ({name} = {})", quote_literal(value)),
            )
        }
    }
}
