//! Shares and means, each with its n and interval. Pure.

/// Fewer cases than this show n only.
pub const FEW: i64 = 10;
const Z: f64 = 1.96;

/// A share with its 95 % interval after Wilson (1927); without both below ten cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub of: i64,
    pub n: i64,
    pub share: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

pub fn share(n: i64, of: i64) -> Share {
    if of < FEW {
        return Share { of, n, share: None, low: None, high: None };
    }
    let (total, p) = (of as f64, n as f64 / of as f64);
    let middle = (p + Z * Z / (2.0 * total)) / (1.0 + Z * Z / total);
    let half = Z / (1.0 + Z * Z / total) * (p * (1.0 - p) / total + Z * Z / (4.0 * total * total)).sqrt();
    Share { of, n, share: Some(p), low: Some((middle - half).max(0.0)), high: Some((middle + half).min(1.0)) }
}

/// A mean with its 95 % interval by the normal approximation; without both below ten cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    pub n: i64,
    pub mean: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// Of `n` numbers by their sum and the sum of their squares.
pub fn mean(n: i64, sum: f64, squares: f64) -> Mean {
    if n < FEW {
        return Mean { n, mean: None, low: None, high: None };
    }
    let count = n as f64;
    let mean = sum / count;
    let variance = ((squares - sum * sum / count) / (count - 1.0)).max(0.0);
    let half = Z * (variance / count).sqrt();
    Mean { n, mean: Some(mean), low: Some(mean - half), high: Some(mean + half) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_cases_show_their_number_only() {
        assert_eq!(share(9, 9), Share { of: 9, n: 9, share: None, low: None, high: None });
        assert_eq!(mean(9, 9.0, 9.0).mean, None);
    }

    #[test]
    fn shares_have_the_interval_that_wilson_gave_them() {
        let tenth = share(1, 10);
        assert_eq!(tenth.share, Some(0.1));
        assert!((tenth.low.unwrap() - 0.0179).abs() < 1e-3 && (tenth.high.unwrap() - 0.4042).abs() < 1e-3, "{tenth:?}");
        assert_eq!((share(0, 10).low, share(10, 10).high), (Some(0.0), Some(1.0)));
    }

    #[test]
    fn means_have_the_interval_of_their_spread() {
        let numbers = [1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
        let found = mean(10, numbers.iter().sum(), numbers.iter().map(|x| x * x).sum());
        assert_eq!(found.mean, Some(0.0));
        assert!((found.high.unwrap() - 1.96 * (10.0f64 / 9.0 / 10.0).sqrt()).abs() < 1e-9);
    }
}
