//! One change of a service's entities or declarations, and what it has to come to.

/// A change of the copy's sources.
#[derive(Debug)]
pub enum Edit {
    /// Text that is there exactly once gets another wording.
    Replace {
        /// The file, from the workspace's root.
        file: String,
        old: &'static str,
        new: &'static str,
    },
    /// A file that is not there is written.
    Write { file: String, text: &'static str },
}

/// What the rows hold at some moment: a query and what psql prints for it.
pub type Rows = (&'static str, &'static str);

/// What a migration does not apply to: rows that stand in its way, and the statement that helps.
#[derive(Debug)]
pub struct Obstacle {
    /// A part of the message.
    pub message: &'static str,
    /// What a person does about it.
    pub remedy: &'static str,
}

/// What a person adds to the migration that was written, because it does not go down as it is.
#[derive(Debug)]
pub struct ByHand {
    /// A part of the message when it goes down.
    pub message: &'static str,
    /// A part of the migration.
    pub old: &'static str,
    /// What a person makes of it.
    pub new: &'static str,
}

/// What `generate` has to refuse before the last edits are made.
#[derive(Debug)]
pub struct Refusal {
    /// A part of the message.
    pub message: &'static str,
    /// The edits that make it good.
    pub remedy: Vec<Edit>,
}

/// One change: one migration of one service.
#[derive(Debug)]
pub struct Step {
    /// What is changed; becomes the migration's message.
    pub name: &'static str,
    /// The service.
    pub service: &'static str,
    pub edits: Vec<Edit>,
    /// Of `generate`; without them nothing is to do.
    pub options: &'static [&'static str],
    /// Statements that `generate` has to print.
    pub statements: Vec<&'static str>,
    pub refusal: Option<Refusal>,
    /// Rows that are added before the migration is applied.
    pub seed: Option<&'static str>,
    pub obstacle: Option<Obstacle>,
    pub by_hand: Option<ByHand>,
    pub after_up: Vec<Rows>,
    pub after_down: Vec<Rows>,
}

impl Step {
    pub fn new(service: &'static str, name: &'static str) -> Self {
        Self {
            name,
            service,
            edits: Vec::new(),
            options: &[],
            statements: Vec::new(),
            refusal: None,
            seed: None,
            obstacle: None,
            by_hand: None,
            after_up: Vec::new(),
            after_down: Vec::new(),
        }
    }

    /// Replaces `old`, which is there exactly once, in the entity `file`: `planning/plan`.
    pub fn entity(mut self, file: &str, old: &'static str, new: &'static str) -> Self {
        self.edits.push(replace(entity(file), old, new));
        self
    }

    /// Likewise in the service's migration crate.
    pub fn source(mut self, file: &str, old: &'static str, new: &'static str) -> Self {
        self.edits
            .push(replace(source(self.service, file), old, new));
        self
    }

    /// Likewise in another file of the migration crate.
    pub fn file(mut self, file: &str, old: &'static str, new: &'static str) -> Self {
        let file = format!("microservices/{}/migration/{file}", self.service);
        self.edits.push(replace(file, old, new));
        self
    }

    /// Writes a new entity.
    pub fn new_entity(mut self, file: &str, text: &'static str) -> Self {
        let file = entity(file);
        self.edits.push(Edit::Write { file, text });
        self
    }

    /// `generate` must refuse with `message`, until `old` in the crate's `lib.rs` becomes `new`.
    pub fn refused(mut self, message: &'static str, old: &'static str, new: &'static str) -> Self {
        let remedy = vec![replace(source(self.service, "lib"), old, new)];
        self.refusal = Some(Refusal { message, remedy });
        self
    }

    pub fn options(mut self, options: &'static [&'static str]) -> Self {
        self.options = options;
        self
    }

    pub fn says(mut self, statement: &'static str) -> Self {
        self.statements.push(statement);
        self
    }

    pub fn seed(mut self, sql: &'static str) -> Self {
        self.seed = Some(sql);
        self
    }

    /// `up` must fail with `message`, change nothing, and succeed after `remedy`.
    pub fn obstacle(mut self, message: &'static str, remedy: &'static str) -> Self {
        self.obstacle = Some(Obstacle { message, remedy });
        self
    }

    /// `down` must fail with `message`, change nothing, and succeed after `old` in the migration
    /// becomes `new`.
    pub fn by_hand(mut self, message: &'static str, old: &'static str, new: &'static str) -> Self {
        self.by_hand = Some(ByHand { message, old, new });
        self
    }

    pub fn after_up(mut self, query: &'static str, rows: &'static str) -> Self {
        self.after_up.push((query, rows));
        self
    }

    pub fn after_down(mut self, query: &'static str, rows: &'static str) -> Self {
        self.after_down.push((query, rows));
        self
    }

    /// What holds before, after and afterwards.
    pub fn always(self, query: &'static str, rows: &'static str) -> Self {
        self.after_up(query, rows).after_down(query, rows)
    }
}

/// The replacement of text in `file`.
pub fn replace(file: String, old: &'static str, new: &'static str) -> Edit {
    Edit::Replace { file, old, new }
}

fn entity(file: &str) -> String {
    format!("entity/src/{file}.rs")
}

fn source(service: &str, file: &str) -> String {
    format!("microservices/{service}/migration/src/{file}.rs")
}
