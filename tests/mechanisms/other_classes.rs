//! Glucocorticoids, alkylators, and drugs of other classes.

use super::*;

#[test]
fn a_year_without_dexamethasone_gives_it_back_to_cells_with_little_receptor() {
    let summary = of_forty("steroids", &[]);
    let at_once = estimate(&summary, 0, "line2_response_rate");
    let after_a_year = estimate(&summary, 1, "line3_response_rate");
    assert!(at_once + 0.3 < after_a_year, "{at_once} {after_a_year}");
}

#[test]
fn a_transplant_postpones_progression_and_less_where_dna_is_repaired() {
    let plain = arms("transplant", &[], "median_pfs_days");
    let repaired = arms("transplant", &["cohort.covariate.repair.probability=1"], "median_pfs_days");
    assert!(plain[1] > plain[0] + 90.0, "{plain:?}");
    assert!(repaired[1] < plain[1] - 60.0, "{plain:?} {repaired:?}");
}

#[test]
fn venetoclax_answers_to_the_translocation_and_to_bortezomib() {
    let summary = of_forty("venetoclax", &[]);
    let with = every_arm(&summary, "line1_response_rate");
    let without = arms("venetoclax", &["cohort.covariate.t_11_14.probability=0"], "line1_response_rate");
    assert!(with[0] > 0.8 && without[0] < 0.2, "{with:?} {without:?}");
    let held = every_arm(&summary, "pfs_rate_24_months");
    assert!(held[1] > held[0] + 0.4, "{held:?}");
    let relapse = ["MCL1_DEP", "BCLXL_UP"].map(|name| relapse(&summary, 1, name));
    assert!(relapse.iter().sum::<f64>() > 0.8, "{relapse:?}");
}

#[test]
fn selinexor_does_not_share_the_resistance_to_the_three_classes() {
    let response = arms("selinexor", &[], "line1_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.6, "{response:?}");
}

#[test]
fn melphalan_resisted_by_repair_is_helped_by_scr7_and_surpassed_by_melflufen() {
    let summary = of_forty("dna-repair", &[]);
    assert!(relapse(&summary, 1, "DNA_REPAIR_UP") > 0.8);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[2] > 0.7, "{response:?}");
    let progressed = progressed(&summary, 2);
    assert!(progressed[1] < progressed[0] - 0.3, "{progressed:?}");
}

#[test]
fn mutations_made_by_melphalan_make_a_later_drug_fail_sooner() {
    let summary = of_forty("mutagenesis", &[]);
    assert!(relapse(&summary, 2, "CRBN_MUT") > 0.9);
    let mutated = estimate(&summary, 0, "line2_median_ttp_days");
    let spared = arms("mutagenesis", &["drug.melphalan.mutagenic=1"], "line2_median_ttp_days")[0];
    assert!(mutated + 56.0 <= spared, "{mutated} {spared}");
}
