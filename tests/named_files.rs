//! Studies whose scenarios name files: patients that were drawn elsewhere, and a catalogue of the user's own. Every
//! command that computes anything meets them, and the folder of a study holds all that is needed to compute it anew.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::fs;

use support::command::{Desk, column, contents, manifest, names, table};

/// Four patients from a file, with a drug from a catalogue of the user's own.
const SCENARIO: &str = r#"
name = "From files"
catalogue = ["lab.toml"]
study = { seed = 3, patients = 4, horizon = "200 d" }
visits = { every = "28 d" }

[disease]
burden = 1e10
division = "0.05 /d"
death = "0.03 /d"
kill_scale = { normal = { mean = 1, sd = 0.2, low = 0.5 } }

[cohort]
file = "patients.csv"
covariate = { age = { value = { normal = { mean = 66, sd = 9 } } } }

[regimen.LAB]
cycle = "28 d"
doses = [{ drug = "LAB-1", days = "1,15" }]

[[arm]]
name = "lab"
lines = [{ regimen = "LAB", cycles = 4 }]
"#;

const LAB: &str =
    "[drug.LAB-1]\nname = \"Lab one\"\nclass = \"other\"\nkill = \"0.05 /d\"\nacts = { for = \"7 d\" }\n";

const PATIENTS: &str = "patient,covariate.age\n1,51\n2,62\n3,73\n4,84\n";

fn desk() -> Desk {
    let desk = Desk::with(SCENARIO);
    desk.write("lab.toml", LAB);
    desk.write("patients.csv", PATIENTS);
    desk.write("older.csv", "patient,covariate.age\n1,91\n2,92\n3,93\n4,94\n");
    desk
}

/// The files of a folder, without the day.
fn files(desk: &Desk, folder: &str) -> Vec<(String, Vec<u8>)> {
    let all = contents(&desk.path(folder));
    all.into_iter().filter(|(name, _)| name != "ro-crate-metadata.json").collect()
}

fn lose_inputs(desk: &Desk) {
    for file in ["scenario.toml", "lab.toml", "patients.csv", "older.csv"] {
        fs::remove_file(desk.path(file)).expect("a file");
    }
}

#[test]
fn a_run_is_reproduced_from_its_folder_alone() {
    let desk = desk();
    desk.clonetide(["check", "scenario.toml"]).good();
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    assert_eq!(column(&desk.path("out/patients.csv"), "covariate.age"), ["51", "62", "73", "84"]);
    let inputs = &manifest(&desk)["inputs"];
    assert_eq!(
        (&inputs["patients.csv"]["text"], &inputs["lab.toml"]["text"]),
        (&PATIENTS.into(), &LAB.into())
    );
    lose_inputs(&desk);
    let done = desk.clonetide(["reproduce", "out"]).good();
    assert!(done.stdout.contains("reproduced"), "{done:?}");
    desk.clonetide(["run", "scenario.toml", "--out", "again"]).bad(3, &["cannot read the scenario"]);
}

#[test]
fn a_manifest_whose_inputs_were_changed_or_are_gone_is_refused() {
    let desk = desk();
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let whole = desk.read("out/manifest.json");
    desk.write("out/manifest.json", whole.replace("3,73\\n", "3,74\\n"));
    desk.clonetide(["reproduce", "out"]).bad(1, &["patients.csv is not what the manifest says"]);
    let (files, inputs) = whole.split_once("\"inputs\"").expect("the inputs come after the files");
    let renamed = inputs.replacen("\"patients.csv\": {", "\"others.csv\": {", 1);
    desk.write("out/manifest.json", format!("{files}\"inputs\"{renamed}"));
    desk.clonetide(["reproduce", "out"])
        .bad(3, &["cohort.file", "cannot be read: the manifest does not hold it"]);
}

#[test]
fn another_text_of_a_named_file_is_another_study() {
    let desk = desk();
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"]).good();
    desk.write("patients.csv", PATIENTS.replace("73", "74"));
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"])
        .bad(6, &["out holds another study", "inputs.patients.csv"]);
    desk.write("patients.csv", PATIENTS);
    desk.write("lab.toml", LAB.replace("0.05 /d", "0.06 /d"));
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"])
        .bad(6, &["inputs.lab.toml", "drug.LAB-1.kill"]);
}

#[test]
fn shards_are_joined_and_a_sweep_is_reproduced_without_the_files() {
    let desk = desk();
    let sweep = [
        "sweep",
        "scenario.toml",
        "--out",
        "out",
        "--keep",
        "patients",
        "--vary",
        "drug.LAB-1.kill=[\"0.04 /d\", \"0.06 /d\"]",
        "--vary",
        "cohort.file=[\"patients.csv\", \"older.csv\"]",
    ];
    desk.clonetide(sweep).good();
    for shard in ["1/2", "2/2"] {
        desk.clonetide(
            sweep.iter().map(|word| if *word == "out" { "parts" } else { word }).chain(["--shard", shard]),
        )
        .good();
    }
    lose_inputs(&desk);
    desk.clonetide(["merge", "parts", "--out", "joined"]).good();
    assert_eq!(files(&desk, "joined"), files(&desk, "out"));
    let ages = column(&desk.path("out/patients.csv"), "covariate.age");
    assert_eq!(ages[..8], ["51", "62", "73", "84", "91", "92", "93", "94"]);
    assert_eq!(ages[8..], ages[..8]);
    desk.clonetide(["reproduce", "out"]).good();
    desk.clonetide(["reproduce", "joined"]).good();
}

#[test]
fn a_file_that_is_missing_at_a_point_is_told_with_the_point() {
    let desk = desk();
    let vary = ["--vary", "cohort.file=[\"patients.csv\", \"nowhere.csv\"]"];
    desk.clonetide(["sweep", "scenario.toml", "--out", "out"].iter().chain(&vary))
        .bad(3, &["point 2", "cohort.file", "cannot be read"]);
    let vary = ["--vary", "catalogue=[[\"lab.toml\"], [\"lob.toml\"]]"];
    desk.clonetide(["sweep", "scenario.toml", "--out", "out"].iter().chain(&vary))
        .bad(3, &["catalogue", "cannot be read"]);
    assert!(!names(&desk.path(".")).contains(&"out".to_string()));
}

#[test]
fn files_beyond_the_bound_are_refused() {
    let desk = desk();
    let long = fs::File::create(desk.path("patients.csv")).expect("a file");
    long.set_len((64 << 20) + 1).expect("a sparse file");
    desk.clonetide(["check", "scenario.toml"]).bad(3, &["cohort.file", "it is longer than 64 MiB"]);
    long.set_len(64 << 20).expect("a sparse file");
    desk.clonetide(["check", "scenario.toml"])
        .bad(3, &["cohort.file", "the files of the scenario are longer than 64 MiB"]);
}

/// The columns of the patients are those of any point; where a number is the same for all patients it is left empty.
#[test]
fn patients_of_a_sweep_have_the_numbers_of_their_point() {
    let desk = desk();
    let capacity = "disease.capacity.cells";
    let text = SCENARIO.replace(
        "kill_scale",
        "capacity = { law = \"gompertz\", cells = 4e12, reference = 1e11 }\nkill_scale",
    );
    desk.write("scenario.toml", text);
    let drawn = "{ uniform = { low = 2e12, high = 3e12 } }";
    let axis = format!("{capacity}=[4e12, {drawn}]");
    for streams in ["common", "own"] {
        let sweep = ["sweep", "scenario.toml", "--out", streams, "--keep", "patients", "--streams", streams];
        desk.clonetide(sweep.iter().copied().chain(["--vary", axis.as_str()])).good();
    }
    desk.clonetide(["run", "scenario.toml", "--out", "run", "--set", &format!("{capacity}={drawn}")]).good();
    // The first column of this name is the axis.
    let rows = |folder: &str| {
        let rows = table(&desk.path(&format!("{folder}/patients.csv")));
        let at = rows[0].iter().rposition(|name| name == capacity).expect("a column");
        rows[1..].iter().map(|row| row[at].clone()).collect::<Vec<_>>()
    };
    let (common, own, run) = (rows("common"), rows("own"), rows("run"));
    assert_eq!(common[..4], [""; 4]);
    assert_eq!(common[4..], run, "the same streams draw the same patients");
    assert!(own[4..].iter().zip(&run).all(|(own, run)| own != run && !own.is_empty()), "{own:?} {run:?}");
    // What a history did is what its row says was drawn: the kill scale of a leading column is drawn with it.
    let kill = |folder: &str| column(&desk.path(&format!("{folder}/patients.csv")), "kill_scale");
    assert_eq!(kill("common")[4..], kill("run")[..]);
    assert!(kill("own").iter().zip(kill("common")).all(|(own, common)| *own != common));
}
