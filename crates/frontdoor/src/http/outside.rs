//! What of the roadmap is public, over HTTP: the pages as a whole, each item with its public words, and the address of a
//! person's own page.
use crate::Keys;
use crate::http::outgoing::find_door;
use crate::mailbox::get_for_door;
use crate::outside::{GOOD_FOR, check_colour, contrast_of, default_page, load_house, sign_own_page};
use crate::store::outside::{self as rows, ItemRow, PageRow};
use ::store::Tx;
use base::{DoorId, Error, ItemId, PassageId, PersonId, Time, Ui};
use conversations::Scope;
use httpkit::{AppState, Can, Configure, Etag, IfMatch, Json, Path, Plan, Read, Result, State};
use people::{Allowed, PersonCard};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tagging::Texts;

const LONGEST_NAME: usize = 80;
const LONGEST_TITLE: usize = 160;
const LONGEST_TEXT: usize = 4_000;
const MOST_QUOTES: usize = 12;

/// The public pages as a whole.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OutsideOut {
    pub is_on: bool,
    /// How the house is called there; empty: as it is called here.
    pub name: String,
    pub colour: String,
    /// How well text of that colour can be read; 4.5 at least, 21 at best.
    pub contrast: f64,
    /// Where customers reach it, if not by the public address.
    pub address: Option<String>,
    pub shows_counts: bool,
    pub takes_wishes: bool,
    /// By which door comes in what visitors and customers write.
    pub door: Option<DoorId>,
    /// The whole addresses of the pages.
    pub pages: Pages,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct Pages {
    pub ko: String,
    pub en: String,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct OutsideIn {
    pub is_on: bool,
    pub name: String,
    /// `#27705f`; it must be readable on white.
    pub colour: String,
    /// `https://roadmap.soban.example`, or with a path that a proxy takes away.
    pub address: Option<String>,
    /// How many asked, where they are three or more.
    pub shows_counts: bool,
    /// “Tell me when”.
    pub takes_wishes: bool,
    pub door: Option<DoorId>,
}

async fn out(tx: &mut Tx, app: &AppState) -> base::Result<Etag<OutsideOut>> {
    let house = load_house(tx, &app.public_url).await?;
    let door = conversations::list_doors(tx).await?.into_iter().find(|door| Some(door.ord) == house.row.door_ord);
    let page = |ui: Ui| house.link(&format!("/{ui}/roadmap"));
    let pages = Pages { ko: page(Ui::Ko), en: page(Ui::En) };
    let row = house.row;
    let contrast = (contrast_of(&row.colour) * 10.0).floor() / 10.0;
    let out = OutsideOut {
        is_on: row.is_on,
        name: row.name,
        contrast,
        colour: row.colour,
        address: row.address,
        shows_counts: row.shows_counts,
        takes_wishes: row.takes_wishes,
        door: door.map(|door| door.id),
        pages,
        rev: row.rev,
    };
    Ok(Etag(out.rev, out))
}

/// Read how the public pages are, and whether they are there at all.
#[utoipa::path(get, path = "/api/outside", tag = "frontdoor", operation_id = "get_outside",
    responses((status = 200, body = OutsideOut)))]
pub async fn get_outside(_can: Can<Read>, State(app): State<AppState>) -> Result<Etag<OutsideOut>> {
    Ok(out(&mut app.db.read().await?, &app).await?)
}

/// Say how the public pages are. They are not there unless switched on.
#[utoipa::path(put, path = "/api/outside", tag = "frontdoor", operation_id = "put_outside", request_body = OutsideIn,
    params(("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = OutsideOut), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_outside(
    can: Can<Configure>,
    State(app): State<AppState>,
    version: IfMatch,
    Json(input): Json<OutsideIn>,
) -> Result<Etag<OutsideOut>> {
    let mut tx = app.db.write().await?;
    let old = rows::find_page(&mut tx).await?.unwrap_or_else(default_page);
    version.check(old.rev)?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let door = match input.door {
        Some(id) => Some(find_door(&mut tx, &scope, id).await?.ord),
        None => None,
    };
    let mailbox = match door {
        Some(door) => get_for_door(&mut tx, door).await?.filter(|mailbox| !mailbox.smtp_host.is_empty()),
        None => None,
    };
    if input.takes_wishes && mailbox.is_none() {
        return Err(Error::invalid("door", "error-outside-door").into());
    }
    let row = PageRow {
        is_on: input.is_on,
        name: check_text("name", &input.name, LONGEST_NAME)?,
        colour: check_colour(&input.colour)?,
        address: input.address.as_deref().map(check_address).transpose()?.flatten(),
        shows_counts: input.shows_counts,
        takes_wishes: input.takes_wishes,
        door_ord: door,
        rev: old.rev + 1,
    };
    rows::put_page(&mut tx, &row, can.staff).await?;
    let detail = json!({"is_on": row.is_on, "name": row.name, "address": row.address, "shows_counts": row.shows_counts,
        "takes_wishes": row.takes_wishes});
    staff::note(&mut tx, can.actor(), "frontdoor.outside_changed", "outside", detail).await?;
    let out = out(&mut tx, &app).await?;
    tx.commit().await?;
    Ok(out)
}

fn check_text(field: &'static str, text: &str, most: usize) -> base::Result<String> {
    let text = textkit::clean_text(text.trim());
    if text.chars().count() > most {
        return Err(Error::Invalid { field, key: "error-longest", args: vec![("max", most.to_string())] });
    }
    Ok(text)
}

/// `https://host`, `https://host/path`: nothing that could lead elsewhere or break out of a page.
fn check_address(text: &str) -> base::Result<Option<String>> {
    let text = text.trim().trim_end_matches('/');
    if text.is_empty() {
        return Ok(None);
    }
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let (host, path) = rest.map_or(("", ""), |rest| rest.split_once('/').unwrap_or((rest, "")));
    let is_plain = |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let is_path = path.split('/').all(|part| is_plain(part, "-_.") && part != ".." && part != ".");
    if host.is_empty() || !is_plain(host, "-.:") || !is_path || text.len() > 200 {
        return Err(Error::invalid("address", "error-outside-address"));
    }
    Ok(Some(text.to_owned()))
}

/// What is public of an item. Our own title and problem never are.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PublicItemOut {
    pub is_public: bool,
    /// Since when it was first public.
    pub published_at: Option<Time>,
    pub title: Texts,
    pub problem: Texts,
    /// What is there now, once it shipped.
    pub news: Texts,
    /// Customers' words that stand beside it while they allow it.
    pub quotes: Vec<QuoteOut>,
    /// Others that might.
    pub offered: Vec<QuoteOut>,
    /// Whether the public pages are switched on.
    pub is_on: bool,
    pub pages: Pages,
    pub rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct QuoteOut {
    pub passage: PassageId,
    pub quote: String,
    pub person: Option<PersonCard>,
    /// Whether its author allows it today.
    pub allowed: bool,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct PublicItemIn {
    pub is_public: bool,
    pub title: Texts,
    #[serde(default)]
    pub problem: Texts,
    #[serde(default)]
    pub news: Texts,
    #[serde(default)]
    pub quotes: Vec<PassageId>,
}

/// Read what is public of an item, and which words may stand beside it.
#[utoipa::path(get, path = "/api/roadmap/items/{id}/public", tag = "frontdoor", operation_id = "get_public_item",
    params(("id" = ItemId, Path)), responses((status = 200, body = PublicItemOut), (status = 404, body = httpkit::Problem)))]
pub async fn get_public_item(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
) -> Result<Etag<PublicItemOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    Ok(item_out(&mut tx, &app, &scope, id).await?)
}

/// Say what is public of an item.
#[utoipa::path(put, path = "/api/roadmap/items/{id}/public", tag = "frontdoor", operation_id = "put_public_item",
    params(("id" = ItemId, Path), ("If-Match" = String, Header, description = "The version you read")),
    request_body = PublicItemIn, responses((status = 200, body = PublicItemOut), (status = 404, body = httpkit::Problem),
        (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_public_item(
    can: Can<Plan>,
    State(app): State<AppState>,
    Path(id): Path<ItemId>,
    version: IfMatch,
    Json(input): Json<PublicItemIn>,
) -> Result<Etag<PublicItemOut>> {
    let mut tx = app.db.write().await?;
    if !roadmap::has_item(&mut tx, id).await? {
        return Err(Error::NotFound("item").into());
    }
    let old = rows::find_item(&mut tx, id).await?;
    version.check(old.as_ref().map_or(0, |row| row.rev))?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let texts = read_texts(&input)?;
    if input.is_public && !texts.iter().any(|(_, field, _)| *field == "title") {
        return Err(Error::invalid("title", "error-item-title-empty").into());
    }
    let chosen = rows::list_quotes(&mut tx, id).await?;
    let known = list_quotes(&mut tx, &scope, id).await?;
    // Whoever may not see who said it neither adds nor removes it.
    let mut quotes: Vec<i64> = chosen.into_iter().filter(|ord| !known.iter().any(|(other, ..)| other == ord)).collect();
    for passage in input.quotes.iter().take(MOST_QUOTES) {
        let found = known.iter().find(|(_, quote, _)| quote.passage == *passage && quote.allowed);
        quotes.push(found.ok_or(Error::invalid("quotes", "error-quote-not-allowed"))?.0);
    }
    quotes.dedup();
    let now = tx.now();
    let published_at = old.as_ref().and_then(|row| row.published_at).or(input.is_public.then_some(now));
    let row = ItemRow { is_public: input.is_public, published_at, rev: old.map_or(0, |row| row.rev) + 1 };
    rows::put_item(&mut tx, id, &row, can.staff).await?;
    rows::put_texts(&mut tx, id, texts).await?;
    rows::put_quotes(&mut tx, id, &quotes).await?;
    let detail = json!({"is_public": row.is_public, "quotes": quotes.len()});
    staff::note(&mut tx, can.actor(), "frontdoor.public_item_changed", &id.to_string(), detail).await?;
    tx.announce("roadmap.item_changed", json!({"item": id}));
    let out = item_out(&mut tx, &app, &scope, id).await?;
    tx.commit().await?;
    Ok(out)
}

fn read_texts(input: &PublicItemIn) -> base::Result<Vec<(&'static str, &'static str, String)>> {
    let mut all = Vec::new();
    for (field, texts, most) in [
        ("title", &input.title, LONGEST_TITLE),
        ("problem", &input.problem, LONGEST_TEXT),
        ("news", &input.news, LONGEST_TEXT),
    ] {
        for (lang, text) in texts.by_lang() {
            let text = check_text(field, text.unwrap_or_default(), most)?;
            if !text.is_empty() {
                all.push((lang, field, text));
            }
        }
    }
    Ok(all)
}

/// Words that stand beside an item or may, with the person behind them, as far as somebody may see: (passage, it, chosen).
async fn list_quotes(tx: &mut Tx, scope: &Scope, id: ItemId) -> base::Result<Vec<(i64, QuoteOut, bool)>> {
    let allowing = people::list_allowing(tx, Allowed::Quotes).await?;
    let chosen = rows::list_quotes(tx, id).await?;
    let mut found = rows::list_quotable(tx, id, &allowing, 50).await?;
    let known: Vec<i64> = found.iter().map(|row| row.ord).collect();
    let others: Vec<i64> = chosen.iter().copied().filter(|ord| !known.contains(ord)).collect();
    let more = rows::list_chosen(tx, &others).await?;
    found.extend(more);
    found.retain(|row| scope.sees(row.door_ord));
    let persons: Vec<i64> = found.iter().map(|row| row.person_ord).collect();
    let cards = people::cards(tx, &persons, &[], &[]).await?;
    let out = found.into_iter().map(|row| {
        let (allowed, is_chosen) = (allowing.contains(&row.person_ord), chosen.contains(&row.ord));
        let person = cards.person(Some(row.person_ord));
        (row.ord, QuoteOut { passage: row.id, quote: row.quote, person, allowed }, is_chosen)
    });
    Ok(out.collect())
}

async fn item_out(tx: &mut Tx, app: &AppState, scope: &Scope, id: ItemId) -> base::Result<Etag<PublicItemOut>> {
    if !roadmap::has_item(tx, id).await? {
        return Err(Error::NotFound("item"));
    }
    let row = rows::find_item(tx, id).await?.unwrap_or(ItemRow { is_public: false, published_at: None, rev: 0 });
    let (mut title, mut problem, mut news) = (Texts::default(), Texts::default(), Texts::default());
    for (_, lang, field, text) in rows::list_texts(tx, &[id]).await? {
        match field.as_str() {
            "title" => title.set(&lang, text),
            "problem" => problem.set(&lang, text),
            _ => news.set(&lang, text),
        }
    }
    let (chosen, others): (Vec<_>, Vec<_>) =
        list_quotes(tx, scope, id).await?.into_iter().partition(|(_, _, is_chosen)| *is_chosen);
    let quotes = |all: Vec<(i64, QuoteOut, bool)>| all.into_iter().map(|(_, quote, _)| quote).collect();
    let house = load_house(tx, &app.public_url).await?;
    let page = |ui: Ui| house.link(&format!("/{ui}/roadmap/{id}"));
    let out = PublicItemOut {
        is_public: row.is_public,
        published_at: row.published_at,
        title,
        problem,
        news,
        quotes: quotes(chosen),
        offered: quotes(others),
        is_on: house.row.is_on,
        pages: Pages { ko: page(Ui::Ko), en: page(Ui::En) },
        rev: row.rev,
    };
    Ok(Etag(out.rev, out))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct OwnAddressIn {
    /// Takes back every address that was made for them until now.
    #[serde(default)]
    pub renew: bool,
}

/// The address of somebody's own page, and whose it is.
#[derive(Serialize, utoipa::ToSchema)]
pub struct OwnAddressOut {
    pub person: PersonCard,
    pub email: Option<String>,
    pub url: String,
    pub good_until: Time,
}

/// Make the address of a person's own page, to be given to that person only: it opens everything that is theirs, to be
/// read, taken along and erased. It is good for half a year.
#[utoipa::path(post, path = "/api/persons/{id}/own_page", tag = "frontdoor", operation_id = "make_own_page_address",
    params(("id" = PersonId, Path)), request_body = OwnAddressIn,
    responses((status = 200, body = OwnAddressOut), (status = 404, body = httpkit::Problem), (status = 409, body = httpkit::Problem)))]
pub async fn make_own_address(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
    Json(input): Json<OwnAddressIn>,
) -> Result<Json<OwnAddressOut>> {
    let mut tx = app.db.write().await?;
    let row = people::get_person(&mut tx, id).await?;
    if row.erased_at.is_some() {
        return Err(Error::Conflict { key: "error-person-erased" }.into());
    }
    if input.renew {
        let ords = people::merged_persons(&mut tx, row.ord).await?;
        rows::take_back_pages(&mut tx, &ords).await?;
    }
    let house = load_house(&mut tx, &app.public_url).await?;
    let path = sign_own_page(&mut tx, &app.get::<Keys>(), row.id).await?;
    let card = people::cards(&mut tx, &[row.ord], &[], &[]).await?.person(Some(row.ord));
    let detail = json!({"renewed": input.renew});
    staff::note(&mut tx, can.actor(), "people.own_page_given", &row.id.to_string(), detail).await?;
    let good_until = tx.now().plus(GOOD_FOR * Time::DAY);
    tx.commit().await?;
    let person = card.ok_or(Error::NotFound("person"))?;
    Ok(Json(OwnAddressOut { person, email: row.email, url: house.link(&path), good_until }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_nowhere_else_and_breaks_out_of_no_page() {
        let good = |text: &str| check_address(text).unwrap();
        assert_eq!(good("https://roadmap.soban.example/").as_deref(), Some("https://roadmap.soban.example"));
        assert_eq!(good("http://127.0.0.1:7420/voice/").as_deref(), Some("http://127.0.0.1:7420/voice"));
        assert_eq!(good("  "), None);
        for bad in [
            "roadmap.soban.example",
            "javascript://x",
            "https://",
            "https://a@b",
            "https://a.example/?x",
            "https://a.example/#x",
            "https://a.example/\"><script>",
            "https://a.example/../b",
            "https://a.example/한글",
            "//evil.example",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
