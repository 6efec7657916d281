//! The toolkit's command line: words into calls, nothing else.

mod args;
#[cfg(test)]
mod book;
mod choose;
mod chosen;
mod dispatch;
mod drawing;
mod relations;
mod requests;
mod tenancy;

pub use dispatch::main;
