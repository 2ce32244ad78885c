use super::*;

fn source(text: &str) -> Arc<Source> {
    Source::new("case.toml", text)
}

fn read(text: &str) -> Node {
    parse(source(text)).unwrap()
}

/// Line, column, key and problem of each finding.
fn errors(text: &str) -> Vec<(usize, usize, String, String)> {
    let findings = parse(source(text)).unwrap_err();
    let tell = |finding: &&Finding| {
        let (line, column) = finding.place.line_column();
        (line, column, finding.key.clone(), finding.problem.clone())
    };
    findings.sorted().iter().map(tell).collect()
}

#[track_caller]
fn error(text: &str, line: usize, column: usize, key: &str, problem: &str) {
    assert_eq!(errors(text), [(line, column, key.to_owned(), problem.to_owned())], "{text}");
}

fn set_error(text: &str, path: &str, value: &str) -> Finding {
    read(text).set(path, value).unwrap_err()
}

const SCENARIO: &str = "\
name = \"é\"
[disease]
burden = 3e11
[[arm]]
name = \"A\"
lines = [{ drug = \"X\" }, { drug = \"Y\" }]
[[arm]]
name = \"B\"
[trait.\"a.b\"]
cost = 0.1
";

#[test]
fn values_of_every_kind_are_read() {
    let text = "a='x'\nb=0xff\nc=1.5\nd=true\ne=2020-01-02\nf=[1]\ng={h=1}";
    let node = read(text);
    let kinds: Vec<&str> = node.as_table().unwrap().iter().map(|entry| entry.2.kind()).collect();
    let expected = ["a text", "a whole number", "a number", "true or false", "a date", "a list", "a table"];
    assert_eq!(kinds, expected);
    let json = serde_json::json!({"a": "x", "b": 255, "c": 1.5, "d": true, "e": "2020-01-02", "f": [1], "g": {"h": 1}});
    assert_eq!(node.to_json(), json);
}

#[test]
fn the_order_of_the_file_is_kept() {
    let node = read("z = 1\na = 2\n[m]\n[b]\ny = 1\nc = 2");
    assert_eq!(node.as_table().unwrap().keys().collect::<Vec<_>>(), ["z", "a", "m", "b"]);
    assert_eq!(node.get("b").unwrap().as_table().unwrap().keys().collect::<Vec<_>>(), ["y", "c"]);
}

#[test]
fn places_are_those_of_the_file() {
    let node = read(SCENARIO);
    let place = |path: &str| (node.place_of(path).line_column(), node.place_of(path).text().to_owned());
    assert_eq!(place("disease.burden"), ((3, 10), "3e11".to_owned()));
    assert_eq!(place("arm.1.name"), ((8, 8), "\"B\"".to_owned()));
    assert_eq!(place("arm[0].lines[1].drug"), ((6, 35), "\"Y\"".to_owned()));
    assert_eq!(place("trait.\"a.b\".cost"), ((10, 8), "0.1".to_owned()));
    assert_eq!(place("disease"), ((2, 1), "[disease]".to_owned()));
}

#[test]
fn a_path_that_leads_nowhere_has_the_place_above_it() {
    let node = read(SCENARIO);
    assert_eq!(node.place_of("disease.nothing.here").line_column(), (2, 1));
    assert_eq!(node.place_of("arm[1].lines").line_column(), (7, 1));
    assert_eq!(node.place_of("a..b").line_column(), (1, 1));
    for path in ["", "disease.x", "arm[9]", "arm.x", "name.x", "arm[", "\"x"] {
        assert!(node.get(path).is_none(), "{path}");
    }
}

#[test]
fn a_byte_order_mark_and_dos_line_ends_are_fine() {
    let node = read("\u{feff}a = 1\r\nb = 2\r\n");
    assert_eq!(node.to_json(), serde_json::json!({"a": 1, "b": 2}));
    assert_eq!(node.place_of("a").line_column(), (1, 5));
    assert_eq!(node.place_of("b").line_column(), (2, 5));
    for text in ["", "\u{feff}", "\r\n", "# nothing"] {
        assert!(read(text).as_table().unwrap().is_empty());
    }
}

#[test]
fn errors_of_syntax_are_told_in_plain_words() {
    error("a = 1\na = 2", 2, 1, "a", "the key is given twice");
    error("[x]\n[y]\n[x]", 3, 2, "x", "the key is given twice");
    error("a = VRd", 1, 5, "", "a text must stand in quotes");
    error("a = True", 1, 5, "", "a text must stand in quotes");
    error("a =", 1, 4, "", "a key without a value");
    error("é", 1, 2, "", "a key without a value");
    error("a = \"x", 1, 7, "", "the text is not closed");
    error("a = 'x", 1, 7, "", "the text is not closed");
    error("[x", 1, 3, "", "the header is not closed");
    error("a = [1, 2", 1, 10, "", "the list is not closed");
    error("a = { b = 1", 1, 12, "", "the table is not closed");
    error("a = [[1] [2]]", 1, 10, "", "no comma between the items of a list, or no `]` after it");
    error("a = \"\\q\"", 1, 7, "", "no such escape in a text");
    error("a = 90 d", 1, 5, "", "a text must stand in quotes");
    error("a = 1\na.b = 2", 2, 1, "", "the key already has a value that is not a table");
    error("a = 012", 1, 5, "", "a number may not begin with a needless 0");
}

#[test]
fn all_errors_of_syntax_are_told_at_once() {
    let lines: Vec<usize> =
        errors("a = VRd\nb = 1\nc = \"x\nd = 2020-99-01\nb = 3\n").iter().map(|e| e.0).collect();
    assert_eq!(lines, [1, 3, 4, 5]);
}

#[test]
fn what_follows_from_an_error_is_not_told() {
    assert_eq!(errors("a = [1, 2\n[x]\ne = 1\nf = 2\n").len(), 1);
    assert_eq!(errors("a = b c d = = [").len(), 1);
    let text = "a = {b = 1, b = 2, c = 1, c = 2}";
    assert_eq!(errors(text).len(), 2);
}

#[test]
fn an_error_of_syntax_has_the_value_and_what_is_right() {
    let findings = parse(source("a = VRd")).unwrap_err();
    let finding = findings.0.first().unwrap();
    assert_eq!(finding.found.as_deref(), Some("VRd"));
    assert_eq!(finding.right.as_deref(), Some("a text such as \"VRd\", or a number"));
    let findings = parse(source("a = [")).unwrap_err();
    assert_eq!(findings.0.first().unwrap().found.as_deref(), Some("the end of the text"));
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let lists = |depth: usize| format!("a = {}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(source(&lists(63))).is_ok());
    assert_eq!(errors(&lists(64)).first().unwrap().3, "nested more than 64 levels deep");
    assert!(parse(source(&lists(100_000))).is_err());
    assert!(parse(source(&format!("{} = 1", vec!["a"; 100_000].join(".")))).is_err());
    let keys = vec!["a"; 79].join(".");
    let worst = format!("{}1{}", format!("{{{keys} = ").repeat(79), "}".repeat(79));
    assert!(parse(source(&format!("[{keys}]\n{keys} = {worst}"))).is_err());
}

#[test]
fn nesting_is_measured_without_the_parser() {
    let deep = |text: &str| depth::deeper_than(2, text);
    for shallow in [
        "a = [[1.5, 2.5], [1.5]]",
        "a = \"[[[\\\"[[[\"",
        "# [[[\na = '[[['",
        "a = \"\"\"[\n[[\"\"\" # [[[",
        "]]]é[[",
        "'''[[[",
        "\"",
        "'[[\n",
    ] {
        assert_eq!(deep(shallow), None, "{shallow}");
    }
    assert_eq!(deep("a = [[["), Some(6));
    assert_eq!(deep("a.b.c = { d = 1 }"), Some(8));
    assert_eq!(deep("é = \"[\" [[{"), Some(11));
    let text = format!("a = {}", "[\n".repeat(600));
    error(&text, 501, 1, "", "nested more than 64 levels deep");
    assert_eq!(set_error("", "a", &"[".repeat(600)).problem, "nested more than 64 levels deep");
}

#[test]
fn numbers_beyond_64_bits_are_kept_for_the_check() {
    let node = read("a = 1e400\nb = 99999999999999999999\nc = nan\nd = 1");
    assert_eq!(node.to_json(), serde_json::json!({"a": null, "b": null, "c": null, "d": 1}));
    let digits = "9".repeat(60);
    let node = read(&format!("a = {digits}\nb = 0x{}", "f".repeat(40)));
    let float = |path| if let Value::Float(number) = node.get(path).unwrap().value { number } else { 0.0 };
    assert!((float("a") / 1e60 - 1.0).abs() < 1e-15 && (float("b") / 2f64.powi(160) - 1.0).abs() < 1e-15);
}

#[test]
fn a_whole_number_with_an_exponent_becomes_an_integer() {
    let node =
        read("a = 3e11\nb = -0.0\nc = 1.5\nd = 18446744073709551615\ne = -9223372036854775808\nf = 1e300");
    let json = node.to_json();
    assert_eq!(json["a"].as_u64(), Some(300_000_000_000));
    assert_eq!(json["b"].as_u64(), Some(0));
    assert_eq!(json["c"].as_f64(), Some(1.5));
    assert_eq!(json["d"].as_u64(), Some(u64::MAX));
    assert_eq!(json["e"].as_i64(), Some(i64::MIN));
    assert_eq!(json["f"].as_f64(), Some(1e300));
    assert_eq!(whole(2f64.powi(64)), None);
    assert_eq!(whole(-2f64.powi(63)), Some(i64::MIN.into()));
}

#[test]
fn what_was_found_is_short_and_printable() {
    let text = format!(
        "a = 3e11\nb = \"{}\"\nc = []\nd = [1]\ne = {{ f = 1, g = 2 }}\nh = \"\\u001b\"",
        "é".repeat(90)
    );
    let node = read(&text);
    let found = |path| node.get(path).unwrap().found();
    assert_eq!(found("a"), "3e11");
    assert_eq!(found("b"), format!("\"{}…\"", "é".repeat(57)));
    assert_eq!(found("b").chars().count(), 60);
    assert_eq!(found("c"), "an empty list");
    assert_eq!(found("d"), "a list of 1");
    assert_eq!(found("e"), "a table with f, g");
    assert_eq!(found("h"), "\"␛\"");
}

#[test]
fn a_table_can_be_changed() {
    let mut table = Table::new();
    let node = read("a = 1");
    let value = |path: &str| node.get(path).unwrap().clone();
    assert!(table.is_empty() && table.insert("x", node.place.clone(), value("a")).is_none());
    assert!(table.insert("y", node.place.clone(), value("a")).is_none());
    assert!(table.insert("x", node.place.clone(), node.clone()).is_some());
    assert_eq!(table.keys().collect::<Vec<_>>(), ["x", "y"]);
    assert_eq!(table.get("x").unwrap().kind(), "a table");
    table.get_mut("y").unwrap().value = Value::Boolean(true);
    assert_eq!(table.remove("y").unwrap().kind(), "true or false");
    assert!(table.remove("y").is_none() && table.get_mut("y").is_none());
    assert_eq!(table.len(), 1);
}

#[test]
fn set_changes_and_adds_values() {
    let mut node = read(SCENARIO);
    for (path, text) in [
        ("disease.burden", "5e10"),
        ("arm.0.name", "X"),
        ("arm[1].name", "'Y'"),
        ("trait.CD38_DOWN_ACQ.lost.half_life", "\"90 d\""),
        ("trait.\"a.b\".cost", "0.2"),
        ("trait.'c d'", "[1, 2]"),
        ("note", ""),
    ] {
        node.set(path, text).unwrap();
    }
    let json = node.to_json();
    assert_eq!(json["disease"]["burden"], 50_000_000_000u64);
    assert_eq!((&json["arm"][0]["name"], &json["arm"][1]["name"]), (&"X".into(), &"Y".into()));
    assert_eq!(json["trait"]["CD38_DOWN_ACQ"]["lost"]["half_life"], "90 d");
    assert_eq!((&json["trait"]["a.b"]["cost"], &json["trait"]["c d"][1]), (&0.2.into(), &2.into()));
    assert_eq!(json["note"], "");
}

#[test]
fn what_is_no_value_is_set_as_text() {
    let mut node = read("");
    for text in ["90 d", "VRd", "[1, 2", "{", "\"x", "1\n2", "é", "a = 1", "\u{0}"] {
        node.set("k", text).unwrap();
        assert_eq!(node.get("k").unwrap().as_text(), Some(text));
    }
}

#[test]
fn a_set_value_knows_its_option() {
    let mut node = read(SCENARIO);
    node.set("disease.burden", "[3, nan]").unwrap();
    node.set("disease.new", "x y").unwrap();
    let place = node.place_of("disease.burden[1]");
    assert_eq!(place.source.name, "--set disease.burden=[3, nan]");
    assert_eq!((place.line_column(), place.text()), ((1, 20), "nan"));
    assert_eq!(node.place_of("disease.new").text(), "x y");
    let key = node.get("disease").unwrap().as_table().unwrap().iter().last().unwrap();
    assert_eq!(key.1.text(), "disease.new");
}

#[test]
fn set_past_the_end_of_a_list_is_an_error() {
    let finding = set_error(SCENARIO, "arm.2.name", "X");
    assert_eq!(finding.key, "arm.2");
    assert_eq!(finding.problem, "the list has 2 items");
    assert_eq!(finding.found.as_deref(), Some("2"));
    assert_eq!(finding.right.as_deref(), Some("a number from 0 to 1"));
    assert_eq!(finding.place.source.name, "--set arm.2.name=X");
    assert_eq!(set_error("a = []", "a[0]", "1").right.as_deref(), Some("the list is empty"));
    assert_eq!(set_error(SCENARIO, "arm.first", "X").problem, "a list is indexed by number");
    assert_eq!(set_error(SCENARIO, "arm.99999999999999999999", "X").problem, "a list is indexed by number");
}

#[test]
fn set_through_a_value_without_keys_is_an_error() {
    let finding = set_error(SCENARIO, "disease.burden.cells", "3");
    assert_eq!(finding.key, "disease.burden.cells");
    assert_eq!(finding.problem, "`disease.burden` is a number, which has no keys");
    assert_eq!(finding.place.line_column(), (1, 1));
}

#[test]
fn a_malformed_path_is_an_error() {
    for (path, problem) in [
        ("", "a part of the key path is empty"),
        ("a..b", "a part of the key path is empty"),
        (".a", "a part of the key path is empty"),
        ("a.", "a part of the key path is empty"),
        ("\"a", "a quote is not closed in the key path"),
        ("a[0", "a bracket is not closed in the key path"),
        ("\"a\"b", "a dot is missing in the key path"),
    ] {
        let finding = set_error("", path, "1");
        assert_eq!((finding.problem.as_str(), finding.key.as_str()), (problem, path));
    }
    assert_eq!(set_error("", &vec!["a"; 65].join("."), "1").problem, "nested more than 64 levels deep");
    assert!(read("").set(&"a.".repeat(100_000), "1").is_err());
}

#[test]
fn set_with_a_value_nested_too_deep_is_an_error() {
    let finding = set_error("", "a", &format!("{}{}", "[".repeat(70), "]".repeat(70)));
    assert_eq!(finding.problem, "nested more than 64 levels deep");
}

#[test]
fn an_overlay_takes_whole_keys_from_its_base() {
    let own = read("a = 1\nb = { x = 1 }");
    let base = read("b = { x = 2, y = 2 }\nc = 3\na = 4");
    let both = own.overlay(base);
    assert_eq!(both.to_json(), serde_json::json!({"a": 1, "b": {"x": 1}, "c": 3}));
    let text = read("a = 1").get("a").unwrap().clone();
    assert_eq!(text.overlay(read("b = 1")).to_json(), 1);
}

#[test]
fn keys_are_joined_as_they_can_be_written() {
    assert_eq!(join("", "a"), "a");
    assert_eq!(join("a", "b-c_1"), "a.b-c_1");
    assert_eq!(join("a", "b.c"), "a.\"b.c\"");
    assert_eq!(join("a", "say \"x\""), "a.'say \"x\"'");
    assert_eq!(join("a", ""), "a.\"\"");
}

/// Garbled scenarios, made by a simple generator so that each run sees the same.
#[test]
fn no_garbled_text_stops_the_reader() {
    let alphabet: Vec<char> =
        "ab.=[]{}\"'\\,#\n\r\t 0195eE+-_:TZnif\u{0}\u{feff}é\u{1F600}".chars().collect();
    let mut state = 1u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..3000 {
        let mut text: Vec<char> = SCENARIO.chars().collect();
        for _ in 0..draw(12) {
            let at = draw(text.len());
            text.splice(at..(at + draw(3)).min(text.len()), [alphabet[draw(alphabet.len())]]);
        }
        let text: String = text.into_iter().collect();
        match parse(source(&text)) {
            Ok(node) => assert!(node.to_json().is_object()),
            Err(findings) => assert!(findings.render(true).contains("case.toml"), "{text:?}"),
        }
    }
}
