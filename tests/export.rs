//! `clonetide export`: exact columns, numbers of the tables, and clear errors. `tests/readers` tries real readers.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A panic is how a test fails.

mod support;

use std::collections::BTreeMap;

use support::command::{Desk, after_a_run};

/// A table as rows of named cells.
fn table(text: &str, separator: u8) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).from_reader(text.as_bytes());
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_string).collect();
    let row =
        |record: csv::StringRecord| head.iter().cloned().zip(record.iter().map(str::to_string)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// Exports, and holds that these files were written, no more and no less.
fn export(desk: &Desk, tool: &str, options: &[&str], files: &[&str]) {
    let done = desk.clonetide(["export", "out", "--to", tool].iter().chain(options)).good();
    let want: Vec<String> = files.iter().map(|file| format!("out/export-{tool}/{file}")).collect();
    assert_eq!(done.stdout.lines().collect::<Vec<_>>(), want);
}

/// Rows of a table of the run that belong to one history.
fn own(desk: &Desk, file: &str, arm: &str, patient: &str, replicate: &str) -> Vec<BTreeMap<String, String>> {
    let mut rows = table(&desk.read(&format!("out/{file}")), b',');
    rows.retain(|row| row["arm"] == arm && row["patient"] == patient && row["replicate"] == replicate);
    rows
}

#[test]
fn ggmuller_and_pymuller_have_the_cells_of_the_run() {
    let desk = after_a_run(&[]);
    for tool in ["ggmuller", "pymuller"] {
        let options = ["--arm", "Kd, then nothing", "--patient", "2", "--replicate", "2"];
        export(&desk, tool, &options, &["edges.csv", "populations.csv", "clones.csv"]);
        let text = desk.read(&format!("out/export-{tool}/populations.csv"));
        assert!(text.starts_with("Generation,Identity,Population\n"));
        let populations = table(&text, b',');
        let told = own(&desk, "trajectories.csv", "Kd, then nothing", "2", "2");
        for row in &told {
            let same = |p: &&BTreeMap<String, String>| {
                number(p, "Generation") == number(row, "day") && p["Identity"] == row["clone"]
            };
            let found = populations.iter().find(same).expect("every record is there");
            assert_eq!(number(found, "Population"), number(row, "cells"));
        }
        let sum =
            |rows: &[BTreeMap<String, String>], column| rows.iter().map(|r| number(r, column)).sum::<f64>();
        assert_eq!(sum(&populations, "Population"), sum(&told, "cells"));
        // Every clone but one has exactly one parent.
        let edges = table(&desk.read(&format!("out/export-{tool}/edges.csv")), b',');
        let mut children: Vec<&String> = edges.iter().map(|edge| &edge["Identity"]).collect();
        children.sort();
        children.dedup();
        let clones = table(&desk.read(&format!("out/export-{tool}/clones.csv")), b',');
        assert_eq!((edges.len(), children.len()), (clones.len() - 1, clones.len() - 1));
        let wild: Vec<_> = clones.iter().filter(|clone| clone["traits"] == "wild type").collect();
        assert_eq!((wild.len(), wild[0]["colour"].as_str()), (1, "#b8b8b8"));
    }
}

#[test]
fn wide_tables_have_a_column_for_each_time() {
    let desk = after_a_run(&[]);
    export(&desk, "evofreq", &[], &["evofreq.csv", "clones.csv"]);
    let text = desk.read("out/export-evofreq/evofreq.csv");
    assert!(text.starts_with("clones,parents,0,28,56,84,112,140,168,196,224,252,280\n1,0,"), "{text}");
    for tool in ["fishplot", "clevrvis"] {
        export(&desk, tool, &[], &["fractions.csv", "plot.R", "clones.csv"]);
        let text = desk.read(&format!("out/export-{tool}/fractions.csv"));
        assert!(text.starts_with("clone,parent_row,traits,colour,0,28,56,"));
        let rows = table(&text, b',');
        // What is left of 100 belongs to clones that are not there yet.
        let all = number(&rows[0], "0");
        assert!(rows[0]["parent_row"] == "0" && (99.0..=100.0).contains(&all), "{all}");
        // The children of a clone never hold more than it does.
        for time in ["0", "56", "280"] {
            for (at, row) in rows.iter().enumerate() {
                let of = |child: &&BTreeMap<String, String>| child["parent_row"] == (at + 1).to_string();
                let below: f64 = rows.iter().filter(of).map(|child| number(child, time)).sum();
                assert!(below <= number(row, time), "{time} {row:?}");
            }
        }
        let script = desk.read(&format!("out/export-{tool}/plot.R"));
        assert!(script.contains(if tool == "fishplot" { "createFishObject" } else { "createSeaObject" }));
    }
}

#[test]
fn timescape_has_shares_that_add_up_to_one() {
    let desk = after_a_run(&[]);
    export(&desk, "timescape", &[], &["clonal_prev.csv", "tree_edges.csv", "clones.csv"]);
    let mut sums: BTreeMap<String, f64> = BTreeMap::new();
    for row in table(&desk.read("out/export-timescape/clonal_prev.csv"), b',') {
        *sums.entry(row["timepoint"].clone()).or_default() += number(&row, "clonal_prev");
    }
    assert_eq!(sums.keys().next().map(String::as_str), Some("day 000"));
    assert!(sums.values().all(|sum| (sum - 1.0).abs() < 1e-9), "{sums:?}");
}

#[test]
fn newick_names_every_clone_once() {
    let desk = after_a_run(&[]);
    export(&desk, "newick", &[], &["clones.nwk"]);
    let text = desk.read("out/export-newick/clones.nwk");
    assert!(text.ends_with("'1 wild type':0;\n"), "{text}");
    assert_eq!(text.matches('(').count(), text.matches(')').count());
    let recorded: std::collections::BTreeSet<String> =
        own(&desk, "trajectories.csv", "VRd", "1", "1").into_iter().map(|row| row["clone"].clone()).collect();
    for clone in &recorded {
        assert_eq!(text.matches(&format!("'{clone} ")).count(), 1, "{clone} in {text}");
    }
    // The branch of a clone below the root is as long as the days to its founding.
    let clones = own(&desk, "clones.csv", "VRd", "1", "1");
    let below = clones
        .iter()
        .find(|c| c["parent"] == "1" && recorded.contains(&c["clone"]) && c["founded_day"] != "0");
    let below = below.expect("a clone founded later");
    let traits = if below["traits"].is_empty() { "wild type" } else { &below["traits"] };
    assert!(
        text.contains(&format!("'{} {traits}':{}", below["clone"], below["founded_day"])),
        "{below:?} {text}"
    );
}

#[test]
fn survival_has_a_file_for_each_endpoint() {
    let desk = after_a_run(&[]);
    let done = desk.clonetide(["export", "out", "--to", "survival"]).good();
    assert!(done.stdout.lines().any(|file| file == "out/export-survival/os.csv"));
    let text = desk.read("out/export-survival/pfs.csv");
    assert!(text.starts_with("arm,patient,replicate,time,status,burden,division,death,kill_scale"), "{text}");
    let told = table(&desk.read("out/patients.csv"), b',');
    let rows = table(&text, b',');
    assert_eq!(rows.len(), told.len());
    for (row, told) in rows.iter().zip(&told) {
        assert_eq!(
            [&row["arm"], &row["time"], &row["status"], &row["burden"]],
            [&told["arm"], &told["pfs"], &told["pfs_event"], &told["burden"]]
        );
    }
    desk.clonetide(["export", "out", "--to", "survival", "--arm", "VRd", "--out", "one"]).good();
    let rows = table(&desk.read("one/pfs.csv"), b',');
    assert!(rows.len() == 6 && rows.iter().all(|row| row["arm"] == "VRd"));
}

#[test]
fn adtte_censors_with_one() {
    let desk = after_a_run(&[]);
    export(&desk, "adtte", &[], &["adtte.csv"]);
    let text = desk.read("out/export-adtte/adtte.csv");
    assert!(text.starts_with("STUDYID,USUBJID,TRTP,PARAMCD,PARAM,AVAL,CNSR,EVNTDESC\n"));
    let rows = table(&text, b',');
    let told = table(&desk.read("out/patients.csv"), b',');
    let pfs: Vec<_> = rows.iter().filter(|row| row["PARAMCD"] == "PFS").collect();
    assert_eq!(pfs.len(), told.len());
    for (row, told) in pfs.iter().zip(&told) {
        assert_eq!((&row["TRTP"], &row["AVAL"]), (&told["arm"], &told["pfs"]));
        assert_eq!(number(row, "CNSR"), 1.0 - number(told, "pfs_event"));
        assert_eq!(row["EVNTDESC"].starts_with("Censored"), told["pfs_event"] == "0");
    }
    let subjects: std::collections::BTreeSet<_> = pfs.iter().map(|row| &row["USUBJID"]).collect();
    assert_eq!(subjects.len(), told.len(), "a subject has one arm");
}

/// Hypothesis: variant reads of a mutation are Binomial with share purity x prevalence / 2, depths Poisson. Pooled over
/// 4000 trunk mutations (n is about 4e6 reads) the share lies within 5 standard errors of 0.4; false alarm 6e-7.
#[test]
fn reads_have_the_share_that_purity_and_prevalence_give() {
    let desk = after_a_run(&[]);
    let options = ["--purity", "0.8", "--depth", "1000", "--mutations", "4000", "--days", "0"];
    export(&desk, "pyclone-vi", &options, &["pyclone-vi.tsv", "truth.tsv"]);
    let text = desk.read("out/export-pyclone-vi/pyclone-vi.tsv");
    let head =
        "mutation_id\tsample_id\tref_counts\talt_counts\tmajor_cn\tminor_cn\tnormal_cn\ttumour_content\n";
    assert!(text.starts_with(head));
    let reads = table(&text, b'\t');
    let truth = table(&desk.read("out/export-pyclone-vi/truth.tsv"), b'\t');
    let trunk: Vec<_> = reads.iter().filter(|row| row["mutation_id"].starts_with("trunk_")).collect();
    assert_eq!(trunk.len(), 4000);
    let alt: f64 = trunk.iter().map(|row| number(row, "alt_counts")).sum();
    let all: f64 = alt + trunk.iter().map(|row| number(row, "ref_counts")).sum::<f64>();
    assert!((alt / all - 0.4).abs() < 5.0 * (0.24 / all).sqrt(), "{}", alt / all);
    assert!((all / 4000.0 - 1000.0).abs() < 5.0 * (1000.0_f64 / 4000.0).sqrt(), "{}", all / 4000.0);
    // The small scenario begins with one cell in a thousand that carries both traits; only one is a mutation.
    let of = |cluster: &str| truth.iter().find(|row| row["cluster"] == cluster);
    assert!((number(of("PSMB5_MUT").unwrap(), "cellular_prevalence") - 1e-3).abs() < 1e-5);
    assert!(of("CRBN_LOW").is_none(), "an expression state leaves no mark in the DNA");
}

#[test]
fn the_same_reads_come_again_and_other_patients_have_others() {
    let desk = after_a_run(&[]);
    let read = |patient: &str, out: &str| {
        desk.clonetide(["export", "out", "--to", "pyclone-vi", "--patient", patient, "--out", out]).good();
        desk.read(&format!("{out}/pyclone-vi.tsv"))
    };
    assert_eq!(read("1", "a"), read("1", "b"));
    assert_ne!(read("1", "a"), read("2", "c"));
}

#[test]
fn what_is_not_there_is_refused() {
    let desk = after_a_run(&[]);
    let bad = |options: &[&str], code: i32, words: &[&str]| {
        desk.clonetide(["export", "out"].iter().chain(options)).bad(code, words);
    };
    bad(&[], 2, &["--to <TO>"]);
    bad(&["--to", "ggmullr"], 2, &["invalid value 'ggmullr'", "ggmuller"]);
    bad(
        &["--to", "ggmuller", "--arm", "VRD"],
        2,
        &["no arm \"VRD\"", "did you mean \"VRd\"?", "Kd, then nothing"],
    );
    bad(&["--to", "ggmuller", "--patient", "4"], 2, &["no patient 4, replicate 1", "patients 1 to 3"]);
    bad(&["--to", "newick", "--replicate", "0"], 2, &["replicates 1 to 2"]);
    bad(&["--to", "survival", "--patient", "1"], 2, &["survival has no use for --patient"]);
    bad(
        &["--to", "ggmuller", "--depth", "10", "--days", "0"],
        2,
        &["ggmuller has no use for --depth, --days"],
    );
    bad(&["--to", "pyclone-vi", "--purity", "1.5"], 2, &["a share above 0 and up to 1"]);
    bad(&["--to", "pyclone-vi", "--depth", "-3"], 2, &["a mean number of reads above 0"]);
    bad(&["--to", "pyclone-vi", "--days", "0,x"], 2, &["a day of 0 or later"]);
    bad(
        &["--to", "pyclone-vi", "--days", "5000"],
        2,
        &["day 5000 is after the end of the history on day 280"],
    );
    bad(&["--to", "pyclone-vi", "--mutations", "0"], 2, &["0 is not in 1..=10000"]);
    desk.clonetide(["export", "nowhere", "--to", "newick"]).bad(2, &["nowhere is not the folder"]);
    desk.write("file", "");
    bad(&["--to", "adtte", "--out", "file"], 5, &["cannot make the folder file"]);
}

#[test]
fn tables_that_were_not_kept_are_named() {
    let desk = after_a_run(&["--set", "record.tables=[\"trajectories\"]"]);
    desk.clonetide(["export", "out", "--to", "ggmuller"])
        .bad(2, &["out/clones.csv was not kept: add it to record.tables"]);
    desk.clonetide(["export", "out", "--to", "pyclone-vi"]).good();
    desk.clonetide(["export", "out", "--to", "survival"]).good();
}
