//! Declared parts of a column, and checks over columns. No I/O here.

use toolkit_text::identifier::quote_always;

use super::{Declarations, Declared};

impl Declarations {
    /// A check constraint of `table`, over any of its columns.
    pub fn check(&mut self, table: &str, name: &str, expression: &str) -> &mut Self {
        let sql = format!(
            "ALTER TABLE {} ADD CONSTRAINT {} CHECK ({expression})",
            quote_always(table),
            quote_always(name)
        );
        let declared = Declared::of("check", name, &sql).on(table);
        self.push(declared.written([expression]))
    }

    /// Makes `column`, which the entity has as a field, `GENERATED ALWAYS AS (expression) STORED`.
    pub fn generated(&mut self, table: &str, column: &str, expression: &str) -> &mut Self {
        self.generated
            .push((table.to_owned(), column.to_owned(), expression.to_owned()));
        self
    }
}
