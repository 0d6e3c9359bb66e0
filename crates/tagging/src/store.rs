//! Every statement of the tagging room.
pub mod double;
mod hooks;
mod suggestions;
mod views;

pub use hooks::*;
pub use suggestions::*;
pub use views::*;

use crate::model::{Aliases, Catalogue, Kind, Origin, Tag, TagState, Texts};
use base::{ChangeId, Error, Result, StaffId, TagId, TaggingId, Time};
use std::collections::HashMap;
use store::{Tx, args, row, sql};

mod curation;
pub use curation::*;

row! { struct TagRow {
    ord: i64, id: TagId, parent_ord: i64, canon_ord: i64, slug: String, path: String, state: String, position: i64,
    source: Option<String>, created_at: Time, rev: i64,
} }

/// The whole catalogue with its texts and aliases.
pub async fn load_catalogue(tx: &mut Tx) -> Result<Catalogue> {
    let rows = tx
        .all(
            sql!("tagging.list_tags" => TagRow,
            "SELECT ord, id, parent_ord, canon_ord, slug, path, state, position, source, created_at, rev
             FROM tags WHERE state <> 'removed' ORDER BY position, path"),
            args![],
        )
        .await?;
    let mut texts: HashMap<i64, [Texts; 4]> = HashMap::new();
    for (ord, lang, field, text) in tx
        .all(
            sql!("tagging.list_tag_texts" => (i64, String, String, String),
            "SELECT tag_ord, lang, field, text FROM tag_texts"),
            args![],
        )
        .await?
    {
        let which = FIELDS.iter().position(|f| *f == field);
        if let Some(which) = which {
            texts.entry(ord).or_default()[which].set(&lang, text);
        }
    }
    let mut aliases: HashMap<i64, Aliases> = HashMap::new();
    let mut known = tx
        .all(
            sql!("tagging.list_tag_aliases" => (i64, String, String, String),
            "SELECT tag_ord, lang, text_fold, text FROM tag_aliases"),
            args![],
        )
        .await?;
    // Here and not in the database, whose order of letters is another on each engine.
    known.sort_unstable();
    for (ord, lang, _, text) in known {
        let a = aliases.entry(ord).or_default();
        if lang == "ko" { a.ko.push(text) } else { a.en.push(text) }
    }
    let tags: Result<Vec<Tag>> = rows
        .into_iter()
        .map(|r| {
            let [label, definition, use_when, not_for] = texts.remove(&r.ord).unwrap_or_default();
            Ok(Tag {
                state: TagState::parse(&r.state)?,
                aliases: aliases.remove(&r.ord).unwrap_or_default(),
                ord: r.ord,
                id: r.id,
                parent_ord: r.parent_ord,
                canon_ord: r.canon_ord,
                slug: r.slug,
                path: r.path,
                position: r.position,
                source: r.source,
                created_at: r.created_at,
                rev: r.rev,
                label,
                definition,
                use_when,
                not_for,
            })
        })
        .collect();
    let mut catalogue = Catalogue::new(tags?);
    catalogue.seq = taxonomy_seq(tx).await?;
    Ok(catalogue)
}

/// In the order of the arrays above.
pub const FIELDS: [&str; 4] = ["label", "definition", "use", "not_for"];

pub async fn insert_tag(tx: &mut Tx, tag: &Tag, by: Option<StaffId>) -> Result<()> {
    tx.run(
        sql!("tagging.insert_tag",
        "INSERT INTO tags (ord, id, parent_ord, canon_ord, slug, path, state, position, source, created_at, created_by, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"),
        args![
            tag.ord, tag.id, tag.parent_ord, tag.canon_ord, tag.slug.as_str(), tag.path.as_str(), tag.state.as_str(),
            tag.position, tag.source.as_deref(), tag.created_at, by, tag.rev
        ],
    )
    .await?;
    write_texts(tx, tag).await
}

/// Puts the row as it now is; the caller has raised `rev`.
pub async fn update_tag(tx: &mut Tx, tag: &Tag) -> Result<()> {
    tx.run(
        sql!(
            "tagging.update_tag",
            "UPDATE tags SET parent_ord = $2, canon_ord = $3, slug = $4, path = $5, state = $6, position = $7, rev = $8
         WHERE ord = $1"
        ),
        args![
            tag.ord,
            tag.parent_ord,
            tag.canon_ord,
            tag.slug.as_str(),
            tag.path.as_str(),
            tag.state.as_str(),
            tag.position,
            tag.rev
        ],
    )
    .await?;
    tx.run(sql!("tagging.delete_texts", "DELETE FROM tag_texts WHERE tag_ord = $1"), args![tag.ord]).await?;
    tx.run(sql!("tagging.delete_aliases", "DELETE FROM tag_aliases WHERE tag_ord = $1"), args![tag.ord]).await?;
    write_texts(tx, tag).await
}

async fn write_texts(tx: &mut Tx, tag: &Tag) -> Result<()> {
    let mut rows = Vec::new();
    for (field, texts) in FIELDS.into_iter().zip([&tag.label, &tag.definition, &tag.use_when, &tag.not_for]) {
        for (lang, text) in texts.by_lang() {
            if let Some(text) = text {
                rows.push(args![tag.ord, lang, field, text, tag.rev]);
            }
        }
    }
    tx.insert_rows(
        sql!(
            "tagging.insert_text",
            "INSERT INTO tag_texts (tag_ord, lang, field, text, source_rev) VALUES ($1, $2, $3, $4, $5)"
        ),
        rows,
    )
    .await?;
    let mut rows = Vec::new();
    for (lang, list) in tag.aliases.by_lang() {
        let mut seen = Vec::new();
        for text in list {
            let fold = textkit::fold_key(text);
            if !fold.is_empty() && !seen.contains(&fold) {
                rows.push(args![tag.ord, lang, text.as_str(), fold.as_str()]);
                seen.push(fold);
            }
        }
    }
    tx.insert_rows(
        sql!(
            "tagging.insert_alias",
            "INSERT INTO tag_aliases (tag_ord, lang, text, text_fold) VALUES ($1, $2, $3, $4)"
        ),
        rows,
    )
    .await?;
    Ok(())
}

pub async fn log_op(
    tx: &mut Tx,
    by: Option<StaffId>,
    change: Option<ChangeId>,
    op: &str,
    tag_ord: i64,
    before: &serde_json::Value,
    after: &serde_json::Value,
) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.log_op",
            "INSERT INTO taxonomy_ops (at, by_staff, op, tag_ord, before_json, after_json, change_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![at, by, op, tag_ord, before.to_string(), after.to_string(), change],
    )
    .await?;
    Ok(())
}

row! { pub struct OpRow {
    pub seq: i64, pub at: Time, pub by_staff: Option<StaffId>, pub op: String, pub before_json: String,
    pub after_json: String, pub change_id: Option<ChangeId>,
} }

pub async fn list_ops(tx: &mut Tx, tag_ord: i64) -> Result<Vec<OpRow>> {
    tx.all(
        sql!("tagging.list_ops" => OpRow,
            "SELECT seq, at, by_staff, op, before_json, after_json, change_id FROM taxonomy_ops WHERE tag_ord = $1
             ORDER BY seq DESC LIMIT 200"),
        args![tag_ord],
    )
    .await
}

pub async fn taxonomy_seq(tx: &mut Tx) -> Result<i64> {
    let row = tx
        .find(sql!("tagging.taxonomy_seq" => (i64,), "SELECT COALESCE(MAX(seq), 0) FROM taxonomy_ops"), args![])
        .await?;
    Ok(row.map_or(0, |r| r.0))
}

row! { #[derive(Clone, Debug)] pub struct TaggingRow {
    pub ord: i64, pub id: TaggingId, pub tag_ord: i64, pub conversation_ord: i64, pub entry_ord: Option<i64>,
    pub passage_ord: Option<i64>, pub kind: Option<String>, pub origin: String, pub said_at: Time,
    pub tagged_at: Time, pub tagged_by: Option<StaffId>, pub retracted_at: Option<Time>,
    pub retracted_by: Option<StaffId>, pub person_ord: Option<i64>, pub team_ord: Option<i64>,
    pub account_ord: Option<i64>, pub door_ord: i64, pub channel: String, pub language: Option<String>,
    pub taxonomy_seq: i64,
} }

impl TaggingRow {
    pub fn kind(&self) -> Result<Option<Kind>> {
        self.kind.as_deref().map(Kind::parse).transpose()
    }
    pub fn origin(&self) -> Result<Origin> {
        Origin::parse(&self.origin)
    }
}

pub async fn insert_taggings(tx: &mut Tx, rows: &[TaggingRow]) -> Result<()> {
    tx.insert_rows(
        sql!("tagging.insert_tagging",
        "INSERT INTO taggings (ord, id, tag_ord, conversation_ord, entry_ord, passage_ord, kind, origin, said_at, tagged_at,
           tagged_by, retracted_at, person_ord, team_ord, account_ord, door_ord, channel, language, taxonomy_seq)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)"),
        rows.iter()
            .map(|r| {
                args![
                    r.ord, r.id, r.tag_ord, r.conversation_ord, r.entry_ord, r.passage_ord, r.kind.as_deref(),
                    r.origin.as_str(), r.said_at, r.tagged_at, r.tagged_by, r.retracted_at, r.person_ord, r.team_ord,
                    r.account_ord, r.door_ord, r.channel.as_str(), r.language.as_deref(), r.taxonomy_seq
                ]
            })
            .collect(),
    )
    .await?;
    Ok(())
}

pub async fn find_tagging(tx: &mut Tx, id: TaggingId) -> Result<Option<TaggingRow>> {
    tx
        .find(
            sql!("tagging.find_tagging" => TaggingRow,
            "SELECT ord, id, tag_ord, conversation_ord, entry_ord, passage_ord, kind, origin, said_at, tagged_at, tagged_by,
               retracted_at, retracted_by, person_ord, team_ord, account_ord, door_ord, channel, language, taxonomy_seq
             FROM taggings WHERE id = $1"),
            args![id],
        )
        .await
}

pub async fn find_living(tx: &mut Tx, tag: i64, conversation: i64, passage: Option<i64>) -> Result<Option<TaggingRow>> {
    tx
        .find(
            sql!("tagging.find_living" => TaggingRow,
            "SELECT ord, id, tag_ord, conversation_ord, entry_ord, passage_ord, kind, origin, said_at, tagged_at, tagged_by,
               retracted_at, retracted_by, person_ord, team_ord, account_ord, door_ord, channel, language, taxonomy_seq
             FROM taggings
             WHERE tag_ord = $1 AND conversation_ord = $2 AND COALESCE(passage_ord, 0) = $3 AND retracted_at IS NULL"),
            args![tag, conversation, passage.unwrap_or(0)],
        )
        .await
}

pub async fn list_living(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<TaggingRow>> {
    tx
        .all(
            sql!("tagging.list_living" => TaggingRow,
            "SELECT ord, id, tag_ord, conversation_ord, entry_ord, passage_ord, kind, origin, said_at, tagged_at, tagged_by,
               retracted_at, retracted_by, person_ord, team_ord, account_ord, door_ord, channel, language, taxonomy_seq
             FROM taggings WHERE conversation_ord = ANY($1) AND retracted_at IS NULL ORDER BY ord"),
            args![conversations],
        )
        .await
}

/// Every tagging of some conversations, those that were taken back included, in the order they were made.
pub async fn list_history(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<TaggingRow>> {
    tx.all(
        sql!("tagging.list_history" => TaggingRow,
        "SELECT ord, id, tag_ord, conversation_ord, entry_ord, passage_ord, kind, origin, said_at, tagged_at, tagged_by,
           retracted_at, retracted_by, person_ord, team_ord, account_ord, door_ord, channel, language, taxonomy_seq
         FROM taggings WHERE conversation_ord = ANY($1) ORDER BY ord"),
        args![conversations],
    )
    .await
}

/// When it was said of some conversations that no tag fits, as far as that still holds.
pub async fn list_nothing(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<(i64, Time)>> {
    tx.all(
        sql!("tagging.list_nothing" => (i64, Time),
        "SELECT conversation_ord, at FROM nothing_to_tag WHERE conversation_ord = ANY($1) AND retracted_at IS NULL"),
        args![conversations],
    )
    .await
}

pub async fn list_by_ords(tx: &mut Tx, ords: Vec<i64>) -> Result<Vec<TaggingRow>> {
    tx
        .all(
            sql!("tagging.list_by_ords" => TaggingRow,
            "SELECT ord, id, tag_ord, conversation_ord, entry_ord, passage_ord, kind, origin, said_at, tagged_at, tagged_by,
               retracted_at, retracted_by, person_ord, team_ord, account_ord, door_ord, channel, language, taxonomy_seq
             FROM taggings WHERE ord = ANY($1)"),
            args![ords],
        )
        .await
}

/// Retracting is the only change a fact may see.
pub async fn retract(tx: &mut Tx, ord: i64, by: Option<StaffId>) -> Result<u64> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.retract",
            "UPDATE taggings SET retracted_at = $2, retracted_by = $3 WHERE ord = $1 AND retracted_at IS NULL"
        ),
        args![ord, at, by],
    )
    .await
}

pub async fn find_nothing(tx: &mut Tx, conversation: i64) -> Result<Option<TaggingId>> {
    Ok(tx
        .find(
            sql!("tagging.find_nothing" => (TaggingId,),
            "SELECT id FROM nothing_to_tag WHERE conversation_ord = $1 AND retracted_at IS NULL"),
            args![conversation],
        )
        .await?
        .map(|r| r.0))
}

pub async fn insert_nothing(
    tx: &mut Tx,
    conversation: i64,
    said_at: Time,
    at: Time,
    by: Option<StaffId>,
) -> Result<TaggingId> {
    let id = TaggingId::new();
    tx.run(
        sql!(
            "tagging.insert_nothing",
            "INSERT INTO nothing_to_tag (id, conversation_ord, said_at, at, by_staff) VALUES ($1, $2, $3, $4, $5)"
        ),
        args![id, conversation, said_at, at, by],
    )
    .await?;
    Ok(id)
}

pub async fn retract_nothing(tx: &mut Tx, conversation: i64) -> Result<u64> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.retract_nothing",
            "UPDATE nothing_to_tag SET retracted_at = $2 WHERE conversation_ord = $1 AND retracted_at IS NULL"
        ),
        args![conversation, at],
    )
    .await
}

/// The tags one member of staff used last and most, newest first.
pub async fn list_used_by(tx: &mut Tx, by: StaffId, since: Time) -> Result<Vec<(i64, i64, Time)>> {
    tx
        .all(
            sql!("tagging.list_used_by" => (i64, i64, Time),
            "SELECT tag_ord, COUNT(*), MAX(tagged_at) FROM taggings
             WHERE tagged_by = $1 AND tagged_at >= $2 AND retracted_at IS NULL GROUP BY tag_ord ORDER BY MAX(tagged_at) DESC"),
            args![by, since],
        )
        .await
}

/// Facts as text, a block of rows to a cell: a third of the time of a row each. Fields are joined by `,`, rows by `;`.
pub async fn fact_block(tx: &mut Tx, from_ord: i64, to_ord: i64) -> Result<String> {
    let row = tx
        .find(
            sql!("tagging.fact_block" => (Option<String>,),
            "SELECT STRING_AGG(CAST(ord AS TEXT) || ',' || CAST(tag_ord AS TEXT) || ',' || CAST(said_at AS TEXT) || ','
               || CAST(tagged_at AS TEXT) || ',' || COALESCE(CAST(retracted_at AS TEXT), '') || ','
               || CAST(conversation_ord AS TEXT) || ',' || COALESCE(CAST(person_ord AS TEXT), '') || ','
               || COALESCE(CAST(team_ord AS TEXT), '') || ',' || COALESCE(CAST(account_ord AS TEXT), '') || ','
               || CAST(door_ord AS TEXT) || ',' || channel || ',' || COALESCE(language, '') || ',' || COALESCE(kind, ''), ';')
             FROM taggings WHERE ord >= $1 AND ord < $2"),
            args![from_ord, to_ord],
        )
        .await?;
    Ok(row.and_then(|r| r.0).unwrap_or_default())
}

pub async fn max_tagging_ord(tx: &mut Tx) -> Result<i64> {
    let row = tx.find(sql!("tagging.max_ord" => (i64,), "SELECT COALESCE(MAX(ord), 0) FROM taggings"), args![]).await?;
    Ok(row.map_or(0, |r| r.0))
}

/// An independent recount of one tag, in SQL, for `check`.
pub async fn recount(tx: &mut Tx, tag_ord: i64) -> Result<(i64, i64)> {
    let row = tx
        .find(
            sql!("tagging.recount" => (i64, i64),
            "SELECT COUNT(*), COUNT(DISTINCT conversation_ord) FROM taggings WHERE tag_ord = $1 AND retracted_at IS NULL"),
            args![tag_ord],
        )
        .await?;
    row.ok_or(Error::NotFound("tag"))
}

/// Conversations with a living tagging by how they were felt at their worst, 1 to 5 or 0, for `check`.
pub async fn recount_emotions(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    tx.all(
        sql!("tagging.recount_emotions" => (i64, i64),
        "SELECT COALESCE(c.emotion_worst + 3, 0) AS emotion, COUNT(DISTINCT t.conversation_ord) AS n
         FROM taggings t JOIN conversations c ON c.ord = t.conversation_ord
         WHERE t.retracted_at IS NULL GROUP BY COALESCE(c.emotion_worst + 3, 0) ORDER BY COALESCE(c.emotion_worst + 3, 0)"),
        args![],
    )
    .await
}

pub async fn list_counted_tags(tx: &mut Tx) -> Result<Vec<i64>> {
    let rows = tx
        .all(sql!("tagging.list_counted" => (i64,), "SELECT DISTINCT tag_ord FROM taggings ORDER BY tag_ord"), args![])
        .await?;
    Ok(rows.into_iter().map(|r| r.0).collect())
}

/// Living taggings whose conversation does not show them, or the other way round.
pub async fn list_unshown(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    tx
        .all(
            sql!("tagging.list_unshown" => (i64, i64),
            "SELECT t.tag_ord, t.conversation_ord FROM taggings t
             WHERE t.retracted_at IS NULL AND NOT EXISTS
               (SELECT 1 FROM conversation_tags s WHERE s.tag_ord = t.tag_ord AND s.conversation_ord = t.conversation_ord)
             UNION
             SELECT s.tag_ord, s.conversation_ord FROM conversation_tags s WHERE NOT EXISTS
               (SELECT 1 FROM taggings t WHERE t.tag_ord = s.tag_ord AND t.conversation_ord = s.conversation_ord
                AND t.retracted_at IS NULL)
             LIMIT 100"),
            args![],
        )
        .await
}

/// Both a living tagging and a living "nothing to tag", or a tag state that says something else.
pub async fn list_wrong_states(tx: &mut Tx) -> Result<Vec<(i64, String)>> {
    tx
        .all(
            sql!("tagging.list_wrong_states" => (i64, String),
            "SELECT c.ord, c.tag_state FROM conversations c WHERE c.tag_state <>
               CASE WHEN EXISTS (SELECT 1 FROM taggings t WHERE t.conversation_ord = c.ord AND t.retracted_at IS NULL)
                    THEN 'tagged'
                    WHEN EXISTS (SELECT 1 FROM nothing_to_tag n WHERE n.conversation_ord = c.ord AND n.retracted_at IS NULL)
                    THEN 'nothing' ELSE 'untagged' END
             LIMIT 100"),
            args![],
        )
        .await
}

/// A conversation became part of another; its facts stand there now.
pub async fn move_taggings(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    tx.run(
        sql!("tagging.move_taggings", "UPDATE taggings SET conversation_ord = $2 WHERE conversation_ord = $1"),
        args![from, into],
    )
    .await?;
    Ok(())
}

/// (fact, when it was retracted) of a conversation.
pub async fn list_facts_of(tx: &mut Tx, conversation: i64) -> Result<Vec<(i64, Option<Time>)>> {
    let sql = sql!("tagging.list_facts_of" => (i64, Option<Time>),
        "SELECT ord, retracted_at FROM taggings WHERE conversation_ord = $1 ORDER BY ord");
    tx.all(sql, args![conversation]).await
}

pub async fn move_some_taggings(tx: &mut Tx, ords: &[i64], into: i64) -> Result<()> {
    let sql = sql!("tagging.move_some_taggings", "UPDATE taggings SET conversation_ord = $2 WHERE ord = ANY($1)");
    tx.run(sql, args![ords, into]).await.map(drop)
}

/// Facts that the house itself retracted at a moment live again.
pub async fn revive(tx: &mut Tx, ords: &[i64], at: Time) -> Result<()> {
    let sql = sql!(
        "tagging.revive_taggings",
        "UPDATE taggings SET retracted_at = NULL WHERE ord = ANY($1) AND retracted_at = $2 AND retracted_by IS NULL"
    );
    tx.run(sql, args![ords, at]).await.map(drop)
}

/// What is said of entries that stand in a conversation now stands there too.
pub async fn part_taggings(tx: &mut Tx, conversation: i64) -> Result<()> {
    let sql = sql!(
        "tagging.part_taggings",
        "UPDATE taggings SET conversation_ord = $1 WHERE entry_ord IN (SELECT ord FROM entries WHERE conversation_ord = $1)
            AND conversation_ord <> $1"
    );
    tx.run(sql, args![conversation]).await.map(drop)
}

/// That there was nothing to tag is said of the conversation it was said of, if only a joining took it back.
pub async fn move_nothing_back(tx: &mut Tx, id: Option<TaggingId>, conversation: i64, at: Time) -> Result<()> {
    let sql = sql!(
        "tagging.move_nothing_back",
        "UPDATE nothing_to_tag SET conversation_ord = $2,
            retracted_at = CASE WHEN retracted_at = $3 THEN NULL ELSE retracted_at END WHERE id = $1"
    );
    tx.run(sql, args![id, conversation, at]).await.map(drop)
}

pub async fn move_nothing(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    tx.run(
        sql!("tagging.move_nothing", "UPDATE nothing_to_tag SET conversation_ord = $2 WHERE conversation_ord = $1"),
        args![from, into],
    )
    .await?;
    Ok(())
}

pub async fn retract_nothing_of(tx: &mut Tx, conversations: Vec<i64>) -> Result<()> {
    let at = tx.now();
    tx.run(
        sql!(
            "tagging.retract_nothing_of",
            "UPDATE nothing_to_tag SET retracted_at = $2 WHERE conversation_ord = ANY($1) AND retracted_at IS NULL"
        ),
        args![conversations, at],
    )
    .await?;
    Ok(())
}
