//! What each command is called. No I/O here.

use super::args::Command;

impl Command {
    /// What the command is called.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Bootstrap(_) => "bootstrap",
            Self::Up(_) => "up",
            Self::Down(_) => "down",
            Self::UpAll(_) => "up-all",
            Self::Plan(_) => "plan",
            Self::Stamp(_) => "stamp",
            Self::Adopt(_) => "adopt",
            Self::Squash(_) => "squash",
            Self::Status { .. } => "status",
            Self::History(_) => "history",
            Self::Resolve(_) => "resolve",
            Self::Fresh(_) => "fresh",
            Self::Refresh(_) => "refresh",
            Self::Reset(_) => "reset",
            Self::New(_) => "new",
            Self::Generate(_) => "generate",
            Self::Entities(_) => "entities",
            Self::Diff(_) => "diff",
            Self::Inspect(_) => "inspect",
            Self::Docs(_) => "docs",
            Self::Check(_) => "check",
            Self::Lint(_) => "lint",
            Self::Lock(_) => "lock",
            Self::Rebase(_) => "rebase",
            Self::Verify(_) => "verify",
            #[cfg(feature = "embedded")]
            Self::Db { .. } => "db",
            Self::Completions { .. } => "completions",
            Self::Help { .. } => "help",
        }
    }
}
