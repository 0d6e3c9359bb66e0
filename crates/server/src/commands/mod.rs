//! The commands of `sarang`. None asks anything: what it needs stands on the command line or comes from standard input.
mod eval_emotion;
mod eval_purpose;
mod eval_routing;
mod evals;
mod exports;
mod imports;
mod people_of_ours;
mod storage;
mod watch;

use crate::{
    Config, api_document,
    config::Options,
    serve,
    words::{tell, terminal_ui},
};
use anyhow::{Context, Result};
use base::{Role, Scope, Ui};
use clap::{Parser, Subcommand};
use std::{io::IsTerminal, net::SocketAddr, path::PathBuf, process::ExitCode};
use tracing_subscriber::EnvFilter;

/// Sarangbang, the room where a company receives its customers.
///
/// Conversations come in, are tagged by people, and move the roadmap, live. One program, one data folder.
#[derive(Parser)]
#[command(
    name = "sarang",
    version,
    after_help = "Every setting may also stand in DATA/sarang.toml (listen = \"…\") or in the \
    environment (SARANG_LISTEN=…):\ndata_dir, database, listen, public_url, trusted_proxies, outside_networks, insecure_http, log, log_format."
)]
struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the interface and the API until told to stop
    Serve {
        /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:7420]
        #[arg(long, value_name = "ADDRESS")]
        listen: Option<SocketAddr>,
        /// Allow listening beyond this machine without https
        #[arg(long)]
        insecure_http: bool,
    },
    /// Staff members
    #[command(subcommand)]
    User(UserCommand),
    /// API tokens
    #[command(subcommand)]
    Token(TokenCommand),
    /// Import conversations from a file, or mails from a folder; broken off, it goes on where it was when run again
    Import(imports::ImportArgs),
    /// Write all conversations to a file, from which an import makes the same again
    Export(exports::ExportArgs),
    /// Fill an empty installation with a sample company that lives as of now
    Demo {
        /// Also when there are conversations already
        #[arg(long)]
        anyway: bool,
    },
    /// Look whether all that must hold holds; exit code 1 and the name of each invariant that does not
    Check,
    /// Write a backup to a file, also beside a running server
    Backup {
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Bring a backup into an empty data folder or database
    ///
    /// Whoever was erased after the backup was made is erased again: those in DATA/erasures.txt, and in the list given
    Restore {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The erasures.txt of the data folder that is replaced
        #[arg(long, value_name = "LIST")]
        erasures: Option<PathBuf>,
    },
    /// Make the search index anew, also beside a running server
    Reindex,
    /// The database as a whole
    #[command(subcommand)]
    Db(DbCommand),
    /// The taxonomy
    #[command(subcommand)]
    Tags(TagsCommand),
    /// Measure what was learned: on files of texts whose answers are known, or on the taggings of this installation
    #[command(subcommand)]
    Eval(evals::EvalCommand),
    /// Print the OpenAPI description of the API as JSON
    Openapi,
}

#[derive(Subcommand)]
enum UserCommand {
    /// Make a staff member
    Create {
        #[arg(long)]
        email: String,
        /// owner, admin, curator, agent or viewer
        #[arg(long)]
        role: Role,
        /// Read the password from standard input: its first line
        #[arg(long, required = true)]
        password_stdin: bool,
        /// Shown name [default: the part of the e-mail address before the @]
        #[arg(long)]
        name: Option<String>,
        /// Language of their interface: ko or en [default: the terminal's]
        #[arg(long)]
        ui: Option<Ui>,
    },
}

#[derive(Subcommand)]
enum TagsCommand {
    /// Print a line whenever a count changes or somebody tags what a customer said, until interrupted
    Watch(watch::WatchArgs),
}

#[derive(Subcommand)]
enum DbCommand {
    /// Move house: copy everything into an empty place, such as from SQLite to PostgreSQL; stop the server first
    Copy {
        /// postgres://user:password@host/name, or a folder for SQLite
        #[arg(long, value_name = "URL")]
        to: String,
        /// Where the attachments go with PostgreSQL [default: they stay in the data folder]
        #[arg(long, value_name = "DIR")]
        to_data: Option<PathBuf>,
    },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Make an API token for a staff member and print it; it is shown once
    Create {
        /// E-mail address of the staff member
        #[arg(long)]
        user: String,
        /// read, tag, write, admin or all; may be given more than once
        #[arg(long, required = true)]
        scope: Vec<Scope>,
        /// What the token is for
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

/// Runs the command the process was started with.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match run_command(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", tell("cli-failed", &[("why", &format!("{error:#}"))]));
            ExitCode::FAILURE
        }
    }
}

fn run_command(cli: Cli) -> Result<ExitCode> {
    if let Command::Openapi = cli.command {
        println!("{}", api_document().to_pretty_json()?);
        return Ok(ExitCode::SUCCESS);
    }
    if let Command::Eval(command) = &cli.command
        && command.days().is_none()
    {
        evals::evaluate(command)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut config = Config::load(&cli.options)?;
    let is_server = matches!(cli.command, Command::Serve { .. });
    start_log(&config, if is_server { "info" } else { FOR_COMMANDS })?;
    // Whoever serves runs for months; a command is over before holes matter, and allocates quicker side by side.
    if is_server {
        learn::share_arenas();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.command {
            Command::Serve { listen, insecure_http } => {
                config.listen = listen.unwrap_or(config.listen);
                config.insecure_http |= insecure_http;
                serve::serve(&config).await?;
            }
            Command::User(UserCommand::Create { email, role, name, ui, .. }) => {
                let ui = ui.unwrap_or_else(terminal_ui);
                people_of_ours::create_user(&config, email, role, name, ui).await?;
            }
            Command::Token(TokenCommand::Create { user, scope, name }) => {
                println!("{}", people_of_ours::create_token(&config, &user, &scope, &name).await?);
            }
            Command::Export(args) => return exports::export(&config, &args).await,
            Command::Demo { anyway } => return exports::demo(&config, anyway).await,
            Command::Import(args) => return imports::import(&config, args).await,
            Command::Check => return storage::check(&config).await,
            Command::Backup { file } => return storage::backup(&config, &file).await,
            Command::Restore { file, erasures } => return storage::restore(&config, &file, erasures.as_deref()).await,
            Command::Tags(TagsCommand::Watch(args)) => watch::watch(&config, args).await?,
            Command::Reindex => return storage::reindex(&config).await,
            Command::Db(DbCommand::Copy { to, to_data }) => return storage::copy(&config, &to, to_data).await,
            Command::Eval(command) => evals::evaluate_own(&config, command.days().unwrap_or_default()).await?,
            Command::Openapi => unreachable!("answered before a store is needed"),
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// What commands log unless told otherwise: that a statement was slow is for those who keep a server.
const FOR_COMMANDS: &str = "info,sqlx=error";

/// The log goes to standard error, so that standard output is the command's answer alone.
fn start_log(config: &Config, unless_set: &str) -> Result<()> {
    let wanted = config.log.as_deref().unwrap_or(unless_set);
    let filter = EnvFilter::try_new(wanted).with_context(|| format!("log = {wanted:?}"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_as_json {
        log.json().init();
    } else {
        log.with_target(false).with_ansi(std::io::stderr().is_terminal()).init();
    }
    Ok(())
}
