//! Lines of a text file. A line without end costs no more memory than the limit.
use super::{Place, RawItem, too_large};
use std::io::{self, BufRead};

pub(super) struct Lines<R> {
    reader: R,
    at: Place,
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R, from: Place, limit: usize) -> Lines<R> {
        Lines { reader, at: from, limit }
    }

    /// Reads a line to its end, keeping at most the limit; how long it was, its break included.
    fn read_line(&mut self, line: &mut Vec<u8>) -> io::Result<u64> {
        let mut long = 0;
        loop {
            let buffer = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            let end = buffer.iter().position(|b| *b == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(buffer.len());
            line.extend_from_slice(&buffer[..taken.min(self.limit.saturating_sub(line.len()))]);
            self.reader.consume(taken);
            long += taken as u64;
            if end.is_some() || taken == 0 {
                return Ok(long);
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<RawItem>;

    fn next(&mut self) -> Option<io::Result<RawItem>> {
        loop {
            let mut bytes = Vec::new();
            let long = match self.read_line(&mut bytes) {
                Ok(0) => return None,
                Ok(long) => long,
                Err(error) => return Some(Err(error)),
            };
            let is_first = self.at.cursor == 0;
            self.at = Place { cursor: self.at.cursor + long, lines: self.at.lines + 1, bytes: self.at.bytes + long };
            let problem = (long > bytes.len() as u64).then(|| too_large(self.limit));
            if is_first && bytes.starts_with(b"\xef\xbb\xbf") {
                bytes.drain(..3);
            }
            if problem.is_none() {
                bytes.truncate(bytes.trim_ascii_end().len());
                if bytes.is_empty() {
                    continue;
                }
            }
            return Some(Ok(RawItem {
                label: format!("line {}", self.at.lines),
                bytes,
                problem,
                warning: None,
                after: self.at,
            }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], limit: usize) -> Vec<(String, Vec<u8>, bool, u64)> {
        let items = Lines::new(io::BufReader::with_capacity(3, text), Place::default(), limit);
        items.map(|i| i.unwrap()).map(|i| (i.label, i.bytes, i.problem.is_some(), i.after.cursor)).collect()
    }

    #[test]
    fn empty_lines_count_as_lines_but_are_no_items() {
        let all = read(b"\xef\xbb\xbf{a}\r\n\r\n  \n{b}\n\n{c}", 100);
        let said: Vec<_> = all.iter().map(|i| (i.0.as_str(), i.1.as_slice(), i.3)).collect();
        assert_eq!(said, [("line 1", &b"{a}"[..], 8), ("line 4", &b"{b}"[..], 17), ("line 6", &b"{c}"[..], 21)]);
    }

    #[test]
    fn a_line_over_the_limit_is_passed_over_to_its_end() {
        let all = read(b"0123456789\nab\n", 4);
        assert_eq!(all[0], ("line 1".into(), b"0123".to_vec(), true, 11));
        assert_eq!(all[1], ("line 2".into(), b"ab".to_vec(), false, 14));
    }

    #[test]
    fn reading_goes_on_where_it_was() {
        let text = b"a\nb\nc\n";
        let first = Lines::new(&text[..], Place::default(), 9).nth(1).unwrap().unwrap().after;
        let rest: Vec<_> = Lines::new(&text[first.cursor as usize..], first, 9).map(|i| i.unwrap().label).collect();
        assert_eq!(rest, ["line 3"]);
    }
}
