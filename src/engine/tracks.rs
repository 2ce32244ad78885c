//! Strengths of drugs over panels, made once and shared by all patients who have the same dosing pattern.
//!
//! What a drug's concentration does at the nodes of a panel depends on its doses alone: not on the disease, the traits, or
//! the kill in a patient. Entries are known by every number they are made of, so that it makes no difference to a
//! story which stories were told before.

use smallvec::SmallVec;

use super::hazards::Pressure;
use super::panel::Track;
use crate::level::{Curve, Level};

/// How many are kept; a new one takes the place of another. Ten years of a few drugs, 3 MB.
const KEPT: usize = 1 << 13;

/// Every number that a curve from some day on is made of, as bits.
type Pattern = SmallVec<[u64; 16]>;

/// What is known of a curve from a day on.
#[derive(Clone, Debug)]
struct Known {
    pattern: Pattern,
    /// For how many days it is smooth.
    reach: f64,
    /// Over a panel of this many days.
    over: Option<(f64, Track)>,
}

/// The tracks of earlier panels.
#[derive(Clone, Debug, Default)]
pub struct Tracks {
    /// By the place that the pattern hashes to; none until a level varies.
    known: Vec<Option<Box<Known>>>,
    /// The pattern that is looked for.
    sought: Pattern,
}

impl Tracks {
    /// For how many days from `day` on the levels of all these drugs are smooth.
    pub fn reach(&mut self, pressures: &[Pressure], day: f64) -> f64 {
        let reach = |pressure: &Pressure| match &pressure.level {
            Level::Constant(_) => f64::INFINITY,
            Level::Varying(curve) => self.find(curve, day).reach,
        };
        pressures.iter().map(reach).fold(f64::INFINITY, f64::min)
    }

    /// A drug over a panel that begins on a day.
    pub fn track(&mut self, pressure: &Pressure, from: f64, width: f64) -> Track {
        let Level::Varying(curve) = &pressure.level else {
            return Track::of(pressure, from, width);
        };
        let known = self.find(curve, from);
        match known.over {
            Some((days, track)) if days == width => track,
            _ => known.over.insert((width, Track::of(pressure, from, width))).1,
        }
    }

    /// What is known of a curve from a day on, made if nothing is.
    fn find(&mut self, curve: &Curve, day: f64) -> &mut Known {
        if self.known.is_empty() {
            self.known.resize(KEPT, None);
        }
        self.sought.clear();
        self.sought.push(day.to_bits());
        curve.numbers(&mut |number| self.sought.push(number.to_bits()));
        let place = &mut self.known[place(&self.sought)];
        if place.as_ref().is_none_or(|known| known.pattern != self.sought) {
            *place = None;
        }
        place.get_or_insert_with(|| {
            Box::new(Known { pattern: self.sought.clone(), reach: curve.reach(day), over: None })
        })
    }
}

/// Where a pattern is kept: by multiplicative hashing.
fn place(pattern: &[u64]) -> usize {
    let mixed = |hash: u64, bits: &u64| (hash.rotate_left(23) ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = pattern.iter().fold(0, mixed);
    (hash >> (u64::BITS - KEPT.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::{Concentration, Exhaustion, Term};

    fn concentration(since: f64, amount: f64) -> Concentration {
        Concentration { since, terms: vec![Term { amount, rate: 0.3 }, Term { amount: -0.2, rate: 2.0 }] }
    }

    fn curve(amount: f64) -> Curve {
        Curve { concentration: concentration(0.5, amount), ec50: 0.7, hill: 1.5, exhaustion: None }
    }

    fn drug(curve: Curve) -> Pressure {
        Pressure::killing(0, 0.1, Level::Varying(Box::new(curve)))
    }

    /// Each differs from the first in one number.
    fn patterns() -> Vec<Pressure> {
        let worn = |ec50: f64, most: f64, amount: f64| {
            let exhaustion = Some(Exhaustion { concentration: concentration(0.0, amount), ec50, most });
            Curve { exhaustion, ..curve(1.0) }
        };
        let slower = |term: usize| {
            let mut slower = curve(1.0);
            slower.concentration.terms[term].rate *= 0.9;
            slower
        };
        let all = [
            curve(1.0),
            curve(1.1),
            Curve { ec50: 0.8, ..curve(1.0) },
            Curve { hill: 1.4, ..curve(1.0) },
            Curve { concentration: concentration(0.4, 1.0), ..curve(1.0) },
            slower(0),
            slower(1),
            worn(1.0, 0.5, 1.0),
            worn(1.1, 0.5, 1.0),
            worn(1.0, 0.6, 1.0),
            worn(1.0, 0.5, 1.1),
        ];
        all.map(drug).into()
    }

    /// Whatever was asked before, in any order: the bits of what is made anew.
    #[test]
    fn what_is_kept_is_what_would_be_made() {
        let mut tracks = Tracks::default();
        for _ in 0..2 {
            for (day, width) in [(1.0, 0.25), (1.0, 0.5), (1.5, 0.25)] {
                for drug in patterns() {
                    let kept = tracks.track(&drug, day, width);
                    assert_eq!(kept, Track::of(&drug, day, width), "{drug:?} {day} {width}");
                    let reach = tracks.reach(std::slice::from_ref(&drug), day);
                    assert_eq!(reach, drug.level.reach(day), "{drug:?} {day}");
                }
            }
        }
    }

    #[test]
    fn patterns_that_differ_in_one_number_are_different() {
        let made: Vec<Track> = patterns().iter().map(|drug| Track::of(drug, 1.0, 0.5)).collect();
        for (place, track) in made.iter().enumerate() {
            assert!(made[..place].iter().all(|other| other != track), "{place}");
        }
    }

    /// Two patterns that are kept at the same place push each other out.
    #[test]
    fn it_stays_small() {
        let mut tracks = Tracks::default();
        let drug = &patterns()[0];
        for day in 0..3 * KEPT {
            tracks.track(drug, day as f64, 0.5);
        }
        assert_eq!(tracks.known.len(), KEPT);
        let kept = tracks.known.iter().flatten().count();
        assert!(kept > KEPT / 2, "days are spread over the places: {kept}");
        assert_eq!(tracks.track(drug, 3.0, 0.5), Track::of(drug, 3.0, 0.5));
    }
}
