//! A Rust file as the rules read it: its code without comments and string contents, and its strings by line.

pub struct RustSource {
    /// The code, line by line as in the file; comments and what stands between quotes are spaces.
    pub code: String,
    /// Contents of the string literals as they are written (escapes not resolved), each with its first line.
    pub strings: Vec<(usize, String)>,
}

impl RustSource {
    pub fn parse(text: &str) -> Self {
        let mut reader = Reader { chars: text.chars().collect(), at: 0, line: 1, code: String::new(), strings: vec![] };
        reader.read();
        Self { code: reader.code, strings: reader.strings }
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    line: usize,
    code: String,
    strings: Vec<(usize, String)>,
}

impl Reader {
    fn read(&mut self) {
        while let Some(here) = self.peek(0) {
            match (here, self.peek(1)) {
                ('/', Some('/')) => self.blank_while(|char| char != '\n'),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r' | 'b' | 'c', _) if !self.inside_word() && self.raw_hashes().is_some() => self.raw_string(),
                ('\'', _) => self.char_or_lifetime(),
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn inside_word(&self) -> bool {
        self.at > 0 && (self.chars[self.at - 1].is_alphanumeric() || self.chars[self.at - 1] == '_')
    }

    fn keep(&mut self) {
        self.step(|char| char);
    }

    fn blank(&mut self) {
        self.step(|_| ' ');
    }

    /// Goes one character on; at the end of the file it does nothing.
    fn step(&mut self, shown: fn(char) -> char) {
        let Some(here) = self.peek(0) else { return };
        if here == '\n' {
            self.line += 1;
            self.code.push('\n');
        } else {
            self.code.push(shown(here));
        }
        self.at += 1;
    }

    fn blank_while(&mut self, wanted: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&wanted) {
            self.blank();
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while let Some(here) = self.peek(0) {
            let step = match (here, self.peek(1)) {
                ('/', Some('*')) => 1,
                ('*', Some('/')) => -1,
                _ => 0,
            };
            depth += step;
            self.blank();
            if step != 0 {
                self.blank();
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line;
        self.keep();
        let start = self.at;
        while let Some(here) = self.peek(0).filter(|here| *here != '"') {
            self.blank();
            if here == '\\' {
                self.blank();
            }
        }
        self.strings.push((line, self.chars[start..self.at].iter().collect()));
        self.keep();
    }

    /// At `r"`, `r##"`, `br#"` or `cr"`: how many hashes close it. Not for `r#name`.
    fn raw_hashes(&self) -> Option<(usize, usize)> {
        let prefix = if matches!(self.peek(0), Some('b' | 'c')) { 1 } else { 0 };
        if self.peek(prefix) != Some('r') {
            return None;
        }
        let hashes = (prefix + 1..).take_while(|ahead| self.peek(*ahead) == Some('#')).count();
        (self.peek(prefix + 1 + hashes) == Some('"')).then_some((prefix + 1, hashes))
    }

    fn raw_string(&mut self) {
        let Some((prefix, hashes)) = self.raw_hashes() else { return self.keep() };
        let line = self.line;
        (0..prefix + hashes + 1).for_each(|_| self.keep());
        let start = self.at;
        let closes = |reader: &Self| (1..=hashes).all(|ahead| reader.peek(ahead) == Some('#'));
        while let Some(here) = self.peek(0) {
            if here == '"' && closes(self) {
                break;
            }
            self.blank();
        }
        self.strings.push((line, self.chars[start..self.at].iter().collect()));
        (0..hashes + 1).for_each(|_| self.keep());
    }

    /// `'a'` and `'\n'` are characters, `'a` is a lifetime.
    fn char_or_lifetime(&mut self) {
        let escaped = self.peek(1) == Some('\\');
        self.keep();
        if escaped {
            self.blank();
            self.blank();
            self.blank_while(|char| char != '\'' && char != '\n');
            if self.peek(0) == Some('\'') {
                self.keep();
            }
        } else if self.peek(1) == Some('\'') {
            self.blank();
            self.keep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RustSource;

    #[test]
    fn comments_and_strings_are_no_code_and_lines_stay() {
        let source = RustSource::parse("a // x sql!\n/* b /* c */\nd */ e \"f \\\" g\" h\n");
        assert_eq!(source.code.lines().map(str::trim_end).collect::<Vec<_>>(), ["a", "", "     e \"      \" h"]);
        assert_eq!(source.strings, [(3, "f \\\" g".to_owned())]);
    }

    #[test]
    fn raw_strings_end_at_their_own_hashes() {
        let source = RustSource::parse("let s = r#\"one \" two\"#; let r#type = br\"x\"; var\"y\";");
        assert_eq!(source.strings.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["one \" two", "x", "y"]);
        assert!(source.code.contains("let r#type ="));
    }

    #[test]
    fn a_quote_as_a_character_opens_no_string_and_a_lifetime_is_no_character() {
        let source = RustSource::parse("fn f<'a>(x: &'a str) { match c { '\"' => 1, '\\'' => 2, '\\u{1F600}' => 3 } }");
        assert!(source.strings.is_empty());
        assert!(source.code.contains("fn f<'a>(x: &'a str)"));
        assert!(source.code.ends_with("=> 3 } }"));
    }

    #[test]
    fn a_file_cut_off_in_the_middle_does_not_hang_or_panic() {
        for text in ["\"open", "r#\"open", "/* open", "'\\", "\"open\\"] {
            RustSource::parse(text);
        }
    }
}
