//! Hazards of a column's change of type.

use super::{Hazard, HazardKind, LockMode};
use crate::{
    catalog::{ColumnRef, DataType},
    plan::Conversion,
};

pub(super) fn hazards(
    column: &ColumnRef,
    from: &DataType,
    to: &DataType,
    conversion: Conversion,
) -> Vec<Hazard> {
    let mut hazards = Vec::new();
    if !is_catalog_only(from, to) {
        let reason = format!("{} is written anew to convert {column}", column.table);
        hazards.push(Hazard::locking(
            HazardKind::TableRewrite,
            LockMode::AccessExclusive,
            reason,
        ));
    }
    match conversion {
        Conversion::Assignment if widens(from, to) => {}
        Conversion::Assignment => {
            let reason = format!(
                "fails, or cuts, where values of {column} do not fit {}",
                to.name
            );
            hazards.push(Hazard::new(HazardKind::FailsOnRows, reason));
        }
        Conversion::Cast | Conversion::ViaInteger | Conversion::ViaText => {
            let reason = format!(
                "fails where a value of {column} cannot be read as {}",
                to.name
            );
            hazards.push(Hazard::new(HazardKind::FailsOnRows, reason));
        }
    }
    hazards
}

/// Whether only the catalog changes, because every stored value is one of the new type as it is.
fn is_catalog_only(from: &DataType, to: &DataType) -> bool {
    let (old, new) = (from.base_name(), to.base_name());
    if from.array != to.array || !from.is_built_in() || !to.is_built_in() {
        return from == to;
    }
    match (old.as_str(), new.as_str()) {
        ("character varying" | "text", "text") => true,
        ("text" | "character varying", "character varying") => longer(from, to),
        ("numeric", "numeric") => numeric_grows(from, to),
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

/// `atttypmod` of numeric holds the precision in its upper and the scale in its lower half, plus 4.
fn numeric_grows(from: &DataType, to: &DataType) -> bool {
    match (from.modifier, to.modifier) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(from), Some(to)) => {
            let ((from_precision, from_scale), (precision, scale)) = (halves(from), halves(to));
            precision >= from_precision && scale == from_scale
        }
    }
}

fn halves(modifier: i32) -> (i32, i32) {
    let packed = modifier - 4;
    (packed >> 16, packed & 0xffff)
}

/// Whether every value fits.
fn widens(from: &DataType, to: &DataType) -> bool {
    const ORDER: &[&str] = &["smallint", "integer", "bigint", "numeric"];
    let place = |data_type: &DataType| ORDER.iter().position(|name| *name == data_type.name);
    let numbers = place(from)
        .zip(place(to))
        .is_some_and(|(from, to)| from <= to);
    numbers || to.name == "text" || is_catalog_only(from, to)
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
