//! A plan as a program reads it. No I/O here.

use serde::Serialize;
use serde_json::Value;
use toolkit_runtime::Direction;

use super::{Planned, text::asks};
use crate::{
    command::{
        hazard::{self, HazardDocument},
        observation,
        sizes::{Size, Sizes},
    },
    rehearse::{Lock, Rehearsal, Touched},
    scratch::Location,
};

#[derive(Serialize)]
pub(super) struct Document<'a> {
    command: &'static str,
    ok: bool,
    /// Where the migrations were rehearsed.
    scratch: Option<Location>,
    services: Vec<ServicePlan<'a>>,
}

#[derive(Serialize)]
struct ServicePlan<'a> {
    service: &'a str,
    schema: &'a str,
    schema_exists: bool,
    after_rollout: &'a [String],
    migrations: Vec<MigrationPlan<'a>>,
    running_code: Option<Value>,
}

#[derive(Serialize)]
struct MigrationPlan<'a> {
    name: &'a str,
    direction: Direction,
    in_transaction: bool,
    asks: bool,
    statements: &'a [String],
    tables: Vec<TablePlan<'a>>,
}

#[derive(Serialize)]
struct TablePlan<'a> {
    schema: &'a str,
    table: &'a str,
    #[serde(flatten)]
    size: Option<&'a Size>,
    lock: Option<Lock>,
    rewritten: bool,
    dropped: bool,
    dropped_columns: &'a [String],
    hazards: Vec<HazardDocument>,
}

pub(super) fn document(planned: &[Planned], scratch: Option<Location>) -> Document<'_> {
    Document {
        command: "plan",
        ok: planned.iter().all(|one| one.rehearsals.is_empty()),
        scratch,
        services: planned.iter().map(service).collect(),
    }
}

fn service(one: &Planned) -> ServicePlan<'_> {
    let migration = |rehearsal| migration(rehearsal, one.direction, &one.sizes);
    ServicePlan {
        service: one.service.name(),
        schema: one.service.schema(),
        schema_exists: one.schema_exists,
        after_rollout: &one.after_rollout,
        migrations: one.rehearsals.iter().map(migration).collect(),
        running_code: one.observation.as_ref().map(|it| {
            let steps: Vec<&str> = it
                .looks
                .iter()
                .skip(1)
                .map(|it| it.after.as_str())
                .collect();
            observation::document(it, &steps)
        }),
    }
}

fn migration<'a>(
    rehearsal: &'a Rehearsal,
    direction: Direction,
    sizes: &'a Sizes,
) -> MigrationPlan<'a> {
    let table = |touched: &'a Touched| TablePlan {
        schema: &touched.table.schema,
        table: &touched.table.name,
        size: sizes.get(&touched.table),
        lock: touched.lock,
        rewritten: touched.rewritten,
        dropped: touched.dropped,
        dropped_columns: &touched.dropped_columns,
        hazards: touched.hazards().iter().map(hazard::document).collect(),
    };
    MigrationPlan {
        name: &rehearsal.migration,
        direction,
        in_transaction: rehearsal.in_transaction,
        asks: asks(rehearsal),
        statements: &rehearsal.statements,
        tables: rehearsal.touched.iter().map(table).collect(),
    }
}
