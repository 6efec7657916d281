//! The words of the command line that name services, and a service's migration.

use clap::Args;

/// Any number of services, all where none is named.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct SomeServices {
    /// Services; the beginning of a name is enough [default: all]
    #[arg(value_name = "SERVICE")]
    words: Vec<String>,
    /// Likewise, as an option; may be given several times
    #[arg(short, long = "service", value_name = "NAME")]
    services: Vec<String>,
}

impl SomeServices {
    /// The names, as they were given.
    pub(super) fn names(&self) -> Vec<String> {
        self.words.iter().chain(&self.services).cloned().collect()
    }
}

/// Services of which something is changed: whoever means all says so.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct ChangedServices {
    /// Services; the beginning of a name is enough
    #[arg(value_name = "SERVICE")]
    words: Vec<String>,
    /// Likewise, as an option; may be given several times
    #[arg(short, long = "service", value_name = "NAME")]
    services: Vec<String>,
    /// All services
    #[arg(long, conflicts_with_all = ["words", "services"])]
    all: bool,
}

impl ChangedServices {
    /// The names, as they were given; nothing where all are meant or none is named.
    pub(super) fn names(&self) -> Vec<String> {
        self.words.iter().chain(&self.services).cloned().collect()
    }

    /// Whether nobody said which.
    pub(super) fn is_open(&self) -> bool {
        !self.all && self.words.is_empty() && self.services.is_empty()
    }

    /// Fills in what somebody was asked.
    pub(super) fn close(&mut self, name: String) {
        self.services = vec![name];
    }

    /// Likewise, where the answer was all.
    pub(super) fn close_with_all(&mut self) {
        self.all = true;
    }
}

/// One service.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct OneService {
    /// The service; the beginning of its name is enough
    #[arg(value_name = "SERVICE", conflicts_with = "service")]
    word: Option<String>,
    /// Likewise, as an option
    #[arg(short, long, value_name = "NAME")]
    service: Option<String>,
}

impl OneService {
    /// The name, as it was given.
    pub(super) fn name(&self) -> &str {
        let name = self.service.as_ref().or(self.word.as_ref());
        name.map_or("", String::as_str)
    }

    /// Whether nobody said which.
    pub(super) fn is_open(&self) -> bool {
        self.service.is_none() && self.word.is_none()
    }

    /// Fills in what somebody was asked.
    pub(super) fn close(&mut self, name: String) {
        self.service = Some(name);
    }
}

/// A service and one of its migrations.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct MigrationOf {
    /// The service; the beginning of its name is enough
    #[arg(value_name = "SERVICE", allow_negative_numbers = true)]
    first: Option<String>,
    /// The migration: its name, the beginning of it with or without the time stamp, `head`, `base`, `+2` or `-1`
    #[arg(value_name = "MIGRATION", allow_negative_numbers = true)]
    second: Option<String>,
    /// The service, as an option
    #[arg(short, long, value_name = "NAME")]
    service: Option<String>,
}

impl MigrationOf {
    /// The service's name, as it was given.
    pub(super) fn service(&self) -> &str {
        let named = self.service.as_ref();
        let named = named.or(self.second.as_ref().and(self.first.as_ref()));
        named.map_or("", String::as_str)
    }

    /// The word that names the migration. One word alone is the migration, not the service.
    pub(super) fn migration(&self) -> Option<&str> {
        self.second.as_deref().or(self.first.as_deref())
    }

    /// Takes the only word as the service: the migration is said otherwise.
    pub(super) fn of_service_alone(&mut self) {
        if self.service.is_none() && self.second.is_none() {
            self.service = self.first.take();
        }
    }

    /// Whether nobody said which service.
    pub(super) fn is_open(&self) -> bool {
        self.service().is_empty()
    }

    /// Whether the service is named twice.
    pub(super) fn is_double(&self) -> bool {
        self.service.is_some() && self.second.is_some()
    }

    /// Fills in what somebody was asked.
    pub(super) fn close(&mut self, name: String) {
        self.service = Some(name);
    }
}
