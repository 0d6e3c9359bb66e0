//! Why people write: how well it is read, what the words are, and what a correction does.
use learn::purpose::{
    Enquiry, PURPOSES, PurposeModel, cross_check, enquiries, fresh_enquiries, measure, parse_enquiries, place_of,
};
use std::time::Instant;

#[test]
fn there_are_enough_enquiries_of_each_purpose_in_both_languages() {
    let all = enquiries();
    assert!(all.len() >= 400, "{}", all.len());
    for (purpose, name) in PURPOSES.iter().enumerate() {
        for lang in ["ko", "en"] {
            let of = |one: &&Enquiry| one.purpose == purpose && one.lang == lang;
            let n = all.iter().filter(of).count();
            let aside = all.iter().filter(of).filter(|one| one.is_held_out()).count();
            assert!(n >= 40 && aside >= 4, "{name} in {lang}: {n}, {aside} of them held out");
        }
    }
    let mut texts: Vec<&str> = all.iter().map(|one| one.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), all.len(), "no enquiry stands there twice");
}

#[test]
fn what_was_never_seen_is_read_right_four_times_of_five() {
    let all = enquiries();
    let (held_out, every) = cross_check(&all);
    println!("held out\n{held_out}\naccuracy {:.3} {:?}", held_out.accuracy(), held_out.interval());
    println!("every part once\n{every}\naccuracy {:.3} {:?}", every.accuracy(), every.interval());
    for lang in ["ko", "en"] {
        let some: Vec<Enquiry> = all.iter().filter(|one| one.lang == lang).cloned().collect();
        let (_, table) = cross_check(&some);
        println!("{lang} alone: {:.3} of {}", table.accuracy(), table.n());
    }
    assert_eq!(every.n(), all.len());
    let fresh = measure(&PurposeModel::standard(), fresh_enquiries().iter());
    println!("written afterwards\n{fresh}\naccuracy {:.3} {:?}", fresh.accuracy(), fresh.interval());
    assert!(fresh.accuracy() >= 0.6, "{:.3}", fresh.accuracy());
    assert!(
        held_out.accuracy() >= 0.8 && every.accuracy() >= 0.8,
        "{:.3} {:.3}",
        held_out.accuracy(),
        every.accuracy()
    );
}

#[test]
fn a_reading_names_words_of_the_text_and_odds_that_come_to_one() {
    let model = PurposeModel::standard();
    for (text, purpose, word) in [
        ("Hello, could we get a quote for 20 seats please?", "buy", "quote"),
        ("견적서를 받아볼 수 있을까요?", "buy", "견적서를"),
        ("The page crashes with an error since the update", "help", "error"),
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
