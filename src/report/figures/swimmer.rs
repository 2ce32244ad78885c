//! The swimmer plot: courses of a sample of histories.

use serde_json::{Value, json};

use super::{Shown, regimen_name};
use crate::report::course::{Stage, mark_name, milestones, stages};
use crate::report::figure::{Data, Figure, months, spread, time_axis};
use crate::report::lives;
use crate::report::run::Run;

/// Most lanes of an arm.
const MOST_LANES: usize = 30;
/// Shapes of marks, by the order in which they are met.
const SHAPES: [&str; 9] = [
    "triangle-up",
    "diamond",
    "cross",
    "square",
    "circle",
    "triangle-down",
    "triangle-left",
    "triangle-right",
    "wedge",
];

/// A shape for each kind of event.
pub fn shapes(names: &[String]) -> Value {
    let range: Vec<&str> = (0..names.len()).map(|at| SHAPES[at % SHAPES.len()]).collect();
    json!({ "domain": names, "range": range })
}

/// A lane of the plot.
#[derive(Debug)]
pub struct Swimmer {
    /// Position of the arm.
    pub arm: usize,
    /// The history.
    pub label: String,
    /// Its stages.
    pub stages: Vec<Stage>,
    /// What else happened: day and name.
    pub marks: Vec<(f64, String)>,
}

/// Histories evenly spread along the order of their first endpoint, in each arm; sorted by position.
pub fn choose(run: &Run) -> Vec<usize> {
    let mut chosen = Vec::new();
    for arm in 0..run.arms.len() {
        let mut own: Vec<usize> =
            (0..run.histories.len()).filter(|at| run.histories[*at].arm == arm).collect();
        own.sort_by(|a, b| lives::order(run, *a).total_cmp(&lives::order(run, *b)));
        chosen.extend(spread(own.len(), MOST_LANES).into_iter().map(|place| own[place]));
    }
    chosen.sort_unstable();
    chosen
}

/// The lanes, the longest first endpoint on top; none without events.
pub fn swimmers(shown: &Shown) -> Vec<Swimmer> {
    let Some(events) = &shown.events else { return Vec::new() };
    let mut order: Vec<&usize> = events.keys().collect();
    order.sort_by(|a, b| lives::order(&shown.run, **b).total_cmp(&lives::order(&shown.run, **a)));
    let lane = |at: &usize| {
        let history = &shown.run.histories[*at];
        let marks = milestones(&events[at]).map(|event| (event.day, mark_name(event))).collect();
        let stages = stages(&events[at], history.stop_day);
        Swimmer { arm: history.arm, label: shown.run.label(history), stages, marks }
    };
    order.into_iter().map(lane).filter(|swimmer| !swimmer.stages.is_empty()).collect()
}

/// The figure; none without events.
pub fn figure(shown: &Shown) -> Option<Figure> {
    let mut lanes = Data::new(&["arm", "history", "month", "end", "line", "regimen"]);
    let mut points = Data::new(&["arm", "history", "month", "event"]);
    let mut names: Vec<String> = Vec::new();
    let swimmers = swimmers(shown);
    for swimmer in &swimmers {
        let (arm, label) = (json!(shown.run.arms[swimmer.arm]), json!(swimmer.label));
        for stage in &swimmer.stages {
            let regimen = json!(regimen_name(&stage.regimen));
            let (start, end) = (months(stage.start), months(stage.end));
            lanes.push(vec![arm.clone(), label.clone(), start, end, json!(stage.line), regimen]);
        }
        for (day, name) in &swimmer.marks {
            if !names.contains(name) {
                names.push(name.clone());
            }
            points.push(vec![arm.clone(), label.clone(), months(*day), json!(name)]);
        }
    }
    let last = shown.run.last_day();
    (!lanes.is_empty()).then(|| Figure {
        name: "swimmer".to_string(),
        title: "Courses of treatment".to_string(),
        caption: format!(
            "A lane for each history, at most {MOST_LANES} of an arm, evenly spread over the order of progression-free \
             survival. Colours are regimens, symbols what happened."
        ),
        choices: shown.arm_choice(),
        spec: spec([shown.first_day(), last], shown, &names),
        data: vec![("lanes", lanes), ("points", points)],
        numbers: None,
    })
}

fn spec([first, last]: [f64; 2], shown: &Shown, names: &[String]) -> Value {
    // In the order of the data: a sort by another column is lost where layers share an axis.
    let y = json!({ "field": "history", "type": "nominal", "title": null, "sort": null,
                    "axis": { "labelFontSize": 10 } });
    let time = time_axis(first, last);
    json!({
        "description": "Swimmer plot: regimens and events of a sample of histories",
        "height": { "step": 14 },
        "layer": [
            { "data": { "name": "lanes" },
              "mark": { "type": "bar", "height": 9 },
              "encoding": {
                "y": y, "x": time, "x2": { "field": "end" },
                "color": { "field": "regimen", "type": "nominal", "title": "Regimen", "scale": shown.regimen_colours() },
                "tooltip": [
                    { "field": "history", "title": "History" },
                    { "field": "line", "title": "Line" },
                    { "field": "regimen", "title": "Regimen" },
                    { "field": "month", "type": "quantitative", "title": "from month", "format": ".1f" },
                    { "field": "end", "type": "quantitative", "title": "to month", "format": ".1f" },
                ] } },
            { "data": { "name": "points" },
              "mark": { "type": "point", "size": 38, "filled": true, "color": "black", "stroke": "white",
                        "strokeWidth": 0.6, "opacity": 1 },
              "encoding": {
                "y": y, "x": time,
                "shape": { "field": "event", "type": "nominal", "title": "Event",
                           "scale": shapes(names) },
                "tooltip": [
                    { "field": "history", "title": "History" },
                    { "field": "event", "title": "Event" },
                    { "field": "month", "type": "quantitative", "title": "month", "format": ".1f" },
                ] } },
        ],
        "resolve": { "legend": { "color": "independent", "shape": "independent" } },
    })
}
