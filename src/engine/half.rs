//! A half-leap, as it is for every phenotype: what its interval, the drugs and the crowd make of a clone.

use smallvec::{SmallVec, smallvec};

use super::hazards::{CellRates, Hazards};
use super::interval::{Interval, Remainder};
use super::panel::{PanelLaw, PanelRates};
use super::passage::Passage;
use super::propagator::Propagator;
use super::rates::MeanRates;
use crate::disease::{Crowding, Phenotype, PhenotypeId};

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

    /// The day at a share of the way.
    pub fn day(&self, place: f64) -> f64 {
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

    /// The growth of a clone over all of it, in the memory of another.
    pub fn passage(&self, (id, phenotype): (PhenotypeId, &Phenotype), surplus: f64, passage: &mut Passage) {
        match self.constant(id).filter(|_| self.interval.is_short(self.hazards)) {
            Some(rates) => passage.renew_alone(rates.law(self.interval.days(), self.crowding, surplus)),
            None => passage.renew(&self.laws((id, phenotype), surplus)),
        }
    }

    /// The law in each panel, with its days.
    pub fn laws(&self, cell: (PhenotypeId, &Phenotype), surplus: f64) -> SmallVec<[(f64, PanelLaw); 4]> {
        self.interval.laws(self.hazards, self.panels(cell, &mut Vec::new()), self.crowding, surplus)
    }

    /// Rates in each panel, if they are known, or else as they are made now.
    fn panels<'p>(
        &'p self,
        (id, phenotype): (PhenotypeId, &Phenotype),
        made: &'p mut Vec<PanelRates>,
    ) -> &'p [PanelRates] {
        self.known.and_then(|(rates, half)| rates.panels(half, id)).unwrap_or_else(|| {
            self.interval.rates(self.hazards, phenotype, made);
            made
        })
    }

    /// The law in each panel of another interval.
    fn over(&self, interval: &Interval, phenotype: &Phenotype) -> SmallVec<[(f64, PanelLaw); 4]> {
        let mut panels = Vec::with_capacity(interval.parts());
        interval.rates(self.hazards, phenotype, &mut panels);
        interval.laws(self.hazards, &panels, self.crowding, 0.0)
    }

    /// Growth from a day within the half-leap to its end.
    pub fn passage_from(&self, (id, phenotype): (PhenotypeId, &Phenotype), since: f64) -> Passage {
        let laws = match self.constant(id) {
            Some(rates) => {
                let days = self.interval.days_left(since);
                smallvec![(days, rates.law(days, self.crowding, 0.0))]
            }
            None => self.over(&self.interval.from_day(self.hazards, since), phenotype),
        };
        Passage::over(&laws)
    }

    /// The law from a day within the half-leap to its end.
    pub fn rest(&self, (id, phenotype): (PhenotypeId, &Phenotype), since: f64) -> Propagator {
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

    /// Whether a founder of some cells on a day is left to be simulated event by event.
    pub fn is_left(&self, cell: (PhenotypeId, &Phenotype), cells: u64, day: f64) -> bool {
        let rates = self.rates_at(cell, day);
        rates.expects_fewer(self.exact_below, cells as f64, self.interval.to - day)
    }

    /// Its first and last day.
    pub fn span(&self) -> (f64, f64) {
        (self.interval.from, self.interval.to)
    }
}
