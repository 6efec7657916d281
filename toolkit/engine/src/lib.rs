//! Reads, compares, plans and proves PostgreSQL schemas.
