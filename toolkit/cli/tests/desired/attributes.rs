//! Relations, keys, renames, declarations: what they say arrives, and what is wrong is told.

use toolkit_engine::{compare::Wishes, desired};
use toolkit_runtime::{Declarations, entities};

use crate::{Bench, service, up};

/// Two tables that reference each other, one of them twice on the same column.
pub(crate) mod cycle {
    /// Teams.
    pub mod team {
        use sea_orm::entity::prelude::*;

        /// A team.
        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(schema_name = "shop", table_name = "teams")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            pub captain_id: Option<i32>,
            #[sea_orm(
                belongs_to,
                relation_enum = "Captain",
                from = "captain_id",
                to = "id",
                on_delete = "SetNull"
            )]
            pub captain: BelongsTo<Option<super::player::Entity>>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    /// Players.
    pub mod player {
        use sea_orm::entity::prelude::*;

        /// A player.
        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(schema_name = "shop", table_name = "players")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            #[sea_orm(unique_key = "shirt")]
            pub team_id: i32,
            #[sea_orm(unique_key = "shirt", renamed_from = "shirt_no")]
            pub number: i16,
            #[sea_orm(
                belongs_to,
                relation_enum = "Team",
                from = "team_id",
                to = "id",
                on_delete = "Cascade",
                on_update = "Restrict"
            )]
            pub team: BelongsTo<super::team::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    /// Who played when.
    pub mod appearance {
        use sea_orm::entity::prelude::*;

        /// An appearance.
        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(schema_name = "shop", table_name = "appearances")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub player_id: i32,
            #[sea_orm(primary_key, auto_increment = false)]
            pub game: String,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }
}

fn teams() -> toolkit_runtime::Service {
    service(|| {
        entities![
            cycle::team::Entity,
            cycle::player::Entity,
            cycle::appearance::Entity
        ]
    })
}

#[tokio::test]
async fn cycles_and_composite_keys_have_seaorms_names() {
    let service = teams();
    let bench = Bench::create(&service).await;
    let applied = bench.settle(&service).await.join("\n");
    for expected in [
        "CONSTRAINT \"fk-teams-captain_id\" FOREIGN KEY (captain_id) REFERENCES players (id) ON DELETE SET NULL",
        "CONSTRAINT \"fk-players-team_id\" FOREIGN KEY (team_id) REFERENCES teams (id) ON UPDATE RESTRICT ON DELETE CASCADE",
        "CREATE UNIQUE INDEX \"idx-players-shirt\" ON players (team_id, number)",
        "CONSTRAINT \"pk-appearances\" PRIMARY KEY (player_id, game)",
    ] {
        assert!(
            applied.contains(expected),
            "{expected} is not in\n{applied}"
        );
    }
}

#[tokio::test]
async fn renamed_from_counts_as_long_as_the_old_column_is_there() {
    let service = teams();
    let bench = Bench::create(&service).await;
    bench.settle(&service).await;
    bench
        .send("ALTER TABLE players RENAME number TO shirt_no")
        .await;
    assert_eq!(
        bench.difference(&service).await,
        ["ALTER TABLE players RENAME COLUMN shirt_no TO number"]
    );
    bench.settle(&service).await;
}

#[tokio::test]
async fn a_rename_option_keeps_the_data_and_a_likely_one_is_proposed() {
    let service = teams();
    let bench = Bench::create(&service).await;
    bench.settle(&service).await;
    bench.send("ALTER TABLE teams RENAME captain_id TO captain_ids; ALTER TABLE appearances RENAME TO appearence").await;
    let guessed = bench.compare(&service, &Wishes::default()).await;
    assert_eq!(guessed.proposals.len(), 2, "{:?}", guessed.proposals);
    assert!(up(&guessed).join("\n").contains("DROP COLUMN captain_ids"));

    let renames = ["teams.captain_ids=captain_id", "appearence=appearances"]
        .map(str::to_owned)
        .to_vec();
    let told = bench
        .compare(
            &service,
            &Wishes {
                renames,
                drop: Vec::new(),
            },
        )
        .await;
    assert_eq!(
        up(&told),
        [
            "ALTER TABLE teams RENAME COLUMN captain_ids TO captain_id",
            "ALTER TABLE appearence RENAME TO appearances"
        ]
    );
}

fn declared(declared: &mut Declarations) {
    declared
        .check("players", "players_number", "number > 0 AND number < 100")
        .index_sql("CREATE INDEX players_low ON players (number DESC) WHERE number IN (1, 2)")
        .table_option("teams", "fillfactor", "80");
}

#[tokio::test]
async fn declarations_arrive_change_and_are_kept_until_somebody_says_otherwise() {
    let bench = Bench::create(&teams()).await;
    let with = teams().declare(declared);
    let applied = bench.settle(&with).await.join("\n");
    assert!(
        applied.contains("CREATE INDEX players_low ON players (number DESC)"),
        "{applied}"
    );
    assert!(
        applied.contains("ALTER TABLE teams SET (fillfactor=80)")
            || applied.contains("WITH (fillfactor"),
        "{applied}"
    );

    let changed = teams().declare(|again| {
        declared(again);
        again.check("teams", "teams_id", "id > 0");
    });
    assert_eq!(
        bench.difference(&changed).await,
        ["ALTER TABLE teams ADD CONSTRAINT teams_id CHECK (id > 0)"]
    );

    let without = teams();
    let kept = bench.compare(&without, &Wishes::default()).await;
    assert_eq!(up(&kept), [] as [&str; 0]);
    let names: Vec<String> = kept.kept.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "constraint players_number of shop.players",
            "index players_low of shop.players"
        ]
    );
    let drop = vec![
        "players_low".to_owned(),
        "players.players_number".to_owned(),
    ];
    let dropped = bench
        .compare(
            &without,
            &Wishes {
                renames: Vec::new(),
                drop,
            },
        )
        .await;
    assert_eq!(
        up(&dropped),
        [
            "ALTER TABLE players DROP CONSTRAINT players_number",
            "DROP INDEX players_low"
        ]
    );
}

/// An entity of another service's schema.
mod stranger {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "elsewhere", table_name = "strangers")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i32,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn an_entity_of_another_schema_is_refused() {
    let error = desired::statements(&service(|| entities![stranger::Entity])).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("its schema_name must be \"shop\""),
        "{error}"
    );
}

#[test]
fn an_entity_that_nobody_listed_is_noticed() {
    let incomplete = service(|| entities![cycle::team::Entity, cycle::player::Entity]);
    let forgotten = desired::forgotten(&incomplete);
    assert_eq!(forgotten.len(), 1, "{forgotten:?}");
    assert!(forgotten[0].ends_with("cycle::appearance"), "{forgotten:?}");
    assert!(desired::forgotten(&teams()).is_empty());
}
