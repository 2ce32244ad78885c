//! Event by event: Gillespie's direct method (1977, J Phys Chem 81:2340) over a sum tree of clones, with
//! falling rates by thinning (Lewis & Shedler 1979, Nav Res Logist 26:403). The cost of an event grows with
//! the logarithm of the number of clones, and crowding, which changes every rate at once, costs nothing more.

use rand::RngExt;

use super::Halt;
use super::hazards::{CellRates, Hazards};
use super::sampler::exponential;
use super::stream::Stream;
use crate::disease::{Crowding, Density, Immigration, Overflow, Subclone, Tumour};

/// Crowding while events happen.
#[derive(Clone, Copy, Debug)]
pub enum Environment<'a> {
    /// It stays as it is.
    Fixed(Crowding),
    /// It follows the cells simulated here, which are all there are.
    Live(&'a Density),
}

/// What acts on the cells, and who comes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Drugs.
    pub hazards: &'a Hazards,
    /// Crowding.
    pub environment: Environment<'a>,
    /// Who comes from outside.
    pub immigration: &'a [Immigration],
}

impl Setting<'_> {
    fn crowding(&self, cells: u64) -> Crowding {
        match self.environment {
            Environment::Fixed(crowding) => crowding,
            Environment::Live(density) if density.is_none() => Crowding::NONE,
            Environment::Live(density) => density.crowding(density.room(cells as f64)),
        }
    }

    /// Whether a rate can change within a run otherwise than by crowding.
    fn varies(&self) -> bool {
        !self.hazards.is_constant() || self.immigration.iter().any(|i| i.growth != 0.0)
    }

    /// The day until which bounds taken on `day` are near enough.
    fn refresh_after(&self, day: f64) -> f64 {
        let growth = self.immigration.iter().map(|i| i.growth.abs()).fold(0.0, f64::max);
        day + self.hazards.half_time().min(std::f64::consts::LN_2 / growth)
    }
}

/// What ends a run before its time.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Stop when this many cells are reached; infinite if never.
    pub ceiling: f64,
    /// Events left to simulate.
    pub events: u64,
}

/// The sums over a branch of the tree; divisions and deaths apart, because crowding acts on each in its way.
type Sums = [f64; 4];
const CELLS: usize = 0;
const DIVISION: usize = 1;
const DEATH: usize = 2;
const SWITCHING: usize = 3;

/// A clone that is simulated here.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// Its position in the tumour.
    position: usize,
    cells: u64,
    /// Bounds of its rates until the next refresh.
    bounds: CellRates,
    /// Day its last cell was gone.
    extinct: Option<f64>,
}

/// The cells that are simulated event by event.
#[derive(Clone, Debug, Default)]
pub struct Direct {
    members: Vec<Member>,
    /// Member at each position of the tumour, counted from 1; 0 for none.
    at_position: Vec<u32>,
    /// Sums of the members' bounds: children of `node` are `2 node` and `2 node + 1`, leaves begin at `leaves`.
    tree: Vec<Sums>,
    leaves: usize,
    cells: u64,
    arrivals: Vec<f64>,
}

/// What happens next, and to which member or by which immigration.
#[derive(Clone, Copy, Debug)]
enum Event {
    Division(usize),
    Death(usize),
    Switch(usize),
    Arrival(usize),
}

/// Events per day, of all cells together.
struct Rates {
    division: f64,
    death: f64,
    /// Deaths by crowding.
    crowded: f64,
    switching: f64,
    arrival: f64,
}

impl Direct {
    /// Nobody is simulated any more.
    pub fn clear(&mut self) {
        for member in &self.members {
            self.at_position[member.position] = 0;
        }
        self.members.clear();
        self.cells = 0;
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
        for &Member { position, cells, extinct, .. } in &self.members {
            tumour.add(position, cells)?;
            if let Some(day) = extinct {
                tumour.note_extinction(position, day);
            }
        }
        self.clear();
        Ok(())
    }

    /// Positions and cells of those simulated here.
    pub fn members(&self) -> impl Iterator<Item = (usize, u64)> {
        self.members.iter().map(|member| (member.position, member.cells))
    }

    /// Cells simulated here.
    pub fn cells(&self) -> u64 {
        self.cells
    }

    /// Adds cells of the clone at `position`; [`Direct::run`] takes them from its beginning on.
    pub fn join(&mut self, position: usize, cells: u64) {
        let member = self.member(position);
        self.members[member].cells += cells;
        self.members[member].extinct = None;
        self.cells += cells;
    }

    /// Simulates from day `from` until `to`, or until a bound is met; gives the day reached.
    pub fn run(
        &mut self,
        tumour: &mut Tumour,
        setting: &Setting,
        (from, to): (f64, f64),
        bounds: &mut Bounds,
        stream: &mut Stream,
    ) -> Result<f64, Halt> {
        let (mut day, varies) = (from, setting.varies());
        if self.members.is_empty() && setting.immigration.is_empty() {
            return Ok(to);
        }
        while day < to {
            let until = setting.refresh_after(day).min(to);
            self.refresh(tumour, setting, (day, until));
            loop {
                let crowding = setting.crowding(self.cells);
                let rates = self.rates(crowding);
                let next = day + exponential(stream) / rates.total();
                // Also when nothing can happen: then the next event is never.
                if next > until || rates.total() == 0.0 {
                    day = until;
                    break;
                }
                day = next;
                bounds.events = bounds.events.checked_sub(1).ok_or(Halt::Events)?;
                let event = self.choose(&rates, crowding, stream);
                if !varies || self.accepts(event, tumour, setting, crowding, day, stream) {
                    self.happen(event, tumour, setting, day, stream)?;
                }
                if self.cells as f64 >= bounds.ceiling {
                    return Ok(day);
                }
            }
        }
        Ok(to)
    }

    /// Bounds of all rates over `day..until`.
    fn refresh(&mut self, tumour: &Tumour, setting: &Setting, (day, until): (f64, f64)) {
        self.arrivals.clear();
        let arrivals = setting.immigration.iter().map(|i| i.rate_at(day).max(i.rate_at(until)));
        self.arrivals.extend(arrivals);
        for member in &mut self.members {
            member.bounds = setting.hazards.bounds_from(tumour.phenotype(member.position), day);
        }
        self.build();
    }

    fn rates(&self, crowding: Crowding) -> Rates {
        let all = self.tree[1];
        Rates {
            division: all[DIVISION] * crowding.division_factor,
            death: all[DEATH],
            crowded: all[CELLS] * crowding.death_added,
            switching: all[SWITCHING],
            arrival: self.arrivals.iter().sum(),
        }
    }

    fn choose(&self, rates: &Rates, crowding: Crowding, stream: &mut Stream) -> Event {
        let mut at = stream.random::<f64>() * rates.total();
        if at < rates.division {
            return Event::Division(self.find(DIVISION, at / crowding.division_factor));
        }
        at -= rates.division;
        if at < rates.death {
            return Event::Death(self.find(DEATH, at));
        }
        at -= rates.death;
        if at < rates.crowded {
            return Event::Death(self.find(CELLS, at / crowding.death_added));
        }
        at -= rates.crowded;
        if at < rates.switching || rates.arrival == 0.0 {
            return Event::Switch(self.find(SWITCHING, at));
        }
        Event::Arrival(pick(&self.arrivals, at - rates.switching))
    }

    /// The member at a place between 0 and the sum of all: down the tree, left or right.
    fn find(&self, kind: usize, mut at: f64) -> usize {
        let mut node = 1;
        while node < self.leaves {
            node *= 2;
            let left = self.tree[node][kind];
            if at >= left {
                at -= left;
                node += 1;
            }
        }
        // A place beyond the last sum, by rounding, belongs to the last member.
        (node - self.leaves).min(self.members.len().saturating_sub(1))
    }

    /// Whether a candidate of a rate that may have fallen below its bound happens.
    fn accepts(
        &self,
        event: Event,
        tumour: &Tumour,
        setting: &Setting,
        crowding: Crowding,
        day: f64,
        stream: &mut Stream,
    ) -> bool {
        let rates = |member: usize| {
            let Member { position, bounds, .. } = self.members[member];
            (setting.hazards.rates_at(tumour.phenotype(position), day), bounds)
        };
        let (now, bound) = match event {
            Event::Arrival(which) => (setting.immigration[which].rate_at(day), self.arrivals[which]),
            Event::Division(member) => {
                let (now, bound) = rates(member);
                (now.division, bound.division)
            }
            Event::Death(member) => {
                let (now, bound) = rates(member);
                (now.death + crowding.death_added, bound.death + crowding.death_added)
            }
            Event::Switch(member) => {
                let (now, bound) = rates(member);
                (now.switching, bound.switching)
            }
        };
        stream.random::<f64>() * bound < now
    }

    fn happen(
        &mut self,
        event: Event,
        tumour: &mut Tumour,
        setting: &Setting,
        day: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        match event {
            // Rounding put the place on a clone without cells: nothing happens there.
            Event::Division(member) | Event::Death(member) | Event::Switch(member)
                if self.members[member].cells == 0 => {}
            Event::Division(member) => self.divide(member, tumour, setting, day, stream)?,
            Event::Death(member) => self.remove(member, day),
            Event::Switch(member) => self.switch(member, tumour, setting, day, stream)?,
            Event::Arrival(which) => {
                let Immigration { traits, cells, .. } = setting.immigration[which];
                let position = tumour.immigrant(traits, day)?;
                self.add(position, cells, tumour, setting, day);
            }
        }
        Ok(())
    }

    /// W -> 2W, W -> W + M or W -> M + M with the probabilities of the mutations.
    fn divide(
        &mut self,
        member: usize,
        tumour: &mut Tumour,
        setting: &Setting,
        day: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let position = self.members[member].position;
        let [two, one, none] = tumour.phenotype(position).shares;
        let at = if one + none > 0.0 { stream.random::<f64>() } else { 0.0 };
        if at < two {
            self.change(member, 1);
            return Ok(());
        }
        let mutants = if at < two + one { 1 } else { 2 };
        for _ in 0..mutants {
            let mutations = &tumour.phenotype(position).mutations;
            let kind = pick_by(mutations, |mutation| mutation.probability, stream);
            let mutant = tumour.mutant_of(position, mutations[kind].to, day)?;
            self.add(mutant, 1, tumour, setting, day);
        }
        if mutants == 2 {
            self.remove(member, day);
        }
        Ok(())
    }

    fn switch(
        &mut self,
        member: usize,
        tumour: &mut Tumour,
        setting: &Setting,
        day: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let position = self.members[member].position;
        let switches = &tumour.phenotype(position).switches;
        let kind = pick_by(switches, |switch| setting.hazards.switch_at(switch, day), stream);
        let target = tumour.switched_from(position, switches[kind].to, day)?;
        self.remove(member, day);
        self.add(target, 1, tumour, setting, day);
        Ok(())
    }

    /// Adds cells of a clone that may not have been simulated here before.
    fn add(&mut self, position: usize, cells: u64, tumour: &Tumour, setting: &Setting, day: f64) {
        let known = self.members.len();
        let member = self.member(position);
        if member == known {
            self.members[member].bounds = setting.hazards.bounds_from(tumour.phenotype(position), day);
            if member >= self.leaves {
                self.build();
            }
        }
        self.members[member].extinct = None;
        self.change(member, cells as i64);
    }

    fn remove(&mut self, member: usize, day: f64) {
        self.change(member, -1);
        if self.members[member].cells == 0 {
            self.members[member].extinct = Some(day);
        }
    }

    /// Changes a count and the sums above it.
    fn change(&mut self, member: usize, by: i64) {
        let Member { cells, bounds, .. } = &mut self.members[member];
        *cells = cells.saturating_add_signed(by);
        self.cells = self.cells.saturating_add_signed(by);
        let mut node = self.leaves + member;
        self.tree[node] = sums(*cells, *bounds);
        while node > 1 {
            node /= 2;
            self.tree[node] = plus(self.tree[2 * node], self.tree[2 * node + 1]);
        }
    }

    /// The member at a position of the tumour; a new one has no cells.
    fn member(&mut self, position: usize) -> usize {
        if self.at_position.len() <= position {
            self.at_position.resize(position + 1, 0);
        }
        if self.at_position[position] == 0 {
            self.members.push(Member { position, cells: 0, bounds: CellRates::default(), extinct: None });
            self.at_position[position] = self.members.len() as u32;
        }
        self.at_position[position] as usize - 1
    }

    /// Builds the tree from the members.
    fn build(&mut self) {
        self.leaves = self.members.len().next_power_of_two();
        self.tree.clear();
        self.tree.resize(2 * self.leaves, [0.0; 4]);
        for (leaf, member) in self.tree[self.leaves..].iter_mut().zip(&self.members) {
            *leaf = sums(member.cells, member.bounds);
        }
        for node in (1..self.leaves).rev() {
            self.tree[node] = plus(self.tree[2 * node], self.tree[2 * node + 1]);
        }
    }
}

impl Rates {
    fn total(&self) -> f64 {
        self.division + self.death + self.crowded + self.switching + self.arrival
    }
}

fn sums(cells: u64, rates: CellRates) -> Sums {
    let cells = cells as f64;
    [cells, cells * rates.division, cells * rates.death, cells * rates.switching]
}

fn plus(a: Sums, b: Sums) -> Sums {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
}

/// The position at a place between 0 and the sum of the weights.
fn pick(weights: &[f64], mut at: f64) -> usize {
    let last = weights.len().saturating_sub(1);
    weights[..last].iter().position(|weight| {
        at -= weight;
        at < 0.0
    })
    .unwrap_or(last)
}

/// The position of an item drawn with these weights; the only one costs no draw.
fn pick_by<T>(items: &[T], weight: impl Fn(&T) -> f64, stream: &mut Stream) -> usize {
    if items.len() < 2 {
        return 0;
    }
    let weights: Vec<f64> = items.iter().map(weight).collect();
    pick(&weights, stream.random::<f64>() * weights.iter().sum::<f64>())
}
