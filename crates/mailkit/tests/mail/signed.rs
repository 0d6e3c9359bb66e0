//! Signatures of domains, made by another program (`tests/signed/make.py`), and what befalls signed mails on their way.
use crate::golden_folder;
use mailkit::{Why, read_received_at, read_signatures};
use std::collections::HashMap;

fn read(name: &str) -> Vec<u8> {
    std::fs::read(golden_folder().with_file_name("signed").join(name)).unwrap()
}

/// What each signature of a mail comes to, in seconds since 1970.
fn judge_at(mail: &[u8], at: i64) -> Vec<Result<(), Why>> {
    let keys: HashMap<String, String> = serde_json::from_slice(&read("keys.json")).unwrap();
    let judge = |signature: mailkit::Signature| {
        let key = signature.key_name().and_then(|name| keys.get(&name));
        signature.judge(&key.map(|key| key.clone().into_bytes()).into_iter().collect::<Vec<_>>(), at)
    };
    read_signatures(mail).into_iter().map(judge).collect()
}

fn judge(mail: &[u8]) -> Vec<Result<(), Why>> {
    judge_at(mail, 1_795_390_000)
}

fn replaced(name: &str, from: &str, to: &str) -> Vec<u8> {
    let mail = String::from_utf8(read(name)).unwrap();
    assert!(mail.contains(from), "{name} has no {from}");
    mail.replacen(from, to, 1).into_bytes()
}

#[test]
fn what_another_program_signed_is_good() {
    for name in
        ["rsa", "simple", "mixed", "ed25519", "short-key", "bare", "length", "mailer", "empty-body", "empty-relaxed"]
    {
        assert_eq!(judge(&read(&format!("{name}.eml"))), [Ok(())], "{name}");
    }
    assert_eq!(judge(&read("both.eml")), [Ok(()), Ok(())]);
    let two = read_signatures(&read("two-domains.eml"));
    assert_eq!([&two[0].domain, &two[1].domain], ["mailer.example", "soban.example"]);
    assert_eq!(judge(&read("two-domains.eml")), [Ok(()), Ok(())]);
    assert!(judge(b"From: a@b.example\r\n\r\ntext").is_empty());
}

#[test]
fn what_a_way_may_change_changes_nothing_and_all_else_does() {
    let line_ends = String::from_utf8(read("rsa.eml")).unwrap().replace("\r\n", "\n");
    assert_eq!(judge(line_ends.as_bytes()), [Ok(())], "ends of lines are those of whoever keeps them");
    assert_eq!(judge(&replaced("rsa.eml", "To: help@soban", "TO:   help@soban")), [Ok(())]);
    assert_eq!(judge(&replaced("simple.eml", "To: help@soban", "TO: help@soban")), [Err(Why::AlteredHeader)]);
    assert_eq!(judge(&replaced("rsa.eml", "미나\r\n", "미나  \r\n\r\n")), [Ok(())]);
    assert_eq!(judge(&replaced("simple.eml", "미나\r\n", "미나  \r\n")), [Err(Why::AlteredBody)]);
    assert_eq!(judge(&replaced("rsa.eml", "풀립니다", "좋습니다")), [Err(Why::AlteredBody)]);
    assert_eq!(judge(&replaced("rsa.eml", "help@soban", "boss@soban")), [Err(Why::AlteredHeader)]);
    assert_eq!(judge(&replaced("ed25519.eml", "help@soban", "boss@soban")), [Err(Why::AlteredHeader)]);
    assert_eq!(judge(&replaced("rsa.eml", "agent@soban", "jun@soban")), [Err(Why::AlteredHeader)]);
    // A field that was not signed may be added; another one of those that are read as the mail's own may not.
    assert_eq!(judge(&replaced("rsa.eml", "From: =", "X-Way: 1\r\nFrom: =")), [Ok(())]);
    for added in ["From: boss@soban.example", "Subject: Pay", "To: you@x.example", "Content-Type: text/html"] {
        let found = judge(&replaced("rsa.eml", "To: help", &format!("{added}\r\nTo: help")));
        assert_eq!(found, [Err(Why::DoubledField)], "{added}");
    }
    let mut other = read("both.eml");
    other.splice(.., replaced("both.eml", "풀립니다", "좋습니다"));
    assert_eq!(judge(&other), [Err(Why::AlteredBody), Err(Why::AlteredBody)]);
}

#[test]
fn only_a_whole_body_is_signed() {
    let mut longer = read("length.eml");
    longer.extend_from_slice("여기로 보내 주세요\r\n".as_bytes());
    assert_eq!(judge(&longer), [Err(Why::PartialBody)]);
    assert_eq!(judge(&replaced("length.eml", "l=", "l=9")), [Err(Why::AlteredBody)], "longer than there is");
}

#[test]
fn a_key_that_does_not_stand_for_it_makes_nothing_good() {
    let wanted = [
        ("missing", Why::NoKey),
        ("gone", Why::Revoked),
        ("trying", Why::Testing),
        ("other", Why::NoKey),
        // The key says that it signs for the very domain only.
        ("below", Why::NoKey),
    ];
    for (name, why) in wanted {
        assert_eq!(judge(&read(&format!("{name}.eml"))), [Err(why)], "{name}");
    }
    let signature = &read_signatures(&read("rsa.eml"))[0];
    let key = |text: &str| signature.judge(&[text.as_bytes().to_vec()], 0);
    let keys: HashMap<String, String> = serde_json::from_slice(&read("keys.json")).unwrap();
    let good = &keys["r._domainkey.soban.example"];
    for nonsense in ["", "v=spf1 -all", "p=AAAA", "p=!!!", "v=DKIM1; k=ed25519; p=AAAA", "v=DKIM2; p=", "p=MII; p=MII"]
    {
        assert!(key(nonsense).is_err(), "{nonsense}");
    }
    let both = [b"v=spf1 -all".to_vec(), good.clone().into_bytes()];
    assert_eq!(signature.judge(&both, 0), Ok(()), "one of several records may be the key");
    assert_eq!(
        signature.judge(&[keys["old._domainkey.soban.example"].clone().into_bytes()], 0),
        Err(Why::AlteredHeader)
    );
}

#[test]
fn a_signature_counts_until_its_end() {
    let timed = read("timed.eml");
    assert_eq!(judge_at(&timed, 1_784_000_000), [Ok(())]);
    assert_eq!(judge_at(&timed, 1_784_000_001), [Err(Why::Expired)]);
    assert_eq!(judge(&replaced("timed.eml", "x=1784000000", "x=1995400000")), [Err(Why::AlteredHeader)]);
    let mut received =
        b"Received: from a.example by b.example (x; y);\r\n\tSun, 22 Nov 2026 10:00:00 +0900\r\n".to_vec();
    received.extend_from_slice(&timed);
    assert_eq!((read_received_at(&received), read_received_at(&timed)), (Some(1_795_309_200), None));
}

#[test]
fn what_cannot_be_read_signs_nothing() {
    for (from, to) in [
        ("v=1;", "v=2;"),
        ("a=rsa-sha256", "a=rsa-sha9"),
        ("c=relaxed", "c=loose"),
        ("h=from :", "h=x-from :"),
        ("i=@soban.example", "i=@other.example"),
        ("q=dns/txt", "q=dane"),
        ("s=r;", "s=r; s=r;"),
        ("s=r;", "s=r. ;"),
    ] {
        // The last `from` of the list would still name it.
        let mail = String::from_utf8(replaced("rsa.eml", from, to)).unwrap().replacen(" : from;", ";", 1);
        let found = judge(mail.as_bytes());
        assert!(matches!(found[..], [] | [Err(Why::Malformed)]), "{to}: {found:?}");
    }
    assert_eq!(judge(&replaced("rsa.eml", "a=rsa-sha256", "a=rsa-sha1")), [Err(Why::Weak)]);
    let many = "DKIM-Signature: v=1; d=x.example; s=a\r\n".repeat(50) + "From: a@x.example\r\n\r\n";
    assert_eq!(read_signatures(many.as_bytes()).len(), 8, "nobody makes us look at more");
}

/// The example of RFC 8463 appendix A, signed twice, with the keys that stand there.
#[test]
fn the_example_of_the_standard_is_good() {
    let mail = read("rfc8463.eml");
    let brisbane: &[u8] = b"v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let test: &[u8] = b"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB";
    let signatures = read_signatures(&mail);
    let names: Vec<_> = signatures.iter().filter_map(|one| one.key_name()).collect();
    assert_eq!(names, ["brisbane._domainkey.football.example.com", "test._domainkey.football.example.com"]);
    assert_eq!(signatures[0].judge(&[brisbane.to_vec()], 1_528_637_909), Ok(()));
    assert_eq!(signatures[1].judge(&[test.to_vec()], 1_528_637_909), Ok(()));
}
