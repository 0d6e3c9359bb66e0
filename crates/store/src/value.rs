//! The closed set of values that may be bound to a statement, and how each engine takes them.
use base::{Currency, Day, Id, Lang, Role, Scope, Time, Ui, Zone};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgTypeInfo, types::Oid};
use sqlx::{Arguments, sqlite::SqliteArguments};
use std::fmt::Write;

/// What kind a value or a column is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    Null = 0,
    I64,
    F64,
    Bool,
    Text,
    Blob,
    I64s,
    Texts,
    Blobs,
}

impl Kind {
    /// The kind of a number it stands for; none for any other.
    pub(crate) fn of_number(number: u64) -> Kind {
        use Kind::*;
        let all = [I64, F64, Bool, Text, Blob, I64s, Texts, Blobs];
        all.into_iter().find(|kind| *kind as u64 == number).unwrap_or(Null)
    }
}

/// One argument of a statement. A list is one argument: an array on PostgreSQL, a JSON text on SQLite.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    I64(i64),
    F64(f64),
    Bool(bool),
    Text(String),
    Blob(Vec<u8>),
    I64s(Vec<i64>),
    Texts(Vec<String>),
    Blobs(Vec<Vec<u8>>),
}

impl Value {
    pub fn kind(&self) -> Kind {
        match self {
            Value::Null => Kind::Null,
            Value::I64(_) => Kind::I64,
            Value::F64(_) => Kind::F64,
            Value::Bool(_) => Kind::Bool,
            Value::Text(_) => Kind::Text,
            Value::Blob(_) => Kind::Blob,
            Value::I64s(_) => Kind::I64s,
            Value::Texts(_) => Kind::Texts,
            Value::Blobs(_) => Kind::Blobs,
        }
    }
}

macro_rules! from {
    ($($type:ty => |$x:ident| $value:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($x: $type) -> Value {
                $value
            }
        }
    )*};
}
from! {
    i64 => |x| Value::I64(x);
    f64 => |x| Value::F64(x);
    bool => |x| Value::Bool(x);
    String => |x| Value::Text(x);
    &String => |x| Value::Text(x.clone());
    &str => |x| Value::Text(x.to_owned());
    Vec<u8> => |x| Value::Blob(x);
    &[u8] => |x| Value::Blob(x.to_vec());
    [u8; 16] => |x| Value::Blob(x.to_vec());
    [u8; 32] => |x| Value::Blob(x.to_vec());
    serde_json::Value => |x| Value::Text(x.to_string());
    &serde_json::Value => |x| Value::Text(x.to_string());
    Vec<i64> => |x| Value::I64s(x);
    &[i64] => |x| Value::I64s(x.to_vec());
    &Vec<i64> => |x| Value::I64s(x.clone());
    Vec<String> => |x| Value::Texts(x);
    &[String] => |x| Value::Texts(x.to_vec());
    &Vec<String> => |x| Value::Texts(x.clone());
    Vec<&str> => |x| Value::Texts(x.into_iter().map(str::to_owned).collect());
    Time => |x| Value::I64(x.0);
    Day => |x| Value::I64(x.number().into());
    Lang => |x| Value::Text(x.to_string());
    Ui => |x| Value::Text(x.to_string());
    Role => |x| Value::Text(x.to_string());
    Scope => |x| Value::Text(x.to_string());
    Currency => |x| Value::Text(x.to_string());
    Zone => |x| Value::Text(x.to_string());
    &Zone => |x| Value::Text(x.to_string());
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(x: Option<T>) -> Value {
        x.map_or(Value::Null, Into::into)
    }
}
impl<const A: char, const B: char, const C: char> From<Id<A, B, C>> for Value {
    fn from(id: Id<A, B, C>) -> Value {
        Value::Blob(id.bytes().to_vec())
    }
}
impl<const A: char, const B: char, const C: char> From<&Id<A, B, C>> for Value {
    fn from(id: &Id<A, B, C>) -> Value {
        Value::Blob(id.bytes().to_vec())
    }
}
impl<const A: char, const B: char, const C: char> From<Vec<Id<A, B, C>>> for Value {
    fn from(ids: Vec<Id<A, B, C>>) -> Value {
        ids.as_slice().into()
    }
}
impl<const A: char, const B: char, const C: char> From<&[Id<A, B, C>]> for Value {
    fn from(ids: &[Id<A, B, C>]) -> Value {
        Value::Blobs(ids.iter().map(|id| id.bytes().to_vec()).collect())
    }
}

/// A null whose type PostgreSQL infers from the statement (type OID 0 in the Parse message).
struct PgNull;
impl sqlx::Type<sqlx::Postgres> for PgNull {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}
impl sqlx::Encode<'_, sqlx::Postgres> for PgNull {
    fn encode_by_ref(&self, _: &mut sqlx::postgres::PgArgumentBuffer) -> Result<sqlx::encode::IsNull, BoxDynError> {
        Ok(sqlx::encode::IsNull::Yes)
    }
}

/// PostgreSQL cannot hold NUL in a text, so neither engine gets one; the raw input keeps it.
fn no_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn to_sqlite(values: impl IntoIterator<Item = Value>) -> Result<SqliteArguments, BoxDynError> {
    let mut a = SqliteArguments::default();
    for value in values {
        match value {
            Value::Null => a.add(None::<i64>)?,
            Value::I64(x) => a.add(x)?,
            Value::F64(x) => a.add(x)?,
            Value::Bool(x) => a.add(x)?,
            Value::Text(x) => a.add(no_nul(x))?,
            Value::Blob(x) => a.add(x)?,
            Value::I64s(x) => a.add(serde_json::to_string(&x)?)?,
            Value::Texts(x) => a.add(serde_json::to_string(&x.into_iter().map(no_nul).collect::<Vec<_>>())?)?,
            Value::Blobs(x) => a.add(serde_json::to_string(&x.iter().map(|b| hex(b)).collect::<Vec<_>>())?)?,
        }
    }
    Ok(a)
}

pub(crate) fn to_postgres(values: impl IntoIterator<Item = Value>) -> Result<PgArguments, BoxDynError> {
    let mut a = PgArguments::default();
    for value in values {
        match value {
            Value::Null => a.add(PgNull)?,
            Value::I64(x) => a.add(x)?,
            Value::F64(x) => a.add(x)?,
            Value::Bool(x) => a.add(x)?,
            Value::Text(x) => a.add(no_nul(x))?,
            Value::Blob(x) => a.add(x)?,
            Value::I64s(x) => a.add(x)?,
            Value::Texts(x) => a.add(x.into_iter().map(no_nul).collect::<Vec<_>>())?,
            Value::Blobs(x) => a.add(x)?,
        }
    }
    Ok(a)
}

/// A list for each place that has a kind, with a value for each row.
pub(crate) fn to_lists<R>(rows: Vec<R>, kinds: &[Kind]) -> Result<PgArguments, BoxDynError>
where
    R: IntoIterator<Item = Value>,
{
    macro_rules! list {
        ($kind:ident, $values:expr) => {
            $values
                .map(|value| match value {
                    Value::$kind(x) => Ok(Some(x)),
                    Value::Null => Ok(None),
                    other => Err(format!("a value of the kind {:?} in a list of another", other.kind())),
                })
                .collect::<Result<Vec<_>, String>>()?
        };
    }
    let mut places: Vec<Vec<Value>> = kinds.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        places.iter_mut().zip(row).for_each(|(place, value)| place.push(value));
    }
    let mut a = PgArguments::default();
    for (place, kind) in places.into_iter().zip(kinds) {
        let values = place.into_iter();
        match kind {
            Kind::I64 => a.add(list!(I64, values))?,
            Kind::F64 => a.add(list!(F64, values))?,
            Kind::Bool => a.add(list!(Bool, values))?,
            Kind::Text => a.add(list!(Text, values).into_iter().map(|text| text.map(no_nul)).collect::<Vec<_>>())?,
            Kind::Blob => a.add(list!(Blob, values))?,
            // Nothing but NULL, which the text says itself.
            Kind::Null => {}
            Kind::I64s | Kind::Texts | Kind::Blobs => return Err("a list of lists".into()),
        }
    }
    Ok(a)
}
