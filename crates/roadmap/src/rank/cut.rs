//! What fits into a half-year: the choice of items worth most, within each team's capacity, with what each needs and what
//! was promised. Exact where that can be proven within a fixed number of steps; otherwise with the gap that is left.
//!
//! The bound is Lagrange's (Geoffrion 1974): capacities and needs get a price, and every item then decides for itself.
//! An item that decides otherwise costs what its price says; the search only looks where these costs stay below what
//! could still be won, so that most items are settled before it begins (reduced-cost fixing).

/// Steps of the search: about a second on one core. A count, not a clock, so that the same plan comes out everywhere.
const MOST_STEPS: u64 = 6_000_000;
/// Steps in which the prices are found.
const PRICE_STEPS: usize = 400;
/// Sums of floating-point values differ by their order.
const EPSILON: f64 = 1e-9;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoCut {
    /// What was promised, with what it needs, is more than this team can do: tenths of a person-week.
    TooMuchPromised { team: usize, needed: u64, capacity: u64 },
    /// This candidate needs itself, by others.
    NeedsItself(usize),
}

/// Chooses. `capacity`: tenths of a person-week of each team.
pub fn cut(candidates: &[Candidate], capacity: &[u32]) -> Result<Cut, NoCut> {
    let plan = Plan::new(candidates, capacity)?;
    let mut best = plan.fill(&[]);
    let prices = plan.find_prices(&mut best);
    let bound = prices.bound.max(best.value);
    let mut search = Search::new(&plan, &prices, best);
    search.run();
    let Search { best, steps, .. } = search;
    let bound = if steps < MOST_STEPS { best.value } else { bound.max(best.value) };
    Ok(Cut { is_in: best.is_in, value: best.value, bound })
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

/// The question, with everything that follows from it.
struct Plan<'a> {
    candidates: &'a [Candidate],
    capacity: Vec<i64>,
    /// Everything each candidate needs, also by others, itself included.
    closures: Vec<Vec<usize>>,
    /// Candidates that need each one directly.
    needed_by: Vec<Vec<usize>>,
    /// In, because promised or needed by what is.
    promised: Vec<bool>,
}

#[derive(Clone, Debug)]
struct Choice {
    is_in: Vec<bool>,
    value: f64,
    left: Vec<i64>,
}

/// What a unit of each team's time costs, and what each candidate is then worth to the whole.
struct Prices {
    worth: Vec<f64>,
    /// What the capacities are worth, with every positive worth.
    bound: f64,
}

impl<'a> Plan<'a> {
    fn new(candidates: &'a [Candidate], capacity: &[u32]) -> Result<Plan<'a>, NoCut> {
        let closures: Vec<Vec<usize>> = (0..candidates.len())
            .map(|at| close(candidates, at).ok_or(NoCut::NeedsItself(at)))
            .collect::<Result<_, _>>()?;
        let mut needed_by = vec![Vec::new(); candidates.len()];
        for (at, one) in candidates.iter().enumerate() {
            one.needs.iter().for_each(|need| needed_by[*need].push(at));
        }
        let mut promised = vec![false; candidates.len()];
        for at in (0..candidates.len()).filter(|at| candidates[*at].must) {
            closures[at].iter().for_each(|need| promised[*need] = true);
        }
        let capacity: Vec<i64> = capacity.iter().map(|tenths| i64::from(*tenths)).collect();
        let plan = Plan { candidates, capacity, closures, needed_by, promised };
        let base = plan.base();
        match base.left.iter().position(|left| *left < 0) {
            None => Ok(plan),
            Some(team) => {
                let capacity = plan.capacity[team] as u64;
                Err(NoCut::TooMuchPromised { team, needed: capacity + base.left[team].unsigned_abs(), capacity })
            }
        }
    }

    /// Only what was promised.
    fn base(&self) -> Choice {
        let mut base = Choice { is_in: vec![false; self.candidates.len()], value: 0.0, left: self.capacity.clone() };
        (0..self.candidates.len()).filter(|at| self.promised[*at]).for_each(|at| self.take(&mut base, at));
        base
    }

    fn take(&self, choice: &mut Choice, at: usize) {
        choice.is_in[at] = true;
        choice.value += self.candidates[at].value;
        self.candidates[at].effort.iter().for_each(|(team, tenths)| choice.left[*team] -= i64::from(*tenths));
    }

    /// Takes a candidate with all it needs, if that fits.
    fn take_whole(&self, choice: &mut Choice, at: usize) {
        if choice.is_in[at] {
            return;
        }
        let mut with = choice.clone();
        self.closures[at].iter().filter(|need| !choice.is_in[**need]).for_each(|need| self.take(&mut with, *need));
        if with.left.iter().all(|left| *left >= 0) {
            *choice = with;
        }
    }

    /// What was promised, then the candidates in an order as far as they fit, then whatever else does.
    fn fill(&self, order: &[usize]) -> Choice {
        let mut choice = self.base();
        order.iter().for_each(|at| self.take_whole(&mut choice, *at));
        let mut rest: Vec<usize> = (0..self.candidates.len()).collect();
        rest.sort_by(|a, b| self.density(*b).total_cmp(&self.density(*a)));
        rest.iter().for_each(|at| self.take_whole(&mut choice, *at));
        choice
    }

    /// Value for the share of the capacities it takes.
    fn density(&self, at: usize) -> f64 {
        let share = |(team, tenths): &(usize, u32)| f64::from(*tenths) / self.capacity[*team].max(1) as f64;
        self.candidates[at].value / self.candidates[at].effort.iter().map(share).sum::<f64>().max(EPSILON)
    }

    /// Finds prices by subgradient steps (Held, Wolfe and Crowder 1974), and better choices on the way.
    fn find_prices(&self, best: &mut Choice) -> Prices {
        let needs: Vec<(usize, usize)> = (0..self.candidates.len())
            .flat_map(|at| self.candidates[at].needs.iter().map(move |need| (at, *need)))
            .collect();
        let mut of_teams = vec![0.0; self.capacity.len()];
        let mut of_needs = vec![0.0; needs.len()];
        let mut found = self.price(&of_teams, &needs, &of_needs);
        let (mut pace, mut idle) = (2.0, 0);
        for step in 0..PRICE_STEPS {
            let now = self.price(&of_teams, &needs, &of_needs);
            let wants: Vec<bool> = (0..now.worth.len()).map(|at| self.promised[at] || now.worth[at] > 0.0).collect();
            if step % 10 == 0 {
                let mut order: Vec<usize> = (0..wants.len()).collect();
                order.sort_by(|a, b| now.worth[*b].total_cmp(&now.worth[*a]));
                let choice = self.fill(&order);
                if choice.value > best.value {
                    *best = choice;
                }
            }
            if now.bound < found.bound - EPSILON {
                (found, idle) = (now, 0);
            } else {
                idle += 1;
            }
            if idle > 20 {
                (pace, idle) = (pace / 2.0, 0);
            }
            let mut over: Vec<f64> = self.capacity.iter().map(|tenths| -(*tenths as f64)).collect();
            for at in (0..wants.len()).filter(|at| wants[*at]) {
                self.candidates[at].effort.iter().for_each(|(team, tenths)| over[*team] += f64::from(*tenths));
            }
            let broken: Vec<f64> = needs
                .iter()
                .map(|(at, need)| f64::from(u8::from(wants[*at])) - f64::from(u8::from(wants[*need])))
                .collect();
            let length: f64 = over.iter().chain(&broken).map(|x| x * x).sum();
            if length < EPSILON || found.bound <= best.value + EPSILON {
                break;
            }
            let size = pace * (found.bound - best.value).max(EPSILON) / length;
            of_teams.iter_mut().zip(&over).for_each(|(price, x)| *price = f64::max(0.0, *price + size * x));
            of_needs.iter_mut().zip(&broken).for_each(|(price, x)| *price = f64::max(0.0, *price + size * x));
        }
        found
    }

    fn price(&self, of_teams: &[f64], needs: &[(usize, usize)], of_needs: &[f64]) -> Prices {
        let mut worth: Vec<f64> = self
            .candidates
            .iter()
            .map(|one| one.value - one.effort.iter().map(|(team, x)| of_teams[*team] * f64::from(*x)).sum::<f64>())
            .collect();
        for ((at, need), price) in needs.iter().zip(of_needs) {
            worth[*at] -= price;
            worth[*need] += price;
        }
        let base: f64 = of_teams.iter().zip(&self.capacity).map(|(price, tenths)| price * *tenths as f64).sum();
        let won = (0..worth.len()).map(|at| if self.promised[at] { worth[at] } else { worth[at].max(0.0) });
        let bound = base + won.sum::<f64>();
        Prices { worth, bound }
    }
}

/// A candidate and all it needs; absent when it needs itself.
fn close(candidates: &[Candidate], at: usize) -> Option<Vec<usize>> {
    let (mut all, mut next) = (vec![at], 0);
    while next < all.len() {
        for need in &candidates[all[next]].needs {
            if *need == at {
                return None;
            }
            if !all.contains(need) {
                all.push(*need);
            }
        }
        next += 1;
    }
    Some(all)
}

/// Goes through the choices that could still be worth more than the best one known.
struct Search<'a> {
    plan: &'a Plan<'a>,
    worth: &'a [f64],
    /// The open candidates: those that are dearest to decide otherwise come first.
    order: Vec<usize>,
    /// What no choice below this point can pass, given what was decided.
    bound: f64,
    state: Vec<Option<bool>>,
    left: Vec<i64>,
    value: f64,
    best: Choice,
    steps: u64,
}

impl<'a> Search<'a> {
    fn new(plan: &'a Plan<'a>, prices: &'a Prices, best: Choice) -> Search<'a> {
        let base = plan.base();
        let mut order: Vec<usize> = (0..plan.candidates.len()).filter(|at| !plan.promised[*at]).collect();
        order.sort_by(|a, b| prices.worth[*b].abs().total_cmp(&prices.worth[*a].abs()));
        let state = plan.promised.iter().map(|promised| promised.then_some(true)).collect();
        let Choice { value, left, .. } = base;
        Search { plan, worth: &prices.worth, order, bound: prices.bound, state, left, value, best, steps: 0 }
    }

    fn run(&mut self) {
        self.decide(0);
    }

    fn decide(&mut self, depth: usize) {
        self.steps += 1;
        if self.steps >= MOST_STEPS || self.bound <= self.best.value + EPSILON {
            return;
        }
        let Some(&at) = self.order.get(depth) else {
            if self.value > self.best.value {
                let is_in = self.state.iter().map(|state| *state == Some(true)).collect();
                self.best = Choice { is_in, value: self.value, left: self.left.clone() };
            }
            return;
        };
        let wants = self.worth[at] > 0.0;
        for put_in in [wants, !wants] {
            let costs = if put_in == wants { 0.0 } else { self.worth[at].abs() };
            if self.bound - costs <= self.best.value + EPSILON || !self.may_be(at, put_in) {
                continue;
            }
            let before = self.value;
            self.bound -= costs;
            self.put(at, Some(put_in), put_in, -1);
            self.decide(depth + 1);
            self.put(at, None, put_in, 1);
            (self.bound, self.value) = (self.bound + costs, before);
        }
    }

    fn put(&mut self, at: usize, state: Option<bool>, takes: bool, sign: i64) {
        self.state[at] = state;
        if takes {
            self.value += self.plan.candidates[at].value;
            let effort = &self.plan.candidates[at].effort;
            effort.iter().for_each(|(team, tenths)| self.left[*team] += sign * i64::from(*tenths));
        }
    }

    /// Whether it fits, and agrees with what was decided of those it needs and those that need it.
    fn may_be(&self, at: usize, put_in: bool) -> bool {
        let one = &self.plan.candidates[at];
        if put_in {
            one.needs.iter().all(|need| self.state[*need] != Some(false))
                && one.effort.iter().all(|(team, tenths)| self.left[*team] >= i64::from(*tenths))
        } else {
            self.plan.needed_by[at].iter().all(|by| self.state[*by] != Some(true))
        }
    }
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
