//! Customers: facts with their source and moment, proposals, merges that can be undone, tables.
use crate::app::TestApp;
use serde_json::json;

#[tokio::test]
async fn facts_are_appended_with_their_source_and_moment() {
    let app = TestApp::start("facts").await;
    let agent = app.as_agent();
    let said = json!({"name": "한빛출판", "domain": "hanbit.example", "plan": "Plus", "revenue_minor": 240_000_000, "currency": "KRW",
        "employees": 120, "source": "billing", "valid_from": "2026-03-01T00:00:00+09:00"});
    let made = agent.put("/api/accounts/a-1", said.clone()).await.expect(201);
    // Saying the same again appends nothing.
    agent.put("/api/accounts/a-1", said).await.expect(200);
    let grown = json!({"plan": "Team", "source": "billing", "valid_from": "2026-06-01T00:00:00+09:00"});
    agent.put("/api/accounts/a-1", grown).await.expect(200);
    let id = made.json["id"].as_str().unwrap();
    let shown = agent.get(&format!("/api/accounts/{id}")).await.ok().json;
    assert_eq!((shown["plan"].as_str(), shown["value"]["minor"].as_i64()), (Some("Team"), Some(240_000_000)));
    let plans: Vec<_> = shown["facts"].as_array().unwrap().iter().filter(|f| f["name"] == "plan").collect();
    assert_eq!(plans.len(), 2, "{plans:?}");
    assert_eq!((plans[0]["value"].as_str(), plans[0]["source"].as_str()), (Some("Team"), Some("billing")));
    assert_eq!(plans[1]["valid_from"], "2026-02-28T15:00:00Z");
    // The id of another source is another account.
    agent.put("/api/accounts/a-1", json!({"name": "Somebody else", "source": "crm"})).await.expect(201);
    assert_eq!(agent.get("/api/accounts").await.ok().items().len(), 2);
    // Where two sources use an id, one has to be named; where one does, it is meant.
    agent.put("/api/accounts/a-1", json!({"plan": "Plus"})).await.refused(422, "error-source-several");
    agent.put("/api/accounts/a-3", json!({"name": "셋", "source": "crm"})).await.expect(201);
    agent.put("/api/accounts/a-3", json!({"plan": "Plus"})).await.expect(200);
    assert_eq!(agent.get("/api/accounts").await.ok().items().len(), 3);
    agent.put("/api/accounts/a-2", json!({"revenue_minor": 5})).await.refused(422, "error-currency-missing");
    agent.put("/api/accounts/a-2", json!({"employees": -1})).await.refused(422, "error-number-negative");
    app.as_viewer().put("/api/accounts/a-2", json!({"name": "x"})).await.expect(403);
    app.end().await;
}

#[tokio::test]
async fn a_mail_domain_proposes_an_account_and_never_makes_one() {
    let app = TestApp::start("proposals").await;
    let agent = app.as_agent();
    for email in ["kim@mail.soban.co.kr", "lee@soban.co.kr", "park@gmail.com", "choi@naver.com"] {
        agent.post("/api/persons", json!({"email": email})).await.expect(201);
    }
    assert!(agent.get("/api/accounts").await.ok().items().is_empty());
    let proposals = agent.get("/api/account-proposals").await.ok();
    assert_eq!(proposals.items().len(), 1, "{}", proposals.text);
    assert_eq!(
        (proposals.items()[0]["domain"].as_str(), proposals.items()[0]["persons"].as_i64()),
        (Some("soban.co.kr"), Some(2))
    );
    let path = "/api/account-proposals/soban.co.kr";
    app.as_viewer().post(path, json!({"decision": "accept"})).await.expect(403);
    let made = agent.post(path, json!({"decision": "accept", "name": "소반"})).await.ok();
    let account = made.json["account"].as_str().unwrap().to_owned();
    let theirs = agent.get(&format!("/api/persons?account={account}")).await.ok();
    assert_eq!(theirs.items().len(), 2);
    agent.post(path, json!({"decision": "decline"})).await.expect(404);
    app.end().await;
}

#[tokio::test]
async fn two_who_are_one_can_be_two_again() {
    let app = TestApp::start("merges").await;
    let agent = app.as_agent();
    let make = async |name: &str, email: &str| {
        let made = agent.post("/api/persons", json!({"name": name, "email": email})).await.expect(201);
        made.json["id"].as_str().unwrap().to_owned()
    };
    let (a, b, c) = (
        make("Minji", "minji@a.example").await,
        make("김민지", "kim@b.example").await,
        make("MJ", "mj@c.example").await,
    );
    let merge = async |from: &str, into: &str| {
        agent.post(&format!("/api/persons/{from}/merge"), json!({"into": into})).await.ok().json["merge"]
            .as_i64()
            .unwrap()
    };
    let first = merge(&a, &b).await;
    let second = merge(&b, &c).await;
    let shown = async |id: &str| agent.get(&format!("/api/persons/{id}")).await.ok().json;
    assert_eq!(shown(&a).await["id"], json!(c));
    assert_eq!(shown(&c).await["identities"].as_array().unwrap().len(), 3);
    assert_eq!(agent.get("/api/persons").await.ok().items().len(), 1);
    agent.post(&format!("/api/persons/{a}/merge"), json!({"into": c})).await.refused(422, "error-merge-self");
    agent.post(&format!("/api/merges/{second}/undo"), json!({})).await.expect(204);
    assert_eq!((shown(&a).await["id"].clone(), shown(&c).await["id"].clone()), (json!(b), json!(c)));
    agent.post(&format!("/api/merges/{first}/undo"), json!({})).await.expect(204);
    assert_eq!(shown(&a).await["id"], json!(a));
    agent.post(&format!("/api/merges/{first}/undo"), json!({})).await.expect(404);
    assert_eq!(agent.get("/api/persons").await.ok().items().len(), 3);
    app.end().await;
}

#[tokio::test]
async fn an_edit_needs_the_version_that_was_read() {
    let app = TestApp::start("person_rev").await;
    let agent = app.as_agent();
    let made = agent.post("/api/persons", json!({"name": "Aiko", "email": "aiko@kawa.example"})).await.expect(201);
    let path = format!("/api/persons/{}", made.json["id"].as_str().unwrap());
    let rev = made.json["rev"].as_i64().unwrap();
    agent.call(reqwest::Method::PATCH, &path, Some(json!({"name": "x"}))).await.expect(428);
    let changed = agent.patch(&path, rev, json!({"name": "Aiko Tanabe", "role": "Designer"})).await.ok();
    agent.patch(&path, rev, json!({"name": "stale"})).await.expect(412);
    assert_eq!((changed.json["name"].as_str(), changed.rev()), (Some("Aiko Tanabe"), rev + 1));
    agent.post("/api/persons", json!({"email": "AIKO@kawa.example"})).await.refused(409, "error-email-taken");
    let found = agent.get("/api/persons?q=tanabe").await.ok();
    assert_eq!(found.items().len(), 1);
    assert_eq!(agent.get("/api/persons?q=aiko@ka").await.ok().items().len(), 1);
    app.end().await;
}

#[tokio::test]
async fn a_bad_line_of_a_table_does_not_stop_its_neighbours() {
    let app = TestApp::start("tables").await;
    let curator = app.as_role(base::Role::Curator);
    let table = "external_id,name,plan,employees,revenue_minor,currency\nx,엑스,Team,12,\"1,000\",KRW\ny,와이,Plus,many,,\nz,제트,Free,3,,\n";
    let path = "/api/people/import?kind=accounts";
    let send = async |table: &str| curator.send(reqwest::Method::POST, path, "text/csv", table.to_owned()).await;
    let report = send(table).await.ok().json;
    assert_eq!((report["read"].as_i64(), report["imported"].as_i64()), (Some(3), Some(2)));
    let text = "This is not a whole number. Write it like 1200 or 1,200.";
    assert_eq!(report["skipped"], json!([{"item": "3", "reason": "error-number", "text": text}]));
    assert_eq!(report["unknown"], json!([]));
    let misspelt = send("external_id,naem,,weather\nx,엑스,,fine\n").await.ok().json;
    let near = "The column “naem” is not known here and was passed over. Did you mean “name”?";
    let unknown = [
        json!({"column": "naem", "nearest": "name", "text": near}),
        json!({"column": "weather", "text": "The column “weather” is not known here and was passed over."}),
    ];
    assert_eq!((&misspelt["updated"], &misspelt["unknown"]), (&json!(1), &json!(unknown)));
    let again = send(table).await.ok().json;
    assert_eq!((again["imported"].as_i64(), again["updated"].as_i64()), (Some(0), Some(2)));
    send("nonsense\n1\n").await.refused(422, "error-csv-header");
    let team = curator.get("/api/accounts?plan=Team").await.ok();
    assert_eq!(team.items().len(), 1);
    assert_eq!(team.items()[0]["value"], json!({"minor": 1000, "currency": "KRW"}));
    let currency = curator.get("/api/settings").await.ok().json["reporting_currency"].clone();
    let medium = json!({"plan": "Plus", "revenue_minor": 600_000, "currency": currency});
    curator.put("/api/accounts/m", medium).await.expect(201);
    let segments = curator.get("/api/account-segments").await.ok().json;
    let keys = |name: &str| segments[name].as_array().unwrap().iter().map(|s| s["key"].clone()).collect::<Vec<_>>();
    assert_eq!(keys("plans"), ["Free", "Plus", "Team"]);
    assert_eq!(keys("value_bands"), ["medium"], "an account in a currency without a rate is in no band");
    assert_eq!(curator.get("/api/accounts?value_band=medium&plan=Plus").await.ok().items().len(), 1);
    assert!(curator.get("/api/accounts?value_band=medium&plan=Team").await.ok().items().is_empty());
    app.end().await;
}

#[tokio::test]
async fn a_table_of_a_korean_spreadsheet_comes_in_and_one_in_no_encoding_is_refused_in_words() {
    let app = TestApp::start("code_pages").await;
    let curator = app.as_role(base::Role::Curator);
    let path = "/api/people/import?kind=accounts";
    let send = async |table: Vec<u8>| curator.send(reqwest::Method::POST, path, "text/csv", table).await;
    let mut korean = b"external_id,name\nk-1,".to_vec();
    // 한빛 in code page 949.
    korean.extend([0xc7, 0xd1, 0xba, 0xfb, b'\n']);
    assert_eq!(send(korean).await.ok().json["imported"], 1);
    let wide: Vec<u8> = "\u{feff}external_id,name\nu-1,소담\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(send(wide).await.ok().json["imported"], 1);
    let names = curator.get("/api/accounts").await.ok();
    let names: Vec<_> = names.items().iter().map(|account| account["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["소담", "한빛"]);
    send(b"external_id,name\nx,\xff\xfe\xff".to_vec()).await.refused(422, "error-table-encoding");
    // Larger than other bodies may be.
    let large = format!("external_id,name\nbig,{}넷\n", " ".repeat(3 << 20));
    assert_eq!(send(large.into_bytes()).await.ok().json["imported"], 1);
    app.end().await;
}
