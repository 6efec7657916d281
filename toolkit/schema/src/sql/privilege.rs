//! `GRANT` and `REVOKE`.

use super::{Names, definition};
use crate::{
    catalog::{DefaultPrivilegesOf, DefinitionKind, Grantee, ObjectRef, Privileged},
    identifier::quote_identifier,
    plan::{GrantKind, PrivilegeAction, PrivilegeTarget},
};

pub(super) fn statement(action: &PrivilegeAction, names: &Names) -> String {
    let PrivilegeAction {
        on,
        kind,
        privileges,
        are_all,
        grantee,
        grantor,
        cascade,
    } = action;
    let keywords: Vec<_> = if *are_all {
        vec!["ALL"]
    } else {
        privileges.iter().map(|it| it.keyword()).collect()
    };
    let (before, target, list) = match on {
        PrivilegeTarget::Object(ObjectRef::Column(column)) => {
            let name = quote_identifier(&column.column);
            let with_column = keywords.iter().map(|it| format!("{it} ({name})"));
            let table = format!("TABLE {}", names.object(&column.table));
            (
                String::new(),
                table,
                with_column.collect::<Vec<_>>().join(", "),
            )
        }
        PrivilegeTarget::Object(object) => {
            (String::new(), target(object, names), keywords.join(", "))
        }
        PrivilegeTarget::Default(of) => (
            default_prefix(of),
            plural(of.kind).to_owned(),
            keywords.join(", "),
        ),
    };
    let grantee = match (grantee, on) {
        (Grantee::Public, _) => "PUBLIC".to_owned(),
        // Who owns the object runs its migrations; where owners are compared, they are named.
        (Grantee::Owner, PrivilegeTarget::Object(_)) => "CURRENT_USER".to_owned(),
        (Grantee::Owner, PrivilegeTarget::Default(of)) => quote_identifier(&of.role).into_owned(),
        (Grantee::Role(name), _) => quote_identifier(name).into_owned(),
    };
    let statement = match kind {
        GrantKind::Grant => format!("GRANT {list} ON {target} TO {grantee}"),
        GrantKind::GrantWithOption => {
            format!("GRANT {list} ON {target} TO {grantee} WITH GRANT OPTION")
        }
        GrantKind::Revoke => format!("REVOKE {list} ON {target} FROM {grantee}"),
        GrantKind::RevokeGrantOption => {
            format!("REVOKE GRANT OPTION FOR {list} ON {target} FROM {grantee}")
        }
    };
    let cascade = if *cascade { " CASCADE" } else { "" };
    let statement = format!("{before}{statement}{cascade}");
    match grantor {
        Some(role) => as_role(role, &statement),
        None => statement,
    }
}

/// `GRANTED BY` takes no other role than the current one:
/// <https://www.postgresql.org/docs/current/sql-grant.html>.
fn as_role(role: &str, statement: &str) -> String {
    let role = quote_identifier(role);
    let mut tag = "$as_role$".to_owned();
    while statement.contains(&tag) || role.contains(&tag) {
        tag.insert(1, '_');
    }
    format!(
        "DO {tag} DECLARE before pg_catalog.text := current_user; BEGIN SET LOCAL ROLE {role}; {statement}; \
         EXECUTE pg_catalog.format('SET LOCAL ROLE %I', before); END {tag}"
    )
}

/// The object with its kind.
fn target(object: &ObjectRef, names: &Names) -> String {
    match object {
        ObjectRef::Schema(name) => format!("SCHEMA {}", quote_identifier(name)),
        ObjectRef::Type(name) => format!("TYPE {}", names.object(name)),
        ObjectRef::Sequence(name) => format!("SEQUENCE {}", names.object(name)),
        ObjectRef::Definition {
            kind,
            name,
            distinction,
        } if kind.is_routine() => {
            let called = definition::called(*kind, name, distinction, names);
            format!("{} {called}", routine(*kind))
        }
        ObjectRef::Definition { kind, name, .. } if *kind == DefinitionKind::ForeignDataWrapper => {
            format!("FOREIGN DATA WRAPPER {}", quote_identifier(&name.name))
        }
        ObjectRef::Definition { kind, name, .. } if *kind == DefinitionKind::Server => {
            format!("FOREIGN SERVER {}", quote_identifier(&name.name))
        }
        ObjectRef::Table(name)
        | ObjectRef::Definition { name, .. }
        | ObjectRef::Unmanaged { name, .. } => format!("TABLE {}", names.object(name)),
        ObjectRef::Column(column) => format!("TABLE {}", names.object(&column.table)),
        ObjectRef::Constraint { table, .. } | ObjectRef::Index { table, .. } => {
            format!("TABLE {}", names.object(table))
        }
    }
}

/// `GRANT` has no word for aggregates: <https://www.postgresql.org/docs/current/sql-grant.html>.
fn routine(kind: DefinitionKind) -> &'static str {
    if kind == DefinitionKind::Procedure {
        "PROCEDURE"
    } else {
        "FUNCTION"
    }
}

fn default_prefix(of: &DefaultPrivilegesOf) -> String {
    let schema = of.schema.as_deref();
    let schema = schema.map(|name| format!(" IN SCHEMA {}", quote_identifier(name)));
    format!(
        "ALTER DEFAULT PRIVILEGES FOR ROLE {}{} ",
        quote_identifier(&of.role),
        schema.unwrap_or_default()
    )
}

fn plural(kind: Privileged) -> &'static str {
    match kind {
        Privileged::Tables | Privileged::Columns => "TABLES",
        Privileged::Sequences => "SEQUENCES",
        Privileged::Routines => "FUNCTIONS",
        Privileged::Types => "TYPES",
        Privileged::Schemas => "SCHEMAS",
        Privileged::ForeignDataWrappers => "FOREIGN DATA WRAPPERS",
        Privileged::ForeignServers => "FOREIGN SERVERS",
        Privileged::LargeObjects => "LARGE OBJECTS",
    }
}
