//! Growth, death and mutation of whole clones over a half-leap, with the founders that come of it.

use libm::{expm1, log1p};
use rand::RngExt;

use super::Halt;
use super::direct::Founder;
use super::hazards::{CellRates, Hazards};
use super::interval::{Interval, Law, Remainder};
use super::panel::PanelRates;
use super::passage::{BOOLE, Bridge, FromPlaces, Passage};
use super::propagator::Propagator;
use super::rates::MeanRates;
use super::sampler::poisson;
use super::stream::Stream;
use crate::disease::{Crowding, Identity, Immigration, Mutation, Phenotype, PhenotypeId, TraitSet, Tumour};

/// Up to this many expected founders of one clone or kind in a half-leap are born on days of their own; more are
/// pooled.
const FEW: f64 = 4.0;

/// A half-leap, or a whole one where nothing splits it.
#[derive(Clone, Debug)]
pub struct Half<'a> {
    interval: &'a Interval,
    /// Rates that are known already, and of which half of the step they are.
    known: Option<(&'a MeanRates, usize)>,
    crowding: Crowding,
    hazards: &'a Hazards,
    /// Founders that expect fewer events than this are left to be simulated event by event.
    exact_below: f64,
}

impl<'a> Half<'a> {
    /// An interval under some crowding.
    pub fn new(
        interval: &'a Interval,
        known: Option<(&'a MeanRates, usize)>,
        (hazards, crowding): (&'a Hazards, Crowding),
        exact_below: f64,
    ) -> Half<'a> {
        Half { interval, known, crowding, hazards, exact_below }
    }

    fn day(&self, place: f64) -> f64 {
        self.interval.from + place * self.interval.days()
    }

    /// The rates of a phenotype, if they are known and constant.
    fn constant(&self, id: PhenotypeId) -> Option<&PanelRates> {
        let (rates, half) = self.known?;
        match rates.panels(half, id) {
            Some([only]) if self.interval.is_constant(self.hazards) => Some(only),
            _ => None,
        }
    }

    /// Growth over all of it.
    fn passage(&self, (id, phenotype): (PhenotypeId, &Phenotype), surplus: f64) -> Passage {
        match self.known.and_then(|(rates, half)| rates.panels(half, id)) {
            Some(panels) => Passage::new(self.interval.law(panels, self.crowding, surplus)),
            None => self.over(self.interval, phenotype, surplus),
        }
    }

    /// Growth over an interval.
    fn over(&self, interval: &Interval, phenotype: &Phenotype, surplus: f64) -> Passage {
        let mut panels = Vec::with_capacity(interval.parts());
        interval.rates(self.hazards, phenotype, &mut panels);
        Passage::new(interval.law(&panels, self.crowding, surplus))
    }

    /// Growth from a day within the half-leap to its end.
    fn passage_from(&self, (id, phenotype): (PhenotypeId, &Phenotype), since: f64) -> Passage {
        match self.constant(id) {
            Some(rates) => Passage::new(Law::over(self.interval.days_left(since), rates, self.crowding, 0.0)),
            None => self.over(&self.interval.from_day(self.hazards, since), phenotype, 0.0),
        }
    }

    /// The law from a day within the half-leap to its end.
    fn rest(&self, (id, phenotype): (PhenotypeId, &Phenotype), since: f64) -> Propagator {
        match self.constant(id) {
            Some(rates) => rates.law(self.interval.days_left(since), self.crowding, 0.0).propagator,
            None => self.rest_from((id, phenotype), &self.interval.remainder(self.hazards, since)),
        }
    }

    /// The law over what is left of the half-leap.
    fn rest_from(&self, (id, phenotype): (PhenotypeId, &Phenotype), since: &Remainder) -> Propagator {
        let known = self.known.and_then(|(rates, half)| rates.panels(half, id));
        self.interval.rest((self.hazards, phenotype), known, self.crowding, since)
    }

    /// Rates on a day, in the crowd.
    fn rates_at(&self, (id, phenotype): (PhenotypeId, &Phenotype), day: f64) -> CellRates {
        let rates =
            self.constant(id).map_or_else(|| self.hazards.rates_at(phenotype, day), |rates| rates.mean);
        Hazards::crowded(rates, self.crowding)
    }
}

/// Cells on their way from a day to the end of the half-leap.
#[derive(Clone, Copy, Debug)]
struct Way {
    since: f64,
    passage: Passage,
    bridge: Bridge,
}

/// What a half-leap computes once per phenotype, and the cells that come to rest at its end.
#[derive(Clone, Debug, Default)]
pub struct Growth {
    passages: Vec<Option<Passage>>,
    /// Laws from within to the end, made when pooled founders first need them.
    from_places: Vec<Option<FromPlaces>>,
    /// What is left of the half-leap from each of the places, made with the first of them.
    left: Option<[Remainder; 5]>,
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
    pub fn pass(&mut self, scene: &mut Scene, immigration: &[Immigration]) -> Result<&[Founder], Halt> {
        self.passages.clear();
        self.from_places.clear();
        self.left = None;
        self.founders.clear();
        // A story that stopped at a limit leaves cells that had not yet arrived.
        self.arrivals.clear();
        for position in 0..scene.tumour.clones().len() {
            let before = scene.tumour.clones()[position].cells;
            if before > 0 {
                let passage = self.passage(scene, scene.tumour.clones()[position].phenotype);
                let after = passage.draw(before, scene.stream);
                scene.tumour.replace(position, after)?;
                let way =
                    Way { since: scene.half.interval.from, passage, bridge: passage.bridge(before, after) };
                self.mutate(scene, position, &way)?;
            }
        }
        for arrivals in immigration {
            self.immigrate(scene, arrivals)?;
        }
        for (position, cells) in self.arrivals.drain(..) {
            scene.tumour.add(position, cells)?;
        }
        self.founders.sort_by(|a, b| a.day.total_cmp(&b.day));
        Ok(&self.founders)
    }

    fn passage(&mut self, scene: &Scene, phenotype: PhenotypeId) -> Passage {
        let PhenotypeId(id) = phenotype;
        if self.passages.len() <= id {
            self.passages.resize(id + 1, None);
        }
        let surplus = scene.surplus.get(id).copied().unwrap_or(0.0);
        *self.passages[id].get_or_insert_with(|| {
            scene.half.passage((phenotype, &scene.tumour.phenotypes[phenotype]), surplus)
        })
    }

    /// Laws from the places of the way since a day to the end.
    fn laws_to_end(&mut self, scene: &Scene, phenotype: PhenotypeId, since: f64) -> FromPlaces {
        let PhenotypeId(id) = phenotype;
        let days = scene.half.interval.to - since;
        let cell = &scene.tumour.phenotypes[phenotype];
        let rest = |place| scene.half.rest((phenotype, cell), since + place * days);
        if since != scene.half.interval.from {
            return FromPlaces::of(BOOLE.map(|(place, _)| rest(place)));
        }
        if self.from_places.len() <= id {
            self.from_places.resize(id + 1, None);
        }
        if let Some(known) = self.from_places[id] {
            return known;
        }
        let laws = if scene.half.interval.is_constant(scene.half.hazards) {
            self.passage(scene, phenotype).to_end()
        } else {
            let half = scene.half;
            let left = |(place, _)| half.interval.remainder(half.hazards, half.day(place));
            let left = self.left.get_or_insert_with(|| BOOLE.map(left));
            FromPlaces::of(left.each_ref().map(|since| half.rest_from((phenotype, cell), since)))
        };
        *self.from_places[id].insert(laws)
    }

    /// Founders of mutants from cells on their way.
    fn mutate(&mut self, scene: &mut Scene, mother: usize, way: &Way) -> Result<(), Halt> {
        let [one, both] = way.passage.mutating;
        if one == 0.0 {
            return Ok(());
        }
        let cells = way.bridge.mean();
        if (one + 2.0 * both) * cells > FEW && scene.tumour.identity() == Identity::TraitSet {
            return self.pool(scene, mother, way);
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

    /// Many mutants of one clone: of each kind, the cells that come of them by the end; kinds of which few
    /// are expected are founders again.
    fn pool(&mut self, scene: &mut Scene, mother: usize, way: &Way) -> Result<(), Halt> {
        let ([one, both], mean) = (way.passage.mutating, way.bridge.mean());
        let all = scene.tumour.phenotype(mother).mutation_probability;
        for kind in 0..scene.tumour.phenotype(mother).mutations.len() {
            let Mutation { to, probability } = scene.tumour.phenotype(mother).mutations[kind];
            let share = probability / all;
            // Of two changed daughters both are of this kind, or one of either.
            let (pairs, single) = (both * share * share, one * share + 2.0 * both * share * (1.0 - share));
            if (single + 2.0 * pairs) * mean <= FEW {
                let founders = poisson(single * mean, scene.stream) + 2 * poisson(pairs * mean, scene.stream);
                self.found(scene, (mother, Some(to)), way, founders)?;
                continue;
            }
            let phenotype = scene.tumour.phenotypes.of(to);
            let laws = self.laws_to_end(scene, phenotype, way.since);
            let cells = laws.flow(&way.bridge, single, pairs, scene.stream);
            if cells > 0 {
                let position = scene.tumour.mutant_of(mother, to, way.since)?;
                self.arrive(scene, position, (0, cells), way.since)?;
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
        let days = scene.half.interval.to - way.since;
        (0..founders).try_for_each(|_| {
            let day = way.since + days * way.bridge.birth(scene.stream);
            let position = match kind {
                Some(kind) => scene.tumour.mutant_of(mother, kind, day)?,
                None => self.mutant(scene, mother, day)?,
            };
            self.carry(scene, Founder { position, cells: 1, day })
        })
    }

    /// Founders born together: left aside if they are few events, else carried to the end.
    fn carry(&mut self, scene: &mut Scene, founder: Founder) -> Result<(), Halt> {
        let Founder { position, cells, day } = founder;
        let id = scene.tumour.clones()[position].phenotype;
        let cell = (id, &scene.tumour.phenotypes[id]);
        let rates = scene.half.rates_at(cell, day);
        if rates.expects_fewer(scene.half.exact_below, cells as f64, scene.half.interval.to - day) {
            self.founders.push(founder);
            return Ok(());
        }
        let after = scene.half.rest(cell, day).draw(cells, scene.stream);
        self.arrive(scene, position, (cells, after), day)
    }

    /// Cells that have had their passage between two counts since some day, and their mutants on the way.
    fn arrive(
        &mut self,
        scene: &mut Scene,
        position: usize,
        (before, after): (u64, u64),
        since: f64,
    ) -> Result<(), Halt> {
        self.arrivals.push((position, after));
        let id = scene.tumour.clones()[position].phenotype;
        if scene.tumour.phenotypes[id].mutations.is_empty() {
            return Ok(());
        }
        let passage = if since == scene.half.interval.from {
            self.passage(scene, id)
        } else {
            scene.half.passage_from((id, &scene.tumour.phenotypes[id]), since)
        };
        self.mutate(scene, position, &Way { since, passage, bridge: passage.bridge(before, after) })
    }

    /// Those who come from outside.
    fn immigrate(&mut self, scene: &mut Scene, arrivals: &Immigration) -> Result<(), Halt> {
        let (from, to) = (scene.half.interval.from, scene.half.interval.to);
        let expected = arrivals.expected(from, to);
        if expected <= FEW || scene.tumour.identity() == Identity::Founder {
            return (0..poisson(expected, scene.stream)).try_for_each(|_| {
                let day = from + arrival(arrivals.growth, to - from, scene.stream.random::<f64>());
                let position = scene.tumour.immigrant(arrivals.traits, day)?;
                self.carry(scene, Founder { position, cells: arrivals.cells, day })
            });
        }
        let position = scene.tumour.immigrant(arrivals.traits, from)?;
        for (place, weight) in BOOLE {
            let day = scene.half.day(place);
            let count = poisson(arrivals.rate_at(day) * weight * (to - from), scene.stream);
            if count > 0 {
                let cells = count.saturating_mul(arrivals.cells);
                self.carry(scene, Founder { position, cells, day })?;
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
