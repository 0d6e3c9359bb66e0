//! Who of those who are here answers: language, then earlier contact, then skill, and only then who has a hand free. Pure.
use super::rules::PersonWeights;

/// One of us who is here and may see the conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub in_team: bool,
    pub speaks: bool,
    /// 1 who has answered this person before, a half who has answered their company.
    pub knows: f64,
    pub is_skilled: bool,
    /// Askers who wait for them. It only evens things out.
    pub load: i64,
}

/// How much speaks for somebody.
pub fn liking(one: &Candidate, weights: &PersonWeights) -> f64 {
    let flag = |is: bool| f64::from(u8::from(is));
    weights.language * flag(one.speaks)
        + weights.contact * one.knows
        + weights.skill * flag(one.is_skilled)
        + weights.load / (1.0 + one.load.max(0) as f64)
}

/// The one for whom most speaks: of the team if any of it is here, else of all who are. Of equals, the one that `turn`
/// falls on, so that the first in a list is not always the one.
pub fn choose(all: &[Candidate], weights: &PersonWeights, turn: usize) -> Option<usize> {
    let of_team = all.iter().any(|one| one.in_team);
    let some = (0..all.len()).filter(|&at| all[at].in_team || !of_team);
    let place = |at: usize| (at + all.len() - turn % all.len().max(1)) % all.len().max(1);
    some.max_by(|&a, &b| {
        let by = liking(&all[a], weights).total_cmp(&liking(&all[b], weights));
        by.then_with(|| place(b).cmp(&place(a)))
    })
}

/// What of it can be said, joined by commas: load never is.
pub fn chosen_for(one: &Candidate) -> String {
    let said = [
        (one.speaks, "language"),
        (one.knows >= 1.0, "contact"),
        (one.knows == 0.5, "company"),
        (one.is_skilled, "skill"),
    ];
    let said: Vec<&str> = said.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
    if said.is_empty() { "here".to_owned() } else { said.join(",") }
}

#[cfg(test)]
mod tests {
    use super::super::rules::Rules;
    use super::*;

    fn one(in_team: bool, speaks: bool, knows: f64, is_skilled: bool, load: i64) -> Candidate {
        Candidate { in_team, speaks, knows, is_skilled, load }
    }

    #[test]
    fn language_outweighs_contact_contact_skill_and_skill_a_free_hand() {
        let weights = Rules::default().person;
        let ladder = [
            one(true, true, 0.0, false, 99),
            one(true, false, 1.0, true, 0),
            one(true, false, 0.0, true, 50),
            one(true, false, 0.0, false, 0),
        ];
        for pair in ladder.windows(2) {
            assert_eq!(choose(pair, &weights, 0), Some(0), "{pair:?}");
            assert_eq!(choose(&[pair[1].clone(), pair[0].clone()], &weights, 1), Some(1));
        }
    }

    #[test]
    fn another_team_answers_only_when_nobody_of_the_right_one_is_here() {
        let weights = Rules::default().person;
        let (ours, other) = (one(true, false, 0.0, false, 30), one(false, true, 1.0, true, 0));
        assert_eq!(choose(&[other.clone(), ours], &weights, 0), Some(1));
        assert_eq!(choose(&[other], &weights, 0), Some(0));
        assert_eq!(choose(&[], &weights, 3), None);
    }

    #[test]
    fn equals_take_turns() {
        let weights = Rules::default().person;
        let all = vec![one(true, true, 0.0, true, 2); 3];
        assert_eq!((0..3).map(|turn| choose(&all, &weights, turn).unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn what_is_said_of_somebody_never_says_how_much_they_hold() {
        assert_eq!(chosen_for(&one(true, false, 0.0, false, 7)), "here");
        assert_eq!(chosen_for(&one(true, true, 0.5, false, 0)), "language,company");
    }
}
