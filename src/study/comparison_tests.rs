use super::*;
use crate::model::Model;
use crate::scenario::Scenario;
use crate::study::{self, Summary};

fn brief(pfs: f64, event: bool, response: Option<bool>) -> Brief {
    let pfs = Endpoint { time: pfs, event };
    Brief { pfs, os: pfs, burden: pfs.time, extinct: event, response }
}

fn curve(briefs: &[Brief]) -> Survival {
    let mut survival = Survival::default();
    briefs.iter().for_each(|brief| survival.add(brief.pfs.time, brief.pfs.event));
    survival
}

fn find<'a>(rows: &'a [Estimate], quantity: &str) -> &'a Estimate {
    rows.iter().find(|row| row.quantity == quantity).unwrap_or_else(|| panic!("no row {quantity}"))
}

/// Complete data: the restricted mean is the mean of min(t, until), and a paired difference that of the pairs.
#[test]
fn with_complete_data_pairs_are_plain_differences() {
    let first: Vec<Brief> = (0..50).map(|i| brief(100.0 + f64::from(i * 7 % 50), true, None)).collect();
    let other: Vec<Brief> = first
        .iter()
        .enumerate()
        .map(|(i, b)| brief(b.pfs.time + 10.0 + (i % 3) as f64, true, None))
        .collect();
    let curves = [curve(&first), curve(&other)];
    let arms: Vec<&Survival> = curves.iter().collect();
    let pfs = Curve::pfs(&arms);
    assert_eq!(pfs.restriction(), Some(149.0), "as far as both were followed");
    let pairs = Pairs::new(&first, &other, 1);
    let rows = pfs.differences(1, &[], &pairs);
    let restricted = |b: &Brief| b.pfs.time.min(149.0);
    let gains: Vec<f64> = first.iter().zip(&other).map(|(a, b)| restricted(b) - restricted(a)).collect();
    let mean = gains.iter().sum::<f64>() / 50.0;
    let variance = gains.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>() / 50.0 / 50.0;
    let row = find(&rows, "paired_difference_restricted_mean_pfs_days");
    assert!((row.estimate.unwrap() - mean).abs() < 1e-9, "{row:?} {mean}");
    assert!((row.high.unwrap() - row.low.unwrap() - 2.0 * NORMAL * variance.sqrt()).abs() < 1e-9, "{row:?}");
    let unpaired = find(&rows, "difference_restricted_mean_pfs_days");
    let errors = [0, 1].map(|arm: usize| curves[arm].restricted_mean(149.0).1);
    let half = NORMAL * (errors[0] * errors[0] + errors[1] * errors[1]).sqrt();
    assert!((unpaired.high.unwrap() - mean - half).abs() < 1e-9);
    let reduction = find(&rows, "variance_reduction_restricted_mean_pfs_days").estimate.unwrap();
    assert!((reduction - half * half / NORMAL / NORMAL / variance).abs() < 1e-6 * reduction, "{reduction}");
}

/// Replicates of one patient count once: twice the same history is no more knowledge.
#[test]
fn histories_of_one_patient_count_once() {
    let first: Vec<Brief> = (0..40).map(|i| brief(f64::from(i), true, Some(i % 2 == 0))).collect();
    let other: Vec<Brief> = (0..40).map(|i| brief(f64::from(i * 3 % 41), true, Some(i % 3 == 0))).collect();
    let twice = |briefs: &[Brief]| briefs.iter().flat_map(|b| [*b, *b]).collect::<Vec<Brief>>();
    let (doubled, again) = (twice(&first), twice(&other));
    let single = Pairs::new(&first, &other, 1).differences(1, true);
    let double = Pairs::new(&doubled, &again, 2).differences(1, true);
    for (one, two) in single.iter().zip(&double) {
        assert_eq!((one.quantity.as_str(), two.n), (two.quantity.as_str(), 2 * one.n));
        let close = |a: Option<f64>, b: Option<f64>| (a.unwrap_or(0.0) - b.unwrap_or(0.0)).abs() < 1e-9;
        assert!(
            close(one.low, two.low) && close(one.high, two.high) && close(one.estimate, two.estimate),
            "{one:?} {two:?}"
        );
    }
    let alone = Pairs::new(&doubled, &again, 80).differences(1, true);
    assert!(find(&alone, "difference_extinct_share").low.is_some(), "one patient: histories count");
}

#[test]
fn histories_that_cannot_be_told_do_not_count_in_the_response() {
    let first = [brief(1.0, true, Some(true)), brief(2.0, true, None), brief(3.0, true, Some(false))];
    let other = [brief(1.0, true, Some(true)), brief(2.0, true, Some(true)), brief(3.0, true, None)];
    let rows = Pairs::new(&first, &other, 1).differences(1, true);
    assert_eq!(find(&rows, "difference_line1_response_rate").estimate, Some(0.5));
    let nobody = [brief(1.0, true, None)];
    let rows = Pairs::new(&nobody, &nobody, 1).differences(1, true);
    assert!(rows.iter().all(|row| !row.quantity.contains("response")));
}

#[test]
fn landmarks_have_names_of_months_or_days() {
    assert_eq!(landmark_name(365.25), "12_months");
    assert_eq!(landmark_name(30.4375), "1_months");
    assert_eq!(landmark_name(100.0), "100_days");
    assert_eq!(landmark_name(0.5), "0.5_days");
}

#[test]
fn rates_are_told_no_further_than_the_curve_goes() {
    let curves = [curve(&[brief(100.0, true, None), brief(200.0, false, None)])];
    let arms: Vec<&Survival> = curves.iter().collect();
    let rows = Curve::os(&arms).estimates(0, &[100.0, 365.25]);
    let names: Vec<&str> = rows.iter().map(|row| row.quantity.as_str()).collect();
    assert_eq!(names, ["os_rate_100_days", "restricted_mean_os_days", "restriction_os_days"]);
    assert_eq!((rows[0].estimate, rows[1].estimate), (Some(0.5), Some(150.0)));
    let gone = [curve(&[brief(100.0, true, None), brief(200.0, true, None)])];
    let arms: Vec<&Survival> = gone.iter().collect();
    let rows = Curve::os(&arms).estimates(0, &[365.25]);
    assert_eq!(
        (rows[0].quantity.as_str(), rows[0].estimate),
        ("os_rate_12_months", Some(0.0)),
        "nobody is left"
    );
}

fn model(patients: u64) -> Model {
    let text = format!(
        r#"
name = "Two arms"
study = {{ seed = 9, patients = {patients}, horizon = "2 y" }}
visits = {{ every = "28 d" }}
[disease]
burden = {{ lognormal = {{ median = 4e11, cv = 0.6 }} }}
net_growth = {{ lognormal = {{ median = "0.014 /d", cv = 0.8 }} }}
death = "0.03 /d"
lethal_burden = 5e12
[[arm]]
name = "Rd"
lines = [{{ regimen = "Rd", until = "progression" }}]
[[arm]]
name = "also Rd"
lines = [{{ regimen = "Rd", until = "progression" }}]
[[arm]]
name = "nothing for a month, then Rd"
lines = [{{ holiday = "28 d" }}, {{ regimen = "Rd", until = "progression" }}]
"#
    );
    Scenario::read("two.toml", &text, &[]).unwrap().model
}

fn summary(model: &Model) -> Summary {
    let mut summary = Summary::new(model);
    let take = |(arm, outcome)| -> Result<(), std::convert::Infallible> {
        summary.add(arm, &outcome);
        Ok(())
    };
    study::run(model, 2, |job, story| (job.arm, story.outcome), take).unwrap();
    summary
}

/// The same plan on the same patients makes no difference at all; another one makes one that pairs know better.
#[test]
fn arms_of_the_same_plan_do_not_differ_at_all() {
    let rows = summary(&model(60)).estimates();
    let of = |arm: usize, quantity: &str| {
        rows.iter()
            .find(|row| row.arm == arm && row.quantity == quantity)
            .unwrap_or_else(|| panic!("{quantity}"))
    };
    for quantity in
        ["pfs_rate_12_months", "restricted_mean_pfs_days", "mean_final_burden", "line1_response_rate"]
    {
        let same = of(1, &format!("paired_difference_{quantity}"));
        assert_eq!((same.estimate, same.low, same.high), (Some(0.0), Some(0.0), Some(0.0)), "{quantity}");
        assert!(of(1, &format!("difference_{quantity}")).high > Some(0.0), "{quantity}");
        assert_eq!(of(1, &format!("variance_reduction_{quantity}")).estimate, None);
    }
    assert!((of(1, "hazard_ratio_pfs").estimate.unwrap() - 1.0).abs() < 1e-9);
    assert_eq!(of(1, "log_rank_p_pfs").estimate, Some(1.0));
    assert!(
        of(2, "variance_reduction_mean_final_burden").estimate > Some(1.5),
        "the patients make most of the difference"
    );
    assert!(
        rows.iter().all(|row| row.arm > 0 || !row.quantity.contains("difference_")),
        "the first arm has nothing to be compared with"
    );
}
