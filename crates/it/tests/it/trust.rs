//! How far figures can be trusted: tagging twice, blind; deciding between two; agreement; trends.
use crate::app::{Client, TestApp};
use base::{Actor, Role, Time};
use serde_json::{Value, json};

async fn said_at(by: &Client, person: &str, text: &str, at: Time) -> String {
    let body = json!({"channel": "chat", "person": {"external_id": person, "name": person}, "text": text, "at": at});
    by.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn said(by: &Client, person: &str, text: &str) -> String {
    said_at(by, person, text, Time::parse("2026-11-18T03:00:00Z").unwrap()).await
}

async fn make_tag(by: &Client, parent: Option<&str>, en: &str) -> String {
    let body = json!({"parent": parent, "label": {"en": en, "ko": format!("{en} 한국어")}});
    by.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

async fn tag(by: &Client, conversation: &str, tag: &str) {
    by.post(&format!("/api/conversations/{conversation}/taggings"), json!({"tag_id": tag})).await.expect(201);
}

async fn tags_of(by: &Client, conversation: &str) -> Vec<String> {
    let list = by.get(&format!("/api/conversations/{conversation}/taggings")).await.ok();
    list.items().iter().map(|t| t["tag"].as_str().unwrap().to_owned()).collect()
}

async fn count(by: &Client, tag: &str) -> i64 {
    by.get(&format!("/api/tags/{tag}/counts")).await.ok().json["n"].as_i64().unwrap()
}

/// Every tagged conversation is drawn, or as many of a hundred.
async fn draw(app: &TestApp, percent: f64) {
    let mut tx = app.db.write().await.unwrap();
    staff::adjust_settings(&mut tx, &Actor::system(), |s| s.double_coding_percent = percent).await.unwrap();
    tx.commit().await.unwrap();
    app.told().await;
}

async fn must_hold(app: &TestApp) {
    let mut tx = app.db.read().await.unwrap();
    assert_eq!(tagging::check(&mut tx).await.unwrap(), vec![]);
}

/// The second coding of whatever waits for this person.
async fn code_next(by: &Client, tags: &[&str]) -> String {
    let next = by.get("/api/double-codings/next").await.ok().json;
    let id = next["item"]["id"].as_str().expect("something waits").to_owned();
    by.post(&format!("/api/double-codings/{id}/coding"), json!({"tags": tags})).await.expect(204);
    id
}

#[tokio::test]
async fn a_second_person_tags_blind_and_a_curator_decides() {
    let app = TestApp::start("double_coding").await;
    let (agent, curator, viewer) = (app.as_agent(), app.as_role(Role::Curator), app.as_viewer());
    let (filters, views) = (make_tag(&curator, None, "Filters").await, make_tag(&curator, None, "Views").await);
    draw(&app, 100.0).await;
    let conversation = said(&agent, "minji", "필터가 자꾸 풀려요").await;
    app.told().await;
    tag(&agent, &conversation, &filters).await;
    // Being drawn is told nobody.
    app.expect_told(&["tagging.applied"]).await;

    // Whoever tagged it is not asked, whoever may not tag neither.
    assert_eq!(agent.get("/api/double-codings/next").await.ok().json["item"], Value::Null);
    viewer.get("/api/double-codings/next").await.expect(403);
    let next = curator.get("/api/double-codings/next").await.ok().json;
    assert_eq!(
        (next["waiting"].as_i64(), next["item"]["said"][0]["text"].as_str()),
        (Some(1), Some("필터가 자꾸 풀려요"))
    );
    let whole = next.to_string();
    assert!(!whole.contains(&filters) && !whole.contains(&conversation), "nothing leads to the tags: {whole}");
    let place = next["place"].as_str().unwrap();
    assert_eq!(curator.get(&format!("/api/double-codings/next?after={place}")).await.ok().json["item"], Value::Null);
    assert_eq!(viewer.get("/api/agreement").await.ok().json["waiting"], 1);
    assert!(curator.get("/api/double-codings").await.ok().items().is_empty(), "what nobody coded twice is not shown");

    let id = next["item"]["id"].as_str().unwrap();
    let coding = format!("/api/double-codings/{id}/coding");
    agent.post(&coding, json!({"tags": [views]})).await.refused(409, "error-double-same-person");
    curator.post(&coding, json!({"tags": ["tag_0000000000000000000000000a"]})).await.expect(404);
    curator.post(&format!("/api/double-codings/{id}/decision"), json!({"tags": [views]})).await.expect(404);
    curator.post(&coding, json!({"tags": [views]})).await.expect(204);
    app.expect_told(&["tagging.double_coded"]).await;
    app.as_owner().post(&coding, json!({"tags": []})).await.refused(409, "error-double-coded");
    // It enters no count and stands on no conversation.
    assert_eq!((count(&agent, &filters).await, count(&agent, &views).await), (1, 0));
    assert_eq!(tags_of(&agent, &conversation).await, std::slice::from_ref(&filters));

    let waiting = agent.get("/api/double-codings?state=undecided").await.ok();
    assert_eq!((&waiting.items()[0]["first"][0], &waiting.items()[0]["second"][0]), (&json!(filters), &json!(views)));
    assert_eq!(waiting.items()[0]["decided"], Value::Null);
    let decision = format!("/api/double-codings/{id}/decision");
    agent.post(&decision, json!({"tags": [views]})).await.expect(403);
    app.told().await;
    curator.post(&decision, json!({"tags": [views]})).await.expect(204);
    app.expect_told(&["tagging.retracted", "tagging.applied", "tagging.double_decided"]).await;
    curator.post(&decision, json!({"tags": [filters]})).await.refused(409, "error-double-decided");
    assert_eq!((count(&agent, &filters).await, count(&agent, &views).await), (0, 1));
    assert_eq!(tags_of(&agent, &conversation).await, std::slice::from_ref(&views));
    assert!(agent.get("/api/double-codings?state=undecided").await.ok().items().is_empty());
    let shown = agent.get("/api/double-codings?state=differ").await.ok();
    assert_eq!(shown.items()[0]["decided"], json!([views]));
    let text = shown.json.to_string();
    assert!(!text.contains("stf_"), "nobody is named: {text}");
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn nothing_fits_is_a_coding_and_a_decision_too() {
    let app = TestApp::start("double_nothing").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let filters = make_tag(&curator, None, "Filters").await;
    draw(&app, 100.0).await;
    let first = said(&agent, "lea", "ok").await;
    agent.post(&format!("/api/conversations/{first}/nothing"), json!({})).await.expect(201);
    code_next(&curator, &[]).await;
    assert!(agent.get("/api/double-codings?state=differ").await.ok().items().is_empty(), "both said that nothing fits");
    let second = said(&agent, "leo", "ok, thanks").await;
    tag(&agent, &second, &filters).await;
    let id = code_next(&curator, &[]).await;
    curator.post(&format!("/api/double-codings/{id}/decision"), json!({"tags": []})).await.expect(204);
    let shown = agent.get(&format!("/api/conversations/{second}/taggings")).await.ok();
    assert!(shown.items().is_empty() && shown.json["nothing"]["id"].is_string());
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn nothing_is_drawn_when_switched_off_and_what_lost_its_tags_does_not_wait() {
    let app = TestApp::start("double_off").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let filters = make_tag(&curator, None, "Filters").await;
    draw(&app, 0.0).await;
    let conversation = said(&agent, "a", "filters reset").await;
    tag(&agent, &conversation, &filters).await;
    assert_eq!(curator.get("/api/agreement").await.ok().json["waiting"], 0);
    draw(&app, 100.0).await;
    let other = said(&agent, "b", "filters reset again").await;
    tag(&agent, &other, &filters).await;
    assert_eq!(curator.get("/api/agreement").await.ok().json["waiting"], 1);
    let list = agent.get(&format!("/api/conversations/{other}/taggings")).await.ok();
    agent.delete(&format!("/api/taggings/{}", list.items()[0]["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(curator.get("/api/double-codings/next").await.ok().json["item"], Value::Null);
    let rev = curator.get("/api/settings").await.ok().rev();
    let owner = app.as_owner();
    owner.patch("/api/settings", rev, json!({"double_coding_percent": 101})).await.refused(422, "error-percent");
    owner.patch("/api/settings", rev, json!({"double_coding_percent": 2.5})).await.ok();
    assert_eq!(curator.get("/api/agreement").await.ok().json["percent"], 2.5);
    app.end().await;
}

#[tokio::test]
async fn a_hidden_door_hides_what_was_drawn_and_how_it_agrees() {
    let app = TestApp::start("double_doors").await;
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    let filters = make_tag(&curator, None, "Filters").await;
    draw(&app, 100.0).await;
    for person in ["a", "b"] {
        let conversation = said(&owner, person, "filters reset").await;
        tag(&owner, &conversation, &filters).await;
    }
    code_next(&agent, &[]).await;
    let waiting = agent.get("/api/double-codings/next").await.ok().json["item"]["id"].as_str().unwrap().to_owned();
    owner.patch(&format!("/api/staff/{}", app.id_of(Role::Admin)), 1, json!({"teams": ["Legal"]})).await.ok();
    let door = owner.get("/api/doors").await.ok().items()[0].clone();
    let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    let rev = door["rev"].as_i64().unwrap();
    owner.patch(&path, rev, json!({"visibility": "teams", "staff_teams": ["Legal"]})).await.ok();
    assert_eq!(agent.get("/api/double-codings/next").await.ok().json["item"], Value::Null);
    assert!(agent.get("/api/double-codings").await.ok().items().is_empty());
    agent.post(&format!("/api/double-codings/{waiting}/coding"), json!({"tags": []})).await.expect(404);
    let seen = agent.get("/api/agreement").await.ok().json;
    assert_eq!((seen["waiting"].as_i64(), seen["branches"][0]["n"].as_i64()), (Some(0), Some(0)));
    assert_eq!(owner.get("/api/agreement").await.ok().json["branches"][0]["n"], 1);
    app.end().await;
}

#[tokio::test]
async fn agreement_is_told_by_branch_with_the_conversations_behind_it() {
    let app = TestApp::start("agreement").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let database = make_tag(&curator, None, "Database").await;
    let filters = make_tag(&curator, Some(&database), "Filters").await;
    let views = make_tag(&curator, Some(&database), "Views").await;
    let price = make_tag(&curator, None, "Price").await;
    draw(&app, 100.0).await;
    // Nine alike on filters, three where one says filters and another views, two alike on the price.
    let plan = [(&filters, &filters, 9), (&filters, &views, 3), (&price, &price, 2)];
    let mut n = 0;
    for (first, second, times) in plan {
        for _ in 0..times {
            n += 1;
            let conversation = said(&agent, &format!("p{n}"), &format!("the filter of my view resets, {n}")).await;
            tag(&agent, &conversation, first).await;
            code_next(&curator, &[second]).await;
        }
    }
    let found = app.as_viewer().get("/api/agreement").await.ok().json;
    let (whole, below) = (&found["branches"][0], &found["branches"][1]);
    assert_eq!((whole["tag"].clone(), whole["n"].as_i64()), (Value::Null, Some(14)));
    // By hand: 28 codings, 21 filters, 3 views, 4 price; 3 of 14 units differ, 1 - (27 * 6) / (28² - 21² - 3² - 4²).
    let alpha = 1.0 - 27.0 * 6.0 / (784.0 - 441.0 - 9.0 - 16.0);
    let told = &whole["nominal"];
    assert!((told["value"].as_f64().unwrap() - alpha).abs() < 1e-12, "{told} for {alpha}");
    let (low, high) = (told["low"].as_f64().unwrap(), told["high"].as_f64().unwrap());
    assert!(low < alpha && alpha < high && low > -0.5 && high <= 1.0, "{told}");
    assert_eq!(whole["masi"]["value"], told["value"], "single tags share nothing in part");
    assert_eq!((whole["verdict"].as_str(), below["verdict"].as_str()), (Some("low"), Some("low")));
    assert_eq!((below["tag"].as_str(), below["n"].as_i64()), (Some(database.as_str()), Some(12)));
    let few = found["branches"].as_array().unwrap().iter().find(|b| b["tag"] == price.as_str()).unwrap();
    assert_eq!(
        (few["verdict"].as_str(), few["masi"].clone(), few["n"].as_i64()),
        (Some("too_few"), Value::Null, Some(2))
    );
    assert_eq!(found["pairs"].as_array().unwrap().len(), 1);
    let pair = &found["pairs"][0];
    assert_eq!((pair["n"].as_i64(), pair["of"].as_i64()), (Some(3), Some(12)));

    let inside = agent.get(&format!("/api/agreement?branch={database}")).await.ok().json;
    let tags: Vec<_> = inside["branches"].as_array().unwrap().iter().map(|b| b["tag"].as_str().unwrap()).collect();
    assert_eq!(tags[0], database);
    assert!(tags.contains(&filters.as_str()) && tags.contains(&views.as_str()) && tags.len() == 3, "{tags:?}");
    let behind = async |query: &str| agent.get(&format!("/api/double-codings?{query}")).await.ok().items().len();
    assert_eq!(behind(&format!("branch={database}")).await, 12);
    assert_eq!(behind(&format!("tag={filters}&against={views}")).await, 3);
    assert_eq!(behind("from=2020-01-01&to=2020-02-01").await, 0);
    let first = agent.get("/api/double-codings?limit=10").await.ok();
    let rest =
        agent.get(&format!("/api/double-codings?limit=10&cursor={}", first.json["next"].as_str().unwrap())).await;
    assert_eq!((first.items().len(), rest.ok().items().len()), (10, 4));
    agent.get("/api/agreement?from=2026-12-01&to=2026-11-01").await.refused(422, "error-period");

    // What the curator's queue asks for.
    let mut tx = app.db.read().await.unwrap();
    let scope = conversations::Scope::default();
    let catalogue = tagging::load_catalogue(&mut tx).await.unwrap();
    let pairs = tagging::list_confusable_tags(&mut tx, &scope, &catalogue, Time(0)).await.unwrap();
    assert_eq!((pairs.len(), pairs[0].conversations.len(), pairs[0].of), (1, 3, 12));
    drop(tx);
    // The curator is asked about the two, until it is said that they may stay.
    let confused = async || {
        let queue = curator.get("/api/curation/queue").await.ok();
        queue.items().iter().filter(|item| item["source"] == "confused").cloned().collect::<Vec<_>>()
    };
    let asked = confused().await;
    assert_eq!((asked.len(), asked[0]["conversations"].as_i64()), (1, Some(3)));
    let mut two = [asked[0]["tag"].as_str().unwrap(), asked[0]["other"].as_str().unwrap()];
    let mut both = [filters.as_str(), views.as_str()];
    two.sort_unstable();
    both.sort_unstable();
    assert_eq!(two, both);
    let stay = json!({"source": "confused", "tag": two[0], "other": two[1], "leave": true});
    curator.put("/api/curation/queue", stay).await.expect(204);
    assert!(confused().await.is_empty());
    must_hold(&app).await;
    app.end().await;
}

#[tokio::test]
async fn a_surge_rises_on_every_screen_and_is_counted_by_its_passages() {
    let app = TestApp::start("trends").await;
    let (agent, curator, viewer) = (app.as_agent(), app.as_role(Role::Curator), app.as_viewer());
    let area = make_tag(&curator, None, "Database").await;
    let surge = make_tag(&curator, Some(&area), "Filters").await;
    let steady = make_tag(&curator, None, "Price").await;
    let noon = Time(Time::now().0.div_euclid(Time::DAY) * Time::DAY + Time::DAY / 2);
    let mut n = 0;
    let mut say = async |tag_id: &str, days_ago: i64| {
        n += 1;
        let conversation = said_at(&agent, &format!("p{n}"), "filters reset", noon.plus(-days_ago * Time::DAY)).await;
        tag(&agent, &conversation, tag_id).await;
    };
    // Two a week for half a year, then two a day for one of the two; today is not over and not looked at.
    for week in 1..26 {
        for day in [2, 5] {
            say(&surge, 7 * week + day).await;
            say(&steady, 7 * week + day).await;
        }
    }
    for day in 1..8 {
        say(&surge, day).await;
        say(&surge, day).await;
    }
    say(&steady, 2).await;
    say(&steady, 5).await;
    for _ in 0..9 {
        say(&steady, 0).await;
    }
    let found = agent.get("/api/tags/trends").await.ok().json;
    let of = |tag: &str| found["items"].as_array().unwrap().iter().find(|t| t["tag"] == tag).unwrap().clone();
    assert_eq!((of(&surge)["is"].as_str(), of(&surge)["n"].as_i64()), (Some("rising"), Some(14)));
    assert_eq!((of(&steady)["is"].as_str(), of(&steady)["n"].as_i64()), (Some("steady"), Some(2)));
    assert!(of(&surge)["usual"][1].as_i64().unwrap() < 8, "{}", of(&surge));
    // The tag above counts what is below it, and leaves the word to it.
    assert_eq!((of(&area)["is"].as_str(), of(&area)["is_said_below"].as_bool()), (Some("rising"), Some(true)));
    let today = agent.get("/api/today").await.ok().json;
    assert_eq!(today["rising"].as_array().unwrap().len(), 1);
    assert_eq!(
        (today["rising"][0]["tag"].as_str(), today["rising"][0]["n"].as_i64()),
        (Some(surge.as_str()), Some(14))
    );
    let period = format!("from={}&to={}", found["from"].as_str().unwrap(), found["to"].as_str().unwrap());
    let counted = agent.get(&format!("/api/tags/{surge}/counts?{period}")).await.ok().json;
    assert_eq!(counted["conversations"], 14);
    let behind = agent.get(&format!("/api/tags/{surge}/evidence?{period}")).await.ok();
    assert_eq!(behind.items().len(), 14);
    // Two persons stand behind two cases: whoever may not see so few is not told.
    let seen = viewer.get("/api/tags/trends").await.ok().json;
    let few = seen["items"].as_array().unwrap().iter().find(|t| t["tag"] == steady.as_str()).unwrap();
    assert_eq!((few["is"].as_str(), few["n"].clone()), (Some("too_few"), Value::Null));
    app.end().await;
}
