//! Entities that exist in a service's module and that nobody listed. No I/O here.

use std::collections::BTreeSet;

use sea_orm::EntityRegistry;
use toolkit_runtime::{EntityTable, Service};

/// The modules of entities that stand beside the listed entities of `service`, but are not listed.
///
/// SeaORM registers every entity that is linked into the binary with the module it stands in.
pub fn forgotten(service: &Service) -> Vec<String> {
    let listed = service.entity_tables();
    let modules: BTreeSet<&str> = listed.iter().map(EntityTable::module).collect();
    let parents: BTreeSet<&str> = modules
        .iter()
        .filter_map(|module| Some(module.rsplit_once("::")?.0))
        .collect();
    let registered: BTreeSet<&str> = inventory::iter::<EntityRegistry>()
        .map(|entry| entry.module_path)
        .collect();
    registered
        .into_iter()
        .filter(|module| {
            module
                .rsplit_once("::")
                .is_some_and(|(parent, _)| parents.contains(parent))
        })
        .filter(|module| !modules.contains(module))
        .map(str::to_owned)
        .collect()
}
