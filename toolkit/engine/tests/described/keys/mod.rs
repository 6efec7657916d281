// No entity describes log: it has no primary key, which SeaORM needs.
pub mod entity;
mod declared;

pub fn service() -> toolkit_runtime::Service {
    let service = super::service();
    let service = service.entities(|| toolkit_runtime::entities![entity::left_side::Entity, entity::message_tags::Entity, entity::messages::Entity, entity::people::Entity, entity::profiles::Entity, entity::refers_to_log::Entity, entity::right_side::Entity, entity::tags::Entity, entity::tenants::Entity]);
    service.declare(declared::declare)
}
