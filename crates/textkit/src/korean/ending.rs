//! What hangs on a Korean word: particles on nouns, endings of 하다 and 되다 verbs. Rules of sound, no dictionary:
//! a noun that happens to end like a particle (고양이) is cut too, so callers keep the whole word beside the stem.

use super::{Coda, coda, is_syllable};
use std::collections::HashMap;
use std::sync::LazyLock;

const SYLLABLE_BYTES: usize = 3;

/// What must stand before a particle.
#[derive(Clone, Copy)]
enum After {
    Any,
    Vowel,
    Consonant,
    /// 로 and its kin: a vowel or ㄹ.
    VowelOrRieul,
    /// 으로 and its kin: a consonant but ㄹ.
    OtherConsonant,
}

impl After {
    fn allows(self, c: char) -> bool {
        match (self, coda(c)) {
            (After::Any, _) => true,
            (_, None) => false,
            (After::Vowel, Some(coda)) => coda == Coda::Open,
            (After::Consonant, Some(coda)) => coda != Coda::Open,
            (After::VowelOrRieul, Some(coda)) => coda != Coda::Closed,
            (After::OtherConsonant, Some(coda)) => coda == Coda::Closed,
        }
    }
}

/// Particles by what must stand before them. Those marked in `LAYERED` take a second one (에서 + 는).
const PARTICLES: [(After, &str); 5] = [
    (
        After::Any,
        "의 에 도 만 들 께 요 씩 에서 에게 한테 께서 까지 부터 마저 조차 처럼 만큼 보다 밖에 마다 하고 대로 같이 같은 에선 에겐 에게서 한테서 \
         입니다 입니까 인데 인지 이다 이에요 이네요 이지만 이라서 이었다 이라면",
    ),
    (After::Vowel, "는 가 를 와 랑 나 야 라도 란 라는 라고 라며 라면 든지 엔 예요 였다 네요 지만 죠"),
    (After::Consonant, "은 이 을 과 이랑 이나 이야 이라도 이란 이라는 이라고 이라며 이든지 이고 이며 이죠 이요"),
    (After::VowelOrRieul, "로 로서 로써 로부터"),
    (After::OtherConsonant, "으로 으로서 으로써 으로부터"),
];
const LAYERED: &str =
    "들 에 에서 에게 한테 께서 까지 부터 만 처럼 만큼 보다 로 으로 로서 으로서 과 와 하고 이라 라 대로 마다";
const SECOND_AFTER_VOWEL: &str = "는 가 를 와 나 라도 로 랑";
const SECOND_AFTER_CONSONANT: &str = "은 이 을 과 이나 이라도 으로 이랑";
const SECOND_AFTER_ANY: &str = "도 만 의 요 에게 까지 부터 처럼 만큼 보다 한테";

/// Particles by their last character, longest first.
static BY_LAST: LazyLock<HashMap<char, Vec<(String, After)>>> = LazyLock::new(|| {
    let mut all: Vec<(String, After)> = Vec::new();
    for (after, list) in PARTICLES {
        for first in list.split_whitespace() {
            all.push((first.to_owned(), after));
            if !LAYERED.split_whitespace().any(|layered| layered == first) {
                continue;
            }
            let open = first.chars().next_back().and_then(coda) == Some(Coda::Open);
            let fitting = if open { SECOND_AFTER_VOWEL } else { SECOND_AFTER_CONSONANT };
            for second in fitting.split_whitespace().chain(SECOND_AFTER_ANY.split_whitespace()) {
                if second != first {
                    all.push((format!("{first}{second}"), after));
                }
            }
        }
    }
    let mut by_last: HashMap<char, Vec<(String, After)>> = HashMap::new();
    for (particle, after) in all {
        if let Some(last) = particle.chars().next_back() {
            by_last.entry(last).or_default().push((particle, after));
        }
    }
    for list in by_last.values_mut() {
        list.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        list.dedup_by(|a, b| a.0 == b.0);
    }
    by_last
});

/// A Hangul word without the longest particle it can end in (`친구에게는` → `친구`), or nothing when there is none.
///
/// At least two syllables remain before a particle of one syllable, so that `나이` and `바다` keep their ends, and one
/// before a longer particle (`집에서` → `집`).
pub fn strip_particle(word: &str) -> Option<&str> {
    strip_particle_to(word, 2)
}

/// The word without particle or verb ending, whichever cut leaves less; `fewest` syllables remain before a particle of
/// one syllable.
pub(crate) fn stem_hangul(word: &str, fewest: usize) -> Option<&str> {
    [strip_particle_to(word, fewest), strip_ending(word)].into_iter().flatten().min_by_key(|stem| stem.len())
}

/// As `strip_particle`, with the fewest syllables that must remain before a particle of one syllable.
fn strip_particle_to(word: &str, fewest: usize) -> Option<&str> {
    let last = word.chars().next_back().filter(|&c| is_syllable(c))?;
    BY_LAST.get(&last)?.iter().find_map(|(particle, after)| {
        let stem = word.strip_suffix(particle.as_str())?;
        let fewest = if particle.len() > SYLLABLE_BYTES { 1 } else { fewest };
        let before = stem.chars().next_back().filter(|&c| is_syllable(c))?;
        (stem.len() >= fewest * SYLLABLE_BYTES && after.allows(before)).then_some(stem)
    })
}

/// Whether `tail` can be the particle of a noun that ends in `before`; after another script any sound fits.
pub(crate) fn is_particle(before: char, tail: &str) -> bool {
    let Some(list) = tail.chars().next_back().and_then(|last| BY_LAST.get(&last)) else { return false };
    list.iter().any(|(particle, after)| particle == tail && (!is_syllable(before) || after.allows(before)))
}

/// Whether `tail` can make a verb or adjective of the noun before it: 했어요, 된, 하려고.
pub(crate) fn is_verb_tail(tail: &str) -> bool {
    let mut chars = tail.chars();
    let Some(first) = chars.next() else { return false };
    let next = chars.next();
    let fits = match first {
        '하' | '되' | '해' | '돼' => next.is_none_or(|next| VERB_NEXT.contains(next)),
        '했' | '됐' | '합' | '됩' | '한' | '된' | '할' | '될' | '함' | '됨' => {
            next.is_none_or(|next| ENDING_NEXT.contains(next))
        }
        _ => false,
    };
    fits && chars.count() <= 5 && tail.chars().all(is_syllable)
}

/// The noun a 하다 or 되다 verb was made of (`환불했어요` → `환불`), or nothing. The noun has at least two syllables.
pub fn strip_ending(word: &str) -> Option<&str> {
    let tails = word.char_indices().skip(2).map(|(at, _)| at);
    tails.into_iter().find(|&at| is_verb_tail(&word[at..])).map(|at| &word[..at])
}

/// What follows 하 or 해 in a verb.
const VERB_NEXT: &str = "다고는지면서요여며니게던네기려자신십시셨였줘주도야달드봤봐놓버진질";
/// What follows 했, 한, 할, 합, 함 in a verb.
const ENDING_NEXT: &str = "다고는지을음어습니던네나으던거데까때수게라";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn particles_go_when_the_sound_fits() {
        for (word, stem) in [
            ("친구는", Some("친구")),
            ("친구에게는", Some("친구")),
            ("친구들이", Some("친구")),
            ("환불을", Some("환불")),
            ("메일로", Some("메일")),
            ("화면으로", Some("화면")),
            ("설정에서도", Some("설정")),
            ("집에서", Some("집")),
            ("오류입니다", Some("오류")),
            ("결제와", Some("결제")),
            ("결제과", None),
            ("환불를", None),
            ("나이", None),
            ("친구", None),
            ("refund", None),
            ("", None),
        ] {
            assert_eq!(strip_particle(word), stem, "{word}");
        }
    }

    #[test]
    fn verbs_lead_to_their_noun() {
        for (word, stem) in [
            ("환불했어요", Some("환불")),
            ("결제하려고", Some("결제")),
            ("취소된", Some("취소")),
            ("삭제됩니다", Some("삭제")),
            ("연동해주세요", Some("연동")),
            ("사랑하는", Some("사랑")),
            ("공부", None),
            ("제한", None),
            ("환불", None),
        ] {
            assert_eq!(strip_ending(word), stem, "{word}");
        }
    }

    proptest! {
        #[test]
        fn a_stem_is_a_shorter_beginning(word in "[가-힣a-z]{0,8}") {
            for stem in [strip_particle(&word), strip_ending(&word)].into_iter().flatten() {
                prop_assert!(!stem.is_empty() && stem.len() < word.len() && word.starts_with(stem));
            }
        }
    }
}
