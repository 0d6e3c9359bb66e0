//! Whose page it is: who lost its address, who wrote an address in another way, and what is theirs to take along and to have
//! erased.
use crate::app::TestApp;
use crate::outgoing::one_taken;
use crate::outside::{FORM, World, link_in, read};
use base::{PersonId, Role};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn who_lost_the_address_of_their_page_is_sent_a_new_one_and_nobody_learns_who_is_known() {
    let world = World::start("outside_lost").await;
    let agent = world.app.as_agent();
    let mut persons = Vec::new();
    for name in ["minji", "gone"] {
        let person = json!({"external_id": name, "name": name, "email": format!("{name}@example.com")});
        let body = json!({"channel": "email", "person": person, "text": "필터"});
        persons.push(
            agent.post("/api/conversations", body).await.expect(201).json["person"]["id"].as_str().unwrap().to_owned(),
        );
    }
    world.owner.post(&format!("/api/persons/{}/erase", persons[1]), json!({})).await.ok();
    world.owner.post("/api/blocked-senders", json!({"sender": "blocked@example.com"})).await.expect(201);
    // Too old, signed for nobody, made up, and of one who was erased: all of them look alike, and lead on.
    let keys = world.app.state.get::<frontdoor::Keys>();
    let today = base::Time::now().0.div_euclid(base::Time::DAY);
    let [minji, gone] = [0, 1].map(|at: usize| PersonId::parse(&persons[at]).unwrap());
    let tokens = [
        keys.sign_person_page(minji, today - 181, 0),
        keys.sign_person_page(PersonId::new(), today, 0),
        keys.sign_person_page(gone, today, 0),
        "made-up".to_owned(),
    ];
    let mut pages = Vec::new();
    for token in &tokens {
        let page = world.anybody.get(&format!("/me/{token}?lang=ko")).await.expect(404);
        assert!(page.text.contains("더 쓸 수 없습니다") && page.text.contains("name=\"email\""), "{}", page.text);
        assert!(!page.text.contains(token.as_str()));
        pages.push(page.text);
    }
    assert!(pages.windows(2).all(|two| two[0] == two[1]), "nobody sees which of them it is");
    world.anybody.get("/me?lang=en").await.expect(200);

    let ask = async |email: &str| {
        world.anybody.send(Method::POST, "/me?lang=ko", FORM, format!("email={email}%40example.com")).await
    };
    assert!(ask("min+ji%20").await.expect(422).text.contains("role=\"alert\""));
    let mut answers = Vec::new();
    for email in ["MinJi", "stranger", "gone", "blocked", "minji", "minji", "minji"] {
        let answer = ask(email).await.expect(200);
        answers.push(answer.text);
    }
    let trap = "email=minji%40example.com&website=x";
    answers.push(world.anybody.send(Method::POST, "/me?lang=ko", FORM, trap).await.expect(200).text);
    assert!(answers.windows(2).all(|two| two[0] == two[1]), "every address is answered alike");
    world.app.settle().await;
    assert_eq!(world.post.taken().len(), 3, "to the one who is known, three times a day at most");
    let mail = one_taken(&world.post, "minji@example.com").await.mail();
    assert!(mail.subject.contains("보실 수 있는 주소") && mail.auto_submitted, "{}", mail.subject);
    let own = link_in(&mail.text, "/me/");
    assert!(read(&world.anybody.get(&own).await.expect(200).text).contains("minji 님이 해 주신 말씀"));
    // Too much from one place is told to that place, whatever is asked for.
    for n in 0..3 {
        ask(&format!("n{n}")).await.expect(200);
    }
    for email in ["minji", "n9"] {
        assert!(ask(email).await.expect(429).text.contains("조금 뒤에"));
    }
    world.app.settle().await;
    assert_eq!(world.post.taken().len(), 3);
    // Nothing is kept of it for long, and nothing of who is erased.
    let kept = async || store::testing::contents(&world.app.db).await.unwrap().remove("page_links").unwrap_or_default();
    assert_eq!(kept().await.len(), 10);
    world.owner.post(&format!("/api/persons/{}/erase", persons[0]), json!({})).await.ok();
    assert!(kept().await.iter().all(|row| !row.to_lowercase().contains("minji")));
    world.app.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_mailbox_that_sends_no_new_address_is_offered() {
    let app = TestApp::start("outside_lost_no_mail").await;
    let page = app.anybody().get("/me/made-up").await.expect(404);
    assert!(!page.text.contains("name=\"email\""));
    app.anybody().get("/me").await.expect(404);
    app.anybody().send(Method::POST, "/me", FORM, "email=a%40b.example").await.expect(404);
    app.end().await;
}

/// A form as a browser sends it.
fn form_of(email: &str) -> String {
    let escaped: Vec<String> = email.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("email={}", escaped.concat())
}

/// An address is the same however it is written; what stands behind a plus belongs to it.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_is_one_person_however_a_visitor_writes_it() {
    let world = World::start("outside_addresses").await;
    let item = world.item("Filters").await;
    world.publish(&item, json!({"is_public": true, "title": {"ko": "필터가 남아요"}})).await.ok();
    world.put_page(json!({})).await.ok();
    let agent = world.app.as_agent();
    let mut known = Vec::new();
    for email in ["minji+work@example.com", "kim@예시.한국", "mina@example.com"] {
        let body = json!({"channel": "email", "person": {"external_id": email, "email": email}, "text": "필터"});
        known.push(agent.post("/api/conversations", body).await.expect(201).json["person"]["id"].clone());
    }
    let mut asking = Vec::new();
    // (as typed, as the mail goes out)
    for (typed, sent) in [
        ("minji+work@example.com", "minji+work@example.com"),
        ("MinJi+Work@EXAMPLE.com", "MinJi+Work@example.com"),
        ("  kim@예시.한국 ", "kim@xn--vv4b11d.xn--3e0b707e"),
        ("KIM@XN--VV4B11D.xn--3e0b707e", "KIM@xn--vv4b11d.xn--3e0b707e"),
        ("minji@example.com", "minji@example.com"),
        ("mina@exámple.com", "mina@xn--exmple-qta.com"),
        ("o'neil_x=1&a/b#c{d}@example.com", "o'neil_x=1&a/b#c{d}@example.com"),
    ] {
        let form = form_of(typed);
        world.wish(&item, &form).await.expect(200);
        let mail = one_taken(&world.post, sent).await.mail();
        let proved = world.anybody.send(Method::POST, &link_in(&mail.text, "/tell/"), FORM, "").await.ok().text;
        let proved = read(&proved);
        let name = proved.split_once("/me/").unwrap().1.split('.').next().unwrap();
        asking.push(json!(format!("per_{name}")));
    }
    assert_eq!(asking[..4], [known[0].clone(), known[0].clone(), known[1].clone(), known[1].clone()]);
    assert!(!known.contains(&asking[4]), "without what stands behind the plus it is another address");
    assert!(!known.contains(&asking[5]), "a domain that only looks alike is somebody else's");
    assert_eq!(world.asks(&item).await["open"], 5);
    for none in [
        "문의@예시.한국",
        "a b@example.com",
        "\"a\"@example.com",
        "a@b@c",
        "a@",
        "a..b@example.com",
        "a@1.2.3.4",
        "a@[::1]",
    ] {
        let form = form_of(none);
        world.wish(&item, &form).await.expect(422);
    }
    world.app.end().await;
}

const MARK: &str = "zanzibar";

/// Every text of the store, also raw input as it came, where somebody's words or addresses stand: (table, row).
async fn find_marks(app: &TestApp, marks: &[&str]) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = Vec::new();
    for (table, all) in store::testing::contents(&app.db).await.unwrap() {
        rows.extend(all.into_iter().map(|row| (table.clone(), row)));
    }
    for ord in 1..60 {
        let raw = app.db.read().await.unwrap().read_raw(ord).await.unwrap_or_default();
        rows.push(("raw".into(), String::from_utf8_lossy(&raw).into_owned()));
    }
    rows.retain(|(_, row)| marks.iter().any(|mark| row.to_lowercase().contains(mark)));
    rows
}

/// The whole loop of one person, taken along and then erased: what they asked for, their words, what they were told.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_asked_for_and_was_told_is_theirs_to_take_along_and_is_erased_whole() {
    let world = World::start("outside_rights").await;
    let agent = world.app.as_agent().header("idempotency-key", "one");
    let keyed = |key: &str| world.app.as_agent().header("idempotency-key", key);
    let item = world.item("Views keep their filters").await;
    let other = world.item("SECRET-title").await;
    let tag = world.join_to_tag(&item).await;
    let rev = world.owner.get(&format!("/api/roadmap/items/{other}")).await.rev();
    let tags = json!({"tags": [{"tag": tag, "mode": "include"}]});
    world.owner.patch(&format!("/api/roadmap/items/{other}"), rev, tags).await.ok();
    world.publish(&item, json!({"is_public": true, "title": {"ko": "필터가 남아요", "en": "Filters stay"}})).await.ok();
    world.put_page(json!({})).await.ok();
    world.owner.put("/api/telling_settings", json!({"rate": 60_000, "four_eyes_over": 30})).await.ok();

    // Minji writes by mail, with Otto, who writes into her thread; and asks on the public page, with a reason.
    let body = json!({"channel": "email", "subject": format!("{MARK} subject"), "language": "en",
        "person": {"external_id": "minji", "name": "Minji Zanzibar", "email": "minji@zanzibar.example"},
        "text": format!("My {MARK} filters vanish")});
    let made = agent.post("/api/conversations", body).await.expect(201).json;
    let (thread, minji) = (made["id"].as_str().unwrap().to_owned(), made["person"]["id"].as_str().unwrap().to_owned());
    let page = world.owner.get(&format!("/api/conversations/{thread}")).await.ok().json;
    let entry = page["entries"].as_array().unwrap().iter().find(|one| one["kind"] == "message").unwrap().clone();
    let quote = format!("My {MARK} filters");
    let passage = json!({"entry_id": entry["id"], "start": 0, "end": quote.len(), "quote": quote});
    let tagged = json!({"tag_id": tag, "kind": "request", "passage": passage});
    keyed("two").post(&format!("/api/conversations/{thread}/taggings"), tagged).await.expect(201);
    let answer = json!({"text": format!("Hello Minji, about your {MARK} filters"), "held_secs": 0, "quotes": false,
        "seen": entry["id"], "to": [{"address": "minji@zanzibar.example"}]});
    keyed("three").post(&format!("/api/conversations/{thread}/replies"), answer).await.expect(201);
    let otto = json!({"channel": "email", "person": {"external_id": "otto", "name": "Otto", "email": "otto@b.example"},
        "text": "me too, wombat"});
    let otto = keyed("four").post("/api/conversations", otto).await.expect(201).json;
    let of_otto = otto["id"].as_str().unwrap();
    keyed("five")
        .post(&format!("/api/conversations/{of_otto}/taggings"), json!({"tag_id": tag, "kind": "request"}))
        .await
        .expect(201);
    world.wish(&item, &format!("email=MINJI%40zanzibar.example&why={MARK}+every+week")).await.expect(200);
    let proof = one_taken(&world.post, "MINJI@zanzibar.example").await.mail();
    world.anybody.send(Method::POST, &link_in(&proof.text, "/tell/"), FORM, "").await.ok();
    let asks = world.asks(&item).await;
    assert_eq!(asks["open"], 2, "{asks}");
    // One of us reads it in the morning.
    assert!(world.owner.get("/api/morning").await.ok().text.contains(MARK));

    // It ships, and both are told.
    world.set_status(&item, "shipped").await;
    world.set_status(&other, "planned").await;
    let events = world.owner.get(&format!("/api/roadmap/items/{item}/loop")).await.ok().json;
    let draft =
        world.owner.post("/api/tellings", json!({"events": [events["events"][0]["event"]]})).await.expect(201).json;
    let telling = draft["id"].as_str().unwrap();
    world.owner.post(&format!("/api/tellings/{telling}/steps"), json!({"step": "send"})).await.ok();
    for _ in 0..400 {
        if world.owner.get(&format!("/api/tellings/{telling}")).await.ok().json["state"] == "done" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let news = world.post.taken().into_iter().rfind(|one| one.to.to_lowercase().starts_with("minji@")).unwrap().mail();
    assert!(news.text.contains(&format!("> {MARK} every week")), "what they said last: {}", news.text);
    let own = link_in(&news.text, "/me/");
    let own = own.split('?').next().unwrap();
    // They say more, and take everything along.
    world.anybody.send(Method::POST, &format!("{own}/say"), FORM, format!("text={MARK}+again")).await.ok();
    let taken = world.anybody.get(&format!("{own}/export.json")).await.expect(200).json;
    let asks = taken["asks"].as_array().unwrap();
    let of = |title: &Value| asks.iter().find(|ask| ask["title"] == *title).unwrap_or_else(|| panic!("{taken}"));
    let shipped = of(&json!({"ko": "필터가 남아요", "en": "Filters stay"}));
    assert_eq!((&shipped["stands"], &shipped["state"]), (&json!("shipped"), &json!("open")));
    assert_eq!(shipped["words"], json!([quote, format!("{MARK} every week")]));
    assert!(shipped["first_said_at"].as_str().unwrap() < shipped["told"][0]["told_at"].as_str().unwrap());
    assert_eq!(shipped["told"][0]["kind"], "shipped");
    let text = shipped["told"][0]["text"].as_str().unwrap();
    assert!(text.contains("필터가 남아요") && !text.contains("Views keep"), "by its public name: {text}");
    // What was decided but told to nobody yet is not theirs, nor what others said.
    let quiet = of(&Value::Null);
    assert_eq!((&quiet["words"], &quiet["told"], &quiet["stands"]), (&json!([quote]), &json!([]), &Value::Null));
    assert!(!taken.to_string().contains("SECRET") && !taken.to_string().contains("wombat"), "{taken}");
    // One of us who may not see the door takes their words along from nowhere.
    let door = world.owner.get("/api/doors").await.ok();
    for door in door.items() {
        let close = json!({"visibility": "teams", "staff_teams": []});
        let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
        world.owner.patch(&path, door["rev"].as_i64().unwrap(), close).await.ok();
    }
    let curator = world.app.as_role(Role::Curator);
    let narrowed = curator.get(&format!("/api/export/persons/{minji}/person.json")).await.ok().json;
    assert!(
        !narrowed["asks"].to_string().contains(MARK) && !narrowed["conversations"].to_string().contains(MARK),
        "{narrowed}"
    );

    let before = find_marks(&world.app, &[MARK]).await;
    let tables: std::collections::BTreeSet<&str> = before.iter().map(|(table, _)| table.as_str()).collect();
    for table in ["ask_passages", "asks", "entries", "passages", "idempotency_keys", "telling_messages"] {
        assert!(tables.contains(table), "{table} has them before: {tables:?}");
    }
    let done = world.anybody.send(Method::POST, &format!("{own}/erase?lang=en"), FORM, "sure=yes").await.expect(200);
    assert!(done.text.contains("Erased"));
    world.app.settle().await;
    assert_eq!(find_marks(&world.app, &[MARK, "minji"]).await, []);
    assert!(!find_marks(&world.app, &["wombat"]).await.is_empty(), "what Otto said stays");
    // Nobody is lost from a sum, and what was done once is not done again.
    let after = world.owner.get(&format!("/api/roadmap/items/{item}/loop")).await.ok().json;
    assert_eq!(after["events"][0]["coverage"]["asks"], 2, "{after}");
    let mut tx = world.app.db.read().await.unwrap();
    assert_eq!(conversations::check(&mut tx).await.unwrap(), []);
    assert_eq!(roadmap::check(&mut tx).await.unwrap(), []);
    assert_eq!(frontdoor::check(&mut tx).await.unwrap(), []);
    drop(tx);
    world.app.end().await;
}
