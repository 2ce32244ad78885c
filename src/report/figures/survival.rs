//! Kaplan-Meier curves of every endpoint by arm, with numbers at risk and medians.

use serde_json::{Value, json};

use super::Shown;
use crate::clinic::{Step, Survival};
use crate::report::figure::{Data, Figure, MONTH, Numbers, months, short, time_axis};

/// Steps of a curve that can be told apart in print.
const MOST_STEPS: f64 = 400.0;
/// Times at which the numbers at risk are told.
const RISK_TIMES: usize = 7;
/// Most ticks of censored histories of an arm.
const MOST_TICKS: usize = 150;

/// An endpoint of every arm.
#[derive(Debug)]
pub struct Curves {
    /// Its column.
    pub column: String,
    /// Its title.
    pub title: String,
    /// The estimate of each arm.
    pub arms: Vec<Survival>,
    /// Time and event of each history, by arm.
    pub times: Vec<Vec<(f64, bool)>>,
}

/// The title of an endpoint by the name of its column.
fn title(column: &str) -> String {
    match column {
        "pfs" => "Progression-free survival".to_string(),
        "os" => "Overall survival".to_string(),
        "ttnt" => "Time to next treatment".to_string(),
        "tcr" => "Time to triple-class-refractory disease".to_string(),
        "ttp" => "Time to progression".to_string(),
        "dor" => "Duration of response".to_string(),
        "ttr" => "Time to response".to_string(),
        "mrd_duration" => "Duration of MRD negativity".to_string(),
        other => format!("Time to event: {other}"),
    }
}

/// In which order endpoints are shown.
fn rank(column: &str) -> usize {
    ["pfs", "os", "ttnt", "tcr", "ttp"].iter().position(|known| *known == column).unwrap_or(9)
}

/// The endpoints of which any event was seen, the usual ones first.
pub fn curves(shown: &Shown) -> Vec<Curves> {
    let run = &shown.run;
    let mut columns: Vec<(usize, &String)> = run.endpoints.iter().enumerate().collect();
    columns.sort_by_key(|(at, column)| (rank(column), *at));
    let curves = columns.into_iter().map(|(at, column)| {
        let mut arms = vec![Survival::default(); run.arms.len()];
        let mut times = vec![Vec::new(); run.arms.len()];
        for history in &run.histories {
            if let Some((day, event)) = history.times[at] {
                arms[history.arm].add(day, event);
                times[history.arm].push((day, event));
            }
        }
        Curves { column: column.clone(), title: title(column), arms, times }
    });
    curves.filter(|curves| curves.arms.iter().any(|arm| arm.events() > 0)).collect()
}

/// A figure for each endpoint.
pub fn figures(shown: &Shown) -> Vec<Figure> {
    curves(shown).iter().map(|curves| figure(shown, curves)).collect()
}

fn figure(shown: &Shown, curves: &Curves) -> Figure {
    let last = curves.times.iter().flatten().map(|(day, _)| *day).fold(1.0, f64::max);
    let arms = || shown.run.arms.iter().zip(&curves.arms);
    let mut steps = Data::new(&["arm", "month", "survival", "low", "high"]);
    let mut ticks = Data::new(&["arm", "month", "survival"]);
    let mut risk = Data::new(&["arm", "month", "n"]);
    for (arm, survival) in arms().filter(|(_, survival)| survival.n() > 0) {
        let curve = survival.curve();
        for (time, survival, low, high) in outline(&curve, last) {
            steps.push(vec![json!(arm), months(time), short(survival), short(low), short(high)]);
        }
        let censored: Vec<&Step> = curve.iter().filter(|step| step.censored > 0).collect();
        for place in crate::report::figure::spread(censored.len(), MOST_TICKS) {
            let step = censored[place];
            ticks.push(vec![json!(arm), months(step.time), short(step.survival)]);
        }
        for day in risk_days(last) {
            risk.push(vec![json!(arm), months(day), json!(at_risk(&curve, day))]);
        }
    }
    Figure {
        name: format!("survival-{}", curves.column),
        title: curves.title.clone(),
        caption: "Kaplan-Meier estimate with pointwise 95 % bands (log-log); ticks are censored histories, below are \
                  the numbers at risk."
            .to_string(),
        choices: Vec::new(),
        spec: spec(shown, last, &curves.title),
        data: vec![("steps", steps), ("ticks", ticks), ("risk", risk)],
        numbers: Some(medians(shown, curves)),
    }
}

/// The curve as corners, at most one for each place of the axis that can be told apart.
fn outline(curve: &[Step], last: f64) -> Vec<(f64, f64, f64, f64)> {
    let place = |time: f64| (time / last * MOST_STEPS).floor();
    let mut corners = vec![(0.0, 1.0, 1.0, 1.0)];
    for (at, step) in curve.iter().enumerate() {
        let crowded = curve.get(at + 1).is_some_and(|next| place(next.time) == place(step.time));
        if !crowded {
            corners.push((step.time, step.survival, step.low, step.high));
        }
    }
    corners
}

/// Round numbers of months from 0 to the last day.
fn risk_days(last: f64) -> Vec<f64> {
    let months = last / MONTH;
    let rough = months / (RISK_TIMES - 1) as f64;
    let nice = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 36.0, 60.0, 120.0, 240.0];
    let step = nice.into_iter().find(|step| *step >= rough).unwrap_or(rough);
    let step = if rough < 1.0 { rough } else { step };
    let count = (months / step + 1e-9).floor() as usize;
    (0..=count).map(|at| at as f64 * step * MONTH).collect()
}

/// Histories under observation just before a day.
fn at_risk(curve: &[Step], day: f64) -> u64 {
    curve.iter().find(|step| step.time >= day).map_or(0, |step| step.at_risk)
}

fn medians(shown: &Shown, curves: &Curves) -> Numbers {
    let head = ["arm", "histories", "events", "median, months", "95 % interval"];
    let row = |(arm, survival): (&String, &Survival)| {
        let (low, high) = survival.median_interval();
        vec![
            arm.clone(),
            survival.n().to_string(),
            survival.events().to_string(),
            in_months(survival.median()),
            match (low, high) {
                (None, None) => "-".to_string(),
                (low, high) => format!("{} to {}", in_months(low), in_months(high)),
            },
        ]
    };
    let rows = shown.run.arms.iter().zip(&curves.arms).map(row).collect();
    Numbers { head: head.map(str::to_string).to_vec(), rows }
}

fn in_months(day: Option<f64>) -> String {
    day.map_or("not reached".to_string(), |day| format!("{:.1}", day / MONTH))
}

fn spec(shown: &Shown, last: f64, title: &str) -> Value {
    let mut time = time_axis(0.0, last);
    time["axis"] = json!({ "values": risk_days(last).into_iter().map(months).collect::<Vec<_>>() });
    let mut bare = time.clone();
    bare["axis"] = Value::Null;
    let colour = json!({ "field": "arm", "type": "nominal", "title": "Arm", "scale": shown.arm_colours(),
                         "legend": { "symbolType": "square", "symbolOpacity": 1 } });
    let dash = json!({
        "field": "arm", "type": "nominal", "legend": null,
        "scale": { "domain": shown.run.arms, "range": [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 2], [1, 3]] },
    });
    let y = json!({
        "field": "survival", "type": "quantitative", "title": "Probability to be event-free",
        "scale": { "domain": [0, 1] },
    });
    let tooltip = json!([
        { "field": "arm", "title": "Arm" },
        { "field": "month", "type": "quantitative", "title": "Months", "format": ".1f" },
        { "field": "survival", "type": "quantitative", "title": "Event-free", "format": ".3f" },
    ]);
    let curve = json!({
        "height": 260,
        "layer": [
            {
                "data": { "name": "steps" },
                "mark": { "type": "area", "interpolate": "step-after", "opacity": 0.15 },
                "encoding": { "x": time, "y": { "field": "low", "type": "quantitative", "title": y["title"] },
                              "y2": { "field": "high" }, "color": colour },
            },
            {
                "data": { "name": "steps" },
                "mark": { "type": "line", "interpolate": "step-after", "strokeWidth": 2, "clip": true },
                "encoding": { "x": time, "y": y, "color": colour, "strokeDash": dash, "tooltip": tooltip },
            },
            {
                "data": { "name": "ticks" },
                "mark": { "type": "tick", "orient": "vertical", "size": 8, "thickness": 1.2 },
                "encoding": { "x": time, "y": y, "color": colour, "tooltip": tooltip },
            },
            {
                "data": { "values": [{ "half": 0.5 }] },
                "mark": { "type": "rule", "strokeDash": [2, 4], "color": "#888888" },
                "encoding": { "y": { "field": "half", "type": "quantitative", "title": y["title"] } },
            },
        ],
    });
    let risk = json!({
        "data": { "name": "risk" },
        "title": { "text": "Numbers at risk", "fontSize": 11, "fontWeight": "normal", "anchor": "start" },
        "height": { "step": 16 },
        "mark": { "type": "text", "fontSize": 11 },
        "encoding": {
            "x": bare,
            "y": { "field": "arm", "type": "nominal", "title": null, "sort": shown.run.arms,
                   "axis": { "domain": false, "ticks": false, "labelLimit": 110, "labelPadding": 14 } },
            "text": { "field": "n", "type": "quantitative", "format": "d" },
            "color": { "field": "arm", "type": "nominal", "scale": shown.arm_colours(), "legend": null },
        },
    });
    // The numbers at risk have no legend; that of the curves stays.
    json!({ "description": title, "vconcat": [curve, risk], "spacing": 8,
            "resolve": { "scale": { "color": "independent" }, "legend": { "color": "independent" } } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_risk_are_those_just_before_the_day() {
        let mut survival = Survival::default();
        for (day, event) in [(100.0, true), (150.0, false), (200.0, true)] {
            survival.add(day, event);
        }
        let curve = survival.curve();
        assert_eq!([0.0, 100.0, 101.0, 200.0, 201.0].map(|day| at_risk(&curve, day)), [3, 3, 2, 1, 0]);
    }

    #[test]
    fn an_outline_ends_where_the_curve_ends() {
        let mut survival = Survival::default();
        for day in 0..10_000 {
            survival.add(f64::from(day), true);
        }
        let corners = outline(&survival.curve(), 9_999.0);
        assert!(corners.len() <= MOST_STEPS as usize + 2);
        assert_eq!(corners.last().map(|corner| corner.1), Some(0.0));
    }

    #[test]
    fn risk_times_are_round_months_within_the_follow_up() {
        let days = risk_days(144.0 * MONTH);
        assert_eq!(
            days.iter().map(|day| (day / MONTH).round()).collect::<Vec<_>>(),
            [0., 24., 48., 72., 96., 120., 144.]
        );
        assert!(risk_days(3.0).iter().all(|day| *day <= 3.0 + 1e-9));
    }
}
