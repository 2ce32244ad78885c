//! The random streams of one replicate: one for each purpose, so that no draw shifts those for another.

use crate::engine::{Purpose, Stream, StreamKey, sampler};
use crate::model::Model;
use crate::therapy::CONSEQUENCES;

/// The streams of what is looked at beside the serum.
pub struct SignStreams {
    pub chains: Stream,
    pub urine: Stream,
    pub imaging: Stream,
    pub haemoglobin: Stream,
}

impl SignStreams {
    pub fn of(key: StreamKey, purposes: [Purpose; 4]) -> SignStreams {
        let [chains, urine, imaging, haemoglobin] = purposes.map(|purpose| key.stream(purpose));
        SignStreams { chains, urine, imaging, haemoglobin }
    }
}

/// The streams of one replicate.
pub struct Streams {
    pub past: Stream,
    pub before: Stream,
    pub under: Stream,
    pub assay: Stream,
    pub immunofixation: Stream,
    pub marrow: Stream,
    pub visits: Stream,
    pub signs: SignStreams,
    /// One for each drug and consequence; empty if no drug is toxic.
    pub toxicity: Vec<Stream>,
}

impl Streams {
    /// Those of the time from day 0 on.
    pub fn of(model: &Model, key: StreamKey) -> Streams {
        Streams {
            past: super::past::key(model, key).stream(Purpose::Past),
            before: key.stream(Purpose::DiseaseBefore),
            under: key.stream(Purpose::DiseaseUnder),
            assay: key.stream(Purpose::Assay),
            immunofixation: key.stream(Purpose::Immunofixation),
            marrow: key.stream(Purpose::Marrow),
            visits: key.stream(Purpose::Visits),
            signs: SignStreams::of(
                key,
                [Purpose::LightChains, Purpose::Urine, Purpose::Imaging, Purpose::Haemoglobin],
            ),
            toxicity: (0..toxic(model)).map(|number| key.stream(Purpose::Toxicity(number))).collect(),
        }
    }

    /// The hazard after which a consequence of a drug comes.
    pub fn patience(toxicity: &mut [Stream], drug: usize, consequence: usize) -> f64 {
        sampler::exponential(&mut toxicity[drug * CONSEQUENCES + consequence])
    }
}

/// How many consequences of drugs there are.
pub fn toxic(model: &Model) -> u16 {
    (model.toxicity.len() * CONSEQUENCES) as u16
}
