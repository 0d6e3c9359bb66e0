//! Who is asked, when, and with which words.
use super::{SCORES, say, ui_of};
use crate::Keys;
use crate::outgoing::{is_nobody, is_ours};
use crate::store::satisfaction::{self as rows, LastMail, SurveyRow};
use ::store::{Db, Job, Tx, jobs};
use base::{ConversationId, Error, Result, SurveyId, Time};
use conversations::{Head, MailFacts, Outgoing, Purpose, Scope, Status};
use httpkit::PublicUrl;
use people::Allowed;
use serde_json::json;

/// Somebody may still write back: until then a conversation that was closed is not over.
const AFTER: i64 = Time::HOUR;
/// One question in this time, whichever it is.
const REST: i64 = 30 * Time::DAY;
const ASK: &str = "frontdoor.ask_how_it_was";

/// What this does in the background.
pub fn handlers() -> jobs::Handlers {
    jobs::Handlers::new().on(ASK, |db, job| async move {
        let id = job.payload_json["conversation"].as_str().unwrap_or_default();
        ask_how_it_was(&db, ConversationId::parse(id).map_err(Error::store)?).await.map(drop)
    })
}

/// A conversation was closed: if its door asks, it will be looked at in an hour.
pub async fn follow_closing(tx: &mut Tx, head: &Head) -> Result<()> {
    if !matches!(rows::find_door(tx, head.door_ord).await?, Some((true, _) | (_, true))) {
        return Ok(());
    }
    let (run_at, dedupe_key) = (tx.now().plus(AFTER), Some(head.id.to_string()));
    tx.enqueue(Job { kind: ASK, dedupe_key, run_at, payload: json!({"conversation": head.id}) });
    Ok(())
}

/// Asks of a conversation, if everything allows it. Whether it did.
pub async fn ask_how_it_was(db: &Db, id: ConversationId) -> Result<bool> {
    let mut tx = db.write().await?;
    let head = match conversations::get_conversation(&mut tx, &Scope::default(), id).await {
        Ok(head) => head,
        // Joined or erased meanwhile.
        Err(Error::NotFound(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    let Some(kind) = kind_of(&mut tx, &head).await? else { return Ok(false) };
    let Some((person_ord, address)) = find_whom(&mut tx, &head).await? else { return Ok(false) };
    let language = if head.language.as_ref().is_some_and(|l| l.as_str() == "ko") { "ko" } else { "en" };
    let subject = conversations::answer_subject(&head);
    let entry_ord = conversations::ask_by_mail(&mut tx, &head, &address, &subject).await?;
    let row = SurveyRow {
        id: SurveyId::new(),
        kind: kind.to_owned(),
        conversation_ord: head.ord,
        entry_ord,
        person_ord,
        door_ord: head.door_ord,
        language: language.to_owned(),
        asked_at: tx.now(),
        answered_at: None,
        score: None,
        did: String::new(),
        said_ord: None,
    };
    rows::insert(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(true)
}

/// Which question fits a conversation that is over and that one of us answered.
async fn kind_of(tx: &mut Tx, head: &Head) -> Result<Option<&'static str>> {
    let Some((after_close, after_help)) = rows::find_door(tx, head.door_ord).await? else { return Ok(None) };
    if head.status != Status::Closed || !rows::was_answered(tx, head.ord).await? {
        return Ok(None);
    }
    let is_help = head.purpose == Some(Purpose::Help);
    Ok(if is_help && after_help { Some("ces") } else { after_close.then_some("csat") })
}

/// Who wrote last, if a person did, the domain stands for them, and nothing speaks against asking.
async fn find_whom(tx: &mut Tx, head: &Head) -> Result<Option<(i64, String)>> {
    let Some(mail) = rows::find_last_mail(tx, head.ord).await?.filter(is_proven_person) else { return Ok(None) };
    let address = mail.from_email.as_deref().and_then(mailkit::check_address);
    let (Some(person), Some(address)) = (mail.person_ord, address) else { return Ok(None) };
    let refuses = is_nobody(&address)
        || is_ours(tx, &address).await?
        || people::is_blocked(tx, &address).await?
        || people::refuses(tx, person, Allowed::Questions).await?
        || !conversations::list_resting(tx, &[&address]).await?.is_empty();
    let since = tx.now().plus(-REST);
    Ok((!refuses && !rows::was_asked(tx, person, &address, since).await?).then_some((person, address)))
}

fn is_proven_person(mail: &LastMail) -> bool {
    let domain = mail.from_email.as_deref().and_then(|from| from.rsplit_once('@')).map(|(_, domain)| domain);
    let facts = MailFacts {
        dkim: mail.dkim.clone(),
        dkim_domain: mail.dkim_domain.clone(),
        dmarc: mail.dmarc.clone(),
        signatures: mail.signatures_json.clone().and_then(|all| serde_json::from_value(all).ok()),
        ..MailFacts::default()
    };
    mail.machine.is_none() && mail.list_id.is_none() && domain.is_some_and(|domain| facts.prove(domain))
}

/// The words of a question and where it is refused: `https://…/how/…/stop`.
pub async fn text_of(tx: &mut Tx, keys: &Keys, url: &PublicUrl, out: &Outgoing) -> Result<(String, String)> {
    let row = rows::find_of_entry(tx, out.entry.ord).await?.ok_or(Error::NotFound("survey"))?;
    let company = staff::get_settings(tx).await?.called(url.host());
    let (ui, page) = (ui_of(&row.language), url.join(&format!("/how/{}", keys.sign_survey(row.id))));
    let line = |score: i64| format!("{}\n{page}?score={score}\n", say(ui, &format!("how-{}-{score}", row.kind), &[]));
    let (stop, answers) = (format!("{page}/stop"), SCORES.rev().map(line).collect::<Vec<_>>().join("\n"));
    let (hello, question) = (say(ui, "how-hello", &[("company", company)]), say(ui, &format!("how-{}", row.kind), &[]));
    let end = say(ui, "how-stop-mail", &[("url", stop.clone())]);
    Ok((format!("{hello}\n\n{question}\n\n{answers}\n{}\n\n{end}", say(ui, "how-confirm", &[])), stop))
}
