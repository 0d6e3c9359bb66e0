//! Trains the emotion model from a folder of data and writes it with its manifest:
//! `cargo xtask train --data DIR` (in words: `cargo run --release -p learn --example train -- DIR`).
//! `-- DIR --rehearse N rate=… damping=… decay=… smoothing=… fewest=… epochs=…` takes every Nth example, writes nothing, and
//! prints figures on each fifth of them as read by a model of the other four: what the settings were chosen by.

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use learn::emotion::train::{Example, Settings, Valence, train};
use learn::emotion::{Emotion, Judged, LONGEST_MODEL, Model, Reading, measure};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is read, from where it comes and under which licence it may be handed on.
const SOURCES: [(&str, &str, &str); 6] = [
    ("emotion/valence/en-train.jsonl", "GoEmotions, Demszky et al. 2020 (google-research), valence", "CC-BY-4.0"),
    ("emotion/goemotions-en/train.tsv.gz", "GoEmotions, Demszky et al. 2020 (google-research)", "CC-BY-4.0"),
    ("emotion/goemotions-ko/train.tsv.gz", "GoEmotions-Korean (monologg), machine translation", "Apache-2.0"),
    (
        "emotion/valence/ko-train.jsonl",
        "Naver sentiment movie corpus (e9t), ratings 4 and below, 9 and above",
        "CC0-1.0",
    ),
    ("conversations/reviews-ko.jsonl", "Naver sentiment movie corpus (e9t), ratings 5 to 8", "CC0-1.0"),
    ("emotion/kote-ko/val.tsv", "KOTE (searle-j), Jeon et al. 2022, validation part", "MIT"),
];
/// Looked at only to leave their texts out, and at the end for the figures.
const APART: [&str; 2] = ["emotion/valence/en-dev.jsonl", "emotion/valence/ko-dev.jsonl"];

/// Translated by machine: the labels hold, the words less so.
const TRANSLATED: f32 = 0.2;
const COMMENTS: f32 = 0.5;
/// What customers ask for, put together here: no Korean set has plain requests.
const ASKED: f32 = 0.3;
const THINGS: [&str; 20] = [
    "영수증을",
    "청구서를",
    "비밀번호를",
    "배송지를",
    "주문을",
    "구독을",
    "카드를",
    "계정을",
    "요금제를",
    "메일 주소를",
    "전화번호를",
    "회사 이름을",
    "첨부 파일을",
    "보고서를",
    "팀원을",
    "언어를",
    "결제일을",
    "알림을",
    "데이터를",
    "링크를",
];
const REQUESTS: [&str; 14] = [
    "어디에서 확인할 수 있나요?",
    "바꾸고 싶습니다.",
    "다시 보내 주세요.",
    "어떻게 바꾸나요?",
    "삭제하려면 어떻게 해야 하나요?",
    "추가할 수 있나요?",
    "언제 받을 수 있을까요?",
    "변경 부탁드립니다.",
    "확인해 주세요.",
    "보내 주시겠어요?",
    "찾고 있습니다.",
    "등록했습니다.",
    "변경하려고 합니다.",
    "두 개 만들 수 있는지 알려 주세요.",
];

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut settings = Settings::default();
    let (folder, rehearsed) = match &words[..] {
        [folder] => (PathBuf::from(folder), None),
        [folder, flag, every, choices @ ..] if flag == "--rehearse" => {
            choices.iter().try_for_each(|choice| choose(&mut settings, choice))?;
            (PathBuf::from(folder), Some(every.parse::<usize>()?))
        }
        _ => bail!("which folder of data? -- DIR [--rehearse N setting=number …]"),
    };
    let apart: HashSet<String> = read_judged(&folder, APART[0])?
        .into_iter()
        .chain(read_judged(&folder, APART[1])?)
        .map(|(text, _)| folded(&text))
        .collect();
    let (examples, rows) = read_examples(&folder, &apart)?;
    if let Some(every) = rehearsed {
        return rehearse(&examples.into_iter().step_by(every).collect::<Vec<_>>(), &settings);
    }
    let model = train(&examples, &settings);
    let bytes = model.to_bytes();
    if bytes.len() > LONGEST_MODEL {
        bail!("the model takes {} bytes", bytes.len());
    }
    // Of this clone: what was compiled may have been compiled in another one that shares the target folder.
    let home = std::env::var_os("CARGO_MANIFEST_DIR").context("to be run by cargo")?;
    let home = Path::new(&home).join("models");
    std::fs::write(home.join("emotion.bin"), &bytes)?;
    let read: Vec<Value> = SOURCES
        .iter()
        .zip(rows)
        .map(|((path, source, licence), rows)| {
            let hash = blake3::hash(&std::fs::read(folder.join(path))?).to_hex().to_string();
            Ok(json!({"path": path, "blake3": hash, "rows": rows, "source": source, "licence": licence}))
        })
        .collect::<Result<_>>()?;
    let mut figures = serde_json::Map::new();
    for path in APART {
        figures.insert(path.to_owned(), figures_of(&judge(&model, &read_judged(&folder, path)?)));
    }
    let manifest = json!({
        "model": "emotion.bin", "blake3": blake3::hash(&bytes).to_hex().to_string(), "bytes": bytes.len(),
        "examples": examples.len(), "inputs": read, "figures": figures,
        "settings": format!("{settings:?}, translated {TRANSLATED}, comments {COMMENTS}, asked {ASKED}, ratings 5 to 8 {:?}", [5, 6, 7, 8].map(lukewarm)),
    });
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    print!("{text}");
    std::fs::write(home.join("emotion.json"), text)?;
    Ok(())
}

fn choose(settings: &mut Settings, choice: &str) -> Result<()> {
    let (name, number) = choice.split_once('=').context("name=number")?;
    match name {
        "epochs" => settings.epochs = number.parse()?,
        "rate" => settings.rate = number.parse()?,
        "damping" => settings.damping = number.parse()?,
        "decay" => settings.decay = number.parse()?,
        "parts" => settings.parts = number.parse()?,
        "smoothing" => settings.smoothing = number.parse()?,
        "fewest" => settings.fewest_texts = number.parse()?,
        _ => bail!("there is no setting {name}"),
    }
    Ok(())
}

/// Prints figures by set, each fifth of the examples read by a model of the others.
fn rehearse(examples: &[Example], settings: &Settings) -> Result<()> {
    let fifth = |example: &Example| blake3::hash(folded(&example.text).as_bytes()).as_bytes()[0] % 5;
    let mut read: Vec<(&Example, Reading)> = Vec::with_capacity(examples.len());
    for part in 0..5 {
        let others: Vec<Example> = examples.iter().filter(|example| fifth(example) != part).cloned().collect();
        let model = train(&others, settings);
        let kept = examples.iter().filter(|example| fifth(example) == part);
        read.extend(kept.map(|example| (example, model.read(&example.text))));
    }
    for (name, weight, two) in
        [("en", 1.0, false), ("ko", 1.0, true), ("ko-mt", TRANSLATED, false), ("kote", COMMENTS, false)]
    {
        let of_set = read.iter().filter(|one| one.0.weight == weight);
        let judged = of_set.clone().filter_map(|(example, reading)| match example.valence? {
            Valence::Three(side) if !two => Some(Judged::new(side as i8 - 1, reading)),
            Valence::Two(side) if two => Some(Judged::new(side as i8 - 1, reading)),
            _ => None,
        });
        println!("{name} {}", figures_of(&judged.collect::<Vec<_>>()));
        // Right and all of those named, emotion by emotion.
        let mut named = [(0u32, 0u32); Emotion::ALL.len()];
        for (example, reading) in of_set {
            if let (Some(told), Some((emotion, _))) = (example.emotions, reading.emotion) {
                let at = &mut named[emotion as usize];
                *at = (at.0 + u32::from(told >> emotion as u8 & 1), at.1 + 1);
            }
        }
        println!("{name} named: {named:?}");
    }
    Ok(())
}

fn judge(model: &Model, texts: &[(String, i8)]) -> Vec<Judged> {
    texts.iter().map(|(text, truth)| Judged::new(*truth, &model.read(text))).collect()
}

fn figures_of(judged: &[Judged]) -> Value {
    let Some(figures) = measure(&[judged]) else { return Value::Null };
    let round = |(value, low, high): (f64, f64, f64)| [value, low, high].map(|one| (one * 1e4).round() / 1e4);
    json!({"accuracy": round(figures.accuracy), "macro_f1": round(figures.macro_f1), "sides": figures.sides, "n": figures.n})
}

fn read(folder: &Path, path: &str) -> Result<String> {
    let bytes = std::fs::read(folder.join(path)).with_context(|| format!("{path} is not in the folder of data"))?;
    let mut text = String::new();
    match path.ends_with(".gz") {
        true => GzDecoder::new(&bytes[..]).read_to_string(&mut text)?,
        false => (&bytes[..]).read_to_string(&mut text)?,
    };
    Ok(text)
}

/// Lines of `{"text", "valence"}`.
fn read_judged(folder: &Path, path: &str) -> Result<Vec<(String, i8)>> {
    let line = |line: &str| {
        let value: Value = serde_json::from_str(line)?;
        let text = value["text"].as_str().context("a line without text")?;
        Ok((text.to_owned(), value["valence"].as_i64().context("a line without valence")? as i8))
    };
    read(folder, path)?.lines().map(line).collect()
}

/// A text without its spaces and case: one that differs in these alone is the same.
fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Reviews and their ratings, 1 to 10.
fn read_reviews(folder: &Path) -> Result<Vec<(String, i64)>> {
    let line = |line: &str| {
        let value: Value = serde_json::from_str(line)?;
        let text = value["entries"][0]["text"].as_str().context("a review without text")?;
        Ok((text.to_owned(), value["attributes"]["rating"].as_i64().context("a review without rating")?))
    };
    read(folder, SOURCES[4].0)?.lines().map(line).collect()
}

/// The side a review in between leans to, and how much it counts. The sure ones are in the set of valence.
fn lukewarm(rating: i64) -> Option<(usize, f32)> {
    match rating {
        5 => Some((0, 0.5)),
        6 => Some((0, 0.25)),
        7 => Some((2, 0.2)),
        8 => Some((2, 0.5)),
        _ => None,
    }
}

/// All examples, and how many rows of each source were used.
fn read_examples(folder: &Path, apart: &HashSet<String>) -> Result<(Vec<Example>, Vec<usize>)> {
    let english = read_judged(folder, SOURCES[0].0)?;
    let mut feelings: HashMap<String, u8> = HashMap::new();
    let mut lines: Vec<(String, Vec<usize>)> = read_tsv(folder, SOURCES[1].0, 0, 1)?;
    lines.retain(|line| !apart.contains(&folded(&line.0)));
    feelings.extend(lines.iter().map(|(text, labels)| (text.clone(), go_emotions(labels))));
    let told: HashSet<&String> = english.iter().map(|line| &line.0).collect();
    let mut examples = Vec::new();
    let mut add = |text: &str, valence, emotions, weight| {
        if !apart.contains(&folded(text)) {
            examples.push(Example { text: text.to_owned(), valence, emotions, weight });
        }
    };
    let side = |valence: i8| (valence + 1) as usize;
    for (text, valence) in &english {
        add(text, Some(Valence::Three(side(*valence))), feelings.get(text).copied(), 1.0);
    }
    // Texts with feelings on both sides have no valence, but their feelings count.
    for (text, labels) in lines.iter().filter(|line| !told.contains(&line.0)) {
        add(text, None, Some(go_emotions(labels)), 1.0);
    }
    let translated = read_tsv(folder, SOURCES[2].0, 0, 1)?;
    for (text, labels) in &translated {
        add(text, go_valence(labels).map(Valence::Three), Some(go_emotions(labels)), TRANSLATED);
    }
    let korean = read_judged(folder, SOURCES[3].0)?;
    for (text, valence) in &korean {
        add(text, Some(Valence::Two(side(*valence))), None, 1.0);
    }
    for text in THINGS.iter().flat_map(|thing| REQUESTS.map(|request| format!("{thing} {request}"))) {
        add(&text, Some(Valence::Three(1)), Some(0), ASKED);
    }
    let reviews = read_reviews(folder)?;
    for (text, rating) in &reviews {
        if let Some((side, weight)) = lukewarm(*rating) {
            add(text, Some(Valence::Two(side)), None, weight);
        }
    }
    let comments = read_tsv(folder, SOURCES[5].0, 1, 2)?;
    for (text, labels) in &comments {
        add(text, kote_valence(labels).map(Valence::Three), Some(kote_emotions(labels)), COMMENTS);
    }
    let rows = vec![english.len(), lines.len(), translated.len(), korean.len(), reviews.len(), comments.len()];
    Ok((examples, rows))
}

/// Text and label numbers of a tab-separated file.
fn read_tsv(folder: &Path, path: &str, text: usize, labels: usize) -> Result<Vec<(String, Vec<usize>)>> {
    let line = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let numbers = cells.get(labels).with_context(|| format!("{path}: a line without labels"))?;
        let numbers = numbers.split(',').map(|number| number.trim().parse::<usize>());
        Ok((cells[text].to_owned(), numbers.collect::<Result<_, _>>().with_context(|| format!("{path}: {line}"))?))
    };
    read(folder, path)?.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
}

fn bits(labels: &[usize], table: &[(Emotion, &[usize])]) -> u8 {
    let is_named = |numbers: &[usize]| labels.iter().any(|label| numbers.contains(label));
    table.iter().filter(|(_, numbers)| is_named(numbers)).fold(0, |bits, (emotion, _)| bits | 1 << *emotion as u8)
}

/// Numbers as in GoEmotions' labels.txt. Delight is joy and excitement.
fn go_emotions(labels: &[usize]) -> u8 {
    bits(
        labels,
        &[
            (Emotion::Anger, &[2]),
            (Emotion::Annoyance, &[3]),
            (Emotion::Disappointment, &[9]),
            (Emotion::Confusion, &[6]),
            (Emotion::Relief, &[23]),
            (Emotion::Gratitude, &[15]),
            (Emotion::Delight, &[13, 17]),
        ],
    )
}

/// The authors' own groups: positive, negative; ambiguous and neutral are neither. None for both.
fn go_valence(labels: &[usize]) -> Option<usize> {
    const POSITIVE: [usize; 12] = [0, 1, 4, 5, 8, 13, 15, 17, 18, 20, 21, 23];
    const NEGATIVE: [usize; 11] = [2, 3, 9, 10, 11, 12, 14, 16, 19, 24, 25];
    let any = |group: &[usize]| labels.iter().any(|label| group.contains(label));
    match (any(&NEGATIVE), any(&POSITIVE)) {
        (true, true) => None,
        (true, false) => Some(0),
        (false, true) => Some(2),
        (false, false) => Some(1),
    }
}

/// Numbers as in KOTE's README.
fn kote_emotions(labels: &[usize]) -> u8 {
    bits(
        labels,
        &[
            (Emotion::Anger, &[6]),
            (Emotion::Annoyance, &[22]),
            (Emotion::Disappointment, &[10]),
            (Emotion::Confusion, &[33]),
            (Emotion::Relief, &[43]),
            (Emotion::Gratitude, &[4]),
            (Emotion::Delight, &[28, 42]),
        ],
    )
}

/// By the clear majority of a comment's many feelings; none for a mixture.
fn kote_valence(labels: &[usize]) -> Option<usize> {
    const POSITIVE: [usize; 13] = [1, 2, 4, 7, 8, 13, 14, 16, 28, 32, 40, 42, 43];
    const NEITHER: [usize; 5] = [11, 15, 24, 29, 39];
    let positive = labels.iter().filter(|label| POSITIVE.contains(label)).count();
    let negative = labels.len() - positive - labels.iter().filter(|label| NEITHER.contains(label)).count();
    match (negative, positive) {
        (0, 0) => Some(1),
        (negative, positive) if negative >= 2 * positive.max(1) => Some(0),
        (negative, positive) if positive >= 2 * negative.max(1) => Some(2),
        _ => None,
    }
}
