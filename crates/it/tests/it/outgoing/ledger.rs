//! The ledger under whatever may happen in any order: asks, tags taken off, decisions, refusals, bounces, people and items that
//! turn out to be one and are parted again, tellings that are sent, paused, left lying or told by hand. After each step
//! everybody who asked has one row for each event; nobody is told twice; in the end everybody who can be reached is told.
use super::post_office::PostOffice;
use super::{until, with_mail};
use crate::app::{Answer, Client, TestApp};
use base::{PersonId, Role};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A small generator, so that a failure is found again by its case (SplitMix64, Steele et al. 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides as u64) as usize
    }
}

/// Who is in a case: one of them has an address where nobody is, and one none.
const NAMES: [&str; 5] = ["one", "two", "three", "refused-four", "nobody"];

/// Somebody as we know them; several may be one human.
struct Record {
    id: String,
    address: Option<String>,
}

impl Record {
    fn is_refused(&self) -> bool {
        self.address.as_ref().is_some_and(|address| address.starts_with("refused-"))
    }
}

/// A telling, and the event it is about.
#[derive(Clone)]
struct Telling {
    id: String,
    event: String,
}

struct Case<'a> {
    n: u64,
    app: &'a TestApp,
    post: &'a PostOffice,
    agent: Patient,
    curator: Patient,
    dice: Dice,
    items: Vec<String>,
    tags: Vec<String>,
    records: Vec<Record>,
    /// Living merges: (its number, from, into).
    merges: Vec<(Value, usize, usize)>,
    item_merges: Vec<Value>,
    /// (tagging, tag, record)
    taggings: Vec<(String, usize, usize)>,
    /// What each said last of news, and when.
    news: BTreeMap<usize, (usize, bool)>,
    drafts: Vec<Telling>,
    paused: Vec<Telling>,
    /// Of tellings that were sent: what was told by now, and the mails that were seen.
    sent: Vec<Telling>,
    told: BTreeSet<(String, usize)>,
    mails: BTreeMap<(String, String), usize>,
    steps: Vec<String>,
}

/// Somebody who tries again when the house says that too much is being written just now, as it asks them to.
struct Patient(Client);

impl Patient {
    async fn try_on(&self, send: impl AsyncFn(&Client) -> Answer) -> Answer {
        loop {
            let answer = send(&self.0).await;
            if answer.status != 503 {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
    }
    async fn get(&self, path: &str) -> Answer {
        self.try_on(async |by| by.get(path).await).await
    }
    async fn post(&self, path: &str, body: Value) -> Answer {
        self.try_on(async |by| by.post(path, body.clone()).await).await
    }
    async fn patch(&self, path: &str, rev: i64, body: Value) -> Answer {
        self.try_on(async |by| by.patch(path, rev, body.clone()).await).await
    }
    async fn delete(&self, path: &str) -> Answer {
        self.try_on(async |by| by.delete(path).await).await
    }
}

/// What is refused changes nothing; what fails is a fault.
fn taken(answer: Answer) -> Option<Value> {
    assert!(!answer.status.is_server_error(), "{}", answer.text);
    answer.status.is_success().then_some(answer.json)
}

impl<'a> Case<'a> {
    async fn start(app: &'a TestApp, post: &'a PostOffice, n: u64) -> Case<'a> {
        let (agent, curator) = (Patient(app.as_agent()), Patient(app.as_role(Role::Curator)));
        let (mut items, mut tags, mut records) = (Vec::new(), Vec::new(), Vec::new());
        for name in ["a", "b"] {
            let tag = curator.post("/api/tags", json!({"label": {"en": format!("{name} {n}")}})).await.expect(201).json;
            let body = json!({"title": {"en": format!("{name} {n}")}, "tags": [{"tag": tag["id"], "mode": "include"}]});
            let item = curator.post("/api/roadmap/items", body).await.expect(201).json;
            tags.push(tag["id"].as_str().unwrap().to_owned());
            items.push(item["id"].as_str().unwrap().to_owned());
        }
        for name in NAMES {
            let address = (name != "nobody").then(|| format!("{name}.{n}@example.com"));
            let person = json!({"external_id": format!("{name}.{n}"), "name": name, "email": address});
            let body = json!({"channel": "call", "person": person, "text": "Hello"});
            let made = agent.post("/api/conversations", body).await.expect(201).json;
            records.push(Record { id: made["person"]["id"].as_str().unwrap().to_owned(), address });
        }
        let mut case = Case {
            n,
            app,
            post,
            agent,
            curator,
            dice: Dice(n),
            items,
            tags,
            records,
            merges: Vec::new(),
            item_merges: Vec::new(),
            taggings: Vec::new(),
            news: BTreeMap::new(),
            drafts: Vec::new(),
            paused: Vec::new(),
            sent: Vec::new(),
            told: BTreeSet::new(),
            mails: BTreeMap::new(),
            steps: Vec::new(),
        };
        for record in 0..NAMES.len() {
            let which = case.dice.roll(2);
            case.say(record, which).await;
            case.steps.push(format!("{record} is tagged {which}"));
        }
        case
    }

    /// All records of the human behind one.
    fn human(&self, record: usize) -> BTreeSet<usize> {
        let mut all = BTreeSet::from([record]);
        loop {
            let before = all.len();
            for (_, from, into) in &self.merges {
                if all.contains(from) || all.contains(into) {
                    all.extend([*from, *into]);
                }
            }
            if all.len() == before {
                return all;
            }
        }
    }

    /// The record that one was merged into.
    fn present(&self, record: usize) -> usize {
        let into = self.merges.iter().find(|(_, from, _)| *from == record);
        into.map_or(record, |(_, _, into)| self.present(*into))
    }

    fn is_merged(&self, record: usize) -> bool {
        self.merges.iter().any(|(_, from, _)| *from == record)
    }

    fn newest_news(&self, record: usize) -> Option<bool> {
        let of_human = self.human(record).into_iter().filter_map(|one| self.news.get(&one));
        of_human.max().map(|(_, given)| *given)
    }

    fn record_of(&self, person: &str) -> usize {
        self.records.iter().position(|one| one.id == person).expect("one of this case")
    }

    async fn events(&self, item: &str) -> Vec<Value> {
        let found = self.agent.get(&format!("/api/roadmap/items/{item}/loop")).await;
        taken(found).map_or(Vec::new(), |page| page["events"].as_array().unwrap().clone())
    }

    /// Somebody says so themselves, and it is tagged.
    async fn say(&mut self, record: usize, which: usize) {
        let source = json!({"external_id": format!("{}.{}", NAMES[record], self.n)});
        let body = json!({"channel": "call", "person": source, "text": "I need it"});
        let made = self.agent.post("/api/conversations", body).await.expect(201).json;
        let path = format!("/api/conversations/{}/taggings", made["id"].as_str().unwrap());
        let body = json!({"tag_id": self.tags[which], "kind": "request"});
        let tagging = self.agent.post(&path, body).await.expect(201).json["id"].as_str().unwrap().to_owned();
        self.taggings.push((tagging, which, record));
    }

    /// Does one thing that may happen, and says what it was.
    async fn step(&mut self) -> String {
        let record = self.dice.roll(self.records.len());
        let which = self.dice.roll(2);
        let person = self.records[record].id.clone();
        let item = format!("/api/roadmap/items/{}", self.items[which]);
        match self.dice.roll(16) {
            0 | 1 => {
                self.say(record, which).await;
                format!("{record} is tagged {which}")
            }
            2 => {
                let body = json!({"person": person, "words": "in a call"});
                let asked = taken(self.agent.post(&format!("{item}/asks"), body).await).is_some();
                format!("{record} asks for {which} by hand: {asked}")
            }
            3 if !self.taggings.is_empty() => {
                let at = self.dice.roll(self.taggings.len());
                let (tagging, tag, of) = self.taggings.swap_remove(at);
                self.agent.delete(&format!("/api/taggings/{tagging}")).await.expect(204);
                format!("the tag {tag} of {of} is taken off")
            }
            4..=6 => {
                let status = ["considering", "planned", "shipped", "declined"][self.dice.roll(4)];
                let moved =
                    taken(self.curator.post(&format!("{item}/move"), json!({"status": status})).await).is_some();
                format!("{which} is {status}: {moved}")
            }
            7 => {
                let half = ["2027H1", "2027H2", "2028H1"][self.dice.roll(3)];
                // The item may have been merged into the other.
                let found = self.curator.get(&item).await;
                let changed = match found.status.is_success() {
                    true => taken(self.curator.patch(&item, found.rev(), json!({"half": half})).await).is_some(),
                    false => false,
                };
                format!("{which} is promised for {half}: {changed}")
            }
            8 => {
                let given = self.dice.roll(2) == 0;
                let body = json!({"kind": "news", "given": given, "source": "a call"});
                self.agent.post(&format!("/api/persons/{person}/consents"), body).await.expect(201);
                // It is written down under the record they have at that moment.
                self.news.insert(self.present(record), (self.steps.len(), given));
                format!("{record} says {given} to news")
            }
            9 => {
                let into = self.dice.roll(self.records.len());
                let is_apart = !self.human(record).contains(&into) && !self.is_merged(record) && !self.is_merged(into);
                if is_apart {
                    let path = format!("/api/persons/{person}/merge");
                    let body = json!({"into": self.records[into].id});
                    let merge = self.agent.post(&path, body).await.ok().json["merge"].clone();
                    self.merges.push((merge, record, into));
                }
                format!("{record} is {into}: {is_apart}")
            }
            10 if !self.merges.is_empty() => {
                let at = self.dice.roll(self.merges.len());
                let (merge, from, into) = self.merges[at].clone();
                let undone = taken(self.agent.post(&format!("/api/merges/{merge}/undo"), json!({})).await);
                if undone.is_some() {
                    self.merges.remove(at);
                }
                format!("{from} is not {into}: {}", undone.is_some())
            }
            11 => match self.item_merges.pop() {
                Some(merge) => {
                    let path = format!("/api/roadmap/merges/{merge}/undo");
                    let undone = taken(self.curator.post(&path, json!({})).await).is_some();
                    format!("the items are parted: {undone}")
                }
                None => {
                    let into = json!({"into": self.items[1 - which]});
                    let merged = taken(self.curator.post(&format!("{item}/merge"), into).await);
                    self.item_merges.extend(merged.as_ref().map(|answer| answer["merge"].clone()));
                    format!("{which} is the other item: {}", merged.is_some())
                }
            },
            12 if !self.paused.is_empty() => {
                let at = self.dice.roll(self.paused.len());
                let telling = self.paused.swap_remove(at);
                self.resume(telling).await;
                "a telling goes on".into()
            }
            13 if !self.drafts.is_empty() => {
                let at = self.dice.roll(self.drafts.len());
                let telling = self.drafts.swap_remove(at);
                self.send(telling).await;
                "a draft that was left is sent".into()
            }
            14 => {
                self.tell_by_hand(2).await;
                "some are told by hand".into()
            }
            _ => {
                let Some(telling) = self.draft(which).await else { return format!("nothing to tell of {which}") };
                match self.dice.roll(5) {
                    0 => {
                        self.drafts.push(telling);
                        format!("a draft of {which} is left")
                    }
                    1 => {
                        let path = format!("/api/tellings/{}", telling.id);
                        self.curator.delete(&path).await.expect(204);
                        format!("a draft of {which} is thrown away")
                    }
                    2 => {
                        self.sent.push(telling.clone());
                        let path = format!("/api/tellings/{}/steps", telling.id);
                        self.curator.post(&path, json!({"step": "send"})).await.ok();
                        // It may have come to its end already.
                        let paused = taken(self.curator.post(&path, json!({"step": "pause"})).await).is_some();
                        match paused {
                            true => self.paused.push(telling),
                            false => self.done(&telling).await,
                        }
                        format!("a telling of {which} is paused: {paused}")
                    }
                    _ => {
                        self.send(telling).await;
                        format!("{which} is told")
                    }
                }
            }
        }
    }

    /// A draft about the newest event of an item, with words that say which telling it is.
    async fn draft(&mut self, which: usize) -> Option<Telling> {
        let event = self.events(&self.items[which]).await.first()?["event"].as_str()?.to_owned();
        let made = taken(self.curator.post("/api/tellings", json!({"events": [event]})).await)?;
        let id = made["id"].as_str().unwrap().to_owned();
        let path = format!("/api/tellings/{id}");
        let words = json!({"subject": format!("News {id}"), "text": "It is so."});
        let rev = self.curator.get(&path).await.rev();
        self.curator.patch(&path, rev, json!({"texts": {"en": words, "ko": words}})).await.ok();
        Some(Telling { id, event })
    }

    async fn send(&mut self, telling: Telling) {
        self.sent.push(telling.clone());
        let path = format!("/api/tellings/{}/steps", telling.id);
        self.curator.post(&path, json!({"step": "send"})).await.ok();
        self.done(&telling).await;
    }

    async fn resume(&mut self, telling: Telling) {
        let path = format!("/api/tellings/{}/steps", telling.id);
        self.curator.post(&path, json!({"step": "resume"})).await.ok();
        self.done(&telling).await;
    }

    /// Waits until everything that goes out by mail has gone out.
    async fn done(&mut self, telling: &Telling) {
        let path = format!("/api/tellings/{}/messages?limit=200", telling.id);
        until(&format!("case {}: the end of a telling", self.n), || async {
            let all = self.curator.get(&path).await.ok().items().clone();
            let is_open = |one: &&Value| {
                matches!(one["state"].as_str(), Some("waiting" | "handed"))
                    && matches!(one["way"].as_str(), Some("mail" | "thread"))
            };
            (!all.iter().any(|one| is_open(&one))).then_some(())
        })
        .await;
    }

    async fn tell_by_hand(&mut self, most: usize) {
        let mut left = most;
        for telling in self.sent.clone() {
            let path = format!("/api/tellings/{}/messages?limit=200", telling.id);
            for one in self.curator.get(&path).await.ok().items().clone() {
                if one["way"] == "hand" && one["state"] == "waiting" && left > 0 {
                    left -= 1;
                    let path = format!("/api/telling_messages/{}/told", one["id"].as_str().unwrap());
                    let record = self.record_of(one["person"]["id"].as_str().unwrap());
                    if taken(self.agent.post(&path, json!({})).await).is_some() {
                        self.note_told(&telling.event, record, "by hand");
                    }
                }
            }
        }
    }

    fn note_told(&mut self, event: &str, record: usize, how: &str) {
        for one in self.human(record) {
            let twice = self.told.contains(&(event.to_owned(), one));
            assert!(!twice, "case {}: {record} is told of {event} again ({how}), after {one}", self.n);
        }
        self.told.insert((event.to_owned(), record));
    }

    /// Mails that came since the last look: none twice, none to whoever was told, and none to whoever said no.
    fn look_at_mails(&mut self) {
        let end = format!(".{}@example.com", self.n);
        let mut now: BTreeMap<(String, String), usize> = BTreeMap::new();
        for mail in self.post.taken().into_iter().filter(|mail| mail.to.ends_with(&end)) {
            let subject = mail.mail().subject;
            *now.entry((mail.to, subject.rsplit(' ').next().unwrap_or_default().to_owned())).or_default() += 1;
        }
        for ((to, telling), times) in now.clone() {
            assert_eq!(times, 1, "case {}: {to} had {telling} more than once", self.n);
            if self.mails.contains_key(&(to.clone(), telling.clone())) {
                continue;
            }
            let event = self.sent.iter().find(|one| one.id == telling).expect("a telling that was sent").event.clone();
            let record = self.records.iter().position(|one| one.address.as_ref() == Some(&to)).expect("one of us");
            self.note_told(&event, record, "by mail");
            assert_ne!(self.newest_news(record), Some(false), "case {}: {record} said no and was told", self.n);
        }
        self.mails = now;
    }

    /// What must hold after every step.
    async fn must_hold(&self) {
        let mut tx = self.app.db.read().await.unwrap();
        assert_eq!(roadmap::check(&mut tx).await.unwrap(), [], "case {}", self.n);
        assert_eq!(frontdoor::check(&mut tx).await.unwrap(), [], "case {}", self.n);
        drop(tx);
        for item in &self.items {
            let events = self.events(item).await;
            let mut asks = BTreeSet::new();
            for event in events {
                let coverage = &event["coverage"];
                let of = |name: &str| coverage[name].as_i64().unwrap();
                assert_eq!(of("asks"), of("told") + of("skipped") + of("pending"), "case {}: {event}", self.n);
                let reasons: i64 = coverage["reasons"].as_object().unwrap().values().filter_map(Value::as_i64).sum();
                assert_eq!(reasons, of("skipped"), "case {}: {event}", self.n);
                asks.insert(of("asks"));
            }
            assert!(asks.len() <= 1, "case {}: each event has a row for each ask: {asks:?}", self.n);
        }
    }

    async fn run(&mut self) {
        let steps = 12 + self.dice.roll(12);
        for _ in 0..steps {
            let done = self.step().await;
            self.steps.push(done);
            self.look_at_mails();
            self.must_hold().await;
        }
        self.end().await;
    }

    /// Everything that was begun is brought to an end, the items ship, and everybody is told who can be.
    async fn end(&mut self) {
        for telling in std::mem::take(&mut self.paused) {
            self.resume(telling).await;
        }
        for telling in std::mem::take(&mut self.drafts) {
            self.send(telling).await;
        }
        self.tell_by_hand(usize::MAX).await;
        self.look_at_mails();
        for which in 0..2 {
            let item = self.items[which].clone();
            let path = format!("/api/roadmap/items/{item}");
            for status in ["considering", "shipped"] {
                taken(self.curator.post(&format!("{path}/move"), json!({"status": status})).await);
            }
            if let Some(telling) = self.draft(which).await {
                self.send(telling.clone()).await;
                self.tell_by_hand(usize::MAX).await;
                self.steps.push(format!("in the end {which} ships"));
                self.look_at_mails();
                self.must_hold().await;
                let coverage = self.events(&item).await[0]["coverage"].clone();
                assert_eq!(coverage["pending"], 0, "case {}: {coverage}", self.n);
                self.everybody_is_told(which, &telling.event).await;
            }
        }
    }

    async fn everybody_is_told(&self, which: usize, event: &str) {
        let mut tx = self.app.db.read().await.unwrap();
        for record in (0..self.records.len()).filter(|record| !self.is_merged(*record)) {
            let human = self.human(record);
            let id = PersonId::parse(&self.records[record].id).unwrap();
            let row = people::get_person(&mut tx, id).await.unwrap();
            let asks = roadmap::ledger::list_asks_of_person(&mut tx, row.ord).await.unwrap();
            let open = asks.iter().filter(|ask| ask.item.to_string() == self.items[which] && ask.state == "open");
            let rows: Vec<_> = open.flat_map(|ask| &ask.events).filter(|one| one.event.to_string() == event).collect();
            if rows.is_empty() {
                continue;
            }
            let said = self.newest_news(record);
            let address = self.records[record].address.is_some();
            let others = human.iter().all(|one| !self.records[*one].is_refused());
            let wrote = self.taggings.iter().any(|(_, tag, of)| *tag == which && human.contains(of));
            let is_reachable = said != Some(false) && (others || (address && !self.records[record].is_refused()));
            if is_reachable && (wrote || said == Some(true)) {
                let is_told = rows.iter().any(|row| row.state == "told");
                assert!(is_told, "case {}: {record} asks for {which} and is not told: {rows:?}", self.n);
            }
            if said == Some(false) {
                let told = rows.iter().any(|row| row.state == "told");
                assert!(!told, "case {}: {record} said no and counts as told", self.n);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_the_ledger_is_exact_nobody_is_told_twice_and_everybody_in_the_end() {
    let (cases, at_once) = if std::env::var_os("SARANG_SOAK").is_some() { (2_000, 10) } else { (8, 8) };
    for begin in (0..cases).step_by(at_once) {
        let (app, post, _) = with_mail("ledger_random").await;
        let body = json!({"rate": 60_000, "four_eyes_over": 1_000});
        app.as_owner().put("/api/telling_settings", body).await.ok();
        let many = (begin..begin + at_once as u64).map(|n| {
            let (app, post) = (&app, &post);
            async move {
                let mut case = Case::start(app, post, n).await;
                let steps = std::panic::AssertUnwindSafe(case.run());
                let ended = futures::FutureExt::catch_unwind(steps).await;
                if let Err(fault) = ended {
                    eprintln!("case {n}:\n  {}", case.steps.join("\n  "));
                    std::panic::resume_unwind(fault);
                }
            }
        });
        futures::future::join_all(many).await;
        app.end().await;
    }
}
