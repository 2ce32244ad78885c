//! Figures of a sweep over several axes: what each axis explains, and how two of them act together.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{PARTS, Sweep, number_and_unit};
use crate::report::figure::{Choice, Data, Figure, short};

/// Most axes of which every pair is shown.
const MOST_AXES: usize = 6;

/// A mean of estimates where two axes have some of their values.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Position of the arm.
    pub arm: usize,
    /// Position of the quantity.
    pub quantity: usize,
    /// Parts of the two axes.
    pub at: [usize; 2],
    /// The mean.
    pub mean: f64,
    /// Points behind it.
    pub count: usize,
}

impl Sweep {
    /// The part of an axis that a level belongs to: the level itself, or a fifth of them.
    pub fn part(&self, axis: usize, level: usize) -> usize {
        let levels = self.axes[axis].levels.len();
        if levels > PARTS + 1 { level * PARTS / levels } else { level }
    }

    /// How a part of an axis is called.
    pub fn part_name(&self, axis: usize, part: usize) -> String {
        let levels = &self.axes[axis].levels;
        let mut own = (0..levels.len()).filter(|level| self.part(axis, *level) == part);
        match (own.next(), own.next_back()) {
            (Some(first), Some(last)) => between(&levels[first], &levels[last]),
            (Some(only), None) => shortened(&levels[only]),
            (None, _) => String::new(),
        }
    }

    /// Means over the parts of two axes, all others averaged over.
    pub fn cells(&self, axes: [usize; 2]) -> Vec<Cell> {
        let mut sums: BTreeMap<(usize, usize, [usize; 2]), (f64, usize)> = BTreeMap::new();
        for point in &self.points {
            let Some(estimate) = point.estimate else { continue };
            let at = axes.map(|axis| self.part(axis, point.levels[axis]));
            let cell = sums.entry((point.quantity, point.arm, at)).or_default();
            *cell = (cell.0 + estimate, cell.1 + 1);
        }
        let cell = |((quantity, arm, at), (sum, count)): ((usize, usize, [usize; 2]), (f64, usize))| Cell {
            arm,
            quantity,
            at,
            mean: sum / count as f64,
            count,
        };
        sums.into_iter().map(cell).collect()
    }

    /// Pairs of axes that are shown: of many axes those of the six first.
    pub fn pairs(&self) -> Vec<[usize; 2]> {
        let axes = self.axes.len().min(MOST_AXES);
        (0..axes).flat_map(|a| (a + 1..axes).map(move |b| [a, b])).collect()
    }

    /// First-order indices of the axes, and what is left.
    pub(super) fn explained(&self, quantity_choice: Choice) -> Option<Figure> {
        let indices = self.indices();
        if indices.is_empty() {
            return None;
        }
        let mut data = Data::new(&["quantity", "arm", "axis", "alone", "low", "high", "total"]);
        for index in &indices {
            let [alone, low, high] = [index.alone, index.low, index.high].map(short);
            data.push(vec![
                json!(self.quantities[index.quantity]),
                json!(self.arms[index.arm]),
                json!(self.axes[index.axis].name),
                alone,
                low,
                high,
                index.total.map_or(Value::Null, short),
            ]);
        }
        let exact = indices.iter().all(|index| index.total.is_some());
        let caption = if exact {
            "Every combination of the values was run, so that the shares are those of the grid's own variance: bars are \
             of an axis alone (first-order index), points with all its interactions (total index). What is left of 1 is \
             interaction, and the noise of the estimates."
        } else {
            "First-order index: variance of the means over the parts of an axis (its values, or as many parts as the root \
             of the points, at most 32) over the variance of all points, less what such means scatter by chance; 95 % \
             intervals by a jackknife over 20 groups of points. Parts lose some per cent of a strong effect; points at \
             which an estimate is not reached are left out. What is left of 1 is interaction, and the noise of the \
             estimates."
        };
        Some(Figure {
            name: "sweep-indices".to_string(),
            title: "How much of the variance each axis explains".to_string(),
            caption: caption.to_string(),
            choices: vec![quantity_choice],
            spec: self.explained_spec(exact),
            data: vec![("indices", data)],
            numbers: None,
        })
    }

    fn explained_spec(&self, exact: bool) -> Value {
        let y = json!({ "field": "axis", "type": "nominal", "title": null, "axis": { "labelLimit": 190 },
                        "sort": { "field": "alone", "op": "max", "order": "descending" } });
        let x = |field: &str| {
            json!({ "field": field, "type": "quantitative", "title": "Share of the variance",
                    "scale": { "domain": [0, 1] }, "axis": { "format": "%" } })
        };
        let tooltip = json!([
            { "field": "axis", "title": "Axis" },
            { "field": "alone", "type": "quantitative", "title": "Alone", "format": ".1%" },
            { "field": "low", "type": "quantitative", "title": "from", "format": ".1%" },
            { "field": "high", "type": "quantitative", "title": "to", "format": ".1%" },
            { "field": "total", "type": "quantitative", "title": "With interactions", "format": ".1%" },
        ]);
        let bars = json!({ "mark": { "type": "bar", "height": 16, "color": "#56b4e9" },
                           "encoding": { "x": x("alone"), "y": y, "tooltip": tooltip } });
        let second = if exact {
            json!({ "mark": { "type": "point", "filled": true, "size": 60, "color": "#d55e00", "opacity": 1 },
                    "encoding": { "x": x("total"), "y": y, "tooltip": tooltip } })
        } else {
            json!({ "mark": { "type": "rule", "strokeWidth": 2, "color": "#333333" },
                    "encoding": { "x": x("low"), "x2": { "field": "high" }, "y": y } })
        };
        json!({
            "data": { "name": "indices" },
            "description": "Share of the variance that each axis explains",
            "columns": 1,
            "facet": { "field": "arm", "type": "nominal", "title": null, "sort": self.arms,
                       "header": { "labelAnchor": "start", "labelFontWeight": "bold", "labelOrient": "top" } },
            "spec": { "height": { "step": 26 }, "layer": [bars, second] },
        })
    }

    /// Means over one axis, a line for each part of another: parallel where the two do not interact.
    pub(super) fn interaction(&self, quantity_choice: Choice, most_rows: usize) -> Option<Figure> {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return None;
        }
        let name = |[a, b]: [usize; 2]| format!("{} by {}", self.axes[a].name, self.axes[b].name);
        let mut data =
            Data::new(&["quantity", "arm", "pair", "place", "x", "group_place", "group", "mean", "n"]);
        for pair in &pairs {
            for cell in self.cells(*pair).into_iter().take(most_rows / pairs.len()) {
                let [x, group] = [0, 1].map(|side| json!(self.part_name(pair[side], cell.at[side])));
                data.push(vec![
                    json!(self.quantities[cell.quantity]),
                    json!(self.arms[cell.arm]),
                    json!(name(*pair)),
                    json!(cell.at[0]),
                    x,
                    json!(cell.at[1]),
                    group,
                    short(cell.mean),
                    json!(cell.count),
                ]);
            }
        }
        let mut choices = vec![quantity_choice];
        if pairs.len() > 1 {
            choices.push(Choice {
                field: "pair",
                label: "Axes",
                options: pairs.iter().copied().map(name).collect(),
            });
        }
        let of_six = if self.axes.len() > MOST_AXES { " Pairs of the first six axes." } else { "" };
        Some(Figure {
            name: "sweep-interaction".to_string(),
            title: "How two axes act together".to_string(),
            caption: format!(
                "Means of the estimates over the first axis, a line for each value of the second (fifths of an axis \
                 with more than {} values), the other axes averaged over. Lines that are parallel are of axes that do \
                 not interact.{of_six}",
                PARTS + 1
            ),
            choices,
            spec: self.interaction_spec(&pairs),
            data: vec![("cells", data)],
            numbers: None,
        })
    }

    fn interaction_spec(&self, pairs: &[[usize; 2]]) -> Value {
        let titles = match pairs {
            [[a, b]] => [self.axes[*a].title(), self.axes[*b].title()],
            _ => ["First of the two axes".to_string(), "Second".to_string()],
        };
        let in_order = |field: &str| json!({ "field": field, "op": "min" });
        let x = json!({ "field": "x", "type": "ordinal", "title": titles[0], "sort": in_order("place"),
                        "axis": { "labelAngle": 0, "labelLimit": 110 } });
        let y = json!({ "field": "mean", "type": "quantitative", "title": "Mean estimate", "scale": { "zero": false } });
        let colour = json!({ "field": "group", "type": "ordinal", "title": titles[1], "sort": in_order("group_place"),
                             "scale": { "scheme": "viridis" } });
        let tooltip = json!([
            { "field": "x", "title": titles[0] }, { "field": "group", "title": titles[1] },
            { "field": "mean", "type": "quantitative", "title": "Mean", "format": ".4~g" },
            { "field": "n", "type": "quantitative", "title": "Points" },
        ]);
        json!({
            "data": { "name": "cells" },
            "description": titles.join(" and "),
            "columns": 1,
            "facet": { "field": "arm", "type": "nominal", "title": null, "sort": self.arms,
                       "header": { "labelAnchor": "start", "labelFontWeight": "bold", "labelOrient": "top" } },
            "spec": {
                "height": 220,
                "layer": [
                    { "mark": { "type": "line", "strokeWidth": 2 }, "encoding": { "x": x, "y": y, "color": colour } },
                    { "mark": { "type": "point", "filled": true, "size": 50, "opacity": 1 },
                      "encoding": { "x": x, "y": y, "color": colour, "tooltip": tooltip } },
                ],
            },
        })
    }
}

/// A value of an axis with at most four digits; as it is, if it is no number.
fn shortened(level: &str) -> String {
    match number_and_unit(level) {
        Some((number, unit)) => format!("{} {unit}", short(number)).trim().to_string(),
        None => level.to_string(),
    }
}

/// From one value to another; a unit that both have stands once.
fn between(first: &str, last: &str) -> String {
    match (number_and_unit(first), number_and_unit(last)) {
        (Some((low, unit)), Some((_, other))) if unit == other => {
            format!("{} to {}", short(low), shortened(last))
        }
        _ => format!("{first} to {last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_as_long_as_they_can_be_told_apart() {
        assert_eq!(shortened("0.026666666666666668 /d"), "0.02667 /d");
        assert_eq!([shortened("VRd"), shortened("60 d"), shortened("1e-7")], ["VRd", "60 d", "1e-7"]);
        assert_eq!(between("0.02 /d", "0.023749999999 /d"), "0.02 to 0.02375 /d");
        assert_eq!(between("Vd", "Kd"), "Vd to Kd");
    }
}
