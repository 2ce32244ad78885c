//! The noisy readings through which the clinic sees the M-protein: densitometry or free light chains, and
//! immunofixation.

use libm::{exp, log1p, sqrt};

use crate::engine::{Stream, sampler};

/// Steps of a reading in 1 g/L. Calls are made from what is reported, so that the tables explain them.
pub const DIGITS: f64 = 1000.0;

/// Noise and limit of the quantitative assay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Assay {
    /// Proportional error, a fraction.
    pub cv: f64,
    /// Additive error, g/L: that of drawing the borders of a peak, so that of densitometry no peak has none.
    pub sd: f64,
    /// Limit of detection, g/L: a peak of less is not seen and reported as 0, one that is seen is reported as this or more.
    pub limit: f64,
    /// The chains, if the reading is the difference of involved and uninvolved free light chains.
    pub light_chains: Option<LightChains>,
}

/// The free light chains of a healthy person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LightChains {
    /// Concentration of each chain beside that of the tumour, g/L.
    pub polyclonal: f64,
    /// Highest normal ratio of the involved to the uninvolved chain; up to it nothing is reported.
    pub normal_ratio: f64,
}

impl Assay {
    /// A reading of a true concentration, g/L, as the laboratory reports it: to 0.001 g/L.
    /// Always as many draws, so that no reading shifts the next.
    pub fn read(&self, concentration: f64, stream: &mut Stream) -> f64 {
        match self.light_chains {
            None => self.densitometry(concentration, stream),
            Some(chains) => {
                let reported = rounded(self.difference(concentration, chains, stream));
                if reported < self.limit { 0.0 } else { reported.max(0.0) }
            }
        }
    }

    /// The M-protein as the area of a peak: what makes no peak has no area, whatever the noise of the base line.
    fn densitometry(&self, concentration: f64, stream: &mut Stream) -> f64 {
        let (proportional, additive) = (sampler::normal(stream), sampler::normal(stream));
        let peak = concentration * (1.0 + self.cv * proportional);
        if rounded(peak) < self.limit { 0.0 } else { rounded(peak + self.sd * additive).max(self.limit) }
    }

    fn measure(&self, concentration: f64, stream: &mut Stream) -> f64 {
        let (proportional, additive) = (sampler::normal(stream), sampler::normal(stream));
        concentration * (1.0 + self.cv * proportional) + self.sd * additive
    }

    /// Involved minus uninvolved chain; 0 while their ratio is normal.
    fn difference(&self, concentration: f64, chains: LightChains, stream: &mut Stream) -> f64 {
        let involved = self.measure(concentration + chains.polyclonal, stream);
        let uninvolved = self.measure(chains.polyclonal, stream);
        if involved <= chains.normal_ratio * uninvolved { 0.0 } else { involved - uninvolved }
    }
}

/// As the laboratory reports it.
fn rounded(reading: f64) -> f64 {
    (reading * DIGITS).round() / DIGITS
}

/// Immunofixation: whether any M-protein is there, seen by eye at less than densitometry can measure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Immunofixation {
    /// Concentration seen in half of the gels, g/L.
    pub threshold: f64,
    /// Spread of that concentration from gel to gel: coefficient of variation of a log-normal law.
    pub cv: f64,
}

impl Immunofixation {
    /// Whether a gel shows a band. Always one draw.
    ///
    /// ```
    /// use clonetide::clinic::Immunofixation;
    /// use clonetide::engine::{Purpose, StreamKey};
    /// let mut stream = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::Immunofixation);
    /// let gel = Immunofixation { threshold: 0.15, cv: 0.0 };
    /// assert!(gel.is_positive(0.15, &mut stream) && !gel.is_positive(0.149, &mut stream));
    /// ```
    pub fn is_positive(&self, concentration: f64, stream: &mut Stream) -> bool {
        let sigma = sqrt(log1p(self.cv * self.cv));
        concentration >= self.threshold * exp(sigma * sampler::normal(stream))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, StreamKey};

    fn stream() -> Stream {
        StreamKey { seed: 11, cell: 0, patient: 0, replicate: 0 }.stream(Purpose::Assay)
    }

    const QUIET: Assay = Assay { cv: 0.0, sd: 0.0, limit: 0.5, light_chains: None };

    #[test]
    fn less_than_the_limit_is_reported_as_none() {
        let mut stream = stream();
        assert_eq!([0.4994, 0.4996, 12.3456].map(|m| QUIET.read(m, &mut stream)), [0.0, 0.5, 12.346]);
    }

    /// The additive error is that of a peak's borders: without a peak there is nothing to draw.
    #[test]
    fn noise_shows_no_m_protein_where_there_is_none() {
        let (assay, mut stream) = (Assay { cv: 0.0633, sd: 0.832, ..QUIET }, stream());
        assert!((0..100_000).all(|_| assay.read(0.0, &mut stream) == 0.0));
        let faint: Vec<f64> = (0..1000).map(|_| assay.read(0.7, &mut stream)).collect();
        assert!(faint.iter().all(|reading| *reading == 0.0 || *reading >= 0.5));
        assert!(faint.contains(&0.5) && faint.iter().any(|reading| *reading > 1.0));
        let none = Assay { limit: 0.0, ..assay };
        assert!((0..1000).all(|_| none.read(0.2, &mut stream) >= 0.0), "never below none");
    }

    /// H0: a peak is seen where its proportional error leaves 0.4995 g/L of it, which is reported as 0.5: 50.63 % of peaks of
    /// 0.5 g/L and 92.65 % of those of 0.55 g/L at a cv of 0.0633. n = 1e5, false alarm 1e-6 each.
    #[test]
    fn a_peak_at_the_limit_is_seen_half_of_the_time() {
        let (assay, mut stream, n) = (Assay { cv: 0.0633, sd: 0.832, ..QUIET }, stream(), 100_000_u32);
        for (concentration, expected) in [(0.5, 0.506_302), (0.55, 0.926_544)] {
            let seen = (0..n).filter(|_| assay.read(concentration, &mut stream) > 0.0).count() as f64;
            let error = 4.9 * sqrt(expected * (1.0 - expected) / f64::from(n));
            assert!((seen / f64::from(n) - expected).abs() < error, "{concentration}: {seen}");
        }
    }

    /// 12 mg/L of each chain: a difference is reported from a ratio above 1.65, which is 7.8 mg/L of tumour.
    #[test]
    fn light_chains_are_a_difference_once_their_ratio_is_abnormal() {
        let kappa = LightChains { polyclonal: 0.012, normal_ratio: 1.65 };
        let assay = Assay { limit: 0.0, light_chains: Some(kappa), ..QUIET };
        let mut stream = stream();
        assert_eq!([0.0, 0.0077, 0.009, 0.5].map(|m| assay.read(m, &mut stream)), [0.0, 0.0, 0.009, 0.5]);
    }

    /// H0: readings of 20 g/L have mean 20 and variance (0.06 x 20)^2 + 0.8^2; n = 1e5, false alarm 1e-6 each.
    #[test]
    fn the_noise_has_the_stated_size() {
        let (assay, mut stream, n) = (Assay { cv: 0.06, sd: 0.8, ..QUIET }, stream(), 100_000);
        let readings: Vec<f64> = (0..n).map(|_| assay.read(20.0, &mut stream) - 20.0).collect();
        let (n, variance) = (f64::from(n), 1.44 + 0.64);
        let mean = readings.iter().sum::<f64>() / n;
        let spread = readings.iter().map(|x| x * x).sum::<f64>() / n;
        assert!(mean.abs() < 4.9 * sqrt(variance / n), "{mean}");
        assert!((spread - variance).abs() < 4.9 * variance * sqrt(2.0 / n), "{spread}");
    }

    /// H0: at the threshold half of the gels show a band, at one sigma above it 84.134 %; n = 1e5, false alarm 1e-6 each.
    #[test]
    fn gels_differ_as_their_cv_says() {
        let (gel, mut stream, n) = (Immunofixation { threshold: 0.15, cv: 0.3 }, stream(), 100_000_u32);
        let sigma = sqrt(log1p(0.09));
        for (concentration, expected) in [(0.15, 0.5), (0.15 * exp(sigma), 0.841_344_746)] {
            let seen = (0..n).filter(|_| gel.is_positive(concentration, &mut stream)).count() as f64;
            let error = sqrt(expected * (1.0 - expected) / f64::from(n));
            assert!((seen / f64::from(n) - expected).abs() < 4.9 * error, "{concentration}: {seen}");
        }
    }
}
