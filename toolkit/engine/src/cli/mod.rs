//! The toolkit's command line: words into calls, nothing else.

mod args;
#[cfg(test)]
mod book;
mod called;
mod checking;
mod choose;
mod complete;
mod dispatch;
mod drawing;
mod examples;
mod help;
mod names;
mod relations;
mod requests;
mod settle;
mod tenancy;

pub use dispatch::main;
