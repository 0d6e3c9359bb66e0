//! Any table (CSV) of requests: a request a line, or a vote a line. Lines with the same id, or without one the same title,
//! are one request.
use super::group::{Group, refused};
use super::{Comment, Request, Voter, read_time, status_of, time_or_none};
use crate::line::{AccountLine, PersonLine};
use crate::model::Reason;
use base::Time;
use serde_json::{Map, Value, json};
use std::{borrow::Cow, collections::HashMap, io};

/// What a column means, and what it is called in the tables of others.
const COLUMNS: [(&str, &[&str]); 22] = [
    ("id", &["id", "post id", "request id", "number", "key", "번호"]),
    ("title", &["title", "post", "post title", "subject", "request", "idea", "제목"]),
    ("details", &["details", "description", "body", "content", "내용", "설명"]),
    ("status", &["status", "상태"]),
    ("created", &["created", "created at", "date", "post created", "작성일"]),
    ("url", &["url", "link", "주소"]),
    ("tags", &["tags", "labels", "태그"]),
    ("category", &["category", "board", "분류"]),
    ("author", &["author", "author name", "created by", "user name", "name", "작성자"]),
    ("author_email", &["author email", "created by email", "user email", "email", "작성자 이메일"]),
    ("author_account", &["company", "account", "author company", "company name", "고객사", "회사", "작성자 회사"]),
    ("voter", &["voter", "voter name", "투표자"]),
    ("voter_email", &["voter email", "투표자 이메일"]),
    ("voter_account", &["voter company", "voter account", "투표자 회사"]),
    ("voted", &["voted at", "vote date", "voted", "vote created", "투표일"]),
    ("words", &["why", "comment", "vote comment", "이유"]),
    ("voters", &["voters", "voter emails", "투표자들"]),
    ("votes", &["votes", "votes count", "total votes", "vote count", "upvotes", "score", "투표수"]),
    ("response", &["response", "reply", "답변"]),
    ("responded", &["responded at", "답변일"]),
    ("responded_by", &["responded by"]),
    ("original", &["original number", "merged into", "duplicate of"]),
];

fn tidy(name: &str) -> String {
    name.trim().trim_start_matches('\u{feff}').to_lowercase().replace('_', " ")
}

/// Puts the lines of a table together by request, each line as fields under what its columns mean; columns nobody knows
/// keep their name.
pub(super) fn group(bytes: &[u8]) -> io::Result<Vec<Group>> {
    let bytes = &*in_utf8(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).delimiter(delimiter_of(bytes)).from_reader(bytes);
    let meaning = |column: &str| {
        let name = tidy(column);
        let known = COLUMNS.iter().find(|(_, names)| names.contains(&name.as_str()));
        known.map_or(format!("other {name}"), |(meaning, _)| (*meaning).to_owned())
    };
    let headers = reader.byte_headers().map_err(io::Error::other)?.clone();
    let headers = csv::StringRecord::from_byte_record(headers);
    let headers = headers.map_err(|_| refused("error-import-no-text", Vec::new()))?;
    let columns: Vec<String> = headers.iter().map(meaning).collect();
    if !columns.iter().any(|column| column == "title") {
        return Err(refused("error-import-no-title", Vec::new()));
    }
    // Of each request where it begins, its lines, and what is wrong with it.
    type Lines = (String, Vec<Map<String, Value>>, Option<Reason>);
    let (mut groups, mut places): (Vec<Lines>, _) = (Vec::new(), HashMap::new());
    for record in reader.into_byte_records() {
        let record = record.map_err(io::Error::other)?;
        let line = record.position().map_or(0, csv::Position::line);
        let label = format!("line {line}");
        let Ok(fields) = csv::StringRecord::from_byte_record(record) else {
            groups.push((label, Vec::new(), Some(Reason::new("import-no-text"))));
            continue;
        };
        let row: Map<String, Value> = columns
            .iter()
            .zip(&fields)
            .filter(|(_, field)| !field.trim().is_empty())
            .map(|(column, field)| (column.clone(), json!(field.trim())))
            .collect();
        let key = key_of_row(&row);
        let place = *places.entry(key.unwrap_or_else(|| label.clone())).or_insert(groups.len());
        if place == groups.len() {
            groups.push((label, Vec::new(), None));
        }
        groups[place].1.push(row);
    }
    lead_to_roots(groups.iter_mut().flat_map(|(_, rows, _)| rows.iter_mut()));
    // What says another one again comes after it.
    groups.sort_by_key(|(_, rows, _)| rows.iter().any(|row| row.contains_key("original")));
    let whole = |(label, rows, problem): Lines| Group { problem, ..Group::of(label, &json!({ "rows": rows })) };
    Ok(groups.into_iter().map(whole).collect())
}

fn key_of_row(row: &Map<String, Value>) -> Option<String> {
    row.get("id").or_else(|| row.get("title")).and_then(Value::as_str).map(textkit::fold_key)
}

/// What says a request again that itself says another one again, says that other one.
fn lead_to_roots<'a>(rows: impl Iterator<Item = &'a mut Map<String, Value>>) {
    let mut rows: Vec<&mut Map<String, Value>> = rows.filter(|row| row.contains_key("original")).collect();
    let original = |row: &Map<String, Value>| row.get("original").and_then(Value::as_str).map(str::to_owned);
    let next: HashMap<String, String> =
        rows.iter().filter_map(|row| Some((key_of_row(row)?, original(row)?))).collect();
    for row in &mut rows {
        if let Some(root) = original(row).map(|name| root_of(&next, name)) {
            row.insert("original".into(), json!(root));
        }
    }
}

/// The last of a chain; where it runs in a circle, the one it began with.
pub(super) fn root_of(next: &HashMap<String, String>, name: String) -> String {
    let (mut at, mut left) = (&name, next.len());
    while let Some(further) = next.get(&textkit::fold_key(at)) {
        if left == 0 {
            return name;
        }
        (at, left) = (further, left - 1);
    }
    at.clone()
}

/// A table as it was saved, in UTF-8. Where only some lines are none, they are told one by one.
fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii());
    let broken = lines.map(|line| if std::str::from_utf8(line).is_ok() { -1 } else { 1 }).sum::<i64>() > 0;
    let has_mark = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    match httpkit::decode_table(bytes).filter(|_| broken || has_mark) {
        Some(text) => Cow::Owned(text.into_bytes()),
        None => Cow::Borrowed(bytes),
    }
}

/// What parts the columns: a comma, or what spreadsheets of some countries put instead.
fn delimiter_of(bytes: &[u8]) -> u8 {
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |one: u8| first.iter().filter(|byte| **byte == one).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|one| count(*one)).unwrap_or(b',')
}

pub(super) fn read(group: &Value, warnings: &mut Vec<Reason>) -> Result<Request, Reason> {
    let rows: Vec<&Value> = group["rows"].as_array().into_iter().flatten().collect();
    let first = |name: &str| rows.iter().find_map(|row| row[name].as_str());
    let title = first("title").ok_or_else(|| Reason::new("import-missing-field").arg("field", "title"))?;
    let key = first("id").map_or_else(|| textkit::fold_key(title), str::to_owned);
    let created = first("created").map(|at| read_time("created", at)).transpose()?;
    let mut votes = Vec::new();
    let mut earliest: Option<Time> = None;
    for row in &rows {
        for vote in votes_of(row, warnings) {
            earliest = [earliest, vote.at].into_iter().flatten().min();
            votes.push(vote);
        }
    }
    let created_at = created.or(earliest).ok_or_else(|| Reason::new("import-missing-field").arg("field", "created"))?;
    let author = rows.first().and_then(|row| person(row, "author", "author_email", "author_account"));
    let said_votes = rows.iter().filter_map(|row| row["votes"].as_str()?.parse::<u64>().ok()).max().unwrap_or(0);
    let answered = first("response").map(|text| {
        let at = first("responded").and_then(|at| read_time("responded_at", at).ok()).unwrap_or(created_at);
        let who = PersonLine { name: first("responded_by").map(str::to_owned), ..PersonLine::default() };
        Comment { key: "response".into(), who, by_us: true, is_internal: false, at, text: text.to_owned() }
    });
    let mut tags: Vec<String> = Vec::new();
    for list in rows.iter().flat_map(|row| [row["tags"].as_str(), row["category"].as_str()]).flatten() {
        let named = list.split([',', ';']).map(|tag| tag.trim().to_owned());
        tags.extend(named.filter(|tag| !tag.is_empty() && !tag.contains('/')));
    }
    tags.sort_unstable();
    tags.dedup();
    let mut attributes = Map::new();
    attributes.extend(first("status").map(|word| ("status".to_owned(), json!(word))));
    for (name, value) in rows.iter().filter_map(|row| row.as_object()).flatten() {
        if let Some(name) = name.strip_prefix("other ") {
            attributes.entry(name).or_insert_with(|| value.clone());
        }
    }
    let word = first("status").filter(|word| !word.eq_ignore_ascii_case("duplicate"));
    Ok(Request {
        title: title.to_owned(),
        details: first("details").unwrap_or_default().to_owned(),
        status: status_of(word, warnings),
        status_at: first("responded").and_then(|at| read_time("responded_at", at).ok()),
        url: first("url").map(str::to_owned),
        created_at,
        nameless: said_votes.saturating_sub(votes.len().max(usize::from(author.is_some())) as u64),
        votes,
        author: author.map(|author| Voter { at: None, ..author }),
        comments: answered.into_iter().collect(),
        tags,
        says_again: first("original").map(str::to_owned),
        attributes,
        key,
    })
}

fn person(row: &Value, name: &str, email: &str, account: &str) -> Option<Voter> {
    let field = |name: &str| row[name].as_str().map(str::to_owned);
    let (name, email) = (field(name), field(email));
    if name.is_none() && email.is_none() {
        return None;
    }
    let account = field(account).map(|name| AccountLine { name: Some(name), ..AccountLine::default() });
    Some(Voter { who: PersonLine { name, email, ..PersonLine::default() }, account, ..Voter::default() })
}

/// Who a line says votes: its voter, the voters it lists, else whoever wrote it.
fn votes_of(row: &Value, warnings: &mut Vec<Reason>) -> Vec<Voter> {
    let voted = time_or_none("voted_at", row["voted"].as_str().map(str::to_owned), warnings);
    let at = voted.or_else(|| read_time("created_at", row["created"].as_str()?).ok());
    let words = row["words"].as_str().map(str::to_owned);
    // Where a line names nobody else, its company is the voter's.
    let names_author = row["author"].is_string() || row["author_email"].is_string();
    let account = if names_author || row["voter_account"].is_string() { "voter_account" } else { "author_account" };
    let mut all: Vec<Voter> = person(row, "voter", "voter_email", account).into_iter().collect();
    for one in row["voters"].as_str().into_iter().flat_map(|list| list.split([';', ','])) {
        let (name, email) = match one.trim().split_once('<') {
            Some((name, email)) => (name.trim(), email.trim_end_matches('>').trim()),
            None if one.contains('@') => ("", one.trim()),
            None => (one.trim(), ""),
        };
        all.extend(person(
            &json!({"voter": Some(name).filter(|n| !n.is_empty()),
            "voter_email": Some(email).filter(|e| !e.is_empty())}),
            "voter",
            "voter_email",
            "",
        ));
    }
    if all.is_empty() {
        all.extend(person(row, "author", "author_email", "author_account"));
    }
    all.into_iter().map(|one| Voter { at, words: words.clone(), ..one }).collect()
}
