//! What `sarang check` says of the ledger, of goals, the morning and what customers see: a house in which much has happened
//! holds, and each row that is broken is named by what it breaks.
use crate::app::TestApp;
use crate::outgoing::{until, with_mail};
use base::Role;
use serde_json::{Value, json};
use store::{Tx, sql};

/// Everything these rooms say is broken.
async fn broken(tx: &mut Tx) -> Vec<&'static str> {
    let mut all = roadmap::check(tx).await.unwrap();
    all.extend(frontdoor::check(tx).await.unwrap());
    all.into_iter().map(|one| one.invariant).collect()
}

/// An item is asked for and told of, there are goals, an area, a touchpoint, a morning, a public item, somebody who left.
async fn live(app: &TestApp, door: &str) {
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    let tag = curator.post("/api/tags", json!({"label": {"en": "Filters"}})).await.expect(201).json["id"].clone();
    let body = json!({"title": {"en": "Views keep their filters"}, "tags": [{"tag": tag, "mode": "include"}]});
    let item = curator.post("/api/roadmap/items", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let person = json!({"external_id": "minji", "name": "Minji", "email": "minji@example.com"});
    let body = json!({"channel": "call", "person": person, "text": "They vanish"});
    let made = agent.post("/api/conversations", body).await.expect(201).json;
    let path = format!("/api/conversations/{}/taggings", made["id"].as_str().unwrap());
    agent.post(&path, json!({"tag_id": tag, "kind": "request"})).await.expect(201);
    agent.get(&format!("/api/roadmap/items/{item}/asks")).await.ok();
    curator.post(&format!("/api/roadmap/items/{item}/move"), json!({"status": "shipped"})).await.ok();
    owner.put("/api/telling_settings", json!({"rate": 60_000, "four_eyes_over": 30})).await.ok();
    let event = agent.get(&format!("/api/roadmap/items/{item}/loop")).await.ok().json["events"][0]["event"].clone();
    let telling = curator.post("/api/tellings", json!({"events": [event]})).await.expect(201).json;
    let path = format!("/api/tellings/{}", telling["id"].as_str().unwrap());
    curator.post(&format!("{path}/steps"), json!({"step": "send"})).await.ok();
    until("the end of the telling", || async { (curator.get(&path).await.ok().json["state"] == "done").then_some(()) })
        .await;

    let staff = owner.get("/api/staff").await.ok();
    let member = staff.items().iter().find(|one| one["role"] == "agent").unwrap().clone();
    let path = format!("/api/staff/{}", member["id"].as_str().unwrap());
    owner.patch(&path, member["rev"].as_i64().unwrap(), json!({"teams": ["Support"]})).await.ok();
    let goal = |more: Value| {
        let mut body = json!({"words": {"ko": "모두에게 알린다", "en": "Everybody hears"}, "measure": "open_asks", "target": 3,
            "is_more": false, "until": "2027-06-30", "owners": [{"department": "Support"}]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let first = curator.post("/api/goals", goal(json!({"tag": tag}))).await.expect(201).json["id"].clone();
    let other = json!({"item": item, "conflict": {"goal": first, "words": "Fewer asks by declining"}});
    curator.post("/api/goals", goal(other)).await.expect(201);
    roadmap::goals::keep_goal_values(&app.state).await.unwrap();
    let area = format!("/api/areas/{}", tag.as_str().unwrap());
    curator.put(&format!("{area}/owners"), json!({"owners": [{"department": "Support"}]})).await.ok();
    agent.post(&format!("{area}/steps"), json!({"words": "Ask Minji"})).await.expect(201);
    assert!(!owner.get("/api/morning").await.ok().json["items"].as_array().unwrap().is_empty());

    let rev = owner.get("/api/leave_form").await.rev();
    let form = json!({"is_on": true, "door": door, "reasons": [tag]});
    owner.clone().header("if-match", &format!("\"{rev}\"")).put("/api/leave_form", form).await.ok();
    let own = owner.post(&format!("/api/persons/{}/own_page", made["person"]["id"].as_str().unwrap()), json!({})).await;
    let url = own.ok().json["url"].as_str().unwrap().to_owned();
    let path = format!("{}/leave", &url[url.find("/me/").unwrap()..]);
    let kind = "application/x-www-form-urlencoded";
    app.anybody().send(reqwest::Method::POST, &path, kind, "words=goodbye").await.ok();
    let public = json!({"is_public": true, "title": {"en": "Filters stay"}});
    let path = format!("/api/roadmap/items/{item}/public");
    owner.clone().header("if-match", "\"0\"").put(&path, public).await.ok();
    app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_that_is_broken_is_named_by_what_it_breaks() {
    let (app, _post, door) = with_mail("invariants").await;
    live(&app, &door).await;
    assert_eq!(broken(&mut app.db.read().await.unwrap()).await, Vec::<&str>::new());
    let breaks = [
        (
            sql!("test.gap", "UPDATE item_events SET revision = revision + 1 WHERE kind = 'shipped'"),
            "roadmap: the events of an item are counted without a gap",
        ),
        (
            sql!("test.missing", "DELETE FROM notices WHERE state = 'told'"),
            "roadmap: the asks of an item are told, skipped or pending, for each event",
        ),
        (
            sql!("test.false", "UPDATE notices SET reason = 'held' WHERE state = 'told'"),
            "roadmap: each row of the ledger belongs to an ask and an event of its item",
        ),
        (
            sql!("test.undecided", "UPDATE notices SET state = 'pending' WHERE state = 'told'"),
            "roadmap: the ledger says what was decided last",
        ),
        (
            sql!("test.log_gap", "DELETE FROM notice_log WHERE state = 'told'"),
            "roadmap: the ledger says what was decided last",
        ),
        (
            sql!("test.unpinned", "UPDATE asks SET pinned_at = NULL"),
            "roadmap: an ask that was answered is kept as it was",
        ),
        (
            sql!("test.no_ask", "UPDATE ask_passages SET ask_ord = 4711"),
            "roadmap: what was decided, and of which words, belongs to an ask",
        ),
        (sql!("test.no_owner", "DELETE FROM goal_owners"), "roadmap: a goal has an owner and measures what is there"),
        (
            sql!("test.no_tag", "UPDATE goals SET tag_ord = 4711 WHERE tag_ord IS NOT NULL"),
            "roadmap: a goal has an owner and measures what is there",
        ),
        (
            sql!("test.no_words", "UPDATE goals SET conflict_words = NULL"),
            "roadmap: a goal has an owner and measures what is there",
        ),
        (
            sql!("test.no_goal", "DELETE FROM goals WHERE conflicts_id IS NOT NULL"),
            "roadmap: owners and figures belong to a goal",
        ),
        (
            sql!("test.nowhere", "UPDATE area_steps SET tag_ord = 4711"),
            "roadmap: areas stand at tags, touchpoints at doors",
        ),
        (
            sql!("test.no_page", "DELETE FROM digests"),
            "roadmap: the words of a morning are somebody’s and stand on a page",
        ),
        (
            sql!("test.no_answer", "UPDATE digest_passages SET answer_ord = 4711"),
            "roadmap: the words of a morning are somebody’s and stand on a page",
        ),
        (
            sql!("test.contradiction", "UPDATE telling_message_asks SET event_ord = 4711"),
            "frontdoor: what was told is told in the ledger",
        ),
        (
            sql!("test.stray", "DELETE FROM telling_events"),
            "frontdoor: a message belongs to a telling, and ends with it",
        ),
        (
            sql!("test.unended", "UPDATE telling_messages SET state = 'waiting'"),
            "frontdoor: a message belongs to a telling, and ends with it",
        ),
        (
            sql!("test.public", "DELETE FROM outside_items"),
            "frontdoor: what is public is of an item, and what was proved of somebody",
        ),
        (
            sql!("test.leaving", "UPDATE leavings SET conversation_ord = 4711"),
            "frontdoor: what somebody says who leaves is a conversation",
        ),
        (
            sql!("test.leaving_words", "UPDATE leavings SET words = 'goodbye'"),
            "frontdoor: what somebody says who leaves is a conversation",
        ),
        (
            sql!(
                "test.mail",
                "INSERT INTO digest_mails (staff_id, what, day, state, tries, changed_at)
                 SELECT staff_id, 'morning', day, 'lost', 1, 0 FROM digests"
            ),
            "roadmap: a mail of the morning is sent, or says why not",
        ),
    ];
    for (statement, invariant) in breaks {
        // Undone each time: nothing is committed.
        let mut tx = app.db.write().await.unwrap();
        assert!(tx.run(statement, []).await.unwrap() > 0, "{invariant}: there is a row to break");
        let found = broken(&mut tx).await;
        assert!(found.contains(&invariant), "{invariant}: only {found:?}");
    }
    assert_eq!(broken(&mut app.db.read().await.unwrap()).await, Vec::<&str>::new());
    app.end().await;
}
