//! What the observability service keeps: traces, metrics and log events of all agents, and alerts on them.

pub mod alert;
pub mod log_event;
pub mod metric;
pub mod severity;
pub mod span;
pub mod trace;
