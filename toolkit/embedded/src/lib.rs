//! A PostgreSQL server inside the process.
