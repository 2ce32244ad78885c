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
    /// Which doses are taken and when, and which regimen of a choice.
    Doses,
    /// Which gels of immunofixation show a band.
    Immunofixation,
    /// Which cells a sample of the marrow holds.
    Marrow,
    /// Days of visits, and which are missed.
    Visits,
    /// Readings of free light chains.
    LightChains,
    /// Readings of the urine.
    Urine,
    /// Images.
    Imaging,
    /// Readings of haemoglobin.
    Haemoglobin,
    /// Death of other causes.
    Mortality,
    /// When a patient enters the study.
    Entry,
    /// Which lines are never begun.
    Attrition,
    /// Toxicity of a drug, by a number that stands for drug and consequence.
    Toxicity(u16),
    /// A number of a patient that has a name, by a digest of it, see [`Purpose::named`].
    Named(u64),
    /// The growth of the disease before its diagnosis.
    Past,
    /// Earlier lines, before day 0: the disease before and under them, and the assay.
    Earlier(u16),
    /// The points of a sweep on one of its axes.
    Design(u8),
}

impl Purpose {
    /// The number of a patient with this name: other names do not shift it.
    pub fn named(name: &str) -> Purpose {
        // FNV-1a, 64 bits.
        let digest = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Purpose::Named(name.bytes().fold(0xcbf2_9ce4_8422_2325, digest))
    }

    /// Number of the ChaCha stream.
    fn number(self) -> u64 {
        match self {
            Purpose::DiseaseBefore => 1,
            Purpose::DiseaseUnder => 2,
            Purpose::Assay => 3,
            Purpose::Sequencing => 200,
            Purpose::Past => 4,
            Purpose::Immunofixation => 16,
            Purpose::Marrow => 17,
            Purpose::Visits => 18,
            Purpose::Mortality => 19,
            Purpose::Entry => 20,
            Purpose::Attrition => 21,
            Purpose::LightChains => 22,
            Purpose::Urine => 23,
            Purpose::Imaging => 24,
            Purpose::Haemoglobin => 25,
            Purpose::Doses => 64,
            Purpose::Toxicity(number) => 65_536 + u64::from(number),
            Purpose::Patient(parameter) => 256 + u64::from(parameter),
            // Names have the upper half to themselves.
            Purpose::Named(digest) => digest | 1 << 63,
            Purpose::Earlier(part) => 196_608 + u64::from(part),
            Purpose::Design(axis) => 512 + u64::from(axis),
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
        let of_patient = matches!(purpose, Purpose::Patient(_) | Purpose::Named(_) | Purpose::Entry);
        let replicate = if of_patient { 0 } else { self.replicate };
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
    fn purposes_have_numbers_of_their_own() {
        use Purpose::*;
        let alone = [
            DiseaseBefore,
            DiseaseUnder,
            Assay,
            Doses,
            Immunofixation,
            Marrow,
            Visits,
            LightChains,
            Urine,
            Imaging,
            Haemoglobin,
            Mortality,
            Entry,
            Attrition,
            Past,
        ];
        let numbered = [
            Patient(0),
            Patient(255),
            Toxicity(0),
            Toxicity(u16::MAX),
            Named(0),
            Named((1 << 63) - 1),
            Earlier(0),
            Earlier(u16::MAX),
            Design(0),
            Design(u8::MAX),
        ];
        let numbers: BTreeSet<u64> = alone.into_iter().chain(numbered).map(Purpose::number).collect();
        assert_eq!(numbers.len(), alone.len() + numbered.len());
    }

    #[test]
    fn replicates_share_the_patient() {
        for purpose in [Purpose::Patient(0), Purpose::named("disease.capacity.cells")] {
            assert_eq!(first(7, 0, 3, 0, purpose), first(7, 0, 3, 9, purpose));
        }
    }

    #[test]
    fn names_have_streams_of_their_own() {
        let names = ["", "a", "b", "ab", "ba", "disease.clone[0].cells", "disease.clone[1].cells"];
        let seen: BTreeSet<u64> = names.map(|name| first(7, 0, 3, 0, Purpose::named(name))).into();
        assert_eq!(seen.len(), names.len());
    }

    /// Golden numbers: they must never change without a new scheme name and a line in the CHANGELOG.
    #[test]
    fn golden_streams() {
        let purposes = [Purpose::Patient(0), Purpose::DiseaseBefore, Purpose::DiseaseUnder, Purpose::Assay];
        let golden = purposes.map(|purpose| first(20261123, 0, 1, 2, purpose));
        assert_eq!(golden, GOLDEN);
    }

    const GOLDEN: [u64; 4] =
        [9122978865716933162, 13301738236431420748, 12442890781968754167, 6057444375897962770];
}
