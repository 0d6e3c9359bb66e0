//! The public projection: what of an item everybody may see, and nothing else.
use super::look::{CELADON, Look};
use super::{page, say, say_day};
use crate::store::outside::{self as rows, PageRow};
use ::store::Tx;
use base::{ItemId, Result, Time, Ui, Zone};
use httpkit::PublicUrl;
use serde::Serialize;
use std::collections::HashMap;
use tagging::Texts;

/// How the house shows itself.
pub struct House {
    pub row: PageRow,
    pub name: String,
    pub zone: Zone,
    pub look: Look,
    /// Where customers reach it: `https://roadmap.soban.example`, or with a path that stands before every other.
    address: String,
}

impl House {
    /// What stands before a path: empty, or `/voice`.
    pub fn base(&self) -> &str {
        let host = self.address.split_once("://").map_or("", |(_, rest)| rest);
        host.find('/').map_or("", |at| &host[at..])
    }

    /// The whole address of a path. Never made from what a caller says of the host.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

pub fn default_page() -> PageRow {
    PageRow {
        is_on: false,
        name: String::new(),
        colour: CELADON.to_owned(),
        address: None,
        shows_counts: false,
        takes_wishes: false,
        door_ord: None,
        rev: 0,
    }
}

pub async fn load_house(tx: &mut Tx, url: &PublicUrl) -> Result<House> {
    let row = rows::find_page(tx).await?.unwrap_or_else(default_page);
    let settings = staff::get_settings(tx).await?;
    let name =
        Some(row.name.clone()).filter(|name| !name.trim().is_empty()).unwrap_or_else(|| settings.called(url.host()));
    let name = xml(&name);
    let address = row.address.clone().unwrap_or_else(|| url.as_str().to_owned());
    Ok(House { look: Look::of(&row.colour), zone: settings.zone, name, address, row })
}

/// Everything that is public of an item. A field that is not here is nobody's.
#[derive(Clone, Debug, Default)]
pub struct PublicItem {
    pub id: Option<ItemId>,
    pub status: &'static str,
    title: Words,
    problem: Words,
    news: Words,
    pub shipped_at: Option<Time>,
    /// Who asked, where they are three or more and the house shows it.
    pub askers: Option<i64>,
    quotes: Vec<Quote>,
    /// What a feed knows it by.
    event: [u8; 16],
}

#[derive(Clone, Debug, Default)]
struct Words {
    ko: Option<String>,
    en: Option<String>,
}

impl Words {
    /// In a language, else in the other one, and which it is.
    fn in_lang(&self, ui: Ui) -> Option<(&str, Ui)> {
        let of = |ui: Ui| match ui {
            Ui::Ko => self.ko.as_deref().map(|text| (text, Ui::Ko)),
            Ui::En => self.en.as_deref().map(|text| (text, Ui::En)),
        };
        of(ui).or_else(|| of(if ui == Ui::Ko { Ui::En } else { Ui::Ko }))
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Quote {
    lang: Option<String>,
    words: String,
}

/// Where an item stands, as far as everybody may know: what we put aside for now is considered, like anything undecided.
fn public_status(status: &str) -> &'static str {
    match status {
        "planned" => "planned",
        "building" => "building",
        "shipped" => "shipped",
        "declined" => "declined",
        _ => "considering",
    }
}

/// All public items, in the order of the board; none unless the house is switched on.
pub async fn load_public(tx: &mut Tx, house: &House) -> Result<Vec<PublicItem>> {
    if !house.row.is_on {
        return Ok(Vec::new());
    }
    let found = rows::list_public(tx).await?;
    let ids: Vec<ItemId> = found.iter().map(|row| row.id).collect();
    let mut items: HashMap<ItemId, PublicItem> = HashMap::new();
    for (id, lang, field, text) in rows::list_texts(tx, &ids).await? {
        let item = items.entry(id).or_default();
        let words = match field.as_str() {
            "title" => &mut item.title,
            "problem" => &mut item.problem,
            _ => &mut item.news,
        };
        *(if lang == "ko" { &mut words.ko } else { &mut words.en }) = Some(xml(&text));
    }
    for (id, lang, words) in rows::list_allowed_quotes(tx, &ids).await? {
        items.entry(id).or_default().quotes.push(Quote { lang, words: xml(&words) });
    }
    if house.row.shows_counts {
        for (id, askers) in rows::count_askers(tx, &ids).await? {
            items.entry(id).or_default().askers = Some(askers);
        }
    }
    let out = found.into_iter().filter_map(|row| {
        let item = items.remove(&row.id)?;
        item.title.in_lang(Ui::En)?;
        let status = public_status(&row.status);
        let shipped_at = row.shipped_at.filter(|_| status == "shipped");
        let event = row.shipped.map_or(row.id.bytes(), |event| event.bytes());
        Some(PublicItem { id: Some(row.id), status, shipped_at, event, ..item })
    });
    Ok(out.collect())
}

/// An item in the words of one language, as templates show it.
#[derive(Clone, Debug, Serialize)]
pub struct Shown {
    pub id: String,
    pub lang: &'static str,
    pub title: String,
    pub problem: String,
    pub news: String,
    pub status: &'static str,
    pub status_words: String,
    pub shipped: String,
    pub shipped_on: String,
    pub asked: String,
    pub quotes: Vec<Quote>,
}

impl PublicItem {
    /// In both languages.
    pub fn title(&self) -> serde_json::Value {
        serde_json::json!({"ko": self.title.ko, "en": self.title.en})
    }

    pub fn show(&self, ui: Ui, zone: &Zone) -> Shown {
        let (title, lang) = self.title.in_lang(ui).unwrap_or_default();
        // The other texts keep the language of the title, so that a page says truly in which language something is.
        let text = |words: &Words| words.in_lang(lang).map(|(text, _)| text.to_owned()).unwrap_or_default();
        let shipped_on = self.shipped_at.map(|at| say_day(ui, at, zone)).unwrap_or_default();
        let shipped = match &*shipped_on {
            "" => String::new(),
            day => say(ui, "outside-shipped-on", &[("day", day.to_owned())]),
        };
        Shown {
            id: self.id.map(|id| id.to_string()).unwrap_or_default(),
            lang: lang.as_str(),
            title: title.to_owned(),
            problem: text(&self.problem),
            // Written before it ships, and said only then.
            news: if self.status == "shipped" { text(&self.news) } else { String::new() },
            status: self.status,
            status_words: say(ui, &format!("outside-status-{}", self.status), &[]),
            shipped,
            shipped_on,
            asked: self.askers.map(|n| say(ui, "outside-asked", &[("n", n.to_string())])).unwrap_or_default(),
            quotes: self.quotes.clone(),
        }
    }

    /// Whether a visitor may still wait for it.
    pub fn is_open(&self) -> bool {
        matches!(self.status, "considering" | "planned" | "building")
    }
}

/// What items are called towards customers: by their public title where they have one; else as we call them.
pub async fn list_names(tx: &mut Tx, items: Vec<ItemId>) -> Result<HashMap<ItemId, Texts>> {
    let mut public: HashMap<ItemId, Texts> = HashMap::new();
    for (item, lang, title) in rows::list_public_titles(tx, items.clone()).await? {
        let name = public.entry(item).or_default();
        *(if lang == "ko" { &mut name.ko } else { &mut name.en }) = Some(title);
    }
    let mut names = roadmap::list_titles(tx, items).await?;
    names.extend(public);
    Ok(names)
}

#[derive(Serialize)]
struct Entry {
    id: String,
    title: String,
    updated: String,
    link: String,
    text: String,
}

/// A feed: of what shipped, or of the whole roadmap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    Roadmap,
    Changes,
}

impl Feed {
    /// Atom (RFC 4287). An entry of what shipped is known by its event, one of the roadmap by its item and where it stands.
    pub fn write(self, house: &House, items: &[PublicItem], ui: Ui) -> Result<String> {
        let (name, title) = match self {
            Feed::Roadmap => ("roadmap", say(ui, "outside-roadmap", &[])),
            Feed::Changes => ("changes", say(ui, "outside-changes", &[])),
        };
        let mut entries: Vec<Entry> = items.iter().map(|item| self.entry(house, item, ui)).collect();
        if self == Feed::Changes {
            entries.sort_by(|a, b| b.updated.cmp(&a.updated));
        }
        let updated = entries.iter().map(|entry| entry.updated.as_str()).max();
        // Nothing is new: a feed must say when all the same.
        let updated = updated.map_or_else(|| Time::now().to_string(), str::to_owned);
        let feed = serde_json::json!({
            "id": house.link(&format!("/{ui}/{name}.atom")),
            "page": house.link(&format!("/{ui}/{name}")),
            "title": format!("{title} · {}", house.name),
            "author": house.name,
            "updated": updated,
            "entries": entries,
        });
        page::render_feed(ui, feed)
    }

    fn entry(self, house: &House, item: &PublicItem, ui: Ui) -> Entry {
        let shown = item.show(ui, &house.zone);
        let link = house.link(&format!("/{ui}/roadmap/{}", shown.id));
        let at = item.shipped_at.unwrap_or_default().to_string();
        match self {
            Feed::Changes => Entry {
                id: urn(&item.event),
                updated: at,
                text: if shown.news.is_empty() { shown.problem } else { shown.news },
                title: shown.title,
                link,
            },
            Feed::Roadmap => Entry {
                id: format!("{link}#{}", shown.status),
                updated: at,
                title: format!("{} · {}", shown.title, shown.status_words),
                text: shown.problem,
                link,
            },
        }
    }
}

fn urn(id: &[u8; 16]) -> String {
    let hex: String = id.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    format!("urn:uuid:{}", parts.join("-"))
}

/// What XML 1.0 can carry (§2.2): a feed with one other character is no feed.
fn xml(text: &str) -> String {
    let fits = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(fits).collect()
}

/// Those that shipped, the newest first.
pub fn shipped(items: &[PublicItem]) -> Vec<PublicItem> {
    let mut all: Vec<PublicItem> = items.iter().filter(|item| item.shipped_at.is_some()).cloned().collect();
    all.sort_by_key(|item| std::cmp::Reverse(item.shipped_at));
    all
}
