//! Which mails of the morning are due: each of us and day once, whatever restarts in between. What a day missed is made up
//! for on the same day, and days that are over are not.
use super::settings;
use crate::store::digest as rows;
use ::store::Tx;
use base::{Actor, Day, DigestPassageId, EntryId, Error, Result, Scope as TokenScope, Time, Zone};
use staff::StaffMember;

/// So long a mail is its taker's. Whoever dies meanwhile leaves it to the next one, who sends it under the same Message-ID.
const TAKEN_FOR: i64 = 10 * Time::MINUTE;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailOf {
    /// The words of the morning.
    Morning,
    /// What is new on the items that somebody owns.
    Week,
}

impl MailOf {
    pub fn as_str(self) -> &'static str {
        match self {
            MailOf::Morning => "morning",
            MailOf::Week => "week",
        }
    }
}

/// A mail that is due, and whoever took it may send.
#[derive(Clone, Debug)]
pub struct DueMail {
    pub member: StaffMember,
    /// The reader, with their own rights.
    pub actor: Actor,
    pub of: MailOf,
    pub day: Day,
    pub zone: Zone,
    /// The moment that counts as now.
    pub now: Time,
    next: Time,
}

/// How a mail ended.
#[derive(Clone, Debug, PartialEq)]
pub enum MailEnd {
    Sent,
    Refused(String),
    /// There was nothing to tell.
    Nothing,
    /// No mailbox of ours sends.
    NoMailbox,
    /// It is tried again while the day lasts.
    Later(String),
}

/// Whether `claim_mails` would find any; asks without being a writer.
pub async fn is_any_due(tx: &mut Tx, now: Time) -> Result<bool> {
    Ok(!rows::list_due(tx, now).await?.is_empty() || !rows::list_due_weeks(tx, now).await?.is_empty())
}

/// Takes the mails that are due at `now`.
pub async fn claim_mails(tx: &mut Tx, now: Time) -> Result<Vec<DueMail>> {
    let due: Vec<_> = rows::list_due(tx, now).await?.into_iter().map(|row| (MailOf::Morning, row)).collect();
    let weeks = rows::list_due_weeks(tx, now).await?.into_iter().map(|row| (MailOf::Week, row));
    let due: Vec<_> = due.into_iter().chain(weeks).collect();
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let (members, house) = (staff::list_members(tx).await?, staff::get_settings(tx).await?.zone);
    let mut taken = Vec::new();
    for (of, row) in due {
        let wanted = settings::read(&row)?;
        let zone = wanted.zone(house.clone());
        let next = match of {
            MailOf::Morning => wanted.next_after(now, &zone),
            MailOf::Week => wanted.next_week_after(now, &zone),
        };
        let day = now.day_in(&zone);
        let member = members.iter().find(|one| one.id == row.staff_id && !one.removed);
        let (Some(member), None | Some("sending")) = (
            member,
            rows::find_mail(tx, row.staff_id, of.as_str(), number(day)).await?.as_ref().map(|(state, _)| &**state),
        ) else {
            set_next(tx, of, row.staff_id, next).await?;
            continue;
        };
        rows::put_mail(tx, member.id, (of.as_str(), number(day)), "sending", 1, None).await?;
        set_next(tx, of, member.id, next.min(now.plus(TAKEN_FOR))).await?;
        let actor = actor_of(member);
        taken.push(DueMail { member: member.clone(), actor, of, day, zone, now, next });
    }
    Ok(taken)
}

/// Writes down how a mail ended.
pub async fn settle_mail(tx: &mut Tx, mail: &DueMail, end: &MailEnd) -> Result<()> {
    let (state, answer) = match end {
        MailEnd::Sent => ("sent", None),
        MailEnd::Refused(answer) => ("refused", Some(answer.as_str())),
        MailEnd::Nothing => ("nothing", None),
        MailEnd::NoMailbox => ("no_mailbox", None),
        MailEnd::Later(answer) => ("sending", Some(answer.as_str())),
    };
    let place = (mail.of.as_str(), number(mail.day));
    rows::put_mail(tx, mail.member.id, place, state, 0, answer).await?;
    match end {
        MailEnd::Later(_) => Ok(()),
        _ => set_next(tx, mail.of, mail.member.id, mail.next).await,
    }
}

/// Somebody as they act by mail: with the rights of their role.
pub fn actor_of(member: &StaffMember) -> Actor {
    Actor {
        staff: Some(member.id),
        name: member.name.clone(),
        role: member.role,
        scopes: vec![TokenScope::All],
        ui: member.ui,
        ..Actor::system()
    }
}

/// Notes that words of somebody's page were answered from there.
pub async fn note_answered(tx: &mut Tx, id: DigestPassageId, entry: EntryId) -> Result<()> {
    let (entry, _) = conversations::get_entry(tx, &conversations::Scope::default(), entry).await?;
    rows::find_passage(tx, id).await?.ok_or(Error::NotFound("passage"))?;
    rows::set_answered(tx, id, Some(entry.ord)).await
}

async fn set_next(tx: &mut Tx, of: MailOf, staff: base::StaffId, next: Time) -> Result<()> {
    match of {
        MailOf::Morning => rows::set_next(tx, staff, next).await,
        MailOf::Week => rows::set_next_week(tx, staff, next).await,
    }
}

fn number(day: Day) -> i64 {
    i64::from(day.number())
}
