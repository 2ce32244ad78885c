//! The random streams of one replicate: one for each purpose, so that no draw shifts those for another.

use crate::engine::{Purpose, Stream, StreamKey, sampler};
use crate::model::Model;
use crate::therapy::CONSEQUENCES;

/// A stream that is made when it is first drawn from: most stories need few of them.
pub struct LazyStream {
    key: StreamKey,
    purpose: Purpose,
    made: Option<Box<Stream>>,
}

impl LazyStream {
    pub fn of(key: StreamKey, purpose: Purpose) -> LazyStream {
        LazyStream { key, purpose, made: None }
    }

    pub fn get(&mut self) -> &mut Stream {
        self.made.get_or_insert_with(|| Box::new(self.key.stream(self.purpose)))
    }
}

/// The streams of what is looked at beside the serum.
pub struct SignStreams {
    pub chains: LazyStream,
    pub urine: LazyStream,
    pub imaging: LazyStream,
    pub haemoglobin: LazyStream,
}

impl SignStreams {
    pub fn of(key: StreamKey, purposes: [Purpose; 4]) -> SignStreams {
        let [chains, urine, imaging, haemoglobin] = purposes.map(|purpose| LazyStream::of(key, purpose));
        SignStreams { chains, urine, imaging, haemoglobin }
    }
}

/// The streams of one replicate.
pub struct Streams {
    pub past: LazyStream,
    pub before: Stream,
    pub under: Stream,
    pub assay: LazyStream,
    pub immunofixation: LazyStream,
    pub marrow: LazyStream,
    pub visits: LazyStream,
    pub signs: SignStreams,
    /// One for each drug and consequence; empty if no drug is toxic.
    pub toxicity: Vec<Stream>,
}

impl Streams {
    /// Those of the time from day 0 on.
    pub fn of(model: &Model, key: StreamKey) -> Streams {
        Streams {
            past: LazyStream::of(super::past::key(model, key), Purpose::Past),
            before: key.stream(Purpose::DiseaseBefore),
            under: key.stream(Purpose::DiseaseUnder),
            assay: LazyStream::of(key, Purpose::Assay),
            immunofixation: LazyStream::of(key, Purpose::Immunofixation),
            marrow: LazyStream::of(key, Purpose::Marrow),
            visits: LazyStream::of(key, Purpose::Visits),
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
