//! The pages behind the links of a message: whether it was solved, and how to hear no more. Plain HTML that needs no script.
//! Opening one changes nothing: programs that look at links open them too.
use super::text::{escape, say};
use crate::satisfaction::html_page;
use base::Ui;

/// What a page is about.
pub struct Told<'a> {
    pub ui: Ui,
    pub company: &'a str,
    /// What they had asked for.
    pub titles: &'a [String],
    /// The signed name of the message, as it stands in the address.
    pub token: &'a str,
}

pub fn ask_page(told: &Told<'_>, chosen: Option<bool>) -> String {
    let Told { ui, company, titles, token } = *told;
    let title = say(ui, "notice-solved", &[]);
    let items: String = titles.iter().map(|title| format!("<li>{}</li>", escape(title))).collect();
    let button = |answer: &str, is_chosen: bool| {
        let mark = if is_chosen { " autofocus" } else { "" };
        let label = escape(&say(ui, &format!("notice-{answer}"), &[]));
        format!("<p><button type=\"submit\" name=\"answer\" value=\"{answer}\"{mark}>{label}</button></p>")
    };
    let body = format!(
        "<h1>{}</h1><p>{}</p><ul>{items}</ul><form method=\"post\" action=\"/told/{token}\">{}{}</form>\
         <p><a href=\"/told/{token}/stop\">{}</a></p>",
        escape(&title),
        escape(&say(ui, "notice-page-about", &[("company", company.to_owned())])),
        button("yes", chosen == Some(true)),
        button("no", chosen == Some(false)),
        escape(&say(ui, "notice-stop-short", &[])),
    );
    html_page(ui, &title, &body)
}

/// Said once an answer is kept.
pub fn thanks_page(ui: Ui, token: &str, solved: bool) -> String {
    let key = if solved { "notice-thanks-yes" } else { "notice-thanks-no" };
    let title = say(ui, "notice-thanks", &[]);
    let other = if solved { "no" } else { "yes" };
    let body = format!(
        "<div role=\"status\"><h1>{}</h1></div><p>{}</p><form method=\"post\" action=\"/told/{token}\">\
         <input type=\"hidden\" name=\"answer\" value=\"{other}\"><p>{}</p><button type=\"submit\">{}</button></form>",
        escape(&title),
        escape(&say(ui, key, &[])),
        escape(&say(ui, "notice-change-mind", &[])),
        escape(&say(ui, &format!("notice-{other}"), &[])),
    );
    html_page(ui, &title, &body)
}

pub fn stop_page(told: &Told<'_>, is_stopped: bool) -> String {
    let Told { ui, company, token, .. } = *told;
    let title = say(ui, if is_stopped { "notice-stopped" } else { "notice-stop-title" }, &[]);
    let detail = say(ui, "notice-stopped-detail", &[("company", company.to_owned())]);
    let form = format!(
        "<form method=\"post\" action=\"/told/{token}/stop\"><button type=\"submit\">{}</button></form>",
        escape(&say(ui, "notice-stop-send", &[]))
    );
    let form = if is_stopped { String::new() } else { form };
    let status = if is_stopped { " role=\"status\"" } else { "" };
    html_page(ui, &title, &format!("<div{status}><h1>{}</h1></div><p>{}</p>{form}", escape(&title), escape(&detail)))
}
