//! One sentence that says why a conversation went where it is, in either language. Never how much somebody holds, how
//! they compare, or how long anybody took.
use base::Ui;
use conversations::Purpose;
use httpkit::say;

/// What a decision came from, with names in place of ids.
#[derive(Clone, Debug, Default)]
pub struct Why {
    pub purpose: Option<Purpose>,
    /// `words`, `rule`, `person` or `nothing`.
    pub purpose_from: String,
    /// As they stand in what was said.
    pub words: Vec<String>,
    /// Seats before and now, where they grew.
    pub grew: Option<(i64, i64)>,
    pub team: Option<String>,
    /// Who answers, and what speaks for them.
    pub who: Option<String>,
    pub chosen_for: String,
    /// The language they wrote in.
    pub language: Option<String>,
    /// Who decided otherwise, and why.
    pub decided_by: Option<String>,
    pub reason: Option<String>,
}

/// A key of the words of the house with its arguments; a key without a sentence is shown as it is, and a test finds it.
fn tell(ui: Ui, key: &str, args: &[(&str, String)]) -> String {
    say(ui, key, args).unwrap_or_else(|| key.to_owned())
}

pub fn purpose_word(ui: Ui, purpose: Purpose) -> String {
    tell(ui, &format!("route-purpose-{}", purpose.as_str().replace('_', "-")), &[])
}

impl Why {
    pub fn tell(&self, ui: Ui) -> String {
        let grew = self.grew.map_or(String::new(), |(before, now)| {
            tell(ui, "route-grew", &[("before", before.to_string()), ("now", now.to_string())])
        });
        let parts =
            [("read", self.tell_read(ui)), ("grew", grew), ("went", self.tell_team(ui)), ("who", self.tell_who(ui))];
        tell(ui, "route-sentence", &parts)
    }

    fn tell_read(&self, ui: Ui) -> String {
        if let (Some(by), Some(reason)) = (&self.decided_by, &self.reason) {
            let why = tell(ui, &format!("route-reason-{reason}"), &[]);
            let purpose = self.purpose.map_or(String::new(), |purpose| purpose_word(ui, purpose));
            let key = if self.purpose.is_some() { "route-read-by" } else { "route-read-by-unread" };
            return tell(ui, key, &[("name", by.clone()), ("why", why), ("purpose", purpose)]);
        }
        let Some(purpose) = self.purpose else { return tell(ui, "route-read-nothing", &[]) };
        let purpose = ("purpose", purpose_word(ui, purpose));
        match self.purpose_from.as_str() {
            "rule" => tell(ui, "route-read-rule", &[purpose]),
            "person" => tell(ui, "route-read-person", &[purpose]),
            _ if self.words.is_empty() => tell(ui, "route-read-plain", &[purpose]),
            _ => {
                let words: Vec<String> = self.words.iter().map(|word| format!("“{word}”")).collect();
                tell(ui, "route-read-words", &[("words", words.join(", ")), purpose])
            }
        }
    }

    fn tell_team(&self, ui: Ui) -> String {
        self.team.as_ref().map_or(String::new(), |team| tell(ui, "route-went", &[("team", team.clone())]))
    }

    fn tell_who(&self, ui: Ui) -> String {
        let Some(who) = &self.who else { return tell(ui, "route-nobody", &[]) };
        let language = match self.language.as_deref() {
            Some("ko") => tell(ui, "route-language-ko", &[]),
            Some("en") => tell(ui, "route-language-en", &[]),
            _ => tell(ui, "route-language-other", &[]),
        };
        let said = |word: &str| match word {
            "language" => tell(ui, "route-for-language", &[("language", language.clone())]),
            "contact" => tell(ui, "route-for-contact", &[]),
            "company" => tell(ui, "route-for-company", &[]),
            "skill" => tell(ui, "route-for-skill", &[]),
            "person" => tell(ui, "route-for-person", &[]),
            _ => tell(ui, "route-for-here", &[]),
        };
        // Korean links what goes on in another form than what ends at the name.
        let linked = |word: &str| match word {
            "language" => tell(ui, "route-for-language-and", &[("language", language.clone())]),
            "contact" => tell(ui, "route-for-contact-and", &[]),
            "company" => tell(ui, "route-for-company-and", &[]),
            other => said(other),
        };
        let words: Vec<&str> = self.chosen_for.split(',').collect();
        let why = match words.split_last() {
            Some((last, first)) if !first.is_empty() => {
                let first = first.iter().map(|word| linked(word)).collect::<Vec<_>>().join(", ");
                tell(ui, "route-and", &[("first", first), ("last", said(last))])
            }
            _ => said(&self.chosen_for),
        };
        tell(ui, "route-who", &[("name", who.clone()), ("why", why)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every shape a decision can have.
    fn every_why() -> Vec<Why> {
        let mut all = Vec::new();
        let purposes = Purpose::ALL.iter().map(|purpose| Some(*purpose)).chain([None]);
        for purpose in purposes {
            for from in ["words", "rule", "person", "nothing"] {
                for team in [None, Some("Sales")] {
                    for (who, chosen_for) in [
                        (None, ""),
                        (Some("Jisu"), "here"),
                        (Some("Jisu"), "language,contact,skill"),
                        (Some("Jisu"), "company"),
                        (Some("Jisu"), "person"),
                    ] {
                        for (by, reason) in [
                            None,
                            Some("purpose"),
                            Some("team"),
                            Some("language"),
                            Some("contact"),
                            Some("skill"),
                            Some("load"),
                            Some("value"),
                            Some("growth"),
                            Some("waiting"),
                            Some("emotion"),
                        ]
                        .map(|reason| (reason.map(|_| "Minho"), reason))
                        {
                            for words in [vec![], vec!["견적".to_owned(), "seats".to_owned()]] {
                                for grew in [None, Some((14, 31))] {
                                    all.push(Why {
                                        purpose,
                                        purpose_from: from.into(),
                                        words: words.clone(),
                                        grew,
                                        team: team.map(str::to_owned),
                                        who: who.map(str::to_owned),
                                        chosen_for: chosen_for.into(),
                                        language: Some("ko".into()),
                                        decided_by: by.map(str::to_owned),
                                        reason: reason.map(str::to_owned),
                                    });
                                }
                            }
                        }
                    }
                }
            }
        }
        all
    }

    #[test]
    fn every_decision_has_one_sentence_in_both_languages_without_a_rank_or_a_clock() {
        let all = every_why();
        assert!(all.len() > 4_000);
        for why in all {
            let (en, ko) = (why.tell(Ui::En), why.tell(Ui::Ko));
            for text in [&en, &ko] {
                assert!(text.ends_with('.') && !text.contains("route-") && !text.contains('{'), "{text}");
                assert!(
                    !text.contains("  ") && !text.contains(" ,") && !text.contains(" .") && !text.starts_with(' '),
                    "{text}"
                );
                assert_eq!(text.matches(['.', '!', '?']).count(), 1, "one sentence: {text}");
                for word in ["rank", "best", "fast", "minute", "hour", "load", "busiest", "순위", "빠른", "분 ", "시간"]
                {
                    assert!(!text.contains(word), "{word}: {text}");
                }
            }
            assert!(
                ko.chars().any(|c| ('가'..='힣').contains(&c)) && en.starts_with(|c: char| !c.is_lowercase()),
                "{en} {ko}"
            );
        }
    }

    #[test]
    fn a_sentence_reads_as_people_speak() {
        let why = Why {
            purpose: Some(Purpose::Buy),
            purpose_from: "words".into(),
            words: vec!["견적".into(), "좌석".into()],
            grew: Some((14, 31)),
            team: Some("Sales".into()),
            who: Some("김지수".into()),
            chosen_for: "language,contact".into(),
            language: Some("ko".into()),
            ..Why::default()
        };
        assert_eq!(
            why.tell(Ui::Ko),
            "“견적”, “좌석”이라는 말에서 구매 용건으로 읽혔고, 팀이 14석에서 31석으로 늘었으며, Sales 쪽으로 갔고, 한국어로 답하고 전에 이야기를 나눈 김지수 님이 맡습니다."
        );
        assert_eq!(
            why.tell(Ui::En),
            "It reads as buying (“견적”, “좌석”), their team grew from 14 to 31 seats, it went to Sales, and 김지수 takes it, who answers in Korean and has talked with them before."
        );
    }
}
