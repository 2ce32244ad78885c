//! Rates of every phenotype with cells over both halves of a step, computed once per phenotype.

use std::collections::VecDeque;
use std::ops::Range;

use super::hazards::{CellRates, Hazards, Pressure};
use super::interval::Interval;
use super::panel::PanelRates;
use super::tracks::Tracks;
use crate::disease::{ActsOn, PhenotypeId, ResistanceTrait, TraitSet, Tumour};

/// What switching does to the growth of a phenotype's cells.
#[derive(Clone, Copy, Debug)]
pub struct Gaps {
    /// Largest difference in net growth that one of two switches in a row makes, per day.
    pub largest: f64,
    /// Total rate of switching of these cells, of those they come to be by one switch, or of their mutants where a switch
    /// needs one, per day.
    pub fastest: f64,
}

impl Gaps {
    /// It makes no difference.
    const NONE: Gaps = Gaps { largest: 0.0, fastest: 0.0 };
}

/// The rates of one phenotype without crowding.
#[derive(Clone, Copy, Debug)]
struct Rated {
    /// Where its panels begin among those of either half.
    first: [usize; 2],
    /// Mean over the whole step.
    whole: CellRates,
}

/// What is known of where cells of a phenotype can come to be.
#[derive(Clone, Copy, Debug, Default)]
struct Around {
    /// Those are rated that fewer switches than this lead to.
    rated: u32,
    /// The largest difference in net growth that one switch makes, per day.
    nearest: Option<f64>,
    /// What switching does.
    gaps: Option<Gaps>,
}

/// Rates while some drugs act.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The drugs, if they act alike throughout; otherwise it holds for one step.
    pressures: Option<Vec<Pressure>>,
    /// By phenotype; none where there are no cells within some switches.
    rated: Vec<Option<Rated>>,
    /// Of all phenotypes in the panels of either half, one phenotype after the other.
    panels: [Vec<PanelRates>; 2],
    /// By phenotype.
    around: Vec<Around>,
    /// A number of its own.
    generation: u64,
}

/// Rates without crowding; kept from step to step while the same drugs act alike, and for when they do again.
#[derive(Clone, Debug, Default)]
pub struct MeanRates {
    now: Known,
    /// Of drugs that acted before, the latest first.
    before: VecDeque<Known>,
    /// Both halves of the step.
    intervals: [Interval; 2],
    /// How many generations there were.
    generations: u64,
}

/// How many sets of drugs a tumour remembers: those of a cycle.
pub const REMEMBERED: usize = 4;

impl MeanRates {
    /// Forgets the phenotypes of another tumour.
    pub fn begin(&mut self) {
        self.before.clear();
        self.renew(None);
    }

    /// Nothing is known of these drugs.
    fn renew(&mut self, pressures: Option<Vec<Pressure>>) {
        self.generations += 1;
        self.now.rated.clear();
        self.now.panels.iter_mut().for_each(Vec::clear);
        self.now.around.clear();
        self.now.pressures = pressures;
        self.now.generation = self.generations;
    }

    /// Other drugs act from now on; none are told if something changes on the way.
    fn turn_to(&mut self, pressures: Option<&Vec<Pressure>>) {
        let known = pressures
            .and_then(|drugs| self.before.iter().position(|known| known.pressures.as_ref() == Some(drugs)));
        let next = known.and_then(|place| self.before.remove(place));
        if self.now.pressures.is_some() {
            self.before.truncate(REMEMBERED - 1);
            self.before.push_front(std::mem::take(&mut self.now));
        }
        match next {
            Some(next) => self.now = next,
            None => self.renew(pressures.cloned()),
        }
    }

    /// Begins a step.
    pub fn prepare(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        (from, to): (f64, f64),
        tracks: &mut Tracks,
    ) {
        let acting = hazards.acting(from);
        let constant = acting.is_constant() && hazards.changes_after(from) >= to;
        if !(constant && self.now.pressures.as_ref() == Some(&acting.pressures)) {
            self.turn_to(constant.then_some(&acting.pressures));
        }
        let (cells, middle) = (tumour.phenotypes.met(), (from + to) / 2.0);
        self.intervals[0].prepare(hazards, cells, (from, middle), tracks);
        self.intervals[1].prepare(hazards, cells, (middle, to), tracks);
        let needs = |known: &ResistanceTrait| known.switches() && known.requires != TraitSet::WILD_TYPE;
        let chains = tumour.phenotypes.biology().traits.iter().any(needs);
        for at in 0..tumour.clones().len() {
            let clone = &tumour.clones()[at];
            let known = self.now.around.get(clone.phenotype.0).is_some_and(|around| around.gaps.is_some());
            if clone.cells > 0 && !known {
                self.find_gaps(tumour, hazards, clone.phenotype, chains);
            }
        }
    }

    /// Takes in a phenotype and those that up to so many switches lead to; its mutants are met.
    fn rate_within(&mut self, tumour: &mut Tumour, hazards: &Hazards, id: PhenotypeId, switches: u32) {
        self.rate(tumour, hazards, id);
        if self.now.around[id.0].rated > switches {
            return;
        }
        self.now.around[id.0].rated = switches + 1;
        if switches == 0 {
            return;
        }
        for way in 0..tumour.phenotypes[id].mutations.len() {
            let to = tumour.phenotypes[id].mutations[way].to;
            tumour.phenotypes.of(to);
        }
        for way in 0..tumour.phenotypes[id].switches.len() {
            let neighbour = tumour.phenotypes.by_switch(id, way);
            self.rate_within(tumour, hazards, neighbour, switches - 1);
        }
    }

    /// Takes in a phenotype.
    pub fn rate(&mut self, tumour: &Tumour, hazards: &Hazards, id: PhenotypeId) {
        if self.now.rated.len() <= id.0 {
            self.now.rated.resize(id.0 + 1, None);
            self.now.around.resize(id.0 + 1, Around::default());
        }
        if self.now.rated[id.0].is_some() {
            return;
        }
        let (first, mut whole) = (self.now.panels.each_ref().map(Vec::len), CellRates::default());
        let halves = if self.is_constant() { 1 } else { 2 };
        let days: f64 = self.intervals[..halves].iter().map(Interval::days).sum();
        for (interval, panels) in self.intervals.iter().zip(&mut self.now.panels).take(halves) {
            let before = panels.len();
            interval.rates(hazards, &tumour.phenotypes[id], panels);
            for (width, panel) in interval.widths().zip(&panels[before..]) {
                whole.add(width / days, &panel.mean);
            }
        }
        self.now.rated[id.0] = Some(Rated { first, whole });
    }

    /// What switching does to the cells of a phenotype and, where a switch needs a trait that mutates, to its mutants.
    fn find_gaps(&mut self, tumour: &mut Tumour, hazards: &Hazards, id: PhenotypeId, chains: bool) {
        self.rate_within(tumour, hazards, id, 2);
        let mut gaps = Gaps { largest: self.nearest(tumour, hazards, id), fastest: self.whole(id).switching };
        for way in 0..tumour.phenotypes[id].switches.len() {
            let next = tumour.phenotypes.by_switch(id, way);
            gaps.largest = gaps.largest.max(self.nearest(tumour, hazards, next));
            gaps.fastest = gaps.fastest.max(self.whole(next).switching);
        }
        for way in (0..tumour.phenotypes[id].mutations.len()).filter(|_| chains) {
            let mutant = tumour.phenotypes.of(tumour.phenotypes[id].mutations[way].to);
            self.rate_within(tumour, hazards, mutant, 1);
            gaps.largest = gaps.largest.max(self.nearest(tumour, hazards, mutant));
            gaps.fastest = gaps.fastest.max(self.whole(mutant).switching);
        }
        self.now.around[id.0].gaps = Some(gaps);
    }

    /// The largest difference in net growth that one switch makes, per day.
    fn nearest(&mut self, tumour: &Tumour, hazards: &Hazards, id: PhenotypeId) -> f64 {
        if let Some(known) = self.now.around[id.0].nearest {
            return known;
        }
        let next = tumour.phenotypes.switched(id).iter().flatten();
        let nearest = next.map(|&to| self.apart(hazards, to, id)).fold(0.0, f64::max);
        self.now.around[id.0].nearest = Some(nearest);
        nearest
    }

    /// How far net growth of two phenotypes is apart on average over the step, per day: what cancels from one part to the
    /// next does not count as none. Where crowding takes division, in the crowd in which it is the larger.
    fn apart(&self, hazards: &Hazards, one: PhenotypeId, other: PhenotypeId) -> f64 {
        let slowed = !hazards.density.is_none() && hazards.density.acts_on == ActsOn::Division;
        let halves = if self.is_constant() { 1 } else { 2 };
        let days: f64 = self.intervals[..halves].iter().map(Interval::days).sum();
        let apart = |half: usize| -> f64 {
            let [one, other] = [one, other].map(|id| self.panels(half, id).unwrap_or(&[]));
            let panels = self.intervals[half].widths().zip(one.iter().zip(other));
            let here = |(width, (one, other)): (f64, (&PanelRates, &PanelRates))| {
                let free = (one.mean.net() - other.mean.net()).abs();
                let crowded = if slowed { (one.mean.death - other.mean.death).abs() } else { 0.0 };
                width * free.max(crowded)
            };
            panels.map(here).sum()
        };
        (0..halves).map(apart).sum::<f64>() / days
    }

    /// Both halves of the step.
    pub fn intervals(&self) -> &[Interval; 2] {
        &self.intervals
    }

    /// Rates of a phenotype in the panels of the first (0) or second (1) half, if it was taken in.
    pub fn panels(&self, half: usize, PhenotypeId(id): PhenotypeId) -> Option<&[PanelRates]> {
        let Rated { first, .. } = (*self.now.rated.get(id)?)?;
        let half = if self.is_constant() { 0 } else { half };
        Some(&self.now.panels[half][first[half]..first[half] + self.intervals[half].parts()])
    }

    /// Mean rates of a phenotype over some panels of a half.
    pub fn over(&self, half: usize, id: PhenotypeId, range: Range<usize>) -> CellRates {
        let mut mean = CellRates::default();
        let Some(panels) = self.panels(half, id) else { return mean };
        if let [only] = &panels[range.clone()] {
            return only.mean;
        }
        let widths = || self.intervals[half].widths().skip(range.start).take(range.len());
        let days: f64 = widths().sum();
        widths().zip(&panels[range.clone()]).for_each(|(width, panel)| mean.add(width / days, &panel.mean));
        mean
    }

    /// Mean rates of a phenotype over the whole step; nothing happens to one that was not taken in.
    pub fn whole(&self, PhenotypeId(id): PhenotypeId) -> CellRates {
        self.now.rated.get(id).and_then(Option::as_ref).map_or(CellRates::default(), |rated| rated.whole)
    }

    /// What switching does to the cells of a phenotype, if it had any at the beginning of the step.
    pub fn gaps(&self, PhenotypeId(id): PhenotypeId) -> Gaps {
        self.now.around.get(id).and_then(|around| around.gaps).unwrap_or(Gaps::NONE)
    }

    /// Whether the same drugs act alike throughout the step.
    pub fn is_constant(&self) -> bool {
        self.now.pressures.is_some()
    }

    /// A number that is the same only while the rates are.
    pub fn generation(&self) -> u64 {
        self.now.generation
    }
}
