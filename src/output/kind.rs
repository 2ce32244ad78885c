//! What the cells of a column are, for readers that want to know before they read.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CellKind {
    /// Texts; empty for none.
    Text,
    /// Whole numbers of 64 bits; empty for none.
    Integer,
    /// Numbers; empty for none.
    Number,
    /// 1 for yes, 0 for no; empty for neither.
    Flag,
}

impl CellKind {
    /// Texts of the tables.
    const TEXTS: [&str; 9] =
        ["arm", "traits", "regimen", "response", "event", "detail", "stop", "best_response", "quantity"];
    /// Whole numbers of the tables.
    const INTEGERS: [&str; 13] = [
        "burden",
        "patient",
        "replicate",
        "clone",
        "parent",
        "cells",
        "peak_cells",
        "line",
        "cycle",
        "lines",
        "final_burden",
        "clones",
        "n",
    ];
    /// What is yes or no in the tables, beside the events of endpoints.
    const FLAGS: [&str; 4] = ["mrd_1e-4", "mrd_1e-5", "mrd_1e-6", "cured"];

    /// What the cells of a column of any table are: numbers, if it is none that we name.
    pub fn of(column: &str) -> CellKind {
        match column {
            _ if CellKind::TEXTS.contains(&column) => CellKind::Text,
            _ if CellKind::INTEGERS.contains(&column) => CellKind::Integer,
            _ if CellKind::FLAGS.contains(&column) || column.ends_with("_event") => CellKind::Flag,
            _ => CellKind::Number,
        }
    }
}
