//! Suggestions as a whole: what is learned is suggested, at once and after training, with its reasons.

use learn::eval::{BadRows, TagEval, read_rows};
use learn::suggest::{Context, Settings, Suggester, TagWords};
use proptest::prelude::*;
use std::collections::BTreeMap;

const REFUND: i64 = 7;
const LOGIN: i64 = 8;
const EXPORT: i64 = 9;

fn tag(label: &str, korean: &str, definition: &str) -> TagWords {
    TagWords { labels: vec![label.into(), korean.into()], definitions: vec![definition.into()], ..TagWords::default() }
}

fn suggester() -> Suggester {
    let mut suggester = Suggester::new(Settings { threads: 2, ..Settings::default() });
    suggester.put_tags([
        (REFUND, tag("Refund", "환불", "Wants money back for a charge")),
        (LOGIN, tag("Login", "로그인", "Cannot sign in, password or code does not arrive")),
    ]);
    suggester
}

const TEXTS: [(&str, i64); 12] = [
    ("돈을 돌려받고 싶어요", REFUND),
    ("I want my money back please", REFUND),
    ("charged twice, give the money back", REFUND),
    ("이중으로 결제됐으니 돌려주세요", REFUND),
    ("please return what you charged me", REFUND),
    ("결제한 돈을 돌려주세요", REFUND),
    ("the code for signing in never came", LOGIN),
    ("비밀번호를 넣어도 들어가지지 않아요", LOGIN),
    ("I cannot sign in with my password", LOGIN),
    ("인증 번호가 오지 않아요", LOGIN),
    ("locked out, password is refused", LOGIN),
    ("sign in page refuses my code", LOGIN),
];

fn trained(order: impl Iterator<Item = usize>) -> Suggester {
    let mut suggester = suggester();
    for at in order {
        suggester.learn(at as i64, TEXTS[at].0, &[TEXTS[at].1], &Context::default());
    }
    suggester.install(suggester.train());
    suggester
}

fn first(suggester: &Suggester, text: &str) -> Option<i64> {
    suggester.suggest(text, &Context::default(), 5).items.first().map(|item| item.tag)
}

#[test]
fn a_tag_of_which_only_words_are_known_is_suggested_at_once_in_both_languages() {
    let suggester = suggester();
    assert_eq!(first(&suggester, "환불을 받고 싶어요"), Some(REFUND));
    assert_eq!(first(&suggester, "the password does not arrive"), Some(LOGIN));
}

#[test]
fn a_tag_made_after_training_is_suggested_at_once() {
    let mut suggester = trained(0..12);
    suggester.put_tags([(EXPORT, tag("Export", "내보내기", "Wants a spreadsheet of all rows"))]);
    assert_eq!(first(&suggester, "export all rows to a spreadsheet"), Some(EXPORT));
}

#[test]
fn what_is_learned_after_training_counts_before_the_next() {
    let mut suggester = trained(0..12);
    let before = suggester.nearest("the printer is on fire", 1);
    suggester.learn(100, "my printer is on fire", &[EXPORT], &Context::default());
    assert_eq!(suggester.untrained(), 1);
    assert_eq!(first(&suggester, "the printer is on fire again"), Some(EXPORT));
    assert_ne!(suggester.nearest("the printer is on fire", 1), before);
    suggester.forget(100);
    assert_ne!(first(&suggester, "the printer is on fire again"), Some(EXPORT));
}

#[test]
fn training_while_others_learn_loses_nothing() {
    let mut suggester = trained(0..8);
    let training = suggester.train();
    suggester.learn(50, "my printer is on fire", &[EXPORT], &Context::default());
    suggester.forget(0);
    suggester.install(training);
    assert_eq!(suggester.untrained(), 1);
    let near: Vec<i64> =
        suggester.nearest("printer on fire 돈을 돌려받고 싶어요", 20).iter().map(|near| near.0).collect();
    assert!(near.contains(&50) && !near.contains(&0), "{near:?}");
}

#[test]
fn withdrawn_tags_and_tags_that_are_there_are_not_suggested() {
    let mut suggester = trained(0..12);
    let tagged = Context { tags: vec![REFUND], ..Context::default() };
    let items = suggester.suggest("give my money back", &tagged, 5).items;
    assert!(items.iter().all(|item| item.tag != REFUND));
    suggester.withdraw_tags(&[REFUND]);
    assert_ne!(first(&suggester, "환불 give my money back"), Some(REFUND));
}

#[test]
fn the_words_that_caused_a_suggestion_are_told() {
    let text = "Hello there, the money was charged twice. 환불해 주세요";
    let found = trained(0..12).suggest(text, &Context::default(), 1).items.remove(0);
    assert_eq!(found.tag, REFUND);
    let scalars: Vec<char> = text.chars().collect();
    let words: Vec<String> = found.words.iter().map(|&(start, end)| scalars[start..end].iter().collect()).collect();
    assert!(words.iter().any(|word| word.contains("환불")), "{words:?}");
}

#[test]
fn the_nearest_texts_are_those_with_the_same_words() {
    assert_eq!(trained(0..12).nearest("cannot sign in with a password", 1)[0].0, 8);
}

#[test]
fn a_bad_line_is_named_and_an_empty_file_refused() {
    let text = "{\"text\":\"a\",\"tags\":[]}\n\n{\"text\":1}\n";
    assert!(matches!(read_rows(text.as_bytes(), drop), Err(BadRows::Line(3, _))));
    assert!(matches!(read_rows("\n".as_bytes(), drop), Err(BadRows::Empty)));
}

#[test]
fn measures_count_what_they_say() {
    let mut eval = TagEval::new(Settings { threads: 1, ..Settings::default() });
    let mut rows = Vec::new();
    for (text, tag) in TEXTS {
        let line = format!("{{\"text\":{text:?},\"lang\":\"ko\",\"tags\":[\"{tag}\"]}}");
        read_rows(line.as_bytes(), |row| rows.push(row)).unwrap();
    }
    rows.iter().cloned().for_each(|row| eval.learn(row));
    eval.train();
    let report = eval.measure(&rows);
    assert_eq!(report.all.n, 12);
    assert_eq!((report.all.p_at_1, report.all.hit_at_3, report.all.r_at_5), (1.0, 1.0, 1.0));
    assert_eq!(report.by_lang["ko"], report.all);
    assert_eq!((report.by_band["torso"].n, report.by_band["head"].n), (12, 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_was_learned_does_not_depend_on_the_order(order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(), at in 0usize..12) {
        let (straight, shuffled) = (trained(0..12), trained(order.into_iter()));
        let of = |suggester: &Suggester| suggester.suggest(TEXTS[at].0, &Context::default(), 5);
        // The tags were made known in the same order, so everything is the same bit for bit.
        prop_assert_eq!(of(&straight), of(&shuffled));
    }

    #[test]
    fn suggestions_keep_their_promises(text in "([a-z가-힣é]{1,8}[ .,\n]{1,2}|money |환불을 |sign in ){0,30}") {
        let found = trained(0..12).suggest(&text, &Context::default(), 5);
        let n = text.chars().count();
        prop_assert!((0.0..=1.0).contains(&found.none_fits) && found.believed <= found.items.len());
        prop_assert!(found.items.windows(2).all(|two| two[0].confidence >= two[1].confidence));
        for item in found.items {
            prop_assert!((0.0..=1.0).contains(&item.confidence));
            prop_assert!(item.words.iter().all(|&(start, end)| start < end && end <= n));
            prop_assert!(item.words.windows(2).all(|two| two[0].1 < two[1].0));
        }
    }
}

/// The folder of data, where it is set.
fn data() -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("SARANG_DATA").map(Into::into);
    if folder.is_none() {
        eprintln!("not run: set SARANG_DATA to the folder that holds tagging/banking77-train.jsonl");
    }
    folder
}

/// Each eighth tag is made after training, with its label alone, and then learns five texts; each fifth text is asked.
#[test]
fn five_texts_after_training_are_enough_to_be_suggested() {
    let Some(data) = data() else { return };
    let file = std::fs::File::open(data.join("tagging/banking77-train.jsonl")).unwrap();
    let mut of_tag: BTreeMap<String, Vec<String>> = BTreeMap::new();
    read_rows(std::io::BufReader::new(file), |row| of_tag.entry(row.tags[0].clone()).or_default().push(row.text))
        .unwrap();
    let mut suggester = Suggester::new(Settings::default());
    let words = |tag: &str| TagWords { labels: vec![tag.replace('_', " ")], ..TagWords::default() };
    let tags: Vec<(i64, &String, &Vec<String>)> =
        of_tag.iter().enumerate().map(|(at, (tag, texts))| (at as i64, tag, texts)).collect();
    let is_late = |tag: i64| tag % 8 == 0;
    suggester.put_tags(tags.iter().filter(|of| !is_late(of.0)).map(|of| (of.0, words(of.1))));
    let learned = |of: &(i64, &String, &Vec<String>)| -> Vec<String> {
        of.2.iter().enumerate().filter(|(at, _)| at % 5 != 0).map(|(_, text)| text.clone()).collect()
    };
    let mut id = 0;
    for of in tags.iter().filter(|of| !is_late(of.0)) {
        for text in learned(of) {
            suggester.learn(id, &text, &[of.0], &Context::default());
            id += 1;
        }
    }
    suggester.install(suggester.train());
    suggester.put_tags(tags.iter().filter(|of| is_late(of.0)).map(|of| (of.0, words(of.1))));
    let mut recall = Vec::new();
    for examples in [0, 5] {
        for of in tags.iter().filter(|of| is_late(of.0)) {
            for text in learned(of).iter().take(examples) {
                suggester.learn(id, text, &[of.0], &Context::default());
                id += 1;
            }
        }
        let asked = tags.iter().filter(|of| is_late(of.0));
        let found: Vec<bool> = asked
            .flat_map(|of| of.2.iter().step_by(5).map(|text| (of.0, text)))
            .map(|(tag, text)| suggester.suggest(text, &Context::default(), 5).items.iter().any(|item| item.tag == tag))
            .collect();
        recall.push(found.iter().filter(|found| **found).count() as f64 / found.len() as f64);
    }
    println!("recall@5 with a label alone {:.3}, after five texts {:.3}", recall[0], recall[1]);
    assert!(recall[0] >= 0.7 && recall[1] >= 0.9, "{recall:?}");
}
