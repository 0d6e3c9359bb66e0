//! The work tree the chores act on: its root, its files, and commands run in it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

pub struct Project {
    pub root: PathBuf,
}

/// The files of a work tree by path (`/` between folders), as the checks read them; tests plant their own.
pub type Tree = BTreeMap<String, String>;

impl Project {
    /// Walks up from the current folder to the one that holds `xtask/Cargo.toml`.
    pub fn find() -> Result<Self> {
        let here = std::env::current_dir()?;
        match here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file()) {
            Some(root) => Ok(Self { root: root.to_path_buf() }),
            None => bail!("{} is not inside the project", here.display()),
        }
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Fails with a sentence when a part of the project is not in this tree.
    pub fn require(&self, relative: &str, what: &str) -> Result<()> {
        if self.path(relative).exists() {
            return Ok(());
        }
        bail!("{what} is missing from this tree: there is no {relative}")
    }

    pub fn command<I: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(is_about_xtask) {
                command.env_remove(name);
            }
        }
        command
    }

    pub fn run<I: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = I>) -> Result<()> {
        run(&mut self.command(program, arguments))
    }

    /// Standard output of a command that must succeed, run at the root.
    pub fn output<I: AsRef<OsStr>>(&self, program: &str, arguments: impl IntoIterator<Item = I>) -> Result<String> {
        output(&mut self.command(program, arguments))
    }

    /// Runs npm in one of the project's npm folders (`web`, `e2e`).
    pub fn npm(&self, folder: &str, arguments: &[&str]) -> Result<()> {
        run(self.command("npm", arguments).current_dir(self.path(folder)))
    }

    /// Where cargo puts what it builds, which a developer or CI may have set elsewhere.
    pub fn target_dir(&self) -> Result<PathBuf> {
        let metadata = self.output("cargo", ["metadata", "--format-version=1", "--no-deps", "--locked"])?;
        let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
        let folder = metadata["target_directory"].as_str().context("cargo metadata names no target directory")?;
        Ok(PathBuf::from(folder))
    }

    /// Builds the `sarang` binary of a profile (`dev` or `release`) and says where it is.
    pub fn build_sarang(&self, profile: &str) -> Result<PathBuf> {
        // For development, with the dependencies' features as the tests' build has them, so that none is built twice.
        let (package, folder) = if profile == "dev" { ("--workspace", "debug") } else { ("--package=server", profile) };
        self.run("cargo", ["build", "--locked", package, "--bin=sarang", &format!("--profile={profile}")])?;
        Ok(self.target_dir()?.join(folder).join("sarang"))
    }

    /// Every file that is committed or could be: what git ignores is left out. What is no UTF-8 is there without text.
    pub fn tree(&self) -> Result<Tree> {
        let listed = self.output("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
        let mut tree = Tree::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            // A file deleted but not yet committed is still listed.
            let Ok(bytes) = std::fs::read(self.path(path)) else { continue };
            tree.insert(path.to_owned(), String::from_utf8(bytes).unwrap_or_default());
        }
        Ok(tree)
    }
}

pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{} could not be started", line(command)))?;
    if status.success() { Ok(()) } else { bail!("`{}` failed ({status})", line(command)) }
}

/// Standard output of a command that must succeed; its standard error goes to ours.
pub fn output(command: &mut Command) -> Result<String> {
    let done = command.stderr(std::process::Stdio::inherit()).output();
    let done = done.with_context(|| format!("{} could not be started", line(command)))?;
    if !done.status.success() {
        bail!("`{}` failed ({})", line(command), done.status);
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Finds a program on `PATH`.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// What `cargo run` tells of the program it runs. Passed on to another cargo, it makes ring (whose build watches these
/// variables) and all that stands on it be built anew.
fn is_about_xtask(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_") || variable.starts_with("CARGO_BIN_")
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
