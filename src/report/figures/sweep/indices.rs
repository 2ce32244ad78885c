//! First-order sensitivity indices from the points of any sweep: the share of the variance of an estimate that one
//! axis explains alone, Var(E[Y | X]) / Var(Y) (Sobol 1993).
//!
//! E[Y | X] is taken as the mean over each part of the axis (Plischke et al. 2013, Eur J Oper Res 226:536). Kept crates
//! estimate from designs of their own (Saltelli, FAST), which a sweep is not.

use std::collections::BTreeSet;

use super::{Point, Sweep};

/// Fewest points from which anything is told.
const FEWEST: usize = 8;
/// Most parts of an axis.
const MOST_PARTS: usize = 32;
/// Groups of points that the jackknife leaves out, one after the other.
const GROUPS: usize = 20;
/// Of a normal law, two-sided 95 %.
const NORMAL: f64 = 1.959_963_984_540_054;

/// How much of the variance of an estimate over the sweep one axis explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// Position of the arm.
    pub arm: usize,
    /// Position of the quantity.
    pub quantity: usize,
    /// Position of the axis.
    pub axis: usize,
    /// The axis alone: the first-order index, 0 to 1.
    pub alone: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// With all its interactions: the total index; of a full grid only.
    pub total: Option<f64>,
}

/// Estimates and the part of an axis of each.
struct Sample {
    values: Vec<(usize, f64)>,
    parts: usize,
}

/// Sums over some points.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    count: f64,
    sum: f64,
    squares: f64,
}

impl Sums {
    fn plus(self, other: Sums, sign: f64) -> Sums {
        Sums {
            count: self.count + sign * other.count,
            sum: self.sum + sign * other.sum,
            squares: self.squares + sign * other.squares,
        }
    }

    /// Squares about the mean.
    fn scatter(self) -> f64 {
        if self.count > 0.0 { (self.squares - self.sum * self.sum / self.count).max(0.0) } else { 0.0 }
    }
}

impl Sweep {
    /// The indices of every axis for every estimate that varies over at least 8 points; of two axes and more.
    pub fn indices(&self) -> Vec<Index> {
        let mut indices = Vec::new();
        if self.axes.len() < 2 {
            return indices;
        }
        for quantity in 0..self.quantities.len() {
            for arm in 0..self.arms.len() {
                let of = |point: &&Point| {
                    point.quantity == quantity && point.arm == arm && point.estimate.is_some()
                };
                let own: Vec<&Point> = self.points.iter().filter(of).collect();
                let grid = self.is_grid(&own);
                indices.extend((0..self.axes.len()).filter_map(|axis| self.index(&own, grid, axis)));
            }
        }
        indices
    }

    /// Whether the points are every combination of the levels, each once.
    fn is_grid(&self, points: &[&Point]) -> bool {
        let combinations: usize = self.axes.iter().map(|axis| axis.levels.len()).product();
        let different: BTreeSet<&[usize]> = points.iter().map(|point| point.levels.as_slice()).collect();
        points.len() == combinations && different.len() == combinations
    }

    fn index(&self, points: &[&Point], grid: bool, axis: usize) -> Option<Index> {
        let (arm, quantity) = points.first().map(|point| (point.arm, point.quantity))?;
        let levels = self.axes[axis].levels.len();
        let most = (points.len() as f64).sqrt() as usize;
        let parts = if grid || 2 * levels <= points.len() { levels } else { most.clamp(2, MOST_PARTS) };
        // About the mean, so that squares keep their digits.
        let mean = points.iter().filter_map(|point| point.estimate).sum::<f64>() / points.len() as f64;
        let value =
            |point: &&Point| (point.levels[axis] * parts / levels, point.estimate.unwrap_or(mean) - mean);
        let sample = Sample { values: points.iter().map(value).collect(), parts };
        let varies =
            sample.sums().into_iter().fold(Sums::default(), |all, part| all.plus(part, 1.0)).scatter() > 0.0;
        if points.len() < FEWEST && !grid || !varies {
            return None;
        }
        let (alone, error) =
            if grid { (sample.share(false), 0.0) } else { (sample.share(true), sample.error()) };
        let [alone, low, high] =
            [alone, alone - NORMAL * error, alone + NORMAL * error].map(|share| share.clamp(0.0, 1.0));
        let total = grid.then(|| self.total(points, axis, mean));
        Some(Index { arm, quantity, axis, alone, low, high, total })
    }

    /// Of a full grid: the share of the variance that is left where all other axes stand still.
    fn total(&self, points: &[&Point], axis: usize, mean: f64) -> f64 {
        let mut lines: std::collections::BTreeMap<Vec<usize>, Sums> = std::collections::BTreeMap::new();
        let mut all = Sums::default();
        for point in points {
            let value = point.estimate.unwrap_or(mean) - mean;
            let one = Sums { count: 1.0, sum: value, squares: value * value };
            let mut others = point.levels.clone();
            others.remove(axis);
            let line = lines.entry(others).or_default();
            *line = line.plus(one, 1.0);
            all = all.plus(one, 1.0);
        }
        lines.into_values().map(Sums::scatter).sum::<f64>() / all.scatter()
    }
}

impl Sample {
    /// Sums of each part.
    fn sums(&self) -> Vec<Sums> {
        let mut sums = vec![Sums::default(); self.parts];
        for &(part, value) in &self.values {
            sums[part] = sums[part].plus(Sums { count: 1.0, sum: value, squares: value * value }, 1.0);
        }
        sums
    }

    fn share(&self, corrected: bool) -> f64 {
        share(&self.sums(), corrected)
    }

    /// Standard error by a jackknife that leaves out a group of points at a time.
    fn error(&self) -> f64 {
        let groups = GROUPS.min(self.values.len());
        let whole = self.sums();
        let without = |group: usize| {
            let own = self.values.iter().skip(group).step_by(groups).copied().collect();
            let left = Sample { values: own, parts: self.parts }.sums();
            let rest: Vec<Sums> = whole.iter().zip(left).map(|(all, own)| all.plus(own, -1.0)).collect();
            share(&rest, true)
        };
        let shares: Vec<f64> = (0..groups).map(without).collect();
        let count = groups as f64;
        let mean = shares.iter().sum::<f64>() / count;
        let squares: f64 = shares.iter().map(|share| (share - mean) * (share - mean)).sum();
        ((count - 1.0) / count * squares).sqrt()
    }
}

/// Share of the scatter that lies between the parts. Means of few points scatter by themselves; corrected, that is
/// taken off (epsilon squared, Kelley 1935), so that an axis that does nothing has 0 on average.
fn share(sums: &[Sums], corrected: bool) -> f64 {
    let all = sums.iter().fold(Sums::default(), |all, part| all.plus(*part, 1.0));
    let within: f64 = sums.iter().map(|part| part.scatter()).sum();
    let (total, parts) = (all.scatter(), sums.iter().filter(|part| part.count > 0.5).count() as f64);
    if total <= 0.0 {
        return 0.0;
    }
    let freedom = all.count - parts;
    let chance = if corrected && freedom > 0.0 { (parts - 1.0) * within / freedom } else { 0.0 };
    (total - within - chance) / total
}

#[cfg(test)]
#[path = "indices_tests.rs"]
mod tests;
