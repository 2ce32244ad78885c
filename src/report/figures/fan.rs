//! Fan charts: quantile bands of the cohort over time.

use serde_json::{Value, json};

use super::Shown;
use crate::report::bands::{Band, MOST_HISTORIES};
use crate::report::figure::{Data, Figure, months, short, time_axis};
use crate::units::Dimension;

/// What a fan chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Readings of the clinic.
    MProtein,
    /// Cells.
    Burden,
}

impl Measure {
    /// The name of the figure.
    pub fn name(self) -> &'static str {
        match self {
            Measure::MProtein => "fan-m-protein",
            Measure::Burden => "fan-burden",
        }
    }

    /// What is on the axis, with its unit.
    pub fn axis(self) -> &'static str {
        match self {
            Measure::MProtein => "M-protein (g/L)",
            Measure::Burden => "Burden (cells)",
        }
    }

    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Measure::MProtein => "M-protein of the cohort",
            Measure::Burden => "Burden of the cohort",
        }
    }

    /// Its bands, if the tables have them.
    pub fn bands(self, shown: &Shown) -> Option<&[Band]> {
        match self {
            Measure::MProtein => shown.m_protein.as_deref(),
            Measure::Burden => shown.told.burden.as_deref(),
        }
        .filter(|bands| !bands.is_empty())
    }

    /// The value as it is drawn: no cell is drawn as one, as its logarithm is nowhere.
    pub fn drawn(self, value: f64) -> f64 {
        match self {
            Measure::MProtein => value,
            Measure::Burden => value.max(1.0),
        }
    }
}

/// Both charts, as far as the tables have them.
pub fn figures(shown: &Shown) -> Vec<Figure> {
    [Measure::MProtein, Measure::Burden].into_iter().filter_map(|measure| figure(shown, measure)).collect()
}

fn figure(shown: &Shown, measure: Measure) -> Option<Figure> {
    let bands = measure.bands(shown)?;
    let mut data = Data::new(&["arm", "month", "p5", "p25", "p50", "p75", "p95", "n"]);
    for band in bands {
        let mut row = vec![json!(shown.run.arms[band.arm]), months(band.day)];
        row.extend(band.at.iter().map(|value| short(measure.drawn(*value))));
        row.push(json!(band.n));
        data.push(row);
    }
    let last = bands.iter().map(|band| band.day).fold(1.0, f64::max);
    let rule = match measure {
        Measure::MProtein => {
            "the last reading of each interval, on an axis that is linear near 0 and logarithmic \
                               above; the dotted line is the limit of detection"
        }
        Measure::Burden => "cells of a history at its record times; no cell is drawn as one",
    };
    Some(Figure {
        name: measure.name().to_string(),
        title: measure.title().to_string(),
        caption: format!(
            "Median, middle half and middle 90 % of the histories in follow-up (at most {MOST_HISTORIES} of an arm): \
             {rule}."
        ),
        choices: Vec::new(),
        spec: spec(shown, measure, last),
        data: vec![("bands", data)],
        numbers: None,
    })
}

fn spec(shown: &Shown, measure: Measure, last: f64) -> Value {
    let scale = match measure {
        Measure::MProtein => json!({ "type": "symlog", "domainMin": 0 }),
        Measure::Burden => json!({ "type": "log", "domainMin": 1 }),
    };
    let axis = match measure {
        Measure::MProtein => json!({ "values": [0, 1, 2, 5, 10, 20, 50, 100, 200, 500] }),
        Measure::Burden => json!({ "format": "~e", "tickCount": 6 }),
    };
    let y = |field: &str| json!({ "field": field, "type": "quantitative", "title": measure.axis(), "scale": scale, "axis": axis });
    let time = time_axis(0.0, last);
    let colour = json!({ "field": "arm", "type": "nominal", "legend": null, "scale": shown.arm_colours() });
    let number = |field: &str, title: &str| json!({ "field": field, "type": "quantitative", "title": title, "format": ".3~g" });
    let mut layers = vec![
        json!({ "mark": { "type": "area", "opacity": 0.2 },
                "encoding": { "x": time, "y": y("p5"), "y2": { "field": "p95" }, "color": colour } }),
        json!({ "mark": { "type": "area", "opacity": 0.35 },
                "encoding": { "x": time, "y": y("p25"), "y2": { "field": "p75" }, "color": colour } }),
        json!({ "mark": { "type": "line", "strokeWidth": 2 },
                "encoding": { "x": time, "y": y("p50"), "color": colour, "tooltip": [
                    number("month", "Months"), number("p5", "5 %"), number("p25", "25 %"), number("p50", "Median"),
                    number("p75", "75 %"), number("p95", "95 %"), number("n", "Histories") ] } }),
    ];
    let limit = shown.run.quantity("/visits/m_protein/limit", Dimension::Concentration);
    if let (Measure::MProtein, Some(limit)) = (measure, limit) {
        layers.push(json!({ "mark": { "type": "rule", "strokeDash": [2, 3], "color": "#444444" },
                            "encoding": { "y": { "datum": limit, "type": "quantitative" } } }));
    }
    json!({
        "data": { "name": "bands" },
        "description": measure.title(),
        "columns": 1,
        "facet": { "field": "arm", "type": "nominal", "title": null, "sort": shown.run.arms,
                   "header": { "labelAnchor": "start", "labelFontWeight": "bold", "labelOrient": "top",
                               "labelLimit": 400 } },
        "spec": { "height": 190, "layer": layers },
    })
}
