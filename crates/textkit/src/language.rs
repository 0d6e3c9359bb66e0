//! Which language a text is written in, and how sure that is.

use crate::fold::Folded;
use crate::segment::{Script, pieces};
use std::collections::HashSet;
use std::sync::LazyLock;
use whatlang::{Detector, Lang};

/// Hangul syllables and Han characters say about as much as this many Latin letters.
const SYLLABLE_WEIGHT: f32 = 2.5;
/// So many words tell the language of a text in an alphabet; fewer than the least tell nothing to trigrams.
const MOST_WORDS: usize = 60;
const FEWEST_WORDS: usize = 5;
/// So many bytes of a text tell its language.
const LONGEST_SAMPLE: usize = 4_000;
/// With this many Latin letters (or as much of another script) length no longer lowers the confidence.
const ENOUGH_LETTERS: f32 = 24.0;

/// The dominant language of a text as an ISO 639-1 code (`und` when it has no letters), and a confidence from 0 to 1:
/// the share of that language in the text, lowered for short texts and doubtful guesses.
///
/// Scripts decide first (Hangul: `ko`; Kana: `ja`; Han: `zh`); Latin and other alphabets are told apart by trigrams.
pub fn detect_language(text: &str) -> (&'static str, f32) {
    let text = &text[..text.floor_char_boundary(LONGEST_SAMPLE)];
    let shares = Shares::of(text);
    let total = shares.hangul + shares.kana + shares.han + shares.other;
    if total == 0.0 {
        return ("und", 0.0);
    }
    let enough = (total / ENOUGH_LETTERS).min(1.0);
    // Han characters belong to whichever of Kana and Hangul stands beside them.
    let (japanese, korean) =
        if shares.kana > 0.0 { (shares.kana + shares.han, shares.hangul) } else { (0.0, shares.hangul) };
    let (code, weight, sure) = [
        ("ko", korean, 1.0),
        ("ja", japanese, 1.0),
        ("zh", if shares.kana > 0.0 || shares.hangul > 0.0 { 0.0 } else { shares.han }, 1.0),
    ]
    .into_iter()
    .max_by(|a, b| a.1.total_cmp(&b.1))
    .filter(|&(_, weight, _)| weight >= shares.other)
    .unwrap_or_else(|| {
        let (code, sure) = detect_alphabet(text);
        (code, shares.other, sure)
    });
    // A single syllable of Hangul is surer than a single Latin letter, but neither is much.
    let length = if code == "ko" { enough.sqrt() } else { enough };
    (code, (weight / total * sure * length).clamp(0.0, 1.0))
}

#[derive(Default)]
struct Shares {
    hangul: f32,
    kana: f32,
    han: f32,
    other: f32,
}

impl Shares {
    fn of(text: &str) -> Self {
        let folded = Folded::new(text);
        let mut shares = Shares::default();
        for piece in pieces(&folded.chars) {
            for c in &folded.chars[piece.start..piece.end] {
                match (piece.script, *c) {
                    (Script::Hangul, _) => shares.hangul += SYLLABLE_WEIGHT,
                    (Script::Jamo, _) => shares.hangul += 1.0,
                    (Script::Han, '\u{3041}'..='\u{30FF}') => shares.kana += SYLLABLE_WEIGHT,
                    (Script::Han, _) => shares.han += SYLLABLE_WEIGHT,
                    (Script::Latin, c) if c.is_alphabetic() => shares.other += 1.0,
                    _ => {}
                }
            }
        }
        shares
    }
}

/// A language written in Latin or another alphabet, and how sure that is. English is by far the likeliest language of
/// a text in ASCII letters, so its common words are looked for first: that is faster than trigrams, and surer for the
/// short texts of a chat, where trigrams guess wildly.
fn detect_alphabet(text: &str) -> (&'static str, f32) {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| is_word(word)).take(MOST_WORDS).collect();
    let is_ascii = words.iter().all(|word| word.is_ascii());
    let common = words.iter().filter(|word| is_common_english(word)).count() as f32 / words.len().max(1) as f32;
    if is_ascii && common >= 0.2 {
        return ("en", (common * 3.0).min(1.0));
    }
    if is_ascii && words.len() < FEWEST_WORDS {
        return ("en", 0.3);
    }
    let guess = Detector::new().detect(&words.join(" "));
    let code = guess.as_ref().and_then(|info| iso_639_1(info.lang()));
    match (code, guess) {
        (Some(code), Some(info)) if info.is_reliable() || !is_ascii => (code, info.confidence() as f32),
        _ if is_ascii => ("en", 0.3),
        _ => ("und", 0.0),
    }
}

fn is_word(word: &str) -> bool {
    word.chars().any(char::is_alphabetic) && !word.chars().any(|c| matches!(c, '가'..='힣' | '一'..='鿿'))
}

fn is_common_english(word: &str) -> bool {
    word.len() <= 9 && COMMON_ENGLISH.contains(word.to_ascii_lowercase().as_str())
}

static COMMON_ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "the a an is are was were be been i i'm you he she it we they my your our their this that these those to of in on at \
     for with from by and or but not no yes can can't cannot could would should will won't do does don't doesn't did didn't \
     have has had how what when where why who which if there please thanks thank hello hi help need want get am me us as so \
     just still after before any all more very too out up about"
        .split_whitespace()
        .collect()
});

/// The two-letter code, where there is one.
fn iso_639_1(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Afr => "af",
        Lang::Aka => "ak",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jav => "jv",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lat => "la",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Sna => "sn",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tuk => "tk",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        Lang::Zul => "zu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dominant_languages_are_told_apart() {
        for (text, code) in [
            ("결제가 자꾸 실패해요. 카드는 정상입니다.", "ko"),
            ("The export keeps failing and I can't download my invoices.", "en"),
            ("Slack 연동이 안 됩니다. webhook URL은 맞게 넣었어요.", "ko"),
            ("Our team in Seoul (서울) cannot log in since yesterday.", "en"),
            ("エクスポートが失敗します。請求書を確認してください。", "ja"),
            ("导出一直失败，我无法下载发票。", "zh"),
            ("Der Export schlägt ständig fehl, ich kann meine Rechnungen nicht herunterladen.", "de"),
            ("L'exportation échoue toujours et je ne peux pas télécharger mes factures.", "fr"),
            ("Экспорт постоянно завершается ошибкой, помогите пожалуйста.", "ru"),
        ] {
            let (found, confidence) = detect_language(text);
            assert_eq!(found, code, "{text}");
            assert!(confidence >= 0.4, "{text}: {confidence}");
        }
    }

    #[test]
    fn short_and_empty_texts_are_unsure() {
        assert_eq!(detect_language("123 !? 😀"), ("und", 0.0));
        let (code, confidence) = detect_language("ok");
        assert!(code == "en" && confidence < 0.2);
        let (code, confidence) = detect_language("네");
        assert!(code == "ko" && confidence < 0.5);
        assert_eq!(detect_language("refund pls").0, "en");
    }

    #[test]
    fn a_mixed_text_is_less_sure_than_a_pure_one() {
        let pure = detect_language("결제 오류가 계속 발생하고 있습니다").1;
        let mixed = detect_language("결제 오류가 계속 payment failed error again").1;
        assert!(mixed < pure);
    }

    proptest! {
        #[test]
        fn confidence_is_a_share(text in any::<String>()) {
            let (code, confidence) = detect_language(&text);
            prop_assert!((0.0..=1.0).contains(&confidence));
            prop_assert!(code.len() == 2 || code == "und");
        }
    }
}
