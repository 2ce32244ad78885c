//! Works in parallel and hands the results on in the order of the work, as soon as they are there.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use super::runner::RunError;

/// Pieces begun and not yet handed on, per thread; bounds the memory.
const WINDOW: u64 = 4;
/// How often the crew looks whether it should stop.
const LOOK: Duration = Duration::from_millis(20);

/// Takes pieces from `next` until there are none, works on them on `threads` threads, and gives the results to `take`
/// in the order of the pieces. Ends early, with `false`, when `stop` says so: then pieces that are being worked on are lost.
///
/// # Errors
/// When the threads cannot be started, or what `take` returns.
pub fn in_order<W: Send, T: Send, E: Send>(
    threads: usize,
    mut next: impl FnMut() -> Option<W>,
    work: impl Fn(W) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
    stop: impl Fn() -> bool,
) -> Result<bool, RunError<E>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|error| RunError::Threads { threads, reason: error.to_string() })?;
    let (work, window) = (&work, WINDOW * threads.max(1) as u64);
    let given_up = &AtomicBool::new(false);
    let (sender, receiver) = channel();
    pool.in_place_scope_fifo(|scope| {
        let (mut begun, mut taken, mut over) = (0, 0, false);
        let mut early = BTreeMap::new();
        let end = |result| {
            given_up.store(true, Ordering::Relaxed);
            result
        };
        loop {
            while !over && begun - taken < window {
                let Some(piece) = next() else {
                    over = true;
                    break;
                };
                let (number, sender) = (begun, sender.clone());
                scope.spawn_fifo(move |_| {
                    if !given_up.load(Ordering::Relaxed) {
                        // The receiver is gone only if nobody wants the result.
                        let _ = sender.send((number, catch_unwind(AssertUnwindSafe(|| work(piece)))));
                    }
                });
                begun += 1;
            }
            if stop() {
                return end(Ok(false));
            }
            if begun == taken {
                return Ok(true);
            }
            match receiver.recv_timeout(LOOK) {
                Ok((number, Ok(result))) => {
                    early.insert(number, result);
                }
                Ok((_, Err(panic))) => {
                    given_up.store(true, Ordering::Relaxed);
                    resume_unwind(panic)
                }
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {}
            }
            while let Some(result) = early.remove(&taken) {
                taken += 1;
                if let Err(error) = take(result) {
                    return end(Err(RunError::Sink(error)));
                }
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn run(threads: usize, pieces: u64, stop_at: u64) -> (bool, Vec<u64>) {
        let (mut next, mut taken) = (0..pieces, Vec::new());
        let count = &AtomicBool::new(false);
        let work = |piece: u64| {
            std::thread::sleep(Duration::from_micros((piece * 7919) % 300));
            piece
        };
        let take = |piece| {
            taken.push(piece);
            count.store(taken.len() as u64 >= stop_at, Ordering::Relaxed);
            Ok::<(), Infallible>(())
        };
        let done = in_order(threads, || next.next(), work, take, || count.load(Ordering::Relaxed)).unwrap();
        (done, taken)
    }

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for threads in [1, 2, 7] {
            assert_eq!(run(threads, 300, u64::MAX), (true, (0..300).collect()));
        }
        assert_eq!(run(2, 0, u64::MAX), (true, vec![]));
    }

    #[test]
    fn it_stops_when_told_and_what_was_taken_is_a_beginning() {
        let (done, taken) = run(3, 10_000, 50);
        assert!(!done && taken.len() >= 50 && taken.len() < 200, "{done} {}", taken.len());
        assert_eq!(taken, (0..taken.len() as u64).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_of_the_taker_ends_it() {
        let mut next = 0..1000;
        let take = |piece: u64| if piece == 5 { Err("full") } else { Ok(()) };
        let ended = in_order(2, || next.next(), |piece| piece, take, || false);
        assert!(matches!(ended, Err(RunError::Sink("full"))));
    }

    #[test]
    fn a_panic_of_a_worker_is_not_swallowed() {
        let mut next = 0..100;
        let work = |piece: u64| assert!(piece != 20, "a defect");
        let run =
            AssertUnwindSafe(|| in_order(2, || next.next(), work, |()| Ok::<(), Infallible>(()), || false));
        assert!(catch_unwind(run).is_err());
    }
}
