//! Taking in: each thing once, nothing lost, whatever comes twice, late or broken.
mod saying;

use base::{Error, Time};
use conversations::*;
use saying::*;

#[tokio::test]
async fn the_same_conversation_again_changes_nothing() {
    let db = TestDb::new("the_same_again").await;
    let first =
        take(&db, vec![chat("c1", &[("e1", "person", "결제가 안 돼요"), ("e2", "agent", "Let me look")])]).await;
    assert!(first[0].new && first[0].new_entries == 2 && first[0].new_persons == 1);
    let again =
        take(&db, vec![chat("c1", &[("e1", "person", "결제가 안 돼요"), ("e2", "agent", "Let me look")])]).await;
    assert_eq!((again[0].new, again[0].new_entries, again[0].changed_entries), (false, 0, 0));
    assert_eq!(again[0].entry_ords, first[0].entry_ords);
    assert_sound(&db).await;
    let head = head(&db, "c1").await;
    assert_eq!((head.entry_count, head.last_said_by, head.preview.as_str()), (2, Author::External, "Let me look"));
    assert_eq!((head.waiting_since, head.language.map(|l| l.to_string()).as_deref()), (None, Some("ko")));
    assert_eq!(events(&db, "conversations.taken_in").await.len(), 1, "the second time nothing happened");
}

#[tokio::test]
async fn new_entries_are_appended_and_a_changed_text_is_a_revision() {
    let db = TestDb::new("appended").await;
    take(&db, vec![chat("c1", &[("e1", "person", "The export fails")])]).await;
    let later = take(&db, vec![chat("c1", &[("e1", "person", "The export fails often"), ("e2", "person", "")])]).await;
    assert_eq!((later[0].new, later[0].new_entries, later[0].changed_entries), (false, 1, 1));
    let head = head(&db, "c1").await;
    assert_eq!((head.entry_count, head.preview.as_str()), (2, ""), "an empty text is kept");
    assert_eq!(head.waiting_since, Some(at(0)), "they wait since they first spoke");
    let mut tx = db.read().await.unwrap();
    let entry = entries_by_ord(&mut tx, &later[0].entry_ords[..1]).await.unwrap().remove(0);
    assert_eq!((entry.rev, entry.text.as_str()), (2, "The export fails often"));
    assert_eq!(found(&db, "often").await, ["c1"]);
    assert_sound(&db).await;
}

#[tokio::test]
async fn a_bad_item_says_why_and_stops_no_neighbour() {
    let db = TestDb::new("bad_item").await;
    let mut tx = db.write().await.unwrap();
    let bad = [
        chat("", &[("e1", "person", "no id")]),
        chat("twice", &[("e1", "person", "a"), ("e1", "person", "b")]),
        ConversationIn { attributes: Some("[1]".into()), ..chat("odd", &[]) },
        ConversationIn { person: Some(7), ..chat("nobody", &[]) },
        chat("long", &[("e1", "person", &"x".repeat(LONGEST_TEXT + 1))]),
    ];
    let mut items = vec![chat("good1", &[("e1", "person", "hello")])];
    items.extend(bad);
    items.push(chat("good2", &[("e1", "person", "NUL \0 and e\u{301}")]));
    let taken = take_in(&mut tx, items).await.unwrap();
    tx.commit().await.unwrap();
    assert!(taken[0].is_ok() && taken[6].is_ok());
    for (place, field) in [(1, "external_id"), (2, "entries"), (3, "attributes"), (4, "people"), (5, "entries.text")] {
        assert!(matches!(&taken[place], Err(Error::Invalid { field: f, .. }) if *f == field), "{:?}", taken[place]);
    }
    assert_eq!(head(&db, "good2").await.preview, "NUL \u{fffd} and é");
    assert_sound(&db).await;
}

#[tokio::test]
async fn one_conversation_may_come_in_pieces_in_one_batch() {
    let db = TestDb::new("pieces").await;
    let taken = take(
        &db,
        vec![
            chat("c1", &[("e1", "person", "one")]),
            chat("c2", &[("e1", "person", "other")]),
            chat("c1", &[("e1", "person", "one"), ("e2", "agent", "two")]),
        ],
    )
    .await;
    assert_eq!(taken[0].conversation_ord, taken[2].conversation_ord);
    assert_eq!((taken[0].new, taken[2].new, taken[2].new_entries), (true, false, 1));
    assert_eq!(head(&db, "c1").await.entry_count, 2);
    assert_sound(&db).await;
}

#[tokio::test]
async fn what_a_person_says_opens_a_closed_conversation_again() {
    let db = TestDb::new("reopens").await;
    let closed =
        |id: &str, entries: &[(&str, &str, &str)]| ConversationIn { status: Status::Closed, ..chat(id, entries) };
    take(&db, vec![closed("c1", &[("e1", "person", "old")])]).await;
    assert_eq!((head(&db, "c1").await.status, head(&db, "c1").await.waiting_since), (Status::Closed, None));
    take(&db, vec![closed("c1", &[("e2", "person", "still in the archive")])]).await;
    assert_eq!(head(&db, "c1").await.status, Status::Closed);
    take(&db, vec![chat("c1", &[("e3", "agent", "we looked")])]).await;
    assert_eq!(head(&db, "c1").await.status, Status::Closed);
    take(&db, vec![chat("c1", &[("e4", "person", "and now?")])]).await;
    assert_eq!((head(&db, "c1").await.status, head(&db, "c1").await.waiting_since), (Status::Open, Some(at(3))));
    assert_sound(&db).await;
}

#[tokio::test]
async fn a_passage_follows_its_quote_into_a_new_text() {
    let db = TestDb::new("passages").await;
    let taken = take(&db, vec![chat("c1", &[("e1", "person", "처음엔 됐는데 결제가 안 돼요 😀 정말")])]).await;
    let entry = taken[0].entry_ords[0];
    let mut tx = db.write().await.unwrap();
    let passage = make_passage(&mut tx, entry, 0, 3, "결제가 안 돼요", None).await.unwrap();
    assert_eq!((passage.start_at, passage.end_at), (8, 16), "the quote wins over the offset");
    let same = make_passage(&mut tx, entry, 8, 16, "결제가 안 돼요", None).await.unwrap();
    assert_eq!(same.ord, passage.ord);
    let gone = make_passage(&mut tx, entry, 17, 18, "😀", None).await.unwrap();
    assert!(matches!(make_passage(&mut tx, entry, 0, 2, "환불", None).await, Err(Error::Invalid { .. })));
    tx.commit().await.unwrap();
    take(&db, vec![chat("c1", &[("e1", "person", "결제가 안 돼요, 고쳐 주세요")])]).await;
    let mut tx = db.read().await.unwrap();
    let mut now = passages_by_ord(&mut tx, &[passage.ord, gone.ord]).await.unwrap();
    now.sort_by_key(|p| p.ord);
    assert_eq!((now[0].entry_rev, now[0].start_at, now[0].end_at), (2, 0, 8));
    assert_eq!((now[1].entry_rev, now[1].start_at), (1, 17), "what is gone stays with the text it was in");
    assert_sound(&db).await;
}

#[tokio::test]
async fn persons_who_take_part_have_it_on_their_timeline() {
    let db = TestDb::new("timeline").await;
    let mut item = chat("c1", &[("e1", "person", "hello")]);
    item.people.push(person("p-other", "Other"));
    item.entries.push(entry("e2", AuthorIn::Person(1), 5, "me too"));
    take(&db, vec![item]).await;
    let mut tx = db.read().await.unwrap();
    let touched = tx.all(store::sql!("test.touchpoints" => (i64, Time), "SELECT person_ord, at FROM touchpoints ORDER BY person_ord"), []).await.unwrap();
    assert_eq!(touched, [(1, at(5)), (2, at(5))]);
    drop(tx);
    take(&db, vec![chat("c1", &[("e9", "person", "again")])]).await;
    assert_sound(&db).await;
}

#[tokio::test]
async fn what_is_behind_a_door_is_not_there_for_others() {
    let db = TestDb::new("doors").await;
    take(
        &db,
        vec![
            chat("c1", &[("e1", "person", "secret plans")]),
            ConversationIn { door: Some("sales".into()), ..chat("c2", &[("e1", "person", "secret offer")]) },
        ],
    )
    .await;
    let mut tx = db.write().await.unwrap();
    let door = list_doors(&mut tx).await.unwrap().into_iter().find(|door| door.name == "sales").unwrap();
    change_door(&mut tx, door.clone(), None, Some(Visibility::Teams), None).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.read().await.unwrap();
    let agent = base::Actor { staff: Some(base::StaffId::new()), role: base::Role::Agent, ..base::Actor::system() };
    let scope = Scope::of(&mut tx, &agent).await.unwrap();
    assert_eq!(scope.hidden, [door.ord]);
    let hidden = find_by_external(&mut tx, "test", "c2").await.unwrap().unwrap();
    assert!(matches!(get_conversation(&mut tx, &scope, hidden.id).await, Err(Error::NotFound("conversation"))));
    let hits = search(&mut tx, &scope, "secret", None, Default::default()).await.unwrap();
    assert_eq!(hits.items.iter().map(|hit| hit.head.external_id.as_str()).collect::<Vec<_>>(), ["c1"]);
    let page =
        list_conversations(&mut tx, &scope, None, &ListQuery::default(), None, Default::default()).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(count_views(&mut tx, &scope, None).await.unwrap()[0], 1);
}
