//! What Fider gives: its backup (a zip, or the folder of one: a JSON file a table), or its table of posts, which does not
//! say who voted.
use super::group::{Files, Group, is_table, key_of, not_json, objects, refused};
use super::{Comment, Request, Voter, comment_key, read_time, status_of, table, text_of, time_or_none};
use crate::line::PersonLine;
use crate::model::Reason;
use serde_json::{Map, Value, json};
use std::{collections::HashMap, io};

/// How far a post is, as its table of posts numbers it.
const STATUSES: [&str; 7] = ["open", "started", "completed", "declined", "planned", "duplicate", "deleted"];
const DUPLICATE: u64 = 5;
const DELETED: u64 = 6;
/// Visitors have role 1; who may decide has a higher one.
const VISITOR: u64 = 1;

type Rows = HashMap<String, Vec<Value>>;

pub(super) fn group(files: Files) -> io::Result<Vec<Group>> {
    if let Some(bytes) = files.values().next().filter(|bytes| files.len() == 1 && is_table(bytes)) {
        return table::group(bytes);
    }
    let mut tables = Rows::new();
    for (name, bytes) in files.iter().filter(|(_, bytes)| !is_table(bytes)) {
        for (table, row) in objects(bytes, name).map_err(|error| not_json(&files, name, &error))? {
            tables.entry(table).or_default().push(row);
        }
    }
    let mut rows = |name: &str| tables.remove(name).unwrap_or_default();
    let by = |all: Vec<Value>, field: &str| {
        let mut by = Rows::new();
        for one in all {
            by.entry(key_of(&one[field]).unwrap_or_default()).or_default().push(one);
        }
        by
    };
    let mut posts = rows("posts");
    if posts.is_empty() {
        return Err(refused("error-import-no-posts", Vec::new()));
    }
    let number = |post: &Value| post["number"].as_u64();
    let numbers: HashMap<String, Option<u64>> =
        posts.iter().filter_map(|post| Some((key_of(&post["id"])?, number(post)))).collect();
    let text = |value: &Value| key_of(value).map(|id| textkit::fold_key(&id));
    let next: HashMap<String, String> =
        posts.iter().filter_map(|post| Some((text(&post["id"])?, text(&post["original_id"])?))).collect();
    let users = by(rows("users"), "id");
    let names = by(rows("tags"), "id");
    let (mut votes, mut comments) = (by(rows("post_votes"), "post_id"), by(rows("comments"), "post_id"));
    let tags = by(rows("post_tags"), "post_id");
    posts.sort_by_key(|post| (post["status"].as_u64() == Some(DUPLICATE), number(post)));
    let with_user = |mut one: Value| {
        let user = key_of(&one["user_id"]).and_then(|id| users.get(&id)?.first().cloned());
        one["user"] = user.unwrap_or_default();
        one
    };
    let group = |post: Value| {
        let id = key_of(&post["id"]).unwrap_or_default();
        let both =
            |rows: &mut Rows| rows.remove(&id).unwrap_or_default().into_iter().map(with_user).collect::<Vec<_>>();
        let (votes, comments) = (both(&mut votes), both(&mut comments));
        let tag = |row: &Value| names.get(&key_of(&row["tag_id"])?)?.first()?["name"].as_str().map(str::to_owned);
        let tags: Vec<String> = tags.get(&id).into_iter().flatten().filter_map(tag).collect();
        let original = key_of(&post["original_id"]).and_then(|id| *numbers.get(&table::root_of(&next, id))?);
        let label = number(&post).map_or_else(|| format!("post {id}"), |number| format!("post {number}"));
        let whole =
            json!({"post": with_user(post), "votes": votes, "comments": comments, "tags": tags, "original": original});
        Group::of(label, &whole)
    };
    Ok(posts.into_iter().map(group).collect())
}

pub(super) fn read(group: &Value, warnings: &mut Vec<Reason>) -> Result<Request, Reason> {
    let post = &group["post"];
    let missing = |field: &str| Reason::new("import-missing-field").arg("field", field);
    let key = key_of(&post["number"]).or_else(|| key_of(&post["id"])).ok_or_else(|| missing("number"))?;
    let number = post["status"].as_u64();
    if number == Some(DELETED) {
        return Err(Reason::new("import-request-deleted"));
    }
    let word = number.and_then(|number| STATUSES.get(number as usize).copied());
    let created = text_of(post, "created_at").ok_or_else(|| missing("created_at"))?;
    let created_at = read_time("created_at", &created)?;
    let mut votes = Vec::new();
    for vote in group["votes"].as_array().into_iter().flatten() {
        let at = time_or_none("post_votes.created_at", text_of(vote, "created_at"), warnings);
        votes.push(Voter { who: person(&vote["user"]), at, ..Voter::default() });
    }
    let (mut comments, mut deleted) = (Vec::new(), 0);
    for said in group["comments"].as_array().into_iter().flatten() {
        if !said["deleted_at"].is_null() {
            deleted += 1;
            continue;
        }
        let who = person(&said["user"]);
        comments.push(Comment {
            key: comment_key(said, "created_at", &who),
            who,
            by_us: is_ours(&said["user"]),
            is_internal: false,
            at: time_or_none("comments.created_at", text_of(said, "created_at"), warnings).unwrap_or(created_at),
            text: text_of(said, "content").unwrap_or_default(),
        });
    }
    if deleted > 0 {
        warnings.push(Reason::new("import-comments-deleted").arg("n", deleted).arg("id", &key));
    }
    let answered_at = text_of(post, "response_date").and_then(|at| read_time("response_date", &at).ok());
    if let (Some(at), Some(text)) = (answered_at, text_of(post, "response")) {
        comments.push(Comment {
            key: "response".into(),
            who: PersonLine::default(),
            by_us: true,
            is_internal: false,
            at,
            text,
        });
    }
    comments.sort_by_key(|said| said.at);
    let strings =
        |name: &str| group[name].as_array().into_iter().flatten().filter_map(|t| t.as_str().map(str::to_owned));
    let mut attributes = Map::new();
    attributes.extend(word.map(|word| ("status".to_owned(), json!(word))));
    let says_again = key_of(&group["original"]).filter(|_| number == Some(DUPLICATE));
    Ok(Request {
        title: text_of(post, "title").unwrap_or_default(),
        details: text_of(post, "description").unwrap_or_default(),
        status: if number == Some(DUPLICATE) { None } else { status_of(word, warnings) },
        status_at: answered_at,
        url: None,
        created_at,
        author: (post["user"].is_object() && !is_ours(&post["user"]))
            .then(|| Voter { who: person(&post["user"]), ..Voter::default() }),
        votes,
        nameless: 0,
        comments,
        tags: strings("tags").collect(),
        says_again,
        attributes,
        key,
    })
}

fn is_ours(user: &Value) -> bool {
    user["role"].as_u64().is_some_and(|role| role > VISITOR)
}

fn person(user: &Value) -> PersonLine {
    PersonLine {
        external_id: key_of(&user["id"]),
        name: text_of(user, "name"),
        email: text_of(user, "email"),
        ..PersonLine::default()
    }
}
