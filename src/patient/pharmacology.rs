//! The numbers of a drug that may differ between patients, and where they belong.

use crate::disease::DrugTarget;
use crate::therapy::{Action, Drug, Emax, Wearing};

/// A number of a drug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrugNumber {
    /// Death rate added at full effect, per day.
    Kill,
    /// Share of the division rate that is lost.
    Slows,
    /// How many times as often a dividing cell mutates.
    Mutagenic,
    /// Level of the antigen at half of the kill.
    AntigenHalf,
    /// Days for which a dose acts.
    Window,
    /// Half-life of the concentration, days.
    HalfLife,
    /// Share of a dose that is distributed.
    DistributionShare,
    /// Half-life of the distribution, days.
    DistributionHalfLife,
    /// Half-life of the absorption, days.
    AbsorptionHalfLife,
    /// Share of a dose that is absorbed.
    Bioavailability,
    /// Half-life of the delay of the effect, days.
    Delay,
    /// Days to the peak of living drugs.
    Peak,
    /// Doubling time before the peak, days.
    Doubling,
    /// Half-life after the peak, days.
    Contraction,
    /// Share of the peak that persists.
    Persisting,
    /// Half-life of what persists, days.
    Persistence,
    /// Concentration of half effect, standard doses.
    Ec50,
    /// Hill exponent.
    Hill,
    /// Half-life of exhaustion, days.
    ExhaustionHalfLife,
    /// Concentration of half exhaustion, standard doses.
    ExhaustionEc50,
    /// Share of the effect that exhaustion can take.
    ExhaustionMost,
    /// Decimal logarithm of what a standard dose kills at once.
    LogKill,
}

/// Gives a number of a drug another value; what the drug does not have is left alone.
pub fn set(drug: &mut Drug, target: &mut DrugTarget, number: DrugNumber, value: f64) {
    match number {
        DrugNumber::AntigenHalf => {
            if let Some(antigen) = &mut target.antigen {
                antigen.half = value;
            }
        }
        DrugNumber::Hill => {
            target.hill = value;
            put(effect(&mut drug.action).map(|effect| &mut effect.hill), value);
        }
        _ => put(place(drug, number), value),
    }
}

fn put(place: Option<&mut f64>, value: f64) {
    if let Some(place) = place {
        *place = value;
    }
}

fn place(drug: &mut Drug, number: DrugNumber) -> Option<&mut f64> {
    use DrugNumber::{
        Ec50, ExhaustionEc50, ExhaustionHalfLife, ExhaustionMost, Kill, LogKill, Mutagenic, Slows,
    };
    match number {
        Kill => Some(&mut drug.kill),
        Slows => Some(&mut drug.slows),
        Mutagenic => Some(&mut drug.mutagenic),
        LogKill => Some(&mut drug.log_kill),
        Ec50 => effect(&mut drug.action).map(|effect| &mut effect.ec50),
        ExhaustionHalfLife => wearing(&mut drug.action).map(|wearing| &mut wearing.half_life),
        ExhaustionEc50 => wearing(&mut drug.action).map(|wearing| &mut wearing.ec50),
        ExhaustionMost => wearing(&mut drug.action).map(|wearing| &mut wearing.most),
        _ => over_time(&mut drug.action, number),
    }
}

/// Where a number of the way in which doses rise and fall stands.
fn over_time(action: &mut Action, number: DrugNumber) -> Option<&mut f64> {
    match (action, number) {
        (Action::Window { days, .. }, DrugNumber::Window) => Some(days),
        (Action::Concentration { kinetics, .. }, number) => match number {
            DrugNumber::HalfLife => Some(&mut kinetics.half_life),
            DrugNumber::DistributionShare => kinetics.distribution.as_mut().map(|(share, _)| share),
            DrugNumber::DistributionHalfLife => kinetics.distribution.as_mut().map(|(_, days)| days),
            DrugNumber::AbsorptionHalfLife => kinetics.absorption.as_mut().map(|of| &mut of.half_life),
            DrugNumber::Bioavailability => kinetics.absorption.as_mut().map(|of| &mut of.bioavailability),
            DrugNumber::Delay => kinetics.delay.as_mut(),
            _ => None,
        },
        (Action::Living { cells, .. }, number) => match number {
            DrugNumber::Peak => Some(&mut cells.peak),
            DrugNumber::Doubling => Some(&mut cells.doubling),
            DrugNumber::Contraction => Some(&mut cells.contraction),
            DrugNumber::Persisting => Some(&mut cells.persisting),
            DrugNumber::Persistence => Some(&mut cells.persistence),
            _ => None,
        },
        _ => None,
    }
}

fn effect(action: &mut Action) -> Option<&mut Emax> {
    match action {
        Action::Window { effect, .. } => effect.as_mut(),
        Action::Concentration { effect, .. } | Action::Living { effect, .. } => Some(effect),
        Action::Pulse => None,
    }
}

fn wearing(action: &mut Action) -> Option<&mut Wearing> {
    match action {
        Action::Window { exhaustion, .. }
        | Action::Concentration { exhaustion, .. }
        | Action::Living { exhaustion, .. } => exhaustion.as_mut(),
        Action::Pulse => None,
    }
}

/// Half-lives of one drug that are nearer to one another than this share cannot be told apart by sums of exponentials.
pub const APART: f64 = 1e-3;

/// Moves half-lives of a drug that chance brought too near to one another just far enough apart; the first stays.
pub fn keep_apart(action: &mut Action) {
    let mut kept: Vec<f64> = Vec::new();
    for half_life in half_lives(action) {
        while let Some(near) = kept.iter().find(|other| (*half_life / **other - 1.0).abs() < APART) {
            *half_life = near * (1.0 + 2.0 * APART);
        }
        kept.push(*half_life);
    }
}

/// The half-lives of a drug that must differ.
fn half_lives(action: &mut Action) -> Vec<&mut f64> {
    let mut all = Vec::new();
    let exhaustion = match action {
        Action::Concentration { kinetics, exhaustion, .. } => {
            all.push(&mut kinetics.half_life);
            all.extend(kinetics.distribution.as_mut().map(|(_, days)| days));
            all.extend(kinetics.absorption.as_mut().map(|of| &mut of.half_life));
            all.extend(kinetics.delay.as_mut());
            exhaustion
        }
        Action::Living { cells, exhaustion, .. } => {
            all.extend([&mut cells.contraction, &mut cells.persistence]);
            exhaustion
        }
        Action::Window { exhaustion, .. } => exhaustion,
        Action::Pulse => return all,
    };
    all.extend(exhaustion.as_mut().map(|wearing| &mut wearing.half_life));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::therapy::{Absorption, Kinetics};

    fn action(half_life: f64, fast: f64, delay: f64) -> Action {
        let absorption = Some(Absorption { half_life: 1.0, bioavailability: 1.0 });
        let kinetics =
            Kinetics { half_life, distribution: Some((0.4, fast)), absorption, delay: Some(delay) };
        Action::Concentration { kinetics, effect: Emax { ec50: 1.0, hill: 1.0 }, exhaustion: None }
    }

    #[test]
    fn half_lives_that_chance_made_equal_are_moved_apart() {
        let mut equal = action(5.0, 5.0, 5.0);
        keep_apart(&mut equal);
        let mut days: Vec<f64> = half_lives(&mut equal).into_iter().map(|days| *days).collect();
        assert_eq!(days[0], 5.0, "the first stays");
        days.sort_by(f64::total_cmp);
        assert!(days.windows(2).all(|pair| pair[1] / pair[0] - 1.0 >= APART), "{days:?}");
        assert!(days[3] / 5.0 < 1.01, "and not far: {days:?}");
    }

    #[test]
    fn half_lives_that_differ_stay_as_they_are() {
        let mut apart = action(20.0, 2.0, 0.5);
        keep_apart(&mut apart);
        assert_eq!(apart, action(20.0, 2.0, 0.5));
    }
}
