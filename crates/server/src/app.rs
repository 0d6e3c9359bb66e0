//! Puts the house together: the store, who decides about sign-in, what rooms keep in memory, the routes.
use crate::{
    Config, router,
    words::{tell, tell_error},
    worker,
};
use anyhow::{Result, bail};
use axum::Router;
use frontdoor::mailbox::Post;
use httpkit::{AppState, Fetcher, PublicUrl};
use staff::{FirstRun, StaffAuthority};
use std::{fs, net::SocketAddr, sync::Arc};
use store::{Db, newest_version};
use tagging::{TagEngine, TagLearner};
use tokio::{sync::watch, task::JoinHandle};

/// A store that is open and at the newest schema; it is begun where there is none.
pub async fn open_store(config: &Config) -> base::Result<Db> {
    bring_up_to_date(config, Db::open(&config.location()).await?).await
}

/// The same for commands that need a house: where none was begun they are refused, and nothing is made.
pub async fn open_house(config: &Config) -> Result<Db> {
    match Db::find(&config.location()).await.map_err(tell_error)? {
        Some(db) => bring_up_to_date(config, db).await.map_err(tell_error),
        None => bail!(match &config.database {
            Some(url) => tell("cli-no-house-database", &[("place", without_password(url))]),
            None => tell("cli-no-house", &[("folder", &config.data_dir.display().to_string())]),
        }),
    }
}

/// An address may hold a password, which nobody wants on the screen or in a log.
pub fn without_password(url: &str) -> &str {
    url.rsplit_once('@').map_or(url, |(_, host)| host)
}

/// Data of an older schema is backed up before it is changed.
async fn bring_up_to_date(config: &Config, db: Db) -> base::Result<Db> {
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
        let keys = frontdoor::Keys::load(db.location().folder(), config.secret_key.as_deref()).map_err(tell_error)?;
        let keys = Arc::new(keys);
        let engine = TagEngine::new(db.clone());
        let learner = TagLearner::new(db.clone(), engine.clone());
        let asks = roadmap::AskKeeper::new(db.clone(), engine.clone());
        let shelf = roadmap::ItemShelf::new(db.clone());
        let ranks = roadmap::RankEngine::new(db.clone(), engine.clone(), asks.clone(), shelf.clone());
        let fetcher = Arc::new(Fetcher::new(config.outside_networks.clone()));
        let post = Post::new(db.clone(), fetcher.clone(), keys.clone());
        let state = AppState::builder(db, Arc::new(StaffAuthority))
            .public_url(public_url)
            .trusted_proxies(config.trusted_proxies.clone())
            .keep(Arc::new(FirstRun::new()))
            .keep(keys)
            .keep(Arc::new(engine))
            .keep(Arc::new(learner))
            .keep(Arc::new(asks))
            .keep(Arc::new(shelf))
            .keep(Arc::new(ranks))
            .keep(fetcher)
            .keep(post)
            .keep(Arc::new(frontdoor::PurposeReader::default()))
            .keep(Arc::new(frontdoor::Pace::default()))
            .build();
        state.hub.set_scope(Arc::new(conversations::DoorScope));
        Ok(App { routes: router::all_routes(&state), state })
    }

    /// Starts the background work; it ends when `stop` turns true.
    pub fn start_work(&self, stop: watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
        worker::start(&self.state, stop)
    }
}
