//! Declared storage and partitions of tables. No I/O here.

use toolkit_text::identifier::quote_always;

use super::{Declarations, Declared, Stage};

impl Declarations {
    /// A storage parameter of `table`, such as `fillfactor`.
    pub fn table_option(&mut self, table: &str, name: &str, value: &str) -> &mut Self {
        let sql = format!("ALTER TABLE {} SET ({name} = {value})", quote_always(table));
        let declared = Declared::of("option", name, &sql).on(table);
        self.push(declared.written([name, value]))
    }

    /// Makes the table of an entity partitioned: `partition_by("log_events", "RANGE (logged_at)")`.
    /// The entity's primary key and unique keys have to contain the columns that it goes by.
    ///
    /// A table that exists already does not become partitioned by itself: its rows have to move, so
    /// that migration is written by hand.
    pub fn partition_by(&mut self, table: &str, key: &str) -> &mut Self {
        self.partitioned.push((table.to_owned(), key.to_owned()));
        self
    }

    /// A partition of the table, or of another partition, `parent`. `bounds` is what PostgreSQL calls
    /// so, `FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')` or `DEFAULT`; with `PARTITION BY …`
    /// behind it the partition has partitions of its own.
    pub fn partition(&mut self, parent: &str, name: &str, bounds: &str) -> &mut Self {
        let sql = format!(
            "CREATE TABLE {} PARTITION OF {} {bounds}",
            quote_always(name),
            quote_always(parent)
        );
        let declared = Declared::of("partition", name, &sql).on(parent);
        self.push(declared.written([bounds]).at(Stage::Partitions))
    }
}
