//! Arms against the first one.

use kuva::plot::ForestPlot;
use kuva::prelude::{LegendEntry, LegendShape, Plot, TickFormat};

use super::{Drawing, SIZE, axes};
use crate::report::colour;
use crate::report::figures::Shown;
use crate::report::figures::contrast::{Difference, Interval, KINDS, differences, endpoint_name, ratios};

/// Height of a panel of the differences, without its rows.
const FRAME: f64 = 150.0;
/// Height of a row.
const ROW: f64 = 32.0;

/// Hazard ratios, and differences; none with one arm.
pub fn drawings(shown: &Shown) -> Vec<Drawing> {
    hazard(shown).into_iter().chain(difference(shown)).collect()
}

fn hazard(shown: &Shown) -> Option<Drawing> {
    let ratios = ratios(shown);
    let mut plot = ForestPlot::new().with_null_value(1.0).with_cap_size(3.0);
    for row in &ratios {
        let label = format!("{}: {}", endpoint_name(&row.endpoint), shown.run.arms[row.arm]);
        let Interval { estimate, low, high } = row.ratio;
        plot = plot.with_colored_row(label, estimate, low, high, colour::arm(row.arm));
    }
    let plots = vec![Plot::from(plot)];
    let first = shown.run.arms.first()?;
    let layout = axes(&plots, &format!("Hazard ratios against {first}"), "Hazard ratio (95 % interval)", "");
    (!ratios.is_empty()).then(|| Drawing::new("hazard-ratio", plots, layout.with_x_axis_min(0.0)))
}

fn difference(shown: &Shown) -> Option<Drawing> {
    let all = differences(shown);
    let mut names: Vec<&str> = all.iter().map(|row| row.what.as_str()).collect();
    names.dedup();
    let panel = |what: &&str| {
        let mut plot = ForestPlot::new().with_null_value(0.0).with_cap_size(3.0);
        for row in all.iter().filter(|row| row.what == **what) {
            let Difference { apart, paired, .. } = row;
            for (interval, (kind, colour)) in [*apart, *paired].iter().zip(KINDS) {
                let label = format!("{}, {kind}", shown.run.arms[row.arm]);
                plot = plot.with_colored_row(label, interval.estimate, interval.low, interval.high, colour);
            }
        }
        let plots = vec![Plot::from(plot)];
        let entry = |(label, color): (&str, &str)| LegendEntry {
            label: label.to_string(),
            color: color.to_string(),
            shape: LegendShape::Rect,
            dasharray: None,
        };
        let layout = axes(&plots, what, "", "").with_legend_entries(KINDS.map(entry).to_vec());
        let large = all.iter().any(|row| row.what == **what && row.apart.high.abs() >= 1e6);
        (plots, if large { layout.with_x_tick_format(TickFormat::Sci) } else { layout })
    };
    let rows = 2.0 * (shown.run.arms.len() as f64 - 1.0);
    let title = format!("Differences from {}", shown.run.arms.first()?);
    let size = (1.2 * SIZE.0, FRAME + ROW * rows);
    (!all.is_empty()).then(|| Drawing::panels("difference", &title, names.iter().map(panel).collect(), size))
}
