//! Words and shapes of conversations, without I/O: channels, authors, what comes in and what became of it.
use crate::store::entries::{Said, TAIL};
use base::{ConversationId, Lang, StaffId, Time};
use people::PersonIn;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A closed list of words that stands in a text column and in the API.
macro_rules! words {
    ($(#[$meta:meta])* $type:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $type { $($variant),* }
        impl $type {
            pub const ALL: &'static [$type] = &[$($type::$variant),*];
            pub const fn as_str(self) -> &'static str {
                match self { $($type::$variant => $word),* }
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.as_str()) }
        }
        impl FromStr for $type {
            type Err = base::BadWord;
            fn from_str(text: &str) -> Result<$type, base::BadWord> {
                match text {
                    $($word => Ok($type::$variant),)*
                    _ => Err(base::BadWord { text: text.into(), wanted: concat!("one of" $(, " ", $word)*) }),
                }
            }
        }
        ::store::text_column!($type);
    };
}

words!(
    /// How a conversation is held.
    Channel {
        Email = "email", Chat = "chat", Call = "call", Form = "form", Survey = "survey", Interview = "interview",
        Workshop = "workshop", Docs = "docs", Community = "community", Social = "social", Api = "api",
    }
);
words!(
    Status { Open = "open", Closed = "closed" }
);
words!(
    /// Why a conversation is there.
    Purpose { Buy = "buy", SelfServe = "self_serve", Help = "help", Partner = "partner", Feedback = "feedback" }
);
words!(
    EntryKind { Message = "message", Note = "note", Event = "event" }
);
words!(
    /// Who said it: a person outside, one of us, somebody we know only by name, or a program.
    Author { Person = "person", Staff = "staff", External = "external", Machine = "machine" }
);
words!(
    /// What the tagging room says of a conversation.
    TagState { Untagged = "untagged", Nothing = "nothing", Tagged = "tagged" }
);
words!(
    /// What a customer's entry says of how they feel, beside its valence.
    Emotion {
        Anger = "anger", Annoyance = "annoyance", Disappointment = "disappointment", Confusion = "confusion",
        Relief = "relief", Gratitude = "gratitude", Delight = "delight",
    }
);
words!(
    /// Who says so, where a person says how an entry was felt: one of us who corrects what was read, or the customer who
    /// was asked.
    MarkOrigin { Corrected = "corrected", Asked = "asked" }
);
words!(
    /// What a list may be narrowed to: an emotion, or the side the conversation ended on.
    Mood {
        Anger = "anger", Annoyance = "annoyance", Disappointment = "disappointment", Confusion = "confusion",
        Relief = "relief", Gratitude = "gratitude", Delight = "delight", Negative = "negative", Neutral = "neutral",
        Positive = "positive",
    }
);
words!(
    /// Who may see what came in by a door: every member of staff, or only some teams (and owners).
    Visibility { Open = "open", Teams = "teams" }
);
words!(
    /// Whether one of us wrote what goes out, or a program said that something came in, or asked how it was; or whether it
    /// tells somebody what became of what they asked for.
    ReplyKind { Answer = "answer", Acknowledgement = "acknowledgement", Question = "question", Notice = "notice" }
);
words!(
    DeliveryRole { To = "to", Cc = "cc", Bcc = "bcc" }
);
words!(
    /// What became of an entry on its way to one address. `resting`: mail came back from there before, nothing was sent.
    DeliveryState {
        Queued = "queued", Sending = "sending", Sent = "sent", Failed = "failed", Bounced = "bounced",
        Resting = "resting", TakenBack = "taken_back",
    }
);
words!(
    /// What is being written: to the customer, or among ourselves.
    DraftKind { Reply = "reply", Note = "note" }
);

/// The author of an entry that comes in. A person is named by a place in `ConversationIn::people`.
#[derive(Clone, Debug, PartialEq)]
pub enum AuthorIn {
    Person(usize),
    Staff(StaffId),
    /// Somebody of whom only the name is known; an agent of another system, for one.
    External,
    /// A program, in the name of a person or of nobody: an automatic reply, for one.
    Machine(Option<usize>),
}

/// Bytes that came with an entry and already lie in the blob folder.
#[derive(Clone, Debug, PartialEq)]
pub struct AttachmentIn {
    pub name: String,
    pub mime: String,
    pub bytes: i64,
    pub blob_hash: String,
    pub content_id: Option<String>,
}

/// What somebody said of an entry's emotion, coming in with it.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkIn {
    pub valence: i64,
    pub emotion: Option<Emotion>,
    pub origin: MarkOrigin,
    pub by: Option<MarkBy>,
    pub at: Time,
    /// By whom and when it was taken back.
    pub taken_back: Option<(Option<MarkBy>, Time)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum MarkBy {
    Staff(StaffId),
    Name(String),
}

/// One message, note or event that comes in.
#[derive(Clone, Debug)]
pub struct EntryIn {
    pub external_id: String,
    pub kind: EntryKind,
    pub author: AuthorIn,
    /// The name as it stood there.
    pub name: Option<String>,
    pub at: Time,
    pub text: String,
    /// Whether the raw holds HTML, so that the original can be shown.
    pub has_html: bool,
    pub raw_ord: Option<i64>,
    pub attachments: Vec<AttachmentIn>,
    /// Oldest first.
    pub emotions: Vec<MarkIn>,
}

/// Somebody who takes part without having said anything yet.
#[derive(Clone, Debug, PartialEq)]
pub struct ParticipantIn {
    pub role: String,
    pub who: AuthorIn,
    /// Needed for an external one.
    pub name: Option<String>,
}

/// What a conversation is about, in another room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct About {
    pub room: String,
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
}

/// A conversation that comes in, whole or in part: what is already there stays, the rest is appended.
#[derive(Clone, Debug)]
pub struct ConversationIn {
    pub source: String,
    /// Unique within its source.
    pub external_id: String,
    pub channel: Channel,
    /// The name of the door; one for each source and channel when absent.
    pub door: Option<String>,
    pub subject: Option<String>,
    /// Detected from what was said when absent.
    pub language: Option<Lang>,
    pub opened_at: Time,
    /// Whether an earlier `opened_at` than the stored one says anew who opened it and about what: so with mail threads.
    pub opens_thread: bool,
    pub status: Status,
    pub purpose: Option<Purpose>,
    /// Everybody from outside who is named in it; the others name them by their place here.
    pub people: Vec<PersonIn>,
    /// Whose conversation it is.
    pub person: Option<usize>,
    pub participants: Vec<ParticipantIn>,
    /// A JSON object, kept as it stood.
    pub attributes: Option<String>,
    pub entries: Vec<EntryIn>,
    pub about: Option<About>,
}

/// What became of one `ConversationIn` or mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    pub conversation_ord: i64,
    pub id: ConversationId,
    pub new: bool,
    pub new_entries: usize,
    pub changed_entries: usize,
    /// In the order they came in.
    pub entry_ords: Vec<i64>,
    /// Conversations that turned out to be part of this one and are no more.
    pub joined: usize,
    pub new_persons: usize,
    pub new_teams: usize,
    pub new_accounts: usize,
}

/// The longest external id, in bytes: RFC 5322 allows a line, and so a Message-ID, of 998.
pub const LONGEST_EXTERNAL_ID: usize = 1000;
/// The longest text of one entry, in bytes.
pub const LONGEST_TEXT: usize = 16 << 20;
/// Characters of a text that a list shows.
pub const PREVIEW_CHARS: usize = 160;

/// The first words of a text on one line, for lists.
pub fn preview(text: &str) -> String {
    let mut out = String::with_capacity(PREVIEW_CHARS * 2);
    let mut chars = 0;
    for word in text.split_whitespace() {
        if chars > 0 {
            out.push(' ');
            chars += 1;
        }
        for c in word.chars() {
            if chars == PREVIEW_CHARS {
                out.push('…');
                return out;
            }
            out.push(c);
            chars += 1;
        }
    }
    out
}

/// What a head says of its newest messages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tail {
    pub(crate) last_entry_at: Time,
    pub(crate) last_said_by: Author,
    /// The entry that the preview is made from.
    pub(crate) last_ord: Option<i64>,
    /// The first message of a person since somebody of ours or of another system answered; programs do not answer.
    pub(crate) waiting_since: Option<Time>,
}

/// Reads the newest messages, newest first; at most `TAIL` of them count.
pub(crate) fn read_tail(opened_at: Time, status: Status, newest_first: &[Said]) -> Tail {
    let Some(last) = newest_first.first() else {
        return Tail { last_entry_at: opened_at, last_said_by: Author::Machine, last_ord: None, waiting_since: None };
    };
    let tail = &newest_first[..newest_first.len().min(TAIL as usize)];
    let unanswered = tail.iter().take_while(|said| matches!(said.author, Author::Person | Author::Machine));
    let first_unanswered = unanswered.filter(|said| said.author == Author::Person).last();
    Tail {
        last_entry_at: last.said_at,
        last_said_by: last.author,
        last_ord: Some(last.ord),
        waiting_since: first_unanswered.filter(|_| status == Status::Open).map(|said| said.said_at),
    }
}

/// How a conversation was felt by its customers: −2 to +2 in their first and last entry, at worst and at best, and the
/// emotion that was named last.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Felt {
    pub(crate) start: Option<i64>,
    pub(crate) end: Option<i64>,
    pub(crate) worst: Option<i64>,
    pub(crate) best: Option<i64>,
    pub(crate) last: Option<Emotion>,
}

impl Felt {
    /// Of entries in the order they were said.
    pub(crate) fn of(entries: impl Iterator<Item = (i64, Option<Emotion>)>) -> Felt {
        entries.fold(Felt::default(), |felt, (valence, emotion)| Felt {
            start: felt.start.or(Some(valence)),
            end: Some(valence),
            worst: Some(felt.worst.map_or(valence, |worst| worst.min(valence))),
            best: Some(felt.best.map_or(valence, |best| best.max(valence))),
            last: emotion.or(felt.last),
        })
    }
}

impl Emotion {
    /// −1, 0 or 1: the valence this emotion goes with. Confusion goes with any.
    pub fn sign(self) -> i64 {
        match self {
            Emotion::Anger | Emotion::Annoyance | Emotion::Disappointment => -1,
            Emotion::Confusion => 0,
            Emotion::Relief | Emotion::Gratitude | Emotion::Delight => 1,
        }
    }
}

/// One of the ready-made lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum View {
    #[default]
    All,
    /// Mine and open.
    Mine,
    /// Nobody's and open.
    Unassigned,
    /// A team of mine answers, and it is open.
    Team,
    Untagged,
    /// Somebody outside waits for an answer.
    Waiting,
    /// Resting until a moment to come.
    Snoozed,
    Closed,
    /// Mail of blocked senders.
    Blocked,
}

words!(
    /// Why one of us is told something: named in a note, given a conversation, or one of theirs moved.
    NotificationKind { Mention = "mention", Assigned = "assigned", Said = "said", Woke = "woke" }
);
words!(
    /// What somebody does with a conversation that is open before them.
    Doing { Reading = "reading", Writing = "writing" }
);

/// The order of a list: newest first, longest waiting first, worth most first, felt worst first, or whose turn comes first.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Newest,
    Waiting,
    Value,
    Worst,
    Turn,
}

const LONGEST_VIEW_NAME: usize = 80;
const LONGEST_VIEW_QUERY: usize = 2_000;

/// The name and the address of a saved view, of any list: clean, and neither empty nor endless. The address is what stands
/// after the `?`.
pub fn check_view(name: &str, query: &str) -> base::Result<(String, String)> {
    let name = textkit::clean_text(name.trim());
    if name.is_empty() || name.chars().count() > LONGEST_VIEW_NAME {
        let args = vec![("least", "1".into()), ("most", LONGEST_VIEW_NAME.to_string())];
        return Err(base::Error::Invalid { field: "name", key: "error-text-length", args });
    }
    let query = query.trim_start_matches('?').to_owned();
    if query.len() > LONGEST_VIEW_QUERY || query.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(base::Error::invalid("query", "error-view-query"));
    }
    Ok((name, query))
}
