//! The statements of suggestions: what there is to learn from, and what was shown.
use base::{ConversationId, Result, Time};
use store::{Tx, args, row, sql};

/// Conversations to learn from, newest first: of each tag its newest `each`.
pub async fn list_learned(tx: &mut Tx, each: i64, most: i64) -> Result<Vec<i64>> {
    let sql = sql!("tagging.list_learned" => (i64,),
        "SELECT conversation_ord FROM (
           SELECT conversation_ord, ord, ROW_NUMBER() OVER (PARTITION BY tag_ord ORDER BY ord DESC) AS place
           FROM taggings WHERE retracted_at IS NULL) AS t
         WHERE place <= $1 GROUP BY conversation_ord ORDER BY MAX(ord) DESC LIMIT $2");
    Ok(tx.all(sql, args![each, most]).await?.into_iter().map(|r| r.0).collect())
}

/// The newest conversations of which it was said that no tag fits.
pub async fn list_learned_nothing(tx: &mut Tx, most: i64) -> Result<Vec<i64>> {
    let sql = sql!("tagging.list_learned_nothing" => (i64,),
        "SELECT conversation_ord FROM nothing_to_tag WHERE retracted_at IS NULL ORDER BY at DESC LIMIT $1");
    Ok(tx.all(sql, args![most]).await?.into_iter().map(|r| r.0).collect())
}

pub async fn list_conversations_by_id(tx: &mut Tx, ids: Vec<ConversationId>) -> Result<Vec<i64>> {
    let sql = sql!("tagging.list_conversations_by_id" => (i64,), "SELECT ord FROM conversations WHERE id = ANY_ID($1)");
    Ok(tx.all(sql, args![ids]).await?.into_iter().map(|r| r.0).collect())
}

/// The conversations of the taggings with these ordinals, both ends included.
pub async fn list_conversations_of(tx: &mut Tx, first: i64, last: i64) -> Result<Vec<i64>> {
    let sql = sql!("tagging.list_conversations_of" => (i64,),
        "SELECT DISTINCT conversation_ord FROM taggings WHERE ord >= $1 AND ord <= $2");
    Ok(tx.all(sql, args![first, last]).await?.into_iter().map(|r| r.0).collect())
}

/// The newest conversations that have one of these tags, at most `most`.
pub async fn list_conversations_with(tx: &mut Tx, tags: Vec<i64>, most: i64) -> Result<Vec<i64>> {
    let sql = sql!("tagging.list_conversations_with" => (i64,),
        "SELECT conversation_ord FROM taggings WHERE tag_ord = ANY($1) AND retracted_at IS NULL
         GROUP BY conversation_ord ORDER BY MAX(ord) DESC LIMIT $2");
    Ok(tx.all(sql, args![tags, most]).await?.into_iter().map(|r| r.0).collect())
}

row! { pub struct SaidRow {
    pub conversation_ord: i64, pub entry_ord: i64, pub text: String,
} }

/// The beginnings of what persons said, in order: of each entry as much as is read of a whole conversation.
pub async fn list_said(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<SaidRow>> {
    let sql = sql!("tagging.list_said" => SaidRow,
        "SELECT conversation_ord, ord AS entry_ord, SUBSTR(text, 1, 4000) AS text FROM entries
         WHERE conversation_ord = ANY($1) AND kind = 'message' AND author = 'person'
         ORDER BY conversation_ord, said_at, ord");
    tx.all(sql, args![conversations]).await
}

row! { pub struct HeadRow {
    pub ord: i64, pub subject: Option<String>, pub channel: String, pub account_ord: Option<i64>, pub door_ord: i64,
} }

pub async fn list_learned_heads(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<HeadRow>> {
    let sql = sql!("tagging.list_learned_heads" => HeadRow,
        "SELECT ord, subject, channel, account_ord, door_ord FROM conversations WHERE ord = ANY($1)");
    tx.all(sql, args![conversations]).await
}

/// The living tags of conversations and the quotes they stand on: (conversation, tag, quote).
pub async fn list_given(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<(i64, i64, Option<String>)>> {
    let sql = sql!("tagging.list_given" => (i64, i64, Option<String>),
        "SELECT t.conversation_ord, t.tag_ord, p.quote FROM taggings t LEFT JOIN passages p ON p.ord = t.passage_ord
         WHERE t.conversation_ord = ANY($1) AND t.retracted_at IS NULL ORDER BY t.ord");
    tx.all(sql, args![conversations]).await
}

row! { #[derive(Clone, Debug, PartialEq)] pub struct ShownRow {
    pub conversation_ord: i64, pub shown_at: Time, pub is_hidden: bool, pub none_fits: f64, pub says_none: bool,
    pub language: Option<String>,
} }

pub async fn find_shown(tx: &mut Tx, conversation: i64) -> Result<Option<ShownRow>> {
    let sql = sql!("tagging.find_shown" => ShownRow,
        "SELECT conversation_ord, shown_at, is_hidden, none_fits, says_none, language FROM suggestions_shown
         WHERE conversation_ord = $1");
    tx.find(sql, args![conversation]).await
}

/// What was suggested for conversations: (conversation, tag, confidence), best first.
pub async fn list_suggested(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<(i64, i64, f64)>> {
    let sql = sql!("tagging.list_suggested" => (i64, i64, f64),
        "SELECT conversation_ord, tag_ord, confidence FROM suggested_tags WHERE conversation_ord = ANY($1)
         ORDER BY conversation_ord, place");
    tx.all(sql, args![conversations]).await
}

/// Puts what is shown in place of what was shown before.
pub async fn put_shown(tx: &mut Tx, shown: &ShownRow, tags: &[(i64, f64)]) -> Result<()> {
    let put = sql!(
        "tagging.put_shown",
        "INSERT INTO suggestions_shown (conversation_ord, shown_at, is_hidden, none_fits, says_none, language)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (conversation_ord) DO UPDATE SET shown_at = excluded.shown_at,
           none_fits = excluded.none_fits, says_none = excluded.says_none, language = excluded.language"
    );
    let of = shown.conversation_ord;
    let language = shown.language.as_deref();
    tx.run(put, args![of, shown.shown_at, shown.is_hidden, shown.none_fits, shown.says_none, language]).await?;
    let clear = sql!("tagging.clear_suggested", "DELETE FROM suggested_tags WHERE conversation_ord = $1");
    tx.run(clear, args![of]).await?;
    let insert = sql!(
        "tagging.insert_suggested",
        "INSERT INTO suggested_tags (conversation_ord, place, tag_ord, confidence) VALUES ($1, $2, $3, $4)"
    );
    let rows = tags.iter().enumerate().map(|(place, &(tag, confidence))| args![of, place as i64, tag, confidence]);
    tx.insert_rows(insert, rows.collect()).await?;
    Ok(())
}

/// What was shown in a time, half-open, newest first, for conversations that were tagged since, or said to have no tag.
pub async fn list_shown(tx: &mut Tx, from: Time, to: Time, most: i64) -> Result<Vec<ShownRow>> {
    let sql = sql!("tagging.list_shown" => ShownRow,
        "SELECT s.conversation_ord, s.shown_at, s.is_hidden, s.none_fits, s.says_none, s.language
         FROM suggestions_shown s JOIN conversations c ON c.ord = s.conversation_ord
         WHERE s.shown_at >= $1 AND s.shown_at < $2 AND c.tag_state <> 'untagged' ORDER BY s.shown_at DESC LIMIT $3");
    tx.all(sql, args![from, to, most]).await
}

/// A conversation became part of another, which keeps what it showed itself.
pub async fn forget_shown(tx: &mut Tx, conversation: i64) -> Result<()> {
    let shown = sql!("tagging.forget_shown", "DELETE FROM suggestions_shown WHERE conversation_ord = $1");
    tx.run(shown, args![conversation]).await?;
    let tags = sql!("tagging.forget_suggested", "DELETE FROM suggested_tags WHERE conversation_ord = $1");
    tx.run(tags, args![conversation]).await?;
    Ok(())
}

/// Suggestions shown for a conversation or of a tag that is not there.
pub async fn list_stray_suggestions(tx: &mut Tx) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("tagging.list_stray_suggestions" => (i64, i64),
        "SELECT t.conversation_ord, t.tag_ord FROM suggested_tags t
         WHERE NOT EXISTS (SELECT 1 FROM suggestions_shown s WHERE s.conversation_ord = t.conversation_ord)
            OR NOT EXISTS (SELECT 1 FROM tags g WHERE g.ord = t.tag_ord)
         UNION
         SELECT s.conversation_ord, 0 FROM suggestions_shown s
         WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.ord = s.conversation_ord)
         LIMIT 100");
    tx.all(sql, args![]).await
}

row! { pub struct LessonRow {
    pub conversation_ord: i64, pub tagged_at: Time,
} }

/// Conversations with a living tag that a person of ours put there, or of which one said that none fits, oldest first,
/// with the moment that was first done.
pub async fn list_lessons(tx: &mut Tx) -> Result<Vec<LessonRow>> {
    let sql = sql!("tagging.list_lessons" => LessonRow,
        "SELECT conversation_ord, MIN(tagged_at) AS tagged_at FROM (
           SELECT conversation_ord, tagged_at FROM taggings WHERE retracted_at IS NULL
           UNION ALL
           SELECT conversation_ord, at AS tagged_at FROM nothing_to_tag WHERE retracted_at IS NULL) AS t
         GROUP BY conversation_ord ORDER BY MIN(tagged_at), conversation_ord");
    tx.all(sql, args![]).await
}

/// Those of these conversations that showed no suggestions on purpose.
pub async fn list_hidden_of(tx: &mut Tx, conversations: Vec<i64>) -> Result<Vec<i64>> {
    let sql = sql!("tagging.list_hidden_of" => (i64,),
        "SELECT conversation_ord FROM suggestions_shown WHERE conversation_ord = ANY($1) AND is_hidden");
    Ok(tx.all(sql, args![conversations]).await?.into_iter().map(|r| r.0).collect())
}
