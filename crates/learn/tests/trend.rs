//! Trends against reference implementations and against simulated years of which the truth is known.
//! `SARANG_SOAK=1` takes the full numbers.
use learn::random::Random;
use learn::trend::*;
use proptest::prelude::*;

fn golden() -> serde_json::Value {
    serde_json::from_str(include_str!("golden/trend.json")).unwrap()
}

fn near(ours: f64, theirs: f64) -> bool {
    (ours - theirs).abs() <= 1e-9 && (ours - theirs).abs() <= 1e-7 * theirs.abs() + 1e-300
}

#[test]
fn negative_binomial_probabilities_equal_scipys() {
    let rows: Vec<(f64, f64, u64, f64, f64, f64)> =
        serde_json::from_value(golden()["negative_binomial"].clone()).unwrap();
    assert_eq!(rows.len(), 270);
    for (mean, variance, k, pmf, cdf, above) in rows {
        let ours = NegativeBinomial::new(mean, variance);
        let (a, b, c) = (ours.pmf(k), ours.cdf(k), ours.above(k));
        assert!(
            near(a, pmf) && near(b, cdf) && near(c, above),
            "{mean} {variance} {k}: {a} {b} {c} for {pmf} {cdf} {above}"
        );
    }
}

#[test]
fn adjusted_p_values_equal_statsmodels() {
    for case in golden()["benjamini_hochberg"].as_array().unwrap() {
        let p: Vec<f64> = serde_json::from_value(case["p"].clone()).unwrap();
        let q: Vec<f64> = serde_json::from_value(case["q"].clone()).unwrap();
        assert!(adjust_p_values(&p).iter().zip(&q).all(|(ours, theirs)| (ours - theirs).abs() < 1e-12), "{p:?}");
    }
}

/// A count with this mean and this ratio of variance to mean (1 is Poisson).
fn draw(random: &mut Random, mean: f64, dispersion: f64) -> u32 {
    let mean = if dispersion > 1.0 {
        let scale = dispersion - 1.0;
        scale * gamma(random, mean / scale)
    } else {
        mean
    };
    // Knuth's product, in pieces small enough for e^-mean.
    let (mut left, mut count) = (mean, 0);
    while left > 0.0 {
        let piece = left.min(30.0);
        left -= piece;
        let (floor, mut product) = ((-piece).exp(), random.unit());
        while product > floor {
            product *= random.unit();
            count += 1;
        }
    }
    count
}

/// Marsaglia and Tsang 2000.
fn gamma(random: &mut Random, shape: f64) -> f64 {
    if shape < 1.0 {
        return gamma(random, shape + 1.0) * random.unit().max(1e-300).powf(1.0 / shape);
    }
    let d = shape - 1.0 / 3.0;
    loop {
        let z = (-2.0 * random.unit().max(1e-300).ln()).sqrt() * (std::f64::consts::TAU * random.unit()).cos();
        let v = (1.0 + z / (9.0 * d).sqrt()).powi(3);
        if v > 0.0 && random.unit().max(1e-300).ln() < 0.5 * z * z + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

const WEEK: [f64; 7] = [1.3, 1.25, 1.2, 1.2, 1.15, 0.5, 0.4];

/// A taxonomy of `tags` tags under Zipf's law with 1,000 taggings a week, for `days` days, dispersion given by tag.
fn simulate(random: &mut Random, tags: usize, days: usize, dispersion: impl Fn(usize) -> f64) -> Vec<Vec<u32>> {
    let sum: f64 = (1..=tags).map(|n| 1.0 / n as f64).sum();
    let rate = |tag: usize| 1000.0 / 7.0 / (tag + 1) as f64 / sum;
    (0..tags)
        .map(|tag| (0..days).map(|day| draw(random, rate(tag) * WEEK[day % 7], dispersion(tag))).collect())
        .collect()
}

fn judge(tags: &[Vec<u32>]) -> Vec<Trend> {
    let days = tags[0].len();
    let views: Vec<&[u32]> = tags.iter().map(Vec::as_slice).collect();
    judge_trends(&views, (days - 1) % 7, &Window::default())
}

fn is_found(trend: &Trend) -> bool {
    matches!(trend.verdict, Verdict::New | Verdict::Rising | Verdict::Falling)
}

fn full_or_quick(full: usize, quick: usize) -> usize {
    if std::env::var_os("SARANG_SOAK").is_some() { full } else { quick }
}

/// Without any change, every discovery is false, so the false discovery rate is the share of weeks with a discovery.
fn share_of_weeks_with_a_discovery(dispersion: impl Fn(usize) -> f64 + Copy) -> (f64, usize) {
    let weeks = full_or_quick(1000, 60);
    let mut random = Random::new(20_261_122);
    let alarmed =
        (0..weeks).filter(|_| judge(&simulate(&mut random, 700, 189, dispersion)).iter().any(is_found)).count();
    (alarmed as f64 / weeks as f64, weeks)
}

fn assert_false_discovery(dispersion: impl Fn(usize) -> f64 + Copy) {
    let (share, weeks) = share_of_weeks_with_a_discovery(dispersion);
    println!("false discovery {share} in {weeks} weeks");
    // The quick run may miss by chance: two standard errors of the goal.
    let slack = if weeks == 1000 { 0.0 } else { 2.0 * (0.05f64 * 0.95 / weeks as f64).sqrt() };
    assert!(share <= 0.05 + slack, "{share}");
}

#[test]
fn unchanged_poisson_tags_raise_no_more_alarms_than_promised() {
    assert_false_discovery(|_| 1.0);
}

#[test]
fn unchanged_dispersed_tags_raise_no_more_alarms_than_promised() {
    assert_false_discovery(|_| 1.3);
}

#[test]
fn tags_of_different_dispersion_raise_no_more_alarms_than_promised() {
    assert_false_discovery(|tag| if tag % 4 == 0 { 2.0 } else { 1.0 });
}

/// One of 700 tags rises from two a week to fourteen. The page is looked at each day; found within seven days.
fn share_of_surges_found(dispersion: f64) -> f64 {
    let surges = full_or_quick(1000, 60);
    let mut random = Random::new(7);
    let found = (0..surges)
        .filter(|_| {
            let mut tags = simulate(&mut random, 700, 196, |_| dispersion);
            let day = |day: usize| WEEK[day % 7] * if day < 189 { 2.0 / 7.0 } else { 14.0 / 7.0 };
            tags[350] = (0..196).map(|n| draw(&mut random, day(n), dispersion)).collect();
            (190..=196).rev().any(|until| {
                let known: Vec<Vec<u32>> = tags.iter().map(|days| days[..until].to_vec()).collect();
                judge(&known)[350].verdict == Verdict::Rising
            })
        })
        .count() as f64
        / surges as f64;
    println!("surges found at dispersion {dispersion}: {found} of {surges}");
    found
}

#[test]
fn a_sevenfold_surge_from_two_a_week_is_found_within_a_week() {
    // The quick run may miss by chance: two standard errors of the goal.
    let slack = if full_or_quick(1, 0) == 1 { 0.0 } else { 0.1 };
    assert!(share_of_surges_found(1.0) >= 0.85 - slack);
    assert!(share_of_surges_found(1.3) >= 0.75 - slack);
}

#[test]
fn each_verdict_is_given_where_it_is_due() {
    let mut random = Random::new(3);
    let mut tags = simulate(&mut random, 60, 189, |_| 1.0);
    let steady = |mean: f64, random: &mut Random| -> Vec<u32> { (0..189).map(|_| draw(random, mean, 1.0)).collect() };
    tags[10] = steady(3.0, &mut random);
    tags[10][182..].fill(0);
    tags[11] = steady(3.0, &mut random);
    tags[11][182..].fill(9);
    tags[12] = vec![0; 189];
    tags[12][182..].fill(2);
    tags[13] = vec![0; 189];
    tags[13][100] = 2;
    tags[14] = vec![5; 20];
    // Seven from nothing is a lot, yet fewer than ten are only counted.
    tags[15] = vec![0; 189];
    tags[15][182..].fill(1);
    let trends = judge(&tags);
    assert_eq!(trends[10].verdict, Verdict::Falling);
    assert_eq!(trends[11].verdict, Verdict::Rising);
    assert_eq!(trends[12].verdict, Verdict::New);
    assert_eq!(trends[13].verdict, Verdict::TooFew);
    assert_eq!((trends[15].verdict, trends[15].observed, trends[15].q), (Verdict::TooFew, 7, None));
    assert_eq!((trends[14].verdict, trends[14].expected, trends[14].observed), (Verdict::TooFew, None, 35));
    assert_eq!(trends[0].verdict, Verdict::Steady);
    let (low, high) = trends[0].usual.unwrap();
    assert!((low..=high).contains(&trends[0].observed), "{:?}", trends[0]);
}

#[test]
fn a_window_over_the_weekend_expects_what_weekends_are() {
    let window = Window { days: 2, ..Window::default() };
    // Five a weekday, none on the weekend.
    let days: Vec<u32> = (0..189).map(|day| if day % 7 < 5 { 5 } else { 0 }).collect();
    let trend = judge_trends(&[&days], 188 % 7, &window)[0];
    assert!(trend.expected.unwrap() < 1.0, "{trend:?}");
}

proptest! {
    #[test]
    fn any_counts_get_an_answer_of_their_own(tags in prop::collection::vec(prop::collection::vec(0u32..2000, 0..250), 0..8), weekday in 0usize..7) {
        let views: Vec<&[u32]> = tags.iter().map(Vec::as_slice).collect();
        let trends = judge_trends(&views, weekday, &Window::default());
        prop_assert_eq!(trends.len(), tags.len());
        for (trend, days) in trends.iter().zip(&tags) {
            prop_assert_eq!(trend.observed, days.iter().rev().take(7).sum::<u32>());
            prop_assert!(trend.p.is_none_or(|p| (0.0..=1.0).contains(&p)), "{:?}", trend);
            prop_assert!(trend.usual.is_none_or(|(low, high)| low <= high));
            prop_assert!(!is_found(trend) || trend.q.unwrap() <= 0.05);
        }
    }

    #[test]
    fn adjusted_values_keep_the_order_and_never_fall(p in prop::collection::vec(0.0f64..=1.0, 0..50)) {
        let q = adjust_p_values(&p);
        for (i, a) in p.iter().enumerate() {
            prop_assert!(q[i] >= *a - 1e-12 && q[i] <= 1.0);
            for (j, b) in p.iter().enumerate() {
                prop_assert!(a > b || q[i] <= q[j] + 1e-12);
            }
        }
    }
}
