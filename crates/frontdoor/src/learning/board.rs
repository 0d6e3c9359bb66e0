//! What was learned, in numbers: two lead, the rest stands below. Each has its n, period and interval.
use super::probes::{Offer, list as list_probes};
use crate::store::learning as rows;
use base::{ItemId, Result, Time};
use learn::figures::{Mean, Share, mean, share};
use people::Standing;
use std::collections::{BTreeMap, BTreeSet};
use store::Tx;
use tagging::counts::{Filter, Selector};
use tagging::{Catalogue, TagEngine};

/// Half-open.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub from: Time,
    pub to: Time,
}

/// How accounts fared that something happened with, against all others. Association, not cause.
pub struct AccountsSeen {
    /// `talked`, `learned` or `told`.
    pub with: &'static str,
    pub kept: Share,
    pub kept_others: Share,
    pub grew: Share,
    pub grew_others: Share,
}

pub struct Board {
    pub week: Period,
    pub period: Period,
    /// Insights of the week that were the first of their kind for their tags, and all of the week.
    pub reasons_new: (i64, i64),
    /// Of those who asked for something that is done, those who were told.
    pub heard: Share,
    pub learned: Share,
    pub novelty: i64,
    pub feelings: Vec<(String, Mean)>,
    pub promise: Share,
    pub rerouted: Share,
    pub questions: Vec<(Offer, Share, Share)>,
    pub accounts: Vec<AccountsSeen>,
}

pub async fn load_board(
    tx: &mut Tx,
    engine: &TagEngine,
    hidden: &[i64],
    week: Period,
    period: Period,
) -> Result<Board> {
    let (first, all) = rows::count_first_insights(tx, week.from, week.to, hidden).await?;
    let catalogue = engine.catalogue();
    let heard = count_heard(tx, engine, &catalogue, hidden).await?;
    let (closed, learned, nothing) = rows::count_learned_closings(tx, period.from, period.to, hidden).await?;
    let (kept, promised) = rows::count_promises(tx, period.from, period.to, hidden).await?;
    let (routed, otherwise) = rows::count_reroutes(tx, period.from, period.to, hidden).await?;
    let feelings = rows::list_feeling_changes(tx, period.from, period.to, hidden).await?;
    let mut sums: BTreeMap<base::ProbeId, (i64, i64, i64)> = BTreeMap::new();
    for row in rows::list_yields(tx, period.from, period.to).await? {
        let sum = sums.entry(row.probe_id).or_default();
        *sum = (sum.0 + row.asked, sum.1 + row.answered, sum.2 + row.learned);
    }
    let questions = list_probes(tx).await?.into_iter().filter_map(|mut offer| {
        let (asked, answered, learned) = *sums.get(&offer.probe.id)?;
        (offer.asked, offer.answered, offer.learned) = (asked, answered, learned);
        Some((offer, share(answered, asked), share(learned, answered)))
    });
    Ok(Board {
        week,
        period,
        reasons_new: (first, all),
        heard,
        learned: share(learned.min(closed - nothing), closed - nothing),
        novelty: count_novelty(tx, &catalogue, hidden, period).await?,
        feelings: feelings
            .into_iter()
            .map(|(purpose, n, sum, squares)| (purpose, mean(n, sum as f64, squares as f64)))
            .collect(),
        promise: share(kept, promised),
        rerouted: share(otherwise, routed),
        questions: questions.collect(),
        accounts: compare_accounts(tx, hidden, period).await?,
    })
}

/// Persons behind every item that is done, and whether somebody told them; a person counts once for each item.
async fn count_heard(tx: &mut Tx, engine: &TagEngine, catalogue: &Catalogue, hidden: &[i64]) -> Result<Share> {
    let told: BTreeSet<(ItemId, i64)> = rows::list_told(tx).await?.into_iter().collect();
    let done = roadmap::list_joined_with(tx, Some(roadmap::Status::Shipped)).await?.into_iter();
    let asked: Vec<(ItemId, Selector)> = done.map(|item| (item.id, item.selector(catalogue))).collect();
    let filter = Filter { hidden: hidden.iter().map(|door| *door as u16).collect(), ..Filter::default() };
    let people = engine
        .ask(move |columns| {
            let of = |(id, selector): &(ItemId, Selector)| {
                let people = columns.people(selector, &filter);
                people.into_iter().map(|share| (*id, i64::from(share.person))).collect::<Vec<_>>()
            };
            asked.iter().flat_map(of).collect::<Vec<_>>()
        })
        .await?;
    let heard = people.iter().filter(|who| told.contains(who)).count();
    Ok(share(heard as i64, people.len() as i64))
}

/// Pairs of a tag and a plan, of which something was learned for the first time in the period.
async fn count_novelty(tx: &mut Tx, catalogue: &Catalogue, hidden: &[i64], period: Period) -> Result<i64> {
    let standings = people::standings(tx, None).await?;
    let mut plans: BTreeMap<i64, &str> = BTreeMap::new();
    for one in &standings {
        if let Some(plan) = &one.plan {
            plans.insert(one.account_ord, plan);
        }
    }
    let mut first: BTreeMap<(i64, &str), Time> = BTreeMap::new();
    for (tag, account, at) in rows::list_learned_pairs(tx, period.to, hidden).await? {
        let plan = account.and_then(|account| plans.get(&account).copied()).unwrap_or_default();
        let known = first.entry((catalogue.canon(tag), plan)).or_insert(at);
        *known = at.min(*known);
    }
    Ok(first.values().filter(|at| **at >= period.from).count() as i64)
}

/// What an account paid at two moments, where it is known for both.
fn revenue(all: &[Standing], period: Period) -> BTreeMap<i64, (i64, i64)> {
    let mut found: BTreeMap<i64, (Option<i64>, Option<i64>)> = BTreeMap::new();
    for one in all {
        let (before, now) = found.entry(one.account_ord).or_default();
        if one.from <= period.from {
            *before = one.revenue_minor;
        }
        if one.from < period.to {
            *now = one.revenue_minor;
        }
    }
    found
        .into_iter()
        .filter_map(|(account, (before, now))| Some((account, (before.filter(|b| *b > 0)?, now?))))
        .collect()
}

async fn compare_accounts(tx: &mut Tx, hidden: &[i64], period: Period) -> Result<Vec<AccountsSeen>> {
    let revenue = revenue(&people::standings(tx, None).await?, period);
    let (from, to) = (period.from, period.to);
    let groups = [
        ("talked", rows::list_accounts_talked(tx, from, to, hidden).await?),
        ("learned", rows::list_accounts_learned(tx, from, to, hidden).await?),
        ("told", rows::list_accounts_told(tx, from, to, hidden).await?),
    ];
    let compare = |(with, accounts): (&'static str, Vec<(i64,)>)| {
        let accounts: BTreeSet<i64> = accounts.into_iter().map(|(account,)| account).collect();
        let part = |is_in: bool, holds: fn(i64, i64) -> bool| {
            let some = || revenue.iter().filter(|(account, _)| accounts.contains(account) == is_in);
            let n = some().filter(|(_, (before, now))| holds(*before, *now)).count();
            share(n as i64, some().count() as i64)
        };
        let kept = |_: i64, now: i64| now > 0;
        let grew = |before: i64, now: i64| now > before;
        AccountsSeen {
            with,
            kept: part(true, kept),
            kept_others: part(false, kept),
            grew: part(true, grew),
            grew_others: part(false, grew),
        }
    };
    Ok(groups.into_iter().map(compare).collect())
}
