//! How well valence is read: accuracy and macro-F1 with their intervals.

use super::Reading;
use crate::random::Random;

/// A text's true valence (−1, 0, 1) and what was read.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    pub truth: i8,
    shares: [f32; 3],
}

impl Judged {
    pub fn new(truth: i8, reading: &Reading) -> Self {
        Self { truth: truth.signum(), shares: reading.shares }
    }

    /// The likeliest side, 0 to 2.
    fn guess(&self, two: bool) -> usize {
        let [negative, neutral, positive] = self.shares;
        match () {
            _ if !two && neutral >= negative && neutral >= positive => 1,
            _ if positive >= negative => 2,
            _ => 0,
        }
    }
}

/// Figures from 0 to 1, each with its 95 % interval by bootstrap over texts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    pub accuracy: (f64, f64, f64),
    /// Mean over the sides that occur.
    pub macro_f1: (f64, f64, f64),
    /// 3, or 2 where no text at all is neutral.
    pub sides: usize,
    pub n: usize,
}

const RESAMPLES: usize = 500;

/// Figures over all groups together, such as languages. In a group without neutral texts the answer is the likelier of
/// negative and positive. None for no texts. The same texts give the same figures.
pub fn measure(groups: &[&[Judged]]) -> Option<Figures> {
    let is_two = |group: &[Judged]| group.iter().all(|one| one.truth != 0);
    let cells: Vec<(usize, usize)> = groups
        .iter()
        .flat_map(|group| {
            let two = is_two(group);
            group.iter().map(move |one| ((one.truth + 1) as usize, one.guess(two)))
        })
        .collect();
    if cells.is_empty() {
        return None;
    }
    let (accuracy, macro_f1) = figures(cells.iter().copied());
    let mut random = Random::new(1);
    let mut drawn = || figures((0..cells.len()).map(|_| cells[random.below(cells.len())]));
    let (mut accuracies, mut f1s): (Vec<f64>, Vec<f64>) = (0..RESAMPLES).map(|_| drawn()).unzip();
    let interval = |value: f64, resampled: &mut Vec<f64>| {
        resampled.sort_by(f64::total_cmp);
        (value, resampled[RESAMPLES / 40], resampled[RESAMPLES - 1 - RESAMPLES / 40])
    };
    Some(Figures {
        accuracy: interval(accuracy, &mut accuracies),
        macro_f1: interval(macro_f1, &mut f1s),
        sides: if groups.iter().all(|group| is_two(group)) { 2 } else { 3 },
        n: cells.len(),
    })
}

/// Accuracy and macro-F1 of (truth, guess).
fn figures(cells: impl Iterator<Item = (usize, usize)>) -> (f64, f64) {
    let mut table = [[0.0f64; 3]; 3];
    cells.for_each(|(truth, guess)| table[truth][guess] += 1.0);
    let row = |side: usize| table[side].iter().sum::<f64>();
    let column = |side: usize| table.iter().map(|row| row[side]).sum::<f64>();
    let right: f64 = (0..3).map(|side| table[side][side]).sum();
    let all: f64 = (0..3).map(row).sum();
    let f1s: Vec<f64> = (0..3).filter(|&s| row(s) > 0.0).map(|s| 2.0 * table[s][s] / (row(s) + column(s))).collect();
    (right / all, f1s.iter().sum::<f64>() / f1s.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(truth: i8, shares: [f32; 3]) -> Judged {
        Judged { truth, shares }
    }

    #[test]
    fn figures_are_those_of_the_confusion_table() {
        let texts = [
            judged(-1, [0.7, 0.2, 0.1]),
            judged(-1, [0.1, 0.2, 0.7]),
            judged(0, [0.1, 0.8, 0.1]),
            judged(1, [0.1, 0.2, 0.7]),
        ];
        let figures = measure(&[&texts]).unwrap();
        // By hand: F1 of negative 2/3, of neutral 1, of positive 2/3.
        assert!((figures.macro_f1.0 - 7.0 / 9.0).abs() < 1e-12 && figures.accuracy.0 == 0.75);
        assert!(figures.accuracy.1 <= 0.75 && 0.75 <= figures.accuracy.2);
        assert_eq!((figures.sides, figures.n), (3, 4));
        assert_eq!(measure(&[&[]]), None);
    }

    #[test]
    fn where_nothing_is_neutral_the_answer_is_one_of_two() {
        let two = [judged(1, [0.1, 0.6, 0.3]), judged(-1, [0.3, 0.6, 0.1])];
        let figures = measure(&[&two]).unwrap();
        assert_eq!((figures.sides, figures.accuracy.0), (2, 1.0));
        let figures = measure(&[&two, &[judged(0, [0.2, 0.6, 0.2])]]).unwrap();
        assert_eq!((figures.sides, figures.accuracy.0, figures.n), (3, 1.0, 3));
    }
}
