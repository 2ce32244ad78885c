//! What the clinic can look at beside the serum M-protein: free light chains beside an intact immunoglobulin, the urine of
//! 24 hours, a plasmacytoma, and haemoglobin. Each is a reading with its noise; calls are made from readings only.

use libm::{cbrt, exp, log1p, sqrt};

use super::assay::{DIGITS, Immunofixation};
use super::m_protein::Kinetics;
use crate::engine::{Stream, sampler};

/// Which of the signs a clinic looks at, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Panel {
    /// Free light chains that the tumour secretes beside its immunoglobulin.
    pub free_light_chains: Option<FreeLightChains>,
    /// The urine of 24 hours.
    pub urine: Option<Urine>,
    /// A plasmacytoma.
    pub imaging: Option<Imaging>,
    /// Haemoglobin.
    pub haemoglobin: Option<Haemoglobin>,
}

impl Panel {
    /// Whether nothing is looked at beside the serum.
    pub fn is_empty(&self) -> bool {
        *self == Panel::default()
    }
}

/// What the signs showed at a visit; none where nobody looked.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signs {
    /// Free light chains.
    pub chains: Option<Chains>,
    /// The urine.
    pub urine: Option<Excreted>,
    /// The plasmacytoma as last seen: the product of two diameters, cm2; 0 if there is none to be seen.
    pub lesion: Option<f64>,
    /// Haemoglobin, g/L.
    pub haemoglobin: Option<f64>,
}

/// A kind of light chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chain {
    /// Kappa.
    Kappa,
    /// Lambda.
    Lambda,
}

/// Free light chains and their assay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FreeLightChains {
    /// Which chain the tumour secretes.
    pub chain: Chain,
    /// Secretion and clearance.
    pub kinetics: Kinetics,
    /// Each chain of a healthy person, g/L.
    pub polyclonal: f64,
    /// Proportional error of the assay.
    pub cv: f64,
    /// Additive error, g/L.
    pub sd: f64,
}

/// A reading of both chains, g/L.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chains {
    /// The chain that the tumour secretes.
    pub involved: f64,
    /// The other.
    pub uninvolved: f64,
    /// Which of them the tumour secretes.
    pub chain: Chain,
}

/// Normal ratios of kappa to lambda (IMWG).
const NORMAL: (f64, f64) = (0.26, 1.65);

/// Least concentration of a chain that is reported, g/L.
const LEAST_CHAIN: f64 = 0.001;

/// Room for the last digit of a ratio of two readings.
const DIGIT: f64 = 1e-12;

impl FreeLightChains {
    /// A reading while the tumour brings this concentration, g/L. Always four draws.
    pub fn read(&self, concentration: f64, stream: &mut Stream) -> Chains {
        let involved = self.measure(concentration + self.polyclonal, stream);
        Chains { involved, uninvolved: self.measure(self.polyclonal, stream), chain: self.chain }
    }

    fn measure(&self, concentration: f64, stream: &mut Stream) -> f64 {
        let (proportional, additive) = (sampler::normal(stream), sampler::normal(stream));
        let measured = concentration * (1.0 + self.cv * proportional) + self.sd * additive;
        ((measured * DIGITS).round() / DIGITS).max(LEAST_CHAIN)
    }
}

impl Chains {
    /// Kappa over lambda.
    pub fn ratio(&self) -> f64 {
        match self.chain {
            Chain::Kappa => self.involved / self.uninvolved,
            Chain::Lambda => self.uninvolved / self.involved,
        }
    }

    /// Whether the ratio is normal: 0.26 to 1.65.
    ///
    /// ```
    /// use clonetide::clinic::{Chain, Chains};
    /// let kappa = |involved| Chains { involved, uninvolved: 0.1, chain: Chain::Kappa };
    /// assert!(kappa(0.165).is_normal() && !kappa(0.166).is_normal());
    /// ```
    pub fn is_normal(&self) -> bool {
        let (low, high) = NORMAL;
        self.ratio() >= low * (1.0 - DIGIT) && self.ratio() <= high * (1.0 + DIGIT)
    }

    /// Involved minus uninvolved chain, g/L; 0 while the ratio is normal.
    pub fn difference(&self) -> f64 {
        if self.is_normal() { 0.0 } else { (self.involved - self.uninvolved).max(0.0) }
    }
}

/// The urine of 24 hours: a share of the light chains that are cleared gets into it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Urine {
    /// That share.
    pub share: f64,
    /// Error of collection and assay, a coefficient of variation.
    pub cv: f64,
    /// Less than this is not seen by electrophoresis, mg per 24 h.
    pub limit: f64,
    /// Immunofixation of the urine; its threshold in mg per 24 h.
    pub immunofixation: Immunofixation,
}

/// What was in the urine of 24 hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excreted {
    /// M-protein, mg per 24 h; 0 if electrophoresis shows none.
    pub m_protein: f64,
    /// Whether immunofixation shows a band.
    pub band: bool,
}

impl Urine {
    /// A reading while so much of the light chains is cleared, g per day. Always two draws.
    pub fn read(&self, cleared: f64, stream: &mut Stream) -> Excreted {
        let excreted = 1000.0 * self.share * cleared;
        let measured = (excreted * (1.0 + self.cv * sampler::normal(stream))).round();
        Excreted {
            m_protein: if measured < self.limit { 0.0 } else { measured.max(0.0) },
            band: self.immunofixation.is_positive(excreted, stream),
        }
    }
}

impl Excreted {
    /// No M-protein by electrophoresis and immunofixation.
    pub fn is_clear(&self) -> bool {
        self.m_protein == 0.0 && !self.band
    }
}

/// A plasmacytoma that holds a share of the tumour's cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Imaging {
    /// Days between images, each at the next visit; the first is taken on day 0.
    pub every: f64,
    /// Share of the tumour's cells in it.
    pub share: f64,
    /// Error of the product of its diameters, a coefficient of variation.
    pub cv: f64,
}

/// Cells in 1 cm3 of a plasmacytoma.
const CELLS_PER_CM3: f64 = 1e9;

/// Diameter from which a lesion is seen, cm.
const VISIBLE: f64 = 1.0;

/// Steps of the reported product of diameters in 1 cm2.
const TENTHS: f64 = 10.0;

impl Imaging {
    /// Diameter of the lesion as a sphere, cm.
    fn diameter(&self, burden: f64) -> f64 {
        let volume = self.share * burden / CELLS_PER_CM3;
        cbrt(6.0 * volume / std::f64::consts::PI)
    }

    /// The product of the lesion's diameters, cm2, to 0.1; 0 if it is too small to be seen. Always one draw.
    ///
    /// ```
    /// use clonetide::clinic::Imaging;
    /// use clonetide::engine::{Purpose, StreamKey};
    /// let mut stream = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::Imaging);
    /// // 1 % of 4.19e11 cells are 4.19 cm3: a sphere of 2 cm.
    /// let imaging = Imaging { every: 168.0, share: 0.01, cv: 0.0 };
    /// assert_eq!(imaging.read(4.19e11, &mut stream), 4.0);
    /// ```
    pub fn read(&self, burden: f64, stream: &mut Stream) -> f64 {
        let diameter = self.diameter(burden);
        let sigma = sqrt(log1p(self.cv * self.cv));
        let product = diameter * diameter * exp(sigma * sampler::normal(stream));
        if diameter < VISIBLE { 0.0 } else { (product * TENTHS).round() / TENTHS }
    }
}

/// Haemoglobin: it falls as the tumour takes the place of the marrow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Haemoglobin {
    /// Without a tumour, g/L.
    pub healthy: f64,
    /// What would be lost of it in a marrow that is all tumour, g/L.
    pub lost: f64,
    /// Spread of readings, g/L.
    pub sd: f64,
}

impl Haemoglobin {
    /// A reading while the tumour has this share of the marrow, g/L, to 1. Always one draw.
    pub fn read(&self, share: f64, stream: &mut Stream) -> f64 {
        (self.healthy - self.lost * share + self.sd * sampler::normal(stream)).round().max(0.0)
    }
}

#[cfg(test)]
#[path = "signs_tests.rs"]
mod tests;
