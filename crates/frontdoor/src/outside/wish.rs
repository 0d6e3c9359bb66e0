//! “Tell me when”: a visitor leaves an address, proves by a mail that it is theirs, and only then asks for the item, like
//! everybody else who asks. Whoever leaves an address learns nothing about it: the answer is always the same.
use super::letter::{Note, find_mailbox, send};
use super::public::{PublicItem, load_house, load_public};
use super::{say, ui_of};
use crate::Keys;
use crate::outgoing::{is_nobody, is_ours};
use crate::store::outside::{self as rows, WishRow};
use ::store::{Db, Job, Tx, jobs};
use base::{Actor, Error, ItemId, Lang, Result, Time, Ui, WishId};
use conversations::{About, AuthorIn, Channel, ConversationIn, EntryIn, EntryKind, Purpose, Status, take_in};
use httpkit::{AppState, Fetcher, PublicUrl};
use mailkit::check_address;
use people::{Allowed, PersonIn};
use serde_json::json;

/// What nobody proved is forgotten after this.
pub const KEPT: i64 = 3 * Time::DAY;
const LONGEST: usize = 2_000;
/// Of one network in an hour; for one address in a day; of all in an hour.
pub(super) const MOST: [i64; 3] = [10, 3, 600];
const MAIL: &str = "frontdoor.mail_wish";
/// Where persons who come this way are known from.
const SOURCE: &str = "visitor";

/// What was sent from the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WishIn {
    pub email: String,
    pub why: String,
    /// Something stands where no person sees a field.
    pub is_trap: bool,
}

impl WishIn {
    /// Reads a form without believing it.
    pub fn read(form: &[u8]) -> WishIn {
        let mut wish = WishIn::default();
        for (name, value) in form_urlencoded::parse(form) {
            match &*name {
                "email" => wish.email = value.trim().chars().take(320).collect(),
                "why" => wish.why = textkit::clean_text(&value).trim().chars().take(LONGEST).collect(),
                "website" => wish.is_trap = !value.is_empty(),
                _ => {}
            }
        }
        wish
    }
}

/// What leaving an address came to, as far as the visitor may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// If the address takes mail, one is on its way.
    Thanks,
    /// It is no address.
    NoAddress,
    /// Too much from where they are.
    TooMany,
}

/// Takes an address and, if nothing speaks against it, sends the mail that proves it.
pub async fn leave_wish(tx: &mut Tx, item: &PublicItem, wish: WishIn, ui: Ui, place: &str) -> Result<Left> {
    let Some(item_id) = item.id else { return Err(Error::NotFound("item")) };
    let Some(email) = check_address(&wish.email) else { return Ok(Left::NoAddress) };
    if wish.is_trap {
        return Ok(Left::Thanks);
    }
    let now = tx.now();
    let [of_place, of_all] = rows::count_wishes(tx, place, now.plus(-Time::HOUR)).await?;
    let of_email = rows::count_of_address(tx, &email, now.plus(-Time::DAY)).await?;
    if of_place >= MOST[0] || of_all >= MOST[2] {
        return Ok(Left::TooMany);
    }
    let is_quiet = of_email >= MOST[1] || writes_nothing(tx, &email).await?;
    let row = WishRow {
        id: WishId::new(),
        item_id,
        email,
        words: wish.why,
        language: ui.as_str().to_owned(),
        place: place.to_owned(),
        asked_at: now,
        mailed_at: None,
        proved_at: None,
        person_ord: None,
    };
    // What is passed over is written down all the same, so that it counts and takes as long.
    rows::insert_wish(tx, &row).await?;
    if !is_quiet {
        let payload = json!({"wish": row.id});
        tx.enqueue(Job { kind: MAIL, dedupe_key: Some(row.id.to_string()), run_at: now, payload });
    }
    Ok(Left::Thanks)
}

/// Whether no mail of these pages goes there, whoever asks for it.
pub(super) async fn writes_nothing(tx: &mut Tx, email: &str) -> Result<bool> {
    Ok(is_nobody(email) || is_ours(tx, email).await? || people::is_blocked(tx, email).await?)
}

/// What this does in the background.
pub fn handlers(app: &AppState) -> jobs::Handlers {
    let (keys, fetcher, url) = (app.get::<Keys>(), app.get::<Fetcher>(), app.public_url.clone());
    jobs::Handlers::new().on(MAIL, move |db, job| {
        let (keys, fetcher, url) = (keys.clone(), fetcher.clone(), url.clone());
        async move {
            let id = job.payload_json["wish"].as_str().unwrap_or_default();
            mail(&db, &keys, &fetcher, &url, WishId::parse(id).map_err(Error::store)?).await
        }
    })
}

async fn mail(db: &Db, keys: &Keys, fetcher: &Fetcher, url: &PublicUrl, id: WishId) -> Result<()> {
    let mut tx = db.read().await?;
    let Some(wish) = rows::find_wish(&mut tx, id).await?.filter(is_waiting) else { return Ok(()) };
    let house = load_house(&mut tx, url).await?;
    let items = load_public(&mut tx, &house).await?;
    let Some(item) = items.iter().find(|item| item.id == Some(wish.item_id)) else { return Ok(()) };
    let mailbox = find_mailbox(&mut tx, &[house.row.door_ord]).await?;
    drop(tx);
    let (ui, token) = (ui_of(Some(&wish.language)), keys.sign_wish(wish.id));
    let (title, link) = (item.show(ui, &house.zone).title, house.link(&format!("/tell/{token}")));
    let args = [("name", house.name), ("title", title), ("url", link)];
    let name = format!("wish.{token}");
    let note = Note { to: &wish.email, key: "outside-mail", args: &args, ui, name: &name, at: wish.asked_at };
    send(keys, fetcher, mailbox, &note).await?;
    let mut tx = db.write().await?;
    rows::note_mailed(&mut tx, wish.id).await?;
    tx.commit().await
}

fn is_waiting(wish: &WishRow) -> bool {
    wish.mailed_at.is_none() && wish.proved_at.is_none()
}

/// The address is theirs: who it is asks for the item now, and may be told. Nothing where the item is no more. Twice is
/// like once.
pub async fn prove_wish(tx: &mut Tx, wish: &WishRow) -> Result<Option<i64>> {
    if wish.proved_at.is_some() {
        return Ok(wish.person_ord);
    }
    if !roadmap::has_item(tx, wish.item_id).await? {
        return Ok(None);
    }
    let door = rows::find_page(tx).await?.and_then(|page| page.door_ord);
    let (person_ord, conversation_ord) = match door.filter(|_| !wish.words.is_empty()) {
        Some(door) => {
            let said = Written {
                person: Some(whom(wish)),
                id: wish.id.to_string(),
                at: tx.now(),
                text: wish.words.clone(),
                ui: ui_of(Some(&wish.language)),
                subject: "outside-subject",
                about: Some(wish.item_id),
            };
            let taken = begin_conversation(tx, door, said).await?;
            let person = conversations::heads(tx, &[taken]).await?.pop().and_then(|head| head.person_ord);
            (person, Some(taken))
        }
        None => (people::resolve_people(tx, &[whom(wish)]).await?.pop().and_then(|who| who.person_ord), None),
    };
    let person_ord = person_ord.ok_or(Error::NotFound("person"))?;
    let card = people::cards(tx, &[person_ord], &[], &[]).await?.person(Some(person_ord));
    let person = card.ok_or(Error::NotFound("person"))?;
    let source = say(ui_of(Some(&wish.language)), "outside-consent-source", &[]);
    people::record_consent(tx, &Actor::system(), person.id, Allowed::News, true, &source, None).await?;
    let asked = roadmap::Wish {
        item: wish.item_id,
        person: person.id,
        words: wish.words.clone(),
        language: Lang::parse(&wish.language).ok(),
        conversation_ord,
        said_at: wish.asked_at,
    };
    roadmap::take_wish(tx, asked).await?;
    rows::prove_wish(tx, wish.id, person_ord).await?;
    Ok(Some(person_ord))
}

fn whom(wish: &WishRow) -> PersonIn {
    PersonIn {
        source: SOURCE.into(),
        email: Some(wish.email.clone()),
        language: Some(wish.language.clone()),
        at: wish.asked_at,
        ..PersonIn::default()
    }
}

/// What somebody wrote on a page of ours.
pub struct Written {
    /// Nobody, where it is not proved who wrote it.
    pub person: Option<PersonIn>,
    pub id: String,
    pub at: Time,
    pub text: String,
    pub ui: Ui,
    /// The sentence it is headed by.
    pub subject: &'static str,
    pub about: Option<ItemId>,
}

/// It is a conversation like any other: it is read, tagged and answered.
pub async fn begin_conversation(tx: &mut Tx, door: i64, said: Written) -> Result<i64> {
    let door = conversations::list_doors(tx).await?.into_iter().find(|one| one.ord == door);
    let door = door.ok_or(Error::NotFound("door"))?;
    let entry = EntryIn {
        external_id: format!("{}/1", said.id),
        kind: EntryKind::Message,
        // Also when nothing is known of them: then nobody stands behind the first place.
        author: AuthorIn::Person(0),
        name: None,
        at: said.at,
        text: said.text,
        has_html: false,
        raw_ord: None,
        attachments: Vec::new(),
        emotions: Vec::new(),
    };
    let item = ConversationIn {
        source: SOURCE.to_owned(),
        external_id: said.id,
        channel: Channel::Form,
        door: Some(door.name),
        subject: Some(say(said.ui, said.subject, &[])),
        language: Lang::parse(said.ui.as_str()).ok(),
        opened_at: said.at,
        opens_thread: false,
        status: Status::Open,
        purpose: Some(Purpose::Feedback),
        person: said.person.is_some().then_some(0),
        people: vec![said.person.unwrap_or_default()],
        participants: Vec::new(),
        attributes: None,
        entries: vec![entry],
        about: said.about.map(|item| About { room: "roadmap".into(), id: item.to_string(), anchor: None }),
    };
    let taken = take_in(tx, vec![item]).await?.pop().ok_or(Error::NotFound("conversation"))??;
    Ok(taken.conversation_ord)
}

/// Forgets what nobody proved in time, and who asked for a new address of their page.
pub async fn forget_wishes(tx: &mut Tx) -> Result<u64> {
    let before = tx.now().plus(-KEPT);
    Ok(rows::forget_wishes(tx, before).await? + rows::forget_links(tx, before).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_without_believing_it() {
        let wish = WishIn::read("email=+minji%40example.com+&why=%EB%A7%A4%EC%A3%BC%00&x=y".as_bytes());
        assert_eq!((wish.email.as_str(), wish.is_trap), ("minji@example.com", false));
        assert!(wish.why.starts_with("매주") && !wish.why.contains('\0'));
        assert!(WishIn::read(b"email=a%40b.example&website=http").is_trap);
        assert_eq!(WishIn::read(format!("why={}", "a".repeat(9_000)).as_bytes()).why.len(), LONGEST);
        assert_eq!(WishIn::read(&[0xff, b'=', 0xfe]), WishIn::default());
    }
}
