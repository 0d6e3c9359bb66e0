//! `sarang tags watch`: a line whenever a count of a tag changes or somebody tags what a customer said, until interrupted.
//! It reads the data folder or the database, beside a running server.
use crate::{
    Config,
    app::open_house,
    words::{tell, tell_error, terminal_ui},
};
use anyhow::{Context, Result, anyhow};
use base::Time;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
};
use store::{Db, Event};
use tagging::{
    TagEngine,
    counts::{Filter, Four, Pick, Selector},
    minute,
};

/// Longest quote on a line, in characters.
const MOST_QUOTE: usize = 120;
/// Events looked at together.
const EVENTS: i64 = 1_000;

#[derive(clap::Args)]
pub struct WatchArgs {
    /// Paths of tags, or their labels joined by /, each with everything below it [default: every tag by itself]
    #[arg(value_name = "TAG")]
    tags: Vec<String>,
    /// Days that are counted, today included
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i32).range(1..=36_600))]
    days: i32,
}

pub async fn watch(config: &Config, args: WatchArgs) -> Result<()> {
    let db = open_house(config).await?;
    let mut head = db.watch();
    let mut seen = db.head().await.map_err(tell_error)?;
    let house = House { engine: TagEngine::new(db.clone()), db, days: args.days };
    house.engine.catch_up().await.map_err(tell_error)?;
    let watched = house.find(&args.tags)?;
    let mut last = house.count(&watched).await?;
    for ord in &watched {
        say(&house.line(*ord, last[ord], None, None))?;
    }
    say(&tell("cli-watch-begun", &[("days", &args.days.to_string())]))?;
    loop {
        head.wait_for(|now| *now > seen).await.context("the store was closed")?;
        let events = house.db.events_after(seen, EVENTS).await.map_err(tell_error)?;
        // What was forgotten before it was read still shows in the counts.
        seen = events.last().map_or(*head.borrow(), |event| event.seq);
        let now = house.count(&watched).await?;
        let mut said = house.said(&watched, &events).await?;
        let tags: BTreeSet<i64> = last.keys().chain(now.keys()).copied().collect();
        for ord in tags {
            let [before, after] = [&last, &now].map(|counts| counts.get(&ord).copied().unwrap_or_default());
            let words = said.remove(&ord);
            if after != before || words.is_some() {
                say(&house.line(ord, after, Some(before), words))?;
            }
        }
        last = now;
    }
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("standard output")
}

/// A data folder or database, read directly.
struct House {
    db: Db,
    engine: TagEngine,
    days: i32,
}

impl House {
    /// The ordinals of named tags.
    fn find(&self, names: &[String]) -> Result<Vec<i64>> {
        let catalogue = self.engine.catalogue();
        let find = |name: &String| {
            let found = catalogue.by_any_path(name).map(|tag| tag.ord);
            found.ok_or_else(|| anyhow!(tell("cli-watch-unknown", &[("tag", name)])))
        };
        names.iter().map(find).collect()
    }

    /// The counts of the watched tags with what is below them; without any, those of every tag by itself.
    async fn count(&self, watched: &[i64]) -> Result<BTreeMap<i64, Four>> {
        self.engine.catch_up().await.map_err(tell_error)?;
        let catalogue = self.engine.catalogue();
        let zone = staff::get_settings(&mut self.db.read().await.map_err(tell_error)?).await.map_err(tell_error)?.zone;
        let first = minute(Time::now().day_in(&zone).plus(1 - self.days).start_in(&zone));
        let filter = Filter { from: Some(first), ..Filter::default() };
        let selector = |ords: Vec<i64>| {
            let tags = ords.into_iter().map(|ord| ord as u32).collect();
            Selector { include: vec![Pick { tags, kinds: 0 }], exclude: vec![] }
        };
        if watched.is_empty() {
            let all = selector(catalogue.tags.iter().map(|tag| tag.ord).collect());
            let found = self.engine.ask(move |c| c.lately(&all, &filter, &[first])).await.map_err(tell_error)?;
            return Ok(found.into_iter().map(|(tag, counts)| (i64::from(tag), counts[0])).collect());
        }
        let branch = |ord: &i64| (*ord, selector(catalogue.subtree(catalogue.canon(*ord))));
        let branches: Vec<(i64, Selector)> = watched.iter().map(branch).collect();
        let count = move |c: &tagging::counts::Columns| {
            branches.iter().map(|(ord, selector)| (*ord, c.count_four(selector, &filter).0)).collect()
        };
        self.engine.ask(count).await.map_err(tell_error)
    }

    /// The newest words somebody tagged, for each watched tag they concern.
    async fn said(&self, watched: &[i64], events: &[Event]) -> Result<BTreeMap<i64, String>> {
        let applied = events.iter().filter(|event| event.kind == "tagging.applied");
        let ords: Vec<i64> = applied.filter_map(|event| event.payload_json["ord"].as_i64()).collect();
        let mut tx = self.db.read().await.map_err(tell_error)?;
        let mut found = tagging::evidence_of(&mut tx, &self.engine, ords.clone()).await.map_err(tell_error)?;
        let catalogue = self.engine.catalogue();
        let mut said = BTreeMap::new();
        for words in ords.iter().filter_map(|ord| found.remove(ord)) {
            let Some(tag) = tagging::find_tag(&catalogue, words.tag) else { continue };
            let who = [words.person.map(|p| p.name), words.account.map(|a| a.name)];
            let who = who.into_iter().flatten().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(", ");
            let line = format!("“{}” {who}", cut(&words.quote));
            let above = || catalogue.line(tag).into_iter().map(|above| above.ord);
            let is_meant = |ord: &&i64| above().any(|above| above == catalogue.canon(**ord));
            said.extend(watched.iter().filter(is_meant).map(|ord| (*ord, line.clone())));
            if watched.is_empty() {
                said.insert(tag.ord, line);
            }
        }
        Ok(said)
    }

    fn line(&self, ord: i64, now: Four, before: Option<Four>, said: Option<String>) -> String {
        let catalogue = self.engine.catalogue();
        let name = catalogue.by_ord(catalogue.canon(ord)).map(|tag| catalogue.label_path(tag, terminal_ui().as_str()));
        let more = before.map_or(0, |before| i64::from(now.conversations) - i64::from(before.conversations));
        let change = if more == 0 { String::new() } else { format!(" ({more:+})") };
        let counts = tell(
            "cli-watch-counts",
            &[
                ("tag", &name.unwrap_or_default()),
                ("conversations", &now.conversations.to_string()),
                ("change", &change),
                ("persons", &now.persons.to_string()),
                ("accounts", &now.accounts.to_string()),
            ],
        );
        said.map_or(counts.clone(), |said| format!("{counts}  {}", said.trim_end()))
    }
}

/// One line of a quote, not too long.
fn cut(text: &str) -> String {
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = plain.chars().take(MOST_QUOTE).collect();
    if cut.len() < plain.len() { format!("{cut}…") } else { cut }
}
