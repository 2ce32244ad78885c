//! Kaplan-Meier against lifelines 0.30.3 (`KaplanMeierFitter().fit(time, event)`, numbers printed with 15
//! digits), and by hand at the edges.

use super::{Step, Survival};

/// `(time, events, censored, survival, low, high)`: the data by time, and `survival_function_` and
/// `confidence_interval_` there.
type Row = (f64, u64, u64, f64, f64, f64);

/// `lifelines.datasets.load_waltons()`, columns T and E: 163 fruit flies, 156 deaths.
#[rustfmt::skip]
const WALTONS: &[Row] = &[
    (6.0, 1, 0, 0.993865030674846, 0.957253659109066, 0.99913352328184),
    (7.0, 1, 1, 0.987730061349693, 0.951834127177309, 0.996917124459819),
    (9.0, 3, 0, 0.969210122699387, 0.927612786211386, 0.987068084231741),
    (13.0, 3, 0, 0.950690184049081, 0.903820857363996, 0.975030991169803),
    (15.0, 2, 0, 0.938343558282209, 0.888437314760471, 0.966342425160605),
    (17.0, 1, 0, 0.932170245398773, 0.880865425857062, 0.961853331840505),
    (19.0, 3, 0, 0.913650306748466, 0.858549259441711, 0.947930354921341),
    (22.0, 4, 0, 0.888957055214724, 0.829546731904324, 0.928542628582752),
    (26.0, 5, 0, 0.858090490797546, 0.794213194951949, 0.90333589842881),
    (29.0, 5, 0, 0.827223926380368, 0.759669398683744, 0.87731281370724),
    (32.0, 1, 0, 0.821050613496933, 0.752840544686734, 0.872026545178143),
    (33.0, 3, 0, 0.802530674846626, 0.732496108893635, 0.856023467572056),
    (36.0, 2, 0, 0.790184049079755, 0.719043744828533, 0.845242881325302),
    (38.0, 2, 0, 0.777837423312884, 0.705673552165942, 0.834379481855463),
    (41.0, 7, 0, 0.734624233128835, 0.659463752783147, 0.79576991312748),
    (43.0, 1, 0, 0.728450920245399, 0.652930958783433, 0.79018571116123),
    (45.0, 9, 1, 0.672891104294479, 0.594824941037889, 0.739243208521461),
    (47.0, 1, 0, 0.666660631106566, 0.588370952883442, 0.733466285970835),
    (48.0, 8, 0, 0.616816845603272, 0.537239074124696, 0.68676523054785),
    (51.0, 3, 0, 0.598125426039536, 0.518283932675161, 0.669039525302296),
    (53.0, 7, 0, 0.554512113724153, 0.47449773142283, 0.627251066961595),
    (54.0, 2, 0, 0.54205116734833, 0.462098592108639, 0.61520399496087),
    (56.0, 18, 0, 0.429902649965917, 0.352689004819362, 0.504679609232887),
    (58.0, 4, 0, 0.404980757214269, 0.328916020006894, 0.479601064154181),
    (60.0, 15, 1, 0.311523659395592, 0.241659493551395, 0.38375862020449),
    (61.0, 9, 2, 0.254305028078034, 0.189747270819812, 0.323687860563665),
    (62.0, 2, 0, 0.240920552916032, 0.177715583042293, 0.309561159787857),
    (63.0, 9, 0, 0.180690414687024, 0.124942758833431, 0.244759097127556),
    (66.0, 3, 0, 0.160613701944022, 0.107928575522646, 0.222638623964193),
    (68.0, 9, 1, 0.100383563715014, 0.0592407988140729, 0.154156822188541),
    (69.0, 12, 1, 0.0143405091021448, 0.00285407770416447, 0.0461836975250737),
    (75.0, 1, 0, 0.0, 0.0, 0.0),
];

/// `lifelines.datasets.load_rossi()`, columns week and arrest: 432 released prisoners, 114 arrests.
#[rustfmt::skip]
const ROSSI: &[Row] = &[
    (1.0, 1, 0, 0.997685185185184, 0.983682504575139, 0.999673602536823),
    (2.0, 1, 0, 0.99537037037037, 0.981616777481882, 0.998840126579525),
    (3.0, 1, 0, 0.993055555555555, 0.978624865205426, 0.997754983866985),
    (4.0, 1, 0, 0.99074074074074, 0.97551917801099, 0.996514745900451),
    (5.0, 1, 0, 0.988425925925926, 0.972418144681614, 0.995166197281839),
    (6.0, 1, 0, 0.986111111111111, 0.969347720319458, 0.993736271632511),
    (7.0, 1, 0, 0.983796296296296, 0.966312831051771, 0.992242187236932),
    (8.0, 5, 0, 0.972222222222222, 0.951604825851564, 0.984129076991021),
    (9.0, 2, 0, 0.967592592592592, 0.945892346635556, 0.980678311044922),
    (10.0, 1, 0, 0.965277777777777, 0.94306459795999, 0.978920997066601),
    (11.0, 2, 0, 0.960648148148147, 0.937458834261157, 0.975351801281047),
    (12.0, 2, 0, 0.956018518518518, 0.931911631421588, 0.971719315452421),
    (13.0, 1, 0, 0.953703703703704, 0.929157561725196, 0.969882216736377),
    (14.0, 3, 0, 0.946759259259259, 0.920964155382059, 0.964298224282374),
    (15.0, 2, 0, 0.942129629629629, 0.915552905011421, 0.960522090607036),
    (16.0, 2, 0, 0.937499999999999, 0.910177610803547, 0.956708559539281),
    (17.0, 3, 0, 0.930555555555555, 0.902174809038658, 0.950926069893362),
    (18.0, 3, 0, 0.923611111111111, 0.894236040531306, 0.945077702169231),
    (19.0, 2, 0, 0.918981481481481, 0.888975371362477, 0.941146167844344),
    (20.0, 5, 0, 0.907407407407407, 0.875922143433897, 0.931216884087646),
    (21.0, 2, 0, 0.902777777777777, 0.870736377843444, 0.927209030175988),
    (22.0, 1, 0, 0.900462962962962, 0.868150478318754, 0.925198015451494),
    (23.0, 1, 0, 0.898148148148148, 0.865569050533634, 0.923182466552421),
    (24.0, 4, 0, 0.888888888888889, 0.855285582403254, 0.915077494055339),
    (25.0, 3, 0, 0.881944444444444, 0.847614250714232, 0.908957039119042),
    (26.0, 3, 0, 0.875, 0.839975405842812, 0.902803795661009),
    (27.0, 2, 0, 0.87037037037037, 0.834899778328456, 0.898684561284276),
    (28.0, 2, 0, 0.865740740740741, 0.829837003583518, 0.894552383244015),
    (30.0, 2, 0, 0.86111111111111, 0.824786540369562, 0.890407816067143),
    (31.0, 1, 0, 0.858796296296296, 0.822265768357872, 0.888331047468743),
    (32.0, 2, 0, 0.854166666666666, 0.817232850558188, 0.884168839796895),
    (33.0, 2, 0, 0.849537037037037, 0.812211069707769, 0.879995444030028),
    (34.0, 2, 0, 0.844907407407407, 0.807200016453399, 0.875811277999375),
    (35.0, 4, 0, 0.835648148148147, 0.797208599565302, 0.867412157647831),
    (36.0, 3, 0, 0.828703703703703, 0.789740557685519, 0.861087235057031),
    (37.0, 4, 0, 0.819444444444444, 0.779815253478621, 0.852621871988292),
    (38.0, 1, 0, 0.817129629629629, 0.777339428673314, 0.850500025208329),
    (39.0, 2, 0, 0.812499999999999, 0.772394159515214, 0.846249949018228),
    (40.0, 4, 0, 0.80324074074074, 0.762528331317315, 0.837725090328721),
    (42.0, 2, 0, 0.798611111111111, 0.757607338869185, 0.833450747738498),
    (43.0, 4, 0, 0.789351851851852, 0.747788205184322, 0.824879242550375),
    (44.0, 2, 0, 0.784722222222222, 0.742889699912329, 0.820582449116361),
    (45.0, 2, 0, 0.780092592592592, 0.737998342721359, 0.816278524544721),
    (46.0, 4, 0, 0.770833333333333, 0.728236446995685, 0.807649916035807),
    (47.0, 1, 0, 0.768518518518518, 0.725800202891464, 0.805488547868566),
    (48.0, 2, 0, 0.763888888888888, 0.720932668999343, 0.801160875370295),
    (49.0, 5, 0, 0.752314814814814, 0.708791984508731, 0.790313659621951),
    (50.0, 3, 0, 0.74537037037037, 0.701526276759285, 0.783786714446942),
    (52.0, 4, 318, 0.736111111111111, 0.691859715796487, 0.775063183374674),
];

/// 21 made-up patients, 7 events: events tied with each other and with censoring, two thirds censored.
#[rustfmt::skip]
const TIED: &[Row] = &[
    (2.0, 1, 1, 0.952380952380952, 0.707206765599497, 0.993152137191374),
    (3.0, 0, 1, 0.952380952380952, 0.707206765599497, 0.993152137191374),
    (5.0, 2, 1, 0.846560846560847, 0.595180810071463, 0.947931491066017),
    (7.0, 0, 2, 0.846560846560847, 0.595180810071463, 0.947931491066017),
    (8.0, 1, 1, 0.781440781440781, 0.512566967577435, 0.913015074000513),
    (9.0, 0, 1, 0.781440781440781, 0.512566967577435, 0.913015074000513),
    (11.0, 1, 1, 0.703296703296703, 0.416230833029128, 0.86819335047178),
    (12.0, 1, 2, 0.615384615384615, 0.319836057155692, 0.81319878142194),
    (14.0, 0, 1, 0.615384615384615, 0.319836057155692, 0.81319878142194),
    (15.0, 1, 1, 0.461538461538462, 0.147313796509872, 0.73187328614615),
    (20.0, 0, 1, 0.461538461538462, 0.147313796509872, 0.73187328614615),
    (21.5, 0, 1, 0.461538461538462, 0.147313796509872, 0.73187328614615),
];

fn from_rows(rows: &[Row]) -> Survival {
    let mut survival = Survival::default();
    for &(time, events, censored, ..) in rows {
        (0..events).for_each(|_| survival.add(time, true));
        (0..censored).for_each(|_| survival.add(time, false));
    }
    survival
}

fn of(patients: &[(f64, bool)]) -> Survival {
    let mut survival = Survival::default();
    patients.iter().for_each(|&(time, event)| survival.add(time, event));
    survival
}

fn assert_close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() < 1e-9, "{what}: {got} instead of {want}");
}

fn assert_rows(rows: &[Row]) {
    let steps = from_rows(rows).curve();
    assert_eq!(steps.len(), rows.len());
    for (step, &(time, events, censored, survival, low, high)) in steps.iter().zip(rows) {
        assert_eq!((step.time, step.events, step.censored), (time, events, censored));
        assert_close(step.survival, survival, &format!("S({time})"));
        assert_close(step.low, low, &format!("lower limit at {time}"));
        // lifelines puts the upper limit at 0 when nobody is left; it does not exist there (R: NA).
        let high = if survival > 0.0 { high } else { steps[steps.len() - 2].high };
        assert_close(step.high, high, &format!("upper limit at {time}"));
    }
}

#[test]
fn curves_agree_with_lifelines() {
    [WALTONS, ROSSI, TIED].into_iter().for_each(assert_rows);
}

#[test]
fn counts_agree_with_the_data() {
    let counts = |rows| (from_rows(rows).n(), from_rows(rows).events());
    assert_eq!([counts(WALTONS), counts(ROSSI), counts(TIED)], [(163, 156), (432, 114), (21, 7)]);
    assert_eq!(from_rows(TIED).curve()[2].at_risk, 18);
}

/// `median_survival_time_` and `median_survival_times(confidence_interval_)`; infinite there is none here.
#[test]
fn medians_agree_with_lifelines() {
    let medians = |rows| (from_rows(rows).median(), from_rows(rows).median_interval());
    assert_eq!(medians(WALTONS), (Some(56.0), (Some(53.0), Some(58.0))));
    assert_eq!(medians(ROSSI), (None, (None, None)));
    assert_eq!(medians(TIED), (Some(15.0), (Some(11.0), None)));
}

#[test]
fn order_and_partition_do_not_matter() {
    let whole = from_rows(WALTONS);
    let mut parts = from_rows(&WALTONS[20..]);
    parts.merge(&Survival::default());
    parts.merge(&from_rows(&WALTONS[..25]));
    parts.merge(&from_rows(&[]));
    let mut overlap = from_rows(&WALTONS[20..25]);
    overlap.merge(&whole);
    assert_eq!(parts, overlap);
    assert_eq!(parts.curve(), overlap.curve());
}

#[test]
fn nobody() {
    let none = Survival::default();
    assert_eq!((none.n(), none.events(), none.curve()), (0, 0, vec![]));
    assert_eq!((none.median(), none.median_interval()), (None, (None, None)));
    assert_eq!(none.survival_at(10.0), 1.0);
}

#[test]
fn no_event() {
    let censored = of(&[(5.0, false), (5.0, false), (9.0, false)]);
    assert!(censored.curve().iter().all(|step| (step.survival, step.low, step.high) == (1.0, 1.0, 1.0)));
    assert_eq!((censored.median(), censored.median_interval()), (None, (None, None)));
    assert_eq!(censored.survival_at(1e9), 1.0);
}

#[test]
fn everybody_at_day_zero() {
    let zero = of(&[(0.0, true), (-0.0, true), (0.0, true)]);
    let step = Step {
        time: 0.0,
        at_risk: 3,
        events: 3,
        censored: 0,
        survival: 0.0,
        error: 0.0,
        low: 0.0,
        high: 1.0,
    };
    assert_eq!(zero.curve(), vec![step]);
    assert_eq!((zero.median(), zero.median_interval()), (Some(0.0), (None, None)));
}

/// lifelines has the same first step; for the second see `assert_rows`. R: median 5, interval from 5 to NA.
#[test]
fn the_last_patient_has_the_event() {
    let pair = of(&[(6.0, true), (5.0, true)]);
    let steps = pair.curve();
    assert!((steps[0].low - 0.005983).abs() < 1e-6 && (steps[0].high - 0.91041).abs() < 1e-5);
    assert_eq!((steps[1].survival, steps[1].low, steps[1].high), (0.0, 0.0, steps[0].high));
    assert_eq!((pair.median(), pair.median_interval()), (Some(5.0), (Some(5.0), None)));
}

/// Of `n` uncensored patients half have gone after patient n/2: the product of fractions must not miss it.
#[test]
fn the_median_of_complete_data_is_the_middle() {
    for n in (2_u32..400).step_by(2) {
        let complete = of(&(1..=n).map(|day| (f64::from(day), true)).collect::<Vec<_>>());
        assert_eq!(complete.median(), Some(f64::from(n / 2)), "{n}");
    }
}

#[test]
fn survival_is_right_continuous() {
    let tied = from_rows(TIED);
    assert_eq!(tied.survival_at(1.999), 1.0);
    assert_close(tied.survival_at(2.0), 20.0 / 21.0, "at the event");
    assert_close(tied.survival_at(4.999), 20.0 / 21.0, "before the next");
    assert_close(tied.survival_at(1e6), TIED[11].3, "after the last");
}

#[test]
fn memory_is_bounded_by_the_distinct_times() {
    let mut many = Survival::default();
    for patient in 0..1_000_000_u32 {
        many.add(f64::from(patient % 1827), patient % 3 == 0);
    }
    assert_eq!((many.n(), many.curve().len()), (1_000_000, 1827));
}
