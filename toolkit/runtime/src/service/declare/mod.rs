//! What entities cannot say, declared beside them. No I/O here.

mod access;
mod column;
mod routine;
mod statement;
mod table;
mod types;
mod view;

pub use statement::{Declared, Stage};

use std::collections::BTreeSet;

use sea_orm::sea_query::{IndexCreateStatement, PostgresQueryBuilder};

/// Views, functions, triggers, policies, checks, indexes and whatever else a service's schema has
/// beside what its entities say.
///
/// Names are unqualified: everything lives in the service's schema. They are taken as they are
/// written, as if quoted. Most methods take a name and what follows it in PostgreSQL's `CREATE`
/// statement, so that nothing is written twice.
///
/// The order does not matter: what needs something that is declared further down is made after it.
/// PostgreSQL checks the SQL when migrations are generated and checked, function bodies included,
/// and its error shows the place in the declared text.
///
/// ```
/// use sea_orm::sea_query::{Expr, ExprTrait, Index, Query};
/// use toolkit_runtime::Declarations;
///
/// let mut declared = Declarations::default();
/// declared
///     .check("plans", "plans_title_not_blank", "btrim(title) <> ''")
///     .index(Index::create().name("plans_by_agent").table("plans").col("agent_id").col("status"))
///     .index_sql("CREATE INDEX plans_context ON plans USING gin (context jsonb_path_ops)")
///     .generated("users", "email_key", "lower(email)")
///     .view(
///         "recent_plans",
///         Query::select()
///             .columns(["id", "title"])
///             .from("plans")
///             .and_where(Expr::col("created_at").gt(Expr::cust("now() - interval '7 days'"))),
///     )
///     .function(
///         "touch()",
///         "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$",
///     )
///     .trigger("plans", "plans_touch", "BEFORE UPDATE", "FOR EACH ROW EXECUTE FUNCTION touch()")
///     .row_level_security("plans")
///     .policy("plans", "own_plans", "USING (agent_id = current_setting('app.agent')::uuid)");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Declarations {
    /// Generated columns: table, column and expression.
    pub generated: Vec<(String, String, String)>,
    /// Tables of entities that are partitioned, each with how: `RANGE (logged_at)`.
    pub partitioned: Vec<(String, String)>,
    /// Extensions that the service needs.
    pub extensions: Vec<String>,
    /// Roles that what is declared names: they have to exist. They have the declared privileges and no
    /// others; what migrations give to other roles is kept.
    pub roles: BTreeSet<String>,
    /// Statements that make the other objects, in the order in which they are declared.
    pub statements: Vec<Declared>,
}

impl Declarations {
    /// An index, as sea-query builds it.
    pub fn index(&mut self, index: &IndexCreateStatement) -> &mut Self {
        let sql = index.to_string(PostgresQueryBuilder);
        let name = index
            .get_index_spec()
            .get_name()
            .unwrap_or("without a name");
        self.push(Declared::of("index", name, &sql))
    }

    /// An index of any shape: partial, over expressions, of any method, on a materialized view.
    pub fn index_sql(&mut self, sql: &str) -> &mut Self {
        self.sql("index", sql)
    }

    /// A comment on what is declared: `comment("VIEW active_plans", "Plans that are worked on")`.
    pub fn comment(&mut self, on: &str, text: &str) -> &mut Self {
        let literal = toolkit_text::identifier::quote_literal(text);
        let sql = format!("COMMENT ON {on} IS {literal}");
        self.push(Declared::of("comment on", on, &sql).written([on]))
    }

    /// Any other object that the toolkit compares, such as an exclusion constraint or a rule; `name`
    /// is what messages call it.
    pub fn sql(&mut self, name: &str, sql: &str) -> &mut Self {
        self.push(Declared::called(name, sql))
    }

    /// The statements of an SQL file that is compiled in:
    /// `file("active_plans.sql", include_str!("../sql/active_plans.sql"))`.
    ///
    /// The names in it are unqualified, too. It holds nothing that ends a transaction.
    pub fn file(&mut self, name: &str, sql: &str) -> &mut Self {
        self.push(Declared::of("file", name, sql))
    }

    fn push(&mut self, declared: Declared) -> &mut Self {
        self.statements.push(declared);
        self
    }
}
