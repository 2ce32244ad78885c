//! `clonetide catalogue`.

use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Map, Value, json};

use super::failure::Failure;
use super::screen;
use crate::catalogue::{self, Fact};
use crate::scenario::document::Node;
use crate::scenario::finding::suggest;

/// Arguments of `catalogue`.
#[derive(Debug, Args)]
pub struct CatalogueArgs {
    /// What to list; everything if left out
    kind: Option<Kind>,
    /// One entry to show in full
    name: Option<String>,
    /// Print as JSON, with every value's source and confidence
    #[arg(long)]
    pub json: bool,
    /// Print as CSV, a row for each value
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print the tables of the documentation, as Markdown
    #[arg(long, conflicts_with_all = ["json", "csv", "name"])]
    pub markdown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Drugs
    Drugs,
    /// Resistance traits
    Traits,
    /// Regimens
    Regimens,
    /// Parameters: numbers of the disease, the clinic and between patients
    Parameters,
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Drugs, Kind::Traits, Kind::Regimens, Kind::Parameters];

    /// Its table in a catalogue.
    fn key(self) -> &'static str {
        match self {
            Kind::Drugs => "drug",
            Kind::Traits => "trait",
            Kind::Regimens => "regimen",
            Kind::Parameters => "parameter",
        }
    }

    /// Its heading.
    fn title(self) -> &'static str {
        match self {
            Kind::Drugs => "Drugs",
            Kind::Traits => "Resistance traits",
            Kind::Regimens => "Regimens",
            Kind::Parameters => "Parameters",
        }
    }

    /// The key of an entry that sorts it.
    fn class(self) -> &'static str {
        match self {
            Kind::Drugs => "class",
            Kind::Traits => "kind",
            Kind::Regimens => "setting",
            Kind::Parameters => "group",
        }
    }
}

/// An entry with its name.
type Entry = (&'static str, &'static Node);

/// Lists the catalogue, or shows one entry.
pub fn catalogue(args: &CatalogueArgs) -> Result<(), Failure> {
    let chosen: Vec<(Kind, Vec<Entry>)> = match (args.kind, &args.name) {
        (Some(kind), Some(name)) => vec![(kind, vec![find(kind, name)?])],
        (kind, _) => {
            let kinds = kind.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
            kinds.into_iter().map(|kind| (kind, entries(kind))).collect()
        }
    };
    if args.json {
        screen::print(&json(&chosen).to_string())
    } else if args.csv {
        screen::print(csv(&chosen).trim_end())
    } else if args.markdown {
        screen::print(markdown(&chosen).trim_end())
    } else if args.name.is_some() {
        let shown = chosen.iter().flat_map(|(kind, entries)| entries.iter().map(|entry| show(*kind, *entry)));
        screen::print(&shown.collect::<Vec<_>>().join("\n"))
    } else {
        list(&chosen)
    }
}

fn entries(kind: Kind) -> Vec<Entry> {
    catalogue::entries(kind.key()).iter().map(|(name, _, entry)| (name.as_str(), entry)).collect()
}

fn find(kind: Kind, name: &str) -> Result<Entry, Failure> {
    let known = catalogue::entries(kind.key());
    known.iter().find(|(known, ..)| known == name).map(|(name, _, entry)| (name.as_str(), entry)).ok_or_else(
        || {
            let hint =
                suggest(name, known.keys()).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Failure::Usage(format!("the catalogue has no {} called {name}{hint}", kind.key()))
        },
    )
}

fn list(chosen: &[(Kind, Vec<Entry>)]) -> Result<(), Failure> {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["kind", "name", "in words", "acts on", "lowest confidence"]);
    for (kind, entries) in chosen {
        for (name, entry) in entries {
            let acts_on = catalogue::acts_on(kind.key(), entry);
            table.add_row([kind.key(), name, text(entry, "name"), &acts_on, &catalogue::confidence(entry)]);
        }
    }
    screen::print(&table.trim_fmt())
}

/// One entry as it could stand in a scenario.
fn show(kind: Kind, (name, entry): Entry) -> String {
    let acts_on = catalogue::acts_on(kind.key(), entry);
    let comment = if acts_on.is_empty() { String::new() } else { format!("# Acts on {acts_on}\n") };
    let table = json!({ kind.key(): { name: entry.to_json() } });
    comment + toml::to_string(&table).unwrap_or_default().trim_end()
}

fn json(chosen: &[(Kind, Vec<Entry>)]) -> Value {
    let entry = |kind: Kind, entry: &Node| {
        let mut json = entry.to_json();
        let facts: Vec<Value> = catalogue::facts(entry)
            .into_iter()
            .map(|fact| json!({ "key": fact.key, "value": fact.value, "source": fact.source, "confidence": fact.confidence }))
            .collect();
        if let Some(table) = json.as_object_mut() {
            table.insert("acts_on".into(), catalogue::acts_on(kind.key(), entry).into());
            table.insert("facts".into(), facts.into());
        }
        json
    };
    let table = |(kind, entries): &(Kind, Vec<Entry>)| {
        let all: Map<String, Value> =
            entries.iter().map(|(name, node)| (name.to_string(), entry(*kind, node))).collect();
        (kind.key().to_string(), Value::from(all))
    };
    Value::from(chosen.iter().map(table).collect::<Map<String, Value>>())
}

/// A row for each value; writing to memory cannot fail.
fn csv(chosen: &[(Kind, Vec<Entry>)]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut row = |cells: [&str; 7]| drop(writer.write_record(cells));
    row(["kind", "name", "acts_on", "key", "value", "source", "confidence"]);
    for (kind, entries) in chosen {
        for (name, entry) in entries {
            let acts_on = catalogue::acts_on(kind.key(), entry);
            for Fact { key, value, source, confidence } in catalogue::facts(entry) {
                let [value, source] = [value, source].map(|cell| crate::output::plain_text(&cell));
                row([kind.key(), name, &acts_on, &key, &value, &source, &confidence]);
            }
        }
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// The tables of `docs/catalogue.md`.
fn markdown(chosen: &[(Kind, Vec<Entry>)]) -> String {
    let mut text = String::new();
    for (kind, entries) in chosen {
        text += &format!("## {}\n\n", kind.title());
        text += &format!("{} entries.\n\n", entries.len());
        text += &format!(
            "| name | in words | {} | acts on | lowest confidence |\n| --- | --- | --- | --- | --- |\n",
            kind.class()
        );
        for (name, entry) in entries {
            let class = self::text(entry, kind.class());
            let acts_on = catalogue::acts_on(kind.key(), entry);
            let cells = [name, self::text(entry, "name"), class, &acts_on, &catalogue::confidence(entry)];
            text += &format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
        }
        text += "\n";
    }
    text
}

fn text<'a>(entry: &'a Node, key: &str) -> &'a str {
    entry.get(key).and_then(Node::as_text).unwrap_or("")
}
