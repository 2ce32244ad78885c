//! Response and progression by the signs beside the serum, at the edges of every rule.

use super::super::examination::Examination;
use super::super::marrow::Aspirate;
use super::super::response::Monitor;
use super::super::signs::Chain;
use super::*;

/// Signs of which nothing was looked at but what is given.
const NONE: Signs = Signs { chains: None, urine: None, lesion: None, haemoglobin: None };

fn urine(m_protein: f64) -> Signs {
    Signs { urine: Some(Excreted { m_protein, band: m_protein > 0.0 }), ..NONE }
}

/// Free light chains of kappa disease, mg/L, beside 10 mg/L of lambda.
fn chains(involved: f64) -> Signs {
    let uninvolved = 0.01;
    Signs { chains: Some(Chains { involved: involved / 1000.0, uninvolved, chain: Chain::Kappa }), ..NONE }
}

fn lesion(size: f64) -> Signs {
    Signs { lesion: Some(size), ..NONE }
}

fn haemoglobin(reading: f64) -> Signs {
    Signs { haemoglobin: Some(reading), ..NONE }
}

/// What a line calls at visits every 28 days, by serum and signs; the first pair is the line's first.
struct Told {
    called: Vec<&'static str>,
    progression: Option<(f64, Criterion)>,
}

fn follow(visits: &[(f64, Signs)]) -> Told {
    let mut monitor = Monitor::new(Rules::IMWG, 0.0, visits[0].0).with_signs(&visits[0].1);
    let call = |(i, &(reading, signs)): (usize, &(f64, Signs))| {
        let day = 28.0 * (i + 1) as f64;
        monitor.assess(&Examination { day, reading, band: true, marrow: None, signs }).code()
    };
    let called = visits[1..].iter().enumerate().map(call).collect();
    let progression = monitor.progression().map(|span| span.by).zip(monitor.criterion());
    Told { called, progression }
}

/// Visits with a serum M-protein that does not change, and these signs.
fn steady(serum: f64, signs: &[Signs]) -> Told {
    follow(&signs.iter().map(|signs| (serum, *signs)).collect::<Vec<_>>())
}

/// Of a visit without any M-protein in serum, with this many clonal cells of ten million.
fn clear(signs: Signs, clonal: u64) -> Examination {
    let marrow = Some(Aspirate { clonal, cells: 10_000_000 });
    Examination { day: 28.0, reading: 0.0, band: false, marrow, signs }
}

#[test]
fn urine_at_the_edges() {
    let seen = [1000.0, 501.0, 500.0, 200.0, 199.0, 100.0, 99.0, 0.0].map(urine);
    let told = steady(0.0, &seen);
    assert_eq!(told.called, ["SD", "MR", "MR", "PR", "PR", "VGPR", "VGPR"]);
    // 90 % less is partial at any size.
    assert_eq!(steady(0.0, &[5000.0, 501.0, 500.0].map(urine)).called, ["MR", "PR"]);
}

#[test]
fn urine_is_measurable_from_two_hundred() {
    assert_eq!(steady(0.0, &[199.0, 50.0].map(urine)).called, ["NE"]);
    assert_eq!(steady(0.0, &[200.0, 50.0].map(urine)).called, ["VGPR"]);
}

#[test]
fn serum_and_urine_must_both_respond() {
    let by_serum =
        |serum: f64, excreted: f64| follow(&[(40.0, urine(1000.0)), (serum, urine(excreted))]).called[0];
    assert_eq!([by_serum(4.0, 99.0), by_serum(4.0, 100.0)], ["VGPR", "PR"]);
    assert_eq!([by_serum(4.0, 199.0), by_serum(4.0, 200.0)], ["PR", "MR"]);
    assert_eq!([by_serum(4.0, 500.0), by_serum(4.0, 501.0)], ["MR", "SD"]);
    assert_eq!([by_serum(20.0, 0.0), by_serum(20.04, 0.0)], ["PR", "MR"]);
    // Urine that was not measurable at first must still be below 100 mg for a very good response.
    let little = |excreted: f64| follow(&[(40.0, urine(60.0)), (4.0, urine(excreted))]).called[0];
    assert_eq!([little(99.0), little(100.0), little(200.0)], ["VGPR", "PR", "SD"]);
}

#[test]
fn urine_progresses_by_a_quarter_and_two_hundred_at_two_visits() {
    let by = |readings: &[f64]| {
        let signs: Vec<Signs> = readings.iter().map(|excreted| urine(*excreted)).collect();
        steady(0.0, &signs).progression
    };
    assert_eq!(by(&[1000.0, 100.0, 100.0, 300.0, 300.0]), Some((84.0, Criterion::Urine)), "200 mg");
    assert_eq!(by(&[1000.0, 100.0, 100.0, 299.0, 299.0]), None, "199 mg");
    assert_eq!(by(&[2000.0, 1000.0, 1000.0, 1249.0, 1249.0]), None, "24.9 %, though 249 mg");
    assert_eq!(by(&[2000.0, 1000.0, 1000.0, 1250.0, 1250.0]), Some((84.0, Criterion::Urine)), "25 %");
    assert_eq!(by(&[1000.0, 100.0, 100.0, 300.0, 100.0, 300.0]), None, "never twice in a row");
    assert_eq!(by(&[1000.0, 100.0, 300.0, 300.0, 300.0]), None, "100 mg was seen once");
}

#[test]
fn serum_and_urine_confirm_one_another() {
    let (low, high) = (urine(100.0), urine(400.0));
    let told = follow(&[(40.0, urine(1000.0)), (10.0, low), (10.0, low), (10.0, high), (20.0, low)]);
    assert_eq!(told.progression, Some((84.0, Criterion::Serum)));
}

#[test]
fn a_complete_response_needs_clear_urine() {
    let call = |signs: Signs| {
        let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0).with_signs(&urine(1000.0));
        let visit = clear(signs, 0);
        (visit.is_clear(), monitor.assess(&visit).code())
    };
    assert_eq!(call(urine(0.0)), (true, "sCR"));
    assert_eq!(call(urine(60.0)), (false, "VGPR"));
    let band = Signs { urine: Some(Excreted { m_protein: 0.0, band: true }), ..NONE };
    assert_eq!(call(band), (false, "VGPR"), "a band in the urine");
}

#[test]
fn a_stringent_response_needs_the_normal_ratio() {
    let call = |signs: Signs, clonal: u64| {
        let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0).with_signs(&chains(500.0));
        monitor.assess(&clear(signs, clonal)).code()
    };
    assert_eq!([call(chains(16.5), 0), call(chains(16.6), 0)], ["sCR", "CR"], "a ratio of 1.65 and 1.66");
    assert_eq!([call(chains(2.6), 0), call(chains(2.5), 0)], ["sCR", "CR"], "a ratio of 0.26 and 0.25");
    assert_eq!(call(chains(10.0), 1000), "CR", "a normal ratio does not make up for the marrow");
    assert_eq!(call(NONE, 0), "sCR", "where nobody measures the ratio the marrow decides");
}

#[test]
fn chains_are_followed_where_neither_serum_nor_urine_is_measurable() {
    let called = steady(0.0, &[210.0, 111.0, 110.0, 30.0, 10.0].map(chains)).called;
    assert_eq!(called, ["MR", "PR", "VGPR", "VGPR"], "differences of 200, 101, 100, 20 and none");
    assert_eq!(steady(0.0, &[109.0, 10.0].map(chains)).called, ["NE"], "a difference of 99 mg/L");
    assert_eq!(steady(0.0, &[110.0, 10.0].map(chains)).called, ["VGPR"], "100 mg/L can be measured");
    let by = |last: f64| steady(0.0, &[510.0, 110.0, 110.0, last, last].map(chains)).progression;
    assert_eq!(by(210.0), None, "not more than 100 mg/L");
    assert_eq!(by(211.0), Some((84.0, Criterion::FreeLightChains)));
    let beside = steady(40.0, &[510.0, 110.0, 110.0, 900.0, 900.0].map(chains));
    assert_eq!(beside.progression, None, "the serum is measurable");
    assert_eq!(beside.called[0], "SD", "and alone decides");
}

#[test]
fn a_complete_response_by_chains_alone_needs_their_normal_ratio() {
    let call = |signs: Signs| {
        let mut monitor = Monitor::new(Rules::IMWG, 0.0, 0.0).with_signs(&chains(500.0));
        monitor.assess(&clear(signs, 0)).code()
    };
    assert_eq!([call(chains(16.5)), call(chains(16.6))], ["sCR", "VGPR"]);
}

#[test]
fn a_plasmacytoma_at_the_edges() {
    let by = |size: f64| follow(&[(40.0, lesion(8.0)), (4.0, lesion(size))]).called[0];
    assert_eq!([by(4.0), by(4.1), by(6.0), by(6.1)], ["VGPR", "MR", "MR", "SD"]);
    let complete = |size: f64| {
        let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0).with_signs(&lesion(8.0));
        monitor.assess(&clear(lesion(size), 0)).code()
    };
    assert_eq!([complete(0.0), complete(1.0)], ["sCR", "VGPR"]);
}

#[test]
fn a_new_or_larger_plasmacytoma_is_progression_at_once() {
    let by = |sizes: &[f64]| {
        let signs: Vec<Signs> = sizes.iter().map(|size| lesion(*size)).collect();
        steady(40.0, &signs).progression
    };
    assert_eq!(by(&[8.0, 4.0, 6.0]), Some((56.0, Criterion::Imaging)), "half as much again");
    assert_eq!(by(&[8.0, 4.0, 5.9]), None);
    assert_eq!(by(&[0.0, 0.0, 1.0]), Some((56.0, Criterion::Imaging)), "a new one");
    assert_eq!(by(&[8.0, 0.0, 1.0]), Some((56.0, Criterion::Imaging)), "one that comes back");
    assert_eq!(by(&[0.0, 0.0, 0.0]), None);
}

#[test]
fn a_fall_of_haemoglobin_is_progression_at_once() {
    let by = |readings: &[f64]| {
        let signs: Vec<Signs> = readings.iter().map(|reading| haemoglobin(*reading)).collect();
        steady(40.0, &signs).progression
    };
    assert_eq!(by(&[100.0, 120.0, 121.0, 100.0]), Some((84.0, Criterion::Haemoglobin)), "20 g/L from 120");
    assert_eq!(by(&[100.0, 120.0, 121.0, 101.0]), None, "19 g/L from 120");
    assert_eq!(by(&[100.0, 125.0, 110.0, 100.0]), None, "125 g/L was seen once");
    assert_eq!(by(&[100.0, 80.0]), Some((28.0, Criterion::Haemoglobin)), "the first reading counts");
}

#[test]
fn growth_in_a_pause_is_not_progression_by_any_sign() {
    let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0).with_signs(&haemoglobin(120.0));
    let see = |monitor: &mut Monitor, day: f64, reading: f64| {
        let signs = haemoglobin(reading);
        monitor.assess(&Examination { day, reading: 40.0, band: true, marrow: None, signs });
        monitor.progression().map(|span| span.by)
    };
    monitor.suspend();
    assert_eq!(see(&mut monitor, 28.0, 90.0), None);
    monitor.judge_anew();
    assert_eq!(see(&mut monitor, 56.0, 71.0), None, "19 g/L below the reading of that day");
    assert_eq!(see(&mut monitor, 84.0, 70.0), Some(84.0));
}
