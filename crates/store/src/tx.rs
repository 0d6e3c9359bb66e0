//! The one kind of transaction, for reading and for writing.
use crate::engine::{Conn, Engine, Mode, Session};
use crate::fault::Fault;
use crate::filter::Filter;
use crate::jobs::Job;
use crate::row::{FromRow, RowRef};
use crate::statement::{Meta, Sql};
use crate::value::{Kind, Value, to_lists, to_postgres, to_sqlite};
use crate::{Db, statement};
use base::{Error, Result, Time};
use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// A transaction. Dropping it without `commit` undoes it.
///
/// A statement that fails or is broken off spoils it: everything after is refused until `rollback_to`. So “insert, and
/// if it is there already …” is an `ON CONFLICT`, and an item of a batch that may fail gets a savepoint.
#[must_use = "a transaction that is dropped is undone"]
pub struct Tx {
    db: Db,
    session: Session,
    mode: Mode,
    now: Time,
    /// The statement that failed, if one did.
    failed: Option<&'static str>,
    savepoints: Vec<Mark>,
    pub(crate) events: Vec<(&'static str, String)>,
    pub(crate) jobs: Vec<Job>,
    hooks: Vec<Box<dyn FnOnce() + Send>>,
}

/// Which rows of a statement are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Take {
    First,
    All,
    /// PostgreSQL plans it for these very arguments: for texts that are put together, where one plan does not fit all.
    AllPlannedAnew,
}

/// What was announced when a savepoint was made, so that undoing undoes that too.
#[derive(Clone, Copy)]
struct Mark {
    events: usize,
    jobs: usize,
    hooks: usize,
}

/// A place in a transaction to go back to; the newest one is the only one in use.
#[must_use = "release it or roll back to it"]
pub struct Savepoint(usize);

impl Tx {
    pub(crate) fn new(db: Db, session: Session, mode: Mode) -> Tx {
        let now = db.now();
        let (savepoints, events, jobs, hooks) = Default::default();
        Tx { db, session, mode, now, failed: None, savepoints, events, jobs, hooks }
    }

    /// The moment this transaction began: its one clock.
    pub fn now(&self) -> Time {
        self.now
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn engine(&self) -> Engine {
        self.session.engine()
    }

    /// Whether another writer waits until this one ends.
    pub fn is_waited_for(&self) -> bool {
        self.session.is_waited_for()
    }

    /// All rows of a statement.
    pub async fn all<R: FromRow, const N: usize>(&mut self, sql: Sql<R, N>, args: [Value; N]) -> Result<Vec<R>> {
        self.check(sql.meta, &args)?;
        self.fetch(sql.meta.name, sql.meta.text_for(self.engine()).into_sql_str(), args.into(), Take::All).await
    }

    /// The first row, if there is one.
    pub async fn find<R: FromRow, const N: usize>(&mut self, sql: Sql<R, N>, args: [Value; N]) -> Result<Option<R>> {
        self.check(sql.meta, &args)?;
        let text = sql.meta.text_for(self.engine()).into_sql_str();
        Ok(self.fetch(sql.meta.name, text, args.into(), Take::First).await?.pop())
    }

    /// The first row; `NotFound` with the noun of the statement's name when there is none.
    pub async fn get<R: FromRow, const N: usize>(&mut self, sql: Sql<R, N>, args: [Value; N]) -> Result<R> {
        self.find(sql, args).await?.ok_or_else(|| Error::NotFound(sql.meta.noun()))
    }

    /// All rows of a text put together by a `Filter`.
    pub async fn all_dyn<R: FromRow>(&mut self, filter: Filter) -> Result<Vec<R>> {
        let text = AssertSqlSafe(statement::render(&filter.text, self.engine())).into_sql_str();
        self.fetch(filter.name, text, filter.args, Take::AllPlannedAnew).await
    }

    /// Runs a statement that gives no rows; how many rows it changed.
    pub async fn run<const N: usize>(&mut self, sql: Sql<(), N>, args: [Value; N]) -> Result<u64> {
        self.check(sql.meta, &args)?;
        self.execute(sql.meta.name, sql.meta.text_for(self.engine()).into_sql_str(), args.into()).await
    }

    /// Many rows through one statement that holds exactly one `VALUES ($1, …, $N)`; how many rows it changed.
    pub async fn insert_rows<const N: usize>(&mut self, sql: Sql<(), N>, rows: Vec<[Value; N]>) -> Result<u64> {
        for row in &rows {
            self.check(sql.meta, row)?;
        }
        if self.engine() == Engine::Postgres
            && rows.len() > 1
            && let Some((text, kinds)) = sql.meta.gathered()
        {
            return self.execute_lists(sql.meta.name, text.into_sql_str(), to_lists(rows, &kinds)).await;
        }
        let widths = Widths::of(self.engine(), sql.meta.text, &rows);
        let (mut rows, mut changed) = (rows.into_iter(), 0);
        while rows.len() > 0 {
            let width = widths.next(rows.len());
            let text = sql.meta.widened(self.engine(), width);
            let mut args: Vec<Value> = rows.by_ref().take(width).flatten().collect();
            args.resize(width * N, Value::Null);
            changed += self.execute(sql.meta.name, text.into_sql_str(), args).await?;
        }
        Ok(changed)
    }

    /// Many rows through a text that was put together, with the same one `VALUES ($1, …)` of these kinds.
    pub(crate) async fn insert_dyn(
        &mut self,
        name: &'static str,
        text: &str,
        kinds: &[Kind],
        rows: Vec<Vec<Value>>,
    ) -> Result<()> {
        if self.engine() == Engine::Postgres && !rows.is_empty() {
            let text = AssertSqlSafe(statement::gather(text, &vec![true; kinds.len()])).into_sql_str();
            return self.execute_lists(name, text, to_lists(rows, kinds)).await.map(drop);
        }
        let mut rows = rows.into_iter();
        while let Some(params) = rows.as_slice().first().map(Vec::len) {
            let width = Widths::numbered(self.engine(), params).next(rows.len());
            let text = AssertSqlSafe(statement::widen(text, params, width)).into_sql_str();
            let args = rows.by_ref().take(width).flatten().collect();
            self.execute(name, text, args).await?;
        }
        Ok(())
    }

    /// The bare connection, for a stream of rows; `conn_done` when the stream has ended well.
    pub(crate) fn conn(&mut self, name: &'static str) -> Result<&mut Conn> {
        self.allow(name, false)?;
        self.session.running = true;
        self.session.conn()
    }

    pub(crate) fn conn_done(&mut self) {
        self.session.running = false;
    }

    /// Marks a place to come back to if what follows fails.
    pub async fn save(&mut self) -> Result<Savepoint> {
        self.allow("savepoint", true)?;
        let depth = self.savepoints.len();
        self.command("savepoint", format!("SAVEPOINT s{depth}")).await?;
        let (events, jobs, hooks) = (self.events.len(), self.jobs.len(), self.hooks.len());
        self.savepoints.push(Mark { events, jobs, hooks });
        Ok(Savepoint(depth))
    }

    /// Undoes all since the savepoint, failures, events, jobs and hooks included, and goes on.
    pub async fn rollback_to(&mut self, savepoint: Savepoint) -> Result<()> {
        let depth = savepoint.0;
        if self.session.running || depth >= self.savepoints.len() {
            return Err(Fault::Poisoned("rollback_to").into());
        }
        let failed = self.failed.take();
        // An engine that rolled back by itself has no savepoint any more: then the failure stays.
        self.command("rollback_to", format!("ROLLBACK TO SAVEPOINT s{depth}; RELEASE SAVEPOINT s{depth}"))
            .await
            .inspect_err(|_| self.failed = self.failed.or(failed))?;
        let mark = self.savepoints[depth];
        self.savepoints.truncate(depth);
        self.events.truncate(mark.events);
        self.jobs.truncate(mark.jobs);
        self.hooks.truncate(mark.hooks);
        Ok(())
    }

    /// Keeps what was done since the savepoint.
    pub async fn release(&mut self, savepoint: Savepoint) -> Result<()> {
        self.allow("release", true)?;
        if savepoint.0 >= self.savepoints.len() {
            return Err(Fault::Poisoned("release").into());
        }
        self.command("release", format!("RELEASE SAVEPOINT s{}", savepoint.0)).await?;
        self.savepoints.truncate(savepoint.0);
        Ok(())
    }

    /// Tells everybody what happened, once it is committed: `room.past_tense` and ids, never text.
    pub fn announce(&mut self, kind: &'static str, ids: serde_json::Value) {
        self.events.push((kind, ids.to_string()));
    }

    /// Adds background work, to be seen by workers once this is committed.
    pub fn enqueue(&mut self, job: Job) {
        self.jobs.push(job);
    }

    /// Runs after the commit, and only then. A hint to this process, not a promise: a crash may come between.
    pub fn after_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.hooks.push(Box::new(hook));
    }

    /// Makes it so. On its own task: once begun it ends, and its hooks run, even if the caller goes away.
    pub async fn commit(mut self) -> Result<()> {
        if self.mode == Mode::Read {
            self.allow("commit", false)?;
            return self.session.commit().await;
        }
        tokio::spawn(async move {
            self.allow("commit", true)?;
            self.write_jobs().await?;
            let head = self.write_events().await?;
            let Tx { db, session, hooks, .. } = self;
            session.commit().await?;
            hooks.into_iter().for_each(|hook| hook());
            if let Some(head) = head {
                db.0.watch.moved_to(head);
            }
            Ok(())
        })
        .await
        .map_err(Error::store)?
    }

    fn check(&self, meta: &'static Meta, args: &[Value]) -> Result<()> {
        meta.check_kinds(args).map_err(|(arg, first, now)| Fault::Kinds { name: meta.name, arg, first, now }.into())
    }

    /// Refuses to go on in a transaction that is spoiled, or to write in one that reads.
    fn allow(&self, name: &'static str, writes: bool) -> Result<()> {
        if self.session.running {
            return Err(Fault::Poisoned("a statement that was broken off").into());
        }
        match self.failed {
            Some(failed) => Err(Fault::Poisoned(failed).into()),
            None if writes && self.mode == Mode::Read => Err(Fault::ReadOnly(name).into()),
            None => Ok(()),
        }
    }

    /// Remembers how a statement ended. While one runs the session says so; a caller that goes away leaves it so.
    fn ended<T>(&mut self, name: &'static str, outcome: Result<T, sqlx::Error>) -> Result<T> {
        self.session.running = false;
        outcome.map_err(|e| {
            self.failed = Some(name);
            Fault::Sql(name, e).into()
        })
    }

    async fn fetch<R: FromRow>(
        &mut self,
        name: &'static str,
        text: SqlStr,
        args: Vec<Value>,
        take: Take,
    ) -> Result<Vec<R>> {
        self.allow(name, false)?;
        self.session.running = true;
        let outcome = match self.session.conn()? {
            Conn::Sqlite(conn, ..) => match to_sqlite(args) {
                Ok(args) if take == Take::First => {
                    sqlx::query_with(text, args).fetch_optional(conn).await.map(Vec::from_iter)
                }
                Ok(args) => sqlx::query_with(text, args).fetch_all(conn).await,
                Err(e) => Err(sqlx::Error::Encode(e)),
            }
            .and_then(|rows| rows.iter().map(|row| R::from_row(RowRef::Sqlite(row))).collect()),
            Conn::Postgres(conn) => match to_postgres(args) {
                Ok(args) if take == Take::First => {
                    sqlx::query_with(text, args).fetch_optional(conn).await.map(Vec::from_iter)
                }
                Ok(args) => {
                    let query = sqlx::query_with(text, args).persistent(take != Take::AllPlannedAnew);
                    query.fetch_all(conn).await
                }
                Err(e) => Err(sqlx::Error::Encode(e)),
            }
            .and_then(|rows| rows.iter().map(|row| R::from_row(RowRef::Postgres(row))).collect()),
        };
        self.ended(name, outcome)
    }

    async fn execute(&mut self, name: &'static str, text: SqlStr, args: Vec<Value>) -> Result<u64> {
        self.allow(name, true)?;
        self.session.running = true;
        let outcome = match self.session.conn()? {
            Conn::Sqlite(conn, ..) => match to_sqlite(args) {
                Ok(args) => sqlx::query_with(text, args).execute(conn).await.map(|done| done.rows_affected()),
                Err(e) => Err(sqlx::Error::Encode(e)),
            },
            Conn::Postgres(conn) => match to_postgres(args) {
                Ok(args) => sqlx::query_with(text, args).execute(conn).await.map(|done| done.rows_affected()),
                Err(e) => Err(sqlx::Error::Encode(e)),
            },
        };
        self.ended(name, outcome)
    }

    /// The same for a text that takes lists of values.
    async fn execute_lists(
        &mut self,
        name: &'static str,
        text: SqlStr,
        args: Result<PgArguments, BoxDynError>,
    ) -> Result<u64> {
        self.allow(name, true)?;
        self.session.running = true;
        let outcome = match (self.session.conn()?, args) {
            (Conn::Postgres(conn), Ok(args)) => {
                sqlx::query_with(text, args).execute(conn).await.map(|done| done.rows_affected())
            }
            (Conn::Sqlite(..), Ok(_)) => Err(sqlx::Error::Protocol("lists of values are PostgreSQL's".into())),
            (_, Err(e)) => Err(sqlx::Error::Encode(e)),
        };
        self.ended(name, outcome)
    }

    /// A text that is no statement of a room.
    pub(crate) async fn command(&mut self, name: &'static str, text: String) -> Result<()> {
        self.allow(name, false)?;
        self.session.running = true;
        let outcome = self.session.conn()?.command(text).await;
        self.ended(name, outcome)
    }
}

/// How many rows go into one statement: few sizes, since each is prepared once and kept.
struct Widths {
    sizes: &'static [usize],
    /// Rows that are missing to a size may be NULLs.
    is_padded: bool,
}

impl Widths {
    fn of<const N: usize>(engine: Engine, text: &str, rows: &[[Value; N]]) -> Widths {
        if engine == Engine::Postgres || !statement::is_plain(text, N) {
            return Widths::numbered(engine, N);
        }
        // A row without a key would pass for one that is missing.
        let have_keys = rows.iter().all(|row| row.first().is_some_and(|key| *key != Value::Null));
        let sizes: &[usize] = match N {
            _ if !have_keys => &[1],
            // Each statement on the index ends one of its segments: the fewer the better.
            ..=3 => &[1, 4, 16, 64, 512],
            _ => &[1, 4, 16, 64],
        };
        Widths { sizes, is_padded: true }
    }

    /// SQLite looks `$N` names up one after another, so that a wide statement costs the square of its width there.
    fn numbered(engine: Engine, params: usize) -> Widths {
        let sizes: &[usize] = match (engine, params) {
            (Engine::Sqlite, ..=9) => &[1, 4, 32],
            (Engine::Sqlite, _) => &[1, 4, 16],
            (Engine::Postgres, _) => &[1, 4, 32, 256],
        };
        Widths { sizes, is_padded: false }
    }

    /// The largest size that is full, or a larger one that is at least half full.
    fn next(&self, rows: usize) -> usize {
        let most = if self.is_padded { rows * 2 } else { rows };
        let larger = self.sizes.iter().find(|size| (rows..=most).contains(size));
        larger.or_else(|| self.sizes.iter().rfind(|size| **size < rows)).copied().unwrap_or(1)
    }
}
