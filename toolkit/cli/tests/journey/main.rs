//! From a database that Alembic made to migrations in Rust: adopted, stamped, changed, squashed.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test reports by panicking"
)]

mod alembic;
mod workspace;

use toolkit_testkit::{Cluster, Database, server, slow_tier};

use crate::{alembic::Alembic, workspace::Workspace};

const NAME: &str = "a_database_of_alembic_is_adopted_and_goes_on";

#[test]
fn a_database_of_alembic_is_adopted_and_goes_on() {
    let Some(cluster) = slow_tier(NAME).then(|| server(NAME)).flatten() else {
        return;
    };
    let Some(alembic) = Alembic::install(NAME) else {
        return;
    };
    let journey = Journey {
        cluster,
        alembic,
        workspace: Workspace::create(),
    };
    let database = journey.database_of_alembic();
    journey.adopt(&database);
    journey.make_anew();
    journey.stamp_elsewhere();
    journey.go_on(&database);
    journey.squash(&database);
}

/// A migration by hand that makes rows.
const SEED: &str = r#"//! Seeds the categories.

use sea_orm_migration::prelude::*;

/// The migration.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let insert = Query::insert()
            .into_table("categories")
            .columns(["name"])
            .values_panic(["toys".into()])
            .to_owned();
        manager.execute(insert).await?;
        manager
            .get_connection()
            .execute_unprepared("CREATE INDEX CONCURRENTLY categories_in_lower_case ON categories (lower(name))")
            .await
            .map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared("DROP INDEX CONCURRENTLY categories_in_lower_case")
            .await?;
        manager
            .get_connection()
            .execute_unprepared("DELETE FROM categories WHERE name = 'toys'")
            .await
            .map(drop)
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}
"#;

struct Journey {
    cluster: &'static Cluster,
    alembic: Alembic,
    workspace: Workspace,
}

/// `pg_dump`'s options for the two schemas without anybody's own tables.
const SCHEMAS: &[&str] = &[
    "--schema=shop",
    "--schema=billing",
    "--exclude-table=*.seaql_migrations",
    "--exclude-table=*.toolkit_ledger*",
    "--exclude-table=*.alembic_version",
];

impl Journey {
    /// A database in which Alembic made both schemas.
    fn database_of_alembic(&self) -> Database {
        let database = self.cluster.database();
        for project in ["shop", "billing"] {
            self.alembic.upgrade(project, &database.url());
        }
        let versions = "SELECT (SELECT version_num FROM shop.alembic_version), version_num FROM alembic_version";
        assert_eq!(self.cluster.psql(database.name(), versions), "2b|1c");
        database
    }

    fn dump(&self, database: &Database) -> String {
        self.cluster.dump(database.name(), SCHEMAS)
    }

    fn adopt(&self, database: &Database) {
        let (workspace, url) = (&self.workspace, database.url());
        workspace.build();
        let before = self.cluster.dump(database.name(), &[]);

        let dry = workspace.toolkit(&url, &["adopt", "-s", "shop", "--dry-run"], 0);
        for expected in [
            "shop: the baseline makes 2 tables, 1 enum type, 2 sequences and 3 other objects\n",
            "shop.alembic_version is at 2b; it is kept",
            "\n  view shop.live_products\n",
            "\n  function shop.touch()\n",
            "\n  trigger shop.products.touch\n",
            "`generate` will find nothing to do",
        ] {
            assert!(dry.stdout.contains(expected), "{expected}: {}", dry.stdout);
        }
        let refused = workspace.toolkit(&url, &["adopt", "-s", "shop"], 1);
        assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
        let empty = self.cluster.database();
        let refused = workspace.toolkit(&empty.url(), &["adopt", "-s", "shop", "--yes"], 1);
        let told = "its schema shop holds nothing to adopt";
        assert!(refused.stderr.contains(told), "{}", refused.stderr);
        assert_eq!(workspace.files("shop/src"), ["lib.rs"]);
        assert_eq!(self.cluster.dump(database.name(), &[]), before);
        self.fail_to_adopt(database);
        assert_eq!(workspace.files("shop/src"), ["lib.rs"]);

        workspace.toolkit(&url, &["adopt", "-s", "shop", "--yes"], 0);
        let billing = workspace.toolkit(&url, &["adopt", "-s", "billing", "--yes"], 0);
        let told = "public.alembic_version is at 1c";
        assert!(billing.stdout.contains(told), "{}", billing.stdout);
        for service in ["shop", "billing"] {
            let folder = format!("{service}/src");
            let files = workspace.files(&folder);
            assert_eq!(files.len(), 2);
            workspace.formatted(&format!("{folder}/{}", files[1]));
        }
        workspace.build();
        let check = workspace.toolkit(&url, &["check"], 0);
        assert_eq!(check.stdout.matches(" ok ").count(), 4, "{}", check.stdout);
        workspace.toolkit(&url, &["verify"], 0);
        let again = workspace.toolkit(&url, &["adopt", "-s", "shop", "--yes"], 1);
        assert!(
            again.stderr.contains("has migrations already"),
            "{}",
            again.stderr
        );
        let nothing = workspace.toolkit(&url, &["generate", "-s", "billing"], 0);
        assert!(
            nothing.stdout.contains("nothing to do"),
            "{}",
            nothing.stdout
        );
    }

    /// A role that may only read cannot record the baseline: its files are put back.
    fn fail_to_adopt(&self, database: &Database) {
        let role = "CREATE ROLE reader LOGIN CREATEDB; GRANT USAGE ON SCHEMA shop TO reader";
        self.cluster.psql(database.name(), role);
        let url = self.cluster.url("reader", database.name());
        let library = self.workspace.read("shop/src/lib.rs");
        let words = ["adopt", "-s", "shop", "--yes"];
        let failed = self.workspace.toolkit(&url, &words, 2);
        let told = "permission denied for schema shop";
        assert!(failed.stderr.contains(told), "{}", failed.stderr);
        let told = "a revision that this role may not read";
        assert!(failed.stdout.contains(told), "{}", failed.stdout);
        assert_eq!(self.workspace.read("shop/src/lib.rs"), library);
        let role = "REVOKE USAGE ON SCHEMA shop FROM reader";
        self.cluster.psql(database.name(), role);
    }

    /// The baselines make the same schemas in an empty database, says `pg_dump`.
    fn make_anew(&self) {
        let (adopted, new) = (self.database_of_alembic(), self.cluster.database());
        self.workspace.toolkit(&new.url(), &["up-all"], 0);
        assert_eq!(self.dump(&new), self.dump(&adopted));
    }

    /// In another database the baseline is stamped, if it is true there.
    fn stamp_elsewhere(&self) {
        let (workspace, database) = (&self.workspace, self.database_of_alembic());
        let url = database.url();
        workspace.toolkit(&url, &["stamp", "-s", "shop", "--all"], 0);
        let drift = "ALTER TABLE billing.invoices ALTER COLUMN due DROP NOT NULL";
        self.cluster.psql(database.name(), drift);
        let refused = workspace.toolkit(&url, &["stamp", "-s", "billing", "--all"], 1);
        let told = "ALTER TABLE invoices ALTER COLUMN due SET NOT NULL";
        assert!(refused.stdout.contains(told), "{}", refused.stdout);
    }

    /// The first migration of the service's own.
    fn go_on(&self, database: &Database) {
        let (workspace, url) = (&self.workspace, database.url());
        workspace.edit(
            "entity/src/lib.rs",
            "            // A new field goes here.\n",
            "            pub weight: Option<i32>,\n",
        );
        workspace.build();
        let dry_run = ["generate", "--dry-run", "--format", "json"];
        let shown = workspace.toolkit(&url, &dry_run, 0).stdout;
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let services = shown["services"].as_array().unwrap();
        let statements = services.iter().map(|it| &it["statements"]);
        let counts: Vec<_> = statements.map(|it| it.as_array().unwrap().len()).collect();
        assert_eq!(counts, [1, 0], "{shown}");
        let generated = workspace.toolkit(&url, &["generate", "-m", "weigh products"], 0);
        for told in [
            "billing: nothing to do",
            "shop:\n  + ALTER TABLE products ADD",
        ] {
            assert!(generated.stdout.contains(told), "{}", generated.stdout);
        }
        workspace.build();
        let plan = workspace.toolkit(&url, &["plan", "-s", "shop"], 1);
        assert!(
            plan.stdout.contains("\"weight\" integer"),
            "{}",
            plan.stdout
        );
        workspace.toolkit(&url, &["up", "-s", "shop"], 0);
        workspace.toolkit(&url, &["check"], 0);
        workspace.toolkit(&url, &["plan"], 0);
        self.alembic.upgrade("shop", &url);
        let rows = "SELECT version_num || (SELECT count(*) FROM shop.categories) FROM shop.alembic_version";
        assert_eq!(self.cluster.psql(database.name(), rows), "2b2");
    }

    /// The baseline and the first own migration become one; the rows of a third are not lost.
    fn squash(&self, database: &Database) {
        let (workspace, url) = (&self.workspace, database.url());
        let words = ["generate", "-s", "shop", "--empty", "-m", "seed categories"];
        workspace.toolkit(&url, &words, 0);
        let files = workspace.files("shop/src");
        let [_, baseline, weigh, seed] = files.as_slice() else {
            panic!("{files:?}");
        };
        let name = |file: &str| file.trim_end_matches(".rs").to_owned();
        // It names the one before it, which is squashed later.
        let names = format!("const _: Option<super::{}::Migration> = None;", name(weigh));
        workspace.write(&format!("shop/src/{seed}"), &format!("{SEED}\n{names}\n"));
        workspace.build();
        let plan = workspace.toolkit(&url, &["plan", "-s", "shop"], 1);
        let told = r#"INSERT INTO "categories" ("name") VALUES ('toys')"#;
        for told in [
            told,
            "runs outside a transaction",
            "  CREATE INDEX CONCURRENTLY",
        ] {
            assert!(plan.stdout.contains(told), "{}", plan.stdout);
        }
        workspace.toolkit(&url, &["up", "-s", "shop"], 0);
        let partial = self.database_of_alembic();
        let words = ["stamp", "-s", "shop", &name(baseline)];
        workspace.toolkit(&partial.url(), &words, 0);

        let refused = workspace.toolkit(&url, &["squash", "-s", "shop"], 1);
        for told in ["  1 row of shop.categories\n", told] {
            assert!(refused.stdout.contains(told), "{}", refused.stdout);
        }
        let words = ["squash", "-s", "shop", "--drop-data", "--dry-run"];
        let warned = workspace.toolkit(&url, &words, 0);
        let told = "warning: 1 row of shop.categories\n";
        assert!(warned.stderr.contains(told), "{}", warned.stderr);
        assert_eq!(workspace.files("shop/src"), files);
        let words = ["squash", "-s", "shop", "--through", &name(weigh)];
        workspace.toolkit(&url, &words, 0);
        let mut left = workspace.files("shop/src");
        assert!(left.contains(weigh) && !left.contains(baseline), "{left:?}");
        left.retain(|file| file != weigh);
        assert_eq!(left.len(), 3, "{left:?}");
        for file in &left[..2] {
            workspace.formatted(&format!("shop/src/{file}"));
        }
        workspace.build();

        let refused = workspace.toolkit(&partial.url(), &["up", "-s", "shop"], 1);
        let told = format!("only partly applied; pending of them: {}", name(weigh));
        assert!(refused.stderr.contains(&told), "{}", refused.stderr);
        workspace.toolkit(&url, &["check"], 0);
        workspace.toolkit(&url, &["up", "-s", "shop"], 0);
        let rows = "SELECT string_agg(version, ',' ORDER BY version) FROM shop.seaql_migrations";
        let names: Vec<String> = left[1..].iter().map(|file| name(file)).collect();
        assert_eq!(self.cluster.psql(database.name(), rows), names.join(","));
        let new = self.cluster.database();
        workspace.toolkit(&new.url(), &["up-all"], 0);
        assert_eq!(self.dump(&new), self.dump(database));
        workspace.toolkit(&url, &["verify"], 0);
    }
}
