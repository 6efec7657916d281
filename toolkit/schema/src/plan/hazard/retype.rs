//! Hazards of a column's change of type.

use super::{
    Break, Failure, Hazard, Loss, Rewrite, breaks, fails, fit, loses, loss, rewrites_table,
};
use crate::{
    catalog::{Catalog, ColumnRef, DataType, ObjectRef, QualifiedName, Table},
    diff::Changes,
    plan::{Conversion, facts::base_type},
};

pub(super) fn hazards(
    column: &ColumnRef,
    [from, to]: [&DataType; 2],
    conversion: Conversion,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    let (old, new) = (base_type(&changes.from, from), base_type(changes.to, to));
    let checks = is_checked(changes.to, to) && from != to;
    let mut hazards = Vec::new();
    if rewrites([from, to], [old, new], conversion, checks) {
        hazards.push(written_anew(column, changes));
    }
    hazards.extend(lost(column, old, new, conversion, changes));
    let failure = failure([old, new], conversion, changes);
    let failure = failure.or_else(|| checks.then_some(Failure::DoesNotFit as fn(_) -> _));
    hazards.extend(failure.map(|failure| fails(failure(to.name.clone()), column.into())));
    if depends_on_session(old, new) {
        hazards.push(breaks(Break::SessionTimeZone, column.into()));
    }
    hazards
}

/// The table's rows, and those of the tables that have the column from it.
fn written_anew(column: &ColumnRef, changes: &Changes<'_>) -> Hazard {
    let mut tables = vec![&column.table];
    let mut next = 0;
    while let Some(parent) = tables.get(next).copied() {
        let is_child = |table: &&Table| table.parents().any(|name| name == parent);
        let children = changes.from.tables.values().filter(is_child);
        let new: Vec<_> = children
            .map(|table| &table.name)
            .filter(|name| !tables.contains(name))
            .collect();
        tables.extend(new);
        next += 1;
    }
    let below = tables.into_iter().skip(1).cloned().collect();
    rewrites_table(Rewrite::Convert { below }, &column.table).by(column.into())
}

/// What values lose without an error, attributes of a composite type one by one.
fn lost(
    column: &ColumnRef,
    from: &DataType,
    to: &DataType,
    conversion: Conversion,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    let composite = |catalog: &Catalog, data_type: &DataType| {
        let name = QualifiedName::new(&data_type.schema, &data_type.name);
        catalog.composites.get(&name).cloned()
    };
    let (old, new) = (composite(&changes.from, from), composite(changes.to, to));
    if let (Some(old), Some(new)) = (old, new) {
        // The printed row is read again, by place.
        let pairs = old.attributes.iter().zip(&new.attributes);
        return pairs
            .flat_map(|(old, new)| {
                let attribute =
                    ColumnRef::new(&column.table, &format!("{}.{}", column.column, old.name));
                let mut hazards = lost(
                    &attribute,
                    base_type(&changes.from, &old.data_type),
                    base_type(changes.to, &new.data_type),
                    Conversion::ViaText,
                    changes,
                );
                if old.name != new.name {
                    let swap = Loss::Swap(new.name.clone());
                    hazards.push(loses(swap, ObjectRef::from(&attribute)));
                }
                hazards
            })
            .collect();
    }
    let what = loss::lost(from, to, conversion).into_iter();
    what.map(|what| loses(Loss::Part(what), column.into()))
        .collect()
}

/// A timestamp becomes the moment that it is in the time zone of the session:
/// <https://www.postgresql.org/docs/current/datatype-datetime.html#DATATYPE-TIMEZONES>.
fn depends_on_session(from: &DataType, to: &DataType) -> bool {
    let is_moment =
        |it: &DataType| it.is_built_in() && it.base_name() == "timestamp with time zone";
    let is_local = |it: &DataType| {
        it.is_built_in()
            && ["timestamp without time zone", "date"].contains(&it.base_name().as_str())
    };
    is_local(from) && is_moment(to)
}

/// How it fails where there may be values at which it does; what is left to say is the type.
fn failure(
    [from, to]: [&DataType; 2],
    conversion: Conversion,
    changes: &Changes<'_>,
) -> Option<fn(String) -> Failure> {
    match conversion {
        Conversion::Assignment => (!fit::fits(from, to)).then_some(Failure::DoesNotFit),
        Conversion::Cast | Conversion::ViaInteger
            if (from.name == "boolean" || to.name == "boolean")
                && from.name != "jsonb"
                && !loss::is_text(&from.base_name()) =>
        {
            None
        }
        Conversion::ViaText if keeps_values(from, to, changes) => None,
        Conversion::Cast | Conversion::ViaInteger | Conversion::ViaText => {
            Some(Failure::CannotBeRead)
        }
    }
}

/// Whether every value of an enum type is one of its successor.
fn keeps_values(from: &DataType, to: &DataType, changes: &Changes<'_>) -> bool {
    let values = |catalog: &Catalog, it: &DataType| {
        let name = QualifiedName::new(&it.schema, &it.name);
        Some(catalog.enums.get(&name)?.values.clone())
    };
    let both = values(&changes.from, from).zip(values(changes.to, to));
    from.array == to.array
        && both.is_some_and(|(from, to)| from.iter().all(|value| to.contains(value)))
}

/// Whether a domain looks at values.
fn is_checked(catalog: &Catalog, data_type: &DataType) -> bool {
    let mut name = QualifiedName::new(&data_type.schema, &data_type.name);
    while let Some(domain) = catalog.domains.get(&name) {
        if domain.not_null || !domain.checks.is_empty() {
            return true;
        }
        name = QualifiedName::new(&domain.data_type.schema, &domain.data_type.name);
    }
    false
}

/// Whether the table is written anew: not where every stored value is one of the new type as it is. A
/// domain's values are those of the type under it, which it may have to look at.
fn rewrites(
    [from, to]: [&DataType; 2],
    [old, new]: [&DataType; 2],
    conversion: Conversion,
    checks: bool,
) -> bool {
    match conversion {
        Conversion::Assignment => checks || (from != to && !is_catalog_only(old, new)),
        Conversion::Cast => checks || !is_catalog_only(old, new),
        Conversion::ViaInteger | Conversion::ViaText => true,
    }
}

/// Whether only the catalog changes, because every stored value is one of the new type as it is.
pub(super) fn is_catalog_only(from: &DataType, to: &DataType) -> bool {
    let (old, new) = (from.base_name(), to.base_name());
    // Elements of arrays are converted one by one, even to what they are.
    let is_array = from.array || to.array;
    if from == to || is_array || !from.is_built_in() || !to.is_built_in() {
        return from == to;
    }
    match (old.as_str(), new.as_str()) {
        ("character varying" | "text" | "xml", "text") | ("cidr", "inet") => true,
        ("text" | "character varying", "character varying") => longer(from, to),
        ("numeric", "numeric") => numeric_grows(from, to),
        ("interval", "interval") => loss::lost(from, to, Conversion::Assignment).is_none(),
        // Filled up with blanks.
        ("character" | "bit", "character" | "bit") => false,
        (old, new) if old == new => longer(from, to),
        (_, _) => false,
    }
}

/// Whether a limit goes up or away.
fn longer(from: &DataType, to: &DataType) -> bool {
    match (from.modifier, to.modifier) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(from), Some(to)) => from <= to,
    }
}

/// With the scale as it is, PostgreSQL takes the stored values as they are.
fn numeric_grows(from: &DataType, to: &DataType) -> bool {
    match (loss::digits(from), loss::digits(to)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some((old, scale)), Some((new, after))) => new >= old && after == scale,
    }
}

#[cfg(test)]
mod tests {
    use super::is_catalog_only;
    use crate::catalog::DataType;

    fn data_type(name: &str, modifier: Option<i32>) -> DataType {
        DataType {
            modifier,
            ..DataType::built_in(name)
        }
    }

    #[test]
    fn elements_of_arrays_are_written_anew() {
        let array = |name: &str, modifier: i32| DataType {
            array: true,
            ..data_type(name, Some(modifier))
        };
        let (short, long) = (
            array("character varying(10)", 14),
            array("character varying(20)", 24),
        );
        assert!(!is_catalog_only(&short, &long));
        assert!(is_catalog_only(&short, &short));
    }

    #[test]
    fn what_rewrites_a_table() {
        let numeric =
            |precision: i32, scale: i32| data_type("numeric", Some((precision << 16 | scale) + 4));
        for (from, to, catalog_only) in [
            (
                data_type("character varying(10)", Some(14)),
                data_type("character varying(20)", Some(24)),
                true,
            ),
            (
                data_type("character varying(20)", Some(24)),
                data_type("character varying(10)", Some(14)),
                false,
            ),
            (
                data_type("character varying(20)", Some(24)),
                data_type("text", None),
                true,
            ),
            (
                data_type("text", None),
                data_type("character varying(20)", Some(24)),
                false,
            ),
            (data_type("integer", None), data_type("bigint", None), false),
            (
                data_type("character(5)", Some(9)),
                data_type("character(9)", Some(13)),
                false,
            ),
            (data_type("cidr", None), data_type("inet", None), true),
            (numeric(10, 2), numeric(12, 2), true),
            (numeric(10, 2), numeric(12, 3), false),
        ] {
            assert_eq!(
                is_catalog_only(&from, &to),
                catalog_only,
                "{from:?} → {to:?}"
            );
        }
    }
}
