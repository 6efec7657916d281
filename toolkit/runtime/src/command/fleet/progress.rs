//! How far a run over tenants is: a bar for a person who watches, a line from time to time for a log.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{Printer, Service, Signal};

/// How often a log is told.
const BETWEEN_NOTES: Duration = Duration::from_secs(10);
const LINE: &str = "{prefix}  [{bar:30}] {pos} of {len}, {msg}  {per_sec}, {eta} to go";

/// Tells how many tenants are done, have failed and are left, how fast that goes, and how long it still takes.
pub(super) struct FleetProgress {
    printer: Printer,
    service: &'static str,
    total: usize,
    done: AtomicUsize,
    failed: AtomicUsize,
    started: Instant,
    told: Mutex<Instant>,
    bar: ProgressBar,
}

impl FleetProgress {
    pub(super) fn new(printer: Printer, service: &Service, total: usize) -> Self {
        let target = if printer.is_live() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let length = u64::try_from(total).unwrap_or(u64::MAX);
        let bar = ProgressBar::with_draw_target(Some(length), target);
        if let Ok(style) = ProgressStyle::with_template(LINE) {
            bar.set_style(style);
        }
        bar.set_prefix(service.name());
        bar.set_message("0 failed");
        Self {
            printer,
            service: service.name(),
            total,
            done: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            started: Instant::now(),
            told: Mutex::new(Instant::now()),
            bar,
        }
    }

    /// One more tenant is done, well or not.
    pub(super) fn done(&self, well: bool) {
        let done = self.done.fetch_add(1, Ordering::SeqCst) + 1;
        let failed =
            self.failed.fetch_add(usize::from(!well), Ordering::SeqCst) + usize::from(!well);
        self.bar.inc(1);
        if self.printer.is_live() {
            if !well {
                self.bar.set_message(format!("{failed} failed"));
            }
            return;
        }
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.elapsed() >= BETWEEN_NOTES {
            *told = Instant::now();
            let words = words(self.total, done, failed, self.started.elapsed());
            self.printer.note(&format!("{}: {words}", self.service));
        }
    }

    /// Nothing more is begun, because of `signal`.
    pub(super) fn finishing(&self, signal: Signal) {
        let left = self.total - self.done.load(Ordering::SeqCst);
        let service = self.service;
        self.bar.suspend(|| {
            self.printer.note(&format!(
                "{service}: {signal}: what runs is finished, {left} tenants are left; once more ends it at once"
            ));
        });
    }
}

impl Drop for FleetProgress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn words(total: usize, done: usize, failed: usize, elapsed: Duration) -> String {
    let left = total - done;
    let elapsed = elapsed.as_millis().max(1);
    // Whole numbers are exact enough.
    let (many, remaining) = (done as u128, left as u128);
    let rate = many * 1_000 / elapsed;
    let seconds = remaining * elapsed / many.max(1) / 1_000;
    format!(
        "{done} of {total} tenants done, {failed} failed, {left} left; {rate} a second, {seconds} s to go"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_and_the_time_left_follow_from_what_is_done() {
        assert_eq!(
            words(10_000, 2_500, 2, Duration::from_secs(10)),
            "2500 of 10000 tenants done, 2 failed, 7500 left; 250 a second, 30 s to go"
        );
        let none = words(5, 0, 0, Duration::ZERO);
        assert!(none.ends_with("5 left; 0 a second, 0 s to go"), "{none}");
    }
}
