//! Tags, passages and kinds that come in with conversations: found in the catalogue or made, then applied in bulk.
use crate::line::{Marks, PassageLine};
use crate::model::{Counts, Reason, TagsMode};
use base::{Result, StaffId, Time};
use conversations::{Entry, Head, Passage, Taken};
use std::collections::{BTreeSet, HashMap};
use store::Tx;
use tagging::{Catalogue, Kind, ManyTaggings, Origin, PathMode};

/// What an import knows of the catalogue between its batches.
pub struct Tagger {
    mode: TagsMode,
    /// Nobody, for an import; the staff of the sample company take turns.
    staff: Vec<StaffId>,
    catalogue: Option<Catalogue>,
    /// Tag by source and path; none for a path that leads nowhere.
    known: HashMap<(String, String), Option<i64>>,
}

/// A conversation that just came in, with what its line says of tags.
pub struct Marked {
    pub taken: Taken,
    pub source: String,
    pub marks: Marks,
}

impl Tagger {
    pub fn new(mode: TagsMode, staff: Vec<StaffId>) -> Tagger {
        Tagger { mode, staff, catalogue: None, known: HashMap::new() }
    }

    /// Nothing that was learnt in a transaction that was undone may be believed.
    pub fn forget(&mut self) {
        self.catalogue = None;
        self.known.clear();
    }

    pub async fn apply(&mut self, tx: &mut Tx, all: &[Marked], counts: &mut Counts) -> Result<()> {
        let mut made = Vec::new();
        let all: Vec<&Marked> = all.iter().filter(|one| !one.marks.is_empty()).collect();
        if all.is_empty() {
            return Ok(());
        }
        self.learn(tx, &all).await?;
        let ords: Vec<i64> = all.iter().map(|one| one.taken.conversation_ord).collect();
        let heads: HashMap<i64, Head> =
            conversations::heads(tx, &ords).await?.into_iter().map(|h| (h.ord, h)).collect();
        let mut nothing = Vec::new();
        for one in all {
            let Some(head) = heads.get(&one.taken.conversation_ord) else { continue };
            self.read_marks(tx, one, head, &mut made, counts).await?;
            nothing.extend(one.marks.nothing_at.map(|at| (head.ord, head.opened_at, at)));
        }
        tagging::apply_many(tx, made).await?;
        tagging::apply_nothing(tx, &nothing).await
    }

    /// Finds the tags of all paths that were not met before, making those that are missing when asked to.
    async fn learn(&mut self, tx: &mut Tx, all: &[&Marked]) -> Result<()> {
        if self.mode == TagsMode::Ignore {
            return Ok(());
        }
        let seq = tagging::taxonomy_seq(tx).await?;
        if self.catalogue.as_ref().is_none_or(|catalogue| catalogue.seq != seq) {
            self.forget();
            self.catalogue = Some(tagging::load_catalogue(tx).await?);
        }
        let Some(catalogue) = &mut self.catalogue else { return Ok(()) };
        let mut missing: HashMap<&str, BTreeSet<String>> = HashMap::new();
        for one in all {
            for path in one.marks.paths() {
                if !self.known.contains_key(&(one.source.clone(), path.to_owned())) {
                    missing.entry(&one.source).or_default().insert(path.to_owned());
                }
            }
        }
        let mode = if self.mode == TagsMode::Create { PathMode::Create } else { PathMode::Match };
        for (source, paths) in missing {
            let found = tagging::match_paths(tx, catalogue, source, &paths, mode).await?;
            for path in paths {
                let tag = found.get(&path).copied();
                self.known.insert((source.to_owned(), path), tag);
            }
        }
        catalogue.seq = tagging::taxonomy_seq(tx).await?;
        Ok(())
    }

    fn tag(&self, source: &str, path: &str, counts: &mut Counts) -> Option<i64> {
        if self.mode == TagsMode::Ignore {
            return None;
        }
        let tag = self.known.get(&(source.to_owned(), path.to_owned())).copied().flatten();
        if tag.is_none() {
            counts.warn(Reason::new("import-unknown-tag").arg("path", path), 1);
        }
        tag
    }

    async fn read_marks(
        &self,
        tx: &mut Tx,
        one: &Marked,
        head: &Head,
        made: &mut Vec<ManyTaggings>,
        counts: &mut Counts,
    ) -> Result<()> {
        let marks = &one.marks;
        let mut entries = HashMap::new();
        if !marks.passages.is_empty() {
            entries = conversations::entries_by_ord(tx, &one.taken.entry_ords)
                .await?
                .into_iter()
                .map(|entry| (entry.external_id.clone(), entry))
                .collect();
        }
        let by = match self.staff.len() {
            0 => None,
            n => Some(self.staff[head.ord as usize % n]),
        };
        let mut passages = Vec::with_capacity(marks.passages.len());
        for line in &marks.passages {
            let found = self.find_passage(tx, line, &entries, by).await?;
            if found.is_none() {
                let why = Reason::new("import-passage-lost").arg("id", &head.external_id).arg("quote", &line.quote);
                counts.warn(why, 1);
            }
            passages.push(found);
        }
        let place = |passage: Option<&(Passage, Entry)>| Spot::of(head, passage);
        if !marks.taggings.is_empty() {
            for line in &marks.taggings {
                let passage = line.passage.map(|at| passages.get(at).and_then(Option::as_ref));
                let (Some(tag_ord), false) = (self.tag(&one.source, &line.tag, counts), matches!(passage, Some(None)))
                else {
                    continue;
                };
                made.push(ManyTaggings {
                    kind: read_kind(line.kind.as_deref(), counts),
                    origin: Origin::parse(&line.origin).unwrap_or(Origin::Import),
                    tagged_at: Time::parse(&line.at).ok(),
                    retracted_at: line.retracted_at.as_deref().and_then(|at| Time::parse(at).ok()),
                    ..place(passage.flatten()).tagging(tag_ord, head)
                });
            }
            return Ok(());
        }
        // Staff of the sample company tagged it some minutes after the last word.
        let tagged_at = by.map(|_| head.last_entry_at.plus((3 + head.ord % 40) * Time::MINUTE).min(tx.now()));
        let origin = if by.is_some() { Origin::Human } else { Origin::Import };
        for (line, passage) in marks.passages.iter().zip(&passages) {
            let (Some(path), Some(passage)) = (&line.tag, passage) else { continue };
            let Some(tag_ord) = self.tag(&one.source, path, counts) else { continue };
            let kind = read_kind(line.kind.as_deref(), counts);
            let tagging = place(Some(passage)).tagging(tag_ord, head);
            made.push(ManyTaggings { kind, origin, tagged_at, tagged_by: by, ..tagging });
        }
        // A tag on a passage says all that the same tag on the whole conversation would.
        let on_passages: Vec<&str> = marks.passages.iter().filter_map(|passage| passage.tag.as_deref()).collect();
        for path in marks.tags.iter().filter(|path| !on_passages.contains(&path.as_str())) {
            let Some(tag_ord) = self.tag(&one.source, path, counts) else { continue };
            made.push(ManyTaggings { origin, tagged_at, tagged_by: by, ..place(None).tagging(tag_ord, head) });
        }
        Ok(())
    }

    async fn find_passage(
        &self,
        tx: &mut Tx,
        line: &PassageLine,
        entries: &HashMap<String, Entry>,
        by: Option<StaffId>,
    ) -> Result<Option<(Passage, Entry)>> {
        let Some(entry) = entries.get(&line.entry) else { return Ok(None) };
        let start = line.start.unwrap_or_default();
        let end = start + (line.quote.chars().count() as i64).max(1);
        match conversations::make_passage(tx, entry.ord, start, end, &line.quote, by).await {
            Ok(passage) => Ok(Some((passage, entry.clone()))),
            Err(base::Error::Invalid { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

impl Marks {
    fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.passages.is_empty() && self.taggings.is_empty() && self.nothing_at.is_none()
    }

    /// Every path of a tag.
    fn paths(&self) -> impl Iterator<Item = &str> {
        let exact = self.taggings.iter().map(|tagging| tagging.tag.as_str());
        let plain = self.tags.iter().map(String::as_str);
        let on_passages = self.passages.iter().filter_map(|passage| passage.tag.as_deref());
        exact.chain(plain.chain(on_passages).filter(|_| self.taggings.is_empty()))
    }
}

fn read_kind(word: Option<&str>, counts: &mut Counts) -> Option<Kind> {
    let word = word?;
    let kind = Kind::parse(word).ok();
    if kind.is_none() {
        counts.warn(Reason::new("import-unknown-kind").arg("value", word), 1);
    }
    kind
}

/// What a tag is put on, and what counts will ask of it.
pub(crate) struct Spot {
    entry_ord: Option<i64>,
    passage_ord: Option<i64>,
    person_ord: Option<i64>,
    said_at: Time,
    language: Option<base::Lang>,
}

impl Spot {
    pub(crate) fn of(head: &Head, passage: Option<&(Passage, Entry)>) -> Spot {
        match passage {
            None => Spot {
                entry_ord: None,
                passage_ord: None,
                person_ord: head.person_ord,
                said_at: head.opened_at,
                language: head.language,
            },
            Some((passage, entry)) => Spot {
                entry_ord: Some(entry.ord),
                passage_ord: Some(passage.ord),
                person_ord: entry.person_ord.or(head.person_ord),
                said_at: entry.said_at,
                language: entry.language.or(head.language),
            },
        }
    }

    pub(crate) fn tagging(self, tag_ord: i64, head: &Head) -> ManyTaggings {
        ManyTaggings {
            tag_ord,
            conversation_ord: head.ord,
            entry_ord: self.entry_ord,
            passage_ord: self.passage_ord,
            kind: None,
            said_at: self.said_at,
            person_ord: self.person_ord,
            team_ord: head.team_ord,
            account_ord: head.account_ord,
            door_ord: head.door_ord,
            channel: head.channel.as_str(),
            language: self.language,
            origin: Origin::Import,
            tagged_at: None,
            tagged_by: None,
            retracted_at: None,
        }
    }
}
