//! The emotion model in the binary, and how it is made.
use learn::emotion::train::{Example, Settings, Valence, train};
use learn::emotion::*;
use proptest::prelude::*;
use std::path::Path;

const BYTES: &[u8] = include_bytes!("../models/emotion.bin");

fn words(text: &str, reading: &Reading) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    reading.words.iter().map(|&(start, end)| chars[start as usize..end as usize].iter().collect()).collect()
}

#[test]
fn the_model_is_the_one_its_manifest_names_and_fits_the_binary() {
    let manifest: serde_json::Value = serde_json::from_str(include_str!("../models/emotion.json")).unwrap();
    assert_eq!(manifest["blake3"], blake3::hash(BYTES).to_hex().as_str());
    assert!(BYTES.len() <= LONGEST_MODEL);
    for input in manifest["inputs"].as_array().unwrap() {
        assert!(["path", "blake3", "source", "licence"].iter().all(|key| input[key].is_string()), "{input}");
    }
}

#[test]
fn bytes_make_the_model_they_were_made_from_and_nothing_else_does() {
    let model = Model::parse(BYTES).unwrap();
    assert!(model.to_bytes() == BYTES);
    for broken in [&BYTES[..BYTES.len() - 1], &BYTES[1..], b"emotion1", b""] {
        assert_eq!(Model::parse(broken), Err(ModelError));
    }
}

#[test]
fn plain_texts_are_read_for_what_they_say() {
    let cases = [
        ("Thank you so much, this is wonderful!", 1, Some(Emotion::Gratitude)),
        ("I'm really disappointed with this.", -1, Some(Emotion::Disappointment)),
        ("This is the worst, it's terrible and I hate it.", -1, None),
        ("Where is the invoice for March?", 0, None),
        ("정말 감사합니다 덕분에 해결됐어요", 1, Some(Emotion::Gratitude)),
        ("최악이네요 돈이 아깝습니다", -1, None),
        ("너무 좋아요 최고입니다", 1, None),
    ];
    for (text, sign, emotion) in cases {
        let reading = read_emotion(text);
        assert_eq!(reading.valence.signum(), sign, "{text}: {reading:?}");
        if let Some(emotion) = emotion {
            assert_eq!(reading.emotion.map(|one| one.0), Some(emotion), "{text}: {reading:?}");
        }
        assert_eq!(reading.words.is_empty(), sign == 0, "{text}: {:?}", words(text, &reading));
    }
}

#[test]
fn the_words_shown_are_those_that_say_so() {
    for (text, word) in
        [("The report came and I love it", "love"), ("오늘 아침에 보니 화면이 엉망입니다 실망이에요", "실망이에요")]
    {
        let reading = read_emotion(text);
        assert!(words(text, &reading).iter().any(|shown| shown == word), "{text}: {:?}", words(text, &reading));
    }
}

#[test]
fn what_is_denied_leans_the_other_way() {
    for (plain, denied) in [("I am happy with it", "I am not happy with it"), ("재미있다", "재미있지 않다")] {
        let (plain, denied) = (read_emotion(plain).leaning(), read_emotion(denied).leaning());
        assert!(denied < plain, "{denied} {plain}");
    }
}

#[test]
fn a_text_without_words_is_neutral() {
    for text in ["", " \n\t", "\u{200b}"] {
        let reading = read_emotion(text);
        assert_eq!((reading.valence, reading.emotion, reading.words.len()), (0, None, 0), "{text:?}");
    }
}

fn small_set() -> Vec<Example> {
    let example = |text: String, side: usize, emotions| Example {
        text,
        valence: Some(Valence::Three(side)),
        emotions: Some(emotions),
        weight: 1.0,
    };
    (0..200)
        .flat_map(|n| {
            [
                example(format!("bad thing {n}"), 0, 1),
                example(format!("a thing {n}"), 1, 0),
                example(format!("good thing {n}"), 2, 1 << 5),
            ]
        })
        .collect()
}

#[test]
fn the_same_examples_give_the_same_bytes_and_are_learned() {
    let settings = Settings::default();
    let model = train(&small_set(), &settings);
    assert!(model.to_bytes() == train(&small_set(), &settings).to_bytes());
    let sides = ["bad thing 777", "a thing 777", "good thing 777"].map(|text| model.read(text).valence.signum());
    assert_eq!(sides, [-1, 0, 1]);
    assert_eq!(model.read("good thing 777").emotion.map(|one| one.0), Some(Emotion::Gratitude));
}

#[test]
fn emotions_are_named_and_known_by_name() {
    for emotion in Emotion::ALL {
        assert_eq!(Emotion::from_name(emotion.name()), Some(emotion));
    }
    assert_eq!(Emotion::from_name("boredom"), None);
}

#[test]
fn valence_on_the_development_parts_is_read_as_well_as_promised() {
    let Some(folder) = std::env::var_os("SARANG_DATA") else {
        eprintln!("not run: set SARANG_DATA");
        return;
    };
    for (path, accuracy, macro_f1) in [("en-dev", 0.73, 0.71), ("ko-dev", 0.88, 0.80)] {
        let path = Path::new(&folder).join(format!("emotion/valence/{path}.jsonl"));
        let text = std::fs::read_to_string(&path).unwrap();
        let judged: Vec<Judged> = text
            .lines()
            .map(|line| {
                let line: serde_json::Value = serde_json::from_str(line).unwrap();
                Judged::new(line["valence"].as_i64().unwrap() as i8, &read_emotion(line["text"].as_str().unwrap()))
            })
            .collect();
        let figures = measure(&[&judged]).unwrap();
        println!("{}: {figures:?}", path.display());
        assert!(figures.accuracy.0 >= accuracy && figures.macro_f1.0 >= macro_f1, "{figures:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_gets_a_reading_within_bounds(text in "\\PC{0,200}|[가-힣a-zA-Z'’ .,!?ㅋㅠ\u{1f600}-\u{1f620}]{0,200}") {
        let reading = read_emotion(&text);
        prop_assert!((-2..=2).contains(&reading.valence));
        prop_assert!((reading.shares.iter().sum::<f32>() - 1.0).abs() < 1e-4);
        prop_assert!((0.0..=1.0).contains(&reading.leaning()) || reading.valence == 0);
        prop_assert!(reading.words.len() <= 3);
        let end = text.chars().count() as u32;
        prop_assert!(reading.words.iter().all(|word| word.0 < word.1 && word.1 <= end));
        prop_assert!(reading.words.windows(2).all(|two| two[0].1 <= two[1].0));
        if let Some((emotion, share)) = reading.emotion {
            prop_assert!(emotion.sign() == 0 || emotion.sign() == reading.valence.signum());
            prop_assert!(share > 0.0 && share <= 1.0);
        }
    }
}
