//! What mails say beside their words, for those who answer them.
use crate::access::{self, Scope};
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
    /// `pass`, `fail`, `none`, … as in Authentication-Results; nothing where nobody we trust looked.
    dkim: Option<String>,
    /// The domain that signed.
    dkim_domain: Option<String>,
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
        MailOut {
            entry: mail.entry_id,
            subject: mail.subject,
            from: mail.from_email,
            to: mail.to_json,
            cc: mail.cc_json,
            dkim: mail.dkim,
            dkim_domain: mail.dkim_domain,
            spf: mail.spf,
            dmarc: mail.dmarc,
            machine: mail.machine,
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
