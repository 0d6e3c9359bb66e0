//! Deciding where a conversation goes, deciding otherwise, and handing out what nobody tends to.
use super::choose::{Candidate, choose, chosen_for, liking};
use super::house::{House, Known, load_known, load_rules};
use super::reader::{PurposeReader, find_first_words, write_places};
use super::rules::Reason;
use super::score::{Facts, points};
use super::turn::{Asker, hand_out, in_turn};
use crate::store::routing::{self as rows, AskerRow, DecisionRow, OursRow};
use base::{Actor, ConversationId, Error, Result, StaffId, Time};
use conversations::{Change, Head, Purpose, Scope};
use serde_json::json;
use std::collections::HashMap;
use store::Tx;

/// Who waits longer than this came from elsewhere, or was forgotten: nobody is sent to them by the program.
pub const RECENT: i64 = 60 * Time::DAY;
/// Askers whose turns are put in order, those who wait longest first.
const MOST_ASKERS: i64 = 20_000;
/// Askers of whom it is looked up who talked with them before; there are never more free hands than this.
const MOST_KNOWN: usize = 50;
/// Whoever is of the team comes before everybody who is not.
const OF_TEAM: f64 = 1_000.0;

pub(super) fn announce(tx: &mut Tx, head: &Head) {
    tx.announce("frontdoor.routed", json!({"conversation": head.id, "door": head.door_ord}));
}

/// Decides about a conversation that waits and that nobody decided about; none where there is nothing to decide.
pub async fn route(tx: &mut Tx, reader: &PurposeReader, house: &House, ord: i64) -> Result<Option<DecisionRow>> {
    let Some(head) = conversations::heads(tx, &[ord]).await?.pop() else { return Ok(None) };
    let now = tx.now();
    let waits = head.waiting_since.filter(|since| now.since(*since) < RECENT);
    let Some(since) = waits else { return Ok(None) };
    if !rows::list_decisions(tx, &[ord]).await?.is_empty() {
        return Ok(None);
    }
    let words = find_first_words(tx, &head).await?;
    let reading = words.as_ref().map(|words| reader.read(words)).transpose()?.flatten();
    let ruled = words.as_ref().and_then(|words| house.rules.purpose_of(&words.text));
    let (purpose, from) = match (head.purpose, ruled, &reading) {
        (Some(said), _, _) => (Some(said), "person"),
        (None, Some(ruled), _) => (Some(ruled), "rule"),
        (None, None, Some(reading)) => (Some(reading.purpose), "words"),
        (None, None, None) => (None, "nothing"),
    };
    let sure = match (from, &reading) {
        ("words", Some(reading)) => reading.sure,
        ("nothing", _) => 0.0,
        _ => 1.0,
    };
    let team = house.team_for(purpose);
    let facts = house.facts(tx, &head, sure, team, purpose).await?;
    let chosen = match head.assignee {
        Some(staff) => Some((staff, "person".to_owned())),
        None => find_person(tx, house, &head, team, purpose, None).await?,
    };
    let decision = DecisionRow {
        conversation_ord: ord,
        seq: 1,
        decided_at: now,
        decided_by: None,
        reason: None,
        purpose,
        purpose_from: from.to_owned(),
        sure,
        entry_ord: words.as_ref().map(|words| words.entry_ord),
        words: reading.filter(|_| from == "words").map_or(String::new(), |reading| write_places(&reading.words)),
        facts_json: serde_json::to_value(&facts).map_err(Error::store)?,
        staff_team_id: team,
        assignee: chosen.as_ref().map(|(staff, _)| *staff),
        chosen_for: chosen.map_or(String::new(), |(_, why)| why),
        promise_at: house.due(team, since, now).promised_at,
    };
    rows::insert_decision(tx, &decision).await?;
    if let Some(purpose) = purpose {
        conversations::set_purpose_read(tx, ord, purpose).await?;
    }
    let team = house.team_name(team);
    let head = assign(tx, &Actor::system(), Head { purpose, ..head }, decision.assignee, team).await?;
    announce(tx, &head);
    Ok(Some(decision))
}

async fn assign(
    tx: &mut Tx,
    actor: &Actor,
    head: Head,
    assignee: Option<StaffId>,
    team: Option<String>,
) -> Result<Head> {
    let change = Change { assignee: assignee.map(Some), staff_team: team.map(Some), ..Change::default() };
    conversations::change_conversation(tx, actor, head, change).await
}

/// The one of those who are here for whom most speaks, and what of it can be said.
async fn find_person(
    tx: &mut Tx,
    house: &House,
    head: &Head,
    team: Option<i64>,
    purpose: Option<Purpose>,
    not: Option<StaffId>,
) -> Result<Option<(StaffId, String)>> {
    let here: Vec<&OursRow> = house.here(head.door_ord).filter(|one| Some(one.staff_id) != not).collect();
    if here.is_empty() {
        return Ok(None);
    }
    let known = load_known(tx, head.person_ord, head.account_ord).await?;
    let all: Vec<Candidate> =
        here.iter().map(|one| house.candidate(one, team, head.language, purpose, &known)).collect();
    let found = choose(&all, &house.rules.person, head.ord as usize);
    Ok(found.map(|at| (here[at].staff_id, chosen_for(&all[at]))))
}

/// What somebody decides otherwise; what they leave open follows from the reason.
#[derive(Clone, Debug)]
pub struct Reroute {
    pub reason: Reason,
    pub purpose: Option<Purpose>,
    /// By name.
    pub team: Option<String>,
    pub assignee: Option<StaffId>,
}

/// Sends a conversation elsewhere. The reason moves the weights, a purpose teaches the reader.
pub async fn reroute(
    tx: &mut Tx,
    actor: &Actor,
    scope: &Scope,
    id: ConversationId,
    to: Reroute,
) -> Result<DecisionRow> {
    let head = conversations::get_conversation(tx, scope, id).await?;
    let before = rows::list_decisions(tx, &[head.ord]).await?.pop();
    let house = House::load(tx).await?;
    if to.reason == Reason::Purpose && to.purpose.is_none() {
        return Err(Error::invalid("purpose", "error-reroute-purpose"));
    }
    let purpose = to.purpose.or(head.purpose);
    let team = match &to.team {
        Some(name) => Some(house.team_id(name).ok_or_else(|| unknown_team(name))?),
        None if to.purpose.is_some() => house.team_for(purpose),
        None => before.as_ref().and_then(|decision| decision.staff_team_id),
    };
    // Of another team or with another strength: somebody else. What only says whose turn it is leaves them where they are.
    let is_about_person = !matches!(to.reason, Reason::Value | Reason::Growth | Reason::Waiting | Reason::Emotion);
    let chosen = match to.assignee {
        Some(staff) => Some((staff, "person".to_owned())),
        None if is_about_person => find_person(tx, &house, &head, team, purpose, head.assignee).await?,
        None => head.assignee.map(|staff| (staff, "person".to_owned())),
    };
    let facts = house.facts(tx, &head, 1.0, team, purpose).await?;
    let now = tx.now();
    let decision = DecisionRow {
        conversation_ord: head.ord,
        seq: before.as_ref().map_or(1, |decision| decision.seq + 1),
        decided_at: now,
        decided_by: actor.staff,
        reason: Some(to.reason.as_str().to_owned()),
        purpose,
        purpose_from: if to.purpose.is_some() {
            "person".into()
        } else {
            before.as_ref().map_or("person".into(), |d| d.purpose_from.clone())
        },
        sure: 1.0,
        entry_ord: before.as_ref().and_then(|decision| decision.entry_ord),
        words: String::new(),
        facts_json: serde_json::to_value(&facts).map_err(Error::store)?,
        staff_team_id: team,
        assignee: chosen.as_ref().map(|(staff, _)| *staff),
        chosen_for: chosen.as_ref().map_or(String::new(), |(_, why)| why.clone()),
        promise_at: house.due(team, head.waiting_since.unwrap_or(now), now).promised_at,
    };
    rows::insert_decision(tx, &decision).await?;
    if let Some(purpose) = to.purpose {
        rows::insert_lesson(tx, head.ord, purpose).await?;
    }
    hear(tx, to.reason).await?;
    let moves_team = to.team.is_some() || to.purpose.is_some();
    let change = Change {
        assignee: Some(chosen.map(|(staff, _)| staff)),
        staff_team: moves_team.then(|| house.team_name(team)),
        purpose: to.purpose.map(Some),
        ..Change::default()
    };
    let head = conversations::change_conversation(tx, actor, head, change).await?;
    announce(tx, &head);
    Ok(decision)
}

fn unknown_team(name: &str) -> Error {
    Error::Invalid { field: "team", key: "error-staff-team-unknown", args: vec![("id", name.to_owned())] }
}

async fn hear(tx: &mut Tx, reason: Reason) -> Result<()> {
    let (mut rules, _) = load_rules(tx).await?;
    rules.hear(reason);
    rows::put_rules(tx, &serde_json::to_value(&rules).map_err(Error::store)?).await
}

/// Somebody set the purpose by hand, past routing: the reader learns from it all the same.
pub async fn follow_purpose(tx: &mut Tx, ord: i64) -> Result<()> {
    let Some(head) = conversations::heads(tx, &[ord]).await?.pop() else { return Ok(()) };
    let Some(last) = rows::list_decisions(tx, &[ord]).await?.pop() else { return Ok(()) };
    let Some(purpose) = head.purpose.filter(|purpose| Some(*purpose) != last.purpose) else { return Ok(()) };
    rows::insert_lesson(tx, ord, purpose).await?;
    let now = tx.now();
    let purpose_from = "person".to_owned();
    let decision =
        DecisionRow { seq: last.seq + 1, decided_at: now, purpose: Some(purpose), purpose_from, sure: 1.0, ..last };
    rows::insert_decision(tx, &DecisionRow { decided_by: None, reason: None, ..decision }).await?;
    announce(tx, &head);
    Ok(())
}

/// Those who wait and were decided about, with whose turn it is.
pub(super) struct Queue {
    pub(super) askers: Vec<(AskerRow, Asker)>,
    pub(super) order: Vec<usize>,
    /// By place, as askers name their holders: everybody who said something of themselves, then others who hold somebody.
    people: Vec<StaffId>,
}

/// Who waits, in the order of their turns.
pub async fn list_turns(tx: &mut Tx) -> Result<Vec<i64>> {
    let house = House::load(tx).await?;
    let queue = load_queue(tx, &house).await?;
    Ok(queue.order.iter().map(|at| queue.askers[*at].0.ord).collect())
}

/// Whose turn is next for one of us: of those who wait for them, else of those whom nobody answers, or somebody who is
/// away. `but` is the one they have open.
pub async fn find_next(tx: &mut Tx, scope: &Scope, staff: Option<StaffId>, but: Option<i64>) -> Result<Option<i64>> {
    let house = House::load(tx).await?;
    let queue = load_queue(tx, &house).await?;
    let is_away = |holder: usize| house.ours.get(holder).is_some_and(|one| !one.is_here);
    let in_turn = || {
        let all = queue.order.iter().map(|at| &queue.askers[*at]);
        all.filter(|(row, _)| scope.sees(row.door_ord) && Some(row.ord) != but)
    };
    let mine = in_turn().find(|(row, _)| row.assignee.is_some() && row.assignee == staff);
    let free = || in_turn().find(|(_, asker)| asker.holder.is_none_or(is_away));
    Ok(mine.or_else(free).map(|(row, _)| row.ord))
}

pub(super) async fn load_queue(tx: &mut Tx, house: &House) -> Result<Queue> {
    let now = tx.now();
    let all = rows::list_askers(tx, Time(now.0 - RECENT), MOST_ASKERS).await?;
    let mut people: Vec<StaffId> = house.ours.iter().map(|one| one.staff_id).collect();
    let mut askers = Vec::with_capacity(all.len());
    for row in all {
        let holder = row.assignee.map(|staff| {
            people.iter().position(|one| *one == staff).unwrap_or_else(|| {
                people.push(staff);
                people.len() - 1
            })
        });
        let facts: Facts = serde_json::from_value(row.facts_json.clone()).unwrap_or_default();
        let since = row.waiting_since.unwrap_or(now);
        let due = house.due(row.staff_team_id, since, now);
        let points = points(&facts.parts(due.gone), &house.rules.order);
        let (floor_at, promise_at) = (due.floor_at.0, due.promise_at.0);
        let asker = Asker { ord: row.ord, since: since.0, floor_at, promise_at, points, holder };
        askers.push((row, asker));
    }
    let only: Vec<Asker> = askers.iter().map(|(_, asker)| asker.clone()).collect();
    let order = in_turn(&only, now.0);
    Ok(Queue { askers, order, people })
}

/// Who takes whom of those whom nobody tends to, and what speaks for them: (conversation, one of us, why). Nothing while
/// nobody is here with a free hand.
pub async fn plan_moves(tx: &mut Tx, house: &House) -> Result<Vec<(i64, StaffId, String)>> {
    if !house.ours.iter().any(|one| one.is_here) {
        return Ok(Vec::new());
    }
    let now = tx.now();
    let queue = load_queue(tx, house).await?;
    // Who holds somebody without having said anything of themselves is taken to be here, and takes nobody else.
    let is_here: Vec<bool> =
        (0..queue.people.len()).map(|at| house.ours.get(at).is_none_or(|one| one.is_here)).collect();
    let is_held = |asker: &Asker| asker.holder.is_some_and(|holder| is_here[holder]) && !asker.is_due(now.0);
    let mut known: HashMap<i64, Known> = HashMap::new();
    for at in queue.order.iter().filter(|at| !is_held(&queue.askers[**at].1)).take(MOST_KNOWN) {
        let row = &queue.askers[*at].0;
        known.insert(row.ord, load_known(tx, row.person_ord, row.account_ord).await?);
    }
    let nobody = Known::default();
    let look = |at: usize, person: usize| {
        let (one, (row, _)) = (house.ours.get(person)?, &queue.askers[at]);
        let known = known.get(&row.ord).unwrap_or(&nobody);
        let sees = house.sees(one.staff_id, row.door_ord);
        sees.then(|| house.candidate(one, row.staff_team_id, row.language, row.purpose, known))
    };
    let likes = |at: usize, person: usize| {
        let one = look(at, person)?;
        Some(liking(&one, &house.rules.person) + if one.in_team { OF_TEAM } else { 0.0 })
    };
    let only: Vec<Asker> = queue.askers.iter().map(|(_, asker)| asker.clone()).collect();
    let moves = hand_out(&only, &is_here, now.0, likes);
    let why = |at, person| look(at, person).map_or(String::new(), |one| chosen_for(&one));
    Ok(moves.into_iter().map(|(at, person)| (only[at].ord, house.ours[person].staff_id, why(at, person))).collect())
}

/// Hands out what nobody tends to.
pub async fn hand_out_waiting(tx: &mut Tx, house: &House) -> Result<()> {
    for (ord, staff, chosen_for) in plan_moves(tx, house).await? {
        let Some(head) = conversations::heads(tx, &[ord]).await?.pop() else { continue };
        let Some(last) = rows::list_decisions(tx, &[ord]).await?.pop() else { continue };
        let (seq, decided_at, assignee) = (last.seq + 1, tx.now(), Some(staff));
        let decision = DecisionRow { seq, decided_at, decided_by: None, reason: None, assignee, chosen_for, ..last };
        rows::insert_decision(tx, &decision).await?;
        let head = assign(tx, &Actor::system(), head, assignee, None).await?;
        announce(tx, &head);
    }
    Ok(())
}

/// What becomes of decisions when two threads turn out to be one: those of the one that stays hold.
pub async fn follow_join(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    if rows::list_decisions(tx, &[into]).await?.is_empty() {
        rows::move_decisions(tx, from, into).await?;
    } else {
        rows::forget_decisions(tx, from).await?;
    }
    crate::store::ambassadors::move_asks(tx, from, into).await?;
    rows::move_lessons(tx, from, into).await
}
