//! A catalogue of a user's own: what it adds and changes, and how its mistakes are told.

#![allow(clippy::unwrap_used, clippy::panic)] // A panic is how a test fails.

mod support;

use support::command::Desk;

const SCENARIO: &str = r#"
name = "With a catalogue of its own"
catalogue = ["lab.toml"]
study = { horizon = "60 d" }
disease = { burden = 1e9, division = "0.05 /d", death = "0.03 /d", traits = ["OURS", "PSMB5_MUT"] }
arm = [{ name = "a", lines = [{ regimen = "Ours", cycles = 1 }] }]
"#;

const LAB: &str = r#"
[drug.ours]
name = "Our compound"
class = "proteasome inhibitor"
doses = ["2 mg/kg"]
kill = "0.1 /d"
acts = { half_life = "3 d", ec50 = 0.5 }

[drug.bortezomib]
kill = "0.2 /d"

[trait.OURS]
gained = { per_division = 1e-6 }
resists = { ours = { ec50 = 10 } }

[trait.PSMB5_MUT]
resists = { ours = 0.5 }

[regimen.Ours]
cycle = "28 d"
doses = [{ drug = "ours", dose = "1 mg/kg", days = "1,8" }, { drug = "bortezomib", days = "1" }]
"#;

fn desk(lab: &str) -> Desk {
    let desk = Desk::with(SCENARIO);
    desk.write("lab.toml", lab);
    desk
}

#[test]
fn it_adds_entries_and_changes_ours() {
    let desk = desk(LAB);
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(desk.path("out/manifest.json")).unwrap()).unwrap();
    let resolved = &manifest["scenario"]["resolved"];
    assert_eq!(resolved["drug"]["bortezomib"]["kill"], "0.2 /d");
    assert_eq!(
        resolved["drug"]["bortezomib"]["class"], "proteasome inhibitor",
        "what it does not say is ours"
    );
    assert_eq!(resolved["trait"]["PSMB5_MUT"]["resists"]["ours"], 0.5);
    assert_eq!(resolved["trait"]["PSMB5_MUT"]["resists"]["bortezomib"]["kill"], 0.2);
}

#[test]
fn a_scenario_stands_above_its_catalogue() {
    let desk = desk(LAB);
    desk.write("scenario.toml", format!("{SCENARIO}\n[drug.ours]\nkill = \"0.3 /d\"\n"));
    desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
    let manifest = std::fs::read_to_string(desk.path("out/manifest.json")).unwrap();
    assert!(manifest.contains("\"kill\": \"0.3 /d\""), "{manifest}");
}

/// One change to the catalogue, and where and how it is told.
#[test]
fn its_mistakes_are_told_at_their_places() {
    for (old, new, told) in [
        (
            "kill = \"0.1 /d\"",
            "kill = \"0.1 d\"",
            &["lab.toml:6:8", "drug.ours.kill", "a time where a rate is needed"][..],
        ),
        ("kill = \"0.1 /d\"", "kil = \"0.1 /d\"", &["lab.toml:6:1", "unknown key", "did you mean `kill`?"]),
        ("\"1 mg/kg\"", "\"1 mg/m2\"", &["lab.toml", "regimen.Ours.doses[0].dose", "a unit", "2 mg/kg"]),
        ("\"1 mg/kg\"", "\"1 mgkg\"", &["lab.toml", "is not a dose", "mg/m2"]),
        ("{ ec50 = 10 }", "{ ec50 = -1 }", &["lab.toml", "trait.OURS.resists.ours", "1e-6"]),
        (
            "resists = { ours = 0.5 }",
            "resists = { oours = 0.5 }",
            &["lab.toml", "there is no drug", "did you mean `ours`?"],
        ),
        (
            "[drug.ours]",
            "[drugs.ours]",
            &["lab.toml:2:2", "is not a table of a catalogue", "did you mean `drug`?"],
        ),
        (
            "half_life = \"3 d\"",
            "half_life = \"3 d\", delay = \"3 d\"",
            &["lab.toml", "too near to half_life"],
        ),
        ("[drug.ours]", "[drug.ours", &["lab.toml:2"]),
    ] {
        assert_eq!(LAB.matches(old).count(), 1, "{old}");
        let desk = desk(&LAB.replace(old, new));
        let done = desk.clonetide(["run", "scenario.toml", "--out", "out"]).bad(3, told);
        assert!(!desk.path("out").exists(), "{new}: {done:?}");
    }
}

#[test]
fn one_that_is_not_there_is_told_at_its_name() {
    let desk = Desk::with(SCENARIO);
    desk.clonetide(["check", "scenario.toml"])
        .bad(3, &["scenario.toml:3:14", "catalogue", "cannot be read", "\"lab.toml\""]);
    desk.write("scenario.toml", SCENARIO.replace("[\"lab.toml\"]", "\"lab.toml\""));
    desk.clonetide(["check", "scenario.toml"]).bad(3, &["scenario.toml:3:13", "catalogue", "a list"]);
}

/// A class that is given, in the scenario or in a catalogue, stands for each of its drugs: here nothing is resisted any more.
#[test]
fn a_class_stands_above_the_drugs_of_ours() {
    let scenario = |more: &str| {
        format!(
            r#"
name = "By class"
study = {{ horizon = "100 d", patients = 3 }}
disease = {{ burden = 1e9, division = "0.05 /d", death = "0.03 /d", traits = ["CRBN_MUT"], clone = [{{ traits = ["CRBN_MUT"], fraction = 1.0 }}] }}
arm = [{{ name = "a", lines = [{{ regimen = "Rd", cycles = 4 }}] }}]
trait.CRBN_MUT.gained.per_division = 0
{more}"#
        )
    };
    let cells = |scenario: String, lab: &str| {
        let desk = Desk::with(&scenario);
        desk.write("lab.toml", lab);
        desk.clonetide(["run", "scenario.toml", "--out", "out"]).good();
        let rows = desk.read("out/trajectories.csv");
        rows.lines()
            .skip(1)
            .map(|line| line.split(',').nth(6).unwrap().parse().unwrap())
            .collect::<Vec<u64>>()
    };
    let nothing = "trait.CRBN_MUT.resists = { IMiD = 0 }";
    let sensitive = cells(scenario("trait.CRBN_MUT.resists = { lenalidomide = 0 }"), "");
    assert_ne!(cells(scenario(""), ""), sensitive, "ours resists lenalidomide");
    assert_eq!(cells(scenario(nothing), ""), sensitive, "the scenario's class");
    let named = format!("catalogue = [\"lab.toml\"]\n{}", scenario(""));
    assert_eq!(cells(named, nothing), sensitive, "a catalogue's class");
}
