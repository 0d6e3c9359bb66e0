//! What follows for the asks of an item from what is said of it now. Pure.
use super::{Because, Origin, State};
use crate::store::asks::AskRow;
use base::{AskId, ItemId, Time};
use std::collections::{HashMap, HashSet};
use tagging::counts::PersonShare;

/// What is to be written.
#[derive(Debug, Default, PartialEq)]
pub struct Changes {
    /// Their `ord` is still 0.
    pub new: Vec<AskRow>,
    pub changed: Vec<AskRow>,
}

/// Compares. `shares`: what each person says under the item's tags, by their present ordinals; whoever is not among
/// them says nothing. `canon`: into whom somebody was merged.
pub fn follow(
    item: ItemId,
    rows: Vec<AskRow>,
    shares: &[PersonShare],
    canon: impl Fn(i64) -> i64,
    because: Because,
    now: Time,
) -> Changes {
    let mut changes = Changes::default();
    let of_person: HashMap<i64, &PersonShare> = shares.iter().map(|share| (i64::from(share.person), share)).collect();
    let mut held: HashSet<i64> = HashSet::new();
    // Of two that were merged, the one with the present ordinal speaks for both; the other one stays as it is.
    let (own, merged): (Vec<AskRow>, Vec<AskRow>) =
        rows.into_iter().partition(|row| canon(row.person_ord) == row.person_ord);
    for row in own.into_iter().chain(merged) {
        let person = canon(row.person_ord);
        let share = of_person.get(&person);
        if !held.insert(person) && share.is_some() {
            continue;
        }
        if row.pinned_at.is_some() {
            // Answered asks stay as they were. That somebody wrote to us themselves by now is a place to answer.
            if let (None, Some(share)) = (row.conversation_ord, share) {
                changes.changed.push(AskRow { conversation_ord: Some(i64::from(share.last_in)), ..row });
            }
            continue;
        }
        let after = match share {
            Some(share) => said(row.clone(), share),
            None if row.origin != Origin::Taggings.as_str() => continue,
            None if row.state == State::Withdrawn.as_str() => continue,
            None => AskRow {
                state: State::Withdrawn.as_str().into(),
                because: Some(because.as_str().into()),
                ..row.clone()
            },
        };
        if after != row {
            changes.changed.push(after);
        }
    }
    let new = shares.iter().filter(|share| !held.contains(&i64::from(share.person)));
    changes.new.extend(new.map(|share| said(blank(item, i64::from(share.person), now), share)));
    changes
}

pub fn blank(item_id: ItemId, person_ord: i64, now: Time) -> AskRow {
    AskRow {
        ord: 0,
        id: AskId::new(),
        item_id,
        person_ord,
        account_ord: None,
        origin: Origin::Taggings.as_str().into(),
        state: State::Open.as_str().into(),
        because: None,
        first_at: now,
        last_at: now,
        conversations: 0,
        passages: 0,
        conversation_ord: None,
        pinned_at: None,
        language: None,
        way_back: None,
        words: None,
        by_staff: None,
        created_at: now,
        changed_at: now,
        rev: 1,
    }
}

/// The ask of somebody who says this.
fn said(row: AskRow, share: &PersonShare) -> AskRow {
    let at = |minute: i32| Time(i64::from(minute) * Time::MINUTE);
    let (mut first_at, mut last_at) = (at(share.first), at(share.last));
    if row.origin != Origin::Taggings.as_str() {
        (first_at, last_at) = (first_at.min(row.first_at), last_at.max(row.last_at));
    }
    AskRow {
        account_ord: Some(i64::from(share.account)).filter(|account| *account != 0).or(row.account_ord),
        state: State::Open.as_str().into(),
        because: None,
        first_at,
        last_at,
        conversations: i64::from(share.conversations),
        passages: i64::from(share.taggings),
        conversation_ord: Some(i64::from(share.last_in)),
        ..row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Time = Time(1_700_000_000_000_000);

    fn share(person: u32, last: i32) -> PersonShare {
        PersonShare {
            person,
            account: person % 3,
            conversations: 1,
            taggings: 2,
            first: last - 5,
            last,
            last_in: 7,
            last_tagging: 9,
        }
    }

    #[test]
    fn whoever_was_answered_and_writes_to_us_then_has_a_place_to_be_answered_at() {
        let by_hand = AskRow { origin: "hand".into(), pinned_at: Some(NOW), ..blank(ItemId::new(), 4, NOW) };
        let follow = |row: AskRow| follow(row.item_id, vec![row], &[share(4, 9)], |ord| ord, Because::Untagged, NOW);
        let changes = follow(by_hand.clone());
        assert_eq!(changes.changed, [AskRow { conversation_ord: Some(7), ..by_hand.clone() }]);
        let known = AskRow { conversation_ord: Some(3), ..by_hand };
        assert_eq!(follow(known), Changes::default(), "what was answered stays as it was");
    }

    fn settle(rows: Vec<AskRow>, changes: Changes) -> Vec<AskRow> {
        let mut all: HashMap<i64, AskRow> = rows.into_iter().map(|row| (row.person_ord, row)).collect();
        let moved = changes.changed.into_iter().chain(changes.new);
        moved.for_each(|row| drop(all.insert(row.person_ord, row)));
        let mut all: Vec<AskRow> = all.into_values().collect();
        all.sort_by_key(|row| row.person_ord);
        all
    }

    proptest! {
        /// Whatever is said, unsaid and merged in whatever order: who speaks has exactly one open ask, nobody else has
        /// one, none is ever lost, one that was answered stays as it is, and following twice changes nothing.
        #[test]
        fn asks_are_those_who_speak(worlds in prop::collection::vec(
            (prop::collection::btree_map(1..12u32, 100..200i32, 0..8), prop::option::of((1..12i64, 1..12i64)), prop::option::of(1..12i64)),
            1..8,
        )) {
            let (item, mut rows, mut into) = (ItemId::new(), Vec::new(), HashMap::new());
            for (said, merge, pin) in worlds {
                if let Some((from, to)) = merge.filter(|(from, to)| from != to && !into.contains_key(to) && !into.values().any(|v| v == from)) {
                    into.insert(from, to);
                }
                let canon = |ord: i64| into.get(&ord).copied().unwrap_or(ord);
                let shares: Vec<PersonShare> = said.iter().filter(|(who, _)| canon(i64::from(**who)) == i64::from(**who))
                    .map(|(who, last)| share(*who, *last)).collect();
                let before = rows.clone();
                let changes = follow(item, rows.clone(), &shares, canon, Because::Untagged, NOW);
                rows = settle(rows, changes);
                for old in &before {
                    let now = rows.iter().find(|row| row.person_ord == old.person_ord);
                    prop_assert!(now.is_some());
                    prop_assert!(old.pinned_at.is_none() || now == Some(old));
                }
                for share in &shares {
                    let theirs = rows.iter().filter(|row| canon(row.person_ord) == i64::from(share.person));
                    prop_assert!(theirs.into_iter().any(|row| row.state == "open" || row.pinned_at.is_some()));
                }
                for row in rows.iter().filter(|row| row.pinned_at.is_none() && row.state == "open") {
                    prop_assert!(shares.iter().any(|share| i64::from(share.person) == canon(row.person_ord)));
                }
                let again = follow(item, rows.clone(), &shares, canon, Because::Untagged, NOW);
                prop_assert_eq!(again, Changes::default());
                if let Some(row) = pin.and_then(|pin| rows.iter_mut().find(|row| row.person_ord == pin)) {
                    row.pinned_at = Some(NOW);
                }
            }
        }
    }

    #[test]
    fn what_one_of_us_wrote_down_stays_and_takes_in_what_is_tagged() {
        let by_hand = AskRow { origin: "hand".into(), ..blank(ItemId::new(), 4, NOW) };
        let with = follow(by_hand.item_id, vec![by_hand.clone()], &[share(4, 100)], |ord| ord, Because::Untagged, NOW);
        assert_eq!((with.changed[0].passages, with.changed[0].last_at), (2, NOW));
        let without = follow(by_hand.item_id, with.changed, &[], |ord| ord, Because::Untagged, NOW);
        assert_eq!(without, Changes::default());
    }
}
