//! The rules of ranking that the house may change: how demand fades, what accounts weigh, which formula.
use super::score::{self, Formula};
use crate::store::rank as rows;
use ::store::Tx;
use base::{Actor, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

const MOST_WEIGHT: f64 = 100.0;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RankRules {
    #[serde(default)]
    pub formula: Formula,
    /// Days after which an ask counts half.
    pub half_life_days: f64,
    /// What an item keeps of its worth that does not fit the direction at all: 0 to 1.
    pub without_fit: f64,
    /// What an account weighs by its value band, its plan and its size; 1 unless said. The three are multiplied.
    #[serde(default)]
    pub bands: BTreeMap<String, f64>,
    #[serde(default)]
    pub plans: BTreeMap<String, f64>,
    #[serde(default)]
    pub sizes: BTreeMap<String, f64>,
}

impl Default for RankRules {
    fn default() -> RankRules {
        let score::Rules { formula, half_life_days, without_fit } = score::Rules::default();
        RankRules {
            formula,
            half_life_days,
            without_fit,
            bands: BTreeMap::new(),
            plans: BTreeMap::new(),
            sizes: BTreeMap::new(),
        }
    }
}

impl RankRules {
    pub fn check(&self) -> Result<()> {
        if !(1.0..=3_650.0).contains(&self.half_life_days) {
            return Err(Error::invalid("half_life_days", "error-rank-half-life"));
        }
        if !(0.0..=1.0).contains(&self.without_fit) {
            return Err(Error::invalid("without_fit", "error-rank-share"));
        }
        for (field, weights) in [("bands", &self.bands), ("plans", &self.plans), ("sizes", &self.sizes)] {
            if weights.values().any(|weight| !(0.0..=MOST_WEIGHT).contains(weight)) {
                return Err(Error::invalid(field, "error-rank-weight"));
            }
        }
        Ok(())
    }

    pub fn scoring(&self) -> score::Rules {
        score::Rules { formula: self.formula, half_life_days: self.half_life_days, without_fit: self.without_fit }
    }

    /// What an account weighs that stands like this.
    pub fn weight(&self, band: &str, plan: &str, size: &str) -> f64 {
        let of = |weights: &BTreeMap<String, f64>, key: &str| weights.get(key).copied().unwrap_or(1.0);
        of(&self.bands, band) * of(&self.plans, plan) * of(&self.sizes, size)
    }
}

/// The rules of the house, and their version: 0 until somebody changed them.
pub async fn load_rules(tx: &mut Tx) -> Result<(RankRules, i64)> {
    let Some((json, rev)) = rows::find_rules(tx).await? else { return Ok((RankRules::default(), 0)) };
    Ok((serde_json::from_str(&json).map_err(Error::store)?, rev))
}

/// Changes the rules; their version was checked by the caller. The new one.
pub async fn put_rules(tx: &mut Tx, actor: &Actor, rules: &RankRules, rev: i64) -> Result<i64> {
    rules.check()?;
    let json = serde_json::to_string(rules).map_err(Error::store)?;
    rows::put_rules(tx, &json, rev + 1, actor.staff).await?;
    staff::note(tx, actor, "roadmap.rank_rules", "", json!(rules)).await?;
    tx.announce("roadmap.rank_changed", json!({}));
    Ok(rev + 1)
}
