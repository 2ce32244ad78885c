//! The IMWG criteria beside the serum M-protein: what each sign says of response and progression, from readings only.

use super::response::{Response, Rules};
use super::signs::{Chains, Excreted, Signs};

/// Measurable disease by urine, and the rise that is progression, mg per 24 h.
const MEASURABLE_URINE: f64 = 200.0;
/// Below this in the urine of 24 h a response can be very good, mg.
const VERY_GOOD_URINE: f64 = 100.0;
/// Rise of a plasmacytoma's product of diameters that is progression.
const LESION_RISE: f64 = 1.5;
/// Fall of haemoglobin that is clinical progression, g/L.
const HAEMOGLOBIN_FALL: f64 = 20.0;
/// Room for the last digit of a ratio of two readings.
const DIGIT: f64 = 1e-12;

/// Which criterion said that the disease progressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// M-protein in serum, or the difference of free light chains of a tumour that secretes nothing else.
    Serum,
    /// M-protein in the urine of 24 h.
    Urine,
    /// Difference of free light chains, where neither serum nor urine is measurable.
    FreeLightChains,
    /// A new or larger plasmacytoma.
    Imaging,
    /// A fall of haemoglobin.
    Haemoglobin,
}

/// One sign over the visits of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Track {
    first: f64,
    /// The best value that two readings in a row showed.
    best: f64,
    last: f64,
}

impl Track {
    fn new(first: f64) -> Track {
        Track { first, best: first, last: first }
    }

    /// A later reading of something that is better the lower it is.
    fn falls_to(&mut self, reading: f64) {
        self.best = self.best.min(self.last.max(reading));
        self.last = reading;
    }

    /// A later reading of something that is better the higher it is.
    fn rises_to(&mut self, reading: f64) {
        self.best = self.best.max(self.last.min(reading));
        self.last = reading;
    }

    fn begin_anew(&mut self) {
        self.best = self.last;
    }
}

/// What the clinic knows of the signs of one line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Criteria {
    urine: Option<Track>,
    chains: Option<Track>,
    lesion: Option<Track>,
    haemoglobin: Option<Track>,
    /// Whether the difference of free light chains is what is followed: neither serum nor urine is measurable.
    by_chains: bool,
}

impl Criteria {
    /// A line that begins with these signs; `measurable` says whether its serum M-protein is.
    pub fn new(first: &Signs, measurable: bool) -> Criteria {
        let urine = first.urine.map(|urine| Track::new(urine.m_protein));
        let by_urine = urine.is_some_and(|urine| urine.first >= MEASURABLE_URINE);
        Criteria {
            urine,
            chains: first.chains.map(|chains| Track::new(chains.difference())),
            lesion: first.lesion.map(Track::new),
            haemoglobin: first.haemoglobin.map(Track::new),
            by_chains: !measurable && !by_urine,
        }
    }

    /// Whether a sign other than the serum M-protein makes the disease measurable.
    pub fn is_measurable(&self) -> bool {
        let urine = self.urine.is_some_and(|urine| urine.first >= MEASURABLE_URINE);
        urine || self.by_chains && self.chains.is_some_and(|of| of.first >= Rules::LIGHT_CHAIN.measurable)
    }

    /// The response that the signs allow, whatever the serum says; none where no sign says anything.
    pub fn depth(&self, seen: &Signs) -> Option<Response> {
        let urine = self.urine.zip(seen.urine).map(|(track, now)| by_urine(track.first, now));
        let chains = self.chains.filter(|_| self.by_chains && self.is_measurable()).zip(seen.chains);
        let chains = chains.map(|(track, now)| Rules::LIGHT_CHAIN.depth(track.first, now.difference()));
        let lesion = self.lesion.zip(seen.lesion).map(|(track, now)| by_lesion(track.first, now));
        [urine, chains, lesion].into_iter().flatten().max()
    }

    /// Whether nothing speaks against a complete response: no plasmacytoma is seen, and the ratio of free light chains is
    /// normal where they alone are measurable.
    pub fn allow_complete(&self, seen: &Signs) -> bool {
        let chains = !self.by_chains || Criteria::allow_stringent(seen);
        chains && seen.lesion.is_none_or(|lesion| lesion == 0.0)
    }

    /// Whether the ratio of free light chains is normal, as a stringent response asks; true where nobody measured it.
    pub fn allow_stringent(seen: &Signs) -> bool {
        seen.chains.is_none_or(|chains: Chains| chains.is_normal())
    }

    /// The criterion of biochemistry by which a visit shows progression; it asks for a second visit.
    pub fn biochemical(&self, seen: &Signs) -> Option<Criterion> {
        let urine = self.urine.zip(seen.urine).is_some_and(|(track, now)| {
            let rise = now.m_protein - track.best;
            rise >= MEASURABLE_URINE && now.m_protein >= 1.25 * track.best * (1.0 - DIGIT)
        });
        let chains = self.chains.filter(|_| self.by_chains).zip(seen.chains);
        let chains =
            chains.is_some_and(|(track, now)| Rules::LIGHT_CHAIN.progressed(track.best, now.difference()));
        urine.then_some(Criterion::Urine).or(chains.then_some(Criterion::FreeLightChains))
    }

    /// The criterion by which a visit shows progression that needs no second one.
    pub fn clinical(&self, seen: &Signs) -> Option<Criterion> {
        let larger = |(track, now): (Track, f64)| {
            now > 0.0 && (track.best == 0.0 || now >= LESION_RISE * track.best * (1.0 - DIGIT))
        };
        let lesion = self.lesion.zip(seen.lesion).is_some_and(larger);
        let fallen = |(track, now): (Track, f64)| track.best - now >= HAEMOGLOBIN_FALL;
        let haemoglobin = self.haemoglobin.zip(seen.haemoglobin).is_some_and(fallen);
        lesion.then_some(Criterion::Imaging).or(haemoglobin.then_some(Criterion::Haemoglobin))
    }

    /// Takes note of the signs of a visit.
    pub fn note(&mut self, seen: &Signs) {
        let pairs = [
            (&mut self.urine, seen.urine.map(|urine| urine.m_protein)),
            (&mut self.chains, seen.chains.map(|chains| chains.difference())),
        ];
        for (track, reading) in pairs {
            if let (Some(track), Some(reading)) = (track, reading) {
                track.falls_to(reading);
            }
        }
        if let (Some(track), Some(reading)) = (&mut self.haemoglobin, seen.haemoglobin) {
            track.rises_to(reading);
        }
        // An image is its own confirmation.
        if let (Some(track), Some(reading)) = (&mut self.lesion, seen.lesion) {
            track.last = reading;
            track.best = track.best.min(reading);
        }
    }

    /// From now on progression is judged from the last readings.
    pub fn begin_anew(&mut self) {
        let tracks = [&mut self.urine, &mut self.chains, &mut self.lesion, &mut self.haemoglobin];
        tracks.into_iter().flatten().for_each(Track::begin_anew);
    }
}

/// Urine of 24 h against the line's first: at least 90 % less, or less than 200 mg, is partial.
fn by_urine(first: f64, now: Excreted) -> Response {
    let at_most = |share: f64| now.m_protein <= share * first * (1.0 + DIGIT);
    match now.m_protein {
        m_protein if m_protein < VERY_GOOD_URINE => Response::VeryGoodPartial,
        m_protein if m_protein < MEASURABLE_URINE || at_most(0.1) => Response::Partial,
        _ if at_most(0.5) => Response::Minimal,
        _ => Response::Stable,
    }
}

/// A plasmacytoma against the line's first: half of it gone goes with any response, a quarter with a minimal one.
fn by_lesion(first: f64, now: f64) -> Response {
    let at_most = |share: f64| now <= share * first * (1.0 + DIGIT);
    match now {
        _ if at_most(0.5) => Response::VeryGoodPartial,
        _ if at_most(0.75) => Response::Minimal,
        _ => Response::Stable,
    }
}

#[cfg(test)]
#[path = "criteria_tests.rs"]
mod tests;
