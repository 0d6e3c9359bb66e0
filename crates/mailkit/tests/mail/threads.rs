//! Who answers whom.

use mailkit::{normalised_subject, parse_mail, thread_keys};

fn keys(header: &str) -> (String, Vec<String>) {
    let keys = thread_keys(&parse_mail(format!("From: a@example.com\r\n{header}\r\nbody\r\n").as_bytes()));
    (keys.own, keys.parents)
}

#[test]
fn the_parent_comes_first_then_its_parents() {
    let (own, parents) = keys("Message-ID: <d@x>\r\nIn-Reply-To: <c@x>\r\nReferences: <a@x>\r\n\t<b@x> <c@x>\r\n");
    assert_eq!((own.as_str(), parents), ("d@x", vec!["c@x".to_owned(), "b@x".to_owned(), "a@x".to_owned()]));
}

#[test]
fn ids_are_found_among_words_and_without_brackets() {
    for (header, id) in [
        ("In-Reply-To: Message from Kim of \"Tue, 20 Aug 2002 17:27:47\" <1029.3116@x>\r\n", "1029.3116@x"),
        ("In-Reply-To: 1029.3116@x\r\n", "1029.3116@x"),
        ("In-Reply-To: <1029.3116\r\n @x>\r\n", "1029.3116@x"),
        ("References: =?utf-8?Q?=3C1029.3116=40x=3E?=\r\n", "1029.3116@x"),
        ("References: <>,<1029.3116@x>;\r\n", "1029.3116@x"),
        ("References: <<1029.3116@x>>\r\n", "1029.3116@x"),
        ("In-Reply-To: <20260321.12345>\r\n", "20260321.12345"),
    ] {
        assert_eq!(keys(&format!("Message-ID: <own@x>\r\n{header}")).1, [id], "{header}");
    }
}

#[test]
fn words_and_the_mail_itself_are_no_parents() {
    for header in
        ["In-Reply-To: \r\n", "In-Reply-To: Your message\r\n", "In-Reply-To: <yes>\r\n", "References: <own@x> <@>\r\n"]
    {
        assert!(keys(&format!("Message-ID: <own@x>\r\n{header}")).1.is_empty(), "{header}");
    }
}

#[test]
fn a_mail_without_an_id_gets_the_same_one_each_time() {
    let (own, _) = keys("Subject: x\r\n");
    assert!(own.ends_with("@no-message-id.invalid"), "{own}");
    let with_lf = thread_keys(&parse_mail(b"From: a@example.com\nSubject: x\n\nbody\n\n\n")).own;
    assert_eq!(own, with_lf);
    assert_ne!(own, keys("Subject: y\r\n").0);
    // Stored ids must not change when the program does.
    assert_eq!(own, "66daa34022df0374f5dc374e1f3aa58e@no-message-id.invalid");
}

#[test]
fn marks_of_answering_and_forwarding_do_not_make_another_subject() {
    for subject in [
        "요금제 문의",
        "Re: 요금제 문의",
        "RE: Re: 요금제 문의",
        "Re[2]: 요금제 문의",
        "Re(3): 요금제  문의",
        "Fwd: 요금제 문의",
        "FW: RE: 요금제 문의",
        "답장: 요금제 문의",
        "회신: 요금제 문의",
        "전달: 회신: 요금제 문의",
        "[답장] 요금제 문의",
        "AW: WG: 요금제 문의",
        "SV: 요금제 문의",
        "回复：요금제 문의",
        "Re : 요금제 문의",
        "TR: 요금제 문의",
        "RV: 요금제 문의",
        "Antw: 요금제 문의",
        "Odp: 요금제 문의",
        "YNT: 요금제 문의",
        "Re:요금제 문의",
    ] {
        assert_eq!(normalised_subject(subject), "요금제 문의", "{subject}");
    }
    for (subject, plain) in [
        ("Re: [ILUG] Fwd: Backups", "[ilug] backups"),
        ("[ILUG] Re: Backups", "[ilug] backups"),
        ("[ILUG] Backups", "[ilug] backups"),
        ("Re: [ILUG] Re: [ILUG] Backups", "[ilug] backups"),
        ("[BUG] login", "[bug] login"),
        ("Request: seats", "request: seats"),
        ("Re:", ""),
        ("", ""),
        ("12:30 meeting", "12:30 meeting"),
    ] {
        assert_eq!(normalised_subject(subject), plain, "{subject}");
    }
}
