//! How long each way to count takes over three million taggings, in this process alone: no server, no database.
//! `cargo run --release -p tagging --example counting`
use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};
use tagging::counts::{Columns, Dim, Fact, Filter, LIVING, Pick, Selector, Standing};

const TAGGINGS: u32 = 3_000_000;
const CONVERSATIONS: u32 = 1_000_000;
const PERSONS: u32 = 400_000;
const TEAMS: u32 = 60_000;
const ACCOUNTS: u32 = 30_000;
/// Twenty areas of a hundred tags each.
const AREAS: u32 = 20;
const TOPICS: u32 = 100;
const WEEK: i32 = 7 * 1_440;
const WEEKS: i32 = 104;
const ROUNDS: usize = 9;

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as u32 % most
    }
    /// Small numbers far more often than large ones.
    fn skewed(&mut self, most: u32) -> u32 {
        let most = self.below(most) + 1;
        self.below(most)
    }
}

fn company() -> Columns {
    let mut c = Columns::default();
    for n in 0..5 {
        c.plans.number(&format!("plan{n}"));
        c.bands.number(&format!("band{n}"));
    }
    for n in 0..10 {
        c.channels.number(&format!("channel{n}"));
    }
    for n in 0..4 {
        c.languages.number(&format!("language{n}"));
    }
    let mut dice = Dice(11);
    for account in 1..=ACCOUNTS {
        let mut at =
            |from| Standing { from, plan: dice.below(6) as u16, band: dice.below(6) as u16, size: dice.below(6) as u8 };
        c.set_standings(account, vec![at(0), at(52 * WEEK)]);
    }
    for team in 1..=TEAMS {
        c.set_team_sizes(team, vec![Standing { size: dice.below(6) as u8, ..Standing::default() }]);
    }
    c.merged_persons = (1..=PERSONS).filter(|p| p % 200 == 0).map(|p| (p, p - 1)).collect();
    let mut ord = 0;
    for conversation in 1..=CONVERSATIONS {
        let opened = (u64::from(conversation) * (WEEKS * WEEK) as u64 / u64::from(CONVERSATIONS)) as i32;
        let person = 1 + dice.skewed(PERSONS);
        let channel = 1 + dice.skewed(10) as u8;
        for _ in 0..dice.below(7) {
            ord += 1;
            let said = opened + dice.skewed(3_000) as i32;
            let fact = Fact {
                ord,
                said,
                tagged: said + dice.below(2_000) as i32,
                retracted: if dice.below(30) == 0 { said + 4_000 } else { LIVING },
                conversation,
                person: if dice.below(12) == 0 { 1 + dice.skewed(PERSONS) } else { person },
                team: 1 + person % TEAMS,
                account: 1 + person % ACCOUNTS,
                door: 1 + u16::from(conversation % 9 == 0),
                language: 1 + (conversation % 4) as u16,
                channel,
                kind: dice.below(7) as u8,
            };
            c.load(1 + dice.skewed(AREAS) * TOPICS + dice.skewed(TOPICS), fact);
            if ord == TAGGINGS {
                break;
            }
        }
    }
    c.settle();
    c
}

fn line_of(file: &str, key: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_default()
}

/// Processor time of this process, user and system; what ended threads took is in it.
fn cpu() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<i64> = text.rsplit(')').next().unwrap_or_default().split(' ').flat_map(str::parse).collect();
    // After the state: ten numbers, then user and system time in hundredths of a second.
    Duration::from_millis(fields.get(10..12).map_or(0, |two| two.iter().sum::<i64>()) as u64 * 10)
}

/// The quickest of some rounds, and what a round takes of the processors.
fn time<T>(name: &str, mut view: impl FnMut() -> T) {
    black_box(view());
    let before = cpu();
    let mut quickest = Duration::MAX;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        black_box(view());
        quickest = quickest.min(began.elapsed());
    }
    let each = (cpu() - before).as_secs_f64() * 1e3 / ROUNDS as f64;
    println!("{name:44} {:7.1} ms {each:8.1} ms of processors", quickest.as_secs_f64() * 1e3);
}

fn main() {
    let before = line_of("/proc/self/status", "VmRSS:");
    let began = Instant::now();
    let c = company();
    let kb = line_of("/proc/self/status", "VmRSS:") - before;
    let each = kb as f64 * 1024.0 / c.len() as f64;
    println!("{} taggings in {:.1} s; {} MB, {each:.0} bytes each", c.len(), began.elapsed().as_secs_f64(), kb / 1024);

    let of = |tags: Vec<u32>| Selector { include: vec![Pick { tags, kinds: 0 }], exclude: vec![] };
    let all: Vec<u32> = (1..=AREAS * TOPICS).collect();
    let chosen = [
        ("all", of(all)),
        ("a branch", of((1..=TOPICS).collect())),
        ("a tag", of(vec![1])),
        ("a rare tag", of(vec![2_000])),
    ];
    let cuts: [(&str, [Option<Dim>; 2]); 6] = [
        ("not cut", [None, None]),
        ("plan", [Some(Dim::Plan), None]),
        ("plan × channel", [Some(Dim::Plan), Some(Dim::Channel)]),
        ("company size × team size", [Some(Dim::CompanySize), Some(Dim::TeamSize)]),
        ("value × language", [Some(Dim::ValueBand), Some(Dim::Language)]),
        ("kind × channel", [Some(Dim::Kind), Some(Dim::Channel)]),
    ];
    let weeks: Vec<i32> = (0..WEEKS + 1).map(|week| week * WEEK).collect();
    let months: Vec<i32> = (0..WEEKS / 4).map(|month| month * 4 * WEEK).collect();
    let everything = Filter::default();
    let narrowed = [
        ("one plan", Filter { plan: Some("plan1".into()), ..Filter::default() }),
        ("as it was then", Filter { then: true, ..Filter::default() }),
        ("a door hidden", Filter { hidden: vec![2], ..Filter::default() }),
        ("at a day", Filter { at: Some(60 * WEEK), ..Filter::default() }),
    ];
    for (name, selector) in &chosen {
        for (cut, dims) in cuts {
            time(&format!("{name}: {cut}"), || c.tabulate(selector, &everything, dims, &[]));
        }
        for (cut, dim, starts) in [
            ("week", None, &weeks),
            ("kind × week", Some(Dim::Kind), &weeks),
            ("month × plan", Some(Dim::Plan), &months),
        ] {
            time(&format!("{name}: {cut}"), || {
                (c.span(selector, &everything), c.tabulate(selector, &everything, [dim, None], starts))
            });
        }
        for (how, filter) in &narrowed {
            time(&format!("{name}: plan × channel, {how}"), || {
                c.tabulate(selector, filter, [Some(Dim::Plan), Some(Dim::Channel)], &[])
            });
        }
        time(&format!("{name}: the page of a tag"), || {
            (c.count(selector, &everything, |_, _| weeks.clone()), c.segment_sizes())
        });
        time(&format!("{name}: newest passages"), || c.newest(selector, &everything, None, 51));
        time(&format!("{name}: beside"), || c.neighbours(selector, &everything, 12));
        time(&format!("{name}: new this week"), || c.lately(selector, &everything, &weeks[weeks.len() - 9..]));
    }
}
