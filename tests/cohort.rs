//! Cohorts from the outside: every law, covariates, patients that leave as a file and come back.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use support::command::{Desk, column, contents, manifest, names, table};

/// Every law of numbers, on as many numbers as can differ; two arms, two replicates.
const EVERYTHING: &str = r#"
name = "Everything differs"
study = { seed = 11, patients = 12, replicates = 2, horizon = "280 d", landmarks = ["100 d"] }

[disease]
burden = { empirical = { file = "seen/burdens.csv", column = "cells" } }
net_growth = { lognormal = { median = "0.014 /d", sigma = 0.4 } }
death = { normal = { mean = "0.03 /d", sd = "0.01 /d", low = "0.01 /d" } }
kill_scale = { normal = { mean = 1, sd = 0.3, low = 0.2, high = 2 } }
capacity = { law = "gompertz", cells = { log_uniform = { low = 2e12, high = 8e12 } }, reference = { log_uniform = { low = 5e10, high = 2e11 } } }
lethal_burden = { uniform = { low = 3e12, high = 5e12 } }
traits = ["CRBN_LOW", "PSMB5_MUT", "CD38_DOWN_ACQ"]
immigration = [{ rate = { uniform = { low = "1 /d", high = "2 /d" } } }]

[[disease.clone]]
traits = ["CRBN_LOW"]
fraction = { beta = { alpha = 1, beta = 9, low = 0, high = 0.1 } }

[[disease.clone]]
traits = ["PSMB5_MUT"]
cells = { categorical = { values = [0, 1e3, 1e6], probabilities = [0.2, 0.5, 0.3] } }

[trait.PSMB5_MUT]
gained = { per_division = { log_uniform = { low = 1e-10, high = 1e-7 } } }
division_factor = { uniform = { low = 0.9, high = 1 } }
death_factor = { uniform = { low = 1, high = 1.1 } }
secretion_factor = { uniform = { low = 0.5, high = 1 } }
division_added = { uniform = { low = "0 /d", high = "0.001 /d" } }
mutation_factor = { categorical = { values = [1, 3], probabilities = [0.5, 0.5] } }

[trait.CRBN_LOW]
gained = { rate = { uniform = { low = "1e-8 /d", high = "1e-6 /d" } } }
lost = { rate = { uniform = { low = "0.001 /d", high = "0.01 /d" } } }
resists = { lenalidomide = { beta = { alpha = 4, beta = 2, low = 0, high = 1 } } }

[trait.CD38_DOWN_ACQ]
gained = { rate = "1e-5 /d", under = { "anti-CD38 antibody" = { lognormal = { median = "0.05 /d", cv = 0.5 } } } }
lost = { half_life = { lognormal = { median = "90 d", cv = 0.5 } }, per_division = { beta = { alpha = 1, beta = 1, low = 0, high = 1e-3 } } }

[drug.lenalidomide]
kill = { lognormal = { median = "0.052 /d", sigma = 0.5 } }
acts = { for = "1 d", ec50 = { lognormal = { median = 1, cv = 0.4 } } }

[drug.daratumumab]
acts = { half_life = { uniform = { low = "12 d", high = "25 d" } }, ec50 = 0.5 }

[[cohort.correlation]]
between = ["drug.lenalidomide.kill", "trait.CRBN_LOW.resists.lenalidomide"]
r = -0.5
[[cohort.correlation]]
between = ["disease.net_growth", "disease.kill_scale"]
r = 0.64
[[cohort.correlation]]
between = ["disease.kill_scale", "covariate.age"]
r = -0.2

[cohort.covariate.age]
value = { normal = { mean = 66, sd = 9 } }
reference = 66
multiplies = { "disease.death" = 1.01, "drug.daratumumab.kill" = 0.99 }

[cohort.covariate.high_risk]
probability = 0.4
trait = "CD38_DOWN_ACQ"
multiplies = { "disease.net_growth" = 1.4, "visits.m_protein.volume_free" = 1 }

[[arm]]
name = "Rd"
lines = [{ regimen = "Rd", until = "progression" }]
[[arm]]
name = "DRd"
lines = [{ regimen = "DRd", until = "progression" }]

[visits]
every = "28 d"
m_protein = { secretion = { lognormal = { median = "12.1 pg/d", cv = 0.4 } }, half_life = { uniform = { low = "10 d", high = "20 d" } }, volume = { uniform = { low = "5 L", high = "8 L" } } }
"#;

/// The number that was misspelt above on purpose; a test uses it, all others take it out.
const MISSPELT: &str = r#", "visits.m_protein.volume_free" = 1"#;

fn everything() -> String {
    EVERYTHING.replace(MISSPELT, "")
}

fn desk(scenario: &str) -> Desk {
    let desk = Desk::with(scenario);
    std::fs::create_dir(desk.path("seen")).expect("a folder");
    desk.write("seen/burdens.csv", "who,cells\na,4e11\nb,2e11\nc,8.5e11\n");
    desk
}

/// The tables of the run in a folder; the manifest tells the scenario, which differs.
fn tables(desk: &Desk, folder: &str) -> Vec<(String, Vec<u8>)> {
    contents(&desk.path(folder)).into_iter().filter(|(name, _)| name.ends_with(".csv")).collect()
}

#[test]
fn patients_that_leave_and_come_back_have_the_same_stories_to_the_byte() {
    let desk = desk(&everything());
    desk.clonetide(["run", "scenario.toml", "--out", "drawn"]).good();
    desk.clonetide(["cohort", "scenario.toml", "--out", "patients.csv"]).good();
    desk.write(
        "back.toml",
        everything().replace(
            "[[cohort.correlation]]\nbetween = [\"disease.net",
            "[cohort]\nfile = \"patients.csv\"\n[[cohort.correlation]]\nbetween = [\"disease.net",
        ),
    );
    // Another seed would draw other patients: with a file of all numbers they are the same.
    desk.clonetide(["run", "back.toml", "--out", "read"]).good();
    let (drawn, read) = (tables(&desk, "drawn"), tables(&desk, "read"));
    assert_eq!(drawn.len(), 6);
    assert!(drawn == read, "tables differ");
    let written = desk.clonetide(["cohort", "back.toml"]).good().stdout;
    assert_eq!(written, desk.read("patients.csv"), "what is read back is written again");
    desk.clonetide(["run", "back.toml", "--out", "other", "--seed", "12"]).good();
    assert_eq!(
        column(&desk.path("other/patients.csv"), "kill_scale"),
        column(&desk.path("drawn/patients.csv"), "kill_scale")
    );
    assert_ne!(tables(&desk, "other"), drawn);
}

#[test]
fn a_file_of_some_numbers_leaves_the_others_to_be_drawn() {
    let desk = desk(&everything());
    desk.clonetide(["cohort", "scenario.toml", "--out", "all.csv"]).good();
    desk.write("some.csv", "disease.kill_scale,covariate.high_risk\n".to_owned() + &"0.5,1\n".repeat(12));
    desk.clonetide(["cohort", "scenario.toml", "--set", "cohort.file=some.csv", "--out", "back.csv"]).good();
    let of = |file: &str, name: &str| column(&desk.path(file), name);
    assert!(of("back.csv", "disease.kill_scale").iter().all(|value| value == "0.5"));
    assert!(of("back.csv", "covariate.high_risk").iter().all(|value| value == "1"));
    assert_eq!(of("back.csv", "disease.capacity.cells"), of("all.csv", "disease.capacity.cells"));
    let high_risk = of("all.csv", "covariate.high_risk");
    let growth = |file: &str| -> Vec<f64> {
        of(file, "disease.net_growth").iter().map(|cell| cell.parse().expect("a number")).collect()
    };
    for ((was, now), risk) in growth("all.csv").iter().zip(growth("back.csv")).zip(high_risk) {
        let factor = if risk == "1" { 1.0 } else { 1.4 };
        assert!((now / was - factor).abs() < 1e-12, "growth {was} became {now}");
    }
}

#[test]
fn each_number_and_covariate_is_a_column_of_the_patients() {
    let desk = desk(&everything());
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let rows = table(&desk.path("out/patients.csv"));
    let header: Vec<&str> = rows[0].iter().map(String::as_str).collect();
    let expected = [
        "kill_scale",
        "disease.capacity.cells",
        "disease.capacity.reference",
        "disease.clone[0].fraction",
        "disease.clone[1].cells",
        "disease.immigration[0].rate",
        "disease.lethal_burden",
        "trait.CRBN_LOW.gained.rate",
        "trait.CRBN_LOW.lost.rate",
        "trait.CRBN_LOW.resists.lenalidomide",
        "trait.PSMB5_MUT.division_factor",
        "trait.PSMB5_MUT.death_factor",
        "trait.PSMB5_MUT.division_added",
        "trait.PSMB5_MUT.secretion_factor",
        "trait.PSMB5_MUT.gained.per_division",
        "trait.PSMB5_MUT.mutation_factor",
        "trait.CD38_DOWN_ACQ.gained.under.\"anti-CD38 antibody\"",
        "trait.CD38_DOWN_ACQ.lost.half_life",
        "trait.CD38_DOWN_ACQ.lost.per_division",
        "drug.daratumumab.acts.half_life",
        "drug.daratumumab.kill",
        "drug.lenalidomide.acts.ec50",
        "drug.lenalidomide.kill",
        "visits.m_protein.secretion",
        "visits.m_protein.half_life",
        "visits.m_protein.volume",
        "covariate.age",
        "covariate.high_risk",
        "stop",
    ];
    let at = header.iter().position(|name| *name == "kill_scale").expect("a column");
    assert_eq!(header[at..at + expected.len()], expected);
    assert_eq!(rows.len(), 1 + 12 * 2 * 2);
    for name in &expected[..expected.len() - 1] {
        let values = column(&desk.path("out/patients.csv"), name);
        let (first, second) = values.split_at(24);
        assert_eq!(first, second, "{name}: both arms have the same patients");
        assert!(first.chunks(2).all(|pair| pair[0] == pair[1]), "{name}: and all replicates");
        assert!(first.iter().any(|value| value != &first[0]), "{name}: patients differ");
    }
    let burdens = column(&desk.path("out/patients.csv"), "burden");
    assert!(
        burdens
            .iter()
            .all(|cells| ["400000000000", "200000000000", "850000000000"].contains(&cells.as_str()))
    );
}

/// A covariate's trait is carried by every cell of the patients who have it, and by the founder of no other.
#[test]
fn a_covariate_makes_the_whole_disease_carry_a_trait() {
    let desk = desk(&everything());
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let patients = desk.path("out/patients.csv");
    let risk: Vec<(String, String)> =
        column(&patients, "patient").into_iter().zip(column(&patients, "covariate.high_risk")).collect();
    let rows = table(&desk.path("out/clones.csv"));
    let places = ["patient", "traits", "parent", "founded_day"]
        .map(|name| rows[0].iter().position(|header| header == name).expect("a column"));
    let mut seen = [0, 0];
    for row in &rows[1..] {
        let [patient, traits, parent, founded] = places.map(|at| row[at].as_str());
        let carrier = risk.iter().any(|(who, risk)| who == patient && risk == "1");
        if parent.is_empty() && founded == "0" {
            assert_eq!(traits.contains("CD38_DOWN_ACQ"), carrier, "patient {patient}: {traits}");
            seen[usize::from(carrier)] += 1;
        }
    }
    assert!(seen[0] > 10 && seen[1] > 10, "{seen:?}");
}

/// A rate that differs makes patients differ: with no gain there is no mutant, with a high one there always is.
#[test]
fn a_trait_has_the_rates_of_its_patient() {
    let scenario = r#"
name = "Two kinds"
study = { patients = 40, horizon = "70 d" }
[disease]
burden = 1e6
division = "0.05 /d"
death = "0.03 /d"
traits = ["M"]
[trait.M]
gained = { per_division = { categorical = { values = [0, 0.001], probabilities = [0.5, 0.5] } } }
"#;
    let desk = Desk::with(scenario);
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let patients = desk.path("out/patients.csv");
    let (rates, clones) = (column(&patients, "trait.M.gained.per_division"), column(&patients, "clones"));
    for (rate, clones) in rates.iter().zip(&clones) {
        assert_eq!(clones == "2", rate == "0.001", "rate {rate}: {clones} clones");
    }
    assert!(rates.contains(&"0".to_owned()) && rates.contains(&"0.001".to_owned()));
}

/// Kills at once differ: 1 or 3 decimal logarithms of 1e9 cells, at half a standard dose.
#[test]
fn what_a_drug_kills_at_once_is_the_patients_own() {
    let desk = Desk::with(
        r#"
name = "Two transplants"
study = { patients = 20, horizon = "2 d" }
disease = { burden = 1e9, division = "0 /d", death = "0 /d" }
arm = [{ name = "M", lines = [{ regimen = "M", cycles = 1 }] }]
drug.M = { acts = { log_kill = { categorical = { values = [2, 6], probabilities = [0.5, 0.5] } } } }
regimen.M = { cycle = "28 d", doses = [{ drug = "M", days = "1", strength = 0.5 }] }
"#,
    );
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let patients = desk.path("out/patients.csv");
    let (logs, left) = (column(&patients, "drug.M.acts.log_kill"), column(&patients, "final_burden"));
    for (logs, left) in logs.iter().zip(&left) {
        // 1e8 and 1e6 cells, with standard deviations of 9,500 and 1,000; false alarm 1e-6 for each patient.
        let (expected, error) = if logs == "2" { (1e8, 9_500.0) } else { (1e6, 1_000.0) };
        let left: f64 = left.parse().expect("a number");
        assert!((left - expected).abs() < 4.9 * error, "{logs}: {left}");
    }
    assert!(logs.contains(&"2".to_owned()) && logs.contains(&"6".to_owned()));
}

#[test]
fn the_lethal_burden_is_the_patients_own() {
    let desk = Desk::with(
        r#"
name = "Two ends"
study = { patients = 20, horizon = "3 y" }
[disease]
burden = 1e9
division = "0.05 /d"
death = "0.03 /d"
lethal_burden = { categorical = { values = [1e10, 1e12], probabilities = [0.5, 0.5] } }
"#,
    );
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let patients = desk.path("out/patients.csv");
    let (lethal, day) = (column(&patients, "disease.lethal_burden"), column(&patients, "stop_day"));
    for (lethal, day) in lethal.iter().zip(&day) {
        // ln(10) / 0.02 d and ln(1000) / 0.02 d; a thousandth of each for chance at 1e9 cells.
        let expected = if lethal == "10000000000" { 115.129 } else { 345.388 };
        let day: f64 = day.parse().expect("a day");
        assert!((day - expected).abs() < 0.5, "{lethal}: day {day}");
    }
}

#[test]
fn the_manifest_tells_the_files_that_were_read() {
    let desk = desk(&everything());
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let input = &manifest(&desk)["inputs"]["seen/burdens.csv"];
    let text = desk.read("seen/burdens.csv");
    assert_eq!(input["bytes"], text.len());
    assert_eq!(input["blake3"], blake3::hash(text.as_bytes()).to_hex().as_str());
}

#[test]
fn patients_go_to_standard_output_or_to_a_file_that_is_not_there_yet() {
    let desk = desk(&everything());
    let printed = desk.clonetide(["cohort", "scenario.toml", "--patients", "3"]).good();
    assert_eq!(printed.stdout.lines().count(), 4);
    assert!(
        printed.stdout.starts_with("patient,disease.burden,disease.net_growth,disease.death,"),
        "{printed:?}"
    );
    desk.write("taken.csv", "mine");
    desk.clonetide(["cohort", "scenario.toml", "--out", "taken.csv"])
        .bad(5, &["taken.csv is there already", "--force"]);
    assert_eq!(desk.read("taken.csv"), "mine");
    desk.clonetide(["cohort", "scenario.toml", "--out", "no/such/folder.csv"])
        .bad(5, &["cannot write no/such/folder.csv"]);
    desk.clonetide(["cohort", "scenario.toml", "--out", "taken.csv", "--force"]).good();
    assert_eq!(desk.read("taken.csv").lines().count(), 13);
    assert_eq!(names(&desk.path(".")), ["scenario.toml", "seen", "taken.csv"], "nothing else is left");
    desk.clonetide(["cohort", "nowhere.toml"]).bad(3, &["cannot read the scenario nowhere.toml"]);
    desk.clonetide(["cohort"]).bad(2, &["SCENARIO"]);
    desk.clonetide(["cohort", "scenario.toml", "--replicate", "3"]).bad(2, &["--replicate"]);
    desk.shell("clonetide cohort scenario.toml > /dev/full").bad(5, &["cannot write to standard output"]);
}

/// The one finding of a scenario with this file of patients, as line, column, key and problem.
#[track_caller]
fn complaint(file: &str) -> (u64, u64, String, String) {
    let desk = Desk::with(
        r#"
name = "From a file"
study = { patients = 2, horizon = "70 d" }
disease = { burden = 1e6, division = "0.05 /d", death = "0.03 /d" }
cohort = { file = "patients.csv", covariate = { age = { value = 65 } } }
"#,
    );
    desk.write("patients.csv", file);
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--json"]).bad(3, &[]);
    let findings = done.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(names(&desk.path(".")), ["patients.csv", "scenario.toml"], "nothing is written");
    let finding = &findings[0];
    let place = |key: &str| finding[key].as_u64().expect("a place");
    let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    (
        place("line"),
        place("column"),
        text("key"),
        format!("{}; {}; {}", text("problem"), text("found"), text("right")),
    )
}

#[track_caller]
fn told(file: &str, line: u64, column: u64, key: &str, words: &[&str]) {
    let (at, across, named, said) = complaint(file);
    assert_eq!((at, across, named.as_str()), (line, column, key), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is missing in {said}");
    }
}

#[test]
fn mistakes_in_a_file_of_patients_are_told_by_line_and_column() {
    told("patient,disease.burden\n1,1e6\n2,many\n", 3, 3, "disease.burden", &["is not a number", "\"many\""]);
    told("patient,disease.burden\n1,1e6\n2,\n", 3, 3, "disease.burden", &["is not a number"]);
    told("patient,disease.burden\n1,1e6\n2,nan\n", 3, 3, "disease.burden", &["is not a number"]);
    told(
        "patient,disease.burden\r\n1,-1\r\n2,1e6\r\n",
        2,
        3,
        "disease.burden",
        &["is too low", "at least 0"],
    );
    told("patient,disease.burden\n1,1e6\n3,1e6\n", 3, 1, "patient", &["is not the number of this row", "2"]);
    told("disease.burdens\n1e6\n2e6\n", 1, 1, "disease.burdens", &["no number or covariate of this name"]);
    told("disease.burden,disease.burden\n1,2\n1,2\n", 1, 16, "disease.burden", &["is an earlier column too"]);
    told("disease.burden,covariate.sex\n1,1\n1,1\n", 1, 16, "covariate.sex", &["no number or covariate"]);
    told("disease.burden\n1e6,5\n2e6\n", 2, 1, "", &["2 cells in this row", "1 cells"]);
    told("disease.burden\n1e6\n", 5, 19, "cohort.file", &["has 1 patients where study.patients asks for 2"]);
    told("", 1, 1, "", &["the file is empty"]);
    told(
        "disease.burden,covariate.age\n\"1e6\",64\n\"x,y\",64\n",
        3,
        1,
        "disease.burden",
        &["is not a number", "x,y"],
    );
}

#[test]
fn a_file_with_a_mark_of_its_editor_and_windows_line_ends_is_read() {
    let desk = Desk::with(
        "name = \"f\"\nstudy = { patients = 2, horizon = \"7 d\" }\ndisease = { burden = 5, division = \"1 /d\", death = \"1 /d\" }\ncohort = { file = \"p.csv\" }",
    );
    desk.write("p.csv", "\u{feff}disease.burden,patient\r\n7,1\r\n9,2\r\n");
    let written = desk.clonetide(["cohort", "scenario.toml"]).good().stdout;
    assert_eq!(written, "patient,disease.burden\n1,7\n2,9\n");
}

#[test]
fn a_column_that_is_not_there_and_a_number_that_is_misspelt_are_told() {
    let desk = desk(&EVERYTHING.replace("column = \"cells\"", "column = \"cell\""));
    let done = desk.clonetide(["check", "scenario.toml"]);
    done.bad(
        3,
        &[
            "there is no column of this name",
            "did you mean `cells`?",
            "there is no number of this name",
            "volume_free",
        ],
    );
    desk.write("seen/burdens.csv", "cells\n1e11\n-5\n\nx\n");
    desk.write("scenario.toml", everything());
    desk.clonetide(["check", "scenario.toml"])
        .bad(3, &["seen/burdens.csv:3:1", "is too low", "seen/burdens.csv:5:1", "is not a number"]);
    desk.write("seen/burdens.csv", "cells\n");
    desk.clonetide(["check", "scenario.toml"]).bad(3, &["has no row"]);
    desk.write("seen/burdens.csv", b"cells\n\xff\n");
    desk.clonetide(["check", "scenario.toml"]).bad(3, &["line 2 is not UTF-8 text"]);
}

#[test]
fn a_scenario_from_standard_input_finds_files_in_the_present_folder() {
    let desk = desk(&everything());
    desk.shell("clonetide cohort - < scenario.toml").good();
    desk.shell("cd seen && clonetide cohort - < ../scenario.toml").bad(3, &["cannot be read: No such file"]);
}

#[test]
fn a_check_says_what_differs_and_what_was_before_day_0() {
    let scenario = r#"
name = "Past"
study = { horizon = "70 d" }
visits = { every = "28 d" }
[disease]
burden = { lognormal = { median = 1e9, cv = 0.5 } }
division = "0.05 /d"
death = "0.03 /d"
history = { from = 1, lines = [{ regimen = "VRd", cycles = 8, until = "progression" }, { holiday = "28 d" }] }
[cohort.covariate.age]
value = 65
"#;
    let desk = Desk::with(scenario);
    let plan = desk.clonetide(["check", "scenario.toml"]).good().stdout;
    assert!(plan.contains("\n  differs between patients: disease.burden; covariate.age\n"), "{plan}");
    assert!(
        plan.contains(
            "\n  before day 0: grown from 1 cells; VRd for 8 cycles until progression; 28 d without drugs\n"
        ),
        "{plan}"
    );
    let plan = desk.clonetide(["check", "scenario.toml", "--json"]).good().stdout;
    assert!(plan.contains(r#""differs":["disease.burden","covariate.age"]"#), "{plan}");
}
