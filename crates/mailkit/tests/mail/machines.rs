//! What programs wrote, what servers wrote on the outside, and what somebody passed on.
use mailkit::machine::{MachineMail, classify};
use mailkit::{parse_mail, read_envelope, read_forwarded, speaks_for};
use proptest::prelude::*;

fn kind(header: &str) -> Option<&'static str> {
    classify(format!("From: a@b.example\r\n{header}\r\n\r\ntext\r\n").as_bytes()).map(|machine| machine.as_str())
}

#[test]
fn what_a_program_wrote_is_told_from_what_a_person_wrote() {
    for (header, wanted) in [
        ("Subject: Hello", None),
        ("Auto-Submitted: no", None),
        ("Auto-Submitted: auto-replied; owner-email=x", Some("auto_reply")),
        ("Auto-Submitted: auto-generated", Some("generated")),
        ("Auto-Submitted: auto-generated\r\nSubject: Automatic reply: Views", Some("auto_reply")),
        ("X-Auto-Response-Suppress: All\r\nSubject: =?utf-8?B?67aA7J6s7KSR?=: Views", Some("auto_reply")),
        ("X-Autoreply: yes", Some("auto_reply")),
        ("Precedence: auto_reply", Some("auto_reply")),
        ("Precedence: bulk", Some("list")),
        ("List-Id: <dev.example>", Some("list")),
        ("List-Unsubscribe: <mailto:x@y>", Some("list")),
        ("Return-Path: <>", Some("generated")),
        ("X-Sarangbang-Loop: 1", Some("generated")),
        ("Subject: Out of office hours?", None),
    ] {
        assert_eq!(kind(header), wanted, "{header}");
    }
}

const BOUNCE: &str = "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nSubject: Undelivered\r\n\
    Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b\r\n\
    Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
    Final-Recipient: rfc822; <Nobody@Hanok.example>\r\nAction: ACTION\r\nStatus: 5.1.1 (no such)\r\n\
    Diagnostic-Code: smtp; 550 5.1.1 no such\r\n user\r\n\r\nFinal-Recipient: rfc822; fine@hanok.example\r\n\
    Action: delivered\r\nStatus: 2.0.0\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
    Message-ID: <ours@soban.example>\r\nSubject: Answer\r\n\r\ntext\r\n--b--\r\n";

#[test]
fn a_report_names_the_addresses_it_is_about_and_the_mail() {
    let Some(MachineMail::Bounce(report)) = classify(BOUNCE.replace("ACTION", "failed").as_bytes()) else {
        panic!("no bounce")
    };
    assert_eq!(report.message_id.as_deref(), Some("ours@soban.example"));
    let one = &report.recipients[0];
    assert_eq!((report.recipients.len(), &*one.address, &*one.status), (1, "nobody@hanok.example", "5.1.1"));
    assert!(one.is_permanent() && one.said.contains("no such"), "{one:?}");
    let delayed = BOUNCE.replace("ACTION", "delayed").replace("5.1.1", "4.4.1");
    let Some(MachineMail::Delayed(report)) = classify(delayed.as_bytes()) else { panic!("not delayed") };
    assert!(!report.recipients[0].is_permanent());
    let exim =
        "From: Mail Delivery System <Mailer-Daemon@mx.example>\r\nX-Failed-Recipients: a@x.example\r\n\r\nfailed\r\n";
    assert!(
        matches!(classify(exim.as_bytes()), Some(MachineMail::Bounce(report)) if report.recipients[0].address == "a@x.example")
    );
}

#[test]
fn only_the_topmost_word_of_the_named_server_counts() {
    let results = |field: &str| {
        let mail = format!("{field}\r\nFrom: mina@mail.hanok.example\r\n\r\ntext");
        read_envelope(mail.as_bytes(), &parse_mail(mail.as_bytes()), Some("MX.soban.example")).results
    };
    let fine = results(
        "Authentication-Results: mx.soban.example 1; spf=pass smtp.mailfrom=hanok.example; \
         dkim=fail header.d=hanok.example; dkim=pass (2048-bit; x) header.i=@hanok.example; dmarc=pass",
    );
    let fine = fine.unwrap();
    assert_eq!((fine.dkim.as_deref(), fine.dkim_domain.as_deref()), (Some("pass"), Some("hanok.example")));
    assert_eq!((fine.spf.as_deref(), fine.dmarc.as_deref()), (Some("pass"), Some("pass")));
    // Of another server, below another one, inside quotes or a comment: none of them counts.
    assert_eq!(results("Authentication-Results: evil.example; dmarc=pass"), None);
    let below = "Authentication-Results: evil.example; none\r\nAuthentication-Results: mx.soban.example; dmarc=pass";
    assert_eq!(results(below), None);
    for hidden in ["reason=\"a; dmarc=pass\"", "(; dmarc=pass)", "x=\"\\\"; dmarc=pass\"", "(a (b) ; dmarc=pass"] {
        let found = results(&format!("Authentication-Results: mx.soban.example; spf=none {hidden}")).unwrap();
        assert_eq!(found.dmarc, None, "{hidden}");
    }
    assert!(speaks_for("hanok.example", "mail.hanok.example") && speaks_for("hanok.example", "HANOK.example"));
    assert!(!speaks_for("example", "hanok.example") && !speaks_for("anok.example", "hanok.example"));
    assert!(!speaks_for("mail.hanok.example", "hanok.example"));
}

#[test]
fn what_was_passed_on_is_told_whose_words_it_is() {
    let read = |text: &str| {
        let mail = format!("From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}");
        read_forwarded(&parse_mail(mail.as_bytes()))
    };
    for block in [
        "---------- Forwarded message ---------\r\nFrom: 준 <jun@hanok.example>\r\nDate: Sun, 22 Nov 2026 11:00:00 +0900\r\nSubject: Offer",
        "보낸 사람: 준 <jun@hanok.example>\r\n보낸 날짜: 2026년 11월 22일 일요일 오전 11:00\r\n받는 사람: b@c.example\r\n제목: Offer",
        "-----Original Message-----\r\nFrom: \"준\" <jun@hanok.example>\r\nTo: b@c.example\r\nCc:\r\nSent: 2026-11-22 (일) 11:00:00\r\nSubject: Offer",
        "> 差出人: 準 <jun@hanok.example>\r\n> 件名: Offer\r\n> 日付: 2026年11月22日",
        "*From:* Jun <jun@hanok.example>\r\n*Sent:* Sunday\r\n*Subject:* Offer",
    ] {
        let found =
            read(&format!("Look.\r\n\r\n{block}\r\n\r\nThe price is fine\r\n")).unwrap_or_else(|| panic!("{block}"));
        assert_eq!((&*found.from.email, found.subject.as_deref()), ("jun@hanok.example", Some("Offer")), "{block}");
        assert_eq!(found.text.trim_start_matches(['>', ' ']), "The price is fine", "{block}");
    }
    assert_eq!(read("From: where I stand, this is fine: really"), None);
    assert_eq!(read("no block at all"), None);
}

proptest! {
    #[test]
    fn nothing_panics_whatever_comes(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0usize..900) {
        let mut mail = BOUNCE.as_bytes().to_vec();
        let at = at.min(mail.len());
        mail.splice(at..at, bytes.iter().copied());
        for bytes in [&mail[..], &bytes[..]] {
            let parsed = parse_mail(bytes);
            let _ = (classify(bytes), read_envelope(bytes, &parsed, Some("mx")), read_forwarded(&parsed));
        }
    }
}
