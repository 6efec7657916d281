//! What an entity leaves open is no difference: names, unique as constraint or as index, serial or
//! identity, storage. What it says is one.

use toolkit_runtime::entities;

use toolkit_engine::{
    compare::{Comparison, Wishes},
    verify,
};

use crate::{Bench, service};

/// Accounts.
mod account {
    use sea_orm::entity::prelude::*;

    /// An account.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "accounts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(unique)]
        pub email: String,
        #[sea_orm(unique_key = "name")]
        pub realm: String,
        #[sea_orm(unique_key = "name")]
        pub name: String,
        #[sea_orm(indexed)]
        pub city: String,
        pub parent_id: Option<i32>,
        #[sea_orm(self_ref, relation_enum = "Parent", from = "parent_id", to = "id")]
        pub parent: BelongsTo<Option<Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The same table as another tool would have made it.
const BY_ANOTHER_TOOL: &str = "
    CREATE TABLE accounts (
        id serial CONSTRAINT accounts_primary PRIMARY KEY,
        email varchar NOT NULL,
        realm varchar NOT NULL,
        name varchar NOT NULL,
        city varchar NOT NULL,
        parent_id int CONSTRAINT accounts_parent REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT accounts_name UNIQUE (realm, name)
    ) WITH (fillfactor = 90);
    CREATE UNIQUE INDEX ux_accounts_email ON accounts (email);
    CREATE INDEX ix_accounts_city ON accounts (city);
    ALTER TABLE accounts ALTER city SET STATISTICS 500, ALTER name SET STORAGE external;
    CREATE INDEX by_hand ON accounts (lower(city));
    CREATE TABLE nobodys (id int);
    CREATE VIEW seen AS SELECT 1 AS one;
";

#[tokio::test]
async fn what_an_entity_leaves_open_is_no_difference() {
    let service = service(|| entities![account::Entity]);
    let bench = Bench::create(&service).await;
    bench.send(BY_ANOTHER_TOOL).await;
    assert_eq!(bench.difference(&service).await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_an_entity_says_is_a_difference() {
    let service = service(|| entities![account::Entity]);
    let bench = Bench::create(&service).await;
    bench.send(BY_ANOTHER_TOOL).await;
    for (change, expected) in [
        (
            "ALTER TABLE accounts ALTER email DROP NOT NULL",
            "ALTER COLUMN email SET NOT NULL",
        ),
        (
            "ALTER TABLE accounts ALTER name TYPE varchar(9)",
            "ALTER COLUMN name TYPE character varying",
        ),
        ("DROP INDEX ux_accounts_email", "UNIQUE (email)"),
        (
            "DROP INDEX ix_accounts_city",
            "CREATE INDEX \"idx-accounts-city\" ON accounts (city)",
        ),
        (
            "ALTER TABLE accounts DROP CONSTRAINT accounts_name",
            "ON accounts (realm, name)",
        ),
        (
            "ALTER TABLE accounts DROP CONSTRAINT accounts_parent",
            "FOREIGN KEY (parent_id)",
        ),
        ("ALTER TABLE accounts ADD extra int", "DROP COLUMN extra"),
        (
            "CREATE INDEX another ON accounts (name)",
            "DROP INDEX another",
        ),
        (
            "ALTER TABLE accounts ADD UNIQUE (city)",
            "DROP CONSTRAINT accounts_city_key",
        ),
        (
            "ALTER TABLE accounts ALTER city SET DEFAULT 'x'",
            "ALTER COLUMN city DROP DEFAULT",
        ),
        (
            "COMMENT ON COLUMN accounts.city IS 'x'",
            "COMMENT ON COLUMN accounts.city IS NULL",
        ),
    ] {
        bench.send(change).await;
        let difference = bench.difference(&service).await;
        assert_eq!(difference.len(), 1, "{change}: {difference:#?}");
        assert!(
            difference[0].contains(expected),
            "{change}: {difference:#?}"
        );
        bench.settle(&service).await;
    }
}

/// A table with an enum of its own, of which only the other table is still an entity.
const WITH_AN_ENUM: &str = "
    CREATE TYPE kind AS ENUM ('a', 'b');
    CREATE TABLE nobodys (kind kind NOT NULL DEFAULT 'a');
";

#[tokio::test]
async fn a_kept_table_keeps_its_enum() {
    let service = service(|| entities![account::Entity]);
    let bench = Bench::create(&service).await;
    bench.settle(&service).await;
    bench.send(WITH_AN_ENUM).await;
    assert_eq!(bench.difference(&service).await, [] as [&str; 0]);
}

/// Something said in JSON.
mod note {
    use sea_orm::entity::prelude::*;

    /// A note.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "notes")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        #[sea_orm(column_type = "Json")]
        pub said: Json,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn a_kept_index_that_a_new_type_has_no_use_for_is_named() {
    let service = service(|| entities![note::Entity]);
    let bench = Bench::create(&service).await;
    bench
        .send(
            "CREATE TABLE notes (id serial PRIMARY KEY, said jsonb NOT NULL);
             CREATE INDEX found_by ON notes USING gin (said)",
        )
        .await;
    let prove = async |comparison: &Comparison| {
        let Comparison {
            current,
            target,
            up,
            down,
            ..
        } = comparison;
        let db = bench.connection.db();
        verify::prove(db, &service, up, down, current, target).await
    };
    let comparison = bench.compare(&service, &Wishes::default()).await;
    let error = prove(&comparison).await.expect_err("json has no GIN");
    let error = comparison.with_what_is_in_the_way(error, &service);
    let told = error.to_string();
    assert!(
        told.contains("no entity or declaration says index found_by of shop.notes, which is kept"),
        "{told}"
    );
    assert!(error.hint().is_some_and(|hint| hint.contains("--drop")));
    let drop = Wishes {
        drop: vec!["found_by".to_owned()],
        ..Wishes::default()
    };
    let comparison = bench.compare(&service, &drop).await;
    prove(&comparison).await.expect("the index goes first");
}
