//! `init`, `completions` and `man`: what a new user meets first.

#![allow(clippy::unwrap_used, clippy::expect_used)] // A panic is how a test fails.

mod support;

use support::command::{Desk, SMALL};

const KINDS: [&str; 5] = ["newly-diagnosed", "relapsed", "rechallenge", "adaptive", "theory"];

#[test]
fn every_starter_passes_the_check_and_runs() {
    let desk = Desk::new();
    for kind in KINDS {
        let done = desk.clonetide(["init", "--kind", kind]).good();
        assert!(done.stdout.starts_with(&format!("wrote {kind}.toml\nnext: clonetide check {kind}.toml\n")));
        desk.clonetide(["check", &format!("{kind}.toml")]).good();
        desk.clonetide([
            "run",
            &format!("{kind}.toml"),
            "--patients",
            "1",
            "--replicates",
            "1",
            "--out",
            kind,
            "-q",
        ])
        .good();
        desk.clonetide(["report", kind]).good();
    }
}

#[test]
fn a_starter_can_have_another_name_or_go_to_the_screen() {
    let desk = Desk::new();
    desk.clonetide(["init", "mine.toml"]).good();
    let done = desk.clonetide(["init", "-"]).good();
    assert_eq!(done.stdout, desk.read("mine.toml"));
    desk.shell("clonetide init --kind theory - | clonetide check -").good();
}

#[test]
fn a_file_of_the_user_is_not_overwritten() {
    let desk = Desk::new();
    desk.write("mine.toml", "precious");
    desk.clonetide(["init", "mine.toml"]).bad(2, &["mine.toml is there already", "--force"]);
    assert_eq!(desk.read("mine.toml"), "precious");
    desk.clonetide(["init", "mine.toml", "--force"]).good();
    assert_ne!(desk.read("mine.toml"), "precious");
    desk.clonetide(["init", "--kind", "relapse"]).bad(2, &["invalid value 'relapse'", "relapsed"]);
    desk.clonetide(["init", "no/such/folder/x.toml"]).bad(5, &["cannot write no/such/folder/x.toml"]);
}

#[test]
fn shells_have_completions() {
    let desk = Desk::new();
    for (shell, word) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef clonetide"),
        ("fish", "complete -c clonetide"),
        ("elvish", "edit:"),
    ] {
        assert!(desk.clonetide(["completions", shell]).good().stdout.contains(word), "{shell}");
    }
    desk.shell("clonetide completions bash > c.sh && source ./c.sh && complete -p clonetide").good();
    desk.clonetide(["completions", "tcsh"]).bad(2, &["invalid value 'tcsh'", "bash"]);
}

#[test]
fn every_command_has_a_man_page() {
    let desk = Desk::new();
    let program = desk.clonetide(["man"]).good().stdout;
    assert!(program.contains(".TH clonetide 1"));
    for command in ["run", "check", "report", "plot", "export", "init"] {
        assert!(program.contains(command), "{command}");
        let page = desk.clonetide(["man", command]).good().stdout;
        assert!(page.contains(&format!(".TH clonetide-{command} 1")), "{page}");
    }
    desk.clonetide(["man", "rnu"]).bad(2, &["there is no command rnu", "did you mean run?"]);
}

/// The small run's summary, with other variables of the environment.
fn summary(variables: &[(&str, &str)], options: &[&str]) -> String {
    let desk = Desk::with(SMALL);
    let mut command = desk.command();
    command.args(["run", "scenario.toml", "--out", "out", "--quiet"]).args(options);
    let output = command.envs(variables.iter().copied()).output().expect("the binary starts");
    String::from_utf8(output.stdout).expect("the output is UTF-8")
}

/// The curve goes from all (a full block, 9 tenths and more) downwards; without a locale that says UTF-8 all is ASCII.
#[test]
fn curves_are_blocks_where_the_locale_is_utf8_and_digits_elsewhere() {
    let line =
        |text: &str| text.lines().find(|line| line.starts_with("Progression-free")).unwrap().to_string();
    let (blocks, digits) = (summary(&[], &[]), summary(&[("LC_ALL", "C")], &[]));
    assert!(
        line(&blocks).contains(" months ██") && line(&digits).contains(" months 99"),
        "{blocks}\n{digits}"
    );
    assert!(digits.is_ascii(), "{digits}");
    let row =
        |text: &str| text.lines().find(|line| line.contains("PFS from 0 to 9 months")).unwrap().to_string();
    assert_eq!(row(&blocks).matches("█").count() > 2, row(&digits).matches('9').count() > 2);
    assert_eq!(row(&blocks).chars().count(), row(&digits).chars().count(), "columns stay aligned");
    assert_eq!(summary(&[("NO_COLOR", "1")], &[]), blocks, "there is no colour in it");
    assert_eq!(summary(&[("LC_ALL", "C")], &["--json"]), summary(&[], &["--json"]));
}
