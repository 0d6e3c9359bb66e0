//! Questions that learn the why: which may be asked now, and what came of them.
use crate::store::learning::{self as rows, AskRow, ProbeRow};
use base::{Actor, EntryId, Error, ProbeId, Result, Time};
use conversations::{Author, EntryKind, Head, Purpose, Scope};
use std::collections::HashMap;
use store::Tx;
use tagging::Catalogue;

/// The questions a new house begins with, in our own words.
const SEEDS: &str = include_str!("../../../../starter/probes.tsv");
pub const AIMS: [&str; 6] = ["why", "stakes", "business", "workflow", "workaround", "next"];
/// Never more at once: a choice, not a list.
pub const MOST_OFFERED: usize = 3;
/// Whoever was asked is not asked again before they answered, or this long.
const PATIENCE: i64 = 7 * Time::DAY;
const LONGEST: usize = 600;

/// A question with how often it was answered, and answered with something to learn.
#[derive(Clone, Debug)]
pub struct Offer {
    pub probe: ProbeRow,
    pub asked: i64,
    pub answered: i64,
    pub learned: i64,
}

/// The questions of the house; a new house gets the seeds.
pub async fn plant_seeds(tx: &mut Tx) -> Result<()> {
    for line in SEEDS.lines().skip(1).filter(|line| !line.is_empty()) {
        let mut cells = line.split('\t').map(str::to_owned);
        let mut cell = || cells.next().ok_or_else(|| Error::store("a question without all its columns"));
        let (aim, purposes, text_ko, text_en) = (cell()?, cell()?, cell()?, cell()?);
        let row =
            ProbeRow { id: ProbeId::new(), aim, purposes, tag_ord: None, text_ko, text_en, is_active: true, rev: 1 };
        rows::insert_probe(tx, &row, None).await?;
    }
    Ok(())
}

pub async fn get_probe(tx: &mut Tx, id: ProbeId) -> Result<ProbeRow> {
    rows::list_probes(tx).await?.into_iter().find(|probe| probe.id == id).ok_or(Error::NotFound("probe"))
}

pub fn check(probe: &ProbeRow) -> Result<()> {
    let is_text = |text: &str| !text.trim().is_empty() && text.chars().count() <= LONGEST;
    if !is_text(&probe.text_ko) {
        return Err(Error::invalid("text_ko", "error-probe-text"));
    }
    if !is_text(&probe.text_en) {
        return Err(Error::invalid("text_en", "error-probe-text"));
    }
    if !AIMS.contains(&probe.aim.as_str()) {
        return Err(Error::invalid("aim", "error-probe-aim"));
    }
    let is_purpose = |word: &str| word.is_empty() || word.parse::<Purpose>().is_ok();
    if !probe.purposes.split(',').all(is_purpose) {
        return Err(Error::invalid("purposes", "error-probe-purpose"));
    }
    Ok(())
}

/// At most three that fit what a conversation is there for and what it is tagged with, the most fruitful first, each with
/// another aim; none while an answer is waited for.
pub async fn offer(tx: &mut Tx, catalogue: &Catalogue, head: &Head) -> Result<Vec<Offer>> {
    let asks = rows::list_asks(tx, head.ord).await?;
    let now = tx.now();
    if asks.iter().any(|ask| ask.answer_ord.is_none() && now.since(ask.asked_at) < PATIENCE) {
        return Ok(Vec::new());
    }
    let tags: Vec<i64> =
        rows::list_tags_at(tx, head.ord, 0).await?.into_iter().map(|(tag, _)| catalogue.canon(tag)).collect();
    let mut offers: Vec<Offer> = list(tx).await?;
    let fits_tag = |probe: &ProbeRow| {
        probe.tag_ord.map(|tag| {
            let subtree = catalogue.subtree(tag);
            tags.iter().any(|tag| subtree.contains(tag))
        })
    };
    let fits_purpose = |probe: &ProbeRow| match head.purpose {
        _ if probe.purposes.is_empty() => true,
        Some(purpose) => probe.purposes.split(',').any(|word| word == purpose.as_str()),
        None => false,
    };
    offers.retain(|offer| {
        let was_asked = asks.iter().any(|ask| ask.probe_id == offer.probe.id);
        offer.probe.is_active && !was_asked && fits_purpose(&offer.probe) && fits_tag(&offer.probe) != Some(false)
    });
    // A question nobody tried yet stands in the middle, so that it gets its chance.
    let fruit = |offer: &Offer| (offer.learned as f64 + 1.0) / (offer.asked as f64 + 3.0);
    offers.sort_by(|a, b| {
        let by_tag = b.probe.tag_ord.is_some().cmp(&a.probe.tag_ord.is_some());
        by_tag.then_with(|| fruit(b).total_cmp(&fruit(a)))
    });
    let mut aims: Vec<String> = Vec::new();
    offers.retain(|offer| {
        let is_new = !aims.contains(&offer.probe.aim);
        aims.push(offer.probe.aim.clone());
        is_new
    });
    offers.truncate(MOST_OFFERED);
    Ok(offers)
}

/// All questions with what came of them.
pub async fn list(tx: &mut Tx) -> Result<Vec<Offer>> {
    let mut sums: HashMap<ProbeId, (i64, i64, i64)> = HashMap::new();
    for row in rows::list_yields(tx, Time(0), Time(i64::MAX)).await? {
        let sum = sums.entry(row.probe_id).or_default();
        *sum = (sum.0 + row.asked, sum.1 + row.answered, sum.2 + row.learned);
    }
    let all = rows::list_probes(tx).await?.into_iter();
    Ok(all
        .map(|probe| {
            let (asked, answered, learned) = sums.get(&probe.id).copied().unwrap_or_default();
            Offer { probe, asked, answered, learned }
        })
        .collect())
}

/// Remembers that a question stood in an answer of ours. One question an answer, and one answer is waited for.
pub async fn ask(tx: &mut Tx, actor: &Actor, scope: &Scope, head: &Head, probe: ProbeId, entry: EntryId) -> Result<()> {
    let probe = get_probe(tx, probe).await?;
    let (entry, of) = conversations::get_entry(tx, scope, entry).await?;
    if of.ord != head.ord || entry.kind != EntryKind::Message || entry.author != Author::Staff {
        return Err(Error::invalid("entry_id", "error-probe-entry"));
    }
    let asks = rows::list_asks(tx, head.ord).await?;
    if asks.iter().any(|ask| ask.entry_ord == entry.ord) {
        return Ok(());
    }
    let now = tx.now();
    if asks.iter().any(|ask| ask.answer_ord.is_none() && now.since(ask.asked_at) < PATIENCE) {
        return Err(Error::Conflict { key: "error-probe-open" });
    }
    let (entry_ord, conversation_ord) = (entry.ord, head.ord);
    let ask =
        AskRow { entry_ord, probe_id: probe.id, conversation_ord, asked_at: now, answer_ord: None, answered_at: None };
    let language = head.language.or(entry.language).map_or(String::new(), |lang| lang.to_string());
    rows::insert_ask(tx, &ask, &language, actor.staff).await?;
    tx.announce("frontdoor.asked", serde_json::json!({"conversation": head.id, "door": head.door_ord}));
    Ok(())
}

/// Somebody wrote again: the questions that waited in these conversations are answered.
pub async fn note_answers(tx: &mut Tx, conversations: &[i64]) -> Result<()> {
    for (entry, answer, at) in rows::list_answered(tx, conversations).await? {
        rows::set_answer(tx, entry, answer, at).await?;
    }
    Ok(())
}
