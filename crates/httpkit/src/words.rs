//! Sentences in the caller's language: Fluent texts of `locales/{ko,en}/{errors,server,frontdoor,morning,outside}.ftl`, and which
//! language a caller reads.
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use base::Ui;
use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use std::{
    convert::Infallible,
    sync::{Arc, LazyLock, OnceLock},
};

const KO_TEXTS: [&str; 5] = [
    include_str!("../../../locales/ko/errors.ftl"),
    include_str!("../../../locales/ko/server.ftl"),
    include_str!("../../../locales/ko/frontdoor.ftl"),
    include_str!("../../../locales/ko/morning.ftl"),
    include_str!("../../../locales/ko/outside.ftl"),
];
const EN_TEXTS: [&str; 5] = [
    include_str!("../../../locales/en/errors.ftl"),
    include_str!("../../../locales/en/server.ftl"),
    include_str!("../../../locales/en/frontdoor.ftl"),
    include_str!("../../../locales/en/morning.ftl"),
    include_str!("../../../locales/en/outside.ftl"),
];

static KO: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle("ko", KO_TEXTS));
static EN: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle("en", EN_TEXTS));

fn bundle(lang: &str, texts: [&str; 5]) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.parse().expect("a language")]);
    bundle.set_use_isolating(false);
    crate::josa::add_particles(&mut bundle);
    for text in texts {
        let read = FluentResource::try_new(text.to_owned());
        let resource = read.unwrap_or_else(|(_, faults)| panic!("{lang}: {faults:?}"));
        bundle.add_resource(resource).unwrap_or_else(|faults| panic!("{lang}: {faults:?}"));
    }
    bundle
}

/// The sentence of a key, or nothing when the files have no such key.
pub fn say(ui: Ui, key: &str, args: &[(&str, String)]) -> Option<String> {
    let bundle = match ui {
        Ui::Ko => &*KO,
        Ui::En => &*EN,
    };
    let pattern = bundle.get_message(key)?.value()?;
    let mut named = FluentArgs::new();
    for (name, value) in args {
        named.set(*name, value.clone());
    }
    Some(bundle.format_pattern(pattern, Some(&named), &mut Vec::new()).into_owned())
}

/// Which language the caller reads: the one of their account once they are known, until then what their browser asks for.
#[derive(Clone, Default)]
pub struct Caller {
    known: Arc<OnceLock<Ui>>,
    asked: Ui,
}

impl Caller {
    pub(crate) fn of(headers: &HeaderMap) -> Caller {
        Caller { known: Arc::default(), asked: asked_language(headers) }
    }

    pub fn ui(&self) -> Ui {
        self.known.get().copied().unwrap_or(self.asked)
    }

    pub(crate) fn is_known_as(&self, ui: Ui) {
        let _ = self.known.set(ui);
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Caller::of(&parts.headers)))
    }
}

/// The language of ours that `Accept-Language` (RFC 9110 §12.5.4) wants most.
fn asked_language(headers: &HeaderMap) -> Ui {
    let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (0.0, Ui::En);
    for choice in text.split(',') {
        let (lang, weight) = choice.split_once(';').unwrap_or((choice, "q=1"));
        let weight: f32 = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse().ok()).unwrap_or(0.0);
        if let Ok(ui) = lang.trim().parse::<Ui>()
            && weight > best.0
        {
            best = (weight, ui);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wanted_language_wins_by_its_weight() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, text.parse().unwrap());
            asked_language(&headers)
        };
        assert_eq!(asked("ko-KR,ko;q=0.9,en-US;q=0.8"), Ui::Ko);
        assert_eq!(asked("fr, en;q=0.3, ko;q=0.4"), Ui::Ko);
        assert_eq!(asked("en;q=0.9, ko;q=0.4"), Ui::En);
        assert_eq!(asked("fr"), Ui::En);
    }

    #[test]
    fn both_files_have_the_same_keys_and_are_really_translated() {
        let keys = |texts: [&'static str; 5]| -> Vec<(&str, &str)> {
            let lines = texts.into_iter().flat_map(str::lines);
            let messages = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
            messages.filter_map(|line| line.split_once('=')).map(|(key, text)| (key.trim(), text.trim())).collect()
        };
        let (ko, en) = (keys(KO_TEXTS), keys(EN_TEXTS));
        assert_eq!(ko.iter().map(|k| k.0).collect::<Vec<_>>(), en.iter().map(|k| k.0).collect::<Vec<_>>());
        // A text that only puts others together has no letters of its own; nor has the line that only begins a choice.
        let has_letters = |text: &str| {
            let (before, rest) = text.split_once('{').unwrap_or((text, ""));
            let outside = rest.split('{').map(|part| part.split_once('}').map_or("", |(_, after)| after));
            std::iter::once(before).chain(outside).any(|part| part.contains(char::is_alphabetic))
        };
        for (key, text) in ko.iter().filter(|(_, text)| has_letters(text)) {
            assert!(text.chars().any(|c| ('가'..='힣').contains(&c)), "{key} is not Korean: {text}");
        }
        let stale = ko.iter().find(|message| message.0 == "error-stale").unwrap();
        assert_eq!(say(Ui::Ko, "error-stale", &[]).as_deref(), Some(stale.1));
        assert_eq!(say(Ui::En, "no-such-key", &[]), None);
    }
}
