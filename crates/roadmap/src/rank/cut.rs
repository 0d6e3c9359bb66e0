//! What fits into a half-year: the choice of items worth most, within each team's capacity, with what each needs and what
//! was promised. A small integer program; exact where that can be proven within a fixed number of steps, otherwise with the
//! gap that is left.
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, SolveOutcome, Variable};

/// Steps of branch and bound: under two seconds for 200 items. A count, not a clock, so that the same plan comes out
/// everywhere.
const MOST_NODES: u64 = 4_000;

/// An item that could be built.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidate {
    /// What it is worth: demand times importance times strategy; at least 0.
    pub value: f64,
    /// What it costs: (team, tenths of a person-week).
    pub effort: Vec<(usize, u32)>,
    /// Was promised: in, whatever it costs.
    pub must: bool,
    /// Places of the candidates without which it cannot be built.
    pub needs: Vec<usize>,
}

/// The choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    pub is_in: Vec<bool>,
    pub value: f64,
    /// No choice is worth more than this; as `value` when the choice is proven to be the best.
    pub bound: f64,
}

impl Cut {
    /// The share of the bound that may still be missing: 0 when proven.
    pub fn gap(&self) -> f64 {
        if self.bound <= self.value { 0.0 } else { (self.bound - self.value) / self.bound }
    }
}

/// Why nothing can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub enum NoCut {
    /// What was promised, with what it needs, is more than this team can do: tenths of a person-week.
    TooMuchPromised { team: usize, needed: u64, capacity: u64 },
    /// This candidate needs itself, by others.
    NeedsItself(usize),
    /// The solver gave up, in its own words.
    Unsolved(String),
}

/// Chooses. `capacity`: tenths of a person-week of each team.
pub fn cut(candidates: &[Candidate], capacity: &[u32]) -> Result<Cut, NoCut> {
    let promised = find_promised(candidates)?;
    for (team, tenths) in capacity.iter().enumerate() {
        let needed = used(candidates, &promised, team);
        if needed > u64::from(*tenths) {
            return Err(NoCut::TooMuchPromised { team, needed, capacity: u64::from(*tenths) });
        }
    }
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let places: Vec<Variable> = candidates
        .iter()
        .zip(&promised)
        .map(|(one, promised)| problem.add_integer_var(one.value, (i32::from(*promised), 1)))
        .collect();
    for (team, tenths) in capacity.iter().enumerate() {
        let of_team = |one: &Candidate| one.effort.iter().filter(|(of, _)| *of == team).map(|(_, x)| *x).sum::<u32>();
        let efforts: Vec<(Variable, f64)> =
            places.iter().zip(candidates).map(|(place, one)| (*place, f64::from(of_team(one)))).collect();
        let efforts: Vec<(Variable, f64)> = efforts.into_iter().filter(|(_, effort)| *effort > 0.0).collect();
        if !efforts.is_empty() {
            problem.add_constraint(&efforts, ComparisonOp::Le, f64::from(*tenths));
        }
    }
    for (at, one) in candidates.iter().enumerate() {
        for need in &one.needs {
            problem.add_constraint([(places[at], 1.0), (places[*need], -1.0)], ComparisonOp::Le, 0.0);
        }
    }
    // What was promised fits: so there is always an answer to begin with.
    let warm_start = places.iter().zip(&promised).map(|(place, is_in)| (*place, f64::from(u8::from(*is_in)))).collect();
    let mut options = SolveOptions::default();
    (options.node_limit, options.warm_start) = (Some(MOST_NODES), Some(warm_start));
    let solved = problem.solve_with(options).map_err(|error| NoCut::Unsolved(error.to_string()))?;
    let SolveOutcome::Solution(solution) = solved else { return Err(NoCut::Unsolved("interrupted".into())) };
    let is_in: Vec<bool> = places.iter().map(|place| solution.var_value(*place) > 0.5).collect();
    let value = candidates.iter().zip(&is_in).filter(|(_, is_in)| **is_in).map(|(one, _)| one.value).sum();
    let bound = solution.stats().best_bound.unwrap_or(f64::INFINITY);
    Ok(Cut { is_in, value, bound: if solution.gap() == Some(0.0) { value } else { f64::max(value, bound) } })
}

/// What is promised, with everything that needs.
fn find_promised(candidates: &[Candidate]) -> Result<Vec<bool>, NoCut> {
    let mut promised = vec![false; candidates.len()];
    for (at, one) in candidates.iter().enumerate() {
        let (mut all, mut next) = (vec![at], 0);
        while next < all.len() {
            for need in &candidates[all[next]].needs {
                if *need == at {
                    return Err(NoCut::NeedsItself(at));
                }
                if !all.contains(need) {
                    all.push(*need);
                }
            }
            next += 1;
        }
        if one.must {
            all.into_iter().for_each(|at| promised[at] = true);
        }
    }
    Ok(promised)
}

/// Tenths of a person-week of a team that a choice takes.
pub fn used(candidates: &[Candidate], is_in: &[bool], team: usize) -> u64 {
    let chosen = candidates.iter().zip(is_in).filter(|(_, is_in)| **is_in);
    let of_team = chosen.flat_map(|(one, _)| one.effort.iter().filter(|(of, _)| *of == team));
    of_team.map(|(_, tenths)| u64::from(*tenths)).sum()
}

/// What leaves and what comes in when one more candidate must be in: (out, in), itself left out; absent when it cannot be.
pub fn find_displaced(
    candidates: &[Candidate],
    capacity: &[u32],
    chosen: &Cut,
    place: usize,
) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut with = candidates.to_vec();
    with[place].must = true;
    let other = cut(&with, capacity).ok()?;
    let differ = |from: &Cut, to: &Cut| {
        let places = (0..with.len()).filter(|at| from.is_in[*at] && !to.is_in[*at] && *at != place);
        places.collect::<Vec<_>>()
    };
    Some((differ(chosen, &other), differ(&other, chosen)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every choice, one after the other.
    fn by_force(candidates: &[Candidate], capacity: &[u32]) -> Option<f64> {
        let n = candidates.len();
        let fits = |bits: u32| {
            let is_in = |at: usize| bits >> at & 1 == 1;
            let mut left: Vec<i64> = capacity.iter().map(|tenths| i64::from(*tenths)).collect();
            for (at, one) in candidates.iter().enumerate() {
                if one.must && !is_in(at) || is_in(at) && one.needs.iter().any(|need| !is_in(*need)) {
                    return None;
                }
                if is_in(at) {
                    one.effort.iter().for_each(|(team, tenths)| left[*team] -= i64::from(*tenths));
                }
            }
            left.iter()
                .all(|left| *left >= 0)
                .then(|| (0..n).filter(|at| is_in(*at)).map(|at| candidates[at].value).sum())
        };
        (0..1u32 << n).filter_map(fits).max_by(f64::total_cmp)
    }

    fn any_plan(most: usize) -> impl Strategy<Value = (Vec<Candidate>, Vec<u32>)> {
        let one = (
            0.0..100.0f64,
            prop::collection::vec((0..3usize, 1..120u32), 1..3),
            0..12u8,
            prop::collection::vec(0..64usize, 0..2),
        );
        (prop::collection::vec(one, 1..=most), prop::collection::vec(0..500u32, 3)).prop_map(|(all, capacity)| {
            let candidates = all.into_iter().enumerate().map(|(at, (value, mut effort, must, needs))| {
                effort.sort_unstable();
                effort.dedup_by_key(|(team, _)| *team);
                // Only what comes before it, so that nothing needs itself.
                let mut needs: Vec<usize> = needs.into_iter().filter(|_| at > 0).map(|need| need % at.max(1)).collect();
                needs.dedup();
                Candidate { value, effort, must: must == 0, needs }
            });
            (candidates.collect(), capacity)
        })
    }

    fn check(candidates: &[Candidate], capacity: &[u32]) {
        match (cut(candidates, capacity), by_force(candidates, capacity)) {
            (Ok(found), Some(best)) => {
                assert!((found.value - best).abs() < 1e-6, "{} instead of {best}", found.value);
                assert_eq!(found.gap(), 0.0);
                let fits = |team: usize| used(candidates, &found.is_in, team) <= u64::from(capacity[team]);
                assert!((0..capacity.len()).all(fits));
                let stands = |at: usize| !found.is_in[at] || candidates[at].needs.iter().all(|need| found.is_in[*need]);
                assert!((0..candidates.len()).all(stands));
            }
            (Err(NoCut::TooMuchPromised { needed, capacity, .. }), None) => assert!(needed > capacity),
            (found, best) => panic!("{found:?}, but by force {best:?}"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

        #[test]
        fn the_choice_is_the_best_of_all((candidates, capacity) in any_plan(12)) {
            check(&candidates, &capacity);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4, ..ProptestConfig::default() })]

        #[test]
        fn the_choice_is_the_best_of_all_for_twenty((candidates, capacity) in any_plan(20)) {
            check(&candidates, &capacity);
        }

        #[test]
        fn what_is_left_to_prove_for_two_hundred_is_below_a_hundredth(
            (candidates, capacity) in any_plan(200).prop_map(|(all, capacity)| {
                (all, capacity.into_iter().map(|tenths| 500 + 4 * tenths).collect::<Vec<_>>())
            })
        ) {
            if let Ok(found) = cut(&candidates, &capacity) {
                prop_assert!(found.gap() <= 0.01, "{}", found.gap());
            }
        }
    }

    #[test]
    fn one_that_must_be_in_says_what_it_displaces() {
        let one = |value: f64, tenths: u32| Candidate { value, effort: vec![(0, tenths)], ..Candidate::default() };
        let all = [one(10.0, 40), one(6.0, 30), one(5.0, 30), one(1.0, 60)];
        let chosen = cut(&all, &[100]).unwrap();
        assert_eq!(chosen.is_in, [true, true, true, false]);
        assert_eq!(find_displaced(&all, &[100], &chosen, 3), Some((vec![1, 2], vec![])));
    }

    #[test]
    fn what_needs_itself_is_refused() {
        let one = |needs: Vec<usize>| Candidate { value: 1.0, needs, ..Candidate::default() };
        assert_eq!(cut(&[one(vec![1]), one(vec![2]), one(vec![0])], &[]), Err(NoCut::NeedsItself(0)));
    }
}
