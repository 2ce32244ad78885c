//! Outcomes as bytes, for the journal: what comes back is what went in, to the last bit.

use crate::clinic::Response;
use crate::disease::TraitSet;
use crate::engine::Effort;
use crate::patient::Patient;
use crate::record::{LineRecord, Outcome, Stop};
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
    burden,
    clones,
    effort,
});
fields!(Patient { burden, division, death, kill_scale });
fields!(LineRecord { line, regimen, started, ended, best, depth, progression, followed, relapse });

variants!(Stop {
    Horizon = 0,
    PlanEnded = 1,
    Death = 2,
    Detection = 3,
    CloneLimit = 4,
    CellLimit = 5,
    EventLimit = 6,
});
variants!(LineEnd { Progression = 0, Completed = 1 });
variants!(Response {
    Complete = 0,
    VeryGoodPartial = 1,
    Partial = 2,
    Minimal = 3,
    Stable = 4,
    Progressive = 5,
    NotEvaluable = 6,
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

/// What a summary takes in of the effort; what the engine keeps to itself during a story ends with the story.
impl Coded for Effort {
    fn write(&self, out: &mut Vec<u8>) {
        self.steps.write(out);
        self.clone_steps.write(out);
        self.days.write(out);
        self.longest.write(out);
        self.bias.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Effort> {
        let mut effort = Effort::NONE;
        effort.steps = u64::read(from)?;
        effort.clone_steps = u64::read(from)?;
        effort.days = f64::read(from)?;
        effort.longest = f64::read(from)?;
        effort.bias = f64::read(from)?;
        Some(effort)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::simulate;
    use crate::study::{self, Summary};

    fn outcomes() -> (Scenario, Vec<(usize, Outcome)>) {
        let text = include_str!("../../scenarios/review-story.toml");
        let scenario = Scenario::read("story.toml", text, &["study.patients=20".into()]).unwrap();
        let model = &scenario.model;
        let tell = |position| {
            let job = study::job(model, position);
            (job.arm, simulate(model, &model.arms[job.arm], job.key(model)).outcome)
        };
        let all = (0..study::count(model).unwrap()).map(tell).collect();
        (scenario, all)
    }

    /// Everything but the effort is the same to the last bit, and so is every estimate of the summary.
    #[test]
    fn outcomes_come_back_as_they_were() {
        let (scenario, all) = outcomes();
        let (mut told, mut read_back) = (Summary::new(&scenario.model), Summary::new(&scenario.model));
        for (arm, outcome) in &all {
            let mut bytes = Vec::new();
            outcome.write(&mut bytes);
            let mut from = bytes.as_slice();
            let back = Outcome::read(&mut from).unwrap();
            assert!(from.is_empty());
            assert_eq!(
                Outcome { effort: Effort::NONE, ..back.clone() },
                Outcome { effort: Effort::NONE, ..outcome.clone() }
            );
            told.add(*arm, outcome);
            read_back.add(*arm, &back);
        }
        assert!(all.iter().any(|(_, outcome)| outcome.lines.iter().any(|line| line.relapse.is_some())));
        assert_eq!(told.estimates(), read_back.estimates());
    }

    #[test]
    fn bytes_that_are_cut_or_changed_never_stop_the_program() {
        let (_, all) = outcomes();
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
