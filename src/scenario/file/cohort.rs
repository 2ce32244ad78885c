//! The cohort as a scenario writes it: covariates, correlations, patients from a file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::draw::{DrawEntry, Real, Share};

/// How patients differ, beside the laws of the numbers themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CohortEntry {
    /// A CSV file with a row for each patient, by its path from the folder of the scenario: its columns are keys of
    /// numbers, such as `disease.burden`, or covariates, such as `covariate.age`; what it gives is not drawn.
    /// `clonetide cohort` writes such files.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub file: Option<String>,
    /// What is known of a patient, such as a translocation, age or earlier lines.
    #[serde(rename = "covariate")]
    pub covariates: BTreeMap<String, CovariateEntry>,
    /// Correlations between numbers that are drawn; pairs that are not listed are not correlated.
    #[serde(rename = "correlation")]
    pub correlations: Vec<CorrelationEntry>,
}

/// Something known of a patient, and what it does. Give either probability or value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CovariateEntry {
    /// How many patients have it: its value is 1 in them and 0 in others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Share>,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<DrawEntry<Real>>,
    /// A trait of disease.traits that all cells carry from the start in patients whose value is above 0.
    #[serde(default, rename = "trait", skip_serializing_if = "Option::is_none")]
    pub carries: Option<String>,
    /// Numbers by key, such as "disease.net_growth", each multiplied by this factor for each unit of the value above
    /// the reference.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub multiplies: BTreeMap<String, f64>,
    /// The value that multiplies nothing; 0 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<f64>,
    /// Where the numbers come from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
}

/// A correlation between two numbers, of the normal scores behind them: of the logarithms, if both are lognormal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrelationEntry {
    /// The keys of the two numbers, such as "disease.net_growth" and "covariate.age".
    #[schemars(length(min = 2, max = 2))]
    pub between: Vec<String>,
    /// The correlation.
    #[schemars(range(min = -1.0, max = 1.0))]
    pub r: f64,
}
