//! `sarang eval purpose`: how well the built-in reader tells why people write, on texts of which it is known.
use crate::words::tell;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use learn::purpose::{
    Confusion, PURPOSES, PurposeModel, cross_check, enquiries, fresh_enquiries, measure, parse_enquiries,
};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub struct PurposeArgs {
    /// A table with the columns purpose, lang and text, divided by tabs; without it, the enquiries the reader comes with
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
}

/// Prints a table of what was meant and what was read for each set, and, last, one line of JSON.
pub fn evaluate_purpose(args: &PurposeArgs) -> Result<()> {
    let sets: Vec<(&str, Confusion)> = match &args.test {
        Some(file) => {
            let name = file.display().to_string();
            let text =
                std::fs::read_to_string(file).with_context(|| tell("cli-config-unreadable", &[("file", &name)]))?;
            let all = parse_enquiries(&text).map_err(|line| {
                anyhow!(tell("cli-eval-purpose-line", &[("file", &name), ("line", &line.to_string())]))
            })?;
            vec![("file", measure(&PurposeModel::standard(), all.iter()))]
        }
        None => {
            let (held_out, every) = cross_check(&enquiries());
            let fresh = measure(&PurposeModel::standard(), fresh_enquiries().iter());
            vec![("held_out", held_out), ("every", every), ("fresh", fresh)]
        }
    };
    let mut line = serde_json::Map::new();
    for (name, table) in &sets {
        println!("{name}\n{table}\n");
        line.insert((*name).to_owned(), as_json(table));
    }
    println!("{}", Value::Object(line));
    Ok(())
}

fn as_json(table: &Confusion) -> Value {
    let (low, high) = table.interval();
    let rounded = |x: f64| (x * 1000.0).round() / 1000.0;
    json!({
        "n": table.n(),
        "accuracy": rounded(table.accuracy()),
        "interval": [rounded(low), rounded(high)],
        "macro_f1": rounded(table.macro_f1()),
        "purposes": PURPOSES,
        "confusion": table.0,
    })
}
