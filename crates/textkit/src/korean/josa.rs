//! Which of two particles a word takes.

use super::{Coda, coda};

/// The half of a particle pair that goes with `word`: `은/는`, `이/가`, `을/를`, `과/와`, `으로/로`, `이나/나`, `아/야`, …,
/// with the form after a consonant first (`와/과` is understood too).
///
/// What counts is the sound of the last letter or digit, brackets and quotes aside: digits are read as Korean numbers,
/// capitals as letter names, other Latin words by a rule of thumb for how Korean writes English endings (`Slack은`,
/// `Google을`, `Dropbox는`). A word that ends in another script takes the form after a vowel.
pub fn josa<'p>(word: &str, pair: &'p str) -> &'p str {
    let Some((closed, open)) = pair.split_once('/') else { return pair };
    let (closed, open) = if closed == "와" { (open, closed) } else { (closed, open) };
    match sound_end(word) {
        Coda::Open => open,
        Coda::Rieul if open == "로" || open.starts_with("로") => open,
        Coda::Rieul | Coda::Closed => closed,
    }
}

fn sound_end(word: &str) -> Coda {
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    match word.chars().next_back() {
        None => Coda::Open,
        Some(digit @ '0'..='9') => match digit {
            '1' | '7' | '8' => Coda::Rieul,
            '0' | '3' | '6' => Coda::Closed,
            _ => Coda::Open,
        },
        Some(c) if c.is_ascii_alphabetic() => {
            let from = word
                .rfind(|c: char| !c.is_ascii_alphabetic())
                .map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8));
            latin_end(&word[from..])
        }
        Some(c) => coda(c).unwrap_or(Coda::Open),
    }
}

fn latin_end(word: &str) -> Coda {
    if word.bytes().all(|b| b.is_ascii_uppercase()) {
        return match word.as_bytes()[word.len() - 1] {
            b'L' | b'R' => Coda::Rieul,
            b'M' | b'N' => Coda::Closed,
            _ => Coda::Open,
        };
    }
    let word = word.to_ascii_lowercase();
    let is_vowel = |b: u8| b"aeiou".contains(&b);
    let [before @ .., last] = word.as_bytes() else { return Coda::Open };
    let after_vowel = before.last().is_some_and(|&b| is_vowel(b));
    let closed_if = |yes| if yes { Coda::Closed } else { Coda::Open };
    match last {
        b'l' => Coda::Rieul,
        b'm' | b'n' => Coda::Closed,
        b'g' => closed_if(before.ends_with(b"n")),
        b'k' => closed_if(after_vowel || before.ends_with(b"c")),
        b'b' | b'c' | b'p' | b't' => closed_if(after_vowel),
        b'e' => silent_e_end(before, is_vowel),
        _ => Coda::Open,
    }
}

/// The final e of `Google` and `phone` is not heard: what stands before it decides.
fn silent_e_end(before: &[u8], is_vowel: impl Fn(u8) -> bool) -> Coda {
    match before {
        [.., before_l, b'l'] if !is_vowel(*before_l) => Coda::Rieul,
        [.., vowel, b'l'] if is_vowel(*vowel) => Coda::Rieul,
        [.., vowel, b'm' | b'n'] if is_vowel(*vowel) => Coda::Closed,
        _ => Coda::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hangul_words_take_their_particle() {
        for (word, pair, want) in [
            ("결제", "은/는", "는"),
            ("환불", "은/는", "은"),
            ("검색", "이/가", "이"),
            ("태그", "을/를", "를"),
            ("고객", "과/와", "과"),
            ("문의", "와/과", "와"),
            ("메일", "으로/로", "로"),
            ("설정", "으로/로", "으로"),
            ("화면", "이나/나", "이나"),
            ("「결제」", "을/를", "를"),
        ] {
            assert_eq!(josa(word, pair), want, "{word} {pair}");
        }
    }

    #[test]
    fn digits_are_read_as_korean_numbers() {
        for (word, want) in
            [("0", "이"), ("10", "이"), ("2", "가"), ("v3", "이"), ("5", "가"), ("8", "이"), ("49", "가")]
        {
            assert_eq!(josa(word, "이/가"), want, "{word}");
        }
        assert_eq!(josa("서버 1", "으로/로"), "로");
        assert_eq!(josa("서버 3", "으로/로"), "으로");
    }

    #[test]
    fn latin_words_follow_their_korean_sound() {
        for (word, want) in [
            ("API", "는"),
            ("URL", "은"),
            ("PDF", "는"),
            ("VPN", "은"),
            ("Slack", "은"),
            ("Google", "은"),
            ("Notion", "은"),
            ("Dropbox", "는"),
            ("iPhone", "은"),
            ("Salesforce", "는"),
            ("Desktop", "은"),
            ("billing", "은"),
            ("설정(Settings)", "는"),
            ("Zendesk", "는"),
        ] {
            assert_eq!(josa(word, "은/는"), want, "{word}");
        }
        assert_eq!(josa("mail", "으로/로"), "로");
    }

    proptest! {
        #[test]
        fn the_answer_is_a_half_of_the_pair(word in any::<String>()) {
            prop_assert!(["으로", "로"].contains(&josa(&word, "으로/로")));
        }
    }
}
