use std::process::Command;

use super::*;

/// Makes sure that rustfmt would write none of the sources otherwise.
fn are_formatted(sources: &[String]) {
    let folder = tempfile::tempdir().unwrap();
    let mut rustfmt = Command::new("rustfmt");
    let words = [
        "--check",
        "--edition",
        "2024",
        "--config",
        "skip_children=true",
    ];
    rustfmt.args(words);
    for (number, source) in sources.iter().enumerate() {
        // Of modules that are not there rustfmt complains.
        let modules = source.lines().filter(|it| it.starts_with("mod "));
        for module in modules {
            let name = module.trim_start_matches("mod ").replace(';', ".rs");
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let path = folder.path().join(format!("source_{number}.rs"));
        std::fs::write(&path, source).unwrap();
        rustfmt.arg(path);
    }
    let output = rustfmt.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
}

/// What `sea-orm-cli migrate init` writes.
const OF_SEA_ORM: &str = "pub use sea_orm_migration::prelude::*;\n\nmod m20220101_000001_create_table;\n\n\
    pub struct Migrator;\n\n#[async_trait::async_trait]\nimpl MigratorTrait for Migrator {\n    \
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        \
    vec![Box::new(m20220101_000001_create_table::Migration)]\n    }\n}\n";

#[test]
fn what_is_written_is_as_rustfmt_leaves_it() {
    let mut sources = Vec::new();
    for count in 0..5 {
        for length in 1..40 {
            let entity = |it: usize| format!("entity::{}{it}::Entity", "n".repeat(length));
            let entities: Vec<String> = (0..count).map(entity).collect();
            let first = (length % 2 == 0).then_some("m1");
            sources.push(library("shop", "shop", &entities, first));
            let name = "s".repeat(length);
            let defined = with_definition(OF_SEA_ORM, &name, "public", &entities);
            sources.push(defined.unwrap());
        }
    }
    are_formatted(&sources);
}

#[test]
fn a_definition_stands_where_sea_orm_cli_leaves_it() {
    let entities = ["entity::post::Entity".to_owned()];
    let defined = with_definition(OF_SEA_ORM, "blog", "public", &entities).unwrap();
    assert_eq!(
        of_service(&parse(&defined).unwrap()),
        Some(("blog".to_owned(), "public".to_owned()))
    );
    // It replaces this, and nothing of the definition is in it.
    let (start, end) = (
        defined.find("vec![").unwrap(),
        defined.rfind("]\n").unwrap(),
    );
    assert_eq!(
        &defined[start..=end],
        "vec![Box::new(m20220101_000001_create_table::Migration)]"
    );
    assert_eq!(of_service(&parse(OF_SEA_ORM).unwrap()), None);
    with_definition("pub struct Migrator;\n", "a", "a", &[]).unwrap_err();
}

#[test]
fn entities_and_declarations_are_added_once() {
    let paths = |names: &[&str]| -> Vec<String> {
        let path = |it: &&str| format!("entity::shop::{it}::Entity");
        names.iter().map(path).collect()
    };
    let none = library("shop", "shop", &[], None);
    let declared = with_declared(&none).unwrap();
    assert!(
        declared.contains("\nmod declared;\n\n/// The service as"),
        "{declared}"
    );
    assert_eq!(with_declared(&declared).unwrap(), declared);
    let short = with_definition(OF_SEA_ORM, "blog", "public", &[]).unwrap();
    let mut sources = vec![
        declared.clone(),
        with_entities(&short, &paths(&["cart"])).unwrap(),
        with_declared(&short).unwrap(),
    ];
    for names in [&["cart"][..], &["cart", "customer", "a_rather_long_name"]] {
        let listed = with_entities(&declared, &paths(names)).unwrap();
        assert_eq!(with_entities(&listed, &paths(names)).unwrap(), listed);
        let more = ["a_product_of_a_shop", "b_product_of_a_shop"];
        let more = with_entities(&listed, &paths(&more)).unwrap();
        assert_eq!(more.matches("::Entity").count(), names.len() + 2);
        sources.extend([listed, more]);
    }
    are_formatted(&sources);
}

#[test]
fn the_definition_says_which_migrations_wait_and_may_be_begun_again() {
    let source = "pub fn service() -> Service {\n    Service::new::<M>(\"a\", \"a\")\n        \
        .folder(env!(\"CARGO_MANIFEST_DIR\"))\n        .declare(|it| {\n            it\n        })\n}\n";
    let expected = source.replace(
        "        })\n}",
        "        })\n        .after_rollout(\"m1\")\n        .resumable(\"m2\")\n}",
    );
    assert_eq!(
        with_said(source, &[("after_rollout", "m1"), ("resumable", "m2")]).unwrap(),
        expected
    );
}

#[test]
fn a_definition_on_one_line_gets_lines_of_its_own() {
    let source = "fn service() -> Service {\n    Service::new::<M>(\"a\", \"a\")\n}\n";
    let after = with_said(source, &[("after_rollout", "m1")]).unwrap();
    let expected = "Service::new::<M>(\"a\", \"a\")\n        .after_rollout(\"m1\")\n}";
    assert!(after.contains(expected), "{after}");
}

#[test]
fn a_file_without_a_definition_is_refused() {
    let refused = with_said("pub struct M;", &[("after_rollout", "m1")]);
    assert_eq!(refused.unwrap_err(), "`Service::new` stands 0 times in it");
}
