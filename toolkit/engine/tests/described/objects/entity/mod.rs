pub mod cache;
pub mod events;
pub mod parent;
pub mod things;
