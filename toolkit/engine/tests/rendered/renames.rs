//! Pairs in which something has another name, and rows that are there before and after.

use toolkit_engine::{catalog::QualifiedName, diff::Rename};

use crate::{Case, SCHEMA};

/// The columns, constraints and indexes of a table that differ in their names.
const TABLE: [&str; 2] = [
    "CREATE TABLE users (
        id integer CONSTRAINT users_key PRIMARY KEY,
        user_name text CONSTRAINT name_not_empty CHECK (user_name <> ''),
        boss integer CONSTRAINT users_boss REFERENCES users (id),
        code text CONSTRAINT users_code UNIQUE
    );
    CREATE INDEX users_name ON users (lower(user_name)) WHERE boss > 0;
    COMMENT ON COLUMN users.user_name IS 'what to call them';
    INSERT INTO users VALUES (1, 'Ada', 1, 'a');",
    "CREATE TABLE users (
        id integer CONSTRAINT \"Key of users\" PRIMARY KEY,
        \"Name\" text CONSTRAINT \"name is there\" CHECK (\"Name\" <> ''),
        boss integer CONSTRAINT boss_of_users REFERENCES users (id),
        code text CONSTRAINT code_of_users UNIQUE
    );
    CREATE INDEX \"by name\" ON users (lower(\"Name\")) WHERE boss > 0;
    COMMENT ON COLUMN users.\"Name\" IS 'what to call them';",
];

const TYPES: [&str; 2] = [
    "CREATE TYPE state AS ENUM ('new', 'done');
    CREATE SEQUENCE numbers START WITH 5;
    CREATE TABLE jobs (
        id serial,
        state state NOT NULL DEFAULT 'new' CHECK (state <> 'done' OR number > 0),
        number integer DEFAULT nextval('numbers')
    );
    INSERT INTO jobs DEFAULT VALUES;",
    "CREATE TYPE \"Status\" AS ENUM ('it''s new', 'done');
    CREATE SEQUENCE \"Numbers\" START WITH 5;
    CREATE SEQUENCE job_numbers AS integer;
    CREATE TABLE jobs (
        id integer NOT NULL DEFAULT nextval('job_numbers'),
        state \"Status\" NOT NULL DEFAULT 'it''s new' CHECK (state <> 'done' OR number > 0),
        number integer DEFAULT nextval('\"Numbers\"')
    );
    ALTER SEQUENCE job_numbers OWNED BY jobs.id;",
];

const SWAP: [&str; 2] = [
    "CREATE TABLE pairs (a text NOT NULL, b integer DEFAULT 7 CHECK (b > 0), c integer, UNIQUE (b, a));
    INSERT INTO pairs VALUES ('x', 1, 2);",
    "CREATE TABLE pairs (b text NOT NULL, a integer DEFAULT 7 CONSTRAINT pairs_b_check CHECK (a > 0), c integer,
        CONSTRAINT pairs_b_a_key UNIQUE (a, b));",
];

const CIRCLE: [&str; 2] = [
    "CREATE TABLE one (id integer CONSTRAINT first_key PRIMARY KEY);
    CREATE TABLE two (id integer CONSTRAINT two_one REFERENCES one (id));
    CREATE TABLE three (x text);
    INSERT INTO one VALUES (1); INSERT INTO two VALUES (1); INSERT INTO three VALUES ('x');",
    "CREATE TABLE two (id integer CONSTRAINT first_key PRIMARY KEY);
    CREATE TABLE three (id integer CONSTRAINT two_one REFERENCES two (id));
    CREATE TABLE one (x text);",
];

const RETYPED: [&str; 2] = [
    "CREATE TABLE users (id integer PRIMARY KEY, age integer DEFAULT 3, was text);
    CREATE INDEX users_age ON users (age);
    INSERT INTO users VALUES (1, 30, 'x');",
    "CREATE TABLE people (id bigint CONSTRAINT users_pkey PRIMARY KEY, years numeric(10,2) DEFAULT 4, \"is\" text NOT NULL);
    CREATE INDEX users_age ON people (years DESC);",
];

/// The cases, each with a query that finds its row afterwards.
pub fn cases() -> Vec<Case> {
    let table = [
        "users",
        "id = 1 AND \"Name\" = 'Ada' AND boss = 1 AND code = 'a'",
    ];
    let types = ["jobs", "id = 1 AND state = 'it''s new' AND number = 5"];
    let swap = ["pairs", "b = 'x' AND a = 1 AND c = 2"];
    let circle = ["two, three, one", "two.id = 1 AND three.id = 1 AND x = 'x'"];
    let retyped = ["people", "id = 1 AND years = 30 AND \"is\" = 'x'"];
    vec![
        case("a table's parts", TABLE, parts(), table),
        case("types, values and sequences", TYPES, kinds(), types),
        case("two columns change places", SWAP, swapped(), swap),
        case("three tables in a circle", CIRCLE, circled(), circle),
        case("another type too", RETYPED, retyped_too(), retyped),
    ]
}

fn case(name: &str, [old, new]: [&str; 2], renames: Vec<Rename>, [from, row]: [&str; 2]) -> Case {
    Case {
        id: format!("rename/{name}"),
        setup_sql: String::new(),
        old_sql: old.to_owned(),
        new_sql: new.to_owned(),
        roles: Vec::new(),
        core: true,
        renames,
        finds_row: Some(format!("SELECT 1 / count(*) FROM {from} WHERE {row}")),
    }
}

fn name(name: &str) -> QualifiedName {
    QualifiedName::new(SCHEMA, name)
}

fn column(table: &str, from: &str, to: &str) -> Rename {
    Rename::Column {
        table: name(table),
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

fn table(from: &str, to: &str) -> Rename {
    Rename::Table {
        from: name(from),
        to: to.to_owned(),
    }
}

fn parts() -> Vec<Rename> {
    let constraint = |from: &str, to: &str| Rename::Constraint {
        table: name("users"),
        from: from.to_owned(),
        to: to.to_owned(),
    };
    vec![
        column("users", "user_name", "Name"),
        constraint("users_key", "Key of users"),
        constraint("name_not_empty", "name is there"),
        constraint("users_boss", "boss_of_users"),
        constraint("users_code", "code_of_users"),
        Rename::Index {
            table: name("users"),
            from: "users_name".to_owned(),
            to: "by name".to_owned(),
        },
    ]
}

fn kinds() -> Vec<Rename> {
    let sequence = |from: &str, to: &str| Rename::Sequence {
        from: name(from),
        to: to.to_owned(),
    };
    vec![
        Rename::Enum {
            from: name("state"),
            to: "Status".to_owned(),
        },
        Rename::EnumValue {
            name: name("Status"),
            from: "new".to_owned(),
            to: "it's new".to_owned(),
        },
        sequence("numbers", "Numbers"),
        sequence("jobs_id_seq", "job_numbers"),
    ]
}

fn swapped() -> Vec<Rename> {
    vec![column("pairs", "a", "b"), column("pairs", "b", "a")]
}

fn circled() -> Vec<Rename> {
    vec![
        table("one", "two"),
        table("two", "three"),
        table("three", "one"),
    ]
}

fn retyped_too() -> Vec<Rename> {
    vec![
        table("users", "people"),
        column("people", "age", "years"),
        column("people", "was", "is"),
    ]
}
