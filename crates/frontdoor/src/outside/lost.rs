//! A new address of somebody's own page, where the one they have works no more. It goes by mail to the address that is known;
//! whoever asks for it learns nothing of whether it is: the answer is always the same, and the looking comes later.
use super::letter::{Note, find_mailbox, send};
use super::own::sign_own_page;
use super::public::load_house;
use super::ui_of;
use super::wish::{Left, MOST, WishIn, writes_nothing};
use crate::Keys;
use crate::store::outside::{self as rows, LinkRow};
use ::store::{Db, Job, Tx, jobs};
use base::{Error, PageLinkId, Result, Time, Ui};
use httpkit::{AppState, Fetcher, PublicUrl};
use mailkit::check_address;
use serde_json::json;

const MAIL: &str = "frontdoor.mail_page_link";

/// Takes the address somebody typed.
pub async fn ask_for_link(tx: &mut Tx, form: &WishIn, ui: Ui, place: &str) -> Result<Left> {
    let Some(email) = check_address(&form.email) else { return Ok(Left::NoAddress) };
    if form.is_trap {
        return Ok(Left::Thanks);
    }
    let now = tx.now();
    let (hour, day) = (now.plus(-Time::HOUR), now.plus(-Time::DAY));
    let [of_place, of_email, of_all] = rows::count_links(tx, place, &email, hour, day).await?;
    if of_place >= MOST[0] || of_all >= MOST[2] {
        return Ok(Left::TooMany);
    }
    let is_quiet = of_email >= MOST[1] || writes_nothing(tx, &email).await?;
    let language = ui.as_str().to_owned();
    let row =
        LinkRow { id: PageLinkId::new(), email, language, place: place.to_owned(), asked_at: now, mailed_at: None };
    rows::insert_link(tx, &row).await?;
    if !is_quiet {
        let payload = json!({"link": row.id});
        tx.enqueue(Job { kind: MAIL, dedupe_key: Some(row.id.to_string()), run_at: now, payload });
    }
    Ok(Left::Thanks)
}

pub fn handlers(app: &AppState) -> jobs::Handlers {
    let (keys, fetcher, url) = (app.get::<Keys>(), app.get::<Fetcher>(), app.public_url.clone());
    jobs::Handlers::new().on(MAIL, move |db, job| {
        let (keys, fetcher, url) = (keys.clone(), fetcher.clone(), url.clone());
        async move {
            let id = job.payload_json["link"].as_str().unwrap_or_default();
            mail(&db, &keys, &fetcher, &url, PageLinkId::parse(id).map_err(Error::store)?).await
        }
    })
}

async fn mail(db: &Db, keys: &Keys, fetcher: &Fetcher, url: &PublicUrl, id: PageLinkId) -> Result<()> {
    let mut tx = db.read().await?;
    let Some(link) = rows::find_link(&mut tx, id).await?.filter(|link| link.mailed_at.is_none()) else { return Ok(()) };
    // The mail goes to the address as we know it, never as somebody typed it.
    let Some((person, known)) = people::find_by_email(&mut tx, &link.email).await? else { return Ok(()) };
    let Some(to) = check_address(&known) else { return Ok(()) };
    let house = load_house(&mut tx, url).await?;
    let mailbox = find_mailbox(&mut tx, &[house.row.door_ord]).await?;
    let path = sign_own_page(&mut tx, keys, person.id).await?;
    drop(tx);
    let ui = ui_of(Some(&link.language));
    let args = [("url", house.link(&format!("{path}?lang={ui}"))), ("name", house.name)];
    let name = format!("page.{}", link.id.to_string().replace('_', "."));
    let note = Note { to: &to, key: "outside-lost-mail", args: &args, ui, name: &name, at: link.asked_at };
    send(keys, fetcher, mailbox, &note).await?;
    let mut tx = db.write().await?;
    rows::note_link_mailed(&mut tx, link.id).await?;
    tx.commit().await
}
