//! The cohort: covariates, correlations, and patients from a file.

use super::Checker;
use super::draw::Bounds;
use super::names::{Names, is_plain};
use super::table::CsvTable;
use crate::patient::{Cohort, Copula, Covariate, Draw, Parameter, Recorded};
use crate::scenario::document::join;
use crate::scenario::file::{CorrelationEntry, CovariateEntry, ScenarioFile};
use crate::scenario::finding::{nearest, suggest};

/// The column that counts the patients, from 1.
const COUNT: &str = "patient";

/// The cohort, of the parameters that the checker has met; those that nothing changes are left out.
pub fn cohort(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Cohort {
    let mut all = Cohort { parameters: std::mem::take(&mut checker.parameters), ..Cohort::default() };
    let keys: Vec<String> = all.parameters.iter().map(|parameter| parameter.key.clone()).collect();
    for (name, entry) in &file.cohort.covariates {
        all.covariates.push(covariate(checker, names, &keys, name, entry));
    }
    let pairs = correlations(checker, &all, &file.cohort.correlations);
    all.recorded = recorded(checker, file, &all);
    let kept = kept(&all);
    let place = |position: usize| kept.binary_search(&position).ok();
    all.copula = copula(checker, &pairs, place);
    for covariate in &mut all.covariates {
        covariate.multiplies.retain_mut(|(position, _)| place(*position).map(|at| *position = at).is_some());
    }
    all.recorded.columns.retain_mut(|position| place(*position).map(|at| *position = at).is_some());
    let used: Vec<Parameter> =
        all.parameters.drain(..).enumerate().filter(|(at, _)| place(*at).is_some()).map(|(_, p)| p).collect();
    Cohort { parameters: used, ..all }
}

/// Positions of the parameters that differ, are multiplied or recorded, and of all covariates.
fn kept(all: &Cohort) -> Vec<usize> {
    let own = all.parameters.len();
    let multiplied = |at: usize| all.covariates.iter().any(|c| c.multiplies.iter().any(|(p, _)| *p == at));
    let differs = |at: usize| {
        !all.parameters[at].draw.is_fixed() || multiplied(at) || all.recorded.columns.contains(&at)
    };
    (0..own + all.covariates.len()).filter(|&at| at >= own || differs(at)).collect()
}

fn covariate(
    checker: &mut Checker,
    names: &Names,
    keys: &[String],
    name: &str,
    entry: &CovariateEntry,
) -> Covariate {
    let key = join("cohort.covariate", name);
    if !is_plain(name) {
        let right = "letters, digits, _ and -, beginning with a letter";
        checker.wrong(&key, "cannot be the name of a column", right);
    }
    let draw = match (&entry.probability, &entry.value) {
        (Some(share), None) => yes_or_no(share.0),
        (None, Some(value)) => checker.draw(&format!("{key}.value"), Bounds::ANY, value),
        (Some(_), Some(_)) => {
            checker.wrong(&format!("{key}.value"), "probability and value are both given", "one of them");
            Draw::Fixed(0.0)
        }
        (None, None) => {
            checker.wrong(
                &key,
                "has no value",
                "probability = 0.15, or value = { normal = { mean = 66, sd = 9 } }",
            );
            Draw::Fixed(0.0)
        }
    };
    let carries = entry.carries.as_ref();
    let carries = carries.and_then(|name| names.trait_position(checker, &format!("{key}.trait"), name));
    let mut multiplies = Vec::new();
    for (target, &factor) in &entry.multiplies {
        let place = join(&format!("{key}.multiplies"), target);
        checker.positive(&place, factor);
        checker.at_most(&place, factor, 1000.0, "for each unit");
        match keys.iter().position(|known| known == target) {
            Some(position) => multiplies.push((position, factor)),
            None => checker.unknown_number(&place, "number", target, keys.iter().map(String::as_str)),
        }
    }
    Covariate { name: name.to_string(), draw, carries, reference: entry.reference.unwrap_or(0.0), multiplies }
}

/// 1 with this probability, else 0.
fn yes_or_no(probability: f64) -> Draw {
    match probability {
        0.0 => Draw::Fixed(0.0),
        1.0 => Draw::Fixed(1.0),
        probability => Draw::Categorical([(0.0, 1.0 - probability), (1.0, 1.0)].into()),
    }
}

/// Correlated pairs of positions.
fn correlations(
    checker: &mut Checker,
    all: &Cohort,
    entries: &[CorrelationEntry],
) -> Vec<(usize, usize, f64)> {
    let keys = all.keys();
    let fixed = |at: usize| {
        let own = all.parameters.len();
        if at < own { all.parameters[at].draw.is_fixed() } else { all.covariates[at - own].draw.is_fixed() }
    };
    let mut pairs: Vec<(usize, usize, f64)> = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        let key = format!("cohort.correlation[{i}].between");
        let mut ends = Vec::new();
        for (j, name) in entry.between.iter().enumerate() {
            let place = format!("{key}[{j}]");
            match keys.iter().position(|known| known == name) {
                Some(at) if fixed(at) => {
                    checker.wrong(&place, "is the same in all patients", "a number that is drawn")
                }
                Some(at) => ends.push(at),
                None => {
                    let drawn =
                        keys.iter().enumerate().filter(|(at, _)| !fixed(*at)).map(|(_, key)| key.as_str());
                    checker.unknown_number(&place, "number that is drawn", name, drawn);
                }
            }
        }
        let &[a, b] = ends.as_slice() else { continue };
        if a == b {
            checker.wrong(&key, "names one number twice", "two numbers");
        } else if pairs.iter().any(|&(c, d, _)| (c, d) == (a, b) || (d, c) == (a, b)) {
            checker.wrong(&key, "is correlated by an earlier entry too", "each pair once");
        } else {
            pairs.push((a, b, entry.r));
        }
    }
    pairs
}

/// The copula of correlated pairs, with their positions as `place` counts them.
fn copula(
    checker: &mut Checker,
    pairs: &[(usize, usize, f64)],
    place: impl Fn(usize) -> Option<usize>,
) -> Copula {
    let placed = pairs.iter().filter_map(|&(a, b, r)| Some((place(a)?, place(b)?, r)));
    let placed: Vec<(usize, usize, f64)> = placed.collect();
    let mut members: Vec<usize> = placed.iter().flat_map(|&(a, b, _)| [a, b]).collect();
    members.sort_unstable();
    members.dedup();
    Copula::new(members, &placed).unwrap_or_else(|| {
        let problem =
            "no patients can have these correlations at once: their matrix is not positive definite";
        let right = "correlations nearer to 0; two numbers that both go with a third go with one another";
        checker.wrong("cohort.correlation", problem, right);
        Copula::default()
    })
}

/// The patients of the cohort's file.
fn recorded(checker: &mut Checker, file: &ScenarioFile, all: &Cohort) -> Recorded {
    let key = "cohort.file";
    let table = file.cohort.file.as_ref().and_then(|path| checker.table(key, path));
    let Some(table) = table else { return Recorded::default() };
    let wanted = usize::try_from(file.study.patients).unwrap_or(usize::MAX);
    if table.len() < wanted {
        let problem = format!("has {} patients where study.patients asks for {wanted}", table.len());
        checker.wrong(key, problem, "a row for each patient, or fewer patients");
    }
    let mut columns: Vec<(usize, Vec<f64>)> = Vec::new();
    for (column, name) in table.headers() {
        if name == COUNT {
            counted(checker, &table, column);
        } else if let Some(values) = values(checker, &table, column, all) {
            if columns.iter().any(|(known, _)| *known == values.0) {
                checker
                    .findings
                    .push(table.at_header(column, "is an earlier column too").right("each column once"));
            }
            columns.push(values);
        }
    }
    let row = |patient: usize| columns.iter().filter_map(move |(_, values)| values.get(patient).copied());
    let values = (0..wanted.min(table.len())).flat_map(row).collect();
    Recorded { columns: columns.iter().map(|(position, _)| *position).collect(), values }
}

/// The position and the values of a column.
fn values(checker: &mut Checker, table: &CsvTable, column: usize, all: &Cohort) -> Option<(usize, Vec<f64>)> {
    let keys = all.keys();
    let name = table.headers().nth(column).map(|(_, name)| name)?;
    let Some(position) = keys.iter().position(|known| known == name) else {
        let known = keys.iter().map(String::as_str);
        let finding = table.at_header(column, "there is no number or covariate of this name in the scenario");
        let all: Vec<&str> = known.clone().collect();
        let right = format!("{COUNT}, or {}", nearest(name, &all));
        let suggestion = suggest(name, known).map(str::to_string);
        checker.findings.push(finding.right(right).suggestion(suggestion));
        return None;
    };
    let bounds = all.parameters.get(position).map_or(Bounds::ANY, |p| Bounds {
        least: p.least,
        most: p.most,
        unit: "",
    });
    Some((position, table.numbers(checker, column, bounds)?))
}

/// Patients are counted from 1, in order.
fn counted(checker: &mut Checker, table: &CsvTable, column: usize) {
    let Some(numbers) = table.numbers(checker, column, Bounds::ANY) else { return };
    if let Some(row) = numbers.iter().zip(1..).position(|(number, count)| *number != f64::from(count)) {
        checker.findings.push(table.at_cell(
            row,
            column,
            "is not the number of this row",
            (row + 1).to_string(),
        ));
    }
}
