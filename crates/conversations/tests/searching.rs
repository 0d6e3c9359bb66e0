//! Korean search over 12,000 real reviews, through the store: what is asked for is found, and comes first.
mod saying;

use base::Limit;
use conversations::*;
use saying::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn lines(path: &std::path::Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What must be reached by kind of query: recall, and P@10 as relevant ÷ min(10, returned).
const FLOORS: [(&str, f64, f64); 4] = [
    ("two syllables", 0.98, 0.89),
    ("three syllables", 0.98, 0.91),
    ("compound", 0.98, 0.95),
    ("with particle", 0.95, 0.88),
];

#[derive(Default)]
struct Figures {
    n: f64,
    recall: f64,
    precision: f64,
}

#[tokio::test]
async fn korean_words_are_found_and_come_first() {
    let Some(data) = std::env::var_os("SARANG_DATA") else {
        eprintln!("not run: set SARANG_DATA");
        return;
    };
    let folder = std::path::Path::new(&data).join("search");
    let db = TestDb::new("korean_search").await;
    for batch in lines(&folder.join("ko-docs.jsonl")).chunks(1_000) {
        let item = |doc: &Value| chat(doc["id"].as_str().unwrap(), &[("e1", "person", doc["text"].as_str().unwrap())]);
        take(&db, batch.iter().map(item).collect()).await;
    }
    let mut kinds: BTreeMap<String, Figures> = BTreeMap::new();
    let mut times = Vec::new();
    for query in lines(&folder.join("ko-queries.jsonl")) {
        let wanted: BTreeSet<&str> =
            query["relevant"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let mut tx = db.read().await.unwrap();
        let (mut found, mut after, mut first) = (Vec::new(), None, None);
        loop {
            let start = std::time::Instant::now();
            let hits =
                search(&mut tx, &Scope::default(), query["q"].as_str().unwrap(), after, Limit::new(200)).await.unwrap();
            times.push(start.elapsed());
            found.extend(hits.items.into_iter().map(|hit| hit.head.external_id));
            first.get_or_insert(found.len());
            let Some(next) = hits.next else { break };
            after = Some(base::Cursor::decode::<1>(&next).unwrap());
        }
        let distinct: BTreeSet<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(distinct.len(), found.len(), "each conversation comes once: {}", query["q"]);
        let shown = &found[..first.unwrap_or_default().min(10)];
        let figures = kinds.entry(query["kind"].as_str().unwrap().to_owned()).or_default();
        figures.n += 1.0;
        figures.recall += distinct.intersection(&wanted).count() as f64 / wanted.len() as f64;
        let right = shown.iter().filter(|id| wanted.contains(id.as_str())).count() as f64;
        figures.precision += if shown.is_empty() { 0.0 } else { right / shown.len() as f64 };
    }
    times.sort();
    eprintln!("a page: median {:?}, 95th of 100 {:?}", times[times.len() / 2], times[times.len() * 95 / 100]);
    assert_eq!(kinds.len(), FLOORS.len());
    for (kind, recall_floor, precision_floor) in FLOORS {
        let figures = &kinds[kind];
        let (recall, precision) = (figures.recall / figures.n, figures.precision / figures.n);
        eprintln!("{kind}: {} queries, recall {recall:.3}, P@10 {precision:.3}", figures.n);
        assert!(recall >= recall_floor, "{kind}: recall {recall:.3}");
        assert!(precision >= precision_floor, "{kind}: P@10 {precision:.3}");
    }
}
