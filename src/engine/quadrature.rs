//! Gauss-Legendre quadrature with eight nodes, and the integrals from each node to the end by the same polynomial.

use std::sync::OnceLock;

/// How many nodes.
pub const NODES: usize = 8;

/// Positive nodes on -1..1 and their weights (Abramowitz & Stegun 1964, table 25.4).
const HALF: [(f64, f64); NODES / 2] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_48),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// The rule on 0..1.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Where the nodes are, rising.
    pub places: [f64; NODES],
    /// Their weights; they sum to 1.
    pub weights: [f64; NODES],
    /// For each node its weights in the integrals from every node to the end.
    pub from_nodes: [[f64; NODES]; NODES],
}

/// The rule.
pub fn rule() -> &'static Rule {
    static RULE: OnceLock<Rule> = OnceLock::new();
    RULE.get_or_init(|| {
        let at = |i: usize| {
            let (node, weight) = if i < NODES / 2 { HALF[NODES / 2 - 1 - i] } else { HALF[i - NODES / 2] };
            (if i < NODES / 2 { -node } else { node }, weight)
        };
        let nodes: [(f64, f64); NODES] = std::array::from_fn(at);
        Rule {
            places: nodes.map(|(node, _)| (1.0 + node) / 2.0),
            weights: nodes.map(|(_, weight)| weight / 2.0),
            from_nodes: nodes
                .map(|(node, weight)| nodes.map(|(from, _)| weight / 2.0 * share_after(from, node))),
        }
    })
}

/// By how much a node counts more after a place than over the whole: the Legendre series of its polynomial,
/// integrated from the place to 1.
fn share_after(from: f64, node: f64) -> f64 {
    let (before, at) = (legendre(from), legendre(node));
    let term = |n: usize| (before[n - 1] - before[n + 1]) * at[n];
    ((1.0 - from) + (1..NODES).map(term).sum::<f64>()) / 2.0
}

/// Legendre polynomials of degree 0 to the number of nodes.
fn legendre(x: f64) -> [f64; NODES + 1] {
    let mut p = [1.0; NODES + 1];
    p[1] = x;
    for n in 1..NODES {
        p[n + 1] = ((2 * n + 1) as f64 * x * p[n] - n as f64 * p[n - 1]) / (n + 1) as f64;
    }
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        let rule = rule();
        for degree in 0..16 {
            let f = |x: f64| x.powi(degree);
            let whole: f64 = rule.places.iter().zip(rule.weights).map(|(&x, w)| w * f(x)).sum();
            assert!((whole - 1.0 / f64::from(degree + 1)).abs() < 1e-15, "{degree}");
        }
        for degree in 0..8 {
            for (at, &from) in rule.places.iter().enumerate() {
                let weights = rule.from_nodes.iter().map(|weights| weights[at]);
                let rest: f64 = rule.places.iter().zip(weights).map(|(&x, w)| w * x.powi(degree)).sum();
                let exact = (1.0 - from.powi(degree + 1)) / f64::from(degree + 1);
                assert!((rest - exact).abs() < 1e-14, "{degree} from {from}: {rest} {exact}");
            }
        }
    }
}
