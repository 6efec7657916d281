//! Learns which statement a migration sent last, and how many.
//!
//! SeaORM's errors do not carry the statement, and its metric callback does not see
//! `execute_unprepared`. sqlx reports every statement as a tracing event, so a subscriber that
//! exists only while the migration runs listens to those and passes everything on to the
//! caller's own subscriber.

use std::{
    fmt,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use tracing::{
    Dispatch, Event, Metadata, Subscriber, dispatcher,
    field::{Field, Visit},
    instrument::WithSubscriber,
    span,
    subscriber::{Interest, NoSubscriber},
};

/// While only one dispatcher lives, tracing decides once and for all whether an event is wanted by
/// asking the thread that comes first, which may be one that nobody listens to. A second dispatcher
/// makes it ask all.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// What was sent to the server.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    /// The statement that was sent last.
    pub(crate) last: Option<String>,
    /// How many were sent.
    pub(crate) count: usize,
}

/// Runs `future`; returns its result and what it sent.
pub(crate) async fn listen<F: Future>(future: F) -> (F::Output, Sent) {
    LazyLock::force(&SECOND);
    let sent = Arc::new(Mutex::new(Sent::default()));
    let listener = Listener {
        sent: sent.clone(),
        outer: dispatcher::get_default(Clone::clone),
    };
    let output = future.with_subscriber(Dispatch::new(listener)).await;
    let sent = std::mem::take(&mut *sent.lock().unwrap_or_else(PoisonError::into_inner));
    (output, sent)
}

struct Listener {
    sent: Arc<Mutex<Sent>>,
    outer: Dispatch,
}

fn is_statement(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "sqlx::query"
}

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.outer.register_callsite(metadata);
        // What the outer subscriber answers may change, so every event asks again.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_statement(metadata) || self.outer.enabled(metadata)
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        self.outer.new_span(attributes)
    }

    fn record(&self, span: &span::Id, values: &span::Record<'_>) {
        self.outer.record(span, values);
    }

    fn record_follows_from(&self, span: &span::Id, follows: &span::Id) {
        self.outer.record_follows_from(span, follows);
    }

    fn event(&self, event: &Event<'_>) {
        if is_statement(event.metadata()) {
            let mut statement = Statement::default();
            event.record(&mut statement);
            if let Some(text) = statement.into_text() {
                let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
                sent.last = Some(text);
                sent.count += 1;
            }
        }
        if self.outer.enabled(event.metadata()) {
            self.outer.event(event);
        }
    }

    fn enter(&self, span: &span::Id) {
        self.outer.enter(span);
    }

    fn exit(&self, span: &span::Id) {
        self.outer.exit(span);
    }

    fn clone_span(&self, id: &span::Id) -> span::Id {
        self.outer.clone_span(id)
    }

    fn try_close(&self, id: span::Id) -> bool {
        self.outer.try_close(id)
    }
}

/// sqlx puts a short statement into `summary`, a longer one into `db.statement`.
#[derive(Default)]
struct Statement {
    summary: String,
    full: String,
}

impl Statement {
    fn into_text(self) -> Option<String> {
        let text = if self.full.trim().is_empty() {
            self.summary
        } else {
            self.full
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl Visit for Statement {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.full),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}
