//! Mail that comes in by IMAP from a real Dovecot: a mailbox that is full already, then single mails, as whoever has the inbox
//! open sees them.
use crate::company::{Dice, sentence};
use crate::measure::Server;
use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Dovecot, MAIL_PASSWORD};
use tokio::time::{sleep, timeout};

/// Mails that come in one by one, and what is waited for each at most.
const SINGLE: usize = 120;
const PATIENCE: Duration = Duration::from_secs(60);
/// A full mailbox that does not come in within this is broken.
const LONGEST: Duration = Duration::from_secs(3 * 3_600);

pub struct Intake {
    pub mails_per_sec: f64,
    pub peak_mb: f64,
    /// From the delivery until the live stream tells of it and the list shows it.
    pub shown_p95_ms: f64,
    pub shown_median_ms: f64,
}

/// Two of three begin a conversation, one answers its sender's earlier mail; half carry HTML beside their text.
fn mail(n: u64) -> String {
    let mut dice = Dice(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let answered = (n % 3 == 2).then(|| n.saturating_sub(2 + 3 * dice.below(60)) / 3 * 3);
    let who = answered.unwrap_or(n).wrapping_mul(2_654_435_761) % 20_000;
    let parents = answered.map(|n| format!("In-Reply-To: <i{n}@bench.example>\n")).unwrap_or_default();
    let said: Vec<String> = (0..6).map(|_| sentence(&mut dice)).collect();
    let head = format!(
        "Received: from mx.bench.example by mail.moa.example; Mon, 02 Nov 2026 09:00:00 +0000\n\
         From: =?UTF-8?B?7IaQ64uY?= <p{who}@bench.example>\nTo: Help <help@moa.example>\nSubject: =?UTF-8?Q?{n}_=ED=95=84?=\n\
         Date: Mon, 02 Nov 2026 {:02}:{:02}:{:02} +0900\nMessage-ID: <i{n}@bench.example>\n{parents}MIME-Version: 1.0\n",
        n / 3600 % 24,
        n / 60 % 60,
        n % 60
    );
    let text = format!(
        "{}\n\n2026년 11월 1일 (일) 오후 3:04, 도움 <help@moa.example>님이 작성:\n> {}\n",
        said[..3].join("\n\n"),
        said[3..].join("\n> ")
    );
    if n.is_multiple_of(2) {
        return format!("{head}Content-Type: text/plain; charset=utf-8\n\n{text}");
    }
    let html: String =
        said.iter().map(|said| format!("<p style=\"margin:0 0 1em\"><span>{said}</span></p>\n")).collect();
    format!(
        "{head}Content-Type: multipart/alternative; boundary=\"=_b{n}\"\n\n--=_b{n}\nContent-Type: text/plain; charset=utf-8\n\n\
         {text}\n--=_b{n}\nContent-Type: text/html; charset=utf-8\n\n<html><head><style>p {{ color: #222 }}</style></head><body>\n{html}\
         </body></html>\n--=_b{n}--\n"
    )
}

/// Brings in a mailbox with so many mails, then single ones.
pub async fn measure(server: &Server, token: &str, mails: u64) -> Result<Intake> {
    let dovecot = Dovecot::start();
    (0..mails).for_each(|n| dovecot.deliver("help", mail(n)));
    let settings = json!({"name": "bench", "address": "help@moa.example", "username": "help", "secret": MAIL_PASSWORD,
        "months": 1, "imap_host": "127.0.0.1", "imap_port": dovecot.port(), "imap_tls": "none"});
    let began = Instant::now();
    let made = server.post(token, "/api/mailboxes", &settings).await?;
    until_read(server, token, &made["id"], mails).await?;
    let mails_per_sec = mails as f64 / began.elapsed().as_secs_f64();
    let peak_mb = server.peak_mb()?;
    server.rest().await?;
    let mut took = Vec::with_capacity(SINGLE);
    for n in 0..SINGLE {
        took.push(show_one(server, token, &dovecot, n).await?);
    }
    took.sort_by(f64::total_cmp);
    Ok(Intake { mails_per_sec, peak_mb, shown_p95_ms: took[SINGLE * 95 / 100], shown_median_ms: took[SINGLE / 2] })
}

async fn until_read(server: &Server, token: &str, mailbox: &Value, mails: u64) -> Result<()> {
    let began = Instant::now();
    loop {
        let all = server.get(token, "/api/mailboxes").await?;
        let one = all["items"].as_array().into_iter().flatten().find(|one| one["id"] == *mailbox);
        let one = one.context("the mailbox is listed")?;
        let number = |name: &str| one[name].as_u64().unwrap_or_default();
        if number("copies") + number("unread") > 0 {
            bail!("every mail is a mail of its own: {one}");
        }
        if number("taken") == mails && number("waiting") == 0 {
            return Ok(());
        }
        if began.elapsed() > LONGEST {
            bail!("{mails} mails wanted: {one}");
        }
        sleep(Duration::from_millis(250)).await;
    }
}

/// Delivers a mail and waits until the live stream says that something came in and the inbox shows it on top. In milliseconds.
async fn show_one(server: &Server, token: &str, dovecot: &Dovecot, n: usize) -> Result<f64> {
    let subject = format!("single {n}");
    let now = std::process::Command::new("date").arg("-R").output()?;
    let now = String::from_utf8_lossy(&now.stdout).trim().to_owned();
    let mail = format!(
        "From: Kim <kim{n}@single.example>\nTo: help@moa.example\nSubject: {subject}\nDate: {now}\nMessage-ID: <s{n}@single.example>\n\n\
         {subject}\n"
    );
    let mut events = server.events(token).await?;
    // The stream says first that it lives.
    events.chunk().await?;
    let began = Instant::now();
    dovecot.deliver("help", mail);
    let shown = async {
        let mut heard = String::new();
        while let Some(chunk) = events.chunk().await? {
            heard.push_str(&String::from_utf8_lossy(&chunk));
            if !heard.contains("conversations.taken_in") {
                continue;
            }
            heard.clear();
            let list = server.get(token, "/api/conversations?view=all&sort=newest&limit=5").await?;
            if list["items"].as_array().into_iter().flatten().any(|one| one["subject"] == subject.as_str()) {
                return Ok(began.elapsed().as_secs_f64() * 1e3);
            }
        }
        bail!("the live stream ended")
    };
    timeout(PATIENCE, shown).await.context("a single mail never came")?
}
