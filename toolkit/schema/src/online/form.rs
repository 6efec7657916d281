//! Which form each step of a plan gets. No I/O here.

use std::collections::BTreeSet;

use super::parts::parts;
use crate::{
    catalog::{
        Column, ColumnRef, Constraint, ConstraintKind, DefinitionKind, Family, IdentityKind,
        ObjectRef, QualifiedName, Table,
    },
    diff::Changes,
    plan::{Action, DefinitionAction, HazardKind, Plan, Step, TableAction},
};

/// How a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As the plan has it, as early as can be: it adds, or is quick, or nothing better is known.
    Early,
    /// A new enum value that is used by others.
    Value,
    /// As the plan has it, once old code is gone.
    Late,
    /// A check or a foreign key: `NOT VALID`, and validated afterwards.
    Validated,
    /// An index: `CONCURRENTLY`.
    Concurrently,
    /// An index of a partitioned table: `ON ONLY`, `CONCURRENTLY` on each partition, then `ATTACH PARTITION`.
    InParts,
    /// A key: its index `CONCURRENTLY`, then `USING INDEX`.
    UsingIndex,
    /// An index that makes room for one of its name: renamed, and dropped `CONCURRENTLY` once that is there.
    Renamed,
    /// An index that goes: `CONCURRENTLY`, while old code is there if it holds new code back.
    DroppedConcurrently {
        /// Whether it holds new code back.
        early: bool,
    },
    /// `NOT NULL` by way of a check, once old code is gone.
    Narrowed,
}

/// The form of each step.
pub(super) fn forms(
    plan: &Plan,
    after: &[BTreeSet<usize>],
    changes: &Changes<'_>,
    twins: &BTreeSet<ColumnRef>,
) -> Vec<Form> {
    let view = View {
        plan,
        after,
        changes,
        twins,
    };
    let mut forms: Vec<Form> = (0..plan.steps.len())
        .map(|place| view.form(place))
        .collect();
    // An index that takes the name of another one is built beside it, if nothing else is between.
    for place in 0..forms.len() {
        let Action::DropIndex {
            table: _,
            index: name,
        } = &plan.steps[place].action
        else {
            continue;
        };
        let Some(twin) = view.index_made_again(name) else {
            continue;
        };
        let alone = after[twin].contains(&place) && view.is_pair(place, twin);
        let beside = alone && forms[twin] == Form::Concurrently;
        forms[place] = if beside { Form::Renamed } else { Form::Early };
        if !beside {
            forms[twin] = Form::Early;
        }
    }
    forms
}

struct View<'p> {
    plan: &'p Plan,
    after: &'p [BTreeSet<usize>],
    changes: &'p Changes<'p>,
    /// Columns that are kept equal until old code is gone.
    twins: &'p BTreeSet<ColumnRef>,
}

impl View<'_> {
    fn action(&self, place: usize) -> &Action {
        &self.plan.steps[place].action
    }

    /// A table that was there before, and is afterwards.
    fn kept(&self, name: &QualifiedName) -> Option<&Table> {
        self.changes.from.tables.get(name)?;
        self.changes.to.tables.get(name)
    }

    #[allow(clippy::too_many_lines, reason = "a table: one arm an action")]
    fn form(&self, place: usize) -> Form {
        let Step {
            action,
            hazards,
            outside_transaction,
        } = &self.plan.steps[place];
        let breaks = hazards
            .iter()
            .any(|it| it.kind() == HazardKind::BreaksRunningCode);
        match action {
            Action::AddEnumValue { .. } if *outside_transaction => Form::Value,
            Action::AddConstraint { table, constraint } if self.kept(table).is_some() => {
                self.of_constraint(place, table, constraint)
            }
            Action::CreateIndex { table, index } => match self.kept(table) {
                Some(kept)
                    if kept.partitioning.is_none() && index.parent.is_none() && index.valid =>
                {
                    Form::Concurrently
                }
                Some(_) if index.parent.is_none() && index.valid => {
                    let parts = parts(self.changes, self.plan, table, &index.name);
                    parts.map_or(Form::Early, |_| Form::InParts)
                }
                Some(_) | None => Form::Early,
            },
            Action::DropIndex { table, index } => self.of_dropped_index(place, table, &index.name),
            Action::SetNotNull(column) if self.kept(&column.table).is_some() => Form::Narrowed,
            Action::Table {
                table,
                change:
                    TableAction::AddNotNull {
                        column: _,
                        constraint,
                    },
            } if self.kept(table).is_some() && constraint.validated && !constraint.no_inherit => {
                Form::Narrowed
            }
            Action::DropTable(_) | Action::DropSchema(_) | Action::DropColumn(_) => {
                self.late_unless_made_again(place)
            }
            // A value that nobody gave would be taken for one that new code writes.
            Action::SetDefault { column, default: _ } if self.twins.contains(column) => Form::Late,
            Action::DropDefault(column) => {
                let kept = self.kept_column(column);
                let goes = kept.is_some_and(|[before, after]| {
                    before.data_type == after.data_type
                        && after.default.is_none()
                        && after.identity.is_none()
                        && after.generated.is_none()
                });
                if goes { Form::Late } else { Form::Early }
            }
            Action::AlterIdentity { identity, .. }
                if identity.to.kind == IdentityKind::Always && breaks =>
            {
                Form::Late
            }
            Action::DropIdentity(column) => {
                let kept = self.kept_column(column);
                let goes = kept.is_some_and(|[_, after]| after.default.is_none());
                if goes { Form::Late } else { Form::Early }
            }
            Action::DropType(_) => {
                let rebuilds = |it: &Step| {
                    matches!(
                        it.action,
                        Action::SetAsideType { .. } | Action::SetAside { .. }
                    )
                };
                if self.plan.steps.iter().any(rebuilds) {
                    Form::Early
                } else {
                    Form::Late
                }
            }
            Action::Definition(action) => match action.as_ref() {
                DefinitionAction::Drop(definition) if is_read_by_code(definition.kind) => {
                    self.late_unless_made_again(place)
                }
                DefinitionAction::Drop(_)
                | DefinitionAction::Create(_)
                | DefinitionAction::Replace(_)
                | DefinitionAction::Set { .. } => Form::Early,
            },
            Action::AddConstraint { .. }
            | Action::SetNotNull(_)
            | Action::Table { .. }
            | Action::Rename(_)
            | Action::CreateSchema(_)
            | Action::CreateEnum(_)
            | Action::AddEnumValue { .. }
            | Action::SetAsideType { .. }
            | Action::SetAside { .. }
            | Action::CreateSequence(_)
            | Action::AlterSequence(_)
            | Action::SetSequenceOwner { .. }
            | Action::RenameSequence { .. }
            | Action::CarryPosition { .. }
            | Action::DropSequence(_)
            | Action::CreateTable(_)
            | Action::SetPersistence { .. }
            | Action::SetAccessMethod { .. }
            | Action::SetTableOptions { .. }
            | Action::AddColumn { .. }
            | Action::SetType { .. }
            | Action::SetDefault { .. }
            | Action::DropExpression(_)
            | Action::DropNotNull(_)
            | Action::AddIdentity { .. }
            | Action::AlterIdentity { .. }
            | Action::SetStorage { .. }
            | Action::SetCompression { .. }
            | Action::SetStatistics { .. }
            | Action::AlterConstraint { .. }
            | Action::ValidateConstraint { .. }
            | Action::DropConstraint { .. }
            | Action::SetIndexOptions { .. }
            | Action::Domain { .. }
            | Action::Composite { .. }
            | Action::SetOwner { .. }
            | Action::Online(_)
            | Action::Privileges(_)
            | Action::SkipBodyChecks
            | Action::Comment { .. } => Form::Early,
        }
    }

    fn kept_column(&self, column: &ColumnRef) -> Option<[&Column; 2]> {
        let before = self.changes.from.column(column)?;
        Some([before, self.changes.to.column(column)?])
    }

    fn of_constraint(&self, place: usize, table: &QualifiedName, it: &Constraint) -> Form {
        if !it.validated || !it.enforced || it.parent.is_some() {
            return Form::Early;
        }
        let partitioned = self.kept(table).is_some_and(|it| it.partitioning.is_some());
        match &it.kind {
            // Before PostgreSQL 18 a partitioned table takes no foreign key that is not valid.
            ConstraintKind::ForeignKey(_)
                if partitioned && self.changes.to.major_version() < 18 =>
            {
                Form::Early
            }
            ConstraintKind::Check { .. } | ConstraintKind::ForeignKey(_) => Form::Validated,
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key)
                if !partitioned
                    && key.valid
                    && !key.without_overlaps
                    && !self.is_key_made_again(place, table, it) =>
            {
                Form::UsingIndex
            }
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclusion { .. } => Form::Early,
        }
    }

    /// Whether a key or an index goes that this one replaces: both at once is what PostgreSQL refuses.
    fn is_key_made_again(&self, place: usize, table: &QualifiedName, it: &Constraint) -> bool {
        let is_primary = |it: &Constraint| matches!(it.kind, ConstraintKind::PrimaryKey(_));
        self.after[place].iter().any(|before| {
            if let Action::DropConstraint {
                table: of,
                constraint,
            } = self.action(*before)
            {
                return of == table
                    && (constraint.name == it.name || is_primary(constraint) && is_primary(it));
            }
            matches!(self.action(*before), Action::DropIndex { table: _, index: name } if name.name == it.name)
        })
    }

    fn of_dropped_index(&self, place: usize, table: &QualifiedName, name: &str) -> Form {
        let owner = self.changes.from.tables.get(table);
        let Some((table, index)) = owner.and_then(|it| Some((it, it.indexes.get(name)?))) else {
            return Form::Early;
        };
        let is_needed = (0..self.after.len()).any(|other| self.after[other].contains(&place));
        if self.kept(&table.name).is_none()
            || table.partitioning.is_some()
            || index.parent.is_some()
        {
            return Form::Early;
        }
        if is_needed || !self.after[place].is_empty() {
            return Form::Late;
        }
        Form::DroppedConcurrently {
            early: index.unique,
        }
    }

    /// The step that makes an index of this name.
    fn index_made_again(&self, name: &QualifiedName) -> Option<usize> {
        self.plan.steps.iter().position(|step| {
            if let Action::CreateIndex { table, index } = &step.action {
                return table.schema == name.schema && index.name == name.name;
            }
            matches!(&step.action, Action::AddConstraint { table, constraint }
                if table.schema == name.schema && constraint.has_index() && constraint.name == name.name)
        })
    }

    /// Whether `first` waits for nothing, and nothing but `second` waits for it.
    fn is_pair(&self, first: usize, second: usize) -> bool {
        let waits = |place: usize| self.after[place].contains(&first);
        let Action::DropIndex { table, index } = self.action(first) else {
            return false;
        };
        let owner = self.changes.from.tables.get(table);
        let index = owner.and_then(|it| it.indexes.get(&index.name));
        index.is_some_and(|it| it.parent.is_none())
            && self.kept(table).is_some()
            && self.after[first].is_empty()
            && (0..self.after.len()).all(|place| place == second || !waits(place))
    }

    /// Late for what goes for good; what is made again goes when that comes.
    fn late_unless_made_again(&self, place: usize) -> Form {
        let gone = dropped(self.action(place));
        let again = gone.is_some_and(|it| self.changes.to.contains(&it));
        if again { Form::Early } else { Form::Late }
    }
}

/// What a step drops that another may make again.
pub(super) fn dropped(action: &Action) -> Option<ObjectRef> {
    if let Action::DropTable(name) = action {
        return Some(ObjectRef::Table(name.clone()));
    }
    if let Action::DropColumn(column) = action {
        return Some(ObjectRef::Column(column.clone()));
    }
    if let Action::DropConstraint { table, constraint } = action {
        return Some(ObjectRef::constraint(table, &constraint.name));
    }
    if let Action::DropSchema(name) = action {
        return Some(ObjectRef::Schema(name.clone()));
    }
    if let Action::Definition(action) = action
        && let DefinitionAction::Drop(definition) = action.as_ref()
    {
        return Some(definition.reference());
    }
    None
}

/// What a step makes that another may have dropped.
pub(super) fn made(action: &Action) -> Option<ObjectRef> {
    if let Action::CreateTable(new) = action {
        return Some(ObjectRef::Table(new.table.name.clone()));
    }
    if let Action::AddColumn { table, column } = action {
        return Some(ObjectRef::column(table, &column.column.name));
    }
    if let Action::AddConstraint { table, constraint } = action {
        return Some(ObjectRef::constraint(table, &constraint.name));
    }
    if let Action::CreateSchema(schema) = action {
        return Some(ObjectRef::Schema(schema.name.clone()));
    }
    if let Action::Definition(action) = action
        && let DefinitionAction::Create(definition) = action.as_ref()
    {
        return Some(definition.reference());
    }
    None
}

/// Whether statements of code name it. Triggers, policies and rules act by themselves: one that goes
/// later than its successor comes would act beside it.
fn is_read_by_code(kind: DefinitionKind) -> bool {
    match kind.family() {
        Family::Routine | Family::Relation | Family::Type | Family::Operator => true,
        Family::Database
        | Family::Cast
        | Family::OfServer
        | Family::Schema
        | Family::OfRelation
        | Family::OfPublication => false,
    }
}
