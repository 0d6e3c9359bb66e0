//! The ranking and what is decided by it: figures made of rows, half-years, directions, placements, the table both ways.
use crate::app::{Client, TestApp};
use base::{Role, Time};
use serde_json::{Value, json};
use std::collections::HashMap;

struct World {
    app: TestApp,
    agent: Client,
    curator: Client,
    tags: Vec<String>,
    items: Vec<String>,
}

/// Numbers that look random and are the same every time (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

const PLANS: [&str; 3] = ["Team", "Plus", "Enterprise"];

/// The account of a person; every fourth has none.
fn account_of(person: u64) -> Option<u64> {
    (!person.is_multiple_of(4)).then_some(person % 5)
}

impl World {
    /// A house with accounts of three plans, persons of theirs, and `items` items of one tag each.
    async fn start(name: &str, items: usize) -> World {
        let app = TestApp::start(name).await;
        let (agent, curator) = (app.as_agent(), app.as_role(Role::Curator));
        let accounts: String = (0..5).map(|n| format!("a{n},{},{}\n", PLANS[n % 3], [5, 80, 3000][n % 3])).collect();
        let persons: String = (0..24)
            .map(|n| format!("p{n},{}\n", account_of(n).map_or_else(String::new, |a| format!("a{a}"))))
            .collect();
        for (kind, table) in [
            ("accounts", format!("external_id,plan,employees\n{accounts}")),
            ("persons", format!("external_id,account_external_id\n{persons}")),
        ] {
            let path = format!("/api/people/import?kind={kind}&source=api");
            let report = curator.send(reqwest::Method::POST, &path, "text/csv", table).await.ok().json;
            assert_eq!(report["skipped"], json!([]), "{kind}");
        }
        let mut world = World { app, agent, curator, tags: Vec::new(), items: Vec::new() };
        for n in 0..items {
            let body = json!({"label": {"en": format!("Topic {n}")}});
            let tag = world.curator.post("/api/tags", body).await.expect(201).json["id"].as_str().unwrap().to_owned();
            let body = json!({"key": format!("K-{n}"), "title": {"en": format!("Item {n}"), "ko": format!("과제 {n}")},
                "tags": [{"tag": tag, "mode": "include"}]});
            let item = world.curator.post("/api/roadmap/items", body).await.expect(201).json;
            world.items.push(item["id"].as_str().unwrap().to_owned());
            world.tags.push(tag);
        }
        world
    }

    /// A person says something, so many days ago, under the tag of an item.
    async fn say(&self, person: u64, days: i64, item: usize) -> String {
        let at = Time::now().plus(-days * Time::DAY).to_string();
        let body = json!({"channel": "email", "text": format!("말 {person} {days}"), "at": at,
            "person": {"external_id": format!("p{person}")}});
        let made = self.agent.post("/api/conversations", body).await.expect(201).json;
        let path = format!("/api/conversations/{}/taggings", made["id"].as_str().unwrap());
        let tagging = self.agent.post(&path, json!({"tag_id": self.tags[item]})).await.expect(201).json;
        tagging["id"].as_str().unwrap().to_owned()
    }

    async fn estimate(&self, item: usize, body: Value) {
        let path = format!("/api/roadmap/items/{}", self.items[item]);
        let rev = self.curator.get(&path).await.rev();
        self.curator.patch(&path, rev, body).await.ok();
    }

    /// One team does all of it, in so many weeks.
    async fn costs(&self, item: usize, team: &str, weeks: f64) {
        let efforts = json!([{"team": team, "low": weeks, "likely": weeks, "high": weeks}]);
        self.estimate(item, json!({"efforts": efforts})).await;
    }

    async fn ranking(&self) -> Value {
        self.app.as_owner().get("/api/roadmap/ranking").await.ok().json
    }

    async fn half(&self) -> Value {
        self.app.as_owner().get("/api/roadmap/halves/2027H1").await.ok().json
    }

    async fn put_capacity(&self, capacity: Value) -> Value {
        let rev = self.curator.get("/api/roadmap/halves/2027H1").await.rev();
        let by = self.app.as_owner().header("if-match", &format!("\"{rev}\""));
        by.put("/api/roadmap/halves/2027H1", json!({"capacity": capacity})).await.ok().json
    }

    async fn follow(&self, words: &str) -> Value {
        let body = json!({"words": {"en": words}, "owner": "Yunseo"});
        let made = self.curator.post("/api/roadmap/directions", body).await.expect(201).json;
        let path = format!("/api/roadmap/directions/{}/commit", made["id"].as_str().unwrap());
        self.curator.post(&path, json!({"reason": "most of them work in teams"})).await.ok().json
    }

    async fn fit(&self, item: usize, weight: i64) {
        let path = format!("/api/roadmap/items/{}/fit", self.items[item]);
        self.curator.put(&path, json!({"weight": weight})).await.expect(204);
    }

    fn number_of(&self, id: &Value) -> usize {
        self.items.iter().position(|item| id == item.as_str()).unwrap()
    }

    /// What is in, by number, and the reason for each item.
    fn chosen(&self, half: &Value) -> (Vec<usize>, HashMap<usize, String>) {
        let mut is_in = Vec::new();
        let mut because = HashMap::new();
        for one in half["items"].as_array().unwrap() {
            let n = self.number_of(&one["item"]["id"]);
            if one["is_in"] == true {
                is_in.push(n);
            }
            because.insert(n, one["because"].as_str().unwrap().to_owned());
        }
        is_in.sort_unstable();
        (is_in, because)
    }

    /// The figures of an item made a second time, slowly, from its asks: demand, importance, value.
    async fn slowly(&self, item: usize, weights: &HashMap<&str, f64>, half_life: f64, strategy: f64) -> [f64; 3] {
        let path = format!("/api/roadmap/items/{}/asks?limit=200&state=open", self.items[item]);
        let asks = self.app.as_owner().get(&path).await.ok().json;
        let midnight = Time::now().0.div_euclid(Time::DAY) * Time::DAY;
        let mut of_person: HashMap<String, (String, f64, i64)> = HashMap::new();
        for ask in asks["items"].as_array().unwrap() {
            let account = ask["account"]["id"].as_str();
            let person = ask["person"]["id"].as_str().unwrap().to_owned();
            let asker = account.map_or_else(|| person.clone(), str::to_owned);
            let weight = match ask["account"]["plan"].as_str() {
                Some(plan) if account.is_some() => weights.get(plan).copied().unwrap_or(1.0),
                _ => 1.0,
            };
            let at: Time = serde_json::from_value(ask["last_at"].clone()).unwrap();
            let one = of_person.entry(person).or_insert((asker.clone(), weight, at.0));
            // Of whoever was merged the newest word counts.
            if at.0 > one.2 {
                *one = (asker, weight, at.0);
            }
        }
        let mut of_asker: HashMap<String, (f64, f64)> = HashMap::new();
        for (asker, weight, at) in of_person.into_values() {
            let days = (midnight - at).max(0) as f64 / 86_400e6;
            of_asker.entry(asker).or_insert((0.0, weight)).0 += 0.5f64.powf(days / half_life);
        }
        let says = |left: f64| (1.0 + left).ln() / 2f64.ln();
        let demand: f64 = of_asker.values().map(|(left, _)| says(*left)).sum();
        let weighed: f64 = of_asker.values().map(|(left, weight)| says(*left) * weight).sum();
        [demand, if demand > 0.0 { weighed / demand } else { 1.0 }, weighed * strategy]
    }

    /// Compares the whole ranking with figures made slowly.
    async fn compare(&self, weights: &HashMap<&str, f64>, half_life: f64, without_fit: f64) {
        let ranking = self.ranking().await;
        assert_eq!(ranking["items"].as_array().unwrap().len(), self.items.len());
        for one in ranking["items"].as_array().unwrap() {
            let (n, parts) = (self.number_of(&one["item"]["id"]), &one["parts"]);
            let strategy = without_fit + (1.0 - without_fit) * parts["fit"].as_f64().unwrap() / 3.0;
            let [demand, importance, value] = self.slowly(n, weights, half_life, strategy).await;
            for (name, slow) in
                [("demand", demand), ("importance", importance), ("strategy", strategy), ("value", value)]
            {
                near(parts[name].as_f64().unwrap(), slow, &format!("{name} of item {n}"));
            }
            let by_standing: f64 =
                parts["by_standing"].as_array().unwrap().iter().map(|one| one["demand"].as_f64().unwrap()).sum();
            near(by_standing, demand, "the sum over those who stand alike");
            if let Some([low, likely, high]) = weeks(&one["item"]["effort"]) {
                let effort = (low + 4.0 * likely + high) / 6.0;
                near(parts["score"].as_f64().unwrap(), value / effort, &format!("score of item {n}"));
                let interval = ["score_low", "score_high"].map(|name| parts[name].as_f64().unwrap());
                assert!(interval[0] <= interval[1] && one["place_from"].as_u64() <= one["place"].as_u64());
            } else {
                assert_eq!((&parts["score"], &one["place"]), (&Value::Null, &Value::Null));
            }
        }
        let places: Vec<u64> =
            ranking["items"].as_array().unwrap().iter().filter_map(|one| one["place"].as_u64()).collect();
        assert!(places.iter().copied().eq(1..=places.len() as u64), "{places:?}");
    }
}

fn weeks(effort: &Value) -> Option<[f64; 3]> {
    serde_json::from_value(effort.clone()).ok()
}

fn near(ours: f64, slow: f64, what: &str) {
    assert!((ours - slow).abs() <= 1e-9 * slow.abs().max(1.0), "{what}: {ours} instead of {slow}");
}

#[tokio::test]
async fn every_figure_of_the_ranking_is_made_of_rows() {
    let world = World::start("ranking_figures", 6).await;
    let mut dice = Dice(20_261_123);
    let mut taggings = Vec::new();
    for _ in 0..60 {
        let (person, days, item) = (dice.below(24), dice.below(900) as i64, dice.below(5) as usize);
        taggings.push(world.say(person, days, item).await);
    }
    for item in 0..5 {
        world.costs(item, if item % 2 == 0 { "Views" } else { "Web" }, 1.5 + item as f64).await;
    }
    let mut weights = HashMap::new();
    world.compare(&weights, 180.0, 0.5).await;

    // Other weights, another half-life, a direction.
    let rules = json!({"half_life_days": 60.0, "without_fit": 0.2, "plans": {"Team": 3.0, "Plus": 0.5}});
    let put = async |rules: Value, rev: i64| {
        world.app.as_owner().header("if-match", &format!("\"{rev}\"")).put("/api/roadmap/rules", rules).await
    };
    put(rules.clone(), 7).await.expect(412);
    put(json!({"half_life_days": 0.0, "without_fit": 0.2}), 0).await.refused(422, "error-rank-half-life");
    put(rules, 0).await.ok();
    weights.extend([("Team", 3.0), ("Plus", 0.5)]);
    world.follow("Teams first").await;
    world.fit(1, 3).await;
    world.fit(2, 1).await;
    world.compare(&weights, 60.0, 0.2).await;

    // One who is somebody else, words taken back, an account on another plan.
    let persons = world.agent.get("/api/persons?limit=100").await.ok();
    let id = |at: usize| persons.items()[at]["id"].as_str().unwrap().to_owned();
    world.agent.post(&format!("/api/persons/{}/merge", id(3)), json!({"into": id(9)})).await.ok();
    world.compare(&weights, 60.0, 0.2).await;
    for tagging in taggings.iter().step_by(3) {
        world.agent.delete(&format!("/api/taggings/{tagging}")).await.expect(204);
    }
    world.compare(&weights, 60.0, 0.2).await;
    let table = "external_id,plan\na1,Team\na0,Plus\n".to_owned();
    let path = "/api/people/import?kind=accounts&source=api";
    world.curator.send(reqwest::Method::POST, path, "text/csv", table).await.ok();
    world.compare(&weights, 60.0, 0.2).await;

    // The parts of one item lead to who asks for it.
    let score = world.app.as_owner().get(&format!("/api/roadmap/items/{}/score", world.items[1])).await.ok().json;
    let askers = score["askers"].as_array().unwrap();
    let sum = |name: &str| askers.iter().map(|one| one[name].as_f64().unwrap()).sum::<f64>();
    near(sum("says"), score["ranked"]["parts"]["demand"].as_f64().unwrap(), "the sum of what askers say");
    near(sum("share"), 1.0, "the sum of shares");

    // The preset counts persons: reach × impact × confidence ÷ effort.
    let asks = world.app.as_owner().get(&format!("/api/roadmap/items/{}/asks?state=open", world.items[1])).await.ok();
    put(json!({"formula": "rice", "half_life_days": 60.0, "without_fit": 0.2}), 1).await.ok();
    let ranking = world.ranking().await;
    let one = ranking["items"].as_array().unwrap().iter().find(|one| one["item"]["id"] == world.items[1].as_str());
    let persons = asks.json["persons"].as_f64().unwrap();
    near(one.unwrap()["parts"]["score"].as_f64().unwrap(), persons * 3.0 / 2.5, "RICE");
    world.app.end().await;
}

#[tokio::test]
async fn a_half_year_holds_what_is_worth_most_and_says_why_the_rest_is_not_in() {
    let world = World::start("ranking_half", 8).await;
    for (item, persons) in [(0, 9), (1, 8), (2, 7), (3, 6), (4, 5), (5, 4), (6, 12), (7, 3)] {
        for person in 0..persons {
            world.say(person * 4, person as i64, item).await;
        }
    }
    assert_eq!(world.half().await["no_choice"], json!({"why": "no_capacity"}));
    for (item, team, weeks) in
        [(0, "Views", 6.0), (1, "Views", 4.0), (2, "Views", 5.0), (3, "Web", 3.0), (4, "Web", 4.0)]
    {
        world.costs(item, team, weeks).await;
    }
    world.costs(5, "Views", 40.0).await;
    let both =
        json!([{"team": "Views", "low": 1, "likely": 1, "high": 1}, {"team": "Web", "low": 2, "likely": 3, "high": 4}]);
    world.estimate(7, json!({"efforts": both, "needs": [world.items[4]]})).await;
    world.put_capacity(json!({"Views": 10.0, "Web": 7.0})).await;
    let half = world.half().await;
    let (is_in, because) = world.chosen(&half);
    assert_eq!((is_in, &half["gap"]), (vec![0, 1, 3, 4], &json!(0.0)), "{half}");
    let reason = |n: usize| because[&n].as_str();
    assert_eq!(
        [reason(0), reason(2), reason(5), reason(6), reason(7)],
        ["worth_most", "worth_less", "no_capacity", "no_effort", "worth_less"]
    );
    assert_eq!(half["teams"][0], json!({"team": "Views", "can": 10.0, "takes": 10.0}));

    // What would be otherwise.
    let path = |n: usize| format!("/api/roadmap/halves/2027H1/items/{}", world.items[n]);
    let otherwise = world.agent.get(&path(2)).await.ok().json;
    assert_eq!(otherwise["would_leave"], json!([world.items[0]]));
    let otherwise = world.agent.get(&path(0)).await.ok().json;
    assert_eq!(otherwise["would_come"], json!([world.items[2]]));

    // A promise, with a sentence; what it needs comes along.
    let must = |n: usize| format!("/api/roadmap/halves/2027H1/musts/{}", world.items[n]);
    world.agent.put(&must(7), json!({"words": "x"})).await.expect(403);
    world.curator.put(&must(7), json!({"words": " "})).await.refused(422, "error-plan-words");
    world.curator.put(&must(7), json!({"words": "한빛출판과 약속했습니다"})).await.expect(204);
    let (is_in, because) = world.chosen(&world.half().await);
    assert_eq!((is_in, because[&7].as_str(), because[&4].as_str()), (vec![1, 2, 4, 7], "promised", "needed"));
    world.curator.put(&must(5), json!({"words": "too much"})).await.expect(204);
    let none = world.half().await;
    let why = json!({"why": "too_much_promised", "team": "Views", "needed": 41.0, "capacity": 10.0});
    assert_eq!((&none["no_choice"], world.chosen(&none).0.len()), (&why, 0));
    let decide = async |body: Value| world.curator.post("/api/roadmap/halves/2027H1/decisions", body).await;
    decide(json!({"words": "so be it"})).await.refused(409, "error-no-choice");
    world.curator.delete(&must(5)).await.expect(204);
    world.curator.delete(&must(5)).await.expect(404);

    // What if: asked, not changed.
    let what_if = json!({"capacity": {"Views": 40.0, "Web": 7.0}, "musts": []});
    let asked = world.app.as_owner().post("/api/roadmap/halves/2027H1/what-if", what_if).await.ok().json;
    assert_eq!(world.chosen(&asked).0, [0, 1, 2, 3, 4]);
    assert_eq!(world.chosen(&world.half().await).0, [1, 2, 4, 7]);

    // Decided: the items move, and the decision stays as it was whatever comes.
    let before = world.half().await;
    let decided = world
        .app
        .as_owner()
        .post("/api/roadmap/halves/2027H1/decisions", json!({"words": "Views first, and the promise", "apply": true}))
        .await
        .expect(201)
        .json;
    assert_eq!(decided["body"]["plan"], before);
    let displaced =
        decided["body"]["why_not"].as_array().unwrap().iter().find(|why| why["item"] == world.items[7].as_str());
    assert_eq!(displaced.unwrap()["otherwise"]["would_come"], json!([world.items[3], world.items[0]]));
    let item = world.curator.get(&format!("/api/roadmap/items/{}", world.items[7])).await.ok().json;
    assert_eq!((&item["half"], &item["status"]), (&json!("2027H1"), &json!("planned")));
    for person in 1..9 {
        world.say(person, 0, 0).await;
    }
    world.costs(1, "Views", 9.5).await;
    world.put_capacity(json!({"Views": 3.0})).await;
    let path = format!("/api/roadmap/decisions/{}", decided["id"].as_str().unwrap());
    assert_eq!(world.app.as_owner().get(&path).await.ok().json["body"], decided["body"]);
    let list = world.agent.get("/api/roadmap/decisions?half=2027H1").await.ok();
    assert_eq!((list.items().len(), &list.items()[0]["by"]), (1, &json!("The owner")));
    world.app.end().await;
}

#[tokio::test]
async fn the_choice_is_the_best_of_all_choices_by_figures_of_the_api() {
    let world = World::start("ranking_force", 10).await;
    let mut dice = Dice(77);
    for item in 0..10 {
        for _ in 0..2 + dice.below(9) {
            world.say(dice.below(24), dice.below(300) as i64, item).await;
        }
        world.costs(item, ["Views", "Web"][dice.below(2) as usize], (5 + dice.below(80)) as f64 / 10.0).await;
    }
    world.estimate(3, json!({"needs": [world.items[8]]})).await;
    let half = world.put_capacity(json!({"Views": 11.0, "Web": 9.0})).await;
    let all = half["items"].as_array().unwrap();
    let value = |at: usize| all[at]["parts"]["value"].as_f64().unwrap();
    let team = |at: usize| all[at]["item"]["efforts"][0]["team"].as_str().unwrap();
    let tenths = |at: usize| (all[at]["item"]["efforts"][0]["likely"].as_f64().unwrap() * 10.0).round() as u64;
    let place = |id: &str| all.iter().position(|one| one["item"]["id"] == id).unwrap();
    let (needs, needed) = (place(&world.items[3]), place(&world.items[8]));
    let mut best = 0.0f64;
    for bits in 0u32..1 << all.len() {
        let is_in = |at: usize| bits >> at & 1 == 1;
        let takes = |of: &str| (0..all.len()).filter(|at| is_in(*at) && team(*at) == of).map(tenths).sum::<u64>();
        if takes("Views") <= 110 && takes("Web") <= 90 && (!is_in(needs) || is_in(needed)) {
            best = best.max((0..all.len()).filter(|at| is_in(*at)).map(value).sum());
        }
    }
    near(half["value"].as_f64().unwrap(), best, "the choice");
    assert_eq!((&half["gap"], &half["bound"]), (&json!(0.0), &half["value"]));
    world.app.end().await;
}

#[tokio::test]
async fn to_follow_another_direction_is_a_decision_that_shows_what_it_undoes() {
    let world = World::start("ranking_direction", 3).await;
    for (item, persons) in [(0, 5), (1, 4), (2, 3)] {
        for person in 0..persons {
            world.say(person, 3, item).await;
        }
        world.costs(item, "Views", 2.0).await;
    }
    world
        .curator
        .put(&format!("/api/roadmap/items/{}/fit", world.items[0]), json!({"weight": 1}))
        .await
        .refused(409, "error-direction-none");
    world.follow("Teams first").await;
    let path = |id: &str| format!("/api/roadmap/directions/{id}");
    let body = json!({"words": {"ko": "혼자 쓰는 사람부터"}, "owner": "Mina", "reason": ""});
    world.agent.post("/api/roadmap/directions", body.clone()).await.expect(403);
    let other = world.curator.post("/api/roadmap/directions", body).await.expect(201).json;
    let id = other["id"].as_str().unwrap();
    let fits = json!({"fits": [{"item": world.items[2], "weight": 3}]});
    world
        .curator
        .patch(&path(id), 1, json!({"fits": [{"item": world.items[2], "weight": 4}]}))
        .await
        .refused(422, "error-direction-weight");
    world.curator.patch(&path(id), 1, fits).await.ok();

    // Nothing moves by asking “what if”.
    let order = |ranking: &Value| -> Vec<usize> {
        ranking["items"].as_array().unwrap().iter().map(|one| world.number_of(&one["item"]["id"])).collect()
    };
    assert_eq!(order(&world.ranking().await), [0, 1, 2]);
    let asked = world.agent.get(&format!("/api/roadmap/ranking?direction={id}")).await.ok().json;
    assert_eq!((order(&asked), &asked["direction"]["is_committed"]), (vec![2, 0, 1], &json!(false)));
    let effects = world.agent.get(&format!("{}/effects", path(id))).await.ok().json;
    assert_eq!((effects["fall"].as_array().unwrap().len(), &effects["rise"][0]["to"]), (2, &json!(1)));

    let commit = format!("{}/commit", path(id));
    world.curator.post(&commit, json!({"reason": " "})).await.refused(422, "error-direction-reason");
    let followed = world.curator.post(&commit, json!({"reason": "팀 시장은 닫혔습니다"})).await.ok().json;
    assert_eq!((&followed["is_committed"], &followed["undoes"]["fall"]), (&json!(true), &effects["fall"]));
    world.curator.post(&commit, json!({"reason": "again"})).await.refused(409, "error-direction-left");
    assert_eq!(order(&world.ranking().await), [2, 0, 1]);
    let all = world.agent.get("/api/roadmap/directions").await.ok();
    assert_eq!((all.items().len(), all.items()[1]["ended_at"].is_string()), (2, true));
    world.app.end().await;
}

#[tokio::test]
async fn somebody_places_an_item_outside_the_score_with_a_sentence() {
    let world = World::start("ranking_placed", 3).await;
    for (item, persons) in [(0, 5), (1, 4), (2, 3)] {
        for person in 0..persons {
            world.say(person, 3, item).await;
        }
        world.costs(item, "Views", 2.0).await;
    }
    let path = format!("/api/roadmap/items/{}/placement", world.items[2]);
    let body = |words: &str, place: i64| json!({"place": place, "words": words, "half": "2025H1"});
    world.curator.put(&path, body("", 1)).await.refused(422, "error-plan-words");
    world.curator.put(&path, body("x", 0)).await.refused(422, "error-placement-place");
    world.curator.put(&path, body("새 화면의 첫인상입니다", 1)).await.expect(204);
    let first = world.ranking().await["items"][0].clone();
    assert_eq!((world.number_of(&first["item"]["id"]), &first["place"]), (2, &json!(3)));
    assert_eq!((&first["placed"]["by"], &first["placed"]["is_due"]), (&json!("The curator"), &json!(true)));
    // It stands for the first place in the half-year too.
    let half = world.put_capacity(json!({"Views": 4.0})).await;
    assert_eq!(world.chosen(&half).0, [0, 2]);
    let review = json!({"words": "bleibt", "half": "2999H2"});
    world.curator.post(&format!("{path}/review"), review).await.expect(204);
    let first = world.ranking().await["items"][0].clone();
    assert_eq!((&first["placed"]["is_due"], first["placed"]["reviewed_at"].is_string()), (&json!(false), true));
    world.curator.delete(&path).await.expect(204);
    assert_eq!(world.number_of(&world.ranking().await["items"][0]["item"]["id"]), 0);
    world.app.end().await;
}

#[tokio::test]
async fn estimates_go_out_as_a_table_and_come_in_again() {
    let world = World::start("ranking_table", 4).await;
    for person in 0..6 {
        world.say(person, 3, person as usize % 3).await;
    }
    world.follow("Teams first").await;
    world.fit(1, 2).await;
    world.costs(0, "=Views, \"old\"", 2.5).await;
    world.estimate(1, json!({"effort_low": 1.25, "effort_high": 4})).await;
    world.estimate(2, json!({"feasibility": "needs_research", "feasibility_reason": "줄\n바꿈, \"따옴표\""})).await;
    let owner = world.app.as_owner();
    let table = owner.get("/api/roadmap/ranking.csv").await.ok().text;
    let send =
        async |table: String| owner.send(reqwest::Method::POST, "/api/roadmap/ranking.csv", "text/csv", table).await;
    let report = send(table.clone()).await.ok().json;
    assert_eq!(
        (&report["read"], &report["unchanged"], &report["unknown"]),
        (&json!(4), &json!(4), &json!([])),
        "{report}"
    );
    assert_eq!(owner.get("/api/roadmap/ranking.csv").await.ok().text, table);

    let report = send("key,fit,efforts\nK-3,3,Web:1/2/3\nK-1,7,\nnobody,1,\nK-0,,\n".into()).await.ok().json;
    assert_eq!((&report["updated"], report["skipped"].as_array().unwrap().len()), (&json!(2), 2), "{report}");
    let ranking = world.ranking().await;
    let find = |n: usize| {
        ranking["items"].as_array().unwrap().iter().find(|one| one["item"]["key"] == format!("K-{n}")).unwrap()
    };
    assert_eq!((&find(3)["parts"]["fit"], &find(3)["parts"]["effort"]), (&json!(3), &json!(2.0)));
    assert_eq!((&find(0)["item"]["effort"], &find(1)["parts"]["fit"]), (&Value::Null, &json!(2)));
    send("fit\n3\n".into()).await.refused(422, "error-ranking-header");
    world.app.as_agent().send(reqwest::Method::POST, "/api/roadmap/ranking.csv", "text/csv", table).await.expect(403);

    // Of an item that one person asks for, nobody sees figures who may not see so few.
    world.say(20, 1, 3).await;
    let seen = world.app.as_viewer().get("/api/roadmap/ranking").await.ok().json;
    let one = seen["items"].as_array().unwrap().iter().find(|one| one["item"]["key"] == "K-3").unwrap();
    assert_eq!(
        (&one["parts"]["askers"], &one["parts"]["score"], &one["parts"]["by_standing"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    world.app.end().await;
}

#[tokio::test]
async fn before_its_release_an_item_says_what_is_ready_and_afterwards_what_came() {
    let world = World::start("ranking_release", 1).await;
    let path = format!("/api/roadmap/items/{}/release", world.items[0]);
    let note = json!({"documentation": "Views and filters", "macro": "필터 안내", "trained": "Support, 3 people",
        "learned_where": "the view menu", "contacts_from": -35.0, "contacts_to": -20.0});
    let put = async |rev: i64, note: Value| {
        world.curator.clone().header("if-match", &format!("\"{rev}\"")).put(&path, note).await
    };
    put(0, json!({"contacts_from": 3.0, "contacts_to": 1.0})).await.refused(422, "error-release-contacts");
    let said = put(0, note.clone()).await.ok().json;
    assert_eq!(
        (&said["note"]["macro"], &said["measured"], &said["rev"]),
        (&json!("필터 안내"), &Value::Null, &json!(1))
    );
    put(0, note.clone()).await.expect(412);
    for person in 0..3 {
        world.say(person, 5, 0).await;
    }
    world.follow("Teams first").await;
    world.fit(0, 2).await;
    world.costs(0, "Views", 4.0).await;
    world.estimate(0, json!({"status": "shipped", "half": "2027H1"})).await;
    let said = world.app.as_owner().get(&path).await.ok().json;
    assert_eq!((&said["measured"]["before"], &said["measured"]["after"]), (&json!(3), &json!(0)));
    assert_eq!(world.half().await["on_direction"]["spent_on"], 4.0);
    put(1, json!({"weeks_actual": 6.5})).await.ok();
    assert_eq!(world.half().await["on_direction"]["spent_on"], 6.5);
    world.app.end().await;
}
