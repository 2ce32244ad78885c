//! Numbers that may differ between patients, as a scenario writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number that is fixed or drawn for each patient.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum DrawEntry<T> {
    /// The same in everybody.
    Fixed(T),
    /// Lognormal.
    LogNormal {
        /// Lognormal between patients.
        lognormal: LogNormalEntry<T>,
    },
    /// Normal.
    Normal {
        /// Normal between patients.
        normal: NormalEntry<T>,
    },
    /// Uniform.
    Uniform {
        /// Even between two values.
        uniform: EndsEntry<T>,
    },
    /// Uniform in the logarithm.
    LogUniform {
        /// Even in the logarithm between two values above 0.
        log_uniform: EndsEntry<T>,
    },
    /// Beta.
    Beta {
        /// Beta, stretched between two values.
        beta: BetaEntry<T>,
    },
    /// One of several values.
    Categorical {
        /// One of several values, each with its probability.
        categorical: CategoricalEntry<T>,
    },
    /// One of the values that were observed.
    Empirical {
        /// One of the values in a column of a CSV file, each as probable as the others.
        empirical: EmpiricalEntry,
    },
}

/// A lognormal distribution between patients. Give either cv or sigma.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogNormalEntry<T> {
    /// Median.
    pub median: T,
    /// Coefficient of variation: standard deviation over mean.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 100.0))]
    pub cv: Option<f64>,
    /// Standard deviation of the natural logarithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 3.0))]
    pub sigma: Option<f64>,
}

/// A normal distribution between patients, cut off at its ends if they are given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NormalEntry<T> {
    /// Mean, without the ends.
    pub mean: T,
    /// Standard deviation, without the ends.
    pub sd: T,
    /// Lowest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<T>,
    /// Highest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<T>,
}

/// The ends of a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndsEntry<T> {
    /// Lowest value.
    pub low: T,
    /// Highest value.
    pub high: T,
}

/// A beta distribution between patients, stretched between two values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BetaEntry<T> {
    /// First shape: more of it, higher values.
    #[schemars(range(min = 0.01, max = 1e4))]
    pub alpha: f64,
    /// Second shape: more of it, lower values.
    #[schemars(range(min = 0.01, max = 1e4))]
    pub beta: f64,
    /// Lowest value.
    pub low: T,
    /// Highest value.
    pub high: T,
}

/// Several values, each with its probability.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CategoricalEntry<T> {
    /// The values.
    #[schemars(length(min = 1, max = 1000))]
    pub values: Vec<T>,
    /// Their probabilities, which add up to 1.
    #[schemars(length(min = 1, max = 1000), inner(range(min = 0.0, max = 1.0)))]
    pub probabilities: Vec<f64>,
}

/// A column of a CSV file. Its numbers are in the units the model computes in: days, per day, g/L, pg per day, cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EmpiricalEntry {
    /// The file, by its path from the folder of the scenario.
    #[schemars(length(min = 1))]
    pub file: String,
    /// The header of the column.
    #[schemars(length(min = 1))]
    pub column: String,
}

/// A count of cells, a fraction or a factor, without a unit: 0 or more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Number(#[schemars(range(min = 0.0, max = 1e15))] pub f64);

/// A factor, 0 to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Factor(#[schemars(range(min = 0.0, max = 1000.0))] pub f64);

/// A count of cells, 1 to 1e15.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Count(#[schemars(range(min = 1.0, max = 1e15))] pub f64);

/// Any number, such as the value of a covariate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Real(#[schemars(range(min = -1e9, max = 1e9))] pub f64);

/// A concentration, dose or level beside a standard one, or a factor of it: 1e-6 to 1e6.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Relative(#[schemars(range(min = 1e-6, max = 1e6))] pub f64);

/// A Hill exponent, 0.1 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Exponent(#[schemars(range(min = 0.1, max = 10.0))] pub f64);

/// How many times as often, 1 to 1e6.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Times(#[schemars(range(min = 1.0, max = 1e6))] pub f64);

/// A decimal logarithm of cells before over after, 0 to 18.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Logs(#[schemars(range(min = 0.0, max = 18.0))] pub f64);

/// What is left of a kill, 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Left(#[schemars(range(min = 0.0, max = 100.0))] pub f64);

/// A share, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Share(#[schemars(range(min = 0.0, max = 1.0))] pub f64);

/// A probability that leaves some of the events, 0 to 0.95.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Chance(#[schemars(range(min = 0.0, max = 0.95))] pub f64);

/// Cells of a marrow, 1e6 to 1e15.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MarrowCells(#[schemars(range(min = 1e6, max = 1e15))] pub f64);

/// A coefficient of variation, 0 to 10.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Variation(#[schemars(range(min = 0.0, max = 10.0))] pub f64);

macro_rules! into_f64 {
    ($($name:ident),*) => {
        $(impl From<$name> for f64 {
            fn from(number: $name) -> f64 {
                number.0
            }
        })*
    };
}

into_f64!(
    Number,
    Factor,
    Count,
    Real,
    Relative,
    Exponent,
    Times,
    Logs,
    Left,
    Share,
    Chance,
    MarrowCells,
    Variation
);

impl<T> DrawEntry<T> {
    /// The value, if it is the same in everybody.
    pub fn fixed(&self) -> Option<&T> {
        if let DrawEntry::Fixed(value) = self { Some(value) } else { None }
    }
}

/// A law of one value for everybody.
pub fn always<T>(value: T) -> DrawEntry<T> {
    DrawEntry::Fixed(value)
}
