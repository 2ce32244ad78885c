//! The points of a sweep: how many there are, and the value of each axis at each.

mod column;
mod latin;
mod sobol;
mod table;

pub use column::Column;

use table::PointTable;

use crate::scenario::MOST_AXES;
use crate::scenario::axis::{Axis, Sweep, Values};
use crate::scenario::file::DesignEntry;
use crate::scenario::finding::{Findings, Place};

/// Most points of a sweep.
pub const MOST_POINTS: u64 = 1_000_000;
/// Most values over all points and axes that are kept in memory.
const MOST_VALUES: u64 = 16_000_000;

const _: () = assert!(MOST_AXES <= sobol::MOST);

/// Why there are no points.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// More than any study can mean.
    #[error("the sweep has {size} points; at most {MOST_POINTS} are run")]
    Points {
        /// How many, in words.
        size: String,
    },
    /// More than fits in memory.
    #[error("the sweep has {points} points on {axes} axes; at most {MOST_VALUES} values are kept")]
    Values {
        /// Points.
        points: u64,
        /// Axes.
        axes: usize,
    },
    /// No axis.
    #[error("nothing is varied; give [sweep.axes] in the scenario, --vary PATH=SPEC, or --points FILE")]
    NoAxis,
}

/// The points of a study; a run has one, on no axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    paths: Vec<String>,
    columns: Vec<Column>,
    count: u64,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// Every value with every other.
    Grid(Vec<Axis>),
    /// Shares of the axes, point by point.
    Shares(Vec<Axis>, Vec<f64>),
    /// Values as they were given, point by point.
    Table(PointTable),
}

impl Points {
    /// The one point of a run.
    pub fn single() -> Points {
        Points::of_table(PointTable::single())
    }

    /// The points of a sweep; the seed is that of Latin hypercubes.
    ///
    /// # Errors
    /// When there are none, or too many: found before anything is allocated.
    pub fn of(sweep: &Sweep, seed: u64) -> Result<Points, SizeError> {
        let axes = &sweep.axes;
        if axes.is_empty() {
            return Err(SizeError::NoAxis);
        }
        let paths = axes.iter().map(|axis| axis.path.clone()).collect();
        let columns = axes.iter().map(column_of).collect();
        if sweep.design == DesignEntry::Grid {
            let count = grid(axes)?;
            return Ok(Points { paths, columns, count, kind: Kind::Grid(axes.clone()) });
        }
        let count = checked(sweep.points.unwrap_or(0), axes.len())?;
        let shares = match sweep.design {
            DesignEntry::Sobol => (0..count)
                .flat_map(|point| (0..axes.len()).map(move |axis| sobol::coordinate(axis, point)))
                .collect(),
            DesignEntry::Lhs | DesignEntry::Grid => latin::hypercube(axes.len(), count, seed),
        };
        Ok(Points { paths, columns, count, kind: Kind::Shares(axes.clone(), shares) })
    }

    /// The points of a CSV table, which errors call `name`: its header has the paths, perhaps with the unit of all values, as
    /// `disease.death (/d)`; each row has the values of a point as `--set` takes them. Of a `sweep.csv` the axes count.
    ///
    /// # Errors
    /// All that is wrong with the table.
    pub fn from_csv(name: &str, text: &[u8]) -> Result<Points, Findings> {
        PointTable::read(name, text).map(Points::of_table)
    }

    fn of_table(table: PointTable) -> Points {
        let axes = table.columns.iter().enumerate();
        let width = table.columns.len();
        let own = |axis| table.values.iter().skip(axis).step_by(width).map(String::as_str);
        let columns: Vec<Column> = axes.map(|(axis, column)| Column::of(&column.path, own(axis))).collect();
        let paths = columns.iter().map(|column| column.path.clone()).collect();
        Points { paths, columns, count: table.count(), kind: Kind::Table(table) }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The paths of the axes, in the order of their columns.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// The columns of the axes in tables.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The values of a point as they stand in those columns.
    pub fn cells(&self, point: u64) -> Vec<String> {
        let values = self.values(point);
        self.columns.iter().zip(&values).map(|(column, value)| column.cell(value)).collect()
    }

    /// Where a table of points names an axis, and where it has the value of a point; none if the points come from axes.
    pub fn places(&self, point: u64, axis: usize) -> Option<(Place, Place)> {
        match &self.kind {
            Kind::Table(table) => Some((table.header(axis), table.place(point, axis))),
            Kind::Grid(_) | Kind::Shares(..) => None,
        }
    }

    /// The values of a point, counted from 0, in the order of the axes.
    pub fn values(&self, point: u64) -> Vec<String> {
        let width = self.paths.len();
        let start = point as usize * width;
        match &self.kind {
            Kind::Grid(axes) => grid_values(axes, point),
            Kind::Shares(axes, shares) => {
                let shares = shares.iter().skip(start).take(width);
                axes.iter().zip(shares).map(|(axis, share)| axis.values.share(*share)).collect()
            }
            Kind::Table(table) => table.values.iter().skip(start).take(width).cloned().collect(),
        }
    }

    /// Paths and values of a point.
    pub fn settings(&self, point: u64) -> Vec<(String, String)> {
        self.paths.iter().cloned().zip(self.values(point)).collect()
    }

    /// The point in words, counted from 1.
    pub fn label(&self, point: u64) -> String {
        let values: Vec<String> =
            self.settings(point).iter().map(|(path, value)| format!("{path} = {value}")).collect();
        format!("point {} ({})", point + 1, values.join(", "))
    }
}

/// The column of an axis.
fn column_of(axis: &Axis) -> Column {
    match &axis.values {
        Values::List(values) => Column::of(&axis.path, values.iter().map(String::as_str)),
        Values::Range(_) => Column::of(&axis.path, [axis.values.share(0.0).as_str()]),
    }
}

/// The size of a grid.
fn grid(axes: &[Axis]) -> Result<u64, SizeError> {
    let counts = axes.iter().map(|axis| axis.values.count().unwrap_or(1));
    let size = counts.map(u128::from).fold(1_u128, u128::saturating_mul);
    match u64::try_from(size) {
        Ok(count) if count <= MOST_POINTS => Ok(count),
        _ => Err(SizeError::Points { size: in_words(size) }),
    }
}

fn in_words(size: u128) -> String {
    if size == u128::MAX { "more than 1e38".to_string() } else { size.to_string() }
}

fn checked(count: u64, axes: usize) -> Result<u64, SizeError> {
    if count > MOST_POINTS {
        return Err(SizeError::Points { size: count.to_string() });
    }
    if count.saturating_mul(axes as u64) > MOST_VALUES {
        return Err(SizeError::Values { points: count, axes });
    }
    Ok(count)
}

/// The digits of the point's number in the mixed base of the axes, the last axis fastest.
fn grid_values(axes: &[Axis], point: u64) -> Vec<String> {
    let mut rest = point;
    let mut values: Vec<String> = Vec::with_capacity(axes.len());
    for axis in axes.iter().rev() {
        let count = axis.values.count().unwrap_or(1).max(1);
        values.push(axis.values.at(rest % count));
        rest /= count;
    }
    values.reverse();
    values
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
