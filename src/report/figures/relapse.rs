//! Which resistance most cells carry at the relapse of each line.

use serde_json::json;

use super::Shown;
use crate::report::figure::{Data, Figure, colours, short};

/// How often a trait is carried by most cells at the relapses of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Relapse {
    /// Position of the arm.
    pub arm: usize,
    /// The line, from 1.
    pub line: u32,
    /// The trait; `wild type` for none in half of the cells.
    pub name: String,
    /// Share of the relapses, with its interval.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Relapses.
    pub n: f64,
}

/// The shares, from the summary.
pub fn relapses(shown: &Shown) -> Vec<Relapse> {
    let relapse = |estimate: &crate::report::run::Estimate| {
        let (line, name) = estimate.quantity.strip_prefix("line")?.split_once("_relapse_share_")?;
        let (low, high, n) = (estimate.low?, estimate.high?, estimate.n?);
        let name = if name == "wild_type" { "wild type" } else { name }.to_string();
        let line = line.parse().ok()?;
        (n > 0.0).then_some(Relapse {
            arm: estimate.arm,
            line,
            name,
            share: estimate.estimate?,
            low,
            high,
            n,
        })
    };
    shown.run.estimates.iter().filter_map(relapse).collect()
}

/// The figure; none if no line had a relapse.
pub fn figure(shown: &Shown) -> Option<Figure> {
    let mut data = Data::new(&["arm", "line", "trait", "share", "low", "high", "n"]);
    for row in relapses(shown) {
        let (arm, line) = (json!(shown.run.arms[row.arm]), format!("Line {}, {} relapses", row.line, row.n));
        data.push(vec![
            arm,
            json!(line),
            json!(row.name),
            short(row.share),
            short(row.low),
            short(row.high),
            short(row.n),
        ]);
    }
    let mut names = shown.run.traits();
    names.push("wild type".to_string());
    let colour = colours(&names, |_, name| shown.palette.of(name));
    let y = json!({ "field": "trait", "type": "nominal", "title": null, "sort": names, "axis": { "labelLimit": 130 } });
    let title = "Share of relapses";
    let spec = json!({
        "data": { "name": "relapses" },
        "description": "Traits that at least half of the cells carry at relapse, by line",
        "columns": 1,
        "facet": { "field": "line", "type": "nominal", "title": null,
                   "header": { "labelAnchor": "start", "labelFontWeight": "bold", "labelOrient": "top" } },
        "spec": {
            "height": { "step": 16 },
            "layer": [
                { "mark": { "type": "bar", "height": 11 },
                  "encoding": {
                    "y": y,
                    "x": { "field": "share", "type": "quantitative", "title": title, "scale": { "domain": [0, 1] },
                           "axis": { "format": "%" } },
                    "color": { "field": "trait", "type": "nominal", "legend": null, "scale": colour },
                    "tooltip": [
                        { "field": "trait", "title": "Trait" },
                        { "field": "share", "type": "quantitative", "title": "Share", "format": ".1%" },
                        { "field": "low", "type": "quantitative", "title": "from", "format": ".1%" },
                        { "field": "high", "type": "quantitative", "title": "to", "format": ".1%" },
                    ] } },
                { "mark": { "type": "rule", "color": "#333333" },
                  "encoding": {
                    "y": y,
                    "x": { "field": "low", "type": "quantitative", "title": title },
                    "x2": { "field": "high" } } },
            ],
        },
    });
    (!data.is_empty()).then(|| Figure {
        name: "relapse".to_string(),
        title: "Which resistance dominates at relapse".to_string(),
        caption:
            "Share of a line's relapses at which at least half of the cells carry the trait, on the day \
                  progression is confirmed; a relapse can count for several traits. 95 % intervals (Wilson)."
                .to_string(),
        choices: shown.arm_choice(),
        spec,
        data: vec![("relapses", data)],
        numbers: None,
    })
}
