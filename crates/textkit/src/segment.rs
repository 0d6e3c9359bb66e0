//! Cuts folded text into pieces of one kind of writing: the common ground of index, query, ranking and labels.

/// How a piece is written, which decides how it is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// Hangul syllables: a word with its particles.
    Hangul,
    /// Han and Kana: written without spaces.
    Han,
    /// Lone Hangul letters: `ㅋㅋ`, `ㅠㅠ`.
    Jamo,
    /// All else that has letters, and digits.
    Latin,
    /// One pictogram.
    Emoji,
}

impl Script {
    /// Written so that words run together: found by pairs of characters.
    pub fn has_grams(self) -> bool {
        matches!(self, Script::Hangul | Script::Han)
    }
}

/// A run of folded characters of one script, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub script: Script,
    pub start: usize,
    pub end: usize,
    /// Nothing, not even punctuation, stands between this piece and the one before.
    pub follows: bool,
    /// One joining mark (`.`, `@`, `-`, …) stands between this Latin piece and the Latin piece before.
    pub joined: bool,
}

pub(crate) fn script(c: char) -> Option<Script> {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric().then_some(Script::Latin);
    }
    match c as u32 {
        0xAC00..=0xD7A3 => Some(Script::Hangul),
        0x1100..=0x11FF | 0x3131..=0x318E => Some(Script::Jamo),
        0x3005..=0x3007 | 0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF => Some(Script::Han),
        0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x323AF => Some(Script::Han),
        0x2600..=0x27BF | 0x1F300..=0x1F3FA | 0x1F400..=0x1FAFF => Some(Script::Emoji),
        _ => c.is_alphanumeric().then_some(Script::Latin),
    }
}

/// The pieces of folded text, in order.
pub(crate) fn pieces(chars: &[char]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::with_capacity(chars.len() / 4);
    let mut i = 0;
    while i < chars.len() {
        let Some(script) = script(chars[i]) else {
            i += 1;
            continue;
        };
        let start = i;
        i += 1;
        while script != Script::Emoji && i < chars.len() && self::script(chars[i]) == Some(script) {
            i += 1;
        }
        let before = pieces.last();
        let follows = before.is_some_and(|piece| piece.end == start);
        let joined = script == Script::Latin
            && before.is_some_and(|piece| piece.script == Script::Latin && piece.end + 1 == start)
            && joins(&chars[..start], chars[start]);
        pieces.push(Piece { script, start, end: i, follows, joined });
    }
    pieces
}

/// Whether the mark at the end of `before` holds two Latin pieces together: `v2.1`, `a@b.com`, `don't`, `1,000`.
fn joins(before: &[char], next: char) -> bool {
    match before {
        [.., last, ','] => last.is_ascii_digit() && next.is_ascii_digit(),
        [.., '.' | '@' | '-' | '_' | '\'' | '’' | '&' | '+'] => true,
        _ => false,
    }
}
