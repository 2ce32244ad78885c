//! Sweeps, as a user meets them: axes, designs, points from a table, common random numbers, and mistakes.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use clonetide::scenario::{Scenario, Template};
use serde_json::Value;
use support::command::*;

/// A small sweep of the small scenario: two axes, six points.
const AXES: [&str; 4] =
    ["--vary", "disease.death=[\"0.03 /d\", \"0.035 /d\"]", "--vary", "disease.burden=log 1e9..1e11:3"];

fn swept(options: &[&str]) -> Desk {
    let desk = Desk::with(SMALL);
    desk.clonetide(["sweep", "scenario.toml", "--out", "out"].iter().chain(&AXES).chain(options)).good();
    desk
}

#[test]
fn a_sweep_is_one_flat_table_with_the_axes_before_the_columns_of_the_summary() {
    let desk = swept(&[]);
    assert_eq!(names(&desk.path("out")), ["manifest.json", "ro-crate-metadata.json", "sweep.csv"]);
    let rows = table(&desk.path("out/sweep.csv"));
    let header = ["disease.death (/d)", "disease.burden", "arm", "quantity", "estimate", "low", "high", "n"];
    assert_eq!(rows[0], header);
    let mut points: Vec<String> = rows[1..].iter().map(|row| row[..2].join(", ")).collect();
    points.dedup();
    let grid = ["0.03, 1000000000", "0.03, 10000000000", "0.03, 100000000000"];
    assert_eq!(points[..3], grid);
    assert_eq!(points.len(), 6);
}

/// With common random numbers a point is the run of the scenario with its values, row by row.
#[test]
fn every_point_is_the_run_with_its_values() {
    let desk = swept(&["--keep", "patients,clones"]);
    for (at, death) in ["0.03", "0.035"].iter().enumerate() {
        let set = format!("disease.death={death} /d");
        let run = after_a_run(&["--set", &set, "--set", "disease.burden=1e10"]);
        for (swept, single) in
            [("sweep.csv", "summary.csv"), ("patients.csv", "patients.csv"), ("clones.csv", "clones.csv")]
        {
            let wanted = table(&run.path(&format!("out/{single}")));
            let here = |row: &&Vec<String>| row[0] == *death && row[1] == "10000000000";
            let rows = table(&desk.path(&format!("out/{swept}")));
            let found: Vec<Vec<String>> =
                rows[1..].iter().filter(here).map(|row| row[2..].to_vec()).collect();
            assert_eq!(found, wanted[1..], "{swept} at point {at}");
        }
    }
}

#[test]
fn own_streams_give_each_point_other_histories_and_common_ones_the_same() {
    let axes = ["--vary", "limits.clones=[1000, 1001]", "--keep", "patients"];
    let rows = |streams| {
        let desk = Desk::with(SMALL);
        let options = ["sweep", "scenario.toml", "--out", "out", "--streams", streams];
        desk.clonetide(options.iter().chain(&axes)).good();
        let rows = table(&desk.path("out/patients.csv")).split_off(1);
        let point = |value: &str| -> Vec<Vec<String>> {
            rows.iter().filter(|row| row[0] == value).map(|row| row[1..].to_vec()).collect()
        };
        (point("1000"), point("1001"))
    };
    let (first, second) = rows("common");
    assert_eq!(first, second);
    let (first, second) = rows("own");
    assert_ne!(first, second);
}

#[test]
fn axes_of_the_scenario_are_swept_and_the_command_line_changes_and_adds_to_them() {
    let text = format!(
        "{SMALL}\n[sweep.axes]\n\"disease.death\" = [\"0.03 /d\", \"0.04 /d\"]\n\"arm[0].lines[0].cycles\" = {{ from = 2, to = 4, points = 3 }}\n"
    );
    let desk = Desk::with(&text);
    let done = desk.clonetide(["sweep", "scenario.toml", "--out", "a", "--json"]).good();
    let printed: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!((&printed["points"], &printed["histories"]), (&Value::from(6), &Value::from(72)));
    assert_eq!(printed["axes"][1], "arm[0].lines[0].cycles");
    let more = ["--vary", "disease.death=[\"0.03 /d\"]", "--vary", "study.seed=[1, 2]"];
    let done = desk.clonetide(["sweep", "scenario.toml", "--out", "b", "--json"].iter().chain(&more)).good();
    let printed: Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(printed["points"], 6);
    assert_eq!(printed["axes"][2], "study.seed");
    desk.clonetide(["run", "scenario.toml", "--out", "c"]).good();
    let done = desk.clonetide(["check", "scenario.toml"]).good();
    let plan = "sweep: 6 points, 72 histories, on disease.death; arm[0].lines[0].cycles";
    assert!(done.stdout.contains(plan), "{}", done.stdout);
    let bad = ["check", "scenario.toml", "--set", "sweep.axes.\"disease.death\"=[\"1 d\"]"];
    desk.clonetide(bad).bad(3, &["point 1: disease.death=1 d", "a time where a rate is needed"]);
    let absurd = [
        "check",
        "scenario.toml",
        "--set",
        "sweep.axes.\"disease.death\"={ from = 1, to = 2, points = 1000000 }",
    ];
    desk.clonetide(absurd).bad(3, &["the sweep has 3000000 points"]);
}

#[test]
fn points_come_from_a_table() {
    let desk = Desk::with(SMALL);
    let points = "disease.death,study.patients\n0.03 /d,1\n0.031 /d,2\n0.04 /d,1\n";
    desk.write("points.csv", points);
    desk.clonetide([
        "sweep",
        "scenario.toml",
        "--points",
        "points.csv",
        "--out",
        "out",
        "--keep",
        "patients",
    ])
    .good();
    assert_eq!(desk.read("out/points.csv"), points);
    let deaths = column(&desk.path("out/patients.csv"), "disease.death (/d)");
    let count = |death: &str| deaths.iter().filter(|value| *value == death).count();
    assert_eq!([count("0.03"), count("0.031"), count("0.04")], [4, 8, 4]);
}

/// Hypothesis: the table of a sweep names its points so well that they come back, each once. No chance is involved.
#[test]
fn the_points_of_a_sweep_read_back_from_its_table() {
    let axes = [
        "--vary",
        "disease.death=[\"0.03 /d\", \"4e-2 /d\"]",
        "--vary",
        "study.horizon=[\"20 wk\", \"280 d\"]",
    ];
    let desk = Desk::with(SMALL);
    desk.clonetide(["sweep", "scenario.toml", "--out", "out"].iter().chain(&axes)).good();
    let wanted = desk.read("out/sweep.csv");
    assert!(wanted.starts_with("disease.death (/d),study.horizon,arm,"), "{wanted}");
    assert!(wanted.contains("\n4e-2,280 d,VRd,"), "a column of several units keeps them: {wanted}");
    desk.clonetide(["sweep", "scenario.toml", "--points", "out/sweep.csv", "--out", "again"]).good();
    assert_eq!(desk.read("again/sweep.csv"), wanted);
    let manifest: Value = serde_json::from_str(&desk.read("again/manifest.json")).expect("JSON");
    assert_eq!(manifest["sweep"]["units"], serde_json::json!(["/d", ""]));
    desk.clonetide(["reproduce", "again"]).good();
}

#[test]
fn the_designs_take_as_many_points_as_they_are_told() {
    let axes = ["--vary", "disease.death=0.02..0.04 /d", "--vary", "disease.kill_scale=0.5..1.5"];
    for design in ["lhs", "sobol"] {
        let desk = Desk::with(SMALL);
        let options = ["sweep", "scenario.toml", "--out", "out", "--design", design, "--count", "8"];
        desk.clonetide(options.iter().chain(&axes)).good();
        let rows = table(&desk.path("out/sweep.csv"));
        let mut points: Vec<&[String]> = rows[1..].iter().map(|row| &row[..2]).collect();
        points.dedup();
        assert_eq!(points.len(), 8, "{design}");
        if design == "sobol" {
            assert_eq!(points[..3].concat(), ["0.02", "0.5", "0.03", "1", "0.035", "0.75"]);
        }
    }
}

#[test]
fn the_bytes_of_a_sweep_do_not_depend_on_threads() {
    let all =
        |threads| contents(&swept(&["--threads", threads, "--keep", "patients,trajectories"]).path("out"));
    let one = all("1");
    assert_eq!(all("2"), one);
    assert_eq!(all("7"), one);
}

/// A point has more bytes in the table than its histories have in the journal: the bound is on both.
#[test]
fn a_bound_of_bytes_holds_for_the_table_of_a_sweep_too() {
    let desk = Desk::with(SMALL);
    let sweep = |bound: &str| {
        let size = ["--patients", "1", "--replicates", "1", "--vary", "study.seed=1..20:20"];
        let place = ["sweep", "scenario.toml", "--out", "out", "--resume", "--most-bytes", bound];
        desk.clonetide(place.iter().chain(&size))
    };
    sweep("40kB").bad(5, &["the output would be more than 40000 bytes, with 40 of 40 histories told"]);
    assert_eq!(names(&desk.path("out")), ["journal.clonetide"]);
    let done = sweep("1GB").good();
    assert!(done.stderr.contains("40 of 40 histories are there already"), "{done:?}");
    assert!(desk.read("out/sweep.csv").len() > 40_000);
}

/// Hypothesis: a point, which takes of the catalogue only what it can use, is the scenario that takes all of it. No chance is
/// involved.
#[test]
fn a_point_without_a_change_is_the_scenario() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut held = 0;
    for file in names(&folder).iter().filter(|name| name.ends_with(".toml")) {
        let text = std::fs::read_to_string(folder.join(file)).expect("a scenario");
        let template = Template::read(file, &text, &[], &[]).expect("a scenario");
        let (whole, point) = (template.scenario().expect("right"), template.at("point", &[]).expect("right"));
        let file = |scenario: &Scenario| serde_json::to_value(&scenario.resolved).expect("JSON");
        let (mut wanted, found) = (file(&whole), file(&point));
        wanted.as_object_mut().expect("a table").remove("sweep");
        assert_eq!(wanted, found);
        assert_eq!(format!("{:?}", whole.model), format!("{:?}", point.model));
        let again = template.again(&[]).expect("right");
        assert_eq!(format!("{:?}", again.model), format!("{:?}", point.model));
        held += 1;
    }
    assert!(held >= 20, "{held}");
}

// Mistakes.

#[test]
fn a_wrong_value_is_told_with_its_point_and_nothing_runs() {
    let desk = Desk::with(SMALL);
    let bad =
        ["sweep", "scenario.toml", "--json", "--vary", "disease.death=[\"0.03 /d\", \"0.03 d\", \"x /d\"]"];
    let findings = desk.clonetide(bad).bad(3, &[]).findings();
    let told: Vec<&str> = findings.iter().map(|finding| finding["file"].as_str().expect("a file")).collect();
    assert_eq!(told, ["point 2: disease.death=0.03 d", "point 3: disease.death=x /d"]);
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

/// A key that is wrong is wrong at every point: it is told once, where the axis is written.
#[test]
fn a_misspelt_key_is_told_once_with_its_place_and_the_key_that_was_meant() {
    let desk =
        Desk::with(&format!("{SMALL}\n[sweep.axes]\n  \"disease.deth\" = [\"0.03 /d\", \"0.04 /d\"]\n"));
    desk.write("points.csv", "study.seed,disease.deth (/d)\n1,0.03\n2,0.04\n");
    let vary = "disease.deth=[\"0.03 /d\", \"0.04 /d\", \"0.05 /d\"]";
    for (options, place) in [
        (&[][..], ("scenario.toml", 35, 3)),
        (&["--vary", vary], (&format!("--vary {vary}")[..], 1, 1)),
        (&["--points", "points.csv"], ("points.csv", 1, 12)),
    ] {
        let args = ["sweep", "scenario.toml", "--json"].iter().chain(options);
        let findings = desk.clonetide(args).bad(3, &[]).findings();
        let [finding] = findings.as_slice() else { panic!("{options:?}: {findings:?}") };
        let told = (finding["file"].as_str(), finding["line"].as_u64(), finding["column"].as_u64());
        assert_eq!(told, (Some(place.0), Some(place.1), Some(place.2)), "{options:?}");
        assert_eq!((&finding["key"], &finding["problem"]), (&"disease.deth".into(), &"unknown key".into()));
        assert_eq!(finding["suggestion"], "death", "{options:?}");
    }
}

#[test]
fn a_misspelt_drug_of_an_axis_is_told_with_the_one_that_was_meant() {
    let desk = Desk::with(SMALL);
    let args = ["sweep", "scenario.toml", "--json", "--vary", "drug.bortezomub.kill=[\"1 /d\", \"2 /d\"]"];
    let findings = desk.clonetide(args).bad(3, &[]).findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(
        (&findings[0]["problem"], &findings[0]["suggestion"]),
        (&"unknown name".into(), &"bortezomib".into())
    );
}

#[test]
fn a_wrong_value_is_told_once_however_many_points_have_it() {
    let desk = Desk::with(SMALL);
    let axes = ["--vary", "disease.death=[\"0.03 /d\", \"1 d\"]", "--vary", "study.seed=[1, 2, 3]"];
    let args = ["sweep", "scenario.toml", "--json"].iter().chain(&axes);
    let findings = desk.clonetide(args).bad(3, &[]).findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let problem = findings[0]["problem"].as_str().expect("a problem");
    assert!(problem.ends_with(", at point 4 and 2 more"), "{problem}");
    let many: Vec<String> = (0..40).map(|value| format!("\"{value} d\"")).collect();
    let vary = format!("disease.death=[{}]", many.join(", "));
    let findings =
        desk.clonetide(["sweep", "scenario.toml", "--json", "--vary", &vary]).bad(3, &[]).findings();
    assert_eq!(findings.len(), 21);
    assert!(
        findings.iter().any(|finding| finding["problem"] == "20 more points have errors"),
        "{findings:?}"
    );
}

#[test]
fn an_error_that_a_value_causes_elsewhere_names_the_point() {
    let desk = Desk::with(SMALL);
    let bad = ["sweep", "scenario.toml", "--json", "--vary", "engine.step=[\"7 d\", \"5 d\"]"];
    let findings = desk.clonetide(bad).bad(3, &[]).findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["key"], "record.every");
    let problem = findings[0]["problem"].as_str().expect("a problem");
    assert!(problem.contains("at point 2 (engine.step = 5 d)"), "{problem}");
}

#[test]
fn mistakes_of_axes_are_told() {
    let desk = Desk::with(SMALL);
    let wrong: [(&[&str], i32, &str); 15] = [
        (&[], 2, "nothing is varied"),
        (&["--vary", "disease.death"], 2, "expected PATH=VALUE"),
        (&["--vary", "disease.death=0.03"], 3, "neither a list nor a range"),
        (&["--vary", "disease.death=[]"], 3, "at least 1"),
        (&["--vary", "disease.kil_scale=[2]"], 3, "did you mean `kill_scale`?"),
        (&["--vary", "disease.death=0.02..0.04 /d"], 3, "does not say how many values"),
        (&["--vary", "disease.death=0.02..0.04:1 /d"], 3, "must be at least 2"),
        (&["--vary", "disease.burden=log 0..1e9:3"], 3, "cannot pass through 0"),
        (&["--vary", "name=[\"a\"]"], 3, "cannot be varied"),
        (&["--vary", "record.every=[\"7 d\"]"], 3, "cannot be varied"),
        (&["--vary", "study.seed=[1]", "--count", "4"], 3, "is of no use to a grid"),
        (&["--vary", "study.seed=[1]", "--design", "lhs"], 3, "needs a number of points"),
        (&["--vary", "study.seed=[1]", "--design", "cube"], 2, "sobol"),
        (&["--vary", "study.seed=[1]", "--points", "p.csv"], 2, "cannot be used with"),
        (&["--points", "none.csv"], 3, "cannot read the points none.csv"),
    ];
    for (options, code, word) in wrong {
        desk.clonetide(["sweep", "scenario.toml"].iter().chain(options)).bad(code, &[word]);
    }
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

#[test]
fn mistakes_of_a_table_of_points_are_told_with_the_line() {
    let desk = Desk::with(SMALL);
    for (table, word) in [
        ("disease.death\n0.03 /d,1\n", "points.csv:2:1"),
        ("disease.death\n0.03 d\n", "points.csv:2:1"),
        ("", "there is no header"),
    ] {
        desk.write("points.csv", table);
        desk.clonetide(["sweep", "scenario.toml", "--points", "points.csv"]).bad(3, &[word]);
    }
    assert_eq!(names(&desk.path(".")), ["points.csv", "scenario.toml"]);
}

#[test]
fn an_absurd_size_is_refused_with_the_size_before_anything_is_allocated() {
    let desk = Desk::with(SMALL);
    let axis = |path: &str| format!("{path}=0..1:1000000");
    let (a, b) = (axis("disease.kill_scale"), axis("disease.burden"));
    desk.clonetide(["sweep", "scenario.toml", "--vary", &a, "--vary", &b])
        .bad(3, &["the sweep has 1000000000000 points; at most 1000000"]);
    let many = [
        "sweep",
        "scenario.toml",
        "--vary",
        "study.seed=[1, 2]",
        "--patients",
        "1000000000",
        "--replicates",
        "1000000000",
    ];
    desk.clonetide(many).bad(3, &["about 4.000e18 histories (2 points x 2 arms x"]);
    let many = ["run", "scenario.toml", "--patients", "1000000000", "--replicates", "1000000000"];
    desk.clonetide(many).bad(3, &["about 2.000e18 histories"]);
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

#[test]
fn a_limit_at_some_points_gives_all_rows_and_exit_code_4() {
    let desk = Desk::with(SMALL);
    let options = [
        "sweep",
        "scenario.toml",
        "--out",
        "out",
        "--vary",
        "limits.clones=[2, 100000]",
        "--keep",
        "patients",
    ];
    let done = desk.clonetide(options);
    assert_eq!(done.code, Some(4), "{done:?}");
    assert!(done.stderr.contains("12 replicates stopped at a limit"), "{done:?}");
    let stops = column(&desk.path("out/patients.csv"), "stop");
    assert_eq!(stops.iter().filter(|stop| *stop == "clone_limit").count(), 12);
    assert_eq!(stops.len(), 24);
}

/// No value of an axis reaches a cell as a formula: names that could be one are refused at every point.
#[test]
fn a_value_of_an_axis_is_never_a_formula() {
    let desk = Desk::with(SMALL);
    desk.write("points.csv", "arm[0].name\n=1+1\n@x\n");
    desk.clonetide(["sweep", "scenario.toml", "--points", "points.csv"])
        .bad(3, &["points.csv:2:1", "points.csv:3:1", "could be read as a formula"]);
}
