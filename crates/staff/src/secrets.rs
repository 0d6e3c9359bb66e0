//! Secrets: random tokens of which only a hash is kept, and passwords hashed slowly, few at a time.
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base::{Error, Result};
use std::{sync::LazyLock, time::Duration};
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

/// A random text of 256 bits.
pub fn new_secret(prefix: &str) -> String {
    let bytes: [u8; 32] = rand::random();
    bytes.iter().fold(prefix.to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// A random text of 128 bits, for one answer.
pub fn new_nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// What is kept of a random secret. A fast hash is enough, since nobody can guess 256 bits.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    *blake3::hash(secret.as_bytes()).as_bytes()
}

/// One password needs 19 MiB for a moment (OWASP's argon2id: m = 19456 KiB, t = 2, p = 1), so two at a time.
static TURNS: Semaphore = Semaphore::const_new(2);
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A hash nobody has the password of, so that an unknown address takes as long as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(&new_secret("")).expect("argon2 with its own parameters"));

fn hash_now(password: &str) -> Result<String> {
    let hash: argon2::password_hash::Result<PasswordHash> = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|e| Error::store(e.to_string()))
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let turn = timeout(LONGEST_WAIT, TURNS.acquire()).await.map_err(|_| Error::Busy)?.map_err(Error::store)?;
    let done = spawn_blocking(work).await.map_err(Error::store);
    drop(turn);
    done
}

/// The argon2id hash of a password, as a PHC string. Never call this while holding a transaction.
pub async fn hash_password(password: String) -> Result<String> {
    in_turn(move || hash_now(&password)).await?
}

/// Whether the password is the one of the hash; takes as long without a hash.
pub async fn verify_password(hash: Option<String>, password: String) -> Result<bool> {
    in_turn(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        let fits = PasswordHash::new(&hash)
            .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
        known && fits
    })
    .await
}

/// The right to make the first owner: a secret that `serve` prints, good until there is an owner.
pub struct FirstRun {
    secret: String,
}

impl FirstRun {
    #[allow(clippy::new_without_default, reason = "a new secret is an act, not a default")]
    pub fn new() -> FirstRun {
        FirstRun { secret: new_secret("") }
    }

    pub fn secret(&self) -> &str {
        &self.secret
    }

    pub fn is(&self, offered: &str) -> bool {
        // Hashes are compared, which takes the same time wherever they differ.
        blake3::hash(self.secret.as_bytes()) == blake3::hash(offered.trim().as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let hash = hash_password("사랑방 손님 오셨네".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password(Some(hash.clone()), "사랑방 손님 오셨네".into()).await.unwrap());
        assert!(!verify_password(Some(hash), "사랑방 손님 가셨네".into()).await.unwrap());
        assert!(!verify_password(None, "anything at all".into()).await.unwrap());
        assert!(!verify_password(Some("no hash".into()), "anything at all".into()).await.unwrap());
    }

    #[test]
    fn secrets_differ_and_only_the_right_one_opens() {
        let first = FirstRun::new();
        assert!(first.is(first.secret()) && !first.is("") && !first.is(&new_secret("")));
        assert_eq!(new_secret("sarang_").len(), 7 + 64);
    }
}
