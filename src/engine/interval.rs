//! One stretch of time prepared once for all phenotypes: strengths of the drugs at quadrature nodes, then laws.

use std::ops::Range;

use libm::sqrt;
use smallvec::SmallVec;

use super::hazards::{Hazards, Pressure, mean_switch};
use super::kink::first_kink;
use super::panel::{Panel, PanelLaw, PanelRates, Track, switch_at_node};
use super::propagator::Propagator;
use super::quadrature::{NODES, rule};
use super::tracks::Tracks;
use crate::disease::{Crowding, Phenotype, Switch};

/// Largest change of an exponent over one panel; with that of the levels, tests hold the error under 1e-9.
const PANEL: f64 = 1.5;

/// By which exponent two cells may come to differ in a panel in which a clone is looked at for its mutants at three places; and
/// in a panel that is alone, for which there are five (both: 4e-4 of those born in it).
const FOLLOWED: [f64; 2] = [1.0, 3.0];
/// At most so many parts of a panel have a law of their own.
const MOST_PARTS: f64 = 64.0;

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
    /// Largest rate of division and death together of a cell that nothing kills, per day.
    fastest: f64,
    /// Panels between which little changes.
    groups: Vec<Range<usize>>,
}

/// What changes on the way is followed until this much of those who switch or mutate on it is wrong.
const UNFOLLOWED: f64 = 5e-5;

/// How much is wrong if rates are taken as if they stayed the same over some of the days of an interval, given by how much
/// they change: what passes to another state in them misses or meets a twelfth of that.
fn wrong(change: f64, days: f64, all: f64) -> f64 {
    change * days / 12.0 * (days / all)
}

/// What is left of an interval from a day on: of one panel a part, and whole ones.
#[derive(Clone, Debug)]
pub struct Remainder {
    /// The part, and the drugs in it.
    part: Option<(Panel, SmallVec<[Track; 4]>)>,
    /// The first of the whole panels.
    next: usize,
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
        self.fastest = cells.iter().map(|cell| cell.division + cell.death).fold(0.0, f64::max);
        let mut day = from;
        while day < to {
            let until = hazards.changes_after(day).min(to);
            self.cover(hazards, cells, (day, until), tracks);
            day = until;
        }
        self.group(hazards);
    }

    /// Panels are grouped as long as rates may be taken as if they stayed the same.
    fn group(&mut self, hazards: &Hazards) {
        self.groups.clear();
        let (mut change, mut days) = (0.0, 0.0);
        for panel in 0..self.panels.len() {
            let (here, width) = (self.change_of_kill(hazards, panel), self.panels[panel].width);
            let with = self.jump_of_kill(hazards, panel).map(|jump| (change + jump + here, days + width));
            let fits = |&(change, days): &(f64, f64)| {
                wrong(change, days, self.days()) <= UNFOLLOWED
                    && days * self.pace(hazards, &self.panels[panel]) <= FOLLOWED[0]
            };
            match (with.filter(fits), self.groups.last_mut()) {
                (Some(with), Some(group)) => {
                    group.end = panel + 1;
                    (change, days) = with;
                }
                _ => {
                    self.groups.push(panel..panel + 1);
                    (change, days) = (here, width);
                }
            }
        }
    }

    /// Panels between which little changes.
    pub fn groups(&self) -> &[Range<usize>] {
        &self.groups
    }

    /// In how many parts a panel is to be taken as if rates stayed the same in each: a divisor of the number of nodes.
    pub fn parts_to_follow(&self, hazards: &Hazards, panel: usize) -> usize {
        let wrong = wrong(self.change_of_kill(hazards, panel), self.panels[panel].width, self.days());
        match sqrt(wrong / UNFOLLOWED) {
            0.0..=1.0 => 1,
            1.0..=2.0 => 2,
            2.0..=4.0 => 4,
            _ => NODES,
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
        let reach = PANEL / (self.fastest + acting.most_kill());
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

    /// Mean rate of a switch over some panels, per day.
    pub fn mean_switch(&self, hazards: &Hazards, panels: Range<usize>, by: &Switch) -> f64 {
        let (mut sum, mut days) = (0.0, 0.0);
        for panel in panels {
            let width = self.panels[panel].width;
            sum += width * self.switch(hazards, panel, by);
            days += width;
        }
        sum / days
    }

    /// Mean rate of a switch around some nodes of a panel, per day.
    pub fn switch_around(&self, hazards: &Hazards, panel: usize, nodes: Range<usize>, by: &Switch) -> f64 {
        let panel = &self.panels[panel];
        let (acting, tracks) = (&hazards.course[panel.acting], self.tracks(hazards, panel));
        let weights = &rule().weights[nodes.clone()];
        let rate = |(node, weight): (usize, &f64)| weight * switch_at_node(by, acting, tracks, node);
        nodes.zip(weights).map(rate).sum::<f64>() / weights.iter().sum::<f64>()
    }

    /// By how much kill changes within a panel at most, per day.
    fn change_of_kill(&self, hazards: &Hazards, panel: usize) -> f64 {
        let panel = &self.panels[panel];
        let drugs = hazards.course[panel.acting].pressures.iter().zip(self.tracks(hazards, panel));
        drugs.map(|(drug, track)| self.most(drug) * (track.ends()[1] - track.ends()[0]).abs()).sum()
    }

    /// By how much kill changes between the panel before and this one at most, per day; none if other drugs act.
    fn jump_of_kill(&self, hazards: &Hazards, panel: usize) -> Option<f64> {
        let [before, here] = [panel.checked_sub(1)?, panel].map(|panel| &self.panels[panel]);
        if before.acting != here.acting {
            return None;
        }
        let tracks = self.tracks(hazards, before).iter().zip(self.tracks(hazards, here));
        let drugs = hazards.course[here.acting].pressures.iter().zip(tracks);
        Some(drugs.map(|(drug, (a, b))| self.most(drug) * (b.ends()[0] - a.ends()[1]).abs()).sum())
    }

    /// Most that a drug can take from net growth, per day.
    fn most(&self, drug: &Pressure) -> f64 {
        drug.kill + drug.slows * self.fastest
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
        let mut rest = Interval { from: since, to: self.to, fastest: self.fastest, ..Interval::default() };
        if let Some((Panel { acting, width, .. }, tracks)) = part {
            rest.panel(acting, width, tracks.into_iter());
        }
        for panel in &self.panels[next..] {
            rest.panel(panel.acting, panel.width, self.tracks(hazards, panel).iter().copied());
        }
        rest.group(hazards);
        rest
    }

    /// The laws one after the other, with the days of each, from the rates in each panel: of the panels, or of parts of those
    /// that are too long to be followed.
    pub fn laws(
        &self,
        hazards: &Hazards,
        rates: &[PanelRates],
        crowding: Crowding,
        surplus: f64,
    ) -> SmallVec<[(f64, PanelLaw); 4]> {
        let mut laws = SmallVec::new();
        for group in &self.groups {
            if group.len() > 1 {
                laws.push(self.law_of(group, rates, crowding, surplus));
                continue;
            }
            let (panel, rates) = (&self.panels[group.start], &rates[group.start]);
            let parts = self.stretch(hazards, panel).ceil().clamp(1.0, MOST_PARTS);
            let days = panel.width / parts;
            let law = rates.law(days, crowding, surplus);
            laws.extend((0..parts as usize).map(|_| (days, law)));
        }
        laws
    }

    /// The law over a group of panels.
    fn law_of(
        &self,
        group: &Range<usize>,
        rates: &[PanelRates],
        crowding: Crowding,
        surplus: f64,
    ) -> (f64, PanelLaw) {
        let mut all = (0.0, PanelLaw { propagator: Propagator::IDENTITY, mutating: [0.0; 2] });
        for panel in group.clone() {
            let width = self.panels[panel].width;
            let law = rates[panel].law(width, crowding, surplus);
            all.0 += width;
            all.1.propagator = all.1.propagator.then(law.propagator);
            (0..2).for_each(|kind| all.1.mutating[kind] += law.mutating[kind]);
        }
        all
    }

    /// Whether it is one panel, and a clone's course in it needs no parts.
    pub fn is_short(&self, hazards: &Hazards) -> bool {
        matches!(self.panels.as_slice(), [only] if self.stretch(hazards, only) <= 1.0)
    }

    /// How fast two cells can come to differ in a panel, per day.
    fn pace(&self, hazards: &Hazards, panel: &Panel) -> f64 {
        self.fastest + hazards.course[panel.acting].most_kill()
    }

    /// How far apart two cells can come to be in a panel, over what can be followed.
    fn stretch(&self, hazards: &Hazards, panel: &Panel) -> f64 {
        let most = FOLLOWED[usize::from(self.panels.len() == 1)];
        self.pace(hazards, panel) * panel.width / most
    }
}

#[cfg(test)]
#[path = "interval_tests.rs"]
mod tests;
