//! Simulators between two pieces of work: what an engine has learned of the drugs serves the next piece too.

use std::sync::{Mutex, PoisonError};

use crate::engine::Engine;
use crate::model::Model;
use crate::simulate::Simulator;

/// An engine and the point of the study that it is for.
type Waiter = (u64, Box<dyn Engine + Send>);

/// Engines that wait for work; as many as there were threads at work at the same time.
#[derive(Default)]
pub struct Waiting {
    engines: Mutex<Vec<Waiter>>,
}

/// A simulator at work; at the end its engine waits again.
pub struct Lent<'w, 'm> {
    waiting: &'w Waiting,
    point: u64,
    model: &'m Model,
    simulator: Option<Simulator<'m>>,
}

impl Waiting {
    /// A simulator of a point of a study, which is this model. Engines of earlier points are let go.
    pub fn lend<'m>(&self, model: &'m Model, point: u64) -> Lent<'_, 'm> {
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        engines.retain(|(of, _)| *of >= point);
        let known = engines.iter().position(|(of, _)| *of == point).map(|place| engines.swap_remove(place).1);
        let simulator = known.map(|engine| Simulator::with(model, engine));
        Lent { waiting: self, point, model, simulator }
    }
}

impl<'m> Lent<'_, 'm> {
    /// The simulator.
    pub fn simulator(&mut self) -> &mut Simulator<'m> {
        self.simulator.get_or_insert_with(|| Simulator::new(self.model))
    }
}

impl Drop for Lent<'_, '_> {
    fn drop(&mut self) {
        // After a panic it may be in any state.
        if std::thread::panicking() {
            return;
        }
        if let Some(simulator) = self.simulator.take() {
            let mut engines = self.waiting.engines.lock().unwrap_or_else(PoisonError::into_inner);
            engines.push((self.point, simulator.into_engine()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn waiting(all: &Waiting) -> Vec<u64> {
        all.engines.lock().unwrap().iter().map(|(point, _)| *point).collect()
    }

    #[test]
    fn an_engine_serves_its_point_and_no_other() {
        let text = r#"
            name = "one arm"
            study = { horizon = "7 d" }
            disease = { burden = 1e3, division = "0.1 /d", death = "0.1 /d" }
            arm = [{ name = "a", lines = [{ holiday = "7 d" }] }]
        "#;
        let scenario = Scenario::read("x.toml", text, &[]).unwrap();
        let (model, all) = (&scenario.model, Waiting::default());
        let mut both = [all.lend(model, 3), all.lend(model, 3)];
        both.iter_mut().for_each(|lent| {
            lent.simulator();
        });
        assert!(waiting(&all).is_empty());
        drop(both);
        assert_eq!(waiting(&all), [3, 3]);
        let again = all.lend(model, 3);
        assert!(again.simulator.is_some() && waiting(&all) == [3]);
        let next = all.lend(model, 4);
        assert!(next.simulator.is_none() && waiting(&all).is_empty(), "point 3 is over");
        drop(again);
        assert_eq!(waiting(&all), [3], "and goes when the next one asks");
        drop(next);
        assert_eq!(waiting(&all), [3], "one that was never used does not wait");
    }
}
