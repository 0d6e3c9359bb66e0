//! What strangers may ask of the pages for customers, in every odd way: nothing private ever leaves by them.
use crate::app::{Answer, Client, TestApp};
use base::Role;
use frontdoor::Keys;
use reqwest::Method;
use serde_json::json;
use server::Config;
use std::collections::HashSet;
use tokio::task::JoinSet;

/// Stands in everything that is nobody's business.
const MARK: &str = "PRIVATE-7f3a";
/// Requests under way together.
const AT_ONCE: usize = 8;
const FORM: &str = "application/x-www-form-urlencoded";

/// A small generator, so that a failure is found again by its seed (SplitMix64, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }
    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

struct World {
    app: TestApp,
    /// Public, hidden, declined, shipped, removed items.
    items: Vec<String>,
    persons: Vec<String>,
}

async fn put(by: &Client, path: &str, body: serde_json::Value) -> Answer {
    let rev = by.get(path).await.rev();
    by.clone().header("if-match", &format!("\"{rev}\"")).put(path, body).await
}

/// A house whose every private field carries the mark.
async fn fill(name: &str) -> World {
    let config = Config { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Config::default() };
    let app = TestApp::with(name, config).await;
    let (owner, agent, curator) = (app.as_owner(), app.as_agent(), app.as_role(Role::Curator));
    let label = json!({"label": {"en": format!("{MARK} tag"), "ko": format!("{MARK} 태그")}});
    let tag = curator.post("/api/tags", label).await.expect(201).json["id"].as_str().unwrap().to_owned();
    let (mut items, mut persons) = (Vec::new(), Vec::new());
    for n in 0..6 {
        let body = json!({"key": format!("{MARK}-{n}"), "title": {"en": format!("{MARK} title"), "ko": format!("{MARK} 제목")},
            "problem": {"en": format!("{MARK} problem")}, "owner": format!("{MARK} owner"), "half": "2026H2",
            "feasibility": "no", "feasibility_reason": format!("{MARK} reason"),
            "efforts": [{"team": format!("{MARK} team"), "low": 1.0, "likely": 2.0, "high": 3.0}],
            "tags": [{"tag": tag, "mode": "include"}]});
        let made = owner.post("/api/roadmap/items", body).await.expect(201).json;
        let id = made["id"].as_str().unwrap().to_owned();
        let public = json!({"is_public": n != 1, "title": {"ko": format!("공개 {n}"), "en": format!("Public {n}")},
            "problem": {"ko": "누구나 보는 글"}, "news": {"en": "Everybody’s text"}});
        put(&owner, &format!("/api/roadmap/items/{id}/public"), public).await.ok();
        let status = ["considering", "planned", "declined", "shipped", "parked", "building"][n];
        owner.post(&format!("/api/roadmap/items/{id}/move"), json!({"status": status})).await.ok();
        items.push(id);
    }
    for n in 0..4 {
        let person = json!({"external_id": format!("{MARK}-{n}"), "name": format!("{MARK} name {n}"), "email": format!("{MARK}{n}@example.com")});
        let text = format!("{MARK} words {n}");
        let body = json!({"channel": "email", "subject": format!("{MARK} subject"), "person": person, "text": text});
        let made = agent.post("/api/conversations", body).await.expect(201).json;
        let conversation = made["id"].as_str().unwrap();
        agent
            .post(&format!("/api/conversations/{conversation}/notes"), json!({"text": format!("{MARK} note")}))
            .await
            .ok();
        let tagged = json!({"tag_id": tag, "kind": "request"});
        agent.post(&format!("/api/conversations/{conversation}/taggings"), tagged).await.expect(201);
        let person = made["person"]["id"].as_str().unwrap().to_owned();
        let ask = json!({"person": person, "words": format!("{MARK} asked in a call")});
        agent.post(&format!("/api/roadmap/items/{}/asks", items[0]), ask).await.expect(201);
        persons.push(person);
    }
    owner.delete(&format!("/api/roadmap/items/{}", items[4])).await.expect(204);
    let page = json!({"is_on": true, "name": "소반", "colour": "#27705f", "address": null, "shows_counts": true,
        "takes_wishes": false, "door": null});
    put(&owner, "/api/outside", page).await.ok();
    World { app, items, persons }
}

/// One request that somebody could send.
fn invent(dice: &mut Dice, world: &World) -> (Method, String, Vec<(&'static str, String)>, String) {
    let keys = world.app.state.get::<Keys>();
    let person = dice.pick(&world.persons).clone();
    let forged = match dice.roll(4) {
        // Signed for what is not there, for another purpose, and not at all.
        0 => keys.sign_person_page(base::PersonId::new(), 20_780, 0),
        1 => keys.sign_survey(base::SurveyId::from_bytes(person.parse::<base::PersonId>().unwrap().bytes())),
        2 => format!("{}.{}.20780", person.trim_start_matches("per_"), "0".repeat(16)),
        _ => keys.sign_wish(base::WishId::new()),
    };
    let item = match dice.roll(5) {
        0 => "itm_00000000000000000000000000".to_owned(),
        1 => format!("{}%27", dice.pick(&world.items)),
        2 => person.clone(),
        _ => dice.pick(&world.items).clone(),
    };
    let lang = *dice.pick(&["ko", "en", "KO", "fr", "..", "%2e%2e"]);
    let mut path = match dice.roll(13) {
        0 => "/public".to_owned(),
        12 => "/me".to_owned(),
        1 => format!("/{lang}/roadmap"),
        2 => format!("/{lang}/changes"),
        3 => format!("/{lang}/{}.atom", dice.pick(&["roadmap", "changes", "people", MARK])),
        4..=6 => format!("/{lang}/roadmap/{item}{}", dice.pick(&["", "/tell", "/sent", "/", ".json", "/public"])),
        7 | 8 => format!("/me/{forged}{}", dice.pick(&["", "/stop", "/tell", "/say", "/erase", "/export.json"])),
        9 => format!("/tell/{forged}"),
        10 => format!("/api/roadmap/items/{item}{}", dice.pick(&["", "/public", "/asks", "/evidence"])),
        _ => {
            format!("/api/{}", dice.pick(&["outside", "persons", "roadmap/items", "roadmap/asks", "search?q=PRIVATE"]))
        }
    };
    if dice.roll(2) == 0 && !path.contains('?') {
        let more = [
            "lang=ko",
            "lang=xx",
            "done=tell",
            "fields=*",
            "expand=asks,persons",
            "format=json",
            "draft=1",
            "q=%00",
            "state=all",
        ];
        path = format!("{path}?{}&{}", dice.pick(&more), dice.pick(&more));
    }
    let mut headers =
        vec![("x-forwarded-for", format!("198.{}.{}.{}", dice.roll(256), dice.roll(256), dice.roll(256)))];
    for _ in 0..dice.roll(3) {
        headers.push(match dice.roll(8) {
            0 => ("accept-language", dice.pick(&["ko", "en", "fr, *;q=0.1", ";;;"]).to_string()),
            1 => ("x-forwarded-host", "evil.example".to_owned()),
            2 => ("if-none-match", dice.pick(&["*", "W/\"x\"", "\"1\""]).to_string()),
            3 => ("accept", dice.pick(&["application/json", "text/plain", "*/*"]).to_string()),
            4 => ("authorization", dice.pick(&["Bearer x", "Basic YTpi"]).to_string()),
            5 => ("cookie", "sarang_session=x".to_owned()),
            6 => ("x-http-method-override", "PUT".to_owned()),
            _ => ("range", "bytes=0-10".to_owned()),
        });
    }
    let method = dice.pick(&[Method::GET, Method::GET, Method::GET, Method::HEAD, Method::POST, Method::PUT]).clone();
    let form = dice.pick(&["", "email=a%40b.example&why=x", "sure=yes", "text=x", "email=%00&website=x"]).to_string();
    (method, path, headers, form)
}

/// Nothing private leaves by the pages for customers, whatever is asked of them. As many requests as `SARANG_SOAK` says,
/// 5,000 unless said; the seed is printed.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_private_leaves_by_the_public_pages_whatever_is_asked() {
    let world = fill("attack_outside").await;
    let soaks = std::env::var_os("SARANG_SOAK").is_some();
    let many = if soaks { 100_000 } else { 5_000 };
    let seed = if soaks { base::Time::now().0 as u64 } else { 20_261_123 };
    println!("seed {seed}, {many} requests");
    let (mut dice, anybody) = (Dice(seed), world.app.anybody());
    let mut statuses: HashSet<u16> = HashSet::new();
    let (mut shown, mut largest, began) = (0, 0, std::time::Instant::now());
    let mut under_way: JoinSet<(u16, usize, bool)> = JoinSet::new();
    for nth in 0..many {
        let (method, path, headers, form) = invent(&mut dice, &world);
        let client = headers.into_iter().fold(anybody.clone(), |client, (name, value)| client.header(name, &value));
        under_way.spawn(async move {
            let answer = match method == Method::POST || method == Method::PUT {
                true => client.send(method.clone(), &path, FORM, form).await,
                false => client.call(method.clone(), &path, None).await,
            };
            let headers = format!("{:?}", answer.headers);
            assert!(
                !answer.text.contains(MARK) && !headers.contains(MARK),
                "request {nth} of {seed}: {method} {path}: {}",
                answer.text
            );
            let is_ours = !headers.contains("evil.example") && !answer.text.contains("evil.example");
            assert!(is_ours, "{nth}: {method} {path}");
            assert!(answer.status.as_u16() < 500, "{nth}: {method} {path}: {}", answer.text);
            let size = if path.starts_with("/api") { 0 } else { answer.text.len() };
            assert!(size < 60_000, "{path}: {size}");
            (answer.status.as_u16(), size, answer.text.contains("누구나 보는 글"))
        });
        let all_begun = nth + 1 == many;
        while under_way.len() >= AT_ONCE || all_begun && !under_way.is_empty() {
            let (status, size, is_shown) = under_way.join_next().await.unwrap().unwrap();
            statuses.insert(status);
            largest = largest.max(size);
            shown += u32::from(is_shown);
        }
    }
    println!("{many} requests in {:?}: nothing private; the largest page has {largest} bytes", began.elapsed());
    assert!(shown > many / 100, "the public words were shown {shown} times");
    assert!([200, 304, 404, 405].iter().all(|status| statuses.contains(status)), "{statuses:?}");
    world.app.end().await;
}

/// Class 12, 16: links of ours that were made up, changed, or made for something else open nothing.
#[tokio::test]
async fn class_12_no_made_up_link_opens_a_page_of_somebody() {
    let world = fill("attack_links").await;
    let (keys, anybody) = (world.app.state.get::<Keys>(), world.app.anybody());
    let person: base::PersonId = world.persons[0].parse().unwrap();
    let today = base::Time::now().0.div_euclid(base::Time::DAY);
    let good = keys.sign_person_page(person, today, 0);
    let open = anybody.get(&format!("/me/{good}")).await.expect(200);
    assert!(open.text.contains(MARK), "their own page shows what is theirs");
    let (name, rest) = good.split_once('.').unwrap();
    let (signature, _) = rest.split_once('.').unwrap();
    let other: base::PersonId = world.persons[1].parse().unwrap();
    let other = other.to_string().trim_start_matches("per_").to_owned();
    let survey = keys.sign_survey(base::SurveyId::from_bytes(person.bytes()));
    for forged in [
        format!("{name}.{signature}.{}", today + 1),
        format!("{other}.{signature}.{today}"),
        format!("{name}..{today}"),
        format!("{name}.{}.{today}", &signature[1..]),
        format!("{survey}.{today}"),
        format!("{}.{today}", keys.sign_wish(base::WishId::from_bytes(person.bytes()))),
        good.to_uppercase(),
        format!("{good}%00"),
        "a".repeat(4_000),
    ] {
        for more in ["", "/export.json", "/erase", "/stop"] {
            let answer = anybody.get(&format!("/me/{forged}{more}")).await.expect(404);
            assert!(!answer.text.contains(MARK), "{forged}");
        }
        anybody.send(Method::POST, &format!("/me/{forged}/erase"), FORM, "sure=yes").await.expect(404);
    }
    // What another site makes a browser send is refused, with the best of links.
    let elsewhere = anybody.clone().header("origin", "https://evil.example").header("sec-fetch-site", "cross-site");
    elsewhere.send(Method::POST, &format!("/me/{good}/erase"), FORM, "sure=yes").await.expect(403);
    anybody.get(&format!("/me/{good}")).await.expect(200);
    world.app.end().await;
}

/// Host headers, redirects and feeds: addresses are ours, whoever says otherwise.
#[tokio::test]
async fn class_28_no_caller_says_where_a_link_leads() {
    let world = fill("attack_hosts").await;
    let anybody = world.app.anybody();
    let strange = anybody.clone().header("host", "evil.example").header("x-forwarded-host", "evil.example");
    for path in ["/public", "/ko/roadmap", "/en/changes", "/ko/roadmap.atom", "/en/changes.atom"] {
        let answer = strange.get(path).await;
        assert!(!answer.text.contains("evil.example") && !format!("{:?}", answer.headers).contains("evil"), "{path}");
    }
    for lang in ["//evil.example", "https://evil.example", "ko/../../evil", "%0d%0aLocation:%20https://evil.example"] {
        let answer = anybody.get(&format!("/public?lang={lang}&next={lang}&return={lang}")).await.expect(200);
        assert!(!answer.text.contains("evil"), "{lang}");
    }
    // What a page or a feed would take for its own marks stays text.
    let owner = world.app.as_owner();
    let nasty = "</title><script>alert(1)</script> ]]> <!ENTITY x SYSTEM \"file:///etc/passwd\"> {{ 7*7 }} {% raw %} \u{b}\u{fffe}";
    let public = json!({"is_public": true, "title": {"ko": nasty, "en": nasty}, "problem": {"ko": nasty}, "news": {"ko": nasty}});
    put(&owner, &format!("/api/roadmap/items/{}/public", world.items[3]), public).await.ok();
    let page = json!({"is_on": true, "name": "<b>&\"'", "colour": "#27705f", "address": null, "shows_counts": false,
        "takes_wishes": false, "door": null});
    put(&owner, "/api/outside", page).await.ok();
    let item = format!("/ko/roadmap/{}", world.items[3]);
    for path in
        ["/ko/roadmap", "/ko/changes", item.as_str(), "/ko/roadmap.atom", "/ko/changes.atom", "/en/changes.atom"]
    {
        let text = anybody.get(path).await.ok().text;
        assert!(
            text.contains("&lt;script&gt;") && !text.contains("<script") && !text.contains("<!ENTITY"),
            "{path}: {text}"
        );
        assert!(
            text.contains("{{ 7*7 }}") && !text.contains("<b>&") && !text.contains(['\u{b}', '\u{fffe}']),
            "{path}"
        );
    }
    world.app.end().await;
}
