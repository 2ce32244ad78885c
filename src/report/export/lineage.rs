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
        Format::Fishplot => nested(life, LEAST, FISHPLOT),
        Format::Clevrvis => nested(life, SEEN, CLEVRVIS),
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

/// Reads the tables and draws them with fishplot; `setCol` looks for a table of this name.
const FISHPLOT: &str = r#"library(fishplot)
fractions <- read.csv("fractions.csv", check.names = FALSE)
frac.table <- as.matrix(fractions[, -(1:4)])
fish <- createFishObject(frac.table, parents = fractions$parent_row,
                         timepoints = as.numeric(names(fractions)[-(1:4)]), clone.labels = fractions$traits)
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

/// Percent that fishplot is told of a clone that is there for a while and not to be seen: more than rounding.
const LEAST: f64 = 1e-6;
/// Percent below which clevRvis takes a clone for absent; a little more.
const SEEN: f64 = 0.1 * (1.0 + 1e-9);
/// Share of the room that is left free, so that no sum passes 100 by rounding.
const FREE: f64 = 1e-9;

/// Percent of all cells in a clone and all that come from it, and the script that reads them. Parents are rows, from 1;
/// 0 is the root.
fn nested(life: &Life, least: f64, script: &str) -> Vec<Written> {
    let tree = rooted(life);
    let row: BTreeMap<u64, usize> =
        tree.iter().enumerate().map(|(at, (lineage, _))| (lineage.clone, at + 1)).collect();
    let days: Vec<String> = life.days.iter().map(ToString::to_string).collect();
    let head = ["clone", "parent_row", "traits", "colour"];
    let head: Vec<&str> = head.into_iter().chain(days.iter().map(String::as_str)).collect();
    let mut lines = Lines::new(',', &head);
    let palette = Palette::new(traits(life));
    let percent = percents(&tree, life.days.len(), least);
    for (lineage, parent) in &tree {
        let parent = parent.and_then(|parent| row.get(&parent)).copied().unwrap_or(0);
        let origin = [lineage.clone.to_string(), parent.to_string()];
        let names = [set_name(&lineage.traits).to_string(), palette.of(&lineage.traits)];
        lines.push(
            origin.into_iter().chain(names).chain(percent[&lineage.clone].iter().map(ToString::to_string)),
        );
    }
    vec![("fractions.csv".to_string(), lines.text), ("plot.R".to_string(), script.to_string())]
}

/// Percent in each clone and all that come from it, as fishplot and clevRvis check them: a clone that was seen is not gone
/// before it was seen last, and holds more than those that come from it. So each has `least` percent of its own from
/// the first to the last time at which it, or what comes from it, is seen, and the cells share what is left.
fn percents(tree: &[(&Lineage, Option<u64>)], times: usize, least: f64) -> BTreeMap<u64, Vec<f64>> {
    let totals: Vec<f64> =
        (0..times).map(|at| tree.iter().map(|(lineage, _)| lineage.cells[at]).sum()).collect();
    let share = |cells: f64, at: usize| if totals[at] > 0.0 { cells / totals[at] } else { 0.0 };
    let room = (100.0 - least * tree.len() as f64) * (1.0 - FREE);
    let own = |(lineage, _): &(&Lineage, Option<u64>)| {
        (lineage.clone, (0..times).map(|at| room * share(lineage.cells[at], at)).collect::<Vec<f64>>())
    };
    let mut own: BTreeMap<u64, Vec<f64>> = tree.iter().map(own).collect();
    let seen = descendants(tree, own.clone());
    for (clone, percents) in &mut own {
        let there =
            |at: &usize| if least < SEEN { seen[clone][*at] > 0.0 } else { seen[clone][*at] >= least };
        if let (Some(first), Some(last)) = ((0..times).find(there), (0..times).rfind(there)) {
            percents[first..=last].iter_mut().for_each(|percent| *percent += least);
        }
    }
    descendants(tree, own)
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

/// What each clone and all that come from it have, at each time. Children have higher numbers than their parents.
fn descendants(
    tree: &[(&Lineage, Option<u64>)],
    mut sums: BTreeMap<u64, Vec<f64>>,
) -> BTreeMap<u64, Vec<f64>> {
    let mut ordered: Vec<_> = tree.iter().collect();
    ordered.sort_by_key(|(lineage, _)| std::cmp::Reverse(lineage.clone));
    for (lineage, parent) in ordered {
        let own = sums.get(&lineage.clone).cloned().unwrap_or_default();
        if let Some(above) = parent.and_then(|parent| sums.get_mut(&parent)) {
            for (sum, more) in above.iter_mut().zip(own) {
                *sum += more;
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

    /// The rows of fractions.csv: parent and percents.
    fn fractions(life: &Life, least: f64) -> Vec<(usize, Vec<f64>)> {
        let text = &nested(life, least, FISHPLOT)[0].1;
        let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<&str>>());
        let percents = |row: &[&str]| row[4..].iter().map(|cell| cell.parse().unwrap()).collect();
        rows.map(|row| (row[1].parse().unwrap(), percents(&row))).collect()
    }

    #[test]
    fn fractions_are_nested_percent() {
        let text = &nested(&life(), LEAST, FISHPLOT)[0].1;
        assert!(text.starts_with("clone,parent_row,traits,colour,0,1000\n1,0,wild type,"), "{text}");
        let want = [(0, [100.0, 100.0]), (1, [40.0, 100.0]), (2, [20.0, 50.0])];
        for ((parent, percents), want) in fractions(&life(), LEAST).into_iter().zip(want) {
            assert_eq!(parent, want.0);
            assert!(
                percents.iter().zip(want.1).all(|(told, want)| (told - want).abs() < 1e-5),
                "{percents:?}"
            );
        }
    }

    /// What fishplot (R/object.R) and clevRvis (R/helper.R) stop at, read in their sources.
    fn accepted(rows: &[(usize, Vec<f64>)], seen: f64) {
        let there = |value: f64| if value < seen { 0.0 } else { value };
        for (at, (_, own)) in rows.iter().enumerate() {
            let children = |time: usize| -> f64 {
                let of = rows.iter().filter(|(parent, _)| *parent == at + 1);
                of.map(|(_, percents)| there(percents[time])).sum()
            };
            let shown: Vec<bool> = own.iter().map(|value| there(*value) > 0.0).collect();
            let alone: Vec<bool> =
                (0..own.len()).map(|time| there(own[time]) - children(time) > 1e-4).collect();
            let returns = |shown: &[bool]| shown.windows(2).filter(|pair| !pair[0] && pair[1]).count();
            let again = |shown: &[bool]| returns(shown) + usize::from(shown[0]) > 1;
            assert!(!again(&shown), "row {at} goes and returns: {own:?}");
            assert!(seen == 0.0 || !again(&alone), "row {at} is all children, and then not: {own:?}");
            assert!(
                (0..own.len()).all(|time| children(time) <= there(own[time])),
                "row {at} has less than its children"
            );
            assert!(own.iter().all(|value| *value <= 100.0));
        }
    }

    #[test]
    fn clones_that_vanish_and_return_are_accepted() {
        let lineage = |clone, parent, cells: [f64; 6]| Lineage {
            clone,
            parent,
            traits: format!("T{clone}"),
            cells: cells.to_vec(),
        };
        let clones = vec![
            lineage(1, None, [5e11, 0.0, 0.0, 1e10, 0.0, 0.0]),
            lineage(2, Some(1), [1e10, 1e3, 0.0, 2e9, 3e11, 0.0]),
            lineage(3, Some(1), [3.0, 7e7, 0.0, 1e10, 1e11, 0.0]),
            lineage(4, Some(2), [0.0, 1.0, 0.0, 0.0, 1e8, 0.0]),
        ];
        let days = vec![0.0, 7.0, 14.0, 21.0, 28.0, 35.0];
        let life = Life { history: 0, days, clones, visits: vec![], events: vec![] };
        accepted(&fractions(&life, LEAST), 0.0);
        accepted(&fractions(&life, SEEN), 0.1);
        let last: Vec<f64> = fractions(&life, SEEN).iter().map(|(_, percents)| percents[5]).collect();
        assert_eq!(last, [0.0; 4], "nobody is there any more");
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
