//! Agreement against reference implementations, and what must hold for any codings.
use learn::agreement::*;
use learn::random::Random;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn coding(unit: u64, coder: u64, tags: &[u64]) -> Coding {
    Coding { unit, coder, tags: tags.iter().copied().collect() }
}

#[test]
fn alpha_equals_the_reference_implementations() {
    let golden: serde_json::Value = serde_json::from_str(include_str!("golden/alpha.json")).unwrap();
    let tables = golden["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 60);
    for (n, table) in tables.iter().enumerate() {
        let rows: Vec<(u64, u64, Vec<u64>)> = serde_json::from_value(table["codings"].clone()).unwrap();
        let codings: Vec<Coding> = rows.iter().map(|(unit, coder, tags)| coding(*unit, *coder, tags)).collect();
        for (distance, name) in [(Distance::Nominal, "nominal"), (Distance::Masi, "masi")] {
            let alpha = measure_agreement(&codings, distance, 1).unwrap();
            let expected = table[name].as_f64().unwrap();
            assert!((alpha.value - expected).abs() < 1e-9, "table {n}, {name}: {} for {expected}", alpha.value);
        }
    }
}

#[test]
fn nothing_coded_twice_is_too_few_and_not_agreement() {
    let codings = [coding(1, 1, &[1]), coding(2, 2, &[1])];
    assert_eq!(measure_agreement(&codings, Distance::Masi, 1), None);
    assert_eq!(Verdict::of(None), Verdict::TooFew);
    assert_eq!(measure_overlap(&codings), None);
}

#[test]
fn nothing_to_tag_is_an_answer_that_can_be_agreed_on() {
    let codings: Vec<Coding> = (0..12)
        .flat_map(|unit| {
            let tags: &[u64] = if unit < 6 { &[] } else { &[7] };
            [coding(unit, 1, tags), coding(unit, 2, tags)]
        })
        .collect();
    let alpha = measure_agreement(&codings, Distance::Masi, 1).unwrap();
    assert_eq!((alpha.value, alpha.low, alpha.high, alpha.units, alpha.codings), (1.0, 1.0, 1.0, 12, 24));
    assert_eq!(Verdict::of(Some(&alpha)), Verdict::High);
    assert_eq!(measure_overlap(&codings), Some(1.0));
}

#[test]
fn verdicts_follow_the_customary_thresholds() {
    let alpha = |value, units| Alpha { value, low: 0.0, high: 1.0, units, codings: 2 * units };
    let cases = [
        (0.8, 10, Verdict::High),
        (0.799, 10, Verdict::Fair),
        (0.667, 10, Verdict::Fair),
        (0.66, 500, Verdict::Low),
        (1.0, 9, Verdict::TooFew),
    ];
    for (value, units, verdict) in cases {
        assert_eq!(Verdict::of(Some(&alpha(value, units))), verdict, "{value} of {units}");
    }
}

#[test]
fn tags_given_for_each_other_are_found_and_shared_ones_are_not() {
    let codings = [
        coding(1, 1, &[10, 30]),
        coding(1, 2, &[20, 30]),
        coding(2, 1, &[20]),
        coding(2, 2, &[10]),
        coding(3, 1, &[10]),
        coding(3, 2, &[10]),
        coding(4, 1, &[10]),
        coding(4, 2, &[40]),
        coding(5, 1, &[10]),
    ];
    let pairs = list_confusable_pairs(&codings);
    assert_eq!(pairs[0], Confusion { tags: (10, 20), units: 2, of_units: 4 });
    assert_eq!(pairs[1], Confusion { tags: (10, 40), units: 1, of_units: 4 });
    assert_eq!((pairs.len(), pairs[0].share()), (2, 0.5));
}

#[test]
fn a_branch_leaves_out_units_that_nobody_gave_one_of_its_tags() {
    let codings = [
        coding(1, 1, &[1, 9]),
        coding(1, 2, &[9]),
        coding(2, 1, &[9]),
        coding(2, 2, &[9]),
        coding(3, 1, &[2]),
        coding(3, 2, &[2]),
    ];
    let branch = restrict_to_branch(&codings, &BTreeSet::from([1, 2]));
    let left: Vec<_> = branch.iter().map(|c| (c.unit, c.coder, c.tags.len())).collect();
    assert_eq!(left, [(1, 1, 1), (1, 2, 0), (3, 1, 1), (3, 2, 1)]);
}

/// Units with a true tag out of `tags`; each coder sees it with probability `sharp`, else gives any.
fn simulate(random: &mut Random, units: u64, tags: usize, sharp: f64) -> Vec<Coding> {
    let mut codings = Vec::new();
    for unit in 0..units {
        let truth = random.below(tags) as u64;
        for coder in 0..2 {
            let given = if random.unit() < sharp { truth } else { random.below(tags) as u64 };
            codings.push(coding(unit, coder, &[given]));
        }
    }
    codings
}

#[test]
fn the_interval_holds_the_true_alpha_in_about_95_of_100() {
    // Two coders who each see the truth with probability s agree beyond chance with s².
    let runs = if std::env::var_os("SARANG_SOAK").is_some() { 1000 } else { 200 };
    let mut random = Random::new(20_261_122);
    let held = (0..runs)
        .filter(|&run| {
            let codings = simulate(&mut random, 150, 5, 0.8);
            let alpha = measure_agreement(&codings, Distance::Nominal, run).unwrap();
            (alpha.low..=alpha.high).contains(&0.64)
        })
        .count() as f64
        / runs as f64;
    let slack = if runs == 1000 { 0.02 } else { 0.045 };
    assert!((held - 0.95).abs() <= slack, "{held}");
}

fn any_codings() -> impl Strategy<Value = Vec<Coding>> {
    let tags = prop::collection::btree_set(0u64..6, 0..4);
    let row = (0u64..12, 0u64..4, tags).prop_map(|(unit, coder, tags)| Coding { unit, coder, tags });
    prop::collection::vec(row, 0..40)
}

proptest! {
    #[test]
    fn alpha_is_at_most_one_and_its_interval_in_order(codings in any_codings()) {
        for distance in [Distance::Nominal, Distance::Masi] {
            if let Some(alpha) = measure_agreement(&codings, distance, 3) {
                prop_assert!(alpha.value <= 1.0 && alpha.low <= alpha.high && alpha.high <= 1.0, "{alpha:?}");
                prop_assert_eq!(measure_agreement(&codings, distance, 3), Some(alpha));
            }
        }
    }

    #[test]
    fn who_coded_first_and_what_tags_are_called_changes_nothing(codings in any_codings()) {
        let renamed = |c: &Coding| Coding { unit: 90 - c.unit, coder: 9 - c.coder, tags: c.tags.iter().map(|t| 77 - t).collect() };
        let other: Vec<Coding> = codings.iter().map(renamed).collect();
        for distance in [Distance::Nominal, Distance::Masi] {
            let (a, b) = (measure_agreement(&codings, distance, 3), measure_agreement(&other, distance, 3));
            prop_assert_eq!(a.is_some(), b.is_some());
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert!((a.value - b.value).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn distances_are_symmetric_and_masi_never_above_nominal(a in prop::collection::btree_set(0u64..6, 0..4), b in prop::collection::btree_set(0u64..6, 0..4)) {
        let masi = Distance::Masi.between(&a, &b);
        prop_assert_eq!(masi, Distance::Masi.between(&b, &a));
        prop_assert!((0.0..=1.0).contains(&masi) && masi <= Distance::Nominal.between(&a, &b));
        prop_assert_eq!(masi == 0.0, a == b);
    }

    #[test]
    fn a_confusion_never_counts_more_units_than_have_its_tags(codings in any_codings()) {
        for pair in list_confusable_pairs(&codings) {
            prop_assert!(pair.tags.0 < pair.tags.1 && 0 < pair.units && pair.units <= pair.of_units, "{pair:?}");
        }
    }
}
