//! Erasing and exporting a person over HTTP.
use crate::rights::{Erased, Form, PersonExport, erase_person};
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base::{Error, PersonId};
use conversations::Scope;
use futures::stream;
use httpkit::{AppState, Can, Configure, Export, Json, Path, Result, State};
use serde_json::json;
use utoipa_axum::{router::OpenApiRouter, routes};

pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(erase_one))
        .routes(routes!(export_person_json))
        .routes(routes!(export_person_mbox))
}

/// Erase a person: everything they said and are known by, from every room. It cannot be taken back; counts do not move.
#[utoipa::path(post, path = "/api/persons/{id}/erase", tag = "frontdoor", operation_id = "erase_person",
    params(("id" = PersonId, Path)),
    responses((status = 200, body = Erased), (status = 404, body = httpkit::Problem)))]
pub async fn erase_one(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
) -> Result<Json<Erased>> {
    // It comes to its end when whoever asked for it leaves the page, which ends the request.
    let (db, actor) = (app.db.clone(), can.actor().clone());
    let erasing = tokio::spawn(async move { erase_person(&db, &actor, id).await });
    Ok(Json(erasing.await.map_err(Error::store)??))
}

/// Everything we hold of a person that you may see, as JSON.
#[utoipa::path(get, path = "/api/export/persons/{id}/person.json", tag = "frontdoor", operation_id = "export_person_json",
    params(("id" = PersonId, Path)),
    responses((status = 200, body = String, content_type = "application/json"), (status = 404, body = httpkit::Problem)))]
pub async fn export_person_json(
    can: Can<Export>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
) -> Result<Response> {
    export(&can, &app, id, Form::Json).await
}

/// The conversations of a person that you may see, as an mbox that mail programs open.
#[utoipa::path(get, path = "/api/export/persons/{id}/person.mbox", tag = "frontdoor", operation_id = "export_person_mbox",
    params(("id" = PersonId, Path)),
    responses((status = 200, body = String, content_type = "application/mbox"), (status = 404, body = httpkit::Problem)))]
pub async fn export_person_mbox(
    can: Can<Export>,
    State(app): State<AppState>,
    Path(id): Path<PersonId>,
) -> Result<Response> {
    export(&can, &app, id, Form::Mbox).await
}

async fn export(can: &Can<Export>, app: &AppState, id: PersonId, form: Form) -> Result<Response> {
    let scope = Scope::of(&mut app.db.read().await?, can.actor()).await?;
    let export = PersonExport::begin(app, scope, id, form).await?;
    let (kind, name) = match form {
        Form::Json => ("application/json", "attachment; filename=\"person.json\""),
        Form::Mbox => ("application/mbox", "attachment; filename=\"person.mbox\""),
    };
    let mut tx = app.db.write().await?;
    staff::note(&mut tx, can.actor(), "people.exported", &id.to_string(), json!({"as": kind})).await?;
    tx.commit().await?;
    let pages = stream::try_unfold(export, |mut export| async move {
        let page = export.next_page().await?;
        Ok::<_, Error>(page.map(|page| (Bytes::from(page), export)))
    });
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}
