//! Figures of a sweep: lines over one axis, heat maps over two, and what each axis does to every estimate.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::report::ReportError;
use crate::report::colour;
use crate::report::figure::{Choice, Data, Figure, colours, short};
use crate::report::sheet::Sheet;

/// The table of a sweep.
pub const FILE: &str = "sweep.csv";
/// An axis with more levels than this is divided into as many parts.
const PARTS: usize = 5;
/// Most rows of the sweep that a page carries; the effects of the axes rest on all.
const MOST_ROWS: usize = 40_000;

/// An estimate at one cell of the sweep.
#[derive(Clone, Debug)]
pub struct Point {
    /// Position of the level on each axis.
    pub levels: Vec<usize>,
    /// Position of the arm.
    pub arm: usize,
    /// Position of the quantity.
    pub quantity: usize,
    /// The estimate; none if it is not reached.
    pub estimate: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// An axis: a key of the scenario and the values it took.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The key.
    pub name: String,
    /// The values as written, in order: by number if all are numbers of one unit, else as they come.
    pub levels: Vec<String>,
    /// The values as numbers, if they are.
    pub numbers: Option<Vec<f64>>,
    /// The unit that all values share; empty for none.
    pub unit: String,
}

/// A sweep.
#[derive(Debug)]
pub struct Sweep {
    /// The folder.
    pub folder: PathBuf,
    /// `manifest.json`; null if there is none.
    pub manifest: Value,
    /// The axes.
    pub axes: Vec<Axis>,
    /// The arms.
    pub arms: Vec<String>,
    /// The quantities.
    pub quantities: Vec<String>,
    /// All estimates.
    pub points: Vec<Point>,
}

/// What an axis does to an estimate: the lowest and the highest mean over its levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Position of the arm.
    pub arm: usize,
    /// Position of the quantity.
    pub quantity: usize,
    /// Position of the axis.
    pub axis: usize,
    /// Levels with the lowest and the highest mean.
    pub at: [String; 2],
    /// These means.
    pub means: [f64; 2],
}

/// Different texts, in the order in which they come.
#[derive(Debug, Default)]
struct Words {
    list: Vec<String>,
    places: HashMap<String, usize>,
}

impl Words {
    /// The position of a text; a new one gets the next.
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.list.push(text.to_string());
        self.places.insert(text.to_string(), self.list.len() - 1);
        self.list.len() - 1
    }
}

impl Sweep {
    /// Whether a folder is that of a sweep.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Reads `sweep.csv`.
    ///
    /// # Errors
    /// When a table is damaged.
    pub fn read(folder: &Path) -> Result<Sweep, ReportError> {
        let mut sheet = Sheet::required(folder, FILE)?;
        let arm = sheet.need("arm")?;
        let columns = ["quantity", "estimate", "low", "high"].map(|name| sheet.need(name));
        let [quantity, estimate, low, high] = columns;
        let (quantity, estimate, low, high) = (quantity?, estimate?, low?, high?);
        let names: Vec<String> = sheet.header()[..arm].to_vec();
        let mut levels: Vec<Words> = names.iter().map(|_| Words::default()).collect();
        let (mut arms, mut quantities, mut points) = (Words::default(), Words::default(), Vec::new());
        while let Some(row) = sheet.next_row()? {
            let at = levels.iter_mut().enumerate();
            let at = at
                .map(|(axis, known)| Ok(known.place(row.text(axis)?)))
                .collect::<Result<_, ReportError>>()?;
            points.push(Point {
                levels: at,
                arm: arms.place(row.text(arm)?),
                quantity: quantities.place(row.text(quantity)?),
                estimate: row.maybe_number(estimate)?,
                low: row.maybe_number(low)?,
                high: row.maybe_number(high)?,
            });
        }
        let mut sweep = Sweep {
            folder: folder.to_path_buf(),
            manifest: crate::report::run::manifest(folder).unwrap_or(Value::Null),
            axes: Vec::new(),
            arms: arms.list,
            quantities: quantities.list,
            points,
        };
        sweep.set_axes(names, levels.into_iter().map(|words| words.list).collect());
        Ok(sweep)
    }

    /// Brings the levels of each axis into order. Columns that never change are no axes.
    fn set_axes(&mut self, names: Vec<String>, levels: Vec<Vec<String>>) {
        let mut kept = Vec::new();
        for (at, (name, levels)) in names.into_iter().zip(levels).enumerate() {
            // The number of the cell names a place in the sweep, nothing of the scenario.
            if levels.len() > 1 && name != "cell" {
                let (axis, order) = Axis::new(name, levels);
                kept.push((at, order));
                self.axes.push(axis);
            }
        }
        for point in &mut self.points {
            point.levels = kept.iter().map(|(at, order)| order[point.levels[*at]]).collect();
        }
    }

    /// The effect of every axis on every estimate, by the means over the levels (or fifths) of the axis.
    pub fn effects(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for quantity in 0..self.quantities.len() {
            for arm in 0..self.arms.len() {
                let of = |point: &&Point| {
                    point.quantity == quantity && point.arm == arm && point.estimate.is_some()
                };
                let own: Vec<&Point> = self.points.iter().filter(of).collect();
                effects
                    .extend((0..self.axes.len()).filter_map(|axis| self.effect(&own, arm, quantity, axis)));
            }
        }
        effects
    }

    fn effect(&self, points: &[&Point], arm: usize, quantity: usize, axis: usize) -> Option<Effect> {
        let levels = &self.axes[axis].levels;
        let part = |level: usize| if levels.len() > PARTS + 1 { level * PARTS / levels.len() } else { level };
        let parts: BTreeSet<usize> = points.iter().map(|point| part(point.levels[axis])).collect();
        let mean = |wanted: usize| {
            let own = points.iter().filter(|point| part(point.levels[axis]) == wanted);
            let (sum, count) = own.fold((0.0, 0), |(s, n), p| (s + p.estimate.unwrap_or(0.0), n + 1));
            sum / f64::from(count)
        };
        let name = |wanted: usize| {
            let mut own = (0..levels.len()).filter(|level| part(*level) == wanted);
            match (own.next(), own.next_back()) {
                (Some(first), Some(last)) => format!("{} to {}", levels[first], levels[last]),
                (Some(only), None) => levels[only].clone(),
                (None, _) => String::new(),
            }
        };
        let means: Vec<(f64, usize)> = parts.into_iter().map(|part| (mean(part), part)).collect();
        let low = means.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
        let high = means.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(Effect { arm, quantity, axis, at: [name(low.1), name(high.1)], means: [low.0, high.0] })
    }

    /// All figures that the table allows.
    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = Vec::new();
        if self.points.iter().all(|point| point.estimate.is_none()) || self.axes.is_empty() {
            return figures;
        }
        match self.axes.len() {
            1 => figures.push(self.lines(0)),
            2 => figures.extend([self.heat_map(0, 1), self.lines(0), self.lines(1)]),
            count => figures.extend((0..count).map(|axis| self.lines(axis))),
        }
        figures.push(self.tornado());
        figures
    }

    /// Quantities of which any estimate is reached: position and name.
    pub fn told_quantities(&self) -> Vec<(usize, String)> {
        let reached: BTreeSet<usize> =
            self.points.iter().filter(|point| point.estimate.is_some()).map(|point| point.quantity).collect();
        reached.into_iter().map(|at| (at, self.quantities[at].clone())).collect()
    }

    /// The choice of a quantity: first those that people ask for.
    fn quantity_choice(&self) -> Choice {
        let rank = |name: &str| match name {
            "median_pfs_days" => 0,
            "median_os_days" => 1,
            name if name.contains("response_rate") => 2,
            name if name.starts_with("median_") || name.contains("_median_") => 3,
            name if name.contains("relapse_share") => 4,
            _ => 5,
        };
        let told =
            |at: usize| self.points.iter().any(|point| point.quantity == at && point.estimate.is_some());
        let mut options: Vec<String> =
            (0..self.quantities.len()).filter(|at| told(*at)).map(|at| self.quantities[at].clone()).collect();
        options.sort_by_key(|name| rank(name));
        Choice { field: "quantity", label: "Quantity", options }
    }

    fn arm_colours(&self) -> Value {
        colours(&self.arms, |at, _| colour::arm(at).to_string())
    }

    /// The mean of the estimates at each level of an axis, over all other axes, with their range.
    fn lines(&self, axis: usize) -> Figure {
        let alone = self.axes.len() == 1;
        let mut data = Data::new(&["quantity", "arm", "level", "value", "estimate", "low", "high"]);
        let own = &self.axes[axis];
        let mut groups: BTreeMap<(usize, usize, usize), Vec<&Point>> = BTreeMap::new();
        for point in self.points.iter().filter(|point| point.estimate.is_some()) {
            groups.entry((point.quantity, point.arm, point.levels[axis])).or_default().push(point);
        }
        for ((quantity, arm, level), points) in groups.into_iter().take(MOST_ROWS) {
            let estimates: Vec<f64> = points.iter().filter_map(|point| point.estimate).collect();
            let mean = estimates.iter().sum::<f64>() / estimates.len() as f64;
            let (low, high) = match points.as_slice() {
                [point] if alone => (point.low, point.high),
                _ => (estimates.iter().copied().reduce(f64::min), estimates.iter().copied().reduce(f64::max)),
            };
            data.push(vec![
                json!(self.quantities[quantity]),
                json!(self.arms[arm]),
                json!(own.levels[level]),
                own.numbers.as_ref().map_or(json!(level), |numbers| short(numbers[level])),
                short(mean),
                low.map_or(Value::Null, short),
                high.map_or(Value::Null, short),
            ]);
        }
        let interval =
            if alone { "bars are 95 % intervals" } else { "bars span all values of the other axes" };
        Figure {
            name: format!("sweep-{}", slug(&own.name)),
            title: format!("Over {}", own.name),
            caption: format!("Estimate at each value of `{}`; {interval}.", own.name),
            choices: vec![self.quantity_choice()],
            spec: self.line_spec(own),
            data: vec![("points", data)],
            numbers: None,
        }
    }

    fn line_spec(&self, axis: &Axis) -> Value {
        let title = axis.title();
        let x = match &axis.numbers {
            Some(numbers) => {
                json!({ "field": "value", "type": "quantitative", "title": title, "scale": axis_scale(numbers) })
            }
            None => json!({ "field": "level", "type": "ordinal", "title": title, "sort": axis.levels }),
        };
        let y = |field: &str| json!({ "field": field, "type": "quantitative", "title": "Estimate", "scale": { "zero": false } });
        let arm = json!({ "field": "arm", "type": "nominal", "title": "Arm", "scale": self.arm_colours() });
        let tooltip = json!([
            { "field": "arm", "title": "Arm" }, { "field": "level", "title": axis.name },
            { "field": "estimate", "type": "quantitative", "title": "Estimate", "format": ".4~g" },
            { "field": "low", "type": "quantitative", "title": "from", "format": ".4~g" },
            { "field": "high", "type": "quantitative", "title": "to", "format": ".4~g" },
        ]);
        // A line through the many points of a design that varies all axes at once would mean nothing.
        let joined = if self.axes.len() > 1 && axis.levels.len() > PARTS * 3 { 0.0 } else { 1.6 };
        json!({
            "data": { "name": "points" },
            "description": format!("Estimates over {}", axis.name),
            "height": 260,
            "layer": [
                { "mark": { "type": "rule", "opacity": 0.5 },
                  "encoding": { "x": x, "y": y("low"), "y2": { "field": "high" }, "color": arm } },
                { "mark": { "type": "line", "strokeWidth": joined },
                  "encoding": { "x": x, "y": y("estimate"), "color": arm } },
                { "mark": { "type": "point", "filled": true, "size": 45, "opacity": 1 },
                  "encoding": { "x": x, "y": y("estimate"), "color": arm, "tooltip": tooltip,
                    "shape": { "field": "arm", "type": "nominal", "title": "Arm", "scale": { "domain": self.arms } } } },
            ],
        })
    }

    /// Estimates over two axes.
    fn heat_map(&self, across: usize, down: usize) -> Figure {
        let mut data = Data::new(&["quantity", "arm", "x", "y", "estimate", "low", "high"]);
        let (x, y) = (&self.axes[across], &self.axes[down]);
        for point in self.points.iter().take(MOST_ROWS) {
            let Some(estimate) = point.estimate else { continue };
            data.push(vec![
                json!(self.quantities[point.quantity]),
                json!(self.arms[point.arm]),
                json!(x.levels[point.levels[across]]),
                json!(y.levels[point.levels[down]]),
                short(estimate),
                point.low.map_or(Value::Null, short),
                point.high.map_or(Value::Null, short),
            ]);
        }
        let spec = json!({
            "data": { "name": "cells" },
            "description": format!("Estimates over {} and {}", x.name, y.name),
            "columns": 1,
            "facet": { "field": "arm", "type": "nominal", "title": null, "sort": self.arms,
                       "header": { "labelAnchor": "start", "labelFontWeight": "bold", "labelOrient": "top" } },
            "spec": {
                "height": { "step": 30 },
                "mark": { "type": "rect", "stroke": "white" },
                "encoding": {
                    "x": { "field": "x", "type": "ordinal", "title": x.title(), "sort": x.levels,
                           "axis": { "labelAngle": 0 } },
                    "y": { "field": "y", "type": "ordinal", "title": y.title(),
                           "sort": y.levels.iter().rev().collect::<Vec<_>>() },
                    "color": { "field": "estimate", "type": "quantitative", "title": "Estimate",
                               "scale": { "scheme": "viridis" } },
                    "tooltip": [
                        { "field": "x", "title": x.name }, { "field": "y", "title": y.name },
                        { "field": "estimate", "type": "quantitative", "title": "Estimate", "format": ".4~g" },
                        { "field": "low", "type": "quantitative", "title": "from", "format": ".4~g" },
                        { "field": "high", "type": "quantitative", "title": "to", "format": ".4~g" },
                    ],
                },
            },
        });
        Figure {
            name: "sweep-map".to_string(),
            title: format!("Over {} and {}", x.name, y.name),
            caption:
                "An estimate for each pair of values; an empty place is an estimate that is not reached."
                    .to_string(),
            choices: vec![self.quantity_choice()],
            spec,
            data: vec![("cells", data)],
            numbers: None,
        }
    }

    fn tornado(&self) -> Figure {
        let mut data = Data::new(&["quantity", "arm", "axis", "low", "high", "span", "at_low", "at_high"]);
        for effect in self.effects() {
            data.push(vec![
                json!(self.quantities[effect.quantity]),
                json!(self.arms[effect.arm]),
                json!(self.axes[effect.axis].name),
                short(effect.means[0]),
                short(effect.means[1]),
                short(effect.means[1] - effect.means[0]),
                json!(effect.at[0]),
                json!(effect.at[1]),
            ]);
        }
        let spec = json!({
            "data": { "name": "effects" },
            "description": "What each axis does to the estimate",
            "columns": 1,
            "facet": { "field": "arm", "type": "nominal", "title": null, "sort": self.arms,
                       "header": { "labelAnchor": "start", "labelFontWeight": "bold", "labelOrient": "top" } },
            "spec": {
                "height": { "step": 26 },
                "mark": { "type": "bar", "height": 16, "color": "#0072b2" },
                "encoding": {
                    "y": { "field": "axis", "type": "nominal", "title": null,
                           "sort": { "field": "span", "op": "max", "order": "descending" },
                           "axis": { "labelLimit": 190 } },
                    "x": { "field": "low", "type": "quantitative", "title": "Mean estimate, from lowest to highest level",
                           "scale": { "zero": false } },
                    "x2": { "field": "high" },
                    "tooltip": [
                        { "field": "axis", "title": "Axis" },
                        { "field": "low", "type": "quantitative", "title": "Lowest mean", "format": ".4~g" },
                        { "field": "at_low", "title": "at" },
                        { "field": "high", "type": "quantitative", "title": "Highest mean", "format": ".4~g" },
                        { "field": "at_high", "title": "at" },
                    ],
                },
            },
        });
        Figure {
            name: "sweep-tornado".to_string(),
            title: "Which axis matters".to_string(),
            caption: format!(
                "From the lowest to the highest mean of the estimate over the levels of each axis (fifths of it, if it \
                 has more than {} values), the other axes averaged over.",
                PARTS + 1
            ),
            choices: vec![self.quantity_choice()],
            spec,
            data: vec![("effects", data)],
            numbers: None,
        }
    }
}

/// A scale for the numbers of an axis: logarithmic if they span two decades.
fn axis_scale(numbers: &[f64]) -> Value {
    // In order; where most are near the greatest, as of a uniform draw, two decades do not make it logarithmic.
    let (low, middle, high) = (numbers[0], numbers[numbers.len() / 2], numbers[numbers.len() - 1]);
    if low > 0.0 && high / low >= 100.0 && middle < 0.25 * high {
        json!({ "type": "log" })
    } else {
        json!({ "zero": false, "padding": 12 })
    }
}

/// A name for files and links.
pub fn slug(name: &str) -> String {
    let lower = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    name.chars().map(lower).collect::<String>().split_whitespace().collect::<Vec<_>>().join("-")
}

impl Axis {
    /// The axis, and for each level as it came its place in the order.
    fn new(name: String, levels: Vec<String>) -> (Axis, Vec<usize>) {
        let parsed: Option<Vec<(f64, &str)>> = levels.iter().map(|level| number_and_unit(level)).collect();
        let parsed = parsed.filter(|all| all.windows(2).all(|pair| pair[0].1 == pair[1].1));
        let mut order: Vec<usize> = (0..levels.len()).collect();
        if let Some(numbers) = &parsed {
            order.sort_by(|a, b| numbers[*a].0.total_cmp(&numbers[*b].0));
        }
        let unit = parsed.as_ref().and_then(|all| all.first()).map_or("", |(_, unit)| unit).to_string();
        let numbers = parsed.map(|all| order.iter().map(|at| all[*at].0).collect());
        let sorted = order.iter().map(|at| levels[*at].clone()).collect();
        let mut places = vec![0; levels.len()];
        for (place, at) in order.iter().enumerate() {
            places[*at] = place;
        }
        (Axis { name, levels: sorted, numbers, unit }, places)
    }

    /// Its name with the unit.
    pub fn title(&self) -> String {
        if self.unit.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.unit) }
    }
}

/// `60 d` is 60 and d.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim().trim_matches('"');
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let number: f64 = number.parse().ok()?;
    number.is_finite().then_some((number, unit.trim()))
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
