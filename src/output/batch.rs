//! Histories as they stand in the journal: what became of each, and its rows of every table.

use std::collections::VecDeque;
use std::path::Path;

use super::codec::{Coded, take};
use super::folder::OutputError;
use super::journal::{Kind, Records};
use super::layout::Layout;
use super::tables::{Frame, rows};
use crate::record::{Outcome, Story};
use crate::study::{Job, Point, Shard};

/// Rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRows {
    /// How many.
    pub count: u64,
    /// As CSV.
    pub text: Vec<u8>,
}

/// One history.
#[derive(Debug, Clone)]
pub struct History {
    /// What became of it.
    pub outcome: Outcome,
    /// Its rows, table by table.
    pub tables: Vec<TableRows>,
}

impl Coded for TableRows {
    fn write(&self, out: &mut Vec<u8>) {
        self.count.write(out);
        self.text.len().write(out);
        out.extend_from_slice(&self.text);
    }

    fn read(from: &mut &[u8]) -> Option<TableRows> {
        let (count, length) = (u64::read(from)?, usize::read(from)?);
        Some(TableRows { count, text: take(from, length)?.to_vec() })
    }
}

impl Coded for History {
    fn write(&self, out: &mut Vec<u8>) {
        self.outcome.write(out);
        self.tables.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<History> {
        Some(History { outcome: Outcome::read(from)?, tables: Vec::read(from)? })
    }
}

impl History {
    /// A history with its rows of the tables; a sweep's begin with the values of the axes.
    pub fn of(layout: &Layout, axes: &[String], point: &Point, job: Job, story: Story) -> History {
        let frame = Frame { scenario: &point.scenario, cell: point.cell, axes, further: &layout.further };
        let text = |table| {
            let (text, count) = rows(table, frame, job, &story).finish();
            TableRows { count, text }
        };
        History { tables: layout.tables.iter().copied().map(text).collect(), outcome: story.outcome }
    }
}

/// The bytes of a record: the rank of the first history in its shard, and the histories.
pub fn record(rank: u64, histories: &Vec<History>) -> Vec<u8> {
    let mut bytes = Vec::new();
    rank.write(&mut bytes);
    histories.write(&mut bytes);
    bytes
}

/// The histories of one shard, read from its journal one after the other.
#[derive(Debug)]
pub struct Ledger {
    /// Which part of the study it is.
    pub shard: Shard,
    records: Records,
    rank: u64,
    tables: usize,
    ready: VecDeque<History>,
}

impl Ledger {
    /// The histories that stand behind the first record, the identity.
    pub fn new(records: Records, shard: Shard, tables: usize) -> Ledger {
        Ledger { shard, records, rank: 0, tables, ready: VecDeque::new() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.records.path()
    }

    /// The next history; none at the end of what is whole.
    ///
    /// # Errors
    /// When the journal cannot be read, or holds what this program has not written.
    pub fn next_history(&mut self) -> Result<Option<History>, OutputError> {
        if self.ready.is_empty() && !self.read()? {
            return Ok(None);
        }
        self.rank += 1;
        Ok(self.ready.pop_front())
    }

    /// How many histories are whole, and where the next record goes.
    ///
    /// # Errors
    /// As [`Ledger::next_history`].
    pub fn measure(mut self) -> Result<(u64, u64), OutputError> {
        while self.read()? {
            self.rank += self.ready.len() as u64;
            self.ready.clear();
        }
        Ok((self.rank, self.records.offset()))
    }

    fn read(&mut self) -> Result<bool, OutputError> {
        let path = self.records.path().to_path_buf();
        let corrupt = |problem: &str| OutputError::Corrupt { path, problem: problem.to_string() };
        let Some((kind, mut bytes)) = self.records.next_record()? else { return Ok(false) };
        if kind != Kind::Histories {
            return Err(corrupt("two studies stand in one journal"));
        }
        let read = u64::read(&mut bytes).zip(VecDeque::read(&mut bytes));
        let Some((rank, ready)) = read.filter(|_| bytes.is_empty()) else {
            return Err(corrupt("a record is whole, but not one of histories"));
        };
        if rank != self.rank || ready.is_empty() {
            return Err(corrupt("histories are missing or stand there twice"));
        }
        if ready.iter().any(|history: &History| history.tables.len() != self.tables) {
            return Err(corrupt("histories have other tables than the study"));
        }
        self.ready = ready;
        Ok(true)
    }
}

impl Coded for VecDeque<History> {
    fn write(&self, out: &mut Vec<u8>) {
        self.len().write(out);
        self.iter().for_each(|history| history.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<VecDeque<History>> {
        Vec::read(from).map(VecDeque::from)
    }
}
