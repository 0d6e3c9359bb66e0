//! Each person's own page: what I said, what became of it, tell me or stop, take it along, erase it. Behind a signed address
//! that is good for half a year, until it is taken back, and not after erasure. Whoever has it is that person.
use super::public::{House, PublicItem};
use super::wish::{Written, begin_conversation};
use super::{say, say_day, ui_of};
use crate::Keys;
use crate::store::outside as rows;
use ::store::Tx;
use base::{Actor, Error, EventId, Half, PersonId, Result, Time, Ui};
use conversations::Scope;
use people::{Allowed, PersonIn, PersonRow};
use roadmap::EventKind;
use roadmap::ledger::{AskBecame, EventBecame};
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Days for which an address is good.
pub const GOOD_FOR: i64 = 180;
/// What somebody may write from their page in a day.
const MOST_SAID: i64 = 20;
const LONGEST: usize = 10_000;
/// What is shown of what was said at once.
const LONGEST_QUOTE: usize = 600;

pub fn today(now: Time) -> i64 {
    now.0.div_euclid(Time::DAY)
}

/// The path of somebody's page, for themselves only.
pub async fn sign_own_page(tx: &mut Tx, keys: &Keys, person: PersonId) -> Result<String> {
    let row = people::get_person(tx, person).await?;
    let taken_back = rows::count_taken_back(tx, row.ord).await?;
    Ok(format!("/me/{}", keys.sign_person_page(row.id, today(tx.now()), taken_back)))
}

/// Whose page it is.
pub struct Reader {
    pub row: PersonRow,
    /// Under every record that was merged into theirs.
    pub ords: Vec<i64>,
}

impl Reader {
    pub fn ui(&self) -> Ui {
        ui_of(self.row.language.as_deref())
    }
}

/// Who an address was made for, if it is good.
pub async fn find_reader(tx: &mut Tx, keys: &Keys, token: &str) -> Result<Option<Reader>> {
    let Some(claimed) = Keys::claimed_person(token) else { return Ok(None) };
    let Some(own_ord) = rows::find_person_ord(tx, claimed).await? else { return Ok(None) };
    let taken_back = rows::count_taken_back(tx, own_ord).await?;
    let today = today(tx.now());
    let is_good = |day: i64| (today - GOOD_FOR..=today + 1).contains(&day);
    if !keys.read_person_page(token, taken_back).is_some_and(is_good) {
        return Ok(None);
    }
    let row = people::get_person(tx, claimed).await?;
    if row.erased_at.is_some() {
        return Ok(None);
    }
    let ords = people::merged_persons(tx, row.ord).await?;
    Ok(Some(Reader { row, ords }))
}

#[derive(Debug, Serialize)]
pub struct OwnPage {
    pub lead: String,
    pub asks: Vec<OwnAsk>,
    pub wants_news: bool,
}

/// Something they said, and what became of it.
#[derive(Debug, Serialize)]
pub struct OwnAsk {
    quote: Option<String>,
    /// Of the public item, if it is one.
    title: Option<String>,
    item: String,
    steps: Vec<Step>,
    open: Option<String>,
    asked: String,
}

#[derive(Debug, Serialize)]
pub struct Step {
    words: String,
    is_news: bool,
}

pub async fn load_own_page(
    tx: &mut Tx,
    reader: &Reader,
    house: &House,
    public: &[PublicItem],
    ui: Ui,
) -> Result<OwnPage> {
    let mut all = roadmap::ledger::list_asks_of_person(tx, reader.row.ord).await?;
    all.retain(|ask| ask.state != "withdrawn");
    // Of two records that were merged, each may have asked for the same item.
    let mut met = HashSet::new();
    all.retain(|ask| met.insert(ask.item));
    let quotes = read_own_words(tx, reader, &all).await?;
    let items: Vec<_> = all.iter().map(|ask| ask.item).collect();
    let events = roadmap::list_events_of_items(tx, &items).await?;
    let halves: HashMap<EventId, Option<String>> = events.into_iter().map(|event| (event.id, event.half)).collect();
    let is_told = |ask: &&AskBecame| ask.events.iter().any(is_told_news);
    let (n, told) = (all.len(), all.iter().filter(is_told).count());
    let lead = match all.iter().map(|ask| ask.first_at).min() {
        Some(first) => {
            let since = first.day_in(&house.zone).0.strftime(if ui == Ui::Ko { "%Y년 %-m월" } else { "%B %Y" });
            say(
                ui,
                "outside-own-lead",
                &[("since", since.to_string()), ("n", n.to_string()), ("told", told.to_string())],
            )
        }
        None => say(ui, "outside-own-lead-none", &[]),
    };
    let asks = all.into_iter().map(|ask| {
        let known = public.iter().find(|item| item.id == Some(ask.item)).map(|item| item.show(ui, &house.zone));
        let (steps, open) =
            tell_steps(ui, house, &ask, known.as_ref().map(|item| (item.status, &*item.shipped)), &halves);
        OwnAsk {
            quote: quotes.get(&ask.ord).cloned(),
            title: known.as_ref().map(|item| item.title.clone()),
            item: ask.item.to_string(),
            steps,
            open,
            asked: known.map(|item| item.asked).unwrap_or_default(),
        }
    });
    let asks = asks.collect();
    let wants_news = !people::refuses(tx, reader.row.ord, Allowed::News).await?;
    Ok(OwnPage { lead, asks, wants_news })
}

fn is_told_news(event: &EventBecame) -> bool {
    event.state == "told" && event.kind != EventKind::Heard
}

/// What became of an ask as far as this person was told, or as everybody may know.
fn tell_steps(
    ui: Ui,
    house: &House,
    ask: &AskBecame,
    public: Option<(&'static str, &str)>,
    halves: &HashMap<EventId, Option<String>>,
) -> (Vec<Step>, Option<String>) {
    let day = |at: Time| say_day(ui, at, &house.zone);
    let step = |key: &str, args: &[(&str, String)], is_news| Step { words: say(ui, key, args), is_news };
    let mut steps = vec![step("outside-own-heard", &[("day", day(ask.first_at))], false)];
    let mut last = "considering";
    for event in ask.events.iter().filter(|event| is_told_news(event)) {
        let half = halves.get(&event.event).cloned().flatten().and_then(|half| Half::parse(&half).ok());
        let (key, args) = match (event.kind, half) {
            (EventKind::Shipped, _) => ("outside-own-shipped", vec![("day", day(event.at))]),
            (EventKind::Declined, _) => ("outside-own-declined", Vec::new()),
            (EventKind::Planned, Some(half)) => ("outside-own-planned-for", vec![("half", say_half(ui, half))]),
            (EventKind::Planned, None) => ("outside-own-planned", Vec::new()),
            _ => ("outside-own-changed", Vec::new()),
        };
        steps.push(step(key, &args, true));
        last = event.kind.as_str();
    }
    match public {
        Some((status @ ("planned" | "building" | "declined"), _)) if status != last => {
            steps.push(step(&format!("outside-status-{status}"), &[], false));
        }
        Some(("shipped", words)) if last != "shipped" => steps.push(Step { words: words.to_owned(), is_news: false }),
        _ => {}
    }
    if ask.state == "confirmed" {
        steps.push(step("outside-own-confirmed", &[], false));
    }
    let open = (steps.len() == 1).then(|| say(ui, "outside-own-open", &[]));
    (steps, open)
}

fn say_half(ui: Ui, half: Half) -> String {
    let text = half.to_string();
    let (year, part) = text.split_once('H').unwrap_or((&text, ""));
    let key = if part == "1" { "outside-half-1" } else { "outside-half-2" };
    say(ui, key, &[("year", year.to_owned())])
}

/// Their own words behind each ask: what one of us wrote, or somebody else in their thread, is not theirs.
async fn read_own_words(tx: &mut Tx, reader: &Reader, asks: &[AskBecame]) -> Result<HashMap<i64, String>> {
    let ords: Vec<i64> = asks.iter().map(|ask| ask.ord).collect();
    let words = list_own_words(tx, &Scope::default(), &reader.ords, &ords).await?;
    Ok(words.into_iter().filter_map(|(ask, words)| Some((ask, shorten(words.first()?)))).collect())
}

/// Everything that these persons wrote themselves behind some asks of theirs, as far as an actor sees it.
pub async fn list_own_words(
    tx: &mut Tx,
    scope: &Scope,
    persons: &[i64],
    asks: &[i64],
) -> Result<HashMap<i64, Vec<String>>> {
    let catalogue = tagging::load_catalogue(tx).await?;
    let words = roadmap::ledger::list_words(tx, &catalogue, asks).await?;
    let taggings: Vec<i64> = words.values().flatten().filter_map(|one| one.tagging_ord).collect();
    let own: HashMap<i64, String> = rows::list_own_words(tx, &taggings, persons, &scope.hidden)
        .await?
        .into_iter()
        .map(|one| (one.tagging_ord, one.quote))
        .collect();
    let mut all: HashMap<i64, Vec<String>> = HashMap::new();
    for (ask, words) in words {
        all.entry(ask).or_default().extend(words.iter().filter_map(|one| own.get(&one.tagging_ord?)).cloned());
    }
    for (ask, words) in rows::list_visitor_words(tx, asks, &scope.hidden).await? {
        let said = all.entry(ask).or_default();
        if !said.contains(&words) {
            said.push(words);
        }
    }
    Ok(all)
}

fn shorten(text: &str) -> String {
    let text = text.trim();
    let mut out: String = text.chars().take(LONGEST_QUOTE).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

/// “Tell me” or “stop”: their newest saying counts. Saying the same again adds nothing.
pub async fn set_news(tx: &mut Tx, reader: &Reader, is_given: bool) -> Result<()> {
    let said = people::list_consents(tx, reader.row.ord).await?;
    if said.into_iter().find(|one| one.kind == Allowed::News).is_some_and(|one| one.is_given == is_given) {
        return Ok(());
    }
    let source = say(reader.ui(), "outside-own-source", &[]);
    people::record_consent(tx, &Actor::system(), reader.row.id, Allowed::News, is_given, &source, None).await
}

/// By what they are found when they write from their page; nothing when only a name is known of them.
pub fn known_as(reader: &Reader, at: Time) -> Option<PersonIn> {
    let row = &reader.row;
    let by_source = row.source.clone().zip(row.external_id.clone());
    let (source, external_id) = match (&row.email, by_source) {
        (Some(_), _) => ("visitor".to_owned(), None),
        (None, Some((source, id))) => (source, Some(id)),
        (None, None) => return None,
    };
    Some(PersonIn { source, external_id, email: row.email.clone(), at, ..PersonIn::default() })
}

/// Whether they wrote less than is too much for a day.
pub async fn may_say(tx: &mut Tx, reader: &Reader) -> Result<bool> {
    let since = tx.now().plus(-Time::DAY);
    Ok(rows::count_said(tx, &reader.ords, since).await? < MOST_SAID)
}

/// What they write comes in by the door of these pages. False when it is too much for a day.
pub async fn say_more(tx: &mut Tx, reader: &Reader, house: &House, text: &str, ui: Ui) -> Result<bool> {
    let text: String = textkit::clean_text(text).trim().chars().take(LONGEST).collect();
    let person = known_as(reader, tx.now()).ok_or(Error::NotFound("person"))?;
    let door = house.row.door_ord.ok_or(Error::NotFound("door"))?;
    if text.is_empty() {
        return Ok(true);
    }
    if !may_say(tx, reader).await? {
        return Ok(false);
    }
    let said = Written {
        person: Some(person),
        id: base::WishId::new().to_string(),
        at: tx.now(),
        text,
        ui,
        subject: "outside-subject",
        about: None,
    };
    begin_conversation(tx, door, said).await?;
    Ok(true)
}
