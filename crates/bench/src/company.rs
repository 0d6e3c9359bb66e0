//! Made data: conversations and mails of a company whose customers use few words often and many words seldom. The same
//! size gives the same bytes, so that it is made once.
use anyhow::Result;
use serde_json::json;
use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// Numbers that look random and are the same every time (xorshift, Marsaglia 2003).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }

    /// Small numbers far more often than large ones, as words are used.
    pub fn skewed(&mut self, most: u64) -> u64 {
        let (a, b) = (self.below(most), self.below(most) + 1);
        a * b / most
    }
}

const FREQUENT: [&str; 24] = [
    "필터", "보기", "화면", "저장", "알림", "표", "권한", "공유", "결제", "초대", "검색", "속도", "filter", "view",
    "screen", "save", "alert", "table", "access", "share", "invoice", "invite", "search", "slow",
];
const VERBS: [&str; 8] = [
    "이 풀려요",
    "을 바꾸고 싶어요",
    "이 안 보여요",
    "가 느려요",
    "keeps falling back",
    "is gone",
    "would help",
    "does not load",
];
const WORDS: u64 = 40_000;

/// A word that stands for its number, Korean for even and English for odd ones.
fn rare(number: u64) -> String {
    let letter = |n: u64| char::from(b'a' + (n % 26) as u8);
    if number % 2 == 1 {
        return (0..5).map(|place| letter(number / 26u64.pow(place) + u64::from(place))).collect();
    }
    let syllable = |n: u64| char::from_u32(0xac00 + (n * 28 % 11_172) as u32).unwrap_or('가');
    [syllable(number * 7), syllable(number / 3 + 40), syllable(number % 97)].iter().collect()
}

pub fn sentence(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..1 + dice.below(4) {
        let word = FREQUENT[dice.skewed(FREQUENT.len() as u64) as usize];
        text.push_str(&format!("{word}{} ", VERBS[dice.below(VERBS.len() as u64) as usize]));
        for _ in 0..dice.below(4) {
            text.push_str(&rare(dice.below(WORDS)));
            text.push(' ');
        }
    }
    text
}

fn time(minutes: u64) -> String {
    let (day, minute) = (minutes / 1440, minutes % 1440);
    format!("2026-{:02}-{:02}T{:02}:{:02}:00Z", 1 + day / 28 % 10, 1 + day % 28, minute / 60, minute % 60)
}

/// Writes a file unless it is there, whole or not at all.
pub fn make(path: PathBuf, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<PathBuf> {
    if !path.exists() {
        let half = path.with_extension("part");
        let mut file = BufWriter::with_capacity(1 << 20, File::create(&half)?);
        write(&mut file)?;
        file.flush()?;
        fs::rename(half, &path)?;
    }
    Ok(path)
}

/// Five entries and three taggings a conversation on average.
pub fn lines(folder: &Path, conversations: u64) -> Result<PathBuf> {
    make(folder.join(format!("{conversations}.jsonl")), |file| {
        let mut dice = Dice(42);
        for n in 0..conversations {
            let start = n * 400_000 / conversations;
            let customer = dice.skewed(conversations / 3 + 1);
            let account = customer % 2_000;
            let mut entries = Vec::new();
            for k in 0..1 + dice.below(9) {
                let author = if k % 2 == 0 { "person" } else { "agent" };
                entries.push(json!({"external_id": format!("{n}-{k}"), "author": author, "at": time(start + k * 7),
                    "text": sentence(&mut dice)}));
            }
            let tags: Vec<String> =
                (0..dice.below(7)).map(|_| format!("area{}/topic{}", dice.skewed(20), dice.skewed(40))).collect();
            let line = json!({
                "external_id": format!("bench-{n}"), "channel": if n % 3 == 0 { "email" } else { "chat" },
                "subject": format!("{} {n}", FREQUENT[(n % 24) as usize]), "opened_at": time(start),
                "person": {"external_id": format!("p{customer}"), "name": format!("손님 {customer}"),
                    "email": format!("p{customer}@firm{account}.example")},
                "team": {"external_id": format!("t{}", customer % 4_000), "name": format!("Team {}", customer % 4_000)},
                "account": {"external_id": format!("a{account}"), "name": format!("Firm {account}"),
                    "plan": (["Free", "Team", "Enterprise"][(account % 3) as usize]),
                    "revenue_minor": account * 1_000, "currency": "KRW"},
                "tags": tags, "entries": entries});
            writeln!(file, "{line}")?;
        }
        Ok(())
    })
}

/// Two of three mails answer one of the mails before them.
pub fn mails(folder: &Path, mails: u64) -> Result<PathBuf> {
    make(folder.join(format!("{mails}.mbox")), |file| {
        let mut dice = Dice(7);
        for n in 0..mails {
            let answered = n.saturating_sub(1 + dice.below(200));
            let reference = match n % 3 {
                0 => String::new(),
                _ => format!("In-Reply-To: <m{answered}@bench.example>\nReferences: <m{answered}@bench.example>\n"),
            };
            let who = dice.skewed(mails / 4 + 1);
            write!(
                file,
                "From p{who}@bench.example Mon Nov  2 09:00:00 2026\nReceived: from a by b; Mon, 02 Nov 2026 09:00:00 +0000\n\
                 From: =?UTF-8?B?7IaQ64uY?= <p{who}@bench.example>\nTo: Help <help@moa.example>\nSubject: {} {n}\n\
                 Date: Mon, 02 Nov 2026 {:02}:{:02}:{:02} +0900\nMessage-ID: <m{n}@bench.example>\n{reference}\
                 Content-Type: text/plain; charset=utf-8\n\n{}\n\n> {}\n> {}\n\n",
                FREQUENT[(n % 24) as usize],
                n / 3600 % 24,
                n / 60 % 60,
                n % 60,
                sentence(&mut dice),
                sentence(&mut dice),
                sentence(&mut dice)
            )?;
        }
        Ok(())
    })
}

pub fn lists() -> Vec<String> {
    let views =
        ["view=all", "view=untagged", "view=waiting", "channel=email", "language=ko", "view=all&sort=newest&limit=100"];
    views.iter().map(|view| format!("/api/conversations?{view}")).collect()
}

pub fn rare_words() -> Vec<String> {
    (0..12).map(|n| search(&rare(n * 1_709 + 11))).collect()
}

pub fn frequent_words() -> Vec<String> {
    FREQUENT.iter().take(12).map(|word| search(word)).collect()
}

fn search(word: &str) -> String {
    let escaped: String = word.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/search?room=conversations&q={escaped}")
}
