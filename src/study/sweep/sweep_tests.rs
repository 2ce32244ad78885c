use super::*;
use crate::scenario::axis::{Range, Values};
use crate::scenario::file::StreamsEntry;

fn list(path: &str, values: &[&str]) -> Axis {
    Axis { path: path.into(), values: Values::List(values.iter().map(ToString::to_string).collect()) }
}

fn range(path: &str, points: u64) -> Axis {
    let range = Range { from: 0.0, to: 1.0, points: Some(points), log: false, unit: String::new() };
    Axis { path: path.into(), values: Values::Range(range) }
}

fn sweep(design: DesignEntry, points: Option<u64>, axes: Vec<Axis>) -> Sweep {
    Sweep { design, points, streams: StreamsEntry::Common, axes }
}

#[test]
fn a_grid_has_every_value_with_every_other_and_the_last_axis_runs_fastest() {
    let axes = vec![list("a", &["x", "y"]), range("b", 3)];
    let points = Points::of(&sweep(DesignEntry::Grid, None, axes), 1).unwrap();
    let all: Vec<String> = (0..points.count()).map(|point| points.values(point).join(" ")).collect();
    assert_eq!(all, ["x 0", "x 0.5", "x 1", "y 0", "y 0.5", "y 1"]);
    assert_eq!(points.label(1), "point 2 (a = x, b = 0.5)");
}

#[test]
fn an_absurd_size_is_told_before_anything_is_allocated() {
    let axes = (0..32).map(|_| range("a", 1_000_000)).collect();
    let error = Points::of(&sweep(DesignEntry::Grid, None, axes), 1).unwrap_err();
    assert_eq!(error.to_string(), "the sweep has more than 1e38 points; at most 1000000 are run");
    let axes = vec![range("a", 1_000_000), range("b", 1_000_000)];
    let error = Points::of(&sweep(DesignEntry::Grid, None, axes), 1).unwrap_err();
    assert_eq!(error, SizeError::Points { size: "1000000000000".into() });
    let axes = (0..32).map(|_| range("a", 2)).collect();
    let error = Points::of(&sweep(DesignEntry::Sobol, Some(1_000_000), axes), 1).unwrap_err();
    assert_eq!(error, SizeError::Values { points: 1_000_000, axes: 32 });
    assert_eq!(Points::of(&sweep(DesignEntry::Grid, None, vec![]), 1).unwrap_err(), SizeError::NoAxis);
}

#[test]
fn a_latin_hypercube_has_one_point_in_each_part_of_each_axis_and_depends_on_the_seed_alone() {
    let axes = || vec![range("a", 2), range("b", 2), range("c", 2)];
    let points = |seed| Points::of(&sweep(DesignEntry::Lhs, Some(100), axes()), seed).unwrap();
    let hypercube = points(7);
    for axis in 0..3 {
        let part = |point| (hypercube.values(point)[axis].parse::<f64>().unwrap() * 100.0) as usize;
        let mut parts: Vec<usize> = (0..100).map(part).collect();
        assert_ne!(parts, (0..100).collect::<Vec<_>>(), "axis {axis} is not shuffled");
        parts.sort_unstable();
        assert_eq!(parts, (0..100).collect::<Vec<_>>(), "axis {axis}");
    }
    assert_eq!(hypercube, points(7));
    assert_ne!(hypercube, points(8));
}

#[test]
fn a_sobol_design_begins_with_the_corner_and_the_middle() {
    let axes = vec![range("a", 2), list("b", &["x", "y"])];
    let points = Points::of(&sweep(DesignEntry::Sobol, Some(4), axes), 1).unwrap();
    let all: Vec<String> = (0..4).map(|point| points.values(point).join(" ")).collect();
    assert_eq!(all, ["0 x", "0.5 y", "0.75 x", "0.25 y"]);
}

#[test]
fn a_table_gives_its_rows() {
    let points = Points::from_csv(b"disease.death, study.seed\n0.03 /d,1\n\"0.04 /d\", 2\n").unwrap();
    assert_eq!((points.count(), points.paths().len()), (2, 2));
    assert_eq!(points.values(1), ["0.04 /d", "2"]);
}

#[test]
fn what_is_wrong_with_a_table_is_told_with_the_line() {
    let wide = (0..33).map(|at| format!("a.k{at}")).collect::<Vec<_>>().join(",");
    for (text, problem) in [
        ("", "line 1: there is no header"),
        ("a,b\n", "line 1: there is no point"),
        ("a,b\n1,2\n3\n", "line 3: 1 values where the header has 2"),
        ("a,b\n1,2\n3,\n", "line 3: b has no value"),
        ("a,a\n1,2\n", "line 1: a stands in two columns"),
        ("a,,b\n1,2,3\n", "line 1: column 2 has no path"),
        ("name\nx\n", "line 1: name cannot be varied"),
        ("record.every\n7 d\n", "line 1: record.every cannot be varied"),
        (wide.as_str(), "line 1: 33 columns"),
    ] {
        let error = Points::from_csv(text.as_bytes()).unwrap_err();
        assert!(error.to_string().starts_with(problem), "{text:?}: {error}");
    }
    assert_eq!(Points::from_csv(b"a\n\xff\n").unwrap_err().problem, "this is not UTF-8 text");
    let long = format!("a\n{}\n", "1".repeat(5000));
    assert!(Points::from_csv(long.as_bytes()).unwrap_err().problem.contains("more than 4096 bytes"));
}
