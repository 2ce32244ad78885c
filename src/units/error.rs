//! Why a text is not a quantity.

use thiserror::Error;

use super::{Dimension, split};

/// Why a text is not a quantity of the dimension needed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum QuantityError {
    /// The text does not begin with a number.
    #[error("\"{text}\" does not begin with a number; {needed} such as \"{}\" is needed", needed.example())]
    NoNumber {
        /// The text found.
        text: String,
        /// What is needed.
        needed: Dimension,
    },
    /// There is a number, but no unit.
    #[error("\"{text}\" has no unit; {needed} such as \"{}\" is needed", needed.example())]
    NoUnit {
        /// The text found.
        text: String,
        /// What is needed.
        needed: Dimension,
    },
    /// The unit is not known at all.
    #[error("\"{text}\" has the unknown unit \"{unit}\"; {needed} may be in {}{}",
            needed.units().join(", "), ask(*near))]
    UnknownUnit {
        /// The text found.
        text: String,
        /// The unit found.
        unit: String,
        /// What is needed.
        needed: Dimension,
        /// The unit that was probably meant.
        near: Option<&'static str>,
    },
    /// The unit belongs to another dimension.
    #[error("\"{text}\" is {is}; {needed} such as \"{}\" is needed", needed.example())]
    OtherDimension {
        /// The text found.
        text: String,
        /// What the text measures.
        is: Dimension,
        /// What is needed.
        needed: Dimension,
    },
    /// The number is below zero.
    #[error("\"{text}\" is negative; {needed} must be zero or more")]
    Negative {
        /// The text found.
        text: String,
        /// What is needed.
        needed: Dimension,
    },
    /// The number is infinite, too large, or not a number.
    #[error("\"{text}\" is not a finite number; {needed} such as \"{}\" is needed", needed.example())]
    NotFinite {
        /// The text found.
        text: String,
        /// What is needed.
        needed: Dimension,
    },
}

fn ask(near: Option<&str>) -> String {
    near.map(|unit| format!(" (did you mean \"{unit}\"?)")).unwrap_or_default()
}

impl QuantityError {
    /// What is wrong in a few words, without the text itself.
    ///
    /// ```
    /// use clonetide::units::{Dimension, parse};
    ///
    /// let error = parse("3 d", Dimension::Rate).unwrap_err();
    /// assert_eq!(error.problem(), "a time where a rate is needed");
    /// ```
    pub fn problem(&self) -> String {
        match self {
            Self::NoNumber { needed, .. } => format!("no number where {needed} is needed"),
            Self::NoUnit { needed, .. } => format!("no unit where {needed} is needed"),
            Self::UnknownUnit { unit, needed, .. } => format!("unknown unit \"{unit}\" for {needed}"),
            Self::OtherDimension { is, needed, .. } => format!("{is} where {needed} is needed"),
            Self::Negative { needed, .. } => format!("negative, where {needed} must be zero or more"),
            Self::NotFinite { needed, .. } => format!("not a finite number where {needed} is needed"),
        }
    }

    /// What would be right.
    ///
    /// ```
    /// use clonetide::units::{Dimension, parse};
    ///
    /// let error = parse("3", Dimension::Volume).unwrap_err();
    /// assert_eq!(error.right(), "a volume in L, mL, such as \"6.5 L\"");
    /// ```
    pub fn right(&self) -> String {
        let needed = self.needed();
        format!("{needed} in {}, such as \"{}\"", needed.units().join(", "), needed.example())
    }

    /// The whole quantity that was probably meant.
    ///
    /// ```
    /// use clonetide::units::{Dimension, parse};
    ///
    /// let error = parse("3 days", Dimension::Time).unwrap_err();
    /// assert_eq!(error.suggestion(), Some("\"3 d\"".to_owned()));
    /// ```
    pub fn suggestion(&self) -> Option<String> {
        let Self::UnknownUnit { text, near: Some(near), .. } = self else { return None };
        let (number, _) = split(text);
        Some(format!("\"{number} {near}\""))
    }

    fn needed(&self) -> Dimension {
        match self {
            Self::NoNumber { needed, .. } | Self::NoUnit { needed, .. } => *needed,
            Self::UnknownUnit { needed, .. } | Self::OtherDimension { needed, .. } => *needed,
            Self::Negative { needed, .. } | Self::NotFinite { needed, .. } => *needed,
        }
    }
}
