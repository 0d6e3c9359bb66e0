//! Statements of ambassadors: whom we asked, and what they have in common with an asker.
use base::{ConversationId, Lang, PersonId, Result, StaffId, Time};
use store::{Tx, args, sql};

pub async fn insert_ask(tx: &mut Tx, conversation: i64, person: i64, theirs: i64, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "frontdoor.insert_ambassador_ask",
        "INSERT INTO ambassador_asks (their_conversation_ord, conversation_ord, person_ord, asked_at, asked_by)
         VALUES ($1, $2, $3, $4, $5)"
    );
    tx.run(insert, args![theirs, conversation, person, now, by]).await.map(drop)
}

/// The record that a person's was merged into, or their own.
pub async fn find_canon(tx: &mut Tx, person: i64) -> Result<Option<i64>> {
    let find = sql!("frontdoor.find_canon" => (i64,), "SELECT canon_ord FROM persons WHERE ord = $1");
    Ok(tx.find(find, args![person]).await?.map(|(canon,)| canon))
}

/// How often each person was asked since then, also under records that were merged into theirs.
pub async fn count_asks(tx: &mut Tx, since: Time) -> Result<Vec<(i64, i64)>> {
    let count = sql!("frontdoor.count_ambassador_asks" => (i64, i64),
        "SELECT p.canon_ord, COUNT(*) AS n FROM ambassador_asks a JOIN persons p ON p.ord = a.person_ord
         WHERE a.asked_at > $1 GROUP BY p.canon_ord");
    tx.all(count, args![since]).await
}

/// Who was asked about a conversation, newest first: (person, the conversation with them, when).
pub async fn list_asked(
    tx: &mut Tx,
    conversation: i64,
    hidden: &[i64],
) -> Result<Vec<(PersonId, ConversationId, Time)>> {
    let list = sql!("frontdoor.list_ambassadors_asked" => (PersonId, ConversationId, Time),
        "SELECT q.id, c.id AS conversation, a.asked_at FROM ambassador_asks a JOIN persons p ON p.ord = a.person_ord
         JOIN persons q ON q.ord = p.canon_ord JOIN conversations c ON c.ord = a.their_conversation_ord
         WHERE a.conversation_ord = $1 AND NOT c.door_ord = ANY($2) ORDER BY a.asked_at DESC, c.ord DESC");
    tx.all(list, args![conversation, hidden.to_vec()]).await
}

/// Tags that persons share with a conversation: (person, how many).
pub async fn list_shared_tags(tx: &mut Tx, persons: &[i64], conversation: i64) -> Result<Vec<(i64, i64)>> {
    let list = sql!("frontdoor.list_shared_tags" => (i64, i64),
        "SELECT p.canon_ord, COUNT(DISTINCT t.tag_ord) AS n FROM taggings t JOIN persons p ON p.ord = t.person_ord
         WHERE t.retracted_at IS NULL AND p.canon_ord = ANY($1) AND t.tag_ord IN (
            SELECT u.tag_ord FROM taggings u WHERE u.conversation_ord = $2 AND u.retracted_at IS NULL)
         GROUP BY p.canon_ord");
    tx.all(list, args![persons.to_vec(), conversation]).await
}

/// Where persons are written to, who have an address: (person, address, the language they wrote in last).
pub async fn list_addresses(tx: &mut Tx, persons: &[i64]) -> Result<Vec<(i64, String, Option<Lang>)>> {
    let list = sql!("frontdoor.list_ambassador_addresses" => (i64, String, Option<Lang>),
        "SELECT q.ord, (SELECT i.value FROM identities i JOIN persons p ON p.ord = i.person_ord
            WHERE p.canon_ord = q.ord AND i.kind = 'email' ORDER BY i.first_seen_at DESC, i.value LIMIT 1) AS email,
            (SELECT c.language FROM conversations c WHERE c.person_ord = q.ord AND c.language IS NOT NULL
            ORDER BY c.last_entry_at DESC, c.ord DESC LIMIT 1) AS language
         FROM persons q WHERE q.ord = ANY($1) AND q.erased_at IS NULL
         AND EXISTS (SELECT 1 FROM identities i JOIN persons p ON p.ord = i.person_ord
            WHERE p.canon_ord = q.ord AND i.kind = 'email') ORDER BY q.ord");
    tx.all(list, args![persons.to_vec()]).await
}

pub async fn move_asks(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let about = sql!(
        "frontdoor.move_ambassador_asks",
        "UPDATE ambassador_asks SET conversation_ord = $2 WHERE conversation_ord = $1"
    );
    tx.run(about, args![from, into]).await?;
    let theirs = sql!(
        "frontdoor.move_ambassador_threads",
        "UPDATE ambassador_asks SET their_conversation_ord = $2 WHERE their_conversation_ord = $1
         AND NOT EXISTS (SELECT 1 FROM ambassador_asks b WHERE b.their_conversation_ord = $2)"
    );
    tx.run(theirs, args![from, into]).await.map(drop)
}

/// Somebody is erased: that they were asked is forgotten too.
pub async fn forget_person(tx: &mut Tx, person: i64) -> Result<()> {
    let forget = sql!(
        "frontdoor.forget_ambassador",
        "DELETE FROM ambassador_asks WHERE person_ord IN (SELECT p.ord FROM persons p WHERE p.canon_ord = $1)"
    );
    tx.run(forget, args![person]).await.map(drop)
}
