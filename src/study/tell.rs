//! Tells the histories of a shard in parallel, and hands them on in order.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::crew::in_order;
use super::jobs::Job;
use super::patience::tell_within;
use super::plan::{Point, Study};
use super::runner::RunError;
use super::shard::Shard;
use super::waiting::Waiting;
use crate::record::Story;
use crate::scenario::finding::Findings;

/// A piece of work takes about this time: short against the loss by a kill, long against the cost of handing it on.
const PIECE: Duration = Duration::from_millis(10);
/// Most histories of a piece.
const MOST: u64 = 512;

/// A point that is read when its first history is told, by the thread that tells it.
type Lazy = Arc<(u64, OnceLock<Result<Point, Findings>>)>;

/// Histories in a row at one point.
struct Piece {
    point: Lazy,
    rank: u64,
    count: u64,
}

/// What came of a piece.
struct Told<T> {
    rank: u64,
    took: Duration,
    histories: Result<Vec<T>, Findings>,
}

/// Why histories could not be told.
#[derive(Debug)]
pub enum TellError<E> {
    /// They could not be handed on.
    Taken(E),
    /// A point is wrong that was right before: a defect.
    Point(Findings),
}

/// Tells the histories of a shard from a rank on; `digest` works in the threads, `take` gets what it makes with the rank
/// of the first, in order. Gives `false` if `stop` ended it early.
///
/// # Errors
/// When the threads cannot be started, or what `take` returns.
pub fn tell<T: Send, E: Send>(
    study: &Study,
    shard: Shard,
    from: u64,
    threads: usize,
    digest: impl Fn(&Point, Job, Story) -> T + Sync,
    mut take: impl FnMut(u64, Vec<T>) -> Result<(), E>,
    stop: impl Fn() -> bool,
) -> Result<bool, RunError<TellError<E>>> {
    let (size, waiting) = (Cell::new(1), Waiting::default());
    let mut pieces = Pieces { study, shard, rank: from, end: shard.size(study.histories()), point: None };
    let work = |piece: Piece| {
        let begun = Instant::now();
        let histories = told(study, shard, (&piece, &waiting), &digest);
        Told { rank: piece.rank, took: begun.elapsed(), histories }
    };
    let take = |told: Told<T>| {
        let histories = told.histories.map_err(TellError::Point)?;
        size.set(adapted(size.get(), told.took));
        take(told.rank, histories).map_err(TellError::Taken)
    };
    in_order(threads, || pieces.next(size.get()), work, take, stop)
}

/// Pieces become longer while they are quick, and shorter while they are slow.
fn adapted(size: u64, took: Duration) -> u64 {
    match took {
        took if took < PIECE / 2 => (size * 2).min(MOST),
        took if took > PIECE * 2 => (size / 2).max(1),
        _ => size,
    }
}

fn told<T>(
    study: &Study,
    shard: Shard,
    (piece, waiting): (&Piece, &Waiting),
    digest: &impl Fn(&Point, Job, Story) -> T,
) -> Result<Vec<T>, Findings> {
    let (index, cell) = &*piece.point;
    let point = cell.get_or_init(|| study.point(*index)).as_ref().map_err(Clone::clone)?;
    let model = &point.scenario.model;
    let mut lent = waiting.lend(model, *index);
    let mut tell = |rank| {
        let job = study.job(shard.position(rank));
        digest(
            point,
            job,
            tell_within(lent.simulator(), model, &model.arms[job.arm], job.key_in(model, point.cell)),
        )
    };
    Ok((piece.rank..piece.rank + piece.count).map(&mut tell).collect())
}

/// The pieces of a shard, in order; none reaches over the end of a point.
struct Pieces<'s> {
    study: &'s Study,
    shard: Shard,
    rank: u64,
    end: u64,
    point: Option<Lazy>,
}

impl Pieces<'_> {
    fn next(&mut self, size: u64) -> Option<Piece> {
        if self.rank >= self.end {
            return None;
        }
        let (rank, index) = (self.rank, self.study.point_of(self.shard.position(self.rank)));
        let until = self.study.end_of(index);
        let inside = (until - self.shard.position(rank)).div_ceil(self.shard.count);
        let count = size.min(inside).min(self.end - rank);
        let known = self.point.take().filter(|point| point.0 == index);
        let point = known.unwrap_or_else(|| Arc::new((index, OnceLock::new())));
        self.point = Some(Arc::clone(&point));
        self.rank += count;
        Some(Piece { point, rank, count })
    }
}
