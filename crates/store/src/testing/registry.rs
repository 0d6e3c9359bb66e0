//! Proves every registered statement against the real schema: it prepares, its columns are those of its row type, its
//! arguments have the types we send, and it touches only the tables its room may touch.
use super::tables;
use crate::engine::Conn;
use crate::statement::Meta;
use crate::value::Kind;
use crate::{Db, registry};
use base::Result;
use sqlx::{Column as _, Either, Executor, PgConnection, SqlSafeStr, SqliteConnection, Statement, TypeInfo};
use std::collections::{BTreeMap, BTreeSet};

/// Who owns which tables, and which rooms each room may read from; `store` is to the left of all.
#[derive(Clone, Debug, Default)]
pub struct Street {
    owner_of: BTreeMap<String, String>,
    lefts: BTreeMap<String, BTreeSet<String>>,
}

impl Street {
    /// `rooms` in the order of the street: (room, its tables).
    pub fn new(rooms: &[(&str, &[&str])]) -> Street {
        let mut street = Street::default();
        let mut left = BTreeSet::from(["store".to_owned()]);
        street.own("store", STORE_TABLES);
        street.lefts.insert("store".into(), BTreeSet::new());
        for (room, tables) in rooms {
            street.own(room, tables);
            street.lefts.insert((*room).into(), left.clone());
            left.insert((*room).into());
        }
        street
    }

    fn own(&mut self, room: &str, tables: &[&str]) {
        for table in tables {
            let before = self.owner_of.insert((*table).into(), room.into());
            assert!(before.is_none(), "{table} has two owners");
        }
    }

    /// Says what a statement may not do: write what is another room's, read what is to the right.
    fn judge(&self, meta: &Meta, touched: &Touched) -> Vec<String> {
        let Some(lefts) = self.lefts.get(meta.room()) else { return vec![format!("{} is no room", meta.room())] };
        let owner = |table: &String| self.owner_of.get(table).map_or("nobody", |o| o).to_owned();
        let writes = touched.writes.iter().filter(|t| owner(t) != meta.room()).map(|t| (t, "write"));
        let reads = touched.reads.iter().filter(|t| owner(t) != meta.room() && !lefts.contains(&owner(t)));
        let reads = reads.map(|t| (t, "read"));
        writes
            .chain(reads)
            .map(|(table, verb)| format!("may not {verb} {table}, which is {}'s", owner(table)))
            .collect()
    }
}

const STORE_TABLES: &[&str] = &[
    "outbox_head",
    "outbox",
    "ords",
    "jobs",
    "raws",
    "blobs",
    "backups_running",
    "search_entries",
    "search_names",
    "search_state",
    "schema_migrations",
    "sqlite_schema",
    "sqlite_master",
    "pg_class",
    "pg_attribute",
    "pg_type",
    "pg_namespace",
    "pragma_table_info",
    "pragma_quick_check",
];

/// The tables a statement reads and writes, as the engine itself says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    pub reads: BTreeSet<String>,
    pub writes: BTreeSet<String>,
}

/// All that is wrong with the statements of this program on this engine, a sentence each; `test.…` ones are left out
/// unless `with_tests`.
pub async fn check_registry(db: &Db, street: &Street, with_tests: bool) -> Result<Vec<String>> {
    let mut conn = super::connect(db).await?;
    let mut statements: Vec<&'static Meta> = registry().filter(|m| with_tests || m.room() != "test").collect();
    statements.sort_by_key(|m| m.name);
    let mut wrong = Vec::new();
    let mut before = "";
    for meta in statements {
        let mut say = |what: String| wrong.push(format!("{} ({}:{}): {what}", meta.name, meta.file, meta.line));
        if meta.name == before {
            say("another statement has this name".into());
        }
        before = meta.name;
        if has_star(meta.text) {
            say("name the columns instead of *: a column that is added while it is prepared breaks it".into());
        }
        let text = meta.text_for(db.engine());
        if text.trim().is_empty() {
            continue;
        }
        let found = match &mut conn {
            Conn::Sqlite(conn, ..) => check_sqlite(conn, meta, text).await,
            Conn::Postgres(conn) => check_postgres(conn, meta, text).await,
        };
        match found {
            Ok((mut sentences, touched)) => {
                sentences.extend(street.judge(meta, &touched));
                sentences.into_iter().for_each(say);
            }
            Err(e) => say(e),
        }
    }
    conn.close().await;
    Ok(wrong)
}

/// A `*` that stands for columns: not COUNT(*), not a product, not the marks of an engine's own text.
fn has_star(text: &str) -> bool {
    let text = text.replace("/*", "").replace("*/", "");
    text.match_indices('*').any(|(place, _)| {
        let before = text[..place].trim_end();
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        before.ends_with(['.', ',']) || ["SELECT", "RETURNING", "DISTINCT", "ALL"].contains(&&*word.to_uppercase())
    })
}

async fn check_sqlite(
    conn: &mut SqliteConnection,
    meta: &'static Meta,
    text: &'static str,
) -> Result<(Vec<String>, Touched), String> {
    let touched = tables::sqlite(conn, text).await?;
    let statement = conn.prepare(text.into_sql_str()).await.map_err(|e| e.to_string())?;
    let names: Vec<&str> = statement.columns().iter().map(|c| c.name()).collect();
    let wanted: Vec<&str> = meta.columns.iter().map(|c| c.0).collect();
    let same = names.len() == wanted.len() && names.iter().zip(&wanted).all(|(n, w)| w.is_empty() || n == w);
    let wrong = if same { vec![] } else { vec![format!("gives the columns {names:?}, its row type has {wanted:?}")] };
    Ok((wrong, touched))
}

async fn check_postgres(
    conn: &mut PgConnection,
    meta: &'static Meta,
    text: &'static str,
) -> Result<(Vec<String>, Touched), String> {
    let statement = conn.prepare(text.into_sql_str()).await.map_err(|e| e.to_string())?;
    let mut wrong = Vec::new();
    if let Some(Either::Left(params)) = statement.parameters() {
        for (n, param) in params.iter().enumerate() {
            let known = ["INT8", "FLOAT8", "BOOL", "TEXT", "BYTEA", "INT8[]", "TEXT[]", "BYTEA[]"];
            if !known.contains(&param.name()) {
                wrong.push(format!("takes ${} as {}: write CAST(${} AS …)", n + 1, param.name(), n + 1));
            }
        }
    }
    if statement.columns().len() != meta.columns.len() {
        wrong.push(format!("gives {} columns, its row type has {}", statement.columns().len(), meta.columns.len()));
    }
    for (column, (name, kind, _)) in statement.columns().iter().zip(meta.columns) {
        let given = column.type_info().name().to_owned();
        let wanted = match kind {
            Kind::I64 => "INT8",
            Kind::F64 => "FLOAT8",
            Kind::Bool => "BOOL",
            Kind::Text => "TEXT",
            Kind::Blob => "BYTEA",
            _ => "no list",
        };
        if given != wanted {
            wrong.push(format!("gives {} as {given}, its row type {name:?} wants {wanted}", column.name()));
        }
    }
    Ok((wrong, tables::postgres(conn, text, meta.params).await?))
}
