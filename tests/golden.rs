//! The draws themselves, bit by bit. Hypothesis: they are those of this scheme's first release; no chance is
//! involved. n = 1000 draws of each kind from one key, by BLAKE3. They change when a sampler changes, or when
//! some crate switches num-traits from libm to the mathematics of the platform (its feature `std`).

use clonetide::engine::{Purpose, SCHEME, Stream, StreamKey, sampler};
use clonetide::patient::Draw;

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
        (20, 0.3, "63708734af4c2425"),
        (1_000_000, 3e-6, "c9c894583b058bb4"),
        (1_000_000_000_000, 4e-12, "1f929b654c678b87"),
        (1_000_000_000_000, 3e-11, "723e914ef4483844"),
        (1_000_000_000_000, 0.03, "46f1c2aa2b3ea00d"),
    ] {
        check(&format!("binomial({n}, {p})"), &digest(|s| sampler::binomial(n, p, s)), golden);
    }
}

#[test]
fn poisson_draws_are_golden() {
    for (mean, golden) in [
        (0.7, "3f041b9c6823880e"),
        (11.0, "e87580ec7dd30e9d"),
        (40.0, "a909210889e30b44"),
        (1e10, "355f3d8e5144d435"),
    ] {
        check(&format!("Poisson({mean})"), &digest(|s| sampler::poisson(mean, s)), golden);
    }
}

/// Below shape 1 the draw is a power of a random number: one other last digit in 1000 is noticed.
#[test]
fn gamma_draws_are_golden() {
    for (shape, golden) in [
        (0.3, "d8574117745ff47f"),
        (1.0, "a5cb30292398dbd0"),
        (7.0, "4600882a73f51f20"),
        (1e12, "1b54f9d4578df494"),
    ] {
        check(&format!("gamma({shape})"), &digest(|s| sampler::gamma(shape, 2.0, s).to_bits()), golden);
    }
}

#[test]
fn negative_binomial_draws_are_golden() {
    for (survivors, births, golden) in [
        (1, 0.02, "0c5b15808ac27861"),
        (1000, 0.02, "0c742d268920f108"),
        (1_000_000_000_000, 0.5, "0fc9a4430bc53d99"),
    ] {
        let digest = digest(|s| sampler::negative_binomial(survivors, births, s));
        check(&format!("negative binomial({survivors}, {births})"), &digest, golden);
    }
}

#[test]
fn waiting_times_and_normal_numbers_are_golden() {
    check("exponential", &digest(|s| sampler::exponential(s).to_bits()), "0a87da35d1f3e661");
    check("normal", &digest(|s| sampler::normal(s).to_bits()), "32ca15e77648949b");
}

#[test]
fn patients_are_golden() {
    let lognormal = Draw::LogNormal { median: 8e11, cv: 0.8 };
    check("log-normal", &digest(|s| lognormal.sample(s).to_bits()), "dc062f55f7e3c352");
    let uniform = Draw::Uniform { low: 2.0, high: 3.0 };
    check("uniform", &digest(|s| uniform.sample(s).to_bits()), "4a14e3a2d46e00dc");
}
