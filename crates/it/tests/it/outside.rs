//! What customers see: the public roadmap, “tell me when”, and each person's own page.
use crate::app::{Answer, Client, TestApp};
use crate::outgoing::post_office::PostOffice;
use crate::outgoing::{one_taken, with_mail};
use base::{PersonId, Role};
use reqwest::Method;
use serde_json::{Value, json};

pub const FORM: &str = "application/x-www-form-urlencoded";

pub struct World {
    pub app: TestApp,
    pub post: PostOffice,
    door: String,
    pub owner: Client,
    pub anybody: Client,
}

/// A page as a person sees it: what was escaped stands there again.
pub fn read(text: &str) -> String {
    text.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&#x27;", "'").replace("&lt;", "<").replace("&gt;", ">")
}

impl World {
    /// A tag that the item counts.
    pub async fn join_to_tag(&self, item: &str) -> String {
        let tag =
            self.app.as_role(Role::Curator).post("/api/tags", json!({"label": {"en": "Filters"}})).await.expect(201);
        let tag = tag.json["id"].as_str().unwrap().to_owned();
        let path = format!("/api/roadmap/items/{item}");
        let rev = self.owner.get(&path).await.rev();
        self.owner.patch(&path, rev, json!({"tags": [{"tag": tag, "mode": "include"}]})).await.ok();
        tag
    }

    pub async fn start(name: &str) -> World {
        let (app, post, door) = with_mail(name).await;
        let (owner, anybody) = (app.as_owner(), app.anybody());
        World { app, post, door, owner, anybody }
    }

    pub async fn put_page(&self, more: Value) -> Answer {
        let mut body = json!({"is_on": true, "name": "소반", "colour": "#27705f", "address": null, "shows_counts": true,
            "takes_wishes": true, "door": self.door});
        for (key, value) in more.as_object().unwrap() {
            body[key] = value.clone();
        }
        let rev = self.owner.get("/api/outside").await.rev();
        self.owner.clone().header("if-match", &format!("\"{rev}\"")).put("/api/outside", body).await
    }

    pub async fn item(&self, title: &str) -> String {
        let body = json!({"title": {"en": title}, "problem": {"en": "internal"}, "owner": "Mina"});
        let made = self.owner.post("/api/roadmap/items", body).await.expect(201);
        made.json["id"].as_str().unwrap().to_owned()
    }

    pub async fn publish(&self, item: &str, body: Value) -> Answer {
        let path = format!("/api/roadmap/items/{item}/public");
        let rev = self.owner.get(&path).await.rev();
        self.owner.clone().header("if-match", &format!("\"{rev}\"")).put(&path, body).await
    }

    pub async fn set_status(&self, item: &str, status: &str) {
        self.owner.post(&format!("/api/roadmap/items/{item}/move"), json!({"status": status})).await.ok();
    }

    pub async fn wish(&self, item: &str, form: &str) -> Answer {
        self.anybody.send(Method::POST, &format!("/ko/roadmap/{item}/tell"), FORM, form.to_owned()).await
    }

    pub async fn asks(&self, item: &str) -> Value {
        self.owner.get(&format!("/api/roadmap/items/{item}/asks")).await.ok().json
    }

    /// The path of somebody's own page.
    pub async fn own_page(&self, person: &str) -> String {
        let made = self.owner.post(&format!("/api/persons/{person}/own_page"), json!({})).await.ok().json;
        let url = made["url"].as_str().unwrap();
        url[url.find("/me/").unwrap()..].to_owned()
    }
}

pub fn link_in(text: &str, beginning: &str) -> String {
    let link = text.split_whitespace().find(|word| word.contains(beginning)).expect(beginning);
    link[link.find(beginning).unwrap()..].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_public_until_it_is_switched_on_and_then_only_what_was_chosen() {
    let world = World::start("outside_roadmap").await;
    let (chosen, kept) = (world.item("SECRET-title").await, world.item("SECRET-other").await);
    let public = json!({"is_public": true, "title": {"ko": "필터가 남아요", "en": "Views keep their filters"},
        "problem": {"ko": "새로 고쳐도 그대로", "en": "Also after a reload"}});
    let pages = ["/public", "/ko/roadmap", "/en/roadmap", "/ko/changes", "/ko/roadmap.atom", "/en/changes.atom"];
    for path in pages {
        world.anybody.get(path).await.expect(404);
    }
    world.publish(&chosen, public.clone()).await.ok();
    world.anybody.get("/ko/roadmap").await.expect(404);
    world.publish(&kept, json!({"is_public": true, "title": {}})).await.refused(422, "error-item-title-empty");

    world.put_page(json!({"colour": "#ffd700"})).await.refused(422, "error-colour-contrast");
    world.put_page(json!({"address": "https://x/\"><b>"})).await.refused(422, "error-outside-address");
    world.put_page(json!({"door": null})).await.refused(422, "error-outside-door");
    world.put_page(json!({})).await.ok();
    for (path, title, status) in
        [("/ko/roadmap", "필터가 남아요", "살펴보는 중"), ("/en/roadmap", "Views keep their filters", "Considering")]
    {
        let shown = world.anybody.get(path).await.expect(200);
        let text = read(&shown.text);
        assert!(text.contains(title) && text.contains(status) && text.contains("소반"), "{text}");
        assert!(!text.contains("SECRET") && !text.contains("internal") && !text.contains("Mina"), "{text}");
        assert!(!text.contains("<script") && shown.text.len() < 60_000);
        assert!(text.contains(&format!("<html lang=\"{}\"", &path[1..3])));
        let policy = shown.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        // Nothing changed: nothing is sent again.
        let tag = shown.header("etag").to_owned();
        let again = world.anybody.clone().header("if-none-match", &tag).get(path).await.expect(304);
        assert_eq!(again.text, "");
        world.anybody.call(Method::HEAD, path, None).await.expect(200);
    }
    // The other one is no more there than one that never was.
    for id in [kept.as_str(), "itm_00000000000000000000000000", "x"] {
        for more in ["", "/sent"] {
            world.anybody.get(&format!("/ko/roadmap/{id}{more}")).await.expect(404);
        }
        world.wish(id, "email=a%40example.com").await.expect(404);
    }
    // By the browser's language, with a switch to the other one that is seen.
    let korean = world.anybody.clone().header("accept-language", "ko-KR,ko;q=0.9").get("/public").await.expect(200);
    assert!(korean.text.contains("<html lang=\"ko\"") && read(&korean.text).contains("href=\"/en/roadmap\""));
    // What shipped, and its feed. What is written about it beforehand is not said before.
    let mut early = public.clone();
    early["news"] = json!({"ko": "아직 아님", "en": "not yet"});
    world.publish(&chosen, early).await.ok();
    for more in ["", ".atom", &format!("/{chosen}")] {
        let text = world.anybody.get(&format!("/ko/roadmap{more}")).await.ok().text;
        assert!(text.contains("필터가 남아요") && !text.contains("아직 아님"), "{more}: {text}");
    }
    assert!(!world.anybody.get("/ko/changes").await.ok().text.contains("필터가"));
    world.set_status(&chosen, "shipped").await;
    let mut with_news = public.clone();
    with_news["news"] = json!({"ko": "이제 <b>남습니다</b> & 언제나", "en": "They stay]]>"});
    world.publish(&chosen, with_news).await.ok();
    let changes = read(&world.anybody.get("/ko/changes").await.ok().text);
    assert!(changes.contains("필터가 남아요") && changes.contains("이제 <b>남습니다</b>"), "{changes}");
    let feed = world.anybody.get("/ko/changes.atom").await.ok();
    assert_eq!(feed.header("content-type"), "application/atom+xml; charset=utf-8");
    assert!(feed.text.contains("이제 &lt;b&gt;남습니다&lt;&#x2f;b&gt; &amp; 언제나"), "{}", feed.text);
    assert!(feed.text.contains("urn:uuid:") && !feed.text.contains("<b>"));
    assert!(world.anybody.get("/en/changes.atom").await.ok().text.contains("They stay]]&gt;"));
    // Taken back, and switched off.
    world.publish(&chosen, json!({"is_public": false, "title": {"ko": "필터"}})).await.ok();
    assert!(!world.anybody.get("/ko/roadmap").await.ok().text.contains("필터"));
    world.put_page(json!({"is_on": false, "takes_wishes": false})).await.ok();
    for path in pages {
        world.anybody.get(path).await.expect(404);
    }
    let logged = world.owner.get("/api/audit").await.ok().text;
    assert!(logged.contains("frontdoor.outside_changed") && logged.contains("frontdoor.public_item_changed"));
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_who_proves_an_address_asks_like_everybody_else() {
    let world = World::start("outside_wish").await;
    let item = world.item("Filters").await;
    world.publish(&item, json!({"is_public": true, "title": {"ko": "필터가 남아요"}})).await.ok();
    world.put_page(json!({})).await.ok();
    let page = world.anybody.get(&format!("/ko/roadmap/{item}")).await.ok();
    assert!(page.text.contains("name=\"email\"") && page.text.contains("나오면 알려 주세요"));
    let bad = world.wish(&item, "email=minji&why=%EC%A0%80%EC%9E%A5").await.expect(422);
    assert!(bad.text.contains("role=\"alert\"") && bad.text.contains("저장"), "what was typed is still there");

    let words =
        "email=minji%40example.com&why=%EB%A7%A4%EC%A3%BC+%EB%8B%A4%EC%8B%9C+%EB%A7%8C%EB%93%A4%EC%96%B4%EC%9A%94";
    let sent = world.wish(&item, words).await.expect(200);
    assert!(sent.text.contains("메일을 확인해 주세요"));
    let taken = one_taken(&world.post, "minji@example.com").await;
    let mail = taken.mail();
    assert!(mail.subject.contains("필터가 남아요") && mail.auto_submitted);
    assert!(!mail.text.contains("매주"), "nobody sends their words to strangers by us");
    // Before it is proved there is nobody, and a program that looks at the link proves nothing.
    let link = link_in(&mail.text, "/tell/");
    for method in [Method::GET, Method::HEAD] {
        world.anybody.call(method, &link, None).await.expect(200);
    }
    assert_eq!(world.asks(&item).await["open"], 0);
    assert!(!world.owner.get("/api/persons?q=minji").await.ok().text.contains("minji@example.com"));

    let (one, other) = tokio::join!(
        world.anybody.send(Method::POST, &link, FORM, ""),
        world.anybody.send(Method::POST, &link, FORM, "")
    );
    assert!(one.ok().text.contains("신청되었습니다") && other.ok().text.contains("신청되었습니다"));
    let asks = world.asks(&item).await;
    let ask = &asks["items"][0];
    assert_eq!((&asks["open"], &ask["origin"], &ask["way_back"]), (&json!(1), &json!("visitor"), &json!("mail")));
    assert_eq!((&ask["language"], &ask["words"]), (&json!("ko"), &json!("매주 다시 만들어요")));
    // Why is a conversation that is read, tagged and answered; that they may be told is written down.
    let found = world.owner.get("/api/conversations?view=all").await.ok();
    let thread = found.items().iter().find(|one| one["channel"] == "form").expect("a conversation");
    assert_eq!(thread["person"]["id"], ask["person"]["id"]);
    let person = ask["person"]["id"].as_str().unwrap();
    let whole = world.owner.get(&format!("/api/persons/{person}/consents")).await.ok().text;
    assert!(whole.contains("\"news\""), "{whole}");
    // It leads on to their own page.
    let proved = read(&world.anybody.get(&link).await.ok().text);
    let own = proved[proved.find("/me/").unwrap()..].split('"').next().unwrap();
    let own = read(&world.anybody.get(own).await.ok().text);
    assert!(own.contains("매주 다시 만들어요") && own.contains("필터가 남아요"), "{own}");
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_an_address_tells_nothing_about_it_and_cannot_be_used_against_anybody() {
    let world = World::start("outside_quiet").await;
    let item = world.item("Filters").await;
    world.publish(&item, json!({"is_public": true, "title": {"ko": "필터가 남아요"}})).await.ok();
    world.put_page(json!({})).await.ok();
    let known = json!({"channel": "email", "person": {"external_id": "a", "email": "known@example.com"}, "text": "x"});
    world.app.as_agent().post("/api/conversations", known).await.expect(201);
    world.owner.post("/api/blocked-senders", json!({"sender": "blocked@example.com"})).await.expect(201);
    let mut answers = Vec::new();
    for address in ["known", "stranger", "blocked", "stranger", "stranger", "stranger", "stranger"] {
        let answer = world.wish(&item, &format!("email={address}%40example.com")).await.expect(200);
        answers.push((answer.text, answer.status));
    }
    let trap = world.wish(&item, "email=robot%40example.com&website=http%3A%2F%2Fx").await.expect(200);
    answers.push((trap.text, trap.status));
    let ours = world.wish(&item, "email=help%40soban.example").await.expect(200);
    answers.push((ours.text, ours.status));
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "every address is answered alike");
    world.app.settle().await;
    assert_eq!(world.post.to("stranger@example.com").len(), 3, "three a day, whoever asks");
    for nobody in ["robot@example.com", "help@soban.example"] {
        assert!(world.post.to(nobody).is_empty(), "{nobody}");
    }
    // Too much from one place is told to that place.
    for n in 0..2 {
        world.wish(&item, &format!("email=n{n}%40example.com")).await.expect(200);
    }
    let refused = world.wish(&item, "email=n9%40example.com&why=%EC%99%9C").await.expect(429);
    assert!(refused.text.contains("조금 뒤에") && refused.text.contains("왜"));
    // Nothing came of all that, and what nobody proved is forgotten.
    assert_eq!(world.asks(&item).await["open"], 0);
    world.app.settle().await;
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_reads_what_they_said_and_what_became_of_it_and_nothing_of_anybody_else() {
    let world = World::start("outside_own").await;
    let agent = world.app.as_agent();
    let item = world.item("SECRET-title").await;
    let tag = world.join_to_tag(&item).await;
    let mut persons = Vec::new();
    for (name, text) in [("minji", "필터를 저장해도 풀려요"), ("daniel", "SECRET-daniel needs it")] {
        let person = json!({"external_id": name, "name": name, "email": format!("{name}@example.com")});
        let body = json!({"channel": "email", "person": person, "text": text, "language": "ko"});
        let made = agent.post("/api/conversations", body).await.expect(201).json;
        let conversation = made["id"].as_str().unwrap();
        agent.post(&format!("/api/conversations/{conversation}/notes"), json!({"text": "SECRET-note"})).await.ok();
        let tagged = json!({"tag_id": tag, "kind": "request"});
        agent.post(&format!("/api/conversations/{conversation}/taggings"), tagged).await.expect(201);
        persons.push(made["person"]["id"].as_str().unwrap().to_owned());
    }
    world.asks(&item).await;
    let minji = &persons[0];
    world.app.as_agent().post(&format!("/api/persons/{minji}/own_page"), json!({})).await.expect(403);
    let own = world.own_page(minji).await;
    assert!(world.owner.get("/api/audit").await.ok().text.contains("people.own_page_given"));
    let shown = world.anybody.get(&format!("{own}?lang=ko")).await.expect(200);
    let text = read(&shown.text);
    assert!(text.contains("minji 님이 해 주신 말씀") && text.contains("“필터를 저장해도 풀려요”"), "{text}");
    assert!(text.contains("들음") && text.contains("아직 전해 드릴 소식이 없음") && text.contains("1가지"), "{text}");
    assert!(!text.contains("SECRET"), "{text}");
    assert!(shown.header("x-robots-tag").contains("noindex") && text.contains("content=\"noindex\""));
    assert_eq!((shown.header("cache-control"), shown.header("referrer-policy")), ("no-store", "same-origin"));
    let english = read(&world.anybody.get(&format!("{own}?lang=en")).await.ok().text);
    assert!(english.contains("What minji told us") && english.contains("1 of the things"), "{english}");
    // Decided, but neither told nor public: not theirs to know yet. Public: everybody knows.
    world.set_status(&item, "building").await;
    assert!(!world.anybody.get(&own).await.ok().text.contains("만드는 중"));
    world.publish(&item, json!({"is_public": true, "title": {"ko": "필터가 남아요"}})).await.ok();
    world.put_page(json!({})).await.ok();
    assert!(world.anybody.get(&format!("{own}?lang=ko")).await.ok().text.contains("만드는 중"));

    // Stop and tell: a link changes nothing, a button does.
    let news = async || {
        let mut tx = world.app.db.read().await.unwrap();
        let row = people::get_person(&mut tx, PersonId::parse(minji).unwrap()).await.unwrap();
        let refuses = people::refuses(&mut tx, row.ord, people::Allowed::News).await.unwrap();
        (refuses, people::list_consents(&mut tx, row.ord).await.unwrap().len())
    };
    world.anybody.get(&format!("{own}/stop")).await.expect(200);
    assert_eq!(news().await, (false, 0));
    world.anybody.get(&format!("{own}/tell")).await.expect(405);
    for _ in 0..2 {
        let stopped =
            world.anybody.send(Method::POST, &format!("{own}/stop?lang=ko"), FORM, "List-Unsubscribe=One-Click").await;
        assert!(stopped.ok().text.contains("이제 소식을 보내지 않습니다"));
    }
    assert_eq!(news().await, (true, 1), "said once");
    world.anybody.send(Method::POST, &format!("{own}/tell"), FORM, "").await.ok();
    assert_eq!(news().await, (false, 2));
    // Say more: a conversation of theirs by the door of these pages.
    let more = "text=%EB%B9%A8%EB%A6%AC%EC%9A%94";
    world.anybody.send(Method::POST, &format!("{own}/say"), FORM, more).await.ok();
    let found = world.owner.get("/api/conversations?view=all").await.ok();
    let thread = found.items().iter().find(|one| one["channel"] == "form").expect("a conversation").clone();
    assert_eq!(thread["person"]["id"].as_str(), Some(minji.as_str()));
    // Everything that is theirs, to take along.
    let export = world.anybody.get(&format!("{own}/export.json")).await.expect(200);
    assert!(export.header("content-disposition").starts_with("attachment"));
    assert!(export.text.contains("필터를 저장해도 풀려요") && export.text.contains("minji@example.com"));
    assert!(!export.text.contains("SECRET"), "{}", export.text);
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_a_page_survives_a_merge_and_ends_with_being_taken_back_and_with_erasure() {
    let world = World::start("outside_address").await;
    let agent = world.app.as_agent();
    let mut persons = Vec::new();
    for name in ["minji", "min"] {
        let body = json!({"channel": "email", "person": {"external_id": name, "name": name}, "text": "필터"});
        let made = agent.post("/api/conversations", body).await.expect(201).json;
        persons.push(made["person"]["id"].as_str().unwrap().to_owned());
    }
    let [minji, min] = [&persons[0], &persons[1]];
    let (own, other) = (world.own_page(minji).await, world.own_page(min).await);
    agent.post(&format!("/api/persons/{min}/merge"), json!({"into": minji})).await.ok();
    for page in [&own, &other] {
        assert!(world.anybody.get(&format!("{page}?lang=ko")).await.ok().text.contains("minji 님"));
    }
    // Taken back: both, and one made after is good.
    let renewed = world.owner.post(&format!("/api/persons/{minji}/own_page"), json!({"renew": true})).await.ok().json;
    let renewed = renewed["url"].as_str().unwrap();
    let renewed = renewed[renewed.find("/me/").unwrap()..].to_owned();
    for page in [&own, &other] {
        world.anybody.get(page).await.expect(404);
    }
    world.anybody.get(&renewed).await.expect(200);
    // Too old, and of a day that has not come.
    let keys = world.app.state.get::<frontdoor::Keys>();
    let today = base::Time::now().0.div_euclid(base::Time::DAY);
    for (day, status) in [(today - 181, 404), (today - 179, 200), (today + 3, 404)] {
        let token = keys.sign_person_page(PersonId::parse(minji).unwrap(), day, 1);
        world.anybody.get(&format!("/me/{token}")).await.expect(status);
    }
    // Erased only with the box ticked; then every address is as if it had never been.
    world.anybody.get(&format!("{renewed}/erase")).await.expect(200);
    let asked = world.anybody.send(Method::POST, &format!("{renewed}/erase"), FORM, "").await.expect(200);
    assert!(asked.text.contains("name=\"sure\""));
    world.anybody.get(&renewed).await.expect(200);
    let done =
        world.anybody.send(Method::POST, &format!("{renewed}/erase?lang=ko"), FORM, "sure=yes").await.expect(200);
    assert!(done.text.contains("지웠습니다"));
    for more in ["", "/stop", "/erase", "/export.json"] {
        world.anybody.get(&format!("{renewed}{more}")).await.expect(404);
    }
    for more in ["/stop", "/tell", "/say", "/erase"] {
        world.anybody.send(Method::POST, &format!("{renewed}{more}"), FORM, "text=x&sure=yes").await.expect(404);
    }
    assert!(!world.owner.get(&format!("/api/persons/{minji}")).await.text.contains("minji"));
    world.owner.post(&format!("/api/persons/{minji}/own_page"), json!({})).await.refused(409, "error-person-erased");
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn words_stand_beside_an_item_only_while_who_said_them_allows_it() {
    let world = World::start("outside_quotes").await;
    let agent = world.app.as_agent();
    let item = world.item("Filters").await;
    let tag = world.join_to_tag(&item).await;
    let mut persons = Vec::new();
    for (name, text) in [("minji", "필터를 저장해도 풀려요"), ("daniel", "It goes away"), ("aiko", "また消えました")]
    {
        let body = json!({"channel": "email", "person": {"external_id": name, "name": name}, "text": text});
        let made = agent.post("/api/conversations", body).await.expect(201).json;
        let conversation = made["id"].as_str().unwrap();
        let page = agent.get(&format!("/api/conversations/{conversation}")).await.ok().json;
        let entry = page["entries"].as_array().unwrap().iter().find(|one| one["kind"] == "message").unwrap().clone();
        let passage = json!({"entry_id": entry["id"], "start": 0, "end": text.encode_utf16().count(), "quote": text});
        let tagged = json!({"tag_id": tag, "kind": "request", "passage": passage});
        agent.post(&format!("/api/conversations/{conversation}/taggings"), tagged).await.expect(201);
        persons.push(made["person"]["id"].as_str().unwrap().to_owned());
    }
    world.asks(&item).await;
    let allow = async |given: bool| {
        let mut tx = world.app.db.write().await.unwrap();
        let (actor, id) = (base::Actor::system(), PersonId::parse(&persons[0]).unwrap());
        people::record_consent(&mut tx, &actor, id, people::Allowed::Quotes, given, "a call", None).await.unwrap();
        tx.commit().await.unwrap();
    };
    let path = format!("/api/roadmap/items/{item}/public");
    assert_eq!(world.owner.get(&path).await.ok().json["offered"], json!([]), "nobody allowed it");
    allow(true).await;
    let quotable = world.owner.get(&path).await.ok().json["offered"].clone();
    assert_eq!((quotable.as_array().unwrap().len(), &quotable[0]["quote"]), (1, &json!("필터를 저장해도 풀려요")));
    let public = json!({"is_public": true, "title": {"ko": "필터"}, "quotes": [quotable[0]["passage"]]});
    world.publish(&item, public.clone()).await.ok();
    world.put_page(json!({})).await.ok();
    let page = async || read(&world.anybody.get(&format!("/ko/roadmap/{item}")).await.ok().text);
    let shown = page().await;
    assert!(shown.contains("“필터를 저장해도 풀려요”") && !shown.contains("minji"), "{shown}");
    assert!(shown.contains("3분이 말씀하심"));
    allow(false).await;
    assert!(!page().await.contains("풀려요"), "the moment they say so");
    world.publish(&item, public).await.refused(422, "error-quote-not-allowed");
    // Two are too few to be counted in public.
    let id = PersonId::parse(&persons[2]).unwrap();
    agent.post(&format!("/api/persons/{id}/merge"), json!({"into": persons[1]})).await.ok();
    assert!(!page().await.contains("말씀하심"));
    world.app.end().await;
}
