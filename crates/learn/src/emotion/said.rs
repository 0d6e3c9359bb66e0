//! Feelings that a text says in so many words: "I'm disappointed", "실망했어요". Who names a feeling is believed; what is
//! denied ("not angry", "화나지 않아요") is not said.

use super::Emotion::{self, *};
use super::features::is_negation;
use std::collections::HashMap;
use std::sync::LazyLock;

/// English phrases by whole words; `*` lets a word go on.
const ENGLISH: &[(Emotion, &str)] = &[
    (
        Anger,
        "angry|angrier|furious|outrage*|livid|enraged|infuriat*|pissed|fuming|seething|unacceptable|appalled|appalling|\
         disgraceful|so mad|really mad|very mad|mad at|mad about|mad that|me mad|makes my blood|how dare|hate it|\
         hate this|hate how|hate that|i hate|absolutely hate",
    ),
    (
        Annoyance,
        "annoy*|irritat*|frustrat*|aggravat*|exasperat*|fed up|sick of|tired of|had enough|getting old|nuisance|hassle|\
         bugs me|bugging me|my nerves|drives me|driving me|pain in the|ugh|tedious|thanks for nothing",
    ),
    (
        Disappointment,
        "disappoint*|let down|letdown|let me down|let us down|lets me down|expected better|expected more|hoped for more|\
         hoped for better|hoping for more|hoping for better|what i expected|what i hoped|underwhelm*|fell short|falls short|\
         disheartened|dismayed|bummed|bummer|dissatisfied|below expectations|below my expectations",
    ),
    (
        Confusion,
        "confus*|puzzled|puzzling|baffl*|perplex*|bewilder*|mystified|don't understand|do not understand|dont understand|\
         didn't understand|doesn't understand|can't understand|cannot understand|don't get why|don't get how|don't get what|\
         don't get it|makes no sense|make no sense|doesn't make sense|does not make sense|doesn't make any sense|\
         can't make sense|can't figure out|cannot figure out|couldn't figure out|can't tell which|i'm lost|i am lost|\
         totally lost|completely lost|no idea what|no idea how|no idea why|no idea which|not sure what|not sure how|\
         not sure why|not sure which|don't know which|hard to understand",
    ),
    (
        Relief,
        "relieved|relief|phew|whew|thank goodness|thank god|load off|weight off|breathe again|breathe easy|can breathe|\
         rest easy|sleep easy|reassured|so glad it's over|glad that's over|worried for nothing|could have been worse",
    ),
    (
        Gratitude,
        "grateful|gratitude|thankful|really appreciate|truly appreciate|so appreciate|greatly appreciate|i appreciate|\
         we appreciate|much appreciated|appreciative|so kind of you|very kind of you|thank you so much|thanks so much|\
         thank you very much|many thanks|can't thank you|cannot thank you",
    ),
    (
        Delight,
        "delight*|thrilled|overjoyed|ecstatic|elated|stoked|over the moon|made my day|makes my day|love it|love this|\
         love the|love your|love how|loving it|loving this|loving the|so happy|very happy|really happy|super happy|\
         extremely happy|so pleased|very pleased|really pleased|excited|blown away|makes me smile|made me smile|joy|\
         can't stop smiling|best thing ever|couldn't be happier|could not be happier|couldn't be more pleased",
    ),
];

/// Korean beginnings without spaces; `^` where a word must begin.
const KOREAN: &[(Emotion, &str)] = &[
    (
        Anger,
        "^화가나|^화가납|^화가났|^화가난|^화가날|^화가치밀|^화가머리|^화나|^화납|^화났|^화난|^화날|열받네|열받습|열받아|열받게|열이받|열불|분노가치|분노를금|분노합|분노했|빡치|빡쳐|\
         빡침|빡친|괘씸|분통|격분|울화|용납할수없|용납이안|용납못|참을수없|^장난하|^장난합",
    ),
    (
        Annoyance,
        "짜증|성가시|성가신|성가셔|성가십|귀찮|거슬리|거슬려|거슬립|거슬린|지긋지긋|지겹|지겨|번거롭|번거로|답답하|답답해|답답합|답답한|신경질|\
         진절머리|넌더리|신물이",
    ),
    (
        Disappointment,
        "실망|기대이하|기대에못미|기대에미치지|기대보다못|기대보다별로|기대했는데|기대만못|기대에어긋|기대한것과|허탈|\
         맥이빠|김이빠",
    ),
    (
        Confusion,
        "헷갈|헛갈|혼란스|혼란이|혼동|이해가안|이해가되지|이해가잘|이해가가지|이해를못|이해하기어렵|이해하기어려|이해하기힘들|이해할수없|무슨뜻인지모|무슨말인지모|\
         무슨소리인지모|무슨의미인지모|뭐가뭔지|뭔지모르|뭘어떻게|갈피를|감이안|감을못|어리둥절|아리송|알쏭달쏭|당황스|당황했|당황하|지모르겠|\
         지잘모르겠|인지도모르겠|영문을모르",
    ),
    (
        Relief,
        "다행|안심이|안심했|안심됐|안심됩|안심돼|안심되네|안심입|한시름|마음이놓|마음을놓|맘이놓|걱정을덜|걱정덜|걱정했는데해결|속이시원|\
         속이다시원|후련|^살았다|^살았네|^살았어|^살았습|한숨돌",
    ),
    (Gratitude, "감사합|감사드|감사해|감사했|감사하|고맙|고마워|고마운|고마웠|땡큐"),
    (
        Delight,
        "기쁘|기뻐|기쁩|기뻤|기쁜|^신나|^신납|^신난|^신이나|^신이납|^신이났|행복|마음에쏙|맘에쏙|너무좋아|너무좋네|너무좋습|정말좋아|정말좋네|\
         정말좋습|진짜좋아|진짜좋네|완전좋|최고예요|최고에요|최고입|최고네|감동|설레|설렙|환상적|끝내주|끝내줘|끝내줍|대만족|^만족합|^만족스|\
         ^만족해|^만족하|반했|즐겁|즐거|날아갈것|입이귀에",
    ),
];

/// Korean that follows, without spaces, and denies.
const DENIED_AFTER: &[&str] =
    &["지않", "지는않", "지도않", "진않", "지못", "지마", "안나", "안났", "안돼", "안되", "안됩", "없", "기는커녕"];
/// So near, in syllables, must it begin.
const NEAR: usize = 4;
/// Korean words that deny the next.
const DENIED_BEFORE: &[&str] = &["안", "못", "별로", "전혀", "그다지"];
/// English words that make of a feeling a mere wish or case.
const SUPPOSED: &[&str] = &["if", "would", "i'd", "we'd", "you'd"];
/// So many words before an English feeling may deny it.
const REACH: usize = 3;

/// A feeling spoken of, and the characters that do so, half-open.
pub struct Said {
    pub emotion: Emotion,
    pub is_denied: bool,
    pub start: usize,
    pub end: usize,
}

/// Each feeling spoken of; `words` are those of the text, half-open.
pub fn list_said(chars: &[char], words: &[(usize, usize)]) -> Vec<Said> {
    let plain = |c: &char| if *c == '’' { '\'' } else { *c };
    let texts: Vec<String> = words.iter().map(|&(start, end)| chars[start..end].iter().map(plain).collect()).collect();
    // A negation reaches no further than the sentence or clause.
    let is_apart = |n: usize| chars[words[n - 1].1..words[n].0].iter().any(|c| !c.is_whitespace());
    let apart: Vec<bool> = (0..words.len()).map(|n| n > 0 && is_apart(n)).collect();
    let mut said = list_english(words, &texts, &apart);
    said.extend(list_korean(words, &texts, &apart));
    said
}

fn list_english(words: &[(usize, usize)], texts: &[String], apart: &[bool]) -> Vec<Said> {
    static PHRASES: LazyLock<ByFirst<Vec<&str>>> = LazyLock::new(|| {
        by_first(ENGLISH, |phrase| (phrase.chars().next().expect("no phrase is empty"), phrase.split(' ').collect()))
    });
    let is_part = |part: &str, text: &str| part.strip_suffix('*').map_or(text == part, |start| text.starts_with(start));
    let begins = |at: usize, phrase: &[&str]| {
        texts.get(at..at + phrase.len()).is_some_and(|texts| phrase.iter().zip(texts).all(|(a, b)| is_part(a, b)))
    };
    let mut said = Vec::new();
    let mut at = 0;
    while at < words.len() {
        // The longest phrase counts: "thank goodness" is no thanks.
        let phrases = texts[at].chars().next().and_then(|first| PHRASES.get(&first)).map_or(&[][..], |all| all);
        let longest = phrases.iter().filter(|phrase| begins(at, &phrase.1)).max_by_key(|phrase| phrase.1.len());
        let Some((emotion, phrase)) = longest else {
            at += 1;
            continue;
        };
        let (start, end) = (words[at].0, words[at + phrase.len() - 1].1);
        said.push(Said { emotion: *emotion, is_denied: is_denied(at, texts, apart), start, end });
        at += phrase.len();
    }
    said
}

/// Whether one of the words before denies or only supposes the feeling at this word.
fn is_denied(at: usize, texts: &[String], apart: &[bool]) -> bool {
    let mut is_raised = false;
    for n in (0..at).rev().take(REACH) {
        if apart[n + 1] {
            return false;
        }
        let text = texts[n].as_str();
        // "Never been so angry" is very angry.
        if text == "never" && is_raised {
            return false;
        }
        if SUPPOSED.contains(&text) || is_negation(&text.chars().collect::<Vec<_>>()) {
            return true;
        }
        is_raised |= matches!(text, "so" | "more" | "such");
    }
    false
}

fn list_korean(words: &[(usize, usize)], texts: &[String], apart: &[bool]) -> Vec<Said> {
    struct Phrase {
        is_word_start: bool,
        letters: Vec<char>,
    }
    static PHRASES: LazyLock<ByFirst<Phrase>> = LazyLock::new(|| {
        by_first(KOREAN, |phrase| {
            let letters: Vec<char> = phrase.trim_start_matches('^').chars().collect();
            (letters[0], Phrase { is_word_start: phrase.starts_with('^'), letters })
        })
    });
    // Spaces are often left out or put in anywhere: the letters without them, with the word and the place of each.
    let mut letters: Vec<char> = Vec::new();
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        if apart[n] {
            letters.push('.');
            places.push((n, words[n].0));
        }
        letters.extend(text.chars());
        places.extend((words[n].0..words[n].1).map(|place| (n, place)));
    }
    let begins = |from: usize, phrase: &[char]| letters[from..].starts_with(phrase);
    let denials: Vec<Vec<char>> = DENIED_AFTER.iter().map(|denial| denial.chars().collect()).collect();
    let mut said = Vec::new();
    for (from, &(word, place)) in places.iter().enumerate() {
        let phrases = PHRASES.get(&letters[from]).map_or(&[][..], |all| all);
        let is_here =
            |phrase: &Phrase| (!phrase.is_word_start || place == words[word].0) && begins(from, &phrase.letters);
        let Some((emotion, phrase)) = phrases.iter().find(|one| is_here(&one.1)) else { continue };
        let to = from + phrase.letters.len();
        let mut after = (to..letters.len()).take(NEAR).take_while(|&near| letters[near] != '.');
        let is_denied = after.any(|near| denials.iter().any(|denial| begins(near, denial)))
            || (word > 0 && !apart[word] && DENIED_BEFORE.contains(&texts[word - 1].as_str()));
        said.push(Said { emotion: *emotion, is_denied, start: place, end: places[to - 1].1 + 1 });
    }
    said
}

/// Phrases by their first letter.
type ByFirst<T> = HashMap<char, Vec<(Emotion, T)>>;

/// The phrases of a table by their first letter.
fn by_first<T>(table: &[(Emotion, &'static str)], read: impl Fn(&'static str) -> (char, T)) -> ByFirst<T> {
    let mut phrases = ByFirst::new();
    for (emotion, all) in table {
        for (first, phrase) in all.split('|').map(&read) {
            phrases.entry(first).or_default().push((*emotion, phrase));
        }
    }
    phrases
}
