//! Growth, death and mutation of whole clones over a half-leap, with the founders that come of it.

use libm::{expm1, log1p};
use rand::RngExt;

use super::Halt;
use super::hazards::Hazards;
use super::interval::{GAUSS, Interval};
use super::passage::{Bridge, Passage};
use super::propagator::Propagator;
use super::sampler::{binomial, multinomial, poisson};
use super::stream::Stream;
use crate::disease::{Crowding, Identity, Immigration, Phenotype, PhenotypeId, Tumour};

/// Up to this many founders of one clone in a half-leap are born on days of their own; more are pooled at
/// the nodes of a quadrature.
const FEW: u64 = 8;

/// Cells that found or join a clone within a half-leap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Founder {
    /// The clone's position in the tumour.
    pub position: usize,
    /// How many arrive together.
    pub cells: u64,
    /// When.
    pub day: f64,
}

/// A half-leap, or a whole one where nothing splits it.
#[derive(Clone, Debug)]
pub struct Half<'a> {
    interval: Interval<'a>,
    crowding: Crowding,
    hazards: &'a Hazards,
    fastest: f64,
    /// Founders that expect fewer events than this are left to be simulated event by event.
    exact_below: f64,
}

impl<'a> Half<'a> {
    /// The time from day `from` to day `to` under some crowding.
    pub fn new(
        tumour: &Tumour,
        hazards: &'a Hazards,
        crowding: Crowding,
        (from, to): (f64, f64),
        exact_below: f64,
    ) -> Half<'a> {
        let fastest = tumour.phenotypes.fastest() + crowding.death_added;
        Half { interval: Interval::new(hazards, fastest, from, to), crowding, hazards, fastest, exact_below }
    }

    fn day(&self, place: f64) -> f64 {
        self.interval.from + place * self.interval.days()
    }

    fn passage(&self, phenotype: &Phenotype, surplus: f64) -> Passage {
        let law = self.interval.propagator(phenotype, self.crowding, surplus);
        let [_, one, none] = phenotype.shares;
        let mutating = if one > 0.0 {
            let divisions = self.interval.division_at(phenotype, self.crowding, self.day(0.5));
            [one, none].map(|share| divisions * share * self.interval.days())
        } else {
            [0.0; 2]
        };
        Passage::new(law, mutating)
    }

    /// The law from a day within the half-leap to its end.
    fn rest(&self, phenotype: &Phenotype, since: f64) -> Propagator {
        let rest = Interval::new(self.hazards, self.fastest, since, self.interval.to);
        rest.propagator(phenotype, self.crowding, 0.0)
    }
}

/// What a half-leap computes once per phenotype, and the cells that come to rest at its end.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    passages: Vec<Option<Passage>>,
    /// Laws from the Gauss nodes to the end, made when pooled founders first need them.
    from_nodes: Vec<Option<[Propagator; 4]>>,
    /// Cells that join their clones at the end: they have had their passage.
    arrivals: Vec<(usize, u64)>,
    /// Founders left to be simulated event by event.
    founders: Vec<Founder>,
}

/// Everything a half-leap works with beside the clones' counts.
pub struct Scene<'a, 'b> {
    /// The tumour.
    pub tumour: &'a mut Tumour,
    /// The half-leap.
    pub half: &'a Half<'b>,
    /// Surplus of net growth by phenotype, see [`super::switching`].
    pub surplus: &'a [f64],
    /// Random numbers.
    pub stream: &'a mut Stream,
}

impl Growth {
    /// Carries every clone over the half-leap; gives the founders left to be simulated event by event.
    pub fn pass(&mut self, scene: &mut Scene, immigration: &[Immigration]) -> Result<&mut [Founder], Halt> {
        self.passages.clear();
        self.from_nodes.clear();
        self.founders.clear();
        for position in 0..scene.tumour.clones().len() {
            let before = scene.tumour.clones()[position].cells;
            if before > 0 {
                let passage = self.passage(scene, position);
                let after = passage.draw(before, scene.stream);
                scene.tumour.replace(position, after)?;
                self.mutate(scene, position, &passage, passage.bridge(before, after))?;
            }
        }
        for arrivals in immigration {
            self.immigrate(scene, arrivals)?;
        }
        for (position, cells) in self.arrivals.drain(..) {
            scene.tumour.add(position, cells)?;
        }
        self.founders.sort_by(|a, b| a.day.total_cmp(&b.day));
        Ok(&mut self.founders)
    }

    fn passage(&mut self, scene: &Scene, position: usize) -> Passage {
        let PhenotypeId(id) = scene.tumour.clones()[position].phenotype;
        if self.passages.len() <= id {
            self.passages.resize(id + 1, None);
        }
        let surplus = scene.surplus.get(id).copied().unwrap_or(0.0);
        *self.passages[id]
            .get_or_insert_with(|| scene.half.passage(scene.tumour.phenotype(position), surplus))
    }

    fn from_nodes(&mut self, scene: &Scene, position: usize) -> [Propagator; 4] {
        let PhenotypeId(id) = scene.tumour.clones()[position].phenotype;
        if self.from_nodes.len() <= id {
            self.from_nodes.resize(id + 1, None);
        }
        let phenotype = scene.tumour.phenotype(position);
        let rest = |(place, _): (f64, f64)| scene.half.rest(phenotype, scene.half.day(place));
        *self.from_nodes[id].get_or_insert_with(|| GAUSS.map(rest))
    }

    /// Founders of mutants from a clone on its way between two counts.
    fn mutate(
        &mut self,
        scene: &mut Scene,
        mother: usize,
        passage: &Passage,
        bridge: Bridge,
    ) -> Result<(), Halt> {
        let [one, both] = passage.mutating;
        if one == 0.0 {
            return Ok(());
        }
        let cells = bridge.mean();
        let pairs = if both > 0.0 { poisson(both * cells, scene.stream) } else { 0 };
        let mutants = poisson(one * cells, scene.stream) + 2 * pairs;
        if mutants <= FEW || scene.tumour.identity() == Identity::Founder {
            return (0..mutants).try_for_each(|_| {
                let day = scene.half.day(bridge.birth(scene.stream));
                let position = self.mutant(scene, mother, day)?;
                self.carry(scene, Founder { position, cells: 1, day })
            });
        }
        self.pool(scene, mother, mutants, &bridge.weights())
    }

    /// Gives one mutant its clone.
    fn mutant(&mut self, scene: &mut Scene, mother: usize, day: f64) -> Result<usize, Halt> {
        let phenotype = scene.tumour.phenotype(mother);
        let mut at = scene.stream.random::<f64>() * phenotype.mutation_probability;
        let last = phenotype.mutations.len() - 1;
        let kind = phenotype.mutations[..last].iter().position(|mutation| {
            at -= mutation.probability;
            at < 0.0
        });
        let to = phenotype.mutations[kind.unwrap_or(last)].to;
        Ok(scene.tumour.mutant_of(mother, to, day)?)
    }

    /// Many mutants of one clone: how many of each kind, and when.
    fn pool(&mut self, scene: &mut Scene, mother: usize, mutants: u64, when: &[f64; 4]) -> Result<(), Halt> {
        let (mut left, mut probability) = (mutants, scene.tumour.phenotype(mother).mutation_probability);
        for kind in 0..scene.tumour.phenotype(mother).mutations.len() {
            let mutation = scene.tumour.phenotype(mother).mutations[kind];
            let last = kind + 1 == scene.tumour.phenotype(mother).mutations.len();
            let share = if last { 1.0 } else { (mutation.probability / probability).min(1.0) };
            let cells = binomial(left, share, scene.stream);
            left -= cells;
            probability -= mutation.probability;
            if cells > 0 {
                let position = scene.tumour.mutant_of(mother, mutation.to, scene.half.interval.from)?;
                self.join(scene, (position, 1), cells, when)?;
            }
        }
        Ok(())
    }

    /// Many founders of one clone, each of so many cells, spread over the nodes with these weights.
    fn join(
        &mut self,
        scene: &mut Scene,
        (position, cells): (usize, u64),
        founders: u64,
        when: &[f64; 4],
    ) -> Result<(), Halt> {
        let laws = self.from_nodes(scene, position);
        let mut born = [0; 4];
        multinomial(founders, when, scene.stream, |node, count, _| born[node] = count);
        for (node, count) in born.into_iter().enumerate().filter(|(_, count)| *count > 0) {
            let cells = count.saturating_mul(cells);
            let after = laws[node].draw(cells, scene.stream);
            let day = scene.half.day(GAUSS[node].0);
            self.arrive(scene, Founder { position, cells, day }, after)?;
        }
        Ok(())
    }

    /// Founders born together: left aside if they are few events, else carried to the end.
    fn carry(&mut self, scene: &mut Scene, founder: Founder) -> Result<(), Halt> {
        let days = scene.half.interval.to - founder.day;
        let phenotype = scene.tumour.phenotype(founder.position);
        let rates = scene.half.hazards.rates_at(phenotype, founder.day);
        let rates = Hazards::crowded(rates, scene.half.crowding);
        if rates.expected_events(founder.cells as f64, days) < scene.half.exact_below {
            self.founders.push(founder);
            return Ok(());
        }
        let after = scene.half.rest(phenotype, founder.day).draw(founder.cells, scene.stream);
        self.arrive(scene, founder, after)
    }

    /// Founders that have had their passage, and the mutants that they had on the way: of second order in
    /// the step, so that the trapezoidal rule is enough for these.
    fn arrive(&mut self, scene: &mut Scene, founder: Founder, after: u64) -> Result<(), Halt> {
        let Founder { position, cells, day } = founder;
        self.arrivals.push((position, after));
        let [_, one, none] = scene.tumour.phenotype(position).shares;
        if one == 0.0 {
            return Ok(());
        }
        let days = scene.half.interval.to - day;
        let middle = day + days / 2.0;
        let phenotype = scene.tumour.phenotype(position);
        let divisions = scene.half.interval.division_at(phenotype, scene.half.crowding, middle);
        let mean = divisions * (one + 2.0 * none) * days * (cells as f64 + after as f64) / 2.0;
        let mutants = poisson(mean, scene.stream);
        if mutants <= FEW || scene.tumour.identity() == Identity::Founder {
            return (0..mutants).try_for_each(|_| {
                let day = day + days * scene.stream.random::<f64>();
                let position = self.mutant(scene, position, day)?;
                self.carry(scene, Founder { position, cells: 1, day })
            });
        }
        self.pool_late(scene, position, mutants, middle)
    }

    /// Many mutants of founders: all at one moment.
    fn pool_late(&mut self, scene: &mut Scene, mother: usize, mutants: u64, day: f64) -> Result<(), Halt> {
        let mutations = scene.tumour.phenotype(mother).mutations.clone();
        let weights: Vec<f64> = mutations.iter().map(|mutation| mutation.probability).collect();
        let mut kinds = vec![0; mutations.len()];
        multinomial(mutants, &weights, scene.stream, |kind, count, _| kinds[kind] = count);
        for (mutation, cells) in mutations.iter().zip(kinds).filter(|(_, cells)| *cells > 0) {
            let position = scene.tumour.mutant_of(mother, mutation.to, day)?;
            self.carry(scene, Founder { position, cells, day })?;
        }
        Ok(())
    }

    /// Those who come from outside.
    fn immigrate(&mut self, scene: &mut Scene, arrivals: &Immigration) -> Result<(), Halt> {
        let (from, to) = (scene.half.interval.from, scene.half.interval.to);
        let count = poisson(arrivals.expected(from, to), scene.stream);
        if count <= FEW || scene.tumour.identity() == Identity::Founder {
            return (0..count).try_for_each(|_| {
                let day = from + arrival(arrivals.growth, to - from, scene.stream.random::<f64>());
                let position = scene.tumour.immigrant(arrivals.traits, day)?;
                self.carry(scene, Founder { position, cells: arrivals.cells, day })
            });
        }
        let position = scene.tumour.immigrant(arrivals.traits, from)?;
        let when = GAUSS.map(|(place, weight)| weight * arrivals.rate_at(scene.half.day(place)));
        self.join(scene, (position, arrivals.cells), count, &when)
    }
}

/// When within `days` an arrival happens whose rate grows by `growth` per day, from a uniform number.
fn arrival(growth: f64, days: f64, uniform: f64) -> f64 {
    let exponent = growth * days;
    if exponent.abs() < 1e-9 { days * uniform } else { log1p(uniform * expm1(exponent)) / growth }
}
