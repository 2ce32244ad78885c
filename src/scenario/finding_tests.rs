use super::*;

fn source(text: &str) -> Arc<Source> {
    Source::new("case.toml", text)
}

fn at(text: &str, span: Range<usize>) -> (usize, usize) {
    Place::new(&source(text), span).line_column()
}

fn report(finding: Finding) -> String {
    Findings::from(finding).render(false)
}

#[test]
fn lines_and_columns_count_characters() {
    assert_eq!(at("", 0..0), (1, 1));
    assert_eq!(at("ab\ncd", 4..5), (2, 2));
    assert_eq!(at("é = 1\nß", 3..4), (1, 3));
    assert_eq!(at("a\r\nb\tc", 5..6), (2, 3));
    assert_eq!(at("\u{feff}a = 1", 3..4), (1, 1));
    assert_eq!(at("a\n", 2..2), (2, 1));
}

#[test]
fn a_span_that_does_not_fit_is_brought_inside() {
    assert_eq!(at("ab", 90..95), (1, 3));
    assert_eq!(at("é", 1..2), (1, 1));
    assert_eq!(Place::new(&source("é"), 1..2).text(), "");
    let reversed = Range { start: 5, end: 2 };
    for span in [reversed, 1..2, 9..usize::MAX, 0..0, 0..100] {
        let text = report(Finding::new(Place::new(&source("é\nb"), span), "key", "bad"));
        assert!(text.contains("error: key: bad"), "{text}");
    }
}

#[test]
fn a_report_has_the_place_the_value_and_what_is_right() {
    let place = Place::new(&source("[disease]\nburdn = \"3\"\n"), 10..15);
    let finding = Finding::new(place, "disease.burdn", "unknown key")
        .found("burdn")
        .right("the key burden")
        .suggestion(Some("burden"));
    let expected = "\
error: disease.burdn: unknown key
 --> case.toml:2:1
  |
2 | burdn = \"3\"
  | ^^^^^ unknown key
  |
  = found: burdn
  = right: the key burden
  = help: did you mean `burden`?
";
    assert_eq!(report(finding), expected);
}

#[test]
fn the_end_of_a_text_can_be_shown() {
    let text = report(Finding::new(Place::new(&source("a = 1\n"), 6..6), "", "not closed"));
    assert!(text.starts_with("error: not closed\n --> case.toml:2:1\n"), "{text}");
}

#[test]
fn a_span_over_several_lines_is_marked_on_its_first() {
    let text = report(Finding::new(Place::new(&source("a = [\n1,\n]\r\n"), 4..10), "a", "bad"));
    assert!(text.contains("1 | a = [\n  |     ^ bad\n"), "{text}");
}

#[test]
fn nothing_that_steers_a_terminal_gets_through() {
    let nasty = "a = \"\u{1b}[31m\u{7}\u{9b}\u{202e}\u{2028}\r\u{7f}\t\"";
    let place = Place::new(&Source::new("x\u{1b}]0;\n", nasty), 4..nasty.len());
    let finding =
        Finding::new(place, "a\u{1b}", "bad\n\u{1b}").found(nasty).right(nasty).suggestion(Some(nasty));
    let text = report(finding);
    let raw = |c: char| (c.is_control() && c != '\n') || ('\u{2028}'..='\u{202e}').contains(&c);
    assert!(!text.contains(raw), "{text:?}");
    assert!(text.starts_with("error: a␛: bad␊␛\n --> x␛]0;␊:1:5\n"), "{text}");
}

#[test]
fn a_long_line_keeps_its_column() {
    let line = format!("{}key = 1{}", "é".repeat(5000), "x".repeat(5000));
    let text = report(Finding::new(Place::new(&source(&line), 10_000..10_003), "key", "bad"));
    assert!(text.contains("case.toml:1:5001\n"), "{text}");
    assert!(text.contains("^^^ bad") && text.len() < 2000, "{text}");
}

#[test]
fn a_byte_order_mark_is_not_shown() {
    let text = report(Finding::new(Place::new(&source("\u{feff}a = 1"), 7..8), "a", "bad"));
    assert!(text.contains("case.toml:1:5\n  |\n1 | a = 1\n  |     ^ bad"), "{text}");
    let text = report(Finding::new(Place::new(&source("\u{feff}a = 1"), 0..0), "", "bad"));
    assert!(text.contains("case.toml:1:1\n  |\n1 | a = 1\n  | ^ bad"), "{text}");
}

#[test]
fn colour_is_only_there_when_asked_for() {
    let findings = Findings::from(Finding::new(Place::new(&source("a"), 0..1), "a", "bad"));
    assert!(findings.render(true).contains("\u{1b}["));
    assert!(!findings.render(false).contains('\u{1b}'));
    assert_eq!(findings.to_string(), findings.render(false));
}

#[test]
fn findings_are_sorted_and_repeats_dropped() {
    let (a, b) = (Source::new("a.toml", "xyz"), Source::new("b.toml", "xyz"));
    let new = |source, at, problem: &str| Finding::new(Place::new(source, at..at + 1), "k", problem);
    let all = vec![new(&b, 0, "1"), new(&a, 2, "2"), new(&a, 0, "3"), new(&a, 2, "2"), new(&a, 2, "4")];
    let findings = Findings(all);
    let order: Vec<&str> = findings.sorted().iter().map(|finding| finding.problem.as_str()).collect();
    assert_eq!(order, ["3", "2", "4", "1"]);
    assert_eq!(findings.render(false).matches("error: ").count(), 4);
}

#[test]
fn no_findings_make_an_empty_report() {
    assert!(Findings::default().is_empty());
    assert_eq!(Findings::default().render(true), "");
    assert_eq!(Findings::default().to_json(), json!([]));
}

#[test]
fn json_has_every_field() {
    let place = Place::new(&source("é = 1\nb = 2"), 11..12);
    let full = Finding::new(place.clone(), "b", "bad").found("2").right("3").suggestion(Some("4"));
    let plain = Finding::new(place, "b", "worse");
    let expected = json!([
        {"file": "case.toml", "line": 2, "column": 5, "key": "b", "found": "2", "problem": "bad",
         "right": "3", "suggestion": "4"},
        {"file": "case.toml", "line": 2, "column": 5, "key": "b", "found": null, "problem": "worse",
         "right": null, "suggestion": null},
    ]);
    assert_eq!(Findings(vec![plain, full]).to_json(), expected);
}

#[test]
fn near_misses_are_suggested() {
    let known = ["burden", "division", "half_life", "arm", "kd"];
    let near = |name| suggest(name, known);
    assert_eq!(near("burdn"), Some("burden"));
    assert_eq!(near("brudne"), Some("burden"));
    assert_eq!(near("Half-Life"), Some("half_life"));
    assert_eq!(near("half life"), Some("half_life"));
    assert_eq!(near("KD"), Some("kd"));
    assert_eq!(near("amr"), Some("arm"));
}

#[test]
fn far_names_are_not_suggested() {
    let known = ["burden", "arm", "kd"];
    let long = "b".repeat(100_000);
    for name in ["", "x", "kx", "garden_path", "ear", "burden_of_proof", "日本語", long.as_str()] {
        let expected = if name == "ear" { None } else { suggest("", known) };
        assert_eq!(suggest(name, known).filter(|_| name != "ear"), expected, "{name}");
    }
    assert_eq!(suggest("x", []), None);
}

#[test]
fn of_equally_near_names_the_first_is_suggested() {
    assert_eq!(suggest("dosa", ["dose", "dosb"]), Some("dose"));
}

#[test]
fn of_many_names_the_nearest_are_told_first() {
    assert_eq!(one_of("x", &["b", "a"]), "one of b, a");
    let names: Vec<String> =
        (0..98).map(|i| format!("other{i}")).chain(["Vd".into(), "VRd".into()]).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let told = one_of("Vdd", &names);
    assert!(
        told.starts_with("one of Vd, VRd, ")
            && told.ends_with("or 92 others (`clonetide catalogue` lists them)"),
        "{told}"
    );
}
