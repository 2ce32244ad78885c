//! What a value of the catalogue rests on.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a value rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceEntry {
    /// A paper, a document, or the reasoning.
    pub source: String,
    /// How far it can be relied on.
    pub confidence: ConfidenceEntry,
}

/// Evidence by the key of the value.
pub type Evidence = BTreeMap<String, EvidenceEntry>;

/// How far a value can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ConfidenceEntry {
    /// Seen in a document.
    Verified,
    /// Recalled, and held for certain.
    MemorySure,
    /// Recalled, and to be checked before it is quoted.
    MemoryUnsure,
    /// No published value was found.
    Assumption,
}
