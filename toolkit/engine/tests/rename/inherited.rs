//! Columns that other tables have from the renamed one.

use toolkit_engine::{
    catalog::QualifiedName,
    diff::{Rename, diff},
    plan::plan,
};
use toolkit_testkit::{server, skipped};

use crate::{both, there_and_back};

fn column(table: &str, from: &str, to: &str) -> Rename {
    Rename::Column {
        table: QualifiedName::new("public", table),
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

const PARTITIONED: [&str; 2] = [
    "CREATE TABLE t (id int, x text) PARTITION BY LIST (id);
     CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
     CREATE TABLE q PARTITION OF p FOR VALUES IN (1);
     INSERT INTO t VALUES (1, 'a');",
    "CREATE TABLE t (id int, z text) PARTITION BY LIST (id);
     CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (id);
     CREATE TABLE q PARTITION OF p FOR VALUES IN (1);",
];

const SEVERAL_PARENTS: [&str; 2] = [
    "CREATE TABLE a (x int, y int); CREATE TABLE b (x int); CREATE TABLE c (x int);
     CREATE TABLE d () INHERITS (a, b, c); CREATE TABLE e () INHERITS (d);
     INSERT INTO e VALUES (7, 8);",
    "CREATE TABLE a (z int, y int); CREATE TABLE b (z int); CREATE TABLE c (z int);
     CREATE TABLE d () INHERITS (a, b, c); CREATE TABLE e () INHERITS (d);",
];

const DIAMOND: [&str; 2] = [
    "CREATE TABLE a (x int); CREATE TABLE b () INHERITS (a); CREATE TABLE c () INHERITS (a);
     CREATE TABLE d () INHERITS (b, c); INSERT INTO d VALUES (7);",
    "CREATE TABLE a (z int); CREATE TABLE b () INHERITS (a); CREATE TABLE c () INHERITS (a);
     CREATE TABLE d () INHERITS (b, c);",
];

#[tokio::test]
async fn a_column_is_renamed_in_those_that_have_it_from_there() {
    let Some(cluster) = server("inherited columns") else {
        return;
    };
    if !cluster.can_dump() {
        return skipped(
            "inherited columns",
            "a pg_dump that is not older than the server",
        );
    }
    let [of_t, of_a, of_b, of_c] = ["t", "a", "b", "c"].map(|table| column(table, "x", "z"));
    for (schemas, renames, steps, row) in [
        (PARTITIONED, vec![of_t], 1, "SELECT FROM q WHERE z = 'a'"),
        // Two parents are left, and joined again.
        (
            SEVERAL_PARENTS,
            vec![of_a.clone(), of_b, of_c],
            7,
            "SELECT FROM a WHERE z = 7",
        ),
        (DIAMOND, vec![of_a], 1, "SELECT FROM c WHERE z = 7"),
    ] {
        let proof = format!("SELECT 1 / count(*) FROM ({row}) AS found");
        there_and_back(cluster, schemas, &renames, steps, &proof).await;
    }
}

#[tokio::test]
async fn a_column_that_another_parent_keeps_is_not_renamed() {
    let Some(cluster) = server("columns of two parents") else {
        return;
    };
    let parents = |x: &str, more: &str| {
        format!(
            "CREATE TABLE a ({x} int); CREATE TABLE b (x int{more});
             CREATE TABLE c () INHERITS (a, b);"
        )
    };
    let ([old, new], _) = both(cluster, &parents("x", ""), &parents("z", "")).await;
    let changes = diff(&old, &new, &[column("a", "x", "z")]).expect("the names exist");
    let refused = plan(&changes).expect_err("b keeps it").to_string();
    assert_eq!(
        refused,
        "column public.a.z cannot be changed while public.c, which has it from public.b, too, uses it"
    );
    let both_renamed = parents("z", ", y int").replace("b (x", "b (z");
    let ([old, new], _) = both(cluster, &parents("x", ", y int"), &both_renamed).await;
    let renames = [column("a", "x", "z"), column("b", "x", "z")];
    let changes = diff(&old, &new, &renames).expect("the names exist");
    let refused = plan(&changes)
        .expect_err("y would be a column of its own")
        .to_string();
    assert_eq!(
        refused,
        "column public.a.z cannot be changed while public.c, which has column public.c.y from other parents, uses it"
    );
}
