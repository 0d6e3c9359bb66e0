//! The name of something behind an address: an issue of GitHub, Linear or Jira, wherever it is run; anything else is its
//! address.

/// The source and the name there; nothing when it is no web address.
pub fn name_of(url: &str) -> Option<(&'static str, String)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let mut parts = rest.split('/');
    let host = parts.next().filter(|host| !host.is_empty() && !host.contains(['@', ' ']))?.to_lowercase();
    let path: Vec<&str> = parts.collect();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match path.as_slice() {
        [owner, repository, "issues" | "pull", number, ..] if is_number(number) => {
            let at = if host == "github.com" { String::new() } else { format!("{host}/") };
            Some(("github", format!("{at}{owner}/{repository}#{number}").to_lowercase()))
        }
        [_, "issue", key, ..] if host == "linear.app" && is_issue_key(key) => Some(("linear", key.to_uppercase())),
        [.., "browse", key] if is_issue_key(key) => Some(("jira", format!("{host}/{}", key.to_uppercase()))),
        _ => Some(("web", rest.to_owned())),
    }
}

/// `TEAM-123`
fn is_issue_key(text: &str) -> bool {
    let Some((team, number)) = text.rsplit_once('-') else { return false };
    let is_name = team.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    !team.is_empty() && is_name && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_is_named_as_its_tracker_names_it() {
        for (url, source, name) in [
            ("https://github.com/Acme/App/issues/12", "github", "acme/app#12"),
            ("https://github.com/acme/app/pull/7/files?w=1", "github", "acme/app#7"),
            ("https://git.acme.example/core/app/issues/3#note", "github", "git.acme.example/core/app#3"),
            ("https://linear.app/acme/issue/eng-41/keep-filters", "linear", "ENG-41"),
            ("https://acme.atlassian.net/browse/CORE-9", "jira", "acme.atlassian.net/CORE-9"),
            ("https://jira.acme.example/jira/browse/core-9", "jira", "jira.acme.example/CORE-9"),
            ("https://acme.example/spec/4", "web", "acme.example/spec/4"),
        ] {
            assert_eq!(name_of(url), Some((source, name.to_owned())), "{url}");
        }
        for no in ["", "acme.example", "javascript:alert(1)", "https://", "https://a@b/c", "mailto:a@b"] {
            assert_eq!(name_of(no), None, "{no}");
        }
    }
}
