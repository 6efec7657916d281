//! Least privilege: for each service a role that owns its schema and migrates it, and a role that
//! the service itself works with. Neither gets a password here.

use std::ops::ControlFlow;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};
use toolkit_text::identifier::{MAX_BYTES, quote_always, quote_literal};

use super::{
    Runner, Standing, ledger,
    patience::{Patience, Task},
    record,
};
use crate::{Error, Reader, Service};

const TASK: Task<'static> = Task {
    name: "roles",
    action: "create the roles",
};

/// The two roles of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roles {
    /// Owns the schema and everything in it, and runs its migrations: `planning_owner`.
    pub owner: String,
    /// Reads and writes the rows of the schema's tables, and can do nothing else: `planning_app`.
    pub application: String,
}

impl Roles {
    /// The roles of `service`, named after its schema.
    ///
    /// # Errors
    /// [`Error::RoleName`] when a name would be longer than PostgreSQL's names can be.
    pub fn of(service: &Service) -> Result<Self, Error> {
        let name = |suffix: &str| {
            let name = format!("{}_{suffix}", service.schema());
            if name.len() > MAX_BYTES {
                return Err(Error::RoleName {
                    service: service.name().to_owned(),
                    name,
                });
            }
            Ok(name)
        };
        Ok(Self {
            owner: name("owner")?,
            application: name("app")?,
        })
    }

    /// The statements that create the roles, as far as they are not there, and give them what they
    /// may do. Each can be run again. `database` is the name of the database.
    fn statements(&self, service: &Service, database: &str) -> Vec<String> {
        let schema = quote_always(service.schema());
        let database = quote_always(database);
        let [owner, app] = [&self.owner, &self.application].map(|role| quote_always(role));
        let mut statements: Vec<String> = [&self.owner, &self.application]
            .map(|role| create(role))
            .to_vec();
        // Who is no superuser must be a member to make the owner an owner.
        statements.push(run(&format!(
            "IF NOT pg_catalog.pg_has_role({}, 'USAGE') THEN \
             GRANT {owner} TO CURRENT_USER; END IF;",
            quote_literal(&self.owner)
        )));
        statements.extend([
            format!("GRANT CONNECT ON DATABASE {database} TO {owner}, {app}"),
            format!("CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {owner}"),
            format!("ALTER SCHEMA {schema} OWNER TO {owner}"),
            record::create_statement(service),
            ledger::create_statement(service),
            give_away(service.schema(), &self.owner),
            keep_everybody_out(service.schema()),
            format!("GRANT USAGE ON SCHEMA {schema} TO {app}"),
        ]);
        let rights = [
            ("TABLES", "SELECT, INSERT, UPDATE, DELETE"),
            ("SEQUENCES", "USAGE, SELECT, UPDATE"),
        ];
        for (kind, rights) in rights {
            statements.push(grant(service.schema(), kind, rights, &self.application));
            statements.push(format!(
                "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {schema} \
                 GRANT {rights} ON {kind} TO {app}"
            ));
        }
        // What is applied is the migrations' business alone.
        for table in service.bookkeeping_tables() {
            statements.push(keep_application_out(service, &table));
        }
        for role in [&owner, &app] {
            statements.push(format!(
                "ALTER ROLE {role} IN DATABASE {database} SET search_path = {schema}, public"
            ));
        }
        statements
    }
}

/// Takes from everybody what they may do in `schema`. In `public` they keep its use: the types of
/// extensions that other services use are there.
fn keep_everybody_out(schema: &str) -> String {
    let rights = if schema == "public" { "CREATE" } else { "ALL" };
    format!(
        "REVOKE {rights} ON SCHEMA {} FROM PUBLIC",
        quote_always(schema)
    )
}

/// Grants `role` the `rights` on every one of `kind` in `schema`, but for what belongs to an extension:
/// who made that is not the owner, and may not be who runs this.
fn grant(schema: &str, kind: &str, rights: &str, role: &str) -> String {
    let (kinds, word) = match kind {
        "SEQUENCES" => ("'S'", "SEQUENCE"),
        _ => ("'r', 'p', 'v', 'm', 'f'", "TABLE"),
    };
    run(&format!(
        "FOR statement IN SELECT pg_catalog.format('GRANT {rights} ON {word} %s TO %I', \
         c.oid::regclass::text, {}) FROM pg_catalog.pg_class AS c \
         WHERE c.relnamespace = {}::regnamespace AND c.relkind IN ({kinds}) \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.objid = c.oid \
         AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'e') \
         ORDER BY c.oid LOOP EXECUTE statement; END LOOP;",
        quote_literal(role),
        quote_literal(&quote_always(schema)),
    ))
}

/// `CREATE ROLE` has no `IF NOT EXISTS`.
fn create(role: &str) -> String {
    run(&format!(
        "IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN \
         CREATE ROLE {} LOGIN; END IF;",
        quote_literal(role),
        quote_always(role)
    ))
}

/// A statement that runs `statements`, whatever names they hold. They reach nothing but PostgreSQL's own
/// functions and operators by a bare name, also where an administrator runs them in a session of his own.
fn run(statements: &str) -> String {
    let block = format!(
        "DECLARE statement pg_catalog.text; BEGIN \
         PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true); {statements} END"
    );
    format!("DO {}", quote_literal(&block))
}

/// A statement that leaves the application role, if there is one, no more than reading `table`, one
/// of those that record migrations: default privileges give it more when the table is made.
pub(super) fn keep_application_out(service: &Service, table: &str) -> String {
    let Ok(roles) = Roles::of(service) else {
        // There cannot be a role of that name.
        return "SELECT".to_owned();
    };
    let role = &roles.application;
    let (schema, table, grantee) = (
        quote_always(service.schema()),
        quote_always(table),
        quote_always(role),
    );
    run(&format!(
        "IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {}) THEN \
         REVOKE ALL ON {schema}.{table} FROM {grantee}; \
         GRANT SELECT ON {schema}.{table} TO {grantee}; END IF;",
        quote_literal(role)
    ))
}

/// Makes `owner` own everything in `schema` that somebody else owns. A sequence that belongs to a column
/// goes with its table, and what an extension owns stays with it. A partition depends on its table, and in
/// PostgreSQL 14 a table with generated columns on itself, and both have an owner of their own.
fn give_away(schema: &str, owner: &str) -> String {
    let objects = [
        "SELECT c.relnamespace AS namespace, c.relowner AS owner, 'pg_catalog.pg_class'::regclass AS class, c.oid, \
         CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' \
         WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind, \
         c.oid::regclass::text AS object \
         FROM pg_catalog.pg_class AS c WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')",
        "SELECT p.pronamespace, p.proowner, 'pg_catalog.pg_proc'::regclass, p.oid, \
         'ROUTINE', p.oid::regprocedure::text FROM pg_catalog.pg_proc AS p",
        "SELECT t.typnamespace, t.typowner, 'pg_catalog.pg_type'::regclass, t.oid, \
         CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, pg_catalog.format_type(t.oid, NULL) \
         FROM pg_catalog.pg_type AS t LEFT JOIN pg_catalog.pg_class AS c ON c.oid = t.typrelid \
         WHERE t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c'",
    ];
    run(&format!(
        "FOR statement IN SELECT pg_catalog.format('ALTER %s %s OWNER TO %I', kind, object, {}) FROM ({}) AS o \
         WHERE namespace = {}::regnamespace AND owner <> {}::regrole \
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d WHERE d.classid = o.class \
         AND d.objid = o.oid AND (d.deptype IN ('e', 'i') OR d.deptype = 'a' AND kind = 'SEQUENCE') \
         AND (d.refclassid, d.refobjid) <> (d.classid, d.objid)) \
         LOOP EXECUTE statement; END LOOP;",
        quote_literal(owner),
        objects.join(" UNION ALL "),
        quote_literal(&quote_always(schema)),
        quote_literal(&quote_always(owner)),
    ))
}

impl Runner<'_> {
    /// The statements that [`Runner::create_roles`] sends, for an administrator to read or run.
    ///
    /// # Errors
    /// [`Error::RoleName`]; [`Error::Database`] when the database does not tell its name.
    pub async fn role_statements(&self) -> Result<Vec<String>, Error> {
        Standing::nothing_applied(self.service)?;
        let roles = Roles::of(self.service)?;
        let database = database(self.connection)
            .await
            .map_err(Error::database("read the database's name", self.service))?;
        Ok(roles.statements(self.service, &database))
    }

    /// Creates the service's roles, its schema and the tables that record migrations, as far as
    /// they are not there, and gives the roles what they may do. Returns the roles and whether both
    /// were there before.
    ///
    /// # Errors
    /// [`Error::Database`] when the role that is logged in may not do that. Nothing is changed then.
    pub async fn create_roles(&self) -> Result<(Roles, bool), Error> {
        let roles = Roles::of(self.service)?;
        let statements = self.role_statements().await?;
        let mut patience = Patience::new();
        loop {
            let (transaction, watch) = self.begin_try(TASK.name, &patience).await?;
            let creating = self.create_roles_in(&transaction, &roles, &statements);
            let outcome = self.watched(&watch, creating).await.map(Some);
            let ended = self.end_try(TASK, transaction, &mut patience, outcome);
            if let ControlFlow::Break(Some(there)) = ended.await? {
                return Ok((roles, there));
            }
        }
    }

    async fn create_roles_in(
        &self,
        transaction: &DatabaseTransaction,
        roles: &Roles,
        statements: &[String],
    ) -> Result<bool, Error> {
        let failed = || Error::database(TASK.action, self.service);
        let there = are_there(transaction, roles).await.map_err(failed())?;
        for statement in statements {
            transaction
                .execute_unprepared(statement)
                .await
                .map_err(failed())?;
        }
        Ok(there)
    }
}

async fn are_there(db: &impl Reader, roles: &Roles) -> Result<bool, DbErr> {
    let sql = format!(
        "SELECT rolname FROM pg_catalog.pg_roles WHERE rolname IN ({}, {})",
        quote_literal(&roles.owner),
        quote_literal(&roles.application)
    );
    Ok(db.rows(&sql).await?.len() == 2)
}

/// What the server calls the database.
pub(crate) async fn database(db: &impl Reader) -> Result<String, DbErr> {
    let rows = db
        .rows("SELECT pg_catalog.current_database()::text")
        .await?;
    let row = rows
        .first()
        .ok_or_else(|| DbErr::RecordNotFound("no row".to_owned()))?;
    row.try_get_by_index(0)
}
