//! Who is told, by which way, and who is not and why: decided for everybody at once from what is known of them. The
//! deciding is pure; loading is a handful of statements, however many asked.
use super::{Message, MessageState, Telling};
use crate::model::words;
use crate::store::{mailboxes, tellings as rows};
use ::store::{Noun, Tx};
use base::{MessageId, Result, StaffId, Time};
use conversations::Channel;
use roadmap::Origin;
use roadmap::ledger::{Reason, Waiting, list_told, list_waiting};
use std::collections::{BTreeMap, HashMap, HashSet};

words!(
    /// In the thread they used, by a mail of its own, by one of us, or not at all.
    Way { Thread = "thread", Mail = "mail", Hand = "hand", Skip = "skip" }
);

/// Plans by which an account says that it is no customer any more.
const CANCELLED: [&str; 9] =
    ["cancelled", "canceled", "churned", "ended", "closed", "terminated", "해지", "해지됨", "탈퇴"];

/// What is known of those who asked.
#[derive(Debug, Default)]
pub struct Known {
    pub persons: HashMap<i64, Person>,
    pub accounts: HashMap<i64, Account>,
    /// Accounts after merges.
    pub canon_accounts: HashMap<i64, i64>,
    pub places: HashMap<i64, rows::PlaceRow>,
    pub answerers: HashMap<i64, StaffId>,
    pub resting: HashSet<String>,
    pub blocked: HashSet<String>,
    pub gone: HashSet<i64>,
    /// Who said why they leave, and when.
    pub leaving: HashMap<i64, Time>,
    /// (event, person)
    pub told: HashSet<(i64, i64)>,
    /// Doors mail can go out by.
    pub doors: Vec<i64>,
    /// Who writes to those that nobody of us knows yet.
    pub by: Option<StaffId>,
    pub by_hand: usize,
    /// Whether a vote elsewhere is reason enough to write to somebody.
    pub tells_voters: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Person {
    pub email: Option<String>,
    pub language: Option<String>,
    pub is_erased: bool,
    /// What they said of news.
    pub allows: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    pub plan: Option<(String, Time)>,
    pub revenue: i64,
}

/// One person's message.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    pub person_ord: i64,
    pub account_ord: Option<i64>,
    pub language: &'static str,
    pub way: Way,
    pub reason: Option<&'static str>,
    pub is_leaver: bool,
    pub address: Option<String>,
    pub conversation_ord: Option<i64>,
    pub door_ord: Option<i64>,
    pub staff_id: Option<StaffId>,
    /// (event, ask)
    pub asks: Vec<(i64, i64)>,
}

/// One message for each person that answers everything they asked for; and of what needs no answer one for each reason.
pub fn decide(waiting: &[Waiting], known: &Known) -> Vec<Planned> {
    let mut of_person: BTreeMap<i64, Vec<&Waiting>> = BTreeMap::new();
    for row in waiting {
        of_person.entry(row.person_ord).or_default().push(row);
    }
    let valuable = find_valuable(&of_person, known);
    let mut out = Vec::with_capacity(of_person.len());
    for (person, rows) in of_person {
        let (withdrawn, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.state == "withdrawn");
        let is_told = |row: &&Waiting| known.told.contains(&(row.event_ord, person));
        let (told, rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_told);
        for (rows, reason) in [(withdrawn, Reason::Withdrawn), (told, Reason::ToldBefore)] {
            out.extend(skip(person, &rows, reason, known));
        }
        if !rows.is_empty() {
            let one = decide_one(person, &rows, known, &valuable);
            // What was an obstacle before and still is needs no second decision.
            let is_news = rows.iter().any(|row| row.reason.is_none() || row.reason.as_deref() != one.reason);
            out.extend(Some(one).filter(|one| one.way != Way::Skip || is_news));
        }
    }
    out
}

fn skip(person: i64, rows: &[&Waiting], reason: Reason, known: &Known) -> Option<Planned> {
    // Who cannot be reached and asks no more is told nothing either way.
    let rows: Vec<&&Waiting> = rows.iter().filter(|row| row.reason.is_none()).collect();
    let first = rows.first()?;
    Some(Planned {
        person_ord: person,
        account_ord: first.account_ord.map(|account| canon(account, known)),
        language: language_of(person, &[first], known),
        way: Way::Skip,
        reason: Some(reason.as_str()),
        is_leaver: false,
        address: None,
        conversation_ord: None,
        door_ord: None,
        staff_id: None,
        asks: rows.iter().map(|row| (row.event_ord, row.ask_ord)).collect(),
    })
}

fn canon(account: i64, known: &Known) -> i64 {
    known.canon_accounts.get(&account).copied().unwrap_or(account)
}

/// The accounts worth most of those that asked, where that is known.
fn find_valuable(of_person: &BTreeMap<i64, Vec<&Waiting>>, known: &Known) -> HashSet<i64> {
    let asking: HashSet<i64> =
        of_person.values().flatten().filter_map(|row| row.account_ord).map(|account| canon(account, known)).collect();
    let mut worth: Vec<(i64, i64)> = asking
        .into_iter()
        .filter_map(|account| Some((known.accounts.get(&account)?.revenue, account)))
        .filter(|(revenue, _)| *revenue > 0)
        .collect();
    worth.sort_unstable_by_key(|(revenue, account)| (-revenue, *account));
    worth.into_iter().take(known.by_hand).map(|(_, account)| account).collect()
}

/// The newest place they asked at and its words come first.
fn language_of(person: i64, rows: &[&Waiting], known: &Known) -> &'static str {
    let said = rows.iter().find_map(|row| row.language.clone());
    let of_person = || known.persons.get(&person).and_then(|one| one.language.clone());
    let of_place = || {
        let place = rows.iter().find_map(|row| known.places.get(&row.conversation_ord?));
        place.and_then(|place| place.language.clone())
    };
    let language = said.or_else(of_place).or_else(of_person).unwrap_or_default();
    if language.to_lowercase().starts_with("ko") { "ko" } else { "en" }
}

fn decide_one(person: i64, rows: &[&Waiting], known: &Known, valuable: &HashSet<i64>) -> Planned {
    let mut rows = rows.to_vec();
    rows.sort_by_key(|row| std::cmp::Reverse((row.last_at, row.ask_ord)));
    let blank = Person::default();
    let who = known.persons.get(&person).unwrap_or(&blank);
    let account = rows.iter().find_map(|row| row.account_ord).map(|account| canon(account, known));
    let address = who.email.as_deref().and_then(mailkit::check_address);
    let place = rows.iter().find_map(|row| known.places.get(&row.conversation_ord?));
    let is_leaver = leaves(person, account, known);
    let (way, reason) = way_of(person, who, address.as_deref(), &rows, is_leaver, account, known, valuable);
    // In their own thread of mails, where nobody waits for another answer.
    let fits = |place: &&rows::PlaceRow| {
        place.person_ord == Some(person) && place.waiting_since.is_none() && place.channel == Channel::Email
    };
    let wants_mail = rows[0].way_back.as_deref() == Some("mail");
    let thread = place.filter(fits).filter(|_| !wants_mail);
    let way = if way == Way::Thread && thread.is_none() { Way::Mail } else { way };
    let known_door = place.map(|place| place.door_ord).filter(|door| known.doors.contains(door));
    let staff = place.and_then(|place| place.assignee.or_else(|| known.answerers.get(&place.ord).copied()));
    Planned {
        person_ord: person,
        account_ord: account,
        language: language_of(person, &rows, known),
        way,
        reason,
        is_leaver,
        address,
        conversation_ord: thread.map(|place| place.ord),
        door_ord: known_door.or_else(|| known.doors.first().copied()),
        staff_id: staff.or(known.by),
        asks: rows.iter().map(|row| (row.event_ord, row.ask_ord)).collect(),
    }
}

/// Whether they, or their account, are no customers any more.
fn leaves(person: i64, account: Option<i64>, known: &Known) -> bool {
    let plan = account.and_then(|account| known.accounts.get(&account)?.plan.clone());
    let is_cancelled = plan.as_ref().is_some_and(|(plan, _)| CANCELLED.contains(&plan.to_lowercase().as_str()));
    let came_back = |at: &Time| plan.as_ref().is_some_and(|(_, since)| since > at);
    is_cancelled || known.leaving.get(&person).is_some_and(|at| !came_back(at))
}

#[expect(clippy::too_many_arguments, reason = "what speaks for one way or another, once")]
fn way_of(
    person: i64,
    who: &Person,
    address: Option<&str>,
    rows: &[&Waiting],
    is_leaver: bool,
    account: Option<i64>,
    known: &Known,
    valuable: &HashSet<i64>,
) -> (Way, Option<&'static str>) {
    let skip = |reason: Reason| (Way::Skip, Some(reason.as_str()));
    if who.is_erased {
        return skip(Reason::NoAddress);
    }
    if who.allows == Some(false) {
        return skip(Reason::OptedOut);
    }
    if known.gone.contains(&person) {
        return skip(Reason::LeftCompany);
    }
    let fold = address.map(str::to_lowercase);
    if let Some(fold) = &fold {
        let domain = fold.rsplit_once('@').map(|(_, domain)| domain.to_owned());
        if known.resting.contains(fold) {
            return skip(Reason::Bounced);
        }
        if known.blocked.contains(fold) || domain.is_some_and(|domain| known.blocked.contains(&domain)) {
            return skip(Reason::Held);
        }
    }
    let asked_by_hand = rows.iter().any(|row| row.way_back.as_deref() == Some("hand"));
    let wrote = rows.iter().any(|row| row.conversation_ord.is_some());
    let voted = known.tells_voters && rows.iter().any(|row| row.origin == Origin::Vote.as_str());
    if !wrote && !voted && !asked_by_hand && who.allows != Some(true) {
        return skip(Reason::NoConsent);
    }
    let why = if fold.is_none() {
        Some("unreachable")
    } else if asked_by_hand {
        Some("asked")
    } else if is_leaver && who.allows != Some(true) {
        Some("left_us")
    } else if account.is_some_and(|account| valuable.contains(&account)) {
        Some("valuable")
    } else {
        None
    };
    (if why.is_some() { Way::Hand } else { Way::Thread }, why)
}

/// Doors that mail can go out by, the oldest first.
pub async fn list_sending_doors(tx: &mut Tx) -> Result<Vec<i64>> {
    let all = mailboxes::list(tx).await?;
    Ok(all.into_iter().filter(|one| !one.smtp_host.is_empty()).map(|one| one.door_ord).collect())
}

/// Reads what must be known of those who wait.
pub async fn load(tx: &mut Tx, waiting: &[Waiting], events: &[i64], telling: &Telling) -> Result<Known> {
    let distinct = |mut all: Vec<i64>| {
        all.sort_unstable();
        all.dedup();
        all
    };
    let persons = distinct(waiting.iter().map(|row| row.person_ord).collect());
    let accounts = distinct(waiting.iter().filter_map(|row| row.account_ord).collect());
    let places = distinct(waiting.iter().filter_map(|row| row.conversation_ord).collect());
    let mut known = Known {
        resting: rows::list_resting(tx).await?.into_iter().collect(),
        blocked: rows::list_blocked(tx).await?.into_iter().collect(),
        gone: rows::list_gone(tx).await?.into_iter().collect(),
        told: list_told(tx, events).await?.into_iter().collect(),
        doors: list_sending_doors(tx).await?,
        by: telling.created_by,
        by_hand: telling.by_hand as usize,
        tells_voters: super::get_settings(tx).await?.tells_voters,
        ..Known::default()
    };
    for row in rows::list_who(tx, &persons).await? {
        let one = known.persons.entry(row.canon_ord).or_default();
        // What the present record says holds; one that was merged into it fills what is empty.
        if row.ord == row.canon_ord {
            one.is_erased = row.erased_at.is_some();
            one.email = row.email.or(one.email.take());
            one.language = row.language.or(one.language.take());
        } else {
            one.email = one.email.take().or(row.email);
            one.language = one.language.take().or(row.language);
        }
    }
    for (person, is_given) in rows::list_news_sayings(tx).await? {
        if let Some(one) = known.persons.get_mut(&person) {
            one.allows = Some(is_given);
        }
    }
    known.canon_accounts = rows::list_account_canons(tx, &accounts).await?.into_iter().collect();
    let canons = distinct(known.canon_accounts.values().copied().collect());
    for (account, name, value, valid_from) in rows::list_account_facts(tx, &canons).await? {
        let one = known.accounts.entry(account).or_default();
        match name.as_str() {
            "plan" => one.plan = Some((value, valid_from)),
            _ => one.revenue = value.parse().unwrap_or_default(),
        }
    }
    for (person, at) in rows::list_leaving(tx).await? {
        let last = known.leaving.entry(person).or_insert(at);
        *last = (*last).max(at);
    }
    known.answerers = rows::list_answerers(tx, &places).await?.into_iter().collect();
    known.places = rows::list_places(tx, &places).await?.into_iter().map(|place| (place.ord, place)).collect();
    Ok(known)
}

/// Plans a telling anew.
pub async fn plan(tx: &mut Tx, telling: &Telling) -> Result<()> {
    let events = rows::list_events(tx, telling.id).await?;
    rows::delete_messages(tx, telling.id).await?;
    roadmap::ledger::follow_merges(tx).await?;
    let waiting = list_waiting(tx, &events).await?;
    let known = load(tx, &waiting, &events, telling).await?;
    let planned = decide(&waiting, &known);
    let ords = tx.next_ords(Noun::TellingMessage, planned.len()).await?;
    let now = tx.now();
    let mut asks = Vec::with_capacity(waiting.len());
    let mut messages = Vec::with_capacity(planned.len());
    for (ord, one) in ords.into_iter().zip(planned) {
        asks.extend(one.asks.iter().map(|(event, ask)| (ord, *event, *ask)));
        messages.push(Message {
            ord,
            id: MessageId::new(),
            telling_id: telling.id,
            person_ord: one.person_ord,
            account_ord: one.account_ord,
            language: one.language.to_owned(),
            way: one.way,
            reason: one.reason.map(str::to_owned),
            is_leaver: one.is_leaver,
            address: one.address,
            conversation_ord: one.conversation_ord,
            door_ord: one.door_ord,
            staff_id: one.staff_id,
            state: MessageState::Planned,
            entry_ord: None,
            changed_at: now,
            solved: None,
            solved_at: None,
        });
    }
    rows::insert_messages(tx, &messages).await?;
    rows::insert_asks(tx, asks).await
}
