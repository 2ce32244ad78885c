//! `clonetide report`: the page shows what the tables say, takes nothing from anywhere, and says what is wrong with a
//! folder.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A panic is how a test fails.

mod support;

use support::command::{Desk, SMALL, after_a_run};
use support::page::{cell, figures, names, near, number, page, rows, table};

#[test]
fn a_run_has_all_figures() {
    let names = names(&page(&after_a_run(&[])));
    for name in [
        "survival-pfs",
        "response",
        "response-rate",
        "waterfall",
        "fan-m-protein",
        "fan-burden",
        "swimmer",
        "patient",
        "difference",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} is missing: {names:?}");
    }
}

#[test]
fn the_same_folder_gives_the_same_page() {
    let desk = after_a_run(&[]);
    assert!(page(&desk) == page(&desk));
}

#[test]
fn readings_of_a_patient_are_those_of_the_table() {
    let desk = after_a_run(&[]);
    let shown = rows(&page(&desk), "patient", "visits");
    let told = table(&desk, "out/visits.csv");
    assert_eq!(shown.len(), told.len(), "every patient of a small run is shown in full");
    for (shown, told) in shown.iter().zip(&told) {
        assert_eq!(cell(shown, "arm"), cell(told, "arm"));
        let label = format!("Patient {}, replicate {}", cell(told, "patient"), cell(told, "replicate"));
        assert_eq!(cell(shown, "history"), label);
        assert!(near(number(shown, "month"), number(told, "day") / 30.4375));
        assert!(near(number(shown, "m_protein"), number(told, "m_protein")));
        let response = Some(cell(told, "response")).filter(|r| !r.is_empty()).unwrap_or("not called");
        assert_eq!(cell(shown, "response"), response);
    }
}

#[test]
fn shares_of_the_muller_plot_are_those_of_the_cells_and_fill_it() {
    let desk = after_a_run(&[]);
    let page = page(&desk);
    let layers = rows(&page, "patient", "layers");
    let told = table(&desk, "out/trajectories.csv");
    let of_first = |row: &&Vec<(String, String)>| {
        cell(row, "arm") == "VRd" && cell(row, "patient") == "1" && cell(row, "replicate") == "1"
    };
    let mut days: Vec<f64> = told.iter().filter(of_first).map(|row| number(row, "day")).collect();
    days.dedup();
    assert!(days.len() > 5);
    for day in days {
        let here: Vec<_> = told.iter().filter(of_first).filter(|row| number(row, "day") == day).collect();
        let total: f64 = here.iter().map(|row| number(row, "cells")).sum();
        let resistant: f64 =
            here.iter().filter(|row| !cell(row, "traits").is_empty()).map(|row| number(row, "cells")).sum();
        let shown = |wild: bool| -> f64 {
            let own = layers.iter().filter(|row| {
                cell(row, "arm") == "VRd"
                    && cell(row, "history") == "Patient 1, replicate 1"
                    && (number(row, "month") - day / 30.4375).abs() < 1e-3
                    && (cell(row, "traits") == "wild type") == wild
            });
            own.map(|row| number(row, "share")).sum()
        };
        assert!((shown(true) + shown(false) - 1.0).abs() < 0.005, "day {day}");
        // Clones that are never seen are drawn as their parents.
        assert!(
            (shown(false) - resistant / total).abs() < 0.02,
            "day {day}: {} {}",
            shown(false),
            resistant / total
        );
    }
}

#[test]
fn bands_are_quantiles_of_the_tables() {
    let desk = after_a_run(&[]);
    let page = page(&desk);
    let told = table(&desk, "out/visits.csv");
    let burdens = table(&desk, "out/trajectories.csv");
    for arm in ["VRd", "Kd, then nothing"] {
        for day in [0.0, 56.0, 280.0] {
            let at = |figure: &str| {
                let rows = rows(&page, figure, "bands");
                let here = |row: &&Vec<(String, String)>| {
                    cell(row, "arm") == arm && (number(row, "month") - day / 30.4375).abs() < 1e-3
                };
                rows.iter().find(here).cloned().unwrap_or_else(|| panic!("{figure}: no band at {day}"))
            };
            let own = |row: &&Vec<(String, String)>| cell(row, "arm") == arm && number(row, "day") == day;
            let mut readings: Vec<f64> =
                told.iter().filter(own).map(|row| number(row, "m_protein")).collect();
            readings.sort_by(f64::total_cmp);
            assert_eq!(readings.len(), 6, "three patients, two replicates");
            let median = 0.5 * (readings[2] + readings[3]);
            assert!(near(number(&at("fan-m-protein"), "p50"), median), "{arm} {day}: {median}");
            let burden = |patient: u32, replicate: u32| -> f64 {
                let of = |row: &&Vec<(String, String)>| {
                    own(row)
                        && number(row, "patient") == f64::from(patient)
                        && number(row, "replicate") == f64::from(replicate)
                };
                burdens.iter().filter(of).map(|row| number(row, "cells")).sum()
            };
            let mut burdens: Vec<f64> =
                (1..=3).flat_map(|p| [burden(p, 1), burden(p, 2)]).map(|cells| cells.max(1.0)).collect();
            burdens.sort_by(f64::total_cmp);
            assert!(near(number(&at("fan-burden"), "p50"), 0.5 * (burdens[2] + burdens[3])), "{arm} {day}");
            assert_eq!(number(&at("fan-burden"), "n"), 6.0);
        }
    }
}

#[test]
fn survival_and_response_are_those_of_the_summary() {
    let scenario = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/psmb5.toml");
    let desk = Desk::new();
    desk.clonetide(["run", scenario, "--out", "out", "--quiet"]).good();
    let page = page(&desk);
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    let (steps, mut reached) = (rows(&page, "survival-pfs", "steps"), 0);
    for estimate in
        table(&desk, "out/summary.csv").iter().filter(|row| cell(row, "quantity") == "median_pfs_days")
    {
        // The median is where the curve falls to one half.
        let own = steps.iter().filter(|row| cell(row, "arm") == cell(estimate, "arm"));
        let median = own.clone().find(|row| number(row, "survival") <= 0.5);
        assert_eq!(median.is_none(), cell(estimate, "estimate").is_empty(), "{median:?} {estimate:?}");
        let Some(median) = median else { continue };
        reached += 1;
        assert!(
            near(number(median, "month"), number(estimate, "estimate") / 30.4375),
            "{median:?} {estimate:?}"
        );
        let months = format!("{:.1}", number(estimate, "estimate") / 30.4375);
        assert!(page.contains(&format!("<td class=\"number\">{months}</td>")), "{months} is in the table");
    }
    assert_eq!(reached, 1, "one arm has a median and the other has none");
    let patients = table(&desk, "out/patients.csv");
    for row in rows(&page, "response", "best") {
        let of = |p: &&Vec<(String, String)>| {
            cell(p, "arm") == cell(&row, "arm") && cell(p, "best_response") == cell(&row, "response")
        };
        assert_eq!(number(&row, "count"), patients.iter().filter(of).count() as f64, "{row:?}");
    }
    let risk = rows(&page, "survival-pfs", "risk");
    for row in &risk {
        let day = number(row, "month") * 30.4375;
        let left =
            patients.iter().filter(|p| cell(p, "arm") == cell(row, "arm") && number(p, "pfs") >= day - 0.02);
        assert_eq!(number(row, "n"), left.count() as f64, "{row:?}");
    }
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = page(&after_a_run(&[]));
    let markup: String = page.split("<script").next().unwrap().to_string();
    assert!(markup.contains("default-src 'none'"));
    for text in ["src=", "url(", "@import", "href=\"http"] {
        assert!(!markup.contains(text), "{text}");
    }
    assert!(!page.contains("<script src"));
}

#[test]
fn names_with_markup_are_harmless() {
    let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
    let scenario = SMALL
        .replace("Small, but whole", evil)
        .replace("name = \"VRd\"", "name = \"<b>VRd</b> & 'co'\"")
        .replace("[study]", &format!("about = \"\"\"{evil}\"\"\"\n[study]"));
    let desk = Desk::with(&scenario);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--quiet"]).good();
    let page = page(&desk);
    // All but the bundles, which hold markup of their own.
    let own = page.split("<script>\n").next().unwrap();
    assert!(!own.contains("<script>alert") && !own.contains("<img") && !own.contains("<b>"));
    assert!(page.contains("&lt;b&gt;VRd&lt;/b&gt; &amp; &#39;co&#39;"));
    // Three bundles, the page's own script, and the data.
    assert_eq!(page.matches("<script").count(), 5);
    assert_eq!(page.matches("</script").count(), 5);
    let arms = rows(&page, "fan-burden", "bands");
    assert!(arms.iter().any(|row| cell(row, "arm") == "<b>VRd</b> & 'co'"), "the name itself is unharmed");
}

/// The table with its columns in another order, and one more.
fn shuffled(text: &str) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = reader.headers().unwrap().clone();
    writer.write_record(std::iter::once("new_column").chain(head.iter().rev())).unwrap();
    for record in reader.records() {
        writer.write_record(std::iter::once("x").chain(record.unwrap().iter().rev())).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn columns_are_found_by_name() {
    let desk = after_a_run(&[]);
    let before = page(&desk);
    for file in ["patients.csv", "visits.csv", "events.csv", "summary.csv", "clones.csv", "trajectories.csv"]
    {
        let name = format!("out/{file}");
        desk.write(&name, shuffled(&desk.read(&name)));
    }
    assert!(figures(&before) == figures(&page(&desk)));
}

#[test]
fn tables_that_were_not_kept_leave_figures_out() {
    let desk = after_a_run(&["--set", "record.tables=[]"]);
    let names = names(&page(&desk));
    assert!(names.contains(&"survival-pfs".to_string()) && names.contains(&"waterfall".to_string()));
    for name in ["fan-burden", "fan-m-protein", "swimmer", "patient"] {
        assert!(!names.contains(&name.to_string()), "{name}");
    }
    let desk = after_a_run(&["--set", "record.tables=[\"visits\"]"]);
    assert!(self::names(&page(&desk)).contains(&"patient".to_string()));
}

#[test]
fn optional_columns_may_be_missing() {
    let desk = after_a_run(&[]);
    let told = desk.read("out/patients.csv");
    let mut reader = csv::Reader::from_reader(told.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = reader.headers().unwrap().clone();
    let kept =
        |at: &usize| ["arm", "patient", "replicate", "stop_day", "os", "os_event"].contains(&&head[*at]);
    let places: Vec<usize> = (0..head.len()).filter(kept).collect();
    writer.write_record(places.iter().map(|at| &head[*at])).unwrap();
    for record in reader.records().map(Result::unwrap) {
        writer.write_record(places.iter().map(|at| &record[*at])).unwrap();
    }
    desk.write("out/patients.csv", writer.into_inner().unwrap());
    let names = names(&page(&desk));
    assert!(
        !names.contains(&"survival-pfs".to_string()) && names.contains(&"swimmer".to_string()),
        "{names:?}"
    );
}

#[test]
fn the_time_before_the_plan_is_shown_of_patients_and_left_out_of_bands() {
    let desk = after_a_run(&[]);
    let before = page(&desk);
    let add = |file: &str, row: &str| {
        let text = desk.read(file);
        let (head, rows) = text.split_once('\n').unwrap();
        desk.write(file, format!("{head}\n{row}\n{rows}"));
    };
    add("out/trajectories.csv", "VRd,1,1,-56,1,,777");
    add("out/visits.csv", "VRd,1,1,-28,0,,,99,");
    let after = page(&desk);
    for figure in ["fan-burden", "fan-m-protein"] {
        assert_eq!(rows(&before, figure, "bands"), rows(&after, figure, "bands"));
    }
    let totals = rows(&after, "patient", "total");
    assert_eq!((number(&totals[0], "cells"), number(&totals[0], "month")), (777.0, -1.84));
    assert!(after.contains("\"domain\":[-1.84,"));
}

#[test]
fn patients_can_be_chosen() {
    let desk = after_a_run(&[]);
    desk.clonetide(["report", "out", "--patients", "2", "--out", "two.html", "--quiet"]).good();
    let shown = rows(&desk.read("two.html"), "patient", "visits");
    assert!(!shown.is_empty() && shown.iter().all(|row| cell(row, "history").starts_with("Patient 2,")));
    let words = ["there is no patient 7 in this run; it has patients 1 to 3"];
    desk.clonetide(["report", "out", "--patients", "2,7"]).bad(2, &words);
    desk.clonetide(["report", "out", "--patients", "two"]).bad(2, &["invalid value 'two'"]);
}

#[test]
fn a_folder_without_a_run_is_refused() {
    let desk = Desk::new();
    desk.clonetide(["report"]).bad(2, &["<FOLDER>"]);
    desk.clonetide(["report", "nowhere"])
        .bad(2, &["nowhere is not the folder of a finished run or sweep", "manifest.json"]);
    std::fs::create_dir(desk.path("half")).unwrap();
    desk.write("half/manifest.json", "{}");
    desk.clonetide(["report", "half"]).bad(2, &["half is not", "patients.csv"]);
    desk.write("half/manifest.json", "{ \"seed\": 1,");
    desk.clonetide(["report", "half"]).bad(3, &["half/manifest.json", "line 1 column 12"]);
    assert!(!desk.path("half/report.html").exists());
}

/// What the report says when a text in a table is replaced.
fn damaged(file: &str, from: &str, to: &str, words: &[&str]) {
    let desk = after_a_run(&[]);
    let name = format!("out/{file}");
    let text = desk.read(&name);
    assert!(text.contains(from), "{from}");
    desk.write(&name, text.replacen(from, to, 1));
    desk.clonetide(["report", "out"]).bad(3, words);
    assert!(!desk.path("out/report.html").exists());
}

#[test]
fn a_damaged_table_is_named_with_line_and_column() {
    damaged(
        "visits.csv",
        "VRd,1,1,0,",
        "VRd,1,1,soon,",
        &["out/visits.csv: line 2: column `day`: found \"soon\", a number is needed"],
    );
    damaged(
        "trajectories.csv",
        "VRd,1,1,0,1,",
        "VRd,1,1,0,-1,",
        &["line 2: column `clone`: found \"-1\", a whole"],
    );
    damaged(
        "patients.csv",
        "stop_day",
        "stopped",
        &["line 1: there is no column `stop_day`; found: arm, patient"],
    );
    damaged("summary.csv", "quantity", "quality", &["summary.csv: line 1: there is no column `quantity`"]);
    damaged("events.csv", "VRd,1,1,0,", "VRd,1,1,0,x,", &["events.csv", "record 1"]);
    damaged("visits.csv", "VRd,1,1,0,", "VRd,1,1,NaN,", &["found \"NaN\", a number is needed"]);
}

#[test]
fn a_page_that_cannot_be_written_is_an_error() {
    let desk = after_a_run(&[]);
    desk.clonetide(["report", "out", "--out", "no/such/folder/page.html"])
        .bad(5, &["cannot write no/such/folder/page.html"]);
    std::fs::create_dir(desk.path("taken")).unwrap();
    desk.clonetide(["report", "out", "--out", "taken"]).bad(5, &["cannot write taken"]);
}
