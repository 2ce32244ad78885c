//! `clonetide catalogue`.

use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::screen;
use crate::catalogue;
use crate::scenario::document::Node;
use crate::scenario::finding::suggest;

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub struct CatalogueArgs {
    /// What to list; everything if left out
    kind: Option<Kind>,
    /// One entry to show in full
    name: Option<String>,
    /// Print as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Drugs
    Drugs,
    /// Resistance traits
    Traits,
    /// Regimens
    Regimens,
}

impl Kind {
    const ALL: [Kind; 3] = [Kind::Drugs, Kind::Traits, Kind::Regimens];

    /// Its table in a scenario.
    fn key(self) -> &'static str {
        match self {
            Kind::Drugs => "drug",
            Kind::Traits => "trait",
            Kind::Regimens => "regimen",
        }
    }
}

/// Lists the catalogue, or shows one entry.
pub fn catalogue(args: &CatalogueArgs) -> Result<(), Failure> {
    match (args.kind, &args.name) {
        (Some(kind), Some(name)) => show(kind, name, args.json),
        (kind, _) => list(kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]), args.json),
    }
}

fn list(kinds: Vec<Kind>, as_json: bool) -> Result<(), Failure> {
    if as_json {
        let tables: Map<String, Value> =
            kinds.into_iter().map(|kind| (kind.key().to_string(), table_json(kind))).collect();
        return screen::print(&Value::from(tables).to_string());
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["kind", "name", "in words"]);
    for kind in kinds {
        for (name, _, entry) in catalogue::entries(kind.key()).iter() {
            table.add_row([kind.key(), name, text(entry, "name")]);
        }
    }
    screen::print(&table.trim_fmt())
}

fn show(kind: Kind, name: &str, as_json: bool) -> Result<(), Failure> {
    let entries = catalogue::entries(kind.key());
    let Some(entry) = entries.get(name) else {
        let hint =
            suggest(name, entries.keys()).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        return Err(Failure::Usage(format!("the catalogue has no {} called {name}{hint}", kind.key())));
    };
    if as_json {
        return screen::print(&json!({ name: entry.to_json() }).to_string());
    }
    let lines = entry.as_table().into_iter().flat_map(|table| table.iter());
    let lines: Vec<String> = lines.map(|(key, _, node)| format!("{key} = {}", node.place.text())).collect();
    screen::print(&format!("[{}.{name}]\n{}", kind.key(), lines.join("\n")))
}

fn table_json(kind: Kind) -> Value {
    catalogue::entries(kind.key()).iter().map(|(name, _, entry)| (name.clone(), entry.to_json())).collect()
}

fn text<'a>(entry: &'a Node, key: &str) -> &'a str {
    entry.get(key).and_then(Node::as_text).unwrap_or("")
}
