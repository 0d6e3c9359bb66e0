//! The pages for customers over HTTP. No caller is known here: what is public is for everybody, and a signed address is all
//! there is to what is somebody's own. Nothing is made of what a caller says of the host.
use crate::Keys;
use crate::outside::{
    Feed, Frame, House, Left, Pace, PublicItem, Reader, WishIn, ask_for_link, find_mailbox, find_reader, known_as,
    leave_wish, load_form, load_house, load_own_page, load_public, prove_wish, render, say_more, set_news, shipped,
    sign_own_page, style_policy, ui_of,
};
use crate::rights::{Form, PersonExport, erase_person};
use crate::store::outside as rows;
use ::store::Tx;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Path as Part, RawQuery};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get, routing::post};
use base::{Actor, Error, ItemId, Ui};
use conversations::Scope;
use futures::stream;
use httpkit::{AppState, Caller, ClientAddr, Result, say};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde_json::json;

/// The public roadmap, what shipped, feeds, “tell me when”, and each person's own page.
pub fn pages() -> Router<AppState> {
    let mut all = Router::new()
        .route("/public", get(choose_language))
        .route("/tell/{token}", get(show_proof).post(take_proof))
        .route("/me", get(show_lost).post(take_lost))
        .route("/me/{token}", get(show_own))
        .route("/me/{token}/tell", post(tell_me))
        .route("/me/{token}/stop", get(show_stop).post(stop_telling))
        .route("/me/{token}/say", post(take_words))
        .route("/me/{token}/export.json", get(export_own))
        .route("/me/{token}/erase", get(show_erase).post(erase_own))
        .merge(super::leave_pages::pages());
    for ui in Ui::ALL {
        all = all
            .route(&format!("/{ui}/roadmap"), get(move |visit| show_roadmap(ui, visit)))
            .route(&format!("/{ui}/changes"), get(move |visit| show_changes(ui, visit)))
            .route(&format!("/{ui}/roadmap.atom"), get(move |visit| show_feed(ui, Feed::Roadmap, visit)))
            .route(&format!("/{ui}/changes.atom"), get(move |visit| show_feed(ui, Feed::Changes, visit)))
            .route(&format!("/{ui}/roadmap/{{item}}"), get(move |visit, item| show_item(ui, visit, item)))
            .route(
                &format!("/{ui}/roadmap/{{item}}/tell"),
                post(move |visit, item, form| take_wish(ui, visit, item, form)),
            )
            .route(&format!("/{ui}/roadmap/{{item}}/sent"), get(move |visit, item| show_sent(ui, visit, item)));
    }
    all
}

/// Somebody who looks at a page: not more often than anybody reads.
pub(super) struct Visit {
    pub app: AppState,
    pub caller: Caller,
    pub place: String,
    known: Option<String>,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> std::result::Result<Visit, Response> {
        let Ok(caller) = Caller::from_request_parts(parts, app).await;
        let Ok(address) = ClientAddr::from_request_parts(parts, app).await;
        let place = address.bucket();
        if let Err(secs) = app.get::<Pace>().count(place.clone()) {
            let words = say(caller.ui(), "outside-too-many", &[]).unwrap_or_default();
            let mut answer = (StatusCode::TOO_MANY_REQUESTS, words).into_response();
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(secs));
            return Err(answer);
        }
        let known = parts.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Visit { app: app.clone(), caller, place, known })
    }
}

/// A page that is the same for everybody, and may be kept for a minute.
fn everybodys(visit: &Visit, kind: &'static str, policy: &str, text: String) -> Response {
    let tag = format!("W/\"{}\"", &blake3::hash(text.as_bytes()).to_hex()[..32]);
    let mut headers = HeaderMap::new();
    let mut put = |name, value: &str| drop(HeaderValue::from_str(value).map(|value| headers.insert(name, value)));
    put(header::CONTENT_TYPE, kind);
    put(header::CONTENT_SECURITY_POLICY, policy);
    put(header::CACHE_CONTROL, "public, max-age=60");
    put(header::ETAG, &tag);
    let knows = |known: &String| known.split(',').any(|one| one.trim() == tag || one.trim() == "*");
    if visit.known.as_ref().is_some_and(knows) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, text).into_response()
}

/// A page that is one person's, or of one moment: kept by nobody, and found by no machine that searches.
pub(super) fn private(status: StatusCode, frame: &Frame, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()),
        (header::CONTENT_SECURITY_POLICY, style_policy(&frame.style)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive".to_owned()),
    ];
    (status, headers, text).into_response()
}

pub(super) fn words(ui: Ui, key: &str) -> String {
    say(ui, key, &[]).unwrap_or_default()
}

/// One sentence as a page, with what can be done next.
pub(super) struct Message {
    pub title: String,
    pub detail: String,
    pub action: Value,
    pub link: Value,
}

impl Message {
    pub fn of(ui: Ui, title: &str, detail: &str) -> Message {
        Message { title: words(ui, title), detail: words(ui, detail), action: Value::from(()), link: Value::from(()) }
    }

    pub fn show(self, status: StatusCode, ui: Ui, frame: &Frame) -> Result<Response> {
        let more = context! { detail => self.detail, action => self.action, link => self.link };
        let text = render("message.html", ui, frame, &self.title, "", more)?;
        Ok(private(status, frame, text))
    }
}

/// For what is not there: it says nothing of what there is, nor whether there is anything.
pub(super) fn gone(house: &House, ui: Ui, path: &str) -> Result<Response> {
    let mut frame = Frame::private(house, path);
    if !house.row.is_on {
        frame.languages.clear();
    }
    Message::of(ui, "outside-gone", "outside-gone-detail").show(StatusCode::NOT_FOUND, ui, &frame)
}

async fn load(visit: &Visit) -> Result<(House, Vec<PublicItem>)> {
    let mut tx = visit.app.db.read().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let items = load_public(&mut tx, &house).await?;
    Ok((house, items))
}

async fn choose_language(visit: Visit) -> Result<Response> {
    let house = load_house(&mut visit.app.db.read().await?, &visit.app.public_url).await?;
    let ui = visit.caller.ui();
    if !house.row.is_on {
        return gone(&house, ui, "/public");
    }
    let mut answer = Redirect::to(&format!("{}/{ui}/roadmap", house.base())).into_response();
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-language"));
    Ok(answer)
}

const HTML: &str = "text/html; charset=utf-8";
/// Where items stand, in the order they are shown.
const STATUSES: [&str; 5] = ["building", "planned", "considering", "shipped", "declined"];

async fn show_roadmap(ui: Ui, visit: Visit) -> Result<Response> {
    let (house, items) = load(&visit).await?;
    if !house.row.is_on {
        return gone(&house, ui, "/public");
    }
    let shown: Vec<_> = items.iter().map(|item| item.show(ui, &house.zone)).collect();
    let group = |status: &str| {
        let of_status: Vec<_> = shown.iter().filter(|item| item.status == status).collect();
        let name = words(ui, &format!("outside-status-{status}"));
        (!of_status.is_empty()).then(|| json!({"status": status, "words": name, "items": of_status}))
    };
    let groups: Vec<_> = STATUSES.into_iter().filter_map(group).collect();
    let frame = Frame::public(&house, ui, "/roadmap");
    let more = context! { groups => Value::from(Serde(groups)) };
    let text = render("roadmap.html", ui, &frame, &words(ui, "outside-roadmap"), "roadmap", more)?;
    Ok(everybodys(&visit, HTML, &style_policy(&frame.style), text))
}

async fn show_changes(ui: Ui, visit: Visit) -> Result<Response> {
    let (house, items) = load(&visit).await?;
    if !house.row.is_on {
        return gone(&house, ui, "/public");
    }
    let shown: Vec<_> = shipped(&items).iter().map(|item| item.show(ui, &house.zone)).collect();
    let frame = Frame::public(&house, ui, "/changes");
    let more = context! { items => Value::from(Serde(shown)) };
    let text = render("changes.html", ui, &frame, &words(ui, "outside-changes"), "changes", more)?;
    Ok(everybodys(&visit, HTML, &style_policy(&frame.style), text))
}

async fn show_feed(ui: Ui, feed: Feed, visit: Visit) -> Result<Response> {
    let (house, items) = load(&visit).await?;
    if !house.row.is_on {
        return gone(&house, ui, "/public");
    }
    let text = match feed {
        Feed::Roadmap => feed.write(&house, &items, ui)?,
        Feed::Changes => feed.write(&house, &shipped(&items), ui)?,
    };
    Ok(everybodys(&visit, "application/atom+xml; charset=utf-8", "default-src 'none'; frame-ancestors 'none'", text))
}

fn find_item<'a>(items: &'a [PublicItem], id: &str) -> Option<&'a PublicItem> {
    let id = ItemId::parse(id).ok()?;
    items.iter().find(|item| item.id == Some(id))
}

fn item_page(
    house: &House,
    item: &PublicItem,
    ui: Ui,
    form: &WishIn,
    problem: Option<String>,
) -> Result<(Frame, String)> {
    let shown = item.show(ui, &house.zone);
    let frame = Frame::public(house, ui, &format!("/roadmap/{}", shown.id));
    let takes = house.row.takes_wishes && item.is_open();
    let form = match takes {
        true => context! { email => form.email.clone(), why => form.why.clone() },
        false => Value::from(()),
    };
    let title = shown.title.clone();
    let more = context! { item => Value::from(Serde(shown)), form => form, problem => problem };
    let text = render("item.html", ui, &frame, &title, "roadmap", more)?;
    Ok((frame, text))
}

async fn show_item(ui: Ui, visit: Visit, Part(id): Part<String>) -> Result<Response> {
    let (house, items) = load(&visit).await?;
    let Some(item) = find_item(&items, &id) else { return gone(&house, ui, "/public") };
    let (frame, text) = item_page(&house, item, ui, &WishIn::default(), None)?;
    Ok(everybodys(&visit, HTML, &style_policy(&frame.style), text))
}

// -- “Tell me when”

async fn take_wish(ui: Ui, visit: Visit, Part(id): Part<String>, form: Bytes) -> Result<Response> {
    let (house, items) = load(&visit).await?;
    let open = find_item(&items, &id).filter(|item| house.row.takes_wishes && item.is_open());
    let Some(item) = open else { return gone(&house, ui, "/public") };
    let wish = WishIn::read(&form);
    let mut tx = visit.app.db.write().await?;
    let left = leave_wish(&mut tx, item, wish.clone(), ui, &visit.place).await?;
    tx.commit().await?;
    let (status, key) = match left {
        Left::Thanks => {
            let id = item.show(ui, &house.zone).id;
            return Ok(Redirect::to(&format!("{}/{ui}/roadmap/{id}/sent", house.base())).into_response());
        }
        Left::NoAddress => (StatusCode::UNPROCESSABLE_ENTITY, "outside-no-address"),
        Left::TooMany => (StatusCode::TOO_MANY_REQUESTS, "outside-too-many"),
    };
    let (frame, text) = item_page(&house, item, ui, &wish, Some(words(ui, key)))?;
    Ok(private(status, &frame, text))
}

async fn show_sent(ui: Ui, visit: Visit, Part(id): Part<String>) -> Result<Response> {
    let (house, items) = load(&visit).await?;
    let Some(item) = find_item(&items, &id) else { return gone(&house, ui, "/public") };
    let path = format!("/roadmap/{}", item.show(ui, &house.zone).id);
    let frame = Frame { is_private: true, ..Frame::public(&house, ui, &path) };
    let mut message = Message::of(ui, "outside-sent", "outside-sent-detail");
    let back = format!("{}/{ui}/roadmap", house.base());
    message.link = context! { href => back, words => words(ui, "outside-back") };
    message.show(StatusCode::OK, ui, &frame)
}

/// What a link of a proof was made for.
async fn find_wish(tx: &mut Tx, app: &AppState, token: &str) -> base::Result<Option<rows::WishRow>> {
    let Some(id) = app.get::<Keys>().read_wish(token) else { return Ok(None) };
    rows::find_wish(tx, id).await
}

/// A click changes nothing: programs that look at links click as well. What is sent from the page counts.
async fn show_proof(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let wish = find_wish(&mut tx, &visit.app, &token).await?;
    let items = load_public(&mut tx, &house).await?;
    let found = wish.as_ref().and_then(|wish| Some((wish, items.iter().find(|item| item.id == Some(wish.item_id))?)));
    let Some((wish, item)) = found else { return gone(&house, visit.caller.ui(), "/public") };
    let path = format!("/tell/{token}");
    let ui = asked_lang(query.as_deref()).unwrap_or(ui_of(Some(&wish.language)));
    let frame = Frame::private(&house, &path);
    if wish.proved_at.is_some() {
        return proved(&visit, &house, ui, &frame, "outside-proved", wish.person_ord).await;
    }
    let args = [("email", wish.email.clone()), ("title", item.show(ui, &house.zone).title)];
    let mut message = Message::of(ui, "outside-prove", "outside-prove");
    message.detail = say(ui, "outside-prove-detail", &args).unwrap_or_default();
    let href = format!("{}{path}?lang={ui}", house.base());
    message.action = context! { href => href, words => words(ui, "outside-prove-send") };
    message.show(StatusCode::OK, ui, &frame)
}

async fn take_proof(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.write().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let items = load_public(&mut tx, &house).await?;
    let wish = find_wish(&mut tx, &visit.app, &token).await?;
    let wish = wish.filter(|wish| items.iter().any(|item| item.id == Some(wish.item_id)));
    let Some(wish) = wish else { return gone(&house, visit.caller.ui(), "/public") };
    let person = prove_wish(&mut tx, &wish).await?;
    tx.commit().await?;
    let ui = asked_lang(query.as_deref()).unwrap_or(ui_of(Some(&wish.language)));
    let frame = Frame::private(&house, &format!("/tell/{token}"));
    proved(&visit, &house, ui, &frame, "outside-proved", person).await
}

/// Once it is proved, their own page is theirs.
pub(super) async fn proved(
    visit: &Visit,
    house: &House,
    ui: Ui,
    frame: &Frame,
    key: &str,
    person: Option<i64>,
) -> Result<Response> {
    let mut message = Message::of(ui, key, &format!("{key}-detail"));
    let mut tx = visit.app.db.read().await?;
    let ords: Vec<i64> = person.into_iter().collect();
    if let Some(card) = people::cards(&mut tx, &ords, &[], &[]).await?.person(person) {
        let path = sign_own_page(&mut tx, &visit.app.get::<Keys>(), card.id).await?;
        let href = format!("{}{path}?lang={ui}", house.base());
        message.link = context! { href => href, words => words(ui, "outside-own-link") };
    }
    message.show(StatusCode::OK, ui, frame)
}

// -- A person's own page

/// `?lang=ko`; anything else is not said.
pub(super) fn asked_lang(query: Option<&str>) -> Option<Ui> {
    let query = query.unwrap_or_default().as_bytes();
    form_urlencoded::parse(query).find(|(name, _)| name == "lang").and_then(|(_, lang)| lang.parse().ok())
}

/// What was just done: `?done=tell`.
fn asked_done(query: Option<&str>) -> Option<String> {
    let query = query.unwrap_or_default().as_bytes();
    form_urlencoded::parse(query).find(|(name, _)| name == "done").map(|(_, done)| done.into_owned())
}

/// A page of somebody, or that there is none.
pub(super) struct Own {
    pub house: House,
    pub reader: Reader,
    pub ui: Ui,
    /// The whole path, without the language.
    pub path: String,
}

pub(super) async fn open_own(
    visit: &Visit,
    tx: &mut Tx,
    token: &str,
    query: Option<&str>,
) -> Result<std::result::Result<Own, Response>> {
    let house = load_house(tx, &visit.app.public_url).await?;
    let asked = asked_lang(query);
    let Some(reader) = find_reader(tx, &visit.app.get::<Keys>(), token).await? else {
        let ui = asked.unwrap_or(visit.caller.ui());
        return Ok(Err(lost(tx, &house, ui, StatusCode::NOT_FOUND, "outside-lost", &WishIn::default(), None).await?));
    };
    let known = reader.row.language.is_some().then(|| reader.ui());
    let ui = asked.or(known).unwrap_or(visit.caller.ui());
    Ok(Ok(Own { house, reader, ui, path: format!("/me/{token}") }))
}

/// What stands where no page of somebody is: the address works no more, or never did. Whoever had one may ask for another.
async fn lost(
    tx: &mut Tx,
    house: &House,
    ui: Ui,
    status: StatusCode,
    title: &str,
    form: &WishIn,
    problem: Option<&str>,
) -> Result<Response> {
    if find_mailbox(tx, &[house.row.door_ord]).await?.is_none() {
        return gone(house, ui, "/public");
    }
    let frame = Frame::private(house, "/me");
    let problem = problem.map(|key| words(ui, key));
    let more = context! { email => form.email.clone(), problem => problem };
    let text = render("lost.html", ui, &frame, &words(ui, title), "", more)?;
    Ok(private(status, &frame, text))
}

async fn show_lost(visit: Visit, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let ui = asked_lang(query.as_deref()).unwrap_or(visit.caller.ui());
    if asked_done(query.as_deref()).as_deref() == Some("sent") {
        let message = Message::of(ui, "outside-sent", "outside-lost-sent");
        return message.show(StatusCode::OK, ui, &Frame::private(&house, "/me"));
    }
    lost(&mut tx, &house, ui, StatusCode::OK, "outside-lost-title", &WishIn::default(), None).await
}

async fn take_lost(visit: Visit, RawQuery(query): RawQuery, form: Bytes) -> Result<Response> {
    let mut tx = visit.app.db.write().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let ui = asked_lang(query.as_deref()).unwrap_or(visit.caller.ui());
    if find_mailbox(&mut tx, &[house.row.door_ord]).await?.is_none() {
        return gone(&house, ui, "/public");
    }
    let form = WishIn::read(&form);
    let left = ask_for_link(&mut tx, &form, ui, &visit.place).await?;
    let (status, key) = match left {
        Left::Thanks => {
            tx.commit().await?;
            return Ok(Redirect::to(&format!("{}/me?lang={ui}&done=sent", house.base())).into_response());
        }
        Left::NoAddress => (StatusCode::UNPROCESSABLE_ENTITY, "outside-no-address"),
        Left::TooMany => (StatusCode::TOO_MANY_REQUESTS, "outside-too-many"),
    };
    lost(&mut tx, &house, ui, status, "outside-lost-title", &form, Some(key)).await
}

impl Own {
    pub fn href(&self, more: &str) -> String {
        format!("{}{}{more}", self.house.base(), self.path)
    }

    /// Back to the page, saying what was done.
    pub fn back(&self, done: &str) -> Response {
        Redirect::to(&format!("{}?lang={}&done={done}", self.href(""), self.ui)).into_response()
    }
}

async fn show_own(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let own = match open_own(&visit, &mut tx, &token, query.as_deref()).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    let Own { house, reader, ui, .. } = &own;
    let items = load_public(&mut tx, house).await?;
    let page = load_own_page(&mut tx, reader, house, &items, *ui).await?;
    let person = Some(reader.row.name.trim()).filter(|name| !name.is_empty());
    let person = person.or(reader.row.email.as_deref()).unwrap_or_default().to_owned();
    let title = say(*ui, "outside-own-title", &[("name", person.clone())]).unwrap_or_default();
    let done = asked_done(query.as_deref()).and_then(|done| match &*done {
        "tell" => Some(words(*ui, "outside-own-done-tell")),
        "stop" => Some(words(*ui, "outside-own-done-stop")),
        "said" => Some(words(*ui, "outside-own-done-said")),
        "left" => Some(words(*ui, "outside-leave-done")),
        _ => None,
    });
    let is_known = known_as(reader, tx.now()).is_some();
    let can_say = house.row.door_ord.is_some() && is_known;
    let can_leave = is_known && load_form(&mut tx, house, *ui).await?.is_some();
    let frame = Frame::private(house, &own.path);
    let more = context! {
        lead => page.lead, asks => Value::from(Serde(page.asks)), wants_news => page.wants_news, own => own.href(""),
        done => done, can_say => can_say, can_leave => can_leave, person => person,
    };
    let text = render("own.html", *ui, &frame, &title, "", more)?;
    Ok(private(StatusCode::OK, &frame, text))
}

async fn tell_me(visit: Visit, token: Part<String>, query: RawQuery) -> Result<Response> {
    change_news(visit, token, query, true).await
}

/// From the page, or from a mail program that offers it beside the mail (RFC 8058).
async fn stop_telling(visit: Visit, token: Part<String>, query: RawQuery) -> Result<Response> {
    change_news(visit, token, query, false).await
}

async fn change_news(
    visit: Visit,
    Part(token): Part<String>,
    RawQuery(query): RawQuery,
    is_given: bool,
) -> Result<Response> {
    let mut tx = visit.app.db.write().await?;
    let own = match open_own(&visit, &mut tx, &token, query.as_deref()).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    set_news(&mut tx, &own.reader, is_given).await?;
    tx.commit().await?;
    Ok(own.back(if is_given { "tell" } else { "stop" }))
}

async fn show_stop(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    ask_first(visit, &token, query.as_deref(), "stop").await
}

async fn show_erase(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    ask_first(visit, &token, query.as_deref(), "erase").await
}

/// What a link alone never does is asked for with a button.
async fn ask_first(visit: Visit, token: &str, query: Option<&str>, what: &str) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let own = match open_own(&visit, &mut tx, token, query).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    let ui = own.ui;
    let href = format!("{}?lang={ui}", own.href(&format!("/{what}")));
    let is_erase = what == "erase";
    let mut message = match is_erase {
        true => Message::of(ui, "outside-erase", "outside-erase-detail"),
        false => Message::of(ui, "outside-own-stop", "outside-stop-detail"),
    };
    let sure = is_erase.then(|| words(ui, "outside-erase-sure"));
    let send = words(ui, if is_erase { "outside-erase-send" } else { "outside-own-stop" });
    message.action = context! { href => href, words => send, check => sure, danger => is_erase };
    message.link = context! { href => format!("{}?lang={ui}", own.href("")), words => words(ui, "outside-own-back") };
    message.show(StatusCode::OK, ui, &Frame::private(&own.house, &format!("{}/{what}", own.path)))
}

async fn take_words(
    visit: Visit,
    Part(token): Part<String>,
    RawQuery(query): RawQuery,
    form: Bytes,
) -> Result<Response> {
    let mut tx = visit.app.db.write().await?;
    let own = match open_own(&visit, &mut tx, &token, query.as_deref()).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    let text = form_urlencoded::parse(&form).find(|(name, _)| name == "text").map(|(_, text)| text.into_owned());
    if !say_more(&mut tx, &own.reader, &own.house, &text.unwrap_or_default(), own.ui).await? {
        let frame = Frame::private(&own.house, &own.path);
        let message = Message::of(own.ui, "outside-too-many", "outside-too-many-detail");
        return message.show(StatusCode::TOO_MANY_REQUESTS, own.ui, &frame);
    }
    tx.commit().await?;
    Ok(own.back("said"))
}

async fn export_own(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.write().await?;
    let own = match open_own(&visit, &mut tx, &token, query.as_deref()).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    let id = own.reader.row.id;
    let detail = json!({"as": "application/json", "by": "their own page"});
    staff::note(&mut tx, &Actor::system(), "people.exported", &id.to_string(), detail).await?;
    tx.commit().await?;
    let export = PersonExport::begin(&visit.app, Scope::default(), id, Form::Json).await?;
    let pages = stream::try_unfold(export, |mut export| async move {
        let page = export.next_page().await?;
        Ok::<_, Error>(page.map(|page| (Bytes::from(page), export)))
    });
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"person.json\""),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive"),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// Only with the box ticked: a button alone is pressed too easily for what cannot be taken back.
async fn erase_own(
    visit: Visit,
    Part(token): Part<String>,
    RawQuery(query): RawQuery,
    form: Bytes,
) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let own = match open_own(&visit, &mut tx, &token, query.as_deref()).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    drop(tx);
    if !form_urlencoded::parse(&form).any(|(name, value)| name == "sure" && value == "yes") {
        return ask_first(visit, &token, query.as_deref(), "erase").await;
    }
    // It comes to its end when whoever asked for it leaves the page, which ends the request.
    let (db, id) = (visit.app.db.clone(), own.reader.row.id);
    let erasing = tokio::spawn(async move { erase_person(&db, &Actor::system(), id).await });
    erasing.await.map_err(Error::store)??;
    let mut frame = Frame::private(&own.house, &own.path);
    // The address of this page leads nowhere any more.
    frame.languages.clear();
    Message::of(own.ui, "outside-erased", "outside-erased-detail").show(StatusCode::OK, own.ui, &frame)
}
