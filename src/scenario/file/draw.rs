//! Numbers that may differ between patients, as a scenario writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number that is fixed or drawn for each patient.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
pub enum DrawEntry<T> {
    /// The same in everybody.
    Fixed(T),
    /// Lognormal.
    LogNormal {
        /// Lognormal between patients.
        lognormal: LogNormalEntry<T>,
    },
    /// Uniform.
    Uniform {
        /// Even between two values.
        uniform: UniformEntry<T>,
    },
}

/// A lognormal distribution between patients.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogNormalEntry<T> {
    /// Median.
    pub median: T,
    /// Coefficient of variation: standard deviation over mean.
    #[schemars(range(min = 0.0, max = 100.0))]
    pub cv: f64,
}

/// A uniform distribution between patients.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UniformEntry<T> {
    /// Lowest value.
    pub low: T,
    /// Highest value.
    pub high: T,
}

/// A count of cells, a fraction or a factor, without a unit: 0 or more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Number(#[schemars(range(min = 0.0, max = 1e15))] pub f64);

impl From<Number> for f64 {
    fn from(number: Number) -> f64 {
        number.0
    }
}
