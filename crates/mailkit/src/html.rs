//! HTML from outside: cleaned by an allow-list, and read as text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// How deep elements may be nested for HTML to be cleaned.
const MAX_DEPTH: usize = 400;

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::default();
    builder
        .add_tags(["font", "big", "tfoot", "section", "main"])
        .rm_tags(["map", "area"])
        .add_clean_content_tags([
            "title", "template", "noscript", "svg", "math", "xmp", "noembed", "noframes", "iframe",
        ])
        .add_generic_attributes(["align", "valign", "dir", "width", "height", "bgcolor", "style", "hidden"])
        .add_tag_attributes("font", ["color", "face", "size"])
        .add_tag_attributes("table", ["border", "cellpadding", "cellspacing"])
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(|element, attribute, value| {
            let scheme = value.trim_start().split(':').next().unwrap_or_default().to_ascii_lowercase();
            let is_image = element == "img" && attribute == "src";
            match scheme.as_str() {
                "data" if matches!(attribute, "src" | "href" | "cite" | "longdesc") => {
                    (is_image && is_safe_image(value)).then_some(Cow::Borrowed(value))
                }
                "cid" if !is_image && attribute == "href" => None,
                _ if attribute == "style" => safe_style(value).map(Cow::Owned),
                _ => Some(Cow::Borrowed(value)),
            }
        });
    builder
});

fn is_safe_image(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    ["png", "jpeg", "jpg", "gif", "webp"].iter().any(|kind| url.starts_with(&format!("data:image/{kind};base64,")))
}

/// The properties that may stay, which look but do not place: nothing can be laid over the page.
const STYLES: [&str; 42] = [
    "background-color",
    "border",
    "border-bottom",
    "border-collapse",
    "border-color",
    "border-left",
    "border-radius",
    "border-right",
    "border-spacing",
    "border-style",
    "border-top",
    "border-width",
    "color",
    "display",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "mso-hide",
    "opacity",
    "overflow",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "vertical-align",
    "visibility",
    "width",
];

/// The declarations of known properties with plain values: no function but a colour's, no escape, no address.
fn safe_style(style: &str) -> Option<String> {
    let declarations = style.split(';').filter_map(|declaration| {
        let (property, value) = declaration.split_once(':')?;
        let (property, value) = (property.trim().to_ascii_lowercase(), value.trim());
        let is_plain = value.chars().all(|c| c.is_alphanumeric() || " #%.,-!'()".contains(c));
        let is_colour = ["rgb(", "rgba(", "hsl(", "hsla("].iter().any(|f| value.to_ascii_lowercase().starts_with(f));
        let is_safe = is_plain && (is_colour || !value.contains('('));
        (is_safe && STYLES.contains(&property.as_str())).then(|| format!("{property}:{value}"))
    });
    let style = declarations.collect::<Vec<_>>().join(";");
    (!style.is_empty()).then_some(style)
}

/// Cleans HTML by an allow-list and blocks images from the network. `None` if it is nested too deep to be cleaned.
pub(crate) fn clean_html(html: &str) -> Option<String> {
    if nesting(html) > MAX_DEPTH {
        return None;
    }
    Some(block_remote_images(&CLEANER.clean(html).to_string()))
}

/// The deepest nesting there could be, counting each kind of element that is never closed. Elements that close one
/// another do not count. A parser opens unclosed formatting again in every paragraph, so hostile HTML grows by the
/// square of this.
fn nesting(html: &str) -> usize {
    let mut open: HashMap<String, usize> = HashMap::new();
    let (mut depth, mut deepest) = (0usize, 0);
    for token in (Tokens { rest: html, reads_raw_text: true }) {
        match token {
            Token::Open { name, .. } => {
                let name = name.to_ascii_lowercase();
                if !is_void(&name) && !["p", "li", "td", "tr", "th", "option", "dt", "dd"].contains(&name.as_str()) {
                    *open.entry(name).or_default() += 1;
                    depth += 1;
                    deepest = deepest.max(depth);
                }
            }
            Token::Close(name) => {
                if let Some(count) = open.get_mut(&name.to_ascii_lowercase()).filter(|count| **count > 0) {
                    *count -= 1;
                    depth -= 1;
                }
            }
            Token::Text(_) => {}
        }
    }
    deepest
}

/// Moves the address of each image that is not inside the message from `src` to `data-remote-src`.
fn block_remote_images(html: &str) -> String {
    let mut blocked = String::with_capacity(html.len());
    let mut at = 0;
    for token in (Tokens { rest: html, reads_raw_text: false }) {
        let Token::Open { name: "img", attributes } = token else { continue };
        let Some(src) = find_attribute(attributes, "src") else { continue };
        let scheme = src.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if scheme == "cid" || scheme == "data" {
            continue;
        }
        let begin = attributes.as_ptr() as usize - html.as_ptr() as usize;
        let offset = begin + (src.as_ptr() as usize - attributes.as_ptr() as usize) - "src=\"".len();
        blocked.push_str(&html[at..offset]);
        blocked.push_str("data-remote-");
        at = offset;
    }
    blocked.push_str(&html[at..]);
    blocked
}

/// Plain text as HTML, line breaks kept.
pub(crate) fn escape_html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    format!("<p>{}</p>", escaped.replace('\n', "<br>"))
}

enum Token<'a> {
    Text(&'a str),
    Open { name: &'a str, attributes: &'a str },
    Close(&'a str),
}

/// Splits HTML into tags and text. Made for cleaned HTML, but takes any: what is no tag is text.
struct Tokens<'a> {
    rest: &'a str,
    /// Whether scripts and styles are split like the rest instead of being passed over.
    reads_raw_text: bool,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest;
            let bytes = rest.as_bytes();
            if rest.is_empty() {
                return None;
            }
            let starts_tag =
                |i: usize| matches!(bytes.get(i + 1), Some(b'a'..=b'z' | b'A'..=b'Z' | b'/' | b'!' | b'?'));
            if bytes[0] != b'<' || !starts_tag(0) {
                let end = (1..bytes.len()).find(|&i| bytes[i] == b'<' && starts_tag(i)).unwrap_or(bytes.len());
                self.rest = &rest[end..];
                return Some(Token::Text(&rest[..end]));
            }
            let end = if rest.starts_with("<!--") { rest.find("-->").map(|i| i + 3) } else { tag_end(bytes) };
            let Some(end) = end else {
                self.rest = "";
                return Some(Token::Text(rest));
            };
            self.rest = &rest[end..];
            let tag = rest[1..end].trim_end_matches('>');
            match bytes[1] {
                b'!' | b'?' => continue,
                b'/' => {
                    let name = tag[1..].split(|c: char| c.is_whitespace()).next().unwrap_or_default();
                    return Some(Token::Close(name));
                }
                _ => {
                    let len = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
                    let (name, attributes) = tag.split_at(len);
                    self.skip_raw_text(name);
                    return Some(Token::Open { name, attributes });
                }
            }
        }
    }
}

impl Tokens<'_> {
    /// Scripts and styles hold no tags and are not read.
    fn skip_raw_text(&mut self, name: &str) {
        let is_raw = ["script", "style", "title", "template"].iter().any(|n| name.eq_ignore_ascii_case(n));
        if self.reads_raw_text || !is_raw {
            return;
        }
        let bytes = self.rest.as_bytes();
        let is_close = |i: usize| {
            bytes[i] == b'<'
                && bytes.get(i + 1) == Some(&b'/')
                && bytes.get(i + 2..i + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
        };
        let end = (0..bytes.len()).find(|&i| is_close(i)).unwrap_or(bytes.len());
        self.rest = &self.rest[end..];
    }
}

/// The length of the tag at the beginning, quotes respected.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (i, &byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(i + 1),
            (None, b'"' | b'\'') if bytes[..i].trim_ascii_end().ends_with(b"=") => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    None
}

/// The quoted value of an attribute, entities not decoded.
fn find_attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = attributes;
    while let Some((key, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, next) = match quote {
            Some(quote) => after[1..].split_once(quote)?,
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        if key.trim().rsplit(char::is_whitespace).next().is_some_and(|k| k.eq_ignore_ascii_case(name)) {
            return Some(value);
        }
        rest = next;
    }
    None
}

fn is_void(name: &str) -> bool {
    ["br", "img", "hr", "wbr", "col", "input", "meta", "link", "base", "area", "source", "embed", "param", "track"]
        .iter()
        .any(|n| name.eq_ignore_ascii_case(n))
}

/// The text of HTML from anywhere: cleaned first, so that what is hidden is left out.
pub fn read_html(html: &str) -> String {
    let cleaned = clean_html(html);
    text_of_html(cleaned.as_deref().unwrap_or(html), cleaned.is_some())
}

/// HTML as text that reads well: paragraphs, lists, quotes as `> `, table cells by ` | `, links with their address.
///
/// `is_balanced`: whether each element is closed, as in cleaned HTML; only then hidden elements are left out.
pub(crate) fn text_of_html(html: &str, is_balanced: bool) -> String {
    let mut writer = TextWriter::default();
    let mut hidden_depth = 0usize;
    for token in (Tokens { rest: html, reads_raw_text: false }) {
        match token {
            Token::Open { name, .. } if hidden_depth > 0 => hidden_depth += usize::from(!is_void(name)),
            Token::Close(name) if hidden_depth > 0 => hidden_depth -= usize::from(!is_void(name)),
            Token::Text(_) if hidden_depth > 0 => {}
            Token::Open { name, attributes } if is_balanced && is_hidden(attributes) => {
                hidden_depth += usize::from(!is_void(name));
            }
            Token::Open { name, attributes } => writer.open(&name.to_ascii_lowercase(), attributes),
            Token::Close(name) => writer.close(&name.to_ascii_lowercase()),
            Token::Text(text) => writer.text(&decode_entities(text)),
        }
    }
    writer.out
}

/// Elements that are not shown, such as the preview line ("preheader") of newsletters.
fn is_hidden(attributes: &str) -> bool {
    if attributes.split(char::is_whitespace).any(|a| a == "hidden" || a.starts_with("hidden=")) {
        return true;
    }
    let Some(style) = find_attribute(attributes, "style") else { return false };
    let style: String = style.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
    let mut declarations = style.split(';').map(|d| d.trim_end_matches("!important"));
    declarations.any(|declaration| {
        matches!(
            declaration,
            "display:none"
                | "visibility:hidden"
                | "mso-hide:all"
                | "opacity:0"
                | "max-height:0"
                | "max-height:0px"
                | "font-size:0"
                | "font-size:0px"
        )
    })
}

/// The deepest quoting that is marked.
const MAX_QUOTE: usize = 20;

#[derive(Default)]
struct TextWriter {
    out: String,
    /// Line breaks owed before the next word.
    breaks: usize,
    space: bool,
    /// A table cell ended; another in the same row gets a bar before it.
    cell: bool,
    quote: usize,
    last_quote: usize,
    pre: usize,
    lists: Vec<Option<usize>>,
    links: Vec<(String, usize)>,
}

impl TextWriter {
    fn open(&mut self, name: &str, attributes: &str) {
        match name {
            "br" => {
                self.breaks += 1;
                self.space = false;
            }
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "figure" => self.paragraph(),
            "table" | "tr" | "div" | "section" | "article" | "header" | "footer" | "main" | "center" | "address"
            | "dt" | "form" | "details" | "summary" | "caption" => self.line(),
            "td" | "th" => {}
            "blockquote" => {
                self.line();
                self.quote = (self.quote + 1).min(MAX_QUOTE);
            }
            "pre" => {
                self.paragraph();
                self.pre += 1;
            }
            "ul" | "ol" => {
                if self.lists.is_empty() {
                    self.paragraph()
                } else {
                    self.line()
                }
                self.lists.push((name == "ol").then_some(0));
            }
            "li" => {
                self.line();
                let indent = "  ".repeat(self.lists.len().saturating_sub(1).min(8));
                let mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{indent}{number}. ")
                    }
                    _ => format!("{indent}- "),
                };
                self.word(&mark);
            }
            "dd" => {
                self.line();
                self.word("  ");
            }
            "hr" => {
                self.paragraph();
                self.word("________________________________");
                self.paragraph();
            }
            "img" => {
                let alt = find_attribute(attributes, "alt").map(decode_entities).unwrap_or_default();
                if !alt.trim().is_empty() {
                    self.text(&format!("[{}]", alt.trim()));
                }
            }
            "a" => {
                let href = find_attribute(attributes, "href").map(decode_entities).unwrap_or_default();
                self.links.push((href.into_owned(), self.out.len()));
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "figure" => self.paragraph(),
            "div" | "tr" | "table" | "section" | "article" | "header" | "footer" | "main" | "center" | "address"
            | "dt" | "dd" | "li" | "form" | "details" | "summary" | "caption" => self.line(),
            "td" | "th" => self.cell = self.breaks == 0,
            "blockquote" => {
                self.line();
                self.quote = self.quote.saturating_sub(1);
            }
            "pre" => {
                self.paragraph();
                self.pre = self.pre.saturating_sub(1);
            }
            "ul" | "ol" => {
                self.lists.pop();
                if self.lists.is_empty() { self.paragraph() } else { self.line() }
            }
            "a" => self.end_link(),
            _ => {}
        }
    }

    /// Adds a link's address after its words, unless the words are the address or it is too long to be read.
    fn end_link(&mut self) {
        let Some((href, from)) = self.links.pop() else { return };
        let words = self.out.get(from..).unwrap_or_default().trim();
        if words.len() > 1000 {
            return;
        }
        let bare = |url: &str| {
            let url = url.trim().trim_end_matches('/').to_lowercase();
            url.replace("https://", "").replace("http://", "").replace("mailto:", "").replace("www.", "")
        };
        let is_web = href.starts_with("http://") || href.starts_with("https://") || href.starts_with("mailto:");
        let is_said = words.is_empty() || words.starts_with('[') || bare(words).contains(&bare(&href));
        if is_web && href.len() <= 100 && !is_said {
            let breaks = std::mem::take(&mut self.breaks);
            self.space = true;
            self.word(&format!("({})", href.strip_prefix("mailto:").unwrap_or(&href)));
            self.breaks = breaks;
        }
    }

    fn line(&mut self) {
        self.breaks = self.breaks.max(1);
        self.space = false;
    }

    fn paragraph(&mut self) {
        self.breaks = self.breaks.max(2);
        self.space = false;
    }

    fn text(&mut self, text: &str) {
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                if self.pre > 0 { self.breaks += 1 } else { self.space = true }
            }
            if self.pre > 0 {
                if !line.is_empty() {
                    self.word(line);
                }
                continue;
            }
            let mut chars = line.chars().peekable();
            while let Some(c) = chars.next() {
                match c {
                    // Fillers of hidden preview lines; none of them is seen.
                    '\u{34f}' | '\u{200b}' | '\u{feff}' | '\u{ad}' | '\u{2060}' => {}
                    '\u{200c}' if !chars.peek().is_some_and(|next| next.is_alphabetic()) => {}
                    c if c.is_whitespace() => self.space = true,
                    c => self.word(c.encode_utf8(&mut [0; 4])),
                }
            }
        }
    }

    /// Writes what must come together, after the breaks, marks and space it is owed.
    fn word(&mut self, word: &str) {
        if self.out.is_empty() {
            self.out.push_str(&"> ".repeat(self.quote));
        } else if self.breaks > 0 {
            self.out.truncate(self.out.trim_end_matches([' ', '\t']).len());
            for i in 0..self.breaks.min(3) {
                self.out.push('\n');
                if i + 1 < self.breaks.min(3) {
                    self.out.push_str(&">".repeat(self.quote.min(self.last_quote)));
                }
            }
            self.out.push_str(&"> ".repeat(self.quote));
        } else if self.cell {
            self.out.push_str(" | ");
        } else if self.space && !self.out.ends_with([' ', '\n']) {
            self.out.push(' ');
        }
        (self.breaks, self.space, self.cell, self.last_quote) = (0, false, false, self.quote);
        self.out.push_str(word);
    }
}

/// Decodes character references: those that cleaned HTML has, numbers, and the commonest names.
fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let name_len = after.bytes().take(12).position(|b| b == b';');
        let replacement = name_len.and_then(|len| decode_entity(&after[..len]));
        match (replacement, name_len) {
            (Some(c), Some(len)) => {
                decoded.push(c);
                rest = &after[len + 1..];
            }
            _ => {
                decoded.push('&');
                rest = after;
            }
        }
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

fn decode_entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).filter(|c| *c != '\0');
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "copy" => '©',
        "reg" => '®',
        "hellip" => '…',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "middot" => '·',
        "bull" => '•',
        _ => return None,
    })
}
