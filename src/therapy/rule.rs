//! Rules by which a line reacts to what the clinic reports of a visit: pause, resume, or end.

/// The rules of a line; without any it runs as planned.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LineRules {
    /// The response that is asked for, and by when.
    pub need: Option<Need>,
    /// Drugs are paused and resumed by a band of a measure (adaptive therapy).
    pub band: Option<Band>,
    /// Drugs are stopped when minimal residual disease is excluded.
    pub mrd: Option<MrdRule>,
}

/// A line ends if its best response falls short of this after some cycles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Need {
    /// Rank of the response, the best being 0.
    pub rank: u8,
    /// Cycles of the line's first regimen after which it is judged.
    pub cycles: u32,
}

/// Pause at the lower end, resume at the upper end, both as shares of the measure at the line's first visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// What is looked at.
    pub measure: Measure,
    /// Drugs are paused at this share or less.
    pub pause_below: f64,
    /// Drugs are given again at this share or more.
    pub resume_above: f64,
}

/// What a band is a band of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The reading of the M-protein, with its noise.
    MProtein,
    /// The true number of cells: for comparison with theory, no clinic can see it.
    Burden,
}

/// Stop at negativity, perhaps restart at conversion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MrdRule {
    /// Share of the marrow's cells below which it is negative.
    pub level: f64,
    /// Whether drugs are given again when a later sample is positive.
    pub restart: bool,
}

/// What the clinic reports of a visit, as far as rules look at it.
pub struct Report<'a> {
    /// The M-protein now and at the line's first visit, g/L.
    pub m_protein: Measured,
    /// The cells now and at the line's first visit.
    pub burden: Measured,
    /// Rank of the best confirmed response of the line; none if there is none yet or it cannot be judged.
    pub best: Option<u8>,
    /// The marrow, if it was looked at.
    pub residual: Option<Residual<'a>>,
}

/// A measure now and at the line's first visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Now.
    pub now: f64,
    /// At the line's first visit.
    pub first: f64,
}

/// What a sample of the marrow shows.
pub struct Residual<'a> {
    /// Share of clonal cells.
    pub share: f64,
    /// Whether no M-protein was seen either, without which nothing is excluded.
    pub clear: bool,
    /// Whether the sample is negative at a level.
    pub is_negative_at: &'a dyn Fn(f64) -> bool,
}

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// Give no drugs until the same rule resumes them.
    Pause(Reason),
    /// Give the drugs again.
    Resume(Reason),
    /// End the line.
    End(Reason),
}

/// The finding that caused a decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reason {
    /// A measure left its band.
    Band {
        /// What was looked at.
        measure: Measure,
        /// What it was, g/L or cells.
        now: f64,
        /// The end of the band that it passed.
        bound: f64,
    },
    /// The marrow was negative, or positive again.
    Mrd {
        /// Share of clonal cells.
        share: f64,
        /// The level of the rule.
        level: f64,
    },
    /// The response fell short.
    Response {
        /// Rank of the best response.
        best: u8,
        /// Rank that was asked for.
        asked: u8,
        /// After so many cycles.
        cycles: u32,
    },
}

/// Which rule paused the drugs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PausedBy {
    /// The band.
    Band,
    /// The marrow.
    Mrd,
}

impl LineRules {
    /// What the rules say to a report, for a line of which `cycles` are over. At most one thing: whatever is
    /// left is said at the next visit.
    pub fn decide(&self, paused: Option<PausedBy>, cycles: f64, report: &Report) -> Option<Decision> {
        match paused {
            None => self.falls_short(cycles, report).or_else(|| self.pauses(report)),
            Some(PausedBy::Band) => self.band.and_then(|band| band.resumes(report)),
            Some(PausedBy::Mrd) => self.mrd.and_then(|mrd| mrd.resumes(report)),
        }
    }

    fn pauses(&self, report: &Report) -> Option<Decision> {
        let by_band = self.band.and_then(|band| band.pauses(report));
        by_band.or_else(|| self.mrd.and_then(|mrd| mrd.pauses(report)))
    }

    fn falls_short(&self, cycles: f64, report: &Report) -> Option<Decision> {
        let (need, best) = (self.need?, report.best?);
        let late = cycles >= f64::from(need.cycles) - 1e-9;
        let reason = Reason::Response { best, asked: need.rank, cycles: need.cycles };
        (late && best > need.rank).then_some(Decision::End(reason))
    }
}

impl Band {
    fn measured(&self, report: &Report) -> Measured {
        match self.measure {
            Measure::MProtein => report.m_protein,
            Measure::Burden => report.burden,
        }
    }

    fn pauses(&self, report: &Report) -> Option<Decision> {
        let Measured { now, first } = self.measured(report);
        let bound = self.pause_below * first;
        (now <= bound).then_some(Decision::Pause(Reason::Band { measure: self.measure, now, bound }))
    }

    fn resumes(&self, report: &Report) -> Option<Decision> {
        let Measured { now, first } = self.measured(report);
        let bound = self.resume_above * first;
        (now >= bound).then_some(Decision::Resume(Reason::Band { measure: self.measure, now, bound }))
    }
}

impl MrdRule {
    fn pauses(&self, report: &Report) -> Option<Decision> {
        let residual = report.residual.as_ref()?;
        let reason = Reason::Mrd { share: residual.share, level: self.level };
        let excluded = residual.clear && (residual.is_negative_at)(self.level);
        excluded.then_some(Decision::Pause(reason))
    }

    fn resumes(&self, report: &Report) -> Option<Decision> {
        let residual = report.residual.as_ref().filter(|_| self.restart)?;
        let reason = Reason::Mrd { share: residual.share, level: self.level };
        (!(residual.is_negative_at)(self.level)).then_some(Decision::Resume(reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAND: Band = Band { measure: Measure::MProtein, pause_below: 0.5, resume_above: 1.0 };

    fn report(m_protein: f64, best: Option<u8>) -> Report<'static> {
        let measured = |now, first| Measured { now, first };
        Report { m_protein: measured(m_protein, 40.0), burden: measured(9e11, 1e12), best, residual: None }
    }

    fn marrow(share: f64) -> Report<'static> {
        let is_negative_at: &dyn Fn(f64) -> bool =
            if share < 1e-5 { &|level| level >= 1e-5 } else { &|_| false };
        Report { residual: Some(Residual { share, clear: true, is_negative_at }), ..report(0.0, None) }
    }

    #[test]
    fn a_band_pauses_at_its_lower_and_resumes_at_its_upper_end() {
        let rules = LineRules { band: Some(BAND), ..LineRules::default() };
        let reason = |now, bound| Reason::Band { measure: Measure::MProtein, now, bound };
        assert_eq!(rules.decide(None, 0.0, &report(20.1, None)), None);
        assert_eq!(rules.decide(None, 0.0, &report(20.0, None)), Some(Decision::Pause(reason(20.0, 20.0))));
        let paused = Some(PausedBy::Band);
        assert_eq!(rules.decide(paused, 0.0, &report(39.9, None)), None);
        assert_eq!(
            rules.decide(paused, 0.0, &report(40.0, None)),
            Some(Decision::Resume(reason(40.0, 40.0)))
        );
    }

    #[test]
    fn a_band_can_be_one_of_cells() {
        let band = Band { measure: Measure::Burden, pause_below: 0.9, resume_above: 1.0 };
        let rules = LineRules { band: Some(band), ..LineRules::default() };
        assert!(matches!(
            rules.decide(None, 0.0, &report(40.0, None)),
            Some(Decision::Pause(Reason::Band { measure: Measure::Burden, now: 9e11, .. }))
        ));
    }

    #[test]
    fn a_response_is_judged_after_its_cycles_and_not_before() {
        let rules = LineRules { need: Some(Need { rank: 3, cycles: 4 }), ..LineRules::default() };
        let end = Decision::End(Reason::Response { best: 4, asked: 3, cycles: 4 });
        assert_eq!(rules.decide(None, 3.9, &report(20.0, Some(4))), None, "too early");
        assert_eq!(rules.decide(None, 4.0, &report(20.0, Some(4))), Some(end));
        assert_eq!(rules.decide(None, 4.0, &report(20.0, Some(3))), None, "just what is asked for");
        assert_eq!(rules.decide(None, 9.0, &report(20.0, None)), None, "nothing to judge by");
    }

    #[test]
    fn negativity_stops_and_conversion_restarts_if_the_rule_says_so() {
        let rule = MrdRule { level: 1e-5, restart: true };
        let rules = LineRules { mrd: Some(rule), ..LineRules::default() };
        let reason = |share| Reason::Mrd { share, level: 1e-5 };
        assert_eq!(rules.decide(None, 0.0, &report(0.0, None)), None, "the marrow was not looked at");
        assert_eq!(rules.decide(None, 0.0, &marrow(1e-5)), None);
        assert_eq!(rules.decide(None, 0.0, &marrow(9e-6)), Some(Decision::Pause(reason(9e-6))));
        let paused = Some(PausedBy::Mrd);
        assert_eq!(rules.decide(paused, 0.0, &marrow(9e-6)), None);
        assert_eq!(rules.decide(paused, 0.0, &marrow(1e-5)), Some(Decision::Resume(reason(1e-5))));
        let with_protein = |share| {
            let Report { residual, .. } = marrow(share);
            Report { residual: residual.map(|r| Residual { clear: false, ..r }), ..report(1.0, None) }
        };
        assert_eq!(rules.decide(None, 0.0, &with_protein(9e-6)), None, "nothing is excluded");
        assert_eq!(rules.decide(paused, 0.0, &with_protein(9e-6)), None, "the marrow alone converts");
        let for_good = LineRules { mrd: Some(MrdRule { restart: false, ..rule }), ..rules };
        assert_eq!(for_good.decide(paused, 0.0, &marrow(1e-2)), None);
    }
}
