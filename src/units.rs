//! Quantities with units: a number, a space, a unit, brought to the one unit the model computes in.
//!
//! ```
//! use clonetide::units::{Dimension, parse};
//!
//! assert_eq!(parse("2 wk", Dimension::Time), Ok(14.0));
//! assert_eq!(parse("0.5 g/dL", Dimension::Concentration), Ok(5.0));
//! let error = parse("0.05 h", Dimension::Rate).unwrap_err();
//! assert_eq!(error.to_string(), "\"0.05 h\" is a time; a rate such as \"0.045 /d\" is needed");
//! ```

mod error;

use std::fmt;

pub use self::error::QuantityError;

/// What a quantity measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// A length of time, in days.
    Time,
    /// Events per unit of time, per day.
    Rate,
    /// Mass in a volume, in g/L.
    Concentration,
    /// Protein secreted by one cell, in pg per cell per day.
    Secretion,
    /// A volume, in L.
    Volume,
    /// Mass that is excreted in a time, in mg per day.
    Excretion,
}

/// Units of time: the name, the length in days, and words that mean the same.
const TIMES: [(&str, f64, &[&str]); 7] = [
    ("d", 1.0, &["day", "days"]),
    ("h", 1.0 / 24.0, &["hour", "hours", "hr", "hrs"]),
    ("min", 1.0 / 1440.0, &["minute", "minutes", "mins"]),
    ("wk", 7.0, &["week", "weeks", "wks"]),
    ("w", 7.0, &[]),
    ("mo", 30.4375, &["month", "months", "mth"]),
    ("y", 365.25, &["year", "years", "yr", "yrs", "a"]),
];

const RATES: [&str; 6] = ["/d", "/h", "/min", "/wk", "/mo", "/y"];
const CONCENTRATIONS: [(&str, f64); 4] = [("g/L", 1.0), ("g/dL", 10.0), ("mg/dL", 0.01), ("mg/L", 0.001)];
const SECRETIONS: [(&str, f64); 1] = [("pg/d", 1.0)];
const EXCRETIONS: [(&str, f64); 2] = [("mg/d", 1.0), ("g/d", 1000.0)];
const VOLUMES: [(&str, f64); 2] = [("L", 1.0), ("mL", 0.001)];

impl Dimension {
    /// All dimensions.
    pub const ALL: [Self; 6] =
        [Self::Time, Self::Rate, Self::Concentration, Self::Secretion, Self::Volume, Self::Excretion];

    /// The name with its article, for sentences.
    ///
    /// ```
    /// assert_eq!(clonetide::units::Dimension::Rate.name(), "a rate");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Time => "a time",
            Self::Rate => "a rate",
            Self::Concentration => "a concentration",
            Self::Secretion => "a secretion rate",
            Self::Volume => "a volume",
            Self::Excretion => "an excretion",
        }
    }

    /// A quantity that is right for the dimension.
    ///
    /// ```
    /// use clonetide::units::{Dimension, parse};
    ///
    /// assert_eq!(parse(Dimension::Volume.example(), Dimension::Volume), Ok(6.5));
    /// ```
    pub fn example(self) -> &'static str {
        match self {
            Self::Time => "28 d",
            Self::Rate => "0.045 /d",
            Self::Concentration => "5 g/L",
            Self::Secretion => "12.1 pg/d",
            Self::Volume => "6.5 L",
            Self::Excretion => "200 mg/d",
        }
    }

    /// The unit that values are brought to.
    ///
    /// ```
    /// assert_eq!(clonetide::units::Dimension::Concentration.unit(), "g/L");
    /// ```
    pub fn unit(self) -> &'static str {
        self.units().first().copied().unwrap_or_default()
    }

    /// The units accepted.
    ///
    /// ```
    /// assert_eq!(clonetide::units::Dimension::Volume.units(), ["L", "mL"]);
    /// ```
    pub fn units(self) -> Vec<&'static str> {
        match self {
            Self::Time => TIMES.iter().map(|unit| unit.0).filter(|name| *name != "w").collect(),
            Self::Rate => RATES.to_vec(),
            Self::Concentration => names(&CONCENTRATIONS),
            Self::Secretion => names(&SECRETIONS),
            Self::Volume => names(&VOLUMES),
            Self::Excretion => names(&EXCRETIONS),
        }
    }

    /// The one-word name, the inverse of [`Dimension::from_name`].
    ///
    /// ```
    /// use clonetide::units::Dimension;
    ///
    /// assert_eq!(Dimension::from_name(Dimension::Time.key()), Some(Dimension::Time));
    /// ```
    pub fn key(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Rate => "rate",
            Self::Concentration => "concentration",
            Self::Secretion => "secretion",
            Self::Volume => "volume",
            Self::Excretion => "excretion",
        }
    }

    /// The dimension of a one-word name.
    ///
    /// ```
    /// use clonetide::units::Dimension;
    ///
    /// assert_eq!(Dimension::from_name("rate"), Some(Dimension::Rate));
    /// assert_eq!(Dimension::from_name("colour"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.key() == name)
    }

    /// How many base units one `unit` is.
    fn factor(self, unit: &str) -> Option<f64> {
        match self {
            Self::Time => time(unit),
            Self::Rate => rate(unit),
            Self::Concentration => lookup(&CONCENTRATIONS, unit),
            Self::Secretion => lookup(&SECRETIONS, unit),
            Self::Volume => lookup(&VOLUMES, unit),
            Self::Excretion => lookup(&EXCRETIONS, unit),
        }
    }

    /// The accepted unit that `unit` is probably meant to be.
    fn near(self, unit: &str) -> Option<&'static str> {
        self.spelled(unit).or_else(|| self.like(unit, |a, b| a == b)).or_else(|| self.like(unit, one_apart))
    }

    /// The first accepted unit that `same` finds alike, whatever the case.
    fn like(self, unit: &str, same: impl Fn(&str, &str) -> bool) -> Option<&'static str> {
        let unit = unit.to_lowercase();
        self.units().into_iter().find(|known| same(&known.to_lowercase(), &unit))
    }

    /// A unit written out in words.
    fn spelled(self, unit: &str) -> Option<&'static str> {
        let unit = unit.to_lowercase();
        match self {
            Self::Time => time_word(&unit),
            Self::Rate => {
                let word = per(&unit).unwrap_or(&unit);
                let name = time_word(word).unwrap_or(word);
                RATES.into_iter().find(|rate| rate.strip_prefix('/') == Some(name))
            }
            Self::Secretion if unit.starts_with("pg/") => Some("pg/d"),
            Self::Excretion if unit.starts_with("mg/") => Some("mg/d"),
            _ => None,
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

fn names(units: &[(&'static str, f64)]) -> Vec<&'static str> {
    units.iter().map(|unit| unit.0).collect()
}

fn lookup(units: &[(&str, f64)], unit: &str) -> Option<f64> {
    units.iter().find(|known| known.0 == unit).map(|known| known.1)
}

fn time(unit: &str) -> Option<f64> {
    TIMES.iter().find(|known| known.0 == unit).map(|known| known.1)
}

fn time_word(word: &str) -> Option<&'static str> {
    TIMES.iter().find(|known| known.2.contains(&word)).map(|known| known.0)
}

fn rate(unit: &str) -> Option<f64> {
    let worded = unit.strip_prefix("per ").map(str::trim).and_then(time_word);
    time(worded.or_else(|| per(unit))?).map(|days| 1.0 / days)
}

/// The unit of time under the stroke: `d` of `/d`, `1/d` and `per d`.
fn per(unit: &str) -> Option<&str> {
    ["/", "1/", "per "].into_iter().find_map(|mark| unit.strip_prefix(mark)).map(str::trim)
}

/// Whether two units differ by one letter; a unit of one letter is too short to be a near miss.
fn one_apart(a: &str, b: &str) -> bool {
    a.chars().count().min(b.chars().count()) > 1
        && b.chars().count() <= 16
        && strsim::damerau_levenshtein(a, b) == 1
}

/// Reads a quantity and brings it to the base unit of its dimension.
///
/// ```
/// use clonetide::units::{Dimension, QuantityError, parse};
///
/// assert_eq!(parse("0.045 per day", Dimension::Rate), Ok(0.045));
/// assert!(matches!(parse("28", Dimension::Time), Err(QuantityError::NoUnit { .. })));
/// ```
///
/// # Errors
///
/// When the text is not a finite number of zero or more with a unit of the dimension.
pub fn parse(text: &str, dimension: Dimension) -> Result<f64, QuantityError> {
    let (number, unit) = split(text);
    let value = number.parse::<f64>().map_err(|_| not_a_number(text, dimension))?;
    let factor = factor(text, unit, dimension)?;
    let (text, needed) = (text.to_owned(), dimension);
    match value * factor {
        value if !value.is_finite() => Err(QuantityError::NotFinite { text, needed }),
        value if value < 0.0 => Err(QuantityError::Negative { text, needed }),
        // Adding zero turns a negative zero into a plain one.
        value => Ok(value + 0.0),
    }
}

fn not_a_number(text: &str, needed: Dimension) -> QuantityError {
    let word = text.trim().trim_start_matches(['+', '-']).to_lowercase();
    let text = text.to_owned();
    if word.starts_with("nan") || word.starts_with("inf") {
        return QuantityError::NotFinite { text, needed };
    }
    QuantityError::NoNumber { text, needed }
}

fn factor(text: &str, unit: &str, needed: Dimension) -> Result<f64, QuantityError> {
    if let Some(factor) = needed.factor(unit) {
        return Ok(factor);
    }
    let text = text.to_owned();
    // "0,05 /d" and "1_000 d" go on where the number should have ended.
    if unit.starts_with(|c: char| ",._+-".contains(c)) {
        return Err(QuantityError::NoNumber { text, needed });
    }
    if unit.is_empty() {
        return Err(QuantityError::NoUnit { text, needed });
    }
    if let Some(is) = Dimension::ALL.into_iter().find(|other| other.factor(unit).is_some()) {
        return Err(QuantityError::OtherDimension { text, is, needed });
    }
    Err(QuantityError::UnknownUnit { text, unit: unit.to_owned(), needed, near: needed.near(unit) })
}

/// Cuts a text into its number and its unit, both trimmed.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(number_length(text)).unwrap_or((text, ""));
    (number, unit.trim())
}

/// The number and the unit of a text that is a quantity of any dimension, as they are written.
///
/// ```
/// use clonetide::units::parts;
///
/// assert_eq!(parts("0.02 /d"), Some(("0.02", "/d")));
/// assert_eq!(parts("0.02"), None);
/// assert_eq!(parts("2 rounds"), None);
/// ```
pub fn parts(text: &str) -> Option<(&str, &str)> {
    let (number, unit) = split(text);
    let finite = number.parse::<f64>().is_ok_and(f64::is_finite);
    (finite && is_unit(unit)).then_some((number, unit))
}

/// Whether it is a unit of any dimension.
pub fn is_unit(unit: &str) -> bool {
    Dimension::ALL.into_iter().any(|dimension| dimension.factor(unit).is_some())
}

/// The length of the number the text begins with: sign, digits, point, exponent.
fn number_length(text: &str) -> usize {
    let sign = usize::from(text.starts_with(['+', '-']));
    let whole = sign + digits(text, sign);
    let point = usize::from(text.get(whole..).is_some_and(|rest| rest.starts_with('.')));
    let mantissa = whole + point + digits(text, whole + point);
    mantissa + exponent(text, mantissa)
}

fn digits(text: &str, from: usize) -> usize {
    text.bytes().skip(from).take_while(u8::is_ascii_digit).count()
}

/// The length of `e+10`, or 0 when no digit follows the `e`.
fn exponent(text: &str, from: usize) -> usize {
    let Some(rest) = text.get(from..).and_then(|rest| rest.strip_prefix(['e', 'E'])) else { return 0 };
    let sign = usize::from(rest.starts_with(['+', '-']));
    match digits(rest, sign) {
        0 => 0,
        count => 1 + sign + count,
    }
}

#[cfg(test)]
#[path = "units_tests.rs"]
mod tests;
