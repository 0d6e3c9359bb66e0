//! Everything we hold of a person, page by page: as JSON that a person can read, and as an mbox that mail programs open.
//!
//! What the person said is in it, and what was said to them in the conversations that are theirs; what other customers
//! said beside them is not, and neither are notes that we wrote for ourselves.
use super::asked::list_asked;
use super::mbox;
use crate::store::satisfaction as rows;
use base::{PersonId, Result, Time};
use base64::{Engine, engine::general_purpose::STANDARD};
use conversations::{Attachment, Author, Channel, Entry, EntryKind, Scope, Whole};
use httpkit::{AppState, PublicUrl};
use people::PersonRow;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use store::{Db, Tx};
use tagging::Catalogue;

/// Conversations read at a time.
const PAGE: i64 = 50;

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    Mbox,
}

/// An export under way.
pub struct PersonExport {
    db: Db,
    scope: Scope,
    person: PersonRow,
    /// The person under every record that was merged into theirs.
    ords: HashSet<i64>,
    form: Form,
    url: PublicUrl,
    after: Option<i64>,
    is_done: bool,
}

impl PersonExport {
    pub async fn begin(app: &AppState, scope: Scope, id: PersonId, form: Form) -> Result<PersonExport> {
        let (db, url) = (app.db.clone(), app.public_url.clone());
        let mut tx = db.read().await?;
        let person = people::get_person(&mut tx, id).await?;
        let ords = people::merged_persons(&mut tx, person.ord).await?.into_iter().collect();
        drop(tx);
        Ok(PersonExport { db, scope, person, ords, form, url, after: None, is_done: false })
    }

    /// The next bytes; none when all is told. No transaction stays open between two pages.
    pub async fn next_page(&mut self) -> Result<Option<Vec<u8>>> {
        if self.is_done {
            return Ok(None);
        }
        let mut tx = self.db.read().await?;
        let mut out = Vec::new();
        let is_first = self.after.is_none();
        if is_first && self.form == Form::Json {
            out = self.begin_json(&mut tx).await?;
        }
        let page =
            conversations::list_whole_of(&mut tx, &self.scope, self.person.id, self.after.unwrap_or(0), PAGE).await?;
        self.after = Some(page.last().map_or(0, |last| last.head.ord));
        let catalogue = tagging::load_catalogue(&mut tx).await?;
        for (nth, whole) in page.iter().enumerate() {
            let told = Told::of(whole, &self.ords);
            match self.form {
                Form::Json => {
                    let comma = if is_first && nth == 0 { "\n" } else { ",\n" };
                    out.extend(comma.as_bytes());
                    let value = self.conversation(&mut tx, whole, &told, &catalogue).await?;
                    serde_json::to_writer(&mut out, &value).map_err(base::Error::store)?;
                }
                Form::Mbox => self.mails(&mut tx, whole, &told, &mut out).await?,
            }
        }
        if (page.len() as i64) < PAGE {
            self.is_done = true;
            if self.form == Form::Json {
                out.extend(b"\n]}\n");
            }
        }
        Ok(Some(out))
    }

    async fn begin_json(&self, tx: &mut Tx) -> Result<Vec<u8>> {
        let p = &self.person;
        let described =
            people::describe(tx, Vec::new(), p.team_ord.into_iter().collect(), p.account_ord.into_iter().collect())
                .await?;
        let team = p.team_ord.and_then(|ord| described.teams.get(&ord)).map(|team| team.name.clone());
        let account = p.account_ord.and_then(|ord| described.accounts.get(&ord)).map(|account| account.name.clone());
        let identities = people::list_known_as(tx, p.ord).await?;
        let consents = people::list_consents(tx, p.ord).await?;
        let identities: Vec<Value> = identities
            .into_iter()
            .map(|(kind, value, source, since)| json!({"kind": kind, "value": value, "source": source, "since": since}))
            .collect();
        let consents: Vec<Value> = consents
            .into_iter()
            .map(|c| json!({"kind": c.kind, "given": c.is_given, "source": c.source, "said_at": c.said_at, "recorded_at": c.recorded_at}))
            .collect();
        let asked = rows::list_of_persons(tx, self.ords.iter().copied().collect()).await?;
        let asked: Vec<Value> = asked
            .into_iter()
            .map(|s| json!({"kind": s.kind, "asked_at": s.asked_at, "answered_at": s.answered_at, "score": s.score, "did": s.did}))
            .collect();
        let person = json!({
            "id": p.id, "name": p.name, "email": p.email, "role": p.role, "language": p.language, "team": team,
            "account": account, "first_seen_at": p.first_seen_at, "last_seen_at": p.last_seen_at,
            "identities": identities, "consents": consents, "questions": asked,
        });
        let ords: Vec<i64> = self.ords.iter().copied().collect();
        let asks = list_asked(tx, &self.url, &self.scope, p.ord, &ords).await?;
        let begin = format!(
            "{{\"format\": \"sarangbang person 1\",\n\"exported_at\": {},\n\"about\": {},\n\"person\": {},\n\"asks\": {},\n\"conversations\": [",
            json!(Time::now()),
            json!(ABOUT),
            person,
            json!(asks)
        );
        Ok(begin.into_bytes())
    }

    async fn conversation(&self, tx: &mut Tx, whole: &Whole, told: &Told<'_>, catalogue: &Catalogue) -> Result<Value> {
        let head = &whole.head;
        let mut entries = Vec::with_capacity(told.entries.len());
        for entry in &told.entries {
            let mut files = Vec::new();
            for file in whole.attachments.iter().filter(|file| file.entry_ord == entry.ord) {
                let bytes = read_file(&self.db, file).await?;
                files.push(json!({"name": file.name, "type": file.mime, "bytes": file.bytes,
                    "base64": bytes.map(|bytes| STANDARD.encode(bytes))}));
            }
            entries.push(json!({
                "id": entry.id, "at": entry.said_at, "said_by": self.who(entry), "name": entry.author_name,
                "text": entry.text, "attachments": files,
            }));
        }
        let history = tagging::list_history(tx, vec![head.ord]).await?;
        let living = history.iter().filter(|row| row.retracted_at.is_none());
        let mut tags: Vec<&str> =
            living.filter_map(|row| catalogue.by_ord(row.tag_ord)).map(|tag| tag.path.as_str()).collect();
        tags.sort_unstable();
        tags.dedup();
        Ok(json!({
            "id": head.id, "source": head.source, "external_id": head.external_id, "channel": head.channel,
            "subject": head.subject, "opened_at": head.opened_at, "tags": tags, "entries": entries,
            "said_by_others_left_out": told.left_out,
        }))
    }

    fn who(&self, entry: &Entry) -> &'static str {
        match entry.author {
            Author::Person => "person",
            Author::Machine if entry.person_ord.is_some() => "person's program",
            Author::Machine => "program",
            Author::Staff | Author::External => "us",
        }
    }

    async fn mails(&self, tx: &mut Tx, whole: &Whole, told: &Told<'_>, out: &mut Vec<u8>) -> Result<()> {
        for entry in &told.entries {
            let raw = match entry.raw_ord.filter(|_| whole.head.channel == Channel::Email) {
                Some(ord) => match tx.read_raw(ord).await {
                    Ok(bytes) => Some(bytes),
                    Err(base::Error::NotFound(_)) => None,
                    Err(error) => return Err(error),
                },
                None => None,
            };
            // A line of the interchange format is no mail.
            if let Some(bytes) = raw.filter(|bytes| !bytes.starts_with(b"{")) {
                mbox::add(out, entry.said_at, &bytes);
                continue;
            }
            let mut files = HashMap::new();
            for file in whole.attachments.iter().filter(|file| file.entry_ord == entry.ord) {
                files.insert(file.position, (file, read_file(&self.db, file).await?.unwrap_or_default()));
            }
            let is_theirs = entry.author == Author::Person;
            let (name, address) = match is_theirs {
                true => (self.person.name.as_str(), self.person.email.as_deref()),
                false => (entry.author_name.as_deref().unwrap_or_default(), None),
            };
            mbox::add(out, entry.said_at, &mbox::compose(&whole.head, entry, name, address, &files));
        }
        Ok(())
    }
}

const ABOUT: &str = "Everything we hold of this person: what they said, what was said to them in their own \
conversations, what they asked for and what they were told became of it. What other customers said beside them and notes that were written for ourselves are left out. \
이 고객에 대해 가지고 있는 모든 것입니다. 직접 하신 말씀과, 본인의 대화에서 받으신 답, 바라신 일과 그 결과를 전해 드린 것이 들어 있습니다. 곁에서 다른 고객이 한 말과 \
저희끼리 적은 메모는 빠져 있습니다.";

/// What of a conversation is told.
struct Told<'a> {
    entries: Vec<&'a Entry>,
    left_out: usize,
}

impl<'a> Told<'a> {
    fn of(whole: &'a Whole, ords: &HashSet<i64>) -> Told<'a> {
        let is_customer = whole.head.person_ord.is_some_and(|ord| ords.contains(&ord));
        let is_told = |entry: &&Entry| match entry.person_ord {
            Some(person) => ords.contains(&person),
            None => is_customer,
        };
        let messages = || whole.entries.iter().filter(|entry| entry.kind == EntryKind::Message);
        let entries: Vec<&Entry> = messages().filter(is_told).collect();
        let left_out = messages().count() - entries.len();
        Told { entries, left_out }
    }
}

/// The bytes of a file; none when they are lost.
async fn read_file(db: &Db, file: &Attachment) -> Result<Option<Vec<u8>>> {
    match db.read_blob(&file.blob_hash).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(base::Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
