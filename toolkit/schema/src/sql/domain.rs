//! Domains and composite types.

use super::{Names, column::not_null_constraint};
use crate::{
    catalog::{Attribute, Composite, Domain, DomainCheck, QualifiedName},
    identifier::{quote_identifier, quote_literal},
    plan::{CompositeAction, DomainAction},
};

pub(super) fn domain(name: &QualifiedName, change: &DomainAction, names: &Names) -> String {
    let called = names.object(name);
    let alter = |what: &str| format!("ALTER DOMAIN {called} {what}");
    match change {
        DomainAction::Create(domain) => create(domain, names),
        DomainAction::Drop => format!("DROP DOMAIN {called}"),
        DomainAction::SetDefault(Some(default)) => alter(&format!("SET DEFAULT {}", default.sql)),
        DomainAction::SetDefault(None) => alter("DROP DEFAULT"),
        DomainAction::SetNotNull(true) => alter("SET NOT NULL"),
        DomainAction::SetNotNull(false) => alter("DROP NOT NULL"),
        DomainAction::AddNotNull(constraint) => {
            alter(&format!("ADD {}", not_null_constraint(constraint, None)))
        }
        DomainAction::RenameNotNull { from, to } => alter(&format!(
            "RENAME CONSTRAINT {} TO {}",
            quote_identifier(from),
            quote_identifier(to)
        )),
        DomainAction::AddCheck(check) => {
            let not_valid = if check.validated { "" } else { " NOT VALID" };
            alter(&format!("ADD {}{not_valid}", definition(check)))
        }
        DomainAction::ValidateCheck(check) => {
            alter(&format!("VALIDATE CONSTRAINT {}", quote_identifier(check)))
        }
        DomainAction::DropCheck(check) => {
            alter(&format!("DROP CONSTRAINT {}", quote_identifier(check)))
        }
        DomainAction::CommentOnCheck { check, comment } => {
            let comment = comment.as_deref();
            let comment = comment.map_or_else(|| "NULL".to_owned(), quote_literal);
            let check = quote_identifier(check);
            format!("COMMENT ON CONSTRAINT {check} ON DOMAIN {called} IS {comment}")
        }
    }
}

/// `NOT VALID` cannot be said here; a new domain has no values. The name of `NOT NULL` is always said, where
/// there is one: PostgreSQL chooses another where any constraint of the schema has it, be it that of the
/// domain which this one replaces. <https://www.postgresql.org/docs/current/sql-createdomain.html>
fn create(domain: &Domain, names: &Names) -> String {
    let Domain {
        name,
        data_type,
        collation,
        default,
        not_null,
        not_null_constraint: named,
        checks,
        comment: _,
    } = domain;
    let mut parts = vec![format!(
        "CREATE DOMAIN {} AS {}",
        names.object(name),
        names.data_type(data_type)
    )];
    parts.extend(
        collation
            .as_ref()
            .map(|collation| format!("COLLATE {}", names.object(collation))),
    );
    parts.extend(default.as_ref().map(|it| format!("DEFAULT {}", it.sql)));
    parts.extend(not_null.then(|| {
        let named = named.as_deref();
        named.map_or_else(|| "NOT NULL".to_owned(), |it| not_null_constraint(it, None))
    }));
    parts.extend(checks.values().map(definition));
    parts.join(" ")
}

fn definition(check: &DomainCheck) -> String {
    let (name, sql) = (quote_identifier(&check.name), &check.expression.sql);
    format!("CONSTRAINT {name} CHECK ({sql})")
}

pub(super) fn composite(name: &QualifiedName, change: &CompositeAction, names: &Names) -> String {
    let called = names.object(name);
    match change {
        CompositeAction::Create(Composite { attributes, .. }) => {
            let attributes: Vec<_> = attributes.iter().map(|it| attribute(it, names)).collect();
            format!("CREATE TYPE {called} AS ({})", attributes.join(", "))
        }
        CompositeAction::Drop => format!("DROP TYPE {called}"),
        CompositeAction::AddAttribute(new) => {
            format!(
                "ALTER TYPE {called} ADD ATTRIBUTE {}",
                attribute(new, names)
            )
        }
        CompositeAction::SetAttributeType(it) => {
            let (name, rest) = (quote_identifier(&it.name), type_of(it, names));
            format!("ALTER TYPE {called} ALTER ATTRIBUTE {name} TYPE {rest}")
        }
        CompositeAction::DropAttribute(name) => {
            format!(
                "ALTER TYPE {called} DROP ATTRIBUTE {}",
                quote_identifier(name)
            )
        }
    }
}

fn attribute(attribute: &Attribute, names: &Names) -> String {
    format!(
        "{} {}",
        quote_identifier(&attribute.name),
        type_of(attribute, names)
    )
}

fn type_of(attribute: &Attribute, names: &Names) -> String {
    let data_type = names.data_type(&attribute.data_type);
    let collation = attribute.collation.as_ref();
    let collation = collation.map(|it| format!(" COLLATE {}", names.object(it)));
    format!("{data_type}{}", collation.unwrap_or_default())
}
