//! The sample company: `demo/` as if its newest customer had written a few minutes ago.
use crate::learning;
use crate::line::{Line, parse_line};
use crate::model::{Counts, Format, ImportState, Options};
use crate::run::{Alone, Import, run_import};
use base::{Actor, Currency, Error, ItemId, Result, Role, StaffId, Time, Ui};
use conversations::Scope;
use people::CsvKind;
use roadmap::plan::{self, Capacity, DirectionIn, DirectionPatch, FitIn, Undoes};
use serde::Serialize;
use staff::NewStaff;
use std::collections::{BTreeSet, HashMap};
use std::{fs, io::Write};
use store::{Db, Tx};
use tagging::Texts;

const ACCOUNTS: &str = include_str!("../../../demo/accounts.csv");
const TEAMS: &str = include_str!("../../../demo/teams.csv");
const PERSONS: &str = include_str!("../../../demo/persons.csv");
const CONVERSATIONS: &str = include_str!("../../../demo/conversations.jsonl");
const INSIGHTS: &str = include_str!("../../../demo/insights.csv");
const ROADMAP: &str = include_str!("../../../demo/roadmap.csv");

const SOURCE: &str = "demo";
/// Those who answer in the sample conversations. They have no password: nobody signs in as them.
const AGENTS: [(&str, &str, Ui); 4] = [
    ("윤서", "yunseo@moa.example", Ui::Ko),
    ("하나", "hana@moa.example", Ui::Ko),
    ("Jonas", "jonas@moa.example", Ui::En),
    ("Mira", "mira@moa.example", Ui::En),
];
/// The direction they follow in their roadmap, whose it is, and why.
const DIRECTION: [&str; 2] =
    ["여러 팀이 함께 쓰는 회사가 안심하고 맡기는 곳", "A place that companies of many teams can rely on"];
const DIRECTION_OF: &str = "윤서";
const DIRECTION_WHY: &str = "갱신을 앞둔 큰 고객사가 가장 많이 말씀하신 일입니다.";
/// How well which items fit it, 0 to 3.
const FITS: [(&str, i64); 6] =
    [("PERM-071", 3), ("BILL-052", 3), ("VIEW-231", 3), ("BILL-044", 2), ("DATA-176", 2), ("VIEW-218", 1)];
/// What each team can do in a half-year, in person-weeks.
const WEEKS: [(&str, f64); 7] = [
    ("Billing team", 10.0),
    ("Data team", 16.0),
    ("Editor team", 8.0),
    ("Platform team", 6.0),
    ("Sharing team", 14.0),
    ("Sync team", 8.0),
    ("Views team", 12.0),
];
/// How long before now the newest entry was said.
const NEWEST: i64 = 4 * Time::MINUTE;
/// How long after it was said somebody confirmed what it teaches.
const CONFIRMED_AFTER: i64 = 3 * Time::MINUTE;

/// What the sample company brought.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct DemoReport {
    pub conversations: u64,
    pub entries: u64,
    pub persons: u64,
    pub teams: u64,
    pub accounts: u64,
    pub tags: u64,
    pub roadmap_items: u64,
}

/// Fills an installation that has no conversations but those of the sample company, or any when `anyway`. Doing it
/// again changes nothing.
pub async fn fill_demo(db: &Db, actor: &Actor, anyway: bool) -> Result<DemoReport> {
    let lines = CONVERSATIONS.lines().filter(|line| !line.trim().is_empty()).map(read);
    let mut lines = lines.collect::<Result<Vec<Line>>>()?;
    let newest = lines.iter().flat_map(times).filter_map(|at| Time::parse(at).ok()).max().unwrap_or_default();
    let oldest = lines.iter().filter_map(|line| Time::parse(&line.opened_at).ok()).min().unwrap_or_default();
    let now = Time::now();
    let shift = now.plus(-NEWEST).since(newest);
    lines.iter_mut().try_for_each(|line| move_by(line, shift))?;

    if !anyway && conversations::has_other_sources(&mut db.read().await?, SOURCE).await? {
        return Err(Error::Conflict { key: "error-demo-not-empty" });
    }
    // Whoever comes back to the page meanwhile and asks again must not fill it twice at once.
    let _alone = Alone::lock(db, "demo", "error-demo-running").await?;
    let (agents, tags) = prepare_house(db, actor).await?;
    let known = prepare_customers(db, oldest.plus(shift - 30 * Time::DAY)).await?;
    let counts = take_in(db, &lines, agents.clone()).await?;
    confirm_insights(db, &agents).await?;

    let mut tx = db.write().await?;
    let catalogue = tagging::load_catalogue(&mut tx).await?;
    let items = roadmap::import_items(&mut tx, actor, &catalogue, ROADMAP).await?;
    if let Some(skip) = items.skipped.first() {
        return Err(Error::store(format!("demo/roadmap.csv, line {}: {}", skip.item, skip.reason)));
    }
    set_course(&mut tx, actor).await?;
    tx.commit().await?;
    Ok(DemoReport {
        conversations: counts.conversations,
        entries: counts.entries,
        persons: counts.persons + known[2],
        teams: counts.teams + known[1],
        accounts: counts.accounts + known[0],
        tags,
        roadmap_items: items.created,
    })
}

/// The direction of the sample company, and what its teams can do in the half-years that its items name. What somebody
/// decided meanwhile stays.
async fn set_course(tx: &mut Tx, actor: &Actor) -> Result<()> {
    if plan::find_committed(tx).await?.is_some() {
        return Ok(());
    }
    let [ko, en] = DIRECTION.map(|words| Some(words.to_owned()));
    let (words, owner) = (Texts { ko, en }, DIRECTION_OF.to_owned());
    let direction = DirectionIn { words, owner, until: None, reason: String::new(), like: None };
    let direction = plan::create_direction(tx, actor, direction).await?;
    let keys = FITS.iter().map(|(key, _)| (*key).to_owned()).collect();
    let items: HashMap<String, ItemId> = roadmap::list_by_key(tx, keys).await?.into_iter().collect();
    let fit = |(key, weight): &(&str, i64)| Some(FitIn { item: *items.get(*key)?, weight: *weight });
    let patch = DirectionPatch { fits: Some(FITS.iter().filter_map(fit).collect()), ..DirectionPatch::default() };
    let direction = plan::update_direction(tx, actor, direction, patch).await?;
    plan::commit_direction(tx, actor, direction, DIRECTION_WHY, &Undoes::default()).await?;

    let weeks: Capacity = WEEKS.iter().map(|(team, weeks)| ((*team).to_owned(), *weeks)).collect();
    let items = roadmap::list_items(tx, items.into_values().collect()).await?;
    for half in items.into_iter().filter_map(|item| item.half).collect::<BTreeSet<String>>() {
        let rev = plan::load_plan(tx, &half).await?.rev;
        if rev == 0 {
            plan::put_capacity(tx, actor, &half, &weeks, rev).await?;
        }
    }
    Ok(())
}

fn read(line: &str) -> Result<Line> {
    let (line, unknown) = parse_line(line.as_bytes()).map_err(|why| Error::store(why.tell(Ui::En)))?;
    match unknown.first() {
        Some(field) => Err(Error::store(format!("demo/conversations.jsonl: unknown field {field}"))),
        None => Ok(line),
    }
}

fn times(line: &Line) -> impl Iterator<Item = &String> {
    std::iter::once(&line.opened_at).chain(line.entries.iter().map(|entry| &entry.at))
}

fn move_by(line: &mut Line, shift: i64) -> Result<()> {
    let all = std::iter::once(&mut line.opened_at).chain(line.entries.iter_mut().map(|entry| &mut entry.at));
    for at in all {
        *at = Time::parse(at).map_err(Error::store)?.plus(shift).to_string();
    }
    Ok(())
}

/// Staff, currencies, zone, and the starter taxonomy.
async fn prepare_house(db: &Db, actor: &Actor) -> Result<(Vec<(String, StaffId)>, u64)> {
    let mut tx = db.write().await?;
    let mut agents = Vec::new();
    for (name, email, ui) in AGENTS {
        let id = match staff::find_staff_by_email(&mut tx, email).await? {
            Some(member) => member.id,
            None => {
                let (name, email) = (name.to_owned(), email.to_owned());
                let new = NewStaff { email, name, role: Role::Agent, ui, password_hash: None };
                staff::create_staff(&mut tx, actor, new).await?
            }
        };
        agents.push((name.to_owned(), id));
    }
    // A house where somebody spoke already keeps its money and its clock.
    let is_empty = !conversations::has_other_sources(&mut tx, "").await?;
    staff::adjust_settings(&mut tx, actor, |settings| {
        if !is_empty {
            return;
        }
        let [krw, usd] = ["KRW", "USD"].map(|code| code.parse::<Currency>().expect("a currency"));
        settings.reporting_currency = krw;
        settings.rates.entry(krw).or_insert(1.0);
        settings.rates.entry(usd).or_insert(1_400.0);
        settings.zone = base::Zone::parse("Asia/Seoul").expect("a zone");
        if settings.company.is_empty() {
            settings.company = "모아".into();
        }
    })
    .await?;
    let tags = tagging::import_taxonomy(&mut tx, actor, tagging::STARTER).await?;
    tx.commit().await?;
    Ok((agents, tags.created))
}

/// Customers as they were before the first of them wrote: new accounts, teams and persons.
async fn prepare_customers(db: &Db, at: Time) -> Result<[u64; 3]> {
    // A store of its own, since its clock is set back.
    let earlier = Db::open(db.location()).await?;
    earlier.set_clock(Some(at));
    let mut made = [0; 3];
    let tables = [(CsvKind::Accounts, ACCOUNTS), (CsvKind::Teams, TEAMS), (CsvKind::Persons, PERSONS)];
    for (place, (kind, table)) in tables.into_iter().enumerate() {
        let mut tx = earlier.write().await?;
        let report = people::import_csv(&mut tx, kind, SOURCE, table).await?;
        if let Some(skip) = report.skipped.first() {
            return Err(Error::store(format!("demo, {kind:?}, line {}: {}", skip.item, skip.reason)));
        }
        tx.commit().await?;
        made[place] = report.imported;
    }
    earlier.close().await;
    Ok(made)
}

async fn take_in(db: &Db, lines: &[Line], agents: Vec<(String, StaffId)>) -> Result<Counts> {
    let folder = db.location().folder().join("imports");
    fs::create_dir_all(&folder).map_err(Error::store)?;
    let path = folder.join(format!("{}.jsonl", base::ImportId::new()));
    let written = fs::File::create(&path).and_then(|file| {
        let mut file = std::io::BufWriter::new(file);
        for line in lines {
            serde_json::to_writer(&mut file, line)?;
            file.write_all(b"\n")?;
        }
        file.flush()
    });
    let import = Import { name: "모아 · Moa".into(), agents, ..Import::of(&path, options()) };
    let outcome = match written {
        Ok(()) => run_import(db, &import, &|_| {}).await,
        Err(error) => Err(Error::store(error)),
    };
    let _ = fs::remove_file(&path);
    let outcome = outcome?;
    if outcome.state != ImportState::Done || outcome.counts.skipped > 0 || !outcome.counts.warnings.is_empty() {
        let told: Vec<String> = outcome.counts.warnings.iter().map(|warning| warning.reason.tell(Ui::En)).collect();
        return Err(Error::store(format!("the sample company did not come in whole: {:?} {told:?}", outcome.error)));
    }
    Ok(outcome.counts)
}

/// What the sample customers taught, confirmed by one of those who answer soon after it was said.
async fn confirm_insights(db: &Db, agents: &[(String, StaffId)]) -> Result<()> {
    // A store of its own, since its clock is set back.
    let earlier = Db::open(db.location()).await?;
    let mut table = csv::Reader::from_reader(INSIGHTS.as_bytes());
    for (at, line) in table.deserialize().enumerate() {
        let (conversation, kind, quote): (String, String, String) = line.map_err(Error::store)?;
        let lost = || Error::store(format!("demo/insights.csv: {conversation} does not say “{quote}”"));
        let (name, staff) = &agents[at % agents.len()];
        let by = Actor { staff: Some(*staff), name: name.clone(), ..Actor::system() };
        earlier.set_clock(None);
        let mut tx = earlier.read().await?;
        let head = conversations::find_by_external(&mut tx, SOURCE, &conversation).await?.ok_or_else(lost)?;
        let said = conversations::messages(&mut tx, head.ord, 50).await?;
        let entry = said.into_iter().find(|entry| entry.text.contains(&quote)).ok_or_else(lost)?;
        drop(tx);
        let start = entry.text.split(&quote).next().unwrap_or_default().chars().count() as i64;
        let end = start + quote.chars().count() as i64;
        let place = tagging::PassageIn { entry_id: entry.id, start, end, quote };
        earlier.set_clock(Some(entry.said_at.plus(CONFIRMED_AFTER)));
        let mut tx = earlier.write().await?;
        let (catalogue, scope) = (tagging::load_catalogue(&mut tx).await?, Scope::of(&mut tx, &by).await?);
        learning::confirm(&mut tx, &scope, &by, &catalogue, &head, &kind, &place).await?;
        tx.commit().await?;
    }
    earlier.close().await;
    Ok(())
}

fn options() -> Options {
    Options { source: Some(SOURCE.into()), tags: crate::TagsMode::Match, ..Options::new(Format::Jsonl) }
}
