//! What becomes of what entities leave unsaid. No I/O here.

/// What becomes of what is there, an entity could say, and none says: a default, a length, a comment, an
/// index, a key, a referential action, a column.
///
/// ```
/// # use sea_orm_migration::prelude::*;
/// # struct Migrator;
/// # impl MigratorTrait for Migrator {
/// #     fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![] }
/// # }
/// use toolkit_runtime::{Service, Unsaid};
///
/// let service = Service::new::<Migrator>("user_service", "user_service").unsaid(Unsaid::Keep);
/// assert!(service.keeps_unsaid());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsaid {
    /// It is dropped: the entities are all that there should be.
    #[default]
    Drop,
    /// It is kept, and dropped only when the entities said it before.
    Keep,
}
