//! One linear model per tag: support vector machines with squared hinge loss, fitted by dual coordinate descent
//! (Hsieh et al., 2008) on working sets, pruned and kept in 16 bits by feature.

use super::rows::{BITS, Rows};
use crate::directory::Directory;

/// What a margin's violation costs.
pub(crate) const COST: f32 = 2.0;
/// A model knows nothing before it has seen anything: the margin of an empty text.
pub(crate) const AT_REST: f32 = -1.0;
/// A first working set has at most this many texts without the tag.
const FIRST_SET: usize = 16_000;
/// One model has at most this many weights, however much room there is.
const MOST_WEIGHTS: usize = 60_000;
/// Passes over the working set before and after the other texts are looked at.
const PASSES: [usize; 2] = [40, 20];

/// The weights of one tag.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    bias: f32,
    /// By id, in order.
    of: Vec<(u32, f32)>,
}

/// The same vectors with their features renumbered, the most frequent first: what is read most stands close together.
struct Ranked {
    rows: Rows,
    /// By rank, the feature.
    ids: Vec<u32>,
}

impl Ranked {
    fn new(rows: &Rows) -> Ranked {
        let mut times = vec![0u32; 1 << BITS];
        (0..rows.len()).flat_map(|row| rows.row(row)).for_each(|(id, _)| times[id] += 1);
        let mut ids: Vec<u32> = (0..1 << BITS).filter(|&id| times[id as usize] > 0).collect();
        ids.sort_unstable_by_key(|&id| (std::cmp::Reverse(times[id as usize]), id));
        let mut ranks = times;
        ids.iter().enumerate().for_each(|(rank, &id)| ranks[id as usize] = rank as u32);
        Ranked { rows: rows.renumbered(|id| ranks[id]), ids }
    }
}

/// Room to fit one model after the other.
struct Fitter<'a> {
    rows: &'a Rows,
    ids: &'a [u32],
    /// The rows models learn from.
    learned: &'a [u32],
    squares: Vec<f32>,
    w: Vec<f32>,
    bias: f32,
    alpha: Vec<f32>,
    /// The texts that ever moved the weights: their features are cleaned afterwards, also of rounding's remains.
    moved: Vec<u32>,
}

impl<'a> Fitter<'a> {
    fn new(Ranked { rows, ids }: &'a Ranked, learned: &'a [u32]) -> Fitter<'a> {
        let squares = learned.iter().map(|&row| rows.row(row as usize).map(|(_, x)| x * x).sum()).collect();
        let (w, alpha) = (vec![0.0; ids.len()], vec![0.0; learned.len()]);
        Fitter { rows, ids, learned, squares, w, bias: 0.0, alpha, moved: Vec::new() }
    }

    /// The model that tells the rows with the tag from all others, with at most `most` weights. `has` is by position
    /// in the learned rows.
    fn fit(&mut self, has: &[bool], most: usize) -> Weights {
        let mut set = self.first_set(has);
        self.descend(&mut set, has, PASSES[0]);
        let before = set.len();
        for i in 0..self.learned.len() as u32 {
            if self.alpha[i as usize] == 0.0 && self.slack(i, has) < -0.05 {
                set.push(i);
            }
        }
        if set.len() > before {
            set.sort_unstable();
            set.dedup();
            shuffle(&mut set);
            self.descend(&mut set, has, PASSES[1]);
        }
        self.take_weights(most)
    }

    /// All texts with the tag and a fixed sample of those without, shuffled.
    fn first_set(&self, has: &[bool]) -> Vec<u32> {
        let step = self.learned.len().div_ceil(FIRST_SET).max(1);
        let mut set: Vec<u32> =
            (0..self.learned.len()).filter(|&i| has[i] || i.is_multiple_of(step)).map(|i| i as u32).collect();
        shuffle(&mut set);
        set
    }

    /// By how much a text is beyond its margin; negative within it.
    fn slack(&self, i: u32, has: &[bool]) -> f32 {
        let row = self.learned[i as usize] as usize;
        let margin = self.rows.row(row).map(|(rank, x)| self.w[rank] * x).sum::<f32>() + self.bias + AT_REST;
        let sign = if has[i as usize] { 1.0 } else { -1.0 };
        sign * margin - 1.0 + self.alpha[i as usize] * (0.5 / COST)
    }

    /// Passes of coordinate descent; texts that lie beyond their margin leave the set.
    fn descend(&mut self, set: &mut Vec<u32>, has: &[bool], passes: usize) {
        for _ in 0..passes {
            let mut worst = 0.0f32;
            set.retain(|&i| {
                let (slack, alpha) = (self.slack(i, has), self.alpha[i as usize]);
                if alpha == 0.0 && slack >= 0.0 {
                    return false;
                }
                worst = worst.max(slack.abs());
                let steepness = self.squares[i as usize] + 1.0 + 0.5 / COST;
                let next = (alpha - slack / steepness).max(0.0);
                self.alpha[i as usize] = next;
                let by = if has[i as usize] { next - alpha } else { alpha - next };
                if by != 0.0 {
                    if alpha == 0.0 {
                        self.moved.push(i);
                    }
                    for (rank, x) in self.rows.row(self.learned[i as usize] as usize) {
                        self.w[rank] += by * x;
                    }
                    self.bias += by;
                }
                true
            });
            if worst < 0.02 {
                break;
            }
        }
    }

    /// The largest weights; leaves the room as it was before.
    fn take_weights(&mut self, most: usize) -> Weights {
        let mut of = Vec::new();
        for i in self.moved.drain(..) {
            self.alpha[i as usize] = 0.0;
            for (rank, _) in self.rows.row(self.learned[i as usize] as usize) {
                let weight = std::mem::take(&mut self.w[rank]);
                if weight != 0.0 {
                    of.push((self.ids[rank], weight));
                }
            }
        }
        if of.len() > most {
            of.select_nth_unstable_by(most, |a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            of.truncate(most);
            // A model passes over far more weights than it keeps, and there are thousands of models.
            of.shrink_to_fit();
        }
        of.sort_unstable_by_key(|&(id, _)| id);
        Weights { bias: std::mem::take(&mut self.bias) + AT_REST, of }
    }
}

/// A fixed order in which neighbours are far apart.
fn shuffle(set: &mut [u32]) {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for i in (1..set.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        set.swap(i, ((state >> 33) % (i as u64 + 1)) as usize);
    }
}

/// The models of all tags by feature, 4 bytes a weight.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    directory: Directory,
    entries: Vec<(u16, i16)>,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    /// `models` by tag.
    pub fn new(models: &[Weights]) -> Linear {
        let directory = Directory::new(BITS, models.iter().flat_map(|model| &model.of).map(|&(id, _)| id as usize));
        let step = |model: &Weights| {
            let most = model.of.iter().map(|(_, weight)| weight.abs()).fold(f32::MIN_POSITIVE, f32::max);
            most / f32::from(i16::MAX)
        };
        let scale: Vec<f32> = models.iter().map(step).collect();
        let entries = directory.sort(models.iter().zip(&scale).enumerate().flat_map(|(tag, (model, step))| {
            model.of.iter().map(move |&(id, weight)| (id as usize, (tag as u16, (weight / step).round() as i16)))
        }));
        Linear { directory, entries, scale, bias: models.iter().map(|model| model.bias).collect() }
    }

    fn of(&self, id: u32) -> &[(u16, i16)] {
        &self.entries[self.directory.range(id)]
    }

    /// The margin of each tag, above 0 where the model says yes.
    pub fn margins(&self, vector: &[(u32, f32)]) -> Vec<f32> {
        let mut sums = vec![0.0f32; self.bias.len()];
        for &(id, x) in vector {
            for &(tag, weight) in self.of(id) {
                sums[tag as usize] += x * f32::from(weight);
            }
        }
        sums.iter().zip(&self.scale).zip(&self.bias).map(|((sum, scale), bias)| sum * scale + bias).collect()
    }

    /// By some tags: the weight of each feature of a vector.
    pub fn weights(&self, tags: &[usize], vector: &[(u32, f32)]) -> Vec<Vec<f32>> {
        let mut place = vec![None; self.bias.len().max(tags.iter().max().map_or(0, |most| most + 1))];
        tags.iter().enumerate().for_each(|(at, &tag)| place[tag] = Some(at));
        let mut weights = vec![vec![0.0; vector.len()]; tags.len()];
        for (feature, &(id, _)) in vector.iter().enumerate() {
            for &(tag, weight) in self.of(id) {
                if let Some(at) = place[tag as usize] {
                    weights[at][feature] = f32::from(weight) * self.scale[tag as usize];
                }
            }
        }
        weights
    }
}

/// Fits the models of many tags, `threads` at a time; the answer does not depend on how many. `positives` has, by tag,
/// the positions within `learned` of the texts that have it.
pub(crate) fn fit_all(
    rows: &Rows,
    learned: &[u32],
    positives: &[Vec<u32>],
    most: usize,
    threads: usize,
) -> Vec<Weights> {
    let ranked = Ranked::new(rows);
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut fitter = Fitter::new(&ranked, learned);
        let mut has = vec![false; learned.len()];
        let mut done = Vec::new();
        loop {
            let tag = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some(of_tag) = positives.get(tag) else { return done };
            if of_tag.is_empty() {
                done.push((tag, Weights { bias: AT_REST, of: Vec::new() }));
                continue;
            }
            of_tag.iter().for_each(|&i| has[i as usize] = true);
            done.push((tag, fitter.fit(&has, most.min(MOST_WEIGHTS))));
            of_tag.iter().for_each(|&i| has[i as usize] = false);
        }
    };
    let mut fitted: Vec<(usize, Weights)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    fitted.sort_by_key(|(tag, _)| *tag);
    fitted.into_iter().map(|(_, weights)| weights).collect()
}
