//! Korean: what stands at the end of a word (particles, verb endings), which particle a word takes, initial consonants.

mod ending;
mod josa;

pub(crate) use ending::{is_particle, is_verb_tail, stem_hangul};
pub use ending::{strip_ending, strip_particle};
pub use josa::josa;

const INITIALS: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];

/// The initial consonants of a text (`검색 API` → `ㄱㅅ API`); everything that is no Hangul syllable stays.
pub fn choseong(text: &str) -> String {
    text.chars().map(|c| syllable(c).map_or(c, |s| INITIALS[s as usize / (21 * 28)])).collect()
}

pub(crate) fn is_syllable(c: char) -> bool {
    ('가'..='힣').contains(&c)
}

/// A Hangul syllable's number from 가 = 0.
fn syllable(c: char) -> Option<u32> {
    is_syllable(c).then(|| c as u32 - '가' as u32)
}

/// How the sound of a word ends, as far as the next particle is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coda {
    Open,
    Rieul,
    Closed,
}

/// The final consonant of a Hangul syllable.
pub(crate) fn coda(c: char) -> Option<Coda> {
    syllable(c).map(|s| match s % 28 {
        0 => Coda::Open,
        8 => Coda::Rieul,
        _ => Coda::Closed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_a_label() {
        assert_eq!(choseong("검색 API 느림!"), "ㄱㅅ API ㄴㄹ!");
        assert_eq!(choseong("까치 힣"), "ㄲㅊ ㅎ");
    }
}
