//! Clones over time and their tree, for tools that draw them.

use std::collections::BTreeMap;

use super::{Format, Lines, Written, rooted};
use crate::report::ReportError;
use crate::report::colour::{Palette, set_name};
use crate::report::lives::{Life, Lineage};
use crate::report::run::Run;
use crate::report::sheet::Sheet;

/// The files for one of the tools that draw clones.
pub fn files(format: Format, life: &Life, palette: &Palette) -> Vec<Written> {
    let mut files = match format {
        Format::Evofreq => vec![evofreq(life)],
        Format::Fishplot => nested(life, FISHPLOT),
        Format::Clevrvis => nested(life, CLEVRVIS),
        Format::Timescape => timescape(life),
        _ => ggmuller(life),
    };
    files.push(names(life, palette));
    files
}

/// What the numbers of the clones stand for.
fn names(life: &Life, palette: &Palette) -> Written {
    let mut lines = Lines::new(',', &["clone", "parent", "traits", "colour"]);
    for (lineage, parent) in rooted(life) {
        let parent = parent.map_or(String::new(), |parent| parent.to_string());
        let name = set_name(&lineage.traits).to_string();
        lines.push([lineage.clone.to_string(), parent, name, palette.of(&lineage.traits)]);
    }
    ("clones.csv".to_string(), lines.text)
}

/// Edges and populations: every clone at every time, as both tools want it. pymuller knows `Generation` only, and
/// ggmuller takes it too.
fn ggmuller(life: &Life) -> Vec<Written> {
    let mut edges = Lines::new(',', &["Parent", "Identity"]);
    for (lineage, parent) in rooted(life) {
        if let Some(parent) = parent {
            edges.push([parent.to_string(), lineage.clone.to_string()]);
        }
    }
    let mut populations = Lines::new(',', &["Generation", "Identity", "Population"]);
    for (at, day) in life.days.iter().enumerate() {
        for lineage in &life.clones {
            populations.push([day.to_string(), lineage.clone.to_string(), lineage.cells[at].to_string()]);
        }
    }
    vec![("edges.csv".to_string(), edges.text), ("populations.csv".to_string(), populations.text)]
}

/// A row for each clone: clone, parent (0 for the root), and its cells at each time.
fn evofreq(life: &Life) -> Written {
    let days: Vec<String> = life.days.iter().map(ToString::to_string).collect();
    let head: Vec<&str> = ["clones", "parents"].into_iter().chain(days.iter().map(String::as_str)).collect();
    let mut lines = Lines::new(',', &head);
    for (lineage, parent) in rooted(life) {
        let origin = [lineage.clone.to_string(), parent.unwrap_or(0).to_string()];
        lines.push(origin.into_iter().chain(lineage.cells.iter().map(ToString::to_string)));
    }
    ("evofreq.csv".to_string(), lines.text)
}

/// Reads the tables and draws them with fishplot.
const FISHPLOT: &str = r#"library(fishplot)
fractions <- read.csv("fractions.csv", check.names = FALSE)
fish <- createFishObject(as.matrix(fractions[, -(1:4)]), parents = fractions$parent_row,
                         timepoints = as.numeric(names(fractions)[-(1:4)]), clone.labels = fractions$traits,
                         fix.missing.clones = TRUE)
fish <- setCol(layoutClones(fish), fractions$colour)
fishPlot(fish, shape = "spline", title.btm = "clonetide")
"#;

/// Reads the tables and draws them with clevRvis.
const CLEVRVIS: &str = r#"library(clevRvis)
fractions <- read.csv("fractions.csv", check.names = FALSE)
sea <- createSeaObject(fracTable = as.matrix(fractions[, -(1:4)]), parents = fractions$parent_row,
                       timepoints = as.numeric(names(fractions)[-(1:4)]), cloneLabels = fractions$traits,
                       col = fractions$colour, timepointInterpolation = FALSE)
dolphinPlot(sea, showLegend = TRUE)
"#;

/// Percent of all cells in a clone and all that come from it, and the script that reads them. Parents are rows, from 1;
/// 0 is the root.
fn nested(life: &Life, script: &str) -> Vec<Written> {
    let tree = rooted(life);
    let row: BTreeMap<u64, usize> =
        tree.iter().enumerate().map(|(at, (lineage, _))| (lineage.clone, at + 1)).collect();
    let days: Vec<String> = life.days.iter().map(ToString::to_string).collect();
    let head = ["clone", "parent_row", "traits", "colour"];
    let head: Vec<&str> = head.into_iter().chain(days.iter().map(String::as_str)).collect();
    let mut lines = Lines::new(',', &head);
    let palette = Palette::new(traits(life));
    let sums = descendants(&tree, life.days.len());
    for (lineage, parent) in &tree {
        let parent = parent.and_then(|parent| row.get(&parent)).copied().unwrap_or(0);
        let percent = |at: usize| {
            let total: f64 = life.clones.iter().map(|clone| clone.cells[at]).sum();
            if total > 0.0 { 100.0 * sums[&lineage.clone][at] / total } else { 0.0 }
        };
        let origin = [lineage.clone.to_string(), parent.to_string()];
        let names = [set_name(&lineage.traits).to_string(), palette.of(&lineage.traits)];
        lines.push(
            origin.into_iter().chain(names).chain((0..life.days.len()).map(|at| percent(at).to_string())),
        );
    }
    vec![("fractions.csv".to_string(), lines.text), ("plot.R".to_string(), script.to_string())]
}

/// The traits that any clone of a life carries.
fn traits(life: &Life) -> Vec<String> {
    let mut names: Vec<String> =
        life.clones.iter().flat_map(|lineage| lineage.traits.split('+')).map(str::to_string).collect();
    names.retain(|name| !name.is_empty());
    names.sort_unstable();
    names.dedup();
    names
}

/// Cells of each clone and of all that come from it, at each time. Children have higher numbers than their parents.
fn descendants(tree: &[(&Lineage, Option<u64>)], times: usize) -> BTreeMap<u64, Vec<f64>> {
    let mut sums: BTreeMap<u64, Vec<f64>> =
        tree.iter().map(|(lineage, _)| (lineage.clone, lineage.cells.clone())).collect();
    let mut ordered: Vec<_> = tree.iter().collect();
    ordered.sort_by_key(|(lineage, _)| std::cmp::Reverse(lineage.clone));
    for (lineage, parent) in ordered {
        let own = sums.get(&lineage.clone).cloned().unwrap_or_else(|| vec![0.0; times]);
        if let Some(above) = parent.and_then(|parent| sums.get_mut(&parent)) {
            for (sum, cells) in above.iter_mut().zip(own) {
                *sum += cells;
            }
        }
    }
    sums
}

/// A day as a text that sorts as the day does: its whole part is padded with zeros.
fn sortable(day: f64, width: usize) -> String {
    let text = day.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let point = if rest.is_empty() { "" } else { "." };
    format!("day {whole:0>width$}{point}{rest}")
}

/// Prevalences and tree edges. TimeScape sorts times as texts; a time before the plan has none that would sort.
fn timescape(life: &Life) -> Vec<Written> {
    let mut prevalences = Lines::new(',', &["timepoint", "clone_id", "clonal_prev"]);
    let width = life.days.last().map_or(1, |day| day.trunc().to_string().len());
    for (at, day) in life.days.iter().enumerate().filter(|(_, day)| **day >= 0.0) {
        let total: f64 = life.clones.iter().map(|clone| clone.cells[at]).sum();
        for lineage in life.clones.iter().filter(|lineage| lineage.cells[at] > 0.0) {
            let share = lineage.cells[at] / total;
            prevalences.push([sortable(*day, width), lineage.clone.to_string(), share.to_string()]);
        }
    }
    let mut edges = Lines::new(',', &["source", "target"]);
    for (lineage, parent) in rooted(life) {
        if let Some(parent) = parent {
            edges.push([parent.to_string(), lineage.clone.to_string()]);
        }
    }
    vec![("clonal_prev.csv".to_string(), prevalences.text), ("tree_edges.csv".to_string(), edges.text)]
}

/// The tree of clones. A branch is as long as the days between the founding of parent and child.
pub fn newick(run: &Run, life: &Life) -> Result<Vec<Written>, ReportError> {
    let founded = founding_days(run, life)?;
    let tree = rooted(life);
    let mut children: BTreeMap<Option<u64>, Vec<&Lineage>> = BTreeMap::new();
    for (lineage, parent) in &tree {
        children.entry(*parent).or_default().push(lineage);
    }
    let mut texts: BTreeMap<u64, String> = BTreeMap::new();
    let mut ordered: Vec<_> = tree.iter().collect();
    ordered.sort_by_key(|(lineage, _)| std::cmp::Reverse(lineage.clone));
    for (lineage, parent) in ordered {
        let below = children.get(&Some(lineage.clone)).into_iter().flatten();
        let below: Vec<String> = below.filter_map(|child| texts.remove(&child.clone)).collect();
        let below = if below.is_empty() { String::new() } else { format!("({})", below.join(",")) };
        let day = |clone: u64| founded.get(&clone).copied().unwrap_or(0.0);
        let length = parent.map_or(0.0, |parent| (day(lineage.clone) - day(parent)).max(0.0));
        let label = format!("{} {}", lineage.clone, set_name(&lineage.traits)).replace('\'', "''");
        texts.insert(lineage.clone, format!("{below}'{label}':{length}"));
    }
    let text = texts.into_values().next().unwrap_or_default();
    Ok(vec![("clones.nwk".to_string(), format!("{text};\n"))])
}

/// The day on which each clone of a life was founded.
fn founding_days(run: &Run, life: &Life) -> Result<BTreeMap<u64, f64>, ReportError> {
    let mut sheet = Sheet::required(&run.folder, "clones.csv")?;
    let (clone, day) = (sheet.need("clone")?, sheet.need("founded_day")?);
    let mut finder = crate::report::run::Finder::new(run, &sheet)?;
    let mut days = BTreeMap::new();
    while let Some(row) = sheet.next_row()? {
        if finder.find(&row)? == Some(life.history) {
            days.insert(row.count(clone)?, row.number(day)?);
        }
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life() -> Life {
        let lineage = |clone, parent, traits: &str, cells: [f64; 2]| Lineage {
            clone,
            parent,
            traits: traits.to_string(),
            cells: cells.to_vec(),
        };
        let clones = vec![
            lineage(1, None, "", [60.0, 0.0]),
            lineage(2, None, "A", [20.0, 50.0]),
            lineage(3, Some(2), "A+B", [20.0, 50.0]),
        ];
        Life { history: 0, days: vec![0.0, 1000.0], clones, visits: vec![], events: vec![] }
    }

    #[test]
    fn ggmuller_has_every_clone_at_every_time_and_no_row_for_the_root() {
        let files = ggmuller(&life());
        assert_eq!(files[0].1, "Parent,Identity\n1,2\n2,3\n");
        assert_eq!(
            files[1].1,
            "Generation,Identity,Population\n0,1,60\n0,2,20\n0,3,20\n1000,1,0\n1000,2,50\n1000,3,50\n"
        );
    }

    #[test]
    fn evofreq_is_wide_with_root_0() {
        assert_eq!(evofreq(&life()).1, "clones,parents,0,1000\n1,0,60,0\n2,1,20,50\n3,2,20,50\n");
    }

    #[test]
    fn fractions_are_nested_percent() {
        let text = &nested(&life(), FISHPLOT)[0].1;
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(rows[0], ["clone", "parent_row", "traits", "colour", "0", "1000"]);
        let told: Vec<_> = rows[1..].iter().map(|row| (row[1], row[4], row[5])).collect();
        assert_eq!(told, [("0", "100", "100"), ("1", "40", "100"), ("2", "20", "50")]);
    }

    #[test]
    fn timescape_sorts_as_text() {
        let files = timescape(&life());
        assert!(files[0].1.starts_with("timepoint,clone_id,clonal_prev\nday 0000,1,0.6\nday 0000,2,0.2\n"));
        assert!(files[0].1.contains("\nday 1000,2,0.5\n") && !files[0].1.contains("day 1000,1,"));
        assert_eq!(files[1].1, "source,target\n1,2\n2,3\n");
        assert_eq!([0.5, 3.0, 12.25].map(|day| sortable(day, 2)), ["day 00.5", "day 03", "day 12.25"]);
    }
}
