//! What is drawn of services, read from where a person says.

use toolkit_pictures::model::{Past, Picture};
use toolkit_runtime::{Context, Error, Extent, Service};

use super::diff::{self, Source};
use crate::{
    catalog::Catalog,
    history::replay,
    scratch::{Location, Scratch},
    verify,
};

/// What was read of each service, and where it was made for that.
pub(super) struct Read {
    pub(super) catalogs: Vec<Catalog>,
    pub(super) scratch: Option<Location>,
}

impl Read {
    /// Reads `source` of each of `services`.
    pub(super) async fn of(
        context: &Context,
        services: &[Service],
        source: &Source,
    ) -> Result<Self, Error> {
        let mut read = match source {
            Source::History => Self::replayed(context, services).await?,
            Source::Entities | Source::Database | Source::Url(_) | Source::File(_) => {
                let mut catalogs = Vec::new();
                for service in services {
                    catalogs.push(Box::pin(diff::read_one(context, service, source)).await?);
                }
                Self {
                    catalogs,
                    scratch: None,
                }
            }
        };
        // What objects that are still to be made will give is no part of the schema.
        for catalog in &mut read.catalogs {
            catalog.forget_default_privileges();
        }
        Ok(read)
    }

    /// All services have their turn in one scratch database.
    async fn replayed(context: &Context, services: &[Service]) -> Result<Self, Error> {
        if services.is_empty() {
            return Ok(Self {
                catalogs: Vec::new(),
                scratch: None,
            });
        }
        Scratch::with(context, services, async |scratch| {
            let mut catalogs = Vec::new();
            for service in services {
                replay(scratch, service, &Extent::All).await?;
                catalogs.push(verify::read(scratch.connection().db(), service).await?);
            }
            Ok(Self {
                catalogs,
                scratch: Some(scratch.location()),
            })
        })
        .await
    }

    /// What is drawn of them.
    pub(super) fn pictures(&self, services: &[Service]) -> Vec<Picture> {
        let both = self.catalogs.iter().zip(services);
        both.map(|(catalog, service)| Picture::of(catalog, service.name(), service.schema()))
            .collect()
    }
}

/// What is drawn of each of `services`, with the migrations that made and changed each table.
pub(super) async fn with_past(
    context: &Context,
    services: &[Service],
) -> Result<Vec<Picture>, Error> {
    if services.is_empty() {
        return Ok(Vec::new());
    }
    Scratch::with(context, services, async |scratch| {
        let mut pictures = Vec::new();
        for service in services {
            pictures.push(one_with_past(scratch, service).await?);
        }
        Ok(pictures)
    })
    .await
}

async fn one_with_past(scratch: &Scratch, service: &Service) -> Result<Picture, Error> {
    let db = scratch.connection().db();
    let draw = |catalog: &Catalog| Picture::of(catalog, service.name(), service.schema());
    replay(scratch, service, &Extent::Count(0)).await?;
    let mut before = draw(&verify::read(db, service).await?);
    let mut past = Past::default();
    for migration in service.migrations() {
        replay(scratch, service, &Extent::Count(1)).await?;
        let after = draw(&verify::read(db, service).await?);
        past.note(migration.name(), &before, &after);
        before = after;
    }
    past.tell(&mut before);
    Ok(before)
}
