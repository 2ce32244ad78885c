//! A stopwatch: laps of the same work, by the clock and in processor time.

use std::time::Instant;

use super::process;

/// Processor time is told in hundredths of a second: less than this much of it tells nothing.
const LEAST_CPU: f64 = 0.2;
/// A clock that stands still must not make a division by 0.
const SHORTEST: f64 = 1e-12;

/// The laps so far.
#[derive(Clone, Debug, Default)]
pub struct Laps {
    /// Seconds per piece of work, in ascending order.
    seconds: Vec<f64>,
    /// Processor time of all laps, seconds; none once the system did not tell.
    cpu: Option<f64>,
    /// Pieces of work in all laps.
    pieces: u64,
}

impl Laps {
    /// Times one lap; the work says of how many alike pieces it was.
    pub fn time<E>(&mut self, work: impl FnOnce() -> Result<u64, E>) -> Result<(), E> {
        let (cpu, start) = (process::cpu_seconds(), Instant::now());
        let pieces = work()?;
        let seconds = start.elapsed().as_secs_f64();
        let spent = process::cpu_seconds().zip(cpu).map(|(end, begin)| end - begin);
        self.note(pieces, seconds, spent);
        Ok(())
    }

    fn note(&mut self, pieces: u64, seconds: f64, cpu: Option<f64>) {
        let before = if self.pieces == 0 { Some(0.0) } else { self.cpu };
        self.cpu = before.zip(cpu).map(|(before, spent)| before + spent);
        self.pieces += pieces;
        self.seconds.push((seconds / pieces as f64).max(SHORTEST));
        self.seconds.sort_by(f64::total_cmp);
    }

    /// Median time of a piece, seconds; 0 without laps.
    pub fn median(&self) -> f64 {
        self.seconds.get(self.seconds.len() / 2).copied().unwrap_or(0.0)
    }

    /// Slowest less fastest lap, over the median.
    pub fn spread(&self) -> f64 {
        match (self.seconds.first(), self.seconds.last()) {
            (Some(fastest), Some(slowest)) => (slowest - fastest) / self.median(),
            _ => 0.0,
        }
    }

    /// Mean processor time of a piece, seconds; none if the system does not tell or there was too little.
    pub fn cpu(&self) -> Option<f64> {
        self.cpu.filter(|all| *all >= LEAST_CPU).map(|all| all / self.pieces as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::Laps;

    fn laps(all: &[(u64, f64, Option<f64>)]) -> Laps {
        let mut laps = Laps::default();
        all.iter().for_each(|&(pieces, seconds, cpu)| laps.note(pieces, seconds, cpu));
        laps
    }

    #[test]
    fn the_median_is_in_the_middle() {
        let laps = laps(&[(1, 3.0, None), (1, 1.0, None), (1, 2.0, None)]);
        assert_eq!((laps.median(), laps.spread()), (2.0, 1.0));
    }

    #[test]
    fn time_is_that_of_a_piece() {
        let laps = laps(&[(4, 2.0, Some(1.0)), (6, 3.0, Some(1.5))]);
        assert_eq!((laps.median(), laps.cpu()), (0.5, Some(0.25)));
    }

    #[test]
    fn processor_time_that_is_short_or_not_told_is_not_known() {
        assert_eq!(laps(&[(1, 1.0, Some(0.1))]).cpu(), None);
        assert_eq!(laps(&[(1, 1.0, None), (1, 1.0, Some(5.0))]).cpu(), None);
        assert_eq!(laps(&[(1, 1.0, Some(5.0)), (1, 1.0, None)]).cpu(), None);
    }

    #[test]
    fn without_laps_there_are_no_numbers() {
        assert_eq!((laps(&[]).median(), laps(&[]).spread(), laps(&[]).cpu()), (0.0, 0.0, None));
    }

    #[test]
    fn work_that_fails_is_no_lap() {
        let mut laps = Laps::default();
        assert_eq!(laps.time(|| Err("no")), Err("no"));
        assert_eq!(laps.median(), 0.0);
    }
}
