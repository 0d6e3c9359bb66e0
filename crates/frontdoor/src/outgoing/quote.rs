//! What was answered, below the answer: in the form that mail programs of the customer's language use, so that theirs folds
//! it and ours, when the answer to it comes back, knows it for history.
use base::{Time, Zone};
use conversations::{Head, Quoted};

/// Nobody reads on below this many lines of their own words.
const MOST_LINES: usize = 200;
const MOST_CHARS: usize = 10_000;

/// What stands below an answer, with the empty line before it. Only what was new in the mail that is quoted: what that
/// quoted itself was read before. Nothing when nothing of it was new.
pub fn write(quoted: &Quoted, head: &Head, zone: &Zone) -> String {
    let text = &quoted.entry.text;
    let said = mailkit::split_reply(text).visible_text(text);
    let said: String = said.chars().take(MOST_CHARS).collect();
    if said.is_empty() {
        return String::new();
    }
    let language = quoted.entry.language.as_ref().or(head.language.as_ref());
    let by = match &quoted.by.name {
        Some(name) => format!("{name} <{}>", quoted.by.address),
        None => quoted.by.address.clone(),
    };
    let mut out = format!("\n{}\n\n", attribute(language.map_or("", |l| l.as_str()), &by, quoted.entry.said_at, zone));
    for line in said.lines().take(MOST_LINES) {
        out.push_str(if line.is_empty() { ">" } else { "> " });
        out.push_str(line.trim_end());
        out.push('\n');
    }
    if said.lines().count() > MOST_LINES || said.chars().count() == MOST_CHARS {
        out.push_str("> […]\n");
    }
    out
}

/// Who said it and when, in the words of the mail program that most who read this language use.
fn attribute(language: &str, by: &str, at: Time, zone: &Zone) -> String {
    let at = zone.inner().to_datetime(at.timestamp());
    let day = at.date().weekday().to_monday_zero_offset() as usize;
    match language {
        "ko" => {
            let half = if at.hour() < 12 { "오전" } else { "오후" };
            let day = ["월", "화", "수", "목", "금", "토", "일"][day];
            let (date, time) = (at.strftime("%Y년 %-m월 %-d일"), at.strftime("%-I:%M"));
            format!("{date} ({day}) {half} {time}, {by}님이 작성:")
        }
        "ja" => {
            let day = ["月", "火", "水", "木", "金", "土", "日"][day];
            format!("{}({day}) {} {by}:", at.strftime("%Y年%-m月%-d日"), at.strftime("%-H:%M"))
        }
        _ => format!("{} {by} wrote:", at.strftime("On %a, %b %-d, %Y at %-I:%M %p")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_quoted_is_said_as_others_say_it_and_our_own_reader_folds_it() {
        let (at, zone) = (Time::parse("2026-11-22T06:04:00Z").unwrap(), Zone::parse("Asia/Seoul").unwrap());
        for (language, by, wanted) in [
            (
                "ko",
                "김민지 <minji@example.com>",
                "2026년 11월 22일 (일) 오후 3:04, 김민지 <minji@example.com>님이 작성:",
            ),
            (
                "en",
                "Minji Kim <minji@example.com>",
                "On Sun, Nov 22, 2026 at 3:04 PM Minji Kim <minji@example.com> wrote:",
            ),
            ("ja", "ミンジ <minji@example.com>", "2026年11月22日(日) 15:04 ミンジ <minji@example.com>:"),
            ("", "minji@example.com", "On Sun, Nov 22, 2026 at 3:04 PM minji@example.com wrote:"),
        ] {
            let line = attribute(language, by, at, &zone);
            assert_eq!(line, wanted);
            let answer = format!("ok\n\n-- \nsoban\n\n{line}\n\n> 견적서를\n>\n> 다시\n");
            let read = mailkit::split_reply(&answer);
            assert_eq!(read.visible_text(&answer), "ok", "{language}: {read:?}");
        }
    }
}
