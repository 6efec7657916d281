//! Two columns that are kept equal: what they are like meanwhile, and the steps. No I/O here.

use super::{Phase, PhaseKind};
use crate::{
    catalog::{Catalog, Column, ObjectRef, QualifiedName},
    plan::{Action, Failure, Hazard, OnlineAction, Plan, Step, Twins, TwinsStep, fails},
};

/// A new column while the trigger fills it: without what would refuse it, or take the trigger's place.
pub(super) fn filled_by_trigger(column: &Column) -> Column {
    Column {
        nullable: true,
        not_null: None,
        default: None,
        ..column.clone()
    }
}

/// Makes the types of `catalog` those of `of`, too, by all that is known of them.
pub(super) fn add_types(
    catalog: &mut Catalog,
    of: &Catalog,
    is_wanted: impl Fn(&QualifiedName) -> bool,
) {
    let known = |catalog: &Catalog, name: &QualifiedName| {
        catalog.enums.contains_key(name) || catalog.domains.contains_key(name)
    };
    let all = of.enums.keys().chain(of.domains.keys());
    for name in all.filter(|name| is_wanted(name)) {
        if known(catalog, name) {
            continue;
        }
        let object = ObjectRef::Type(name.clone());
        copy(&mut catalog.enums, of.enums.get(name), name);
        copy(&mut catalog.domains, of.domains.get(name), name);
        copy(&mut catalog.privileges, of.privileges.get(&object), &object);
        copy(&mut catalog.owners, of.owners.get(&object), &object);
    }
}

/// Gives `to` what was found under `key`, if anything.
pub(super) fn copy<K: Clone, V: Clone>(to: &mut impl Extend<(K, V)>, found: Option<&V>, key: &K) {
    to.extend(found.map(|it| (key.clone(), it.clone())));
}

/// The trigger and its function come.
pub(super) const COMES: [TwinsStep; 2] = [TwinsStep::CreateFunction, TwinsStep::CreateTrigger];
/// They go.
pub(super) const GOES: [TwinsStep; 2] = [TwinsStep::DropTrigger, TwinsStep::DropFunction];

/// `steps` for each pair.
pub(super) fn each(twins: &[Twins], steps: [TwinsStep; 2]) -> impl Iterator<Item = Step> {
    let of_pair = move |it| steps.map(|each| step(it, each, Vec::new()));
    twins.iter().flat_map(of_pair)
}

fn step(twins: &Twins, step: TwinsStep, hazards: Vec<Hazard>) -> Step {
    let action = OnlineAction::Twins {
        twins: twins.clone(),
        step,
    };
    Step {
        action: Action::Online(Box::new(action)),
        hazards,
        outside_transaction: matches!(step, TwinsStep::Backfill | TwinsStep::FillBack),
    }
}

pub(super) fn expand(mut plan: Plan, twins: &[Twins]) -> Phase {
    plan.steps.extend(each(twins, COMES));
    Phase::new(PhaseKind::Expand, plan)
}

pub(super) fn backfill(twins: &Twins) -> Phase {
    Phase::new(PhaseKind::Backfill, filling(twins, TwinsStep::Backfill))
}

/// A plan that fills the column that comes, or again the one that goes.
pub(super) fn filling(twins: &Twins, filling: TwinsStep) -> Plan {
    let types = &twins.data_type;
    let (filled, data_type) = if filling == TwinsStep::FillBack {
        (twins.to(), &types.from)
    } else {
        (twins.from(), &types.to)
    };
    let converted = (types.from != types.to).then(|| {
        let failure = Failure::DoesNotFit(data_type.name.clone());
        fails(failure, ObjectRef::Column(filled))
    });
    let hazards = converted.into_iter().collect();
    Plan {
        steps: vec![step(twins, filling, hazards)],
        unmanaged: Vec::new(),
    }
}
