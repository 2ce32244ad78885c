//! What becomes of the doses that are planned: missed, late, reduced, held back, or not to be had.

use rand::RngExt;

use crate::engine::{Purpose, StreamKey};

/// How well some drugs are taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Habit {
    /// The drugs, by position.
    pub drugs: Vec<usize>,
    /// Probability that a dose is missed.
    pub missed: f64,
    /// Probability that a dose that is not missed comes late.
    pub delayed: f64,
    /// By how many days it does.
    pub delay: f64,
}

/// A time in which some drugs are held back, reduced, or not to be had.
#[derive(Clone, Debug, PartialEq)]
pub struct Interruption {
    /// The drugs, by position.
    pub drugs: Vec<usize>,
    /// Its first day, counted from day 0 of the study.
    pub from: f64,
    /// How many days it lasts.
    pub days: f64,
    /// What multiplies the doses: 0 for none at all.
    pub strength: f64,
}

/// Habits and interruptions of an arm.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adherence {
    /// Of which each drug has its first.
    pub habits: Vec<Habit>,
    /// All that are in force multiply a dose.
    pub interruptions: Vec<Interruption>,
}

/// The chances of one patient: for each drug and day the same, whatever is asked before and whichever the arm.
#[derive(Clone, Copy, Debug)]
pub struct Luck {
    key: StreamKey,
}

/// Words of the stream for each day.
const WORDS: u128 = 4;
/// Days for each drug.
const DAYS: u128 = 1 << 32;

impl Luck {
    /// Of one replicate of a patient.
    pub fn of(key: StreamKey) -> Luck {
        Luck { key }
    }

    /// Two uniform numbers for a drug on a day.
    fn at(&self, drug: usize, day: u64) -> [f64; 2] {
        let mut stream = self.key.stream(Purpose::Doses);
        stream.set_word_pos(WORDS * (drug as u128 * DAYS + u128::from(day)));
        [stream.random(), stream.random()]
    }

    /// One of so many, for a line.
    pub fn choose(&self, line: u32, number: usize) -> usize {
        let [uniform, _] = self.at(usize::MAX >> 32, u64::from(line));
        ((uniform * number as f64) as usize).min(number.saturating_sub(1))
    }
}

impl Adherence {
    /// Whether every dose is taken as planned.
    pub fn is_perfect(&self) -> bool {
        self.habits.is_empty() && self.interruptions.is_empty()
    }

    /// By how many days a dose that is due on `day` comes late; none if it is missed.
    pub fn lateness(&self, drug: usize, day: f64, luck: &Luck) -> Option<f64> {
        let Some(habit) = self.habits.iter().find(|habit| habit.drugs.contains(&drug)) else {
            return Some(0.0);
        };
        let [missed, delayed] = luck.at(drug, day.max(0.0) as u64);
        if missed < habit.missed {
            None
        } else {
            Some(if delayed < habit.delayed { habit.delay } else { 0.0 })
        }
    }

    /// What multiplies a dose that is taken on `day`.
    pub fn strength(&self, drug: usize, day: f64) -> f64 {
        let hit = |i: &&Interruption| i.drugs.contains(&drug) && i.from <= day && day < i.from + i.days;
        self.interruptions.iter().filter(hit).map(|interruption| interruption.strength).product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luck(patient: u64) -> Luck {
        Luck::of(StreamKey { seed: 11, cell: 0, patient, replicate: 0 })
    }

    /// H0: doses are missed, late and on time with the stated probabilities. n = 20,000 doses; normal tests of two
    /// shares, false alarm 1e-6 each.
    #[test]
    fn doses_are_missed_and_late_as_often_as_stated() {
        let habit = Habit { drugs: vec![3], missed: 0.1, delayed: 0.2, delay: 1.5 };
        let adherence = Adherence { habits: vec![habit], interruptions: Vec::new() };
        let n = 20_000;
        let taken: Vec<Option<f64>> = (0..n)
            .map(|i| adherence.lateness(3, f64::from(i % 200), &luck(u64::from(i as u32 / 200))))
            .collect();
        let near = |count: usize, p: f64| {
            let (mean, sd) = (f64::from(n) * p, (f64::from(n) * p * (1.0 - p)).sqrt());
            assert!((count as f64 - mean).abs() < 4.9 * sd, "{count} {mean}");
        };
        near(taken.iter().filter(|late| late.is_none()).count(), 0.1);
        near(taken.iter().filter(|late| **late == Some(1.5)).count(), 0.9 * 0.2);
        assert_eq!(adherence.lateness(2, 0.0, &luck(0)), Some(0.0), "another drug");
    }

    #[test]
    fn chances_depend_on_patient_drug_and_day_and_on_nothing_else() {
        let first = luck(5);
        let before = first.at(1, 7);
        first.at(2, 9);
        assert_eq!(first.at(1, 7), before);
        assert!(first.at(1, 8) != before && first.at(2, 7) != before && luck(6).at(1, 7) != before);
    }

    #[test]
    fn interruptions_multiply_while_they_last() {
        let hold = |from, strength| Interruption { drugs: vec![0], from, days: 10.0, strength };
        let adherence =
            Adherence { habits: Vec::new(), interruptions: vec![hold(5.0, 0.5), hold(10.0, 0.0)] };
        let at = |day| adherence.strength(0, day);
        assert_eq!([4.9, 5.0, 9.9, 10.0, 14.9, 15.0, 20.0].map(at), [1.0, 0.5, 0.5, 0.0, 0.0, 0.0, 1.0]);
        assert_eq!(adherence.strength(1, 12.0), 1.0);
    }
}
