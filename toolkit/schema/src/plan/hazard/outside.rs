//! What a step does to objects of schemas that were not read. The plan cannot touch them.

use super::{Hazard, HazardKind, LockMode, blocked::is_or_is_inside};
use crate::{
    catalog::{Hold, ObjectRef, Outsider},
    diff::Changes,
    plan::Action,
};

/// How what leans on `object`, which `action` drops or gives another type, meets that.
pub(super) fn hazards(action: &Action, object: &ObjectRef, changes: &Changes<'_>) -> Vec<Hazard> {
    let outsiders = changes.from.outsiders.iter();
    outsiders
        .filter_map(|outsider| hazard(action, object, outsider))
        .collect()
}

fn hazard(action: &Action, object: &ObjectRef, outsider: &Outsider) -> Option<Hazard> {
    let Outsider { name, hold, uses } = outsider;
    let retypes = matches!(action, Action::SetType { .. });
    let leans = uses.iter().any(|used| is_or_is_inside(used, object));
    let is_whole = matches!(object, ObjectRef::Table(_));
    let is_of_table = uses.iter().any(|used| is_of(object, used));
    match hold {
        Hold::Stores if retypes && is_of_table => Some(blocked(object, outsider)),
        Hold::Refers if leans && retypes => Some(Hazard::locking(
            HazardKind::FailsOnRows,
            LockMode::ShareRowExclusive,
            format!(
                "{name}, in a schema that is not compared, is checked again; fails where it does not hold"
            ),
        )),
        Hold::Partition if leans && is_whole => {
            let reason = format!("the rows of {name}, in a schema that is not compared, are lost");
            Some(Hazard::new(HazardKind::DataLoss, reason))
        }
        Hold::Inherits | Hold::Partition if is_of_table => {
            let (kind, happens) = if retypes {
                (HazardKind::BreaksRunningCode, "changes")
            } else {
                (HazardKind::DataLoss, "is lost")
            };
            let reason =
                format!("{object} {happens} in {name}, too, in a schema that is not compared");
            Some(Hazard::new(kind, reason))
        }
        Hold::Follows if leans && !retypes => {
            let reason = format!("{name}, in a schema that is not compared, goes with {object}");
            Some(Hazard::new(HazardKind::BreaksRunningCode, reason))
        }
        Hold::Reads | Hold::Stores | Hold::Refers | Hold::Inherits if leans => {
            Some(blocked(object, outsider))
        }
        Hold::Reads
        | Hold::Stores
        | Hold::Refers
        | Hold::Inherits
        | Hold::Partition
        | Hold::Follows => None,
    }
}

fn blocked(object: &ObjectRef, Outsider { name, .. }: &Outsider) -> Hazard {
    Hazard::new(
        HazardKind::Blocked,
        format!("{name} leans on {object} and is in a schema that is not compared"),
    )
}

/// Whether `object` is a column of the table that is used as a whole.
fn is_of(object: &ObjectRef, used: &ObjectRef) -> bool {
    match (object, used) {
        (ObjectRef::Column(column), ObjectRef::Table(table)) => &column.table == table,
        (_, _) => false,
    }
}
