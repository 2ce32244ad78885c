//! Survival statistics: against lifelines and statsmodels on three data sets (`tests/survival/make.py` made the
//! numbers), and the coverage of every interval on simulated truth.

#![allow(clippy::unwrap_used)] // A panic is how a test fails.

use clonetide::clinic::{Difference, Influence, Survival, Ties, hazard_ratio, log_rank};
use clonetide::engine::{Purpose, Stream, StreamKey, sampler};
use serde_json::Value;

const EXPECTED: &str = include_str!("survival/expected.json");

const DATA: [(&str, &str); 3] = [
    ("waltons", include_str!("survival/waltons.csv")),
    ("rossi", include_str!("survival/rossi.csv")),
    ("leukaemia", include_str!("survival/leukaemia.csv")),
];

/// The two groups of a data set.
fn groups(text: &str) -> [Survival; 2] {
    let mut groups = [Survival::default(), Survival::default()];
    for line in text.lines().skip(1) {
        let [time, event, group]: [f64; 3] =
            line.split(',').map(|cell| cell.parse().unwrap()).collect::<Vec<_>>().try_into().unwrap();
        groups[group as usize].add(time, event == 1.0);
    }
    groups
}

/// Each data set with what is expected of it.
fn data_sets() -> Vec<(&'static str, [Survival; 2], Value)> {
    let expected: Value = serde_json::from_str(EXPECTED).unwrap();
    DATA.iter().map(|&(name, text)| (name, groups(text), expected[name].clone())).collect()
}

#[track_caller]
fn close(what: &str, got: f64, want: &Value) {
    let want = want.as_f64().unwrap();
    assert!((got - want).abs() < 1e-6 * want.abs().max(1.0), "{what}: {got} instead of {want}");
}

#[test]
fn medians_agree_with_lifelines() {
    for (name, groups, expected) in data_sets() {
        for (group, survival) in groups.iter().enumerate() {
            let want = &expected["groups"][group];
            let (low, high) = survival.median_interval();
            let got = [survival.median(), low, high];
            let want = [&want["median"], &want["median_interval"][0], &want["median_interval"][1]];
            assert_eq!(got.to_vec(), want.map(Value::as_f64).to_vec(), "{name} {group}");
        }
    }
}

#[test]
fn landmark_rates_and_their_bands_agree_with_lifelines() {
    for (name, groups, expected) in data_sets() {
        for (group, survival) in groups.iter().enumerate() {
            for row in expected["groups"][group]["landmarks"].as_array().unwrap() {
                let step = survival.at(row[0].as_f64().unwrap());
                let what = format!("{name} {group} at {}", row[0]);
                close(&what, step.survival, &row[1]);
                close(&format!("{what}: low"), step.low, &row[2]);
                close(&format!("{what}: high"), step.high, &row[3]);
                close(&format!("{what}: Greenwood"), step.error, &row[4]);
            }
        }
    }
}

#[test]
fn restricted_means_agree_with_lifelines() {
    for (name, groups, expected) in data_sets() {
        for (group, survival) in groups.iter().enumerate() {
            let want = &expected["groups"][group];
            let (mean, error) = survival.restricted_mean(want["until"].as_f64().unwrap());
            close(&format!("{name} {group}"), mean, &want["restricted_mean"]);
            close(&format!("{name} {group}: error"), error, &want["restricted_mean_error"]);
        }
    }
}

#[test]
fn the_log_rank_test_agrees_with_lifelines() {
    for (name, [a, b], expected) in data_sets() {
        let test = log_rank(&a, &b).unwrap();
        close(name, test.statistic, &expected["log_rank"][0]);
        let p = expected["log_rank"][1].as_f64().unwrap();
        assert!((test.p / p - 1.0).abs() < 1e-6, "{name}: {} instead of {p}", test.p);
    }
}

#[test]
fn hazard_ratios_agree_with_lifelines_and_statsmodels() {
    for (name, [a, b], expected) in data_sets() {
        let efron = hazard_ratio(&a, &b, Ties::Efron).unwrap();
        let ratio = &expected["hazard_ratio"];
        close(name, efron.ratio, &ratio[0]);
        close(&format!("{name}: low"), efron.low, &ratio[1]);
        close(&format!("{name}: high"), efron.high, &ratio[2]);
        close(&format!("{name}: error"), efron.log_error, &expected["efron"][1]);
        close(&format!("{name}: second opinion"), efron.ratio.ln(), &expected["statsmodels_efron"][0]);
        let breslow = hazard_ratio(&a, &b, Ties::Breslow).unwrap();
        close(&format!("{name}: Breslow"), breslow.ratio.ln(), &expected["breslow"][0]);
        close(&format!("{name}: Breslow's error"), breslow.log_error, &expected["breslow"][1]);
    }
}

#[test]
fn the_other_way_round_the_ratio_is_the_inverse() {
    for (name, [a, b], _) in data_sets() {
        for ties in [Ties::Efron, Ties::Breslow] {
            let (to, fro) = (hazard_ratio(&a, &b, ties).unwrap(), hazard_ratio(&b, &a, ties).unwrap());
            assert!(
                (to.ratio * fro.ratio - 1.0).abs() < 1e-9 && (to.low * fro.high - 1.0).abs() < 1e-9,
                "{name}"
            );
        }
        let (to, fro) = (log_rank(&a, &b).unwrap(), log_rank(&b, &a).unwrap());
        assert!((to.statistic - fro.statistic).abs() < 1e-9 * to.statistic, "{name}");
    }
}

#[test]
fn what_the_data_do_not_bound_is_none() {
    let of = |times: &[f64], event: bool| {
        let mut survival = Survival::default();
        times.iter().for_each(|&time| survival.add(time, event));
        survival
    };
    let (early, late) = (of(&[1.0, 2.0, 3.0], true), of(&[4.0, 5.0, 6.0], true));
    let (nobody, censored) = (Survival::default(), of(&[1.0, 2.0], false));
    for ties in [Ties::Efron, Ties::Breslow] {
        assert_eq!(hazard_ratio(&early, &late, ties), None, "all of one group before the other");
        assert_eq!(hazard_ratio(&late, &early, ties), None);
        assert_eq!(hazard_ratio(&early, &censored, ties), None, "no event in one group");
        assert_eq!(hazard_ratio(&nobody, &early, ties), None);
        assert_eq!(hazard_ratio(&nobody, &nobody, ties), None);
    }
    assert_eq!(log_rank(&nobody, &nobody), None);
    assert_eq!(log_rank(&censored, &censored), None);
    assert_eq!(log_rank(&early, &nobody), None);
    assert_eq!(nobody.restricted_mean(5.0), (5.0, 0.0));
    assert_eq!(early.restricted_mean(0.5), (0.5, 0.0), "before the first event");
    assert_eq!((nobody.last_time(), early.last_time()), (None, Some(3.0)));
}

/// The weights of the patients add up to nothing, and their squares to the variance of Greenwood.
#[test]
fn influences_add_up_to_greenwood() {
    for (name, text) in DATA {
        for (group, survival) in groups(text).iter().enumerate() {
            let patients: Vec<(f64, bool)> = text
                .lines()
                .skip(1)
                .filter(|line| line.ends_with(&group.to_string()))
                .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect::<Vec<f64>>())
                .map(|row| (row[0], row[1] == 1.0))
                .collect();
            let holds = |influence: Influence, error: f64| {
                let weights = patients.iter().map(|&(time, event)| influence.of(time, event));
                let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), w| (sum + w, squares + w * w));
                assert!(sum.abs() < 1e-9, "{name} {group}: {sum}");
                assert!((squares.sqrt() - error).abs() < 1e-9, "{name} {group}: {} {error}", squares.sqrt());
            };
            for time in [10.0, 15.5, 20.0] {
                holds(survival.influence_on_survival(time), survival.at(time).error);
                holds(survival.influence_on_mean(time), survival.restricted_mean(time).1);
            }
        }
    }
}

/// Leaving a patient out moves the estimate by the weight, to first order: no shared formula.
#[test]
fn an_influence_is_what_leaving_a_patient_out_changes() {
    let patients: Vec<(f64, bool)> = (0..400).map(|i| (f64::from((i * 37) % 97), i % 3 != 0)).collect();
    let of = |without: Option<usize>| {
        let mut survival = Survival::default();
        let kept = patients.iter().enumerate().filter(|(i, _)| Some(*i) != without);
        kept.for_each(|(_, &(time, event))| survival.add(time, event));
        survival
    };
    let whole = of(None);
    let (rate, mean) = (whole.influence_on_survival(50.0), whole.influence_on_mean(60.0));
    for (i, &(time, event)) in patients.iter().enumerate().step_by(7) {
        let without = of(Some(i));
        let change = whole.survival_at(50.0) - without.survival_at(50.0);
        assert!((rate.of(time, event) - change).abs() < 2e-5, "{i}: {} {change}", rate.of(time, event));
        let change = whole.restricted_mean(60.0).0 - without.restricted_mean(60.0).0;
        assert!((mean.of(time, event) - change).abs() < 1e-3, "{i}: {} {change}", mean.of(time, event));
    }
}

/// Trials in the tests of coverage. An interval that covers in 95 % fails the tests below with probability 1e-6:
/// the share of 4,000 has a standard deviation of 0.345 %, times 4.9 is 1.7 %. Small-sample error of the methods
/// themselves (n = 200) is allowed 0.6 % on top.
const TRIALS: u64 = 4000;
const MARGIN: f64 = 0.017 + 0.006;

/// Patients per arm of a trial.
const PATIENTS: usize = 200;

/// A patient whose hazard is `hazard`, by the waiting time `event` of mean 1, censored at `censored`.
fn follow(hazard: f64, event: f64, censored: f64) -> (f64, bool) {
    let time = event / hazard;
    (time.min(censored), time <= censored)
}

/// Two arms of exponential survival, hazards 0.1 and 0.06, with censoring even over 5 to 30: on the same patients,
/// whose frailty and luck are shared in part.
fn trial(number: u64) -> Vec<[(f64, bool); 2]> {
    let key = StreamKey { seed: 20261126, cell: 0, patient: number, replicate: 0 };
    let mut stream: Stream = key.stream(Purpose::Assay);
    let exponential = |stream: &mut Stream| sampler::exponential(stream);
    (0..PATIENTS)
        .map(|_| {
            let (common, own) = (exponential(&mut stream), exponential(&mut stream));
            let coin = exponential(&mut stream) < std::f64::consts::LN_2;
            // With an even chance the other arm has the same luck: each arm alone is exponential.
            let other = if coin { common } else { own };
            let censored = 5.0 + 25.0 * (1.0 - (-exponential(&mut stream)).exp());
            [follow(0.1, common, censored), follow(0.06, other, censored)]
        })
        .collect()
}

fn arms(trial: &[[(f64, bool); 2]]) -> [Survival; 2] {
    [0, 1].map(|arm: usize| {
        let mut survival = Survival::default();
        trial.iter().for_each(|patient| survival.add(patient[arm].0, patient[arm].1));
        survival
    })
}

/// H0: each interval holds the truth in 95 % of trials. n = 4,000 trials of 2 x 200 patients; false alarm 1e-6 each.
#[test]
fn intervals_cover_the_truth() {
    let (rate, median) = ((-0.1f64 * 10.0).exp(), std::f64::consts::LN_2 / 0.1);
    let mean = |hazard: f64| (1.0 - (-hazard * 10.0).exp()) / hazard;
    let names = [
        "landmark, log-log",
        "landmark, Greenwood",
        "median",
        "restricted mean",
        "difference, paired",
        "rates, paired",
    ];
    let mut covered = [0u32; 6];
    let mut narrower = 0.0;
    for number in 0..TRIALS {
        let patients = trial(number);
        let [a, b] = arms(&patients);
        let step = a.at(10.0);
        let plain = step.plain();
        let (low, high) = a.median_interval();
        let (area, error) = a.restricted_mean(10.0);
        let difference = |first: f64, other: f64, of: [Influence; 2]| {
            let weights = patients.iter().map(|p| (of[0].of(p[0].0, p[0].1), of[1].of(p[1].0, p[1].1)));
            Difference::new(first, other, weights)
        };
        let means = [&a, &b].map(|arm| arm.influence_on_mean(10.0));
        let gained = difference(area, b.restricted_mean(10.0).0, means);
        let rates = [&a, &b].map(|arm| arm.influence_on_survival(10.0));
        let better = difference(a.survival_at(10.0), b.survival_at(10.0), rates);
        narrower += gained.variance_reduction().unwrap() / TRIALS as f64;
        let within = |(low, high): (f64, f64), truth: f64| low <= truth && truth <= high;
        let hits = [
            within((step.low, step.high), rate),
            within(plain, rate),
            within((low.unwrap_or(0.0), high.unwrap_or(f64::INFINITY)), median),
            within((area - 1.96 * error, area + 1.96 * error), mean(0.1)),
            within(gained.paired(), mean(0.06) - mean(0.1)),
            within(better.paired(), (-0.06f64 * 10.0).exp() - rate),
        ];
        covered.iter_mut().zip(hits).for_each(|(count, hit)| *count += u32::from(hit));
    }
    for (name, count) in names.iter().zip(covered) {
        let share = f64::from(count) / TRIALS as f64;
        println!("{name}: {share}");
        assert!((share - 0.95).abs() < MARGIN, "{name}: {share}");
    }
    assert!(narrower > 1.3, "patients that share half of their luck: {narrower}");
}

/// H0: the hazard ratio's interval holds 0.6 in 95 % of trials with patients of their own, and the log-rank test
/// calls equal arms different in 5 %. n = 4,000; false alarm 1e-6 each.
#[test]
fn the_hazard_ratio_covers_and_the_log_rank_test_keeps_its_level() {
    let (mut covered, mut called) = (0u32, 0u32);
    for number in 0..TRIALS {
        let (one, two, three) = (trial(number), trial(TRIALS + number), trial(2 * TRIALS + number));
        let (first, other) = (&arms(&one)[0], &arms(&two)[1]);
        let ratio = hazard_ratio(first, other, Ties::Efron).unwrap();
        covered += u32::from(ratio.low <= 0.6 && 0.6 <= ratio.high);
        called += u32::from(log_rank(first, &arms(&three)[0]).unwrap().p < 0.05);
    }
    let (covered, called) = (f64::from(covered) / TRIALS as f64, f64::from(called) / TRIALS as f64);
    println!("hazard ratio: {covered}; log-rank: {called}");
    assert!((covered - 0.95).abs() < MARGIN, "hazard ratio: {covered}");
    assert!((called - 0.05).abs() < MARGIN, "log-rank: {called}");
}
