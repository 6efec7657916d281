//! What the user service keeps: organizations, the people in them, and how they sign in.

pub mod api_key;
pub mod membership;
pub mod organization;
pub mod session;
pub mod user;
