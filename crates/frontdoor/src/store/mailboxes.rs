//! The statements of mailboxes, and of the mails that servers gave us.
use crate::mailbox::{ArrivalState, Auth, Mailbox, Tls};
use base::{DoorId, Result, Time};
use store::{Tx, Value, args, row, sql};

row! {
    struct MailboxRow {
        door_ord: i64, door_id: DoorId, name: String, address: String, from_name: String, signature: String,
        imap_host: String, imap_port: i64, imap_tls: Tls, folder: String,
        smtp_host: String, smtp_port: i64, smtp_tls: Tls,
        username: String, auth: Auth, secret_sealed: String, auth_server: Option<String>, resolver: Option<String>,
        is_active: bool, since_at: Time, uid_validity: Option<i64>, last_uid: i64, reconciled_at: Option<Time>,
        seen_at: Option<Time>, failing_since: Option<Time>, failures: i64, fault_json: Option<String>,
        created_at: Time, rev: i64,
    }
}

impl From<MailboxRow> for Mailbox {
    fn from(r: MailboxRow) -> Mailbox {
        Mailbox {
            door_ord: r.door_ord,
            door_id: r.door_id,
            name: r.name,
            address: r.address,
            from_name: r.from_name,
            signature: r.signature,
            imap_host: r.imap_host,
            imap_port: r.imap_port as u16,
            imap_tls: r.imap_tls,
            folder: r.folder,
            smtp_host: r.smtp_host,
            smtp_port: r.smtp_port as u16,
            smtp_tls: r.smtp_tls,
            username: r.username,
            auth: r.auth,
            secret_sealed: r.secret_sealed,
            auth_server: r.auth_server,
            resolver: r.resolver,
            is_active: r.is_active,
            since_at: r.since_at,
            uid_validity: r.uid_validity,
            last_uid: r.last_uid,
            reconciled_at: r.reconciled_at,
            seen_at: r.seen_at,
            failing_since: r.failing_since,
            failures: r.failures,
            fault: r.fault_json.and_then(|text| serde_json::from_str(&text).ok()),
            created_at: r.created_at,
            rev: r.rev,
        }
    }
}

pub async fn list(tx: &mut Tx) -> Result<Vec<Mailbox>> {
    let list = sql!("frontdoor.list_mailboxes" => MailboxRow,
        "SELECT m.door_ord, d.id AS door_id, d.name, m.address, m.from_name, m.signature, m.imap_host, m.imap_port, m.imap_tls,
            m.folder, m.smtp_host, m.smtp_port, m.smtp_tls, m.username, m.auth, m.secret_sealed, m.auth_server,
            m.resolver, m.is_active, m.since_at, m.uid_validity, m.last_uid, m.reconciled_at, m.seen_at,
            m.failing_since, m.failures, m.fault_json, m.created_at, m.rev
        FROM mailboxes m JOIN doors d ON d.ord = m.door_ord ORDER BY m.door_ord");
    Ok(tx.all(list, args![]).await?.into_iter().map(Mailbox::from).collect())
}

pub async fn find(tx: &mut Tx, door_ord: i64) -> Result<Option<Mailbox>> {
    let find = sql!("frontdoor.find_mailbox" => MailboxRow,
        "SELECT m.door_ord, d.id AS door_id, d.name, m.address, m.from_name, m.signature, m.imap_host, m.imap_port, m.imap_tls,
            m.folder, m.smtp_host, m.smtp_port, m.smtp_tls, m.username, m.auth, m.secret_sealed, m.auth_server,
            m.resolver, m.is_active, m.since_at, m.uid_validity, m.last_uid, m.reconciled_at, m.seen_at,
            m.failing_since, m.failures, m.fault_json, m.created_at, m.rev
        FROM mailboxes m JOIN doors d ON d.ord = m.door_ord WHERE m.door_ord = $1");
    Ok(tx.find(find, args![door_ord]).await?.map(Mailbox::from))
}

pub async fn find_by_id(tx: &mut Tx, id: DoorId) -> Result<Option<Mailbox>> {
    let find = sql!("frontdoor.find_mailbox_ord" => (i64,),
        "SELECT m.door_ord FROM mailboxes m JOIN doors d ON d.ord = m.door_ord WHERE d.id = $1");
    match tx.find(find, args![id]).await? {
        Some((ord,)) => self::find(tx, ord).await,
        None => Ok(None),
    }
}

/// The mailbox, if one of us has this address.
pub async fn find_by_address(tx: &mut Tx, address: &str) -> Result<Option<i64>> {
    let find =
        sql!("frontdoor.find_mailbox_by_address" => (i64,), "SELECT door_ord FROM mailboxes WHERE address_fold = $1");
    Ok(tx.find(find, args![address.trim().to_lowercase()]).await?.map(|(ord,)| ord))
}

/// The addresses of all mailboxes, in small letters.
pub async fn list_addresses(tx: &mut Tx) -> Result<Vec<String>> {
    let list = sql!("frontdoor.list_mailbox_addresses" => (String,), "SELECT address_fold FROM mailboxes ORDER BY address_fold");
    Ok(tx.all(list, args![]).await?.into_iter().map(|(address,)| address).collect())
}

pub async fn insert(tx: &mut Tx, m: &Mailbox) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_mailbox",
        "INSERT INTO mailboxes (door_ord, address, address_fold, from_name, signature, imap_host, imap_port, imap_tls,
            folder, smtp_host, smtp_port, smtp_tls, username, auth, secret_sealed, auth_server, is_active,
            since_at, created_at, resolver)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)"
    );
    let fold = m.address.to_lowercase();
    let args = args![
        m.door_ord,
        m.address.as_str(),
        fold,
        m.from_name.as_str(),
        m.signature.as_str(),
        m.imap_host.as_str(),
        i64::from(m.imap_port),
        m.imap_tls,
        m.folder.as_str(),
        m.smtp_host.as_str(),
        i64::from(m.smtp_port),
        m.smtp_tls,
        m.username.as_str(),
        m.auth,
        m.secret_sealed.as_str(),
        m.auth_server.as_deref(),
        m.is_active,
        m.since_at,
        m.created_at,
        m.resolver.as_deref()
    ];
    tx.run(insert, args).await.map(drop)
}

/// Writes what a person may change, and begins counting failures anew.
pub async fn update(tx: &mut Tx, m: &Mailbox) -> Result<()> {
    let update = sql!(
        "frontdoor.update_mailbox",
        "UPDATE mailboxes SET address = $2, address_fold = $3, from_name = $4, signature = $5, imap_host = $6,
            imap_port = $7, imap_tls = $8, folder = $9, smtp_host = $10, smtp_port = $11, smtp_tls = $12, username = $13,
            auth = $14, secret_sealed = $15, auth_server = $16, is_active = $17, since_at = $18,
            uid_validity = $19, last_uid = $20, reconciled_at = $21, resolver = $22, failures = 0, failing_since = NULL,
            fault_json = NULL, rev = rev + 1
        WHERE door_ord = $1"
    );
    let fold = m.address.to_lowercase();
    let args = args![
        m.door_ord,
        m.address.as_str(),
        fold,
        m.from_name.as_str(),
        m.signature.as_str(),
        m.imap_host.as_str(),
        i64::from(m.imap_port),
        m.imap_tls,
        m.folder.as_str(),
        m.smtp_host.as_str(),
        i64::from(m.smtp_port),
        m.smtp_tls,
        m.username.as_str(),
        m.auth,
        m.secret_sealed.as_str(),
        m.auth_server.as_deref(),
        m.is_active,
        m.since_at,
        m.uid_validity,
        m.last_uid,
        m.reconciled_at,
        m.resolver.as_deref()
    ];
    tx.run(update, args).await.map(drop)
}

pub async fn delete(tx: &mut Tx, door_ord: i64) -> Result<()> {
    tx.run(sql!("frontdoor.delete_mailbox", "DELETE FROM mailboxes WHERE door_ord = $1"), args![door_ord])
        .await
        .map(drop)
}

/// Moves the cursor on from where this process believes it is; false when it stands elsewhere by now.
pub async fn advance(tx: &mut Tx, door_ord: i64, from: (i64, i64), to: i64) -> Result<bool> {
    let advance = sql!(
        "frontdoor.advance_mailbox",
        "UPDATE mailboxes SET last_uid = $4 WHERE door_ord = $1 AND uid_validity = $2 AND last_uid = $3"
    );
    Ok(tx.run(advance, args![door_ord, from.0, from.1, to]).await? == 1)
}

/// The server numbers its mails anew: the cursor stands before `last_uid + 1` of the new numbers, and everything is looked
/// through again.
pub async fn begin_numbers(tx: &mut Tx, door_ord: i64, uid_validity: i64, last_uid: i64) -> Result<()> {
    let begin = sql!(
        "frontdoor.begin_mailbox_numbers",
        "UPDATE mailboxes SET uid_validity = $2, last_uid = $3, reconciled_at = NULL WHERE door_ord = $1"
    );
    tx.run(begin, args![door_ord, uid_validity, last_uid]).await.map(drop)
}

pub async fn reconciled(tx: &mut Tx, door_ord: i64) -> Result<()> {
    let now = tx.now();
    let sql = sql!("frontdoor.reconcile_mailbox", "UPDATE mailboxes SET reconciled_at = $2 WHERE door_ord = $1");
    tx.run(sql, args![door_ord, now]).await.map(drop)
}

/// The server was reached and let us in.
pub async fn note_seen(tx: &mut Tx, door_ord: i64) -> Result<()> {
    let now = tx.now();
    let note = sql!(
        "frontdoor.note_mailbox_seen",
        "UPDATE mailboxes SET seen_at = $2, failures = 0, failing_since = NULL, fault_json = NULL WHERE door_ord = $1"
    );
    tx.run(note, args![door_ord, now]).await.map(drop)
}

/// It was not, and why. How often that was in a row.
pub async fn note_fault(tx: &mut Tx, door_ord: i64, fault: &crate::Reason) -> Result<i64> {
    let now = tx.now();
    let note = sql!("frontdoor.note_mailbox_fault" => (i64,),
        "UPDATE mailboxes SET failures = failures + 1, failing_since = COALESCE(failing_since, $2), fault_json = $3
        WHERE door_ord = $1 RETURNING failures");
    let fault = serde_json::to_string(fault).map_err(base::Error::store)?;
    Ok(tx.find(note, args![door_ord, now, fault]).await?.map_or(0, |(failures,)| failures))
}

row! {
    /// A mail as its server names it.
    #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub struct Place {
        pub door_ord: i64, pub folder: String, pub uid_validity: i64, pub uid: i64,
    }
}

/// Mails that came, each with its raw input or, when its server could not give it, why.
pub async fn insert_arrivals(tx: &mut Tx, rows: Vec<(Place, std::result::Result<i64, crate::Reason>)>) -> Result<()> {
    let now = tx.now();
    let insert = sql!(
        "frontdoor.insert_arrival",
        "INSERT INTO mail_arrivals (door_ord, folder, uid_validity, uid, raw_ord, state, arrived_at, fault_json)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (door_ord, folder, uid_validity, uid) DO UPDATE SET raw_ord = excluded.raw_ord,
            state = excluded.state, fault_json = excluded.fault_json WHERE mail_arrivals.raw_ord IS NULL"
    );
    let mut all: Vec<[Value; 8]> = Vec::with_capacity(rows.len());
    for (place, came) in rows {
        let (raw, state, fault) = match came {
            Ok(raw) => (Some(raw), ArrivalState::Stored, None),
            Err(why) => (None, ArrivalState::Withheld, Some(serde_json::to_string(&why).map_err(base::Error::store)?)),
        };
        all.push(args![place.door_ord, place.folder, place.uid_validity, place.uid, raw, state, now, fault]);
    }
    tx.insert_rows(insert, all).await.map(drop)
}

/// The numbers of a folder that are here already with their bytes.
pub async fn list_uids(tx: &mut Tx, door_ord: i64, folder: &str, uid_validity: i64) -> Result<Vec<i64>> {
    let list = sql!("frontdoor.list_arrival_uids" => (i64,),
        "SELECT uid FROM mail_arrivals
        WHERE door_ord = $1 AND folder = $2 AND uid_validity = $3 AND raw_ord IS NOT NULL ORDER BY uid");
    Ok(tx.all(list, args![door_ord, folder, uid_validity]).await?.into_iter().map(|(uid,)| uid).collect())
}

/// Which of these numbers are here with their bytes.
pub async fn list_known(tx: &mut Tx, door_ord: i64, folder: &str, uid_validity: i64, uids: &[i64]) -> Result<Vec<i64>> {
    let list = sql!("frontdoor.list_known_uids" => (i64,),
        "SELECT uid FROM mail_arrivals
        WHERE door_ord = $1 AND folder = $2 AND uid_validity = $3 AND uid = ANY($4) AND raw_ord IS NOT NULL");
    Ok(tx.all(list, args![door_ord, folder, uid_validity, uids]).await?.into_iter().map(|(uid,)| uid).collect())
}

row! {
    /// A mail that waits to be read.
    #[derive(Clone, Debug)]
    pub struct StoredRow {
        pub door_ord: i64, pub folder: String, pub uid_validity: i64, pub uid: i64, pub raw_ord: i64, pub tries: i64,
    }
}

impl StoredRow {
    pub fn place(&self) -> Place {
        Place { door_ord: self.door_ord, folder: self.folder.clone(), uid_validity: self.uid_validity, uid: self.uid }
    }
}

/// The mails that wait to be read, in the order they came, after a raw ord.
pub async fn list_stored(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<StoredRow>> {
    let list = sql!("frontdoor.list_stored_arrivals" => StoredRow,
        "SELECT door_ord, folder, uid_validity, uid, raw_ord, tries FROM mail_arrivals
        WHERE state = 'stored' AND raw_ord > $1 ORDER BY raw_ord LIMIT $2");
    tx.all(list, args![after, limit]).await
}

/// Which of these raw inputs wait to be read still.
pub async fn list_waiting(tx: &mut Tx, raw_ords: &[i64]) -> Result<Vec<i64>> {
    let list = sql!("frontdoor.list_waiting_arrivals" => (i64,),
        "SELECT raw_ord FROM mail_arrivals WHERE state = 'stored' AND raw_ord = ANY($1)");
    Ok(tx.all(list, args![raw_ords]).await?.into_iter().map(|(ord,)| ord).collect())
}

/// What was read of a mail: (raw input, what became of it, Message-ID, hash of its body, entry, why it was not read).
pub struct Became {
    pub place: Place,
    pub state: ArrivalState,
    pub message_id: Option<String>,
    pub body_hash: Option<String>,
    pub entry_ord: Option<i64>,
    pub fault: Option<crate::Reason>,
}

pub async fn became(tx: &mut Tx, all: Vec<Became>) -> Result<()> {
    let update = sql!(
        "frontdoor.end_arrival",
        "UPDATE mail_arrivals SET state = $5, message_id = $6, body_hash = $7, entry_ord = $8, fault_json = $9
        WHERE door_ord = $1 AND folder = $2 AND uid_validity = $3 AND uid = $4"
    );
    for b in all {
        let fault = b.fault.map(|why| serde_json::to_string(&why)).transpose().map_err(base::Error::store)?;
        let Place { door_ord, folder, uid_validity, uid } = b.place;
        let args = args![door_ord, folder, uid_validity, uid, b.state, b.message_id, b.body_hash, b.entry_ord, fault];
        tx.run(update, args).await?;
    }
    Ok(())
}

/// Whoever dies of mails has begun to read them.
pub async fn begin_reading(tx: &mut Tx, raw_ords: &[i64]) -> Result<()> {
    let begin = sql!(
        "frontdoor.begin_arrivals",
        "UPDATE mail_arrivals SET tries = tries + 1 WHERE raw_ord = ANY($1) AND state = 'stored'"
    );
    tx.run(begin, args![raw_ords]).await.map(drop)
}

/// Mails of a door that were read already, or are a card because they cannot be, by Message-ID: (Message-ID, hash of the body).
pub async fn list_read(tx: &mut Tx, door_ord: i64, ids: Vec<String>) -> Result<Vec<(String, Option<String>)>> {
    let list = sql!("frontdoor.list_read_arrivals" => (String, Option<String>),
        "SELECT message_id, body_hash FROM mail_arrivals
        WHERE door_ord = $1 AND message_id = ANY($2)
            AND (state = 'taken' OR state = 'unread' AND message_id LIKE '%@unreadable.invalid')");
    tx.all(list, args![door_ord, ids]).await
}

row! {
    /// How many mails of a door are in a state.
    pub struct CountRow { pub door_ord: i64, pub state: ArrivalState, pub mails: i64, pub newest: Option<Time> }
}

pub async fn count_arrivals(tx: &mut Tx) -> Result<Vec<CountRow>> {
    let count = sql!("frontdoor.count_arrivals" => CountRow,
        "SELECT door_ord, state, COUNT(*) AS mails, MAX(arrived_at) AS newest FROM mail_arrivals GROUP BY door_ord, state");
    tx.all(count, args![]).await
}

/// What the DNS said at a name.
#[derive(Clone, Debug)]
pub struct KeyRow {
    pub name: String,
    pub records: Vec<String>,
    pub asked_at: Time,
    pub good_until: Time,
}

/// What was said at these names, also where that holds no longer.
pub async fn list_keys(tx: &mut Tx, names: &[String]) -> Result<Vec<KeyRow>> {
    let list = sql!("frontdoor.list_dkim_keys" => (String, String, Time, Time),
        "SELECT name, records_json, asked_at, good_until FROM dkim_keys WHERE name = ANY($1)");
    let rows = tx.all(list, args![names.to_vec()]).await?;
    let key = |(name, records, asked_at, good_until): (String, String, Time, Time)| {
        Ok(KeyRow { name, records: serde_json::from_str(&records).map_err(base::Error::store)?, asked_at, good_until })
    };
    rows.into_iter().map(key).collect()
}

/// Keeps what was said, and forgets what has long ceased to hold.
pub async fn put_keys(tx: &mut Tx, keys: Vec<KeyRow>) -> Result<()> {
    let forget = sql!("frontdoor.forget_dkim_keys", "DELETE FROM dkim_keys WHERE good_until < $1");
    let before = tx.now().plus(-30 * Time::DAY);
    tx.run(forget, args![before]).await?;
    let put = sql!(
        "frontdoor.put_dkim_key",
        "INSERT INTO dkim_keys (name, records_json, asked_at, good_until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET records_json = excluded.records_json, asked_at = excluded.asked_at,
            good_until = excluded.good_until"
    );
    let mut rows: Vec<[Value; 4]> = Vec::with_capacity(keys.len());
    for key in keys {
        let records = serde_json::to_string(&key.records).map_err(base::Error::store)?;
        rows.push(args![key.name, records, key.asked_at, key.good_until]);
    }
    tx.insert_rows(put, rows).await.map(drop)
}
