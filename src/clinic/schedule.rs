//! When the regular visits fall: every so many days, give or take a few, and some are missed.

use rand::RngExt;

use crate::engine::Stream;

/// The regular visits as they are planned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// Days between visits; the first is on day 0.
    pub every: f64,
    /// A visit is at most this many days early or late, each day alike.
    pub jitter: u32,
    /// Probability that a visit is missed.
    pub missed: f64,
}

impl Schedule {
    /// The day of the first visit after number `number` that is kept, and its number. The visit of day 0 is
    /// always kept, on its day. A schedule without jitter and missed visits uses no random number.
    pub fn after(&self, number: u64, stream: &mut Stream) -> (u64, f64) {
        let mut next = number + 1;
        if self.missed > 0.0 {
            while stream.random::<f64>() < self.missed {
                next += 1;
            }
        }
        let jitter = i64::from(self.jitter);
        let shift = if jitter > 0 { stream.random_range(-jitter..=jitter) } else { 0 };
        (next, next as f64 * self.every + shift as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, StreamKey};

    fn stream() -> Stream {
        StreamKey { seed: 13, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::Visits)
    }

    #[test]
    fn without_chance_visits_are_whole_multiples_and_nothing_is_drawn() {
        let schedule = Schedule { every: 28.0, jitter: 0, missed: 0.0 };
        let (mut used, fresh) = (stream(), stream());
        assert_eq!(schedule.after(0, &mut used), (1, 28.0));
        assert_eq!(schedule.after(6, &mut used), (7, 196.0));
        assert_eq!(used, fresh);
    }

    /// H0: a visit is missed with probability 0.2 and shifted by -3 to 3 days, each alike; n = 1e5 visits, false alarm 1e-6 each.
    #[test]
    fn visits_are_missed_and_shifted_as_often_and_far_as_stated() {
        let (schedule, mut stream) = (Schedule { every: 28.0, jitter: 3, missed: 0.2 }, stream());
        let (mut number, mut shifts) = (0, Vec::new());
        while shifts.len() < 80_000 {
            let (next, day) = schedule.after(number, &mut stream);
            number = next;
            shifts.push(day - 28.0 * next as f64);
        }
        let kept = 80_000.0 / number as f64;
        assert!((kept - 0.8).abs() < 4.9 * (0.16_f64 / number as f64).sqrt(), "{kept}");
        let error = (8e4_f64 / 7.0 * 6.0 / 7.0).sqrt();
        for day in -3..=3 {
            let count = shifts.iter().filter(|shift| **shift == f64::from(day)).count() as f64;
            assert!((count - 8e4 / 7.0).abs() < 5.2 * error, "{day}: {count}");
        }
    }
}
