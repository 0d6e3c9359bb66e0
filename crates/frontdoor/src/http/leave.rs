//! The form for customers who leave, as we keep it: whether it is there, by which door it comes in, and the reasons it offers.
use super::outgoing::find_door;
use crate::outside::{load_house, mails_proofs};
use crate::store::leaving::{self as rows, FormRow};
use ::store::Tx;
use base::{DoorId, Error, TagId, Ui};
use conversations::{Scope, Visibility};
use httpkit::{AppState, Can, Configure, Etag, IfMatch, Json, Read, Result, State, say};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;

const MOST_REASONS: usize = 20;

/// The form for customers who leave.
#[derive(Serialize, utoipa::ToSchema)]
pub struct LeaveFormOut {
    pub is_on: bool,
    /// By which door comes in what they say.
    pub door: Option<DoorId>,
    /// The reasons it offers, in the order they are shown: tags, in the words of their labels.
    pub reasons: Vec<TagId>,
    /// Whether a mailbox sends, so that an address can be asked for and proved.
    pub mails: bool,
    /// The whole addresses of the form.
    pub pages: super::outside::Pages,
    pub rev: i64,
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct LeaveFormIn {
    pub is_on: bool,
    /// None: a door of its own, made when it is switched on for the first time.
    pub door: Option<DoorId>,
    pub reasons: Vec<TagId>,
}

async fn out(tx: &mut Tx, app: &AppState, scope: &Scope) -> base::Result<Etag<LeaveFormOut>> {
    let row = rows::find_form(tx).await?.unwrap_or_default();
    let house = load_house(tx, &app.public_url).await?;
    let door = conversations::list_doors(tx).await?.into_iter().find(|door| Some(door.ord) == row.door_ord);
    let page = |ui: Ui| house.link(&format!("/{ui}/leave"));
    let out = LeaveFormOut {
        is_on: row.is_on,
        door: door.filter(|door| scope.sees(door.ord)).map(|door| door.id),
        reasons: rows::list_reasons(tx).await?,
        mails: mails_proofs(tx, &house, row.door_ord).await?,
        pages: super::outside::Pages { ko: page(Ui::Ko), en: page(Ui::En) },
        rev: row.rev,
    };
    Ok(Etag(out.rev, out))
}

/// Read how the form for customers who leave is, and whether it is there at all.
#[utoipa::path(get, path = "/api/leave_form", tag = "frontdoor", operation_id = "get_leave_form",
    responses((status = 200, body = LeaveFormOut)))]
pub async fn get_leave_form(can: Can<Read>, State(app): State<AppState>) -> Result<Etag<LeaveFormOut>> {
    let mut tx = app.db.read().await?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    Ok(out(&mut tx, &app, &scope).await?)
}

/// Say how the form for customers who leave is. It is not there unless switched on.
#[utoipa::path(put, path = "/api/leave_form", tag = "frontdoor", operation_id = "put_leave_form",
    request_body = LeaveFormIn, params(("If-Match" = String, Header, description = "The version you read")),
    responses((status = 200, body = LeaveFormOut), (status = 412, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn put_leave_form(
    can: Can<Configure>,
    State(app): State<AppState>,
    version: IfMatch,
    Json(input): Json<LeaveFormIn>,
) -> Result<Etag<LeaveFormOut>> {
    let mut tx = app.db.write().await?;
    let old = rows::find_form(&mut tx).await?.unwrap_or_default();
    version.check(old.rev)?;
    let scope = Scope::of(&mut tx, can.actor()).await?;
    let reasons = check_reasons(&mut tx, &input.reasons).await?;
    let door_ord = match input.door {
        Some(id) => Some(find_door(&mut tx, &scope, id).await?.ord),
        // Whoever may not see the door leaves it as it is.
        None if old.door_ord.is_some_and(|door| !scope.sees(door)) => old.door_ord,
        None if input.is_on => Some(own_door(&mut tx, can.actor().ui).await?),
        None => None,
    };
    let row = FormRow { is_on: input.is_on, door_ord, rev: old.rev + 1 };
    rows::put_form(&mut tx, &row, &reasons, can.staff).await?;
    let detail = json!({"is_on": row.is_on, "reasons": reasons.len()});
    staff::note(&mut tx, can.actor(), "frontdoor.leave_form_changed", "leave_form", detail).await?;
    let out = out(&mut tx, &app, &scope).await?;
    tx.commit().await?;
    Ok(out)
}

/// Tags that can be put on what somebody says, each once.
async fn check_reasons(tx: &mut Tx, reasons: &[TagId]) -> base::Result<Vec<TagId>> {
    let catalogue = tagging::load_catalogue(tx).await?;
    let mut met = HashSet::new();
    let mut out = Vec::new();
    for id in reasons {
        let tag = catalogue.by_id(*id).filter(|tag| tag.state.can_be_applied());
        let tag = tag.ok_or(Error::invalid("reasons", "error-leave-reason"))?;
        if met.insert(tag.canon_ord) {
            out.push(tag.id);
        }
    }
    if out.len() > MOST_REASONS {
        let args = vec![("max", MOST_REASONS.to_string())];
        return Err(Error::Invalid { field: "reasons", key: "error-leave-reasons", args });
    }
    Ok(out)
}

/// The form's own door, named in the language of whoever switches it on.
async fn own_door(tx: &mut Tx, ui: Ui) -> base::Result<i64> {
    let name = say(ui, "outside-leave-door", &[]).unwrap_or_default();
    if let Some(door) = conversations::list_doors(tx).await?.into_iter().find(|door| door.name == name) {
        return Ok(door.ord);
    }
    Ok(conversations::open_door(tx, "form", &name, Visibility::Open, &[]).await?.ord)
}
