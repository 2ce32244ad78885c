//! Event by event: Gillespie's direct method (1977, J Phys Chem 81:2340). Rates that change between events (falling
//! levels, crowding) are bounded over a stretch of days and burdens, and candidates are thinned (Lewis & Shedler
//! 1979, Nav Res Logist 26:403). An event draws a waiting time and a place. The place tells the class of cells,
//! what happens to one of them, and whether it happens; only where a class has several clones it takes more
//! draws to say to whose cell. The cost of an event does not grow with the number of clones, and with the
//! logarithm of the number of phenotypes.
//!
//! A place has 53 bits: a kind of event is up to 2^-53 more or less probable than it should be, whichever it is.

mod population;
mod setting;
mod tree;
mod urn;

use rand::RngExt;

pub use setting::{Bounds, Environment, Setting};

use super::Halt;
use super::sampler::exponential;
use super::stream::Stream;
use crate::disease::{Overflow, Subclone, Tumour};
use population::{Favourite, Population, Split};
use setting::Stretch;

/// Cells that found or join a clone on some day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Founder {
    /// The clone's position in the tumour.
    pub position: usize,
    /// How many arrive together.
    pub cells: u64,
    /// When.
    pub day: f64,
}

/// The cells that are simulated event by event.
#[derive(Clone, Debug, Default)]
pub struct Direct {
    population: Population,
}

impl Direct {
    /// Nobody is simulated any more.
    pub fn clear(&mut self) {
        self.population.clear();
    }

    /// Takes the clones that are chosen out of the tumour, to simulate them here.
    pub fn take_in(&mut self, tumour: &mut Tumour, chosen: impl Fn(&Subclone) -> bool) {
        self.clear();
        for position in 0..tumour.clones().len() {
            let clone = &tumour.clones()[position];
            let cells = clone.cells;
            if cells > 0 && chosen(clone) {
                tumour.remove(position, cells);
                self.join(position, cells);
            }
        }
    }

    /// Gives everyone back to the tumour.
    pub fn give_back(&mut self, tumour: &mut Tumour) -> Result<(), Overflow> {
        for member in self.population.members() {
            tumour.add(member.position, member.cells)?;
            if let Some(day) = member.extinct {
                tumour.note_extinction(member.position, day);
            }
        }
        self.clear();
        Ok(())
    }

    /// Positions and cells of those simulated here.
    pub fn members(&self) -> impl Iterator<Item = (usize, u64)> {
        self.population.members().iter().map(|member| (member.position, member.cells))
    }

    /// Cells simulated here.
    pub fn cells(&self) -> u64 {
        self.population.cells()
    }

    /// Adds cells of the clone at `position`; [`Direct::run`] takes them from its beginning on.
    fn join(&mut self, position: usize, cells: u64) {
        self.population.join(position, cells);
    }

    /// Another setting begins to act: call it before the first [`Direct::run`] in a setting.
    pub fn begin(&mut self) {
        self.population.begin();
    }

    /// Simulates from day `from` until `to`, or until a bound is met; gives the day reached. The founders, in the order
    /// of their days, join on the way.
    pub fn run(
        &mut self,
        tumour: &mut Tumour,
        setting: &Setting,
        (from, to): (f64, f64),
        mut founders: &[Founder],
        bounds: &mut Bounds,
        stream: &mut Stream,
    ) -> Result<f64, Halt> {
        let mut day = from;
        if self.population.members().is_empty() && setting.immigration.is_empty() {
            let Some(first) = founders.first() else { return Ok(to) };
            day = first.day;
        }
        while day < to && (self.cells() as f64) < bounds.ceiling {
            let stretch = setting.stretch((day, to), self.cells());
            let arrivals = setting.most_arrivals(&stretch);
            let run = Run { population: &mut self.population, tumour, setting, stretch, arrivals, stream };
            day = run.through(&mut founders, bounds)?;
        }
        Ok(day)
    }
}

/// A run through one stretch.
struct Run<'a> {
    population: &'a mut Population,
    tumour: &'a mut Tumour,
    setting: &'a Setting<'a>,
    stretch: Stretch,
    /// Most arrivals per day of each immigration.
    arrivals: Vec<f64>,
    stream: &'a mut Stream,
}

impl Run<'_> {
    /// Event after event until the stretch or what is allowed ends; gives the day reached.
    fn through(mut self, founders: &mut &[Founder], bounds: &mut Bounds) -> Result<f64, Halt> {
        let Stretch { from: mut day, until, least, .. } = self.stretch;
        // A float beyond all counts becomes the largest.
        self.stretch.limit = self.stretch.limit.min(bounds.ceiling.ceil() as u64);
        self.population.classify(self.tumour, self.setting, &self.stretch);
        loop {
            let pause = founders.first().map_or(until, |next| next.day.min(until));
            while day < pause && (least..self.stretch.limit).contains(&self.population.cells()) {
                if let Some(place) = self.wait(&mut day, pause, &mut bounds.events)? {
                    self.event(place, day)?;
                }
            }
            match founders.split_first() {
                Some((next, rest)) if day == pause && next.day <= day => {
                    self.admit(next.position, next.cells);
                    *founders = rest;
                }
                _ => return Ok(day),
            }
        }
    }

    /// Waits for an event that is not an ordinary one of the favourite; gives its place between 0 and the total
    /// of all rates, the favourite's first. The ordinary ones only need to be counted, and mostly there are no
    /// others. Also ends on day `until`, or with the favourite.
    fn wait(&mut self, day: &mut f64, until: f64, events: &mut u64) -> Result<Option<f64>, Halt> {
        let Favourite { member, cells: before, rates } = self.population.favourite();
        let others = self.population.others() + self.arrivals.iter().sum::<f64>();
        let beside = self.population.cells() - before;
        let most = (self.stretch.limit - beside) as f64;
        let mut count = Count { cells: before as f64, now: *day };
        let bounds = (most, until);
        let place = if others == 0.0 {
            count.wait::<true>(rates, others, bounds, events, self.stream)
        } else {
            count.wait::<false>(rates, others, bounds, events, self.stream)
        };
        let Count { cells, now } = count;
        if let Some(member) = member {
            self.population.recount(member, cells as u64, now);
        }
        *day = now;
        place
    }

    /// The event at a place between 0 and the total of all rates.
    fn event(&mut self, place: f64, day: f64) -> Result<(), Halt> {
        let Favourite { member, cells, rates } = self.population.favourite();
        let of_favourite = cells as f64 * rates.all;
        if let Some(member) = member.filter(|_| place < of_favourite) {
            return self.rare(member, cells as f64, place, rates, day);
        }
        let (place, of_cells) = (place - of_favourite, self.population.others());
        if place >= of_cells && !self.arrivals.is_empty() {
            return self.arrive(place - of_cells, day);
        }
        let (class, place) = self.population.find(place);
        let (cells, rates) = (self.population.class(class).cells as f64, self.rates(class, day));
        if place >= cells * rates.all {
            return Ok(());
        }
        let member = self.population.pick(class, self.stream);
        if place >= cells * rates.ordinary {
            return self.rare(member, cells, place, rates, day);
        }
        let more = i64::from(place < cells * rates.plain);
        self.population.shift(member, 2 * more - 1, day);
        self.population.promote(class);
        Ok(())
    }

    /// What can happen to a cell of a class at this moment.
    fn rates(&self, class: usize, day: f64) -> Split {
        let class = self.population.class(class);
        if !self.stretch.varies {
            return class.most;
        }
        let phenotype = &self.tumour.phenotypes[class.phenotype];
        Split::of(self.setting.rates(phenotype, day, self.population.cells()))
    }

    /// A mutation, a switch, or a candidate that does not happen.
    fn rare(&mut self, member: usize, cells: f64, place: f64, rates: Split, day: f64) -> Result<(), Halt> {
        if place < cells * rates.one_mutant {
            self.mutate(member, 1, day)
        } else if place < cells * rates.two_mutants {
            self.mutate(member, 2, day)
        } else if place < cells * rates.all {
            self.switch(member, day)
        } else {
            Ok(())
        }
    }

    /// W -> W + M or W -> M + M.
    fn mutate(&mut self, member: usize, mutants: u64, day: f64) -> Result<(), Halt> {
        let parent = self.population.members()[member].position;
        for _ in 0..mutants {
            let mutations = &self.tumour.phenotype(parent).mutations;
            let kind = pick_by(mutations, |mutation| mutation.probability, self.stream);
            let mutant = self.tumour.mutant_of(parent, mutations[kind].to, day)?;
            self.admit(mutant, 1);
        }
        if mutants == 2 {
            self.population.shift(member, -1, day);
        }
        Ok(())
    }

    fn switch(&mut self, member: usize, day: f64) -> Result<(), Halt> {
        let before = self.population.members()[member].position;
        let switches = &self.tumour.phenotype(before).switches;
        let kind = pick_by(switches, |switch| self.setting.hazards.switch_at(switch, day), self.stream);
        let after = self.tumour.switched_from(before, switches[kind].to, day)?;
        self.population.shift(member, -1, day);
        self.admit(after, 1);
        Ok(())
    }

    /// Somebody comes from outside, or would if the rate had not fallen.
    fn arrive(&mut self, place: f64, day: f64) -> Result<(), Halt> {
        let (which, place) = pick(&self.arrivals, place);
        let immigration = &self.setting.immigration[which];
        if place < immigration.rate_at(day) {
            let position = self.tumour.immigrant(immigration.traits, day)?;
            self.admit(position, immigration.cells);
        }
        Ok(())
    }

    fn admit(&mut self, position: usize, cells: u64) {
        self.population.admit(position, cells, self.tumour, (self.setting, &self.stretch));
    }
}

/// Cells of the favourite, and the day.
struct Count {
    cells: f64,
    now: f64,
}

impl Count {
    /// Ordinary events until another one, whose place it gives, or until a count or a day. `ALONE` says that nothing
    /// happens to `others`: whether a cell divides or dies then does not wait for the count of cells.
    fn wait<const ALONE: bool>(
        &mut self,
        rates: Split,
        others: f64,
        (most, until): (f64, f64),
        events: &mut u64,
        stream: &mut Stream,
    ) -> Result<Option<f64>, Halt> {
        let mut left = *events;
        let place = loop {
            // Drawn before they are needed: then nothing waits for them.
            let (wait, at) = (exponential(stream), stream.random::<f64>());
            let total = self.cells * rates.all + others;
            self.now += wait / total;
            // Also when nothing can happen: then the wait has no end.
            if self.now > until {
                self.now = until;
                break Ok(None);
            }
            if left == 0 {
                break Err(Halt::Events);
            }
            left -= 1;
            // A division or a death: by the sign of `cells * rates.plain - at * total`, for nobody can guess a branch, and
            // in this form because the next event waits for it.
            let (place, within) = (at * total, at * rates.all);
            let rare = if ALONE { within >= rates.ordinary } else { place >= self.cells * rates.ordinary };
            if rare {
                break Ok(Some(place));
            }
            let own = rates.plain - within;
            self.cells += 1_f64.copysign(if ALONE { own } else { self.cells * own - at * others });
            if self.cells == 0.0 || self.cells >= most {
                break Ok(None);
            }
        };
        *events = left;
        place
    }
}

/// The position at a place between 0 and the sum of the weights, and the place within its weight.
fn pick(weights: &[f64], mut at: f64) -> (usize, f64) {
    let last = weights.len().saturating_sub(1);
    for (position, &weight) in weights.iter().enumerate() {
        if at < weight || position == last {
            return (position, at);
        }
        at -= weight;
    }
    (last, at)
}

/// The position of an item drawn with these weights; the only one costs no draw.
fn pick_by<T>(items: &[T], weight: impl Fn(&T) -> f64, stream: &mut Stream) -> usize {
    if items.len() < 2 {
        return 0;
    }
    let weights: Vec<f64> = items.iter().map(weight).collect();
    pick(&weights, stream.random::<f64>() * weights.iter().sum::<f64>()).0
}

#[cfg(test)]
mod tests {
    use super::super::hazards::Hazards;
    use super::super::stream::{Purpose, StreamKey};
    use super::*;
    use crate::disease::{Biology, Crowding, Identity, Phenotypes, ResistanceTrait, TraitSet};
    use libm::{exp, sqrt};

    /// Hypothesis: a cell that joins on some day and divides once a day, on average, has not divided by day 1 with
    /// probability e^-(1 - day), each on its own. n = 20,000, fixed seed, false alarm 1e-6 (4.9 standard errors).
    #[test]
    fn founders_join_on_their_days() {
        let traits = vec![ResistanceTrait::neutral("A", 0), ResistanceTrait::neutral("B", 0)];
        let mut tumour = Tumour::new(Phenotypes::new(Biology::new(1.0, 0.0, traits)), Identity::TraitSet, 9);
        let founders = [(0, 0.25), (1, 0.75), (0, 0.9)].map(|(trait_, day)| {
            tumour.seed(TraitSet::of([trait_]), 0, 0.0).unwrap();
            Founder { position: trait_, cells: 1, day }
        });
        let hazards = Hazards::none();
        let environment = Environment::Fixed(Crowding::NONE);
        let setting = Setting { hazards: &hazards, environment, immigration: &[] };
        let mut stream =
            StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::DiseaseUnder);
        let (mut direct, n) = (Direct::default(), 20_000);
        let mut alone = |_| {
            let mut bounds = Bounds { ceiling: f64::INFINITY, events: u64::MAX };
            direct.clear();
            direct.run(&mut tumour, &setting, (0.0, 1.0), &founders, &mut bounds, &mut stream).unwrap();
            let cells: Vec<u64> = direct.members().map(|(_, cells)| cells).collect();
            assert!(cells[0] >= 2 && cells[1] >= 1, "everybody is there: {cells:?}");
            usize::from(cells == [2, 1])
        };
        let share = (0..n).map(&mut alone).sum::<usize>() as f64 / n as f64;
        let expected = exp(-(0.75 + 0.25 + 0.1));
        let error = sqrt(expected * (1.0 - expected) / n as f64);
        assert!((share - expected).abs() < 4.9 * error, "{share} {expected}");
    }
}
