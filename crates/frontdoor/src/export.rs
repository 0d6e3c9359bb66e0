//! Giving everything back: each conversation a line of the interchange format. Importing the lines into an empty
//! installation and exporting again gives the same bytes.
use crate::line::{
    AccountLine, AttachmentLine, EmotionLine, EntryLine, Line, ParticipantLine, PassageLine, PersonLine, TaggingLine,
    TeamLine,
};
use base::{Result, StaffId, Time};
use conversations::{Attachment, Author, Door, EmotionMark, Entry, EntryKind, Head, Participant, Scope, Whole};
use people::{AccountIn, Described};
use std::collections::{HashMap, HashSet};
use store::{Db, Tx};
use tagging::{Catalogue, TagState, TaggingRow};

/// Conversations read at a time.
const PAGE: i64 = 200;

/// An export under way: page after page, in the order conversations came in.
pub struct Export {
    db: Db,
    scope: Scope,
    after: i64,
    /// The hashes of attachments met so far, for whoever copies them beside the file.
    pub files: HashSet<String>,
}

/// What a page of lines needs to know beside the conversations themselves.
struct Facts {
    doors: HashMap<i64, Door>,
    staff: HashMap<StaffId, String>,
    people: Described,
    catalogue: Catalogue,
    taggings: HashMap<i64, Vec<TaggingRow>>,
    nothing: HashMap<i64, Time>,
    html: HashMap<i64, String>,
}

impl Export {
    pub fn new(db: Db, scope: Scope) -> Export {
        Export { db, scope, after: 0, files: HashSet::new() }
    }

    /// The next lines, each with its break; none when all is told. Pages are read one after another, so that no
    /// transaction stays open as long as somebody's slow line.
    pub async fn next_page(&mut self) -> Result<Option<Vec<u8>>> {
        let mut tx = self.db.read().await?;
        let page = conversations::list_whole(&mut tx, &self.scope, self.after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = last.head.ord;
        let facts = Facts::load(&mut tx, &page).await?;
        drop(tx);
        let mut out = Vec::new();
        for whole in &page {
            self.files.extend(whole.attachments.iter().map(|file| file.blob_hash.clone()));
            serde_json::to_writer(&mut out, &facts.line(whole)).map_err(base::Error::store)?;
            out.push(b'\n');
        }
        Ok(Some(out))
    }
}

impl Facts {
    async fn load(tx: &mut Tx, page: &[Whole]) -> Result<Facts> {
        let ords: Vec<i64> = page.iter().map(|whole| whole.head.ord).collect();
        let entries = || page.iter().flat_map(|whole| &whole.entries);
        let named = page.iter().flat_map(|whole| &whole.participants);
        let persons = page.iter().filter_map(|whole| whole.head.person_ord);
        let persons = persons.chain(entries().filter_map(|entry| entry.person_ord));
        let persons: HashSet<i64> =
            persons.chain(named.clone().map(|one| one.person_ord).filter(|o| *o != 0)).collect();
        let teams: HashSet<i64> = page.iter().filter_map(|whole| whole.head.team_ord).collect();
        let accounts: HashSet<i64> = page.iter().filter_map(|whole| whole.head.account_ord).collect();
        let mut staff: Vec<StaffId> = entries().filter_map(|entry| entry.staff_id).collect();
        staff.extend(named.filter_map(|one| one.staff_key.parse::<StaffId>().ok()));
        for mark in page.iter().flat_map(|whole| &whole.marks) {
            staff.extend([mark.marked_by, mark.taken_back_by].into_iter().flatten());
        }
        let mut taggings: HashMap<i64, Vec<TaggingRow>> = HashMap::new();
        for row in tagging::list_history(tx, ords.clone()).await? {
            taggings.entry(row.conversation_ord).or_default().push(row);
        }
        Ok(Facts {
            doors: conversations::list_doors(tx).await?.into_iter().map(|door| (door.ord, door)).collect(),
            staff: staff::list_staff_names(tx, staff).await?,
            people: people::describe(tx, collect(persons), collect(teams), collect(accounts)).await?,
            catalogue: tagging::load_catalogue(tx).await?,
            taggings,
            nothing: tagging::list_nothing(tx, ords).await?.into_iter().collect(),
            html: read_html(tx, page).await?,
        })
    }

    fn line(&self, whole: &Whole) -> Line {
        let head = &whole.head;
        let source = head.source.as_str();
        let places: Vec<(i64, PassageLine)> = self.passages(whole);
        let taggings = self.taggings(head, &places);
        let living = taggings.iter().filter(|one| one.passage.is_none() && one.retracted_at.is_none());
        let mut tags: Vec<String> = living.map(|one| one.tag.clone()).collect();
        tags.sort_unstable();
        tags.dedup();
        let mut passages: Vec<PassageLine> = places.into_iter().map(|(_, passage)| passage).collect();
        for one in taggings.iter().filter(|one| one.retracted_at.is_none()) {
            if let Some(passage) = one.passage.and_then(|at| passages.get_mut(at)).filter(|p| p.tag.is_none()) {
                (passage.tag, passage.kind) = (Some(one.tag.clone()), one.kind.clone());
            }
        }
        Line {
            external_id: head.external_id.clone(),
            source: Some(head.source.clone()),
            channel: head.channel.as_str().to_owned(),
            door: self.doors.get(&head.door_ord).map(|door| door.name.clone()),
            language: head.language.map(|language| language.to_string()),
            subject: head.subject.clone(),
            status: Some(head.status),
            purpose: head.purpose,
            opened_at: head.opened_at.to_string(),
            about: head.about_room.clone().zip(head.about_id.clone()).map(|(room, id)| conversations::About {
                room,
                id,
                anchor: head.about_anchor.clone(),
            }),
            person: head.person_ord.and_then(|ord| self.person(ord, source)),
            team: head.team_ord.and_then(|ord| self.team(ord, source, head.opened_at)),
            account: head.account_ord.and_then(|ord| self.account(ord, source, head.opened_at)),
            participants: Some(self.participants(whole)),
            attributes: head.attributes_json.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            tags: Some(tags),
            passages: Some(passages),
            taggings: Some(taggings),
            nothing_at: self.nothing.get(&head.ord).map(Time::to_string),
            entries: whole.entries.iter().map(|entry| self.entry(entry, whole)).collect(),
        }
    }

    fn entry(&self, entry: &Entry, whole: &Whole) -> EntryLine {
        let head = &whole.head;
        let author = match entry.author {
            Author::Person => "person",
            Author::Staff | Author::External => "agent",
            Author::Machine => "machine",
        };
        // What a person says is the customer's unless another person is named; a machine speaks for nobody unless told.
        let is_customer = entry.author == Author::Person && entry.person_ord == head.person_ord;
        let person = entry.person_ord.filter(|_| !is_customer).and_then(|ord| self.person(ord, &head.source));
        let staff = entry.staff_id.and_then(|id| self.staff.get(&id)).cloned();
        let files = whole.attachments.iter().filter(|file| file.entry_ord == entry.ord).map(attachment);
        let emotion = |mark: &EmotionMark| self.emotion(mark);
        EntryLine {
            external_id: entry.external_id.clone(),
            kind: Some(entry.kind).filter(|kind| *kind != EntryKind::Message),
            author: author.to_owned(),
            name: entry.author_name.clone().or(staff),
            person,
            at: entry.said_at.to_string(),
            text: Some(entry.text.clone()),
            html: self.html.get(&entry.ord).cloned(),
            attachments: Some(files.collect()),
            emotions: Some(whole.marks.iter().filter(|mark| mark.entry_ord == entry.ord).map(emotion).collect()),
        }
    }

    fn emotion(&self, mark: &EmotionMark) -> EmotionLine {
        let name =
            |id: Option<StaffId>, name: &Option<String>| id.map_or(name.clone(), |id| self.staff.get(&id).cloned());
        EmotionLine {
            valence: mark.valence,
            emotion: mark.emotion,
            origin: mark.origin,
            by: name(mark.marked_by, &mark.marked_by_name),
            at: mark.marked_at.to_string(),
            taken_back_by: name(mark.taken_back_by, &mark.taken_back_by_name),
            taken_back_at: mark.taken_back_at.as_ref().map(Time::to_string),
        }
    }

    fn person(&self, ord: i64, source: &str) -> Option<PersonLine> {
        person_line(&self.people, ord, source)
    }

    fn team(&self, ord: i64, source: &str, at: Time) -> Option<TeamLine> {
        let row = self.people.teams.get(&ord)?;
        let fact = |name| self.people.team_fact(ord, name, at);
        Some(TeamLine {
            source: row.source.clone().filter(|of| of != source),
            external_id: row.external_id.clone().unwrap_or_else(|| row.id.to_string()),
            name: Some(row.name.clone()).filter(|name| !name.is_empty()),
            plan: fact("plan").map(str::to_owned),
            seats_paid: fact("seats_paid").and_then(|text| text.parse().ok()),
            seats_active: fact("seats_active").and_then(|text| text.parse().ok()),
        })
    }

    fn account(&self, ord: i64, source: &str, at: Time) -> Option<AccountLine> {
        account_line(&self.people, ord, source, at)
    }

    /// Those who take part without being the customer or having said anything: the others follow from the entries.
    fn participants(&self, whole: &Whole) -> Vec<ParticipantLine> {
        let mut all: Vec<ParticipantLine> = Vec::new();
        for one in whole.participants.iter().filter(|one| !follows(one, whole)) {
            let staff = one.staff_key.parse::<StaffId>().ok().and_then(|id| self.staff.get(&id)).cloned();
            let person =
                Some(one.person_ord).filter(|ord| *ord != 0).and_then(|ord| self.person(ord, &whole.head.source));
            let named = staff.unwrap_or_else(|| one.name.clone());
            let person = person.unwrap_or_else(|| PersonLine { name: Some(named), ..PersonLine::default() });
            let PersonLine { source, external_id, name, email, .. } = person;
            all.push(ParticipantLine { source, external_id, name, email, role: one.role.clone() });
        }
        all.sort_unstable_by(|a, b| {
            let key = |p: &ParticipantLine| (p.role.clone(), p.external_id.clone(), p.email.clone(), p.name.clone());
            key(a).cmp(&key(b))
        });
        all.dedup();
        all
    }

    /// The passages that stand in the present texts, by ord, in the order of the entries.
    fn passages(&self, whole: &Whole) -> Vec<(i64, PassageLine)> {
        let mut all = Vec::new();
        for entry in &whole.entries {
            for passage in whole.passages.iter().filter(|p| p.entry_ord == entry.ord && p.entry_rev == entry.rev) {
                let (entry, start) = (entry.external_id.clone(), Some(passage.start_at));
                let quote = passage.quote.clone();
                all.push((passage.ord, PassageLine { entry, start, quote, tag: None, kind: None }));
            }
        }
        all
    }

    fn taggings(&self, head: &Head, places: &[(i64, PassageLine)]) -> Vec<TaggingLine> {
        let rows = self.taggings.get(&head.ord).map(Vec::as_slice).unwrap_or_default();
        let line = |row: &TaggingRow| {
            Some(TaggingLine {
                tag: self.path(row.tag_ord, &head.source)?,
                kind: row.kind.clone(),
                passage: row.passage_ord.and_then(|ord| places.iter().position(|(place, _)| *place == ord)),
                origin: row.origin.clone(),
                at: row.tagged_at.to_string(),
                retracted_at: row.retracted_at.as_ref().map(Time::to_string),
            })
        };
        rows.iter().filter_map(line).collect()
    }

    /// The path of a tag as the source calls it: an import puts it under a node named after the source again.
    fn path(&self, ord: i64, source: &str) -> Option<String> {
        let tag = self.catalogue.by_ord(ord)?;
        let tag = self.catalogue.by_ord(tag.canon_ord).unwrap_or(tag);
        // One that came by a table of tags does not know whose it was.
        let is_theirs = tag.state == TagState::Imported && tag.source.as_deref().is_none_or(|of| of == source);
        let below = tagging::path_in_source(&tag.path, source).filter(|_| is_theirs);
        let below = below.filter(|path| self.catalogue.by_any_path(path).is_none());
        Some(below.unwrap_or(&tag.path).to_owned())
    }
}

/// Somebody as a line of a source names them.
pub(crate) fn person_line(people: &Described, ord: i64, source: &str) -> Option<PersonLine> {
    let row = people.persons.get(&ord)?;
    let external_id = row.external_id.clone().or_else(|| row.email.is_none().then(|| row.id.to_string()));
    Some(PersonLine {
        source: row.source.clone().filter(|of| external_id.is_some() && of != source),
        external_id,
        name: Some(row.name.clone()).filter(|name| !name.is_empty()),
        email: row.email.clone(),
        role: row.role.clone(),
        language: row.language.clone(),
    })
}

/// An account as a line of a source names it, with what was true of it then.
pub(crate) fn account_line(people: &Described, ord: i64, source: &str, at: Time) -> Option<AccountLine> {
    let row = people.accounts.get(&ord)?;
    let fact = |name| people.account_fact(ord, name, at);
    let name = Some(row.name.clone()).filter(|name| !name.is_empty());
    // One that was made by hand gets the key that an import would give it.
    let key = AccountIn { name: name.clone(), domain: row.domain.clone(), ..AccountIn::default() }.key();
    Some(AccountLine {
        source: row.source.clone().filter(|of| of != source),
        external_id: row.external_id.clone().or(key),
        name,
        domain: row.domain.clone(),
        plan: fact("plan").map(str::to_owned),
        revenue_minor: fact("revenue_minor").and_then(|text| text.parse().ok()),
        currency: fact("currency").map(str::to_owned),
        employees: fact("employees").and_then(|text| text.parse().ok()),
    })
}

/// Whether a participant is named by the conversation or its entries anyway.
fn follows(one: &Participant, whole: &Whole) -> bool {
    if one.role == "customer" && one.person_ord != 0 {
        return whole.head.person_ord == Some(one.person_ord);
    }
    one.role == "author"
        && whole.entries.iter().any(|entry| match entry.author {
            Author::Person | Author::Machine => one.person_ord != 0 && entry.person_ord == Some(one.person_ord),
            Author::Staff => entry.staff_id.is_some_and(|id| id.to_string() == one.staff_key),
            Author::External => one.person_ord == 0 && entry.author_name.as_deref() == Some(one.name.as_str()),
        })
}

fn attachment(file: &Attachment) -> AttachmentLine {
    AttachmentLine {
        name: file.name.clone(),
        mime: file.mime.clone(),
        bytes: file.bytes,
        hash: file.blob_hash.clone(),
        content_id: file.content_id.clone(),
    }
}

fn collect(ords: HashSet<i64>) -> Vec<i64> {
    ords.into_iter().collect()
}

/// The HTML that entries were read from, by entry: as it stands in their line, or in their mail, cleaned.
async fn read_html(tx: &mut Tx, page: &[Whole]) -> Result<HashMap<i64, String>> {
    let mut all = HashMap::new();
    for entry in page.iter().flat_map(|whole| &whole.entries).filter(|entry| entry.has_html) {
        let Some(raw_ord) = entry.raw_ord else { continue };
        let raw = match tx.read_raw(raw_ord).await {
            Err(base::Error::NotFound(_)) => continue,
            other => other?,
        };
        let html = match crate::line::parse_line(&raw) {
            Ok((line, _)) => {
                line.entries.into_iter().find(|one| one.external_id == entry.external_id).and_then(|one| one.html)
            }
            Err(_) => mailkit::parse_mail(&raw).html,
        };
        all.extend(html.map(|html| (entry.ord, html)));
    }
    Ok(all)
}
