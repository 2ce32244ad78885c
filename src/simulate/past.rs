//! The growth of a disease before day 0, conditioned on the diagnosis that makes it a patient's.

use crate::disease::Tumour;
use crate::engine::{Effort, Engine, Hazards, Stream};
use crate::model::{History, Model};
use crate::patient::Person;
use crate::record::Stop;

/// Growths that die out before a patient is given up. Of a disease of which one growth in 500 survives, a patient
/// in 5e8 would be.
const MOST_EXTINCT: u32 = 10_000;
/// Growths that take too long before a patient is given up.
const MOST_SLOW: u32 = 10;

/// How a growth ended.
enum Growth {
    /// At the burden of diagnosis, on this day since its first cell.
    Diagnosed(f64),
    /// Without a cell.
    Extinct,
    /// Neither within the time allowed.
    Slow,
}

/// The tumour on day 0, and what the engine did for it: growth after growth until one reaches the burden.
pub fn grow(
    model: &Model,
    history: History,
    person: &Person,
    engine: &mut dyn Engine,
    stream: &mut Stream,
) -> Result<(Tumour, Effort), Stop> {
    let hazards =
        Hazards { pressures: Vec::new(), combination: model.combination, density: person.density(model) };
    let (mut extinct, mut slow) = (0, 0);
    while extinct < MOST_EXTINCT && slow < MOST_SLOW {
        engine.begin();
        engine.end_at(person.patient.burden as f64);
        let mut tumour = person.empty_tumour(model);
        person.seed(model, &mut tumour, stream)?;
        match attempt(model, history, person, &mut tumour, &hazards, engine, stream)? {
            Growth::Diagnosed(day) => {
                tumour.count_from(day);
                return Ok((tumour, engine.effort()));
            }
            Growth::Extinct => extinct += 1,
            Growth::Slow => slow += 1,
        }
    }
    Err(Stop::Undiagnosed)
}

fn attempt(
    model: &Model,
    history: History,
    person: &Person,
    tumour: &mut Tumour,
    hazards: &Hazards,
    engine: &mut dyn Engine,
    stream: &mut Stream,
) -> Result<Growth, Stop> {
    let closed = tumour.phenotypes.biology().immigration.iter().all(|arrivals| arrivals.rate == 0.0);
    let mut day = 0.0;
    while tumour.burden() < person.patient.burden {
        if tumour.burden() == 0 && closed {
            return Ok(Growth::Extinct);
        }
        if day >= history.longest {
            return Ok(Growth::Slow);
        }
        let until = (day + model.engine.step).min(history.longest);
        day = engine.advance(tumour, hazards, day, until, stream)?;
    }
    Ok(Growth::Diagnosed(day))
}
