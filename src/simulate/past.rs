//! What was before day 0: the growth of the disease to its diagnosis, and the lines that came before those of the plan.
//! Both are conditioned on leading to day 0: what does not is not the patient's, and another one is drawn.

use super::Life;
use super::fate::Fate;
use super::streams::{LazyStream, SignStreams, Streams, toxic};
use crate::calendar::Calendar;
use crate::disease::Tumour;
use crate::engine::{Hazards, Purpose, StreamKey};
use crate::model::{Arm, History, Model};
use crate::record::Stop;
use crate::therapy::DrugClass;

/// Growths that die out before a patient is given up. Of a disease of which one growth in 500 survives, a patient
/// in 5e8 would be.
const MOST_EXTINCT: u32 = 10_000;
/// Growths that take too long before a patient is given up.
const MOST_SLOW: u32 = 10;
/// Courses of earlier lines that end with death or a cure before a patient is given up.
const MOST_LOST: u32 = 200;

/// Whose streams the past is drawn from: futures of one past have that of the first of them.
pub fn key(model: &Model, key: StreamKey) -> StreamKey {
    let shared = model.disease.history.as_ref().is_some_and(|history| history.shared);
    StreamKey { replicate: if shared { 0 } else { key.replicate }, ..key }
}

/// How a growth ended.
enum Growth {
    /// At the burden of diagnosis, on this day since its first cell.
    Diagnosed(f64),
    /// Without a cell.
    Extinct,
    /// Neither within the time allowed.
    Slow,
}

/// Gives a life the tumour of its diagnosis, on the day of which it begins: growth after growth until one comes to that.
pub fn grow(life: &mut Life, history: &History) -> Result<(), Stop> {
    let hazards = Hazards { density: life.density, ..Hazards::none() };
    let (mut extinct, mut slow) = (0, 0);
    while extinct < MOST_EXTINCT && slow < MOST_SLOW {
        life.engine.begin();
        life.engine.end_at(life.person.patient.burden as f64);
        let mut tumour = life.person.empty_tumour(life.model);
        life.person.seed(life.model, &mut tumour, life.streams.past.get())?;
        match attempt(life, history, &mut tumour, &hazards)? {
            Growth::Diagnosed(day) => {
                tumour.count_from(day);
                life.tumour = tumour;
                life.past_effort = life.engine.effort();
                life.engine.begin();
                return Ok(());
            }
            Growth::Extinct => extinct += 1,
            Growth::Slow => slow += 1,
        }
    }
    Err(Stop::Undiagnosed)
}

fn attempt(
    life: &mut Life,
    history: &History,
    tumour: &mut Tumour,
    hazards: &Hazards,
) -> Result<Growth, Stop> {
    let closed = tumour.phenotypes.biology().immigration.iter().all(|arrivals| arrivals.rate == 0.0);
    let mut day = 0.0;
    while tumour.burden() < life.person.patient.burden {
        if tumour.burden() == 0 && closed {
            return Ok(Growth::Extinct);
        }
        if day >= history.longest {
            return Ok(Growth::Slow);
        }
        if !(life.has_time)() {
            return Err(Stop::TimeLimit);
        }
        let until = (day + life.model.engine.step).min(history.longest);
        day = life.engine.advance(tumour, hazards, day, until, life.streams.past.get())?;
    }
    Ok(Growth::Diagnosed(day))
}

/// Takes a life through earlier lines; the day on which the last of them ends becomes day 0.
pub fn arrive<'a>(life: &mut Life<'a, '_>, lines: &'a Arm) -> Result<(), Stop> {
    let longest = life.model.disease.history.as_ref().map_or(life.model.horizon, |history| history.longest);
    let mut streams = earlier_streams(life);
    for _ in 0..MOST_LOST {
        life.engine.begin();
        let mut earlier = Life::new(life.model, lines, life.key, &mut *life.engine, life.has_time);
        earlier.earlier = true;
        earlier.streams = streams;
        earlier.calendar = Calendar::until(life.model, longest);
        earlier.fate = Fate::until(longest);
        earlier.diagnose()?;
        let stop = earlier.run();
        if stop == Stop::PlanEnded && earlier.tumour.burden() > 0 {
            let Life { mut tumour, m_protein, light_chains, refractory, day, past_effort, course, .. } =
                earlier;
            tumour.count_from(day);
            life.past_effort = past_effort.and_then(&life.engine.effort());
            (life.tumour, life.m_protein, life.refractory) = (tumour, m_protein, refractory);
            life.light_chains = light_chains;
            life.lines_before = course.line();
            life.engine.begin();
            life.engine.end_at(life.ceiling());
            note_refractory(life);
            return Ok(());
        } else if stop.is_limit() {
            return Err(stop);
        }
        streams = earlier.streams;
    }
    Err(Stop::Unenrolled)
}

/// Streams of the past alone: what is on day 0 does not shift what comes after it.
fn earlier_streams(life: &Life) -> Streams {
    let key = key(life.model, life.key);
    Streams {
        past: LazyStream::of(key, Purpose::Past),
        before: key.stream(Purpose::Earlier(0)),
        under: key.stream(Purpose::Earlier(1)),
        assay: LazyStream::of(key, Purpose::Earlier(2)),
        immunofixation: LazyStream::of(key, Purpose::Earlier(3)),
        marrow: LazyStream::of(key, Purpose::Earlier(4)),
        visits: LazyStream::of(key, Purpose::Earlier(5)),
        // The upper end of the parts is free of the drugs' consequences.
        signs: SignStreams::of(key, [0, 1, 2, 3].map(|part| Purpose::Earlier(u16::MAX - part))),
        toxicity: (0..toxic(life.model)).map(|number| key.stream(Purpose::Earlier(6 + number))).collect(),
    }
}

/// Who arrives triple-class refractory is it from day 0 on.
fn note_refractory(life: &mut Life) {
    if DrugClass::TRIPLE.iter().all(|class| life.refractory.contains(class)) {
        life.watch.triple_refractory(0.0, 0.0);
    }
}
