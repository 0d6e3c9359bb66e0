//! The part of an import that needs no store: reading items out of their bytes, on as many threads as there are.
use crate::line::{AttachmentLine, Context, Marks, parse_line, read_line};
use crate::model::{Format, Options, Reason};
use crate::read::{Place, RawItem, holds_mails};
use crate::requests::{RequestMark, mark_of_item, read_item_line, read_request};
use base::Time;
use conversations::{AttachmentIn, Prepared, PreparedMail, keep_files, prepare, prepare_mail};
use mailkit::{Problem, parse_mail};
use std::path::Path;
use store::{Db, raws::Packed};
use tokio::runtime::Handle;

/// An item that may be stored, or the reason why it may not.
pub struct Ready {
    pub label: String,
    pub after: Place,
    /// Its bytes; none of an item that had none to keep.
    pub raw: Option<Packed>,
    pub warnings: Vec<Reason>,
    pub what: What,
    /// How much work it is to store, roughly in entries.
    pub weight: usize,
}

pub enum What {
    Bad(Reason),
    Conversation(Box<(Prepared, Marks)>),
    Mail(Box<PreparedMail>),
    /// An item of the roadmap that comes without a conversation.
    Item(Box<RequestMark>),
}

/// Whether the bytes of an attachment are there; they are kept when it says so.
pub type FindFile<'a> = &'a dyn Fn(&AttachmentLine) -> base::Result<bool>;

/// Reads one item. Runs on a thread that may block; `Err` only when the disk refuses.
pub fn read_item(
    item: &RawItem,
    options: &Options,
    context: &Context,
    now: Time,
    find_file: FindFile<'_>,
) -> base::Result<(What, Vec<Reason>)> {
    let mut warnings: Vec<Reason> = item.warning.iter().cloned().collect();
    if let Some(problem) = &item.problem {
        return Ok((What::Bad(problem.clone()), warnings));
    }
    let what = match options.format {
        Format::Jsonl => read_jsonl(&item.bytes, context, &mut warnings, find_file)?,
        Format::Roadmap => read_item_line(&item.bytes).map(What::Item),
        Format::Canny | Format::Fider | Format::Requests => {
            read_one(&item.bytes, options.format, context, &mut warnings)
        }
        // In a folder of mails; one that stands alone was refused.
        Format::Eml if holds_mails(&item.bytes[..]) => Err(Reason::new("import-is-mbox")),
        Format::Eml | Format::Mbox => read_mail(&item.bytes, now),
    };
    Ok((what.unwrap_or_else(What::Bad), warnings))
}

fn read_jsonl(
    bytes: &[u8],
    context: &Context,
    warnings: &mut Vec<Reason>,
    find_file: FindFile<'_>,
) -> base::Result<Result<What, Reason>> {
    let read = parse_line(bytes).and_then(|(line, unknown)| Ok((read_line(line, context)?, unknown)));
    let ((mut conversation, mut marks), unknown) = match read {
        Ok(read) => read,
        Err(why) => return Ok(Err(why)),
    };
    warnings.extend(unknown.into_iter().map(|field| Reason::new("import-unknown-field").arg("field", field)));
    for (entry, file) in std::mem::take(&mut marks.files) {
        if !find_file(&file)? {
            warnings.push(Reason::new("import-file-lost").arg("name", &file.name));
            continue;
        }
        let AttachmentLine { name, mime, bytes, hash, content_id } = file;
        conversation.entries[entry].attachments.push(AttachmentIn { name, mime, bytes, blob_hash: hash, content_id });
    }
    let prepared = prepare(conversation).map_err(|error| Reason::from(&error));
    Ok(prepared.map(|prepared| What::Conversation(Box::new((prepared, marks)))))
}

/// Reads a request of another product.
fn read_one(bytes: &[u8], format: Format, context: &Context, warnings: &mut Vec<Reason>) -> Result<What, Reason> {
    let request = read_request(bytes, format, warnings)?;
    let (conversation, mut marks) = read_line(request.line(), context)?;
    marks.request = mark_of_item(&request, &conversation.source)?;
    let prepared = prepare(conversation).map_err(|error| Reason::from(&error))?;
    Ok(What::Conversation(Box::new((prepared, marks))))
}

/// Takes an attachment from beside the file that is imported, or finds it among what is kept already.
fn keep_file(db: &Db, runtime: &Handle, beside: &Path, file: &AttachmentLine) -> base::Result<bool> {
    if file.hash.len() != 64 || !file.hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(false);
    }
    match std::fs::read(beside.join(&file.hash)) {
        Ok(bytes) if blake3::hash(&bytes).to_hex().as_str() == file.hash => {
            runtime.block_on(db.put_blob(bytes))?;
            Ok(true)
        }
        _ => Ok(db.blob_path(&file.hash).is_file()),
    }
}

fn read_mail(bytes: &[u8], now: Time) -> Result<What, Reason> {
    let mail = parse_mail(bytes);
    if mail.problems.contains(&Problem::NotMail) {
        return Err(Reason::new("import-not-mail"));
    }
    let prepared = prepare_mail(mail, None, now).map_err(|error| Reason::from(&error))?;
    Ok(What::Mail(Box::new(prepared)))
}

/// Reads a handful of items and makes their bytes ready to be kept. Runs on a thread that may block; `Err` when the
/// disk refuses.
pub fn prepare_items(
    db: &Db,
    runtime: &Handle,
    beside: &Path,
    items: Vec<RawItem>,
    options: &Options,
    context: &Context,
) -> base::Result<Vec<Ready>> {
    let now = Time::now();
    let source = options.default_source();
    let kind = match options.format {
        Format::Jsonl => "jsonl",
        format if format.is_mail() => "mail",
        _ => "request",
    };
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        let find = |file: &AttachmentLine| keep_file(db, runtime, beside, file);
        let (mut what, warnings) = read_item(&item, options, context, now, &find)?;
        if let What::Mail(mail) = &mut what {
            runtime.block_on(keep_files(db, std::slice::from_mut(mail)))?;
        }
        let raw = match item.bytes.is_empty() {
            true => None,
            false => Some(runtime.block_on(db.pack_raw(source, kind, &item.bytes))?),
        };
        let entries = match &what {
            What::Conversation(both) => {
                both.0.input().entries.len() + both.1.request.as_ref().map_or(0, |request| request.people.len())
            }
            What::Item(item) => item.people.len(),
            What::Mail(_) | What::Bad(_) => 1,
        };
        let weight = 1 + entries + item.bytes.len() / 4096;
        all.push(Ready { label: item.label, after: item.after, raw, warnings, what, weight });
    }
    Ok(all)
}
