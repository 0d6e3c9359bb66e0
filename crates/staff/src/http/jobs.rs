//! Background jobs: what waits, runs, or was given up.
use crate::actions;
use ::store::jobs;
use axum::http::StatusCode;
use base::{Error, JobId, Time};
use httpkit::{AppState, Can, Configure, Json, Path, Query, State};
use serde::{Deserialize, Serialize};

#[derive(Serialize, utoipa::ToSchema)]
pub struct JobOut {
    id: JobId,
    kind: String,
    /// pending, running or dead.
    state: String,
    attempts: i64,
    last_error: Option<String>,
    run_at: Time,
}

#[derive(Serialize, utoipa::ToSchema)]
pub struct JobList {
    items: Vec<JobOut>,
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobFilter {
    /// pending, running or dead (given up); dead unless said.
    #[serde(default)]
    state: Option<String>,
}

/// Background jobs, the newest 200 of a state.
#[utoipa::path(get, path = "/api/jobs", tag = "staff", params(JobFilter), responses((status = 200, body = JobList)))]
pub async fn list_jobs(
    _: Can<Configure>,
    State(app): State<AppState>,
    Query(filter): Query<JobFilter>,
) -> httpkit::Result<Json<JobList>> {
    let state = filter.state.as_deref().unwrap_or("dead");
    let state = state.parse().map_err(|_| Error::invalid("state", "error-job-state"))?;
    let rows = jobs::list_jobs(&mut app.db.read().await?, state, 200).await?;
    let items = rows.into_iter().map(|row| JobOut {
        id: row.id,
        kind: row.kind,
        state: row.state.to_string(),
        attempts: row.attempts,
        last_error: row.last_error,
        run_at: row.run_at,
    });
    Ok(Json(JobList { items: items.collect() }))
}

/// Gives a job that was given up another round of tries.
#[utoipa::path(post, path = "/api/jobs/{id}/retry", tag = "staff", params(("id" = JobId, Path)), responses((status = 204), (status = 404)))]
pub async fn retry_job(
    can: Can<Configure>,
    State(app): State<AppState>,
    Path(id): Path<JobId>,
) -> httpkit::Result<StatusCode> {
    let mut tx = app.db.write().await?;
    jobs::retry(&mut tx, id).await?;
    actions::note(&mut tx, &can, "staff.job_retried", &id.to_string(), serde_json::json!({})).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
