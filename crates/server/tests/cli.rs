//! `sarang` as an operator meets it: the real binary, started and stopped.
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
    time::{Duration, Instant},
};

fn sarang(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sarang"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SARANG_")) {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C").env("LANG", "C").env("SARANG_DATA_DIR", data).stdin(Stdio::null());
    command
}

fn run(data: &Path, args: &[&str]) -> Output {
    sarang(data).args(args).output().unwrap()
}

/// Runs a command that reads a line from standard input.
fn run_with_line(data: &Path, args: &[&str], line: &str) -> Output {
    let mut command = sarang(data);
    let mut child =
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{line}").unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

struct Served {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Served {
    fn start(data: &Path, args: &[&str]) -> Served {
        let mut command = sarang(data);
        let mut child = command.arg("serve").args(args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut served = Served { out: BufReader::new(child.stdout.take().unwrap()), child, address: String::new() };
        let line = served.line();
        served.address = line.strip_prefix("http://").unwrap_or_else(|| panic!("{line}")).to_owned();
        served
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn get(&self, path: &str, token: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Tells it to stop and waits until it has.
    fn stop(mut self) -> Duration {
        let begin = Instant::now();
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
        begin.elapsed()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_says_where_it_is_and_how_to_begin() {
    let data = tempfile::tempdir().unwrap();
    let mut served = Served::start(data.path(), &["--listen", "127.0.0.1:0"]);
    assert!(!served.address.ends_with(":0"), "{}", served.address);
    let link = served.line();
    assert!(link.contains(&format!("http://{}/setup?token=", served.address)), "{link}");
    let health = served.get("/api/health", "");
    assert!(health.starts_with("HTTP/1.1 200") && health.contains("\"ready\":true"), "{health}");
    served.stop();
}

#[test]
fn commands_work_beside_a_running_server() {
    let data = tempfile::tempdir().unwrap();
    let served = Served::start(data.path(), &["--listen", "127.0.0.1:0"]);
    let create = ["user", "create", "--email", "minji@soban.example", "--role", "owner", "--password-stdin"];
    let made = run_with_line(data.path(), &create, "사랑방 손님 오셨네");
    assert!(made.status.success() && said(&made).trim().is_empty(), "{}", said(&made));
    let again = run_with_line(data.path(), &create, "사랑방 손님 오셨네");
    assert_eq!(again.status.code(), Some(1), "{}", said(&again));
    let token = run(data.path(), &["token", "create", "--user", "MINJI@soban.example", "--scope", "all"]);
    let token = String::from_utf8(token.stdout).unwrap();
    let me = served.get("/api/me", token.trim());
    assert!(me.contains("minji@soban.example") && me.contains("\"role\":\"owner\""), "{me}");
    let check = run(data.path(), &["check"]);
    assert!(check.status.success(), "{}", said(&check));
    served.stop();

    let mut served = Served::start(data.path(), &["--listen", "127.0.0.1:0"]);
    let me = served.get("/api/me", token.trim());
    assert!(me.starts_with("HTTP/1.1 200"), "what was made is there after a restart: {me}");
    assert!(Command::new("kill").args(["-INT", &served.child.id().to_string()]).status().unwrap().success());
    assert_eq!(served.line(), "", "with an owner there is no first-run link");
}

#[test]
fn a_backup_of_a_running_server_restores_somewhere_else() {
    let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let served = Served::start(data.path(), &["--listen", "127.0.0.1:0"]);
    let create = ["user", "create", "--email", "minji@soban.example", "--role", "owner", "--password-stdin"];
    assert!(run_with_line(data.path(), &create, "사랑방 손님 오셨네").status.success());
    let file = data.path().join("today.backup");
    let backup = run(data.path(), &["backup", file.to_str().unwrap()]);
    assert!(backup.status.success(), "{}", said(&backup));
    served.stop();
    let restored = run(other.path(), &["restore", file.to_str().unwrap()]);
    assert!(restored.status.success(), "{}", said(&restored));
    let token = run(other.path(), &["token", "create", "--user", "minji@soban.example", "--scope", "read"]);
    assert!(token.status.success(), "{}", said(&token));
    let twice = run(other.path(), &["restore", file.to_str().unwrap()]);
    assert_eq!(twice.status.code(), Some(1), "a place that holds something is not overwritten: {}", said(&twice));
    assert!(run(other.path(), &["check"]).status.success());

    let copied = tempfile::tempdir().unwrap();
    let moved = run(other.path(), &["db", "copy", "--to", copied.path().join("moved").to_str().unwrap()]);
    assert!(moved.status.success(), "{}", said(&moved));
    assert!(run(&copied.path().join("moved"), &["check"]).status.success());
}

#[test]
fn an_open_stream_does_not_keep_the_server_from_stopping() {
    let data = tempfile::tempdir().unwrap();
    let served = Served::start(data.path(), &["--listen", "127.0.0.1:0"]);
    let create = ["user", "create", "--email", "a@soban.example", "--role", "viewer", "--password-stdin"];
    assert!(run_with_line(data.path(), &create, "사랑방 손님 오셨네").status.success());
    let token = run(data.path(), &["token", "create", "--user", "a@soban.example", "--scope", "read"]);
    let token = String::from_utf8(token.stdout).unwrap();
    let mut stream = TcpStream::connect(&served.address).unwrap();
    let host = &served.address;
    write!(stream, "GET /api/events HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\n\r\n", token.trim())
        .unwrap();
    let mut begin = [0; 400];
    let read = stream.read(&mut begin).unwrap();
    assert!(String::from_utf8_lossy(&begin[..read]).contains("text/event-stream"));
    let took = served.stop();
    assert!(took < Duration::from_secs(8), "it waited {took:?}");
}

#[test]
fn what_would_be_unsafe_or_misspelt_is_refused_with_a_sentence() {
    let data = tempfile::tempdir().unwrap();
    let open = run(data.path(), &["serve", "--listen", "0.0.0.0:0"]);
    assert!(open.status.code() == Some(1) && said(&open).contains("--insecure-http"), "{}", said(&open));
    std::fs::write(data.path().join("sarang.toml"), "public_ulr = \"https://voice.example.com\"").unwrap();
    let misspelt = run(data.path(), &["check"]);
    assert!(misspelt.status.code() == Some(1) && said(&misspelt).contains("public_url"), "{}", said(&misspelt));
    let korean = sarang(data.path()).env("LC_ALL", "ko_KR.UTF-8").arg("check").output().unwrap();
    assert!(said(&korean).contains("설정이 아닙니다"), "{}", said(&korean));
    std::fs::remove_file(data.path().join("sarang.toml")).unwrap();
    let short = run_with_line(
        data.path(),
        &["user", "create", "--email", "a@b.cc", "--role", "agent", "--password-stdin"],
        "short",
    );
    assert!(short.status.code() == Some(1) && said(&short).contains("10"), "{}", said(&short));
    let nobody = run(data.path(), &["token", "create", "--user", "nobody@b.cc", "--scope", "all"]);
    assert!(nobody.status.code() == Some(1) && nobody.stdout.is_empty(), "{}", said(&nobody));
    let role = run(data.path(), &["user", "create", "--email", "a@b.cc", "--role", "boss", "--password-stdin"]);
    assert!(said(&role).contains("viewer"), "{}", said(&role));
}

#[test]
fn the_api_describes_itself_without_a_store() {
    let data = tempfile::tempdir().unwrap();
    let document = run(&data.path().join("not-made"), &["openapi"]);
    assert!(document.status.success() && String::from_utf8_lossy(&document.stdout).contains("\"/api/session\""));
    assert!(!data.path().join("not-made").exists());
}

#[test]
fn a_command_that_needs_a_house_makes_none_where_there_is_none() {
    let place = tempfile::tempdir().unwrap();
    let (nowhere, file) = (place.path().join("nowhere"), place.path().join("file"));
    let other = place.path().join("other");
    let commands: [&[&str]; 6] = [
        &["check"],
        &["backup", file.to_str().unwrap()],
        &["export", file.to_str().unwrap(), "--format", "jsonl"],
        &["reindex"],
        &["token", "create", "--user", "minji@soban.example", "--scope", "all"],
        &["db", "copy", "--to", other.to_str().unwrap()],
    ];
    for command in commands {
        let refused = run(&nowhere, command);
        assert!(refused.status.code() == Some(1) && refused.stdout.is_empty(), "{command:?}: {}", said(&refused));
        assert!(said(&refused).contains("nowhere, and nothing was made"), "{command:?}: {}", said(&refused));
        assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "{command:?} made something");
    }
    let korean = sarang(&nowhere).env("LC_ALL", "ko_KR.UTF-8").arg("check").output().unwrap();
    assert!(said(&korean).contains("사랑방이 없습니다"), "{}", said(&korean));
    // A database without any table is no house either.
    std::fs::create_dir(&nowhere).unwrap();
    std::fs::write(nowhere.join("sarang.sqlite"), "").unwrap();
    let empty = run(&nowhere, &["check"]);
    assert!(empty.status.code() == Some(1) && said(&empty).contains("nothing was made"), "{}", said(&empty));
}

#[test]
fn what_is_no_backup_and_what_is_no_empty_house_is_said_with_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("picture");
    std::fs::write(&file, [0xff, 0xd8, 0xff, 0xe0, 0, 16]).unwrap();
    let restored = run(&data.path().join("new"), &["restore", file.to_str().unwrap()]);
    assert_eq!(restored.status.code(), Some(1));
    assert!(said(&restored).contains("is not a backup of Sarangbang"), "{}", said(&restored));
    assert!(!data.path().join("new").exists());
    let line = r#"{"external_id":"a","channel":"chat","opened_at":"2026-11-02T09:00:00Z","entries":
        [{"external_id":"1","author":"person","at":"2026-11-02T09:00:00Z","text":"Hello"}]}"#;
    std::fs::write(&file, line.replace('\n', "")).unwrap();
    let imported = run(data.path(), &["import", file.to_str().unwrap(), "--format", "jsonl"]);
    assert!(imported.status.success(), "{}", said(&imported));
    let demo = run(data.path(), &["demo"]);
    assert!(demo.status.code() == Some(1) && said(&demo).contains("--anyway"), "{}", said(&demo));
}
