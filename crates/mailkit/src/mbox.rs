//! Reads the messages of an mbox file one at a time, in memory that does not grow with the file.

use std::io::{self, BufRead};

/// One message of an mbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MboxItem {
    /// Where its `From ` line begins, in bytes from the beginning of the file.
    pub offset: u64,
    /// Where the next `From ` line begins, or the file ends: reading can be resumed there.
    pub end: u64,
    /// The `From ` line without its line break.
    pub from_line: String,
    /// The message: `>From ` unquoted, without the empty line that belongs to the mbox.
    pub bytes: Vec<u8>,
    /// Whether the file ended in the middle of its last line, as a cut file does.
    pub is_truncated: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum MboxError {
    /// Reading ends.
    #[error(
        "this is not an mbox file: at byte {offset} there is no line beginning with \"From \" and ending in a date"
    )]
    NotMbox { offset: u64 },
    /// This message is passed over; reading goes on with the next.
    #[error("the message at byte {offset} has {size} bytes, more than the {limit} that are read")]
    TooBig { offset: u64, end: u64, from_line: String, size: u64, limit: usize },
    /// Reading ends.
    #[error("the mbox file could not be read at byte {offset}: {source}")]
    Io { offset: u64, source: io::Error },
}

/// Reads messages from the beginning of an mbox, or from the offset of a `From ` line.
///
/// A message begins at a line `From … <weekday> <month> … <year>` that stands first or after an empty line;
/// `Content-Length` is not believed, and prose that begins with "From " is not taken for one.
pub struct MboxReader<R> {
    reader: R,
    offset: u64,
    limit: usize,
    /// The `From ` line that ended the message before, and where it begins.
    next_from: Option<(u64, Vec<u8>)>,
    is_started: bool,
    is_done: bool,
}

/// The largest message that is read unless another limit is set.
const DEFAULT_LIMIT: usize = 50 << 20;
/// The longest `From ` line; a longer line is text.
const MAX_FROM_LINE: usize = 1024;

impl<R: BufRead> MboxReader<R> {
    pub fn new(reader: R) -> Self {
        Self::resumed(reader, 0)
    }

    /// Goes on at `offset`, an [`MboxItem::offset`] or [`MboxItem::end`]; `reader` must already stand there.
    pub fn resumed(reader: R, offset: u64) -> Self {
        Self { reader, offset, limit: DEFAULT_LIMIT, next_from: None, is_started: false, is_done: false }
    }

    /// Sets the largest message that is read, in bytes; larger ones come out as [`MboxError::TooBig`].
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    fn read_item(&mut self) -> Result<Option<MboxItem>, MboxError> {
        let Some((offset, from_line)) = self.take_from_line()? else { return Ok(None) };
        let from_line = String::from_utf8_lossy(from_line.trim_ascii_end()).into_owned();
        let mut bytes = Vec::new();
        let (mut size, mut after_empty, mut is_truncated) = (0u64, false, false);
        loop {
            let begin = self.offset;
            let from = bytes.len();
            // Beyond the limit the rest of the message is counted but not kept.
            let room = (self.limit + 1).saturating_sub(bytes.len()).max(MAX_FROM_LINE);
            let len = self.read_line(&mut bytes, room)?;
            if len == 0 {
                break;
            }
            let line = &bytes[from..];
            if after_empty && is_from_line(line) && len as usize == line.len() {
                self.next_from = Some((begin, line.to_vec()));
                bytes.truncate(from);
                break;
            }
            after_empty = matches!(line, b"\n" | b"\r\n");
            is_truncated = !line.ends_with(b"\n") && len as usize == line.len();
            size += len;
            if line.starts_with(b">")
                && line
                    .trim_ascii_start()
                    .iter()
                    .position(|&b| b != b'>')
                    .is_some_and(|i| line[i..].starts_with(b"From "))
            {
                bytes.remove(from);
            }
            if size > self.limit as u64 {
                bytes.truncate(from.min(self.limit));
            }
        }
        let end = self.next_from.as_ref().map_or(self.offset, |(begin, _)| *begin);
        if size > self.limit as u64 {
            return Err(MboxError::TooBig { offset, end, from_line, size, limit: self.limit });
        }
        if after_empty {
            bytes.truncate(bytes.len() - if bytes.ends_with(b"\r\n") { 2 } else { 1 });
        }
        Ok(Some(MboxItem { offset, end, from_line, bytes, is_truncated }))
    }

    /// The `From ` line of the next message: the one that ended the last, or the first of the file.
    fn take_from_line(&mut self) -> Result<Option<(u64, Vec<u8>)>, MboxError> {
        if let Some(next) = self.next_from.take() {
            return Ok(Some(next));
        }
        if self.is_started {
            return Ok(None);
        }
        self.is_started = true;
        loop {
            let offset = self.offset;
            let mut line = Vec::new();
            if self.read_line(&mut line, MAX_FROM_LINE)? == 0 {
                return Ok(None);
            }
            let text = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&line);
            if is_from_line(text) {
                return Ok(Some((offset, text.to_vec())));
            }
            if !text.trim_ascii().is_empty() {
                return Err(MboxError::NotMbox { offset });
            }
        }
    }

    /// Reads a line to its end, keeping at most `room` bytes of it. Returns its length in the file.
    fn read_line(&mut self, line: &mut Vec<u8>, room: usize) -> Result<u64, MboxError> {
        let mut len = 0u64;
        let mut kept = 0;
        loop {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(source) if source.kind() == io::ErrorKind::Interrupted => continue,
                Err(source) => return Err(MboxError::Io { offset: self.offset, source }),
            };
            let end = buffer.iter().position(|&b| b == b'\n').map(|i| i + 1);
            let taken = end.unwrap_or(buffer.len());
            let kept_now = taken.min(room - kept);
            line.extend_from_slice(&buffer[..kept_now]);
            kept += kept_now;
            len += taken as u64;
            self.reader.consume(taken);
            self.offset += taken as u64;
            if end.is_some() || taken == 0 {
                return Ok(len);
            }
        }
    }
}

impl<R: BufRead> Iterator for MboxReader<R> {
    type Item = Result<MboxItem, MboxError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let item = self.read_item().transpose();
        self.is_done = !matches!(item, Some(Ok(_) | Err(MboxError::TooBig { .. })));
        item
    }
}

/// `From someone Wed Aug 21 10:00:00 2002`, with whatever stands between and after, but a weekday, a month, a time of
/// day and a year, as no sentence has them.
fn is_from_line(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    if line.len() > MAX_FROM_LINE {
        return false;
    }
    let words: Vec<&[u8]> = rest.trim_ascii().split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).collect();
    let has = |is: &dyn Fn(&[u8]) -> bool| words.iter().any(|w| is(w));
    let is_weekday = |w: &[u8]| one_of(w, &["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let is_time = |w: &[u8]| {
        w.len() >= 4 && w.contains(&b':') && w[0].is_ascii_digit() && w.iter().all(|b| b.is_ascii_digit() || *b == b':')
    };
    let is_year =
        |w: &[u8]| w.len() == 4 && w.iter().all(u8::is_ascii_digit) && (w.starts_with(b"19") || w.starts_with(b"20"));
    has(&is_weekday) && has(&|w| one_of(w, &months)) && has(&is_time) && has(&is_year)
}

fn one_of(word: &[u8], names: &[&str]) -> bool {
    let word = word.strip_suffix(b",").unwrap_or(word);
    names.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes()))
}
