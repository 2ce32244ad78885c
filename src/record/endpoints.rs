//! Endpoints of a trial beside survival: response and how long it lasts, minimal residual disease, cure, and the
//! visits between which progression lies.

use super::{MarrowRecord, Outcome};
use crate::clinic::{Endpoint, STANDARD_LEVEL};

/// The interval in which an event lies: it was not there at the first day and was at the second; no second day if
/// it was never seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The last day without it.
    pub after: f64,
    /// The first day with it.
    pub by: Option<f64>,
}

impl Outcome {
    /// When the first progression in any line happened, as visits enclose it.
    pub fn progression_interval(&self) -> Interval {
        let first = self.lines.iter().find(|line| line.progression.is_some());
        match first {
            Some(line) => Interval { after: line.progressed_after.unwrap_or(0.0), by: line.progression },
            None => Interval { after: self.last_visit, by: None },
        }
    }

    /// When progression or death happened: death on its day, progression as visits enclose it.
    pub fn progression_free_interval(&self) -> Interval {
        let progression = self.progression_interval();
        match (progression.by, self.overall_survival()) {
            (None, death) if death.event => Interval { after: death.time, by: Some(death.time) },
            _ => progression,
        }
    }

    /// From the start of the first line to its first confirmed response; censored at the line's last visit.
    pub fn time_to_response(&self) -> Endpoint {
        let Some(line) = self.lines.first() else { return Endpoint::of(None, 0.0) };
        Endpoint::of(line.responded.map(|day| day - line.started), line.followed - line.started)
    }

    /// From the first response of the first line to progression or death; none without a response.
    pub fn duration_of_response(&self) -> Option<Endpoint> {
        let responded = self.lines.first()?.responded?;
        let lasted = self.progression_free_survival();
        Some(Endpoint { time: lasted.time - responded, ..lasted })
    }

    /// Samples taken in the first line, before it progressed.
    fn first_line_marrow(&self) -> impl Iterator<Item = &MarrowRecord> {
        let progressed = self.lines.first().and_then(|line| line.progression).unwrap_or(f64::INFINITY);
        self.marrow.iter().filter(move |record| record.line == 1 && record.day < progressed)
    }

    /// Smallest share of clonal cells in a sample of the first line.
    pub fn least_residual(&self) -> Option<f64> {
        self.first_line_marrow().map(|record| record.sample.share()).reduce(f64::min)
    }

    /// Whether minimal residual disease was ever excluded at a level in the first line.
    pub fn was_mrd_negative_at(&self, level: f64) -> bool {
        self.first_line_marrow().any(|record| record.is_negative_at(level))
    }

    /// From the first exclusion of minimal residual disease at 1e-5 to a positive sample, progression or
    /// death; censored at the last sample. None if it was never excluded.
    pub fn duration_of_mrd_negativity(&self) -> Option<Endpoint> {
        let first = self.first_line_marrow().find(|record| record.is_negative_at(STANDARD_LEVEL))?.day;
        let mut later = self.marrow.iter().filter(|record| record.day > first);
        let last = later.clone().next_back().map_or(first, |record| record.day);
        let converted = later.find(|record| !record.sample.is_negative_at(STANDARD_LEVEL));
        let ended = Endpoint::of(converted.map(|record| record.day), last);
        // Whoever progresses or dies before a later sample could tell has lost it then.
        let failed = self.progression_free_survival();
        let lasted = ended.first(failed);
        Some(Endpoint { time: lasted.time - first, ..lasted })
    }

    /// Cure, as only a simulation can see it: no cell of the disease is left at the end.
    pub fn is_cured(&self) -> bool {
        self.burden == 0
    }
}

impl MarrowRecord {
    /// Whether minimal residual disease was excluded at a level.
    pub fn is_negative_at(&self, level: f64) -> bool {
        self.clear && self.sample.is_negative_at(level)
    }
}

#[cfg(test)]
#[path = "endpoints_tests.rs"]
mod tests;
