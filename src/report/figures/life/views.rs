//! The views of one patient's figure, from above.

use serde_json::{Value, json};

use super::super::{Shown, response, swimmer};
use crate::units::Dimension;

/// Regimens as bars, and what happened as marks.
pub fn course_view(shown: &Shown, x: &Value, events: &[String]) -> Value {
    json!({
        "height": 44,
        "layer": [
            { "data": { "name": "stages" },
              "mark": { "type": "rect", "stroke": "white", "opacity": 0.75 },
              "encoding": {
                "x": x, "x2": { "field": "end" }, "y": { "value": 0 }, "y2": { "value": 26 },
                "color": { "field": "regimen", "type": "nominal", "title": "Regimen", "legend": { "symbolOpacity": 0.75 },
                           "scale": shown.regimen_colours() },
                "tooltip": [
                    { "field": "line", "title": "Line" }, { "field": "regimen", "title": "Regimen" },
                    { "field": "month", "type": "quantitative", "title": "from month", "format": ".1f" },
                    { "field": "end", "type": "quantitative", "title": "to month", "format": ".1f" },
                ] } },
            { "data": { "name": "stages" },
              "mark": { "type": "text", "fontSize": 10, "clip": true },
              "encoding": {
                "x": { "field": "middle", "type": "quantitative" }, "y": { "value": 13 },
                "text": { "field": "label" } } },
            { "data": { "name": "marks" },
              "mark": { "type": "point", "filled": true, "size": 45, "color": "black" },
              "encoding": {
                "x": x, "y": { "value": 36 },
                "shape": { "field": "event", "type": "nominal", "title": "Event", "scale": swimmer::shapes(events) },
                "tooltip": [
                    { "field": "event", "title": "Event" }, { "field": "detail", "title": "Detail" },
                    { "field": "month", "type": "quantitative", "title": "month", "format": ".1f" },
                ] } },
        ],
    })
}

/// A row of ticks for each drug.
pub fn dose_view(x: &Value) -> Value {
    json!({
        "height": { "step": 10 },
        "data": { "name": "doses" },
        // A single dose has a width of its own.
        "mark": { "type": "bar", "height": 7, "color": "#444444", "stroke": "#444444", "strokeWidth": 1, "clip": true },
        "encoding": {
            "x": x, "x2": { "field": "end" },
            "y": { "field": "drug", "type": "nominal", "title": null, "sort": null,
                   "axis": { "labelFontSize": 9, "labelLimit": 110, "ticks": false, "domain": false, "grid": true } },
            "tooltip": [
                { "field": "drug", "title": "Drug" },
                { "field": "month", "type": "quantitative", "title": "from month", "format": ".2f" },
                { "field": "end", "type": "quantitative", "title": "to month", "format": ".2f" },
            ],
        },
    })
}

/// The clones as shares of the cells.
pub fn muller_view(x: &Value, traits: &Value) -> Value {
    json!({
        "height": 220,
        "layer": [{
            "data": { "name": "layers" },
            "transform": [
                { "calculate": "[datum.before, datum.after]", "as": "slot" },
                { "flatten": ["slot"] },
                { "calculate": "datum.share / 2", "as": "half" },
            ],
            "mark": { "type": "area", "opacity": 1, "strokeWidth": 0.7 },
            "encoding": {
                "x": x,
                "y": { "field": "half", "type": "quantitative", "stack": "zero", "title": "Share of the cells",
                       "scale": { "domain": [0, 1] }, "axis": { "format": "%" } },
                "detail": [{ "field": "slot", "type": "ordinal" }],
                "order": { "field": "slot", "type": "quantitative" },
                "color": traits,
                // Hides the hairline between the halves of a clone.
                "stroke": silent(traits),
                "tooltip": [{ "field": "traits", "title": "Traits" }, { "field": "clone", "title": "Clone" }],
            },
        }],
    })
}

/// The same colours without a legend of their own.
fn silent(colour: &Value) -> Value {
    let mut colour = colour.clone();
    colour["legend"] = Value::Null;
    colour
}

/// Cells by trait set, and what the clinic cannot see.
pub fn cells_view(x: &Value, traits: &Value) -> Value {
    let y = json!({ "field": "cells", "type": "quantitative", "title": "Cells",
                    "scale": { "type": "log", "domainMin": 1 }, "axis": { "format": "~e", "tickCount": 6 } });
    let colour = silent(traits);
    let tooltip = json!([
        { "field": "traits", "title": "Traits" },
        { "field": "month", "type": "quantitative", "title": "month", "format": ".1f" },
        { "field": "cells", "type": "quantitative", "title": "Cells", "format": ".3~e" },
    ]);
    json!({
        "height": 160,
        "layer": [
            { "data": { "name": "sets" },
              "mark": { "type": "line", "strokeWidth": 1.6 },
              "encoding": { "x": x, "y": y, "color": colour, "tooltip": tooltip } },
            { "data": { "name": "total" },
              "mark": { "type": "line", "strokeWidth": 1.2, "color": "black", "strokeDash": [4, 2] },
              "encoding": { "x": x, "y": y } },
            { "data": { "name": "limits" },
              "mark": { "type": "rule", "strokeDash": [2, 3], "color": "#444444" },
              "encoding": { "y": y } },
            { "data": { "name": "limits" },
              "mark": { "type": "text", "align": "left", "dx": 4, "dy": -5, "fontSize": 9, "color": "#444444" },
              "encoding": { "x": { "value": 0 }, "y": y, "text": { "field": "limit" } } },
        ],
    })
}

/// Readings and responses.
pub fn reading_view(shown: &Shown, x: &Value) -> Value {
    let y = json!({ "field": "m_protein", "type": "quantitative", "title": "M-protein (g/L)" });
    let mut layers = vec![
        json!({ "data": { "name": "visits" },
                "mark": { "type": "line", "color": "#999999", "strokeWidth": 1 },
                "encoding": { "x": x, "y": y } }),
        json!({ "data": { "name": "visits" },
                "mark": { "type": "point", "filled": true, "size": 26, "opacity": 1, "stroke": "#555555",
                          "strokeWidth": 0.4 },
                "encoding": {
                    "x": x, "y": y,
                    "color": { "field": "response", "type": "nominal", "title": "Response",
                               "scale": visit_colours(shown) },
                    "tooltip": [
                        { "field": "month", "type": "quantitative", "title": "month", "format": ".1f" },
                        { "field": "m_protein", "type": "quantitative", "title": "g/L" },
                        { "field": "response", "title": "Response" },
                    ] } }),
    ];
    if let Some(limit) = shown.run.quantity("/visits/m_protein/limit", Dimension::Concentration) {
        layers.push(json!({ "mark": { "type": "rule", "strokeDash": [2, 3], "color": "#444444" },
                            "data": { "values": [{}] },
                            "encoding": { "y": { "datum": limit, "type": "quantitative" } } }));
    }
    json!({ "height": 150, "layer": layers })
}

fn visit_colours(shown: &Shown) -> Value {
    let mut scale = response::response_colours(shown);
    for (key, value) in [("domain", "not called"), ("range", "#ffffff")] {
        if let Some(list) = scale[key].as_array_mut() {
            list.push(json!(value));
        }
    }
    scale
}
