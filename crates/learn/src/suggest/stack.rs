//! Blends the signals into one probability per tag: logistic regressions fitted to texts kept aside, one for each band
//! of how many examples a tag has.

use super::signals::Signals;

/// Features of one candidate.
pub(crate) const WIDTH: usize = 17;
/// A tag with fewer examples than this belongs to the band before.
const BANDS: [u32; 5] = [1, 3, 6, 21, u32::MAX];
/// The band of tags with many examples.
pub(crate) const HEAD: usize = BANDS.len() - 1;
/// At most this many candidates come from each signal.
const FROM_EACH: usize = 12;

pub(crate) type Features = [f32; WIDTH];

/// A tag worth a look.
pub(crate) struct Candidate {
    pub tag: usize,
    pub features: Features,
    pub signals: Signals,
}

pub(crate) fn band(n: u32) -> usize {
    BANDS.iter().position(|&end| n < end).unwrap_or(BANDS.len() - 1)
}

/// The tags worth a look.
pub(crate) fn candidates(all: &[Signals], may: impl Fn(usize) -> bool) -> Vec<Candidate> {
    let signals: [fn(&Signals) -> f32; 6] =
        [|s| s.margin, |s| s.votes, |s| s.centre, |s| s.nearest, |s| s.label, |s| s.words];
    let mut chosen = Vec::new();
    let bests = signals.map(|signal| {
        let mut order: Vec<usize> = (0..all.len()).filter(|&tag| may(tag) && signal(&all[tag]) > -1.5).collect();
        let by = |a: &usize, b: &usize| signal(&all[*b]).total_cmp(&signal(&all[*a])).then(a.cmp(b));
        if order.len() > FROM_EACH {
            order.select_nth_unstable_by(FROM_EACH, by);
            order.truncate(FROM_EACH);
        }
        order.sort_unstable_by(by);
        let two = [order.first(), order.get(1)].map(|tag| tag.map_or(0.0, |&tag| signal(&all[tag])));
        chosen.extend(order.into_iter().filter(|&tag| signal(&all[tag]) != 0.0));
        two
    });
    chosen.sort_unstable();
    chosen.dedup();
    let softness: f32 = (0..all.len()).filter(|&tag| may(tag)).map(|tag| (4.0 * all[tag].margin).exp()).sum();
    let ahead = |value: f32, best: [f32; 2]| value - if value >= best[0] { best[1] } else { best[0] };
    let features = |s: &Signals| {
        [
            1.0,
            s.margin,
            ahead(s.margin, bests[0]).clamp(-2.0, 2.0),
            ((4.0 * s.margin).exp() / softness.max(1e-20)).max(1e-6).ln() / 4.0,
            s.margin.max(0.0),
            s.votes,
            s.votes.sqrt(),
            s.centre,
            ahead(s.centre, bests[2]),
            s.nearest,
            ahead(s.nearest, bests[3]),
            s.label,
            ahead(s.label, bests[4]),
            s.words,
            ahead(s.words, bests[5]),
            s.prior / 4.0,
            (s.n as f32 + 1.0).ln() / 4.0,
        ]
    };
    chosen.into_iter().map(|tag| Candidate { tag, features: features(&all[tag]), signals: all[tag] }).collect()
}

/// One candidate of a text kept aside.
pub(crate) struct Case {
    pub band: usize,
    pub features: Features,
    pub is_right: bool,
    /// How much it counts.
    pub weight: f32,
}

/// The blend.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    by_band: [Features; BANDS.len()],
}

impl Stack {
    /// What is believed before there are enough cases: a label in the text or a close tagged text.
    pub fn before_evidence() -> Stack {
        let mut of: Features = [0.0; WIDTH];
        (of[0], of[1], of[2], of[5], of[9], of[11], of[13], of[14]) = (-2.5, 1.5, 1.0, 0.5, 3.0, 6.0, 5.0, 3.0);
        Stack { by_band: [of; BANDS.len()] }
    }

    /// Fits all bands together first, then each band towards that.
    pub fn fit(cases: &[Case]) -> Stack {
        let before = Stack::before_evidence().by_band[0];
        let all = fit_logistic(cases.iter().map(|case| (&case.features, case.is_right, case.weight)), &before, 1.0);
        let by_band = std::array::from_fn(|band| {
            let of_band = cases.iter().filter(|case| case.band == band);
            // Where there are many cases they need no help.
            let pull = if band == HEAD { 0.3 } else { 2.0 };
            fit_logistic(of_band.map(|case| (&case.features, case.is_right, case.weight)), &all, pull)
        });
        Stack { by_band }
    }

    pub fn log_odds(&self, band: usize, features: &Features) -> f32 {
        dot(&self.by_band[band], features)
    }
}

pub(crate) fn sigmoid(z: f32) -> f32 {
    1.0 / (1.0 + (-z).exp())
}

pub(crate) fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Logistic regression of weighed cases by Newton's method, drawn towards `towards` with strength `pull`.
pub(crate) fn fit_logistic<'a, const N: usize>(
    cases: impl Iterator<Item = (&'a [f32; N], bool, f32)> + Clone,
    towards: &[f32; N],
    pull: f64,
) -> [f32; N] {
    let mut w: [f64; N] = towards.map(f64::from);
    for _ in 0..12 {
        let mut gradient = [0.0f64; N];
        let mut hessian = vec![[0.0f64; N]; N];
        for i in 0..N {
            gradient[i] = pull * (w[i] - f64::from(towards[i]));
            hessian[i][i] = pull;
        }
        for (x, is_right, weight) in cases.clone() {
            let z: f64 = (0..N).map(|i| w[i] * f64::from(x[i])).sum();
            let p = 1.0 / (1.0 + (-z).exp());
            let (miss, spread) = (p - f64::from(u8::from(is_right)), (p * (1.0 - p)).max(1e-6));
            let (miss, spread) = (miss * f64::from(weight), spread * f64::from(weight));
            for i in 0..N {
                gradient[i] += miss * f64::from(x[i]);
                for j in 0..=i {
                    hessian[i][j] += spread * f64::from(x[i]) * f64::from(x[j]);
                }
            }
        }
        let step = solve(hessian, gradient);
        let size = step.iter().fold(0.0f64, |most, by| most.max(by.abs()));
        // A full step can overshoot where everything is certain.
        let share = if size > 4.0 { 4.0 / size } else { 1.0 };
        for i in 0..N {
            w[i] -= share * step[i];
        }
        if size < 1e-4 {
            break;
        }
    }
    w.map(|w| w as f32)
}

/// Solves `a x = b` for a positive definite matrix of which the lower half is given (Cholesky).
fn solve<const N: usize>(mut a: Vec<[f64; N]>, mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        for j in 0..=i {
            let inner: f64 = (0..j).map(|k| a[i][k] * a[j][k]).sum();
            a[i][j] = if i == j { (a[i][i] - inner).max(1e-12).sqrt() } else { (a[i][j] - inner) / a[j][j] };
        }
    }
    for i in 0..N {
        b[i] = (b[i] - (0..i).map(|k| a[i][k] * b[k]).sum::<f64>()) / a[i][i];
    }
    for i in (0..N).rev() {
        b[i] = (b[i] - (i + 1..N).map(|k| a[k][i] * b[k]).sum::<f64>()) / a[i][i];
    }
    b
}
