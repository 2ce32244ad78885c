//! Response and progression of a line, called from readings only (IMWG 2016; `docs/sources.md`).
//!
//! Serum M-protein is all the clinic sees here: a complete response is an undetected M-protein, without
//! the immunofixation and marrow that the full criteria ask for.

/// Response against the line's first reading, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Response {
    /// M-protein not detected.
    Complete,
    /// Down by 90 % or more.
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
    /// The clinic's abbreviation.
    pub fn code(self) -> &'static str {
        match self {
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
    /// Above this nadir, g/L, twice the absolute rise is asked for.
    pub high_nadir: f64,
}

impl Rules {
    /// Up by 25 % and 5 g/L (10 g/L from a nadir of 50 g/L), measurable from 5 g/L.
    pub const IMWG: Rules = Rules { measurable: 5.0, rise: 0.25, absolute: 5.0, high_nadir: 50.0 };

    fn progressed(&self, nadir: f64, reading: f64) -> bool {
        let absolute = if nadir >= self.high_nadir { 2.0 * self.absolute } else { self.absolute };
        reading >= (1.0 + self.rise) * nadir && reading - nadir >= absolute
    }

    fn depth(&self, baseline: f64, reading: f64) -> Response {
        match reading / baseline {
            _ if baseline < self.measurable => Response::NotEvaluable,
            _ if reading == 0.0 => Response::Complete,
            ratio if ratio <= 0.1 => Response::VeryGoodPartial,
            ratio if ratio <= 0.5 => Response::Partial,
            ratio if ratio <= 0.75 => Response::Minimal,
            _ => Response::Stable,
        }
    }
}

/// What the clinic knows of one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitor {
    rules: Rules,
    baseline: f64,
    nadir: f64,
    previous: Option<Response>,
    best: Option<Response>,
    suspected: Option<f64>,
    progression: Option<f64>,
}

impl Monitor {
    /// A line that begins with this reading.
    pub fn new(rules: Rules, baseline: f64) -> Monitor {
        Monitor {
            rules,
            baseline,
            nadir: baseline,
            previous: None,
            best: None,
            suspected: None,
            progression: None,
        }
    }

    /// Takes a later reading and calls the response at this visit.
    pub fn assess(&mut self, day: f64, reading: f64) -> Response {
        self.watch_progression(day, reading);
        self.nadir = self.nadir.min(reading);
        let depth = self.rules.depth(self.baseline, reading);
        if self.progression.is_some() {
            // Whoever progresses before two visits could confirm anything has progression as best response.
            let none = if depth == Response::NotEvaluable { depth } else { Response::Progressive };
            self.best.get_or_insert(none);
            return Response::Progressive;
        }
        // A response counts once two visits in a row show it or better.
        if let Some(previous) = self.previous.replace(depth) {
            let confirmed = previous.max(depth);
            self.best = Some(self.best.map_or(confirmed, |best| best.min(confirmed)));
        }
        depth
    }

    fn watch_progression(&mut self, day: f64, reading: f64) {
        if self.progression.is_some() {
            return;
        }
        self.suspected = match (self.rules.progressed(self.nadir, reading), self.suspected) {
            (true, Some(first)) => {
                self.progression = Some(first);
                Some(first)
            }
            (true, None) => Some(day),
            (false, _) => None,
        };
    }

    /// Day of the first of the two readings that confirmed progression.
    pub fn progression(&self) -> Option<f64> {
        self.progression
    }

    /// Best confirmed response; none before two visits after the first.
    pub fn best(&self) -> Option<Response> {
        self.best
    }

    /// The line's first reading, g/L.
    pub fn baseline(&self) -> f64 {
        self.baseline
    }

    /// The lowest reading so far, g/L.
    pub fn nadir(&self) -> f64 {
        self.nadir
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Responses and the day of progression for readings every 28 days after the first.
    fn follow(readings: &[f64]) -> (Vec<&'static str>, Option<f64>, Option<Response>) {
        let mut monitor = Monitor::new(Rules::IMWG, readings[0]);
        let visits = readings[1..].iter().enumerate();
        let called = visits.map(|(i, &m)| monitor.assess(28.0 * (i + 1) as f64, m).code()).collect();
        (called, monitor.progression(), monitor.best())
    }

    #[test]
    fn depth_at_the_edges() {
        let (called, _, _) = follow(&[40.0, 30.1, 30.0, 20.1, 20.0, 4.1, 4.0, 0.0]);
        assert_eq!(called, ["SD", "MR", "MR", "PR", "PR", "VGPR", "CR"]);
    }

    #[test]
    fn a_response_needs_two_visits() {
        assert_eq!(follow(&[40.0, 3.0, 30.0]).2, Some(Response::Minimal));
        assert_eq!(follow(&[40.0, 3.0, 3.0, 30.0]).2, Some(Response::VeryGoodPartial));
        assert_eq!(follow(&[40.0, 3.0]).2, None);
    }

    #[test]
    fn progression_needs_the_rise_the_grams_and_a_second_visit() {
        assert_eq!(follow(&[40.0, 20.0, 25.0, 25.0]).1, Some(56.0), "exactly 25 % and 5 g/L");
        assert_eq!(follow(&[40.0, 20.0, 24.99, 24.99]).1, None, "less than 5 g/L");
        assert_eq!(follow(&[40.0, 30.0, 37.0, 37.0]).1, None, "less than 25 %");
        assert_eq!(follow(&[40.0, 2.0, 6.99, 6.99]).1, None, "less than 5 g/L from a low nadir");
        assert_eq!(follow(&[40.0, 20.0, 26.0, 20.0, 26.0]).1, None, "never twice in a row");
    }

    #[test]
    fn progression_at_the_first_two_visits_is_the_best_response() {
        assert_eq!(follow(&[40.0, 55.0, 80.0, 10.0]).2, Some(Response::Progressive));
        assert_eq!(follow(&[4.0, 10.0, 20.0]).2, Some(Response::NotEvaluable));
        assert_eq!(
            follow(&[40.0, 20.0, 20.0, 40.0, 40.0]).2,
            Some(Response::Partial),
            "what was confirmed before stays"
        );
    }

    #[test]
    fn a_high_nadir_asks_for_ten_grams() {
        assert_eq!(follow(&[80.0, 50.0, 62.5, 62.5]).1, Some(56.0));
        assert_eq!(follow(&[60.0, 49.9, 62.4, 62.4]).1, Some(56.0));
        let strict = Rules { rise: 0.1, ..Rules::IMWG };
        assert!(!strict.progressed(50.0, 59.9) && strict.progressed(49.0, 59.0));
    }

    #[test]
    fn after_progression_every_visit_is_progressive() {
        assert_eq!(
            follow(&[40.0, 10.0, 20.0, 20.0, 5.0]).0,
            ["VGPR", "PR", "PD", "PD"].map(|c| if c == "VGPR" { "PR" } else { c })
        );
    }

    #[test]
    fn unmeasurable_disease_is_not_evaluable_but_can_progress() {
        let (called, progression, best) = follow(&[4.9, 2.0, 9.0, 9.0]);
        assert_eq!((called[0], progression, best), ("NE", Some(56.0), Some(Response::NotEvaluable)));
    }
}
