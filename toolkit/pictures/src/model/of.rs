//! A catalog → what is drawn of it.

use super::{
    Column, Constraint, Demand, Enum, Index, Part, PartitionOf, Picture, Table, Target, View,
    ViewColumn,
};
use crate::{
    catalog::{
        self, Catalog, ConstraintKind, Definition, DefinitionKind, Distinction, Family, ForeignKey,
        IdentityKind, IndexTerm, Persistence, QualifiedName,
    },
    identifier::quote_identifier,
    sql::{self, Names},
};

impl Picture {
    /// What is drawn of `schema`, which is that of `service`.
    pub fn of(catalog: &Catalog, service: &str, schema: &str) -> Self {
        let names = Names::within(schema);
        let seen = Seen {
            catalog,
            schema,
            names: &names,
        };
        let found = catalog.schemas.get(schema);
        let tables = catalog.tables.values().filter(|it| seen.has(&it.name));
        let enums = catalog.enums.values().filter(|it| seen.has(&it.name));
        Self {
            service: service.to_owned(),
            schema: schema.to_owned(),
            comment: found.and_then(|it| it.comment.clone()),
            tables: tables.map(|table| seen.table(table)).collect(),
            views: seen.views(),
            enums: enums.map(enumeration).collect(),
            others: seen.others(),
        }
    }
}

/// What is looked at.
struct Seen<'c> {
    catalog: &'c Catalog,
    schema: &'c str,
    names: &'c Names,
}

impl Seen<'_> {
    fn has(&self, name: &QualifiedName) -> bool {
        name.schema == self.schema
    }

    /// The name as it is said from within the schema.
    fn said(&self, name: &QualifiedName) -> String {
        if self.has(name) {
            name.name.clone()
        } else {
            name.to_string()
        }
    }

    fn table(&self, table: &catalog::Table) -> Table {
        let key = table.primary_key().map(|key| key.columns.as_slice());
        let key = key.unwrap_or_default();
        let columns = table.columns.iter();
        let constraints = table.constraints.values();
        let mut constraints: Vec<Constraint> = constraints
            .map(|it| self.constraint(&table.name, it))
            .collect();
        constraints.sort_by_key(|it| it.kind);
        let indexes = table.indexes.values();
        let partition_of = table.partition_of.as_ref().map(|it| PartitionOf {
            table: self.said(&it.parent),
            bound: it.bound.clone(),
        });
        Table {
            name: table.name.name.clone(),
            comment: table.comment.clone(),
            unlogged: table.persistence == Persistence::Unlogged,
            partitioned_by: table.partitioning.as_ref().map(|it| it.key.clone()),
            partition_of,
            inherits: table.inherits.iter().map(|it| self.said(it)).collect(),
            row_security: table.row_security.enabled,
            row_security_forced: table.row_security.forced,
            columns: columns.map(|it| self.column(it, key)).collect(),
            constraints,
            indexes: indexes.map(|it| self.index(&table.name, it)).collect(),
            triggers: self.parts_of(&table.name, DefinitionKind::Trigger),
            policies: self.parts_of(&table.name, DefinitionKind::Policy),
            rules: self.parts_of(&table.name, DefinitionKind::Rule),
            migrations: Vec::new(),
        }
    }

    fn column(&self, column: &catalog::Column, key: &[String]) -> Column {
        let generated = column.generated.as_ref();
        Column {
            name: column.name.clone(),
            data_type: self.names.data_type(&column.data_type),
            nullable: column.nullable,
            default: column.default.as_ref().map(|it| it.sql.clone()),
            identity: column.identity.as_ref().map(|it| match it.kind {
                IdentityKind::Always => "ALWAYS",
                IdentityKind::ByDefault => "BY DEFAULT",
            }),
            generated: generated.map(|it| it.expression.sql.clone()),
            primary_key: key.contains(&column.name),
            comment: column.comment.clone(),
        }
    }

    fn constraint(&self, table: &QualifiedName, constraint: &catalog::Constraint) -> Constraint {
        let kind = match constraint.kind {
            ConstraintKind::PrimaryKey(_) => Demand::PrimaryKey,
            ConstraintKind::Unique(_) => Demand::Unique,
            ConstraintKind::ForeignKey(_) => Demand::ForeignKey,
            ConstraintKind::Check { .. } => Demand::Check,
            ConstraintKind::Exclusion { .. } => Demand::Exclusion,
        };
        let columns: Vec<String> = match &constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key.columns.clone(),
            ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check { .. }
            | ConstraintKind::Exclusion { .. } => {
                let columns = constraint.columns(table).into_iter();
                columns.map(str::to_owned).collect()
            }
        };
        Constraint {
            name: constraint.name.clone(),
            kind,
            columns,
            definition: sql::constraint(constraint, self.names),
            references: constraint.foreign_key().map(target),
            validated: constraint.validated,
            inherited: constraint.parent.is_some(),
            comment: constraint.comment.clone(),
        }
    }

    fn index(&self, table: &QualifiedName, index: &catalog::Index) -> Index {
        let keys = index.keys.iter().map(|key| match &key.term {
            IndexTerm::Column(name) => name.clone(),
            IndexTerm::Expression(sql) => sql.clone(),
        });
        Index {
            name: index.name.clone(),
            unique: index.unique,
            keys: keys.collect(),
            partial: index.predicate.is_some(),
            definition: sql::index(table, index, self.names),
            valid: index.valid,
            comment: index.comment.clone(),
        }
    }

    fn definitions(&self) -> impl Iterator<Item = &Definition> {
        let all = self.catalog.definitions.values();
        all.filter(|it| self.has(&it.name))
    }

    fn parts_of(&self, table: &QualifiedName, kind: DefinitionKind) -> Vec<Part> {
        let parts = self.definitions().filter(|it| {
            it.kind == kind
                && match &it.distinction {
                    Distinction::Of(relation) => *relation == table.name,
                    Distinction::None | Distinction::Arguments(_) => false,
                }
        });
        parts
            .map(|it| self.part(it, it.name.name.clone()))
            .collect()
    }

    fn part(&self, definition: &Definition, name: String) -> Part {
        Part {
            kind: definition.kind.as_str(),
            name,
            definition: sql::definition(definition, self.names),
            comment: definition.comment.clone(),
        }
    }

    fn views(&self) -> Vec<View> {
        let views = self.definitions().filter(|it| it.kind.is_relation());
        views
            .map(|it| View {
                name: it.name.name.clone(),
                kind: it.kind.as_str(),
                columns: (it.columns.iter())
                    .map(|(name, comment)| ViewColumn {
                        name: name.clone(),
                        comment: comment.clone(),
                    })
                    .collect(),
                definition: sql::definition(it, self.names),
                comment: it.comment.clone(),
            })
            .collect()
    }

    /// What is in the schema and is neither a relation nor part of one.
    fn others(&self) -> Vec<Part> {
        let domains = self.catalog.domains.values();
        let domains = domains.filter(|it| self.has(&it.name)).map(|it| Part {
            kind: "domain",
            name: it.name.name.clone(),
            definition: self.names.data_type(&it.data_type),
            comment: it.comment.clone(),
        });
        let composites = self.catalog.composites.values();
        let composites = composites.filter(|it| self.has(&it.name)).map(|it| {
            let attributes = it.attributes.iter().map(|attribute| {
                let data_type = self.names.data_type(&attribute.data_type);
                format!("{} {data_type}", quote_identifier(&attribute.name))
            });
            Part {
                kind: "composite type",
                name: it.name.name.clone(),
                definition: attributes.collect::<Vec<_>>().join(", "),
                comment: it.comment.clone(),
            }
        });
        let sequences = self.catalog.sequences.values();
        let own = sequences.filter(|it| self.has(&it.name) && it.owned_by.is_none());
        let sequences = own.map(|it| Part {
            kind: "sequence",
            name: it.name.name.clone(),
            definition: it.options.data_type.clone(),
            comment: it.comment.clone(),
        });
        let others = self.definitions().filter(|it| match it.kind.family() {
            Family::Schema | Family::Type | Family::Routine | Family::Operator => true,
            Family::Database
            | Family::Relation
            | Family::OfRelation
            | Family::Cast
            | Family::OfServer
            | Family::OfPublication => false,
        });
        let others = others.map(|it| self.part(it, it.called()));
        let unmanaged = self.catalog.unmanaged.iter();
        let unmanaged = unmanaged.filter(|it| self.has(&it.name)).map(|it| Part {
            kind: it.kind.as_str(),
            name: it.name.name.clone(),
            definition: String::new(),
            comment: None,
        });
        let all = domains.chain(composites).chain(sequences).chain(others);
        all.chain(unmanaged).collect()
    }
}

fn enumeration(it: &catalog::Enum) -> Enum {
    Enum {
        name: it.name.name.clone(),
        values: it.values.clone(),
        comment: it.comment.clone(),
    }
}

fn target(key: &ForeignKey) -> Target {
    Target {
        schema: key.references.schema.clone(),
        table: key.references.name.clone(),
        columns: key.referenced_columns.clone(),
        on_update: key.on_update.as_str(),
        on_delete: key.on_delete.as_str(),
    }
}
