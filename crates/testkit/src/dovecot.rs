//! A real IMAP server for tests: Debian's Dovecot with a configuration of its own, in a temporary folder, on a free port of
//! this machine, run by a user who may do nothing else.
use std::{
    fs::{self, File},
    io::Read,
    net::{TcpListener, TcpStream},
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};
use tempfile::TempDir;

/// The password of every user.
pub const MAIL_PASSWORD: &str = "비밀-secret";

/// Ends with the test.
pub struct Dovecot {
    folder: TempDir,
    port: u16,
    user: User,
    master: Option<Child>,
    delivered: AtomicU64,
}

/// Who runs it: whoever runs the test, or nobody when that is root.
struct User {
    name: String,
    group: String,
    ids: Option<(u32, u32)>,
}

impl User {
    fn of_test() -> User {
        let ask = |args: &[&str]| {
            let output = Command::new("id").args(args).output().expect("id tells who we are");
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        };
        if ask(&["-u"]) != "0" {
            return User { name: ask(&["-un"]), group: ask(&["-gn"]), ids: None };
        }
        let id = |what: &str| ask(&[what, "nobody"]).parse().expect("a number");
        User { name: "nobody".into(), group: ask(&["-gn", "nobody"]), ids: Some((id("-u"), id("-g"))) }
    }

    fn gets(&self, path: &Path) {
        if let Some((uid, gid)) = self.ids {
            chown(path, Some(uid), Some(gid)).expect("root gives files away");
        }
    }
}

impl Dovecot {
    /// Whether this machine has it.
    pub fn is_installed() -> bool {
        program().is_some()
    }

    /// Starts one and waits until it answers.
    pub fn start() -> Dovecot {
        Dovecot::start_with(None)
    }

    /// One that also lets in by OAuth 2: whoever brings a token, about which it asks at this address, to the end of which it
    /// puts the token. The answer names the user as `user`.
    pub fn start_with_tokens(info_url: &str) -> Dovecot {
        Dovecot::start_with(Some(info_url))
    }

    fn start_with(info_url: Option<&str>) -> Dovecot {
        assert!(Dovecot::is_installed(), "Dovecot is missing: on Debian or Ubuntu run `apt-get install dovecot-imapd`");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = TcpListener::bind("127.0.0.1:0").expect("a free port").local_addr().expect("an address").port();
        let mut dovecot = Dovecot { folder, port, user: User::of_test(), master: None, delivered: AtomicU64::new(0) };
        for name in ["", "base", "state", "mail"] {
            let path = dovecot.folder.path().join(name);
            fs::create_dir_all(&path).expect("a folder");
            dovecot.user.gets(&path);
        }
        let mut conf = dovecot.configuration();
        if let Some(url) = info_url {
            let about = format!("tokeninfo_url = {url}\nusername_attribute = user\n");
            let file = dovecot.folder.path().join("oauth2.conf.ext");
            fs::write(&file, about).expect("a configuration");
            conf.push_str(&format!(
                "auth_mechanisms = plain xoauth2\npassdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {}\n}}\n",
                file.display()
            ));
            // Tokens are no passwords for the first one.
            conf = conf.replacen(
                "driver = static\n  args = password",
                "driver = static\n  mechanisms = plain\n  args = password",
                1,
            );
        }
        fs::write(dovecot.folder.path().join("dovecot.conf"), conf).expect("a configuration");
        dovecot.go_on();
        dovecot
    }

    fn configuration(&self) -> String {
        let (at, User { name, group, .. }, port) = (self.folder.path().display(), &self.user, self.port);
        format!(
            "base_dir = {at}/base\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             ssl = no\ndisable_plaintext_auth = no\ndefault_internal_user = {name}\ndefault_internal_group = {group}\n\
             default_login_user = {name}\nmail_location = maildir:{at}/mail/%u\nmail_privileged_group =\n\
             first_valid_uid = 1\nmail_max_userip_connections = 100\nauth_failure_delay = 0\n\
             passdb {{\n  driver = static\n  args = password={MAIL_PASSWORD}\n}}\n\
             userdb {{\n  driver = static\n  args = uid={name} gid={group} home={at}/mail/%u\n}}\n\
             service imap-login {{\n  chroot =\n  inet_listener imap {{\n    address = 127.0.0.1\n    port = {port}\n  }}\n  \
             inet_listener imaps {{\n    port = 0\n  }}\n}}\nservice anvil {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\n"
        )
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Stops it; its mails stay, and mail may be delivered meanwhile.
    pub fn stop(&mut self) {
        let Some(mut master) = self.master.take() else { return };
        let _ = Command::new("kill").arg(master.id().to_string()).status();
        let _ = master.wait();
    }

    /// Starts it again.
    pub fn go_on(&mut self) {
        let conf = self.folder.path().join("dovecot.conf");
        let dovecot = program().expect("it was there");
        let mut command = match &self.user.ids {
            Some(_) => {
                let mut command = Command::new("setpriv");
                let (name, group) = (&self.user.name, &self.user.group);
                command.args([format!("--reuid={name}"), format!("--regid={group}"), "--clear-groups".into()]);
                command.arg(dovecot);
                command
            }
            None => Command::new(dovecot),
        };
        let command = command.arg("-F").arg("-c").arg(conf).stdin(Stdio::null()).stdout(Stdio::null());
        self.master = Some(command.stderr(Stdio::null()).spawn().expect("Dovecot starts"));
        let began = Instant::now();
        while !self.is_ready() {
            assert!(began.elapsed() < Duration::from_secs(20), "Dovecot does not answer: {}", self.log());
            sleep(Duration::from_millis(20));
        }
    }

    fn is_ready(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let mut heard = [0; 512];
        let n = stream.read(&mut heard).unwrap_or(0);
        String::from_utf8_lossy(&heard[..n]).contains("ready")
    }

    /// What it wrote down.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Where another server may deliver to a user.
    pub fn maildir(&self, user: &str) -> PathBuf {
        let home = self.folder.path().join("mail").join(user);
        for name in ["", "tmp", "cur", "new"] {
            let path = home.join(name);
            if !path.is_dir() {
                fs::create_dir_all(&path).expect("a folder");
                self.user.gets(&path);
            }
        }
        home
    }

    /// Delivers a mail to a user, as received now.
    pub fn deliver(&self, user: &str, mail: impl AsRef<[u8]>) {
        self.deliver_at(user, mail, SystemTime::now());
    }

    /// Delivers a mail that says it was received at another time.
    pub fn deliver_at(&self, user: &str, mail: impl AsRef<[u8]>, at: SystemTime) {
        let home = self.maildir(user);
        let n = self.delivered.fetch_add(1, SeqCst);
        // Its server takes them in the order of their names.
        let name = format!("1795000000.M{n:08}.test");
        let draft = home.join("tmp").join(&name);
        fs::write(&draft, mail).expect("a mail");
        self.user.gets(&draft);
        File::open(&draft).and_then(|file| file.set_modified(at)).expect("a time");
        fs::rename(&draft, home.join("new").join(&name)).expect("a delivery");
    }

    /// Has the server forget its numbers and number all mails of a user anew: another UIDVALIDITY.
    pub fn renumber(&mut self, user: &str) {
        self.stop();
        let home = self.maildir(user);
        let list = home.join("dovecot-uidlist");
        let text = fs::read_to_string(&list).expect("mails were numbered");
        let validity = text.split_whitespace().find_map(|word| word.strip_prefix('V')?.parse::<u32>().ok());
        for entry in fs::read_dir(&home).expect("a folder").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                fs::remove_file(entry.path()).expect("removed");
            }
        }
        let next = validity.expect("a UIDVALIDITY") + 1;
        fs::write(&list, format!("3 V{next} N1 G{next:032x}\n")).expect("a list of numbers");
        self.user.gets(&list);
        self.go_on();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

fn program() -> Option<PathBuf> {
    ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"].into_iter().map(PathBuf::from).find(|path| path.is_file())
}
