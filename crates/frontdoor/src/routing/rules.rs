//! What decisions are made by: weights, teams, rules of words. Pure. What people say when they decide
//! otherwise moves the weights a little.
use base::{Error, Result};
use conversations::Purpose;
use serde::{Deserialize, Serialize};

/// What makes one asker's turn come before another's. They come to 100.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderWeights {
    pub fit: f64,
    pub value: f64,
    pub growth: f64,
    pub waiting: f64,
    pub emotion: f64,
}

/// What speaks for one of us rather than another. With these each outweighs all that follow it together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonWeights {
    pub language: f64,
    pub contact: f64,
    pub skill: f64,
    /// Only evens out what people hold; it is shown nowhere.
    pub load: f64,
}

/// Which team of staff answers a purpose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamFor {
    pub purpose: Purpose,
    pub staff_team: String,
}

/// A text that says this is there for that.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordRule {
    pub says: String,
    pub purpose: Purpose,
}

/// What was promised stands with the hours of the house.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rules {
    pub order: OrderWeights,
    pub person: PersonWeights,
    pub teams: Vec<TeamFor>,
    pub words: Vec<WordRule>,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            order: OrderWeights { fit: 35.0, value: 25.0, growth: 15.0, waiting: 15.0, emotion: 10.0 },
            person: PersonWeights { language: 8.0, contact: 4.0, skill: 2.0, load: 1.0 },
            teams: Vec::new(),
            words: Vec::new(),
        }
    }
}

/// Why somebody decided otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is there for something else.
    Purpose,
    /// Another team answers this.
    Team,
    Language,
    /// Somebody knows them.
    Contact,
    Skill,
    /// Somebody has their hands full.
    Load,
    Value,
    Growth,
    Waiting,
    Emotion,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Purpose => "purpose",
            Reason::Team => "team",
            Reason::Language => "language",
            Reason::Contact => "contact",
            Reason::Skill => "skill",
            Reason::Load => "load",
            Reason::Value => "value",
            Reason::Growth => "growth",
            Reason::Waiting => "waiting",
            Reason::Emotion => "emotion",
        }
    }
}

const MOST_RULES: usize = 200;
const LONGEST_WORDS: usize = 100;
/// The most one part may come to, of 100, by what people say; by hand it may be anything.
const MOST_OF_ORDER: f64 = 60.0;
const LEAST_OF_ORDER: f64 = 2.0;
const MOST_OF_PERSON: f64 = 12.0;
/// What one reason moves.
const ORDER_STEP: f64 = 1.0;
const PERSON_STEP: f64 = 0.25;

impl OrderWeights {
    pub fn as_array(&self) -> [f64; 5] {
        [self.fit, self.value, self.growth, self.waiting, self.emotion]
    }

    /// Moves one part and evens out the others, so that they come to 100 again.
    fn shift(&mut self, at: usize, by: f64) {
        let mut parts = self.as_array();
        let before = parts[at];
        parts[at] = (before + by).clamp(LEAST_OF_ORDER.min(before), MOST_OF_ORDER.max(before));
        let others: f64 = parts.iter().sum::<f64>() - parts[at];
        if others > 0.0 {
            let share = (100.0 - parts[at]) / others;
            (0..5).filter(|k| *k != at).for_each(|k| parts[k] *= share);
        }
        let [fit, value, growth, waiting, emotion] = parts;
        *self = OrderWeights { fit, value, growth, waiting, emotion };
    }
}

impl Rules {
    pub fn check(&self) -> Result<()> {
        let order = self.order.as_array();
        let is_share = |part: &f64| part.is_finite() && (0.0..=100.0).contains(part);
        if !order.iter().all(is_share) || (order.iter().sum::<f64>() - 100.0).abs() > 0.01 {
            return Err(Error::invalid("order", "error-routing-order"));
        }
        let person = [self.person.language, self.person.contact, self.person.skill, self.person.load];
        if !person.iter().all(is_share) {
            return Err(Error::invalid("person", "error-routing-person"));
        }
        let is_word = |rule: &WordRule| !rule.says.trim().is_empty() && rule.says.chars().count() <= LONGEST_WORDS;
        if self.words.len() > MOST_RULES || !self.words.iter().all(is_word) {
            return Err(Error::invalid("words", "error-routing-words"));
        }
        let twice = |at: usize| self.teams[..at].iter().any(|team| team.purpose == self.teams[at].purpose);
        if (0..self.teams.len()).any(twice) {
            return Err(Error::invalid("teams", "error-routing-teams"));
        }
        Ok(())
    }

    pub fn team_for(&self, purpose: Purpose) -> Option<&str> {
        self.teams.iter().find(|team| team.purpose == purpose).map(|team| team.staff_team.as_str())
    }

    /// The first rule whose words stand in a text, whatever their case and form.
    pub fn purpose_of(&self, text: &str) -> Option<Purpose> {
        let text = textkit::fold_key(text);
        self.words.iter().find(|rule| text.contains(&textkit::fold_key(&rule.says))).map(|rule| rule.purpose)
    }

    /// Moves the weight that a reason speaks of. Nobody's single word moves much.
    pub fn hear(&mut self, reason: Reason) {
        let raise = |weight: &mut f64| *weight = (*weight + PERSON_STEP).min(MOST_OF_PERSON.max(*weight));
        match reason {
            // What was read was wrong: it counts a little less.
            Reason::Purpose | Reason::Team => self.order.shift(0, -ORDER_STEP),
            Reason::Value => self.order.shift(1, ORDER_STEP),
            Reason::Growth => self.order.shift(2, ORDER_STEP),
            Reason::Waiting => self.order.shift(3, ORDER_STEP),
            Reason::Emotion => self.order.shift(4, ORDER_STEP),
            Reason::Language => raise(&mut self.person.language),
            Reason::Contact => raise(&mut self.person.contact),
            Reason::Skill => raise(&mut self.person.skill),
            Reason::Load => raise(&mut self.person.load),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_comes_to_a_hundred_whatever_people_say() {
        let mut rules = Rules::default();
        for at in 0..1_000 {
            rules.hear([Reason::Value, Reason::Purpose, Reason::Emotion, Reason::Value][at % 4]);
            assert!((rules.order.as_array().iter().sum::<f64>() - 100.0).abs() < 1e-6);
            rules.check().unwrap();
        }
        assert!(rules.order.value <= MOST_OF_ORDER + 1e-9 && rules.order.fit > 0.0, "{rules:?}");
    }

    #[test]
    fn a_reason_moves_what_it_speaks_of() {
        let (before, mut rules) = (Rules::default(), Rules::default());
        rules.hear(Reason::Growth);
        assert!(rules.order.growth > before.order.growth && rules.order.value < before.order.value);
        rules.hear(Reason::Contact);
        assert!(rules.person.contact > before.person.contact && rules.person.skill == before.person.skill);
    }

    #[test]
    fn words_of_a_rule_are_found_in_any_form() {
        let words = vec![WordRule { says: "세금계산서".into(), purpose: Purpose::Buy }];
        let rules = Rules { words, ..Rules::default() };
        assert_eq!(rules.purpose_of("세금계산서를 보내 주세요"), Some(Purpose::Buy));
        assert_eq!(rules.purpose_of("계산기를 보내 주세요"), None);
    }
}
