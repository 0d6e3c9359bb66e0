//! What our departments said to a customer lately, and whether they knew of each other.
use super::out::StaffCard;
use crate::access::Scope;
use crate::contacts::find_uncoordinated;
use crate::model::preview;
use crate::store::contacts::{self, SaidByUs};
use crate::store::conversations;
use base::{AccountId, ConversationId, Error, PersonId, StaffId, Time};
use httpkit::{AppState, Can, Json, Query, Read, Result, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use store::Tx;

/// Days that are looked at.
const DAYS: i64 = 90;
/// In this many days departments that do not know of each other are warned.
const WEEK: i64 = 7;
/// The newest messages that are looked at.
const MOST: i64 = 500;

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ContactsIn {
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    #[param(value_type = Option<String>)]
    person: Option<PersonId>,
}

/// What one department said in one conversation.
#[derive(Serialize, utoipa::ToSchema)]
pub struct ContactOut {
    conversation: ConversationId,
    subject: Option<String>,
    /// The newest of them.
    at: Time,
    by: Option<StaffCard>,
    /// Who said it, when it was nobody of ours by name.
    name: Option<String>,
    /// The first words of the newest message.
    words: String,
    messages: i64,
}

/// What one department said: a team of staff, or somebody who is in none.
#[derive(Serialize, utoipa::ToSchema)]
pub struct DepartmentOut {
    /// Null for those of whom no team is known.
    name: Option<String>,
    /// Newest first, one for each conversation.
    contacts: Vec<ContactOut>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct ContactsOut {
    days: i64,
    /// Who spoke last comes first.
    departments: Vec<DepartmentOut>,
    /// Departments that wrote within a week in conversations that the others did not take part in; fewer than two are none.
    uncoordinated: Vec<String>,
}

/// Show what each department of ours said to an account or a person within ninety days.
#[utoipa::path(get, path = "/api/contacts", tag = "conversations", operation_id = "list_contacts", params(ContactsIn),
    responses((status = 200, body = ContactsOut)))]
pub async fn list_contacts(
    can: Can<Read>,
    State(app): State<AppState>,
    Query(query): Query<ContactsIn>,
) -> Result<Json<ContactsOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let since = tx.now().plus(-DAYS * Time::DAY);
    let said = match (query.account, query.person) {
        (Some(id), None) => {
            let ords = conversations::list_account_ords(&mut tx, id).await?;
            contacts::list_of_accounts(&mut tx, &ords, &scope.hidden, since, MOST).await?
        }
        (None, Some(id)) => {
            let ords = conversations::list_person_ords(&mut tx, id).await?;
            contacts::list_of_persons(&mut tx, &ords, &scope.hidden, since, MOST).await?
        }
        _ => return Err(Error::invalid("account", "error-contacts-of-whom").into()),
    };
    Ok(Json(contacts_out(&mut tx, said, DAYS).await?))
}

/// What each of our departments said to an account since a moment, at most ninety days ago, as an actor may see it.
pub async fn list_contacts_since(
    tx: &mut Tx,
    scope: &Scope,
    account: AccountId,
    since: Time,
) -> base::Result<ContactsOut> {
    let ords = conversations::list_account_ords(tx, account).await?;
    let said = contacts::list_of_accounts(tx, &ords, &scope.hidden, since, MOST).await?;
    let days = tx.now().since(since) / Time::DAY;
    contacts_out(tx, said, days).await
}

async fn contacts_out(tx: &mut Tx, said: Vec<SaidByUs>, days: i64) -> base::Result<ContactsOut> {
    let mut team_of: HashMap<StaffId, String> = HashMap::new();
    let mut names: HashMap<StaffId, String> = HashMap::new();
    for member in staff::list_members(tx).await? {
        team_of.extend(member.teams.into_iter().min().map(|team| (member.id, team)));
        names.insert(member.id, member.name);
    }
    let ords: Vec<i64> = said.iter().map(|one| one.conversation_ord).collect();
    let heads = conversations::list_by_ord(tx, &ords).await?;
    let heads: HashMap<i64, _> = heads.into_iter().map(|head| (head.ord, (head.id, head.subject))).collect();
    let department = |one: &SaidByUs| {
        let by = one.staff_id?;
        team_of.get(&by).or_else(|| names.get(&by)).cloned()
    };
    let week = tx.now().plus(-WEEK * Time::DAY);
    let lately = said.iter().filter(|one| one.said_at >= week);
    let wrote: Vec<(String, i64)> = lately.filter_map(|one| Some((department(one)?, one.conversation_ord))).collect();
    let mut places: BTreeMap<(Option<String>, i64), usize> = BTreeMap::new();
    let mut departments: Vec<DepartmentOut> = Vec::new();
    for one in said {
        let Some((id, subject)) = heads.get(&one.conversation_ord).cloned() else { continue };
        let name = department(&one);
        let of = match departments.iter_mut().position(|department| department.name == name) {
            Some(place) => &mut departments[place],
            None => {
                departments.push(DepartmentOut { name: name.clone(), contacts: Vec::new() });
                departments.last_mut().ok_or(Error::NotFound("department"))?
            }
        };
        // The newest comes first: what is older only counts.
        if let Some(place) = places.get(&(name.clone(), one.conversation_ord)) {
            of.contacts[*place].messages += 1;
            continue;
        }
        places.insert((name, one.conversation_ord), of.contacts.len());
        of.contacts.push(ContactOut {
            conversation: id,
            subject,
            at: one.said_at,
            by: one.staff_id.and_then(|id| Some(StaffCard { id, name: names.get(&id)?.clone() })),
            name: one.author_name,
            words: preview(&one.text),
            messages: 1,
        });
    }
    Ok(ContactsOut { days, departments, uncoordinated: find_uncoordinated(&wrote) })
}
