//! The toolkit's command line: words into calls, nothing else.

mod args;
mod choose;
mod dispatch;
mod relations;

pub use dispatch::main;
