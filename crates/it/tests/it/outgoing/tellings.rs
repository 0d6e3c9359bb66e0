//! Everybody who asked is told what became of it, once; whoever is not is passed over with a reason; and the ledger is exact.
use super::post_office::PostOffice;
use super::{bring_in, newest, settled, to, until, with_mail};
use crate::app::{Client, TestApp};
use axum::http::Method;
use base::Role;
use serde_json::{Value, json};
use std::collections::BTreeMap;

struct World {
    app: TestApp,
    post: PostOffice,
    agent: Client,
    curator: Client,
    tag: String,
    item: String,
}

/// A conversation and whose it is.
struct Asked {
    conversation: String,
    person: String,
}

impl World {
    async fn start(name: &str) -> World {
        let (app, post, _) = with_mail(name).await;
        let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
        let tag = curator.post("/api/tags", json!({"label": {"en": "Filters"}})).await.expect(201).json;
        let tag = tag["id"].as_str().unwrap().to_owned();
        let body = json!({"key": "VIEW-218", "title": {"ko": "보기의 필터 유지", "en": "Views keep their filters"},
            "tags": [{"tag": tag, "mode": "include"}]});
        let item = curator.post("/api/roadmap/items", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
        World { app, post, agent, curator, tag, item }
    }

    async fn tag(&self, conversation: &str) {
        let path = format!("/api/conversations/{conversation}/taggings");
        self.agent.post(&path, json!({"tag_id": self.tag, "kind": "request"})).await.expect(201);
    }

    /// Somebody writes by mail, one of us answers, and what they wrote is tagged.
    async fn ask_by_mail(&self, address: &str, name: &str, text: &str) -> Asked {
        let raw = format!(
            "From: {name} <{address}>\r\nTo: help@soban.example\r\nMessage-ID: <{name}@example.com>\r\n\
             Date: Sun, 3 May 2026 09:00:00 +0900\r\nSubject: {name} asks\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        );
        let conversation = bring_in(&self.app, &raw).await;
        let seen = newest(&self.agent, &conversation).await;
        let receiver = if address.starts_with("refused-") { "elsewhere@example.com" } else { address };
        let body = json!({"text": "고맙습니다", "to": to(receiver), "seen": seen, "held_secs": 0, "quotes": false});
        let entry = self.agent.post(&format!("/api/conversations/{conversation}/replies"), body).await.expect(201);
        settled(&self.agent, &conversation, entry.json["id"].as_str().unwrap(), &["sent"]).await;
        self.tag(&conversation).await;
        self.asked(conversation).await
    }

    /// Somebody asks by another way.
    async fn ask(&self, name: &str, address: Option<&str>, text: &str) -> Asked {
        let person = json!({"external_id": name, "name": name, "email": address});
        let body = json!({"channel": "call", "person": person, "text": text});
        let made = self.agent.post("/api/conversations", body).await.expect(201).json;
        let conversation = made["id"].as_str().unwrap().to_owned();
        self.tag(&conversation).await;
        self.asked(conversation).await
    }

    async fn asked(&self, conversation: String) -> Asked {
        let page = self.agent.get(&format!("/api/conversations/{conversation}")).await.ok().json;
        let person = page["person"]["id"].as_str().unwrap().to_owned();
        Asked { conversation, person }
    }

    async fn set(&self, body: Value) {
        let path = format!("/api/roadmap/items/{}", self.item);
        let rev = self.curator.get(&path).await.rev();
        self.curator.patch(&path, rev, body).await.ok();
    }

    async fn events(&self) -> Vec<Value> {
        let path = format!("/api/roadmap/items/{}/loop", self.item);
        self.agent.get(&path).await.ok().json["events"].as_array().unwrap().clone()
    }

    /// A draft about the newest event of the item.
    async fn draft(&self) -> Value {
        let event = self.events().await[0]["event"].clone();
        self.curator.post("/api/tellings", json!({"events": [event]})).await.expect(201).json
    }

    async fn step(&self, by: &Client, telling: &Value, step: &str) -> crate::app::Answer {
        let path = format!("/api/tellings/{}/steps", telling["id"].as_str().unwrap());
        by.post(&path, json!({"step": step})).await
    }

    async fn telling(&self, telling: &Value) -> Value {
        self.curator.get(&format!("/api/tellings/{}", telling["id"].as_str().unwrap())).await.ok().json
    }

    async fn done(&self, telling: &Value) -> Value {
        until("the end of a telling", || async {
            let now = self.telling(telling).await;
            (now["state"] == "done").then_some(now)
        })
        .await
    }

    async fn messages(&self, telling: &Value) -> Vec<Value> {
        let path = format!("/api/tellings/{}/messages?limit=200", telling["id"].as_str().unwrap());
        self.curator.get(&path).await.ok().items().clone()
    }

    /// What the house says of itself holds.
    async fn holds(&self) {
        let mut tx = self.app.db.read().await.unwrap();
        assert_eq!(roadmap::check(&mut tx).await.unwrap(), []);
        assert_eq!(frontdoor::check(&mut tx).await.unwrap(), []);
        for event in self.events().await {
            let sum: i64 =
                ["told", "skipped", "pending"].iter().map(|one| event["coverage"][one].as_i64().unwrap()).sum();
            assert_eq!(sum, event["coverage"]["asks"].as_i64().unwrap(), "{event}");
        }
    }

    /// The mails that tell something, by address.
    fn told(&self) -> BTreeMap<String, usize> {
        let mut told = BTreeMap::new();
        for one in self.post.taken().into_iter().filter(|one| one.text().contains("List-Unsubscribe")) {
            *told.entry(one.to).or_default() += 1;
        }
        told
    }
}

async fn fast(world: &World) {
    let body = json!({"rate": 60_000, "four_eyes_over": 30});
    world.app.as_owner().put("/api/telling_settings", body).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_asked_and_everybody_who_can_be_is_told_once_and_the_ledger_is_exact() {
    let world = World::start("tellings_ten").await;
    fast(&world).await;
    // Three came by mail, one of them in English; one has an address that is none.
    let minji = world.ask_by_mail("minji@example.com", "Minji", "필터를 저장해도 새로고침하면 자꾸 풀려요.").await;
    let daniel =
        world.ask_by_mail("daniel@example.com", "Daniel", "Every Monday I rebuild my view, filter by filter.").await;
    world.ask_by_mail("dohyun@example.com", "Dohyun", "보기에 건 필터가 저장되지 않아요.").await;
    world.ask_by_mail("refused-bora@example.com", "Bora", "필터가 사라집니다.").await;
    let stopped = world.ask("Sumin", Some("sumin@example.com"), "필터 좀 유지해 주세요").await;
    let one = world.ask("Jisoo", Some("jisoo@example.com"), "필터가 풀려요").await;
    let same = world.ask("Jisoo K", Some("jisoo.kim@example.com"), "필터가 또 풀려요").await;
    world.ask("Yuna", Some("yuna@example.com"), "매일 필터를 다시 걸어요").await;
    world.ask("Harim", Some("harim@example.com"), "필터 유지가 필요해요").await;
    let nobody = world.ask("Caller", None, "전화로 말씀: 필터를 저장하고 싶어요").await;
    let no = json!({"kind": "news", "given": false, "source": "전화"});
    world.agent.post(&format!("/api/persons/{}/consents", stopped.person), no).await.ok();
    world.agent.post(&format!("/api/persons/{}/merge", same.person), json!({"into": one.person})).await.ok();

    world.set(json!({"status": "shipped"})).await;
    let draft = world.draft().await;
    let counts = &draft["counts"];
    assert_eq!(
        (&counts["persons"], &counts["by_mail"], &counts["by_hand"], &counts["skipped"]),
        (&json!(9), &json!(7), &json!(1), &json!(1)),
        "{draft}"
    );
    assert_eq!((&counts["reasons"], &counts["hand_reasons"]), (&json!({"opted_out": 1}), &json!({"unreachable": 1})));
    assert_eq!(draft["events"][0]["coverage"]["asks"], 10);
    let messages = world.messages(&draft).await;
    let of = |person: &Asked| {
        messages.iter().find(|one| one["person"]["id"] == json!(person.person)).cloned().expect("a message")
    };
    assert_eq!((&of(&one)["asks"], &of(&one)["way"]), (&json!(2), &json!("mail")), "one human, two asks, one message");
    assert_eq!((&of(&daniel)["language"], &of(&daniel)["way"]), (&json!("en"), &json!("thread")));
    let path = format!("/api/telling_messages/{}/preview", of(&daniel)["id"].as_str().unwrap());
    let preview = world.agent.get(&path).await.ok().json;
    let text = preview["text"].as_str().unwrap();
    assert!(text.contains("On 3 May you wrote:\n\n> Every Monday I rebuild my view, filter by filter."), "{text}");
    assert!(text.starts_with("Hello Daniel, this is "), "{text}");

    world.step(&world.curator, &draft, "send").await.ok();
    let done = world.done(&draft).await;
    assert_eq!((&done["counts"]["told"], &done["counts"]["reasons"]["bounced"]), (&json!(6), &json!(1)), "{done}");
    let wanted = ["daniel", "dohyun", "harim", "jisoo", "minji", "yuna"];
    let wanted: BTreeMap<String, usize> = wanted.iter().map(|name| (format!("{name}@example.com"), 1)).collect();
    assert_eq!(world.told(), wanted);
    let coverage = world.events().await[0]["coverage"].clone();
    assert_eq!((&coverage["told"], &coverage["skipped"], &coverage["pending"]), (&json!(7), &json!(2), &json!(1)));
    assert_eq!(coverage["reasons"], json!({"bounced": 1, "opted_out": 1}));
    world.holds().await;

    // In the thread she used, from whom she knows, in her language, with a way to hear no more.
    let mail = world.post.to("minji@example.com").pop().unwrap();
    let read = mail.mail();
    assert_eq!(read.in_reply_to, ["Minji@example.com"]);
    assert!(
        read.text.contains("5월 3일에 이렇게 말씀해 주셨지요.") && read.text.contains("> 필터를 저장해도"),
        "{}",
        read.text
    );
    assert!(mail.text().contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    let english = world.post.to("daniel@example.com").pop().unwrap().mail();
    assert!(english.text.contains("Did this solve it for you?"), "{}", english.text);

    // Whom nobody can write to is told by one of us.
    let waiting = world.agent.get("/api/news/by_hand").await.ok().items().clone();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["person"]["id"], json!(nobody.person));
    let path = format!("/api/telling_messages/{}/told", waiting[0]["id"].as_str().unwrap());
    world.agent.post(&path, json!({"note": "전화드림"})).await.ok();
    world.agent.post(&path, json!({})).await.refused(409, "error-telling-message-gone");
    assert_eq!(world.events().await[0]["coverage"]["pending"], 0);

    // She answers, and says that it was solved.
    let answers = format!("/api/conversations/{}/entries", minji.conversation);
    let said = json!({"text": "고맙습니다! 잘 되네요", "author": "person"});
    let said = world.agent.post(&answers, said).await;
    assert!(said.status.is_success(), "{}", said.text);
    let page = format!("/api/roadmap/items/{}/loop", world.item);
    let shown = world.agent.get(&page).await.ok().json;
    assert_eq!(shown["answers"][0]["text"], "고맙습니다! 잘 되네요");
    let link = read.text.split_whitespace().find(|word| word.contains("/told/")).unwrap().to_owned();
    let link = link.split('?').next().unwrap().to_owned();
    let place = &link[link.find("/told/").unwrap()..];
    let anybody = world.app.anybody();
    assert!(anybody.open(&format!("{place}?answer=yes")).await.text().await.unwrap().contains("네, 풀렸어요"));
    let states = |asks: &Value| {
        let all = asks["items"].as_array().unwrap().clone();
        all.into_iter().filter(|ask| ask["state"] == "confirmed").count()
    };
    let asks = format!("/api/roadmap/items/{}/asks", world.item);
    assert_eq!(states(&world.agent.get(&asks).await.ok().json), 0, "looking changes nothing");
    let form = "application/x-www-form-urlencoded";
    anybody.send(axum::http::Method::POST, place, form, "answer=yes").await;
    assert_eq!(states(&world.agent.get(&asks).await.ok().json), 1);
    assert_eq!(world.events().await[0]["solved"], 1);
    let stop = format!("{place}/stop");
    assert!(anybody.open(&stop).await.text().await.unwrap().contains("소식 그만 받기"));
    anybody.send(axum::http::Method::POST, &stop, form, "List-Unsubscribe=One-Click").await;

    // Nobody is told twice: the next draft has nobody left, and who said no hears nothing of what comes after.
    let again = world.draft().await;
    assert_eq!(again["counts"]["persons"], 0, "{again}");
    world.curator.delete(&format!("/api/tellings/{}", again["id"].as_str().unwrap())).await.expect(204);
    world.set(json!({"status": "declined"})).await;
    let declined = world.draft().await;
    assert_eq!(declined["counts"]["reasons"]["opted_out"], 2, "{declined}");

    // Erased, they stay in the sum.
    world.app.as_owner().delete(&format!("/api/persons/{}", daniel.person)).await;
    world.holds().await;
    assert_eq!(world.events().await[0]["coverage"]["asks"], 10);
    // The merge is taken back: the other record was never told under its own name.
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telling_is_paused_within_a_second_and_goes_on_where_it_was() {
    let world = World::start("tellings_pause").await;
    let body = json!({"rate": 600, "four_eyes_over": 30});
    world.app.as_owner().put("/api/telling_settings", body).await.ok();
    for n in 0..25 {
        world.ask(&format!("P{n}"), Some(&format!("p{n}@example.com")), "필터가 풀려요").await;
    }
    world.set(json!({"status": "shipped"})).await;
    let draft = world.draft().await;
    world.step(&world.curator, &draft, "send").await.ok();
    until("the first", || async { world.post.taken().first().cloned() }).await;
    world.step(&world.curator, &draft, "pause").await.ok();
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    let taken = world.post.taken().len();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(world.post.taken().len(), taken, "nothing more goes out");
    assert!(taken < 25, "{taken}");
    world.step(&world.curator, &draft, "pause").await.ok();
    world.step(&world.curator, &draft, "resume").await.ok();
    world.step(&world.curator, &draft, "resume").await.refused(409, "error-telling-not-paused");
    let done = world.done(&draft).await;
    assert_eq!(done["counts"]["told"], 25);
    assert!(world.told().values().all(|n| *n == 1));
    world.holds().await;
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_told_only_after_a_second_pair_of_eyes() {
    let world = World::start("tellings_eyes").await;
    let body = json!({"rate": 60_000, "four_eyes_over": 1});
    world.app.as_owner().put("/api/telling_settings", body).await.ok();
    world.ask("A", Some("a@example.com"), "필터가 풀려요").await;
    world.ask("B", Some("b@example.com"), "My filters vanish whenever I reload the page").await;
    world.set(json!({"status": "declined"})).await;
    let draft = world.draft().await;
    world.agent.post("/api/tellings", json!({"events": []})).await.expect(403);
    world.step(&world.curator, &draft, "approve").await.refused(409, "error-telling-not-asked");
    let path = format!("/api/tellings/{}", draft["id"].as_str().unwrap());
    let rev = world.curator.get(&path).await.rev();
    let empty = json!({"texts": {"en": {"subject": "", "text": ""}}});
    world.curator.patch(&path, rev, empty).await.ok();
    world.step(&world.curator, &draft, "send").await.refused(422, "error-telling-no-english");
    let words =
        json!({"texts": {"en": {"subject": "About your filters", "text": "We looked at it, and will not build it."}}});
    world.curator.patch(&path, rev + 1, words).await.ok();
    let asked = world.step(&world.curator, &draft, "send").await.ok().json;
    assert_eq!(asked["state"], "asked");
    world.step(&world.curator, &draft, "approve").await.refused(409, "error-telling-own");
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(world.told(), BTreeMap::new());
    world.step(&world.app.as_owner(), &draft, "approve").await.ok();
    world.done(&draft).await;
    assert_eq!(world.told().len(), 2);
    let mail = world.post.to("b@example.com").pop().unwrap().mail();
    assert!(mail.text.contains("will not build it") && !mail.text.contains("Did this solve"), "{}", mail.text);
    world.holds().await;
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_people_are_told_once_and_parted_again_when_the_merge_is_taken_back() {
    let world = World::start("tellings_merge").await;
    fast(&world).await;
    let one = world.ask("Jisoo", Some("jisoo@example.com"), "필터가 풀려요").await;
    world.set(json!({"status": "planned", "half": "2027H1"})).await;
    let planned = world.draft().await;
    world.step(&world.curator, &planned, "send").await.ok();
    world.done(&planned).await;
    // Somebody asks after the event: pending at once; then they turn out to be whom we told.
    let same = world.ask("Jisoo K", Some("jisoo.kim@example.com"), "필터가 또 풀려요").await;
    assert_eq!(world.events().await[0]["coverage"]["pending"], 1);
    let path = format!("/api/persons/{}/merge", same.person);
    let merge = world.agent.post(&path, json!({"into": one.person})).await.ok();
    let coverage = world.events().await[0]["coverage"].clone();
    assert_eq!((&coverage["pending"], &coverage["reasons"]), (&json!(0), &json!({"told_before": 1})), "{coverage}");
    world.holds().await;
    let id = &merge.json["merge"];
    world.agent.post(&format!("/api/merges/{id}/undo"), json!({})).await.expect(204);
    assert_eq!(world.events().await[0]["coverage"]["pending"], 1);
    // What is told of the newer event makes the older one no news.
    world.set(json!({"status": "shipped"})).await;
    let shipped = world.draft().await;
    assert_eq!(shipped["counts"]["by_mail"], 2);
    world.step(&world.curator, &shipped, "send").await.ok();
    world.done(&shipped).await;
    let events = world.events().await;
    assert_eq!(events[0]["coverage"]["told"], 2);
    assert_eq!(events[1]["coverage"]["reasons"], json!({"told_newer": 1}));
    assert_eq!(events[2]["coverage"]["reasons"], json!({"told_newer": 2}), "that it was heard of");
    world.holds().await;
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cancelled_is_a_group_of_their_own_and_told_with_consent_or_by_hand() {
    let world = World::start("tellings_leavers").await;
    fast(&world).await;
    let gone = world.ask("Gone", Some("gone@example.com"), "필터가 풀려서 떠납니다").await;
    let back = world.ask("Open", Some("open@example.com"), "필터가 풀려서 해지합니다").await;
    for one in [&gone, &back] {
        let path = format!("/api/conversations/{}/taggings", one.conversation);
        let other = world.curator.post("/api/tags", json!({"label": {"en": format!("Leaving {}", one.person)}})).await;
        let tag = other.expect(201).json["id"].clone();
        world.agent.post(&path, json!({"tag_id": tag, "kind": "leaving"})).await.expect(201);
    }
    let yes = json!({"kind": "news", "given": true, "source": "해지할 때"});
    world.agent.post(&format!("/api/persons/{}/consents", back.person), yes).await.ok();
    world.set(json!({"status": "shipped"})).await;
    let draft = world.draft().await;
    assert_eq!(
        (&draft["counts"]["leavers"], &draft["counts"]["by_hand"], &draft["counts"]["by_mail"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!(draft["counts"]["hand_reasons"], json!({"left_us": 1}));
    world.step(&world.curator, &draft, "send").await.ok();
    world.done(&draft).await;
    assert_eq!(world.told(), BTreeMap::from([("open@example.com".to_owned(), 1)]));
    // The one that is left is passed over by one of us, with a reason.
    let waiting = world.agent.get("/api/news/by_hand").await.ok().items()[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/telling_messages/{waiting}");
    let why = json!({"way": "skip", "reason": "bounced"});
    world.curator.patch(&path, 1, why).await.refused(422, "error-telling-way");
    world.curator.patch(&path, 1, json!({"way": "skip", "reason": "left_company"})).await.ok();
    let coverage = world.events().await[0]["coverage"].clone();
    assert_eq!((&coverage["told"], &coverage["reasons"]), (&json!(1), &json!({"left_company": 1})));
    world.holds().await;
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_voted_elsewhere_is_told_unless_the_house_says_otherwise() {
    let world = World::start("tellings_voters").await;
    let table = "title,status,date,voter email,voter,why\n\
        Print,shipped,2026-05-03,min@example.com,민지,매주 종이로 돌려 봐요\n\
        Print,shipped,2026-05-04,lee@example.com,Lee,\n\
        Print,shipped,2026-05-05,,Nameless,\n";
    world.curator.send(Method::POST, "/api/imports?format=requests", "text/csv", table.to_owned()).await.expect(201);
    world.app.settle().await;
    let item = world.curator.get("/api/roadmap/items?q=Print").await.ok().items()[0]["id"].as_str().unwrap().to_owned();
    let world = World { item, ..world };
    let kim =
        world.agent.post("/api/persons", json!({"name": "Kim", "email": "kim@example.com"})).await.expect(201).json;
    let heard = json!({"person": kim["id"], "words": "At the fair"});
    world.agent.post(&format!("/api/roadmap/items/{}/asks", world.item), heard).await.expect(201);
    world.curator.post(&format!("/api/roadmap/items/{}/news", world.item), json!({})).await.expect(204);

    let set = async |tells_voters: bool| {
        let body = json!({"rate": 60_000, "four_eyes_over": 30, "tells_voters": tells_voters});
        world.app.as_owner().put("/api/telling_settings", body).await.ok();
    };
    set(false).await;
    let draft = world.draft().await;
    assert_eq!((&draft["counts"]["by_mail"], &draft["counts"]["by_hand"]), (&json!(0), &json!(0)), "{draft}");
    set(true).await;
    let draft = world.step(&world.curator, &draft, "plan").await.ok().json;
    // Whom we only wrote down ourselves never agreed; who left no address is written to by one of us.
    assert_eq!((&draft["counts"]["by_mail"], &draft["counts"]["by_hand"]), (&json!(2), &json!(1)), "{draft}");
    world.step(&world.curator, &draft, "send").await.ok();
    world.done(&draft).await;
    let told: Vec<String> = world.told().into_keys().collect();
    assert_eq!(told, ["lee@example.com", "min@example.com"]);
    let messages = world.messages(&draft).await;
    let to_min = messages.iter().find(|one| one["language"] == "ko").unwrap();
    let path = format!("/api/telling_messages/{}/preview", to_min["id"].as_str().unwrap());
    let text = world.curator.get(&path).await.ok().text;
    assert!(
        text.contains("매주 종이로 돌려 봐요") && text.contains("5월 3일"),
        "in their own words and language: {text}"
    );
    let reasons = world.events().await[0]["coverage"]["reasons"].clone();
    assert_eq!(reasons, json!({"no_consent": 1}));
    world.holds().await;
    world.app.end().await;
}
