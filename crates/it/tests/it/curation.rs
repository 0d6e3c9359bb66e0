//! Curation: proposing and adopting, merging and undoing, drafts, splitting, the queue, counts of the past; and random
//! curation that is taken back.
use crate::app::{Client, TestApp};
use crate::tagging::{make_tag, said};
use base::{Actor, Role, TagId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tagging::counts::{Filter, Pick, Selector};

async fn put_on(by: &Client, conversation: &str, tag: &str) -> Value {
    by.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201).json
}

async fn count(by: &Client, tag: &str, more: &str) -> (i64, i64) {
    let c = by.get(&format!("/api/tags/{tag}/counts?{more}")).await.ok().json;
    (c["conversations"].as_i64().unwrap(), c["n"].as_i64().unwrap())
}

async fn publish(by: &Client, ops: Value) -> String {
    by.post("/api/curation/changes", json!({"ops": ops})).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn undo(by: &Client, change: &str) -> String {
    by.post(&format!("/api/curation/changes/{change}/undo"), json!({})).await.ok().json["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn must_hold(app: &TestApp) {
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(tagging::check(&mut tx).await.unwrap(), vec![]);
    assert_eq!(conversations::check(&mut tx).await.unwrap(), vec![]);
}

#[tokio::test]
async fn a_merge_is_seen_everywhere_at_once_and_undone_without_a_trace() {
    let app = TestApp::start("merge").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let area = make_tag(&curator, None, "Database", "데이터베이스").await;
    let kept = make_tag(&curator, Some(&area), "Filters", "필터").await;
    let gone = make_tag(&curator, None, "Filtering", "거르기").await;
    let below = make_tag(&curator, Some(&gone), "Saved", "저장").await;
    let (one, two, three) = (
        said(&agent, "minji", "필터가 풀려요").await,
        said(&agent, "aiko", "filters").await,
        said(&agent, "lea", "saved filters").await,
    );
    put_on(&agent, &one, &kept).await;
    put_on(&agent, &one, &gone).await;
    put_on(&agent, &two, &gone).await;
    put_on(&agent, &three, &below).await;
    let item =
        json!({"title": {"en": "Filters that stay"}, "tags": [{"tag": gone, "mode": "include", "subtree": true}]});
    let item = curator.post("/api/roadmap/items", item).await.expect(201).json["id"].as_str().unwrap().to_owned();

    let ops = json!([{"op": "merge", "tag": gone, "into": kept}]);
    let seen = curator.post("/api/curation/preview", json!({"ops": ops})).await.ok().json;
    let of = |id: &str| seen["tags"].as_array().unwrap().iter().find(|t| t["id"] == id).unwrap().clone();
    assert_eq!(
        (of(&kept)["before"]["conversations"].as_i64(), of(&kept)["after"]["conversations"].as_i64()),
        (Some(1), Some(3))
    );
    assert_eq!((of(&gone)["into"].as_str(), of(&gone)["after"].clone()), (Some(kept.as_str()), Value::Null));
    assert_eq!(seen["items"][0]["id"], item.as_str());
    assert_eq!((seen["active_before"].as_i64(), seen["active_after"].as_i64()), (Some(4), Some(3)));
    assert_eq!(count(&agent, &kept, "").await, (1, 1), "a look changes nothing");

    let change = publish(&curator, ops).await;
    assert_eq!(count(&agent, &kept, "").await, (3, 4));
    assert_eq!(count(&agent, &kept, "subtree=false").await, (2, 3));
    assert_eq!(count(&agent, &area, "").await, (3, 4));
    // Whoever asks for the merged tag is led to the other; as tagged then it still is what it was.
    assert_eq!(count(&agent, &gone, "").await, (3, 4));
    assert_eq!(count(&agent, &gone, "as_of=then&subtree=false").await, (2, 2));
    assert_eq!(count(&agent, &kept, "as_of=then&subtree=false").await, (1, 1));
    let shown = agent.get(&format!("/api/conversations/{one}")).await.ok().json["tags"].clone();
    assert_eq!((shown.as_array().unwrap().len(), shown[0]["id"].as_str()), (1, Some(kept.as_str())));
    let listed = agent.get(&format!("/api/conversations?view=all&tag={kept}")).await.ok();
    assert_eq!(listed.items().len(), 3);
    let evidence = agent.get(&format!("/api/roadmap/items/{item}/evidence")).await.ok().json;
    assert_eq!(evidence["conversations"], 3);
    assert_eq!(agent.get(&format!("/api/tags/{below}")).await.ok().json["path"], "database/filters/saved");
    let aliases = agent.get(&format!("/api/tags/{kept}")).await.ok().json["aliases"].clone();
    assert_eq!(aliases, json!({"ko": ["거르기"], "en": ["Filtering"]}));
    // To whoever tags, the two are one.
    let path = format!("/api/conversations/{two}/taggings");
    agent.post(&path, json!({"tag_id": kept})).await.expect(200);
    must_hold(&app).await;

    let back = undo(&curator, &change).await;
    assert_eq!(count(&agent, &kept, "").await, (1, 1));
    assert_eq!(count(&agent, &gone, "").await, (3, 3));
    assert_eq!(agent.get(&format!("/api/tags/{below}")).await.ok().json["path"], "filtering/saved");
    assert_eq!(agent.get(&format!("/api/tags/{kept}")).await.ok().json["aliases"], json!({"ko": [], "en": []}));
    assert_eq!(agent.get(&format!("/api/conversations/{one}")).await.ok().json["tags"].as_array().unwrap().len(), 2);
    curator
        .post(&format!("/api/curation/changes/{change}/undo"), json!({}))
        .await
        .refused(409, "error-change-not-published");
    must_hold(&app).await;
    undo(&curator, &back).await;
    assert_eq!(count(&agent, &kept, "").await, (3, 4), "an undo can be undone");
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn what_cannot_be_merged_or_undone_is_refused_with_a_reason() {
    let app = TestApp::start("merge_refused").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let (a, b) = (make_tag(&curator, None, "A", "가").await, make_tag(&curator, None, "B", "나").await);
    let below = make_tag(&curator, Some(&a), "Below", "아래").await;
    let refused = async |ops: Value, status: u16, key: &str| {
        curator.post("/api/curation/changes", json!({"ops": ops})).await.refused(status, key);
    };
    refused(json!([{"op": "merge", "tag": a, "into": a}]), 422, "error-merge-itself").await;
    refused(json!([{"op": "merge", "tag": a, "into": below}]), 422, "error-merge-below").await;
    refused(json!([]), 422, "error-change-empty").await;
    // One that cannot be done stops all of them.
    refused(json!([{"op": "retire", "tag": b}, {"op": "restore", "tag": a}]), 409, "error-tag-not-retired").await;
    assert_eq!(curator.get(&format!("/api/tags/{b}")).await.ok().json["state"], "active");
    agent.post("/api/curation/changes", json!({"ops": [{"op": "retire", "tag": b}]})).await.expect(403);
    agent.get("/api/curation/queue").await.expect(403);

    let made = publish(&curator, json!([{"op": "create", "label": {"en": "New", "ko": "새"}}])).await;
    let tags = curator.get("/api/tags").await.ok();
    let new = tags.items().iter().find(|t| t["path"] == "new").unwrap()["id"].as_str().unwrap().to_owned();
    let conversation = said(&agent, "minji", "새").await;
    let tagging = put_on(&agent, &conversation, &new).await;
    let path = format!("/api/curation/changes/{made}/undo");
    curator.post(&path, json!({})).await.refused(409, "error-tag-in-use");
    agent.delete(&format!("/api/taggings/{}", tagging["id"].as_str().unwrap())).await.expect(204);
    let renamed = publish(&curator, json!([{"op": "change", "tag": new, "label": {"en": "Newer"}}])).await;
    curator.post(&path, json!({})).await.refused(409, "error-undo-changed-since");
    undo(&curator, &renamed).await;
    let gone = undo(&curator, &made).await;
    agent.get(&format!("/api/tags/{new}")).await.expect(404);
    // Its place is free meanwhile, and it can come back once it is free again.
    let other = publish(&curator, json!([{"op": "create", "label": {"en": "New"}}])).await;
    curator.post(&format!("/api/curation/changes/{gone}/undo"), json!({})).await.refused(409, "error-tag-path-taken");
    undo(&curator, &other).await;
    undo(&curator, &gone).await;
    agent.get(&format!("/api/tags/{new}")).await.ok();
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_draft_shows_what_it_does_goes_out_whole_and_comes_back_in_one_step() {
    let app = TestApp::start("drafts").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let (a, b) = (make_tag(&curator, None, "A", "가").await, make_tag(&curator, None, "B", "나").await);
    let conversation = said(&agent, "minji", "가").await;
    put_on(&agent, &conversation, &a).await;
    let id = TagId::new().to_string();
    let ops = json!([
        {"op": "create", "id": id, "label": {"en": "Area", "ko": "영역"}},
        {"op": "move", "tag": a, "parent": id},
        {"op": "merge", "tag": b, "into": a},
    ]);
    let draft =
        curator.post("/api/curation/drafts", json!({"title": "한 영역으로", "ops": ops})).await.expect(201).json;
    let path = format!("/api/curation/drafts/{}", draft["id"].as_str().unwrap());
    let shown = curator.get(&path).await.ok();
    let of =
        |id: &str| shown.json["impact"]["tags"].as_array().unwrap().iter().find(|t| t["id"] == id).unwrap().clone();
    assert_eq!((of(&id)["before"].clone(), of(&id)["after"]["conversations"].as_i64()), (Value::Null, Some(1)));
    assert_eq!(agent.get("/api/tags").await.ok().items().len(), 2, "a draft changes nothing");
    agent.get(&path).await.expect(403);
    let rev = shown.rev();
    curator.patch(&path, rev, json!({"title": "영역 하나로"})).await.ok();
    curator.patch(&path, rev, json!({"title": "또"})).await.expect(412);
    let published = curator.post(&format!("{path}/publish"), json!({})).await.ok().json;
    assert_eq!((published["state"].as_str(), published["what"].as_str()), (Some("published"), Some("batch")));
    assert_eq!(count(&agent, &id, "").await, (1, 1));
    curator.post(&format!("{path}/publish"), json!({})).await.refused(409, "error-change-not-draft");
    must_hold(&app).await;
    undo(&curator, published["id"].as_str().unwrap()).await;
    let paths: Vec<String> =
        agent.get("/api/tags").await.ok().items().iter().map(|t| t["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(paths, ["a", "b"]);
    let done = agent.get("/api/curation/changes").await.ok();
    let whats: Vec<&str> = done.items().iter().map(|c| c["what"].as_str().unwrap()).collect();
    assert_eq!(whats, ["undo", "batch", "create", "create"]);
    // A draft that can no longer be done says why.
    let late = json!({"ops": [{"op": "merge", "tag": b, "into": a}]});
    let late = curator.post("/api/curation/drafts", late).await.expect(201).json;
    publish(&curator, json!([{"op": "retire", "tag": a}])).await;
    let late = format!("/api/curation/drafts/{}", late["id"].as_str().unwrap());
    assert_eq!(curator.get(&late).await.ok().json["problem"]["key"], "error-tag-not-applicable");
    curator.delete(&late).await.expect(204);
    assert!(curator.get("/api/curation/drafts").await.ok().items().is_empty());
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_proposal_waits_with_its_words_and_the_nearest_tags_and_is_put_on_earlier_ones() {
    let app = TestApp::start("proposals").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    curator.post("/api/tags/starter", json!({})).await.ok();
    let nearest = agent.get("/api/curation/nearest?ko=저장한+필터&en=Saved+filter").await.ok();
    assert!(!nearest.items().is_empty() && nearest.items().len() <= 3, "{}", nearest.text);
    app.as_viewer().get("/api/curation/nearest?ko=필터").await.expect(403);
    let text = "안녕하세요. 행 단위 권한이 있으면 좋겠어요. 고맙습니다.";
    let conversation = said(&agent, "lee", text).await;
    let earlier = said(&agent, "han", "지난달에도 여쭈었는데 행 단위 권한은 언제 되나요?").await;
    let page = agent.get(&format!("/api/conversations/{conversation}")).await.ok().json;
    let quote = "행 단위 권한이 있으면 좋겠어요.";
    let start = text.chars().position(|c| c == '행').unwrap();
    let passage = json!({"entry_id": page["entries"][0]["id"], "start": start, "end": start + quote.chars().count(), "quote": quote});
    let body = json!({"label": {"ko": "행 단위 권한"}, "note": "표의 행마다", "conversation": conversation, "passage": passage});
    let proposed = agent.post("/api/tags/propose", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let queue = curator.get("/api/curation/queue").await.ok().json;
    assert_eq!(queue["counts"]["proposed"], 1);
    let waits = queue["items"].as_array().unwrap()[0].clone();
    assert_eq!((waits["source"].as_str(), waits["tag"].as_str()), (Some("proposed"), Some(proposed.as_str())));
    assert_eq!(
        (waits["proposal"]["quote"].as_str(), waits["proposal"]["note"].as_str()),
        (Some(quote), Some("표의 행마다"))
    );
    assert!(waits["nearest"].as_array().unwrap().iter().all(|n| n["tag"] != proposed.as_str()));
    publish(&curator, json!([{"op": "adopt", "tag": proposed}])).await;
    let found = curator.get(&format!("/api/tags/{proposed}/found")).await.ok();
    let conversations: Vec<&str> = found.items().iter().map(|f| f["conversation"].as_str().unwrap()).collect();
    assert!(conversations.contains(&earlier.as_str()), "{}", found.text);
    for one in found.items() {
        let path = format!("/api/conversations/{}/taggings", one["conversation"].as_str().unwrap());
        let passage =
            json!({"entry_id": one["entry"], "start": one["start"], "end": one["end"], "quote": one["quote"]});
        curator.post(&path, json!({"tag_id": proposed, "passage": passage})).await.expect(201);
    }
    assert!(curator.get(&format!("/api/tags/{proposed}/found")).await.ok().items().is_empty());
    // A proposal that is there already under another name becomes an alias of it.
    let again =
        agent.post("/api/tags/propose", json!({"label": {"ko": "줄 권한"}})).await.expect(201).json["id"].clone();
    publish(&curator, json!([{"op": "merge", "tag": again, "into": proposed}])).await;
    let aliases = agent.get(&format!("/api/tags/{proposed}")).await.ok().json["aliases"]["ko"].clone();
    assert_eq!(aliases, json!(["줄 권한"]));
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn the_queue_finds_imported_near_and_incomplete_tags_and_remembers_what_was_left() {
    let app = TestApp::start("queue").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let ko = make_tag(&curator, None, "", "캘린더 보기").await;
    let en = make_tag(&curator, None, "Calendar view", "").await;
    make_tag(&curator, None, "View", "보기").await;
    let queue = async || curator.get("/api/curation/queue").await.ok().json;
    let of = |queue: &Value, source: &str| -> Vec<Value> {
        queue["items"].as_array().unwrap().iter().filter(|i| i["source"] == source).cloned().collect()
    };
    let first = queue().await;
    let near = of(&first, "near");
    assert!(near.iter().any(|n| n["tag"] == ko.as_str() && n["other"] == en.as_str()), "{near:?}");
    let missing = of(&first, "missing");
    assert_eq!(missing.len(), 3);
    assert!(
        missing.iter().any(|m| m["tag"] == ko.as_str() && m["lacks"].as_array().unwrap().contains(&json!("label_en")))
    );
    let pair = json!({"source": "near", "tag": en, "other": ko, "leave": true});
    agent.put("/api/curation/queue", pair.clone()).await.expect(403);
    curator.put("/api/curation/queue", pair).await.expect(204);
    assert!(of(&queue().await, "near").iter().all(|n| n["tag"] != ko.as_str()));
    curator
        .put("/api/curation/queue", json!({"source": "near", "tag": ko, "other": en, "leave": false}))
        .await
        .expect(204);
    assert_eq!(of(&queue().await, "near").len(), near.len());
    assert_eq!(first["budget"], json!({"limit": 700, "active": 3}));
    curator.put("/api/curation/budget", json!({"limit": 2})).await.ok();
    curator.put("/api/curation/budget", json!({"limit": 0})).await.refused(422, "error-budget");
    assert_eq!(queue().await["budget"], json!({"limit": 2, "active": 3}));
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_split_sorts_passages_moves_them_and_is_undone_with_its_new_tags() {
    let app = TestApp::start("split").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let export = make_tag(&curator, None, "Export", "내보내기").await;
    let texts =
        ["CSV로 내보내면 한글이 깨져요", "CSV export drops columns", "PDF 내보내기가 느려요", "내보내기가 안 돼요"];
    for (n, text) in texts.iter().enumerate() {
        let conversation = said(&agent, &format!("p{n}"), text).await;
        put_on(&agent, &conversation, &export).await;
    }
    let (csv, pdf) = (TagId::new().to_string(), TagId::new().to_string());
    let children = json!([
        {"id": csv, "label": {"en": "CSV export", "ko": "CSV 내보내기"}}, {"id": pdf, "label": {"en": "PDF export", "ko": "PDF 내보내기"}},
    ]);
    let sorted = curator.post(&format!("/api/tags/{export}/sorted"), json!({"children": children})).await.ok();
    assert_eq!((sorted.items().len(), sorted.json["total"].as_i64()), (4, Some(4)));
    let place = |text: &str| sorted.items().iter().find(|i| i["quote"] == text).unwrap().clone();
    assert_eq!((place(texts[0])["suggested"].as_i64(), place(texts[2])["suggested"].as_i64()), (Some(0), Some(1)));
    assert!(!place(texts[3])["is_sure"].as_bool().unwrap());
    let moves: Vec<Value> = [(0, &csv), (1, &csv), (2, &pdf)]
        .iter()
        .map(|(n, to)| json!({"tagging": place(texts[*n])["tagging"], "to": to}))
        .collect();
    let before = count(&agent, &export, "").await;
    let change = publish(&curator, json!([{"op": "split", "tag": export, "children": children, "moves": moves}])).await;
    assert_eq!(count(&agent, &csv, "").await, (2, 2));
    assert_eq!(count(&agent, &pdf, "").await, (1, 1));
    assert_eq!(count(&agent, &export, "subtree=false").await, (1, 1));
    assert_eq!(count(&agent, &export, "").await, before, "nothing is lost from the whole");
    must_hold(&app).await;
    let back = undo(&curator, &change).await;
    agent.get(&format!("/api/tags/{csv}")).await.expect(404);
    assert_eq!(count(&agent, &export, "subtree=false").await, (4, 4));
    must_hold(&app).await;
    undo(&curator, &back).await;
    assert_eq!(count(&agent, &csv, "").await, (2, 2));
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn counts_can_be_asked_as_of_a_moment() {
    let app = TestApp::start("as_of").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let tag = make_tag(&curator, None, "Filters", "필터").await;
    let conversation = said(&agent, "minji", "필터").await;
    put_on(&agent, &conversation, &tag).await;
    assert_eq!(count(&agent, &tag, "as_of=2026-01-01").await, (0, 0));
    assert_eq!(count(&agent, &tag, "as_of=2999-01-01T00:00:00Z").await, (1, 1));
    agent.get(&format!("/api/tags/{tag}/counts?as_of=soon")).await.refused(422, "error-as-of");
    app.end().await;
}

/// A small generator of its own, so that a failing case can be told by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

type Shown = (Vec<tagging::Tag>, BTreeMap<i64, (tagging::counts::Four, u32)>);

/// The catalogue without its versions, and what every tag counts, straight from the rows.
async fn look(app: &TestApp) -> Shown {
    let mut tx = app.db.read().await.unwrap();
    let catalogue = tagging::load_catalogue(&mut tx).await.unwrap();
    let columns = tagging::load_columns(&mut tx).await.unwrap();
    let count = |ord: i64| {
        let tags = catalogue.subtree(ord).into_iter().map(|o| o as u32).collect();
        columns.count_four(&Selector { include: vec![Pick { tags, kinds: 0 }], exclude: vec![] }, &Filter::default())
    };
    let counts = catalogue.tags.iter().map(|t| (t.ord, count(t.ord))).collect();
    (catalogue.tags.iter().map(|t| tagging::Tag { rev: 0, ..t.clone() }).collect(), counts)
}

#[tokio::test]
async fn random_curation_taken_back_leaves_catalogue_and_counts_bit_for_bit() {
    let app = TestApp::start("random_curation").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let mut ids = Vec::new();
    for n in 0..8 {
        let parent = ids.get(n / 3).filter(|_| n > 2).map(String::as_str);
        ids.push(make_tag(&curator, parent, &format!("Tag {n}"), &format!("태그 {n}")).await);
    }
    for n in 0..12 {
        let conversation = said(&agent, &format!("p{}", n % 5), "필터").await;
        put_on(&agent, &conversation, &ids[n % 8]).await;
    }
    let cases = if std::env::var_os("SARANG_SOAK").is_some() { 2_000 } else { 24 };
    let (scope, actor) = (conversations::Scope::default(), Actor::system());
    let before = look(&app).await;
    for case in 0..cases {
        let mut dice = Dice(case);
        let mut done = Vec::new();
        for _ in 0..1 + dice.roll(5) {
            let mut tx = app.db.write().await.unwrap();
            let catalogue = tagging::load_catalogue(&mut tx).await.unwrap();
            let any = |dice: &mut Dice| catalogue.tags[dice.roll(catalogue.tags.len() as u64) as usize].id;
            let op = match dice.roll(7) {
                0 => {
                    json!({"op": "create", "label": {"en": format!("New {}", dice.roll(9))}, "parent": any(&mut dice)})
                }
                1 => json!({"op": "change", "tag": any(&mut dice), "label": {"ko": format!("말 {}", dice.roll(9))}}),
                2 => json!({"op": "move", "tag": any(&mut dice), "parent": any(&mut dice)}),
                3 | 4 => json!({"op": "merge", "tag": any(&mut dice), "into": any(&mut dice)}),
                5 => json!({"op": "retire", "tag": any(&mut dice)}),
                _ => {
                    let tag = any(&mut dice);
                    let of = catalogue.by_id(tag).map_or(0, |t| t.canon_ord);
                    let living = tagging::list_history(&mut tx, (1..=12).collect()).await.unwrap();
                    let living = living.iter().filter(|r| r.retracted_at.is_none() && catalogue.canon(r.tag_ord) == of);
                    let child = TagId::new();
                    let moves: Vec<Value> = living.take(2).map(|r| json!({"tagging": r.id, "to": child})).collect();
                    json!({"op": "split", "tag": tag, "children": [{"id": child, "label": {"en": "Part"}}], "moves": moves})
                }
            };
            let op: tagging::Op = serde_json::from_value(op).unwrap();
            // What is refused is rolled back whole.
            if let Ok(change) = tagging::publish(&mut tx, &scope, &actor, "", vec![op]).await {
                tx.commit().await.unwrap();
                done.push(change.id);
            }
        }
        for change in done.into_iter().rev() {
            let mut tx = app.db.write().await.unwrap();
            tagging::undo_change(&mut tx, &scope, &actor, change).await.unwrap_or_else(|e| panic!("case {case}: {e}"));
            tx.commit().await.unwrap();
        }
        assert_eq!(look(&app).await, before, "case {case}");
    }
    must_hold(&app).await;
    app.end().await;
}
