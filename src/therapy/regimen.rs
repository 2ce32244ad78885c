//! Drugs on days of a cycle.

/// One drug of a regimen on its days.
#[derive(Clone, Debug, PartialEq)]
pub struct Component {
    /// The drug's position in the scenario.
    pub drug: usize,
    /// Days of the cycle, counted from 1 as the clinic does, rising.
    pub days: Vec<u32>,
    /// First cycle in which it is given, counted from 1.
    pub first_cycle: u32,
    /// Last cycle in which it is given; none if it goes on.
    pub last_cycle: Option<u32>,
    /// Dose in units of the drug's standard dose.
    pub strength: f64,
}

/// A regimen: a cycle, repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct Regimen {
    /// Its name in the scenario.
    pub name: String,
    /// Length of a cycle, whole days.
    pub cycle_days: u32,
    /// What is given.
    pub components: Vec<Component>,
}

/// A dose to be given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dose {
    /// The drug's position in the scenario.
    pub drug: usize,
    /// In units of the drug's standard dose.
    pub strength: f64,
}

impl Regimen {
    /// The doses of the day `day`, counted from the regimen's first day as 0.
    pub fn doses_on(&self, day: u64) -> impl Iterator<Item = Dose> {
        let cycle = day / u64::from(self.cycle_days) + 1;
        let day_of_cycle = (day % u64::from(self.cycle_days)) as u32 + 1;
        let given = move |c: &&Component| c.in_cycle(cycle) && c.days.contains(&day_of_cycle);
        self.components.iter().filter(given).map(move |c| Dose { drug: c.drug, strength: c.strength })
    }

    /// The first day from `day` on with a dose; none if no dose is left.
    pub fn next_dose_day(&self, day: u64) -> Option<u64> {
        self.components.iter().filter_map(|c| c.next_day(day, u64::from(self.cycle_days))).min()
    }
}

impl Component {
    fn in_cycle(&self, cycle: u64) -> bool {
        cycle >= u64::from(self.first_cycle) && self.last_cycle.is_none_or(|last| cycle <= u64::from(last))
    }

    fn next_day(&self, from: u64, cycle_days: u64) -> Option<u64> {
        let cycle = (from / cycle_days + 1).max(u64::from(self.first_cycle));
        let candidates = [cycle, cycle + 1].into_iter().filter(|&c| self.in_cycle(c));
        let days =
            candidates.flat_map(|c| self.days.iter().map(move |&d| (c - 1) * cycle_days + u64::from(d) - 1));
        days.filter(|&day| day >= from).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(days: &[u32], first_cycle: u32, last_cycle: Option<u32>) -> Component {
        Component { drug: 0, days: days.to_vec(), first_cycle, last_cycle, strength: 1.0 }
    }

    fn dose_days(regimen: &Regimen, until: u64) -> Vec<u64> {
        (0..until).filter(|&day| regimen.doses_on(day).count() > 0).collect()
    }

    #[test]
    fn daratumumab_is_weekly_then_fortnightly_then_monthly() {
        let components = vec![
            component(&[1, 8, 15, 22], 1, Some(2)),
            component(&[1, 15], 3, Some(6)),
            component(&[1], 7, None),
        ];
        let dara = Regimen { name: "D".into(), cycle_days: 28, components };
        let days = dose_days(&dara, 28 * 9);
        assert_eq!(days[..8], [0, 7, 14, 21, 28, 35, 42, 49]);
        assert_eq!(days[8..16], [56, 70, 84, 98, 112, 126, 140, 154]);
        assert_eq!(days[16..], [168, 196, 224]);
    }

    #[test]
    fn next_dose_day_agrees_with_the_days_one_by_one() {
        let components = vec![
            component(&[1, 4, 8, 11], 1, Some(2)),
            component(&[5], 4, Some(4)),
            component(&[21], 6, None),
        ];
        let regimen = Regimen { name: "X".into(), cycle_days: 21, components };
        let days = dose_days(&regimen, 21 * 8);
        for from in 0..21 * 7 {
            assert_eq!(regimen.next_dose_day(from), days.iter().copied().find(|&d| d >= from), "from {from}");
        }
    }

    #[test]
    fn a_regimen_can_end() {
        let regimen =
            Regimen { name: "X".into(), cycle_days: 21, components: vec![component(&[1], 1, Some(2))] };
        assert_eq!(regimen.next_dose_day(22), None);
    }
}
