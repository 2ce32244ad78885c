//! The cohort: which numbers differ between patients, how they hang together, and what else is known of a patient.

use super::copula::Copula;
use super::draw::Draw;
use super::pharmacology::DrugNumber;
use crate::engine::{Purpose, StreamKey, sampler};

/// Which number of a patient it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Cells without traits.
    Burden,
    /// Division rate, per day.
    Division,
    /// Death rate, per day.
    Death,
    /// Net growth, per day.
    NetGrowth,
    /// Multiplies the kill of every drug.
    KillScale,
    /// Fitness of T cells.
    TCellFitness,
    /// Size of the clone at this position: cells or fraction.
    CloneSize(usize),
    /// Carrying capacity, cells.
    Capacity,
    /// Burden up to which the rates of a Gompertz law hold, cells.
    Reference,
    /// Burden of death, cells.
    LethalBurden,
    /// Cells that the history begins with.
    Founders,
    /// Arrivals per day of the immigration at this position.
    Arrivals(usize),
    /// Growth of those arrivals, per day.
    ArrivalGrowth(usize),
    /// A number of the trait at this position.
    Trait(usize, TraitNumber),
    /// A number of the drug at this position.
    Drug(usize, DrugNumber),
    /// What the drug at the first position multiplies the kill of the drug at the second by, at full effect.
    Enhances(usize, usize),
    /// Secretion of M-protein, pg per cell and day.
    Secretion,
    /// Half-life of the M-protein, days.
    HalfLife,
    /// Half-life of IgG far above saturation, days.
    SaturatedHalfLife,
    /// IgG at which catabolism is half saturated, g/L.
    HalfSaturation,
    /// Volume of distribution of the M-protein, L.
    Volume,
    /// Nucleated cells of the marrow beside the tumour.
    MarrowCells,
    /// Unevenness of the marrow, a coefficient of variation.
    Patchiness,
    /// Probability that a visit is missed.
    MissedVisits,
    /// Secretion of free light chains, pg per cell and day.
    ChainSecretion,
    /// Half-life of free light chains, days.
    ChainHalfLife,
    /// Share of the cleared light chains that gets into the urine.
    UrineShare,
    /// Share of the tumour's cells in the plasmacytoma.
    LesionShare,
    /// Haemoglobin without a tumour, g/L.
    Haemoglobin,
    /// Haemoglobin that a marrow of tumour would take, g/L.
    HaemoglobinLost,
    /// Hazard of death of other causes, per day.
    Mortality,
}

/// A number of a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraitNumber {
    /// Probability of a gain, per division.
    GainedPerDivision,
    /// Rate of gain, per day.
    GainedPerDay,
    /// Probability of a loss, per division.
    LostPerDivision,
    /// Rate of loss, per day.
    LostPerDay,
    /// Half-life of the trait, days.
    LossHalfLife,
    /// Multiplies the division rate.
    DivisionFactor,
    /// Multiplies the death rate.
    DeathFactor,
    /// Multiplies the secretion of M-protein.
    SecretionFactor,
    /// Added to the division rate, per day.
    DivisionAdded,
    /// Added to the death rate, per day.
    DeathAdded,
    /// Multiplies the probability of every mutation.
    MutationFactor,
    /// Rate of gain while the drug at this position acts in full, per day.
    GainedUnder(usize),
    /// Share of the kill of the drug at this position that is lost.
    KillLost(usize),
    /// What is left of the kill of the drug at this position.
    KillLeft(usize),
    /// Multiplies the concentration of half effect of the drug at this position.
    Ec50Factor(usize),
    /// Multiplies the antigen at this position.
    AntigenFactor(usize),
    /// Share of what the trait does that the drug at this position gives back.
    ReversedBy(usize),
}

/// A number that may differ between patients.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its key in the scenario, which is its name in tables.
    pub key: String,
    /// Which number it is; several where a class of drugs shares it.
    pub targets: Vec<Target>,
    /// Its law.
    pub draw: Draw,
    /// A value below this counts as this.
    pub least: f64,
    /// A value above this counts as this.
    pub most: f64,
}

impl Parameter {
    fn purpose(&self) -> Purpose {
        match self.targets.first() {
            Some(Target::Burden) => Purpose::Patient(0),
            Some(Target::Division) => Purpose::Patient(1),
            Some(Target::Death) => Purpose::Patient(2),
            Some(Target::NetGrowth) => Purpose::Patient(3),
            Some(Target::KillScale) => Purpose::Patient(4),
            _ => Purpose::named(&self.key),
        }
    }
}

/// Something known of a patient, such as a translocation, age or earlier lines, and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariate {
    /// Its name.
    pub name: String,
    /// Its law; a yes-or-no covariate is 1 or 0.
    pub draw: Draw,
    /// The trait that all cells carry from the start in patients in whom it is above 0.
    pub carries: Option<usize>,
    /// The value at which it multiplies nothing.
    pub reference: f64,
    /// Parameters by position, each multiplied by the factor to the power of value - reference.
    pub multiplies: Vec<(usize, f64)>,
}

impl Covariate {
    /// Its name in tables.
    pub fn key(&self) -> String {
        format!("covariate.{}", self.name)
    }
}

/// Patients that were drawn elsewhere: some of the numbers of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recorded {
    /// Positions of the numbers that are given.
    pub columns: Vec<usize>,
    /// Their values, patient by patient.
    pub values: Vec<f64>,
}

impl Recorded {
    fn of(&self, patient: u64) -> &[f64] {
        let width = self.columns.len();
        let from = usize::try_from(patient).unwrap_or(usize::MAX).saturating_mul(width);
        self.values.get(from..from.saturating_add(width)).unwrap_or_default()
    }
}

/// Parameters and covariates; a position counts through the parameters and on through the covariates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cohort {
    /// Numbers that differ, or that a covariate multiplies.
    pub parameters: Vec<Parameter>,
    /// What is known of a patient beside them.
    pub covariates: Vec<Covariate>,
    /// Which of both are correlated.
    pub copula: Copula,
    /// What is not drawn but given.
    pub recorded: Recorded,
}

impl Cohort {
    /// The names of all numbers, in the order of their values.
    pub fn keys(&self) -> Vec<String> {
        let parameters = self.parameters.iter().map(|parameter| parameter.key.clone());
        parameters.chain(self.covariates.iter().map(Covariate::key)).collect()
    }

    /// The names of those that have no column of their own in the table of patients: all but the leading ones.
    pub fn further(&self) -> Vec<String> {
        use Target::{Burden, Death, Division, KillScale, NetGrowth};
        let leading = |parameter: &&Parameter| {
            matches!(parameter.targets[..], [Burden | Division | Death | NetGrowth | KillScale])
        };
        let parameters = self.parameters.iter().filter(|parameter| !leading(parameter));
        let keys = parameters.map(|parameter| parameter.key.clone());
        keys.chain(self.covariates.iter().map(Covariate::key)).collect()
    }

    fn draw(&self, position: usize) -> &Draw {
        let own = self.parameters.len();
        if position < own { &self.parameters[position].draw } else { &self.covariates[position - own].draw }
    }

    fn purpose(&self, position: usize) -> Purpose {
        let own = self.parameters.len();
        if position < own {
            self.parameters[position].purpose()
        } else {
            Purpose::named(&self.covariates[position - own].key())
        }
    }

    /// The numbers of one patient; the same for every arm and replicate.
    pub fn values(&self, key: StreamKey) -> Vec<f64> {
        let positions = 0..self.parameters.len() + self.covariates.len();
        let sample = |position: usize| match self.draw(position) {
            Draw::Fixed(value) => *value,
            draw => draw.sample(&mut key.stream(self.purpose(position))),
        };
        let mut values: Vec<f64> = positions.map(sample).collect();
        self.correlate(&mut values, key);
        for (&position, &value) in self.recorded.columns.iter().zip(self.recorded.of(key.patient)) {
            values[position] = value;
        }
        self.multiply(&mut values);
        for (value, parameter) in values.iter_mut().zip(&self.parameters) {
            *value = value.max(parameter.least).min(parameter.most);
        }
        values
    }

    fn correlate(&self, values: &mut [f64], key: StreamKey) {
        let members = self.copula.members();
        let own = |&member: &usize| sampler::normal(&mut key.stream(self.purpose(member)));
        let scores = self.copula.scores(&members.iter().map(own).collect::<Vec<_>>());
        for (&member, score) in members.iter().zip(scores) {
            values[member] = self.draw(member).at_score(score);
        }
    }

    /// What covariates do to parameters; one that was recorded is what it is.
    fn multiply(&self, values: &mut [f64]) {
        for (covariate, position) in self.covariates.iter().zip(self.parameters.len()..) {
            let above = values[position] - covariate.reference;
            for &(parameter, factor) in &covariate.multiplies {
                if !self.recorded.columns.contains(&parameter) {
                    values[parameter] *= libm::pow(factor, above);
                }
            }
        }
    }

    /// The traits that all cells of a patient with these values carry, by position.
    pub fn carried<'a>(&'a self, values: &'a [f64]) -> impl Iterator<Item = usize> + 'a {
        let known = self.covariates.iter().zip(&values[self.parameters.len()..]);
        known.filter(|(_, value)| **value > 0.0).filter_map(|(covariate, _)| covariate.carries)
    }
}

#[cfg(test)]
#[path = "cohort_tests.rs"]
mod tests;
