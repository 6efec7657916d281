//! Facts about a pair of schemas: what must be replaced, what is attached, what comes with what. Questions
//! alone; what is done follows in the drafts.

pub(super) mod columns;
pub(super) mod constraints;
mod context;
pub(super) mod domains;
pub(super) mod indexes;
mod inheritance;
pub(super) mod member;
pub(super) mod not_null;
pub(super) mod owners;
pub(super) mod parents;
pub(super) mod partitions;
pub(super) mod persistence;
pub(super) mod pieces;
pub(super) mod positions;
pub(super) mod references;
pub(super) mod texts;

pub(super) use context::{Context, Retyped, base_type};
