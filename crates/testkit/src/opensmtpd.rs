//! A real SMTP server for tests: Debian's OpenSMTPD on a free port of this machine. It delivers to the mailboxes of a
//! Dovecot, relays everything else to a port, and writes reports of what was refused there.
//!
//! It wants to be root and has one place for its queue and its socket, so it runs in a mount namespace of its own, where
//! these places are empty.
use crate::Dovecot;
use std::{
    fs,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Ends with the test.
pub struct OpenSmtpd {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl OpenSmtpd {
    /// Starts one; mail to `domain` is delivered to the mailboxes of `dovecot`, all other mail is relayed to `relay_port`.
    /// None, with a word about it, where this process may not.
    pub fn start(dovecot: &Dovecot, domain: &str, relay_port: u16) -> Option<OpenSmtpd> {
        let may = Command::new("unshare").args(["-m", "true"]).stderr(Stdio::null()).status();
        if !may.is_ok_and(|status| status.success()) || !Path::new("/usr/sbin/smtpd").is_file() {
            eprintln!("not run: OpenSMTPD needs root, and on Debian or Ubuntu `apt-get install opensmtpd`");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port();
        let mail = dovecot.maildir("x");
        let mail = mail.parent().expect("the folder of all").display();
        let conf = folder.path().join("smtpd.conf");
        let text = format!(
            "table everybody {{ \"@\" = \"nobody\" }}\nlisten on 127.0.0.1 port {port} hostname mx.{domain}\n\
             action \"keep\" maildir \"{mail}/%{{rcpt.user}}\" virtual <everybody>\n\
             action \"away\" relay host smtp://127.0.0.1:{relay_port}\n\
             match from any for domain \"{domain}\" action \"keep\"\nmatch from any for any action \"away\"\n"
        );
        fs::write(&conf, text).expect("a configuration");
        let log = fs::File::create(folder.path().join("log")).expect("a log");
        let script = format!(
            "mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /var/spool && mkdir -m 711 /var/spool/smtpd && \
             exec /usr/sbin/smtpd -d -f {}",
            conf.display()
        );
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = command.spawn().expect("OpenSMTPD starts");
        let server = OpenSmtpd { folder, port, child };
        let began = Instant::now();
        while !server.is_ready() {
            assert!(began.elapsed() < Duration::from_secs(20), "OpenSMTPD does not answer: {}", server.log());
            sleep(Duration::from_millis(50));
        }
        Some(server)
    }

    fn is_ready(&self) -> bool {
        let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).is_ok() && line.starts_with("220")
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it wrote down.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

impl Drop for OpenSmtpd {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}
