//! The command line, as a user meets it: changes, mistakes, findings, streams, and the commands beside `run`.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

mod support;

use serde_json::Value;
use support::command::*;

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
    for words in
        [["drug", "bortezomib"], ["trait", "CRBN_MUT"], ["regimen", "DRd"], ["parameter", "KGR_Collins"]]
    {
        let named = |line: &&str| line.split_whitespace().take(2).eq(words);
        assert_eq!(done.stdout.lines().filter(named).count(), 1, "{words:?}");
    }
}

#[test]
fn the_catalogue_shows_an_entry_with_its_source() {
    let done = Desk::new().clonetide(["catalogue", "drugs", "bortezomib"]).good();
    assert!(
        done.stdout.starts_with("# Acts on proteasome beta5 (PSMB5)\n[drug.bortezomib]\n"),
        "{}",
        done.stdout
    );
    for part in
        ["kill = \"", "[drug.bortezomib.evidence.kill]\n", "confidence = \"assumption\"", "source = \""]
    {
        assert!(done.stdout.contains(part), "{part}: {}", done.stdout);
    }
}

#[test]
fn the_catalogue_as_csv_and_json_has_a_source_for_every_value() {
    let done = Desk::new().clonetide(["catalogue", "traits", "MDR1_EFFLUX", "--csv"]).good();
    let mut reader = csv::Reader::from_reader(done.stdout.as_bytes());
    assert_eq!(
        reader.headers().unwrap(),
        "kind,name,acts_on,key,value,source,confidence".split(',').collect::<Vec<_>>()
    );
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let row = rows.iter().find(|row| &row[3] == "resists.carfilzomib").expect("a row for each drug");
    assert!(row[4].contains("\"ec50\":8.4") && row[5].contains("ref") && &row[6] == "verified", "{row:?}");
    let done = Desk::new().clonetide(["catalogue", "drugs", "--json"]).good();
    let all: Value = serde_json::from_str(&done.stdout).expect("JSON on standard output");
    assert_eq!(all["drug"].as_object().map(serde_json::Map::len), Some(56));
    assert_eq!(all["drug"]["melphalan"]["acts_on"], "DNA");
    let facts = all["drug"]["melphalan"]["facts"].as_array().expect("facts");
    assert!(facts.iter().any(|fact| fact["key"] == "mutagenic" && fact["confidence"] == "assumption"));
}

#[test]
fn wrong_words_for_the_catalogue_are_told() {
    Desk::new().clonetide(["catalogue", "colours"]).bad(2, &["drugs", "traits", "regimens", "parameters"]);
    Desk::new().clonetide(["catalogue", "drugs", "bortezomb"]).bad(2, &["did you mean bortezomib?"]);
    Desk::new().clonetide(["catalogue", "--csv", "--json"]).bad(2, &["--json"]);
}

/// The tables of the documentation are those that the program prints.
#[test]
fn the_tables_of_the_documentation_are_generated() {
    let written =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/catalogue.md")).expect("a file");
    let tables = written.split_once("<!-- tables -->\n").expect("a mark").1;
    let done = Desk::new().clonetide(["catalogue", "--markdown"]).good();
    assert_eq!(tables.trim(), done.stdout.trim(), "refresh it: just catalogue");
}

#[test]
fn an_entry_of_the_catalogue_can_be_pasted_into_a_scenario() {
    let desk = Desk::new();
    for [kind, name] in
        [["drugs", "ide_cel"], ["drugs", "bortezomib"], ["regimens", "VRd_ASCT_IFM"], ["regimens", "VRd"]]
    {
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

// The results table of several arms.

#[test]
fn arms_are_shown_side_by_side_and_one_arm_is_not() {
    let desk = Desk::with(SMALL);
    let done = desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let table = done.stdout.split("\n\n").last().expect("a part").to_owned();
    for row in [
        "Histories",
        "Response rate, line 1",
        "VGPR or better, line 1",
        "CR or better, line 1",
        "MRD-negative at 1e-5",
        "Median PFS, months",
        "Hazard ratio, PFS",
        "Log-rank p, PFS",
        "Mean gain in PFS",
    ] {
        assert!(table.contains(row), "`{row}` is missing in\n{table}");
    }
    let summary = desk.path("out/summary.csv");
    let told = |name: &str| column(&summary, name);
    let rows: Vec<_> = told("quantity").into_iter().zip(told("estimate")).collect();
    for (label, quantity) in [
        ("Response rate", "line1_response_rate"),
        ("VGPR or better", "line1_vgpr_rate"),
        ("CR or better", "line1_cr_rate"),
        ("MRD-negative", "mrd_negative_share_1e-5"),
    ] {
        let line = table.lines().find(|line| line.contains(label)).expect("a row");
        let cells: Vec<f64> =
            line.split('|').filter_map(|cell| cell.split_once(" %")?.0.trim().parse().ok()).collect();
        let shares: Vec<f64> = rows
            .iter()
            .filter(|(own, _)| own == quantity)
            .map(|(_, share)| share.parse().expect("a share"))
            .collect();
        assert_eq!(cells.len(), shares.len(), "{line}");
        assert!(
            cells.iter().zip(&shares).all(|(cell, share)| (cell - 100.0 * share).abs() <= 0.5),
            "{line} {shares:?}"
        );
    }
    assert!(
        table.lines().next().is_some_and(|head| head.contains("VRd") && head.contains("Kd, then nothing")),
        "{table}"
    );
    assert!(table.ends_with("Hazard ratios and differences: against VRd.\n"), "{table}");
    assert!(!table.contains("OS"), "nobody dies in this scenario");
    let one = desk
        .clonetide([
            "run",
            "scenario.toml",
            "--out",
            "one",
            "--set",
            "arm=[{ name = \"a\", lines = [{ regimen = \"Rd\", for = \"84 d\" }] }]",
        ])
        .good();
    assert!(!one.stdout.contains("Hazard ratio"), "{}", one.stdout);
}

#[test]
fn the_summary_tells_arms_apart() {
    let desk = after_a_run(&["--set", "study.landmarks=[\"90 d\", \"6 mo\"]"]);
    let summary = desk.path("out/summary.csv");
    let rows: Vec<(String, String)> =
        column(&summary, "arm").into_iter().zip(column(&summary, "quantity")).collect();
    let has = |arm: &str, quantity: &str| rows.contains(&(arm.to_owned(), quantity.to_owned()));
    for quantity in
        ["pfs_rate_90_days", "pfs_rate_6_months", "restricted_mean_pfs_days", "restriction_pfs_days"]
    {
        assert!(has("VRd", quantity) && has("Kd, then nothing", quantity), "{quantity}");
    }
    for quantity in [
        "hazard_ratio_pfs",
        "log_rank_p_pfs",
        "difference_pfs_rate_90_days",
        "paired_difference_mean_final_burden",
        "variance_reduction_line1_response_rate",
    ] {
        assert!(has("Kd, then nothing", quantity) && !has("VRd", quantity), "{quantity}");
    }
    let unique: std::collections::BTreeSet<_> = rows.iter().collect();
    assert_eq!(unique.len(), rows.len(), "each quantity once for each arm");
}
