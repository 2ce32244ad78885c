//! What a run leaves behind: files, the summary, failing disks, limits, and the same bytes again.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use std::fs;

use serde_json::Value;
use support::command::*;

/// The columns of each table, as the contract has them; those of `patients.csv` only begin so.
const COLUMNS: [(&str, &str); 6] = [
    ("trajectories.csv", "arm,patient,replicate,day,clone,traits,cells"),
    ("clones.csv", "arm,patient,replicate,clone,parent,traits,founded_day,extinct_day,peak_cells"),
    ("visits.csv", "arm,patient,replicate,day,line,cycle,regimen,m_protein,response"),
    ("events.csv", "arm,patient,replicate,day,event,detail"),
    ("patients.csv", "arm,patient,replicate,"),
    ("summary.csv", "arm,quantity,estimate,low,high,n"),
];

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
    for endpoint in ["ttp", "pfs", "ttnt", "os", "tcr", "ttr", "dor", "mrd_duration"] {
        let at = header.iter().position(|column| column == endpoint).expect("an endpoint");
        assert_eq!(header[at + 1], format!("{endpoint}_event"));
    }
}

/// The interval encloses the time that is told beside it, and is open where it is censored.
#[test]
fn intervals_of_progression_agree_with_its_time() {
    let rows =
        table(&after_a_run(&["--set", "study.horizon=400 d", "--patients", "20"]).path("out/patients.csv"));
    let at = |name: &str| rows[0].iter().position(|column| column == name).expect("a column");
    let number = |row: &[String], name: &str| row[at(name)].parse::<f64>().ok();
    let mut events = 0;
    for row in &rows[1..] {
        let (after, by) = (number(row, "ttp_after").expect("a day"), number(row, "ttp_by"));
        match row[at("ttp_event")].as_str() {
            "1" => {
                events += 1;
                assert_eq!(by, number(row, "ttp"), "{row:?}");
                assert!(by.is_some_and(|by| after < by && by - after <= 28.0), "{row:?}");
            }
            _ => assert_eq!((Some(after), by), (number(row, "ttp"), None), "{row:?}"),
        }
    }
    assert!(events > 10, "{events}");
}

#[test]
fn the_manifest_holds_the_digest_the_length_and_the_rows_of_every_table() {
    let desk = after_a_run(&[]);
    let manifest = manifest(&desk);
    let files = manifest["files"].as_object().expect("files");
    assert_eq!(files.len() + 2, FILES.len(), "all but the manifest and the crate's metadata");
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
    let left = ["manifest.json", "patients.csv", "ro-crate-metadata.json", "summary.csv"];
    assert_eq!(names(&desk.path("out")), left);
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
    desk.write("out/patients.parquet", "of the run before");
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
    let left =
        ["events.csv", "manifest.json", "mine.txt", "patients.csv", "ro-crate-metadata.json", "summary.csv"];
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
fn a_disk_that_fills_up_at_once_leaves_nothing() {
    let desk = Desk::with(SMALL);
    desk.shell("trap '' XFSZ; ulimit -f 1; clonetide run scenario.toml --quiet --out deep/er/out")
        .bad(5, &["cannot write deep/er/out/journal.clonetide", "File too large"]);
    assert_eq!(names(&desk.path(".")), ["scenario.toml"]);
}

#[test]
fn a_disk_that_fills_up_later_leaves_a_beginning_that_goes_on() {
    let desk = Desk::with(SMALL);
    desk.shell("trap '' XFSZ; ulimit -f 32; clonetide run scenario.toml --quiet --out out --threads 1")
        .bad(5, &["cannot write out/journal.clonetide", "File too large"]);
    assert_eq!(names(&desk.path("out")), ["journal.clonetide"]);
    desk.clonetide(["run", "scenario.toml", "--out", "out"])
        .bad(5, &["out holds an unfinished study", "--resume", "--force"]);
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"]).good();
    assert!(done.stderr.contains("bytes of a record that was cut off"), "{}", done.stderr);
    assert_eq!(contents(&desk.path("out")), folder(&[]));
}

#[test]
fn a_disk_that_fills_up_leaves_the_run_before_as_it_was() {
    let desk = after_a_run(&[]);
    let before = contents(&desk.path("out"));
    desk.shell("trap '' XFSZ; ulimit -f 1; clonetide run scenario.toml --quiet --out out --force --seed 6")
        .bad(5, &["cannot write out/journal.clonetide"]);
    assert_eq!(contents(&desk.path("out")), before);
}

#[test]
fn a_table_that_cannot_be_replaced_is_told_and_no_manifest_says_that_all_is_well() {
    let desk = Desk::with(SMALL);
    fs::create_dir_all(desk.path("out/patients.csv")).expect("a folder in the place of a table");
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--force"])
        .bad(5, &["cannot write out/patients.csv"]);
    assert!(!desk.path("out/manifest.json").exists());
    fs::remove_dir(desk.path("out/patients.csv")).expect("the folder goes");
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--resume"]).good();
    assert_eq!(contents(&desk.path("out")), folder(&[]));
}

/// Nothing is written outside the folder: links in it are replaced, not followed.
#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_a_table_is_replaced_and_not_followed() {
    let desk = after_a_run(&[]);
    let mine = desk.write("mine.txt", "mine");
    for name in FILES {
        fs::remove_file(desk.path("out").join(name)).expect("a table");
        std::os::unix::fs::symlink(&mine, desk.path("out").join(name)).expect("a link");
    }
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--force"]).good();
    assert_eq!(desk.read("mine.txt"), "mine");
    assert_eq!(contents(&desk.path("out")), folder(&[]));
}

/// Names become folders without a way out of `output`.
#[test]
fn a_name_cannot_lead_out_of_the_folder() {
    for (name, wanted) in
        [("../../etc", "etc"), ("a/b\\\\c", "a-b-c"), ("..", "scenario"), ("/tmp/x", "tmp-x")]
    {
        let desk = Desk::with(&SMALL.replace("Small, but whole", name));
        desk.clonetide(["run", "scenario.toml", "--quiet", "--set", "study.patients=1"]).good();
        assert_eq!(names(&desk.path("output")), [wanted], "{name}");
    }
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

#[test]
fn a_row_limit_gives_rows_with_their_reason_and_exit_code_4() {
    let desk = Desk::with(SMALL);
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out", "--set", "limits.rows=20"]);
    assert_eq!(done.code, Some(4), "{done:?}");
    assert_eq!(column(&desk.path("out/patients.csv"), "stop"), ["row_limit"; 12]);
    let rows: usize = ["trajectories.csv", "visits.csv", "events.csv"]
        .iter()
        .map(|file| column(&desk.path(&format!("out/{file}")), "day").len())
        .sum();
    // Each history ends at the boundary at which it has more than 20, and says so in one more row.
    assert!((12 * 22..12 * 40).contains(&rows), "{rows}");
    assert_eq!(manifest(&desk)["limits"]["rows"], 20);
}

/// A hundred years in steps of a quarter of an hour cannot be told in a millisecond.
#[test]
fn a_limit_of_seconds_gives_rows_with_their_reason_and_exit_code_4() {
    let desk = Desk::with(SMALL);
    let long = ["study.horizon=100 y", "engine.step=0.01 d", "limits.seconds=0.001"];
    let set: Vec<&str> = long.iter().flat_map(|change| ["--set", change]).collect();
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out"].iter().chain(&set));
    assert_eq!(done.code, Some(4), "{done:?}");
    assert_eq!(column(&desk.path("out/patients.csv"), "stop"), ["time_limit"; 12]);
    assert_eq!(manifest(&desk)["limits"]["seconds"], 0.001);
    let done = desk.clonetide(["reproduce", "out"]).bad(1, &["not reproduced: "]);
    assert!(done.stderr.contains("limits.seconds stops histories by the clock of the machine"), "{done:?}");
}

/// Hypothesis: the manifest tells the columns of every table, and every cell is of the kind it tells. No chance is involved.
#[test]
fn the_manifest_tells_what_the_cells_of_each_column_are() {
    let desk = Desk::with(SMALL);
    let sweep =
        ["sweep", "scenario.toml", "--out", "out", "--keep", "patients,visits,events,clones,trajectories"];
    let axes = ["--vary", "disease.death=[\"0.03 /d\", \"0.04 /d\"]", "--vary", "arm[0].name=[\"x\", \"y\"]"];
    let more = [
        "--set",
        "cohort.covariate.fit_event={ probability = 0.5, multiplies = { \"disease.kill_scale\" = 0.9 } }",
    ];
    desk.clonetide(sweep.iter().chain(&axes).chain(&more)).good();
    let manifest = manifest(&desk);
    let files = manifest["files"].as_object().expect("tables");
    assert_eq!(files.len(), 6);
    for (file, record) in files {
        let columns = record["columns"].as_array().expect("columns");
        let rows = table(&desk.path(&format!("out/{file}")));
        let names: Vec<&str> =
            columns.iter().map(|column| column["name"].as_str().expect("a name")).collect();
        assert_eq!(names, rows[0], "{file}");
        for (at, column) in columns.iter().enumerate() {
            let fits = |cell: &str| match column["cells"].as_str().expect("a kind") {
                "text" => true,
                "integer" => cell.parse::<i64>().is_ok(),
                "number" => cell.parse::<f64>().is_ok(),
                "flag" => cell == "0" || cell == "1",
                _ => false,
            };
            let cells: Vec<&str> = rows[1..].iter().map(|row| row[at].as_str()).collect();
            let wrong = cells.iter().find(|cell| !(cell.is_empty() || fits(cell)));
            assert_eq!(wrong, None, "{file}: {column}");
            let needless = column["cells"] == "text" && cells.iter().any(|cell| cell.parse::<f64>().is_ok());
            assert!(!needless, "{file}: {column} holds numbers");
        }
    }
    assert_eq!(files["sweep.csv"]["columns"][0]["cells"], "number");
    assert_eq!(files["sweep.csv"]["columns"][1]["cells"], "text");
}

/// The bound is a stop, not a loss: what was told stays, and with a larger bound the result is that of no bound.
#[test]
fn a_bound_of_bytes_stops_and_leaves_what_goes_on() {
    let desk = Desk::with(SMALL);
    let run = |options: &[&str]| {
        desk.clonetide(
            ["run", "scenario.toml", "--out", "out", "--threads", "1", "--resume"].iter().chain(options),
        )
    };
    let words = [
        "out: the output would be more than 40000 bytes, with ",
        " of 12 histories told; go on with --resume",
    ];
    run(&["--most-bytes", "40kB"]).bad(5, &words);
    let journal = fs::metadata(desk.path("out/journal.clonetide")).expect("a journal").len();
    assert!(journal <= 40_000, "{journal}");
    let done = run(&["--most-bytes", "1GB"]).good();
    assert!(done.stderr.contains("of 12 histories are there already"), "{done:?}");
    assert_eq!(contents(&desk.path("out")), folder(&[]));
    desk.clonetide(["run", "scenario.toml", "--out", "none", "--most-bytes", "10"])
        .bad(5, &["with 0 of 12 histories"]);
    assert!(!desk.path("none").exists());
    desk.clonetide(["run", "scenario.toml", "--most-bytes", "1XB"]).bad(2, &["a size such as 500MB"]);
}

// The same history.

#[test]
fn every_file_is_the_same_for_any_number_of_threads() {
    let one = folder(&["--threads", "1"]);
    assert_eq!(folder(&["--threads", "2"]), one);
    assert_eq!(folder(&["--threads", "7"]), one);
    assert_eq!(folder(&["--threads", "64"]), one);
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
    for name in FILES
        .iter()
        .filter(|name| !["trajectories.csv", "manifest.json", "ro-crate-metadata.json"].contains(name))
    {
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

#[test]
fn what_a_killed_run_left_is_no_content_and_goes_with_force() {
    let desk = Desk::with(SMALL);
    fs::create_dir(desk.path("out")).expect("a folder");
    let left = desk.write("out/.clonetide-draft-abc", "half a table");
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    assert!(left.exists(), "another program's may be called so");
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--force"]).good();
    assert_eq!(names(&desk.path("out")), FILES);
}
