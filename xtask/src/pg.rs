//! A temporary PostgreSQL: a cluster of its own in a temporary folder, run by an unprivileged user, for one command.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::needs;
use crate::project;

/// What the command finds the cluster by.
pub const VARIABLE: &str = "SARANG_TEST_DATABASE";
const FOLDER: &str = "sarang-pg-";
const KEPT: &str = "kept-";

#[derive(Clone, Copy, Default)]
pub struct Options {
    /// Without fsync: for tests that don't ask what a power cut leaves.
    pub fast: bool,
    /// The cluster stays when the command has ended.
    pub keep: bool,
}

/// `cargo xtask pg [--fast] [--keep] -- command…`
pub fn run(project: &project::Project, words: &[&str]) -> Result<()> {
    let usage = "cargo xtask pg [--fast] [--keep] -- command…";
    let split = words.iter().position(|word| *word == "--").context(usage)?;
    let mut options = Options::default();
    for word in &words[..split] {
        match *word {
            "--fast" => options.fast = true,
            "--keep" => options.keep = true,
            word => bail!("{word} is unknown: {usage}"),
        }
    }
    let [program, arguments @ ..] = &words[split + 1..] else { bail!(usage) };
    let status = with_cluster(options, &mut project.command(program, arguments))?.status;
    if status.success() { Ok(()) } else { bail!("{program} failed ({status})") }
}

/// How the command ended, and how much it made the cluster write.
pub struct Ended {
    pub status: ExitStatus,
    pub written_bytes: u64,
}

/// Starts a cluster, runs the command with [`VARIABLE`] set, and removes the cluster, also when a signal ends it all.
pub fn with_cluster(options: Options, command: &mut Command) -> Result<Ended> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&stop))?;
    }
    remove_orphans();
    let cluster = Cluster::start(options)?;
    let before = cluster.written_bytes()?;
    let Some(status) = wait(command.env(VARIABLE, &cluster.url), &stop)? else {
        drop(cluster);
        bail!("stopped by a signal; the temporary PostgreSQL is gone");
    };
    Ok(Ended { status, written_bytes: cluster.written_bytes()?.saturating_sub(before) })
}

/// Waits for the command; on a signal asks it to end, gives it five seconds, and answers nothing.
fn wait(command: &mut Command, stop: &AtomicBool) -> Result<Option<ExitStatus>> {
    let mut child = command.spawn().with_context(|| format!("{:?} could not be started", command.get_program()))?;
    while !stop.load(Ordering::Relaxed) {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    let patience = Instant::now() + Duration::from_secs(5);
    while child.try_wait()?.is_none() {
        if Instant::now() > patience {
            child.kill()?;
            child.wait()?;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(None)
}

struct Cluster {
    programs: Programs,
    folder: PathBuf,
    url: String,
    keep: bool,
}

impl Cluster {
    fn start(options: Options) -> Result<Self> {
        let programs = Programs::find()?;
        let kept = if options.keep { KEPT } else { "" };
        let folder = std::env::temp_dir().join(format!("{FOLDER}{kept}{}", std::process::id()));
        std::fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))?;
        if let Some((user, group)) = programs.owner {
            chown(&folder, Some(user), Some(group))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        // From here on, dropping it stops and removes whatever came to be.
        let cluster = Self { programs, folder, url, keep: options.keep };
        cluster.initialise(port, options.fast)?;
        cluster.control(&["start", "--wait", "--log", &cluster.file("log")])?;
        Ok(cluster)
    }

    fn initialise(&self, port: u16, fast: bool) -> Result<()> {
        let data = self.file("data");
        // Sorted by a language's rules, as an operator's cluster is: what leans on the order of bytes shows here.
        let arguments = [
            "--pgdata",
            &data,
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=icu",
            "--icu-locale=ko",
        ];
        let mut initdb = self.programs.command("initdb");
        project::run(initdb.args(arguments).arg("--no-sync").stdout(Stdio::null()))?;
        let mut settings = std::fs::OpenOptions::new().append(true).open(Path::new(&data).join("postgresql.conf"))?;
        writeln!(settings, "listen_addresses = '127.0.0.1'\nport = {port}")?;
        writeln!(settings, "unix_socket_directories = '{}'", self.folder.display())?;
        // Tests run in parallel, each with its own pools and schema.
        writeln!(settings, "max_connections = 300\nmax_locks_per_transaction = 256")?;
        writeln!(settings, "timezone = 'UTC'\nlog_min_messages = warning")?;
        if fast {
            writeln!(settings, "fsync = off\nfull_page_writes = off\nsynchronous_commit = off")?;
        }
        Ok(())
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn control(&self, arguments: &[&str]) -> Result<()> {
        let mut command = self.programs.command("pg_ctl");
        let done = command.args(["--pgdata", &self.file("data"), "--silent"]).args(arguments).status()?;
        if !done.success() {
            let log = std::fs::read_to_string(self.file("log")).unwrap_or_default();
            bail!("pg_ctl {} failed ({done})\n{log}", arguments.join(" "));
        }
        Ok(())
    }

    /// The write-ahead log so far: it grows whenever anything is written, whoever drops it later.
    fn written_bytes(&self) -> Result<u64> {
        let question = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')";
        let answer = project::output(self.programs.command("psql").args([
            self.url.as_str(),
            "--no-psqlrc",
            "--tuples-only",
            "--command",
            question,
        ]))?;
        answer.trim().parse().context("PostgreSQL does not say how much it wrote")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.keep {
            let stop = self.programs.folder.join("pg_ctl").display().to_string();
            println!("PostgreSQL stays: {}", self.url);
            println!("to end it, as the user who owns {0}: {stop} stop -D {0}/data; rm -r {0}", self.folder.display());
            return;
        }
        end(&self.programs, &self.folder);
    }
}

/// Stops the cluster in a folder, if one runs, and removes the folder. Nothing in it is wanted, so it need not write.
fn end(programs: &Programs, folder: &Path) {
    let data = folder.join("data");
    if data.join("postmaster.pid").exists() {
        let mut stop = programs.command("pg_ctl");
        stop.arg("--pgdata").arg(&data).args(["stop", "--mode=immediate", "--silent", "--wait"]);
        if let Err(error) = project::run(&mut stop) {
            eprintln!("{error:#}");
        }
    }
    if let Err(error) = std::fs::remove_dir_all(folder) {
        eprintln!("{} could not be removed: {error}", folder.display());
    }
}

/// Ends the clusters of earlier runs that were killed before they could tidy up: their folders carry a process number
/// that no process has any more.
fn remove_orphans() {
    let Ok(programs) = Programs::find() else { return };
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // A folder of that name made by somebody else is none of ours.
        let is_ours = entry.metadata().is_ok_and(|meta| programs.owner.is_none_or(|(user, _)| meta.uid() == user));
        if is_ours && is_orphan(&name, |pid| Path::new("/proc").join(pid.to_string()).exists()) {
            end(&programs, &entry.path());
        }
    }
}

fn is_orphan(name: &str, is_alive: impl Fn(u32) -> bool) -> bool {
    let owner = name.strip_prefix(FOLDER).and_then(|rest| rest.parse().ok());
    owner.is_some_and(|pid| !is_alive(pid))
}

/// PostgreSQL's programs, and the user that runs them: it refuses to be root.
struct Programs {
    folder: PathBuf,
    owner: Option<(u32, u32)>,
}

impl Programs {
    fn find() -> Result<Self> {
        let folder = needs::find_postgres().context(
            "PostgreSQL's server programs are missing: on Debian or Ubuntu run `apt-get install postgresql`",
        )?;
        let owner = if needs::is_root() {
            let users = std::fs::read_to_string("/etc/passwd")?;
            let found = find_user(&users, "postgres").or_else(|| find_user(&users, "nobody"));
            Some(found.context("there is no user postgres or nobody to run PostgreSQL as")?)
        } else {
            None
        };
        Ok(Self { folder, owner })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join(program));
        if let Some((user, group)) = self.owner {
            // The user may not enter the current folder; PostgreSQL warns about that.
            command.uid(user).gid(group).current_dir("/").env("HOME", "/");
        }
        command.stdin(Stdio::null());
        command
    }
}

/// User and group number from the text of `/etc/passwd`.
fn find_user(users: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> =
        users.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|user| user[0] == name)?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "root:x:0:0:root::/bin/bash\npostgresql:x:9:9::/:\npostgres:x:101:104:,,,:/var/lib/postgresql:\n";
        assert_eq!(find_user(users, "postgres"), Some((101, 104)));
        assert_eq!(find_user(users, "nobody"), None);
    }

    #[test]
    fn only_the_cluster_of_a_dead_process_is_an_orphan() {
        let is_alive = |pid| pid == 7;
        assert!(is_orphan("sarang-pg-8", is_alive));
        assert!(!is_orphan("sarang-pg-7", is_alive));
        assert!(!is_orphan("sarang-pg-kept-8", is_alive));
        assert!(!is_orphan("something-else-8", is_alive));
    }

    #[test]
    fn a_command_finds_the_cluster_and_a_kept_word_is_refused() {
        let project = project::Project::find().unwrap();
        assert!(run(&project, &["--slow", "--", "true"]).is_err());
        assert!(run(&project, &["true"]).is_err());
        assert!(run(&project, &["--fast", "--"]).is_err());
    }
}
