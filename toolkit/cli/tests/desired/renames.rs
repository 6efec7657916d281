//! Renames against entities: asked for in every kind, found where only a chosen name differs.

use toolkit_engine::{
    compare::{Wishes, rename_option},
    verify,
};
use toolkit_runtime::{Declarations, Service, entities};

use crate::{Bench, attributes::cycle, service, up};

fn declared(declared: &mut Declarations) {
    declared
        .check("players", "players_number", "number > 0")
        .index_sql("CREATE INDEX players_low ON players (number DESC) WHERE number < 12")
        .sql("sequence games", "CREATE SEQUENCE games CACHE 7");
}

fn teams() -> Service {
    service(|| entities![cycle::team::Entity, cycle::player::Entity]).declare(declared)
}

/// Brings what differs there, back and there again, with `renames` as options.
async fn told(bench: &Bench, service: &Service, renames: &[&str]) -> Vec<String> {
    let wishes = Wishes {
        renames: renames.iter().map(|&it| it.to_owned()).collect(),
        drop: Vec::new(),
    };
    let comparison = bench.compare(service, &wishes).await;
    verify::prove(
        bench.connection.db(),
        service,
        &comparison.up,
        &comparison.down,
        &comparison.current,
        &comparison.target,
    )
    .await
    .unwrap();
    assert_eq!(bench.difference(service).await, [] as [&str; 0]);
    up(&comparison)
}

#[tokio::test]
async fn a_declared_object_is_renamed_where_only_its_name_differs() {
    let service = teams();
    let bench = Bench::create(&service).await;
    bench.settle(&service).await;
    bench
        .send(
            "ALTER TABLE players RENAME CONSTRAINT players_number TO positive; \
             ALTER INDEX players_low RENAME TO low",
        )
        .await;
    let found = bench.compare(&service, &Wishes::default()).await;
    let names: Vec<String> = found.identical.iter().map(rename_option).collect();
    assert_eq!(
        names,
        ["players.positive=players_number", "players.low=players_low"]
    );
    assert_eq!(
        bench.settle(&service).await,
        [
            "ALTER TABLE players RENAME CONSTRAINT positive TO players_number",
            "ALTER INDEX low RENAME TO players_low",
        ]
    );
    bench
        .send("ALTER INDEX \"idx-players-shirt\" RENAME TO shirts")
        .await;
    let difference = bench.difference(&service).await;
    assert_eq!(
        difference,
        [] as [&str; 0],
        "nobody chose the name that SeaORM makes"
    );
}

#[tokio::test]
async fn a_rename_option_takes_constraints_indexes_and_sequences() {
    let service = teams();
    let bench = Bench::create(&service).await;
    bench.settle(&service).await;
    bench.send("ALTER SEQUENCE games RENAME TO matches").await;
    let proposed = bench.compare(&service, &Wishes::default()).await;
    let names = proposed
        .proposals
        .iter()
        .map(|it| rename_option(&it.rename));
    assert_eq!(names.collect::<Vec<_>>(), ["matches=games"]);
    let renames = [
        "matches=games",
        "players.fk-players-team_id=players_team",
        "players.idx-players-shirt=shirts",
        "players_id_seq=players_numbers",
    ];
    assert_eq!(
        told(&bench, &service, &renames).await,
        [
            "ALTER SEQUENCE matches RENAME TO games",
            "ALTER TABLE players RENAME CONSTRAINT \"fk-players-team_id\" TO players_team",
            "ALTER INDEX \"idx-players-shirt\" RENAME TO shirts",
            "ALTER SEQUENCE players_id_seq RENAME TO players_numbers",
        ]
    );
}

#[tokio::test]
async fn two_rename_options_swap_two_names() {
    let service = teams();
    let bench = Bench::create(&service).await;
    bench.settle(&service).await;
    let swap = |table: &str, a: &str, b: &str| {
        let rename = |from: &str, to: &str| format!("ALTER TABLE {table} RENAME {from} TO {to};");
        rename(a, "x") + &rename(b, a) + &rename("x", b)
    };
    let tables = "ALTER TABLE teams RENAME TO x; ALTER TABLE players RENAME TO teams; \
         ALTER TABLE x RENAME TO players;";
    let columns = swap("players", "number", "team_id");
    bench.send(&format!("{columns}{tables}")).await;
    let renames = [
        "teams=players",
        "players=teams",
        "players.team_id=number",
        "players.number=team_id",
    ];
    assert_eq!(
        told(&bench, &service, &renames).await,
        [
            "ALTER TABLE teams RENAME TO toolkit_aside_1",
            "ALTER TABLE players RENAME TO teams",
            "ALTER TABLE toolkit_aside_1 RENAME TO players",
            "ALTER TABLE players RENAME COLUMN team_id TO toolkit_aside_1",
            "ALTER TABLE players RENAME COLUMN number TO team_id",
            "ALTER TABLE players RENAME COLUMN toolkit_aside_1 TO number",
        ]
    );
}
