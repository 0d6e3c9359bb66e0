//! The rules of ARCHITECTURE.md that a machine can check, from manifests, sources and file names. Each rule is a pure
//! function over the tree, so that its test plants the violation it must find.
//!
//! Not here: who writes and reads which table. That is checked on the registered statements, by a test of `store`.

mod files;
mod manifests;
mod rust;
mod statements;
mod web;

use std::fmt;

use anyhow::{Result, bail};

use crate::project::{Project, Tree};

/// One broken rule: where, and what should be instead.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub path: String,
    /// Counted from 1; 0 when the file as a whole is meant.
    pub line: usize,
    pub rule: String,
}

impl Violation {
    fn at(path: &str, line: usize, rule: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, rule: rule.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(out, "{}: {}", self.path, self.rule),
            line => write!(out, "{}:{line}: {}", self.path, self.rule),
        }
    }
}

pub fn run(project: &Project) -> Result<()> {
    let tree = project.tree()?;
    let violations = check(&tree);
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => println!("tidy: {} files, every rule holds", tree.len()),
        count => bail!("{count} rules broken"),
    }
    Ok(())
}

fn check(tree: &Tree) -> Vec<Violation> {
    let rules = [manifests::check, rust::check, statements::check, files::check, web::check];
    let mut violations: Vec<_> = rules.iter().flat_map(|rule| rule(tree)).collect();
    violations.sort();
    violations
}

/// Plants files and gives what the rule says about them, one line each.
#[cfg(test)]
fn planted(rule: fn(&Tree) -> Vec<Violation>, files: &[(&str, &str)]) -> Vec<String> {
    let tree = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    rule(&tree).iter().map(Violation::to_string).collect()
}
