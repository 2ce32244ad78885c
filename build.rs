//! Tells the program from which commit and for which machine it is built; the manifest names both.

use std::path::Path;
use std::process::Command;

fn git(arguments: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_string();
    (!text.is_empty()).then_some(text)
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=CLONETIDE_TARGET={}", std::env::var("TARGET").unwrap_or_default());
    // A debug build names no commit: it would have to be made anew with every one.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rustc-env=CLONETIDE_GIT={}", commit().unwrap_or_default());
    } else {
        println!("cargo::rustc-env=CLONETIDE_GIT=");
    }
}

/// The commit of this very package, which may have been unpacked within another repository; watched from now on.
fn commit() -> Option<String> {
    let own = git(&["ls-files", "--error-unmatch", "build.rs"]).is_some();
    let commit = own.then(|| git(&["rev-parse", "HEAD"])).flatten();
    let paths = ["HEAD", "packed-refs"].map(|name| git(&["rev-parse", "--git-path", name]));
    let reference =
        git(&["symbolic-ref", "-q", "HEAD"]).and_then(|name| git(&["rev-parse", "--git-path", &name]));
    for path in paths.into_iter().flatten().chain(reference).filter(|path| Path::new(path).exists()) {
        println!("cargo::rerun-if-changed={path}");
    }
    commit
}
