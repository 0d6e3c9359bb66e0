//! The explorer: counts cut every way, the words behind each cell, what is new, saved views, the table for spreadsheets.
use crate::app::{Answer, Client, TestApp};
use base::{Role, Time};
use serde_json::{Value, json};

/// A house where three accounts of different plans and sizes spoke of two branches of tags.
struct Told {
    app: TestApp,
    filters: String,
    below: String,
    export: String,
}

async fn make_tag(by: &Client, parent: Option<&str>, en: &str) -> String {
    let body = json!({"parent": parent, "label": {"en": en}});
    by.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

/// Each person of the house by number, and their account.
const PERSONS: [(i64, &str); 9] =
    [(1, "a"), (2, "b"), (3, "b"), (4, "c"), (5, "c"), (7, "a"), (8, "a"), (9, "b"), (10, "a")];

/// What a person said on some channel, with tags and their kinds.
async fn said(by: &Client, person: i64, channel: &str, at: &str, tags: &[(&str, Option<&str>)]) {
    let body = json!({"channel": channel, "text": format!("words {person}"), "at": at,
        "person": {"external_id": format!("p{person}")}});
    let made = by.post("/api/conversations", body).await.expect(201);
    let path = format!("/api/conversations/{}/taggings", made.json["id"].as_str().unwrap());
    for (tag, kind) in tags {
        by.post(&path, json!({"tag_id": tag, "kind": kind})).await.expect(201);
    }
}

impl Told {
    async fn start(name: &str) -> Told {
        let app = TestApp::start(name).await;
        let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
        let filters = make_tag(&curator, None, "Filters").await;
        let below = make_tag(&curator, Some(&filters), "Saved filters").await;
        let export = make_tag(&curator, None, "Export").await;
        let accounts = "external_id,plan,employees,valid_from\na,Plus,5,2026-01-01\nb,Team,80,2026-01-01\nc,Team,3000,2026-01-01\n";
        let teams = "external_id,seats_active\nt-a,1\nt-b,9\nt-c,301\n";
        let person = |(n, account): &(i64, &str)| format!("p{n},t-{account},{account}\n");
        let persons = PERSONS.iter().map(person).collect::<String>();
        let persons = format!("external_id,team_external_id,account_external_id\n{persons}");
        for (kind, table) in [("accounts", accounts), ("teams", teams), ("persons", &persons)] {
            let path = format!("/api/people/import?kind={kind}&source=api");
            let report = curator.send(reqwest::Method::POST, &path, "text/csv", table.to_owned()).await.ok().json;
            assert_eq!(report["skipped"], json!([]), "{kind}");
        }
        let (f, b, e) = (filters.as_str(), below.as_str(), export.as_str());
        said(&agent, 1, "email", "2026-10-05T00:00:00Z", &[(f, Some("bug"))]).await;
        said(&agent, 2, "email", "2026-10-06T00:00:00Z", &[(f, None), (e, Some("request"))]).await;
        said(&agent, 3, "chat", "2026-10-13T00:00:00Z", &[(b, Some("bug"))]).await;
        said(&agent, 4, "chat", "2026-11-03T00:00:00Z", &[(b, Some("request")), (e, None)]).await;
        said(&agent, 5, "chat", "2026-11-04T00:00:00Z", &[(f, Some("bug"))]).await;
        Told { app, filters, below, export }
    }

    async fn explore(&self, query: &str) -> Value {
        self.app.as_agent().get(&format!("/api/explore?{query}")).await.ok().json
    }
}

fn four(part: &Value) -> [i64; 4] {
    ["conversations", "persons", "teams", "accounts"].map(|k| part[k].as_i64().unwrap_or(-1))
}

fn keyed(list: &Value) -> Vec<(String, [i64; 4])> {
    list.as_array().unwrap().iter().map(|part| (part["key"].as_str().unwrap().to_owned(), four(part))).collect()
}

fn cell(table: &Value, row: &str, column: &str) -> Option<[i64; 4]> {
    let cells = table["cells"].as_array().unwrap();
    cells.iter().find(|c| c["row"] == row && c["column"] == column).map(four)
}

#[tokio::test]
async fn any_tags_are_cut_by_one_or_two_dimensions() {
    let told = Told::start("explore_cuts").await;
    let all = told.explore("").await;
    assert_eq!((four(&all), all["n"].as_i64()), ([5, 5, 3, 3], Some(7)));
    assert!(all["rows"].as_array().unwrap().is_empty());

    let by_plan = told.explore(&format!("tags={}&rows=plan", told.filters)).await;
    assert_eq!(keyed(&by_plan["rows"]), [("Team".into(), [4, 4, 2, 2]), ("Plus".into(), [1, 1, 1, 1])]);
    let alone = told.explore(&format!("tags={}&rows=plan&subtree=false", told.filters)).await;
    assert_eq!(four(&alone), [3, 3, 3, 3]);
    let both = told.explore(&format!("tags={},{}&rows=channel", told.below, told.export)).await;
    assert_eq!(keyed(&both["rows"]), [("chat".into(), [2, 2, 2, 2]), ("email".into(), [1, 1, 1, 1])]);

    let sizes = told.explore("rows=company_size&columns=team_size").await;
    assert_eq!(
        keyed(&sizes["rows"]).iter().map(|(key, four)| (key.as_str(), four[0])).collect::<Vec<_>>(),
        [("1-9", 1), ("50-249", 2), ("1000+", 2)]
    );
    assert_eq!(cell(&sizes, "1000+", "250-999"), Some([2, 2, 1, 1]));
    assert_eq!(cell(&sizes, "1-9", "250-999"), None);
    let kinds = told.explore("rows=kind&columns=plan").await;
    assert_eq!(cell(&kinds, "bug", "Team"), Some([2, 2, 2, 2]));
    assert_eq!(cell(&kinds, "none", "Team"), Some([2, 2, 2, 2]));
    told.app.end().await;
}

#[tokio::test]
async fn along_time_every_week_stands_there_also_the_silent_ones() {
    let told = Told::start("explore_time").await;
    let weeks = told.explore("rows=week&columns=plan").await;
    let rows: Vec<(String, i64)> = keyed(&weeks["rows"]).into_iter().map(|(key, four)| (key, four[0])).collect();
    let expected = [("2026-10-05", 2), ("2026-10-12", 1), ("2026-10-19", 0), ("2026-10-26", 0), ("2026-11-02", 2)];
    assert_eq!(rows, expected.map(|(key, n)| (key.to_owned(), n)));
    assert_eq!(cell(&weeks, "2026-10-05", "Plus"), Some([1, 1, 1, 1]));
    assert_eq!(cell(&weeks, "2026-11-02", "Team"), Some([2, 2, 1, 1]));
    assert_eq!(keyed(&weeks["columns"])[0], ("Team".into(), [4, 4, 2, 2]));
    let months = told.explore("rows=channel&columns=month&from=2026-10-06").await;
    assert_eq!(cell(&months, "chat", "2026-11"), Some([2, 2, 1, 1]));
    assert_eq!(keyed(&months["columns"]).len(), 2);
    assert_eq!(four(&months), [4, 4, 2, 2]);
    told.app.end().await;
}

#[tokio::test]
async fn a_conversation_is_counted_where_it_felt_worst_and_moves_when_it_is_corrected() {
    let told = Told::start("explore_emotion").await;
    let (agent, tag) = (told.app.as_agent(), &told.export);
    let say = async |person: &str, text: &str| -> Value {
        let body = json!({"channel": "chat", "text": text, "at": "2026-11-05T00:00:00Z",
            "person": {"external_id": person}});
        let made = agent.post("/api/conversations", body).await.expect(201).json;
        let path = format!("/api/conversations/{}/taggings", made["id"].as_str().unwrap());
        agent.post(&path, json!({"tag_id": tag})).await.expect(201);
        made
    };
    // Before the first question, so that these are loaded; what is said later is followed.
    say("p7", "This is terrible, I hate it and I am so angry!").await;
    let cut = format!("tags={tag}&from=2026-11-05&rows=emotion");
    let seen = async || -> Vec<(String, i64)> {
        keyed(&told.explore(&cut).await["rows"]).into_iter().map(|(key, four)| (key, four[0])).collect()
    };
    let loaded = seen().await;
    let angry = loaded[0].0.clone();
    assert!(loaded.len() == 1 && ["very_bad", "bad"].contains(&angry.as_str()), "{loaded:?}");

    let made = say("p8", "정말 감사합니다 덕분에 해결됐어요").await;
    let both = seen().await;
    let thankful = both[1].0.clone();
    assert!(both[0] == (angry.clone(), 1) && ["good", "very_good"].contains(&thankful.as_str()), "{both:?}");
    let thread = agent.get(&format!("/api/conversations/{}", made["id"].as_str().unwrap())).await.ok().json;
    let entry = format!("/api/entries/{}/emotion", thread["entries"][0]["id"].as_str().unwrap());
    agent.put(&entry, json!({"valence": 0})).await.ok();
    assert_eq!(seen().await, [(angry.clone(), 1), ("neutral".into(), 1)], "the worst stands first");

    let query = format!("tags={tag}&from=2026-11-05&emotion=neutral");
    let words = agent.get(&format!("/api/explore/evidence?{query}")).await.ok();
    assert_eq!(words.items().len(), 1);
    assert_eq!(words.items()[0]["conversation"]["id"], made["id"]);
    let of_tag = format!("/api/tags/{tag}/counts?from=2026-11-05&emotion=neutral");
    assert_eq!(four(&agent.get(&of_tag).await.ok().json)[0], 1);
    let csv = agent.get(&format!("/api/explore.csv?{cut}")).await.ok();
    assert!(csv.text.contains("emotion,all,") && csv.text.contains("\nneutral,,1,1,1,1\n"), "{}", csv.text);
    agent.delete(&entry).await.ok();
    assert_eq!(seen().await, both);
    let mut tx = told.app.db.read().await.unwrap();
    assert_eq!(tagging::check(&mut tx).await.unwrap(), []);
    drop(tx);
    told.app.end().await;
}

#[tokio::test]
async fn every_cell_opens_exactly_its_words() {
    let told = Told::start("explore_words").await;
    let agent = told.app.as_agent();
    for (rows, columns) in [
        ("plan", "channel"),
        ("kind", "company_size"),
        ("language", "team_size"),
        ("value_band", "kind"),
        ("emotion", "plan"),
    ] {
        let table = told.explore(&format!("rows={rows}&columns={columns}")).await;
        assert!(!table["cells"].as_array().unwrap().is_empty(), "{table}");
        for c in table["cells"].as_array().unwrap() {
            let (row, column) = (c["row"].as_str().unwrap(), c["column"].as_str().unwrap());
            let column = column.replace('+', "%2B");
            let path = format!("/api/explore/evidence?{rows}={}&{columns}={column}", row.replace('+', "%2B"));
            let words = agent.get(&path).await.ok();
            let mut behind: Vec<&str> =
                words.items().iter().map(|e| e["conversation"]["id"].as_str().unwrap()).collect();
            behind.sort_unstable();
            behind.dedup();
            assert_eq!(behind.len() as i64, four(c)[0], "{path}");
        }
    }
    let first = agent.get("/api/explore/evidence?limit=3").await.ok();
    let next = first.json["next"].as_str().unwrap().to_owned();
    let second = agent.get(&format!("/api/explore/evidence?limit=10&cursor={next}")).await.ok();
    assert_eq!(first.items().len() + second.items().len(), 7);
    assert_eq!(first.items()[0]["quote"], "words 5");
    told.app.end().await;
}

#[tokio::test]
async fn fewer_than_three_persons_are_not_counted_for_those_who_may_not_see_so_few() {
    let told = Told::start("explore_few").await;
    let viewer = told.app.as_viewer();
    let table = viewer.get("/api/explore?rows=plan&columns=channel").await.ok().json;
    assert_eq!(four(&table), [5, 5, 3, 3]);
    assert_eq!(keyed(&table["rows"]), [("Team".into(), [4, 4, 2, 2]), ("Plus".into(), [-1; 4])]);
    assert_eq!((cell(&table, "Team", "chat"), cell(&table, "Team", "email")), (Some([3, 3, 2, 2]), Some([-1; 4])));
    let few = viewer.get("/api/explore?plan=Plus").await.ok().json;
    assert_eq!((four(&few), few["n"].is_null(), few["too_few"].as_bool()), ([-1; 4], true, Some(true)));
    let around = viewer.get(&format!("/api/explore/around?tags={}", told.filters)).await.ok().json;
    assert_eq!(around["beside"], json!([{"tag": told.export, "conversations": null}]));
    let csv = viewer.get("/api/explore.csv?rows=plan").await.ok();
    assert_eq!(
        csv.text,
        "\u{feff}plan,all,conversations,persons,teams,accounts\n,,5,5,3,3\nTeam,,4,4,2,2\nPlus,,,,,\n"
    );
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    told.app.end().await;
}

#[tokio::test]
async fn what_is_new_this_week_is_told_with_the_weeks_before() {
    let told = Told::start("explore_new").await;
    let agent = told.app.as_agent();
    let (now, before) = (Time::now(), Time::now().plus(-7 * Time::DAY));
    said(&agent, 7, "chat", &before.to_string(), &[(&told.export, None)]).await;
    said(&agent, 8, "chat", &now.to_string(), &[(&told.export, None)]).await;
    said(&agent, 9, "chat", &now.to_string(), &[(&told.export, None)]).await;
    let fresh = make_tag(&told.app.as_role(Role::Curator), None, "Moonlight").await;
    said(&agent, 10, "chat", &now.to_string(), &[(&fresh, None)]).await;
    let around = agent.get("/api/explore/around").await.ok().json;
    let list = around["fresh"].as_array().unwrap();
    assert_eq!(
        (&list[0]["tag"], &list[0]["is_new"], &list[0]["conversations"]),
        (&json!(fresh), &json!(true), &json!(1))
    );
    assert_eq!(
        (&list[1]["tag"], &list[1]["is_new"], &list[1]["before"][7]),
        (&json!(told.export), &json!(false), &json!(1))
    );
    assert_eq!(list.len(), 2);
    assert!(around["beside"].as_array().unwrap().is_empty());
    let beside = agent.get(&format!("/api/explore/around?tags={}", told.filters)).await.ok().json;
    assert_eq!(beside["beside"], json!([{"tag": told.export, "conversations": 2}]));
    told.app.end().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_in_words() {
    let told = Told::start("explore_refused").await;
    let agent = told.app.as_agent();
    let ask = async |query: &str| -> Answer { agent.get(&format!("/api/explore?{query}")).await };
    ask("rows=week&columns=month").await.refused(422, "error-explore-cuts");
    ask("rows=plan&columns=plan").await.refused(422, "error-explore-cuts");
    ask("rows=mood").await.refused(422, "error-field");
    ask("tags=nonsense").await.refused(422, "error-id");
    ask("company_size=12").await.refused(422, "error-size-band");
    ask("emotion=mad").await.refused(422, "error-emotion-word");
    ask("kind=sigh").await.refused(422, "error-kind-unknown");
    assert_eq!(four(&told.explore("plan=Nobody&rows=week").await), [0; 4]);
    told.app.anybody().get("/api/explore").await.expect(401);
    told.app.end().await;
}

#[tokio::test]
async fn a_hidden_door_is_in_no_cell() {
    let told = Told::start("explore_doors").await;
    let (owner, agent) = (told.app.as_owner(), told.app.as_agent());
    let door = owner.get("/api/doors").await.ok().items()[0].clone();
    let path = format!("/api/doors/{}", door["id"].as_str().unwrap());
    let lawyers = format!("/api/staff/{}", told.app.id_of(Role::Admin));
    owner.patch(&lawyers, 1, json!({"teams": ["Legal"]})).await.ok();
    let rev = door["rev"].as_i64().unwrap();
    owner.patch(&path, rev, json!({"visibility": "teams", "staff_teams": ["Legal"]})).await.ok();
    let seen = agent.get("/api/explore?rows=plan").await.ok().json;
    let all = owner.get("/api/explore?rows=plan").await.ok().json;
    assert!(four(&seen)[0] < four(&all)[0] && four(&all)[0] == 5, "{seen}");
    told.app.end().await;
}

#[tokio::test]
async fn the_same_question_is_answered_anew_as_soon_as_anything_changed() {
    let told = Told::start("explore_again").await;
    let (agent, curator) = (told.app.as_agent(), told.app.as_role(Role::Curator));
    let query = format!("tags={}&rows=plan", told.filters);
    let before = told.explore(&query).await;
    assert_eq!(told.explore(&query).await, before);
    let around = async || agent.get(&format!("/api/explore/around?tags={}", told.filters)).await.ok().json;
    let beside = around().await["beside"].clone();
    assert_eq!(around().await["beside"], beside);

    said(&agent, 7, "email", "2026-11-05T00:00:00Z", &[(&told.filters, None)]).await;
    let said = told.explore(&query).await;
    assert_eq!(keyed(&said["rows"]), [("Team".into(), [4, 4, 2, 2]), ("Plus".into(), [2, 2, 1, 1])]);

    let accounts = "external_id,plan,employees,valid_from\nb,Plus,80,2026-11-01\n".to_owned();
    let path = "/api/people/import?kind=accounts&source=api";
    curator.send(reqwest::Method::POST, path, "text/csv", accounts).await.ok();
    let moved = told.explore(&query).await;
    assert_eq!(keyed(&moved["rows"]), [("Plus".into(), [4, 4, 2, 2]), ("Team".into(), [2, 2, 1, 1])]);

    let ops = json!({"ops": [{"op": "merge", "tag": told.export, "into": told.below}]});
    curator.post("/api/curation/changes", ops).await.expect(201);
    assert_ne!(around().await["beside"], beside, "what stood beside is now below");
    // Who was tagged with both counts once more only as a tagging.
    let merged = told.explore(&query).await;
    assert_eq!((merged["n"].as_i64(), four(&merged)[0]), (said["n"].as_i64().map(|n| n + 2), four(&said)[0]));
    told.app.end().await;
}

#[tokio::test]
async fn a_view_is_saved_shared_changed_and_forgotten() {
    let told = Told::start("explore_views").await;
    let (agent, curator, owner) = (told.app.as_agent(), told.app.as_role(Role::Curator), told.app.as_owner());
    let body = json!({"name": "월간 오류", "query": "rows=month&kind=bug"});
    let made = agent.post("/api/explore/views", body.clone()).await.expect(201).json;
    let path = format!("/api/explore/views/{}", made["id"].as_str().unwrap());
    let names = async |by: &Client| -> Vec<String> {
        let list = by.get("/api/explore/views").await.ok();
        list.items().iter().map(|v| v["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!((names(&agent).await, names(&curator).await), (vec!["월간 오류".to_owned()], vec![]));
    curator.patch(&path, 1, json!({"name": "mine"})).await.expect(404);
    let shared = agent.patch(&path, 1, json!({"shared": true})).await.ok();
    assert_eq!((shared.rev(), shared.json["mine"].as_bool()), (2, Some(true)));
    agent.patch(&path, 1, json!({"name": "stale"})).await.expect(412);
    assert_eq!(names(&curator).await, ["월간 오류"]);
    curator.delete(&path).await.expect(403);
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.expect(404);
    assert!(names(&agent).await.is_empty());
    agent.post("/api/explore/views", json!({"name": " ", "query": ""})).await.refused(422, "error-text-length");
    agent.post("/api/explore/views", json!({"name": "x", "query": "a b"})).await.refused(422, "error-view-query");
    // A token that may only read saves nothing.
    let reader = told.app.with_scopes(Role::Agent, &[base::Scope::Read]).await;
    reader.post("/api/explore/views", body).await.expect(403);
    told.app.end().await;
}
