//! The axes of a sweep: which key each varies and which values it takes.

use libm::{exp, log};

use super::file::{DesignEntry, StreamsEntry};

/// The sweep that a scenario describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// How points are chosen.
    pub design: DesignEntry,
    /// Points of the designs that do not have their own number.
    pub points: Option<u64>,
    /// Random numbers of the points.
    pub streams: StreamsEntry,
    /// The axes, in the order of their columns.
    pub axes: Vec<Axis>,
}

/// One axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The path of the key, as `--set` takes it.
    pub path: String,
    /// The values.
    pub values: Values,
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// These, as `--set` takes them.
    List(Vec<String>),
    /// From one end to the other.
    Range(Range),
}

/// Values from one end to the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The first value.
    pub from: f64,
    /// The last value.
    pub to: f64,
    /// Values on a grid, with both ends.
    pub points: Option<u64>,
    /// Whether steps are equal factors.
    pub log: bool,
    /// The unit; empty where there is none.
    pub unit: String,
}

impl Values {
    /// How many values the axis has on a grid; none for a range that does not say.
    pub fn count(&self) -> Option<u64> {
        match self {
            Values::List(values) => Some(values.len() as u64),
            Values::Range(range) => range.points,
        }
    }

    /// The value of a grid at an index from 0.
    pub fn at(&self, index: u64) -> String {
        match self {
            Values::List(values) => values.get(index as usize).cloned().unwrap_or_default(),
            Values::Range(range) => {
                let steps = range.points.unwrap_or(2).saturating_sub(1).max(1);
                range.at(index as f64 / steps as f64)
            }
        }
    }

    /// The value at a share of the axis, from 0 up to but not with 1.
    pub fn share(&self, share: f64) -> String {
        match self {
            Values::List(values) => {
                self.at(((share * values.len() as f64) as u64).min(values.len() as u64 - 1))
            }
            Values::Range(range) => range.at(share),
        }
    }
}

impl Range {
    /// The value at a share of the way, with its unit, to twelve digits: 0.3 and not 0.30000000000000004.
    fn at(&self, share: f64) -> String {
        let value = match (share, self.log) {
            (0.0, _) => self.from,
            (1.0, _) => self.to,
            (_, false) => self.from + share * (self.to - self.from),
            (_, true) => exp(log(self.from) + share * (log(self.to) - log(self.from))),
        };
        let value = format!("{value:.11e}").parse().unwrap_or(value);
        if self.unit.is_empty() { plain(value) } else { format!("{} {}", plain(value), self.unit) }
    }
}

/// A number as a scenario may write it.
fn plain(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-5..1e15).contains(&size) { format!("{value:e}") } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: f64, to: f64, points: u64, log: bool, unit: &str) -> Values {
        Values::Range(Range { from, to, points: Some(points), log, unit: unit.to_string() })
    }

    fn all(values: &Values) -> Vec<String> {
        (0..values.count().unwrap()).map(|index| values.at(index)).collect()
    }

    #[test]
    fn a_range_has_both_ends_and_even_steps() {
        assert_eq!(all(&range(0.0, 1.0, 5, false, "")), ["0", "0.25", "0.5", "0.75", "1"]);
        assert_eq!(all(&range(0.1, 0.4, 4, false, "/d")), ["0.1 /d", "0.2 /d", "0.3 /d", "0.4 /d"]);
        assert_eq!(all(&range(3.0, 1.0, 3, false, "")), ["3", "2", "1"]);
    }

    #[test]
    fn a_log_range_has_even_factors() {
        assert_eq!(all(&range(1e-8, 1e-5, 4, true, "")), ["1e-8", "1e-7", "1e-6", "0.00001"]);
        assert_eq!(all(&range(1.0, 8.0, 4, true, "d")), ["1 d", "2 d", "4 d", "8 d"]);
    }

    #[test]
    fn a_share_of_a_list_is_one_of_its_values() {
        let values = Values::List(vec!["a".into(), "b".into(), "c".into()]);
        let found = [0.0, 0.33, 0.34, 0.66, 0.67, 0.999_999].map(|share| values.share(share));
        assert_eq!(found, ["a", "a", "b", "b", "c", "c"]);
    }

    #[test]
    fn a_share_of_a_range_is_on_it() {
        assert_eq!(range(10.0, 20.0, 2, false, "d").share(0.5), "15 d");
        assert_eq!(range(1.0, 100.0, 2, true, "").share(0.5), "10");
    }
}
