//! Mean rates of every phenotype over both halves of a step, made once per phenotype.

use super::hazards::{CellRates, Hazards, Pressure};
use crate::disease::{PhenotypeId, Switch, TraitSet, Tumour};
use crate::level::Level;

/// What switching does to the growth of a phenotype's cells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gaps {
    /// Largest difference in net growth that one switch makes, per day.
    pub largest: f64,
    /// Error of two traits that switch in one step and whose effects do not add up, per day cubed.
    pub crossing: f64,
}

/// Mean rates without crowding; kept from step to step while the same drugs act alike.
#[derive(Clone, Debug, Default)]
pub struct MeanRates {
    halves: Vec<[CellRates; 2]>,
    /// What switching does, by phenotype.
    gaps: Vec<Gaps>,
    /// What they hold for; none if something decays.
    pressures: Option<Vec<Pressure>>,
    /// Mean strength of each drug over both halves.
    strengths: Vec<[f64; 2]>,
    /// Counts the times they were made anew.
    generation: u64,
}

impl MeanRates {
    /// Forgets the phenotypes of another tumour.
    pub fn forget(&mut self) {
        self.halves.clear();
        self.gaps.clear();
        self.pressures = None;
        self.generation += 1;
    }

    /// Begins a step of some phenotypes.
    pub fn prepare(&mut self, tumour: &Tumour, hazards: &Hazards, from: f64, to: f64) {
        if self.pressures.as_ref() != Some(&hazards.pressures) {
            self.halves.clear();
            self.gaps.clear();
            self.generation += 1;
            self.pressures = hazards.is_constant().then(|| hazards.pressures.clone());
            let middle = (from + to) / 2.0;
            let mean = |level: &Level, from: f64, to: f64| level.integral(from, to) / (to - from);
            let halves = |p: &Pressure| [mean(&p.level, from, middle), mean(&p.level, middle, to)];
            self.strengths.clear();
            self.strengths.extend(hazards.pressures.iter().map(halves));
        }
        self.complete(tumour, hazards);
    }

    /// Takes in phenotypes that were met since.
    pub fn complete(&mut self, tumour: &Tumour, hazards: &Hazards) {
        for id in self.halves.len()..tumour.phenotypes.len() {
            let phenotype = &tumour.phenotypes[PhenotypeId(id)];
            let first = hazards.rates(phenotype, |i| self.strengths[i][0]);
            let same = self.pressures.is_some();
            let second = if same { first } else { hazards.rates(phenotype, |i| self.strengths[i][1]) };
            self.halves.push([first, second]);
        }
        if self.gaps.len() < self.halves.len() {
            let all = (0..self.halves.len()).map(PhenotypeId);
            self.gaps = all.map(|id| self.gaps_of(tumour, hazards, id)).collect();
        }
    }

    fn gaps_of(&self, tumour: &Tumour, hazards: &Hazards, id: PhenotypeId) -> Gaps {
        let switches = &tumour.phenotypes[id].switches;
        let own = self.whole(id).net();
        let net = |traits: TraitSet| {
            let known = tumour.phenotypes.find(traits).filter(|known| known.0 < self.halves.len());
            known.map_or(own, |known| self.whole(known).net())
        };
        let mut gaps = Gaps::default();
        for (i, one) in switches.iter().enumerate() {
            gaps.largest = gaps.largest.max((net(one.to) - own).abs());
            for two in &switches[..i] {
                // Growth rates that add up factorise, and then nothing is wrong.
                let both = net(one.to.flipped(two.flips));
                let excess = (both - net(one.to) - net(two.to) + own).abs();
                gaps.crossing += self.switch(hazards, one) * self.switch(hazards, two) * excess / 12.0;
            }
        }
        gaps
    }

    /// Mean rate of a switch over the step, per day.
    pub fn switch(&self, hazards: &Hazards, switch: &Switch) -> f64 {
        hazards.switch(switch, |i| (self.strengths[i][0] + self.strengths[i][1]) / 2.0)
    }

    /// Mean rates of a phenotype over the first (0) or second (1) half.
    pub fn half(&self, half: usize, PhenotypeId(id): PhenotypeId) -> CellRates {
        self.halves[id][half]
    }

    /// Mean rates of a phenotype over the whole step.
    pub fn whole(&self, PhenotypeId(id): PhenotypeId) -> CellRates {
        let [a, b] = self.halves[id];
        CellRates {
            division: (a.division + b.division) / 2.0,
            death: (a.death + b.death) / 2.0,
            switching: (a.switching + b.switching) / 2.0,
        }
    }

    /// What switching does to the cells of a phenotype; trait sets that were never met count as nothing.
    pub fn gaps(&self, PhenotypeId(id): PhenotypeId) -> Gaps {
        self.gaps[id]
    }

    /// A number that is the same only while the rates are.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether nothing decays, so that the next step may find the same rates.
    pub fn are_constant(&self) -> bool {
        self.pressures.is_some()
    }
}
