//! The commands over all tenants of a service, and which commands are for one of them.

mod crew;
mod failures;
mod lane;
mod look;
mod narrow;
mod progress;
mod show;
mod status;
mod up;

pub use crew::{Sights, Visited};
pub use failures::{Failed, named};
pub use look::look;
pub use narrow::{Tenancy, narrowed};
pub(super) use status::{FleetStatus, Stand, stand};
pub(super) use up::up;
