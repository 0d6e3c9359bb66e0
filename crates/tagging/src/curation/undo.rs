//! Taking steps back: what they changed is put back as it was, unless somebody has changed it again since.
use super::{Sheet, Step};
use crate::model::{Aliases, Tag, TagState};
use base::{Error, Result};
use std::collections::HashSet;

const CHANGED: Error = Error::Conflict { key: "error-undo-changed-since" };

impl Sheet {
    /// Takes steps back, the last first. A tag that was made by them goes, if nothing stands below it. `later` are the
    /// steps done since that stand: what they changed again is not taken from under them.
    pub fn undo(&mut self, steps: &[Step], later: &[Step]) -> Result<Vec<Step>> {
        let mut back = Vec::with_capacity(steps.len());
        for step in steps.iter().rev() {
            if later.iter().any(|since| since.ord == step.ord && overlap(step, since)) {
                return Err(CHANGED);
            }
            let now = self.get(step.ord).cloned();
            let wanted = match (&step.before, &step.after, &now) {
                (Some(before), Some(after), Some(now)) => Some(put_back(before, after, now)?),
                (None, Some(after), Some(now)) if same(after, now) => None,
                (Some(before), None, None) => Some(before.clone()),
                _ => return Err(CHANGED),
            };
            match wanted {
                Some(tag) if tag.parent_ord != 0 && self.is_below(tag.parent_ord, tag.ord) => return Err(CHANGED),
                Some(tag) => self.put(tag),
                None if self.children(step.ord).next().is_some() || self.is_led_to(step.ord) => return Err(CHANGED),
                None => self.remove(step.ord),
            }
            let after = self.get(step.ord).cloned();
            if now != after {
                back.push(Step { op: "undo", ord: step.ord, before: now, after, moves: vec![] });
            }
        }
        for step in &back {
            self.check(step.ord)?;
            if self.get(step.ord).is_some_and(|t| self.get(t.canon_ord).is_none_or(|c| c.canon_ord != c.ord)) {
                return Err(CHANGED);
            }
            if self.get(step.ord).into_iter().chain(self.children(step.ord)).any(|t| self.hangs_in_the_air(t)) {
                return Err(CHANGED);
            }
        }
        Ok(back)
    }

    /// Whether a tag that stands is below one that was merged away meanwhile: nothing above would count it.
    fn hangs_in_the_air(&self, tag: &Tag) -> bool {
        let is_merged = |t: &Tag| t.state == TagState::Merged;
        !is_merged(tag) && self.get(tag.parent_ord).is_some_and(is_merged)
    }

    fn is_led_to(&self, ord: i64) -> bool {
        self.tags().any(|t| t.canon_ord == ord && t.ord != ord)
    }
}

/// Whether a tag still is what a step made of it; its path follows the tags above it and is no change of its own.
fn same(after: &Tag, now: &Tag) -> bool {
    Tag { path: String::new(), rev: 0, ..after.clone() } == Tag { path: String::new(), rev: 0, ..now.clone() }
}

macro_rules! each_field {
    ($visit:ident) => {
        $visit!(parent_ord, canon_ord, slug, state, position, label, definition, use_when, not_for)
    };
}

/// Whether two steps on one tag changed the same of it. Making it changes all.
fn overlap(one: &Step, other: &Step) -> bool {
    let (Some((a, b)), Some((c, d))) =
        (one.before.as_ref().zip(one.after.as_ref()), other.before.as_ref().zip(other.after.as_ref()))
    else {
        return true;
    };
    macro_rules! both {
        ($($name:ident),*) => { false $(|| a.$name != b.$name && c.$name != d.$name)* };
    }
    let turned = |before: &[String], after: &[String]| -> Vec<String> {
        let (before, after): (HashSet<&String>, HashSet<&String>) = (before.iter().collect(), after.iter().collect());
        before.symmetric_difference(&after).map(|a| (*a).clone()).collect()
    };
    let aliases = |x: &Aliases, y: &Aliases| (turned(&x.ko, &y.ko), turned(&x.en, &y.en));
    let ((ko, en), (other_ko, other_en)) = (aliases(&a.aliases, &b.aliases), aliases(&c.aliases, &d.aliases));
    each_field!(both) || ko.iter().any(|x| other_ko.contains(x)) || en.iter().any(|x| other_en.contains(x))
}

/// The present tag with everything that the step changed as it was before.
fn put_back(before: &Tag, after: &Tag, now: &Tag) -> Result<Tag> {
    let mut tag = now.clone();
    macro_rules! field {
        ($($name:ident),*) => {$(
            if before.$name != after.$name {
                if now.$name != after.$name {
                    return Err(CHANGED);
                }
                tag.$name = before.$name.clone();
            }
        )*};
    }
    each_field!(field);
    tag.aliases = Aliases {
        ko: turn_back(&now.aliases.ko, &before.aliases.ko, &after.aliases.ko)?,
        en: turn_back(&now.aliases.en, &before.aliases.en, &after.aliases.en)?,
    }
    .tidy();
    Ok(tag)
}

/// Each alias is a thing of its own: those that came go, those that went come, others stay.
fn turn_back(now: &[String], before: &[String], after: &[String]) -> Result<Vec<String>> {
    let came: Vec<&String> = after.iter().filter(|a| !before.contains(a)).collect();
    let went: Vec<&String> = before.iter().filter(|a| !after.contains(a)).collect();
    if came.iter().any(|a| !now.contains(a)) || went.iter().any(|a| now.contains(a)) {
        return Err(CHANGED);
    }
    Ok(now.iter().filter(|a| !came.contains(a)).chain(went).cloned().collect())
}
