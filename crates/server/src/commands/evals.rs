//! `sarang eval`: how good what was learned is, on files of texts whose answers are known, or on the installation's own
//! taggings.
use super::eval_emotion::{EmotionArgs, evaluate_emotion};
use super::eval_purpose::{PurposeArgs, evaluate_purpose};
use super::eval_routing::{RoutingArgs, evaluate_routing};
use crate::{
    Config, open_store,
    words::{tell, tell_error},
};
use anyhow::{Result, anyhow, bail};
use base::Time;
use learn::{
    eval::{BadRows, Measures, Row, TagEval, read_rows},
    suggest::Settings,
};
use std::collections::{BTreeMap, BTreeSet};
use std::{
    fs::File,
    io::BufReader,
    path::{Path, PathBuf},
};

#[derive(clap::Subcommand)]
pub enum EvalCommand {
    /// Learn tags from one file and measure the suggestions on another; the last line is JSON
    Tags {
        /// Lines of {"text", "lang", "tags": […]}, and optional "labels": {tag: {"en", "ko"}}
        #[arg(long, value_name = "FILE", requires = "test")]
        train: Option<PathBuf>,
        /// The same; empty tags mean that none fits
        #[arg(long, value_name = "FILE", requires = "train")]
        test: Option<PathBuf>,
        /// Instead of files: learn what was tagged here before so many days, and measure on what was tagged since
        #[arg(long, value_name = "DAYS", value_parser = parse_days, conflicts_with = "train", required_unless_present = "train")]
        since: Option<i64>,
    },
    /// Measure how well the built-in model reads valence; the last line is JSON
    Emotion(EmotionArgs),
    /// Measure how well the built-in reader tells why people write; the last line is JSON
    Purpose(PurposeArgs),
    /// Measure how long deciding where a conversation goes takes in a full house; prints one line of JSON
    Routing(RoutingArgs),
}

/// `90d`, or `90`.
fn parse_days(text: &str) -> Result<i64, String> {
    let days = text.strip_suffix('d').unwrap_or(text).parse::<i64>().ok();
    days.filter(|days| (1..=36_500).contains(days)).ok_or_else(|| tell("cli-eval-days", &[]))
}

impl EvalCommand {
    /// How many days of this installation's taggings to measure on; none for files.
    pub fn days(&self) -> Option<i64> {
        match self {
            EvalCommand::Tags { since, .. } => *since,
            EvalCommand::Emotion(_) | EvalCommand::Purpose(_) | EvalCommand::Routing(_) => None,
        }
    }
}

/// What is measured on the installation's own taggings, and on those of them that nobody saw suggestions for.
#[derive(serde::Serialize)]
struct OwnReport {
    #[serde(flatten)]
    report: learn::eval::TagReport,
    unbiased: Measures,
    train_n: usize,
}

/// Conversations read at a time.
const BLOCK: usize = 200;

/// Learns from what was tagged before, and measures on what was tagged since: split by time, never by chance.
pub async fn evaluate_own(config: &Config, days: i64) -> Result<()> {
    let db = open_store(config).await.map_err(tell_error)?;
    let mut tx = db.read().await.map_err(tell_error)?;
    let catalogue = tagging::load_catalogue(&mut tx).await.map_err(tell_error)?;
    let lessons = tagging::list_lessons(&mut tx).await.map_err(tell_error)?;
    let cut = Time(tx.now().0 - days * Time::DAY);
    let ords: Vec<i64> = lessons.iter().map(|lesson| lesson.conversation_ord).collect();
    let before = lessons.iter().take_while(|lesson| lesson.tagged_at < cut).count();
    if before == 0 || before == lessons.len() {
        bail!(tell(
            "cli-eval-too-few",
            &[("before", &before.to_string()), ("since", &(lessons.len() - before).to_string())]
        ));
    }
    let mut eval = TagEval::new(Settings::default());
    eval.name_tags(catalogue.tags.iter().filter(|tag| tag.canon_ord == tag.ord).map(|tag| {
        let of = tag.label.by_lang().into_iter().filter_map(|(lang, label)| Some((lang.to_owned(), label?.to_owned())));
        (tag.path.clone(), of.collect())
    }));
    let (mut rows, mut measured) = (Vec::new(), Vec::new());
    for (block, some) in ords.chunks(BLOCK).enumerate() {
        let read = tagging::read_lessons(&mut tx, &catalogue, some).await.map_err(tell_error)?;
        let read: BTreeMap<i64, tagging::Lesson> =
            read.into_iter().map(|lesson| (lesson.conversation, lesson)).collect();
        for (at, ord) in some.iter().enumerate() {
            let Some(lesson) = read.get(ord) else { continue };
            if block * BLOCK + at < before {
                eval.learn(row_of(&catalogue, lesson, lesson.text()));
            } else {
                // What is asked is what one sees before tagging: without the passages that were chosen.
                rows.push(row_of(&catalogue, lesson, lesson.said.text.clone()));
                measured.push(*ord);
            }
        }
    }
    let hidden: BTreeSet<i64> =
        tagging::list_hidden_of(&mut tx, measured.clone()).await.map_err(tell_error)?.into_iter().collect();
    drop(tx);
    eval.train();
    eprintln!("{}", tell("cli-eval-rows", &[("train", &before.to_string()), ("test", &rows.len().to_string())]));
    let report = eval.measure(&rows);
    let unbiased: Vec<Row> =
        rows.into_iter().zip(measured).filter(|(_, ord)| hidden.contains(ord)).map(|(row, _)| row).collect();
    let unbiased = if unbiased.is_empty() { Measures::default() } else { eval.measure(&unbiased).all };
    println!("{}", serde_json::to_string(&OwnReport { report, unbiased, train_n: before })?);
    db.close().await;
    Ok(())
}

fn row_of(catalogue: &tagging::Catalogue, lesson: &tagging::Lesson, text: String) -> Row {
    let tags: Vec<&tagging::Tag> = lesson.tags.iter().filter_map(|ord| catalogue.by_ord(*ord)).collect();
    let lang = textkit::detect_language(&text).0.to_owned();
    Row { text, lang, tags: tags.into_iter().map(|tag| tag.path.clone()).collect(), labels: BTreeMap::new() }
}

pub fn evaluate(command: &EvalCommand) -> Result<()> {
    match command {
        EvalCommand::Tags { train: Some(train), test: Some(test), .. } => evaluate_tags(train, test),
        EvalCommand::Tags { .. } => unreachable!("files are asked for when no days are"),
        EvalCommand::Emotion(args) => evaluate_emotion(args),
        EvalCommand::Purpose(args) => evaluate_purpose(args),
        EvalCommand::Routing(args) => tokio::runtime::Runtime::new()?.block_on(evaluate_routing(args)),
    }
}

fn evaluate_tags(train: &Path, test: &Path) -> Result<()> {
    let mut eval = TagEval::new(Settings::default());
    let mut rows = Vec::new();
    // A mistake in the second file is told before the first is learned from for minutes.
    read(test, |row| rows.push(row))?;
    let learned = read(train, |row| eval.learn(row))?;
    eval.train();
    eprintln!("{}", tell("cli-eval-rows", &[("train", &learned.to_string()), ("test", &rows.len().to_string())]));
    println!("{}", serde_json::to_string(&eval.measure(&rows))?);
    Ok(())
}

fn read(file: &Path, take: impl FnMut(Row)) -> Result<usize> {
    let name = file.display().to_string();
    let told = |bad: BadRows| match bad {
        BadRows::Unreadable(why) => anyhow!(why).context(tell("cli-config-unreadable", &[("file", &name)])),
        BadRows::Line(line, why) => {
            anyhow!(tell("cli-eval-line", &[("file", &name), ("line", &line.to_string()), ("why", &why)]))
        }
        BadRows::Empty => anyhow!(tell("cli-eval-empty", &[("file", &name)])),
    };
    let opened = File::open(file).map_err(|why| told(BadRows::Unreadable(why)))?;
    read_rows(BufReader::new(opened), take).map_err(told)
}
