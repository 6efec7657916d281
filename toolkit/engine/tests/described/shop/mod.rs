pub mod entity;
mod declared;

pub fn service() -> toolkit_runtime::Service {
    let service = super::service();
    let service = service.entities(|| toolkit_runtime::entities![entity::customers::Entity, entity::lines::Entity, entity::orders::Entity]);
    service.declare(declared::declare)
}
