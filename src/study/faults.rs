//! The errors of a study's points: each told once, where its axis or its value was written.

use super::sweep::Points;
use crate::scenario::Template;
use crate::scenario::finding::{Finding, Findings, Place};

/// Errors that are told; more say nothing new.
const TOLD: usize = 20;

/// Errors of points.
#[derive(Debug, Default)]
pub struct Faults {
    told: Vec<Fault>,
    /// Points with errors that are not told.
    untold: u64,
}

/// One error, whichever points have it.
#[derive(Debug)]
struct Fault {
    finding: Finding,
    kind: Kind,
    first: u64,
    last: u64,
    points: u64,
}

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The key that an axis varies.
    Axis,
    /// A value of an axis.
    Value,
    /// What the values of a point do elsewhere.
    Elsewhere,
}

impl Faults {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Adds the errors of a point, in the order of the points.
    pub fn add(&mut self, template: &Template, points: &Points, point: u64, findings: Findings) {
        let mut untold = false;
        for mut finding in findings.0 {
            let kind = place(template, points, point, &mut finding);
            let known = |fault: &Fault| fault.kind == kind && alike(&fault.finding, &finding);
            match self.told.iter().position(known) {
                Some(position) => self.told[position].count(point),
                None if self.told.len() < TOLD => {
                    self.told.push(Fault { finding, kind, first: point, last: point, points: 1 });
                }
                None => untold = true,
            }
        }
        self.untold += u64::from(untold);
    }

    /// The errors, each with the points that have it.
    pub fn told(self, points: &Points) -> Findings {
        let mut all: Vec<Finding> = self.told.into_iter().map(|fault| fault.told(points)).collect();
        if let (Some(last), 1..) = (all.last().cloned(), self.untold) {
            let more = if self.untold == 1 {
                "1 more point has"
            } else {
                &format!("{} more points have", self.untold)
            };
            all.push(Finding::new(last.place, last.key, format!("{more} errors")));
        }
        Findings(all)
    }
}

impl Fault {
    /// Counts another point, unless it is the last one again.
    fn count(&mut self, point: u64) {
        self.points += u64::from(point != self.last);
        self.last = point;
    }

    fn told(mut self, points: &Points) -> Finding {
        let more = match self.points - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        match self.kind {
            Kind::Axis => {}
            Kind::Value if more.is_empty() => {}
            Kind::Value => {
                self.finding.problem = format!("{}, at point {}{more}", self.finding.problem, self.first + 1);
            }
            Kind::Elsewhere => {
                let label = points.label(self.first);
                self.finding.problem = format!("{}, at {label}{more}", self.finding.problem);
            }
        }
        self.finding
    }
}

/// Whether two errors say the same.
fn alike(a: &Finding, b: &Finding) -> bool {
    (&a.key, &a.problem, &a.found, &a.right) == (&b.key, &b.problem, &b.found, &b.right)
        && a.suggestion == b.suggestion
}

/// Says what an error is about, and gives it the place where that was written.
fn place(template: &Template, points: &Points, point: u64, finding: &mut Finding) -> Kind {
    let Some((axis, is_key)) = axis_of(points, point, &finding.place) else { return Kind::Elsewhere };
    let table = points.places(point, axis);
    let written = match (is_key, table) {
        (true, Some((header, _))) => Some(header),
        (true, None) => template.axis(&points.paths()[axis]),
        (false, table) => table.map(|(_, cell)| cell),
    };
    if let Some(place) = written {
        finding.place = place;
    }
    if is_key { Kind::Axis } else { Kind::Value }
}

/// The axis that a place is of, and whether it is that of its key.
fn axis_of(points: &Points, point: u64, place: &Place) -> Option<(usize, bool)> {
    let settings = points.settings(point);
    let label = format!("point {}:", point + 1);
    let own = place.source.name.strip_prefix(&label)?.trim_start();
    let axis = settings.iter().position(|(path, value)| own == format!("{path}={value}"))?;
    Some((axis, place.span.end <= settings[axis].0.len()))
}
