//! A drug: how fast it kills a sensitive cell and how long each dose acts.

/// The classes that "triple-class refractory" counts, and every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DrugClass {
    /// Immunomodulatory drug that binds cereblon.
    Imid,
    /// Proteasome inhibitor.
    ProteasomeInhibitor,
    /// Antibody against CD38.
    AntiCd38,
    /// Glucocorticoid.
    Glucocorticoid,
    /// Alkylating agent.
    Alkylator,
    /// Anything else.
    Other,
}

impl DrugClass {
    /// The classes a triple-class-refractory patient is refractory to (IMWG).
    pub const TRIPLE: [DrugClass; 3] = [DrugClass::Imid, DrugClass::ProteasomeInhibitor, DrugClass::AntiCd38];
}

/// How a dose acts over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// In full for a fixed time after each dose.
    Window {
        /// Days.
        days: f64,
    },
    /// By an exponentially decaying concentration (doses add up) through an Emax-Hill curve.
    Decay {
        /// Half-life, days.
        half_life: f64,
        /// Concentration of half effect, in units of one standard dose.
        ec50: f64,
        /// Hill exponent.
        hill: f64,
    },
    /// At once: each sensitive cell dies with probability 1 - 10^(-log_kill).
    Pulse {
        /// Decimal logarithm of the cells before over those after.
        log_kill: f64,
    },
}

/// A drug.
#[derive(Clone, Debug, PartialEq)]
pub struct Drug {
    /// Its name in the scenario.
    pub name: String,
    /// Its class.
    pub class: DrugClass,
    /// Death rate it adds to a fully sensitive cell at full effect, per day.
    pub kill: f64,
    /// Share of the division rate that a fully sensitive cell loses at full effect, 0 to 1.
    pub slows: f64,
    /// How a dose acts.
    pub action: Action,
}
