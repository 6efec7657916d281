pub mod customers;
pub mod lines;
pub mod orders;
pub mod severity;
