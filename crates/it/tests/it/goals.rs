//! Shared goals measured live, areas of the product that every department sees the same, and where customers meet us.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};

async fn start(name: &str) -> TestApp {
    let app = TestApp::start(name).await;
    let mut tx = app.db.read().await.unwrap();
    let rev_of = staff::list_members(&mut tx).await.unwrap();
    drop(tx);
    for (role, team) in [(Role::Agent, "Support"), (Role::Curator, "Product")] {
        let one = rev_of.iter().find(|one| one.id == app.id_of(role)).unwrap();
        app.as_owner().patch(&format!("/api/staff/{}", one.id), one.rev, json!({"teams": [team]})).await.ok();
    }
    app
}

/// Somebody says something that is tagged; the conversation.
async fn ask(by: &Client, person: &str, tag: &Value) -> String {
    let account = json!({"external_id": format!("{person}-co"), "name": format!("{person} Co")});
    let body = json!({"channel": "email", "person": {"external_id": person, "name": person, "account": account}, "text": format!("{person} needs it")});
    let id = by.post("/api/conversations", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    by.post(&format!("/api/conversations/{id}/taggings"), json!({"tag_id": tag, "kind": "request"})).await.expect(201);
    id
}

async fn make_tag(by: &Client, label: &str) -> Value {
    by.post("/api/tags", json!({"label": {"en": label}})).await.expect(201).json["id"].clone()
}

fn goal(measure: &str, change: Value) -> Value {
    let mut body = json!({"words": {"ko": "모두에게 알린다", "en": "Everybody hears"}, "measure": measure, "target": 0.9, "until": "2027-06-30",
        "owners": [{"department": "Support"}, {"department": "Product"}]});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn goals_are_measured_live_owned_together_and_say_what_they_conflict_with() {
    let app = start("goals").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let measures = agent.get("/api/measures").await.ok();
    let keys: Vec<&str> = measures.items().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["demand_met", "emotion_change", "learning_rate", "open_asks", "promise_kept", "told_back"]);
    agent.post("/api/goals", goal("told_back", json!({}))).await.expect(403);
    for (change, field) in [
        (json!({"measure": "happiness"}), "error-goal-measure"),
        (json!({"target": 90}), "error-goal-target"),
        (json!({"owners": []}), "error-goal-owners"),
        (json!({"owners": [{"department": "Nobody"}]}), "error-staff-team-unknown"),
        (json!({"until": "soon"}), "error-day"),
        (json!({"words": {"ko": " ", "en": ""}}), "error-text-empty"),
    ] {
        curator.post("/api/goals", goal("told_back", change)).await.refused(422, field);
    }
    let told = curator.post("/api/goals", goal("demand_met", json!({}))).await.expect(201).json["id"].clone();

    let tag = make_tag(&curator, "Filters").await;
    let item = json!({"key": "VIEW-1", "title": {"en": "Views keep their filters"}, "tags": [{"tag": tag, "mode": "include"}]});
    let item = curator.post("/api/roadmap/items", item).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let open = goal(
        "open_asks",
        json!({"tag": tag, "target": 3, "is_more": false, "words": {"en": "Fewer open asks"},
        "conflict": {"goal": told, "words": "Fewer asks by declining means fewer that are met"}}),
    );
    let open = curator.post("/api/goals", open).await.expect(201).json["id"].as_str().unwrap().to_owned();
    for n in 0..12 {
        ask(&agent, &format!("p{n}"), &tag).await;
    }
    agent.get(&format!("/api/roadmap/items/{item}/asks")).await.ok();
    let all = agent.get("/api/goals").await.ok();
    let of = |id: &str| all.items().iter().find(|one| one["id"] == id).unwrap().clone();
    let (met, fewer) = (of(told.as_str().unwrap()), of(&open));
    assert_eq!((&met["now"]["value"], &met["now"]["n"], &met["now"]["of"]), (&json!(0.0), &json!(0), &json!(12)));
    assert_eq!((&met["is_reached"], met["owners"].as_array().unwrap().len()), (&json!(false), 2));
    assert_eq!((&fewer["now"]["value"], &fewer["is_reached"]), (&json!(12.0), &json!(false)));
    assert_eq!(fewer["now"]["place"], format!("/areas/{}", tag.as_str().unwrap()));
    // Both sides name the conflict.
    assert_eq!(fewer["conflicts"][0]["goal"], told);
    assert_eq!(met["conflicts"][0]["words"], "Fewer asks by declining means fewer that are met");

    // The day is kept, once, and its last figure stays.
    roadmap::goals::keep_goal_values(&app.state).await.unwrap();
    let path = format!("/api/roadmap/items/{item}");
    let rev = curator.get(&path).await.rev();
    curator.patch(&path, rev, json!({"status": "shipped"})).await.ok();
    roadmap::goals::keep_goal_values(&app.state).await.unwrap();
    let fewer = agent.get(&format!("/api/goals/{open}")).await.ok();
    assert_eq!((&fewer.json["now"]["value"], &fewer.json["is_reached"]), (&json!(0.0), &json!(true)));
    assert_eq!((fewer.json["days"].as_array().unwrap().len(), &fewer.json["days"][0]["value"]), (1, &json!(0.0)));
    let met = agent.get(&format!("/api/goals/{}", told.as_str().unwrap())).await.ok();
    assert_eq!((&met.json["now"]["value"], &met.json["is_reached"]), (&json!(1.0), &json!(true)));
    assert!(met.json["now"]["low"].as_f64().unwrap() < 1.0, "with its interval");

    // It changes by version, ends, and its days stay.
    let changed = goal("open_asks", json!({"target": 5, "is_more": false}));
    let stale = curator.clone().header("if-match", "\"9\"").put(&format!("/api/goals/{open}"), changed.clone()).await;
    stale.expect(412);
    let put = curator.clone().header("if-match", "\"1\"").put(&format!("/api/goals/{open}"), changed).await.ok();
    assert_eq!((&put.json["target"], &put.json["tag"]), (&json!(5.0), &Value::Null));
    let closed = curator.patch(&format!("/api/goals/{open}"), 2, json!({"closed": true})).await.ok();
    assert!(closed.json["closed_at"].is_string() && closed.json["days"].as_array().unwrap().len() == 1);
    app.end().await;
}

#[tokio::test]
async fn every_department_sees_the_same_area_its_owners_its_next_steps_and_who_talks_to_whom() {
    let app = start("areas").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let (tag, other) = (make_tag(&curator, "Views").await, make_tag(&curator, "Billing").await);
    let body = json!({"label": {"en": "Filters"}, "parent": tag});
    let below = curator.post("/api/tags", body).await.expect(201).json["id"].clone();
    let item = json!({"key": "VIEW-1", "title": {"en": "Views keep their filters"}, "tags": [{"tag": below, "mode": "include"}]});
    curator.post("/api/roadmap/items", item).await.expect(201);
    let conversation = ask(&agent, "mina", &below).await;
    for person in ["jun", "yuna"] {
        ask(&agent, person, &below).await;
    }
    ask(&agent, "daniel", &other).await;
    curator
        .post("/api/goals", goal("open_asks", json!({"tag": below, "target": 1, "is_more": false})))
        .await
        .expect(201);
    // Support and Product each wrote to the same account this week, in conversations of their own.
    agent
        .post(
            &format!("/api/conversations/{conversation}/entries"),
            json!({"author": "staff", "text": "We look into it"}),
        )
        .await
        .expect(201);
    let account = json!({"external_id": "mina-co", "name": "mina Co"});
    let second = json!({"channel": "email", "person": {"external_id": "mina", "name": "mina", "account": account}, "text": "Another question"});
    let second = agent.post("/api/conversations", second).await.expect(201).json["id"].as_str().unwrap().to_owned();
    curator
        .post(
            &format!("/api/conversations/{second}/entries"),
            json!({"author": "staff", "text": "Would you talk to us?"}),
        )
        .await
        .expect(201);

    let path = format!("/api/areas/{}", tag.as_str().unwrap());
    let owners = json!({"owners": [{"department": "Support", "staff": app.id_of(Role::Agent).to_string()}, {"department": "Product"}]});
    agent.put(&format!("{path}/owners"), owners.clone()).await.expect(403);
    curator.put(&format!("{path}/owners"), owners).await.ok();
    let step = json!({"words": "Ask Mina how she works around it", "department": "Support", "due": "2026-12-01"});
    let step = agent.post(&format!("{path}/steps"), step).await.expect(201).json;
    let last = json!({"words": "No day yet"});
    agent.post(&format!("{path}/steps"), last).await.expect(201);

    let (one, two) = (agent.get(&path).await.ok().json, curator.get(&path).await.ok().json);
    assert_eq!(one["counts"], two["counts"], "everybody sees the same");
    assert_eq!(
        (&one["counts"]["conversations"], &one["counts"]["persons"], &one["counts"]["accounts"]),
        (&json!(3), &json!(3), &json!(3))
    );
    assert_eq!((&one["before"]["conversations"], &one["open_asks"]), (&json!(0), &json!(3)));
    assert_eq!((one["items"].as_array().unwrap().len(), one["said"].as_array().unwrap().len()), (1, 3));
    assert_eq!(one["owners"][1]["name"], "The agent");
    assert_eq!(
        (&one["steps"][0]["words"], &one["steps"][0]["due"]),
        (&json!("Ask Mina how she works around it"), &json!("2026-12-01"))
    );
    assert_eq!(one["goals"][0]["now"]["value"], 3.0);
    let of_mina = one["accounts"].as_array().unwrap().iter().find(|one| one["account"]["name"] == "mina Co").unwrap();
    assert_eq!(of_mina["contacts"]["uncoordinated"], json!(["Product", "Support"]));

    let id = step["id"].as_str().unwrap();
    let done = json!({"words": "Ask Mina how she works around it", "department": "Support", "due": "2026-12-01", "done": true});
    let done = agent.clone().header("if-match", "\"1\"").put(&format!("/api/area-steps/{id}"), done).await.ok();
    assert!(done.json["done_at"].is_string());
    assert_eq!(agent.get(&path).await.ok().json["steps"][0]["words"], "No day yet", "what is done comes last");
    agent.delete(&format!("/api/area-steps/{id}")).await.expect(204);
    agent.delete(&format!("/api/area-steps/{id}")).await.expect(404);
    let list = agent.get("/api/areas").await.ok();
    let line = &list.items()[0];
    assert_eq!((&line["tag"], &line["open_items"], &line["open_steps"]), (&tag, &json!(1), &json!(1)));
    assert_eq!(line["departments"], json!(["Product", "Support"]));
    assert_eq!(list.items().len(), 2, "what is below is no area of its own in the list");
    app.end().await;
}

#[tokio::test]
async fn each_touchpoint_has_its_owner_and_says_what_good_looks_like() {
    let app = start("touchpoints").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    let point = |stage: &str| {
        json!({"name": {"ko": "첫 메일", "en": "First mail"}, "stage": stage, "channel": "email", "department": "Support",
            "good": {"ko": "한 문장으로 반깁니다", "en": "Welcomes in one sentence"}})
    };
    agent.post("/api/contact-points", point("begin")).await.expect(403);
    curator.post("/api/contact-points", point("nowhere")).await.expect(422);
    let leave = curator.post("/api/contact-points", point("leave")).await.expect(201).json;
    curator.post("/api/contact-points", point("begin")).await.expect(201);
    let all = agent.get("/api/contact-points").await.ok();
    let stages: Vec<&str> = all.items().iter().map(|one| one["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["begin", "leave"], "in the order of their way with us");
    let path = format!("/api/contact-points/{}", leave["id"].as_str().unwrap());
    let mut changed = point("leave");
    changed["staff"] = json!(app.id_of(Role::Curator).to_string());
    let put = curator.clone().header("if-match", "\"1\"").put(&path, changed).await.ok();
    assert_eq!(put.json["staff_name"], "The curator");
    curator.delete(&path).await.expect(204);
    assert_eq!(agent.get("/api/contact-points").await.ok().items().len(), 1);
    app.end().await;
}
