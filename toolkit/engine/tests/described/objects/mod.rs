// No entity describes child: it inherits.
pub mod entity;
mod declared;

pub fn service() -> toolkit_runtime::Service {
    let service = super::service();
    let service = service.entities(|| toolkit_runtime::entities![entity::cache::Entity, entity::events::Entity, entity::parent::Entity, entity::things::Entity]);
    service.declare(declared::declare)
}
