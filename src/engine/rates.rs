//! Rates of every phenotype with cells over both halves of a step, computed once per phenotype.

use super::hazards::{CellRates, Hazards, Pressure};
use super::interval::{Interval, mean};
use crate::disease::{PhenotypeId, Switch, TraitSet, Tumour};

/// What switching does to the growth of a phenotype's cells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gaps {
    /// Largest difference in net growth that one switch makes, per day.
    pub largest: f64,
    /// Error of two traits that switch in one step and whose effects do not add up, per day cubed.
    pub crossing: f64,
}

/// The rates of one phenotype without crowding.
#[derive(Clone, Debug, Default)]
struct Rated {
    /// At the nodes of either half.
    nodes: [Vec<CellRates>; 2],
    /// Mean over the whole step.
    whole: CellRates,
}

/// Rates without crowding; kept from step to step while the same drugs act alike.
#[derive(Clone, Debug, Default)]
pub struct MeanRates {
    /// By phenotype; none where there are no cells.
    rated: Vec<Option<Rated>>,
    /// What switching does, by phenotype; made when it is asked for.
    gaps: Vec<Option<Gaps>>,
    /// What they hold for; none if something changes.
    pressures: Option<Vec<Pressure>>,
    /// Both halves of the step.
    intervals: [Interval; 2],
    /// Counts the times they were made anew.
    generation: u64,
}

impl MeanRates {
    /// Forgets the phenotypes of another tumour.
    pub fn forget(&mut self) {
        self.rated.clear();
        self.gaps.clear();
        self.pressures = None;
        self.generation += 1;
    }

    /// Begins a step.
    pub fn prepare(&mut self, tumour: &Tumour, hazards: &Hazards, from: f64, to: f64) {
        let acting = hazards.acting(from);
        let constant = acting.is_constant() && hazards.changes_after(from) >= to;
        if !(constant && self.pressures.as_ref() == Some(&acting.pressures)) {
            self.forget();
            self.pressures = constant.then(|| acting.pressures.clone());
        }
        let (fastest, middle) = (tumour.phenotypes.fastest(), (from + to) / 2.0);
        self.intervals[0].prepare(hazards, fastest, from, middle);
        self.intervals[1].prepare(hazards, fastest, middle, to);
        for clone in tumour.clones().iter().filter(|clone| clone.cells > 0) {
            self.rate(tumour, hazards, clone.phenotype);
        }
        for clone in tumour.clones().iter().filter(|clone| clone.cells > 0) {
            self.find_gaps(tumour, hazards, clone.phenotype);
        }
    }

    /// Takes in a phenotype.
    pub fn rate(&mut self, tumour: &Tumour, hazards: &Hazards, id: PhenotypeId) {
        if self.rated.len() <= id.0 {
            self.rated.resize(id.0 + 1, None);
            self.gaps.resize(id.0 + 1, None);
        }
        if self.rated[id.0].is_some() {
            return;
        }
        let phenotype = &tumour.phenotypes[id];
        let first = self.intervals[0].rates(hazards, phenotype);
        if self.is_constant() {
            let whole = first[0];
            self.rated[id.0] = Some(Rated { nodes: [first, Vec::new()], whole });
            return;
        }
        let nodes = [first, self.intervals[1].rates(hazards, phenotype)];
        let halves = [0, 1].map(|half| {
            let parts = self.intervals[half].parts(&nodes[half]);
            let days = self.intervals[half].days();
            let (shares, rates): (Vec<f64>, Vec<CellRates>) =
                parts.into_iter().map(|(lasting, rates)| (lasting / days, rates)).unzip();
            mean(&shares, &rates)
        });
        self.rated[id.0] = Some(Rated { nodes, whole: mean(&[0.5, 0.5], &halves) });
    }

    fn find_gaps(&mut self, tumour: &Tumour, hazards: &Hazards, id: PhenotypeId) {
        if self.gaps[id.0].is_some() {
            return;
        }
        let switches = &tumour.phenotypes[id].switches;
        let own = self.whole(id).net();
        let net = |traits: TraitSet| {
            let known = tumour.phenotypes.find(traits).and_then(|known| self.rated.get(known.0)?.as_ref());
            known.map_or(own, |known| known.whole.net())
        };
        let mut gaps = Gaps::default();
        for (i, one) in switches.iter().enumerate() {
            gaps.largest = gaps.largest.max((net(one.to) - own).abs());
            for two in &switches[..i] {
                // Growth rates that add up factorise, and then nothing is wrong.
                let both = net(one.to.flipped(two.flips));
                let excess = (both - net(one.to) - net(two.to) + own).abs();
                if excess > 0.0 {
                    gaps.crossing += self.switch(hazards, one) * self.switch(hazards, two) * excess / 12.0;
                }
            }
        }
        self.gaps[id.0] = Some(gaps);
    }

    /// Mean rate of a switch over the step, per day.
    pub fn switch(&self, hazards: &Hazards, switch: &Switch) -> f64 {
        if switch.under.is_empty() {
            return switch.per_day;
        }
        let days: f64 = self.intervals.iter().map(Interval::days).sum();
        let parts = self.intervals.iter().flat_map(|half| half.switch_parts(hazards, switch));
        parts.map(|(lasting, rate)| lasting * rate).sum::<f64>() / days
    }

    /// Both halves of the step.
    pub fn intervals(&self) -> &[Interval; 2] {
        &self.intervals
    }

    /// Rates of a phenotype at the nodes of the first (0) or second (1) half, if it was taken in.
    pub fn nodes(&self, half: usize, PhenotypeId(id): PhenotypeId) -> Option<&[CellRates]> {
        let Rated { nodes, .. } = self.rated.get(id)?.as_ref()?;
        Some(&nodes[if self.is_constant() { 0 } else { half }])
    }

    /// Mean rates of a phenotype in each panel of a half, with the days it lasts; none if it was not taken in.
    pub fn parts(&self, half: usize, id: PhenotypeId) -> Vec<(f64, CellRates)> {
        self.nodes(half, id).map_or(Vec::new(), |nodes| self.intervals[half].parts(nodes))
    }

    /// Mean rates of a phenotype over the whole step; nothing happens to one that was not taken in.
    pub fn whole(&self, PhenotypeId(id): PhenotypeId) -> CellRates {
        self.rated.get(id).and_then(Option::as_ref).map_or(CellRates::default(), |rated| rated.whole)
    }

    /// What switching does to the cells of a phenotype; phenotypes without cells count as nothing.
    pub fn gaps(&self, PhenotypeId(id): PhenotypeId) -> Gaps {
        self.gaps.get(id).copied().flatten().unwrap_or_default()
    }

    /// Whether the same drugs act alike throughout the step.
    pub fn is_constant(&self) -> bool {
        self.pressures.is_some()
    }

    /// A number that is the same only while the rates are.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}
