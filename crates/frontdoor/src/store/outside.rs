//! Statements of what everybody may see. What is public is read by statements of its own that name each column: no type
//! of the staff interface is behind them.
use base::{ItemId, PageLinkId, Result, StaffId, Time, WishId};
use store::{Tx, args, row, sql};

row! {
    /// How the public pages are, and whether they are there at all.
    #[derive(Clone, Debug, PartialEq)]
    pub struct PageRow {
        pub is_on: bool, pub name: String, pub colour: String, pub address: Option<String>, pub shows_counts: bool,
        pub takes_wishes: bool, pub door_ord: Option<i64>, pub rev: i64,
    }
}

pub async fn find_page(tx: &mut Tx) -> Result<Option<PageRow>> {
    let find = sql!("frontdoor.find_outside_page" => PageRow,
        "SELECT is_on, name, colour, address, shows_counts, takes_wishes, door_ord, rev FROM outside_page WHERE one = 1");
    tx.find(find, args![]).await
}

pub async fn put_page(tx: &mut Tx, p: &PageRow, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let put = sql!(
        "frontdoor.put_outside_page",
        "INSERT INTO outside_page (one, is_on, name, colour, address, shows_counts, takes_wishes, door_ord, rev, changed_at,
           by_staff)
         VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (one) DO UPDATE SET is_on = $1, name = $2, colour = $3, address = $4, shows_counts = $5,
           takes_wishes = $6, door_ord = $7, rev = $8, changed_at = $9, by_staff = $10"
    );
    let address = p.address.as_deref();
    let values = args![
        p.is_on,
        p.name.as_str(),
        p.colour.as_str(),
        address,
        p.shows_counts,
        p.takes_wishes,
        p.door_ord,
        p.rev,
        now,
        by
    ];
    tx.run(put, values).await.map(drop)
}

// -- What everybody sees

row! {
    /// A public item: this, its public texts, allowed quotes and how many asked is all that leaves the house.
    #[derive(Clone, Debug)]
    pub struct PublicRow { pub id: ItemId, pub status: String, pub shipped_at: Option<Time>, pub shipped: Option<base::EventId> }
}

pub async fn list_public(tx: &mut Tx) -> Result<Vec<PublicRow>> {
    let list = sql!("frontdoor.list_public_items" => PublicRow,
        "SELECT i.id, i.status, e.at AS shipped_at, e.id AS shipped FROM outside_items o JOIN roadmap_items i ON i.id = o.item_id
         LEFT JOIN item_events e ON e.ord = (SELECT MAX(s.ord) FROM item_events s WHERE s.item_id = i.id AND s.kind = 'shipped')
         WHERE o.is_public AND i.removed_at IS NULL ORDER BY i.position, i.id");
    tx.all(list, args![]).await
}

/// Public texts: (item, language, field, text).
pub async fn list_texts(tx: &mut Tx, items: &[ItemId]) -> Result<Vec<(ItemId, String, String, String)>> {
    let list = sql!("frontdoor.list_public_texts" => (ItemId, String, String, String),
        "SELECT item_id, lang, field, text FROM outside_texts WHERE item_id = ANY_ID($1)");
    tx.all(list, args![items.to_vec()]).await
}

/// What items are called in public, where they are: (item, language, title).
pub async fn list_public_titles(tx: &mut Tx, items: Vec<ItemId>) -> Result<Vec<(ItemId, String, String)>> {
    let list = sql!("frontdoor.list_public_titles" => (ItemId, String, String),
        "SELECT t.item_id, t.lang, t.text FROM outside_items o JOIN outside_texts t ON t.item_id = o.item_id
         WHERE o.is_public AND t.field = 'title' AND o.item_id = ANY_ID($1)");
    tx.all(list, args![items]).await
}

/// How many persons ask for items, where they are at least three.
pub async fn count_askers(tx: &mut Tx, items: &[ItemId]) -> Result<Vec<(ItemId, i64)>> {
    let count = sql!("frontdoor.count_public_askers" => (ItemId, i64),
        "SELECT a.item_id, COUNT(DISTINCT p.canon_ord) FROM asks a JOIN persons p ON p.ord = a.person_ord
         WHERE a.item_id = ANY_ID($1) AND a.state <> 'withdrawn'
         GROUP BY a.item_id HAVING COUNT(DISTINCT p.canon_ord) >= 3");
    tx.all(count, args![items.to_vec()]).await
}

/// Chosen words of items that whoever said them allows to be shown now: (item, language, words).
pub async fn list_allowed_quotes(tx: &mut Tx, items: &[ItemId]) -> Result<Vec<(ItemId, Option<String>, String)>> {
    let list = sql!("frontdoor.list_public_quotes" => (ItemId, Option<String>, String),
        "SELECT q.item_id, e.language, p.quote FROM outside_quotes q JOIN passages p ON p.ord = q.passage_ord
         JOIN entries e ON e.ord = p.entry_ord JOIN persons r ON r.ord = e.person_ord
         WHERE q.item_id = ANY_ID($1) AND e.kind = 'message' AND e.author = 'person' AND p.quote <> ''
           AND (SELECT c.is_given FROM consents c JOIN persons m ON m.ord = c.person_ord
             WHERE m.canon_ord = r.canon_ord AND c.kind = 'quotes'
             ORDER BY c.said_at DESC, c.recorded_at DESC, c.id DESC LIMIT 1)
         ORDER BY q.item_id, q.position");
    tx.all(list, args![items.to_vec()]).await
}

// -- What we decide of an item

row! {
    #[derive(Clone, Debug)]
    pub struct ItemRow { pub is_public: bool, pub published_at: Option<Time>, pub rev: i64 }
}

pub async fn find_item(tx: &mut Tx, item: ItemId) -> Result<Option<ItemRow>> {
    let find = sql!("frontdoor.find_outside_item" => ItemRow,
        "SELECT is_public, published_at, rev FROM outside_items WHERE item_id = $1");
    tx.find(find, args![item]).await
}

pub async fn put_item(tx: &mut Tx, item: ItemId, row: &ItemRow, by: Option<StaffId>) -> Result<()> {
    let now = tx.now();
    let put = sql!(
        "frontdoor.put_outside_item",
        "INSERT INTO outside_items (item_id, is_public, published_at, rev, changed_at, by_staff) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (item_id) DO UPDATE SET is_public = $2, published_at = $3, rev = $4, changed_at = $5, by_staff = $6"
    );
    tx.run(put, args![item, row.is_public, row.published_at, row.rev, now, by]).await.map(drop)
}

pub async fn put_texts(tx: &mut Tx, item: ItemId, all: Vec<(&'static str, &'static str, String)>) -> Result<()> {
    tx.run(sql!("frontdoor.delete_public_texts", "DELETE FROM outside_texts WHERE item_id = $1"), args![item]).await?;
    let insert = sql!(
        "frontdoor.insert_public_text",
        "INSERT INTO outside_texts (item_id, lang, field, text) VALUES ($1, $2, $3, $4)"
    );
    let rows = all.into_iter().map(|(lang, field, text)| args![item, lang, field, text]).collect();
    tx.insert_rows(insert, rows).await.map(drop)
}

pub async fn put_quotes(tx: &mut Tx, item: ItemId, passages: &[i64]) -> Result<()> {
    tx.run(sql!("frontdoor.delete_public_quotes", "DELETE FROM outside_quotes WHERE item_id = $1"), args![item])
        .await?;
    let insert = sql!(
        "frontdoor.insert_public_quote",
        "INSERT INTO outside_quotes (item_id, passage_ord, position) VALUES ($1, $2, $3)"
    );
    let rows = passages.iter().enumerate().map(|(at, passage)| args![item, *passage, at as i64]).collect();
    tx.insert_rows(insert, rows).await.map(drop)
}

pub async fn list_quotes(tx: &mut Tx, item: ItemId) -> Result<Vec<i64>> {
    let list = sql!("frontdoor.list_chosen_quotes" => (i64,),
        "SELECT passage_ord FROM outside_quotes WHERE item_id = $1 ORDER BY position");
    Ok(tx.all(list, args![item]).await?.into_iter().map(|(ord,)| ord).collect())
}

row! {
    /// Words that may be shown in public: their author allows it today.
    #[derive(Clone, Debug)]
    pub struct QuotableRow { pub ord: i64, pub id: base::PassageId, pub quote: String, pub person_ord: i64, pub door_ord: i64 }
}

/// Words behind an item's asks, tagged as a passage of what they wrote themselves, by persons who allow quotes.
pub async fn list_quotable(tx: &mut Tx, item: ItemId, allowing: &[i64], limit: i64) -> Result<Vec<QuotableRow>> {
    let list = sql!("frontdoor.list_quotable" => QuotableRow,
        "SELECT DISTINCT p.ord, p.id, p.quote, r.canon_ord AS person_ord, c.door_ord FROM asks a
         JOIN persons r ON r.ord = a.person_ord JOIN persons m ON m.canon_ord = r.canon_ord
         JOIN entries e ON e.person_ord = m.ord JOIN passages p ON p.entry_ord = e.ord
         JOIN taggings t ON t.passage_ord = p.ord JOIN conversations c ON c.ord = e.conversation_ord
         WHERE a.item_id = $1 AND a.state <> 'withdrawn' AND r.canon_ord = ANY($2) AND t.retracted_at IS NULL
           AND e.kind = 'message' AND e.author = 'person' AND p.quote <> '' ORDER BY p.ord DESC LIMIT $3");
    tx.all(list, args![item, allowing.to_vec(), limit]).await
}

// -- “Tell me when”

row! {
    /// What a visitor left.
    #[derive(Clone, Debug)]
    pub struct WishRow {
        pub id: WishId, pub item_id: ItemId, pub email: String, pub words: String, pub language: String, pub place: String,
        pub asked_at: Time, pub mailed_at: Option<Time>, pub proved_at: Option<Time>, pub person_ord: Option<i64>,
    }
}

pub async fn insert_wish(tx: &mut Tx, w: &WishRow) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_wish",
        "INSERT INTO wishes (id, item_id, email, email_fold, words, language, place, asked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    );
    let (email, fold, words) = (w.email.as_str(), w.email.to_lowercase(), w.words.as_str());
    let row = args![w.id, w.item_id, email, fold, words, w.language.as_str(), w.place.as_str(), w.asked_at];
    tx.run(insert, row).await.map(drop)
}

pub async fn find_wish(tx: &mut Tx, id: WishId) -> Result<Option<WishRow>> {
    let find = sql!("frontdoor.find_wish" => WishRow,
        "SELECT id, item_id, email, words, language, place, asked_at, mailed_at, proved_at, person_ord FROM wishes WHERE id = $1");
    tx.find(find, args![id]).await
}

/// Wishes since a moment: of a network, and of all.
pub async fn count_wishes(tx: &mut Tx, place: &str, since: Time) -> Result<[i64; 2]> {
    let of_place = sql!("frontdoor.count_wishes_of_place" => (i64,),
        "SELECT COUNT(*) FROM wishes WHERE place = $1 AND asked_at > $2");
    let of_all = sql!("frontdoor.count_wishes" => (i64,), "SELECT COUNT(*) FROM wishes WHERE asked_at > $1");
    let place = tx.get(of_place, args![place, since]).await?.0;
    Ok([place, tx.get(of_all, args![since]).await?.0])
}

/// How often an address was left since a moment, on whichever page.
pub async fn count_of_address(tx: &mut Tx, email: &str, since: Time) -> Result<i64> {
    let count = sql!("frontdoor.count_address_left" => (i64,),
        "SELECT (SELECT COUNT(*) FROM wishes WHERE email_fold = $1 AND asked_at > $2)
           + (SELECT COUNT(*) FROM leavings WHERE email_fold = $1 AND said_at > $2)");
    Ok(tx.get(count, args![email.to_lowercase(), since]).await?.0)
}

pub async fn note_mailed(tx: &mut Tx, id: WishId) -> Result<()> {
    let now = tx.now();
    let note = sql!("frontdoor.note_wish_mailed", "UPDATE wishes SET mailed_at = $2 WHERE id = $1");
    tx.run(note, args![id, now]).await.map(drop)
}

/// What they left is an ask now; only that it was proved stays, so that the link says so again.
pub async fn prove_wish(tx: &mut Tx, id: WishId, person: i64) -> Result<()> {
    let now = tx.now();
    let prove = sql!(
        "frontdoor.prove_wish",
        "UPDATE wishes SET proved_at = $2, person_ord = $3, words = '', place = '' WHERE id = $1"
    );
    tx.run(prove, args![id, now, person]).await.map(drop)
}

/// Forgets what nobody proved, and of what was proved that it was.
pub async fn forget_wishes(tx: &mut Tx, before: Time) -> Result<u64> {
    tx.run(sql!("frontdoor.forget_wishes", "DELETE FROM wishes WHERE asked_at < $1"), args![before]).await
}

/// What persons left, by their ordinals or their addresses, is forgotten with them.
pub async fn forget_wishes_of(tx: &mut Tx, persons: &[i64], emails: Vec<String>) -> Result<()> {
    let forget =
        sql!("frontdoor.forget_wishes_of", "DELETE FROM wishes WHERE person_ord = ANY($1) OR email_fold = ANY($2)");
    tx.run(forget, args![persons.to_vec(), emails.clone()]).await?;
    let forget = sql!("frontdoor.forget_page_links_of", "DELETE FROM page_links WHERE email_fold = ANY($1)");
    tx.run(forget, args![emails]).await.map(drop)
}

// -- A person's own page

row! {
    /// That somebody asked for a new address of their page.
    #[derive(Clone, Debug)]
    pub struct LinkRow {
        pub id: PageLinkId, pub email: String, pub language: String, pub place: String, pub asked_at: Time,
        pub mailed_at: Option<Time>,
    }
}

pub async fn insert_link(tx: &mut Tx, l: &LinkRow) -> Result<()> {
    let insert = sql!(
        "frontdoor.insert_page_link",
        "INSERT INTO page_links (id, email, email_fold, language, place, asked_at) VALUES ($1, $2, $3, $4, $5, $6)"
    );
    let (email, fold, language) = (l.email.as_str(), l.email.to_lowercase(), l.language.as_str());
    tx.run(insert, args![l.id, email, fold, language, l.place.as_str(), l.asked_at]).await.map(drop)
}

pub async fn find_link(tx: &mut Tx, id: PageLinkId) -> Result<Option<LinkRow>> {
    let find = sql!("frontdoor.find_page_link" => LinkRow,
        "SELECT id, email, language, place, asked_at, mailed_at FROM page_links WHERE id = $1");
    tx.find(find, args![id]).await
}

/// Askings for a new address since a moment: from a network, for an address, all.
pub async fn count_links(tx: &mut Tx, place: &str, email: &str, hour: Time, day: Time) -> Result<[i64; 3]> {
    let count = sql!("frontdoor.count_page_links" => (i64, i64, i64),
        "SELECT (SELECT COUNT(*) FROM page_links WHERE place = $1 AND asked_at > $3) AS of_place,
           (SELECT COUNT(*) FROM page_links WHERE email_fold = $2 AND asked_at > $4) AS of_email,
           (SELECT COUNT(*) FROM page_links WHERE asked_at > $3) AS of_all");
    Ok(tx.get(count, args![place, email.to_lowercase(), hour, day]).await?.into())
}

pub async fn note_link_mailed(tx: &mut Tx, id: PageLinkId) -> Result<()> {
    let now = tx.now();
    let note = sql!("frontdoor.note_page_link_mailed", "UPDATE page_links SET mailed_at = $2 WHERE id = $1");
    tx.run(note, args![id, now]).await.map(drop)
}

pub async fn forget_links(tx: &mut Tx, before: Time) -> Result<u64> {
    tx.run(sql!("frontdoor.forget_page_links", "DELETE FROM page_links WHERE asked_at < $1"), args![before]).await
}

/// How often the addresses of a record's page were taken back.
pub async fn count_taken_back(tx: &mut Tx, person: i64) -> Result<i64> {
    let find =
        sql!("frontdoor.count_pages_taken_back" => (i64,), "SELECT taken_back FROM person_pages WHERE person_ord = $1");
    Ok(tx.find(find, args![person]).await?.map_or(0, |(times,)| times))
}

/// Takes back the addresses that were made for some records until now.
pub async fn take_back_pages(tx: &mut Tx, persons: &[i64]) -> Result<()> {
    let put = sql!(
        "frontdoor.take_back_page",
        "INSERT INTO person_pages (person_ord, taken_back) VALUES ($1, 1)
         ON CONFLICT (person_ord) DO UPDATE SET taken_back = person_pages.taken_back + 1"
    );
    for person in persons {
        tx.run(put, args![*person]).await?;
    }
    Ok(())
}

/// What somebody wrote on pages of ours since a moment.
pub async fn count_said(tx: &mut Tx, persons: &[i64], since: Time) -> Result<i64> {
    let count = sql!("frontdoor.count_said_on_page" => (i64,),
        "SELECT COUNT(*) FROM conversations WHERE source = 'visitor' AND person_ord = ANY($1) AND opened_at > $2");
    Ok(tx.get(count, args![persons.to_vec(), since]).await?.0)
}

row! {
    /// Words somebody wrote themselves, behind a tagging.
    #[derive(Clone, Debug)]
    pub struct OwnWords { pub tagging_ord: i64, pub quote: String }
}

/// What of some taggings these persons wrote themselves: the passage, or the first message of theirs in the conversation.
/// What one of us wrote, also a note, is never among it, nor what came in by hidden doors.
pub async fn list_own_words(tx: &mut Tx, taggings: &[i64], persons: &[i64], hidden: &[i64]) -> Result<Vec<OwnWords>> {
    let list = sql!("frontdoor.list_own_words" => OwnWords,
        "SELECT t.ord AS tagging_ord, p.quote FROM taggings t JOIN passages p ON p.ord = t.passage_ord
           JOIN entries e ON e.ord = p.entry_ord JOIN conversations c ON c.ord = e.conversation_ord
         WHERE t.ord = ANY($1) AND c.door_ord <> ALL($3) AND e.kind = 'message' AND e.author = 'person' AND e.person_ord = ANY($2) AND p.quote <> ''
         UNION ALL
         SELECT t.ord AS tagging_ord, e.text FROM taggings t JOIN conversations c ON c.ord = t.conversation_ord
           JOIN entries e ON e.ord = (
           SELECT f.ord FROM entries f WHERE f.conversation_ord = t.conversation_ord AND f.kind = 'message'
             AND f.author = 'person' AND f.person_ord = ANY($2) AND f.text <> '' ORDER BY f.said_at, f.ord LIMIT 1)
         WHERE t.ord = ANY($1) AND t.passage_ord IS NULL AND c.door_ord <> ALL($3)");
    tx.all(list, args![taggings.to_vec(), persons.to_vec(), hidden.to_vec()]).await
}

/// The record an id names, whoever it was merged into.
pub async fn find_person_ord(tx: &mut Tx, id: base::PersonId) -> Result<Option<i64>> {
    let find = sql!("frontdoor.find_person_ord" => (i64,), "SELECT ord FROM persons WHERE id = $1");
    Ok(tx.find(find, args![id]).await?.map(|(ord,)| ord))
}

/// What visitors wrote with their asks themselves.
pub async fn list_visitor_words(tx: &mut Tx, asks: &[i64], hidden: &[i64]) -> Result<Vec<(i64, String)>> {
    let list = sql!("frontdoor.list_visitor_words" => (i64, String),
        "SELECT a.ord, a.words FROM asks a LEFT JOIN conversations c ON c.ord = a.conversation_ord
         WHERE a.ord = ANY($1) AND a.origin = 'visitor' AND a.words <> '' AND COALESCE(c.door_ord, 0) <> ALL($2)");
    tx.all(list, args![asks.to_vec(), hidden.to_vec()]).await
}

/// Chosen words whose author may not allow them any more.
pub async fn list_chosen(tx: &mut Tx, passages: &[i64]) -> Result<Vec<QuotableRow>> {
    let list = sql!("frontdoor.list_quotes_by_passage" => QuotableRow,
        "SELECT p.ord, p.id, p.quote, r.canon_ord AS person_ord, c.door_ord FROM passages p JOIN entries e ON e.ord = p.entry_ord
         JOIN persons r ON r.ord = e.person_ord JOIN conversations c ON c.ord = e.conversation_ord
         WHERE p.ord = ANY($1) ORDER BY p.ord DESC");
    tx.all(list, args![passages.to_vec()]).await
}

/// Public texts and quotes of items that are not there, and what was proved by nobody.
pub async fn list_of_no_item(tx: &mut Tx) -> Result<Vec<(ItemId,)>> {
    let list = sql!("frontdoor.list_public_of_no_item" => (ItemId,),
        "SELECT o.item_id FROM outside_items o WHERE NOT EXISTS (SELECT 1 FROM roadmap_items i WHERE i.id = o.item_id)
         UNION SELECT t.item_id FROM outside_texts t WHERE NOT EXISTS (SELECT 1 FROM outside_items o WHERE o.item_id = t.item_id)
         UNION SELECT q.item_id FROM outside_quotes q WHERE NOT EXISTS (SELECT 1 FROM passages p WHERE p.ord = q.passage_ord)
         UNION SELECT w.item_id FROM wishes w WHERE w.proved_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.ord = w.person_ord)");
    tx.all(list, args![]).await
}
