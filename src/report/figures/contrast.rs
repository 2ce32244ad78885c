//! Arms against the first one: hazard ratios, and differences as in two trials and as on the same patients.

use serde_json::{Value, json};

use super::Shown;
use crate::report::figure::{Choice, Data, Figure, MONTH, Numbers, colours, short};
use crate::report::run::Estimate;

/// An estimate with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The estimate.
    pub estimate: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The hazard of an arm over that of the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Ratio {
    /// Position of the arm.
    pub arm: usize,
    /// The endpoint, such as `pfs`.
    pub endpoint: String,
    /// The ratio.
    pub ratio: Interval,
    /// Of the log-rank test, two-sided.
    pub p: Option<f64>,
}

/// By how much an arm differs from the first.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Position of the arm.
    pub arm: usize,
    /// Of what, with the unit.
    pub what: String,
    /// As if each arm had patients of its own.
    pub apart: Interval,
    /// On the same patients.
    pub paired: Interval,
    /// How many times the patients a comparison without pairs would need; none if no pair differs.
    pub reduction: Option<f64>,
}

/// Greatest variance reduction that is told as a number: beyond it all that differs is rounding.
const MOST_TIMES: f64 = 1000.0;

/// How an interval is called, and its colour: as in two trials, and as it is known here.
pub const KINDS: [(&str, &str); 2] = [("patients of their own", "#999999"), ("the same patients", "#0072b2")];

fn interval(row: &Estimate, scale: f64) -> Option<Interval> {
    let (estimate, low, high) = (row.estimate?, row.low?, row.high?);
    Some(Interval { estimate: scale * estimate, low: scale * low, high: scale * high })
}

fn find<'a>(shown: &'a Shown, arm: usize, quantity: &str) -> Option<&'a Estimate> {
    shown.run.estimates.iter().find(|row| row.arm == arm && row.quantity == quantity)
}

/// All hazard ratios that the summary tells, by endpoint.
pub fn ratios(shown: &Shown) -> Vec<Ratio> {
    let of = |row: &Estimate| {
        let endpoint = row.quantity.strip_prefix("hazard_ratio_")?.to_string();
        let p = find(shown, row.arm, &format!("log_rank_p_{endpoint}")).and_then(|row| row.estimate);
        Some(Ratio { arm: row.arm, ratio: interval(row, 1.0)?, p, endpoint })
    };
    let mut ratios: Vec<Ratio> = shown.run.estimates.iter().filter_map(of).collect();
    ratios.sort_by_key(|row| (row.endpoint != "pfs", row.endpoint.clone(), row.arm));
    ratios
}

/// All differences that the summary tells both ways, by what differs.
pub fn differences(shown: &Shown) -> Vec<Difference> {
    let of = |row: &Estimate| {
        let quantity = row.quantity.strip_prefix("paired_difference_")?;
        let (what, scale) = named(quantity);
        let apart = interval(find(shown, row.arm, &format!("difference_{quantity}"))?, scale)?;
        let reduction =
            find(shown, row.arm, &format!("variance_reduction_{quantity}")).and_then(|row| row.estimate);
        Some(Difference { arm: row.arm, what, apart, paired: interval(row, scale)?, reduction })
    };
    let mut rows: Vec<Difference> = shown.run.estimates.iter().filter_map(of).collect();
    let order: Vec<String> = rows.iter().map(|row| row.what.clone()).collect();
    rows.sort_by_key(|row| (order.iter().position(|what| *what == row.what), row.arm));
    rows
}

/// A quantity in words with its unit, and what multiplies it to be in that unit.
fn named(quantity: &str) -> (String, f64) {
    let points = |what: String| (format!("{what} (percentage points)"), 100.0);
    let curve = |name: &str| name.to_uppercase();
    if let Some((name, landmark)) = quantity.split_once("_rate_") {
        return points(format!("{} at {}", curve(name), landmark.replace('_', " ")));
    }
    if let Some(name) = quantity.strip_prefix("restricted_mean_").and_then(|rest| rest.strip_suffix("_days"))
    {
        return (format!("Mean {} (months)", curve(name)), 1.0 / MONTH);
    }
    match quantity {
        "extinct_share" => points("No cell left at the end".to_string()),
        "mean_final_burden" => ("Mean cells at the end (cells)".to_string(), 1.0),
        "line1_response_rate" => points("Response rate of line 1".to_string()),
        other => (other.replace('_', " "), 1.0),
    }
}

/// The endpoint in the words of a figure.
pub fn endpoint_name(endpoint: &str) -> String {
    match endpoint {
        "pfs" => "Progression-free survival".to_string(),
        "os" => "Overall survival".to_string(),
        other => other.to_uppercase(),
    }
}

/// The figures; none with one arm, or where nothing can be compared.
pub fn figures(shown: &Shown) -> Vec<Figure> {
    let ratios = ratios(shown);
    let differences = differences(shown);
    let mut figures = Vec::new();
    if !ratios.is_empty() {
        figures.push(ratio_figure(shown, &ratios));
    }
    if !differences.is_empty() {
        figures.push(difference_figure(shown, &differences));
    }
    figures
}

fn ratio_figure(shown: &Shown, ratios: &[Ratio]) -> Figure {
    let mut data = Data::new(&["endpoint", "arm", "ratio", "low", "high"]);
    let mut numbers = Numbers {
        head: ["endpoint", "arm", "hazard ratio", "95 % interval", "log-rank p"].map(str::to_string).to_vec(),
        rows: Vec::new(),
    };
    for Ratio { arm, endpoint, ratio, p } in ratios {
        let (endpoint, arm) = (endpoint_name(endpoint), &shown.run.arms[*arm]);
        data.push(vec![
            json!(endpoint),
            json!(arm),
            short(ratio.estimate),
            short(ratio.low),
            short(ratio.high),
        ]);
        numbers.rows.push(vec![
            endpoint,
            arm.clone(),
            format!("{:.2}", ratio.estimate),
            format!("{:.2} to {:.2}", ratio.low, ratio.high),
            p.map_or("-".to_string(), |p| if p < 1e-4 { "< 0.0001".to_string() } else { format!("{p:.4}") }),
        ]);
    }
    let x = |field: &str| {
        json!({ "field": field, "type": "quantitative", "title": "Hazard ratio (below 1 the arm is better than the first)",
                "scale": { "type": "log", "nice": false, "padding": 24 } })
    };
    let layers = json!([
        { "mark": { "type": "rule", "color": "#888888", "strokeDash": [4, 3] },
          "encoding": { "x": { "datum": 1, "type": "quantitative" } } },
        { "mark": { "type": "rule", "strokeWidth": 2 },
          "encoding": { "x": x("low"), "x2": { "field": "high" }, "y": rows_of_arms(shown), "color": arm_colour(shown) } },
        { "mark": { "type": "point", "filled": true, "size": 70, "opacity": 1 },
          "encoding": { "x": x("ratio"), "y": rows_of_arms(shown), "color": arm_colour(shown),
                        "tooltip": tooltip("ratio", "Hazard ratio") } },
    ]);
    Figure {
        name: "hazard-ratio".to_string(),
        title: format!("Hazard ratios against {}", first(shown)),
        caption: "Cox's model with one covariate, Efron's ties, Wald's 95 % interval: as in a trial whose arms have \
                  patients of their own; it does not use that the patients here are the same."
            .to_string(),
        choices: Vec::new(),
        spec: faceted(&ratios.iter().map(|row| endpoint_name(&row.endpoint)).collect::<Vec<_>>(), &layers),
        data: vec![("ratios", data)],
        numbers: Some(numbers),
    }
}

fn difference_figure(shown: &Shown, differences: &[Difference]) -> Figure {
    let mut data = Data::new(&["what", "arm", "kind", "difference", "low", "high"]);
    for row in differences {
        let arm = &shown.run.arms[row.arm];
        for (kind, value) in [(KINDS[0].0, row.apart), (KINDS[1].0, row.paired)] {
            let [estimate, low, high] = [value.estimate, value.low, value.high].map(short);
            data.push(vec![json!(row.what), json!(arm), json!(kind), estimate, low, high]);
        }
    }
    let mut options: Vec<String> = differences.iter().map(|row| row.what.clone()).collect();
    options.dedup();
    options.sort_by_key(|what| !what.starts_with("Mean PFS"));
    let names: Vec<String> = KINDS.iter().map(|(name, _)| (*name).to_string()).collect();
    let colour = json!({ "field": "kind", "type": "nominal", "title": "Interval as with",
                         "scale": colours(&names, |at, _| KINDS[at].1.to_string()) });
    let side = json!({ "field": "kind", "type": "nominal", "sort": names, "scale": { "paddingInner": 0.3 } });
    let x = |field: &str| json!({ "field": field, "type": "quantitative", "title": null, "scale": { "zero": true, "nice": true } });
    let layers = json!([
        { "mark": { "type": "rule", "color": "#888888", "strokeDash": [4, 3] },
          "encoding": { "x": { "datum": 0, "type": "quantitative" } } },
        { "mark": { "type": "rule", "strokeWidth": 2 },
          "encoding": { "x": x("low"), "x2": { "field": "high" }, "y": rows_of_arms(shown), "yOffset": side, "color": colour } },
        { "mark": { "type": "point", "filled": true, "size": 55, "opacity": 1 },
          "encoding": { "x": x("difference"), "y": rows_of_arms(shown), "yOffset": side, "color": colour,
                        "tooltip": tooltip("difference", "Difference") } },
    ]);
    Figure {
        name: "difference".to_string(),
        title: format!("Differences from {}", first(shown)),
        caption: "Arm minus the first, with 95 % intervals: grey as if each arm had patients of its own, blue on the \
                  same patients, pasts and noise, as they are here. The variance reduction is how many times the \
                  patients a comparison without pairs would need. The table leaves out where no pair differs."
            .to_string(),
        choices: vec![Choice { field: "what", label: "Difference in", options }],
        spec: json!({
            "data": { "name": "differences" },
            "description": "Differences of the arms",
            "height": { "step": 34 },
            "layer": layers,
        }),
        data: vec![("differences", data)],
        numbers: Some(difference_numbers(shown, differences)),
    }
}

fn first(shown: &Shown) -> &str {
    shown.run.arms.first().map_or("the first arm", String::as_str)
}

fn rows_of_arms(shown: &Shown) -> Value {
    json!({ "field": "arm", "type": "nominal", "title": null, "sort": shown.run.arms,
            "axis": { "labelLimit": 150, "grid": false } })
}

fn arm_colour(shown: &Shown) -> Value {
    json!({ "field": "arm", "type": "nominal", "title": "Arm", "scale": shown.arm_colours(), "legend": null })
}

fn tooltip(field: &str, title: &str) -> Value {
    json!([
        { "field": "arm", "title": "Arm" },
        { "field": field, "type": "quantitative", "title": title, "format": ".3~g" },
        { "field": "low", "type": "quantitative", "title": "from", "format": ".3~g" },
        { "field": "high", "type": "quantitative", "title": "to", "format": ".3~g" },
    ])
}

/// A panel for each endpoint, in this order, below each other.
fn faceted(endpoints: &[String], layers: &Value) -> Value {
    json!({
        "data": { "name": "ratios" },
        "description": "Hazard ratios",
        "columns": 1,
        "facet": { "field": "endpoint", "type": "nominal", "title": null, "sort": endpoints,
                   "header": { "labelAnchor": "start", "labelFontWeight": "bold", "labelOrient": "top" } },
        "spec": { "height": { "step": 30 }, "layer": layers },
        "resolve": { "scale": { "x": "independent", "y": "independent" } },
    })
}

/// What the figure shows, in numbers, where any pair differs.
fn difference_numbers(shown: &Shown, differences: &[Difference]) -> Numbers {
    let head = ["difference in", "arm", "on the same patients", "95 % interval", "variance reduction"];
    let row = |row: &Difference| {
        vec![
            row.what.clone(),
            shown.run.arms[row.arm].clone(),
            told(row.paired.estimate),
            format!("{} to {}", told(row.paired.low), told(row.paired.high)),
            match row.reduction {
                None => "-".to_string(),
                Some(times) if times > MOST_TIMES => format!("> {MOST_TIMES}"),
                Some(times) => format!("{times:.1}"),
            },
        ]
    };
    let differs = |row: &&Difference| row.paired.low != row.paired.high;
    Numbers {
        head: head.map(str::to_string).to_vec(),
        rows: differences.iter().filter(differs).map(row).collect(),
    }
}

/// A number with three digits, as a power of ten where it is large.
fn told(value: f64) -> String {
    if value.abs() >= 1e6 {
        format!("{value:.2e}")
    } else {
        short((value * 1000.0).round() / 1000.0).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_called_by_their_words_and_units() {
        assert_eq!(named("pfs_rate_12_months"), ("PFS at 12 months (percentage points)".to_string(), 100.0));
        assert_eq!(named("restricted_mean_os_days"), ("Mean OS (months)".to_string(), 1.0 / MONTH));
        assert_eq!(named("something_new"), ("something new".to_string(), 1.0));
    }
}
