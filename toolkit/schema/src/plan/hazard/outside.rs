//! What a step does to objects of schemas that were not read. The plan cannot touch them.

use super::{
    Break, Failure, Hazard, LockMode, Loss, blocks, breaks, fails, is_or_is_inside, loses,
};
use crate::{
    catalog::{Hold, ObjectRef, Outsider},
    diff::Changes,
    plan::{Action, Obstacle},
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
    let hazard = match hold {
        Hold::Stores if retypes && is_of_table => blocks(Obstacle::Dependant, object.clone()),
        Hold::Refers if leans && retypes => {
            let failure = Failure::DoesNotHold { references: None };
            fails(failure, object.clone()).locking(LockMode::ShareRowExclusive)
        }
        Hold::Partition if leans && is_whole => loses(Loss::Rows, object.clone()),
        Hold::Inherits | Hold::Partition if is_of_table && retypes => {
            breaks(Break::ChangesElsewhere, object.clone())
        }
        Hold::Inherits | Hold::Partition if is_of_table => loses(Loss::Elsewhere, object.clone()),
        Hold::Follows if leans && !retypes => breaks(Break::GoesAlong, object.clone()),
        Hold::Reads | Hold::Stores | Hold::Refers | Hold::Inherits if leans => {
            blocks(Obstacle::Dependant, object.clone())
        }
        Hold::Reads
        | Hold::Stores
        | Hold::Refers
        | Hold::Inherits
        | Hold::Partition
        | Hold::Follows => return None,
    };
    Some(hazard.by_outsider(name))
}

/// Whether `object` is a column of the table that is used as a whole.
fn is_of(object: &ObjectRef, used: &ObjectRef) -> bool {
    match (object, used) {
        (ObjectRef::Column(column), ObjectRef::Table(table)) => &column.table == table,
        (_, _) => false,
    }
}
