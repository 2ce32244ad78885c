//! The story of one replicate as rows, whatever file they go to. Observers see states, never a generator.

mod endpoints;

use crate::clinic::{Aspirate, Chains, Criterion, Endpoint, Excreted, Response};
use crate::disease::{CloneId, Subclone, TraitSet, Tumour};
use crate::engine::Effort;
use crate::patient::Patient;
use crate::therapy::{LineEnd, Turn};

/// Why a replicate ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// The end of follow-up.
    Horizon,
    /// The plan was over and the scenario says to stop then.
    PlanEnded,
    /// The data were cut off.
    Cutoff,
    /// The burden reached the lethal one.
    Death,
    /// Death of another cause than the disease.
    OtherDeath,
    /// The burden reached the size at detection.
    Detection,
    /// More clones than the limit.
    CloneLimit,
    /// More cells than a tumour can hold.
    CellLimit,
    /// More events than the limit of the exact engine.
    EventLimit,
    /// More rows than the limit.
    RowLimit,
    /// More time than whoever asked for the story allows.
    TimeLimit,
    /// No growth of the disease reached its burden.
    Undiagnosed,
    /// No course of the earlier lines led to day 0.
    Unenrolled,
}

impl Stop {
    /// Whether the patient died, of whatever cause.
    pub fn is_death(self) -> bool {
        matches!(self, Stop::Death | Stop::OtherDeath)
    }

    /// Whether a limit cut the story short.
    pub fn is_limit(self) -> bool {
        use Stop::{CellLimit, CloneLimit, EventLimit, RowLimit, TimeLimit, Undiagnosed, Unenrolled};
        matches!(self, CloneLimit | CellLimit | EventLimit | RowLimit | TimeLimit | Undiagnosed | Unenrolled)
    }
}

/// A clone at a record time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Census {
    /// Day.
    pub day: f64,
    /// The clone.
    pub clone: CloneId,
    /// Its traits.
    pub traits: TraitSet,
    /// Its cells, above 0.
    pub cells: u64,
}

/// A visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visit {
    /// Day.
    pub day: f64,
    /// Line, from 1; 0 before the first.
    pub line: u32,
    /// Regimen position and cycle from 1; none without treatment.
    pub regimen: Option<(usize, u32)>,
    /// The reading, g/L.
    pub m_protein: f64,
    /// Response called; none at the first reading of a line.
    pub response: Option<Response>,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A line began with a regimen.
    LineStarted {
        /// From 1.
        line: u32,
        /// Regimen position.
        regimen: usize,
    },
    /// The line went on to another regimen.
    RegimenChanged {
        /// Line, from 1.
        line: u32,
        /// Regimen position.
        regimen: usize,
    },
    /// A line ended.
    LineEnded {
        /// From 1.
        line: u32,
        /// Why.
        reason: LineEnd,
    },
    /// A holiday began.
    HolidayStarted,
    /// The plan was over.
    PlanEnded,
    /// Progression was confirmed.
    Progression {
        /// Line, from 1.
        line: u32,
        /// Day of the first of the two readings.
        first: f64,
        /// Lowest reading before, g/L.
        nadir: f64,
        /// The confirming reading, g/L.
        reading: f64,
        /// Traits of the largest clone at confirmation.
        dominant: TraitSet,
    },
    /// Refractory to an IMiD, a proteasome inhibitor and an anti-CD38 antibody from now on.
    TripleClassRefractory,
    /// The M-protein was not detected; whether immunofixation showed it.
    Immunofixation {
        /// A band was seen.
        positive: bool,
    },
    /// The marrow was looked at.
    Marrow(MarrowRecord),
    /// Free light chains were measured.
    FreeLightChains(Chains),
    /// The urine of 24 hours was looked at.
    Urine(Excreted),
    /// An image was taken: the product of the lesion's diameters, cm2; 0 if none is seen.
    Imaging(f64),
    /// Haemoglobin was measured, g/L.
    Haemoglobin(f64),
    /// Progression is confirmed by a criterion, where more than the serum is looked at.
    ProgressionBy(Criterion),
    /// What a rule, chance or toxicity did to the course.
    Turn(Turn),
    /// The last cell was gone.
    Extinction,
    /// The replicate ended.
    Ended(Stop),
}

/// A sample of the marrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MarrowRecord {
    /// Day.
    pub day: f64,
    /// Line, from 1.
    pub line: u32,
    /// What it showed.
    pub sample: Aspirate,
    /// Whether neither assay nor immunofixation showed any M-protein that day.
    pub clear: bool,
}

/// One line of one replicate.
#[derive(Clone, Debug, PartialEq)]
pub struct LineRecord {
    /// Number, from 1.
    pub line: u32,
    /// Regimen position of its first regimen.
    pub regimen: usize,
    /// Day it began.
    pub started: f64,
    /// Day it ended, with the reason.
    pub ended: Option<(f64, LineEnd)>,
    /// Best confirmed response.
    pub best: Option<Response>,
    /// Lowest reading over first reading.
    pub depth: f64,
    /// Day of response (first of the two readings that confirmed a partial one or better).
    pub responded: Option<f64>,
    /// Day of progression (first of the two readings).
    pub progression: Option<f64>,
    /// The last visit before that, which did not show it.
    pub progressed_after: Option<f64>,
    /// Last reading of the line or the time after it, a day.
    pub followed: f64,
    /// At progression: traits of the largest clone, and the share of cells with each trait.
    pub relapse: Option<(TraitSet, Vec<f64>)>,
}

impl LineRecord {
    /// Time to progression from the start of the line.
    pub fn time_to_progression(&self) -> Endpoint {
        Endpoint::of(self.progression.map(|day| day - self.started), self.followed - self.started)
    }
}

/// What became of one replicate.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The patient.
    pub patient: Patient,
    /// Why it ended.
    pub stop: Stop,
    /// When.
    pub stop_day: f64,
    /// Its lines.
    pub lines: Vec<LineRecord>,
    /// Last visit, a day.
    pub last_visit: f64,
    /// Day the last cell was gone.
    pub extinct: Option<f64>,
    /// Day of triple-class-refractory disease.
    pub triple_refractory: Option<f64>,
    /// Samples of the marrow.
    pub marrow: Vec<MarrowRecord>,
    /// Days from the first possible entry into the study to this patient's.
    pub entered: f64,
    /// Cells at the end.
    pub burden: u64,
    /// Most clones alive or dead.
    pub clones: usize,
    /// What the engine did, and the error that its steps brought.
    pub effort: Effort,
}

impl Outcome {
    /// Overall survival: death of any cause.
    pub fn overall_survival(&self) -> Endpoint {
        Endpoint::of(self.stop.is_death().then_some(self.stop_day), self.stop_day)
    }

    /// Time to the first progression in any line; censored at the last visit.
    pub fn time_to_progression(&self) -> Endpoint {
        let first = self.lines.iter().filter_map(|line| line.progression).reduce(f64::min);
        Endpoint::of(first, self.last_visit)
    }

    /// Progression or death, whichever comes first.
    pub fn progression_free_survival(&self) -> Endpoint {
        self.time_to_progression().first(self.overall_survival())
    }

    /// From the first line to the second one or death.
    pub fn time_to_next_treatment(&self) -> Endpoint {
        let start = self.lines.first().map_or(0.0, |line| line.started);
        let next = self.lines.get(1).map(|line| line.started - start);
        let death = self.overall_survival();
        Endpoint::of(next, self.stop_day - start).first(Endpoint { time: death.time - start, ..death })
    }

    /// Time to triple-class-refractory disease.
    pub fn time_to_triple_refractory(&self) -> Endpoint {
        Endpoint::of(self.triple_refractory, self.stop_day)
    }

    /// Best confirmed response of the first line.
    pub fn best_response(&self) -> Option<Response> {
        self.lines.first().and_then(|line| line.best)
    }
}

/// One replicate, told in full.
#[derive(Clone, Debug)]
pub struct Story {
    /// Clones at record times.
    pub census: Vec<Census>,
    /// The clones at the end, living and dead.
    pub clones: Vec<Subclone>,
    /// Visits.
    pub visits: Vec<Visit>,
    /// Events and their days.
    pub events: Vec<(f64, Event)>,
    /// What became of it.
    pub outcome: Outcome,
}

/// The living clones of a tumour.
pub fn census(tumour: &Tumour, day: f64) -> impl Iterator<Item = Census> {
    let living = tumour.clones().iter().filter(|clone| clone.cells > 0);
    living.map(move |clone| Census { day, clone: clone.id, traits: clone.traits, cells: clone.cells })
}
