//! Learns which statements a migration sends, and what the server notes meanwhile.
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

/// Runs `future`; returns its result and what it sent. `hear` is told of each notice of the server meanwhile.
pub(crate) async fn sent<F: Future>(future: F, hear: impl Fn(&str)) -> (F::Output, Sent) {
    let sent = Arc::new(Mutex::new(Sent::default()));
    let note = sent.clone();
    let (notices, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let listening = listen(future, move |said| match said {
        Said::Statement(text) => {
            let mut sent = locked(&note);
            sent.last = Some(text);
            sent.count += 1;
        }
        // Who hears them is there for as long as the future is.
        Said::Notice(text) => drop(notices.send(text)),
    });
    let hearing = async {
        while let Some(notice) = heard.recv().await {
            hear(&notice);
        }
    };
    let (output, ()) = futures_util::future::join(listening, hearing).await;
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
    let listening = listen(future, move |said| match said {
        Said::Statement(text) => locked(&note).push(text),
        Said::Notice(_) => {}
    });
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

/// What sqlx tells of.
enum Said {
    /// A statement that it sent.
    Statement(String),
    /// A notice that the server sent.
    Notice(String),
}

impl Said {
    fn is_told_by(metadata: &Metadata<'_>) -> bool {
        matches!(metadata.target(), STATEMENT | NOTICE)
    }

    fn of(event: &Event<'_>) -> Option<Self> {
        let mut text = Text::default();
        match event.metadata().target() {
            STATEMENT => {
                event.record(&mut text);
                text.into_statement().map(Self::Statement)
            }
            NOTICE => {
                event.record(&mut text);
                Some(Self::Notice(text.message))
            }
            _ => None,
        }
    }
}

const STATEMENT: &str = "sqlx::query";
const NOTICE: &str = "sqlx::postgres::notice";

async fn listen<F: Future>(future: F, note: impl Fn(Said) + Send + Sync + 'static) -> F::Output {
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

impl<N: Fn(Said) + Send + Sync + 'static> Subscriber for Listener<N> {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        self.outer.register_callsite(metadata);
        // What the outer subscriber answers may change, so every event asks again.
        Interest::sometimes()
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        Said::is_told_by(metadata) || self.outer.enabled(metadata)
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
        if let Some(said) = Said::of(event) {
            (self.note)(said);
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

/// sqlx puts a short statement into `summary`, a longer one into `db.statement`, a notice into `message`.
#[derive(Default)]
struct Text {
    summary: String,
    full: String,
    message: String,
}

impl Text {
    fn into_statement(self) -> Option<String> {
        let text = if self.full.trim().is_empty() {
            self.summary
        } else {
            self.full
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "summary" => value.clone_into(&mut self.summary),
            "db.statement" => value.clone_into(&mut self.full),
            "message" => value.clone_into(&mut self.message),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}
