//! The rows of Message-IDs: which entry has one, and which thread waits for a mail that has not come.
use base::{EntryId, Result};
use store::{Tx, Value, args, row, sql};

/// (Message-ID, conversation, entry unless it has not come, the list it came by)
pub(crate) async fn list(
    tx: &mut Tx,
    source: &str,
    ids: Vec<String>,
) -> Result<Vec<(String, i64, Option<i64>, Option<String>)>> {
    let sql = sql!("conversations.list_message_ids" => (String, i64, Option<i64>, Option<String>),
        "SELECT message_id, conversation_ord, entry_ord, list_id FROM message_ids
         WHERE source = $1 AND message_id = ANY($2)");
    tx.all(sql, args![source, ids]).await
}

/// Rows are (source, Message-ID, conversation, entry, list). A known id keeps its entry.
pub(crate) async fn upsert(tx: &mut Tx, rows: Vec<[Value; 5]>) -> Result<()> {
    let sql = sql!(
        "conversations.upsert_message_id",
        "INSERT INTO message_ids (source, message_id, conversation_ord, entry_ord, list_id) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (source, message_id) DO UPDATE SET entry_ord = COALESCE(message_ids.entry_ord, excluded.entry_ord),
            conversation_ord = excluded.conversation_ord, list_id = COALESCE(message_ids.list_id, excluded.list_id)"
    );
    tx.insert_rows(sql, rows).await.map(drop)
}

/// The mail addresses of the persons who take part: (conversation, address in small letters).
pub(crate) async fn list_participant_emails(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, String)>> {
    // Asked for by kind, SQLite would begin with all addresses there are.
    let sql = sql!("conversations.list_participant_emails" => (i64, String, String),
        "SELECT DISTINCT p.conversation_ord, i.kind, i.value_fold FROM participants p
         JOIN persons named ON named.ord = p.person_ord
         JOIN persons same ON same.canon_ord = named.canon_ord
         JOIN identities i ON i.person_ord = same.ord
         WHERE p.conversation_ord = ANY($1) AND p.person_ord <> 0");
    let known = tx.all(sql, args![conversations]).await?;
    Ok(known.into_iter().filter(|(_, kind, _)| kind == "email").map(|(on, _, email)| (on, email)).collect())
}

/// Those who take part and of whom only a name or an address is known: (conversation, name).
pub(crate) async fn list_participant_names(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, String)>> {
    let sql = sql!("conversations.list_participant_names" => (i64, String),
        "SELECT conversation_ord, name FROM participants WHERE conversation_ord = ANY($1) AND name <> ''");
    tx.all(sql, args![conversations]).await
}

/// What a mail says beside its words.
#[derive(Clone, Debug)]
pub struct MailRow {
    pub entry_ord: i64,
    pub subject: Option<String>,
    pub from_email: Option<String>,
    pub to_json: serde_json::Value,
    pub cc_json: serde_json::Value,
    pub dkim: Option<String>,
    pub dkim_domain: Option<String>,
    pub spf: Option<String>,
    pub dmarc: Option<String>,
    pub signatures_json: Option<serde_json::Value>,
    pub machine: Option<String>,
    pub list_id: Option<String>,
    pub offers_split: bool,
}

pub(crate) async fn insert_facts(tx: &mut Tx, rows: Vec<MailRow>) -> Result<()> {
    let sql = sql!(
        "conversations.insert_mail_facts",
        "INSERT INTO entry_mail (entry_ord, subject, from_email, to_json, cc_json, dkim, dkim_domain, spf, dmarc,
            machine, list_id, offers_split, signatures_json)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT (entry_ord) DO NOTHING"
    );
    tx.insert_rows(sql, rows.into_iter().map(MailRow::into_values).collect()).await.map(drop)
}

impl MailRow {
    fn into_values(self) -> [Value; 13] {
        args![
            self.entry_ord,
            self.subject,
            self.from_email,
            self.to_json,
            self.cc_json,
            self.dkim,
            self.dkim_domain,
            self.spf,
            self.dmarc,
            self.machine,
            self.list_id,
            self.offers_split,
            self.signatures_json
        ]
    }
}

row! {
    /// What is known of a mail that is an entry.
    #[derive(Clone, Debug)]
    pub struct KnownMail {
        pub entry_id: EntryId,
        pub subject: Option<String>,
        pub from_email: Option<String>,
        pub to_json: serde_json::Value,
        pub cc_json: serde_json::Value,
        pub dkim: Option<String>,
        pub dkim_domain: Option<String>,
        pub spf: Option<String>,
        pub dmarc: Option<String>,
        pub machine: Option<String>,
        pub list_id: Option<String>,
        pub offers_split: bool,
        pub signatures_json: Option<serde_json::Value>,
    }
}

/// Of the entries of a conversation that came as mail, in the order of their ords.
pub(crate) async fn list_facts(tx: &mut Tx, conversation_ord: i64) -> Result<Vec<KnownMail>> {
    let sql = sql!("conversations.list_mail_facts" => KnownMail,
        "SELECT e.id AS entry_id, m.subject, m.from_email, m.to_json, m.cc_json, m.dkim, m.dkim_domain, m.spf, m.dmarc,
            m.machine, m.list_id, m.offers_split, m.signatures_json
         FROM entry_mail m JOIN entries e ON e.ord = m.entry_ord WHERE e.conversation_ord = $1 ORDER BY m.entry_ord");
    tx.all(sql, args![conversation_ord]).await
}

/// The address that the mail behind an entry says it is from.
pub(crate) async fn find_sender(tx: &mut Tx, entry_ord: i64) -> Result<Option<String>> {
    let sql = sql!("conversations.find_mail_sender" => (Option<String>,),
        "SELECT from_email FROM entry_mail WHERE entry_ord = $1");
    Ok(tx.find(sql, args![entry_ord]).await?.and_then(|(from,)| from))
}

/// Whom mails named goes with the words of whoever wrote them.
pub(crate) async fn erase_facts(tx: &mut Tx, entry_ords: &[i64]) -> Result<()> {
    let sql = sql!(
        "conversations.erase_mail_facts",
        "UPDATE entry_mail SET subject = NULL, from_email = NULL, to_json = '[]', cc_json = '[]', dkim_domain = NULL,
            signatures_json = NULL
         WHERE entry_ord = ANY($1)"
    );
    tx.run(sql, args![entry_ords]).await.map(drop)
}

/// The receivers of mails that name this address anywhere among them.
pub(crate) async fn erase_named(tx: &mut Tx, address: &str) -> Result<()> {
    let escaped = address.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let sql = sql!(
        "conversations.erase_mail_named",
        "UPDATE entry_mail SET to_json = '[]', cc_json = '[]'
         WHERE LOWER(to_json) LIKE $1 ESCAPE '\\' OR LOWER(cc_json) LIKE $1 ESCAPE '\\'"
    );
    tx.run(sql, args![format!("%{escaped}%")]).await.map(drop)
}
