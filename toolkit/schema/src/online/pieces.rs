//! The statements of each phase. No I/O here.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Phase, PhaseKind,
    form::Form,
    free::FreeNames,
    parts::{Part, parts},
};
use crate::{
    catalog::{
        Column, ColumnRef, Constraint, ConstraintKind, Deferral, Expression, Index, IndexKey,
        IndexTerm, Key, ObjectRef, QualifiedName, ReplicaIdentity, Settled, Table, Uses,
    },
    diff::{Changes, Rename},
    identifier::quote_identifier,
    plan::{
        Action, Failure, Hazard, HazardKind, HazardNote, OnlineAction, Plan, Step, TableAction,
        fails,
    },
};

/// The phases of a plan whose steps have these forms at these places.
pub(super) fn phases(
    plan: &Plan,
    forms: &[Form],
    places: &[PhaseKind],
    changes: &Changes<'_>,
    twins: &BTreeSet<ColumnRef>,
) -> Vec<Phase> {
    let mut pieces = Pieces {
        changes,
        twins,
        phases: BTreeMap::new(),
        last: Vec::new(),
        names: FreeNames::new([changes.from.as_ref(), changes.to]),
    };
    for ((step, form), place) in plan.steps.iter().zip(forms).zip(places) {
        pieces.add(plan, step, *form, *place);
    }
    pieces.finish(plan)
}

struct Pieces<'p> {
    changes: &'p Changes<'p>,
    twins: &'p BTreeSet<ColumnRef>,
    phases: BTreeMap<PhaseKind, Vec<Step>>,
    /// What comes at the end of its phase.
    last: Vec<(PhaseKind, Step)>,
    /// The names that are given here.
    names: FreeNames<'p>,
}

impl Pieces<'_> {
    fn push(&mut self, phase: PhaseKind, action: Action, hazards: Vec<Hazard>) {
        self.phases.entry(phase).or_default().push(Step {
            action,
            hazards,
            outside_transaction: phase.is_outside_transaction(),
        });
    }

    fn add(&mut self, plan: &Plan, step: &Step, form: Form, place: PhaseKind) {
        let action = step.action.clone();
        match form {
            Form::Early => self.push(place, action, without_better(&step.hazards)),
            Form::Value => self.push(place, action, step.hazards.clone()),
            Form::Late => self.late(action, step.hazards.clone(), place),
            Form::Validated => self.validated(action, place),
            Form::Concurrently => self.concurrently(action, &step.hazards),
            Form::InParts => self.in_parts(action, &step.hazards, plan),
            Form::UsingIndex => self.using_index(action, place),
            Form::Renamed => self.renamed(&action),
            Form::DroppedConcurrently { early: _ } => {
                if let Action::DropIndex { table, index } = action {
                    let drop = OnlineAction::DropIndex { table, index };
                    self.push(place, Action::Online(Box::new(drop)), step.hazards.clone());
                }
            }
            Form::Narrowed => self.narrowed(action, &step.hazards, place),
        }
    }

    /// What another column holds, too, is not lost.
    fn late(&mut self, action: Action, mut hazards: Vec<Hazard>, place: PhaseKind) {
        if let Action::DropColumn(column) = &action
            && self.twins.contains(column)
        {
            hazards.retain(|it| it.kind() != HazardKind::DataLoss);
        } else {
            self.release(&action);
        }
        self.push(place, action, hazards);
    }

    /// A column that goes after the rollout must not refuse nulls meanwhile, where new code does not give
    /// it a value.
    fn release(&mut self, action: &Action) {
        let Action::DropColumn(reference) = action else {
            return;
        };
        let changes = self.changes;
        let kept = changes.to.tables.contains_key(&reference.table);
        let Some(table) = changes.from.tables.get(&reference.table).filter(|_| kept) else {
            return;
        };
        if table
            .column(&reference.column)
            .is_some_and(|it| must_be_given(table, it))
        {
            let drop = Action::DropNotNull(reference.clone());
            self.push(PhaseKind::Expand, drop, Vec::new());
        }
    }

    fn validated(&mut self, action: Action, place: PhaseKind) {
        let Action::AddConstraint { table, constraint } = action else {
            return;
        };
        let name = constraint.name.clone();
        let references = constraint.foreign_key().map(|key| key.references.clone());
        let hazard = fails(
            Failure::DoesNotHold { references },
            ObjectRef::Table(table.clone()),
        )
        .by(ObjectRef::constraint(&table, &name));
        let not_valid = Constraint {
            validated: false,
            ..constraint
        };
        let add = Action::AddConstraint {
            table: table.clone(),
            constraint: not_valid,
        };
        self.push(place, add, Vec::new());
        let validate = Action::ValidateConstraint { table, name };
        self.push(PhaseKind::Validate, validate, vec![hazard]);
    }

    fn concurrently(&mut self, action: Action, hazards: &[Hazard]) {
        let Action::CreateIndex { table, index } = action else {
            return;
        };
        let create = OnlineAction::CreateIndex { table, index };
        let hazards = of_rows(hazards);
        self.push(PhaseKind::Index, Action::Online(Box::new(create)), hazards);
    }

    /// The indexes of partitioned tables are not valid until those of all partitions belong to them.
    fn in_parts(&mut self, action: Action, hazards: &[Hazard], plan: &Plan) {
        let Action::CreateIndex { table, index } = action else {
            return;
        };
        let changes = self.changes;
        let parts = parts(changes, plan, &table, &index.name).unwrap_or_default();
        let only = |table: &QualifiedName, index: &Index| Action::CreateIndex {
            table: table.clone(),
            index: Index {
                valid: false,
                ..index.clone()
            },
        };
        self.push(PhaseKind::Expand, only(&table, &index), Vec::new());
        for Part {
            partition, index, ..
        } in &parts
        {
            if partition.partitioning.is_some() {
                self.push(PhaseKind::Expand, only(&partition.name, index), Vec::new());
                continue;
            }
            let create = OnlineAction::CreateIndex {
                table: partition.name.clone(),
                index: (*index).clone(),
            };
            let hazards = of_rows(hazards);
            self.push(PhaseKind::Index, Action::Online(Box::new(create)), hazards);
        }
        for Part {
            partition,
            index,
            parent,
        } in parts.into_iter().rev()
        {
            let change = TableAction::AttachIndex {
                parent,
                index: partition.name.sibling(index.name.clone()),
            };
            let attach = Action::Table {
                table: partition.name.clone(),
                change,
            };
            self.push(PhaseKind::Attach, attach, Vec::new());
        }
    }

    fn using_index(&mut self, action: Action, place: PhaseKind) {
        let Action::AddConstraint { table, constraint } = action else {
            return;
        };
        let (ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key)) = &constraint.kind
        else {
            return;
        };
        let index = index_of(&constraint.name, key);
        let hazard = fails(Failure::EqualKeys, ObjectRef::Table(table.clone()))
            .by(ObjectRef::index(&table, &index.name))
            .noting(HazardNote::LeavesInvalidIndex);
        let create = OnlineAction::CreateIndex {
            table: table.clone(),
            index,
        };
        self.push(
            PhaseKind::Index,
            Action::Online(Box::new(create)),
            vec![hazard],
        );
        let add = OnlineAction::AddKey { table, constraint };
        self.push(place, Action::Online(Box::new(add)), Vec::new());
    }

    fn renamed(&mut self, action: &Action) {
        let Action::DropIndex { table, index: name } = action else {
            return;
        };
        let Some(owner) = self.changes.from.tables.get(table) else {
            return;
        };
        let table = table.clone();
        let index = owner.indexes.get(&name.name);
        let unique = index.is_some_and(|it| it.unique);
        let aside = self.names.take(&name.name, "_old");
        let rename = Rename::Index {
            table: table.clone(),
            from: name.name.clone(),
            to: aside.clone(),
        };
        self.push(PhaseKind::Expand, Action::Rename(rename), Vec::new());
        let drop = OnlineAction::DropIndex {
            table,
            index: QualifiedName::new(&name.schema, &aside),
        };
        let phase = if unique {
            PhaseKind::Index
        } else {
            PhaseKind::Clean
        };
        let step = Step {
            action: Action::Online(Box::new(drop)),
            hazards: Vec::new(),
            outside_transaction: true,
        };
        self.last.push((phase, step));
    }

    fn narrowed(&mut self, action: Action, hazards: &[Hazard], place: PhaseKind) {
        let column = if let Action::Table {
            table,
            change: TableAction::AddNotNull { column, .. },
        } = &action
        {
            ColumnRef::new(table, column)
        } else if let Action::SetNotNull(column) = &action {
            column.clone()
        } else {
            return;
        };
        let table = column.table.clone();
        let base = format!("{}_{}", table.name, column.column);
        let check = not_null_check(self.names.take(&base, "_not_null_check"), &column);
        let add = Action::AddConstraint {
            table: table.clone(),
            constraint: check.clone(),
        };
        self.push(PhaseKind::Narrow, add, Vec::new());
        let validate = Action::ValidateConstraint {
            table: table.clone(),
            name: check.name.clone(),
        };
        let hazard = fails(Failure::IsNull, ObjectRef::from(&column));
        self.push(PhaseKind::ValidateNarrow, validate, vec![hazard]);
        let breaks = |it: &&Hazard| it.kind() == HazardKind::BreaksRunningCode;
        let hazards = hazards.iter().filter(breaks).cloned().collect();
        self.push(place, action, hazards);
        let constraint = Constraint {
            validated: true,
            ..check
        };
        let drop = Action::DropConstraint { table, constraint };
        self.push(place, drop, Vec::new());
    }

    fn finish(self, plan: &Plan) -> Vec<Phase> {
        let Self {
            changes: _,
            twins: _,
            mut phases,
            last,
            names: _,
        } = self;
        for (phase, step) in last {
            phases.entry(phase).or_default().push(step);
        }
        let skips = |step: &&Step| step.action == Action::SkipBodyChecks;
        let skip = plan.steps.iter().find(skips);
        let mut all = Vec::new();
        for (kind, mut steps) in phases {
            steps.retain(|step| !skips(&step));
            let makes_definitions = |step: &Step| matches!(step.action, Action::Definition(_));
            if steps.iter().any(makes_definitions) {
                steps.splice(0..0, skip.cloned());
            }
            let groups: Vec<Vec<Step>> = if kind.is_outside_transaction() {
                steps.into_iter().map(|step| vec![step]).collect()
            } else {
                vec![steps]
            };
            all.extend(groups.into_iter().filter(|it| !it.is_empty()).map(|steps| {
                let unmanaged = plan.unmanaged.clone();
                Phase::new(kind, Plan { steps, unmanaged })
            }));
        }
        all
    }
}

/// Hazards of an index that is built beside others.
fn of_rows(hazards: &[Hazard]) -> Vec<Hazard> {
    let is_of_rows = |it: &&Hazard| it.kind() == HazardKind::FailsOnRows;
    let hazards = hazards.iter().filter(is_of_rows).cloned();
    let hazards = hazards.map(|it| it.noting(HazardNote::LeavesInvalidIndex));
    hazards.collect()
}

/// Hazards of a step that has no form beside which others can read and write.
fn without_better(hazards: &[Hazard]) -> Vec<Hazard> {
    let noted = hazards.iter().cloned().map(|hazard| match hazard.lock {
        Some(_) => hazard.noting(HazardNote::NoSafeForm),
        None => hazard,
    });
    noted.collect()
}

/// Whether an `INSERT` that does not name the column is refused, and `DROP NOT NULL` mends that.
fn must_be_given(table: &Table, column: &Column) -> bool {
    let in_key = table
        .primary_key()
        .is_some_and(|key| key.columns.contains(&column.name));
    !column.nullable
        && !column.inherited
        && column.default.is_none()
        && column.identity.is_none()
        && column.generated.is_none()
        && !in_key
        && !matches!(table.replica_identity, ReplicaIdentity::Index(_))
        && table.parents().next().is_none()
}

/// A check of new rows alone.
pub(super) fn not_null_check(name: String, column: &ColumnRef) -> Constraint {
    let sql = format!("({} IS NOT NULL)", quote_identifier(&column.column));
    Constraint {
        name,
        kind: ConstraintKind::Check {
            expression: Expression {
                sql,
                uses: std::iter::once(ObjectRef::Column(column.clone())).collect(),
            },
            no_inherit: false,
        },
        deferral: Deferral::NotDeferrable,
        validated: false,
        enforced: true,
        parent: None,
        settled: Settled(true),
        comment: None,
        index_comment: None,
    }
}

/// The index behind a key.
fn index_of(name: &str, key: &Key) -> Index {
    let Key {
        columns,
        include,
        nulls_not_distinct,
        without_overlaps: _,
        valid: _,
        options,
    } = key;
    let keys = columns.iter().map(|column| IndexKey {
        term: IndexTerm::Column(column.clone()),
        collation: None,
        operator_class: None,
        operator_class_options: BTreeMap::new(),
        descending: false,
        nulls_first: false,
    });
    Index {
        name: name.to_owned(),
        unique: true,
        method: "btree".to_owned(),
        keys: keys.collect(),
        include: include.clone(),
        nulls_not_distinct: *nulls_not_distinct,
        predicate: None,
        options: options.clone(),
        parent: None,
        valid: true,
        settled: Settled(true),
        uses: Uses::default(),
        statistics: BTreeMap::new(),
        comment: None,
    }
}
