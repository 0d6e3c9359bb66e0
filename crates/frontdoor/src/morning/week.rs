//! What whoever owns items should know this week, as a mail.
use super::begin_letter;
use super::write::{Page, escape, link};
use crate::Keys;
use crate::mailbox::Mailbox;
use base::Ui;
use httpkit::AppState;
use mailkit::Letter;
use roadmap::digest::{DueMail, ItemWeek};
use std::fmt::Write;
use tagging::{TagEngine, Texts};

pub fn write(app: &AppState, keys: &Keys, mailbox: &Mailbox, mail: &DueMail, week: &[ItemWeek]) -> Letter {
    let catalogue = app.get::<TagEngine>().catalogue();
    let page = Page {
        ui: mail.member.ui,
        zone: &mail.zone,
        url: &app.public_url,
        catalogue: &catalogue,
        title: httpkit::say(mail.member.ui, "morning-week-subject", &[("n", week.len().to_string())])
            .unwrap_or_default(),
        date: String::new(),
    };
    let intro = page.say("morning-week-intro", &[]);
    let (mut text, mut body) = (format!("{}\n\n{intro}\n", page.title), String::new());
    for one in week {
        let (title, figures) = (title_of(&one.item.title, page.ui), figures_of(&page, one));
        let place = page.url.join(&format!("/roadmap/{}", one.item.id));
        let _ = write!(text, "\n{title}\n{figures}\n");
        let _ = write!(
            body,
            "<div style=\"padding:18px 0;border-bottom:1px solid #e6e2d8\"><h2 style=\"font-size:17px;margin:0 0 4px\">{}</h2>\
             <p style=\"margin:0 0 10px;font-size:14px;color:#62665f\">{}</p>",
            link(&place, &title, "#20231f", "text-decoration:none;"),
            escape(&figures)
        );
        for said in &one.said {
            let who = said.person.as_ref().map(|person| page.name(&person.name));
            let account = said.account.as_ref().map(|account| account.name.clone());
            let who =
                [who, account, Some(page.moment(said.said_at))].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            let _ = write!(text, "  “{}”\n  {who}\n", said.quote.trim());
            let quote = escape(&format!("“{}”", said.quote.trim())).replace('\n', "<br>");
            let _ = write!(
                body,
                "<p style=\"margin:0 0 2px;font-size:15px;line-height:1.6;word-break:keep-all;overflow-wrap:anywhere\">{quote}</p>\
                 <p style=\"margin:0 0 10px;font-size:13px;color:#62665f\">{}</p>",
                escape(&who)
            );
        }
        if !one.askers.is_empty() {
            let names: Vec<String> = one
                .askers
                .iter()
                .map(|ask| match &ask.account {
                    Some(account) => format!("{} ({})", page.name(&ask.person.name), account.name),
                    None => page.name(&ask.person.name),
                })
                .collect();
            let new = page.say("morning-week-new", &[("n", one.new_asks.to_string()), ("names", names.join(", "))]);
            let _ = writeln!(text, "  {new}");
            let _ = write!(body, "<p style=\"margin:0;font-size:14px\">{}</p>", escape(&new));
        }
        let _ = writeln!(text, "  {place}");
        body.push_str("</div>");
    }
    let end = page.url.join("/morning/week");
    let _ = write!(text, "\n-- \n{}\n", page.say("morning-week-end", &[("url", end.clone())]));
    let html = page.frame(&escape(&intro), &body, &link(&end, &page.say("morning-week-end-short", &[]), "#27705f", ""));
    let title = page.title.clone();
    Letter { text, html: Some(html), ..begin_letter(keys, mailbox, mail, &title) }
}

fn figures_of(page: &Page<'_>, one: &ItemWeek) -> String {
    match (one.conversations, one.persons, one.accounts) {
        (Some(conversations), Some(persons), Some(accounts)) => page.say(
            "morning-week-figures",
            &[
                ("conversations", conversations.to_string()),
                ("persons", persons.to_string()),
                ("accounts", accounts.to_string()),
            ],
        ),
        _ => page.say("morning-week-few", &[]),
    }
}

fn title_of(texts: &Texts, ui: Ui) -> String {
    let (first, other) = if ui == Ui::Ko { (&texts.ko, &texts.en) } else { (&texts.en, &texts.ko) };
    first.clone().or_else(|| other.clone()).unwrap_or_default()
}
