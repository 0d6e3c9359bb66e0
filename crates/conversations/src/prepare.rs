//! The pure half of taking in: checking, cleaning, tokens and language of what comes in, before any transaction.
//! It costs most of the work and needs no store, so that an import may run it on as many threads as it likes.
use crate::model::{AuthorIn, ConversationIn, EntryIn, EntryKind, LONGEST_EXTERNAL_ID, LONGEST_TEXT};
use base::{Error, Lang, Result};
use std::collections::HashSet;
use textkit::{IndexTerms, clean_text, detect_language, index_terms};

/// A conversation that may be stored as it is. Made by `prepare`.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(crate) input: ConversationIn,
    /// One for each entry.
    pub(crate) words: Vec<Words>,
    /// Tokens of the subject, which is found through the first entry that is stored.
    pub(crate) subject_terms: IndexTerms,
}

impl Prepared {
    /// What comes in.
    pub fn input(&self) -> &ConversationIn {
        &self.input
    }

    /// Says where the bytes are kept that all of it was read from.
    pub fn set_raw(&mut self, raw_ord: i64) {
        self.input.entries.iter_mut().for_each(|entry| entry.raw_ord = Some(raw_ord));
    }
}

/// What the store keeps beside a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) language: Option<Lang>,
    /// 0 to 1.
    pub(crate) confidence: f64,
    pub(crate) terms: IndexTerms,
}

/// The language of a text when it can be told, how sure that is, and its tokens for the search index.
pub(crate) fn words_of(text: &str) -> Words {
    let (code, confidence) = detect_language(text);
    Words { language: Lang::parse(code).ok(), confidence: f64::from(confidence), terms: index_terms(text) }
}

/// Checks and cleans one conversation. The error names the field and what is wrong with it.
pub fn prepare(mut input: ConversationIn) -> Result<Prepared> {
    check_name("source", &input.source)?;
    check_name("external_id", &input.external_id)?;
    let mut seen = HashSet::with_capacity(input.entries.len());
    for entry in &input.entries {
        if !is_known(&entry.author, input.people.len()) {
            return Err(refuse("entries.author", "error-person-unknown", &entry.external_id));
        }
        if !seen.insert(entry.external_id.as_str()) {
            return Err(refuse("entries", "error-entry-twice", &entry.external_id));
        }
    }
    let known = |place: &usize| *place < input.people.len();
    if !input.person.iter().all(known) || !input.participants.iter().all(|p| is_known(&p.who, input.people.len())) {
        return Err(Error::invalid("people", "error-person-unknown"));
    }
    if input.attributes.as_ref().is_some_and(|text| !is_object(text)) {
        return Err(Error::invalid("attributes", "error-not-an-object"));
    }
    input.subject = input.subject.map(|subject| clean_line(&subject)).filter(|subject| !subject.is_empty());
    let mut words = Vec::with_capacity(input.entries.len());
    for entry in std::mem::take(&mut input.entries) {
        let (entry, found) = prepare_entry(entry)?;
        input.entries.push(entry);
        words.push(found);
    }
    input.language = input.language.or_else(|| main_language(&input.entries, &words));
    let subject_terms = input.subject.as_deref().map(index_terms).unwrap_or_default();
    Ok(Prepared { input, words, subject_terms })
}

/// Checks and cleans one entry, whoever said it.
pub(crate) fn prepare_entry(mut entry: EntryIn) -> Result<(EntryIn, Words)> {
    if entry.external_id.is_empty() || entry.external_id.len() > LONGEST_EXTERNAL_ID {
        return Err(refuse("entries.external_id", "error-external-id", &shorten(&entry.external_id)));
    }
    if entry.text.len() > LONGEST_TEXT {
        return Err(refuse("entries.text", "error-text-too-long", &entry.external_id));
    }
    entry.text = clean_text(&entry.text);
    entry.name = entry.name.map(|name| clean_line(&name)).filter(|name| !name.is_empty());
    let words = words_for(entry.kind, &entry.text);
    Ok((entry, words))
}

/// Events are for machines: they have neither a language nor a place in the index.
pub(crate) fn words_for(kind: EntryKind, text: &str) -> Words {
    if kind == EntryKind::Event { Words::default() } else { words_of(text) }
}

/// One line, without white space at its ends or doubled inside.
pub(crate) fn clean_line(text: &str) -> String {
    clean_text(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check_name(field: &'static str, name: &str) -> Result<()> {
    if name.trim().is_empty() || name.len() > LONGEST_EXTERNAL_ID {
        return Err(refuse(field, "error-external-id", &shorten(name)));
    }
    Ok(())
}

fn is_known(who: &AuthorIn, people: usize) -> bool {
    !matches!(who, AuthorIn::Person(place) | AuthorIn::Machine(Some(place)) if *place >= people)
}

fn is_object(text: &str) -> bool {
    text.trim_start().starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

fn refuse(field: &'static str, key: &'static str, id: &str) -> Error {
    Error::Invalid { field, key, args: vec![("id", id.to_owned())] }
}

/// The language most of what was said outside is in, by length of text; of everything when nobody outside spoke.
pub(crate) fn main_language(entries: &[EntryIn], words: &[Words]) -> Option<Lang> {
    let most = |of: &dyn Fn(&EntryIn) -> bool| {
        let mut weights: Vec<(Lang, f64)> = Vec::new();
        for (entry, words) in entries.iter().zip(words).filter(|(entry, _)| of(entry)) {
            let Some(language) = words.language else { continue };
            let weight = words.confidence * entry.text.len() as f64;
            match weights.iter_mut().find(|(known, _)| *known == language) {
                Some((_, sum)) => *sum += weight,
                None => weights.push((language, weight)),
            }
        }
        weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(language, _)| language)
    };
    most(&|entry| matches!(entry.author, AuthorIn::Person(_))).or_else(|| most(&|_| true))
}
