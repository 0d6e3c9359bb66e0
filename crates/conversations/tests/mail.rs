//! Mail: one thread whatever order its mails come in, each mail once, files kept.
mod saying;

use base::{Actor, Time};
use conversations::*;
use mailkit::{MboxReader, parse_mail};
use saying::*;
use std::collections::{BTreeMap, HashMap};
use store::Db;

/// A mail of the day, at a minute.
fn mail(id: &str, minute: u32, from: &str, subject: &str, parents: &str, text: &str) -> String {
    let references = if parents.is_empty() { String::new() } else { format!("References: {parents}\r\n") };
    format!(
        "Message-ID: <{id}>\r\nDate: Thu, 1 Jan 2026 00:{minute:02}:00 +0000\r\nFrom: {from}\r\nTo: help@soban.example\r\n\
         Subject: {subject}\r\n{references}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
}

async fn bring(db: &Db, mails: &[String]) -> Vec<Taken> {
    let mut tx = db.write().await.unwrap();
    let mut read = Vec::new();
    for mail in mails {
        let raw = tx.keep_raw("mail", "mail", mail.as_bytes()).await.unwrap();
        read.push((parse_mail(mail.as_bytes()), Some(raw)));
    }
    let taken = take_in_mail(&mut tx, "mail", read).await.unwrap();
    tx.commit().await.unwrap();
    taken.into_iter().collect::<base::Result<_>>().unwrap()
}

async fn thread(db: &Db, ord: i64) -> (Head, Vec<String>) {
    let mut tx = db.read().await.unwrap();
    let head = get_by_ord(&mut tx, &Scope::default(), ord).await.unwrap();
    let texts = messages(&mut tx, ord, 100).await.unwrap().into_iter().map(|entry| entry.text).collect();
    (head, texts)
}

#[tokio::test]
async fn an_answer_joins_the_thread_of_its_parent() {
    let db = TestDb::new("mail_thread").await;
    let first = bring(&db, &[mail("a@x", 1, "김민지 <minji@a.example>", "결제 문의", "", "결제가 안 돼요")]).await;
    let second = bring(&db, &[mail("b@x", 2, "Lee <lee@b.example>", "Re: 결제 문의", "<a@x>", "저도요")]).await;
    assert_eq!(first[0].conversation_ord, second[0].conversation_ord);
    let (head, texts) = thread(&db, first[0].conversation_ord).await;
    assert_eq!(texts, ["결제가 안 돼요", "저도요"]);
    assert_eq!((head.subject.as_deref(), head.channel), (Some("결제 문의"), Channel::Email));
    let mut tx = db.read().await.unwrap();
    let entries = entries_by_ord(&mut tx, &first[0].entry_ords).await.unwrap();
    assert_eq!(entries[0].external_id, "a@x", "the Message-ID without brackets");
    let cards = people::cards(&mut tx, &[head.person_ord.unwrap()], &[], &[]).await.unwrap();
    assert_eq!(cards.person(head.person_ord).unwrap().name, "김민지");
    assert_sound(&db).await;
}

#[tokio::test]
async fn a_mail_that_does_not_say_whom_it_is_from_is_kept_and_is_not_ours() {
    let db = TestDb::new("mail_from_nobody").await;
    let nobody = mail("n@x", 1, "", "Disk", "", "almost full").replace("From: \r\n", "");
    let taken = bring(&db, &[nobody]).await;
    let mut tx = db.read().await.unwrap();
    let said = entries_by_ord(&mut tx, &taken[0].entry_ords).await.unwrap();
    assert_eq!((said[0].text.as_str(), said[0].author), ("almost full", Author::Machine));
    drop(tx);
    assert_sound(&db).await;
}

#[tokio::test]
async fn a_parent_that_comes_later_joins_what_waited_for_it() {
    let db = TestDb::new("mail_late").await;
    let one = bring(&db, &[mail("b@x", 2, "b@b.example", "Re: Plan", "<a@x>", "second")]).await;
    let other = bring(&db, &[mail("d@x", 4, "d@d.example", "Re: Plan", "<c@x>", "fourth")]).await;
    assert_ne!(one[0].conversation_ord, other[0].conversation_ord);
    let mut tx = db.write().await.unwrap();
    let passage = make_passage(&mut tx, other[0].entry_ords[0], 0, 6, "fourth", None).await.unwrap();
    let badge = TagBadge {
        tag_ord: 1,
        tag_id: base::TagId::new(),
        path: "a/b".into(),
        label_ko: "가".into(),
        label_en: "A".into(),
    };
    set_badges(&mut tx, &[badge]).await.unwrap();
    let mark = TagMark { tag_ord: 1, kinds: "bug".into(), taggings: 1 };
    set_conversation_tags(&mut tx, &[(other[0].conversation_ord, vec![mark])]).await.unwrap();
    set_tag_state(&mut tx, other[0].conversation_ord, TagState::Tagged).await.unwrap();
    tx.commit().await.unwrap();

    let c = bring(&db, &[mail("c@x", 3, "c@c.example", "Re: Plan", "<a@x> <b@x>", "third")]).await;
    assert_eq!(c[0].conversation_ord, one[0].conversation_ord, "the elder one stays");
    bring(&db, &[mail("a@x", 1, "Ann <a@a.example>", "Plan", "", "first")]).await;
    let (head, texts) = thread(&db, one[0].conversation_ord).await;
    assert_eq!(texts, ["first", "second", "third", "fourth"]);
    assert_eq!((head.subject.as_deref(), head.entry_count, head.tag_state), (Some("Plan"), 4, TagState::Tagged));
    let mut tx = db.read().await.unwrap();
    let cards = people::cards(&mut tx, &[head.person_ord.unwrap()], &[], &[]).await.unwrap();
    assert_eq!(cards.person(head.person_ord).unwrap().name, "Ann", "whoever opened it after all");
    let gone = get_conversation(&mut tx, &Scope::default(), other[0].id).await.unwrap();
    assert_eq!(gone.ord, head.ord, "the old id leads to the thread");
    assert_eq!(passages_by_ord(&mut tx, &[passage.ord]).await.unwrap()[0].conversation_ord, head.ord);
    let hits = search(&mut tx, &Scope::default(), "fourth", None, Default::default()).await.unwrap();
    assert_eq!(hits.items[0].head.ord, head.ord);
    drop(tx);
    let told = events(&db, "conversations.joined").await;
    assert_eq!((told.len(), told[0]["from_ord"].as_i64()), (1, Some(other[0].conversation_ord)));
    // What is there is not made anew by an archive that comes again, whole and in another order.
    let again = ["d@x", "a@x"].map(|id| {
        if id == "a@x" {
            mail("a@x", 1, "Ann <a@a.example>", "Plan", "", "first")
        } else {
            mail("d@x", 4, "d@d.example", "Re: Plan", "<c@x>", "fourth")
        }
    });
    let again = bring(&db, &again).await;
    assert!(again.iter().all(|taken| !taken.new && taken.new_entries + taken.changed_entries == 0));
    assert_sound(&db).await;
}

#[tokio::test]
async fn another_mail_under_a_taken_message_id_is_kept_beside_it() {
    let db = TestDb::new("mail_namesake").await;
    let one = mail("a@x", 1, "a@a.example", "Hello", "", "the mail");
    let forged = mail("a@x", 2, "evil@e.example", "Hello", "", "something else");
    let taken = bring(&db, &[one.clone(), forged.clone()]).await;
    assert_eq!(taken[0].conversation_ord, taken[1].conversation_ord);
    for _ in 0..2 {
        let again = bring(&db, &[forged.clone(), one.clone()]).await;
        assert!(again.iter().all(|taken| taken.new_entries + taken.changed_entries == 0));
    }
    assert_eq!(thread(&db, taken[0].conversation_ord).await.1, ["the mail", "something else"]);
    assert_sound(&db).await;
}

#[tokio::test]
async fn what_one_of_us_wrote_is_said_by_us_and_a_program_does_not_wait() {
    let db = TestDb::new("mail_staff").await;
    let mut tx = db.write().await.unwrap();
    let new = staff::NewStaff {
        email: "Mina@Soban.example".into(),
        name: "Mina".into(),
        role: base::Role::Agent,
        ui: base::Ui::Ko,
        password_hash: None,
    };
    let mina = staff::create_staff(&mut tx, &Actor::system(), new).await.unwrap();
    tx.commit().await.unwrap();
    let asked = bring(&db, &[mail("a@x", 1, "a@a.example", "Help", "", "help")]).await[0].conversation_ord;
    assert!(thread(&db, asked).await.0.waiting_since.is_some());
    bring(&db, &[mail("b@x", 2, "Mina <mina@soban.example>", "Re: Help", "<a@x>", "here you are")]).await;
    let (head, _) = thread(&db, asked).await;
    assert_eq!((head.last_said_by, head.waiting_since), (Author::Staff, None));
    let away = mail("c@x", 3, "a@a.example", "Out of office", "<b@x>", "I am away");
    bring(&db, &[away.replace("To:", "Auto-Submitted: auto-replied\r\nTo:")]).await;
    let (head, _) = thread(&db, asked).await;
    assert_eq!((head.last_said_by, head.waiting_since), (Author::Machine, None));
    let mut tx = db.read().await.unwrap();
    let said = messages(&mut tx, asked, 10).await.unwrap();
    assert_eq!((said[1].staff_id, said[2].author), (Some(mina), Author::Machine));
    assert_sound(&db).await;
}

#[tokio::test]
async fn a_file_with_a_korean_name_comes_with_its_mail() {
    let db = TestDb::new("mail_file").await;
    let mail = "Message-ID: <f@x>\r\nDate: Thu, 1 Jan 2026 00:01:00 +0000\r\nFrom: a@a.example\r\nSubject: quote\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee file\r\n--b\r\n\
        Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''%EA%B2%AC%EC%A0%81%EC%84%9C.pdf\r\n\r\n%PDF-1\r\n--b--\r\n";
    let taken = bring(&db, &[mail.to_owned()]).await;
    let mut tx = db.read().await.unwrap();
    let files = tx
        .all(store::sql!("test.files" => (String, String, i64), "SELECT name, blob_hash, bytes FROM attachments"), [])
        .await
        .unwrap();
    assert_eq!((files.len(), files[0].0.as_str(), files[0].2), (1, "견적서.pdf", 6));
    assert_eq!(db.read_blob(&files[0].1).await.unwrap(), b"%PDF-1");
    assert_eq!(taken[0].new_entries, 1);
}

/// Takes in a folder's or an mbox's mails, a hundred at a time.
async fn bring_archive(db: &Db, mails: Vec<Vec<u8>>) -> HashMap<String, i64> {
    let mut thread_of = HashMap::new();
    let source = MailSource {
        source: "archive".into(),
        door: None,
        closed_before: Some(Time::parse("2026-01-01T00:00:00Z").unwrap()),
    };
    for batch in mails.chunks(100) {
        let mut prepared = Vec::new();
        let mut ids = Vec::new();
        for bytes in batch {
            let mail = parse_mail(bytes);
            ids.push(mail.id.clone());
            prepared.push(prepare_mail(mail, None, at(0)).unwrap());
        }
        keep_files(db, &mut prepared).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let taken = take_in_mails(&mut tx, &source, prepared).await.unwrap();
        tx.commit().await.unwrap();
        for (id, taken) in ids.into_iter().zip(taken) {
            assert_eq!(taken.unwrap().new_entries, 1, "{id}");
            thread_of.insert(id, 0);
        }
    }
    let mut tx = db.read().await.unwrap();
    let stored = store::sql!("test.threads" => (String, i64), "SELECT external_id, conversation_ord FROM entries");
    tx.all(stored, []).await.unwrap().into_iter().collect()
}

#[tokio::test]
async fn the_replies_of_a_real_list_stand_with_their_parents() {
    let Some(data) = std::env::var_os("SARANG_DATA") else {
        eprintln!("not run: set SARANG_DATA");
        return;
    };
    let data = std::path::PathBuf::from(data).join("mail");
    let mut files: BTreeMap<_, _> = BTreeMap::new();
    for file in std::fs::read_dir(data.join("easy-ham-2")).unwrap() {
        let path = file.unwrap().path();
        files.insert(path.clone(), std::fs::read(path).unwrap());
    }
    let folder: Vec<Vec<u8>> = files.into_values().collect();
    let mbox = std::fs::File::open(data.join("easy-ham-2.mbox")).unwrap();
    let mut from_mbox = Vec::new();
    for item in MboxReader::new(std::io::BufReader::new(mbox)) {
        from_mbox.push(item.unwrap().bytes);
    }
    // Counted anew, without our parser: an id and its parent are what the headers say on their lines.
    let replies: Vec<(String, Vec<String>)> = folder.iter().filter_map(|bytes| own_and_parents(bytes)).collect();
    for (name, mails) in [("folder", folder), ("mbox", from_mbox)] {
        let db = TestDb::new(&format!("easy_ham_{name}")).await;
        let start = std::time::Instant::now();
        let n = mails.len();
        let thread_of = bring_archive(&db, mails).await;
        let took = start.elapsed();
        assert_eq!(thread_of.len(), 1_400, "{name}");
        let parent = |parents: &Vec<String>| parents.iter().find_map(|parent| thread_of.get(parent).copied());
        let known: Vec<_> =
            replies.iter().filter_map(|(own, parents)| Some((thread_of[own], parent(parents)?))).collect();
        let together = known.iter().filter(|(own, parent)| own == parent).count();
        let threads: std::collections::BTreeSet<_> = thread_of.values().collect();
        eprintln!(
            "{name}: {n} mails in {took:?}, {} threads, {together} of {} pairs together",
            threads.len(),
            known.len()
        );
        assert!(known.len() == 684 && together * 100 >= known.len() * 99, "{together} of {}", known.len());
        assert_sound(&db).await;
    }
}

/// The Message-ID, and those it answers, nearest first.
fn own_and_parents(bytes: &[u8]) -> Option<(String, Vec<String>)> {
    let text: String = bytes.iter().map(|byte| *byte as char).collect::<String>().replace("\r\n", "\n");
    let header = text.split("\n\n").next()?.replace("\n ", " ").replace("\n\t", " ");
    let ids = |name: &str| -> Vec<String> {
        let lines = header.lines().filter(|line| line.to_ascii_lowercase().starts_with(name));
        let text = lines.map(|line| &line[name.len()..]).collect::<String>();
        text.split('<').skip(1).filter_map(|rest| Some(rest.split_once('>')?.0.to_owned())).collect()
    };
    let parents = ids("in-reply-to:").into_iter().chain(ids("references:").into_iter().rev());
    Some((ids("message-id:").pop()?, parents.collect()))
}
