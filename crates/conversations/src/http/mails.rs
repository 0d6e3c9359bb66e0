//! What mails say beside their words, for those who answer them.
use crate::access::{self, Scope};
use crate::actions::live_mail::{CheckedSignature, MailFacts};
use crate::store::mails::{self, KnownMail};
use base::{ConversationId, EntryId};
use httpkit::{AppState, Can, Json, Path, Read, Result, State};
use serde::Serialize;

/// A mail behind an entry: whom it names, what proves its sender, what wrote it.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MailOut {
    entry: EntryId,
    subject: Option<String>,
    from: Option<String>,
    /// `[{name, email}]`
    #[schema(value_type = Vec<Object>)]
    to: serde_json::Value,
    #[schema(value_type = Vec<Object>)]
    cc: serde_json::Value,
    /// Whether the domain of its sender stands for it.
    proven: bool,
    /// `pass`, `fail`, `none`, … as in Authentication-Results; nothing where nobody we trust looked.
    dkim: Option<String>,
    /// The domain that signed.
    dkim_domain: Option<String>,
    /// The signatures on it as we checked them ourselves; nothing where the owner named nobody to ask for keys.
    signatures: Option<Vec<CheckedSignature>>,
    spf: Option<String>,
    dmarc: Option<String>,
    /// `auto_reply`, `generated`, `list`, `bounce` or `delayed`; `unreadable` for a mail that could not be read. Nothing when
    /// a person wrote it.
    machine: Option<String>,
    list_id: Option<String>,
    /// It speaks of something else, a day or more later: perhaps another conversation.
    offers_split: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct MailsOut {
    items: Vec<MailOut>,
}

impl From<KnownMail> for MailOut {
    fn from(mail: KnownMail) -> MailOut {
        let signatures: Option<Vec<CheckedSignature>> =
            mail.signatures_json.and_then(|all| serde_json::from_value(all).ok());
        let facts = MailFacts {
            dkim: mail.dkim,
            dkim_domain: mail.dkim_domain,
            spf: mail.spf,
            dmarc: mail.dmarc,
            signatures,
            machine: mail.machine,
        };
        let domain = mail.from_email.as_deref().and_then(|from| from.rsplit_once('@')).map(|(_, domain)| domain);
        MailOut {
            proven: domain.is_some_and(|domain| facts.prove(domain)),
            entry: mail.entry_id,
            subject: mail.subject,
            from: mail.from_email,
            to: mail.to_json,
            cc: mail.cc_json,
            dkim: facts.dkim,
            dkim_domain: facts.dkim_domain,
            signatures: facts.signatures,
            spf: facts.spf,
            dmarc: facts.dmarc,
            machine: facts.machine,
            list_id: mail.list_id,
            offers_split: mail.offers_split,
        }
    }
}

/// List what is known of the mails in a conversation.
#[utoipa::path(get, path = "/api/conversations/{id}/mails", tag = "conversations", operation_id = "list_mails",
    params(("id" = ConversationId, Path)), responses((status = 200, body = MailsOut), (status = 404)))]
pub async fn list_mails(
    can: Can<Read>,
    State(app): State<AppState>,
    Path(id): Path<ConversationId>,
) -> Result<Json<MailsOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let head = access::get_conversation(&mut tx, &scope, id).await?;
    let all = mails::list_facts(&mut tx, head.ord).await?;
    Ok(Json(MailsOut { items: all.into_iter().map(MailOut::from).collect() }))
}
