//! Whether departments that write to one customer know of each other. Pure.
use std::collections::{BTreeMap, BTreeSet};

/// Of departments and the conversations they wrote in: those of which some other one wrote where they did not, and who
/// did not write there either; by name. None when all of them meet.
pub(crate) fn find_uncoordinated(wrote: &[(String, i64)]) -> Vec<String> {
    let mut of: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for (department, conversation) in wrote {
        of.entry(department).or_default().insert(*conversation);
    }
    let is_alone = |(name, own): &(&&str, &BTreeSet<i64>)| {
        of.iter().any(|(other, theirs)| other != *name && own.is_disjoint(theirs))
    };
    of.iter().filter(is_alone).map(|(name, _)| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(wrote: &[(&str, i64)]) -> Vec<String> {
        find_uncoordinated(&wrote.iter().map(|(name, place)| ((*name).to_owned(), *place)).collect::<Vec<_>>())
    }

    #[test]
    fn departments_that_never_met_are_named_and_no_others() {
        assert!(found(&[]).is_empty());
        assert!(found(&[("Sales", 1), ("Sales", 2)]).is_empty(), "one alone");
        assert!(found(&[("Sales", 1), ("Support", 1), ("Support", 2)]).is_empty(), "they met in the first");
        assert_eq!(found(&[("Sales", 1), ("Support", 2)]), ["Sales", "Support"]);
        assert_eq!(found(&[("Sales", 1), ("Support", 1), ("Finance", 3)]), ["Finance", "Sales", "Support"]);
    }
}
