//! A store that only the real binary holds open, and numbers that look random.
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, SystemTime},
};
use store::Location;
use testkit::TestDb;

/// A store that this process does not hold open.
pub struct Place {
    db: TestDb,
}

impl Place {
    pub async fn new(name: &str) -> Place {
        let db = TestDb::new(name).await;
        db.close().await;
        Place { db }
    }

    pub fn sarang(&self, args: &[&str]) -> Command {
        let mut command = sarang(self.db.folder(), args);
        if let Location::Postgres { url, .. } = self.db.location() {
            command.args(["--database", url]);
        }
        command
    }

    /// Writes the configuration that the binary finds in the data folder.
    pub fn write_config(&self, text: &str) {
        fs::write(self.db.folder().join("sarang.toml"), text).unwrap();
    }

    pub fn import(&self, file: &Path, format: &str) -> (i32, Value) {
        let args = ["import", file.to_str().unwrap(), "--format", format, "--report", "json"];
        read_report(self.sarang(&args).output().unwrap())
    }

    /// Starts an import and kills it after a while; whether it was still under way.
    pub fn import_and_kill(&self, file: &Path, format: &str, after: Duration) -> bool {
        let mut command = self.sarang(&["import", file.to_str().unwrap(), "--format", format]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(after);
        let was_running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        was_running
    }

    pub fn export(&self) -> Vec<Value> {
        let file = self.db.folder().join("out.jsonl");
        let output = self.sarang(&["export", file.to_str().unwrap(), "--format", "jsonl"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut lines: Vec<Value> =
            fs::read_to_string(file).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        // When an import put a tag on is the one thing that differs from run to run.
        for line in &mut lines {
            line["taggings"].as_array_mut().into_iter().flatten().for_each(|tagging| tagging["at"] = Value::Null);
        }
        lines
    }

    pub fn check(&self) {
        let output = self.sarang(&["check"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

pub fn sarang(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sarang"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SARANG_")) {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C").env("SARANG_LOG", "warn").args(args).arg("--data").arg(data).stdin(Stdio::null());
    command
}

/// The exit code and the report, which is the last line.
pub fn read_report(output: Output) -> (i32, Value) {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let report = text.lines().last().map(|line| serde_json::from_str(line).unwrap()).unwrap_or_default();
    (output.status.code().unwrap_or(-1), report)
}

/// Numbers that look random and are the same for the same seed (xorshift, Marsaglia 2003).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

/// Five fixed seeds and one that is told; two hundred in a soak.
pub fn seeds() -> Vec<u64> {
    let random = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    println!("random seed: {random}");
    let fixed = if std::env::var_os("SARANG_SOAK").is_some() { 200 } else { 5 };
    (1..=fixed).chain([random]).collect()
}
