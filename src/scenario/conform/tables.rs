//! The check of tables: which branch of a union is meant, which keys are unknown, which are missing.

use std::cmp::Reverse;

use serde_json::Value as Json;

use super::super::document::{Node, Table, join};
use super::super::finding::{Finding, Place, one_of as nearest, suggest};
use super::describe::{describe, keys, one_of};
use super::schema::{Alternative, alternatives, tag};
use super::{At, Walk};
use crate::catalogue::is_from_catalogue;

/// What is said of a key that must be there.
const MISSING: &str = "this key is required, but missing";

impl<'s> Walk<'s> {
    /// Checks a table against the one alternative that is probably meant.
    pub(super) fn table(&mut self, at: &At, node: &Node, table: &Table, all: &[Alternative<'s>]) {
        if let [only] = all {
            return self.entries(at, node, table, only, &only.keys());
        }
        if let Some((key, words)) = tag(all, self.root) {
            return self.tagged(at, node, table, all, (key, &words));
        }
        match meant(table, all) {
            Some((one, known)) => self.entries(at, node, table, one, &known),
            None => self.nothing_known(at, node, table, all),
        }
    }

    /// Checks a table whose branch is named by one of its keys.
    fn tagged(
        &mut self,
        at: &At,
        node: &Node,
        table: &Table,
        all: &[Alternative<'s>],
        (key, words): (&str, &[&str]),
    ) {
        let path = join(&at.key, key);
        let Some(value) = table.get(key) else {
            let missing = Finding::new(node.place.clone(), path, MISSING);
            return self.findings.push(missing.right(one_of(words)));
        };
        match words.iter().position(|word| value.as_text() == Some(word)).and_then(|found| all.get(found)) {
            Some(one) => self.entries(at, node, table, one, &one.keys()),
            None => self.findings.push(unknown_tag(&at.below(path), value, words)),
        }
    }

    /// Checks the keys of a table, of which `known` are worth telling of.
    fn entries(&mut self, at: &At, node: &Node, table: &Table, one: &Alternative<'s>, known: &[&str]) {
        let absent: Vec<&str> = one.keys().into_iter().filter(|key| table.get(key).is_none()).collect();
        let mut explained: Vec<&str> = Vec::new();
        for (key, place, child) in table {
            let below = at.below(join(&at.key, key));
            if let Some(schema) = one.property(key) {
                self.check(&below, child, schema);
                continue;
            }
            let near = suggest(key, absent.iter().copied());
            if one.closed() || misspelt(one, near) {
                explained.extend(near);
                // A key set from elsewhere may be meant for one that the table has.
                let meant = || suggest(key, known.iter().copied()).filter(|_| self.is_elsewhere(place));
                let near = near.or_else(meant);
                self.findings.push(unknown(below.key, place, key, known, near));
            } else {
                let before = self.findings.len();
                self.check(&below, child, one.free());
                self.misnamed(before, below.key, place, key, table);
            }
        }
        // A key that was misspelt is not reported as missing as well.
        let required = one.required().into_iter().filter(|key| table.get(key).is_none());
        let missing = required.filter(|key| !explained.contains(key));
        let missing: Vec<Finding> = missing.map(|key| self.missing(at, node, key, one)).collect();
        self.findings.extend(missing);
    }

    /// Whether a place is that of a change, not in the scenario or a catalogue.
    fn is_elsewhere(&self, place: &Place) -> bool {
        place.source != *self.source && !is_from_catalogue(place)
    }

    /// A new entry of which a change gives a part was meant for another: that is told instead of all that it lacks.
    fn misnamed(&mut self, before: usize, path: String, place: &Place, name: &str, table: &Table) {
        let lacks = self.findings[before..].iter().any(|finding| finding.problem == MISSING);
        if !lacks || !self.is_elsewhere(place) {
            return;
        }
        let others: Vec<&str> = table.keys().filter(|key| *key != name).collect();
        if let Some(near) = suggest(name, others.iter().copied()) {
            self.findings.truncate(before);
            let finding = Finding::new(place.clone(), path, "unknown name").found(name);
            self.findings.push(finding.right(nearest(name, &others)).suggestion(Some(near)));
        }
    }

    fn missing(&self, at: &At, node: &Node, key: &str, one: &Alternative<'s>) -> Finding {
        let schema = one.property(key).unwrap_or(&Json::Bool(true));
        let all = alternatives(schema, self.root);
        let summary = all.iter().find_map(Alternative::summary);
        let right = match summary {
            Some(summary) => format!("{}: {summary}", describe(&all)),
            None => describe(&all),
        };
        Finding::new(node.place.clone(), join(&at.key, key), MISSING).right(right)
    }

    /// Reports a table none of whose keys belongs to any branch.
    fn nothing_known(&mut self, at: &At, node: &Node, table: &Table, all: &[Alternative<'s>]) {
        if table.is_empty() {
            return self.findings.push(at.wrong(node, "a table without keys").right(describe(all)));
        }
        let known = all_keys(all);
        for (key, place, _) in table {
            self.findings.push(unknown(join(&at.key, key), place, key, &known, None));
        }
    }
}

/// The alternative that shares most keys with a table, or that a key was misspelt for, and the keys
/// to tell of.
fn meant<'a, 's>(table: &Table, all: &'a [Alternative<'s>]) -> Option<(&'a Alternative<'s>, Vec<&'s str>)> {
    let rank = |one: &&Alternative<'s>| (shared(table, one), Reverse(lacking(table, one)));
    // Of equals the first counts, where `max_by_key` would take the last.
    let best = all.iter().rev().max_by_key(rank).filter(|best| shared(table, best) > 0);
    let fits = |one: &&Alternative<'s>| lacking(table, one) == 0 && (table.is_empty() || !one.closed());
    if let Some(one) = best.or_else(|| all.iter().find(fits)) {
        return Some((one, one.keys()));
    }
    let known = all_keys(all);
    let name = table.keys().find_map(|key| suggest(key, known.iter().copied()))?;
    all.iter().find(|one| one.property(name).is_some()).map(|one| (one, known))
}

/// How many keys of a table a schema names.
fn shared(table: &Table, one: &Alternative<'_>) -> usize {
    table.keys().filter(|key| one.property(key).is_some()).count()
}

/// How many keys that a schema requires are not in a table.
fn lacking(table: &Table, one: &Alternative<'_>) -> usize {
    one.required().into_iter().filter(|key| table.get(key).is_none()).count()
}

/// Whether a key that the schema lets pass is rather a slip for one that is missing.
fn misspelt(one: &Alternative<'_>, near: Option<&str>) -> bool {
    one.open() && near.is_some_and(|near| one.required().contains(&near))
}

fn all_keys<'s>(all: &[Alternative<'s>]) -> Vec<&'s str> {
    let mut known: Vec<&str> = Vec::new();
    for key in all.iter().flat_map(Alternative::keys) {
        if !known.contains(&key) {
            known.push(key);
        }
    }
    known
}

fn unknown(path: String, place: &Place, key: &str, known: &[&str], near: Option<&str>) -> Finding {
    let right = match known {
        [] => "no keys here".to_owned(),
        known => keys(known),
    };
    Finding::new(place.clone(), path, "unknown key").found(key).right(right).suggestion(near)
}

fn unknown_tag(at: &At, value: &Node, words: &[&str]) -> Finding {
    let Some(text) = value.as_text() else {
        let problem = format!("{} where a text is needed", value.kind());
        return at.wrong(value, problem).right(one_of(words));
    };
    let near = suggest(text, words.iter().copied()).map(|word| format!("\"{word}\""));
    at.wrong(value, format!("unknown value {}", value.found())).right(one_of(words)).suggestion(near)
}
