//! Progress on standard error: a bar at a terminal, now and then a line elsewhere, such as in the log of a cluster.

use std::cell::Cell;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::screen;

/// Time between two lines where there is no terminal.
const LINE: Duration = Duration::from_secs(30);

/// How far a study is.
pub struct Progress {
    bar: ProgressBar,
    /// When the last line was written; none where no lines are.
    line: Option<Cell<Instant>>,
    begun: Instant,
    before: u64,
}

impl Progress {
    /// Of so many histories, some of which were told before.
    pub fn new(size: u64, before: u64, quiet: bool) -> Progress {
        let begun = Instant::now();
        if quiet {
            return Progress { bar: ProgressBar::hidden(), line: None, begun, before };
        }
        let bar = ProgressBar::with_draw_target(Some(size), ProgressDrawTarget::stderr());
        let template = "{bar:30} {human_pos}/{human_len} histories, {per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let bar = bar.with_position(before);
        bar.reset_eta();
        bar.enable_steady_tick(Duration::from_millis(200));
        let line = (!stderr().is_terminal()).then(|| Cell::new(begun));
        Progress { bar, line, begun, before }
    }

    /// So many more are told.
    pub fn add(&self, count: u64) {
        self.bar.inc(count);
        let Some(last) = self.line.as_ref().filter(|last| last.get().elapsed() >= LINE) else { return };
        last.set(Instant::now());
        screen::complain(&self.text());
    }

    fn text(&self) -> String {
        let (position, size) = (self.bar.position(), self.bar.length().unwrap_or(0));
        let rate = (position - self.before) as f64 / self.begun.elapsed().as_secs_f64();
        let left = Duration::try_from_secs_f64((size - position) as f64 / rate).unwrap_or(Duration::MAX);
        format!("{position}/{size} histories, {rate:.1} a second, {} left", HumanDuration(left))
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;
    use std::time::{Duration, Instant};

    #[test]
    fn a_line_has_the_rate_and_the_time_left() {
        let mut progress = Progress::new(100, 20, false);
        progress.begun = Instant::now() - Duration::from_secs(10);
        progress.bar.set_position(40);
        let text = progress.text();
        assert!(text.starts_with("40/100 histories, 2.0 a second, 30 seconds left"), "{text}");
    }
}
