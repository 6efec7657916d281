//! What entities cannot say, declared beside them. No I/O here.

use sea_orm::sea_query::{IndexCreateStatement, PostgresQueryBuilder};

/// Checks, indexes and other objects that a service's schema has beside what its entities say.
///
/// Names are unqualified: everything lives in the service's schema. PostgreSQL checks the SQL when
/// migrations are generated and checked.
///
/// ```
/// use sea_orm::sea_query::Index;
/// use toolkit_runtime::Declarations;
///
/// let mut declared = Declarations::default();
/// declared
///     .check("plans", "plans_title_not_blank", "btrim(title) <> ''")
///     .index(Index::create().name("plans_by_agent").table("plans").col("agent_id").col("status"))
///     .index_sql("CREATE INDEX plans_context ON plans USING gin (context jsonb_path_ops)")
///     .generated("users", "email_key", "lower(email)");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// Generated columns: table, column and expression.
    pub generated: Vec<(String, String, String)>,
    /// Statements that make the other objects, in order, each with what to call it in messages.
    pub statements: Vec<(String, String)>,
}

impl Declarations {
    /// A check constraint of `table`, over any of its columns.
    pub fn check(&mut self, table: &str, name: &str, expression: &str) -> &mut Self {
        let (quoted_table, quoted_name) = (quoted(table), quoted(name));
        let sql =
            format!("ALTER TABLE {quoted_table} ADD CONSTRAINT {quoted_name} CHECK ({expression})");
        self.sql(&format!("check {name} of {table}"), &sql)
    }

    /// An index, as sea-query builds it.
    pub fn index(&mut self, index: &IndexCreateStatement) -> &mut Self {
        let sql = index.to_string(PostgresQueryBuilder);
        let name = index
            .get_index_spec()
            .get_name()
            .unwrap_or("without a name")
            .to_owned();
        self.sql(&format!("index {name}"), &sql)
    }

    /// An index of any shape: partial, over expressions, of any method.
    pub fn index_sql(&mut self, sql: &str) -> &mut Self {
        self.sql("index", sql)
    }

    /// Makes `column`, which the entity has as a field, `GENERATED ALWAYS AS (expression) STORED`.
    pub fn generated(&mut self, table: &str, column: &str, expression: &str) -> &mut Self {
        self.generated
            .push((table.to_owned(), column.to_owned(), expression.to_owned()));
        self
    }

    /// A storage parameter of `table`, such as `fillfactor`.
    pub fn table_option(&mut self, table: &str, name: &str, value: &str) -> &mut Self {
        let sql = format!("ALTER TABLE {} SET ({name} = {value})", quoted(table));
        self.sql(&format!("option {name} of {table}"), &sql)
    }

    /// Any other object that the toolkit compares, such as an exclusion constraint; `name` is what
    /// messages call it.
    pub fn sql(&mut self, name: &str, sql: &str) -> &mut Self {
        self.statements.push((name.to_owned(), sql.to_owned()));
        self
    }
}

fn quoted(name: &str) -> String {
    crate::database::identifier(name)
}
