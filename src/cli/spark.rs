//! Survival curves as small as a word: a block for each stretch of time, as high as the share without event.

use super::screen;
use crate::clinic::Survival;

/// Days in a month, as the units of scenarios count them.
const MONTH: f64 = 30.4375;
/// Blocks of a curve.
const WIDTH: usize = 24;
/// From none without event to all.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The same in tenths where there are no blocks; 9 is nine tenths and more.
const TENTHS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// The curve up to a day; blank where nobody is followed any more. None without anybody, or any time.
pub fn curve(survival: &Survival, until: f64) -> Option<String> {
    let signs: &[char] = if screen::unicode() { &BLOCKS } else { &TENTHS };
    drawn(survival, until, signs)
}

fn drawn(survival: &Survival, until: f64, signs: &[char]) -> Option<String> {
    let last = survival.last_time().filter(|_| until > 0.0)?;
    let sign = |share: f64| signs[((share * signs.len() as f64) as usize).min(signs.len() - 1)];
    let at = |place: usize| {
        let day = until * place as f64 / (WIDTH - 1) as f64;
        let share = survival.survival_at(day);
        if day > last * (1.0 + 1e-9) && share > 0.0 { ' ' } else { sign(share) }
    };
    Some((0..WIDTH).map(at).collect::<String>().trim_end().to_string())
}

/// What goes on after a median: the curve and its months. Nothing without a curve.
pub fn tail(survival: &Survival) -> String {
    let until = survival.last_time().unwrap_or(0.0);
    let drawn =
        curve(survival, until).map(|curve| format!(", from 0 to {:.0} months {curve}", until / MONTH));
    drawn.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survival(times: &[(f64, bool)]) -> Survival {
        let mut survival = Survival::default();
        times.iter().for_each(|(day, event)| survival.add(*day, *event));
        survival
    }

    #[test]
    fn blocks_are_as_high_as_the_share_without_event() {
        // Half of them have the event half-way.
        let half = survival(&[(115.0, true), (230.0, false)]);
        assert_eq!(drawn(&half, 230.0, &BLOCKS).unwrap(), "████████████▅▅▅▅▅▅▅▅▅▅▅▅");
        assert_eq!(drawn(&half, 230.0, &TENTHS).unwrap(), "999999999999555555555555");
        let all = survival(&[(230.0, true)]);
        assert!(drawn(&all, 230.0, &BLOCKS).unwrap().ends_with("█▁"));
    }

    #[test]
    fn nobody_is_drawn_where_nobody_is_followed() {
        let short = survival(&[(100.0, false)]);
        assert_eq!(drawn(&short, 200.0, &TENTHS).unwrap(), "9".repeat(12));
        assert_eq!(drawn(&survival(&[]), 200.0, &TENTHS), None);
        assert_eq!(drawn(&survival(&[(0.0, false)]), 0.0, &TENTHS), None);
        assert_eq!(tail(&survival(&[])), "");
    }
}
