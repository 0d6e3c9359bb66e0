//! `sarang eval`: how good what was learned is, on files of texts whose answers are known. Needs no data folder.
use super::eval_emotion::{EmotionArgs, evaluate_emotion};
use crate::words::tell;
use anyhow::{Result, anyhow};
use learn::{
    eval::{BadRows, Row, TagEval, read_rows},
    suggest::Settings,
};
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
        #[arg(long, value_name = "FILE")]
        train: PathBuf,
        /// The same; empty tags mean that none fits
        #[arg(long, value_name = "FILE")]
        test: PathBuf,
    },
    /// Measure how well the built-in model reads valence; the last line is JSON
    Emotion(EmotionArgs),
}

pub fn evaluate(command: &EvalCommand) -> Result<()> {
    match command {
        EvalCommand::Tags { train, test } => evaluate_tags(train, test),
        EvalCommand::Emotion(args) => evaluate_emotion(args),
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
