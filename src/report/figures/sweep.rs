//! A sweep: estimates over axes, and what each axis does to them.

mod drawn;
mod indices;
mod shares;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::report::ReportError;
use crate::report::sheet::Sheet;
use crate::study::Column;

pub use indices::Index;
pub use shares::Cell;

/// The table of a sweep.
pub const FILE: &str = "sweep.csv";
/// An axis with more levels than this is divided into as many parts.
const PARTS: usize = 5;
/// An estimate at one cell of the sweep.
#[derive(Clone, Debug)]
pub struct Point {
    /// Position of the level on each axis.
    pub levels: Vec<usize>,
    /// Position of the arm.
    pub arm: usize,
    /// Position of the quantity.
    pub quantity: usize,
    /// The estimate; none if it is not reached.
    pub estimate: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// An axis: a key of the scenario and the values it took.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The key.
    pub name: String,
    /// The values as written, in order: by number if all are numbers of one unit, else as they come.
    pub levels: Vec<String>,
    /// The values as numbers, if they are.
    pub numbers: Option<Vec<f64>>,
    /// The unit that all values share; empty for none.
    pub unit: String,
}

/// A sweep.
#[derive(Debug)]
pub struct Sweep {
    /// The folder.
    pub folder: PathBuf,
    /// `manifest.json`; null if there is none.
    pub manifest: Value,
    /// The axes.
    pub axes: Vec<Axis>,
    /// The arms.
    pub arms: Vec<String>,
    /// The quantities.
    pub quantities: Vec<String>,
    /// All estimates.
    pub points: Vec<Point>,
}

/// What an axis does to an estimate: the lowest and the highest mean over its levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Position of the arm.
    pub arm: usize,
    /// Position of the quantity.
    pub quantity: usize,
    /// Position of the axis.
    pub axis: usize,
    /// Levels with the lowest and the highest mean.
    pub at: [String; 2],
    /// These means.
    pub means: [f64; 2],
}

/// Different texts, in the order in which they come.
#[derive(Debug, Default)]
struct Words {
    list: Vec<String>,
    places: HashMap<String, usize>,
}

impl Words {
    /// The position of a text; a new one gets the next.
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.list.push(text.to_string());
        self.places.insert(text.to_string(), self.list.len() - 1);
        self.list.len() - 1
    }
}

impl Sweep {
    /// Whether a folder is that of a sweep.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Reads `sweep.csv`.
    ///
    /// # Errors
    /// When a table is damaged.
    pub fn read(folder: &Path) -> Result<Sweep, ReportError> {
        let mut sheet = Sheet::required(folder, FILE)?;
        let arm = sheet.need("arm")?;
        let columns = ["quantity", "estimate", "low", "high"].map(|name| sheet.need(name));
        let [quantity, estimate, low, high] = columns;
        let (quantity, estimate, low, high) = (quantity?, estimate?, low?, high?);
        let names: Vec<String> = sheet.header()[..arm].to_vec();
        let mut levels: Vec<Words> = names.iter().map(|_| Words::default()).collect();
        let (mut arms, mut quantities, mut points) = (Words::default(), Words::default(), Vec::new());
        while let Some(row) = sheet.next_row()? {
            let at = levels.iter_mut().enumerate();
            let at = at
                .map(|(axis, known)| Ok(known.place(row.text(axis)?)))
                .collect::<Result<_, ReportError>>()?;
            points.push(Point {
                levels: at,
                arm: arms.place(row.text(arm)?),
                quantity: quantities.place(row.text(quantity)?),
                estimate: row.maybe_number(estimate)?,
                low: row.maybe_number(low)?,
                high: row.maybe_number(high)?,
            });
        }
        let mut sweep = Sweep {
            folder: folder.to_path_buf(),
            manifest: crate::report::run::manifest(folder).unwrap_or(Value::Null),
            axes: Vec::new(),
            arms: arms.list,
            quantities: quantities.list,
            points,
        };
        sweep.set_axes(names, levels.into_iter().map(|words| words.list).collect());
        Ok(sweep)
    }

    /// Brings the levels of each axis into order. Columns that never change are no axes.
    fn set_axes(&mut self, names: Vec<String>, levels: Vec<Vec<String>>) {
        let mut kept = Vec::new();
        for (at, (name, levels)) in names.into_iter().zip(levels).enumerate() {
            // The number of the cell names a place in the sweep, nothing of the scenario.
            if levels.len() > 1 && name != "cell" {
                let column = Column::parse(&name);
                let levels = levels.iter().map(|level| column.value(level).unwrap_or_else(|| level.clone()));
                let (axis, order) = Axis::new(column.path.clone(), levels.collect());
                kept.push((at, order));
                self.axes.push(axis);
            }
        }
        for point in &mut self.points {
            point.levels = kept.iter().map(|(at, order)| order[point.levels[*at]]).collect();
        }
    }

    /// The effect of every axis on every estimate, by the means over the levels (or fifths) of the axis.
    pub fn effects(&self) -> Vec<Effect> {
        let mut effects = Vec::new();
        for quantity in 0..self.quantities.len() {
            for arm in 0..self.arms.len() {
                let of = |point: &&Point| {
                    point.quantity == quantity && point.arm == arm && point.estimate.is_some()
                };
                let own: Vec<&Point> = self.points.iter().filter(of).collect();
                effects
                    .extend((0..self.axes.len()).filter_map(|axis| self.effect(&own, arm, quantity, axis)));
            }
        }
        effects
    }

    fn effect(&self, points: &[&Point], arm: usize, quantity: usize, axis: usize) -> Option<Effect> {
        let part = |point: &Point| self.part(axis, point.levels[axis]);
        let parts: BTreeSet<usize> = points.iter().map(|point| part(point)).collect();
        let mean = |wanted: usize| {
            let own = points.iter().filter(|point| part(point) == wanted);
            let (sum, count) = own.fold((0.0, 0), |(s, n), p| (s + p.estimate.unwrap_or(0.0), n + 1));
            sum / f64::from(count)
        };
        let name = |part: usize| self.part_name(axis, part);
        let means: Vec<(f64, usize)> = parts.into_iter().map(|part| (mean(part), part)).collect();
        let low = means.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
        let high = means.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(Effect { arm, quantity, axis, at: [name(low.1), name(high.1)], means: [low.0, high.0] })
    }

    /// Quantities of which any estimate is reached: position and name.
    pub fn told_quantities(&self) -> Vec<(usize, String)> {
        let reached: BTreeSet<usize> =
            self.points.iter().filter(|point| point.estimate.is_some()).map(|point| point.quantity).collect();
        reached.into_iter().map(|at| (at, self.quantities[at].clone())).collect()
    }
}

/// A name for files and links.
pub fn slug(name: &str) -> String {
    let lower = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    name.chars().map(lower).collect::<String>().split_whitespace().collect::<Vec<_>>().join("-")
}

impl Axis {
    /// The axis, and for each level as it came its place in the order.
    fn new(name: String, levels: Vec<String>) -> (Axis, Vec<usize>) {
        let parsed: Option<Vec<(f64, &str)>> = levels.iter().map(|level| number_and_unit(level)).collect();
        let parsed = parsed.filter(|all| all.windows(2).all(|pair| pair[0].1 == pair[1].1));
        let mut order: Vec<usize> = (0..levels.len()).collect();
        if let Some(numbers) = &parsed {
            order.sort_by(|a, b| numbers[*a].0.total_cmp(&numbers[*b].0));
        }
        let unit = parsed.as_ref().and_then(|all| all.first()).map_or("", |(_, unit)| unit).to_string();
        let numbers = parsed.map(|all| order.iter().map(|at| all[*at].0).collect());
        let sorted = order.iter().map(|at| levels[*at].clone()).collect();
        let mut places = vec![0; levels.len()];
        for (place, at) in order.iter().enumerate() {
            places[*at] = place;
        }
        (Axis { name, levels: sorted, numbers, unit }, places)
    }

    /// Whether its numbers ask for a logarithmic scale: they span two decades. Where most are near the greatest, as of a
    /// uniform draw, two decades do not make it logarithmic.
    pub fn is_logarithmic(&self) -> bool {
        self.numbers.as_deref().is_some_and(|numbers| {
            let (low, middle, high) = (numbers[0], numbers[numbers.len() / 2], numbers[numbers.len() - 1]);
            low > 0.0 && high / low >= 100.0 && middle < 0.25 * high
        })
    }

    /// Its name with the unit.
    pub fn title(&self) -> String {
        if self.unit.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.unit) }
    }
}

/// `60 d` is 60 and d.
fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim().trim_matches('"');
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let number: f64 = number.parse().ok()?;
    number.is_finite().then_some((number, unit.trim()))
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
