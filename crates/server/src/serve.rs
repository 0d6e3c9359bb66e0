//! `sarang serve`: listens, says where, and stops in good order.
use crate::{
    App, Config, open_store,
    words::{tell, tell_error},
};
use anyhow::{Context, Result, bail};
use std::{io::Write, net::SocketAddr, time::Duration};
use tokio::{net::TcpListener, signal::unix, sync::watch, time::timeout};

/// How long requests under way may take to end once the server was told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

pub async fn serve(config: &Config) -> Result<()> {
    refuse_open_http(config)?;
    let db = open_store(config).await.map_err(tell_error)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| tell("cli-cannot-listen", &[("address", &config.listen.to_string())]))?;
    let bound = listener.local_addr()?;
    let app = App::assemble(config, db.clone(), bound).await?;
    let (stop, stopped) = watch::channel(false);
    let work = app.start_work(stopped.clone());
    let App { state, routes } = app;
    greet(&state, bound).await?;

    let hub = state.hub.clone();
    let signalled = async move {
        if let Err(error) = wait_for_signal().await {
            tracing::error!(%error, "cannot wait for signals");
        }
        tracing::info!("stopping");
        // Live streams never end by themselves.
        hub.stop();
        stop.send_replace(true);
    };
    let service = routes.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(signalled);
    let mut told = stopped.clone();
    tokio::select! {
        ended = serving => ended?,
        () = async {
            let _ = told.wait_for(|stop| *stop).await;
            tokio::time::sleep(LAST_REQUESTS).await;
        } => tracing::warn!("some requests did not end in time"),
    }
    for task in work {
        let _ = timeout(LAST_REQUESTS, task).await;
    }
    db.close().await;
    Ok(())
}

/// Passwords and conversations must not cross a network in the clear.
fn refuse_open_http(config: &Config) -> Result<()> {
    let is_https = config.public_url.as_ref().is_some_and(|url| url.is_https());
    if !config.listen.ip().is_loopback() && !is_https && !config.insecure_http {
        bail!(tell("cli-open-http", &[("address", &config.listen.to_string())]));
    }
    Ok(())
}

/// Says where the server is reached, and how to make the owner when there is none.
async fn greet(state: &httpkit::AppState, bound: SocketAddr) -> Result<()> {
    let mut tx = state.db.read().await.map_err(tell_error)?;
    let needs_owner = staff::needs_owner(&mut tx).await.map_err(tell_error)?;
    let mut said = format!("http://{bound}\n");
    if needs_owner {
        let link = state.public_url.join(&format!("/setup?token={}", state.get::<staff::FirstRun>().secret()));
        said += &format!("{}\n", tell("cli-first-run", &[("link", &link)]));
    }
    let mut out = std::io::stdout();
    if let Err(error) = out.write_all(said.as_bytes()).and_then(|()| out.flush()) {
        // Whoever started the server has gone away; its visitors have not.
        tracing::warn!(%error, "cannot say where the server is reached");
    }
    Ok(())
}

async fn wait_for_signal() -> std::io::Result<()> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let mut interrupt = unix::signal(unix::SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
