//! Takes the stories of a run in order and leaves a complete folder, or nothing.

use super::folder::{Draft, Folder, OutputError};
use super::manifest::Manifest;
use super::tables::{Rows, Table, rows, summary_rows};
use crate::record::{Outcome, Story};
use crate::scenario::Scenario;
use crate::study::{Job, Summary};

/// The file of the manifest; it is published last, so that a folder with one is complete.
const MANIFEST: &str = "manifest.json";

/// One story as text, made in the thread that simulated it.
#[derive(Debug)]
pub struct StoryRows {
    job: Job,
    tables: Vec<(Vec<u8>, u64)>,
    outcome: Outcome,
}

impl StoryRows {
    /// The rows of a story for the tables that the scenario keeps.
    pub fn of(scenario: &Scenario, job: Job, story: Story) -> StoryRows {
        let written = |table| rows(table, scenario, job, &story).finish();
        let tables = Table::kept(scenario).into_iter().map(written).collect();
        StoryRows { job, tables, outcome: story.outcome }
    }
}

/// A run being written.
#[derive(Debug)]
pub struct RunWriter<'a> {
    scenario: &'a Scenario,
    tables: Vec<(Table, Draft, u64)>,
    summary: Summary,
    // Last, so that drafts are gone before the folder that was made for them is taken away.
    folder: Folder,
}

impl<'a> RunWriter<'a> {
    /// Opens the tables that the scenario keeps and writes their headers.
    ///
    /// # Errors
    /// When the folder does not take them.
    pub fn open(scenario: &'a Scenario, folder: Folder) -> Result<RunWriter<'a>, OutputError> {
        let mut tables = Vec::new();
        for table in Table::kept(scenario) {
            let mut draft = folder.file(table.file())?;
            draft.write(&Rows::header(table, scenario))?;
            tables.push((table, draft, 0));
        }
        Ok(RunWriter { scenario, tables, summary: Summary::new(&scenario.model), folder })
    }

    /// Adds a story; stories come in the order of the jobs.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn take(&mut self, story: StoryRows) -> Result<(), OutputError> {
        self.summary.add(story.job.arm, &story.outcome);
        for ((_, draft, count), (text, rows)) in self.tables.iter_mut().zip(story.tables) {
            draft.write(&text)?;
            *count += rows;
        }
        Ok(())
    }

    /// Finishes every file and moves them to their places, the manifest last.
    ///
    /// # Errors
    /// When the disk takes no more; the folder is then as before.
    pub fn finish(self) -> Result<Summary, OutputError> {
        let RunWriter { scenario, tables, summary, folder } = self;
        let (mut files, mut digests) = (Vec::new(), Vec::new());
        for (table, mut draft, mut count) in tables {
            if table == Table::Summary {
                let (text, rows) = summary_rows(scenario, &summary).finish();
                draft.write(&text)?;
                count = rows;
            }
            let (file, digest) = draft.finish()?;
            files.push(file);
            digests.push((table, count, digest));
        }
        let mut draft = folder.file(MANIFEST)?;
        draft.write(Manifest::new(scenario, &summary, &digests).text().as_bytes())?;
        files.push(draft.finish()?.0);
        let kept = Table::kept(scenario);
        let stale = Table::ALL.into_iter().filter(|table| !kept.contains(table)).map(Table::file);
        folder.publish(files, &stale.chain([MANIFEST]).collect::<Vec<_>>())?;
        Ok(summary)
    }
}
