//! The settings of a scratch database: a replay must understand a statement as the database does for which
//! it was written, and no default of a role may cut it off.

use sea_orm::{ConnectionTrait, DbErr, TryGetable};
use toolkit_runtime::{Connection, Reader};

use crate::identifier::{quote_identifier, quote_literal};

/// What decides how PostgreSQL takes what a statement says: a constant without its zone, `'$1.00'::money`,
/// `x = NULL`, an element `NULL` of an array's text, what a table is made of.
///
/// <https://www.postgresql.org/docs/current/runtime-config-client.html>,
/// <https://www.postgresql.org/docs/current/runtime-config-compatible.html>
const CARRIED: [&str; 14] = [
    "DateStyle",
    "IntervalStyle",
    "TimeZone",
    "array_nulls",
    "backslash_quote",
    "bytea_output",
    "default_table_access_method",
    "default_text_search_config",
    "default_toast_compression",
    "extra_float_digits",
    "lc_monetary",
    "standard_conforming_strings",
    "transform_null_equals",
    "xmloption",
];

/// What a replay needs whatever the defaults are; and what is thrown away need not survive a crash.
const NEEDED: [(&str, &str); 8] = [
    ("check_function_bodies", "on"),
    ("default_transaction_deferrable", "off"),
    ("default_transaction_isolation", "read committed"),
    ("default_transaction_read_only", "off"),
    ("idle_in_transaction_session_timeout", "0"),
    ("lock_timeout", "0"),
    ("statement_timeout", "0"),
    ("synchronous_commit", "off"),
];

/// Sets the defaults of the scratch database `name`, for the role that made it: to those of the database of
/// `admin` where they decide what a statement means. They go with the scratch database.
///
/// # Errors
/// When the server refuses.
pub(crate) async fn carry(admin: &Connection, name: &str) -> Result<(), DbErr> {
    let settings = CARRIED.map(|setting| format!("pg_catalog.current_setting('{setting}')"));
    let rows = admin
        .rows(&format!("SELECT {}", settings.join(", ")))
        .await?;
    let row = rows.first();
    let row = row.ok_or_else(|| DbErr::RecordNotFound("no row".to_owned()))?;
    let mut settings: Vec<(&str, String)> = NEEDED
        .map(|(setting, value)| (setting, value.to_owned()))
        .to_vec();
    for (place, setting) in CARRIED.into_iter().enumerate() {
        settings.push((setting, String::try_get_by(row, place)?));
    }
    let name = quote_identifier(name);
    let statements = settings.iter().map(|(setting, value)| {
        // A list, as DateStyle is, must not become one name.
        let parts: Vec<String> = value.split(", ").map(quote_literal).collect();
        let value = parts.join(", ");
        format!("ALTER ROLE CURRENT_USER IN DATABASE {name} SET {setting} TO {value};")
    });
    let statements: String = statements.collect();
    admin.db().execute_unprepared(&statements).await.map(drop)
}
