//! OAuth 2 for mail servers: a grant that was given once is exchanged for a token that is good for an hour (RFC 6749 §6).
use crate::model::Reason;
use httpkit::Fetcher;
use serde::Deserialize;

/// What is kept instead of a password.
#[derive(Deserialize)]
struct Grant {
    token_url: String,
    client_id: String,
    #[serde(default)]
    client_secret: Option<String>,
    refresh_token: String,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
}

/// Whether a secret is a grant.
pub fn is_grant(secret: &str) -> bool {
    serde_json::from_str::<Grant>(secret).is_ok()
}

/// A token that may be shown to a mail server.
pub async fn fresh_token(fetcher: &Fetcher, secret: &str) -> Result<String, Reason> {
    let fault = |why: String| Reason::new("mailbox-fault-grant").arg("why", why);
    let grant: Grant = serde_json::from_str(secret).map_err(|error| fault(error.to_string()))?;
    let mut form =
        vec![("grant_type", "refresh_token"), ("client_id", &grant.client_id), ("refresh_token", &grant.refresh_token)];
    form.extend(grant.client_secret.as_deref().map(|secret| ("client_secret", secret)));
    let (status, body) = fetcher.post_form(&grant.token_url, &form).await.map_err(|error| fault(error.to_string()))?;
    match serde_json::from_str::<Granted>(&body) {
        Ok(granted) if (200..300).contains(&status) => Ok(granted.access_token),
        // The answer of a refusal names it (RFC 6749 §5.2); an answer that grants is never shown.
        _ if status >= 400 => Err(fault(format!("{status} {}", body.chars().take(200).collect::<String>()))),
        _ => Err(fault(format!("{status}"))),
    }
}
