//! The figures of a cohort.

use kuva::plot::{BandPlot, BarPlot, ForestPlot, SurvivalPlot};
use kuva::prelude::{LegendEntry, LegendPosition, LegendShape, Plot, ReferenceLine, TickFormat};

use super::{Drawing, SIZE, TIME, axes, line};
use crate::report::bands::Band;
use crate::report::colour;
use crate::report::figure::MONTH;
use crate::report::figures::fan::Measure;
use crate::report::figures::{Shown, regimen_name, relapse, response, survival, sweep::slug, swimmer};
use crate::units::Dimension;

/// Most characters of an arm's name beside the numbers at risk.
const LONGEST: usize = 18;

/// All figures that the tables allow.
pub fn drawings(shown: &Shown) -> Vec<Drawing> {
    let mut drawings: Vec<Drawing> =
        survival::curves(shown).iter().map(|curves| kaplan_meier(shown, curves)).collect();
    drawings.extend(super::contrast::drawings(shown));
    drawings.extend(best(shown));
    drawings.extend(rates(shown));
    for arm in 0..shown.run.arms.len() {
        drawings.extend(waterfall(shown, arm));
        drawings.extend(relapses(shown, arm));
        drawings.extend(lanes(shown, arm));
    }
    drawings
        .extend([Measure::MProtein, Measure::Burden].into_iter().filter_map(|measure| fan(shown, measure)));
    drawings
}

/// A name for the figure of one arm; with one arm only it needs none.
pub fn of_arm(shown: &Shown, name: &str, arm: usize) -> String {
    match shown.run.arms.len() {
        1 => name.to_string(),
        _ => format!("{name}-{}", slug(&shown.run.arms[arm])),
    }
}

/// A title that names the arm if there are several.
pub fn title_of_arm(shown: &Shown, title: &str, arm: usize) -> String {
    match shown.run.arms.len() {
        1 => title.to_string(),
        _ => format!("{title}: {}", shown.run.arms[arm]),
    }
}

fn kaplan_meier(shown: &Shown, curves: &survival::Curves) -> Drawing {
    let mut plot = SurvivalPlot::new().with_risk_table(true).with_median_lines(true).with_line_width(1.8);
    let mut plots = Vec::new();
    for (at, arm) in shown.run.arms.iter().enumerate() {
        let (times, events): (Vec<f64>, Vec<bool>) =
            curves.times[at].iter().map(|(day, event)| (day / MONTH, *event)).unzip();
        plot = plot.with_colored_group(shortened(arm), times, events, colour::arm(at));
        plots.push(Plot::from(step_band(&curves.arms[at].curve(), colour::arm(at))));
    }
    if shown.run.arms.len() > 1 {
        plot = plot.with_legend("Arm");
    }
    plots.insert(0, Plot::from(plot));
    // The names of the arms stand before the numbers at risk.
    let longest = shown.run.arms.iter().map(|arm| shortened(arm).chars().count()).max().unwrap_or(0);
    let layout = axes(&plots, &curves.title, TIME, "Probability to be event-free").with_y_axis_max(1.0);
    let layout = layout.with_legend_position(LegendPosition::InsideTopRight);
    let layout = layout.with_force_margins(64.0 + 6.5 * longest as f64, 24.0);
    Drawing::new(format!("survival-{}", curves.column), plots, layout.with_y_axis_min(0.0))
}

/// A name that is no longer than a table has room for.
fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_string();
    }
    name.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Bands of a curve of steps.
fn step_band(curve: &[crate::clinic::Step], colour: &str) -> BandPlot {
    let (mut x, mut low, mut high) = (vec![0.0], vec![1.0], vec![1.0]);
    for step in curve {
        let (l, h) = (low[low.len() - 1], high[high.len() - 1]);
        x.extend([step.time / MONTH; 2]);
        low.extend([l, step.low]);
        high.extend([h, step.high]);
    }
    BandPlot::new(x, low, high).with_color(colour).with_opacity(0.15)
}

fn legend(entries: impl Iterator<Item = (String, String)>) -> Vec<LegendEntry> {
    let entry = |(label, color): (String, String)| LegendEntry {
        label,
        color,
        shape: LegendShape::Rect,
        dasharray: None,
    };
    entries.map(entry).collect()
}

fn best(shown: &Shown) -> Option<Drawing> {
    let rows = response::best(shown);
    let mut codes: Vec<&str> = rows.iter().map(|row| row.response.as_str()).collect();
    codes.sort_by(|a, b| (colour::response_rank(a), *a).cmp(&(colour::response_rank(b), *b)));
    codes.dedup();
    let mut plot = BarPlot::new().with_stacked().with_width(0.6);
    for (at, arm) in shown.run.arms.iter().enumerate() {
        let share = |code: &&str| {
            let row = rows.iter().find(|row| row.arm == at && row.response == *code);
            let share = row.map_or(0.0, |row| 100.0 * row.count as f64 / row.of as f64);
            (share, colour::response(code).to_string())
        };
        plot = plot.with_group(arm, codes.iter().map(share));
    }
    let plots = vec![Plot::from(plot)];
    let entries = legend(codes.iter().map(|code| ((*code).to_string(), colour::response(code).to_string())));
    let layout = axes(&plots, "Best response of the first line", "", "Share of histories (%)");
    let layout = layout.with_legend_entries(entries).with_y_axis_max(100.0);
    (!rows.is_empty()).then(|| Drawing::new("response", plots, layout))
}

fn rates(shown: &Shown) -> Option<Drawing> {
    let rates = response::rates(shown);
    let mut plot = ForestPlot::new().with_show_null_line(false).with_cap_size(3.0);
    for rate in &rates {
        let label = title_of_arm(shown, &format!("Line {}", rate.line), rate.arm);
        let percent = [rate.share, rate.low, rate.high].map(|share| 100.0 * share);
        plot = plot.with_colored_row(label, percent[0], percent[1], percent[2], colour::arm(rate.arm));
    }
    let plots = vec![Plot::from(plot)];
    let layout = axes(&plots, "Response rate by line", "Response rate, PR or better (%)", "");
    let layout = layout.with_x_axis_min(0.0).with_x_axis_max(100.0);
    (!rates.is_empty()).then(|| Drawing::new("response-rate", plots, layout))
}

fn waterfall(shown: &Shown, arm: usize) -> Option<Drawing> {
    let changes = response::changes(shown, arm);
    let bars = changes.iter().map(|(at, change)| {
        let best = &shown.run.histories[*at].best_response;
        (String::new(), change.min(100.0), colour::response(best).to_string())
    });
    let plots = vec![Plot::from(BarPlot::new().with_width(0.9).with_colored_bars(bars.collect::<Vec<_>>()))];
    let title = title_of_arm(shown, "Best change of M-protein in the first line", arm);
    let mut codes: Vec<&str> =
        changes.iter().map(|(at, _)| shown.run.histories[*at].best_response.as_str()).collect();
    codes.sort_by(|a, b| (colour::response_rank(a), *a).cmp(&(colour::response_rank(b), *b)));
    codes.dedup();
    let name = |code: &&str| if code.is_empty() { "not called" } else { code }.to_string();
    let entries = legend(codes.iter().map(|code| (name(code), colour::response(code).to_string())));
    let layout = axes(&plots, &title, "Histories, from the least to the greatest fall", "Change (%)");
    let layout = layout.with_legend_entries(entries).with_y_axis_min(-100.0).with_y_axis_max(100.0);
    (!changes.is_empty()).then(|| Drawing::new(of_arm(shown, "waterfall", arm), plots, layout))
}

fn relapses(shown: &Shown, arm: usize) -> Option<Drawing> {
    let rows: Vec<_> = relapse::relapses(shown).into_iter().filter(|row| row.arm == arm).collect();
    let mut names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_by(|a, b| (*a == "wild type", *a).cmp(&(*b == "wild type", *b)));
    names.dedup();
    let mut lines: Vec<(u32, f64)> = rows.iter().map(|row| (row.line, row.n)).collect();
    lines.dedup();
    let mut plot = BarPlot::new().with_width(0.8);
    let mut errors = Vec::new();
    for (line, n) in &lines {
        let of = |name: &&str| rows.iter().find(|row| row.line == *line && row.name == *name);
        let share = |name: &&str| (of(name).map_or(0.0, |row| 100.0 * row.share), shown.palette.of(name));
        plot = plot.with_group(format!("Line {line} (n = {n})"), names.iter().map(share));
        let error = |name: &&str| {
            of(name).map_or((0.0, 0.0), |r| (100.0 * (r.share - r.low), 100.0 * (r.high - r.share)))
        };
        errors.extend(names.iter().map(error));
    }
    let plots = vec![Plot::from(plot.with_asymmetric_error(errors))];
    let entries = legend(names.iter().map(|name| ((*name).to_string(), shown.palette.of(name))));
    let title = title_of_arm(shown, "Traits that most cells carry at relapse", arm);
    let layout = axes(&plots, &title, "", "Share of relapses (%)").with_legend_entries(entries);
    (!rows.is_empty())
        .then(|| Drawing::new(of_arm(shown, "relapse", arm), plots, layout.with_y_axis_max(100.0)))
}

fn lanes(shown: &Shown, arm: usize) -> Option<Drawing> {
    let swimmers: Vec<_> = swimmer::swimmers(shown).into_iter().filter(|lane| lane.arm == arm).collect();
    let most = swimmers.iter().map(|lane| lane.stages.len()).max()?;
    let mut plot = BarPlot::new().with_stacked().with_horizontal(true).with_width(0.7);
    let mut used: Vec<&str> = Vec::new();
    // The first group stands lowest.
    for lane in swimmers.iter().rev() {
        let mut bars: Vec<(f64, String)> = Vec::new();
        for stage in &lane.stages {
            let name = regimen_name(&stage.regimen);
            if !used.contains(&name) {
                used.push(name);
            }
            bars.push(((stage.end - stage.start) / MONTH, shown.colour_of_regimen(name)));
        }
        bars.resize(most, (0.0, "#ffffff".to_string()));
        plot = plot.with_group(&lane.label, bars);
    }
    used.sort_by_key(|name| shown.regimens.iter().position(|known| known == name));
    let entries = legend(used.iter().map(|name| ((*name).to_string(), shown.colour_of_regimen(name))));
    let plots = vec![Plot::from(plot)];
    let layout = axes(&plots, &title_of_arm(shown, "Courses of treatment", arm), TIME, "");
    Some(Drawing::new(
        of_arm(shown, "swimmer", arm),
        plots,
        layout.with_legend_entries(entries).with_tick_size(8),
    ))
}

fn fan(shown: &Shown, measure: Measure) -> Option<Drawing> {
    let bands = measure.bands(shown)?;
    let limit = shown.run.quantity("/visits/m_protein/limit", Dimension::Concentration);
    let panel = |arm: usize| {
        let own: Vec<&Band> = bands.iter().filter(|band| band.arm == arm).collect();
        let x: Vec<f64> = own.iter().map(|band| band.day / MONTH).collect();
        let at = |place: usize| own.iter().map(|band| measure.drawn(band.at[place])).collect::<Vec<f64>>();
        let colour = colour::arm(arm);
        let plots = vec![
            Plot::from(BandPlot::new(x.clone(), at(0), at(4)).with_color(colour).with_opacity(0.2)),
            Plot::from(BandPlot::new(x.clone(), at(1), at(3)).with_color(colour).with_opacity(0.3)),
            Plot::from(line(x.into_iter().zip(at(2)).collect(), colour)),
        ];
        let mut layout = axes(&plots, &shown.run.arms[arm], TIME, measure.axis());
        if let (Measure::MProtein, Some(limit)) = (measure, limit) {
            layout = layout.with_reference_line(ReferenceLine::horizontal(limit).with_color("#444444"));
        }
        if measure == Measure::Burden {
            layout = layout.with_log_y().with_y_tick_format(TickFormat::Sci);
        }
        (plots, layout)
    };
    let arms = (0..shown.run.arms.len()).filter(|arm| bands.iter().any(|band| band.arm == *arm));
    let title = format!("{}: median, middle half and middle 90 %", measure.title());
    Some(Drawing::panels(measure.name(), &title, arms.map(panel).collect(), (SIZE.0, 0.7 * SIZE.1)))
}
