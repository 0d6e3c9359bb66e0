//! The house in a test: a server on loopback, people of every role, and clients that speak like browsers and programs.
use axum::http::{HeaderMap, StatusCode};
use base::{Actor, Role, Scope, StaffId, Ui};
use reqwest::Method;
use serde_json::Value;
use server::{App, Config};
use std::{collections::BTreeMap, net::SocketAddr, sync::Mutex, time::Duration};
use store::jobs::JobState;
use testkit::TestDb;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

/// The password of everybody in a test.
pub const PASSWORD: &str = "사랑방 손님 오셨네";

/// The clone that tests run in: what was compiled may have been compiled in another one that shares the target folder.
pub fn this_clone() -> std::path::PathBuf {
    std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo")).join("../..")
}

pub struct TestApp {
    pub db: TestDb,
    pub state: httpkit::AppState,
    pub url: String,
    people: BTreeMap<Role, (StaffId, String)>,
    /// The newest event that a story has looked at.
    seen: Mutex<i64>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
    ended: bool,
}

impl TestApp {
    /// A house with a company and one staff member of each role: `owner@soban.example`, `agent@soban.example`, …
    pub async fn start(name: &str) -> TestApp {
        TestApp::with(name, Config::default()).await
    }

    pub async fn with(name: &str, config: Config) -> TestApp {
        let mut app = TestApp::empty(name, config).await;
        let mut tx = app.db.write().await.unwrap();
        let house = Actor::system();
        for role in Role::ALL {
            let email = format!("{role}@soban.example");
            let new =
                staff::NewStaff { email, name: format!("The {role}"), role: *role, ui: Ui::En, password_hash: None };
            let id = staff::create_staff(&mut tx, &house, new).await.unwrap();
            let (_, token) = staff::create_token(&mut tx, &house, id, "test", &[Scope::All]).await.unwrap();
            app.people.insert(*role, (id, token));
        }
        tx.commit().await.unwrap();
        app.told().await;
        app
    }

    /// A house where nobody has been yet.
    pub async fn empty(name: &str, config: Config) -> TestApp {
        let db = TestDb::new(name).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bound = listener.local_addr().unwrap();
        let app = App::assemble(&config, (*db).clone(), bound).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let mut tasks = app.start_work(stopped.clone());
        let App { state, routes } = app;
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        tasks.push(tokio::spawn(async move {
            let mut stopped = stopped;
            let stopped = async move { drop(stopped.wait_for(|stop| *stop).await) };
            axum::serve(listener, service).with_graceful_shutdown(stopped).await.unwrap();
        }));
        let (url, seen) = (format!("http://{bound}"), Mutex::new(0));
        TestApp { db, state, url, people: BTreeMap::new(), seen, stop, tasks, ended: false }
    }

    pub fn as_role(&self, role: Role) -> Client {
        self.with_token(&self.people[&role].1)
    }
    pub fn as_owner(&self) -> Client {
        self.as_role(Role::Owner)
    }
    pub fn as_agent(&self) -> Client {
        self.as_role(Role::Agent)
    }
    pub fn as_viewer(&self) -> Client {
        self.as_role(Role::Viewer)
    }
    pub fn id_of(&self, role: Role) -> StaffId {
        self.people[&role].0
    }

    /// A program that shows a token.
    pub fn with_token(&self, token: &str) -> Client {
        self.anybody().header("authorization", &format!("Bearer {token}"))
    }

    /// A program that shows a new token of somebody, narrowed to some scopes.
    pub async fn with_scopes(&self, role: Role, scopes: &[Scope]) -> Client {
        let mut tx = self.db.write().await.unwrap();
        let made = staff::create_token(&mut tx, &Actor::system(), self.id_of(role), "narrow", scopes).await;
        tx.commit().await.unwrap();
        self.with_token(&made.unwrap().1)
    }

    /// Somebody who shows nothing.
    pub fn anybody(&self) -> Client {
        Client { url: self.url.clone(), http: reqwest::Client::new(), headers: HeaderMap::new() }
    }

    /// Gives somebody the password of this test.
    pub async fn give_password(&self, role: Role) {
        let hash = staff::hash_password(PASSWORD.into()).await.unwrap();
        let mut tx = self.db.write().await.unwrap();
        staff::set_password(&mut tx, self.id_of(role), &hash).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The kinds of events announced since the last look, in order, without that a conversation was routed: that comes at
    /// a moment of its own.
    pub async fn told(&self) -> Vec<String> {
        let after = *self.seen.lock().unwrap();
        let events = self.db.events_after(after, 10_000).await.unwrap();
        *self.seen.lock().unwrap() = events.last().map_or(after, |event| event.seq);
        events.into_iter().map(|event| event.kind).filter(|kind| kind != "frontdoor.routed").collect()
    }

    /// Fails unless exactly these events were announced since the last look.
    pub async fn expect_told(&self, kinds: &[&str]) {
        assert_eq!(self.told().await, kinds);
    }

    /// Waits until all background work is done; fails when a job was given up or never ends.
    pub async fn settle(&self) {
        for _ in 0..600 {
            let mut tx = self.db.read().await.unwrap();
            let dead = store::jobs::list_jobs(&mut tx, JobState::Dead, 10).await.unwrap();
            assert!(dead.is_empty(), "jobs were given up: {dead:?}");
            // What is to be done in a minute or later, such as waking what was snoozed, is not waited for.
            let near = base::Time::now().plus(base::Time::MINUTE);
            let pending = store::jobs::list_jobs(&mut tx, JobState::Pending, 1_000).await.unwrap();
            let pending = pending.iter().filter(|job| job.run_at < near).count() as i64;
            let running = store::jobs::count_jobs(&mut tx, JobState::Running).await.unwrap();
            if pending + running == 0 {
                return;
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("jobs are left behind");
    }

    /// Ends the story.
    pub async fn end(mut self) {
        self.settle().await;
        self.ended = true;
        self.state.hub.stop();
        self.stop.send_replace(true);
        for (at, task) in self.tasks.drain(..).enumerate() {
            let ended = tokio::time::timeout(Duration::from_secs(20), task).await;
            ended.unwrap_or_else(|_| panic!("task {at} of the server does not stop")).unwrap();
        }
        self.db.close().await;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        assert!(self.ended || std::thread::panicking(), "a story ends with app.end().await");
    }
}

/// Somebody who calls.
#[derive(Clone)]
pub struct Client {
    url: String,
    http: reqwest::Client,
    headers: HeaderMap,
}

impl Client {
    /// The same caller, sending one more header.
    pub fn header(mut self, name: &'static str, value: &str) -> Client {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.http.request(method, format!("{}{path}", self.url)).headers(self.headers.clone());
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }
    #[allow(dead_code, reason = "for stories of rooms that put")]
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.call(Method::PUT, path, Some(body)).await
    }
    /// Changes the version that was read.
    pub async fn patch(&self, path: &str, rev: i64, body: Value) -> Answer {
        self.clone().header("if-match", &format!("\"{rev}\"")).call(Method::PATCH, path, Some(body)).await
    }
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Sends a body of any kind.
    pub async fn send(&self, method: Method, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.http.request(method, format!("{}{path}", self.url)).headers(self.headers.clone());
        Answer::of(request.header("content-type", kind).body(body).send().await.unwrap()).await
    }

    /// Opens a stream and gives it as it comes.
    pub async fn open(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.url)).headers(self.headers.clone()).send().await.unwrap()
    }

    /// Signs in with the password of this test and goes on with the cookie.
    pub async fn sign_in(&self, email: &str) -> Client {
        let answer = self.post("/api/session", serde_json::json!({ "email": email, "password": PASSWORD })).await.ok();
        self.clone().header("cookie", &answer.cookie())
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// The body as JSON; null when it is none.
    pub json: Value,
}

impl Answer {
    async fn of(response: reqwest::Response) -> Answer {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status, headers, text, json }
    }

    /// Fails unless the call succeeded.
    pub fn ok(self) -> Answer {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self
    }

    /// Fails unless the call was answered with this status.
    pub fn expect(self, status: u16) -> Answer {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// Fails unless the call was refused with this status for this reason.
    pub fn refused(self, status: u16, key: &str) -> Answer {
        assert_eq!((self.status.as_u16(), self.json["key"].as_str()), (status, Some(key)), "{}", self.text);
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The version in the ETag.
    pub fn rev(&self) -> i64 {
        self.header("etag").trim_matches('"').parse().expect("an ETag with a version")
    }

    /// The cookie that was set, as a browser sends it back.
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap_or_default().to_owned()
    }

    pub fn items(&self) -> &Vec<Value> {
        self.json["items"].as_array().expect("a list")
    }
}
