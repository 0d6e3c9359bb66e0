//! How fast one core reads mail, and in how much memory: `cargo bench -p mailkit`, with the real mails of `SARANG_DATA`.

use std::fs;
use std::io::{BufReader, Read};
use std::path::Path;
use std::time::Instant;

use mailkit::{MboxReader, parse_mail, split_reply};

fn main() {
    let Some(folder) = std::env::var_os("SARANG_DATA") else {
        eprintln!("not run: set SARANG_DATA");
        return;
    };
    let mbox = fs::read(Path::new(&folder).join("mail/easy-ham-2.mbox")).unwrap();
    let golden =
        fs::read_dir(Path::new(&std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden")).unwrap();
    let golden = golden.map(|entry| entry.unwrap().path());
    let golden: Vec<Vec<u8>> = golden
        .filter(|path| path.extension().is_some_and(|end| end == "eml"))
        .map(|path| fs::read(path).unwrap())
        .collect();
    let rate = |name: &str, n: usize, begin: Instant| {
        eprintln!("{name}: {:.0} mails/s, peak {} MB", n as f64 / begin.elapsed().as_secs_f64(), peak_megabytes());
    };
    let times = 100;
    let begin = Instant::now();
    let reader = BufReader::new(Repeat { bytes: &mbox, at: 0, times });
    let read = MboxReader::new(reader).map(|item| item.unwrap().bytes.len()).filter(|len| *len > 0).count();
    rate(&format!("mbox of {} MB", (mbox.len() * times) >> 20), read, begin);
    let begin = Instant::now();
    let reader = BufReader::new(Repeat { bytes: &mbox, at: 0, times });
    let mails = MboxReader::new(reader).map(|item| parse_mail(&item.unwrap().bytes));
    rate("mbox and parse", mails.filter(|mail| !mail.text.is_empty()).count(), begin);
    let begin = Instant::now();
    let reader = BufReader::new(Repeat { bytes: &mbox, at: 0, times: 20 });
    let mails = MboxReader::new(reader).map(|item| parse_mail(&item.unwrap().bytes));
    rate(
        "mbox, parse and split",
        mails.filter(|mail| !split_reply(&mail.text).visible(&mail.text).is_empty()).count(),
        begin,
    );
    let begin = Instant::now();
    let read = (0..100).flat_map(|_| &golden).filter(|bytes| !parse_mail(bytes).id.is_empty()).count();
    rate("golden Korean mails", read, begin);
}

/// Gives the same bytes again and again, as a large file would.
struct Repeat<'a> {
    bytes: &'a [u8],
    at: usize,
    times: usize,
}

impl Read for Repeat<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.bytes.len() && self.times > 1 {
            (self.at, self.times) = (0, self.times - 1);
        }
        let len = (&self.bytes[self.at..]).read(buffer)?;
        self.at += len;
        Ok(len)
    }
}

fn peak_megabytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
}
