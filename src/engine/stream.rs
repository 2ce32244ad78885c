//! Random streams: each is a pure function of who draws and what for.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

/// The generator of every stream: ChaCha with 8 rounds, portable and named in the manifest.
pub type Stream = ChaCha8Rng;

/// Name of the scheme; it changes when the same seed would give other draws.
pub const SCHEME: &str = "clonetide-streams-2: ChaCha8, key (seed, cell, patient, replicate), stream purpose";

/// What a stream is drawn for. Draws for one purpose never shift those for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A parameter of a patient, by its number: fixing one changes no other.
    Patient(u8),
    /// The disease before the first dose; arms share it.
    DiseaseBefore,
    /// The disease from the first dose on.
    DiseaseUnder,
    /// Noise of the assay.
    Assay,
    /// Reads of a simulated sequencing, in exports.
    Sequencing,
}

impl Purpose {
    /// Number of the ChaCha stream.
    fn number(self) -> u64 {
        match self {
            Purpose::DiseaseBefore => 1,
            Purpose::DiseaseUnder => 2,
            Purpose::Assay => 3,
            Purpose::Sequencing => 200,
            Purpose::Patient(parameter) => 256 + u64::from(parameter),
        }
    }
}

/// Whose stream it is. The arm is not part of it, so that arms share patients and noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamKey {
    /// Seed of the study.
    pub seed: u64,
    /// Cell of the sweep; 0 outside a sweep.
    pub cell: u64,
    /// Patient, counted from 0.
    pub patient: u64,
    /// Replicate of the patient, counted from 0.
    pub replicate: u64,
}

impl StreamKey {
    /// The stream for a purpose, at its beginning.
    ///
    /// ```
    /// use clonetide::engine::{Purpose, StreamKey};
    /// use rand::Rng;
    /// let key = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 };
    /// assert_eq!(key.stream(Purpose::Assay).next_u64(), key.stream(Purpose::Assay).next_u64());
    /// assert_ne!(key.stream(Purpose::Assay).next_u64(), key.stream(Purpose::Patient(0)).next_u64());
    /// ```
    pub fn stream(&self, purpose: Purpose) -> Stream {
        // A patient's parameters do not depend on which replicate of the patient it is.
        let replicate = if matches!(purpose, Purpose::Patient(_)) { 0 } else { self.replicate };
        let mut seed = [0; 32];
        let numbers = [self.seed, self.cell, self.patient, replicate];
        for (bytes, number) in seed.chunks_exact_mut(8).zip(numbers) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        let mut stream = Stream::from_seed(seed);
        stream.set_stream(purpose.number());
        stream
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;
    use std::collections::BTreeSet;

    fn first(seed: u64, cell: u64, patient: u64, replicate: u64, purpose: Purpose) -> u64 {
        StreamKey { seed, cell, patient, replicate }.stream(purpose).next_u64()
    }

    #[test]
    fn every_part_of_the_key_matters() {
        let purposes = [Purpose::DiseaseBefore, Purpose::DiseaseUnder, Purpose::Assay];
        let mut seen = BTreeSet::new();
        for (a, b) in [(0, 1), (1, 0), (1, 1), (2, 3)] {
            for (c, d) in [(0, 1), (1, 0), (5, 5)] {
                seen.extend(purposes.map(|purpose| first(a, b, c, d, purpose)));
            }
        }
        assert_eq!(seen.len(), 4 * 3 * 3);
    }

    #[test]
    fn replicates_share_the_patient() {
        assert_eq!(first(7, 0, 3, 0, Purpose::Patient(0)), first(7, 0, 3, 9, Purpose::Patient(0)));
    }

    /// Golden numbers: they must never change without a new scheme name and a line in the CHANGELOG.
    #[test]
    fn golden_streams() {
        let golden = [Purpose::Patient(0), Purpose::DiseaseBefore, Purpose::DiseaseUnder, Purpose::Assay]
            .map(|purpose| first(20261123, 0, 1, 2, purpose));
        assert_eq!(golden, GOLDEN);
    }

    const GOLDEN: [u64; 4] =
        [9122978865716933162, 13301738236431420748, 12442890781968754167, 6057444375897962770];
}
