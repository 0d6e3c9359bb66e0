//! What must be on the machine: checked with a sentence that says what to install, and installed where that is ours to do.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::{self, find_program};

const NODE: u32 = 20;

pub fn compiler() -> Result<()> {
    match find_program("cc") {
        Some(_) => Ok(()),
        None => bail!("a C compiler (cc) is missing: on Debian or Ubuntu run `apt-get install gcc libc6-dev`"),
    }
}

pub fn node() -> Result<()> {
    let sentence = format!("Node {NODE} or newer with npm is needed to build the interface: see https://nodejs.org");
    if find_program("npm").is_none() {
        bail!("{sentence} (npm was not found)");
    }
    let Ok(version) = project::output(Command::new("node").arg("--version")) else {
        bail!("{sentence} (node was not found)")
    };
    match major(&version) {
        Some(major) if major >= NODE => Ok(()),
        _ => bail!("{sentence} (this is {})", version.trim()),
    }
}

/// `v20.20.2` → 20.
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

/// The browser of the browser stories: Debian's Chromium, or another named by `SARANG_CHROMIUM`.
pub fn find_chromium() -> Option<PathBuf> {
    match std::env::var_os("SARANG_CHROMIUM") {
        Some(path) => Some(PathBuf::from(path)),
        None => ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find_program),
    }
}

/// The folder of PostgreSQL's server programs, newest first; Debian keeps them off `PATH`.
pub fn find_postgres() -> Option<PathBuf> {
    let mut folders: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().collect();
    folders.sort_by_key(|entry| entry.file_name().to_string_lossy().parse::<u32>().unwrap_or(0));
    let debian = folders.iter().rev().map(|entry| entry.path().join("bin"));
    let others = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    debian.chain(others.into_iter().flatten()).find(|bin| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file())
}

/// Whether a server program is there; Debian keeps them off the `PATH` of others than root.
fn is_server(name: &str) -> bool {
    find_program(name).is_some() || Path::new("/usr/sbin").join(name).is_file()
}

fn has_korean_font() -> bool {
    let listed = Command::new("fc-list").arg(":lang=ko").output();
    listed.is_ok_and(|listed| !listed.stdout.is_empty())
}

/// Finds what the tests need beyond Rust and Node; as root on Debian, installs what is missing.
pub fn test_tools() -> Result<()> {
    compiler()?;
    node()?;
    let missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_root() || find_program("apt-get").is_none() {
        bail!("missing for the tests: {list}. On Debian or Ubuntu: `sudo apt-get install {list}`");
    }
    println!("installing {list}");
    install(&missing)?;
    let missing = missing_packages();
    if missing.is_empty() { Ok(()) } else { bail!("still missing after installing: {}", missing.join(" ")) }
}

/// Debian's names of what is not here yet.
fn missing_packages() -> Vec<&'static str> {
    let here = [
        ("chromium", find_chromium().is_some()),
        ("fonts-noto-cjk", has_korean_font()),
        ("fontconfig", find_program("fc-list").is_some()),
        ("postgresql", find_postgres().is_some()),
        ("dovecot-imapd", is_server("dovecot")),
        ("opensmtpd", is_server("smtpd")),
    ];
    here.into_iter().filter(|(_, here)| !here).map(|(package, _)| package).collect()
}

fn install(packages: &[&str]) -> Result<()> {
    let _nothing_starts = PolicyRcD::put()?;
    let apt = |arguments: &[&str]| {
        project::run(Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "--quiet"])?;
    apt(&[&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat())
}

/// While this lives, Debian's packages start no service when they are installed. A policy that was there before stays.
struct PolicyRcD {
    ours: bool,
}

impl PolicyRcD {
    const PATH: &str = "/usr/sbin/policy-rc.d";

    fn put() -> Result<Self> {
        use std::os::unix::fs::PermissionsExt;
        if Path::new(Self::PATH).exists() {
            return Ok(Self { ours: false });
        }
        std::fs::write(Self::PATH, "#!/bin/sh\nexit 101\n").with_context(|| format!("writing {}", Self::PATH))?;
        std::fs::set_permissions(Self::PATH, std::fs::Permissions::from_mode(0o755))?;
        Ok(Self { ours: true })
    }
}

impl Drop for PolicyRcD {
    fn drop(&mut self) {
        if self.ours
            && let Err(error) = std::fs::remove_file(Self::PATH)
        {
            eprintln!("{} could not be removed: {error}", Self::PATH);
        }
    }
}

pub fn is_root() -> bool {
    project::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn a_node_version_gives_its_major_number() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v8.1.0"), Some(8));
        assert_eq!(major("unknown"), None);
    }
}
