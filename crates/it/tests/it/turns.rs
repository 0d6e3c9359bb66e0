//! Whose turn it is, as the house promised it; teams by purpose; those who are away.
use crate::app::{Answer, Client, TestApp};
use crate::why::{route_of, until, write_in};
use base::{Role, Time};
use serde_json::{Value, json};

async fn be_here(app: &TestApp, role: Role, is_here: bool) {
    let body = json!({"languages": ["en"], "skills": [], "is_here": is_here});
    app.as_role(role).put(&format!("/api/routing/staff/{}", app.id_of(role)), body).await.ok();
}

async fn promise(app: &TestApp, minutes: i64) {
    let owner = app.as_owner();
    let rev = owner.get("/api/settings").await.ok().rev();
    let always = json!([{"zone": "Asia/Seoul", "week": vec![json!([{"from": 0, "to": 1440}]); 7]}]);
    owner.patch("/api/settings", rev, json!({"hours": always, "promise_minutes": minutes})).await.ok();
}

fn waited(route: &Value) -> f64 {
    let parts = route["parts"].as_array().unwrap();
    parts.iter().find(|part| part["name"] == "waiting").unwrap()["part"].as_f64().unwrap()
}

async fn answer(by: &Client, conversation: &str) -> Answer {
    let path = format!("/api/conversations/{conversation}/entries");
    by.post(&path, json!({"author": "staff", "text": "Here you are."})).await.expect(201)
}

#[tokio::test]
async fn what_was_promised_stands_in_one_place_for_turns_and_board_alike() {
    let app = TestApp::start("turn-promise").await;
    let agent = app.as_agent();
    assert!(agent.get("/api/routing").await.ok().json["promise_mins"].is_null(), "routing promises nothing of its own");
    // A house that promises nothing has kept and broken no promise.
    promise(&app, 0).await;
    let free = write_in(&agent, "free", "The export is broken").await;
    route_of(&agent, &free).await;
    answer(&agent, &free).await;
    assert_eq!(agent.get("/api/learned").await.ok().json["promise"]["of"], 0);
    // The same hours and minutes that the thread shows make the turn come.
    promise(&app, 100).await;
    let due = write_in(&agent, "due", "I cannot log in, please help").await;
    route_of(&agent, &due).await;
    let since = agent.get(&format!("/api/conversations/{due}")).await.ok().json["waiting_since"].clone();
    let since = Time::parse(since.as_str().unwrap()).unwrap();
    app.db.set_clock(Some(since.plus(50 * Time::MINUTE)));
    assert!((waited(&route_of(&agent, &due).await) - 0.5).abs() < 0.02, "half of what was promised");
    promise(&app, 200).await;
    assert!((waited(&route_of(&agent, &due).await) - 0.25).abs() < 0.02, "a quarter of what is promised now");
    app.db.set_clock(None);
    answer(&agent, &due).await;
    let board = agent.get("/api/learned").await.ok().json;
    assert_eq!((&board["promise"]["n"], &board["promise"]["of"]), (&json!(1), &json!(1)));
    app.end().await;
}

#[tokio::test]
async fn turns_come_in_their_order_in_the_list_and_by_one_key_and_teams_follow_the_purpose() {
    let app = TestApp::start("turn-order").await;
    let (owner, agent, admin) = (app.as_owner(), app.as_agent(), app.as_role(Role::Admin));
    promise(&app, 100).await;
    for (role, team) in [(Role::Agent, "Help"), (Role::Admin, "Sales")] {
        let path = format!("/api/staff/{}", app.id_of(role));
        owner.patch(&path, 1, json!({"teams": [team]})).await.ok();
    }
    let rules = admin.get("/api/routing").await.ok();
    let teams = json!([{"purpose": "buy", "staff_team": "Sales"}, {"purpose": "help", "staff_team": "Help"}]);
    let order = json!({"fit": 0, "value": 0, "growth": 0, "waiting": 0, "emotion": 100});
    let words = json!([{"says": "crashes", "purpose": "help"}, {"says": "quote", "purpose": "buy"}]);
    admin.patch("/api/routing", rules.rev(), json!({"teams": teams, "order": order, "words": words})).await.ok();

    let calm = write_in(&agent, "calm", "It crashes when I open the page.").await;
    let angry = write_in(&agent, "angry", "It crashes. I am furious, this is terrible and I hate it!").await;
    let other = write_in(&agent, "other", "A quote for ten seats, please.").await;
    for (id, team) in [(&calm, "Help"), (&angry, "Help"), (&other, "Sales")] {
        assert_eq!(route_of(&agent, id).await["staff_team"], team);
        assert_eq!(agent.get(&format!("/api/conversations/{id}")).await.ok().json["staff_team"], team);
    }
    let turns = async |of: &Client| -> Vec<Value> {
        let list = of.get("/api/conversations?view=waiting&sort=turn").await.ok();
        list.items().iter().map(|row| row["id"].clone()).collect()
    };
    // Who is hurt comes first, then who waits longer.
    assert_eq!(turns(&agent).await, [json!(angry), json!(calm), json!(other)]);
    let first = agent.get("/api/conversations?view=waiting&sort=turn&limit=2").await.ok();
    let rest =
        format!("/api/conversations?view=waiting&sort=turn&limit=2&cursor={}", first.json["next"].as_str().unwrap());
    assert_eq!(agent.get(&rest).await.ok().items()[0]["id"], json!(other));
    assert_eq!(agent.get("/api/routing/next").await.ok().json["conversation"], json!(angry));
    let after = agent.get(&format!("/api/routing/next?after={angry}")).await.ok();
    assert_eq!(after.json["conversation"], json!(calm));
    // What was promised to the smallest comes before it.
    let since = agent.get(&format!("/api/conversations/{calm}")).await.ok().json["waiting_since"].clone();
    let floor = Time::parse(since.as_str().unwrap()).unwrap().plus(61 * Time::MINUTE);
    app.db.set_clock(Some(floor));
    assert_eq!(turns(&agent).await[0], json!(calm));
    app.db.set_clock(None);
    // Whoever rests has no turn.
    let page = agent.get(&format!("/api/conversations/{angry}")).await.ok();
    let tomorrow = Time::now().plus(Time::DAY);
    agent.patch(&format!("/api/conversations/{angry}"), page.rev(), json!({"snoozed_until": tomorrow})).await.ok();
    assert_eq!(agent.get("/api/routing/next").await.ok().json["conversation"], json!(calm));

    // Each team's own are taken by whoever of it is here; when they go, others may take them.
    be_here(&app, Role::Agent, true).await;
    until("it is handed out", async || {
        (route_of(&agent, &calm).await["assignee"]["id"] == json!(app.id_of(Role::Agent))).then_some(())
    })
    .await;
    be_here(&app, Role::Agent, false).await;
    let taken = admin.get(&format!("/api/routing/next?after={other}")).await.ok();
    assert_eq!(taken.json["conversation"], json!(calm), "its holder is away");
    be_here(&app, Role::Admin, true).await;
    until("somebody who is here takes it", async || {
        let all = [route_of(&agent, &calm).await, route_of(&agent, &other).await];
        all.iter().any(|route| route["assignee"]["id"] == json!(app.id_of(Role::Admin))).then_some(())
    })
    .await;

    // Another purpose is another team's, on the conversation itself.
    let body = json!({"reason": "purpose", "purpose": "help"});
    let moved = agent.post(&format!("/api/conversations/{other}/route"), body).await.ok().json["route"].clone();
    assert_eq!(moved["staff_team"], "Help");
    assert_eq!(agent.get(&format!("/api/conversations/{other}")).await.ok().json["staff_team"], "Help");
    app.end().await;
}

#[tokio::test]
async fn an_ambassador_is_asked_only_with_their_word_and_never_too_often() {
    let app = TestApp::start("turn-ambassador").await;
    let (agent, owner) = (app.as_agent(), app.as_owner());
    let friend = json!({"channel": "email", "text": "잘 쓰고 있습니다. 고맙습니다.",
        "person": {"external_id": "friend", "name": "한결", "email": "hangyeol@soban.example"}});
    let friend = agent.post("/api/conversations", friend).await.expect(201).json["person"]["id"].clone();
    let friend = friend.as_str().unwrap();
    let asker = write_in(&agent, "asker", "Could we get a quote for twenty seats?").await;
    let path = format!("/api/conversations/{asker}/ambassadors");
    route_of(&agent, &asker).await;
    agent.post(&format!("/api/conversations/{asker}/route"), json!({"reason": "purpose", "purpose": "buy"})).await.ok();

    // Nobody said yes: nobody is offered, and asking is refused.
    let listed = agent.get(&path).await.ok().json;
    assert_eq!((&listed["fits"], listed["items"].as_array().unwrap().len()), (&json!(true), 0));
    let letter = listed["letter"]["ko"].as_str().unwrap();
    assert!(!letter.contains("asker") && !letter.contains("twenty"), "nothing of who asks stands in it: {letter}");
    let ask = json!({"person": friend, "subject": "부탁이 있습니다", "text": letter});
    let mailbox = json!({"name": "Hello", "address": "hello@soban.example", "from_name": "Soban", "signature": "",
        "imap_host": "127.0.0.1", "imap_port": 1, "imap_tls": "none", "smtp_host": "127.0.0.1", "smtp_port": 1,
        "smtp_tls": "none", "secret": "sesame", "active": false});
    owner.post("/api/mailboxes", mailbox).await.ok();
    agent.post(&path, ask.clone()).await.refused(409, "error-ambassador");
    let consent = |given: bool| json!({"kind": "ambassador", "given": given, "source": "a call"});
    agent.post(&format!("/api/persons/{friend}/consents"), consent(true)).await.ok();
    let listed = agent.get(&path).await.ok().json;
    assert_eq!((&listed["items"][0]["person"]["name"], &listed["items"][0]["left"]), (&json!("한결"), &json!(2)));

    // Two a month, each in a conversation of their own that says what it is about to us, and not to them.
    for left in [1, 0] {
        let theirs = agent.post(&path, ask.clone()).await.expect(201).json["conversation"].clone();
        let thread = agent.get(&format!("/api/conversations/{}", theirs.as_str().unwrap())).await.ok().json;
        assert_eq!(thread["person"]["id"], friend);
        assert_eq!(thread["about"]["id"], json!(asker));
        assert_eq!(thread["entries"][0]["deliveries"][0]["address"], "hangyeol@soban.example", "{thread}");
        let listed = agent.get(&path).await.ok().json;
        assert_eq!(listed["asked"].as_array().unwrap().len(), 2 - left);
        assert_eq!(listed["items"].as_array().unwrap().len(), usize::from(left > 0));
    }
    agent.post(&path, ask.clone()).await.refused(409, "error-ambassador");
    app.db.set_clock(Some(Time::now().plus(31 * Time::DAY)));
    assert_eq!(agent.get(&path).await.ok().json["items"][0]["left"], 2, "another month");
    // Their word is taken back: nobody is left to ask. Help is nothing an ambassador is asked for.
    agent.post(&format!("/api/persons/{friend}/consents"), consent(false)).await.ok();
    assert_eq!(agent.get(&path).await.ok().json["items"], json!([]));
    agent
        .post(&format!("/api/conversations/{asker}/route"), json!({"reason": "purpose", "purpose": "help"}))
        .await
        .ok();
    assert_eq!(agent.get(&path).await.ok().json["fits"], false);
    app.db.set_clock(None);
    app.end().await;
}
