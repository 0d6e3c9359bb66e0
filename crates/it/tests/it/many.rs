//! The roadmap with very many items: lists by pages, narrowed in many ways, the board with its true counts, the ranking by
//! pages, a half-year that lists what takes part, and the timeline. Whatever is kept in memory is what the rows say.
use crate::app::{Client, TestApp};
use base::Role;
use serde_json::{Value, json};
use std::collections::HashSet;

const MANY: usize = 450;
const STATUSES: [&str; 6] = ["considering", "planned", "building", "shipped", "declined", "parked"];

fn status_of(n: usize) -> &'static str {
    if n.is_multiple_of(3) { "considering" } else { STATUSES[n % 6] }
}

/// A house with items from a table, some with a half-year, an owner and a tag.
async fn house(name: &str) -> (TestApp, Client, String) {
    let app = TestApp::start(name).await;
    let curator = app.as_role(Role::Curator);
    let top = make_tag(&curator, None, "Views").await;
    make_tag(&curator, Some(&top), "Saved").await;
    let line = |n: usize| {
        let half = if n.is_multiple_of(5) { "2027H1" } else { "" };
        let owner = ["Views", "Web", ""][n % 3];
        let tag = if n.is_multiple_of(10) { "views/saved" } else { "" };
        let title = if n.is_multiple_of(7) { format!("필터 저장 {n}") } else { format!("Export of files {n}") };
        format!("K-{n},{title},{},{half},{owner},{tag}\n", status_of(n))
    };
    let lines: String = (0..MANY).map(line).collect();
    let table = format!("key,title_en,status,half,owner,tags\n{lines}");
    let report = curator.send(reqwest::Method::POST, "/api/roadmap/import", "text/csv", table).await.ok().json;
    assert_eq!((report["created"].as_u64(), &report["skipped"]), (Some(MANY as u64), &json!([])));
    (app, curator, top)
}

async fn make_tag(by: &Client, parent: Option<&str>, label: &str) -> String {
    let body = json!({"parent": parent, "label": {"en": label}});
    by.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned()
}

fn keys(items: &[Value]) -> Vec<String> {
    items.iter().map(|item| item["key"].as_str().unwrap_or_default().to_owned()).collect()
}

/// All pages of a list, each of so many.
async fn walk(by: &Client, path: &str, limit: usize) -> (Vec<Value>, u64) {
    let (mut all, mut cursor, mut total) = (Vec::new(), String::new(), None);
    loop {
        let page = by.get(&format!("{path}limit={limit}{cursor}")).await.ok().json;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        all.extend(items.iter().cloned());
        let said = page["total"].as_u64().unwrap();
        assert_eq!(*total.get_or_insert(said), said);
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (all, said),
        }
    }
}

#[tokio::test]
async fn every_item_stands_on_one_page_and_is_found_by_whatever_is_known_of_it() {
    let (app, curator, top) = house("many_items").await;
    let agent = app.as_agent();
    let (all, total) = walk(&agent, "/api/roadmap/items?", 61).await;
    let expected: Vec<String> = (0..MANY).map(|n| format!("K-{n}")).collect();
    assert_eq!((keys(&all), total as usize), (expected, MANY));

    let of =
        |keep: &dyn Fn(usize) -> bool| (0..MANY).filter(|n| keep(*n)).map(|n| format!("K-{n}")).collect::<Vec<_>>();
    for (query, expected) in [
        ("status=planned&".to_owned(), of(&|n| status_of(n) == "planned")),
        ("half=2027H1&".to_owned(), of(&|n| n.is_multiple_of(5))),
        ("half=none&".to_owned(), of(&|n| !n.is_multiple_of(5))),
        ("owner=Web&".to_owned(), of(&|n| n % 3 == 1)),
        (format!("area={top}&"), of(&|n| n.is_multiple_of(10))),
        ("q=필터를&".to_owned(), of(&|n| n.is_multiple_of(7))),
        ("q=exports+FILE&".to_owned(), of(&|n| !n.is_multiple_of(7))),
        (
            "q=K-44&".to_owned(),
            vec![
                "K-44".into(),
                "K-440".into(),
                "K-441".into(),
                "K-442".into(),
                "K-443".into(),
                "K-444".into(),
                "K-445".into(),
                "K-446".into(),
                "K-447".into(),
                "K-448".into(),
                "K-449".into(),
            ],
        ),
        (format!("q=필터&owner=Views&area={top}&"), of(&|n| n.is_multiple_of(210))),
        ("q=nowhere&".to_owned(), Vec::new()),
    ] {
        let (found, total) = walk(&agent, &format!("/api/roadmap/items?{query}"), 200).await;
        assert_eq!((keys(&found), total as usize), (expected.clone(), expected.len()), "{query}");
    }
    agent.get("/api/roadmap/items?cursor=zzz").await.refused(422, "error-cursor");
    agent.get("/api/roadmap/items?limit=201").await.expect(422);

    // A page goes on after its last item, also when that item moved in between.
    let first = agent.get("/api/roadmap/items?limit=10").await.ok().json;
    let (last, next) = (first["items"][9]["id"].as_str().unwrap(), first["next"].as_str().unwrap());
    curator.post(&format!("/api/roadmap/items/{last}/move"), json!({})).await.ok();
    let second = agent.get(&format!("/api/roadmap/items?limit=2&cursor={next}")).await.ok().json;
    assert_eq!(keys(second["items"].as_array().unwrap()), ["K-10", "K-11"]);
    let (all, _) = walk(&agent, "/api/roadmap/items?", 200).await;
    assert_eq!(all.last().unwrap()["key"], "K-9");
    // Before another one, and back.
    let (ten, eleven) = (all[9]["id"].as_str().unwrap(), all[10]["id"].as_str().unwrap());
    curator.post(&format!("/api/roadmap/items/{last}/move"), json!({"before": eleven})).await.ok();
    let (all, _) = walk(&agent, "/api/roadmap/items?", 200).await;
    assert_eq!(keys(&all[9..12]), ["K-10", "K-9", "K-11"]);
    assert_eq!(all[9]["id"], ten);

    // What was found for one room is found for all: the finder knows items by their key and their words.
    let hits = agent.get("/api/search/rooms?q=K-217").await.ok().json;
    assert_eq!(hits["items"][0]["title"]["en"], "필터 저장 217");
    app.end().await;
}

#[tokio::test]
async fn the_board_shows_the_first_of_each_column_and_how_many_there_are() {
    let (app, curator, top) = house("many_board").await;
    let agent = app.as_agent();
    let board = agent.get("/api/roadmap/board").await.ok().json;
    let column = |board: &Value, status: &str| {
        let columns = board["columns"].as_array().unwrap();
        columns.iter().find(|one| one["status"] == status).unwrap().clone()
    };
    assert_eq!(board["total"], MANY);
    for status in STATUSES {
        let expected: Vec<String> = (0..MANY).filter(|n| status_of(*n) == status).map(|n| format!("K-{n}")).collect();
        let one = column(&board, status);
        assert_eq!(one["total"].as_u64(), Some(expected.len() as u64), "{status}");
        assert_eq!(keys(one["items"].as_array().unwrap()), expected[..expected.len().min(20)], "{status}");
    }
    assert_eq!(board["halves"], json!(["2027H1"]));
    assert_eq!(board["owners"], json!([{"owner": "Views", "total": 150}, {"owner": "Web", "total": 150}]));
    let longer = agent.get("/api/roadmap/board?longer=considering:70").await.ok().json;
    assert_eq!(column(&longer, "considering")["items"].as_array().unwrap().len(), 70);
    assert_eq!(column(&longer, "planned")["items"].as_array().unwrap().len(), 20);
    agent.get("/api/roadmap/board?longer=considering").await.expect(422);
    agent.get("/api/roadmap/board?longer=soon:7").await.expect(422);
    let narrow = agent.get(&format!("/api/roadmap/board?owner=Views&area={top}")).await.ok().json;
    assert_eq!(narrow["total"].as_u64(), Some((0..MANY).filter(|n| n.is_multiple_of(30)).count() as u64));
    assert_eq!(narrow["owners"], board["owners"]);

    // It moves the moment somebody tags, moves, takes away or makes one.
    let saved = agent
        .get("/api/tags?limit=200")
        .await
        .ok()
        .items()
        .iter()
        .find(|tag| tag["path"] == "views/saved")
        .unwrap()["id"]
        .clone();
    let said = json!({"channel": "email", "person": {"external_id": "jun"}, "text": "The filter is lost"});
    let said = agent.post("/api/conversations", said).await.expect(201).json["id"].as_str().unwrap().to_owned();
    agent.post(&format!("/api/conversations/{said}/taggings"), json!({"tag_id": saved})).await.expect(201);
    let board = agent.get("/api/roadmap/board").await.ok().json;
    let first = &column(&board, "considering")["items"][0];
    assert_eq!((first["key"].as_str(), first["counts"]["conversations"].as_u64()), (Some("K-0"), Some(1)));
    let id = first["id"].as_str().unwrap();
    curator.post(&format!("/api/roadmap/items/{id}/move"), json!({"status": "building"})).await.ok();
    let board = agent.get("/api/roadmap/board").await.ok().json;
    let building = column(&board, "building");
    assert_eq!((&building["items"][0]["key"], &building["total"]), (&json!("K-2"), &json!(76)));
    assert_eq!(column(&board, "considering")["items"][0]["key"], "K-3");
    curator.delete(&format!("/api/roadmap/items/{id}")).await.expect(204);
    let board = agent.get("/api/roadmap/board").await.ok().json;
    assert_eq!(board["total"], MANY - 1);
    app.end().await;
}

#[tokio::test]
async fn the_ranking_comes_by_pages_and_a_half_year_lists_what_takes_part() {
    let (app, curator, top) = house("many_ranked").await;
    let owner = app.as_owner();
    let (all, _) = walk(&owner, "/api/roadmap/items?", 200).await;
    let id = |key: &str| all.iter().find(|item| item["key"] == key).unwrap()["id"].as_str().unwrap().to_owned();
    // Everybody who speaks of saved views asks for every tenth item; two of these are estimated.
    let saved = owner
        .get("/api/tags?limit=200")
        .await
        .ok()
        .items()
        .iter()
        .find(|tag| tag["path"] == "views/saved")
        .unwrap()["id"]
        .clone();
    for person in ["ann", "bo", "cy"] {
        let said = json!({"channel": "email", "person": {"external_id": person}, "text": "The filter is lost"});
        let said = owner.post("/api/conversations", said).await.expect(201).json["id"].as_str().unwrap().to_owned();
        owner.post(&format!("/api/conversations/{said}/taggings"), json!({"tag_id": saved})).await.expect(201);
    }
    for (key, weeks) in [("K-30", 4.0), ("K-60", 2.0)] {
        let efforts = json!([{"team": "Views", "low": weeks, "likely": weeks, "high": weeks}]);
        curator.patch(&format!("/api/roadmap/items/{}", id(key)), 1, json!({"efforts": efforts})).await.ok();
    }
    let open = (0..MANY).filter(|n| !["shipped", "declined"].contains(&status_of(*n))).count();
    let (ranked, total) = walk(&owner, "/api/roadmap/ranking?", 101).await;
    assert_eq!((ranked.len(), total as usize), (open, open));
    let distinct: HashSet<&str> = ranked.iter().map(|one| one["item"]["id"].as_str().unwrap()).collect();
    assert_eq!(distinct.len(), open);
    assert_eq!((&ranked[0]["item"]["key"], &ranked[1]["item"]["key"]), (&json!("K-60"), &json!("K-30")));
    assert_eq!((ranked[0]["place"].as_u64(), ranked[2]["place"].as_u64()), (Some(1), None));
    assert_eq!(ranked[0]["parts"]["asks"], 3);
    // Narrowed, the places stay those among all.
    let narrow = owner.get("/api/roadmap/ranking?q=K-30").await.ok().json;
    assert_eq!((&narrow["items"][0]["item"]["key"], &narrow["items"][0]["place"]), (&json!("K-30"), &json!(2)));
    let narrow = owner.get(&format!("/api/roadmap/ranking?area={top}&status=considering&limit=5")).await.ok().json;
    let within = (0..MANY).filter(|n| n.is_multiple_of(10) && status_of(*n) == "considering").count();
    assert_eq!((narrow["total"].as_u64(), narrow["items"].as_array().unwrap().len()), (Some(within as u64), 5));
    // Everything that is asked for is worth the same here: the best third begins there.
    let value = ranked[0]["parts"]["value"].as_f64().unwrap();
    assert_eq!(narrow["thirds"], json!({"much": value, "some": value}));
    owner.get("/api/roadmap/ranking?cursor=zzz").await.refused(422, "error-cursor");

    // The half-year: the estimated ones take part, of the others the first are listed and all are counted.
    let rev = curator.get("/api/roadmap/halves/2027H1").await.rev();
    let by = app.as_owner().header("if-match", &format!("\"{rev}\""));
    let half = by.put("/api/roadmap/halves/2027H1", json!({"capacity": {"Views": 3.0}})).await.ok().json;
    let items = half["items"].as_array().unwrap();
    assert_eq!(items.len() as u64 + half["not_shown"].as_u64().unwrap(), open as u64);
    assert_eq!(items.len(), 52);
    let why = |key: &str| items.iter().find(|one| one["item"]["key"] == key).map(|one| one["because"].clone());
    assert_eq!((why("K-60"), why("K-30")), (Some(json!("worth_most")), Some(json!("no_capacity"))));
    // What is promised is listed whatever it is.
    let far = id("K-444");
    owner.put(&format!("/api/roadmap/halves/2027H1/musts/{far}"), json!({"words": "to ann"})).await.expect(204);
    let half = owner.get("/api/roadmap/halves/2027H1").await.ok().json;
    assert!(
        half["items"].as_array().unwrap().iter().any(|one| one["item"]["key"] == "K-444" && one["must"].is_object())
    );
    // Demand with other half-lives: with the one that stands it is what it is.
    let standing = &half["items"][0]["parts"]["by_standing"][0];
    assert_eq!(standing["by_half_life"][4], standing["demand"]);
    assert_eq!(standing["by_half_life"].as_array().unwrap().len(), 9);
    app.end().await;
}

#[tokio::test]
async fn what_lies_on_the_shelf_is_what_the_rows_say_after_merging_and_taking_in() {
    let (app, curator, _) = house("many_shelf").await;
    let agent = app.as_agent();
    let (all, _) = walk(&agent, "/api/roadmap/items?", 200).await;
    let id = |n: usize| all[n]["id"].as_str().unwrap().to_owned();
    curator.patch(&format!("/api/roadmap/items/{}", id(3)), 1, json!({"needs": [id(1), id(0)]})).await.ok();
    curator
        .patch(&format!("/api/roadmap/items/{}", id(0)), 1, json!({"needs": [id(3)]}))
        .await
        .refused(422, "error-item-needs-itself");
    let needs = async |n: usize| {
        agent.get(&format!("/api/roadmap/items?q=K-{n}&limit=1")).await.ok().items()[0]["needs"].clone()
    };
    let mut both = [id(0), id(1)];
    both.sort();
    assert_eq!(needs(3).await, json!(both));
    // Of two that are one, what needed the first needs the second, in memory as in the rows.
    let merge = curator.post(&format!("/api/roadmap/items/{}/merge", id(1)), json!({"into": id(2)})).await;
    let merge = merge.json["merge"].as_i64().expect("a merge");
    let mut now = [id(0), id(2)];
    now.sort();
    let timeline = async || {
        let shown = agent.get("/api/roadmap/timeline?from=2027H1&q=K-5").await.ok().json;
        shown["groups"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|g| g["items"].as_array().unwrap().clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(needs(3).await, json!(now));
    curator.patch(&format!("/api/roadmap/items/{}", id(5)), 1, json!({"needs": [id(2)]})).await.ok();
    let waits = |bars: &[Value]| bars.iter().find(|bar| bar["key"] == "K-5").map(|bar| bar["needs"].clone());
    assert_eq!(waits(&timeline().await).unwrap()[0]["id"], json!(id(2)));
    curator.post(&format!("/api/roadmap/merges/{merge}/undo"), json!({})).await;
    assert_eq!(needs(3).await, json!(both));
    app.end().await;
}

#[tokio::test]
async fn the_timeline_shows_what_is_planned_in_work_and_shipped_on_its_day() {
    let (app, curator, top) = house("many_time").await;
    let agent = app.as_agent();
    let shown = agent.get("/api/roadmap/timeline?from=2027H1&halves=2").await.ok().json;
    assert_eq!(shown["halves"][1]["half"], "2027H2");
    let bars = |shown: &Value| -> Vec<Value> {
        shown["groups"].as_array().unwrap().iter().flat_map(|g| g["items"].as_array().unwrap().clone()).collect()
    };
    // Declined ones are nowhere; what has a half-year and is not shipped yet stands from its first to its last day.
    let planned = (0..MANY)
        .filter(|n| n.is_multiple_of(5) && ["considering", "planned", "parked", "building"].contains(&status_of(*n)));
    assert_eq!(shown["total"].as_u64(), Some(planned.count() as u64));
    let groups = shown["groups"].as_array().unwrap();
    assert_eq!(groups.last().unwrap()["name"], Value::Null);
    for group in groups {
        assert!(group["items"].as_array().unwrap().len() <= 12);
    }
    let considered = bars(&shown).into_iter().find(|bar| bar["status"] == "considering").unwrap();
    assert_eq!((&considered["begins"], &considered["began"]), (&shown["halves"][0]["begins"], &json!(false)));
    assert_eq!(considered["ends"], shown["halves"][1]["begins"]);

    // Begun and shipped: both days are known, and it stands where it was shipped, whatever was planned.
    let id = considered["id"].as_str().unwrap();
    for status in ["building", "shipped"] {
        curator.post(&format!("/api/roadmap/items/{id}/move"), json!({"status": status})).await.ok();
    }
    let now = agent.get(&format!("/api/roadmap/timeline?q={}", considered["key"].as_str().unwrap())).await.ok().json;
    let bar = bars(&now).into_iter().find(|bar| bar["id"] == considered["id"]).unwrap();
    let item = agent.get(&format!("/api/roadmap/items/{id}")).await.ok().json;
    assert_eq!((&bar["shipped"], &bar["began"], &bar["ends"]), (&json!(true), &json!(true), &item["status_at"]));
    assert!(bar["begins"].as_str() <= bar["ends"].as_str());

    let by_area =
        agent.get(&format!("/api/roadmap/timeline?from=2027H1&halves=1&by=area&area={top}&each=200")).await.ok().json;
    assert_eq!(by_area["groups"][0]["area"], json!(top));
    assert_eq!(by_area["groups"].as_array().unwrap().len(), 1);
    agent.get("/api/roadmap/timeline?from=soon").await.expect(422);
    app.end().await;
}
