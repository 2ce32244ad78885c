//! Response and progression of a line, called from readings only (IMWG 2016; `docs/sources.md`).

use super::assay::DIGITS;
use super::criteria::{Criteria, Criterion};
use super::examination::Examination;
use super::signs::Signs;

/// Response against the line's first reading, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Response {
    /// Complete, and no clonal cell in the marrow at 1e-4.
    StringentComplete,
    /// M-protein not detected, immunofixation negative, less than 5 % clonal cells in the marrow.
    Complete,
    /// Down by 90 % or more, or seen by immunofixation only.
    VeryGoodPartial,
    /// Down by 50 % or more.
    Partial,
    /// Down by 25 % or more.
    Minimal,
    /// None of the others.
    Stable,
    /// Progressive disease, confirmed.
    Progressive,
    /// The first reading was below the measurable level.
    NotEvaluable,
}

impl Response {
    /// Every category, best first.
    pub const ALL: [Response; 8] = [
        Response::StringentComplete,
        Response::Complete,
        Response::VeryGoodPartial,
        Response::Partial,
        Response::Minimal,
        Response::Stable,
        Response::Progressive,
        Response::NotEvaluable,
    ];

    /// The clinic's abbreviation.
    pub fn code(self) -> &'static str {
        match self {
            Response::StringentComplete => "sCR",
            Response::Complete => "CR",
            Response::VeryGoodPartial => "VGPR",
            Response::Partial => "PR",
            Response::Minimal => "MR",
            Response::Stable => "SD",
            Response::Progressive => "PD",
            Response::NotEvaluable => "NE",
        }
    }

    /// Whether it counts for the overall response rate: partial or better.
    pub fn is_response(self) -> bool {
        self <= Response::Partial
    }

    /// Its place among the categories, the best being 0; for rules that know no clinic.
    pub fn rank(self) -> u8 {
        self as u8
    }
}

/// The rules of the clinic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// A first reading below this, g/L, is not measurable disease.
    pub measurable: f64,
    /// Rise from the nadir that is progression, a fraction.
    pub rise: f64,
    /// And at least this much, g/L.
    pub absolute: f64,
    /// From this nadir on, g/L, twice the absolute rise is asked for.
    pub high_nadir: f64,
    /// Whether a rise of just `absolute` is too little.
    pub beyond: bool,
}

/// Room for the last digit of a ratio of two readings.
const DIGIT: f64 = 1e-12;

impl Rules {
    /// Serum M-protein: up by 25 % and 5 g/L (10 g/L from a nadir of 50 g/L), measurable from 5 g/L.
    pub const IMWG: Rules =
        Rules { measurable: 5.0, rise: 0.25, absolute: 5.0, high_nadir: 50.0, beyond: false };

    /// Difference of free light chains: up by 25 % and more than 100 mg/L, measurable from 100 mg/L.
    pub const LIGHT_CHAIN: Rules =
        Rules { measurable: 0.1, rise: 0.25, absolute: 0.1, high_nadir: f64::INFINITY, beyond: true };

    /// Whether a reading is progression from a nadir, g/L.
    pub(super) fn progressed(&self, nadir: f64, reading: f64) -> bool {
        let asked = if nadir >= self.high_nadir { 2.0 * self.absolute } else { self.absolute };
        // Differences of reported readings are whole multiples of their last digit.
        let (rise, asked) = (((reading - nadir) * DIGITS).round(), (asked * DIGITS).round());
        let enough = if self.beyond { rise > asked } else { rise >= asked };
        enough && reading >= (1.0 + self.rise) * nadir * (1.0 - DIGIT)
    }

    /// The response by the M-protein alone, short of a complete one.
    pub(super) fn depth(&self, baseline: f64, reading: f64) -> Response {
        let at_most = |share: f64| reading <= share * baseline * (1.0 + DIGIT);
        match reading {
            _ if baseline < self.measurable => Response::NotEvaluable,
            _ if reading == 0.0 || at_most(0.1) => Response::VeryGoodPartial,
            _ if at_most(0.5) => Response::Partial,
            _ if at_most(0.75) => Response::Minimal,
            _ => Response::Stable,
        }
    }
}

/// The time in which something happened that two visits enclose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// The last visit that did not show it, a day.
    pub after: f64,
    /// The visit that did.
    pub by: f64,
}

/// What the clinic knows of one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitor {
    rules: Rules,
    baseline: f64,
    /// The lowest value that two readings in a row showed.
    nadir: f64,
    last: Last,
    best: Option<Response>,
    responded: Option<f64>,
    /// Day of the last sample of the marrow; of the first reading before there was one.
    sampled: f64,
    /// Whether the marrow was taken in the present run of visits without any M-protein, and how much it showed.
    run: Run,
    suspected: Option<Span>,
    progression: Option<Span>,
    criterion: Option<Criterion>,
    suspended: bool,
    /// What is known of the signs beside the serum.
    criteria: Criteria,
}

/// The visit before.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Last {
    day: f64,
    reading: f64,
    response: Option<Response>,
}

/// What the marrow showed since the M-protein was last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    /// The M-protein is there, or the marrow was not looked at.
    Unknown,
    /// 5 % or more.
    Diseased,
    /// Less than 5 %.
    Complete,
    /// Nothing at 1e-4.
    Stringent,
}

/// A marrow that spoke against a complete response is looked at again after this many days.
const AGAIN: f64 = 84.0;

impl Monitor {
    /// A line that begins on a day with this reading.
    pub fn new(rules: Rules, day: f64, baseline: f64) -> Monitor {
        Monitor {
            rules,
            baseline,
            nadir: baseline,
            last: Last { day, reading: baseline, response: None },
            best: None,
            responded: None,
            sampled: day,
            run: Run::Unknown,
            suspected: None,
            progression: None,
            criterion: None,
            suspended: false,
            criteria: Criteria::default(),
        }
    }

    /// The signs that the line begins with, beside its first reading.
    #[must_use]
    pub fn with_signs(self, first: &Signs) -> Monitor {
        let criteria = Criteria::new(first, self.baseline >= self.rules.measurable);
        Monitor { criteria, ..self }
    }

    /// Whether anything can be measured by which a response would be called.
    fn is_evaluable(&self) -> bool {
        self.baseline >= self.rules.measurable || self.criteria.is_measurable()
    }

    /// Whether a visit asks for a sample of the marrow: to confirm a complete response, or because it is time for one.
    pub fn wants_marrow(&self, day: f64, clear: bool, every: Option<f64>) -> bool {
        let since = day - self.sampled;
        let due = every.is_some_and(|every| since >= every - 1e-9);
        let confirms = match self.run {
            Run::Unknown => clear && self.is_evaluable(),
            Run::Diseased => clear && since >= AGAIN,
            Run::Complete | Run::Stringent => false,
        };
        due || confirms
    }

    /// Takes a later visit and calls the response at it.
    pub fn assess(&mut self, visit: &Examination) -> Response {
        self.watch_progression(visit);
        // A low reading that the next does not confirm is no nadir.
        self.nadir = self.nadir.min(self.last.reading.max(visit.reading));
        self.criteria.note(&visit.signs);
        self.look_at_marrow(visit);
        let depth = self.depth(visit);
        let before = std::mem::replace(
            &mut self.last,
            Last { day: visit.day, reading: visit.reading, response: Some(depth) },
        );
        if self.progression.is_some() {
            // Whoever progresses before two visits could confirm anything has progression as best response.
            let none = if depth == Response::NotEvaluable { depth } else { Response::Progressive };
            self.best.get_or_insert(none);
            return Response::Progressive;
        }
        // A response counts once two visits in a row show it or better, from the first of them on.
        if let Some(previous) = before.response {
            let confirmed = previous.max(depth);
            self.best = Some(self.best.map_or(confirmed, |best| best.min(confirmed)));
            if confirmed.is_response() {
                self.responded.get_or_insert(before.day);
            }
        }
        depth
    }

    fn look_at_marrow(&mut self, visit: &Examination) {
        if !visit.is_clear() {
            self.run = Run::Unknown;
        }
        let Some(sample) = visit.marrow else { return };
        self.sampled = visit.day;
        if visit.is_clear() {
            self.run = match sample {
                _ if sample.is_stringent() => Run::Stringent,
                _ if sample.is_complete() => Run::Complete,
                _ => Run::Diseased,
            };
        }
    }

    fn depth(&self, visit: &Examination) -> Response {
        let serum = self.rules.depth(self.baseline, visit.reading);
        let depth = match (serum, self.criteria.depth(&visit.signs)) {
            (Response::NotEvaluable, Some(signs)) if self.criteria.is_measurable() => signs,
            (Response::NotEvaluable, _) | (_, None) => serum,
            (serum, Some(signs)) => serum.max(signs),
        };
        let complete = self.criteria.allow_complete(&visit.signs);
        match (depth, self.run) {
            (Response::VeryGoodPartial, Run::Stringent)
                if complete && Criteria::allow_stringent(&visit.signs) =>
            {
                Response::StringentComplete
            }
            (Response::VeryGoodPartial, Run::Complete | Run::Stringent) if complete => Response::Complete,
            (depth, _) => depth,
        }
    }

    fn watch_progression(&mut self, visit: &Examination) {
        if self.progression.is_some() || self.suspended {
            return;
        }
        let now = Span { after: self.last.day, by: visit.day };
        let serum = self.rules.progressed(self.nadir, visit.reading).then_some(Criterion::Serum);
        let biochemical = serum.or_else(|| self.criteria.biochemical(&visit.signs));
        let clinical = self.criteria.clinical(&visit.signs);
        // Biochemistry asks for a second visit, what is seen or felt does not.
        (self.progression, self.criterion) = match (biochemical, self.suspected) {
            (Some(criterion), Some(first)) => (Some(first), Some(criterion)),
            _ => (clinical.map(|_| now), clinical),
        };
        self.suspected = biochemical.map(|_| self.suspected.unwrap_or(now));
    }

    /// Drugs are paused by a rule that lets the disease grow: until they are given again its growth is not progression.
    pub fn suspend(&mut self) {
        self.suspended = true;
        self.suspected = None;
    }

    /// Drugs are given again: from now on progression is judged from the present reading.
    pub fn judge_anew(&mut self) {
        self.suspended = false;
        self.nadir = self.last.reading;
        self.criteria.begin_anew();
        self.suspected = None;
    }

    /// When progression, confirmed by now, was first seen.
    pub fn progression(&self) -> Option<Span> {
        self.progression
    }

    /// By which criterion that was.
    pub fn criterion(&self) -> Option<Criterion> {
        self.criterion
    }

    /// Best confirmed response; none before two visits after the first.
    pub fn best(&self) -> Option<Response> {
        self.best
    }

    /// Day of the first of the two visits that first confirmed a partial response or better.
    pub fn responded(&self) -> Option<f64> {
        self.responded
    }

    /// The line's first reading, g/L.
    pub fn baseline(&self) -> f64 {
        self.baseline
    }

    /// The lowest confirmed value so far, g/L.
    pub fn nadir(&self) -> f64 {
        self.nadir
    }
}

#[cfg(test)]
#[path = "response_tests.rs"]
mod tests;
