//! What the program says on a terminal: Korean when the terminal's locale is Korean, English otherwise.
use base::Ui;
use std::env;

/// The language of the terminal, by the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set.
pub fn terminal_ui() -> Ui {
    let set =
        ["LC_ALL", "LC_MESSAGES", "LANG"].iter().filter_map(|name| env::var(name).ok()).find(|text| !text.is_empty());
    set.and_then(|locale| locale.split(['_', '.', '-']).next()?.parse().ok()).unwrap_or(Ui::En)
}

/// The sentence of a key of `server.ftl` in the terminal's language.
pub fn tell(key: &str, args: &[(&str, &str)]) -> String {
    let args: Vec<(&str, String)> = args.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    httpkit::say(terminal_ui(), key, &args).unwrap_or_else(|| key.to_owned())
}

/// A failure of the store or a room as one sentence of the terminal's language, with the cause where there is one.
pub fn tell_error(error: base::Error) -> anyhow::Error {
    let cause = match &error {
        base::Error::Store(cause) => Some(cause.to_string()),
        _ => None,
    };
    let problem = httpkit::ApiError::from(error).problem(terminal_ui());
    match cause {
        Some(cause) => anyhow::anyhow!("{cause}"),
        None => anyhow::anyhow!("{} {}", problem.title, problem.detail.unwrap_or_default()),
    }
}
