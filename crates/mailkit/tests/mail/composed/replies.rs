//! Replies as programs write them in Korean, English and Japanese. What the person wrote stands between `[[` and `]]`.

use super::wire::{euc_kr, transfer, utf_8};
use super::{Row, mail};

const REPLIES: &[(&str, &str)] = &[
    // Korean
    (
        "Gmail ko",
        "[[네, 진행해 주세요.\n\n감사합니다.]]\n\n2026년 11월 21일 (토) 오후 3:04, 박서준 <seojun@example.com>님이 작성:\n\n> 진행할까요?\n>\n> 박서준 드림\n",
    ),
    (
        "Gmail ko, old",
        "[[네.]]\n\n2026년 11월 21일 토요일, 박서준<seojun@example.com>님이 작성한 메시지:\n\n> 진행할까요?\n",
    ),
    (
        "Gmail ko, no quote marks",
        "[[네.]]\n\n2026년 11월 21일 (토) 15:04, 박서준 <seojun@example.com>님이 작성:\n진행할까요?\n",
    ),
    (
        "Apple ko",
        "[[확인했습니다.]]\n\n> 2026. 11. 21. 오후 3:04, 박서준 <seojun@example.com> 작성:\n>\n> 진행할까요?\n",
    ),
    (
        "Apple ko, phone",
        "[[확인했어요]]\n\n나의 iPhone에서 보냄\n\n2026. 11. 21. 오전 9:04, 박서준 <seojun@example.com> 작성:\n\n> 진행할까요?\n",
    ),
    (
        "Outlook ko",
        "[[검토 부탁드립니다.]]\n\n________________________________\n보낸 사람: 박서준 <seojun@example.com>\n보낸 날짜: 2026년 11월 21일 토요일 오후 3:04\n받는 사람: 김지수 <jisu@example.com>\n제목: RE: 견적\n\n안녕하세요.\n지난 글입니다.\n",
    ),
    (
        "Outlook ko, From first",
        "[[검토 부탁드립니다.]]\n\nFrom: 박서준 <seojun@example.com>\nSent: Saturday, November 21, 2026 3:04 PM\nTo: 김지수 <jisu@example.com>\nCc: 고객지원 <help@example.com>\nSubject: RE: 견적\n\n지난 글\n",
    ),
    (
        "Outlook ko, original message",
        "[[확인]]\n\n-----원본 메시지-----\n보낸 사람: 박서준 <seojun@example.com>\n보낸 날짜: 2026년 11월 21일 토요일 오후 3:04\n받는 사람: 김지수\n제목: 견적\n\n지난 글\n",
    ),
    (
        "Naver",
        "[[넵 알겠습니다.]]\n\n-----Original Message-----\nFrom: \"박서준\"<seojun@example.com>\nTo: \"김지수\"<jisu@example.com>;\nCc:\nSent: 2026-11-21 (토) 15:04:05 (GMT+09:00)\nSubject: 견적\n\n지난 글\n",
    ),
    (
        "Naver, Korean fields",
        "[[넵]]\n\n---------- 원본 메일 ----------\n보낸사람: 박서준 <seojun@naver.com>\n받는사람: 김지수 <jisu@example.com>\n날짜: 2026-11-21 (토) 15:04\n제목: 견적\n\n지난 글\n",
    ),
    (
        "Daum",
        "[[다시 보냅니다.]]\n\n--------- 원본 메일 ---------\n보낸사람: 박서준 <seojun@hanmail.net>\n받는사람 : 김지수 <jisu@example.com>\n날짜: 2026년 11월 21일 토요일, 15시 04분 05초 +0900\n제목: 견적\n\n지난 글\n",
    ),
    (
        "Kakao",
        "[[좋아요]]\n\n--------- Original Message ---------\n보낸사람 : 박서준 <seojun@kakao.com>\n받는사람 : 김지수 <jisu@example.com>\n보낸시간 : 2026.11.21 15:04 KST\n제목 : 견적\n\n지난 글\n",
    ),
    ("Thunderbird ko", "[[그렇게 하죠.]]\n\n2026-11-21 오후 3:04에 박서준 이(가) 쓴 글:\n> 진행할까요?\n"),
    (
        "Galaxy ko",
        "[[이동 중이라 짧게 답합니다.]]\n\n내 Galaxy에서 보냄\n\n-------- 원본 메시지 --------\n발신: 박서준 <seojun@example.com>\n날짜: 26/11/21 오후 3:04 (GMT+09:00)\n수신: 김지수 <jisu@example.com>\n제목: 견적\n\n지난 글\n",
    ),
    (
        "forwarded ko",
        "[[이 건 부탁드려요.]]\n\n---------- Forwarded message ---------\n보낸사람: 박서준 <seojun@example.com>\nDate: 2026년 11월 21일 (토) 오후 3:04\nSubject: 견적\nTo: 김지수 <jisu@example.com>\n\n전달된 글\n",
    ),
    (
        "forwarded ko, no words",
        "---------- 전달된 메시지 ----------\n보낸사람: 박서준 <seojun@example.com>\n날짜: 2026년 11월 21일 (토) 오후 3:04\n제목: 견적\n받는사람: 김지수 <jisu@example.com>\n\n[[전달된 글]]\n",
    ),
    (
        "answers between, ko",
        "[[답 드립니다.]]\n\n2026년 11월 21일 (토) 오후 3:04, 박서준 <seojun@example.com>님이 작성:\n\n[[> 언제 되나요?\n\n금요일입니다.\n\n> 비용은요?\n\n같습니다.]]\n\n> 박서준 드림\n",
    ),
    ("signed, ko", "[[문의드립니다.]]\n\n-- \n김지수 매니저\n사랑방 | 02-000-0000\n"),
    (
        "no quote, ko",
        "[[안녕하세요.\n\n보낸 사람: 항목이 비어 있어요.\n제목도 안 보입니다.\n\n> 표시는 화면에 있던 것입니다.\n\n김지수 드림]]\n",
    ),
    // Japanese
    (
        "Gmail ja",
        "[[承知しました。\nよろしくお願いします。]]\n\n2026年11月21日(土) 15:04 Kim <kim@example.com>:\n\n> いかがでしょうか。\n",
    ),
    (
        "Gmail ja, wrote",
        "[[はい。]]\n\n2026年11月21日(土) 15:04 金 <kim@example.com> さんは書きました:\n\n> いかがでしょうか。\n",
    ),
    ("Apple ja", "[[了解です。]]\n\n> 2026/11/21 15:04、金 <kim@example.com>のメール:\n>\n> いかがでしょうか。\n"),
    (
        "Apple ja, phone",
        "[[了解です。]]\n\niPhoneから送信\n\n2026/11/21 15:04、金 <kim@example.com>のメール:\n\n> いかがでしょうか。\n",
    ),
    (
        "Outlook ja",
        "[[確認しました。]]\n\n________________________________\n差出人: 金 <kim@example.com>\n送信日時: 2026年11月21日 15:04\n宛先: 佐藤 <sato@example.com>\n件名: RE: 見積\n\n以前のメール\n",
    ),
    (
        "Outlook ja, original message",
        "[[確認しました。]]\n\n-----元のメッセージ-----\n差出人: 金 <kim@example.com>\n送信日時: 2026年11月21日土曜日 15:04\n宛先: 佐藤\n件名: 見積\n\n以前のメール\n",
    ),
    (
        "Yahoo ja",
        "[[ありがとうございます。]]\n\n----- Original Message -----\nFrom: 金 <kim@example.com>\nTo: 佐藤 <sato@example.com>\nDate: 2026/11/21, Sat 15:04\nSubject: 見積\n\n以前のメール\n",
    ),
    ("Thunderbird ja", "[[はい。]]\n\nOn 2026/11/21 15:04, 金 wrote:\n> いかがでしょうか。\n"),
    (
        "forwarded ja",
        "[[ご確認ください。]]\n\n---------- 転送されたメッセージ ---------\nFrom: 金 <kim@example.com>\nDate: 2026年11月21日(土) 15:04\nSubject: 見積\nTo: 佐藤 <sato@example.com>\n\n本文\n",
    ),
    ("signed, ja", "[[お世話になっております。]]\n\n-- \n佐藤 花子\n株式会社サンプル\n"),
    // English, as it comes in Korea
    (
        "Gmail en",
        "[[Sounds good.]]\n\nOn Sat, Nov 21, 2026 at 3:04 PM 박서준 <seojun@example.com> wrote:\n\n> Shall we?\n",
    ),
    (
        "Apple en",
        "[[Sounds good.]]\n\nSent from my iPhone\n\n> On 21 Nov 2026, at 3:04 PM, 박서준 <seojun@example.com> wrote:\n> \n> Shall we?\n",
    ),
    (
        "Outlook en",
        "[[Done.]]\n\n________________________________\nFrom: 박서준 <seojun@example.com>\nSent: Saturday, November 21, 2026 3:04:05 PM\nTo: Support <help@example.com>\nSubject: Re: plan\n\nold text\n",
    ),
    (
        "Notion-like help desk",
        "[[It works now.]]\n\n##- Please type your reply above this line -##\n\nKim, Nov 21\nold text\n",
    ),
];

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, marked) in REPLIES {
        rows.push(row(name, "utf-8", "base64", marked));
        // Where CP949 has all of it, the same mail as older programs send it.
        let text = marked.replace("[[", "").replace("]]", "");
        if !encoding_rs::EUC_KR.encode(&text).2 && name.contains("ko") {
            rows.push(row(name, "ks_c_5601-1987", "quoted-printable", marked));
        }
    }
    rows
}

fn row(name: &str, charset: &str, encoding: &str, marked: &str) -> Row {
    let text = marked.replace("[[", "").replace("]]", "");
    let bytes = if charset == "utf-8" { utf_8(&text) } else { euc_kr(&text) };
    let header = [
        ("Content-Type", format!("text/plain; charset={charset}").into_bytes()),
        ("Content-Transfer-Encoding", encoding.as_bytes().to_vec()),
    ];
    Row {
        name: format!("reply: {name}, {charset}"),
        mail: mail(&header, &transfer(encoding, &bytes)),
        text: Some(text.trim_end().into()),
        written: Some(written(marked)),
        ..Row::default()
    }
}

/// What is visible: the marked stretches.
fn written(marked: &str) -> String {
    let stretches = marked.split("[[").skip(1).filter_map(|part| part.split("]]").next());
    stretches.map(str::trim).collect::<Vec<_>>().join("\n\n")
}
