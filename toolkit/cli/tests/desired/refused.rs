//! What PostgreSQL refuses is shown in the text that somebody wrote, at the place that it names.

use toolkit_engine::desired;
use toolkit_runtime::{Declarations, Failure};

use crate::{Bench, declared::orders};

/// What a service that declares this, and what the entity needs, is told.
async fn told(bench: &Bench, declarations: fn(&mut Declarations)) -> String {
    let service = orders().declare(declarations);
    let error = desired::read(bench.connection.db(), &service)
        .await
        .unwrap_err();
    Failure::from(&toolkit_runtime::Error::from(error)).message
}

/// The types of the entity's columns.
fn types(declared: &mut Declarations) -> &mut Declarations {
    declared
        .domain("email_address", "text")
        .composite_type("place", "city text")
}

/// What is declared, and how the message begins.
type Case = (fn(&mut Declarations), &'static str);

const CASES: &[Case] = &[
    (
        |declared| {
            types(declared).check("orders", "positive", "id > 0 AND totl > 0");
        },
        "PostgreSQL refuses the check positive of orders of shop
  id > 0 AND totl > 0
             ^: column \"totl\" does not exist (SQLSTATE 42703)",
    ),
    (
        |declared| {
            types(declared).view_sql("large", "SELECT id, 'ü'\nFROM orders\nWHERE totl > 100");
        },
        "PostgreSQL refuses the view large of shop
  line 3: WHERE totl > 100
                ^: column \"totl\" does not exist (SQLSTATE 42703)",
    ),
    (
        |declared| {
            types(declared).function(
                "large(orders)",
                "RETURNS boolean LANGUAGE sql AS $$\n  SELECT true AND\n    $1.totl > 100\n$$",
            );
        },
        "PostgreSQL refuses the function large(orders) of shop
  line 3:     $1.totl > 100
              ^: column \"totl\" not found in data type orders (SQLSTATE 42703)",
    ),
    (
        |declared| {
            types(declared).function(
                "touch()",
                "RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.total = 1\n  RETURN NEW;\nEND $$",
            );
        },
        "PostgreSQL refuses the function touch() of shop
  line 4:   RETURN NEW;
                   ^: syntax error at or near \"NEW\" (SQLSTATE 42601)",
    ),
    (
        |declared| {
            types(declared).file(
                "large.sql",
                "-- Made at once.\nCREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';\n\
                 CREATE VIEW large AS\n  SELECT * FROM ordres;\n",
            );
        },
        "PostgreSQL refuses the file large.sql of shop
  line 4:   SELECT * FROM ordres;
                          ^: relation \"ordres\" does not exist (SQLSTATE 42P01)",
    ),
    (
        |declared| {
            types(declared).generated("orders", "slug", "lower(customr)");
        },
        "PostgreSQL refuses the table orders of desired::declared::order::Entity of shop
  lower(customr)
        ^: column \"customr\" does not exist (SQLSTATE 42703)",
    ),
    (
        |declared| {
            declared
                .domain("email_address", "text CHECK (VALU <> '')")
                .composite_type("place", "city text");
        },
        "PostgreSQL refuses the domain email_address of shop
  text CHECK (VALU <> '')
              ^: column \"valu\" does not exist (SQLSTATE 42703)",
    ),
    (
        |declared| {
            types(declared).policy(
                "orders",
                "own",
                "USING (true) WITH CHECK (cust = '' OR totl > 0)",
            );
        },
        "PostgreSQL refuses the policy own of orders of shop
  USING (true) WITH CHECK (cust = '' OR totl > 0)
                           ^: column \"cust\" does not exist (SQLSTATE 42703)",
    ),
    (
        |declared| {
            types(declared).trigger(
                "orders",
                "touched",
                "BEFORE UPDTE",
                "EXECUTE FUNCTION touch()",
            );
        },
        "PostgreSQL refuses the trigger touched of orders of shop
  BEFORE UPDTE
         ^: syntax error at or near \"UPDTE\" (SQLSTATE 42601)",
    ),
    (
        |declared| {
            types(declared).view_sql("large", "SELECT id FROM");
        },
        "PostgreSQL refuses the view large of shop
  SELECT id FROM
                ^: syntax error at end of input (SQLSTATE 42601)",
    ),
];

#[tokio::test]
async fn the_place_of_an_error_is_shown_in_what_was_written() {
    let bench = Bench::create(&orders()).await;
    for (declarations, expected) in CASES {
        let message = told(&bench, *declarations).await;
        assert!(message.starts_with(expected), "{message}\nnot\n{expected}");
    }
}

#[tokio::test]
async fn of_what_waits_for_each_other_the_first_cause_is_told() {
    let bench = Bench::create(&orders()).await;
    let message = told(&bench, |declared| {
        types(declared)
            .comment("VIEW larger", "Larger still")
            .view_sql("larger", "SELECT * FROM large")
            .view_sql("large", "SELECT * FROM ordres");
    })
    .await;
    assert!(
        message.starts_with("PostgreSQL refuses the view large of shop\n  SELECT * FROM ordres\n"),
        "{message}"
    );
}

#[tokio::test]
async fn a_missing_role_is_told() {
    let bench = Bench::create(&orders()).await;
    let message = told(&bench, |declared| {
        types(declared).grant("SELECT", "orders", "nobody_of_that_name");
    })
    .await;
    assert!(
        message
            .starts_with("PostgreSQL refuses the grant on orders to nobody_of_that_name of shop")
            && message.contains("role \"nobody_of_that_name\" does not exist"),
        "{message}"
    );
}
