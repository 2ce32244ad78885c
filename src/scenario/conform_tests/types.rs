use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

macro_rules! quantity {
    ($name:ident, $dimension:literal) => {
        #[derive(Deserialize)]
        struct $name(#[allow(dead_code)] String);

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "x-quantity": $dimension})
            }
        }
    };
}

quantity!(Time, "time");
quantity!(Rate, "rate");

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Scenario {
    /// The name of the scenario. It heads each report.
    #[schemars(length(min = 1, max = 20))]
    name: String,
    disease: Disease,
    #[serde(default)]
    arm: Vec<Arm>,
    #[serde(default)]
    drug: BTreeMap<String, Drug>,
    #[serde(default)]
    seed: u64,
    nest: Option<Nest>,
    #[serde(default)]
    open: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Disease {
    /// Myeloma cells at the start. More than one clone may share them.
    #[schemars(range(min = 0.0, max = 1e13))]
    burden: f64,
    /// How often a cell divides.
    division: Rate,
    delay: Option<Time>,
    count: Option<u8>,
    fraction: Option<Fraction>,
    spread: Option<Spread>,
    growth: Option<Growth>,
    site: Option<Site>,
    shape: Option<Shape>,
    flag: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct Fraction(#[allow(dead_code)] f64);

impl JsonSchema for Fraction {
    fn schema_name() -> Cow<'static, str> {
        "Fraction".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1})
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged, deny_unknown_fields)]
#[allow(dead_code)]
pub(super) enum Spread {
    Fixed(f64),
    Lognormal { lognormal: Lognormal },
    Uniform { uniform: Uniform },
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Lognormal {
    median: f64,
    sigma: f64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Uniform {
    low: f64,
    high: f64,
}

#[derive(Deserialize, JsonSchema)]
#[serde(tag = "model", rename_all = "snake_case", deny_unknown_fields)]
#[allow(dead_code)]
pub(super) enum Growth {
    Exponential,
    Logistic { capacity: f64 },
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code)]
pub(super) enum Site {
    BoneMarrow,
    /// Outside the marrow.
    Extramedullary,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[allow(dead_code)]
pub(super) enum Shape {
    Flat,
    Gamma { k: f64 },
    Steps(#[schemars(length(min = 1))] Vec<f64>),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Arm {
    #[schemars(length(min = 1, max = 2))]
    lines: Vec<Line>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
#[allow(dead_code)]
pub(super) enum Line {
    Name(String),
    Full(Regimen),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Regimen {
    regimen: String,
    cycles: Option<u32>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Drug {
    half_life: Time,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
pub(super) struct Nest {
    inner: Option<Box<Nest>>,
}
