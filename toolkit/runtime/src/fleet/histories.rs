//! Where many tenants of one database stand, read in few queries.

use crate::{
    Error, Reader, Service, Standing,
    migrate::{self, Place, Record},
};

/// Where each of `services` stands, which are tenants in the database of `db`, in their order.
///
/// The histories of all are read by one query. Where the server refuses it, as for a table that the role may not
/// read, halves of it are tried, until what is refused is one tenant's.
///
/// # Errors
/// [`Error::Database`] when the server is lost.
pub(crate) async fn standings(
    db: &impl Reader,
    services: &[Service],
) -> Result<Vec<Result<Standing, Error>>, Error> {
    let mut standings: Vec<Option<Result<Standing, Error>>> = Vec::new();
    standings.resize_with(services.len(), || None);
    let (mut sound, mut lists) = (Vec::new(), Vec::new());
    for (at, service) in services.iter().enumerate() {
        match migrate::names(service) {
            Ok(names) => {
                sound.push(at);
                lists.push(names);
            }
            Err(error) => standings[at] = Some(Err(error)),
        }
    }
    let wanted: Vec<&Service> = sound.iter().map(|at| &services[*at]).collect();
    let places = migrate::locate_all(db, &wanted).await?;
    let wanted: Vec<(&Service, &Place)> = wanted.into_iter().zip(&places).collect();
    let histories = histories(db, &wanted).await?;
    let found = sound.into_iter().zip(&lists).zip(wanted).zip(histories);
    for (((at, names), (service, place)), records) in found {
        standings[at] = Some(match records {
            Ok(records) => Standing::of(db, service, names, place, &records).await,
            Err(error) => Err(error),
        });
    }
    Ok(standings.into_iter().flatten().collect())
}

type Histories = Vec<Result<Vec<Record>, Error>>;

async fn histories(db: &impl Reader, wanted: &[(&Service, &Place)]) -> Result<Histories, Error> {
    let mut histories = Vec::new();
    // The last one is read next.
    let mut parts = vec![wanted];
    while let Some(part) = parts.pop() {
        match migrate::read_all(db, part).await {
            Ok(records) => histories.extend(records.into_iter().map(Ok)),
            Err(error) if error.is_disconnect() => return Err(error),
            Err(error) if part.len() == 1 => histories.push(Err(error)),
            Err(_) => {
                let (first, second) = part.split_at(part.len() / 2);
                parts.extend([second, first]);
            }
        }
    }
    Ok(histories)
}
