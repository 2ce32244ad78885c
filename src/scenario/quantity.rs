//! Numbers with a unit, as a scenario writes them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::units::{self, Dimension};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $dimension:expr, $unit:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name(pub f64);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                let text = Cow::<str>::deserialize(deserializer)?;
                units::parse(&text, $dimension).map($name).map_err(serde::de::Error::custom)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&format_args!("{} {}", self.0, $unit))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let dimension = $dimension;
                json_schema!({
                    "type": "string",
                    "x-quantity": dimension.key(),
                    "description": format!("{} with its unit, such as \"{}\"", dimension.name(), dimension.example()),
                    "examples": [dimension.example()],
                })
            }
        }

        impl From<$name> for f64 {
            fn from(quantity: $name) -> f64 {
                quantity.0
            }
        }
    };
}

quantity!(
    /// A time, in days.
    Time, Dimension::Time, "d"
);
quantity!(
    /// A rate, per cell and day.
    Rate, Dimension::Rate, "/d"
);
quantity!(
    /// A concentration, in g/L.
    Concentration, Dimension::Concentration, "g/L"
);
quantity!(
    /// A secretion, in pg per cell and day.
    Secretion, Dimension::Secretion, "pg/d"
);
quantity!(
    /// An excretion, in mg per day.
    Excretion, Dimension::Excretion, "mg/d"
);
quantity!(
    /// A volume, in L.
    Volume, Dimension::Volume, "L"
);
