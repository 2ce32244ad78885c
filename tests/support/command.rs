//! Running the binary as a user does: a folder of its own for each test, and what came out of it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
pub const BINARY: &str = env!("CARGO_BIN_EXE_clonetide");

/// The files of a run with all its tables.
pub const FILES: [&str; 8] = [
    "clones.csv",
    "events.csv",
    "manifest.json",
    "patients.csv",
    "ro-crate-metadata.json",
    "summary.csv",
    "trajectories.csv",
    "visits.csv",
];

/// A folder that is gone after the test.
pub struct Desk(TempDir);

impl Desk {
    /// An empty folder.
    pub fn new() -> Desk {
        Desk(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A folder with one scenario in it.
    pub fn with(scenario: &str) -> Desk {
        let desk = Desk::new();
        desk.write("scenario.toml", scenario);
        desk
    }

    /// The path of a file or folder in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and gives its path.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("the folder takes a file");
        path
    }

    /// The text of a file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The binary in this folder, with nothing from outside that would change what it does.
    pub fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        command.current_dir(self.0.path()).timeout(Duration::from_secs(120));
        for name in [
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "SLURM_CPUS_PER_TASK",
            "SLURM_ARRAY_TASK_ID",
            "SLURM_ARRAY_TASK_COUNT",
        ] {
            command.env_remove(name);
        }
        // The day in ro-crate-metadata.json.
        command.env("SOURCE_DATE_EPOCH", "0");
        // Curves are blocks there.
        command.env("LC_ALL", "C.UTF-8");
        command
    }

    /// Runs the binary in this folder.
    pub fn clonetide<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Done {
        Done::of(self.command().args(args).output().expect("the binary starts"))
    }

    /// Runs a line of the shell in this folder, with the binary as `clonetide`.
    pub fn shell(&self, line: &str) -> Done {
        let mut command = Command::new("bash");
        let line = format!("clonetide() {{ '{BINARY}' \"$@\"; }}\n{line}");
        command.current_dir(self.0.path()).args(["-c", &line]).timeout(Duration::from_secs(120));
        command.env("SOURCE_DATE_EPOCH", "0").env("LC_ALL", "C.UTF-8");
        Done::of(command.output().expect("bash starts"))
    }
}

/// What a command left behind.
#[derive(Debug)]
pub struct Done {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

impl Done {
    fn of(output: Output) -> Done {
        let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
        Done { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Holds that it ended well.
    #[track_caller]
    pub fn good(self) -> Done {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Holds that it failed with this code, printed no result, and said each of these words.
    #[track_caller]
    pub fn bad(self, code: i32, words: &[&str]) -> Done {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{self:?}");
        for word in words {
            assert!(self.stderr.contains(word), "`{word}` is missing in\n{}", self.stderr);
        }
        self
    }

    /// The findings that `--json` reports on standard error.
    #[track_caller]
    pub fn findings(&self) -> Vec<Value> {
        let report: Value = serde_json::from_str(&self.stderr).expect("a report in JSON");
        report["findings"].as_array().expect("a list of findings").clone()
    }
}

/// The names in a folder, in order; none if there is no folder.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("an entry").file_name().into_string().expect("a plain name")
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// The bytes of every file in a folder, by name.
pub fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).expect("a file that can be read");
        (name, bytes)
    };
    names(folder).into_iter().map(read).collect()
}

/// The rows of a table, its header first.
pub fn table(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).expect("a table");
    let cells = |row: csv::StringRecord| row.iter().map(str::to_owned).collect();
    reader.records().map(|row| cells(row.expect("a row as long as the header"))).collect()
}

/// One column of a table, by its header.
#[track_caller]
pub fn column(path: &Path, name: &str) -> Vec<String> {
    let rows = table(path);
    let at = rows[0].iter().position(|header| header == name).expect("a column of this name");
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

/// A small scenario with two arms, traits, visits and records.
pub const SMALL: &str = r#"
name = "Small, but whole"

[study]
seed = 5
patients = 3
replicates = 2
horizon = "280 d"

[disease]
burden = { lognormal = { median = 2e11, cv = 0.3 } }
division = "0.05 /d"
death = "0.03 /d"
traits = ["CRBN_LOW", "PSMB5_MUT"]

[[disease.clone]]
traits = ["CRBN_LOW", "PSMB5_MUT"]
fraction = 1e-3

[[arm]]
name = "VRd"
lines = [{ regimen = "VRd", cycles = 4, then = "R-maintenance", until = "progression" }]

[[arm]]
name = "Kd, then nothing"
lines = [{ regimen = "Kd", for = "84 d" }, { holiday = "56 d" }]

[visits]
every = "28 d"

[record]
every = "28 d"
"#;

/// A folder with the small scenario, and a run of it in `out`.
pub fn after_a_run(options: &[&str]) -> Desk {
    let desk = Desk::with(SMALL);
    desk.clonetide(["run", "scenario.toml", "--out", "out"].iter().chain(options)).good();
    desk
}

/// The folder that a run with these options leaves, byte for byte.
pub fn folder(options: &[&str]) -> Vec<(String, Vec<u8>)> {
    contents(&after_a_run(options).path("out"))
}

/// The manifest of the run in `out`.
pub fn manifest(desk: &Desk) -> Value {
    serde_json::from_str(&desk.read("out/manifest.json")).expect("a manifest in JSON")
}

/// The report of an error in JSON.
pub fn report(stderr: &str) -> Value {
    serde_json::from_str(stderr).expect("a report in JSON")
}
