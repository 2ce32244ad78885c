//! The draws themselves, bit by bit. Hypothesis: they are those of this scheme's first release; no chance is
//! involved. n = 1000 draws of each kind from one key, by BLAKE3. They change when a sampler changes, or when
//! some crate switches num-traits from libm to the mathematics of the platform (its feature `std`).

use clonetide::engine::{Purpose, SCHEME, Stream, StreamKey, sampler};
use clonetide::patient::Draw;
use clonetide::scenario::Scenario;
use clonetide::simulate;

/// Digest of 1000 draws, each from the same beginning.
fn digest(mut draw: impl FnMut(&mut Stream) -> u64) -> String {
    let key = StreamKey { seed: 20261123, cell: 0, patient: 1, replicate: 2 };
    let mut stream = key.stream(Purpose::DiseaseBefore);
    let mut hasher = blake3::Hasher::new();
    for _ in 0..1000 {
        hasher.update(&draw(&mut stream).to_le_bytes());
    }
    hasher.finalize().to_hex()[..16].to_string()
}

fn check(what: &str, digest: &str, golden: &str) {
    assert_eq!(
        digest, golden,
        "the {what} draws of {SCHEME:?} have changed, and with them every result of every seed. If Cargo.lock \
         changed: look with `cargo tree -e features -i num-traits` who enables num-traits/std, and undo it. If \
         a sampler was meant to change: give SCHEME a new name, write it into the CHANGELOG, and put the new \
         digest here"
    );
}

#[test]
fn binomial_draws_are_golden() {
    for (n, p, golden) in [
        (20, 0.3, "35201d89bda20779"),
        (1_000_000, 3e-6, "782218b64fa9b2e5"),
        (1_000_000_000_000, 4e-12, "e8e4ad373211f816"),
        (1_000_000_000_000, 3e-11, "7359d617e4b294e0"),
        (1_000_000_000_000, 0.03, "e8b7223123b225fd"),
    ] {
        check(&format!("binomial({n}, {p})"), &digest(|s| sampler::binomial(n, p, s)), golden);
    }
}

#[test]
fn poisson_draws_are_golden() {
    for (mean, golden) in [
        (0.7, "77ed225674f88fdc"),
        (11.0, "cb439167203c8fa2"),
        (40.0, "eb4b7902de51f3c6"),
        (1e10, "e314d0e3ecca1335"),
    ] {
        check(&format!("Poisson({mean})"), &digest(|s| sampler::poisson(mean, s)), golden);
    }
}

/// Below shape 1 the draw is a power of a random number: one other last digit in 1000 is noticed.
#[test]
fn gamma_draws_are_golden() {
    for (shape, golden) in [
        (0.3, "ce162e4cc5de0ee9"),
        (1.0, "ee9fbd769faf5dca"),
        (7.0, "a6f75ce9d10d0844"),
        (1e12, "884f6fd1031ce35f"),
    ] {
        check(&format!("gamma({shape})"), &digest(|s| sampler::gamma(shape, 2.0, s).to_bits()), golden);
    }
}

#[test]
fn negative_binomial_draws_are_golden() {
    for (survivors, births, golden) in [
        (1, 0.02, "f7a62d30ff6ae365"),
        (1000, 0.02, "39a7f5c07acee063"),
        (1_000_000_000_000, 0.5, "64195affc85820a8"),
    ] {
        let digest = digest(|s| sampler::negative_binomial(survivors, births, s));
        check(&format!("negative binomial({survivors}, {births})"), &digest, golden);
    }
}

#[test]
fn waiting_times_and_normal_numbers_are_golden() {
    check("exponential", &digest(|s| sampler::exponential(s).to_bits()), "c5dae68f88d64ebd");
    check("normal", &digest(|s| sampler::normal(s).to_bits()), "b78c8029450e55ef");
}

/// Whole stories of both engines. `cargo test` and `cargo test --release` must find the same digests: debug and release
/// builds compute the same.
#[test]
fn stories_are_golden() {
    let digest = |(scenario, engine): (&str, &str)| {
        let changes = [format!("engine.method={engine}"), "study.seed=7".to_string()];
        let model = Scenario::read("golden.toml", scenario, &changes).unwrap().model;
        let mut hasher = blake3::Hasher::new();
        for patient in 0..5 {
            let key = StreamKey { seed: model.seed, cell: 0, patient, replicate: 0 };
            hasher.update(format!("{:?}", simulate(&model, &model.arms[0], key)).as_bytes());
        }
        hasher.finalize().to_hex()[..16].to_string()
    };
    let found = [
        (include_str!("../scenarios/review-story.toml"), "leap"),
        (include_str!("../scenarios/dara-rechallenge.toml"), "leap"),
        (include_str!("../scenarios/bench/w3.toml"), "leap"),
        (include_str!("theory/H05.toml"), "leap"),
        (include_str!("theory/H05.toml"), "exact"),
        (include_str!("theory/K02.toml"), "exact"),
    ]
    .map(digest);
    assert_eq!(found, STORIES, "stories have changed: a line in the CHANGELOG, and the new digests here");
}

const STORIES: [&str; 6] = [
    "092173ba49de2d14",
    "b21d596f20607167",
    "24d245d23e4d2af4",
    "f8c154b577df6068",
    "7b6e34ec0877ba52",
    "d050b82cc6c59041",
];

#[test]
fn patients_are_golden() {
    let lognormal = Draw::LogNormal { median: 8e11, cv: 0.8 };
    check("log-normal", &digest(|s| lognormal.sample(s).to_bits()), "48c74c695038a629");
    let uniform = Draw::Uniform { low: 2.0, high: 3.0 };
    check("uniform", &digest(|s| uniform.sample(s).to_bits()), "1bd93b71b888739e");
}
