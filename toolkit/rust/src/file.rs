//! The file of one migration.

use std::collections::BTreeSet;

use super::{
    body::{Body, Way, body},
    comment::{capitalized, wrapped},
    describe, imports,
    names::Names,
};
use crate::plan::Plan;

/// What the migration is besides its plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The service's own schema: its objects go by their bare names, which `search_path` resolves.
    /// Read the catalogs under the same `search_path`.
    pub schema: String,
    /// What the migration is for, in a person's words.
    pub message: Option<String>,
    /// Statements that come before those of `up`, for the extensions that the plan needs and no
    /// catalog has: `CREATE EXTENSION IF NOT EXISTS …`.
    pub prepare: Vec<String>,
}

/// The source of the migration that `up` applies and `down` takes back.
///
/// It names nothing but `sea_orm_migration`'s prelude and schema functions, and rustfmt's default
/// style has nothing to change in it.
///
/// ```
/// use toolkit_rust::{Options, migration};
/// use toolkit_schema::plan::Plan;
///
/// let options = Options { schema: "planning".to_owned(), message: Some("add priorities".to_owned()),
///     prepare: Vec::new() };
/// let source = migration(&Plan::default(), &Plan::default(), &options);
/// assert!(source.starts_with("//! Add priorities.\n\nuse sea_orm_migration::prelude::*;\n"));
/// ```
pub fn migration(up: &Plan, down: &Plan, options: &Options) -> String {
    let Options {
        schema,
        message,
        prepare,
    } = options;
    let names = Names::within(schema);
    // What the file has already, or could have by `use`.
    let mut taken = BTreeSet::from(["up", "down"].map(str::to_owned));
    let leaves_transaction = up.leaves_transaction() || down.leaves_transaction();
    let sentence = describe::sentence(up, &names);
    let (module, item) = match message.as_deref().map(message_sentence) {
        Some(message) if !message.is_empty() => (message, sentence),
        Some(_) | None => (sentence, "The migration.".to_owned()),
    };
    let (up, down) = (
        body(up, prepare, Way::Up, &mut taken, &names),
        body(down, &[], Way::Down, &mut taken, &names),
    );
    let imports = imports::imports(up.statements.iter().chain(&down.statements));
    let mut source = format!(
        "{}\n\n{imports}\n\n{}\n#[derive(DeriveMigrationName)]\npub struct Migration;\n\n\
         #[async_trait::async_trait]\nimpl MigrationTrait for Migration {{\n",
        wrapped(&module, "//!", 0),
        wrapped(&item, "///", 0),
    );
    source.push_str(&method("up", &up));
    source.push('\n');
    source.push_str(&method("down", &down));
    if leaves_transaction {
        source.push_str(
            "\n    fn use_transaction(&self) -> Option<bool> {\n        Some(false)\n    }\n",
        );
    }
    source.push_str("}\n");
    for function in up.functions.iter().chain(&down.functions) {
        source.push('\n');
        source.push_str(function);
    }
    source
}

fn method(name: &str, body: &Body) -> String {
    let manager = if body.statements.is_empty() {
        "_manager"
    } else {
        "manager"
    };
    format!(
        "    async fn {name}(&self, {manager}: &SchemaManager) -> Result<(), DbErr> {{\n{}\n    }}\n",
        body.text
    )
}

/// The message as a sentence, its identifiers as code.
pub(super) fn message_sentence(message: &str) -> String {
    let words: Vec<_> = message.split_whitespace().map(word).collect();
    let text = capitalized(&words.join(" "));
    if text.is_empty() || text.ends_with(['.', '!', '?']) {
        text
    } else {
        format!("{text}.")
    }
}

fn word(word: &str) -> String {
    let bare = word.trim_end_matches([',', '.', ';', ':', '!', '?']);
    let is_identifier = bare.contains('_')
        && bare
            .chars()
            .all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    if is_identifier {
        format!("`{bare}`{}", &word[bare.len()..])
    } else {
        word.to_owned()
    }
}
