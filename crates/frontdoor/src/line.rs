//! One line of the interchange format: what it may say, and the conversation it stands for.
use crate::model::Reason;
use base::{Lang, StaffId, Time};
use conversations::{
    About, AuthorIn, Channel, ConversationIn, Emotion, EntryIn, EntryKind, MarkBy, MarkIn, MarkOrigin, ParticipantIn,
    Purpose, Status,
};
use people::{AccountIn, PersonIn, TeamIn};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A conversation as a line says it. What is not known here is passed over with a warning.
#[derive(Debug, Default, Deserialize, Serialize)]
pub struct Line {
    pub external_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    pub channel: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
    pub opened_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountLine>,
    #[serde(skip_serializing_if = "is_empty")]
    pub participants: Option<Vec<ParticipantLine>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<serde_json::Value>,
    /// Paths of tags on the whole conversation.
    #[serde(skip_serializing_if = "is_empty")]
    pub tags: Option<Vec<String>>,
    /// Passages, with a tag or without.
    #[serde(skip_serializing_if = "is_empty")]
    pub passages: Option<Vec<PassageLine>>,
    /// Every tagging exactly, retracted ones included. Where it stands, `tags` and the tags of `passages` only repeat it.
    #[serde(skip_serializing_if = "is_empty")]
    pub taggings: Option<Vec<TaggingLine>>,
    /// When somebody said that no tag fits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nothing_at: Option<String>,
    pub entries: Vec<EntryLine>,
}

fn is_empty<T>(list: &Option<Vec<T>>) -> bool {
    list.as_ref().is_none_or(Vec::is_empty)
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct PersonLine {
    /// Whose external id it is, when not that of the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What they do where they work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct TeamLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    pub external_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats_paid: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats_active: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct AccountLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", alias = "revenue_cents")]
    pub revenue_minor: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employees: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct ParticipantLine {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub role: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct PassageLine {
    /// The external id of an entry of this line.
    pub entry: String,
    /// In Unicode scalars; where the quote stands first when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    pub quote: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct TaggingLine {
    pub tag: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A place in `passages`; the whole conversation when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passage: Option<usize>,
    pub origin: String,
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retracted_at: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct EntryLine {
    pub external_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<EntryKind>,
    pub author: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonLine>,
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    #[serde(skip_serializing_if = "is_empty")]
    pub attachments: Option<Vec<AttachmentLine>>,
    /// What people said of how it was felt, oldest first; what was read is read anew.
    #[serde(skip_serializing_if = "is_empty")]
    pub emotions: Option<Vec<EmotionLine>>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct EmotionLine {
    /// From −2, very bad, to +2, very good.
    pub valence: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emotion: Option<Emotion>,
    /// Whether the customer was asked, or one of us corrected what was read.
    pub origin: MarkOrigin,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_back_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_back_at: Option<String>,
}

/// A file that lies beside the export, under its hash.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct AttachmentLine {
    pub name: String,
    pub mime: String,
    pub bytes: i64,
    /// BLAKE3, in hexadecimal digits.
    pub hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_id: Option<String>,
}

/// What stands in a line beside the conversation itself.
#[derive(Debug, Default)]
pub struct Marks {
    pub tags: Vec<String>,
    pub passages: Vec<PassageLine>,
    pub taggings: Vec<TaggingLine>,
    pub nothing_at: Option<Time>,
    /// Attachments of entries, by the entry's place.
    pub files: Vec<(usize, AttachmentLine)>,
    /// What it makes of the roadmap, when it is a request of another product.
    pub request: crate::requests::Mark,
}

/// What a reader knows that the line does not say.
#[derive(Clone, Debug)]
pub struct Context {
    /// The source of all lines, when the command names one.
    pub source: Option<String>,
    pub default_source: String,
    /// Agents who are members of staff, by name.
    pub agents: HashMap<String, StaffId>,
    /// A conversation nobody has spoken in since then counts as closed unless it says otherwise.
    pub closed_before: Time,
}

/// Reads one line. Fields nobody knows come out by name.
pub fn parse_line(bytes: &[u8]) -> Result<(Line, Vec<String>), Reason> {
    let text =
        str::from_utf8(bytes).map_err(|fault| Reason::new("import-not-utf8").arg("place", fault.valid_up_to() + 1))?;
    if text.contains('\0') {
        return Err(Reason::new("import-nul"));
    }
    // Without this, a list would be read as the fields of a line in their order.
    if !text.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Err(Reason::new("import-not-an-object"));
    }
    let mut unknown = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let line = serde_ignored::deserialize(&mut reader, |path| {
        let name = plain_path(&path.to_string());
        if !unknown.contains(&name) {
            unknown.push(name);
        }
    });
    let line: Line = line.map_err(|fault| explain(text, &fault))?;
    reader.end().map_err(|fault| Reason::new("import-not-json").arg("place", fault.column()))?;
    Ok((line, unknown))
}

/// `entries.3.mood` is the same field as `entries.0.mood`.
fn plain_path(path: &str) -> String {
    path.split('.').filter(|part| *part != "?" && part.parse::<usize>().is_err()).collect::<Vec<_>>().join(".")
}

/// What is wrong, and where: read a second time with the path kept, since only bad lines come here.
fn explain(text: &str, fault: &serde_json::Error) -> Reason {
    if !fault.is_data() {
        return Reason::new("import-not-json").arg("place", fault.column());
    }
    let why = fault.to_string();
    let mut reader = serde_json::Deserializer::from_str(text);
    let path = match serde_path_to_error::deserialize::<_, Line>(&mut reader) {
        Err(fault) => fault.path().to_string(),
        Ok(_) => String::new(),
    };
    let named = |rest: &str| {
        let name = rest.split('`').next().unwrap_or_default();
        if path.is_empty() || path == "." { name.to_owned() } else { format!("{path}.{name}") }
    };
    if let Some(rest) = why.strip_prefix("missing field `") {
        return Reason::new("import-missing-field").arg("field", named(rest));
    }
    match path.as_str() {
        "" | "." => Reason::new("import-not-an-object"),
        path => Reason::new("import-wrong-kind").arg("field", path),
    }
}

fn parse_time(field: &str, text: &str) -> Result<Time, Reason> {
    Time::parse(text).map_err(|_| Reason::new("import-bad-time").arg("field", field).arg("value", text))
}

fn parse_lang(field: &str, text: Option<String>) -> Result<Option<Lang>, Reason> {
    let parse = |text: String| {
        Lang::parse(&text).map_err(|_| Reason::new("import-bad-language").arg("field", field).arg("value", text))
    };
    text.filter(|text| !text.is_empty()).map(parse).transpose()
}

/// Everybody outside who is named in a line, each once.
struct People {
    source: String,
    conversation: String,
    at: Time,
    all: Vec<PersonIn>,
}

impl People {
    fn place(&mut self, who: PersonLine, make_id: bool) -> usize {
        let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let (email, name) = (filled(who.email), filled(who.name));
        let source = filled(who.source).unwrap_or_else(|| self.source.clone());
        let mut external_id = filled(who.external_id);
        if external_id.is_none() && email.is_none() && make_id {
            // Nothing else would make them the same again.
            external_id = Some(match &name {
                Some(name) if !self.all.is_empty() => format!("{}#{name}", self.conversation),
                _ => self.conversation.clone(),
            });
        }
        let is_same = |known: &PersonIn| {
            let by_id = external_id.is_some() && known.external_id == external_id && known.source == source;
            let by_mail = external_id.is_none() && email.is_some() && known.email == email;
            by_id || by_mail
        };
        if let Some(place) = self.all.iter().position(is_same) {
            return place;
        }
        let (role, language) = (filled(who.role), filled(who.language));
        let (team, account, at) = (None, None, self.at);
        self.all.push(PersonIn { source, external_id, name, email, role, language, team, account, at });
        self.all.len() - 1
    }
}

/// In channels where many speak, an entry by another name than the person's is somebody else's.
fn has_many_voices(channel: Channel) -> bool {
    matches!(channel, Channel::Community | Channel::Workshop | Channel::Social)
}

/// Makes a conversation of a line.
pub fn read_line(line: Line, context: &Context) -> Result<(ConversationIn, Marks), Reason> {
    let filled = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    let channel: Channel =
        line.channel.parse().map_err(|_| Reason::new("import-bad-channel").arg("value", &line.channel))?;
    let opened_at = parse_time("opened_at", &line.opened_at)?;
    let source = context.source.clone().or(filled(line.source)).unwrap_or_else(|| context.default_source.clone());
    let mut people =
        People { source: source.clone(), conversation: line.external_id.clone(), at: opened_at, all: Vec::new() };
    let speaks = line.entries.iter().any(|entry| entry.author == "person" && entry.person.is_none());
    let who = line.person.or_else(|| speaks.then(PersonLine::default));
    let name = who.as_ref().and_then(|who| who.name.clone());
    let person = who.map(|who| people.place(who, true));

    let team = line.team.filter(|team| !team.external_id.is_empty()).map(|team| team_of(team, &source));
    let account = line.account.map(|account| account_of(account, &source));
    if let Some(customer) = person.and_then(|place| people.all.get_mut(place)) {
        (customer.team, customer.account) = (team, account.clone());
        if let Some(team) = &mut customer.team {
            team.account = account;
        }
    }

    let mut entries = Vec::with_capacity(line.entries.len());
    let mut marks = Marks {
        tags: line.tags.unwrap_or_default(),
        passages: line.passages.unwrap_or_default(),
        taggings: line.taggings.unwrap_or_default(),
        nothing_at: line.nothing_at.map(|at| parse_time("nothing_at", &at)).transpose()?,
        ..Marks::default()
    };
    let mut last = opened_at;
    for entry in line.entries {
        let at = parse_time("entries.at", &entry.at)?;
        last = last.max(at);
        let author = match (entry.author.as_str(), entry.person) {
            ("person", Some(who)) => AuthorIn::Person(people.place(who, true)),
            ("person", None) if has_many_voices(channel) && is_another(&entry.name, &name) => AuthorIn::External,
            ("person", None) => person.map_or(AuthorIn::External, AuthorIn::Person),
            ("agent", _) => {
                let staff = entry.name.as_ref().and_then(|name| context.agents.get(name));
                staff.map_or(AuthorIn::External, |id| AuthorIn::Staff(*id))
            }
            ("machine", who) => AuthorIn::Machine(who.map(|who| people.place(who, true))),
            (other, _) => return Err(Reason::new("import-bad-author").arg("value", other)),
        };
        let has_html = entry.html.is_some();
        let text = match (entry.text, entry.html) {
            (Some(text), _) => text,
            (None, Some(html)) => mailkit::read_html(&html),
            (None, None) => return Err(Reason::new("import-missing-field").arg("field", "entries.text")),
        };
        let emotions = entry.emotions.into_iter().flatten().map(|line| mark_of(line, context));
        let emotions = emotions.collect::<Result<_, _>>()?;
        marks.files.extend(entry.attachments.into_iter().flatten().map(|file| (entries.len(), file)));
        entries.push(EntryIn {
            external_id: entry.external_id,
            kind: entry.kind.unwrap_or(EntryKind::Message),
            author,
            name: entry.name,
            at,
            text,
            has_html,
            raw_ord: None,
            attachments: Vec::new(),
            emotions,
        });
    }
    let mut participants = Vec::new();
    for one in line.participants.unwrap_or_default() {
        let ParticipantLine { source, external_id, name, email, role } = one;
        let is_known = filled(external_id.clone()).is_some() || filled(email.clone()).is_some();
        let who =
            match is_known {
                true => AuthorIn::Person(people.place(
                    PersonLine { source, external_id, name: name.clone(), email, ..PersonLine::default() },
                    false,
                )),
                false => AuthorIn::External,
            };
        participants.push(ParticipantIn { role, who, name });
    }
    if line.attributes.as_ref().is_some_and(|value| !value.is_object() && !value.is_null()) {
        return Err(Reason::new("import-wrong-kind").arg("field", "attributes"));
    }
    let guessed = if last < context.closed_before { Status::Closed } else { Status::Open };
    let conversation = ConversationIn {
        source,
        external_id: line.external_id,
        channel,
        door: filled(line.door),
        subject: line.subject,
        language: parse_lang("language", line.language)?,
        opened_at,
        opens_thread: false,
        status: line.status.unwrap_or(guessed),
        purpose: line.purpose,
        people: people.all,
        person,
        participants,
        attributes: line.attributes.filter(|value| !value.is_null()).map(|value| value.to_string()),
        entries,
        about: line.about,
    };
    Ok((conversation, marks))
}

/// What somebody said of an entry's emotion; who is not one of us here is known by name.
fn mark_of(line: EmotionLine, context: &Context) -> Result<MarkIn, Reason> {
    if conversations::check_mark(line.valence, line.emotion).is_err() {
        return Err(Reason::new("import-wrong-kind").arg("field", "entries.emotions"));
    }
    let who = |name: String| context.agents.get(&name).map_or(MarkBy::Name(name.clone()), |id| MarkBy::Staff(*id));
    let taken_back_at = line.taken_back_at.map(|at| parse_time("entries.emotions.taken_back_at", &at)).transpose()?;
    Ok(MarkIn {
        valence: line.valence,
        emotion: line.emotion,
        origin: line.origin,
        by: line.by.map(who),
        at: parse_time("entries.emotions.at", &line.at)?,
        taken_back: taken_back_at.map(|at| (line.taken_back_by.map(who), at)),
    })
}

/// Whether an entry's name says that somebody else spoke than the person the conversation is with.
fn is_another(said_by: &Option<String>, person: &Option<String>) -> bool {
    match (said_by, person) {
        (Some(said_by), Some(person)) => textkit::fold_key(said_by) != textkit::fold_key(person),
        _ => false,
    }
}

fn team_of(team: TeamLine, source: &str) -> TeamIn {
    TeamIn {
        source: team.source.unwrap_or_else(|| source.to_owned()),
        external_id: team.external_id,
        name: team.name,
        plan: team.plan,
        seats_paid: team.seats_paid,
        seats_active: team.seats_active,
        account: None,
    }
}

fn account_of(account: AccountLine, source: &str) -> AccountIn {
    AccountIn {
        source: account.source.unwrap_or_else(|| source.to_owned()),
        external_id: account.external_id,
        name: account.name,
        domain: account.domain,
        plan: account.plan,
        revenue_minor: account.revenue_minor,
        currency: account.currency,
        employees: account.employees,
    }
}
