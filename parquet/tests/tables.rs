//! The tables as Parquet are the tables as CSV, whatever way a study went.
//!
//! The program is that of the environment variable CLONETIDE, else `target/release/clonetide` of the repository: `just test-parquet`
//! builds it. No chance is involved.

#![allow(clippy::expect_used, clippy::panic)] // A panic is how a test fails.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clonetide_parquet::{CellKind, ConvertError, Manifest, convert_folder};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use tempfile::TempDir;

/// Two arms, traits, a covariate, and names that a spreadsheet could take for formulas or break at.
const SCENARIO: &str = r#"
name = "Small, but whole"
study = { seed = 5, patients = 3, replicates = 2, horizon = "280 d" }

[disease]
burden = { lognormal = { median = 2e11, cv = 0.3 } }
division = "0.05 /d"
death = { lognormal = { median = "0.03 /d", cv = 0.1 } }
traits = ["CRBN_LOW", "PSMB5_MUT"]

[[disease.clone]]
traits = ["CRBN_LOW", "PSMB5_MUT"]
fraction = 1e-3

[cohort.covariate.fit]
probability = 0.5
multiplies = { "disease.kill_scale" = 0.9 }

[[arm]]
name = "VRd, \"quoted\""
lines = [{ regimen = "VRd", cycles = 4, then = "R-maintenance", until = "progression" }]

[[arm]]
name = "Kd é"
lines = [{ regimen = "Kd", for = "84 d" }, { holiday = "56 d" }]

[visits]
every = "28 d"

[record]
every = "28 d"
"#;

const SWEEP: [&str; 6] = [
    "--keep",
    "patients,trajectories,visits,events,clones",
    "--vary",
    "disease.kill_scale=[0.5, 1]",
    "--vary",
    "engine.step=[\"7 d\", \"14 d\"]",
];

/// A folder with the scenario, gone after the test.
struct Desk(TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().expect("a folder"));
        fs::write(desk.path("scenario.toml"), SCENARIO).expect("a file");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn program() -> PathBuf {
        let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/clonetide");
        let program = std::env::var_os("CLONETIDE").map_or(built, PathBuf::from);
        assert!(program.is_file(), "{} is not built; `just test-parquet` does it", program.display());
        program.canonicalize().expect("a path")
    }

    fn clonetide(&self, args: &[&str]) -> Output {
        let mut command = Command::new(Desk::program());
        command.current_dir(self.0.path()).args(args).arg("--quiet");
        command.output().expect("the program starts")
    }

    fn good(&self, args: &[&str]) {
        let output = self.clonetide(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn swept() -> Desk {
        let desk = Desk::new();
        desk.good(&[&["sweep", "scenario.toml", "--out", "out"], &SWEEP[..]].concat());
        desk
    }
}

/// A cell as a value, so that CSV and Parquet can be compared.
#[derive(Clone, Debug, PartialEq)]
enum Cell {
    Text(String),
    Integer(i64),
    Number(u64),
    Flag(bool),
    None,
}

fn of_csv(kind: CellKind, cell: &str) -> Cell {
    match (kind, cell) {
        (CellKind::Text, text) => Cell::Text(text.strip_prefix('\'').unwrap_or(text).to_string()),
        (_, "") => Cell::None,
        (CellKind::Integer, number) => Cell::Integer(number.parse().expect("a whole number")),
        (CellKind::Number, number) => Cell::Number(number.parse::<f64>().expect("a number").to_bits()),
        (CellKind::Flag, flag) => Cell::Flag(flag == "1"),
    }
}

fn of_parquet(field: &Field) -> Cell {
    match field {
        Field::Str(text) => Cell::Text(text.clone()),
        Field::Long(number) => Cell::Integer(*number),
        Field::Double(number) => Cell::Number(number.to_bits()),
        Field::Bool(flag) => Cell::Flag(*flag),
        Field::Null => Cell::None,
        other => panic!("{other:?} is of no type that we write"),
    }
}

/// A table: its columns, and its rows.
type Table = (Vec<String>, Vec<Vec<Cell>>);

/// Every table of a folder from its CSV.
fn csv_tables(folder: &Path) -> Vec<(String, Table)> {
    let manifest = Manifest::read(&folder.join("manifest.json")).expect("a manifest");
    let read = |(name, record): (&str, &clonetide_parquet::FileRecord)| {
        let mut reader = csv::Reader::from_path(folder.join(name)).expect("a table");
        let header = reader.headers().expect("a header").iter().map(str::to_string).collect();
        let row = |row: csv::StringRecord| {
            record.columns.iter().zip(&row).map(|(column, cell)| of_csv(column.cells, cell)).collect()
        };
        let rows = reader.records().map(|record| row(record.expect("a row"))).collect();
        (name.trim_end_matches(".csv").to_string(), (header, rows))
    };
    manifest.tables(folder).expect("tables").into_iter().map(read).collect()
}

/// Every table of a folder from its Parquet.
fn parquet_tables(folder: &Path) -> Vec<(String, Table)> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "parquet"));
    paths.sort();
    let read = |path: &PathBuf| {
        let reader = SerializedFileReader::new(fs::File::open(path).expect("a file")).expect("Parquet");
        let schema = reader.metadata().file_metadata().schema();
        let header = schema.get_fields().iter().map(|field| field.name().to_string()).collect();
        let rows = reader
            .get_row_iter(None)
            .expect("rows")
            .map(|row| row.expect("a row").get_column_iter().map(|(_, field)| of_parquet(field)).collect());
        (path.file_stem().expect("a name").to_string_lossy().into_owned(), (header, rows.collect()))
    };
    paths.iter().map(read).collect()
}

#[test]
fn every_table_reads_back_as_the_csv() {
    let desk = Desk::swept();
    desk.good(&["run", "scenario.toml", "--out", "run"]);
    for folder in ["out", "run"] {
        let folder = desk.path(folder);
        let written = convert_folder(&folder, &folder, false).expect("tables");
        assert_eq!(written.len(), 6);
        assert!(written.iter().all(|(_, rows)| *rows > 0), "{written:?}");
        let (wanted, found) = (csv_tables(&folder), parquet_tables(&folder));
        for (wanted, found) in wanted.iter().zip(&found) {
            assert_eq!(wanted.0, found.0);
            assert_eq!(wanted.1, found.1, "{}", wanted.0);
        }
        assert_eq!(wanted.len(), found.len());
    }
    let kinds = |table: &Table| table.1[0].clone();
    let sweep =
        parquet_tables(&desk.path("out")).into_iter().find(|(name, _)| name == "sweep").expect("a sweep").1;
    assert_eq!(sweep.0[..2], ["disease.kill_scale", "engine.step (d)"]);
    assert_eq!(kinds(&sweep)[..2], [Cell::Number(0.5_f64.to_bits()), Cell::Number(7_f64.to_bits())]);
}

/// One digest over threads, shards, their order, whole or stopped five times, and CSV or Parquet.
#[test]
fn one_digest_whatever_way_a_study_went() {
    let wanted = csv_tables(&Desk::swept().path("out"));
    for (threads, count) in
        ["1", "2", "7"].into_iter().flat_map(|threads| [1, 3, 10].map(|count| (threads, count)))
    {
        for (backward, stopped) in [(false, false), (true, false), (false, true), (true, true)] {
            let desk = Desk::new();
            let mut order: Vec<String> = (1..=count).map(|number| format!("{number}/{count}")).collect();
            if backward {
                order.reverse();
            }
            let bounds: &[&str] =
                if stopped { &["17kB", "20kB", "30kB", "45kB", "60kB", "1GB"] } else { &["1GB"] };
            for (bound, shard) in
                bounds.iter().flat_map(|bound| order.iter().map(move |shard| (bound, shard)))
            {
                let work = ["sweep", "scenario.toml", "--out", "out", "--threads", threads, "--resume"];
                let part = ["--shard", shard.as_str(), "--most-bytes", bound];
                let output = desk.clonetide(&[&work[..], &part, &SWEEP].concat());
                let code = output.status.code();
                assert!(code == Some(0) || code == Some(5) && *bound != "1GB", "{output:?}");
            }
            desk.good(&["merge", "out", "--out", "joined"]);
            let joined = desk.path("joined");
            convert_folder(&joined, &joined, false).expect("tables");
            let way = format!("{threads} threads, {count} shards, backward: {backward}, stopped: {stopped}");
            assert!(csv_tables(&joined) == wanted, "{way}: CSV");
            assert!(parquet_tables(&joined) == wanted, "{way}: Parquet");
        }
    }
}

/// Row groups: a table that needs several comes back whole.
#[test]
fn a_long_table_is_written_in_several_row_groups() {
    let desk = Desk::new();
    let rows: u64 = 200_000;
    let text: String = std::iter::once("arm,day\n".to_string())
        .chain((0..rows).map(|row| format!("a{},{}\n", row % 7, row as f64 / 8.0)))
        .collect();
    study(&desk, &text, rows, r#"[{"name":"arm","cells":"text"},{"name":"day","cells":"number"}]"#);
    convert_folder(&desk.path("own"), &desk.path("own"), false).expect("tables");
    let file = fs::File::open(desk.path("own/t.parquet")).expect("a file");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    assert_eq!((reader.num_row_groups(), reader.metadata().file_metadata().num_rows()), (4, rows as i64));
    assert_eq!(csv_tables(&desk.path("own")), parquet_tables(&desk.path("own")));
}

/// A folder `own` with one table and a manifest that fits it.
fn study(desk: &Desk, text: &str, rows: u64, columns: &str) {
    let folder = desk.path("own");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("t.csv"), text).expect("a file");
    let digest = blake3::hash(text.as_bytes()).to_hex();
    let manifest = format!(
        r#"{{"files":{{"t.csv":{{"rows":{rows},"bytes":0,"blake3":"{digest}","columns":{columns}}}}}}}"#
    );
    fs::write(folder.join("manifest.json"), manifest).expect("a file");
}

/// What the conversion of a study says.
fn said(desk: &Desk, text: &str, rows: u64, columns: &str) -> String {
    study(desk, text, rows, columns);
    let folder = desk.path("own");
    let error = convert_folder(&folder, &folder, true).expect_err("an error");
    let left = fs::read_dir(&folder).expect("a folder").count();
    assert_eq!(left, 2, "nothing is left of a table that failed");
    error.to_string().replace(&folder.display().to_string(), "own")
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let desk = Desk::new();
    let of = |cells: &str| format!(r#"[{{"name":"x","cells":"{cells}"}}]"#);
    for (text, rows, cells, wanted) in [
        (
            "x\n1\nmany\n",
            2,
            "integer",
            "own/t.csv: line 3: column `x`: found \"many\", a whole number is needed",
        ),
        ("x\n1.5\ninf\n", 2, "number", "own/t.csv: line 3: column `x`: found \"inf\", a number is needed"),
        ("x\n1\n2\n", 2, "flag", "own/t.csv: line 3: column `x`: found \"2\", 1 or 0 is needed"),
        ("x\n1\n", 2, "number", "own/t.csv: 1 rows, which is not what the manifest says"),
        ("y\n1\n", 1, "number", "own/t.csv: the columns are y, which is not what the manifest says"),
        (
            "x\n1,2\n",
            1,
            "number",
            "own/t.csv: line 2 has 2 cells and not 1, which is not what the manifest says",
        ),
    ] {
        assert_eq!(said(&desk, text, rows, &of(cells)), wanted);
    }
    let told = said(&desk, "x\n1\n", 1, "[]");
    assert!(told.starts_with("own/manifest.json: does not say what the columns of its tables are"), "{told}");
    study(&desk, "x\n1\n", 1, &of("number"));
    fs::write(desk.path("own/t.csv"), "x\n2\n").expect("a file");
    let error = convert_folder(&desk.path("own"), &desk.path("own"), false).expect_err("an error");
    assert!(
        error.to_string().ends_with("t.csv: its digest is another, which is not what the manifest says"),
        "{error}"
    );
}

#[test]
fn no_file_is_replaced_unasked_and_none_is_read_from_elsewhere() {
    let desk = Desk::new();
    let columns = r#"[{"name":"x","cells":"number"}]"#;
    study(&desk, "x\n1\n", 1, columns);
    let own = desk.path("own");
    convert_folder(&own, &own, false).expect("tables");
    let error = convert_folder(&own, &own, false).expect_err("an error");
    assert!(matches!(error, ConvertError::Exists(_)) && error.code() == 5, "{error}");
    assert!(error.to_string().ends_with(
        "t.parquet is there already; replace it with --force, or choose another folder with --out"
    ));
    convert_folder(&own, &own, true).expect("tables");
    convert_folder(&own, &desk.path("elsewhere/deep"), false).expect("tables");
    assert!(desk.path("elsewhere/deep/t.parquet").is_file());
    let manifest = fs::read_to_string(own.join("manifest.json")).expect("a manifest");
    fs::write(own.join("manifest.json"), manifest.replace("t.csv", "../t.csv")).expect("a file");
    let error = convert_folder(&own, &own, true).expect_err("an error");
    assert!(error.to_string().contains("\"../t.csv\" is not the name of a file in the folder"), "{error}");
    let error = convert_folder(&desk.path("none"), &own, false).expect_err("an error");
    assert!(
        error
            .to_string()
            .ends_with("none is not the folder of a finished run or sweep: it holds no manifest.json")
    );
    assert_eq!(error.code(), 3);
    fs::write(own.join("manifest.json"), "{}").expect("a file");
    let error = convert_folder(&own, &own, false).expect_err("an error");
    assert!(
        error.to_string().contains("manifest.json: no manifest of clonetide: missing field `files`"),
        "{error}"
    );
}

/// A disk that is full: a clear message, exit code 5, and the place as before.
#[test]
fn a_full_disk_is_told_and_leaves_nothing() {
    let desk = Desk::new();
    let text: String = std::iter::once("x\n".to_string())
        .chain((0..100_000).map(|x| format!("{}\n", f64::from(x).sqrt())))
        .collect();
    study(&desk, &text, 100_000, r#"[{"name":"x","cells":"number"}]"#);
    let line = format!("trap '' XFSZ; ulimit -f 64; exec '{}' own", env!("CARGO_BIN_EXE_clonetide-parquet"));
    let output =
        Command::new("bash").current_dir(desk.0.path()).args(["-c", &line]).output().expect("bash starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{said}");
    assert!(
        said.starts_with("error: cannot write own/t.parquet: ") && said.contains("File too large"),
        "{said}"
    );
    assert_eq!(fs::read_dir(desk.path("own")).expect("a folder").count(), 2);
}
