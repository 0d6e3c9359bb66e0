//! Prepared answers over HTTP: kept in both languages, filled for a conversation.
use crate::access::{self, Scope};
use crate::events;
use crate::macros::{call, check_places, fill};
use crate::store::conversations::Head;
use crate::store::macros::{self as rows, MacroRow};
use axum::http::StatusCode;
use base::{Actor, ConversationId, Error, Lang, MacroId, Right, StaffId, Time, Ui, Zone};
use httpkit::{Answer, AppState, Can, Etag, Idem, IfMatch, Json, Path, Read, Reply, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

const LONGEST_NAME: usize = 80;
const LONGEST_TEXT: usize = 20_000;

/// An answer that is used again. Between double braces stand places: person, me, company, account, team, subject, promise.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Macro)]
pub struct MacroOut {
    id: MacroId,
    name: String,
    text_ko: String,
    text_en: String,
    /// Everybody finds it.
    shared: bool,
    /// Whether you made it.
    mine: bool,
    rev: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Macros)]
pub struct MacrosOut {
    items: Vec<MacroOut>,
}

#[derive(Clone, Deserialize, utoipa::ToSchema)]
pub struct MacroIn {
    name: String,
    #[serde(default)]
    text_ko: String,
    #[serde(default)]
    text_en: String,
    #[serde(default)]
    shared: bool,
}

fn check(row: MacroRow) -> base::Result<MacroRow> {
    let name = textkit::clean_text(row.name.trim());
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        let args = vec![("least", "1".into()), ("most", LONGEST_NAME.to_string())];
        return Err(Error::Invalid { field: "name", key: "error-text-length", args });
    }
    let (text_ko, text_en) = (textkit::clean_text(row.text_ko.trim()), textkit::clean_text(row.text_en.trim()));
    let longest = text_ko.chars().count().max(text_en.chars().count());
    if longest == 0 || longest > LONGEST_TEXT {
        let args = vec![("least", "1".into()), ("most", LONGEST_TEXT.to_string())];
        return Err(Error::Invalid { field: "text_ko", key: "error-text-length", args });
    }
    check_places("text_ko", &text_ko)?;
    check_places("text_en", &text_en)?;
    Ok(MacroRow { name, text_ko, text_en, ..row })
}

fn out(row: MacroRow, me: Option<StaffId>) -> MacroOut {
    let mine = me == Some(row.owner);
    let MacroRow { id, name, text_ko, text_en, is_shared: shared, rev, .. } = row;
    MacroOut { id, name, text_ko, text_en, shared, mine, rev }
}

/// A prepared answer that one sees: one's own, or a shared one.
async fn get_macro(tx: &mut Tx, actor: &Actor, id: MacroId) -> base::Result<MacroRow> {
    let row = rows::find(tx, id).await?.filter(|row| row.is_shared || actor.staff == Some(row.owner));
    row.ok_or(Error::NotFound("macro"))
}

/// One to be changed: one's own, or a shared one for those who set up the house.
async fn get_for_change(tx: &mut Tx, actor: &Actor, id: MacroId) -> base::Result<MacroRow> {
    let row = get_macro(tx, actor, id).await?;
    if actor.staff != Some(row.owner) {
        actor.need(Right::Configure)?;
    }
    Ok(row)
}

/// List the prepared answers: your own and the shared ones, by name.
#[utoipa::path(get, path = "/api/macros", tag = "conversations", operation_id = "list_macros",
    responses((status = 200, body = MacrosOut)))]
pub async fn list_macros(can: Can<Read>, State(app): State<AppState>) -> Result<Json<MacrosOut>> {
    let mut tx = app.db.read().await?;
    let all = rows::list(&mut tx, can.staff).await?;
    Ok(Json(MacrosOut { items: all.into_iter().map(|row| out(row, can.staff)).collect() }))
}

/// Prepare an answer.
#[utoipa::path(post, path = "/api/macros", tag = "conversations", operation_id = "create_macro", request_body = MacroIn,
    responses((status = 201, body = MacroOut)))]
pub async fn create_macro(can: Can<Answer>, State(app): State<AppState>, input: Idem<MacroIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let owner = can.staff.ok_or(Error::NotFound("staff"))?;
    let MacroIn { name, text_ko, text_en, shared } = input.body.clone();
    let row = check(MacroRow { id: MacroId::new(), owner, name, text_ko, text_en, is_shared: shared, rev: 1 })?;
    rows::insert(&mut tx, &row).await?;
    events::macros_changed(&mut tx);
    input.finish(tx, StatusCode::CREATED, &out(row, can.staff)).await
}

/// Change a prepared answer.
#[utoipa::path(put, path = "/api/macros/{id}", tag = "conversations", operation_id = "change_macro",
    params(("id" = MacroId, Path), ("If-Match" = String, Header)), request_body = MacroIn,
    responses((status = 200, body = MacroOut)))]
pub async fn change_macro(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<MacroId>,
    if_match: IfMatch,
    Json(input): Json<MacroIn>,
) -> Result<Etag<MacroOut>> {
    let mut tx = app.db.write().await?;
    let row = get_for_change(&mut tx, can.actor(), id).await?;
    if_match.check(row.rev)?;
    let MacroIn { name, text_ko, text_en, shared } = input;
    let row = check(MacroRow { name, text_ko, text_en, is_shared: shared, rev: row.rev + 1, ..row })?;
    rows::update(&mut tx, &row).await?;
    events::macros_changed(&mut tx);
    tx.commit().await?;
    Ok(Etag(row.rev, out(row, can.staff)))
}

/// Forget a prepared answer.
#[utoipa::path(delete, path = "/api/macros/{id}", tag = "conversations", operation_id = "delete_macro",
    params(("id" = MacroId, Path)), responses((status = 204)))]
pub async fn delete_macro(
    can: Can<Answer>,
    State(app): State<AppState>,
    Path(id): Path<MacroId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    get_for_change(&mut tx, can.actor(), id).await?;
    rows::delete(&mut tx, id).await?;
    events::macros_changed(&mut tx);
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A prepared answer for one conversation.
#[derive(Serialize, utoipa::ToSchema)]
pub struct FilledMacro {
    id: MacroId,
    name: String,
    /// In the language of the customer if it was written in it, with the names filled in.
    text: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct FilledMacros {
    items: Vec<FilledMacro>,
}

/// Show the prepared answers as they would be said in a conversation.
#[utoipa::path(get, path = "/api/conversations/{id}/macros", tag = "conversations", operation_id = "fill_macros",
    params(("id" = ConversationId, Path)), responses((status = 200, body = FilledMacros)))]
pub async fn fill_macros(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<FilledMacros>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let all = rows::list(&mut tx, can.staff).await?;
    let ko = known(&mut tx, can.actor(), &head, Ui::Ko).await?;
    let en = known(&mut tx, can.actor(), &head, Ui::En).await?;
    let wants_ko = head.language.map_or(can.ui == Ui::Ko, |lang| lang == Lang::KO);
    let filled = |row: MacroRow| {
        let is_ko = if wants_ko { !row.text_ko.is_empty() } else { row.text_en.is_empty() };
        let text = if is_ko { fill(&row.text_ko, &ko) } else { fill(&row.text_en, &en) };
        FilledMacro { id: row.id, name: row.name, text }
    };
    Ok(Json(FilledMacros { items: all.into_iter().map(filled).collect() }))
}

/// What is known of a conversation for the places of a prepared answer.
async fn known(tx: &mut Tx, actor: &Actor, head: &Head, ui: Ui) -> base::Result<Vec<(&'static str, Option<String>)>> {
    let of = |ord: Option<i64>| ord.into_iter().collect::<Vec<_>>();
    let cards = people::cards(tx, &of(head.person_ord), &of(head.team_ord), &of(head.account_ord)).await?;
    let settings = staff::get_settings(tx).await?;
    let teams = staff::list_team_names(tx).await?;
    let our_team = head.staff_team_id.and_then(|id| teams.get(&id)).map(String::as_str);
    let due = settings.promise_due(our_team, head.waiting_since.unwrap_or(tx.now()));
    Ok(vec![
        ("person", cards.person(head.person_ord).map(|card| call(&card.name, ui))),
        ("me", Some(actor.name.clone())),
        ("company", Some(settings.company).filter(|name| !name.is_empty())),
        ("account", cards.account(head.account_ord).map(|card| card.name)),
        ("team", cards.team(head.team_ord).map(|card| card.name)),
        ("subject", head.subject.clone()),
        ("promise", due.map(|due| say_due(due, ui, &settings.zone))),
    ])
}

/// A moment as one promises it in a letter.
fn say_due(due: Time, ui: Ui, zone: &Zone) -> String {
    let at = zone.inner().to_datetime(due.timestamp());
    match ui {
        Ui::Ko => at.strftime("%-m월 %-d일 %H:%M").to_string(),
        Ui::En => at.strftime("%B %-d, %H:%M").to_string(),
    }
}
