//! A figure: a Vega-Lite specification, its data, and what a reader can choose.

use serde_json::{Value, json};

/// Days of a mean month.
pub const MONTH: f64 = 30.4375;

/// Data of a figure, by columns.
#[derive(Clone, Debug)]
pub struct Data {
    columns: Vec<&'static str>,
    rows: Vec<Vec<Value>>,
}

impl Data {
    /// An empty table with these columns.
    pub fn new(columns: &[&'static str]) -> Data {
        Data { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row, a value for each column.
    pub fn push(&mut self, row: Vec<Value>) {
        debug_assert_eq!(row.len(), self.columns.len(), "a value for each column");
        self.rows.push(row);
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As JSON by columns. Texts come as a list of the different ones and a position for each row.
    fn packed(&self) -> Value {
        let column = |(at, name): (usize, &&'static str)| {
            let cells = self.rows.iter().map(|row| &row[at]);
            let value = if self.rows.iter().any(|row| row[at].is_string()) {
                let mut words: Vec<&Value> = Vec::new();
                let mut places = std::collections::HashMap::new();
                let codes: Vec<usize> = cells
                    .map(|cell| {
                        *places.entry(cell.to_string()).or_insert_with(|| {
                            words.push(cell);
                            words.len() - 1
                        })
                    })
                    .collect();
                json!({ "words": words, "codes": codes })
            } else {
                Value::from(cells.cloned().collect::<Vec<_>>())
            };
            (name.to_string(), value)
        };
        self.columns.iter().enumerate().map(column).collect()
    }

    /// As a list of objects, the way Vega-Lite has data of its own.
    fn plain(&self) -> Value {
        let object = |row: &Vec<Value>| -> Value {
            self.columns.iter().map(ToString::to_string).zip(row.iter().cloned()).collect()
        };
        self.rows.iter().map(object).collect()
    }
}

/// Something a reader chooses: rows with another value in this column are left out.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The column.
    pub field: &'static str,
    /// What stands before the list.
    pub label: &'static str,
    /// What can be chosen; the first one is shown at first.
    pub options: Vec<String>,
}

/// A small table below a figure.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Names of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

/// A figure.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its name, for links and files.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it shows and how to read it.
    pub caption: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// Vega-Lite, with data by name.
    pub spec: Value,
    /// The data by name.
    pub data: Vec<(&'static str, Data)>,
    /// Numbers to read beside it.
    pub numbers: Option<Numbers>,
}

impl Figure {
    /// What the page's script needs, as JSON.
    pub fn packed(&self) -> Value {
        let data: Value = self.data.iter().map(|(name, data)| (name.to_string(), data.packed())).collect();
        let choices: Vec<Value> = self.choices.iter().map(|choice| json!(choice.field)).collect();
        json!({ "name": self.name, "choices": choices, "spec": self.spec, "data": data })
    }

    /// A Vega-Lite specification that stands alone, for other tools.
    pub fn vega_lite(&self) -> Value {
        let data: Value = self.data.iter().map(|(name, data)| (name.to_string(), data.plain())).collect();
        let mut spec = self.spec.clone();
        spec["$schema"] = json!("https://vega.github.io/schema/vega-lite/v6.json");
        spec["datasets"] = data;
        spec
    }
}

/// A number with four significant digits: more cannot be seen, and costs space.
pub fn short(number: f64) -> Value {
    if !number.is_finite() {
        return Value::Null;
    }
    let rounded: f64 = format!("{number:.3e}").parse().unwrap_or(number);
    if rounded.fract() == 0.0 && rounded.abs() < 1e15 { json!(rounded as i64) } else { json!(rounded) }
}

/// A day as months.
pub fn months(day: f64) -> Value {
    json!((day / MONTH * 1000.0).round() / 1000.0)
}

/// The axis of time from a day to another.
pub fn time_axis(first_day: f64, last_day: f64) -> Value {
    json!({
        "field": "month", "type": "quantitative", "title": "Time since the start of the plan (months)",
        "scale": { "domain": [months(first_day), months(last_day)], "nice": false },
    })
}

/// A colour scale with a colour for each name; names that are not in the data are left out by the page.
pub fn colours(names: &[String], colour: impl Fn(usize, &str) -> String) -> Value {
    let range: Vec<String> = names.iter().enumerate().map(|(at, name)| colour(at, name)).collect();
    json!({ "domain": names, "range": range })
}

/// Positions of at most `most` out of `count`, evenly spread, the first and the last among them.
pub fn spread(count: usize, most: usize) -> Vec<usize> {
    if count <= most || most < 2 {
        return (0..count.min(most)).collect();
    }
    (0..most).map(|at| (at * (count - 1) + (most - 1) / 2) / (most - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_keeps_both_ends_and_repeats_nothing() {
        assert_eq!(spread(3, 5), [0, 1, 2]);
        for (count, most) in [(100, 7), (8, 7), (1_000_000, 150), (7, 7)] {
            let places = spread(count, most);
            assert_eq!((places.len(), places[0], places[most - 1]), (most, 0, count - 1));
            assert!(places.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn numbers_keep_four_digits() {
        assert_eq!(short(336_194_542_977.0), json!(336_200_000_000_i64));
        assert_eq!(short(0.123_456), json!(0.1235));
        assert_eq!(short(f64::NAN), Value::Null);
    }

    #[test]
    fn packed_data_hold_every_cell() {
        let mut data = Data::new(&["arm", "x"]);
        for (arm, x) in [("A", 1), ("B", 2), ("A", 3)] {
            data.push(vec![json!(arm), json!(x)]);
        }
        assert_eq!(
            data.packed(),
            json!({ "arm": { "words": ["A", "B"], "codes": [0, 1, 0] }, "x": [1, 2, 3] })
        );
        assert_eq!(data.plain()[2], json!({ "arm": "A", "x": 3 }));
    }
}
