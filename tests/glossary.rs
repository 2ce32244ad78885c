//! The glossary defines every column, quantity, event and stop that the program writes, and no column that it does not.

use std::collections::BTreeSet;

use clonetide::output::Table;

const GLOSSARY: &str = include_str!("../docs/glossary.md");

/// Columns that every table has; the first section with columns defines them.
const SHARED: [&str; 6] = ["arm", "patient", "replicate", "day", "clone", "traits"];

/// The words between backticks in the first cell of the rows of a table's section.
fn defined(file: &str) -> BTreeSet<String> {
    let heading = format!("### {file}");
    let section = GLOSSARY.split("\n### ").find(|part| format!("### {part}").starts_with(&heading));
    let rows = section
        .unwrap_or_else(|| panic!("no section {heading}"))
        .lines()
        .filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.split('|').nth(1));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_string).collect()
}

#[test]
fn every_column_is_defined_in_its_section_and_no_other() {
    let shared: BTreeSet<String> = SHARED.iter().map(ToString::to_string).collect();
    for table in Table::ALL {
        let columns: BTreeSet<String> = table.columns().iter().map(ToString::to_string).collect();
        let words = defined(table.file());
        let missing: Vec<_> = columns.difference(&words).filter(|column| !shared.contains(*column)).collect();
        let extra: Vec<_> = words.difference(&columns).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{}: missing {missing:?}, extra {extra:?}",
            table.file()
        );
    }
    assert!(shared.is_subset(&defined("trajectories.csv")));
}

#[test]
fn every_word_that_a_cell_can_hold_is_defined() {
    let sources = [
        include_str!("../src/output/cells.rs"),
        include_str!("../src/output/turns.rs"),
        include_str!("../src/output/signs.rs"),
    ];
    let code: String = sources.map(|source| source.split("#[cfg(test)]").next().unwrap()).concat();
    let names = code.split('"').skip(1).step_by(2);
    let words: Vec<&str> =
        names.filter(|w| w.len() > 4 && w.chars().all(|c| c.is_ascii_lowercase() || c == '_')).collect();
    assert!(words.len() >= 24, "{words:?}");
    for word in words {
        assert!(GLOSSARY.contains(word), "{word} is not in the glossary");
    }
}

#[test]
fn every_quantity_is_defined() {
    let sources = [
        include_str!("../src/study/summary.rs"),
        include_str!("../src/study/depth.rs"),
        include_str!("../src/study/comparison.rs"),
    ];
    let code = sources.map(|source| source.split("#[cfg(test)]").next().unwrap()).join("\n");
    let quantities = code.split('"').skip(1).step_by(2).filter(|w| {
        [
            "median_",
            "mean_",
            "extinct_",
            "died_",
            "started",
            "response_rate",
            "vgpr_",
            "cr_",
            "relapse_share_wild",
            "hazard_ratio",
            "log_rank",
            "difference",
            "paired_",
            "variance_",
            "restricted_mean",
            "restriction",
        ]
        .iter()
        .any(|p| w.starts_with(p))
    });
    let quantities: Vec<&str> = quantities.collect();
    assert!(quantities.len() >= 16, "{quantities:?}");
    for quantity in quantities {
        let stem = quantity.split('{').next().unwrap_or_default();
        assert!(GLOSSARY.contains(stem), "{quantity} is not in the glossary");
    }
}
