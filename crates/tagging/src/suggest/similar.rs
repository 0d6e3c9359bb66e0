//! Earlier conversations that are like one, with what was answered in them.
use super::{TagLearner, read_lessons};
use crate::model::Catalogue;
use crate::store as rows;
use ::store::Db;
use base::Result;
use conversations::{Author, Entry, Head, Scope};

/// How many are shown.
const MOST: usize = 3;
/// So many of the nearest are looked at: some are hidden, later, or were never answered.
const LOOKED_AT: usize = 40;
/// Less in common is chance.
const LEAST: f32 = 0.12;
/// Entries of a conversation that are looked at for the answer.
const ENTRIES: i64 = 40;
/// Scalars of the question and of the answer.
const ASKED: usize = 240;
const ANSWERED: usize = 1_200;

/// An earlier conversation.
pub struct Similar {
    pub head: Head,
    pub similarity: f32,
    pub asked: String,
    pub answer: Entry,
    /// What was answered, without what it quotes.
    pub text: String,
    pub tags: Vec<i64>,
}

/// The earlier conversations most like this one that the scope sees and that were answered, most similar first.
pub async fn find_similar(
    db: &Db,
    learner: &TagLearner,
    catalogue: &Catalogue,
    scope: &Scope,
    head: &Head,
) -> Result<Vec<Similar>> {
    let lesson = read_lessons(&mut db.read().await?, catalogue, &[head.ord]).await?.pop();
    let Some(text) = lesson.map(|lesson| lesson.said.text).filter(|text| !text.trim().is_empty()) else {
        return Ok(Vec::new());
    };
    let near = learner.ask(move |s| s.nearest(&text, LOOKED_AT)).await?;
    let near: Vec<(i64, f32)> = near.into_iter().filter(|&(ord, by)| ord != head.ord && by >= LEAST).collect();
    let mut tx = db.read().await?;
    let ords: Vec<i64> = near.iter().map(|near| near.0).collect();
    let heads = conversations::heads(&mut tx, &ords).await?;
    let mut found = Vec::new();
    for (ord, similarity) in near {
        let visible =
            |other: &&Head| other.ord == ord && scope.sees(other.door_ord) && other.opened_at < head.opened_at;
        let Some(other) = heads.iter().find(visible) else { continue };
        let entries = conversations::messages(&mut tx, ord, ENTRIES).await?;
        let asked = entries.iter().position(|entry| entry.author == Author::Person && !entry.text.trim().is_empty());
        let Some(asked) = asked else { continue };
        let is_mail = other.channel == conversations::Channel::Email;
        let answer = entries[asked + 1..].iter().find_map(|entry| {
            let text = matches!(entry.author, Author::Staff | Author::External)
                .then(|| own_words(&entry.text, is_mail, ANSWERED))?;
            (!text.is_empty()).then_some((entry, text))
        });
        let Some((answer, text)) = answer else { continue };
        let given = rows::list_living(&mut tx, vec![ord]).await?;
        let mut tags: Vec<i64> =
            given.iter().map(|t| catalogue.by_ord(t.tag_ord).map_or(t.tag_ord, |tag| tag.canon_ord)).collect();
        tags.sort_unstable();
        tags.dedup();
        let asked = own_words(&entries[asked].text, is_mail, ASKED);
        found.push(Similar { head: other.clone(), similarity, asked, answer: answer.clone(), text, tags });
        if found.len() == MOST {
            break;
        }
    }
    Ok(found)
}

/// What the writer of an entry wrote, cut after so many scalars.
fn own_words(text: &str, is_mail: bool, most: usize) -> String {
    let own = if is_mail { mailkit::split_reply(text).visible_text(text) } else { text.trim().to_owned() };
    match own.char_indices().nth(most) {
        Some((at, _)) => own[..at].trim_end().to_owned() + "…",
        None => own,
    }
}
