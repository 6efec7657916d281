//! The steps of the life. Those of a round belong to different services and share two builds.

mod early;
mod late;
mod middle;
mod objects;

use crate::step::Step;

/// All rounds in order.
pub fn all() -> Vec<Vec<Step>> {
    vec![
        early::first(),
        early::second(),
        middle::third(),
        middle::fourth(),
        late::fifth(),
        late::sixth(),
        late::seventh(),
        objects::eighth(),
        objects::ninth(),
        objects::tenth(),
        objects::eleventh(),
    ]
}

const PLANNING: &str = "planning_agent";
const MEMORY: &str = "memory_agent";
const USER: &str = "user_service";
const OBSERVABILITY: &str = "observability_service";
