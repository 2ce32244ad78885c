//! Outcomes as bytes, for the journal: what comes back is what went in, to the last bit.

use crate::clinic::{Aspirate, Response};
use crate::disease::TraitSet;
use crate::engine::Effort;
use crate::patient::Patient;
use crate::record::{LineRecord, MarrowRecord, Outcome, Stop};
use crate::therapy::LineEnd;

/// A value that can be written to bytes and read back. Reading never fails otherwise than with none.
pub trait Coded: Sized {
    /// Adds its bytes.
    fn write(&self, out: &mut Vec<u8>);
    /// Takes it from the front of the bytes.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

/// Takes bytes from the front.
pub fn take<'a>(from: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (front, rest) = from.split_at_checked(count)?;
    *from = rest;
    Some(front)
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Coded for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                let bytes = take(from, size_of::<$number>())?;
                Some(<$number>::from_le_bytes(bytes.try_into().ok()?))
            }
        })*
    };
}

numbers!(u8, u32, u64, f64);

impl Coded for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut &[u8]) -> Option<bool> {
        match u8::read(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl Coded for usize {
    fn write(&self, out: &mut Vec<u8>) {
        (*self as u64).write(out);
    }

    fn read(from: &mut &[u8]) -> Option<usize> {
        usize::try_from(u64::read(from)?).ok()
    }
}

impl<T: Coded> Coded for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        u8::from(self.is_some()).write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Option<T>> {
        match u8::read(from)? {
            0 => Some(None),
            1 => Some(Some(T::read(from)?)),
            _ => None,
        }
    }
}

impl<T: Coded> Coded for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Vec<T>> {
        let count = usize::read(from)?;
        // No value is shorter than a byte: a count beyond that is refused before anything is allocated.
        if count > from.len() {
            return None;
        }
        (0..count).map(|_| T::read(from)).collect()
    }
}

impl<A: Coded, B: Coded> Coded for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<(A, B)> {
        Some((A::read(from)?, B::read(from)?))
    }
}

/// A struct field by field: a new field that is not named here does not compile.
macro_rules! fields {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl Coded for $name {
            fn write(&self, out: &mut Vec<u8>) {
                let $name { $($field),* } = self;
                $($field.write(out);)*
            }

            fn read(from: &mut &[u8]) -> Option<$name> {
                Some($name { $($field: Coded::read(from)?),* })
            }
        }
    };
}

/// An enum by the place of its variants in the list: a new one that is not named here does not compile.
macro_rules! variants {
    ($name:ident { $($variant:ident = $number:literal),* $(,)? }) => {
        impl Coded for $name {
            fn write(&self, out: &mut Vec<u8>) {
                out.push(match self { $($name::$variant => $number),* });
            }

            fn read(from: &mut &[u8]) -> Option<$name> {
                match u8::read(from)? {
                    $($number => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

fields!(Outcome {
    patient,
    stop,
    stop_day,
    lines,
    last_visit,
    extinct,
    triple_refractory,
    marrow,
    entered,
    burden,
    clones,
    effort,
});
fields!(Patient { burden, division, death, kill_scale, t_cell_fitness });
fields!(LineRecord {
    line,
    regimen,
    started,
    ended,
    best,
    depth,
    responded,
    progression,
    progressed_after,
    followed,
    relapse,
});
fields!(MarrowRecord { day, line, sample, clear });
fields!(Aspirate { clonal, cells });
fields!(Effort { steps, clone_steps, days, longest, bias, fading });

variants!(Stop {
    Horizon = 0,
    PlanEnded = 1,
    Cutoff = 2,
    Death = 3,
    OtherDeath = 4,
    Detection = 5,
    CloneLimit = 6,
    CellLimit = 7,
    EventLimit = 8,
    Undiagnosed = 9,
    Unenrolled = 10,
    RowLimit = 11,
    TimeLimit = 12,
});
variants!(LineEnd { Progression = 0, Completed = 1, InsufficientResponse = 2, Toxicity = 3 });
variants!(Response {
    StringentComplete = 0,
    Complete = 1,
    VeryGoodPartial = 2,
    Partial = 3,
    Minimal = 4,
    Stable = 5,
    Progressive = 6,
    NotEvaluable = 7,
});

impl Coded for TraitSet {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().fold(0_u64, |bits, position| bits | 1 << position).write(out);
    }

    fn read(from: &mut &[u8]) -> Option<TraitSet> {
        let bits = u64::read(from)?;
        Some(TraitSet::of((0..64).filter(|position| bits >> position & 1 == 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::simulate;
    use crate::study::{self, Summary};

    /// The histories of a scenario, with whatever else is added to it.
    fn outcomes(text: &str, changes: &[&str]) -> (Scenario, Vec<(usize, Outcome)>) {
        let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
        let scenario = Scenario::read("story.toml", text, &changes).unwrap();
        let model = &scenario.model;
        let tell = |position| {
            let job = study::job(model, position);
            (job.arm, simulate(model, &model.arms[job.arm], job.key(model)).outcome)
        };
        let all = (0..study::count(model).unwrap()).map(tell).collect();
        (scenario, all)
    }

    const STORY: &str = include_str!("../../scenarios/review-story.toml");

    fn read_back(outcome: &Outcome) -> Outcome {
        let mut bytes = Vec::new();
        outcome.write(&mut bytes);
        let mut from = bytes.as_slice();
        let back = Outcome::read(&mut from).unwrap();
        assert!(from.is_empty());
        back
    }

    /// Everything is the same to the last bit, and so is every estimate of the summary.
    #[test]
    fn outcomes_come_back_as_they_were() {
        let changes = [
            "study.patients=20",
            "visits.marrow={ every = \"6 mo\" }",
            "disease.t_cell_fitness=0.7",
            // Two states that act on one drug: an error that stays.
            "trait.MDR1_EFFLUX.resists={ lenalidomide = 0.5 }",
        ];
        let (scenario, all) = outcomes(STORY, &changes);
        let (mut told, mut told_back) = (Summary::new(&scenario.model), Summary::new(&scenario.model));
        for (arm, outcome) in &all {
            let back = read_back(outcome);
            assert_eq!(back, *outcome);
            told.add(*arm, outcome);
            told_back.add(*arm, &back);
        }
        let any = |has: fn(&Outcome) -> bool| all.iter().any(|(_, outcome)| has(outcome));
        assert!(any(|outcome| outcome.lines.iter().any(|line| line.relapse.is_some())));
        assert!(any(|outcome| outcome.lines.iter().any(|line| line.responded.is_some())));
        assert!(any(|outcome| outcome.lines.iter().any(|line| line.progressed_after.is_some())));
        assert!(any(|outcome| !outcome.marrow.is_empty()));
        assert!(any(|outcome| outcome.effort.fading > 0.0));
        assert!(any(|outcome| outcome.patient.t_cell_fitness != 1.0));
        assert_eq!(told.estimates(), told_back.estimates());
    }

    /// What no short story has: every way to end, to respond and to stop a line, and every field with a value.
    #[test]
    fn every_variant_comes_back() {
        let (_, all) = outcomes(STORY, &["study.patients=1"]);
        let ends =
            [LineEnd::Progression, LineEnd::Completed, LineEnd::InsufficientResponse, LineEnd::Toxicity];
        use Stop::{CellLimit, CloneLimit, Cutoff, Death, Detection, EventLimit};
        use Stop::{Horizon, OtherDeath, PlanEnded, RowLimit, TimeLimit, Undiagnosed, Unenrolled};
        let stops = [
            Horizon,
            PlanEnded,
            Cutoff,
            Death,
            OtherDeath,
            Detection,
            CloneLimit,
            CellLimit,
            EventLimit,
            Undiagnosed,
            Unenrolled,
            RowLimit,
            TimeLimit,
        ];
        for (number, stop) in stops.into_iter().enumerate() {
            let line = |ended, best| LineRecord {
                line: 3,
                regimen: 2,
                started: 1.5,
                ended: Some((77.25, ended)),
                best: Some(best),
                depth: 0.125,
                responded: Some(30.5),
                progression: Some(70.0),
                progressed_after: Some(42.0),
                followed: 80.0,
                relapse: Some((TraitSet::of([0, 5, 63]), vec![0.25, 0.75])),
            };
            let lines = Response::ALL.map(|best| line(ends[number % ends.len()], best)).to_vec();
            let sample = Aspirate { clonal: 12, cells: 3_000_000 };
            let marrow = [true, false].map(|clear| MarrowRecord { day: 90.0, line: 1, sample, clear });
            let full = Outcome {
                stop,
                lines,
                marrow: marrow.to_vec(),
                entered: 12.75,
                extinct: Some(99.0),
                triple_refractory: Some(88.0),
                ..all[0].1.clone()
            };
            assert_eq!(read_back(&full), full);
        }
    }

    #[test]
    fn bytes_that_are_cut_or_changed_never_stop_the_program() {
        let (_, all) = outcomes(STORY, &["study.patients=1", "visits.marrow={ every = \"6 mo\" }"]);
        let mut bytes = Vec::new();
        all[0].1.write(&mut bytes);
        for end in 0..bytes.len() {
            assert_eq!(Outcome::read(&mut &bytes[..end]), None, "cut at {end}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] = 0xff;
            let _ = Outcome::read(&mut changed.as_slice());
        }
    }
}
