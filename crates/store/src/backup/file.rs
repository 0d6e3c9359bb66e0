//! The stream as a file: one readable line, then gzip with the records in it.
//!
//! A record is a letter, the length of the rest (4 bytes, little end first), and the rest. A value is a letter and its
//! bytes; texts and bytes have their length before them.
use super::{Record, broken_off};
use crate::blobs::file_fault;
use crate::fault::said;
use crate::value::Value;
use base::{Error, RawId, Result, Time};
use flate2::{Compression, bufread::GzDecoder, write::GzEncoder};
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;
use tokio::sync::mpsc::{Receiver, Sender};

const FIRST_LINE: &str = "Sarangbang backup 1\n";

pub(super) fn write(path: &Path, receive: Receiver<Record>) -> Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let temporary = folder.join(format!(".{}.new", RawId::new()));
    let written = write_all(&temporary, receive).and_then(|()| {
        fs::rename(&temporary, path).and_then(|()| File::open(folder)?.sync_all()).map_err(|e| file_fault(path, e))
    });
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_all(path: &Path, mut receive: Receiver<Record>) -> Result<()> {
    let fault = |e| file_fault(path, e);
    let mut file = BufWriter::new(File::create_new(path).map_err(fault)?);
    file.write_all(FIRST_LINE.as_bytes()).map_err(fault)?;
    let mut out = GzEncoder::new(file, Compression::fast());
    let (mut buffer, mut ended) = (Vec::new(), false);
    while let Some(record) = receive.blocking_recv() {
        ended = matches!(record, Record::End { .. });
        buffer.clear();
        encode(&record, &mut buffer);
        out.write_all(&buffer).map_err(fault)?;
    }
    if !ended {
        return Err(broken_off());
    }
    let file = out.finish().map_err(fault)?.into_inner().map_err(|e| fault(e.into_error()))?;
    file.sync_all().map_err(fault)
}

pub(super) fn is_backup(path: &Path) -> io::Result<bool> {
    begins_as_backup(&mut File::open(path)?)
}

fn begins_as_backup(file: &mut impl Read) -> io::Result<bool> {
    let mut line = Vec::new();
    file.take(FIRST_LINE.len() as u64).read_to_end(&mut line)?;
    Ok(line == FIRST_LINE.as_bytes())
}

pub(super) fn read(path: &Path, send: Sender<Record>) -> Result<()> {
    let fault = |e| file_fault(path, e);
    let mut file = BufReader::new(File::open(path).map_err(fault)?);
    if !begins_as_backup(&mut file).map_err(fault)? {
        return Err(said(format!("{} is not a backup of Sarangbang", path.display())));
    }
    let mut unpacked = BufReader::new(GzDecoder::new(file));
    loop {
        let mut head = [0; 5];
        unpacked.read_exact(&mut head).map_err(|e| damaged(path, e))?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
        let mut rest = Vec::new();
        unpacked.by_ref().take(length.into()).read_to_end(&mut rest).map_err(|e| damaged(path, e))?;
        let record = (rest.len() == length as usize).then(|| decode(head[0], &rest)).flatten();
        let record = record.ok_or_else(|| damaged(path, io::ErrorKind::InvalidData.into()))?;
        let ended = matches!(record, Record::End { .. });
        // The checksum of all stands after the last record: only then is the end told.
        if ended && unpacked.read(&mut [0]).map_err(|e| damaged(path, e))? != 0 {
            return Err(damaged(path, io::ErrorKind::InvalidData.into()));
        }
        // A reader that is gone has its own reason, which is told instead.
        if send.blocking_send(record).is_err() || ended {
            return Ok(());
        }
    }
}

fn damaged(path: &Path, error: io::Error) -> Error {
    said(format!("the backup {} is damaged or broken off: {error}", path.display()))
}

fn put_text(out: &mut Vec<u8>, text: &[u8]) {
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text);
}

fn encode(record: &Record, out: &mut Vec<u8>) {
    out.extend([0; 5]);
    out[0] = match record {
        Record::Begin { schema, at } => {
            out.extend(schema.to_le_bytes());
            out.extend(at.0.to_le_bytes());
            b'S'
        }
        Record::Table { name, columns } => {
            put_text(out, name.as_bytes());
            columns.iter().for_each(|c| put_text(out, c.as_bytes()));
            b'T'
        }
        Record::Row(values) => {
            values.iter().for_each(|v| encode_value(v, out));
            b'R'
        }
        Record::Blob { hash, bytes } => {
            put_text(out, hash.as_bytes());
            out.extend(bytes);
            b'B'
        }
        Record::End { rows, blobs } => {
            out.extend(rows.to_le_bytes());
            out.extend(blobs.to_le_bytes());
            b'E'
        }
    };
    let length = (out.len() - 5) as u32;
    out[1..5].copy_from_slice(&length.to_le_bytes());
}

fn encode_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::I64(n) => {
            out.push(b'i');
            out.extend(n.to_le_bytes());
        }
        Value::F64(n) => {
            out.push(b'f');
            out.extend(n.to_le_bytes());
        }
        Value::Bool(b) => out.extend([b'b', u8::from(*b)]),
        Value::Text(text) => {
            out.push(b't');
            put_text(out, text.as_bytes());
        }
        Value::Blob(bytes) => {
            out.push(b'x');
            put_text(out, bytes);
        }
        // No column holds a list.
        Value::Null | Value::I64s(_) | Value::Texts(_) | Value::Blobs(_) => out.push(b'n'),
    }
}

/// Reads from the front of bytes; `None` when there are too few, or they are not what they should be.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<i64> {
        Some(i64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn sized(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_le_bytes(self.take(4)?.try_into().ok()?);
        self.take(length as usize)
    }

    fn text(&mut self) -> Option<String> {
        String::from_utf8(self.sized()?.to_vec()).ok()
    }

    fn value(&mut self) -> Option<Value> {
        Some(match self.take(1)?[0] {
            b'n' => Value::Null,
            b'i' => Value::I64(self.number()?),
            b'f' => Value::F64(f64::from_bits(self.number()? as u64)),
            b'b' => Value::Bool(self.take(1)?[0] == 1),
            b't' => Value::Text(self.text()?),
            b'x' => Value::Blob(self.sized()?.to_vec()),
            _ => return None,
        })
    }
}

fn decode(letter: u8, rest: &[u8]) -> Option<Record> {
    let mut bytes = Bytes(rest);
    let record = match letter {
        b'S' => Record::Begin { schema: bytes.number()?, at: Time(bytes.number()?) },
        b'T' => {
            let (name, mut columns) = (bytes.text()?, Vec::new());
            while !bytes.0.is_empty() {
                columns.push(bytes.text()?);
            }
            Record::Table { name, columns }
        }
        b'R' => {
            let mut values = Vec::new();
            while !bytes.0.is_empty() {
                values.push(bytes.value()?);
            }
            Record::Row(values)
        }
        b'B' => Record::Blob { hash: bytes.text()?, bytes: std::mem::take(&mut bytes.0).to_vec() },
        b'E' => Record::End { rows: bytes.number()?, blobs: bytes.number()? },
        _ => return None,
    };
    bytes.0.is_empty().then_some(record)
}
