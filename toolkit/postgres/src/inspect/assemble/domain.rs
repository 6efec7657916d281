//! Domains and composite types.

use std::collections::BTreeMap;

use super::{Names, Rows};
use crate::{
    catalog::{Attribute, Composite, Domain, DomainCheck, Expression, NotNull, QualifiedName},
    inspect::{
        dependencies::SystemCatalog,
        domains::{DomainCheckRow, DomainRow},
        relations::RelationKind,
        row::Oid,
    },
};

/// The domains with their checks.
pub(super) fn domains(rows: &Rows, names: &Names) -> BTreeMap<QualifiedName, Domain> {
    let domains = rows.domains.iter().filter_map(|row| {
        let domain = domain(row, rows, names)?;
        Some((domain.name.clone(), domain))
    });
    domains.collect()
}

fn domain(row: &DomainRow, rows: &Rows, names: &Names) -> Option<Domain> {
    let data_type = rows.types.get(&row.data_type)?;
    let checks = rows
        .domain_checks
        .iter()
        .filter(|check| check.domain == row.oid)
        .filter_map(|check| Some((check.name.clone(), domain_check(check, rows, names)?)));
    let mut constraints = rows.domain_checks.iter();
    let not_null = constraints.find(|it| it.domain == row.oid && it.expression.is_none());
    let uses = names.uses(SystemCatalog::TYPE, row.oid);
    Some(Domain {
        name: names.qualified(row.schema, &row.name),
        data_type: (*data_type.data_type).clone(),
        collation: collation(row.collation, data_type.collation, rows),
        default: row.default.clone().map(|sql| Expression { sql, uses }),
        not_null: row.not_null,
        not_null_constraint: not_null.map(|it| {
            Box::new(NotNull {
                name: it.name.clone(),
                inherited: false,
                validated: true,
                no_inherit: false,
                comment: rows.comment(SystemCatalog::CONSTRAINT, it.oid),
                said: false,
            })
        }),
        checks: checks.collect(),
        comment: rows.comment(SystemCatalog::TYPE, row.oid),
    })
}

fn domain_check(row: &DomainCheckRow, rows: &Rows, names: &Names) -> Option<DomainCheck> {
    Some(DomainCheck {
        name: row.name.clone(),
        expression: Expression {
            sql: row.expression.clone()?,
            uses: names.uses(SystemCatalog::CONSTRAINT, row.oid),
        },
        validated: row.validated,
        comment: rows.comment(SystemCatalog::CONSTRAINT, row.oid),
    })
}

/// `collation`, where it is not the type's own.
fn collation(collation: Oid, of_type: Oid, rows: &Rows) -> Option<QualifiedName> {
    if collation == of_type {
        None
    } else {
        rows.collations.get(&collation).cloned()
    }
}

/// The composite types with their attributes.
pub(super) fn composites(rows: &Rows, names: &Names) -> BTreeMap<QualifiedName, Composite> {
    let relations = rows
        .relations
        .iter()
        .filter(|row| row.kind == RelationKind::Composite);
    let composites = relations.map(|row| {
        let attributes = rows.columns_of(row.oid).iter().filter_map(|column| {
            let data_type = rows.types.get(&column.data_type)?;
            Some(Attribute {
                name: column.name.clone(),
                data_type: (*data_type.data_type).clone(),
                collation: collation(column.collation, data_type.collation, rows),
                comment: rows.column_comment(row.oid, column.number),
            })
        });
        let name = names.qualified(row.schema, &row.name);
        let composite = Composite {
            name: name.clone(),
            attributes: attributes.collect(),
            comment: rows.comment(SystemCatalog::TYPE, row.row_type),
        };
        (name, composite)
    });
    composites.collect()
}
