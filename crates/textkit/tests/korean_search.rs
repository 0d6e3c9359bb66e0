//! Recall and precision of Korean search on reviews judged by a morphological analyser: the folder `SARANG_DATA` with
//! `search/ko-docs.jsonl` and `search/ko-queries.jsonl`. An index in memory answers as an engine does; the ranking is
//! tried on everything found and on the few hundred an engine hands over.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use textkit::{Query, Term, index_terms, josa, parse_query, rank};

/// Candidates an engine hands over for ranking.
const CANDIDATES: usize = 300;

#[derive(Default)]
struct Index {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
    words: BTreeMap<String, Vec<u32>>,
    grams: HashMap<String, Vec<(u32, u32)>>,
}

impl Index {
    fn add(&mut self, id: &str, text: &str) {
        let doc = self.texts.len() as u32;
        self.numbers.insert(id.to_owned(), doc);
        self.texts.push(text.to_owned());
        let terms = index_terms(text);
        for word in terms.words {
            let docs = self.words.entry(word).or_default();
            if docs.last() != Some(&doc) {
                docs.push(doc);
            }
        }
        for (place, gram) in terms.grams.into_iter().enumerate() {
            self.grams.entry(gram).or_default().push((doc, place as u32));
        }
    }

    fn by_words(&self, term: &Term) -> BTreeSet<u32> {
        let exact = term.words.iter().filter_map(|word| self.words.get(word));
        let begun = term.prefixes.iter().flat_map(|prefix| {
            self.words
                .range(prefix.clone()..)
                .take_while(move |(word, _)| word.starts_with(prefix.as_str()))
                .map(|(_, docs)| docs)
        });
        exact.chain(begun).flatten().copied().collect()
    }

    fn by_phrases(&self, term: &Term) -> BTreeSet<u32> {
        term.phrases.iter().flat_map(|phrase| self.by_phrase(phrase)).collect()
    }

    fn by_phrase(&self, phrase: &[String]) -> Vec<u32> {
        let mut places: Vec<(u32, u32)> = self.grams.get(&phrase[0]).cloned().unwrap_or_default();
        for (step, gram) in phrase.iter().enumerate().skip(1) {
            let next: &[(u32, u32)] = self.grams.get(gram).map_or(&[], Vec::as_slice);
            places.retain(|&(doc, place)| next.binary_search(&(doc, place + step as u32)).is_ok());
        }
        places.into_iter().map(|(doc, _)| doc).collect()
    }

    /// All matches, those in whole words first, the newest first in each tier.
    fn find(&self, query: &Query) -> Vec<u32> {
        let every = |matches: &dyn Fn(&Term) -> BTreeSet<u32>| {
            query.terms.iter().map(matches).reduce(|a, b| &a & &b).unwrap_or_default()
        };
        let first = every(&|term| self.by_words(term));
        let all = every(&|term| &self.by_words(term) | &self.by_phrases(term));
        let second = all.iter().rev().copied().filter(|doc| !first.contains(doc));
        first.iter().rev().copied().chain(second).collect()
    }

    fn rank(&self, query: &Query, docs: &[u32]) -> Vec<u32> {
        let ranking = rank(query, docs.iter().map(|&doc| self.texts[doc as usize].as_str()));
        ranking.order[..ranking.strong].iter().map(|&(i, _)| docs[i]).collect()
    }
}

fn read_lines(path: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| serde_json::from_str(line).expect("one JSON value a line")).collect()
}

fn precision_at_10(ranked: &[u32], relevant: &BTreeSet<u32>) -> f64 {
    let shown = &ranked[..ranked.len().min(10)];
    if shown.is_empty() {
        return 0.0;
    }
    shown.iter().filter(|doc| relevant.contains(doc)).count() as f64 / shown.len() as f64
}

#[derive(Default)]
struct Figures {
    n: f64,
    recall: f64,
    strong_recall: f64,
    ranked: f64,
    engine: f64,
}

impl Figures {
    fn add(&mut self, index: &Index, q: &str, relevant: &BTreeSet<u32>) {
        let query = parse_query(q);
        let found = index.find(&query);
        let ranked = index.rank(&query, &found);
        let share =
            |docs: &[u32]| docs.iter().filter(|doc| relevant.contains(doc)).count() as f64 / relevant.len() as f64;
        self.n += 1.0;
        self.recall += share(&found);
        self.strong_recall += share(&ranked);
        self.ranked += precision_at_10(&ranked, relevant);
        self.engine += precision_at_10(&index.rank(&query, &found[..found.len().min(CANDIDATES)]), relevant);
    }
}

#[test]
fn korean_words_are_found_and_ranked() {
    let Some(data) = std::env::var_os("SARANG_DATA") else {
        eprintln!("not run: set SARANG_DATA");
        return;
    };
    let folder = Path::new(&data).join("search");
    let mut index = Index::default();
    for doc in read_lines(&folder.join("ko-docs.jsonl")) {
        index.add(doc["id"].as_str().expect("an id"), doc["text"].as_str().expect("a text"));
    }
    let mut by_kind: BTreeMap<String, Figures> = BTreeMap::new();
    for line in read_lines(&folder.join("ko-queries.jsonl")) {
        let (q, kind) = (line["q"].as_str().expect("a query"), line["kind"].as_str().expect("a kind"));
        let ids = line["relevant"].as_array().expect("relevant documents");
        let relevant: BTreeSet<u32> = ids.iter().map(|id| index.numbers[id.as_str().expect("an id")]).collect();
        by_kind.entry(kind.to_owned()).or_default().add(&index, q, &relevant);
        if kind == "two syllables" {
            // Whatever particle people type, they mean the noun.
            for pair in ["이/가", "을/를", "으로/로", "에서/에서", "도/도", "에게는/에게는"] {
                let q = format!("{q}{}", josa(q, pair));
                by_kind.entry(format!("with {pair}")).or_default().add(&index, &q, &relevant);
            }
        }
    }
    let (mut n, mut recall) = (0.0, 0.0);
    for (kind, figures) in &by_kind {
        println!(
            "{kind:20} n {:3}  recall {:.4}, of strong {:.4}  P@10 {:.4}  of {CANDIDATES} candidates {:.4}",
            figures.n,
            figures.recall / figures.n,
            figures.strong_recall / figures.n,
            figures.ranked / figures.n,
            figures.engine / figures.n
        );
        assert!(figures.recall / figures.n >= 0.95, "{kind}");
        n += figures.n;
        recall += figures.recall;
    }
    println!("overall recall {:.4}", recall / n);
    assert!(recall / n >= 0.98);
    for (kind, floor) in
        [("two syllables", 0.894), ("three syllables", 0.911), ("compound", 0.960), ("with particle", 0.885)]
    {
        let figures = &by_kind[kind];
        assert!(figures.ranked / figures.n >= floor && figures.engine / figures.n >= floor, "{kind}");
    }
}
