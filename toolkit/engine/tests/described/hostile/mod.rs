pub mod entity;
mod declared;

pub fn service() -> toolkit_runtime::Service {
    let service = super::service();
    let service = service.entities(|| toolkit_runtime::entities![entity::entity::Entity, entity::gr_e::Entity, entity::gr_e_2::Entity, entity::mod_::Entity, entity::self_::Entity, entity::type_::Entity, entity::type_2::Entity]);
    service.declare(declared::declare)
}
