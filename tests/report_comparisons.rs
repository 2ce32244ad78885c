//! `clonetide report`: figures that compare arms or points of a sweep, and what a patient's figure shows beside the
//! tables of clones and visits, hold what the tables say.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A panic is how a test fails.

mod support;

use support::command::{Desk, SMALL, after_a_run};
use support::page::{cell, names, near, number, page, rows, table};

/// Days of a mean month.
const MONTH: f64 = 30.4375;

/// A run of arms that differ, with all comparisons estimable.
fn compared() -> Desk {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/psmb5.toml");
    let desk = Desk::new();
    let options = ["--patients", "40", "--out", "out", "--quiet", "--set", "record.tables=[]"];
    desk.clonetide(["run", scenario].iter().chain(&options)).good();
    desk
}

/// The cell of the summary for a quantity of the second arm.
fn told(desk: &Desk, quantity: &str, column: &str) -> f64 {
    let summary = table(desk, "out/summary.csv");
    let row = summary.iter().find(|row| cell(row, "arm") == "Kd" && cell(row, "quantity") == quantity);
    number(row.unwrap_or_else(|| panic!("no {quantity}")), column)
}

#[test]
fn hazard_ratios_are_those_of_the_summary() {
    let desk = compared();
    let page = page(&desk);
    let shown = rows(&page, "hazard-ratio", "ratios");
    assert_eq!(shown.len(), 1, "nobody dies in this scenario: {shown:?}");
    assert_eq!((cell(&shown[0], "endpoint"), cell(&shown[0], "arm")), ("Progression-free survival", "Kd"));
    for (shown, told) in [("ratio", "estimate"), ("low", "low"), ("high", "high")].map(|(column, of)| {
        (number(&rows(&page, "hazard-ratio", "ratios")[0], column), self::told(&desk, "hazard_ratio_pfs", of))
    }) {
        assert!(near(shown, told), "{shown} is not {told}");
    }
    let p = told(&desk, "log_rank_p_pfs", "estimate");
    let p = if p < 1e-4 { "&lt; 0.0001".to_string() } else { format!("{p:.4}") };
    assert!(page.contains(&format!(">{p}</td></tr>")), "{p}");
}

#[test]
fn differences_are_those_of_the_summary_with_and_without_pairs() {
    let desk = compared();
    let page = page(&desk);
    let shown = rows(&page, "difference", "differences");
    let kinds = [("patients of their own", "difference"), ("the same patients", "paired_difference")];
    let of = [
        ("Mean PFS (months)", "restricted_mean_pfs_days", 1.0 / MONTH),
        ("PFS at 24 months (percentage points)", "pfs_rate_24_months", 100.0),
        ("Mean cells at the end (cells)", "mean_final_burden", 1.0),
    ];
    for (what, quantity, scale) in of {
        for (kind, begin) in kinds {
            let row = shown.iter().find(|row| cell(row, "what") == what && cell(row, "kind") == kind);
            let row = row.unwrap_or_else(|| panic!("no {what}, {kind}"));
            for (column, of) in [("difference", "estimate"), ("low", "low"), ("high", "high")] {
                let told = scale * told(&desk, &format!("{begin}_{quantity}"), of);
                assert!(near(number(row, column), told), "{what}, {kind}, {column}: {row:?} is not {told}");
            }
        }
    }
    let times = told(&desk, "variance_reduction_restricted_mean_pfs_days", "estimate");
    assert!(page.contains(&format!("<td class=\"number\">{times:.1}</td>")), "{times}");
}

#[test]
fn one_arm_is_compared_with_nothing() {
    let desk = Desk::with(&SMALL.replace("[[arm]]\nname = \"Kd, then nothing\"\nlines = [{ regimen = \"Kd\", for = \"84 d\" }, { holiday = \"56 d\" }]", ""));
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--quiet"]).good();
    let names = names(&page(&desk));
    assert!(!names.iter().any(|name| name == "hazard-ratio" || name == "difference"), "{names:?}");
}

/// Kd is given on days 1, 2, 8, 9, 15, 16 of 28, dexamethasone weekly too; the line lasts 84 days.
#[test]
fn doses_are_those_of_the_regimen_while_the_line_lasts() {
    let desk = after_a_run(&[]);
    let doses = rows(&page(&desk), "patient", "doses");
    let own = |row: &&Vec<(String, String)>| {
        cell(row, "arm") == "Kd, then nothing" && cell(row, "history") == "Patient 1, replicate 1"
    };
    let days: Vec<(f64, f64)> = doses
        .iter()
        .filter(own)
        .filter(|row| cell(row, "drug") == "carfilzomib")
        .map(|row| (number(row, "month") * MONTH, number(row, "end") * MONTH))
        .collect();
    let want: Vec<f64> =
        (0..3).flat_map(|cycle| [0, 1, 7, 8, 14, 15].map(|day| f64::from(28 * cycle + day))).collect();
    assert_eq!(days.len(), want.len(), "{days:?}");
    for ((from, to), want) in days.iter().zip(want) {
        assert!((from - want).abs() < 0.02 && (to - want).abs() < 0.02, "{days:?}");
    }
}

/// By hand: 0.5 g/L x 6.5 L x ln 2 / 13.75 d / 12.1 pg per day is 1.354e10 cells; 1e-5 of 1e12 cells is 1e7.
#[test]
fn limits_in_cells_are_those_of_the_assay_and_the_marrow() {
    let desk = after_a_run(&[]);
    let limits = rows(&page(&desk), "patient", "limits");
    let of = |name: &str| number(limits.iter().find(|row| cell(row, "limit") == name).unwrap(), "cells");
    assert!(near(of("limit of the assay"), 1.354e10) && near(of("MRD 1e-5"), 1e7), "{limits:?}");
    let desk = after_a_run(&[
        "--set",
        "visits.m_protein.secretion={ lognormal = { median = \"12.1 pg/d\", cv = 1.0 } }",
    ]);
    let limits = rows(&page(&desk), "patient", "limits");
    let patients = table(&desk, "out/patients.csv");
    for row in limits.iter().filter(|row| cell(row, "limit") == "limit of the assay") {
        let label = |p: &&Vec<(String, String)>| {
            format!("Patient {}, replicate {}", cell(p, "patient"), cell(p, "replicate"))
                == cell(row, "history")
        };
        let secretion = number(patients.iter().find(label).unwrap(), "visits.m_protein.secretion");
        assert!(near(number(row, "cells"), 1.354e10 * 12.1 / secretion), "{row:?} {secretion}");
    }
}

#[test]
fn a_sweep_has_its_figures() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("out")).unwrap();
    let rows: String = [("60 d", 100), ("180 d", 300), ("360 d", 500)]
        .iter()
        .flat_map(|(level, days)| {
            ["Vd", "Kd"].map(|arm| {
                format!("{level},1e3,{arm},median_pfs_days,{days},{},{},50\n", days - 20, days + 20)
            })
        })
        .collect();
    let sweep = format!("trait.X.lost.half_life,clone,arm,quantity,estimate,low,high,n\n{rows}");
    desk.write("out/sweep.csv", &sweep);
    let page = page(&desk);
    assert_eq!(names(&page), ["sweep-trait-x-lost-half-life", "sweep-tornado"]);
    let points = self::rows(&page, "sweep-trait-x-lost-half-life", "points");
    let values: Vec<(f64, f64)> =
        points.iter().map(|row| (number(row, "value"), number(row, "low"))).collect();
    assert_eq!(
        values,
        [(60.0, 80.0), (180.0, 280.0), (360.0, 480.0), (60.0, 80.0), (180.0, 280.0), (360.0, 480.0)]
    );
    desk.write("out/sweep.csv", sweep.replace("500", "many"));
    desk.clonetide(["report", "out"]).bad(3, &["out/sweep.csv: line 6: column `estimate`: found \"many\""]);
}

/// A sweep of three axes in a grid of 8 points: y = 100 a + 10 b + 40 a b, and nothing of c.
fn grid() -> Desk {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("out")).unwrap();
    let mut text = String::from("a,b,c,arm,quantity,estimate,low,high,n\n");
    for at in 0..8 {
        let (a, b, c) = (at & 1, at >> 1 & 1, at >> 2);
        text += &format!("{a},{b},{c},Vd,median_pfs_days,{},,,9\n", 100 * a + 10 * b + 40 * a * b);
    }
    desk.write("out/sweep.csv", text);
    desk
}

/// By hand: with a, b of 0 and 1 the effects are 120, 30 and 40 / 2, and shares go as their squares.
#[test]
fn indices_and_interactions_are_those_of_the_points() {
    let page = page(&grid());
    let shown = rows(&page, "sweep-indices", "indices");
    let all = 120.0_f64 * 120.0 + 30.0 * 30.0 + 20.0 * 20.0;
    let want = [("a", 14_400.0, 14_800.0), ("b", 900.0, 1_300.0), ("c", 0.0, 0.0)];
    for (row, (axis, alone, total)) in shown.iter().zip(want) {
        assert_eq!(cell(row, "axis"), axis);
        assert!(
            near(number(row, "alone"), alone / all) && near(number(row, "total"), total / all),
            "{row:?}"
        );
    }
    let cells = rows(&page, "sweep-interaction", "cells");
    let of = |pair: &str, x: &str, group: &str| {
        let here = |row: &&Vec<(String, String)>| {
            cell(row, "pair") == pair && cell(row, "x") == x && cell(row, "group") == group
        };
        number(cells.iter().find(here).unwrap_or_else(|| panic!("{pair} {x} {group}")), "mean")
    };
    assert_eq!(
        [of("a by b", "0", "1"), of("a by b", "1", "1"), of("a by b", "1", "0")],
        [10.0, 150.0, 100.0]
    );
    assert_eq!([of("a by c", "1", "0"), of("a by c", "1", "1")], [125.0, 125.0], "over b");
    assert_eq!(cells.len(), 3 * 4);
}
