//! SeaORM entities of all services.
