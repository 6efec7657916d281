//! Types of columns.

use super::{code::Code, names::Names};
use crate::catalog::DataType;

/// A type as sea-query says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Type {
    /// The method of `ColumnDef`.
    pub(super) method: &'static str,
    /// Its arguments.
    pub(super) arguments: Vec<Code>,
    /// The functions of `sea_orm_migration::schema`, where there are any.
    pub(super) helper: Option<Helper>,
}

/// The functions of `sea_orm_migration::schema` for one type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Helper {
    pub(super) not_null: &'static str,
    pub(super) null: &'static str,
    pub(super) unique: Option<&'static str>,
}

macro_rules! types {
    ($($name:literal = $method:ident, $null:ident, $unique:ident, $variant:literal;)+) => {
        /// The type without modifiers that PostgreSQL calls `name`.
        fn simple(name: &str) -> Option<(&'static str, Helper)> {
            match name {
                $($name => Some((stringify!($method), Helper {
                    not_null: stringify!($method),
                    null: stringify!($null),
                    unique: Some(stringify!($unique)),
                })),)+
                _ => None,
            }
        }

        /// The variant of `ColumnType` for it.
        fn variant(name: &str) -> Option<&'static str> {
            match name { $($name => Some($variant),)+ _ => None }
        }
    };
}

types! {
    "uuid" = uuid, uuid_null, uuid_uniq, "ColumnType::Uuid";
    "text" = text, text_null, text_uniq, "ColumnType::Text";
    "character varying" = string, string_null, string_uniq, "ColumnType::string(None)";
    "smallint" = small_integer, small_integer_null, small_integer_uniq, "ColumnType::SmallInteger";
    "integer" = integer, integer_null, integer_uniq, "ColumnType::Integer";
    "bigint" = big_integer, big_integer_null, big_integer_uniq, "ColumnType::BigInteger";
    "real" = float, float_null, float_uniq, "ColumnType::Float";
    "double precision" = double, double_null, double_uniq, "ColumnType::Double";
    "numeric" = decimal, decimal_null, decimal_uniq, "ColumnType::Decimal(None)";
    "boolean" = boolean, boolean_null, boolean_uniq, "ColumnType::Boolean";
    "date" = date, date_null, date_uniq, "ColumnType::Date";
    "time without time zone" = time, time_null, time_uniq, "ColumnType::Time";
    "timestamp without time zone" = timestamp, timestamp_null, timestamp_uniq, "ColumnType::Timestamp";
    "timestamp with time zone" = timestamp_with_time_zone, timestamp_with_time_zone_null,
        timestamp_with_time_zone_uniq, "ColumnType::TimestampWithTimeZone";
    "bytea" = blob, blob_null, blob_uniq, "ColumnType::Blob";
    "json" = json, json_null, json_uniq, "ColumnType::Json";
    "jsonb" = json_binary, json_binary_null, json_binary_uniq, "ColumnType::JsonBinary";
    "money" = money, money_null, money_uniq, "ColumnType::Money(None)";
}

/// Types without functions in `schema`.
const METHODS: &[(&str, &str)] = &[
    ("inet", "inet"),
    ("cidr", "cidr"),
    ("macaddr", "mac_address"),
];

const STRING_LEN: Helper = Helper {
    not_null: "string_len",
    null: "string_len_null",
    unique: Some("string_len_uniq"),
};
const CHAR_LEN: Helper = Helper {
    not_null: "char_len",
    null: "char_len_null",
    unique: Some("char_len_uniq"),
};
const DECIMAL_LEN: Helper = Helper {
    not_null: "decimal_len",
    null: "decimal_len_null",
    unique: Some("decimal_len_uniq"),
};
const ARRAY: Helper = Helper {
    not_null: "array",
    null: "array_null",
    unique: Some("array_uniq"),
};
const CUSTOM: Helper = Helper {
    not_null: "custom",
    null: "custom_null",
    unique: None,
};

/// `data_type` for sea-query. Whatever it has no word for is `custom`, which it writes as it stands.
pub(super) fn of(data_type: &DataType, names: &Names<'_>) -> Type {
    if data_type.array {
        return array(data_type, names);
    }
    let name = data_type.name.as_str();
    if data_type.is_built_in() {
        if let Some((method, helper)) = simple(name) {
            return Type {
                method,
                arguments: Vec::new(),
                helper: Some(helper),
            };
        }
        if let Some((_, method)) = METHODS.iter().find(|(known, _)| *known == name) {
            return Type {
                method,
                arguments: Vec::new(),
                helper: None,
            };
        }
        if let Some(measured) = measured(name) {
            return measured;
        }
    }
    custom(&names.element_type(data_type))
}

/// `serial` and its kin: what sea-query makes of `auto_increment` is settled when it is compiled.
pub(super) fn serial(data_type: &DataType) -> Type {
    custom(match data_type.name.as_str() {
        "smallint" => "smallserial",
        "bigint" => "bigserial",
        _ => "serial",
    })
}

fn custom(name: &str) -> Type {
    Type {
        method: "custom",
        arguments: vec![Code::text(name)],
        helper: Some(CUSTOM),
    }
}

/// Types with a length, or with precision and scale.
fn measured(name: &str) -> Option<Type> {
    let (method, arguments, helper) = if let Some(length) = within(name, "character varying(") {
        ("string_len", vec![length], STRING_LEN)
    } else if let Some(length) = within(name, "character(") {
        ("char_len", vec![length], CHAR_LEN)
    } else {
        let (precision, scale) = within(name, "numeric(")?.split_once(',')?;
        ("decimal_len", vec![precision, scale], DECIMAL_LEN)
    };
    let arguments = arguments.into_iter().map(number).collect::<Option<_>>()?;
    Some(Type {
        method,
        arguments,
        helper: Some(helper),
    })
}

fn within<'n>(name: &'n str, start: &str) -> Option<&'n str> {
    name.strip_prefix(start)?.strip_suffix(')')
}

fn number(digits: &str) -> Option<Code> {
    let number: u32 = digits.trim().parse().ok()?;
    Some(Code::raw(super::value::grouped(&number.to_string())))
}

fn array(data_type: &DataType, names: &Names<'_>) -> Type {
    let name = data_type.name.as_str();
    let known = if data_type.is_built_in() {
        variant(name)
    } else {
        None
    };
    let element = match (known, within(name, "character varying(").and_then(number)) {
        (Some(variant), _) => Code::raw(variant),
        (None, Some(length)) => {
            Code::Call("ColumnType::string", vec![Code::Call("Some", vec![length])])
        }
        (None, None) => Code::Call(
            "ColumnType::custom",
            vec![Code::text(names.element_type(data_type))],
        ),
    };
    Type {
        method: "array",
        arguments: vec![element],
        helper: Some(ARRAY),
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, of};
    use crate::{
        catalog::DataType,
        layout::{Place, write},
    };

    #[test]
    fn types_are_said_in_sea_querys_words() {
        let own = |name: &str| DataType {
            schema: "planning".to_owned(),
            ..DataType::built_in(name)
        };
        let array = |data_type: DataType| DataType {
            array: true,
            ..data_type
        };
        for (data_type, method, arguments) in [
            (
                DataType::built_in("character varying(120)"),
                "string_len",
                "120",
            ),
            (DataType::built_in("numeric(10,2)"), "decimal_len", "10, 2"),
            (
                DataType::built_in("numeric(3,-2)"),
                "custom",
                "\"numeric(3,-2)\"",
            ),
            (
                DataType::built_in("timestamp with time zone"),
                "timestamp_with_time_zone",
                "",
            ),
            (
                DataType::built_in("timestamp(3) with time zone"),
                "custom",
                "\"timestamp(3) with time zone\"",
            ),
            (own("plan_status"), "custom", "\"plan_status\""),
            (own("PlanStatus"), "custom", "r#\"\"PlanStatus\"\"#"),
            (
                array(own("plan_status")),
                "array",
                "ColumnType::custom(\"plan_status\")",
            ),
            (
                array(DataType::built_in("text")),
                "array",
                "ColumnType::Text",
            ),
        ] {
            let sql = of(&data_type, &Names::within("planning"));
            let written: Vec<_> = sql
                .arguments
                .iter()
                .map(|it| write(it, Place::line(0, 0)))
                .collect();
            assert_eq!(
                (sql.method, written.join(", ").as_str()),
                (method, arguments),
                "{data_type:?}"
            );
        }
    }
}
