//! Whose turn it is: five parts of what is known of an asker, each from 0 to 1. Pure.
use super::rules::OrderWeights;
use serde::{Deserialize, Serialize};

/// What was known when a conversation was routed: kept with the decision, so that it can be shown later.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// How sure the purpose is, 0 to 1.
    pub sure: f64,
    /// Whether the house named a team for the purpose, and somebody who is here is good at it.
    pub has_team: bool,
    pub is_skilled: bool,
    /// What the account is worth to us, 0 to 1.
    pub worth: f64,
    pub plan: Option<String>,
    /// Seats in use thirty days ago and now.
    pub seats_before: Option<i64>,
    pub seats: Option<i64>,
    pub employees: Option<i64>,
    /// How the worst of what they said was felt, −2 to +2.
    pub felt: Option<i64>,
}

/// The parts by name, in the order of the weights.
pub const PARTS: [&str; 5] = ["fit", "value", "growth", "waiting", "emotion"];

impl Facts {
    pub fn fit(&self) -> f64 {
        self.sure * (0.5 + 0.25 * f64::from(u8::from(self.has_team)) + 0.25 * f64::from(u8::from(self.is_skilled)))
    }

    /// Revenue on a scale of tens, in which ten times what makes an account a large one is all.
    pub fn set_worth(&mut self, minor: i64, large_minor: i64) {
        let scale = (1.0 + 10.0 * large_minor.max(1) as f64).log10();
        self.worth = ((1.0 + minor.max(0) as f64).log10() / scale).min(1.0);
    }

    /// How much the team grew in thirty days, doubling being all; and how much room the company leaves it.
    pub fn growth(&self) -> f64 {
        let grew = match (self.seats_before, self.seats) {
            (Some(before), Some(now)) => ((now - before) as f64 / before.max(1) as f64).clamp(0.0, 1.0),
            _ => 0.0,
        };
        let room = match (self.seats, self.employees) {
            (Some(seats), Some(employees)) if employees > seats => {
                ((employees as f64 / seats.max(1) as f64).log10() / 3.0).min(1.0)
            }
            _ => 0.0,
        };
        0.7 * grew + 0.3 * room
    }

    pub fn emotion(&self) -> f64 {
        match self.felt {
            Some(felt) if felt <= -2 => 1.0,
            Some(-1) => 0.5,
            _ => 0.0,
        }
    }

    /// Each from 0 to 1; `waited` is the share of the promise that has gone by.
    pub fn parts(&self, waited: f64) -> [f64; 5] {
        [self.fit(), self.worth, self.growth(), waited.clamp(0.0, 1.0), self.emotion()]
    }
}

/// 0 to 100.
pub fn points(parts: &[f64; 5], weights: &OrderWeights) -> f64 {
    parts.iter().zip(weights.as_array()).map(|(part, weight)| part * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_team_that_doubled_in_a_large_company_grows_more_than_one_that_stayed() {
        let grew = Facts { seats_before: Some(14), seats: Some(31), employees: Some(900), ..Facts::default() };
        let stayed = Facts { seats_before: Some(31), ..grew.clone() };
        assert!(grew.growth() > 0.8 && stayed.growth() < 0.3, "{} {}", grew.growth(), stayed.growth());
    }

    proptest! {
        #[test]
        fn every_part_is_from_0_to_1(
            sure in 0.0..=1.0f64, minor in any::<i64>(), large in any::<i32>(), before in proptest::option::of(0i64..1_000_000),
            seats in proptest::option::of(0i64..1_000_000), employees in proptest::option::of(0i64..10_000_000),
            felt in proptest::option::of(-2i64..=2), waited in -1.0..10.0f64,
        ) {
            let mut facts = Facts { sure, seats_before: before, seats, employees, felt, ..Facts::default() };
            facts.set_worth(minor, i64::from(large));
            let parts = facts.parts(waited);
            prop_assert!(parts.iter().all(|part| (0.0..=1.0).contains(part)), "{parts:?}");
        }
    }
}
