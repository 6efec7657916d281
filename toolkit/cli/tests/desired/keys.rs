//! Keys and names that an entity cannot spell out: the order of columns, names that PostgreSQL cuts, the
//! schema of an enum; and foreign keys that PostgreSQL refuses.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};
use toolkit_engine::desired;
use toolkit_runtime::{Failure, entities};

use crate::{Bench, service};

/// Fields in another order than the columns of the keys.
mod seat {
    use sea_orm::entity::prelude::*;

    /// A seat.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "seats")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub hall: i32,
        #[sea_orm(unique_key = "place")]
        pub y: i32,
        #[sea_orm(unique_key = "place")]
        pub x: i32,
        #[sea_orm(unique_key = "sold")]
        pub ticket: i32,
        #[sea_orm(unique_key = "sold")]
        pub day: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The order that another tool chose.
const SEATS: &str = "
    CREATE TABLE seats (
        hall int NOT NULL, number int NOT NULL, x int NOT NULL, y int NOT NULL,
        day int NOT NULL, ticket int NOT NULL,
        PRIMARY KEY (hall, number), CONSTRAINT place UNIQUE (x, y)
    );
    CREATE UNIQUE INDEX \"idx-seats-sold\" ON seats (day, ticket);
";

#[tokio::test]
async fn the_order_of_the_columns_of_a_key_is_left_open() {
    let service = service(|| entities![seat::Entity]);
    let bench = Bench::create(&service).await;
    bench.send(SEATS).await;
    assert_eq!(bench.difference(&service).await, [] as [&str; 0]);
    bench
        .send("ALTER TABLE seats DROP CONSTRAINT seats_pkey, ADD PRIMARY KEY (hall, number, x)")
        .await;
    let difference = bench.difference(&service).await;
    assert!(
        difference
            .iter()
            .any(|it| it.contains("PRIMARY KEY (number, hall)")),
        "{difference:#?}"
    );
}

/// A table whose name leaves SeaORM's names of keys and indexes no room.
mod long {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(
        schema_name = "shop",
        table_name = "Ümläute_in_the_name_of_a_table_that_is_far_too_long_for_its_k"
    )]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub part: i32,
        #[sea_orm(indexed)]
        pub city: String,
        #[sea_orm(indexed)]
        pub street: String,
        #[sea_orm(unique)]
        pub code: String,
        pub seat_number: Option<i32>,
        pub seat_hall: Option<i32>,
        pub next_number: Option<i32>,
        pub next_hall: Option<i32>,
        #[sea_orm(
            belongs_to,
            relation_enum = "Seat",
            from = "(seat_number, seat_hall)",
            to = "(number, hall)"
        )]
        pub seat: BelongsTo<Option<super::seat::Entity>>,
        #[sea_orm(
            belongs_to,
            relation_enum = "Next",
            from = "(next_number, next_hall)",
            to = "(number, hall)"
        )]
        pub next: BelongsTo<Option<super::seat::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn names_that_are_cut_to_the_same_are_numbered() {
    let service = service(|| entities![long::Entity, seat::Entity]);
    let bench = Bench::create(&service).await;
    let made = bench.settle(&service).await.join("\n");
    for name in [
        "\"pk-Ümläute_in_the_name_of_a_table_that_is_far_too_long_for_it\"",
        "\"idx-Ümläute_in_the_name_of_a_table_that_is_far_too_long_for_i\"",
        "\"idx-Ümläute_in_the_name_of_a_table_that_is_far_too_long_for-2\"",
        "\"fk-Ümläute_in_the_name_of_a_table_that_is_far_too_long_for_it\"",
        "\"fk-Ümläute_in_the_name_of_a_table_that_is_far_too_long_for_-2\"",
    ] {
        assert!(made.contains(name), "{name}: {made}");
    }
    bench
        .send(
            "DO $$ DECLARE it record; BEGIN FOR it IN SELECT i.indexrelid::regclass AS name, i.indexrelid AS id \
             FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname LIKE 'Üml%' LOOP \
             EXECUTE format('ALTER INDEX %s RENAME TO other%s', it.name, it.id); END LOOP; END $$",
        )
        .await;
    assert_eq!(bench.difference(&service).await, [] as [&str; 0]);
}

/// Enums with a schema.
mod placed {
    use sea_orm::entity::prelude::*;

    /// An enum of the service's own schema.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "shop\".\"State")]
    pub enum State {
        /// Open.
        #[sea_orm(string_value = "open")]
        Open,
    }

    /// An enum that another schema has.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "public\".\"mood")]
    pub enum Mood {
        /// Good.
        #[sea_orm(string_value = "good")]
        Good,
    }

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "placed")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub state: State,
        pub states: Vec<State>,
        pub mood: Option<Mood>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn an_enum_is_in_the_schema_that_its_name_says() {
    let service = service(|| entities![placed::Entity]);
    let bench = Bench::create(&service).await;
    bench.send("CREATE TYPE public.mood AS ENUM ('good')").await;
    let made = bench.settle(&service).await.join("\n");
    assert!(
        made.contains("CREATE TYPE \"State\" AS ENUM ('open')"),
        "{made}"
    );
    assert!(
        made.contains("mood public.mood") && !made.contains("TYPE mood"),
        "{made}"
    );
    let row = placed::Model {
        id: 1,
        state: placed::State::Open,
        states: vec![placed::State::Open],
        mood: Some(placed::Mood::Good),
    };
    let mut active = row.clone().into_active_model();
    active.id = Set(1);
    let db = bench.connection.db();
    active.insert(db).await.unwrap();
    assert_eq!(placed::Entity::find().one(db).await.unwrap(), Some(row));
}

/// Foreign keys that no database can have.
mod refused {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "shop", table_name = "refused")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
        pub name: String,
        pub day: i32,
        pub number: i32,
        pub hall: i32,
        #[sea_orm(
            belongs_to,
            relation_enum = "Typed",
            from = "(name, hall)",
            to = "(number, hall)"
        )]
        pub typed: BelongsTo<super::seat::Entity>,
        #[sea_orm(belongs_to, relation_enum = "Loose", from = "day", to = "day")]
        pub loose: BelongsTo<super::seat::Entity>,
        #[sea_orm(
            belongs_to,
            relation_enum = "Left",
            from = "hall",
            to = "hall",
            skip_fk
        )]
        pub left: BelongsTo<super::seat::Entity>,
        #[sea_orm(
            belongs_to,
            relation_enum = "Right",
            from = "(number, hall)",
            to = "(number, hall)"
        )]
        pub right: BelongsTo<super::seat::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn refused_foreign_keys_are_told_all_at_once() {
    let service = service(|| entities![refused::Entity, seat::Entity]);
    let bench = Bench::create(&service).await;
    let error = desired::read(bench.connection.db(), &service)
        .await
        .unwrap_err();
    let told = Failure::from(&toolkit_runtime::Error::from(error));
    let lines: Vec<_> = told.message.lines().collect();
    assert_eq!(
        lines,
        [
            "PostgreSQL refuses of shop",
            "  foreign key fk-refused-name-hall of desired::keys::refused::Entity: foreign key constraint \
             \"fk-refused-name-hall\" cannot be implemented (SQLSTATE 42804)",
            "    detail: Key columns \"name\" and \"number\" are of incompatible types: character varying and \
             integer.",
            "  foreign key fk-refused-day of desired::keys::refused::Entity: there is no unique constraint matching \
             given keys for referenced table \"seats\" (SQLSTATE 42830)",
        ]
    );
    assert!(told.hint.unwrap().contains("skip_fk"));
}
