//! The test of a mailbox: each step towards its servers, and at the first that fails a sentence that says what to do.
use crate::mailbox::actions::{MailboxIn, draft};
use crate::mailbox::dns::{ask_texts, read_resolver};
use crate::mailbox::{Mailbox, Post, imap};
use crate::model::{Reason, words};
use crate::outgoing::Line;
use base::{Error, Result};

words!(
    /// A step towards the servers of a mailbox: those of coming in, those of going out, and the resolver.
    Step {
        Connect = "connect", SignIn = "sign_in", Folder = "folder",
        SmtpConnect = "smtp_connect", SmtpSignIn = "smtp_sign_in", Sender = "sender", Resolver = "resolver",
    }
);

/// How far it came: the steps that were taken, what the folder holds, or why the next step failed.
pub struct Trial {
    pub passed: Vec<Step>,
    pub failed: Option<(Step, Reason)>,
    /// Mails in the folder, and whether the server tells of new ones by itself.
    pub found: Option<(u32, bool)>,
}

/// Tries settings, those of a mailbox with what is said otherwise, without keeping anything. No mail is sent.
pub async fn try_mailbox(post: &Post, known: Option<Mailbox>, input: MailboxIn) -> Result<Trial> {
    let (mailbox, secret) = draft(known.clone(), input)?;
    // A secret that is kept is shown only to the servers it was given for, and not in the clear where it was protected.
    let places =
        |m: &Mailbox| (m.imap_host.clone(), m.imap_port, m.imap_tls, m.smtp_host.clone(), m.smtp_port, m.smtp_tls);
    let is_same = known.is_some_and(|known| places(&known) == places(&mailbox));
    let secret = match secret {
        Some(secret) => secret,
        None if is_same => mailbox.secret(&post.keys)?,
        None => return Err(Error::invalid("secret", "error-mailbox-secret")),
    };
    let mut trial = Trial { passed: Vec::new(), failed: None, found: None };
    let failed = steps(post, &mailbox, secret, &mut trial).await.err();
    trial.failed = failed;
    Ok(trial)
}

type Tried = std::result::Result<(), (Step, Reason)>;

async fn steps(post: &Post, mailbox: &Mailbox, secret: String, trial: &mut Trial) -> Tried {
    let at = |step: Step| move |why: Reason| (step, why);
    let hall = imap::connect(&mailbox.imap_reach(), &post.fetcher).await.map_err(at(Step::Connect))?;
    trial.passed.push(Step::Connect);
    let login = post.login_with(mailbox, secret.clone()).await.map_err(at(Step::SignIn))?;
    let known = hall.sign_in(&login).await.map_err(at(Step::SignIn))?;
    trial.passed.push(Step::SignIn);
    let inbox = known.open_folder(&mailbox.folder).await.map_err(at(Step::Folder))?;
    trial.passed.push(Step::Folder);
    trial.found = Some((inbox.mails, inbox.tells()));
    inbox.leave().await;
    // A mailbox that only listens has no server to send by.
    if !mailbox.smtp_host.is_empty() {
        let mut line = Line::connect(&post.fetcher, mailbox).await.map_err(at(Step::SmtpConnect))?;
        trial.passed.push(Step::SmtpConnect);
        line.sign_in(&post.fetcher, mailbox, &secret).await.map_err(at(Step::SmtpSignIn))?;
        trial.passed.push(Step::SmtpSignIn);
        line.would_send(&mailbox.address, &mailbox.address).await.map_err(at(Step::Sender))?;
        trial.passed.push(Step::Sender);
        line.close().await;
    }
    if let Some(resolver) = mailbox.resolver.as_deref().and_then(read_resolver) {
        let domain = mailbox.address.rsplit_once('@').map_or("example", |(_, domain)| domain);
        ask_texts(&post.fetcher, &resolver, domain).await.map_err(at(Step::Resolver))?;
        trial.passed.push(Step::Resolver);
    }
    Ok(())
}
