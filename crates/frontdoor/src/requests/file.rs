//! The roadmap as a file: an item a line, with what it is called elsewhere and everybody who asked for it by other ways
//! than taggings, which follow from the conversations. Taken into an empty installation and given out again, the lines are
//! the same bytes.
use super::line::{RequestMark, person_of};
use crate::export::{account_line, person_line};
use crate::line::{AccountLine, PersonLine};
use crate::model::Reason;
use base::{ItemId, Result, Time};
use people::{Described, PersonIn};
use roadmap::{AskRow, Brought, Item, LinkRow, Status, TagMark, blank_ask, check_item, parse_mark};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap, HashSet};
use store::{Db, Tx};
use tagging::{Catalogue, Texts};

/// The source of items that are called nothing elsewhere.
const OURS: &str = "roadmap";
/// Items whose asks are read at a time.
const PAGE: usize = 200;

#[derive(Debug, Deserialize, Serialize)]
struct ItemLine {
    external_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    links: Vec<LinkLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    title: Texts,
    #[serde(default)]
    problem: Texts,
    status: Status,
    status_at: String,
    created_at: String,
    position: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    half: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effort_low: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effort_likely: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effort_high: Option<f64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    efforts: Vec<roadmap::TeamEffort>,
    #[serde(default)]
    feasibility: roadmap::Feasibility,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    feasibility_reason: Option<String>,
    /// External ids of lines above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    needs: Vec<String>,
    /// As in the table of items: `views/*:request`, `!api`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    asks: Vec<AskLine>,
}

#[derive(Debug, Deserialize, Serialize)]
struct LinkLine {
    source: String,
    external_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    state_at: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
struct AskLine {
    person: PersonLine,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<AccountLine>,
    origin: roadmap::Origin,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    first_at: String,
    last_at: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    way_back: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said_in: Option<SaidIn>,
}

#[derive(Debug, Deserialize, Serialize)]
struct SaidIn {
    source: String,
    external_id: String,
}

/// An export of the roadmap under way, page after page.
pub struct RoadmapExport {
    db: Db,
    waiting: Vec<(Item, Time)>,
    names: HashMap<ItemId, String>,
}

impl RoadmapExport {
    /// Begins: what needs something else stands below it.
    pub async fn begin(db: &Db) -> Result<RoadmapExport> {
        let mut tx = db.read().await?;
        let mut items = roadmap::load_dated_items(&mut tx).await?;
        let links = roadmap::list_links(&mut tx, items.iter().map(|(item, _)| item.id).collect()).await?;
        let mut names: HashMap<ItemId, String> = items.iter().map(|(item, _)| (item.id, item.id.to_string())).collect();
        names.extend(links.into_iter().filter(|link| link.source == OURS).map(|link| (link.item_id, link.external_id)));
        let (mut ordered, mut done): (Vec<(Item, Time)>, BTreeSet<ItemId>) = Default::default();
        while !items.is_empty() {
            let before = items.len();
            let (ready, rest): (Vec<_>, Vec<_>) = items
                .into_iter()
                .partition(|(item, _)| item.needs.iter().all(|need| done.contains(need) || !names.contains_key(need)));
            done.extend(ready.iter().map(|(item, _)| item.id));
            ordered.extend(ready);
            items = rest;
            if items.len() == before {
                // Items that need each other cannot be made; should they stand there all the same, they are not lost.
                ordered.append(&mut items);
            }
        }
        ordered.reverse();
        Ok(RoadmapExport { db: db.clone(), waiting: ordered, names })
    }

    /// The next lines, each with its break; none when all is told.
    pub async fn next_page(&mut self) -> Result<Option<Vec<u8>>> {
        let page: Vec<(Item, Time)> = (0..PAGE).map_while(|_| self.waiting.pop()).collect();
        if page.is_empty() {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        let ids: Vec<ItemId> = page.iter().map(|(item, _)| item.id).collect();
        let mut links: HashMap<ItemId, Vec<LinkLine>> = HashMap::new();
        for link in roadmap::list_links(&mut tx, ids.clone()).await? {
            links.entry(link.item_id).or_default().extend(link_line(link));
        }
        let mut asks: HashMap<ItemId, Vec<AskLine>> = HashMap::new();
        for (item, ask) in list_asks(&mut tx, ids).await? {
            asks.entry(item).or_default().push(ask);
        }
        let catalogue = tagging::load_catalogue(&mut tx).await?;
        drop(tx);
        let mut out = Vec::new();
        for (item, created_at) in page {
            let line = self.line(&catalogue, item, created_at, &mut links, &mut asks);
            serde_json::to_writer(&mut out, &line).map_err(base::Error::store)?;
            out.push(b'\n');
        }
        Ok(Some(out))
    }

    fn line(
        &self,
        catalogue: &Catalogue,
        item: Item,
        created_at: Time,
        links: &mut HashMap<ItemId, Vec<LinkLine>>,
        asks: &mut HashMap<ItemId, Vec<AskLine>>,
    ) -> ItemLine {
        let named = |id: &ItemId| self.names.get(id).cloned();
        let mut needs: Vec<String> = item.needs.iter().filter_map(named).collect();
        needs.sort_unstable();
        let mark = |joined: &roadmap::JoinedTag| {
            let tag = catalogue.by_ord(catalogue.canon(joined.tag_ord))?;
            Some(TagMark::of(&tag.path, joined).to_string())
        };
        let mut tags: Vec<String> = item.tags.iter().filter_map(mark).collect();
        tags.sort_unstable();
        ItemLine {
            external_id: named(&item.id).unwrap_or_default(),
            links: links.remove(&item.id).unwrap_or_default(),
            asks: asks.remove(&item.id).unwrap_or_default(),
            key: item.key,
            title: item.title,
            problem: item.problem,
            status: item.status,
            status_at: item.status_at.to_string(),
            created_at: created_at.to_string(),
            position: item.position,
            half: item.half,
            owner: item.owner,
            effort_low: item.effort_low,
            effort_likely: item.effort_likely,
            effort_high: item.effort_high,
            efforts: item.efforts,
            feasibility: item.feasibility,
            feasibility_reason: item.feasibility_reason,
            needs,
            tags,
        }
    }
}

fn link_line(link: LinkRow) -> Option<LinkLine> {
    let LinkRow { source, external_id, url, state_name, state, state_at, .. } = link;
    let state_at = state_at.map(|at| at.to_string());
    (source != OURS).then_some(LinkLine { source, external_id, url, state_name, state, state_at })
}

/// The asks of items that do not follow from conversations alone, in an order of their own.
async fn list_asks(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<(ItemId, AskLine)>> {
    let rows = roadmap::list_kept_asks(tx, items).await?;
    let persons: HashSet<i64> = rows.iter().map(|ask| ask.person_ord).collect();
    let accounts: HashSet<i64> = rows.iter().filter_map(|ask| ask.account_ord).collect();
    let people =
        people::describe(tx, persons.into_iter().collect(), Vec::new(), accounts.into_iter().collect()).await?;
    let ords: Vec<i64> = rows.iter().filter_map(|ask| ask.conversation_ord).collect();
    let heads: HashMap<i64, SaidIn> = conversations::heads(tx, &ords)
        .await?
        .into_iter()
        .map(|head| (head.ord, SaidIn { source: head.source, external_id: head.external_id }))
        .collect();
    let mut all = Vec::with_capacity(rows.len());
    for ask in rows {
        let said_in = ask.conversation_ord.and_then(|ord| heads.get(&ord));
        let said_in = said_in.map(|one| SaidIn { source: one.source.clone(), external_id: one.external_id.clone() });
        all.extend(ask_line(&people, ask, said_in)?);
    }
    let key = |(item, ask): &(ItemId, AskLine)| {
        (
            *item,
            ask.first_at.clone(),
            ask.person.source.clone(),
            ask.person.external_id.clone(),
            ask.person.email.clone(),
        )
    };
    all.sort_by_key(key);
    Ok(all)
}

fn ask_line(people: &Described, ask: AskRow, said_in: Option<SaidIn>) -> Result<Option<(ItemId, AskLine)>> {
    // Of somebody who was erased nothing is left to tell.
    let Some(person) = person_line(people, ask.person_ord, "") else { return Ok(None) };
    let account = ask.account_ord.and_then(|ord| account_line(people, ord, "", ask.last_at));
    let line = AskLine {
        person,
        account,
        origin: roadmap::Origin::parse(&ask.origin)?,
        state: ask.state,
        because: ask.because,
        first_at: ask.first_at.to_string(),
        last_at: ask.last_at.to_string(),
        language: ask.language,
        way_back: ask.way_back,
        words: ask.words,
        said_in,
    };
    Ok(Some((ask.item_id, line)))
}

/// Reads a line of an exported roadmap.
pub(crate) fn read_item_line(bytes: &[u8]) -> Result<Box<RequestMark>, Reason> {
    let line: ItemLine = serde_json::from_slice(bytes).map_err(|fault| match fault.is_data() {
        true => Reason::new("import-item-line").arg("why", fault),
        false => Reason::new("import-not-json").arg("place", fault.column()),
    })?;
    let time = |field: &str, text: &str| super::read_time(field, text);
    let created_at = time("created_at", &line.created_at)?;
    let (mut links, mut asks, mut people, mut said_in): (Vec<LinkRow>, Vec<AskRow>, Vec<PersonIn>, Vec<_>) =
        Default::default();
    links.push(LinkRow::blank(OURS, &line.external_id, created_at));
    for link in line.links {
        links.push(LinkRow {
            url: link.url,
            state_name: link.state_name,
            state: link.state,
            state_at: link.state_at.map(|at| time("links.state_at", &at)).transpose()?,
            ..LinkRow::blank(&link.source, &link.external_id, created_at)
        });
    }
    let item = Item {
        key: line.key,
        title: line.title,
        problem: line.problem,
        status: line.status,
        half: line.half,
        owner: line.owner,
        effort_low: line.effort_low,
        effort_likely: line.effort_likely,
        effort_high: line.effort_high,
        efforts: line.efforts,
        feasibility: line.feasibility,
        feasibility_reason: line.feasibility_reason,
        position: line.position,
        ..Item::blank(ItemId::new(), time("status_at", &line.status_at)?)
    };
    check_item(&item).map_err(|error| Reason::from(&error))?;
    for ask in line.asks {
        let (first_at, last_at) = (time("asks.first_at", &ask.first_at)?, time("asks.last_at", &ask.last_at)?);
        people.push(person_of(&ask.person, ask.account.as_ref(), OURS, first_at));
        asks.push(AskRow {
            origin: ask.origin.as_str().into(),
            state: ask.state,
            because: ask.because,
            last_at,
            language: ask.language,
            way_back: ask.way_back,
            words: ask.words,
            ..blank_ask(item.id, people.len() as i64 - 1, first_at)
        });
        said_in.push(ask.said_in.map(|one| (one.source, one.external_id)));
    }
    let marks = line.tags.iter().map(|mark| parse_mark(mark).map_err(|error| Reason::from(&error)));
    let tags = marks.collect::<Result<_, _>>()?;
    let brought = Brought { item, created_at, links, asks, needs: line.needs };
    Ok(Box::new(RequestMark { brought, people, tags, said_in }))
}
