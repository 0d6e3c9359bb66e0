//! The catalogue as something one can try changes on: each operation gives its steps, or says why it cannot be.
use super::{Op, Step};
use crate::actions::{NewTag, TagPatch};
use crate::model::{
    Aliases, Catalogue, MAX_ALIASES, MAX_DEPTH, MAX_LABEL, MAX_TEXT, Tag, TagState, Texts, check_texts, slug_of,
};
use base::{Error, Result, TagId, Time};
use std::collections::BTreeMap;

/// Ordinals for the tags a change makes, and the moment it happens.
#[derive(Clone, Debug)]
pub struct Fresh {
    pub ords: std::vec::IntoIter<i64>,
    pub now: Time,
}

impl Fresh {
    pub fn new(ords: Vec<i64>, now: Time) -> Fresh {
        Fresh { ords: ords.into_iter(), now }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    tags: BTreeMap<i64, Tag>,
}

impl Sheet {
    pub fn of(catalogue: &Catalogue) -> Sheet {
        Sheet { tags: catalogue.tags.iter().map(|t| (t.ord, t.clone())).collect() }
    }
    pub fn into_catalogue(self) -> Catalogue {
        let mut tags: Vec<Tag> = self.tags.into_values().collect();
        tags.sort_by(|a, b| (a.position, &a.path).cmp(&(b.position, &b.path)));
        Catalogue::new(tags)
    }
    pub fn tags(&self) -> impl Iterator<Item = &Tag> {
        self.tags.values()
    }
    pub fn get(&self, ord: i64) -> Option<&Tag> {
        self.tags.get(&ord)
    }
    pub fn by_path(&self, path: &str) -> Option<&Tag> {
        self.tags.values().find(|t| t.path == path && t.state != TagState::Merged)
    }
    /// A tag by id; one that was merged leads to the tag it was merged into.
    pub fn find(&self, id: TagId) -> Result<Tag> {
        let tag = self.tags.values().find(|t| t.id == id).ok_or(Error::NotFound("tag"))?;
        self.get(tag.canon_ord).cloned().ok_or(Error::NotFound("tag"))
    }
    pub fn children(&self, ord: i64) -> impl Iterator<Item = &Tag> {
        self.tags.values().filter(move |t| t.parent_ord == ord && t.ord != ord)
    }
    pub(super) fn is_below(&self, ord: i64, above: i64) -> bool {
        let mut next = self.get(ord);
        for _ in 0..MAX_DEPTH {
            match next {
                Some(t) if t.ord == above => return true,
                Some(t) => next = self.get(t.parent_ord),
                None => return false,
            }
        }
        false
    }

    /// Puts a tag as it now is, and the paths of everything below it.
    pub fn put(&mut self, mut tag: Tag) {
        tag.aliases = tag.aliases.tidy();
        tag.path = match self.get(tag.parent_ord) {
            Some(above) => format!("{}/{}", above.path, tag.slug),
            None => tag.slug.clone(),
        };
        let moved = self.get(tag.ord).is_some_and(|old| old.path != tag.path);
        let (ord, path) = (tag.ord, tag.path.clone());
        self.tags.insert(ord, tag);
        if moved {
            self.renew_below(ord, &path);
        }
    }
    fn renew_below(&mut self, ord: i64, path: &str) {
        let below: Vec<i64> = self.children(ord).map(|t| t.ord).collect();
        for child in below {
            if let Some(tag) = self.tags.get_mut(&child) {
                tag.path = format!("{path}/{}", tag.slug);
                let path = tag.path.clone();
                self.renew_below(child, &path);
            }
        }
    }
    pub fn remove(&mut self, ord: i64) {
        self.tags.remove(&ord);
    }

    /// What must hold of a tag that was just put: its texts, its place, its depth.
    pub fn check(&self, ord: i64) -> Result<()> {
        let Some(tag) = self.get(ord) else { return Ok(()) };
        check_tag(tag)?;
        if tag.parent_ord != 0 && self.get(tag.parent_ord).is_none() {
            return Err(Error::Conflict { key: "error-tag-parent-gone" });
        }
        if tag.state == TagState::Merged {
            return Ok(());
        }
        let twin = |t: &&Tag| t.slug == tag.slug && t.ord != ord && t.state != TagState::Merged;
        if self.tags.values().filter(|t| t.parent_ord == tag.parent_ord).any(|t| twin(&t)) {
            return Err(Error::Conflict { key: "error-tag-path-taken" });
        }
        let depth = |t: &Tag| t.path.split('/').count();
        let deepest = self.tags.values().filter(|t| self.is_below(t.ord, ord)).map(depth).max();
        match deepest.unwrap_or(0).max(depth(tag)) >= MAX_DEPTH {
            true => Err(Error::invalid("parent", "error-tag-too-deep")),
            false => Ok(()),
        }
    }

    /// Puts a tag and says what that was.
    fn set(&mut self, op: &'static str, tag: Tag) -> Result<Step> {
        let before = self.get(tag.ord).cloned();
        let ord = tag.ord;
        self.put(tag);
        self.check(ord)?;
        let after = self.get(ord).cloned();
        Ok(Step { op, ord, before, after, moves: vec![] })
    }

    /// The steps of an operation, done on this sheet. After an error the sheet is not to be used any more.
    pub fn plan(&mut self, op: &Op, fresh: &mut Fresh) -> Result<Vec<Step>> {
        match op {
            Op::Create { tag } => Ok(vec![self.create("create", tag, TagState::Active, fresh)?]),
            Op::Change { tag, patch } => self.change(*tag, patch),
            Op::Move { tag, parent } => {
                let tag = self.find(*tag)?;
                let parent = parent.map(|id| self.find(id)).transpose()?;
                Ok(self.move_tag(tag, parent.map_or(0, |p| p.ord))?.into_iter().collect())
            }
            Op::Merge { tag, into } => self.merge(*tag, *into),
            Op::Split { tag, children, moves } => {
                let tag = self.find(*tag)?;
                if children.is_empty() && moves.is_empty() {
                    return Err(Error::invalid("children", "error-split-empty"));
                }
                let mut steps = Vec::with_capacity(children.len() + 1);
                for child in children {
                    let child = NewTag { parent: Some(child.parent.unwrap_or(tag.id)), ..child.clone() };
                    steps.push(self.create("create", &child, TagState::Active, fresh)?);
                }
                for one in moves {
                    let to = self.find(one.to)?;
                    if to.ord == tag.ord || !to.state.can_be_applied() {
                        return Err(Error::invalid("moves", "error-tag-not-applicable"));
                    }
                }
                steps.push(Step { moves: moves.clone(), ..Step::change("split", &tag, &tag) });
                Ok(steps)
            }
            Op::Retire { tag } => {
                let tag = self.find(*tag)?;
                match tag.state {
                    TagState::Merged | TagState::Retired => Err(Error::Conflict { key: "error-tag-not-retirable" }),
                    _ => Ok(vec![self.set("retire", Tag { state: TagState::Retired, ..tag })?]),
                }
            }
            Op::Restore { tag } => {
                let tag = self.find(*tag)?;
                match tag.state {
                    TagState::Retired => Ok(vec![self.set("restore", Tag { state: TagState::Active, ..tag })?]),
                    _ => Err(Error::Conflict { key: "error-tag-not-retired" }),
                }
            }
            Op::Adopt { tag } => self.adopt(*tag),
        }
    }

    /// Makes a tag in the state that its maker may give it.
    pub fn create(&mut self, op: &'static str, new: &NewTag, state: TagState, fresh: &mut Fresh) -> Result<Step> {
        let parent = new.parent.map(|id| self.find(id)).transpose()?;
        let label = new.label.clone().tidy();
        let named = new.slug.clone().or_else(|| label.en.clone()).or_else(|| label.ko.clone()).unwrap_or_default();
        if new.slug.is_none() && label.is_empty() {
            return Err(Error::invalid("label", "error-tag-label-empty"));
        }
        let ord = fresh.ords.next().ok_or_else(|| Error::store("too few ordinals for new tags"))?;
        let id = new.id.unwrap_or_else(TagId::new);
        if self.tags.values().any(|t| t.id == id) {
            return Err(Error::Conflict { key: "error-tag-id-taken" });
        }
        let tag = Tag {
            ord,
            id,
            parent_ord: parent.map_or(0, |p| p.ord),
            canon_ord: ord,
            slug: slug_of(&named)?,
            path: String::new(),
            state,
            position: new.position.unwrap_or(0),
            source: None,
            created_at: fresh.now,
            rev: 1,
            label,
            aliases: new.aliases.clone(),
            definition: new.definition.clone().tidy(),
            use_when: new.use_when.clone().tidy(),
            not_for: new.not_for.clone().tidy(),
        };
        self.set(op, tag)
    }

    fn change(&mut self, id: TagId, patch: &TagPatch) -> Result<Vec<Step>> {
        let old = self.find(id)?;
        let mut steps = Vec::new();
        if patch.to_root || patch.parent.is_some() {
            let parent = patch.parent.map(|id| self.find(id)).transpose()?;
            steps.extend(self.move_tag(old.clone(), parent.map_or(0, |p| p.ord))?);
        }
        let mut tag = self.get(old.ord).cloned().unwrap_or(old);
        if let Some(label) = &patch.label {
            tag.label = label.clone().tidy();
        }
        if let Some(aliases) = &patch.aliases {
            tag.aliases = aliases.clone().tidy();
        }
        for (place, given) in [
            (&mut tag.definition, &patch.definition),
            (&mut tag.use_when, &patch.use_when),
            (&mut tag.not_for, &patch.not_for),
        ] {
            if let Some(given) = given {
                *place = given.clone().tidy();
            }
        }
        tag.position = patch.position.unwrap_or(tag.position);
        steps.extend(self.rewrite(tag)?);
        Ok(steps)
    }

    /// Puts other texts on a tag; named by what it did. Nothing when nothing differs.
    pub fn rewrite(&mut self, tag: Tag) -> Result<Option<Step>> {
        let old = self.get(tag.ord).cloned().ok_or(Error::NotFound("tag"))?;
        let tag = Tag { aliases: tag.aliases.tidy(), ..tag };
        if old == tag {
            return Ok(None);
        }
        let same_notes = old.definition == tag.definition && old.use_when == tag.use_when && old.not_for == tag.not_for;
        let (same_label, same_aliases) = (old.label == tag.label, old.aliases == tag.aliases);
        let same_rest = old.position == tag.position && old.state == tag.state;
        let op = match (same_label, same_aliases, same_notes, same_rest) {
            (false, true, true, true) => "rename",
            (true, false, true, true) => "alias",
            (true, true, false, true) => "definition",
            _ => "change",
        };
        self.set(op, tag).map(Some)
    }

    fn move_tag(&mut self, tag: Tag, parent_ord: i64) -> Result<Option<Step>> {
        if tag.parent_ord == parent_ord {
            return Ok(None);
        }
        if self.is_below(parent_ord, tag.ord) {
            return Err(Error::invalid("parent", "error-tag-below-itself"));
        }
        self.set("move", Tag { parent_ord, ..tag }).map(Some)
    }

    fn adopt(&mut self, id: TagId) -> Result<Vec<Step>> {
        let tag = self.find(id)?;
        if !matches!(tag.state, TagState::Imported | TagState::Proposed) {
            return Err(Error::Conflict { key: "error-tag-not-adoptable" });
        }
        let (mut line, mut above) = (vec![], tag.parent_ord);
        while let Some(t) = self.get(above).filter(|_| line.len() < MAX_DEPTH) {
            above = t.parent_ord;
            if t.state == TagState::Imported {
                line.push(t.clone());
            }
        }
        line.reverse();
        line.push(tag);
        line.into_iter().map(|t| self.set("adopt", Tag { state: TagState::Active, ..t })).collect()
    }

    fn merge(&mut self, id: TagId, into: TagId) -> Result<Vec<Step>> {
        let (tag, into) = (self.find(id)?, self.find(into)?);
        if tag.ord == into.ord {
            return Err(Error::invalid("into", "error-merge-itself"));
        }
        if self.is_below(into.ord, tag.ord) {
            return Err(Error::invalid("into", "error-merge-below"));
        }
        if !into.state.can_be_applied() {
            return Err(Error::invalid("into", "error-tag-not-applicable"));
        }
        let mut steps = Vec::new();
        let below: Vec<Tag> = self.children(tag.ord).filter(|t| t.state != TagState::Merged).cloned().collect();
        for child in below {
            let slug = self.free_slug(into.ord, &child.slug);
            steps.push(self.set("move", Tag { parent_ord: into.ord, slug, ..child })?);
        }
        // One hop: what led to this tag leads on to the other at once.
        let led: Vec<Tag> =
            self.tags.values().filter(|t| t.canon_ord == tag.ord && t.ord != tag.ord).cloned().collect();
        for one in led {
            steps.push(self.set("redirect", Tag { canon_ord: into.ord, ..one })?);
        }
        let aliases = with_words_of(&into, &tag);
        if aliases != into.aliases {
            steps.push(self.set("alias", Tag { aliases, ..into.clone() })?);
        }
        steps.push(self.set("merge", Tag { state: TagState::Merged, canon_ord: into.ord, ..tag })?);
        Ok(steps)
    }

    fn free_slug(&self, parent: i64, slug: &str) -> String {
        let taken = |slug: &str| self.children(parent).any(|t| t.slug == slug && t.state != TagState::Merged);
        let numbered = (2..).map(|n| format!("{slug}-{n}"));
        std::iter::once(slug.to_owned()).chain(numbered).find(|s| !taken(s)).unwrap_or_default()
    }
}

/// The aliases of a tag and the words of one that is led into it, as far as there is room.
fn with_words_of(into: &Tag, from: &Tag) -> Aliases {
    let join = |own: &Option<String>, have: &[String], label: &Option<String>, aliases: &[String]| {
        let mut list = have.to_vec();
        let own = own.as_deref().map(textkit::fold_key);
        for word in label.iter().chain(aliases) {
            let fold = textkit::fold_key(word);
            let known = Some(&fold) == own.as_ref() || list.iter().any(|have| textkit::fold_key(have) == fold);
            if !known && list.len() < MAX_ALIASES {
                list.push(word.clone());
            }
        }
        list
    };
    Aliases {
        ko: join(&into.label.ko, &into.aliases.ko, &from.label.ko, &from.aliases.ko),
        en: join(&into.label.en, &into.aliases.en, &from.label.en, &from.aliases.en),
    }
    .tidy()
}

fn check_tag(tag: &Tag) -> Result<()> {
    if tag.label.is_empty() {
        return Err(Error::invalid("label", "error-tag-label-empty"));
    }
    check_texts("label", &tag.label, MAX_LABEL)?;
    let notes: [(&'static str, &Texts); 3] =
        [("definition", &tag.definition), ("use", &tag.use_when), ("not_for", &tag.not_for)];
    for (field, texts) in notes {
        check_texts(field, texts, MAX_TEXT)?;
    }
    let bad = |list: &[String]| list.len() > MAX_ALIASES || list.iter().any(|a| a.chars().count() > MAX_LABEL);
    match tag.aliases.by_lang().iter().any(|(_, list)| bad(list)) {
        true => Err(Error::invalid("aliases", "error-tag-aliases")),
        false => Ok(()),
    }
}
