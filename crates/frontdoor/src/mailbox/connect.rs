//! The one way to mail servers: only to public addresses unless the operator allows a network, and a password only where
//! nobody on the way can read it.
use crate::mailbox::Tls;
use crate::model::Reason;
use httpkit::{FetchError, Fetcher, Wire};
use std::time::Duration;
use tokio::time::timeout;

const TLS: Duration = Duration::from_secs(10);

/// Where a mail server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
}

impl Reach {
    /// A connection that is up, encrypted already unless STARTTLS is to do that.
    pub async fn open(&self, fetcher: &Fetcher) -> Result<Box<dyn Wire>, Reason> {
        let place = || format!("{}:{}", self.host, self.port);
        let (tcp, is_public) = fetcher.open(&self.host, self.port).await.map_err(|error| match error {
            FetchError::Inside(_) => Reason::new("mailbox-fault-inside").arg("place", place()),
            FetchError::Slow => Reason::new("mailbox-fault-slow").arg("place", place()),
            other => Reason::new("mailbox-fault-unreachable").arg("place", place()).arg("why", other),
        })?;
        match self.tls {
            Tls::None if is_public => Err(Reason::new("mailbox-fault-open").arg("place", place())),
            Tls::None | Tls::StartTls => Ok(Box::new(tcp)),
            Tls::Tls => self.protect(fetcher, Box::new(tcp)).await,
        }
    }

    /// Encrypts a connection that is up.
    pub async fn protect(&self, fetcher: &Fetcher, wire: Box<dyn Wire>) -> Result<Box<dyn Wire>, Reason> {
        let fault = |why: String| Reason::new("mailbox-fault-tls").arg("host", &self.host).arg("why", why);
        match timeout(TLS, fetcher.protect(&self.host, wire)).await {
            Ok(protected) => protected.map_err(|error| fault(error.to_string())),
            Err(_) => Err(Reason::new("mailbox-fault-slow").arg("place", format!("{}:{}", self.host, self.port))),
        }
    }
}
