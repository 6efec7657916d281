//! Pictures of schemas for people and for other tools: [`model`] is what is drawn, [`mermaid`] and [`dbml`] write it as
//! text that other programs draw, [`markdown`] as files to read,
//! [`page`] as pages for a browser. No I/O here, and nothing that decides.
//!
//! ```
//! use toolkit_pictures::{mermaid, model::Picture};
//! use toolkit_schema::catalog::Catalog;
//!
//! let empty = Picture::of(&Catalog::default(), "shop_agent", "shop");
//! assert_eq!(mermaid::diagram(&[empty], &[]), "erDiagram\n");
//! ```

pub mod change;
pub mod dbml;
pub mod map;
pub mod markdown;
pub mod mermaid;
pub mod model;
pub mod near;
pub mod page;

#[cfg(test)]
mod tests;

use toolkit_schema::{catalog, sql};
use toolkit_text::identifier;
