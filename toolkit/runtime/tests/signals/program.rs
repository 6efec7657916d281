//! The program that gets the signals.

use std::{process::ExitCode, thread, time::Duration};

use sea_orm_migration::prelude::*;
use toolkit_runtime::{
    Extent, Format, GlobalArgs, Outcome, Service,
    command::{Order, Work, migrate, run},
};

/// Set for this program when it is to be the one that gets the signals: what it does.
pub const ROLE: &str = "SIGNALS_ROLE";

/// What a migration does after it has made a table.
#[derive(Clone, Copy)]
enum Then {
    Nothing,
    /// Blocks its thread, as one does that computes.
    Compute,
    Send(&'static str),
}

struct Making {
    name: &'static str,
    then: Then,
    transaction: Option<bool>,
}

impl MigrationName for Making {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Making {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        let sql = format!("CREATE TABLE {} (id int)", self.name);
        db.execute_unprepared(&sql).await?;
        match self.then {
            Then::Nothing => {}
            Then::Compute => thread::sleep(Duration::from_mins(1)),
            Then::Send(sql) => {
                db.execute_unprepared(sql).await?;
            }
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        self.transaction
    }
}

macro_rules! migrator {
    ($migrator:ident, $($name:literal: $then:expr, $transaction:expr);*) => {
        struct $migrator;

        impl MigratorTrait for $migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new(Making {
                    name: $name,
                    then: $then,
                    transaction: $transaction,
                })),*]
            }
        }
    };
}

migrator!(Computing, "a1": Then::Nothing, None; "a2": Then::Compute, None);
migrator!(Quick, "b1": Then::Send("SELECT pg_sleep(0.5)"), None; "b2": Then::Nothing, None);
migrator!(Sleeping, "c1": Then::Nothing, None; "c2": Then::Send("SELECT pg_sleep(60)"), None);
migrator!(Outside, "d1": Then::Send("SELECT pg_sleep(60)"), Some(false));

fn computing() -> Service {
    Service::new::<Computing>("computing", "computing")
}

pub fn main(role: &str) -> ExitCode {
    let args = GlobalArgs {
        scratch: None,
        database_url: None,
        lock_timeout: None,
        lock_wait: None,
        lock_hold: None,
        lock_queue: None,
        statement_timeout: None,
        wait: None,
        tenant: None,
        format: Format::Text,
        quiet: false,
        verbose: false,
    };
    let services = match role {
        "beside" => vec![computing(), Service::new::<Quick>("quick", "quick")],
        "computing" => vec![computing()],
        "sleeping" => vec![Service::new::<Sleeping>("sleeping", "sleeping")],
        "outside" => vec![Service::new::<Outside>("outside", "outside")],
        _ => Vec::new(),
    };
    run(&args, &services, async |context| match role {
        // A command that has something to end before it ends.
        "deaf" => {
            context.end_by_signal();
            tokio::time::sleep(Duration::from_mins(1)).await;
            Ok(Outcome::Done)
        }
        // A command that computes in the task that all wait for.
        "blocked" => {
            thread::sleep(Duration::from_mins(1));
            Ok(Outcome::Done)
        }
        "reading" => {
            context.only_reads();
            tokio::time::sleep(Duration::from_mins(1)).await;
            Ok(Outcome::Done)
        }
        _ => {
            let work = Work::Up(Extent::All);
            migrate(context, "up-all", &services, &work, Order::SideBySide).await
        }
    })
}
