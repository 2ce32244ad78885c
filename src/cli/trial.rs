//! The arms side by side, as the results table of a trial's report.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::show::{months, rate};
use super::spark;
use crate::clinic::Survival;
use crate::scenario::Scenario;
use crate::study::{ArmSummary, Estimate, Summary, landmark_name};

/// Days in a month, as the units of scenarios count them.
const MONTH: f64 = 30.4375;

/// The table, if there is more than one arm.
pub fn table(scenario: &Scenario, summary: &Summary) -> Option<String> {
    let model = &scenario.model;
    if model.arms.len() < 2 {
        return None;
    }
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(std::iter::once("").chain(model.arms.iter().map(|arm| arm.name.as_str())));
    let estimates = summary.estimates();
    let columns = Columns { scenario, summary, estimates: &estimates };
    for (label, cells) in columns.rows() {
        let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
        table.add_row(std::iter::once(Cell::new(label)).chain(cells.into_iter().map(right)));
    }
    let first = &model.arms[0].name;
    Some(format!("{}\nHazard ratios and differences: against {first}.", table.trim_fmt()))
}

/// What the cells are made of.
struct Columns<'a> {
    scenario: &'a Scenario,
    summary: &'a Summary,
    estimates: &'a [Estimate],
}

/// A row: its label and a cell for each arm.
type Row = (String, Vec<String>);

impl Columns<'_> {
    fn rows(&self) -> Vec<Row> {
        let mut rows = vec![self.row("Histories", |arm| self.summary.arms[arm].replicates.to_string())];
        if self.has("median_pfs_days") {
            rows.extend(self.responses());
            rows.push(self.row("Median PFS, months (95 %)", |arm| months(&self.summary.arms[arm].pfs)));
            rows.extend(self.drawn("PFS", |arm| &arm.pfs));
            rows.extend(self.curve("pfs", "PFS"));
        }
        if self.has("median_os_days") {
            rows.push(self.row("Median OS, months (95 %)", |arm| months(&self.summary.arms[arm].os)));
            rows.extend(self.drawn("OS", |arm| &arm.os));
            rows.extend(self.curve("os", "OS"));
        }
        rows.push(self.row("No cell left at the end (95 %)", |arm| {
            rate(self.summary.arms[arm].extinct, self.summary.arms[arm].replicates)
        }));
        rows
    }

    /// The response to the first line and its depth.
    fn responses(&self) -> Vec<Row> {
        let all = self.row("Response rate, line 1 (95 %)", |arm| {
            let line = self.summary.arms[arm].lines.first();
            line.map_or("-".to_string(), |line| rate(line.responders, line.evaluable))
        });
        let deep = [
            ("VGPR or better, line 1 (95 %)", "line1_vgpr_rate"),
            ("CR or better, line 1 (95 %)", "line1_cr_rate"),
            ("MRD-negative at 1e-5 (95 %)", "mrd_negative_share_1e-5"),
        ];
        let share = |(label, quantity): (&str, &str)| {
            self.row(label, |arm| self.find(arm, quantity).map_or("-".into(), percent))
        };
        std::iter::once(all).chain(deep.map(share)).collect()
    }

    /// The curves of all arms over one time.
    fn drawn(&self, short: &str, of: impl Fn(&ArmSummary) -> &Survival) -> Option<Row> {
        let curves: Vec<&Survival> = self.summary.arms.iter().map(of).collect();
        let until = curves.iter().filter_map(|curve| curve.last_time()).fold(0.0, f64::max);
        let label = format!("{short} from 0 to {:.0} months", until / MONTH);
        // Blanks in front would be taken off by the table, and all curves begin on the left.
        let cell = |arm: usize| {
            let curve = spark::curve(curves[arm], until).unwrap_or("-".to_string());
            format!("{curve:<24}")
        };
        (until > 0.0).then(|| self.row(&label, cell))
    }

    /// Tests, landmarks and mean gain of an endpoint.
    fn curve(&self, name: &str, short: &str) -> Vec<Row> {
        let mut rows = vec![
            self.compared(&format!("Hazard ratio, {short} (95 %)"), &format!("hazard_ratio_{name}"), |row| {
                number(row, 1.0, 2)
            }),
            self.compared(&format!("Log-rank p, {short}"), &format!("log_rank_p_{name}"), probability),
        ];
        for &landmark in &self.scenario.model.landmarks {
            let (quantity, at) =
                (format!("{name}_rate_{}", landmark_name(landmark)), landmark_name(landmark));
            if self.has(&quantity) {
                let label = format!("{short} at {} (95 %)", at.replace('_', " "));
                rows.push(self.row(&label, |arm| self.find(arm, &quantity).map_or("-".into(), percent)));
            }
        }
        let gain = format!("paired_difference_restricted_mean_{name}_days");
        let until = self.find(0, &format!("restriction_{name}_days")).and_then(|row| row.estimate);
        if let Some(until) = until {
            let label = format!("Mean gain in {short} up to {:.0} months, months (95 %)", until / MONTH);
            rows.push(self.compared(&label, &gain, |row| number(row, 1.0 / MONTH, 1)));
        }
        rows
    }

    fn row(&self, label: &str, cell: impl Fn(usize) -> String) -> Row {
        (label.to_string(), (0..self.summary.arms.len()).map(cell).collect())
    }

    /// A row that has nothing to say of the first arm.
    fn compared(&self, label: &str, quantity: &str, show: impl Fn(&Estimate) -> String) -> Row {
        self.row(label, |arm| match self.find(arm, quantity) {
            _ if arm == 0 => String::new(),
            Some(row) => show(row),
            None => "-".to_string(),
        })
    }

    fn find(&self, arm: usize, quantity: &str) -> Option<&Estimate> {
        self.estimates.iter().find(|row| row.arm == arm && row.quantity == quantity)
    }

    fn has(&self, quantity: &str) -> bool {
        self.estimates.iter().any(|row| row.quantity == quantity)
    }
}

fn number(row: &Estimate, scale: f64, decimals: usize) -> String {
    let show =
        |value: Option<f64>| value.map_or("?".to_string(), |value| format!("{:.decimals$}", value * scale));
    match (row.estimate, row.low) {
        (None, _) => "not estimable".to_string(),
        (estimate, None) => show(estimate),
        // A sign in front would look like the dash between the limits.
        (estimate, low) => format!("{} ({} to {})", show(estimate), show(low), show(row.high)),
    }
}

fn percent(row: &Estimate) -> String {
    let show = |value: Option<f64>| value.map_or("?".to_string(), |value| format!("{:.0}", 100.0 * value));
    format!("{} % ({}-{})", show(row.estimate), show(row.low), show(row.high))
}

fn probability(row: &Estimate) -> String {
    match row.estimate {
        None => "-".to_string(),
        Some(p) if p < 1e-4 => "< 0.0001".to_string(),
        Some(p) => format!("{p:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(estimate: Option<f64>, low: Option<f64>, high: Option<f64>) -> Estimate {
        Estimate { arm: 1, quantity: "x".to_string(), estimate, low, high, n: 1 }
    }

    #[test]
    fn numbers_are_told_as_they_are() {
        assert_eq!(number(&row(Some(0.4567), Some(0.3), Some(0.6)), 1.0, 2), "0.46 (0.30 to 0.60)");
        assert_eq!(
            number(&row(Some(-60.875), Some(-91.3125), Some(30.4375)), 1.0 / MONTH, 1),
            "-2.0 (-3.0 to 1.0)"
        );
        assert_eq!(number(&row(None, None, None), 1.0, 2), "not estimable");
        assert_eq!(percent(&row(Some(0.5), Some(0.4), Some(0.6))), "50 % (40-60)");
        assert_eq!(probability(&row(Some(0.00001), None, None)), "< 0.0001");
        assert_eq!(probability(&row(Some(0.04567), None, None)), "0.0457");
    }
}
