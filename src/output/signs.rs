//! How the signs beside the serum M-protein are written in events.csv.

use crate::clinic::{Chains, Criterion, Excreted};

/// Milligrams in a gram.
const MILLI: f64 = 1000.0;

/// Both free light chains, their ratio and whether it is normal.
pub fn chains(chains: &Chains) -> String {
    let (involved, uninvolved) = (MILLI * chains.involved, MILLI * chains.uninvolved);
    let normal = if chains.is_normal() { "normal" } else { "abnormal" };
    let ratio = chains.ratio();
    format!("involved {involved:.0} mg/L; uninvolved {uninvolved:.0} mg/L; kappa/lambda {ratio:.2}: {normal}")
}

/// M-protein in the urine of 24 h, and immunofixation.
pub fn urine(urine: &Excreted) -> String {
    let band = if urine.band { "positive" } else { "negative" };
    format!("{} mg in 24 h; immunofixation {band}", urine.m_protein)
}

/// The product of the diameters of the plasmacytoma.
pub fn image(size: f64) -> String {
    if size == 0.0 { "no lesion".to_string() } else { format!("lesion of {size:.1} cm2") }
}

/// A criterion of progression.
pub fn criterion(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Serum => "serum",
        Criterion::Urine => "urine",
        Criterion::FreeLightChains => "free_light_chains",
        Criterion::Imaging => "imaging",
        Criterion::Haemoglobin => "haemoglobin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::Chain;

    #[test]
    fn signs_are_written_with_their_units() {
        let lambda = Chains { involved: 0.45, uninvolved: 0.009, chain: Chain::Lambda };
        let written = chains(&lambda);
        assert_eq!(written, "involved 450 mg/L; uninvolved 9 mg/L; kappa/lambda 0.02: abnormal");
        let excreted = Excreted { m_protein: 213.0, band: true };
        assert_eq!(urine(&excreted), "213 mg in 24 h; immunofixation positive");
        assert_eq!([image(0.0), image(4.25)], ["no lesion", "lesion of 4.2 cm2"]);
    }
}
