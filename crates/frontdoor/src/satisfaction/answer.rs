//! What somebody answers on the page of a question: a score, what they did next, and words, which begin a conversation of
//! their own that is tagged and answered like any other.
use super::{DID, SCORES, say, ui_of};
use crate::store::satisfaction::{self as rows, SurveyRow};
use ::store::Tx;
use base::{Actor, Error, Lang, Result, Time};
use conversations::{
    About, AuthorIn, Channel, ConversationIn, EntryIn, EntryKind, Head, MarkIn, MarkOrigin, Purpose, Scope, Status,
    note_event, take_in,
};
use people::{Allowed, PersonIn};

const LONGEST: usize = 10_000;
/// Where what was written beside an answer comes from.
const SOURCE: &str = "survey";

/// What was sent from the page.
#[derive(Debug, Default, PartialEq)]
pub struct Said {
    pub score: i64,
    pub did: Vec<&'static str>,
    pub text: String,
}

impl Said {
    /// Reads a form. Nothing without a score; words we do not know were not ours.
    pub fn read(form: &[u8]) -> Option<Said> {
        let mut said = Said::default();
        for (name, value) in form_urlencoded::parse(form) {
            match &*name {
                "score" => said.score = value.parse().unwrap_or_default(),
                "did" => said.did.extend(DID.into_iter().filter(|one| *one == value)),
                "text" => said.text = textkit::clean_text(&value).trim().chars().take(LONGEST).collect(),
                _ => {}
            }
        }
        said.did.sort_unstable();
        said.did.dedup();
        SCORES.contains(&said.score).then_some(said)
    }
}

/// Writes an answer down. The first one counts; a second changes nothing.
pub async fn answer(tx: &mut Tx, row: &SurveyRow, said: &Said) -> Result<()> {
    if row.answered_at.is_some() {
        return Ok(());
    }
    let head = conversations::get_by_ord(tx, &Scope::default(), row.conversation_ord).await?;
    let words = if said.text.is_empty() { None } else { Some(begin_conversation(tx, row, &head, said).await?) };
    rows::answer(tx, row.id, said.score, &said.did.join(","), words).await?;
    note_event(tx, &head, "rated", &said.score.to_string()).await?;
    tx.announce("frontdoor.learned", serde_json::json!({"conversation": head.id, "door": head.door_ord}));
    Ok(())
}

/// By the same door, so that whoever may see the one sees the other.
async fn begin_conversation(tx: &mut Tx, row: &SurveyRow, head: &Head, said: &Said) -> Result<i64> {
    let door = conversations::list_doors(tx).await?.into_iter().find(|door| door.ord == head.door_ord);
    let door = door.ok_or(Error::NotFound("door"))?;
    let address = rows::find_last_mail(tx, head.ord).await?.and_then(|mail| mail.from_email);
    let at = tx.now();
    // How satisfied somebody says they are is how they felt; how easy it was is not.
    let felt =
        MarkIn { valence: said.score - 3, emotion: None, origin: MarkOrigin::Asked, by: None, at, taken_back: None };
    let id = row.id.to_string();
    let entry = EntryIn {
        external_id: format!("{id}/1"),
        kind: EntryKind::Message,
        author: AuthorIn::Person(0),
        name: None,
        at,
        text: said.text.clone(),
        has_html: false,
        raw_ord: None,
        attachments: Vec::new(),
        emotions: Vec::from_iter((row.kind == "csat").then_some(felt)),
    };
    let item = ConversationIn {
        source: SOURCE.to_owned(),
        external_id: id,
        channel: Channel::Survey,
        door: Some(door.name),
        subject: Some(say(ui_of(&row.language), &format!("how-{}", row.kind), &[])),
        language: Lang::parse(&row.language).ok(),
        opened_at: at,
        opens_thread: false,
        status: Status::Open,
        purpose: Some(Purpose::Feedback),
        people: vec![whom(tx, row, address, at).await?],
        person: Some(0),
        participants: Vec::new(),
        attributes: None,
        entries: vec![entry],
        about: Some(About { room: "conversations".into(), id: head.id.to_string(), anchor: None }),
    };
    let taken = take_in(tx, vec![item]).await?.pop().ok_or(Error::NotFound("conversation"))??;
    Ok(taken.conversation_ord)
}

/// Whoever was asked, as they are known: by their address.
async fn whom(tx: &mut Tx, row: &SurveyRow, email: Option<String>, at: Time) -> Result<PersonIn> {
    let card = people::cards(tx, &[row.person_ord], &[], &[]).await?.person(Some(row.person_ord));
    let external_id = email.is_none().then(|| row.id.to_string());
    Ok(PersonIn {
        source: SOURCE.into(),
        external_id,
        name: card.map(|card| card.name),
        email,
        at,
        ..PersonIn::default()
    })
}

/// Writes down that somebody does not want to be asked any more.
pub async fn refuse(tx: &mut Tx, row: &SurveyRow) -> Result<()> {
    let card = people::cards(tx, &[row.person_ord], &[], &[]).await?.person(Some(row.person_ord));
    let Some(card) = card else { return Ok(()) };
    if people::refuses(tx, row.person_ord, Allowed::Questions).await? {
        return Ok(());
    }
    let source = say(ui_of(&row.language), "how-refused-source", &[]);
    people::record_consent(tx, &Actor::system(), card.id, Allowed::Questions, false, &source, None).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_without_believing_it() {
        let said = Said::read(
            "score=4&did=warned&did=bought&did=bought&did=hacked&text=+%EC%A2%8B%EC%95%84%EC%9A%94%00+&x=y".as_bytes(),
        );
        let text = "좋아요\u{fffd}".to_owned();
        let wanted = Said { score: 4, did: vec!["bought", "warned"], text };
        let said = said.unwrap();
        assert_eq!((said.score, &said.did), (wanted.score, &wanted.did));
        assert!(said.text.starts_with("좋아요") && !said.text.contains('\0'), "{:?}", said.text);
        for none in ["", "score=0", "score=6", "score=-1", "score=four", "text=x", "score=99999999999999999999"] {
            assert_eq!(Said::read(none.as_bytes()), None, "{none}");
        }
        assert_eq!(Said::read(&[0xff, b'=', 0xfe]), None);
    }
}
