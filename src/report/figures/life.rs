//! One patient: clones as a Muller plot, burden, readings and responses, under bands of the lines of therapy.

mod views;

use serde_json::{Value, json};

use super::{Shown, regimen_name};
use crate::report::colour::set_name;
use crate::report::course::{mark_name, marks, stages};
use crate::report::doses::Schedules;
use crate::report::figure::{Choice, Data, Figure, colours, months, short, time_axis};
use crate::report::limits::limits;
use crate::report::lives::Life;
use crate::report::muller;
use views::{cells_view, course_view, dose_view, muller_view, reading_view};

/// Below this share a layer is not drawn, unless its neighbour in time is.
const SEEN: f64 = 5e-4;
/// Most trait sets of the plot of cells.
const MOST_SETS: usize = 10;
/// Stages shorter than this share of the time have no room for their name.
const ROOM: f64 = 0.05;

/// Doses closer than this share of the time are drawn as one bar.
const APART: f64 = 1.0 / 500.0;

/// The name of the figure.
pub const NAME: &str = "patient";

/// Cells of each trait set over time, the sets with the highest peaks.
pub fn sets(life: &Life) -> Vec<(String, Vec<f64>)> {
    let mut sets: std::collections::BTreeMap<&str, Vec<f64>> = std::collections::BTreeMap::new();
    for clone in &life.clones {
        let sums = sets.entry(&clone.traits).or_insert_with(|| vec![0.0; life.days.len()]);
        for (sum, cells) in sums.iter_mut().zip(&clone.cells) {
            *sum += cells;
        }
    }
    let peak = |sums: &[f64]| sums.iter().copied().fold(0.0, f64::max);
    let mut sets: Vec<(String, Vec<f64>)> =
        sets.into_iter().map(|(traits, sums)| (traits.to_string(), sums)).collect();
    sets.sort_by(|a, b| peak(&b.1).total_cmp(&peak(&a.1)).then_with(|| a.0.cmp(&b.0)));
    sets.truncate(MOST_SETS);
    sets
}

/// The figure; none without a history of which anything was recorded.
pub fn figure(shown: &Shown) -> Option<Figure> {
    let lives: Vec<&Life> = shown.told.lives.iter().collect();
    let mut figure = Parts::new(Schedules::of(&shown.run));
    for life in &lives {
        figure.add(shown, life);
    }
    if figure.layers.is_empty() && figure.visits.is_empty() {
        return None;
    }
    let mut labels: Vec<String> = Vec::new();
    for life in &lives {
        let label = shown.run.label(&shown.run.histories[life.history]);
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let mut choices = vec![Choice { field: "history", label: "History", options: labels }];
    choices.extend(shown.arm_choice());
    Some(Figure {
        name: NAME.to_string(),
        title: "One patient".to_string(),
        caption: "From above: the regimens and what happened; the doses as planned, but for what toxicity kept away \
                  (missed and late ones are not in the tables; doses too close to be told apart are one bar); the \
                  clones as shares of the cells, each within its parent (a clone that never holds 0.5 % is drawn as \
                  its parent); cells of the trait sets with the highest peaks, and of all (black), with what the \
                  assay (M-protein at rest) and a sample of the marrow cannot see below the dotted lines; M-protein \
                  with the response called at each visit (a reading at 0 is below the limit of detection, the \
                  dotted line)."
            .to_string(),
        choices,
        spec: spec(shown, &figure),
        data: vec![
            ("stages", figure.stages),
            ("marks", figure.marks),
            ("doses", figure.doses),
            ("layers", figure.layers),
            ("sets", figure.sets),
            ("total", figure.total),
            ("limits", figure.limits),
            ("visits", figure.visits),
        ],
        numbers: None,
    })
}

/// The data of all lives.
struct Parts {
    schedules: Schedules,
    stages: Data,
    marks: Data,
    doses: Data,
    layers: Data,
    sets: Data,
    total: Data,
    limits: Data,
    visits: Data,
    names: Vec<String>,
    events: Vec<String>,
}

impl Parts {
    fn new(schedules: Schedules) -> Parts {
        Parts {
            schedules,
            stages: Data::new(&["arm", "history", "month", "end", "middle", "line", "regimen", "label"]),
            marks: Data::new(&["arm", "history", "month", "event", "detail"]),
            doses: Data::new(&["arm", "history", "drug", "month", "end"]),
            layers: Data::new(&["arm", "history", "month", "clone", "traits", "share", "before", "after"]),
            sets: Data::new(&["arm", "history", "month", "traits", "cells"]),
            total: Data::new(&["arm", "history", "month", "cells"]),
            limits: Data::new(&["arm", "history", "limit", "cells"]),
            visits: Data::new(&["arm", "history", "month", "m_protein", "response"]),
            names: Vec::new(),
            events: Vec::new(),
        }
    }

    fn add(&mut self, shown: &Shown, life: &Life) {
        let history = &shown.run.histories[life.history];
        let origin = [json!(shown.run.arms[history.arm]), json!(shown.run.label(history))];
        let row = |rest: Vec<Value>| origin.iter().cloned().chain(rest).collect::<Vec<Value>>();
        let stages = stages(&life.events, history.stop_day);
        for dose in self.schedules.doses(&stages, &life.events, APART * shown.run.last_day()) {
            self.doses.push(row(vec![json!(dose.drug), months(dose.from), months(dose.to)]));
        }
        for stage in stages {
            let room = stage.end - stage.start > ROOM * shown.run.last_day();
            let name = regimen_name(&stage.regimen);
            let label = if room && !stage.regimen.is_empty() { name } else { "" };
            let (start, end) = (months(stage.start), months(stage.end));
            let middle = months(0.5 * (stage.start + stage.end));
            self.stages.push(row(vec![start, end, middle, json!(stage.line), json!(name), json!(label)]));
        }
        for event in marks(&life.events) {
            let name = mark_name(event);
            if !self.events.contains(&name) {
                self.events.push(name);
            }
            self.marks.push(row(vec![months(event.day), json!(mark_name(event)), json!(event.detail)]));
        }
        for layer in muller::layers(life) {
            let name = set_name(&layer.traits);
            self.name(name);
            for (at, share) in layer.shares.iter().enumerate() {
                let near = layer.shares[at.saturating_sub(1)..(at + 2).min(layer.shares.len())].iter();
                if near.copied().fold(0.0, f64::max) >= SEEN {
                    let [before, after] = layer.slots.map(|slot| json!(slot));
                    let month = months(life.days[at]);
                    let clone = json!(layer.clone);
                    self.layers.push(row(vec![month, clone, json!(name), short(*share), before, after]));
                }
            }
        }
        for (traits, sums) in sets(life) {
            self.name(set_name(&traits));
            for (day, cells) in life.days.iter().zip(sums).filter(|(_, cells)| *cells >= 1.0) {
                self.sets.push(row(vec![months(*day), json!(set_name(&traits)), short(cells)]));
            }
        }
        for (at, day) in life.days.iter().enumerate() {
            let cells: f64 = life.clones.iter().map(|clone| clone.cells[at]).sum();
            if cells >= 1.0 {
                self.total.push(row(vec![months(*day), short(cells)]));
            }
        }
        for limit in limits(&shown.run, history) {
            self.limits.push(row(vec![json!(limit.name), short(limit.cells)]));
        }
        for visit in &life.visits {
            let response = if visit.response.is_empty() { "not called" } else { &visit.response };
            self.visits.push(row(vec![months(visit.day), short(visit.m_protein), json!(response)]));
        }
    }

    fn name(&mut self, name: &str) {
        if !self.names.iter().any(|known| known == name) {
            self.names.push(name.to_string());
        }
    }
}

fn spec(shown: &Shown, parts: &Parts) -> Value {
    let time = time_axis(shown.first_day(), shown.run.last_day());
    let mut bare = time.clone();
    bare["axis"] = json!({ "labels": false, "title": null });
    let mut names = parts.names.clone();
    names.sort_by_key(|name| (name.split('+').count(), name != "wild type", name.clone()));
    let traits = json!({ "field": "traits", "type": "nominal", "title": "Traits",
                         "scale": colours(&names, |_, name| shown.palette.of(name)),
                         "legend": { "symbolType": "square", "symbolOpacity": 1 } });
    let mut views = Vec::new();
    if !parts.stages.is_empty() {
        views.push(course_view(shown, &bare, &parts.events));
    }
    if !parts.doses.is_empty() {
        views.push(dose_view(&bare));
    }
    if !parts.layers.is_empty() {
        views.push(muller_view(&bare, &traits));
        views.push(cells_view(&bare, &traits));
    }
    if !parts.visits.is_empty() {
        views.push(reading_view(shown, &time));
    } else if let Some(last) = views.last_mut() {
        *last = with_axis(last, &time);
    }
    json!({ "description": "One patient over time", "vconcat": views, "spacing": 10,
            "resolve": { "scale": { "color": "independent" }, "legend": { "color": "independent" } } })
}

/// The lowest view carries the axis of time.
fn with_axis(view: &Value, time: &Value) -> Value {
    let mut view = view.clone();
    for layer in view["layer"].as_array_mut().into_iter().flatten() {
        layer["encoding"]["x"] = time.clone();
    }
    view
}
