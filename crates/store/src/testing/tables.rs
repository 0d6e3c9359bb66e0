//! Which tables a statement reads and writes, asked of the engines themselves: no parser of ours could be right.
use super::registry::Touched;
use libsqlite3_sys as ffi;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};
use std::ffi::{CStr, CString, c_char, c_int, c_void};

/// What SQLite's authorizer was asked: (action, table).
type Asked = Vec<(c_int, String)>;

#[allow(unsafe_code, reason = "the authorizer is a C callback; it is set and removed while the handle is locked")]
unsafe extern "C" fn note(
    asked: *mut c_void,
    action: c_int,
    table: *const c_char,
    _column: *const c_char,
    _database: *const c_char,
    _trigger: *const c_char,
) -> c_int {
    if !table.is_null() {
        let table = unsafe { CStr::from_ptr(table) }.to_string_lossy().into_owned();
        unsafe { &mut *asked.cast::<Asked>() }.push((action, table));
    }
    ffi::SQLITE_OK
}

/// By SQLite's authorizer: exact. Also says when there is a second statement, which would run unseen.
#[allow(unsafe_code, reason = "sqlx does not offer the authorizer")]
pub(super) async fn sqlite(conn: &mut SqliteConnection, text: &str) -> Result<Touched, String> {
    let mut handle = conn.lock_handle().await.map_err(|e| e.to_string())?;
    let db = handle.as_raw_handle().as_ptr();
    let text = CString::new(text).map_err(|e| e.to_string())?;
    let (mut statement, mut tail) = (std::ptr::null_mut(), std::ptr::null());
    let mut asked = Asked::new();
    let code = unsafe {
        ffi::sqlite3_set_authorizer(db, Some(note), (&raw mut asked).cast());
        let code = ffi::sqlite3_prepare_v2(db, text.as_ptr(), -1, &mut statement, &mut tail);
        ffi::sqlite3_finalize(statement);
        ffi::sqlite3_set_authorizer(db, None, std::ptr::null_mut());
        code
    };
    if code != ffi::SQLITE_OK {
        return Err(unsafe { CStr::from_ptr(ffi::sqlite3_errmsg(db)) }.to_string_lossy().into_owned());
    }
    let rest = unsafe { CStr::from_ptr(tail) }.to_string_lossy();
    if !rest.trim().is_empty() {
        return Err(format!("holds a second statement: {rest}"));
    }
    let mut touched = Touched::default();
    for (action, table) in asked {
        match action {
            ffi::SQLITE_INSERT | ffi::SQLITE_UPDATE | ffi::SQLITE_DELETE => touched.writes.insert(owner(table)),
            ffi::SQLITE_READ if !table.is_empty() && table != "json_each" => touched.reads.insert(owner(table)),
            _ => continue,
        };
    }
    Ok(touched)
}

/// The tables behind an FTS5 table belong to it.
fn owner(table: String) -> String {
    let shadow = ["_data", "_idx", "_content", "_docsize", "_config"].iter().find_map(|end| table.strip_suffix(end));
    match shadow {
        Some(index) if index.starts_with("search_") => index.to_owned(),
        _ => table,
    }
}

/// By PostgreSQL's planner, without running anything. What it reads is not told for every statement; SQLite's answer
/// covers that.
pub(super) async fn postgres(conn: &mut PgConnection, text: &str, params: usize) -> Result<Touched, String> {
    let nulls = if params == 0 { String::new() } else { format!("({})", vec!["NULL"; params].join(", ")) };
    let text = format!(
        "DEALLOCATE ALL; SET plan_cache_mode = force_generic_plan; PREPARE proven AS {text};
        EXPLAIN (FORMAT JSON, VERBOSE) EXECUTE proven{nulls}"
    );
    // sqlx must not go on using the names of statements that are forgotten below.
    conn.clear_cached_statements().await.map_err(|e| e.to_string())?;
    let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(text))).await.map_err(|e| e.to_string())?;
    let row = rows.last().ok_or("the planner said nothing")?;
    let plan: String = row.try_get_unchecked(0).map_err(|e| e.to_string())?;
    let plan: serde_json::Value = serde_json::from_str(&plan).map_err(|e| e.to_string())?;
    let mut touched = Touched::default();
    walk(&plan, &mut touched);
    Ok(touched)
}

fn walk(plan: &serde_json::Value, touched: &mut Touched) {
    match plan {
        serde_json::Value::Array(nodes) => nodes.iter().for_each(|node| walk(node, touched)),
        serde_json::Value::Object(node) => {
            if let Some(table) = node.get("Relation Name").and_then(|t| t.as_str()) {
                let writes = node.get("Node Type").is_some_and(|t| t == "ModifyTable");
                let tables = if writes { &mut touched.writes } else { &mut touched.reads };
                tables.insert(table.to_owned());
            }
            node.values().for_each(|node| walk(node, touched));
        }
        _ => {}
    }
}
