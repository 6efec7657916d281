//! Entities and declarations → Catalog: written out by our own renderer into an empty schema of a
//! scratch database, and read back. SeaORM's own renderer has gaps that we must not inherit.

mod align;
mod column;
mod ddl;
mod declared;
mod excerpt;
mod forgotten;
mod names;
mod partitions;
mod routines;
mod said;
mod write;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use toolkit_runtime::{DatabaseError, Service};

pub use align::{Aligned, Kept, LeftOpen, Words, align, with_chosen_names};
pub use ddl::{Statement, statements};
pub use declared::extensions;
pub use forgotten::forgotten;
pub use said::{Said, SaidBefore};

use crate::{
    Error, Result,
    catalog::{Catalog, QualifiedName},
    identifier::{quote_identifier, quote_literal},
    inspect::{Scope, inspect},
};

/// What the schema that is there is called while the desired one is made.
const ASIDE: &str = "toolkit_aside";

/// Where Alembic records the revision of a database that was adopted from it.
pub const ALEMBIC_TABLE: &str = "alembic_version";

/// What to read of a service: its schema, without the migrations' own tables and Alembic's.
pub fn scope(service: &Service) -> Scope {
    let mut ignored_tables = service.bookkeeping_tables();
    let entities = service.entity_tables();
    if !entities.iter().any(|entity| entity.name == ALEMBIC_TABLE) {
        ignored_tables.push(ALEMBIC_TABLE.to_owned());
    }
    let declared = service.declarations();
    Scope {
        schemas: vec![service.schema().to_owned()],
        search_path: vec![service.schema().to_owned(), "public".to_owned()],
        ignored_tables,
        extensions: declared.extensions,
        of_service: true,
        owners: false,
    }
}

/// Reads the schema of `service` in a scratch database, where all that roles may do is the migrations' or
/// the declarations' word.
///
/// Those that default privileges give something to are left out, unless they are declared: what they may
/// do depends on when an object was made.
///
/// # Errors
/// When it cannot be read.
pub async fn read_scratch<C>(db: &C, service: &Service) -> Result<Catalog>
where
    C: TransactionTrait<Transaction = DatabaseTransaction>,
{
    let mut catalog = inspect(db, &scope(service)).await?;
    let by_default = catalog.forget_default_privileges();
    let declared = service.declarations().roles;
    catalog.retain_privileges(|_, role| declared.contains(role) || !by_default.contains(role));
    Ok(catalog)
}

/// Reads what the schema of `service` should hold. Whatever `db` holds of it stays as it is: the
/// work is done in a transaction that is rolled back.
///
/// # Errors
/// [`Error::Desired`] when PostgreSQL refuses what the entities or the declarations say,
/// [`Error::Entity`] when an entity cannot be written out.
pub async fn read(db: &DatabaseConnection, service: &Service) -> Result<Catalog> {
    Ok(read_without(db, service, &[]).await?.catalog)
}

/// What the schema of a service should hold.
#[derive(Debug)]
pub struct Desired {
    /// All of it.
    pub catalog: Catalog,
    /// The partitions in it that nobody declared: they follow their table.
    pub followed: Vec<QualifiedName>,
}

/// As [`read`], without the undeclared partitions that `drop` names.
///
/// # Errors
/// As [`read`].
pub async fn read_without(
    db: &DatabaseConnection,
    service: &Service,
    drop: &[String],
) -> Result<Desired> {
    let statements = statements(service)?;
    let failed = |source: DbErr| Error::Scratch {
        action: "read the desired schema",
        source: Box::new(DatabaseError::from(source)),
    };
    let transaction = db.begin().await.map_err(failed)?;
    let schema = quote_identifier(service.schema());
    let prepare = prepare(service.schema());
    transaction
        .execute_unprepared(&prepare)
        .await
        .map_err(failed)?;
    write::write(&transaction, service, &extensions(service)).await?;
    transaction
        .execute_unprepared(&format!("SET LOCAL search_path = {schema}, public"))
        .await
        .map_err(failed)?;
    write::write(&transaction, service, &statements).await?;
    let followed = partitions::follow(&transaction, service.schema(), drop).await?;
    routines::check(&transaction, service, &statements).await?;
    let mut catalog = read_scratch(&transaction, service).await?;
    for definition in catalog.definitions.values_mut() {
        definition.body.is_proven = true;
    }
    transaction.rollback().await.map_err(failed)?;
    Ok(Desired { catalog, followed })
}

/// Makes the schema an empty one that has what extensions keep in it: they stay, as they do in a live
/// database. One that cannot move is made anew.
fn prepare(schema: &str) -> String {
    let name = quote_identifier(schema);
    let (literal, schema) = (quote_literal(&name), quote_literal(schema));
    format!(
        "DO $$ DECLARE it record; BEGIN \
           IF pg_catalog.to_regnamespace({literal}) IS NULL THEN CREATE SCHEMA {name}; RETURN; END IF; \
           ALTER SCHEMA {name} RENAME TO {ASIDE}; CREATE SCHEMA {name}; \
           FOR it IN SELECT e.extname, e.extrelocatable FROM pg_catalog.pg_extension e \
             JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace \
             WHERE n.nspname OPERATOR(pg_catalog.=) '{ASIDE}' ORDER BY e.oid LOOP \
             IF it.extrelocatable THEN \
               EXECUTE pg_catalog.format('ALTER EXTENSION %I SET SCHEMA %I', it.extname, {schema}); \
             ELSE \
               EXECUTE pg_catalog.format('DROP EXTENSION %I CASCADE', it.extname); \
               EXECUTE pg_catalog.format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I CASCADE', it.extname, {schema}); \
             END IF; \
           END LOOP; \
         END $$; \
         SET LOCAL check_function_bodies = off; SET LOCAL search_path = public"
    )
}
