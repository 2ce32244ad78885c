use super::*;
use crate::clinic::Elimination;
use crate::engine::{Purpose, StreamKey};

fn stream(purpose: Purpose) -> Stream {
    StreamKey { seed: 14, cell: 0, patient: 0, replicate: 0 }.stream(purpose)
}

fn kappa(involved: f64, uninvolved: f64) -> Chains {
    Chains { involved, uninvolved, chain: Chain::Kappa }
}

#[test]
fn the_normal_ratio_has_two_ends_and_they_are_normal() {
    for (involved, normal) in [(0.026, true), (0.025, false), (0.165, true), (0.166, false)] {
        assert_eq!(kappa(involved, 0.1).is_normal(), normal, "{involved}");
        let lambda = Chains { involved: 0.1, uninvolved: involved, chain: Chain::Lambda };
        assert_eq!(lambda.is_normal(), normal, "lambda {involved}");
    }
    assert_eq!(kappa(0.165, 0.1).difference(), 0.0);
    assert!((kappa(0.4, 0.1).difference() - 0.3).abs() < 1e-15);
}

/// H0: readings of 100 mg/L beside 12 mg/L of the healthy have mean 112 mg/L and variance (0.08 x 112)^2 + 1, the other chain
/// 12 mg/L; both are reported to 1 mg/L, which adds 1/12. n = 1e5, false alarm 1e-6 each.
#[test]
fn free_light_chains_scatter_by_both_errors() {
    let elimination = Elimination::FirstOrder { half_life: 0.125 };
    let kinetics = Kinetics { secretion: 5.0, volume: 6.5, elimination };
    let of = FreeLightChains { chain: Chain::Kappa, kinetics, polyclonal: 0.012, cv: 0.08, sd: 0.001 };
    let (mut stream, n) = (stream(Purpose::LightChains), 100_000_u32);
    let readings: Vec<Chains> = (0..n).map(|_| of.read(0.1, &mut stream)).collect();
    let mean = |f: fn(&Chains) -> f64| readings.iter().map(f).sum::<f64>() / f64::from(n);
    let variance = 0.08 * 0.08 * 0.112 * 0.112 + 1e-6 + 1e-6 / 12.0;
    let involved = mean(|chains| chains.involved);
    assert!((involved - 0.112).abs() < 4.9 * sqrt(variance / f64::from(n)), "{involved}");
    let spread = mean(|chains| (chains.involved - 0.112) * (chains.involved - 0.112));
    assert!((spread / variance - 1.0).abs() < 4.9 * sqrt(2.0 / f64::from(n)), "{spread}");
    let uninvolved = mean(|chains| chains.uninvolved);
    let variance = 0.08 * 0.08 * 0.012 * 0.012 + 1e-6 + 1e-6 / 12.0;
    assert!((uninvolved - 0.012).abs() < 4.9 * sqrt(variance / f64::from(n)), "{uninvolved}");
}

#[test]
fn urine_holds_a_share_of_what_is_cleared_and_little_is_not_seen() {
    let immunofixation = Immunofixation { threshold: 20.0, cv: 0.0 };
    let urine = Urine { share: 0.1, cv: 0.0, limit: 50.0, immunofixation };
    let mut stream = stream(Purpose::Urine);
    let mut read = |cleared: f64| urine.read(cleared, &mut stream);
    assert_eq!(read(5.0), Excreted { m_protein: 500.0, band: true });
    assert_eq!(read(0.5), Excreted { m_protein: 50.0, band: true }, "50 mg are seen");
    let little = read(0.49);
    assert_eq!(little, Excreted { m_protein: 0.0, band: true }, "49 mg are not, but their band is");
    assert!(!little.is_clear() && read(0.19).is_clear());
}

/// H0: readings of 500 mg have mean 500 and variance 75^2 + 1/12. n = 1e5, false alarm 1e-6 each.
#[test]
fn collections_of_urine_scatter_as_stated() {
    let immunofixation = Immunofixation { threshold: 20.0, cv: 0.3 };
    let urine = Urine { share: 0.1, cv: 0.15, limit: 50.0, immunofixation };
    let (mut stream, n) = (stream(Purpose::Urine), 100_000_u32);
    let readings: Vec<f64> = (0..n).map(|_| urine.read(5.0, &mut stream).m_protein - 500.0).collect();
    let (n, variance) = (f64::from(n), 75.0 * 75.0 + 1.0 / 12.0);
    let mean = readings.iter().sum::<f64>() / n;
    let spread = readings.iter().map(|x| x * x).sum::<f64>() / n;
    assert!(mean.abs() < 4.9 * sqrt(variance / n), "{mean}");
    assert!((spread / variance - 1.0).abs() < 4.9 * sqrt(2.0 / n), "{spread}");
}

/// A sphere of 1 cm has pi / 6 cm3, 5.236e8 cells.
#[test]
fn a_lesion_is_seen_from_a_centimetre_on() {
    let imaging = Imaging { every: 168.0, share: 0.01, cv: 0.0 };
    let mut stream = stream(Purpose::Imaging);
    let mut read = |burden: f64| imaging.read(burden, &mut stream);
    assert_eq!([read(5.2e10), read(5.24e10)], [0.0, 1.0]);
    // Eight times the cells have twice the diameter, four times the product.
    assert_eq!(read(8.0 * 5.24e10), 4.0);
    assert_eq!(read(0.0), 0.0);
}

/// H0: logarithms of readings of a product of 400 cm2 scatter with variance ln(1 + 0.1^2). n = 1e5, false alarm 1e-6 each.
#[test]
fn images_scatter_as_stated() {
    let imaging = Imaging { every: 168.0, share: 1.0, cv: 0.1 };
    let (mut stream, n, burden) = (stream(Purpose::Imaging), 100_000_u32, 4.188_790e12);
    let logs: Vec<f64> = (0..n).map(|_| libm::log(imaging.read(burden, &mut stream) / 400.0)).collect();
    let (n, variance) = (f64::from(n), log1p(0.01));
    let mean = logs.iter().sum::<f64>() / n;
    let spread = logs.iter().map(|x| x * x).sum::<f64>() / n;
    assert!(mean.abs() < 4.9 * sqrt(variance / n), "{mean}");
    assert!((spread / variance - 1.0).abs() < 4.9 * sqrt(2.0 / n), "{spread}");
}

/// H0: half a marrow of tumour leaves 135 - 40 = 95 g/L, with variance 16 + 1/12. n = 1e5, false alarm 1e-6 each.
#[test]
fn haemoglobin_falls_with_the_share_of_the_marrow() {
    let quiet = Haemoglobin { healthy: 135.0, lost: 80.0, sd: 0.0 };
    let mut quiet_stream = stream(Purpose::Haemoglobin);
    assert_eq!([0.0, 0.5, 1.0].map(|share| quiet.read(share, &mut quiet_stream)), [135.0, 95.0, 55.0]);
    let noisy = Haemoglobin { sd: 4.0, ..quiet };
    let (mut stream, n) = (stream(Purpose::Haemoglobin), 100_000_u32);
    let readings: Vec<f64> = (0..n).map(|_| noisy.read(0.5, &mut stream) - 95.0).collect();
    let (n, variance) = (f64::from(n), 16.0 + 1.0 / 12.0);
    let mean = readings.iter().sum::<f64>() / n;
    let spread = readings.iter().map(|x| x * x).sum::<f64>() / n;
    assert!(mean.abs() < 4.9 * sqrt(variance / n), "{mean}");
    assert!((spread / variance - 1.0).abs() < 4.9 * sqrt(2.0 / n), "{spread}");
}
