//! Languages: any of ISO 639-1 for what people write, Korean and English for the interface.
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, fmt, str::FromStr};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};

/// A language by its two small letters of ISO 639-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang([u8; 2]);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a language such as ko or en")]
pub struct BadLang(pub String);

impl Lang {
    pub const KO: Lang = Lang(*b"ko");
    pub const EN: Lang = Lang(*b"en");

    /// Takes `en`, `EN`, `en-US` and `ko_KR`.
    pub fn parse(text: &str) -> Result<Lang, BadLang> {
        let main = text.split(['-', '_']).next().unwrap_or_default();
        match <[u8; 2]>::try_from(main.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_alphabetic) => Ok(Lang(code.map(|b| b.to_ascii_lowercase()))),
            _ => Err(BadLang(text.into())),
        }
    }

    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or("??")
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Lang {
    type Err = BadLang;
    fn from_str(text: &str) -> Result<Lang, BadLang> {
        Lang::parse(text)
    }
}

impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Lang::parse(&Cow::<str>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for Lang {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[a-z]{2}$")).examples(["ko"]).into()
    }
}
impl utoipa::ToSchema for Lang {}

/// The languages of the interface.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Ui {
    Ko,
    #[default]
    En,
}

impl Ui {
    pub const ALL: [Ui; 2] = [Ui::Ko, Ui::En];

    pub fn as_str(&self) -> &'static str {
        match self {
            Ui::Ko => "ko",
            Ui::En => "en",
        }
    }

    pub fn lang(self) -> Lang {
        match self {
            Ui::Ko => Lang::KO,
            Ui::En => Lang::EN,
        }
    }
}

impl fmt::Display for Ui {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Ui {
    type Err = BadLang;
    fn from_str(text: &str) -> Result<Ui, BadLang> {
        match Lang::parse(text)? {
            Lang::KO => Ok(Ui::Ko),
            Lang::EN => Ok(Ui::En),
            _ => Err(BadLang(text.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_two_letters_and_its_region_is_left_out() {
        assert_eq!(Lang::parse("ko-KR"), Ok(Lang::KO));
        assert_eq!(Lang::parse("EN"), Ok(Lang::EN));
        assert_eq!("ko_KR".parse(), Ok(Ui::Ko));
        assert!("fr".parse::<Ui>().is_err());
        for bad in ["", "k", "kor", "한글", "e1"] {
            assert!(Lang::parse(bad).is_err(), "{bad}");
        }
    }
}
