//! Quantile bands over time: what a cohort does, in a size that does not grow with it.

use super::ReportError;
use super::run::{Finder, Run};
use super::sheet::Sheet;
use crate::units::Dimension;

/// The quantiles of a band.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Most times of a band.
const MOST_TIMES: f64 = 110.0;

/// Most histories of an arm that go into a band.
pub const MOST_HISTORIES: usize = 20_000;

/// Quantiles at one time of one arm.
#[derive(Clone, Debug)]
pub struct Band {
    /// Position of the arm.
    pub arm: usize,
    /// The day.
    pub day: f64,
    /// The values at [`QUANTILES`].
    pub at: [f64; 5],
    /// Histories behind them.
    pub n: usize,
}

/// Values of all histories at the times of a grid.
#[derive(Debug)]
struct Grid {
    step: f64,
    /// By arm, by time.
    values: Vec<Vec<Vec<f64>>>,
}

impl Grid {
    /// A grid of multiples of `every`, few enough to draw.
    fn new(run: &Run, every: f64) -> Grid {
        let stride = (run.last_day() / every / MOST_TIMES).ceil().max(1.0);
        let step = every * stride;
        let times = (run.last_day() / step).floor() as usize + 1;
        Grid { step, values: vec![vec![Vec::new(); times]; run.arms.len()] }
    }

    fn take(&mut self, arm: usize, time: usize, value: f64) {
        if let Some(values) = self.values.get_mut(arm).and_then(|times| times.get_mut(time)) {
            values.push(value);
        }
    }

    fn bands(self) -> Vec<Band> {
        let Grid { step, values } = self;
        let arms = values.into_iter().enumerate();
        let times = arms.flat_map(|(arm, times)| {
            times.into_iter().enumerate().map(move |(time, values)| (arm, time, values))
        });
        let band = |(arm, time, mut values): (usize, usize, Vec<f64>)| {
            values.sort_unstable_by(f64::total_cmp);
            let at = QUANTILES.map(|share| quantile(&values, share));
            (!values.is_empty()).then_some(Band { arm, day: step * time as f64, at, n: values.len() })
        };
        times.filter_map(band).collect()
    }
}

/// The quantile of sorted values, between neighbours in proportion (R's type 7).
pub fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = share * last as f64;
    let low = place.floor() as usize;
    let high = (low + 1).min(last);
    sorted[low] + (sorted[high] - sorted[low]) * (place - low as f64)
}

/// Which histories go into a band: the first of each arm.
fn eligible(run: &Run) -> Vec<bool> {
    let mut counts = vec![0; run.arms.len()];
    let mut take = |arm: usize| {
        counts[arm] += 1;
        counts[arm] <= MOST_HISTORIES
    };
    run.histories.iter().map(|history| take(history.arm)).collect()
}

/// Bands of the M-protein: the last reading of each interval of the grid. None without visits.
///
/// # Errors
/// When visits.csv is damaged.
pub fn m_protein(run: &Run) -> Result<Option<Vec<Band>>, ReportError> {
    let every = run.quantity("/visits/every", Dimension::Time).filter(|every| *every > 0.0);
    let (Some(every), Some(mut sheet)) = (every, Sheet::open(&run.folder, "visits.csv")?) else {
        return Ok(None);
    };
    let (day, reading) = (sheet.need("day")?, sheet.need("m_protein")?);
    let mut finder = Finder::new(run, &sheet)?;
    let (eligible, mut grid) = (eligible(run), Grid::new(run, every));
    let mut last: Option<(usize, usize, f64)> = None;
    while let Some(row) = sheet.next_row()? {
        let Some(history) = finder.find(&row)?.filter(|at| eligible[*at]) else { continue };
        let (Some(value), day) = (row.maybe_number(reading)?, row.number(day)?) else { continue };
        if day < 0.0 {
            continue;
        }
        let time = (day / grid.step).ceil() as usize;
        if let Some((h, t, value)) = last
            && (h, t) != (history, time)
        {
            grid.take(run.histories[h].arm, t, value);
        }
        last = Some((history, time, value));
    }
    if let Some((h, t, value)) = last {
        grid.take(run.histories[h].arm, t, value);
    }
    Ok(Some(grid.bands()))
}

/// Adds up the burden of one history after the other.
#[derive(Debug)]
pub struct Burden<'a> {
    run: &'a Run,
    eligible: Vec<bool>,
    grid: Grid,
    history: Option<usize>,
    sums: Vec<f64>,
}

impl<'a> Burden<'a> {
    /// For a run with records of trajectories; none if it does not say how often.
    pub fn new(run: &'a Run) -> Option<Burden<'a>> {
        let every = run.quantity("/record/every", Dimension::Time).filter(|every| *every > 0.0)?;
        Some(Burden {
            run,
            eligible: eligible(run),
            grid: Grid::new(run, every),
            history: None,
            sums: Vec::new(),
        })
    }

    /// Adds the cells of a clone.
    pub fn add(&mut self, history: usize, day: f64, cells: f64) {
        if self.history != Some(history) {
            self.flush();
            self.history = Some(history);
        }
        let time = day / self.grid.step;
        // The time before the plan has no place on the grid.
        if self.eligible[history] && time >= 0.0 && time.fract() == 0.0 {
            let time = time as usize;
            self.sums.resize(self.sums.len().max(time + 1), 0.0);
            self.sums[time] += cells;
        }
    }

    fn flush(&mut self) {
        let Some(history) = self.history.take() else { return };
        let arm = self.run.histories[history].arm;
        for (time, sum) in self.sums.drain(..).enumerate().filter(|(_, sum)| *sum > 0.0) {
            self.grid.take(arm, time, sum);
        }
    }

    /// The bands. A history in follow-up that has no row at a time has no cell then.
    pub fn bands(mut self) -> Vec<Band> {
        self.flush();
        for (history, _) in self.run.histories.iter().zip(&self.eligible).filter(|(_, taken)| **taken) {
            // How many of the arm are followed at each time, told by how many reach it.
            let last = (history.stop_day / self.grid.step).floor() as usize;
            for time in 0..=last {
                self.grid.take(history.arm, time, 0.0);
            }
        }
        for values in self.grid.values.iter_mut().flatten() {
            drop_matched_zeros(values);
        }
        self.grid.bands()
    }
}

/// Takes away a zero for each burden that was seen: what is left are the histories without a cell.
fn drop_matched_zeros(values: &mut Vec<f64>) {
    let seen = values.iter().filter(|value| **value > 0.0).count();
    values.sort_unstable_by(f64::total_cmp);
    let zeros = values.len() - seen;
    values.drain(..seen.min(zeros));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_r() {
        let values = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&values, 0.5), 3.0);
        assert_eq!(quantile(&values, 0.25), 1.75);
        assert!((quantile(&values, 0.95) - 7.4).abs() < 1e-12);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn histories_without_a_row_count_as_empty() {
        let mut values = vec![5.0, 7.0, 0.0, 0.0, 0.0];
        drop_matched_zeros(&mut values);
        assert_eq!(values, [0.0, 5.0, 7.0]);
    }
}
