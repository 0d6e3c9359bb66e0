//! `/api`: the list of all calls, readable without scripts, made from the OpenAPI document.
use crate::api_document;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use base::Ui;
use httpkit::{Caller, say};
use serde_json::{Map, Value};
use std::{fmt::Write, sync::LazyLock};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(api_document()).unwrap_or_default());
static JSON: LazyLock<String> = LazyLock::new(|| DOCUMENT.to_string());

pub async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], JSON.as_str()).into_response()
}

pub async fn page(caller: Caller) -> Response {
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    ([kind, (header::CONTENT_SECURITY_POLICY, policy)], render(&DOCUMENT, caller.ui())).into_response()
}

const STYLE: &str = "
:root { color-scheme: light dark; --paper: #FBFAF6; --ink: #20231F; --soft: #62665F; --line: #E6E2D8; --celadon: #27705F }
@media (prefers-color-scheme: dark) { :root { --paper: #161817; --ink: #ECEAE3; --soft: #9DA19A; --line: #2C302E; --celadon: #6FBFA9 } }
body { background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, 'Noto Sans KR', sans-serif; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem; word-break: keep-all; overflow-wrap: anywhere }
h1 { font-size: 1.6rem } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
h3 { margin: 2rem 0 .3rem; font-size: 1rem; font-family: ui-monospace, monospace }
h3 b { color: var(--celadon); display: inline-block; min-width: 4.2rem }
p { margin: .3rem 0 } table { border-collapse: collapse; margin: .5rem 0; width: 100% }
td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; border-top: 1px solid var(--line); font-weight: normal }
th { color: var(--soft); white-space: nowrap } code { font-family: ui-monospace, monospace; font-size: .92em } .soft { color: var(--soft) }
a { color: var(--celadon) } nav a { margin-right: 1rem }";

fn render(document: &Value, ui: Ui) -> String {
    let word = |key: &str| say(ui, key, &[]).unwrap_or_else(|| key.into());
    let mut html = format!(
        "<!doctype html><html lang=\"{ui}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Sarangbang API</title><style>{STYLE}</style></head><body><main><h1>Sarangbang API</h1>"
    );
    for key in ["api-page-what", "api-page-token", "api-page-errors", "api-page-changes"] {
        let _ = write!(html, "<p>{}</p>", word(key));
    }
    let _ = write!(html, "<p><a href=\"/api/openapi.json\">openapi.json</a></p><nav>");
    let tags = document["tags"].as_array().cloned().unwrap_or_default();
    let calls = calls(document);
    let used = |tag: &&Value| calls.iter().any(|call| *call.tag == tag["name"]);
    for tag in tags.iter().filter(used) {
        let name = text(&tag["name"]);
        let _ = write!(html, "<a href=\"#{name}\">{name}</a>");
    }
    html.push_str("</nav>");
    for tag in tags.iter().filter(used) {
        let (name, said) = (text(&tag["name"]), text(&tag["description"]));
        let _ = write!(html, "<h2 id=\"{name}\">{name}</h2><p class=\"soft\">{said}</p>");
        for call in calls.iter().filter(|call| *call.tag == tag["name"]) {
            call.render(document, &word, &mut html);
        }
    }
    html.push_str("</main></body></html>");
    html
}

struct Call<'a> {
    method: &'a str,
    path: &'a str,
    tag: &'a Value,
    operation: &'a Value,
}

fn calls(document: &Value) -> Vec<Call<'_>> {
    let mut calls = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            calls.push(Call { method, path, tag: &operation["tags"][0], operation });
        }
    }
    calls
}

impl Call<'_> {
    fn render(&self, document: &Value, word: &dyn Fn(&str) -> String, html: &mut String) {
        let method = self.method.to_uppercase();
        let id = text(&self.operation["operationId"]);
        let _ = write!(html, "<h3 id=\"{id}\"><b>{method}</b> {}</h3>", escape(self.path));
        let _ = write!(html, "<p>{}</p>", text(&self.operation["summary"]));
        let more = text(&self.operation["description"]);
        if !more.is_empty() {
            let _ = write!(html, "<p class=\"soft\">{more}</p>");
        }
        html.push_str("<table>");
        for parameter in self.operation["parameters"].as_array().into_iter().flatten() {
            let (name, place) = (text(&parameter["name"]), text(&parameter["in"]));
            let said = text(&parameter["description"]);
            let _ = write!(
                html,
                "<tr><th><code>{name}</code> {place}</th><td>{} <span class=\"soft\">{said}</span></td></tr>",
                kind(&parameter["schema"])
            );
        }
        if let Some(schema) = json_schema(&self.operation["requestBody"]) {
            let _ = write!(html, "<tr><th>{}</th><td>{}</td></tr>", word("api-page-body"), shape(document, schema));
        }
        for (status, answer) in self.operation["responses"].as_object().into_iter().flatten() {
            let said = text(&answer["description"]);
            let body = json_schema(answer).map(|schema| shape(document, schema)).unwrap_or_default();
            let _ = write!(html, "<tr><th>{status}</th><td>{said} {body}</td></tr>");
        }
        html.push_str("</table>");
    }
}

fn json_schema(holder: &Value) -> Option<&Value> {
    Some(&holder["content"].as_object()?.values().next()?["schema"]).filter(|schema| !schema.is_null())
}

/// A schema in one line; the fields of a named one are told too.
fn shape(document: &Value, schema: &Value) -> String {
    let Some(target) = schema["$ref"].as_str() else { return kind(schema) };
    let named = document.pointer(target.trim_start_matches('#')).unwrap_or(&Value::Null);
    let empty = Map::new();
    let fields = named["properties"].as_object().unwrap_or(&empty);
    let needed: Vec<&str> = named["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let told = fields.iter().map(|(name, field)| {
        let mark = if needed.contains(&name.as_str()) { "" } else { "?" };
        format!("<code>{}{mark}</code> <span class=\"soft\">{}</span>", escape(name), kind(field))
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { kind(schema) } else { format!("{{ {} }}", told.join(", ")) }
}

/// The name of a type: `string`, `Me`, `Me[]`, `integer | null`.
fn kind(schema: &Value) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        return escape(target.rsplit('/').next().unwrap_or_default());
    }
    if let Some(choices) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        return choices.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(|word| escape(word.as_str().unwrap_or("null"))).collect::<Vec<_>>().join(" | ");
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => format!("{}[]", kind(&schema["items"])),
        Value::Array(names) if names.iter().any(|name| name == "array") => {
            format!("{}[] | null", kind(&schema["items"]))
        }
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join(" | "),
        name => text(name),
    }
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_stands_on_the_page_in_both_languages() {
        for ui in Ui::ALL {
            let html = render(&DOCUMENT, ui);
            let calls = calls(&DOCUMENT);
            assert!(calls.len() > 20);
            for call in &calls {
                assert!(html.contains(&format!("</b> {}</h3>", escape(call.path))), "{}", call.path);
                assert!(!text(&call.operation["summary"]).is_empty(), "{} {} says nothing", call.method, call.path);
            }
            assert!(!html.contains("api-page-") && !html.contains("<script"));
        }
    }
}
