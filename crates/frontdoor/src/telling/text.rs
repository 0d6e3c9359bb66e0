//! The words of a message: a greeting, what its reader said and when, what is the same for everybody, and, when it goes out,
//! one question with two links, and how to hear no more. In the reader's language, as plain text and as HTML.
use super::{Message, Telling};
use crate::Keys;
use crate::store::tellings as rows;
use ::store::Tx;
use base::{Error, MessageId, Result, Time, Ui, Zone};
use httpkit::PublicUrl;
use roadmap::EventKind;
use roadmap::ledger::Words;
use tagging::{Catalogue, Texts};

/// Of one person's words in a message.
const MOST_QUOTES: usize = 3;
const LONGEST_QUOTE: usize = 500;

pub fn ui_of(language: &str) -> Ui {
    if language == "ko" { Ui::Ko } else { Ui::En }
}

pub(super) fn say(ui: Ui, key: &str, args: &[(&str, String)]) -> String {
    httpkit::say(ui, key, args).unwrap_or_default()
}

pub fn in_language(texts: &Texts, ui: Ui) -> String {
    let (first, other) = match ui {
        Ui::Ko => (&texts.ko, &texts.en),
        Ui::En => (&texts.en, &texts.ko),
    };
    first.clone().or_else(|| other.clone()).unwrap_or_default()
}

/// What a telling begins with: (language, subject, text).
pub fn first_words(kind: EventKind, titles: &[Texts]) -> Vec<(&'static str, String, String)> {
    [("ko", Ui::Ko), ("en", Ui::En)]
        .into_iter()
        .map(|(language, ui)| {
            let title = titles.first().map(|title| in_language(title, ui)).unwrap_or_default();
            let args = [("title", title), ("more", (titles.len().saturating_sub(1)).to_string())];
            let of = |part: &str| say(ui, &format!("notice-{part}-{}", kind.as_str()), &args);
            (language, of("subject"), of("text"))
        })
        .collect()
}

/// A day as it is said: the year only where it is another one.
fn day(ui: Ui, at: Time, now: Time, zone: &Zone) -> String {
    let of = |at: Time| zone.inner().to_datetime(at.timestamp());
    let (at, this_year) = (of(at), of(at).date().year() == of(now).date().year());
    match (ui, this_year) {
        (Ui::Ko, true) => at.strftime("%-m월 %-d일").to_string(),
        (Ui::Ko, false) => at.strftime("%Y년 %-m월 %-d일").to_string(),
        (Ui::En, true) => at.strftime("%-d %B").to_string(),
        (Ui::En, false) => at.strftime("%-d %B %Y").to_string(),
    }
}

/// What stands in a message.
pub struct Parts<'a> {
    pub ui: Ui,
    /// Empty where nobody knows it.
    pub name: &'a str,
    pub staff: &'a str,
    pub words: &'a [Words],
    /// What they asked for, where none of their words are kept.
    pub titles: &'a [String],
    /// When they asked.
    pub asked_at: Time,
    pub text: &'a str,
    pub now: Time,
    pub zone: &'a Zone,
}

/// The message without its links, as it stands in the conversation.
pub fn write(parts: &Parts<'_>) -> String {
    let Parts { ui, name, staff, words, titles, asked_at, text, now, zone } = *parts;
    let is_named = !name.trim().is_empty() && !name.contains('@');
    let hello = if is_named { "notice-hello" } else { "notice-hello-nameless" };
    let mut out = vec![say(ui, hello, &[("name", name.to_owned()), ("staff", staff.to_owned())])];
    for one in words.iter().take(MOST_QUOTES) {
        out.push(say(ui, "notice-you-wrote", &[("date", day(ui, one.said_at, now, zone))]));
        let short: String = one.quote.chars().take(LONGEST_QUOTE).collect();
        let end = if short.len() < one.quote.len() { " […]" } else { "" };
        let lines: Vec<String> = short.lines().map(|line| format!("> {}", line.trim_end())).collect();
        out.push(format!("{}{end}", lines.join("\n")));
    }
    if words.is_empty() {
        let args = [("date", day(ui, asked_at, now, zone)), ("title", titles.join(", "))];
        out.push(say(ui, "notice-you-asked", &args));
    }
    out.push(text.trim().to_owned());
    out.join("\n\n")
}

/// A message as it goes out.
#[derive(Clone, Debug, PartialEq)]
pub struct Mail {
    pub text: String,
    pub html: String,
    /// Where its reader says that they want no more.
    pub stop: String,
}

/// Where the links below a message lead: the page that asks, and its reader's own page.
pub struct Links {
    pub page: String,
    pub own: String,
}

/// Puts the links below a message. `solves`: whether it is asked if that solved it.
pub fn compose_mail(ui: Ui, body: &str, links: &Links, solves: bool, signature: &str) -> Mail {
    let Links { page, own } = links;
    let stop = format!("{page}/stop");
    let mut text = body.trim_end().to_owned();
    let mut html = String::new();
    for part in body.trim().split("\n\n") {
        let is_quote = part.starts_with("> ");
        let lines: Vec<String> = part.lines().map(|line| escape(line.strip_prefix("> ").unwrap_or(line))).collect();
        let lines = lines.join("<br>");
        html.push_str(&match is_quote {
            true => format!("<blockquote style=\"margin:0 0 1em;padding:0 0 0 12px;border-left:3px solid #d8d3c7;color:#5c5f59\">{lines}</blockquote>\n"),
            false => format!("<p style=\"margin:0 0 1em\">{lines}</p>\n"),
        });
    }
    if solves {
        let question = say(ui, "notice-solved", &[]);
        text.push_str(&format!("\n\n{question}\n"));
        html.push_str(&format!(
            "<p style=\"margin:0 0 .5em\">{}</p>\n<p style=\"margin:0 0 1.5em\">",
            escape(&question)
        ));
        for answer in ["yes", "no"] {
            let (label, url) = (say(ui, &format!("notice-{answer}"), &[]), format!("{page}?answer={answer}"));
            text.push_str(&format!("\n{label}\n{url}\n"));
            html.push_str(&format!(
                "<a href=\"{}\" style=\"display:inline-block;margin:0 8px 8px 0;padding:10px 18px;border:1px solid #27705f;\
                 border-radius:6px;color:#27705f;text-decoration:none;font-weight:600\">{}</a>",
                escape(&url),
                escape(&label)
            ));
        }
        html.push_str("</p>\n");
    }
    if !signature.trim().is_empty() {
        text = format!("{}\n\n-- \n{}", text.trim_end(), signature.trim());
        let lines: Vec<String> = signature.trim().lines().map(escape).collect();
        html.push_str(&format!("<p style=\"margin:0 0 1em;color:#5c5f59\">{}</p>\n", lines.join("<br>")));
    }
    let ends = ["notice-own", "notice-stop"].map(|key| {
        let url = if key == "notice-own" { own } else { &stop };
        (say(ui, key, &[("url", url.clone())]), url, say(ui, &format!("{key}-short"), &[]))
    });
    let lines: Vec<&str> = ends.iter().map(|(line, ..)| line.as_str()).collect();
    text = format!("{}\n\n{}\n", text.trim_end(), lines.join("\n"));
    for (_, url, label) in &ends {
        html.push_str(&format!(
            "<p style=\"margin:0;font-size:13px;color:#686c65\"><a href=\"{}\" style=\"color:#686c65\">{}</a></p>\n",
            escape(url),
            escape(label)
        ));
    }
    let html = format!(
        "<!doctype html>\n<html lang=\"{ui}\"><head><meta charset=\"utf-8\"></head>\n\
         <body style=\"margin:0;padding:16px;font:16px/1.6 system-ui,-apple-system,'Apple SD Gothic Neo','Malgun Gothic',\
         sans-serif;color:#20231f;word-break:keep-all;overflow-wrap:anywhere\">\n\
         <div style=\"max-width:36rem\">\n{html}</div>\n</body></html>\n"
    );
    Mail { text, html, stop }
}

pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

/// What is said to the reader of a message: (subject, text), as it stands in the conversation.
pub async fn preview(
    tx: &mut Tx,
    catalogue: &Catalogue,
    telling: &Telling,
    message: &Message,
) -> Result<(String, String)> {
    let ui = ui_of(&message.language);
    let texts = rows::list_texts(tx, telling.id).await?;
    let (_, subject, text) = texts
        .into_iter()
        .find(|one| one.0 == message.language)
        .unwrap_or_else(|| (String::new(), String::new(), String::new()));
    let asks: Vec<i64> = rows::list_asks(tx, &[message.ord]).await?.into_iter().map(|one| one.2).collect();
    let mut words: Vec<Words> =
        roadmap::ledger::list_words(tx, catalogue, &asks).await?.into_values().flatten().collect();
    words.sort_by_key(|one| std::cmp::Reverse(one.said_at));
    words.dedup_by(|a, b| a.quote == b.quote);
    // The newest of each thing they asked for would be ideal; the newest of all is what they remember.
    words.truncate(asks.len().clamp(1, MOST_QUOTES));
    let cards = people::cards(tx, &[message.person_ord], &[], &[]).await?;
    let name = cards.person(Some(message.person_ord)).map(|card| card.name).unwrap_or_default();
    let settings = staff::get_settings(tx).await?;
    let staff_names = staff::list_staff_names(tx, Vec::from_iter(message.staff_id)).await?;
    let staff = message.staff_id.and_then(|id| staff_names.get(&id).cloned()).unwrap_or(settings.company);
    let about = rows::list_items(tx, &[message.ord]).await?;
    let items = crate::outside::list_names(tx, about.iter().map(|(_, item, _)| *item).collect()).await?;
    let titles: Vec<String> =
        about.into_iter().filter_map(|(_, item, _)| items.get(&item).map(|title| in_language(title, ui))).collect();
    let asked_at = rows::find_asked_at(tx, &asks).await?.unwrap_or(telling.created_at);
    let parts = Parts {
        ui,
        name: &name,
        staff: &staff,
        words: &words,
        titles: &titles,
        asked_at,
        text: &text,
        now: tx.now(),
        zone: &settings.zone,
    };
    Ok((subject, write(&parts)))
}

/// What goes out of an entry that is a message of a telling.
pub async fn text_of(tx: &mut Tx, keys: &Keys, url: &PublicUrl, entry: (i64, &str), signature: &str) -> Result<Mail> {
    let message = rows::find_message_of_entry(tx, entry.0).await?.ok_or(Error::NotFound("message"))?;
    let telling = rows::find(tx, message.telling_id).await?.ok_or(Error::NotFound("telling"))?;
    let solves = telling.kind == EventKind::Shipped.as_str();
    let person = people::cards(tx, &[message.person_ord], &[], &[]).await?.person(Some(message.person_ord));
    let person = person.ok_or(Error::NotFound("person"))?.id;
    let own = url.join(&crate::outside::sign_own_page(tx, keys, person).await?);
    let links = Links { page: page_of(keys, url, message.id), own };
    Ok(compose_mail(ui_of(&message.language), entry.1, &links, solves, signature))
}

pub fn page_of(keys: &Keys, url: &PublicUrl, message: MessageId) -> String {
    url.join(&format!("/told/{}", keys.sign_message(message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(ui: Ui, name: &str, words: &[Words]) -> String {
        let (now, zone) = (Time::parse("2026-11-22T06:04:00Z").unwrap(), Zone::parse("Asia/Seoul").unwrap());
        let (staff, text) = match ui {
            Ui::Ko => ("윤서", "오늘부터 보기에 저장한 필터는 모두에게 그대로 유지됩니다."),
            Ui::En => ("Hana", "From today, filters saved in a view stay for everybody."),
        };
        let titles = [String::from("Views keep their filters")];
        let asked_at = Time::parse("2025-05-03T03:00:00Z").unwrap();
        write(&Parts { ui, name, staff, words, titles: &titles, asked_at, text, now, zone: &zone })
    }

    fn said(quote: &str, at: &str) -> Words {
        Words { quote: quote.into(), said_at: Time::parse(at).unwrap(), conversation_ord: None, tagging_ord: None }
    }

    /// A mail as it is read, plain text and HTML; `UPDATE_SNAPSHOTS=1` writes it anew.
    fn shows(name: &str, mail: &Mail) {
        for (end, text) in [("txt", &mail.text), ("html", &mail.html)] {
            let here = std::env::var("CARGO_MANIFEST_DIR").expect("run by cargo");
            let path = format!("{here}/src/telling/snapshots/{name}.{end}");
            if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
                std::fs::create_dir_all(std::path::Path::new(&path).parent().unwrap()).unwrap();
                std::fs::write(&path, text).unwrap();
            }
            let kept = std::fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(*text, kept, "{path}");
        }
    }

    fn links() -> Links {
        Links { page: "https://soban.example/told/x.y".into(), own: "https://soban.example/me/z".into() }
    }

    #[test]
    fn a_message_reads_rightly_in_both_languages_as_text_and_as_html() {
        let words = [said(
            "필터를 저장해도 새로고침하면 자꾸 풀려요.\n팀원 <여섯 명>이 다시 걸고 있어요.",
            "2026-11-21T01:00:00Z",
        )];
        let korean = body(Ui::Ko, "김민지", &words);
        let page = &links();
        shows("shipped-ko", &compose_mail(Ui::Ko, &korean, page, true, "소반 드림"));
        let words = [
            said("Every Monday I rebuild my view.", "2026-05-03T01:00:00Z"),
            said("It happened again & again.", "2025-12-31T20:00:00Z"),
        ];
        let english = body(Ui::En, "Daniel Ortiz", &words);
        shows("shipped-en", &compose_mail(Ui::En, &english, page, true, "Soban"));
        shows("declined-en", &compose_mail(Ui::En, &body(Ui::En, "", &[]), page, false, ""));
        shows("declined-ko", &compose_mail(Ui::Ko, &body(Ui::Ko, "minji@example.com", &[]), page, false, ""));
    }

    #[test]
    fn nothing_a_customer_wrote_becomes_html() {
        let words = [said("<script>alert(1)</script>\n\n\"<b>", "2026-11-21T01:00:00Z")];
        let mail = compose_mail(Ui::En, &body(Ui::En, "<i>Eve</i>", &words), &links(), true, "<hr>");
        for tag in ["<script", "<b>", "<i>", "<hr>"] {
            assert!(!mail.html.contains(tag), "{tag}: {}", mail.html);
        }
    }
}
