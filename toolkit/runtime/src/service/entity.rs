//! A table as a SeaORM entity describes it. No I/O here.

use std::sync::OnceLock;

use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, Iterable, PrimaryKeyToColumn, RelationTrait, Schema,
    sea_query::{ColumnSpec, ColumnType, ForeignKeyCreateStatement, Iden, IndexCreateStatement},
};

/// A table as a SeaORM entity describes it, with SeaORM's own names.
#[derive(Clone, Debug)]
pub struct EntityTable {
    /// The entity's Rust path: `entity::planning::plan::Entity`.
    pub path: &'static str,
    /// Its `schema_name`.
    pub schema: Option<String>,
    /// Its `table_name`.
    pub name: String,
    /// Its `comment`.
    pub comment: Option<String>,
    /// Its columns in order.
    pub columns: Vec<EntityColumn>,
    /// The columns of its primary key in order.
    pub primary_key: Vec<String>,
    /// Indexes of `indexed` columns and of `unique_key`s.
    pub indexes: Vec<IndexCreateStatement>,
    /// Foreign keys of its `belongs_to` relations.
    pub foreign_keys: Vec<ForeignKeyCreateStatement>,
}

/// A column as a SeaORM entity describes it.
#[derive(Clone, Debug)]
pub struct EntityColumn {
    /// Its name.
    pub name: String,
    /// Its type; an enum carries its variants.
    pub column_type: ColumnType,
    /// Nullability, default, uniqueness, auto-increment, extra. Its comment is in `comment`.
    pub spec: ColumnSpec,
    /// Its comment.
    pub comment: Option<String>,
    /// The name that it had, says `renamed_from`.
    pub renamed_from: Option<String>,
}

/// Who is told of each relation.
static WATCHER: OnceLock<fn(&str, &str)> = OnceLock::new();

impl EntityTable {
    /// Has `watcher` told of each entity and its relation before that is asked for its columns: relations
    /// that call each other use up the stack, and then nothing more is heard. The first watcher stays.
    pub fn watch_relations(watcher: fn(&str, &str)) {
        WATCHER.get_or_init(|| watcher);
    }

    /// Describes the entity `E`.
    pub fn of<E: EntityTrait>(entity: E) -> Self {
        if let Some(watcher) = WATCHER.get() {
            for relation in E::Relation::iter() {
                watcher(std::any::type_name::<E>(), &format!("{relation:?}"));
                relation.def();
            }
        }
        let schema = Schema::new(DbBackend::Postgres);
        let table = schema.create_table_from_entity(entity);
        Self {
            path: std::any::type_name::<E>(),
            schema: entity.schema_name().map(str::to_owned),
            name: entity.table_name().to_owned(),
            comment: table.get_comment().cloned(),
            columns: E::Column::iter()
                .map(|column| describe::<E>(&schema, column))
                .collect(),
            primary_key: E::PrimaryKey::iter()
                .map(|key| key.into_column().unquoted().to_owned())
                .collect(),
            indexes: schema.create_index_from_entity(entity),
            foreign_keys: table.get_foreign_key_create_stmts().clone(),
        }
    }

    /// The Rust module of the entity: `entity::planning::plan`.
    pub fn module(&self) -> &'static str {
        self.path
            .rsplit_once("::")
            .map_or(self.path, |(module, _)| module)
    }
}

fn describe<E: EntityTrait>(schema: &Schema, column: E::Column) -> EntityColumn {
    let mut spec = schema.get_column_def::<E>(column).get_column_spec().clone();
    let (comment, renamed_from) = split_comment(spec.comment.take());
    EntityColumn {
        name: column.unquoted().to_owned(),
        column_type: column.def().get_column_type().clone(),
        spec,
        comment,
        renamed_from,
    }
}

/// SeaORM appends `renamed_from "x"` to the comment.
fn split_comment(comment: Option<String>) -> (Option<String>, Option<String>) {
    let Some(text) = comment else {
        return (None, None);
    };
    let marker = "renamed_from \"";
    let Some((before, name)) = text
        .rsplit_once(marker)
        .and_then(|(before, rest)| Some((before, rest.strip_suffix('"')?)))
    else {
        return (Some(text), None);
    };
    match before.strip_suffix("; ") {
        Some(comment) => (Some(comment.to_owned()), Some(name.to_owned())),
        None if before.is_empty() => (None, Some(name.to_owned())),
        None => (Some(text), None),
    }
}

#[cfg(test)]
mod tests {
    use super::split_comment;

    #[test]
    fn renamed_from_is_taken_out_of_the_comment() {
        let some = |text: &str| Some(text.to_owned());
        for (comment, expected) in [
            (None, (None, None)),
            (some("a note"), (some("a note"), None)),
            (some("renamed_from \"old\""), (None, some("old"))),
            (
                some("a note; renamed_from \"old\""),
                (some("a note"), some("old")),
            ),
        ] {
            assert_eq!(split_comment(comment), expected);
        }
    }
}
