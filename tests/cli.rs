//! The command line, as a user meets it: files, streams, exit codes, and what is said when something is wrong.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::fs;

use serde_json::Value;
use support::command::{BINARY, Desk, FILES, column, contents, names, table};

/// A small scenario with two arms, traits, visits and records.
const SMALL: &str = r#"
name = "Small, but whole"

[study]
seed = 5
patients = 3
replicates = 2
horizon = "280 d"

[disease]
burden = { lognormal = { median = 2e11, cv = 0.3 } }
division = "0.05 /d"
death = "0.03 /d"
traits = ["CRBN_LOW", "PSMB5_MUT"]

[[disease.clone]]
traits = ["CRBN_LOW", "PSMB5_MUT"]
fraction = 1e-3

[[arm]]
name = "VRd"
lines = [{ regimen = "VRd", cycles = 4, then = "R-maintenance", until = "progression" }]

[[arm]]
name = "Kd, then nothing"
lines = [{ regimen = "Kd", for = "84 d" }, { holiday = "56 d" }]

[visits]
every = "28 d"

[record]
every = "28 d"
"#;

/// The columns of each table, as the contract has them; those of `patients.csv` only begin so.
const COLUMNS: [(&str, &str); 6] = [
    ("trajectories.csv", "arm,patient,replicate,day,clone,traits,cells"),
    ("clones.csv", "arm,patient,replicate,clone,parent,traits,founded_day,extinct_day,peak_cells"),
    ("visits.csv", "arm,patient,replicate,day,line,cycle,regimen,m_protein,response"),
    ("events.csv", "arm,patient,replicate,day,event,detail"),
    ("patients.csv", "arm,patient,replicate,"),
    ("summary.csv", "arm,quantity,estimate,low,high,n"),
];

/// A folder with the small scenario, and a run of it in `out`.
fn after_a_run(options: &[&str]) -> Desk {
    let desk = Desk::with(SMALL);
    desk.clonetide(["run", "scenario.toml", "--out", "out"].iter().chain(options)).good();
    desk
}

/// The folder that a run with these options leaves, byte for byte.
fn folder(options: &[&str]) -> Vec<(String, Vec<u8>)> {
    contents(&after_a_run(options).path("out"))
}

fn manifest(desk: &Desk) -> Value {
    serde_json::from_str(&desk.read("out/manifest.json")).expect("a manifest in JSON")
}

/// The report of an error in JSON.
fn report(stderr: &str) -> Value {
    serde_json::from_str(stderr).expect("a report in JSON")
}

// What a run writes.

#[test]
fn a_run_writes_the_files_of_the_contract_with_their_columns() {
    let desk = after_a_run(&[]);
    assert_eq!(names(&desk.path("out")), FILES);
    for (file, columns) in COLUMNS {
        let text = desk.read(&format!("out/{file}"));
        let header = text.lines().next().expect("a header");
        let right = header == columns || (file == "patients.csv" && header.starts_with(columns));
        assert!(right && text.lines().count() > 1, "{file}: {header}");
    }
}

#[test]
fn patients_name_what_was_drawn_why_it_stopped_and_each_endpoint_with_its_event() {
    let header = table(&after_a_run(&[]).path("out/patients.csv")).remove(0);
    let wanted = ["burden", "division", "death", "kill_scale", "stop", "best_response", "depth"];
    assert!(wanted.iter().all(|name| header.iter().any(|column| column == name)), "{header:?}");
    for endpoint in ["ttp", "pfs", "ttnt", "os"] {
        let at = header.iter().position(|column| column == endpoint).expect("an endpoint");
        assert_eq!(header[at + 1], format!("{endpoint}_event"));
    }
}

#[test]
fn the_manifest_holds_the_digest_the_length_and_the_rows_of_every_table() {
    let desk = after_a_run(&[]);
    let manifest = manifest(&desk);
    let files = manifest["files"].as_object().expect("files");
    assert_eq!(files.len() + 1, FILES.len());
    for (name, entry) in files {
        let bytes = fs::read(desk.path("out").join(name)).expect("the file that is named");
        assert_eq!(entry["blake3"], blake3::hash(&bytes).to_hex().to_string(), "{name}");
        assert_eq!(entry["bytes"], bytes.len(), "{name}");
        assert_eq!(entry["rows"], table(&desk.path("out").join(name)).len() - 1, "{name}");
    }
}

#[test]
fn the_manifest_holds_the_scenario_as_given_and_as_resolved() {
    let desk = after_a_run(&["--set", "disease.death=0.031 /d", "--seed", "9"]);
    let manifest = manifest(&desk);
    assert_eq!(manifest["scenario"]["given"], SMALL);
    assert_eq!(manifest["scenario"]["changes"][0], "disease.death=0.031 /d");
    assert_eq!(manifest["scenario"]["resolved"]["disease"]["death"], "0.031 /d");
    assert_eq!(manifest["scenario"]["resolved"]["drug"]["bortezomib"]["class"], "proteasome inhibitor");
    assert_eq!((&manifest["seed"], &manifest["software"]), (&Value::from(9), &Value::from("clonetide")));
}

#[test]
fn without_tables_only_patients_summary_and_manifest_are_written() {
    let desk = after_a_run(&["--set", "record.tables=[]"]);
    assert_eq!(names(&desk.path("out")), ["manifest.json", "patients.csv", "summary.csv"]);
}

#[test]
fn every_replicate_of_every_arm_is_a_row_and_arms_share_their_patients() {
    let rows = table(&after_a_run(&[]).path("out/patients.csv"));
    let cells = |from, to| rows[1..].iter().map(move |row| row[from..to].join(" "));
    let who: Vec<String> = cells(1, 3).take(6).collect();
    assert_eq!(who, ["1 1", "1 2", "2 1", "2 2", "3 1", "3 2"]);
    assert!(cells(0, 1).take(6).all(|arm| arm == "VRd"));
    let people: Vec<String> = cells(1, 7).collect();
    assert_eq!(people.len(), 12);
    assert_eq!(people[..6], people[6..]);
}

#[test]
fn traits_are_sorted_and_joined_and_empty_for_wild_type() {
    let traits = column(&after_a_run(&[]).path("out/clones.csv"), "traits");
    assert_eq!(traits[..2], ["", "CRBN_LOW+PSMB5_MUT"]);
}

#[test]
fn without_out_the_folder_is_named_after_the_scenario() {
    let desk = Desk::with(SMALL);
    let done = desk.clonetide(["run", "scenario.toml"]).good();
    assert_eq!(names(&desk.path("output/small-but-whole")), FILES);
    assert_eq!(done.stderr, "wrote output/small-but-whole\n");
}

#[test]
fn a_folder_that_is_not_empty_is_refused_and_left_as_it_was() {
    let desk = Desk::with(SMALL);
    fs::create_dir(desk.path("out")).expect("a folder");
    desk.write("out/mine.txt", "mine");
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).bad(5, &["out is not empty", "--force"]);
    assert_eq!(names(&desk.path("out")), ["mine.txt"]);
}

#[test]
fn force_replaces_a_run_takes_its_stale_tables_away_and_spares_other_files() {
    let desk = after_a_run(&[]);
    desk.write("out/mine.txt", "mine");
    let again = [
        "run",
        "scenario.toml",
        "--out",
        "out",
        "--force",
        "--seed",
        "6",
        "--set",
        r#"record.tables=["events"]"#,
    ];
    desk.clonetide(again).good();
    let left = ["events.csv", "manifest.json", "mine.txt", "patients.csv", "summary.csv"];
    assert_eq!(names(&desk.path("out")), left);
    assert_eq!(manifest(&desk)["seed"], 6);
}

// What a run prints.

#[test]
fn the_summary_names_the_scenario_and_its_arms() {
    let desk = Desk::with(SMALL);
    let done = desk.clonetide(["run", "scenario.toml"]).good();
    let words =
        ["Small, but whole\n3 patients x 2 replicates, seed 5\n", "Arm: VRd\n", "Arm: Kd, then nothing\n"];
    assert!(words.iter().all(|word| done.stdout.contains(word)), "{}", done.stdout);
}

#[test]
fn the_summary_in_json_is_the_summary_table() {
    let desk = Desk::with(SMALL);
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--json"]).good();
    let printed: Value = serde_json::from_str(&done.stdout).expect("JSON on standard output");
    let printed = printed["summary"].as_array().expect("rows");
    let written = table(&desk.path("out/summary.csv"));
    assert_eq!(printed.len() + 1, written.len());
    for (row, cells) in printed.iter().zip(&written[1..]) {
        let same = written[0].iter().zip(cells).all(|(name, cell)| is_cell(&row[name.as_str()], cell));
        assert!(same, "{row} is not {cells:?}");
    }
}

/// Whether a value in JSON is what a cell holds; reading JSON may turn the last digit of a number.
fn is_cell(value: &Value, cell: &str) -> bool {
    match value {
        Value::Null => cell.is_empty(),
        Value::String(text) => text == cell,
        number => {
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-15 * b.abs();
            number.as_f64().zip(cell.parse().ok()).is_some_and(|(a, b)| near(a, b))
        }
    }
}

#[test]
fn quiet_says_nothing_on_standard_error() {
    let desk = Desk::with(SMALL);
    let done = desk.clonetide(["run", "scenario.toml", "--quiet"]).good();
    assert_eq!(done.stderr, "");
    assert!(done.stdout.starts_with("Small"), "{}", done.stdout);
}

#[test]
fn quiet_does_not_hide_an_error() {
    let desk = Desk::with("name = 1");
    desk.clonetide(["run", "scenario.toml", "--quiet"]).bad(3, &["a text is needed"]);
}

// Changes from the command line.

#[test]
fn options_override_the_scenario() {
    let desk = Desk::with(SMALL);
    let options = ["--seed", "77", "--patients", "2", "--replicates", "4", "--set", "study.horizon=56 d"];
    let done = desk.clonetide(["check", "scenario.toml"].iter().chain(&options)).good();
    let plan = "2 patients x 4 replicates in 2 arms: 16 histories of 56 d, seed 77";
    assert!(done.stdout.contains(plan), "{}", done.stdout);
}

#[test]
fn a_key_of_an_item_can_be_set() {
    let desk = after_a_run(&["--set", "arm.1.name=Kd", "--set", "arm[0].lines[0].cycles = 2"]);
    assert_eq!(manifest(&desk)["arms"][1], "Kd");
    assert_eq!(manifest(&desk)["scenario"]["resolved"]["arm"][0]["lines"][0]["cycles"], 2);
}

#[test]
fn a_bad_value_of_set_is_told_by_its_option() {
    let desk = Desk::with(SMALL);
    let bad = ["run", "scenario.toml", "--set", "disease.death=0.03 d"];
    desk.clonetide(bad).bad(3, &["--set disease.death=0.03 d", "a time where a rate is needed"]);
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

#[test]
fn an_unknown_key_of_set_is_told_by_its_option() {
    let desk = Desk::with(SMALL);
    let bad = ["check", "scenario.toml", "--json", "--set", "disease.kil_scale=2"];
    let findings = desk.clonetide(bad).bad(3, &[]).findings();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0]["file"], "--set disease.kil_scale=2");
    assert_eq!(findings[0]["key"], "disease.kil_scale");
    assert_eq!(findings[0]["suggestion"], "kill_scale");
}

#[test]
fn a_path_past_the_end_of_a_list_is_told() {
    let desk = Desk::with(SMALL);
    let bad = ["check", "scenario.toml", "--set", "arm.2.name=third"];
    desk.clonetide(bad).bad(3, &["the list has 2 items", "a number from 0 to 1"]);
}

#[test]
fn a_path_through_a_value_is_told() {
    let desk = Desk::with(SMALL);
    let bad = ["check", "scenario.toml", "--set", "study.seed.high=3"];
    desk.clonetide(bad).bad(3, &["`study.seed` is a whole number, which has no keys"]);
}

#[test]
fn bad_changes_are_all_reported_at_once() {
    let desk = Desk::with(SMALL);
    let bad = ["check", "scenario.toml", "--json", "--patients", "0", "--set", "engine.step=1"];
    let findings = desk.clonetide(bad).bad(3, &[]).findings();
    let keys: Vec<&Value> = findings.iter().map(|finding| &finding["key"]).collect();
    assert_eq!(keys, ["engine.step", "study.patients"]);
}

// Mistakes of the command line.

#[test]
fn wrong_arguments_are_usage_errors() {
    let wrong: [(&[&str], &str); 12] = [
        (&[], "Usage: clonetide"),
        (&["simulate"], "unrecognized subcommand 'simulate'"),
        (&["run"], "<SCENARIO>"),
        (&["check"], "<SCENARIOS>"),
        (&["run", "scenario.toml", "--sed", "3"], "--seed"),
        (&["run", "scenario.toml", "--threads", "0"], "--threads"),
        (&["run", "scenario.toml", "--threads", "many"], "--threads"),
        (&["run", "scenario.toml", "--seed", "-1"], "-1"),
        (&["run", "scenario.toml", "--replicates", "1.5"], "--replicates"),
        (&["run", "scenario.toml", "--set", "disease.death"], "expected PATH=VALUE"),
        (&["run", "scenario.toml", "--out"], "--out"),
        (&["catalogue", "drug"], "drugs"),
    ];
    let desk = Desk::with(SMALL);
    for (arguments, word) in wrong {
        desk.clonetide(arguments).bad(2, &[word]);
    }
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

// Scenarios that cannot be read.

#[test]
fn a_missing_scenario_is_told() {
    Desk::new()
        .clonetide(["run", "none.toml"])
        .bad(3, &["cannot read the scenario none.toml", "No such file"]);
}

#[test]
fn a_folder_is_no_scenario() {
    Desk::new().clonetide(["check", "."]).bad(3, &["cannot read the scenario .", "directory"]);
}

#[test]
fn a_scenario_that_is_not_utf_8_is_told_with_the_line() {
    let desk = Desk::new();
    desk.write("latin.toml", b"name = \"a\"\nabout = \"M\xfcller\"\n");
    desk.clonetide(["run", "latin.toml"]).bad(3, &["latin.toml: line 2 is not UTF-8 text"]);
}

#[test]
fn an_empty_scenario_lacks_its_required_keys() {
    for text in ["", "\u{feff}", "\n\n", "# nothing\n"] {
        let findings = Desk::with(text).clonetide(["run", "scenario.toml", "--json"]).bad(3, &[]).findings();
        let keys: Vec<&Value> = findings.iter().map(|finding| &finding["key"]).collect();
        assert_eq!(keys, ["disease", "name", "study"], "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_and_the_line_ends_of_windows_change_nothing() {
    let desk = Desk::with(&format!("\u{feff}{}", SMALL.replace('\n', "\r\n")));
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let tables = |all: Vec<(String, Vec<u8>)>| all.into_iter().filter(|(name, _)| name.ends_with("csv"));
    assert!(tables(contents(&desk.path("out"))).eq(tables(folder(&[]))));
}

#[test]
fn a_scenario_longer_than_4_mib_is_refused() {
    let desk = Desk::with(&format!("{SMALL}#{}", " ".repeat(4 << 20)));
    desk.clonetide(["run", "scenario.toml"]).bad(3, &["longer than 4 MiB"]);
}

#[test]
fn a_device_without_an_end_is_refused() {
    Desk::new().clonetide(["check", "/dev/zero"]).bad(3, &["/dev/zero", "longer than 4 MiB"]);
}

#[test]
fn a_deeply_nested_scenario_is_refused() {
    let desk = Desk::with(&format!("name = {}", "[".repeat(200_000)));
    desk.clonetide(["check", "scenario.toml"]).bad(3, &["nested"]);
}

// Findings.

#[test]
fn two_mistakes_are_both_reported() {
    let wrong = SMALL.replace("0.05 /d", "0.05 d").replace("seed = 5", "seed = -5");
    let desk = Desk::with(&wrong);
    let words =
        ["scenario.toml:5:8", "must be at least 0", "scenario.toml:12:12", "a time where a rate is needed"];
    desk.clonetide(["run", "scenario.toml"]).bad(3, &words);
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

#[test]
fn check_tells_the_errors_of_every_file() {
    let desk = Desk::with(SMALL);
    desk.write("unit.toml", SMALL.replace("280 d", "280"));
    desk.write("name.toml", SMALL.replace("\"Kd\"", "\"KD\""));
    let done = desk.clonetide(["check", "unit.toml", "scenario.toml", "name.toml"]);
    assert_eq!(done.code, Some(3));
    assert!(done.stdout.starts_with("Small, but whole: right\n"), "{}", done.stdout);
    for word in ["unit.toml:8:11", "study.horizon", "name.toml:26:22", "did you mean `Kd`?"] {
        assert!(done.stderr.contains(word), "{word} in\n{}", done.stderr);
    }
}

#[test]
fn check_says_what_would_run() {
    let done = Desk::with(SMALL).clonetide(["check", "scenario.toml"]).good();
    let words = ["12 histories of 280 d", "traits: CRBN_LOW; PSMB5_MUT", "11 record times a history"];
    assert!(words.iter().all(|word| done.stdout.contains(word)), "{}", done.stdout);
    assert!(done.stdout.contains("arm Kd, then nothing: Kd for 84 d; 56 d without drugs"), "{}", done.stdout);
}

#[test]
fn check_writes_nothing() {
    let desk = Desk::with(SMALL);
    desk.clonetide(["check", "scenario.toml"]).good();
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

#[test]
fn check_in_json_lists_the_plans() {
    let desk = Desk::with(SMALL);
    let done = desk.clonetide(["check", "scenario.toml", "scenario.toml", "--json"]).good();
    let plans: Value = serde_json::from_str(&done.stdout).expect("JSON on standard output");
    assert_eq!(
        (&plans[1]["histories"], &plans[1]["arms"][0]["name"]),
        (&Value::from(12), &Value::from("VRd"))
    );
}

#[test]
fn errors_in_json_have_a_message_a_code_and_findings() {
    let desk = after_a_run(&[]);
    let refused =
        report(&desk.clonetide(["run", "scenario.toml", "--out", "out", "--json"]).bad(5, &[]).stderr);
    assert_eq!((&refused["exit_code"], &refused["findings"]), (&Value::from(5), &Value::Array(Vec::new())));
    assert!(refused["error"].as_str().is_some_and(|error| error.contains("not empty")), "{refused}");
    let missing = report(&desk.clonetide(["run", "none.toml", "--json"]).bad(3, &[]).stderr);
    assert_eq!(missing["exit_code"], 3);
}

// Streams.

#[test]
fn a_scenario_can_come_from_standard_input() {
    let desk = Desk::with(SMALL);
    desk.shell("clonetide run - --out out < scenario.toml").good();
    assert_eq!(contents(&desk.path("out")), folder(&[]));
}

#[test]
fn errors_of_standard_input_are_told_by_its_name() {
    let line = "echo 'name = 3' | clonetide check -";
    Desk::new().shell(line).bad(3, &["<stdin>:1:8", "a whole number where a text is needed"]);
}

#[test]
fn a_full_standard_output_is_a_failure() {
    let desk = Desk::with(SMALL);
    for command in ["run scenario.toml", "check scenario.toml", "schema", "catalogue drugs --json"] {
        desk.shell(&format!("clonetide {command} > /dev/full"))
            .bad(5, &["cannot write to standard output", "No space left on device"]);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = Desk::with(SMALL);
    for command in ["run scenario.toml --quiet --force", "schema", "catalogue", "--help"] {
        let line = format!("{{ sleep 0.1; clonetide {command}; echo \"code $?\" >&2; }} | true");
        assert_eq!(desk.shell(&line).good().stderr, "code 0\n", "{command}");
    }
}

#[test]
fn no_color_takes_the_colours_from_a_terminal() {
    let desk = Desk::with("name = 3");
    let terminal = |variable: &str| {
        desk.shell(&format!("TERM=xterm {variable} script -qec \"'{BINARY}' check scenario.toml\" /dev/null"))
    };
    let coloured = terminal("CHANGED=1");
    if coloured.code == Some(127) {
        return eprintln!("skipped: there is no `script` to make a terminal");
    }
    assert!(coloured.stdout.contains("\u{1b}[") && coloured.stdout.contains("name"), "{coloured:?}");
    let plain = terminal("NO_COLOR=1");
    assert!(!plain.stdout.contains('\u{1b}') && plain.stdout.contains("name"), "{plain:?}");
}

#[test]
fn there_are_no_colours_in_a_file() {
    let done = Desk::with("name = 3").clonetide(["check", "scenario.toml"]).bad(3, &["name"]);
    assert!(!done.stderr.contains('\u{1b}'), "{}", done.stderr);
}

// Folders and disks.

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let desk = Desk::with(SMALL);
    for folder in ["/proc/clonetide", "scenario.toml", "scenario.toml/below"] {
        desk.clonetide(["run", "scenario.toml", "--out", folder]).bad(5, &["cannot make the folder", folder]);
    }
    assert_eq!(desk.read("scenario.toml"), SMALL);
}

#[test]
fn a_folder_that_takes_no_file_is_told() {
    let desk = Desk::with(SMALL);
    desk.shell("mkdir -m 0555 locked").good();
    if fs::write(desk.path("locked/probe"), "").is_ok() {
        return eprintln!("skipped: this user may write everywhere");
    }
    desk.clonetide(["run", "scenario.toml", "--out", "locked"]).bad(5, &["cannot write", "locked"]);
    desk.clonetide(["run", "scenario.toml", "--out", "locked/new"]).bad(5, &["cannot make the folder"]);
}

#[test]
fn a_disk_that_fills_up_leaves_nothing() {
    let desk = Desk::with(SMALL);
    desk.shell("trap '' XFSZ; ulimit -f 8; clonetide run scenario.toml --quiet --out deep/er/out")
        .bad(5, &["cannot write deep/er/out/trajectories.csv", "File too large"]);
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

#[test]
fn a_disk_that_fills_up_leaves_the_run_before_as_it_was() {
    let desk = after_a_run(&[]);
    let before = contents(&desk.path("out"));
    desk.shell("trap '' XFSZ; ulimit -f 8; clonetide run scenario.toml --quiet --out out --force --seed 6")
        .bad(5, &["cannot write out/trajectories.csv"]);
    assert_eq!(contents(&desk.path("out")), before);
}

#[test]
fn a_table_that_cannot_be_replaced_is_told_and_no_manifest_says_that_all_is_well() {
    let desk = Desk::with(SMALL);
    fs::create_dir_all(desk.path("out/patients.csv")).expect("a folder in the place of a table");
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--force"])
        .bad(5, &["cannot write out/patients.csv"]);
    assert!(!desk.path("out/manifest.json").exists());
    assert!(names(&desk.path("out")).iter().all(|name| name.ends_with(".csv")));
}

// Limits.

#[test]
fn a_clone_limit_gives_rows_with_their_reason_and_exit_code_4() {
    let desk = Desk::with(SMALL);
    let limited = ["run", "scenario.toml", "--out", "out", "--set", "limits.clones=2"];
    let done = desk.clonetide(limited);
    assert_eq!(done.code, Some(4), "{done:?}");
    assert!(done.stdout.starts_with("Small"), "the results are printed all the same: {done:?}");
    assert!(done.stderr.contains("12 replicates stopped at a limit"), "{done:?}");
    assert_eq!(column(&desk.path("out/patients.csv"), "stop"), ["clone_limit"; 12]);
    assert_eq!(manifest(&desk)["stopped_at_a_limit"], 12);
}

#[test]
fn an_event_limit_gives_rows_with_their_reason_and_exit_code_4() {
    let desk = Desk::with(SMALL);
    let exact = ["--set", "engine.method=exact", "--set", "limits.events=50", "--set", "disease.burden=1000"];
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--json"].iter().chain(&exact));
    let last = done.stderr.lines().last().expect("a report after the remarks");
    assert_eq!((done.code, &report(last)["exit_code"]), (Some(4), &Value::from(4)), "{done:?}");
    assert_eq!(column(&desk.path("out/patients.csv"), "stop"), ["event_limit"; 12]);
    assert_eq!(names(&desk.path("out")), FILES);
}

// The same history.

#[test]
fn every_file_is_the_same_for_any_number_of_threads() {
    let one = folder(&["--threads", "1"]);
    assert_eq!(folder(&["--threads", "2"]), one);
    assert_eq!(folder(&["--threads", "7"]), one);
}

#[test]
fn the_allocation_of_a_job_scheduler_changes_no_file() {
    let desk = Desk::with(SMALL);
    desk.shell("SLURM_CPUS_PER_TASK=3 clonetide run scenario.toml --out out").good();
    assert_eq!(contents(&desk.path("out")), folder(&[]));
}

#[test]
fn another_seed_is_another_history() {
    let tables = |options| folder(options).into_iter().find(|(name, _)| name == "patients.csv");
    assert_ne!(tables(&["--seed", "5"]), tables(&["--seed", "6"]));
}

#[test]
fn more_patients_leave_those_before_them_as_they_were() {
    let rows = |patients| table(&after_a_run(&["--patients", patients]).path("out/patients.csv"));
    let (few, many) = (rows("2"), rows("5"));
    assert_eq!(few[1..5], many[1..5]);
}

#[test]
fn another_record_cadence_changes_no_other_table_and_no_common_row() {
    let (often, seldom) =
        (after_a_run(&["--set", "record.every=7 d"]), after_a_run(&["--set", "record.every=56 d"]));
    for name in FILES.iter().filter(|name| !["trajectories.csv", "manifest.json"].contains(name)) {
        let path = format!("out/{name}");
        assert_eq!(often.read(&path), seldom.read(&path), "{name}");
    }
    let rows = |desk: &Desk| table(&desk.path("out/trajectories.csv")).split_off(1);
    let common = |row: &Vec<String>| row[3].parse::<f64>().is_ok_and(|day| day % 56.0 == 0.0);
    let (all, few) = (rows(&often), rows(&seldom));
    assert!(all.len() > 4 * few.len());
    assert_eq!(all.into_iter().filter(common).collect::<Vec<_>>(), few);
}

#[test]
fn tables_that_are_left_out_change_no_other_table() {
    let (all, few) = (after_a_run(&[]), after_a_run(&["--set", "record.tables=[]"]));
    for name in ["out/patients.csv", "out/summary.csv"] {
        assert_eq!(all.read(name), few.read(name));
    }
}

// The other commands.

#[test]
fn schema_is_json_and_names_every_key_of_the_file() {
    let done = Desk::new().clonetide(["schema"]).good();
    let schema: Value = serde_json::from_str(&done.stdout).expect("JSON on standard output");
    let keys = "name about study disease trait drug regimen therapy arm visits record engine limits";
    for key in keys.split(' ') {
        assert!(schema["properties"][key].is_object(), "{key}");
    }
    let below = "seed horizon burden net_growth capacity reference lethal_burden clone fraction per_division \
                 half_life under requires resists kill ec50 hill cycle doses strength lines until holiday then \
                 m_protein measurable tables every method step events lognormal cv uniform low";
    for key in below.split_whitespace() {
        assert!(done.stdout.contains(&format!("\"{key}\": {{")), "{key}");
    }
}

#[test]
fn the_catalogue_lists_all_its_kinds() {
    let done = Desk::new().clonetide(["catalogue"]).good();
    for words in [["drug", "bortezomib"], ["trait", "CRBN_MUT"], ["regimen", "DRd"]] {
        let named = |line: &&str| line.split_whitespace().take(2).eq(words);
        assert_eq!(done.stdout.lines().filter(named).count(), 1, "{words:?}");
    }
}

#[test]
fn the_catalogue_shows_an_entry_with_its_source() {
    let done = Desk::new().clonetide(["catalogue", "drugs", "bortezomib"]).good();
    assert!(done.stdout.starts_with("[drug.bortezomib]\n"), "{}", done.stdout);
    assert!(done.stdout.contains("kill = \"") && done.stdout.contains("source = \""), "{}", done.stdout);
}

#[test]
fn an_entry_of_the_catalogue_can_be_pasted_into_a_scenario() {
    let desk = Desk::new();
    for [kind, name] in [["drugs", "bortezomib"], ["regimens", "VRd"]] {
        let entry = desk.clonetide(["catalogue", kind, name]).good().stdout;
        desk.write("scenario.toml", format!("{SMALL}\n{entry}"));
        desk.clonetide(["check", "scenario.toml"]).good();
    }
}

#[test]
fn the_catalogue_in_json_has_every_entry_of_a_kind() {
    let done = Desk::new().clonetide(["catalogue", "traits", "--json"]).good();
    let all: Value = serde_json::from_str(&done.stdout).expect("JSON on standard output");
    assert!(all["trait"]["PSMB5_MUT"]["gained"]["per_division"].is_number(), "{all}");
    assert!(all["drug"].is_null(), "{all}");
}

#[test]
fn an_unknown_entry_of_the_catalogue_is_told_with_the_nearest() {
    let words = ["the catalogue has no drug called bortezomip; did you mean bortezomib?"];
    Desk::new().clonetide(["catalogue", "drugs", "bortezomip"]).bad(2, &words);
    let far = Desk::new()
        .clonetide(["catalogue", "regimens", "chocolate"])
        .bad(2, &["no regimen called chocolate"]);
    assert!(!far.stderr.contains("did you mean"), "{}", far.stderr);
}

#[test]
fn version_and_help_go_to_standard_output() {
    let desk = Desk::new();
    let version = desk.clonetide(["--version"]).good();
    assert_eq!(version.stdout, format!("clonetide {}\n", env!("CARGO_PKG_VERSION")));
    for command in [&["--help"][..], &["run", "--help"], &["help", "check"]] {
        let help = desk.clonetide(command).good();
        assert!(help.stdout.contains("Usage: clonetide") && help.stderr.is_empty(), "{help:?}");
    }
}
