//! Which items a half-year holds, and for each that is in or out the reason why. Pure.
use crate::model::{Feasibility, Item, Status};
use crate::rank::cut::{Candidate, Cut, NoCut, cut, used};
use crate::rank::score::expected_effort;
use crate::rank::{Ranked, cut::find_displaced};
use base::ItemId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The team of an effort that was given for nobody in particular: every item counts to it with all it costs, and it can do
/// what all teams can do together.
pub const HOUSE: &str = "";

/// Why an item is in or out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// With it the choice is worth most.
    WorthMost,
    /// It was promised.
    Promised,
    /// Something that is in cannot be built without it.
    Needed,
    /// Others in its place are worth more.
    WorthLess,
    /// Nobody estimated it.
    NoEffort,
    /// It cannot be built.
    NotFeasible,
    Parked,
    /// It was put into a later half-year.
    LaterHalf,
    /// A team cannot do as much as it alone takes.
    NoCapacity,
    /// It needs an item that is out.
    NeedsMissing,
    /// There is no choice at all: see why.
    NoChoice,
}

/// An item with what was chosen for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub item: ItemId,
    pub is_in: bool,
    pub because: Because,
    /// The team that cannot, or the item that is missing.
    pub team: Option<String>,
    pub needs: Option<ItemId>,
}

/// The choice for a half-year.
#[derive(Clone, Debug)]
pub struct Choice {
    /// In the order of the ranking.
    pub verdicts: Vec<Verdict>,
    /// (team, person-weeks it can do, person-weeks the choice takes), the whole house last.
    pub teams: Vec<(String, f64, f64)>,
    pub cut: Result<Cut, NoCut>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) items: Vec<ItemId>,
    pub(super) capacity: Vec<u32>,
}

fn tenths(weeks: f64) -> u32 {
    (weeks * 10.0).round().clamp(0.0, 1e8) as u32
}

/// What an item is worth in the choice. One that somebody placed is worth, for each person-week, as much as the item by
/// score in whose place it stands.
pub fn find_worths(ranking: &[Ranked]) -> HashMap<ItemId, f64> {
    let mut by_score: Vec<f64> =
        ranking.iter().filter(|one| one.placed.is_none()).filter_map(|one| one.parts.score).collect();
    by_score.sort_by(|a, b| b.total_cmp(a));
    let worth = |one: &Ranked| match (&one.placed, one.parts.effort) {
        (Some(placed), Some(effort)) if !by_score.is_empty() => {
            by_score[(placed.place.max(1) as usize - 1).min(by_score.len() - 1)] * effort
        }
        _ => one.parts.value,
    };
    ranking.iter().map(|one| (one.item.id, worth(one))).collect()
}

/// Why an item cannot be chosen at all.
fn find_bar(item: &Item, half: &str) -> Option<Because> {
    match item {
        _ if item.status == Status::Parked => Some(Because::Parked),
        _ if item.feasibility == Feasibility::No => Some(Because::NotFeasible),
        _ if item.half.as_deref().is_some_and(|of| of > half) => Some(Because::LaterHalf),
        _ if item.effort().is_none() => Some(Because::NoEffort),
        _ => None,
    }
}

/// Chooses what a half-year holds from the ranking. `promised` must be in; `done` are items that are there already, so that
/// needing them costs nothing; `capacity`: person-weeks by team.
pub fn choose(
    ranking: &[Ranked],
    half: &str,
    capacity: &BTreeMap<String, f64>,
    promised: &HashSet<ItemId>,
    done: &HashSet<ItemId>,
) -> Choice {
    let mut barred: HashMap<ItemId, (Because, Option<ItemId>)> = HashMap::new();
    for one in ranking {
        if let Some(because) = find_bar(&one.item, half) {
            barred.insert(one.item.id, (because, None));
        }
    }
    let open: HashSet<ItemId> = ranking.iter().map(|one| one.item.id).collect();
    // What needs a barred item is barred too, and so on.
    loop {
        let missing = |one: &Ranked| {
            let gone = |need: &&ItemId| barred.contains_key(*need) || !open.contains(*need) && !done.contains(*need);
            one.item.needs.iter().find(gone).copied()
        };
        let more: Vec<(ItemId, ItemId)> = ranking
            .iter()
            .filter(|one| !barred.contains_key(&one.item.id))
            .filter_map(|one| Some((one.item.id, missing(one)?)))
            .collect();
        if more.is_empty() {
            break;
        }
        barred.extend(more.into_iter().map(|(item, need)| (item, (Because::NeedsMissing, Some(need)))));
    }
    let teams: Vec<&str> = capacity.keys().map(String::as_str).filter(|team| *team != HOUSE).collect();
    let worths = find_worths(ranking);
    let able: Vec<&Ranked> = ranking.iter().filter(|one| !barred.contains_key(&one.item.id)).collect();
    let at: HashMap<ItemId, usize> = able.iter().enumerate().map(|(at, one)| (one.item.id, at)).collect();
    // A team that takes part in an item and stands in no plan can do nothing.
    let mut names: Vec<String> = teams.iter().map(|team| (*team).to_owned()).collect();
    for effort in able.iter().flat_map(|one| &one.item.efforts) {
        if !names.contains(&effort.team) {
            names.push(effort.team.clone());
        }
    }
    names.push(HOUSE.to_owned());
    let able_to: Vec<u32> = names
        .iter()
        .map(|team| match team.as_str() {
            HOUSE => capacity.values().map(|weeks| tenths(*weeks)).sum(),
            team => capacity.get(team).map_or(0, |weeks| tenths(*weeks)),
        })
        .collect();
    let candidate = |one: &&Ranked| {
        let of_team = |team: &str| names.iter().position(|name| name == team);
        let mut effort: Vec<(usize, u32)> = one
            .item
            .efforts
            .iter()
            .filter_map(|effort| {
                Some((of_team(&effort.team)?, tenths(expected_effort([effort.low, effort.likely, effort.high]))))
            })
            .collect();
        let whole = match effort.is_empty() {
            true => tenths(one.parts.effort.unwrap_or_default()),
            false => effort.iter().map(|(_, tenths)| tenths).sum(),
        };
        // What was estimated as a whole is the work of the team it belongs to, where that team has a capacity.
        if effort.is_empty()
            && let Some(owner) = one.item.owner.as_deref().map(textkit::fold_key)
        {
            let of_owner = names.iter().position(|name| name != HOUSE && textkit::fold_key(name) == owner);
            effort.extend(of_owner.map(|team| (team, whole)));
        }
        effort.push((names.len() - 1, whole));
        let needs = one.item.needs.iter().filter_map(|need| at.get(need).copied()).collect();
        let value = worths.get(&one.item.id).copied().unwrap_or_default();
        Candidate { value, effort, must: promised.contains(&one.item.id), needs }
    };
    let candidates: Vec<Candidate> = able.iter().map(candidate).collect();
    let items: Vec<ItemId> = able.iter().map(|one| one.item.id).collect();
    let cut = cut(&candidates, &able_to);
    let nothing = vec![false; candidates.len()];
    let is_in = cut.as_ref().map_or(&nothing, |cut| &cut.is_in);
    let verdict = |one: &Ranked| {
        let item = one.item.id;
        if let Some((because, needs)) = barred.get(&item) {
            return Verdict { item, is_in: false, because: *because, team: None, needs: *needs };
        }
        let at = at[&item];
        let out = |because, team, needs| Verdict { item, is_in: false, because, team, needs };
        if cut.is_err() {
            return out(Because::NoChoice, None, None);
        }
        if is_in[at] {
            let because = match () {
                () if candidates[at].must => Because::Promised,
                () if (0..candidates.len()).any(|of| is_in[of] && candidates[of].needs.contains(&at)) => {
                    Because::Needed
                }
                () => Because::WorthMost,
            };
            return Verdict { item, is_in: true, because, team: None, needs: None };
        }
        if let Some((team, _)) = candidates[at].effort.iter().find(|(team, tenths)| *tenths > able_to[*team]) {
            return out(Because::NoCapacity, Some(names[*team].clone()), None);
        }
        match candidates[at].needs.iter().find(|need| !is_in[**need]) {
            Some(need) => out(Because::NeedsMissing, None, Some(items[*need])),
            None => out(Because::WorthLess, None, None),
        }
    };
    let verdicts = ranking.iter().map(verdict).collect();
    let weeks = |tenths: f64| tenths / 10.0;
    let use_of = |(at, team): (usize, &String)| {
        let takes = used(&candidates, is_in, at) as f64;
        (team.clone(), weeks(f64::from(able_to[at])), weeks(takes))
    };
    let teams = names.iter().enumerate().map(use_of).collect();
    Choice { verdicts, teams, cut, candidates, items, capacity: able_to }
}

/// What else would be in, and what out, if an item that is in were not, or one that is out had to be.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Otherwise {
    /// It could not be: what must be in does not fit.
    pub impossible: bool,
    pub would_leave: Vec<ItemId>,
    pub would_come: Vec<ItemId>,
}

impl Choice {
    /// The item of a candidate.
    pub fn item_at(&self, candidate: usize) -> ItemId {
        self.items[candidate]
    }

    /// What depends on whether an item is in: what it displaced, or what it would displace.
    pub fn otherwise(&self, item: ItemId) -> Option<Otherwise> {
        let (at, cut) = (self.items.iter().position(|id| *id == item)?, self.cut.as_ref().ok()?);
        let differ = match cut.is_in[at] {
            true => self.without(at, cut),
            false => find_displaced(&self.candidates, &self.capacity, cut, at),
        };
        let Some((out, into)) = differ else { return Some(Otherwise { impossible: true, ..Otherwise::default() }) };
        let ids = |places: Vec<usize>| places.into_iter().map(|at| self.items[at]).collect();
        Some(Otherwise { impossible: false, would_leave: ids(out), would_come: ids(into) })
    }

    /// (out, in) if a candidate that is in could not be chosen. What needs it then cannot be either.
    fn without(&self, place: usize, chosen: &Cut) -> Option<(Vec<usize>, Vec<usize>)> {
        let mut others = self.candidates.clone();
        // Nobody can do this much: the candidate is out, and stays in its place so that the others keep theirs.
        others[place].must = false;
        others[place].effort.push((self.capacity.len(), 1));
        let mut capacity = self.capacity.clone();
        capacity.push(0);
        let other = cut(&others, &capacity).ok()?;
        let differ = |from: &Cut, to: &Cut| {
            (0..others.len()).filter(|at| from.is_in[*at] && !to.is_in[*at] && *at != place).collect::<Vec<_>>()
        };
        Some((differ(chosen, &other), differ(&other, chosen)))
    }
}
