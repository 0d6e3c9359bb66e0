//! Requests with their votes come in from other products, and the roadmap goes out and in again as it was.
use crate::app::{Answer, Client, TestApp};
use axum::http::Method;
use base::Role;
use serde_json::{Value, json};
use std::io::Write;

async fn import(app: &TestApp, by: &Client, query: &str, body: Vec<u8>) -> Value {
    let path = format!("/api/imports?{query}");
    let made = by.send(Method::POST, &path, "application/octet-stream", body).await.expect(201).json;
    app.settle().await;
    let done = by.get(&format!("/api/imports/{}", made["id"].as_str().unwrap())).await.ok().json;
    assert_eq!(done["state"], "done", "{done}");
    done["report"].clone()
}

fn counted<const N: usize>(report: &Value, names: [&str; N]) -> [u64; N] {
    names.map(|name| report[name].as_u64().unwrap_or_else(|| panic!("{name}: {report}")))
}

async fn item_called(by: &Client, title: &str) -> Value {
    let items = by.get("/api/roadmap/items").await.ok();
    let is_it = |item: &&Value| item["title"]["en"] == title || item["title"]["ko"] == title;
    items.items().iter().find(is_it).unwrap_or_else(|| panic!("{title}: {}", items.text)).clone()
}

async fn askers(by: &Client, item: &Value) -> Vec<(String, String)> {
    let asks = by.get(&format!("/api/roadmap/items/{}/asks", item["id"].as_str().unwrap())).await.ok().json;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |ask: &Value| (text(&ask["person"]["name"]), text(&ask["first_at"]));
    let mut all: Vec<_> = asks["items"].as_array().unwrap().iter().map(of).collect();
    all.sort();
    all
}

fn canny() -> Value {
    let person = |id: &str, name: &str| {
        json!({"id": format!("c{id}"), "userID": id, "name": name,
        "email": format!("{id}@acme.example"), "isAdmin": false, "companies": [{"id": "acme", "name": "Acme"}]})
    };
    json!({
        "posts": [
            {"id": "p1", "title": "Dark mode for reports", "details": "My eyes hurt at night", "status": "in progress",
             "author": person("mina", "Mina"), "board": {"name": "Features"}, "category": {"name": "Reports"},
             "tags": [{"name": "theming"}], "created": "2026-01-03T10:00:00.000Z", "score": 4,
             "statusChangedAt": "2026-03-01T00:00:00.000Z", "url": "https://acme.canny.example/p/dark-mode"},
            {"id": "p2", "title": "엑셀로 내보내기", "details": "", "status": "Needs love", "score": 1,
             "author": person("jun", "준"), "tags": [], "created": "2026-02-03T10:00:00.000Z"},
        ],
        "votes": [
            {"id": "v1", "post": {"id": "p1"}, "voter": person("mina", "Mina"), "created": "2026-01-03T10:00:00.000Z"},
            {"id": "v2", "post": {"id": "p1"}, "voter": person("jun", "준"), "created": "2026-01-05T10:00:00.000Z"},
            {"id": "v3", "post": {"id": "p1"}, "voter": {"id": "c9", "name": "Ola", "email": null}, "created": "2026-01-06T10:00:00Z"},
            {"id": "v4", "post": {"id": "p2"}, "voter": person("jun", "준"), "created": "2026-02-03T10:00:00.000Z"},
        ],
        "comments": [
            {"id": "m1", "post": {"id": "p1"}, "author": person("jun", "준"), "value": "Me too", "created": "2026-01-05T10:01:00Z"},
            {"id": "m2", "post": {"id": "p1"}, "author": {"id": "a", "name": "Sol", "isAdmin": true}, "value": "We are on it",
             "created": "2026-03-01T00:00:00Z"},
        ],
    })
}

#[tokio::test]
async fn posts_of_canny_become_items_with_everybody_who_voted() {
    let app = TestApp::start("votes-canny").await;
    let curator = app.as_role(Role::Curator);
    let file = canny().to_string().into_bytes();
    let dry =
        curator.send(Method::POST, "/api/imports?format=canny&dry_run=true", "application/json", file.clone()).await;
    let names = ["read", "imported", "conversations", "entries", "persons", "items", "asks"];
    assert_eq!(counted(&dry.expect(201).json["report"], names), [2, 2, 2, 4, 3, 2, 4]);
    let report = import(&app, &curator, "format=canny", file.clone()).await;
    assert_eq!(counted(&report, names), [2, 2, 2, 4, 3, 2, 4], "{report}");
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("do not say whose they are: 1") && warnings.contains("Needs love"), "{warnings}");

    let dark = item_called(&curator, "Dark mode for reports").await;
    assert_eq!((&dark["status"], &dark["status_at"]), (&json!("building"), &json!("2026-03-01T00:00:00Z")));
    let who = askers(&curator, &dark).await;
    assert_eq!(who.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Mina", "Ola", "준"]);
    assert_eq!(who[2].1, "2026-01-05T10:00:00Z");
    let said = curator.get("/api/conversations?external_id=p1&source=canny").await.ok().items()[0].clone();
    assert_eq!((&said["channel"], &said["subject"]), (&json!("community"), &json!("Dark mode for reports")));
    assert_eq!(said["account"]["name"], "Acme");

    // They count on the card, and beside whoever asked, with what was said of it later.
    assert_eq!(dark["asked"], json!({"persons": 3, "accounts": 1}), "{dark}");
    assert_eq!(dark["counts"]["persons"], 0);
    let card = curator.get("/api/roadmap/board?q=dark").await.ok().json["columns"][2]["items"][0].clone();
    assert_eq!(card["asked"], dark["asked"], "{card}");
    let mina = curator.get("/api/persons?q=Mina").await.ok().items()[0]["id"].clone();
    let waits =
        curator.get(&format!("/api/roadmap/asks?person={}", mina.as_str().unwrap())).await.ok().items().to_vec();
    assert_eq!((waits.len(), &waits[0]["item"]["id"], &waits[0]["conversations"]), (1, &dark["id"], &json!(0)));
    let acme = said["account"]["id"].as_str().unwrap();
    assert_eq!(curator.get(&format!("/api/roadmap/asks?account={acme}")).await.ok().items().len(), 2);
    let tag = curator.post("/api/tags", json!({"label": {"en": "Dark"}})).await.expect(201).json["id"].clone();
    let path = format!("/api/roadmap/items/{}", dark["id"].as_str().unwrap());
    let joined = json!({"tags": [{"tag": tag, "mode": "include"}]});
    curator.patch(&path, dark["rev"].as_i64().unwrap(), joined).await.ok();
    for address in ["mina@acme.example", "new@else.example"] {
        let body = json!({"channel": "email", "person": {"email": address}, "text": "So bright"});
        let said = curator.post("/api/conversations", body).await.expect(201).json["id"].clone();
        let path = format!("/api/conversations/{}/taggings", said.as_str().unwrap());
        curator.post(&path, json!({"tag_id": tag, "kind": "request"})).await.expect(201);
    }
    let dark = curator.get(&path).await.ok().json;
    assert_eq!((&dark["asked"]["persons"], &dark["counts"]["persons"]), (&json!(4), &json!(2)), "once each");
    let few = app.as_viewer().get(&path).await.ok().json;
    assert_eq!((&few["asked"]["persons"], &few["counts"]["persons"]), (&json!(4), &Value::Null));

    // Where it stands was told where it came from. Who is not sure of that makes it news here, once.
    let about = format!("{path}/loop");
    let state = curator.get(&about).await.ok().json;
    assert_eq!((&state["unsaid"], state["events"].as_array().unwrap().len()), (&json!("planned"), 1));
    app.as_agent().post(&format!("{path}/news"), json!({})).await.expect(403);
    curator.post(&format!("{path}/news"), json!({})).await.expect(204);
    let state = curator.get(&about).await.ok().json;
    assert_eq!((&state["unsaid"], &state["events"][0]["kind"]), (&Value::Null, &json!("planned")));
    assert_eq!(state["events"][0]["coverage"]["pending"], 4);
    curator.post(&format!("{path}/news"), json!({})).await.refused(422, "error-nothing-unsaid");

    // Again: nothing twice. With one more vote: that one.
    let again = import(&app, &curator, "format=canny", file).await;
    assert_eq!(counted(&again, ["unchanged", "items", "asks", "persons"]), [2, 0, 0, 0]);
    let mut more = canny();
    let vote = json!({"id": "v5", "post": {"id": "p2"}, "voter": {"id": "c9", "name": "Ola"}, "created": "2026-04-01T00:00:00Z"});
    more["votes"].as_array_mut().unwrap().push(vote);
    let report = import(&app, &curator, "format=canny", more.to_string().into_bytes()).await;
    assert_eq!(counted(&report, ["updated", "unchanged", "items", "asks", "persons"]), [1, 1, 0, 1, 0]);

    // What is broken is told, and stops nothing beside it.
    let mut broken = canny();
    broken["posts"].as_array_mut().unwrap().push(json!({"id": "p7", "details": "Nameless", "created": "2026-04-01"}));
    broken["votes"].as_array_mut().unwrap().push(json!({"id": "v7", "voter": {"id": "c9", "name": "Ola"}}));
    broken["votes"][2]["created"] = json!("yesterday");
    broken["comments"][0].as_object_mut().unwrap().remove("id");
    broken["votes"].as_array_mut().unwrap().push(json!({"id": "v8", "post": {"id": "p2"}, "created": "2026-04-01"}));
    let report = import(&app, &curator, "format=canny&source=broken", broken.to_string().into_bytes()).await;
    assert_eq!(counted(&report, ["imported", "items", "asks"]), [2, 2, 4], "{report}");
    let told = json!([{"item": "post p7", "reason": "“title” is missing"}, {"item": "votes of post ?", "reason": "1 about post ?, which is not here"}]);
    assert_eq!(report["skipped"], told);
    let warnings = report["warnings"].to_string();
    assert!(
        warnings.contains("“votes.created” is not a date") && warnings.contains("p2: votes that do not say"),
        "{report}"
    );
    app.end().await;
}

fn zipped(files: &[(&str, Value)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, rows) in files {
        zip.start_file(format!("{name}.json"), zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(rows.to_string().as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_backup_of_fider_brings_everybody_also_those_of_a_duplicate() {
    let app = TestApp::start("votes-fider").await;
    let curator = app.as_role(Role::Curator);
    let at = "2025-05-01T09:00:00Z";
    let post = |id: u64, number: u64, title: &str, user: u64, status: u64| {
        json!({"id": id, "number": number, "title": title, "description": "", "user_id": user, "status": status,
            "created_at": at, "original_id": if status == 5 { json!(31) } else { Value::Null }, "response": null})
    };
    let backup = zipped(&[
        (
            "users",
            json!([{"id": 1, "name": "Rae", "email": "rae@a.example", "role": 1}, {"id": 2, "name": "Ivo", "email": "", "role": 1},
            {"id": 3, "name": "Boss", "email": "boss@us.example", "role": 3}]),
        ),
        (
            "posts",
            json!([post(32, 2, "Offline please", 2, 5), post(31, 1, "Works offline", 1, 4), post(33, 3, "Gone", 1, 6)]),
        ),
        (
            "post_votes",
            json!([{"user_id": 1, "post_id": 31, "created_at": at}, {"user_id": 2, "post_id": 32, "created_at": at},
            {"user_id": 3, "post_id": 31, "created_at": at}]),
        ),
        (
            "comments",
            json!([{"id": 7, "post_id": 31, "user_id": 3, "content": "Soon", "created_at": at, "deleted_at": null},
            {"id": 8, "post_id": 31, "user_id": 2, "content": "Rubbish", "created_at": at, "deleted_at": at}]),
        ),
        ("tags", json!([{"id": 5, "name": "mobile"}])),
        ("post_tags", json!([{"tag_id": 5, "post_id": 31}])),
    ]);
    let report = import(&app, &curator, "format=fider&source=board", backup).await;
    assert_eq!(counted(&report, ["read", "imported", "conversations", "items", "asks"]), [3, 2, 2, 1, 3], "{report}");
    assert_eq!(report["skipped"], json!([{"item": "post 3", "reason": "it was deleted there"}]));
    let item = item_called(&curator, "Works offline").await;
    assert_eq!(item["status"], "planned");
    let who = askers(&curator, &item).await;
    assert_eq!(who.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Boss", "Ivo", "Rae"]);
    let tags = curator.get("/api/conversations?external_id=1&source=board").await.ok().items()[0]["tags"].to_string();
    assert!(tags.contains("mobile"), "{tags}");

    // The table of posts does not say who voted, and that is told.
    let table = "number,title,description,created_at,created_by,votes_count,comments_count,status,response,tags\n\
        9,Two factor,,2025-06-01T09:00:00Z,Rae,5,0,Open,,\"safety, login\"\n10,,x,2025-06-01T09:00:00Z,Rae,1,0,open,,\n";
    let report = import(&app, &curator, "format=fider&source=table", table.into()).await;
    assert_eq!(counted(&report, ["read", "imported", "items", "asks"]), [2, 1, 1, 1]);
    assert!(report["warnings"].to_string().contains("9: votes that do not say whose they are: 4"), "{report}");
    app.end().await;
}

#[tokio::test]
async fn any_table_of_requests_or_of_votes_comes_in() {
    let app = TestApp::start("votes-table").await;
    let curator = app.as_role(Role::Curator);
    let table = "제목,작성일,투표자 이메일,투표자,고객사,이유\n\
        \"필터, 저장\",2026-05-03,min@a.example,민지,가나,매주 다시 만들어요\n\
        \"필터, 저장\",2026-05-04,lee@b.example,이수,다라,\n\
        캘린더,2026-05-04,lee@b.example,이수,다라,\n\
        날짜 없음,,x@c.example,누구,,\n";
    let report = import(&app, &curator, "format=requests&source=sheet", table.into()).await;
    assert_eq!(counted(&report, ["read", "imported", "items", "asks"]), [3, 2, 2, 3], "{report}");
    assert_eq!(report["skipped"][0]["item"], "line 5");
    let item = item_called(&curator, "필터, 저장").await;
    let asks = curator.get(&format!("/api/roadmap/items/{}/asks", item["id"].as_str().unwrap())).await.ok().json;
    let minji = asks["items"].as_array().unwrap().iter().find(|ask| ask["person"]["name"] == "민지").unwrap();
    assert_eq!((&minji["words"], &minji["origin"]), (&json!("매주 다시 만들어요"), &json!("vote")));
    assert_eq!(minji["account"]["name"], "가나", "the company of a line is that of whom it names");
    let languages = asks["items"].as_array().unwrap().iter().all(|ask| ask["language"] == "ko");
    assert!(languages, "who votes for what stands in Korean reads Korean: {asks}");

    // Days as they are written here; and whoever is known by a name alone is one person, whether they write or vote.
    let table = "제목,작성일,작성자,투표자,투표자 회사,상태\n알림,2026. 3. 5.,나리,나리,라마,진행중\n알림,2026년 3월 6일,,보라,,\n\
        소리,2026/03/07,보라,,,\n무제,2026.03.08,,,,\n";
    let report = import(&app, &curator, "format=requests&source=names", table.into()).await;
    assert_eq!(counted(&report, ["imported", "items", "asks", "persons", "accounts"]), [3, 3, 3, 2, 1], "{report}");
    assert_eq!((&report["warnings"], &report["skipped"]), (&json!([]), &json!([])));
    assert_eq!(askers(&curator, &item_called(&curator, "알림").await).await[0].1, "2026-03-05T00:00:00Z");

    let wrong = curator.send(Method::POST, "/api/imports?format=requests", "text/csv", "a,b\n1,2\n".to_owned()).await;
    let wrong = wrong.expect(201).json;
    app.settle().await;
    let failed = curator.get(&format!("/api/imports/{}", wrong["id"].as_str().unwrap())).await.ok().json;
    assert!(failed["state"] == "failed" && failed["error"].as_str().unwrap().contains("title"), "{failed}");

    // In the language of whoever reads it.
    curator.patch("/api/me", 0, json!({"ui": "ko"})).await.ok();
    for (query, body, why) in [
        ("format=requests&source=a", "a,b\n1,2\n", "첫 줄에 “제목”(title) 열이 없습니다"),
        ("format=canny", "[{]", "JSON이 아닙니다. 1번째 줄 3번째 글자에서"),
        ("format=fider", "[]", "게시물이 하나도 없습니다"),
    ] {
        let path = format!("/api/imports?{query}");
        let made = curator.send(Method::POST, &path, "application/octet-stream", body.as_bytes().to_vec()).await;
        app.settle().await;
        let path = format!("/api/imports/{}", made.expect(201).json["id"].as_str().unwrap());
        let failed = curator.get(&path).await.ok().json;
        assert!(failed["state"] == "failed" && failed["error"].as_str().unwrap().contains(why), "{failed}");
    }
    let undated = import(&app, &curator, "format=requests&source=undated", "제목,작성일\n날짜 없음,\n".into()).await;
    assert_eq!(undated["skipped"], json!([{"item": "2번째 줄", "reason": "“created” 값이 없습니다"}]));
    app.end().await;
}

#[tokio::test]
async fn the_roadmap_goes_out_and_in_again_as_it_was() {
    let first = TestApp::start("roadmap-out").await;
    let curator = first.as_role(Role::Curator);
    import(&first, &curator, "format=canny", canny().to_string().into_bytes()).await;
    let dark = item_called(&curator, "Dark mode for reports").await;
    let tag = curator.post("/api/tags", json!({"label": {"en": "Theme"}})).await.expect(201).json["id"].clone();
    let path = format!("/api/roadmap/items/{}", dark["id"].as_str().unwrap());
    let body = json!({"key": "REP-1", "half": "2026H2", "efforts": [{"team": "web", "low": 1.0, "likely": 2.0, "high": 4.0}],
        "tags": [{"tag": tag, "mode": "include", "subtree": true, "kinds": ["request"]}]});
    curator.patch(&path, dark["rev"].as_i64().unwrap(), body).await.ok();
    let needing = json!({"title": {"ko": "인쇄", "en": "Printing"}, "needs": [dark["id"]]});
    curator.post("/api/roadmap/items", needing).await.expect(201);
    let out = async |by: &Client| -> (Answer, Answer) {
        (by.get("/api/export/conversations.jsonl").await.ok(), by.get("/api/export/roadmap.jsonl").await.ok())
    };
    let (talks, items) = out(&curator).await;
    assert_eq!(items.text.lines().count(), 3, "{}", items.text);

    let second = TestApp::start("roadmap-in").await;
    let there = second.as_role(Role::Curator);
    let tags = curator.get("/api/tags.tsv").await.ok().text;
    there.send(Method::POST, "/api/tags/import", "text/tab-separated-values", tags).await.ok();
    import(&second, &there, "format=jsonl", talks.text.clone().into_bytes()).await;
    let report = import(&second, &there, "format=roadmap", items.text.clone().into_bytes()).await;
    assert_eq!(counted(&report, ["read", "imported", "items", "asks", "persons"]), [3, 3, 3, 4, 1], "{report}");
    let again = import(&second, &there, "format=roadmap", items.text.clone().into_bytes()).await;
    assert_eq!(counted(&again, ["unchanged", "items", "asks"]), [3, 0, 0]);
    let (talks_there, items_there) = out(&there).await;
    assert_eq!(items_there.text, items.text);
    assert_eq!(talks_there.text, talks.text);
    second.end().await;
    first.end().await;
}
