//! Where in an answer its reason stands: the sentence to confirm with one key, and what it may be. Pure. It only proposes:
//! a person confirms.

/// What can be learned from what somebody says.
pub const KINDS: [&str; 5] = ["why", "stakes", "goal", "workflow", "workaround"];

/// Words that go with each kind, by fold, in the order of `KINDS`.
const CUES: [&[&str]; 5] = [
    &[
        "because",
        "since we",
        "so that",
        "the reason",
        "that's why",
        "때문",
        "이유",
        "그래서",
        "왜냐",
        "하려고",
        "하려다",
    ],
    &[
        "otherwise",
        "lose",
        "lost",
        "cost",
        "penalt",
        "every month we",
        "delay",
        "risk",
        "complain",
        "손해",
        "못 하",
        "늦어",
        "밀려",
        "불편",
        "클레임",
        "위약",
    ],
    &[
        "goal",
        "want to",
        "plan to",
        "by the end",
        "grow",
        "target",
        "aim",
        "목표",
        "이루",
        "까지",
        "늘리",
        "계획",
        "하고 싶",
    ],
    &[
        "first",
        "then",
        "after that",
        "every day",
        "every week",
        "step",
        "we use",
        "먼저",
        "다음에",
        "매일",
        "매주",
        "그다음",
        "사용해",
        "쓰고 있",
        "순서",
    ],
    &[
        "for now",
        "by hand",
        "manually",
        "instead",
        "workaround",
        "spreadsheet",
        "copy",
        "meanwhile",
        "일단",
        "수작업",
        "대신",
        "엑셀",
        "손으로",
        "복사",
        "임시",
    ],
];
/// What opens or ends a letter says nothing.
const COURTESIES: &[&str] = &[
    "hi",
    "hello",
    "dear",
    "thanks",
    "thank you",
    "best",
    "regards",
    "cheers",
    "sincerely",
    "안녕하세요",
    "감사합니다",
    "고맙습니다",
    "수고하세요",
    "네",
    "넵",
    "답변 감사",
];
/// A passage is no longer than this, in characters.
const LONGEST: usize = 600;

/// A stretch of a text in Unicode scalars, half-open, and what it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    pub start: usize,
    pub end: usize,
    /// One of `KINDS`.
    pub kind: &'static str,
}

/// The kind that an aim of a question asks for.
pub fn kind_of_aim(aim: &str) -> Option<&'static str> {
    let word = if aim == "business" { "goal" } else { aim };
    KINDS.into_iter().find(|kind| *kind == word)
}

/// The sentence that says most, with the next one where that goes on saying so; none in a text that is only courtesy.
pub fn highlight(text: &str, aim: Option<&str>) -> Option<Highlight> {
    let chars: Vec<char> = text.chars().collect();
    let asked = aim.and_then(kind_of_aim);
    let scored: Vec<((usize, usize), [usize; 5])> = sentences(&chars)
        .into_iter()
        .filter(|(start, end)| !is_courtesy(&chars[*start..*end]))
        .map(|place| (place, cues(&chars[place.0..place.1])))
        .collect();
    let worth = |cues: &[usize; 5]| {
        let of_asked = asked.and_then(|kind| KINDS.iter().position(|word| *word == kind)).map_or(0, |at| cues[at]);
        2 * cues.iter().sum::<usize>() + of_asked
    };
    let best = (0..scored.len()).max_by_key(|&at| (worth(&scored[at].1), std::cmp::Reverse(at)))?;
    let (start, mut end) = scored[best].0;
    if let Some(next) = scored.get(best + 1).filter(|next| worth(&next.1) > 0 && next.0.1 - start <= LONGEST) {
        end = next.0.1;
    }
    let kinds = scored[best].1;
    let said = (0..5).filter(|at| kinds[*at] > 0).max_by_key(|at| (kinds[*at], std::cmp::Reverse(*at)));
    // What was asked for is meant, unless the words say something else and nothing of it.
    let kind = match (asked, said) {
        (Some(asked), Some(said)) if kinds[KINDS.iter().position(|word| *word == asked)?] == 0 => KINDS[said],
        (Some(asked), _) => asked,
        (None, Some(said)) => KINDS[said],
        (None, None) => "why",
    };
    Some(Highlight { start, end: end.min(start + LONGEST), kind })
}

/// The sentences of a text without what surrounds them.
fn sentences(chars: &[char]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..=chars.len() {
        let ends = at == chars.len()
            || chars[at] == '\n'
            || (matches!(chars[at], '.' | '!' | '?' | '。')
                && chars.get(at + 1).is_none_or(|next| next.is_whitespace()));
        if ends {
            let end = if at < chars.len() && chars[at] != '\n' { at + 1 } else { at };
            let inner = (start..end).filter(|&i| !chars[i].is_whitespace());
            if let (Some(first), Some(last)) = (inner.clone().min(), inner.max()) {
                found.push((first, last + 1));
            }
            start = at + 1;
        }
    }
    found
}

fn is_courtesy(sentence: &[char]) -> bool {
    let text = textkit::fold_key(&sentence.iter().collect::<String>());
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
    let opens = COURTESIES.iter().any(|word| {
        bare.strip_prefix(&textkit::fold_key(word))
            .is_some_and(|rest| rest.chars().next().is_none_or(|c| !c.is_alphanumeric()))
    });
    bare.is_empty() || bare.starts_with('>') || (opens && bare.chars().count() < 40)
}

fn cues(sentence: &[char]) -> [usize; 5] {
    let text = textkit::fold_key(&sentence.iter().collect::<String>());
    CUES.map(|words| words.iter().filter(|word| text.contains(&textkit::fold_key(word))).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quote(text: &str, aim: Option<&str>) -> (String, &'static str) {
        let found = highlight(text, aim).unwrap();
        (text.chars().skip(found.start).take(found.end - found.start).collect(), found.kind)
    }

    #[test]
    fn the_sentence_with_the_reason_is_found_between_courtesies() {
        let text = "안녕하세요.\n답변 감사합니다!\n매달 말 본사 보고 때문에 PDF가 꼭 필요해요.\n감사합니다.";
        assert_eq!(quote(text, Some("why")), ("매달 말 본사 보고 때문에 PDF가 꼭 필요해요.".into(), "why"));
        let text = "Hi Mina,\n\nFor now we copy everything by hand into a spreadsheet. It takes a day.\n\nBest, Tom";
        assert_eq!(quote(text, None), ("For now we copy everything by hand into a spreadsheet.".into(), "workaround"));
    }

    #[test]
    fn what_was_asked_is_meant_unless_the_words_say_otherwise() {
        assert_eq!(quote("The board looks at it each quarter.", Some("stakes")).1, "stakes");
        assert_eq!(quote("일단 엑셀로 복사해서 쓰고 있어요.", Some("stakes")).1, "workaround");
        assert_eq!(quote("Our goal is twenty shops by the end of May.", Some("business")).1, "goal");
    }

    #[test]
    fn courtesy_alone_is_nothing_to_learn_from() {
        assert_eq!(highlight("Thanks!\n\nBest,", Some("why")), None);
        assert_eq!(highlight("네, 감사합니다.", Some("why")), None);
        assert_eq!(highlight("", None), None);
    }

    proptest! {
        #[test]
        fn what_is_found_lies_in_the_text(text in any::<String>(), aim in prop::option::of("[a-z]{3,8}")) {
            if let Some(found) = highlight(&text, aim.as_deref()) {
                prop_assert!(found.start < found.end && found.end <= text.chars().count());
                prop_assert!(KINDS.contains(&found.kind));
            }
        }
    }
}
