//! Configuration: command line over environment over one TOML file over what stands here.
//!
//! Each key may stand in the file (`public_url = "…"`) or in the environment (`SARANG_PUBLIC_URL=…`).
use crate::words::tell;
use anyhow::{Context, Result, anyhow, bail};
use httpkit::{Network, PublicUrl};
use std::{
    collections::BTreeMap,
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};
use store::Location;

const KEYS: &[&str] = &[
    "data_dir",
    "database",
    "insecure_http",
    "listen",
    "log",
    "log_format",
    "outside_networks",
    "public_url",
    "secret_key",
    "trusted_proxies",
];
/// What tests of this project read; no setting of the program.
const FOR_TESTS: &[&str] = &["SARANG_DATA", "SARANG_BIN", "SARANG_TARGET", "SARANG_CHROMIUM", "SARANG_SOAK"];

/// All settings of a process.
#[derive(Clone, Debug)]
pub struct Config {
    pub data_dir: PathBuf,
    /// A PostgreSQL url; without one, SQLite in the data folder.
    pub database: Option<String>,
    pub listen: SocketAddr,
    pub public_url: Option<PublicUrl>,
    pub trusted_proxies: Vec<Network>,
    /// Networks that are not public and that webhooks may call all the same.
    pub outside_networks: Vec<Network>,
    pub insecure_http: bool,
    /// 64 hexadecimal digits; without it the one in the data folder, made where there is none.
    pub secret_key: Option<String>,
    /// A filter such as `info` or `sarang=debug`, when one is set.
    pub log: Option<String>,
    pub log_as_json: bool,
}

/// What the command line says, which wins.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Data folder: the database, attachments, sarang.toml [default: ./data]
    #[arg(long = "data", value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
    /// PostgreSQL instead of SQLite: postgres://user:password@host/name
    #[arg(long, value_name = "URL", global = true, hide_env_values = true)]
    pub database: Option<String>,
    /// Configuration file [default: sarang.toml in the data folder]
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Config {
        Config::parse(&BTreeMap::new()).expect("what stands here is a configuration")
    }
}

impl Config {
    pub fn load(options: &Options) -> Result<Config> {
        let from_env: Vec<(String, String)> = env::vars().filter(|(name, _)| name.starts_with("SARANG_")).collect();
        Config::assemble(options, &from_env)
    }

    fn assemble(options: &Options, from_env: &[(String, String)]) -> Result<Config> {
        let mut values = read_env(from_env)?;
        if let Some(data) = &options.data {
            values.insert("data_dir".into(), data.display().to_string());
        }
        let data_dir = PathBuf::from(values.get("data_dir").map_or("./data", String::as_str));
        let file = options.config.clone().unwrap_or_else(|| data_dir.join("sarang.toml"));
        if options.config.is_some() || file.exists() {
            for (key, value) in read_file(&file)? {
                values.entry(key).or_insert(value);
            }
        }
        if let Some(url) = &options.database {
            values.insert("database".into(), url.clone());
        }
        Config::parse(&values)
    }

    fn parse(values: &BTreeMap<String, String>) -> Result<Config> {
        let text = |key: &str| values.get(key).map(String::as_str).filter(|value| !value.is_empty());
        let fault = |key: &str, why: String| anyhow!("{key}: {why}");
        let listen = text("listen").unwrap_or("127.0.0.1:7420");
        let networks = |key: &str| -> Result<Vec<Network>> {
            let parts = text(key).unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::parse).collect::<Result<_, _>>().map_err(|why| fault(key, why))
        };
        let database = text("database").map(str::to_owned);
        if let Some(url) = database.as_deref().filter(|url| !url.starts_with("postgres")) {
            bail!(tell("cli-database-url", &[("url", url.split(':').next().unwrap_or_default())]));
        }
        Ok(Config {
            data_dir: text("data_dir").unwrap_or("./data").into(),
            database,
            listen: listen.parse().map_err(|_| anyhow!(tell("cli-listen", &[("value", listen)])))?,
            public_url: text("public_url").map(str::parse).transpose().map_err(|why| fault("public_url", why))?,
            trusted_proxies: networks("trusted_proxies")?,
            outside_networks: networks("outside_networks")?,
            insecure_http: match text("insecure_http") {
                None | Some("false" | "0" | "no") => false,
                Some("true" | "1" | "yes") => true,
                Some(other) => bail!(tell("cli-boolean", &[("key", "insecure_http"), ("value", other)])),
            },
            secret_key: text("secret_key").map(str::to_owned),
            log: text("log").map(str::to_owned),
            log_as_json: match text("log_format") {
                None | Some("text") => false,
                Some("json") => true,
                Some(other) => bail!(tell("cli-log-format", &[("value", other)])),
            },
        })
    }

    pub fn location(&self) -> Location {
        match &self.database {
            Some(url) => Location::Postgres { url: url.clone(), folder: self.data_dir.clone() },
            None => Location::Sqlite(self.data_dir.clone()),
        }
    }
}

fn read_env(vars: &[(String, String)]) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (name, value) in vars {
        if name.starts_with("SARANG_TEST_") || FOR_TESTS.contains(&name.as_str()) {
            continue;
        }
        let key = name.trim_start_matches("SARANG_").to_lowercase();
        if !KEYS.contains(&key.as_str()) {
            let nearest = format!("SARANG_{}", nearest_key(&key).to_uppercase());
            bail!(tell("cli-unknown-variable", &[("name", name), ("nearest", &nearest)]));
        }
        values.insert(key, value.clone());
    }
    Ok(values)
}

fn read_file(path: &Path) -> Result<BTreeMap<String, String>> {
    let shown = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| tell("cli-config-unreadable", &[("file", &shown)]))?;
    let table: toml::Table = text.parse().with_context(|| tell("cli-config-not-toml", &[("file", &shown)]))?;
    let mut values = BTreeMap::new();
    for (key, value) in table {
        if !KEYS.contains(&key.as_str()) {
            let args = [("file", shown.as_str()), ("key", key.as_str()), ("nearest", nearest_key(&key))];
            bail!(tell("cli-unknown-key", &args));
        }
        values.insert(
            key.clone(),
            plain(value).ok_or_else(|| anyhow!(tell("cli-config-value", &[("file", &shown), ("key", &key)])))?,
        );
    }
    Ok(values)
}

/// A value as the environment would say it: lists are joined by commas.
fn plain(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Boolean(yes) => Some(yes.to_string()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            items.into_iter().map(plain).collect::<Option<Vec<_>>>().map(|items| items.join(","))
        }
        _ => None,
    }
}

fn nearest_key(wrong: &str) -> &'static str {
    base::find_nearest(wrong, KEYS).map_or("", |(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, vars: &[(&str, &str)], options: Options) -> Result<Config> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("sarang.toml"), file).unwrap();
        let vars: Vec<_> = vars.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let options = Options { data: options.data.or(Some(folder.path().into())), ..options };
        Config::assemble(&options, &vars)
    }

    #[test]
    fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
        let file =
            "listen = \"127.0.0.1:1\"\npublic_url = \"https://a.example\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]";
        let config =
            load(file, &[("SARANG_LISTEN", "127.0.0.1:2"), ("SARANG_DATA", "ignored")], Options::default()).unwrap();
        assert_eq!(config.listen.port(), 2);
        assert!(config.public_url.unwrap().is_https());
        assert_eq!(config.trusted_proxies.len(), 2);
        let options = Options { database: Some("postgres://x/y".into()), ..Options::default() };
        assert_eq!(load("database = \"postgres://a/b\"", &[], options).unwrap().database.unwrap(), "postgres://x/y");
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_nearest_known_one() {
        let said = |result: Result<Config>| format!("{:#}", result.unwrap_err());
        assert!(said(load("publik_url = \"https://a.example\"", &[], Options::default())).contains("public_url"));
        assert!(said(load("", &[("SARANG_LISTN", "x")], Options::default())).contains("SARANG_LISTEN"));
        assert!(said(load("listen = \"here\"", &[], Options::default())).contains("here"));
        assert!(said(load("insecure_http = \"maybe\"", &[], Options::default())).contains("insecure_http"));
        assert!(load("[database]\nurl = \"x\"", &[], Options::default()).is_err());
        assert!(load("database = \"mysql://x\"", &[], Options::default()).is_err());
    }

    #[test]
    fn a_file_that_was_named_must_be_there() {
        let options = Options { config: Some("/nonexistent/sarang.toml".into()), ..Options::default() };
        assert!(load("", &[], options).is_err());
    }
}
