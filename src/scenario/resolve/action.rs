//! How long the doses of a drug act: from what is written to an action, each number of which may differ between patients.

use super::Checker;
use super::draw::Bounds;
use crate::patient::{APART, DrugNumber, Target};
use crate::scenario::document::join;
use crate::scenario::file::{ActsEntry, DrawEntry, ExhaustionEntry, Exponent, Relative};
use crate::scenario::quantity::Time;
use crate::therapy::{Absorption, Action, Emax, Kinetics, Living, Wearing};

/// Half-lives, days, with the names of their keys.
type HalfLives = Vec<(&'static str, f64)>;

/// The numbers of one drug.
pub struct Numbers<'c, 'n> {
    /// Where findings go.
    pub checker: &'c mut Checker<'n>,
    /// The key of the drug.
    pub key: String,
    /// The drug's position.
    pub position: usize,
}

impl Numbers<'_, '_> {
    /// A number of the drug.
    pub fn of<T: Copy + Into<f64>>(
        &mut self,
        name: &str,
        number: DrugNumber,
        bounds: Bounds,
        entry: &DrawEntry<T>,
    ) -> f64 {
        let target = Target::Drug(self.position, number);
        self.checker.number(&format!("{}.{name}", self.key), target, bounds, entry)
    }

    /// A time above 0; one that is 0 in everybody is told once, here.
    fn time(&mut self, name: &str, number: DrugNumber, entry: &DrawEntry<Time>) -> f64 {
        self.of(&format!("acts.{name}"), number, Bounds::POSITIVE, entry)
    }

    fn share<T: Copy + Into<f64>>(&mut self, name: &str, number: DrugNumber, entry: &DrawEntry<T>) -> f64 {
        self.of(&format!("acts.{name}"), number, Bounds::SHARE, entry)
    }

    fn effect(&mut self, ec50: &DrawEntry<Relative>, hill: &DrawEntry<Exponent>) -> Emax {
        let bounds = Bounds { least: 0.1, most: 10.0, unit: "" };
        Emax {
            ec50: self.of("acts.ec50", DrugNumber::Ec50, Bounds::RELATIVE, ec50),
            hill: self.of("acts.hill", DrugNumber::Hill, bounds, hill),
        }
    }

    /// How doses act.
    pub fn action(&mut self, entry: &ActsEntry) -> Action {
        match entry {
            ActsEntry::Window { .. } => self.window(entry),
            ActsEntry::Decay { .. } => self.concentration(entry),
            ActsEntry::Living { .. } => self.living(entry),
            ActsEntry::Pulse { .. } => Action::Pulse,
        }
    }

    fn window(&mut self, entry: &ActsEntry) -> Action {
        let ActsEntry::Window { days, ec50, hill, exhaustion } = entry else { return Action::Pulse };
        let days = self.time("for", DrugNumber::Window, days);
        let shaped = hill.fixed().is_none_or(|hill| hill.0 != 1.0);
        for (given, name, problem) in [
            (shaped, "hill", "shapes a curve that is not there"),
            (exhaustion.is_some(), "exhaustion", "wears out a curve that is not there"),
        ] {
            if ec50.is_none() && given {
                self.checker.wrong(&format!("{}.acts.{name}", self.key), problem, "ec50 beside it");
            }
        }
        let exhaustion = exhaustion.as_ref().map(|entry| self.wearing(entry, Vec::new()));
        let effect = ec50.as_ref().map(|ec50| self.effect(ec50, hill));
        Action::Window { days, effect, exhaustion }
    }

    fn concentration(&mut self, entry: &ActsEntry) -> Action {
        let ActsEntry::Decay { half_life, distribution, absorption, delay, ec50, hill, exhaustion } = entry
        else {
            return Action::Pulse;
        };
        let half_life = self.time("half_life", DrugNumber::HalfLife, half_life);
        let distribution = distribution.as_ref().map(|entry| {
            let share = self.share("distribution.share", DrugNumber::DistributionShare, &entry.share);
            let days =
                self.time("distribution.half_life", DrugNumber::DistributionHalfLife, &entry.half_life);
            (share, days)
        });
        let absorption = absorption.as_ref().map(|entry| Absorption {
            half_life: self.time("absorption.half_life", DrugNumber::AbsorptionHalfLife, &entry.half_life),
            bioavailability: self.share(
                "absorption.bioavailability",
                DrugNumber::Bioavailability,
                &entry.bioavailability,
            ),
        });
        let delay = delay.as_ref().map(|delay| self.time("delay", DrugNumber::Delay, delay));
        let own: HalfLives = [
            ("half_life", Some(half_life)),
            ("distribution.half_life", distribution.map(|(_, fast)| fast)),
            ("absorption.half_life", absorption.map(|absorption| absorption.half_life)),
            ("delay", delay),
        ]
        .into_iter()
        .filter_map(|(name, half_life)| Some((name, half_life?)))
        .collect();
        self.apart(&own);
        let exhaustion = exhaustion.as_ref().map(|entry| self.wearing(entry, own));
        let kinetics = Kinetics { half_life, distribution, absorption, delay };
        Action::Concentration { kinetics, effect: self.effect(ec50, hill), exhaustion }
    }

    fn living(&mut self, entry: &ActsEntry) -> Action {
        let ActsEntry::Living {
            peak,
            doubling,
            contraction,
            persisting,
            persistence,
            ec50,
            hill,
            exhaustion,
        } = entry
        else {
            return Action::Pulse;
        };
        let cells = Living {
            peak: self.time("peak", DrugNumber::Peak, peak),
            doubling: self.time("doubling", DrugNumber::Doubling, doubling),
            contraction: self.time("contraction", DrugNumber::Contraction, contraction),
            persisting: self.share("persisting", DrugNumber::Persisting, persisting),
            persistence: self.time("persistence", DrugNumber::Persistence, persistence),
        };
        let own = vec![("contraction", cells.contraction), ("persistence", cells.persistence)];
        self.apart(&own);
        let exhaustion = exhaustion.as_ref().map(|entry| self.wearing(entry, own));
        Action::Living { cells, effect: self.effect(ec50, hill), exhaustion }
    }

    /// Half-lives must differ from one another.
    fn apart(&mut self, half_lives: &[(&str, f64)]) {
        for (i, (name, one)) in half_lives.iter().enumerate() {
            let near = |(_, other): &&(&str, f64)| *other > 0.0 && (one / other - 1.0).abs() < APART;
            if let Some((other, days)) =
                half_lives[..i].iter().find(near).filter(|_| *one > f64::MIN_POSITIVE)
            {
                let problem = format!("is too near to {other} of {days} d to be told apart from it");
                let key = join(&self.key, "acts");
                let right = "half-lives that differ by more than 0.1 %";
                self.checker.wrong(&format!("{key}.{name}"), problem, right);
            }
        }
    }

    fn wearing(&mut self, entry: &ExhaustionEntry, mut others: HalfLives) -> Wearing {
        let half_life = self.time("exhaustion.half_life", DrugNumber::ExhaustionHalfLife, &entry.half_life);
        let near = |(_, days): &(&str, f64)| (half_life / days - 1.0).abs() < APART;
        others.retain(near);
        if !others.is_empty() && half_life > f64::MIN_POSITIVE {
            let key = format!("{}.acts.exhaustion.half_life", self.key);
            let problem = "is too near to another half-life to be told apart from it";
            self.checker.wrong(&key, problem, "half-lives that differ by more than 0.1 %");
        }
        Wearing {
            half_life,
            ec50: self.of("acts.exhaustion.ec50", DrugNumber::ExhaustionEc50, Bounds::RELATIVE, &entry.ec50),
            most: self.share("exhaustion.most", DrugNumber::ExhaustionMost, &entry.most),
        }
    }
}
