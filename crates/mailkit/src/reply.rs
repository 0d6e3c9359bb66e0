//! Finds the part of a reply that is new; the rest is folded, never deleted.

use std::ops::Range;

/// Where a text quotes and where it is signed. Ranges are in Unicode scalars, ascending, not overlapping.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// Quoted history, attribution lines and headers of what was forwarded.
    pub quoted: Vec<Range<usize>>,
    pub signature: Option<Range<usize>>,
}

/// Splits a text into what its writer wrote, what is quoted, and the signature.
pub fn split_reply(text: &str) -> Reply {
    let mut quoted = Vec::new();
    let mut at = 0;
    let mut run: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let len = line.chars().count();
        match (line.trim_start().starts_with('>'), run) {
            (true, None) => run = Some(at),
            (false, Some(begin)) => {
                quoted.push(begin..at);
                run = None;
            }
            _ => {}
        }
        at += len;
    }
    quoted.extend(run.map(|begin| begin..at));
    Reply { quoted, signature: None }
}

impl Reply {
    /// The ranges of `text` that are neither quoted nor the signature.
    pub fn visible(&self, text: &str) -> Vec<Range<usize>> {
        let mut hidden: Vec<&Range<usize>> = self.quoted.iter().chain(&self.signature).collect();
        hidden.sort_by_key(|range| range.start);
        let mut visible = Vec::new();
        let mut at = 0;
        for range in hidden {
            if range.start > at {
                visible.push(at..range.start);
            }
            at = at.max(range.end);
        }
        let len = text.chars().count();
        if at < len {
            visible.push(at..len);
        }
        visible
    }
}
