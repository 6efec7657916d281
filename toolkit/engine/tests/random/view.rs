//! Views and materialized views, over tables, functions and one another.

use std::fmt::Write;

use crate::{
    about::{self, ABOUT_BYTES, Object},
    bytes::Bytes,
    column::Kind,
    function::Functions,
    relation::{Field, Relation, Relations},
    table::Around,
};

const SLOT_BYTES: usize = 11;
pub const VIEW_BYTES: usize = SLOTS.len() * SLOT_BYTES;
/// A view's own, and that of its first column.
pub const VIEW_ABOUTS: usize = SLOTS.len() * 2 * ABOUT_BYTES;
/// The views, and whether they are materialized.
const SLOTS: [(&str, bool); 6] = [
    ("v0", false),
    ("\"V 1\"", false),
    ("m0", true),
    ("v2", false),
    ("\"M 1\"", true),
    ("v3", false),
];

/// A query and what it gives.
struct Query {
    sql: String,
    fields: Vec<Field>,
    is_updatable: bool,
    has_key: bool,
    /// Whether it can be read.
    is_filled: bool,
}

/// What queries are made of.
struct Parts<'p> {
    place: usize,
    base: &'p Relation,
    other: &'p Relation,
    first: &'p Field,
    second: Option<&'p Field>,
    condition: String,
    expression: String,
    aggregate: String,
}

/// Writes the views that `bytes` describe, and adds them to `relations`; gives the names of those
/// that are not materialized.
pub fn all(
    sql: &mut String,
    (bytes, abouts): (&mut Bytes<'_>, &mut Bytes<'_>),
    relations: &mut Relations,
    around: &Around<'_>,
) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (place, (name, is_materialized)) in SLOTS.into_iter().enumerate() {
        let mut bytes = bytes.stretch(SLOT_BYTES);
        let abouts = [(); 2].map(|()| abouts.stretch(ABOUT_BYTES));
        let query = query(&mut bytes, place, relations, around.functions);
        let Some(mut query) = query else {
            relations.push(None);
            continue;
        };
        let mut list = String::new();
        if bytes.one_in(4) {
            query.fields[0].name = format!("renamed_{place}");
            query.has_key = false;
            list = format!(" (renamed_{place})");
        }
        if is_materialized {
            materialized(sql, bytes, [name, &list], &mut query);
        } else {
            view(sql, bytes, [name, &list], &query, around.major);
        }
        said(sql, abouts, name, is_materialized, &query);
        if is_materialized {
            query.is_updatable = false;
        } else {
            names.push(name);
        }
        relations.push(Some(Relation {
            name: name.to_owned(),
            fields: query.fields,
            is_updatable: query.is_updatable,
            has_key: query.has_key,
            is_filled: query.is_filled,
        }));
    }
    names
}

fn said(
    sql: &mut String,
    [about, mut about_column]: [Bytes<'_>; 2],
    name: &str,
    is_materialized: bool,
    query: &Query,
) {
    let column = &query.fields[0].name;
    let kind = if is_materialized {
        "MATERIALIZED VIEW"
    } else {
        "VIEW"
    };
    let object = Object {
        column: Some(column.as_str()),
        ..Object::new(kind, name, "SELECT")
    };
    about::write(sql, about, &object);
    about::comment(
        sql,
        &mut about_column,
        "COLUMN",
        &format!("{name}.{column}"),
    );
}

fn view(
    sql: &mut String,
    mut bytes: Bytes<'_>,
    [name, list]: [&str; 2],
    query: &Query,
    major: u32,
) {
    let options = match bytes.pick(6) {
        3 => " WITH (security_barrier=true)",
        4 if major >= 15 => " WITH (security_invoker=true)",
        5 if major >= 15 => " WITH (security_barrier=true, security_invoker=true)",
        _ => "",
    };
    let check = match bytes.pick(4) {
        2 if query.is_updatable => " WITH LOCAL CHECK OPTION",
        3 if query.is_updatable => " WITH CASCADED CHECK OPTION",
        _ => "",
    };
    let text = &query.sql;
    let _ = writeln!(sql, "CREATE VIEW {name}{list}{options} AS\n {text}{check};");
}

fn materialized(
    sql: &mut String,
    mut bytes: Bytes<'_>,
    [name, list]: [&str; 2],
    query: &mut Query,
) {
    let options = if bytes.one_in(6) {
        " WITH (fillfactor=70)"
    } else {
        ""
    };
    query.is_filled &= !bytes.one_in(4);
    let data = if query.is_filled { "" } else { " WITH NO DATA" };
    let text = &query.sql;
    let _ = writeln!(
        sql,
        "CREATE MATERIALIZED VIEW {name}{list}{options} AS\n {text}{data};"
    );
    let plain = name.trim_matches('"');
    let (first, last) = (&query.fields[0], &query.fields[query.fields.len() - 1]);
    let _ = match bytes.pick(4) {
        1 => writeln!(
            sql,
            "CREATE INDEX \"{plain} first\" ON {name} ({});",
            first.name
        ),
        2 => writeln!(
            sql,
            "CREATE INDEX \"{plain} first\" ON {name} ({} DESC) WHERE {} IS NOT NULL;",
            last.name, first.name
        ),
        3 if query.has_key => {
            writeln!(sql, "CREATE UNIQUE INDEX \"{plain} key\" ON {name} (id);")
        }
        _ => Ok(()),
    };
}

/// The query that `bytes` describe, if any.
fn query(
    bytes: &mut Bytes<'_>,
    place: usize,
    relations: &Relations,
    functions: &Functions,
) -> Option<Query> {
    let exists = bytes.one_in(2);
    let (base, other) = (relations.choose(bytes), relations.choose(bytes));
    let variant = bytes.pick(12);
    let (first, second) = (bytes.pick(256), bytes.pick(256));
    let condition = bytes.pick(4);
    let (base, other) = (base.filter(|_| exists)?, other?);
    let first = &base.fields[first * base.fields.len() / 256];
    let second = &base.fields[second * base.fields.len() / 256];
    let expression = functions.expression(condition, &first.name, first.kind);
    let aggregate = match (functions.aggregate(), first.kind) {
        (Some(total), Kind::Integer) => format!("{total}({})", first.name),
        (_, Kind::Integer | Kind::Text | Kind::State | Kind::Other) => {
            format!("min({}::text)", first.name)
        }
    };
    let parts = Parts {
        place,
        base,
        other,
        first,
        second: Some(second).filter(|second| second.name != first.name),
        condition: first.condition(condition, &first.name, functions),
        expression: expression.unwrap_or_else(|| "1 + 1".to_owned()),
        aggregate,
    };
    let is_filled = base.is_filled && other.is_filled;
    let query = match variant {
        0..=2 => parts.plain(variant),
        3 | 4 => parts.join(variant),
        5..=7 => parts.gathered(variant),
        _ => parts.computed(variant),
    };
    Some(Query { is_filled, ..query })
}

impl Parts<'_> {
    /// The columns that a query picks, and how it names them.
    fn picked(&self) -> (String, Vec<Field>) {
        let mut fields = vec![self.first.clone()];
        fields.extend(self.second.cloned());
        let names: Vec<_> = fields.iter().map(|field| field.name.as_str()).collect();
        (names.join(", "), fields)
    }

    fn plain(&self, variant: usize) -> Query {
        let from = &self.base.name;
        let (names, mut fields) = self.picked();
        let sql = match variant {
            0 => format!("SELECT {names} FROM {from}"),
            1 => {
                fields.clone_from(&self.base.fields);
                format!("SELECT * FROM {from}")
            }
            _ => format!("SELECT {names} FROM {from} WHERE {}", self.condition),
        };
        let has_key = self.base.has_key && fields.iter().any(|field| field.name == "id");
        Query {
            sql,
            fields,
            is_updatable: self.base.is_updatable,
            has_key,
            is_filled: true,
        }
    }

    fn join(&self, variant: usize) -> Query {
        let kind = if variant == 3 { "JOIN" } else { "LEFT JOIN" };
        let (base, other) = (&self.base.name, &self.other.name);
        let (first, place) = (&self.first.name, self.place);
        let last = &self.other.fields[self.other.fields.len() - 1];
        let alias = format!("other_{place}");
        let sql = format!(
            "SELECT r.{first}, s.{last} AS {alias} FROM {base} AS r \
             {kind} {other} AS s ON r.{first}::text = s.{last}::text",
            last = last.name
        );
        query_of(sql, vec![self.first.clone(), Field::new(&alias, last.kind)])
    }

    fn gathered(&self, variant: usize) -> Query {
        let from = &self.base.name;
        let (first, place) = (&self.first.name, self.place);
        let mut fields = vec![self.first.clone()];
        let sql = match variant {
            5 => {
                fields.push(Field::new(&format!("n_{place}"), Kind::Other));
                let aggregate = &self.aggregate;
                fields.push(Field::new(&format!("all_{place}"), Kind::Other));
                format!(
                    "SELECT {first}, count(*) AS n_{place}, {aggregate} AS all_{place} \
                     FROM {from} GROUP BY {first} HAVING count(*) > 0"
                )
            }
            6 => format!("SELECT DISTINCT {first} FROM {from} ORDER BY {first} DESC LIMIT 5"),
            _ => format!(
                "SELECT {first} FROM {from} UNION ALL SELECT {first} FROM {from} WHERE {}",
                self.condition
            ),
        };
        query_of(sql, fields)
    }

    fn computed(&self, variant: usize) -> Query {
        let (from, condition) = (&self.base.name, &self.condition);
        let (first, place) = (&self.first.name, self.place);
        let (names, mut fields) = self.picked();
        let mut more = |name: &str| {
            let name = format!("{name}_{place}");
            fields.push(Field::new(&name, Kind::Other));
            name
        };
        let sql = match variant {
            8 => format!(
                "WITH picked AS (SELECT {names} FROM {from}) SELECT * FROM picked WHERE {condition}"
            ),
            9 => format!(
                "SELECT {names}, {} AS {} FROM {from}",
                self.expression,
                more("made")
            ),
            10 => format!(
                "SELECT {names}, EXISTS (SELECT 1 FROM {} AS s WHERE s.{}::text = r.{first}::text) AS {} \
                 FROM {from} AS r",
                self.other.name,
                self.other.fields[0].name,
                more("found")
            ),
            _ => format!(
                "SELECT {names}, row_number() OVER (ORDER BY {first}) AS {}, \
                 CASE WHEN {condition} THEN 'yes; yes' ELSE 'no' END AS {} FROM {from}",
                more("place"),
                more("says")
            ),
        };
        query_of(sql, fields)
    }
}

fn query_of(sql: String, fields: Vec<Field>) -> Query {
    Query {
        sql,
        fields,
        is_updatable: false,
        has_key: false,
        is_filled: true,
    }
}
