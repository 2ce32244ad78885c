//! Sweeps: axes over keys of the scenario, and how points are chosen on them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A sweep: the scenario at many points, by `clonetide sweep`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SweepEntry {
    /// How points are chosen on the axes.
    pub design: DesignEntry,
    /// Points of the designs lhs and sobol; a grid has its own number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000_000))]
    pub points: Option<u64>,
    /// Random numbers of the points.
    pub streams: StreamsEntry,
    /// Values by the path of the key that they vary, such as "disease.death" or "arm[0].lines[0].cycles".
    pub axes: Axes,
}

impl Default for SweepEntry {
    fn default() -> SweepEntry {
        SweepEntry {
            design: DesignEntry::Grid,
            points: None,
            streams: StreamsEntry::Common,
            axes: Axes::default(),
        }
    }
}

/// How points are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesignEntry {
    /// Every value of each axis with every value of the others; the last axis runs fastest.
    Grid,
    /// Latin hypercube: on each axis one point in each of as many equal parts as there are points.
    Lhs,
    /// The first points of Sobol's sequence, not scrambled; best with 2, 4, 8, ... points.
    Sobol,
}

/// Random numbers of the points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamsEntry {
    /// Common random numbers: every point has the same patients and streams, those that `run` has.
    Common,
    /// Each point has streams of its own.
    Own,
}

/// The values of one axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum AxisEntry {
    /// These values.
    List(#[schemars(length(min = 1, max = 1_000_000))] Vec<Value>),
    /// Values from one end to the other.
    Range(RangeEntry),
}

/// Values from one end to the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeEntry {
    /// The first value, with its unit where the key has one.
    pub from: EndEntry,
    /// The last value.
    pub to: EndEntry,
    /// Values of a grid, with both ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 2, max = 1_000_000))]
    pub points: Option<u64>,
    /// Whether steps are equal differences or equal factors.
    #[serde(default)]
    pub scale: ScaleEntry,
}

/// An end of a range: a number, or a text with a unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum EndEntry {
    /// A number.
    Number(f64),
    /// A number with its unit.
    Quantity(String),
}

/// Whether steps are equal differences or equal factors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScaleEntry {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal factors.
    Log,
}

/// Axes in the order they were written, which is the order of their columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axes(pub Vec<(String, AxisEntry)>);

impl Serialize for Axes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(path, axis)| (path, axis)))
    }
}

impl<'de> Deserialize<'de> for Axes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Axes, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Axes;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a table of axes")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Axes, A::Error> {
                let mut axes = Vec::new();
                while let Some(axis) = map.next_entry()? {
                    axes.push(axis);
                }
                Ok(Axes(axes))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl JsonSchema for Axes {
    fn schema_name() -> Cow<'static, str> {
        "Axes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, AxisEntry>::json_schema(generator)
    }
}
