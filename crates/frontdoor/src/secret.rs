//! The one secret of an installation, and what is sealed with it: passwords of mailboxes never stand readable in a row,
//! a backup or a log.
use base::{Error, Result};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::{
    fs,
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

/// The file in the data folder that holds the secret, readable by its owner only.
const FILE: &str = "secret.key";
/// What a sealed text begins with, so that another way of sealing can follow.
const SEALED: &str = "x1:";
const NONCE: usize = 24;

/// The keys of an installation, both made from its one secret of 32 random bytes. Whoever moves the data folder, or names
/// `SARANG_SECRET_KEY`, moves them along; a backup does not hold them.
pub struct Keys {
    pub(crate) sign: [u8; 32],
    seal: XChaCha20Poly1305,
}

impl Keys {
    /// The secret that was configured (64 hexadecimal digits), else that of the folder, which is made where there is none.
    pub fn load(folder: &Path, configured: Option<&str>) -> Result<Keys> {
        let secret = match configured {
            Some(text) => read_hex(text).ok_or_else(|| Error::store("secret_key: 64 hexadecimal digits are wanted"))?,
            None => read_or_make(folder)?,
        };
        Ok(Keys::of(&secret))
    }

    /// Each purpose has a key of its own, so that nothing made for one is of use for another.
    pub fn of(secret: &[u8; 32]) -> Keys {
        let of = |purpose: &str| {
            let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret).expect("any length is a key");
            mac.update(purpose.as_bytes());
            <[u8; 32]>::from(mac.finalize().into_bytes())
        };
        Keys { sign: of("sarang sign"), seal: XChaCha20Poly1305::new(&of("sarang seal").into()) }
    }

    /// Seals a text (XChaCha20-Poly1305, draft-irtf-cfrg-xchacha): a random nonce, so that the same text never looks the
    /// same twice. `place` names where it stands (`mailbox 17`): a sealed text that was moved elsewhere does not open.
    pub fn seal(&self, place: &str, plain: &str) -> Result<String> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: plain.as_bytes(), aad: place.as_bytes() };
        let sealed = self.seal.encrypt(&XNonce::from(nonce), payload).map_err(|_| Error::store("cannot seal"))?;
        Ok(format!("{SEALED}{}", STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat())))
    }

    /// What was sealed. An error when the secret is another one, or the text was changed or moved.
    pub fn open(&self, place: &str, sealed: &str) -> Result<String> {
        let open = || {
            let bytes = STANDARD_NO_PAD.decode(sealed.strip_prefix(SEALED)?).ok()?;
            let (nonce, text) = bytes.split_at_checked(NONCE)?;
            let nonce = XNonce::from(<[u8; NONCE]>::try_from(nonce).ok()?);
            let plain = self.seal.decrypt(&nonce, Payload { msg: text, aad: place.as_bytes() }).ok()?;
            String::from_utf8(plain).ok()
        };
        open().ok_or_else(|| Error::store("what was sealed does not open with this secret key"))
    }
}

fn read_or_make(folder: &Path) -> Result<[u8; 32]> {
    let path = folder.join(FILE);
    let wrong = |why: String| Error::store(format!("{}: {why}", path.display()));
    loop {
        match fs::read_to_string(&path) {
            Ok(text) => return read_hex(text.trim()).ok_or_else(|| wrong("64 hexadecimal digits are wanted".into())),
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(wrong(error.to_string())),
            Err(_) => {}
        }
        // Written beside it and linked into place: whoever reads it finds all of it, and of two that begin one wins.
        let secret: [u8; 32] = rand::random();
        let draft = folder.join(format!("{FILE}.{:016x}", rand::random::<u64>()));
        let write = || {
            let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
            file.write_all(secret.iter().map(|byte| format!("{byte:02x}")).collect::<String>().as_bytes())?;
            file.sync_all()?;
            fs::hard_link(&draft, &path)
        };
        let written = write();
        let _ = fs::remove_file(&draft);
        match written {
            Ok(()) => fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(|e| wrong(e.to_string()))?,
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(wrong(error.to_string())),
            Err(_) => {}
        }
    }
}

fn read_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_sealed_opens_in_its_place_and_nowhere_else() {
        let keys = Keys::of(&[7; 32]);
        let sealed = keys.seal("mailbox 1", "비밀번호 hunter2").unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_ne!(sealed, keys.seal("mailbox 1", "비밀번호 hunter2").unwrap());
        assert_eq!(keys.open("mailbox 1", &sealed).unwrap(), "비밀번호 hunter2");
        assert!(keys.open("mailbox 2", &sealed).is_err(), "moved to another row");
        assert!(Keys::of(&[8; 32]).open("mailbox 1", &sealed).is_err(), "another secret");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(keys.open("mailbox 1", &String::from_utf8(changed).unwrap()).is_err(), "changed at {at}");
        }
        assert!(keys.open("mailbox 1", "").is_err() && keys.open("mailbox 1", "x1:").is_err());
    }

    #[test]
    fn the_secret_is_made_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::load(folder.path(), None).unwrap();
        let sealed = first.seal("here", "word").unwrap();
        assert_eq!(Keys::load(folder.path(), None).unwrap().open("here", &sealed).unwrap(), "word");
        let file = folder.path().join(FILE);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(Keys::load(Path::new("/nonexistent"), Some(&text)).unwrap().open("here", &sealed).unwrap(), "word");
        assert!(Keys::load(folder.path(), Some("too short")).is_err());
        fs::write(&file, "damaged").unwrap();
        assert!(Keys::load(folder.path(), None).is_err(), "never replaced: what it sealed would be lost");
    }

    #[test]
    fn of_many_that_begin_at_once_all_have_the_same_secret() {
        let folder = tempfile::tempdir().unwrap();
        let load = || Keys::load(folder.path(), None).unwrap().sign;
        let all: Vec<[u8; 32]> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..16).map(|_| scope.spawn(load)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(all.iter().all(|sign| *sign == all[0]));
    }
}
