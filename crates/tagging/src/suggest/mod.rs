//! Suggestions: tags for what was said, with the words that caused them, the confidence, and "none fits" as an answer.
//! They are shown, never applied by themselves; a small share of conversations shows none, so that there is something
//! unbiased to measure them by.
mod learner;
mod quality;
mod said;
mod similar;

pub use learner::TagLearner;
pub use quality::{Quality, measure_shown};
pub use said::{LONGEST, Lesson, Said, read_lessons};
pub use similar::{Similar, find_similar};

use crate::model::{Catalogue, TagState};
use crate::store::{self as rows, ShownRow};
use ::store::{Db, Tx};
use base::{ConversationId, Result, TagId};
use conversations::Head;
use learn::suggest::Context;

/// How many tags are suggested at most,
pub const MOST: usize = 5;
/// none of them of which this can be said.
const LEAST_CONFIDENCE: f32 = 0.05;

/// What a suggestion rests on most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The name of the tag, or another name of it, stands in the text.
    Label,
    /// The text shares words with the definition; no conversation has the tag yet.
    Definition,
    /// Conversations that have the tag say the like.
    Learned,
}

impl From<learn::suggest::Why> for Why {
    fn from(why: learn::suggest::Why) -> Why {
        match why {
            learn::suggest::Why::Label => Why::Label,
            learn::suggest::Why::Definition => Why::Definition,
            learn::suggest::Why::Learned => Why::Learned,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub tag: TagId,
    pub tag_ord: i64,
    /// The probability that the tag fits.
    pub confidence: f32,
    pub why: Why,
    /// Conversations it was learned from.
    pub examples: u32,
    /// The words that caused it, in scalars of the text.
    pub words: Vec<(usize, usize)>,
}

/// The answer for one text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suggested {
    /// Best first, at most five.
    pub items: Vec<Suggestion>,
    /// The probability that no tag fits.
    pub none_fits: f32,
    /// Whether that is said.
    pub says_none: bool,
    /// Conversations that were learned from.
    pub learned: usize,
}

/// Suggests tags for a text. `context` says where it came from and what it has.
pub async fn suggest(learner: &TagLearner, catalogue: &Catalogue, text: String, context: Context) -> Result<Suggested> {
    let (found, learned) = learner.ask(move |s| (s.suggest(&text, &context, MOST), s.texts())).await?;
    let active = |ord: i64| catalogue.by_ord(ord).filter(|tag| tag.state == TagState::Active);
    let shown = found.items.into_iter().filter(|item| item.confidence >= LEAST_CONFIDENCE);
    let items: Vec<Suggestion> = shown
        .filter_map(|item| {
            let tag = active(item.tag)?;
            let (confidence, why, examples) = (item.confidence, item.why.into(), item.examples);
            Some(Suggestion { tag: tag.id, tag_ord: tag.ord, confidence, why, examples, words: item.words })
        })
        .collect();
    Ok(Suggested { items, none_fits: found.none_fits, says_none: found.says_none, learned })
}

/// Whether a conversation shows no suggestions, so that how people tag without them is known: the same answer for it
/// every time, and `share` of all conversations in the long run.
pub fn shows_none(conversation: ConversationId, share: f64) -> bool {
    let bytes = conversation.bytes();
    let mut hash =
        bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x100_0000_01b3));
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((hash ^ (hash >> 31)) as f64) < share * u64::MAX as f64
}

/// What is suggested for a conversation, and whether it is shown.
pub struct ForConversation {
    pub suggested: Suggested,
    pub said: Said,
    pub is_hidden: bool,
}

/// Suggests tags for a conversation, and keeps what is shown while nobody has tagged it.
pub async fn suggest_for(
    db: &Db,
    learner: &TagLearner,
    catalogue: &Catalogue,
    head: &Head,
    share: f64,
) -> Result<ForConversation> {
    let mut tx = db.read().await?;
    let lesson = read_lessons(&mut tx, catalogue, &[head.ord]).await?.pop();
    let before = rows::find_shown(&mut tx, head.ord).await?;
    let listed = rows::list_suggested(&mut tx, vec![head.ord]).await?;
    drop(tx);
    let Some(lesson) = lesson else {
        return Ok(ForConversation { suggested: Suggested::default(), said: Said::default(), is_hidden: false });
    };
    let context = Context { account: lesson.account, door: Some(lesson.door), tags: lesson.tags };
    let is_tagged = head.tag_state != conversations::TagState::Untagged;
    let suggested = suggest(learner, catalogue, lesson.said.text.clone(), context).await?;
    // What was decided once stays, also when the share is changed.
    let is_hidden = before.as_ref().map_or_else(|| shows_none(head.id, share), |shown| shown.is_hidden);
    let same = before.is_some() && listed.iter().map(|s| s.1).eq(suggested.items.iter().map(|s| s.tag_ord));
    if !is_tagged && !same && suggested.learned > 0 {
        let mut tx = db.write().await?;
        keep_shown(&mut tx, head, &suggested, is_hidden).await?;
        tx.commit().await?;
    }
    Ok(ForConversation { suggested, said: lesson.said, is_hidden })
}

async fn keep_shown(tx: &mut Tx, head: &Head, suggested: &Suggested, is_hidden: bool) -> Result<()> {
    let shown = ShownRow {
        conversation_ord: head.ord,
        shown_at: tx.now(),
        is_hidden,
        none_fits: f64::from(suggested.none_fits),
        says_none: suggested.says_none,
        language: head.language.map(|language| language.to_string()),
    };
    let tags: Vec<(i64, f64)> = suggested.items.iter().map(|s| (s.tag_ord, f64::from(s.confidence))).collect();
    rows::put_shown(tx, &shown, &tags).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_share_of_conversations_shows_none_and_always_the_same_ones() {
        let ids: Vec<ConversationId> = (0..20_000).map(|_| ConversationId::new()).collect();
        let hidden = |share: f64| ids.iter().filter(|id| shows_none(**id, share)).count();
        assert!((850..1_150).contains(&hidden(0.05)), "{}", hidden(0.05));
        assert_eq!((hidden(0.0), hidden(1.0)), (0, 20_000));
        // A larger share only adds to a smaller one.
        assert!(ids.iter().all(|id| !shows_none(*id, 0.05) || shows_none(*id, 0.2)));
    }
}
