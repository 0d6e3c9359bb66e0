//! What one of us is told by mail as well: bundled, seldom, only what they have not seen, and only of what they may see now.
use crate::access::Scope;
use crate::model::{Author, NotificationKind};
use crate::store::conversations;
use crate::store::entries;
use crate::store::notification_mails::{self as rows, NotificationMails};
use crate::store::presences;
use base::{Actor, ConversationId, EntryId, NotificationId, Result, StaffId, Time, Ui};
use staff::StaffMember;
use store::Tx;

/// Before this is over nobody gets a second mail.
const REST: i64 = 15 * Time::MINUTE;
/// Notifications in one mail; who has more has a list.
const MOST: i64 = 20;

/// A mail to one of us.
#[derive(Clone, Debug)]
pub struct NotificationMail {
    pub staff: StaffId,
    pub email: String,
    pub ui: Ui,
    /// Doors they do not see.
    pub scope: Scope,
    /// Never empty, oldest first.
    pub items: Vec<NotificationLine>,
    /// Told with it.
    pub until: Time,
}

/// One notification, without a word of what was written.
#[derive(Clone, Debug)]
pub struct NotificationLine {
    pub id: NotificationId,
    pub kind: NotificationKind,
    /// Who did it: one of us, or the customer.
    pub who: Option<String>,
    pub subject: Option<String>,
    pub conversation: ConversationId,
    pub entry: Option<EntryId>,
}

/// Takes the mails that are due: of notifications that nobody looked at for `waited`. Each is its taker's for a quarter of an hour.
pub async fn take_notification_mails(tx: &mut Tx, waited: i64) -> Result<Vec<NotificationMail>> {
    let (now, mut taken) = (tx.now(), Vec::new());
    let due = rows::list_due(tx, now.plus(-waited)).await?;
    if due.is_empty() {
        return Ok(taken);
    }
    let members = staff::list_members(tx).await?;
    for (staff_id,) in due {
        if !rows::claim(tx, staff_id, now.plus(REST)).await? {
            continue;
        }
        let Some(wanted) = rows::find(tx, staff_id).await? else { continue };
        let member = members.iter().find(|one| one.id == staff_id && !one.removed);
        let mail = match member {
            Some(member) => collect(tx, member, &wanted, now.plus(-waited)).await?,
            None => None,
        };
        match mail {
            Some(mail) => taken.push(mail),
            // Seen on the screen, hidden by now, or about a machine: told all the same.
            None => rows::settle(tx, staff_id, now.plus(-waited)).await?,
        }
    }
    Ok(taken)
}

async fn collect(
    tx: &mut Tx,
    member: &StaffMember,
    wanted: &NotificationMails,
    until: Time,
) -> Result<Option<NotificationMail>> {
    let actor = Actor { staff: Some(member.id), role: member.role, ..Actor::system() };
    let scope = Scope::of(tx, &actor).await?;
    let mut items = Vec::new();
    for row in rows::list(tx, wanted, until, &scope.hidden, MOST).await? {
        let Some(head) = conversations::list_by_ord(tx, &[row.conversation_ord]).await?.pop() else { continue };
        let has_open = presences::list(tx, head.ord).await?.iter().any(|one| one.staff_id == member.id);
        // What a program wrote brings no mail about: that mail might be what the program answers next.
        let is_by_machine = row.by_staff.is_none() && head.last_said_by == Author::Machine;
        if has_open || is_by_machine {
            continue;
        }
        let names = staff::list_staff_names(tx, row.by_staff.into_iter().collect()).await?;
        let person = people::cards(tx, &Vec::from_iter(head.person_ord), &[], &[]).await?.person(head.person_ord);
        let entry = entries::list_by_ord(tx, &Vec::from_iter(row.entry_ord)).await?.pop();
        items.push(NotificationLine {
            id: row.id,
            kind: row.kind,
            who: row.by_staff.and_then(|id| names.get(&id).cloned()).or(person.map(|card| card.name)),
            subject: head.subject,
            conversation: head.id,
            entry: entry.map(|entry| entry.id),
        });
    }
    let mail = NotificationMail { staff: member.id, email: member.email.clone(), ui: member.ui, scope, items, until };
    Ok(Some(mail).filter(|mail| !mail.items.is_empty()))
}

/// Says that a mail went out, or can never: what it told is not told again.
pub async fn settle_notification_mail(tx: &mut Tx, mail: &NotificationMail) -> Result<()> {
    rows::settle(tx, mail.staff, mail.until).await
}
