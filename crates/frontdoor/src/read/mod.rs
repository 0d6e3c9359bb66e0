//! Reading a source item by item, in memory that does not grow with it, from its beginning or from where an import was.
mod folder;
mod likely;
mod lines;
mod mails;

pub use likely::{find_objection, holds_mails};

use crate::model::{Format, Options, Reason};
use crate::requests::Groups;
use std::{
    fs::{self, File},
    io::{self, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// One item of a source: a line, a mail or a file.
#[derive(Debug)]
pub struct RawItem {
    /// `line 17`, `byte 3120`, or the name of a file.
    pub label: String,
    pub bytes: Vec<u8>,
    /// Why it cannot even be read; its bytes are what there is of it.
    pub problem: Option<Reason>,
    /// What is worth a word about one that is read.
    pub warning: Option<Reason>,
    /// Reading can be resumed here once this item is dealt with.
    pub after: Place,
}

/// How far a source is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Bytes from the beginning; of a folder, files.
    pub cursor: u64,
    pub lines: u64,
    /// Bytes dealt with, of `Source::total_bytes`.
    pub bytes: u64,
}

/// Items in their order. `Err` ends the import, and running it again goes on.
pub type Items = Box<dyn Iterator<Item = io::Result<RawItem>> + Send>;

/// A file or folder to be imported, looked at but not read yet.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: PathBuf,
    pub total_bytes: u64,
    /// The files of a folder, in the order of their names.
    files: Option<Vec<PathBuf>>,
}

impl Source {
    /// Looks at a path; a folder may only hold mails.
    pub fn look_at(path: &Path, format: Format) -> io::Result<Source> {
        let about = fs::metadata(path)?;
        if about.is_dir() && matches!(format, Format::Canny | Format::Fider) {
            let (files, total_bytes) = folder::list(path)?;
            return Ok(Source { path: path.into(), total_bytes, files: Some(files) });
        }
        if !about.is_dir() {
            let files = (format == Format::Eml).then(|| vec![path.to_owned()]);
            return Ok(Source { path: path.into(), total_bytes: about.len(), files });
        }
        if format != Format::Eml {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let (files, total_bytes) = folder::list(path)?;
        Ok(Source { path: path.into(), total_bytes, files: Some(files) })
    }

    /// Tells one source from another: what it is called inside, how large it is, when it was changed, how it begins and
    /// ends. The same again means that an import that was broken off can go on.
    pub fn fingerprint(&self, options: &Options) -> io::Result<String> {
        let mut hash = blake3::Hasher::new();
        let source = options.source.as_deref().unwrap_or_default();
        hash.update(format!("{} {source:?} {}\n", options.format, options.tags).as_bytes());
        match &self.files {
            Some(files) => {
                for file in files {
                    let about = fs::metadata(file).map(|m| (m.len(), changed_at(&m))).unwrap_or_default();
                    hash.update(format!("{:?} {about:?}\n", file.file_name()).as_bytes());
                }
            }
            None => {
                let mut file = File::open(&self.path)?;
                let about = file.metadata()?;
                hash.update(format!("{} {}\n", about.len(), changed_at(&about)).as_bytes());
                let mut edge = Vec::with_capacity(1 << 16);
                (&mut file).take(1 << 16).read_to_end(&mut edge)?;
                file.seek(SeekFrom::Start(about.len().saturating_sub(1 << 16)))?;
                file.take(1 << 16).read_to_end(&mut edge)?;
                hash.update(&edge);
            }
        }
        Ok(hash.finalize().to_hex().to_string())
    }

    /// Reads on from a place.
    pub fn items(&self, options: &Options, from: Place) -> io::Result<Items> {
        if options.format.is_requests() {
            let groups = Groups::read(&self.path, options.format, self.total_bytes, from, options.largest_item)?;
            return Ok(Box::new(groups));
        }
        if let Some(files) = &self.files {
            let root = if self.path.is_dir() { self.path.clone() } else { PathBuf::new() };
            return Ok(Box::new(folder::Files::new(root, files.clone(), from, options.largest_item)));
        }
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(from.cursor))?;
        let reader = BufReader::with_capacity(1 << 18, file);
        Ok(match options.format {
            Format::Mbox => Box::new(mails::Mails::new(reader, from, options.largest_item)),
            _ => Box::new(lines::Lines::new(reader, from, options.largest_item)),
        })
    }
}

fn changed_at(about: &fs::Metadata) -> u128 {
    about.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_nanos())
}

pub(crate) fn too_large(limit: usize) -> Reason {
    Reason::new("import-too-large").arg("limit", limit >> 20)
}
