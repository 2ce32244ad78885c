//! Whole steps at any size: Kendall's exact birth-death law per clone, and as little splitting as can be.
//!
//! A step is a half-leap of growth and mutation, all switching, and a second half-leap. Crowding follows the
//! forecast of the mean in both halves; in the second, what the middle shows beyond the forecast counts twice
//! (weak trapezoidal rule), so that mean and variance are of second order in the step. Switching is matched
//! to growth so that its means are exact. Mutants are placed by a bridge between a
//! clone's two counts. Clones and founders that expect few events are simulated event by event through the
//! whole step, and so is a tumour that is small altogether. Where nothing splits it, a step is one leap.
//!
//! Kendall 1948 (Ann Math Stat 19:1) for the propagator; Strang 1968 (SIAM J Numer Anal 5:506) for the
//! splitting; Anderson & Koyama 2012 (SIAM Multiscale Model Simul 10:1493) for the weak trapezoidal rule.

use std::ops::Range;
use std::sync::Arc;

use super::direct::{Bounds, Direct, Environment, Setting};
use super::forecast::Forecast;
use super::growth::{Growth, Scene};
use super::half::Half;
use super::hazards::Hazards;
use super::interval::Interval;
use super::pace::{Effort, Pace, StepError};
use super::rates::MeanRates;
use super::spells::Conditions;
use super::stream::Stream;
use super::switching::Switching;
use super::tracks::Tracks;
use super::{Engine, Halt};
use crate::disease::{ActsOn, Crowding, Density, Immigration, Tumour};

/// The engine.
#[derive(Clone, Debug)]
pub struct Leap {
    pace: Pace,
    exact_below: f64,
    bounds: Bounds,
    effort: Effort,
    /// Days of the step before.
    stride: f64,
    rates: MeanRates,
    /// What the drugs do, kept from story to story.
    tracks: Tracks,
    /// A step that nothing splits.
    whole: Interval,
    direct: Direct,
    growth: Growth,
    switching: Switching,
    forecast: Forecast,
    /// What the forecast takes as one in a half.
    joined: Vec<Joined>,
}

/// What a step does not change.
#[derive(Clone, Copy)]
struct Step<'a> {
    hazards: &'a Hazards,
    immigration: &'a [Immigration],
    from: f64,
    to: f64,
}

impl Step<'_> {
    fn days(&self) -> f64 {
        self.to - self.from
    }
}

/// The part of a step that a leap covers.
#[derive(Clone, Copy)]
enum Part {
    /// The first (0) or second (1) half.
    Half(usize),
    /// All of it.
    Whole,
}

impl Leap {
    /// An engine that chooses its steps by `pace`, and simulates clones event by event that expect fewer
    /// events than `exact_below` in a step.
    pub fn new(pace: Pace, exact_below: f64) -> Leap {
        Leap {
            bounds: Bounds { ceiling: pace.ceiling, events: u64::MAX },
            pace,
            exact_below,
            effort: Effort::NONE,
            stride: f64::INFINITY,
            rates: MeanRates::default(),
            tracks: Tracks::default(),
            whole: Interval::default(),
            direct: Direct::default(),
            growth: Growth::default(),
            switching: Switching::default(),
            forecast: Forecast::default(),
            joined: Vec::new(),
        }
    }

    /// The end of the next step and its error; the rates are those of the step, and it was judged by them.
    fn choose(&mut self, tumour: &mut Tumour, hazards: &Hazards, day: f64, to: f64) -> (f64, StepError) {
        // Most steps are as long as the one before.
        let mut until = reach(day, self.stride, to);
        let mut tried = 0;
        loop {
            self.rates.prepare(tumour, hazards, (day, until), &mut self.tracks);
            let (days, error) = self.pace.step(tumour, hazards, &self.rates, to - day);
            let length = until - day;
            if length > days * (1.0 + SLIVER) {
                // What lies within a shorter step may ask for a still shorter one, but not for ever.
                until = reach(day, if tried < 2 { days } else { days.min(length / 2.0) }, to);
            } else if tried == 0 && length < NEAR * days {
                until = reach(day, days, to);
            } else {
                self.stride = length;
                return (until, error);
            }
            tried += 1;
        }
    }

    /// One step; gives the day reached.
    fn step(&mut self, tumour: &mut Tumour, step: &Step, stream: &mut Stream) -> Result<f64, Halt> {
        let all_below = self.exact_below;
        if self.is_small(tumour, step) {
            return self.live(tumour, step, stream);
        }
        let crowding = step.hazards.density.crowding(step.hazards.density.room(tumour.burden() as f64));
        let rates = &self.rates;
        self.direct.take_in(tumour, |clone| {
            let own = Hazards::crowded(rates.whole(clone.phenotype), crowding);
            own.expects_fewer(all_below, clone.cells as f64, step.days())
        });
        let span = (step.from, step.to);
        if step.hazards.density.is_none() && !self.switching.is_needed(tumour) {
            self.whole.prepare(step.hazards, tumour.phenotypes.met(), span, &mut self.tracks);
            self.half(tumour, step, Part::Whole, Crowding::NONE, stream)?;
            self.growth.settle(tumour)?;
        } else {
            let first = self.crowding_at_first(tumour, step);
            let division = [first.division_factor, self.division_ahead(step)];
            let conditions = Conditions { hazards: step.hazards, division, span };
            self.switching.prepare(tumour, &mut self.rates, &conditions);
            self.half(tumour, step, Part::Half(0), first, stream)?;
            let newcomers = self.growth.newcomers();
            self.switching.pass(tumour, &mut self.rates, &conditions, newcomers, stream)?;
            let second = self.crowding_then(tumour, step);
            self.half(tumour, step, Part::Half(1), second, stream)?;
            self.switching.late().settle(tumour, self.growth.newcomers(), step.to, stream)?;
        }
        self.direct.give_back(tumour)?;
        tumour.take_stock(step.to)?;
        Ok(step.to)
    }

    /// Whether the whole tumour expects few events.
    fn is_small(&self, tumour: &Tumour, step: &Step) -> bool {
        let arriving = |i: &Immigration| i.expected(step.from, step.to) * i.cells as f64;
        let mut events: f64 = step.immigration.iter().map(arriving).sum();
        let density = &step.hazards.density;
        let crowding = density.crowding(density.room(tumour.burden() as f64));
        for clone in tumour.clones().iter().filter(|clone| clone.cells > 0) {
            let own = Hazards::crowded(self.rates.whole(clone.phenotype), crowding);
            // The first large clone settles it.
            if !own.expects_fewer(self.exact_below, clone.cells as f64, step.days()) {
                return false;
            }
            events += own.expected_events(clone.cells as f64, step.days());
        }
        events < self.exact_below
    }

    /// The whole tumour event by event, crowding as it is at each moment.
    fn live(&mut self, tumour: &mut Tumour, step: &Step, stream: &mut Stream) -> Result<f64, Halt> {
        let environment = Environment::Live(&step.hazards.density);
        let setting = Setting { hazards: step.hazards, environment, immigration: step.immigration };
        self.direct.take_in(tumour, |_| true);
        let reached =
            self.direct.run(tumour, &setting, (step.from, step.to), &[], &mut self.bounds, stream)?;
        self.direct.give_back(tumour)?;
        tumour.take_stock(reached)?;
        Ok(reached)
    }

    /// One half: whole clones leap; small ones and few founders live through it event by event.
    fn half(
        &mut self,
        tumour: &mut Tumour,
        step: &Step,
        part: Part,
        crowding: Crowding,
        stream: &mut Stream,
    ) -> Result<(), Halt> {
        let (interval, known) = match part {
            Part::Whole => (&self.whole, self.rates.is_constant().then_some((&self.rates, 0))),
            Part::Half(half) => (&self.rates.intervals()[half], Some((&self.rates, half))),
        };
        let (from, to) = (interval.from, interval.to);
        let half = Half::new(interval, known, (step.hazards, crowding), self.exact_below);
        // What switching does to growth is made up for before it.
        let surplus = if let Part::Half(0) = part { self.switching.surplus() } else { &[] };
        let late = matches!(part, Part::Half(1)).then(|| self.switching.late());
        let mut scene = Scene { tumour, half: &half, surplus, late, stream };
        let founders = self.growth.pass(&mut scene, step.immigration)?;
        let environment = Environment::Fixed(crowding);
        let setting = Setting { hazards: step.hazards, environment, immigration: &[] };
        let mut bounds = Bounds { ceiling: f64::INFINITY, events: u64::MAX };
        self.direct.begin();
        self.direct.run(tumour, &setting, (from, to), founders, &mut bounds, stream)?;
        Ok(())
    }

    /// Mean crowding of the first half, by the forecast from the counts at its beginning.
    fn crowding_at_first(&mut self, tumour: &Tumour, step: &Step) -> Crowding {
        let density = &step.hazards.density;
        if density.is_none() {
            return Crowding::NONE;
        }
        let clones = tumour.clones().iter().filter(|clone| clone.cells > 0);
        let leaping = clones.map(|clone| (clone.phenotype, clone.cells));
        let direct = self.direct.members().map(|(at, cells)| (tumour.clones()[at].phenotype, cells));
        self.forecast.begin(leaping.chain(direct));
        self.forecast_half(density, 0, step.days() / 2.0)
    }

    /// What crowding is going to leave of division in the second half, as if nobody switched.
    fn division_ahead(&mut self, step: &Step) -> f64 {
        let density = &step.hazards.density;
        if density.is_none() || density.acts_on == ActsOn::Death {
            return 1.0;
        }
        let middle = self.forecast.clone();
        let ahead = self.forecast_half(density, 1, step.days() / 2.0);
        self.forecast = middle;
        ahead.division_factor
    }

    /// Mean crowding over a half by the forecast, part by part of the drugs' course.
    fn forecast_half(&mut self, density: &Density, half: usize, days: f64) -> Crowding {
        if self.forecast.followed().is_empty() {
            return density.crowding(density.room(0.0));
        }
        let rates = &self.rates;
        if rates.is_constant() {
            return self.forecast.pass(density, days, |id| rates.whole(id));
        }
        let mut mean = Crowding { division_factor: 0.0, death_added: 0.0 };
        join(rates.intervals()[half].widths(), &mut self.joined);
        for Joined { panels, days: lasting } in &self.joined {
            let crowding = self.forecast.pass(density, *lasting, |id| rates.over(half, id, panels.clone()));
            mean.division_factor += lasting / days * crowding.division_factor;
            mean.death_added += lasting / days * crowding.death_added;
        }
        mean
    }

    /// Mean crowding of the second half: the forecast goes on, and what the middle shows beyond it counts
    /// twice, for the noise of the first half acts over all of the second and that of the second not at all.
    fn crowding_then(&mut self, tumour: &Tumour, step: &Step) -> Crowding {
        let density = &step.hazards.density;
        if density.is_none() {
            return Crowding::NONE;
        }
        let expected = density.crowding(density.room(self.forecast.burden()));
        let found = density.crowding(density.room((tumour.burden() + self.direct.cells()) as f64));
        self.forecast.switch(|id| self.switching.expected(id));
        let ahead = self.forecast_half(density, 1, step.days() / 2.0);
        let twice = |ahead: f64, found: f64, expected: f64| ahead + 2.0 * (found - expected);
        let factor = twice(ahead.division_factor, found.division_factor, expected.division_factor);
        let added = twice(ahead.death_added, found.death_added, expected.death_added);
        Crowding { division_factor: factor.clamp(0.0, 1.0), death_added: added.max(0.0) }
    }
}

impl Engine for Leap {
    fn begin(&mut self) {
        self.effort = Effort::NONE;
        self.stride = f64::INFINITY;
        self.rates.begin();
        self.switching.begin();
        self.direct.clear();
    }

    fn end_at(&mut self, ceiling: f64) {
        self.pace.ceiling = ceiling;
        self.bounds.ceiling = ceiling;
    }

    fn advance(
        &mut self,
        tumour: &mut Tumour,
        hazards: &Hazards,
        from: f64,
        to: f64,
        stream: &mut Stream,
    ) -> Result<f64, Halt> {
        let immigration = Arc::clone(&tumour.phenotypes.biology().immigration);
        let mut day = from;
        while has_middle(day, to) {
            let (until, error) = self.choose(tumour, hazards, day, to);
            let days = until - day;
            self.effort.step(tumour.living(), days, error);
            let step = Step { hazards, immigration: &immigration, from: day, to: until };
            day = self.step(tumour, &step, stream)?;
            if day < until || tumour.burden() as f64 >= self.bounds.ceiling {
                return Ok(day);
            }
        }
        Ok(to)
    }

    fn effort(&self) -> Effort {
        self.effort
    }
}

/// Rounding, as a share of a step: no step is made of it.
const SLIVER: f64 = 1e-9;

/// Where a step of some days leads: to the end, if little but rounding would be left.
fn reach(day: f64, days: f64, to: f64) -> f64 {
    if to - (day + days) > SLIVER * days { day + days } else { to }
}

/// Whether there is time between two days to divide; two days that differ by rounding alone have none.
fn has_middle(from: f64, to: f64) -> bool {
    let middle = (from + to) / 2.0;
    from < middle && middle < to
}

/// A step need not be longer than this share of what it may be.
const NEAR: f64 = 0.8;

/// Longest part of a half, as a share of it, that is joined with another.
const COARSE: f64 = 0.125;

/// Panels that the forecast takes as one.
#[derive(Clone, Debug)]
struct Joined {
    panels: Range<usize>,
    days: f64,
}

/// Joins short panels, given the days that each lasts.
fn join(widths: impl Iterator<Item = f64> + Clone, joined: &mut Vec<Joined>) {
    joined.clear();
    let most = COARSE * widths.clone().sum::<f64>();
    for (place, width) in widths.enumerate() {
        match joined.last_mut() {
            Some(last) if last.days + width <= most => {
                last.panels.end = place + 1;
                last.days += width;
            }
            _ => joined.push(Joined { panels: place..place + 1, days: width }),
        }
    }
}
