//! Suggestions: from words at once, from taggings a moment later, never of tags that are over; kept back from a share of
//! conversations; earlier conversations with their answers, as far as one may see them; and how good it all is.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// A conversation that a person opens, by its id.
async fn said_at(by: &Client, person: &str, text: &str, at: &str) -> String {
    let body = json!({"channel": "chat", "person": {"external_id": person, "name": person}, "text": text, "at": at});
    by.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn said(by: &Client, person: &str, text: &str) -> String {
    said_at(by, person, text, "2026-11-18T03:00:00Z").await
}

async fn make_tag(by: &Client, label: Value, definition: Value) -> String {
    let body = json!({"label": label, "definition": definition});
    by.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn apply(by: &Client, conversation: &str, tag: &str) {
    by.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201);
}

async fn suggested(by: &Client, conversation: &str) -> Value {
    by.get(&format!("/api/conversations/{conversation}/suggestions")).await.ok().json
}

fn tags_of(answer: &Value) -> Vec<&str> {
    answer["items"].as_array().unwrap().iter().map(|item| item["tag"].as_str().unwrap()).collect()
}

/// The share of conversations that show no suggestions.
async fn keep_back(app: &TestApp, share: f64) {
    let owner = app.as_owner();
    let rev = owner.get("/api/settings").await.ok().rev();
    owner.patch("/api/settings", rev, json!({"unsuggested_share": share})).await.ok();
}

/// Waits until everything that was tagged before the server looked has been read.
async fn wait_until_learned(by: &Client, n: u64) {
    let began = Instant::now();
    loop {
        let report = by.get("/api/tagging/suggestions/quality").await.ok().json;
        if report["learned"].as_u64() >= Some(n) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "nothing was learned: {report}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_tag_with_only_a_label_and_a_definition_is_suggested_within_a_second() {
    let app = TestApp::start("fresh_tag").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    keep_back(&app, 0.0).await;
    curator.post("/api/tags/starter", json!({})).await.ok();
    let by_name = said(&agent, "park", "지난주부터 달빛 모드가 자꾸 꺼져요").await;
    let by_definition =
        said(&agent, "aiko", "Could you write the invoice on company letterhead for our auditors?").await;
    suggested(&agent, &by_name).await;
    let moonlight =
        make_tag(&curator, json!({"ko": "달빛 모드", "en": "Moonlight mode"}), json!({"en": "A dim screen at night"}))
            .await;
    let made = Instant::now();
    let found = suggested(&agent, &by_name).await;
    assert_eq!(tags_of(&found)[0], moonlight);
    assert!(made.elapsed() < Duration::from_secs(1), "{:?}", made.elapsed());
    let first = &found["items"][0];
    assert_eq!((first["why"].as_str(), first["examples"].as_i64()), (Some("label"), Some(0)));
    assert_eq!((first["reasons"][0]["start"].as_i64(), first["reasons"][0]["end"].as_i64()), (Some(6), Some(12)));
    let paper = make_tag(
        &curator,
        json!({"en": "Paperwork"}),
        json!({"en": "Somebody needs an invoice with company letterhead, such as for auditors"}),
    )
    .await;
    let made = Instant::now();
    let found = suggested(&agent, &by_definition).await;
    // The name of another tag stands in the text as well.
    let item = found["items"].as_array().unwrap().iter().find(|item| item["tag"] == paper.as_str());
    assert_eq!(item.map(|item| item["why"].clone()), Some(json!("definition")), "{found}");
    assert!(made.elapsed() < Duration::from_secs(1), "{:?}", made.elapsed());
    app.end().await;
}

#[tokio::test]
async fn what_was_tagged_a_moment_ago_is_suggested_for_the_like_and_taken_back_again() {
    let app = TestApp::start("learns_at_once").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    keep_back(&app, 0.0).await;
    let tag = make_tag(&curator, json!({"en": "Hardware"}), json!({})).await;
    let other = make_tag(&curator, json!({"en": "Billing"}), json!({})).await;
    let (first, like) = (
        said(&agent, "a", "the printer on my desk caught fire").await,
        said(&agent, "b", "our printer caught fire today").await,
    );
    wait_until_learned(&curator, 0).await;
    assert!(!tags_of(&suggested(&agent, &like).await).contains(&tag.as_str()));
    apply(&agent, &first, &tag).await;
    let tagged = Instant::now();
    // The background reads what there is soon after the start; from then on every tagging is followed at once.
    while tags_of(&suggested(&agent, &like).await).first() != Some(&tag.as_str()) {
        assert!(tagged.elapsed() < Duration::from_secs(5), "{}", suggested(&agent, &like).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let found = suggested(&agent, &like).await;
    assert_eq!((found["items"][0]["why"].as_str(), found["items"][0]["examples"].as_i64()), (Some("learned"), Some(1)));
    assert!(!found["items"][0]["reasons"].as_array().unwrap().is_empty());
    // The next is there at once.
    let coffee = said(&agent, "c", "coffee machine invoice was charged twice").await;
    apply(&agent, &coffee, &other).await;
    let again = said(&agent, "d", "charged twice on the coffee machine invoice").await;
    assert_eq!(tags_of(&suggested(&agent, &again).await)[0], other);
    let taggings = agent.get(&format!("/api/conversations/{first}/taggings")).await.ok();
    let tagging = taggings.items()[0]["id"].as_str().unwrap().to_owned();
    agent.delete(&format!("/api/taggings/{tagging}")).await.expect(204);
    assert!(!tags_of(&suggested(&agent, &like).await).contains(&tag.as_str()));
    app.end().await;
}

#[tokio::test]
async fn imported_and_retired_tags_and_tags_that_are_there_are_never_suggested() {
    let app = TestApp::start("not_suggested").await;
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    keep_back(&app, 0.0).await;
    let line = json!({"external_id": "1", "channel": "email", "opened_at": "2026-11-01T00:00:00Z", "tags": ["Gift wrapping"],
        "entries": [{"external_id": "1", "author": "person", "at": "2026-11-01T00:00:00Z", "text": "gift wrapping please"}]});
    let import = owner.send(
        reqwest::Method::POST,
        "/api/imports?format=jsonl&source=old&tags=create&name=old.jsonl",
        "application/x-ndjson",
        line.to_string(),
    );
    import.await.expect(201);
    app.settle().await;
    let text = said(&agent, "a", "gift wrapping for a present please").await;
    wait_until_learned(&curator, 1).await;
    let imported = agent.get("/api/tags").await.ok();
    let imported =
        imported.items().iter().find(|tag| tag["path"] == "old/gift-wrapping").expect("the tag came in").clone();
    let id = imported["id"].as_str().unwrap();
    assert_eq!(imported["state"], "imported");
    assert!(!tags_of(&suggested(&agent, &text).await).contains(&id));
    // Adopted, it is suggested with all that was learned meanwhile.
    curator.post(&format!("/api/tags/{id}/adopt"), json!({})).await.ok();
    let found = suggested(&agent, &text).await;
    assert_eq!(tags_of(&found)[0], id, "{found}");
    apply(&agent, &text, id).await;
    assert!(!tags_of(&suggested(&agent, &text).await).contains(&id), "a tag that is there is not suggested again");
    let other = said(&agent, "b", "gift wrapping once more").await;
    assert!(tags_of(&suggested(&agent, &other).await).contains(&id));
    curator.post(&format!("/api/tags/{id}/retire"), json!({})).await.ok();
    assert!(!tags_of(&suggested(&agent, &other).await).contains(&id));
    app.end().await;
}

#[tokio::test]
async fn a_share_shows_none_always_the_same_and_both_are_measured() {
    let app = TestApp::start("unbiased").await;
    let (agent, curator, viewer) = (app.as_agent(), app.as_role(Role::Curator), app.as_viewer());
    let tag = make_tag(&curator, json!({"en": "Refund"}), json!({})).await;
    let first = said(&agent, "z", "a refund of last month").await;
    apply(&agent, &first, &tag).await;
    wait_until_learned(&curator, 1).await;
    for (share, hidden) in [(1.0, true), (0.0, false)] {
        keep_back(&app, share).await;
        for n in 0..10 {
            let conversation = said(&agent, &format!("p{hidden}{n}"), "I want a refund of the money").await;
            let found = suggested(&agent, &conversation).await;
            assert_eq!(found["hidden"], hidden);
            assert_eq!(tags_of(&found), if hidden { vec![] } else { vec![tag.as_str()] });
            // What was decided stays decided.
            keep_back(&app, 1.0 - share).await;
            assert_eq!(suggested(&agent, &conversation).await["hidden"], hidden);
            keep_back(&app, share).await;
            match n {
                0 => {
                    drop(agent.post(&format!("/api/conversations/{conversation}/nothing"), json!({})).await.expect(201))
                }
                _ => apply(&agent, &conversation, &tag).await,
            }
        }
    }
    viewer.get("/api/tagging/suggestions/quality").await.expect(403);
    curator.get("/api/tagging/suggestions/quality?from=yesterday").await.refused(422, "error-day");
    let report = curator.get("/api/tagging/suggestions/quality").await.ok().json;
    let group = |arm: &str, by: &str| {
        let of = |g: &&Value| g["arm"] == arm && g["by"] == by;
        report["groups"].as_array().unwrap().iter().find(of).cloned().expect("a group")
    };
    for arm in ["shown", "unbiased"] {
        let all = group(arm, "all");
        assert_eq!(
            (all["n"].as_i64(), all["first_right"].clone()),
            (Some(9), Value::Null),
            "nine are too few for a share"
        );
        assert_eq!(group(arm, "language")["n"], 9);
        let nothing = report["nothing"].as_array().unwrap().iter().find(|n| n["arm"] == arm).unwrap().clone();
        assert_eq!(nothing["n"], 1);
    }
    keep_back(&app, 0.0).await;
    let tenth = said(&agent, "tenth", "refund please").await;
    suggested(&agent, &tenth).await;
    apply(&agent, &tenth, &tag).await;
    let report = curator.get("/api/tagging/suggestions/quality").await.ok().json;
    let all = report["groups"].as_array().unwrap().iter().find(|g| g["arm"] == "shown" && g["by"] == "all").unwrap();
    assert_eq!((all["n"].as_i64(), all["first_right"]["value"].as_f64()), (Some(10), Some(1.0)));
    assert!(all["first_right"]["low"].as_f64().unwrap() < 0.8);
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(tagging::check(&mut tx).await.unwrap(), vec![]);
    drop(tx);
    app.end().await;
}

#[tokio::test]
async fn earlier_conversations_come_with_their_answers_as_far_as_one_may_see_them() {
    let app = TestApp::start("similar").await;
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    keep_back(&app, 0.0).await;
    let tag = make_tag(&curator, json!({"en": "Export"}), json!({})).await;
    let text = "The CSV export drops the names of linked columns";
    let mut earlier = Vec::new();
    for n in 1..=5 {
        let at = format!("2026-11-0{n}T00:00:00Z");
        let conversation = said_at(&agent, &format!("p{n}"), &format!("{text}, case {n}"), &at).await;
        if n != 2 {
            let answer = json!({"author": "staff", "text": format!("Tick “with names” in the export, answer {n}"), "at": format!("2026-11-0{n}T01:00:00Z")});
            agent.post(&format!("/api/conversations/{conversation}/entries"), answer).await.expect(201);
        }
        apply(&agent, &conversation, &tag).await;
        earlier.push(conversation);
    }
    let now = said_at(&agent, "now", "linked columns have no names in our CSV export", "2026-11-04T12:00:00Z").await;
    wait_until_learned(&curator, 5).await;
    let path = format!("/api/conversations/{now}/similar");
    let found = agent.get(&path).await.ok();
    let mut ids: Vec<&str> = found.items().iter().map(|x| x["conversation"].as_str().unwrap()).collect();
    ids.sort_unstable();
    // The second was never answered, the fifth came later.
    let mut expected = [&earlier[0], &earlier[2], &earlier[3]].map(String::as_str);
    expected.sort_unstable();
    assert_eq!(ids, expected);
    let first = &found.items()[0];
    assert!(first["answer"]["text"].as_str().unwrap().starts_with("Tick “with names”"), "{first}");
    assert!(first["asked"].as_str().unwrap().starts_with(text));
    assert_eq!(
        (first["answer"]["by"]["name"].as_str(), first["tags"][0].as_str()),
        (Some("The agent"), Some(tag.as_str()))
    );
    // Behind a door one does not see there is nothing, and nothing is said of how many.
    let lawyer = format!("/api/staff/{}", app.id_of(Role::Admin));
    owner.patch(&lawyer, 1, json!({"teams": ["Legal"]})).await.ok();
    let doors = owner.get("/api/doors").await.ok();
    let door = doors.items().iter().find(|door| door["name"] != "Law").unwrap().clone();
    let door_path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    let close = json!({"visibility": "teams", "staff_teams": ["Legal"]});
    owner.patch(&door_path, door["rev"].as_i64().unwrap(), close).await.ok();
    agent.get(&path).await.expect(404);
    assert_eq!(owner.get(&path).await.ok().items().len(), 3);
    app.end().await;
}

#[tokio::test]
async fn a_text_such_as_of_a_roadmap_item_gets_suggestions_with_their_words() {
    let app = TestApp::start("text_suggestions").await;
    let (viewer, curator) = (app.as_viewer(), app.as_role(Role::Curator));
    let export = make_tag(&curator, json!({"en": "Export", "ko": "내보내기"}), json!({})).await;
    let filters = make_tag(&curator, json!({"en": "Filters", "ko": "필터"}), json!({})).await;
    let text = "거래처 표를 CSV로 내보내기";
    let found = viewer.post("/api/tags/suggest", json!({"text": text})).await.ok();
    assert_eq!(found.items()[0]["tag"], export.as_str());
    assert_eq!(found.items()[0]["words"], json!([[12, 16]]));
    let both = viewer.post("/api/tags/suggest", json!({"text": format!("{text} 필터"), "tags": [export]})).await.ok();
    assert_eq!(tags_of(&both.json), [filters.as_str()]);
    assert!(viewer.post("/api/tags/suggest", json!({"text": " "})).await.ok().items().is_empty());
    app.end().await;
}

#[tokio::test]
async fn who_is_erased_is_forgotten_by_what_was_learned_from_them() {
    let app = TestApp::start("forgets").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    keep_back(&app, 0.0).await;
    let hardware = make_tag(&curator, json!({"en": "Hardware"}), json!({})).await;
    let billing = make_tag(&curator, json!({"en": "Billing"}), json!({})).await;
    let mut theirs = String::new();
    for n in 0..24 {
        theirs = said(&agent, "erin", &format!("the zorblatt printer on my desk caught fire {n}")).await;
        apply(&agent, &theirs, &hardware).await;
        let other = said(&agent, "otto", &format!("invoice number {n} was charged twice")).await;
        apply(&agent, &other, &billing).await;
    }
    let like = said(&agent, "lee", "our zorblatt printer caught fire").await;
    let learner = app.state.get::<tagging::TagLearner>();
    let engine = app.state.get::<tagging::TagEngine>();
    engine.catch_up().await.unwrap();
    let ord = tagging::find_tag(&engine.catalogue(), hardware.parse().unwrap()).unwrap().ord;
    // What the models were not fitted with, how many examples the tag has, and how near the nearest words are.
    let stands = async || {
        let found = learner.ask(move |s| {
            (
                s.untrained(),
                s.examples_of(&[ord])[&ord],
                s.nearest("zorblatt printer caught fire", 1).first().map_or(0.0, |near| near.1),
            )
        });
        found.await.unwrap()
    };
    let until = async |what: &str, is_so: &dyn Fn((usize, u32, f32)) -> bool| {
        let began = Instant::now();
        while !is_so(stands().await) {
            assert!(began.elapsed() < Duration::from_secs(30), "never {what}: {:?}", stands().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    until("fitted", &|(untrained, examples, near)| untrained < 20 && examples == 24 && near > 0.5).await;
    assert_eq!(tags_of(&suggested(&agent, &like).await)[0], hardware);

    let person = agent.get(&format!("/api/conversations/{theirs}")).await.ok().json["person"]["id"].clone();
    let person = person.as_str().unwrap().parse().unwrap();
    frontdoor::erase_person(&app.db, &base::Actor::system(), person).await.unwrap();
    // Also from the models, which are otherwise fitted anew only after enough was learned.
    until("forgotten", &|(untrained, examples, near)| untrained == 0 && examples == 0 && near < 0.1).await;
    assert!(!tags_of(&suggested(&agent, &like).await).contains(&hardware.as_str()));
    assert_eq!(agent.get(&format!("/api/tags/{hardware}/counts")).await.ok().json["n"], 24, "counts do not move");
    app.end().await;
}
