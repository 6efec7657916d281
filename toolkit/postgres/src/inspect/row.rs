//! Queries in, rows out: the only place that talks to the connection.

use std::{fmt::Display, str::FromStr};

use futures_util::TryStreamExt;
use sea_orm::{
    DatabaseTransaction, DbBackend, DbErr, QueryResult, Statement, StreamTrait, TryGetable,
};

use super::{Scope, settings::PINNED};
use crate::{Error, Result, catalog::Options, identifier::quote_literal};

/// An object's identifier, unique within its system catalog.
pub(super) type Oid = i64;

/// The connection, pinned to one `search_path` and one list of schemas.
pub(super) struct Reader<'c> {
    db: &'c DatabaseTransaction,
    server: Server,
    schemas: String,
}

/// Who answered, and as whom it was asked.
#[derive(Clone, Default)]
pub(super) struct Server {
    /// `server_version_num`.
    pub(super) version: i32,
    /// The role.
    pub(super) role: String,
}

/// The first OID that is not PostgreSQL's own:
/// <https://www.postgresql.org/docs/current/system-catalog-initial-data.html#SYSTEM-CATALOG-OID-ASSIGNMENT>.
pub(super) const FIRST_NORMAL_OID: Oid = 16_384;

impl<'c> Reader<'c> {
    /// Pins the transaction's settings, makes it read-only and asks for the server's version, all in one
    /// statement.
    pub(super) async fn open(db: &'c DatabaseTransaction, scope: &Scope) -> Result<Self> {
        let schemas = scope.search_path.iter();
        let mut path: Vec<_> = schemas
            .map(|schema| format!("\"{}\"", schema.replace('"', "\"\"")))
            .collect();
        // Where it is not named, a temporary table or type comes before all others, PostgreSQL's included:
        // https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH
        path.push("pg_temp".to_owned());
        let mut reader = Self {
            db,
            server: Server::default(),
            schemas: String::new(),
        };
        let path = ("search_path", path.join(", "));
        let pinned = PINNED.map(|(name, value)| (name, value.to_owned()));
        let pin = |(name, value): &(&str, String)| {
            let value = quote_literal(value);
            format!(", pg_catalog.set_config('{name}', {value}, true)")
        };
        let sql = format!(
            "SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4, \
             current_user::pg_catalog.text{}",
            std::iter::once(&path)
                .chain(&pinned)
                .map(pin)
                .collect::<String>(),
        );
        let server = |row: &mut Row| {
            Ok(Server {
                version: row.take()?,
                role: row.take()?,
            })
        };
        let server = reader.rows("the server's version", &sql, server).await?;
        reader.server = server.into_iter().next().unwrap_or_default();
        Ok(reader)
    }

    /// Who answers.
    pub(super) fn server(&self) -> Server {
        self.server.clone()
    }

    /// Whether the server is of `major` or newer.
    pub(super) fn is_at_least(&self, major: i32) -> bool {
        self.server.version >= major * 10_000
    }

    /// Restricts what follows to the schemas with these identifiers.
    pub(super) fn restrict_to(&mut self, schemas: impl Iterator<Item = Oid>) {
        self.schemas = format!("{}::oid[]", array(schemas));
    }

    /// The schemas' identifiers as an SQL array.
    pub(super) fn schemas(&self) -> &str {
        &self.schemas
    }

    /// Runs `sql` and reads each row with `read`.
    pub(super) async fn rows<T>(
        &self,
        what: &'static str,
        sql: &str,
        read: impl Fn(&mut Row) -> Result<T, DbErr>,
    ) -> Result<Vec<T>> {
        let failed = |source| failed(what, source);
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let mut results = self.db.stream_raw(statement).await.map_err(failed)?;
        let mut rows = Vec::new();
        // Each is freed once it is read: as the driver keeps them they take several times the room.
        while let Some(result) = results.try_next().await.map_err(failed)? {
            rows.push(read(&mut Row { result, next: 0 }).map_err(failed)?);
        }
        rows.shrink_to_fit();
        Ok(rows)
    }
}

/// One row, read column by column.
pub(super) struct Row {
    result: QueryResult,
    next: usize,
}

impl Row {
    /// The next column.
    pub(super) fn take<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let index = self.next;
        self.next += 1;
        self.result.try_get_by_index(index)
    }

    /// The next column, one of a system catalog's codes of one letter.
    pub(super) fn take_code(&mut self) -> Result<char, DbErr> {
        let code: String = self.take()?;
        Ok(code.chars().next().unwrap_or(' '))
    }

    /// The next column, the text of an `int2vector` or `oidvector`: those count from 0, which the
    /// driver's arrays do not.
    pub(super) fn take_vector<T: FromStr>(&mut self) -> Result<Vec<T>, DbErr> {
        let text: Option<String> = self.take()?;
        Ok(text
            .unwrap_or_default()
            .split_ascii_whitespace()
            .filter_map(|item| item.parse().ok())
            .collect())
    }

    /// The next column, an array of `name=value`, each name with `prefix`.
    pub(super) fn take_options(&mut self, prefix: &str) -> Result<Options, DbErr> {
        let list: Option<Vec<String>> = self.take()?;
        let list = list.unwrap_or_default();
        Ok(options(list.iter().map(String::as_str), prefix))
    }
}

/// Items of `name=value`, each name with `prefix`.
pub(super) fn options<'o>(list: impl Iterator<Item = &'o str>, prefix: &str) -> Options {
    list.map(|option| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        (format!("{prefix}{name}"), value.to_owned())
    })
    .collect()
}

/// Says what could not be read.
pub fn failed(what: &'static str, source: DbErr) -> Error {
    Error::Inspect {
        what,
        source: Box::new(source),
    }
}

/// A code that stands for nothing we know.
pub(super) fn unknown(what: &'static str, code: &str) -> Error {
    Error::UnknownCode {
        what,
        code: code.to_owned(),
    }
}

/// `numbers` as an SQL array that is still to be cast.
pub(super) fn array<T: Display>(numbers: impl Iterator<Item = T>) -> String {
    let numbers: Vec<_> = numbers.map(|number| number.to_string()).collect();
    format!("'{{{}}}'", numbers.join(","))
}

/// A condition that leaves out what an extension owns.
pub(super) fn not_of_extension(catalog: &str, oid: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.{catalog}'::regclass::oid AND e.objid = {oid} \
         AND e.deptype = 'e')"
    )
}
