//! Suggestions without a learner: labels and aliases found in what was said, then what this person used last and most.
//! Each says which words caused it. They are shown, never applied by themselves.
use crate::model::{Catalogue, TagState};
use crate::store as rows;
use ::store::Tx;
use base::{Actor, Result, TagId, Time};
use std::collections::HashMap;
use textkit::LabelMatcher;

pub const MOST: usize = 5;
/// Below this a label only shares a common word with the text (see `LabelMatcher`: 1 is a long label found whole).
const LEAST_SCORE: f32 = 0.3;
/// Recent and frequent look back this far.
const BACK: i64 = 30 * Time::DAY;

#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    Label,
    Recent,
    Frequent,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub tag: TagId,
    pub score: f32,
    pub why: Why,
    /// (entry, start, end) of the words that caused it, in Unicode scalars.
    pub spans: Vec<Span>,
}

type Span = (i64, usize, usize);

/// The matcher over every tag that may be suggested; made anew when the catalogue changes.
pub fn matcher(catalogue: &Catalogue) -> LabelMatcher {
    let mut labels: Vec<(u32, &str, f32)> = Vec::new();
    for tag in catalogue.tags.iter().filter(|t| t.state == TagState::Active) {
        for text in [&tag.label.ko, &tag.label.en].into_iter().flatten() {
            labels.push((tag.ord as u32, text, 1.0));
        }
        for text in tag.aliases.ko.iter().chain(&tag.aliases.en) {
            labels.push((tag.ord as u32, text, 0.9));
        }
    }
    LabelMatcher::new(labels.into_iter())
}

/// At most five tags for what was said, leaving out those it has.
pub async fn suggest(
    tx: &mut Tx,
    actor: &Actor,
    catalogue: &Catalogue,
    matcher: &LabelMatcher,
    said: &[(i64, String)],
    has: &[i64],
) -> Result<Vec<Suggestion>> {
    let mut found: HashMap<u32, (f32, Vec<Span>)> = HashMap::new();
    for (entry, text) in said {
        for m in matcher.matches(text).into_iter().filter(|m| m.score >= LEAST_SCORE) {
            let hit = found.entry(m.id).or_default();
            hit.0 = hit.0.max(m.score);
            hit.1.extend(m.spans.into_iter().map(|(start, end)| (*entry, start, end)));
        }
    }
    let used = match actor.staff {
        Some(staff) => {
            let since = Time(tx.now().0 - BACK);
            rows::list_used_by(tx, staff, since).await?
        }
        None => Vec::new(),
    };
    // What one uses often breaks ties between labels that match alike.
    let often: HashMap<i64, i64> = used.iter().map(|(tag, n, _)| (*tag, *n)).collect();
    let boost = |tag: i64| (often.get(&tag).copied().unwrap_or(0) as f32).ln_1p() * 0.05;
    let usable = |ord: i64| catalogue.by_ord(ord).filter(|t| t.state == TagState::Active && !has.contains(&ord));
    let mut list: Vec<Suggestion> = found
        .into_iter()
        .filter_map(|(ord, (score, spans))| {
            let tag = usable(i64::from(ord))?;
            Some(Suggestion { tag: tag.id, score: score + boost(i64::from(ord)), why: Why::Label, spans })
        })
        .collect();
    list.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.tag.cmp(&b.tag)));
    let mut frequent = used.clone();
    frequent.sort_by_key(|(_, n, _)| std::cmp::Reverse(*n));
    let fill = used.iter().take(2).map(|u| (u.0, Why::Recent)).chain(frequent.iter().map(|u| (u.0, Why::Frequent)));
    for (ord, why) in fill {
        if let Some(tag) = usable(ord)
            && !list.iter().any(|s| s.tag == tag.id)
        {
            list.push(Suggestion { tag: tag.id, score: 0.0, why, spans: vec![] });
        }
    }
    list.truncate(MOST);
    Ok(list)
}
