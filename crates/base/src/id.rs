//! Ids: sixteen bytes of UUIDv7 inside, `cnv_` and 26 letters of Crockford base32 at the edge.
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// The id of one noun; the three letters are its prefix. Ids sort by the time they were made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<const A: char, const B: char, const C: char>([u8; 16]);

/// Defines an id type: `id!(TagId, "tag");`.
#[macro_export]
macro_rules! id {
    ($name:ident, $prefix:literal) => {
        #[doc = concat!("An id written `", $prefix, "_…`.")]
        pub type $name =
            $crate::Id<{ $crate::letter($prefix, 0) }, { $crate::letter($prefix, 1) }, { $crate::letter($prefix, 2) }>;
    };
}

/// The letter of a prefix at a place; a prefix is three small letters, or it does not compile.
pub const fn letter(prefix: &str, place: usize) -> char {
    let bytes = prefix.as_bytes();
    assert!(bytes.len() == 3 && bytes[place].is_ascii_lowercase(), "an id prefix is three small letters");
    bytes[place] as char
}

/// A text that is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not an id that begins with {wanted}_")]
pub struct BadId {
    pub text: String,
    pub wanted: String,
}

const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 26 digits of five bits hold the 128 bits; the first digit holds the upper three.
const LENGTH: usize = 26;

impl<const A: char, const B: char, const C: char> Id<A, B, C> {
    #[allow(clippy::new_without_default, reason = "a new id is an act, not a default")]
    pub fn new() -> Self {
        Id(uuid::Uuid::now_v7().into_bytes())
    }

    pub fn parse(text: &str) -> Result<Self, BadId> {
        Self::decode(text).ok_or_else(|| BadId { text: text.into(), wanted: [A, B, C].iter().collect() })
    }

    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Id(bytes)
    }

    pub const fn bytes(&self) -> [u8; 16] {
        self.0
    }

    fn decode(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        if [A, B, C, '_'].iter().any(|c| letters.next() != Some(*c)) || letters.as_str().len() != LENGTH {
            return None;
        }
        let mut number = 0u128;
        for (place, byte) in letters.as_str().bytes().enumerate() {
            let digit = DIGITS.iter().position(|d| *d == byte)?;
            if place == 0 && digit > 7 {
                return None;
            }
            number = number << 5 | digit as u128;
        }
        Some(Id(number.to_be_bytes()))
    }
}

impl<const A: char, const B: char, const C: char> fmt::Display for Id<A, B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = u128::from_be_bytes(self.0);
        let mut text = String::with_capacity(LENGTH + 4);
        text.extend([A, B, C, '_']);
        text.extend((0..LENGTH).rev().map(|place| DIGITS[(number >> (place * 5)) as usize & 31] as char));
        f.write_str(&text)
    }
}

impl<const A: char, const B: char, const C: char> fmt::Debug for Id<A, B, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const A: char, const B: char, const C: char> FromStr for Id<A, B, C> {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        Self::parse(text)
    }
}

impl<const A: char, const B: char, const C: char> Serialize for Id<A, B, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, const A: char, const B: char, const C: char> Deserialize<'de> for Id<A, B, C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl<const A: char, const B: char, const C: char> utoipa::PartialSchema for Id<A, B, C> {
    fn schema() -> RefOr<Schema> {
        let prefix: String = [A, B, C].iter().collect();
        let pattern = format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$");
        ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern)).into()
    }
}

impl<const A: char, const B: char, const C: char> utoipa::ToSchema for Id<A, B, C> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}{B}{C}Id", A.to_ascii_uppercase()))
    }
}

#[cfg(test)]
mod tests {
    use crate::{ConversationId, TagId};

    #[test]
    fn an_id_survives_its_text() {
        let id = ConversationId::new();
        let text = id.to_string();
        assert_eq!(text.len(), 30);
        assert_eq!(ConversationId::parse(&text), Ok(id));
        assert_eq!(ConversationId::from_bytes([0xff; 16]).to_string(), "cnv_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert_eq!(serde_json::from_str::<ConversationId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let good = TagId::new().to_string();
        for bad in
            ["", "tag_", "tag", &good.replace("tag", "cnv"), &good[..29], &format!("{good}0"), &good.to_uppercase()]
        {
            assert!(TagId::parse(bad).is_err(), "{bad}");
        }
        assert!(TagId::parse("tag_8zzzzzzzzzzzzzzzzzzzzzzzzz").is_err(), "more than 128 bits");
        assert!(TagId::parse("tag_가가가가가가가가가가가가가가가가가가가가가가가가가가").is_err());
    }

    #[test]
    fn later_ids_sort_later_in_bytes_and_in_text() {
        let ids: Vec<TagId> = (0..100).map(|_| TagId::new()).collect();
        assert!(ids.is_sorted());
        assert!(ids.iter().map(|i| i.to_string()).collect::<Vec<_>>().is_sorted());
    }
}
