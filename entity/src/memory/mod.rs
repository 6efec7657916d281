//! What the memory agent keeps: conversations word for word, and what is worth remembering of them.

pub mod conversation;
pub mod memory_item;
pub mod memory_link;
pub mod message;
