//! Trains the emotion model from a folder of data and writes it with its manifest:
//! `cargo xtask train --data DIR` (in words: `cargo run --release -p learn --example train -- DIR`).
//! `-- DIR --rehearse N rate=… damping=… decay=… epochs=…` learns from every Nth example, writes nothing, and prints figures
//! on a tenth of the training data kept apart: what the settings were chosen by.

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;
use learn::emotion::train::{Example, Settings, Valence, train};
use learn::emotion::{Emotion, Judged, LONGEST_MODEL, Model, measure};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

/// What is read, from where it comes and under which licence it may be handed on.
const SOURCES: [(&str, &str, &str); 5] = [
    ("emotion/valence/en-train.jsonl", "GoEmotions, Demszky et al. 2020 (google-research), valence", "CC-BY-4.0"),
    ("emotion/goemotions-en/train.tsv.gz", "GoEmotions, Demszky et al. 2020 (google-research)", "CC-BY-4.0"),
    ("emotion/goemotions-ko/train.tsv.gz", "GoEmotions-Korean (monologg), machine translation", "Apache-2.0"),
    (
        "emotion/valence/ko-train.jsonl",
        "Naver sentiment movie corpus (e9t), ratings 4 and below, 9 and above",
        "CC0-1.0",
    ),
    ("emotion/kote-ko/val.tsv", "KOTE (searle-j), Jeon et al. 2022, validation part", "MIT"),
];
/// Looked at only to leave their texts out, and at the end for the figures.
const APART: [&str; 2] = ["emotion/valence/en-dev.jsonl", "emotion/valence/ko-dev.jsonl"];

/// Translated by machine: the labels hold, the words less so.
const TRANSLATED: f32 = 0.2;
const COMMENTS: f32 = 0.5;

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
        .map(|(text, _)| text)
        .collect();
    let (examples, rows) = read_examples(&folder, &apart)?;
    if let Some(every) = rehearsed {
        return rehearse(examples.into_iter().step_by(every).collect(), &settings);
    }
    let model = train(&examples, &settings);
    let bytes = model.to_bytes();
    if bytes.len() > LONGEST_MODEL {
        bail!("the model takes {} bytes", bytes.len());
    }
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
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
        figures.insert(path.to_owned(), figures_of(&model, &read_judged(&folder, path)?));
    }
    let manifest = json!({
        "model": "emotion.bin", "blake3": blake3::hash(&bytes).to_hex().to_string(), "bytes": bytes.len(),
        "examples": examples.len(), "inputs": read, "figures": figures,
        "settings": format!("{settings:?}, translated {TRANSLATED}, comments {COMMENTS}"),
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
        _ => bail!("there is no setting {name}"),
    }
    Ok(())
}

/// Trains on nine tenths and prints figures of the tenth, by set: what settings are chosen by.
fn rehearse(examples: Vec<Example>, settings: &Settings) -> Result<()> {
    let (kept, learned): (Vec<Example>, Vec<Example>) =
        examples.into_iter().partition(|example| blake3::hash(example.text.as_bytes()).as_bytes()[0] < 26);
    let model = train(&learned, settings);
    for (name, weight, two) in
        [("en", 1.0, false), ("ko", 1.0, true), ("ko-mt", TRANSLATED, false), ("kote", COMMENTS, false)]
    {
        let told =
            kept.iter().filter(|example| example.weight == weight).filter_map(|example| match example.valence? {
                Valence::Three(side) if !two => Some((example.text.clone(), side as i8 - 1)),
                Valence::Two(side) if two => Some((example.text.clone(), side as i8 - 1)),
                _ => None,
            });
        println!("{name} {}", figures_of(&model, &told.collect::<Vec<_>>()));
    }
    for (name, weight) in [("en", 1.0), ("ko-mt", TRANSLATED), ("kote", COMMENTS)] {
        let mut named = [(0, 0); 7];
        let (mut some, mut all) = (0, 0);
        for example in kept.iter().filter(|example| example.weight == weight && example.emotions.is_some()) {
            all += 1;
            if let Some((emotion, _)) = model.read(&example.text).emotion {
                some += 1;
                let at = &mut named[emotion as usize];
                at.0 += u32::from(example.emotions.unwrap_or(0) >> emotion as usize & 1 == 1);
                at.1 += 1;
            }
        }
        println!("{name}: emotion named in {some} of {all}; right of named, in order: {named:?}");
    }
    for text in [
        "환불이 안 돼서 정말 화가 나네요",
        "덕분에 해결됐어요 감사합니다!",
        "비밀번호는 어디서 바꾸나요?",
        "not bad at all",
        "This is the third time it crashed, so annoying.",
        "How do I change my password?",
        "I don't understand what this error means.",
        "나쁘지 않아요",
        "I'm not happy with this update.",
    ] {
        let reading = model.read(text);
        let chars: Vec<char> = text.chars().collect();
        let words: Vec<String> =
            reading.words.iter().map(|&(a, b)| chars[a as usize..b as usize].iter().collect()).collect();
        println!("{text} → {} {:?} {:?} {words:?}", reading.valence, reading.shares, reading.emotion);
    }
    Ok(())
}

fn figures_of(model: &Model, texts: &[(String, i8)]) -> Value {
    let judged: Vec<Judged> = texts.iter().map(|(text, truth)| Judged::new(*truth, &model.read(text))).collect();
    let Some(figures) = measure(&[&judged]) else { return Value::Null };
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

/// All examples, and how many rows of each source were used.
fn read_examples(folder: &Path, apart: &HashSet<String>) -> Result<(Vec<Example>, Vec<usize>)> {
    let english = read_judged(folder, SOURCES[0].0)?;
    let mut feelings: HashMap<String, u8> = HashMap::new();
    let mut lines: Vec<(String, Vec<usize>)> = read_tsv(folder, SOURCES[1].0, 0, 1)?;
    lines.retain(|line| !apart.contains(&line.0));
    feelings.extend(lines.iter().map(|(text, labels)| (text.clone(), go_emotions(labels))));
    let told: HashSet<&String> = english.iter().map(|line| &line.0).collect();
    let mut examples = Vec::new();
    let mut add = |text: &str, valence, emotions, weight| {
        if !apart.contains(text) {
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
    let comments = read_tsv(folder, SOURCES[4].0, 1, 2)?;
    for (text, labels) in &comments {
        add(text, kote_valence(labels).map(Valence::Three), Some(kote_emotions(labels)), COMMENTS);
    }
    let rows = vec![english.len(), lines.len(), translated.len(), korean.len(), comments.len()];
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
