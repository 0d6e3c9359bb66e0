//! The mails of an mbox.
use super::{Place, RawItem, too_large};
use crate::model::Reason;
use mailkit::{MboxError, MboxReader};
use std::io::{self, BufRead};

pub(super) struct Mails<R> {
    reader: MboxReader<R>,
    limit: usize,
}

impl<R: BufRead> Mails<R> {
    pub(super) fn new(reader: R, from: Place, limit: usize) -> Mails<R> {
        Mails { reader: MboxReader::resumed(reader, from.cursor).with_limit(limit), limit }
    }
}

impl<R: BufRead> Iterator for Mails<R> {
    type Item = io::Result<RawItem>;

    fn next(&mut self) -> Option<io::Result<RawItem>> {
        let item = |from: u64, end: u64, bytes: Vec<u8>, problem: Option<Reason>| RawItem {
            label: format!("byte {from}"),
            bytes,
            problem,
            warning: None,
            after: Place { cursor: end, lines: 0, bytes: end },
        };
        Some(Ok(match self.reader.next()? {
            Ok(mail) => {
                let cut = mail.is_truncated.then(|| Reason::new("import-truncated").arg("place", mail.offset));
                RawItem { warning: cut, ..item(mail.offset, mail.end, mail.bytes, None) }
            }
            Err(MboxError::TooBig { offset, end, .. }) => item(offset, end, Vec::new(), Some(too_large(self.limit))),
            Err(MboxError::NotMbox { offset }) => {
                item(offset, offset, Vec::new(), Some(Reason::new("import-not-mbox")))
            }
            Err(MboxError::Io { source, .. }) => return Some(Err(source)),
        }))
    }
}
