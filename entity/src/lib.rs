//! SeaORM entities of all services, one module per service.
//!
//! A service's tables live in its own PostgreSQL schema, and no foreign key crosses the border:
//! a row of another service is referred to by a plain `uuid` column.

pub mod memory;
pub mod observability;
pub mod planning;
pub mod user_service;
