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

#[test]
fn for46_works_where_bcma_is_lost_and_belantamab_does_not() {
    let summary = of_forty("adc", &[]);
    assert!(relapse(&summary, 1, "BCMA_LOSS_BIALLELIC") > 0.8);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.8, "{response:?}");
}

#[test]
fn shed_bcma_and_disease_outside_the_marrow_weaken_belantamab() {
    let of = |sink: u8, outside: u8, key: &str| {
        let changes = [
            &*format!("cohort.covariate.soluble_bcma.probability={sink}"),
            &*format!("cohort.covariate.extramedullary.probability={outside}"),
        ];
        arms("adc", &changes, key)[0]
    };
    let [deep, shed] = [0, 1].map(|sink| of(sink, 0, "line1_vgpr_rate"));
    assert!(shed < deep - 0.2, "{deep} {shed}");
    let [within, outside] = [0, 1].map(|outside| of(0, outside, "line1_response_rate"));
    assert!(outside < within - 0.3, "{within} {outside}");
}

#[test]
fn a_changed_epitope_is_lost_to_the_bispecifics_against_it_and_not_to_car_t_cells() {
    let summary = of_forty("bcma-epitope", &[]);
    assert!(relapse(&summary, 1, "BCMA_ECD_MUT") > 0.9);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[1] > 0.8 && response[2] > 0.8, "{response:?}");
}

#[test]
fn worn_and_tired_t_cells_weaken_what_works_by_them_and_nothing_else() {
    let of = |worn: u8, most: f64| {
        let worn = format!("cohort.covariate.worn.probability={worn}");
        let most = format!("drug.talquetamab.acts.exhaustion.most={most}");
        arms("t-cells", &[&worn, &most], "line1_response_rate")
    };
    let [fit, worn, rested] = [of(0, 0.6), of(1, 0.6), of(1, 0.0)];
    assert!(worn[0] < fit[0] - 0.3 && worn[0] < rested[0] - 0.15, "{fit:?} {worn:?} {rested:?}");
    assert!(worn[2] == fit[2] && worn[2] > 0.9, "{fit:?} {worn:?}");
}

#[test]
fn t_cells_worn_by_two_lines_answer_less_in_the_third() {
    let third = |wear: f64| {
        let summary = of_forty("t-cells", &[&format!("disease.t_cell_wear={wear}")]);
        estimate(&summary, 1, "line3_response_rate")
    };
    let [worn, spared] = [0.2, 0.0].map(third);
    assert!(worn < spared - 0.25, "{worn} {spared}");
}

/// What a quarter lost to an earlier line leaves is a fitness of three quarters, whether that line was given before
/// day 0 or after it: the histories are the same cell by cell.
#[test]
fn a_line_takes_its_share_of_the_fitness_of_t_cells() {
    let steroid = r#"{ regimen = "HDdex_MM003", for = "56 d" }"#;
    let after = format!(
        r#"arm=[{{ name = "a", lines = [{steroid}, {{ regimen = "talquetamab_QW", for = "56 d" }}] }}]"#
    );
    let first = r#"arm=[{ name = "a", lines = [{ regimen = "talquetamab_QW", for = "56 d" }] }]"#;
    let history = format!("disease.history={{ lines = [{steroid}] }}");
    for lines in [vec![&*after], vec![first, &*history]] {
        let cells = |wear: &str, fitness: &str| {
            let numbers =
                [format!("disease.t_cell_wear={wear}"), format!("disease.t_cell_fitness={fitness}")];
            let changes: Vec<&str> = numbers.iter().map(String::as_str).chain(lines.clone()).collect();
            let rows =
                stories(&shipped("t-cells", &changes), 0, 3).into_iter().flat_map(|story| story.census);
            rows.map(|row| (row.day, row.traits, row.cells)).collect::<Vec<_>>()
        };
        assert_eq!(cells("0.25", "1"), cells("0", "0.75"), "{lines:?}");
        assert_ne!(cells("0.25", "1"), cells("0", "1"), "{lines:?}");
    }
}

#[test]
fn inhibitors_of_complement_take_from_daratumumab_what_atra_gives_back_in_part_and_isatuximab_keeps() {
    let usual = ["cohort.covariate.low_cd38.probability=0"];
    let summary = of_forty("cd38-complement", &usual);
    assert!(relapse(&summary, 1, "CD55_CD59_UP") > 0.8);
    let response = every_arm(&summary, "line2_response_rate");
    assert!(response[0] < 0.1 && response[2] > 0.7, "{response:?}");
    let progressed = progressed(&summary, 2);
    assert!(progressed[1] < progressed[0] - 0.3, "{progressed:?}");
}

#[test]
fn little_cd38_from_the_start_is_beyond_daratumumab() {
    let low = |share: u8| format!("cohort.covariate.low_cd38.probability={share}");
    let [usual, low] = [0, 1].map(|share| arms("cd38-complement", &[&low(share)], "line1_response_rate")[0]);
    assert!(usual > 0.7 && low < 0.2, "{usual} {low}");
}

/// The share of cells with little CD38 when each patient of an arm gets daratumumab for the second time.
fn low_again(arm: usize) -> Vec<f64> {
    let scenario = shipped("dara-rechallenge", &["study.patients=40"]);
    let share = |story: &Story| {
        let again = story.outcome.lines.get(1)?.started;
        let day = story.census.iter().map(|row| row.day).filter(|day| *day <= again).fold(0.0, f64::max);
        let all: f64 = story.census.iter().filter(|row| row.day == day).map(|row| row.cells as f64).sum();
        Some(carrying(story, 0, day) / all)
    };
    stories(&scenario, arm, 40).iter().filter_map(share).collect()
}

#[test]
fn cd38_comes_back_while_daratumumab_is_not_given() {
    let [at_once, half_a_year, year] = [0, 1, 2].map(low_again);
    assert!(at_once.len() >= 4 && at_once.len() == year.len(), "{at_once:?} {year:?}");
    for patient in 0..at_once.len() {
        let [now, sooner, later] = [&at_once, &half_a_year, &year].map(|shares| shares[patient]);
        assert!(sooner < 0.5 * now && later < 0.5 * sooner, "{now} {sooner} {later}");
    }
}
