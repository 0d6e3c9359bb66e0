//! Who may call what: every call of the API tried by everybody, compared with `docs/permissions.md`.
//!
//! After a change on purpose: `UPDATE_SNAPSHOTS=1 cargo test -p it permissions`, and read the difference.
use crate::app::{Client, TestApp, this_clone};
use base::{Role, Scope};
use reqwest::Method;
use serde_json::Value;
use std::{env, fmt::Write, fs};

#[tokio::test]
async fn every_call_lets_in_whom_the_table_says() {
    let app = TestApp::start("permissions").await;
    let mut callers = vec![("anybody".to_owned(), app.anybody())];
    for role in Role::ALL {
        callers.push((role.to_string(), app.as_role(*role)));
    }
    for scope in Scope::ALL.iter().filter(|scope| **scope != Scope::All) {
        callers.push((format!("`{scope}`"), app.with_scopes(Role::Owner, &[*scope]).await));
    }
    let document = app.anybody().get("/api/openapi.json").await.ok().json;
    let file = this_clone().join("docs/permissions.md");
    let table = draw(&document, &callers).await;
    app.end().await;
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(file, table).unwrap();
        return;
    }
    let kept = fs::read_to_string(file).unwrap_or_default();
    let differs = |(kept, now): &(&str, &str)| kept != now;
    let first = kept.lines().zip(table.lines()).find(differs).map(|(kept, now)| format!("\n- {kept}\n+ {now}"));
    assert!(kept == table, "docs/permissions.md differs: {}", first.unwrap_or("its length".into()));
}

/// One table for each room: a row for each call, a column for each caller.
async fn draw(document: &Value, callers: &[(String, Client)]) -> String {
    let mut text = String::from(
        "# Who may call what\n\nTried, not declared: a test sends every call of the API as everybody and compares the answers with this\npage. \
         The last columns are an owner's tokens narrowed to one scope. ● is let in, · is refused (401 or 403).\n",
    );
    let mut room = String::new();
    for (method, path, operation) in calls(document) {
        let tag = operation["tags"][0].as_str().unwrap_or("?");
        if room != tag {
            room = tag.to_owned();
            let names: Vec<&str> = callers.iter().map(|(name, _)| name.as_str()).collect();
            let _ =
                write!(text, "\n## {room}\n\n| call | {} |\n|---|{}\n", names.join(" | "), ":-:|".repeat(names.len()));
        }
        let mut marks = Vec::new();
        for (name, client) in callers {
            let status = try_call(client, &method, &path).await;
            assert!(status < 500, "{method} {path} as {name}: {status}");
            marks.push(if matches!(status, 401 | 403) { "·" } else { "●" });
        }
        let _ = writeln!(text, "| {method} `{path}` | {} |", marks.join(" | "));
    }
    text
}

/// All calls, by room and path.
fn calls(document: &Value) -> Vec<(Method, String, Value)> {
    let rooms: Vec<&str> = document["tags"].as_array().unwrap().iter().filter_map(|tag| tag["name"].as_str()).collect();
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            calls.push((method.to_uppercase().parse().unwrap(), path.clone(), operation.clone()));
        }
    }
    let place = |operation: &Value| rooms.iter().position(|room| operation["tags"][0] == *room);
    calls.sort_by_key(|(method, path, operation): &(Method, String, Value)| {
        (place(operation), path.clone(), method.to_string())
    });
    calls
}

/// Sends a call that cannot do anything: ids that name nothing, and a body that breaks off. Whether the caller may is
/// decided before either is looked at.
async fn try_call(client: &Client, method: &Method, path: &str) -> u16 {
    let path: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "-" } else { part }).collect();
    let path = path.join("/");
    if *method == Method::GET {
        // A stream has no end to wait for: its status is enough.
        return client.open(&path).await.status().as_u16();
    }
    client
        .clone()
        .header("if-match", "\"-1\"")
        .send(method.clone(), &path, "application/json", "{")
        .await
        .status
        .as_u16()
}
