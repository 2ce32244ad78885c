//! How sensitive a cell is to each drug: what its traits leave of the kill, and at which concentration.

use libm::{exp, log};

/// What of a drug matters to a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DrugTarget {
    /// Hill exponent of its effect.
    pub hill: f64,
    /// The antigen it binds, if it kills by antigen.
    pub antigen: Option<Antigen>,
}

impl DrugTarget {
    /// A drug without an antigen, of Hill exponent 1.
    pub const PLAIN: DrugTarget = DrugTarget { hill: 1.0, antigen: None };
}

/// An antigen as one drug sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Antigen {
    /// Its position among the antigens of the scenario.
    pub position: usize,
    /// Level at which the kill would be half of that at endless antigen; 1 is the level of a cell without traits.
    pub half: f64,
}

impl Antigen {
    /// Share of the kill at an antigen level, 1 at level 1: a (1 + h) / (a + h).
    pub fn response(&self, level: f64) -> f64 {
        if self.half.is_infinite() { level } else { level * (1.0 + self.half) / (level + self.half) }
    }
}

/// What a trait does to one drug.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resistance {
    /// Multiplies the kill: 0 full resistance, above 1 collateral sensitivity.
    pub kill: f64,
    /// Multiplies the concentration of half effect.
    pub ec50: f64,
}

impl Resistance {
    /// No difference.
    pub const NONE: Resistance = Resistance { kill: 1.0, ec50: 1.0 };
}

/// What the traits of a cell leave of a drug.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensitivity {
    /// Multiplies the kill.
    pub kill: f64,
    /// Multiplies (C / EC50)^hill.
    pub potency: f64,
}

/// What one trait does to a drug, of which another drug takes some back.
#[derive(Clone, Debug, PartialEq)]
struct Reversible {
    resistance: Resistance,
    /// Multiplies the antigen.
    antigen: f64,
    /// Which drugs, by position, take away which share of it at full effect.
    by: Vec<(usize, f64)>,
}

/// What the traits of a cell do to one drug.
#[derive(Clone, Debug, PartialEq)]
pub struct DrugResponse {
    target: DrugTarget,
    /// Of all traits together, nothing being reversed.
    whole: Sensitivity,
    /// Of those traits that nothing reverses.
    fixed: Resistance,
    fixed_antigen: f64,
    reversible: Vec<Reversible>,
}

/// What one trait of a cell contributes.
#[derive(Clone, Copy, Debug)]
pub struct Contribution<'a> {
    /// To the drug.
    pub resistance: Resistance,
    /// To its antigen.
    pub antigen: f64,
    /// Who reverses it.
    pub reversed_by: &'a [(usize, f64)],
}

impl DrugResponse {
    /// From what the traits contribute.
    pub fn of<'a>(target: DrugTarget, traits: impl Iterator<Item = Contribution<'a>>) -> DrugResponse {
        let (mut fixed, mut fixed_antigen, mut reversible) = (Resistance::NONE, 1.0, Vec::new());
        for Contribution { resistance, antigen, reversed_by } in traits {
            if reversed_by.is_empty() {
                fixed.kill *= resistance.kill;
                fixed.ec50 *= resistance.ec50;
                fixed_antigen *= antigen;
            } else if resistance != Resistance::NONE || antigen != 1.0 {
                reversible.push(Reversible { resistance, antigen, by: reversed_by.to_vec() });
            }
        }
        let whole = Sensitivity { kill: 1.0, potency: 1.0 };
        let mut response = DrugResponse { target, whole, fixed, fixed_antigen, reversible };
        response.whole = response.with(|_| 1.0);
        response
    }

    /// Whether another drug can change it.
    pub fn is_reversible(&self) -> bool {
        !self.reversible.is_empty()
    }

    /// The sensitivity while each drug acts with this effect, 0 to 1, by its position.
    pub fn sensitivity(&self, effect: impl Fn(usize) -> f64) -> Sensitivity {
        if self.reversible.is_empty() {
            return self.whole;
        }
        let left = |of: &Reversible| of.by.iter().map(|&(drug, share)| 1.0 - share * effect(drug)).product();
        self.with(left)
    }

    /// A sensitivity that is not exceeded while effects stay within these bounds.
    pub fn most(&self, low: impl Fn(usize) -> f64, high: impl Fn(usize) -> f64) -> Sensitivity {
        if self.reversible.is_empty() {
            return self.whole;
        }
        let left = |of: &Reversible, effect: &dyn Fn(usize) -> f64| -> f64 {
            of.by.iter().map(|&(drug, share)| 1.0 - share * effect(drug)).product()
        };
        let ends = |of: &Reversible| [left(of, &low), left(of, &high)];
        // Each factor rises or falls with what is left, so its largest value is at one of the ends.
        let end = |at: usize| self.with(|of| ends(of)[at]);
        let mixed = |of: &Reversible| {
            let protects = of.resistance.kill <= 1.0 && of.resistance.ec50 >= 1.0 && of.antigen <= 1.0;
            ends(of)[usize::from(protects)]
        };
        let (one, other, mixed) = (end(0), end(1), self.with(mixed));
        Sensitivity {
            kill: one.kill.max(other.kill).max(mixed.kill),
            potency: one.potency.max(other.potency).max(mixed.potency),
        }
    }

    /// The sensitivity when this share is left of what each reversible trait does.
    fn with(&self, left: impl Fn(&Reversible) -> f64) -> Sensitivity {
        let (mut kill, mut ec50, mut antigen) = (self.fixed.kill, self.fixed.ec50, self.fixed_antigen);
        for of in &self.reversible {
            let left = left(of);
            kill *= 1.0 - (1.0 - of.resistance.kill) * left;
            ec50 *= powered(of.resistance.ec50, left);
            antigen *= powered(of.antigen, left);
        }
        let bound = self.target.antigen.map_or(1.0, |seen| seen.response(antigen));
        Sensitivity { kill: kill * bound, potency: powered(ec50, -self.target.hill) }
    }
}

/// A positive number to some power, exactly 1 for 1.
fn powered(base: f64, exponent: f64) -> f64 {
    if base == 1.0 {
        1.0
    } else if base == 0.0 {
        f64::from(u8::from(exponent == 0.0))
    } else {
        exp(exponent * log(base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Kill, EC50, antigen and what reverses it.
    type Trait = (f64, f64, f64, &'static [(usize, f64)]);

    fn response(target: DrugTarget, traits: &[Trait]) -> DrugResponse {
        let of = |&(kill, ec50, antigen, reversed_by)| Contribution {
            resistance: Resistance { kill, ec50 },
            antigen,
            reversed_by,
        };
        DrugResponse::of(target, traits.iter().map(of))
    }

    #[test]
    fn traits_multiply_and_an_ec50_counts_by_the_hill_exponent() {
        let target = DrugTarget { hill: 2.0, antigen: None };
        let both = response(target, &[(0.5, 3.0, 1.0, &[]), (0.4, 2.0, 1.0, &[])]).sensitivity(|_| 0.0);
        assert!((both.kill - 0.2).abs() < 1e-15 && (both.potency * 36.0 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_reverses_a_trait_gives_back_its_share() {
        let efflux = response(DrugTarget::PLAIN, &[(0.4, 4.0, 1.0, &[(3, 0.5)])]);
        assert_eq!(efflux.sensitivity(|_| 0.0), efflux.whole);
        let half = efflux.sensitivity(|drug| if drug == 3 { 1.0 } else { 0.0 });
        assert!((half.kill - 0.7).abs() < 1e-15 && (half.potency - 0.5).abs() < 1e-15);
        let most = efflux.most(|_| 0.0, |_| 1.0);
        assert!(most.kill >= half.kill && most.potency >= half.potency);
    }

    #[test]
    fn kill_follows_the_antigen_of_all_traits_together() {
        let antigen = Antigen { position: 0, half: 0.5 };
        let target = DrugTarget { hill: 1.0, antigen: Some(antigen) };
        let low = response(target, &[(1.0, 1.0, 0.5, &[]), (1.0, 1.0, 0.2, &[])]).sensitivity(|_| 0.0);
        assert!((low.kill - 0.1 * 1.5 / 0.6).abs() < 1e-15);
        let proportional = Antigen { half: f64::INFINITY, ..antigen };
        assert_eq!((antigen.response(1.0), proportional.response(0.3)), (1.0, 0.3));
    }
}
