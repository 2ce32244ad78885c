//! The story of one patient in one arm: the loop that everything else serves.

mod fate;
mod past;
mod streams;
mod visit;

use std::collections::BTreeSet;

use crate::calendar::{Calendar, MOMENT};
use crate::clinic::{Monitor, Signs};
use crate::disease::{Density, Overflow, Phenotype, Tumour};
use fate::Fate;
use libm::pow;
use rand::RngExt;
use streams::{LazyStream, Streams};

use crate::engine::{
    Acting, Effort, Engine, Exact, Halt, Hazards, Leap, Pace, Pressure, Purpose, Stream, StreamKey, pulse,
};
use crate::level::Level;
use crate::model::{Arm, Method, Model};
use crate::patient::{Patient, Person};
use crate::record::{Stop, Story};
use crate::therapy::{AfterPlan, Course, DrugClass, Luck, Stretch, Tolerance};
use crate::watch::Watch;

/// Simulates one replicate of one patient in one arm: a pure function of its arguments.
pub fn simulate(model: &Model, arm: &Arm, key: StreamKey) -> Story {
    Simulator::new(model).tell(arm, key)
}

/// Tells one story after another, with the same engine: it saves the time to set one up.
pub struct Simulator<'a> {
    model: &'a Model,
    engine: Box<dyn Engine + Send>,
}

impl<'a> Simulator<'a> {
    /// A simulator of a model.
    pub fn new(model: &'a Model) -> Simulator<'a> {
        let ceiling = f64::INFINITY;
        let engine: Box<dyn Engine + Send> = match model.engine.method {
            Method::Exact => Box::new(Exact::new(model.limits.events, ceiling)),
            Method::Leap => {
                let pace = Pace { tolerance: model.engine.tolerance, horizon: model.horizon, ceiling };
                Box::new(Leap::new(pace, model.engine.exact_below))
            }
        };
        Simulator::with(model, engine)
    }

    /// With an engine of another simulator of the same model.
    pub fn with(model: &'a Model, engine: Box<dyn Engine + Send>) -> Simulator<'a> {
        Simulator { model, engine }
    }

    /// Its engine, for another simulator of the same model.
    pub fn into_engine(self) -> Box<dyn Engine + Send> {
        self.engine
    }

    /// One replicate of one patient in one arm; what was told before makes no difference.
    pub fn tell(&mut self, arm: &'a Arm, key: StreamKey) -> Story {
        self.tell_while(arm, key, &|| true)
    }

    /// As [`Simulator::tell`], for as long as there is time: asked at every boundary, so that the model needs no clock.
    pub fn tell_while(&mut self, arm: &'a Arm, key: StreamKey, has_time: &dyn Fn() -> bool) -> Story {
        self.engine.begin();
        Life::new(self.model, arm, key, self.engine.as_mut(), has_time).live()
    }
}

/// One patient's life under a plan.
struct Life<'a, 'e> {
    model: &'a Model,
    key: StreamKey,
    /// Whether it is the life before day 0, which no cure takes there.
    earlier: bool,
    /// Lines of therapy before day 0.
    lines_before: u32,
    after_plan: AfterPlan,
    person: Person,
    fate: Fate,
    density: Density,
    tumour: Tumour,
    course: Course<'a>,
    calendar: Calendar,
    engine: &'e mut dyn Engine,
    has_time: &'e dyn Fn() -> bool,
    streams: Streams,
    past_effort: Effort,
    watch: Watch,
    day: f64,
    m_protein: f64,
    /// Free light chains in serum that come of the tumour, g/L.
    light_chains: f64,
    last_reading: f64,
    /// What the signs showed when they were last looked at.
    signs: Signs,
    /// Day of the last image.
    imaged: f64,
    /// Cells when the present line began.
    line_burden: f64,
    monitor: Option<Monitor>,
    refractory: BTreeSet<DrugClass>,
}

impl<'a, 'e> Life<'a, 'e> {
    fn new(
        model: &'a Model,
        arm: &'a Arm,
        key: StreamKey,
        engine: &'e mut dyn Engine,
        has_time: &'e dyn Fn() -> bool,
    ) -> Life<'a, 'e> {
        let person = Person::draw(model, key);
        let fate = Fate::draw(model, &person, key);
        let mut streams = Streams::of(model, key);
        Life {
            model,
            key,
            earlier: false,
            lines_before: 0,
            after_plan: arm.plan.after,
            density: person.density(model),
            tumour: person.empty_tumour(model),
            course: course(model, arm, key, &mut streams.toxicity).with_drugs(&person.drugs),
            person,
            calendar: Calendar::new(model, fate.end()),
            fate,
            engine,
            has_time,
            streams,
            past_effort: Effort::NONE,
            watch: Watch::default(),
            day: 0.0,
            m_protein: 0.0,
            light_chains: 0.0,
            last_reading: 0.0,
            signs: Signs::default(),
            imaged: f64::NEG_INFINITY,
            line_burden: 0.0,
            monitor: None,
            refractory: BTreeSet::new(),
        }
    }

    fn live(&mut self) -> Story {
        let stop = self.present().map_or_else(|stop| stop, |()| self.run());
        self.end(stop)
    }

    /// From boundary to boundary: see the doctor, take the drugs, be observed, let time pass.
    fn run(&mut self) -> Stop {
        loop {
            self.course.catch_up(self.day);
            self.visit();
            if let Some(stop) = self.ending() {
                self.observe();
                return stop;
            }
            if let Err(overflow) = self.act() {
                return overflow.into();
            }
            self.observe();
            if self.course.is_over() && self.after_plan == AfterPlan::Stop {
                return Stop::PlanEnded;
            }
            if let Some(stop) = self.limit() {
                return stop;
            }
            let until = self.calendar.next(self.course.next_boundary());
            if let Err(halt) = self.advance(until) {
                return halt.into();
            }
        }
    }

    /// The patient as on day 0: newly diagnosed, or after earlier lines.
    fn present(&mut self) -> Result<(), Stop> {
        let history = self.model.disease.history.as_ref();
        match history.and_then(|history| history.earlier.as_ref()) {
            Some(lines) => past::arrive(self, lines),
            None => self.diagnose(),
        }
    }

    /// The disease at diagnosis: there with its burden, or grown to it.
    fn diagnose(&mut self) -> Result<(), Stop> {
        match self.model.disease.history.as_ref().filter(|_| self.person.founders.is_some()) {
            Some(history) => past::grow(self, history)?,
            None => self.person.seed(self.model, &mut self.tumour, &mut self.streams.before)?,
        }
        self.engine.end_at(self.ceiling());
        if let Some(clinic) = self.person.clinic {
            let burden = self.tumour.secreting_burden();
            let growth = if clinic.growing { self.growth() } else { 0.0 };
            self.m_protein = clinic.kinetics.grown(burden, growth);
            let chains = clinic.panel.free_light_chains;
            self.light_chains = chains.map_or(0.0, |chains| chains.kinetics.grown(burden, growth));
        }
        Ok(())
    }

    /// Net growth of a wild-type cell at the present burden, per day.
    fn growth(&self) -> f64 {
        let crowding = self.density.crowding(self.density.room(self.tumour.burden() as f64));
        let Patient { division, death, .. } = self.person.patient;
        division * crowding.division_factor - death - crowding.death_added
    }

    fn observe(&mut self) {
        debug_assert_eq!(self.tumour.verify(), Ok(()), "day {}", self.day);
        self.watch.boundary(self.day, &self.tumour);
        if self.calendar.record_due(self.day) {
            self.watch.record(self.day, &self.tumour);
        }
    }

    /// What toxicity, the plan and the pharmacy do today; what acts at once acts now.
    fn act(&mut self) -> Result<(), Overflow> {
        let toxicity = &mut self.streams.toxicity;
        let mut patience = |drug, consequence| Streams::patience(toxicity, drug, consequence);
        let suffered = self.course.suffer(self.day, &mut patience);
        self.take(suffered);
        let turns = self.course.act(self.day);
        self.take(turns);
        for (drug, log_kill) in self.course.take_pulses() {
            let logs = self.own_logs(drug, log_kill) * self.person.patient.kill_scale;
            let left = |phenotype: &Phenotype| phenotype.responses[drug].sensitivity(|_| 0.0).kill;
            let survival = |phenotype: &Phenotype| pow(10.0, -logs * left(phenotype));
            pulse(&mut self.tumour, survival, self.day, &mut self.streams.under)?;
        }
        Ok(())
    }

    /// What a dose that would kill so much at once does in this patient, as a decimal logarithm.
    fn own_logs(&self, drug: usize, log_kill: f64) -> f64 {
        let (own, standard) = (self.person.drugs[drug].log_kill, self.model.drugs[drug].log_kill);
        if own == standard { log_kill } else { log_kill * own / standard }
    }

    /// Burden of death, cells.
    fn lethal(&self) -> f64 {
        self.person.lethal_burden.unwrap_or(f64::INFINITY)
    }

    /// The burden that ends the story, whatever else happens.
    fn ceiling(&self) -> f64 {
        self.model.detection.min(self.lethal())
    }

    fn ending(&self) -> Option<Stop> {
        if self.tumour.burden() as f64 >= self.lethal() {
            Some(Stop::Death)
        } else if self.tumour.burden() as f64 >= self.model.detection {
            Some(Stop::Detection)
        } else if self.calendar.is_over(self.day) || self.earlier && self.tumour.burden() == 0 {
            Some(self.fate.stop())
        } else {
            None
        }
    }

    /// The limit that the story has come to, if any.
    fn limit(&self) -> Option<Stop> {
        if self.watch.rows() > self.model.limits.rows {
            Some(Stop::RowLimit)
        } else if !(self.has_time)() {
            Some(Stop::TimeLimit)
        } else {
            None
        }
    }

    /// Lets time pass until the next boundary.
    fn advance(&mut self, until: f64) -> Result<(), Halt> {
        if until - self.day <= MOMENT {
            self.day = until;
            return Ok(());
        }
        let before = self.tumour.secreting_burden();
        let hazards = self.hazards(until);
        let begun = self.course.exposure().begun();
        let stream = if begun { &mut self.streams.under } else { &mut self.streams.before };
        let reached = self.engine.advance(&mut self.tumour, &hazards, self.day, until, stream)?;
        if let Some(clinic) = self.person.clinic {
            let after = self.tumour.secreting_burden();
            let days = reached - self.day;
            self.m_protein = clinic.kinetics.advance(self.m_protein, before, after, days);
            if let Some(chains) = clinic.panel.free_light_chains {
                self.light_chains = chains.kinetics.advance(self.light_chains, before, after, days);
            }
        }
        self.day = reached;
        Ok(())
    }

    /// What acts on the cells until the next boundary.
    fn hazards(&self, until: f64) -> Hazards {
        let regimen = self.course.regimen(self.day).map(|(regimen, _)| regimen);
        let together = self.person.together(self.model, regimen);
        let course =
            self.course.ahead(self.day, until).into_iter().map(|stretch| self.acting(stretch)).collect();
        Hazards {
            course,
            combination: together.combination,
            synergies: together.synergies.clone(),
            density: self.density,
        }
    }

    /// The drugs that act in a stretch.
    fn acting(&self, Stretch { from, levels }: Stretch) -> Acting {
        let acts = |(_, level): &(usize, Level)| *level != Level::OFF;
        let t_cells = self.t_cell_fitness();
        let pressure = |(drug, level): (usize, Level)| {
            let medicine = &self.person.drugs[drug];
            let fitness = if medicine.by_t_cells { t_cells } else { 1.0 };
            Pressure {
                drug,
                kill: medicine.kill * self.person.patient.kill_scale * fitness,
                slows: medicine.slows,
                mutagenic: medicine.mutagenic,
                hill: medicine.action.hill(),
                level,
            }
        };
        Acting { from, pressures: levels.into_iter().enumerate().filter(acts).map(pressure).collect() }
    }

    /// What the lines before this one have left of the fitness of the T cells.
    fn t_cell_fitness(&self) -> f64 {
        let before = (self.lines_before + self.course.line()).saturating_sub(1);
        self.person.patient.t_cell_fitness * pow(1.0 - self.model.disease.t_cell_wear, f64::from(before))
    }

    fn end(&mut self, stop: Stop) -> Story {
        let effort = self.past_effort.and_then(&self.engine.effort());
        std::mem::take(&mut self.watch).finish(
            self.day,
            stop,
            self.person.patient,
            self.fate.entered,
            &self.tumour,
            effort,
        )
    }
}

/// The course of a patient who bears drugs as chance has it, and is lost to treatment as chance has it.
fn course<'a>(model: &'a Model, arm: &'a Arm, key: StreamKey, toxicity: &mut [Stream]) -> Course<'a> {
    let mut patience = |drug, consequence| Streams::patience(toxicity, drug, consequence);
    let tolerance = Tolerance::new(&model.toxicity, &mut patience);
    let mut lottery = LazyStream::of(key, Purpose::Attrition);
    let stages = if arm.plan.is_certain() { &[] } else { &*arm.plan.stages };
    let lots = stages.iter().map(|_| lottery.get().random::<f64>()).collect();
    Course::new(&arm.plan, &model.regimens, &model.drugs, Luck::of(key)).with_chances(tolerance, lots)
}

impl From<Overflow> for Stop {
    fn from(overflow: Overflow) -> Stop {
        match overflow {
            Overflow::Clones => Stop::CloneLimit,
            Overflow::Cells => Stop::CellLimit,
        }
    }
}

impl From<Halt> for Stop {
    fn from(halt: Halt) -> Stop {
        match halt {
            Halt::Overflow(overflow) => overflow.into(),
            Halt::Events => Stop::EventLimit,
        }
    }
}
