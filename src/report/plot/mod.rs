//! Static figures for papers, as SVG and PNG.

mod cohort;
mod contrast;
mod patient;
mod sweep;

use std::collections::BTreeMap;
use std::path::Path;

use kuva::backend::svg::SvgBackend;
use kuva::plot::LinePlot;
use kuva::prelude::{Layout, Plot};
use kuva::render::figure::Figure as Panels;
use kuva::render::render::{Scene, render_multiple};

use super::ReportError;
use super::figures::{Shown, sweep::Sweep};

/// Pixels of a PNG for each unit of the SVG.
const SCALE: f32 = 2.0;
/// Width and height of a figure.
const SIZE: (f64, f64) = (760.0, 480.0);

/// A figure that can be drawn.
pub struct Drawing {
    /// Its name, for files.
    pub name: String,
    parts: Parts,
}

/// What a figure is made of; drawing it takes far longer than putting that together.
enum Parts {
    /// One pair of axes.
    Single(Vec<Plot>, Box<Layout>),
    /// Panels below each other.
    Panels(Box<Panels>),
}

/// A drawn figure.
pub struct Drawn {
    name: String,
    scene: Scene,
}

impl Drawing {
    /// A figure with one pair of axes.
    fn new(name: impl Into<String>, plots: Vec<Plot>, layout: Layout) -> Drawing {
        let layout = layout.with_width(SIZE.0).with_height(SIZE.1);
        Drawing { name: name.into(), parts: Parts::Single(plots, Box::new(layout)) }
    }

    /// A figure of panels of one size below each other.
    fn panels(
        name: impl Into<String>,
        title: &str,
        panels: Vec<(Vec<Plot>, Layout)>,
        size: (f64, f64),
    ) -> Drawing {
        let rows = panels.len();
        let (plots, layouts): (Vec<_>, Vec<_>) = panels.into_iter().unzip();
        let figure = Panels::new(rows, 1)
            .with_title(title)
            .with_plots(plots)
            .with_layouts(layouts)
            .with_cell_size(size.0, size.1)
            .with_spacing(12.0);
        Drawing { name: name.into(), parts: Parts::Panels(Box::new(figure)) }
    }

    /// Draws it.
    pub fn draw(self) -> Drawn {
        let scene = match self.parts {
            Parts::Single(plots, layout) => render_multiple(plots, *layout),
            Parts::Panels(figure) => figure.render(),
        };
        Drawn { name: self.name, scene }
    }
}

impl Drawn {
    /// As SVG.
    pub fn svg(&self) -> String {
        SvgBackend::default().render_scene(&self.scene)
    }

    /// As PNG.
    ///
    /// # Errors
    /// When the picture cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, ReportError> {
        let drawn = kuva::PngBackend::new().with_scale(SCALE).render_scene(&self.scene);
        drawn.map_err(|why| {
            ReportError::Choice(format!("the figure {} cannot be drawn as PNG: {why}", self.name))
        })
    }
}

/// Every figure that a folder allows, or the one that is asked for.
///
/// # Errors
/// When the folder holds neither run nor sweep, a table is damaged, or there is no such figure.
pub fn drawings(folder: &Path, patients: &[u64], asked: Option<&str>) -> Result<Vec<Drawing>, ReportError> {
    let mut drawings = if Sweep::is_in(folder) {
        sweep::drawings(&Sweep::read(folder)?)
    } else {
        let shown = Shown::read(folder, patients)?;
        let mut drawings = cohort::drawings(&shown);
        drawings.extend(patient::drawings(&shown, patients));
        drawings
    };
    tell_apart(&mut drawings);
    if let Some(asked) = asked {
        let names: Vec<String> = drawings.iter().map(|drawing| drawing.name.clone()).collect();
        drawings.retain(|drawing| drawing.name == asked);
        if drawings.is_empty() {
            let near = crate::scenario::finding::suggest(asked, names.iter().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            let all = if names.is_empty() { "none".to_string() } else { names.join(", ") };
            return Err(ReportError::Choice(format!(
                "there is no figure {asked} for this folder{hint} It has: {all}"
            )));
        }
    }
    Ok(drawings)
}

/// Arms whose names differ in signs only would share a file.
fn tell_apart(drawings: &mut [Drawing]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for drawing in drawings {
        let count = seen.entry(drawing.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            drawing.name = format!("{}-{count}", drawing.name);
        }
    }
}

/// Axes with title and labels.
fn axes(plots: &[Plot], title: &str, x: &str, y: &str) -> Layout {
    Layout::auto_from_plots(plots).with_title(title).with_x_label(x).with_y_label(y)
}

/// A line.
fn line(points: Vec<(f64, f64)>, colour: &str) -> LinePlot {
    LinePlot::new().with_data(points).with_color(colour).with_stroke_width(1.8)
}

/// The axis of time.
const TIME: &str = "Time since the start of the plan (months)";
