//! The form for customers who leave, over HTTP: for anybody, and for somebody who is known by the address of their own page.
use super::outside_pages::{Message, Own, Visit, asked_lang, gone, open_own, private, proved, words};
use crate::Keys;
use crate::outside::{
    Frame, House, LeaveIn, Leaves, OpenForm, find_leaving, known_as, leave_as, leave_unproved, load_form, load_house,
    prove_leaving, render,
};
use axum::body::Bytes;
use axum::extract::{Path as Part, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing::get};
use base::{LeavingId, Ui};
use httpkit::{AppState, Result, say};
use minijinja::value::Serde;
use minijinja::{Value, context};

pub fn pages() -> Router<AppState> {
    let mut all = Router::new()
        .route("/leave", get(choose_language))
        .route("/leave/{token}", get(show_proof).post(take_proof))
        .route("/me/{token}/leave", get(show_known).post(take_known));
    for ui in Ui::ALL {
        all = all
            .route(
                &format!("/{ui}/leave"),
                get(move |visit| show_form(ui, visit)).post(move |visit, form| take_form(ui, visit, form)),
            )
            .route(&format!("/{ui}/leave/sent"), get(move |visit, query| show_sent(ui, visit, query)));
    }
    all
}

/// Where the form leads, and who is known to fill it in.
struct Place {
    action: String,
    back: Option<String>,
    person: Option<String>,
}

/// The form, with what was typed and why it was not taken. Each has a name of its own, so that it counts once.
fn form_page(
    house: &House,
    open: &OpenForm,
    ui: Ui,
    frame: &Frame,
    place: Place,
    said: &LeaveIn,
    problem: Option<(StatusCode, &str)>,
) -> Result<Response> {
    let mut reasons = open.reasons.clone();
    for reason in &mut reasons {
        reason.chosen = said.reasons.contains(&reason.id);
    }
    let news = said.allows.map(|allows| if allows { "yes" } else { "no" });
    let more = context! {
        reasons => Value::from(Serde(reasons)), said => said.words.clone(), email => said.email.clone(), news => news,
        mails => open.mails, form => LeavingId::new().to_string(), action => place.action, back => place.back,
        person => place.person, problem => problem.map(|(_, key)| words(ui, key)),
    };
    let title = say(ui, "outside-leave-title", &[("name", house.name.clone())]).unwrap_or_default();
    let text = render("leave.html", ui, frame, &title, "leave", more)?;
    Ok(private(problem.map_or(StatusCode::OK, |(status, _)| status), frame, text))
}

/// Why it was not taken.
fn problem_of(leaves: Leaves) -> Option<(StatusCode, &'static str)> {
    match leaves {
        Leaves::Thanks | Leaves::ToConfirm => None,
        Leaves::Nothing => Some((StatusCode::UNPROCESSABLE_ENTITY, "outside-leave-nothing")),
        Leaves::NoAddress => Some((StatusCode::UNPROCESSABLE_ENTITY, "outside-leave-no-address")),
        Leaves::TooMany => Some((StatusCode::TOO_MANY_REQUESTS, "outside-too-many")),
    }
}

// -- From anybody

fn place_of_all(house: &House, ui: Ui) -> Place {
    Place { action: format!("{}/{ui}/leave", house.base()), back: None, person: None }
}

fn frame_of_all(house: &House, ui: Ui, path: &str) -> Frame {
    Frame { is_private: true, ..Frame::public(house, ui, path) }
}

async fn choose_language(visit: Visit) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let ui = visit.caller.ui();
    match load_form(&mut tx, &house, ui).await? {
        Some(_) => Ok(Redirect::to(&format!("{}/{ui}/leave", house.base())).into_response()),
        None => gone(&house, ui, "/leave"),
    }
}

async fn show_form(ui: Ui, visit: Visit) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let Some(open) = load_form(&mut tx, &house, ui).await? else { return gone(&house, ui, "/leave") };
    let frame = frame_of_all(&house, ui, "/leave");
    form_page(&house, &open, ui, &frame, place_of_all(&house, ui), &LeaveIn::default(), None)
}

async fn take_form(ui: Ui, visit: Visit, form: Bytes) -> Result<Response> {
    let said = LeaveIn::read(&form);
    let mut tx = visit.app.db.write().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let Some(open) = load_form(&mut tx, &house, ui).await? else { return gone(&house, ui, "/leave") };
    let leaves = leave_unproved(&mut tx, &open, said.clone(), ui, &visit.place).await?;
    let Some(problem) = problem_of(leaves) else {
        tx.commit().await?;
        let to_confirm = if leaves == Leaves::ToConfirm { "?mail" } else { "" };
        return Ok(Redirect::to(&format!("{}/{ui}/leave/sent{to_confirm}", house.base())).into_response());
    };
    let frame = frame_of_all(&house, ui, "/leave");
    form_page(&house, &open, ui, &frame, place_of_all(&house, ui), &said, Some(problem))
}

async fn show_sent(ui: Ui, visit: Visit, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    if load_form(&mut tx, &house, ui).await?.is_none() {
        return gone(&house, ui, "/leave");
    }
    let to_confirm = query.as_deref() == Some("mail");
    let mut frame = frame_of_all(&house, ui, "/leave/sent");
    if to_confirm {
        for language in &mut frame.languages {
            language.href.push_str("?mail");
        }
    }
    let detail = if to_confirm { "outside-leave-confirm-detail" } else { "outside-leave-thanks-detail" };
    Message::of(ui, "outside-leave-thanks", detail).show(StatusCode::OK, ui, &frame)
}

/// A click changes nothing: programs that look at links click as well. What is sent from the page counts.
async fn show_proof(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let Some(row) = find_leaving(&mut tx, &visit.app.get::<Keys>(), &token).await? else {
        return gone(&house, visit.caller.ui(), "/leave");
    };
    let path = format!("/leave/{token}");
    let ui = asked_lang(query.as_deref()).unwrap_or(row.language);
    let frame = Frame::private(&house, &path);
    if row.person_ord.is_some() {
        return proved(&visit, &house, ui, &frame, "outside-leave-proved", row.person_ord).await;
    }
    let mut message = Message::of(ui, "outside-leave-prove", "outside-leave-prove");
    message.detail = say(ui, "outside-leave-prove-detail", &[("email", row.email)]).unwrap_or_default();
    let href = format!("{}{path}?lang={ui}", house.base());
    message.action = context! { href => href, words => words(ui, "outside-leave-prove-send") };
    message.show(StatusCode::OK, ui, &frame)
}

async fn take_proof(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.write().await?;
    let house = load_house(&mut tx, &visit.app.public_url).await?;
    let Some(row) = find_leaving(&mut tx, &visit.app.get::<Keys>(), &token).await? else {
        return gone(&house, visit.caller.ui(), "/leave");
    };
    let person = prove_leaving(&mut tx, &row).await?;
    tx.commit().await?;
    let ui = asked_lang(query.as_deref()).unwrap_or(row.language);
    let frame = Frame::private(&house, &format!("/leave/{token}"));
    proved(&visit, &house, ui, &frame, "outside-leave-proved", person).await
}

// -- From somebody who is known by the address of their own page

fn place_of(own: &Own) -> Place {
    let name = Some(own.reader.row.name.trim()).filter(|name| !name.is_empty());
    let person = name.or(own.reader.row.email.as_deref()).unwrap_or_default().to_owned();
    let back = format!("{}?lang={}", own.href(""), own.ui);
    Place { action: format!("{}?lang={}", own.href("/leave"), own.ui), back: Some(back), person: Some(person) }
}

async fn show_known(visit: Visit, Part(token): Part<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let mut tx = visit.app.db.read().await?;
    let own = match open_own(&visit, &mut tx, &token, query.as_deref()).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    let is_known = known_as(&own.reader, tx.now()).is_some();
    let open = load_form(&mut tx, &own.house, own.ui).await?.filter(|_| is_known);
    let Some(open) = open else { return gone(&own.house, own.ui, "/leave") };
    let frame = Frame::private(&own.house, &format!("{}/leave", own.path));
    form_page(&own.house, &open, own.ui, &frame, place_of(&own), &LeaveIn::default(), None)
}

async fn take_known(
    visit: Visit,
    Part(token): Part<String>,
    RawQuery(query): RawQuery,
    form: Bytes,
) -> Result<Response> {
    let said = LeaveIn::read(&form);
    let mut tx = visit.app.db.write().await?;
    let own = match open_own(&visit, &mut tx, &token, query.as_deref()).await? {
        Ok(own) => own,
        Err(answer) => return Ok(answer),
    };
    let is_known = known_as(&own.reader, tx.now()).is_some();
    let open = load_form(&mut tx, &own.house, own.ui).await?.filter(|_| is_known);
    let Some(open) = open else { return gone(&own.house, own.ui, "/leave") };
    let leaves = leave_as(&mut tx, &open, &own.reader, said.clone(), own.ui).await?;
    let Some(problem) = problem_of(leaves) else {
        tx.commit().await?;
        return Ok(own.back("left"));
    };
    let frame = Frame::private(&own.house, &format!("{}/leave", own.path));
    form_page(&own.house, &open, own.ui, &frame, place_of(&own), &said, Some(problem))
}
