//! Requests with their votes, as other products keep them: each becomes a conversation of the community, an item of the
//! roadmap, and an ask of everybody who wrote it or voted for it. A source is grouped by request first, raw; what a group
//! says is read afterwards, on as many threads as there are.
mod canny;
mod fider;
mod file;
mod group;
mod line;
mod table;
mod take_in;

pub use file::RoadmapExport;
pub(crate) use file::read_item_line;
pub(crate) use group::Groups;
pub(crate) use line::{Mark, RequestMark, mark_of_item};
pub(crate) use take_in::{Asked, take_in_requests};

use crate::line::{AccountLine, EntryLine, Line, PersonLine};
use crate::model::{Format, Reason};
use base::Time;
use conversations::EntryKind;
use roadmap::Status;
use serde_json::{Map, Value};

/// A request as it is understood, before anything of it is looked up.
#[derive(Debug)]
pub(crate) struct Request {
    pub key: String,
    pub title: String,
    pub details: String,
    pub status: Option<Status>,
    pub status_at: Option<Time>,
    pub url: Option<String>,
    pub created_at: Time,
    pub author: Option<Voter>,
    pub votes: Vec<Voter>,
    /// Votes of whom nothing is said but that they were given.
    pub nameless: u64,
    pub comments: Vec<Comment>,
    pub tags: Vec<String>,
    /// The request that this one says again.
    pub says_again: Option<String>,
    /// What else it said, kept on the conversation.
    pub attributes: Map<String, Value>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Voter {
    pub who: PersonLine,
    pub account: Option<AccountLine>,
    pub at: Option<Time>,
    pub words: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Comment {
    pub key: String,
    pub who: PersonLine,
    pub by_us: bool,
    /// Said among them, not to whoever asks.
    pub is_internal: bool,
    pub at: Time,
    pub text: String,
}

/// Reads a group of a source. Warnings go along; what cannot be read says why.
pub(crate) fn read_request(bytes: &[u8], format: Format, warnings: &mut Vec<Reason>) -> Result<Request, Reason> {
    let group: Value =
        serde_json::from_slice(bytes).map_err(|fault| Reason::new("import-not-json").arg("place", fault.column()))?;
    let mut request = match format {
        Format::Canny if group["rows"].is_null() => canny::read(&group, warnings),
        Format::Fider if group["rows"].is_null() => fider::read(&group, warnings),
        _ => table::read(&group, warnings),
    }?;
    if request.title.trim().is_empty() {
        return Err(Reason::new("import-missing-field").arg("field", "title"));
    }
    let voters = request.author.iter_mut().chain(&mut request.votes).map(|voter| &mut voter.who);
    for who in voters.chain(request.comments.iter_mut().map(|said| &mut said.who)) {
        who.external_id = who.external_id.take().or_else(|| id_by_name(who));
    }
    let named = request.votes.len();
    request.votes.retain(|vote| vote.who.external_id.is_some() || vote.who.email.is_some());
    request.nameless += (named - request.votes.len()) as u64;
    if request.nameless > 0 {
        warnings.push(Reason::new("import-nameless-votes").arg("n", request.nameless).arg("id", &request.key));
    }
    Ok(request)
}

/// Whoever has neither an id nor an address there is the same as others of that name there.
fn id_by_name(who: &PersonLine) -> Option<String> {
    fn said(text: &Option<String>) -> Option<&str> {
        text.as_deref().filter(|text| !text.trim().is_empty())
    }
    let name = said(&who.name).filter(|_| said(&who.email).is_none())?;
    Some(format!("name:{}", textkit::fold_key(name)))
}

impl Request {
    /// The conversation it is: what was asked for, and what was said about it.
    pub fn line(&self) -> Line {
        let text = match self.details.trim() {
            "" => self.title.clone(),
            details => format!("{}\n\n{details}", self.title),
        };
        let author = self.author.clone().unwrap_or_default();
        let mut entries = vec![EntryLine {
            external_id: format!("{}:0", self.key),
            // Where nobody is named, somebody wrote it down for those who voted.
            author: if self.author.is_some() { "person" } else { "agent" }.into(),
            name: author.who.name.clone(),
            at: self.created_at.to_string(),
            text: Some(text),
            ..EntryLine::default()
        }];
        entries.extend(self.comments.iter().map(|said| EntryLine {
            external_id: format!("{}:{}", self.key, said.key),
            kind: said.is_internal.then_some(EntryKind::Note),
            author: if said.by_us || said.is_internal { "agent" } else { "person" }.into(),
            name: said.who.name.clone(),
            person: (!said.by_us && !said.is_internal).then(|| said.who.clone()),
            at: said.at.to_string(),
            text: Some(said.text.clone()),
            ..EntryLine::default()
        }));
        let attributes = (!self.attributes.is_empty()).then(|| Value::Object(self.attributes.clone()));
        Line {
            external_id: self.key.clone(),
            channel: "community".into(),
            subject: Some(self.title.clone()),
            opened_at: self.created_at.to_string(),
            person: self.author.as_ref().map(|author| author.who.clone()),
            account: author.account,
            attributes,
            tags: Some(self.tags.clone()),
            entries,
            ..Line::default()
        }
    }
}

/// The word of another product for how far a request is. What its owner made up themselves is under consideration.
fn read_status(word: &str) -> Option<Status> {
    Some(match word.trim().to_lowercase().replace(['-', '_'], " ").as_str() {
        "open"
        | "new"
        | "under review"
        | "in review"
        | "reviewing"
        | "considering"
        | "under consideration"
        | "backlog"
        | "검토"
        | "검토 중"
        | "검토중"
        | "접수"
        | "접수됨"
        | "신규"
        | "대기" => Status::Considering,
        "planned" | "accepted" | "scheduled" | "next" | "예정" | "계획" | "계획됨" | "개발 예정" => {
            Status::Planned
        }
        "started" | "in progress" | "in development" | "building" | "now" | "진행" | "진행 중" | "진행중"
        | "개발 중" | "개발중" => Status::Building,
        "complete" | "completed" | "done" | "shipped" | "released" | "launched" | "live" | "완료" | "완료됨"
        | "출시" | "출시됨" | "출시 완료" | "배포" | "배포됨" | "배포 완료" => Status::Shipped,
        "closed" | "declined" | "rejected" | "not planned" | "won't do" | "wont do" | "반려" | "거절" | "거절됨"
        | "불가" => Status::Declined,
        "parked" | "on hold" | "later" | "보류" | "보류 중" => Status::Parked,
        _ => return None,
    })
}

fn status_of(word: Option<&str>, warnings: &mut Vec<Reason>) -> Option<Status> {
    let word = word.filter(|word| !word.trim().is_empty())?;
    let status = read_status(word);
    if status.is_none() {
        warnings.push(Reason::new("import-unknown-status").arg("value", word));
    }
    status
}

fn text_of(value: &Value, name: &str) -> Option<String> {
    match &value[name] {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What tells a comment from the others of its request: its id, or when it was said and by whom.
fn comment_key(said: &Value, created: &str, who: &PersonLine) -> String {
    let unnamed = || {
        let by = who.external_id.as_deref().or(who.email.as_deref()).or(who.name.as_deref()).unwrap_or_default();
        format!("{} {by}", text_of(said, created).unwrap_or_default())
    };
    group::key_of(&said["id"]).unwrap_or_else(unnamed)
}

/// When a vote or a comment was given; where that cannot be read, it is told, and the request's own day stands for it.
fn time_or_none(field: &str, text: Option<String>, warnings: &mut Vec<Reason>) -> Option<Time> {
    read_time(field, &text?).map_err(|why| warnings.push(why)).ok()
}

/// A day as people write it: 2026. 3. 5., 2026/03/05, 2026년 3월 5일.
fn day_of(text: &str) -> Option<String> {
    let is_day = text.chars().all(|c| c.is_ascii_digit() || " ./-년월일".contains(c));
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    match numbers[..] {
        [year, month, day] if is_day && year.len() == 4 => Some(format!("{year}-{month:0>2}-{day:0>2}T00:00:00Z")),
        _ => None,
    }
}

/// A time as tables have it: RFC 3339, or a day with or without an hour, then of UTC.
fn read_time(field: &str, text: &str) -> Result<Time, Reason> {
    let text = text.trim();
    let spaced = text.replacen(' ', "T", 1);
    let tries =
        [text.to_owned(), spaced.clone(), format!("{spaced}Z"), format!("{spaced}:00Z"), format!("{text}T00:00:00Z")];
    let read = tries.iter().chain(&day_of(text)).find_map(|text| Time::parse(text).ok());
    read.ok_or_else(|| Reason::new("import-bad-date").arg("field", field).arg("value", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_tables_are_read_and_others_are_told() {
        for text in ["2026-05-03T10:00:00Z", "2026-05-03 10:00:00", "2026-05-03 10:00", "2026-05-03T12:00:00+02:00"] {
            assert_eq!(read_time("at", text).unwrap().to_string(), "2026-05-03T10:00:00Z", "{text}");
        }
        assert_eq!(read_time("at", "2026-05-03").unwrap().to_string(), "2026-05-03T00:00:00Z");
        assert_eq!(read_time("at", "3. Mai").unwrap_err().key, "import-bad-date");
    }

    #[test]
    fn words_for_how_far_it_is_are_those_of_any_product() {
        assert_eq!(read_status("In Progress"), Some(Status::Building));
        assert_eq!(read_status("under-review"), Some(Status::Considering));
        assert_eq!(read_status("완료"), Some(Status::Shipped));
        assert_eq!(read_status("Backlog of Q3"), None);
    }
}
