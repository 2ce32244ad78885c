//! `clonetide-parquet DIR [OUT]`: the tables of a folder as Parquet, beside them or in another folder.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (folder, out) = match arguments.as_slice() {
        [folder] => (folder, folder),
        [folder, out] => (folder, out),
        _ => {
            eprintln!("Usage: clonetide-parquet DIR [OUT]\n\nWrites each table of a folder of clonetide as Parquet.");
            return ExitCode::from(2);
        }
    };
    match clonetide_parquet::convert(folder, out) {
        Ok(files) => {
            files.iter().for_each(|file| println!("{}", file.display()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(5)
        }
    }
}
