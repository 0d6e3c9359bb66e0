//! What mailkit promises, shown on mails written for it, on public mail, and on noise.

mod composed;
mod corpora;
mod fuzz;
mod golden;
mod html;
mod machines;
mod mbox;
mod properties;
mod replies;
mod signed;
mod threads;

use std::path::PathBuf;

/// The folder of public mail, or `None` with a line that says so.
fn shared_mail() -> Option<PathBuf> {
    match std::env::var_os("SARANG_DATA") {
        Some(folder) => Some(PathBuf::from(folder).join("mail")),
        None => {
            eprintln!("not run: set SARANG_DATA");
            None
        }
    }
}

/// Where this clone is: what was compiled may have been compiled in another one that shares the target folder.
fn golden_folder() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo")).join("tests/golden")
}

/// All files below `folder` whose name ends in one of `endings`, sorted.
fn list_files(folder: &std::path::Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|e| path.to_string_lossy().ends_with(e)) {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
