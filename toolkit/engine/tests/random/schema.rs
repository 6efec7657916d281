//! Schemas out of bytes: each object reads its own stretch, so that changing a byte changes one
//! thing, and zeros make the simplest schema.

use std::fmt::Write;

const ENUMS: usize = 3;
const TABLES: usize = 4;
const COLUMNS: usize = 6;
const CHECKS: usize = 3;
const INDEXES: usize = 3;
const REFERENCES: usize = 2;

const ENUM_BYTES: usize = 6;
const COLUMN_BYTES: usize = 7;
const CHECK_BYTES: usize = 4;
const INDEX_BYTES: usize = 9;
const REFERENCE_BYTES: usize = 7;
const HEAD_BYTES: usize = 9;
const TABLE_BYTES: usize = HEAD_BYTES
    + COLUMNS * COLUMN_BYTES
    + CHECKS * CHECK_BYTES
    + INDEXES * INDEX_BYTES
    + REFERENCES * REFERENCE_BYTES;

/// How many bytes a schema takes.
pub const BYTES: usize = ENUMS * ENUM_BYTES + TABLES * TABLE_BYTES;

const TYPES: &[&str] = &[
    "integer",
    "text",
    "bigint",
    "varchar(20)",
    "varchar(40)",
    "varchar",
    "numeric(10,2)",
    "numeric(12,2)",
    "numeric",
    "boolean",
    "timestamp",
    "timestamptz",
    "date",
    "jsonb",
    "uuid",
    "smallint",
    "integer[]",
    "text[]",
    "char(3)",
    "double precision",
    "\"State 0\"",
    "state_1",
    "state_2",
    "\"State 0\"[]",
    "state_1[]",
    "time(3)",
    "interval",
    "bytea",
    "inet",
    "timestamptz(3)",
];
const ENUM_NAMES: [&str; ENUMS] = ["\"State 0\"", "state_1", "state_2"];
const VALUES: [&str; 5] = ["a", "b", "it''s", "D d", "e"];
const COLUMN_NAMES: [&str; COLUMNS] = ["c0", "\"C 1\"", "c2", "\"order\"", "c4", "c5"];
const TABLE_NAMES: [&str; TABLES] = ["t0", "\"T 1\"", "t2", "\"user\""];
/// What a table's key, and each column that refers to it, is of.
const KEY_TYPES: [&str; 3] = ["bigint", "integer", "uuid"];

struct Bytes<'b> {
    bytes: &'b [u8],
}

impl Bytes<'_> {
    /// The next byte's choice among `count`.
    fn pick(&mut self, count: usize) -> usize {
        let (first, rest) = self.bytes.split_first().expect("enough bytes");
        self.bytes = rest;
        usize::from(*first) * count / 256
    }

    /// Whether the next byte says so, in one of `count` cases.
    fn one_in(&mut self, count: usize) -> bool {
        self.pick(count) == count - 1 && count > 1
    }

    fn stretch(&mut self, length: usize) -> Self {
        let (bytes, rest) = self.bytes.split_at(length);
        self.bytes = rest;
        Self { bytes }
    }
}

struct Column {
    name: &'static str,
    data_type: &'static str,
    generated: bool,
}

impl Column {
    fn is_text(&self) -> bool {
        self.data_type == "text" || self.data_type.starts_with("varchar")
    }

    fn is_number(&self) -> bool {
        ["integer", "bigint", "smallint"].contains(&self.data_type)
            || self.data_type.starts_with("numeric")
    }
}

/// The statements of the schema that `bytes` describe.
pub fn sql(bytes: &[u8]) -> String {
    let mut bytes = Bytes { bytes };
    let mut sql = String::new();
    let mut enums = [false; ENUMS];
    for (place, exists) in enums.iter_mut().enumerate() {
        *exists = enumeration(&mut sql, ENUM_NAMES[place], bytes.stretch(ENUM_BYTES));
    }
    let tables: Vec<_> = (0..TABLES).map(|_| bytes.stretch(TABLE_BYTES)).collect();
    let exists: Vec<_> = tables.iter().map(|table| table.bytes[0] < 200).collect();
    let keys: Vec<_> = tables
        .iter()
        .map(|table| KEY_TYPES[usize::from(table.bytes[1]) * 3 / 256])
        .collect();
    let mut references = String::new();
    for (place, table) in tables
        .into_iter()
        .enumerate()
        .filter(|(place, _)| exists[*place])
    {
        let others: Vec<_> = (0..TABLES)
            .filter(|other| exists[*other])
            .map(|other| (TABLE_NAMES[other], keys[other]))
            .collect();
        create_table(
            &mut sql,
            &mut references,
            TABLE_NAMES[place],
            keys[place],
            table,
            enums,
            &others,
        );
    }
    sql + &references
}

fn enumeration(sql: &mut String, name: &str, mut bytes: Bytes<'_>) -> bool {
    let exists = !bytes.one_in(4);
    let mut values: Vec<_> = VALUES.iter().filter(|_| !bytes.one_in(3)).collect();
    if values.is_empty() {
        values.push(&VALUES[0]);
    }
    // `a` stays among the values, for defaults and checks.
    if !values.contains(&&VALUES[0]) {
        values.push(&VALUES[0]);
    }
    let list: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
    if exists {
        let _ = writeln!(sql, "CREATE TYPE {name} AS ENUM ({});", list.join(", "));
    }
    exists
}

fn create_table(
    sql: &mut String,
    references: &mut String,
    name: &'static str,
    key: &'static str,
    mut bytes: Bytes<'_>,
    enums: [bool; ENUMS],
    others: &[(&'static str, &'static str)],
) {
    let mut head = bytes.stretch(HEAD_BYTES);
    head.stretch(2);
    let mut lines = vec![key_column(name.trim_matches('"'), key, &mut head)];
    let comment = head.one_in(3);
    let options = head.one_in(5);
    let mut after = String::new();
    let columns = columns(&mut after, &mut lines, name, &mut bytes, enums);
    for place in 0..REFERENCES {
        lines.extend(reference(
            references,
            name,
            place,
            bytes.stretch(REFERENCE_BYTES),
            others,
        ));
    }
    for place in 0..CHECKS {
        lines.extend(check(place, bytes.stretch(CHECK_BYTES), &columns));
    }
    if head.one_in(3) && columns.len() > 1 {
        let (first, second) = (columns[0].name, columns[1].name);
        let deferrable = ["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", ""][head.pick(4)];
        lines.push(format!(
            "CONSTRAINT \"both {}\" UNIQUE ({first}, {second}){deferrable}",
            name.trim_matches('"')
        ));
    }
    let with = if options { " WITH (fillfactor=80)" } else { "" };
    let _ = writeln!(
        sql,
        "CREATE TABLE {name} (\n    {}\n){with};",
        lines.join(",\n    ")
    );
    if comment {
        let _ = writeln!(sql, "COMMENT ON TABLE {name} IS 'about it';");
    }
    sql.push_str(&after);
    for place in 0..INDEXES {
        index(sql, name, place, bytes.stretch(INDEX_BYTES), &columns);
    }
}

fn columns(
    after: &mut String,
    lines: &mut Vec<String>,
    table: &str,
    bytes: &mut Bytes<'_>,
    enums: [bool; ENUMS],
) -> Vec<Column> {
    let mut columns = Vec::new();
    for name in COLUMN_NAMES {
        let stretch = bytes.stretch(COLUMN_BYTES);
        if let Some((line, column)) = column(after, table, name, stretch, enums, &columns) {
            lines.push(line);
            columns.push(column);
        }
    }
    columns
}

fn key_column(table: &str, key: &str, head: &mut Bytes<'_>) -> String {
    let named = format!("CONSTRAINT \"key of {table}\" PRIMARY KEY");
    let unique = ["PRIMARY KEY", named.as_str(), "UNIQUE", "UNIQUE NOT NULL"][head.pick(4)];
    let source = match (key, head.pick(5)) {
        ("uuid", 0..=2) => " DEFAULT gen_random_uuid()",
        ("uuid", _) | (_, 0) => "",
        (_, 1) => " GENERATED ALWAYS AS IDENTITY",
        (_, 2) => " GENERATED BY DEFAULT AS IDENTITY (START WITH 10 INCREMENT BY 5)",
        (_, 3) => {
            return format!(
                "id {} {unique}",
                if key == "bigint" {
                    "bigserial"
                } else {
                    "serial"
                }
            );
        }
        (_, _) => " DEFAULT 7",
    };
    format!("id {key}{source} {unique}")
}

fn column(
    after: &mut String,
    table: &str,
    name: &'static str,
    mut bytes: Bytes<'_>,
    enums: [bool; ENUMS],
    columns: &[Column],
) -> Option<(String, Column)> {
    if bytes.one_in(4) {
        return None;
    }
    let mut data_type = TYPES[bytes.pick(TYPES.len())];
    if ENUM_NAMES
        .iter()
        .zip(enums)
        .any(|(name, exists)| data_type.starts_with(name) && !exists)
    {
        data_type = "text";
    }
    let not_null = if bytes.one_in(3) { " NOT NULL" } else { "" };
    let kind = bytes.pick(8);
    let variant = bytes.pick(3);
    if bytes.one_in(6) {
        let _ = writeln!(
            after,
            "COMMENT ON COLUMN {table}.{name} IS 'variant {variant}';"
        );
    }
    let ordinary = |source: String| {
        Some((
            format!("{name} {data_type}{source}{not_null}"),
            Column {
                name,
                data_type,
                generated: false,
            },
        ))
    };
    match kind {
        5 if ["integer", "bigint", "smallint"].contains(&data_type) => match variant {
            0 => ordinary(" GENERATED BY DEFAULT AS IDENTITY".to_owned()),
            1 => {
                ordinary(" GENERATED ALWAYS AS IDENTITY (MINVALUE 5 MAXVALUE 500 CYCLE)".to_owned())
            }
            _ => {
                let serial = match data_type {
                    "bigint" => "bigserial",
                    "smallint" => "smallserial",
                    _ => "serial",
                };
                Some((
                    format!("{name} {serial}"),
                    Column {
                        name,
                        data_type,
                        generated: false,
                    },
                ))
            }
        },
        6 => match columns
            .iter()
            .find(|other| !other.generated && (other.is_number() || other.is_text()))
        {
            Some(other) => {
                let (data_type, expression) = generation(other, variant);
                let line = format!(
                    "{name} {data_type} GENERATED ALWAYS AS ({expression}) STORED{not_null}"
                );
                Some((
                    line,
                    Column {
                        name,
                        data_type,
                        generated: true,
                    },
                ))
            }
            None => ordinary(String::new()),
        },
        3 | 4 | 7 => ordinary(default(data_type, variant)),
        2 if data_type.starts_with("varchar") => {
            ordinary([" COLLATE \"C\"", " COLLATE \"POSIX\"", ""][variant].to_owned())
        }
        _ => ordinary(String::new()),
    }
}

fn generation(other: &Column, variant: usize) -> (&'static str, String) {
    let name = other.name;
    if other.is_number() {
        let data_type = ["bigint", "numeric", "text"][variant];
        (
            data_type,
            ["({} * 2)::bigint", "{} + 1.5", "({} + 1)::text"][variant].replace("{}", name),
        )
    } else {
        (
            "text",
            ["upper({})", "{} || '!'", "coalesce({}, '-')"][variant].replace("{}", name),
        )
    }
}

fn default(data_type: &str, variant: usize) -> String {
    let choices = match data_type {
        "integer" | "bigint" | "smallint" | "numeric" | "numeric(10,2)" | "numeric(12,2)"
        | "double precision" => ["0", "-5", "1 + 1"],
        "boolean" => ["true", "false", "1 = 1"],
        "timestamp" | "timestamptz" | "timestamptz(3)" => {
            ["now()", "CURRENT_TIMESTAMP", "'2020-01-01'"]
        }
        "date" => ["CURRENT_DATE", "'2020-01-01'", "now()"],
        "jsonb" => ["'{}'", "'[]'", "'{\"a\": 1}'"],
        "uuid" => [
            "gen_random_uuid()",
            "'00000000-0000-0000-0000-000000000000'",
            "gen_random_uuid()",
        ],
        // PostgreSQL takes a default that does not fit until a row needs it.
        "char(3)" => ["'x'", "'yz'", "'a b'"],
        "interval" => ["'1 day'", "'2 hours'", "'1 mon'"],
        "inet" => ["'127.0.0.1'", "'::1'", "'10.0.0.0/8'"],
        "time(3)" => ["'12:00'", "'13:00'", "localtime"],
        it if it.ends_with("[]") => ["'{}'", "'{}'", "NULL"],
        it if it.contains("tate") => ["'a'", "'a'", "NULL"],
        _ => ["'x'", "'it''s'", "'y'"],
    };
    format!(" DEFAULT {}", choices[variant])
}

fn check(place: usize, mut bytes: Bytes<'_>, columns: &[Column]) -> Option<String> {
    if columns.is_empty() || !bytes.one_in(3) {
        return None;
    }
    let column = &columns[bytes.pick(columns.len())];
    let other = &columns[bytes.pick(columns.len())];
    let (name, variant) = (column.name, bytes.pick(3));
    let expression = if column.is_text() {
        [
            format!("{name} <> ''"),
            format!("{name} IN ('a', 'b''c')"),
            format!("length({name}) BETWEEN 1 AND 9"),
        ][variant]
            .clone()
    } else if column.is_number() {
        [
            format!("{name} > 0"),
            format!("{name} IN (1, 2)"),
            format!("{name} <> {} OR {name} IS NULL", 7),
        ][variant]
            .clone()
    } else if column.data_type.contains("tate") && !column.data_type.ends_with("[]") {
        [
            format!("{name} <> 'a'"),
            format!("{name} IN ('a')"),
            format!("{name} IS NOT NULL"),
        ][variant]
            .clone()
    } else {
        format!("{name} IS NOT NULL OR {} IS NULL", other.name)
    };
    Some(format!("CONSTRAINT check_{place} CHECK ({expression})"))
}

fn reference(
    references: &mut String,
    table: &str,
    place: usize,
    mut bytes: Bytes<'_>,
    others: &[(&'static str, &'static str)],
) -> Option<String> {
    if !bytes.one_in(3) {
        return None;
    }
    let (target, data_type) = others[bytes.pick(others.len())];
    let on_delete = [
        "",
        " ON DELETE CASCADE",
        " ON DELETE SET NULL",
        " ON DELETE RESTRICT",
    ][bytes.pick(4)];
    let on_update = ["", " ON UPDATE CASCADE", ""][bytes.pick(3)];
    let more = [
        "",
        " DEFERRABLE",
        " DEFERRABLE INITIALLY DEFERRED",
        " NOT VALID",
    ][bytes.pick(4)];
    let _ = writeln!(
        references,
        "ALTER TABLE {table} ADD CONSTRAINT \"ref {place}\" FOREIGN KEY (r{place}) REFERENCES {target} (id){on_update}{on_delete}{more};"
    );
    Some(format!(
        "r{place} {data_type}{}",
        if bytes.one_in(2) { " NOT NULL" } else { "" }
    ))
}

fn index(sql: &mut String, table: &str, place: usize, mut bytes: Bytes<'_>, columns: &[Column]) {
    if columns.is_empty() || !bytes.one_in(2) {
        return;
    }
    let column = &columns[bytes.pick(columns.len())];
    let other = &columns[bytes.pick(columns.len())];
    let unique = if bytes.one_in(3) { "UNIQUE " } else { "" };
    let (key, variant) = (column.name, bytes.pick(6));
    let keys = match variant {
        1 => format!("{key} DESC"),
        2 => format!("{key} NULLS FIRST, {}", other.name),
        3 if column.is_text() => format!("lower({key})"),
        3 if column.is_number() => format!("({key} + 1)"),
        4 if column.data_type == "text" => format!("{key} text_pattern_ops"),
        5 if column.is_text() => format!("{key} COLLATE \"POSIX\""),
        _ => key.to_owned(),
    };
    let include = if bytes.one_in(4) {
        format!(" INCLUDE ({})", other.name)
    } else {
        String::new()
    };
    let nulls = if bytes.one_in(5) && !unique.is_empty() {
        " NULLS NOT DISTINCT"
    } else {
        ""
    };
    let predicate = match bytes.pick(5) {
        3 => format!(" WHERE {} IS NOT NULL", other.name),
        4 if other.is_text() => format!(" WHERE {} IN ('a', 'b')", other.name),
        4 if ENUM_NAMES.contains(&other.data_type) => format!(" WHERE {} = 'a'", other.name),
        _ => String::new(),
    };
    // Index names are unique in a schema.
    let name = format!("\"{} {place}\"", table.trim_matches('"'));
    let _ = writeln!(
        sql,
        "CREATE {unique}INDEX {name} ON {table} ({keys}){include}{nulls}{predicate};"
    );
    if bytes.one_in(6) {
        let _ = writeln!(sql, "COMMENT ON INDEX {name} IS 'found by {place}';");
    }
}
