use serde_json::json;

use super::*;

fn sweep(text: &str) -> Sweep {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), text).unwrap();
    Sweep::read(folder.path()).unwrap()
}

const TWO_AXES: &str = "\
lost (d),dose,arm,quantity,estimate,low,high,n
180,1,A,median_pfs_days,300,250,350,10
60,1,A,median_pfs_days,100,80,120,10
180,2,A,median_pfs_days,500,450,550,10
60,2,A,median_pfs_days,200,150,250,10
60,2,A,median_os_days,,,,10
";

#[test]
fn levels_with_units_are_in_the_order_of_their_numbers() {
    let sweep = sweep(TWO_AXES);
    assert_eq!((sweep.axes[0].name.as_str(), &sweep.axes[0].title()[..]), ("lost", "lost (d)"));
    assert_eq!(sweep.axes[0].levels, ["60 d", "180 d"]);
    assert_eq!((sweep.axes[0].unit.as_str(), &sweep.axes[0].numbers), ("d", &Some(vec![60.0, 180.0])));
    assert_eq!(sweep.points[0].levels, [1, 0]);
}

#[test]
fn effects_are_differences_of_means() {
    let effects = sweep(TWO_AXES).effects();
    assert_eq!(effects.len(), 2);
    assert_eq!((effects[0].means, effects[0].at.clone()), ([150.0, 400.0], ["60 d".into(), "180 d".into()]));
    assert_eq!((effects[1].means, effects[1].at.clone()), ([200.0, 350.0], ["1".into(), "2".into()]));
}

#[test]
fn two_axes_give_a_map_and_one_gives_lines() {
    let names: Vec<_> = sweep(TWO_AXES).figures().into_iter().map(|figure| figure.name).collect();
    assert_eq!(
        names,
        ["sweep-map", "sweep-lost", "sweep-dose", "sweep-tornado", "sweep-indices", "sweep-interaction"]
    );
    let one = sweep("dose,arm,quantity,estimate,low,high,n\n1,A,x,1,0,2,5\n2,A,x,2,1,3,5\n");
    let figures = one.figures();
    assert_eq!(figures[0].name, "sweep-dose");
    assert_eq!(figures[0].vega_lite()["datasets"]["points"][1]["estimate"], json!(2));
    assert_eq!(figures[0].vega_lite()["datasets"]["points"][1]["low"], json!(1));
}

#[test]
fn many_values_are_put_into_fifths() {
    let rows: String = (0..20).map(|x| format!("{x},A,q,{x},,,1\n")).collect();
    let sweep = sweep(&format!("p,arm,quantity,estimate,low,high,n\n{rows}"));
    let effects = sweep.effects();
    assert_eq!(
        (effects[0].means, effects[0].at.clone()),
        ([1.5, 17.5], ["0 to 3".into(), "16 to 19".into()])
    );
}

#[test]
fn a_damaged_table_names_its_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), "p,arm,quantity,estimate,low,high,n\n1,A,q,many,,,1\n").unwrap();
    let error = Sweep::read(folder.path()).unwrap_err().to_string();
    assert!(error.ends_with("line 2: column `estimate`: found \"many\", a number is needed"), "{error}");
}

#[test]
fn two_decades_are_logarithmic_unless_most_values_are_near_the_greatest() {
    let axis =
        |levels: &[&str]| Axis::new("a".into(), levels.iter().map(|level| (*level).to_string()).collect()).0;
    assert!(
        axis(&["1e-8", "1e-6", "1e-4"]).is_logarithmic() && axis(&["1 d", "10 d", "100 d"]).is_logarithmic()
    );
    for even in [&["1", "2", "3"][..], &["0", "1e-6", "1e-3"], &["1", "80", "90", "100"], &["VRd", "Kd"]] {
        assert!(!axis(even).is_logarithmic(), "{even:?}");
    }
}
