//! Reads why somebody writes, in this process: the model of the house, with what people corrected learned on top.
use crate::store::routing as rows;
use base::{Error, Result};
use conversations::{Head, Purpose};
use learn::purpose::{Guess, PurposeModel, place_of};
use std::sync::{Arc, Mutex, PoisonError};
use store::Tx;

/// Corrections read at a time.
const BLOCK: i64 = 500;

/// Clones share everything.
#[derive(Clone, Default)]
pub struct PurposeReader(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    model: Option<PurposeModel>,
    /// The correction that was learned up to.
    learned_to: i64,
}

/// What somebody said first, under its subject.
#[derive(Clone, Debug)]
pub struct FirstWords {
    pub entry_ord: i64,
    pub text: String,
    /// Scalars before the entry itself begins.
    before: usize,
}

/// A purpose with the places of its words in the entry, in scalars.
#[derive(Clone, Debug)]
pub struct Reading {
    pub purpose: Purpose,
    pub sure: f64,
    pub words: Vec<(usize, usize)>,
}

pub async fn find_first_words(tx: &mut Tx, head: &Head) -> Result<Option<FirstWords>> {
    let Some((_, entry_ord, text)) = conversations::first_words(tx, &[head.ord]).await?.pop() else { return Ok(None) };
    let subject = head.subject.as_deref().unwrap_or_default();
    let before = if subject.is_empty() { 0 } else { subject.chars().count() + 1 };
    let text = if before == 0 { text } else { format!("{subject}\n{text}") };
    Ok(Some(FirstWords { entry_ord, text, before }))
}

impl PurposeReader {
    /// Learns what was corrected since, also by other nodes.
    pub async fn catch_up(&self, tx: &mut Tx) -> Result<()> {
        if self.lock().model.is_none() {
            let model = tokio::task::spawn_blocking(PurposeModel::standard).await.map_err(Error::store)?;
            let mut state = self.lock();
            if state.model.is_none() {
                *state = State { model: Some(model), learned_to: 0 };
            }
        }
        loop {
            let from = self.lock().learned_to;
            let lessons = rows::list_lessons(tx, from, BLOCK).await?;
            let Some(last) = lessons.last().map(|lesson| lesson.0) else { return Ok(()) };
            let mut texts = Vec::with_capacity(lessons.len());
            for (_, conversation, purpose) in &lessons {
                // Who is erased has no words left to learn from.
                let Some(head) = conversations::heads(tx, &[*conversation]).await?.pop() else { continue };
                texts.extend(find_first_words(tx, &head).await?.map(|words| (words.text, *purpose)));
            }
            let mut state = self.lock();
            // Another caller may have been quicker.
            if state.learned_to == from {
                state.learned_to = last;
                let State { model: Some(model), .. } = &mut *state else { return Ok(()) };
                for (text, purpose) in texts {
                    model.learn(&text, place(purpose)?);
                }
            }
        }
    }

    /// Somebody's words are gone for good: what was learned from them goes too.
    pub fn forget(&self) {
        *self.lock() = State::default();
    }

    /// None where there is no word to read.
    pub fn read(&self, words: &FirstWords) -> Result<Option<Reading>> {
        let state = self.lock();
        let Some(Guess { purpose, odds, words: places }) =
            state.model.as_ref().and_then(|model| model.read(&words.text))
        else {
            return Ok(None);
        };
        let of_entry = places.into_iter().filter(|(start, _)| *start >= words.before);
        Ok(Some(Reading {
            purpose: learn::purpose::PURPOSES[purpose].parse().map_err(Error::store)?,
            sure: f64::from(odds[purpose]),
            words: of_entry.map(|(start, end)| (start - words.before, end - words.before)).collect(),
        }))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn place(purpose: Purpose) -> Result<usize> {
    place_of(purpose.as_str()).ok_or_else(|| Error::store(format!("nothing is known of the purpose {purpose}")))
}

/// `3-7 12-15`
pub fn write_places(places: &[(usize, usize)]) -> String {
    places.iter().map(|(start, end)| format!("{start}-{end}")).collect::<Vec<_>>().join(" ")
}

/// The words at such places in a text; what is not there any more is left out.
pub fn words_at(text: &str, places: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let place = |place: &str| {
        let (start, end) = place.split_once('-')?;
        let (start, end): (usize, usize) = (start.parse().ok()?, end.parse().ok()?);
        Some(chars.get(start..end)?.iter().collect())
    };
    places.split_whitespace().filter_map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again_at_their_places_and_nowhere_else() {
        assert_eq!(words_at("연간 견적을 주세요", &write_places(&[(3, 6), (7, 10)])), ["견적을", "주세요"]);
        assert!(words_at("짧아짐", "3-6 x-1 9-2").is_empty());
    }
}
