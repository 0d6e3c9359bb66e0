//! The negative-binomial distribution and the false discovery rate, to full precision far into the tails.

/// Counts with a mean and a larger variance. Sums run over single probabilities, so that a tail of 1e-30 is as exact as
/// one half.
#[derive(Clone, Copy, Debug)]
pub struct NegativeBinomial {
    mean: f64,
    /// The smaller, the wider; Poisson is infinite.
    size: f64,
}

impl NegativeBinomial {
    /// `mean` above 0; a variance that is not above the mean is taken as just above it (Poisson).
    pub fn new(mean: f64, variance: f64) -> Self {
        let variance = variance.max(mean * (1.0 + 1e-6));
        Self { mean, size: mean * mean / (variance - mean) }
    }

    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Probability of a failure, of which those before `size` successes are counted.
    fn failure(&self) -> f64 {
        self.mean / (self.size + self.mean)
    }

    /// Probability of exactly `k`.
    pub fn pmf(&self, k: u64) -> f64 {
        let (k, size) = (k as f64, self.size);
        // The gamma functions of a large size are nearly equal: their difference is taken term by term.
        let ways = if size < FAR {
            ln_gamma(k + size) - ln_gamma(size)
        } else {
            (size + k - 0.5) * (k / size).ln_1p() - k + stirling_rest(size + k) - stirling_rest(size) + k * size.ln()
        };
        let successes = -size * (self.mean / size).ln_1p();
        (ways - ln_gamma(k + 1.0) + successes + k * self.failure().ln()).exp()
    }

    /// Probability of `k` or fewer.
    pub fn cdf(&self, k: u64) -> f64 {
        if k as f64 > self.mean() { 1.0 - self.above(k) } else { self.sum_down(k) }
    }

    /// Probability of more than `k`.
    pub fn above(&self, k: u64) -> f64 {
        if k as f64 > self.mean() { self.sum_up(k + 1) } else { 1.0 - self.sum_down(k) }
    }

    /// More than `k`, and half of exactly `k`.
    pub fn mid_upper(&self, k: u64) -> f64 {
        self.above(k) + 0.5 * self.pmf(k)
    }

    /// Fewer than `k`, and half of exactly `k`.
    pub fn mid_lower(&self, k: u64) -> f64 {
        (self.cdf(k) - 0.5 * self.pmf(k)).max(0.0)
    }

    /// The smallest count that `share` of all counts do not exceed; `share` is below 1.
    pub fn quantile(&self, share: f64) -> u64 {
        let mut high = 1;
        while self.cdf(high) < share {
            high *= 2;
        }
        let mut low = 0;
        while low < high {
            let middle = (low + high) / 2;
            if self.cdf(middle) < share { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// From `k` upwards, for `k` above the mean, where each term is smaller than the one before.
    fn sum_up(&self, k: u64) -> f64 {
        let (mut k, mut term) = (k as f64, self.pmf(k));
        let mut sum = 0.0;
        while term > sum * 1e-17 {
            sum += term;
            term *= (k + self.size) / (k + 1.0) * self.failure();
            k += 1.0;
        }
        sum
    }

    fn sum_down(&self, k: u64) -> f64 {
        let (mut at, mut term) = (k as f64, self.pmf(k));
        let mut sum = 0.0;
        // Below the mode the terms fall with each step; above it they first rise.
        while at >= 0.0 && (term > sum * 1e-17 || at > self.mean() - 1.0) {
            sum += term;
            term *= at / ((at - 1.0 + self.size) * self.failure());
            at -= 1.0;
        }
        sum
    }
}

/// Benjamini and Hochberg's adjusted p-values (q-values), in the order of the p-values.
pub fn adjust_p_values(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[b].total_cmp(&p_values[a]));
    let mut adjusted = vec![1.0; p_values.len()];
    let mut least = 1.0f64;
    for (n, &index) in order.iter().enumerate() {
        least = least.min(p_values[index] * p_values.len() as f64 / (p_values.len() - n) as f64);
        adjusted[index] = least;
    }
    adjusted
}

/// From here on Stirling's series is as exact as the number.
const FAR: f64 = 12.0;

/// Logarithm of the gamma function for `x` above 0.
fn ln_gamma(mut x: f64) -> f64 {
    let mut moved = 1.0f64;
    while x < FAR {
        moved *= x;
        x += 1.0;
    }
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + stirling_rest(x) - moved.ln()
}

/// What Stirling's formula leaves of the logarithm, for `x` of 12 and above.
fn stirling_rest(x: f64) -> f64 {
    const BERNOULLI: [f64; 7] =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];
    let square = 1.0 / (x * x);
    BERNOULLI.iter().rev().fold(0.0, |sum, b| sum * square + b) / x
}

#[cfg(test)]
mod tests {
    use super::ln_gamma;

    #[test]
    fn the_gamma_function_is_that_of_factorials_and_of_one_half() {
        let mut factorial = 1.0f64;
        for n in 1..20 {
            assert!((ln_gamma(f64::from(n)) - factorial.ln()).abs() < 1e-13, "{n}");
            factorial *= f64::from(n);
        }
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-14);
    }
}
