//! Which known word a misspelt one was probably meant to be.

/// The known word that is fewest changes away (Levenshtein 1965), and how many those are; none when no word is known.
pub fn find_nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<(&'a str, usize)> {
    known.iter().map(|word| (*word, changes_between(wrong, word))).min_by_key(|(_, changes)| *changes)
}

fn changes_between(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_word_is_near_the_word_that_was_meant() {
        assert_eq!(find_nearest("naem", &["external_id", "name", "plan"]), Some(("name", 2)));
        assert_eq!(find_nearest("이름", &["이름"]), Some(("이름", 0)));
        assert_eq!(find_nearest("x", &[]), None);
    }
}
