//! Colours: Okabe and Ito's, which people with any colour vision tell apart. A trait set has one colour, a function
//! of its name and of the scenario's traits, so that it is the same in every figure.
//!
//! Source: Okabe M, Ito K (2008) Color universal design, jfly.uni-koeln.de/color.

/// Okabe and Ito's colours without black.
const OKABE_ITO: [&str; 7] = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442"];

/// Colours of arms; dark enough for lines.
const ARMS: [&str; 7] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#56b4e9", "#e69f00"];

/// Wild type, and everything that has no name.
pub const WILD_TYPE: &str = "#b8b8b8";

/// Responses from the best to none, darker for better; progression stands out.
const RESPONSES: [(&str, &str); 8] = [
    ("sCR", "#08306b"),
    ("CR", "#08519c"),
    ("VGPR", "#3182bd"),
    ("PR", "#6baed6"),
    ("MR", "#bdd7e7"),
    ("SD", "#cccccc"),
    ("PD", "#d55e00"),
    ("NE", "#f0e442"),
];

/// Viridis at equal steps (van der Walt & Smith 2015): even in lightness, and told apart with any colour vision.
const VIRIDIS: [&str; 6] = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"];

/// The colour of one of several values in order, from dark to light.
pub fn sequence(position: usize, count: usize) -> String {
    let last = VIRIDIS.len() - 1;
    let place = position as f64 / count.saturating_sub(1).max(1) as f64 * last as f64;
    let below = (place.floor() as usize).min(last - 1);
    let [low, high] = [VIRIDIS[below], VIRIDIS[below + 1]].map(linear);
    let share = place - below as f64;
    hex([0, 1, 2].map(|channel| low[channel] + share * (high[channel] - low[channel])))
}

/// The colour of an arm by its position.
pub fn arm(position: usize) -> &'static str {
    ARMS[position % ARMS.len()]
}

/// The colour of a regimen by its position in the plans.
pub fn regimen(position: usize) -> &'static str {
    OKABE_ITO[position % OKABE_ITO.len()]
}

/// The colour of a response.
pub fn response(code: &str) -> &'static str {
    RESPONSES.iter().find(|(name, _)| *name == code).map_or(WILD_TYPE, |(_, colour)| colour)
}

/// Where a response stands between the best and none; unknown ones come last.
pub fn response_rank(code: &str) -> usize {
    RESPONSES.iter().position(|(name, _)| *name == code).unwrap_or(RESPONSES.len())
}

/// How a trait set is called in a figure.
pub fn set_name(traits: &str) -> &str {
    if traits.is_empty() { "wild type" } else { traits }
}

/// Colours of trait sets.
#[derive(Clone, Debug)]
pub struct Palette {
    traits: Vec<String>,
}

impl Palette {
    /// For the traits of a scenario; their order is that of their names.
    pub fn new(mut traits: Vec<String>) -> Palette {
        traits.sort_unstable();
        Palette { traits }
    }

    /// The colour of a trait set, such as `A+B`: that of its trait, or the mean of its traits' colours, darker the
    /// more there are.
    pub fn of(&self, set: &str) -> String {
        let parts: Vec<&str> = set.split('+').filter(|name| !name.is_empty()).collect();
        if parts.is_empty() || set == "wild type" || set == "wild_type" {
            return WILD_TYPE.to_string();
        }
        let known = |name: &&str| self.traits.iter().position(|known| known == name);
        let colours: Vec<[f64; 3]> =
            parts.iter().map(|name| known(name).map_or(WILD_TYPE, regimen)).map(linear).collect();
        let shade = 0.55_f64.powi(colours.len() as i32 - 1);
        let mean = |channel: usize| colours.iter().map(|c| c[channel]).sum::<f64>() / colours.len() as f64;
        hex([0, 1, 2].map(|channel| shade * mean(channel)))
    }
}

/// Light of each channel, 0 to 1, of `#rrggbb`.
fn linear(colour: &str) -> [f64; 3] {
    [1, 3, 5].map(|at| {
        let byte = colour.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or(0);
        (f64::from(byte) / 255.0).powf(2.2)
    })
}

fn hex(light: [f64; 3]) -> String {
    let [r, g, b] = light.map(|light| (255.0 * light.powf(1.0 / 2.2)).round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_one_colour_whatever_else_is_there() {
        let palette = Palette::new(vec!["B".into(), "A".into()]);
        assert_eq!(palette.of("A"), "#0072b2");
        assert_eq!(palette.of("B"), "#e69f00");
        assert_eq!(palette.of(""), WILD_TYPE);
        assert_eq!(palette.of("A+B"), Palette::new(vec!["A".into(), "B".into()]).of("A+B"));
        assert_ne!(palette.of("A+B"), palette.of("A"));
    }

    #[test]
    fn values_in_order_go_from_dark_to_light() {
        assert_eq!([0, 5].map(|at| sequence(at, 6)), ["#440154", "#fde725"]);
        assert_eq!(sequence(1, 3), sequence(2, 5), "half-way is half-way");
        assert_eq!(sequence(0, 1), "#440154");
    }

    #[test]
    fn responses_go_from_the_best_to_none() {
        assert!(response_rank("CR") < response_rank("PR") && response_rank("PD") < response_rank("?"));
        assert_eq!(response("?"), WILD_TYPE);
    }
}
