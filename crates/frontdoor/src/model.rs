//! Words and shapes of imports, without I/O: formats, what becomes of unknown tags, reasons, the report.
use base::Ui;
use serde::{Deserialize, Serialize};

/// A closed list of words that stands in a text column, in the API and on the command line.
macro_rules! words {
    ($(#[$meta:meta])* $type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, ::serde::Serialize, ::serde::Deserialize, utoipa::ToSchema)]
        pub enum $type { $(#[serde(rename = $word)] $variant),* }
        impl $type {
            pub const ALL: &'static [$type] = &[$($type::$variant),*];
            pub const fn as_str(self) -> &'static str {
                match self { $($type::$variant => $word),* }
            }
        }
        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl ::std::str::FromStr for $type {
            type Err = ::base::BadWord;
            fn from_str(text: &str) -> ::std::result::Result<$type, ::base::BadWord> {
                match text {
                    $($word => Ok($type::$variant),)*
                    _ => Err(::base::BadWord { text: text.into(), wanted: concat!("one of" $(, " ", $word)*) }),
                }
            }
        }
        ::store::text_column!($type);
    };
}
pub(crate) use words;

words!(
    /// What a file holds: a conversation a line, one mail or a folder of them, an mbox; requests with their votes, of
    /// Canny, of Fider or as any table; an item of the roadmap a line.
    Format {
        Jsonl = "jsonl",
        Eml = "eml",
        Mbox = "mbox",
        Canny = "canny",
        Fider = "fider",
        Requests = "requests",
        Roadmap = "roadmap",
    }
);
words!(
    /// What becomes of a tag the catalogue does not know: it is made in state `imported`, told, or passed over.
    TagsMode { Create = "create", Match = "match", Ignore = "ignore" }
);
words!(
    ImportState { Waiting = "waiting", Running = "running", Done = "done", Failed = "failed", Stopped = "stopped" }
);

impl Format {
    /// Whether it holds requests, which are grouped before they are read.
    pub fn is_requests(self) -> bool {
        matches!(self, Format::Canny | Format::Fider | Format::Requests)
    }

    /// Whether an item of it is a whole mail.
    pub fn is_mail(self) -> bool {
        matches!(self, Format::Eml | Format::Mbox)
    }
}

/// The largest line or mail that is read, in bytes, unless another limit is set.
pub const LARGEST_ITEM: usize = 32 << 20;

/// What is to be imported, and how.
#[derive(Clone, Debug)]
pub struct Options {
    pub format: Format,
    /// The source whose external ids these are, when the command names one.
    pub source: Option<String>,
    pub tags: TagsMode,
    /// In bytes; of a larger line or mail only this much is read, and it is skipped.
    pub largest_item: usize,
}

impl Options {
    pub fn new(format: Format) -> Options {
        Options { format, source: None, tags: TagsMode::Create, largest_item: LARGEST_ITEM }
    }

    /// The source of what names none itself.
    pub fn default_source(&self) -> &str {
        self.source.as_deref().unwrap_or(self.format.as_str())
    }
}

/// Why something was skipped, or what is worth a word: a key of `frontdoor.ftl` or `errors.ftl` and its arguments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    pub key: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<(String, String)>,
}

impl Reason {
    pub fn new(key: &str) -> Reason {
        Reason { key: key.into(), args: Vec::new() }
    }

    pub fn arg(mut self, name: &str, value: impl ToString) -> Reason {
        let value = value.to_string();
        let short: String =
            if value.chars().count() > 120 { value.chars().take(119).chain(['…']).collect() } else { value };
        self.args.push((name.into(), short));
        self
    }

    /// As a sentence of a language.
    pub fn tell(&self, ui: Ui) -> String {
        let args: Vec<(&str, String)> = self.args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        httpkit::say(ui, &self.key, &args).unwrap_or_else(|| self.key.clone())
    }
}

impl From<&base::Error> for Reason {
    fn from(error: &base::Error) -> Reason {
        match error {
            base::Error::Invalid { key, args, .. } => {
                args.iter().fold(Reason::new(key), |reason, (name, value)| reason.arg(name, value))
            }
            other => Reason::new("import-store").arg("why", other),
        }
    }
}

/// Warnings told one by one; the rest is counted together.
const MOST_WARNINGS: usize = 200;

/// Something worth a word, and how often it was met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Warning {
    pub reason: Reason,
    pub times: u64,
}

/// What came of an import so far. `read` to `skipped` count source items, the others rows that it made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub read: u64,
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: u64,
    pub conversations: u64,
    pub entries: u64,
    pub persons: u64,
    pub teams: u64,
    pub accounts: u64,
    /// Items of the roadmap, and who asks for them.
    pub items: u64,
    pub asks: u64,
    pub warnings: Vec<Warning>,
    /// Bytes of the source that are dealt with.
    pub done_bytes: u64,
    /// Lines of the source that are dealt with, empty ones included.
    pub lines: u64,
    /// Items a second, lately.
    pub rate: f64,
    /// Until the end, at the present rate.
    pub seconds_left: f64,
}

impl Counts {
    pub fn warn(&mut self, reason: Reason, times: u64) {
        if let Some(known) = self.warnings.iter_mut().find(|known| known.reason == reason) {
            known.times += times;
        } else if self.warnings.len() < MOST_WARNINGS {
            self.warnings.push(Warning { reason, times });
        } else {
            let rest = Reason::new("import-more-warnings");
            match self.warnings.iter_mut().find(|known| known.reason == rest) {
                Some(known) => known.times += times,
                None => self.warnings.push(Warning { reason: rest, times }),
            }
        }
    }
}

/// Where an item stands in its source: a line, a byte, a post; the name of a file is the same in all languages.
fn tell_place(item: &str, ui: Ui) -> String {
    let places = [
        ("line ", "import-at-line"),
        ("byte ", "import-at-byte"),
        ("post ", "import-at-post"),
        ("votes of post ", "import-at-votes"),
        ("comments of post ", "import-at-comments"),
    ];
    let told = |(begin, key): &(&str, &str)| httpkit::say(ui, key, &[("place", item.strip_prefix(begin)?.to_owned())]);
    places.iter().find_map(told).unwrap_or_else(|| item.to_owned())
}

/// An item that did not come in, and why.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SkipOut {
    /// `line 17`, `byte 3120`, `post 12`, in the language of the report; or the name of a file.
    pub item: String,
    pub reason: String,
}

/// The report as everybody gets it: the last line of the command, and in the API.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Report {
    /// Source items: lines, mails or files.
    pub read: u64,
    pub imported: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub skipped: Vec<SkipOut>,
    pub warnings: Vec<String>,
    /// Rows this import made.
    pub conversations: u64,
    pub entries: u64,
    pub persons: u64,
    pub teams: u64,
    pub accounts: u64,
    /// Roadmap items, and asks for them.
    pub items: u64,
    pub asks: u64,
}

impl Report {
    /// In a language.
    pub fn of(counts: &Counts, skips: &[(String, Reason)], ui: Ui) -> Report {
        let warning = |warning: &Warning| match warning.times {
            1 => warning.reason.tell(ui),
            times => format!("{} (×{times})", warning.reason.tell(ui)),
        };
        Report {
            read: counts.read,
            imported: counts.imported,
            updated: counts.updated,
            unchanged: counts.unchanged,
            skipped: skips
                .iter()
                .map(|(item, why)| SkipOut { item: tell_place(item, ui), reason: why.tell(ui) })
                .collect(),
            warnings: counts.warnings.iter().map(warning).collect(),
            conversations: counts.conversations,
            entries: counts.entries,
            persons: counts.persons,
            teams: counts.teams,
            accounts: counts.accounts,
            items: counts.items,
            asks: counts.asks,
        }
    }
}
