//! Responses and progression at the edges of every rule.

use super::super::marrow::Aspirate;
use super::*;

fn visit(day: f64, reading: f64) -> Examination {
    Examination { day, reading, band: true, marrow: None, signs: Signs::default() }
}

/// A visit without M-protein, with this many clonal cells in a sample of ten million.
fn clear(day: f64, clonal: Option<u64>) -> Examination {
    let marrow = clonal.map(|clonal| Aspirate { clonal, cells: 10_000_000 });
    Examination { day, reading: 0.0, band: false, marrow, signs: Signs::default() }
}

/// Responses, the day of progression and the best response for visits every 28 days after the first.
fn follow_by(rules: Rules, readings: &[f64]) -> (Vec<&'static str>, Option<f64>, Option<Response>) {
    let mut monitor = Monitor::new(rules, 0.0, readings[0]);
    let visits = readings[1..].iter().enumerate();
    let called = visits.map(|(i, &m)| monitor.assess(&visit(28.0 * (i + 1) as f64, m)).code()).collect();
    (called, monitor.progression().map(|span| span.by), monitor.best())
}

fn follow(readings: &[f64]) -> (Vec<&'static str>, Option<f64>, Option<Response>) {
    follow_by(Rules::IMWG, readings)
}

/// Responses at visits that are clear, after a first reading of 40 g/L.
fn after_forty(visits: &[Examination]) -> (Vec<&'static str>, Option<Response>) {
    let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0);
    let called = visits.iter().map(|visit| monitor.assess(visit).code()).collect();
    (called, monitor.best())
}

#[test]
fn depth_at_the_edges() {
    let (called, _, _) = follow(&[40.0, 30.04, 30.0, 20.04, 20.0, 4.04, 4.0, 0.0]);
    assert_eq!(called, ["SD", "MR", "MR", "PR", "PR", "VGPR", "VGPR"]);
    // A decline of 24.9 % and of 25 %.
    assert_eq!(follow(&[10.0, 7.51, 7.5]).0, ["SD", "MR"]);
}

/// Tenths have no exact form: every baseline in tenths of g/L has its edges on the right side.
#[test]
fn edges_do_not_depend_on_how_a_number_is_stored() {
    for tenths in (50_u32..900).step_by(7) {
        let baseline = f64::from(tenths) / 10.0;
        for (share, reached, missed) in [(0.1, "VGPR", "PR"), (0.5, "PR", "MR")] {
            let edge = (baseline * share * 1000.0).round() / 1000.0;
            assert_eq!(follow(&[baseline, edge, edge + 0.001]).0, [reached, missed], "{baseline}");
        }
        let up = (baseline + 5.0, baseline + 4.999);
        let rises = |to: f64| Rules { rise: 0.0, ..Rules::IMWG }.progressed(baseline, to);
        assert_eq!((rises(up.0), rises(up.1)), (baseline < 50.0, false), "{baseline}");
    }
}

#[test]
fn a_complete_response_needs_no_band_and_a_clean_marrow() {
    let seen_by_fixation = Examination { band: true, ..clear(28.0, Some(0)) };
    assert_eq!(after_forty(&[seen_by_fixation, clear(56.0, None)]).0, ["VGPR", "VGPR"]);
    assert_eq!(after_forty(&[clear(28.0, Some(500_000))]).0, ["VGPR"], "5 % of the marrow");
    assert_eq!(after_forty(&[clear(28.0, Some(499_999))]).0, ["CR"], "less than 5 %");
    assert_eq!(after_forty(&[clear(28.0, Some(1000))]).0, ["CR"], "1e-4");
    assert_eq!(after_forty(&[clear(28.0, Some(999))]).0, ["sCR"], "less than 1e-4");
}

#[test]
fn the_marrow_holds_until_the_m_protein_comes_back() {
    let back = visit(84.0, 3.0);
    let visits =
        [clear(28.0, Some(0)), clear(56.0, None), back, clear(112.0, None), clear(140.0, Some(2000))];
    let (called, best) = after_forty(&visits);
    assert_eq!(called, ["sCR", "sCR", "VGPR", "VGPR", "CR"]);
    assert_eq!(best, Some(Response::StringentComplete));
}

#[test]
fn the_marrow_is_asked_for_when_it_can_confirm_and_on_its_schedule() {
    let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0);
    assert!(!monitor.wants_marrow(28.0, false, None) && monitor.wants_marrow(28.0, true, None));
    monitor.assess(&clear(28.0, Some(600_000)));
    assert!(!monitor.wants_marrow(111.9, true, None) && monitor.wants_marrow(112.0, true, None));
    monitor.assess(&clear(112.0, Some(0)));
    assert!(!monitor.wants_marrow(300.0, true, None));
    assert!(
        !monitor.wants_marrow(279.0, false, Some(168.0)) && monitor.wants_marrow(280.0, false, Some(168.0))
    );
    let unmeasurable = Monitor::new(Rules::IMWG, 0.0, 4.9);
    assert!(!unmeasurable.wants_marrow(28.0, true, None), "nothing to confirm");
}

#[test]
fn a_response_needs_two_visits() {
    assert_eq!(follow(&[40.0, 3.0, 30.0]).2, Some(Response::Minimal));
    assert_eq!(follow(&[40.0, 3.0, 3.0, 30.0]).2, Some(Response::VeryGoodPartial));
    assert_eq!(follow(&[40.0, 3.0]).2, None);
    assert_eq!(after_forty(&[clear(28.0, Some(0)), visit(56.0, 3.0)]).1, Some(Response::VeryGoodPartial));
}

#[test]
fn a_response_begins_at_the_first_of_the_two_visits() {
    let mut monitor = Monitor::new(Rules::IMWG, 100.0, 40.0);
    for (day, reading) in [(128.0, 20.0), (156.0, 21.0), (184.0, 20.0), (212.0, 10.0)] {
        assert_eq!(monitor.responded(), None);
        monitor.assess(&visit(day, reading));
    }
    assert_eq!(monitor.responded(), Some(184.0));
}

#[test]
fn progression_needs_the_rise_the_grams_and_a_second_visit() {
    assert_eq!(follow(&[40.0, 20.0, 20.0, 25.0, 25.0]).1, Some(84.0), "exactly 25 % and 5 g/L");
    assert_eq!(follow(&[40.0, 20.0, 20.0, 24.99, 24.99]).1, None, "24.95 %, less than 5 g/L");
    assert_eq!(follow(&[40.0, 30.0, 30.0, 37.47, 37.47]).1, None, "24.9 %, though 7.47 g/L");
    assert_eq!(follow(&[40.0, 30.0, 30.0, 37.5, 37.5]).1, Some(84.0), "25 %");
    assert_eq!(follow(&[40.0, 2.0, 2.0, 6.9, 6.9]).1, None, "4.9 g/L");
    assert_eq!(follow(&[40.0, 2.0, 2.0, 7.0, 7.0]).1, Some(84.0), "5.0 g/L");
    assert_eq!(follow(&[40.0, 20.0, 20.0, 26.0, 20.0, 26.0]).1, None, "unconfirmed, never twice in a row");
    assert_eq!(follow(&[40.0, 0.0, 0.0, 5.0, 5.0]).1, Some(84.0), "from nothing");
}

#[test]
fn a_low_reading_that_was_not_confirmed_is_no_nadir() {
    assert_eq!(follow(&[40.0, 20.0, 26.0, 26.0, 26.0]).1, None, "20 g/L was seen once");
    assert_eq!(follow(&[40.0, 20.0, 20.5, 26.0, 26.0]).1, Some(84.0), "from 20.5 g/L");
    assert_eq!(follow(&[40.0, 20.0, 20.9, 26.0, 26.0]).1, None, "not from 20.9 g/L");
    assert_eq!(follow(&[40.0, 50.0, 50.0]).1, Some(28.0), "the first reading counts");
}

#[test]
fn progression_lies_between_two_visits() {
    let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0);
    for (day, reading) in [(28.0, 20.0), (59.0, 20.0), (80.0, 30.0), (112.0, 31.0)] {
        monitor.assess(&visit(day, reading));
    }
    assert_eq!(monitor.progression(), Some(Span { after: 59.0, by: 80.0 }));
}

#[test]
fn progression_at_the_first_two_visits_is_the_best_response() {
    assert_eq!(follow(&[40.0, 55.0, 80.0, 10.0]).2, Some(Response::Progressive));
    assert_eq!(follow(&[4.0, 10.0, 20.0]).2, Some(Response::NotEvaluable));
    assert_eq!(
        follow(&[40.0, 20.0, 20.0, 40.0, 40.0]).2,
        Some(Response::Partial),
        "what was confirmed before stays"
    );
}

#[test]
fn a_high_nadir_asks_for_ten_grams() {
    assert_eq!(follow(&[80.0, 50.0, 50.0, 62.5, 62.5]).1, Some(84.0));
    assert_eq!(follow(&[60.0, 49.9, 49.9, 62.4, 62.4]).1, Some(84.0));
    let low_rise = Rules { rise: 0.1, ..Rules::IMWG };
    assert!(!low_rise.progressed(50.0, 59.9) && low_rise.progressed(50.0, 60.0));
    assert!(low_rise.progressed(49.9, 54.9) && !low_rise.progressed(49.9, 54.8));
}

#[test]
fn after_progression_every_visit_is_progressive() {
    assert_eq!(follow(&[40.0, 10.0, 10.0, 20.0, 20.0, 5.0]).0, ["PR", "PR", "PR", "PD", "PD"]);
}

#[test]
fn unmeasurable_disease_is_not_evaluable_but_can_progress() {
    let (called, progression, best) = follow(&[4.999, 2.0, 2.0, 9.0, 9.0]);
    assert_eq!((called[0], progression, best), ("NE", Some(84.0), Some(Response::NotEvaluable)));
    assert_eq!(follow(&[5.0, 2.0]).0, ["PR"], "5 g/L can be measured");
}

#[test]
fn light_chains_have_rules_of_their_own() {
    let follow = |readings: &[f64]| follow_by(Rules::LIGHT_CHAIN, readings);
    assert_eq!(follow(&[1.0, 0.751, 0.75, 0.5, 0.1, 0.0]).0, ["SD", "MR", "PR", "VGPR", "VGPR"]);
    assert_eq!(follow(&[0.099, 0.05]).0, ["NE"], "below 100 mg/L");
    assert_eq!(follow(&[0.1, 0.05]).0, ["PR"], "100 mg/L can be measured");
    assert_eq!(follow(&[1.0, 0.2, 0.2, 0.3, 0.3]).1, None, "not more than 100 mg/L");
    assert_eq!(follow(&[1.0, 0.2, 0.2, 0.301, 0.301]).1, Some(84.0));
    assert_eq!(follow(&[1.0, 0.8, 0.8, 0.999, 0.999]).1, None, "24.9 %");
    assert_eq!(follow(&[1.0, 0.8, 0.8, 1.0, 1.0]).1, Some(84.0), "25 %");
    assert_eq!(follow(&[90.0, 60.0, 60.0, 75.0, 75.0]).1, Some(84.0), "no higher demand from a high nadir");
}

#[test]
fn growth_in_a_pause_is_not_progression_until_drugs_are_given_again() {
    let mut monitor = Monitor::new(Rules::IMWG, 0.0, 40.0);
    let see = |monitor: &mut Monitor, day: f64, reading: f64| {
        monitor.assess(&visit(day, reading));
        monitor.progression().map(|span| span.by)
    };
    see(&mut monitor, 28.0, 20.0);
    see(&mut monitor, 56.0, 20.0);
    monitor.suspend();
    assert_eq!([84.0, 112.0].map(|day| see(&mut monitor, day, 40.0)), [None, None]);
    monitor.judge_anew();
    assert_eq!(
        [140.0, 168.0].map(|day| see(&mut monitor, day, 49.0)),
        [None, None],
        "less than 25 % above 40 g/L"
    );
    assert_eq!([196.0, 224.0].map(|day| see(&mut monitor, day, 50.0)), [None, Some(196.0)]);
}

#[test]
fn categories_are_ranked_from_the_best() {
    let ranks = Response::ALL.map(Response::rank);
    assert!(ranks.is_sorted() && ranks[0] == 0 && Response::ALL.is_sorted());
    let counted = Response::ALL.iter().filter(|response| response.is_response()).count();
    assert_eq!(counted, 4, "sCR, CR, VGPR and PR");
}
