//! The form for customers who leave: what they say comes in, the reasons are tags, and nobody speaks for anybody else.
use crate::app::{Answer, Client, TestApp};
use crate::outgoing::post_office::PostOffice;
use crate::outgoing::{one_taken, with_mail};
use base::{Role, Time};
use reqwest::Method;
use serde_json::{Value, json};

const FORM: &str = "application/x-www-form-urlencoded";

struct World {
    app: TestApp,
    post: PostOffice,
    owner: Client,
    anybody: Client,
    /// The tags “비싸요 / Too expensive” and “없어요 / Something is missing”.
    reasons: [String; 2],
    /// Joined to the second reason.
    item: String,
}

fn form(fields: &[(&str, &str)]) -> String {
    reqwest::Url::parse_with_params("http://x", fields).unwrap().query().unwrap_or_default().to_owned()
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let at = page.find(&format!("name=\"{name}\" value=\"")).expect(name);
    page[at..].split('"').nth(3).unwrap().to_owned()
}

fn link_in(text: &str, beginning: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains(beginning)).expect(beginning);
    link[link.find(beginning).unwrap()..].to_owned()
}

impl World {
    /// A house whose form is on.
    async fn start(name: &str) -> World {
        let (app, post, _) = with_mail(name).await;
        let world = World::of(app, post).await;
        world.put_form(json!({})).await.ok();
        world
    }

    async fn of(app: TestApp, post: PostOffice) -> World {
        let curator = app.as_role(Role::Curator);
        let mut reasons = Vec::new();
        for (ko, en) in [("비싸요", "Too expensive"), ("없어요", "Something is missing")] {
            let made = curator.post("/api/tags", json!({"label": {"ko": ko, "en": en}})).await.expect(201).json;
            reasons.push(made["id"].as_str().unwrap().to_owned());
        }
        let body = json!({"title": {"en": "What was missing"}, "tags": [{"tag": reasons[1], "mode": "include"}]});
        let item = curator.post("/api/roadmap/items", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
        let (owner, anybody) = (app.as_owner(), app.anybody());
        World { app, post, owner, anybody, reasons: reasons.try_into().unwrap(), item }
    }

    async fn put_form(&self, more: Value) -> Answer {
        let mut body = json!({"is_on": true, "door": null, "reasons": self.reasons});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let now = self.owner.get("/api/leave_form").await;
        if body["door"].is_null() {
            body["door"] = now.json["door"].clone();
        }
        self.owner.clone().header("if-match", &format!("\"{}\"", now.rev())).put("/api/leave_form", body).await
    }

    async fn leave(&self, fields: &[(&str, &str)]) -> Answer {
        self.anybody.send(Method::POST, "/ko/leave", FORM, form(fields)).await
    }

    /// What came in by the form, with the person and the tags.
    async fn said(&self) -> Vec<Value> {
        let found = self.owner.get("/api/conversations?view=all&limit=100").await.ok();
        found.items().iter().filter(|one| one["channel"] == "form").cloned().collect()
    }

    async fn taggings(&self, conversation: &Value) -> Vec<Value> {
        let path = format!("/api/conversations/{}/taggings", conversation["id"].as_str().unwrap());
        self.owner.get(&path).await.ok().items().clone()
    }

    async fn asks(&self) -> Value {
        self.owner.get(&format!("/api/roadmap/items/{}/asks", self.item)).await.ok().json
    }

    async fn own_page(&self, person: &str) -> String {
        let made = self.owner.post(&format!("/api/persons/{person}/own_page"), json!({})).await.ok().json;
        let url = made["url"].as_str().unwrap();
        url[url.find("/me/").unwrap()..].to_owned()
    }

    /// Somebody we know, and the path of their page.
    async fn known(&self, name: &str) -> (String, String) {
        let person = json!({"external_id": name, "name": name, "email": format!("{name}@example.com")});
        let body = json!({"channel": "email", "person": person, "text": "안녕하세요", "language": "ko"});
        let made = self.app.as_agent().post("/api/conversations", body).await.expect(201).json;
        let person = made["person"]["id"].as_str().unwrap().to_owned();
        let own = self.own_page(&person).await;
        (person, own)
    }

    async fn consents(&self, person: &str) -> Vec<Value> {
        self.owner.get(&format!("/api/persons/{person}/consents")).await.ok().items().clone()
    }

    /// Ships the item and plans the telling: how many messages there are of each way, and how many leavers.
    async fn ship(&self) -> Value {
        let path = format!("/api/roadmap/items/{}", self.item);
        self.owner.post(&format!("{path}/move"), json!({"status": "shipped"})).await.ok();
        let looped = self.owner.get(&format!("{path}/loop")).await.ok().json;
        let event = looped["events"][0]["event"].clone();
        self.owner.post("/api/tellings", json!({"events": [event]})).await.expect(201).json["counts"].clone()
    }

    async fn end(self) {
        let mut tx = self.app.db.read().await.unwrap();
        assert_eq!(roadmap::check(&mut tx).await.unwrap(), []);
        assert_eq!(frontdoor::check(&mut tx).await.unwrap(), []);
        drop(tx);
        self.app.end().await;
    }

    /// What nobody proved comes in a day later.
    async fn a_day_later(&self) {
        self.app.db.set_clock(Some(Time::now().plus(Time::DAY + Time::MINUTE)));
        frontdoor::take_in_unproved(&self.app.db).await.unwrap();
        self.app.db.set_clock(None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_not_there_until_it_is_switched_on_and_offers_only_what_was_chosen() {
    let (app, post, _) = with_mail("leaving_form").await;
    let world = World::of(app, post).await;
    let pages = ["/leave", "/ko/leave", "/en/leave", "/ko/leave/sent", "/leave/x"];
    for path in pages {
        world.anybody.get(path).await.expect(404);
    }
    world.leave(&[("words", "x")]).await.expect(404);
    world.put_form(json!({"reasons": ["tag_00000000000000000000000000"]})).await.refused(422, "error-leave-reason");
    world.app.as_agent().header("if-match", "\"0\"").put("/api/leave_form", json!({})).await.expect(403);
    let on = world.put_form(json!({})).await.ok().json;
    let doors = world.owner.get("/api/doors").await.ok();
    let own = doors.items().iter().find(|door| door["id"] == on["door"]).expect("a door of its own").clone();
    assert_eq!((&own["kind"], &on["mails"]), (&json!("form"), &json!(true)));
    for (path, title, reason, other) in
        [("/ko/leave", "이용을 마치며", "비싸요", "/en/leave"), ("/en/leave", "Leaving ", "Too expensive", "/ko/leave")]
    {
        let shown = world.anybody.get(path).await.expect(200);
        let text = shown.text.replace("&#x2f;", "/");
        assert!(text.contains(title) && text.contains(reason) && text.contains(other), "{text}");
        assert!(!text.contains("<script") && shown.text.len() < 60_000 && !text.contains("What was missing"));
        assert!(shown.header("content-security-policy").starts_with("default-src 'none'; style-src 'sha256-"));
        assert_eq!(shown.header("cache-control"), "no-store");
        assert!(text.contains("name=\"email\"") && text.contains("name=\"news\""));
    }
    // A reason that is no tag any more is not offered; one that was merged is the other one.
    let curator = world.app.as_role(Role::Curator);
    let path = format!("/api/tags/{}", world.reasons[0]);
    curator.post(&format!("{path}/retire"), json!({})).await;
    let shown = world.anybody.get("/ko/leave").await.ok().text;
    assert!(!shown.contains("비싸요") && shown.contains("없어요"), "{shown}");
    world.put_form(json!({"is_on": false, "reasons": [world.reasons[1]]})).await.ok();
    for path in pages {
        world.anybody.get(path).await.expect(404);
    }
    assert!(world.owner.get("/api/audit").await.ok().text.contains("frontdoor.leave_form_changed"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_known_by_their_page_leaves_with_reasons_asks_and_is_told_as_a_leaver() {
    let world = World::start("leaving_known").await;
    let (minji, own) = world.known("minji").await;
    let (daniel, others) = world.known("daniel").await;
    let page = world.anybody.get(&format!("{own}?lang=ko")).await.ok().text.replace("&#x2f;", "/");
    assert!(page.contains(&format!("{own}/leave?lang=ko")), "their page leads to it: {page}");
    let path = format!("{own}/leave?lang=ko");
    let shown = world.anybody.get(&path).await.ok().text;
    assert!(shown.contains("minji 님") && !shown.contains("name=\"email\""), "who it is is known: {shown}");
    let nothing = world.anybody.send(Method::POST, &path, FORM, form(&[("news", "yes")])).await.expect(422);
    assert!(nothing.text.contains("role=\"alert\"") && nothing.text.contains("checked"), "{}", nothing.text);
    let [dear, missing] = &world.reasons;
    let name = hidden(&shown, "form");
    let foreign = world.app.as_role(Role::Curator).post("/api/tags", json!({"label": {"en": "Not offered"}})).await;
    let foreign = foreign.expect(201).json["id"].as_str().unwrap().to_owned();
    let fields = [
        ("form", name.as_str()),
        ("reason", dear),
        ("reason", missing),
        ("reason", &foreign),
        ("words", "필터가 남았더라면"),
        ("news", "yes"),
        ("email", "somebody.else@example.com"),
    ];
    // Sent twice is once.
    let send = || world.anybody.send(Method::POST, &path, FORM, form(&fields));
    let (one, other) = tokio::join!(send(), send());
    assert!(one.ok().text.contains("말씀 잘 받았습니다") && other.ok().text.contains("말씀 잘 받았습니다"));
    // Without an answer to whether we may write: by hand.
    let quiet = [("reason", missing.as_str()), ("form", "d")];
    world.anybody.send(Method::POST, &format!("{others}/leave?lang=ko"), FORM, form(&quiet)).await.ok();
    world.app.settle().await;

    let said = world.said().await;
    assert_eq!(said.len(), 2, "{said:?}");
    let of = |person: &str| said.iter().find(|one| one["person"]["id"] == person).expect("theirs").clone();
    let whole = async |one: Value| {
        world.owner.get(&format!("/api/conversations/{}", one["id"].as_str().unwrap())).await.ok().json
    };
    let thread = whole(of(&minji)).await;
    let form_door = world.owner.get("/api/leave_form").await.json["door"].clone();
    assert_eq!((&thread["channel"], &thread["door"]["id"]), (&json!("form"), &form_door));
    let text = |thread: &Value| thread["entries"].as_array().unwrap()[0]["text"].as_str().unwrap().to_owned();
    assert_eq!(text(&thread), "필터가 남았더라면");
    let taggings = world.taggings(&thread).await;
    let mut tags: Vec<&str> = taggings.iter().map(|one| one["tag"].as_str().unwrap()).collect();
    tags.sort_unstable();
    let mut wanted = [dear.as_str(), missing];
    wanted.sort_unstable();
    assert_eq!(tags, wanted, "what the form does not offer nobody can choose");
    assert!(taggings.iter().all(|one| one["kind"] == "leaving" && one["origin"] == "customer"), "{taggings:?}");
    assert_eq!(text(&whole(of(&daniel)).await), "없어요", "where only reasons were chosen, they are what was said");
    let consents = world.consents(&minji).await;
    assert_eq!((consents.len(), &consents[0]["given"]), (1, &json!(true)), "{consents:?}");
    assert_eq!(world.consents(&daniel).await.len(), 0, "what they did not say is not written down");

    // Asks of the item that is joined to the reason; leavers when it ships.
    let asks = world.asks().await;
    assert_eq!(asks["open"], 2, "{asks}");
    let counts = world.ship().await;
    assert_eq!(
        (&counts["leavers"], &counts["by_mail"], &counts["by_hand"]),
        (&json!(2), &json!(1), &json!(1)),
        "{counts}"
    );
    assert_eq!(counts["hand_reasons"], json!({"left_us": 1}));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_says_nothing_of_anybody_until_it_is_proved() {
    let world = World::start("leaving_proof").await;
    let (known, _) = world.known("known").await;
    let [_, missing] = &world.reasons;
    let page = world.anybody.get("/ko/leave").await.ok().text;
    let name = hidden(&page, "form");
    let fields = [
        ("form", name.as_str()),
        ("reason", missing),
        ("words", "달력이 있었더라면"),
        ("news", "no"),
        ("email", "known@example.com"),
    ];
    for _ in 0..2 {
        let sent = world.leave(&fields).await.expect(200);
        assert!(sent.text.contains("메일을 보냈"), "{}", sent.text);
    }
    let taken = one_taken(&world.post, "known@example.com").await;
    world.app.settle().await;
    assert_eq!(world.post.to("known@example.com").len(), 1, "sent twice is once");
    let mail = taken.mail();
    assert!(mail.auto_submitted && !mail.text.contains("달력"), "nobody sends their words to strangers by us");
    // Nothing is said of whom we know, and nobody is opted in or out.
    assert!(world.said().await.is_empty() && world.consents(&known).await.is_empty());
    assert_eq!(world.asks().await["open"], 0);
    let link = link_in(&mail.text, "/leave/");
    for method in [Method::GET, Method::HEAD] {
        world.anybody.call(method, &link, None).await.expect(200);
    }
    assert!(world.said().await.is_empty(), "a program that looks at links proves nothing");
    let forged = format!("{}{}", &link[..link.len() - 1], if link.ends_with('x') { "y" } else { "x" });
    world.anybody.send(Method::POST, &forged, FORM, "").await.expect(404);

    let prove = || world.anybody.send(Method::POST, &link, FORM, "");
    let (one, other) = tokio::join!(prove(), prove());
    assert!(one.ok().text.contains("확인되었습니다") && other.ok().text.contains("확인되었습니다"));
    let said = world.said().await;
    assert_eq!((said.len(), said[0]["person"]["id"].as_str()), (1, Some(known.as_str())));
    let consents = world.consents(&known).await;
    assert_eq!((consents.len(), &consents[0]["given"]), (1, &json!(false)));
    assert_eq!(world.asks().await["open"], 1);
    let counts = world.ship().await;
    assert_eq!(counts["reasons"], json!({"opted_out": 1}), "who said no is not written to: {counts}");
    // It leads on to their own page, and a day later nowhere.
    let proved = world.anybody.get(&link).await.ok().text.replace("&#x2f;", "/");
    let own = proved[proved.find("/me/").unwrap()..].split('"').next().unwrap();
    assert!(world.anybody.get(own).await.ok().text.contains("달력이 있었더라면"));
    world.app.db.set_clock(Some(Time::now().plus(Time::DAY + Time::MINUTE)));
    world.anybody.get(&link).await.expect(404);
    world.app.db.set_clock(None);
    world.a_day_later().await;
    assert_eq!(world.said().await.len(), 1, "what was proved does not come in again");
    // Who is erased leaves nothing.
    world.app.as_role(Role::Owner).post(&format!("/api/persons/{known}/erase"), json!({})).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_proved_is_not_lost_and_comes_from_nobody() {
    let world = World::start("leaving_nobody").await;
    let (known, _) = world.known("known").await;
    let missing = world.reasons[1].clone();
    // Without an address it is there at once.
    let thanks = world.leave(&[("reason", &missing), ("words", "이름 없이"), ("form", "a")]).await.expect(200);
    assert!(thanks.text.contains("말씀 잘 받았습니다") && !thanks.text.contains("메일을 보냈"));
    assert_eq!(world.said().await.len(), 1);
    // With one that nobody confirms, a day later, and without it.
    let fields =
        [("reason", missing.as_str()), ("words", "확인하지 않음"), ("email", "known@example.com"), ("news", "yes")];
    world.leave(&fields).await.expect(200);
    let mail = one_taken(&world.post, "known@example.com").await;
    let link = link_in(&mail.mail().text, "/leave/");
    frontdoor::take_in_unproved(&world.app.db).await.unwrap();
    assert_eq!(world.said().await.len(), 1, "not before a day is over");
    for _ in 0..2 {
        world.a_day_later().await;
    }
    let said = world.said().await;
    assert_eq!(said.len(), 2);
    for one in &said {
        assert_eq!((&one["person"], &one["last_said_by"]), (&Value::Null, &json!("person")), "{one}");
        let whole = world.owner.get(&format!("/api/conversations/{}", one["id"].as_str().unwrap())).await.ok();
        assert!(!whole.text.contains("known@example.com"), "{}", whole.text);
        assert_eq!(world.taggings(one).await[0]["kind"], "leaving");
    }
    world.anybody.send(Method::POST, &link, FORM, "").await.expect(404);
    assert!(world.consents(&known).await.is_empty());
    assert_eq!(world.asks().await["open"], 0, "nobody asks in the name of nobody");
    // Both are heard all the same.
    let path = format!("/api/tags/{missing}/counts");
    let counts = world.owner.get(&path).await.ok().json;
    assert_eq!((&counts["conversations"], &counts["persons"]), (&json!(2), &json!(0)), "{counts}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_answers_everybody_alike_and_is_slow_with_whoever_floods_it() {
    let world = World::start("leaving_quiet").await;
    let (_, own) = world.known("known").await;
    world.owner.post("/api/blocked-senders", json!({"sender": "blocked@example.com"})).await.expect(201);
    let said = |address: &str| form(&[("words", "비싸요"), ("news", "yes"), ("email", address)]);
    let send = |address: &str| world.anybody.send(Method::POST, "/ko/leave", FORM, said(address));
    let mut answers = Vec::new();
    for name in ["known", "blocked", "stranger", "stranger", "stranger", "stranger"] {
        let answer = send(&format!("{name}@example.com")).await.expect(200);
        answers.push((answer.text, answer.status));
    }
    let ours = send("help@soban.example").await.expect(200);
    answers.push((ours.text, ours.status));
    let trap = form(&[("words", "x"), ("email", "robot@example.com"), ("website", "http://x")]);
    let trap = world.anybody.send(Method::POST, "/ko/leave", FORM, trap).await.expect(200);
    answers.push((trap.text, trap.status));
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "every address is answered alike");
    world.app.settle().await;
    assert_eq!(world.post.to("stranger@example.com").len(), 3, "three a day, whoever leaves");
    for nobody in ["robot@example.com", "help@soban.example", "blocked@example.com"] {
        assert!(world.post.to(nobody).is_empty(), "{nobody}");
    }
    // What cannot be taken is said, and what was typed is still there.
    let bad = form(&[("words", "왜냐하면"), ("reason", &world.reasons[0]), ("news", "yes"), ("email", "x")]);
    let bad = world.anybody.send(Method::POST, "/ko/leave", FORM, bad).await.expect(422);
    assert!(bad.text.contains("role=\"alert\"") && bad.text.contains("왜냐하면") && bad.text.contains("checked"));
    let none = form(&[("words", "왜냐하면"), ("news", "yes")]);
    world.anybody.send(Method::POST, "/ko/leave", FORM, none).await.expect(422);
    for junk in [&b"%ff=%fe"[..], b"", b"reason=x&news=perhaps", "words=   ".as_bytes()] {
        world.anybody.send(Method::POST, "/ko/leave", FORM, junk.to_vec()).await.expect(422);
    }
    for n in 0..3 {
        world.leave(&[("words", &format!("{n}"))]).await.expect(200);
    }
    let refused = world.leave(&[("words", "넘침")]).await.expect(429);
    assert!(refused.text.contains("넘침") && refused.text.contains("조금 뒤에"));
    // Nor does the page of one person take any number of them.
    for n in 0..20 {
        world.anybody.send(Method::POST, &format!("{own}/leave"), FORM, form(&[("words", &n.to_string())])).await.ok();
    }
    let last = form(&[("words", "마지막")]);
    world.anybody.send(Method::POST, &format!("{own}/leave"), FORM, last).await.expect(429);
    // Nothing of it is lost.
    let before = world.said().await.len();
    world.a_day_later().await;
    assert_eq!(world.said().await.len(), before + 7, "what came with an address that was not proved");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_mailbox_sends_no_address_is_asked_for() {
    let app = TestApp::start("leaving_silent").await;
    let post = PostOffice::open().await;
    let world = World::of(app, post).await;
    let on = world.put_form(json!({})).await.ok().json;
    assert_eq!(on["mails"], false);
    let shown = world.anybody.get("/en/leave").await.ok().text;
    assert!(!shown.contains("name=\"email\"") && !shown.contains("name=\"news\""), "{shown}");
    world.leave(&[("words", "느려요"), ("email", "a@example.com"), ("news", "yes")]).await.expect(200);
    assert_eq!((world.said().await.len(), &world.said().await[0]["person"]), (1, &Value::Null));
    // A door that only some of us see keeps what comes in by it.
    let door = on["door"].as_str().unwrap();
    let doors = world.owner.get("/api/doors").await.ok();
    let rev = doors.items().iter().find(|one| one["id"] == door).unwrap()["rev"].as_i64().unwrap();
    let shut = json!({"visibility": "teams", "staff_teams": []});
    world.owner.patch(&format!("/api/doors/{door}"), rev, shut).await.ok();
    let seen = world.app.as_agent().get("/api/conversations?view=all").await.ok();
    assert!(seen.items().iter().all(|one| one["channel"] != "form"));
    world.end().await;
}
