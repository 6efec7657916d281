//! What a service would lose: the migrations that go, and the tables with their rows.

use sea_orm::{DbErr, TryGetable};
use toolkit_text::identifier::{quote_always, quote_literal};

use super::Work;
use crate::{Connection, Error, Extent, Service, Standing, database::Reader};

/// How many rows are counted; who has more loses many.
const COUNTED: u64 = 100_000;

/// What would be lost.
#[derive(Debug, Default)]
pub(super) struct Loss {
    /// The migrations that are rolled back, the first one first.
    pub(super) migrations: Vec<String>,
    /// The tables of the schema that hold rows, with how many in words.
    pub(super) tables: Vec<(String, String)>,
}

/// What `work` would lose of `service`.
pub(super) async fn read(
    connection: &Connection,
    service: &Service,
    work: &Work,
) -> Result<Loss, Error> {
    let standing = Standing::read(connection, service).await?;
    let migrations = rolled_back(&standing, work);
    let tables = if standing.schema_exists {
        let tables = tables(connection, service).await;
        tables.map_err(Error::database("count the rows", service))?
    } else {
        Vec::new()
    };
    Ok(Loss { migrations, tables })
}

fn rolled_back(standing: &Standing, work: &Work) -> Vec<String> {
    let mut names = standing.newest_first();
    match work {
        Work::Down(Extent::All) | Work::Refresh | Work::Reset => {}
        Work::Down(Extent::Count(count)) => {
            names.truncate(usize::try_from(*count).unwrap_or(usize::MAX));
        }
        Work::Down(Extent::To(name)) => {
            let stays = names.iter().position(|it| it == name);
            names.truncate(stays.unwrap_or(0));
        }
        Work::Bootstrap | Work::Up(_) | Work::Fresh => names.clear(),
    }
    names.into_iter().map(str::to_owned).collect()
}

/// The tables that hold rows which this role may read. A partition is part of its table. Nobody is waited for
/// longer than a second.
async fn tables(
    connection: &Connection,
    service: &Service,
) -> Result<Vec<(String, String)>, DbErr> {
    let books = service.bookkeeping_tables();
    let list = format!(
        "SELECT c.relname::text FROM pg_catalog.pg_class AS c \
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
         WHERE n.nspname = {} AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
         AND pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY 1",
        quote_literal(service.schema())
    );
    let mut names = Vec::new();
    for row in connection.rows(&list).await? {
        let name = String::try_get_by(&row, 0)?;
        if !books.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let count = |name: &String| {
        format!(
            "SELECT {}::text, (SELECT pg_catalog.count(*) FROM (SELECT 1 FROM {}.{} LIMIT {}) AS counted)",
            quote_literal(name),
            quote_always(service.schema()),
            quote_always(name),
            COUNTED + 1
        )
    };
    let counts: Vec<String> = names.iter().map(count).collect();
    let sql = format!(
        "SET LOCAL lock_timeout = '1s'; {}",
        counts.join(" UNION ALL ")
    );
    let mut tables = Vec::new();
    for row in connection.rows(&sql).await? {
        let (name, rows) = (String::try_get_by(&row, 0)?, i64::try_get_by(&row, 1)?);
        if rows > 0 {
            tables.push((name, in_words(rows)));
        }
    }
    Ok(tables)
}

fn in_words(rows: i64) -> String {
    match u64::try_from(rows).unwrap_or_default() {
        1 => "1 row".to_owned(),
        many if many > COUNTED => format!("more than {COUNTED} rows"),
        some => format!("{some} rows"),
    }
}
