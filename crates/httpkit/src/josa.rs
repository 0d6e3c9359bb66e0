//! Korean particles after words that come from elsewhere: the form depends on the last sound of the word. The same rules
//! as in the interface (`web/src/lib/i18n/josa.ts`).
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Open,
    Closed,
    Rieul,
}

/// Teaches a bundle `JOSA($word, "이/가")`, the word with its particle, and `PARTICLE`, the particle alone.
pub(crate) fn add_particles(bundle: &mut FluentBundle<FluentResource>) {
    let taken = "no other function has this name";
    bundle.add_function("JOSA", |args, _: &FluentArgs| say_particle(args, true)).expect(taken);
    bundle.add_function("PARTICLE", |args, _: &FluentArgs| say_particle(args, false)).expect(taken);
}

fn say_particle<'a>(args: &[FluentValue<'a>], with_word: bool) -> FluentValue<'a> {
    let [FluentValue::String(word), FluentValue::String(pair)] = args else { return FluentValue::Error };
    let particle = particle_of(word, pair);
    if with_word { format!("{word}{particle}").into() } else { particle.into() }
}

/// The particle of a pair such as `을/를`. Without a readable last sound both forms are given, as Korean print does.
fn particle_of(word: &str, pair: &str) -> String {
    let (closed, open) = pair.split_once('/').unwrap_or((pair, pair));
    match find_ending(word) {
        None => format!("{closed}({open})"),
        Some(Ending::Open) => open.into(),
        Some(Ending::Rieul) if pair == "으로/로" => open.into(),
        Some(_) => closed.into(),
    }
}

fn find_ending(word: &str) -> Option<Ending> {
    let bare = word.trim_end_matches(|c: char| c.is_whitespace() || "\"'”’)]}>»」』.,!?…".contains(c));
    let last = bare.chars().next_back()?;
    match last {
        '가'..='힣' => Some(match (u32::from(last) - u32::from('가')) % 28 {
            0 => Ending::Open,
            8 => Ending::Rieul,
            _ => Ending::Closed,
        }),
        '2' | '4' | '5' | '9' => Some(Ending::Open),
        '1' | '7' | '8' => Some(Ending::Rieul),
        '0' | '3' | '6' => Some(Ending::Closed),
        'a'..='z' | 'A'..='Z' => Some(end_of_latin(bare)),
        _ => None,
    }
}

/// An English word is read as it is said, an abbreviation by its letters.
fn end_of_latin(word: &str) -> Ending {
    let tail: String =
        word.chars().rev().take_while(char::is_ascii_alphabetic).collect::<Vec<_>>().iter().rev().collect();
    let low = tail.to_ascii_lowercase();
    if tail == tail.to_ascii_uppercase() {
        return match low.chars().next_back() {
            Some('l' | 'r') => Ending::Rieul,
            Some('m' | 'n') => Ending::Closed,
            _ => Ending::Open,
        };
    }
    if low.ends_with('l') || low.ends_with("le") {
        return Ending::Rieul;
    }
    let nasal = ["m", "n", "ng", "me", "ne"].iter().any(|end| low.ends_with(end));
    let stop = ["b", "ck", "c", "k", "p", "t"].iter().find_map(|end| low.strip_suffix(end));
    let stopped = stop.is_some_and(|stem| stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    if nasal || stopped { Ending::Closed } else { Ending::Open }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particle_follows_the_sound() {
        for (word, pair, said) in [
            ("대화", "이/가", "가"),
            ("로드맵 과제", "이/가", "가"),
            ("토큰", "이/가", "이"),
            ("서울", "으로/로", "로"),
            ("도움", "으로/로", "으로"),
            ("10", "은/는", "은"),
            ("reviews", "을/를", "를"),
            ("export", "을/를", "를"),
            ("tag", "은/는", "는"),
            ("insight”", "은/는", "는"),
            ("table", "을/를", "을"),
            ("API", "은/는", "는"),
            ("→", "은/는", "은(는)"),
        ] {
            assert_eq!(particle_of(word, pair), said, "{word}");
        }
    }
}
