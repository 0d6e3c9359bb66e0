//! How well purposes are read: a table of what was meant against what was read.
use super::{Enquiry, N, PURPOSES, PurposeModel, Writing};
use std::collections::BTreeMap;
use std::fmt;

/// Stretches that each writer's enquiries are divided into.
const PARTS: usize = 5;

/// Rows are what was meant, columns what was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Confusion(pub [[usize; N]; N]);

impl Confusion {
    pub fn add(&mut self, other: &Confusion) {
        (0..N).for_each(|row| (0..N).for_each(|column| self.0[row][column] += other.0[row][column]));
    }

    pub fn n(&self) -> usize {
        self.0.iter().flatten().sum()
    }

    /// The share that was read right, 0 to 1; 0 of none.
    pub fn accuracy(&self) -> f64 {
        let right: usize = (0..N).map(|at| self.0[at][at]).sum();
        right as f64 / self.n().max(1) as f64
    }

    /// The mean over the purposes of the harmonic mean of precision and recall.
    pub fn macro_f1(&self) -> f64 {
        let f1 = |at: usize| {
            let (row, column): (usize, usize) = (self.0[at].iter().sum(), self.0.iter().map(|row| row[at]).sum());
            2.0 * self.0[at][at] as f64 / (row + column).max(1) as f64
        };
        (0..N).map(f1).sum::<f64>() / N as f64
    }

    /// The 95 % interval of the accuracy after Wilson (1927).
    pub fn interval(&self) -> (f64, f64) {
        let (n, p, z) = (self.n().max(1) as f64, self.accuracy(), 1.96);
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        (middle - half, middle + half)
    }
}

impl fmt::Display for Confusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>14}", "meant \\ read")?;
        PURPOSES.iter().try_for_each(|word| write!(f, "{word:>12}"))?;
        for (row, word) in self.0.iter().zip(PURPOSES) {
            write!(f, "\n{word:>14}")?;
            row.iter().try_for_each(|n| write!(f, "{n:>12}"))?;
        }
        Ok(())
    }
}

/// What a model reads from these.
pub fn measure<'a>(model: &PurposeModel, all: impl Iterator<Item = &'a Enquiry>) -> Confusion {
    let mut table = Confusion::default();
    for one in all {
        if let Some(guess) = model.read(&one.text) {
            table.0[one.purpose][guess.purpose] += 1;
        }
    }
    table
}

/// Fitted on what some wrote, and read on what others wrote.
pub fn measure_apart(learned: &[&Enquiry], read: &[&Enquiry]) -> Confusion {
    let model = PurposeModel::fit(learned.iter().map(|one| (one.text.as_str(), one.purpose)));
    measure(&model, read.iter().copied())
}

/// Each stretch of what a writer wrote is read by a model that was fitted on all the others: writers go from trade to
/// trade, so what is read is of trades that were not learned from. By language.
pub fn cross_check(all: &[Writing]) -> BTreeMap<String, Confusion> {
    let mut found: BTreeMap<String, Confusion> = BTreeMap::new();
    for part in 0..PARTS {
        let (mut aside, mut rest) = (Vec::new(), Vec::new());
        for writing in all {
            let n = writing.enquiries.len();
            let stretch = part * n / PARTS..(part + 1) * n / PARTS;
            for (at, one) in writing.enquiries.iter().enumerate() {
                if stretch.contains(&at) { aside.push(one) } else { rest.push(one) }
            }
        }
        let model = PurposeModel::fit(rest.iter().map(|one| (one.text.as_str(), one.purpose)));
        for one in aside {
            found.entry(one.lang.clone()).or_default().add(&measure(&model, [one].into_iter()));
        }
    }
    found
}
