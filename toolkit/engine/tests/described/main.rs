//! Entities written from a schema: they are what is in the case's folder, they compile, as here, and
//! with what is declared beside them nothing differs from the schema. The texts are those of PostgreSQL 15; newer
//! servers print views otherwise.
//!
//! A case is a folder with `schema.sql`; `UPDATE_EXPECT=1` writes the rest of it, which is compiled the
//! next time: a new case begins with a `mod.rs` that returns `super::service()`.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::doc_markdown,
    clippy::module_inception,
    clippy::struct_field_names,
    missing_docs,
    reason = "a test, and texts of its schemas"
)]

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use sea_orm::ConnectionTrait;
use sea_orm_migration::prelude::*;
use toolkit_engine::{
    catalog::Catalog,
    compare::{Wishes, compare},
    desired,
    inspect::inspect,
    render::{
        rust::{Entities, EntityOptions, entities},
        sql::{Names, statements},
    },
};
use toolkit_runtime::{Connection, Service};
use toolkit_testkit::Database;

const SCHEMA: &str = "shop";

struct NoMigrations;

impl MigratorTrait for NoMigrations {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![]
    }
}

fn service() -> Service {
    Service::new::<NoMigrations>(SCHEMA, SCHEMA)
}

macro_rules! cases {
    ($($case:ident),+ $(,)?) => {
        $(
            mod $case;

            #[tokio::test]
            async fn $case() {
                prove(stringify!($case), &$case::service()).await;
            }
        )+
    };
}

cases![hostile, keys, objects, shop, types];

async fn prove(case: &str, service: &Service) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/described")
        .join(case);
    let database = Database::create();
    let connection = Connection::open(&database.url().parse().unwrap(), "test")
        .await
        .unwrap();
    let schema = fs::read_to_string(folder.join("schema.sql")).unwrap();
    let sql = format!("CREATE SCHEMA {SCHEMA}; SET search_path = {SCHEMA}, public; {schema}");
    let made = connection.db().execute_unprepared(&sql).await;
    made.unwrap_or_else(|error| panic!("{case}: {error}"));
    let catalog = inspect(connection.db(), &desired::scope(service))
        .await
        .unwrap();
    let files = files(&catalog);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        write(&folder, &files);
        return;
    }
    if (14..=15).contains(&catalog.major_version()) {
        for (name, text) in &files {
            let kept = fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert!(
                kept == *text,
                "{case}/{name} is another one, which is:\n{text}"
            );
        }
    }
    let desired = desired::read(connection.db(), service).await;
    let desired = desired.unwrap_or_else(|error| panic!("{case}: {error}: {error:?}"));
    let comparison = compare(service, catalog, desired, &Wishes::default()).unwrap();
    let differences = statements(&comparison.up, &Names::within(SCHEMA));
    assert!(differences.is_empty(), "{case}: {differences:#?}");
    let kept: Vec<String> = comparison.kept.iter().map(ToString::to_string).collect();
    assert!(kept.is_empty(), "{case}: nothing says {kept:#?}");
}

/// The files of a case beside its schema.
fn files(catalog: &Catalog) -> BTreeMap<String, String> {
    let options = EntityOptions {
        schema: SCHEMA.to_owned(),
        modules: BTreeMap::new(),
    };
    let Entities {
        modules,
        declared,
        without_entity,
    } = entities(catalog, &options).unwrap();
    let mut files = BTreeMap::new();
    let mut list = String::new();
    let mut listed = Vec::new();
    for module in modules {
        writeln!(list, "pub mod {};", module.name).unwrap();
        if module.table.is_some() {
            listed.push(format!("entity::{}::Entity", module.name));
        }
        files.insert(format!("entity/{}.rs", module.name), module.source);
    }
    files.insert("entity/mod.rs".to_owned(), list);
    let mut source = String::new();
    for (table, why) in without_entity {
        writeln!(source, "// No entity describes {}: {why}.", table.name).unwrap();
    }
    source.push_str("pub mod entity;\n");
    if let Some(text) = declared {
        source.push_str("mod declared;\n");
        files.insert("declared.rs".to_owned(), text);
    }
    source.push_str(
        "\npub fn service() -> toolkit_runtime::Service {\n    let service = super::service();\n",
    );
    let listed = listed.join(", ");
    writeln!(
        source,
        "    let service = service.entities(|| toolkit_runtime::entities![{listed}]);"
    )
    .unwrap();
    if files.contains_key("declared.rs") {
        source.push_str("    service.declare(declared::declare)\n}\n");
    } else {
        source.push_str("    service\n}\n");
    }
    files.insert("mod.rs".to_owned(), source);
    files
}

fn write(folder: &std::path::Path, files: &BTreeMap<String, String>) {
    let _ = fs::remove_dir_all(folder.join("entity"));
    let _ = fs::remove_file(folder.join("declared.rs"));
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
