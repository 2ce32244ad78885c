//! SIGINT and SIGTERM: work stops at once, and what is done stays.

use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use super::screen;

/// Histories that are being told may take so long to end; then the process does.
const PATIENCE: Duration = Duration::from_millis(1200);

/// Hears signals from its making on.
#[derive(Clone, Debug)]
pub struct Signals(Arc<AtomicI32>);

impl Signals {
    /// Begins to listen. Where that cannot be done, signals end the process as they always do: the journal is
    /// made for it.
    pub fn listen() -> Signals {
        let heard = Signals(Arc::default());
        #[cfg(unix)]
        heard.clone().spawn();
        heard
    }

    /// The signal that was heard, if any.
    pub fn heard(&self) -> Option<i32> {
        Some(self.0.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
    }

    #[cfg(unix)]
    fn spawn(self) {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGINT, SIGTERM]) else { return };
        std::thread::spawn(move || {
            for signal in signals.forever() {
                // A second signal does not wait.
                if self.0.swap(signal, Ordering::Relaxed) != 0 {
                    leave(signal);
                }
                std::thread::spawn(move || {
                    std::thread::sleep(PATIENCE);
                    screen::complain("stopped while a long history was being told; go on with --resume");
                    leave(signal);
                });
            }
        });
    }
}

/// Ends the process as a shell expects it after a signal.
#[cfg(unix)]
fn leave(signal: i32) -> ! {
    std::process::exit(128 + signal)
}
