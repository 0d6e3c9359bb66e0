//! Why people write: how well it is read, what the words are, and what a correction does.
use learn::purpose::{
    Confusion, Enquiry, PURPOSES, PurposeModel, cross_check, enquiries, fresh_enquiries, measure, measure_apart,
    parse_enquiries, place_of, writings,
};
use std::time::Instant;

#[test]
fn there_are_enough_enquiries_of_each_purpose_in_both_languages() {
    let (all, fresh) = (enquiries(), fresh_enquiries());
    assert!(all.len() >= 1_600 && fresh.len() >= 240, "{} {}", all.len(), fresh.len());
    for (purpose, name) in PURPOSES.iter().enumerate() {
        for lang in ["ko", "en"] {
            let of = |one: &&Enquiry| one.purpose == purpose && one.lang == lang;
            let (n, aside) = (all.iter().filter(of).count(), fresh.iter().filter(of).count());
            assert!(n >= 160 && aside >= 24, "{name} in {lang}: {n}, {aside} put aside");
        }
    }
    let mut texts: Vec<&str> = all.iter().chain(&fresh).map(|one| one.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), all.len() + fresh.len(), "no enquiry stands there twice");
}

#[test]
fn what_was_never_seen_is_read_right_whoever_wrote_it() {
    let all = writings();
    let tell = |what: &str, table: &Confusion| {
        println!("{what}\n{table}\naccuracy {:.3} {:?}", table.accuracy(), table.interval());
    };
    let first: Vec<&Enquiry> = all[0].enquiries.iter().collect();
    let others: Vec<&Enquiry> = all[1..].iter().flat_map(|writing| &writing.enquiries).collect();
    let (there, back) = (measure_apart(&first, &others), measure_apart(&others, &first));
    tell("learned from the first writer, read of the others", &there);
    tell("learned from the others, read of the first", &back);
    assert!(there.accuracy() >= 0.72 && back.accuracy() >= 0.8);
    for (lang, table) in cross_check(&all) {
        tell(&format!("trades that were not learned from, {lang}"), &table);
        assert!(table.accuracy() >= 0.76, "{lang}: {:.3}", table.accuracy());
    }
    let (model, fresh) = (PurposeModel::standard(), fresh_enquiries());
    for lang in ["ko", "en"] {
        let table = measure(&model, fresh.iter().filter(|one| one.lang == lang));
        tell(&format!("put aside, {lang}"), &table);
        assert!(table.accuracy() >= 0.72, "{lang}: {:.3}", table.accuracy());
    }
}

#[test]
fn a_reading_names_words_of_the_text_and_odds_that_come_to_one() {
    let model = PurposeModel::standard();
    for (text, purpose, word) in [
        ("Hello, could we get a quote for 20 seats please?", "buy", "quote"),
        ("견적서를 받아볼 수 있을까요?", "buy", "견적서를"),
        ("The page crashes with an error since the update", "help", "crashes"),
    ] {
        let guess = model.read(text).unwrap();
        let chars: Vec<char> = text.chars().collect();
        let words: Vec<String> = guess.words.iter().map(|&(from, to)| chars[from..to].iter().collect()).collect();
        assert_eq!(PURPOSES[guess.purpose], purpose, "{text}: {:?}", guess.odds);
        assert!(words.iter().any(|one| one == word), "{text}: {words:?}");
        assert!((guess.odds.iter().sum::<f32>() - 1.0).abs() < 1e-4);
    }
    assert_eq!(model.read(" … "), model.read(" … "), "the same text is read the same");
    assert_eq!(model.read(""), None);
}

#[test]
fn a_correction_is_learned_at_once_and_unseats_nothing_else() {
    let mut model = PurposeModel::standard();
    let (text, alike) = ("Can we rent the big hall of your house?", "We'd like to rent the hall of your house in May");
    let buy = place_of("partner").unwrap();
    let before: Vec<usize> = enquiries().iter().map(|one| model.read(&one.text).unwrap().purpose).collect();
    model.learn(text, buy);
    assert_eq!(model.read(text).unwrap().purpose, buy);
    assert_eq!(model.read(alike).unwrap().purpose, buy, "what is said alike is read alike");
    let after: Vec<usize> = enquiries().iter().map(|one| model.read(&one.text).unwrap().purpose).collect();
    let moved = before.iter().zip(&after).filter(|(a, b)| a != b).count();
    assert!(moved * 100 <= before.len(), "{moved} of {} are read otherwise now", before.len());
}

#[test]
fn fitting_is_quick_and_gives_the_same_model_each_time() {
    let began = Instant::now();
    let (one, two) = (PurposeModel::standard(), PurposeModel::standard());
    println!("fitted in {:?}", began.elapsed() / 2);
    let text = "세금계산서 발행이 되나요?";
    assert_eq!(one.read(text), two.read(text));
}

#[test]
fn a_table_that_is_not_one_is_refused_by_its_line() {
    assert_eq!(parse_enquiries("purpose\tlang\ttext\nbuy\ten\ta\nsell\ten\tb\n"), Err(3));
    assert_eq!(parse_enquiries("purpose\tlang\ttext\nbuy\ten\t \n"), Err(2));
}
