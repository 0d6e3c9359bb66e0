//! `sarang eval purpose`: how well the built-in reader tells why people write, on texts of which it is known.
use crate::words::tell;
use anyhow::{Context, Result, anyhow};
use clap::Args;
use learn::purpose::{
    Confusion, Enquiry, PURPOSES, PurposeModel, cross_check, fresh_enquiries, measure, measure_apart, parse_enquiries,
    writings,
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
    let sets: Vec<(String, Confusion)> = match &args.test {
        Some(file) => {
            let name = file.display().to_string();
            let text =
                std::fs::read_to_string(file).with_context(|| tell("cli-config-unreadable", &[("file", &name)]))?;
            let all = parse_enquiries(&text).map_err(|line| {
                anyhow!(tell("cli-eval-purpose-line", &[("file", &name), ("line", &line.to_string())]))
            })?;
            by_language("file", &all)
        }
        None => {
            let all = writings();
            let first: Vec<&Enquiry> = all[0].enquiries.iter().collect();
            let others: Vec<&Enquiry> = all[1..].iter().flat_map(|writing| &writing.enquiries).collect();
            let apart = [
                ("other_writers".to_owned(), measure_apart(&first, &others)),
                ("first_writer".to_owned(), measure_apart(&others, &first)),
            ];
            let trades = cross_check(&all).into_iter().map(|(lang, table)| (format!("other_trades_{lang}"), table));
            apart.into_iter().chain(trades).chain(by_language("put_aside", &fresh_enquiries())).collect()
        }
    };
    let mut line = serde_json::Map::new();
    for (name, table) in &sets {
        println!("{name}\n{table}\n");
        line.insert(name.clone(), as_json(table));
    }
    println!("{}", Value::Object(line));
    Ok(())
}

/// What the built-in reader reads of these: in each language, and in all.
fn by_language(name: &str, all: &[Enquiry]) -> Vec<(String, Confusion)> {
    let model = PurposeModel::standard();
    let mut langs: Vec<&str> = all.iter().map(|one| one.lang.as_str()).collect();
    langs.sort_unstable();
    langs.dedup();
    let of = |lang: &str| measure(&model, all.iter().filter(|one| one.lang == lang));
    let mut sets: Vec<_> = langs.iter().map(|lang| (format!("{name}_{lang}"), of(lang))).collect();
    sets.push((name.to_owned(), measure(&model, all.iter())));
    sets
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
