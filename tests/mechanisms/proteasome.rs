//! Proteasome inhibitors: the proteasome, what else clears protein, and pumps.

use super::*;

#[test]
fn low_xbp1s_resists_the_class_hides_from_serum_and_falls_to_what_acts_before_the_proteasome() {
    let summary = of_forty("xbp1s", &[]);
    assert!(estimate(&summary, 0, "line1_relapse_share_XBP1S_LOSS") > 0.8);
    let [proteasome, before] = [0, 1].map(|arm| estimate(&summary, arm, "line2_response_rate"));
    assert!(proteasome < 0.1 && before > 0.8, "{proteasome} {before}");
    let telling = ["trait.XBP1S_LOSS.secretion_factor=1"];
    let hidden = arms("xbp1s", &[], "line1_median_ttp_days")[0];
    let told = arms("xbp1s", &telling, "line1_median_ttp_days")[0];
    assert!(told < hidden, "what serum does not show is called later: {told} {hidden}");
}

#[test]
fn an_hdac_inhibitor_makes_a_proteasome_inhibitor_hold_longer_and_half_of_it_by_synergy() {
    let pfs = arms("aggresome", &[], "median_pfs_days");
    let alone = ["drug.panobinostat.enhances={\"proteasome inhibitor\"=1}"];
    let without = arms("aggresome", &alone, "median_pfs_days");
    assert!(pfs[1] > pfs[0] + 60.0, "{pfs:?}");
    assert!(without[1] - without[0] < 0.7 * (pfs[1] - pfs[0]), "{pfs:?} {without:?}");
}

#[test]
fn an_inhibitor_of_efflux_gives_back_what_efflux_takes() {
    let response = arms("sensitisers", &[], "line1_response_rate");
    assert!(response[0] + 0.1 < response[1], "{response:?}");
}

#[test]
fn a_psmb5_mutation_resists_bortezomib_and_carfilzomib_less() {
    let summary = of_forty("psmb5", &[]);
    assert!(relapse(&summary, 1, "PSMB5_MUT") > 0.8);
    let median = estimate(&summary, 1, "line1_median_ttp_days");
    let as_bortezomib = ["trait.PSMB5_MUT.resists={carfilzomib=0.8}"];
    assert!(arms("psmb5", &as_bortezomib, "line1_median_ttp_days")[1] < 0.7 * median, "{median}");
    let spared = of_forty("psmb5", &["trait.PSMB5_MUT.resists={carfilzomib=0}"]);
    let [some, none] = [&summary, &spared].map(|summary| progressed(summary, 1)[1]);
    assert!(none < some - 0.2, "{some} {none}");
}

#[test]
fn marizomib_works_where_psmb5_is_mutated_and_ixazomib_does_not() {
    let summary = of_forty("marizomib", &[]);
    assert!(relapse(&summary, 1, "PSMB5_MUT") > 0.9);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.7, "{response:?}");
}

#[test]
fn efflux_selected_by_one_proteasome_inhibitor_resists_the_other_and_melphalan() {
    let summary = of_forty("efflux", &[]);
    let selected = every_arm(&summary, "line1_relapse_share_MDR1_EFFLUX");
    assert!(selected.iter().all(|share| *share > 0.8), "{selected:?}");
    let [first, second] = [1, 2].map(|line| every_arm(&summary, &format!("line{line}_response_rate")));
    // Each arm begins with the drug that is the second of the other.
    assert!(second[0] < first[1] - 0.5 && second[1] < first[0] - 0.4, "{first:?} {second:?}");
    let melphalan = arms("efflux", &["trait.MDR1_EFFLUX.resists={melphalan=0}"], "line3_response_rate")[0];
    let pumped = estimate(&summary, 0, "line3_response_rate");
    assert!(pumped < melphalan - 0.15, "{pumped} {melphalan}");
}

#[test]
fn most_relapses_have_little_19s_which_resists_carfilzomib_and_not_pomalidomide() {
    let summary = of_forty("proteasome-subunits", &[]);
    assert!(relapse(&summary, 1, "PSM19S_LOW") > 0.7);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.6, "{response:?}");
}

/// Of patients whose disease grows fast, those without progression five years after the first dose of bortezomib.
fn held_by_bortezomib(scenario: &str, arm: usize, traits: &str) -> f64 {
    let alone = [
        &format!("disease.traits=[{traits}]"),
        "disease.clone=[]",
        "disease.net_growth.lognormal.median=\"0.03 /d\"",
        "study.landmarks=[\"5 y\"]",
    ];
    arms(scenario, &alone, "pfs_rate_60_months")[arm]
}

#[test]
fn each_state_under_bortezomib_shortens_it_by_itself() {
    let without = held_by_bortezomib("proteasome-subunits", 0, "");
    for (scenario, arm, state) in [
        ("proteasome-subunits", 0, "PSM19S_LOW"),
        ("proteasome-subunits", 0, "PSMA3_UP"),
        ("proteasome-subunits", 0, "PROT_SUBUNIT_DOWN"),
        ("proteasome-subunits", 0, "PSMB5_OVEREXPR"),
        ("markers", 1, "ALDH1A1_UP"),
        ("markers", 1, "CD138_LOW"),
        ("niche", 0, "ROS_METAB"),
    ] {
        let with = held_by_bortezomib(scenario, arm, &format!("{state:?}"));
        assert!(with < without - 0.15, "{state}: {without} {with}");
    }
}

#[test]
fn protein_is_stopped_before_the_proteasome_and_at_the_ribosome_but_not_at_ire1_without_xbp1s() {
    let refractory = arms("proteostasis", &[], "line1_response_rate");
    let [carfilzomib, p97, ribosome, ire1] = refractory[..] else { panic!("four arms: {refractory:?}") };
    assert!(carfilzomib < 0.1 && p97 > 0.8 && ribosome > 0.8 && ire1 < 0.2, "{refractory:?}");
    let before =
        arms("proteostasis", &["cohort.covariate.pi_refractory.probability=0"], "line1_response_rate");
    assert!(before[0] > 0.4 && before[3] > 0.6, "{before:?}");
}

#[test]
fn hydroxychloroquine_gives_back_some_of_what_autophagy_takes() {
    let summary = of_forty("autophagy", &[]);
    assert!(relapse(&summary, 1, "AUTOPHAGY_UP") > 0.8);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > response[0] + 0.15, "{response:?}");
}

#[test]
fn an_inhibitor_of_nek2_undoes_nek2_and_not_foxm1() {
    let summary = of_forty("nek2", &[]);
    let response = every_arm(&summary, "line1_response_rate");
    assert!(response[0] + 0.1 < response[1], "{response:?}");
    assert!(estimate(&summary, 1, "line1_relapse_share_FOXM1_UP") > 0.8);
    let with = arms("nek2", &["cohort.covariate.foxm1.probability=1"], "line1_response_rate");
    let without = arms("nek2", &["cohort.covariate.foxm1.probability=0"], "line1_response_rate");
    assert!((0..2).all(|arm| with[arm] < without[arm] - 0.1), "{with:?} {without:?}");
}

#[test]
fn each_class_selects_its_own_state_and_is_blind_to_that_of_the_other() {
    let summary = of_forty("markers", &[]);
    assert!(relapse(&summary, 1, "CD147_MCT1") > 0.8);
    assert!(estimate(&summary, 1, "line1_relapse_share_CD138_LOW") > 0.8);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response.iter().all(|rate| *rate > 0.6), "{response:?}");
}

#[test]
fn selinexor_reaches_hypoxic_and_rewired_cells() {
    let summary = of_forty("niche", &[]);
    assert!(relapse(&summary, 1, "HYPOXIA") > 0.9);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.7, "{response:?}");
    let five = "study.landmarks=[\"5 y\"]";
    let hypoxic = arms("niche", &[five], "pfs_rate_60_months")[0];
    let neutral = "trait.HYPOXIA.resists={bortezomib={kill=1}}";
    let supplied = arms("niche", &[five, neutral], "pfs_rate_60_months")[0];
    assert!(hypoxic < supplied - 0.1, "{hypoxic} {supplied}");
}

#[test]
fn a_pair_set_as_collateral_sensitivity_makes_the_order_of_two_lines_matter() {
    let summary = of_forty("collateral", &[]);
    assert!(relapse(&summary, 1, "PSM19S_LOW") > 0.9);
    let [first, second] = [1, 2].map(|line| every_arm(&summary, &format!("line{line}_response_rate")));
    assert!(first[1] < 0.1 && second[0] > 0.5, "{first:?} {second:?}");
    let unpaired = ["trait.PSM19S_LOW.resists.venetoclax.kill=1"];
    assert!(arms("collateral", &unpaired, "line2_response_rate")[0] < 0.1);
}
