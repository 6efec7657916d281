//! The extensions that a schema needs. They belong to the database, not to a service's schema, so
//! no catalog has them.

use sea_orm::ConnectionTrait;
use toolkit_runtime::{DatabaseError, Reader};

use crate::{
    Error, Result,
    identifier::{quote_identifier, quote_literal},
    inspect::failed,
};

/// An extension and the schema of its objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its name.
    pub name: String,
    /// The schema that its objects are in.
    pub schema: String,
}

impl Extension {
    /// The statement that makes it, wherever it is not there yet.
    pub fn statement(&self) -> String {
        format!(
            "CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}",
            quote_identifier(&self.name),
            quote_identifier(&self.schema)
        )
    }
}

/// The extensions of which something in `schema` uses a type, a function or an operator class.
///
/// # Errors
/// [`Error::Inspect`] when they cannot be read.
pub async fn used(db: &impl Reader, schema: &str) -> Result<Vec<Extension>> {
    let schema = quote_literal(schema);
    // An array type is no member of its element's extension, and stands for it here.
    let sql = format!(
        "WITH own AS (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema}), \
         relation AS (SELECT oid FROM pg_catalog.pg_class WHERE relnamespace IN (SELECT oid FROM own)), \
         object AS (\
           SELECT 'pg_catalog.pg_class'::regclass::oid AS class, oid FROM relation \
           UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass::oid, oid FROM pg_catalog.pg_attrdef \
             WHERE adrelid IN (SELECT oid FROM relation) \
           UNION ALL SELECT 'pg_catalog.pg_constraint'::regclass::oid, oid FROM pg_catalog.pg_constraint \
             WHERE connamespace IN (SELECT oid FROM own)), \
         needed AS (\
           SELECT d.refclassid AS class, coalesce(e.oid, d.refobjid) AS oid FROM object o \
           JOIN pg_catalog.pg_depend d ON d.classid = o.class AND d.objid = o.oid \
           LEFT JOIN pg_catalog.pg_type e ON d.refclassid = 'pg_catalog.pg_type'::regclass::oid \
             AND e.typarray = d.refobjid) \
         SELECT DISTINCT x.extname::text, n.nspname::text FROM needed \
         JOIN pg_catalog.pg_depend m ON m.classid = needed.class AND m.objid = needed.oid AND m.deptype = 'e' \
         JOIN pg_catalog.pg_extension x ON m.refclassid = 'pg_catalog.pg_extension'::regclass::oid \
           AND x.oid = m.refobjid \
         JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace ORDER BY 1"
    );
    read(db, &sql).await
}

/// All extensions of the database but the one that every database has.
///
/// # Errors
/// [`Error::Inspect`] when they cannot be read.
pub async fn all(db: &impl Reader) -> Result<Vec<Extension>> {
    let sql = "SELECT x.extname::text, n.nspname::text FROM pg_catalog.pg_extension x \
               JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace WHERE x.extname <> 'plpgsql' ORDER BY x.oid";
    read(db, sql).await
}

async fn read(db: &impl Reader, sql: &str) -> Result<Vec<Extension>> {
    let failed = |source| failed("extensions", source);
    let rows = db.rows(sql).await.map_err(failed)?;
    rows.iter()
        .map(|row| {
            Ok(Extension {
                name: row.try_get_by_index(0).map_err(failed)?,
                schema: row.try_get_by_index(1).map_err(failed)?,
            })
        })
        .collect()
}

/// Makes `extensions` in a scratch database.
///
/// # Errors
/// [`Error::ProofStatement`] when the server does not have one, or not for this role.
pub async fn create(db: &impl ConnectionTrait, extensions: &[Extension]) -> Result<()> {
    for extension in extensions {
        let statement = extension.statement();
        db.execute_unprepared(&statement)
            .await
            .map_err(|source| Error::ProofStatement {
                what: "up",
                statement,
                source: Box::new(DatabaseError::from(source)),
            })?;
    }
    Ok(())
}
