//! Working the inbox: who answers, what rests, many at once, who is told, who looks, prepared answers, what is joined and
//! parted and taken back.
use crate::app::{Answer, Client, TestApp};
use crate::conversations::{all, id_of, say};
use base::{Role, Time};
use serde_json::{Value, json};
use std::time::Duration;

fn path(answer: &Answer) -> String {
    format!("/api/conversations/{}", id_of(answer))
}

/// Changes a conversation as it stands now.
async fn change(client: &Client, path: &str, change: Value) -> Answer {
    let rev = client.get(path).await.ok().rev();
    client.patch(path, rev, change).await
}

/// Puts somebody into teams of staff.
async fn join_teams(app: &TestApp, role: Role, teams: &[&str]) {
    let owner = app.as_owner();
    let members = owner.get("/api/staff").await.ok();
    let id = app.id_of(role).to_string();
    let rev = members.items().iter().find(|one| one["id"] == id).unwrap()["rev"].as_i64().unwrap();
    owner.patch(&format!("/api/staff/{id}"), rev, json!({"teams": teams})).await.ok();
}

/// The external ids that a view shows, in order of their names.
async fn view(client: &Client, query: &str) -> String {
    let list = client.get(&format!("/api/conversations?{query}")).await.ok();
    let mut ids: Vec<String> = all(&list, "external_id").iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids.join(" ")
}

#[tokio::test]
async fn a_conversation_is_given_to_a_team_and_found_by_it() {
    let app = TestApp::start("team").await;
    let agent = app.as_agent();
    join_teams(&app, Role::Agent, &["Support", "지원"]).await;
    let said = say(&agent, "c1", "민지", "hello").await;
    say(&agent, "c2", "민지", "hello").await;
    let given = change(&agent, &path(&said), json!({"staff_team": "지원"})).await.ok().json;
    assert_eq!(given["staff_team"], "지원");
    let event = given["entries"].as_array().unwrap().last().unwrap();
    assert_eq!(event["text"], "The agent gave the conversation to the team 지원");
    assert_eq!(view(&agent, "view=team").await, "c1");
    assert_eq!(view(&app.as_owner(), "view=team").await, "", "the owner is in no team");
    assert_eq!(view(&agent, "view=all&staff_team=%EC%A7%80%EC%9B%90").await, "c1");
    assert_eq!(view(&agent, "view=all&staff_team=nobody").await, "");
    assert_eq!(agent.get("/api/conversations/counts").await.ok().json["team"]["n"], 1);
    change(&agent, &path(&said), json!({"staff_team": "nobody"})).await.refused(422, "error-staff-team-unknown");
    let taken = change(&agent, &path(&said), json!({"staff_team": null})).await.ok().json;
    assert_eq!(taken["staff_team"], Value::Null);
    app.end().await;
}

#[tokio::test]
async fn what_is_snoozed_rests_until_its_moment_or_until_the_customer_speaks() {
    let app = TestApp::start("snooze").await;
    let agent = app.as_agent();
    let [soon, later] = [say(&agent, "c1", "민지", "hello").await, say(&agent, "c2", "준호", "hello").await];
    let read = async |text: &str| {
        let query: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        agent.get(&format!("/api/when?text={query}")).await.ok().json["at"].clone()
    };
    let tomorrow = read("내일 오전 10시").await;
    assert!(tomorrow.is_string());
    assert_eq!((read("어제").await, read("soon").await), (Value::Null, Value::Null));
    change(&agent, &path(&later), json!({"snoozed_until": tomorrow})).await.ok();
    let until = Time::now().plus(Time::SECOND).to_string();
    let resting =
        change(&agent, &path(&soon), json!({"snoozed_until": until, "assignee": app.id_of(Role::Owner)})).await;
    assert_eq!(resting.ok().json["snoozed_until"].as_str(), Some(until.as_str()));
    assert_eq!(view(&agent, "view=snoozed").await, "c1 c2");
    for resting in ["waiting", "unassigned"] {
        assert_eq!(view(&agent, &format!("view={resting}")).await, "", "{resting}");
    }
    // The one comes back by itself, and whoever answers it is told.
    for _ in 0..200 {
        if view(&agent, "view=snoozed").await == "c2" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let woken = agent.get(&path(&soon)).await.ok().json;
    assert_eq!(woken["snoozed_until"], Value::Null);
    assert_eq!(woken["entries"].as_array().unwrap().last().unwrap()["text"], "sarang woke the conversation");
    let told = app.as_owner().get("/api/notifications").await.ok();
    assert_eq!(all(&told, "kind"), ["woke", "assigned"]);
    // The other one is woken by its customer.
    let spoke =
        agent.post(&format!("{}/entries", path(&later)), json!({"author": "person", "text": "still there?"})).await;
    spoke.expect(201);
    assert_eq!(agent.get(&path(&later)).await.ok().json["snoozed_until"], Value::Null);
    assert_eq!(view(&agent, "view=waiting").await, "c1 c2");

    let past = Time::now().plus(-Time::HOUR).to_string();
    change(&agent, &path(&later), json!({"snoozed_until": past})).await.refused(422, "error-snooze-past");
    change(&agent, &path(&later), json!({"snoozed_until": tomorrow})).await.ok();
    let closed = change(&agent, &path(&later), json!({"status": "closed"})).await.ok().json;
    assert_eq!(closed["snoozed_until"], Value::Null, "closing ends a rest");
    change(&agent, &path(&later), json!({"snoozed_until": tomorrow})).await.refused(422, "error-snooze-closed");
    app.end().await;
}

#[tokio::test]
async fn a_promise_is_shown_in_working_time_and_who_was_answered_is_counted() {
    let app = TestApp::start("promise").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let rev = owner.get("/api/settings").await.ok().rev();
    let always = json!([{"zone": "Asia/Seoul", "week": vec![json!([{"from": 0, "to": 1440}]); 7]}]);
    let settings = owner.patch("/api/settings", rev, json!({"hours": always, "promise_minutes": 90})).await.ok();
    let none = json!([{"zone": "Asia/Seoul", "week": vec![json!([]); 7]}]);
    owner.patch("/api/settings", settings.rev(), json!({"hours": none})).await.refused(422, "error-hours");
    let said = say(&agent, "c1", "민지", "hello").await;
    say(&agent, "c2", "준호", "hello").await;
    let since = Time::parse(said.json["waiting_since"].as_str().unwrap()).unwrap();
    let due = Time::parse(said.json["promised_at"].as_str().unwrap()).unwrap();
    assert_eq!(due.since(since), 90 * Time::MINUTE);
    agent.post(&format!("{}/entries", path(&said)), json!({"author": "staff", "text": "done"})).await.expect(201);
    assert_eq!(agent.get(&path(&said)).await.ok().json["promised_at"], Value::Null);
    let share = agent.get("/api/conversations/answered").await.ok().json;
    assert_eq!((&share["asked"], &share["answered"]), (&json!(2), &json!(1)));
    app.end().await;
}

#[tokio::test]
async fn many_are_changed_at_once_and_brought_back_at_once() {
    let app = TestApp::start("bulk").await;
    let agent = app.as_agent();
    join_teams(&app, Role::Agent, &["Support"]).await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(id_of(&say(&agent, &format!("c{n}"), "민지", "hello").await));
    }
    let me = app.id_of(Role::Agent).to_string();
    let give = |id: &String| json!({"id": id, "change": {"assignee": me, "staff_team": "Support", "status": "closed"}});
    let mut items: Vec<Value> = ids.iter().map(give).collect();
    items.push(give(&base::ConversationId::new().to_string()));
    items.push(json!({"id": ids[0], "change": {"staff_team": "nobody"}}));
    let done = agent.post("/api/conversations/bulk", json!({"items": items})).await.ok().json;
    assert_eq!((done["done"].as_array().unwrap().len(), done["refused"].as_array().unwrap().len()), (3, 2), "{done}");
    assert_eq!(done["refused"][1]["why"], "error-staff-team-unknown");
    assert_eq!(view(&agent, &format!("view=closed&assignee={me}")).await, "c0 c1 c2");
    let back: Vec<Value> = done["done"]
        .as_array()
        .unwrap()
        .iter()
        .map(|was| {
            let (assignee, team, status) = (&was["assignee"], &was["staff_team"], &was["status"]);
            json!({"id": was["id"], "change": {"assignee": assignee, "staff_team": team, "status": status}})
        })
        .collect();
    agent.post("/api/conversations/bulk", json!({"items": back})).await.ok();
    assert_eq!(view(&agent, "view=unassigned").await, "c0 c1 c2");
    let many = vec![json!({"id": ids[0], "change": {}}); 501];
    agent.post("/api/conversations/bulk", json!({"items": many})).await.refused(422, "error-bulk-many");
    app.as_viewer().post("/api/conversations/bulk", json!({"items": []})).await.refused(403, "error-forbidden");
    app.end().await;
}

#[tokio::test]
async fn whoever_is_named_or_given_something_is_told_once_and_nobody_of_what_they_may_not_see() {
    let app = TestApp::start("notifications").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    join_teams(&app, Role::Curator, &["지원"]).await;
    let said = say(&agent, "c1", "민지", "결제 문의").await;
    let note = json!({"text": "@The owner 확인해 주세요. @지원에서도요. @the agent"});
    let note = agent.post(&format!("{}/notes", path(&said)), note).await.expect(201);
    change(&agent, &path(&said), json!({"assignee": app.id_of(Role::Owner)})).await.ok();
    let told = owner.get("/api/notifications").await.ok();
    assert_eq!(all(&told, "kind"), ["assigned", "mention"]);
    let mention = &told.items()[1];
    assert_eq!((&mention["entry"], &mention["by"]["name"]), (&note.json["id"], &json!("The agent")));
    assert!(mention["words"].as_str().unwrap().starts_with("@The owner"));
    assert_eq!(
        all(&app.as_role(Role::Curator).get("/api/notifications").await.ok(), "kind"),
        ["mention"],
        "by the team"
    );
    assert!(agent.get("/api/notifications").await.ok().items().is_empty(), "nobody is told what they did themselves");

    // The customer speaks twice before it is read: that is one notification.
    for text in ["아직인가요", "급해요"] {
        let entry = json!({"author": "person", "text": text});
        agent.post(&format!("{}/entries", path(&said)), entry).await.expect(201);
    }
    let told = owner.get("/api/notifications").await.ok();
    assert_eq!(all(&told, "kind"), ["said", "assigned", "mention"]);
    assert_eq!((&told.json["unread"], &told.items()[0]["words"]), (&json!(3), &json!("급해요")));
    let newest = told.items()[0]["at"].clone();
    owner.post("/api/notifications/read", json!({"until": newest, "conversation": id_of(&said)})).await.expect(204);
    assert_eq!(owner.get("/api/notifications").await.ok().json["unread"], 0);

    // Behind a door of others there is nothing to be told of.
    let door = owner.get("/api/doors").await.ok();
    let id = door.items()[0]["id"].as_str().unwrap();
    let shut = json!({"visibility": "teams", "staff_teams": ["Sales"]});
    join_teams(&app, Role::Agent, &["Sales"]).await;
    owner.patch(&format!("/api/doors/{id}"), door.items()[0]["rev"].as_i64().unwrap(), shut).await.ok();
    let hidden = app.as_role(Role::Curator).get("/api/notifications").await.ok();
    assert_eq!((hidden.items().len(), &hidden.json["unread"]), (0, &json!(0)));
    app.end().await;
}

#[tokio::test]
async fn who_else_looks_is_seen_until_they_leave() {
    let app = TestApp::start("presence").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let place = format!("{}/presence", path(&say(&agent, "c1", "민지", "hello").await));
    app.told().await;
    assert!(agent.put(&place, json!({"doing": "reading"})).await.ok().items().is_empty());
    app.expect_told(&["conversations.presence"]).await;
    agent.put(&place, json!({"doing": "reading"})).await.ok();
    app.expect_told(&[]).await;
    agent.put(&place, json!({"doing": "writing"})).await.ok();
    app.expect_told(&["conversations.presence"]).await;
    let there = owner.get(&place).await.ok();
    let one = &there.items()[0];
    assert_eq!((&one["staff"]["name"], &one["doing"]), (&json!("The agent"), &json!("writing")));
    assert!(Time::parse(one["until"].as_str().unwrap()).unwrap() > Time::now());
    agent.put(&place, json!({"doing": null})).await.ok();
    assert!(owner.get(&place).await.ok().items().is_empty());
    owner.put(&place, json!({"doing": "dancing"})).await.expect(422);
    app.end().await;
}

#[tokio::test]
async fn a_prepared_answer_is_filled_in_the_customers_language() {
    let app = TestApp::start("macros").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let both = json!({"name": "인사", "shared": true, "text_ko": "{{person}}, {{me}}입니다. {{account}}",
        "text_en": "Dear {{person}}, this is {{me}}."});
    let made = agent.post("/api/macros", both.clone()).await.expect(201);
    agent.post("/api/macros", json!({"name": "가", "text_en": "mine"})).await.expect(201);
    agent.post("/api/macros", json!({"name": "x", "text_en": "{{persn}}"})).await.refused(422, "error-macro-place");
    let ko = say(&agent, "c1", "김민지", "결제가 안 되는데 어떻게 해야 하나요").await;
    let en = say(&agent, "c2", "Ann Lee", "Where can I find the invoice for March, please?").await;
    let filled = async |said: &Answer| agent.get(&format!("{}/macros", path(said))).await.ok();
    let names = filled(&ko).await;
    assert_eq!(all(&names, "name"), ["가", "인사"]);
    assert_eq!(names.items()[1]["text"], "김민지 님, The agent입니다. {{account}}", "what is not known is seen");
    assert_eq!(filled(&en).await.items()[1]["text"], "Dear Ann Lee, this is The agent.");
    assert_eq!(all(&owner.get("/api/macros").await.ok(), "name"), ["인사"], "nobody else sees one's own");
    let id = format!("/api/macros/{}", made.json["id"].as_str().unwrap());
    let with = |client: &Client| client.clone().header("if-match", "\"1\"");
    with(&app.as_role(Role::Curator)).put(&id, both.clone()).await.refused(403, "error-forbidden");
    with(&owner).put(&id, both).await.ok();
    owner.delete(&id).await.expect(204);
    app.end().await;
}

#[tokio::test]
async fn a_view_of_the_inbox_is_saved_shared_and_forgotten() {
    let app = TestApp::start("saved").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let made = agent.post("/api/inbox/views", json!({"name": "화난 고객", "query": "?view=all&emotion=anger"})).await;
    let made = made.expect(201);
    assert_eq!(made.json["query"], "view=all&emotion=anger");
    assert!(owner.get("/api/inbox/views").await.ok().items().is_empty());
    let id = format!("/api/inbox/views/{}", made.json["id"].as_str().unwrap());
    owner.delete(&id).await.refused(404, "error-not-found");
    agent.patch(&id, 1, json!({"shared": true})).await.ok();
    assert_eq!(all(&owner.get("/api/inbox/views").await.ok(), "mine"), [&json!(false)]);
    app.as_viewer().delete(&id).await.refused(403, "error-forbidden");
    agent.post("/api/inbox/views", json!({"name": "x", "query": "a b"})).await.refused(422, "error-view-query");
    owner.delete(&id).await.expect(204);
    app.end().await;
}

#[tokio::test]
async fn departments_that_do_not_know_of_each_other_are_told_apart() {
    let app = TestApp::start("contacts").await;
    let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
    join_teams(&app, Role::Agent, &["Support"]).await;
    join_teams(&app, Role::Curator, &["Sales"]).await;
    let bring = async |id: &str| {
        let person = json!({"external_id": "p", "name": "민지", "account": {"external_id": "a", "name": "소반"}});
        let body = json!({"external_id": id, "channel": "chat", "person": person, "text": "hello"});
        agent.post("/api/conversations", body).await.expect(201)
    };
    let [one, two] = [bring("c1").await, bring("c2").await];
    let account = one.json["account"]["id"].as_str().unwrap().to_owned();
    let answer = |text: &str| json!({"author": "staff", "text": text});
    agent.post(&format!("{}/entries", path(&one)), answer("from support")).await.expect(201);
    agent.post(&format!("{}/entries", path(&one)), answer("again")).await.expect(201);
    let contacts = async || agent.get(&format!("/api/contacts?account={account}")).await.ok().json;
    assert!(contacts().await["uncoordinated"].as_array().unwrap().is_empty());
    curator.post(&format!("{}/entries", path(&two)), answer("buy more")).await.expect(201);
    let said = contacts().await;
    assert_eq!(said["uncoordinated"], json!(["Sales", "Support"]));
    assert_eq!(said["departments"][0]["name"], "Sales", "who spoke last comes first");
    let support = &said["departments"][1]["contacts"][0];
    assert_eq!((&support["words"], &support["messages"]), (&json!("again"), &json!(2)));
    // Once sales writes where support wrote, they know of each other.
    curator.post(&format!("{}/entries", path(&one)), answer("we read this")).await.expect(201);
    assert!(contacts().await["uncoordinated"].as_array().unwrap().is_empty());
    let person = one.json["person"]["id"].as_str().unwrap();
    assert_eq!(
        agent.get(&format!("/api/contacts?person={person}")).await.ok().json["departments"],
        contacts().await["departments"]
    );
    agent.get("/api/contacts").await.refused(422, "error-contacts-of-whom");
    app.end().await;
}

/// What a conversation shows, but for how often it was written, and why it is there: that is read a moment after it came.
async fn shown(client: &Client, path: &str) -> Value {
    let mut thread = client.get(path).await.ok().json;
    let fields = thread.as_object_mut().unwrap();
    fields.retain(|field, _| !matches!(field.as_str(), "rev" | "purpose"));
    let taggings = client.get(&format!("{path}/taggings")).await.ok().json;
    json!({"thread": thread, "taggings": taggings})
}

async fn tag(client: &Client, path: &str, tag: &str, passage: Option<Value>) {
    let body = json!({"tag_id": tag, "passage": passage});
    client.post(&format!("{path}/taggings"), body).await.expect(201);
}

async fn make_tag(app: &TestApp, slug: &str) -> String {
    let body = json!({"parent": null, "label": {"en": slug, "ko": slug}});
    app.as_owner().post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_joined_by_hand_carries_its_tags_and_comes_apart_exactly() {
    let app = TestApp::start("join").await;
    let agent = app.as_agent();
    let (csv, export) = (make_tag(&app, "csv").await, make_tag(&app, "export").await);
    let (from, into) =
        (say(&agent, "c1", "민지", "the csv is empty").await, say(&agent, "c2", "준호", "an export").await);
    let (from_path, into_path) = (path(&from), path(&into));
    let entry = from.json["entries"][0]["id"].clone();
    tag(&agent, &from_path, &csv, Some(json!({"entry_id": entry, "start": 4, "end": 7, "quote": "csv"}))).await;
    tag(&agent, &from_path, &export, None).await;
    tag(&agent, &into_path, &export, None).await;
    change(&agent, &from_path, json!({"assignee": app.id_of(Role::Owner)})).await.ok();
    let (was_from, was_into) = (shown(&agent, &from_path).await, shown(&agent, &into_path).await);
    let person = from.json["person"]["id"].as_str().unwrap();
    let timeline = format!("/api/persons/{person}/timeline");
    let was_timeline = agent.get(&timeline).await.ok().json;
    let counts = async || agent.get(&format!("/api/tags/{export}/counts")).await.ok().json["conversations"].clone();
    assert_eq!(counts().await, 2);

    let joined = agent.post(&format!("{from_path}/join"), json!({"into": id_of(&into)})).await.ok().json;
    assert_eq!(joined["conversation"]["id"], id_of(&into));
    let whole = shown(&agent, &from_path).await;
    assert_eq!(whole["thread"]["id"], id_of(&into), "its address leads to the one that stays");
    assert_eq!(whole["thread"]["tags"].as_array().unwrap().len(), 2);
    assert_eq!(whole["thread"]["assignee"]["name"], "The owner");
    assert_eq!(counts().await, 1);
    agent.post(&format!("{into_path}/join"), json!({"into": id_of(&from)})).await.refused(422, "error-join-itself");

    let undo = format!("/api/partings/{}/undo", joined["id"].as_str().unwrap());
    app.as_viewer().post(&undo, json!({})).await.refused(403, "error-forbidden");
    assert_eq!(agent.post(&undo, json!({})).await.ok().json["id"], id_of(&from));
    assert_eq!(shown(&agent, &from_path).await, was_from);
    assert_eq!(shown(&agent, &into_path).await, was_into);
    assert_eq!(agent.get(&timeline).await.ok().json, was_timeline);
    assert_eq!(counts().await, 2);
    agent.post(&undo, json!({})).await.refused(409, "error-parting-later");
    check(&app).await;
    app.end().await;
}

#[tokio::test]
async fn what_is_parted_takes_its_passages_along_and_is_made_whole_again() {
    let app = TestApp::start("part").await;
    let agent = app.as_agent();
    let tags = [make_tag(&app, "csv").await, make_tag(&app, "export").await];
    let said = say(&agent, "c1", "민지", "first question").await;
    let place = path(&said);
    agent.post(&format!("{place}/entries"), json!({"author": "staff", "text": "an answer"})).await.expect(201);
    let second = json!({"author": "person", "text": "the csv is empty"});
    let second = agent.post(&format!("{place}/entries"), second).await.expect(201).json;
    tag(&agent, &place, &tags[0], Some(json!({"entry_id": second["id"], "start": 4, "end": 7, "quote": "csv"}))).await;
    tag(&agent, &place, &tags[1], None).await;
    let was = shown(&agent, &place).await;

    let first = json!({"entry": said.json["entries"][0]["id"]});
    agent.post(&format!("{place}/part"), first).await.refused(422, "error-part-all");
    let part = json!({"entry": second["id"], "subject": "CSV"});
    let parted = agent.post(&format!("{place}/part"), part).await.expect(201).json;
    let fresh = format!("/api/conversations/{}", parted["conversation"]["id"].as_str().unwrap());
    let new = shown(&agent, &fresh).await;
    assert_eq!((&new["thread"]["subject"], &new["thread"]["entries_total"]), (&json!("CSV"), &json!(1)));
    assert_eq!(new["thread"]["tags"][0]["path"], "csv");
    assert_eq!(new["thread"]["person"], was["thread"]["person"]);
    assert!(new["thread"]["waiting_since"].is_string());
    let rest = shown(&agent, &place).await;
    assert_eq!((&rest["thread"]["entries_total"], &rest["thread"]["waiting_since"]), (&json!(2), &Value::Null));
    assert_eq!(rest["thread"]["tags"][0]["path"], "export");
    check(&app).await;

    let undo = format!("/api/partings/{}/undo", parted["id"].as_str().unwrap());
    assert_eq!(agent.post(&undo, json!({})).await.ok().json["id"], id_of(&said));
    assert_eq!(shown(&agent, &place).await, was);
    check(&app).await;
    app.end().await;
}

#[tokio::test]
async fn what_was_kept_for_the_way_back_goes_with_whoever_is_erased() {
    let app = TestApp::start("join_erased").await;
    let agent = app.as_agent();
    let [from, into] = [say(&agent, "c1", "민지", "a secret").await, say(&agent, "c2", "준호", "hello").await];
    let joined = agent.post(&format!("{}/join", path(&from)), json!({"into": id_of(&into)})).await.ok().json;
    let person: base::PersonId = from.json["person"]["id"].as_str().unwrap().parse().unwrap();
    let mut tx = app.db.write().await.unwrap();
    conversations::erase_person(&mut tx, person).await.unwrap();
    tx.commit().await.unwrap();
    let undo = format!("/api/partings/{}/undo", joined["id"].as_str().unwrap());
    agent.post(&undo, json!({})).await.refused(404, "error-not-found");
    app.end().await;
}

/// Everything that must hold in the rooms concerned.
async fn check(app: &TestApp) {
    let mut tx = app.db.read().await.unwrap();
    let mut broken = conversations::check(&mut tx).await.unwrap();
    broken.extend(people::check(&mut tx).await.unwrap());
    let found: Vec<String> = broken.iter().map(|one| format!("{}: {}", one.invariant, one.detail)).collect();
    assert!(found.is_empty(), "{found:#?}");
}
