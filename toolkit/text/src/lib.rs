//! SQL as text: its tokens by PostgreSQL's lexical rules, names and constants, and what others wrote made
//! harmless for the place where it goes. Nothing is parsed, and no I/O here.
//!
//! ```
//! use toolkit_text::{identifier::quote_identifier, tokens};
//!
//! let sql = "SELECT 'a;b' -- not; here\n";
//! assert!(tokens(sql).all(|token| token.text != ";"));
//! assert_eq!(tokens(sql).map(|token| token.text).collect::<String>(), sql);
//! assert_eq!(quote_identifier("user"), "\"user\"");
//! ```

mod harmless;
pub mod identifier;
mod token;

pub use harmless::{harmless, harmless_line, harmless_sql, is_hidden};
pub use token::{Kind, Quotes, Token, is_of_word, tokens};
