//! What a report's page carries, and the tables that it was made of.

use serde_json::Value;

use super::command::Desk;

/// The page of the run in `out`.
pub fn page(desk: &Desk) -> String {
    let done = desk.clonetide(["report", "out"]).good();
    assert_eq!(done.stdout.trim(), "out/report.html");
    desk.read("out/report.html")
}

/// The figures that a page carries.
pub fn figures(page: &str) -> Vec<Value> {
    let begin = "<script type=\"application/json\" id=\"figures\">";
    let text = page.split(begin).nth(1).unwrap().split("</script>").next().unwrap();
    serde_json::from_str(text).unwrap()
}

/// The names of the figures of a page.
pub fn names(page: &str) -> Vec<String> {
    figures(page).iter().map(|figure| figure["name"].as_str().unwrap().to_string()).collect()
}

/// The rows of a data set of a figure, each cell as text.
pub fn rows(page: &str, figure: &str, data: &str) -> Vec<Vec<(String, String)>> {
    let figures = figures(page);
    let figure = figures.iter().find(|f| f["name"] == figure).unwrap_or_else(|| panic!("no figure {figure}"));
    let columns = figure["data"][data].as_object().unwrap();
    let cells = |column: &Value| -> Vec<String> {
        let plain = |value: &Value| value.as_str().map_or(value.to_string(), str::to_string);
        match column.as_array() {
            Some(values) => values.iter().map(plain).collect(),
            None => {
                let codes = column["codes"].as_array().unwrap();
                codes.iter().map(|code| plain(&column["words"][code.as_u64().unwrap() as usize])).collect()
            }
        }
    };
    let columns: Vec<(String, Vec<String>)> =
        columns.iter().map(|(name, column)| (name.clone(), cells(column))).collect();
    let count = columns[0].1.len();
    (0..count)
        .map(|at| columns.iter().map(|(name, cells)| (name.clone(), cells[at].clone())).collect())
        .collect()
}

/// A cell of a row.
pub fn cell<'a>(row: &'a [(String, String)], column: &str) -> &'a str {
    &row.iter().find(|(name, _)| name == column).unwrap_or_else(|| panic!("no column {column}")).1
}

/// A cell of a row as a number.
pub fn number(row: &[(String, String)], column: &str) -> f64 {
    cell(row, column).parse().unwrap()
}

/// A table of the run as rows of named cells.
pub fn table(desk: &Desk, file: &str) -> Vec<Vec<(String, String)>> {
    let mut reader = csv::Reader::from_path(desk.path(file)).unwrap();
    let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_string).collect();
    let row =
        |record: csv::StringRecord| head.iter().cloned().zip(record.iter().map(str::to_string)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Whether a number is another, rounded to four digits.
pub fn near(shown: f64, exact: f64) -> bool {
    (shown - exact).abs() <= 1e-3 * exact.abs() + 1e-9
}
