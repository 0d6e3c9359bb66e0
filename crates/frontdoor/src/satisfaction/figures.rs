//! What was answered, in numbers: each with its n and interval, and the words it was counted from.
use super::{DID, KINDS, SCORES};
use crate::learning::{FEW, Mean, Period, Share, share};
use crate::store::satisfaction::{self as rows, SurveyRow};
use ::store::Tx;
use base::Result;

/// Of one question.
pub struct Figures {
    pub kind: &'static str,
    /// Of those asked, who answered.
    pub answered: Share,
    pub score: Mean,
    /// Of the answers, those of 4 and 5.
    pub good: Share,
    /// How many gave 1, 2, … 5.
    pub scores: Vec<i64>,
    /// Of those who answered, who did this next.
    pub did: Vec<(&'static str, Share)>,
}

/// The figures of both questions, and every answer, of what was asked in a period.
pub async fn load_figures(tx: &mut Tx, period: Period, hidden: &[i64]) -> Result<(Vec<Figures>, Vec<SurveyRow>)> {
    let mut all = rows::list_asked(tx, period.from, period.to, hidden).await?;
    let figures = KINDS.into_iter().map(|kind| of_kind(kind, &all)).collect();
    all.retain(|row| row.score.is_some());
    Ok((figures, all))
}

fn of_kind(kind: &'static str, all: &[SurveyRow]) -> Figures {
    let asked: Vec<&SurveyRow> = all.iter().filter(|row| row.kind == kind).collect();
    let scores: Vec<i64> = asked.iter().filter_map(|row| row.score).collect();
    let n = scores.len() as i64;
    let of = |score: i64| scores.iter().filter(|one| **one == score).count() as i64;
    let did = |what: &'static str| {
        let n_did = asked.iter().filter(|row| row.did.split(',').any(|one| one == what)).count();
        (what, share(n_did as i64, n))
    };
    Figures {
        kind,
        answered: share(n, asked.len() as i64),
        score: mean(&scores),
        good: share(of(4) + of(5), n),
        scores: SCORES.map(of).collect(),
        did: DID.map(did).into(),
    }
}

/// A mean with its 95 % interval after Student; without both below ten cases. What can only be 1 to 5 is so at its ends.
fn mean(scores: &[i64]) -> Mean {
    let n = scores.len() as i64;
    if n < FEW {
        return Mean { n, mean: None, low: None, high: None };
    }
    let count = n as f64;
    let mean = scores.iter().sum::<i64>() as f64 / count;
    let spread = scores.iter().map(|score| (*score as f64 - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let half = t_quantile(count - 1.0) * (spread / count).sqrt();
    Mean { n, mean: Some(mean), low: Some((mean - half).max(1.0)), high: Some((mean + half).min(5.0)) }
}

/// The 97.5 % quantile of Student's t, by the expansion of Cornish and Fisher (Abramowitz and Stegun 26.7.5): right to
/// three digits from nine degrees of freedom on.
fn t_quantile(freedom: f64) -> f64 {
    let z: f64 = 1.959_964;
    let first = (z.powi(3) + z) / 4.0;
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / 384.0;
    z + first / freedom + second / freedom.powi(2) + third / freedom.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_is_that_of_the_tables() {
        for (freedom, wanted) in [(9.0, 2.262), (12.0, 2.179), (30.0, 2.042), (120.0, 1.980)] {
            assert!((t_quantile(freedom) - wanted).abs() < 1e-3, "{freedom}: {}", t_quantile(freedom));
        }
    }

    #[test]
    fn a_mean_has_students_interval_and_nine_answers_have_none() {
        assert_eq!(mean(&[5; 9]), Mean { n: 9, mean: None, low: None, high: None });
        let found = mean(&[5, 5, 5, 5, 4, 4, 4, 3, 2, 1]);
        // 3.8 ± 2.262 × 1.3984 / √10
        assert_eq!(found.mean, Some(3.8));
        assert!((found.low.unwrap() - 2.7997).abs() < 2e-3 && (found.high.unwrap() - 4.8003).abs() < 2e-3, "{found:?}");
        assert_eq!((mean(&[5; 10]).low, mean(&[5; 10]).high), (Some(5.0), Some(5.0)));
    }
}
