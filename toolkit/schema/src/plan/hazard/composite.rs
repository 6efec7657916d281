//! Composite types that are altered under the columns that hold them.

use super::{Hazard, HazardKind};
use crate::{
    catalog::{ColumnRef, QualifiedName, Table},
    diff::Changes,
    plan::{CompositeAction, rebuilt},
};

pub(super) fn hazards(
    name: &QualifiedName,
    change: &CompositeAction,
    changes: &Changes<'_>,
) -> Vec<Hazard> {
    match change {
        CompositeAction::DropAttribute(attribute) => attribute_dropped(name, attribute, changes),
        CompositeAction::Create(_)
        | CompositeAction::Drop
        | CompositeAction::AddAttribute(_)
        | CompositeAction::SetAttributeType(_) => Vec::new(),
    }
}

/// Values are not written anew, but what they hold of the attribute is never shown again:
/// <https://www.postgresql.org/docs/current/sql-altertype.html>.
fn attribute_dropped(name: &QualifiedName, attribute: &str, changes: &Changes<'_>) -> Vec<Hazard> {
    let columns = |table: &Table| {
        let stays = |column: &str| {
            let after = changes.to.tables.get(&table.name);
            after.is_some_and(|after| after.column(column).is_some())
        };
        let columns = table.columns.iter();
        let columns = columns.filter(|column| {
            stays(&column.name) && rebuilt::is_or_holds(&changes.from, &column.data_type, name)
        });
        let columns = columns.map(|column| ColumnRef::new(&table.name, &column.name));
        columns.collect::<Vec<_>>()
    };
    let columns = changes.from.tables.values().flat_map(columns);
    let mut hazards: Vec<_> = columns
        .map(|column| {
            let reason = format!("the values of {attribute} in {column} are lost");
            Hazard::new(HazardKind::DataLoss, reason)
        })
        .collect();
    let reason = format!("running code still uses attribute {attribute} of {name}");
    hazards.push(Hazard::new(HazardKind::BreaksRunningCode, reason));
    hazards
}
