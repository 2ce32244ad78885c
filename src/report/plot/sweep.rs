//! The figures of a sweep, one for each quantity.

use kuva::plot::{ForestPlot, Heatmap, ScatterPlot};
use kuva::prelude::{Plot, TickFormat};

use super::{Drawing, axes, line};
use crate::report::colour;
use crate::report::figures::sweep::{Cell, Index, Sweep, slug};

/// Lines over one axis, maps over two, and the effects of all axes.
pub fn drawings(sweep: &Sweep) -> Vec<Drawing> {
    let mut drawings = Vec::new();
    let (indices, cells) =
        (sweep.indices(), if sweep.axes.len() == 2 { sweep.cells([0, 1]) } else { Vec::new() });
    for (quantity, name) in sweep.told_quantities() {
        if sweep.axes.len() == 1 {
            drawings.push(lines(sweep, quantity, &name));
        }
        if sweep.axes.len() == 2 {
            drawings.extend((0..sweep.arms.len()).map(|arm| map(sweep, quantity, &name, arm)));
        }
        for arm in 0..sweep.arms.len() {
            drawings.extend(tornado(sweep, quantity, &name, arm));
            let own: Vec<&Index> =
                indices.iter().filter(|i| i.quantity == quantity && i.arm == arm).collect();
            drawings.extend(explained(sweep, own, &name, arm));
            let own: Vec<&Cell> = cells.iter().filter(|c| c.quantity == quantity && c.arm == arm).collect();
            drawings.extend(interaction(sweep, &own, &name, arm));
        }
    }
    drawings
}

fn title(sweep: &Sweep, quantity: &str, arm: usize) -> String {
    if sweep.arms.len() == 1 { quantity.to_string() } else { format!("{quantity}: {}", sweep.arms[arm]) }
}

fn file(sweep: &Sweep, kind: &str, quantity: &str, arm: usize) -> String {
    let arm = if sweep.arms.len() == 1 { String::new() } else { format!("-{}", slug(&sweep.arms[arm])) };
    format!("{kind}-{}{arm}", slug(quantity))
}

fn lines(sweep: &Sweep, quantity: usize, name: &str) -> Drawing {
    let axis = &sweep.axes[0];
    let mut plots = Vec::new();
    for (arm, arm_name) in sweep.arms.iter().enumerate() {
        let own = sweep.points.iter().filter(|point| point.quantity == quantity && point.arm == arm);
        let mut points: Vec<(f64, f64, f64, f64)> = own
            .filter_map(|point| {
                let level = point.levels[0];
                let x = axis.numbers.as_ref().map_or(level as f64, |numbers| numbers[level]);
                let y = point.estimate?;
                Some((x, y, y - point.low.unwrap_or(y), point.high.unwrap_or(y) - y))
            })
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let xy: Vec<(f64, f64)> = points.iter().map(|(x, y, ..)| (*x, *y)).collect();
        let errors: Vec<(f64, f64)> = points.iter().map(|(.., low, high)| (*low, *high)).collect();
        let dots = ScatterPlot::new().with_data(xy.clone()).with_y_err_asymmetric(errors);
        plots.push(Plot::from(dots.with_color(colour::arm(arm)).with_size(4.0)));
        let line = line(xy, colour::arm(arm));
        plots.push(Plot::from(if sweep.arms.len() > 1 { line.with_legend(arm_name) } else { line }));
    }
    let layout = axes(&plots, name, &axis.title(), "Estimate with 95 % interval");
    let layout =
        if axis.is_logarithmic() { layout.with_log_x().with_x_tick_format(TickFormat::Sci) } else { layout };
    Drawing::new(format!("lines-{}", slug(name)), plots, layout)
}

fn map(sweep: &Sweep, quantity: usize, name: &str, arm: usize) -> Drawing {
    let (across, down) = (&sweep.axes[0], &sweep.axes[1]);
    // The first row stands lowest.
    let mut cells = vec![vec![f64::NAN; across.levels.len()]; down.levels.len()];
    for point in sweep.points.iter().filter(|point| point.quantity == quantity && point.arm == arm) {
        cells[point.levels[1]][point.levels[0]] = point.estimate.unwrap_or(f64::NAN);
    }
    let plots = vec![Plot::from(Heatmap::new().with_data(cells))];
    let layout = axes(&plots, &title(sweep, name, arm), &across.title(), &down.title());
    let layout = layout.with_x_categories(across.levels.clone()).with_y_categories(down.levels.clone());
    Drawing::new(file(sweep, "map", name, arm), plots, layout)
}

/// A bar from the lowest to the highest mean of each axis, the longest on top.
fn tornado(sweep: &Sweep, quantity: usize, name: &str, arm: usize) -> Option<Drawing> {
    let mut effects: Vec<_> = sweep
        .effects()
        .into_iter()
        .filter(|effect| effect.quantity == quantity && effect.arm == arm)
        .collect();
    effects.sort_by(|a, b| (b.means[1] - b.means[0]).total_cmp(&(a.means[1] - a.means[0])));
    let mut plot =
        ForestPlot::new().with_show_null_line(false).with_whisker_width(12.0).with_marker_size(0.5);
    for effect in &effects {
        let [low, high] = effect.means;
        plot = plot.with_colored_row(&sweep.axes[effect.axis].name, 0.5 * (low + high), low, high, "#0072b2");
    }
    let plots = vec![Plot::from(plot)];
    let layout = axes(&plots, &title(sweep, name, arm), "Mean estimate, from lowest to highest level", "");
    (!effects.is_empty()).then(|| Drawing::new(file(sweep, "tornado", name, arm), plots, layout))
}

/// First-order indices with their intervals, the largest on top.
fn explained(sweep: &Sweep, mut indices: Vec<&Index>, name: &str, arm: usize) -> Option<Drawing> {
    indices.sort_by(|a, b| b.alone.total_cmp(&a.alone));
    let mut plot = ForestPlot::new().with_show_null_line(false).with_cap_size(3.0);
    for index in &indices {
        let [alone, low, high] = [index.alone, index.low, index.high].map(|share| 100.0 * share);
        plot = plot.with_colored_row(&sweep.axes[index.axis].name, alone, low, high, "#0072b2");
    }
    let plots = vec![Plot::from(plot)];
    let layout = axes(&plots, &title(sweep, name, arm), "Variance that the axis alone explains (%)", "");
    let layout = layout.with_x_axis_min(0.0).with_x_axis_max(100.0);
    (!indices.is_empty()).then(|| Drawing::new(file(sweep, "indices", name, arm), plots, layout))
}

/// Means over the first of two axes, a line for each value of the second.
fn interaction(sweep: &Sweep, own: &[&Cell], name: &str, arm: usize) -> Option<Drawing> {
    let last = own.iter().map(|cell| cell.at[1]).max()?;
    let lines = (0..=last).filter_map(|part| {
        let points: Vec<(f64, f64)> = own
            .iter()
            .filter(|cell| cell.at[1] == part)
            .map(|cell| (category(cell.at[0]), cell.mean))
            .collect();
        let colour = colour::sequence(part, last + 1);
        let dots = ScatterPlot::new().with_data(points.clone()).with_color(colour.clone()).with_size(4.0);
        let line = line(points.clone(), &colour).with_legend(sweep.part_name(1, part));
        (!points.is_empty()).then(|| [Plot::from(dots), Plot::from(line)])
    });
    let plots: Vec<Plot> = lines.flatten().collect();
    let count = own.iter().map(|cell| cell.at[0]).max()? + 1;
    let names: Vec<String> = (0..count).map(|part| sweep.part_name(0, part)).collect();
    let heading = format!("{}, by {}", title(sweep, name, arm), sweep.axes[1].title());
    let layout = axes(&plots, &heading, &sweep.axes[0].title(), "Mean estimate").with_x_categories(names);
    let layout = layout.with_x_axis_min(0.5).with_x_axis_max(count as f64 + 0.5);
    Some(Drawing::new(file(sweep, "interaction", name, arm), plots, layout))
}

/// Where kuva puts the name of a category: they are counted from 1.
fn category(position: usize) -> f64 {
    position as f64 + 1.0
}
