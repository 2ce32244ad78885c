//! Numbers that may differ between patients: from what is written to the law it means.

use std::sync::Arc;

use super::Checker;
use crate::patient::{Draw, Parameter, Target};
use crate::scenario::file::{
    CategoricalEntry, DrawEntry, EmpiricalEntry, EndsEntry, LogNormalEntry, NormalEntry,
};

/// How far probabilities may be from adding up to 1.
const ROUNDING: f64 = 1e-6;

/// What a number must be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// At least this.
    pub least: f64,
    /// At most this.
    pub most: f64,
    /// The unit of both, for errors.
    pub unit: &'static str,
}

impl Bounds {
    /// 0 or more.
    pub const NOT_NEGATIVE: Bounds = Bounds { least: 0.0, most: f64::INFINITY, unit: "" };
    /// Above 0; what stands for a drawn 0 is far below anything that can be meant.
    pub const POSITIVE: Bounds = Bounds { least: f64::MIN_POSITIVE, most: f64::INFINITY, unit: "" };
    /// A share.
    pub const SHARE: Bounds = Bounds { least: 0.0, most: 1.0, unit: "" };
    /// A factor, or a number beside a standard one.
    pub const RELATIVE: Bounds = Bounds { least: 1e-6, most: 1e6, unit: "" };
    /// A count of cells of at least 1.
    pub const CELLS: Bounds = Bounds { least: 1.0, most: 1e15, unit: "cells" };
    /// Any number.
    pub const ANY: Bounds = Bounds { least: f64::NEG_INFINITY, most: f64::INFINITY, unit: "" };
}

impl Checker<'_> {
    /// A number that may differ between patients: it joins the parameters, and the model takes its median.
    pub fn number<T: Copy + Into<f64>>(
        &mut self,
        key: &str,
        target: Target,
        bounds: Bounds,
        entry: &DrawEntry<T>,
    ) -> f64 {
        self.numbers(key, vec![target], bounds, entry)
    }

    /// As [`Checker::number`], for a number that several things share; nobody draws it if nothing does.
    pub fn numbers<T: Copy + Into<f64>>(
        &mut self,
        key: &str,
        targets: Vec<Target>,
        bounds: Bounds,
        entry: &DrawEntry<T>,
    ) -> f64 {
        let draw = self.draw(key, bounds, entry);
        let median = draw.median().max(bounds.least).min(bounds.most);
        let Bounds { least, most, .. } = bounds;
        if !targets.is_empty() {
            self.parameters.push(Parameter { key: key.to_string(), targets, draw, least, most });
        }
        median
    }

    /// The law of a number, which must not leave its bounds; the tails of unbounded laws are cut off there.
    pub fn draw<T: Copy + Into<f64>>(&mut self, key: &str, bounds: Bounds, entry: &DrawEntry<T>) -> Draw {
        let law = match entry {
            DrawEntry::Fixed(value) => Draw::Fixed((*value).into()),
            DrawEntry::LogNormal { lognormal } => self.lognormal(&format!("{key}.lognormal"), lognormal),
            DrawEntry::Normal { normal } => self.normal(&format!("{key}.normal"), bounds, normal),
            DrawEntry::Uniform { uniform } => {
                let (low, high) = self.ends(&format!("{key}.uniform"), uniform);
                Draw::Uniform { low, high }
            }
            DrawEntry::LogUniform { log_uniform } => {
                let key = format!("{key}.log_uniform");
                let (low, high) = self.ends(&key, log_uniform);
                if self.positive(&format!("{key}.low"), low) {
                    Draw::LogUniform { low, high }
                } else {
                    Draw::Fixed(high)
                }
            }
            DrawEntry::Beta { beta } => {
                let ends = EndsEntry { low: beta.low, high: beta.high };
                let (low, high) = self.ends(&format!("{key}.beta"), &ends);
                Draw::Beta { alpha: beta.alpha, beta: beta.beta, low, high }
            }
            DrawEntry::Categorical { categorical } => {
                self.categorical(&format!("{key}.categorical"), categorical)
            }
            DrawEntry::Empirical { empirical } => {
                let law = self.empirical(&format!("{key}.empirical"), bounds, empirical);
                return law.unwrap_or(Draw::Fixed(bounds.least.max(0.0)));
            }
        };
        self.within(key, bounds, &law);
        law
    }

    fn within(&mut self, key: &str, bounds: Bounds, law: &Draw) {
        let (low, high) = match law {
            Draw::LogNormal { median, .. } => (*median, *median),
            // A tail above is cut off; `high` itself was looked at.
            Draw::Normal { low, .. } => (*low, *low),
            law => law.support(),
        };
        if law.is_fixed() {
            if low < bounds.least {
                self.positive(key, low);
            }
            self.at_most(key, high, bounds.most, bounds.unit);
        } else if low == f64::NEG_INFINITY && bounds.least > low {
            let right = format!("low = {} beside the mean", bounds.least);
            self.wrong(key, "can be negative, which this number cannot be", right);
        } else if low < bounds.least && bounds.least == f64::MIN_POSITIVE {
            self.wrong(key, "can be 0", "values above 0");
        } else if low < bounds.least {
            self.wrong(key, format!("can be {low}"), format!("at least {} {}", bounds.least, bounds.unit));
        } else if high > bounds.most {
            self.wrong(key, format!("can be {high}"), format!("at most {} {}", bounds.most, bounds.unit));
        }
    }

    /// The number just met is a share: at most 1, but that a lognormal tail is cut off there.
    pub fn whole_at_most(&mut self, key: &str) {
        let Some(parameter) = self.parameters.last_mut() else { return };
        parameter.most = 1.0;
        let highest = match &parameter.draw {
            Draw::LogNormal { median, .. } => *median,
            Draw::Normal { mean, high, .. } => {
                if high.is_finite() {
                    *high
                } else {
                    *mean
                }
            }
            law => law.support().1,
        };
        if highest > 1.0 {
            self.wrong(key, "is more than the whole tumour", "a fraction from 0 to 1");
        }
    }

    fn lognormal<T: Copy + Into<f64>>(&mut self, key: &str, entry: &LogNormalEntry<T>) -> Draw {
        let median = entry.median.into();
        self.positive(&format!("{key}.median"), median);
        let cv = match (entry.cv, entry.sigma) {
            (Some(cv), None) => cv,
            // sigma^2 = ln(1 + cv^2)
            (None, Some(sigma)) => libm::sqrt(libm::expm1(sigma * sigma)),
            (Some(_), Some(_)) => {
                self.wrong(&format!("{key}.sigma"), "cv and sigma are both given", "one of them");
                0.0
            }
            (None, None) => {
                self.wrong(key, "its spread is missing", "cv = 0.5, or sigma = 0.47");
                0.0
            }
        };
        Draw::LogNormal { median, cv }
    }

    fn normal<T: Copy + Into<f64>>(&mut self, key: &str, bounds: Bounds, entry: &NormalEntry<T>) -> Draw {
        let (mean, sd) = (entry.mean.into(), entry.sd.into());
        self.positive(&format!("{key}.sd"), sd);
        let low = entry.low.map_or(f64::NEG_INFINITY, Into::into);
        let high = entry.high.map_or(f64::INFINITY, Into::into);
        if low >= high {
            self.wrong(&format!("{key}.low"), "is not below high", format!("below {high}"));
            return Draw::Fixed(mean);
        } else if sd > 0.0 && (low > mean + 8.0 * sd || high < mean - 8.0 * sd) {
            let right = "ends within 8 standard deviations of the mean";
            self.wrong(key, "its ends leave nothing of the distribution", right);
        }
        if high > bounds.most && high.is_finite() {
            self.wrong(&format!("{key}.high"), "is too high", format!("at most {}", bounds.most));
        }
        Draw::Normal { mean, sd, low, high }
    }

    fn ends<T: Copy + Into<f64>>(&mut self, key: &str, entry: &EndsEntry<T>) -> (f64, f64) {
        let (low, high) = (entry.low.into(), entry.high.into());
        if low > high {
            self.wrong(&format!("{key}.low"), "is above high", format!("at most {high}"));
        }
        (low, high.max(low))
    }

    fn categorical<T: Copy + Into<f64>>(&mut self, key: &str, entry: &CategoricalEntry<T>) -> Draw {
        let total: f64 = entry.probabilities.iter().sum();
        if entry.values.len() != entry.probabilities.len() {
            let problem =
                format!("{} values have {} probabilities", entry.values.len(), entry.probabilities.len());
            self.wrong(key, problem, "a probability for each value");
        } else if (total - 1.0).abs() > ROUNDING {
            let problem = format!("the probabilities add up to {total}");
            self.wrong(&format!("{key}.probabilities"), problem, "probabilities that add up to 1");
        }
        let values = entry.values.iter().map(|value| (*value).into());
        let mut pairs: Vec<(f64, f64)> = values.zip(entry.probabilities.iter().copied()).collect();
        pairs.retain(|(_, probability)| *probability > 0.0);
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut reached = 0.0;
        for (_, probability) in &mut pairs {
            reached += *probability / total;
            *probability = reached;
        }
        if let Some(last) = pairs.last_mut() {
            last.1 = 1.0;
        }
        Draw::Categorical(pairs.into())
    }

    fn empirical(&mut self, key: &str, bounds: Bounds, entry: &EmpiricalEntry) -> Option<Draw> {
        let table = self.table(&format!("{key}.file"), &entry.file)?;
        let column = table.column(self, &format!("{key}.column"), &entry.column)?;
        let mut values = table.numbers(self, column, bounds)?;
        if values.is_empty() {
            self.wrong(&format!("{key}.file"), "has no row", "a header and a row for each value");
            return None;
        }
        values.sort_by(f64::total_cmp);
        Some(Draw::Empirical(Arc::from(values)))
    }
}
