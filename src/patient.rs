//! One person: what differs between patients, drawn once, and the tumour of the beginning.

mod cohort;
mod copula;
mod draw;
mod pharmacology;

use std::sync::Arc;

use libm::log;

use crate::clinic::{Elimination, Mortality};
use crate::disease::{
    Biology, Density, DrugTarget, Immigration, Law, MOST_CELLS, Overflow, Phenotypes, ResistanceTrait,
    TraitSet, Tumour,
};
use crate::engine::{Stream, StreamKey, sampler};
use crate::model::{Clinic, Growth, Model, SeedSize, Together};
use crate::therapy::Drug;

pub use cohort::{Cohort, Covariate, Parameter, Recorded, Target, TraitNumber};
pub use copula::Copula;
pub use draw::Draw;
pub use pharmacology::{APART, DrugNumber};

/// The leading parameters of one patient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patient {
    /// Cells without traits at the start.
    pub burden: u64,
    /// Division rate of a wild-type cell, per day.
    pub division: f64,
    /// Background death rate of a wild-type cell, per day.
    pub death: f64,
    /// Multiplies the kill of every drug.
    pub kill_scale: f64,
    /// Multiplies the kill of the drugs that work by T cells.
    pub t_cell_fitness: f64,
}

/// One person: everything of a model that is this patient's own.
#[derive(Clone, Debug)]
pub struct Person {
    /// The leading parameters.
    pub patient: Patient,
    /// The clinic, with this patient's M-protein.
    pub clinic: Option<Clinic>,
    /// Burden at which the patient dies, cells.
    pub lethal_burden: Option<f64>,
    /// Cells that the history begins with; none without a history.
    pub founders: Option<u64>,
    /// The drugs as they act in this patient.
    pub drugs: Arc<[Drug]>,
    /// Death of other causes.
    pub mortality: Option<Mortality>,
    targets: Arc<[DrugTarget]>,
    /// How drugs act together in this patient: in general, then in each regimen; none if as in the model.
    together: Option<Box<[Together]>>,
    law: Law,
    traits: Arc<[ResistanceTrait]>,
    immigration: Arc<[Immigration]>,
    clones: Vec<f64>,
    /// Traits that all cells carry from the start.
    carried: TraitSet,
}

impl Person {
    /// Draws a patient; the same for every arm and replicate.
    pub fn draw(model: &Model, key: StreamKey) -> Person {
        let values = model.cohort.values(key);
        let mut person = Person::typical(model);
        let mut growth = model.disease.growth;
        for (parameter, &value) in model.cohort.parameters.iter().zip(&values) {
            for &target in &parameter.targets {
                person.set(model, target, value, &mut growth);
            }
        }
        if let (Some(ageing), Some(mortality)) = (model.ageing, &mut person.mortality) {
            let age = values[model.cohort.parameters.len() + ageing.covariate];
            *mortality = mortality.older(age - ageing.at);
        }
        person.settle();
        let (division, death) = growth.rates();
        person.patient = Patient { division, death, ..person.patient };
        person.carry(TraitSet::of(model.cohort.carried(&values)));
        person
    }

    /// A patient with the numbers that the scenario gives everybody.
    fn typical(model: &Model) -> Person {
        let disease = &model.disease;
        let burden = cells(disease.burden);
        Person {
            patient: Patient {
                burden,
                division: 0.0,
                death: 0.0,
                kill_scale: disease.kill_scale,
                t_cell_fitness: disease.t_cell_fitness,
            },
            clinic: model.clinic,
            lethal_burden: disease.lethal_burden,
            drugs: Arc::clone(&model.drugs),
            mortality: model.mortality,
            targets: Arc::clone(&model.targets),
            together: None,
            founders: disease.history.as_ref().and_then(|history| history.founders).map(cells),
            law: disease.law,
            traits: Arc::clone(&model.traits),
            immigration: Arc::clone(&disease.immigration),
            clones: disease.clones.iter().map(|seed| seed.size.number()).collect(),
            carried: TraitSet::WILD_TYPE,
        }
    }

    fn set(&mut self, model: &Model, target: Target, value: f64, growth: &mut Growth) {
        match target {
            Target::Burden => self.patient.burden = cells(value),
            Target::KillScale => self.patient.kill_scale = value,
            Target::TCellFitness => self.patient.t_cell_fitness = value,
            Target::Division | Target::Death | Target::NetGrowth => growth.set(target, value),
            Target::CloneSize(position) => self.clones[position] = value,
            Target::Capacity => self.law = self.law.with_capacity(value),
            Target::Reference => self.law = self.law.with_reference(value),
            Target::LethalBurden => self.lethal_burden = Some(value),
            Target::Founders => self.founders = Some(cells(value)),
            Target::Arrivals(position) => Arc::make_mut(&mut self.immigration)[position].rate = value,
            Target::ArrivalGrowth(position) => Arc::make_mut(&mut self.immigration)[position].growth = value,
            Target::Trait(position, number) => {
                set_trait(&mut Arc::make_mut(&mut self.traits)[position], number, value)
            }
            Target::Drug(position, number) => {
                let (drugs, targets) = (Arc::make_mut(&mut self.drugs), Arc::make_mut(&mut self.targets));
                pharmacology::set(&mut drugs[position], &mut targets[position], number, value);
            }
            Target::Enhances(by, drug) => self.enhance(model, by, drug, value),
            Target::Volume => {
                if let Some(clinic) = &mut self.clinic {
                    clinic.kinetics.volume = value;
                    let chains = &mut clinic.panel.free_light_chains;
                    chains.iter_mut().for_each(|chains| chains.kinetics.volume = value);
                }
            }
            Target::Mortality => {
                if let Some(mortality) = &mut self.mortality {
                    mortality.hazard = value;
                }
            }
            _ => {
                if let Some(place) = self.clinic.as_mut().and_then(|clinic| clinical(clinic, target)) {
                    *place = value;
                }
            }
        }
    }

    /// A drug multiplies the kill of another by this in the patient, in every regimen.
    fn enhance(&mut self, model: &Model, by: usize, drug: usize, factor: f64) {
        let all = || std::iter::once(&model.together).chain(&model.together_in).cloned().collect();
        for together in self.together.get_or_insert_with(all) {
            // What a drug does by itself stands before the pairs of a scenario.
            let synergies = Arc::make_mut(&mut together.synergies);
            if let Some(own) = synergies.iter_mut().find(|of| of.by == by && of.drug == drug) {
                own.factor = factor;
            }
        }
    }

    /// How drugs act together in this patient, in a regimen or without one.
    pub fn together<'a>(&'a self, model: &'a Model, regimen: Option<usize>) -> &'a Together {
        match (&self.together, regimen) {
            (None, None) => &model.together,
            (None, Some(regimen)) => &model.together_in[regimen],
            (Some(own), regimen) => &own[regimen.map_or(0, |regimen| regimen + 1)],
        }
    }

    /// What chance made of several numbers at once is brought into an order that means something.
    fn settle(&mut self) {
        self.law = self.law.ordered();
        if let Some(drugs) = Arc::get_mut(&mut self.drugs) {
            drugs.iter_mut().for_each(|drug| pharmacology::keep_apart(&mut drug.action));
        }
    }

    /// All cells carry these traits, those that come from outside too.
    fn carry(&mut self, traits: TraitSet) {
        self.carried = traits;
        if traits != TraitSet::WILD_TYPE {
            for arrivals in Arc::make_mut(&mut self.immigration) {
                arrivals.traits = arrivals.traits.union(traits);
            }
        }
    }

    /// The patient's density dependence.
    pub fn density(&self, model: &Model) -> Density {
        let net_growth = (self.patient.division - self.patient.death).max(0.0);
        Density { law: self.law, acts_on: model.disease.acts_on, net_growth }
    }

    /// A tumour without cells yet, with this patient's biology.
    pub fn empty_tumour(&self, model: &Model) -> Tumour {
        let biology = Biology {
            division: self.patient.division,
            death: self.patient.death,
            traits: Arc::clone(&self.traits),
            daughters: model.disease.daughters,
            immigration: Arc::clone(&self.immigration),
            targets: Arc::clone(&self.targets),
        };
        let phenotypes = Phenotypes::new(biology);
        Tumour::new(phenotypes, model.disease.identity, model.limits.clones)
    }

    /// Places the first cells: those of day 0, or of the beginning of the history.
    pub fn seed(&self, model: &Model, tumour: &mut Tumour, stream: &mut Stream) -> Result<(), Overflow> {
        let first = self.founders.unwrap_or(self.patient.burden);
        if first > 0 {
            tumour.seed(self.carried, first, 0.0)?;
        }
        for (seed, &number) in model.disease.clones.iter().zip(&self.clones) {
            let size = match seed.size {
                SeedSize::Cells(_) => cells(number),
                SeedSize::Fraction(_) => sampler::binomial(first, number, stream),
            };
            if size > 0 {
                tumour.seed(seed.traits.union(self.carried), size, 0.0)?;
            }
        }
        tumour.take_stock(0.0)
    }
}

/// Where a number of the clinic stands; none if the patient's clinic has no such number.
fn clinical(clinic: &mut Clinic, target: Target) -> Option<&mut f64> {
    let (kinetics, panel) = (&mut clinic.kinetics, &mut clinic.panel);
    match (target, &mut kinetics.elimination) {
        (Target::Secretion, _) => Some(&mut kinetics.secretion),
        (Target::HalfLife, elimination) => Some(elimination.half_life_mut()),
        (Target::SaturatedHalfLife, Elimination::Saturable { saturated, .. }) => Some(saturated),
        (Target::HalfSaturation, Elimination::Saturable { half_saturation, .. }) => Some(half_saturation),
        (Target::MarrowCells, _) => Some(&mut clinic.marrow.cells),
        (Target::Patchiness, _) => Some(&mut clinic.marrow.patchiness),
        (Target::MissedVisits, _) => Some(&mut clinic.schedule.missed),
        (Target::ChainSecretion, _) => {
            panel.free_light_chains.as_mut().map(|chains| &mut chains.kinetics.secretion)
        }
        (Target::ChainHalfLife, _) => {
            panel.free_light_chains.as_mut().map(|chains| chains.kinetics.elimination.half_life_mut())
        }
        (Target::UrineShare, _) => panel.urine.as_mut().map(|urine| &mut urine.share),
        (Target::LesionShare, _) => panel.imaging.as_mut().map(|imaging| &mut imaging.share),
        (Target::Haemoglobin, _) => panel.haemoglobin.as_mut().map(|of| &mut of.healthy),
        (Target::HaemoglobinLost, _) => panel.haemoglobin.as_mut().map(|of| &mut of.lost),
        _ => None,
    }
}

fn set_trait(trait_: &mut ResistanceTrait, number: TraitNumber, value: f64) {
    let of_drug = |list: &mut Vec<(usize, f64)>, drug: usize| {
        list.iter_mut().filter(|(known, _)| *known == drug).for_each(|(_, own)| *own = value);
    };
    let place = match number {
        TraitNumber::GainedPerDivision => &mut trait_.gained.per_division,
        TraitNumber::GainedPerDay => &mut trait_.gained.per_day,
        TraitNumber::LostPerDivision => &mut trait_.lost.per_division,
        TraitNumber::LostPerDay | TraitNumber::LossHalfLife => &mut trait_.lost.per_day,
        TraitNumber::DivisionFactor => &mut trait_.division_factor,
        TraitNumber::DeathFactor => &mut trait_.death_factor,
        TraitNumber::SecretionFactor => &mut trait_.secretion_factor,
        TraitNumber::DivisionAdded => &mut trait_.division_added,
        TraitNumber::DeathAdded => &mut trait_.death_added,
        TraitNumber::MutationFactor => &mut trait_.mutation_factor,
        TraitNumber::KillLost(drug) | TraitNumber::KillLeft(drug) => &mut trait_.resists[drug].kill,
        TraitNumber::Ec50Factor(drug) => &mut trait_.resists[drug].ec50,
        TraitNumber::AntigenFactor(position) => &mut trait_.antigens[position],
        TraitNumber::GainedUnder(drug) => return of_drug(&mut trait_.gained.under, drug),
        TraitNumber::ReversedBy(drug) => return of_drug(&mut trait_.reversed_by, drug),
    };
    *place = match number {
        TraitNumber::LossHalfLife => log(2.0) / value,
        TraitNumber::KillLost(_) => 1.0 - value,
        _ => value,
    };
}

/// A drawn number as whole cells, within what a tumour can hold.
fn cells(drawn: f64) -> u64 {
    drawn.round().clamp(0.0, MOST_CELLS as f64) as u64
}
