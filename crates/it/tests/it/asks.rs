//! Asks: they follow what is tagged, keep whoever asked, and take in what one of us wrote down.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};

struct World {
    app: TestApp,
    agent: Client,
    curator: Client,
    tag: String,
    item: String,
}

impl World {
    async fn start(name: &str) -> World {
        let app = TestApp::start(name).await;
        let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
        let tag = make_tag(&curator, "Filters").await;
        let body = json!({"key": "VIEW-218", "title": {"ko": "필터 유지", "en": "Views keep their filters"},
            "tags": [{"tag": tag, "mode": "include"}]});
        let item = curator.post("/api/roadmap/items", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
        World { app, agent, curator, tag, item }
    }

    async fn asks(&self, by: &Client) -> Value {
        by.get(&format!("/api/roadmap/items/{}/asks", self.item)).await.ok().json
    }

    /// Somebody says something that is tagged: the conversation, the person and the tagging.
    async fn ask(&self, person: &str, text: &str) -> [String; 3] {
        let body = json!({"channel": "email", "person": {"external_id": person, "name": person}, "text": text});
        let made = self.agent.post("/api/conversations", body).await.expect(201).json;
        let conversation = made["id"].as_str().unwrap().to_owned();
        let path = format!("/api/conversations/{conversation}/taggings");
        let tagging = self.agent.post(&path, json!({"tag_id": self.tag, "kind": "request"})).await.expect(201).json;
        [conversation, made["person"]["id"].as_str().unwrap().to_owned(), tagging["id"].as_str().unwrap().to_owned()]
    }
}

async fn make_tag(by: &Client, label: &str) -> String {
    by.post("/api/tags", json!({"label": {"en": label}})).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

fn states(asks: &Value) -> Vec<(&str, &str, Option<&str>)> {
    let mut all: Vec<_> = asks["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ask| {
            let text = |at: &str| ask[at].as_str();
            (ask["person"]["name"].as_str().unwrap(), text("state").unwrap(), text("because"))
        })
        .collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn an_ask_is_there_as_soon_as_it_is_tagged_and_is_withdrawn_with_a_reason() {
    let world = World::start("asks_follow").await;
    let [_, _, of_minji] = world.ask("minji", "필터를 저장해도 풀려요").await;
    world.ask("daniel", "Every Monday I rebuild my view").await;
    world.ask("daniel", "It happened again").await;
    let asks = world.asks(&world.agent).await;
    assert_eq!((&asks["open"], &asks["persons"], &asks["withdrawn"]), (&json!(2), &json!(2), &json!(0)));
    let daniel = asks["items"].as_array().unwrap().iter().find(|ask| ask["person"]["name"] == "daniel").unwrap();
    assert_eq!((&daniel["conversations"], &daniel["said"]["quote"]), (&json!(2), &json!("It happened again")));

    world.agent.delete(&format!("/api/taggings/{of_minji}")).await.expect(204);
    let asks = world.asks(&world.agent).await;
    assert_eq!(states(&asks), [("daniel", "open", None), ("minji", "withdrawn", Some("untagged"))]);
    assert_eq!((&asks["open"], &asks["withdrawn"]), (&json!(1), &json!(1)));

    // The item is about something else now; then again about this.
    let other = make_tag(&world.curator, "Export").await;
    let path = format!("/api/roadmap/items/{}", world.item);
    let rev = world.curator.get(&path).await.rev();
    world.curator.patch(&path, rev, json!({"tags": [{"tag": other, "mode": "include"}]})).await.ok();
    let asks = world.asks(&world.agent).await;
    assert_eq!(states(&asks)[0], ("daniel", "withdrawn", Some("other_tags")));
    let both = json!({"tags": [{"tag": other, "mode": "include"}, {"tag": world.tag, "mode": "include"}]});
    world.curator.patch(&path, rev + 1, both).await.ok();
    assert_eq!(states(&world.asks(&world.agent).await)[0], ("daniel", "open", None));
    world.app.end().await;
}

#[tokio::test]
async fn merging_persons_and_tags_keeps_every_ask() {
    let world = World::start("asks_merge").await;
    let [_, minji, _] = world.ask("minji", "필터를 저장해도 풀려요").await;
    let [_, min, _] = world.ask("min", "필터가 또 풀렸어요").await;
    assert_eq!(world.asks(&world.agent).await["persons"], 2);
    let path = format!("/api/persons/{min}/merge");
    let merge = world.agent.post(&path, json!({"into": minji})).await.ok();
    let asks = world.asks(&world.agent).await;
    assert_eq!((&asks["persons"], asks["items"].as_array().unwrap().len()), (&json!(1), 2));
    let id = &merge.json["merge"];
    world.agent.post(&format!("/api/merges/{id}/undo"), json!({})).await.expect(204);
    let asks = world.asks(&world.agent).await;
    assert_eq!((&asks["persons"], &asks["open"]), (&json!(2), &json!(2)));
    world.app.end().await;
}

#[tokio::test]
async fn what_was_heard_elsewhere_is_written_down_once_for_each_person() {
    let world = World::start("asks_by_hand").await;
    let [_, minji, tagging] = world.ask("minji", "필터를 저장해도 풀려요").await;
    let path = format!("/api/roadmap/items/{}/asks", world.item);
    world.agent.post(&path, json!({"person": minji, "words": "  "})).await.refused(422, "error-ask-words");
    let long = world.agent.post(&path, json!({"person": minji, "words": "가".repeat(9_000)})).await;
    long.refused(422, "error-longest");
    let body = json!({"person": minji, "words": "전시회에서 다시 말씀하심", "way_back": "fax"});
    world.agent.post(&path, body).await.refused(422, "error-way-back");
    let body = json!({"person": minji, "words": "전시회에서 다시 말씀하심", "way_back": "hand", "language": "ko"});
    world.app.as_viewer().post(&path, body.clone()).await.expect(403);
    let made = world.agent.post(&path, body).await.expect(201).json;
    assert_eq!((&made["origin"], &made["passages"]), (&json!("hand"), &json!(1)));
    // What was tagged goes, what was heard stays.
    world.agent.delete(&format!("/api/taggings/{tagging}")).await.expect(204);
    let asks = world.asks(&world.agent).await;
    assert_eq!(states(&asks), [("minji", "open", None)]);
    let (id, rev) = (made["id"].as_str().unwrap(), asks["items"][0]["rev"].as_i64().unwrap());
    world.agent.patch(&format!("/api/asks/{id}"), rev + 7, json!({"way_back": null})).await.expect(412);
    let changed = world.agent.patch(&format!("/api/asks/{id}"), rev, json!({"way_back": null})).await.ok();
    assert_eq!((&changed.json["way_back"], &changed.json["language"]), (&Value::Null, &json!("ko")));
    world.app.end().await;
}

#[tokio::test]
async fn who_may_not_pass_a_door_does_not_see_who_asked_behind_it() {
    let world = World::start("asks_doors").await;
    world.ask("minji", "필터를 저장해도 풀려요").await;
    let owner = world.app.as_owner();
    let door = owner.get("/api/doors").await.ok().items()[0].clone();
    let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    owner.patch(&path, door["rev"].as_i64().unwrap(), json!({"visibility": "teams"})).await.ok();
    let id = world.asks(&owner).await["items"][0]["id"].as_str().unwrap().to_owned();
    let seen = world.asks(&world.agent).await;
    assert_eq!((&seen["open"], seen["items"].as_array().unwrap().len()), (&json!(0), 0));
    let asked = async |by: &Client| {
        by.get(&format!("/api/roadmap/items/{}", world.item)).await.ok().json["asked"]["persons"].clone()
    };
    assert_eq!((asked(&owner).await, asked(&world.agent).await), (json!(1), json!(0)));
    world.agent.patch(&format!("/api/asks/{id}"), 1, json!({"way_back": "mail"})).await.expect(404);
    world.app.end().await;
}

#[tokio::test]
async fn what_happens_to_an_item_is_an_event_and_every_ask_has_a_row_for_it() {
    let world = World::start("asks_events").await;
    world.ask("minji", "필터를 저장해도 풀려요").await;
    world.asks(&world.agent).await;
    let path = format!("/api/roadmap/items/{}", world.item);
    for (rev, body) in (1..).zip([
        json!({"status": "planned", "half": "2026H2"}),
        json!({"status": "building"}),
        json!({"half": "2027H1"}),
        json!({"status": "shipped"}),
        json!({"title": {"en": "Views keep their filters for everybody"}}),
        json!({"status": "considering"}),
    ]) {
        world.curator.patch(&path, rev, body).await.ok();
    }
    world.ask("daniel", "Every Monday I rebuild my view").await;
    world.asks(&world.agent).await;
    let id = base::ItemId::parse(&world.item).unwrap();
    let mut tx = world.app.db.read().await.unwrap();
    let events = roadmap::list_events_of_items(&mut tx, &[id]).await.unwrap();
    let told: Vec<_> =
        events.iter().map(|event| (event.kind.as_str(), event.revision, event.half.as_deref())).collect();
    let wanted = [
        ("heard", 1, None),
        ("planned", 1, Some("2026H2")),
        ("changed", 1, Some("2027H1")),
        ("shipped", 1, Some("2027H1")),
        ("changed", 2, Some("2027H1")),
    ];
    assert_eq!(told, wanted);
    assert_eq!(roadmap::check(&mut tx).await.unwrap(), []);
    drop(tx);
    world.app.end().await;
}

#[tokio::test]
async fn merging_items_keeps_every_ask_and_can_be_taken_back() {
    let world = World::start("asks_items").await;
    let [_, minji, _] = world.ask("minji", "필터를 저장해도 풀려요").await;
    let heard = async |item: &str, person: &str| {
        let body = json!({"person": person, "words": "전시회에서 말씀하심"});
        world.agent.post(&format!("/api/roadmap/items/{item}/asks"), body).await.expect(201);
    };
    let other_tag = make_tag(&world.curator, "Saved views").await;
    let body =
        json!({"key": "VIEW-9", "title": {"en": "Saved views"}, "tags": [{"tag": other_tag, "mode": "include"}]});
    let twin = world.curator.post("/api/roadmap/items", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
    world.ask("daniel", "Every Monday").await;
    let body = json!({"channel": "email", "person": {"external_id": "ola", "name": "ola"}, "text": "Save my view"});
    let said = world.agent.post("/api/conversations", body).await.expect(201).json;
    let path = format!("/api/conversations/{}/taggings", said["id"].as_str().unwrap());
    world.agent.post(&path, json!({"tag_id": other_tag})).await.expect(201);
    heard(&twin, &minji).await;
    let body = json!({"channel": "email", "person": {"external_id": "jo", "name": "jo"}, "text": "Hello"});
    let jo = world.agent.post("/api/conversations", body).await.expect(201).json["person"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    heard(&twin, &jo).await;
    let needing = json!({"title": {"en": "Sharing views"}, "needs": [twin]});
    let needing = world.curator.post("/api/roadmap/items", needing).await.expect(201).json;
    world
        .curator
        .post(&format!("/api/roadmap/items/{twin}/links"), json!({"url": "https://a.example/1"}))
        .await
        .expect(201);

    let before = world.asks(&world.agent).await;
    let path = format!("/api/roadmap/items/{twin}/merge");
    world.curator.post(&path, json!({"into": twin})).await.refused(422, "error-item-merge-itself");
    world.app.as_viewer().post(&path, json!({"into": world.item})).await.expect(403);
    let merge = world.curator.post(&path, json!({"into": world.item})).await.ok().json["merge"].clone();
    let asks = world.asks(&world.agent).await;
    let open = |asks: &Value| {
        states(asks).into_iter().filter(|ask| ask.1 == "open").map(|ask| ask.0.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(open(&asks), ["daniel", "jo", "minji", "ola"]);
    let led = world.agent.get(&format!("/api/roadmap/items/{twin}")).await.ok().json;
    assert_eq!((&led["id"], led["tags"].as_array().unwrap().len()), (&json!(world.item), 2));
    let needs = world.agent.get(&format!("/api/roadmap/items/{}", needing["id"].as_str().unwrap())).await.ok().json;
    assert_eq!(needs["needs"], json!([world.item]));
    let links = world.agent.get(&format!("/api/roadmap/items/{}/links", world.item)).await.ok();
    assert_eq!(links.items().len(), 1);
    let merged = world.agent.get(&format!("/api/roadmap/items/{}/merged", world.item)).await.ok();
    assert_eq!((merged.items().len(), &merged.items()[0]["merge"]), (1, &merge));

    world.curator.post(&format!("/api/roadmap/merges/{merge}/undo"), json!({})).await.expect(204);
    world.curator.post(&format!("/api/roadmap/merges/{merge}/undo"), json!({})).await.expect(404);
    let after = world.asks(&world.agent).await;
    assert_eq!(open(&after), ["daniel", "minji"]);
    assert_eq!(states(&after), states(&before), "whoever came along never asked for it");
    let back = world.agent.get(&format!("/api/roadmap/items/{twin}")).await.ok().json;
    assert_eq!((&back["id"], &back["key"]), (&json!(twin), &json!("VIEW-9")));
    let asks = world.agent.get(&format!("/api/roadmap/items/{twin}/asks")).await.ok().json;
    assert_eq!(open(&asks), ["jo", "minji", "ola"]);
    let needs = world.agent.get(&format!("/api/roadmap/items/{}", needing["id"].as_str().unwrap())).await.ok().json;
    assert_eq!(needs["needs"], json!([twin]));
    world.app.end().await;
}
