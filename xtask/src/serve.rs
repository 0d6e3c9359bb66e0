//! `make run` and `make dev`: from a clone to a served address.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::project::Project;
use crate::{needs, web};

const SERVE: [&str; 5] = ["serve", "--data", "./data", "--listen", "127.0.0.1:7420"];

/// Builds interface and release binary, then becomes the server, so that signals and the exit code are its own.
pub fn run(project: &Project) -> Result<()> {
    needs::compiler()?;
    needs::node()?;
    web::build(project)?;
    let sarang = project.build_sarang("release")?;
    let error = Command::new(&sarang).args(SERVE).current_dir(&project.root).exec();
    Err(error).with_context(|| format!("{} could not be started", sarang.display()))
}

/// Serves the development build, and the interface by its own server, which sends `/api` on to it.
pub fn dev(project: &Project) -> Result<()> {
    needs::compiler()?;
    web::install_packages(project, "web")?;
    let sarang = project.build_sarang("dev")?;
    let mut children = [
        Command::new(&sarang).args(SERVE).current_dir(&project.root).spawn()?,
        Command::new("npm").args(["run", "dev"]).current_dir(project.path("web")).spawn()?,
    ];
    let ended = wait_for_any(&mut children);
    for child in &mut children {
        // One of the two has ended already; only the other can still be stopped.
        let _ = child.kill();
        let _ = child.wait();
    }
    ended
}

fn wait_for_any(children: &mut [Child]) -> Result<()> {
    loop {
        for child in children.iter_mut() {
            match child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("one of the two servers stopped ({status})"),
                None => {}
            }
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}
