//! What people look at: a page, figures and exports, made from the tables of a folder and from nothing else.
//!
//! Tables are read by the names of their columns; columns and tables that are not there leave figures out.

mod bands;
mod colour;
mod course;
mod doses;
mod error;
mod export;
mod figure;
mod figures;
mod limits;
mod lives;
mod muller;
mod page;
mod plot;
mod provenance;
mod run;
mod sheet;

use std::path::Path;

use serde_json::Value;

pub use error::ReportError;
pub use export::{Format, Request, Sequencing, export};
use figure::Figure;
use figures::Shown;
use figures::sweep::Sweep;
use page::{Head, Section};
pub use plot::{Drawing, Drawn, drawings};

/// The page for a folder: of a sweep if it holds one, else of a run. `patients` are those to show in full; none leaves
/// the choice to the program.
///
/// # Errors
/// When the folder holds neither, a table is damaged, or a patient is not there.
pub fn page(folder: &Path, patients: &[u64]) -> Result<String, ReportError> {
    if Sweep::is_in(folder) {
        return Ok(sweep_page(&Sweep::read(folder)?));
    }
    Ok(run_page(&Shown::read(folder, patients)?))
}

/// The figures of a folder's page as Vega-Lite: their names and what stands in each file.
///
/// # Errors
/// As [`page`].
pub fn specs(folder: &Path, patients: &[u64]) -> Result<Vec<(String, String)>, ReportError> {
    let figures = if Sweep::is_in(folder) {
        Sweep::read(folder)?.figures()
    } else {
        Shown::read(folder, patients)?.figures()
    };
    let text = |figure: &Figure| serde_json::to_string(&figure.vega_lite()).unwrap_or_default() + "\n";
    Ok(figures.iter().map(|figure| (figure.name.clone(), text(figure))).collect())
}

fn run_page(shown: &Shown) -> String {
    let (patient, cohort): (Vec<Figure>, Vec<Figure>) =
        shown.figures().into_iter().partition(|figure| figure.name == figures::LIFE);
    let missing =
        |name: &str| format!("<p>The scenario kept no {name}, so that there is nothing to draw here.</p>\n");
    let none = if patient.is_empty() { missing("trajectories or visits") } else { String::new() };
    let sections = [
        Section { name: "cohort", title: "The cohort", figures: cohort, html: String::new() },
        Section { name: "patient", title: "One patient", figures: patient, html: none },
        Section {
            name: "provenance",
            title: "Where it comes from",
            figures: Vec::new(),
            html: provenance::of_run(&shown.run),
        },
    ];
    page::page(&head(&shown.run.manifest, shown.run.name(), &shown.run.arms), &sections)
}

fn sweep_page(sweep: &Sweep) -> String {
    let name = sweep.manifest.pointer("/scenario/resolved/name").and_then(Value::as_str);
    let sections = [
        Section { name: "sweep", title: "The sweep", figures: sweep.figures(), html: String::new() },
        Section {
            name: "provenance",
            title: "Where it comes from",
            figures: Vec::new(),
            html: provenance::of_sweep(&sweep.manifest, &sweep.folder),
        },
    ];
    page::page(&head(&sweep.manifest, name.unwrap_or("A sweep"), &sweep.arms), &sections)
}

fn head(manifest: &Value, name: &str, arms: &[String]) -> Head {
    let count = |key: &str, one: &str, many: &str| {
        manifest[key].as_u64().map(|n| format!("{n} {}", if n == 1 { one } else { many }))
    };
    let arms = format!("{} {}", arms.len(), if arms.len() == 1 { "arm" } else { "arms" });
    let seed = manifest["seed"].as_u64().map(|seed| format!("seed {seed}"));
    let version = manifest["version"].as_str().map(|version| format!("clonetide {version}"));
    let facts = [
        count("patients", "patient", "patients"),
        count("replicates", "replicate each", "replicates each"),
        Some(arms),
        seed,
        version,
    ];
    let about = manifest.pointer("/scenario/resolved/about").and_then(Value::as_str).unwrap_or_default();
    Head { title: name.to_string(), about: about.to_string(), facts: facts.into_iter().flatten().collect() }
}
