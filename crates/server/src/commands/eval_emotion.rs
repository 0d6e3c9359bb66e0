//! `sarang eval emotion`: how well the built-in model reads valence, on texts of which it is known.
use crate::words::tell;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use learn::emotion::{Figures, Judged, measure, read_emotion};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

#[derive(Args)]
pub struct EmotionArgs {
    /// Lines of {"text", "lang", "valence": -1 | 0 | 1}
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
}

#[derive(Deserialize)]
struct Line {
    text: String,
    lang: String,
    valence: i8,
}

/// Prints a line for each language and, last, one line of JSON. A language without neutral texts is answered by the
/// likelier of negative and positive: `sides` says so.
pub fn evaluate_emotion(args: &EmotionArgs) -> Result<()> {
    let by_lang = read_texts(&args.test)?;
    let name = args.test.display().to_string();
    let groups: Vec<&[Judged]> = by_lang.values().map(Vec::as_slice).collect();
    let figures = measure(&groups).ok_or_else(|| anyhow!(tell("cli-eval-empty", &[("file", &name)])))?;
    let mut languages = serde_json::Map::new();
    for (lang, figures) in by_lang.iter().filter_map(|(lang, texts)| Some((lang, measure(&[texts])?))) {
        let (accuracy, f1) = (shown(figures.accuracy), shown(figures.macro_f1));
        let n = figures.n.to_string();
        println!("{}", tell("cli-eval-emotion", &[("lang", lang), ("accuracy", &accuracy), ("f1", &f1), ("n", &n)]));
        languages.insert(lang.clone(), as_json(&figures));
    }
    let mut line = as_json(&figures);
    line["by_lang"] = Value::Object(languages);
    println!("{line}");
    Ok(())
}

fn read_texts(file: &Path) -> Result<BTreeMap<String, Vec<Judged>>> {
    let name = file.display().to_string();
    let unreadable = || tell("cli-config-unreadable", &[("file", &name)]);
    let lines = BufReader::new(File::open(file).with_context(unreadable)?).lines();
    let mut by_lang: BTreeMap<String, Vec<Judged>> = BTreeMap::new();
    for (n, line) in lines.enumerate() {
        let line = line.with_context(unreadable)?;
        if line.trim().is_empty() {
            continue;
        }
        let read = serde_json::from_str::<Line>(&line).map_err(|why| why.to_string());
        let read = read.and_then(|line| match line.valence {
            -1..=1 => Ok(line),
            other => Err(format!("valence {other}")),
        });
        let refused = |why: String| {
            let place = (n + 1).to_string();
            anyhow!(tell("cli-eval-emotion-line", &[("file", &name), ("line", &place), ("why", &why)]))
        };
        let line = read.map_err(refused)?;
        by_lang.entry(line.lang).or_default().push(Judged::new(line.valence, &read_emotion(&line.text)));
    }
    Ok(by_lang)
}

/// A figure with its interval, for a person.
fn shown((value, low, high): (f64, f64, f64)) -> String {
    format!("{value:.3} ({low:.3}–{high:.3})")
}

fn as_json(figures: &Figures) -> Value {
    let rounded = |value: f64| (value * 1e5).round() / 1e5;
    let interval = |(_, low, high): (f64, f64, f64)| [rounded(low), rounded(high)];
    json!({
        "accuracy": rounded(figures.accuracy.0),
        "accuracy_interval": interval(figures.accuracy),
        "macro_f1": rounded(figures.macro_f1.0),
        "macro_f1_interval": interval(figures.macro_f1),
        "sides": figures.sides,
        "n": figures.n,
    })
}
