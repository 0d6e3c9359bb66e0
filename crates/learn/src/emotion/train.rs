//! How the emotion model is made: logistic regression on hashed features by AdaGrad (Duchi, Hazan, Singer 2011), one
//! thread, one order, so that the same examples give the same bytes.
//!
//! Valence is one softmax of three; an example from a set that has no neutral texts tells only which of negative and
//! positive it is, and moves only those two. Emotions are one logistic output each. What an example does not tell is
//! not learned from it.

use super::Emotion;
use super::features::list_features;
use super::model::{
    FOLDED_SPACE, LEAN, Model, OUTPUTS, SIDES, SPACE, Thresholds, fold, is_korean, lean_of_said, logistic, softmax,
    weigh,
};
use crate::random::Random;

/// One text and what is known of it.
#[derive(Clone, Debug)]
pub struct Example {
    pub text: String,
    pub valence: Option<Valence>,
    /// Bit n stands for `Emotion::ALL[n]`; none when its set says nothing of emotions.
    pub emotions: Option<u8>,
    /// How much it counts, 1 for a text written and labelled by people in its own language.
    pub weight: f32,
}

/// The side a text is on: 0 negative, 1 neutral, 2 positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Valence {
    /// Of three.
    Three(usize),
    /// Of negative and positive: its set has no neutral texts.
    Two(usize),
}

/// What is chosen by hand; the manifest names it.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub epochs: usize,
    pub rate: f32,
    /// Keeps the first steps small: those of a rare feature, above all.
    pub damping: f32,
    pub decay: f32,
    /// Features of fewer texts are left out.
    pub fewest_texts: u32,
    pub seed: u64,
    /// So many orders of the examples are learned from, and the mean taken.
    pub orders: u64,
    /// So many parts are each read by what the others taught, to set biases and thresholds.
    pub parts: usize,
    /// The share of the truth given to all sides alike: labels are not always right.
    pub smoothing: f32,
    /// An emotion is named when so many of those named are right, on examples kept apart.
    pub precision: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 5,
            rate: 0.2,
            damping: 0.1,
            decay: 1e-5,
            fewest_texts: 3,
            seed: 1,
            orders: 3,
            parts: 5,
            smoothing: 0.1,
            precision: 0.6,
        }
    }
}

/// Learns from all examples. Biases and thresholds are set on each part of them as it is read by what the others taught,
/// so that nothing is judged by what it was learned from.
pub fn train(examples: &[Example], settings: &Settings) -> Model {
    let Examples { idf, rows } = Examples::prepare(examples, settings);
    let kept = cross_fit(&rows, settings);
    let shifts = [false, true].map(|korean| settle(&kept, korean, settings));
    Weights::learn(rows.iter().collect(), settings).quantise(idf, shifts)
}

/// Each example with its scores by what the other parts taught.
fn cross_fit<'a>(rows: &'a [Row], settings: &Settings) -> Vec<(&'a Row, [f32; OUTPUTS])> {
    let mut kept = Vec::with_capacity(rows.len());
    for part in 0..settings.parts {
        let others = rows.iter().enumerate().filter(|(n, _)| n % settings.parts != part).map(|(_, row)| row);
        let weights = Weights::learn(others.collect(), settings);
        kept.extend(rows.iter().skip(part).step_by(settings.parts).map(|row| {
            let mut scores = weights.scores(row);
            scores[..3]
                .iter_mut()
                .zip(lean_of_said(&row.vector, LEAN[usize::from(row.korean)]))
                .for_each(|(score, lean)| *score += lean);
            (row, scores)
        }));
    }
    kept
}

struct Examples {
    idf: Vec<u8>,
    rows: Vec<Row>,
}

struct Row {
    vector: Vec<(u32, f32)>,
    korean: bool,
    valence: Option<Valence>,
    emotions: Option<u8>,
    weight: f32,
}

impl Examples {
    fn prepare(examples: &[Example], settings: &Settings) -> Self {
        let mut texts_with = vec![0u32; SPACE];
        let mut last_in = vec![u32::MAX; SPACE];
        for (n, example) in examples.iter().enumerate() {
            for feature in list_features(&example.text) {
                if last_in[feature.id as usize] != n as u32 {
                    last_in[feature.id as usize] = n as u32;
                    texts_with[feature.id as usize] += 1;
                }
            }
        }
        let all = examples.len() as f32;
        let idf = |&n: &u32| {
            if n < settings.fewest_texts {
                0
            } else {
                (16.0 * (((1.0 + all) / (1.0 + n as f32)).ln() + 1.0)).round() as u8
            }
        };
        let idf: Vec<u8> = texts_with.iter().map(idf).collect();
        let row = |example: &Example| Row {
            vector: weigh(&list_features(&example.text), &idf),
            korean: is_korean(&example.text),
            valence: example.valence,
            emotions: example.emotions,
            weight: example.weight,
        };
        let mut rows: Vec<Row> = examples.iter().map(row).collect();
        Random::new(settings.seed).shuffle(&mut rows);
        Self { rows, idf }
    }
}

struct Weights {
    sides: Vec<Cell<SIDES>>,
    /// By folded feature.
    emotions: Vec<Cell<{ Emotion::ALL.len() }>>,
    bias: [[f32; OUTPUTS]; 2],
}

/// One feature's weights, and the sums of the squared slopes they went down.
#[derive(Clone, Copy)]
struct Cell<const N: usize> {
    weights: [f32; N],
    squares: [f32; N],
}

impl<const N: usize> Cell<N> {
    const EMPTY: Self = Self { weights: [0.0; N], squares: [0.0; N] };

    fn approach(&mut self, other: &Self, share: f32) {
        self.weights.iter_mut().zip(&other.weights).for_each(|(a, b)| *a += share * (b - *a));
    }

    fn step(&mut self, errors: &[f32], value: f32, rate: f32, settings: &Settings) {
        for (output, error) in errors.iter().enumerate() {
            let slope = error * value;
            self.squares[output] += slope * slope;
            let weight = &mut self.weights[output];
            *weight -= rate * (slope / (self.squares[output] + settings.damping).sqrt() + settings.decay * *weight);
        }
    }
}

impl Weights {
    /// The mean of what several orders of the examples teach: less of it is chance.
    fn learn(rows: Vec<&Row>, settings: &Settings) -> Self {
        let in_order = |n: u64| Self::learn_in_order(rows.clone(), &Settings { seed: settings.seed + n, ..*settings });
        let mut mean = in_order(0);
        for n in 1..settings.orders {
            mean.approach(&in_order(n), 1.0 / (n + 1) as f32);
        }
        mean
    }

    fn approach(&mut self, other: &Self, share: f32) {
        let approach = |a: &mut f32, b: &f32| *a += share * (b - *a);
        self.sides.iter_mut().zip(&other.sides).for_each(|(a, b)| a.approach(b, share));
        self.emotions.iter_mut().zip(&other.emotions).for_each(|(a, b)| a.approach(b, share));
        self.bias.iter_mut().flatten().zip(other.bias.iter().flatten()).for_each(|(a, b)| approach(a, b));
    }

    fn learn_in_order(mut rows: Vec<&Row>, settings: &Settings) -> Self {
        let mut all = Self {
            sides: vec![Cell::EMPTY; SPACE],
            emotions: vec![Cell::EMPTY; FOLDED_SPACE],
            bias: [[0.0; OUTPUTS]; 2],
        };
        let mut random = Random::new(settings.seed);
        let steps = (settings.epochs * rows.len()) as f32;
        let mut done = 0.0;
        for _ in 0..settings.epochs {
            random.shuffle(&mut rows);
            for row in &rows {
                // The last steps are small, so that the last examples weigh no more than the first.
                let rate = settings.rate * (1.0 - done / steps);
                all.step(row, rate, settings);
                done += 1.0;
            }
        }
        all
    }

    fn step(&mut self, row: &Row, rate: f32, settings: &Settings) {
        let errors = errors(row, &self.scores(row), settings).map(|error| error * row.weight);
        for (bias, error) in self.bias[usize::from(row.korean)].iter_mut().zip(errors) {
            *bias -= 0.02 * rate * error;
        }
        for &(id, value) in &row.vector {
            if row.valence.is_some() {
                self.sides[id as usize].step(&errors[..SIDES], value, rate, settings);
            }
            if row.emotions.is_some() {
                self.emotions[fold(id)].step(&errors[SIDES..], value, rate, settings);
            }
        }
    }

    fn scores(&self, row: &Row) -> [f32; OUTPUTS] {
        let mut scores = self.bias[usize::from(row.korean)];
        for &(id, value) in &row.vector {
            let (sides, emotions) = (&self.sides[id as usize], &self.emotions[fold(id)]);
            let weights = sides.weights.iter().chain(&emotions.weights);
            scores.iter_mut().zip(weights).for_each(|(score, weight)| *score += value * weight);
        }
        scores
    }

    fn quantise(&self, idf: Vec<u8>, shifts: [Shift; 2]) -> Model {
        let (sides, side_scales) = quantise(&self.sides);
        let (emotions, emotion_scales) = quantise(&self.emotions);
        let scales: Vec<f32> = side_scales.into_iter().chain(emotion_scales).collect();
        let language = |n: usize| Thresholds {
            bias: std::array::from_fn(|output| self.bias[n][output] + shifts[n].bias[output]),
            sure: shifts[n].sure,
        };
        let languages = [language(0), language(1)];
        Model { scales: std::array::from_fn(|output| scales[output]), languages, idf, sides, emotions }
    }
}

/// Weights of one byte each, and the largest weight of each output.
fn quantise<const N: usize>(cells: &[Cell<N>]) -> (Vec<[i8; N]>, [f32; N]) {
    let mut scales = [f32::MIN_POSITIVE; N];
    for cell in cells {
        scales.iter_mut().zip(&cell.weights).for_each(|(scale, weight)| *scale = scale.max(weight.abs()));
    }
    let byte = |weight: f32, scale: f32| (weight.signum() * (weight.abs() / scale).sqrt() * 127.0).round() as i8;
    let rows = cells.iter().map(|cell| std::array::from_fn(|n| byte(cell.weights[n], scales[n]))).collect();
    (rows, scales)
}

/// Biases and thresholds of one language, chosen on examples read by what was not learned from them.
fn settle(kept: &[(&Row, [f32; OUTPUTS])], korean: bool, settings: &Settings) -> Shift {
    let kept: Vec<(&Row, [f32; OUTPUTS])> = kept.iter().filter(|one| one.0.korean == korean).copied().collect();
    let mut shift = Shift { bias: [0.0; OUTPUTS], sure: [2.0; Emotion::ALL.len()] };
    let weight_of = |is_two: bool| -> f32 {
        let part =
            kept.iter().filter(|one| one.0.valence.is_some_and(|side| is_two == matches!(side, Valence::Two(_))));
        part.map(|one| one.0.weight).sum()
    };
    // The few reviews of two sides in English tell little of English.
    let has_two = weight_of(true) > weight_of(false);
    let goals = if has_two { [(0, Goal::Two), (1, Goal::Three)] } else { [(0, Goal::Three), (1, Goal::Three)] };
    for (output, goal) in goals {
        let middle = shift.bias;
        // A shift must gain more than what the few kept examples give by chance.
        let worth = |bias: &[f32; OUTPUTS]| quality(&kept, bias, goal) - 0.005 * bias[output].abs();
        let mut best = worth(&middle);
        for step in -30..=30 {
            let mut bias = middle;
            bias[output] += step as f32 / 20.0;
            let now = worth(&bias);
            if now > best + 1e-6 {
                (best, shift.bias) = (now, bias);
            }
        }
    }
    for (n, sure) in shift.sure.iter_mut().enumerate() {
        *sure = sure_from(&kept, n, settings.precision);
    }
    shift
}

struct Shift {
    bias: [f32; OUTPUTS],
    sure: [f32; Emotion::ALL.len()],
}

/// Probability minus truth, where the truth is known.
fn errors(row: &Row, scores: &[f32; OUTPUTS], settings: &Settings) -> [f32; OUTPUTS] {
    let mut errors = [0.0; OUTPUTS];
    let smooth = settings.smoothing;
    match row.valence {
        Some(Valence::Three(side)) => {
            errors[..3].copy_from_slice(&softmax(&[scores[0], scores[1], scores[2]]));
            errors[..3].iter_mut().for_each(|error| *error -= smooth / 3.0);
            errors[side] -= 1.0 - smooth;
        }
        Some(Valence::Two(side)) => {
            let positive = logistic(scores[2] - scores[0]);
            (errors[0], errors[2]) = (1.0 - positive, positive);
            errors[0] -= smooth / 2.0;
            errors[2] -= smooth / 2.0;
            errors[side] -= 1.0 - smooth;
        }
        None => {}
    }
    if let Some(emotions) = row.emotions {
        for n in 0..Emotion::ALL.len() {
            errors[3 + n] = logistic(scores[3 + n]) - f32::from(emotions >> n & 1);
        }
    }
    errors
}

/// What is aimed at: accuracy on the sets of two sides, which alone tell negative from positive at first hand; macro-F1 on
/// those of three, so that the rare side counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    Two,
    Three,
}

/// How well these biases do. Examples weigh what they count.
fn quality(kept: &[(&Row, [f32; OUTPUTS])], bias: &[f32; OUTPUTS], goal: Goal) -> f32 {
    let mut tables = [[[0.0f32; 3]; 3]; 2];
    for (row, scores) in kept {
        let score = |side: usize| scores[side] + bias[side];
        let (table, side, sides): (_, _, &[usize]) = match row.valence {
            Some(Valence::Two(side)) => (0, side, &[0, 2]),
            Some(Valence::Three(side)) => (1, side, &[0, 1, 2]),
            None => continue,
        };
        let guess = sides.iter().copied().max_by(|&a, &b| score(a).total_cmp(&score(b))).expect("there are sides");
        tables[table][side][guess] += row.weight;
    }
    if goal == Goal::Two { accuracy(&tables[0]) } else { macro_f1(&tables[1]) }
}

fn accuracy(table: &[[f32; 3]; 3]) -> f32 {
    let right: f32 = (0..3).map(|side| table[side][side]).sum();
    right / table.iter().flatten().sum::<f32>().max(1.0)
}

fn macro_f1(table: &[[f32; 3]; 3]) -> f32 {
    let told = |side: usize| table[side].iter().sum::<f32>();
    let guessed = |side: usize| table.iter().map(|row| row[side]).sum::<f32>();
    let sides: Vec<usize> = (0..3).filter(|&side| told(side) > 0.0).collect();
    let f1 = |&side: &usize| 2.0 * table[side][side] / (told(side) + guessed(side));
    sides.iter().map(f1).sum::<f32>() / sides.len().max(1) as f32
}

/// The lowest probability, one half at least, from which on the promised share of those named are right; 2 (never) without
/// ten such.
fn sure_from(kept: &[(&Row, [f32; OUTPUTS])], emotion: usize, precision: f32) -> f32 {
    let mut told: Vec<(f32, bool)> = kept
        .iter()
        .filter_map(|(row, scores)| Some((logistic(scores[3 + emotion]), row.emotions? >> emotion & 1 == 1)))
        .collect();
    told.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut sure) = (0.0, 2.0);
    for (n, (share, is_right)) in told.iter().enumerate() {
        right += f32::from(u8::from(*is_right));
        if n >= 9 && *share >= 0.5 && right / (n + 1) as f32 >= precision {
            sure = *share;
        }
    }
    sure
}
