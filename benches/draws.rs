//! Nanoseconds per draw of our samplers beside rand_distr's own, by size; with divan for the reason that
//! `benches/engines.rs` gives. A law that rand_distr refuses or gets wrong at a size is timed all the same:
//! `tests/samplers.rs` says where it is wrong. Run with `cargo bench --bench draws`.

use clonetide::engine::{Purpose, Stream, StreamKey, sampler};
use divan::Bencher;
use rand_distr::{Binomial, Distribution, Exp1, Gamma, Poisson, StandardNormal};

fn main() {
    divan::main();
}

const SIZES: [f64; 5] = [10.0, 1e3, 1e6, 1e9, 1e12];

/// Successes are a share of this, as of cells over a step.
const SHARE: f64 = 0.3;

/// Births for each survivor over a step.
const BIRTHS: f64 = 0.5;

fn time<T>(bencher: Bencher, mut draw: impl FnMut(&mut Stream) -> T) {
    let key = StreamKey { seed: 1, cell: 0, patient: 0, replicate: 0 };
    let mut stream = key.stream(Purpose::DiseaseUnder);
    bencher.bench_local(|| draw(&mut stream));
}

#[divan::bench(args = SIZES)]
fn binomial(bencher: Bencher, n: f64) {
    time(bencher, |stream| sampler::binomial(n as u64, SHARE, stream));
}

#[divan::bench(args = SIZES)]
fn binomial_rand_distr(bencher: Bencher, n: f64) {
    time(bencher, |stream| Binomial::new(n as u64, SHARE).map_or(0, |law| law.sample(stream)));
}

#[divan::bench(args = SIZES)]
fn poisson(bencher: Bencher, mean: f64) {
    time(bencher, |stream| sampler::poisson(mean, stream));
}

#[divan::bench(args = SIZES)]
fn poisson_rand_distr(bencher: Bencher, mean: f64) {
    time(bencher, |stream| Poisson::new(mean).map_or(0.0, |law| law.sample(stream)));
}

#[divan::bench(args = SIZES)]
fn gamma(bencher: Bencher, shape: f64) {
    time(bencher, |stream| sampler::gamma(shape, BIRTHS, stream));
}

#[divan::bench(args = SIZES)]
fn gamma_rand_distr(bencher: Bencher, shape: f64) {
    time(bencher, |stream| Gamma::new(shape, BIRTHS).map_or(0.0, |law| law.sample(stream)));
}

#[divan::bench(args = SIZES)]
fn negative_binomial(bencher: Bencher, survivors: f64) {
    time(bencher, |stream| sampler::negative_binomial(survivors as u64, BIRTHS, stream));
}

/// rand_distr has none: a Poisson count of a gamma mean.
#[divan::bench(args = SIZES)]
fn negative_binomial_rand_distr(bencher: Bencher, survivors: f64) {
    time(bencher, |stream| {
        let mean = Gamma::new(survivors, BIRTHS).map_or(0.0, |law| law.sample(stream));
        Poisson::new(mean).map_or(0.0, |law| law.sample(stream))
    });
}

#[divan::bench]
fn exponential(bencher: Bencher) {
    time(bencher, sampler::exponential);
}

#[divan::bench]
fn exponential_rand_distr(bencher: Bencher) {
    time(bencher, |stream| Distribution::<f64>::sample(&Exp1, stream));
}

#[divan::bench]
fn normal(bencher: Bencher) {
    time(bencher, sampler::normal);
}

#[divan::bench]
fn normal_rand_distr(bencher: Bencher) {
    time(bencher, |stream| Distribution::<f64>::sample(&StandardNormal, stream));
}
