use super::*;

fn message(text: &str, dimension: Dimension) -> String {
    parse(text, dimension).unwrap_err().to_string()
}

#[track_caller]
fn close(text: &str, dimension: Dimension, expected: f64) {
    let value = parse(text, dimension).unwrap();
    assert!((value - expected).abs() <= expected.abs() * 1e-14, "{text}: {value} is not {expected}");
}

#[test]
fn every_unit_of_time_is_brought_to_days() {
    let days = [("28 d", 28.0), ("36 h", 1.5), ("1440 min", 1.0), ("2 wk", 14.0), ("2 w", 14.0)];
    for (text, expected) in days.into_iter().chain([("2 mo", 60.875), ("4 y", 1461.0)]) {
        close(text, Dimension::Time, expected);
    }
}

#[test]
fn every_unit_of_rate_is_brought_to_per_day() {
    let rates = [("0.045 /d", 0.045), ("1 /h", 24.0), ("1 /min", 1440.0), ("7 /wk", 1.0), ("7 /w", 1.0)];
    for (text, expected) in rates.into_iter().chain([("30.4375 /mo", 1.0), ("365.25 /y", 1.0)]) {
        close(text, Dimension::Rate, expected);
    }
}

#[test]
fn a_rate_may_be_written_in_words_or_as_a_fraction() {
    for text in ["0.5 per day", "0.5 per d", "0.5 1/d", "0.5/d", "0.5 / d", "3.5 per week"] {
        close(text, Dimension::Rate, 0.5);
    }
}

#[test]
fn the_other_dimensions_are_brought_to_their_base() {
    close("5 g/dL", Dimension::Concentration, 50.0);
    close("5 mg/dL", Dimension::Concentration, 0.05);
    close("5 mg/L", Dimension::Concentration, 0.005);
    close("12.1 pg/d", Dimension::Secretion, 12.1);
    close("250 mL", Dimension::Volume, 0.25);
    close("0.2 g/d", Dimension::Excretion, 200.0);
}

#[test]
fn spaces_signs_and_exponents_are_read() {
    for text in ["28d", " 28   d ", "+28 d", "2.8e1 d", "28. d", "280E-1d", "28\u{a0}d"] {
        close(text, Dimension::Time, 28.0);
    }
    close(".5 d", Dimension::Time, 0.5);
}

#[test]
fn a_negative_zero_becomes_zero() {
    assert!(parse("-0 d", Dimension::Time).unwrap().is_sign_positive());
}

#[test]
fn examples_and_units_fit_their_dimension() {
    for dimension in Dimension::ALL {
        assert!(parse(dimension.example(), dimension).is_ok());
        assert_eq!(Dimension::from_name(dimension.key()), Some(dimension));
        assert_eq!(parse(&format!("3 {}", dimension.unit()), dimension), Ok(3.0));
        for unit in dimension.units() {
            assert!(parse(&format!("3 {unit}"), dimension).is_ok(), "{unit}");
        }
    }
    assert_eq!(Dimension::from_name("a time"), None);
}

#[test]
fn the_unit_of_another_dimension_is_named() {
    let expected = "\"0.05 h\" is a time; a rate such as \"0.045 /d\" is needed";
    assert_eq!(message("0.05 h", Dimension::Rate), expected);
    let expected = "\"2 /d\" is a rate; a time such as \"28 d\" is needed";
    assert_eq!(message("2 /d", Dimension::Time), expected);
    let error = parse("2 L", Dimension::Concentration).unwrap_err();
    assert_eq!(error.problem(), "a volume where a concentration is needed");
    assert_eq!(error.right(), "a concentration in g/L, g/dL, mg/dL, mg/L, such as \"5 g/L\"");
    assert_eq!(error.suggestion(), None);
}

#[test]
fn a_missing_number_is_told() {
    for text in
        ["", " ", "d", "/d", "about 3 d", "e5 d", "-", ".", "−5 d", "٣ d", "0x10 ", "5,5 d", "1_000 d"]
    {
        let error = parse(text, Dimension::Time).unwrap_err();
        let known = matches!(error, QuantityError::NoNumber { .. } | QuantityError::UnknownUnit { .. });
        assert!(known, "{text}: {error}");
    }
    let expected = "\"5,5 d\" does not begin with a number; a time such as \"28 d\" is needed";
    assert_eq!(message("5,5 d", Dimension::Time), expected);
    assert_eq!(
        message("1.2.3 d", Dimension::Time).split(';').next(),
        Some("\"1.2.3 d\" does not begin with a number")
    );
}

#[test]
fn a_missing_unit_is_told() {
    let expected = "\"28\" has no unit; a time such as \"28 d\" is needed";
    assert_eq!(message("28", Dimension::Time), expected);
    assert_eq!(parse("28", Dimension::Rate).unwrap_err().problem(), "no unit where a rate is needed");
}

#[test]
fn an_unknown_unit_comes_with_the_list() {
    let expected =
        "\"3 lunations\" has the unknown unit \"lunations\"; a time may be in d, h, min, wk, mo, y";
    assert_eq!(message("3 lunations", Dimension::Time), expected);
}

#[test]
fn a_near_miss_is_suggested() {
    let near = |text, dimension| parse(text, dimension).unwrap_err().suggestion();
    assert_eq!(near("3 days", Dimension::Time).as_deref(), Some("\"3 d\""));
    assert_eq!(near("3 Weeks", Dimension::Time).as_deref(), Some("\"3 wk\""));
    assert_eq!(near("3 D", Dimension::Time).as_deref(), Some("\"3 d\""));
    assert_eq!(near("3e2 g/l", Dimension::Concentration).as_deref(), Some("\"3e2 g/L\""));
    assert_eq!(near("3 ml", Dimension::Volume).as_deref(), Some("\"3 mL\""));
    assert_eq!(near("3 /days", Dimension::Rate).as_deref(), Some("\"3 /d\""));
    assert_eq!(near("3 pg/cell/d", Dimension::Secretion).as_deref(), Some("\"3 pg/d\""));
    assert_eq!(near("3 q", Dimension::Time), None);
    assert!(message("3 days", Dimension::Time).ends_with("(did you mean \"d\"?)"));
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    for text in ["nan d", "NaN d", "inf d", "-inf d", "infinity d", "1e400 d", "-1e400 d", "1e308 y"] {
        let error = parse(text, Dimension::Time).unwrap_err();
        assert!(matches!(error, QuantityError::NotFinite { .. }), "{text}: {error}");
    }
    assert_eq!(
        parse("1e400 d", Dimension::Time).unwrap_err().problem(),
        "not a finite number where a time is needed"
    );
}

#[test]
fn negative_numbers_are_refused() {
    assert_eq!(message("-5 d", Dimension::Time), "\"-5 d\" is negative; a time must be zero or more");
    assert!(matches!(parse("-1e-300 L", Dimension::Volume), Err(QuantityError::Negative { .. })));
}

#[test]
fn no_text_makes_the_reader_stop_short() {
    let long = "9".repeat(100_000) + " d";
    for text in [
        long.as_str(),
        "5 \u{1F600}",
        "5\u{301} d",
        "\u{feff}5 d",
        "5e",
        "5e+",
        "5 per",
        "5 1/",
        "\r\n5\td\r\n",
    ] {
        let _ = parse(text, Dimension::Rate);
        let _ = parse(text, Dimension::Time);
    }
    assert_eq!(parse("\r\n5\td\r\n", Dimension::Time), Ok(5.0));
}
