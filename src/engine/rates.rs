//! Rates of every phenotype with cells over both halves of a step, computed once per phenotype.

use std::ops::Range;

use smallvec::SmallVec;

use super::hazards::{CellRates, Hazards, Pressure};
use super::interval::Interval;
use super::panel::PanelRates;
use super::tracks::Tracks;
use crate::disease::{Mutation, PhenotypeId, Phenotypes, Switch, Tumour};

/// What switching does to the growth of a phenotype's cells.
#[derive(Clone, Copy, Debug)]
pub struct Gaps {
    /// Largest difference in net growth that one of two switches in a row makes, per day.
    pub largest: f64,
    /// Total rate of switching of these cells or of those they come to be by one switch, per day.
    pub fastest: f64,
    /// By how much the effects of two traits that switch do not add up at most, net growth per day.
    pub excess: f64,
    /// Error of two traits that switch in one step and whose effects do not add up, as a share of the cells they come
    /// from, per day cubed.
    pub crossing: f64,
    /// Error of a mutation and a switch in one step, or of a slow switch and a fast one, whose effects do not add up, as a
    /// share of those who come to have the mutation or the slow one, per day squared.
    pub arriving: f64,
}

impl Gaps {
    /// It makes no difference.
    const NONE: Gaps = Gaps { largest: 0.0, fastest: 0.0, excess: 0.0, crossing: 0.0, arriving: 0.0 };
    /// Nobody has looked.
    const UNKNOWN: Gaps = Gaps { excess: f64::INFINITY, ..Gaps::NONE };
}

/// The rates of one phenotype without crowding.
#[derive(Clone, Copy, Debug)]
struct Rated {
    /// Where its panels begin among those of either half.
    first: [usize; 2],
    /// Mean over the whole step.
    whole: CellRates,
}

/// Differences of rates below this are rounding, per day.
const ROUNDING: f64 = 1e-12;

/// Which of the phenotypes met one switch, and two, lead to from each of them.
#[derive(Clone, Debug, Default)]
struct Neighbours {
    /// By phenotype, in the order of its switches.
    once: Vec<Vec<Option<PhenotypeId>>>,
    /// By phenotype, of its switches and those before each.
    twice: Vec<Vec<Option<PhenotypeId>>>,
    /// By phenotype, of its mutations; and of each with each of its switches.
    mutated: Vec<Vec<Option<PhenotypeId>>>,
    both: Vec<Vec<Option<PhenotypeId>>>,
}

impl Neighbours {
    /// Another tumour.
    fn forget(&mut self) {
        self.once.clear();
        self.twice.clear();
        self.mutated.clear();
        self.both.clear();
    }

    /// Finds them anew if more phenotypes were met.
    fn meet(&mut self, phenotypes: &Phenotypes) {
        if self.once.len() == phenotypes.len() {
            return;
        }
        self.forget();
        for phenotype in phenotypes.met() {
            let switches = &phenotype.switches;
            self.once.push(switches.iter().map(|one| phenotypes.find(one.to)).collect());
            let before = |i: usize| switches[..i].iter().map(move |two| (&switches[i], two));
            let both = |(one, two): (&Switch, &Switch)| phenotypes.find(one.to.flipped(two.flips));
            self.twice.push((0..switches.len()).flat_map(before).map(both).collect());
            let mutations = &phenotype.mutations;
            self.mutated.push(mutations.iter().map(|mutation| phenotypes.find(mutation.to)).collect());
            let then = |mutation: &Mutation| {
                let to = mutation.to;
                switches.iter().map(move |switch| phenotypes.find(to.flipped(switch.flips)))
            };
            self.both.push(mutations.iter().flat_map(then).collect());
        }
    }

    fn once(&self, PhenotypeId(id): PhenotypeId) -> &[Option<PhenotypeId>] {
        &self.once[id]
    }
}

/// Rates without crowding; kept from step to step while the same drugs act alike.
#[derive(Clone, Debug, Default)]
pub struct MeanRates {
    /// By phenotype; none where there are no cells within two switches.
    rated: Vec<Option<Rated>>,
    /// Of all phenotypes in the panels of either half, one phenotype after the other.
    panels: [Vec<PanelRates>; 2],
    /// What switching does, by phenotype; none until those that it leads to are rated.
    gaps: Vec<Option<Gaps>>,
    /// Where switching leads.
    neighbours: Neighbours,
    /// What they hold for; none if something changes.
    pressures: Option<Vec<Pressure>>,
    /// Both halves of the step.
    intervals: [Interval; 2],
    /// Counts the times they were made anew.
    generation: u64,
}

impl MeanRates {
    /// Forgets the phenotypes of another tumour.
    pub fn begin(&mut self) {
        self.neighbours.forget();
        self.forget();
    }

    fn forget(&mut self) {
        self.rated.clear();
        self.panels.iter_mut().for_each(Vec::clear);
        self.gaps.clear();
        self.pressures = None;
        self.generation += 1;
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
        if !(constant && self.pressures.as_ref() == Some(&acting.pressures)) {
            self.forget();
            self.pressures = constant.then(|| acting.pressures.clone());
        }
        let (cells, middle) = (tumour.phenotypes.met(), (from + to) / 2.0);
        self.intervals[0].prepare(hazards, cells, (from, middle), tracks);
        self.intervals[1].prepare(hazards, cells, (middle, to), tracks);
        for at in 0..tumour.clones().len() {
            let clone = &tumour.clones()[at];
            let known = self.gaps.get(clone.phenotype.0).is_some_and(Option::is_some);
            if clone.cells > 0 && !known {
                self.rate_within(tumour, hazards, clone.phenotype, 2);
            }
        }
        self.neighbours.meet(&tumour.phenotypes);
        for clone in tumour.clones().iter().filter(|clone| clone.cells > 0) {
            self.find_gaps(tumour, hazards, clone.phenotype);
        }
    }

    /// Takes in a phenotype and those that up to so many switches lead to: cells may pass two in one step.
    fn rate_within(&mut self, tumour: &mut Tumour, hazards: &Hazards, id: PhenotypeId, switches: u32) {
        self.rate(tumour, hazards, id);
        if switches == 0 {
            return;
        }
        for way in 0..tumour.phenotypes[id].switches.len() {
            let to = tumour.phenotypes[id].switches[way].to;
            let neighbour = tumour.phenotypes.of(to);
            self.rate_within(tumour, hazards, neighbour, switches - 1);
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
        let (first, mut whole) = (self.panels.each_ref().map(Vec::len), CellRates::default());
        let halves = if self.is_constant() { 1 } else { 2 };
        let days: f64 = self.intervals[..halves].iter().map(Interval::days).sum();
        for (interval, panels) in self.intervals.iter().zip(&mut self.panels).take(halves) {
            let before = panels.len();
            interval.rates(hazards, &tumour.phenotypes[id], panels);
            for (width, panel) in interval.widths().zip(&panels[before..]) {
                whole.add(width / days, &panel.mean);
            }
        }
        self.rated[id.0] = Some(Rated { first, whole });
        // It may be where others switch to.
        self.gaps.fill(None);
    }

    /// What switching does, once the phenotypes that it leads to are rated.
    fn find_gaps(&mut self, tumour: &Tumour, hazards: &Hazards, id: PhenotypeId) {
        if self.gaps[id.0].is_some() {
            return;
        }
        let known = |met: &Option<PhenotypeId>| met.and_then(|PhenotypeId(id)| *self.rated.get(id)?);
        let neighbours = self.neighbours.once(id).iter().filter_map(known);
        let fastest = neighbours.map(|known| known.whole.switching).fold(self.whole(id).switching, f64::max);
        let mut gaps = Gaps { largest: self.widest(id, 2), fastest, ..Gaps::NONE };
        let phenotype = &tumour.phenotypes[id];
        let paces: SmallVec<[f64; 8]> =
            phenotype.switches.iter().map(|switch| self.switch(hazards, switch)).collect();
        let once = self.neighbours.once(id);
        let mut twice = self.neighbours.twice[id.0].iter();
        for (i, one) in paces.iter().enumerate() {
            for (two, first) in paces[..i].iter().zip(once) {
                let excess = self.excess(id, [once[i], *first], *twice.next().unwrap_or(&None));
                gaps.excess = gaps.excess.max(excess);
                gaps.crossing += one * two * excess / 12.0;
                gaps.arriving = gaps.arriving.max(one.max(*two) * excess / 24.0);
            }
        }
        let mut both = self.neighbours.both[id.0].iter();
        for mutant in &self.neighbours.mutated[id.0] {
            for (pace, switched) in paces.iter().zip(once) {
                let excess = self.excess(id, [*mutant, *switched], *both.next().unwrap_or(&None));
                gaps.arriving = gaps.arriving.max(pace * excess / 24.0);
            }
        }
        // Flips that depend on one another do not commute, whatever they do to growth.
        if tumour.phenotypes.biology().flips_depend() {
            gaps.crossing += fastest * fastest * fastest / 12.0;
        }
        self.gaps[id.0] = Some(gaps);
    }

    /// By how much the effects of two changes on net growth do not add up, per day; not at all where nobody is known.
    fn excess(&self, id: PhenotypeId, either: [Option<PhenotypeId>; 2], both: Option<PhenotypeId>) -> f64 {
        let net = |PhenotypeId(id)| Some((*self.rated.get(id)?)?.whole.net());
        let [one, two, both] = [either[0], either[1], both].map(|met| met.and_then(net));
        let (Some(one), Some(two), Some(both)) = (one, two, both) else { return 0.0 };
        let excess = (both - one - two + self.whole(id).net()).abs();
        // Growth rates that add up factorise, and then nothing is wrong.
        if excess > ROUNDING { excess } else { 0.0 }
    }

    /// The largest difference in net growth that one of so many switches in a row makes, per day.
    fn widest(&self, id: PhenotypeId, switches: u32) -> f64 {
        let own = self.whole(id).net();
        let gap = |&to: &PhenotypeId| {
            let further = if switches > 1 { self.widest(to, switches - 1) } else { 0.0 };
            further.max((self.whole(to).net() - own).abs())
        };
        self.neighbours.once(id).iter().flatten().map(gap).fold(0.0, f64::max)
    }

    /// Mean rate of a switch over the step, per day.
    pub fn switch(&self, hazards: &Hazards, switch: &Switch) -> f64 {
        if switch.under.is_empty() {
            return switch.per_day;
        }
        let days: f64 = self.intervals.iter().map(Interval::days).sum();
        let parts = |half: &Interval| -> f64 {
            let part = |(panel, lasting)| lasting * half.switch(hazards, panel, switch);
            half.widths().enumerate().map(part).sum()
        };
        self.intervals.iter().map(parts).sum::<f64>() / days
    }

    /// Both halves of the step.
    pub fn intervals(&self) -> &[Interval; 2] {
        &self.intervals
    }

    /// Rates of a phenotype in the panels of the first (0) or second (1) half, if it was taken in.
    pub fn panels(&self, half: usize, PhenotypeId(id): PhenotypeId) -> Option<&[PanelRates]> {
        let Rated { first, .. } = (*self.rated.get(id)?)?;
        let half = if self.is_constant() { 0 } else { half };
        Some(&self.panels[half][first[half]..first[half] + self.intervals[half].parts()])
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
        self.rated.get(id).and_then(Option::as_ref).map_or(CellRates::default(), |rated| rated.whole)
    }

    /// What switching does to the cells of a phenotype, if it had any at the beginning of the step.
    pub fn gaps(&self, PhenotypeId(id): PhenotypeId) -> Gaps {
        self.gaps.get(id).copied().flatten().unwrap_or(Gaps::UNKNOWN)
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
