//! Rows are decoded once, for both engines: a type for a column, a type for a row.
use crate::value::Kind;
use base::{Currency, Day, Id, Lang, Role, Scope, Time, Ui, Zone};
use sqlx::{Row as _, postgres::PgRow, sqlite::SqliteRow};

/// A row of either engine.
#[derive(Clone, Copy)]
pub enum RowRef<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
}

/// What a column holds before a newtype takes it.
pub trait Cell:
    Sized
    + Send
    + for<'r> sqlx::Decode<'r, sqlx::Sqlite>
    + sqlx::Type<sqlx::Sqlite>
    + for<'r> sqlx::Decode<'r, sqlx::Postgres>
    + sqlx::Type<sqlx::Postgres>
{
}
impl<T> Cell for T where
    T: Sized
        + Send
        + for<'r> sqlx::Decode<'r, sqlx::Sqlite>
        + sqlx::Type<sqlx::Sqlite>
        + for<'r> sqlx::Decode<'r, sqlx::Postgres>
        + sqlx::Type<sqlx::Postgres>
{
}

/// A Rust type that fits in one column. Newtypes implement this (and `Into<Value>`), enums use `text_column!`.
pub trait Column: Sized {
    type Cell: Cell;
    const KIND: Kind;
    const NULLABLE: bool = false;
    fn from_cell(cell: Self::Cell) -> Result<Self, String>;
}

macro_rules! columns {
    ($($type:ty: $cell:ty as $kind:ident, |$x:ident| $value:expr;)*) => {$(
        impl Column for $type {
            type Cell = $cell;
            const KIND: Kind = Kind::$kind;
            fn from_cell($x: $cell) -> Result<Self, String> {
                $value
            }
        }
    )*};
}
columns! {
    i64: i64 as I64, |x| Ok(x);
    f64: f64 as F64, |x| Ok(x);
    bool: bool as Bool, |x| Ok(x);
    String: String as Text, |x| Ok(x);
    Vec<u8>: Vec<u8> as Blob, |x| Ok(x);
    [u8; 16]: Vec<u8> as Blob, |x| x.try_into().map_err(|x: Vec<u8>| format!("{} bytes, not 16", x.len()));
    [u8; 32]: Vec<u8> as Blob, |x| x.try_into().map_err(|x: Vec<u8>| format!("{} bytes, not 32", x.len()));
    serde_json::Value: String as Text, |x| serde_json::from_str(&x).map_err(|e| e.to_string());
    Time: i64 as I64, |x| Ok(Time(x));
    Day: i64 as I64, |x| i32::try_from(x).map(Day::from_number).map_err(|e| e.to_string());
    Lang: String as Text, |x| x.parse().map_err(|e: base::BadLang| e.to_string());
    Ui: String as Text, |x| x.parse().map_err(|e: base::BadLang| e.to_string());
    Role: String as Text, |x| x.parse().map_err(|e: base::BadWord| e.to_string());
    Scope: String as Text, |x| x.parse().map_err(|e: base::BadWord| e.to_string());
    Currency: String as Text, |x| x.parse().map_err(|e: base::BadCurrency| e.to_string());
    Zone: String as Text, |x| x.parse().map_err(|e: base::BadTime| e.to_string());
}
impl<const A: char, const B: char, const C: char> Column for Id<A, B, C> {
    type Cell = Vec<u8>;
    const KIND: Kind = Kind::Blob;
    fn from_cell(cell: Vec<u8>) -> Result<Self, String> {
        <[u8; 16]>::from_cell(cell).map(Id::from_bytes)
    }
}
impl<T: Column> Column for Option<T>
where
    Option<T::Cell>: Cell,
{
    type Cell = Option<T::Cell>;
    const KIND: Kind = T::KIND;
    const NULLABLE: bool = true;
    fn from_cell(cell: Option<T::Cell>) -> Result<Self, String> {
        cell.map(T::from_cell).transpose()
    }
}

/// A closed list of words kept as text: needs `Display` and `FromStr` of the type.
#[macro_export]
macro_rules! text_column {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::Column for $type {
            type Cell = ::std::string::String;
            const KIND: $crate::Kind = $crate::Kind::Text;
            fn from_cell(cell: ::std::string::String) -> ::std::result::Result<Self, ::std::string::String> {
                cell.parse().map_err(|_| ::std::format!("“{cell}” is no {}", ::std::stringify!($type)))
            }
        }
        impl ::std::convert::From<$type> for $crate::Value {
            fn from(x: $type) -> $crate::Value {
                $crate::Value::Text(x.to_string())
            }
        }
        impl ::std::convert::From<&$type> for $crate::Value {
            fn from(x: &$type) -> $crate::Value {
                $crate::Value::Text(x.to_string())
            }
        }
    )*};
}

impl RowRef<'_> {
    pub fn get<T: Column>(&self, place: usize) -> Result<T, sqlx::Error> {
        let cell: T::Cell = match self {
            RowRef::Sqlite(row) => row.try_get(place)?,
            RowRef::Postgres(row) => row.try_get(place)?,
        };
        T::from_cell(cell).map_err(|e| sqlx::Error::ColumnDecode { index: place.to_string(), source: e.into() })
    }
}

/// (name, kind, may be null) of each column, in the order of the SELECT list. Tuples leave the names empty.
pub type Columns = &'static [(&'static str, Kind, bool)];

/// A row type: made by `row!`, or a tuple by position.
pub trait FromRow: Sized + Send + 'static {
    const COLUMNS: Columns;
    fn from_row(row: RowRef<'_>) -> Result<Self, sqlx::Error>;
}
impl FromRow for () {
    const COLUMNS: Columns = &[];
    fn from_row(_: RowRef<'_>) -> Result<Self, sqlx::Error> {
        Ok(())
    }
}
macro_rules! tuples {
    ($($($type:ident $place:tt),+;)*) => {$(
        impl<$($type: Column + Send + 'static),+> FromRow for ($($type,)+) {
            const COLUMNS: Columns = &[$(("", $type::KIND, $type::NULLABLE)),+];
            fn from_row(row: RowRef<'_>) -> Result<Self, sqlx::Error> {
                Ok(($(row.get::<$type>($place)?,)+))
            }
        }
    )*};
}
tuples! {
    A 0;
    A 0, B 1;
    A 0, B 1, C 2;
    A 0, B 1, C 2, D 3;
    A 0, B 1, C 2, D 3, E 4;
    A 0, B 1, C 2, D 3, E 4, F 5;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11;
}

/// A row type: fields in the order of the SELECT list; the registry test compares names and kinds.
#[macro_export]
macro_rules! row {
    ($(#[$m:meta])* $v:vis struct $name:ident { $($(#[$fm:meta])* $fv:vis $field:ident : $type:ty),* $(,)? }) => {
        $(#[$m])* $v struct $name { $($(#[$fm])* $fv $field: $type),* }
        impl $crate::FromRow for $name {
            const COLUMNS: $crate::Columns = &[$((
                ::std::stringify!($field),
                <$type as $crate::Column>::KIND,
                <$type as $crate::Column>::NULLABLE,
            )),*];
            // Nobody reads the step after the last field.
            #[allow(unused_assignments)]
            fn from_row(row: $crate::RowRef<'_>) -> ::std::result::Result<Self, $crate::__SqlxError> {
                let mut place = 0usize;
                Ok($name { $($field: { let cell = row.get::<$type>(place)?; place += 1; cell }),* })
            }
        }
    };
}
