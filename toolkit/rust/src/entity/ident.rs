//! Names as Rust identifiers, as SeaORM's macros turn them back into names. No I/O here.

use std::collections::BTreeSet;

use heck::{ToSnakeCase, ToUpperCamelCase};

/// <https://doc.rust-lang.org/reference/keywords.html>; sorted.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names of files that Rust looks for itself.
const FILES: &[&str] = &["lib", "main"];

/// Types that an entity's file has from SeaORM, its macros or Rust.
const TYPES: &[&str] = &[
    "ActiveModel",
    "ActiveModelBehavior",
    "ActiveModelEx",
    "ActiveModelTrait",
    "BelongsTo",
    "Box",
    "Clone",
    "Column",
    "ColumnDef",
    "ColumnTrait",
    "ColumnType",
    "ColumnTypeTrait",
    "Copy",
    "Date",
    "DateTime",
    "DateTimeLocal",
    "DateTimeUtc",
    "DateTimeWithTimeZone",
    "DbErr",
    "Debug",
    "Decimal",
    "Default",
    "Entity",
    "EntityLoader",
    "EntityName",
    "EntityTrait",
    "Enum",
    "EnumIter",
    "Eq",
    "Err",
    "Expr",
    "ForeignKeyAction",
    "From",
    "HasMany",
    "HasOne",
    "Iden",
    "IdenStatic",
    "Into",
    "IntoActiveModel",
    "IpNetwork",
    "Iterable",
    "Iterator",
    "Json",
    "Linked",
    "Model",
    "ModelEx",
    "ModelTrait",
    "None",
    "Ok",
    "Option",
    "PartialEq",
    "PrimaryKey",
    "PrimaryKeyToColumn",
    "PrimaryKeyTrait",
    "QueryFilter",
    "QueryResult",
    "RcOrArc",
    "Related",
    "RelatedEntity",
    "RelatedSelfVia",
    "Relation",
    "RelationDef",
    "RelationTrait",
    "Result",
    "Select",
    "Self",
    "Send",
    "Some",
    "String",
    "StringLen",
    "Sync",
    "Time",
    "ToString",
    "TryFrom",
    "TryInto",
    "TypedColumn",
    "Uuid",
    "Value",
    "Vec",
];

/// Identifiers that differ also where SeaORM makes variants of them.
#[derive(Debug, Default)]
pub(super) struct Idents(BTreeSet<String>);

impl Idents {
    /// A field for `name`: `type_`. SeaORM's macros do not take raw identifiers everywhere.
    pub(super) fn field(&mut self, name: &str) -> String {
        let ident = self.free(&snake(name, "field"));
        if is_keyword(&ident) {
            ident + "_"
        } else {
            ident
        }
    }

    /// A module for `name`.
    pub(super) fn module(&mut self, name: &str) -> String {
        let ident = self.free(&snake(name, "table"));
        if is_keyword(&ident) || FILES.contains(&ident.as_str()) {
            ident + "_"
        } else {
            ident
        }
    }

    /// A variant for `name`.
    pub(super) fn variant(&mut self, name: &str) -> String {
        let ident = camel(&self.free(&snake(name, "value")));
        if ident == "Self" { ident + "_" } else { ident }
    }

    /// A type for `name`, which leaves room for those that `DeriveActiveEnum` makes beside it.
    pub(super) fn data_type(&mut self, name: &str) -> String {
        let base = camel(&snake(name, "enum"));
        let mut number = 1;
        loop {
            let ident = match number {
                1 => base.clone(),
                2 => format!("{base}Type"),
                _ => format!("{base}Type{number}"),
            };
            let made = ["", "Enum", "Variant"].map(|suffix| format!("{ident}{suffix}"));
            let is_taken = |it: &String| self.0.contains(it) || TYPES.contains(&it.as_str());
            if !made.iter().any(is_taken) {
                self.0.extend(made);
                return ident;
            }
            number += 1;
        }
    }

    /// Takes `ident`, which is there already.
    pub(super) fn take(&mut self, ident: &str) {
        self.0.insert(camel(ident));
    }

    /// `wanted`, with a number where another one becomes the same variant.
    fn free(&mut self, wanted: &str) -> String {
        let mut ident = wanted.to_owned();
        let mut number = 2;
        while !self.0.insert(camel(&ident)) {
            ident = format!("{wanted}_{number}");
            number += 1;
        }
        ident
    }
}

/// As SeaORM's macros make variants of fields.
fn camel(ident: &str) -> String {
    ident.to_upper_camel_case()
}

fn is_keyword(ident: &str) -> bool {
    KEYWORDS.contains(&ident)
}

/// `name` in ASCII, as an identifier is written: files of modules have no other letters.
fn snake(name: &str, otherwise: &str) -> String {
    let ascii = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    let snake = ascii.to_snake_case();
    match snake.chars().next() {
        None => otherwise.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n{snake}"),
        Some(_) => snake,
    }
}

#[cfg(test)]
mod tests {
    use super::Idents;

    #[test]
    fn fields_differ_also_as_variants() {
        let mut idents = Idents::default();
        let fields = [
            "id",
            "createdAt",
            "field_1",
            "field1",
            "type",
            "self",
            "2nd",
            "größe",
            "é",
            "gen",
        ];
        assert_eq!(
            fields.map(|name| idents.field(name)),
            [
                "id",
                "created_at",
                "field_1",
                "field1_2",
                "type_",
                "self_",
                "n2nd",
                "gr_e",
                "field",
                "gen_"
            ]
        );
    }

    #[test]
    fn types_do_not_hide_those_of_sea_orm() {
        let mut idents = Idents::default();
        let types = ["status", "Status", "status_enum", "date", "model"];
        assert_eq!(
            types.map(|name| idents.data_type(name)),
            [
                "Status",
                "StatusType",
                "StatusEnumType",
                "DateType",
                "ModelType"
            ]
        );
    }
}
