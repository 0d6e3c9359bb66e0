//! The files of a folder and of the folders in it, in the order of their names, each a mail.
use super::{Place, RawItem, too_large};
use crate::model::Reason;
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Every file below a folder but what a desktop leaves behind (`.DS_Store`, for one), and how many bytes they have
/// together.
pub(super) fn list(folder: &Path) -> io::Result<(Vec<PathBuf>, u64)> {
    let (mut files, mut bytes, mut folders) = (Vec::new(), 0, vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let entry = entry?;
            // A link that leads nowhere is listed too, and told when it is read.
            match fs::metadata(entry.path()) {
                Ok(about) if about.is_dir() && !entry.file_type()?.is_symlink() => folders.push(entry.path()),
                Ok(about) if about.is_dir() => {}
                // A Maildir's folders may begin with a point; a file that does is no mail.
                _ if entry.file_name().as_encoded_bytes().starts_with(b".") => {}
                about => {
                    bytes += about.map_or(0, |about| about.len());
                    files.push(entry.path());
                }
            }
        }
    }
    files.sort_unstable();
    Ok((files, bytes))
}

pub(super) struct Files {
    root: PathBuf,
    files: Vec<PathBuf>,
    at: Place,
    limit: usize,
}

impl Files {
    pub(super) fn new(root: PathBuf, files: Vec<PathBuf>, from: Place, limit: usize) -> Files {
        Files { root, files, at: from, limit }
    }
}

impl Iterator for Files {
    type Item = io::Result<RawItem>;

    fn next(&mut self) -> Option<io::Result<RawItem>> {
        let path = self.files.get(self.at.cursor as usize)?;
        let (bytes, problem) = match read(path, self.limit) {
            Ok(bytes) if bytes.len() > self.limit => (bytes[..self.limit].to_vec(), Some(too_large(self.limit))),
            Ok(bytes) => (bytes, None),
            // One file that cannot be read stops no other.
            Err(error) => (Vec::new(), Some(Reason::new("import-unreadable").arg("why", error))),
        };
        let long = fs::metadata(path).map_or(0, |about| about.len());
        self.at = Place { cursor: self.at.cursor + 1, lines: 0, bytes: self.at.bytes + long };
        let name = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned();
        Some(Ok(RawItem { label: name, bytes, problem, warning: None, after: self.at }))
    }
}

fn read(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
