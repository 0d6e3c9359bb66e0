//! Pages of a list: a bounded number of items and an opaque place to go on from.
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// One page; `next` is given back as `cursor` to get the page after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Makes a page of rows that were asked for with `limit.plus_one()`: one row too many means there is more.
    pub fn cut(mut items: Vec<T>, limit: Limit, place: impl FnOnce(&T) -> Cursor) -> Page<T> {
        let more = items.len() > limit.0 as usize;
        items.truncate(limit.0 as usize);
        let next = if more { items.last().map(|last| place(last).encode()) } else { None };
        Page { items, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// How many items a page has: 1 to 200, 50 unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Limit(i64);

impl Limit {
    pub const MOST: i64 = 200;

    /// The nearest allowed limit.
    pub fn new(wanted: i64) -> Limit {
        Limit(wanted.clamp(1, Self::MOST))
    }

    pub fn get(self) -> i64 {
        self.0
    }

    /// What to ask the database for, so that `Page::cut` knows whether there is more.
    pub fn plus_one(self) -> i64 {
        self.0 + 1
    }
}

impl Default for Limit {
    fn default() -> Limit {
        Limit(50)
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wanted = i64::deserialize(deserializer)?;
        if (1..=Self::MOST).contains(&wanted) {
            Ok(Limit(wanted))
        } else {
            Err(serde::de::Error::custom("a limit is a number from 1 to 200"))
        }
    }
}

impl utoipa::PartialSchema for Limit {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(200))
            .default(Some(50.into()))
            .into()
    }
}
impl utoipa::ToSchema for Limit {}

/// The place of the last item of a page, as numbers of the list's order; opaque outside.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cursor(pub Vec<i64>);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a cursor of this list")]
pub struct BadCursor(pub String);

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl Cursor {
    /// Thirteen letters for each number.
    pub fn encode(&self) -> String {
        let letters = |n: &i64| {
            let n = *n as u64;
            (0..13).rev().map(move |place| DIGITS[(n >> (place * 5)) as usize & 31] as char)
        };
        self.0.iter().flat_map(letters).collect()
    }

    /// Reads `N` numbers, no more and no fewer.
    pub fn decode<const N: usize>(text: &str) -> Result<[i64; N], BadCursor> {
        let bad = || BadCursor(text.into());
        if text.len() != N * 13 {
            return Err(bad());
        }
        let mut numbers = [0i64; N];
        for (number, letters) in numbers.iter_mut().zip(text.as_bytes().chunks(13)) {
            let mut value = 0u128;
            for letter in letters {
                value = value << 5 | DIGITS.iter().position(|d| d == letter).ok_or_else(bad)? as u128;
            }
            *number = u64::try_from(value).map_err(|_| bad())? as i64;
        }
        Ok(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        for numbers in [[0, 0], [i64::MIN, i64::MAX], [-1, 1_763_800_000_000_000]] {
            assert_eq!(Cursor::decode::<2>(&Cursor(numbers.to_vec()).encode()), Ok(numbers));
        }
        for bad in ["", "0", "zzzzzzzzzzzzz", "가가가가0"] {
            assert!(Cursor::decode::<1>(bad).is_err(), "{bad}");
        }
        assert!(Cursor::decode::<1>(&Cursor(vec![1, 2]).encode()).is_err());
    }

    #[test]
    fn a_page_knows_whether_there_is_more() {
        let page = Page::cut(vec![1, 2, 3], Limit::new(2), |n| Cursor(vec![*n]));
        assert_eq!((page.items, page.next.as_deref()), (vec![1, 2], Some("0000000000002")));
        assert_eq!(Page::cut(vec![1, 2], Limit::new(2), |n| Cursor(vec![*n])).next, None);
        assert_eq!(Limit::new(0).get(), 1);
        assert!(serde_json::from_str::<Limit>("201").is_err());
    }
}
