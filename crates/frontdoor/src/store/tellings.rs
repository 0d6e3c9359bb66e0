//! Every statement about tellings: their words, their messages, and what must be known of those they go to.
use crate::telling::{Message, Settings, Telling};
use base::{EntryId, EventId, ItemId, MessageId, Result, StaffId, TellingId, Time};
use store::{Filter, Tx, args, row, sql};

pub async fn insert(tx: &mut Tx, t: &Telling) -> Result<()> {
    let sql = sql!(
        "frontdoor.insert_telling",
        "INSERT INTO tellings (id, kind, state, rate, by_hand, created_by, created_at, planned_at, asked_by, asked_at,
           approved_by, approved_at, began_at, done_at, next_at, rev)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    );
    let args = args![
        t.id,
        t.kind.as_str(),
        t.state.as_str(),
        t.rate,
        t.by_hand,
        t.created_by,
        t.created_at,
        t.planned_at,
        t.asked_by,
        t.asked_at,
        t.approved_by,
        t.approved_at,
        t.began_at,
        t.done_at,
        t.next_at,
        t.rev
    ];
    tx.run(sql, args).await.map(drop)
}

/// Puts a telling as it now is, `rev` raised.
pub async fn update(tx: &mut Tx, t: &Telling) -> Result<()> {
    let sql = sql!(
        "frontdoor.update_telling",
        "UPDATE tellings SET state = $2, rate = $3, by_hand = $4, planned_at = $5, asked_by = $6, asked_at = $7,
           approved_by = $8, approved_at = $9, began_at = $10, done_at = $11, next_at = $12, rev = rev + 1 WHERE id = $1"
    );
    let args = args![
        t.id,
        t.state.as_str(),
        t.rate,
        t.by_hand,
        t.planned_at,
        t.asked_by,
        t.asked_at,
        t.approved_by,
        t.approved_at,
        t.began_at,
        t.done_at,
        t.next_at
    ];
    tx.run(sql, args).await.map(drop)
}

/// When the next message may go: nothing that anybody reads.
pub async fn set_next(tx: &mut Tx, id: TellingId, next_at: Time) -> Result<()> {
    let sql = sql!("frontdoor.set_next_telling", "UPDATE tellings SET next_at = $2 WHERE id = $1");
    tx.run(sql, args![id, next_at]).await.map(drop)
}

pub async fn find(tx: &mut Tx, id: TellingId) -> Result<Option<Telling>> {
    let sql = sql!("frontdoor.find_telling" => Telling,
        "SELECT id, kind, state, rate, by_hand, created_by, created_at, planned_at, asked_by, asked_at, approved_by,
           approved_at, began_at, done_at, next_at, rev FROM tellings WHERE id = $1");
    tx.find(sql, args![id]).await
}

/// The newest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Telling>> {
    let sql = sql!("frontdoor.list_tellings" => Telling,
        "SELECT id, kind, state, rate, by_hand, created_by, created_at, planned_at, asked_by, asked_at, approved_by,
           approved_at, began_at, done_at, next_at, rev FROM tellings ORDER BY created_at DESC, id DESC LIMIT $1");
    tx.all(sql, args![limit]).await
}

/// Those that are being sent.
pub async fn list_sending(tx: &mut Tx) -> Result<Vec<Telling>> {
    let sql = sql!("frontdoor.list_sending_tellings" => Telling,
        "SELECT id, kind, state, rate, by_hand, created_by, created_at, planned_at, asked_by, asked_at, approved_by,
           approved_at, began_at, done_at, next_at, rev FROM tellings WHERE state = 'sending' ORDER BY created_at");
    tx.all(sql, args![]).await
}

/// Takes a draft away with everything that was planned.
pub async fn delete(tx: &mut Tx, id: TellingId) -> Result<()> {
    delete_messages(tx, id).await?;
    for sql in [
        sql!("frontdoor.delete_telling_events", "DELETE FROM telling_events WHERE telling_id = $1"),
        sql!("frontdoor.delete_telling_texts", "DELETE FROM telling_texts WHERE telling_id = $1"),
        sql!("frontdoor.delete_telling", "DELETE FROM tellings WHERE id = $1"),
    ] {
        tx.run(sql, args![id]).await?;
    }
    Ok(())
}

pub async fn insert_events(tx: &mut Tx, id: TellingId, events: &[i64]) -> Result<()> {
    let sql =
        sql!("frontdoor.insert_telling_events", "INSERT INTO telling_events (telling_id, event_ord) VALUES ($1, $2)");
    tx.insert_rows(sql, events.iter().map(|event| args![id, *event]).collect()).await.map(drop)
}

pub async fn list_events(tx: &mut Tx, id: TellingId) -> Result<Vec<i64>> {
    let sql = sql!("frontdoor.list_telling_events" => (i64,),
        "SELECT event_ord FROM telling_events WHERE telling_id = $1 ORDER BY event_ord");
    Ok(tx.all(sql, args![id]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Events that a draft or a telling under way is about: (event, telling).
pub async fn list_begun(tx: &mut Tx) -> Result<Vec<(i64, TellingId)>> {
    let sql = sql!("frontdoor.list_begun_tellings" => (i64, TellingId),
        "SELECT e.event_ord, t.id FROM telling_events e JOIN tellings t ON t.id = e.telling_id WHERE t.state <> 'done'
         ORDER BY t.created_at");
    tx.all(sql, args![]).await
}

/// (language, subject, text)
pub async fn list_texts(tx: &mut Tx, id: TellingId) -> Result<Vec<(String, String, String)>> {
    let sql = sql!("frontdoor.list_telling_texts" => (String, String, String),
        "SELECT language, subject, text FROM telling_texts WHERE telling_id = $1 ORDER BY language DESC");
    tx.all(sql, args![id]).await
}

pub async fn put_text(tx: &mut Tx, id: TellingId, language: &str, subject: &str, text: &str) -> Result<()> {
    let sql = sql!(
        "frontdoor.put_telling_text",
        "INSERT INTO telling_texts (telling_id, language, subject, text) VALUES ($1, $2, $3, $4)
         ON CONFLICT (telling_id, language) DO UPDATE SET subject = excluded.subject, text = excluded.text"
    );
    tx.run(sql, args![id, language, subject, text]).await.map(drop)
}

pub async fn find_settings(tx: &mut Tx) -> Result<Option<Settings>> {
    let sql = sql!("frontdoor.find_telling_settings" => Settings,
        "SELECT rate, four_eyes_over, tells_voters FROM telling_settings WHERE one = 1");
    tx.find(sql, args![]).await
}

pub async fn put_settings(tx: &mut Tx, one: Settings) -> Result<()> {
    let sql = sql!(
        "frontdoor.put_telling_settings",
        "INSERT INTO telling_settings (one, rate, four_eyes_over, tells_voters) VALUES (1, $1, $2, $3)
         ON CONFLICT (one) DO UPDATE SET rate = excluded.rate, four_eyes_over = excluded.four_eyes_over,
           tells_voters = excluded.tells_voters"
    );
    tx.run(sql, args![one.rate, one.four_eyes_over, one.tells_voters]).await.map(drop)
}

// -- Messages

pub async fn insert_messages(tx: &mut Tx, all: &[Message]) -> Result<()> {
    let sql = sql!(
        "frontdoor.insert_telling_messages",
        "INSERT INTO telling_messages (ord, id, telling_id, person_ord, account_ord, language, way, reason, is_leaver,
           address, conversation_ord, door_ord, staff_id, state, entry_ord, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    );
    let row = |m: &Message| {
        args![
            m.ord,
            m.id,
            m.telling_id,
            m.person_ord,
            m.account_ord,
            m.language.as_str(),
            m.way.as_str(),
            m.reason.as_deref(),
            m.is_leaver,
            m.address.as_deref(),
            m.conversation_ord,
            m.door_ord,
            m.staff_id,
            m.state.as_str(),
            m.entry_ord,
            m.changed_at
        ]
    };
    tx.insert_rows(sql, all.iter().map(row).collect()).await.map(drop)
}

/// (message, event, ask)
pub async fn insert_asks(tx: &mut Tx, all: Vec<(i64, i64, i64)>) -> Result<()> {
    let sql = sql!(
        "frontdoor.insert_telling_message_asks",
        "INSERT INTO telling_message_asks (message_ord, event_ord, ask_ord) VALUES ($1, $2, $3)"
    );
    tx.insert_rows(sql, all.into_iter().map(|(message, event, ask)| args![message, event, ask]).collect())
        .await
        .map(drop)
}

pub async fn delete_messages(tx: &mut Tx, id: TellingId) -> Result<()> {
    for sql in [
        sql!(
            "frontdoor.delete_telling_message_asks",
            "DELETE FROM telling_message_asks WHERE message_ord IN (SELECT ord FROM telling_messages WHERE telling_id = $1)"
        ),
        sql!("frontdoor.delete_telling_messages", "DELETE FROM telling_messages WHERE telling_id = $1"),
    ] {
        tx.run(sql, args![id]).await?;
    }
    Ok(())
}

/// Puts a message as it now is.
pub async fn update_message(tx: &mut Tx, m: &Message) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "frontdoor.update_telling_message",
        "UPDATE telling_messages SET way = $2, reason = $3, address = $4, conversation_ord = $5, door_ord = $6,
           staff_id = $7, state = $8, entry_ord = $9, changed_at = $10 WHERE ord = $1"
    );
    let args = args![
        m.ord,
        m.way.as_str(),
        m.reason.as_deref(),
        m.address.as_deref(),
        m.conversation_ord,
        m.door_ord,
        m.staff_id,
        m.state.as_str(),
        m.entry_ord,
        now
    ];
    tx.run(sql, args).await.map(drop)
}

/// What was planned waits from now on; who is passed over is.
pub async fn begin_messages(tx: &mut Tx, id: TellingId) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "frontdoor.begin_telling_messages",
        "UPDATE telling_messages SET state = CASE WHEN way = 'skip' THEN 'skipped' ELSE 'waiting' END, changed_at = $2
         WHERE telling_id = $1 AND state = 'planned'"
    );
    tx.run(sql, args![id, now]).await.map(drop)
}

/// What one of us was to tell by hand and this telling plans anew is off their list: nobody is called twice.
pub async fn supersede_by_hand(tx: &mut Tx, id: TellingId) -> Result<()> {
    let now = tx.now();
    let sql = sql!(
        "frontdoor.supersede_by_hand",
        "UPDATE telling_messages SET state = 'skipped', way = 'skip', reason = $3, changed_at = $2
         WHERE way = 'hand' AND state = 'waiting' AND telling_id <> $1 AND ord IN (
           SELECT o.message_ord FROM telling_message_asks o
           JOIN telling_message_asks a ON a.event_ord = o.event_ord AND a.ask_ord = o.ask_ord
           JOIN telling_messages m ON m.ord = a.message_ord WHERE m.telling_id = $1)"
    );
    tx.run(sql, args![id, now, "replanned"]).await.map(drop)
}

pub async fn find_message(tx: &mut Tx, id: MessageId) -> Result<Option<Message>> {
    let sql = sql!("frontdoor.find_telling_message" => Message,
        "SELECT ord, id, telling_id, person_ord, account_ord, language, way, reason, is_leaver, address, conversation_ord,
           door_ord, staff_id, state, entry_ord, changed_at, solved, solved_at FROM telling_messages WHERE id = $1");
    tx.find(sql, args![id]).await
}

pub async fn find_message_of_entry(tx: &mut Tx, entry: i64) -> Result<Option<Message>> {
    let sql = sql!("frontdoor.find_telling_message_of_entry" => Message,
        "SELECT ord, id, telling_id, person_ord, account_ord, language, way, reason, is_leaver, address, conversation_ord,
           door_ord, staff_id, state, entry_ord, changed_at, solved, solved_at FROM telling_messages WHERE entry_ord = $1");
    tx.find(sql, args![entry]).await
}

/// The next messages of a telling that are to be sent, in their order.
pub async fn list_next(tx: &mut Tx, id: TellingId, limit: i64) -> Result<Vec<Message>> {
    let sql = sql!("frontdoor.list_next_messages" => Message,
        "SELECT ord, id, telling_id, person_ord, account_ord, language, way, reason, is_leaver, address, conversation_ord,
           door_ord, staff_id, state, entry_ord, changed_at, solved, solved_at FROM telling_messages
         WHERE telling_id = $1 AND state = 'waiting' AND way IN ('thread', 'mail') ORDER BY ord LIMIT $2");
    tx.all(sql, args![id, limit]).await
}

/// Which messages of a telling a list shows.
#[derive(Clone, Debug, Default)]
pub struct MessageFilter {
    pub telling: Option<TellingId>,
    /// All of them, if none is named.
    pub ways: Vec<&'static str>,
    pub reason: Option<String>,
    pub state: Option<String>,
    pub after: i64,
    /// Only what nobody was told meanwhile by another way.
    pub is_due: bool,
    pub limit: i64,
}

pub async fn list_messages(tx: &mut Tx, f: &MessageFilter) -> Result<Vec<Message>> {
    let mut q = Filter::new(
        "frontdoor.list_telling_messages",
        "SELECT ord, id, telling_id, person_ord, account_ord, language, way, reason, is_leaver, address, conversation_ord,
           door_ord, staff_id, state, entry_ord, changed_at, solved, solved_at FROM telling_messages",
    );
    q.and("ord > $1", args![f.after]);
    if let Some(telling) = f.telling {
        q.and("telling_id = $1", args![telling]);
    }
    if !f.ways.is_empty() {
        q.and("way = ANY($1)", args![f.ways.clone()]);
    }
    for (condition, value) in [("reason = $1", &f.reason), ("state = $1", &f.state)] {
        if let Some(value) = value {
            q.and(condition, args![value.as_str()]);
        }
    }
    if f.is_due {
        q.and(
            "EXISTS (SELECT 1 FROM telling_message_asks a
             JOIN notices n ON n.event_ord = a.event_ord AND n.ask_ord = a.ask_ord
             WHERE a.message_ord = telling_messages.ord AND (n.state = 'pending'
               OR n.reason IN ('no_address', 'opted_out', 'bounced', 'no_consent')))",
            args![],
        );
    }
    q.push("ORDER BY ord LIMIT $1", args![f.limit]);
    tx.all_dyn(q).await
}

/// How many messages of a telling go which way and stand where: (way, reason, state, language, leaver, n).
pub async fn count_messages(
    tx: &mut Tx,
    id: TellingId,
) -> Result<Vec<(String, Option<String>, String, String, bool, i64)>> {
    let sql = sql!("frontdoor.count_telling_messages" => (String, Option<String>, String, String, bool, i64),
        "SELECT way, reason, state, language, is_leaver, COUNT(*) FROM telling_messages WHERE telling_id = $1
         GROUP BY way, reason, state, language, is_leaver ORDER BY way, reason, state, language, is_leaver");
    tx.all(sql, args![id]).await
}

/// Entries of a telling that are on their way.
pub async fn list_handed(tx: &mut Tx, id: TellingId) -> Result<Vec<i64>> {
    let sql = sql!("frontdoor.list_handed_messages" => (i64,),
        "SELECT entry_ord FROM telling_messages WHERE telling_id = $1 AND state = 'handed' AND entry_ord IS NOT NULL");
    Ok(tx.all(sql, args![id]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// How many of these wait for their first try.
pub async fn count_untried(tx: &mut Tx, entries: &[i64]) -> Result<i64> {
    let sql = sql!("frontdoor.count_untried_deliveries" => (i64,),
        "SELECT COUNT(*) FROM deliveries WHERE entry_ord = ANY($1) AND attempts = 0");
    Ok(tx.get(sql, args![entries]).await?.0)
}

/// What messages answer: (message, event, ask).
pub async fn list_asks(tx: &mut Tx, messages: &[i64]) -> Result<Vec<(i64, i64, i64)>> {
    let sql = sql!("frontdoor.list_telling_message_asks" => (i64, i64, i64),
        "SELECT message_ord, event_ord, ask_ord FROM telling_message_asks WHERE message_ord = ANY($1)
         ORDER BY message_ord, event_ord, ask_ord");
    tx.all(sql, args![messages]).await
}

/// Those of a telling who are passed over: (message, event, ask, reason).
pub async fn list_skipped_asks(tx: &mut Tx, id: TellingId) -> Result<Vec<(i64, i64, i64, String)>> {
    let sql = sql!("frontdoor.list_skipped_telling_asks" => (i64, i64, i64, String),
        "SELECT m.ord, a.event_ord, a.ask_ord, m.reason FROM telling_messages m
         JOIN telling_message_asks a ON a.message_ord = m.ord
         WHERE m.telling_id = $1 AND m.way = 'skip' AND m.state = 'planned' AND m.reason IS NOT NULL");
    tx.all(sql, args![id]).await
}

/// What somebody said of whether it was solved; the newest saying counts.
pub async fn set_solved(tx: &mut Tx, message: i64, solved: bool) -> Result<()> {
    let now = tx.now();
    let sql =
        sql!("frontdoor.set_telling_solved", "UPDATE telling_messages SET solved = $2, solved_at = $3 WHERE ord = $1");
    tx.run(sql, args![message, solved, now]).await.map(drop)
}

/// A message goes with its conversation into another.
pub async fn follow_join(tx: &mut Tx, from: i64, into: i64) -> Result<()> {
    let sql = sql!(
        "frontdoor.move_telling_messages",
        "UPDATE telling_messages SET conversation_ord = $2 WHERE conversation_ord = $1"
    );
    tx.run(sql, args![from, into]).await.map(drop)
}

/// Takes the addresses of erased persons away.
pub async fn forget_person(tx: &mut Tx, persons: &[i64]) -> Result<()> {
    let sql = sql!(
        "frontdoor.forget_telling_addresses",
        "UPDATE telling_messages SET address = NULL WHERE person_ord = ANY($1)"
    );
    tx.run(sql, args![persons]).await.map(drop)
}

/// The entries in which these persons were told something.
pub async fn list_entries_of(tx: &mut Tx, persons: &[i64]) -> Result<Vec<i64>> {
    let sql = sql!("frontdoor.list_entries_of_tellings" => (i64,),
        "SELECT entry_ord FROM telling_messages WHERE person_ord = ANY($1) AND entry_ord IS NOT NULL");
    Ok(tx.all(sql, args![persons]).await?.into_iter().map(|(ord,)| ord).collect())
}

row! {
    /// What somebody was told of an ask, where it was written by us from here.
    #[derive(Clone, Debug)]
    pub struct ToldRow { pub ask_ord: i64, pub event: EventId, pub entry: EntryId, pub text: String }
}

pub async fn list_told_words(tx: &mut Tx, asks: &[i64], hidden: &[i64]) -> Result<Vec<ToldRow>> {
    let sql = sql!("frontdoor.list_told_words" => ToldRow,
        "SELECT x.ask_ord, v.id AS event, e.id AS entry, e.text FROM telling_message_asks x
         JOIN telling_messages m ON m.ord = x.message_ord JOIN item_events v ON v.ord = x.event_ord
         JOIN entries e ON e.ord = m.entry_ord JOIN conversations c ON c.ord = e.conversation_ord
         WHERE x.ask_ord = ANY($1) AND m.state = 'told' AND c.door_ord <> ALL($2)");
    tx.all(sql, args![asks, hidden]).await
}

// -- What is known of those who asked

row! {
    /// A person as far as telling them needs it.
    #[derive(Clone, Debug)]
    pub struct WhoRow {
        pub ord: i64, pub canon_ord: i64, pub name: String, pub email: Option<String>, pub language: Option<String>,
        pub account_ord: Option<i64>, pub erased_at: Option<Time>,
    }
}

/// Persons and everybody merged into them.
pub async fn list_who(tx: &mut Tx, persons: &[i64]) -> Result<Vec<WhoRow>> {
    let sql = sql!("frontdoor.list_asking_persons" => WhoRow,
        "SELECT ord, canon_ord, name, email, language, account_ord, erased_at FROM persons WHERE canon_ord = ANY($1)
         ORDER BY canon_ord, ord");
    tx.all(sql, args![persons]).await
}

/// What persons said of news, oldest first: (person after merges, yes or no).
pub async fn list_news_sayings(tx: &mut Tx) -> Result<Vec<(i64, bool)>> {
    let sql = sql!("frontdoor.list_news_sayings" => (i64, bool),
        "SELECT p.canon_ord, c.is_given FROM consents c JOIN persons p ON p.ord = c.person_ord WHERE c.kind = 'news'
         ORDER BY c.said_at, c.recorded_at, c.id");
    tx.all(sql, args![]).await
}

pub async fn list_resting(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = sql!("frontdoor.list_resting_addresses" => (String,), "SELECT address_fold FROM resting_addresses");
    Ok(tx.all(sql, args![]).await?.into_iter().map(|(address,)| address).collect())
}

/// Addresses and domains that are blocked.
pub async fn list_blocked(tx: &mut Tx) -> Result<Vec<String>> {
    let sql = sql!("frontdoor.list_blocked_senders" => (String,), "SELECT value FROM blocked_senders");
    Ok(tx.all(sql, args![]).await?.into_iter().map(|(value,)| value).collect())
}

row! {
    /// Where somebody asked.
    #[derive(Clone, Debug)]
    pub struct PlaceRow {
        pub ord: i64, pub door_ord: i64, pub channel: conversations::Channel, pub person_ord: Option<i64>,
        pub language: Option<String>, pub assignee: Option<StaffId>, pub waiting_since: Option<Time>,
    }
}

/// Conversations, those that were joined to others under their present ordinal: (asked ordinal, present place).
pub async fn list_places(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<PlaceRow>> {
    let sql = sql!("frontdoor.list_asking_places" => PlaceRow,
        "SELECT c.ord, c.door_ord, c.channel, p.canon_ord AS person_ord, c.language, c.assignee, c.waiting_since
         FROM conversations c LEFT JOIN persons p ON p.ord = c.person_ord WHERE c.ord = ANY($1)");
    tx.all(sql, args![conversations]).await
}

/// Who of us answered last in conversations, oldest first: the last one counts.
pub async fn list_answerers(tx: &mut Tx, conversations: &[i64]) -> Result<Vec<(i64, StaffId)>> {
    let sql = sql!("frontdoor.list_answerers" => (i64, StaffId),
        "SELECT e.conversation_ord, e.staff_id FROM entries e JOIN staff s ON s.id = e.staff_id
         WHERE e.conversation_ord = ANY($1) AND e.kind = 'message' AND e.author = 'staff' AND s.removed_at IS NULL
         ORDER BY e.said_at, e.ord");
    tx.all(sql, args![conversations]).await
}

/// Plan and value of accounts over time, oldest first: (account after merges, name, value).
pub async fn list_account_facts(tx: &mut Tx, accounts: &[i64]) -> Result<Vec<(i64, String, String, Time)>> {
    let sql = sql!("frontdoor.list_asking_accounts" => (i64, String, String, Time),
        "SELECT a.canon_ord, f.name, f.value, f.valid_from FROM account_facts f JOIN accounts a ON a.ord = f.account_ord
         WHERE a.canon_ord = ANY($1) AND f.name IN ('plan', 'revenue_minor')
         ORDER BY f.valid_from, f.recorded_at");
    tx.all(sql, args![accounts]).await
}

/// Into which account each was merged.
pub async fn list_account_canons(tx: &mut Tx, accounts: &[i64]) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("frontdoor.list_account_canons" => (i64, i64),
        "SELECT ord, canon_ord FROM accounts WHERE ord = ANY($1)");
    tx.all(sql, args![accounts]).await
}

/// Persons who said why they leave, and when: (person after merges, moment).
pub async fn list_leaving(tx: &mut Tx) -> Result<Vec<(i64, Time)>> {
    let sql = sql!("frontdoor.list_leaving_persons" => (i64, Time),
        "SELECT p.canon_ord, MAX(t.said_at) FROM taggings t JOIN persons p ON p.ord = t.person_ord
         WHERE t.kind = 'leaving' AND t.retracted_at IS NULL GROUP BY p.canon_ord
         UNION ALL
         SELECT p.canon_ord, MAX(l.said_at) FROM leavings l JOIN persons p ON p.ord = l.person_ord GROUP BY p.canon_ord");
    tx.all(sql, args![]).await
}

/// Persons of whom one of us said that they left their company, and have not spoken since.
pub async fn list_gone(tx: &mut Tx) -> Result<Vec<i64>> {
    let sql = sql!("frontdoor.list_gone_persons" => (i64,),
        "SELECT DISTINCT q.canon_ord FROM notices n JOIN asks a ON a.ord = n.ask_ord JOIN persons p ON p.ord = a.person_ord
         JOIN persons q ON q.ord = p.canon_ord
         WHERE n.reason = 'left_company' AND (q.last_seen_at IS NULL OR q.last_seen_at < n.changed_at)");
    Ok(tx.all(sql, args![]).await?.into_iter().map(|(ord,)| ord).collect())
}

// -- What came of it

row! {
    /// Somebody wrote after they were told.
    #[derive(Clone, Debug)]
    pub struct AnswerRow {
        pub message_ord: i64, pub person_ord: i64, pub conversation_ord: i64, pub entry_ord: i64, pub said_at: Time,
    }
}

/// What people wrote after they were told of some events, newest first.
pub async fn list_answers(tx: &mut Tx, events: &[i64], limit: i64) -> Result<Vec<AnswerRow>> {
    let sql = sql!("frontdoor.list_answers_to_tellings" => AnswerRow,
        "SELECT DISTINCT m.ord AS message_ord, m.person_ord, e.conversation_ord, e.ord AS entry_ord, e.said_at FROM telling_message_asks a
         JOIN telling_messages m ON m.ord = a.message_ord JOIN entries n ON n.ord = m.entry_ord
         JOIN entries e ON e.conversation_ord = n.conversation_ord AND e.said_at >= n.said_at AND e.ord > n.ord
           AND e.kind = 'message' AND e.author = 'person'
         WHERE a.event_ord = ANY($1) ORDER BY e.said_at DESC, entry_ord DESC LIMIT $2");
    tx.all(sql, args![events, limit]).await
}

/// How many said that what they were told of events solved it, and how many that it did not: (event, solved, n).
pub async fn count_solved(tx: &mut Tx, events: &[i64]) -> Result<Vec<(i64, bool, i64)>> {
    let sql = sql!("frontdoor.count_solved" => (i64, bool, i64),
        "SELECT a.event_ord, m.solved, COUNT(DISTINCT m.ord) FROM telling_message_asks a
         JOIN telling_messages m ON m.ord = a.message_ord
         WHERE a.event_ord = ANY($1) AND m.solved IS NOT NULL GROUP BY a.event_ord, m.solved");
    tx.all(sql, args![events]).await
}

/// Persons who took part in conversations in each stretch of time.
pub async fn count_active(tx: &mut Tx, from: Time, to: Time) -> Result<i64> {
    let sql = sql!("frontdoor.count_active_persons" => (i64,),
        "SELECT COUNT(DISTINCT p.canon_ord) FROM conversations c JOIN persons p ON p.ord = c.person_ord
         WHERE c.last_entry_at >= $1 AND c.opened_at < $2");
    Ok(tx.get(sql, args![from, to]).await?.0)
}

/// The newest messages that came back or could not be sent: they are known to the ledger as bounced.
pub async fn list_bounced(tx: &mut Tx, limit: i64) -> Result<Vec<Message>> {
    let sql = sql!("frontdoor.list_bounced_messages" => Message,
        "SELECT ord, id, telling_id, person_ord, account_ord, language, way, reason, is_leaver, address, conversation_ord,
           door_ord, staff_id, state, entry_ord, changed_at, solved, solved_at FROM telling_messages
         WHERE state = 'skipped' AND reason = 'bounced' ORDER BY changed_at DESC, ord DESC LIMIT $1");
    tx.all(sql, args![limit]).await
}

/// Which items messages are about: (message, item, event).
pub async fn list_items(tx: &mut Tx, messages: &[i64]) -> Result<Vec<(i64, ItemId, EventId)>> {
    let sql = sql!("frontdoor.list_items_of_messages" => (i64, ItemId, EventId),
        "SELECT DISTINCT a.message_ord, e.item_id, e.id FROM telling_message_asks a
         JOIN item_events e ON e.ord = a.event_ord WHERE a.message_ord = ANY($1) ORDER BY a.message_ord");
    tx.all(sql, args![messages]).await
}

/// Messages that say something else than the ledger does: there are none.
pub async fn list_contradictions(tx: &mut Tx) -> Result<Vec<(i64, i64, i64)>> {
    let sql = sql!("frontdoor.list_telling_contradictions" => (i64, i64, i64),
        "SELECT m.ord, a.event_ord, a.ask_ord FROM telling_messages m
         JOIN telling_message_asks a ON a.message_ord = m.ord JOIN asks k ON k.ord = a.ask_ord
         LEFT JOIN notices n ON n.event_ord = a.event_ord AND n.ask_ord = a.ask_ord
         WHERE n.ask_ord IS NULL OR (n.message_ord = m.ord AND m.state = 'told' AND n.state <> 'told')
           OR (m.state = 'told' AND n.state = 'pending') LIMIT 20");
    tx.all(sql, args![]).await
}

/// Messages of no telling, about events that it does not tell, told by nothing, or on their way in a telling that is done.
pub async fn list_stray(tx: &mut Tx) -> Result<Vec<(MessageId,)>> {
    let sql = sql!("frontdoor.list_stray_telling_messages" => (MessageId,),
        "SELECT m.id FROM telling_messages m LEFT JOIN tellings t ON t.id = m.telling_id
         WHERE t.id IS NULL OR (m.state IN ('handed', 'told') AND m.way IN ('thread', 'mail') AND NOT EXISTS (
             SELECT 1 FROM entries e WHERE e.ord = m.entry_ord))
           OR (m.way = 'skip' AND m.reason IS NULL)
           OR (t.state = 'done' AND m.way IN ('thread', 'mail') AND m.state IN ('planned', 'waiting', 'handed'))
           OR EXISTS (SELECT 1 FROM telling_message_asks a WHERE a.message_ord = m.ord AND NOT EXISTS (
             SELECT 1 FROM telling_events e WHERE e.telling_id = m.telling_id AND e.event_ord = a.event_ord)) LIMIT 20");
    tx.all(sql, args![]).await
}

/// Everybody who is the same human as this person, by merges.
pub async fn list_canons(tx: &mut Tx, person: i64) -> Result<Vec<i64>> {
    let sql = sql!("frontdoor.list_same_persons" => (i64,),
        "SELECT p.ord FROM persons p WHERE p.canon_ord = (SELECT q.canon_ord FROM persons q WHERE q.ord = $1)");
    Ok(tx.all(sql, args![person]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// Asks of these persons.
pub async fn list_waiting_of(tx: &mut Tx, persons: Vec<i64>) -> Result<Vec<i64>> {
    let sql = sql!("frontdoor.list_asks_of_persons" => (i64,), "SELECT ord FROM asks WHERE person_ord = ANY($1)");
    Ok(tx.all(sql, args![persons]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// When the first of these was asked.
pub async fn find_asked_at(tx: &mut Tx, asks: &[i64]) -> Result<Option<Time>> {
    let sql = sql!("frontdoor.find_asked_at" => (Time,),
        "SELECT first_at FROM asks WHERE ord = ANY($1) ORDER BY first_at LIMIT 1");
    Ok(tx.find(sql, args![asks]).await?.map(|(at,)| at))
}

/// Whether another message of a telling goes, or went, to one of these persons.
pub async fn is_on_its_way(tx: &mut Tx, id: TellingId, persons: &[i64], but: i64) -> Result<bool> {
    let sql = sql!("frontdoor.find_message_on_its_way" => (i64,),
        "SELECT ord FROM telling_messages WHERE telling_id = $1 AND person_ord = ANY($2) AND ord <> $3
           AND state IN ('handed', 'told') LIMIT 1");
    Ok(tx.find(sql, args![id, persons, but]).await?.is_some())
}

/// The ordinal of an entry that is a message of a telling.
pub async fn find_told_entry(tx: &mut Tx, entry: EntryId) -> Result<Option<i64>> {
    let sql = sql!("frontdoor.find_told_entry" => (i64,),
        "SELECT e.ord FROM entries e JOIN telling_messages m ON m.entry_ord = e.ord WHERE e.id = $1");
    Ok(tx.find(sql, args![entry]).await?.map(|(ord,)| ord))
}

/// Doors behind which was asked what messages answer: (message, door).
pub async fn list_asking_doors(tx: &mut Tx, messages: &[i64]) -> Result<Vec<(i64, i64)>> {
    let sql = sql!("frontdoor.list_asking_doors" => (i64, i64),
        "SELECT DISTINCT m.message_ord, c.door_ord FROM telling_message_asks m JOIN asks a ON a.ord = m.ask_ord
         JOIN conversations c ON c.ord = a.conversation_ord WHERE m.message_ord = ANY($1)");
    tx.all(sql, args![messages]).await
}

/// How many persons one of us is to write to.
pub async fn count_by_hand(tx: &mut Tx) -> Result<i64> {
    let sql = sql!("frontdoor.count_messages_by_hand" => (i64,),
        "SELECT COUNT(*) FROM telling_messages m WHERE m.way = 'hand' AND m.state = 'waiting'
           AND EXISTS (SELECT 1 FROM telling_message_asks a
             JOIN notices n ON n.event_ord = a.event_ord AND n.ask_ord = a.ask_ord
             WHERE a.message_ord = m.ord AND (n.state = 'pending'
               OR n.reason IN ('no_address', 'opted_out', 'bounced', 'no_consent')))");
    Ok(tx.get(sql, args![]).await?.0)
}

/// An account and those merged into it.
pub async fn list_same_accounts(tx: &mut Tx, account: i64) -> Result<Vec<i64>> {
    let sql = sql!("frontdoor.list_same_accounts" => (i64,), "SELECT ord FROM accounts WHERE canon_ord = $1");
    Ok(tx.all(sql, args![account]).await?.into_iter().map(|(ord,)| ord).collect())
}
