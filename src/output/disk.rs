//! The way to the disk: writing, syncing and renaming, with a place where tests let a step fail.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A step on the way to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Bytes go to a file.
    Write,
    /// A file or folder is brought to the disk.
    Sync,
    /// A file gets its name.
    Rename,
}

/// The disk, as the system has it; or one that fails once, for tests.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    fault: Option<Arc<Fault>>,
}

#[derive(Debug)]
struct Fault {
    step: Step,
    /// Steps of this kind until it fails.
    left: AtomicU64,
}

impl Disk {
    /// A disk on which the step of this kind with this number, from 1, fails, and all others do what they must.
    /// A write that fails has written half of its bytes.
    pub fn failing(step: Step, number: u64) -> Disk {
        Disk { fault: Some(Arc::new(Fault { step, left: AtomicU64::new(number) })) }
    }

    /// Whether the step that had to fail has failed.
    pub fn has_failed(&self) -> bool {
        self.fault.as_ref().is_some_and(|fault| fault.left.load(Ordering::Relaxed) == 0)
    }

    /// Says that a step is about to be taken.
    ///
    /// # Errors
    /// When a test wants it.
    pub fn step(&self, step: Step) -> io::Result<()> {
        let Some(fault) = self.fault.as_ref().filter(|fault| fault.step == step) else { return Ok(()) };
        let count = |left: u64| left.checked_sub(1);
        match fault.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, count) {
            Ok(1) => Err(io::Error::other("the disk failed, as the test wants it")),
            _ => Ok(()),
        }
    }

    /// Writes all bytes.
    ///
    /// # Errors
    /// When the disk takes no more; some of the bytes may be written then.
    pub fn write(&self, file: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.step(Step::Write) {
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        file.write_all(bytes)
    }

    /// Brings a file to the disk.
    ///
    /// # Errors
    /// When the disk says that it is not there.
    pub fn sync(&self, file: &File) -> io::Result<()> {
        self.step(Step::Sync)?;
        file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_with_the_number_fails_and_no_other() {
        let disk = Disk::failing(Step::Rename, 2);
        let steps = [Step::Rename, Step::Write, Step::Rename, Step::Rename];
        assert_eq!(steps.map(|step| disk.step(step).is_ok()), [true, true, false, true]);
        assert!(disk.has_failed() && !Disk::default().has_failed());
    }

    #[test]
    fn a_failed_write_leaves_half() {
        let (disk, mut file) = (Disk::failing(Step::Write, 1), Vec::new());
        assert!(disk.write(&mut file, b"abcdef").is_err());
        assert_eq!(file, b"abc");
    }
}
