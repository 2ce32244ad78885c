//! Cereblon, Ikaros, and what else decides over IMiDs and CELMoDs.

use super::*;

#[test]
fn a_celmod_works_where_cereblon_is_low_and_not_where_it_is_mutated() {
    let summary = of_forty("cereblon", &[]);
    assert!(estimate(&summary, 0, "line1_relapse_share_CRBN_LOW") > 0.5);
    let [celmod, imid] = [0, 1].map(|arm| estimate(&summary, arm, "line2_response_rate"));
    assert!(celmod > 0.5 && imid < 0.1, "{celmod} {imid}");
    assert!(estimate(&summary, 0, "line2_relapse_share_CRBN_MUT") > 0.8);
}

#[test]
fn myc_without_ikaros_is_beyond_cereblon_and_within_reach_of_a_bet_inhibitor() {
    let response = arms("ikaros-independent", &[], "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.8, "{response:?}");
}

#[test]
fn elotuzumab_adds_to_its_partner_and_shares_its_resistance() {
    let summary = of_forty("elotuzumab", &[]);
    let response = every_arm(&summary, "line1_response_rate");
    assert!(response[1] > response[0] + 0.08, "{response:?}");
    let [low, mutated] =
        ["CRBN_LOW", "CRBN_MUT"].map(|name| every_arm(&summary, &format!("line1_relapse_share_{name}")));
    assert!((0..2).all(|arm| low[arm] + mutated[arm] > 0.9), "{low:?} {mutated:?}");
}

#[test]
fn a_broken_ligase_is_beyond_every_cereblon_drug_and_within_reach_of_a_myc_inhibitor() {
    let summary = of_forty("cereblon-ligase", &[]);
    let [ligase, substrate, irf4] =
        ["CUL4B_MUT", "IKZF1_MUT", "IRF4_MUT"].map(|name| relapse(&summary, 1, name));
    assert!(ligase > 0.25 && substrate > 0.25 && irf4 < 0.1, "{ligase} {substrate} {irf4}");
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.2 && response[1] > 0.8, "{response:?}");
}

#[test]
fn an_irf4_mutation_resists_an_imid_where_nothing_resists_it_more() {
    let alone =
        ["disease.traits=[\"IRF4_MUT\"]", "disease.clone=[{ traits = [\"IRF4_MUT\"], fraction = 0.001 }]"];
    assert!(relapse(&of_forty("cereblon-ligase", &alone), 1, "IRF4_MUT") > 0.5);
}

#[test]
fn each_state_of_too_little_cereblon_resists_imids_and_not_a_celmod() {
    let together = arms("cereblon-states", &[], "line2_response_rate");
    assert!(together[0] < 0.1 && together[1] > 0.8, "{together:?}");
    for state in ["CRBN_TURNOVER", "CRBN_SUBSTRATE_COMP", "IMID_UNEXPLAINED"] {
        let summary = of_forty("cereblon-states", &[&format!("disease.traits=[{state:?}]")]);
        assert!(relapse(&summary, 1, state) > 0.6, "{state}");
        let response = every_arm(&summary, "line2_response_rate");
        assert!(response[0] < 0.2 && response[1] > 0.8, "{state}: {response:?}");
    }
}

#[test]
fn an_inhibitor_of_runx_gives_lenalidomide_back() {
    let summary = of_forty("runx", &[]);
    assert!(relapse(&summary, 1, "RUNX13_PROTECT") > 0.8);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.6, "{response:?}");
}

#[test]
fn of_the_blockers_of_the_bypass_that_of_stat3_gives_more_back_than_that_of_il6() {
    let summary = of_forty("il6-stat3", &[]);
    assert!(relapse(&summary, 1, "IL6_STAT3") > 0.7);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[2] > response[0] + 0.25, "{response:?}");
    let progressed = progressed(&summary, 2);
    assert!(progressed[0] > progressed[1] + 0.2 && progressed[1] > progressed[2], "{progressed:?}");
}
