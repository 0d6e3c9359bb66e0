//! Checking the signatures of domains ourselves. The keys stand in the DNS, so this is done only for mailboxes for which the
//! owner named a resolver; what it said is kept for as long as it holds, and asked for by every process once.
use crate::mailbox::dns::{Texts, ask_texts, read_resolver};
use crate::mailbox::{Mailbox, Post, Reach};
use crate::store::mailboxes::{self as rows, KeyRow};
use base::{Result, Time};
use conversations::CheckedSignature;
use futures::{StreamExt, stream};
use mailkit::{Signature, Why};
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Mail that its server received longer ago is not checked: by now its keys may rightly be gone.
const OLDEST: i64 = 60 * Time::DAY;
/// How long what the DNS says is believed, whatever it says itself.
const HOLDS: std::ops::RangeInclusive<i64> = 5 * Time::MINUTE..=Time::DAY;
/// A key under which a signature is not good is asked for anew when it was asked for longer ago than this.
const ASK_AGAIN: i64 = 5 * Time::MINUTE;
/// Questions on the way at once, and how many mails of one batch may ask.
const AT_ONCE: usize = 8;
const MOST_ASKED: usize = 256;
/// A resolver that does not answer is left alone for this long, and mail comes in meanwhile.
const REST: Duration = Duration::from_secs(30);

/// The signatures of a mail, and when it came.
#[derive(Clone, Debug, Default)]
pub struct Signed {
    pub signatures: Vec<Signature>,
    pub received_at: Option<Time>,
    /// What was found out; nothing when nobody was asked.
    pub checked: Option<Vec<CheckedSignature>>,
}

/// Checks mails that came by a mailbox, if its owner wants that.
pub async fn check_signatures(post: &Post, mailbox: &Mailbox, mails: &mut [&mut Signed]) -> Result<()> {
    let Some(resolver) = mailbox.resolver.as_deref().and_then(read_resolver) else { return Ok(()) };
    let now = post.db_now();
    mails.iter_mut().for_each(|mail| mail.received_at = Some(mail.received_at.unwrap_or(now)));
    let is_fresh = |mail: &Signed| mail.received_at.is_some_and(|at| at >= now.plus(-OLDEST));
    let mut names: Vec<String> = Vec::new();
    for mail in mails.iter().filter(|mail| is_fresh(mail)) {
        names.extend(mail.signatures.iter().filter_map(Signature::key_name));
    }
    names.sort_unstable();
    names.dedup();
    let known = rows::list_keys(&mut post.db.read().await?, &names).await?;
    let mut keys: HashMap<String, Key> = known.into_iter().map(|row| (row.name.clone(), Key::Kept(row))).collect();
    let is_due = |name: &String| match keys.get(name) {
        Some(Key::Kept(row)) => row.good_until <= now,
        _ => true,
    };
    let due: Vec<String> = names.into_iter().filter(is_due).collect();
    ask(post, &resolver, due, &mut keys).await?;
    // A domain that has changed its key under the same name is asked again before anybody is called a forger.
    let mut doubtful = Vec::new();
    for mail in mails.iter().filter(|mail| is_fresh(mail)) {
        for signature in &mail.signatures {
            let Some(name) = signature.key_name() else { continue };
            let Some(Key::Kept(row)) = keys.get(&name) else { continue };
            let is_old = row.asked_at.plus(ASK_AGAIN) <= now;
            if is_old && judge(signature, keys.get(&name), now).is_err() && !doubtful.contains(&name) {
                doubtful.push(name);
            }
        }
    }
    ask(post, &resolver, doubtful, &mut keys).await?;
    for mail in mails.iter_mut().filter(|mail| is_fresh(mail)) {
        let at = mail.received_at.unwrap_or(now);
        let checked = |signature: &Signature| {
            let key = signature.key_name().and_then(|name| keys.get(&name));
            let why = judge(signature, key, at).err();
            CheckedSignature {
                domain: signature.domain.clone(),
                selector: signature.selector.clone(),
                result: why.map_or("pass", Why::result).to_owned(),
                why: why.map(|why| why.as_str().to_owned()),
            }
        };
        mail.checked = Some(mail.signatures.iter().map(checked).collect());
    }
    Ok(())
}

/// What is known at a name: as it was kept, or that it could not be asked for.
enum Key {
    Kept(KeyRow),
    Unreachable,
}

fn judge(signature: &Signature, key: Option<&Key>, at: Time) -> std::result::Result<(), Why> {
    let records: Vec<Vec<u8>> = match key {
        Some(Key::Kept(row)) => row.records.iter().map(|text| text.clone().into_bytes()).collect(),
        Some(Key::Unreachable) => return Err(Why::Unreachable),
        // No key could make it good, or nobody asked for so many.
        None if signature.key_name().is_some() => return Err(Why::Unreachable),
        None => Vec::new(),
    };
    signature.judge(&records, at.0 / Time::SECOND)
}

/// Asks for names and keeps what was said.
async fn ask(post: &Post, resolver: &Reach, names: Vec<String>, keys: &mut HashMap<String, Key>) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let is_resting =
        || post.dns_rests_until.lock().is_ok_and(|until| until.is_some_and(|until| until > Instant::now()));
    let one = |name: String| async move {
        let said = match is_resting() {
            true => None,
            false => match ask_texts(&post.fetcher, resolver, &name).await {
                Ok(texts) => Some(texts),
                Err(why) => {
                    tracing::warn!(name, why = why.tell(base::Ui::En), "cannot ask for the key of a signature");
                    if let Ok(mut until) = post.dns_rests_until.lock() {
                        *until = Some(Instant::now() + REST);
                    }
                    None
                }
            },
        };
        (name, said)
    };
    let said: Vec<(String, Option<Texts>)> =
        stream::iter(names.into_iter().take(MOST_ASKED).map(one)).buffer_unordered(AT_ONCE).collect().await;
    let (now, mut fresh) = (post.db_now(), Vec::new());
    for (name, said) in said {
        // What was kept is better than nothing, as long as it holds.
        let kept = matches!(keys.get(&name), Some(Key::Kept(row)) if row.good_until > now);
        match said {
            Some(texts) => {
                let holds = (i64::from(texts.holds) * Time::SECOND).clamp(*HOLDS.start(), *HOLDS.end());
                let records = texts.records.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
                let row = KeyRow { name: name.clone(), records, asked_at: now, good_until: now.plus(holds) };
                fresh.push(row.clone());
                keys.insert(name, Key::Kept(row));
            }
            None if kept => {}
            None => drop(keys.insert(name, Key::Unreachable)),
        }
    }
    if !fresh.is_empty() {
        let mut tx = post.db.write().await?;
        rows::put_keys(&mut tx, fresh).await?;
        tx.commit().await?;
    }
    Ok(())
}
