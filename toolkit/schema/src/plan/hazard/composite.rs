//! Composite types that are altered under the columns that hold them.

use super::{Break, Hazard, Loss, breaks, loses};
use crate::{
    catalog::{ObjectRef, QualifiedName, Table},
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
        let columns = columns.map(|column| ObjectRef::column(&table.name, &column.name));
        columns.collect::<Vec<_>>()
    };
    let columns = changes.from.tables.values().flat_map(columns);
    let mut hazards: Vec<_> = columns
        .map(|column| loses(Loss::Attribute(attribute.to_owned()), column))
        .collect();
    let gone = Break::AttributeGone(attribute.to_owned());
    hazards.push(breaks(gone, ObjectRef::Type(name.clone())));
    hazards
}
