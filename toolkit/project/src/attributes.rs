//! Words in `#[sea_orm(…)]` that SeaORM does not know. It reads past most of them in silence: with `uniqe` a
//! field has no unique key, and nobody says so.

use std::path::{Path, PathBuf};

use syn::{
    Attribute, Field, ItemEnum, ItemStruct, Meta, Token, Variant, punctuated::Punctuated,
    spanned::Spanned, visit::Visit,
};
use toolkit_runtime::{Configuration, Service};
use toolkit_scaffold::rust::parse;

use crate::{Result, entity_folder, read, source::files_below};

/// Of `struct` and `enum`, in sea-orm-macros 2.0.4: `derives/attributes.rs` (`derive_attr`, `value_type_attr`,
/// `related_attr`), and in `derives/` `entity_model.rs`, `model_ex.rs`, `active_enum.rs`, `partial_model.rs`,
/// `into_active_model.rs`, `derive_iden.rs`.
const OF_TYPES: &[&str] = &[
    "active_model",
    "active_model_ex",
    "alias",
    "array_type",
    "arrow_schema",
    "column",
    "column_type",
    "comment",
    "compact_model",
    "db_type",
    "entity",
    "enum_name",
    "exhaustive",
    "from_query_result",
    "from_str",
    "iden",
    "into_active_model",
    "model",
    "model_attrs",
    "model_ex",
    "model_ex_attrs",
    "primary_key",
    "relation",
    "rename_all",
    "rs_type",
    "schema_name",
    "set",
    "table_iden",
    "table_name",
    "to_str",
    "try_from_u64",
    "try_getable_array",
    "value_type",
];

/// Of fields: `entity_model.rs`, `derives/attributes.rs` (`compound_attr`), `partial_model.rs`,
/// `from_query_result.rs`, `into_active_model.rs`, `arrow_schema.rs`.
const OF_FIELDS: &[&str] = &[
    "alias",
    "arrow_byte_width",
    "arrow_comment",
    "arrow_field",
    "arrow_precision",
    "arrow_scale",
    "arrow_skip",
    "arrow_timestamp_unit",
    "arrow_timezone",
    "auto_increment",
    "belongs_to",
    "column_name",
    "column_type",
    "comment",
    "default",
    "default_expr",
    "default_value",
    "enum_name",
    "extra",
    "from",
    "from_alias",
    "from_col",
    "from_expr",
    "has_many",
    "has_one",
    "ignore",
    "indexed",
    "nested",
    "nullable",
    "on_delete",
    "on_update",
    "primary_key",
    "relation_enum",
    "relation_reverse",
    "renamed_from",
    "reverse",
    "save_as",
    "select_as",
    "self_ref",
    "skip",
    "skip_fk",
    "to",
    "unique",
    "unique_key",
    "via",
    "via_rel",
];

/// Of variants: `derives/attributes.rs` (`relation_attr`, `related_attr`), `active_enum.rs`, `column.rs`,
/// `derive_iden.rs`.
const OF_VARIANTS: &[&str] = &[
    "belongs_to",
    "column_name",
    "condition_type",
    "def",
    "display_value",
    "entity",
    "fk_name",
    "from",
    "has_many",
    "has_one",
    "iden",
    "num_value",
    "on_condition",
    "on_delete",
    "on_update",
    "rename",
    "skip_fk",
    "string_value",
    "to",
    "via_rel",
];

/// A word that SeaORM does not know at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// The source.
    pub file: PathBuf,
    /// The line.
    pub line: usize,
    /// The word.
    pub word: String,
    /// The one that is meant, where one is much like it.
    pub nearest: Option<&'static str>,
}

/// The words in the sources of the entities of `service` that SeaORM does not know; none where the sources are
/// not here.
///
/// # Errors
/// [`crate::Error::Files`] when a source cannot be read.
pub fn unknown_words(service: &Service, configuration: &Configuration) -> Result<Vec<UnknownWord>> {
    match entity_folder(service, configuration) {
        Ok(folder) if folder.is_dir() => below(&folder),
        Ok(_) | Err(_) => Ok(Vec::new()),
    }
}

fn below(folder: &Path) -> Result<Vec<UnknownWord>> {
    let is_rust = |it: &PathBuf| it.extension().is_some_and(|end| end == "rs");
    let mut unknown = Vec::new();
    for file in files_below(folder)?.into_iter().filter(is_rust) {
        let words = of_source(&read(&file)?).into_iter();
        unknown.extend(words.map(|(line, word, nearest)| UnknownWord {
            file: file.clone(),
            line,
            word,
            nearest,
        }));
    }
    Ok(unknown)
}

type Word = (usize, String, Option<&'static str>);

/// The unknown words of a source. The compiler tells what is no Rust at all.
fn of_source(source: &str) -> Vec<Word> {
    let mut words = Words(Vec::new());
    if source.contains("sea_orm(")
        && let Ok(file) = parse(source)
    {
        words.visit_file(&file);
    }
    words.0
}

struct Words(Vec<Word>);

impl Words {
    fn look(&mut self, attributes: &[Attribute], known: &'static [&'static str]) {
        let ours = attributes.iter().filter(|it| it.path().is_ident("sea_orm"));
        for attribute in ours {
            let list = Punctuated::<Meta, Token![,]>::parse_terminated;
            let Ok(list) = attribute.parse_args_with(list) else {
                continue;
            };
            for meta in list {
                let word = meta.path().get_ident().map(ToString::to_string);
                let word = word.filter(|it| !known.contains(&it.as_str()));
                if let Some(word) = word {
                    let line = meta.path().span().start().line;
                    let nearest = nearest(&word, known);
                    self.0.push((line, word, nearest));
                }
            }
        }
    }
}

impl<'ast> Visit<'ast> for Words {
    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.look(&item.attrs, OF_TYPES);
        syn::visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.look(&item.attrs, OF_TYPES);
        syn::visit::visit_item_enum(self, item);
    }

    fn visit_field(&mut self, field: &'ast Field) {
        self.look(&field.attrs, OF_FIELDS);
        syn::visit::visit_field(self, field);
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        self.look(&variant.attrs, OF_VARIANTS);
        syn::visit::visit_variant(self, variant);
    }
}

fn nearest(word: &str, known: &'static [&'static str]) -> Option<&'static str> {
    const ALIKE: f64 = 0.85;
    let plain = word.to_lowercase();
    known
        .iter()
        .map(|other| (strsim::jaro_winkler(&plain, other), *other))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, process::Command};

    use super::*;

    fn told(source: &str) -> Vec<String> {
        let words = of_source(source).into_iter();
        words
            .map(|(line, word, nearest)| format!("{line} {word} {}", nearest.unwrap_or("-")))
            .collect()
    }

    #[test]
    fn a_word_that_seaorm_reads_past_is_told_with_the_one_that_is_meant() {
        let source = "//! A.\nuse x::*;\n\n#[sea_orm::model]\n#[derive(DeriveEntityModel)]\n\
            #[sea_orm(table_name = \"users\", shema_name = \"s\")]\npub struct Model {\n    \
            #[sea_orm(primary_key, auto_increment = false)]\n    pub id: Uuid,\n    \
            #[sea_orm(column_type = \"Text\", uniqe)]\n    pub mail: String,\n    \
            #[sea_orm(Unique)]\n    pub name: String,\n    #[sea_orm(sparkles)]\n    pub x: i32,\n    \
            #[sea_orm(belongs_to, from = \"a\", to = \"b\", on_delte = \"Cascade\")]\n    \
            pub owner: HasOne<super::owner::Entity>,\n}\n\n\
            mod inner {\n    pub enum Kind {\n        #[sea_orm(string_valeu = \"a\")]\n        A,\n    }\n}\n";
        let expected = [
            "6 shema_name schema_name",
            "10 uniqe unique",
            "12 Unique unique",
            "14 sparkles -",
            "16 on_delte on_delete",
            "22 string_valeu string_value",
        ];
        assert_eq!(told(source), expected);
        // A word that is one elsewhere says nothing here.
        let elsewhere = "#[sea_orm(indexed)]\nstruct Model {\n    #[sea_orm(table_name = \"a\")]\n    a: i32,\n}\n";
        assert_eq!(told(elsewhere).len(), 2);
        assert_eq!(told("struct {"), [""; 0]);
    }

    /// The sources of SeaORM's macros that this package is built with.
    fn sources_of_macros() -> Vec<String> {
        let cargo = Command::new(env!("CARGO"))
            .args(["metadata", "--offline", "--format-version", "1"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let text = String::from_utf8(cargo.stdout).unwrap();
        let manifests = text.split("\"manifest_path\":\"");
        let manifest = manifests
            .filter_map(|it| it.split('"').next())
            .find(|it| it.contains("/sea-orm-macros-"))
            .unwrap();
        let folder = Path::new(manifest).with_file_name("src");
        let files = files_below(&folder).unwrap();
        files.iter().map(|it| read(it).unwrap()).collect()
    }

    #[test]
    fn every_word_that_seaorm_reads_is_known() {
        // Of other attributes and of the lists within.
        const OTHERS: [&str; 10] = [
            "sea_orm",
            "seaography",
            "serde",
            "derive",
            "doc",
            "deserialize",
            "serialize",
            "Eq",
            "DeriveEntityModel",
            "prefix",
        ];
        let asked = [
            "is_ident(\"",
            "get_as_kv(\"",
            "exists(\"",
            "get_list_args(\"",
        ];
        let mut read = BTreeSet::new();
        for source in sources_of_macros() {
            for call in asked {
                let words = source.split(call).skip(1);
                read.extend(
                    words
                        .filter_map(|it| it.split('"').next())
                        .map(str::to_owned),
                );
            }
            if source.contains("FromAttributes") {
                let fields = source
                    .lines()
                    .filter_map(|it| it.trim().strip_prefix("pub "));
                let fields = fields.filter_map(|it| it.split_once(": Option<"));
                read.extend(fields.map(|(name, _)| name.to_owned()));
            }
        }
        assert!(
            read.contains("unique") && read.contains("on_delete"),
            "{read:?}"
        );
        let known = [OF_TYPES, OF_FIELDS, OF_VARIANTS].concat();
        let is_known = |it: &str| known.contains(&it) || OTHERS.contains(&it);
        let unknown: Vec<&String> = read.iter().filter(|it| !is_known(it)).collect();
        assert_eq!(unknown, [""; 0]);
    }
}
