//! Declared views. No I/O here.

use sea_orm::sea_query::{PostgresQueryBuilder, SelectStatement};
use toolkit_text::identifier::quote_always;

use super::{Declarations, Declared};

impl Declarations {
    /// A view of what sea-query's `query` selects; an entity's query is one
    /// (`plan::Entity::find().filter(…).as_query()`).
    pub fn view(&mut self, name: &str, query: &SelectStatement) -> &mut Self {
        self.view_sql(name, &query.to_string(PostgresQueryBuilder))
    }

    /// A view of what `query` selects.
    pub fn view_sql(&mut self, name: &str, query: &str) -> &mut Self {
        let sql = format!("CREATE VIEW {} AS {query}", quote_always(name));
        self.push(Declared::of("view", name, &sql).written([query]))
    }

    /// An option of a view: `view_option("my_plans", "security_invoker", "true")`.
    pub fn view_option(&mut self, view: &str, name: &str, value: &str) -> &mut Self {
        let sql = format!("ALTER VIEW {} SET ({name} = {value})", quote_always(view));
        let declared = Declared::of("option", name, &sql).on(view);
        self.push(declared.written([name, value]))
    }

    /// A materialized view of what sea-query's `query` selects.
    pub fn materialized_view(&mut self, name: &str, query: &SelectStatement) -> &mut Self {
        self.materialized_view_sql(name, &query.to_string(PostgresQueryBuilder))
    }

    /// A materialized view of what `query` selects. Its indexes are declared as a table's are; with a
    /// unique one it can be refreshed `CONCURRENTLY`.
    pub fn materialized_view_sql(&mut self, name: &str, query: &str) -> &mut Self {
        let sql = format!("CREATE MATERIALIZED VIEW {} AS {query}", quote_always(name));
        self.push(Declared::of("materialized view", name, &sql).written([query]))
    }
}
