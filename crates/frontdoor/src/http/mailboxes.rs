//! Mailboxes over HTTP: settings, a test that explains what failed, and how each fares.
use crate::Keys;
use crate::mailbox::{
    ArrivalState, Auth, Mailbox, MailboxIn, Post, Step, Tls, bring_in, put_mailbox, remove_mailbox, try_mailbox,
};
use crate::store::mailboxes::{self as rows, CountRow};
use axum::http::StatusCode;
use base::{DoorId, Error, Time, Ui};
use conversations::Scope;
use httpkit::{Answer, AppState, Can, Configure, Etag, Idem, IfMatch, Json, Path, Query, Reply, Result, State};
use serde::{Deserialize, Serialize};
use store::Tx;

/// A mailbox: where its mail comes from and goes out by, and how it fares. The secret is never shown.
#[derive(Serialize, utoipa::ToSchema)]
pub struct MailboxOut {
    /// The id of its door.
    pub id: DoorId,
    pub name: String,
    pub address: String,
    pub from_name: String,
    pub signature: String,
    pub imap_host: String,
    pub imap_port: u16,
    pub imap_tls: Tls,
    pub folder: String,
    pub smtp_host: String,
    pub smtp_port: u16,
    pub smtp_tls: Tls,
    pub username: String,
    pub auth: Auth,
    /// The name under which its server writes Authentication-Results; without it none counts.
    pub auth_server: Option<String>,
    /// Who is asked for the keys of domains, so that their signatures are checked here; nobody when there is none.
    pub resolver: Option<String>,
    /// It is read unless somebody said that it rests; failures never change that.
    pub active: bool,
    /// Everything its server received since then is brought in.
    pub since_at: Time,
    /// When its server last let us in.
    pub seen_at: Option<Time>,
    pub failing_since: Option<Time>,
    /// Tries that failed in a row.
    pub failures: i64,
    /// Why the last one failed, and what to do.
    pub fault: Option<String>,
    /// Why what its server gives cannot be kept here now; it waits there, and comes in by itself afterwards.
    pub trouble: Option<String>,
    /// When everything was last compared with the server.
    pub reconciled_at: Option<Time>,
    /// Mails that are here and wait to be read.
    pub waiting: i64,
    pub taken: i64,
    /// Mails that are a copy of one that is here.
    pub copies: i64,
    /// Mails that could not be read; each is a conversation with its raw file.
    pub unread: i64,
    /// Mails that the server did not give; they are asked for again every day.
    pub withheld: i64,
    /// When the newest mail came.
    pub newest_at: Option<Time>,
    pub rev: i64,
}

impl MailboxOut {
    fn of(m: Mailbox, counts: &[CountRow], post: &Post, ui: Ui) -> MailboxOut {
        let own = || counts.iter().filter(|count| count.door_ord == m.door_ord);
        let count = |state| own().filter(|count| count.state == state).map(|count| count.mails).sum();
        MailboxOut {
            id: m.door_id,
            trouble: post.trouble().filter(|_| m.is_active).map(|why| why.tell(ui)),
            fault: m.fault.as_ref().map(|fault| fault.tell(ui)),
            waiting: count(ArrivalState::Stored),
            taken: count(ArrivalState::Taken),
            copies: count(ArrivalState::Copy),
            unread: count(ArrivalState::Unread),
            withheld: count(ArrivalState::Withheld),
            newest_at: own().filter_map(|count| count.newest).max(),
            name: m.name,
            address: m.address,
            from_name: m.from_name,
            signature: m.signature,
            imap_host: m.imap_host,
            imap_port: m.imap_port,
            imap_tls: m.imap_tls,
            folder: m.folder,
            smtp_host: m.smtp_host,
            smtp_port: m.smtp_port,
            smtp_tls: m.smtp_tls,
            username: m.username,
            auth: m.auth,
            auth_server: m.auth_server,
            resolver: m.resolver,
            active: m.is_active,
            since_at: m.since_at,
            seen_at: m.seen_at,
            failing_since: m.failing_since,
            failures: m.failures,
            reconciled_at: m.reconciled_at,
            rev: m.rev,
        }
    }
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct MailboxesOut {
    pub items: Vec<MailboxOut>,
}

async fn get(tx: &mut Tx, id: DoorId) -> base::Result<Mailbox> {
    rows::find_by_id(tx, id).await?.ok_or(Error::NotFound("mailbox"))
}

async fn shown(tx: &mut Tx, mailbox: Mailbox, post: &Post, ui: Ui) -> base::Result<MailboxOut> {
    let counts = rows::count_arrivals(tx).await?;
    Ok(MailboxOut::of(mailbox, &counts, post, ui))
}

/// List the mailboxes and how they fare.
#[utoipa::path(get, path = "/api/mailboxes", tag = "frontdoor", operation_id = "list_mailboxes",
    responses((status = 200, body = MailboxesOut)))]
pub async fn list_mailboxes(can: Can<Configure>, State(app): State<AppState>) -> Result<Json<MailboxesOut>> {
    let mut tx = app.db.read().await?;
    let counts = rows::count_arrivals(&mut tx).await?;
    let (all, post) = (rows::list(&mut tx).await?, app.get::<Post>());
    Ok(Json(MailboxesOut { items: all.into_iter().map(|one| MailboxOut::of(one, &counts, &post, can.ui)).collect() }))
}

/// Add a mailbox. Its mail begins to come in at once.
#[utoipa::path(post, path = "/api/mailboxes", tag = "frontdoor", operation_id = "add_mailbox", request_body = MailboxIn,
    responses((status = 201, body = MailboxOut), (status = 409, body = httpkit::Problem), (status = 422, body = httpkit::Problem)))]
pub async fn add_mailbox(can: Can<Configure>, State(app): State<AppState>, input: Idem<MailboxIn>) -> Result<Reply> {
    let mut tx = app.db.write().await?;
    if let Some(reply) = input.replay(&mut tx).await? {
        return Ok(reply);
    }
    let keys = app.get::<Keys>();
    let mailbox = put_mailbox(&mut tx, &keys, can.actor(), None, input.body.clone()).await?;
    let out = shown(&mut tx, mailbox, &app.get::<Post>(), can.ui).await?;
    let reply = input.finish(tx, StatusCode::CREATED, &out).await?;
    app.get::<Post>().look_again();
    Ok(reply)
}

/// Change a mailbox, let it rest or go on. What is not said stays; so does its secret.
#[utoipa::path(patch, path = "/api/mailboxes/{id}", tag = "frontdoor", operation_id = "change_mailbox",
    params(("id" = DoorId, Path), ("If-Match" = String, Header, description = "The version you read")),
    request_body = MailboxIn,
    responses((status = 200, body = MailboxOut), (status = 404, body = httpkit::Problem), (status = 412, body = httpkit::Problem)))]
pub async fn change_mailbox(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
    version: IfMatch,
    Json(input): Json<MailboxIn>,
) -> Result<Etag<MailboxOut>> {
    let mut tx = app.db.write().await?;
    let mailbox = get(&mut tx, id).await?;
    version.check(mailbox.rev)?;
    let mailbox = put_mailbox(&mut tx, &app.get::<Keys>(), can.actor(), Some(mailbox), input).await?;
    let out = shown(&mut tx, mailbox, &app.get::<Post>(), can.ui).await?;
    tx.commit().await?;
    app.get::<Post>().look_again();
    Ok(Etag(out.rev, out))
}

/// Remove a mailbox: its mail comes in no longer, and its secret is forgotten. What came in stays.
#[utoipa::path(delete, path = "/api/mailboxes/{id}", tag = "frontdoor", operation_id = "remove_mailbox",
    params(("id" = DoorId, Path)), responses((status = 204), (status = 404, body = httpkit::Problem)))]
pub async fn delete_mailbox(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
) -> Result<StatusCode> {
    let mut tx = app.db.write().await?;
    let mailbox = get(&mut tx, id).await?;
    remove_mailbox(&mut tx, can.actor(), &mailbox).await?;
    tx.commit().await?;
    app.get::<Post>().look_again();
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TrialQuery {
    /// A mailbox that is there: what is not said is as it has it, its secret too while the server stays the same.
    pub mailbox: Option<DoorId>,
}

/// How far a test came.
#[derive(Serialize, utoipa::ToSchema)]
pub struct TrialOut {
    /// Steps that went well, in their order.
    pub passed: Vec<Step>,
    /// The step that failed; none when all went well.
    pub failed: Option<Step>,
    /// Why, and what to do.
    pub fault: Option<String>,
    /// Mails in the folder.
    pub mails: Option<u32>,
    /// Whether the server tells of new mail by itself; otherwise it is asked every half minute.
    pub tells: Option<bool>,
}

/// Test settings without keeping them.
#[utoipa::path(post, path = "/api/mailboxes/test", tag = "frontdoor", operation_id = "test_mailbox", params(TrialQuery),
    request_body = MailboxIn, responses((status = 200, body = TrialOut), (status = 422, body = httpkit::Problem)))]
pub async fn test_mailbox(
    can: Can<Configure>,
    State(app): State<AppState>,
    Query(query): Query<TrialQuery>,
    Json(input): Json<MailboxIn>,
) -> Result<Json<TrialOut>> {
    let known = match query.mailbox {
        Some(id) => Some(get(&mut app.db.read().await?, id).await?),
        None => None,
    };
    let trial = try_mailbox(&app.get::<Post>(), known, input).await?;
    Ok(Json(TrialOut {
        passed: trial.passed,
        failed: trial.failed.as_ref().map(|(step, _)| *step),
        fault: trial.failed.map(|(_, why)| why.tell(can.ui)),
        mails: trial.found.map(|(mails, _)| mails),
        tells: trial.found.map(|(_, tells)| tells),
    }))
}

#[derive(Deserialize, utoipa::ToSchema)]
pub struct BringInIn {
    pub months: i64,
}

/// Bring in what the server received in the last months as well. What is here already stays as it is.
#[utoipa::path(post, path = "/api/mailboxes/{id}/bring-in", tag = "frontdoor", operation_id = "bring_in_mail",
    params(("id" = DoorId, Path)), request_body = BringInIn,
    responses((status = 200, body = MailboxOut), (status = 404, body = httpkit::Problem)))]
pub async fn bring_in_mail(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<DoorId>,
    Json(input): Json<BringInIn>,
) -> Result<Json<MailboxOut>> {
    let mut tx = app.db.write().await?;
    let mailbox = get(&mut tx, id).await?;
    let mailbox = bring_in(&mut tx, can.actor(), mailbox, input.months).await?;
    let out = shown(&mut tx, mailbox, &app.get::<Post>(), can.ui).await?;
    tx.commit().await?;
    app.get::<Post>().look_again();
    Ok(Json(out))
}

/// An address by which you bring in your own mail.
#[derive(Serialize, utoipa::ToSchema)]
pub struct PersonalAddress {
    /// The door it leads to.
    pub name: String,
    pub address: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct PersonalOut {
    pub items: Vec<PersonalAddress>,
}

/// List the addresses that are yours alone, by which your own mail comes in.
#[utoipa::path(get, path = "/api/mailboxes/personal", tag = "frontdoor", operation_id = "list_personal_addresses",
    responses((status = 200, body = PersonalOut)))]
pub async fn list_personal(can: Can<Answer>, State(app): State<AppState>) -> Result<Json<PersonalOut>> {
    let mut tx = app.db.read().await?;
    let (scope, keys) = (Scope::of(&mut tx, can.actor()).await?, app.get::<Keys>());
    let mut all = rows::list(&mut tx).await?;
    all.retain(|mailbox| mailbox.is_active && scope.sees(mailbox.door_ord));
    let own = |mailbox: Mailbox| {
        let address = keys.personal_address(&mailbox.address, can.staff?, mailbox.door_id)?;
        Some(PersonalAddress { name: mailbox.name, address })
    };
    Ok(Json(PersonalOut { items: all.into_iter().filter_map(own).collect() }))
}
