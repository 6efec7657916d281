//! Drafts for each kind of object.

mod collations;
mod columns;
mod comments;
mod composites;
mod constraints;
mod defaults;
mod definitions;
mod domains;
mod enums;
mod identities;
mod indexes;
mod inheritance;
mod marks;
mod not_null;
mod owners;
mod parents;
mod partitions;
mod persistence;
mod privileges;
mod schemas;
mod sequences;
mod serial;
mod tables;
mod typed;
mod types;

use crate::catalog::{Column, DataType, DefinitionKind, ObjectRef, QualifiedName};

use super::{
    draft::{Draft, Part},
    facts::Context,
};

/// A draft for each action that the changes entail.
pub(super) fn drafts(context: &Context<'_>) -> Vec<Draft> {
    let serial = serial::Serial::new(context);
    let mut drafts = schemas::drafts(context);
    drafts.extend(enums::drafts(context));
    drafts.extend(domains::drafts(context));
    drafts.extend(composites::drafts(context));
    drafts.extend(types::drafts(context));
    drafts.extend(sequences::drafts(context, &serial));
    drafts.extend(tables::drafts(context, &serial));
    for (from, to) in context.kept_tables() {
        drafts.extend(columns::drafts(context, &serial, from, to));
        drafts.extend(constraints::drafts(context, from, to));
        drafts.extend(indexes::drafts(context, from, to));
        drafts.extend(inheritance::drafts(context, from, to));
        drafts.extend(typed::drafts(context, from, to));
        drafts.extend(parents::drafts(context, from, to));
    }
    drafts.extend(definitions::drafts(context));
    drafts.extend(comments::drafts(context));
    drafts.extend(privileges::drafts(context));
    drafts.extend(owners::drafts(context));
    let drafts = not_null::with_said_names(context, drafts);
    let drafts = domains::around_looks(context, drafts);
    definitions::with_hopes(context.to, drafts)
}

/// The type that a column is of; harmless for one that nobody makes here.
fn type_part(data_type: &DataType) -> Option<Part> {
    (!data_type.is_built_in()).then(|| {
        Part::Object(ObjectRef::Type(QualifiedName::new(
            &data_type.schema,
            &data_type.name,
        )))
    })
}

/// What a column's type, default and generation expression refer to.
fn column_parts(column: &Column) -> impl Iterator<Item = Part> {
    let generated = column
        .generated
        .as_ref()
        .map(|generated| &generated.expression);
    let uses = column
        .default
        .iter()
        .chain(generated)
        .flat_map(|expression| expression.uses.iter())
        .map(Part::from);
    type_part(&column.data_type)
        .into_iter()
        .chain(column.collation.as_deref().map(collation_part))
        .chain(uses)
}

fn collation_part(name: &QualifiedName) -> Part {
    Part::Object(DefinitionKind::Collation.reference(name.clone()))
}

fn schema_part(name: &QualifiedName) -> Part {
    Part::Object(ObjectRef::Schema(name.schema.clone()))
}
