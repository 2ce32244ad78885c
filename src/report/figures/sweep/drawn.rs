//! Figures of a sweep: lines over one axis, heat maps over two, and what each axis does to every estimate.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Axis, PARTS, Point, Sweep, slug};
use crate::report::colour;
use crate::report::figure::{Choice, Data, Figure, colours, short};

/// Most rows of the sweep that a page carries; the effects of the axes rest on all.
const MOST_ROWS: usize = 40_000;

impl Sweep {
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
        figures.extend(self.explained(self.quantity_choice()));
        figures.extend(self.interaction(self.quantity_choice(), MOST_ROWS));
        figures
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
            Some(_) => {
                json!({ "field": "value", "type": "quantitative", "title": title, "scale": axis_scale(axis) })
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

/// A scale for the numbers of an axis.
fn axis_scale(axis: &Axis) -> Value {
    if axis.is_logarithmic() { json!({ "type": "log" }) } else { json!({ "zero": false, "padding": 12 }) }
}
