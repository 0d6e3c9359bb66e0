//! The pages behind the links of a question: plain HTML that needs no script, loads nothing, and fits a phone.
use super::{DID, SCORES, say};
use base::Ui;

/// What a page is about.
pub struct Asked<'a> {
    pub ui: Ui,
    pub kind: &'a str,
    pub company: &'a str,
    /// The signed name of the question, as it stands in the address.
    pub token: &'a str,
}

const STYLE: &str = "body{margin:0;background:#faf8f4;color:#23211d;font:17px/1.6 system-ui,-apple-system,'Apple SD Gothic Neo',\
    'Malgun Gothic',sans-serif}main{max-width:34rem;margin:0 auto;padding:32px 20px 48px}h1{font-size:1.35rem;line-height:1.4}\
    fieldset{border:0;margin:0 0 24px;padding:0}legend{font-weight:600;padding:0;margin-bottom:8px}label{display:flex;gap:12px;\
    align-items:center;min-height:44px}input{width:20px;height:20px;accent-color:#2f6b57}textarea{width:100%;box-sizing:border-box;\
    min-height:7em;font:inherit;padding:10px;border:1px solid #8a857a;border-radius:6px;background:#fff;color:inherit}\
    button{font:inherit;font-weight:600;min-height:48px;padding:0 28px;border:0;border-radius:6px;background:#2f6b57;color:#fff}\
    a{color:#2f6b57;display:inline-block;padding:10px 0}.t{display:block;font-weight:600;margin-bottom:8px}\
    @media(prefers-color-scheme:dark){body{background:#1c1b19;color:#eeebe4}textarea{background:#262522;border-color:#8f8a80}\
    a{color:#8fc9b3}button{background:#8fc9b3;color:#14201b}input{accent-color:#8fc9b3}}";

/// The question with its answers, the clicked one chosen already; nothing is kept until it is sent.
pub fn ask_page(asked: &Asked<'_>, chosen: Option<i64>, is_missing: bool) -> String {
    let Asked { ui, kind, company, token } = *asked;
    let words = |key: &str| escape(&say(ui, key, &[]));
    let score = |score: i64| {
        let checked = if chosen == Some(score) { " checked" } else { "" };
        let label = words(&format!("how-{kind}-{score}"));
        format!("<label><input type=\"radio\" name=\"score\" value=\"{score}\" required{checked}> {label}</label>")
    };
    let did = |what: &&str| {
        format!(
            "<label><input type=\"checkbox\" name=\"did\" value=\"{what}\"> {}</label>",
            words(&format!("how-did-{what}"))
        )
    };
    let missing =
        if is_missing { format!("<p role=\"alert\"><b>{}</b></p>", words("how-choose")) } else { String::new() };
    let body = format!(
        "<h1>{}</h1>{missing}<form method=\"post\" action=\"/how/{token}\">\
         <fieldset><legend>{}</legend>{}</fieldset>\
         <p><label class=\"t\" for=\"text\">{}</label><textarea id=\"text\" name=\"text\" maxlength=\"10000\"></textarea></p>\
         <fieldset><legend>{}</legend>{}</fieldset>\
         <button type=\"submit\">{}</button></form><p><a href=\"/how/{token}/stop\">{}</a></p>",
        escape(&say(ui, "how-hello", &[("company", company.to_owned())])),
        words(&format!("how-{kind}")),
        SCORES.rev().map(score).collect::<String>(),
        words("how-text"),
        words("how-did"),
        DID.iter().map(did).collect::<String>(),
        words("how-send"),
        words("how-stop"),
    );
    html_page(ui, &say(ui, &format!("how-{kind}"), &[]), &body)
}

/// Said once it is kept; `stopped` when somebody does not want to be asked any more.
pub fn thanks_page(ui: Ui, stopped: bool) -> String {
    let key = if stopped { "how-stopped" } else { "how-thanks" };
    let detail = if stopped { "how-stopped-detail" } else { "how-thanks-detail" };
    let (title, detail) = (say(ui, key, &[]), escape(&say(ui, detail, &[])));
    html_page(ui, &title, &format!("<div role=\"status\"><h1>{}</h1></div><p>{detail}</p>", escape(&title)))
}

pub fn stop_page(asked: &Asked<'_>) -> String {
    let Asked { ui, token, .. } = *asked;
    let title = say(ui, "how-stop", &[]);
    let body = format!(
        "<h1>{}</h1><p>{}</p><form method=\"post\" action=\"/how/{token}/stop\"><button type=\"submit\">{}</button></form>",
        escape(&title),
        escape(&say(ui, "how-stopped-detail", &[])),
        escape(&say(ui, "how-stop-send", &[]))
    );
    html_page(ui, &title, &body)
}

/// For an address that is none of ours: it says nothing of what there is.
pub fn gone_page(ui: Ui) -> String {
    let title = say(ui, "how-gone", &[]);
    html_page(ui, &title, &format!("<h1>{}</h1>", escape(&title)))
}

/// A page for a customer in our own looks.
pub fn html_page(ui: Ui, title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"{ui}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{}</title>\
         <style>{STYLE}</style></head><body><main>{body}</main></body></html>",
        escape(title)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
