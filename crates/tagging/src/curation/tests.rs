//! Random curation against slow readings of the same words: the log comes to the catalogue at every moment, counts of
//! the past are those that were shown then, and undoing brings everything back.
use super::*;
use crate::counts::{Columns, Fact, Filter, Four, LIVING, Pick, Selector};
use crate::model::{Aliases, Catalogue, TagState, Texts};
use base::Time;
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
enum Act {
    Create(usize, u8),
    Rename(usize, u8),
    Alias(usize, u8),
    Define(usize, u8),
    Move(usize, usize),
    Merge(usize, usize),
    Split(usize, u8),
    Retire(usize),
    Restore(usize),
    /// Undoes the nth change from the newest.
    Undo(usize),
    /// Puts a tag on conversation n, or takes off the newest tagging.
    Tag(usize, u32),
    Untag,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0usize..40, any::<u8>()).prop_map(|(t, n)| Act::Create(t, n % 12)),
        1 => (0usize..40, any::<u8>()).prop_map(|(t, n)| Act::Rename(t, n % 12)),
        1 => (0usize..40, any::<u8>()).prop_map(|(t, n)| Act::Alias(t, n % 12)),
        1 => (0usize..40, any::<u8>()).prop_map(|(t, n)| Act::Define(t, n)),
        3 => (0usize..40, 0usize..40).prop_map(|(t, p)| Act::Move(t, p)),
        4 => (0usize..40, 0usize..40).prop_map(|(t, i)| Act::Merge(t, i)),
        1 => (0usize..40, any::<u8>()).prop_map(|(t, n)| Act::Split(t, n % 12)),
        1 => (0usize..40).prop_map(Act::Retire),
        1 => (0usize..40).prop_map(Act::Restore),
        3 => prop_oneof![3 => Just(0usize), 1 => 1usize..5].prop_map(Act::Undo),
        4 => (0usize..40, 1u32..30).prop_map(|(t, c)| Act::Tag(t, c)),
        1 => Just(Act::Untag),
    ]
}

/// A house in memory: what the store keeps, without the store.
#[derive(Default)]
struct House {
    sheet: Sheet,
    log: Vec<LoggedOp>,
    fixed: HashMap<i64, Tag>,
    /// The lines of each change that stands.
    changes: Vec<std::ops::Range<usize>>,
    facts: Vec<(u32, Fact)>,
    next: i64,
    minute: i32,
}

impl House {
    fn begin() -> House {
        let mut house = House { next: 1, ..House::default() };
        for n in 0..6 {
            let parent = house.sheet.tags().nth(n / 2).filter(|_| n > 1).map(|t| t.id);
            let tag = new_tag(parent, n as u8);
            house.carry_out(&[Op::Create { tag }]);
        }
        house.changes.clear();
        house
    }

    fn tag(&self, n: usize) -> Option<&Tag> {
        self.sheet.tags().nth(n % self.sheet.tags().count().max(1))
    }

    fn op(&self, act: &Act) -> Option<Op> {
        let id = |n: usize| self.tag(n).map(|t| t.id);
        let text = |n: u8| Texts { ko: Some(format!("말 {n}")), en: Some(format!("Word {n}")) };
        let patch = |patch: TagPatch, t: usize| Some(Op::Change { tag: id(t)?, patch });
        match *act {
            Act::Create(t, n) => Some(Op::Create { tag: new_tag(id(t).filter(|_| n % 3 != 0), n) }),
            Act::Rename(t, n) => patch(TagPatch { label: Some(text(n)), ..Default::default() }, t),
            Act::Alias(t, n) => {
                let aliases =
                    Aliases { ko: vec![format!("다른 말 {n}")], en: vec![format!("other {n}"), format!("x{n}")] };
                patch(TagPatch { aliases: Some(aliases), ..Default::default() }, t)
            }
            Act::Define(t, n) => patch(TagPatch { definition: Some(text(n)), ..Default::default() }, t),
            Act::Move(t, p) => Some(Op::Move { tag: id(t)?, parent: id(p).filter(|_| p % 4 != 0) }),
            Act::Merge(t, i) => Some(Op::Merge { tag: id(t)?, into: id(i)? }),
            Act::Split(t, n) => {
                let children = vec![new_tag(None, n), new_tag(None, n + 1)];
                Some(Op::Split { tag: id(t)?, children, moves: vec![] })
            }
            Act::Retire(t) => Some(Op::Retire { tag: id(t)? }),
            Act::Restore(t) => Some(Op::Restore { tag: id(t)? }),
            _ => None,
        }
    }

    fn carry_out(&mut self, ops: &[Op]) -> bool {
        let made: i64 = ops.iter().map(|op| op.makes() as i64).sum();
        let ords: Vec<i64> = (self.next..self.next + made).collect();
        let mut fresh = Fresh::new(ords, Time(self.next));
        let mut sheet = self.sheet.clone();
        let mut steps = Vec::new();
        for op in ops {
            match sheet.plan(op, &mut fresh) {
                Ok(more) => steps.extend(more),
                Err(_) => return false,
            }
        }
        self.next += made;
        self.keep(sheet, steps);
        true
    }

    fn keep(&mut self, sheet: Sheet, steps: Vec<Step>) {
        let from = self.log.len();
        for step in steps {
            if let Some(tag) = &step.after {
                self.fixed.entry(step.ord).or_insert_with(|| tag.clone());
            }
            self.log.push(LoggedOp {
                op: step.op.to_owned(),
                tag_ord: step.ord,
                before_json: logged(step.before.as_ref()).to_string(),
                after_json: logged(step.after.as_ref()).to_string(),
            });
        }
        self.changes.push(from..self.log.len());
        self.sheet = sheet;
    }

    fn steps(&self, lines: std::ops::Range<usize>) -> Vec<Step> {
        self.log[lines].iter().map(|l| read_step(l, &self.fixed[&l.tag_ord]).unwrap()).collect()
    }

    /// Takes a change back; false when it clashes with a later one, or when what it made is in use.
    fn undo(&mut self, nth: usize) -> bool {
        let Some(place) = self.changes.len().checked_sub(nth + 1) else { return false };
        let steps = self.steps(self.changes[place].clone());
        let later: Vec<Step> = self.changes[place + 1..].iter().flat_map(|lines| self.steps(lines.clone())).collect();
        let mut sheet = self.sheet.clone();
        let Ok(back) = sheet.undo(&steps, &later) else { return false };
        let in_use = |ord: i64| self.facts.iter().any(|(t, f)| i64::from(*t) == ord && f.retracted == LIVING);
        if self.sheet.tags().any(|t| sheet.get(t.ord).is_none() && in_use(t.ord)) {
            return false;
        }
        self.keep(sheet, back);
        self.changes.pop();
        self.changes.remove(place);
        true
    }

    fn tagging(&mut self, n: usize, conversation: u32) {
        let Some(tag) = self.tag(n).filter(|t| t.state.can_be_applied()).map(|t| t.ord as u32) else { return };
        let ord = self.facts.len() as u32 + 1;
        let fact = Fact {
            ord,
            said: 0,
            tagged: self.minute,
            retracted: LIVING,
            conversation,
            person: conversation % 7,
            team: 0,
            account: 0,
            door: 1,
            language: 0,
            channel: 0,
            kind: 0,
        };
        self.facts.push((tag, fact));
    }

    fn columns(&self, catalogue: &Catalogue) -> Columns {
        let mut columns = Columns::default();
        for (tag, fact) in &self.facts {
            columns.push(*tag, *fact);
        }
        columns.merged_tags = catalogue.merged();
        columns
    }

    fn catalogue(&self) -> Catalogue {
        self.sheet.clone().into_catalogue()
    }
}

fn new_tag(parent: Option<base::TagId>, n: u8) -> NewTag {
    let label = Texts { ko: Some(format!("이름 {n}")), en: Some(format!("Name {n}")) };
    NewTag { parent, label, ..NewTag::default() }
}

/// What every tag counts with everything below it, in some catalogue, by the columns.
fn counts(columns: &Columns, catalogue: &Catalogue, filter: &Filter) -> Vec<(i64, Four, u32)> {
    let stands = catalogue.tags.iter().filter(|t| t.state != TagState::Merged);
    let count = |ord: i64| {
        let tags = catalogue.subtree(ord).into_iter().map(|o| o as u32).collect();
        let selector = Selector { include: vec![Pick { tags, kinds: 0 }], exclude: vec![] };
        let (four, n) = columns.count_four(&selector, filter);
        (ord, four, n)
    };
    stands.map(|t| count(t.ord)).collect()
}

/// The same by the plainest reading: each living tagging counts for the tag it leads to, and for all above that.
fn slow_counts(house: &House, catalogue: &Catalogue) -> Vec<(i64, u32)> {
    let stands = catalogue.tags.iter().filter(|t| t.state != TagState::Merged);
    let counts_for = |fact: i64, ord: i64| {
        let Some(led) = catalogue.by_ord(fact).and_then(|t| catalogue.by_ord(t.canon_ord)) else { return false };
        catalogue.line(led).iter().any(|t| t.ord == ord)
    };
    let n = |ord: i64| {
        let living = house.facts.iter().filter(|(_, f)| f.retracted == LIVING);
        living.filter(|(t, _)| counts_for(i64::from(*t), ord)).count() as u32
    };
    stands.map(|t| (t.ord, n(t.ord))).collect()
}

fn cases() -> u32 {
    if std::env::var_os("SARANG_SOAK").is_some() { 10_000 } else { 64 }
}

fn without_rev(catalogue: &Catalogue) -> Vec<Tag> {
    catalogue.tags.iter().map(|t| Tag { rev: 0, ..t.clone() }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_curation_is_a_fold_counts_of_the_past_are_a_replay_and_undoing_restores(acts in prop::collection::vec(act(), 1..60)) {
        let mut house = House::begin();
        let first = without_rev(&house.catalogue());
        let mut shown = Vec::new();
        let mut in_order = true;
        for act in &acts {
            house.minute += 1;
            match *act {
                Act::Undo(nth) => in_order &= !house.undo(nth) || nth == 0,
                Act::Tag(n, conversation) => house.tagging(n, conversation),
                Act::Untag => {
                    let minute = house.minute;
                    if let Some((_, fact)) = house.facts.iter_mut().rev().find(|(_, f)| f.retracted == LIVING) {
                        fact.retracted = minute;
                    }
                }
                _ => if let Some(op) = house.op(act) { _ = house.carry_out(&[op]) }
            }
            let catalogue = house.catalogue();
            let counted = counts(&house.columns(&catalogue), &catalogue, &Filter::default());
            let slow = slow_counts(&house, &catalogue);
            prop_assert_eq!(counted.iter().map(|(t, _, n)| (*t, *n)).collect::<Vec<_>>(), slow);
            shown.push((house.minute, house.log.len(), without_rev(&catalogue), counted));
        }
        // The catalogue and the counts of every moment, from the log and the facts as they are at the end.
        let columns = house.columns(&house.catalogue());
        for (minute, lines, catalogue, counted) in shown {
            let past = fold(house.log[..lines].iter(), &house.fixed).unwrap().into_catalogue();
            prop_assert_eq!(&without_rev(&past), &catalogue);
            let filter = Filter { merged: Some(Arc::new(past.merged())), at: Some(minute), ..Filter::default() };
            prop_assert_eq!(counts(&columns, &past, &filter), counted);
        }
        // Once nothing is in use any more, everything can be taken back, the newest first; and nothing of it is left.
        // When something was undone out of order, what took its place meanwhile may stand in the way.
        let minute = house.minute;
        house.facts.iter_mut().for_each(|(_, f)| f.retracted = f.retracted.min(minute));
        while house.undo(0) {}
        prop_assert!(house.changes.is_empty() || !in_order, "the newest change can always be undone");
        if house.changes.is_empty() {
            prop_assert_eq!(without_rev(&house.catalogue()), first);
        }
    }

    #[test]
    fn a_change_and_its_undo_leave_catalogue_and_counts_as_they_were(
        acts in prop::collection::vec(act(), 1..40), last in prop::collection::vec(act(), 1..6)
    ) {
        let mut house = House::begin();
        for act in &acts {
            match *act {
                Act::Tag(n, conversation) => house.tagging(n, conversation),
                _ => if let Some(op) = house.op(act) { _ = house.carry_out(&[op]) }
            }
        }
        let before = house.catalogue();
        let counted = counts(&house.columns(&before), &before, &Filter::default());
        let ops: Vec<Op> = last.iter().filter_map(|act| house.op(act)).collect();
        if house.carry_out(&ops) {
            prop_assert!(house.undo(0));
            let after = house.catalogue();
            prop_assert_eq!(without_rev(&after), without_rev(&before));
            prop_assert_eq!(counts(&house.columns(&after), &after, &Filter::default()), counted);
        }
    }
}
