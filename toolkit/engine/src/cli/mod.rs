//! The toolkit's command line: words into calls, nothing else.

mod args;
mod choose;
mod dispatch;
mod relations;
mod requests;

pub use dispatch::main;
