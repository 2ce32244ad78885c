//! One stretch of time prepared once for all phenotypes: strengths of the drugs at quadrature nodes, then laws.

use libm::{exp, sqrt};
use smallvec::SmallVec;

use super::hazards::{Hazards, mean_switch};
use super::kink::first_kink;
use super::panel::{Panel, PanelLaw, PanelRates, Track};
use super::propagator::Propagator;
use super::tracks::Tracks;
use crate::disease::{Crowding, Phenotype, Switch};

/// Largest change of an exponent over one panel; with that of the levels, tests hold the error under 1e-9.
const PANEL: f64 = 1.5;

/// Shortest panel, as a share of the interval.
const SHORTEST: f64 = 1e-4;

/// The hazards over `from..to`.
#[derive(Clone, Debug, Default)]
pub struct Interval {
    /// First day.
    pub from: f64,
    /// Last day.
    pub to: f64,
    panels: Vec<Panel>,
    /// The drugs of all panels, one panel after the other.
    tracks: Vec<Track>,
}

/// What is left of an interval from a day on: of one panel a part, and whole ones.
#[derive(Clone, Debug)]
pub struct Remainder {
    /// The part, and the drugs in it.
    part: Option<(Panel, SmallVec<[Track; 4]>)>,
    /// The first of the whole panels.
    next: usize,
}

/// What a phenotype does over an interval.
#[derive(Clone, Copy, Debug)]
pub struct Law {
    /// Of its own growth.
    pub propagator: Propagator,
    /// Mean growth up to the beginning, the quarters and the end.
    pub path: [f64; 5],
    /// Expected mutating divisions of a cell that is there all the time, with one changed daughter and with two.
    pub mutating: [f64; 2],
}

impl Law {
    /// The law of one panel.
    pub fn over(days: f64, rates: &PanelRates, crowding: Crowding, surplus: f64) -> Law {
        let PanelLaw { propagator, mutating, .. } = rates.law(days, crowding, surplus);
        let half = sqrt(propagator.growth);
        let quarter = sqrt(half);
        Law { propagator, path: [1.0, quarter, half, half * quarter, propagator.growth], mutating }
    }
}

impl Interval {
    /// Prepares an interval for some cells. What it answers is asked with the same hazards.
    pub fn new(hazards: &Hazards, cells: &[Phenotype], from: f64, to: f64) -> Interval {
        let mut interval = Interval::default();
        interval.prepare(hazards, cells, (from, to), &mut Tracks::default());
        interval
    }

    /// Prepares it anew, with what is known of the drugs.
    pub fn prepare(
        &mut self,
        hazards: &Hazards,
        cells: &[Phenotype],
        (from, to): (f64, f64),
        tracks: &mut Tracks,
    ) {
        (self.from, self.to) = (from, to);
        self.panels.clear();
        self.tracks.clear();
        let mut day = from;
        while day < to {
            let until = hazards.changes_after(day).min(to);
            self.cover(hazards, cells, (day, until), tracks);
            day = until;
        }
    }

    /// Panels of one stretch.
    fn cover(
        &mut self,
        hazards: &Hazards,
        cells: &[Phenotype],
        (mut day, until): (f64, f64),
        tracks: &mut Tracks,
    ) {
        let at = hazards.stretch(day);
        let acting = &hazards.course[at];
        if acting.is_constant() {
            let width = until - day;
            self.panel(at, width, acting.pressures.iter().map(|drug| Track::of(drug, day, width)));
            return;
        }
        let shortest = SHORTEST * (until - day);
        let fastest = cells.iter().map(|cell| cell.division + cell.death).fold(0.0, f64::max);
        let reach = PANEL / (fastest + acting.most_kill());
        while day < until {
            let width = tracks.reach(&acting.pressures, day).min(reach).max(shortest);
            // The last panels share what is left, lest the very last be tiny.
            let left = until - day;
            let width = if width >= left {
                left
            } else if 2.0 * width > left {
                left / 2.0
            } else {
                width
            };
            let kink = first_kink(hazards, cells, acting, (day, day + width));
            let width = kink.map_or(width, |kink| (kink - day).max(shortest).min(left));
            self.panel(at, width, acting.pressures.iter().map(|drug| tracks.track(drug, day, width)));
            day = if width == left { until } else { day + width };
        }
    }

    fn panel(&mut self, acting: usize, width: f64, tracks: impl Iterator<Item = Track>) {
        self.panels.push(Panel { acting, width, first: self.tracks.len() });
        self.tracks.extend(tracks);
    }

    /// Its length in days.
    pub fn days(&self) -> f64 {
        self.to - self.from
    }

    /// Whether rates are constant throughout.
    pub fn is_constant(&self, hazards: &Hazards) -> bool {
        matches!(self.panels.as_slice(), [only] if hazards.course[only.acting].is_constant())
    }

    /// Days from one within the interval, which has one panel, to its end.
    pub fn days_left(&self, since: f64) -> f64 {
        let days = self.panels[0].width;
        if since <= self.from { days } else { (self.from + days - since).max(0.0) }
    }

    /// How many panels it has.
    pub fn parts(&self) -> usize {
        self.panels.len()
    }

    /// Days of each panel.
    pub fn widths(&self) -> impl Iterator<Item = f64> + Clone {
        self.panels.iter().map(|panel| panel.width)
    }

    /// Adds the rates of a phenotype in each panel.
    pub fn rates(&self, hazards: &Hazards, phenotype: &Phenotype, rates: &mut Vec<PanelRates>) {
        for panel in &self.panels {
            let acting = &hazards.course[panel.acting];
            rates.push(PanelRates::of(hazards, phenotype, acting, self.tracks(hazards, panel)));
        }
    }

    /// The drugs in force in a panel.
    fn tracks(&self, hazards: &Hazards, panel: &Panel) -> &[Track] {
        &self.tracks[panel.first..panel.first + hazards.course[panel.acting].pressures.len()]
    }

    /// Mean rate of a switch in a panel, per day.
    pub fn switch(&self, hazards: &Hazards, panel: usize, by: &Switch) -> f64 {
        let panel = &self.panels[panel];
        mean_switch(by, &hazards.course[panel.acting].pressures, self.tracks(hazards, panel))
    }

    /// The law from a day within the interval to its end. `known` are the rates of the phenotype in each panel, if they
    /// were made.
    pub fn rest(
        &self,
        (hazards, phenotype): (&Hazards, &Phenotype),
        known: Option<&[PanelRates]>,
        crowding: Crowding,
        since: &Remainder,
    ) -> Propagator {
        let rates = |panel: &Panel, tracks: &[Track]| {
            PanelRates::of(hazards, phenotype, &hazards.course[panel.acting], tracks)
        };
        let law = |panel: &Panel, rates: &PanelRates| rates.law(panel.width, crowding, 0.0).propagator;
        let begun = match &since.part {
            Some((panel, tracks)) => law(panel, &rates(panel, tracks)),
            None => Propagator::IDENTITY,
        };
        (since.next..self.panels.len()).fold(begun, |all, place| {
            let panel = &self.panels[place];
            all.then(match known {
                Some(known) => law(panel, &known[place]),
                None => law(panel, &rates(panel, self.tracks(hazards, panel))),
            })
        })
    }

    /// What is left of the panels from a day within the interval on.
    pub fn remainder(&self, hazards: &Hazards, since: f64) -> Remainder {
        let mut end = self.from;
        for (place, &Panel { acting, width, .. }) in self.panels.iter().enumerate() {
            let from = end;
            end += width;
            if from >= since {
                return Remainder { part: None, next: place };
            }
            if end > since {
                let width = end - since;
                let drugs = hazards.course[acting].pressures.iter();
                let tracks = drugs.map(|drug| Track::of(drug, since, width)).collect();
                return Remainder {
                    part: Some((Panel { acting, width, first: 0 }, tracks)),
                    next: place + 1,
                };
            }
        }
        Remainder { part: None, next: self.panels.len() }
    }

    /// What is left of the interval from a day on.
    pub fn from_day(&self, hazards: &Hazards, since: f64) -> Interval {
        let Remainder { part, next } = self.remainder(hazards, since);
        let mut rest = Interval { from: since, to: self.to, ..Interval::default() };
        if let Some((Panel { acting, width, .. }, tracks)) = part {
            rest.panel(acting, width, tracks.into_iter());
        }
        for panel in &self.panels[next..] {
            rest.panel(panel.acting, panel.width, self.tracks(hazards, panel).iter().copied());
        }
        rest
    }

    /// Panels, by their days, with the rates in them.
    fn along<'r>(&'r self, rates: &'r [PanelRates]) -> impl Iterator<Item = (f64, &'r PanelRates)> {
        self.widths().zip(rates)
    }

    /// The law with the way to it, from the rates in each panel.
    pub fn law(&self, rates: &[PanelRates], crowding: Crowding, surplus: f64) -> Law {
        if let ([panel], [only]) = (self.panels.as_slice(), rates) {
            return Law::over(panel.width, only, crowding, surplus);
        }
        let (mut propagator, mut mutating) = (Propagator::IDENTITY, [0.0; 2]);
        let mut path = Path::over(self.days());
        for (width, rates) in self.along(rates) {
            let law = rates.law(width, crowding, surplus);
            path.go_on(width, law.net);
            propagator = propagator.then(law.propagator);
            (0..2).for_each(|kind| mutating[kind] += law.mutating[kind]);
        }
        Law { propagator, path: path.to(propagator.growth), mutating }
    }
}

/// Mean growth on the way, as net growth is told part by part.
struct Path {
    days: f64,
    passed: f64,
    exponent: f64,
    /// Exponents of growth up to the quarters that were passed.
    quarters: SmallVec<[f64; 3]>,
}

impl Path {
    fn over(days: f64) -> Path {
        Path { days, passed: 0.0, exponent: 0.0, quarters: SmallVec::new() }
    }

    /// Some days of net growth, per day.
    fn go_on(&mut self, days: f64, net: f64) {
        loop {
            let quarter = self.days * (self.quarters.len() + 1) as f64 / 4.0;
            if self.quarters.len() == 3 || quarter > self.passed + days {
                break;
            }
            self.quarters.push(self.exponent + net * (quarter - self.passed));
        }
        (self.passed, self.exponent) = (self.passed + days, self.exponent + net * days);
    }

    /// Growth up to the beginning, the quarters and the end.
    fn to(&self, growth: f64) -> [f64; 5] {
        let mut path = [1.0, 1.0, 1.0, 1.0, growth];
        for (growth, exponent) in path[1..4].iter_mut().zip(&self.quarters) {
            *growth = exp(exponent.min(300.0));
        }
        path
    }
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
