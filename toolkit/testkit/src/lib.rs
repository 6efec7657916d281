//! Throwaway PostgreSQL clusters and databases for tests.
