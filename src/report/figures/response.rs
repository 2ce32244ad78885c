//! How the cohort responds: best response, response rate by line, and the waterfall of best change.

use serde_json::{Value, json};

use super::Shown;
use crate::clinic::wilson;
use crate::report::colour;
use crate::report::figure::{Data, Figure, Numbers, colours, short, spread};

/// Most bars of a waterfall.
const MOST_BARS: usize = 150;

/// Histories of an arm with one best response of the first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Best {
    /// Position of the arm.
    pub arm: usize,
    /// The response.
    pub response: String,
    /// Histories.
    pub count: usize,
    /// Histories of the arm with any response called.
    pub of: usize,
}

/// A response rate of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Position of the arm.
    pub arm: usize,
    /// The line, from 1.
    pub line: u32,
    /// Share, with its interval.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Lines.
    pub n: f64,
}

/// Best responses of the first line by arm, the best first.
pub fn best(shown: &Shown) -> Vec<Best> {
    let mut rows: Vec<Best> = Vec::new();
    let of = |arm: usize| {
        let called =
            |history: &&crate::report::run::History| history.arm == arm && !history.best_response.is_empty();
        shown.run.histories.iter().filter(called).count()
    };
    for arm in 0..shown.run.arms.len() {
        let of = of(arm);
        for history in shown.run.histories.iter().filter(|h| h.arm == arm && !h.best_response.is_empty()) {
            match rows.iter_mut().find(|row| row.arm == arm && row.response == history.best_response) {
                Some(row) => row.count += 1,
                None => rows.push(Best { arm, response: history.best_response.clone(), count: 1, of }),
            }
        }
    }
    rows.sort_by_key(|row| (row.arm, colour::response_rank(&row.response), row.response.clone()));
    rows
}

/// Response rates by line, from the summary.
pub fn rates(shown: &Shown) -> Vec<Rate> {
    let rate = |estimate: &crate::report::run::Estimate| {
        let line = estimate.quantity.strip_prefix("line")?.strip_suffix("_response_rate")?.parse().ok()?;
        let (low, high) = (estimate.low?, estimate.high?);
        Some(Rate { arm: estimate.arm, line, share: estimate.estimate?, low, high, n: estimate.n? })
    };
    shown.run.estimates.iter().filter_map(rate).collect()
}

/// Position of the history, change in percent: the lowest reading of the first line against its first.
pub fn changes(shown: &Shown, arm: usize) -> Vec<(usize, f64)> {
    let own = shown.run.histories.iter().enumerate().filter(|(_, history)| history.arm == arm);
    let mut changes: Vec<(usize, f64)> =
        own.filter_map(|(at, history)| Some((at, 100.0 * (history.depth? - 1.0)))).collect();
    changes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    spread(changes.len(), MOST_BARS).into_iter().map(|place| changes[place]).collect()
}

/// The figures that the tables allow.
pub fn figures(shown: &Shown) -> Vec<Figure> {
    [best_figure(shown), rate_figure(shown), waterfall(shown)].into_iter().flatten().collect()
}

/// The responses that occur, the best first, with their colours.
pub fn response_colours(shown: &Shown) -> Value {
    let mut codes: Vec<String> = shown.run.histories.iter().map(|h| h.best_response.clone()).collect();
    codes.extend(shown.told.lives.iter().flat_map(|life| life.visits.iter().map(|v| v.response.clone())));
    codes.sort_by(|a, b| (colour::response_rank(a), a).cmp(&(colour::response_rank(b), b)));
    codes.dedup();
    codes.retain(|code| !code.is_empty());
    colours(&codes, |_, code| colour::response(code).to_string())
}

fn best_figure(shown: &Shown) -> Option<Figure> {
    let rows = best(shown);
    let mut data = Data::new(&["arm", "response", "rank", "count", "share"]);
    let mut numbers = Vec::new();
    for row in &rows {
        let share = row.count as f64 / row.of as f64;
        let (low, high) = wilson(row.count as u64, row.of as u64);
        let rank = colour::response_rank(&row.response);
        let arm = &shown.run.arms[row.arm];
        data.push(vec![json!(arm), json!(row.response), json!(rank), json!(row.count), short(share)]);
        let percent = |share: f64| format!("{:.1}", 100.0 * share);
        let interval = format!("{} to {}", percent(low), percent(high));
        let count = format!("{} of {}", row.count, row.of);
        numbers.push(vec![arm.clone(), row.response.clone(), count, percent(share), interval]);
    }
    let spec = json!({
        "data": { "name": "best" },
        "description": "Best response of the first line by arm",
        "height": { "step": 34 },
        "mark": { "type": "bar", "stroke": "white", "strokeWidth": 0.5 },
        "encoding": {
            "y": { "field": "arm", "type": "nominal", "title": null, "sort": shown.run.arms,
                   "axis": { "labelLimit": 150 } },
            "x": { "field": "share", "type": "quantitative", "title": "Share of histories", "stack": "zero",
                   "scale": { "domain": [0, 1] }, "axis": { "format": "%" } },
            "order": { "field": "rank", "type": "quantitative" },
            "color": { "field": "response", "type": "nominal", "title": "Response", "scale": response_colours(shown) },
            "tooltip": [
                { "field": "arm", "title": "Arm" },
                { "field": "response", "title": "Response" },
                { "field": "count", "type": "quantitative", "title": "Histories" },
                { "field": "share", "type": "quantitative", "title": "Share", "format": ".1%" },
            ],
        },
    });
    let head =
        ["arm", "response", "histories", "percent", "95 % interval (Wilson)"].map(str::to_string).to_vec();
    (!data.is_empty()).then(|| Figure {
        name: "response".to_string(),
        title: "Best response of the first line".to_string(),
        caption: "IMWG category that two visits in a row showed.".to_string(),
        choices: Vec::new(),
        spec,
        data: vec![("best", data)],
        numbers: Some(Numbers { head, rows: numbers }),
    })
}

fn rate_figure(shown: &Shown) -> Option<Figure> {
    let mut data = Data::new(&["arm", "line", "share", "low", "high", "n"]);
    for rate in rates(shown) {
        let arm = json!(shown.run.arms[rate.arm]);
        let line = format!("Line {}", rate.line);
        data.push(vec![
            arm,
            json!(line),
            short(rate.share),
            short(rate.low),
            short(rate.high),
            short(rate.n),
        ]);
    }
    let shares = |field: &str| json!({ "field": field, "type": "quantitative", "title": "Response rate (PR or better)" });
    let mut middle = shares("share");
    middle["scale"] = json!({ "domain": [0, 1] });
    middle["axis"] = json!({ "format": "%" });
    let arm = json!({ "field": "arm", "type": "nominal", "title": "Arm", "scale": shown.arm_colours() });
    let offset = json!({ "field": "arm", "type": "nominal", "sort": shown.run.arms });
    let tooltip = json!([
        { "field": "arm", "title": "Arm" },
        { "field": "line", "title": "Line" },
        { "field": "share", "type": "quantitative", "title": "Rate", "format": ".1%" },
        { "field": "low", "type": "quantitative", "title": "from", "format": ".1%" },
        { "field": "high", "type": "quantitative", "title": "to", "format": ".1%" },
        { "field": "n", "type": "quantitative", "title": "Lines" },
    ]);
    let y = json!({ "field": "line", "type": "nominal", "title": null });
    let spec = json!({
        "data": { "name": "rates" },
        "description": "Response rate by line and arm",
        "height": { "step": 26 },
        "layer": [
            { "mark": { "type": "rule", "strokeWidth": 1.5 },
              "encoding": { "y": y, "yOffset": offset, "x": shares("low"), "x2": { "field": "high" }, "color": arm } },
            { "mark": { "type": "point", "filled": true, "size": 60 },
              "encoding": { "y": y, "yOffset": offset, "x": middle, "color": arm, "tooltip": tooltip } },
        ],
    });
    (!data.is_empty()).then(|| Figure {
        name: "response-rate".to_string(),
        title: "Response rate by line".to_string(),
        caption: "Share of evaluable lines with a confirmed partial response or better, with 95 % intervals (Wilson)."
            .to_string(),
        choices: Vec::new(),
        spec,
        data: vec![("rates", data)],
        numbers: None,
    })
}

fn waterfall(shown: &Shown) -> Option<Figure> {
    let mut data = Data::new(&["arm", "rank", "patient", "change", "response"]);
    for (position, arm) in shown.run.arms.iter().enumerate() {
        for (rank, (at, change)) in changes(shown, position).into_iter().enumerate() {
            let history = &shown.run.histories[at];
            let label = json!(shown.run.label(history));
            let response = json!(colour_name(&history.best_response));
            data.push(vec![json!(arm), json!(rank), label, short(change.min(100.0)), response]);
        }
    }
    let spec = json!({
        "data": { "name": "changes" },
        "description": "Best change of the M-protein in the first line, a bar for each history",
        "height": 240,
        "mark": { "type": "bar", "binSpacing": 0 },
        "encoding": {
            "x": { "field": "rank", "type": "ordinal", "title": "Histories, from the least to the greatest fall",
                   "axis": { "labels": false, "ticks": false } },
            "y": { "field": "change", "type": "quantitative", "title": "Best change of M-protein (%)",
                   "scale": { "domain": [-100, 100] } },
            "color": { "field": "response", "type": "nominal", "title": "Best response",
                       "scale": response_colours(shown) },
            "tooltip": [
                { "field": "patient", "title": "History" },
                { "field": "change", "type": "quantitative", "title": "Change (%)", "format": ".1f" },
                { "field": "response", "title": "Best response" },
            ],
        },
    });
    (!data.is_empty()).then(|| Figure {
        name: "waterfall".to_string(),
        title: "Best change of M-protein in the first line".to_string(),
        caption: format!(
            "Lowest reading of the first line against its first; a rise above 100 % is drawn as 100 %. At most \
             {MOST_BARS} histories of an arm, evenly spread over their order."
        ),
        choices: shown.arm_choice(),
        spec,
        data: vec![("changes", data)],
        numbers: None,
    })
}

fn colour_name(response: &str) -> &str {
    if response.is_empty() { "not called" } else { response }
}
