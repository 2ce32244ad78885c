//! Crowding: how the tumour's own size slows its growth.

use libm::log;

/// The shape of the slowing with the burden N.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// No crowding.
    None,
    /// Room left is 1 - N / K (Verhulst; `theory` cases H03 to H05).
    Logistic {
        /// Carrying capacity K, cells.
        capacity: f64,
    },
    /// Room left is ln(K / N) / ln(K / R) above the reference burden R, and 1 below it.
    Gompertz {
        /// Carrying capacity K, cells.
        capacity: f64,
        /// Burden R up to which the stated rates hold, cells.
        reference: f64,
    },
}

impl Law {
    /// The same law with another carrying capacity, cells.
    pub fn with_capacity(self, capacity: f64) -> Law {
        match self {
            Law::None => Law::None,
            Law::Logistic { .. } => Law::Logistic { capacity },
            Law::Gompertz { reference, .. } => Law::Gompertz { capacity, reference },
        }
    }

    /// The same law with another reference burden, cells; of the Gompertz law only.
    pub fn with_reference(self, reference: f64) -> Law {
        match self {
            Law::Gompertz { capacity, .. } => Law::Gompertz { capacity, reference },
            law => law,
        }
    }

    /// The same law, its capacity above its reference: one that chance put below counts as just above.
    pub fn ordered(self) -> Law {
        match self {
            Law::Gompertz { capacity, reference } if capacity <= reference => {
                Law::Gompertz { capacity: 1.01 * reference, reference }
            }
            law => law,
        }
    }
}

/// What crowding acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActsOn {
    /// The division rate is multiplied by the room left (never below 0).
    Division,
    /// (division - death of the wild type) x (1 - room left) is added to every death rate.
    Death,
}

/// Density dependence: a law and what it acts on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Density {
    /// The law.
    pub law: Law,
    /// What it acts on.
    pub acts_on: ActsOn,
    /// Net growth of a wild-type cell with all the room, per day; scales added death.
    pub net_growth: f64,
}

/// How far division is slowed and death raised at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crowding {
    /// Multiplies every division rate, 0 to 1.
    pub division_factor: f64,
    /// Added to every death rate, per day.
    pub death_added: f64,
}

impl Crowding {
    /// All the room there is.
    pub const NONE: Crowding = Crowding { division_factor: 1.0, death_added: 0.0 };
}

impl Density {
    /// No density dependence.
    pub const NONE: Density = Density { law: Law::None, acts_on: ActsOn::Division, net_growth: 0.0 };

    /// Whether the burden matters at all.
    pub fn is_none(&self) -> bool {
        self.law == Law::None
    }

    /// The room left at a burden: 1 is all, 0 none; below 0 beyond the capacity.
    pub fn room(&self, burden: f64) -> f64 {
        match self.law {
            Law::None => 1.0,
            Law::Logistic { capacity } => 1.0 - burden / capacity,
            Law::Gompertz { reference, .. } if burden <= reference => 1.0,
            Law::Gompertz { capacity, reference } => log(capacity / burden) / log(capacity / reference),
        }
    }

    /// The crowding when this much room is left.
    pub fn crowding(&self, room: f64) -> Crowding {
        match (self.is_none(), self.acts_on) {
            (true, _) => Crowding::NONE,
            (_, ActsOn::Division) => Crowding { division_factor: room.clamp(0.0, 1.0), death_added: 0.0 },
            (_, ActsOn::Death) => {
                Crowding { division_factor: 1.0, death_added: (self.net_growth * (1.0 - room)).max(0.0) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn density(law: Law, acts_on: ActsOn) -> Density {
        Density { law, acts_on, net_growth: 0.3 }
    }

    #[test]
    fn logistic_division_stops_at_capacity_and_stays_stopped() {
        let d = density(Law::Logistic { capacity: 50.0 }, ActsOn::Division);
        assert_eq!(d.crowding(d.room(10.0)).division_factor, 0.8);
        assert_eq!(d.crowding(d.room(80.0)).division_factor, 0.0);
    }

    #[test]
    fn logistic_death_balances_growth_at_capacity_and_exceeds_it_beyond() {
        let d = density(Law::Logistic { capacity: 40.0 }, ActsOn::Death);
        assert!((d.crowding(d.room(40.0)).death_added - 0.3).abs() < 1e-15);
        assert!((d.crowding(d.room(80.0)).death_added - 0.6).abs() < 1e-15);
    }

    #[test]
    fn extrapolated_room_never_speeds_division_up_nor_takes_death_away() {
        for acts_on in [ActsOn::Division, ActsOn::Death] {
            assert_eq!(density(Law::Logistic { capacity: 1e3 }, acts_on).crowding(1e9), Crowding::NONE);
        }
    }

    #[test]
    fn a_capacity_that_chance_put_below_its_reference_counts_as_just_above() {
        let law = |capacity: f64| Law::Gompertz { capacity, reference: 1e9 };
        assert_eq!(law(1e12).with_reference(1e8), Law::Gompertz { capacity: 1e12, reference: 1e8 });
        assert_eq!([1e8, 1e9].map(|capacity| law(capacity).ordered()), [law(1.01e9); 2]);
        assert_eq!(law(1.001e9).ordered(), law(1.001e9));
        assert_eq!(Law::Logistic { capacity: 5.0 }.with_reference(9.0), Law::Logistic { capacity: 5.0 });
    }

    #[test]
    fn gompertz_grows_in_full_below_the_reference_and_stops_at_capacity() {
        let d = density(Law::Gompertz { capacity: 1e12, reference: 1e9 }, ActsOn::Death);
        assert_eq!(d.room(1e6), 1.0);
        assert!((d.room(1e12)).abs() < 1e-15);
        assert!((d.room(10f64.powf(10.5)) - 0.5).abs() < 1e-12);
    }
}
