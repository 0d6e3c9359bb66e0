//! Running the binary and taking its time and memory.
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// The binary on one store.
pub struct Sarang {
    binary: PathBuf,
    folder: PathBuf,
    database: Option<String>,
}

/// What an import took.
pub struct Imported {
    pub secs: f64,
    pub peak_mb: f64,
    pub read: u64,
    pub conversations: u64,
    pub entries: u64,
}

impl Sarang {
    /// An empty installation: a folder, and a PostgreSQL database unless SQLite is meant.
    pub fn at(binary: PathBuf, folder: &Path, database: Option<String>) -> Sarang {
        Sarang { binary, folder: folder.to_owned(), database }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        command.args(words).arg("--data").arg(&self.folder).env("SARANG_LOG", "warn").stdin(Stdio::null());
        // The mail server that mail is fetched from is on this machine.
        command.env("SARANG_OUTSIDE_NETWORKS", "127.0.0.0/8");
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        for name in ["SARANG_BIN", "SARANG_DATA", "SARANG_TEST_DATABASE"] {
            command.env_remove(name);
        }
        command
    }

    pub fn import(&self, file: &Path, format: &str) -> Result<Imported> {
        let words = ["import", file.to_str().context("a plain path")?, "--format", format, "--report", "json"];
        let began = Instant::now();
        let mut child = self.command(&words).stdout(Stdio::piped()).spawn()?;
        let mut peak_mb: f64 = 0.0;
        while child.try_wait()?.is_none() {
            peak_mb = peak_mb.max(memory_mb(child.id(), "VmHWM:").unwrap_or_default());
            std::thread::sleep(Duration::from_millis(50));
        }
        let secs = began.elapsed().as_secs_f64();
        let output = child.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let report: Value = serde_json::from_str(text.lines().last().unwrap_or_default()).context("the report")?;
        if !output.status.success() {
            bail!("the import of {} failed: {report}", file.display());
        }
        let number = |name: &str| report[name].as_u64().unwrap_or_default();
        let (read, conversations, entries) = (number("read"), number("conversations"), number("entries"));
        Ok(Imported { secs, peak_mb, read, conversations, entries })
    }

    /// Everything in the data folder; of PostgreSQL, what is beside the database.
    pub fn disk_mb(&self) -> Result<f64> {
        let (mut bytes, mut folders) = (0, vec![self.folder.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                match entry.metadata()? {
                    about if about.is_dir() => folders.push(entry.path()),
                    about => bytes += about.len(),
                }
            }
        }
        Ok(bytes as f64 / 1e6)
    }

    /// An owner and their token.
    pub fn make_owner(&self) -> Result<String> {
        let words = ["user", "create", "--email", "bench@moa.example", "--role", "owner", "--password-stdin"];
        let mut child = self.command(&words).stdin(Stdio::piped()).spawn()?;
        std::io::Write::write_all(&mut child.stdin.take().context("standard input")?, b"a long enough password\n")?;
        if !child.wait()?.success() {
            bail!("no owner was made");
        }
        let output = self.command(&["token", "create", "--user", "bench@moa.example", "--scope", "all"]).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    pub async fn serve(&self) -> Result<Server> {
        let began = Instant::now();
        let mut child = self.command(&["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("standard output")?).read_line(&mut line)?;
        let http = reqwest::Client::new();
        let mut server = Server { child, url: line.trim().to_owned(), http, began, started_ms: 0.0 };
        server.get("", "/api/health").await?;
        server.started_ms = began.elapsed().as_secs_f64() * 1e3;
        Ok(server)
    }
}

fn memory_mb(process: u32, what: &str) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(what)).context("a line of /proc")?;
    Ok(line.split_whitespace().nth(1).context("a number")?.parse::<f64>()? / 1e3)
}

/// Between two looks at what a server does, and how long it may go on.
const BREATH: Duration = Duration::from_secs(10);
const LONGEST_REST: Duration = Duration::from_secs(1_200);

/// Processor time of a process so far, user and system, of all its threads.
fn processor_secs(process: u32) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let after_name = stat.rsplit(')').next().context("a line of /proc")?;
    // The state, ten numbers, then user and system time in hundredths of a second.
    let times = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
    Ok(times.sum::<Result<f64, _>>()? / 100.0)
}

pub struct Server {
    child: Child,
    url: String,
    http: reqwest::Client,
    pub began: Instant,
    pub started_ms: f64,
}

impl Server {
    pub async fn get(&self, token: &str, path: &str) -> Result<Value> {
        let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(token);
        let answer = request.send().await?;
        if !answer.status().is_success() {
            bail!("{path}: {}", answer.status());
        }
        Ok(answer.json().await?)
    }

    /// The paths of the things a list names.
    pub async fn list(&self, token: &str, path: &str, below: &str) -> Result<Vec<String>> {
        let answer = self.get(token, path).await?;
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        Ok(items.iter().filter_map(|item| Some(format!("{below}/{}", item["id"].as_str()?))).collect())
    }

    /// The pages of the things a list names, each with its timeline.
    pub async fn with_timeline(&self, token: &str, path: &str) -> Result<Vec<String>> {
        let pages = self.list(token, path, path).await?;
        Ok(pages.into_iter().flat_map(|page| [format!("{page}/timeline"), page]).collect())
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Result<Value> {
        self.send(self.http.post(format!("{}{path}", self.url)), token, body).await
    }

    /// Changes what is there, whatever its version.
    pub async fn patch(&self, token: &str, path: &str, body: &Value) -> Result<Value> {
        let version = self.get(token, path).await?["rev"].clone();
        let request = self.http.patch(format!("{}{path}", self.url)).header("If-Match", format!("\"{version}\""));
        self.send(request, token, body).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, token: &str, body: &Value) -> Result<Value> {
        let request = request.bearer_auth(token).json(body).header("Idempotency-Key", unique());
        let answer = request.send().await?;
        if !answer.status().is_success() {
            bail!("{}: {} {}", answer.url().path().to_owned(), answer.status(), answer.text().await?);
        }
        Ok(answer.json().await?)
    }

    /// The stream of live events.
    pub async fn events(&self, token: &str) -> Result<reqwest::Response> {
        let request = self.http.get(format!("{}/api/events", self.url)).bearer_auth(token);
        Ok(request.send().await?.error_for_status()?)
    }

    pub fn memory_mb(&self) -> Result<f64> {
        memory_mb(self.child.id(), "VmRSS:")
    }

    /// The most it held at once since it started.
    pub fn peak_mb(&self) -> Result<f64> {
        memory_mb(self.child.id(), "VmHWM:")
    }

    /// Waits until it has next to nothing to do: what an import left to be read and learned is done. In seconds.
    pub async fn rest(&self) -> Result<f64> {
        let began = Instant::now();
        let mut before = processor_secs(self.child.id())?;
        while began.elapsed() < LONGEST_REST {
            tokio::time::sleep(BREATH).await;
            let now = processor_secs(self.child.id())?;
            if now - before < BREATH.as_secs_f64() / 20.0 {
                break;
            }
            before = now;
        }
        Ok(began.elapsed().as_secs_f64())
    }

    pub fn stop(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// Counts of all time and the passages of the first tags.
pub fn tag_pages(tags: &[String]) -> Vec<String> {
    let both = |tag: &String| [format!("{tag}/counts?subtree=true"), format!("{tag}/evidence")];
    tags.iter().take(30).flat_map(both).collect()
}

/// Every way to cut, over all tags and over the largest branches, of all time: each question once, as of another day
/// before everything, since an answer is kept until something changes.
pub fn segment_views(tags: &[String], times: usize) -> Vec<String> {
    let cuts = [
        "rows=plan",
        "rows=plan&columns=channel",
        "rows=company_size&columns=team_size",
        "rows=value_band&columns=language",
        "rows=kind&columns=week",
        "rows=month&columns=plan",
        "rows=week",
        "rows=channel&columns=plan&plan=Team",
    ];
    let ids: Vec<&str> = tags.iter().take(12).filter_map(|path| path.rsplit('/').next()).collect();
    let mut views: Vec<String> = cuts.iter().map(|cut| format!("/api/explore?{cut}")).collect();
    views.extend(cuts.iter().zip(ids.iter().cycle()).map(|(cut, id)| format!("/api/explore?{cut}&tags={id}")));
    views.extend(ids.iter().map(|id| format!("/api/explore/around?tags={id}")));
    static ASKED: AtomicU64 = AtomicU64::new(0);
    let next = || Some(ASKED.fetch_add(1, Relaxed));
    let days = std::iter::from_fn(next)
        .map(|day| format!("{}-{:02}-{:02}", 1900 + day / 336, day / 28 % 12 + 1, day % 28 + 1));
    views.iter().cycle().zip(days).take(times).map(|(view, day)| format!("{view}&from={day}")).collect()
}

fn unique() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("bench-{}", NEXT.fetch_add(1, Relaxed))
}

pub struct Clock {
    pub p95_ms: f64,
}

impl Clock {
    /// Asks for these paths in turn, after one round that is not counted; paths that are not asked for twice have none.
    pub async fn ask(server: &Server, token: &str, paths: &[String], times: usize) -> Result<Clock> {
        for path in paths.iter().filter(|_| paths.len() < times) {
            server.get(token, path).await?;
        }
        let mut took = Vec::with_capacity(times);
        for path in paths.iter().cycle().take(times) {
            let began = Instant::now();
            server.get(token, path).await?;
            took.push(began.elapsed().as_secs_f64() * 1e3);
        }
        took.sort_by(f64::total_cmp);
        let p95_ms = took.get(took.len() * 95 / 100).copied().context("nothing was measured")?;
        Ok(Clock { p95_ms })
    }
}

/// Figures against goals.
pub struct Table {
    title: String,
    rows: Vec<String>,
}

impl Table {
    pub fn new(title: &str) -> Table {
        Table { title: title.to_owned(), rows: Vec::new() }
    }

    pub fn told(&mut self, name: &str, value: f64) {
        self.row(name, value, "", true);
    }

    pub fn at_least(&mut self, name: &str, value: f64, goal: f64) {
        self.row(name, value, &format!("≥ {goal}"), value >= goal);
    }

    pub fn at_most(&mut self, name: &str, value: f64, goal: f64) {
        self.row(name, value, &format!("≤ {goal}"), value <= goal);
    }

    fn row(&mut self, name: &str, value: f64, goal: &str, holds: bool) {
        let row = format!("| {name} | {value:.1} | {goal} | {} |", if holds { "" } else { "missed" });
        eprintln!("{row}");
        self.rows.push(row);
    }

    pub fn print(&self) {
        println!("\n## {}\n\n| what | measured | goal | |\n|---|--:|--:|---|\n{}", self.title, self.rows.join("\n"));
    }
}
