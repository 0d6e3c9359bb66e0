//! The words of a morning as a mail: plain text, and HTML that fits a phone. Nothing is summarised.
use super::begin_letter;
use crate::Keys;
use crate::mailbox::Mailbox;
use base::{Day, TagId, Time, Ui, Zone};
use httpkit::{AppState, PublicUrl};
use mailkit::Letter;
use roadmap::digest::{DueMail, Morning, MorningPassage, WhyHere};
use std::fmt::Write;
use tagging::{Catalogue, TagEngine};

/// Writes it. `ways`: the address by which each of the words is answered.
pub fn write(
    app: &AppState,
    keys: &Keys,
    mailbox: &Mailbox,
    mail: &DueMail,
    morning: &Morning,
    ways: &[Option<String>],
) -> Letter {
    let page = Page {
        ui: mail.member.ui,
        zone: &mail.zone,
        url: &app.public_url,
        catalogue: &app.get::<TagEngine>().catalogue(),
        title: String::new(),
        date: day_of(mail.member.ui, mail.day),
    };
    let n = morning.items.len().to_string();
    let title = page.say("morning-mail-subject", &[("n", n), ("date", page.date.clone())]);
    let page = Page { title: title.clone(), ..page };
    let text = page.text(morning, ways);
    let html = page.html(morning, ways);
    Letter { text, html: Some(html), ..begin_letter(keys, mailbox, mail, &title) }
}

pub struct Page<'a> {
    pub ui: Ui,
    pub zone: &'a Zone,
    pub url: &'a PublicUrl,
    pub catalogue: &'a Catalogue,
    pub title: String,
    pub date: String,
}

impl Page<'_> {
    pub fn say(&self, key: &str, args: &[(&str, String)]) -> String {
        httpkit::say(self.ui, key, args).unwrap_or_default()
    }

    pub fn tag(&self, id: TagId) -> Option<String> {
        Some(self.catalogue.label_path(tagging::find_tag(self.catalogue, id)?, self.ui.as_str()))
    }

    pub fn name(&self, name: &str) -> String {
        self.say("morning-mail-person", &[("name", name.to_owned())])
    }

    /// Who, of which account, how large, by which way, when.
    fn who(&self, one: &MorningPassage) -> String {
        let person = match &one.person {
            Some(person) => self.name(&person.name),
            None => self.say("morning-mail-nobody", &[]),
        };
        let plan = one.account.as_ref().and_then(|account| account.plan.clone());
        let size = one.company_size.clone().filter(|size| size != "none");
        let size = size.map(|size| self.say("morning-mail-size", &[("size", size)]));
        let channel = self.say("morning-mail-channel", &[("channel", one.channel.as_str().to_owned())]);
        let account = one.account.as_ref().map(|account| account.name.clone());
        let first = [Some(person), account].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let rest = [Some(first), plan, size, Some(channel), Some(self.moment(one.said_at))];
        rest.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Why it is here, its tags, and who has it.
    fn why(&self, one: &MorningPassage) -> String {
        let tag = one.tag.and_then(|tag| self.tag(tag)).unwrap_or_default();
        let why = match one.why {
            WhyHere::New => self.say("morning-why-new", &[]),
            WhyHere::Rising => self.say("morning-why-rising", &[("tag", tag.clone())]),
            WhyHere::Chance => self.say("morning-why-chance", &[]),
        };
        let tags =
            one.tags.iter().filter(|id| Some(**id) != one.tag).filter_map(|id| self.tag(*id)).collect::<Vec<_>>();
        let tags = Some(tags.join(", ")).filter(|tags| !tags.is_empty());
        let assignee = one.assignee.as_ref().map(|name| self.say("morning-mail-assignee", &[("name", name.clone())]));
        [Some(why), tags, assignee].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    pub fn moment(&self, at: Time) -> String {
        let at = self.zone.inner().to_datetime(at.timestamp());
        format!("{} {}", day_of(self.ui, Day(at.date())), at.strftime("%H:%M"))
    }

    fn place(&self, one: &MorningPassage) -> String {
        self.url.join(&format!("/inbox/{}?view=all#{}", one.conversation, one.entry))
    }

    fn quote(&self, one: &MorningPassage) -> String {
        let end = if one.is_cut { " […]" } else { "" };
        format!("“{}{end}”", one.text)
    }

    /// How answering works here.
    fn how(&self, ways: &[Option<String>]) -> String {
        match ways.iter().filter(|way| way.is_some()).count() {
            0 => self.say("morning-mail-by-link", &[]),
            n if n == ways.len() => self.say("morning-mail-by-mail", &[]),
            _ => self.say("morning-mail-by-both", &[]),
        }
    }

    fn intro(&self, morning: &Morning) -> String {
        self.say("morning-mail-intro", &[("n", morning.heard.to_string())])
    }

    fn text(&self, morning: &Morning, ways: &[Option<String>]) -> String {
        let mut out = format!("{}\n\n{}\n{}\n", self.title, self.intro(morning), self.how(ways));
        for ((place, one), way) in (1..).zip(&morning.items).zip(ways) {
            let quote = self.quote(one);
            let _ = write!(out, "\n{place}. {quote}\n\n   {}\n   {}\n", self.who(one), self.why(one));
            let answer = match way {
                Some(way) => self.say("morning-mail-answer-to", &[("address", way.clone())]),
                None => self.say("morning-mail-open", &[]),
            };
            let _ = writeln!(out, "   {answer}\n   {}", self.place(one));
        }
        let end = self.say("morning-mail-end", &[("url", self.url.join(&format!("/morning/{}", morning.day)))]);
        let _ = write!(out, "\n-- \n{end}\n");
        out
    }

    fn html(&self, morning: &Morning, ways: &[Option<String>]) -> String {
        let mut body = String::new();
        for (one, way) in morning.items.iter().zip(ways) {
            let quote = escape(&self.quote(one)).replace('\n', "<br>");
            let open = link(&self.place(one), &self.say("morning-mail-open-short", &[]), "#62665f", "");
            let answer = way.as_ref().map(|way| {
                let subject = one.subject.clone().unwrap_or_default();
                let subject: String = form_urlencoded::byte_serialize(format!("Re: {subject}").as_bytes()).collect();
                let to = format!("mailto:{way}?subject={}", subject.replace('+', "%20"));
                let button =
                    "display:inline-block;padding:10px 18px;border-radius:6px;background:#27705f;margin-right:14px;";
                link(&to, &self.say("morning-mail-answer", &[]), "#ffffff", button)
            });
            let _ = write!(
                body,
                "<div style=\"padding:18px 0;border-bottom:1px solid #e6e2d8\">\
                 <p style=\"margin:0 0 8px;font-size:17px;line-height:1.6;word-break:keep-all;overflow-wrap:anywhere\">{quote}</p>\
                 <p style=\"margin:0;font-size:14px;line-height:1.5;color:#62665f\">{}<br>{}</p>\
                 <p style=\"margin:12px 0 0;font-size:15px\">{}{open}</p></div>",
                escape(&self.who(one)),
                escape(&self.why(one)),
                answer.unwrap_or_default(),
            );
        }
        let intro = format!("{} {}", escape(&self.intro(morning)), escape(&self.how(ways)));
        let end = self.say("morning-mail-end-short", &[]);
        let end = link(&self.url.join(&format!("/morning/{}", morning.day)), &end, "#27705f", "");
        self.frame(&intro, &body, &end)
    }

    /// A whole HTML page: one column that fits a phone, readable without pictures and in the dark.
    pub fn frame(&self, intro: &str, body: &str, end: &str) -> String {
        let (lang, title) = (self.ui.as_str(), escape(&self.title));
        format!(
            "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light\">\
             <title>{title}</title></head>\
             <body style=\"margin:0;background:#fbfaf6;color:#20231f;font-family:-apple-system,'Apple SD Gothic Neo','Noto Sans KR',sans-serif\">\
             <div style=\"max-width:640px;margin:0 auto;padding:20px 16px 40px\">\
             <h1 style=\"font-size:20px;margin:0 0 12px\">{title}</h1>\
             <p style=\"margin:0;font-size:14px;line-height:1.6;color:#62665f\">{intro}</p>{body}\
             <p style=\"margin:20px 0 0;font-size:14px\">{end}</p></div></body></html>\n"
        )
    }
}

pub fn link(to: &str, words: &str, color: &str, style: &str) -> String {
    format!("<a href=\"{}\" style=\"color:{color};{style}\">{}</a>", escape(to), escape(words))
}

/// What a customer wrote can never become markup.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn day_of(ui: Ui, day: Day) -> String {
    match ui {
        Ui::Ko => day.0.strftime("%-m월 %-d일").to_string(),
        Ui::En => day.0.strftime("%-d %B").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{AccountId, ConversationId, DigestPassageId, EntryId, PersonId};
    use conversations::Channel;
    use people::{AccountCard, PersonCard};
    use std::{env, fs, path::PathBuf};

    fn passage(n: u8, why: WhyHere, text: &str, name: &str, account: Option<(&str, Option<&str>)>) -> MorningPassage {
        let id = [n; 16];
        MorningPassage {
            id: DigestPassageId::from_bytes(id),
            why,
            tag: None,
            conversation: ConversationId::from_bytes(id),
            entry: EntryId::from_bytes(id),
            subject: Some(format!("견적 & views {n}")),
            text: text.to_owned(),
            is_cut: n == 3,
            said_at: Time::parse("2026-11-22T00:12:00Z").unwrap(),
            channel: if n == 2 { Channel::Chat } else { Channel::Email },
            language: None,
            person: Some(PersonCard { id: PersonId::from_bytes(id), name: name.to_owned(), role: None, ord: 1 }),
            account: account.map(|(name, plan)| AccountCard {
                id: AccountId::from_bytes(id),
                name: name.to_owned(),
                plan: plan.map(str::to_owned),
                ord: 1,
            }),
            value_band: Some("large".into()),
            company_size: account.map(|_| "50-249".to_owned()),
            tags: Vec::new(),
            assignee: (n == 1).then(|| "윤서".to_owned()),
            answered_at: None,
        }
    }

    fn write_in(ui: Ui) -> [(&'static str, String); 2] {
        let (url, zone) = ("https://voice.soban.example".parse().unwrap(), Zone::parse("Asia/Seoul").unwrap());
        let catalogue = Catalogue::new(Vec::new());
        let title = httpkit::say(
            ui,
            "morning-mail-subject",
            &[("n", "3".into()), ("date", day_of(ui, Day::parse("2026-11-22").unwrap()))],
        );
        let page =
            Page { ui, zone: &zone, url: &url, catalogue: &catalogue, title: title.unwrap(), date: String::new() };
        let items = vec![
            passage(
                1,
                WhyHere::New,
                "좌석을 분기마다 정산할 수 있을까요?\n학기마다 사람이 바뀌어서요.",
                "한지우",
                Some(("오름과학", Some("Team"))),
            ),
            passage(
                2,
                WhyHere::Chance,
                "가격 페이지에서 제 <b>요금제</b>가 뭔지 모르겠어요 & \"여기\"도",
                "최하늘",
                None,
            ),
            passage(
                3,
                WhyHere::New,
                "We told auditors the view is fixed. It is not.",
                "Maren Holt",
                Some(("Fjord Data", Some("Enterprise"))),
            ),
        ];
        let morning = Morning {
            day: "2026-11-22".into(),
            today: true,
            made_at: None,
            heard: 86,
            items,
            gone: 0,
            before: None,
            after: None,
        };
        let ways = [Some("help+1.a@soban.example".to_owned()), None, Some("help+3.c@soban.example".to_owned())];
        [("txt", page.text(&morning, &ways)), ("html", page.html(&morning, &ways))]
    }

    /// After a change on purpose: `UPDATE_SNAPSHOTS=1`, and read the difference.
    #[test]
    fn the_mail_reads_rightly_in_both_languages_as_text_and_as_html() {
        let folder =
            PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo")).join("src/morning/snapshots");
        for ui in Ui::ALL {
            for (kind, written) in write_in(ui) {
                let file = folder.join(format!("{}.{kind}", ui.as_str()));
                if env::var_os("UPDATE_SNAPSHOTS").is_some() {
                    fs::create_dir_all(&folder).unwrap();
                    fs::write(&file, &written).unwrap();
                }
                assert!(
                    fs::read_to_string(&file).unwrap_or_default() == written,
                    "{} differs:\n{written}",
                    file.display()
                );
            }
        }
    }

    #[test]
    fn what_customers_write_never_becomes_markup() {
        for (_, written) in write_in(Ui::Ko).into_iter().filter(|(kind, _)| *kind == "html") {
            assert!(!written.contains("<b>요금제") && written.contains("&lt;b&gt;요금제&lt;/b&gt;"));
            assert!(written.contains("mailto:help+1.a@soban.example?subject=Re%3A%20%EA%B2%AC"), "{written}");
        }
    }
}
