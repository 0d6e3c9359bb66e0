//! The measures of `sarang eval tags` without the program around it: `eval_tags TRAIN TEST`.
use learn::{eval, suggest::Settings};
use std::{fs::File, io::BufReader};

fn main() {
    let mut files = std::env::args().skip(1);
    let mut open = || BufReader::new(File::open(files.next().expect("two files")).expect("a file"));
    let mut eval = eval::TagEval::new(Settings::default());
    eval::read_rows(open(), |row| eval.learn(row)).expect("rows to learn from");
    eval.train();
    let mut rows = Vec::new();
    eval::read_rows(open(), |row| rows.push(row)).expect("rows to test with");
    println!("{}", serde_json::to_string(&eval.measure(&rows)).expect("figures"));
}
