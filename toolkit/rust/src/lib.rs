//! Plans → a SeaORM migration in Rust, laid out as rustfmt would: sea-query's builders where they
//! say exactly the same as [`toolkit_schema::sql`], that SQL where they do not. No I/O here.

mod body;
mod builder;
mod code;
mod column;
mod comment;
mod constraint;
mod describe;
mod entity;
mod enumeration;
mod file;
mod frame;
mod imports;
mod index;
mod layout;
mod literal;
mod names;
mod order;
mod statement;
mod table;
#[cfg(test)]
mod tests;
mod topic;
mod types;
mod value;

pub use entity::{Entities, EntityModule, EntityOptions, entities};
pub use file::{Options, migration};
pub use frame::{Frame, frame};

use toolkit_schema::{catalog, diff, plan, sql};
use toolkit_text::identifier;
