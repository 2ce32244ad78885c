//! Event by event: the oracle. Kept simple; every other engine is checked against it.

use rand::RngExt;

use super::hazards::Hazards;
use super::sampler::exponential;
use super::stream::Stream;
use super::{Engine, Halt};
use crate::disease::{Crowding, Phenotype, Tumour};

/// Gillespie's direct method; falling kill rates by thinning (Lewis & Shedler 1979).
#[derive(Clone, Debug)]
pub struct Exact {
    events_left: u64,
    weights: Vec<f64>,
}

/// The rates of one cell at one moment, per day.
struct CellRates {
    division: f64,
    death: f64,
    switching: f64,
}

impl CellRates {
    fn total(&self) -> f64 {
        self.division + self.death + self.switching
    }
}

impl Exact {
    /// An engine that stops after `most_events` events.
    pub fn new(most_events: u64) -> Exact {
        Exact { events_left: most_events, weights: Vec::new() }
    }

    /// Fills the weights with a bound on each clone's rate of events from `day` on; gives their sum.
    fn bound(&mut self, tumour: &Tumour, hazards: &Hazards, crowding: Crowding, day: f64) -> f64 {
        self.weights.clear();
        for (position, clone) in tumour.clones().iter().enumerate() {
            let weight = match clone.cells {
                0 => 0.0,
                cells => cells as f64 * bounds(tumour.phenotype(position), hazards, crowding, day).total(),
            };
            self.weights.push(weight);
        }
        self.weights.iter().sum()
    }

    /// One candidate event at `day`; some are rejected where a rate has fallen below its bound.
    fn event(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        crowding: Crowding,
        since: f64,
        day: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        self.events_left = self.events_left.checked_sub(1).ok_or(Halt::Events)?;
        let position = pick(&self.weights, stream);
        let phenotype = tumour.phenotype(position);
        let (bound, now) =
            (bounds(phenotype, hazards, crowding, since), rates(phenotype, hazards, crowding, day));
        let at = stream.random::<f64>() * bound.total();
        if at < now.division {
            divide(tumour, position, day, stream)
        } else if at < now.division + now.death {
            tumour.remove(position, 1);
            Ok(())
        } else if at < now.total() {
            switch(tumour, hazards, position, day, stream)
        } else {
            Ok(())
        }
    }
}

impl Engine for Exact {
    fn advance(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        from: f64,
        to: f64,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let mut day = from;
        loop {
            let crowding = hazards.density.crowding(hazards.density.room(tumour.burden() as f64));
            let rate = self.bound(tumour, hazards, crowding, day);
            let next = day + exponential(stream) / rate;
            if rate == 0.0 || next > to {
                break;
            }
            self.event(tumour, hazards, crowding, day, next, stream)?;
            tumour.take_stock(next)?;
            day = next;
        }
        Ok(tumour.take_stock(to)?)
    }
}

fn rates(phenotype: &Phenotype, hazards: &Hazards, crowding: Crowding, day: f64) -> CellRates {
    CellRates {
        division: phenotype.division * crowding.division_factor,
        death: phenotype.death + crowding.death_added + hazards.kill_at(phenotype, day),
        switching: phenotype.switches.iter().map(|s| hazards.switch_at(s, day)).sum(),
    }
}

fn bounds(phenotype: &Phenotype, hazards: &Hazards, crowding: Crowding, day: f64) -> CellRates {
    let switching = phenotype.switches.iter().map(|s| hazards.switch_bound(s, day)).sum();
    CellRates { switching, ..rates(phenotype, hazards, crowding, day) }
}

/// W -> 2W, or W -> W + M with the probability of each mutation.
fn divide(tumour: &mut Tumour, position: usize, day: f64, stream: &mut Stream) -> Result<(), Halt> {
    let mut at = stream.random::<f64>();
    for index in 0..tumour.phenotype(position).mutations.len() {
        let mutation = tumour.phenotype(position).mutations[index];
        if at < mutation.probability {
            let mutant = tumour.mutant_of(position, mutation.to, day)?;
            return Ok(tumour.add(mutant, 1)?);
        }
        at -= mutation.probability;
    }
    Ok(tumour.add(position, 1)?)
}

fn switch(
    tumour: &mut Tumour,
    hazards: &Hazards,
    position: usize,
    day: f64,
    stream: &mut Stream,
) -> Result<(), Halt> {
    let switches = &tumour.phenotype(position).switches;
    let weights: Vec<f64> = switches.iter().map(|s| hazards.switch_at(s, day)).collect();
    let to = switches[pick(&weights, stream)].to;
    let target = tumour.switched_from(position, to, day)?;
    tumour.remove(position, 1);
    Ok(tumour.add(target, 1)?)
}

/// A position drawn with these weights.
fn pick(weights: &[f64], stream: &mut Stream) -> usize {
    let mut at = stream.random::<f64>() * weights.iter().sum::<f64>();
    let mut last = 0;
    for (position, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        last = position;
        if at < weight {
            break;
        }
        at -= weight;
    }
    last
}
