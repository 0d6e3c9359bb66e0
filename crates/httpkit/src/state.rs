//! What every handler can reach: the store, the live hub, who decides about sign-in, and what each room keeps in memory.
use crate::{Authority, Hub, Network, PublicUrl};
use std::{
    any::{Any, TypeId},
    collections::HashMap,
    ops::Deref,
    sync::Arc,
    time::Duration,
};
use store::Db;

/// Bounds of one request.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest body of an ordinary request, in bytes. A route that streams lifts it with `DefaultBodyLimit::disable()`.
    pub body_bytes: usize,
    /// How long an ordinary request may take.
    pub request: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { body_bytes: 2 << 20, request: Duration::from_secs(30) }
    }
}

pub struct Shared {
    pub db: Db,
    pub hub: Hub,
    pub authority: Arc<dyn Authority>,
    pub public_url: PublicUrl,
    pub trusted_proxies: Vec<Network>,
    pub limits: Limits,
    kept: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

/// Cheap to clone; `Deref`s to [`Shared`].
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

impl Deref for AppState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl AppState {
    pub fn builder(db: Db, authority: Arc<dyn Authority>) -> AppStateBuilder {
        AppStateBuilder(Shared {
            hub: Hub::new(db.clone()),
            db,
            authority,
            public_url: PublicUrl::default(),
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
            kept: HashMap::new(),
        })
    }

    /// What a room keeps in memory, such as the engine that counts. The server puts it there when it starts.
    ///
    /// # Panics
    /// When the server forgot to: a fault of assembly that the first request of any test shows.
    pub fn get<T: Any + Send + Sync>(&self) -> Arc<T> {
        self.find().unwrap_or_else(|| panic!("{} was not put into AppState", std::any::type_name::<T>()))
    }

    pub fn find<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        self.kept.get(&TypeId::of::<T>()).cloned().and_then(|kept| kept.downcast().ok())
    }
}

pub struct AppStateBuilder(Shared);

impl AppStateBuilder {
    pub fn public_url(mut self, url: PublicUrl) -> Self {
        self.0.public_url = url;
        self
    }

    pub fn trusted_proxies(mut self, networks: Vec<Network>) -> Self {
        self.0.trusted_proxies = networks;
        self
    }

    pub fn limits(mut self, limits: Limits) -> Self {
        self.0.limits = limits;
        self
    }

    /// Keeps something for `AppState::get`.
    pub fn keep<T: Any + Send + Sync>(mut self, thing: Arc<T>) -> Self {
        self.0.kept.insert(TypeId::of::<T>(), thing);
        self
    }

    pub fn build(self) -> AppState {
        AppState(Arc::new(self.0))
    }
}
