//! The columns of a sweep's axes: where all values have one unit, the header has it and the cells are numbers.

use crate::units::{is_unit, parts};

/// The column of an axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The path of the key.
    pub path: String,
    /// The unit of all values, as they were written with; empty where there is none, or not one.
    pub unit: String,
    /// Whether all cells are numbers.
    pub is_number: bool,
}

impl Column {
    /// The column of a key that takes these values.
    pub fn of<'a>(path: &str, values: impl IntoIterator<Item = &'a str>) -> Column {
        let mut units = values.into_iter().map(|value| match is_number(value) {
            true => Some(""),
            false => parts(value).map(|(_, unit)| unit),
        });
        let first = units.next().flatten();
        let shared = first.filter(|unit| units.all(|other| other == Some(unit)));
        let (path, unit) = (path.to_string(), shared.unwrap_or_default().to_string());
        Column { path, unit, is_number: shared.is_some() }
    }

    /// The column of a header: `disease.death (/d)`, or a path alone.
    pub fn parse(header: &str) -> Column {
        let header = header.trim();
        let parted = header.strip_suffix(')').and_then(|text| text.rsplit_once(" ("));
        match parted.filter(|(_, unit)| is_unit(unit)) {
            Some((path, unit)) => Column::of(path.trim(), [format!("0 {unit}").as_str()]),
            None => Column::of(header, []),
        }
    }

    /// Its header.
    pub fn header(&self) -> String {
        if self.unit.is_empty() { self.path.clone() } else { format!("{} ({})", self.path, self.unit) }
    }

    /// A value without the unit.
    pub fn cell(&self, value: &str) -> String {
        match parts(value).filter(|_| !self.unit.is_empty()) {
            Some((number, _)) => number.trim_start_matches('+').to_string(),
            None => value.to_string(),
        }
    }

    /// The value of a cell: with the unit, where the column has one; none if the cell is no number then.
    pub fn value(&self, cell: &str) -> Option<String> {
        if self.unit.is_empty() {
            return Some(cell.to_string());
        }
        is_number(cell).then(|| format!("{cell} {}", self.unit))
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::Column;

    fn column(path: &str, unit: &str) -> Column {
        Column { path: path.into(), unit: unit.into(), is_number: !unit.is_empty() }
    }

    #[test]
    fn a_unit_that_all_values_share_is_in_the_header() {
        for (values, unit) in [
            (&["0.02 /d", "0.03 /d"][..], "/d"),
            (&["1e-9 per day"], "per day"),
            (&["60 d", "6 mo"], ""),
            (&["60 d", "60"], ""),
            (&["60", "60 d"], ""),
            (&["VRd", "Kd"], ""),
            (&[], ""),
        ] {
            assert_eq!(Column::of("a.b", values.iter().copied()), column("a.b", unit), "{values:?}");
        }
        assert!(Column::of("a.b", ["1", "2e9"]).is_number && !Column::of("a.b", ["1", "inf"]).is_number);
    }

    #[test]
    fn a_header_reads_back() {
        for column in [column("a.b", "/d"), column("arm[0].lines[0].for", "d"), column("arm[0].name", "")] {
            assert_eq!(Column::parse(&column.header()), column);
        }
        assert_eq!(Column::parse("regimen.Kd (weekly)"), column("regimen.Kd (weekly)", ""));
        assert_eq!(column("a.b", "/d").header(), "a.b (/d)");
    }

    #[test]
    fn a_cell_reads_back() {
        let rate = column("a", "/d");
        assert_eq!(["0.020 /d", "1e-9 /d", "+3 /d"].map(|value| rate.cell(value)), ["0.020", "1e-9", "3"]);
        assert_eq!(rate.value("0.020").as_deref(), Some("0.020 /d"));
        assert_eq!([rate.value("0.020 /d"), rate.value("inf"), rate.value("x")], [None, None, None]);
        let text = column("a", "");
        assert_eq!((text.cell("60 d"), text.value("60 d")), ("60 d".into(), Some("60 d".into())));
    }
}
