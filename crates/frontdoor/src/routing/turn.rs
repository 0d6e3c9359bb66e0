//! In which turn askers are answered, and who takes one that nobody tends to. Pure. A floor keeps the promise to the
//! smallest asker: who has waited most of what was promised comes before everybody who has not.

/// The share of the promise after which an asker's turn comes whatever else speaks for others.
pub const FLOOR: f64 = 0.6;

/// Somebody who waits. Times are microseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Asker {
    pub ord: i64,
    pub since: i64,
    /// When their turn comes whatever else speaks for others.
    pub floor_at: i64,
    pub promise_at: i64,
    /// 0 to 100.
    pub points: f64,
    /// Who is to answer, by place among those who answer.
    pub holder: Option<usize>,
}

impl Asker {
    pub fn is_due(&self, now: i64) -> bool {
        now >= self.floor_at
    }
}

/// Places in the order of their turns: first those whose promise is near, the earliest first; then by points; of equals
/// the one who waits longer.
pub fn in_turn(askers: &[Asker], now: i64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..askers.len()).collect();
    order.sort_by(|&a, &b| {
        let (a, b) = (&askers[a], &askers[b]);
        let by_floor = b.is_due(now).cmp(&a.is_due(now));
        let by_turn = || match a.is_due(now) {
            true => a.promise_at.cmp(&b.promise_at),
            false => b.points.total_cmp(&a.points),
        };
        by_floor.then_with(by_turn).then((a.since, a.ord).cmp(&(b.since, b.ord)))
    });
    order
}

/// Who takes whom: askers that nobody holds, whose holder is away, or who are due while their holder has others to answer
/// first, go to those who are here and hold nobody. `likes(asker, person)` is none where a person may not see the asker.
/// Afterwards no such asker is left while somebody who may see them is free.
pub fn hand_out(
    askers: &[Asker],
    is_here: &[bool],
    now: i64,
    likes: impl Fn(usize, usize) -> Option<f64>,
) -> Vec<(usize, usize)> {
    let order = in_turn(askers, now);
    let mut first: Vec<Option<usize>> = vec![None; is_here.len()];
    for &at in &order {
        if let Some(holder) = askers[at].holder {
            first[holder].get_or_insert(at);
        }
    }
    let mut free: Vec<bool> = is_here.iter().zip(&first).map(|(here, first)| *here && first.is_none()).collect();
    let mut moves = Vec::new();
    for at in order {
        let is_tended = askers[at]
            .holder
            .is_some_and(|holder| is_here[holder] && (first[holder] == Some(at) || !askers[at].is_due(now)));
        if is_tended {
            continue;
        }
        let ready = (0..free.len()).filter(|person| free[*person]);
        let liked = ready.filter_map(|person| Some((person, likes(at, person)?)));
        if let Some((person, _)) = liked.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) {
            free[person] = false;
            moves.push((at, person));
        }
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: i64 = 60_000_000;

    fn asker(ord: i64, since: i64, points: f64, holder: Option<usize>) -> Asker {
        Asker { ord, since, floor_at: since + 60 * MINUTE, promise_at: since + 100 * MINUTE, points, holder }
    }

    #[test]
    fn who_was_promised_an_answer_comes_before_who_is_worth_more() {
        let askers = [asker(1, 50 * MINUTE, 99.0, None), asker(2, 0, 0.0, None), asker(3, 55 * MINUTE, 10.0, None)];
        assert_eq!(in_turn(&askers, 59 * MINUTE), [0, 2, 1], "before the floor by what speaks for them");
        assert_eq!(in_turn(&askers, 60 * MINUTE), [1, 0, 2], "after it by what was promised");
    }

    /// What happens in one step of a working day.
    #[derive(Clone, Debug)]
    enum Happens {
        Comes { points: f64, wants: Option<usize>, hidden_from: Option<usize> },
        Answers(usize),
        Goes(usize),
        Returns(usize),
        Nothing,
    }

    fn happens() -> impl Strategy<Value = Happens> {
        prop_oneof![
            3 => (0.0..100.0f64, prop::option::of(0usize..4), prop::option::of(0usize..4))
                .prop_map(|(points, wants, hidden_from)| Happens::Comes { points, wants, hidden_from }),
            2 => (0usize..4).prop_map(Happens::Answers),
            1 => (0usize..4).prop_map(Happens::Goes),
            1 => (0usize..4).prop_map(Happens::Returns),
            2 => Just(Happens::Nothing),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]
        #[test]
        fn nobody_waits_beyond_the_promise_while_somebody_is_free(days in prop::collection::vec((happens(), 0i64..40), 1..120)) {
            let mut is_here = [true, true, true, false];
            let mut askers: Vec<Asker> = Vec::new();
            let mut hidden: Vec<Option<usize>> = Vec::new();
            let mut now = 0;
            for (ord, (what, minutes)) in days.into_iter().enumerate() {
                now += minutes * MINUTE;
                match what {
                    // Whom they went to is any choice at all, also a bad one.
                    Happens::Comes { points, wants, hidden_from } => {
                        let holder = wants.filter(|who| is_here[*who] && hidden_from != Some(*who));
                        askers.push(asker(ord as i64, now, points, holder));
                        hidden.push(hidden_from);
                    }
                    Happens::Answers(who) => {
                        let first = in_turn(&askers, now).into_iter().find(|at| askers[*at].holder == Some(who));
                        if let Some(at) = first.filter(|_| is_here[who]) {
                            askers.remove(at);
                            hidden.remove(at);
                        }
                    }
                    Happens::Goes(who) => is_here[who] = false,
                    Happens::Returns(who) => is_here[who] = true,
                    Happens::Nothing => {}
                }
                for (at, person) in hand_out(&askers, &is_here, now, |at, person| (hidden[at] != Some(person)).then_some(1.0)) {
                    prop_assert!(is_here[person] && hidden[at] != Some(person));
                    askers[at].holder = Some(person);
                }
                let order = in_turn(&askers, now);
                let first_of = |who: usize| order.iter().copied().find(|at| askers[*at].holder == Some(who));
                for (at, one) in askers.iter().enumerate().filter(|(_, one)| now > one.promise_at) {
                    let is_tended = one.holder.is_some_and(|who| is_here[who] && first_of(who) == Some(at));
                    let free = (0..4).find(|who| is_here[*who] && first_of(*who).is_none() && hidden[at] != Some(*who));
                    prop_assert!(is_tended || free.is_none(), "{one:?} waits while {free:?} is free");
                }
            }
        }
    }
}
