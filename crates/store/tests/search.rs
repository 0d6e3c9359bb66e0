//! The search door gives the same answers on both engines.
use store::{Noun, Tx, search, sql};
use testkit::TestDb;
use textkit::{index_terms, parse_query};

async fn index(tx: &mut Tx, texts: &[(i64, &str)]) {
    let terms = texts.iter().map(|(ord, text)| (*ord, index_terms(text))).collect();
    search::index(tx, terms).await.unwrap();
}

async fn find(tx: &mut Tx, query: &str) -> (Vec<i64>, Vec<i64>) {
    let found = search::find(tx, &parse_query(query), 100).await.unwrap();
    assert!(!found.is_cut);
    (found.words, found.grams)
}

#[tokio::test]
async fn korean_and_english_are_found_whole_or_inside_the_newest_first() {
    let db = TestDb::new("search").await;
    let mut tx = db.write().await.unwrap();
    index(
        &mut tx,
        &[
            (1, "간편결제 오류가 났어요"),
            (2, "결제오류 신고"),
            (3, "Payment ERROR 404, see v2.1-beta"),
            (4, "오류 없이 결제"),
            (5, "a@b.com can't log-in"),
            (6, "결제를 하고 싶어요"),
        ],
    )
    .await;
    index(&mut tx, &[(5, "a@b.com can't log-in 환불")]).await;
    tx.commit().await.unwrap();
    let mut tx = db.read().await.unwrap();
    assert_eq!(search::count(&mut tx).await.unwrap(), 6);
    let all = |found: (Vec<i64>, Vec<i64>)| {
        let mut all = [found.0, found.1].concat();
        all.sort();
        all
    };
    assert_eq!(find(&mut tx, "결제").await.0[..2], [6, 4], "the newest of those that say the very word");
    assert_eq!(all(find(&mut tx, "결제").await), [1, 2, 4, 6]);
    assert_eq!(all(find(&mut tx, "간편결제").await), [1]);
    assert_eq!(all(find(&mut tx, "결제 오류").await), [1, 2, 4]);
    assert_eq!(all(find(&mut tx, "error 404").await), [3]);
    assert_eq!(all(find(&mut tx, "v2.1").await), [3]);
    assert_eq!(all(find(&mut tx, "LOG-IN").await), [5]);
    assert_eq!(all(find(&mut tx, "환불").await), [5], "it is indexed anew");
    assert_eq!(all(find(&mut tx, "a@b.com").await), [5]);
    for nothing in ["없는말", "' OR \"", "\"", "AND", "NEAR(", "*", ""] {
        assert!(all(find(&mut tx, nothing).await).is_empty(), "{nothing}");
    }
}

#[tokio::test]
async fn what_is_removed_is_found_no_more() {
    let db = TestDb::new("search remove").await;
    let mut tx = db.write().await.unwrap();
    index(&mut tx, &[(1, "결제 오류"), (2, "결제 완료"), (3, "결제")]).await;
    search::remove(&mut tx, &[1, 3, 77]).await.unwrap();
    assert_eq!(find(&mut tx, "결제").await.0, [2]);
    search::clear(&mut tx).await.unwrap();
    assert_eq!((search::count(&mut tx).await.unwrap(), find(&mut tx, "결제").await), (0, (vec![], vec![])));
    index(&mut tx, &[(1, "결제")]).await;
    assert_eq!(find(&mut tx, "결제").await.0, [1]);
}

#[tokio::test]
async fn new_entries_are_found_like_any_other() {
    let db = TestDb::new("search new").await;
    let mut tx = db.write().await.unwrap();
    let terms = |ord: i64, text: &str| vec![(ord, index_terms(text))];
    search::index_new(&mut tx, terms(1, "결제 오류")).await.unwrap();
    search::index_new(&mut tx, terms(2, "결제 완료")).await.unwrap();
    search::index(&mut tx, terms(1, "환불")).await.unwrap();
    assert_eq!(find(&mut tx, "결제").await.0, [2]);
    assert_eq!(find(&mut tx, "환불").await.0, [1]);
}

#[tokio::test]
async fn an_index_of_other_tokens_is_known_as_such() {
    let db = TestDb::new("search version").await;
    let mut tx = db.write().await.unwrap();
    assert!(search::is_current(&mut tx).await.unwrap());
    tx.run(sql!("test.set_version", "UPDATE search_state SET token_version = 0"), []).await.unwrap();
    assert!(!search::is_current(&mut tx).await.unwrap());
    let broken = store::check(&mut tx).await.unwrap();
    assert_eq!(broken[0].invariant, "the search index is of this version");
    search::mark_current(&mut tx).await.unwrap();
    assert_eq!(store::check(&mut tx).await.unwrap(), []);
}

#[tokio::test]
async fn of_many_matches_the_newest_are_given_and_it_is_said() {
    let db = TestDb::new("search many").await;
    let mut tx = db.write().await.unwrap();
    let texts: Vec<(i64, String)> = (1..=500).map(|n| (n, format!("결제 오류 {n}"))).collect();
    let texts: Vec<(i64, &str)> = texts.iter().map(|(n, text)| (*n, &**text)).collect();
    index(&mut tx, &texts).await;
    let found = search::find(&mut tx, &parse_query("오류"), 20).await.unwrap();
    assert!(found.is_cut);
    assert!(found.words.into_iter().eq((481..=500).rev()));
    let found = search::find(&mut tx, &parse_query("오류 77"), 20).await.unwrap();
    assert_eq!((found.words, found.is_cut), (vec![77], false));
}

#[tokio::test]
async fn names_are_found_for_their_noun_alone() {
    let db = TestDb::new("search names").await;
    let mut tx = db.write().await.unwrap();
    let names = |names: &[(i64, &str)]| names.iter().map(|(ord, name)| (*ord, index_terms(name))).collect::<Vec<_>>();
    search::index_names(&mut tx, Noun::Person, names(&[(1, "김하늘"), (2, "하늘소")])).await.unwrap();
    search::index_names(&mut tx, Noun::Account, names(&[(1, "하늘상사")])).await.unwrap();
    let query = parse_query("하늘");
    let of = |found: search::Found| {
        let mut ords: Vec<i64> = found.ords().collect();
        ords.sort();
        ords
    };
    assert_eq!(of(search::find_names(&mut tx, Noun::Person, &query, 10).await.unwrap()), [1, 2]);
    assert_eq!(of(search::find_names(&mut tx, Noun::Account, &query, 10).await.unwrap()), [1]);
    assert!(search::find_names(&mut tx, Noun::Team, &query, 10).await.unwrap().is_empty());
    search::remove_names(&mut tx, Noun::Person, &[1]).await.unwrap();
    assert_eq!(of(search::find_names(&mut tx, Noun::Person, &query, 10).await.unwrap()), [2]);
    search::index_names(&mut tx, Noun::Door, vec![]).await.unwrap_err();
}

#[tokio::test]
async fn a_text_of_many_megabytes_does_not_stop_the_index() {
    let db = TestDb::new("search long").await;
    let mut tx = db.write().await.unwrap();
    let words: String = (0..400_000).map(|n| format!("낱말{n}번 ")).collect();
    index(&mut tx, &[(1, &format!("처음 {words}")), (2, &"결제 오류 ".repeat(100_000))]).await;
    assert_eq!(find(&mut tx, "처음").await.0, [1]);
    assert_eq!(find(&mut tx, "결제 오류").await.0, [2]);
}
