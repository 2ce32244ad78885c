//! `clonetide plot`: whole SVG and PNG files, and clear errors.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A panic is how a test fails.

mod support;

use support::command::{Desk, after_a_run};

#[test]
fn every_figure_is_drawn_twice() {
    let desk = after_a_run(&[]);
    let done = desk.clonetide(["plot", "out"]).good();
    let files: Vec<&str> = done.stdout.lines().collect();
    for name in [
        "survival-pfs",
        "response",
        "fan-burden",
        "waterfall-vrd",
        "swimmer-kd-then-nothing",
        "response-rate",
        "difference",
    ] {
        let name = format!("out/figures/{name}");
        let drawn = files.iter().any(|file| **file == format!("{name}.svg"));

        assert!(drawn, "{name} is missing: {files:?}");
    }
    assert!(files.iter().any(|file| file.contains("/patient-") && file.ends_with("-vrd.png")));
    for file in files {
        let bytes = std::fs::read(desk.path(file)).unwrap();
        match file.ends_with(".svg") {
            true => {
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"), "{file}");
                assert!(!text.contains("NaN") && !text.contains("inf"), "{file}");
            }
            false => assert!(bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.len() > 5_000, "{file}"),
        }
    }
}

#[test]
fn one_figure_can_be_chosen() {
    let desk = after_a_run(&[]);
    let done = desk.clonetide(["plot", "out", "--figure", "response", "--out", "here"]).good();
    assert_eq!(done.stdout, "here/response.svg\nhere/response.png\n");
    let done = desk.clonetide(["plot", "out", "--figure", "patient-3-vrd", "--patients", "3", "-q"]).good();
    assert_eq!(done.stdout, "");
    assert!(desk.path("out/figures/patient-3-vrd.png").exists());
}

#[test]
fn labels_with_markup_stay_text() {
    let scenario = support::command::SMALL.replace("name = \"VRd\"", "name = \"<script>alert(1)</script>\"");
    let desk = Desk::with(&scenario);
    desk.clonetide(["run", "scenario.toml", "--out", "out", "--quiet"]).good();
    desk.clonetide(["plot", "out", "--figure", "response"]).good();
    let svg = desk.read("out/figures/response.svg");
    assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"));
}

#[test]
fn a_figure_that_is_not_there_is_named_with_those_that_are() {
    let desk = after_a_run(&[]);
    desk.clonetide(["plot", "out", "--figure", "survival-psf"])
        .bad(2, &["there is no figure survival-psf", "did you mean survival-pfs?", "It has: survival-pfs, "]);
    assert!(!desk.path("out/figures").exists());
    desk.clonetide(["plot", "out", "--patients", "9"]).bad(2, &["there is no patient 9"]);
    desk.clonetide(["plot", "nowhere"]).bad(2, &["nowhere is not the folder of a finished run or sweep"]);
    desk.write("file", "");
    desk.clonetide(["plot", "out", "--out", "file"]).bad(5, &["cannot make the folder file"]);
}

#[test]
fn a_sweep_is_drawn() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("out")).unwrap();
    let rows = "1,60 d,A,median_pfs_days,100,80,120,9\n2,60 d,A,median_pfs_days,200,180,220,9\n\
                1,90 d,A,median_pfs_days,300,280,320,9\n2,90 d,A,median_pfs_days,,,,9\n";
    desk.write("out/sweep.csv", format!("dose,gap,arm,quantity,estimate,low,high,n\n{rows}"));
    let done = desk.clonetide(["plot", "out"]).good();
    assert_eq!(
        done.stdout.lines().collect::<Vec<_>>(),
        [
            "out/figures/map-median-pfs-days.svg",
            "out/figures/map-median-pfs-days.png",
            "out/figures/tornado-median-pfs-days.svg",
            "out/figures/tornado-median-pfs-days.png",
            "out/figures/interaction-median-pfs-days.svg",
            "out/figures/interaction-median-pfs-days.png"
        ]
    );
}
