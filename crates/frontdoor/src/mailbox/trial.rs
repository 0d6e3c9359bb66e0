//! The test of a mailbox: each step towards its server, and at the first that fails a sentence that says what to do.
use crate::mailbox::actions::{MailboxIn, draft};
use crate::mailbox::{Mailbox, Post, imap};
use crate::model::{Reason, words};
use base::{Error, Result};

words!(
    /// A step towards a mail server.
    Step { Connect = "connect", SignIn = "sign_in", Folder = "folder" }
);

/// How far it came: the steps that were taken, what the folder holds, or why the next step failed.
pub struct Trial {
    pub passed: Vec<Step>,
    pub failed: Option<(Step, Reason)>,
    /// Mails in the folder, and whether the server tells of new ones by itself.
    pub found: Option<(u32, bool)>,
}

/// Tries settings, those of a mailbox with what is said otherwise, without keeping anything.
pub async fn try_mailbox(post: &Post, known: Option<Mailbox>, input: MailboxIn) -> Result<Trial> {
    let (mailbox, secret) = draft(known.clone(), input)?;
    // A secret that is kept is shown only to the server it was given for.
    let is_same =
        known.is_some_and(|known| known.imap_host == mailbox.imap_host && known.imap_port == mailbox.imap_port);
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

async fn steps(
    post: &Post,
    mailbox: &Mailbox,
    secret: String,
    trial: &mut Trial,
) -> std::result::Result<(), (Step, Reason)> {
    let at = |step: Step| move |why: Reason| (step, why);
    let hall = imap::connect(&mailbox.imap_reach(), &post.fetcher).await.map_err(at(Step::Connect))?;
    trial.passed.push(Step::Connect);
    let login = post.login_with(mailbox, secret).await.map_err(at(Step::SignIn))?;
    let known = hall.sign_in(&login).await.map_err(at(Step::SignIn))?;
    trial.passed.push(Step::SignIn);
    let inbox = known.open_folder(&mailbox.folder).await.map_err(at(Step::Folder))?;
    trial.passed.push(Step::Folder);
    trial.found = Some((inbox.mails, inbox.tells()));
    inbox.leave().await;
    Ok(())
}
