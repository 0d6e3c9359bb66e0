//! Puts the house together: the store, who decides about sign-in, what rooms keep in memory, the routes.
use crate::{Config, router, worker};
use anyhow::Result;
use axum::Router;
use httpkit::{AppState, PublicUrl};
use staff::{FirstRun, StaffAuthority};
use std::{fs, net::SocketAddr, sync::Arc};
use store::{Db, newest_version};
use tagging::TagEngine;
use tokio::{sync::watch, task::JoinHandle};

/// A store that is open and at the newest schema. Data of an older schema is backed up before it is changed.
pub async fn open_store(config: &Config) -> base::Result<Db> {
    let db = Db::open(&config.location()).await?;
    let schema = db.schema_version().await?;
    if schema > 0 && schema < newest_version() {
        let folder = config.data_dir.join("backups");
        fs::create_dir_all(&folder).map_err(base::Error::store)?;
        let file = folder.join(format!("before-{}-{}.backup", newest_version(), base::Time::now().0));
        db.backup(&file).await?;
        tracing::info!(file = %file.display(), "backed up before migrating");
    }
    db.migrate().await?;
    Ok(db)
}

/// An assembled server that does not listen yet.
pub struct App {
    pub state: AppState,
    pub routes: Router,
}

impl App {
    /// `bound` is the address the server got; it is the public one when the configuration names none.
    pub async fn assemble(config: &Config, db: Db, bound: SocketAddr) -> Result<App> {
        let public_url = match &config.public_url {
            Some(url) => url.clone(),
            None => format!("http://{bound}").parse::<PublicUrl>().map_err(anyhow::Error::msg)?,
        };
        let engine = TagEngine::new(db.clone());
        let state = AppState::builder(db, Arc::new(StaffAuthority))
            .public_url(public_url)
            .trusted_proxies(config.trusted_proxies.clone())
            .keep(Arc::new(FirstRun::new()))
            .keep(Arc::new(engine))
            .build();
        state.hub.set_scope(Arc::new(conversations::DoorScope));
        Ok(App { routes: router::all_routes(&state), state })
    }

    /// Starts the background work; it ends when `stop` turns true.
    pub fn start_work(&self, stop: watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
        worker::start(&self.state, stop)
    }
}
