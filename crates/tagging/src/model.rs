//! Tags and taggings: types and rules without I/O.
use base::{Error, Result, TagId, Time};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Why it was said. A tag may carry none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Request,
    Bug,
    Question,
    Praise,
    Confusion,
    Leaving,
}

impl Kind {
    pub const ALL: [Kind; 6] = [Kind::Request, Kind::Bug, Kind::Question, Kind::Praise, Kind::Confusion, Kind::Leaving];
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Request => "request",
            Kind::Bug => "bug",
            Kind::Question => "question",
            Kind::Praise => "praise",
            Kind::Confusion => "confusion",
            Kind::Leaving => "leaving",
        }
    }
    pub fn parse(text: &str) -> Result<Kind> {
        Kind::ALL.into_iter().find(|k| k.as_str() == text).ok_or_else(|| Error::invalid("kind", "error-kind-unknown"))
    }
    /// 1 to 6 in the counting columns; 0 is "no kind".
    pub fn number(self) -> u8 {
        self as u8 + 1
    }
    pub fn from_number(n: u8) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.number() == n)
    }
    /// A set of kinds as bits of their numbers; an empty list is 0: every kind.
    pub fn mask(kinds: &[Kind]) -> u16 {
        kinds.iter().fold(0, |m, k| m | 1 << k.number())
    }
}

/// How a tagging came to be. Suggestions are shown, never applied by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Human,
    Accepted,
    Import,
    /// Who said it chose it themselves, on a form of ours.
    Customer,
}

impl Origin {
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Human => "human",
            Origin::Accepted => "accepted",
            Origin::Import => "import",
            Origin::Customer => "customer",
        }
    }
    pub fn parse(text: &str) -> Result<Origin> {
        [Origin::Human, Origin::Accepted, Origin::Import, Origin::Customer]
            .into_iter()
            .find(|o| o.as_str() == text)
            .ok_or_else(|| Error::invalid("origin", "error-field-unknown"))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TagLife)]
pub enum TagState {
    Active,
    /// Came with an import: may be applied, is not suggested until a curator adopts it.
    Imported,
    Proposed,
    Retired,
    Merged,
}

impl TagState {
    pub const ALL: [TagState; 5] =
        [TagState::Active, TagState::Imported, TagState::Proposed, TagState::Retired, TagState::Merged];
    pub fn as_str(self) -> &'static str {
        match self {
            TagState::Active => "active",
            TagState::Imported => "imported",
            TagState::Proposed => "proposed",
            TagState::Retired => "retired",
            TagState::Merged => "merged",
        }
    }
    pub fn parse(text: &str) -> Result<TagState> {
        TagState::ALL
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or_else(|| Error::invalid("state", "error-field-unknown"))
    }
    pub fn can_be_applied(self) -> bool {
        matches!(self, TagState::Active | TagState::Imported)
    }
}

/// One text in the languages of the house. Either may be missing; readers fall back to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ko: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Texts {
    pub fn by_lang(&self) -> [(&'static str, Option<&str>); 2] {
        [("ko", self.ko.as_deref()), ("en", self.en.as_deref())]
    }
    pub fn set(&mut self, lang: &str, text: String) {
        match lang {
            "ko" => self.ko = Some(text),
            "en" => self.en = Some(text),
            _ => {}
        }
    }
    pub fn is_empty(&self) -> bool {
        self.ko.is_none() && self.en.is_none()
    }
    /// Trimmed, with empty texts as none.
    pub fn tidy(self) -> Texts {
        let tidy = |t: Option<String>| t.map(|t| textkit::clean_text(t.trim())).filter(|t| !t.is_empty());
        Texts { ko: tidy(self.ko), en: tidy(self.en) }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Aliases {
    #[serde(default)]
    pub ko: Vec<String>,
    #[serde(default)]
    pub en: Vec<String>,
}

impl Aliases {
    /// Cleaned, each once however it is written, in the order the store gives them.
    pub fn tidy(self) -> Aliases {
        let tidy = |list: Vec<String>| {
            let clean = list.into_iter().map(|a| textkit::clean_text(a.trim()));
            let mut list: Vec<(String, String)> = clean.map(|a| (textkit::fold_key(&a), a)).collect();
            list.retain(|(fold, _)| !fold.is_empty());
            list.sort_by(|a, b| a.0.cmp(&b.0));
            list.dedup_by(|b, a| a.0 == b.0);
            list.into_iter().map(|(_, a)| a).collect()
        };
        Aliases { ko: tidy(self.ko), en: tidy(self.en) }
    }
    pub fn by_lang(&self) -> [(&'static str, &[String]); 2] {
        [("ko", &self.ko), ("en", &self.en)]
    }
}

/// A tag with all its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub ord: i64,
    pub id: TagId,
    pub parent_ord: i64,
    pub canon_ord: i64,
    pub slug: String,
    pub path: String,
    pub state: TagState,
    pub position: i64,
    pub source: Option<String>,
    pub created_at: Time,
    pub rev: i64,
    pub label: Texts,
    pub aliases: Aliases,
    pub definition: Texts,
    pub use_when: Texts,
    pub not_for: Texts,
}

/// The whole catalogue at one moment: 2,000 tags are a few hundred kilobytes.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub tags: Vec<Tag>,
    /// The newest logged change it holds.
    pub seq: i64,
    by_ord: HashMap<i64, usize>,
    by_path: HashMap<String, usize>,
    by_labels: HashMap<String, usize>,
    /// Where a merged tag stood, and the ordinal it leads to.
    led: HashMap<String, i64>,
}

impl Catalogue {
    pub fn new(tags: Vec<Tag>) -> Catalogue {
        // All places first: a label path asks for the tags above, which may come later.
        let by_ord = tags.iter().enumerate().map(|(i, t)| (t.ord, i)).collect();
        let mut c = Catalogue { tags, by_ord, ..Catalogue::default() };
        (0..c.tags.len()).for_each(|i| c.make_found(i));
        c
    }
    /// A tag whose parent is here already.
    pub fn push(&mut self, tag: Tag) {
        let place = self.tags.len();
        self.by_ord.insert(tag.ord, place);
        self.tags.push(tag);
        self.make_found(place);
    }
    fn make_found(&mut self, place: usize) {
        let tag = &self.tags[place];
        if tag.state == TagState::Merged {
            self.led.insert(tag.path.clone(), tag.canon_ord);
            return;
        }
        let labels = ["ko", "en"].map(|lang| textkit::fold_key(&self.label_path(tag, lang)));
        self.by_path.insert(tag.path.clone(), place);
        for label in labels {
            self.by_labels.entry(label).or_insert(place);
        }
    }
    pub fn by_ord(&self, ord: i64) -> Option<&Tag> {
        self.by_ord.get(&ord).map(|i| &self.tags[*i])
    }
    pub fn by_id(&self, id: TagId) -> Option<&Tag> {
        self.tags.iter().find(|t| t.id == id)
    }
    /// The tag at a path; where one was merged and no other took its place, the one it was merged into.
    pub fn by_path(&self, path: &str) -> Option<&Tag> {
        let here = self.by_path.get(path).map(|i| &self.tags[*i]);
        here.or_else(|| self.led.get(path).and_then(|ord| self.by_ord(*ord)))
    }
    /// A path as people write it: of slugs, or of the labels of either language.
    pub fn by_any_path(&self, path: &str) -> Option<&Tag> {
        self.by_path(path).or_else(|| {
            let labels: Vec<&str> = path.split('/').map(str::trim).collect();
            self.by_labels.get(&textkit::fold_key(&labels.join(" / "))).map(|i| &self.tags[*i])
        })
    }
    /// From the root to the tag itself.
    pub fn line(&self, tag: &Tag) -> Vec<&Tag> {
        let mut line = Vec::new();
        let mut next = self.by_ord(tag.ord);
        while let Some(t) = next {
            line.push(t);
            next = if line.len() < MAX_DEPTH { self.by_ord(t.parent_ord) } else { None };
        }
        line.reverse();
        line
    }
    pub fn label_path(&self, tag: &Tag, lang: &str) -> String {
        let label = |t: &Tag| {
            let (one, other) = if lang == "ko" { (&t.label.ko, &t.label.en) } else { (&t.label.en, &t.label.ko) };
            one.clone().or_else(|| other.clone()).unwrap_or_else(|| t.slug.clone())
        };
        self.line(tag).into_iter().map(label).collect::<Vec<_>>().join(" / ")
    }
    /// The tag that counts for a tag today: itself, or the one it was merged into.
    pub fn canon(&self, ord: i64) -> i64 {
        self.by_ord(ord).map_or(ord, |t| t.canon_ord)
    }
    /// The tag and everything below it; for a merged tag, of the one it was merged into. Merged tags are not below
    /// anything: what was put on them counts where they lead.
    pub fn subtree(&self, ord: i64) -> Vec<i64> {
        let mut all = vec![self.canon(ord)];
        let mut i = 0;
        while i < all.len() {
            let above = all[i];
            let below = |t: &&Tag| t.parent_ord == above && t.ord != above && t.state != TagState::Merged;
            all.extend(self.tags.iter().filter(below).map(|t| t.ord));
            i += 1;
        }
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Catalogue {
    /// The same tags as if none had been merged: what was tagged is read as it was tagged.
    pub fn unmerged(&self) -> Catalogue {
        let apart = |t: &Tag| match t.state {
            TagState::Merged => Tag { state: TagState::Retired, canon_ord: t.ord, ..t.clone() },
            _ => t.clone(),
        };
        Catalogue { seq: self.seq, ..Catalogue::new(self.tags.iter().map(apart).collect()) }
    }
    /// tag → the tag it was merged into, as the counting columns want it.
    pub fn merged(&self) -> HashMap<u32, u32> {
        let merged = self.tags.iter().filter(|t| t.canon_ord != t.ord);
        merged.map(|t| (t.ord as u32, t.canon_ord as u32)).collect()
    }
}

pub const MAX_ALIASES: usize = 50;
pub const MAX_DEPTH: usize = 8;
pub const MAX_LABEL: usize = 80;
pub const MAX_TEXT: usize = 2000;

/// A slug: lower-case letters, digits and hyphens; made from any text, Korean included.
pub fn slug_of(text: &str) -> Result<String> {
    let mut slug = String::new();
    for c in textkit::fold(text.trim()).chars() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_end_matches('-').chars().take(MAX_LABEL).collect();
    if slug.is_empty() { Err(Error::invalid("slug", "error-tag-slug-empty")) } else { Ok(slug) }
}

/// The path of a tag from outside, cut into slugs with the texts they came from.
pub fn parse_path(path: &str) -> Result<Vec<(String, String)>> {
    let parts: Vec<&str> = path.split('/').map(str::trim).filter(|p| !p.is_empty()).collect();
    if parts.is_empty() || parts.len() >= MAX_DEPTH {
        return Err(Error::invalid("path", "error-tag-path"));
    }
    parts.into_iter().map(|p| Ok((slug_of(p)?, textkit::clean_text(p)))).collect()
}

pub fn check_texts(field: &'static str, texts: &Texts, max: usize) -> Result<()> {
    for (_, text) in texts.by_lang() {
        if text.is_some_and(|t| t.chars().count() > max) {
            return Err(Error::Invalid { field, key: "error-longest", args: vec![("max", max.to_string())] });
        }
    }
    Ok(())
}
