//! What the planning agent keeps: plans, the tasks they consist of, and how both came about.

pub mod plan;
pub mod plan_revision;
pub mod task;
pub mod task_dependency;
