//! Figures that the server and the browser are both held to: half-years and what would be if something were otherwise. The
//! file `golden.json` is made here (with `UPDATE_SNAPSHOTS=1`) and read by `web/src/rooms/roadmap/what_if.test.ts`.
use super::plans::{PlannedOut, planned_out};
use super::ranking::parts_out;
use super::ranking::{RankedOut, item_ref};
use crate::model::{Feasibility, Item, Status, TeamEffort};
use crate::plan::{Capacity, choose};
use crate::rank::score::{Formula, Stand, Voice, hear, weigh};
use crate::rank::{RankRules, Ranked, Ranking};
use base::{ItemId, Time};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use tagging::Texts;

const NOW: Time = Time(1_700_000_000_000_000);
const HALF: &str = "2027H1";
const PLANS: [&str; 2] = ["Team", "Plus"];

/// Numbers that look random and are the same every time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Case {
    half: String,
    plan: Vec<PlannedOut>,
    asked: Vec<Asked>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Asked {
    capacity: Capacity,
    rules: RankRules,
    fits: Option<BTreeMap<ItemId, i64>>,
    musts: Vec<ItemId>,
    /// What is in, and why the rest is not; nothing is in where too much is promised.
    is_in: Vec<ItemId>,
    because: BTreeMap<ItemId, crate::plan::Because>,
    value: f64,
    places: BTreeMap<ItemId, usize>,
}

/// An item with who asks for it: (asker, days ago, standing; 0 for a person without an account).
struct Wanted {
    item: Item,
    said: Vec<(u64, i64, u16)>,
    fit: i64,
}

fn any_item(dice: &mut Dice, n: u64, before: &[Wanted]) -> Wanted {
    let weeks = |dice: &mut Dice| (5 + dice.below(60)) as f64 / 10.0;
    let mut efforts: Vec<TeamEffort> = Vec::new();
    for team in ["Views", "Web"] {
        if dice.below(3) > 0 {
            let low = weeks(dice);
            let likely = low + weeks(dice) / 4.0;
            efforts.push(TeamEffort { team: team.into(), low, likely, high: likely * 2.0 });
        }
    }
    let odd = dice.below(12);
    let mut bytes = [7; 16];
    bytes[15] = n as u8;
    let needs = before.get(dice.below(60) as usize).map(|one| one.item.id).into_iter().collect();
    let item = Item {
        id: ItemId::from_bytes(bytes),
        key: Some(format!("K-{n}")),
        title: Texts { ko: None, en: Some(format!("Item {n}")) },
        problem: Texts::default(),
        status: if odd == 0 { Status::Parked } else { Status::Considering },
        half: (odd == 1).then(|| "2027H2".into()),
        owner: None,
        owner_staff: None,
        effort_low: (efforts.is_empty() && odd != 2).then_some(2.0),
        effort_likely: None,
        effort_high: None,
        efforts,
        feasibility: match odd {
            3 => Feasibility::No,
            4 | 5 => Feasibility::NeedsResearch,
            _ => Feasibility::Yes,
        },
        feasibility_reason: Some("as the dice say".into()),
        needs,
        position: n as f64,
        status_at: NOW,
        rev: 1,
        tags: Vec::new(),
    };
    let said = (0..1 + dice.below(9)).map(|_| {
        let asker = dice.below(40);
        (asker, dice.below(500) as i64, (asker % 3) as u16)
    });
    Wanted { item, said: said.collect(), fit: dice.below(4) as i64 }
}

fn ranking_of(all: &[Wanted], rules: &RankRules, fits: Option<&BTreeMap<ItemId, i64>>) -> Ranking {
    let standing = |n: usize| (n > 0).then(|| ["".to_owned(), PLANS[n - 1].to_owned(), "".to_owned()]);
    let standings: Vec<_> = (0..3).map(standing).collect();
    let ranked = |one: &Wanted| {
        let weight = |n: u16| standings[usize::from(n)].as_ref().map_or(1.0, |s| rules.weight(&s[0], &s[1], &s[2]));
        let voice = |(asker, days, standing): &(u64, i64, u16)| Voice {
            asker: *asker,
            last_at: NOW.plus(-days * Time::DAY),
            weight: weight(*standing),
            standing: *standing,
        };
        let voices: Vec<Voice> = one.said.iter().map(voice).collect();
        let fit = fits.map_or(one.fit, |fits| fits.get(&one.item.id).copied().unwrap_or(0));
        let confidence = if one.item.feasibility == Feasibility::Yes { 1.0 } else { 0.5 };
        let stand = Stand { fit: fit as f64 / 3.0, confidence, effort: one.item.effort() };
        let parts = weigh(hear(&voices, &rules.scoring(), NOW, one.item.effort().is_some()), &stand, &rules.scoring());
        Ranked { item: std::sync::Arc::new(one.item.clone()), parts, fit, place: None, placed: None }
    };
    let items = crate::rank::order(all.iter().map(ranked).collect());
    Ranking { rules: rules.clone(), rules_rev: 0, direction: None, items, standings }
}

fn ask(
    all: &[Wanted],
    capacity: Capacity,
    rules: RankRules,
    fits: Option<BTreeMap<ItemId, i64>>,
    musts: Vec<ItemId>,
) -> (Vec<PlannedOut>, Asked) {
    let ranking = ranking_of(all, &rules, fits.as_ref());
    let promised: HashSet<ItemId> = musts.iter().copied().collect();
    let choice = choose(&ranking.items, HALF, &capacity, &promised, &HashSet::new());
    let plan = ranking.items.iter().zip(&choice.verdicts).map(|(one, verdict)| {
        let ranked = RankedOut {
            item: item_ref(&one.item),
            place: one.place.map(|place| place.rank),
            place_from: None,
            place_to: None,
            placed: None,
            parts: parts_out(&ranking, one),
        };
        planned_out(ranked, verdict, None)
    });
    let plan: Vec<PlannedOut> = plan.collect();
    let mut is_in: Vec<ItemId> = choice.verdicts.iter().filter(|one| one.is_in).map(|one| one.item).collect();
    is_in.sort();
    let because = choice.verdicts.iter().map(|one| (one.item, one.because)).collect();
    let places = ranking.items.iter().filter_map(|one| Some((one.item.id, one.place?.rank))).collect();
    let value = choice.cut.as_ref().map_or(0.0, |cut| cut.value);
    (plan, Asked { capacity, rules, fits, musts, is_in, because, value, places })
}

fn make(seed: u64, n: u64, formula: Formula) -> Case {
    let mut dice = Dice(seed);
    let mut all: Vec<Wanted> = Vec::new();
    for at in 0..n {
        let one = any_item(&mut dice, at, &all);
        all.push(one);
    }
    let capacity = |views: f64, web: f64| Capacity::from([("Views".to_owned(), views), ("Web".to_owned(), web)]);
    let rules = RankRules { formula, ..RankRules::default() };
    let (plan, as_is) = ask(&all, capacity(14.0, 11.5), rules.clone(), None, Vec::new());
    let other = RankRules {
        without_fit: 0.1,
        plans: BTreeMap::from([("Team".to_owned(), 3.0), ("Plus".to_owned(), 0.4)]),
        ..rules.clone()
    };
    let fits = all.iter().map(|one| (one.item.id, 3 - one.fit)).collect();
    let must = all.iter().rev().find(|one| as_is.because[&one.item.id] == crate::plan::Because::WorthLess);
    let musts = must.map(|one| one.item.id).into_iter().collect();
    let asked = vec![
        ask(&all, capacity(21.0, 3.0), rules.clone(), None, Vec::new()).1,
        ask(&all, capacity(14.0, 11.5), other, None, Vec::new()).1,
        ask(&all, capacity(14.0, 11.5), RankRules { half_life_days: 30.0, ..rules.clone() }, None, Vec::new()).1,
        ask(&all, capacity(14.0, 11.5), rules.clone(), Some(fits), Vec::new()).1,
        ask(&all, capacity(14.0, 11.5), rules.clone(), None, musts).1,
        ask(&all, capacity(0.5, 0.5), rules, None, all.iter().map(|one| one.item.id).collect()).1,
        as_is,
    ];
    Case { half: HALF.into(), plan, asked }
}

#[test]
fn the_golden_figures_are_those_of_the_server() {
    let made: Vec<Case> = (0..6)
        .map(|n| make(2_027 + n * 7_919, 9 + 2 * n, if n == 5 { Formula::Rice } else { Formula::Ours }))
        .collect();
    let here = std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo");
    let path = &std::path::PathBuf::from(here).join("src/http/golden.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, serde_json::to_string(&made).unwrap() + "\n").unwrap();
    }
    let kept: Vec<Case> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // Compared as they are written: the last bit of a figure may differ from one machine to another.
    let text = |cases: &[Case]| serde_json::to_value(cases).unwrap();
    assert!(is_near(&text(&kept), &text(&made)), "the figures have changed: run with UPDATE_SNAPSHOTS=1 and look why");
    assert!(made.iter().any(|case| case.asked.iter().any(|asked| asked.is_in.len() > 3)));
}

fn is_near(a: &serde_json::Value, b: &serde_json::Value) -> bool {
    use serde_json::Value::{Array, Number, Object};
    match (a, b) {
        (Number(a), Number(b)) => {
            let (a, b) = (a.as_f64().unwrap_or_default(), b.as_f64().unwrap_or_default());
            (a - b).abs() <= 1e-9 * a.abs().max(1.0)
        }
        (Array(a), Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_near(a, b)),
        (Object(a), Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_near(a, b)))
        }
        (a, b) => a == b,
    }
}
