//! `plan --format html`: what was seen of the pending migrations, as a page.

use toolkit_pictures::{
    change::between,
    model::Picture,
    page::{
        Note, Plan, PlannedMigration, PlannedService, PlannedStatement, Stops, TouchedTable, plan,
    },
};
use toolkit_runtime::{Context, Error, Outcome, Service};

use super::{
    Against, Request, Seen,
    report::{Finding, OfMigration, OfService, OfStatement, OfTable},
    see,
};
use crate::{catalog::Catalog, effects::Work, rehearse::Lock};

/// Writes the page of what is pending for `services`. The answer is no when that is anything.
pub(crate) async fn planned(context: &Context, services: &[Service]) -> Result<Outcome, Error> {
    let request = Request {
        services: services.to_vec(),
        against: Against::Database,
    };
    let Seen { report, states } = see(context, &request).await?;
    let drawn = |number: usize| -> Vec<Picture> {
        let both = states.iter().zip(services);
        both.filter_map(|(states, service)| {
            let catalog: &Catalog = states.as_ref()?.get(number)?;
            Some(Picture::of(catalog, service.name(), service.schema()))
        })
        .collect()
    };
    let page = plan(&Plan {
        services: report.services.iter().map(of_service).collect(),
        changes: between(&drawn(0), &drawn(1)),
    });
    context.printer.raw(&page);
    let mut services = report.services.iter();
    Ok(if services.all(|it| it.migrations.is_empty()) {
        Outcome::Done
    } else {
        Outcome::No
    })
}

fn of_service(service: &OfService) -> PlannedService {
    PlannedService {
        service: service.service.clone(),
        schema: service.schema.clone(),
        migrations: service.migrations.iter().map(of_migration).collect(),
    }
}

fn of_migration(migration: &OfMigration) -> PlannedMigration {
    let mut notes: Vec<Note> = migration.findings.iter().map(of_finding).collect();
    if let (Some(old), Some(new)) = (&migration.old_code, &migration.new_code) {
        notes.push(Note {
            is_open: false,
            text: format!("After it: old code {old}, new code {new}."),
        });
    }
    notes.extend(migration.not_tried.iter().map(|it| Note {
        is_open: false,
        text: format!("Not tried {it}"),
    }));
    PlannedMigration {
        name: migration.name.clone(),
        after_rollout: migration.after_rollout,
        in_transaction: migration.in_transaction,
        statements: migration.statements.iter().map(of_statement).collect(),
        notes,
    }
}

fn of_finding(finding: &Finding) -> Note {
    let Finding {
        rule,
        message,
        instead,
        accepted,
        ..
    } = finding;
    let id = rule.words().id;
    Note {
        is_open: accepted.is_none(),
        text: match accepted {
            Some(reason) => format!("{id}, accepted ({reason}): {message}"),
            None => format!("{id}: {message}. Instead: {instead}"),
        },
    }
}

fn of_statement(statement: &OfStatement) -> PlannedStatement {
    PlannedStatement {
        sql: statement.statement.clone(),
        tables: statement.tables.iter().map(of_table).collect(),
    }
}

fn of_table(table: &OfTable) -> TouchedTable {
    let size = table.size.as_ref();
    TouchedTable {
        table: format!("{}.{}", table.table.schema, table.table.table),
        lock: table.held.map(Lock::name),
        stops: table.held.map_or(Stops::Nobody, stops),
        told: table.held.map(Lock::told),
        work: table.work.map(Work::told),
        rows: size.and_then(|it| it.rows),
        size: size.map(|it| it.told.clone()),
        seconds: size.and_then(|it| it.seconds),
    }
}

/// Whom a lock stops: <https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES>.
fn stops(lock: Lock) -> Stops {
    match lock {
        Lock::AccessShare | Lock::RowShare | Lock::RowExclusive | Lock::ShareUpdateExclusive => {
            Stops::Nobody
        }
        Lock::Share | Lock::ShareRowExclusive | Lock::Exclusive => Stops::Writes,
        Lock::AccessExclusive => Stops::Everything,
    }
}
