//! Antibodies, conjugates and T cells: antigens, complement, and who does the killing.

use super::*;

#[test]
fn a_lost_antigen_is_lost_to_every_drug_against_it_and_to_no_other() {
    for (name, relapse) in [("bcma-escape", 0.8), ("car-t", 0.8)] {
        let summary = of_forty(name, &[]);
        assert!(estimate(&summary, 0, "line1_relapse_share_BCMA_LOSS_BIALLELIC") > relapse, "{name}");
        let [same, other] = [0, 1].map(|arm| estimate(&summary, arm, "line2_response_rate"));
        assert!(same < 0.1 && other > 0.8, "{name}: {same} {other}");
    }
}
