//! What is read back from Parquet is what the CSV holds, cell by cell. No chance is involved.

use std::path::Path;

use clonetide::output::{Asked, Disk, Layout, Opened, Start, Store, Table};
use clonetide::scenario::Template;
use clonetide::scenario::file::StreamsEntry;
use clonetide::study::{Points, Shard, Study};
use clonetide_parquet::{Error, Kind, convert, kind};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

const SCENARIO: &str = include_str!("../../../scenarios/psmb5.toml");

/// A sweep of the scenario with every table, in a folder.
fn sweep(folder: &Path) {
    let vary = ["disease.kill_scale=[0.5, 2]", "disease.death=[\"0.03 /d\", \"0.04 /d\"]"].map(String::from).to_vec();
    let changes = vec!["study.patients=4".to_string()];
    let template = Template::read("psmb5.toml", SCENARIO, &changes, &vary).unwrap();
    let base = template.scenario().unwrap();
    let points = Points::of(base.sweep.as_ref().unwrap(), 1).unwrap();
    let study = Study::plan(template, base, points, StreamsEntry::Common).ok().unwrap();
    let (asked, layout) = (Asked { vary, points: None }, Layout::of_sweep(&study, &Table::ALL));
    let opened = Store::open((&study, &asked, layout), Shard::WHOLE, folder, Start::New, &Disk::default()).unwrap();
    let Opened::Open(mut store) = opened else { panic!("a new folder") };
    assert!(store.fill(2, |_| (), || false).ok().unwrap());
    store.publish().unwrap();
}

fn text(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Long(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Str(value) => value.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_cell_comes_back() {
    let desk = tempfile::tempdir().unwrap();
    let (folder, out) = (desk.path().join("sweep"), desk.path().join("parquet"));
    sweep(&folder);
    let files = convert(&folder, &out).unwrap();
    assert_eq!(files.len(), 6);
    for file in files {
        let csv = folder.join(file.file_name().unwrap()).with_extension("csv");
        let mut reader = csv::Reader::from_path(&csv).unwrap();
        let header: Vec<String> = reader.headers().unwrap().iter().map(String::from).collect();
        let parquet = SerializedFileReader::new(std::fs::File::open(&file).unwrap()).unwrap();
        let mut rows = 0;
        for (record, row) in reader.records().zip(parquet.get_row_iter(None).unwrap()) {
            let (record, row) = (record.unwrap(), row.unwrap());
            let cells: Vec<(String, String)> =
                row.get_column_iter().map(|(name, field)| (name.clone(), text(field))).collect();
            for (((name, cell), column), wanted) in cells.iter().zip(&header).zip(&record) {
                assert_eq!(name, column);
                let number = |text: &str| text.parse::<f64>().ok();
                // A reading of 9.700 g/L is the number 9.7.
                let same = cell == wanted || (column == "m_protein" && number(cell) == number(wanted));
                assert!(same, "{csv:?}: {column}: {cell} is not {wanted}");
            }
            rows += 1;
        }
        assert_eq!(rows, parquet.metadata().file_metadata().num_rows(), "{csv:?}");
        assert_eq!(rows as usize, csv::Reader::from_path(&csv).unwrap().records().count(), "{csv:?}");
        let types: Vec<String> = parquet
            .metadata()
            .file_metadata()
            .schema()
            .get_fields()
            .iter()
            .take(3)
            .map(|field| format!("{} {}", field.name(), field.get_physical_type()))
            .collect();
        assert_eq!(types, ["disease.kill_scale DOUBLE", "disease.death BYTE_ARRAY", "arm BYTE_ARRAY"]);
    }
}

/// A new column of the contract needs a kind here.
#[test]
fn every_column_has_a_kind() {
    for table in Table::ALL {
        for column in table.columns() {
            assert!(kind(column).is_some(), "{column} of {}", table.file());
        }
    }
    assert_eq!(kind("disease.death"), None);
    assert_eq!(kind("pfs_event"), Some(Kind::Integer));
}

#[test]
fn what_is_no_folder_of_ours_is_told_and_a_wrong_cell_with_its_line() {
    let desk = tempfile::tempdir().unwrap();
    assert!(matches!(convert(desk.path(), desk.path()), Err(Error::Folder(_))));
    let folder = desk.path().join("sweep");
    sweep(&folder);
    let path = folder.join("sweep.csv");
    let table = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = table.split_once('\n').unwrap();
    let wrong = rest.replacen(",Vd,replicates,4,", ",Vd,replicates,four,", 1);
    std::fs::write(&path, format!("{head}\n{wrong}")).unwrap();
    let error = convert(&folder, &desk.path().join("out")).unwrap_err().to_string();
    assert!(error.ends_with("line 2: estimate holds \"four\", which is no number"), "{error}");
    assert!(!desk.path().join("out/sweep.parquet").exists());
}
