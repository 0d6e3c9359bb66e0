//! Who is named in a note: `@` and a name of one of us or of a team, as it is written or in small letters. Pure.
use base::StaffId;
use std::collections::BTreeSet;
use textkit::fold;

/// Whoever is named; of two names that both fit the longer is meant. A Korean name may have a particle behind it.
pub(crate) fn find_mentions(text: &str, names: &[(String, Vec<StaffId>)]) -> BTreeSet<StaffId> {
    let text = fold(text);
    let names: Vec<(String, &[StaffId])> =
        names.iter().map(|(name, ids)| (fold(name.trim()), ids.as_slice())).collect();
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices('@') {
        // The middle of an address names nobody.
        if text[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
            continue;
        }
        let rest = &text[at + 1..];
        let fits =
            names.iter().filter(|(name, _)| !name.is_empty() && rest.starts_with(name.as_str()) && ends(name, rest));
        let longest = fits.clone().map(|(name, _)| name.len()).max();
        let meant = fits.filter(|(name, _)| Some(name.len()) == longest);
        found.extend(meant.flat_map(|(_, ids)| ids.iter().copied()));
    }
    found
}

/// Whether a name ends where it ends in the text, and is not the beginning of another word.
fn ends(name: &str, rest: &str) -> bool {
    let next = rest[name.len()..].chars().next();
    next.is_none_or(|next| !next.is_alphanumeric() || ('가'..='힣').contains(&next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_named_by_name_or_team_and_by_nothing_else() {
        let ids: Vec<StaffId> = (0..4).map(|_| StaffId::new()).collect();
        let names = [
            ("김민".to_owned(), vec![ids[0]]),
            ("김민지".to_owned(), vec![ids[1]]),
            ("Lee Ann".to_owned(), vec![ids[2]]),
            ("Support".to_owned(), vec![ids[2], ids[3]]),
        ];
        let named = |text: &str| {
            let found = find_mentions(text, &names);
            ids.iter().enumerate().filter(|(_, id)| found.contains(id)).map(|(n, _)| n).collect::<Vec<_>>()
        };
        assert_eq!(named("@김민지에게 물어봐 주세요"), [1]);
        assert_eq!(named("@김민 님"), [0]);
        assert_eq!(named("(@lee ann) and @SUPPORT, please"), [2, 3]);
        assert_eq!(named("write to help@support.example or 김민지"), Vec::<usize>::new());
        assert_eq!(named("@supporters of @leeann @"), Vec::<usize>::new());
        assert_eq!(named("@support에 넘김"), [2, 3]);
    }
}
