//! Reading a source whole and putting what belongs to one request together, raw, so that each is kept as it came.
use super::{canny, fider, table};
use crate::model::{Format, Reason};
use crate::read::{Place, RawItem};
use base::Error;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    ops::Range,
    path::{Path, PathBuf},
};

/// Of one file inside an archive, in bytes: what is larger is none of theirs.
const LARGEST_MEMBER: u64 = 1 << 30;

/// One request with everything that belongs to it, as JSON.
pub(super) struct Group {
    pub label: String,
    pub bytes: Vec<u8>,
    pub problem: Option<Reason>,
}

impl Group {
    pub fn of(label: String, whole: &Value) -> Group {
        Group { label, bytes: whole.to_string().into_bytes(), problem: None }
    }
}

/// The requests of a source, in an order that puts what says another one again after it.
pub(crate) struct Groups {
    /// What they all say, in one piece: a hundred thousand pieces that go one by one leave as many holes behind.
    bytes: Vec<u8>,
    all: std::vec::IntoIter<(String, Range<usize>, Option<Reason>)>,
    at: Place,
    total: u64,
    share: u64,
    limit: usize,
}

impl Groups {
    /// Reads on from a place. `Err` when it is none of the shapes the format may have.
    pub fn read(path: &Path, format: Format, total: u64, from: Place, limit: usize) -> io::Result<Groups> {
        let groups = match format {
            Format::Canny => canny::group(files_of(path)?),
            Format::Fider => fider::group(files_of(path)?),
            _ => table::group(&fs::read(path)?),
        }?;
        let share = total / (groups.len() as u64).max(1);
        let mut bytes = Vec::with_capacity(groups.iter().map(|group| group.bytes.len()).sum());
        let packed = |Group { label, bytes: said, problem }: Group| {
            let from = bytes.len();
            bytes.extend(said);
            (label, from..bytes.len(), problem)
        };
        let mut all = groups.into_iter().map(packed).collect::<Vec<_>>().into_iter();
        if from.cursor > 0 {
            all.nth(from.cursor as usize - 1);
        }
        Ok(Groups { bytes, all, at: from, total, share, limit })
    }
}

impl Iterator for Groups {
    type Item = io::Result<RawItem>;

    fn next(&mut self) -> Option<io::Result<RawItem>> {
        let (label, place, problem) = self.all.next()?;
        self.at.cursor += 1;
        self.at.bytes = if self.all.len() == 0 { self.total } else { self.at.bytes + self.share };
        let is_large = place.len() > self.limit;
        let problem = problem.or_else(|| is_large.then(|| crate::read::too_large(self.limit)));
        let bytes = self.bytes[place].iter().take(self.limit).copied().collect();
        Some(Ok(RawItem { label, bytes, problem, warning: None, after: self.at }))
    }
}

/// The files of a source by their names without folder and ending, in lower case: of a folder, of a zip, or the one.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

fn files_of(path: &Path) -> io::Result<Files> {
    let mut files = Files::new();
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            let path = entry?.path();
            if is_read(&path) {
                files.insert(stem(&path), fs::read(&path)?);
            }
        }
        return Ok(files);
    }
    let mut head = [0; 4];
    let long = File::open(path)?.read(&mut head)?;
    if &head[..long] != b"PK\x03\x04" {
        files.insert(stem(path), fs::read(path)?);
        return Ok(files);
    }
    let mut zip = zip::ZipArchive::new(io::BufReader::new(File::open(path)?)).map_err(io::Error::other)?;
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).map_err(io::Error::other)?;
        let name = PathBuf::from(member.name().map_err(io::Error::other)?.as_ref());
        if member.is_file() && is_read(&name) {
            let mut bytes = Vec::new();
            (&mut member).take(LARGEST_MEMBER).read_to_end(&mut bytes)?;
            files.insert(stem(&name), bytes);
        }
    }
    Ok(files)
}

fn is_read(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    matches!(ending.as_deref(), Some("json" | "jsonl" | "csv"))
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// The objects of a file: of a list, of lines, or of lists inside an object, by the list's name.
pub(super) fn objects(bytes: &[u8], name: &str) -> serde_json::Result<Vec<(String, Value)>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut all = Vec::new();
    for whole in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
        match whole? {
            Value::Array(list) => all.extend(list.into_iter().map(|one| (name.to_owned(), one))),
            Value::Object(mut fields) if fields.values().any(Value::is_array) && !fields.contains_key("id") => {
                for (list, value) in fields.iter_mut() {
                    if let Value::Array(some) = value.take() {
                        all.extend(some.into_iter().map(|one| (list.to_lowercase(), one)));
                    }
                }
            }
            one => all.push((name.to_owned(), one)),
        }
    }
    Ok(all)
}

/// One of the files of a source is no JSON; the only one need not be named.
pub(super) fn not_json(files: &Files, name: &str, error: &serde_json::Error) -> io::Error {
    let mut args = vec![("line", error.line().to_string()), ("place", error.column().to_string())];
    if files.len() == 1 {
        return refused("error-import-not-json", args);
    }
    args.push(("name", name.to_owned()));
    refused("error-import-one-not-json", args)
}

/// Why a source cannot be read at all, in words that can be said in any language.
pub(super) fn refused(key: &'static str, args: Vec<(&'static str, String)>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Error::Invalid { field: "path", key, args })
}

/// A number or a text as the one key it is.
pub(super) fn key_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a file is no JSON.
pub(super) fn is_table(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    !matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}
