//! How fast the parts of textkit are on real texts: `SARANG_DATA=… cargo run --release -p textkit --example speed`.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;
use textkit::{LabelMatcher, clean_text, detect_language, fold, parse_query, rank, snippet, visit_terms};

fn main() {
    let Some(data) = std::env::var_os("SARANG_DATA") else {
        eprintln!("not run: set SARANG_DATA");
        return;
    };
    let folder = Path::new(&data).join("conversations");
    for name in ["reviews-ko.jsonl", "service-chats-en.jsonl"] {
        let texts = read_texts(&folder.join(name));
        let megabytes = texts.iter().map(String::len).sum::<usize>() as f64 / 1e6;
        println!("{name}: {} texts, {megabytes:.1} MB", texts.len());
        let report = |what: &str, run: &dyn Fn(&str)| {
            let start = Instant::now();
            texts.iter().for_each(|text| run(text));
            let secs = start.elapsed().as_secs_f64();
            println!("  {what:16} {:7.1} MB/s  {:9.0} texts/s", megabytes / secs, texts.len() as f64 / secs);
        };
        report("clean_text", &|text| drop(black_box(clean_text(text))));
        report("fold", &|text| drop(black_box(fold(text))));
        report("visit_terms", &|text| {
            visit_terms(text, |_, token| {
                black_box(token);
            })
        });
        report("detect_language", &|text| {
            black_box(detect_language(text));
        });
        let query = parse_query(if name.contains("ko") { "배우 연기" } else { "cancel order" });
        report("snippet", &|text| drop(black_box(snippet(text, &query, 160))));
        let start = Instant::now();
        black_box(rank(&query, texts.iter().take(300).map(String::as_str)));
        println!("  rank of 300      {:7.2} ms", start.elapsed().as_secs_f64() * 1e3);
        match_labels(&texts);
    }
}

/// 2,000 tags with a label and two aliases in each of two languages, made from the words of the texts, against texts of
/// 4,000 characters.
fn match_labels(texts: &[String]) {
    let words: Vec<&str> =
        texts.iter().flat_map(|text| text.split_whitespace()).filter(|word| word.len() > 3).collect();
    let labels: Vec<String> = (0..12_000)
        .map(|i| format!("{} {}", words[i * 7919 % words.len()], words[i * 104_729 % words.len()]))
        .collect();
    let start = Instant::now();
    let matcher =
        LabelMatcher::new(labels.iter().enumerate().map(|(i, label)| (i as u32 % 2_000, label.as_str(), 1.0)));
    println!("  LabelMatcher::new of 12,000 labels {:.0} ms", start.elapsed().as_secs_f64() * 1e3);
    let long: Vec<char> = texts.join(" ").chars().collect();
    let long: Vec<String> = long.chunks(4_000).take(100).map(|chunk| chunk.iter().collect()).collect();
    let mut millis: Vec<f64> = long
        .iter()
        .map(|text| {
            let start = Instant::now();
            black_box(matcher.matches(text));
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    millis.sort_by(f64::total_cmp);
    println!(
        "  matches in 4,000 characters: median {:.2} ms, worst of {} {:.2} ms",
        millis[millis.len() / 2],
        millis.len(),
        millis[millis.len() - 1]
    );
}

fn read_texts(path: &Path) -> Vec<String> {
    let lines = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut texts = Vec::new();
    for line in lines.lines() {
        let conversation: serde_json::Value = serde_json::from_str(line).expect("one JSON value a line");
        for entry in conversation["entries"].as_array().into_iter().flatten() {
            texts.extend(entry["text"].as_str().map(str::to_owned));
        }
    }
    texts
}
