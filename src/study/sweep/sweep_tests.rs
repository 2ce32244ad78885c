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

fn table(text: &[u8]) -> Result<Points, Findings> {
    Points::from_csv("p.csv", text)
}

#[test]
fn a_table_gives_its_rows() {
    let points = table(b"disease.death, study.seed\n0.03 /d,1\n\n\"0.04 /d\", 2\n").unwrap();
    assert_eq!((points.count(), points.paths().len()), (2, 2));
    assert_eq!(points.values(1), ["0.04 /d", "2"]);
}

#[test]
fn the_columns_of_a_table_read_back() {
    let points =
        table(b"disease.death,arm[0].name,disease.burden\n0.03 /d,\"a, b\",1e9\n0.04 /d,c,2e9\n").unwrap();
    let header: Vec<String> = points.columns().iter().map(Column::header).collect();
    assert_eq!(header, ["disease.death (/d)", "arm[0].name", "disease.burden"]);
    assert_eq!(points.cells(1), ["0.04", "c", "2e9"]);
    let again = format!("{}\n0.03,\"a, b\",1e9\n0.04,c,2e9\n", header.join(","));
    let again = table(again.as_bytes()).unwrap();
    assert_eq!([again.values(0), again.values(1)], [points.values(0), points.values(1)]);
    assert_eq!(again.columns(), points.columns());
}

#[test]
fn of_a_table_of_estimates_each_point_counts_once() {
    let text = "a (d),b,arm,quantity,estimate,low,high,n\n\
                1,'-x,A,q,,,,1\n1,'-x,A,r,,,,1\n2,'-x,A,q,,,,1\n2,'-x,A,r,,,,1\n";
    let points = table(text.as_bytes()).unwrap();
    assert_eq!(
        (points.count(), points.values(0), points.values(1)),
        (2, vec!["1 d".into(), "-x".into()], vec!["2 d".into(), "-x".into()])
    );
}

#[test]
fn a_cell_has_its_place() {
    let points = table(b"a, b\n\"x, y\" ,  2\n").unwrap();
    let (header, cell) = points.places(0, 1).unwrap();
    assert_eq!((header.line_column(), header.text()), ((1, 4), "b"));
    assert_eq!((cell.line_column(), cell.text()), ((2, 11), "2"));
    assert_eq!(points.places(0, 0).unwrap().1.text(), "\"x, y\"");
}
