//! What a person wrote, told from what they quoted.

use std::fs;

use mailkit::split_reply;

use crate::{list_files, shared_mail};

fn written(text: &str) -> String {
    split_reply(text).visible_text(text)
}

#[test]
fn at_least_85_of_100_public_replies_are_split_exactly() {
    let Some(folder) = shared_mail() else { return };
    let folder = folder.join("reply-trimmer/test");
    let files = list_files(&folder.join("emails"), &[".txt"]);
    let mut wrong = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap().replace("\r\n", "\n");
        let expected = fs::read_to_string(folder.join("trimmed").join(file.file_name().unwrap())).unwrap();
        let expected = expected.replace("\r\n", "\n");
        let found = written(&text);
        if found != expected.trim() {
            wrong.push(format!("{}:\n{found}", file.file_name().unwrap().to_string_lossy()));
        }
    }
    let right = files.len() - wrong.len();
    eprintln!("{right} of {} replies right", files.len());
    assert!(right * 100 >= files.len() * 85, "{right} of {} right; wrong:\n{}", files.len(), wrong.join("\n=====\n"));
}

/// Replies as programs write them, with what the person wrote between `[[` and `]]`: one stretch or several.
const REPLIES: &[(&str, &str)] = &[
    (
        "Gmail, Korean",
        "[[네, 그 요금제로 부탁드립니다.]]\n\n2026년 11월 21일 (토) 오후 3:04, 김지수 <jisu@example.com>님이 작성:\n\n> 요금제를 바꿀까요?\n> 감사합니다.\n",
    ),
    (
        "Gmail, Korean, broken over two lines",
        "[[확인했습니다.]]\n\n2026년 11월 21일 (토) 오후 3:04, 사랑방 고객지원팀 <\nsupport@example.com>님이 작성:\n\n> 안녕하세요\n>\n",
    ),
    (
        "Gmail, Korean, without quote marks",
        "[[확인했습니다.]]\n\n2026년 11월 21일 (토) PM 3:04, 김지수 <jisu@example.com>님이 작성:\n\n안녕하세요\n지난 글입니다.\n",
    ),
    (
        "Apple, Korean",
        "[[좋습니다!\n내일 뵙겠습니다.]]\n\n나의 iPhone에서 보냄\n\n2026. 11. 21. 오후 3:04, 김지수 <jisu@example.com> 작성:\n\n> 내일 어떠세요?\n",
    ),
    (
        "Apple, Korean, newer",
        "[[좋습니다.]]\n\n> 2026. 11. 21. 오후 3:04, Kim Jisu <jisu@example.com> 작성:\n> \n> 내일 어떠세요?\n",
    ),
    (
        "Outlook, Korean",
        "[[첨부 확인 부탁드립니다.\n\n감사합니다.\n김지수 드림]]\n\n________________________________\n보낸 사람: 박서준 <seojun@example.com>\n보낸 날짜: 2026년 11월 21일 토요일 오후 3:04\n받는 사람: 김지수 <jisu@example.com>\n참조: 고객지원\n제목: RE: 견적 문의\n\n안녕하세요,\n지난 글입니다.\n",
    ),
    (
        "Outlook, Korean, old",
        "[[확인]]\n\n-----원본 메시지-----\n보낸 사람: 박서준 [mailto:seojun@example.com]\n보낸 날짜: 2026년 11월 21일 토요일 오후 3:04\n받는 사람: 김지수\n제목: 견적\n\n지난 글\n",
    ),
    (
        "Outlook, English in Korea",
        "[[네 맞습니다.]]\n\nFrom: 박서준 <seojun@example.com>\nSent: Saturday, November 21, 2026 3:04 PM\nTo: 김지수 <jisu@example.com>\nSubject: RE: 견적\n\n지난 글\n",
    ),
    (
        "Naver",
        "[[넵 감사합니다~]]\n\n-----Original Message-----\nFrom: \"박서준\"<seojun@example.com>\nTo: \"김지수\"<jisu@example.com>;\nCc:\nSent: 2026-11-21 (토) 15:04:05 (GMT+09:00)\nSubject: 견적 문의\n\n지난 글\n",
    ),
    (
        "Daum",
        "[[다시 보내 드려요.]]\n\n--------- 원본 메일 ---------\n보낸사람: 박서준 <seojun@example.com>\n받는사람 : 김지수 <jisu@example.com>\n날짜: 2026년 11월 21일 토요일, 15시 04분 05초 +0900\n제목: 견적 문의\n\n지난 글\n",
    ),
    (
        "a phone, Korean",
        "[[지금 이동 중입니다.]]\n\n내 Galaxy에서 보냄\n\n\n-------- 원본 이메일 --------\n발신: 박서준 <seojun@example.com>\n날짜: 26/11/21 오후 3:04 (GMT+09:00)\n수신: 김지수 <jisu@example.com>\n제목: 견적\n\n지난 글\n",
    ),
    (
        "forwarded, Korean",
        "---------- 전달된 메시지 ---------\n보낸사람: 박서준 <seojun@example.com>\n날짜: 2026년 11월 21일 (토) 오후 3:04\n제목: 견적\n받는사람: 김지수 <jisu@example.com>\n\n\n[[안녕하세요, 견적을 보냅니다.]]\n",
    ),
    (
        "between the quotes, Korean",
        "[[안녕하세요.]]\n\n2026년 11월 21일 (토) 오후 3:04, 김지수 <jisu@example.com>님이 작성:\n\n[[> 언제까지 가능한가요?\n\n금요일까지 됩니다.\n\n> 비용은요?\n\n지난번과 같습니다.]]\n\n> 감사합니다.\n",
    ),
    ("signature, Korean", "[[문의드립니다.]]\n\n-- \n김지수 | 사랑방\n010-0000-0000\n"),
    (
        "below the quote",
        "2026-11-21 오후 3:04에 박서준 이(가) 쓴 글:\n> 언제 되나요?\n> 급합니다.\n\n[[내일 됩니다.]]\n",
    ),
    (
        "Gmail",
        "[[Sounds good.]]\n\nOn Sat, Nov 21, 2026 at 3:04 PM Kim Jisu <jisu@example.com> wrote:\n\n> Shall we?\n",
    ),
    (
        "Gmail, broken over three lines",
        "[[Sounds good.]]\n\nOn Sat, Nov 21, 2026 at 3:04 PM A Person With A Very Long Name And Title <\na.person.with.a.very.long.name@mail.example.com>\nwrote:\n\n> Shall we?\n",
    ),
    (
        "Outlook, bold",
        "[[Done.]]\n\n**From:** Kim <kim@example.com>\n**Sent:** Saturday, November 21, 2026 3:04 PM\n**To:** Support\n**Subject:** Re: plan\n\nold text\n",
    ),
    (
        "Outlook for Android",
        "[[Done.]]\n\nGet Outlook for Android<https://aka.ms/x>\n________________________________\nFrom: Kim <kim@example.com>\nSent: Saturday, November 21, 2026 3:04:05 PM\nTo: Support <s@example.com>\nSubject: Re: plan\n\nold text\n",
    ),
    (
        "Yahoo",
        "[[Thanks!]]\n\n    On Saturday, November 21, 2026 at 03:04:05 PM GMT+9, Kim <kim@example.com> wrote:  \n \n old text\n",
    ),
    (
        "between the quotes",
        "On 21/11/2026 15:04, Kim wrote:\n[[> first question?\nFirst answer.\n\n> second question?\nSecond answer.]]\n> regards\n",
    ),
    (
        "no quote at all",
        "[[Hello,\n\nOn Monday I tried it. It said: \"no\". My colleague wrote:\nnothing.\n\nFrom: here it is slow\nTo: be honest, very slow\n\nBye]]\n",
    ),
    (
        "own words that look like an attribution",
        "[[Hi,\n\nAt 10:30 I ran the export and it said:\nError 5 in line 3.\nWhat now?]]\n",
    ),
    ("a rule at the end", "[[words]]\n\n---\n\n> old\n"),
    ("a rule in the text", "[[part one\n\n-----\n\npart two]]\n"),
    ("a list with dashes", "[[- one\n-- two\n--- three]]\n"),
    ("code that looks like quotes", "[[Run this:\n```\n> ls\n-- comment\n```\nthen tell me.]]\n"),
    ("help desk", "[[It works now.]]\n\n##- Please type your reply above this line -##\n\nKim, Nov 21\nold text\n"),
    ("German", "[[Danke!]]\n\nAm 21.11.26 um 15:04 schrieb Kim:\n> alt\n"),
    ("German, Gmail", "[[Danke!]]\n\nAm Sa., 21. Nov. 2026 um 15:04 Uhr schrieb Kim <kim@example.com>:\n\n> alt\n"),
    (
        "German, Outlook",
        "[[Danke!]]\n\nVon: Kim <kim@example.com>\nGesendet: Samstag, 21. November 2026 15:04\nAn: Support\nBetreff: AW: Tarif\n\nalt\n",
    ),
    ("French", "[[Merci.]]\n\nLe sam. 21 nov. 2026 à 15:04, Kim <kim@example.com> a écrit :\n\n> ancien\n"),
    (
        "French, Outlook",
        "[[Merci.]]\n\nDe : Kim <kim@example.com>\nEnvoyé : samedi 21 novembre 2026 15:04\nÀ : Support\nObjet : RE: tarif\n\nancien\n",
    ),
    ("Spanish", "[[Gracias.]]\n\nEl sáb, 21 nov 2026 a las 15:04, Kim (<kim@example.com>) escribió:\n\n> viejo\n"),
    (
        "Portuguese",
        "[[Obrigado.]]\n\nEm sáb., 21 de nov. de 2026 às 15:04, Kim <kim@example.com> escreveu:\n\n> velho\n",
    ),
    (
        "Italian",
        "[[Grazie.]]\n\nIl giorno sab 21 nov 2026 alle ore 15:04 Kim <kim@example.com> ha scritto:\n\n> vecchio\n",
    ),
    ("Dutch", "[[Bedankt.]]\n\nOp za 21 nov 2026 om 15:04 schreef Kim <kim@example.com>:\n\n> oud\n"),
    ("Swedish", "[[Tack.]]\n\nDen lör 21 nov. 2026 kl 15:04 skrev Kim <kim@example.com>:\n\n> gammalt\n"),
    (
        "Danish, Outlook",
        "[[Tak.]]\n\nFra: Kim <kim@example.com>\nSendt: 21. november 2026 15:04\nTil: Support\nEmne: SV: plan\n\ngammelt\n",
    ),
    ("Polish", "[[Dzięki.]]\n\nsob., 21 lis 2026 o 15:04 Kim <kim@example.com> napisał(a):\n\n> stare\n"),
    ("Czech", "[[Díky.]]\n\nso 21. 11. 2026 v 15:04 odesílatel Kim <kim@example.com> napsal:\n\n> staré\n"),
    ("Russian", "[[Спасибо.]]\n\nсб, 21 нояб. 2026 г. в 15:04, Kim <kim@example.com>:\n\n> старое\n"),
    ("Turkish", "[[Teşekkürler.]]\n\nKim <kim@example.com>, 21 Kas 2026 Cmt, 15:04 tarihinde şunu yazdı:\n\n> eski\n"),
    ("Finnish", "[[Kiitos.]]\n\nla 21. marrask. 2026 klo 15.04 Kim <kim@example.com> kirjoitti:\n\n> vanha\n"),
    ("Japanese", "[[承知しました。]]\n\n2026年11月21日(土) 15:04 Kim <kim@example.com>:\n\n> 古い\n"),
    ("Chinese", "[[谢谢。]]\n\nKim <kim@example.com> 于2026年11月21日周六 15:04写道：\n\n> 旧\n"),
    ("only a quote", "> all of it\n> is old\n"),
    ("only words", "[[안녕하세요]]"),
    ("nothing", ""),
];

#[test]
fn replies_of_many_programs_and_languages_are_split() {
    let mut wrong = String::new();
    for (name, marked) in REPLIES {
        let text = marked.replace("[[", "").replace("]]", "");
        let expected: Vec<&str> =
            marked.split("[[").skip(1).filter_map(|part| part.split("]]").next()).map(str::trim).collect();
        let reply = split_reply(&text);
        let chars: Vec<char> = text.chars().collect();
        let found: Vec<String> = reply
            .visible(&text)
            .into_iter()
            .map(|range| chars[range].iter().collect::<String>().trim().to_owned())
            .collect();
        if found != expected {
            wrong.push_str(&format!("=== {name}\n{found:#?}\nexpected {expected:#?}\n{reply:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn ranges_count_unicode_scalars_and_name_what_is_folded() {
    let text = "네 👍\n\n-- \n김\n\n2026년 11월 21일 (토) 오후 3:04, 김지수님이 작성:\n> 옛 글\n";
    let reply = split_reply(text);
    let chars: Vec<char> = text.chars().collect();
    let cut = |range: std::ops::Range<usize>| chars[range].iter().collect::<String>();
    assert_eq!(reply.signature.clone().map(cut).as_deref(), Some("-- \n김\n\n"));
    assert_eq!(
        reply.quoted.iter().cloned().map(cut).collect::<Vec<_>>(),
        ["2026년 11월 21일 (토) 오후 3:04, 김지수님이 작성:\n> 옛 글\n"]
    );
    assert_eq!(reply.visible_text(text), "네 👍");
}
