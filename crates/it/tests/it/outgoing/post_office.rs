//! A mail server on loopback that keeps what it takes, and does what the address it is sent to says: `refused-…` has
//! nobody, `full-…` has no room, `later-…` asks to come again, `broken-…` breaks off after the text was sent. Nobody may
//! write as `foreign-…`, and whoever is called `locked` is not let in.
use std::sync::{Arc, Mutex, atomic::AtomicBool, atomic::Ordering::SeqCst};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A mail that was taken over.
#[derive(Clone, Debug)]
pub struct Taken {
    pub from: String,
    pub to: String,
    pub bytes: Vec<u8>,
}

impl Taken {
    pub fn mail(&self) -> mailkit::ParsedMail {
        mailkit::parse_mail(&self.bytes)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

#[derive(Clone)]
pub struct PostOffice {
    pub port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
    is_closed: Arc<AtomicBool>,
    task: Arc<JoinHandle<()>>,
}

impl PostOffice {
    pub async fn open() -> PostOffice {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, is_closed) = (Arc::<Mutex<Vec<Taken>>>::default(), Arc::new(AtomicBool::new(false)));
        let (kept, closed) = (taken.clone(), is_closed.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, kept.clone(), closed.clone()));
            }
        });
        PostOffice { port, taken, is_closed, task: Arc::new(task) }
    }

    /// Says that it is closed to whoever comes, or opens again.
    pub fn close(&self, closed: bool) {
        self.is_closed.store(closed, SeqCst);
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    pub fn to(&self, address: &str) -> Vec<Taken> {
        self.taken().into_iter().filter(|one| one.to == address).collect()
    }
}

impl Drop for PostOffice {
    fn drop(&mut self) {
        if Arc::strong_count(&self.task) == 1 {
            self.task.abort();
        }
    }
}

async fn serve(stream: TcpStream, taken: Arc<Mutex<Vec<Taken>>>, closed: Arc<AtomicBool>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    if closed.load(SeqCst) {
        stream.write_all(b"421 4.3.2 closed today\r\n").await.ok()?;
        return None;
    }
    stream.write_all(b"220 post.example ESMTP\r\n").await.ok()?;
    let (mut from, mut to) = (String::new(), String::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let within = |line: &str| Some(line.split_once('<')?.1.split_once('>')?.0.to_owned());
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_str() {
            "EHLO" => b"250-post.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
            // "\0locke…"
            "AUTH" if line.contains("AGxvY2tl") => b"535 5.7.8 no such password\r\n",
            "AUTH" if line.starts_with("AUTH PLAIN ") => b"235 2.7.0 in\r\n",
            "AUTH" => b"504 5.5.4 not this way\r\n",
            "MAIL" => {
                from = within(&line)?;
                match from.starts_with("foreign-") {
                    true => b"553 5.7.1 not your address\r\n",
                    false => b"250 2.1.0 ok\r\n",
                }
            }
            "RCPT" => {
                to = within(&line)?;
                match to.split('-').next().unwrap_or_default() {
                    "refused" => b"550 5.1.1 nobody of this name\r\n",
                    "full" => b"552 5.2.2 no room\r\n",
                    "later" => b"451 4.7.1 come again\r\n",
                    _ => b"250 2.1.5 ok\r\n",
                }
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.ok()?;
                let bytes = read_text(&mut stream).await?;
                if to.starts_with("broken-") {
                    return None;
                }
                taken.lock().unwrap().push(Taken { from: from.clone(), to: to.clone(), bytes });
                b"250 2.0.0 taken over\r\n"
            }
            "RSET" | "NOOP" => b"250 2.0.0 ok\r\n",
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await.ok()?;
                return None;
            }
            _ => b"500 5.5.2 what\r\n",
        };
        stream.write_all(answer).await.ok()?;
    }
}

/// The text up to the point that stands alone, with doubled points halved.
async fn read_text(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut line = Vec::new();
        if stream.take(1 << 20).read_until(b'\n', &mut line).await.ok()? == 0 {
            return None;
        }
        if line == b".\r\n" {
            return Some(bytes);
        }
        bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
