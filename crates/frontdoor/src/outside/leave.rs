//! The form for customers who leave. What they say is a conversation of its own door, and the reasons they choose are taggings
//! of the kind “leaving”: items joined to those tags are asked for by them, and they are told like other leavers.
//!
//! By their own page they are known. Whoever leaves an address proves it by a mail first: until then nothing is said of
//! anybody, nobody is opted in, and what nobody proved within a day comes in all the same, but from nobody.
use super::letter::{Note, find_mailbox, send};
use super::own::{Reader, known_as, may_say};
use super::public::{House, load_house};
use super::say;
use super::wish::{MOST, Written, begin_conversation};
use crate::Keys;
use crate::outgoing::{is_nobody, is_ours};
use crate::store::leaving::{self as rows, LeavingRow};
use crate::store::outside::count_of_address;
use crate::tags::Spot;
use ::store::{Db, Job, Tx, jobs};
use base::{Actor, Error, LeavingId, PersonId, Result, TagId, Time, Ui};
use httpkit::{AppState, Fetcher, PublicUrl};
use mailkit::check_address;
use people::{Allowed, PersonIn};
use serde_json::json;
use tagging::{Kind, ManyTaggings, Origin};

/// For so long a mail can be confirmed.
pub const KEPT: i64 = Time::DAY;
const LONGEST: usize = 10_000;
const MAIL: &str = "frontdoor.mail_leaving";
/// What nobody proved comes in so many at a time.
const AT_ONCE: i64 = 200;

/// A reason as it is offered.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Reason {
    pub id: TagId,
    pub words: String,
    pub chosen: bool,
    #[serde(skip)]
    ord: i64,
}

/// The form while it is switched on.
pub struct OpenForm {
    pub reasons: Vec<Reason>,
    door: i64,
    /// Whether an address can be proved, by a mailbox that sends.
    pub mails: bool,
}

/// The form in a language, if it is switched on. A reason that was merged is the one it was merged into, and one that is
/// no tag any more is not offered.
pub async fn load_form(tx: &mut Tx, house: &House, ui: Ui) -> Result<Option<OpenForm>> {
    let Some(form) = rows::find_form(tx).await?.filter(|form| form.is_on) else { return Ok(None) };
    let Some(door) = form.door_ord else { return Ok(None) };
    let tags = rows::list_reasons(tx).await?;
    let reasons = find_reasons(tx, &tags, ui).await?;
    let mails = mails_proofs(tx, house, Some(door)).await?;
    Ok(Some(OpenForm { reasons, door, mails }))
}

async fn find_reasons(tx: &mut Tx, tags: &[TagId], ui: Ui) -> Result<Vec<Reason>> {
    let catalogue = tagging::load_catalogue(tx).await?;
    let mut found: Vec<Reason> = Vec::new();
    for id in tags {
        let tag = catalogue.by_id(*id).and_then(|tag| catalogue.by_ord(tag.canon_ord));
        let Some(tag) = tag.filter(|tag| tag.state.can_be_applied()) else { continue };
        if found.iter().all(|known| known.ord != tag.ord) {
            let [ko, en] = tag.label.by_lang().map(|(_, words)| words);
            let words = if ui == Ui::Ko { ko.or(en) } else { en.or(ko) };
            found.push(Reason {
                id: tag.id,
                words: words.unwrap_or(&tag.slug).to_owned(),
                chosen: false,
                ord: tag.ord,
            });
        }
    }
    Ok(found)
}

/// Whether there is a mailbox by which an address can be proved.
pub async fn mails_proofs(tx: &mut Tx, house: &House, door: Option<i64>) -> Result<bool> {
    Ok(find_mailbox(tx, &[door, house.row.door_ord]).await?.is_some())
}

/// What was sent from the form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeaveIn {
    pub email: String,
    pub reasons: Vec<TagId>,
    pub words: String,
    /// Whether we may write to them.
    pub allows: Option<bool>,
    /// Which form it was: the same one sent twice is once.
    form: String,
    is_trap: bool,
}

impl LeaveIn {
    /// Reads a form without believing it.
    pub fn read(form: &[u8]) -> LeaveIn {
        let mut said = LeaveIn::default();
        for (name, value) in form_urlencoded::parse(form) {
            match &*name {
                "email" => said.email = value.trim().chars().take(320).collect(),
                "words" => said.words = textkit::clean_text(&value).trim().chars().take(LONGEST).collect(),
                "reason" => said.reasons.extend(TagId::parse(&value).ok()),
                "news" => {
                    said.allows = [("yes", true), ("no", false)].into_iter().find(|one| one.0 == value).map(|one| one.1)
                }
                "form" => said.form = value.chars().take(64).collect(),
                "website" => said.is_trap = !value.is_empty(),
                _ => {}
            }
        }
        said
    }

    /// The reasons of these that the form offers.
    fn chosen<'a>(&self, form: &'a OpenForm) -> Vec<&'a Reason> {
        form.reasons.iter().filter(|reason| self.reasons.contains(&reason.id)).collect()
    }

    /// Known again only by whoever sends the same thing from the same form; a form without a name is a new one each time.
    fn digest(&self, id: LeavingId, by: &str) -> String {
        let form = if self.form.is_empty() { id.to_string() } else { self.form.clone() };
        let reasons: Vec<String> = self.reasons.iter().map(TagId::to_string).collect();
        let all = json!([by, form, self.email, reasons, self.words, self.allows]);
        blake3::hash(all.to_string().as_bytes()).to_hex().to_string()
    }
}

/// What came of it, as far as whoever sent it may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    Thanks,
    /// If the address takes mail, one is on its way.
    ToConfirm,
    /// They said nothing.
    Nothing,
    /// It is no address, or there is none to write to.
    NoAddress,
    TooMany,
}

/// From somebody who is known by the address of their own page.
pub async fn leave_as(tx: &mut Tx, form: &OpenForm, reader: &Reader, said: LeaveIn, ui: Ui) -> Result<Leaves> {
    let person = known_as(reader, tx.now()).ok_or(Error::NotFound("person"))?;
    let by = reader.row.id.to_string();
    let said = LeaveIn { email: String::new(), ..said };
    let Some(row) = read(tx, form, &said, &by, ui, "").await? else { return Ok(Leaves::Thanks) };
    if row.words.is_empty() {
        return Ok(Leaves::Nothing);
    }
    if !may_say(tx, reader).await? {
        return Ok(Leaves::TooMany);
    }
    rows::insert(tx, &row).await?;
    take_in(tx, &row, form.door, Some(person)).await?;
    Ok(Leaves::Thanks)
}

/// From anybody. What comes with an address waits until it is proved; without one it comes in at once, from nobody.
pub async fn leave_unproved(tx: &mut Tx, form: &OpenForm, mut said: LeaveIn, ui: Ui, place: &str) -> Result<Leaves> {
    let address = check_address(&said.email);
    if !form.mails {
        (said.email, said.allows) = (String::new(), None);
    } else if (address.is_none() && !said.email.is_empty()) || (said.email.is_empty() && said.allows == Some(true)) {
        return Ok(Leaves::NoAddress);
    }
    let email = address.filter(|_| form.mails);
    said.email = email.clone().unwrap_or_default();
    let thanks = if email.is_some() { Leaves::ToConfirm } else { Leaves::Thanks };
    if said.is_trap {
        return Ok(thanks);
    }
    let Some(row) = read(tx, form, &said, "", ui, place).await? else { return Ok(thanks) };
    if row.words.is_empty() {
        return Ok(Leaves::Nothing);
    }
    let [of_place, of_all] = rows::count(tx, place, row.said_at.plus(-Time::HOUR)).await?;
    if of_place >= MOST[0] || of_all >= MOST[2] {
        return Ok(Leaves::TooMany);
    }
    let of_email = count_of_address(tx, &row.email, row.said_at.plus(-Time::DAY)).await?;
    rows::insert(tx, &row).await?;
    let Some(email) = email else {
        take_in(tx, &row, form.door, None).await?;
        return Ok(thanks);
    };
    // Whom we do not write to is answered like everybody else; what they said comes in without them.
    let is_quiet = of_email >= MOST[1]
        || is_nobody(&email)
        || is_ours(tx, &email).await?
        || people::is_blocked(tx, &email).await?;
    if !is_quiet {
        let payload = json!({"leaving": row.id});
        tx.enqueue(Job { kind: MAIL, dedupe_key: Some(row.id.to_string()), run_at: row.said_at, payload });
    }
    Ok(thanks)
}

/// What is kept of it. Nothing if it was kept before; no words if nothing was said: where only reasons were chosen, these are
/// what was said.
async fn read(
    tx: &mut Tx,
    form: &OpenForm,
    said: &LeaveIn,
    by: &str,
    ui: Ui,
    place: &str,
) -> Result<Option<LeavingRow>> {
    let id = LeavingId::new();
    let once = said.digest(id, by);
    if rows::has_once(tx, &once).await? {
        return Ok(None);
    }
    let chosen = said.chosen(form);
    let reasons: Vec<TagId> = chosen.iter().map(|reason| reason.id).collect();
    let spelled = || chosen.iter().map(|reason| reason.words.as_str()).collect::<Vec<_>>().join("\n");
    Ok(Some(LeavingRow {
        id,
        once,
        email: said.email.clone(),
        words: if said.words.is_empty() { spelled() } else { said.words.clone() },
        reasons_json: json!(reasons),
        allows_news: said.allows,
        language: ui,
        place: place.to_owned(),
        said_at: tx.now(),
        mailed_at: None,
        taken_at: None,
        conversation_ord: None,
        person_ord: None,
    }))
}

/// Makes a conversation of it, with its reasons; and where it is known who said it, what they allow.
async fn take_in(tx: &mut Tx, row: &LeavingRow, door: i64, person: Option<PersonIn>) -> Result<Option<PersonId>> {
    let ui = row.language;
    let said = Written {
        person,
        id: row.id.to_string(),
        at: row.said_at,
        text: row.words.clone(),
        ui,
        subject: "outside-leave-subject",
        about: None,
    };
    let taken = begin_conversation(tx, door, said).await?;
    let head = conversations::heads(tx, &[taken]).await?.pop().ok_or(Error::NotFound("conversation"))?;
    let tags: Vec<TagId> = serde_json::from_value(row.reasons_json.clone()).unwrap_or_default();
    let reasons = find_reasons(tx, &tags, ui).await?.into_iter().map(|reason| ManyTaggings {
        kind: Some(Kind::Leaving),
        origin: Origin::Customer,
        ..Spot::of(&head, None).tagging(reason.ord, &head)
    });
    tagging::apply_many(tx, reasons.collect()).await?;
    let who: Vec<i64> = head.person_ord.into_iter().collect();
    let person = people::cards(tx, &who, &[], &[]).await?.person(head.person_ord).map(|card| card.id);
    if let (Some(person), Some(is_given)) = (person, row.allows_news) {
        let (by, source) = (Actor::system(), say(ui, "outside-leave-consent-source", &[]));
        people::record_consent(tx, &by, person, Allowed::News, is_given, &source, Some(row.said_at)).await?;
    }
    rows::take(tx, row.id, taken, head.person_ord).await?;
    Ok(person)
}

/// What a link of a proof was made for, while it is good.
pub async fn find_leaving(tx: &mut Tx, keys: &Keys, token: &str) -> Result<Option<LeavingRow>> {
    let Some(id) = keys.read_leaving(token) else { return Ok(None) };
    let since = tx.now().plus(-KEPT);
    let is_good = |row: &LeavingRow| row.said_at > since && (row.taken_at.is_none() || row.person_ord.is_some());
    Ok(rows::find(tx, id).await?.filter(is_good))
}

/// The address is theirs: what they said is theirs now. Twice is like once.
pub async fn prove_leaving(tx: &mut Tx, row: &LeavingRow) -> Result<Option<i64>> {
    if row.taken_at.is_none() {
        let door = rows::find_form(tx).await?.and_then(|form| form.door_ord).ok_or(Error::NotFound("door"))?;
        let person = PersonIn {
            source: "visitor".into(),
            email: Some(row.email.clone()),
            language: Some(row.language.to_string()),
            at: row.said_at,
            ..PersonIn::default()
        };
        take_in(tx, row, door, Some(person)).await?;
    }
    Ok(rows::find(tx, row.id).await?.and_then(|row| row.person_ord))
}

/// What nobody proved in time comes in from nobody: what somebody says who leaves is not lost.
pub async fn take_in_unproved(db: &Db) -> Result<()> {
    let mut tx = db.read().await?;
    let before = tx.now().plus(-KEPT);
    let waiting = rows::list_unproved(&mut tx, before, AT_ONCE).await?;
    drop(tx);
    for id in waiting {
        if let Err(error) = take_in_one(db, id).await {
            tracing::warn!(%error, "what somebody said who leaves is not taken in yet");
        }
    }
    let mut tx = db.write().await?;
    rows::forget_old(&mut tx, before).await?;
    tx.commit().await
}

async fn take_in_one(db: &Db, id: LeavingId) -> Result<()> {
    let mut tx = db.write().await?;
    let door = rows::find_form(&mut tx).await?.and_then(|form| form.door_ord).ok_or(Error::NotFound("door"))?;
    if let Some(row) = rows::find(&mut tx, id).await?.filter(|row| row.taken_at.is_none()) {
        take_in(&mut tx, &row, door, None).await?;
    }
    tx.commit().await
}

/// What this does in the background.
pub fn handlers(app: &AppState) -> jobs::Handlers {
    let (keys, fetcher, url) = (app.get::<Keys>(), app.get::<Fetcher>(), app.public_url.clone());
    jobs::Handlers::new().on(MAIL, move |db, job| {
        let (keys, fetcher, url) = (keys.clone(), fetcher.clone(), url.clone());
        async move {
            let id = job.payload_json["leaving"].as_str().unwrap_or_default();
            mail(&db, &keys, &fetcher, &url, LeavingId::parse(id).map_err(Error::store)?).await
        }
    })
}

async fn mail(db: &Db, keys: &Keys, fetcher: &Fetcher, url: &PublicUrl, id: LeavingId) -> Result<()> {
    let mut tx = db.read().await?;
    let is_waiting = |row: &LeavingRow| row.mailed_at.is_none() && row.taken_at.is_none();
    let Some(row) = rows::find(&mut tx, id).await?.filter(is_waiting) else { return Ok(()) };
    let house = load_house(&mut tx, url).await?;
    let door = rows::find_form(&mut tx).await?.and_then(|form| form.door_ord);
    let mailbox = find_mailbox(&mut tx, &[door, house.row.door_ord]).await?;
    drop(tx);
    let (ui, token) = (row.language, keys.sign_leaving(row.id));
    let args = [("name", house.name.clone()), ("url", house.link(&format!("/leave/{token}")))];
    let name = format!("leaving.{token}");
    let note = Note { to: &row.email, key: "outside-leave-mail", args: &args, ui, name: &name, at: row.said_at };
    send(keys, fetcher, mailbox, &note).await?;
    let mut tx = db.write().await?;
    rows::note_mailed(&mut tx, row.id).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_without_believing_it() {
        let tag = TagId::new();
        let form =
            format!("reason={tag}&reason=x&email=+a%40b.example+&words=%00%EB%B9%84%EC%8B%B8%EC%9A%94&news=no&form=1");
        let said = LeaveIn::read(form.as_bytes());
        assert_eq!(
            (said.email.as_str(), said.reasons.as_slice(), said.allows),
            ("a@b.example", &[tag][..], Some(false))
        );
        assert_eq!(LeaveIn::read(b"news=maybe").allows, None);
        assert!(!said.words.contains('\0') && said.words.contains("비싸요"));
        assert_eq!(LeaveIn::read(format!("words={}", "a".repeat(99_000)).as_bytes()).words.len(), LONGEST);
        assert_eq!(LeaveIn::read(&[0xff, b'=', 0xfe]), LeaveIn::default());
    }

    #[test]
    fn the_same_form_sent_twice_is_known_again_and_another_is_not() {
        let said = LeaveIn { form: "a".into(), words: "비싸요".into(), ..LeaveIn::default() };
        let digest = |said: &LeaveIn, by: &str| said.digest(LeavingId::new(), by);
        assert_eq!(digest(&said, ""), digest(&said, ""));
        assert_ne!(digest(&said, ""), digest(&said, "per_1"), "somebody else");
        assert_ne!(digest(&said, ""), digest(&LeaveIn { words: "느려요".into(), ..said.clone() }, ""));
        let nameless = LeaveIn { form: String::new(), ..said };
        assert_ne!(digest(&nameless, ""), digest(&nameless, ""));
    }
}
