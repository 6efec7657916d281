//! Whether `ALTER COLUMN … TYPE` finds its own way from one type to another. No I/O here.
//!
//! PostgreSQL uses an assignment cast by itself and wants `USING` for any other:
//! <https://www.postgresql.org/docs/current/sql-altertable.html>.

use crate::catalog::DataType;

/// How the values of a column become values of another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conversion {
    /// By an assignment cast: no `USING`.
    Assignment,
    /// `USING column::type`.
    Cast,
    /// `USING column::integer::type`: the one number that booleans are cast to and from.
    ViaInteger,
    /// `USING column::text::type`: there is no cast, the printed value is read again.
    ViaText,
}

const NUMBERS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
];
const STRINGS: &[&str] = &[
    "text",
    "character varying",
    "character",
    "bpchar",
    "name",
    "\"char\"",
];

/// Assignment casts beside those inside the two groups above and those to strings:
/// `SELECT castsource::regtype, casttarget::regtype FROM pg_cast WHERE castcontext <> 'e'`.
const ASSIGNMENT: &[(&str, &str)] = &[
    ("date", "timestamp without time zone"),
    ("date", "timestamp with time zone"),
    ("timestamp without time zone", "timestamp with time zone"),
    ("timestamp without time zone", "date"),
    ("timestamp without time zone", "time without time zone"),
    ("timestamp with time zone", "timestamp without time zone"),
    ("timestamp with time zone", "date"),
    ("timestamp with time zone", "time without time zone"),
    ("timestamp with time zone", "time with time zone"),
    ("time without time zone", "time with time zone"),
    ("time without time zone", "interval"),
    ("time with time zone", "time without time zone"),
    ("interval", "time without time zone"),
    ("json", "jsonb"),
    ("jsonb", "json"),
    ("bit", "bit varying"),
    ("bit varying", "bit"),
    ("cidr", "inet"),
    ("inet", "cidr"),
    ("macaddr", "macaddr8"),
    ("macaddr8", "macaddr"),
    ("money", "numeric"),
    ("numeric", "money"),
    ("integer", "money"),
    ("bigint", "money"),
];

const CAST: &[(&str, &str)] = &[
    ("integer", "boolean"),
    ("boolean", "integer"),
    ("jsonb", "boolean"),
    ("jsonb", "smallint"),
    ("jsonb", "integer"),
    ("jsonb", "bigint"),
    ("jsonb", "real"),
    ("jsonb", "double precision"),
    ("jsonb", "numeric"),
];

const VIA_INTEGER: &[(&str, &str)] = &[
    ("boolean", "smallint"),
    ("boolean", "bigint"),
    ("boolean", "real"),
    ("boolean", "double precision"),
    ("boolean", "numeric"),
    ("smallint", "boolean"),
    ("bigint", "boolean"),
];

/// How a column gets from one type to another.
pub(super) fn conversion(from: &DataType, to: &DataType) -> Conversion {
    if from.same_base(to)
        || (!to.array && to.is_built_in() && STRINGS.contains(&to.base_name().as_str()))
    {
        return Conversion::Assignment;
    }
    if is_padded(from) && !is_string(to) {
        return Conversion::ViaText;
    }
    if from.array != to.array {
        return if is_string(from) && !from.array {
            Conversion::Cast
        } else {
            Conversion::ViaText
        };
    }
    if is_string(from) {
        return if is_string(to) {
            Conversion::Assignment
        } else {
            Conversion::Cast
        };
    }
    if !from.is_built_in() || !to.is_built_in() {
        return if is_string(to) {
            Conversion::Assignment
        } else {
            Conversion::ViaText
        };
    }
    let (from, to) = (from.base_name(), to.base_name());
    let (from, to) = (from.as_str(), to.as_str());
    let numbers = NUMBERS.contains(&from) && NUMBERS.contains(&to);
    if numbers || STRINGS.contains(&to) || ASSIGNMENT.contains(&(from, to)) {
        Conversion::Assignment
    } else if CAST.contains(&(from, to)) {
        Conversion::Cast
    } else if VIA_INTEGER.contains(&(from, to)) {
        Conversion::ViaInteger
    } else {
        Conversion::ViaText
    }
}

fn is_string(data_type: &DataType) -> bool {
    data_type.is_built_in() && STRINGS.contains(&data_type.base_name().as_str())
}

/// Whether values are filled up with blanks, which only a cast to text takes away again:
/// <https://www.postgresql.org/docs/current/datatype-character.html>.
fn is_padded(data_type: &DataType) -> bool {
    data_type.is_built_in() && ["character", "bpchar"].contains(&data_type.base_name().as_str())
}

#[cfg(test)]
mod tests {
    use super::{Conversion, conversion};
    use crate::catalog::DataType;

    #[test]
    fn using_appears_only_where_postgresql_needs_it() {
        for (from, to, expected) in [
            ("integer", "bigint", Conversion::Assignment),
            ("integer", "text", Conversion::Assignment),
            (
                "character varying(10)",
                "character varying(20)",
                Conversion::Assignment,
            ),
            (
                "timestamp(3) without time zone",
                "date",
                Conversion::Assignment,
            ),
            ("text", "integer", Conversion::Cast),
            ("character(3)", "integer", Conversion::ViaText),
            ("character(3)", "text", Conversion::Assignment),
            ("integer", "boolean", Conversion::Cast),
            ("bigint", "timestamp without time zone", Conversion::ViaText),
            ("bigint", "boolean", Conversion::ViaInteger),
            ("numeric", "boolean", Conversion::ViaText),
        ] {
            assert_eq!(
                conversion(&DataType::built_in(from), &DataType::built_in(to)),
                expected,
                "{from} → {to}"
            );
        }
    }
}
