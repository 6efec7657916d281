//! Learns which statements a migration sends.
//!
//! SeaORM's errors do not carry the statement, and its metric callback does not see
//! `execute_unprepared`. sqlx reports every statement as a tracing event, so a subscriber that
//! exists only while the migration runs listens to those and passes everything on to the
//! caller's own subscriber. What sqlx does not report is the values that are bound to a statement:
//! those come from SeaORM's metric callback, which every connection has.

use std::{
    fmt,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use sea_orm::Statement as BoundStatement;
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
pub(crate) async fn sent<F: Future>(future: F) -> (F::Output, Sent) {
    let sent = Arc::new(Mutex::new(Sent::default()));
    let note = sent.clone();
    let listening = listen(future, move |text| {
        let mut sent = locked(&note);
        sent.last = Some(text);
        sent.count += 1;
    });
    let output = listening.await;
    let sent = std::mem::take(&mut *locked(&sent));
    (output, sent)
}

/// Runs `future`; returns its result and the statements that it sent through SeaORM, in order,
/// with the values that were bound to them written out.
///
/// Values that are bound past SeaORM, on sqlx's own pool, are not known: there, `$1` stays.
pub async fn sent_statements<F: Future>(future: F) -> (F::Output, Vec<String>) {
    let sent = Arc::new(Mutex::new(Heard::default()));
    let note = sent.clone();
    let listening = listen(future, move |text| locked(&note).push(text));
    let output = HEARD.scope(sent.clone(), listening).await;
    let statements = std::mem::take(&mut locked(&sent).statements);
    (output, statements)
}

tokio::task_local! {
    static HEARD: Arc<Mutex<Heard>>;
}

/// Is told of each statement with values by SeaORM's metric callback.
pub(crate) fn note_values(statement: &BoundStatement) {
    let has_values = statement
        .values
        .as_ref()
        .is_some_and(|values| !values.0.is_empty());
    if has_values {
        // Outside `sent_statements` nobody wants to know.
        let _ = HEARD.try_with(|sent| locked(sent).bind(statement));
    }
}

#[derive(Default)]
struct Heard {
    statements: Vec<String>,
    /// A statement with placeholders whose event is still to come, and its text with values.
    expected: Option<(String, String)>,
}

impl Heard {
    fn push(&mut self, text: String) {
        let text = match self.expected.take() {
            Some((sql, bound)) if sql == text => bound,
            expected => {
                self.expected = expected;
                text
            }
        };
        self.statements.push(text);
    }

    /// The event comes first, except for a stream, whose event comes when it was read.
    fn bind(&mut self, statement: &BoundStatement) {
        let (sql, bound) = (statement.sql.trim(), statement.to_string());
        match self.statements.last_mut() {
            Some(last) if last == sql => *last = bound,
            _ => self.expected = Some((sql.to_owned(), bound)),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen<F: Future>(future: F, note: impl Fn(String) + Send + Sync + 'static) -> F::Output {
    LazyLock::force(&SECOND);
    let listener = Listener {
        note,
        outer: dispatcher::get_default(Clone::clone),
    };
    future.with_subscriber(Dispatch::new(listener)).await
}

struct Listener<N> {
    note: N,
    outer: Dispatch,
}

fn is_statement(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "sqlx::query"
}

impl<N: Fn(String) + Send + Sync + 'static> Subscriber for Listener<N> {
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
                (self.note)(text);
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
