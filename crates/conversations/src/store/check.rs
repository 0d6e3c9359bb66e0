//! Statements that look for what must not be. Each names a few offenders, not all of them.
use base::Result;
use store::{Sql, Tx, args, row, sql};

/// (what is broken, how to find some that are)
pub(crate) fn rules() -> [(&'static str, Sql<(i64,), 0>); 9] {
    [
        (
            "a conversation counts its entries",
            sql!("conversations.check_counts" => (i64,),
                "SELECT c.ord FROM conversations c
                 WHERE c.entry_count <> (SELECT COUNT(*) FROM entries e WHERE e.conversation_ord = c.ord) LIMIT 20"),
        ),
        (
            "a conversation's last entry is its newest message",
            sql!("conversations.check_last_entry" => (i64,),
                "SELECT c.ord FROM conversations c WHERE c.last_entry_at <> COALESCE((SELECT MAX(e.said_at) FROM entries e
                    WHERE e.conversation_ord = c.ord AND e.kind = 'message'), c.opened_at) LIMIT 20"),
        ),
        (
            "an entry stands in a conversation",
            sql!("conversations.check_orphans" => (i64,),
                "SELECT e.ord FROM entries e
                 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.ord = e.conversation_ord) LIMIT 20"),
        ),
        (
            "a person who wrote takes part",
            sql!("conversations.check_participants" => (i64,),
                "SELECT e.ord FROM entries e WHERE e.person_ord IS NOT NULL AND NOT EXISTS (SELECT 1 FROM participants p
                    WHERE p.conversation_ord = e.conversation_ord AND p.person_ord = e.person_ord) LIMIT 20"),
        ),
        (
            "a joined conversation leads to one that is there",
            sql!("conversations.check_joined" => (i64,),
                "SELECT j.ord FROM joined_conversations j
                 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.ord = j.into_ord) LIMIT 20"),
        ),
        (
            "a Message-ID leads to a conversation that is there",
            sql!("conversations.check_message_ids" => (i64,),
                "SELECT m.conversation_ord FROM message_ids m
                 WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE c.ord = m.conversation_ord) LIMIT 20"),
        ),
        (
            "an emotion was read from the present text of a customer's message",
            sql!("conversations.check_emotions" => (i64,),
                "SELECT x.entry_ord FROM entry_emotions x WHERE NOT EXISTS (SELECT 1 FROM entries e
                    WHERE e.ord = x.entry_ord AND e.kind = 'message' AND e.author = 'person'
                    AND (e.text = '' OR e.rev = x.entry_rev)) LIMIT 20"),
        ),
        (
            "a customer's message that was reached has been read",
            sql!("conversations.check_read" => (i64,),
                "SELECT e.ord FROM entries e JOIN emotion_state s ON e.ord <= s.read_to
                 WHERE e.kind = 'message' AND e.author = 'person' AND e.text <> ''
                    AND NOT EXISTS (SELECT 1 FROM entry_emotions x WHERE x.entry_ord = e.ord) LIMIT 20"),
        ),
        (
            "what people say of an emotion stands on an entry",
            sql!("conversations.check_marks" => (i64,),
                "SELECT m.entry_ord FROM emotion_marks m
                 WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.ord = m.entry_ord) LIMIT 20"),
        ),
    ]
}

/// How many entries the index has to hold.
pub(crate) async fn count_searchable(tx: &mut Tx) -> Result<i64> {
    let sql = sql!("conversations.count_searchable" => (i64,), "SELECT COUNT(*) FROM entries WHERE kind <> 'event'");
    Ok(tx.get(sql, args![]).await?.0)
}

row! {
    pub(crate) struct Marked {
        pub(crate) ord: i64,
        pub(crate) start_at: i64,
        pub(crate) end_at: i64,
        pub(crate) quote: String,
        /// The text of the revision that it counts in; nothing when that is lost.
        pub(crate) text: Option<String>,
    }
}

/// The next passages after an ord, with the texts they are in.
pub(crate) async fn list_passages_after(tx: &mut Tx, ord: i64, limit: i64) -> Result<Vec<Marked>> {
    let sql = sql!("conversations.list_passages_after" => Marked,
        "SELECT p.ord, p.start_at, p.end_at, p.quote, COALESCE(
            (SELECT e.text FROM entries e WHERE e.ord = p.entry_ord AND e.rev = p.entry_rev),
            (SELECT r.text FROM entry_revisions r WHERE r.entry_ord = p.entry_ord AND r.rev = p.entry_rev)) AS text
         FROM passages p WHERE p.ord > $1 AND p.quote <> '' ORDER BY p.ord LIMIT $2");
    tx.all(sql, args![ord, limit]).await
}
