// No entity describes by_array: SeaORM has no keys of such types, or of so many columns.
pub mod entity;
mod declared;

pub fn service() -> toolkit_runtime::Service {
    let service = super::service();
    let service = service.entities(|| toolkit_runtime::entities![entity::by_address::Entity, entity::by_always::Entity, entity::by_bytes::Entity, entity::by_day::Entity, entity::by_email::Entity, entity::by_flag::Entity, entity::by_interval::Entity, entity::by_mood::Entity, entity::by_text::Entity, entity::everything::Entity]);
    service.declare(declared::declare)
}
