//! `sarang import`: progress on standard error, the report on standard output.
use crate::{
    Config, open_store,
    words::{tell, tell_error, terminal_ui},
};
use anyhow::Result;
use frontdoor::{Counts, Format, Import, ImportState, Options, Outcome, Progress, Report, TagsMode};
use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    sync::Mutex,
    time::{Duration, Instant},
};

#[derive(clap::Args)]
pub struct ImportArgs {
    /// A file, or a folder of mails
    path: PathBuf,
    /// jsonl, eml or mbox; canny, fider or requests (CSV): requests with their votes; roadmap
    #[arg(long)]
    format: Format,
    /// Whose external ids these are [default: the name of the format]
    #[arg(long)]
    source: Option<String>,
    /// What becomes of tags the catalogue does not know: create, match (tell them) or ignore
    #[arg(long, default_value = "create")]
    tags: TagsMode,
    /// Read everything, write nothing
    #[arg(long)]
    dry_run: bool,
    /// json: the report as one line of JSON
    #[arg(long, value_name = "FORM", value_parser = ["json", "text"], default_value = "text")]
    report: String,
    /// The largest line or mail that is read, in MB
    #[arg(long, value_name = "MB", default_value_t = (frontdoor::LARGEST_ITEM >> 20) as u32,
        value_parser = clap::value_parser!(u32).range(1..=1024))]
    largest: u32,
}

pub async fn import(config: &Config, args: ImportArgs) -> Result<ExitCode> {
    let mut options = Options::new(args.format);
    options.source = args.source.filter(|source| !source.trim().is_empty());
    options.tags = args.tags;
    options.largest_item = (args.largest as usize) << 20;
    let import = Import::of(&args.path, options);
    let screen = Screen::new();
    let (outcome, skips) = if args.dry_run {
        frontdoor::look_through(&import, &|progress| screen.show(progress)).map_err(tell_error)?
    } else {
        let db = open_store(config).await.map_err(tell_error)?;
        // Others may be writing into the same folder for a while: whoever is patient gets a turn.
        db.set_wait(Duration::from_secs(60));
        let outcome =
            frontdoor::run_import(&db, &import, &|progress| screen.show(progress)).await.map_err(tell_error)?;
        let skips = frontdoor::list_all_skips(&db, outcome.id).await.map_err(tell_error)?;
        db.close().await;
        (outcome, skips)
    };
    screen.clear();
    let report = Report::of(&outcome.counts, &skips, terminal_ui());
    if args.report == "json" {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print_table(&report)?;
    }
    Ok(exit_code(&outcome))
}

/// Skipped items on a terminal: as many as leave the counts above them on the screen.
const SKIPS_SHOWN: usize = 20;

fn exit_code(outcome: &Outcome) -> ExitCode {
    match (outcome.state, &outcome.error) {
        (ImportState::Done, _) if outcome.counts.skipped == 0 => ExitCode::SUCCESS,
        (ImportState::Done, _) => ExitCode::from(3),
        (_, Some(why)) => {
            eprintln!("{}", tell("cli-import-failed", &[("why", &why.tell(terminal_ui()))]));
            ExitCode::FAILURE
        }
        _ => {
            eprintln!("{}", tell("cli-import-stopped", &[]));
            ExitCode::FAILURE
        }
    }
}

fn print_table(report: &Report) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let rows = [
        (tell("cli-import-table-read", &[]), report.read),
        (tell("cli-import-table-imported", &[]), report.imported),
        (tell("cli-import-table-updated", &[]), report.updated),
        (tell("cli-import-table-unchanged", &[]), report.unchanged),
        (tell("cli-import-table-skipped", &[]), report.skipped.len() as u64),
        (tell("cli-import-table-conversations", &[]), report.conversations),
        (tell("cli-import-table-entries", &[]), report.entries),
        (tell("cli-import-table-persons", &[]), report.persons),
        (tell("cli-import-table-teams", &[]), report.teams),
        (tell("cli-import-table-accounts", &[]), report.accounts),
        (tell("cli-import-table-items", &[]), report.items),
        (tell("cli-import-table-asks", &[]), report.asks),
    ];
    for (name, number) in rows {
        writeln!(out, "{number:>10}  {name}")?;
    }
    if !report.warnings.is_empty() {
        writeln!(out, "\n{}", tell("cli-import-warnings", &[]))?;
        report.warnings.iter().try_for_each(|warning| writeln!(out, "  {warning}"))?;
    }
    if !report.skipped.is_empty() {
        writeln!(out, "\n{}", tell("cli-import-skips", &[]))?;
        let mut shown = report.skipped.iter().take(SKIPS_SHOWN);
        shown.try_for_each(|skip| writeln!(out, "  {}: {}", skip.item, skip.reason))?;
        if let Some(more) = report.skipped.len().checked_sub(SKIPS_SHOWN).filter(|more| *more > 0) {
            writeln!(out, "  {}", tell("cli-import-more-skips", &[("n", &more.to_string())]))?;
        }
    }
    Ok(())
}

/// One line that is written over on a terminal, a new line every few seconds elsewhere.
struct Screen {
    is_terminal: bool,
    shown: Mutex<Option<Instant>>,
}

impl Screen {
    fn new() -> Screen {
        Screen { is_terminal: std::io::stderr().is_terminal(), shown: Mutex::default() }
    }

    fn show(&self, progress: &Progress) {
        let mut shown = self.shown.lock().unwrap_or_else(|broken| broken.into_inner());
        let began = *shown.get_or_insert_with(Instant::now);
        if !self.is_terminal && began.elapsed() < Duration::from_secs(3) {
            return;
        }
        if !self.is_terminal {
            *shown = Some(Instant::now());
        }
        let Counts { read, rate, seconds_left, .. } = &progress.counts;
        let (share, read, rate) = (format!("{:.0}", progress.share() * 100.0), read.to_string(), format!("{rate:.0}"));
        let left = format!("{}:{:02}", *seconds_left as u64 / 60, *seconds_left as u64 % 60);
        let line = tell("cli-import-progress", &[("share", &share), ("read", &read), ("rate", &rate), ("left", &left)]);
        if self.is_terminal {
            eprint!("\r\x1b[K{line}");
        } else {
            eprintln!("{line}");
        }
    }

    fn clear(&self) {
        if self.is_terminal {
            eprint!("\r\x1b[K");
        }
    }
}
