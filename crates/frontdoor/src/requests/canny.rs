//! What Canny's API gives of posts, votes and comments: each list as a file (`posts.json`, `votes.json`, `comments.json`),
//! all in one object, or a post a line with its votes and comments in it. Its tables are read as any other.
use super::group::{Files, Group, is_table, key_of, not_json, objects, refused};
use super::{Comment, Request, Voter, comment_key, read_time, status_of, table, text_of, time_or_none};
use crate::line::{AccountLine, PersonLine};
use crate::model::Reason;
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, io};

pub(super) fn group(files: Files) -> io::Result<Vec<Group>> {
    let (mut posts, mut votes, mut comments) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    for (name, bytes) in &files {
        if is_table(bytes) {
            if files.len() == 1 {
                return table::group(bytes);
            }
            continue;
        }
        for (list, one) in objects(bytes, name).map_err(|error| not_json(&files, name, &error))? {
            let is = |what: &str, field: &str| list.contains(what) || one.get(field).is_some();
            // What names no post is told as belonging to none that is here.
            let post = key_of(&one["post"]["id"]).or_else(|| key_of(&one["postID"])).unwrap_or_else(|| "?".into());
            if one["title"].is_string() {
                posts.push(one);
            } else if is("vote", "voter") {
                votes.entry(post).or_insert_with(Vec::new).push(one);
            } else if is("comment", "value") {
                comments.entry(post).or_insert_with(Vec::new).push(one);
            } else if is("post", "details") {
                posts.push(one);
            }
        }
    }
    if posts.is_empty() {
        return Err(refused("error-import-no-posts", Vec::new()));
    }
    let group = |post: Value| {
        let id = key_of(&post["id"]).unwrap_or_default();
        let (votes, comments) = (votes.remove(&id).unwrap_or_default(), comments.remove(&id).unwrap_or_default());
        Group::of(format!("post {id}"), &json!({"post": post, "votes": votes, "comments": comments}))
    };
    let mut groups: Vec<Group> = posts.into_iter().map(group).collect();
    for (list, left) in [("votes", votes), ("comments", comments)] {
        for (post, some) in left {
            let problem = Some(Reason::new("import-no-such-post").arg("id", &post).arg("n", some.len()));
            groups.push(Group { problem, ..Group::of(format!("{list} of post {post}"), &json!({ list: some })) });
        }
    }
    Ok(groups)
}

pub(super) fn read(group: &Value, warnings: &mut Vec<Reason>) -> Result<Request, Reason> {
    let post = &group["post"];
    let missing = |field: &str| Reason::new("import-missing-field").arg("field", field);
    let key = key_of(&post["id"]).ok_or_else(|| missing("id"))?;
    let created = text_of(post, "created").ok_or_else(|| missing("created"))?;
    let created_at = read_time("created", &created)?;
    let status_word = text_of(post, "status");
    let both = |name: &str| group[name].as_array().into_iter().chain(post[name].as_array()).flatten();
    let mut votes = Vec::new();
    for vote in both("votes") {
        // A vote may be its voter, written flat; one without a name or an address is nobody's.
        let is_flat = text_of(vote, "name").or_else(|| text_of(vote, "email")).is_some();
        let who = if is_flat { vote } else { &vote["voter"] };
        let at = time_or_none("votes.created", text_of(vote, "created"), warnings);
        votes.push(Voter { at, ..voter(who) });
    }
    let mut comments = Vec::new();
    for said in both("comments") {
        let who = voter(&said["author"]).who;
        comments.push(Comment {
            key: comment_key(said, "created", &who),
            who,
            by_us: said["author"]["isAdmin"] == true,
            is_internal: said["internal"] == true,
            at: time_or_none("comments.created", text_of(said, "created"), warnings).unwrap_or(created_at),
            text: text_of(said, "value").unwrap_or_default(),
        });
    }
    let named = |name: &str| post[name]["name"].as_str().filter(|name| !name.is_empty());
    let mut tags: Vec<String> =
        post["tags"].as_array().into_iter().flatten().filter_map(|tag| text_of(tag, "name")).collect();
    tags.extend(named("category").map(str::to_owned));
    let mut attributes = Map::new();
    for (name, value) in
        [("status", status_word.clone()), ("board", named("board").map(str::to_owned)), ("eta", text_of(post, "eta"))]
    {
        attributes.extend(value.map(|value| (name.to_owned(), json!(value))));
    }
    let author = &post["author"];
    let said_votes = post["score"].as_u64().unwrap_or(0);
    Ok(Request {
        title: text_of(post, "title").unwrap_or_default(),
        details: text_of(post, "details").unwrap_or_default(),
        status: status_of(status_word.as_deref(), warnings),
        status_at: text_of(post, "statusChangedAt").and_then(|at| read_time("statusChangedAt", &at).ok()),
        url: text_of(post, "url"),
        created_at,
        // A post of one of us on nobody's behalf is no demand; its voters are.
        author: (author.is_object() && author["isAdmin"] != true).then(|| voter(author)),
        nameless: said_votes.saturating_sub(votes.len() as u64),
        votes,
        comments,
        tags,
        says_again: None,
        attributes,
        key,
    })
}

fn voter(who: &Value) -> Voter {
    let company = who["companies"].as_array().and_then(|all| all.first());
    let account = company.and_then(|company| {
        let external_id = key_of(&company["id"]);
        let name = text_of(company, "name");
        // What they spend a month, in the currency's units; which currency is not said.
        (external_id.is_some() || name.is_some()).then(|| AccountLine { external_id, name, ..AccountLine::default() })
    });
    let who = PersonLine {
        external_id: key_of(&who["userID"]).or_else(|| key_of(&who["id"])),
        name: text_of(who, "name"),
        email: text_of(who, "email"),
        ..PersonLine::default()
    };
    Voter { who, account, ..Voter::default() }
}
