//! The toolkit's command line: words into calls, nothing else.

mod args;
#[cfg(test)]
mod book;
mod choose;
mod dispatch;
mod relations;
mod requests;

pub use dispatch::main;
