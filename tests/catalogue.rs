//! The catalogue is whole: every entry can be used, every value has a source, and every trait does to every drug what
//! the evidence says. Tumours here have 1e12 cells or more, so that chance is below a thousandth of any kill: the
//! comparisons state no error rate.

#![allow(clippy::unwrap_used, clippy::panic)] // A panic is how a test fails.

use clonetide::catalogue::{entries, facts};
use clonetide::engine::StreamKey;
use clonetide::scenario::Scenario;
use clonetide::scenario::document::Node;
use clonetide::simulate;

const KINDS: [(&str, usize); 4] = [("drug", 56), ("trait", 57), ("regimen", 101), ("parameter", 89)];

#[test]
fn every_entry_has_a_name_and_every_value_a_source_and_a_confidence() {
    for (kind, count) in KINDS {
        assert_eq!(entries(kind).len(), count, "{kind}: the CHANGELOG counts them too");
        for (name, _, entry) in entries(kind) {
            assert!(
                entry.get("name").and_then(Node::as_text).is_some_and(|words| words.len() > 2),
                "{kind} {name}"
            );
            for fact in facts(entry).iter().filter(|fact| !is_description(&fact.key)) {
                let sourced = fact.source.len() > 2 && !fact.confidence.is_empty();
                assert!(sourced, "{kind} {name}: {} = {} rests on nothing", fact.key, fact.value);
            }
        }
    }
    assert!(entries("colour").is_empty());
}

/// Keys that name or describe and state no fact of their own.
fn is_description(key: &str) -> bool {
    [
        "name",
        "aliases",
        "class",
        "target",
        "notes",
        "kind",
        "gene",
        "overcome_by",
        "setting",
        "inert",
        "used",
        "unused",
    ]
    .contains(&key)
}

fn scenario(text: &str) -> Scenario {
    Scenario::read("test.toml", text, &[])
        .unwrap_or_else(|findings| panic!("{}\n{text}", findings.render(false)))
}

#[test]
fn every_regimen_and_trait_can_be_used_at_once() {
    let arm = |name: &str| {
        format!("[[arm]]\nname = \"{name}\"\nlines = [{{ regimen = \"{name}\", cycles = 1 }}]\n")
    };
    let traits: Vec<String> = entries("trait").keys().map(|name| format!("{name:?}")).collect();
    let text = format!(
        "name = \"all\"\nstudy.horizon = \"1 y\"\n[disease]\nburden = 1\ndivision = \"1 /d\"\ndeath = \"1 /d\"\ntraits = [{}]\n{}",
        traits.join(", "),
        entries("regimen").keys().map(arm).collect::<String>(),
    );
    let scenario = scenario(&text);
    assert_eq!((scenario.model.arms.len(), scenario.model.traits.len()), (101, 57));
}

/// The dose rows of every regimen of the reference data, expanded to days, against those of the catalogue.
#[test]
fn every_regimen_gives_its_doses_on_their_days() {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(data("doses.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let mut names: Vec<&str> = rows.iter().map(|row| &row[0]).collect();
    names.dedup();
    for name in names {
        let own: Vec<&csv::StringRecord> = rows.iter().filter(|row| &row[0] == name).collect();
        let model = scenario(&format!(
            "name = \"one\"\nstudy.horizon = \"1 d\"\ndisease = {{ burden = 1, division = \"1 /d\", death = \"1 /d\" }}\n\
             [[arm]]\nname = \"a\"\nlines = [{{ regimen = {name:?}, cycles = 1 }}]\n"
        ))
        .model;
        let regimen = &model.regimens[0];
        for day in 0..900 {
            let mut given: Vec<(String, f64)> = regimen
                .doses_on(day)
                .map(|dose| (model.drugs[dose.drug].name.clone(), dose.strength))
                .collect();
            let mut due: Vec<(String, f64)> = own.iter().filter_map(|row| expected(row, &own, day)).collect();
            given.sort_by(|a, b| a.partial_cmp(b).unwrap());
            due.sort_by(|a, b| a.partial_cmp(b).unwrap());
            let same = given.len() == due.len()
                && given.iter().zip(&due).all(|(a, b)| a.0 == b.0 && (a.1 / b.1 - 1.0).abs() < 1e-12);
            assert!(same, "{name} day {day}: {given:?} instead of {due:?}");
        }
    }
}

/// The drug and strength that a row of the reference data gives on a day, if it does.
fn expected(row: &csv::StringRecord, all: &[&csv::StringRecord], day: u64) -> Option<(String, f64)> {
    let (cycle, day_of_cycle) = cycle_of(all, day);
    let from: u64 = row[1].parse().unwrap();
    let to: u64 = row[2].parse().unwrap_or(u64::MAX);
    // Lymphodepletion on days -5 to -3 is on days 1 to 3 here, and the infusion on day 6.
    let moved = if all.iter().any(|row| row[7].starts_with('-')) && !row[7].starts_with('-') { 5 } else { 0 };
    let on = days_of(&row[7]).contains(&(day_of_cycle - moved));
    if !(from..=to).contains(&cycle) || !on {
        return None;
    }
    let drug = entries("drug").get(&row[4]).unwrap();
    let unit = row[6].replace("CAR+ ", "").replace("mg/d", "mg");
    let standards = drug.get("doses").and_then(Node::as_array).unwrap_or_default();
    let standard = standards.iter().filter_map(Node::as_text).find_map(|dose| {
        let (value, of) = dose.split_once(' ')?;
        (of == unit).then(|| value.parse::<f64>().unwrap())
    });
    Some((row[4].to_string(), row[5].parse::<f64>().unwrap() / standard.unwrap()))
}

/// The cycle of a day and the day within it, both from 1, by the lengths of the cycles before.
fn cycle_of(all: &[&csv::StringRecord], day: u64) -> (u64, i64) {
    let length = |cycle: u64| -> u64 {
        let here = |row: &&&csv::StringRecord| {
            (row[1].parse::<u64>().unwrap()..=row[2].parse().unwrap_or(u64::MAX)).contains(&cycle)
        };
        all.iter().find(here).map_or(28, |row| row[3].parse().unwrap())
    };
    let (mut cycle, mut left) = (1, day);
    while left >= length(cycle) {
        left -= length(cycle);
        cycle += 1;
    }
    (cycle, left as i64 + 1)
}

/// Days as the reference data writes them; those before an infusion on day 1 are moved so that the first is day 1.
fn days_of(text: &str) -> Vec<i64> {
    if text == "-5,-4,-3" {
        return vec![1, 2, 3];
    }
    let one = |part: &str| match part.split_once('-') {
        Some((first, last)) => first.parse::<i64>().unwrap()..=last.parse().unwrap(),
        None => part.parse::<i64>().unwrap()..=part.parse().unwrap(),
    };
    text.split(',').flat_map(one).collect()
}

fn data(name: &str) -> String {
    format!("{}/tests/catalogue/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Kill of four weekly doses of a drug and daily ones of the others, as the logarithm of the cells that are missing, of cells without a trait and with it.
fn kills(trait_name: &str, drugs: &[&str]) -> [f64; 2] {
    let days = |place: usize| if place == 0 { "1,8,15,22" } else { "1-28" };
    let dose = |(place, drug): (usize, &&str)| format!("{{ drug = {drug:?}, days = {:?} }}, ", days(place));
    let doses: String = drugs.iter().enumerate().map(dose).collect();
    let model = scenario(&format!(
        r#"
name = "one trait"
study = {{ horizon = "28 d" }}
[disease]
burden = 4e14
division = "0.03 /d"
death = "0.03 /d"
traits = ["{trait_name}"]
[[disease.clone]]
traits = ["{trait_name}"]
cells = 4e14
[trait.{trait_name}]
gained = {{}}
lost = {{}}
division_factor = 1
mutation_factor = 1
[regimen.tried]
cycle = "28 d"
doses = [{doses}]
[[arm]]
name = "tried"
lines = [{{ regimen = "tried", cycles = 1 }}]
[record]
every = "28 d"
"#
    ))
    .model;
    let story = simulate(&model, &model.arms[0], StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 });
    [0, 1].map(|clone| {
        let at = |day: f64| story.census.iter().find(|row| row.day == day && row.clone.0 == clone);
        let [before, after] = [0.0, 28.0].map(|day| at(day).map_or(1.0, |row| row.cells as f64));
        (before / after).ln()
    })
}

/// Every row of the reference data changes the kill in its direction and within its range, or leaves it where the
/// evidence is of no effect; what takes resistance away brings the kill nearer to that of sensitive cells.
#[test]
fn every_trait_does_to_every_drug_what_the_evidence_says() {
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_path(data("effects.csv")).unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 179);
    let complaints: Vec<String> = rows.iter().filter_map(complaint).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// How a row is not as it should be.
fn complaint(row: &csv::StringRecord) -> Option<String> {
    let (trait_name, drug, effect) = (&row[0], &row[1], &row[2]);
    let number = |at: usize| row[at].parse::<f64>().ok();
    let Some(middle) = number(4) else {
        let victim = entries("trait").get(trait_name)?.get("resists")?.as_table()?.keys().next()?.to_string();
        let (alone, helped) = (kills(trait_name, &[&victim]), kills(trait_name, &[&victim, drug]));
        let share = |kills: [f64; 2]| kills[1] / kills[0];
        let better = share(helped) > share(alone) + 0.02 && share(helped) <= 1.0 + 1e-3;
        return (!better).then(|| format!("{trait_name} {drug} on {victim}: {alone:?} {helped:?}"));
    };
    // A drug that kills nothing alone is tried with a partner.
    let partner = entries("drug").get(drug)?.get("kill").is_none();
    let [plain, with] =
        if partner { kills(trait_name, &[drug, "lenalidomide"]) } else { kills(trait_name, &[drug]) };
    let left = with / plain;
    let (low, high) = (number(3)?, number(5)?);
    let inert = middle == 1.0;
    let right = plain > 0.03
        && if inert { (left - 1.0).abs() < 2e-3 } else { (low - 0.02..=high + 0.02).contains(&left) }
        && (inert || (middle < 1.0) == (left < 0.99));
    (!right).then(|| {
        format!("{trait_name} {drug} ({effect}): {left:.3} of {plain:.3} is left, not {low} to {high}")
    })
}

#[test]
fn what_a_sensitiser_does_without_a_trait_to_reverse_is_nothing_but_what_it_enhances() {
    let plain = |drugs: &[&str]| kills("CD38_MUT", drugs)[0];
    assert!((plain(&["bortezomib", "nek2_inhibitor"]) / plain(&["bortezomib"]) - 1.0).abs() < 1e-3);
    assert!(plain(&["bortezomib", "ricolinostat"]) / plain(&["bortezomib"]) > 1.05);
    assert!(plain(&["lenalidomide", "elotuzumab"]) / plain(&["lenalidomide"]) > 1.05);
    assert!(plain(&["elotuzumab"]).abs() < 1e-3, "it kills nothing alone");
}
