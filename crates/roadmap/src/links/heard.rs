//! What a tracker's webhook says of an issue, read from the shapes of GitHub (`issues`, `pull_request`), Linear (`Issue`)
//! and Jira (`jira:issue_*`).
use super::{LinkState, name_of};
use base::{Error, Result, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrackerKind {
    Github,
    Linear,
    Jira,
}

impl TrackerKind {
    pub fn as_str(self) -> &'static str {
        match self {
            TrackerKind::Github => "github",
            TrackerKind::Linear => "linear",
            TrackerKind::Jira => "jira",
        }
    }
    pub fn parse(text: &str) -> Result<TrackerKind> {
        [TrackerKind::Github, TrackerKind::Linear, TrackerKind::Jira]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| Error::invalid("kind", "error-field-unknown"))
    }

    /// The header that holds the signature: HMAC-SHA256 of the body, in hexadecimal digits.
    pub fn signature_header(self) -> &'static str {
        match self {
            TrackerKind::Github => "x-hub-signature-256",
            TrackerKind::Linear => "linear-signature",
            TrackerKind::Jira => "x-hub-signature",
        }
    }
}

/// How far an issue is.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    pub external_id: String,
    /// As they call it.
    pub state_name: String,
    pub state: LinkState,
    pub at: Time,
}

/// Reads a message; nothing when it is about something else than an issue.
pub fn read_heard(kind: TrackerKind, body: &Value) -> Option<Heard> {
    match kind {
        TrackerKind::Github => read_github(body),
        TrackerKind::Linear => read_linear(body),
        TrackerKind::Jira => read_jira(body),
    }
}

fn read_github(body: &Value) -> Option<Heard> {
    let (one, is_pull) =
        if body["issue"].is_object() { (&body["issue"], false) } else { (&body["pull_request"], true) };
    let (_, external_id) = name_of(one["html_url"].as_str()?)?;
    let is_closed = one["state"] == "closed";
    let reason = one["state_reason"].as_str().unwrap_or_default();
    let (state, name) = match (is_closed, is_pull) {
        (true, true) if one["merged"] == true => (LinkState::Done, "merged"),
        (true, true) => (LinkState::Dropped, "closed"),
        (true, false) if matches!(reason, "not_planned" | "duplicate") => (LinkState::Dropped, reason),
        (true, false) => (LinkState::Done, "closed"),
        (false, true) => (LinkState::Building, "open"),
        (false, false) => (LinkState::Open, "open"),
    };
    Some(Heard { external_id, state_name: name.into(), state, at: Time::parse(one["updated_at"].as_str()?).ok()? })
}

fn read_linear(body: &Value) -> Option<Heard> {
    let issue = Some(&body["data"]).filter(|_| body["type"] == "Issue")?;
    let state = match issue["state"]["type"].as_str()? {
        "started" => LinkState::Building,
        "completed" => LinkState::Done,
        "canceled" | "duplicate" => LinkState::Dropped,
        _ => LinkState::Open,
    };
    Some(Heard {
        external_id: issue["identifier"].as_str()?.to_uppercase(),
        state_name: issue["state"]["name"].as_str().unwrap_or(state.as_str()).to_owned(),
        state,
        at: Time::parse(issue["updatedAt"].as_str()?).ok()?,
    })
}

fn read_jira(body: &Value) -> Option<Heard> {
    let issue = Some(&body["issue"]).filter(|issue| issue.is_object())?;
    let address = issue["self"].as_str()?;
    let host = address.split("://").nth(1)?.split('/').next()?.to_lowercase();
    let status = &issue["fields"]["status"];
    let state = match status["statusCategory"]["key"].as_str()? {
        "indeterminate" => LinkState::Building,
        "done" => LinkState::Done,
        _ => LinkState::Open,
    };
    Some(Heard {
        external_id: format!("{host}/{}", issue["key"].as_str()?.to_uppercase()),
        state_name: status["name"].as_str().unwrap_or(state.as_str()).to_owned(),
        state,
        at: Time(body["timestamp"].as_i64()?.checked_mul(1_000)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_tracker_is_understood_and_other_news_is_passed_over() {
        let issue = |state: &str, reason: Value| {
            json!({"action": "edited", "issue": {"html_url": "https://github.com/Acme/app/issues/3", "state": state,
                "state_reason": reason, "updated_at": "2026-11-01T00:00:00Z"}})
        };
        let of = |body: &Value| read_heard(TrackerKind::Github, body).unwrap();
        assert_eq!(of(&issue("open", Value::Null)).state, LinkState::Open);
        assert_eq!(of(&issue("closed", json!("completed"))).state, LinkState::Done);
        assert_eq!(of(&issue("closed", json!("not_planned"))).state, LinkState::Dropped);
        let pull = json!({"pull_request": {"html_url": "https://github.com/Acme/app/pull/3", "state": "closed", "merged": true,
            "updated_at": "2026-11-01T00:00:00Z"}});
        assert_eq!((of(&pull).external_id.as_str(), of(&pull).state), ("acme/app#3", LinkState::Done));
        let linear = json!({"type": "Issue", "data": {"identifier": "ENG-41", "updatedAt": "2026-11-01T00:00:00.000Z",
            "state": {"name": "In Review", "type": "started"}}});
        let heard = read_heard(TrackerKind::Linear, &linear).unwrap();
        assert_eq!((heard.state_name.as_str(), heard.state), ("In Review", LinkState::Building));
        let jira = json!({"timestamp": 1_793_491_200_000_i64, "issue": {"key": "CORE-9", "self": "https://acme.atlassian.net/rest/api/2/9",
            "fields": {"status": {"name": "Fertig", "statusCategory": {"key": "done"}}}}});
        let heard = read_heard(TrackerKind::Jira, &jira).unwrap();
        assert_eq!((heard.external_id.as_str(), heard.state), ("acme.atlassian.net/CORE-9", LinkState::Done));
        for (kind, other) in [
            (TrackerKind::Github, json!({"zen": "Keep it logically awesome."})),
            (TrackerKind::Linear, json!({"type": "Comment", "data": {}})),
            (TrackerKind::Jira, json!({"comment": {}})),
        ] {
            assert_eq!(read_heard(kind, &other), None);
        }
    }
}
