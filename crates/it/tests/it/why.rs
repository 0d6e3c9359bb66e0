//! Where conversations go and why, and what is learned from them: from the first word to the board.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::sleep;

pub async fn until<T>(what: &str, find: impl AsyncFn() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(found) = find().await {
            return found;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

pub async fn write_in(by: &Client, person: &str, text: &str) -> String {
    let body = json!({"channel": "email", "person": {"external_id": person, "name": person}, "text": text});
    by.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

pub async fn route_of(by: &Client, conversation: &str) -> Value {
    until("it is decided", async || {
        let answer = by.get(&format!("/api/conversations/{conversation}/route")).await.ok().json;
        (!answer["route"].is_null()).then(|| answer["route"].clone())
    })
    .await
}

async fn be_here(app: &TestApp, role: Role, languages: &[&str], skills: &[&str]) {
    let body = json!({"languages": languages, "skills": skills, "is_here": true});
    app.as_role(role).put(&format!("/api/routing/staff/{}", app.id_of(role)), body).await.ok();
}

fn is_sentence(route: &Value) {
    for (lang, ends) in [("ko", "니다."), ("en", ".")] {
        let text = route["sentence"][lang].as_str().unwrap();
        assert!(text.ends_with(ends) && !text.contains("route-"), "{text}");
    }
}

#[tokio::test]
async fn an_enquiry_is_read_goes_to_somebody_and_says_why_in_both_languages() {
    let app = TestApp::start("why-route").await;
    let (agent, admin) = (app.as_agent(), app.as_role(Role::Admin));
    // Nobody is here: it is read all the same, and waits for whoever comes first.
    let text = "직원이 45명인 회사인데 연간 요금제로 견적을 받아볼 수 있을까요?";
    let korean = write_in(&agent, "a", text).await;
    let route = route_of(&agent, &korean).await;
    assert_eq!((&route["purpose"], &route["purpose_from"]), (&json!("buy"), &json!("words")));
    assert!(route["words"].as_array().unwrap().iter().all(|word| text.contains(word.as_str().unwrap())), "{route}");
    assert!(route["assignee"].is_null() && route["has_packet"] == true);
    assert_eq!(route["parts"].as_array().unwrap().len(), 5);
    is_sentence(&route);
    let packet = agent.get(&format!("/api/conversations/{korean}/packet")).await.ok().json;
    assert!(
        packet["why"]["ko"].as_str().unwrap().contains("구매 용건") && packet["opening"]["ko"].is_string(),
        "{packet}"
    );
    let page = agent.get(&format!("/api/conversations/{korean}")).await.ok();
    assert_eq!((&page.json["purpose"], page.json["rev"].as_i64()), (&json!("buy"), Some(1)), "no new version of it");

    // Somebody comes who speaks Korean, and takes it; what is written in English goes to who speaks English.
    be_here(&app, Role::Agent, &["ko"], &["buy"]).await;
    let taken = until("it is handed out", async || {
        let route = route_of(&agent, &korean).await;
        route["assignee"]["name"].is_string().then_some(route)
    })
    .await;
    assert_eq!(taken["assignee"]["id"], json!(app.id_of(Role::Agent)));
    assert!(taken["sentence"]["en"].as_str().unwrap().contains("answers in Korean"), "{taken}");
    be_here(&app, Role::Admin, &["en"], &[]).await;
    let english = write_in(&agent, "b", "The export is broken since yesterday and I cannot log in, please help!").await;
    let route = route_of(&agent, &english).await;
    assert_eq!((&route["purpose"], &route["assignee"]["id"]), (&json!("help"), &json!(app.id_of(Role::Admin))));
    let next = admin.get("/api/routing/next").await.ok();
    assert_eq!(next.json["conversation"], json!(english));

    // One call sends it elsewhere; its reason is in the sentence and moves the weights.
    let before = admin.get("/api/routing").await.ok();
    let path = format!("/api/conversations/{english}/route");
    let moved = agent.post(&path, json!({"reason": "contact"})).await.ok().json["route"].clone();
    assert_eq!((&moved["assignee"]["id"], moved["changes"].as_i64()), (&json!(app.id_of(Role::Agent)), Some(1)));
    assert!(moved["sentence"]["en"].as_str().unwrap().contains("somebody else knows them"), "{moved}");
    is_sentence(&moved);
    let after = admin.get("/api/routing").await.ok();
    let contact = |answer: &Value| answer["person"]["contact"].as_f64().unwrap();
    assert!(contact(&after.json) > contact(&before.json));
    agent.post(&path, json!({"reason": "purpose"})).await.refused(422, "error-reroute-purpose");
    app.end().await;
}

#[tokio::test]
async fn a_correction_teaches_the_reader_and_the_rules_are_for_admins() {
    let app = TestApp::start("why-lesson").await;
    let (agent, admin) = (app.as_agent(), app.as_role(Role::Admin));
    let first = write_in(&agent, "a", "Could our choir rehearse in your lobby on Sundays?").await;
    route_of(&agent, &first).await;
    let body = json!({"reason": "purpose", "purpose": "partner"});
    agent.post(&format!("/api/conversations/{first}/route"), body).await.ok();
    let second = write_in(&agent, "b", "Another choir would like to rehearse in your lobby on Sundays").await;
    assert_eq!(route_of(&agent, &second).await["purpose"], "partner");
    // A purpose that is set by hand elsewhere is learned from too, and stands in the sentence.
    let page = agent.get(&format!("/api/conversations/{second}")).await.ok();
    agent.patch(&format!("/api/conversations/{second}"), page.rev(), json!({"purpose": "feedback"})).await.ok();
    until("it is followed", async || (route_of(&agent, &second).await["purpose"] == "feedback").then_some(())).await;

    let rules = admin.get("/api/routing").await.ok();
    let order = json!({"fit": 20, "value": 20, "growth": 20, "waiting": 20, "emotion": 20});
    agent.patch("/api/routing", rules.rev(), json!({"order": order})).await.expect(403);
    let changed = admin
        .patch(
            "/api/routing",
            rules.rev(),
            json!({"order": order, "words": [{"says": "choir", "purpose": "feedback"}]}),
        )
        .await
        .ok();
    assert_eq!(changed.json["order"]["fit"], 20.0);
    let bad = json!({"order": {"fit": 90, "value": 20, "growth": 20, "waiting": 20, "emotion": 20}});
    admin.patch("/api/routing", changed.rev(), bad).await.refused(422, "error-routing-order");
    let third = write_in(&agent, "c", "Our choir wants a quote for 20 seats").await;
    let route = route_of(&agent, &third).await;
    assert_eq!((&route["purpose"], &route["purpose_from"]), (&json!("feedback"), &json!("rule")));
    app.end().await;
}

#[tokio::test]
async fn a_question_is_answered_an_insight_confirmed_and_the_board_knows() {
    let app = TestApp::start("why-learn").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let id = write_in(&agent, "a", "내보내기가 안 돼요. 오류가 나요.").await;
    route_of(&agent, &id).await;
    let tag = curator.post("/api/tags", json!({"label": {"en": "Export", "ko": "내보내기"}})).await.expect(201);
    let tag = tag.json["id"].as_str().unwrap().to_owned();
    agent.post(&format!("/api/conversations/{id}/taggings"), json!({"tag_id": tag})).await.expect(201);
    let item = json!({"title": {"en": "PDF export", "ko": "PDF 내보내기"}, "tags": [{"tag": tag, "mode": "include"}]});
    curator.post("/api/roadmap/items", item).await.expect(201);

    let learning = format!("/api/conversations/{id}/learning");
    let offered = until("questions are there", async || {
        let found = agent.get(&learning).await.ok().json;
        (!found["questions"].as_array().unwrap().is_empty()).then_some(found)
    })
    .await;
    let questions = offered["questions"].as_array().unwrap();
    assert!(
        questions.len() <= 3 && questions.iter().all(|q| q["text"]["ko"].is_string() && q["text"]["en"].is_string())
    );
    let words = &offered["roadmap"][0];
    assert!(words["text"]["ko"].as_str().unwrap().contains("“PDF 내보내기”로 적어 두었습니다"), "{words}");

    // We answer, with a question; nothing else is asked until they write back.
    let entry = |text: &str, author: &str| json!({"author": author, "text": text});
    let said = agent
        .post(&format!("/api/conversations/{id}/entries"), entry("고쳤습니다. 무엇을 하시던 중이셨나요?", "staff"))
        .await
        .expect(201);
    let asked = json!({"probe": questions[0]["id"], "entry_id": said.json["id"]});
    agent.post(&format!("/api/conversations/{id}/questions"), asked.clone()).await.expect(204);
    agent.post(&format!("/api/conversations/{id}/questions"), asked).await.expect(204);
    let noted = json!({"item": words["item"], "kind": "noted", "entry_id": said.json["id"]});
    agent.post(&format!("/api/conversations/{id}/roadmap-words"), noted).await.expect(204);
    let waiting = agent.get(&learning).await.ok().json;
    assert_eq!(
        (&waiting["questions"], &waiting["answer"], &waiting["roadmap"]),
        (&json!([]), &Value::Null, &json!([]))
    );
    agent
        .post(
            &format!("/api/conversations/{id}/entries"),
            entry("감사합니다.\n매달 본사 보고 때문에 PDF가 필요해요.", "person"),
        )
        .await
        .expect(201);
    let answered = until("the answer is seen", async || {
        let found = agent.get(&learning).await.ok().json;
        (!found["answer"].is_null()).then_some(found)
    })
    .await;
    let answer = &answered["answer"];
    assert_eq!(answer["quote"], "매달 본사 보고 때문에 PDF가 필요해요.");

    // One key confirms it, onto the passage and the tag; twice is once, and it can be taken back.
    let passage = json!({"entry_id": answer["entry_id"], "start": answer["start"], "end": answer["end"], "quote": answer["quote"]});
    let body = json!({"kind": answer["kind"], "passage": passage});
    let path = format!("/api/conversations/{id}/insights");
    let insight = agent.post(&path, body.clone()).await.expect(201).json;
    assert_eq!((&insight["tags"], &insight["was_asked"]), (&json!([tag]), &json!(true)));
    assert_eq!(agent.post(&path, body.clone()).await.expect(200).json["id"], insight["id"]);
    let board = agent.get("/api/learned").await.ok().json;
    assert_eq!((&board["reasons_new"], &board["reasons"], &board["novelty"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(
        (&board["questions"][0]["answered"]["n"], &board["questions"][0]["learned"]["n"]),
        (&json!(1), &json!(1))
    );
    assert!(board["questions"][0]["answered"]["share"].is_null(), "too few to say");
    assert_eq!(board["accounts"].as_array().unwrap().len(), 3);
    assert_eq!(agent.get("/api/insights").await.ok().items().len(), 1);
    // The items under its tag know why they are asked for.
    let item = async |tags: Value| {
        let body = json!({"title": {"en": "PDF"}, "tags": tags});
        let made = app.as_role(Role::Curator).post("/api/roadmap/items", body).await.expect(201).json;
        agent.get(&format!("/api/insights?item={}", made["id"].as_str().unwrap())).await.ok().items().len()
    };
    assert_eq!((item(json!([{"tag": tag, "mode": "include"}])).await, item(json!([])).await), (1, 0));
    agent.delete(&format!("/api/insights/{}", insight["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(agent.get("/api/insights").await.ok().items().len(), 0);
    agent.post(&path, body).await.expect(201);

    // Closing is never held up; what came of it may be said with it or after it.
    let closing = format!("/api/conversations/{id}/closing");
    agent.post(&closing, json!({})).await.ok();
    assert_eq!(agent.get(&format!("/api/conversations/{id}")).await.ok().json["status"], "closed");
    app.told().await;
    agent.post(&closing, json!({"outcome": "solved"})).await.ok();
    assert!(app.told().await.contains(&"frontdoor.learned".to_owned()), "whoever looks at it sees what came of it");
    let closed = agent.post(&closing, json!({"learned": "yes"})).await.ok().json;
    assert_eq!((&closed["outcome"], &closed["learned"]), (&json!("solved"), &json!("yes")));
    agent.post(&closing, json!({"outcome": "won"})).await.refused(422, "error-outcome");
    let board = agent.get("/api/learned").await.ok().json;
    assert_eq!((&board["learned"]["n"], &board["learned"]["of"]), (&json!(1), &json!(1)));
    app.end().await;
}

#[tokio::test]
async fn no_answer_of_the_api_tells_a_rank_a_quota_or_how_long_somebody_took() {
    let app = TestApp::start("why-nobody-measured").await;
    let document = app.anybody().get("/api/openapi.json").await.ok().text;
    for word in ["handle_time", "leaderboard", "\"rank\"", "quota", "open_count", "\"load\"", "response_time", "avg_"] {
        let is_weight = word == "\"load\"";
        let found = document.matches(word).count();
        // The one weight that evens things out is a setting, and no number of anybody.
        assert!(found <= usize::from(is_weight) * 3, "{word} stands {found} times in the API");
    }
    app.end().await;
}
