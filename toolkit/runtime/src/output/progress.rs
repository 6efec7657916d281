//! Spinners on stderr while migrations run, one per service, for a person who watches.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use toolkit_text::harmless_line;

use super::Printer;
use crate::{DatabaseError, Direction, Service, Watcher};

/// How often a log is told that a service still waits, or how far it is.
const BETWEEN_NOTES: Duration = Duration::from_secs(10);

/// Shows which migration of which service runs, as long as it is not dropped.
pub struct Progress {
    printer: Printer,
    lines: MultiProgress,
    bars: Mutex<BTreeMap<&'static str, ProgressBar>>,
    /// When something was last told of a service that waits.
    told: Mutex<BTreeMap<&'static str, Instant>>,
}

impl Progress {
    /// Spinners if a person watches, nothing otherwise.
    pub fn new(printer: &Printer) -> Self {
        let target = if printer.is_live() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        Self {
            printer: *printer,
            lines: MultiProgress::with_draw_target(target),
            bars: Mutex::default(),
            told: Mutex::default(),
        }
    }

    /// Shows what is done now.
    fn show(&self, service: &Service, text: &str) {
        self.say(service, text).reset_elapsed();
    }

    /// Shows how far what is done now is.
    fn say(&self, service: &Service, text: &str) -> ProgressBar {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bars.entry(service.name()).or_insert_with(|| {
            let bar = self.lines.add(ProgressBar::new_spinner());
            if let Ok(style) =
                ProgressStyle::with_template("{spinner} {prefix}  {wide_msg}  {elapsed}")
            {
                bar.set_style(style);
            }
            bar.set_prefix(service.name());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        bar.set_message(harmless_line(text));
        bar.clone()
    }

    /// Notes something of `service` for a log, which needs no line for each time.
    fn note(&self, service: &Service, text: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let last = told.get(service.name());
        if last.is_none_or(|last| last.elapsed() >= BETWEEN_NOTES) {
            told.insert(service.name(), Instant::now());
            self.printer
                .note(&harmless_line(&format!("{}: {text}", service.name())));
        }
    }
}

impl Watcher for Progress {
    fn migration_started(&self, service: &Service, migration: &str, direction: Direction) {
        let verb = match direction {
            Direction::Up => "applying",
            Direction::Down => "rolling back",
        };
        self.show(service, &format!("{verb} {migration}"));
    }

    fn waiting(&self, service: &Service) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let known = bars.contains_key(service.name());
        drop(bars);
        if !known {
            if !self.printer.is_live() {
                let name = service.name();
                self.printer
                    .note(&format!("{name}: waiting for another runner"));
            }
            self.show(service, "waiting for another runner");
        }
    }

    fn retrying(&self, service: &Service, migration: &str, error: &DatabaseError) {
        let text = match error.holders() {
            [] => format!("{migration} is tried again: {error}"),
            holders => {
                let holders: Vec<String> = holders.iter().map(ToString::to_string).collect();
                format!("{migration} waits for {}", holders.join("; "))
            }
        };
        if self.printer.is_live() {
            self.show(service, &text);
        } else {
            self.note(service, &text);
        }
    }

    fn told(&self, service: &Service, migration: &str, notice: &str) {
        let text = format!("{migration}: {notice}");
        if self.printer.is_live() {
            self.say(service, &text);
        } else {
            self.note(service, &text);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        for bar in self
            .bars
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
        {
            bar.finish_and_clear();
        }
    }
}
