//! The figures of one patient: clones, cells, readings.

use kuva::plot::{ScatterPlot, StackedAreaPlot};
use kuva::prelude::{Layout, LegendEntry, LegendShape, Plot, ReferenceLine, ShadedRegion, TickFormat};

use super::cohort::{of_arm, title_of_arm};
use super::{Drawing, TIME, axes, line};
use crate::report::colour::{self, set_name};
use crate::report::course::stages;
use crate::report::doses::{Schedules, Stretch};
use crate::report::figure::MONTH;
use crate::report::figures::{Shown, life, regimen_name};
use crate::report::limits::limits;
use crate::report::lives::Life;
use crate::report::muller;
use crate::units::Dimension;

/// Height of a panel.
const HEIGHT: f64 = 300.0;
/// Width of the legend of each panel.
const LEGEND: f64 = 320.0;
/// Width of the names of drugs, which all panels leave, so that their axes of time are aligned.
const NAMES: f64 = 140.0;
/// Width of the figure.
const WIDTH: f64 = 1040.0;
/// Trait sets that never hold this share of the cells have no place in the legend.
const NAMED: f64 = 0.03;
/// Doses closer than this share of the time are drawn as one bar.
const APART: f64 = 1.0 / 500.0;
/// Most trait sets of the legend.
const MOST_NAMED: usize = 10;

/// Those patients that are asked for, else the first that is shown in full.
pub fn drawings(shown: &Shown, asked: &[u64]) -> Vec<Drawing> {
    let of = |life: &Life| {
        let history = &shown.run.histories[life.history];
        (history.patient, history.replicate)
    };
    let first = shown.told.lives.first().map(of);
    let chosen = shown.told.lives.iter().filter(|life| !asked.is_empty() || Some(of(life)) == first);
    chosen.filter_map(|life| drawing(shown, life)).collect()
}

fn drawing(shown: &Shown, life: &Life) -> Option<Drawing> {
    let history = &shown.run.histories[life.history];
    let mut panels = Vec::new();
    panels.extend(doses(shown, life));
    if life.days.len() > 1 {
        panels.push(clones(shown, life));
        panels.push(cells(shown, life));
    }
    if !life.visits.is_empty() {
        panels.push(readings(shown, life));
    }
    let name = of_arm(shown, &format!("patient-{}", history.patient), history.arm);
    let name = if history.replicate == 1 { name } else { format!("{name}-replicate-{}", history.replicate) };
    let title = title_of_arm(shown, &shown.run.label(history), history.arm);
    (!panels.is_empty()).then(|| Drawing::panels(name, &title, panels, (WIDTH, HEIGHT)))
}

fn entry(label: &str, color: String) -> LegendEntry {
    LegendEntry { label: label.to_string(), color, shape: LegendShape::Rect, dasharray: None }
}

/// Axes of time that end where the longest history ends.
fn over_time(shown: &Shown, plots: &[Plot], title: &str, y: &str) -> Layout {
    // One width for all legends, so that the panels are aligned.
    axes(plots, title, TIME, y)
        .with_legend_width(LEGEND)
        .with_force_margins(NAMES, LEGEND + 20.0)
        .with_x_axis_min(shown.first_day() / MONTH)
        .with_x_axis_max(shown.run.last_day() / MONTH)
}

/// A row of ticks for each drug, the first that was given on top.
fn doses(shown: &Shown, life: &Life) -> Option<(Vec<Plot>, Layout)> {
    let history = &shown.run.histories[life.history];
    let stages = stages(&life.events, history.stop_day);
    let last = shown.run.last_day();
    let doses = Schedules::of(&shown.run).doses(&stages, &life.events, APART * last);
    let mut drugs: Vec<&str> = doses.iter().map(|dose| dose.drug.as_str()).collect();
    drugs.dedup();
    drugs.reverse();
    let tick = |dose: &Stretch| {
        let row = drugs.iter().position(|drug| *drug == dose.drug).unwrap_or(0) as f64 + 1.0;
        // A single dose has a width of its own.
        let to = dose.to.max(dose.from + APART / 2.0 * last);
        Plot::from(line(vec![(dose.from / MONTH, row), (to / MONTH, row)], "#444444").with_stroke_width(8.0))
    };
    let plots: Vec<Plot> = doses.iter().map(tick).collect();
    let layout = over_time(shown, &plots, "Doses as planned, but for those that toxicity kept away", "");
    let layout = layout.with_y_categories(drugs.iter().map(|drug| (*drug).to_string()).collect());
    let layout = layout.with_y_axis_min(0.5).with_y_axis_max(drugs.len() as f64 + 0.5);
    (!doses.is_empty()).then(|| (plots, with_stages(shown, life, layout, true)))
}

fn clones(shown: &Shown, life: &Life) -> (Vec<Plot>, Layout) {
    let layers = muller::layers(life);
    let mut halves: Vec<(usize, usize)> =
        layers.iter().enumerate().flat_map(|(at, layer)| layer.slots.map(|slot| (slot, at))).collect();
    halves.sort_unstable();
    let mut plot = StackedAreaPlot::new()
        .with_x(life.days.iter().map(|day| day / MONTH).collect::<Vec<f64>>())
        .with_fill_opacity(1.0)
        .with_strokes(false);
    let mut entries: Vec<LegendEntry> = Vec::new();
    for (_, at) in halves {
        let layer = &layers[at];
        let colour = shown.palette.of(&layer.traits);
        plot = plot.with_series(layer.shares.iter().map(|share| 50.0 * share).collect::<Vec<f64>>());
        plot = plot.with_color(colour.clone());
        let peak = layer.shares.iter().copied().fold(0.0, f64::max);
        let known = entries.iter().any(|entry| entry.label == set_name(&layer.traits));
        if peak >= NAMED && !known && entries.len() < MOST_NAMED {
            entries.push(entry(set_name(&layer.traits), colour));
        }
    }
    let plots = vec![Plot::from(plot)];
    let layout = over_time(shown, &plots, "Clones", "Share of the cells (%)").with_y_axis_max(100.0);
    (plots, layout.with_legend_entries(entries))
}

/// A panel's layout with a band for each stage of treatment.
fn with_stages(shown: &Shown, life: &Life, mut layout: Layout, legend: bool) -> Layout {
    let history = &shown.run.histories[life.history];
    let mut entries: Vec<LegendEntry> = Vec::new();
    for stage in stages(&life.events, history.stop_day) {
        let name = regimen_name(&stage.regimen);
        let colour = shown.colour_of_regimen(name);
        let region = ShadedRegion::vertical(stage.start / MONTH, stage.end / MONTH);
        layout = layout.with_shaded_region(region.with_color(colour.clone()).with_opacity(0.18));
        if !entries.iter().any(|entry| entry.label == name) {
            entries.push(entry(name, colour));
        }
    }
    if legend { layout.with_legend_entries(entries) } else { layout }
}

fn cells(shown: &Shown, life: &Life) -> (Vec<Plot>, Layout) {
    let over_days = |sums: &[f64]| -> Vec<(f64, f64)> {
        let seen = life.days.iter().zip(sums).filter(|(_, cells)| **cells >= 1.0);
        seen.map(|(day, cells)| (day / MONTH, *cells)).collect()
    };
    let mut plots: Vec<Plot> = life::sets(life)
        .iter()
        .map(|(traits, sums)| (over_days(sums), shown.palette.of(traits)))
        .filter(|(points, _)| points.len() > 1)
        .map(|(points, colour)| Plot::from(line(points, &colour)))
        .collect();
    let total: Vec<f64> =
        (0..life.days.len()).map(|day| life.clones.iter().map(|clone| clone.cells[day]).sum()).collect();
    plots.push(Plot::from(line(over_days(&total), "#000000")));
    let layout = over_time(shown, &plots, "Cells by traits (all: black), shaded by regimen", "Cells");
    let mut layout = layout.with_log_y().with_y_tick_format(TickFormat::Sci);
    for limit in limits(&shown.run, &shown.run.histories[life.history]) {
        let drawn = ReferenceLine::horizontal(limit.cells).with_color("#444444").with_label(limit.name);
        layout = layout.with_reference_line(drawn);
    }
    (plots, with_stages(shown, life, layout, true))
}

fn readings(shown: &Shown, life: &Life) -> (Vec<Plot>, Layout) {
    let points = |response: Option<&str>| -> Vec<(f64, f64)> {
        let of =
            life.visits.iter().filter(|visit| response.is_none_or(|response| visit.response == response));
        of.map(|visit| (visit.day / MONTH, visit.m_protein)).collect()
    };
    let mut plots = vec![Plot::from(line(points(None), "#999999").with_stroke_width(0.8))];
    let mut codes: Vec<&str> = life.visits.iter().map(|visit| visit.response.as_str()).collect();
    codes.sort_by(|a, b| (colour::response_rank(a), *a).cmp(&(colour::response_rank(b), *b)));
    codes.dedup();
    let mut entries = Vec::new();
    for code in codes {
        let colour = colour::response(code).to_string();
        let dots = ScatterPlot::new().with_data(points(Some(code))).with_color(colour.clone()).with_size(3.0);
        plots.push(Plot::from(dots));
        entries.push(entry(if code.is_empty() { "not called" } else { code }, colour));
    }
    let mut layout = over_time(shown, &plots, "Readings with the response called", "M-protein (g/L)");
    if let Some(limit) = shown.run.quantity("/visits/m_protein/limit", Dimension::Concentration) {
        layout = layout.with_reference_line(ReferenceLine::horizontal(limit).with_color("#444444"));
    }
    (plots, with_stages(shown, life, layout, false).with_legend_entries(entries))
}
