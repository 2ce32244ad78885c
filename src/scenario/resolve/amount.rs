//! Doses as amounts: a number and a unit, compared with the drug's standard dose in the same unit.

/// The units of doses.
const UNITS: [&str; 8] = ["mg", "mg/kg", "mg/m2", "ug", "ug/kg", "g", "cells", "cells/kg"];

/// An amount in a unit in which two can be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// How much, above 0.
    pub value: f64,
    /// Of which unit: mg and its kin per body, per kg or per m2, or cells.
    pub unit: &'static str,
}

impl Amount {
    /// Reads "1.3 mg/m2"; none if it is anything else.
    pub fn read(text: &str) -> Option<Amount> {
        let (number, unit) = text.trim().split_once(char::is_whitespace)?;
        let value: f64 = number.parse().ok()?;
        let unit = *UNITS.iter().find(|known| **known == unit.trim())?;
        let (value, unit) = match unit {
            "ug" => (value / 1000.0, "mg"),
            "ug/kg" => (value / 1000.0, "mg/kg"),
            "g" => (value * 1000.0, "mg"),
            same => (value, same),
        };
        (value.is_finite() && value > 0.0).then_some(Amount { value, unit })
    }

    /// What is right, for an error.
    pub fn right() -> String {
        format!("a number above 0 and one of {}, such as \"1.3 mg/m2\"", UNITS.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::Amount;

    #[test]
    fn amounts_and_what_is_none() {
        let read = |text: &str| Amount::read(text).map(|amount| (amount.value, amount.unit));
        assert_eq!(read("1.3 mg/m2"), Some((1.3, "mg/m2")));
        assert_eq!(read("0.5 g"), Some((500.0, "mg")));
        assert_eq!(read("3e8 cells"), Some((3e8, "cells")));
        for wrong in ["", "1.3", "mg", "1.3mg", "1.3 mg/m3", "-1 mg", "0 mg", "nan mg", "inf mg"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
