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
