//! Declared types and extensions. No I/O here.

use toolkit_text::identifier::quote_always;

use super::{Declarations, Declared, Stage};

impl Declarations {
    /// An extension, in the schema `public` unless it has one of its own. It belongs to the database
    /// and so to all services: one that is there already stays as it is.
    pub fn extension(&mut self, name: &str) -> &mut Self {
        self.extensions.push(name.to_owned());
        self
    }

    /// A domain: `domain("email_address", "text CHECK (VALUE LIKE '%_@_%')")`. An entity's column is
    /// of it with `column_type = "custom(\"email_address\")"`.
    pub fn domain(&mut self, name: &str, definition: &str) -> &mut Self {
        let sql = format!("CREATE DOMAIN {} AS {definition}", quote_always(name));
        self.push(of_type("domain", name, &sql, definition))
    }

    /// A composite type: `composite_type("address", "street text, city text")`.
    pub fn composite_type(&mut self, name: &str, attributes: &str) -> &mut Self {
        let sql = format!("CREATE TYPE {} AS ({attributes})", quote_always(name));
        self.push(of_type("composite type", name, &sql, attributes))
    }

    /// A range type: `range_type("price_range", "subtype = numeric")`.
    pub fn range_type(&mut self, name: &str, definition: &str) -> &mut Self {
        let sql = format!("CREATE TYPE {} AS RANGE ({definition})", quote_always(name));
        self.push(of_type("range type", name, &sql, definition))
    }
}

fn of_type(kind: &str, name: &str, sql: &str, definition: &str) -> Declared {
    Declared::of(kind, name, sql)
        .written([definition])
        .at(Stage::BeforeTables)
}
