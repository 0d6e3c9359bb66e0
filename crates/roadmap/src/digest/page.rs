//! The page of a day: made when it is first asked for, and the same ever after, but for what was hidden or erased since.
use super::choose::{Candidate, Pick, Stratum, Why, choose};
use super::settings::{self, MorningSettings};
use crate::store::digest::{self as rows, PageRow, PassageRow};
use ::store::Tx;
use base::{Actor, ConversationId, Day, DigestPassageId, EntryId, Error, Result, StaffId, TagId, Time};
use conversations::{Channel, SaidByPerson, Scope};
use httpkit::AppState;
use learn::trend::Verdict;
use people::{AccountCard, PersonCard};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap, HashSet};
use tagging::counts::{Filter, Pick as TagPick, Selector};
use tagging::{Catalogue, Kind, TagEngine, TagTrend};

/// Words are chosen from this long back; from all time where that is too little.
const WINDOW: i64 = 30 * Time::DAY;
/// The conversations that moved last, so many, are looked at.
const MOST_CONVERSATIONS: i64 = 20_000;
/// Rising tags that are looked at, and of each the newest so many taggings of two weeks.
const MOST_RISING: usize = 6;
const MOST_OF_RISING: usize = 40;
const RISING_WINDOW: i64 = 14 * Time::DAY;
/// Taggings behind a reader's own filter.
const MOST_FILTERED: usize = 50_000;
/// Longer messages are shown up to here, and say so.
const LONGEST: usize = 700;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhyHere {
    /// Among the newest of its kind.
    New,
    /// Its tag is said more than before.
    Rising,
    /// Nobody looked for it.
    Chance,
}

/// What a customer said, as they said it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct MorningPassage {
    pub id: DigestPassageId,
    pub why: WhyHere,
    /// The tag that rose.
    pub tag: Option<TagId>,
    pub conversation: ConversationId,
    pub entry: EntryId,
    pub subject: Option<String>,
    pub text: String,
    /// Whether there is more of it in the conversation.
    pub is_cut: bool,
    pub said_at: Time,
    pub channel: Channel,
    pub language: Option<String>,
    pub person: Option<PersonCard>,
    pub account: Option<AccountCard>,
    pub value_band: Option<String>,
    pub company_size: Option<String>,
    pub tags: Vec<TagId>,
    pub assignee: Option<String>,
    /// When I answered it from here.
    pub answered_at: Option<Time>,
}

/// The page of a day.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Morning {
    pub day: String,
    pub today: bool,
    /// Null when no page was made that day.
    pub made_at: Option<Time>,
    /// Messages of customers since the page before, or in the week before the first.
    pub heard: i64,
    pub items: Vec<MorningPassage>,
    /// Words that were here and are no more: erased, or hidden from me since.
    pub gone: usize,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Reads the page of a day, and makes that of today where there is none yet. `now` is the moment that counts as now.
pub async fn load_morning(app: &AppState, actor: &Actor, day: Option<Day>, now: Time) -> Result<Morning> {
    let me = actor.staff.ok_or(Error::NotFound("staff"))?;
    let mut tx = app.db.read().await?;
    let house = staff::get_settings(&mut tx).await?;
    let (wanted, _) = settings::load(&mut tx, me).await?;
    let today = now.day_in(&wanted.zone(house.zone.clone()));
    let day = day.unwrap_or(today);
    let mut page = rows::find_page(&mut tx, me, i64::from(day.number())).await?;
    if page.is_none() && day == today {
        drop(tx);
        make(app, actor, me, &wanted, day, now).await?;
        tx = app.db.read().await?;
        page = rows::find_page(&mut tx, me, i64::from(day.number())).await?;
    }
    let number = i64::from(day.number());
    let kept = rows::list_passages(&mut tx, me, number).await?;
    let days: Vec<i64> = rows::list_days(&mut tx, me).await?.into_iter().map(|(day,)| day).collect();
    let scope = Scope::of(&mut tx, actor).await?;
    drop(tx);
    let all = kept.len();
    let items = show(app, &scope, kept).await?;
    let name = |day: i64| Day::from_number(day as i32).to_string();
    Ok(Morning {
        day: day.to_string(),
        today: day == today,
        made_at: page.map(|page| page.made_at),
        heard: page.map_or(0, |page| page.heard),
        gone: all - items.len(),
        items,
        before: days.iter().filter(|one| **one < number).max().map(|day| name(*day)),
        after: days.iter().filter(|one| **one > number).min().map(|day| name(*day)),
    })
}

async fn make(app: &AppState, actor: &Actor, me: StaffId, wanted: &MorningSettings, day: Day, now: Time) -> Result<()> {
    let engine = app.get::<TagEngine>();
    engine.catch_up().await?;
    let catalogue = engine.catalogue();
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, actor).await?;
    let bands: Vec<String> = staff::get_settings(&mut tx).await?.value_bands.into_iter().map(|band| band.key).collect();
    let doors: Vec<i64> = conversations::list_doors(&mut tx)
        .await?
        .into_iter()
        .filter(|d| wanted.doors.contains(&d.id))
        .map(|d| d.ord)
        .collect();
    let seen: HashSet<i64> = rows::list_seen(&mut tx, me).await?.into_iter().map(|(entry,)| entry).collect();
    let last = rows::list_days(&mut tx, me).await?.first().map(|(day,)| *day);
    let since = match last {
        Some(last) => rows::find_page(&mut tx, me, last).await?.map(|page| page.made_at),
        None => None,
    };
    let since = since.unwrap_or(now.plus(-7 * Time::DAY));
    // A door that was chosen and is no more lets nothing through, rather than everything.
    let is_nowhere = doors.is_empty() && !wanted.doors.is_empty();
    let n = wanted.passages as usize;
    let mut said: Vec<SaidByPerson> = Vec::new();
    for from in [now.plus(-WINDOW), Time(0)] {
        if is_nowhere {
            break;
        }
        said = conversations::list_said_by_persons(&mut tx, &scope, (from, now), &doors, MOST_CONVERSATIONS).await?;
        said.retain(|one| is_wanted_language(wanted, one));
        if said.iter().filter(|one| !seen.contains(&one.ord)).count() >= 3 * n {
            break;
        }
    }
    drop(tx);
    let heard = said.iter().filter(|one| one.said_at >= since).count() as i64;
    let hidden: Vec<u16> = scope.hidden.iter().map(|door| *door as u16).collect();
    if !wanted.tags.is_empty() || !wanted.kinds.is_empty() {
        let selector = selector_of(&catalogue, wanted);
        let tagged =
            tagged_places(app, selector, Filter { hidden: hidden.clone(), ..Filter::default() }, MOST_FILTERED).await?;
        let entries: HashSet<i64> = tagged.iter().filter_map(|one| one.entry).collect();
        let whole: HashSet<i64> = tagged.iter().filter(|one| one.entry.is_none()).map(|one| one.conversation).collect();
        said.retain(|one| entries.contains(&one.ord) || whole.contains(&one.conversation_ord));
    }
    let (rising, quotes) = find_rising(app, &catalogue, hidden, &said, now).await?;
    let candidates = place(&engine, said, bands).await?;
    let picks = choose(&candidates, &rising, &seen, n, seed_of(me, day));
    let mut tx = app.db.write().await?;
    let number = i64::from(day.number());
    // Another tab or another node may have been quicker.
    if rows::find_page(&mut tx, me, number).await?.is_some() {
        return Ok(());
    }
    rows::insert_page(&mut tx, me, number, PageRow { made_at: now, since, heard }).await?;
    let row = |(position, pick): (i64, Pick)| {
        let (why, tag_ord) = match pick.why {
            Why::New => ("new", None),
            Why::Rising(tag) => ("rising", Some(tag)),
            Why::Chance => ("chance", None),
        };
        PassageRow {
            id: DigestPassageId::new(),
            staff_id: me,
            day: number,
            position,
            entry_ord: pick.entry,
            passage_ord: tag_ord.and_then(|tag| quotes.get(&(tag, pick.entry)).copied()),
            why: why.to_owned(),
            tag_ord,
            answer_ord: None,
            answered_at: None,
        }
    };
    rows::insert_passages(&mut tx, (0..).zip(picks).map(row).collect()).await?;
    tx.commit().await
}

fn is_wanted_language(wanted: &MorningSettings, one: &SaidByPerson) -> bool {
    wanted.languages.is_empty() || one.language.as_ref().is_some_and(|language| wanted.languages.contains(language))
}

/// The same page for the same reader and day. The tail of an id is random.
fn seed_of(staff: StaffId, day: Day) -> u64 {
    let bytes = staff.bytes();
    let tail = bytes[8..].iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    tail ^ (day.number() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn selector_of(catalogue: &Catalogue, wanted: &MorningSettings) -> Selector {
    let below = |ords: Vec<i64>| ords.into_iter().map(|ord| ord as u32);
    let tags: Vec<u32> = match wanted.tags.is_empty() {
        true => catalogue.tags.iter().map(|tag| tag.ord as u32).collect(),
        false => {
            let known = wanted.tags.iter().filter_map(|id| tagging::find_tag(catalogue, *id));
            known.flat_map(|tag| below(catalogue.subtree(tag.ord))).collect()
        }
    };
    Selector { include: vec![TagPick { tags, kinds: Kind::mask(&wanted.kinds) }], exclude: Vec::new() }
}

/// Where a tagging stands.
struct Tagged {
    conversation: i64,
    entry: Option<i64>,
    passage: Option<i64>,
}

async fn tagged_places(app: &AppState, selector: Selector, filter: Filter, most: usize) -> Result<Vec<Tagged>> {
    let found = app.get::<TagEngine>().ask(move |columns| columns.newest(&selector, &filter, None, most)).await?;
    let ords: Vec<i64> = found.iter().map(|(_, ord)| i64::from(*ord)).collect();
    let mut tx = app.db.read().await?;
    let mut places: HashMap<i64, Tagged> = HashMap::new();
    for some in ords.chunks(5_000) {
        for row in tagging::list_taggings(&mut tx, some.to_vec()).await? {
            let place = Tagged { conversation: row.conversation_ord, entry: row.entry_ord, passage: row.passage_ord };
            places.insert(row.ord, place);
        }
    }
    Ok(ords.iter().filter_map(|ord| places.remove(ord)).collect())
}

type Rising = Vec<(i64, Vec<i64>)>;

/// Tags that rose with the entries behind them, newest first; and the passages that were tagged in those.
async fn find_rising(
    app: &AppState,
    catalogue: &Catalogue,
    hidden: Vec<u16>,
    said: &[SaidByPerson],
    now: Time,
) -> Result<(Rising, HashMap<(i64, i64), i64>)> {
    let zone = staff::get_settings(&mut app.db.read().await?).await?.zone;
    let table = app.get::<TagEngine>().trends(hidden.clone(), zone).await?;
    let is_up = |one: &TagTrend| matches!(one.trend.verdict, Verdict::New | Verdict::Rising) && !one.is_said_below;
    let mut up: Vec<(i64, f64)> =
        table.tags.iter().filter(|(_, one)| is_up(one)).map(|(ord, one)| (*ord, one.trend.q.unwrap_or(1.0))).collect();
    up.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let newest_of: HashMap<i64, i64> = {
        let mut sorted: Vec<&SaidByPerson> = said.iter().collect();
        sorted.sort_unstable_by_key(|one| (one.said_at, one.ord));
        sorted.into_iter().map(|one| (one.conversation_ord, one.ord)).collect()
    };
    let from = Some(tagging::minute(now.plus(-RISING_WINDOW)));
    let (mut rising, mut quotes) = (Vec::new(), HashMap::new());
    for (ord, _) in up.iter().take(MOST_RISING) {
        let Some(tag) = catalogue.by_ord(*ord).filter(|tag| tag.canon_ord == tag.ord) else { continue };
        let tags = catalogue.subtree(tag.ord).into_iter().map(|ord| ord as u32).collect();
        let selector = Selector { include: vec![TagPick { tags, kinds: 0 }], exclude: Vec::new() };
        let filter = Filter { from, hidden: hidden.clone(), ..Filter::default() };
        let mut entries = Vec::new();
        for place in tagged_places(app, selector, filter, MOST_OF_RISING).await? {
            let Some(entry) = place.entry.or_else(|| newest_of.get(&place.conversation).copied()) else { continue };
            entries.push(entry);
            if let Some(passage) = place.passage {
                quotes.entry((tag.ord, entry)).or_insert(passage);
            }
        }
        rising.push((tag.ord, entries));
    }
    Ok((rising, quotes))
}

/// Says of each message whose it is: the value band of the account as it is today.
async fn place(engine: &TagEngine, said: Vec<SaidByPerson>, bands: Vec<String>) -> Result<Vec<Candidate>> {
    engine
        .ask(move |columns| {
            let mut known: HashMap<i64, usize> = HashMap::new();
            let mut band_of = |account: i64| match account {
                0 => 0,
                account => *known.entry(account).or_insert_with(|| {
                    let [band, ..] = columns.standing_of(columns.merged_accounts.of(account as u32));
                    bands.iter().position(|key| key == band).map_or(0, |at| at + 1)
                }),
            };
            let candidate = |one: SaidByPerson| Candidate {
                entry: one.ord,
                conversation: one.conversation_ord,
                person: i64::from(columns.merged_persons.of(one.person_ord as u32)),
                said_at: one.said_at,
                stratum: Stratum {
                    band: band_of(one.account_ord),
                    language: one.language.map(|language| language.to_string()).unwrap_or_default(),
                    channel: one.channel,
                },
            };
            said.into_iter().map(candidate).collect()
        })
        .await
}

/// What of kept passages a reader may see now.
async fn show(app: &AppState, scope: &Scope, kept: Vec<PassageRow>) -> Result<Vec<MorningPassage>> {
    let engine = app.get::<TagEngine>();
    let catalogue = engine.catalogue();
    let mut tx = app.db.read().await?;
    let entries =
        conversations::entries_by_ord(&mut tx, &kept.iter().map(|row| row.entry_ord).collect::<Vec<_>>()).await?;
    let entries: HashMap<i64, _> = entries.into_iter().map(|entry| (entry.ord, entry)).collect();
    let ords: Vec<i64> = entries.values().map(|entry| entry.conversation_ord).collect();
    let mut heads = conversations::heads(&mut tx, &ords).await?;
    heads.retain(|head| scope.sees(head.door_ord));
    let quotes: Vec<i64> = kept.iter().filter_map(|row| row.passage_ord).collect();
    let quotes: HashMap<i64, String> =
        conversations::passages_by_ord(&mut tx, &quotes).await?.into_iter().map(|one| (one.ord, one.quote)).collect();
    let persons: Vec<i64> = entries.values().filter_map(|entry| entry.person_ord).collect();
    let accounts: Vec<i64> = heads.iter().filter_map(|head| head.account_ord).collect();
    let cards = people::cards(&mut tx, &persons, &[], &accounts).await?;
    let names = staff::list_staff_names(&mut tx, heads.iter().filter_map(|head| head.assignee).collect()).await?;
    let mut tags: HashMap<i64, Vec<TagId>> = HashMap::new();
    for (conversation, tag) in rows::list_tags_of(&mut tx, &ords).await? {
        let tag = catalogue.by_ord(catalogue.canon(tag)).map(|tag| tag.id);
        tags.entry(conversation).or_default().extend(tag);
    }
    drop(tx);
    let standings: HashMap<i64, [String; 3]> = engine
        .ask(move |columns| {
            let of =
                |account: &i64| columns.standing_of(columns.merged_accounts.of(*account as u32)).map(str::to_owned);
            accounts.iter().map(|account| (*account, of(account))).collect()
        })
        .await?;
    let mut out = Vec::with_capacity(kept.len());
    for row in kept {
        let Some(entry) = entries.get(&row.entry_ord).filter(|entry| !entry.text.is_empty()) else { continue };
        let Some(head) = heads.iter().find(|head| head.ord == entry.conversation_ord) else { continue };
        let quote = row.passage_ord.and_then(|ord| quotes.get(&ord)).filter(|quote| !quote.is_empty());
        let (text, is_cut) = cut(quote.unwrap_or(&entry.text));
        let [band, _, size] = head.account_ord.and_then(|ord| standings.get(&ord).cloned()).unwrap_or_default();
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        out.push(MorningPassage {
            id: row.id,
            why: match row.why.as_str() {
                "rising" => WhyHere::Rising,
                "chance" => WhyHere::Chance,
                _ => WhyHere::New,
            },
            tag: row.tag_ord.and_then(|ord| catalogue.by_ord(catalogue.canon(ord))).map(|tag| tag.id),
            conversation: head.id,
            entry: entry.id,
            subject: head.subject.clone(),
            is_cut: is_cut || quote.is_some_and(|quote| *quote != entry.text),
            text,
            said_at: entry.said_at,
            channel: head.channel,
            language: entry.language.as_ref().map(ToString::to_string),
            person: cards.person(entry.person_ord),
            account: cards.account(head.account_ord),
            value_band: some(band),
            company_size: some(size),
            tags: tags
                .get(&head.ord)
                .cloned()
                .unwrap_or_default()
                .into_iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            assignee: head.assignee.and_then(|id| names.get(&id).cloned()),
            answered_at: row.answered_at,
        });
    }
    Ok(out)
}

/// What is new in a message, without the mails it quotes; of a long one the beginning, up to the end of a word.
fn cut(text: &str) -> (String, bool) {
    let own = mailkit::split_reply(text).visible_text(text);
    let text = if own.trim().is_empty() { text.trim() } else { own.trim() };
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return (text.to_owned(), false) };
    let end = text[..end].rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    (text[..end].trim_end().to_owned(), true)
}

/// Where an answer to somebody's passage belongs: whose page it stood on, and the conversation it stands in now.
pub async fn find_answer_place(tx: &mut Tx, id: DigestPassageId) -> Result<Option<(StaffId, i64)>> {
    let Some(row) = rows::find_passage(tx, id).await? else { return Ok(None) };
    let entry = conversations::entries_by_ord(tx, &[row.entry_ord]).await?.pop();
    Ok(entry.map(|entry| (row.staff_id, entry.conversation_ord)))
}
