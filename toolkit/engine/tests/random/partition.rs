//! Partitioned tables: by range, list or hash of their key.

use std::fmt::Write;

use crate::{bytes::Bytes, column::Column};

const PARTS: usize = 3;
const PART_BYTES: usize = 3;
pub const PARTITION_BYTES: usize = 3 + PARTS * PART_BYTES;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Range,
    List,
    Hash,
}

/// How a table is partitioned.
pub struct Partitioning<'b> {
    by: By,
    /// Where the parts begin and end.
    bounds: usize,
    has_default: bool,
    parts: Bytes<'b>,
}

/// How `bytes` partition a table, if they do.
pub fn read(mut bytes: Bytes<'_>) -> Option<Partitioning<'_>> {
    let by = match bytes.pick(8) {
        5 => By::Range,
        6 => By::List,
        7 => By::Hash,
        _ => return None,
    };
    Some(Partitioning {
        by,
        bounds: bytes.pick(3),
        has_default: bytes.one_in(2) && by != By::Hash,
        parts: bytes,
    })
}

impl Partitioning<'_> {
    /// What follows the columns in `CREATE TABLE`.
    pub fn clause(&self) -> &'static str {
        match self.by {
            By::Range => " PARTITION BY RANGE (id)",
            By::List => " PARTITION BY LIST (id)",
            By::Hash => " PARTITION BY HASH (id)",
        }
    }

    /// The statements that create the partitions, and those tables that are none any more.
    pub fn create(mut self, table: &str, key: &Column, columns: &[Column]) -> String {
        let mut sql = String::new();
        let plain = table.trim_matches('"');
        for place in 0..PARTS {
            let bounds = self.bounds(place, key);
            let mut bytes = self.parts.stretch(PART_BYTES);
            let name = format!("\"{plain} p{place}\"");
            // PostgreSQL drops no expression from a column that partitions of partitions have too.
            let is_divided = bytes.pick(4) == 3 && !columns.iter().any(|it| it.generated);
            match bytes.pick(5) {
                0 => continue,
                1 => {
                    let _ = writeln!(sql, "CREATE TABLE {name} (LIKE {table});");
                    continue;
                }
                2 => {
                    let _ = writeln!(
                        sql,
                        "CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED);\n\
                         ALTER TABLE {table} ATTACH PARTITION {name} {bounds};"
                    );
                }
                _ => part(&mut sql, table, &name, &bounds, is_divided),
            }
            own(&mut sql, &name, bytes.pick(7), columns);
        }
        if self.has_default {
            let _ = writeln!(
                sql,
                "CREATE TABLE \"{plain} rest\" PARTITION OF {table} DEFAULT;"
            );
        }
        sql
    }

    /// The bounds of one part, apart from those of the others.
    fn bounds(&self, place: usize, key: &Column) -> String {
        let value = |n: &str| match (key.data_type, n) {
            (_, "MINVALUE" | "MAXVALUE" | "NULL") => n.to_owned(),
            ("uuid", n) => format!("'00000000-0000-0000-0000-{n:0>12}'"),
            (_, n) => n.to_owned(),
        };
        let values = |list: &[&str]| {
            let values: Vec<_> = list.iter().map(|n| value(n)).collect();
            values.join(", ")
        };
        match self.by {
            By::Range => {
                let ends = [
                    ["MINVALUE", "2", "4", "MAXVALUE"],
                    ["1", "3", "10", "100"],
                    ["0", "2", "3", "1000"],
                ][self.bounds];
                let [from, to] = [value(ends[place]), value(ends[place + 1])];
                format!("FOR VALUES FROM ({from}) TO ({to})")
            }
            By::List => {
                let lists: [&[&str]; PARTS] = [
                    [&["1", "2"][..], &["3"], &["4"]],
                    [&["1", "NULL"], &["2", "3"], &["4", "5"]],
                    [&["1", "2", "3"], &["4"], &["5", "6"]],
                ][self.bounds];
                format!("FOR VALUES IN ({})", values(lists[place]))
            }
            By::Hash => {
                let modulus = [3, 4, 6][self.bounds];
                format!("FOR VALUES WITH (MODULUS {modulus}, REMAINDER {place})")
            }
        }
    }
}

/// Writes a partition, which may have partitions of its own.
fn part(sql: &mut String, table: &str, name: &str, bounds: &str, is_divided: bool) {
    let by = if is_divided {
        " PARTITION BY HASH (id)"
    } else {
        ""
    };
    let _ = writeln!(
        sql,
        "CREATE TABLE {name} PARTITION OF {table} {bounds}{by};"
    );
    if is_divided {
        let plain = name.trim_matches('"');
        for remainder in 0..2 {
            let _ = writeln!(
                sql,
                "CREATE TABLE \"{plain} of {remainder}\" PARTITION OF {name} \
                 FOR VALUES WITH (MODULUS 2, REMAINDER {remainder});"
            );
        }
    }
}

/// Writes what a partition has beside what its table has.
fn own(sql: &mut String, name: &str, variant: usize, columns: &[Column]) {
    let plain = name.trim_matches('"');
    let first = columns.iter().find(|column| !column.generated);
    let _ = match (variant, first) {
        (4, Some(column)) => writeln!(
            sql,
            "CREATE INDEX \"{plain} own\" ON {name} ({});",
            column.name
        ),
        (5, Some(column)) => writeln!(
            sql,
            "ALTER TABLE {name} ADD CONSTRAINT \"{plain} own\" CHECK ({} IS NOT NULL OR id IS NOT NULL);",
            column.name
        ),
        (6, Some(column)) if column.is_text() && !column.numbered => writeln!(
            sql,
            "ALTER TABLE {name} ALTER COLUMN {} SET DEFAULT 'own';",
            column.name
        ),
        (3, _) => writeln!(sql, "COMMENT ON TABLE {name} IS 'a part';"),
        (_, _) => Ok(()),
    };
}
