//! Growth, death and mutation of whole clones over a half-leap, with the founders that come of it.

use libm::{expm1, log1p};
use rand::RngExt;

use super::Halt;
use super::direct::Founder;
use super::half::Half;
use super::late::LateBirths;
use super::passage::{Bridge, Passage};
use super::places::{QUARTERS, ToEnd, WEIGHTS};
use super::sampler::poisson;
use super::stream::Stream;
use crate::disease::{Identity, Immigration, Mutation, PhenotypeId, TraitSet, Tumour};

/// Up to this many expected founders of one clone or kind in a half-leap are born on days of their own; more are
/// pooled.
const FEW: f64 = 4.0;

/// Cells on their way from a day to the end of the half-leap.
#[derive(Clone, Debug)]
struct Way {
    since: f64,
    by: By,
    bridge: Bridge,
}

/// What tells their passage.
#[derive(Clone, Debug)]
enum By {
    /// They are there from the beginning: their phenotype.
    All(PhenotypeId),
    /// The rest of the half-leap.
    Rest(Box<Passage>),
}

/// What was made in some half-leap; its memory serves the next.
#[derive(Clone, Debug, Default)]
struct Known<T> {
    half: u64,
    made: T,
}

impl<T> Known<T> {
    /// Makes it what it is in a half-leap.
    fn make(&mut self, half: u64, make: impl FnOnce(&mut T)) {
        if self.half != half {
            self.half = half;
            make(&mut self.made);
        }
    }
}

/// What a half-leap computes once per phenotype.
#[derive(Clone, Debug, Default)]
struct Laws {
    passages: Vec<Known<Passage>>,
    /// From within to the end, made when pooled founders first need them.
    to_end: Vec<Known<ToEnd>>,
    /// Counts the half-leaps, so that what is known of one is not taken for another's.
    half: u64,
}

impl Laws {
    /// The growth of a phenotype.
    fn passage(&mut self, scene: &Scene, phenotype: PhenotypeId) -> &Passage {
        let PhenotypeId(id) = phenotype;
        if self.passages.len() <= id {
            self.passages.resize_with(id + 1, Known::default);
        }
        let surplus = scene.surplus.get(id).copied().unwrap_or(0.0);
        let cell = (phenotype, &scene.tumour.phenotypes[phenotype]);
        self.passages[id].make(self.half, |passage| scene.half.passage(cell, surplus, passage));
        &self.passages[id].made
    }

    /// The growth of cells on their way.
    fn of<'a>(&'a self, way: &'a Way) -> &'a Passage {
        match &way.by {
            By::All(PhenotypeId(id)) => &self.passages[*id].made,
            By::Rest(passage) => passage,
        }
    }

    /// Makes the laws of a phenotype from the places of a whole half-leap to its end.
    fn make_to_end(&mut self, scene: &Scene, phenotype: PhenotypeId) {
        let PhenotypeId(id) = phenotype;
        if self.to_end.len() <= id {
            self.to_end.resize_with(id + 1, Known::default);
        }
        let cell = (phenotype, &scene.tumour.phenotypes[phenotype]);
        self.to_end[id].make(self.half, |to_end| to_end.renew(&scene.half.laws(cell, 0.0)));
    }

    /// Those who come to be of a phenotype by the end, as [`Passage::flow`].
    fn flow(
        &mut self,
        scene: &mut Scene,
        to: PhenotypeId,
        (way, along): (&Way, &[f64]),
        [single, pairs]: [f64; 2],
    ) -> u64 {
        match &way.by {
            By::All(PhenotypeId(id)) => {
                self.make_to_end(scene, to);
                let (passage, to_end) = (&self.passages[*id].made, &self.to_end[to.0].made);
                passage.flow(along, to_end, single, pairs, scene.stream)
            }
            By::Rest(passage) => {
                let days = scene.half.span().1 - way.since;
                let cell = (to, &scene.tumour.phenotypes[to]);
                let rest = |place: &f64| scene.half.rest(cell, way.since + place * days);
                let to_end = ToEnd::of(passage.places().iter().map(rest));
                passage.flow(along, &to_end, single, pairs, scene.stream)
            }
        }
    }
}

/// Cells that have come to a clone within a half-leap.
#[derive(Clone, Copy, Debug)]
pub struct Newcomers {
    /// The clone.
    pub position: usize,
    /// How many.
    pub cells: u64,
    /// The phenotype of their mothers; none if they come from outside.
    pub mother: Option<PhenotypeId>,
}

/// What a half-leap computes once per phenotype, and the cells that come to rest at its end.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    laws: Laws,
    /// Cells that join their clones at the end: they have had their passage.
    newcomers: Vec<Newcomers>,
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
    /// Mutants that are born more or less often than by the rates, see [`super::late`].
    pub late: Option<&'a LateBirths>,
    /// Random numbers.
    pub stream: &'a mut Stream,
}

impl Growth {
    /// Carries every clone over the half-leap; gives the founders left to be simulated event by event. Who has come to a clone
    /// on the way is not added to it.
    pub fn pass(&mut self, scene: &mut Scene, immigration: &[Immigration]) -> Result<&[Founder], Halt> {
        self.laws.half += 1;
        self.founders.clear();
        // A story that stopped at a limit leaves cells that had not yet arrived.
        self.newcomers.clear();
        for position in 0..scene.tumour.clones().len() {
            let before = scene.tumour.clones()[position].cells;
            if before > 0 {
                let id = scene.tumour.clones()[position].phenotype;
                let passage = self.laws.passage(scene, id);
                let after = passage.draw(before, scene.stream);
                scene.tumour.replace(position, after)?;
                let bridge = passage.bridge(before, after);
                let way = Way { since: scene.half.span().0, by: By::All(id), bridge };
                self.mutate(scene, position, &way)?;
            }
        }
        for arrivals in immigration {
            self.immigrate(scene, arrivals)?;
        }
        self.founders.sort_by(|a, b| a.day.total_cmp(&b.day));
        Ok(&self.founders)
    }

    /// Those who have come come to rest in their clones.
    pub fn settle(&mut self, tumour: &mut Tumour) -> Result<(), Halt> {
        self.newcomers
            .drain(..)
            .try_for_each(|Newcomers { position, cells, .. }| Ok(tumour.add(position, cells)?))
    }

    /// Those who have come and are not yet of the tumour.
    pub fn newcomers(&self) -> &[Newcomers] {
        &self.newcomers
    }

    /// Founders of mutants from cells on their way.
    fn mutate(&mut self, scene: &mut Scene, mother: usize, way: &Way) -> Result<(), Halt> {
        let [one, both] = self.laws.of(way).mutating();
        if one == 0.0 {
            return Ok(());
        }
        let cells = way.bridge.mean();
        let late = scene.late.and_then(|late| late.of(scene.tumour.clones()[mother].phenotype));
        let few = (one + 2.0 * both) * cells <= FEW || scene.tumour.identity() == Identity::Founder;
        if !few || late.is_some() {
            return self.pool(scene, mother, way, late.as_deref());
        }
        let pairs = if both > 0.0 { poisson(both * cells, scene.stream) } else { 0 };
        let mutants = poisson(one * cells, scene.stream) + 2 * pairs;
        self.found(scene, (mother, None), way, mutants)
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

    /// Many mutants of one clone: of each kind, some of them more or less often by a factor, the cells that come of them by
    /// the end; kinds of which few are expected, or all if identities are needed, are founders again.
    fn pool(
        &mut self,
        scene: &mut Scene,
        mother: usize,
        way: &Way,
        late: Option<&[f64]>,
    ) -> Result<(), Halt> {
        let ([one, both], mean) = (self.laws.of(way).mutating(), way.bridge.mean());
        let along = self.laws.of(way).along(&way.bridge);
        let all = scene.tumour.phenotype(mother).mutation_probability;
        for kind in 0..scene.tumour.phenotype(mother).mutations.len() {
            let Mutation { to, probability } = scene.tumour.phenotype(mother).mutations[kind];
            let share = probability / all;
            // Of two changed daughters both are of this kind, or one of either.
            let factor = late.map_or(1.0, |late| late[kind]);
            let (pairs, single) = (both * share * share, one * share + 2.0 * both * share * (1.0 - share));
            let (pairs, single) = (factor * pairs, factor * single);
            if (single + 2.0 * pairs) * mean <= FEW || scene.tumour.identity() == Identity::Founder {
                let founders = poisson(single * mean, scene.stream) + 2 * poisson(pairs * mean, scene.stream);
                self.found(scene, (mother, Some(to)), way, founders)?;
                continue;
            }
            let phenotype = scene.tumour.phenotypes.of(to);
            let cells = self.laws.flow(scene, phenotype, (way, &along), [single, pairs]);
            if cells > 0 {
                let position = scene.tumour.mutant_of(mother, to, way.since)?;
                let mother = Some(scene.tumour.clones()[mother].phenotype);
                let newcomers = Newcomers { position, cells, mother };
                self.arrive(scene, newcomers, way.since, |passage| passage.founded(&along, cells))?;
            }
        }
        Ok(())
    }

    /// Founders on days of their own, of one kind or of any.
    fn found(
        &mut self,
        scene: &mut Scene,
        (mother, kind): (usize, Option<TraitSet>),
        way: &Way,
        founders: u64,
    ) -> Result<(), Halt> {
        let days = scene.half.span().1 - way.since;
        if founders == 0 {
            return Ok(());
        }
        let along = self.laws.of(way).along(&way.bridge);
        (0..founders).try_for_each(|_| {
            let day = way.since + days * self.laws.of(way).birth(&along, scene.stream);
            let position = match kind {
                Some(kind) => scene.tumour.mutant_of(mother, kind, day)?,
                None => self.mutant(scene, mother, day)?,
            };
            let phenotype = scene.tumour.clones()[mother].phenotype;
            self.carry(scene, Founder { position, cells: 1, day }, Some(phenotype))
        })
    }

    /// Founders born together: left aside if they are few events, else carried to the end.
    fn carry(
        &mut self,
        scene: &mut Scene,
        founder: Founder,
        mother: Option<PhenotypeId>,
    ) -> Result<(), Halt> {
        let Founder { position, cells, day } = founder;
        let id = scene.tumour.clones()[position].phenotype;
        let cell = (id, &scene.tumour.phenotypes[id]);
        if scene.half.is_left(cell, cells, day) {
            self.founders.push(founder);
            return Ok(());
        }
        let after = scene.half.rest(cell, day).draw(cells, scene.stream);
        let newcomers = Newcomers { position, cells: after, mother };
        self.arrive(scene, newcomers, day, |passage| passage.bridge(cells, after))
    }

    /// Cells that have come to a clone on their way since some day, and their mutants on it.
    fn arrive(
        &mut self,
        scene: &mut Scene,
        newcomers: Newcomers,
        since: f64,
        bridge: impl FnOnce(&Passage) -> Bridge,
    ) -> Result<(), Halt> {
        let position = newcomers.position;
        self.newcomers.push(newcomers);
        let id = scene.tumour.clones()[position].phenotype;
        if scene.tumour.phenotypes[id].mutations.is_empty() {
            return Ok(());
        }
        let (by, bridge) = if since == scene.half.span().0 {
            (By::All(id), bridge(self.laws.passage(scene, id)))
        } else {
            let passage = scene.half.passage_from((id, &scene.tumour.phenotypes[id]), since);
            let bridge = bridge(&passage);
            (By::Rest(Box::new(passage)), bridge)
        };
        self.mutate(scene, position, &Way { since, by, bridge })
    }

    /// Those who come from outside.
    fn immigrate(&mut self, scene: &mut Scene, arrivals: &Immigration) -> Result<(), Halt> {
        let (from, to) = scene.half.span();
        let expected = arrivals.expected(from, to);
        if expected <= FEW || scene.tumour.identity() == Identity::Founder {
            return (0..poisson(expected, scene.stream)).try_for_each(|_| {
                let day = from + arrival(arrivals.growth, to - from, scene.stream.random::<f64>());
                let position = scene.tumour.immigrant(arrivals.traits, day)?;
                self.carry(scene, Founder { position, cells: arrivals.cells, day }, None)
            });
        }
        let position = scene.tumour.immigrant(arrivals.traits, from)?;
        for (place, weight) in QUARTERS.into_iter().zip(WEIGHTS) {
            let day = scene.half.day(place);
            let count = poisson(arrivals.rate_at(day) * weight * (to - from), scene.stream);
            if count > 0 {
                let cells = count.saturating_mul(arrivals.cells);
                self.carry(scene, Founder { position, cells, day }, None)?;
            }
        }
        Ok(())
    }
}

/// e to this power is still finite.
const LARGEST_EXPONENT: f64 = 700.0;

/// When within `days` an arrival happens whose rate grows by `growth` per day, from a uniform number.
fn arrival(growth: f64, days: f64, uniform: f64) -> f64 {
    let exponent = (growth * days).min(LARGEST_EXPONENT);
    if exponent.abs() < 1e-9 { days * uniform } else { log1p(uniform * expm1(exponent)) / growth }
}
